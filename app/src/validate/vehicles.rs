//! Vehicles: zone control on a loop, the size of a fleet, trips to the nanosecond, dispatch.

use twin::engine::{Model, State};

use super::bench::{Bench, Findings, Runs, read};
use super::finding::Finding;

/// V16, all parts.
pub(super) fn zones(bench: &Bench) -> Findings {
    let mut found = exponential_zones(bench)?;
    found.extend(regular_zones(bench)?);
    found.extend(parallel_zones(bench)?);
    found.extend(fleet_size(bench)?);
    found.extend(trips(bench)?);
    found.extend(dispatch(bench)?);
    Ok(found)
}

/// A one-way ring of `zones` nodes with `vehicles` that go round without loads; each edge takes `time`.
fn ring(zones: u32, vehicles: u32, time: &str) -> String {
    let nodes: Vec<String> =
        (0..zones).map(|zone| format!("\"z{zone}\": ({zone}.0, 0.0)")).collect();
    let path: Vec<String> = (0..=zones).map(|zone| format!("z{}", zone % zones)).collect();
    let start: Vec<String> =
        (0..vehicles).map(|v| format!("\"z{}\"", v * zones / vehicles)).collect();
    format!(
        r#"Plant(
            name: "ring of zones",
            products: {{ "none": () }},
            equipment: {{
                "in": (is: Source(product: "none", schedule: [(at: "30000 d")]), to: ["agvs"]),
                "agvs": (
                    is: Vehicles(
                        nodes: {{ {} }},
                        paths: [(path: "{}", time: {time})],
                        stations: {{ "in": "z0", "out": "z1" }},
                        fleets: {{ "agv": (start: [{}]) }},
                        idle: Tour(["z0", "z{}"]),
                    ),
                    to: ["out"],
                ),
                "out": (is: Sink),
            }},
        )"#,
        nodes.join(", "),
        path.join(" > "),
        start.join(", "),
        zones / 2,
    )
}

/// A figure of the equipment `agvs` by name.
fn figure(model: &Model, state: &State, name: &str) -> f64 {
    let Some(agvs) = model.find("agvs") else { return f64::NAN };
    let all = state.figures(model, agvs);
    all.iter().find(|(key, _)| key == name).map_or(f64::NAN, |(_, value)| *value)
}

/// Vehicles that pass a zone, per second.
fn flow(model: &Model, state: &State, zones: u32) -> f64 {
    figure(model, state, "edges_covered") / f64::from(zones) / read::window_s(state)
}

/// Exponential traversal once the zone ahead is free: an exclusion process on a ring, whose stationary law is uniform over
/// all placements. So a vehicle finds the zone ahead free with probability (L − N)/(L − 1).
fn exponential_zones(bench: &Bench) -> Findings {
    let mut found = Vec::new();
    for (zones, vehicles) in [(20, 2), (20, 5), (20, 10)] {
        let (l, n) = (f64::from(zones), f64::from(vehicles));
        let plant = ring(zones, vehicles, "Exponential(\"1 s\")");
        let rows = bench.measure(&plant, Runs::long(120_000.0, 400.0), |model, state| {
            flow(model, state, zones)
        })?;
        let expected = n * (l - n) / (l * (l - 1.0));
        let what = format!("{vehicles} vehicles, {zones} exponential zones: flow, /s");
        found.push(bench.mean(what, expected, rows.iter().copied(), 0.003));
        let what = format!("{vehicles} vehicles, {zones} exponential zones: time of a loop, s");
        let loops = rows.into_iter().map(|flow| n / flow);
        found.push(bench.mean(what, l * (l - 1.0) / (l - n), loops, 0.003));
    }
    Ok(found)
}

/// Traversal in 1 s, the zone ahead free at its start, the own one released at its end: min(N, L − N) of L zones change
/// hands each second.
fn regular_zones(bench: &Bench) -> Findings {
    let mut found = Vec::new();
    for vehicles in [2, 5, 10, 15, 19] {
        let runs = Runs { replications: 1, warmup_s: 1000.0, window_s: 1600.0 };
        let rows = bench.measure(&ring(20, vehicles, "\"1 s\""), runs, |model, state| {
            figure(model, state, "edges_covered") / read::window_s(state)
        })?;
        let expected = f64::from(vehicles.min(20 - vehicles));
        let what = format!("{vehicles} vehicles, 20 zones of 1 s: moves, /s");
        found.extend(rows.into_iter().map(|got| Finding::equal(what.clone(), expected, got)));
    }
    Ok(found)
}

/// All vehicles with a free zone ahead move with probability p at each tick. On a ring, the weight of a placement with k
/// gaps is (1 − p)^−k (Schreckenberg, Schadschneider, Nagel & Ito 1995), which gives the flow for any number of zones; with
/// many it is (1 − √(1 − 4 p d (1 − d)))/2 at density d.
fn parallel_zones(bench: &Bench) -> Findings {
    const ZONES: u32 = 40;
    let mut found = Vec::new();
    for p in [0.5, 0.8, 0.9] {
        for vehicles in [ZONES / 4, ZONES / 2] {
            let plant = ring(ZONES, vehicles, &format!("Geometric(p: {p}, unit: \"1 s\")"));
            let rows = bench.measure(&plant, Runs::long(160_000.0, 400.0), |model, state| {
                flow(model, state, ZONES)
            })?;
            let what = format!("{vehicles} vehicles, {ZONES} zones, move with {p}: flow, /tick");
            found.push(bench.mean(what, parallel_flow(ZONES, vehicles, p), rows, 0.003));
        }
    }
    Ok(found)
}

/// p E\[k\]/L, with (L/k) C(N − 1, k − 1) C(L − N − 1, k − 1) placements of k gaps.
fn parallel_flow(zones: u32, vehicles: u32, p: f64) -> f64 {
    let (l, n) = (f64::from(zones), f64::from(vehicles));
    let (mut all, mut gaps) = (0.0, 0.0);
    // ln of the weight of k gaps, by its ratio to that of k − 1.
    let mut log = 0.0_f64;
    for k in 1..=vehicles.min(zones - vehicles) {
        let k = f64::from(k);
        if k > 1.0 {
            let ratio = (k - 1.0) / k * (n - k + 1.0) * (l - n - k + 1.0) / (k - 1.0).powi(2);
            log += (ratio / (1.0 - p)).ln();
        }
        // Scaled by the weight of one gap; largest exponents stay far below the range of f64 for the rings here.
        all += log.exp();
        gaps += k * log.exp();
    }
    p * gaps / all / l
}

/// Loads from A to B on a loop of 120 m at 1 m/s, 20 s to load and 10 s to unload: 60 N/(1 + 1 + 0.5) loads an hour for N
/// vehicles that do not meet. With 8, the dock is the bottleneck: 20 s to load, 1 s until a vehicle of 1 m is clear of it,
/// 3 s from the zone before.
fn fleet_size(bench: &Bench) -> Findings {
    let mut found = Vec::new();
    for (start, interval_s, window_s) in [
        (r#""A""#, 150.0, 24_000.0),
        (r#""A", "B""#, 75.0, 24_000.0),
        (r#""A", "B", "C1", "C2", "C3", "D1", "D2", "D3""#, 24.0, 38_400.0),
    ] {
        let plant = format!(
            r#"Plant(
                name: "loop",
                products: {{ "load": () }},
                equipment: {{
                    "in": (is: Source(product: "load"), to: ["dock"]),
                    "dock": (is: Buffer(capacity: 20), to: ["agvs"]),
                    "agvs": (
                        is: Vehicles(
                            nodes: {{
                                "A": (0, 0), "C1": (15, 0), "C2": (30, 0), "C3": (45, 0), "B": (60, 0),
                                "D1": (45, 10), "D2": (30, 10), "D3": (15, 10),
                            }},
                            paths: [(path: "A > C1 > C2 > C3 > B > D1 > D2 > D3 > A", length: "15 m", zones: 5)],
                            stations: {{ "dock": (at: "A", load: "20 s"), "out": (at: "B", unload: "10 s") }},
                            fleets: {{ "agv": (start: [{start}], speed: "1 m/s") }},
                        ),
                        to: ["out"],
                    ),
                    "out": (is: Sink),
                }},
            )"#
        );
        let runs = Runs { replications: 1, warmup_s: 3000.0, window_s };
        let rows = bench.measure(&plant, runs, |model, state| {
            read::left(model, state, "agvs") / read::window_s(state) * window_s
        })?;
        let n = start.split(',').count();
        let what = format!("{n} vehicles: loads in {window_s} s");
        let expected = window_s / interval_s;
        found.extend(rows.into_iter().map(|got| Finding::equal(what.clone(), expected, got)));
    }
    Ok(found)
}

/// A load from A to B with one vehicle, `fleet` and `paths`, and nothing to wait for: its time in seconds.
fn trip(bench: &Bench, paths: &str, fleet: &str) -> Result<f64, super::Failure> {
    let plant = format!(
        r#"Plant(
            name: "trip",
            products: {{ "load": () }},
            equipment: {{
                "in": (is: Source(product: "load", schedule: [(at: "0 s")]), to: ["agvs"]),
                "agvs": (
                    is: Vehicles(
                        nodes: {{ "A": (0, 0), "B": (30, 0), "C": (30, 30) }},
                        paths: [{paths}],
                        stations: {{ "in": "A", "out": "B" }},
                        fleets: {{ "agv": (start: ["A"], {fleet}) }},
                    ),
                    to: ["out"],
                ),
                "out": (is: Sink),
            }},
        )"#
    );
    let (_, log) = bench.once(&bench.load(&plant)?, 1000.0)?;
    Ok(log.parts.first().map_or(f64::NAN, |part| part.left.seconds()))
}

/// L/v + v/(2a) + v/(2b), or √(2L (a + b)/(a b)) where v is not reached; however the way is cut into zones.
fn trips(bench: &Bench) -> Findings {
    let mut found = Vec::new();
    for zones in [1, 10, 100] {
        for (v, a, b) in [(1.5_f64, 0.5_f64, 0.5_f64), (2.0, 0.3, 0.8), (20.0, 0.5, 1.0)] {
            let peak = (2.0 * 30.0 * a * b / (a + b)).sqrt();
            let expected = if peak < v {
                peak / a + peak / b
            } else {
                30.0 / v + v / (2.0 * a) + v / (2.0 * b)
            };
            let paths = format!(r#"(path: "A > B", zones: {zones}), "B > A""#);
            let fleet =
                format!(r#"speed: "{v} m/s", acceleration: "{a} m/s2", braking: "{b} m/s2""#);
            let what = format!("30 m in {zones} zones at {v} m/s, {a} and {b} m/s²: trip, s");
            found.push(Finding::nanosecond(what, expected, trip(bench, &paths, &fleet)?));
        }
    }
    // 42 m and 30 m at 1.5 m/s, a stop and 4 s to turn between.
    let way = (30.0 * 2.0_f64.sqrt() + 30.0) / 1.5 + 2.0 * 3.0 + 4.0;
    let fleet = r#"speed: "1.5 m/s", acceleration: "0.5 m/s2", turn: "4 s""#;
    let got = trip(bench, r#""A > C > B", "B > A""#, fleet)?;
    found.push(Finding::nanosecond("with a turn on the spot: trip, s", way, got));
    Ok(found)
}

/// One vehicle at V, loads at P and at Q at the same time, all for X; P, Q, V, X at 0, 10, 14 and 30 m, 1 m/s. The nearest
/// first: V Q X P X, there at 24 s and 84 s. In the order of their coming: V P X Q X, there at 44 s and 84 s.
fn dispatch(bench: &Bench) -> Findings {
    let mut found = Vec::new();
    for (rule, expected) in [("Nearest", [24.0, 84.0]), ("Oldest", [44.0, 84.0])] {
        let plant = format!(
            r#"Plant(
                name: "dispatch",
                products: {{ "load": () }},
                equipment: {{
                    "P": (is: Source(product: "load", schedule: [(at: "0 s")]), to: ["agvs"]),
                    "Q": (is: Source(product: "load", schedule: [(at: "0 s")]), to: ["agvs"]),
                    "agvs": (
                        is: Vehicles(
                            nodes: {{ "P": (0, 0), "Q": (10, 0), "V": (14, 0), "X": (30, 0) }},
                            paths: ["P = Q = V = X"],
                            stations: {{ "P": "P", "Q": "Q", "X": "X" }},
                            fleets: {{ "agv": (start: ["V"]) }},
                            loads: {rule},
                        ),
                        to: ["X"],
                    ),
                    "X": (is: Sink),
                }},
            )"#
        );
        let (_, log) = bench.once(&bench.load(&plant)?, 1000.0)?;
        for (n, expected) in expected.into_iter().enumerate() {
            let got = log.parts.get(n).map_or(f64::NAN, |part| part.left.seconds());
            let what = format!("{rule}: load {} arrives, s", n + 1);
            found.push(Finding::nanosecond(what, expected, got));
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::parallel_flow;

    #[test]
    fn the_flow_on_a_large_ring_is_that_of_an_endless_one() {
        for (p, d, limit) in [(0.5, 4, 0.104_715), (0.5, 2, 0.146_447), (0.9, 4, 0.214_956)] {
            let flow = parallel_flow(240, 240 / d, p);
            assert!((flow / limit - 1.0).abs() < 0.006, "{p} {d}: {flow}");
        }
    }
}
