//! [`Edit`]: what can be changed, and how the text follows.

use serde::{Deserialize, Serialize};

use super::error::EditProblem;
use super::{names, wiring};
use crate::layout::text::{EditError, Path, Segment, find, insert, pieces, put, remove};

/// A change of a plant's file. Paths are those of `--set`: `equipment.mill.is.time`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Edit {
    /// Gives the value at a path another text; a last field that is not there is put in.
    Set {
        /// Where.
        path: String,
        /// RON; what reads like `50 s` is taken as a string.
        value: String,
    },
    /// Takes a field out, so that its default holds.
    Unset {
        /// Where.
        path: String,
    },
    /// Adds an equipment at the end.
    Add {
        /// Its name.
        name: String,
        /// What it is, in RON: `(is: Station(time: "50 s"), at: (3, 4))`.
        text: String,
    },
    /// Takes an equipment out, and every connection to it.
    Remove {
        /// Which.
        name: String,
    },
    /// Gives an equipment another name, in connections and routes as well.
    Rename {
        /// Its name.
        name: String,
        /// The other.
        to: String,
    },
    /// Puts an equipment somewhere else.
    Move {
        /// Which.
        name: String,
        /// Where, in metres.
        at: (f64, f64),
    },
    /// Moves an equipment from where it stands. What comes from a template or a repetition moves with all that comes from it.
    Shift {
        /// Which entry of the file.
        name: String,
        /// How far, in metres.
        by: (f64, f64),
    },
    /// Turns an equipment about the vertical.
    Turn {
        /// Which.
        name: String,
        /// Where it faces, in degrees from the x axis, anticlockwise.
        degrees: f64,
    },
    /// Puts a copy of an equipment behind it in the file. It leads where the original leads; nothing leads to it yet.
    Copy {
        /// Which.
        name: String,
        /// Name of the copy.
        copy: String,
        /// Where the copy stands, in metres.
        at: (f64, f64),
    },
    /// Connects two equipments.
    Connect {
        /// Where parts leave.
        from: String,
        /// By which output; `None` for the only one.
        output: Option<String>,
        /// Where they arrive, with the input behind a colon if it has several.
        to: String,
    },
    /// Takes a connection away.
    Disconnect {
        /// Where parts leave.
        from: String,
        /// By which output; `None` for the only one.
        output: Option<String>,
        /// Where they arrive, as the file says it.
        to: String,
    },
    /// Several changes that are one.
    All {
        /// What they come to.
        name: String,
        /// In this order; if one cannot be made, none is.
        edits: Vec<Self>,
    },
}

impl Edit {
    /// What it does, for people: `Set time of mill to 35 s`.
    pub fn name(&self) -> String {
        match self {
            Self::Set { path, value } => {
                format!("Set {} to {}", thing(path), value.trim_matches('"'))
            }
            Self::Unset { path } => format!("Reset {}", thing(path)),
            Self::Add { name, .. } => format!("Add {name}"),
            Self::Remove { name } => format!("Remove {name}"),
            Self::Rename { name, to } => format!("Rename {name} to {to}"),
            Self::Move { name, .. } | Self::Shift { name, .. } => format!("Move {name}"),
            Self::Turn { name, .. } => format!("Turn {name}"),
            Self::Copy { name, copy, .. } => format!("Copy {name} to {copy}"),
            Self::Connect { from, to, .. } => format!("Connect {from} to {to}"),
            Self::Disconnect { from, to, .. } => format!("Disconnect {from} from {to}"),
            Self::All { name, .. } => name.clone(),
        }
    }

    /// The text after the change.
    ///
    /// # Errors
    ///
    /// If it cannot be made. Whether the plant makes sense afterwards is for the loader to say.
    pub fn apply(&self, text: &str) -> Result<String, EditProblem> {
        match self {
            Self::Set { path, value } => Ok(put(text, &parse(path)?, value)?),
            Self::Unset { path } => Ok(remove(text, &parse(path)?)?),
            Self::Add { name, text: equipment } => add(text, name, equipment),
            Self::Remove { name } => {
                names::there(text, name)?;
                let text = wiring::forget(text, name)?;
                Ok(remove(&text, &names::path(name))?)
            }
            Self::Rename { name, to } => names::rename(text, name, to),
            Self::Move { name, at } => place(text, name, *at),
            Self::Shift { name, by } => shift(text, name, *by),
            Self::Turn { name, degrees } => {
                names::there(text, name)?;
                let facing = names::path(name).then(Segment::Name("facing".into()));
                Ok(put(text, &facing, &format!("\"{} deg\"", number(*degrees)?))?)
            }
            Self::Copy { name, copy: other, at } => copy(text, name, other, *at),
            Self::Connect { from, output, to } => {
                wiring::connect(text, from, output.as_deref(), to)
            }
            Self::Disconnect { from, output, to } => {
                wiring::disconnect(text, from, output.as_deref(), to)
            }
            Self::All { edits, .. } => {
                edits.iter().try_fold(text.to_owned(), |text, edit| edit.apply(&text))
            }
        }
    }

    /// Whether it changes the same thing as `before` in the same way: of a drag, the last position counts.
    pub(super) fn overrides(&self, before: &Self) -> bool {
        match (self, before) {
            (Self::Set { path, .. }, Self::Set { path: other, .. }) => path == other,
            (Self::Move { name, .. }, Self::Move { name: other, .. })
            | (Self::Shift { name, .. }, Self::Shift { name: other, .. })
            | (Self::Turn { name, .. }, Self::Turn { name: other, .. }) => name == other,
            (Self::All { name, edits }, Self::All { name: other, edits: others }) => {
                let pairs = || edits.iter().zip(others);
                name == other
                    && edits.len() == others.len()
                    && pairs().all(|(edit, before)| edit.overrides(before))
            }
            _ => false,
        }
    }
}

/// `time of mill` for `equipment.mill.is.time`.
fn thing(path: &str) -> String {
    let Ok(parsed) = path.parse::<Path>() else { return path.to_owned() };
    let names: Vec<String> = parsed.segments().iter().map(Segment::to_string).collect();
    match names.as_slice() {
        [first, name, rest @ ..] if first == "equipment" && !rest.is_empty() => {
            let rest: Vec<&str> =
                rest.iter().filter(|step| *step != "is").map(String::as_str).collect();
            let what = if rest.is_empty() { "kind".to_owned() } else { rest.join(" ") };
            format!("{what} of {name}")
        }
        [first, name] if first == "parameters" => format!("parameter {name}"),
        _ => path.to_owned(),
    }
}

fn parse(path: &str) -> Result<Path, EditProblem> {
    Ok(path.parse().map_err(EditError::Path)?)
}

fn add(text: &str, name: &str, equipment: &str) -> Result<String, EditProblem> {
    names::free(text, name)?;
    let all = Path::of(&["equipment"]);
    match find(text, &all) {
        Ok(place) => Ok(insert(text, place, None, Some(name), equipment)?),
        Err(_) => Ok(put(text, &all, &format!("{{ {name:?}: {equipment} }}"))?),
    }
}

fn place(text: &str, name: &str, at: (f64, f64)) -> Result<String, EditProblem> {
    names::there(text, name)?;
    let value = format!("({}, {})", number(at.0)?, number(at.1)?);
    Ok(put(text, &names::path(name).then(Segment::Name("at".into())), &value)?)
}

fn shift(text: &str, name: &str, by: (f64, f64)) -> Result<String, EditProblem> {
    names::there(text, name)?;
    let at = match find(text, &names::path(name).then(Segment::Name("at".into()))) {
        Ok(at) => ron::from_str::<(f64, f64)>(&text[at]).map_err(|_| EditProblem::NoNumber)?,
        Err(_) => (0.0, 0.0),
    };
    place(text, name, (at.0 + by.0, at.1 + by.1))
}

fn copy(text: &str, name: &str, other: &str, at: (f64, f64)) -> Result<String, EditProblem> {
    names::free(text, other)?;
    let original = names::there(text, name)?;
    let map = find(text, &Path::of(&["equipment"]))?;
    let after = pieces(text, map.clone())?.iter().position(|piece| piece.name == name);
    let text = insert(text, map, after, Some(other), &text[original])?;
    place(&text, other, at)
}

/// A number as a person would write it: millimetres are fine enough.
fn number(value: f64) -> Result<String, EditProblem> {
    if !value.is_finite() {
        return Err(EditProblem::NoNumber);
    }
    let rounded = (value * 1000.0).round() / 1000.0;
    // A minus before zero means nothing.
    Ok(format!("{:?}", if rounded == 0.0 { 0.0 } else { rounded }))
}
