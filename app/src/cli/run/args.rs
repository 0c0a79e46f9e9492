//! What can be said after `genba run`.

use std::path::PathBuf;

use clap::builder::RangedU64ValueParser;
use twin::units::SimDuration;

use super::super::load::Reading;

const EXAMPLES: &str = "\
Examples:
  genba run cell.ron                                     as the file says
  genba run cell.ron --until 30d --warmup auto --reps 20 longer, the start left out
  genba run cell.ron --set parameters.mill_time=\"70 s\"   what if
  genba run cell.ron --json | jq .kpis.throughput_per_h
  genba run cell.ron --out result --interval 1h          tables as Parquet";

/// Run a plant and report what it comes to.
///
/// What no flag says comes from the plant file. The same plant, seed and flags give the same result, on any number of cores.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(in crate::cli) struct RunArgs {
    /// The plant file.
    pub(super) plant: PathBuf,

    /// Simulated time per replication, such as 8h or 30d.
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub(super) until: Option<SimDuration>,

    /// Simulated time to leave out of the figures at the start, or `auto` to find it (MSER-5).
    #[arg(long, value_name = "TIME|auto", value_parser = warmup)]
    pub(super) warmup: Option<WarmupArg>,

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

    /// Write the result and its tables (Parquet) into this new folder: whole, or not at all.
    #[arg(short, long, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,

    /// Add a table of all that happened, step by step; large.
    #[arg(long, requires = "out")]
    pub(super) trace: bool,

    /// Time between the rows of the table of intervals. Default: a hundredth of the run.
    #[arg(long, value_name = "TIME", value_parser = duration, requires = "out")]
    pub(super) interval: Option<SimDuration>,

    /// Print the result as one JSON object.
    #[arg(long)]
    pub(super) json: bool,

    /// Add wall-clock time and events per second to the result, which then differs from run to run.
    #[arg(long)]
    pub(super) timing: bool,

    /// Largest plant file to read, such as 64MB.
    #[arg(long, value_name = "SIZE", value_parser = size)]
    pub(super) max_file_size: Option<u64>,
}

/// What `--warmup` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WarmupArg {
    /// So long.
    After(SimDuration),
    /// As long as MSER-5 finds.
    Auto,
}

impl RunArgs {
    /// How the plant file is to be read.
    pub(super) fn reading(&self) -> Reading<'_> {
        Reading { overrides: &self.set, max_file_size: self.max_file_size }
    }
}

fn duration(text: &str) -> Result<SimDuration, String> {
    let time: SimDuration = text.parse().map_err(|error| format!("{error}"))?;
    if time > SimDuration::ZERO { Ok(time) } else { Err("a time above 0 is needed".to_owned()) }
}

fn warmup(text: &str) -> Result<WarmupArg, String> {
    if text == "auto" {
        return Ok(WarmupArg::Auto);
    }
    text.parse().map(WarmupArg::After).map_err(|error| format!("{error}; or `auto`"))
}

fn assignment(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((path, value)) if !path.trim().is_empty() && !value.trim().is_empty() => {
            Ok((path.trim().to_owned(), value.trim().to_owned()))
        }
        _ => Err("expected PATH=VALUE, such as parameters.mill_time=\"70 s\"".to_owned()),
    }
}

/// Bytes: `1000000`, `64MB`, `1GiB`.
fn size(text: &str) -> Result<u64, String> {
    const UNITS: [(&str, u64); 7] = [
        ("", 1),
        ("B", 1),
        ("kB", 1_000),
        ("MB", 1_000_000),
        ("GB", 1_000_000_000),
        ("MiB", 1 << 20),
        ("GiB", 1 << 30),
    ];
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let factor = UNITS.iter().find(|(name, _)| *name == unit.trim()).map(|(_, factor)| factor);
    let number: Option<u64> = number.parse().ok();
    number
        .zip(factor)
        .and_then(|(number, factor)| number.checked_mul(*factor))
        .ok_or_else(|| "expected a size such as 64MB".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_flags() {
        assert_eq!(duration("8h"), Ok(SimDuration::from_s(8 * 3600)));
        assert!(duration("0 s").is_err());
        assert_eq!(warmup("auto"), Ok(WarmupArg::Auto));
        assert_eq!(warmup("0 s"), Ok(WarmupArg::After(SimDuration::ZERO)));
        assert!(warmup("automatic").is_err());
        assert_eq!(assignment("a.b = 70 s"), Ok(("a.b".to_owned(), "70 s".to_owned())));
        assert_eq!(assignment("a=b=c"), Ok(("a".to_owned(), "b=c".to_owned())));
        for bad in ["a", "=1", "a="] {
            assert!(assignment(bad).is_err(), "{bad}");
        }
        for (text, bytes) in [("12", 12), ("64MB", 64_000_000), ("2 GiB", 2 << 30)] {
            assert_eq!(size(text), Ok(bytes), "{text}");
        }
        for bad in ["", "MB", "1.5MB", "99999999999999GB", "3 apples"] {
            assert!(size(bad).is_err(), "{bad}");
        }
    }
}
