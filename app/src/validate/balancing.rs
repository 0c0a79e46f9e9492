//! Assembly lines whose tasks are shared out among as few stations as can be, run at their pace.
//!
//! The fewest stations for a cycle time *c* (problem SALBP-1) are found exactly, by dynamic programming over subsets of
//! tasks: of all ways to do a set of tasks in an order that precedence allows, only the one with the fewest stations, and of
//! these the least load on the last, need be kept. Eleven tasks have 2048 subsets.

use std::fmt::Write as _;

use twin::engine::Activity;

use super::bench::{Bench, Findings, Runs, read};
use super::finding::Finding;

/// A published instance.
struct Instance {
    name: &'static str,
    /// Times of the tasks.
    times: &'static [u32],
    /// Which task comes before which, counted from 1.
    before: &'static [(usize, usize)],
    /// Cycle time and fewest stations.
    optima: &'static [(u32, usize)],
}

#[rustfmt::skip]
const INSTANCES: [Instance; 3] = [
    Instance {
        name: "Mertens",
        times: &[1, 5, 4, 3, 5, 6, 5],
        before: &[(1, 2), (1, 4), (2, 3), (2, 5), (4, 6), (4, 7)],
        optima: &[(6, 6), (7, 5), (8, 5), (10, 3), (15, 2), (18, 2)],
    },
    Instance {
        name: "Bowman",
        times: &[11, 17, 9, 5, 8, 12, 10, 3],
        before: &[(1, 2), (2, 3), (2, 4), (3, 5), (3, 6), (4, 6), (5, 7), (6, 8)],
        optima: &[(17, 5), (20, 5), (21, 5), (24, 4), (28, 3), (31, 3)],
    },
    Instance {
        name: "Jackson",
        times: &[6, 2, 5, 7, 1, 2, 3, 6, 5, 5, 4],
        before: &[
            (1, 2), (1, 3), (1, 4), (1, 5), (2, 6), (3, 7), (4, 7), (5, 7), (6, 8), (7, 9), (8, 10), (9, 11), (10, 11),
        ],
        optima: &[(7, 8), (9, 6), (10, 5), (13, 4), (14, 4), (21, 3)],
    },
];

/// V22: the station counts, and the lines: one unit in each cycle, and an idle share of 1 − Σt / (m c).
pub(super) fn check(bench: &Bench) -> Findings {
    let mut found = Vec::new();
    for instance in &INSTANCES {
        for (cycle, stations) in instance.optima {
            let of = format!("{}, c = {cycle}", instance.name);
            let loads = fewest_stations(instance, *cycle);
            let got = loads.len() as f64;
            found.push(Finding::equal(format!("{of}: stations"), *stations as f64, got));
            found.extend(paced_line(bench, &of, &loads, *cycle)?);
        }
    }
    Ok(found)
}

/// Loads of the stations of a line with as few of them as can be.
fn fewest_stations(instance: &Instance, cycle: u32) -> Vec<u32> {
    let n = instance.times.len();
    let mut needs = vec![0_usize; n];
    for (first, then) in instance.before {
        needs[then - 1] |= 1 << (first - 1);
    }
    // Of each set of tasks: stations, load of the last, and the task that was done last.
    let mut best = vec![(usize::MAX, 0, 0); 1 << n];
    best[0] = (0, cycle, 0);
    for set in 0..best.len() {
        let (stations, load, _) = best[set];
        if stations == usize::MAX {
            continue;
        }
        for task in (0..n).filter(|task| set & (1 << task) == 0 && needs[*task] & !set == 0) {
            let time = instance.times[task];
            let fits = load + time <= cycle;
            let next = if fits { (stations, load + time) } else { (stations + 1, time) };
            let slot = &mut best[set | (1 << task)];
            if next < (slot.0, slot.1) {
                *slot = (next.0, next.1, task);
            }
        }
    }
    let mut set = best.len() - 1;
    let mut loads = vec![0; best[set].0];
    while set != 0 {
        let (stations, _, task) = best[set];
        loads[stations - 1] += instance.times[task];
        set &= !(1 << task);
    }
    loads
}

/// The line: a unit begins in every cycle, and each station works off its load.
fn paced_line(bench: &Bench, of: &str, loads: &[u32], cycle: u32) -> Findings {
    let mut line = String::new();
    for (at, load) in loads.iter().enumerate() {
        let next = if at + 1 == loads.len() { "out".into() } else { format!("s{}", at + 2) };
        let _ = writeln!(
            line,
            r#"        "s{}": (is: Station(time: "{load} s"), to: ["{next}"]),"#,
            at + 1
        );
    }
    let plant = super::plants::plant(&format!(
        r#"        "pace": (is: Source(every: "{cycle} s", first: "0 s"), to: ["s1"]),
{line}        "out": (is: Sink),"#
    ));
    // So many cycles that a quick run, too, is whole cycles.
    let (warmup, cycles) = (40.0, 1600.0);
    let cycle_s = f64::from(cycle);
    let runs = Runs { replications: 1, warmup_s: warmup * cycle_s, window_s: cycles * cycle_s };
    let rows = bench.measure(&plant, runs, |model, state| {
        let working = |at: usize| read::share(model, state, &format!("s{at}"), Activity::Working);
        let working: f64 = (1..=loads.len()).map(working).sum();
        let passed = read::window_s(state) / cycle_s;
        [read::throughput(state) * cycle_s, passed, 1.0 - working / loads.len() as f64]
    })?;
    let work: u32 = loads.iter().sum();
    let idle = 1.0 - f64::from(work) / (loads.len() as f64 * cycle_s);
    let mut found = Vec::new();
    for [units, cycles, share] in rows {
        let what = format!("{of}: units per cycle, over {cycles:.0} cycles");
        found.push(Finding::within(what, 1.0, units, 1e-12, "exact"));
        found.push(Finding::within(format!("{of}: idle share"), idle, share, 1e-12, "exact"));
    }
    Ok(found)
}
