//! A text becomes a plant.

use std::fmt;
use std::sync::Arc;

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
    /// Loads the plant `name` as if its file held `text`.
    pub fn load(&self, name: &str, text: &str) -> Loaded {
        twin::edit::check(name, text, &*self.files, &self.registry, &self.options)
    }

    /// The same, with what is wrong as findings.
    pub fn check(&self, name: &str, text: &str, revision: u64) -> Checked {
        let loaded = self.load(name, text);
        let findings = findings(&loaded, name, text);
        Checked { revision, model: loaded.model.map(Arc::new), findings }
    }
}
