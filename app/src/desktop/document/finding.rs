//! What is wrong with a text, as the command line says it, and the entry of the file that it is about.

use std::ops::Range;

use twin::diagnostics::{DiagnosticData, Severity};
use twin::layout::text::{Path, find, pieces};
use twin::plant::Loaded;

/// Something that is wrong, or worth knowing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// `P003`; empty where no text is to blame.
    pub code: String,
    /// `line.ron:12:5`; empty without a place.
    pub place: String,
    /// What is wrong.
    pub message: String,
    /// What would be right.
    pub hints: Vec<String>,
    /// The line that it is in.
    pub line: String,
    /// The equipment of the file that it is about.
    pub about: Option<String>,
}

impl Finding {
    /// Of a fault that no text is to blame for.
    pub(super) fn of_the_loader(message: &str) -> Self {
        Self {
            severity: Severity::Error,
            code: String::new(),
            place: String::new(),
            message: message.to_owned(),
            hints: Vec::new(),
            line: String::new(),
            about: None,
        }
    }
}

/// All that was found in `text`, the text of the file `name`, and in what it includes.
pub(super) fn findings(loaded: &Loaded, name: &str, text: &str) -> Vec<Finding> {
    let entries = entries(text);
    let data = loaded.diagnostics.to_data(&loaded.sources);
    data.into_iter().map(|one| finding(one, name, text, &entries)).collect()
}

fn finding(
    data: DiagnosticData,
    name: &str,
    text: &str,
    entries: &[(String, Range<usize>)],
) -> Finding {
    let own = data.file.as_deref() == Some(name);
    let at = own.then(|| offset(text, data.line, data.column));
    let about = at.and_then(|at| entries.iter().find(|(_, place)| place.contains(&at)));
    let place = data.file.map(|file| format!("{file}:{}:{}", data.line, data.column));
    Finding {
        severity: data.severity,
        code: data.code.to_string(),
        place: place.unwrap_or_default(),
        message: data.message,
        hints: data.hints,
        line: data.text.trim().to_owned(),
        about: about.map(|entry| entry.0.clone()),
    }
}

/// Every equipment of a text and where it stands, its name included; none where it is no RON.
fn entries(text: &str) -> Vec<(String, Range<usize>)> {
    let all = find(text, &Path::of(&["equipment"])).and_then(|place| pieces(text, place));
    let all = all.unwrap_or_default().into_iter();
    all.map(|piece| (piece.name, piece.key.start..piece.value.end)).collect()
}

/// The byte at a line and a column, both from 1, columns in characters.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let before = text.split_inclusive('\n').take(line.saturating_sub(1));
    let start: usize = before.map(str::len).sum();
    let rest = &text[start..];
    let within = rest.char_indices().nth(column.saturating_sub(1));
    start + within.map_or(rest.len(), |(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_characters() {
        assert_eq!(offset("ä\nöx", 2, 2), 5);
        assert_eq!(offset("ab", 1, 9), 2);
    }
}
