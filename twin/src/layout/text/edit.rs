//! Changing one value in a text, so that everything else stays as it was written: comments, order, spacing.

use super::path::{Path, Segment};
use super::slice::{Base, Slice};
use crate::diagnostics::FileId;

/// Why a value cannot be set.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// The path leads nowhere.
    #[error("there is nothing at `{0}`")]
    NotThere(String),
    /// The path cannot be read.
    #[error("{0}")]
    Path(String),
    /// The value is no RON.
    #[error("`{0}` is not a value: {1}")]
    Value(String, String),
}

/// Puts `value` (RON; what is not RON but reads like `50 s` is taken as a string) in place of the value at `path`. A last
/// field that is not there yet is put in.
///
/// # Errors
///
/// If the path leads nowhere, or the value is no RON.
pub fn set(text: &str, path: &str, value: &str) -> Result<String, EditError> {
    let parsed: Path = path.parse().map_err(EditError::Path)?;
    let value = literal(value)?;
    let base = Base::file(FileId::NONE);
    let mut slice = Slice::new(text, &base);
    let mut start = 0;
    for (n, segment) in parsed.segments().iter().enumerate() {
        let Some(next) = slice.step(segment) else {
            let last = n + 1 == parsed.segments().len();
            return insert(text, start, slice, segment, &value)
                .filter(|_| last)
                .ok_or_else(|| EditError::NotThere(path.to_owned()));
        };
        start = next.text.as_ptr() as usize - text.as_ptr() as usize;
        slice = next;
    }
    let mut out = text.to_owned();
    out.replace_range(start..start + slice.text.len(), &value);
    Ok(out)
}

pub(super) fn literal(value: &str) -> Result<String, EditError> {
    let trimmed = value.trim();
    let parses = |text: &str| super::options().from_str::<&ron::value::RawValue>(text).map(|_| ());
    match parses(trimmed) {
        Ok(()) => Ok(trimmed.to_owned()),
        Err(error) => {
            let quoted = format!("{trimmed:?}");
            let wordlike =
                !trimmed.is_empty() && !trimmed.contains(['(', ')', '[', ']', '{', '}', '"']);
            if wordlike && parses(&quoted).is_ok() {
                return Ok(quoted);
            }
            Err(EditError::Value(trimmed.to_owned(), error.to_string()))
        }
    }
}

/// Puts a new field in front of the first one, or between the empty brackets.
fn insert(
    text: &str,
    start: usize,
    slice: Slice<'_>,
    segment: &Segment,
    value: &str,
) -> Option<String> {
    let Segment::Name(name) = segment else { return None };
    let entries = slice.try_entries().ok()?;
    if entries.iter().any(|entry| entry.name.is_empty()) {
        return None;
    }
    let body = slice.text.trim_end();
    let close = body.char_indices().next_back().filter(|(_, c)| matches!(c, ')' | '}'))?;
    let key = if close.1 == '}' { format!("{name:?}") } else { name.clone() };
    let (at, piece) = match entries.first() {
        Some(first) => (first.key.start, format!("{key}: {value}, ")),
        None => (close.0, format!("{key}: {value}")),
    };
    let mut out = text.to_owned();
    out.insert_str(start + at, &piece);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "Plant( // a plant\n  parameters: {\"t\": \"50 s\"},\n  equipment: {\n    \"mill\": (is: Station(time: \"$t\"), to: [\"out\"]), // here\n  },\n)\n";

    fn check(path: &str, value: &str, expected: &str) {
        let out = set(TEXT, path, value).unwrap_or_else(|error| panic!("{path}: {error}"));
        assert!(out.contains(expected), "{out}");
        assert!(out.contains("// a plant") && out.contains("// here"), "comments survive: {out}");
    }

    #[test]
    fn values_are_replaced_or_put_in() {
        check("parameters.t", "55 s", "{\"t\": \"55 s\"}");
        check("equipment.mill.is.time", "Exponential(\"1 min\")", "time: Exponential(\"1 min\")");
        check("equipment.mill.to[0]", "\"saw\"", "to: [\"saw\"]");
        check("equipment.mill.is.places", "3", "Station(places: 3, time: ");
        check("equipment.mill.at", "(1.0, 2.0)", "at: (1.0, 2.0), is:");
    }

    #[test]
    fn what_leads_nowhere_is_an_error() {
        assert!(matches!(set(TEXT, "equipment.saw.is.time", "1"), Err(EditError::NotThere(_))));
        assert!(matches!(set(TEXT, "equipment.mill.to[3]", "1"), Err(EditError::NotThere(_))));
        assert!(matches!(set(TEXT, "parameters.t", "(1"), Err(EditError::Value(..))));
        assert!(matches!(set(TEXT, "a..b", "1"), Err(EditError::NotThere(_) | EditError::Path(_))));
    }
}
