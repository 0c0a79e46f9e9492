//! What the loader thinks of a text that has not been saved.

use std::io;

use crate::engine::Registry;
use crate::plant::{Files, Loaded, Options, load};

/// The files of a plant, one of them as it stands in the editor.
struct Draft<'a> {
    path: &'a str,
    text: &'a str,
    files: &'a dyn Files,
}

impl Files for Draft<'_> {
    fn read(&self, path: &str, limit: u64) -> io::Result<String> {
        if path != self.path {
            return self.files.read(path, limit);
        }
        if self.text.len() as u64 > limit {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        Ok(self.text.to_owned())
    }
}

/// Loads the plant at `path` as if its file held `text`; everything else, what it includes, comes from `files`. Cost: that of
/// loading.
pub fn check(
    path: &str,
    text: &str,
    files: &dyn Files,
    registry: &Registry,
    options: &Options,
) -> Loaded {
    load(path, &Draft { path, text, files }, registry, options)
}
