//! What is not saved yet, kept in the user's own folder for state, so that neither a crash nor a loss of power loses it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use twin::edit::History;

/// Between two times of keeping, at least: this much work can be lost.
const EVERY: Duration = Duration::from_secs(1);

/// Where it is kept, and what of it.
#[derive(Clone, Debug, Default)]
pub struct Keep {
    folder: Option<PathBuf>,
    file: Option<PathBuf>,
    /// The text that was kept last, and when.
    last: Option<(u64, Instant)>,
}

/// What was kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Kept {
    /// What its file held.
    base: String,
    history: History,
}

impl Kept {
    /// The text that was not saved.
    pub fn text(&self) -> &str {
        self.history.text()
    }

    /// What its file held when it was opened or saved last.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The text and what was done to it.
    pub fn into_history(self) -> History {
        self.history
    }
}

impl Keep {
    /// Keeps what is done to the file at `path` in `folder`, which is made if need be.
    pub fn new(folder: Option<PathBuf>, path: Option<&Path>) -> Self {
        let file = folder.as_ref().map(|folder| folder.join(file_name(path)));
        Self { folder, file, last: None }
    }

    /// The same for another file.
    #[must_use]
    pub fn for_path(&self, path: &Path) -> Self {
        Self::new(self.folder.clone(), Some(path))
    }

    /// The user's folder for it, if there is one.
    pub fn usual_folder() -> Option<PathBuf> {
        Some(super::state_folder()?.join("unsaved"))
    }

    /// Keeps `history`, if it is unsaved and something has changed since it was kept last.
    ///
    /// # Errors
    ///
    /// If it cannot be written. It is tried again after the next change.
    pub fn keep(&mut self, history: &History, revision: u64, base: &str) -> io::Result<()> {
        if !history.is_unsaved() {
            // What another window has kept, or one before a crash, is not this one's to forget.
            if self.last.is_some() {
                self.forget();
            }
            return Ok(());
        }
        let Some(file) = &self.file else { return Ok(()) };
        let done = self.last.is_some_and(|(kept, at)| kept == revision || at.elapsed() < EVERY);
        if done {
            return Ok(());
        }
        self.last = Some((revision, Instant::now()));
        let kept = Kept { base: base.to_owned(), history: history.clone() };
        let bytes = serde_json::to_vec(&kept)?;
        if let Some(folder) = &self.folder {
            fs::create_dir_all(folder)?;
        }
        super::write(file, &bytes)
    }

    /// What was kept, if it can be read.
    pub fn look(&self) -> Option<Kept> {
        let bytes = fs::read(self.file.as_ref()?).ok()?;
        serde_json::from_slice(&bytes).ok()
    }

    /// Forgets what was kept.
    pub fn forget(&mut self) {
        self.last = None;
        if let Some(file) = &self.file {
            // It may not be there.
            let _ = fs::remove_file(file);
        }
    }
}

/// A name for what is kept of the file at `path`, wherever it is called from.
fn file_name(path: Option<&Path>) -> String {
    use std::hash::{Hash, Hasher};
    let Some(path) = path else { return "untitled.json".to_owned() };
    let whole = fs::canonicalize(path)
        .or_else(|_| std::path::absolute(path))
        .unwrap_or_else(|_| path.to_owned());
    let mut hasher = siphasher::sip::SipHasher13::new();
    whole.hash(&mut hasher);
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    format!("{}-{:016x}.json", stem.unwrap_or_default(), hasher.finish())
}
