//! Job shops: deterministic instances under dispatch rules, and the job shop of Law and Kelton.

use std::fmt::Write as _;

use super::bench::{Bench, Findings, Runs, read};
use super::finding::Finding;
use super::inexact::{Known, against};
use twin::engine::{Activity, Model, State};

/// The instances of Fisher and Thompson (1963) with 6 and 10 machines, one job a line: machine and time, step by step.
const FT06: &str = include_str!("data/ft06.txt");
const FT10: &str = include_str!("data/ft10.txt");

/// Rule, as the literature and as a plant file names it; makespan and sum of flow times on both instances.
type RuleRow = (&'static str, &'static str, [(f64, f64); 2]);

/// Non-delay schedules with ties to the lower job.
const BY_JOB: [RuleRow; 6] = [
    ("FIFO", "Fifo", [(65.0, 329.0), (1184.0, 9782.0)]),
    ("SPT", "Spt", [(88.0, 316.0), (1074.0, 8343.0)]),
    ("LPT", "Lpt", [(77.0, 375.0), (1295.0, 11034.0)]),
    ("least work remaining", "LeastWork", [(83.0, 295.0), (1334.0, 8685.0)]),
    ("most operations remaining", "MostOperations", [(59.0, 313.0), (1163.0, 10803.0)]),
    ("SPT/total work", "SptOverWork", [(77.0, 298.0), (1057.0, 8335.0)]),
];

/// The engine gives ties to the job that has waited longest. That changes two of the twelve schedules; their figures are
/// from list scheduling by hand-written code (the tests repeat it), which gives all twelve above under the other tie-break.
const BY_WAIT: [(&str, usize, (f64, f64)); 2] =
    [("LPT", 0, (67.0, 347.0)), ("most operations remaining", 1, (1202.0, 10906.0))];

/// V20: a plant of one station for each machine, all jobs at time zero. Exact.
pub(super) fn instances(bench: &Bench) -> Findings {
    let mut found = Vec::new();
    for (name, rule, published) in BY_JOB {
        for (at, (instance, data)) in [("FT06", FT06), ("FT10", FT10)].into_iter().enumerate() {
            let by_wait = BY_WAIT.iter().find(|row| (row.0, row.1) == (name, at));
            let (makespan, flow) = by_wait.map_or(published[at], |row| row.2);
            let model = bench.load(&shop(&jobs(data), rule))?;
            let (_, log) = bench.once(&model, 1e5)?;
            let ends: Vec<f64> = log.parts.iter().map(|part| part.left.seconds()).collect();
            let last = ends.iter().copied().fold(0.0, f64::max);
            let note = |finding: Finding| match by_wait {
                Some(_) => finding.note("ties to the job that has waited longest"),
                None => finding,
            };
            let of = format!("{instance}, {name}");
            found.push(note(Finding::equal(format!("{of}: makespan"), makespan, last)));
            found.push(note(Finding::equal(format!("{of}: sum of flow times"), flow, ends.iter().sum())));
        }
    }
    Ok(found)
}

type Job = Vec<(usize, u32)>;

fn jobs(data: &str) -> Vec<Job> {
    let number = |word: &str| word.parse::<u32>().unwrap_or_default();
    let job = |line: &str| -> Job {
        let words: Vec<u32> = line.split_whitespace().map(number).collect();
        words.chunks_exact(2).map(|step| (step[0] as usize, step[1])).collect()
    };
    data.lines().filter(|line| !line.starts_with('#')).map(job).collect()
}

fn shop(jobs: &[Job], rule: &str) -> String {
    let (mut products, mut schedule, mut stations) = (String::new(), String::new(), String::new());
    for (number, job) in jobs.iter().enumerate() {
        let step = |(machine, time): &(usize, u32)| format!(r#"(at: "m{machine}", time: "{time} s")"#);
        let route: Vec<String> = job.iter().map(step).collect();
        let _ = writeln!(products, r#""job {number:02}": (route: [{}]),"#, route.join(", "));
        let _ = writeln!(schedule, r#"(at: "0 s", product: "job {number:02}"),"#);
    }
    for machine in 0..jobs[0].len() {
        let queue = format!(r#"queue: (capacity: "unlimited", rule: {rule})"#);
        let _ = writeln!(stations, r#""m{machine}": (is: Station({queue})),"#);
    }
    format!(
        r#"Plant(name: "job shop", products: {{ {products} }}, equipment: {{
            "orders": (is: Source(schedule: [{schedule}])),
            {stations}
            "out": (is: Sink),
        }})"#
    )
}

/// The job shop of Law and Kelton: jobs of three types, five stations of several machines, Erlang-2 times, FIFO.
pub(super) const LAW: &str = r#"Plant(
    name: "job shop of Law and Kelton",
    products: {
        "type 1": (route: [
            (at: "s3", time: Erlang(k: 2, mean: "0.5 h")),
            (at: "s1", time: Erlang(k: 2, mean: "0.6 h")),
            (at: "s2", time: Erlang(k: 2, mean: "0.85 h")),
            (at: "s5", time: Erlang(k: 2, mean: "0.5 h")),
        ]),
        "type 2": (route: [
            (at: "s4", time: Erlang(k: 2, mean: "1.1 h")),
            (at: "s1", time: Erlang(k: 2, mean: "0.8 h")),
            (at: "s3", time: Erlang(k: 2, mean: "0.75 h")),
        ]),
        "type 3": (route: [
            (at: "s2", time: Erlang(k: 2, mean: "1.2 h")),
            (at: "s5", time: Erlang(k: 2, mean: "0.25 h")),
            (at: "s1", time: Erlang(k: 2, mean: "0.7 h")),
            (at: "s4", time: Erlang(k: 2, mean: "0.9 h")),
            (at: "s3", time: Erlang(k: 2, mean: "1 h")),
        ]),
    },
    equipment: {
        "jobs": (is: Source(
            every: Exponential("15 min"),
            mix: Share([("type 1", 0.3), ("type 2", 0.5), ("type 3", 0.2)]),
        )),
        "s1": (is: Station(places: 3, queue: "unlimited")),
        "s2": (is: Station(places: 2, queue: "unlimited")),
        "s3": (is: Station(places: 4, queue: "unlimited")),
        "s4": (is: Station(places: 3, queue: "unlimited")),
        "s5": (is: Station(places: 1, queue: "unlimited")),
        "out": (is: Sink),
    },
)"#;

pub(super) const STATIONS: [(&str, f64); 5] = [("s1", 3.0), ("s2", 2.0), ("s3", 4.0), ("s4", 3.0), ("s5", 1.0)];
/// Exact: rate of work over number of machines.
pub(super) const UTILISATIONS: [f64; 5] = [0.96, 0.99, 0.725, 0.973_333, 0.8];
/// Mean waits in hours, from a run of 1000 years by the book's own library; those of stations 2 and 4 to about 5 %; we allow 2 % for the others.
const WAITS_H: [(f64, f64); 5] =
    [(3.457, 0.02), (42.97, 0.05), (0.187, 0.02), (8.698, 0.05), (0.972, 0.02)];

pub(super) const HOUR_S: f64 = 3600.0;
pub(super) const YEAR_S: f64 = 365.0 * 24.0 * HOUR_S;

/// Mean time in the queue of a station in hours: what is there and not at work, over what passes (Little).
pub(super) fn wait_h(model: &Model, state: &State, (name, places): (&str, f64)) -> f64 {
    let busy = read::share(model, state, name, Activity::Working) * places;
    let per_s = read::left(model, state, name) / read::window_s(state);
    (read::content(model, state, name) - busy) / per_s / HOUR_S
}

/// V21. At a utilisation of 0.99 a table from one replication is no reference: the book's single run of 365 × 8 h prints an
/// overall delay of 10.870; the same program gives 14.597 in double and 10.525 in single precision.
pub(super) fn law(bench: &Bench) -> Findings {
    let runs = Runs { replications: 16, warmup_s: 5.0 * YEAR_S, window_s: 25.0 * YEAR_S };
    let rows = bench.measure(LAW, runs, |model, state| {
        let busy = STATIONS.map(|(name, _)| read::share(model, state, name, Activity::Working));
        (busy, STATIONS.map(|station| wait_h(model, state, station)))
    })?;
    let mut found = Vec::new();
    for (at, (name, _)) in STATIONS.iter().enumerate() {
        let busy = rows.iter().map(|row| row.0[at]);
        found.push(bench.mean(format!("{name}: utilisation of a machine"), UTILISATIONS[at], busy, 0.002));
    }
    for (at, (name, _)) in STATIONS.iter().enumerate() {
        let waits: Vec<f64> = rows.iter().map(|row| row.1[at]).collect();
        let (expected, known) = WAITS_H[at];
        let reference = (expected, Known::Bound(known * expected));
        found.push(against(bench, format!("{name}: mean wait, h"), reference, &waits, 0.08));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Non-delay list scheduling; makespan and sum of flow times. Ties go to the lower job, or to the one that came first.
    fn schedule(jobs: &[Job], rule: &str, by_job: bool) -> (f64, f64) {
        let n = jobs[0].len();
        let (mut step, mut came, mut free) = (vec![0; jobs.len()], vec![0; jobs.len()], vec![0; n]);
        let mut now = 0;
        while step.iter().any(|step| *step < n) {
            for machine in 0..n {
                let waits = |j: &usize| step[*j] < n && jobs[*j][step[*j]].0 == machine && came[*j] <= now;
                let key = |j: &usize| {
                    let rest: u32 = jobs[*j][step[*j]..].iter().map(|step| step.1).sum();
                    let all: u32 = jobs[*j].iter().map(|step| step.1).sum();
                    let time = f64::from(jobs[*j][step[*j]].1);
                    match rule {
                        "Fifo" => f64::from(came[*j]),
                        "Spt" => time,
                        "Lpt" => -time,
                        "LeastWork" => f64::from(rest),
                        "MostOperations" => step[*j] as f64,
                        _ => time / f64::from(all),
                    }
                };
                let rank = |a: &usize, b: &usize| {
                    let tie = if by_job { a.cmp(b) } else { (came[*a], *a).cmp(&(came[*b], *b)) };
                    key(a).total_cmp(&key(b)).then(tie)
                };
                if free[machine] > now {
                    continue;
                }
                let Some(job) = (0..jobs.len()).filter(waits).min_by(rank) else { continue };
                let end = now + jobs[job][step[job]].1;
                (free[machine], came[job]) = (end, end);
                step[job] += 1;
            }
            now = free.iter().chain(&came).copied().filter(|at| *at > now).min().unwrap_or(now);
        }
        let ends = came.iter().map(|end| f64::from(*end));
        (ends.clone().fold(0.0, f64::max), ends.sum())
    }

    #[test]
    fn list_scheduling_confirms_data_and_tables() {
        for (name, rule, published) in BY_JOB {
            for (at, data) in [FT06, FT10].into_iter().enumerate() {
                assert_eq!(schedule(&jobs(data), rule, true), published[at], "{name}");
                let by_wait = BY_WAIT.iter().find(|row| (row.0, row.1) == (name, at));
                let expected = by_wait.map_or(published[at], |row| row.2);
                assert_eq!(schedule(&jobs(data), rule, false), expected, "{name}");
            }
        }
    }
}
