//! Robots whose gripper is too weak: what falls is told by the forces, and nothing else is lost, whatever stops.

use super::{ARM, WithArm};
use crate::engine::{Log, Model, State, advance};
use crate::plant::{Loaded, Options, core_registry, load};
use crate::units::SimTime;

/// An arm between a table with light parts and one with heavy ones, and a table where it puts them.
fn cell(grip: &str, robot: &str) -> Loaded {
    let plant = format!(
        r#"Plant(name: "cell", robots: {{ "handler": "arm.ron" }}, programs: {{ "over": [
            Linear(to: Above("left", "0.2 m")), Move(to: Above("out", "0.1 m")), Linear(to: At("out")),
        ] }}, products: {{
            "light": (mass: "0.5 kg", length: "0.2 m", width: "0.2 m", height: "0.1 m"),
            "heavy": (mass: "2.5 kg", length: "0.2 m", width: "0.2 m", height: "0.1 m"),
        }}, equipment: {{
            "left": (is: Source(product: "light", every: "9 s"), to: ["robot"], at: (0.9, 0.0)),
            "right": (is: Source(product: "heavy", every: "11 s"), to: ["robot"], at: (0.0, 0.9)),
            "out": (is: Sink, at: (-0.6, -0.6)),
            "robot": (is: Robot(
                arm: (robot: "handler", height: "0.8 m", load: "4 kg", {grip}), pick: "0.5 s", place: "0.5 s",
            ), to: ["out"]{robot}),
        }})"#
    );
    let files = WithArm(&plant, ARM.to_owned());
    load("plant.ron", &files, &core_registry(), &Options::default())
}

fn model(grip: &str, robot: &str) -> Model {
    let loaded = cell(grip, robot);
    loaded.model.unwrap_or_else(|| panic!("{:#?}", loaded.diagnostics))
}

/// Finished and scrapped, of light parts and of heavy ones.
fn counts(model: &Model, seconds: f64) -> [[u64; 2]; 2] {
    let mut state = State::new(model, 1, 0);
    advance(model, &mut state, SimTime::from_seconds(seconds), &mut Log::off()).expect("it runs");
    assert_eq!(state.little_misses(model), Vec::<String>::new());
    let robot = model.find("robot").expect("a robot");
    let inside = state.contents(model, robot).len() as u64;
    let tally = |n: usize| &state.tallies()[n];
    let whole = |n: usize| tally(n).entered - tally(n).finished - tally(n).scrapped;
    assert!(whole(0) + whole(1) >= inside, "what is not there has been finished or lost");
    [0, 1].map(|n| [tally(n).finished, tally(n).scrapped])
}

/// 18.8 N at 60 kPa and 20 mm: enough for half a kilogram, too little for 2.5 kg, which weigh 24.5 N.
const CUP: &str = r#"grip: Vacuum(diameter: "20 mm", pressure: "60 kPa", friction: 0.5)"#;

#[test]
fn what_is_too_heavy_falls_and_the_rest_is_held() {
    let [light, heavy] = counts(&model(CUP, ""), 600.0);
    assert!(light[0] > 40 && light[1] == 0, "{light:?}");
    assert!(heavy[0] == 0 && heavy[1] > 40, "{heavy:?}");
    // A dozen holds both, however the arm turns, and so does a robot of which nobody says how.
    for grip in [&CUP.replace("Vacuum(", "Vacuum(cups: 12, "), ""] {
        let [light, heavy] = counts(&model(grip, ""), 600.0);
        assert!(
            light[0] > 40 && heavy[0] > 40 && light[1] + heavy[1] == 0,
            "{grip}: {light:?} {heavy:?}"
        );
    }
}

/// Held at rest, and lost where the arm is fast: at the limit of the force it depends on the speed of the straight ways.
#[test]
fn what_falls_depends_on_the_motion() {
    let fingers = |speed: &str| {
        format!(r#"speed: "{speed}", grip: Fingers(force: "28 N", friction: 0.5, pad: "10 mm")"#)
    };
    // 28 N for 24.5 N of weight: with 10 m/s² on the way up it slides off its pads, with 1 m/s² it does not on this way; over, the arm
    // turns as fast as its joints do.
    let [_, fast] = counts(&model(&fingers("1 m/s"), ""), 600.0);
    assert!(fast[0] == 0 && fast[1] > 40, "{fast:?}");
    let strong = fingers("1 m/s").replace("28 N", "120 N");
    let [_, held] = counts(&model(&strong, ""), 600.0);
    assert!(held[1] == 0 && held[0] > 40, "{held:?}");
}

#[test]
fn a_way_by_a_program_is_tried_as_well() {
    let by_program = r#"programs: {"left": {"out": "over"}}"#;
    let weak = CUP.replace("20 mm", "5 mm");
    let [light, _] = counts(&model(&format!("{by_program}, {weak}"), ""), 300.0);
    assert!(light[0] == 0 && light[1] > 20, "{light:?}");
    let [light, _] = counts(&model(&format!("{by_program}, {CUP}"), ""), 300.0);
    assert!(light[0] > 20 && light[1] == 0, "{light:?}");
}

/// Whatever stops it on a way on which a part will fall, the books balance, and the arm gets where it was going.
#[test]
fn stops_in_the_middle_of_a_fall_lose_nothing_more() {
    for at_work in ["Resume", "Scrap"] {
        let robot = format!(
            r#", failures: [(every: Exponential("7 s"), repair: "1.3 s", at_work: {at_work})]"#
        );
        let [light, heavy] = counts(&model(CUP, &robot), 2000.0);
        assert!(light[0] > 60 && heavy[0] == 0 && heavy[1] > 60, "{at_work}: {light:?} {heavy:?}");
        if at_work == "Resume" {
            assert_eq!(light[1], 0, "a robot that stands holds what it holds");
        }
    }
}

#[test]
fn grips_that_cannot_be_are_refused() {
    for (grip, word) in [
        (CUP.replace("0.5", "-0.5"), "friction"),
        (CUP.replace("20 mm", "0 mm"), "area"),
        (r#"grip: Fingers(force: "0 N", friction: 0.3, pad: "10 mm")"#.to_owned(), "force"),
    ] {
        let loaded = cell(&grip, "");
        let said = format!("{:?}", loaded.diagnostics);
        assert!(loaded.model.is_none() && said.contains(word), "{grip}: {said}");
    }
}

/// What it cannot even hold at rest is told when the plant is loaded, and what it can is not.
#[test]
fn a_gripper_that_is_too_weak_is_warned_of() {
    let loaded = cell(CUP, "");
    let of_grip = |loaded: &Loaded| {
        let all = loaded.diagnostics.sorted().into_iter().cloned();
        all.filter(|one| one.message.contains("at rest")).collect::<Vec<_>>()
    };
    let all = of_grip(&loaded);
    let [one] = all.as_slice() else { panic!("{:#?}", loaded.diagnostics) };
    assert!(one.message.contains("holds 18.8 N at rest, and a \"heavy\" weighs 24.5 N"), "{one:?}");
    let line = one.at.map_or(0, |at| loaded.sources.position(at).0);
    assert_eq!(line, 11, "where the gripper stands");
    assert!(loaded.model.is_some(), "it is a warning");
    let strong = cell(&CUP.replace("Vacuum(", "Vacuum(cups: 12, "), "");
    assert!(of_grip(&strong).is_empty(), "{:#?}", strong.diagnostics);
}

/// An empty box is held, and one with bricks in it falls: what it holds counts.
#[test]
fn a_part_weighs_what_it_holds_as_well() {
    let cup = CUP.replace("20 mm", "26 mm");
    let finished = |n: u32| {
        let plant = format!(
            r#"Plant(name: "cell", robots: {{ "handler": "arm.ron" }}, products: {{
                "brick": (mass: "0.4 kg"), "box": (mass: "0.5 kg", length: "0.2 m", width: "0.2 m", height: "0.1 m"),
            }}, equipment: {{
                "bricks": (is: Source(product: "brick", every: "2 s"), to: ["packer:parts"]),
                "boxes": (is: Source(product: "box", every: "20 s"), to: ["packer:carrier"]),
                "packer": (is: Palletiser(amount: {n}, time: "1 s"), to: ["robot"], at: (0.9, 0.0)),
                "out": (is: Sink, at: (-0.6, -0.6)),
                "robot": (is: Robot(arm: (robot: "handler", height: "0.8 m", load: "4 kg", {cup}), pick: "0.5 s", place: "0.5 s"), to: ["out"]),
            }})"#
        );
        let files = WithArm(&plant, ARM.to_owned());
        let loaded = load("plant.ron", &files, &core_registry(), &Options::default());
        let model = loaded.model.unwrap_or_else(|| panic!("{:#?}", loaded.diagnostics));
        let mut state = State::new(&model, 1, 0);
        advance(&model, &mut state, SimTime::from_seconds(400.0), &mut Log::off())
            .expect("it runs");
        [state.tallies()[1].finished, state.tallies()[1].scrapped]
    };
    let (light, heavy) = (finished(1), finished(6));
    assert!(light[0] > 10 && light[1] == 0, "{light:?}");
    assert!(heavy[0] == 0 && heavy[1] > 10, "{heavy:?}");
}

/// From a belt that moves: a gripper that holds it at rest and not on the way up loses it there, too.
#[test]
fn a_way_from_a_moving_belt_is_tried_as_well() {
    let counts = |force: &str| {
        let plant = format!(
            r#"Plant(name: "cell", robots: {{ "handler": "arm.ron" }}, products: {{
                "part": (mass: "2.5 kg", length: "0.2 m", width: "0.2 m", height: "0.1 m"),
            }}, equipment: {{
                "in": (is: Source(every: "8 s"), to: ["belt"], at: (0.7, -2.5)),
                "belt": (is: Conveyor(length: "5 m", speed: "0.1 m/s"), to: ["robot", "bin"], at: (0.7, -2.0), facing: "90 deg"),
                "out": (is: Sink, at: (-0.6, 0.6)),
                "bin": (is: Sink, at: (0.7, 4.0)),
                "robot": (is: Robot(
                    arm: (robot: "handler", height: "0.8 m", load: "4 kg", grip: Fingers(force: "{force}", friction: 0.5, pad: "10 mm"),
                        tracks: [(belt: "belt", sensor: "1.2 m", window: ("1.6 m", "2.4 m"))]),
                    pick: "0.2 s", place: "0.2 s",
                ), to: ["out"]),
            }})"#
        );
        let files = WithArm(&plant, ARM.to_owned());
        let loaded = load("plant.ron", &files, &core_registry(), &Options::default());
        let model = loaded.model.unwrap_or_else(|| panic!("{:#?}", loaded.diagnostics));
        let mut state = State::new(&model, 1, 0);
        advance(&model, &mut state, SimTime::from_seconds(600.0), &mut Log::off())
            .expect("it runs");
        assert_eq!(state.little_misses(&model), Vec::<String>::new());
        let [out, bin] =
            ["out", "bin"].map(|name| state.traffic(model.find(name).expect("a sink")).entered);
        [out, bin, state.tallies()[0].scrapped]
    };
    let (weak, strong) = (counts("28 N"), counts("120 N"));
    assert!(weak[0] == 0 && weak[2] > 30, "{weak:?}");
    assert!(strong[0] > 30 && strong[2] == 0, "{strong:?}");
}
