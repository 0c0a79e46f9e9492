//! `genba view PLANT`: the plant in a window.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use bevy::app::AppExit;
use twin::engine::{Model, Warmup};
use twin::units::{SimDuration, SimTime};

use super::failure::{Exit, Failure};
use super::load::{self, Reading};
use super::print;
use super::run::fields::Fields;
use super::values::{Names, assignment, duration, names, pixels};
use crate::desktop::document::{Keep, Recent};
use crate::desktop::goal::Goal;
use crate::desktop::look::{Side, Theme};
use crate::desktop::shot::ShotError;
use crate::desktop::{Desk, Run, bench, keymap, own_keys, window};

const EXAMPLES: &str = "\
Examples:
  genba view assets/plants/battery-line.ron
  genba view cell.ron --at 2h --dark
  genba view cell.ron --set parameters.mill_time=\"70 s\"

In the window: Space runs and pauses, B goes to the bottleneck, E edits what is selected, Ctrl+S saves, Ctrl+K finds any command, ?
shows all keys.";

/// Look at a plant in a window, run it, and change it.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ViewArgs {
    /// The plant file; `-` for standard input.
    #[arg(required_unless_present = "keys")]
    plant: Option<PathBuf>,

    /// Simulated time to begin at; else some hours after the warm-up, when there is something to see.
    #[arg(long, value_name = "TIME", value_parser = duration)]
    at: Option<SimDuration>,

    /// Fields to solve in the plant's hall. Default: what the hall says.
    #[arg(long, value_name = "TIER")]
    fields: Option<Fields>,

    /// Light on dark.
    #[arg(long)]
    dark: bool,

    /// Width and height of the window at first.
    #[arg(long, value_name = "WxH", value_parser = pixels, default_value = "1440x900")]
    size: [u32; 2],

    /// Draw so many frames without a window and tell what they cost.
    #[arg(long, value_name = "FRAMES", num_args = 0..=1, default_missing_value = "200")]
    bench: Option<usize>,

    /// Write all keys of the window, in the form of the file `genba/keys.ron` in the user's folder for settings, where they can be changed.
    #[arg(long)]
    keys: bool,

    /// Equipment and groups that run as rigid bodies instead of events, or `none`. Default: what the file says.
    #[arg(long, value_name = "NAME,…", value_parser = names)]
    physics: Option<Names>,

    /// Change a value of the plant file; may be repeated.
    #[arg(long = "set", value_name = "PATH=VALUE", value_parser = assignment)]
    set: Vec<(String, String)>,
}

pub(super) fn view(args: &ViewArgs) -> Result<Exit, Failure> {
    let begin = Instant::now();
    set_keys();
    let Some(plant) = args.plant.as_ref().filter(|_| !args.keys) else {
        print::data(&own_keys::write(keymap::keys()))?;
        return Ok(Exit::Fine);
    };
    let physics = args.physics.as_ref().map(|names| names.0.as_slice());
    let reading = Reading { overrides: &args.set, max_file_size: None, max_cells: None, physics };
    let (model, document) = load::document(plant, &reading)?;
    let document = document.kept_in(Keep::usual_folder());
    let model = Arc::new(model);
    let mut run = match args.fields {
        Some(fields) => Run::with_fields(model, fields.tier()),
        None => Run::new(model),
    }
    .map_err(Failure::failed)?;
    let at = args.at.unwrap_or_else(|| busy(&run.model));
    run.playing = true;
    // A large plant is shown at once, and on its way.
    run.go_to(Goal::Time(SimTime::ZERO + at));
    let mut desk = Desk::new(Side::Iso, run.sights(), args.size.map(|side| side as f32));
    if args.dark {
        desk.theme = Theme::Dark;
    }
    let no_adapter = |error| {
        let hint = match error {
            ShotError::NoDisplay => "`genba shot` draws a picture without one",
            _ => "software Vulkan will do: on Debian, mesa-vulkan-drivers",
        };
        Failure::failed(error).hint(hint)
    };
    if let Some(frames) = args.bench {
        let cost =
            bench::measure(run, document, desk, args.size, frames, begin).map_err(no_adapter)?;
        print::data(&told(&cost, args.size))?;
        return Ok(Exit::Fine);
    }
    match window::open(run, document, desk, args.size, Recent::new(Recent::usual_file()))
        .map_err(no_adapter)?
    {
        AppExit::Success => Ok(Exit::Fine),
        AppExit::Error(_) => Err(Failure::failed("the window has ended with an error")),
    }
}

/// Takes the user's own keys, or says what is wrong with them; the usual ones hold then.
fn set_keys() {
    let Some(file) = own_keys::usual_file() else { return };
    let Ok(text) = std::fs::read_to_string(&file) else { return };
    match own_keys::read(&text) {
        Ok(keys) => keymap::set(keys),
        Err(problems) => {
            for problem in problems {
                print::note(&format!("{}:{problem}", file.display()));
            }
        }
    }
}

/// Ten hours after the end of the warm-up, or as much less as the run is shorter than a day.
fn busy(model: &Model) -> SimDuration {
    let warm = match model.run.warmup {
        Warmup::After(time) => time,
        Warmup::Found => SimDuration::ZERO,
    };
    let day = (model.run.until.seconds() - warm.seconds()).clamp(0.0, 86_400.0);
    warm + SimDuration::from_seconds(day * 10.0 / 24.0)
}

/// What frames cost, for people.
fn told(cost: &bench::Frames, [width, height]: [u32; 2]) -> String {
    let [equipment, parts] = cost.drawn;
    let row = |name: &str, [median, high]: [f64; 2]| {
        format!("{name:<28} {median:>9.2} ms  {high:>9.2} ms\n")
    };
    let head = format!(
        "{equipment} equipments, {parts} parts, {width} x {height} pixels, 60 frames a second\n"
    );
    let names = format!("{:<28} {:>12}  {:>12}\n", "", "median", "95 %");
    let own = row("this program, processor", cost.own_ms);
    let first = format!("{:<28} {:>9.2} s\n", "until the first frame", cost.first_s);
    head + &names + &own + &row("whole frame, with the adapter", cost.whole_ms) + &first
}
