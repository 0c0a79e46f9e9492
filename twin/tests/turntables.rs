//! Turntables as rigid bodies: they join conveyors at angles, and both forms agree.

#![expect(clippy::unwrap_used, reason = "a test that cannot load its plant has failed")]

mod common {
    pub(crate) mod counts;
    pub(crate) mod plants;
    pub(crate) mod runs;
}

use twin::engine::{Action, Activity, Command, State};
use twin::units::SimTime;

use common::counts::finished;
use common::plants::loaded;
use common::runs::{check_whole, run, to};

/// Everything of the plants below that can.
const ALL: [&str; 5] = ["a", "b", "table", "on", "off"];

/// Two conveyors onto a table, at a right angle to each other, and two off it: straight on from the first, and to the left.
fn crossing(every: &str, more: &str) -> String {
    format!(
        r#"Plant(name: "crossing", products: {{"p": (length: "0.4 m", width: "0.3 m"), "q": (length: "0.5 m", width: "0.3 m")}},
        equipment: {{
        "in a": (is: Source(product: "p", every: "{every}", first: "0 s"), to: ["a"]),
        "in b": (is: Source(product: "q", every: "{every}", first: "4.7 s"), to: ["b"]),
        "a": (is: Conveyor(length: "1.5 m", speed: "0.5 m/s"), to: ["table"], at: (-2.2, 0)),
        "b": (is: Conveyor(length: "1.5 m", speed: "0.4 m/s", transport: Roller), to: ["table"], at: (0, -2.2), facing: "90 deg"),
        "table": (is: Turntable(turn: "5 s", back: "3 s"{more}), to: ["on", "off"], divert: ByProduct({{"p": "off", "q": "on"}})),
        "on": (is: Conveyor(length: "1.2 m", speed: "0.5 m/s"), to: ["out a"], at: (0.7, 0)),
        "off": (is: Conveyor(length: "1.2 m", speed: "0.5 m/s"), to: ["out b"], at: (0, 0.7), facing: "90 deg"),
        "out a": (is: Sink, at: (2.5, 0)), "out b": (is: Sink, at: (0, 2.5))}})"#
    )
}

fn left(model: &twin::engine::Model, state: &State, name: &str) -> u64 {
    state.traffic(model.find(name).unwrap()).left
}

#[test]
fn parts_are_turned_as_fast_as_between_events() {
    let text = crossing("20 s", "");
    let [events, bodies] = [&[][..], &ALL].map(|physics| {
        let model = loaded(&text, physics).unwrap();
        assert_eq!(model.cells.len(), usize::from(!physics.is_empty()), "one cell");
        let mut state = State::new(&model, 1, 0);
        for second in 1..=200 {
            to(&model, &mut state, f64::from(second));
            check_whole(&model, &state);
        }
        let counts = ["a", "b", "on", "off"].map(|name| left(&model, &state, name));
        (counts, state.tallies().iter().map(|tally| tally.lead_time.max()).collect::<Vec<_>>())
    });
    assert_eq!(events.0, bodies.0);
    for (events, bodies) in events.1.iter().zip(&bodies.1) {
        let apart = (events.unwrap() - bodies.unwrap()) as f64 * 1e-9;
        assert!(apart.abs() < 0.1, "{events:?} and {bodies:?}");
    }
}

#[test]
fn a_table_with_all_it_can_do_does_as_much_in_both_forms() {
    let text = crossing("9 s", "");
    let [events, bodies] = [&[][..], &ALL].map(|physics| {
        let model = loaded(&text, physics).unwrap();
        let state = run(&model, 900.0);
        check_whole(&model, &state);
        let table = model.find("table").unwrap();
        let worked =
            state.clocks(&model, table)[0].spent_ns(state.now())[Activity::Working as usize];
        (finished(&state) as f64, worked as f64 * 1e-9)
    });
    assert!(events.0 > 100.0 && (events.0 - bodies.0).abs() <= 2.0, "{events:?} and {bodies:?}");
    assert!((events.1 - bodies.1).abs() < 0.01 * events.1, "{events:?} and {bodies:?}");
}

/// Straight on and to the left as they lie: a transfer takes the same times, and does not turn them.
#[test]
fn a_transfer_takes_parts_off_sideways() {
    let text = crossing("20 s", ", transfer: true");
    let model = loaded(&text, &ALL).unwrap();
    let mut state = State::new(&model, 1, 0);
    to(&model, &mut state, 9.0);
    let off = model.find("off").unwrap();
    let part = twin::seen::moving(&model, &state).into_iter().find(|one| one.by == off).unwrap();
    let yaw = part.pose.rotation.euler_angles().2.to_degrees();
    assert!(yaw.abs() < 2.0, "it lies as it came: {yaw} deg");
    assert!(part.pose.translation.x.abs() < 0.01 && part.pose.translation.y > 0.7, "{part:?}");
    let events = run(&loaded(&text, &[]).unwrap(), 200.0);
    to(&model, &mut state, 200.0);
    check_whole(&model, &state);
    assert_eq!(finished(&events), finished(&state));
}

#[test]
fn a_table_that_is_stopped_goes_on_from_where_it_stood() {
    let model = loaded(&crossing("40 s", ""), &ALL).unwrap();
    let lead = |stops: &[f64]| {
        let mut state = State::new(&model, 1, 0);
        for stop in stops {
            let at = SimTime::from_seconds;
            let (off, on) = (Action::Stop("table".into()), Action::Go("table".into()));
            state.command(&model, Command { at: at(*stop), action: off }).unwrap();
            state.command(&model, Command { at: at(stop + 1.5), action: on }).unwrap();
        }
        to(&model, &mut state, 30.0);
        check_whole(&model, &state);
        state.tallies()[0].lead_time.max().unwrap() as f64 * 1e-9
    };
    let free = lead(&[]);
    // Riding in, turning, riding out.
    for stop in [3.5, 5.5, 7.5] {
        let held = lead(&[stop]);
        assert!((held - free - 1.5).abs() < 0.2, "stopped at {stop} s: {held} instead of {free}");
    }
}

#[test]
fn the_bits_of_a_table_are_the_same_from_a_snapshot() {
    let model = loaded(&crossing("9 s", ""), &ALL).unwrap();
    for middle in [5.503, 30.0, 41.7] {
        let mut state = run(&model, middle);
        let mut restored = State::restore(&model, &state.save(&model).unwrap()).unwrap();
        for state in [&mut state, &mut restored] {
            to(&model, state, middle + 20.0);
        }
        assert_eq!(state.hash(&model), restored.hash(&model));
    }
}

#[test]
fn a_table_that_does_not_stand_flush_or_has_no_time_is_told() {
    let text = crossing("9 s", "");
    let apart = text.replace("at: (0.7, 0)", "at: (0.8, 0)");
    let report = loaded(&apart, &ALL).unwrap_err();
    assert!(report.contains("\"table\" cannot run as rigid bodies: it joins"), "{report}");
    let report = loaded(&text, &["a", "table"]).unwrap_err();
    assert!(report.contains("\"table\" cannot run as rigid bodies"), "{report}");
    let small = text.replace("back: \"3 s\"", "back: \"3 s\", diameter: \"0.5 m\"");
    let small = small.replace("-2.2", "-1.75").replace("0.7", "0.25");
    let report = loaded(&small, &ALL).unwrap_err();
    assert!(report.contains("from corner to corner"), "{report}");
    for (from, to) in [("turn: \"5 s\"", "turn: \"3 s\""), ("back: \"3 s\"", "back: \"1 s\"")] {
        let hasty =
            format!("run: (physics: [{:?}]), products", ALL.join("\", \"")).replace("\\\"", "\"");
        let hasty = text.replace("products", &hasty).replace(from, to);
        let found = twin::plant::load_text(&hasty);
        let look = twin::diagnostics::Look { colour: false, limit: 20, width: 100 };
        let report = found.diagnostics.render(&found.sources, look);
        assert!(found.model.is_some() && report.contains("without the part slipping"), "{report}");
    }
}
