//! Arms in cells of rigid bodies: what they carry are bodies, what is too heavy falls, nothing is lost or doubled at a border, and times
//! are those of the form of events.

#![expect(clippy::unwrap_used, reason = "a test that cannot load its plant has failed")]

mod common {
    pub(crate) mod plants;
    pub(crate) mod runs;
}

use nalgebra::Vector3;
use twin::diagnostics::Severity;
use twin::engine::{Action, Command, Model, State};
use twin::seen::moving;
use twin::session::reason;
use twin::units::SimTime;

use common::plants::{bodies, loaded, read, said};
use common::runs::{check_whole, run, to};

/// Cartons come on a belt; an arm brings them to another across it, a quarter of a turn away. Its cups hold 1.2 kN.
const CELL: &str = r#"Plant(name: "cell", robots: { "handler": "abb-irb-4600-40.ron" },
    products: { "carton": (length: "0.4 m", width: "0.3 m", height: "0.25 m", mass: "6 kg") }, equipment: {
    "in": (is: Source(every: "6 s", first: "0 s"), to: ["infeed"]),
    "infeed": (is: Conveyor(length: "2 m", speed: "0.4 m/s"), to: ["robot"], at: (-2.4, 1.3), group: "g"),
    "robot": (is: Robot(
        arm: (robot: "handler", tool: "0.3 m", load: "20 kg", approach: "0.35 m", centred: true,
            grip: Vacuum(cups: 4, diameter: "80 mm", pressure: "60 kPa", friction: 0.5)),
        pick: "0.4 s", place: "0.3 s",
    ), to: ["outfeed"], at: (0, 0), group: "g"),
    "outfeed": (is: Conveyor(length: "2 m", speed: "0.4 m/s"), to: ["out"], at: (1.3, 0.2), facing: "90 deg", group: "g"),
    "out": (is: Sink) })"#;

const ALL: [&str; 3] = ["infeed", "robot", "outfeed"];

fn figure(model: &Model, state: &State, of: &str, name: &str) -> f64 {
    let figures = state.figures(model, model.find(of).unwrap());
    figures.into_iter().find(|figure| figure.0 == name).unwrap().1
}

#[test]
fn a_carton_is_lifted_from_one_belt_and_put_down_on_the_next() {
    let model = loaded(CELL, &ALL).unwrap();
    assert_eq!((model.cells.len(), model.cells[0].members.len()), (1, 3));
    let mut state = State::new(&model, 1, 0);
    let robot = model.find("robot").unwrap();
    let (mut highest, mut landed, mut arrived, mut serial) = (0.0_f64, None, None, None);
    for step in 0..1500 {
        to(&model, &mut state, 0.01 * f64::from(step));
        check_whole(&model, &state);
        let bodies = moving(&model, &state);
        let own = |part| state.parts().get(part).serial;
        serial = serial.or_else(|| bodies.first()?.part.map(own));
        let Some(body) = bodies.into_iter().find(|body| body.part.map(own) == serial) else {
            break;
        };
        if body.by == robot {
            highest = highest.max(body.pose.translation.z);
        } else if model.row(body.by).name == "outfeed" {
            landed.get_or_insert(body);
            arrived = Some(body);
        }
    }
    assert!((highest - 1.475).abs() < 5e-3, "0.35 m above the belt, not {highest} m");
    let landed = landed.unwrap();
    let middle = landed.pose.translation.vector;
    // Its front is at the entry, its middle 0.2 m before it, on the apron.
    assert!((middle - Vector3::new(1.3, 0.0, 1.125)).norm() < 5e-3, "{middle:?}");
    let ahead = landed.pose.rotation * Vector3::x();
    assert!((ahead - Vector3::y()).norm() < 1e-2, "lengthwise on the second belt: {ahead:?}");
    assert!(arrived.unwrap().pose.translation.y > 1.9, "it rides to the end");
}

/// A quarter of an hour in both forms: as many cartons, and each as long on its way but for what friction takes to take it along.
#[test]
fn times_are_those_of_events() {
    let [events, bodies] = [&[][..], &ALL].map(|physics| {
        let model = loaded(CELL, physics).unwrap();
        let state = run(&model, 900.0);
        check_whole(&model, &state);
        let tally = &state.tallies()[0];
        (tally.finished as f64, tally.lead_time.mean().unwrap() * 1e-9)
    });
    assert!(
        events.0 > 110.0 && (bodies.0 - events.0).abs() <= 0.01 * events.0,
        "{events:?} {bodies:?}"
    );
    // Twice v / 2 μ g, 41 ms, and the steps of the cell.
    assert!((0.0..0.1).contains(&(bodies.1 - events.1)), "{events:?} {bodies:?}");
}

/// A single small one holds 19 N, and a carton of 6 kg weighs 59 N.
#[test]
fn what_is_too_heavy_falls_and_lies_there() {
    let weak = CELL.replace("cups: 4, diameter: \"80 mm\"", "diameter: \"20 mm\"");
    let model = loaded(&weak, &ALL).unwrap();
    let state = run(&model, 60.0);
    check_whole(&model, &state);
    let dropped = figure(&model, &state, "robot", "dropped");
    assert!(dropped >= 1.0);
    assert_eq!(state.tallies()[0].finished, 0);
    assert_eq!(state.tallies()[0].scrapped as f64, dropped);
    let bodies = &state.bodies()[0];
    assert_eq!(bodies.lying().count() as f64, dropped);
    // Whoever asks why the belt stands is told.
    let why = reason(&model, &state, model.find("infeed").unwrap()).text;
    assert!(why.contains("fallen"), "{why}");
    // It never left the belt by more than a hair.
    for goods in bodies.lying() {
        let at = bodies.cell().pose(goods).unwrap().translation;
        assert!(at.z < 1.2, "{at:?}");
    }
}

/// Fingers that just hold it at rest lose it on the way: it falls to the floor, and the arm goes on.
#[test]
fn what_is_carried_too_fast_falls_to_the_floor() {
    // 2 μ F = 60 N against 58.9 N at rest.
    let weak = CELL.replace(
        "grip: Vacuum(cups: 4, diameter: \"80 mm\", pressure: \"60 kPa\", friction: 0.5)",
        "height: \"1.125 m\", speed: \"0.1 m/s\", grip: Fingers(force: \"62 N\", friction: 0.5, pad: \"30 mm\")",
    );
    let model = loaded(&weak, &ALL).unwrap();
    let state = run(&model, 120.0);
    check_whole(&model, &state);
    assert!(figure(&model, &state, "robot", "dropped") > 3.0);
    let bodies = &state.bodies()[0];
    let heights: Vec<f64> =
        bodies.lying().map(|goods| bodies.cell().pose(goods).unwrap().translation.z).collect();
    assert!(heights.iter().any(|z| *z < 0.3), "some lie on the floor: {heights:?}");
}

/// From a machine that runs as events a part becomes a body in the hand, and to one it is a body no more.
#[test]
fn parts_cross_to_machines_that_are_no_bodies() {
    let text = CELL
        .replace("to: [\"outfeed\"], at: (0, 0)", "to: [\"press\", \"outfeed\"], at: (0, 0)")
        .replace("mass: \"6 kg\"", "mass: \"6 kg\", route: [\"press\"]")
        .replace(
            "\"out\":",
            "\"press\": (is: Station(time: \"2 s\"), to: [\"robot\"], at: (0.9, -0.9), size: (1, 1, 1)), \"out\":",
        )
        .replace("every: \"6 s\"", "every: \"11 s\"");
    let [events, bodies] = [&[][..], &ALL].map(|physics| {
        let model = loaded(&text, physics).unwrap();
        let mut state = State::new(&model, 1, 0);
        for second in 1..=400 {
            to(&model, &mut state, f64::from(second));
            check_whole(&model, &state);
        }
        if !physics.is_empty() {
            assert_eq!(figure(&model, &state, "robot", "dropped"), 0.0);
        }
        state.tallies()[0].finished
    });
    assert!(events > 30 && events.abs_diff(bodies) <= 1, "{events} and {bodies}");
}

/// A stop in the middle of a way with a part: it is still held afterwards.
#[test]
fn an_arm_that_is_stopped_keeps_its_part() {
    let model = loaded(CELL, &ALL).unwrap();
    for stop in [7.0, 7.2, 7.4, 7.6, 7.8] {
        let mut state = State::new(&model, 1, 0);
        for (seconds, action) in
            [(stop, Action::Stop("robot".into())), (20.0, Action::Go("robot".into()))]
        {
            state.command(&model, Command { at: SimTime::from_seconds(seconds), action }).unwrap();
        }
        to(&model, &mut state, 60.0);
        check_whole(&model, &state);
        assert_eq!(figure(&model, &state, "robot", "dropped"), 0.0, "stopped at {stop} s");
        assert!(state.tallies()[0].finished >= 4);
    }
}

#[test]
fn what_cannot_be_is_told_with_its_place() {
    for (from, to, expected) in [
        ("centred: true,", "", "say"),
        (
            "grip: Vacuum(cups: 4, diameter: \"80 mm\", pressure: \"60 kPa\", friction: 0.5)",
            "",
            "does not say how it grips",
        ),
        ("pick: \"0.4 s\"", "grippers: 2, pick: \"0.4 s\"", "one gripper"),
    ] {
        let text = CELL.replace(from, to);
        let report = loaded(&text, &ALL).err().unwrap_or_default();
        let expected = if expected == "say" { "by their middles" } else { expected };
        assert!(report.contains(expected) && report.contains("plant.ron:"), "{report}");
    }
    // Of a group, it runs as events, and that is told.
    let text = CELL.replace("centred: true,", "");
    let group = read(&text, &bodies(&["g"]));
    assert!(group.diagnostics.iter().all(|found| found.severity == Severity::Warning));
    let said = said(&group);
    assert!(said.contains("\"robot\" runs as events"), "{said}");
    let model = group.model.unwrap();
    assert_eq!((model.cells.len(), model.row(model.find("robot").unwrap()).cell), (2, None));
}

/// Minutes on pools of 1 to 8 threads, each cut and restored from a snapshot while the arm carries: `GENBA_CELL_MINUTES` of them (default 1).
#[test]
fn the_bits_are_the_same_on_any_number_of_threads_and_from_a_snapshot() {
    let minutes = std::env::var("GENBA_CELL_MINUTES").ok().and_then(|n| n.parse().ok());
    let end = 60.0 * minutes.unwrap_or(1.0);
    // Stopped now and then. Nothing is lost in that: what falls on a belt would stand in the way of all that comes, and for the rest of
    // the time nothing but a heap would be solved.
    let text = CELL.replace(
        "at: (0, 0), group",
        "at: (0, 0), failures: [(every: Exponential(\"40 s\"), repair: \"3 s\")], group",
    );
    let model = loaded(&text, &ALL).unwrap();
    let straight = run(&model, end);
    check_whole(&model, &straight);
    let carries = |state: &State| !state.contents(&model, model.find("robot").unwrap()).is_empty();
    for threads in 1..=8_u32 {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads as usize).build().unwrap();
        pool.install(|| {
            let mut middle = 0.4 * end + f64::from(threads);
            let mut state = run(&model, middle);
            while !carries(&state) {
                middle += 0.1;
                to(&model, &mut state, middle);
            }
            let saved = state.save(&model).unwrap();
            let mut restored = State::restore(&model, &saved).unwrap();
            assert_eq!(restored.save(&model).unwrap(), saved);
            to(&model, &mut restored, end);
            assert_eq!(restored.hash(&model), straight.hash(&model), "{threads} threads");
        });
    }
}

/// What a viewer draws besides: where bodies press, and the way of the tool.
#[test]
fn contacts_and_the_way_of_the_tool_can_be_looked_at() {
    use twin::flow::Robot;
    let model = loaded(CELL, &ALL).unwrap();
    let robot = model.find("robot").unwrap();
    let mut state = State::new(&model, 1, 0);
    // One on its belt, with its weight of 58.9 N.
    to(&model, &mut state, 3.0);
    let force: f64 = state.bodies()[0].cell().pushes().iter().map(|one| one.force_n.z).sum();
    assert!((force - 6.0 * 9.81).abs() < 0.1, "{force} N");
    to(&model, &mut state, 6.5);
    let arm = State::parameters::<Robot>(&model, robot).unwrap();
    let own = state.variables::<Robot>(&model, robot).unwrap();
    let path = arm.course(own, state.now(), 100).expect("it is on its way").tips;
    let (first, last) = (path[0], path[100]);
    assert!((first.coords - Vector3::new(-0.6, 1.3, 1.25)).norm() < 1e-6, "{first:?}");
    assert!((last.coords - Vector3::new(1.3, 0.0, 1.25)).norm() < 1e-6, "{last:?}");
    let highest = path.iter().map(|point| point.z).fold(0.0, f64::max);
    assert!((1.59..2.5).contains(&highest), "{highest} m");
}

/// Rolls from belt to belt under a delta.
const DELTA: &str = r#"Plant(name: "delta", robots: { "delta": "abb-irb-360-1-1130.ron" },
    products: { "roll": (length: "80 mm", width: "60 mm", height: "40 mm", mass: "60 g") }, equipment: {
    "in": (is: Source(every: "2.5 s", first: "0 s"), to: ["infeed"]),
    "infeed": (is: Conveyor(length: "1 m", speed: "0.3 m/s"), to: ["robot"], at: (-1.2, 0.1)),
    "robot": (is: Robot(
        arm: (robot: "delta", base: "1.95 m", tool: "50 mm", approach: "60 mm", load: "0.5 kg", centred: true,
            grip: Vacuum(cups: 1, diameter: "30 mm", pressure: "60 kPa", friction: 0.5)),
        pick: "60 ms", place: "40 ms",
    ), to: ["outfeed"], at: (0, 0)),
    "outfeed": (is: Conveyor(length: "1 m", speed: "0.3 m/s"), to: ["out"], at: (0.2, -0.1)),
    "out": (is: Sink) })"#;

#[test]
fn a_delta_hands_over_among_its_own_rods() {
    let [events, bodies] = [&[][..], &ALL].map(|physics| {
        let model = loaded(DELTA, physics).unwrap();
        let state = run(&model, 120.0);
        check_whole(&model, &state);
        if !physics.is_empty() {
            assert_eq!(figure(&model, &state, "robot", "dropped"), 0.0);
        }
        let tally = &state.tallies()[0];
        (tally.finished, tally.lead_time.mean().unwrap() * 1e-9)
    });
    assert!(events.0 > 42 && events.0.abs_diff(bodies.0) <= 1, "{events:?} {bodies:?}");
    assert!((0.0..0.1).contains(&(bodies.1 - events.1)), "{events:?} {bodies:?}");
}
