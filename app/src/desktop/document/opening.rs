//! Another plant on its way into the window, read and checked beside it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, TryRecvError, channel};

use twin::engine::Model;
use twin::plant::Loaded;

use super::{Document, Loader};

/// A plant that is being read.
#[derive(Debug)]
pub struct Opening {
    path: PathBuf,
    coming: Receiver<Result<(String, Loaded), String>>,
}

impl Opening {
    /// Begins to read the plant at `path`.
    pub fn begin(loader: Arc<Loader>, path: &Path) -> Self {
        let (tell, coming) = channel();
        let name = path.to_string_lossy().into_owned();
        std::thread::spawn(move || {
            let text = loader.files.read(&name, loader.options.limits.file_bytes);
            let found = text.map_err(|error| format!("Cannot read {name}: {error}"));
            let found = found.map(|text| {
                let loaded = loader.load(&name, &text);
                (text, loaded)
            });
            // Nobody listens any more if the window has been closed.
            let _ = tell.send(found);
        });
        Self { path: path.to_owned(), coming }
    }

    /// Where it comes from.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What came of it, to take the place of `document`; `None`: it is still being read.
    pub fn poll(&self, document: &Document) -> Option<Result<(Document, Arc<Model>), String>> {
        let name = self.path.to_string_lossy();
        match self.coming.try_recv() {
            Ok(found) => Some(found.and_then(|(text, loaded)| {
                let next = document.beside(&name, &text, &self.path).with(&loaded);
                let first = next.findings().first().map(|finding| finding.message.clone());
                let why = first.unwrap_or_default();
                let why = || format!("{name} cannot be run: {why}. `genba check` says more.");
                let model = loaded.model.ok_or_else(why)?;
                Ok((next, Arc::new(model)))
            })),
            Err(TryRecvError::Empty) => None,
            Err(TryRecvError::Disconnected) => Some(Err(format!("{name}: the loader has failed"))),
        }
    }
}
