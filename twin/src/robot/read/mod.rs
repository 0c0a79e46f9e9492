//! From a description file to a [`Robot`]: reads, checks, compiles. Every mistake is reported at its place, none is guessed
//! away, and with any error there is no robot.

mod assembly;
mod chain;
mod joints;
mod provenance;
mod robot;
#[cfg(test)]
mod tests;

use std::io;

use crate::diagnostics::{Diagnostic, Diagnostics, FileId, Sources, codes};
use crate::layout::text::{Base, Slice};

use super::sheet::Robot;

/// Most bytes of one description file.
pub const MOST_BYTES: u64 = 4 << 20;

/// How texts are fetched: path, and how many bytes it may have.
pub type Fetch<'a> = &'a dyn Fn(&str, u64) -> io::Result<String>;

/// What came of reading a description.
#[derive(Debug)]
pub struct Loaded {
    /// The robot, unless there was an error.
    pub robot: Option<Robot>,
    /// The texts that were read.
    pub sources: Sources,
    /// Everything that was found.
    pub diagnostics: Diagnostics,
}

/// Reads the description at `path`, and those that it names, through `fetch`.
pub fn load(path: &str, fetch: Fetch<'_>) -> Loaded {
    let mut sources = Sources::new();
    let mut found = Diagnostics::new();
    let robot = match fetch(path, MOST_BYTES) {
        Ok(text) => read(path, text, fetch, &mut sources, &mut found),
        Err(error) => {
            let message = format!("cannot read {path}: {error}");
            found.push(Diagnostic::error(codes::UNREADABLE, message));
            None
        }
    };
    let robot = robot.filter(|_| !found.has_errors());
    Loaded { robot, sources, diagnostics: found }
}

/// Reads the description in `text`, which may name no other file.
pub fn load_text(text: &str) -> Loaded {
    load("robot.ron", &|path, _| match path {
        "robot.ron" => Ok(text.to_owned()),
        _ => Err(io::ErrorKind::NotFound.into()),
    })
}

fn read(
    path: &str,
    text: String,
    fetch: Fetch<'_>,
    sources: &mut Sources,
    found: &mut Diagnostics,
) -> Option<Robot> {
    let file = add(path, text, sources, found)?;
    let base = Base::file(file);
    let name = Slice::new(sources.text(file), &base).variant().0.to_owned();
    if name == "Assembly" {
        return assembly::read(path, file, fetch, sources, found);
    }
    let (arm, sheet) = robot::read(&Slice::new(sources.text(file), &base), found)?;
    Some(Robot::single(arm, sheet))
}

/// The file of `text`, unless it is too large.
fn add(path: &str, text: String, sources: &mut Sources, found: &mut Diagnostics) -> Option<FileId> {
    match sources.add(path, text) {
        Ok(file) => Some(file),
        Err(error) => {
            found.push(Diagnostic::error(codes::TOO_LARGE, error.to_string()));
            None
        }
    }
}

/// `name` as a step of a path.
fn step(name: &str) -> String {
    if name.contains(['.', '[', ' ']) { format!("\"{name}\"") } else { name.to_owned() }
}
