//! Putting entries into a text and taking them out, in the layout of their neighbours, so that everything else stays byte for
//! byte: comments, order, spacing, commas.
//!
//! An entry that begins a line is taken out with its line, the comment behind it included; comments above it stay. A new
//! entry gets a line of its own, indented like its neighbour, where the neighbour has one.

use std::ops::Range;

use super::edit::{EditError, literal};
use super::entries::skip_trivia;
use super::path::{Path, Segment};
use super::slice::{Base, Slice};
use crate::diagnostics::FileId;

/// A field of a struct, an entry of a map, or an element of a list: where in the text it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Its name; empty for elements of lists.
    pub name: String,
    /// Its name in the text, with quotes if it has any; empty for elements of lists.
    pub key: Range<usize>,
    /// Its value.
    pub value: Range<usize>,
}

impl Piece {
    fn start(&self) -> usize {
        self.key.start.min(self.value.start)
    }
}

/// Where the value at `path` stands.
///
/// # Errors
///
/// If the path leads nowhere.
pub fn find(text: &str, path: &Path) -> Result<Range<usize>, EditError> {
    let mut place = trimmed(text, 0..text.len());
    for segment in path.segments() {
        let (_, pieces, at) =
            locate(text, place, segment).ok_or_else(|| EditError::NotThere(path.to_string()))?;
        place = pieces[at].value.clone();
    }
    Ok(place)
}

/// What stands in the brackets at `place`; nothing, if it has none.
///
/// # Errors
///
/// If the text there is no RON.
pub fn pieces(text: &str, place: Range<usize>) -> Result<Vec<Piece>, EditError> {
    let base = Base::file(FileId::NONE);
    let slice = Slice::new(&text[place.clone()], &base);
    let entries = slice.try_entries().map_err(|error| {
        EditError::Value(text[place.clone()].to_owned(), error.code.to_string())
    })?;
    let mut pieces = Vec::with_capacity(entries.len());
    let mut from = opening(text, &place).map_or(place.start, |open| open + 1);
    for entry in entries {
        let value = place.start + entry.range.start..place.start + entry.range.end;
        let value = value.start..content_end(text, value);
        let key = if entry.name.is_empty() { value.start..value.start } else { key(text, from) };
        from = after_comma(text, value.end).unwrap_or(value.end);
        pieces.push(Piece { name: entry.name, key, value });
    }
    Ok(pieces)
}

/// Puts `value` in place of the value at `path`, or, if its last field is not there yet, behind the other fields. What has no
/// brackets yet gets them: `Source` becomes `Source(every: "1 min")`.
///
/// # Errors
///
/// If the path leads nowhere, or the value is no RON.
pub fn put(text: &str, path: &Path, value: &str) -> Result<String, EditError> {
    let value = literal(value)?;
    match find(text, path) {
        Ok(place) => Ok(replaced(text, place, &value)),
        Err(error) => {
            let Some((parent, Segment::Name(name))) = path.split_last() else { return Err(error) };
            let place = find(text, &parent)?;
            if opening(text, &place).is_some() {
                return insert(text, place, None, Some(&name), &value).map_err(|_| error);
            }
            let bare = text[place.clone()].chars().all(|c| c.is_alphanumeric() || c == '_');
            let begins = text[place.clone()].starts_with(char::is_uppercase);
            if bare && begins {
                let with = format!("{}({name}: {value})", &text[place.clone()]);
                return Ok(replaced(text, place, &with));
            }
            Err(error)
        }
    }
}

/// Takes the field, entry or element at `path` out.
///
/// # Errors
///
/// If the path leads nowhere.
pub fn remove(text: &str, path: &Path) -> Result<String, EditError> {
    let missing = || EditError::NotThere(path.to_string());
    let (parent, last) = path.split_last().ok_or_else(missing)?;
    let place = find(text, &parent)?;
    let (_, pieces, at) = locate(text, place, &last).ok_or_else(missing)?;
    Ok(replaced(text, extent(text, &pieces, at), ""))
}

/// Gives the entry at `path` another name.
///
/// # Errors
///
/// If the path leads nowhere.
pub fn rename(text: &str, path: &Path, name: &str) -> Result<String, EditError> {
    let missing = || EditError::NotThere(path.to_string());
    let (parent, last) = path.split_last().ok_or_else(missing)?;
    let (_, pieces, at) = locate(text, find(text, &parent)?, &last).ok_or_else(missing)?;
    let key = pieces[at].key.clone();
    let quoted = text[key.clone()].starts_with('"');
    let name = if quoted { format!("{name:?}") } else { name.to_owned() };
    Ok(replaced(text, key, &name))
}

/// Puts an entry into the brackets at `place`, behind the entry `after`, or at the end.
///
/// # Errors
///
/// If there are no brackets, or the value is no RON.
pub fn insert(
    text: &str,
    place: Range<usize>,
    after: Option<usize>,
    name: Option<&str>,
    value: &str,
) -> Result<String, EditError> {
    let value = literal(value)?;
    let no_brackets = || EditError::NotThere(text[place.clone()].to_owned());
    let open = opening(text, &place).ok_or_else(no_brackets)?;
    let entry = match name {
        Some(name) if text[open..].starts_with('{') => format!("{name:?}: {value}"),
        Some(name) => format!("{name}: {value}"),
        None => value,
    };
    let pieces = pieces(text, place.clone())?;
    let after = after.map_or(pieces.last(), |after| pieces.get(after));
    let Some(after) = after else { return Ok(insert_first(text, open, place.end - 1, &entry)) };
    let comma = after_comma(text, after.value.end);
    let Some(indent) = indent(text, after.start()) else {
        // In the same line.
        return Ok(match comma {
            Some(comma) if pieces.last() == Some(after) => {
                // A comma at the end of a line stays one.
                let again = if rest_of_line(text, comma).is_some() { "," } else { "" };
                replaced(text, comma..comma, &format!(" {entry}{again}"))
            }
            _ => replaced(text, after.value.end..after.value.end, &format!(", {entry}")),
        });
    };
    let end = rest_of_line(text, comma.unwrap_or(after.value.end));
    let (end, line) = match end {
        Some(end) => (end, format!("\n{indent}{entry},")),
        // Something else follows in that line.
        None => (comma.unwrap_or(after.value.end), format!(" {entry},")),
    };
    let mut out = replaced(text, end..end, &line);
    if comma.is_none() {
        out.insert(after.value.end, ',');
    }
    Ok(out)
}

/// The first entry between the brackets at `open` and `close`.
fn insert_first(text: &str, open: usize, close: usize, entry: &str) -> String {
    if !text[open..close].contains('\n') {
        return replaced(text, close..close, entry);
    }
    let line = text[..close].rfind('\n').map_or(0, |at| at + 1);
    let indent: String =
        text[line..].chars().take_while(|c| c.is_whitespace() && *c != '\n').collect();
    let at = if text[line..close].trim().is_empty() { line } else { close };
    let lead = if at == line { "" } else { "\n" };
    replaced(text, at..at, &format!("{lead}{indent}    {entry},\n"))
}

/// What is to be cut to take entry `at` out.
fn extent(text: &str, pieces: &[Piece], at: usize) -> Range<usize> {
    let piece = &pieces[at];
    let start = piece.start();
    let comma = after_comma(text, piece.value.end);
    let end = comma.unwrap_or(piece.value.end);
    if indent(text, start).is_some() {
        let line = text[..start].rfind('\n').map_or(0, |at| at + 1);
        if let Some(rest) = rest_of_line(text, end) {
            return line..(rest + 1).min(text.len());
        }
    } else if at + 1 == pieces.len() && at > 0 {
        let before = pieces[at - 1].value.end;
        let between = &text[before..start];
        if between.chars().all(|c| c.is_whitespace() || c == ',') {
            return before..piece.value.end;
        }
    }
    let blank = text[end..].len() - text[end..].trim_start_matches([' ', '\t']).len();
    start..end + if comma.is_some() { blank } else { 0 }
}

fn replaced(text: &str, place: Range<usize>, with: &str) -> String {
    let mut out = String::with_capacity(text.len() + with.len());
    out.push_str(&text[..place.start]);
    out.push_str(with);
    out.push_str(&text[place.end..]);
    out
}

/// The entries of the brackets that `segment` leads into, and which it is.
fn locate(
    text: &str,
    place: Range<usize>,
    segment: &Segment,
) -> Option<(Range<usize>, Vec<Piece>, usize)> {
    let all = pieces(text, place.clone()).ok()?;
    let at = match segment {
        Segment::Name(name) => all.iter().position(|piece| piece.name == *name),
        Segment::Index(index) => (*index < all.len()).then_some(*index),
    };
    match (at, all.as_slice()) {
        (Some(at), _) => Some((place, all, at)),
        // Through the only element of a newtype variant.
        (None, [only]) if only.name.is_empty() && matches!(segment, Segment::Name(_)) => {
            locate(text, only.value.clone(), segment)
        }
        _ => None,
    }
}

/// Where the brackets of the value at `place` begin.
fn opening(text: &str, place: &Range<usize>) -> Option<usize> {
    let value = &text[place.clone()];
    let name = value.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(value.len());
    let open = place.start + skip_trivia(value, name);
    text[open..place.end].starts_with(['(', '{', '[']).then_some(open)
}

/// The name that stands at or after `from`.
fn key(text: &str, from: usize) -> Range<usize> {
    let start = skip_trivia(text, from);
    let rest = &text[start..];
    let Some(quoted) = rest.strip_prefix('"') else {
        let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
        return start..start + end;
    };
    let mut escaped = false;
    let close = quoted.find(|c: char| {
        let closes = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        closes
    });
    start..start + 1 + close.map_or(quoted.len(), |close| close + 1)
}

/// The end of the comma behind a value that ends at `end`, if there is one.
fn after_comma(text: &str, end: usize) -> Option<usize> {
    let at = skip_trivia(text, end);
    text[at..].starts_with(',').then_some(at + 1)
}

/// The white space before `start`, if nothing else stands before it in its line.
fn indent(text: &str, start: usize) -> Option<&str> {
    let line = text[..start].rfind('\n')? + 1;
    let head = &text[line..start];
    head.trim().is_empty().then_some(head)
}

/// The end of the line, if nothing but a comment stands in it from `at` on.
fn rest_of_line(text: &str, at: usize) -> Option<usize> {
    let end = text[at..].find('\n').map(|end| at + end)?;
    let rest = text[at..end].trim();
    (rest.is_empty() || rest.starts_with("//")).then_some(end)
}

/// Where the content of `place` ends: comments behind a value are none of it.
fn content_end(text: &str, place: Range<usize>) -> usize {
    let value = &text[..place.end];
    let (mut at, mut end) = (place.start, place.start);
    loop {
        at = skip_trivia(value, at);
        let Some(next) = value[at..].chars().next() else { return end };
        at = if next == '"' { key(value, at).end } else { at + next.len_utf8() };
        end = at;
    }
}

fn trimmed(text: &str, place: Range<usize>) -> Range<usize> {
    let start = skip_trivia(text, place.start);
    start..content_end(text, place).max(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "// top\nPlant(\n    equipment: {\n        \"in\": (is: Source, to: [\"mill\"]), // first\n        // the old one\n        \"mill\": (\n            is: Station(time: \"5 s\"), // slow\n            to: [\"out\", \"bin\"]\n        ), // mill\n        \"out\": (is: Sink), \"bin\": (is: Sink) // last\n    }\n)\n// end\n";

    fn path(text: &str) -> Path {
        text.parse().unwrap()
    }

    fn changed(out: &str, before: &str, after: &str) {
        assert_eq!(out, TEXT.replacen(before, after, 1));
        assert_ne!(out, TEXT);
    }

    #[test]
    fn entries_are_taken_out_with_their_line() {
        let out = remove(TEXT, &path("equipment.in")).unwrap();
        changed(&out, "        \"in\": (is: Source, to: [\"mill\"]), // first\n", "");
        let out = remove(TEXT, &path("equipment.bin")).unwrap();
        changed(&out, ", \"bin\": (is: Sink)", "");
        let out = remove(TEXT, &path("equipment.out")).unwrap();
        changed(&out, "\"out\": (is: Sink), ", "");
        let out = remove(TEXT, &path("equipment.mill.to[0]")).unwrap();
        changed(&out, "\"out\", ", "");
        let out = remove(TEXT, &path("equipment.mill.to[1]")).unwrap();
        changed(&out, ", \"bin\"", "");
        let out = remove(TEXT, &path("equipment.in.to")).unwrap();
        changed(&out, ", to: [\"mill\"]", "");
        let out = remove(TEXT, &path("equipment.in.to[0]")).unwrap();
        changed(&out, "\"mill\"]", "]");
    }

    #[test]
    fn entries_are_put_in_as_their_neighbours_stand() {
        let out = put(TEXT, &path("equipment.mill.at"), "(1, 2)").unwrap();
        changed(&out, "\"bin\"]\n", "\"bin\"],\n            at: (1, 2),\n");
        let out = put(TEXT, &path("equipment.in.is.every"), "1 min").unwrap();
        changed(&out, "is: Source,", "is: Source(every: \"1 min\"),");
        let out = put(TEXT, &path("equipment.mill.is.places"), "2").unwrap();
        changed(&out, "\"5 s\"", "\"5 s\", places: 2");
        let out = put(TEXT, &path("equipment.mill.is.time"), "7 s").unwrap();
        changed(&out, "5 s", "7 s");
        let place = find(TEXT, &path("equipment")).unwrap();
        let out = insert(TEXT, place.clone(), Some(0), Some("new"), "(is: Sink)").unwrap();
        changed(&out, "// first\n", "// first\n        \"new\": (is: Sink),\n");
        let out = insert(TEXT, place, None, Some("new"), "(is: Sink)").unwrap();
        changed(&out, "\"bin\": (is: Sink)", "\"bin\": (is: Sink), \"new\": (is: Sink)");
        let empty = "Plant(\n    equipment: {\n    },\n)";
        let place = find(empty, &path("equipment")).unwrap();
        let out = insert(empty, place, None, Some("a"), "(is: Sink)").unwrap();
        assert_eq!(out, "Plant(\n    equipment: {\n        \"a\": (is: Sink),\n    },\n)");
    }

    #[test]
    fn names_are_changed_where_they_stand() {
        let out = rename(TEXT, &path("equipment.mill"), "lathe").unwrap();
        changed(&out, "\"mill\": (\n", "\"lathe\": (\n");
        assert!(rename(TEXT, &path("equipment.saw"), "lathe").is_err());
    }
}
