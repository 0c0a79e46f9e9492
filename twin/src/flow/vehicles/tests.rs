//! Plants with vehicles whose figures are known by hand.

use crate::engine::{Log, Model, State, advance};
use crate::id::EquipmentId;
use crate::units::SimTime;

/// A dock at `A`, a way out at `B`, `loads` of the product "part" at time 0, and `vehicles`.
fn plant(loads: u32, vehicles: &str) -> Model {
    let text = format!(
        r#"Plant(
            name: "vehicles",
            products: {{ "part": () }},
            equipment: {{
                "dock": (is: Source(product: "part", schedule: [(at: "0 s", n: {loads})]), to: ["agvs"]),
                "agvs": (is: Vehicles({vehicles}), to: ["out"]),
                "out": (is: Sink),
            }},
        )"#
    );
    let loaded = crate::plant::load_text(&text);
    loaded.model.unwrap_or_else(|| panic!("{:?}", loaded.diagnostics))
}

/// Seconds at which loads leave.
fn ends(model: &Model, until_s: f64) -> (State, Vec<f64>) {
    let mut state = State::new(model, 1, 0);
    let mut log = Log::new(true, false);
    advance(model, &mut state, SimTime::from_seconds(until_s), &mut log).expect("it gets on");
    let ends = log.parts.iter().map(|part| part.left.seconds()).collect();
    (state, ends)
}

fn figure(model: &Model, state: &State, name: &str) -> f64 {
    let agvs = model.find("agvs").unwrap_or(EquipmentId::NONE);
    let all = state.figures(model, agvs);
    all.iter().find(|(key, _)| key == name).unwrap_or_else(|| panic!("{name} of {all:?}")).1
}

fn assert_near(got: &[f64], expected: &[f64]) {
    let near = got.len() == expected.len()
        && got.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1.5e-9);
    assert!(near, "{got:?} instead of {expected:?}");
}

const STATIONS: &str =
    r#"stations: { "dock": (at: "A", load: "5 s"), "out": (at: "B", unload: "4 s") }"#;

/// 30 m at 1.5 m/s with 0.5 m/s²: 20 + 3 s; in one edge, in ten, or with the vehicle far away first.
#[test]
fn a_trapezoid_however_it_is_cut() {
    for paths in [
        r#""A = B""#,
        r#"(path: "A > B", zones: 10), "B > A""#,
        r#"(path: "A > B", zones: 100), "B > A""#,
        r#"(path: "A = B", zones: 7)"#,
    ] {
        let vehicles = format!(
            r#"nodes: {{ "A": (0, 0), "B": (30, 0) }}, paths: [{paths}], {STATIONS},
               fleets: {{ "agv": (start: ["A"], speed: "1.5 m/s", acceleration: "0.5 m/s2") }}"#
        );
        let model = plant(2, &vehicles);
        let (state, ends) = ends(&model, 200.0);
        assert_near(&ends, &[32.0, 32.0 + 23.0 + 32.0]);
        assert!((figure(&model, &state, "distance_m") - 90.0).abs() < 1e-9);
        assert!((figure(&model, &state, "loaded_share") - 46.0 / 200.0).abs() < 1e-9);
        assert!((figure(&model, &state, "empty_share") - 23.0 / 200.0).abs() < 1e-9);
        assert!((figure(&model, &state, "handling_share") - 18.0 / 200.0).abs() < 1e-9);
    }
}

/// Round a corner with a stop to turn: two trapezoids and 3 s; and a curve of 2 m at √(0.5 · 2) = 1 m/s.
#[test]
fn corners_and_curves() {
    let corner = r#"nodes: { "A": (0, 0), "C": (12, 0), "B": (12, 12) }, paths: ["A = C = B"],"#;
    let fleet =
        r#"fleets: { "agv": (start: ["A"], speed: "2 m/s", acceleration: "1 m/s2", turn: "3 s") }"#;
    let (_, corner) = ends(&plant(1, &format!("{corner} {STATIONS}, {fleet}")), 100.0);
    // 12/2 + 2/1 = 8 s each.
    assert_near(&corner, &[5.0 + 8.0 + 3.0 + 8.0 + 4.0]);
    let curve = r#"nodes: { "A": (0, 0), "C": (10, 0), "D": (12, 2), "B": (12, 12) },
        paths: ["A > C", (path: "C > D", length: "3 m", radius: "2 m"), "D > B", "B > A"],"#;
    let fleet = r#"fleets: { "agv": (start: ["A"], speed: "2 m/s", acceleration: "1 m/s2", lateral: "0.5 m/s2") }"#;
    let (_, curve) = ends(&plant(1, &format!("{curve} {STATIONS}, {fleet}")), 100.0);
    // Up to 2 m/s over 2 m, down to 1 m/s over 1.5 m; 3 m at 1 m/s; up over 1.5 m, down over 2 m.
    let straight = 2.0 + 6.5 / 2.0 + 1.0;
    assert_near(&curve, &[5.0 + straight + 3.0 + straight + 4.0]);
}

/// Head to head on a single track with a stub in the middle: one backs out, and both loads arrive.
#[test]
fn two_meet_on_a_single_track() {
    let text = r#"Plant(
        name: "single track",
        products: { "east": (), "west": () },
        equipment: {
            "w in": (is: Source(product: "east", schedule: [(at: "0 s", n: 20)]), to: ["agvs"]),
            "e in": (is: Source(product: "west", schedule: [(at: "0 s", n: 20)]), to: ["agvs"]),
            "agvs": (
                is: Vehicles(
                    nodes: { "W": (0, 0), "M": (20, 0), "S": (20, 5), "E": (40, 0) },
                    paths: ["W = M = E", "M = S"],
                    stations: {
                        "W": (at: "W", from: "w in", to: "w out", load: "5 s", unload: "5 s"),
                        "E": (at: "E", from: "e in", to: "e out", load: "5 s", unload: "5 s"),
                    },
                    fleets: { "agv": (start: ["W", "E"], acceleration: "0.5 m/s2") },
                ),
                to: ["w out", "e out"],
                divert: ByProduct({ "east": "e out", "west": "w out" }),
            ),
            "w out": (is: Sink),
            "e out": (is: Sink),
        },
    )"#;
    let loaded = crate::plant::load_text(text);
    let model = loaded.model.unwrap_or_else(|| panic!("{:?}", loaded.diagnostics));
    let (state, ends) = ends(&model, 3600.0);
    assert_eq!(ends.len(), 40, "{:?}", state.notices());
    assert!(figure(&model, &state, "deadlocks") >= 1.0);
    assert_eq!(state.notices().count(), 0, "{:?}", state.notices());
}

/// The same without the stub: nothing can be done, and that is told.
#[test]
fn what_cannot_be_resolved_is_named() {
    let text = r#"Plant(
        name: "single track",
        products: { "east": (), "west": () },
        equipment: {
            "w in": (is: Source(product: "east", schedule: [(at: "0 s", n: 2)]), to: ["agvs"]),
            "e in": (is: Source(product: "west", schedule: [(at: "0 s", n: 2)]), to: ["agvs"]),
            "agvs": (
                is: Vehicles(
                    nodes: { "W": (0, 0), "E": (40, 0) },
                    paths: ["W = E"],
                    stations: { "W": (at: "W", from: "w in", to: "w out"), "E": (at: "E", from: "e in", to: "e out") },
                    fleets: { "agv": (start: ["W", "E"]) },
                ),
                to: ["w out", "e out"],
                divert: ByProduct({ "east": "e out", "west": "w out" }),
            ),
            "w out": (is: Sink),
            "e out": (is: Sink),
        },
    )"#;
    let loaded = crate::plant::load_text(text);
    let model = loaded.model.unwrap_or_else(|| panic!("{:?}", loaded.diagnostics));
    let (state, ends) = ends(&model, 3600.0);
    assert_eq!(ends.len(), 0);
    let texts: Vec<&str> = state.notices().first().iter().map(|n| n.text.as_str()).collect();
    assert_eq!(
        texts,
        [
            "deadlock since 00:00:00: agv 1 at \"W\" waits for \"E\" (agv 2); agv 2 at \"E\" waits for \"W\" (agv 1)"
        ]
    );
}

/// 400 W for driving, 2 Wh: below 75 % after every load.
#[test]
fn a_battery_is_charged_in_time() {
    let vehicles = r#"nodes: { "A": (0, 0), "B": (5, 0), "C": (6, 0) }, paths: ["A > B > C > A"],
           stations: { "dock": "A", "out": "B" }, charging: ["C"],
           fleets: { "agv": (start: ["A"],
               battery: (capacity: "2 Wh", driving: "400 W", charging: "600 W", low: "75 %")) }"#;
    let model = plant(3, vehicles);
    let (state, ends) = ends(&model, 60.0);
    // B at 5 s with 5200 of 7200 J: to C, there at 6 s; 2400 J take 4 s; A at 16 s, B at 21 s, C at 22 s; 4800 J take 8 s.
    assert_near(&ends, &[5.0, 21.0, 41.0]);
    assert_eq!(state.notices().count(), 0, "{:?}", state.notices());
}

/// Without room reserved ahead, a vehicle waits in front of a full machine; while the fleet stands still, so does its way.
/// The machine has one place of 60 s and no queue; A to B takes 10 s each way, and all stand still from 25 s to 40 s.
#[test]
fn full_places_and_stops() {
    let text = r#"Plant(
        name: "stops",
        products: { "part": () },
        shifts: { "hours": (period: "1 d", work: [("0 s", "25 s"), ("40 s", "1 d")]) },
        equipment: {
            "dock": (is: Source(product: "part", schedule: [(at: "0 s", n: 3)]), to: ["agvs"]),
            "agvs": (
                is: Vehicles(
                    nodes: { "A": (0, 0), "B": (10, 0) },
                    paths: ["A = B"],
                    stations: { "dock": "A", "mill": "B" },
                    fleets: { "agv": (start: ["A"]) },
                    blocking: AfterService,
                ),
                to: ["mill"],
                shift: "hours",
            ),
            "mill": (is: Station(time: "60 s"), to: ["out"]),
            "out": (is: Sink),
        },
    )"#;
    let loaded = crate::plant::load_text(text);
    let model = loaded.model.unwrap_or_else(|| panic!("{:?}", loaded.diagnostics));
    let (state, ends) = ends(&model, 300.0);
    // There at 10 s; back at 20 s; the second at 45 s instead of 30 s, in at 70 s; the third at 90 s, in at 130 s.
    assert_near(&ends, &[70.0, 130.0, 190.0]);
    let waits = figure(&model, &state, "waiting_share") * 300.0;
    assert!((waits - (25.0 + 40.0)).abs() < 1e-6, "{waits}");
}

/// Mistakes are reported at their fields.
#[test]
fn mistakes_are_told() {
    let wrong = |vehicles: &str| {
        let text = format!(
            r#"Plant(
                name: "wrong",
                products: {{ "part": () }},
                equipment: {{
                    "dock": (is: Source(product: "part", every: "1 min"), to: ["agvs"]),
                    "agvs": (is: Vehicles({vehicles}), to: ["out"]),
                    "out": (is: Sink),
                }},
            )"#
        );
        format!("{:?}", crate::plant::load_text(&text).diagnostics)
    };
    let fleets = r#"fleets: { "agv": (start: ["A"]) }"#;
    let nodes = r#"nodes: { "A": (0, 0), "B": (10, 0) }"#;
    for (vehicles, message) in [
        (fleets.to_owned(), "from 1 to 100 000 nodes"),
        (format!(r#"{nodes}, paths: ["A > C"], {fleets}"#), "no node is named \\\"C\\\""),
        (format!(r#"{nodes}, paths: ["A > A"], {fleets}"#), "it has no length"),
        (format!(r#"{nodes}, paths: ["A = B"], {fleets}"#), "but no station is named so"),
        (
            format!(
                r#"{nodes}, paths: ["A > B"], stations: {{ "dock": "A", "out": "B" }}, {fleets}"#
            ),
            "no way leads back from the station",
        ),
        (
            format!(
                r#"{nodes}, paths: ["A = B"], stations: {{ "dock": "A", "out": "B" }},
                   fleets: {{ "agv": (start: ["A", "A"]) }}"#
            ),
            "two vehicles cannot stand",
        ),
        (
            format!(
                r#"{nodes}, paths: ["A = B"], stations: {{ "dock": "A", "out": "B" }},
                   plan: [("agv 2", "part")], {fleets}"#
            ),
            "no vehicle is named",
        ),
    ] {
        let told = wrong(&vehicles);
        assert!(told.contains(message), "{message}: {told}");
    }
}
