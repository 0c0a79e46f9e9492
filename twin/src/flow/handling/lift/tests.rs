//! Trips whose times are known by hand.

use crate::engine::{Log, State, advance};
use crate::units::SimTime;

/// A lift between three levels, 4 m apart, 1 m/s, 1 s to load and to unload: when parts were finished, in order.
fn ends(lift: &str, schedules: [&str; 3]) -> Vec<(String, f64)> {
    let [a, b, c] = schedules.map(|parts| if parts.is_empty() { "(at: \"1 d\")" } else { parts });
    let text = format!(
        r#"Plant(name: "lift", products: {{ "up": (), "down": () }}, equipment: {{
            "in 0": (is: Source(product: "up", schedule: [{a}], blocked: Queue), to: ["lift"]),
            "in 1": (is: Source(product: "up", schedule: [{b}], blocked: Queue), to: ["lift"]),
            "in 2": (is: Source(product: "down", schedule: [{c}], blocked: Queue), to: ["lift"]),
            "top": (is: Sink), "ground": (is: Sink),
            "lift": (is: Lift(speed: "1 m/s", load: "1 s", unload: "1 s", {lift} levels: [
                (height: "0 m", at: ["in 0", "ground"]), (height: "4 m", at: ["in 1"]), (height: "8 m", at: ["in 2", "top"])]),
                to: ["ground", "top"], divert: ByProduct({{"up": "top", "down": "ground"}})),
        }})"#
    );
    let loaded = crate::plant::load_text(&text);
    let model = loaded.model.unwrap_or_else(|| panic!("{:#?}", loaded.diagnostics));
    let mut state = State::new(&model, 1, 0);
    let mut log = Log::new(true, false);
    advance(&model, &mut state, SimTime::from_seconds(1000.0), &mut log).expect("it runs");
    let name = |row: &crate::engine::PartRow| model.product_name(row.product).to_owned();
    log.parts.iter().map(|row| (name(row), row.left.seconds())).collect()
}

fn times(lift: &str, schedules: [&str; 3]) -> Vec<f64> {
    ends(lift, schedules).into_iter().map(|row| row.1).collect()
}

#[test]
fn up_and_down() {
    // Up: 1 + 8 + 1. It stays there; at 100 s down and up again.
    let once = [r#"(at: "0 s"), (at: "100 s")"#, "", ""];
    assert_eq!(times("", once), [10.0, 118.0]);
    assert_eq!(times(r#"home: "ground","#, once), [10.0, 110.0]);
}

#[test]
fn it_takes_several_along() {
    let both = [r#"(at: "0 s")"#, r#"(at: "0 s")"#, ""];
    // One after the other: 10 s, then 4 m back, 1 + 4 + 1.
    assert_eq!(times("", both), [10.0, 20.0]);
    // Collected on the way: 1 + 4 + 1 + 4, then both out.
    assert_eq!(times("capacity: 2, rule: Collective,", both), [11.0, 12.0]);
    // The first one first; then as with one place.
    assert_eq!(times("capacity: 2,", both), [10.0, 20.0]);
}

#[test]
fn rules_differ() {
    // At 0 s it goes up with a part, until 10 s. Meanwhile 0, 1 and 2 call, in that order.
    let calls = [r#"(at: "0 s"), (at: "2 s")"#, r#"(at: "3 s")"#, r#"(at: "4 s")"#];
    let order =
        |lift: &str| -> Vec<String> { ends(lift, calls).into_iter().map(|row| row.0).collect() };
    assert_eq!(order(""), ["up", "up", "up", "down"]);
    assert_eq!(order("rule: Nearest,"), ["up", "down", "up", "up"]);
    assert_eq!(order("rule: Collective,"), ["up", "down", "up", "up"]);
    assert_eq!(times("rule: Nearest,", calls), [10.0, 20.0, 30.0, 40.0]);
}
