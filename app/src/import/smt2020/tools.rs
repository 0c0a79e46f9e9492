//! Tool groups, with what makes their tools stand still.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::Tables;
use super::table::Row;
use super::ways::Ways;
use super::write::{distribution, list, round, time_text};

/// The failures of each area, once, for all groups in it.
pub(super) fn parameters(out: &mut String, failures: &Failures<'_>) {
    let mut areas = String::new();
    for (area, failures) in failures {
        let _ = writeln!(areas, "        {:?}: [{}],", parameter(area), failures.join(", "));
    }
    if !areas.is_empty() {
        let _ = write!(out, "    parameters: {{\n{areas}    }},\n");
    }
}

fn parameter(area: &str) -> String {
    format!("{}_failures", area.to_lowercase())
}

/// Failures by area, as the plant writes them.
pub(super) type Failures<'t> = BTreeMap<&'t str, Vec<String>>;

/// Reads them.
pub(super) fn failures(tables: &Tables) -> Failures<'_> {
    let calendars: BTreeMap<&str, Row<'_>> =
        tables.downs.rows().map(|row| (row.name("DOWNCALNAME"), row)).collect();
    let mut areas: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for row in tables.attach.rows().filter(|row| row.text("CALTYPE") == "down") {
        if row.text("RESTYPE") != "stngrp" {
            row.problem("`RESTYPE` of a failure is `stngrp` here: an area");
        }
        let Some(down) = calendars.get(row.name("CALNAME")) else {
            row.problem(format!("downcal.txt has no calendar {:?}", row.text("CALNAME")));
            continue;
        };
        let every = distribution(*down, "MTTFDIST", ["MTTF", ""], "MTTFUNITS");
        let repair = distribution(*down, "MTTRDIST", ["MTTR", "MTTR2"], "MTTRUNITS");
        let basis = match down.text("DOWNCALTYPE") {
            "mttf_by_cal" => "Calendar",
            other => {
                down.problem(format!("`DOWNCALTYPE` is {other:?}; mttf_by_cal is known"));
                continue;
            }
        };
        let failure = format!("(every: {every}, basis: {basis}, repair: {repair})");
        areas.entry(row.text("RESNAME")).or_default().push(failure);
    }
    areas
}

/// Maintenance by group.
fn maintenance(tables: &Tables) -> BTreeMap<&str, Vec<String>> {
    let plans: BTreeMap<&str, Row<'_>> =
        tables.plans.rows().map(|row| (row.name("PMCALNAME"), row)).collect();
    let mut groups: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for row in tables.attach.rows().filter(|row| row.text("CALTYPE") == "pm") {
        let Some(plan) = plans.get(row.name("CALNAME")) else {
            row.problem(format!("pmcal.txt has no calendar {:?}", row.text("CALNAME")));
            continue;
        };
        let takes = distribution(*plan, "MTTRDIST", ["MTTR", "MTTR2"], "MTTRUNITS");
        let first = row.number("FOA");
        let when = match plan.text("PMCALTYPE") {
            "mtbpm_by_pieces" => {
                let first =
                    first.map_or(String::new(), |n| format!(", first_pieces: {}", n.round()));
                format!("pieces: {}{first}", plan.needed("MTBPM").round())
            }
            "mtbpm_by_cal" => {
                let first = first.map_or(String::new(), |n| {
                    format!(", first: {}", time_text(n, row, "FOAUNITS"))
                });
                format!("every: {}{first}", time_text(plan.needed("MTBPM"), *plan, "MTBPMUNITS"))
            }
            other => {
                plan.problem(format!(
                    "`PMCALTYPE` is {other:?}; mtbpm_by_pieces and mtbpm_by_cal are known"
                ));
                continue;
            }
        };
        let plan = format!("({when}, staggered: true, takes: {takes})");
        groups.entry(row.text("RESNAME")).or_default().push(plan);
    }
    groups
}

/// One equipment for each station family.
pub(super) fn groups(
    out: &mut String,
    tables: &Tables,
    failures: &Failures<'_>,
    ways: &Ways,
    notes: &mut BTreeSet<String>,
) {
    let maintenance = maintenance(tables);
    let setups = needed_setups(tables);
    for row in tables.tools.rows() {
        let (name, area) = (row.name("STNFAM"), row.text("STNGRP"));
        let mut is = format!("tools: {}", row.needed("STNQTY"));
        if let Some(rank) = rank(row, notes) {
            let _ = write!(is, ", rank: [{rank}]");
        }
        for (field, column, units) in
            [("load", "LTIME", "LTUNITS"), ("unload", "ULTIME", "ULTUNITS")]
        {
            if let Some(time) = row.number(column).filter(|time| *time > 0.0) {
                let _ = write!(is, ", {field}: {}", time_text(time, row, units));
            }
        }
        if row.number("STNCAP").is_some_and(|lots| lots >= 2.0) {
            is.push_str(", loads_ahead: true");
        }
        changeovers(&mut is, tables, setups.get(name));
        let _ = write!(out, "        {name:?}: (\n            is: ToolGroup({is}),\n");
        let _ = writeln!(out, "            group: {area:?},");
        let transport =
            ways.transport.as_ref().filter(|_| ways.after_transport.iter().any(|to| to == name));
        let direct = ways.direct.get(name).into_iter().flatten().map(String::as_str);
        let to = transport.map(|_| "transport").into_iter().chain(direct);
        let _ = writeln!(out, "            to: {},", list(to));
        if failures.contains_key(area) {
            let _ = writeln!(out, "            failures: \"${}\",", parameter(area));
        }
        if let Some(plans) = maintenance.get(name) {
            let _ = writeln!(out, "            maintenance: [");
            for plan in plans {
                let _ = writeln!(out, "                {plan},");
            }
            let _ = writeln!(out, "            ],");
        }
        out.push_str("        ),\n");
    }
}

fn rank(row: Row<'_>, notes: &mut BTreeSet<String>) -> Option<String> {
    let rules: Vec<&str> = row
        .text("FWLRANK")
        .split(';')
        .filter_map(|rule| match rule.trim() {
            "rank_HP" => Some("Priority"),
            "rank_RSETUP" => Some("FewestSetups"),
            "rank_FIFO" => Some("Fifo"),
            "rank_EDD" => Some("Edd"),
            "" => None,
            other => {
                notes.insert(format!("the rank {other:?} is left out"));
                None
            }
        })
        .collect();
    (!rules.is_empty()).then(|| rules.join(", "))
}

/// Set-ups that operations at each group need.
fn needed_setups(tables: &Tables) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut needed: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for row in tables.routes.iter().flat_map(|(_, route)| route.rows()) {
        if !row.text("SETUP").is_empty() {
            needed.entry(row.text("STNFAM")).or_default().insert(row.text("SETUP"));
        }
    }
    needed
}

fn changeovers(is: &mut String, tables: &Tables, setups: Option<&BTreeSet<&str>>) {
    let Some(setups) = setups else { return };
    let mut times = Vec::new();
    for row in tables.setups.rows().filter(|row| setups.contains(row.text("NEWSETUP"))) {
        let from = row.text("CURSETUP");
        let from = if from.is_empty() || !setups.contains(from) {
            String::new()
        } else {
            format!("from: {from:?}, ")
        };
        let time = time_text(row.needed("STIME"), row, "STUNITS");
        times.push(format!("({from}to: {:?}, time: {time})", row.text("NEWSETUP")));
    }
    if !times.is_empty() {
        let _ = write!(is, ", changeovers: [{}]", times.join(", "));
    }
    let runs = tables.setup_groups.rows().filter(|row| setups.contains(row.text("SETUP")));
    let runs = runs.map(|row| format!("{:?}: {}", row.text("SETUP"), round(row.needed("MINRUN"))));
    let runs: Vec<String> = runs.collect();
    if !runs.is_empty() {
        let _ = write!(is, ", min_run: {{{}}}", runs.join(", "));
    }
}
