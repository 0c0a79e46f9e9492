//! The plant's file as somebody works on it: its text, what was done to it, what the loader says of it, and where it is kept.
//!
//! | file | idea |
//! |---|---|
//! | `loader` | a text becomes a plant, beside the window |
//! | `opening` | another plant, read beside the window |
//! | `finding` | what is wrong with the text, and which entry that is about |
//! | `disk` | the file: written whole or not at all, and watched |
//! | `keep` | what is not saved yet, kept for the next start |
//! | `recent` | what was opened last |
//! | `subject` | equipment of the run, and the entry of the file that it comes from |
//! | `starter` | what a new equipment says at first |
//!
//! An edit changes the text at once. Whether the text is a plant is found out on a thread of its own, the newest text first; until then, and
//! where it is none, the run goes on in the plant that it has.

mod disk;
mod finding;
mod keep;
mod loader;
mod opening;
mod recent;
mod starter;
mod subject;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, TryRecvError, channel};

use twin::edit::{Edit, EditProblem, History};
use twin::engine::Model;
use twin::plant::Loaded;

pub use disk::{Beside, Disk, Seen, write};
pub use finding::Finding;
pub use keep::{Keep, Kept};
pub use loader::{Checked, Loader};
pub use opening::Opening;
pub use recent::Recent;
pub use starter::{STARTERS, fresh_name, starter};
pub use subject::{Draft, Subject, drafts, entry_of, id_of, moves, nudges};

/// The user's own folder for what the window keeps between two starts, if there is one.
fn state_folder() -> Option<PathBuf> {
    Some(dirs::state_dir().or_else(dirs::data_local_dir)?.join("genba"))
}

/// A plant's file that is being worked on.
#[derive(Debug)]
pub struct Document {
    name: String,
    history: History,
    loader: Arc<Loader>,
    /// Counts changes of the text.
    revision: u64,
    /// The text that is being looked at.
    checking: Option<Receiver<Checked>>,
    /// The text that was looked at last, and what came of it.
    checked: u64,
    findings: Vec<Finding>,
    fits: bool,
    disk: Option<Disk>,
    beside: Beside,
    keep: Keep,
    opening: Option<Opening>,
}

/// How far what runs is from what is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The text is the plant that runs, or is about to.
    Fits,
    /// It is being found out.
    Checking,
    /// The text is no plant; the one before runs on.
    Broken,
}

impl Document {
    /// The text of the plant called `name`, of which nothing is wrong; with a path, that is where it is saved.
    pub fn new(name: &str, text: &str, path: Option<&Path>, loader: Arc<Loader>) -> Self {
        let disk = path.map(|path| Disk::new(path, text));
        let text = disk.as_ref().map_or(text, |disk| disk.plain(text));
        Self {
            name: name.to_owned(),
            history: History::new(text),
            loader,
            revision: 1,
            checking: None,
            checked: 1,
            findings: Vec::new(),
            fits: true,
            disk,
            beside: Beside::default(),
            keep: Keep::default(),
            opening: None,
        }
    }

    /// The same, with what the loader has said when it was `loaded` from its text.
    #[must_use]
    pub fn with(self, loaded: &Loaded) -> Self {
        Self { findings: finding::findings(loaded, &self.name, self.text()), ..self }
    }

    /// The same, kept between two changes in `folder`, so that a crash loses nothing.
    #[must_use]
    pub fn kept_in(mut self, folder: Option<PathBuf>) -> Self {
        self.keep = Keep::new(folder, self.path());
        self
    }

    /// The text of another plant called `name`, from `path`, under the same loader and kept in the same folder.
    #[must_use]
    pub fn beside(&self, name: &str, text: &str, path: &Path) -> Self {
        let other = Self::new(name, text, Some(path), self.loader.clone());
        Self { keep: self.keep.for_path(path), ..other }
    }

    /// Begins to read the plant at `path`, which is to take its place.
    pub fn open(&mut self, path: &Path) {
        self.opening = Some(Opening::begin(self.loader.clone(), path));
    }

    /// Where the plant comes from that is being read to take its place, if one is.
    pub fn opening(&self) -> Option<&Path> {
        self.opening.as_ref().map(Opening::path)
    }

    /// The plant that was read to take its place, once it is there, or why there is none.
    pub fn opened(&mut self) -> Option<Result<(Self, Arc<Model>), String>> {
        let found = self.opening.as_ref()?.poll(self);
        if found.is_some() {
            self.opening = None;
        }
        found
    }

    /// What its file holds, as far as is known; `None`: it has none.
    pub fn on_disk(&self) -> Option<&str> {
        self.disk.as_ref().map(Disk::text)
    }

    /// What the loader calls it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where it is saved; `None`: nowhere yet.
    pub fn path(&self) -> Option<&Path> {
        self.disk.as_ref().map(Disk::path)
    }

    /// Its text.
    pub fn text(&self) -> &str {
        self.history.text()
    }

    /// What was done to it.
    pub fn history(&self) -> &History {
        &self.history
    }

    /// Whether it differs from its file.
    pub fn is_unsaved(&self) -> bool {
        self.history.is_unsaved()
    }

    /// Counts changes of the text.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// What the loader says of it.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// How far what runs is from it.
    pub fn verdict(&self) -> Verdict {
        match (self.checked == self.revision, self.fits) {
            (false, _) => Verdict::Checking,
            (true, true) => Verdict::Fits,
            (true, false) => Verdict::Broken,
        }
    }

    /// What makes plants of texts.
    pub fn loader(&self) -> &Arc<Loader> {
        &self.loader
    }

    /// Makes a change.
    ///
    /// # Errors
    ///
    /// If it cannot be made; all is as before then.
    pub fn edit(&mut self, edit: Edit) -> Result<(), EditProblem> {
        self.history.apply(edit)?;
        self.revision += 1;
        Ok(())
    }

    /// Makes a change that takes the place of one like it just before: so a row of nudges is one change.
    ///
    /// # Errors
    ///
    /// If it cannot be made; all is as before then.
    pub fn nudge(&mut self, edit: Edit) -> Result<(), EditProblem> {
        self.history.drag(edit)?;
        self.revision += 1;
        Ok(())
    }

    /// The next nudge is a change of its own.
    pub fn end_nudge(&mut self) {
        self.history.end_drag();
    }

    /// Undoes the last change; its name.
    pub fn undo(&mut self) -> Option<String> {
        let name = self.history.undo()?.name();
        self.revision += 1;
        Some(name)
    }

    /// Makes the change again that was undone last; its name.
    pub fn redo(&mut self) -> Option<String> {
        let name = self.history.redo()?.name();
        self.revision += 1;
        Some(name)
    }

    /// What undo would undo, and redo redo.
    pub fn names(&self) -> [Option<String>; 2] {
        let [done, undone] = [self.history.done(), self.history.undone()];
        [done, undone].map(|entries| entries.last().map(|entry| entry.edit.name()))
    }

    /// Begins to look at the text where it has changed, and takes what came of it: a plant, if the newest text is one that has not been
    /// taken yet.
    pub fn poll(&mut self) -> Option<Arc<Model>> {
        let found = match self.checking.as_ref().map(Receiver::try_recv) {
            Some(Ok(found)) => Some(found),
            Some(Err(TryRecvError::Empty)) => return None,
            Some(Err(TryRecvError::Disconnected)) => Some(Checked::lost(self.revision)),
            None => None,
        };
        self.checking = None;
        let model = found.and_then(|found| self.take(found));
        if self.checked != self.revision {
            self.begin_check();
        }
        model
    }

    /// Waits for what the loader says of the text as it is.
    pub fn settle(&mut self) -> Option<Arc<Model>> {
        let mut newest = None;
        while self.checked != self.revision {
            newest = self.poll().or(newest);
            std::thread::yield_now();
        }
        newest
    }

    fn begin_check(&mut self) {
        let (tell, coming) = channel();
        let (loader, name, text) = (self.loader.clone(), self.name.clone(), self.text().to_owned());
        let revision = self.revision;
        std::thread::spawn(move || {
            // Nobody listens any more if the window has been closed.
            let _ = tell.send(loader.check(&name, &text, revision));
        });
        self.checking = Some(coming);
    }

    fn take(&mut self, found: Checked) -> Option<Arc<Model>> {
        self.findings = found.findings;
        self.fits = found.model.is_some();
        self.checked = found.revision;
        found.model
    }

    /// Writes it to its file.
    ///
    /// # Errors
    ///
    /// If it has no file yet, or cannot be written; the old file is there then as it was.
    pub fn save(&mut self) -> std::io::Result<()> {
        let Some(disk) = &mut self.disk else { return Err(std::io::ErrorKind::NotFound.into()) };
        disk.save(self.history.text())?;
        self.history.set_saved();
        self.keep.forget();
        Ok(())
    }

    /// Writes it to another file, which is its own from now on. What it names beside itself is then looked for beside the new file.
    ///
    /// # Errors
    ///
    /// If it cannot be written; all is as before then.
    pub fn save_as(&mut self, path: &Path) -> std::io::Result<()> {
        let mut disk = Disk::new(path, "");
        disk.save(self.history.text())?;
        self.keep.forget();
        self.disk = Some(disk);
        self.keep = self.keep.for_path(path);
        self.name = path.to_string_lossy().into_owned();
        self.history.set_saved();
        self.revision += 1;
        Ok(())
    }

    /// What has become of its file, asked once a second at most.
    pub fn watch(&mut self) -> Seen {
        self.disk.as_mut().map_or(Seen::Same, Disk::look)
    }

    /// A file that it names beside itself and that has changed, asked once a second at most. The text is looked at again then.
    pub fn watch_beside(&mut self) -> Option<String> {
        let changed = self.beside.look(&self.loader.named())?;
        self.revision += 1;
        Some(changed)
    }

    /// Takes `text`, which its file has by now, in place of its own; what was done before can be undone no more.
    pub fn reload(&mut self, text: &str) {
        let Some(disk) = &mut self.disk else { return };
        disk.accept(text);
        self.history = History::new(disk.plain(text));
        self.revision += 1;
        self.keep.forget();
    }

    /// Stays as it is although its file has become `text`: it is unsaved from now on.
    pub fn stay(&mut self, text: &str) {
        if let Some(disk) = &mut self.disk {
            disk.accept(text);
        }
        self.history.set_unsaved();
    }

    /// Its file is gone: it is unsaved from now on, and saving writes it anew.
    pub fn lost(&mut self) {
        self.history.set_unsaved();
    }

    /// Keeps what is not saved, where it has changed since; `None`: that has worked, or there is nothing to keep.
    pub fn keep(&mut self) -> Option<String> {
        let base = self.disk.as_ref().map_or("", Disk::text);
        self.keep.keep(&self.history, self.revision, base).err().map(|error| error.to_string())
    }

    /// What was kept of this file and never saved.
    pub fn kept(&self) -> Option<Kept> {
        self.keep.look().filter(|kept| kept.text() != self.text())
    }

    /// Goes on with what was kept.
    pub fn restore(&mut self, kept: Kept) {
        let is_based = self.disk.as_ref().is_some_and(|disk| disk.text() == kept.base());
        self.history = kept.into_history();
        if !is_based {
            self.history.set_unsaved();
        }
        self.revision += 1;
    }

    /// The window is closed: what is not saved by now is kept no longer.
    pub fn give_up(&mut self) {
        self.keep.forget();
        self.keep = Keep::default();
    }

    /// Forgets what is kept: it is not wanted.
    pub fn forget(&mut self) {
        self.keep.forget();
    }
}
