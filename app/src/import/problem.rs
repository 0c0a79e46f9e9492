//! What is wrong with a file of another tool.

use std::fmt;

/// Something that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file, as it was named.
    pub file: String,
    /// Its line, from 1; 0: the file as a whole.
    pub line: usize,
    /// What is wrong, and what would be right.
    pub message: String,
}

/// All that was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems(pub Vec<Problem>);

/// Problems that are shown one by one.
const SHOWN: usize = 20;

impl Problems {
    /// Adds one.
    pub fn add(&mut self, file: &str, line: usize, message: impl Into<String>) {
        self.0.push(Problem { file: file.to_owned(), line, message: message.into() });
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, problem) in self.0.iter().take(SHOWN).enumerate() {
            let end = if n == 0 { "" } else { "\n" };
            match problem.line {
                0 => write!(f, "{end}{}: {}", problem.file, problem.message)?,
                line => write!(f, "{end}{}:{line}: {}", problem.file, problem.message)?,
            }
        }
        match self.0.len().saturating_sub(SHOWN) {
            0 => Ok(()),
            more => write!(f, "\nand {more} more"),
        }
    }
}
