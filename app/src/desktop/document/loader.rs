//! A text becomes a plant.

use std::cell::RefCell;
use std::fmt;
use std::io;
use std::sync::{Arc, Mutex};

use twin::engine::{Model, Registry};
use twin::plant::{Files, Loaded, Options};

use super::finding::{Finding, findings};

/// What it takes to load plants, whatever their text.
pub struct Loader {
    /// What a plant names beside its own text.
    pub files: Box<dyn Files + Send + Sync>,
    /// The kinds of equipment.
    pub registry: Registry,
    /// Values that replace those of the file, and limits.
    pub options: Options,
    /// The files that the last text named beside itself.
    named: Mutex<Vec<String>>,
}

/// Files, and which of them were asked for.
struct Noting<'a> {
    files: &'a dyn Files,
    named: RefCell<Vec<String>>,
}

impl Files for Noting<'_> {
    fn read(&self, path: &str, limit: u64) -> io::Result<String> {
        self.named.borrow_mut().push(path.to_owned());
        self.files.read(path, limit)
    }

    fn bytes(&self, path: &str, limit: u64) -> io::Result<Vec<u8>> {
        self.named.borrow_mut().push(path.to_owned());
        self.files.bytes(path, limit)
    }
}

impl fmt::Debug for Loader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Loader").field("options", &self.options).finish_non_exhaustive()
    }
}

/// What came of looking at a text.
#[derive(Debug)]
pub struct Checked {
    /// Which text.
    pub revision: u64,
    /// The plant, if it is one.
    pub model: Option<Arc<Model>>,
    /// What is wrong with it.
    pub findings: Vec<Finding>,
}

impl Checked {
    /// The loader has ended without a word, which is a fault of its own.
    pub(super) fn lost(revision: u64) -> Self {
        let finding = Finding::of_the_loader("the loader has failed on this text");
        Self { revision, model: None, findings: vec![finding] }
    }
}

impl Loader {
    /// Makes plants of the kinds in `registry` out of `files`.
    pub fn new(
        files: impl Files + Send + Sync + 'static,
        registry: Registry,
        options: Options,
    ) -> Self {
        Self { files: Box::new(files), registry, options, named: Mutex::default() }
    }

    /// Loads the plant `name` as if its file held `text`.
    pub fn load(&self, name: &str, text: &str) -> Loaded {
        let noting = Noting { files: &*self.files, named: RefCell::default() };
        let loaded = twin::edit::check(name, text, &noting, &self.registry, &self.options);
        let mut named = noting.named.into_inner();
        named.sort_unstable();
        named.dedup();
        named.retain(|other| other != name);
        if let Ok(mut kept) = self.named.lock() {
            *kept = named;
        }
        loaded
    }

    /// The files that the last text named beside itself, whether they could be read or not.
    pub fn named(&self) -> Vec<String> {
        self.named.lock().map(|named| named.clone()).unwrap_or_default()
    }

    /// The same, with what is wrong as findings.
    pub fn check(&self, name: &str, text: &str, revision: u64) -> Checked {
        let loaded = self.load(name, text);
        let findings = findings(&loaded, name, text);
        Checked { revision, model: loaded.model.map(Arc::new), findings }
    }
}
