//! From a file to a model: reads, expands, checks, compiles. Every mistake is reported, and none is guessed away.
//!
//! ```text
//! texts → items (includes, parameters, templates, repetitions) → rows → model
//! ```

mod amounts;
mod attributes;
mod beams;
mod bom;
mod build;
mod causes;
mod cells;
mod energy;
mod expand;
mod eyes;
mod gauges;
mod hall;
mod heat;
mod orders;
mod ports;
mod quality;
mod robots;
mod routes;
mod sensors;
mod shapes;
mod signals;
mod sources;
mod steps;
mod tables;
mod vents;

use std::io;

use crate::diagnostics::{Diagnostics, Sources};
use crate::engine::{Model, Registry};
use crate::layout::text::{Base, Slice};

/// How texts are fetched: from a disk, from a test.
pub trait Files {
    /// The text at `path`; at most `limit` bytes.
    ///
    /// # Errors
    ///
    /// If it is not there, not text, or longer than `limit`.
    fn read(&self, path: &str, limit: u64) -> io::Result<String>;

    /// What is at `path`, text or not; at most `limit` bytes.
    ///
    /// # Errors
    ///
    /// If it is not there, or longer than `limit`.
    fn bytes(&self, path: &str, limit: u64) -> io::Result<Vec<u8>> {
        self.read(path, limit).map(String::into_bytes)
    }
}

/// What a file may ask for. Each limit is checked before memory is taken.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of one file. Default 64 MiB.
    pub file_bytes: u64,
    /// Pieces of equipment after all repetitions. Default 1 000 000.
    pub equipment: usize,
    /// Files included. Default 100.
    pub includes: usize,
    /// Cells of the hall. Default [`Grid::MOST_CELLS`](crate::field::Grid::MOST_CELLS).
    pub cells: usize,
    /// Instruments after all repetitions. Default 2 000 000.
    pub sensors: usize,
}

impl Default for Limits {
    fn default() -> Self {
        let cells = crate::field::Grid::MOST_CELLS;
        Self {
            file_bytes: 64 << 20,
            equipment: 1_000_000,
            includes: 100,
            cells,
            sensors: 2_000_000,
        }
    }
}

/// How a plant is loaded.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Values that replace those of the file: path in the file and RON text.
    pub set: Vec<(String, String)>,
    /// Equipment and groups that run as rigid bodies, instead of those that the file names.
    pub physics: Option<Vec<String>>,
    /// What a file may ask for.
    pub limits: Limits,
}

/// What came of loading a plant.
#[derive(Debug)]
pub struct Loaded {
    /// The model, unless there was an error.
    pub model: Option<Model>,
    /// The texts that were read.
    pub sources: Sources,
    /// Everything that was found.
    pub diagnostics: Diagnostics,
}

/// Loads the plant at `path`. All mistakes are found, in all files; with any, there is no model.
pub fn load(path: &str, files: &dyn Files, registry: &Registry, options: &Options) -> Loaded {
    let mut found = Diagnostics::default();
    let sources = sources::read(path, files, options, &mut found);
    let bases: Vec<Base> = sources.files().map(Base::file).collect();
    let slices: Vec<Slice<'_>> = sources
        .files()
        .zip(&bases)
        .map(|(file, base)| Slice::new(sources.text(file), base))
        .collect();
    let plant = expand::expand(&slices, options, &mut found);
    let robots = robots::read(&plant.robots, path, files, &mut found);
    let shapes = shapes::read(&plant.shapes, path, files, &options.limits, &mut found);
    let fetched = build::Fetched { arms: robots.arms, meshes: shapes.meshes };
    let model = build::build(plant, registry, options, fetched, &mut found);
    let model = model.map(|mut model| {
        let texts = robots.texts.iter().map(String::as_bytes);
        let names = options.physics.iter().flatten().map(String::as_bytes);
        let more = texts.chain(names).chain(shapes.files.iter().map(Vec::as_slice));
        model.fingerprint = sources::fingerprint(&sources, more);
        model
    });
    let model = model.filter(|_| !found.has_errors());
    drop(slices);
    Loaded { model, sources, diagnostics: found }
}

/// Loads the plant in `text`, with the core's own kinds.
pub fn load_text(text: &str) -> Loaded {
    struct One<'a>(&'a str);
    impl Files for One<'_> {
        fn read(&self, path: &str, _limit: u64) -> io::Result<String> {
            if path == "plant.ron" {
                Ok(self.0.to_owned())
            } else {
                Err(io::ErrorKind::NotFound.into())
            }
        }
    }
    load("plant.ron", &One(text), &core_registry(), &Options::default())
}

/// The core's own kinds.
pub fn core_registry() -> Registry {
    let mut registry = Registry::default();
    crate::flow::register(&mut registry);
    registry
}
