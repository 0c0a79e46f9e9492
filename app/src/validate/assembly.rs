//! Parts that come together and part again.

use twin::engine::{Activity, Model, State};

use super::bench::{Bench, Findings, Runs, read};
use super::finding::Finding;

/// V15: two feeders and an assembly, all exponential. Parts stay in their feeder's places until the assembly ends; a feeder
/// with no free place keeps its part (blocking after service). Of the continuous-time Markov chain of (n1, n2), where n
/// counts the parts of a feeder that are made and not assembled, throughput and means are known.
pub(super) fn station(bench: &Bench) -> Findings {
    let mut found = Vec::new();
    for (rates, places, throughput, waiting) in CHAINS {
        let plant = feeders(rates, places);
        let rows = bench.measure(&plant, Runs::long(4e5, 1000.0), |model, state| {
            let blocked = |name| read::share(model, state, name, Activity::Blocked);
            let waiting = read::content(model, state, "assembly");
            [read::throughput(state), waiting + blocked("left") + blocked("right")]
        })?;
        let names = [("assemblies per s", throughput), ("parts made, not assembled", waiting)];
        let of = format!("rates {rates:?}, {places:?} places");
        found.extend(bench.means(names, &rows, 0.01, &of));
    }
    Ok(found)
}

/// Rates of the feeders and the assembly in 1/s, places of each feeder, throughput in 1/s, and mean of n1 + n2.
const CHAINS: [([f64; 3], [u32; 2], f64, f64); 3] = [
    ([1.0, 1.0, 1.0], [1, 1], 0.577_778, 2.355_556),
    ([1.0, 1.0, 1.0], [4, 4], 0.777_649, 5.752_046),
    ([1.2, 0.8, 1.0], [2, 4], 0.696_576, 4.256_611),
];

fn feeders([left, right, assembly]: [f64; 3], [places_left, places_right]: [u32; 2]) -> String {
    let time = |rate: f64| super::plants::exponential(1.0 / rate);
    super::plants::plant_of(
        &["left", "right", "unit"],
        &format!(
            r#"        "lefts": (is: Source(product: "left"), to: ["left"]),
        "rights": (is: Source(product: "right"), to: ["right"]),
        "left": (is: Station(time: {}), to: ["assembly:left"]),
        "right": (is: Station(time: {}), to: ["assembly:right"]),
        "assembly": (
            is: Assembly(
                makes: "unit", needs: {{ "left": 1, "right": 1 }}, time: {},
                room: {{ "left": {places_left}, "right": {places_right} }}, takes: AtEnd,
            ),
            to: ["out"],
        ),
        "out": (is: Sink),"#,
            time(left),
            time(right),
            time(assembly)
        ),
    )
}

/// V36: a pallet and what is on it, to the nanosecond; units that are put together and taken apart again.
pub(super) fn palletising(bench: &Bench) -> Findings {
    let mut found = pallets(bench)?;
    found.extend(there_and_back(bench)?);
    Ok(found)
}

/// A box every 5 s, 2 s to put it on; a pallet of 12 is full at 60 k + 2 s, 20 s under way, and 3 s a box are taken off, the
/// last one first. Box i of a pallet comes at 60 (k − 1) + 5 i and is off at 60 k + 22 + 3 (13 − i), so it is in the plant
/// for 121 − 8 i seconds: 69 s on the average, and 69 / 5 = 13.8 boxes are in the plant.
fn pallets(bench: &Bench) -> Findings {
    let plant = super::plants::plant_of(
        &["box", "pallet"],
        r#"        "boxes": (is: Source(product: "box", every: "5 s"), to: ["on:parts"]),
        "pallets": (is: Source(product: "pallet", every: "60 s", first: "0 s"), to: ["on:carrier"]),
        "on": (is: Palletiser(amount: 12, time: "2 s"), to: ["truck"]),
        "truck": (is: Carrier(travel: "20 s"), to: ["off"]),
        "off": (is: Depalletiser(time: "3 s"), to: { "parts": ["out"], "carrier": ["stack"] }),
        "out": (is: Sink),
        "stack": (is: Sink),"#,
    );
    let model = bench.load(&plant)?;
    let (_, log) = bench.once(&model, 6000.0)?;
    let mut worst = [0.0_f64; 2];
    for part in &log.parts {
        let (created, left) = (part.created.seconds(), part.left.seconds());
        if model.product_name(part.product) == "box" {
            let of = (created / 5.0 - 1.0).rem_euclid(12.0) + 1.0;
            worst[0] = worst[0].max((left - created - (121.0 - 8.0 * of)).abs());
        } else {
            let k = (left / 60.0).floor();
            worst[1] = worst[1].max((left - (60.0 * k + 58.0)).abs());
        }
    }
    let mut found = vec![
        Finding::nanosecond(
            "pallets: largest error of a box's time in the plant, s",
            0.0,
            worst[0],
        ),
        Finding::nanosecond("pallets: largest error of an empty pallet's time, s", 0.0, worst[1]),
    ];
    let runs = Runs { replications: 1, warmup_s: 600.0, window_s: 57_600.0 };
    let rows = bench.measure(&plant, runs, |model, state| {
        let travels = read::content(model, state, "truck");
        [read::lead_time(state, 0), boxes_per_s(state), travels]
    })?;
    for [lead, rate, travels] in rows {
        found.push(Finding::within("pallets: mean time of a box, s", 69.0, lead, 1e-9, "1 ns"));
        found.push(Finding::within("pallets: boxes per s", 0.2, rate, 1e-12, "exact"));
        let of = "pallets: mean number on the truck (a pallet counts as one)";
        found.push(Finding::within(of, 20.0 / 60.0, travels, 1e-12, "exact"));
    }
    Ok(found)
}

fn boxes_per_s(state: &State) -> f64 {
    state.tallies()[0].finished as f64 / read::window_s(state)
}

/// Hubs and blades become fans, and fans come apart again: what goes in comes out, in the same proportions, and in between
/// it is consumed. The assembly takes 6 s, the disassembly 10 s a fan, so that one fan is through every 10 s.
fn there_and_back(bench: &Bench) -> Findings {
    let plant = r#"Plant(
        name: "there and back",
        products: { "hub": (), "blade": (), "fan": (bom: { "hub": 1, "blade": 5 }) },
        equipment: {
            "hubs": (is: Source(product: "hub"), to: ["join:hub"]),
            "blades": (is: Source(product: "blade"), to: ["join:blade"]),
            "join": (is: Assembly(makes: "fan", time: "6 s"), to: ["part"]),
            "part": (is: Disassembly(time: "10 s"), to: { "hub": ["out"], "blade": ["out"] }),
            "out": (is: Sink),
        },
    )"#;
    let runs = Runs { replications: 1, warmup_s: 100.0, window_s: 100_000.0 };
    let rows = bench.measure(plant, runs, |model: &Model, state: &State| {
        let of = |name: &str| {
            let at = model.products.iter().position(|product| product.name == name);
            &state.tallies()[at.expect("the plant has it")]
        };
        let out = [of("hub").finished, of("blade").finished, of("fan").finished];
        let used = [of("hub").consumed, of("blade").consumed, of("fan").consumed];
        out.into_iter().chain(used).map(|n| n as f64).collect::<Vec<f64>>()
    })?;
    let window = if bench.is_quick() { 100_000.0 / super::bench::QUICK } else { 100_000.0 };
    let fans = (window / 10.0_f64).floor();
    let names = ["hubs out", "blades out", "fans out", "hubs used", "blades used", "fans used"];
    let expected = [fans, 5.0 * fans, 0.0, fans, 5.0 * fans, fans];
    let mut found = Vec::new();
    for row in rows {
        for ((name, expected), got) in names.iter().zip(expected).zip(row) {
            found.push(Finding::equal(format!("there and back: {name}"), expected, got));
        }
    }
    Ok(found)
}
