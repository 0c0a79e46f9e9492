//! The texts that were loaded, and places in them.

use std::fmt;
use std::ops::Range;

/// One loaded text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(u32);

impl FileId {
    /// No file: for texts that nobody has loaded.
    pub const NONE: Self = Self(u32::MAX);
}

/// A piece of a text, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The text.
    pub file: FileId,
    /// First byte.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
}

impl Span {
    /// The piece `range` of `file`; offsets beyond 4 GiB are cut to it.
    pub fn new(file: FileId, range: Range<usize>) -> Self {
        let cut = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Self { file, start: cut(range.start), end: cut(range.end.max(range.start)) }
    }

    /// The byte range.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A text of 4 GiB or more, which is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TooLarge {
    /// The file's path as given.
    pub path: String,
    /// Its size in bytes.
    pub bytes: usize,
}

impl fmt::Display for TooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a file of {} bytes is too large, the limit is 4 GiB: {}", self.bytes, self.path)
    }
}

impl std::error::Error for TooLarge {}

#[derive(Clone, Debug)]
struct Source {
    path: String,
    text: String,
    /// Byte offsets of the lines' first bytes.
    lines: Vec<u32>,
}

/// All loaded texts.
#[derive(Clone, Debug, Default)]
pub struct Sources(Vec<Source>);

impl Sources {
    /// No texts.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a text with the path that users know it by. A byte order mark is dropped; offsets count from behind it.
    ///
    /// # Errors
    /// Texts of 4 GiB and more.
    pub fn add(
        &mut self,
        path: impl Into<String>,
        text: impl Into<String>,
    ) -> Result<FileId, TooLarge> {
        let (path, mut text) = (path.into(), text.into());
        if text.starts_with('\u{feff}') {
            text.drain(..'\u{feff}'.len_utf8());
        }
        if u32::try_from(text.len()).is_err() {
            return Err(TooLarge { path, bytes: text.len() });
        }
        let starts = text.match_indices('\n').map(|(at, _)| at as u32 + 1);
        let lines = std::iter::once(0).chain(starts).collect();
        self.0.push(Source { path, text, lines });
        Ok(FileId(self.0.len() as u32 - 1))
    }

    fn get(&self, file: FileId) -> Option<&Source> {
        self.0.get(file.0 as usize)
    }

    /// The path of `file` as users know it; empty for a file of other sources.
    pub fn path(&self, file: FileId) -> &str {
        self.get(file).map_or("", |s| &s.path)
    }

    /// The text of `file`; empty for a file of other sources.
    pub fn text(&self, file: FileId) -> &str {
        self.get(file).map_or("", |s| &s.text)
    }

    /// The text at `span`, moved outwards to whole characters; never panics.
    pub fn slice(&self, span: Span) -> &str {
        let range = self.clamp(span);
        &self.text(span.file)[range]
    }

    /// All of `file`.
    pub fn whole(&self, file: FileId) -> Span {
        Span::new(file, 0..self.text(file).len())
    }

    /// The files, in the order in which they were added.
    pub fn files(&self) -> impl Iterator<Item = FileId> {
        (0..self.0.len() as u32).map(FileId)
    }

    /// Line and column, both from 1, of the start of `span`; columns count characters.
    pub fn position(&self, span: Span) -> (usize, usize) {
        self.position_at(span.file, span.start as usize)
    }

    /// Line and column, both from 1, of the byte `offset`; columns count characters.
    pub fn position_at(&self, file: FileId, offset: usize) -> (usize, usize) {
        let Some(source) = self.get(file) else {
            return (1, 1);
        };
        let offset = source.text.floor_char_boundary(offset);
        let line = source.lines.partition_point(|&start| start as usize <= offset);
        let start = source.lines[line - 1] as usize;
        (line, source.text[start..offset].chars().count() + 1)
    }

    /// Byte range of line `line` (from 1), without its line break.
    pub fn line(&self, file: FileId, line: usize) -> Range<usize> {
        let Some(source) = self.get(file) else {
            return 0..0;
        };
        let index = line.clamp(1, source.lines.len()) - 1;
        let start = source.lines[index] as usize;
        let end = source.lines.get(index + 1).map_or(source.text.len(), |&next| next as usize);
        let text = source.text[start..end].trim_end_matches(['\n', '\r']);
        start..start + text.len()
    }

    /// `span` as a range that lies inside its text, on borders of characters.
    pub(super) fn clamp(&self, span: Span) -> Range<usize> {
        let text = self.text(span.file);
        let start = text.floor_char_boundary(span.start as usize);
        let end = text.ceil_char_boundary((span.end as usize).min(text.len()));
        start..end.max(start)
    }
}
