//! Motion programs: the times that they come to, and what is said of those that cannot be.

use nalgebra::Vector3;

use super::{ARM, WithArm};
use crate::engine::{Log, Model, State, advance};
use crate::flow::Robot;
use crate::plant::{Loaded, Options, core_registry, load};
use crate::robot::motion::Kinematics;
use crate::units::SimTime;

/// The cell around an arm, with `ways` by the `programs`; `time` is that of the mill.
fn loaded(programs: &str, ways: &str, time: &str) -> Loaded {
    let plant = format!(
        r#"Plant(name: "cell", robots: {{ "handler": "arm.ron" }}, products: {{ "p": (route: ["mill"]) }},
programs: {{
{programs}
}}, equipment: {{
            "in": (is: Source(product: "p"), to: ["robot"], at: (0.9, 0.0)),
            "mill": (is: Station(time: {time}), to: ["robot"], at: (0.0, 0.9)),
            "out": (is: Sink, at: (-0.6, -0.6)),
            "robot": (is: Robot(arm: (robot: "handler", height: "0.8 m", programs: {{ {ways} }}), pick: "1 s", place: "1 s"), to: ["mill", "out"]),
        }})"#
    );
    load("plant.ron", &WithArm(&plant, ARM.to_owned()), &core_registry(), &Options::default())
}

fn model(programs: &str, ways: &str, time: &str) -> Model {
    let loaded = loaded(programs, ways, time);
    loaded.model.unwrap_or_else(|| panic!("{:#?}", loaded.diagnostics))
}

/// When parts are finished, s.
fn ends(model: &Model) -> Vec<f64> {
    let mut state = State::new(model, 1, 0);
    let mut log = Log::new(true, false);
    advance(model, &mut state, SimTime::from_seconds(2000.0), &mut log).expect("it runs");
    assert_eq!(state.little_misses(model), Vec::<String>::new());
    log.parts.iter().map(|part| part.left.seconds()).collect()
}

fn cycle(programs: &str, ways: &str) -> f64 {
    let ends = ends(&model(programs, ways, "\"5 s\""));
    (ends[ends.len() - 1] - ends[1]) / (ends.len() - 2) as f64
}

/// From the source to the mill as it goes anyway, with `more` in between.
fn usual(more: &str) -> String {
    format!(
        r#""load mill": [
            Linear(to: Above("in", "100 mm")), {more} Move(to: Above("mill", "100 mm")), Linear(to: At("mill")),
        ]"#
    )
}

const LOAD: &str = r#""in": {"mill": "load mill"}"#;

#[test]
fn a_program_takes_what_its_steps_take() {
    let straight = cycle("", "");
    assert!((cycle(&usual(""), LOAD) - straight).abs() < 1e-6, "the same way, the same time");
    let waits = cycle(&usual("Wait(\"2 s\"),"), LOAD);
    assert!((waits - straight - 2.0).abs() < 1e-6, "{waits} after {straight}");
    let slow = usual("")
        .replace("Linear(to: At(\"mill\"))", "Linear(to: At(\"mill\"), speed: \"50 mm/s\")");
    assert!(cycle(&slow, LOAD) > straight + 1.5);
    // A corner that is cut, and one that is not.
    let via = |zone: &str| {
        usual(&format!("Move(to: Pose(at: (\"0.6 m\", \"0.6 m\", \"0.9 m\")){zone}),"))
    };
    let (cut, sharp) = (cycle(&via(", zone: \"200 mm\""), LOAD), cycle(&via(""), LOAD));
    assert!(cut < sharp - 0.01, "{cut} {sharp}");
}

/// With a grip and a release, the program says all of the transfer: 0.3 s and 0.4 s instead of a second each, and what it carries
/// before it grips is nothing.
#[test]
fn a_transfer_says_its_own_pick_and_place() {
    let whole = r#""load mill": [
            Grip("300 ms"), Linear(to: Above("in", "100 mm")), Move(to: Above("mill", "100 mm")), Linear(to: At("mill")),
            Release("400 ms"), Wait("100 ms"),
        ]"#;
    let (straight, said) = (cycle("", ""), cycle(whole, LOAD));
    assert!((straight - said - 2.0 + 0.8).abs() < 1e-6, "{said} for {straight}");
}

#[test]
fn waits_that_are_drawn_spread() {
    let straight = cycle("", "");
    let drawn = model(&usual("Wait(Exponential(\"2 s\")),"), LOAD, "\"5 s\"");
    let ends = ends(&drawn);
    let gaps: Vec<f64> = ends.windows(2).map(|two| two[1] - two[0]).collect();
    let mean = gaps.iter().sum::<f64>() / gaps.len() as f64;
    let sd = (gaps.iter().map(|gap| (gap - mean).powi(2)).sum::<f64>() / gaps.len() as f64).sqrt();
    // Over a hundred cycles, the mean of an exponential of 2 s is known to 0.2 s.
    assert!((mean - straight - 2.0).abs() < 0.6 && (sd - 2.0).abs() < 0.8, "{mean} {sd}");
    assert!(
        gaps.iter().all(|gap| *gap > straight - 1e-6),
        "nothing is faster than without waiting"
    );
}

#[test]
fn a_process_takes_what_its_program_takes() {
    let seam = r#""seam": [
            Move(to: Pose(at: ("0.6 m", "0 m", "0.6 m"))),
            Linear(to: Pose(at: ("0.6 m", "0.2 m", "0.6 m")), speed: "20 mm/s"),
            Wait(Uniform(min: "1 s", max: "3 s")),
        ]"#;
    let time = r#"Program(robot: "handler", program: "seam", load: "3 kg")"#;
    let (model, plain) = (model(seam, "", time), cycle("", ""));
    let ends = ends(&model);
    let gaps: Vec<f64> = ends.windows(2).skip(1).map(|two| two[1] - two[0] - plain + 5.0).collect();
    let (least, most) =
        gaps.iter().fold((f64::INFINITY, 0.0_f64), |(a, b), x| (a.min(*x), b.max(*x)));
    // 0.2 m at 20 mm/s are 10 s; ramps and the way back take less than 2 s.
    assert!(least > 11.0 && most < 15.0 && most - least > 1.0, "{least} to {most}");
    let mill = model.find("mill").expect("it has one");
    assert!((model.row(mill).mean_s - gaps.iter().sum::<f64>() / gaps.len() as f64).abs() < 0.2);
    assert_eq!(model.programs.len(), 1);
    assert_eq!(model.programs[0].drawn, [2]);
}

/// Each mistake at its line.
#[test]
fn programs_that_cannot_be() {
    let told = |programs: &str, ways: &str, time: &str| {
        let loaded = loaded(programs, ways, time);
        assert!(loaded.model.is_none(), "{programs}");
        let first = loaded.diagnostics.sorted()[0].clone();
        let line = first.at.map_or(0, |at| loaded.sources.position(at).0);
        (line, format!("{first:?}"))
    };
    let five = "\"5 s\"";
    let steps =
        |last: &str| format!("\"load mill\": [\nLinear(to: Above(\"in\", \"100 mm\")),\n{last}\n]");
    for ((line, said), wanted, expected) in [
        (told("", LOAD, five), 8, "no program is named"),
        (
            told(&usual("").replace("At(\"mill\")", "At(\"mil\")"), LOAD, five),
            4,
            "did you mean \\\"mill\\\"?",
        ),
        (
            told(&steps("Move(to: Above(\"mill\", \"100 mm\")),"), LOAD, five),
            5,
            "ends 100.0 mm from",
        ),
        (
            told(&steps("Move(to: Joints([\"10 deg\", \"5 deg\"])),"), LOAD, five),
            5,
            "2 positions are given",
        ),
        (
            told(&steps("Linear(to: Pose(at: (\"9 m\", \"0 m\", \"1 m\"))),"), LOAD, five),
            5,
            "cannot be reached",
        ),
        (told(&steps("Grip(\"1 s\"),"), LOAD, five), 5, "grips once and releases once"),
        (told(&steps("Lineer(to: At(\"mill\")),"), LOAD, five), 5, "Linear"),
        (told(&steps("Wait(LogNormal(mean: \"2 s\", cv: -1.0)),"), LOAD, five), 5, "cv"),
        (
            told(&usual(""), "", r#"Program(robot: "handler", program: "load mill")"#),
            4,
            "begins with a `Move`",
        ),
        (told(&usual(""), r#""in": {"nowhere": "load mill"}"#, five), 10, "no equipment is named"),
    ] {
        assert!(
            said.contains(expected) && line == wanted,
            "{expected} in {wanted}, not {line}: {said}"
        );
    }
}

/// How the arm stands all along a program: at the places that its steps say, without a jump, and still while it waits.
#[test]
fn an_arm_is_seen_where_its_program_has_it() {
    let way = r#""load mill": [
            Linear(to: Above("in", "100 mm")),
            Move(to: Pose(at: ("0.6 m", "0.5 m", "0.9 m"))),
            Wait(Exponential("2 s")),
            Move(to: Above("mill", "100 mm")), Linear(to: At("mill"), speed: "100 mm/s"),
        ]"#;
    let model = model(way, LOAD, "\"5 s\"");
    let robot = model.find("robot").expect("it has one");
    let parameters = State::parameters::<Robot>(&model, robot).expect("a robot");
    let mut state = State::new(&model, 1, 0);
    let (mut last, mut waited, mut below) = (None, 0, 0);
    for n in 1..20_000 {
        let now = SimTime::from_seconds(f64::from(n) * 0.004);
        advance(&model, &mut state, now, &mut Log::off()).expect("it runs");
        let own = state.variables::<Robot>(&model, robot).expect("a robot");
        let posture = parameters.posture(own, now).expect("it has an arm");
        let tool = posture.arm.forward(&posture.q).translation.vector;
        if let Some((q, before)) = last.replace((posture.q.clone(), tool)) {
            let joints =
                posture.q.iter().zip(&q).zip(parameters.arm().expect("it has one").limits());
            for (joint, ((a, b), limits)) in joints.enumerate() {
                let speed = (a - b).abs() / 0.004;
                assert!(speed < 1.01 * limits.velocity, "joint {joint} at {speed} rad/s, {now:?}");
            }
            let stands = (tool - before).norm() < 1e-9;
            waited += usize::from(stands && (tool - Vector3::new(0.6, 0.5, 0.9)).norm() < 1e-6);
            // Down to the mill at its own pace.
            let sinks = (tool.xy() - Vector3::new(0.0, 0.9, 0.0).xy()).norm() < 1e-6;
            let speed = (before.z - tool.z) / 0.004;
            below += usize::from(sinks && (speed - 0.1).abs() < 1e-3);
        }
    }
    // Of 80 s: a part each 10 s or so.
    assert!(waited > 1000, "{waited} moments at rest on the way");
    assert!(below > 1000, "{below} moments on the way down");
}
