//! Networks of queues: open with rework, closed, and the Penny Fab.

use super::bench::{Bench, Findings, Runs, read};
use super::finding::Finding;
use twin::engine::Activity;

/// The plant of V10.
pub(super) const REWORK: &str = r#"Plant(
    name: "rework",
    products: { "job": () },
    equipment: {
        "in": (is: Source(product: "job", every: Exponential("1.4285714285714286 s")), to: ["cutting"]),
        "cutting": (is: Station(time: Exponential("1 s"), queue: "unlimited"), to: ["assembly"]),
        "assembly": (
            is: Station(places: 2, time: Exponential("1.6666666666666667 s"), queue: "unlimited"),
            to: ["test"],
        ),
        "test": (
            is: Station(time: Exponential("0.8333333333333333 s"), queue: "unlimited"),
            to: ["good", "assembly", "waste"],
            divert: Share([0.85, 0.1, 0.05]),
        ),
        "good": (is: Sink),
        "waste": (is: Sink),
    },
)"#;

/// V10: cutting (1 server) → assembly (2) → test (1), from which 10 % go back to assembly and 5 % are scrap. An open Jackson
/// network: each station is an M/M/c queue at the rate that the traffic equations give, so every figure is exact.
pub(super) fn rework(bench: &Bench) -> Findings {
    let rows = bench.measure(REWORK, Runs::long(4e6, 2000.0), |model, state| {
        let busy = |name| read::share(model, state, name, Activity::Working);
        let content = |name| read::content(model, state, name);
        let time_in = |name| read::time_in(model, state, name);
        let rate = |name| read::left(model, state, name) / read::window_s(state);
        let stations = ["cutting", "assembly", "test"];
        let ([a, b, c], [k, l, m], [x, y, z]) =
            (stations.map(busy), stations.map(content), stations.map(time_in));
        let lead_time = read::lead_time(state, 0);
        [a, b, c, k, l, m, k + l + m, x, y, z, lead_time, rate("good"), rate("waste")]
    })?;
    let names = [
        ("utilisation of cutting", 0.7),
        ("utilisation of assembly", 0.648_148),
        ("utilisation of test", 0.648_148),
        ("jobs at cutting", 2.333_333),
        ("jobs at assembly", 2.235_364),
        ("jobs at test", 1.842_105),
        ("jobs in the plant", 6.410_802),
        ("time at cutting per visit, s", 3.333_333),
        ("time at assembly per visit, s", 2.874_039),
        ("time at test per visit, s", 2.368_421),
        ("lead time, s", 9.158_289),
        ("good jobs per s", 0.661_111),
        ("scrapped jobs per s", 0.038_889),
    ];
    Ok(bench.means(names, &rows, 0.01, "rework"))
}

/// V11: `N` pallets go round four single servers with exponential times; without and with a carrier that takes 1 s for
/// each round (any number of pallets at once). Exact mean-value analysis.
pub(super) fn closed(bench: &Bench) -> Findings {
    let mut found = Vec::new();
    for (n, throughput, cycle_s, queues) in CLOSED {
        let of = format!("{n} pallets");
        let rows = bench.measure(&closed_plant(n, false), Runs::long(3.2e5, 500.0), closed_row)?;
        let names = [("pallets per s", throughput), ("time of a round, s", cycle_s)];
        let rounds: Vec<[f64; 2]> = rows.iter().map(|row| [row[0], row[1]]).collect();
        found.extend(bench.means(names, &rounds, 0.005, &of));
        for (at, mean) in queues.iter().flat_map(|queues| queues.iter().enumerate()) {
            let what = format!("{of}: mean number at station {}", at + 1);
            found.push(bench.mean(what, *mean, rows.iter().map(|row| row[at + 2]), 0.01));
        }
    }
    for (n, throughput, cycle_s) in CLOSED_WITH_DELAY {
        let rows = bench.measure(&closed_plant(n, true), Runs::long(3.2e5, 500.0), closed_row)?;
        let names = [("pallets per s", throughput), ("time of a round, s", cycle_s)];
        let rounds: Vec<[f64; 2]> = rows.iter().map(|row| [row[0], row[1]]).collect();
        found.extend(bench.means(names, &rounds, 0.005, &format!("{n} pallets and a carrier")));
    }
    Ok(found)
}

/// Mean service times in seconds.
const DEMANDS: [f64; 4] = [0.2, 0.45, 0.3, 0.25];

/// Pallets, throughput, time of a round, mean numbers at the stations where stated.
const CLOSED: [(u32, f64, f64, Option<[f64; 4]>); 5] = [
    (1, 0.833_333, 1.2, None),
    (2, 1.307_902, 1.529_167, Some([0.305_177, 0.809_264, 0.490_463, 0.395_095])),
    (3, 1.603_320, 1.871_117, None),
    (5, 1.927_803, 2.593_625, Some([0.582_121, 2.484_717, 1.113_630, 0.819_533])),
    (10, 2.175_422, 4.596_809, Some([0.756_452, 6.370_682, 1.725_462, 1.147_404])),
];

/// The same with the carrier.
const CLOSED_WITH_DELAY: [(u32, f64, f64); 2] = [(1, 0.454_545, 2.2), (10, 2.103_745, 4.753_428)];

pub(super) fn closed_plant(pallets: u32, carrier: bool) -> String {
    let mut equipment = String::new();
    for (at, demand) in DEMANDS.iter().enumerate() {
        let next = match (at + 1, carrier) {
            (4, false) => "out".to_owned(),
            (4, true) => "carrier".to_owned(),
            (next, _) => format!("s{}", next + 1),
        };
        equipment += &format!(
            r#""s{}": (is: Station(time: Exponential("{demand} s"), queue: "unlimited"), to: ["{next}"]),"#,
            at + 1
        );
    }
    if carrier {
        equipment += &format!(r#""carrier": (is: Station(places: {pallets}, time: "1 s"), to: ["out"]),"#);
    }
    format!(
        r#"Plant(name: "pallets", products: {{ "pallet": () }}, equipment: {{
            "in": (is: Source(product: "pallet", release: Conwip({pallets})), to: ["s1"]),
            {equipment}
            "out": (is: Sink),
        }})"#
    )
}

fn closed_row(model: &twin::engine::Model, state: &twin::engine::State) -> [f64; 6] {
    let [a, b, c, d] = ["s1", "s2", "s3", "s4"].map(|name| read::content(model, state, name));
    [read::throughput(state), read::lead_time(state, 0), a, b, c, d]
}

/// V12: the Penny Fab of Hopp and Spearman. One: four machines of 2 h in a row. Two: 1 machine of 2 h, 2 of 5 h, 6 of
/// 10 h, 2 of 3 h. At constant times the throughput of One is to the last part and its cycle time to the nanosecond; in
/// the worst case all jobs move as one batch; with exponential times One is the "practical worst case".
pub(super) fn penny_fab(bench: &Bench) -> Findings {
    let mut found = Vec::new();
    for (jobs, throughput, cycle_h) in DETERMINISTIC {
        let plant = penny_fab_one(jobs, r#"time: "2 h""#);
        let of = format!("One, constant times, {jobs} jobs");
        found.extend(to_the_nanosecond(bench, &plant, &of, throughput, cycle_h, 800.0)?);
    }
    for (jobs, throughput, cycle_h) in WORST_CASE {
        let batch = format!(r#"time: "{} h", batch: (max: {jobs})"#, 2 * jobs);
        let of = format!("One, worst case, {jobs} jobs");
        let plant = penny_fab_one(jobs, &batch);
        found.extend(to_the_nanosecond(bench, &plant, &of, throughput, cycle_h, 20.0 * cycle_h)?);
    }
    for (jobs, throughput, cycle_h) in EXPONENTIAL {
        let plant = penny_fab_one(jobs, r#"time: Exponential("2 h")"#);
        let rows = bench.measure(&plant, hours(4e5), fab_row)?;
        let names = [("jobs per h", throughput), ("cycle time, h", cycle_h)];
        found.extend(bench.means(names, &rows, 0.005, &format!("One, exponential times, {jobs} jobs")));
    }
    for (jobs, throughput) in PENNY_FAB_TWO {
        let rows = bench.measure(&penny_fab_two(jobs), hours(4e5), fab_row)?;
        let what = format!("Two, exponential times, {jobs} jobs: jobs per h");
        found.push(bench.mean(what, throughput, rows.iter().map(|row| row[0]), 0.005));
    }
    Ok(found)
}

/// Jobs in the plant, throughput per hour, cycle time in hours.
const DETERMINISTIC: [(u32, f64, f64); 6] =
    [(1, 0.125, 8.0), (2, 0.25, 8.0), (4, 0.5, 8.0), (8, 0.5, 16.0), (12, 0.5, 24.0), (16, 0.5, 32.0)];
const WORST_CASE: [(u32, f64, f64); 6] = [
    (1, 0.125, 8.0),
    (2, 0.125, 16.0),
    (4, 0.125, 32.0),
    (8, 0.125, 64.0),
    (12, 0.125, 96.0),
    (16, 0.125, 128.0),
];
const EXPONENTIAL: [(u32, f64, f64); 6] = [
    (1, 0.125, 8.0),
    (2, 0.2, 10.0),
    (4, 0.285_714, 14.0),
    (8, 0.363_636, 22.0),
    (12, 0.4, 30.0),
    (16, 0.421_053, 38.0),
];
const PENNY_FAB_TWO: [(u32, f64); 8] = [
    (1, 0.05),
    (2, 0.099_010),
    (4, 0.188_183),
    (8, 0.310_219),
    (12, 0.363_227),
    (16, 0.384_640),
    (24, 0.397_320),
    (32, 0.399_542),
];

const HOUR_S: f64 = 3600.0;

fn hours(total: f64) -> Runs {
    Runs::long(total * HOUR_S, 2000.0 * HOUR_S)
}

/// `station` stands in every station.
fn penny_fab_one(jobs: u32, station: &str) -> String {
    format!(
        r#"Plant(name: "Penny Fab One", products: {{ "penny": () }}, equipment: {{
            "in": (is: Source(product: "penny", release: Conwip({jobs})), to: ["m1"]),
            "m${{i}}": (repeat: 4, chain: true, is: Station({station}, queue: "unlimited"), to: ["out"]),
            "out": (is: Sink),
        }})"#
    )
}

pub(super) fn penny_fab_two(jobs: u32) -> String {
    format!(
        r#"Plant(name: "Penny Fab Two", products: {{ "penny": () }}, equipment: {{
            "in": (is: Source(product: "penny", release: Conwip({jobs})), to: ["punch"]),
            "punch": (is: Station(time: Exponential("2 h"), queue: "unlimited"), to: ["stamp"]),
            "stamp": (is: Station(places: 2, time: Exponential("5 h"), queue: "unlimited"), to: ["rim"]),
            "rim": (is: Station(places: 6, time: Exponential("10 h"), queue: "unlimited"), to: ["deburr"]),
            "deburr": (is: Station(places: 2, time: Exponential("3 h"), queue: "unlimited"), to: ["out"]),
            "out": (is: Sink),
        }})"#
    )
}

fn fab_row(_: &twin::engine::Model, state: &twin::engine::State) -> [f64; 2] {
    [read::throughput(state) * HOUR_S, read::lead_time(state, 0) / HOUR_S]
}

/// One run whose figures have no spread: parts in the window, and their mean, shortest and longest time in the plant.
fn to_the_nanosecond(
    bench: &Bench,
    plant: &str,
    of: &str,
    throughput: f64,
    cycle_h: f64,
    window_h: f64,
) -> Findings {
    let warmup_s = 10.0 * cycle_h * HOUR_S;
    let runs = Runs { replications: 1, warmup_s, window_s: window_h * HOUR_S };
    let rows = bench.measure(plant, runs, |_, state| {
        let parts = read::throughput(state) * read::window_s(state);
        (parts.round(), read::lead_time(state, 0))
    })?;
    let mut found = Vec::new();
    for (parts, lead_time_s) in rows {
        let what = format!("{of}: jobs in {window_h} h");
        found.push(Finding::equal(what, throughput * window_h, parts));
        found.push(Finding::nanosecond(format!("{of}: cycle time, s"), cycle_h * HOUR_S, lead_time_s));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Exact mean-value analysis (Reiser and Lavenberg 1980): throughput, time of a round, mean numbers.
    fn mva(demands: &[f64], delay: f64, n: u32) -> (f64, f64, Vec<f64>) {
        let mut queues = vec![0.0; demands.len()];
        let (mut throughput, mut round) = (0.0, 0.0);
        for pallets in 1..=n {
            let times: Vec<f64> = demands.iter().zip(&queues).map(|(d, q)| d * (1.0 + q)).collect();
            round = delay + times.iter().sum::<f64>();
            throughput = f64::from(pallets) / round;
            queues = times.iter().map(|time| throughput * time).collect();
        }
        (throughput, round, queues)
    }

    #[test]
    fn the_tables_are_what_mean_value_analysis_gives() {
        let near = |a: f64, b: f64| assert!((a - b).abs() < 6e-7 * b.max(1.0), "{a} {b}");
        for (n, throughput, round, queues) in CLOSED {
            let exact = mva(&DEMANDS, 0.0, n);
            near(exact.0, throughput);
            near(exact.1, round);
            for (exact, stated) in exact.2.iter().zip(queues.iter().flatten()) {
                near(*exact, *stated);
            }
        }
        for (n, throughput, round) in CLOSED_WITH_DELAY {
            let exact = mva(&DEMANDS, 1.0, n);
            near(exact.0, throughput);
            near(exact.1, round);
        }
        for (n, throughput, round) in EXPONENTIAL {
            let exact = mva(&[2.0; 4], 0.0, n);
            near(exact.0, throughput);
            near(exact.1, round);
        }
    }
}
