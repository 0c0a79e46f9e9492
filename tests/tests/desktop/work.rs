//! Somebody at work on the line: its file, its run, and what he holds, as the window has them.

use std::io;
use std::path::Path;
use std::sync::Arc;

use app::desktop::document::{Document, Loader};
use app::desktop::look::Side;
use app::desktop::panels::Work;
use app::desktop::plan::Plan;
use app::desktop::{Desk, Outside, Run, amend, tend};
use twin::engine::{Log, State, advance};
use twin::plant::{Files, Options, core_registry};
use twin::units::SimTime;

use super::{LINE, after};

struct Disk;

impl Files for Disk {
    fn read(&self, path: &str, _: u64) -> io::Result<String> {
        std::fs::read_to_string(path)
    }

    fn bytes(&self, path: &str, _: u64) -> io::Result<Vec<u8>> {
        std::fs::read(path)
    }
}

pub(super) fn loader() -> Arc<Loader> {
    Arc::new(Loader::new(Disk, core_registry(), Options::default()))
}

/// The line, and what it is worked on with.
pub(super) struct Bench {
    pub(super) document: Document,
    pub(super) run: Run,
    pub(super) desk: Desk,
    pub(super) work: Work,
}

impl Bench {
    /// After an hour, without a file.
    pub(super) fn new() -> Self {
        Self::of(Document::new("line.ron", LINE, None, loader()))
    }

    /// The same, in a file.
    pub(super) fn at(path: &Path) -> Self {
        std::fs::write(path, LINE).unwrap();
        Self::of(Document::new(&path.to_string_lossy(), LINE, Some(path), loader()))
    }

    pub(super) fn of(document: Document) -> Self {
        let run = after(1.0);
        let desk = Desk::new(Side::Top, run.sights(), [640.0, 360.0]);
        Self { document, run, desk, work: Work::default() }
    }

    /// Obeys, and waits until the run goes on in what has become of it.
    pub(super) fn obey(&mut self, plan: Plan) -> Option<Outside> {
        let Self { document, run, desk, work } = self;
        let outside = amend(plan, document, run, desk, work);
        self.rest();
        outside
    }

    /// Waits.
    pub(super) fn rest(&mut self) {
        let (before, plants) = (self.run.model.clone(), self.run.plants);
        if let Some(model) = self.document.settle() {
            self.run.replace(model).unwrap();
        }
        self.run.settle();
        if self.run.plants != plants {
            self.desk.renew(&before, &self.run);
        }
        self.tend();
    }

    pub(super) fn tend(&mut self) {
        tend(&mut self.document, &mut self.run, &mut self.desk, &mut self.work);
    }

    /// Waits for another plant to be read.
    pub(super) fn wait_for_opening(&mut self) {
        while self.document.opening().is_some() {
            std::thread::yield_now();
            self.tend();
        }
    }

    pub(super) fn select(&mut self, name: &str) {
        self.desk.selection = Some(self.run.model.find(name).unwrap());
        self.desk.draft = None;
    }

    pub(super) fn hash(&self) -> u64 {
        self.run.state().hash(&self.run.model)
    }
}

/// The state of the plant in `text` after so many hours, without a window.
pub(super) fn headless(text: &str, until: SimTime) -> u64 {
    let model = twin::plant::load_text(text).model.unwrap();
    let mut state = State::new(&model, model.run.seed, 0);
    advance(&model, &mut state, until, &mut Log::off()).unwrap();
    state.hash(&model)
}
