//! How a command ends.

use std::fmt;
use std::process::ExitCode;

/// What the process tells whoever started it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// All is well.
    Fine = 0,
    /// A check or a comparison found something.
    Findings = 1,
    /// The command line does not make sense.
    Usage = 2,
    /// A file cannot be read, or what it says is wrong.
    BadInput = 3,
    /// The run failed, or its result could not be written.
    Failed = 4,
    /// Interrupted; what was finished is kept.
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why a command could not do what it was asked for: one message for people, and how the process ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    exit: Exit,
    message: Option<String>,
    hint: Option<String>,
}

impl Failure {
    /// The command line does not make sense.
    pub fn usage(message: impl fmt::Display) -> Self {
        Self::new(Exit::Usage, message)
    }

    /// A file cannot be read, or what it says is wrong.
    pub fn input(message: impl fmt::Display) -> Self {
        Self::new(Exit::BadInput, message)
    }

    /// The run failed, or its result could not be written.
    pub fn failed(message: impl fmt::Display) -> Self {
        Self::new(Exit::Failed, message)
    }

    /// Stopped by the user before there was anything to keep.
    pub fn interrupted(message: impl fmt::Display) -> Self {
        Self::new(Exit::Interrupted, message)
    }

    /// What is wrong with the input has been said already.
    pub fn told() -> Self {
        Self { exit: Exit::BadInput, message: None, hint: None }
    }

    fn new(exit: Exit, message: impl fmt::Display) -> Self {
        Self { exit, message: Some(message.to_string()), hint: None }
    }

    /// The same with a line on what to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl fmt::Display) -> Self {
        self.hint = Some(hint.to_string());
        self
    }

    /// How the process ends.
    pub fn exit(&self) -> Exit {
        self.exit
    }

    /// What is to be said, and what to do about it.
    pub fn parts(&self) -> (Option<&str>, Option<&str>) {
        (self.message.as_deref(), self.hint.as_deref())
    }
}
