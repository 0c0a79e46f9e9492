//! A folder that appears whole or not at all, even if the process is killed.
//!
//! Files are written to a hidden folder beside the place, brought to disk, and then the folder is renamed, which is one step
//! for the file system. A killed process leaves the hidden folder behind, never a half result under its name.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// A folder in the making. Dropped, it is gone.
#[derive(Debug)]
pub(super) struct Folder {
    place: PathBuf,
    making: TempDir,
}

impl Folder {
    /// Begins a folder that is to be at `place`, where nothing may be yet.
    ///
    /// # Errors
    ///
    /// If something is there, or the folder around it cannot be written to.
    pub(super) fn begin(place: &Path) -> io::Result<Self> {
        // `result/` is `result`.
        let place: PathBuf = place.components().collect();
        if place.symlink_metadata().is_ok() {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        let name = place.file_name().ok_or(io::ErrorKind::InvalidInput)?;
        let mut prefix = OsString::from(".");
        prefix.push(name);
        prefix.push(".");
        let around = match place.parent() {
            Some(parent) if parent != Path::new("") => parent,
            _ => Path::new("."),
        };
        let mut builder = tempfile::Builder::new();
        builder.prefix(&prefix).suffix(".unfinished");
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o777));
        let making = builder.tempdir_in(around)?;
        Ok(Self { place, making })
    }

    /// Where files are to be put.
    pub(super) fn path(&self) -> &Path {
        self.making.path()
    }

    /// Gives the folder its name.
    ///
    /// # Errors
    ///
    /// If the disk does not take it, or something has come to be there. Nothing is left then.
    pub(super) fn finish(self) -> io::Result<()> {
        for entry in fs::read_dir(self.path())? {
            File::open(entry?.path())?.sync_all()?;
        }
        sync_folder(self.path())?;
        if self.place.symlink_metadata().is_ok() {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        fs::rename(self.path(), &self.place)?;
        // It goes by another name now; there is nothing to clean up.
        let _ = self.making.keep();
        match self.place.parent() {
            Some(parent) if parent != Path::new("") => sync_folder(parent),
            _ => sync_folder(Path::new(".")),
        }
    }
}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<OsString> {
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect()
    }

    #[test]
    fn it_appears_when_it_is_finished() {
        let around = tempfile::tempdir().unwrap();
        let place = around.path().join("result");
        let folder = Folder::begin(&place.join("")).unwrap();
        fs::write(folder.path().join("a.txt"), "a").unwrap();
        assert!(!place.exists());
        folder.finish().unwrap();
        assert_eq!(names(around.path()), ["result"]);
        assert_eq!(fs::read_to_string(place.join("a.txt")).unwrap(), "a");
    }

    #[test]
    fn dropped_it_is_gone() {
        let around = tempfile::tempdir().unwrap();
        let folder = Folder::begin(&around.path().join("result")).unwrap();
        fs::write(folder.path().join("a.txt"), "a").unwrap();
        drop(folder);
        assert!(names(around.path()).is_empty());
    }

    #[test]
    fn what_is_there_stays() {
        let around = tempfile::tempdir().unwrap();
        let place = around.path().join("result");
        let early = Folder::begin(&place).unwrap();
        fs::create_dir(&place).unwrap();
        assert_eq!(early.finish().unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(Folder::begin(&place).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(names(around.path()), ["result"]);
        assert!(Folder::begin(Path::new("/")).is_err() && Folder::begin(Path::new("")).is_err());
    }
}
