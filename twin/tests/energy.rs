//! Power, media and tariffs, against figures by hand.

use twin::engine::{Activity, Log, Model, State, advance};
use twin::units::SimTime;

fn model(equipment: &str, tariffs: &str) -> Model {
    let text = format!(
        r#"Plant(name: "e", products: {{"a": (), "b": ()}}, tariffs: {{{tariffs}}}, equipment: {{{equipment}
            "out": (is: Sink)}})"#
    );
    let loaded = twin::plant::load_text(&text);
    loaded.model.unwrap_or_else(|| panic!("{:#?}", loaded.diagnostics))
}

fn at(hours: f64) -> SimTime {
    SimTime::from_seconds(hours * 3600.0)
}

fn run(model: &Model, hours: f64) -> State {
    let mut state = State::new(model, 1, 0);
    advance(model, &mut state, at(hours), &mut Log::off()).expect("it runs");
    state
}

const KWH: f64 = 3.6e6;

#[track_caller]
fn close(got: f64, expected: f64) {
    assert!((got - expected).abs() <= 1e-9 * expected.abs().max(1e-3), "{got}, not {expected}");
}

/// One part an hour, 30 minutes of work: half of the time at 8 kW, half at 2 kW. Cheap from 22 to 6.
const MILL: &str = r#"
    "in": (is: Source(product: "a", every: "1 h"), to: ["mill"]),
    "mill": (is: Station(time: "30 min"), power: (working: "8 kW", idle: "2 kW"), to: ["out"]),"#;
const DAY: &str = r#""power": (price: "0.30 EUR/kWh", times: [("22 h", "24 h", "0.10 EUR/kWh"), ("0 h", "6 h", "0.10 EUR/kWh")],
    co2: "400 g/kWh", peak: (charge: "73 EUR/kW", over: "1 h"))"#;

#[test]
fn energy_is_level_times_time_and_cost_follows_the_clock() {
    let model = model(MILL, DAY);
    let mill = model.find("mill").expect("a mill");
    // The first part comes after an hour: 23 are worked on within a day, and one is begun at its end.
    let state = run(&model, 24.0);
    let (_, intake) = &state.intake(&model, mill)[0];
    close(intake.by_activity[Activity::Working as usize], 23.0 * 0.5 * 8.0 * KWH);
    close(intake.total(), (23.0 * 4.0 + 12.5 * 2.0) * KWH);
    // Cheap are 0 to 6 h (5 parts) and 22 to 24 h (2 parts).
    let cheap = 7.0 * 4.0 + 4.5 * 2.0;
    close(intake.cost, 0.1 * cheap + 0.3 * (23.0 * 4.0 + 25.0 - cheap));
    close(state.peak_demand(&model, 0).expect("whole hours"), 5000.0);
    assert_eq!(state.worked_ns(&model, mill), [23 * 1_800_000_000_000, 0]);
}

#[test]
fn what_is_taken_does_not_depend_on_cuts_and_warm_up() {
    let ramp =
        MILL.replace("idle: \"2 kW\"", "idle: \"2 kW\", ramp: \"50 min\", switch_on: \"1 kWh\"");
    let model = model(&ramp, DAY);
    let mill = model.find("mill").expect("a mill");
    let whole = run(&model, 100.3);
    let (_, all) = whole.intake(&model, mill)[0].clone();
    let mut state = State::new(&model, 1, 0);
    let (mut total, mut cost) = (0.0, 0.0);
    for cut in [3.1, 7.7, 8.6, 21.9, 22.2, 50.45, 50.5, 99.99, 100.3] {
        advance(&model, &mut state, at(cut), &mut Log::off()).expect("it runs");
        let copy = state.save(&model).expect("it can be saved");
        state = State::restore(&model, &copy).expect("it can be restored");
        let (_, part) = &state.intake(&model, mill)[0];
        (total, cost) = (total + part.total(), cost + part.cost);
        state.reset_statistics(&model);
    }
    close(total, all.total());
    close(cost, all.cost);
}

#[test]
fn ramps_are_integrated() {
    // 30 min of work from 1 h on with a ramp of 10 min: the level goes from 2 to 8 kW and back.
    let ramp = MILL.replace("idle: \"2 kW\"", "idle: \"2 kW\", ramp: \"10 min\"");
    let model = model(&ramp, "");
    let mill = model.find("mill").expect("a mill");
    let intake = |hours: f64| run(&model, hours).intake(&model, mill)[0].1.clone();
    close(intake(1.0).total(), 2.0 * KWH);
    let half_way = 1.0 + 5.0 / 60.0;
    close(intake(half_way).total(), (2.0 + 3.5 * 5.0 / 60.0) * KWH);
    close(intake(1.0 + 1.0 / 6.0).total(), (2.0 + 5.0 / 6.0) * KWH);
    close(intake(1.5).total(), (2.0 + 4.0 - 0.5) * KWH);
    close(intake(2.0).total(), (2.0 + 4.0 + 1.0) * KWH);
    // A ramp that is longer than what it leads to turns back where it was: 3/5 of the way up, and from there down again.
    let slow = MILL.replace("idle: \"2 kW\"", "idle: \"2 kW\", ramp: \"50 min\"");
    let model = self::model(&slow, "");
    let mill = model.find("mill").expect("a mill");
    let intake = |hours: f64| run(&model, hours).intake(&model, mill)[0].1.total();
    close(intake(1.5), (2.0 + 0.5 * (2.0 + 5.6) / 2.0) * KWH);
    close(intake(2.0), (2.0 + 0.5 * 3.8 + 0.5 * (5.6 + 5.6 - 3.6 * 0.6) / 2.0) * KWH);
}

#[test]
fn a_machine_is_switched_off_and_starts_up() {
    let plant = r#"
        "in": (is: Source(product: "b", every: "1 h"), to: ["mill"]),
        "mill": (
            is: Station(time: "20 min", start_up: "5 min", off_after: "10 min"),
            power: (working: "8 kW", idle: "2 kW", off: "100 W", switch_on: "0.5 kWh"),
            media: { "air": (working: "0.2 m3/min", switch_on: "1 m3"), "heat": (set_up: "12 kW") },
            to: ["out"],
        ),"#;
    let model = model(plant, r#""air": (price: "0.05 EUR/m3")"#);
    let mill = model.find("mill").expect("a mill");
    let state = run(&model, 11.0);
    let spent = state.clocks(&model, mill)[0].spent_ns(state.now());
    let minutes = |activity: Activity| spent[activity as usize] as f64 / 60e9;
    // Off, then in each hour: 5 start-up, 20 work, 10 idle, 25 off. The switch comes a moment after, at the earliest.
    close(minutes(Activity::SetUp), 50.0);
    close(minutes(Activity::Working), 200.0);
    close(minutes(Activity::Starved), 100.0);
    close(minutes(Activity::Off), 60.0 + 250.0);
    let by_name = |name: &str| {
        let medium = model.media.iter().position(|medium| medium.name == name).expect("a medium");
        let intake = state.intake(&model, mill);
        intake.into_iter().find(|(at, _)| *at == medium).expect("it is taken").1
    };
    let kwh = (50.0 * 8.0 + 200.0 * 8.0 + 100.0 * 2.0 + 310.0 * 0.1) / 60.0 + 11.0 * 0.5;
    close(by_name("power").total(), kwh * KWH);
    // The part that comes at the end of the run has switched it on once more.
    close(by_name("air").total(), 200.0 * 0.2 + 50.0 * 0.2 + 11.0);
    close(by_name("air").cost, by_name("air").total() * 0.05);
    close(by_name("heat").total(), 12.0 * 50.0 / 60.0 * KWH);
}

#[test]
fn places_are_counted_each_and_together() {
    // Two places, one part every 10 minutes for 15: 59 parts of 15 minutes, and the last one has still 5 to go. At least one
    // place works all the time.
    let plant = r#"
        "in": (is: Source(product: "a", every: "10 min", first: "0 s"), to: ["mill"]),
        "mill": (is: Station(places: 2, time: "15 min"), power: (working: "1 kW", idle: "0.2 kW"), to: ["out"]),"#;
    let model = model(plant, "");
    let mill = model.find("mill").expect("a mill");
    let state = run(&model, 10.0);
    close(state.intake(&model, mill)[0].1.total(), (895.0 + 305.0 * 0.2) / 60.0 * KWH);
    assert_eq!(state.any_working_ns(&model, mill), 36_000_000_000_000);
    assert_eq!(state.work(mill).done, 59);
    assert_eq!(state.work(mill).planned_ns, 59 * 900_000_000_000);
    let into = twin::id::LinkId(model.row(model.find("in").expect("a source")).links.start);
    assert_eq!(state.flow(into), [61, 0]);
}

#[test]
fn mistakes_are_said_where_they_stand() {
    for (tariffs, mill, said) in [
        ("", r#"power: (working: "8 m3/min")"#, "measured as a power"),
        ("", r#"power: (working: "8 kWh")"#, "unit of energy"),
        ("", r#"media: {"air": (working: "8 l/min", idle: "3 kW")}"#, "measured as a flow"),
        ("", r#"media: {"power": (working: "8 kW")}"#, "among the media"),
        (r#""power": (price: "1 EUR/m3")"#, r#"power: (working: "8 kW")"#, "by the kWh"),
        (r#""power": (price: "1 kWh")"#, r#"power: (working: "8 kW")"#, "expected a price"),
        (
            r#""power": (price: "1 EUR/kWh", times: [("3 h", "2 h", "2 EUR/kWh")])"#,
            r#"power: (working: "8 kW")"#,
            "earlier to a later",
        ),
        (
            r#""power": (price: "1 EUR/kWh", peak: (charge: "1 USD/kW"))"#,
            r#"power: (working: "8 kW")"#,
            "a charge is a price",
        ),
        (
            r#""pwer": (price: "1 EUR/kWh")"#,
            r#"power: (working: "8 kW")"#,
            "nothing in the plant takes",
        ),
    ] {
        let text = format!(
            r#"Plant(name: "e", products: {{"a": ()}}, tariffs: {{{tariffs}}}, equipment: {{
                "in": (is: Source(every: "1 min"), to: ["mill"]),
                "mill": (is: Station(time: "1 s"), {mill}, to: ["out"]),
                "out": (is: Sink)}})"#
        );
        let loaded = twin::plant::load_text(&text);
        let found = loaded.diagnostics.iter().any(|d| d.message.contains(said));
        assert!(found, "{mill} {tariffs}: {:#?}", loaded.diagnostics);
        assert_eq!(loaded.model.is_some(), said.starts_with("nothing"), "{mill} {tariffs}");
    }
}

/// A plant in balance takes no more memory after a year than after a month.
#[test]
fn memory_does_not_grow_with_time() {
    let plant = r#"
        "in": (is: Source(every: Exponential("5 min"), mix: Share([("a", 1.0), ("b", 1.0)])), to: ["mill"]),
        "mill": (
            is: Station(places: 2, queue: 9, time: Exponential("4 min"), start_up: "5 s", off_after: "1 min"),
            power: (working: "8 kW", idle: "2 kW", ramp: "5 s"),
            failures: [(every: Exponential("4 h"), repair: "10 min")], to: ["out"],
        ),"#;
    let model = model(plant, DAY);
    let mut state = State::new(&model, 1, 0);
    let mut size = |days: f64| {
        advance(&model, &mut state, at(days * 24.0), &mut Log::off()).expect("it runs");
        state.save(&model).expect("it can be saved").len()
    };
    let (month, year) = (size(30.0), size(365.0));
    assert!(year < month + month / 4 + 1024, "{month} bytes after a month, {year} after a year");
}
