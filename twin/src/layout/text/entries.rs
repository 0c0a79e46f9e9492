//! Taking a value apart without knowing its type.

use std::ops::Range;

use ron::value::RawValue;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::path::Segment;
use super::slice::Slice;
use crate::diagnostics::Diagnostics;

/// A field of a struct, an entry of a map, or an element of a list.
#[derive(Clone, Debug)]
pub struct Entry<'a> {
    /// Its name; empty for elements of lists.
    pub name: String,
    /// Where its name stands, within the slice.
    pub key: Range<usize>,
    /// Its value.
    pub value: Slice<'a>,
    /// Where its value stands, within the slice.
    pub range: Range<usize>,
}

impl<'a> Slice<'a> {
    /// The fields of a struct (with or without a name), the entries of a map, the elements of a list. What does not parse
    /// is reported.
    pub fn entries(&self, found: &mut Diagnostics) -> Vec<Entry<'a>> {
        match self.try_entries() {
            Ok(entries) => entries,
            Err(error) => {
                self.report(found, &error);
                Vec::new()
            }
        }
    }

    /// Likewise; what does not parse is an error.
    pub(super) fn try_entries(&self) -> Result<Vec<Entry<'a>>, ron::error::SpannedError> {
        let open = self.body_start();
        // Blank what stands before the brackets: offsets stay as they are.
        let body = &self.text[open..];
        let raw = super::options().from_str_seed(body, Top { map: body.starts_with('{') });
        let raw = raw.map_err(|mut error| {
            shift(&mut error, &self.text[..open]);
            error
        })?;
        Ok(raw.into_iter().map(|(name, raw)| self.entry(name, raw)).collect())
    }

    fn entry(&self, name: String, raw: &'a RawValue) -> Entry<'a> {
        let text = raw.get_ron();
        // Both are pieces of the same string, so the difference of their addresses is an offset.
        let start = text.as_ptr() as usize - self.text.as_ptr() as usize;
        let lead = skip_trivia(text, 0).min(text.len());
        let range = start + lead..start + text.trim_end().len().max(lead);
        let key = self.key_before(range.start, &name);
        Entry { name, key, value: self.sub(range.clone()), range }
    }

    /// The name in front of a value that starts at `value`.
    fn key_before(&self, value: usize, name: &str) -> Range<usize> {
        if name.is_empty() {
            return value..value;
        }
        let head = &self.text[..value];
        match head.rfind(name) {
            Some(at) => {
                let quoted = head[..at].ends_with('"');
                let end = at + name.len();
                if quoted { at - 1..end + 1 } else { at..end }
            }
            None => value..value,
        }
    }

    /// Where the brackets begin, behind the name of a struct or variant.
    fn body_start(&self) -> usize {
        let start = skip_trivia(self.text, 0);
        let rest = &self.text[start..];
        let name = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
        let open = skip_trivia(self.text, start + name);
        if self.text[open..].starts_with(['(', '{', '[']) { open } else { start }
    }

    /// The value one step further in.
    pub(super) fn step(&self, segment: &Segment) -> Option<Self> {
        let entries = self.try_entries().ok()?;
        match segment {
            Segment::Name(name) => {
                let hit = entries.iter().find(|entry| entry.name == *name);
                if let Some(entry) = hit {
                    return Some(entry.value);
                }
                // Through the only element of a newtype variant.
                let only =
                    entries.first().filter(|entry| entries.len() == 1 && entry.name.is_empty());
                only.and_then(|entry| entry.value.step(segment))
            }
            Segment::Index(index) => entries.get(*index).map(|entry| entry.value),
        }
    }

    /// `Name(…)` taken apart: the name, and what stands in the brackets, brackets included; `()` where there are none.
    pub fn variant(&self) -> (&'a str, Option<Self>) {
        let start = skip_trivia(self.text, 0);
        let rest = &self.text[start..];
        let name = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
        let open = skip_trivia(self.text, start + name);
        let body = self.text[open..].starts_with('(').then(|| self.sub(open..self.text.len()));
        (&rest[..name], body)
    }
}

/// Offset of the first character at or after `at` that is neither white space nor comment.
pub(super) fn skip_trivia(text: &str, mut at: usize) -> usize {
    loop {
        let rest = &text[at..];
        let trimmed = rest.trim_start();
        at += rest.len() - trimmed.len();
        if trimmed.starts_with("//") {
            at += trimmed.find('\n').unwrap_or(trimmed.len());
        } else if trimmed.starts_with("/*") {
            at += block_comment(trimmed);
        } else {
            return at;
        }
    }
}

/// Length of the comment, which may hold others, that `text` begins with.
fn block_comment(text: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < text.len() {
        let rest = &text[at..];
        if rest.starts_with("/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if rest.starts_with("*/") {
            (depth, at) = (depth - 1, at + 2);
            if depth == 0 {
                return at;
            }
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

/// Moves an error's position behind `head`, which was cut off before parsing.
fn shift(error: &mut ron::error::SpannedError, head: &str) {
    let lines = head.matches('\n').count();
    let column = head.rsplit('\n').next().map_or(0, |line| line.chars().count());
    for position in [&mut error.span.start, &mut error.span.end] {
        if position.line == 1 {
            position.col += column;
        }
        position.line += lines;
    }
}

struct Top {
    map: bool,
}

impl<'de> DeserializeSeed<'de> for Top {
    type Value = Vec<(String, &'de RawValue)>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        if self.map {
            deserializer.deserialize_map(Parts { strings: true })
        } else {
            deserializer.deserialize_any(Parts { strings: false })
        }
    }
}

struct Parts {
    /// Keys are strings, not identifiers.
    strings: bool,
}

impl<'de> Visitor<'de> for Parts {
    type Value = Vec<(String, &'de RawValue)>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("fields in brackets")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Vec::new())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut out = Vec::new();
        if self.strings {
            while let Some(entry) = map.next_entry::<String, &RawValue>()? {
                out.push(entry);
            }
        } else {
            while let Some(name) = map.next_key_seed(FieldName)? {
                out.push((name, map.next_value()?));
            }
        }
        Ok(out)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut out = Vec::new();
        while let Some(value) = seq.next_element()? {
            out.push((String::new(), value));
        }
        Ok(out)
    }
}

struct FieldName;

impl<'de> DeserializeSeed<'de> for FieldName {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        struct Reader;
        impl Visitor<'_> for Reader {
            type Value = String;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("the name of a field")
            }

            fn visit_str<E>(self, name: &str) -> Result<String, E> {
                Ok(name.to_owned())
            }
        }
        deserializer.deserialize_identifier(Reader)
    }
}
