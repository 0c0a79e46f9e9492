//! Saturated lines of reliable machines: throughput, parts in process, what each machine does.

use super::bench::{Bench, Findings, Runs, read};
use super::inexact::{Known, against};
use twin::engine::{Activity, Model, State};

/// A machine of a line: what its station says besides the queue, and what stands beside `is`.
#[derive(Clone, Debug)]
pub(super) struct Machine {
    /// Such as `time: Exponential("1 s")`.
    pub station: String,
    /// Such as `failures: […]`; may be empty.
    pub beside: String,
}

impl Machine {
    /// Exponential times with rate `per_s`.
    pub(super) fn exponential(per_s: f64) -> Self {
        let station = format!(r#"time: Exponential("{} s")"#, 1.0 / per_s);
        Self { station, beside: String::new() }
    }
}

/// A line of `machines` `m1`, `m2`, … with an endless supply and `buffers[i]` places between machine `i` and the next. The
/// places are those of the next machine's queue: what is in equipment `m2` is in the buffer before machine 2 or on it.
pub(super) fn line(machines: &[Machine], buffers: &[u32]) -> String {
    let mut equipment = String::new();
    for (at, Machine { station, beside }) in machines.iter().enumerate() {
        let number = at + 1;
        let queue = if at == 0 { 0 } else { buffers[at - 1] };
        let next =
            if number == machines.len() { "out".to_owned() } else { format!("m{}", number + 1) };
        equipment += &format!(
            r#""m{number}": (is: Station({station}, queue: {queue}), to: ["{next}"], {beside}),
            "#
        );
    }
    format!(
        r#"Plant(name: "line", products: {{ "part": () }}, equipment: {{
            "supply": (is: Source(product: "part"), to: ["m1"]),
            {equipment}"out": (is: Sink),
        }})"#
    )
}

/// Parts on the machines and in the buffers.
pub(super) fn in_process(model: &Model, state: &State, n: usize) -> f64 {
    (1..=n).map(|at| read::content(model, state, &format!("m{at}"))).sum()
}

/// V13: exponential times, blocking after service, K places between machines. Exact Markov chains: Hunt 1956 (2/3, 22/39),
/// Hillier and Boling 1967.
pub(super) fn saturated(bench: &Bench) -> Findings {
    let mut found = Vec::new();
    for (n, places, throughput, wip) in BALANCED {
        let plant = line(&vec![Machine::exponential(1.0); n], &vec![places; n - 1]);
        let rows = bench.measure(&plant, Runs::long(6e5, 1000.0), |model, state| {
            [read::throughput(state), in_process(model, state, n)]
        })?;
        let names = [("parts per s", throughput), ("parts in process", wip)];
        found.extend(bench.means(names, &rows, 0.01, &format!("{n} machines, {places} places")));
    }
    found.extend(unbalanced(bench)?);
    found.extend(long(bench)?);
    Ok(found)
}

/// Machines, places between them, throughput, mean number of parts on machines and between them.
const BALANCED: [(usize, u32, f64, f64); 17] = [
    (2, 0, 0.666_667, 1.6667),
    (2, 1, 0.75, 2.25),
    (2, 2, 0.8, 2.8),
    (2, 3, 0.833_333, 3.3333),
    (2, 5, 0.875, 4.375),
    (2, 10, 0.923_077, 6.9231),
    (3, 0, 0.564_103, 2.3590),
    (3, 1, 0.670_466, 3.5318),
    (3, 2, 0.734_017, 4.6335),
    (3, 3, 0.776_712, 5.7001),
    (3, 5, 0.830_759, 7.7817),
    (3, 10, 0.894_419, 12.8720),
    (5, 0, 0.485_798, 3.7786),
    (5, 1, 0.607_583, 6.1354),
    (5, 2, 0.680_489, 8.3394),
    (5, 3, 0.729_948, 10.4704),
    (5, 5, 0.793_367, 14.6272),
];

/// Rates of an unbalanced line with two places between machines, and what its machines do.
const RATES: [f64; 3] = [1.0, 0.8, 1.2];

/// The unbalanced line, and the same the other way round: throughput is unchanged (reversibility).
fn unbalanced(bench: &Bench) -> Findings {
    let there: Vec<Machine> = RATES.map(Machine::exponential).into();
    let back: Vec<Machine> = there.iter().rev().cloned().collect();
    let rows = bench.measure(&line(&there, &[2, 2]), Runs::long(1e6, 1000.0), |model, state| {
        let share = |name, activity| read::share(model, state, name, activity);
        let work = |name| share(name, Activity::Working);
        let blocked = |name| share(name, Activity::Blocked);
        let starved = |name| share(name, Activity::Starved);
        [
            read::throughput(state),
            in_process(model, state, 3),
            work("m1"),
            blocked("m1"),
            starved("m1"),
            work("m2"),
            blocked("m2"),
            starved("m2"),
            work("m3"),
            blocked("m3"),
            starved("m3"),
        ]
    })?;
    let names = [
        ("parts per s", 0.681_198),
        ("parts in process", 4.249_757),
        ("machine 1 works", 0.681_198),
        ("machine 1 blocked", 0.318_802),
        ("machine 1 starved", 0.0),
        ("machine 2 works", 0.851_497),
        ("machine 2 blocked", 0.050_938),
        ("machine 2 starved", 0.097_565),
        ("machine 3 works", 0.567_665),
        ("machine 3 blocked", 0.0),
        ("machine 3 starved", 0.432_335),
    ];
    let mut found = bench.means(names, &rows, 0.01, "rates 1, 0.8, 1.2");
    let rows = bench
        .measure(&line(&back, &[2, 2]), Runs::long(1e6, 1000.0), |_, state| read::throughput(state))?;
    found.push(bench.mean("rates 1.2, 0.8, 1: parts per s", 0.681_198, rows, 0.01));
    Ok(found)
}

/// Fifty machines with ten places each between them: no exact figure, a simulation of 200 000 parts by other code.
fn long(bench: &Bench) -> Findings {
    let plant = line(&vec![Machine::exponential(1.0); 50], &[10; 49]);
    let runs = Runs::long(3.2e5, 5000.0);
    let rows = bench.measure(&plant, runs, |_, state| read::throughput(state))?;
    let reference = (0.8310, Known::HalfWidth(0.0005));
    let what = "50 machines, 10 places: parts per s";
    Ok(vec![against(bench, what, reference, &rows, 0.003)])
}
