//! Programs from moving belts: what they take, how the arm moves meanwhile, and what is said of those that cannot be.

use nalgebra::Vector3;

use super::WithArm;
use crate::engine::{Log, Model, State, advance};
use crate::flow::Robot;
use crate::plant::{Loaded, Options, core_registry, load};
use crate::robot::motion::Kinematics;
use crate::units::SimTime;

const DELTA: &str = include_str!("../../../../../assets/robots/abb-irb-360-1-1130.ron");

/// A picker over a belt at 0.3 m/s, with a part of 0.1 m each 3 s; `arm` says more of it, `robot` of its robot.
fn picker(programs: &str, arm: &str, robot: &str) -> Loaded {
    let plant = format!(
        r#"Plant(name: "picker", robots: {{ "delta": "arm.ron" }}, products: {{ "p": (length: "100 mm", mass: "0.2 kg") }},
programs: {{
{programs}
}}, equipment: {{
            "in": (is: Source(every: "3 s"), to: ["belt"]),
            "belt": (is: Conveyor(length: "6 m", speed: "0.3 m/s", gap: "50 mm"), to: ["picker", "end"], at: (-2.0, 0.15)),
            "picker": (is: Robot(arm: (robot: "delta", base: "1.95 m", height: "0.95 m", tool: "50 mm", approach: "80 mm",
                tracks: [(belt: "belt", sensor: "1.2 m", window: ("1.7 m", "2.3 m"))], {arm}), pick: "100 ms", place: "100 ms"), to: ["box"]{robot}),
            "box": (is: Sink, at: (0.0, -0.3)), "end": (is: Sink),
        }})"#
    );
    load("plant.ron", &WithArm(&plant, DELTA.to_owned()), &core_registry(), &Options::default())
}

fn model(programs: &str, arm: &str, robot: &str) -> Model {
    let loaded = picker(programs, arm, robot);
    loaded.model.unwrap_or_else(|| panic!("{:#?}", loaded.diagnostics))
}

const BY_PROGRAM: &str = r#"programs: {"belt": {"box": "pick"}}"#;

/// The way as it goes anyway, with `more` behind the belt.
fn usual(more: &str) -> String {
    format!(
        r#""pick": [
            Track("belt"), Move(to: Above("belt", "80 mm")), Linear(to: At("belt")), Grip("100 ms"),
            Linear(to: Above("belt", "80 mm")), StopTracking,
            Move(to: Above("box", "80 mm")), {more} Linear(to: At("box")), Release("100 ms"),
        ],"#
    )
}

/// When parts came into the box, s; those that were missed did not.
fn ends(model: &Model, until_s: f64) -> Vec<f64> {
    let mut state = State::new(model, 1, 0);
    let mut log = Log::new(true, false);
    advance(model, &mut state, SimTime::from_seconds(until_s), &mut log).expect("it runs");
    assert_eq!(state.little_misses(model), Vec::<String>::new());
    log.parts.iter().map(|part| part.left.seconds()).collect()
}

#[test]
fn a_program_from_a_belt_takes_what_its_steps_take() {
    let plain = ends(&model("", "", ""), 60.0);
    let said = ends(&model(&usual(""), BY_PROGRAM, ""), 60.0);
    assert!(plain.len() > 10 && plain.len() == said.len(), "{plain:?} {said:?}");
    for (a, b) in plain.iter().zip(&said) {
        assert!((a - b).abs() < 1e-6, "the same way, the same time: {a} {b}");
    }
    // Every part is met at the same place, so a wait behind the belt shows as it is.
    let waits = ends(&model(&usual("Wait(\"0.5 s\"),"), BY_PROGRAM, ""), 60.0);
    let later = waits[3] - said[3];
    assert!((later - 0.5).abs() < 1e-6, "{later}");
}

/// The tool goes with the belt while it grips, and nothing jumps from the first moment to the last.
#[test]
fn the_arm_moves_as_its_program_says() {
    for (programs, arm) in [("", ""), (usual("Wait(\"0.3 s\"),").as_str(), BY_PROGRAM)] {
        let model = model(programs, arm, "");
        let robot = model.find("picker").expect("it has one");
        let parameters = State::parameters::<Robot>(&model, robot).expect("a robot");
        let limits = parameters.arm().expect("it has one").limits();
        let mut state = State::new(&model, 1, 0);
        let (mut last, mut riding, mut still) = (None, 0, 0);
        let step = 0.002;
        for n in 1..10_000 {
            let now = SimTime::from_seconds(f64::from(n) * step);
            advance(&model, &mut state, now, &mut Log::off()).expect("it runs");
            let own = state.variables::<Robot>(&model, robot).expect("a robot");
            let posture = parameters.posture(own, now).expect("it has an arm");
            let tool = posture.arm.forward(&posture.q).translation.vector;
            let Some((q, before)) = last.replace((posture.q.clone(), tool)) else { continue };
            for (joint, ((a, b), limits)) in posture.q.iter().zip(&q).zip(&limits).enumerate() {
                let speed = (a - b).abs() / step;
                assert!(speed < 1.02 * limits.velocity, "joint {joint}: {speed} rad/s at {now}");
            }
            let velocity = (tool - before) / step;
            riding += usize::from((velocity - Vector3::x() * 0.3).norm() < 1e-3);
            let over_box = Vector3::new(0.0, -0.3, 0.95 + 0.08 - 1.95);
            still += usize::from(velocity.norm() < 1e-6 && (tool - over_box).norm() < 1e-6);
        }
        // Five parts or so, 50 samples each.
        assert!(riding > 200, "{riding} moments with the belt");
        assert!(programs.is_empty() || still > 500, "{still} moments of waiting over the box");
    }
}

/// Whatever stops, and whatever falls, nothing more is lost, and a snapshot goes on alike.
#[test]
fn stops_and_falls_lose_nothing_more() {
    for (at_work, grip) in [
        ("Resume", ""),
        ("Scrap", ""),
        ("Resume", r#", grip: Vacuum(diameter: "8 mm", pressure: "60 kPa", friction: 0.5)"#),
    ] {
        let robot = format!(
            r#", failures: [(every: Exponential("5 s"), basis: Calendar, repair: "1.1 s", at_work: {at_work})]"#
        );
        let signals = usual("Set(signal: \"over\"), Wait(Exponential(\"0.2 s\")),");
        let model = model(&signals, &format!("{BY_PROGRAM}{grip}"), &robot);
        let mut state = State::new(&model, 3, 0);
        for look in 1..60 {
            let until = SimTime::from_seconds(7.0 * f64::from(look));
            advance(&model, &mut state, until, &mut Log::off()).expect("it runs");
            assert_eq!(state.little_misses(&model), Vec::<String>::new(), "at {until}");
            if look % 20 == 7 {
                let bytes = state.save(&model).expect("it can be saved");
                let mut other = State::restore(&model, &bytes).expect("and restored");
                let until = until + crate::units::SimDuration::from_s(5);
                for state in [&mut state, &mut other] {
                    advance(&model, state, until, &mut Log::off()).expect("it runs");
                }
                assert_eq!(state.hash(&model), other.hash(&model));
            }
        }
        let tally = &state.tallies()[0];
        assert!(tally.finished + tally.scrapped > 100, "{} {}", tally.finished, tally.scrapped);
        let lost = at_work == "Scrap" || !grip.is_empty();
        assert!(
            lost == (tally.scrapped > 10) && lost == (tally.scrapped > 0),
            "{}",
            tally.scrapped
        );
    }
}

#[test]
fn programs_that_cannot_follow_a_belt_are_refused() {
    let whole = usual("");
    for (from, to, line, expected) in [
        ("Track(\"belt\"), ", "", 4, "begin with `Track(\\\"belt\\\")`"),
        ("StopTracking,", "", 4, "`StopTracking` is missing"),
        ("Track(\"belt\"), Move", "Track(\"belt\"), Linear", 4, "by a `Move` without a zone"),
        ("Grip(\"100 ms\"),", "", 5, "without a `Grip`"),
        ("Grip(\"100 ms\"),", "Grip(\"100 ms\"), Grip(\"100 ms\"),", 4, "it grips once"),
        (
            "Grip(\"100 ms\"),",
            "Grip(\"100 ms\"), Set(signal: \"x\"),",
            4,
            "waits that are not drawn",
        ),
        ("Linear(to: At(\"belt\"))", "Linear(to: At(\"box\"))", 4, "with the belt, places are"),
        (", StopTracking,", ", StopTracking, Wait(\"1 s\"),", 5, "goes to rest"),
        (", Release(\"100 ms\")", "", 6, "never let go"),
        (
            "Linear(to: At(\"box\"))",
            "Track(\"belt\"), Linear(to: At(\"box\"))",
            6,
            "tracks one belt, and once",
        ),
        ("Linear(to: At(\"box\")), ", "", 6, "end with `to: At(\\\"box\\\")`"),
    ] {
        assert!(whole.contains(from), "{from}");
        let loaded = picker(&whole.replace(from, to), BY_PROGRAM, "");
        let said = format!("{:?}", loaded.diagnostics);
        assert!(loaded.model.is_none() && said.contains(expected), "{expected}: {said}");
        let told = loaded.diagnostics.render(&loaded.sources, crate::diagnostics::Look::default());
        assert!(told.contains(&format!("plant.ron:{line}:")), "{expected}: {told}");
    }
    // And one that tracks where nothing moves.
    let stray = r#""pick": [Track("box"), Linear(to: At("box")), StopTracking],"#;
    let said =
        format!("{:?}", picker(stray, r#"programs: {"end": {"box": "pick"}}"#, "").diagnostics);
    assert!(said.contains("not connected with"), "{said}");
}
