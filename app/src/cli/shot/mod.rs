//! `genba shot PLANT`: pictures of a plant, without a window: one at a point in time, or a series.
//!
//! | file | idea |
//! |---|---|
//! | `args` | what can be said |
//! | `desk` | from where one looks then, and at what |
//! | `series` | pictures in a row, for a film |

mod args;
mod desk;
mod series;

use std::path::Path;
use std::sync::Arc;

use twin::units::SimTime;

use super::failure::{Exit, Failure};
use super::load::{self, Reading};
use super::print;
use crate::desktop::shot::{Picture, ShotError, Studio};
use crate::desktop::{Run, found};

pub(in crate::cli) use args::ShotArgs;

pub(super) fn shot(args: &ShotArgs) -> Result<Exit, Failure> {
    let physics = args.physics.as_ref().map(|names| names.0.as_slice());
    let reading = Reading { overrides: &args.set, max_file_size: None, max_cells: None, physics };
    let (model, document) = load::document(&args.plant, &reading)?;
    let model = Arc::new(model);
    let mut run = match args.fields {
        Some(fields) => Run::with_fields(model, fields.tier()),
        None => Run::new(model),
    }
    .map_err(Failure::failed)?;
    let at = args.from.unwrap_or(args.at);
    run.seek(SimTime::ZERO + at).map_err(Failure::failed)?;
    if let Some(ahead) = args.fork {
        run.fork_and_run(ahead).map_err(Failure::failed)?;
    }
    let desk = desk::desk(args, &run)?;
    run.mark(desk.shown, desk.selection);
    let found = args.json.then(|| found(&run, &desk, args.size));
    let document = args.panels.then_some(document);
    let mut studio = Studio::new(run, desk, args.size, document).map_err(no_adapter)?;
    if let Some(to) = args.to {
        return series::take(args, &mut studio, [at, to]);
    }
    write(&args.out, &studio.take().map_err(no_adapter)?)?;
    if let Some(found) = found {
        print::json(&found)?;
    } else {
        print::note(&format!("wrote {}", args.out.display()));
    }
    Ok(Exit::Fine)
}

fn no_adapter(error: ShotError) -> Failure {
    Failure::failed(error).hint("software Vulkan will do: on Debian, mesa-vulkan-drivers")
}

/// Writes the picture: whole, or not at all.
fn write(out: &Path, picture: &Picture) -> Result<(), Failure> {
    let cannot = |error: &dyn std::fmt::Display| {
        Failure::failed(format!("cannot write {}: {error}", out.display()))
    };
    let png = picture.png().map_err(|error| cannot(&error))?;
    let mut part = out.to_owned().into_os_string();
    part.push(".part");
    let written = std::fs::write(&part, &png).and_then(|()| std::fs::rename(&part, out));
    if let Err(error) = written {
        // What is left of it would only mislead.
        let _ = std::fs::remove_file(&part);
        return Err(cannot(&error));
    }
    Ok(())
}
