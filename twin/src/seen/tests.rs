//! Barriers in a plant that runs, against kinematics by hand.

use nalgebra::Vector3;

use super::*;
use crate::engine::{Log, Model, State, advance};
use crate::sensor::ray::{Eye, LightBarrier, Optics, Ray, Response, Tells};
use crate::units::SimTime;

/// Parts of 0.3 m every 10 s on a conveyor of 6 m at 0.5 m/s, along y from (10, 2).
const PLANT: &str = r#"Plant(
    name: "barrier",
    products: { "box": (length: "0.3 m") },
    equipment: {
        "in":   (is: Source(product: "box", every: "10 s"), to: ["belt"]),
        "belt": (is: Conveyor(length: "6 m", speed: "0.5 m/s"), to: ["out"], at: (10, 2), facing: "90 deg", size: (6, 0.6, 0.8)),
        "out":  (is: Sink),
    },
)"#;

fn model(text: &str) -> Model {
    let loaded = crate::plant::load_text(text);
    let look = crate::diagnostics::Look { colour: false, limit: 20, width: 100 };
    let report = loaded.diagnostics.render(&loaded.sources, look);
    loaded.model.unwrap_or_else(|| panic!("{report}"))
}

fn across(y: f64, z: f64) -> LightBarrier {
    let [from, to] = [9.0, 11.0].map(|x| Vector3::new(x, y, z));
    LightBarrier::new(from, to, Optics::Through).unwrap()
}

#[test]
fn parts_cross_a_barrier_when_kinematics_say() {
    let model = model(PLANT);
    let mut state = State::new(&model, 1, 0);
    let response = Response::default();
    let barriers = [("high", 0.9), ("low", 0.5), ("over", 1.2)];
    let eyes = barriers.map(|(name, z)| Eye {
        name: name.into(),
        tells: Tells::Blocked(across(5.001, z)),
        every_ns: 10_000_000,
        response,
        recorded: true,
        beam: None,
        solved: false,
    });
    let mut watch = Watch::new(&model, &state, eyes.into()).unwrap();
    let until = SimTime::from_seconds(45.0);
    watch.advance(&model, &mut state, None, until, &mut Log::off()).unwrap();
    let crossings = watch.take_crossings();
    // The bed itself stands in the low beam from the start; parts are seen from their front at 3.001 m, after 6.002 s, to their
    // back, 0.3 m later.
    let low: Vec<_> = crossings.iter().filter(|crossing| crossing.eye == 1).collect();
    assert_eq!(low.len(), 1);
    assert!(low[0].edge.on && low[0].edge.at_ns == 0);
    let high: Vec<(f64, bool)> = crossings
        .iter()
        .filter(|crossing| crossing.eye == 0)
        .map(|crossing| (crossing.edge.at_ns as f64 * 1e-9, crossing.edge.on))
        .collect();
    let created: Vec<f64> = (0..4).map(|n| 10.0 * f64::from(n)).collect();
    let first = high[0].0 - 6.01;
    let expected: Vec<(f64, bool)> = created
        .iter()
        .flat_map(|t| [(first + t + 6.01, true), (first + t + 6.61, false)])
        .filter(|(t, _)| *t <= 45.0)
        .collect();
    assert!(first == 0.0 || (first - 10.0).abs() < 1e-9, "{high:?}");
    assert_eq!(high.len(), expected.len());
    for (got, expected) in high.iter().zip(&expected) {
        assert!(
            (got.0 - expected.0).abs() < 1e-9 && got.1 == expected.1,
            "{got:?} for {expected:?}"
        );
    }
    assert!(!crossings.iter().any(|crossing| crossing.eye == 2), "parts are 0.3 m high");
    // Looking changes nothing.
    let mut alone = State::new(&model, 1, 0);
    advance(&model, &mut alone, until, &mut Log::off()).unwrap();
    assert_eq!(alone.hash(&model), state.hash(&model));
}

#[test]
fn equipment_and_parts_are_bodies() {
    let model = model(PLANT);
    let mut state = State::new(&model, 1, 0);
    advance(&model, &mut state, SimTime::from_seconds(25.0), &mut Log::off()).unwrap();
    let mut scenery = Scenery::new(&model).unwrap();
    assert_eq!(scenery.fixed(), 1, "the source and the sink have no size");
    scenery.follow(&model, &state).unwrap();
    let n = scenery.world().len();
    assert!(n > 1);
    let down = |x: f32, y: f32| Ray::new([x, y, 5.0], [0.0, 0.0, -1.0]);
    let bed = scenery.world().closest(&down(10.25, 2.01));
    assert_eq!(
        scenery.owner(bed.body().unwrap()),
        &Owner::Equipment(crate::id::EquipmentId::from_index(1))
    );
    assert!((bed.range - 4.2).abs() < 1e-5);
    let parts = moving(&model, &state);
    assert_eq!(parts.len(), n - 1);
    for part in parts {
        let at = part.pose.translation.vector;
        let hit = scenery.world().closest(&down(at.x as f32, at.y as f32));
        assert!(
            matches!(scenery.owner(hit.body().unwrap()), Owner::Moving(seen) if seen.part == part.part)
        );
        assert!((hit.range - 3.9).abs() < 1e-5);
    }
}

/// The same with instruments in the file.
fn with_sensors(sensors: &str) -> String {
    PLANT.replace("equipment: {", &format!("sensors: {{ {sensors} }},\n    equipment: {{"))
}

#[test]
fn instruments_of_a_file_tell_what_passes() {
    let sensors = r#"
        "LB": (is: LightBarrier(from: (9, 5, 0.9), to: (11, 5, 0.9), on_delay: "20 ms", off_delay: "20 ms")),
        "PX": (is: Proximity(at: (10, 5, 1.6), tilt: "-90 deg", switches_at: "0.6 m", hysteresis: "0.01 m", angle: "1 deg")),
        "SC": (is: SafetyScanner(at: (8, 5, 0.95), zone: [(1, -0.5), (3, -0.5), (3, 0.5), (1, 0.5)]), every: "40 ms"),
    "#;
    let model = model(&with_sensors(sensors));
    assert_eq!(model.eyes.len(), 3);
    let mut state = State::new(&model, 1, 0);
    let mut watch = Watch::new(&model, &state, model.eyes.clone()).unwrap();
    // However the way is cut.
    for end in [3.3, 12.01, 12.02, 19.0] {
        watch
            .advance(&model, &mut state, None, SimTime::from_seconds(end), &mut Log::off())
            .unwrap();
    }
    let times = |eye: &str| -> Vec<(f64, bool)> {
        let own = watch.crossings().iter().filter(|c| watch.eyes()[c.eye as usize].name == eye);
        own.map(|c| (c.edge.at_ns as f64 * 1e-9, c.edge.on)).collect()
    };
    // Fronts are over the line 6 s after a part came in, backs 0.6 s later.
    let barrier = times("LB");
    assert!(barrier.len() >= 2 && barrier[0].1 && !barrier[1].1, "{barrier:?}");
    assert!((barrier[1].0 - barrier[0].0 - 0.6).abs() < 0.011, "{barrier:?}");
    let near = times("PX");
    assert!((near[0].0 - barrier[0].0).abs() < 0.05 && near[0].1, "{near:?}");
    // A fan that lies level at the height of the parts sees them 0.5 m before the line and after.
    let zone = times("SC");
    assert!((zone[0].0 - (barrier[0].0 - 1.0)).abs() < 0.1 && zone[0].1, "{zone:?}");
    assert!((zone[1].0 - (barrier[1].0 + 1.0)).abs() < 0.1 && !zone[1].1, "{zone:?}");
}

#[test]
fn a_camera_and_a_lidar_tell_ranges_and_what_they_met() {
    let sensors = r#"
        "DC": (is: DepthCamera(at: (10, 5, 2.8), tilt: "-90 deg", width: 1, height: 1, angle: "10 deg"), every: "50 ms"),
        "LI": (is: Lidar(at: (5, 5, 1.2), channels: 1, lowest: "0 deg", highest: "0 deg", columns: 4), every: "5 s"),
        "no": (is: DepthCamera(at: (10, 5, 2.8)), every: "1 ms", record: false),
    "#;
    let hall = "hall: (size: (20, 20, 5), cell: \"1 m\"), sensors:";
    let model = model(&with_sensors(sensors).replace("sensors:", hall));
    let mut state = State::new(&model, 1, 0);
    let mut watch = Watch::new(&model, &state, model.eyes.clone()).unwrap();
    let until = SimTime::from_seconds(19.0);
    watch.advance(&model, &mut state, None, until, &mut Log::off()).unwrap();
    let echoes = watch.take_echoes();
    let of = |name: &str| {
        let own = echoes.iter().filter(|echo| watch.eyes()[echo.eye as usize].name == name);
        own.collect::<Vec<_>>()
    };
    let (camera, lidar) = (of("DC"), of("LI"));
    assert_eq!((camera.len(), lidar.len(), of("no").len()), (381, 16, 0));
    for eye in watch.eyes().iter().filter(|eye| eye.recorded) {
        let own = echoes.iter().filter(|echo| watch.eyes()[echo.eye as usize].name == eye.name);
        assert_eq!(eye.ranges_by(until.ns()), own.count() as u64);
    }
    // The first part comes at 10 s and is below from 16 s on, 0.6 s long; the belt before and after.
    for echo in camera {
        let at = echo.at.seconds();
        let below = (16.05..16.55).contains(&at);
        if !below && (15.95..16.65).contains(&at) {
            continue;
        }
        let range = echo.reading.range.unwrap();
        assert!((range - if below { 1.7 } else { 2.0 }).abs() < 1e-5, "{range} at {at} s");
        assert_eq!(echo.serial, below.then_some(0), "at {at} s");
    }
    // Walls behind and to the right are 5 m away, the others too far.
    let met: Vec<_> = lidar.iter().take(4).map(|echo| (echo.reading.range, echo.met)).collect();
    let [behind, right] = [0, 2].map(|side| (Some(5.0), Some(Owner::Side(side))));
    assert_eq!(met, [behind, right, (None, None), (None, None)]);
}

#[test]
fn instruments_that_cannot_be_are_refused() {
    for (sensors, expected) in [
        (
            r#""a": (is: LightBarrier(from: (9, 5, 0.4), to: (10, 5, 0.4)))"#,
            "is inside of \"belt\"",
        ),
        (r#""a": (is: LightBarrier(from: (9, 5, 1), to: (9, 5, 1)))"#, "no way"),
        (r#""a": (is: LightBarrier(from: (9, 5, 1), to: (11, 5, 1), beams: 0))"#, "without a beam"),
        (r#""a": (is: LightBarrier(from: (9, 5, 1), to: (11, 5, 1), beams: 4))"#, "a `step`"),
        (
            r#""a": (is: LightBarrier(from: (9, 5, 1), to: (11, 5, 1), beams: 4000000000))"#,
            "at most",
        ),
        (r#""a": (is: Proximity(at: (9, 5, 1), switches_at: 0))"#, "above zero"),
        (r#""a": (is: SafetyScanner(at: (9, 5, 1), zone: [(0, 0), (1, 1)]))"#, "three corners"),
        (
            r#""a": (is: SafetyScanner(at: (9, 5, 1), beams: 99999999, zone: [(0, 0), (1, 1), (0, 1)]))"#,
            "at most",
        ),
        (
            r#""a": (is: LightBarrier(from: (9, 5, 1), to: (11, 5, 1)), every: "0 s")"#,
            "times that go on",
        ),
        (r#""a": (is: Lidar(at: (9, 5, 1), columns: 0))"#, "without a beam"),
        (r#""a": (is: Lidar(at: (9, 5, 1), channels: 999999, columns: 999999))"#, "at most"),
        (
            r#""a": (is: Lidar(at: (9, 5, 1), lowest: "20 deg", highest: "10 deg"))"#,
            "from `lowest` up to `highest`",
        ),
        (r#""a": (is: Lidar(at: (9, 5, 1), ranging: (range: -1)))"#, "not below zero"),
        (
            r#""a": (is: DepthCamera(at: (9, 5, 1), ranging: (nearest: "3 m", range: "2 m")))"#,
            "beyond the nearest",
        ),
        (r#""a": (is: DepthCamera(at: (9, 5, 1), angle: "180 deg"))"#, "between 0 and 180"),
    ] {
        let loaded = crate::plant::load_text(&with_sensors(sensors));
        let look = crate::diagnostics::Look { colour: false, limit: 20, width: 100 };
        let report = loaded.diagnostics.render(&loaded.sources, look);
        assert!(loaded.model.is_none() && report.contains(expected), "{sensors}\n{report}");
    }
    let hall = with_sensors(r#""a": (is: LightBarrier(from: (9, 5, 1), to: (31, 5, 1)))"#)
        .replace("sensors:", "hall: (size: (20, 20, 5), cell: 1), sensors:");
    let loaded = crate::plant::load_text(&hall.replace("cell: 1", "cell: \"1 m\""));
    let look = crate::diagnostics::Look { colour: false, limit: 20, width: 100 };
    let report = loaded.diagnostics.render(&loaded.sources, look);
    assert!(report.contains("outside of the hall"), "{report}");
}
