//! The texts of a plant: its file, those that it includes, and the values that were set from outside.

use std::hash::Hasher as _;

use siphasher::sip::SipHasher13;

use super::{Files, Options};
use crate::diagnostics::{Diagnostic, Diagnostics, FileId, Sources, Span, codes};
use crate::layout::text::{Base, Slice, set};

/// The path of the file that the one at `path` calls `name`: from its own folder, unless it is absolute.
pub(super) fn beside(path: &str, name: &str) -> String {
    match path.rsplit_once('/') {
        Some((folder, _)) if !name.starts_with('/') => format!("{folder}/{name}"),
        _ => name.to_owned(),
    }
}

/// Reads the plant at `path` and everything that it includes, each file once.
pub(super) fn read(
    path: &str,
    files: &dyn Files,
    options: &Options,
    found: &mut Diagnostics,
) -> Sources {
    let mut sources = Sources::new();
    let mut wanted: Vec<(String, Option<Span>)> = vec![(path.to_owned(), None)];
    let mut known = vec![path.to_owned()];
    while let Some((path, from)) = wanted.pop() {
        let Some(file) = add(&mut sources, &path, from, files, options, found) else { continue };
        for (name, span) in includes(&sources, file) {
            let name = beside(&path, &name);
            if known.contains(&name) {
                continue;
            }
            known.push(name.clone());
            if known.len() > options.limits.includes {
                let most = options.limits.includes;
                let message = format!("more than {most} files are included");
                found.push(Diagnostic::error(codes::TOO_LARGE, message).at(span));
                return sources;
            }
            wanted.push((name, Some(span)));
        }
    }
    sources
}

fn add(
    sources: &mut Sources,
    path: &str,
    from: Option<Span>,
    files: &dyn Files,
    options: &Options,
    found: &mut Diagnostics,
) -> Option<FileId> {
    let mut fail = |code, message: String| {
        let diagnostic = Diagnostic::error(code, message);
        found.push(match from {
            Some(span) => diagnostic.at(span),
            None => diagnostic,
        });
    };
    let mut text = match files.read(path, options.limits.file_bytes) {
        Ok(text) => text,
        Err(error) => {
            fail(codes::UNREADABLE, format!("cannot read {path}: {error}"));
            return None;
        }
    };
    if from.is_none() {
        for (path, value) in &options.set {
            match set(&text, path, value) {
                Ok(changed) => text = changed,
                Err(error) => fail(codes::BAD_VALUE, format!("cannot set {path}: {error}")),
            }
        }
    }
    let text = super::tables::fill_in(text, path, files, options, found);
    let mut fail = |code, message: String| found.push(Diagnostic::error(code, message));
    match sources.add(path, text) {
        Ok(file) => Some(file),
        Err(error) => {
            fail(codes::TOO_LARGE, error.to_string());
            None
        }
    }
}

/// The files that `file` includes. Mistakes in the text are found later, when all of it is read.
fn includes(sources: &Sources, file: FileId) -> Vec<(String, Span)> {
    let mut quiet = Diagnostics::default();
    let base = Base::file(file);
    let slice = Slice::new(sources.text(file), &base);
    let entries = slice.entries(&mut quiet);
    let Some(include) = entries.iter().find(|entry| entry.name == "include") else {
        return Vec::new();
    };
    let list = include.value.entries(&mut quiet);
    let name = |entry: &crate::layout::text::Entry<'_>| {
        Some((entry.value.read::<String>(&mut Diagnostics::default())?, entry.value.span_at("")))
    };
    list.iter().filter_map(name).collect()
}

/// A fingerprint of all texts, those of `more` among them.
pub(super) fn fingerprint<'a>(sources: &'a Sources, more: impl Iterator<Item = &'a [u8]>) -> u64 {
    let mut hasher = SipHasher13::new();
    let own = sources.files().map(|file| sources.text(file).as_bytes());
    for text in own.chain(more) {
        hasher.write(text);
        hasher.write_u8(0xff);
    }
    hasher.finish()
}
