//! Robots that take parts from moving belts: nothing is lost, whatever stops, and what is caught and missed adds up.

use super::WithArm;
use crate::engine::{Log, Model, State, advance};
use crate::id::EquipmentId;
use crate::plant::{Loaded, Options, core_registry, load};
use crate::units::SimTime;

const DELTA: &str = include_str!("../../../../../assets/robots/abb-irb-360-1-1130.ron");

/// What can be different in a line of pickers.
struct Line<'a> {
    robots: usize,
    every: &'a str,
    belt: &'a str,
    robot: &'a str,
    track: &'a str,
    end: &'a str,
}

const LINE: Line<'static> = Line {
    robots: 1,
    every: "\"10 s\"",
    belt: "",
    robot: "",
    track: r#"belt: "belt", sensor: "1.2 m", window: ("1.7 m", "2.3 m")"#,
    end: "Sink",
};

impl Line<'_> {
    /// Pickers over a belt of 6 m at 0.3 m/s, 1.5 m from one to the next.
    fn load(&self) -> Loaded {
        let mut pickers = String::new();
        for n in 0..self.robots {
            let along = 1.5 * n as f64;
            let track = self
                .track
                .replace("1.2 m", &format!("{} m", 1.2 + along))
                .replace("1.7 m", &format!("{} m", 1.7 + along))
                .replace("2.3 m", &format!("{} m", 2.3 + along));
            pickers += &format!(
                r#""picker {n}": (
                    is: Robot(
                        arm: (robot: "delta", base: "1.95 m", height: "0.95 m", tool: "50 mm", approach: "80 mm", tracks: [({track})]),
                        pick: "100 ms", place: "100 ms",
                    ),
                    to: ["box {n}"], at: ({along}, 0.0){}),
                "box {n}": (is: Sink, at: ({along}, -0.3)),"#,
                self.robot
            );
        }
        let to: Vec<String> = (0..self.robots).map(|n| format!("\"picker {n}\", ")).collect();
        let Self { every, belt, end, .. } = self;
        let plant = format!(
            r#"Plant(name: "pickers", robots: {{ "delta": "arm.ron" }}, products: {{ "p": (length: "100 mm") }}, equipment: {{
                "in": (is: Source(every: {every}), to: ["belt"]),
                "belt": (is: Conveyor(length: "6 m", speed: "0.3 m/s", gap: "50 mm"), to: [{}"end"], at: (-2.0, 0.15){belt}),
                {pickers}
                "end": (is: {end}, to: ["out"]), "out": (is: Sink),
            }})"#,
            to.concat()
        );
        let plant = if *end == "Sink" {
            plant.replace(", to: [\"out\"]), \"out\": (is: Sink)", ")")
        } else {
            plant
        };
        load("plant.ron", &WithArm(&plant, DELTA.to_owned()), &core_registry(), &Options::default())
    }

    fn model(&self) -> Model {
        let loaded = self.load();
        loaded.model.unwrap_or_else(|| panic!("{:#?}", loaded.diagnostics))
    }

    fn told(&self) -> String {
        let loaded = self.load();
        assert!(loaded.model.is_none(), "it loads");
        format!("{:?}", loaded.diagnostics)
    }
}

fn figure(model: &Model, state: &State, name: &str, of: &str) -> f64 {
    let figures = state.figures(model, model.find(name).expect("it is there"));
    figures.iter().find(|row| row.0 == of).expect("it has the figure").1
}

/// Every part is where it says and where its equipment says.
fn check(model: &Model, state: &State) {
    assert_eq!(state.little_misses(model), Vec::<String>::new(), "at {}", state.now());
    let mut found = 0;
    for id in (0..model.equipment.len()).map(EquipmentId::from_index) {
        let contents = state.contents(model, id);
        assert!(
            contents.iter().all(|part| state.parts().get(*part).at == id),
            "at {}",
            state.now()
        );
        found += contents.len();
    }
    assert_eq!(found, state.parts().len(), "at {}", state.now());
}

/// Runs it with a look every 7 s, half-way restored from a snapshot: parts entered, caught and missed, and still on the belt.
fn run(model: &Model, until_s: f64) -> [u64; 4] {
    let mut state = State::new(model, 3, 0);
    let looks = (until_s / 7.0) as u32;
    for look in 0..=looks {
        if look == looks / 2 {
            let bytes = state.save(model).expect("it can be saved");
            let mut other = State::restore(model, &bytes).expect("and restored");
            let until = SimTime::from_seconds(7.0 * f64::from(look));
            advance(model, &mut other, until, &mut Log::off()).expect("it runs");
            advance(model, &mut state, until, &mut Log::off()).expect("it runs");
            assert_eq!(state.hash(model), other.hash(model));
            state = other;
        }
        let until = SimTime::from_seconds(7.0 * f64::from(look));
        advance(model, &mut state, until, &mut Log::off()).expect("it runs");
        check(model, &state);
    }
    let belt = model.find("belt").expect("it is there");
    let [caught, missed] = ["caught", "missed"].map(|of| figure(model, &state, "belt", of) as u64);
    [state.tallies()[0].entered, caught, missed, state.contents(model, belt).len() as u64]
}

#[test]
fn what_is_not_caught_rides_on() {
    let [entered, caught, missed, _] = run(&LINE.model(), 700.0);
    assert!(caught + 2 >= entered && missed == 0, "{caught} of {entered}, {missed} missed");
    // A part every 0.5 s is more than one picks.
    let fast = Line { every: "\"0.6 s\"", ..LINE };
    let mut last = 0.0;
    for robots in 1..=3 {
        let [entered, caught, missed, on_it] = run(&Line { robots, ..fast }.model(), 700.0);
        assert!(entered - caught - missed <= on_it + 1, "{entered} {caught} {missed} {on_it}");
        let share = caught as f64 / (caught + missed) as f64;
        assert!(share > last + 0.05 || share > 0.99, "{robots}: {share} after {last}");
        assert!(robots > 1 || missed > 100, "{missed}");
        last = share;
    }
    assert!(last > 0.99, "three catch nearly all: {last}");
}

/// Failures of belt and robots, and an end that is blocked.
#[test]
fn nothing_is_lost_whatever_stops() {
    let trouble = |every: u32, at_work: &str| {
        format!(
            r#", failures: [(every: Exponential("{every} s"), basis: Calendar, repair: Exponential("4 s"), at_work: {at_work})]"#
        )
    };
    let mut caught_at_all = 0;
    for at_work in ["Resume", "Restart", "Scrap", "Finish"] {
        for (belt, robot) in [(20, 15)] {
            for end in ["Sink", "Station(time: Exponential(\"4 s\"), queue: 2)"] {
                let (belt, robot) = (trouble(belt, at_work), trouble(robot, at_work));
                let line = Line {
                    robots: 2,
                    every: "Exponential(\"1 s\")",
                    belt: &belt,
                    robot: &robot,
                    end,
                    ..LINE
                };
                let [entered, caught, missed, on_it] = run(&line.model(), 210.0);
                // What is in the grippers of two robots, and what waits to come in.
                assert!(entered - caught - missed >= on_it, "{entered} {caught} {missed} {on_it}");
                caught_at_all += caught;
            }
        }
    }
    assert!(caught_at_all > 300, "{caught_at_all}");
}

#[test]
fn what_cannot_be_tracked_is_refused() {
    let track = |track: &'static str| Line { track, ..LINE }.told();
    for (said, expected) in [
        (
            track(r#"belt: "bolt", sensor: "1.2 m", window: ("1.7 m", "2.3 m")"#),
            "did you mean \\\"belt\\\"?",
        ),
        (
            track(r#"belt: "in", sensor: "1.2 m", window: ("1.7 m", "2.3 m")"#),
            "no `to` that leads here",
        ),
        (
            track(r#"belt: "belt", sensor: "1.9 m", window: ("1.7 m", "2.3 m")"#),
            "the sensor comes first",
        ),
        (track(r#"belt: "belt", sensor: "1.2 m", window: ("1.7 m", "3.6 m")"#), "cannot follow"),
        (
            track(r#"belt: "belt", sensor: "1.2 m", window: ("1.7 m", "5.99 m")"#),
            "is beyond the end",
        ),
    ] {
        assert!(said.contains(expected), "{expected}: {said}");
    }
    let replaced = |from: &str, to: &str| {
        let text = r#"Plant(name: "x", robots: { "delta": "arm.ron" }, products: { "p": (length: "100 mm") }, equipment: {
            "in": (is: Source(every: "1 s"), to: ["belt"]),
            "belt": (is: Conveyor(length: "6 m", speed: "0.3 m/s"), to: ["picker", "end"], at: (-2.0, 0.15)),
            "picker": (is: Robot(arm: (robot: "delta", base: "1.95 m", height: "0.95 m", tool: "50 mm", approach: "80 mm",
                tracks: [(belt: "belt", sensor: "1.2 m", window: ("1.7 m", "2.3 m"))])), to: ["box"]),
            "box": (is: Sink, at: (0.0, -0.3)), "end": (is: Sink),
        })"#;
        assert!(text.contains(from), "{from}");
        let text = text.replace(from, to);
        let loaded = load(
            "plant.ron",
            &WithArm(&text, DELTA.to_owned()),
            &core_registry(),
            &Options::default(),
        );
        (loaded.model.is_none(), format!("{:?}", loaded.diagnostics))
    };
    assert!(!replaced("\"x\"", "\"y\"").0);
    for (from, to, expected) in [
        (
            "speed: \"0.3 m/s\"",
            "speed: \"0.3 m/s\", transport: Roller",
            "only a straight conveyor with `transport: Belt`",
        ),
        ("to: [\"picker\", \"end\"]", "to: [\"picker\"]", "no robot catches have no way on"),
        ("at: (-2.0, 0.15)", "at: (-2.0, 0.15), divert: Rotate", "leave `divert` out"),
        ("tracks:", "programs: {\"belt\": {\"box\": \"x\"}}, tracks:", "no program is named"),
        ("speed: \"0.3 m/s\"", "speed: \"30 m/s\"", "cannot follow the belt"),
        ("]))", "]), grippers: 2)", "has one gripper"),
    ] {
        let (refused, said) = replaced(from, to);
        assert!(refused && said.contains(expected), "{expected}: {said}");
    }
}
