//! Lines of machines that fail.

use super::bench::{Bench, Findings, Runs, read};
use super::inexact::{Known, against};
use super::lines::{Machine, line};
use twin::engine::Activity;

/// V14, all parts.
pub(super) fn unreliable(bench: &Bench) -> Findings {
    let mut found = synchronous_pairs(bench)?;
    found.extend(synchronous_lines(bench)?);
    found.extend(continuous(bench)?);
    found.extend(exponential(bench)?);
    found.extend(asynchronous(bench)?);
    found.extend(zhou(bench)?);
    Ok(found)
}

/// A machine of a synchronous line: in a slot of 1 s, a machine that is up and neither starved nor blocked fails with
/// chance `fails`, and one that is down is repaired with chance `repaired` and works in that same slot.
///
/// In cycles: a machine that has just been repaired works at least one (it is tested again only at the next slot, and
/// what it found on both sides cannot have changed while it was down), so the number of cycles between failures is
/// geometric on 1, 2, …, and so is the number of slots of a repair. Blocking is before service: whether a machine may
/// work is decided at the beginning of the slot, by what the slot before left in the buffers.
fn slotted((fails, repaired): (f64, f64)) -> Machine {
    Machine {
        station: r#"time: "1 s", blocking: BeforeService"#.into(),
        beside: format!(
            r#"failures: [(cycles: Geometric(p: {fails}, unit: 1), repair: Geometric(p: {repaired}, unit: "1 s"))]"#
        ),
    }
}

/// `n` counts all places between the beginnings of two machines, the one on the second machine included.
fn synchronous(machines: &[(f64, f64)], n: &[u32]) -> String {
    let machines: Vec<Machine> = machines.iter().map(|machine| slotted(*machine)).collect();
    let queues: Vec<u32> = n.iter().map(|n| n - 1).collect();
    line(&machines, &queues)
}

/// V14a: Gershwin's deterministic two-machine line (*Manufacturing Systems Engineering*, 1994), exact Markov chain.
fn synchronous_pairs(bench: &Bench) -> Findings {
    let mut found = Vec::new();
    for ([p1, r1, p2, r2], cells) in PAIRS {
        for (n, throughput, level) in cells {
            let plant = synchronous(&[(p1, r1), (p2, r2)], &[n]);
            let rows = bench.measure(&plant, Runs::long(1.28e6, 4000.0), |model, state| {
                [read::throughput(state), read::content(model, state, "m2")]
            })?;
            let of = format!("slots, {p1} {r1} {p2} {r2}, N = {n}");
            let parts = rows.iter().map(|row| row[0]);
            found.push(bench.mean(format!("{of}: parts per slot"), throughput, parts, 0.005));
            let levels = rows.iter().map(|row| row[1]);
            found.push(bench.mean(format!("{of}: mean buffer"), level, levels, 0.04));
        }
    }
    Ok(found)
}

type Pair = ([f64; 4], [(u32, f64, f64); 5]);

/// Chances of failure and repair of both machines; N, parts per slot, mean buffer.
const PAIRS: [Pair; 3] = [
    (
        [0.1, 0.1, 0.1, 0.1],
        [
            (2, 0.339_286, 1.0),
            (4, 0.359_375, 2.0),
            (10, 0.397_727, 5.0),
            (20, 0.429_688, 10.0),
            (50, 0.463_710, 25.0),
        ],
    ),
    (
        [0.01, 0.1, 0.01, 0.1],
        [
            (2, 0.833_699, 1.0),
            (4, 0.840_936, 2.0),
            (10, 0.856_175, 5.0),
            (20, 0.870_541, 10.0),
            (50, 0.887_845, 25.0),
        ],
    ),
    (
        [0.05, 0.2, 0.04, 0.15],
        [
            (2, 0.662_069, 1.0110),
            (4, 0.683_907, 1.9591),
            (10, 0.720_504, 4.9417),
            (20, 0.746_775, 10.1459),
            (50, 0.771_220, 26.7372),
        ],
    ),
];

/// V14a, longer lines: chances of failure and repair, places, parts per slot, mean buffers where stated.
fn synchronous_lines(bench: &Bench) -> Findings {
    let mut found = Vec::new();
    for (machines, places, throughput, levels) in LONGER {
        let plant = synchronous(machines, places);
        let n = machines.len();
        let rows = bench.measure(&plant, Runs::long(6.4e5, 4000.0), |model, state| {
            let levels: Vec<f64> =
                (2..=n).map(|at| read::content(model, state, &format!("m{at}"))).collect();
            (read::throughput(state), levels)
        })?;
        let of = format!("slots, {n} machines, N = {places:?}");
        let parts = rows.iter().map(|row| row.0);
        found.push(bench.mean(format!("{of}: parts per slot"), *throughput, parts, 0.005));
        for (at, level) in levels.iter().enumerate() {
            let what = format!("{of}: mean buffer {}", at + 1);
            found.push(bench.mean(what, *level, rows.iter().map(|row| row.1[at]), 0.04));
        }
    }
    Ok(found)
}

type Longer = (&'static [(f64, f64)], &'static [u32], f64, &'static [f64]);

const ALIKE: &[(f64, f64)] = &[(0.01, 0.1); 5];

const LONGER: &[Longer] = &[
    (ALIKE.split_at(3).0, &[2, 2], 0.770_773, &[1.0759, 0.9241]),
    (ALIKE.split_at(3).0, &[5, 5], 0.794_003, &[2.9802, 2.0198]),
    (ALIKE.split_at(3).0, &[10, 10], 0.819_137, &[5.9834, 4.0166]),
    (ALIKE.split_at(4).0, &[2, 2, 2], 0.717_956, &[]),
    (ALIKE.split_at(4).0, &[5, 5, 5], 0.754_736, &[]),
    (ALIKE.split_at(4).0, &[10, 10, 10], 0.791_911, &[6.4681, 5.0, 3.5319]),
    (ALIKE, &[2, 2, 2, 2], 0.673_401, &[]),
    (ALIKE, &[3, 3, 3, 3], 0.693_049, &[]),
    (ALIKE, &[5, 5, 5, 5], 0.723_402, &[3.3857, 2.7732, 2.2268, 1.6143]),
    (&[(0.01, 0.1), (0.02, 0.12), (0.015, 0.1)], &[5, 10], 0.753_357, &[3.306_49, 3.785_57]),
    (
        &[(0.005, 0.05), (0.01, 0.1), (0.02, 0.2), (0.01, 0.1)],
        &[4, 6, 4],
        0.750_250,
        &[2.703_56, 3.369_18, 1.408_36],
    ),
];

/// A machine with cycle `time` that fails at rate `fails` of its working time and is repaired at rate `repaired`.
fn failing(time: &str, fails: f64, repaired: f64) -> Machine {
    Machine {
        station: format!("time: {time}"),
        beside: format!(
            r#"failures: [(every: Exponential("{} s"), repair: Exponential("{} s"))]"#,
            1.0 / fails,
            1.0 / repaired
        ),
    }
}

/// V14b: the exact continuous-flow line of two machines of speed 1, approached by fine parts.
///
/// A part of size δ takes δ seconds on a machine, and the buffer has N/δ − 1 places. With blocking after service the
/// material between the machines, parts in work by the share that is done, then runs between a lower end from 0 to δ and
/// an upper end from N to N + δ, depending on where in a part a machine was stopped; on average both ends stand δ/2
/// higher, so their distance is N. Throughput rises with N, and its slope falls; so the error of throughput is at most
/// δ dE/dN, taken here from the chord to the next smaller N of the table (to 0, where E = 1/(1 + Σp/r)). The level is
/// right to δ; a machine can be starved or blocked too long by δ at most each time, and that happens at most once for
/// each failure of the other.
fn continuous(bench: &Bench) -> Findings {
    let mut found = Vec::new();
    for flow in &FLOWS {
        let [p1, r1, p2, r2] = flow.rates;
        let size = flow.n / flow.parts;
        let cycle = format!(r#""{size} s""#);
        let machines = [failing(&cycle, p1, r1), failing(&cycle, p2, r2)];
        let plant = line(&machines, &[flow.parts as u32 - 1]);
        let runs = Runs::long(flow.total_s, flow.total_s / 100.0);
        let rows = bench.measure(&plant, runs, |model, state| {
            let blocked = read::share(model, state, "m1", Activity::Blocked);
            let starved = read::share(model, state, "m2", Activity::Starved);
            let level = read::content(model, state, "m2") + blocked;
            [read::throughput(state) * size, level * size, blocked, starved]
        })?;
        let none = 1.0 / (1.0 + p1 / r1 + p2 / r2);
        let slope = (flow.throughput - none) / flow.n;
        let once = size * p1.max(p2);
        let of = format!("flow, {p1} {r1} {p2} {r2}, N = {}", flow.n);
        let mut push = |name: &str, at: usize, expected: Option<f64>, bound: f64, share: f64| {
            let Some(expected) = expected else { return };
            let samples: Vec<f64> = rows.iter().map(|row| row[at]).collect();
            let what = format!("{of}: {name}");
            found.push(against(bench, what, (expected, Known::Bound(bound)), &samples, share));
        };
        push("throughput", 0, Some(flow.throughput), size * slope, 0.005);
        push("mean level", 1, Some(flow.level), size, 0.05);
        push("machine 1 blocked", 2, flow.blocked, once, 0.05);
        push("machine 2 starved", 3, flow.starved, once, 0.05);
    }
    Ok(found)
}

/// A continuous-flow line and its exact figures.
struct Flow {
    /// Failures and repairs per second of both machines.
    rates: [f64; 4],
    /// Size of the buffer.
    n: f64,
    /// Parts that we cut it into.
    parts: f64,
    /// Seconds to be measured.
    total_s: f64,
    throughput: f64,
    level: f64,
    blocked: Option<f64>,
    starved: Option<f64>,
}

#[rustfmt::skip]
const FLOWS: [Flow; 8] = [
    Flow { rates: [0.01, 0.1, 0.01, 0.1], n: 1.0, parts: 20.0, total_s: 4e5, throughput: 0.836_969, level: 0.5, blocked: Some(0.079_334), starved: Some(0.079_334) },
    Flow { rates: [0.01, 0.1, 0.01, 0.1], n: 10.0, parts: 50.0, total_s: 8e5, throughput: 0.858_726, level: 5.0, blocked: Some(0.055_402), starved: Some(0.055_402) },
    Flow { rates: [0.01, 0.1, 0.01, 0.1], n: 20.0, parts: 50.0, total_s: 1e6, throughput: 0.871_369, level: 10.0, blocked: Some(0.041_494), starved: Some(0.041_494) },
    Flow { rates: [0.01, 0.1, 0.01, 0.1], n: 50.0, parts: 100.0, total_s: 1e6, throughput: 0.887_574, level: 25.0, blocked: Some(0.023_669), starved: Some(0.023_669) },
    Flow { rates: [0.01, 0.1, 0.02, 0.1], n: 10.0, parts: 50.0, total_s: 8e5, throughput: 0.798_915, level: 6.825_261, blocked: Some(0.121_193), starved: Some(0.041_302) },
    Flow { rates: [0.01, 0.1, 0.02, 0.1], n: 50.0, parts: 100.0, total_s: 2e6, throughput: 0.827_857, level: 38.371_948, blocked: Some(0.089_358), starved: Some(0.006_572) },
    Flow { rates: [0.05, 0.2, 0.04, 0.15], n: 10.0, parts: 50.0, total_s: 4e5, throughput: 0.723_303, level: 4.955_512, blocked: Some(0.095_871), starved: Some(0.083_816) },
    Flow { rates: [0.001, 0.02, 0.002, 0.05], n: 20.0, parts: 20.0, total_s: 4e6, throughput: 0.926_430, level: 11.986_901, blocked: Some(0.027_248), starved: Some(0.036_512) },
];

/// V14c: exponential times too (Gershwin and Berman 1981), exact Markov chain. `N` counts the part on machine 2 and, where
/// blocking is after service, the one that machine 1 cannot pass on: N = K + 2 with K places. N = 1 is a line whose machine
/// 1 may not begin before machine 2 is empty: blocking before service without places.
fn exponential(bench: &Bench) -> Findings {
    let mut found = Vec::new();
    for ([m1, p1, r1, m2, p2, r2], cells) in EXPONENTIAL {
        for (n, throughput, level) in cells {
            let time = |per_s: f64| format!(r#"Exponential("{} s")"#, 1.0 / per_s);
            let mut machines = [failing(&time(m1), p1, r1), failing(&time(m2), p2, r2)];
            if n == 1 {
                machines[0].station += ", blocking: BeforeService";
            }
            let plant = line(&machines, &[n.saturating_sub(2)]);
            let rows = bench.measure(&plant, Runs::long(1.28e6, 4000.0), |model, state| {
                let held = read::share(model, state, "m1", Activity::Blocked);
                [read::throughput(state), read::content(model, state, "m2") + held]
            })?;
            let of = format!("exponential, {m1} {p1} {r1} {m2} {p2} {r2}, N = {n}");
            let parts = rows.iter().map(|row| row[0]);
            found.push(bench.mean(format!("{of}: parts per s"), throughput, parts, 0.005));
            if let Some(level) = level {
                let levels = rows.iter().map(|row| row[1]);
                found.push(bench.mean(format!("{of}: mean level"), level, levels, 0.03));
            }
        }
    }
    Ok(found)
}

type Exponential = ([f64; 6], [(u32, f64, Option<f64>); 5]);

/// Rates of work, failure and repair of both machines; N, parts per second, mean level where stated.
const EXPONENTIAL: [Exponential; 2] = [
    (
        [1.0, 0.01, 0.1, 1.0, 0.01, 0.1],
        [
            (1, 0.454_545, None),
            (2, 0.589_955, None),
            (4, 0.695_386, None),
            (10, 0.785_921, None),
            (20, 0.830_002, None),
        ],
    ),
    (
        [1.0, 0.05, 0.2, 1.2, 0.1, 0.3],
        [
            (1, 0.423_529, None),
            (2, 0.533_306, None),
            (4, 0.621_289, None),
            (10, 0.709_574, Some(4.216_931)),
            (20, 0.757_781, None),
        ],
    ),
];

/// V14d: constant cycle of 1 s, exponential failures after 100 s of work on average, exponential repairs of 10 s, blocking
/// after service. No exact figures: simulations of 10 × 500 000 parts by other code, with the half-widths of their 95 %
/// intervals.
fn asynchronous(bench: &Bench) -> Findings {
    let mut found = Vec::new();
    for (n, half_width, cells) in ASYNCHRONOUS {
        for (places, throughput) in cells {
            let machines = vec![failing(r#""1 s""#, 0.01, 0.1); n];
            let total_s = if n == 20 { 6.4e5 } else { 1.28e6 };
            let plant = line(&machines, &vec![places; n - 1]);
            let rows =
                bench.measure(&plant, Runs::long(total_s, 4000.0), |_, state| read::throughput(state))?;
            let what = format!("{n} failing machines, {places} places: parts per s");
            let reference = (throughput, Known::HalfWidth(half_width[usize::from(places > 5)]));
            found.push(against(bench, what, reference, &rows, 0.005));
        }
    }
    Ok(found)
}

/// Machines; half-widths up to 5 places and above; places, parts per second.
type Asynchronous = (usize, [f64; 2], [(u32, f64); 4]);

const ASYNCHRONOUS: [Asynchronous; 3] = [
    (2, [0.0011, 0.0011], [(0, 0.8338), (5, 0.8488), (10, 0.8590), (20, 0.8716)]),
    (5, [0.0012, 0.0013], [(0, 0.6716), (5, 0.7432), (10, 0.7811), (20, 0.8211)]),
    (20, [0.0012, 0.0013], [(0, 0.3910), (5, 0.6099), (10, 0.6932), (20, 0.7714)]),
];

/// V14e: machines and buffers published by Zhou, Liu, Yu and Tao (2018, doi 10.1002/oca.2341). Their Arena figures cannot be
/// reproduced from what they state; compared are simulations of the stated line by other code, with their half-widths, and
/// the paper's DDX approximation as an upper check: from 0 to 4 % above.
fn zhou(bench: &Bench) -> Findings {
    let mut found = Vec::new();
    for (buffers, ddx, constant, exponential) in ZHOU {
        let n = buffers.len() + 1;
        for (time, name, (throughput, half_width)) in [
            (r#""1 s""#, "constant", constant),
            (r#"Exponential("1 s")"#, "exponential", exponential),
        ] {
            let machine = |at: usize| failing(time, 1.0 / MTBF[at], 1.0 / MTTR[at]);
            let machines: Vec<Machine> = (0..n).map(machine).collect();
            let plant = line(&machines, buffers);
            let rows = bench.measure(&plant, Runs::long(6.4e5, 4000.0), |_, state| read::throughput(state))?;
            let what = format!("Zhou, {n} machines, {name} cycle: parts per s");
            let reference = (throughput, Known::HalfWidth(half_width));
            found.push(against(bench, what, reference, &rows, 0.005));
            if name == "constant" {
                let what = format!("Zhou, {n} machines: DDX over ours, less 1");
                let over: Vec<f64> = rows.iter().map(|row| ddx / row - 1.0).collect();
                let mean = over.iter().sum::<f64>() / over.len() as f64;
                let rule = "from 0 to 4 %";
                found.push(super::finding::Finding::within(what, 0.02, mean, 0.02, rule));
            }
        }
    }
    Ok(found)
}

const MTBF: [f64; 6] = [20.0, 20.0, 30.0, 22.0, 30.0, 30.0];
const MTTR: [f64; 6] = [7.0, 10.0, 7.0, 5.0, 5.0, 8.0];

/// Buffers, DDX, ours before with constant and with exponential cycles (mean, half-width).
type Zhou = (&'static [u32], f64, (f64, f64), (f64, f64));

const ZHOU: [Zhou; 2] = [
    (&[24, 22, 11, 3], 0.616_059, (0.6141, 0.0023), (0.5665, 0.0018)),
    (&[18, 19, 11, 8, 4], 0.600_970, (0.5943, 0.0023), (0.5446, 0.0018)),
];

/// Lines for the laws that hold of every plant.
pub(super) fn samples() -> Vec<(&'static str, String)> {
    let slow = failing(r#"Exponential("1.2 s")"#, 0.05, 0.2);
    let even = failing(r#""1 s""#, 0.01, 0.1);
    vec![
        ("line in slots", synchronous(ALIKE, &[3; 4])),
        ("line that fails", line(&[slow.clone(), even, slow], &[2, 4])),
    ]
}

/// Lines with the share of time that each machine works of that in which it could.
pub(super) fn with_efficiencies() -> Vec<(&'static str, String, Vec<f64>)> {
    let efficiency = |(p, r): &(f64, f64)| r / (r + p);
    let slots = [(0.01, 0.1), (0.02, 0.12), (0.015, 0.1)];
    let flow = [(0.05, 0.2), (0.04, 0.15)];
    let flow_machines = flow.map(|(p, r)| failing(r#""1 s""#, p, r));
    let random = [(0.05, 0.2), (0.1, 0.3)];
    let random_machines = random.map(|(p, r)| failing(r#"Exponential("1 s")"#, p, r));
    vec![
        ("slots", synchronous(&slots, &[5, 10]), slots.iter().map(efficiency).collect()),
        ("constant cycle", line(&flow_machines, &[8]), flow.iter().map(efficiency).collect()),
        ("exponential cycle", line(&random_machines, &[8]), random.iter().map(efficiency).collect()),
    ]
}

/// Lines and the same with a place more.
pub(super) fn improvements() -> Vec<(String, String, String)> {
    let cycles = vec![failing(r#""1 s""#, 0.01, 0.1); 3];
    let random = vec![failing(r#"Exponential("1 s")"#, 0.05, 0.2); 3];
    let slots = [(0.05, 0.2), (0.04, 0.15), (0.05, 0.2)];
    vec![
        ("failing machines, a place more".into(), line(&cycles, &[2, 2]), line(&cycles, &[2, 3])),
        ("failing exponential machines, a place more".into(), line(&random, &[2, 2]), line(&random, &[3, 2])),
        ("slots, a place more".into(), synchronous(&slots, &[3, 3]), synchronous(&slots, &[3, 4])),
    ]
}
