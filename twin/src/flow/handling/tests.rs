//! Small cells whose course is known to the nanosecond, and random ones in which nothing may be lost.

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
        ("Robot()", "either `speed`, or `times`"),
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
