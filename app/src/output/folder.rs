//! A result folder that is written whole or not at all.
//!
//! Everything goes to a hidden sibling `.NAME.genba-new`, which takes the place of the target only when it is
//! complete and on disk. Directories cannot be exchanged in one portable step, so an existing result is first moved
//! to `.NAME.genba-old`; whichever step a crash falls on, one of the two is whole, and the next run puts it
//! where it belongs and removes the rest. A lock file beside them keeps two runs from writing one result.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use thiserror::Error;

/// The file that makes a folder a result of ours, by a `schema` that begins with [`SCHEMA`].
const RESULT: &str = "result.json";
const SCHEMA: &str = "genba.";
/// In a new folder for as long as it is not complete.
const UNFINISHED: &str = ".genba-unfinished";

/// Why a result folder could not be written.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FolderError {
    /// The path ends in `..`, `.` or is a root: no folder can be put in its place.
    #[error("`{0}` does not name a folder that could be replaced; give a name for the result")]
    Unnamed(PathBuf),
    /// There is a file where the folder should go.
    #[error("`{0}` is a file, not a folder")]
    NotAFolder(PathBuf),
    /// There is something in the folder, and it is not a result of ours. Nothing was touched.
    #[error(
        "`{0}` holds something that is not a Genba result, and is not replaced; choose another folder or empty it"
    )]
    NotAResult(PathBuf),
    /// Another run is writing the same result now.
    #[error("another run is writing to `{0}`")]
    Busy(PathBuf),
    /// A folder without a `result.json` that names its schema was to be committed: a bug of the caller.
    #[error("the result has no `result.json` with a `genba.` schema")]
    Incomplete,
    /// The file system refused; the target is as it was.
    #[error("cannot {action} `{path}`: {source}")]
    Io {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

type Result<T> = std::result::Result<T, FolderError>;

/// A result in the making. Dropping it without [`ResultFolder::commit`] leaves the target as it was.
#[derive(Debug)]
pub struct ResultFolder {
    places: Places,
    _lock: Lock,
}

impl ResultFolder {
    /// Prepares to write the result `target`, making its parents where they are missing. Fails at once, before
    /// any work is done, where the result could not be put there in the end. Cleans up after runs that crashed.
    ///
    /// # Errors
    ///
    /// Any [`FolderError`] but [`FolderError::Incomplete`].
    pub fn begin(target: &Path) -> Result<Self> {
        let places = Places::of(target)?;
        fs::create_dir_all(&places.parent).on("create", &places.parent)?;
        let lock = Lock::take(&places)?;
        recover(&places)?;
        check_replaceable(&places.target)?;
        fs::create_dir(&places.new).on("create", &places.new)?;
        let unfinished = places.new.join(UNFINISHED);
        File::create(&unfinished).on("create", &unfinished)?;
        Ok(Self { places, _lock: lock })
    }

    /// Where files are to be written until the commit.
    pub fn path(&self) -> &Path {
        &self.places.new
    }

    /// Creates the file `name`, in subfolders where it has any, to be written to.
    ///
    /// # Errors
    ///
    /// [`FolderError::Io`].
    pub fn create(&self, name: &str) -> Result<File> {
        let path = self.path().join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).on("create", parent)?;
        }
        File::create(&path).on("create", &path)
    }

    /// Writes the file `name` as a whole.
    ///
    /// # Errors
    ///
    /// [`FolderError::Io`].
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> Result<()> {
        let mut file = self.create(name)?;
        io::Write::write_all(&mut file, content.as_ref()).on("write", &self.path().join(name))
    }

    /// Puts the result in its place, for good: when this returns, it is there also after a power failure.
    /// Files must be closed by now. Returns the path of the result.
    ///
    /// # Errors
    ///
    /// [`FolderError::Incomplete`] without a `result.json`, [`FolderError::NotAResult`] where something else has
    /// appeared at the target meanwhile, [`FolderError::Io`]. The target is then as it was.
    pub fn commit(self) -> Result<PathBuf> {
        let Places { target, new, old, parent } = &self.places;
        if !is_result(new) {
            return Err(FolderError::Incomplete);
        }
        sync_tree(new)?;
        let unfinished = new.join(UNFINISHED);
        fs::remove_file(&unfinished).on("remove", &unfinished)?;
        sync_directory(new)?;
        check_replaceable(target)?;
        if target.exists() {
            fs::rename(target, old).on("move", target)?;
        }
        if let Err(error) = fs::rename(new, target).on("move", new) {
            if old.exists() {
                fs::rename(old, target).on("move back", old)?;
            }
            return Err(error);
        }
        sync_directory(parent)?;
        // The result is in place; a predecessor that cannot be removed now is the next run's to clean up.
        let _ = fs::remove_dir_all(old);
        Ok(target.clone())
    }
}

impl Drop for ResultFolder {
    fn drop(&mut self) {
        // After a commit there is nothing here. What cannot be removed is the next run's to clean up.
        let _ = fs::remove_dir_all(&self.places.new);
    }
}

/// The target and its siblings.
#[derive(Debug)]
struct Places {
    target: PathBuf,
    new: PathBuf,
    old: PathBuf,
    parent: PathBuf,
}

impl Places {
    fn of(target: &Path) -> Result<Self> {
        // Behind a symbolic link the folder is replaced, not the link.
        let target = target.canonicalize().unwrap_or_else(|_| target.to_path_buf());
        let unnamed = || FolderError::Unnamed(target.clone());
        let name = target.file_name().ok_or_else(unnamed)?;
        let parent = match target.parent() {
            Some(parent) if parent.as_os_str().is_empty() => PathBuf::from("."),
            Some(parent) => parent.to_path_buf(),
            None => return Err(unnamed()),
        };
        let sibling = |suffix: &str| {
            let mut hidden = OsString::from(".");
            hidden.push(name);
            hidden.push(suffix);
            parent.join(hidden)
        };
        let (new, old) = (sibling(".genba-new"), sibling(".genba-old"));
        Ok(Self { target, new, old, parent })
    }

    fn lock(&self) -> PathBuf {
        self.new.with_extension("genba-lock")
    }
}

/// The right to write one target, held until dropped; the system takes it back from a process that dies.
#[derive(Debug)]
struct Lock {
    path: PathBuf,
    _file: File,
}

impl Lock {
    fn take(places: &Places) -> Result<Self> {
        let path = places.lock();
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        // A holder removes the file as it leaves; whoever got hold of it before that has to try again.
        for _ in 0..8 {
            let file = options.open(&path).on("create", &path)?;
            match file.try_lock() {
                Err(TryLockError::WouldBlock) => {
                    return Err(FolderError::Busy(places.target.clone()));
                }
                // Some network file systems have no locks; there the user has to take care.
                Err(TryLockError::Error(error)) if error.kind() != io::ErrorKind::Unsupported => {
                    return Err(error).on("lock", &path);
                }
                _ if path.exists() => return Ok(Self { path, _file: file }),
                _ => {}
            }
        }
        Err(FolderError::Busy(places.target.clone()))
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

/// Puts in order what a crashed run left behind.
fn recover(places: &Places) -> Result<()> {
    let Places { target, new, old, .. } = places;
    for leftover in [new, old] {
        if leftover.exists() && !is_ours(leftover) {
            return Err(FolderError::NotAResult(leftover.clone()));
        }
    }
    if !target.exists() {
        // The crash fell into the commit: where the new result is complete, it is also on disk.
        let complete = is_result(new) && !new.join(UNFINISHED).exists();
        if let Some(whole) = complete.then_some(new).or(old.exists().then_some(old)) {
            fs::rename(whole, target).on("move", whole)?;
        }
    }
    for leftover in [new, old] {
        if leftover.exists() {
            fs::remove_dir_all(leftover).on("remove", leftover)?;
        }
    }
    Ok(())
}

fn check_replaceable(target: &Path) -> Result<()> {
    if target.exists() && !target.is_dir() {
        return Err(FolderError::NotAFolder(target.to_path_buf()));
    }
    if target.exists() && !is_empty(target) && !is_result(target) {
        return Err(FolderError::NotAResult(target.to_path_buf()));
    }
    Ok(())
}

fn is_ours(folder: &Path) -> bool {
    folder.is_dir() && (is_empty(folder) || folder.join(UNFINISHED).exists() || is_result(folder))
}

/// Unreadable folders count as occupied.
fn is_empty(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none())
}

fn is_result(folder: &Path) -> bool {
    #[derive(Deserialize)]
    struct Head {
        schema: String,
    }
    let head = File::open(folder.join(RESULT))
        .ok()
        .and_then(|file| serde_json::from_reader::<_, Head>(io::BufReader::new(file)).ok());
    head.is_some_and(|head| head.schema.starts_with(SCHEMA))
}

/// Brings every file and directory below `folder` to disk.
fn sync_tree(folder: &Path) -> Result<()> {
    for entry in fs::read_dir(folder).on("read", folder)? {
        let path = entry.on("read", folder)?.path();
        if path.is_dir() {
            sync_tree(&path)?;
        } else {
            // Windows flushes only what is open for writing.
            let file = OpenOptions::new().write(true).open(&path).on("open", &path)?;
            file.sync_all().on("write", &path)?;
        }
    }
    sync_directory(folder)
}

/// Directories can be opened and synced on Unix only; elsewhere renaming is durable enough or not ours to mend.
fn sync_directory(folder: &Path) -> Result<()> {
    if cfg!(unix) {
        let directory = File::open(folder).on("open", folder)?;
        directory.sync_all().on("write", folder)?;
    }
    Ok(())
}

trait On<T> {
    /// Says what was tried on what.
    fn on(self, action: &'static str, path: &Path) -> Result<T>;
}

impl<T> On<T> for io::Result<T> {
    fn on(self, action: &'static str, path: &Path) -> Result<T> {
        self.map_err(|source| FolderError::Io { action, path: path.to_path_buf(), source })
    }
}

#[cfg(test)]
mod tests;
