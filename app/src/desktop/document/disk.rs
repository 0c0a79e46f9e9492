//! A plant's file: written whole or not at all, and watched.
//!
//! It is asked for its time and size once a second. That costs a microsecond, needs no thread and no library, and works where messages of
//! the system do not come: on network drives, and when an editor puts a new file in the place of the old.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

/// How often it is looked at.
const EVERY: Duration = Duration::from_secs(1);
/// What some editors put before a text.
const MARK: char = '\u{feff}';

/// A file as it was when it was last read or written.
#[derive(Clone, Debug)]
pub struct Disk {
    path: PathBuf,
    text: String,
    stamp: Option<Stamp>,
    looked: Instant,
}

/// Files that are only read, as they were when they were looked at last.
#[derive(Clone, Debug, Default)]
pub struct Beside {
    stamps: BTreeMap<String, Option<Stamp>>,
    looked: Option<Instant>,
}

impl Beside {
    /// The first of `names` that has changed, come or gone since it was looked at last, if that is long enough ago.
    pub fn look(&mut self, names: &[String]) -> Option<String> {
        if self.looked.is_some_and(|looked| looked.elapsed() < EVERY) {
            return None;
        }
        self.looked = Some(Instant::now());
        let now = names.iter().map(|name| (name.clone(), stamp(Path::new(name))));
        let before = std::mem::replace(&mut self.stamps, now.collect());
        let other = |(name, stamp): &(&String, &Option<Stamp>)| {
            before.get(*name).is_some_and(|before| before != *stamp)
        };
        self.stamps.iter().find(other).map(|(name, _)| name.clone())
    }
}

/// By what a change is noticed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stamp {
    changed: Option<SystemTime>,
    bytes: u64,
}

/// What has become of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    /// Nothing.
    Same,
    /// It has another text.
    Changed(String),
    /// It is not there any more, or cannot be read.
    Gone,
}

impl Disk {
    /// The file at `path`, which has been read as `text`.
    pub fn new(path: &Path, text: &str) -> Self {
        let stamp = stamp(path);
        Self { path: path.to_owned(), text: text.to_owned(), stamp, looked: Instant::now() }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What it holds, as far as is known.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// `text` without the mark that some editors put before it.
    pub fn plain<'a>(&self, text: &'a str) -> &'a str {
        text.strip_prefix(MARK).unwrap_or(text)
    }

    /// Writes `text`, behind a mark where the file had one.
    ///
    /// # Errors
    ///
    /// If that fails; the file is as it was then.
    pub fn save(&mut self, text: &str) -> io::Result<()> {
        let mark = if self.text.starts_with(MARK) { MARK.to_string() } else { String::new() };
        let text = mark + text;
        write(&self.path, text.as_bytes())?;
        self.accept(&text);
        Ok(())
    }

    /// The file holds `text`, and that is known.
    pub fn accept(&mut self, text: &str) {
        text.clone_into(&mut self.text);
        self.stamp = stamp(&self.path);
    }

    /// Looks whether it has changed. What has been told once is not told again.
    pub fn look(&mut self) -> Seen {
        if self.looked.elapsed() < EVERY {
            return Seen::Same;
        }
        self.looked = Instant::now();
        let now = stamp(&self.path);
        if now == self.stamp {
            return Seen::Same;
        }
        self.stamp = now;
        match fs::read_to_string(&self.path) {
            Ok(text) if text == self.text => Seen::Same,
            Ok(text) => Seen::Changed(text),
            Err(_) => Seen::Gone,
        }
    }
}

fn stamp(path: &Path) -> Option<Stamp> {
    let found = fs::metadata(path).ok()?;
    Some(Stamp { changed: found.modified().ok(), bytes: found.len() })
}

/// Writes a file whole or not at all: beside it first, to the disk, then in its place. A link stays a link, and who may read it may
/// still do so.
///
/// # Errors
///
/// If there is no room, or it may not be written.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or_else(|| Path::new("."));
    let mut beside = tempfile::Builder::new();
    beside.prefix(".genba-").suffix(".part");
    #[cfg(unix)]
    let readable = std::os::unix::fs::PermissionsExt::from_mode(0o666);
    #[cfg(unix)]
    beside.permissions(readable);
    let mut part = beside.tempfile_in(folder)?;
    part.as_file_mut().write_all(bytes)?;
    if let Ok(old) = fs::metadata(&path) {
        part.as_file().set_permissions(old.permissions())?;
    }
    part.as_file().sync_all()?;
    part.persist(&path).map_err(|error| error.error)?;
    // That it is there shall outlive a loss of power too, where folders can be told so.
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_written_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("line.ron");
        write(&path, b"one").unwrap();
        write(&path, b"two").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        let taken = folder.path().join("taken");
        fs::create_dir(&taken).unwrap();
        fs::write(taken.join("x"), "x").unwrap();
        assert!(write(&taken, b"three").is_err());
        assert!(write(&folder.path().join("no/such/line.ron"), b"four").is_err());
        let left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap()).collect();
        assert_eq!(left.len(), 2, "nothing half-written is left: {left:?}");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link_and_rights_stay() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("line.ron"), folder.path().join("link.ron"));
        fs::write(&path, "one").unwrap();
        fs::set_permissions(&path, PermissionsExt::from_mode(0o640)).unwrap();
        std::os::unix::fs::symlink(&path, &link).unwrap();
        write(&link, b"two").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
    }

    #[test]
    fn a_mark_before_the_text_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("line.ron");
        let mut disk = Disk::new(&path, "\u{feff}one");
        assert_eq!(disk.plain("\u{feff}one"), "one");
        disk.save("two").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "\u{feff}two");
    }
}
