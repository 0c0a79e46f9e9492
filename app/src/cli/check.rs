//! `genba check PLANT`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::{Value, json};
use twin::diagnostics::Severity;
use twin::engine::{Model, Warmup};
use twin::id::EquipmentId;
use twin::plant::Loaded;
use twin::units::SimTime;

use super::failure::{Exit, Failure};
use super::load::{self, Reading};
use super::{print, values};

const EXAMPLES: &str = "\
Examples:
  genba check cell.ron
  genba check cell.ron --json | jq '.diagnostics[].code'

Exit code 0 if the plant can be run, 1 if not, 3 if the file cannot be read.";

/// Read a plant and report everything that is wrong with it.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct CheckArgs {
    /// The plant file; `-` for standard input.
    plant: PathBuf,

    /// Change a value of the plant file before it is checked; may be repeated.
    #[arg(long = "set", value_name = "PATH=VALUE", value_parser = values::assignment)]
    set: Vec<(String, String)>,

    /// Equipment and groups that are to run as rigid bodies, as for `genba run`.
    #[arg(long, value_name = "NAME,…", value_parser = values::names)]
    physics: Option<values::Names>,

    /// Print what was found as one JSON object.
    #[arg(long)]
    json: bool,

    /// Largest plant file to read, such as 64MB.
    #[arg(long, value_name = "SIZE", value_parser = values::size)]
    max_file_size: Option<u64>,

    /// Most cells of the hall, such as 200000000.
    #[arg(long, value_name = "N")]
    max_cells: Option<u64>,
}

pub(super) fn check(args: &CheckArgs) -> Result<Exit, Failure> {
    let (max_file_size, max_cells) = (args.max_file_size, args.max_cells);
    let physics = args.physics.as_ref().map(|names| names.0.as_slice());
    let reading = Reading { overrides: &args.set, physics, max_file_size, max_cells };
    let loaded = load::read(&args.plant, &reading)?;
    if args.json {
        print::json(&report(&loaded))?;
    } else {
        load::tell(&loaded);
        if let Some(model) = &loaded.model {
            print::data(&(sum_up(model) + "\n"))?;
        }
    }
    Ok(if loaded.model.is_some() { Exit::Fine } else { Exit::Findings })
}

/// `cell: 1 Sink, 1 Source, 2 Stations; 1 product, 3 connections; 8 h, warm-up 30 min, 10 replications`
fn sum_up(model: &Model) -> String {
    let kinds: Vec<String> = kinds(model).iter().map(|(kind, n)| count(*n, kind)).collect();
    let mut parts = vec![count(model.products.len(), "product")];
    parts.push(count(model.links.len(), "connection"));
    let workers: u32 = model.pools.iter().map(|pool| pool.count).sum();
    if workers > 0 {
        parts.push(count(workers as usize, "worker"));
    }
    let warmup = match model.run.warmup {
        Warmup::After(time) => format!("warm-up {time}"),
        Warmup::Found => "warm-up to be found".to_owned(),
    };
    format!(
        "{}: {}; {}; {}, {warmup}, {}",
        model.name,
        kinds.join(", "),
        parts.join(", "),
        model.run.until - SimTime::ZERO,
        count(model.run.replications as usize, "replication"),
    )
}

fn kinds(model: &Model) -> BTreeMap<&'static str, usize> {
    let mut kinds = BTreeMap::new();
    for e in 0..model.equipment.len() {
        *kinds.entry(model.kind_of(EquipmentId::from_index(e))).or_default() += 1;
    }
    kinds
}

fn count(n: usize, what: &str) -> String {
    match what.strip_suffix('y') {
        _ if n == 1 => format!("1 {what}"),
        Some(stem) => format!("{n} {stem}ies"),
        None => format!("{n} {what}s"),
    }
}

/// What was found as one object; of the plant, what there is to say if it can be run.
fn report(loaded: &Loaded) -> Value {
    let found = loaded.diagnostics.to_data(&loaded.sources);
    let of = |severity| found.iter().filter(|one| one.severity == severity).count();
    json!({
        "schema": "genba.check/1",
        "errors": of(Severity::Error),
        "warnings": of(Severity::Warning),
        "diagnostics": found,
        "plant": loaded.model.as_ref().map(plant),
    })
}

fn plant(model: &Model) -> Value {
    let warmup_s = match model.run.warmup {
        Warmup::After(time) => Some(time.seconds()),
        Warmup::Found => None,
    };
    json!({
        "name": model.name,
        "source": model.source,
        "equipment": kinds(model),
        "products": model.products.len(),
        "connections": model.links.len(),
        "until_s": model.run.until.seconds(),
        "warmup_s": warmup_s,
        "replications": model.run.replications,
        "seed": model.run.seed,
    })
}
