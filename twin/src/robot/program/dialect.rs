//! The dialects by name, and files with several programs.

use std::fmt;

use super::{Program, ProgramError, krl, rapid, urscript};

/// A language of controllers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// ABB RAPID.
    Rapid,
    /// KUKA KRL.
    Krl,
    /// Universal Robots URScript.
    UrScript,
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Rapid => "RAPID",
            Self::Krl => "KRL",
            Self::UrScript => "URScript",
        })
    }
}

impl Dialect {
    /// The program with `notes` as comments behind its first line.
    ///
    /// # Errors
    ///
    /// What the dialect cannot hold, at the step's number from 1.
    pub fn write(self, program: &Program, notes: &[String]) -> Result<String, ProgramError> {
        let text = match self {
            Self::Rapid => rapid::write(program),
            Self::Krl => krl::write(program),
            Self::UrScript => urscript::write(program),
        }?;
        let Some((head, rest)) = text.split_once('\n') else { return Ok(text) };
        let mark = self.comment();
        let notes: Vec<String> = notes.iter().map(|note| format!("  {mark} {note}\n")).collect();
        Ok(format!("{head}\n{}{rest}", notes.concat()))
    }

    /// All programs in `text`, one behind the other.
    ///
    /// # Errors
    ///
    /// The first line that is not understood.
    pub fn read(self, text: &str) -> Result<Vec<Program>, ProgramError> {
        let read = |(first, part): (usize, &str)| {
            let program = match self {
                Self::Rapid => rapid::read(part),
                Self::Krl => krl::read(part),
                Self::UrScript => urscript::read(part),
            };
            program.map_err(|error| match error.at {
                0 => error,
                at => ProgramError { at: first + at, ..error },
            })
        };
        self.parts(text).into_iter().map(read).collect()
    }

    fn comment(self) -> &'static str {
        match self {
            Self::Rapid => "!",
            Self::Krl => ";",
            Self::UrScript => "#",
        }
    }

    /// The texts of the programs, each with the number of lines before it.
    fn parts(self, text: &str) -> Vec<(usize, &str)> {
        let head = match self {
            Self::Rapid => "MODULE ",
            Self::Krl => "DEF ",
            Self::UrScript => "def ",
        };
        let (mut starts, mut at) = (Vec::new(), 0);
        for (n, line) in text.split_inclusive('\n').enumerate() {
            if line.trim_start().starts_with(head) {
                starts.push((n, at));
            }
            at += line.len();
        }
        // What stands before the first one belongs to it.
        match starts.first_mut() {
            Some(first) => *first = (0, 0),
            None => starts.push((0, 0)),
        }
        let ends = starts.iter().skip(1).map(|(_, at)| *at).chain([text.len()]);
        starts.iter().zip(ends).map(|((line, at), end)| (*line, &text[*at..end])).collect()
    }
}
