//! Names of equipment in a text: whether they are there, and where they are meant.

use std::ops::Range;

use super::error::EditProblem;
use super::wiring;
use crate::layout::text::{Path, Piece, find, pieces, rename as rename_key};

/// The way to an equipment.
pub(super) fn path(name: &str) -> Path {
    Path::of(&["equipment", name])
}

/// Where an equipment stands.
pub(super) fn there(text: &str, name: &str) -> Result<Range<usize>, EditProblem> {
    find(text, &path(name)).map_err(|_| EditProblem::NoEquipment(name.to_owned()))
}

/// Whether no equipment has that name yet.
pub(super) fn free(text: &str, name: &str) -> Result<(), EditProblem> {
    match there(text, name) {
        Ok(_) => Err(EditProblem::Taken(name.to_owned())),
        Err(_) => Ok(()),
    }
}

/// Gives an equipment another name: where it stands, in all connections and routes. Where else it may be meant (in what only its
/// kind understands) the loader will say that it is missed.
pub(super) fn rename(text: &str, name: &str, to: &str) -> Result<String, EditProblem> {
    there(text, name)?;
    free(text, to)?;
    let mut places: Vec<(Range<usize>, String)> = Vec::new();
    for value in wiring::all(text)?.into_iter().chain(stops(text)?) {
        if let Some(rest) = string(text, &value).and_then(|meant| rest_of(meant, name)) {
            places.push((value, format!("{:?}", format!("{to}{rest}"))));
        }
    }
    // From the end, so that places before stay where they are.
    places.sort_by_key(|(place, _)| std::cmp::Reverse(place.start));
    let mut out = text.to_owned();
    for (place, with) in places {
        out.replace_range(place, &with);
    }
    Ok(rename_key(&out, &path(name), to)?)
}

/// What stands behind `name` in `meant`, if that means it: nothing, a port, or the inside of a template.
pub(super) fn rest_of<'a>(meant: &'a str, name: &str) -> Option<&'a str> {
    let rest = meant.strip_prefix(name)?;
    (rest.is_empty() || rest.starts_with([':', '/'])).then_some(rest)
}

/// The content of a string without escapes.
pub(super) fn string<'a>(text: &'a str, place: &Range<usize>) -> Option<&'a str> {
    let content = text[place.clone()].strip_prefix('"')?.strip_suffix('"')?;
    (!content.contains(['"', '\\'])).then_some(content)
}

/// The strings in routes that mean equipment.
fn stops(text: &str) -> Result<Vec<Range<usize>>, EditProblem> {
    let mut stops = Vec::new();
    let Ok(products) = find(text, &Path::of(&["products"])) else { return Ok(stops) };
    for product in pieces(text, products)? {
        let route = field(text, &product.value, "route");
        let Some(route) = route else { continue };
        for step in strings_or_pieces(text, route.value)? {
            if string(text, &step).is_some() {
                stops.push(step);
            } else if let Some(at) = field(text, &step, "at") {
                stops.extend(strings_or_pieces(text, at.value)?);
            }
        }
    }
    Ok(stops)
}

/// The field `name` of the value at `place`.
pub(super) fn field(text: &str, place: &Range<usize>, name: &str) -> Option<Piece> {
    pieces(text, place.clone()).ok()?.into_iter().find(|piece| piece.name == name)
}

/// The elements of a list, or the value itself if it is a string.
pub(super) fn strings_or_pieces(
    text: &str,
    place: Range<usize>,
) -> Result<Vec<Range<usize>>, EditProblem> {
    if string(text, &place).is_some() {
        return Ok(vec![place]);
    }
    Ok(pieces(text, place)?.into_iter().map(|piece| piece.value).collect())
}
