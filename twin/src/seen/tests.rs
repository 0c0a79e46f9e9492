//! Barriers in a plant that runs, against kinematics by hand.
#![expect(clippy::unwrap_used, reason = "a test without its plant has failed")]

use nalgebra::Vector3;

use super::*;
use crate::engine::{Log, Model, State, advance};
use crate::sensor::ray::{Eye, LightBarrier, Optics, Ray, Response, Tells};
use crate::units::{SimDuration, SimTime};

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
    let barriers =
        barriers.map(|(name, z)| Barrier { name: name.into(), beams: across(5.001, z), response });
    let tick = SimDuration::from_seconds(0.01);
    let mut watch = Watch::new(&model, &state, barriers.into(), tick).unwrap();
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
