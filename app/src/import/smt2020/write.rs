//! The plant file: products, sources, work in process. Tool groups are written by `tools`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use super::table::{Row, Table};
use super::{Tables, tools, ways};

/// The text of the plant.
pub(super) fn plant(folder: &Path, tables: &Tables, notes: &mut BTreeSet<String>) -> String {
    let name = folder.file_name().map_or("fab".into(), |name| name.to_string_lossy());
    let ways = ways::find(tables, notes);
    let mut out = format!(
        "// A semiconductor fab, imported from tables in the form of SMT2020.\n\
         Plant(\n    name: {name:?},\n    source: \"tables in the form of SMT2020 (Kopp, Hassoun, Kalir, \
         Mönch, IEEE TSM 33(4), 2020)\",\n    run: (until: \"730 d\"),\n"
    );
    let failures = tools::failures(tables);
    tools::parameters(&mut out, &failures);
    let routes = tables.route_of();
    let operations: BTreeMap<&str, Operations> =
        routes.iter().map(|(part, route)| (*part, Operations::of(route))).collect();
    let pieces = pieces(tables);
    out.push_str("    products: {\n");
    for (part, route) in routes {
        let _ = writeln!(out, "        {part:?}: (route: [");
        for row in route.rows() {
            step(&mut out, row, &operations[part], pieces, notes);
        }
        out.push_str("        ]),\n");
    }
    out.push_str("    },\n    equipment: {\n");
    let first = top_priority(tables);
    sources(&mut out, tables, &ways, first);
    work_in_process(&mut out, tables, &operations, &ways, first, notes);
    if let Some(time) = &ways.transport {
        let to = list(ways.after_transport.iter().map(String::as_str));
        let _ = writeln!(out, "        \"transport\": (is: Delay(time: {time}), to: {to}),");
    }
    tools::groups(&mut out, tables, &failures, &ways, notes);
    out.push_str("        \"out\": (is: Sink),\n    },\n)\n");
    out
}

/// Pieces of a lot: batches are given in pieces, but formed of lots.
fn pieces(tables: &Tables) -> f64 {
    tables.orders.rows().filter_map(|row| row.number("PIECES")).fold(1.0, f64::max)
}

/// The operations of a route by step: their names, each once, and the earlier steps whose tools they are bound to.
struct Operations {
    names: BTreeMap<String, String>,
    bound: BTreeMap<String, String>,
}

impl Operations {
    fn of(route: &Table) -> Self {
        let mut seen = BTreeSet::new();
        let (mut names, mut bound) = (BTreeMap::new(), BTreeMap::new());
        for row in route.rows() {
            let (step, plain) = (row.name("STEP"), row.name("DESC"));
            let name = if seen.insert(plain) { plain.into() } else { format!("{plain} ({step})") };
            names.insert(step.to_owned(), name);
            if row.text("SVESTN") == "yes" {
                bound.insert(row.text("FORSTEP").to_owned(), step.to_owned());
            }
        }
        Self { names, bound }
    }

    fn get(&self, row: Row<'_>, column: &str) -> Option<&str> {
        let step = row.text(column);
        if step.is_empty() {
            return None;
        }
        let name = self.names.get(step);
        if name.is_none() {
            row.problem(format!("`{column}` names step {step}, which this route does not have"));
        }
        name.map(String::as_str)
    }

    /// The operation that has to be done on the same tool as a later one, by the later.
    fn bound_to(&self, row: Row<'_>) -> Option<&str> {
        self.names.get(self.bound.get(row.text("STEP"))?).map(String::as_str)
    }
}

fn step(
    out: &mut String,
    row: Row<'_>,
    names: &Operations,
    pieces: f64,
    notes: &mut BTreeSet<String>,
) {
    let operation = names.get(row, "STEP").unwrap_or_default();
    let time = distribution(row, "PDIST", ["PTIME", "PTIME2"], "PTUNITS");
    let _ = write!(
        out,
        "            (at: {:?}, operation: {operation:?}, time: {time}",
        row.name("STNFAM")
    );
    match row.text("PTPER") {
        "per_piece" => out.push_str(", per: Piece"),
        "per_lot" | "per_batch" | "" => {}
        other => {
            row.problem(format!(
                "`PTPER` is {other:?}; per_lot, per_piece and per_batch are known"
            ));
        }
    }
    for (interval, units) in [("PartInterval", "PartIntUnits"), ("BatchInterval", "BatchIntUnits")]
    {
        if let Some(cadence) = row.number(interval) {
            let _ = write!(out, ", cadence: {}", time_text(cadence, row, units));
        }
    }
    if let (Some(min), Some(max)) = (row.number("BATCHMN"), row.number("BATCHMX")) {
        let (min, max) = ((min / pieces).ceil().max(1.0), (max / pieces).floor().max(1.0));
        let _ = write!(out, ", batch: (min: {}, max: {})", min.min(max), max);
    }
    if !row.text("SETUP").is_empty() {
        let _ = write!(out, ", setup: {:?}", row.text("SETUP"));
        if let Some(time) = row.number("STIME") {
            let _ = write!(out, ", setup_time: {}", time_text(time, row, "STUNITS"));
        }
    }
    if let Some(share) = row.number("StepPercent").filter(|share| *share < 100.0) {
        let _ = write!(out, ", share: \"{share} %\"");
    }
    if let (Some(to), Some(share)) = (names.get(row, "RWKSTEP"), row.number("REWORK")) {
        let _ = write!(out, ", rework: (to: {to:?}, share: \"{share} %\")");
        if !matches!(row.text("RWKTYPE"), "lot" | "") {
            notes.insert(format!(
                "rework of type {:?} is done as rework of the lot",
                row.text("RWKTYPE")
            ));
        }
    }
    if let (Some(to), Some(within)) = (names.get(row, "STEP_CQT"), row.number("CQT")) {
        let within = time_text(within, row, "CQTUNITS");
        let _ = write!(out, ", limit: (to: {to:?}, within: {within})");
    }
    if let Some(earlier) = names.bound_to(row) {
        let _ = write!(out, ", same_tool_as: {earlier:?}");
    }
    out.push_str("),\n");
}

/// The flow allowance of each order line in days: from release to due date.
fn allowances(tables: &Tables) -> BTreeMap<&str, f64> {
    tables.orders.rows().map(|row| (row.name("LOT"), row.days("DUE") - row.days("START"))).collect()
}

fn first_release(tables: &Tables) -> f64 {
    tables.orders.rows().map(|row| row.days("START")).fold(f64::INFINITY, f64::min)
}

/// The highest priority of any lot.
fn top_priority(tables: &Tables) -> f64 {
    let all = tables.orders.rows().chain(tables.wip.rows());
    all.filter_map(|row| row.number("PRIOR")).fold(0.0, f64::max)
}

/// In the tables the highest number, `first`, goes first, in a plant the lowest.
fn priority(row: Row<'_>, first: f64) -> f64 {
    first - row.number("PRIOR").unwrap_or(first)
}

fn sources(out: &mut String, tables: &Tables, ways: &ways::Ways, first: f64) {
    let start = first_release(tables);
    for row in tables.orders.rows() {
        let (name, part) = (row.name("LOT"), row.name("PART"));
        let every = match row.text("RDIST") {
            "constant" => time_text(row.needed("REPEAT"), row, "RUNITS"),
            "exponential" => {
                format!("Exponential({})", time_text(row.needed("REPEAT"), row, "RUNITS"))
            }
            other => {
                row.problem(format!("`RDIST` is {other:?}; constant and exponential are known"));
                continue;
            }
        };
        let lots = row.number("LOTSPERRPT").unwrap_or(1.0);
        let total = row.number("RPT#").map_or(String::new(), |n| format!(", total: {}", n * lots));
        let batch = if lots > 1.0 { format!(", batch: {lots}") } else { String::new() };
        let due = row.days("DUE") - row.days("START");
        let Some(to) = ways.first.get(part) else {
            row.problem(format!("part.txt has no part {part:?}"));
            continue;
        };
        let _ = writeln!(
            out,
            "        {name:?}: (\n            is: Source(product: {part:?}, every: {every}, first: \"{} d\", \
             quantity: {}, priority: {}, due: \"{} d\"{batch}{total}),\n            to: [{to:?}],\n        ),",
            round(row.days("START") - start),
            row.number("PIECES").unwrap_or(1.0),
            priority(row, first),
            round(due),
        );
    }
}

/// Lots that are there at the start. Their age follows from their due date and the allowance of their order line.
fn work_in_process(
    out: &mut String,
    tables: &Tables,
    operations: &BTreeMap<&str, Operations>,
    ways: &ways::Ways,
    first: f64,
    notes: &mut BTreeSet<String>,
) {
    let allowances = allowances(tables);
    let start = first_release(tables);
    let mut lots = String::new();
    for row in tables.wip.rows() {
        let (lot, part) = (row.name("LOT"), row.name("PART"));
        let Some(names) = operations.get(part) else {
            row.problem(format!("part.txt has no part {part:?}"));
            continue;
        };
        let Some(next) = names.get(row, "CURSTEP") else { continue };
        let due = row.days("DUE") - start;
        let line = lot.strip_prefix("Init_").and_then(|lot| Some(lot.rsplit_once('_')?.0));
        let age =
            line.and_then(|line| allowances.get(line)).map(|allowed| (allowed - due).max(0.0));
        if age.is_none() {
            notes
                .insert("lots of WIP.txt whose name fits no order line are taken to be new".into());
        }
        let _ = writeln!(
            lots,
            "                (product: {part:?}, next: {next:?}, quantity: {}, age: \"{} d\", due: \"{} d\", \
             priority: {}),",
            row.number("PIECES").unwrap_or(1.0),
            round(age.unwrap_or(0.0)),
            round(due),
            priority(row, first),
        );
    }
    if !lots.is_empty() {
        let to = ways.transport.iter().map(|_| "transport");
        let to = to.chain(ways.apart.iter().map(String::as_str));
        let _ = writeln!(
            out,
            "        \"initial WIP\": (\n            is: InitialWip(lots: [\n{lots}            ]),\n            \
             to: {},\n        ),",
            list(to),
        );
    }
}

/// A distribution of times as a plant file writes it: `"3 min"`, `Exponential("3 min")`, `Uniform(min: …, max: …)`.
pub(super) fn distribution(row: Row<'_>, kind: &str, at: [&str; 2], units: &str) -> String {
    let first = row.needed(at[0]);
    match row.text(kind) {
        "uniform" => {
            let half = row.number(at[1]).unwrap_or(0.0);
            let (min, max) = (round((first - half).max(0.0)), round(first + half));
            if min == max {
                return time_text(first, row, units);
            }
            let unit = unit(row, units);
            format!("Uniform(min: \"{min} {unit}\", max: \"{max} {unit}\")")
        }
        "constant" | "" => time_text(first, row, units),
        "exponential" => format!("Exponential({})", time_text(first, row, units)),
        other => {
            row.problem(format!(
                "`{kind}` is {other:?}; constant, uniform and exponential are known"
            ));
            "\"0 s\"".into()
        }
    }
}

/// `"3.5 min"`.
pub(super) fn time_text(value: f64, row: Row<'_>, units: &str) -> String {
    format!("\"{} {}\"", round(value), unit(row, units))
}

fn unit(row: Row<'_>, column: &str) -> &'static str {
    match row.text(column) {
        "sec" | "s" => "s",
        "min" => "min",
        "hr" | "hour" => "h",
        "day" => "d",
        other => {
            row.problem(format!("`{column}` is {other:?}; sec, min, hr and day are known"));
            "s"
        }
    }
}

/// Nine decimals are less than a microsecond of any unit.
pub(super) fn round(value: f64) -> f64 {
    (value * 1e9).round() / 1e9
}

/// `["a", "b"]`.
pub(super) fn list<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let quoted: Vec<String> = names.map(|name| format!("{name:?}")).collect();
    format!("[{}]", quoted.join(", "))
}
