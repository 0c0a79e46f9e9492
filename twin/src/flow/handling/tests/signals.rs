//! Programs that wait for each other: two robots and a press between them, with one place in its die for an arm.

use super::{ARM, WithArm};
use crate::engine::{Activity, Log, Model, SignalEdge, State, advance};
use crate::plant::{Loaded, Options, core_registry, load};
use crate::units::SimTime;

/// The loader stands at the origin, the unloader on the other side of the press.
fn whole(programs: &str, signals: &str, press: &str) -> String {
    format!(
        r#"Plant(name: "cell", robots: {{ "handler": "arm.ron" }}, products: {{ "p": (route: ["press"]) }},
signals: {{ {signals} }},
programs: {{
{programs}
}}, equipment: {{
            "in": (is: Source(product: "p"), to: ["loader"], at: (0.9, 0.0)),
            "press": (is: Station(time: {press}), to: ["unloader"], at: (0.0, 0.9)),
            "out": (is: Sink, at: (0.9, 1.8)),
            "loader": (is: Robot(arm: (robot: "handler", height: "0.8 m",
                programs: {{"in": {{"press": "load"}}, "press": {{"in": "leave"}}}}), home: "in"), to: ["press"]),
            "unloader": (is: Robot(arm: (robot: "handler", height: "0.8 m",
                programs: {{"press": {{"out": "unload"}}, "out": {{"press": "enter"}}}}), home: "out"), to: ["out"], at: (0.0, 1.8)),
        }})"#
    )
}

fn loaded(programs: &str, signals: &str, press: &str) -> Loaded {
    let plant = whole(programs, signals, press);
    let files = WithArm(&plant, ARM.to_owned());
    load("plant.ron", &files, &core_registry(), &Options::default())
}

fn model(programs: &str, signals: &str, press: &str) -> Model {
    let loaded = loaded(programs, signals, press);
    loaded.model.unwrap_or_else(|| panic!("{:#?}", loaded.diagnostics))
}

/// In, once the other has left; out, and that is told; and the press strokes when nobody is in.
const PROGRAMS: &str = r#"
"load": [
    Linear(to: Above("in", "100 mm")), WaitFor(signal: "unloader_out"), Set(signal: "loader_out", to: false),
    Move(to: Above("press", "100 mm")), Linear(to: At("press")),
],
"leave": [
    Linear(to: Above("press", "100 mm")), Move(to: Above("in", "100 mm")), Set(signal: "loader_out"), Linear(to: At("in")),
],
"enter": [
    Linear(to: Above("out", "100 mm")), WaitFor(signal: "loader_out"), Set(signal: "unloader_out", to: false),
    Move(to: Above("press", "100 mm")), Linear(to: At("press")),
],
"unload": [
    Linear(to: Above("press", "100 mm")), Move(to: Above("out", "100 mm")), Set(signal: "unloader_out"), Linear(to: At("out")),
],
"stroke": [WaitFor(signal: "loader_out"), WaitFor(signal: "unloader_out"), Wait("3 s")],
"#;
const START: &str = r#""loader_out": Starts(true), "unloader_out": Starts(true)"#;
const STROKE: &str = r#"Program(program: "stroke"), queue: 1"#;

/// Runs on to `until_s`: the state, the edges of signals, and when parts were finished.
fn run(model: &Model, until_s: f64) -> (State, Vec<SignalEdge>, Vec<f64>) {
    let mut state = State::new(model, 1, 0);
    let mut log = Log::new(true, false);
    advance(model, &mut state, SimTime::from_seconds(until_s), &mut log).expect("it runs");
    assert_eq!(state.little_misses(model), Vec::<String>::new());
    let ends = log.parts.iter().map(|part| part.left.seconds()).collect();
    (state, log.signals, ends)
}

#[test]
fn one_arm_at_a_time_is_in_the_press() {
    let model = model(PROGRAMS, START, STROKE);
    let (state, edges, ends) = run(&model, 600.0);
    assert!(ends.len() > 30, "{} parts", ends.len());
    let (mut out, mut times) = ([true; 2], [0; 2]);
    for edge in &edges {
        let which = model.signals[edge.signal.index()].name.as_str();
        let arm = usize::from(which == "unloader_out");
        (out[arm], times[arm]) = (edge.on, times[arm] + 1);
        assert!(out[0] || out[1], "both are in at {}", edge.at);
    }
    assert!(times[0] > 60 && times[1] > 60, "{times:?}");
    assert_eq!(state.notices().count(), 0, "{:?}", state.notices().first());
    // A part is under way for as long as without signals, and the press works for its stroke only.
    let press = model.find("press").expect("a press");
    let clock = &state.clocks(&model, press)[0];
    let worked = clock.spent_ns(state.now())[Activity::Working as usize] as f64 * 1e-9;
    assert!((worked / 3.0 - ends.len() as f64).abs() < 2.5, "{worked} s for {}", ends.len());
}

/// Straight through, from a snapshot, and from a fork: the same to the bit, wherever the cut is.
#[test]
fn a_wait_is_part_of_the_state() {
    let model = model(PROGRAMS, START, STROKE);
    let end = SimTime::from_seconds(120.0);
    let (straight, edges, _) = run(&model, 120.0);
    for cut in 0..60 {
        let at = SimTime::from_seconds(0.7 * f64::from(cut));
        let (state, before, _) = run(&model, at.seconds());
        let bytes = state.save(&model).expect("it can be saved");
        let mut back = State::restore(&model, &bytes).expect("it can be restored");
        let mut log = Log::new(true, false);
        advance(&model, &mut back, end, &mut log).expect("it runs");
        assert_eq!(back.hash(&model), straight.hash(&model), "cut at {at}");
        assert_eq!([before, log.signals].concat(), edges, "cut at {at}");
    }
}

/// A robot that stands still while it waits goes on waiting, and the press with it; what has come meanwhile is seen.
#[test]
fn stops_during_waits_lose_nothing() {
    for (who, how) in
        [("loader", "Resume"), ("unloader", "Resume"), ("press", "Resume"), ("press", "Restart")]
    {
        let failing = format!(
            "\"{who}\": (failures: [(every: Exponential(\"20 s\"), repair: Exponential(\"5 s\"), at_work: {how})], is:"
        );
        let text = |plant: &str| plant.replace(&format!("\"{who}\": (is:"), &failing);
        let plant = text(&whole(PROGRAMS, START, STROKE));
        let loaded = load(
            "plant.ron",
            &WithArm(&plant, ARM.to_owned()),
            &core_registry(),
            &Options::default(),
        );
        let model = loaded.model.unwrap_or_else(|| panic!("{:#?}", loaded.diagnostics));
        let (state, _, ends) = run(&model, 1200.0);
        assert!(ends.len() > 30, "{who}: {} parts", ends.len());
        assert_eq!(state.notices().count(), 0, "{:?}", state.notices().first());
    }
}

/// Each waits for what only the other will say.
#[test]
fn a_deadlock_is_told_with_its_circle() {
    let programs = PROGRAMS.replace(
        "WaitFor(signal: \"unloader_out\"), Set(signal: \"loader_out\", to: false)",
        "Set(signal: \"loader_out\", to: false), Wait(\"10 s\"), WaitFor(signal: \"unloader_out\")",
    );
    let programs = programs.replace(
        "WaitFor(signal: \"loader_out\"), Set(signal: \"unloader_out\", to: false),\n    Move",
        "Set(signal: \"unloader_out\", to: false), Wait(\"10 s\"), WaitFor(signal: \"loader_out\"),\n    Move",
    );
    let model = model(&programs, START, "\"3 s\", queue: 1");
    let (state, _, ends) = run(&model, 3600.0);
    let said: Vec<&str> =
        state.notices().first().iter().map(|notice| notice.text.as_str()).collect();
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].starts_with("a deadlock: `"), "{said:?}");
    for name in ["`loader`", "`unloader`", "`loader_out`", "`unloader_out`"] {
        assert!(said[0].contains(name), "{said:?}");
    }
    assert!(ends.len() < 5, "{} parts after a deadlock", ends.len());
    assert_eq!(state.signal_waits().len(), 2);
    let loader = model.find("loader").expect("a loader");
    assert!(
        crate::session::reason(&model, &state, loader).text.contains("a deadlock: `loader` waits")
    );
}

#[test]
fn who_waits_says_for_what_since_when_and_from_whom() {
    let model = model(PROGRAMS, START, STROKE);
    let mut state = State::new(&model, 1, 0);
    let mut told = Vec::new();
    for n in 1..120 {
        let now = SimTime::from_seconds(0.5 * f64::from(n));
        advance(&model, &mut state, now, &mut Log::off()).expect("it runs");
        for wait in state.signal_waits() {
            let name = &model.signals[wait.signal.index()].name;
            let since = state.level(wait.signal).since;
            let text = crate::session::reason(&model, &state, wait.equipment).text;
            let whose = if name == "loader_out" { "loader" } else { "unloader" };
            let expected = format!(
                "blocked since {}: waits for signal `{name}`, not set since {since}; it comes from `{whose}`",
                wait.since
            );
            assert_eq!(text, expected);
            told.push(wait.equipment);
        }
    }
    told.dedup();
    assert!(told.len() > 5, "{told:?}");
}

/// After the limit it goes on without the signal.
#[test]
fn a_wait_with_a_limit_ends() {
    let limited = PROGRAMS.replace(
        "WaitFor(signal: \"loader_out\"), WaitFor(signal: \"unloader_out\"), Wait",
        "WaitFor(signal: \"never\", timeout: \"2 s\"), Set(signal: \"never\", to: false), Wait",
    );
    let model = model(&limited, &format!("{START}, \"never\": Starts(false)"), STROKE);
    let (state, _, ends) = run(&model, 600.0);
    assert!(ends.len() > 20, "{} parts", ends.len());
    let press = model.find("press").expect("a press");
    let figures = state.figures(&model, press);
    let timeouts = figures.iter().find(|(name, _)| name == "signal_timeouts").expect("it counts").1;
    assert!((timeouts - ends.len() as f64).abs() < 3.0, "{timeouts} for {}", ends.len());
}

/// What the plant knows by itself.
#[test]
fn the_plant_tells_programs_what_it_knows() {
    let programs = PROGRAMS
        .replace(
            "WaitFor(signal: \"unloader_out\"), Set",
            "WaitFor(signal: \"full\", is: false), Set",
        )
        .replace(
            "WaitFor(signal: \"loader_out\"), Set",
            "WaitFor(signal: \"done\"), WaitFor(signal: \"runs\", is: false), Set",
        );
    let more = format!(
        "{START}, \"full\": Occupied(\"press\"), \"runs\": Working(\"press\"), \"done\": Waiting(\"press\")"
    );
    let loaded = loaded(&programs, &more, "\"3 s\"");
    // Nobody waits for the two that are set, which is told and no more.
    assert!(!loaded.diagnostics.has_errors(), "{:#?}", loaded.diagnostics);
    let model = loaded.model.expect("a model");
    let (_, edges, _) = run(&model, 300.0);
    let of = |name: &str| {
        let at = model.signals.iter().position(|row| row.name == name).expect("a signal");
        edges.iter().filter(|edge| edge.signal.index() == at).collect::<Vec<_>>()
    };
    assert!(of("full").len() > 4, "{}", of("full").len());
    let (runs, done) = (of("runs"), of("done"));
    for pair in runs.chunks_exact(2) {
        assert!(pair[0].on && !pair[1].on);
        assert!(((pair[1].at - pair[0].at).seconds() - 3.0).abs() < 1e-9);
        assert!(
            done.iter().any(|edge| edge.on && edge.at == pair[1].at),
            "done when it does not run any more"
        );
    }
}

/// What is said first of a plant that is wrong, or that is warned of, and at which line.
fn said(programs: &str, signals: &str, wrong: bool) -> (usize, String) {
    let loaded = loaded(programs, signals, STROKE);
    assert_eq!(loaded.model.is_none(), wrong, "{:#?}", loaded.diagnostics);
    let all = loaded.diagnostics.sorted();
    let first = all.first().unwrap_or_else(|| panic!("nothing is said of {programs}"));
    (
        first.at.map_or(0, |at| loaded.sources.position(at).0),
        first.message.clone() + &first.hints.concat(),
    )
}

/// A step instead of those of the stroke, on line 20; more signals, on line 2; whether it is wrong; the line and the words.
const MISTAKES: [(&str, &str, bool, usize, &str); 11] = [
    (r#"WaitFor(signal: "loader_uot")"#, "", true, 20, "did you mean \"loader_out\"?"),
    (r#"WaitFor(signal: "nothing")"#, "", true, 20, "nobody sets signal"),
    (r#"Set(signal: "done")"#, "", false, 20, "nobody waits for signal"),
    (r#"Set(signal: "full")"#, r#""full": Occupied("press")"#, true, 20, "knows signal"),
    (r#"Set(signal: "a b")"#, "", true, 20, "no name that all controllers take"),
    (r#"Linear(to: At("press"))"#, "", true, 20, "needs an arm"),
    (
        r#"WaitFor(signal: "full")"#,
        r#""full": Occupied("pres")"#,
        true,
        2,
        "did you mean \"press\"?",
    ),
    (r#"WaitFor(signal: "full")"#, r#""full": Waiting("out")"#, true, 2, "it leads nowhere"),
    (r#"WaitFor(signal: "lb")"#, r#""lb": Sensor("LB-1")"#, true, 2, "no light barrier"),
    (
        r#"WaitFor(signal: "loader_out")"#,
        r#""x": Starts(true)"#,
        false,
        2,
        "nobody waits for signal",
    ),
    (
        r#"Set(signal: "go", to: false), WaitFor(signal: "go")"#,
        "",
        true,
        20,
        "nobody sets signal \"go\" to true",
    ),
];

#[test]
fn signals_that_cannot_be() {
    let stroke = "\"stroke\": [WaitFor(signal: \"loader_out\"), WaitFor(signal: \"unloader_out\"), Wait(\"3 s\")],";
    for (step, signals, wrong, line, words) in MISTAKES {
        let programs = PROGRAMS.replace(stroke, &format!("\"stroke\": [\n{step}\n],"));
        let (at, text) = said(&programs, &format!("{START}, {signals}"), wrong);
        assert!(text.contains(words) && at == line, "{words} in {line}, not {at}: {text}");
    }
}

#[test]
fn programs_that_nobody_uses_are_tried() {
    let with = |step: &str| said(&format!("{PROGRAMS}\"spare\": [\n{step},\n],"), START, false);
    let (line, text) = with("Move(to: Above(\"in\", \"100 mm\"))");
    assert_eq!((line, text.as_str()), (20, "nobody uses program \"spare\""));
    let (line, text) = with("Linear(to: Pose(at: (\"9 m\", \"0 m\", \"1 m\")))");
    assert!(line == 21 && text.contains("no arm of the plant could follow it"), "{line}: {text}");
}
