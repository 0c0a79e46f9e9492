//! Plants and robots from other tools' files.
//!
//! An importer turns what another tool has written into the text of a plant file, or of a robot's. It changes nothing in silence: what it
//! leaves out or had to guess is said in one list of notes, and what it cannot read in one list of problems with file and
//! line.

pub mod lif;
mod problem;
pub mod smt2020;
pub mod urdf;

use std::path::Path;

pub use problem::{Problem, Problems};

/// The text of a plant or a robot, and what there is to say about how it came to be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// The file.
    pub text: String,
    /// What was left out or guessed, each once.
    pub notes: Vec<String>,
}

/// Largest file of one piece that is read, bytes.
const LARGEST: u64 = 64 << 20;

/// The text of the file at `path`, and the name that messages give it.
///
/// # Errors
///
/// If it is too large, or cannot be read.
fn read(path: &Path) -> Result<(String, String), Problems> {
    let name = path.display().to_string();
    let size = std::fs::metadata(path).map_or(0, |file| file.len());
    let read = if size > LARGEST {
        Err("is larger than 64 MiB".to_owned())
    } else {
        std::fs::read_to_string(path).map_err(|error| error.to_string())
    };
    read.map(|text| (name.clone(), text)).map_err(|why| {
        let mut found = Problems::default();
        found.add(&name, 0, why);
        found
    })
}
