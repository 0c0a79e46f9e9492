//! Handling equipment: a robot cell, automated stores, cranes on one runway, lifts.
//!
//! # The rack
//!
//! Bozer and White (1984) give the mean travel of a storage and retrieval machine over a continuous rack with uniformly
//! distributed openings, in units of the time to its farther end, with the shape factor Q: 1 + Q²/3 for a single
//! command, 4/3 + Q²/2 − Q³/30 for a dual command. Our rack has a number of openings, so its mean is a sum over them; for
//! a dual command over all pairs of two different ones. That sum is what a run must come to. How near it is to the
//! continuous rack is a figure of its own: the difference is of the order of one in the number of openings.

use super::bench::{Bench, Failure, Findings, Runs, read};
use super::finding::Finding;
use super::plants::{exponential, plant_of};

/// V19, both parts.
pub(super) fn cell_and_store(bench: &Bench) -> Findings {
    let mut found = robot_cell(bench)?;
    for q in [0.5, 0.75, 1.0] {
        found.extend(store(bench, q)?);
    }
    Ok(found)
}

/// V31, all parts.
pub(super) fn cranes_and_lifts(bench: &Bench) -> Findings {
    let mut found = single_crane(bench)?;
    found.extend(two_cranes(bench)?);
    found.extend(car(bench)?);
    found.extend(lift_round(bench)?);
    found.extend(lift_queue(bench)?);
    Ok(found)
}

/// When the parts of `product` were finished, in seconds.
fn ends(bench: &Bench, plant: &str, product: &str, until_s: f64) -> Result<Vec<f64>, Failure> {
    let model = bench.load(plant)?;
    let (_, log) = bench.once(&model, until_s)?;
    let its = log.parts.iter().filter(|part| model.product_name(part.product) == product);
    Ok(its.map(|part| part.left.seconds()).collect())
}

/// Two machines, a robot, 1 s to pick or place, 2 s from each place to the next: 6 e + 6 d + p1 + p2 with one part at a
/// time, 6 e + 8 d + max(0, p1 − 2 e − 4 d, p2 − 2 e − 4 d) with both machines loaded.
fn robot_cell(bench: &Bench) -> Findings {
    let rounds =
        [("one part at a time", r#""in", "m1", "m2""#), ("both loaded", r#""in", "m2", "m1""#)];
    let mut found = Vec::new();
    for (p1, p2) in [(5.0, 5.0), (20.0, 10.0)] {
        let (e, d) = (1.0, 2.0);
        let over = |p: f64| p - (2.0 * e + 4.0 * d);
        let cycles =
            [6.0 * e + 6.0 * d + p1 + p2, 6.0 * e + 8.0 * d + over(p1).max(over(p2)).max(0.0)];
        for ((name, round), cycle) in rounds.into_iter().zip(cycles) {
            let plant = format!(
                r#"Plant(
                    name: "robot cell",
                    products: {{ "part": (route: ["m1", "m2"]) }},
                    equipment: {{
                        "in": (is: Source(product: "part"), to: ["robot"], at: (0.0, 0.0)),
                        "m1": (is: Station(time: "{p1} s"), to: ["robot"], at: (1.0, 0.0)),
                        "m2": (is: Station(time: "{p2} s"), to: ["robot"], at: (2.0, 0.0)),
                        "out": (is: Sink, at: (3.0, 0.0)),
                        "robot": (
                            is: Robot(speed: "0.5 m/s", pick: "{e} s", place: "{e} s", rule: Sequence([{round}])),
                            to: ["m1", "m2", "out"],
                        ),
                    }},
                )"#
            );
            let ends = ends(bench, &plant, "part", 1000.0)?;
            let got = ends.last_chunk().map_or(f64::NAN, |[before, last]| last - before);
            let what = format!("robot, {name}, machines of {p1} and {p2} s: cycle, s");
            found.push(Finding::nanosecond(what, cycle, got));
        }
    }
    Ok(found)
}

/// Openings along the rack and up.
const BAYS: usize = 40;
const LEVELS: usize = 20;
/// Time to the end of the rack, s.
const LENGTH_S: f64 = 100.0;
/// Time to take a load up or put it down, s.
const TRANSFER_S: f64 = 5.0;

/// Mean travel of a single and of a dual command cycle over all openings, in units of the time to the end.
fn discrete(q: f64) -> (f64, f64) {
    let middle = |at: usize, n: usize| (at as f64 + 0.5) / n as f64;
    let openings: Vec<(f64, f64)> = (0..BAYS)
        .flat_map(|bay| {
            (0..LEVELS).map(move |level| (middle(bay, BAYS), q * middle(level, LEVELS)))
        })
        .collect();
    let n = openings.len() as f64;
    let out: f64 = openings.iter().map(|(x, y)| x.max(*y)).sum::<f64>() / n;
    let between = |a: &(f64, f64), b: &(f64, f64)| (a.0 - b.0).abs().max((a.1 - b.1).abs());
    let pairs: f64 =
        openings.iter().map(|a| openings.iter().map(|b| between(a, b)).sum::<f64>()).sum();
    (2.0 * out, 2.0 * out + pairs / (n * (n - 1.0)))
}

/// A store that always has something to store and is always asked for something, half full, everything at random.
fn store(bench: &Bench, q: f64) -> Findings {
    let (single, dual) = discrete(q);
    let continuous = (1.0 + q * q / 3.0, 4.0 / 3.0 + q * q / 2.0 - q * q * q / 30.0);
    let rows = [
        ("Single", "cycle_single_s", 2.0, single, continuous.0),
        ("Dual", "cycle_dual_s", 4.0, dual, continuous.1),
    ];
    let mut found = Vec::new();
    for (cycles, figure, transfers, expected, continuous) in rows {
        let plant = store_plant(cycles, q);
        // Single cycles differ by a third of their mean, dual ones by a quarter: 120 000 of them give it to 0.1 %.
        let samples = bench.measure(&plant, Runs::long(2.4e7, 1e4), |model, state| {
            let store = model.find("store").expect("the plant has a store");
            let figures = state.figures(model, store);
            let cycle = figures.iter().find(|row| row.0 == figure).map_or(f64::NAN, |row| row.1);
            (cycle - transfers * TRANSFER_S) / LENGTH_S
        })?;
        let of = format!("store, Q = {q}, {} command", cycles.to_lowercase());
        found.push(bench.mean(format!("{of}: travel"), expected, samples, 0.0015));
        let what = format!("{of}: {BAYS} × {LEVELS} openings against a continuous rack");
        let rule = "of the order of 1 / openings";
        found.push(Finding::within(what, continuous, expected, 1.0 / (BAYS * LEVELS) as f64, rule));
    }
    Ok(found)
}

fn store_plant(cycles: &str, q: f64) -> String {
    let (bay, level) = (LENGTH_S / BAYS as f64, q * LENGTH_S / LEVELS as f64);
    plant_of(
        &["part"],
        &format!(
            r#"        "in": (is: Source(), to: ["store"]),
        "store": (
            is: Store(bays: {BAYS}, levels: {LEVELS}, sides: 1, bay: "{bay} m", level: "{level} m", travel: "1 m/s",
                lift: "1 m/s", transfer: "{TRANSFER_S} s", cycles: {cycles}, stock: {{ "part": {half} }}),
            to: ["out"],
        ),
        "out": (is: Sink),"#,
            half = BAYS * LEVELS / 2
        ),
    )
}

/// One trip of a bridge crane and of a jib crane.
fn single_crane(bench: &Bench) -> Findings {
    let trip = |crane: &str, to: (f64, f64)| {
        let plant = plant_of(
            &["part"],
            &format!(
                r#"        "in": (is: Source(schedule: [(product: "part", at: "0 s")]), to: ["crane"], at: (3.0, 0.0)),
        "crane": (is: Crane({crane}, hoist: (speed: "0.5 m/s", acceleration: "0.25 m/s2"), lift: "4 m",
            attach: "20 s", detach: "10 s"), to: ["out"]),
        "out": (is: Sink, at: {to:?}),"#
            ),
        );
        Ok::<f64, Failure>(ends(bench, &plant, "part", 1e4)?.first().copied().unwrap_or(f64::NAN))
    };
    // The hook: 4 m at 0.5 m/s, and 2 s for its ramps: 10 s, down and up and down again.
    let hook = 3.0 * 10.0 + 20.0 + 10.0;
    // 24 m at 2 m/s: 12 s and 4 + 2 s for its ramps halved. Meanwhile the trolley makes 5 m at 0.4 m/s.
    let bridge = r#"bridge: (speed: "2 m/s", acceleration: "0.5 m/s2", deceleration: "1 m/s2"), trolley: "0.4 m/s""#;
    let far = trip(bridge, (27.0, 5.0))?;
    // 1.5 m is a triangle with a peak of 1 m/s; now the trolley is the longer of the two.
    let near = trip(bridge, (4.5, 1.0))?;
    let near_trolley = trip(bridge, (4.5, 5.0))?;
    // A quarter of a turn in 15 s.
    let jib = trip(r#"slew: "60 s", trolley: "0.1 m/s""#, (0.0, 4.0))?;
    Ok(vec![
        Finding::nanosecond("bridge crane, 24 m: delivered at, s", hook + 15.0, far),
        Finding::nanosecond("bridge crane, 1.5 m: delivered at, s", hook + 3.0, near),
        Finding::nanosecond(
            "bridge crane, trolley longer: delivered at, s",
            hook + 12.5,
            near_trolley,
        ),
        Finding::nanosecond("jib crane: delivered at, s", hook + 15.0, jib),
    ])
}

/// Two cranes on a runway of 30 m that keep 4 m, at 7.5 and 22.5 m at first; 1 m/s, 2 s to attach and to detach. A part each at
/// 5 m and at 20 m.
fn two_cranes(bench: &Bench) -> Findings {
    // Where the parts go; when they are there; why.
    let rows = [
        // Nobody is in the way: 2.5 + 2 + 7 + 2 and 2.5 + 2 + 8 + 2.
        ((12.0, 28.0), (13.5, 14.5), "apart"),
        // The second trip comes within 2 m of the first one's end. It sets out at 13.5 s, when the first crane is idle and
        // makes way: 2.5 + 2 + 6 + 2.
        ((12.0, 14.0), (13.5, 26.0), "too near"),
        // The first trip needs the runway up to 25 m: the second crane goes aside to 29 m, and cannot come back before the
        // first one has come to its end at 26.5 s. This is nearer then: 5 + 2 + 10 + 2.
        ((25.0, 10.0), (26.5, 45.5), "crossing"),
    ];
    let mut found = Vec::new();
    for (to, at, name) in rows {
        let plant = plant_of(
            &["a", "b"],
            &format!(
                r#"        "in a": (is: Source(schedule: [(product: "a", at: "0 s")]), to: ["cranes"], at: (5.0, 0.0)),
        "in b": (is: Source(schedule: [(product: "b", at: "0 s")]), to: ["cranes"], at: (20.0, 0.0)),
        "cranes": (is: Crane(cranes: 2, clearance: "4 m", runway: ("0 m", "30 m"), bridge: "1 m/s", attach: "2 s",
            detach: "2 s"), to: ["out a", "out b"], divert: ByProduct({{ "a": "out a", "b": "out b" }})),
        "out a": (is: Sink, at: ({:?}, 0.0)),
        "out b": (is: Sink, at: ({:?}, 0.0)),"#,
                to.0, to.1
            ),
        );
        for (product, expected) in [("a", at.0), ("b", at.1)] {
            let end = ends(bench, &plant, product, 1e4)?.first().copied().unwrap_or(f64::NAN);
            let what = format!("two cranes, trips {name}: {product} delivered at, s");
            found.push(Finding::nanosecond(what, expected, end));
        }
    }
    Ok(found)
}

/// A transfer car with a home: 3 s to load and to unload, 10 m at 1 m/s with 1 m/s²: 11 s each way.
fn car(bench: &Bench) -> Findings {
    let plant = |home: &str| {
        plant_of(
            &["part"],
            &format!(
                r#"        "in": (is: Source(schedule: [(product: "part", at: "0 s"), (product: "part", at: "100 s")], blocked: Queue), to: ["car"], at: (0.0, 2.0)),
        "car": (is: TransferCar(speed: (speed: "1 m/s", acceleration: "1 m/s2"), load: "3 s", unload: "3 s", {home}),
            to: ["out"]),
        "out": (is: Sink, at: (10.0, -2.0)),"#
            ),
        )
    };
    let mut found = Vec::new();
    for (home, name, second) in [("", "it stays", 128.0), (r#"home: "in""#, "it returns", 117.0)] {
        let ends = ends(bench, &plant(home), "part", 1e4)?;
        let got = ends.last_chunk().copied().unwrap_or([f64::NAN; 2]);
        found.push(Finding::nanosecond(format!("car, {name}: first part at, s"), 17.0, got[0]));
        found.push(Finding::nanosecond(format!("car, {name}: second part at, s"), second, got[1]));
    }
    Ok(found)
}

/// A lift for three parts between four levels, 4 m and 5 s apart (1 m/s, 1 m/s²), 2 s to load and to unload, called from all three
/// lower levels at once. Collecting on the way: (2 + 5) three times, then 2 s for each to get out. One after the other: 2 + 13
/// + 2 from below, 9 + 2 + 9 + 2 and 5 + 2 + 5 + 2 from the levels above, after the ways back.
fn lift_round(bench: &Bench) -> Findings {
    let plant = |lift: &str| {
        let source = |n: u32| {
            format!(
                "        \"in {n}\": (is: Source(schedule: [(product: \"part\", at: \"0 s\")]), to: [\"lift\"]),\n"
            )
        };
        let level = |n: u32| format!("(height: \"{} m\", at: [\"in {n}\"]), ", 4 * n);
        let levels = [0, 1, 2].map(level).concat();
        plant_of(
            &["part"],
            &format!(
                r#"{}{}{}        "lift": (is: Lift(speed: (speed: "1 m/s", acceleration: "1 m/s2"), load: "2 s", unload: "2 s", {lift},
            levels: [{levels}(height: "12 m", at: ["out"])]), to: ["out"]),
        "out": (is: Sink),"#,
                source(0),
                source(1),
                source(2)
            ),
        )
    };
    let mut found = Vec::new();
    for (name, lift, expected) in [
        ("three at a time, collecting", "capacity: 3, rule: Collective", [23.0, 25.0, 27.0]),
        ("one at a time", "capacity: 1", [17.0, 39.0, 53.0]),
    ] {
        let ends = ends(bench, &plant(lift), "part", 1e4)?;
        let got = ends.first_chunk().copied().unwrap_or([f64::NAN; 3]);
        for (at, (expected, got)) in expected.into_iter().zip(got).enumerate() {
            let what = format!("lift, {name}: part {} at, s", at + 1);
            found.push(Finding::nanosecond(what, expected, got));
        }
    }
    Ok(found)
}

/// A lift that returns to the ground, called at random there, is a single server with constant service: M/D/1. The
/// part stays in the line until it is loaded.
fn lift_queue(bench: &Bench) -> Findings {
    const SERVICE_S: f64 = 10.0;
    const LOAD_S: f64 = 1.0;
    let mut found = Vec::new();
    for rho in [0.5, 0.7] {
        let every = exponential(SERVICE_S / rho);
        let plant = plant_of(
            &["part"],
            &format!(
                r#"        "in": (is: Source(every: {every}), to: ["line"]),
        "line": (is: Buffer(), to: ["lift"]),
        "lift": (is: Lift(levels: [(height: "0 m", at: ["line"]), (height: "4 m", at: ["out"])], speed: "1 m/s",
            load: "{LOAD_S} s", unload: "1 s", home: "line"), to: ["out"]),
        "out": (is: Sink),"#
            ),
        );
        let wait = rho * SERVICE_S / (2.0 * (1.0 - rho)) + LOAD_S;
        let samples = bench.measure(&plant, Runs::long(6.4e6, 1e4), |model, state| {
            read::time_in(model, state, "line")
        })?;
        let what = format!("lift as M/D/1, load {rho}: time in line, s");
        found.push(bench.mean(what, wait, samples, 0.01));
    }
    Ok(found)
}
