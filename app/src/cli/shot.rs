//! `genba shot PLANT`: a picture of a plant at a point in time, without a window.

use std::path::PathBuf;
use std::sync::Arc;

use clap::ValueEnum;
use twin::field::Quantity;
use twin::units::{SimDuration, SimTime};

use super::failure::{Exit, Failure};
use super::load::{self, Reading};
use super::print;
use super::run::fields::Fields;
use super::values::{assignment, duration, pixels};
use crate::desktop::field::Cut;
use crate::desktop::look::{Side, Theme};
use crate::desktop::panels::Pane;
use crate::desktop::{Desk, Overlay, Run, found, shot};

const EXAMPLES: &str = "\
Examples:
  genba shot cell.ron -o cell.png
  genba shot cell.ron --at 2h --view top --size 1280x720 -o layout.png
  genba shot cell.ron --at 2h --overlay all --theme dark -o night.png
  genba shot cell.ron --at 2h --json -o cell.png | jq '.things[] | select(.kind == \"Station\")'";

/// Draw a plant at a point in time, without a window.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ShotArgs {
    /// The plant file; `-` for standard input.
    plant: PathBuf,

    /// The picture, a PNG.
    #[arg(short, long, value_name = "FILE", default_value = "shot.png")]
    out: PathBuf,

    /// Simulated time at which it is taken.
    #[arg(long, value_name = "TIME", value_parser = duration, default_value = "1h")]
    at: SimDuration,

    /// From where.
    #[arg(long, value_name = "SIDE", default_value = "iso")]
    view: View,

    /// Close to one equipment.
    #[arg(long, value_name = "NAME")]
    of: Option<String>,

    /// Width and height in pixels.
    #[arg(long, value_name = "WxH", value_parser = pixels, default_value = "1280x720")]
    size: [u32; 2],

    /// Colours.
    #[arg(long, value_name = "THEME", default_value = "light")]
    theme: Colours,

    /// What is written over the plant.
    #[arg(long, value_name = "WHAT", default_value = "names")]
    overlay: Written,

    /// Fields to solve in the plant's hall. Default: what the hall says.
    #[arg(long, value_name = "TIER")]
    fields: Option<Fields>,

    /// Show this field of the hall as a coloured plane.
    #[arg(long, value_name = "WHAT")]
    field: Option<Quantities>,

    /// Height of that plane (m).
    #[arg(long, value_name = "METRES", default_value = "1.5")]
    height: f64,

    /// Draw the whole window, with its panels.
    #[arg(long)]
    panels: bool,

    /// Change a value of the plant file; may be repeated.
    #[arg(long = "set", value_name = "PATH=VALUE", value_parser = assignment)]
    set: Vec<(String, String)>,

    /// The tab that is in front, with --panels.
    #[arg(long, value_name = "TAB", default_value = "machines")]
    tab: Tab,

    /// Fork the run at --at with the bottleneck a quarter faster, and let both run on for so long.
    #[arg(long, value_name = "TIME", value_parser = duration)]
    fork: Option<SimDuration>,

    /// Print what is where on the picture as one JSON object.
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum View {
    Top,
    Front,
    Left,
    Iso,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Colours {
    Light,
    Dark,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Written {
    Names,
    All,
    Off,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Tab {
    Machines,
    Courses,
    Alarms,
    States,
    Events,
    Flow,
    Versus,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Quantities {
    Temperature,
    Speed,
    Concentration,
}

pub(super) fn shot(args: &ShotArgs) -> Result<Exit, Failure> {
    let reading =
        Reading { overrides: &args.set, max_file_size: None, max_cells: None, physics: None };
    let (model, document) = load::document(&args.plant, &reading)?;
    let model = Arc::new(model);
    let mut run = match args.fields {
        Some(fields) => Run::with_fields(model, fields.tier()),
        None => Run::new(model),
    }
    .map_err(Failure::failed)?;
    run.seek(SimTime::ZERO + args.at).map_err(Failure::failed)?;
    if let Some(ahead) = args.fork {
        run.fork_and_run(ahead).map_err(Failure::failed)?;
    }
    let desk = desk(args, &run)?;
    let found = args.json.then(|| found(&run, &desk, args.size));
    let picture =
        shot::shoot(run, desk, args.size, args.panels.then_some(document)).map_err(|error| {
            Failure::failed(error).hint("software Vulkan will do: on Debian, mesa-vulkan-drivers")
        })?;
    write(args, &picture)?;
    if let Some(found) = found {
        print::json(&found)?;
    } else {
        print::note(&format!("wrote {}", args.out.display()));
    }
    Ok(Exit::Fine)
}

/// The desk that the arguments ask for.
fn desk(args: &ShotArgs, run: &Run) -> Result<Desk, Failure> {
    let side = match args.view {
        View::Top => Side::Top,
        View::Front => Side::Front,
        View::Left => Side::Left,
        View::Iso => Side::Iso,
    };
    let frame = args.size.map(|side| side as f32);
    let (low, high) = match &args.of {
        None => run.sights(),
        Some(name) => {
            let id = run.model.find(name);
            let id = id.ok_or_else(|| Failure::usage(format!("no equipment is named `{name}`")))?;
            run.around(id)
        }
    };
    let mut desk = Desk::new(side, (low, high), frame);
    desk.selection = args.of.as_ref().and_then(|name| run.model.find(name));
    desk.theme = match args.theme {
        Colours::Light => Theme::Light,
        Colours::Dark => Theme::Dark,
    };
    desk.overlay = match args.overlay {
        Written::Names => Overlay::Names,
        Written::All => Overlay::All,
        Written::Off => Overlay::Off,
    };
    desk.tab = match args.tab {
        Tab::Machines => Pane::Machines,
        Tab::Courses => Pane::Courses,
        Tab::Alarms => Pane::Alarms,
        Tab::States => Pane::Gantt,
        Tab::Events => Pane::Events,
        Tab::Flow => Pane::Flows,
        Tab::Versus => Pane::Versus,
    };
    let quantity = args.field.map(|field| match field {
        Quantities::Temperature => Quantity::Temperature,
        Quantities::Speed => Quantity::Speed,
        Quantities::Concentration => Quantity::Concentration,
    });
    desk.cut =
        quantity.map(|quantity| Cut { quantity, height_m: run.fields.height(args.height, 0.0) });
    Ok(desk)
}

/// Writes the picture: whole, or not at all.
fn write(args: &ShotArgs, picture: &shot::Picture) -> Result<(), Failure> {
    let cannot = |error: &dyn std::fmt::Display| {
        Failure::failed(format!("cannot write {}: {error}", args.out.display()))
    };
    let png = picture.png().map_err(|error| cannot(&error))?;
    let mut part = args.out.clone().into_os_string();
    part.push(".part");
    let written = std::fs::write(&part, &png).and_then(|()| std::fs::rename(&part, &args.out));
    if let Err(error) = written {
        // What is left of it would only mislead.
        let _ = std::fs::remove_file(&part);
        return Err(cannot(&error));
    }
    Ok(())
}
