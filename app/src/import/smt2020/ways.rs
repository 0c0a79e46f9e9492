//! Which tool groups follow on which, and by what transport.

use std::collections::{BTreeMap, BTreeSet};

use super::Tables;
use super::write::distribution;

/// Connections between tool groups.
#[derive(Debug, Default)]
pub(super) struct Ways {
    /// Transport time between two groups of one location, if the tables give one.
    pub(super) transport: Option<String>,
    /// Groups that transport leads to, and the way out.
    pub(super) after_transport: Vec<String>,
    /// Groups that transport does not lead to.
    pub(super) apart: Vec<String>,
    /// Groups that follow on each without transport.
    pub(super) direct: BTreeMap<String, BTreeSet<String>>,
    /// First group of each part's route.
    pub(super) first: BTreeMap<String, String>,
}

pub(super) fn find(tables: &Tables, notes: &mut BTreeSet<String>) -> Ways {
    let location: BTreeMap<&str, &str> =
        tables.tools.rows().map(|row| (row.name("STNFAM"), row.text("STNFAMLOC"))).collect();
    let mut ways = Ways::default();
    let mut served = BTreeSet::new();
    for row in tables.from_to.rows() {
        let (from, to) = (row.text("FROMLOC"), row.text("TOLOC"));
        if from != to || ways.transport.is_some() {
            notes.insert(format!(
                "transport from {from:?} to {to:?} is left out: one location is served"
            ));
            continue;
        }
        ways.transport = Some(distribution(row, "DDIST", ["DTIME", "DTIME2"], "DUNITS"));
        served = location.iter().filter(|(_, at)| **at == from).map(|(group, _)| *group).collect();
    }
    ways.after_transport = served.iter().map(|group| (*group).to_owned()).collect();
    ways.after_transport.push("out".into());
    let apart = location.keys().filter(|group| !served.contains(*group));
    ways.apart = apart.map(|group| (*group).to_owned()).collect();
    for (part, route) in tables.route_of() {
        let groups: Vec<&str> = route
            .rows()
            .map(|row| {
                let group = row.text("STNFAM");
                if !location.contains_key(group) {
                    row.problem(format!("tool.txt.1l has no station family {group:?}"));
                }
                group
            })
            .collect();
        if let Some(first) = groups.first() {
            ways.first.insert(part.to_owned(), (*first).to_owned());
        }
        // Steps that chance leaves out make any later one the next.
        let optional: Vec<bool> =
            route.rows().map(|row| row.number("StepPercent").is_some_and(|n| n < 100.0)).collect();
        for (n, from) in groups.iter().enumerate() {
            for (next, to) in groups.iter().enumerate().skip(n + 1) {
                if !(served.contains(from) && served.contains(to)) {
                    ways.direct.entry((*from).to_owned()).or_default().insert((*to).to_owned());
                }
                if !optional[next] {
                    break;
                }
            }
        }
    }
    ways
}
