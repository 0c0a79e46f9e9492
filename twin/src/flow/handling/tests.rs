//! Small cells whose course is known to the nanosecond, and random ones in which nothing may be lost.

mod belts;
mod drops;
mod programs;
mod signals;
mod tracking;

use crate::engine::{Activity, Log, Model, State, advance};
use crate::units::SimTime;

fn model(text: &str) -> Model {
    let loaded = crate::plant::load_text(text);
    loaded.model.unwrap_or_else(|| panic!("{:#?}\n{text}", loaded.diagnostics))
}

/// Runs the plant to `until_s`: it, its state then, and when parts were finished, in seconds.
fn run(text: &str, until_s: f64) -> (Model, State, Vec<f64>) {
    let model = model(text);
    let mut state = State::new(&model, 1, 0);
    let mut log = Log::new(true, false);
    advance(&model, &mut state, SimTime::from_seconds(until_s), &mut log).expect("it runs");
    assert_eq!(state.little_misses(&model), Vec::<String>::new());
    let ends = log.parts.iter().map(|part| part.left.seconds()).collect();
    (model, state, ends)
}

/// What is said first of a plant that is wrong.
fn complaint(equipment: &str) -> String {
    let text =
        format!("Plant(name: \"t\", products: {{ \"p\": () }}, equipment: {{ {equipment} }})");
    let loaded = crate::plant::load_text(&text);
    assert!(loaded.model.is_none(), "{equipment}");
    format!("{:?}", loaded.diagnostics)
}

/// Two machines in line and a robot, 2 s from place to place, 1 s to pick and to place; machines of 5 s.
fn cell(robot: &str, time: &str) -> String {
    format!(
        r#"Plant(name: "cell", products: {{ "p": (route: ["m1", "m2"]) }}, equipment: {{
            "in": (is: Source(product: "p"), to: ["robot"], at: (0.0, 0.0)),
            "m1": (is: Station(time: {time}), to: ["robot"], at: (1.0, 0.0)),
            "m2": (is: Station(time: {time}), to: ["robot"], at: (2.0, 0.0)),
            "out": (is: Sink, at: (3.0, 0.0)),
            "robot": (is: Robot(speed: "0.5 m/s", pick: "1 s", place: "1 s", {robot}), to: ["m1", "m2", "out"]),
        }})"#
    )
}

/// Time from one finished part to the next, once it repeats itself.
fn cycle(robot: &str, time: &str) -> f64 {
    let (_, _, ends) = run(&cell(robot, time), 1000.0);
    let n = ends.len();
    assert!(n > 10, "{n} parts only");
    (ends[n - 1] - ends[n - 5]) / 4.0
}

/// 6 e + 6 d + p1 + p2, and 6 e + 8 d + max(0, p − 2 e − 4 d).
#[test]
fn fixed_rounds_take_their_time() {
    assert_eq!(cycle(r#"rule: Sequence(["in", "m1", "m2"])"#, "\"5 s\""), 28.0);
    assert_eq!(cycle(r#"rule: Sequence(["in", "m2", "m1"])"#, "\"5 s\""), 22.0);
    assert_eq!(cycle(r#"rule: Sequence(["in", "m2", "m1"])"#, "\"20 s\""), 32.0);
}

/// Every rule keeps the cell running, with one gripper and with two.
#[test]
fn no_rule_locks_a_cell_up() {
    for rule in ["FirstCome", "LongestWaiting", "Nearest", "Pull"] {
        for grippers in [1, 2] {
            let took = cycle(&format!("rule: {rule}, grippers: {grippers}"), "\"5 s\"");
            assert!(took <= 24.0, "{rule} {grippers}: {took}");
        }
    }
}

/// With two grippers, a machine waits for no more than an exchange: 1 s out, 1 s in.
#[test]
fn two_grippers_exchange() {
    let text = r#"Plant(name: "t", products: { "p": (route: ["m"]) }, equipment: {
        "in": (is: Source(product: "p"), to: ["robot"]),
        "m": (is: Station(time: "40 s"), to: ["robot"], at: (1.0, 0.0)),
        "out": (is: Sink, at: (2.0, 0.0)),
        "robot": (is: Robot(speed: "0.5 m/s", pick: "1 s", place: "1 s", grippers: 2), to: ["m", "out"])})"#;
    let (model, state, ends) = run(text, 1000.0);
    assert!(
        ends.windows(2).skip(1).all(|pair| (pair[1] - pair[0] - 42.0).abs() < 1e-9),
        "{ends:?}"
    );
    let robot = model.find("robot").expect("there is one");
    let figures = state.figures(&model, robot);
    let exchanges = figures.iter().find(|figure| figure.0 == "exchanges").expect("it says so").1;
    assert!(exchanges > 20.0, "{exchanges} exchanges");
}

/// A table of times instead of places.
#[test]
fn times_can_be_given() {
    let text = r#"Plant(name: "t", products: { "p": () }, equipment: {
        "in": (is: Source(every: "1 min", total: 2, blocked: Queue), to: ["robot"]),
        "robot": (is: Robot(times: { "in": { "out": "7 s" }, "out": { "in": "3 s" } }, pick: "1 s"), to: ["out"]),
        "out": (is: Sink)})"#;
    // There at once the first time; back from the other end the second time.
    assert_eq!(run(text, 200.0).2, [68.0, 131.0]);
}

/// A crane goes there, hook down and up, back along and across at once, hook down: by hand.
#[test]
fn a_crane_takes_its_time() {
    let text = r#"Plant(name: "t", products: { "p": () }, equipment: {
        "in": (is: Source(every: "100 s", total: 2, blocked: Queue), to: ["crane"], at: (2.0, 1.0)),
        "crane": (is: Crane(bridge: (speed: "2 m/s", acceleration: "1 m/s2"), trolley: "0.5 m/s", hoist: "0.25 m/s",
            lift: "2 m", attach: "3 s", detach: "1 s"), to: ["out"]),
        "out": (is: Sink, at: (12.0, 4.0))})"#;
    let (model, state, ends) = run(text, 300.0);
    // 8 + 3 + 8 + 10/2 + 2 + 8 + 1; the trolley takes 6 s. Before the second one, 7 s back.
    assert_eq!(ends, [135.0, 242.0]);
    let crane = model.find("crane").expect("there is one");
    let working = state.clocks(&model, crane)[0].spent_ns(state.now())[Activity::Working as usize];
    assert_eq!(working, (35 + 8 + 7 + 35 + 8) * 1_000_000_000);
}

/// Parts are taken from the far end of a conveyor, and put on the near end of the next.
#[test]
fn conveyors_end_where_they_end() {
    let text = r#"Plant(name: "t", products: { "p": () }, equipment: {
        "in": (is: Source(every: "1 h", first: "0 s", total: 1), to: ["belt"]),
        "belt": (is: Conveyor(length: "6 m", speed: "1 m/s"), to: ["robot"], facing: "90 deg"),
        "robot": (is: Robot(speed: "1 m/s"), to: ["next"]),
        "next": (is: Conveyor(length: "2 m", speed: "1 m/s"), to: ["out"], at: (8.0, 0.0)),
        "out": (is: Sink)})"#;
    assert_eq!(run(text, 3000.0).2, [6.0 + 10.0 + 2.0]);
}

#[test]
fn mistakes_are_told() {
    let cell = |is: &str| {
        format!(
            r#""in": (is: Source(every: "1 s"), to: ["it"]), "it": (is: {is}, to: ["out"]),
               "far": (is: Sink, at: (9.0, 0.0)), "out": (is: Sink, at: (5.0, 0.0))"#
        )
    };
    for (is, what) in [
        ("Robot()", "by one of `speed`"),
        (r#"Robot(speed: "0 m/s")"#, "a speed of at least"),
        (r#"Robot(speed: "1 m/s", grippers: 3)"#, "1 or 2 grippers"),
        (r#"Robot(speed: "1 m/s", home: "far")"#, "not connected with"),
        (r#"Robot(speed: "1 m/s", rule: Sequence(["out"]))"#, "nothing comes from"),
        (r#"Robot(times: {"in": {"in": "1 s"}})"#, "says nothing of the way"),
        ("Crane()", "runs on a `bridge`"),
        (r#"Crane(bridge: "1 m/s", cranes: 2)"#, "the distance that they keep"),
        (r#"TransferCar(speed: "1 m/s", track: ("0 m", "4 m"))"#, "before it has come to all"),
        (
            r#"TransferCar(speed: "1 m/s", cars: 2, clearance: "2 m", track: ("0 m", "6 m"))"#,
            "no room to make way",
        ),
        (
            r#"TransferCar(speed: "1 m/s", cars: 2, clearance: "9 m", track: ("0 m", "16 m"))"#,
            "too short",
        ),
    ] {
        let said = complaint(&cell(is));
        assert!(said.contains(what), "{is}: {said}");
    }
}

/// A plant beside the description of an arm.
struct WithArm<'a>(&'a str, String);

impl crate::plant::Files for WithArm<'_> {
    fn read(&self, path: &str, _limit: u64) -> std::io::Result<String> {
        match path {
            "plant.ron" => Ok(self.0.to_owned()),
            "arm.ron" => Ok(self.1.clone()),
            _ => Err(std::io::ErrorKind::NotFound.into()),
        }
    }
}

const ARM: &str = include_str!("../../../../assets/robots/abb-irb-1600.ron");

/// A belt's end, a machine and a table around an arm; what came of loading it.
fn with_arm(arm: &str, description: &str, mill: &str) -> crate::plant::Loaded {
    let plant = format!(
        r#"Plant(name: "cell", robots: {{ "handler": "arm.ron" }}, products: {{ "p": (route: ["mill"]) }}, equipment: {{
            "in": (is: Source(product: "p"), to: ["robot"], at: (0.9, 0.0)),
            "mill": (is: Station(time: "5 s"), to: ["robot"], at: {mill}),
            "out": (is: Sink, at: (-0.6, -0.6)),
            "column": (is: Sink, at: (0.55, 0.55), size: (0.1, 0.1, 3.0)),
            "elsewhere": (is: Sink, at: (5.0, 5.0), size: (0.1, 0.1, 3.0)),
            "nowhere": (is: Sink),
            "robot": (is: Robot(arm: ({arm}), pick: "1 s", place: "1 s"), to: ["mill", "out"]),
        }})"#
    );
    let files = WithArm(&plant, description.to_owned());
    let registry = crate::plant::core_registry();
    crate::plant::load("plant.ron", &files, &registry, &crate::plant::Options::default())
}

const HANDLER: &str = r#"robot: "handler", height: "0.8 m", load: "4 kg", gripper: "1 kg""#;

/// Time from one finished part to the next.
fn arm_cycle(arm: &str, description: &str) -> f64 {
    let loaded = with_arm(arm, description, "(0.0, 0.9)");
    let model = loaded.model.unwrap_or_else(|| panic!("{:#?}", loaded.diagnostics));
    let mut state = State::new(&model, 1, 0);
    let mut log = Log::new(true, false);
    advance(&model, &mut state, SimTime::from_seconds(600.0), &mut log).expect("it runs");
    let ends: Vec<f64> = log.parts.iter().map(|part| part.left.seconds()).collect();
    (ends[ends.len() - 1] - ends[1]) / (ends.len() - 2) as f64
}

#[test]
fn an_arm_takes_what_its_motion_takes() {
    use crate::robot::Tooled;
    use crate::robot::motion::{Derating, Mover, Step, ToolLimits};

    // The same by hand: the places in a row, straight up, over and straight down between each.
    let arm = crate::robot::load_text(ARM).robot.expect("a robot");
    let arm = Tooled::straight(arm.arm().expect("one arm").clone(), 0.1);
    let derating = Derating { rated_kg: 6.0, loss: Derating::ASSUMED_LOSS };
    let limits = arm.limits();
    let angular_speed = std::f64::consts::PI;
    let tool = ToolLimits { speed: 1.0, acceleration: 10.0, jerk: 100.0, angular_speed };
    let places = [[0.9, 0.0], [0.0, 0.9], [-0.6, -0.6]];
    let pose = |n: usize, up: f64| arm.down_at([places[n][0], places[n][1], 0.8 + up]);
    let ways = arm.ways(&pose(0, 0.1)).expect("in reach");
    let off = |q: &[f64]| {
        let share = |(q, limit): (&f64, &crate::robot::motion::JointLimits)| {
            let [low, high] = limit.position;
            ((q - 0.5 * (low + high)) / (high - low)).abs()
        };
        q.iter().zip(&limits).map(share).fold(0.0, f64::max)
    };
    let within = ways.iter().filter(|way| way.is_within());
    let first = within.min_by(|a, b| off(&a.q).total_cmp(&off(&b.q))).expect("one").q.clone();
    let over = |n: usize| arm.nearest(&pose(n, 0.1), &first).expect("in reach");
    let carried = |kg: f64| derating.apply(&arm.limits(), kg).expect("it carries them");
    let (empty, loaded) = (carried(1.0), carried(4.0));
    let way = |from: usize, to: usize| {
        let limits = if to == 0 { &empty } else { &loaded };
        let mover = Mover { arm: &arm, limits, tool, settle_s: 0.0 };
        let line = |to| Step::Line { to, zone: 0.0, speed: f64::INFINITY };
        let start = arm.nearest(&pose(from, 0.0), &over(from)).expect("in reach");
        let joints = Step::Joint { to: over(to), zone: 0.0, speed: 1.0 };
        let steps = [line(pose(from, 0.1)), joints, line(pose(to, 0.0))];
        mover.time(&start, &steps).expect("it gets there").total
    };
    // With the gripper of 1 kg on the way back, and the part in it on the others: fetch, mill for 5 s while the arm waits there, bring away, come back; a second to pick and to place, twice each.
    let expected = way(0, 1) + way(1, 2) + way(2, 0) + 5.0 + 4.0;
    let cycle = arm_cycle(HANDLER, ARM);
    assert!((cycle - expected).abs() < 1e-3, "{cycle} for {expected}");

    // A slower arm makes the cell slower, and so does a heavier load.
    let slow = arm_cycle(HANDLER, &ARM.replace("speed: \"150 deg/s\"", "speed: \"50 deg/s\""));
    assert!(slow > cycle + 1.0, "{slow} after {cycle}");
    let heavy = arm_cycle(&HANDLER.replace("4 kg", "6 kg"), ARM);
    assert!(heavy > cycle + 0.01, "{heavy} after {cycle}");
}

#[test]
fn an_arm_goes_around_what_it_avoids() {
    let avoiding = |what: &str| format!("{HANDLER}, avoids: [{what}]");
    let straight = arm_cycle(HANDLER, ARM);
    let beside = arm_cycle(&avoiding("\"elsewhere\""), ARM);
    assert!((beside - straight).abs() < 1e-9, "nothing is in its way: {beside} {straight}");
    let around = arm_cycle(&avoiding("\"column\""), ARM);
    assert!(around > straight + 0.2, "{around} after {straight}");
    assert!((arm_cycle(&avoiding("\"column\""), ARM) - around).abs() < 1e-12, "always the same");
    for (what, expected) in [
        ("\"colum\"", "did you mean \\\"column\\\"?"),
        ("\"nowhere\"", "its `size` or `shape` has to be known"),
    ] {
        let loaded = with_arm(&avoiding(what), ARM, "(0.0, 0.9)");
        let said = format!("{:?}", loaded.diagnostics);
        assert!(loaded.model.is_none() && said.contains(expected), "{expected}: {said}");
    }
    // A column where the mill should be.
    let loaded = with_arm(&avoiding("\"column\""), ARM, "(0.55, 0.55)");
    let said = format!("{:?}", loaded.diagnostics);
    assert!(loaded.model.is_none() && said.contains("\\\"column\\\""), "{said}");
}

#[test]
fn an_arm_that_cannot_do_it_is_refused() {
    let told = |arm: &str, description: &str, mill: &str| {
        let loaded = with_arm(arm, description, mill);
        assert!(loaded.model.is_none(), "{arm}");
        format!("{:?}", loaded.diagnostics)
    };
    let here = "(0.0, 0.9)";
    for (said, expected) in [
        (told(&HANDLER.replace("1 kg", "5 kg"), ARM, here), "weighs more"),
        (told(HANDLER, ARM, "(0.0, 1.9)"), "does not reach \\\"mill\\\""),
        (told(&HANDLER.replace("handler", "handlr"), ARM, here), "did you mean \\\"handler\\\"?"),
        (told(&HANDLER.replace("4 kg", "40 kg"), ARM, here), "may carry 6 kg"),
        (told(r#"robot: "handler", approach: "0 m""#, ARM, here), "above zero"),
        (
            told(HANDLER, &ARM.replace("c2: \"475 mm\"", "c2: \"0 mm\""), here),
            "`c2` has to be longer",
        ),
    ] {
        assert!(said.contains(expected), "{expected}: {said}");
    }
    let both = complaint(
        r#""in": (is: Source(product: "p"), to: ["robot"]), "out": (is: Sink),
           "robot": (is: Robot(arm: (robot: "none"), speed: (speed: "1 m/s")), to: ["out"])"#,
    );
    assert!(both.contains("no robot is named") && both.contains("by one of"), "{both}");
}
