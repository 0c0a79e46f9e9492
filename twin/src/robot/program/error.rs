//! What is wrong with a program, and where.

use thiserror::Error;

/// A program that cannot be written or read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{at}: {why}")]
pub struct ProgramError {
    /// The line that was read, or the step that was to be written, from 1; 0 for the whole program.
    pub at: usize,
    /// What is wrong there.
    pub why: String,
}

impl ProgramError {
    /// `why` at a line or step.
    pub(super) fn new(at: usize, why: String) -> Self {
        Self { at, why }
    }
}
