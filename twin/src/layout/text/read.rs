//! From a slice to a value of a type, with all mistakes.

use std::ops::Range;

use ron::error::{Error, SpannedError};
use serde::de::DeserializeOwned;

use super::slice::Slice;
use crate::diagnostics::{Code, Diagnostic, Diagnostics, codes, did_you_mean};

/// Most mistakes that are looked for in one slice.
const MOST: usize = 20;

impl Slice<'_> {
    /// The value, if there is no mistake in it. Cost: one parse, and one more for every mistake.
    pub fn read<T: DeserializeOwned>(&self, found: &mut Diagnostics) -> Option<T> {
        let first = match super::options().from_str(self.text) {
            Ok(value) => return Some(value),
            Err(error) => error,
        };
        self.find_all::<T>(found, first);
        None
    }

    /// Reports `error` and all that come to light when it is out of the way.
    fn find_all<T: DeserializeOwned>(&self, found: &mut Diagnostics, first: SpannedError) {
        let mut text = self.text.to_owned();
        let mut blanked: Vec<String> = Vec::new();
        let mut error = first;
        for _ in 0..MOST {
            if let Error::MissingStructField { field, .. } = &error.code
                && blanked.iter().any(|name| name == field)
            {
                return;
            }
            self.report(found, &error);
            let at = offset(&text, error.span.start.line, error.span.start.col);
            let Some(hit) = innermost(&text, at) else { return };
            blank(&mut text, hit.whole);
            blanked.push(hit.name);
            match super::options().from_str::<T>(&text) {
                Ok(_) => return,
                Err(next) => error = next,
            }
        }
    }

    /// Reports what `ron` has found, in our words.
    pub(super) fn report(&self, found: &mut Diagnostics, error: &SpannedError) {
        let start = offset(self.text, error.span.start.line, error.span.start.col);
        let end = offset(self.text, error.span.end.line, error.span.end.col);
        let (code, message, hint) = explain(&error.code);
        let range = match &error.code {
            // Shown at the opening of what lacks it; `ron` is at its end by then.
            Error::MissingStructField { .. } => enclosing_head(self.text, start),
            // Likewise behind a value that makes no sense: the value is meant.
            Error::Message(_) | Error::InvalidValueForType { .. } if start == end => {
                innermost(self.text, start).map_or(start..end, |hit| hit.value)
            }
            _ => start..end.max(start),
        };
        let mut diagnostic = Diagnostic::error(code, message).at(self.span(range));
        if let Some(hint) = hint {
            diagnostic = diagnostic.hint(hint);
        }
        found.push(diagnostic);
    }
}

/// Offset of a line and column, both from 1, columns in characters.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let mut start = 0;
    for _ in 1..line {
        match text[start..].find('\n') {
            Some(at) => start += at + 1,
            None => return text.len(),
        }
    }
    let rest = &text[start..];
    rest.char_indices().nth(column.saturating_sub(1)).map_or(text.len(), |(at, _)| start + at)
}

/// A field around a mistake.
struct Hit {
    name: String,
    /// From the name to the comma behind the value.
    whole: Range<usize>,
    value: Range<usize>,
}

/// The innermost field around `at`.
fn innermost(text: &str, at: usize) -> Option<Hit> {
    let base = super::Base::file(crate::diagnostics::FileId::NONE);
    let mut slice = Slice::new(text, &base);
    let mut from = 0;
    let mut best = None;
    while let Ok(entries) = slice.try_entries() {
        let around = |range: &Range<usize>| from + range.start <= at && at <= from + range.end;
        let hit = entries.into_iter().find(|entry| around(&entry.range) || around(&entry.key));
        let Some(entry) = hit else { break };
        let end = super::entries::skip_trivia(slice.text, entry.range.end);
        let end = if slice.text[end..].starts_with(',') { end + 1 } else { entry.range.end };
        let start = entry.key.start.min(entry.range.start);
        let value = from + entry.range.start..from + entry.range.end;
        best = Some(Hit { name: entry.name.clone(), whole: from + start..from + end, value });
        from += entry.range.start;
        slice = entry.value;
    }
    best
}

fn blank(text: &mut String, range: Range<usize>) {
    let spaces: String = text[range.clone()]
        .chars()
        // As many characters, so that columns stay as they are.
        .map(|c| if c == '\n' || c == '\r' { c } else { ' ' })
        .collect();
    text.replace_range(range, &spaces);
}

/// The name, or the bracket, that opens the struct which ends at `end`.
fn enclosing_head(text: &str, end: usize) -> Range<usize> {
    let mut depth = 0;
    for (at, c) in text[..end].char_indices().rev() {
        match c {
            ')' | ']' | '}' => depth += 1,
            '(' | '[' | '{' if depth > 0 => depth -= 1,
            '(' | '[' | '{' => {
                let head = &text[..at];
                let name = head.rfind(|c: char| !(c.is_alphanumeric() || c == '_'));
                let name =
                    name.map_or(0, |at| at + head[at..].chars().next().map_or(1, char::len_utf8));
                return if name < at { name..at } else { at..at + 1 };
            }
            _ => {}
        }
    }
    0..0
}

/// Code, message and hint for an error of `ron`.
fn explain(error: &Error) -> (Code, String, Option<String>) {
    let owner = |outer: &Option<String>| {
        outer.as_deref().map_or(String::new(), |outer| format!(" in `{outer}`"))
    };
    match error {
        Error::NoSuchStructField { expected, found, outer } => (
            codes::UNKNOWN_FIELD,
            format!("there is no field `{found}`{}", owner(outer)),
            Some(suggest(found, expected, "fields")),
        ),
        Error::MissingStructField { field, outer } => {
            (codes::MISSING_FIELD, format!("the field `{field}` is missing{}", owner(outer)), None)
        }
        Error::NoSuchEnumVariant { expected, found, .. } => (
            codes::UNKNOWN_KIND,
            format!("`{found}` is not among the choices here"),
            Some(suggest(found, expected, "choices")),
        ),
        Error::DuplicateStructField { field, .. } => {
            (codes::DUPLICATE, format!("the field `{field}` stands here twice"), None)
        }
        Error::InvalidValueForType { expected, found } => {
            let code = if expected.contains(" such as ") {
                codes::BAD_QUANTITY
            } else {
                codes::WRONG_TYPE
            };
            (code, format!("expected {expected}, found {found}"), None)
        }
        Error::ExceededRecursionLimit => {
            (codes::NESTING, "brackets are nested too deep".to_owned(), None)
        }
        Error::TrailingCharacters => {
            (codes::TRAILING, "something stands after the end".to_owned(), None)
        }
        Error::Message(message) => {
            let code =
                if message.contains("xpected a") { codes::BAD_QUANTITY } else { codes::BAD_VALUE };
            (code, lower(message), None)
        }
        other => (codes::SYNTAX, lower(&other.to_string()), None),
    }
}

fn suggest(word: &str, known: &[&str], what: &str) -> String {
    match did_you_mean(word, known.iter().copied()) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("the {what} are: {}", known.join(", ")),
    }
}

fn lower(message: &str) -> String {
    let mut chars = message.chars();
    let first = chars.next().map(|c| c.to_lowercase().to_string()).unwrap_or_default();
    format!("{first}{}", chars.as_str())
}
