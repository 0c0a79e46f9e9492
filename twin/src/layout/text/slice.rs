//! A piece of a file's text that knows where it stands.

use std::ops::Range;

use super::path::Path;
use crate::diagnostics::{Code, Diagnostic, Diagnostics, FileId, Span};

/// Where a text comes from: a file, or a piece of a file with parameters filled in.
#[derive(Clone, Debug)]
pub struct Base {
    file: FileId,
    /// Offset of the text in the file.
    start: usize,
    /// Where parameters were filled in, in order.
    pub(super) patches: Vec<Patch>,
}

/// A range of a filled text, and the range of the file that it was put in for.
#[derive(Clone, Debug)]
pub(super) struct Patch {
    pub(super) new: Range<usize>,
    /// Relative to the start of the base.
    pub(super) old: Range<usize>,
}

impl Base {
    /// A whole file.
    pub fn file(file: FileId) -> Self {
        Self { file, start: 0, patches: Vec::new() }
    }

    /// Offset in the file of offset `at` in the text; inside a patch, the end of it that is asked for.
    fn offset(&self, at: usize, end: bool) -> usize {
        let mut shift = 0_isize;
        for patch in &self.patches {
            if at < patch.new.start || (end && at == patch.new.start) {
                break;
            }
            if at < patch.new.end || (end && at == patch.new.end) {
                return self.start + if end { patch.old.end } else { patch.old.start };
            }
            shift = patch.old.end as isize - patch.new.end as isize;
        }
        (self.start as isize + at as isize + shift).max(0) as usize
    }
}

/// A piece of a text.
#[derive(Clone, Copy, Debug)]
pub struct Slice<'a> {
    /// The text.
    pub text: &'a str,
    /// Offset in the text of the base.
    at: usize,
    base: &'a Base,
}

impl<'a> Slice<'a> {
    /// A whole text.
    pub fn new(text: &'a str, base: &'a Base) -> Self {
        Self { text, at: 0, base }
    }

    /// The piece `range` of this slice.
    #[must_use]
    pub fn sub(&self, range: Range<usize>) -> Self {
        Self { text: &self.text[range.clone()], at: self.at + range.start, base: self.base }
    }

    /// A base for a copy of this slice's text that is changed at `patches`.
    pub(super) fn rebase(&self, patches: Vec<Patch>) -> Base {
        // Filled texts are not filled again, so the base has no patches of its own.
        Base { file: self.base.file, start: self.base.start + self.at, patches }
    }

    /// Place of `range` in the file. An empty range is widened to one character, if there is one.
    pub fn span(&self, range: Range<usize>) -> Span {
        let range = if range.is_empty() {
            let next = self.text[range.start..].chars().next().map_or(0, char::len_utf8);
            range.start..range.start + next
        } else {
            range
        };
        let start = self.base.offset(self.at + range.start, false);
        let end = self.base.offset(self.at + range.end, true);
        Span::new(self.base.file, start..end.max(start))
    }

    /// Place of the value at `path`; of the nearest part of the path that stands there, if it does not.
    pub fn span_at(&self, path: &str) -> Span {
        let Ok(path) = path.parse::<Path>() else { return self.head() };
        let mut slice = *self;
        for segment in path.segments() {
            match slice.step(segment) {
                Some(next) => slice = next,
                None => return slice.head(),
            }
        }
        if path.segments().is_empty() { slice.head() } else { slice.trimmed_span() }
    }

    /// Place of the first line's worth of it: the name of a struct, or its opening bracket.
    pub fn head(&self) -> Span {
        let start = super::entries::skip_trivia(self.text, 0);
        let rest = &self.text[start..];
        let name = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
        self.span(start..start + name)
    }

    fn trimmed_span(&self) -> Span {
        let start = super::entries::skip_trivia(self.text, 0);
        self.span(start..self.text.trim_end().len().max(start))
    }

    /// Reports a mistake at `path`.
    pub fn error(
        &self,
        found: &mut Diagnostics,
        code: Code,
        path: &str,
        message: impl Into<String>,
        hint: Option<String>,
    ) {
        let mut diagnostic = Diagnostic::error(code, message).at(self.span_at(path));
        if let Some(hint) = hint {
            diagnostic = diagnostic.hint(hint);
        }
        found.push(diagnostic);
    }
}
