//! Connections in a text: `to: ["mill"]`, `to: "mill"`, `to: { "good": ["pack"], "bad": "scrap" }`.

use std::ops::Range;

use super::error::EditProblem;
use super::names::{self, field, rest_of, string, strings_or_pieces};
use crate::layout::text::{Path, Segment, find, insert, pieces, put, remove};

/// Adds a connection.
pub(super) fn connect(
    text: &str,
    from: &str,
    output: Option<&str>,
    to: &str,
) -> Result<String, EditProblem> {
    let equipment = names::there(text, from)?;
    let list = names::path(from).then(Segment::Name("to".into()));
    let wires = field(text, &equipment, "to");
    let has_outputs =
        wires.as_ref().is_some_and(|wires| text[wires.value.clone()].starts_with('{'));
    match (output, wires) {
        (None, Some(_)) if has_outputs => Err(EditProblem::WhichOutput(from.to_owned())),
        (Some(output), None) => Ok(put(text, &list, &format!("{{ {output:?}: [{to:?}] }}"))?),
        (Some(output), Some(_)) if has_outputs => {
            add(text, &list.then(Segment::Name(output.to_owned())), from, to)
        }
        (Some(_), Some(_)) => Err(EditProblem::WhichOutput(from.to_owned())),
        (None, _) => add(text, &list, from, to),
    }
}

/// Adds a name to the list at `path`, which may be one name or not be there yet.
fn add(text: &str, path: &Path, from: &str, to: &str) -> Result<String, EditProblem> {
    let Ok(place) = find(text, path) else {
        return Ok(put(text, path, &format!("[{to:?}]"))?);
    };
    let named = strings_or_pieces(text, place.clone())?;
    if named.iter().any(|place| string(text, place) == Some(to)) {
        return Err(EditProblem::Connected(from.to_owned(), to.to_owned()));
    }
    if string(text, &place).is_some() {
        let both = format!("[{}, {to:?}]", &text[place]);
        return Ok(put(text, path, &both)?);
    }
    Ok(insert(text, place, None, None, &format!("{to:?}"))?)
}

/// Takes a connection away. A list that has become empty goes with it.
pub(super) fn disconnect(
    text: &str,
    from: &str,
    output: Option<&str>,
    to: &str,
) -> Result<String, EditProblem> {
    names::there(text, from)?;
    let mut path = names::path(from).then(Segment::Name("to".into()));
    if let Some(output) = output {
        path = path.then(Segment::Name(output.to_owned()));
    }
    let missing = || EditProblem::NotConnected(from.to_owned(), to.to_owned());
    let place = find(text, &path).map_err(|_| missing())?;
    let named = strings_or_pieces(text, place)?;
    let at = named.iter().position(|place| string(text, place) == Some(to)).ok_or_else(missing)?;
    take_out(text, &path, at, named.len())
}

/// Takes name `at` of the `of` names at `path` out. What has become empty goes too.
fn take_out(text: &str, path: &Path, at: usize, of: usize) -> Result<String, EditProblem> {
    if of > 1 {
        return Ok(remove(text, &path.then(Segment::Index(at)))?);
    }
    let text = remove(text, path)?;
    let Some((list, Segment::Name(last))) = path.split_last() else { return Ok(text) };
    // The last output of several.
    let empty = last != "to" && pieces(&text, find(&text, &list)?)?.is_empty();
    Ok(if empty { remove(&text, &list)? } else { text })
}

/// Takes every connection to `name` away.
pub(super) fn forget(text: &str, name: &str) -> Result<String, EditProblem> {
    let mut text = text.to_owned();
    // One at a time, as every change moves what stands behind it.
    while let Some((path, at, of)) = first_to(&text, name)? {
        text = take_out(&text, &path, at, of)?;
    }
    Ok(text)
}

/// The first list that names `name`: the way to it, which of its names that is, and how many it has.
fn first_to(text: &str, name: &str) -> Result<Option<(Path, usize, usize)>, EditProblem> {
    for (path, place) in lists(text)? {
        let named = strings_or_pieces(text, place)?;
        let means = |place: &Range<usize>| {
            string(text, place).is_some_and(|meant| rest_of(meant, name).is_some())
        };
        if let Some(at) = named.iter().position(means) {
            return Ok(Some((path, at, named.len())));
        }
    }
    Ok(None)
}

/// Every name in a connection.
pub(super) fn all(text: &str) -> Result<Vec<Range<usize>>, EditProblem> {
    let mut names = Vec::new();
    for (_, place) in lists(text)? {
        names.extend(strings_or_pieces(text, place)?);
    }
    Ok(names)
}

/// Every list of connections of the file's own equipment, one for each output.
fn lists(text: &str) -> Result<Vec<(Path, Range<usize>)>, EditProblem> {
    let mut lists = Vec::new();
    let Ok(all) = find(text, &Path::of(&["equipment"])) else { return Ok(lists) };
    for equipment in pieces(text, all)? {
        let Some(wires) = field(text, &equipment.value, "to") else { continue };
        let path = names::path(&equipment.name).then(Segment::Name("to".into()));
        if text[wires.value.clone()].starts_with('{') {
            for output in pieces(text, wires.value)? {
                lists.push((path.then(Segment::Name(output.name)), output.value));
            }
        } else {
            lists.push((path, wires.value));
        }
    }
    Ok(lists)
}
