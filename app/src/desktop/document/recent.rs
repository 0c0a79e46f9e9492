//! The plants that were opened last, kept in the user's own folder for state.

use std::fs;
use std::path::{Path, PathBuf};

/// How many are kept.
const MOST: usize = 12;

/// Paths, the newest first.
#[derive(Clone, Debug, Default)]
pub struct Recent {
    file: Option<PathBuf>,
    paths: Vec<PathBuf>,
}

impl Recent {
    /// What `file` has kept; nothing if there is none, or nothing that can be read. Without a file, all is forgotten with the window.
    pub fn new(file: Option<PathBuf>) -> Self {
        let text = file.as_ref().and_then(|file| fs::read_to_string(file).ok());
        let paths = text.map(|text| text.lines().map(PathBuf::from).collect()).unwrap_or_default();
        Self { file, paths }
    }

    /// The user's file for it, if there is a folder for such.
    pub fn usual_file() -> Option<PathBuf> {
        Some(super::state_folder()?.join("recent"))
    }

    /// Those that are still there.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        self.paths.iter().map(PathBuf::as_path).filter(|path| path.is_file())
    }

    /// `path` has been opened. Where that cannot be kept, it is known until the window is closed.
    pub fn opened(&mut self, path: &Path) {
        let whole = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        self.paths.retain(|other| *other != whole);
        self.paths.insert(0, whole);
        self.paths.truncate(MOST);
        // A line is a path: one with a break in it cannot be kept.
        let lines = self.paths.iter().filter_map(|path| path.to_str());
        let lines: Vec<&str> = lines.filter(|path| !path.contains('\n')).collect();
        let text = lines.join("\n");
        if let Some(file) = &self.file {
            let made = file.parent().map_or(Ok(()), fs::create_dir_all);
            let _ = made.and_then(|()| super::write(file, text.as_bytes()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_comes_first_and_what_is_gone_is_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let path = |n: usize| folder.path().join(format!("{n}.ron"));
        let file = folder.path().join("state/recent");
        let mut recent = Recent::new(Some(file.clone()));
        for n in 0..20 {
            fs::write(path(n), "Plant()").unwrap();
            recent.opened(&path(n));
        }
        recent.opened(&path(15));
        fs::remove_file(path(19)).unwrap();
        let again = Recent::new(Some(file));
        let names: Vec<_> =
            again.paths().map(|path| path.file_stem().unwrap().to_owned()).collect();
        assert_eq!(names.len(), MOST - 1, "{names:?}");
        assert_eq!(names[..3], ["15", "18", "17"]);
        assert_eq!(Recent::new(None).paths().count(), 0);
    }
}
