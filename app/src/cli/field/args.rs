//! What can be said after `genba field`.

use std::path::PathBuf;

use clap::ValueEnum;
use clap::builder::RangedU64ValueParser;
use twin::engine::Activity;
use twin::field::{Axis, Quantity, Tier};
use twin::units::{Length, SimDuration};

use super::super::device::Device;
use super::super::load::Reading;
use super::super::values::{assignment, duration, length, size};
use crate::output::picture::{ColourMap, Plane};

const EXAMPLES: &str = "\
Examples:
  genba field hall.ron                              where it gets warm, with all machines working
  genba field hall.ron --out warm --slice z=1.5m --arrows
  genba field hall.ron --tier network,air           the quick tier beside the good one
  genba field hall.ron --until 20min --state idle   not the steady state but the first minutes
  genba field hall.ron --cell 0.25m --device gpu    finer, on the GPU";

/// Work out the temperatures and the air of a hall, with its machines all working or all idle.
///
/// Without `--until`, the steady state is sought: the state that the hall comes to if nothing changes.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(in crate::cli) struct FieldArgs {
    /// The plant file, with a `hall`; `-` for standard input.
    pub(super) plant: PathBuf,

    /// How it is solved: one tier, or several separated by commas to compare them. Default: that of the file, or air.
    #[arg(long, value_name = "TIER", value_delimiter = ',')]
    pub(super) tier: Vec<TierName>,

    /// Where it is solved.
    #[arg(long, value_name = "WHERE", default_value = "auto", hide_possible_values = false)]
    pub(super) device: Device,

    /// Seek the steady state; so it is done unless `--until` is given.
    #[arg(long, conflicts_with = "until")]
    pub(super) steady: bool,

    /// Follow the hall for this time from its beginning, such as 20min.
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub(super) until: Option<SimDuration>,

    /// Most steps to take in search of the steady state.
    #[arg(long, value_name = "N", default_value_t = 4000, value_parser = RangedU64ValueParser::<usize>::new().range(1..))]
    pub(super) max_steps: usize,

    /// What all machines do.
    #[arg(long, value_name = "STATE", default_value = "working", hide_possible_values = false)]
    pub(super) state: MachineState,

    /// Edge of a cell, such as 0.25m. Default: that of the file.
    #[arg(long, value_name = "LENGTH", value_parser = length)]
    pub(super) cell: Option<f64>,

    /// Where pictures cut the hall, such as z=1.5m; may be repeated. Default with `--out`: 1.5 m above the floor.
    #[arg(long, value_name = "AXIS=PLACE", value_parser = plane, requires = "out")]
    pub(super) slice: Vec<Plane>,

    /// What pictures show, separated by commas.
    #[arg(
        long,
        value_name = "WHAT",
        value_delimiter = ',',
        default_value = "temperature",
        requires = "out"
    )]
    pub(super) show: Vec<Shown>,

    /// Draw the flow of the air into pictures.
    #[arg(long, requires = "out")]
    pub(super) arrows: bool,

    /// Write pictures (PNG), whole fields (.vti, for `ParaView`) and the result into this folder: all, or nothing.
    #[arg(short, long, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,

    /// Change a value of the plant file; may be repeated.
    #[arg(long = "set", value_name = "PATH=VALUE", value_parser = assignment)]
    pub(super) set: Vec<(String, String)>,

    /// Print the result as one JSON object.
    #[arg(long)]
    pub(super) json: bool,

    /// Largest plant file to read, such as 64MB.
    #[arg(long, value_name = "SIZE", value_parser = size)]
    pub(super) max_file_size: Option<u64>,

    /// Most cells of a hall's fields.
    #[arg(long, value_name = "N")]
    pub(super) max_cells: Option<u64>,
}

impl FieldArgs {
    /// How the plant file is to be read.
    pub(super) fn reading(&self) -> Reading<'_> {
        let (max_file_size, max_cells) = (self.max_file_size, self.max_cells);
        Reading { overrides: &self.set, physics: None, max_file_size, max_cells }
    }
}

/// A tier by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum TierName {
    /// Lumped nodes and flows.
    Network,
    /// Heat in solids and still air.
    Conduction,
    /// Buoyant air in large time steps.
    Air,
    /// Thermal lattice Boltzmann.
    Lattice,
}

impl TierName {
    pub(super) fn tier(self) -> Tier {
        match self {
            Self::Network => Tier::Network,
            Self::Conduction => Tier::Conduction,
            Self::Air => Tier::Air,
            Self::Lattice => Tier::Lattice,
        }
    }
}

/// What all machines do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum MachineState {
    /// They work without a break.
    Working,
    /// They wait for parts.
    Idle,
}

impl MachineState {
    pub(super) fn activity(self) -> Activity {
        match self {
            Self::Working => Activity::Working,
            Self::Idle => Activity::Starved,
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Working => "working",
            Self::Idle => "idle",
        }
    }
}

/// What a picture shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Shown {
    /// Temperature.
    Temperature,
    /// How fast the air is.
    Speed,
    /// Pressure beyond that of air at rest.
    Pressure,
}

impl Shown {
    pub(super) fn quantity(self) -> Quantity {
        match self {
            Self::Temperature => Quantity::Temperature,
            Self::Speed => Quantity::Speed,
            Self::Pressure => Quantity::Pressure,
        }
    }

    /// Its name in files and on scales, its unit and its colours.
    pub(super) fn look(self) -> (&'static str, &'static str, ColourMap) {
        match self {
            Self::Temperature => ("temperature", "°C", ColourMap::Inferno),
            Self::Speed => ("speed", "m/s", ColourMap::Viridis),
            Self::Pressure => ("pressure", "Pa", ColourMap::Viridis),
        }
    }
}

/// A place, with its unit, in metres without one.
fn place(text: &str) -> Result<f64, String> {
    let number = text.trim().parse::<f64>().ok().filter(|metres| metres.is_finite());
    match number {
        Some(metres) => Ok(metres),
        None => {
            text.trim().parse::<Length>().map(Length::metres).map_err(|error| error.to_string())
        }
    }
}

/// `z=1.5m`.
fn plane(text: &str) -> Result<Plane, String> {
    let example = || "expected an axis and a place, such as z=1.5m".to_owned();
    let (axis, at) = text.split_once('=').ok_or_else(example)?;
    let axis = match axis.trim() {
        "x" | "X" => Axis::X,
        "y" | "Y" => Axis::Y,
        "z" | "Z" => Axis::Z,
        _ => return Err(example()),
    };
    Ok(Plane { axis, at: place(at)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn planes_are_read() {
        assert_eq!(plane("z=1.5m"), Ok(Plane { axis: Axis::Z, at: 1.5 }));
        assert_eq!(plane("X = -250 mm"), Ok(Plane { axis: Axis::X, at: -0.25 }));
        assert_eq!(plane("y=3"), Ok(Plane { axis: Axis::Y, at: 3.0 }));
        for bad in ["z", "w=1", "z=", "z=high", "z=NaN", "z=1 kg"] {
            assert!(plane(bad).is_err(), "{bad}");
        }
    }
}
