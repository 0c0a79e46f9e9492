//! Defects, inspection and rework, on plants in which nothing is left to chance.

use twin::engine::{Log, Model, State, advance};
use twin::units::SimTime;

fn run(text: &str, until_s: f64) -> (Model, State) {
    let loaded = twin::plant::load_text(text);
    let model = loaded.model.unwrap_or_else(|| panic!("{:?}", loaded.diagnostics));
    let mut state = State::new(&model, 1, 0);
    advance(&model, &mut state, SimTime::from_seconds(until_s), &mut Log::off()).expect("it runs");
    assert!(state.little_misses(&model).is_empty());
    (model, state)
}

fn figure(model: &Model, state: &State, of: &str, name: &str) -> f64 {
    let figures = state.figures(model, model.find(of).expect("it is there"));
    let hit = figures.iter().find(|figure| figure.0 == name);
    hit.unwrap_or_else(|| panic!("{of} has no figure {name}, but {figures:?}")).1
}

/// A hundred parts through a press with `press` and an inspection with `inspection`.
fn shop(press: &str, inspection: &str, bench: &str) -> String {
    format!(
        r#"Plant(name: "shop", products: {{ "a": () }}, equipment: {{
            "in": (is: Source(every: "10 s", total: 100), to: ["press"]),
            "press": (is: Station(time: "2 s", queue: "unlimited"), to: ["look"], {press}),
            "look": (is: Inspection({inspection})),
            "out": (is: Sink),
            {bench}
        }})"#
    )
    .replace("(is: Inspection", r#"(to: { "good": ["out"], WAY }, is: Inspection"#)
    .replace("WAY", if bench.is_empty() { "" } else { r#""bad": ["bench"]"# })
}

/// All parts defective: all are found, and lost where nothing leads on from `bad`.
#[test]
fn rejected_parts_without_a_way_are_lost() {
    let (model, state) = run(&shop("quality: (defects: 1.0)", r#"time: "1 s""#, ""), 2000.0);
    assert_eq!((state.tallies()[0].finished, state.tallies()[0].scrapped), (0, 100));
    assert_eq!(figure(&model, &state, "look", "scrapped"), 100.0);
    assert_eq!(figure(&model, &state, "press", "first_pass_yield"), 0.0);
    let (look, a) = (model.find("look").expect("it is there"), twin::id::ProductId(0));
    assert_eq!(state.scrapped_at(look, a), 100);
    assert_eq!(state.rolled_throughput_yield(a), 0.0);
}

/// An inspection that sees nothing: all defects escape.
#[test]
fn what_is_missed_escapes() {
    let (model, state) = run(&shop("quality: (defects: 1.0)", "misses: 1.0", ""), 2000.0);
    assert_eq!((state.tallies()[0].finished, state.tallies()[0].defective), (100, 100));
    assert_eq!(figure(&model, &state, "look", "escaped"), 100.0);
    assert_eq!(state.tallies()[0].right_first, 0);
}

/// Every tenth part is looked at, and found to be bad.
#[test]
fn samples_leave_the_others_alone() {
    let press = "quality: (defects: 1.0)";
    let (model, state) = run(&shop(press, r#"time: "1 s", sample: Every(10)"#, ""), 2000.0);
    assert_eq!((state.tallies()[0].finished, state.tallies()[0].scrapped), (90, 10));
    assert_eq!(figure(&model, &state, "look", "inspected"), 10.0);
    assert_eq!(figure(&model, &state, "look", "escaped"), 90.0);
}

/// A bench that mends nothing: each part comes back twice, and is lost when it is rejected for the third time.
#[test]
fn rework_comes_to_an_end() {
    let bench = r#""bench": (is: Station(time: "1 s"), to: ["look"]),"#;
    let inspection = r#"time: "1 s", rework: (most: 2)"#;
    let (model, state) = run(&shop("quality: (defects: 1.0)", inspection, bench), 2000.0);
    assert_eq!(state.tallies()[0].scrapped, 100);
    assert_eq!(figure(&model, &state, "look", "inspected"), 300.0);
    assert_eq!(figure(&model, &state, "look", "reworked"), 200.0);
    // A bench that mends everything: all get through at the second attempt.
    let bench = bench.replace("), to:", "), quality: (repairs: 1.0), to:");
    let (model, state) = run(&shop("quality: (defects: 1.0)", inspection, &bench), 2000.0);
    let tally = &state.tallies()[0];
    assert_eq!((tally.finished, tally.defective, tally.right_first), (100, 0, 0));
    assert_eq!(figure(&model, &state, "look", "first_pass_yield"), 0.0);
    assert_eq!(figure(&model, &state, "bench", "mended_share"), 1.0);
}

/// A scrap bin counts what comes as lost.
#[test]
fn a_scrap_bin_is_not_a_customer() {
    let bench = r#""bench": (is: Sink(scrap: true)),"#;
    let (model, state) = run(&shop("quality: (defects: 1.0)", "", bench), 2000.0);
    assert_eq!((state.tallies()[0].finished, state.tallies()[0].scrapped), (0, 100));
    let bin = model.find("bench").expect("it is there");
    assert_eq!(state.scrapped_at(bin, twin::id::ProductId(0)), 100);
}

/// Half of the parts at most are good with a tool that wears so fast that every second part is bad for certain: a change
/// after each part keeps it new.
#[test]
fn a_change_of_the_tool_ends_its_wear() {
    let worn = "quality: (wear: (per_part: 1.0))";
    let (_, state) = run(&shop(worn, "", ""), 2000.0);
    assert_eq!(state.tallies()[0].finished, 1, "the first part only");
    for (cycles, good) in [(1, 100), (2, 50), (4, 25)] {
        let press = format!(r#"maintenance: [(cycles: {cycles}, takes: "1 s")], {worn}"#);
        let (_, state) = run(&shop(&press, "", ""), 2000.0);
        assert_eq!(state.tallies()[0].finished, good, "changed after {cycles}");
    }
    let by_hour = r#"quality: (wear: (per_hour: 1.0)), maintenance: [(cycles: 1, takes: "1 s")]"#;
    let (model, state) = run(&shop(by_hour, "", ""), 2000.0);
    assert!(figure(&model, &state, "press", "defect_share") < 0.05, "2 s are no hour");
}

/// Out of control from the third part on. A rejection brings the process back, so that two in three parts are good.
#[test]
fn an_alarm_ends_a_drift() {
    let drift = "quality: (drift: (parts: 3, defects: 1.0))";
    let (_, state) = run(&shop(drift, "", ""), 2000.0);
    assert_eq!(state.tallies()[0].finished, 2);
    let (_, state) = run(&shop(drift, r#"alarm: "press""#, ""), 2000.0);
    assert_eq!((state.tallies()[0].finished, state.tallies()[0].scrapped), (67, 33));
    // The same with a maintenance that an alarm calls for, 3 s each time, between two parts.
    let press = format!(r#"maintenance: [(on_call: true, takes: "3 s")], {drift}"#);
    let (model, state) = run(&shop(&press, r#"alarm: "press""#, ""), 2000.0);
    assert_eq!((state.tallies()[0].finished, state.tallies()[0].scrapped), (67, 33));
    let clocks = state.clocks(&model, model.find("press").expect("it is there"));
    let spent = clocks[0].spent_ns(state.now())[twin::engine::Activity::Maintained as usize];
    assert_eq!(spent, 33 * 3_000_000_000);
    // Out of control after three parts' work of 2 s: with the third. The warm-up does not touch it.
    let drift = r#"quality: (drift: (every: "6 s", defects: 1.0))"#;
    let (model, mut state) = run(&shop(drift, r#"alarm: "press""#, ""), 333.0);
    state.reset_statistics(&model);
    advance(&model, &mut state, SimTime::from_seconds(2000.0), &mut Log::off()).expect("it runs");
    let (finished, scrapped) = (state.tallies()[0].finished, state.tallies()[0].scrapped);
    assert_eq!((finished, scrapped), (45, 22), "of the 67 parts from 340 s on");
}

/// A route that begins anew: the first coat fails until the second attempt, as the tool is new then.
#[test]
fn rework_may_begin_anew_at_a_step() {
    let text = r#"Plant(name: "coating", products: { "a": (route: ["wash", "coat", "look", "pack"]) }, equipment: {
            "in": (is: Source(every: "100 s", total: 10), to: ["wash"]),
            "wash": (is: Station(time: "1 s"), to: ["coat"]),
            "coat": (is: Station(time: "1 s"), to: ["look"], quality: (DEFECTS)),
            "look": (is: Inspection(rework: (most: 3, back_to: "coat")), to: ["pack", "coat"]),
            "pack": (is: Station(time: "1 s"), to: ["out"]),
            "out": (is: Sink),
        })"#;
    let (model, state) = run(&text.replace("DEFECTS", "defects: 1.0"), 2000.0);
    let left = |model: &Model, state: &State, name: &str| {
        state.traffic(model.find(name).expect("it is there")).left
    };
    assert_eq!(left(&model, &state, "coat"), 40, "once and three times again");
    assert_eq!((left(&model, &state, "wash"), left(&model, &state, "pack")), (10, 0));
    assert_eq!(state.tallies()[0].scrapped, 10);
    let alternate = text
        .replace("DEFECTS", "drift: (parts: 1, defects: 1.0)")
        .replace("rework:", r#"alarm: "coat", rework:"#)
        .replace("parts: 1", "parts: Trace(values: [1, 2])");
    let (model, state) = run(&alternate, 2000.0);
    assert_eq!(left(&model, &state, "pack"), 10, "each gets through in the end");
    assert!(left(&model, &state, "coat") > 10);
    assert_eq!(state.tallies()[0].defective, 0, "what is coated anew is good");
}

/// Of two processes with yields 0 and 1 the rolled yield is 0; without inspection nothing is held back.
#[test]
fn yields_roll_on() {
    let text = r#"Plant(name: "line", products: { "a": (), "b": () }, equipment: {
            "in": (is: Source(mix: Sequence(["a", "b"]), every: "10 s", total: 1000), to: ["one"]),
            "one": (is: Station(time: "1 s"), to: ["two"], quality: (defects: 0.5)),
            "two": (is: Station(time: "1 s"), to: ["out"], quality: (defects: 0.2)),
            "out": (is: Sink),
        })"#;
    let (_, state) = run(text, 20_000.0);
    for (product, tally) in state.tallies().iter().enumerate() {
        let rolled = state.rolled_throughput_yield(twin::id::ProductId(product as u32));
        let found = tally.right_first as f64 / tally.finished as f64;
        assert!((rolled - 0.4).abs() < 0.08 && (found - rolled).abs() < 0.08, "{rolled} {found}");
    }
}

#[test]
fn wrong_quality_is_reported() {
    for (press, inspection, what) in [
        ("quality: (defects: 1.5)", "", "share"),
        (r#"quality: (drift: (defects: 0.1))"#, "", "`every` so much work, or after `parts`"),
        ("", "places: 0", "from 1 to 65535 places"),
        ("", "sample: Every(0)", "at least 1"),
        ("", "rework: (most: 0)", "at least once"),
        ("", r#"alarm: "presss""#, "no equipment is named \"presss\""),
    ] {
        let text = shop(press, inspection, "");
        let loaded = twin::plant::load_text(&text);
        let found: Vec<String> = loaded.diagnostics.iter().map(|d| d.message.clone()).collect();
        assert!(loaded.model.is_none(), "{text}");
        assert!(found.iter().any(|message| message.contains(what)), "{what}: {found:?}");
    }
    let text = shop("", "", "").replace(r#"(is: Sink)"#, "(is: Sink, quality: (defects: 0.1))");
    let loaded = twin::plant::load_text(&text);
    let found: Vec<String> = loaded.diagnostics.iter().map(|d| d.message.clone()).collect();
    assert!(found.iter().any(|m| m.contains("where parts are worked on")), "{found:?}");
}
