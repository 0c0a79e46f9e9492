//! Plants in memory, among the robots of the project.

use std::path::Path;

use twin::diagnostics::Look;
use twin::engine::Model;
use twin::plant::{Files, Loaded, Options, core_registry, load};

struct Text<'a>(&'a str);

impl Files for Text<'_> {
    fn read(&self, path: &str, _limit: u64) -> std::io::Result<String> {
        let robots = Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets/robots");
        if path == "plant.ron" {
            Ok(self.0.to_owned())
        } else {
            std::fs::read_to_string(robots.join(path))
        }
    }
}

/// What comes of the plant in `text`.
pub(crate) fn read(text: &str, options: &Options) -> Loaded {
    load("plant.ron", &Text(text), &core_registry(), options)
}

/// What is said of a plant.
pub(crate) fn said(loaded: &Loaded) -> String {
    let look = Look { colour: false, limit: 20, width: 100 };
    loaded.diagnostics.render(&loaded.sources, look)
}

/// With `physics` as rigid bodies, whatever the file says.
pub(crate) fn bodies(physics: &[&str]) -> Options {
    let physics = Some(physics.iter().map(ToString::to_string).collect());
    Options { physics, ..Options::default() }
}

/// The plant in `text` with `physics` as rigid bodies, or its mistakes.
pub(crate) fn loaded(text: &str, physics: &[&str]) -> Result<Model, String> {
    let loaded = read(text, &bodies(physics));
    let report = said(&loaded);
    loaded.model.ok_or(report)
}
