//! Cells of rigid bodies in a plant: the two forms of one line agree, nothing is lost at a border, and the bits are the same however
//! the run is cut.

#![expect(clippy::unwrap_used, reason = "a test that cannot load its plant has failed")]

mod common {
    pub(crate) mod counts;
    pub(crate) mod plants;
    pub(crate) mod runs;
}

use twin::engine::{Activity, Log, State};
use twin::plant::Options;
use twin::seen::{Watch, moving};
use twin::units::SimTime;

use common::counts::finished;
use common::plants::{loaded, read, said};
use common::runs::{check_whole, run, to};

/// One part on a belt of 4 m at 0.5 m/s.
const ONE: &str = r#"Plant(name: "one", products: {"p": (length: "0.4 m")}, equipment: {
    "in": (is: Source(every: "20 s", first: "0 s", total: 1), to: ["belt"]),
    "belt": (is: Conveyor(length: "4 m", speed: "0.5 m/s"), to: ["out"]),
    "out": (is: Sink)})"#;

#[test]
fn a_part_gets_through_at_the_time_of_the_event_form() {
    let [events, bodies] = [&[][..], &["belt"]].map(|physics| {
        let model = loaded(ONE, physics).unwrap();
        let state = run(&model, 60.0);
        state.tallies()[0].lead_time.max().unwrap()
    });
    assert_eq!(events, 8_000_000_000);
    assert!((bodies - events).abs() < 100_000, "{bodies} ns");
}

/// Three rollers in a row, flush, before a station that is slower than what comes and fails now and then; short parts, many of them.
fn line(length: &str, count: u32, more: &str) -> String {
    format!(
        r#"Plant(name: "line", run: (physics_step: "8 ms"), products: {{"p": (length: "{length}", height: "0.1 m")}}, equipment: {{
        "in": (is: Source(every: Exponential("0.35 s"), total: {count}), to: ["a"]),
        "a": (is: Conveyor(length: "0.6 m", speed: "0.5 m/s"), to: ["b"], at: (0, 0),
              failures: [(every: Exponential("50 s"), repair: "2 s")]{more}),
        "b": (is: Conveyor(length: "0.5 m", speed: "0.6 m/s", transport: Roller), to: ["c"], at: (0.6, 0),
              failures: [(every: Exponential("30 s"), repair: "2 s")]),
        "c": (is: Conveyor(length: "0.6 m", speed: "0.5 m/s", transport: Roller), to: ["end"], at: (1.1, 0),
              failures: [(every: Exponential("40 s"), repair: "3 s")]),
        "end": (is: Station(time: Exponential("0.3 s")), to: ["out"]),
        "out": (is: Sink)}})"#
    )
}

#[test]
fn nothing_is_lost_or_doubled_in_ten_thousand_crossings() {
    let model = loaded(&line("0.1 m", 2500, ""), &["a", "b", "c"]).unwrap();
    assert_eq!(model.cells.len(), 1, "they are flush");
    assert_eq!(model.cells[0].members.len(), 3);
    let mut state = State::new(&model, 1, 0);
    for second in 1..=1500 {
        to(&model, &mut state, f64::from(second));
        check_whole(&model, &state);
    }
    // In, over two borders within the cell, and out.
    let crossings: u64 = ["a", "b", "c", "end"]
        .into_iter()
        .map(|name| state.traffic(model.find(name).unwrap()).entered)
        .sum();
    assert_eq!(crossings, 10_000);
    assert_eq!(finished(&state), 2500);
    assert!(state.bodies()[0].cell().rests());
}

#[test]
fn a_queue_on_rollers_and_a_belt_that_waits_agree_with_the_event_form() {
    let gap = r#", gap: "0.1 m""#;
    for (transport, pause, gap) in [
        ("Roller", "4 s", ""),
        ("Belt", "4 s", gap),
        ("Belt", "1.2 s", gap),
        ("Roller", "1.2 s", ""),
        ("Zones(6)", "4 s", ""),
        ("Zones(6)", "2.2 s", ""),
    ] {
        let text = format!(
            r#"Plant(name: "q", run: (physics_step: "8 ms"), products: {{"p": (length: "0.4 m")}}, equipment: {{
            "in": (is: Source(every: "0.9 s"), to: ["belt"]),
            "belt": (is: Conveyor(length: "3 m", speed: "0.4 m/s", transport: {transport}{gap}), to: ["end"]),
            "end": (is: Station(time: "{pause}"), to: ["out"]), "out": (is: Sink)}})"#
        );
        let [events, bodies] = [&[][..], &["belt"]].map(|physics| {
            let model = loaded(&text, physics).unwrap();
            let state = run(&model, 150.0);
            check_whole(&model, &state);
            let belt = model.find("belt").unwrap();
            let clock = &state.clocks(&model, belt)[0];
            let blocked = clock.spent_ns(state.now())[Activity::Blocked as usize] as f64 * 1e-9;
            (finished(&state) as f64, blocked, f64::from(state.traffic(belt).content))
        });
        let near = |a: f64, b: f64, by: f64| (a - b).abs() <= by;
        let right = near(events.0, bodies.0, 1.0 + 0.01 * events.0)
            // v / 2 μ g for each part, to be taken along again.
            && near(events.1, bodies.1, 1.0 + 0.045 * events.0)
            && near(events.2, bodies.2, 1.0);
        assert!(right, "{transport}, {pause}: {events:?} and {bodies:?}");
    }
}

#[test]
fn a_belt_that_is_stopped_carries_on_from_where_it_stood() {
    use twin::engine::{Action, Command};
    let model = loaded(ONE, &["belt"]).unwrap();
    let mut state = State::new(&model, 1, 0);
    let at = SimTime::from_seconds;
    for command in [
        Command { at: at(3.0), action: Action::Stop("belt".into()) },
        Command { at: at(13.0), action: Action::Go("belt".into()) },
    ] {
        state.command(&model, command).unwrap();
    }
    to(&model, &mut state, 10.0);
    let still = moving(&model, &state);
    assert_eq!(still.len(), 1);
    // Front at 1.5 m, and v² / 2 μ g farther.
    let x = still[0].pose.translation.x;
    assert!((x - 1.3 - 0.25 / 9.81).abs() < 4e-3, "{x}");
    to(&model, &mut state, 40.0);
    // What it slid on when the belt stopped, it lacks when it starts.
    let lead = state.tallies()[0].lead_time.max().unwrap();
    assert!((lead - 18_000_000_000).abs() < 10_000_000, "{lead} ns");
}

#[test]
fn light_barriers_of_a_cell_are_exact_and_have_their_response_times() {
    let sensors = r#"sensors: {
        "LB": (is: LightBarrier(from: (2, -1, 1.1), to: (2, 1, 1.1), on_delay: "5 ms", off_delay: "7 ms"), every: "1 s"),
        "other": (is: LightBarrier(from: (2, 3, 1.1), to: (2, 5, 1.1)))}, equipment:"#;
    let text = ONE.replace("equipment:", sensors).replace("total: 1", "total: 3");
    let model = loaded(&text, &["belt"]).unwrap();
    assert_eq!(model.eyes.iter().map(|eye| eye.solved).collect::<Vec<_>>(), [true, false]);
    let mut state = State::new(&model, 1, 0);
    let mut watch = Watch::new(&model, &state, model.eyes.clone()).unwrap();
    for end in [3.3, 4.003, 4.006, 12.0, 70.0] {
        let end = SimTime::from_seconds(end);
        watch.advance(&model, &mut state, None, end, &mut Log::off()).unwrap();
    }
    let crossings = watch.take_crossings();
    assert_eq!(crossings.len(), 6, "{crossings:?}");
    for (n, crossing) in crossings.iter().enumerate() {
        let (part, back) = (n as f64 / 2.0, n % 2 == 1);
        let (seen, response) = if back { (4.8, 0.007) } else { (4.0, 0.005) };
        let seen = 20.0 * part.floor() + seen;
        let edge = crossing.edge;
        assert!((edge.seen_ns as f64 * 1e-9 - seen).abs() < 1e-4, "{n}: {edge:?}, {seen}");
        assert!(((edge.at_ns - edge.seen_ns) as f64 * 1e-9 - response).abs() < 1e-9);
        assert_eq!(edge.on, !back);
    }
}

/// Ten minutes on pools of several threads, cut anywhere, forked, and restored in the middle.
#[test]
fn the_bits_are_the_same_on_any_number_of_threads_and_from_a_snapshot() {
    let model = loaded(&line("0.15 m", 100_000, ""), &["a", "b", "c"]).unwrap();
    let on = |threads: usize, middle: f64| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let mut state = run(&model, middle);
            let saved = state.save(&model).unwrap();
            let mut fork = state.clone();
            let mut restored = State::restore(&model, &saved).unwrap();
            assert_eq!(restored.save(&model).unwrap(), saved);
            for state in [&mut fork, &mut restored] {
                to(&model, state, middle + 20.0);
            }
            to(&model, &mut state, middle + 20.0);
            assert_eq!(fork.hash(&model), state.hash(&model));
            assert_eq!(restored.hash(&model), state.hash(&model));
            // Not always the same of the three goes on.
            let mut last = if threads == 1 { state } else { restored };
            to(&model, &mut last, 600.0);
            check_whole(&model, &last);
            last.hash(&model)
        })
    };
    let one = on(1, 300.0);
    assert_eq!(one, on(2, 300.003));
    assert_eq!(one, on(8, 123.456_789));
}

#[test]
fn what_cannot_run_as_bodies_is_told() {
    let line = line("0.1 m", 1, "");
    for (physics, expected) in [
        ("bb", "no equipment or group is named \"bb\""),
        ("end", "P020"),
        ("end", "\"end\" cannot run as rigid bodies: it is a Station"),
    ] {
        let report = loaded(&line, &[physics]).unwrap_err();
        assert!(report.contains(expected), "{report}");
    }
    let own = line.replace("physics_step:", "physics: [\"outt\"], physics_step:");
    let report = said(&read(&own, &Options::default()));
    assert!(report.contains("did you mean \"out\"?"), "{report}");
    let step = line.replace("8 ms", "80 ms");
    assert!(loaded(&step, &["b"]).unwrap_err().contains("0.1 to 20"));
    let rough = line.replace("speed: \"0.6 m/s\"", "speed: \"0.6 m/s\", friction: 0");
    assert!(loaded(&rough, &[]).unwrap_err().contains("friction"));
    let thin = line.replace("height: \"0.1 m\"", "height: \"0 m\"");
    assert!(loaded(&thin, &[]).unwrap_err().contains("above zero"));
}

#[test]
fn of_a_group_what_can_runs_as_bodies() {
    let text = line("0.1 m", 1, ", group: \"g\"")
        .replace("time: Exponential(\"0.3 s\"))", "time: \"1 s\"), group: \"g\"");
    let model = loaded(&text, &["g"]).unwrap();
    let cells = |name: &str| model.row(model.find(name).unwrap()).cell;
    assert_eq!((cells("a"), cells("end"), cells("b")), (Some(0), None, None));
    // From one that is bodies to one that is events and back.
    let model = loaded(&text, &["a", "c"]).unwrap();
    assert_eq!(model.cells.len(), 2);
    let state = run(&model, 30.0);
    assert_eq!(finished(&state), 1);
}

/// What moves parts and cannot do so as bodies where it stands is told of at its line.
#[test]
fn of_a_group_what_stays_events_is_told() {
    let text = r#"Plant(name: "turn", run: (physics: ["g"]), products: {"p": (length: "0.4 m")}, equipment: {
        "in": (is: Source(every: "20 s"), to: ["a"]),
        "a": (is: Conveyor(length: "1 m", speed: "0.5 m/s"), to: ["table"], group: "g"),
        "table": (is: Turntable(turn: "4 s"), to: ["out"], group: "g"),
        "out": (is: Sink, group: "g")})"#;
    let loaded = read(text, &Options::default());
    let report = said(&loaded);
    assert!(loaded.model.is_some(), "{report}");
    assert!(report.contains("\"table\" runs as events: it joins conveyors"), "{report}");
    assert!(report.contains("plant.ron:4:"), "{report}");
    assert_eq!(loaded.diagnostics.iter().count(), 1, "{report}");
}

/// The battery line as it stands, but for two infeeds as rigid bodies: the hour from half past six, when the first of the day are
/// through. The third carries so much that it is left to the ledger (V64), which is run with optimisation.
#[test]
fn the_infeeds_of_the_battery_line_agree_with_their_event_forms() {
    let text = include_str!("../../assets/plants/battery-line.ron");
    let text = text.replace("run: (", "run: (physics_step: \"8 ms\", ");
    let names = ["housing infeed", "busbar infeed"];
    let [events, bodies] = [&[][..], &names].map(|physics| {
        let model = loaded(&text, physics).unwrap();
        let counts =
            |state: &State| names.map(|name| state.traffic(model.find(name).unwrap()).left as f64);
        let mut state = run(&model, 6.5 * 3600.0);
        let before = counts(&state);
        to(&model, &mut state, 7.5 * 3600.0);
        assert_eq!(state.little_misses(&model), Vec::<String>::new());
        let after = counts(&state);
        std::array::from_fn::<f64, 2, _>(|n| after[n] - before[n])
    });
    for (name, (events, bodies)) in names.iter().zip(events.into_iter().zip(bodies)) {
        assert!(events > 40.0, "{name}: {events}");
        assert!((bodies - events).abs() <= 0.01 * events, "{name}: {events} and {bodies}");
    }
}

/// A product without a length is as long on all of a cell as on the conveyor by which it came in.
#[test]
fn what_rides_on_keeps_its_size() {
    let text = r#"Plant(name: "two", products: {"p": ()}, equipment: {
        "in": (is: Source(every: "20 s", first: "0 s", total: 1), to: ["a"]),
        "a": (is: Conveyor(length: "1 m", speed: "0.5 m/s", part_length: "0.3 m"), to: ["b"], at: (0, 0)),
        "b": (is: Conveyor(length: "1 m", speed: "0.5 m/s", part_length: "0.6 m"), to: ["out"], at: (1, 0)),
        "out": (is: Sink)})"#;
    let model = loaded(text, &["a", "b"]).unwrap();
    assert_eq!(model.cells.len(), 1);
    let mut state = run(&model, 3.0);
    let parts = moving(&model, &state);
    assert_eq!((parts.len(), parts[0].size.x), (1, 0.3));
    assert!((parts[0].pose.translation.x - 1.35).abs() < 1e-3, "{:?}", parts[0].pose);
    to(&model, &mut state, 10.0);
    let lead = state.tallies()[0].lead_time.max().unwrap();
    assert!((lead - 4_000_000_000).abs() < 1_000_000, "{lead} ns");
}
