//! Where things are on a small plant, against what can be worked out by hand.

use twin::engine::{Log, Model, State, advance};
use twin::units::SimTime;

use super::*;

const PLANT: &str = r#"Plant(
    name: "small", run: (until: "1 h"),
    products: { "crate": (length: "0.6 m") },
    equipment: {
        "in":   (is: Source(every: "10 s"), to: ["belt"], at: (-2.0, 0.0)),
        "belt": (is: Conveyor(length: "12 m", speed: "0.5 m/s"), to: ["mill"], at: (0.0, 2.0), facing: "90 deg"),
        "mill": (is: Station(time: "25 s", queue: "unlimited"), to: ["out"], at: (0.0, 16.0)),
        "out":  (is: Sink, at: (5.0, 16.0)),
    },
)"#;

fn at(text: &str, seconds: f64) -> (Model, State, Standing) {
    let loaded = twin::plant::load_text(text);
    let look = twin::diagnostics::Look { colour: false, limit: 20, width: 100 };
    let model = loaded
        .model
        .unwrap_or_else(|| panic!("{}", loaded.diagnostics.render(&loaded.sources, look)));
    let mut state = State::new(&model, 1, 0);
    advance(&model, &mut state, SimTime::from_seconds(seconds), &mut Log::off()).unwrap();
    let standing = Standing::of(&model);
    (model, state, standing)
}

#[test]
fn parts_on_a_belt_are_where_it_has_brought_them() {
    // The first part comes at 0 s or at 10 s; half a second later it is a quarter of a metre on, along y here.
    let place = |seconds: f64| {
        let (model, state, standing) = at(PLANT, seconds);
        let belt = model.find("belt").unwrap();
        let goods = Moving::of(&model, &state, &standing).goods;
        let first = goods.iter().find(|good| good.by == belt).copied();
        first.map(|good| good.pose.translation.vector)
    };
    let (early, late) = (place(12.0).unwrap(), place(12.5).unwrap());
    assert!((late.y - early.y - 0.25).abs() < 1e-4, "{early} {late}");
    assert!((late.x - 0.0).abs() < 1e-4, "the belt runs along y: {late}");
}

#[test]
fn a_belt_runs_as_fast_as_it_should_and_stands_when_it_must() {
    let run = |seconds: f64| {
        let (model, state, standing) = at(PLANT, seconds);
        let belts = Moving::of(&model, &state, &standing).belts;
        (belts[0].run, state.traffic(model.find("mill").unwrap()).content)
    };
    assert!((run(40.0).0 - run(30.0).0 - 5.0).abs() < 1e-6, "half a metre a second");
    let blocked = at(&PLANT.replace("queue: \"unlimited\"", "queue: 0"), 600.0);
    let later = at(&PLANT.replace("queue: \"unlimited\"", "queue: 0"), 700.0);
    let far = |(model, state, standing): &(Model, State, Standing)| {
        Moving::of(model, state, standing).belts[0].run
    };
    let way = far(&later) - far(&blocked);
    assert!(way > 0.0 && way < 40.0, "four parts in 100 s, not 50 m: {way} m");
}

#[test]
fn a_queue_backs_up_in_front_of_the_machine() {
    let (model, state, standing) = at(PLANT, 600.0);
    let mill = model.find("mill").unwrap();
    let goods = Moving::of(&model, &state, &standing).goods;
    let own: Vec<_> = goods.iter().filter(|good| good.by == mill).collect();
    assert_eq!(own.len(), state.traffic(mill).content as usize);
    assert!(own.len() > 10, "the mill is the bottleneck: {}", own.len());
    let on_table = own.iter().filter(|good| good.pose.translation.z > 0.9).count();
    assert_eq!(on_table, 1, "one is worked on");
    for (n, one) in own.iter().enumerate() {
        for other in &own[n + 1..] {
            let off = one.pose.translation.vector - other.pose.translation.vector;
            let apart =
                (0..3).any(|axis| off[axis].abs() >= one.size[axis].min(other.size[axis]) * 0.99);
            assert!(apart, "two parts in one place: {one:?} {other:?}");
        }
    }
}

#[test]
fn equipment_without_places_is_put_side_by_side() {
    let text = std::fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../assets/plants/tutorial.ron"
    ))
    .unwrap();
    let (model, _, standing) = at(&text, 0.0);
    let x = |name: &str| standing.place(model.find(name).unwrap()).pose.translation.x;
    assert!(x("infeed") < x("mill") && x("mill") < x("belt") && x("belt") < x("washer"));
    for (n, one) in standing.places.iter().enumerate() {
        for other in &standing.places[n + 1..] {
            let ((a, b), (c, d)) = (one.bounds(), other.bounds());
            let apart = b.x <= c.x || d.x <= a.x || b.y <= c.y || d.y <= a.y;
            assert!(apart, "{:?} and {:?} overlap", one.id, other.id);
        }
    }
}

#[test]
fn a_ray_from_above_meets_what_stands_there() {
    let (model, _, standing) = at(PLANT, 0.0);
    let down =
        |x: f32, y: f32| standing.pick(nalgebra::Point3::new(x, y, 50.0), -nalgebra::Vector3::z());
    assert_eq!(down(0.0, 8.0), model.find("belt"));
    assert_eq!(down(0.0, 16.0), model.find("mill"));
    assert_eq!(down(30.0, 30.0), None);
}

#[test]
fn every_kind_in_every_plant_has_a_form() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../assets/plants/battery-line.ron");
    let (model, state, standing) = at(&std::fs::read_to_string(folder).unwrap(), 8.0 * 3600.0);
    for place in &standing.places {
        let solids = form(place.kind, &place.outline);
        let bare = matches!(place.kind, "Vehicles" | "Delay");
        assert!(bare || solids.len() > 1, "{} looks like nothing", place.kind);
        for solid in solids {
            assert!(
                solid.size.iter().all(|side| *side > 0.0 && side.is_finite()),
                "{}: {solid:?}",
                place.kind
            );
        }
    }
    let moving = Moving::of(&model, &state, &standing);
    assert!(moving.goods.len() > 100 && moving.carts.len() == 2 && moving.hands.len() == 4);
    assert!(!moving.people.is_empty());
}
