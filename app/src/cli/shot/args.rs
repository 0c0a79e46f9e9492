//! What can be said after `genba shot`.

use std::path::PathBuf;

use clap::ValueEnum;
use twin::units::SimDuration;

use crate::cli::run::fields::Fields;
use crate::cli::values::{Names, assignment, duration, names, pixels};

const EXAMPLES: &str = "\
Examples:
  genba shot cell.ron -o cell.png
  genba shot cell.ron --at 2h --view top --size 1280x720 -o layout.png
  genba shot cell.ron --at 2h --overlay all --theme dark -o night.png
  genba shot cell.ron --at 2h --of robot --show sensors,ways,reach -o robot.png
  genba shot cell.ron --at 2h --fork 1h --split -o a-and-b.png
  genba shot cell.ron --from 1h --to 1h2min --every 1s -o frames/%05d.png
  ffmpeg -framerate 25 -i frames/%05d.png -pix_fmt yuv420p film.mp4
  genba shot cell.ron --at 2h --json -o cell.png | jq '.things[] | select(.kind == \"Station\")'";

/// Draw a plant at a point in time, without a window.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(in crate::cli) struct ShotArgs {
    /// The plant file; `-` for standard input.
    pub(super) plant: PathBuf,

    /// The picture, a PNG.
    #[arg(short, long, value_name = "FILE", default_value = "shot.png")]
    pub(super) out: PathBuf,

    /// Simulated time at which it is taken.
    #[arg(long, value_name = "TIME", value_parser = duration, default_value = "1h")]
    pub(super) at: SimDuration,

    /// From where.
    #[arg(long, value_name = "SIDE", default_value = "iso")]
    pub(super) view: View,

    /// Close to one equipment.
    #[arg(long, value_name = "NAME")]
    pub(super) of: Option<String>,

    /// Width and height in pixels.
    #[arg(long, value_name = "WxH", value_parser = pixels, default_value = "1280x720")]
    pub(super) size: [u32; 2],

    /// Colours.
    #[arg(long, value_name = "THEME", default_value = "light")]
    pub(super) theme: Colours,

    /// What is written over the plant.
    #[arg(long, value_name = "WHAT", default_value = "names")]
    pub(super) overlay: Written,

    /// Fields to solve in the plant's hall. Default: what the hall says.
    #[arg(long, value_name = "TIER")]
    pub(super) fields: Option<Fields>,

    /// Show this field of the hall as a coloured plane.
    #[arg(long, value_name = "WHAT")]
    pub(super) field: Option<Quantities>,

    /// Height of that plane (m).
    #[arg(long, value_name = "METRES", default_value = "1.5")]
    pub(super) height: f64,

    /// Draw the whole window, with its panels.
    #[arg(long)]
    pub(super) panels: bool,

    /// What is drawn beside the plant.
    #[arg(long, value_name = "WHAT,…", value_delimiter = ',', default_value = "sensors,forces")]
    pub(super) show: Vec<Beside>,

    /// Equipment and groups that run as rigid bodies instead of events, or `none`. Default: what the file says.
    #[arg(long, value_name = "NAME,…", value_parser = names)]
    pub(super) physics: Option<Names>,

    /// Change a value of the plant file; may be repeated.
    #[arg(long = "set", value_name = "PATH=VALUE", value_parser = assignment)]
    pub(super) set: Vec<(String, String)>,

    /// The tab that is in front, with --panels.
    #[arg(long, value_name = "TAB", default_value = "machines")]
    pub(super) tab: Tab,

    /// Fork the run at --at with the bottleneck a quarter faster, and let both run on for so long.
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub(super) fork: Option<SimDuration>,

    /// Both futures side by side: A at the left, B at the right.
    #[arg(long, requires = "fork")]
    pub(super) split: bool,

    /// Take a series of pictures from this time on; `-o` numbers them where it says `%05d`.
    #[arg(long, value_name = "TIME", value_parser = duration, requires = "to", conflicts_with_all = ["fork", "json"])]
    pub(super) from: Option<SimDuration>,

    /// Up to this time.
    #[arg(long, value_name = "TIME", value_parser = duration, requires = "from")]
    pub(super) to: Option<SimDuration>,

    /// Simulated time from one to the next; at 25 pictures a second, "40 ms" is real time.
    #[arg(long, value_name = "TIME", value_parser = duration, default_value = "1s", requires = "from")]
    pub(super) every: SimDuration,

    /// Keep the eye on this equipment, vehicle or part (`#` and its number).
    #[arg(long, value_name = "NAME")]
    pub(super) follow: Option<String>,

    /// Print what is where on the picture as one JSON object.
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum View {
    Top,
    Front,
    Left,
    Iso,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Beside {
    Sensors,
    Ways,
    Reach,
    Forces,
    Nothing,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Colours {
    Light,
    Dark,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Written {
    Names,
    All,
    Off,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Tab {
    Machines,
    Courses,
    Alarms,
    States,
    Events,
    Flow,
    Versus,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Quantities {
    Temperature,
    Speed,
    Concentration,
}
