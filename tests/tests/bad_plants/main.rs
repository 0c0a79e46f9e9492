//! Plants that cannot be: each is refused, none makes the engine hang or panic.

use twin::engine::{Log, RunError, State, advance};
use twin::units::SimTime;

fn refused(name: &str, text: &str) {
    let loaded = twin::plant::load_text(text);
    assert!(loaded.model.is_none(), "{name} loads");
    assert!(loaded.diagnostics.has_errors(), "{name} is refused without a word");
}

#[test]
fn bad_plants_are_refused() {
    refused("an empty file", "");
    refused("bytes", "\u{0}\u{1}\u{fffd}{{{");
    refused("an unknown kind", r#"Plant(equipment: {"a": (is: Sauce), "b": (is: Sink)})"#);
    refused("endless into endless", r#"Plant(products: {"p": ()}, equipment: {"a": (is: Source(), to: ["b"]), "b": (is: Sink)})"#);
    refused(
        "reserving where parts are chosen",
        r#"Plant(products: {"p": ()}, equipment: {
            "in": (is: Source(every: "5 s"), to: ["a"]),
            "a": (is: Station(time: "1 s", blocking: BeforeService), to: ["b"]),
            "b": (is: Station(time: "1 s", queue: (rule: Lifo)), to: ["out"]),
            "out": (is: Sink)})"#,
    );
}

/// Two buffers that lead to each other: a part goes round and round without taking any time.
#[test]
fn what_takes_no_time_is_found_stuck() {
    let text = r#"Plant(products: {"p": ()}, equipment: {
        "in": (is: Source(every: "5 s"), to: ["a"]),
        "a": (is: Buffer(), to: ["b"]),
        "b": (is: Buffer(), to: ["a", "out"]),
        "out": (is: Sink)})"#;
    let model = twin::plant::load_text(text).model.expect("it can be written down");
    let mut state = State::new(&model, 1, 0);
    let end = advance(&model, &mut state, SimTime::from_seconds(60.0), &mut Log::off());
    assert!(matches!(end, Err(RunError::Stuck { .. })), "{end:?}");
}
