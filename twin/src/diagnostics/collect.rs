//! One diagnostic, and the collection of all of a run.

use std::collections::BTreeSet;

use serde::Serialize;

use super::{Code, Span};

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Nothing is run.
    Error,
    /// Runs, but is probably not what was meant.
    Warning,
    /// Worth knowing.
    Note,
}

/// One thing that is wrong, or worth knowing, about a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Diagnostic {
    /// The kind of mistake.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// One sentence in lower case without a full stop, literals in `backticks`.
    pub message: String,
    /// The place, if there is one.
    pub at: Option<Span>,
    /// A few words that stand at the place; may be empty.
    pub label: String,
    /// What would be right.
    pub hints: Vec<String>,
    /// Other places that matter, and why.
    pub notes: Vec<(Span, String)>,
}

impl Diagnostic {
    fn new(code: Code, severity: Severity, message: String) -> Self {
        Self {
            code,
            severity,
            message,
            at: None,
            label: String::new(),
            hints: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// An error without a place.
    pub fn error(code: Code, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Error, message.into())
    }

    /// A warning without a place.
    pub fn warning(code: Code, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Warning, message.into())
    }

    /// At this place.
    #[must_use]
    pub fn at(mut self, span: Span) -> Self {
        self.at = Some(span);
        self
    }

    /// With these words at the place.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// With one more hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// With "did you mean" where something is `meant`.
    #[must_use]
    pub fn did_you_mean(self, meant: Option<&str>) -> Self {
        match meant {
            Some(meant) => self.hint(format!("did you mean `{meant}`?")),
            None => self,
        }
    }

    /// With one more place.
    #[must_use]
    pub fn note(mut self, span: Span, message: impl Into<String>) -> Self {
        self.notes.push((span, message.into()));
        self
    }
}

/// How many diagnostics are kept; of those after them, only the number.
const KEPT: usize = 10_000;

/// Collects diagnostics.
#[derive(Clone, Debug, Default)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
    n_errors: usize,
    n_dropped: usize,
}

impl Diagnostics {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one; after ten thousand they are only counted.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.n_errors += usize::from(diagnostic.severity == Severity::Error);
        if self.list.len() < KEPT {
            self.list.push(diagnostic);
        } else {
            self.n_dropped += 1;
        }
    }

    /// Whether there is an error among them.
    pub fn has_errors(&self) -> bool {
        self.n_errors > 0
    }

    /// Number of errors, repeated ones included.
    pub fn n_errors(&self) -> usize {
        self.n_errors
    }

    /// Whether there is nothing to report.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Number of diagnostics that were counted but not kept.
    pub fn n_dropped(&self) -> usize {
        self.n_dropped
    }

    /// In the order in which they were found.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.list.iter()
    }

    /// By file and position (those without a place first), each once.
    pub fn sorted(&self) -> Vec<&Diagnostic> {
        let mut seen = BTreeSet::new();
        let mut list: Vec<&Diagnostic> = self.list.iter().filter(|d| seen.insert(*d)).collect();
        list.sort_by_key(|d| (d.at, d.severity, d.code));
        list
    }

    /// Adds all of `others`.
    pub fn append(&mut self, others: Self) {
        self.n_dropped += others.n_dropped;
        // The dropped ones' severities are unknown to `push`, so errors are counted here.
        let n_errors = self.n_errors + others.n_errors;
        others.list.into_iter().for_each(|d| self.push(d));
        self.n_errors = n_errors;
    }
}

impl Extend<Diagnostic> for Diagnostics {
    fn extend<I: IntoIterator<Item = Diagnostic>>(&mut self, diagnostics: I) {
        diagnostics.into_iter().for_each(|d| self.push(d));
    }
}
