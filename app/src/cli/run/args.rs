//! What can be said after `genba run`.

use std::path::PathBuf;

use clap::builder::RangedU64ValueParser;
use twin::units::SimDuration;

use super::super::device::Device;
use super::super::load::Reading;
use super::super::values::{Names, Warmup, assignment, duration, length, names, size, warmup};
use super::fields::Fields;

const EXAMPLES: &str = "\
Examples:
  genba run cell.ron                                     as the file says
  genba run cell.ron --until 30d --warmup auto --reps 20 longer, the start left out
  genba run cell.ron --set parameters.mill_time=\"70 s\"   what if
  genba run cell.ron --json | jq .kpis.throughput_per_h
  genba run cell.ron --out result --interval 1h          tables as Parquet
  genba run cell.ron --physics \"infeed belt\" --until 1h   that belt as rigid bodies
  genba run cell.ron --fields air --until 8h             how warm does the hall get?";

/// Run a plant and report what it comes to.
///
/// What no flag says comes from the plant file. The same plant, seed and flags give the same result, on any number of cores.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag")]
pub(in crate::cli) struct RunArgs {
    /// The plant file; `-` for standard input.
    pub(super) plant: PathBuf,

    /// Simulated time per replication, such as 8h or 30d.
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub(super) until: Option<SimDuration>,

    /// Simulated time to leave out of the figures at the start, or `auto` to find it (MSER-5).
    #[arg(long, value_name = "TIME|auto", value_parser = warmup)]
    pub(super) warmup: Option<Warmup>,

    /// Number of replications: with two or more, figures come with 95 % confidence intervals.
    #[arg(long, value_name = "N", value_parser = RangedU64ValueParser::<u32>::new().range(1..=1_000_000))]
    pub(super) reps: Option<u32>,

    /// Seed of all random streams.
    #[arg(long, value_name = "N")]
    pub(super) seed: Option<u64>,

    /// Threads; as many as there are cores unless given. The result does not depend on it.
    #[arg(short, long, value_name = "N", value_parser = RangedU64ValueParser::<u32>::new().range(1..=4096))]
    pub(super) jobs: Option<u32>,

    /// Change a value of the plant file for this run; may be repeated.
    #[arg(long = "set", value_name = "PATH=VALUE", value_parser = assignment)]
    pub(super) set: Vec<(String, String)>,

    /// Write the result and its tables (Parquet) into this folder: whole, or not at all. An earlier result gives way.
    #[arg(short, long, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,

    /// Add a table of all that happened, step by step; large.
    #[arg(long, requires = "out")]
    pub(super) trace: bool,

    /// Time between the rows of the table of intervals. Default: a hundredth of the run.
    #[arg(long, value_name = "TIME", value_parser = duration, requires = "out")]
    pub(super) interval: Option<SimDuration>,

    /// Report more: the times behind the OEE and the figures of each kind of equipment.
    #[arg(long, conflicts_with = "json")]
    pub(super) detail: bool,

    /// Print the result as one JSON object.
    #[arg(long)]
    pub(super) json: bool,

    /// Add wall-clock time and events per second to the result, which then differs from run to run.
    #[arg(long)]
    pub(super) timing: bool,

    /// Largest plant file to read, such as 64MB.
    #[arg(long, value_name = "SIZE", value_parser = size)]
    pub(super) max_file_size: Option<u64>,

    /// Equipment and groups that run as rigid bodies instead of events, or `none`. Default: what the file says.
    #[arg(long, value_name = "NAME,…", value_parser = names)]
    pub(super) physics: Option<Names>,

    /// Fields to solve in the plant's hall: how warm equipment is, and what that does to it. Default: what the hall says.
    #[arg(long, value_name = "TIER")]
    pub(super) fields: Option<Fields>,

    /// Where to solve them. `auto` takes a GPU if there is a real one.
    #[arg(long, value_name = "DEVICE", default_value = "auto")]
    pub(super) device: Device,

    /// Edge of their cells, such as 0.25m. Default: what the hall says.
    #[arg(long, value_name = "LENGTH", value_parser = length)]
    pub(super) cell: Option<f64>,

    /// Most cells of the hall, such as 200000000.
    #[arg(long, value_name = "N")]
    pub(super) max_cells: Option<u64>,
}

impl RunArgs {
    /// How the plant file is to be read.
    pub(super) fn reading(&self) -> Reading<'_> {
        let (max_file_size, max_cells) = (self.max_file_size, self.max_cells);
        let physics = self.physics.as_ref().map(|names| names.0.as_slice());
        Reading { overrides: &self.set, physics, max_file_size, max_cells }
    }
}
