//! Plants and robots from other tools' files.
//!
//! An importer turns what another tool has written into the text of a plant file, or of a robot's. It changes nothing in silence: what it
//! leaves out or had to guess is said in one list of notes, and what it cannot read in one list of problems with file and
//! line.

pub mod lif;
mod problem;
pub mod smt2020;
pub mod urdf;

pub use problem::{Problem, Problems};

/// The text of a plant or a robot, and what there is to say about how it came to be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// The file.
    pub text: String,
    /// What was left out or guessed, each once.
    pub notes: Vec<String>,
}
