//! Named parameters: `"$name"` stands for a value, `${name}` inside a string for a piece of text.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::slice::{Base, Patch, Slice};
use crate::diagnostics::{Diagnostic, Diagnostics, codes, did_you_mean};

/// Named values: RON text by name.
pub type Scope = BTreeMap<String, String>;

/// A slice with its parameters filled in.
#[derive(Debug)]
pub struct Filled<'a> {
    text: Cow<'a, str>,
    base: Base,
    plain: Option<Slice<'a>>,
}

impl Filled<'_> {
    /// The filled text as a slice.
    pub fn slice(&self) -> Slice<'_> {
        self.plain.unwrap_or_else(|| Slice::new(&self.text, &self.base))
    }
}

impl<'a> Slice<'a> {
    /// Fills `scope` in. A `$` that is meant as such is written `$$`. Unknown names are reported to `found`. Free, where
    /// there is no `$`.
    pub fn fill(&self, scope: &Scope, found: &mut Diagnostics) -> Filled<'a> {
        if !self.text.contains('$') {
            let base = self.rebase(Vec::new());
            return Filled { text: Cow::Borrowed(self.text), base, plain: Some(*self) };
        }
        let mut filler =
            Filler { slice: *self, out: String::new(), patches: Vec::new(), copied: 0 };
        let mut at = 0;
        while let Some(next) = self.text[at..].find('$') {
            at = filler.dollar(at + next, scope, found);
        }
        filler.copy(self.text.len());
        let base = self.rebase(filler.patches);
        Filled { text: Cow::Owned(filler.out), base, plain: None }
    }
}

/// Fills parameters into a name.
pub(crate) fn fill_name(name: &str, scope: &Scope) -> String {
    let mut out = name.to_owned();
    if name.contains("${") {
        for (key, value) in scope {
            out = out.replace(&format!("${{{key}}}"), value.trim_matches('"'));
        }
    }
    out
}

struct Filler<'a> {
    slice: Slice<'a>,
    out: String,
    patches: Vec<Patch>,
    /// What has been copied or replaced so far.
    copied: usize,
}

impl Filler<'_> {
    fn copy(&mut self, to: usize) {
        self.out.push_str(&self.slice.text[self.copied..to]);
        self.copied = to;
    }

    fn replace(&mut self, from: usize, to: usize, by: &str) {
        self.copy(from);
        let start = self.out.len();
        self.out.push_str(by);
        self.patches.push(Patch { new: start..self.out.len(), old: from..to });
        self.copied = to;
    }

    /// Deals with the `$` at `at`; returns where to go on.
    fn dollar(&mut self, at: usize, scope: &Scope, found: &mut Diagnostics) -> usize {
        let text = self.slice.text;
        let rest = &text[at + 1..];
        if rest.starts_with('$') {
            self.replace(at, at + 2, "$");
            return at + 2;
        }
        if let Some(inner) = rest.strip_prefix('{')
            && let Some(end) = inner.find('}')
        {
            let to = at + end + 3;
            match self.look_up(&inner[..end], at..to, scope, found) {
                Some(value) => self.replace(at, to, value.trim_matches('"')),
                None => self.copy(to),
            }
            return to;
        }
        if text[..at].ends_with('"')
            && let Some(end) = rest.find('"')
        {
            let to = at + end + 2;
            match self.look_up(&rest[..end], at - 1..to, scope, found) {
                Some(value) => self.replace(at - 1, to, value),
                None => self.copy(to),
            }
            return to;
        }
        at + 1
    }

    fn look_up<'s>(
        &self,
        name: &str,
        range: std::ops::Range<usize>,
        scope: &'s Scope,
        found: &mut Diagnostics,
    ) -> Option<&'s str> {
        if let Some(value) = scope.get(name) {
            return Some(value);
        }
        let meant = did_you_mean(name, scope.keys().map(String::as_str));
        let message = format!("no parameter is named `{name}`");
        let diagnostic = Diagnostic::error(codes::UNKNOWN_PARAMETER, message);
        found.push(diagnostic.at(self.slice.span(range)).did_you_mean(meant));
        None
    }
}
