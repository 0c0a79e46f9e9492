//! Diagnostics as data, for `--json` and for the desktop.

use serde::Serialize;

use super::{Code, Diagnostic, Diagnostics, Severity, Sources, Span};

/// A diagnostic with its place spelt out; lines and columns count from 1, columns in characters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DiagnosticData {
    /// `P003`.
    pub code: Code,
    /// `error`, `warning` or `note`.
    pub severity: Severity,
    /// Path of the file, if there is a place.
    pub file: Option<String>,
    /// First line.
    pub line: usize,
    /// First column.
    pub column: usize,
    /// Last line.
    pub end_line: usize,
    /// The column after the last.
    pub end_column: usize,
    /// What is wrong.
    pub message: String,
    /// The words at the place.
    pub label: String,
    /// What would be right.
    pub hints: Vec<String>,
    /// Other places.
    pub notes: Vec<NoteData>,
    /// The first line of the place.
    pub text: String,
}

/// Another place that matters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NoteData {
    /// Path of the file.
    pub file: String,
    /// First line, from 1.
    pub line: usize,
    /// First column in characters, from 1.
    pub column: usize,
    /// Why it matters.
    pub message: String,
}

/// Longest text of a line that is given, in bytes.
const LINE: usize = 400;

impl Diagnostics {
    /// All diagnostics, sorted, as data.
    pub fn to_data(&self, sources: &Sources) -> Vec<DiagnosticData> {
        self.sorted().into_iter().map(|d| data(d, sources)).collect()
    }
}

fn data(d: &Diagnostic, sources: &Sources) -> DiagnosticData {
    let note = |(span, message): &(Span, String)| {
        let (line, column) = sources.position(*span);
        NoteData {
            file: sources.path(span.file).to_owned(),
            line,
            column,
            message: message.clone(),
        }
    };
    let (line, column) = d.at.map_or((0, 0), |at| sources.position(at));
    let (end_line, end_column) =
        d.at.map_or((0, 0), |at| sources.position_at(at.file, at.end as usize));
    let text = d.at.map_or("", |at| {
        let text = &sources.text(at.file)[sources.line(at.file, line)];
        &text[..text.floor_char_boundary(LINE)]
    });
    DiagnosticData {
        code: d.code,
        severity: d.severity,
        file: d.at.map(|at| sources.path(at.file).to_owned()),
        line,
        column,
        end_line,
        end_column,
        message: d.message.clone(),
        label: d.label.clone(),
        hints: d.hints.clone(),
        notes: d.notes.iter().map(note).collect(),
        text: text.to_owned(),
    }
}
