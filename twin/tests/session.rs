//! Sessions against straight runs: the same state, to the bit, wherever one goes.

#![expect(clippy::unwrap_used, reason = "a test that cannot run its plant has failed")]

use std::sync::Arc;

use proptest::prelude::*;
use twin::climate::Climates;
use twin::edit::{Edit, History};
use twin::engine::{Action, Activity, Log, Model, State, TraceRow, advance};
use twin::field::{Scene, Settings, Tier, build};
use twin::plant;
use twin::session::{Comparison, Condition, Journal, Moment, Session, Setup, Stop};
use twin::units::{SimDuration, SimTime};

const PLANT: &str = r#"Plant(
    name: "cell",
    run: (until: "8 h", warmup: "1 h"),
    products: { "p": () },
    equipment: {
        "in": (is: Source(every: Exponential("40 s")), to: ["mill"]),
        "mill": (is: Station(time: Exponential("30 s"), queue: 5), to: ["belt"],
                 failures: [(every: Exponential("20 min"), repair: Exponential("5 min"))]),
        "belt": (is: Conveyor(length: "10 m", speed: "0.2 m/s"), to: ["saw"]),
        "saw": (is: Station(time: "35 s"), to: ["out"]),
        "out": (is: Sink),
    },
)"#;

fn model(text: &str) -> Arc<Model> {
    let loaded = plant::load_text(text);
    let look = twin::diagnostics::Look { colour: false, limit: 20, width: 100 };
    let report = loaded.diagnostics.render(&loaded.sources, look);
    Arc::new(loaded.model.unwrap_or_else(|| panic!("{report}")))
}

fn session() -> Session {
    let model = model(PLANT);
    let setup = Setup { keyframe_bytes: 40_000, ..Setup::of(&model) };
    Session::new(model, setup).unwrap()
}

fn at(hours: f64) -> SimTime {
    SimTime::from_seconds(hours * 3600.0)
}

/// Places to go to, in no order.
fn places() -> impl Iterator<Item = f64> {
    (1..30).map(|n| f64::from(n * 37 % 30) * 8.0 / 30.0 + 0.011)
}

/// The hash of a run without a session, as `run_one` goes about it.
fn straight(model: &Model, until: SimTime) -> u64 {
    let mut state = State::new(model, model.run.seed, 0);
    if until >= at(1.0) {
        advance(model, &mut state, at(1.0), &mut Log::off()).unwrap();
        state.reset_statistics(model);
    }
    advance(model, &mut state, until, &mut Log::off()).unwrap();
    state.hash(model)
}

#[test]
fn wherever_one_goes_the_state_is_that_of_a_straight_run() {
    let mut session = session();
    session.seek(at(8.0)).unwrap();
    for hours in places() {
        session.seek(at(hours)).unwrap();
        assert_eq!(session.now(), at(hours));
        assert_eq!(session.hash(), straight(session.model(), at(hours)), "at {hours} h");
    }
    assert_eq!(session.furthest(), at(8.0));
    session.seek(at(8.0)).unwrap();
    assert_eq!(session.state().events(), session.density().bins().iter().sum::<u64>());
    assert_eq!(session.density().total(), session.state().events());
}

#[test]
fn keyframes_keep_their_budget() {
    let model = model(PLANT);
    for budget in [0, 20_000, 200_000] {
        let setup = Setup { keyframe_bytes: budget, ..Setup::of(&model) };
        let mut session = Session::new(model.clone(), setup).unwrap();
        session.seek(at(400.0)).unwrap();
        let look = session.keyframes();
        assert!(look.count == 1 || look.bytes <= budget, "{look:?}");
        assert!(budget < 200_000 || look.count > 4, "{look:?}");
        let here = session.hash();
        session.seek(at(234.5)).unwrap();
        session.seek(at(400.0)).unwrap();
        assert_eq!(session.hash(), here);
    }
}

#[test]
fn steps_go_forwards_and_backwards_by_one_event() {
    let mut session = session();
    session.seek(at(0.98)).unwrap();
    let mut hashes = vec![session.hash()];
    // Over the end of the warm-up, where figures begin anew.
    while session.now() < at(1.02) {
        assert!(session.step_event().unwrap());
        hashes.push(session.hash());
    }
    assert!(hashes.len() > 10);
    // The place where it began was between two events; going back comes to the events themselves.
    for hash in hashes[1..].iter().rev().skip(1) {
        assert!(session.step_back().unwrap());
        assert_eq!(session.hash(), *hash);
    }
    session.seek(SimTime::ZERO).unwrap();
    while session.step_back().unwrap() {}
    assert_eq!(session.moment(), Moment::default());
}

/// Runs to and fro, and steers the plant meanwhile.
fn steer(session: &mut Session) {
    session.seek(at(2.0)).unwrap();
    session.command(Action::Stop("mill".into())).unwrap();
    session.seek(at(2.4)).unwrap();
    session.command(Action::Go("mill".into())).unwrap();
    session.command(Action::Pace("saw".into(), 1.5)).unwrap();
    session.command_at(at(3.0), Action::Pace("mill".into(), 0.8)).unwrap();
    session.seek(at(4.0)).unwrap();
    // In the midst of an instant.
    session.step_event().unwrap();
    session.command(Action::Pace("saw".into(), 0.9)).unwrap();
    session.step_event().unwrap();
    session.command(Action::Pace("saw".into(), 1.1)).unwrap();
}

#[test]
fn commands_are_kept_through_rewinds() {
    let mut session = session();
    steer(&mut session);
    session.seek(at(8.0)).unwrap();
    let (end, journal) = (session.hash(), session.journal().clone());
    let text = ron::to_string(&journal).unwrap();
    assert_eq!(ron::from_str::<Journal>(&text).unwrap(), journal, "kept in a file");
    assert_ne!(end, straight(session.model(), at(8.0)), "the commands matter");
    for hours in places() {
        session.seek(at(hours)).unwrap();
        let here = session.hash();
        let mut replayed = Session::of_journal(
            session.model().clone(),
            Setup::of(session.model()),
            journal.clone(),
        )
        .unwrap();
        replayed.seek(at(hours)).unwrap();
        assert_eq!(replayed.hash(), here, "a replay of the journal, at {hours} h");
    }
    session.seek(at(8.0)).unwrap();
    assert_eq!(session.hash(), end);
    assert_eq!(*session.journal(), journal);
    // Event by event likewise.
    session.seek(at(1.9)).unwrap();
    while session.now() < at(4.5) {
        assert!(session.step_event().unwrap());
    }
    session.seek(at(8.0)).unwrap();
    assert_eq!(session.hash(), end);
}

#[test]
fn a_command_after_a_rewind_drops_what_lay_ahead() {
    let mut session = session();
    steer(&mut session);
    session.seek(at(8.0)).unwrap();
    session.seek(at(2.2)).unwrap();
    assert_eq!((session.issued(), session.journal().issued.len()), (1, 6));
    assert!(session.command(Action::Stop("no such".into())).is_err());
    assert_eq!(session.furthest(), at(8.0), "what cannot be done drops nothing");
    session.command(Action::Stop("saw".into())).unwrap();
    assert_eq!((session.issued(), session.journal().issued.len()), (2, 2));
    assert_eq!(session.furthest(), at(2.2));
    assert_eq!(session.density().total(), session.state().events());
    session.seek(at(5.0)).unwrap();
    let here = session.hash();
    session.seek(at(1.0)).unwrap();
    session.seek(at(5.0)).unwrap();
    assert_eq!(session.hash(), here);
}

#[test]
fn a_command_can_be_taken_back_and_given_again() {
    let mut session = session();
    steer(&mut session);
    let there = session.hash();
    let last = session.take_back().unwrap().unwrap();
    assert_ne!(session.hash(), there);
    session.command_at(last.at, last.action).unwrap();
    assert_eq!(session.hash(), there);
    session.seek(at(8.0)).unwrap();
    while session.take_back().unwrap().is_some() {}
    assert_eq!(session.now(), at(2.0));
    session.seek(at(8.0)).unwrap();
    assert_eq!(session.hash(), straight(session.model(), at(8.0)));
}

#[test]
fn forks_share_the_past_and_go_their_own_way() {
    let mut session = session();
    steer(&mut session);
    session.seek(at(6.0)).unwrap();
    session.seek(at(5.0)).unwrap();
    let here = session.hash();
    let mut same = session.fork(&[]).unwrap();
    assert_eq!(same.hash(), here);
    let mut other = session.fork(&[Action::Pace("saw".into(), 3.0)]).unwrap();
    for session in [&mut session, &mut same, &mut other] {
        session.seek(at(7.0)).unwrap();
    }
    assert_eq!(session.hash(), same.hash());
    assert_ne!(session.hash(), other.hash());
    other.seek(at(3.3)).unwrap();
    session.seek(at(3.3)).unwrap();
    assert_eq!(session.hash(), other.hash(), "the past is one");
}

#[test]
fn a_fork_over_another_plant_takes_the_commands_along() {
    let mut session = session();
    steer(&mut session);
    let faster = model(&PLANT.replace("35 s", "25 s"));
    let (mut fork, left) = session.fork_plant(faster, None).unwrap();
    assert!(left.is_empty());
    fork.seek(session.now()).unwrap();
    assert_eq!(fork.state().commands().len(), session.state().commands().len());
    let renamed = model(&PLANT.replace("saw", "cutter"));
    let (_, left) = session.fork_plant(renamed, None).unwrap();
    assert_eq!(left.len(), 3);
}

#[test]
fn runs_stop_where_a_condition_begins_to_hold() {
    let mut session = session();
    let failed = Condition::Does("mill".into(), Activity::Failed);
    assert_eq!(failed.name(), "mill failed");
    let watching = failed.watch(session.model()).unwrap();
    let go = &mut || true;
    let mut meet = |session: &mut Session| {
        session.run_until(at(8.0), go, &mut |m, s| watching.holds(m, s)).unwrap()
    };
    assert_eq!(meet(&mut session), Stop::Met);
    let first = session.moment();
    let mill = session.model().find("mill").unwrap();
    assert_eq!(session.state().clocks(session.model(), mill)[0].since(), first.at);
    assert_eq!(meet(&mut session), Stop::Met);
    assert!(session.now() > first.at);
    session.seek(SimTime::ZERO).unwrap();
    assert_eq!(meet(&mut session), Stop::Met);
    assert_eq!(session.moment(), first, "the same after a rewind");
    assert!(Condition::PartsIn("nowhere".into(), 1).watch(session.model()).is_err());
}

#[test]
fn parts_are_stepped_one_by_one_and_the_caller_may_interrupt() {
    let mut session = session();
    let finished = |session: &Session| session.state().tallies()[0].finished;
    for n in 1..20 {
        assert_eq!(session.step_part(at(8.0), &mut || true).unwrap(), Stop::Met);
        assert_eq!(finished(&session), n);
    }
    assert_eq!(session.step_part(session.now(), &mut || true).unwrap(), Stop::Arrived);
    let before = session.now();
    assert!(!session.advance_within(at(800.0), &mut || false).unwrap());
    assert!(before < session.now() && session.now() < at(800.0));
    let stop = session.run_until(at(800.0), &mut || false, &mut |_, _| false).unwrap();
    assert_eq!(stop, Stop::Interrupted);
    session.seek(at(8.0) + SimDuration::from_s(1)).unwrap();
    assert_eq!(session.hash(), straight(session.model(), session.now()));
}

/// The battery line: shifts, orders, vehicles, set-ups, and a hall whose fields tell the equipment how warm it is.
fn battery_line() -> Arc<Model> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../assets/plants/battery-line.ron");
    model(&std::fs::read_to_string(path).unwrap())
}

#[test]
fn the_battery_line_rewinds_to_where_it_was() {
    let model = battery_line();
    let setup = Setup { warmup: SimDuration::ZERO, ..Setup::of(&model) };
    let mut session = Session::new(model.clone(), setup).unwrap();
    session.seek(at(8.0)).unwrap();
    let mut state = State::new(&model, model.run.seed, 0);
    let mut seen = Vec::new();
    for n in 1..=20 {
        let until = at(f64::from(n) * 0.4 - 0.013);
        advance(&model, &mut state, until, &mut Log::off()).unwrap();
        seen.push((until, state.hash(&model)));
    }
    for n in 0..20 {
        let (until, hash) = seen[n * 7 % 20];
        session.seek(until).unwrap();
        assert_eq!(session.hash(), hash, "at {until}");
    }
}

#[test]
fn fields_are_rewound_with_the_plant() {
    let model = battery_line();
    let hall = model.hall.as_ref().unwrap();
    let solver = |scene: &Scene| build(Tier::Network, scene, &Settings::default());
    let climates = Climates::of(hall, None, solver).unwrap();
    let warmup = SimDuration::from_s(6 * 3600 + 1800);
    let setup = Setup { warmup, climates: climates.clone(), ..Setup::of(&model) };
    let mut session = Session::new(model.clone(), setup).unwrap();
    session.seek(at(7.0)).unwrap();
    assert!(session.state().commands().len() > 3, "the fields tell the equipment something");
    assert!(session.journal().issued.is_empty(), "which is not what was done to the run");

    let mut state = State::new(&model, model.run.seed, 0);
    let mut climate = climates.make(Some(hall)).unwrap().unwrap();
    climate.watch(&model, &mut state, model.run.seed, 0, false).unwrap();
    let mut straight = |until: SimTime| {
        climate.advance(&model, &mut state, until, &mut Log::off()).unwrap();
        if until == SimTime::ZERO + warmup {
            climate.reset_statistics(&model, &mut state);
        }
        (until, state.hash(&model), climate.save().unwrap())
    };
    let seen: Vec<_> = [6.1, 6.25, 6.5, 6.7, 6.9].map(|hours| straight(at(hours))).into();
    for n in [3, 0, 4, 2, 1, 2] {
        let (until, hash, fields) = &seen[n];
        session.seek(*until).unwrap();
        assert_eq!(session.hash(), *hash, "at {until}");
        assert_eq!(session.climate_mut().unwrap().save().unwrap(), *fields, "at {until}");
    }
    // Event by event over the ends of ticks likewise.
    session.seek(seen[2].0).unwrap();
    while session.state().next_event().unwrap() <= seen[3].0 {
        session.step_event().unwrap();
    }
    session.seek(seen[3].0).unwrap();
    assert_eq!(session.hash(), seen[3].1);
    let mut fork = session.fork(&[]).unwrap();
    fork.seek(seen[4].0).unwrap();
    assert_eq!(fork.hash(), seen[4].1);
}

const HALL: &str = r#"Plant(name: "hall", run: (until: "1 h"), products: { "p": () },
    hall: (size: (12, 6, 4), corner: (0, 0), cell: "1 m", start: "22 degC", outside: "22 degC", tick: "30 s",
        walls: (west: (u_value: "2 W/(m2 K)"), roof: (u_value: "4 W/(m2 K)"))),
    equipment: {
        "in": (is: Source(every: Exponential("62 s")), to: ["oven"]),
        "oven": (is: Conveyor(length: "4 m", speed: "1 m/min", gap: "0.2 m"), to: ["press"], at: (1, 2), size: (4, 2, 2),
            power: (working: "3 kW", idle: "1 kW"), heat: (share: "90 %", mass: "1 t", film: "12 W/(m2 K)", convective: "20 %")),
        "press": (is: Station(time: Exponential("50 s")), to: ["out"], at: (8, 2), size: (2, 1, 2),
            power: (working: "4 kW", idle: "1 kW"),
            heat: (mass: "2 t", senses: Air, derating: [("22 degC", "100 %"), ("22.5 degC", "50 %")])),
        "out": (is: Sink),
    })"#;

/// Fields of cells keep far more than a network, and come back all the same.
#[test]
fn fields_of_cells_are_rewound_too() {
    let model = model(HALL);
    let hall = model.hall.as_ref().unwrap();
    // The lattice does not bear cells of a metre for long.
    for (tier, stride) in [(Tier::Conduction, 200.0), (Tier::Air, 200.0), (Tier::Lattice, 61.0)] {
        let climates =
            Climates::of(hall, None, move |scene| build(tier, scene, &Settings::default()));
        let setup = Setup { climates: climates.unwrap(), ..Setup::of(&model) };
        let mut session = Session::new(model.clone(), setup).unwrap();
        let mut seen = Vec::new();
        for n in 1..6 {
            let until = SimTime::from_seconds(f64::from(n) * stride);
            session.seek(until).unwrap();
            let fields = session.climate_mut().unwrap().save().unwrap();
            seen.push((until, session.hash(), fields));
        }
        assert!(session.keyframes().count > 3, "{:?}", session.keyframes());
        for n in [2, 0, 4, 1, 3] {
            let (until, hash, fields) = &seen[n];
            session.seek(*until).unwrap();
            assert_eq!(session.hash(), *hash, "{tier:?} at {until}");
            assert_eq!(
                session.climate_mut().unwrap().save().unwrap(),
                *fields,
                "{tier:?} at {until}"
            );
        }
    }
}

#[test]
fn forks_are_compared_by_what_came_after_them() {
    let mut session = session();
    session.seek(at(4.0)).unwrap();
    let begin = session.figures();
    let mut fork = session.fork(&[Action::Stop("saw".into())]).unwrap();
    let same = Comparison::of(&session, &fork, None);
    assert!(same.rows.iter().all(|row| row.difference().is_none_or(|d| d == 0.0)));
    session.seek(at(8.0)).unwrap();
    fork.seek(at(8.0)).unwrap();
    let all = Comparison::of(&session, &fork, None);
    let since = Comparison::of(&session, &fork, Some(&begin));
    // Nothing leaves the fork any more, which only the second comparison says.
    let throughput = since.get("throughput_per_h", "").unwrap();
    assert_eq!(throughput.second, Some(0.0));
    assert_eq!(throughput.relative(), Some(-1.0));
    assert!(all.get("throughput_per_h", "").unwrap().second.unwrap() > 10.0);
    let made = since.get("finished", "p").unwrap();
    let finished = |s: &Session| s.state().tallies()[0].finished as f64;
    assert_eq!(made.difference(), Some(finished(&fork) - finished(&session)));
    let expected = (finished(&session) - begin.finished() as f64) / 4.0;
    assert!((throughput.first.unwrap() - expected).abs() < 1e-9);
    let off = since.get("off_shift", "saw").unwrap();
    assert!((off.second.unwrap() - 1.0).abs() < 1e-9 && off.first == Some(0.0));
    // Every key can be looked up.
    assert!(since.rows.iter().all(|row| twin::study::figure(row.key).is_some()));

    let renamed = model(&PLANT.replace("saw", "cutter"));
    let (mut other, _) = session.fork_plant(renamed, None).unwrap();
    other.seek(at(8.0)).unwrap();
    let both = Comparison::of(&session, &other, None);
    let (saw, cutter) =
        (both.get("working", "saw").unwrap(), both.get("working", "cutter").unwrap());
    assert!(saw.second.is_none() && cutter.first.is_none() && cutter.second.is_some());
    let mill = both.get("working", "mill").unwrap();
    assert_eq!(mill.difference(), Some(0.0), "the same draws, whatever the saw is called");
}

#[test]
fn the_past_is_looked_at_without_moving_the_present() {
    let mut session = session();
    steer(&mut session);
    session.seek(at(6.0)).unwrap();
    let here = session.hash();
    let go = &mut || true;
    let whole = session.rows(SimTime::ZERO, at(6.0), true, go).unwrap().unwrap();
    let part = session.rows(at(2.0), at(4.0), true, go).unwrap().unwrap();
    let time = |row: &TraceRow| match row {
        TraceRow::Part { at, .. } | TraceRow::Activity { at, .. } => *at,
    };
    let span = at(2.0)..=at(4.0);
    let within = whole.trace.iter().copied().filter(|row| span.contains(&time(row)));
    assert!(part.trace.len() > 100 && part.trace == within.collect::<Vec<_>>());
    let after_warmup = whole.parts.iter().filter(|row| row.left > at(1.0)).count() as u64;
    assert_eq!(after_warmup, session.state().tallies()[0].finished);

    let wip = |_: &Model, state: &State| (state.now(), state.plant_traffic().content);
    let span = (at(1.0), at(5.0));
    let samples = session.sample(span, SimDuration::from_s(1800), go, wip).unwrap().unwrap();
    assert_eq!(samples.len(), 9);
    assert!(session.sample(span, SimDuration::from_s(60), &mut || false, wip).unwrap().is_none());
    assert_eq!(session.hash(), here, "the present stays");
    for (when, content) in samples {
        session.seek(when).unwrap();
        assert_eq!(session.state().plant_traffic().content, content);
    }
    session.seek(at(3.0)).unwrap();
    session.step_tick(SimDuration::from_s(7), go).unwrap();
    assert_eq!(session.now(), SimTime::from_seconds(10801.0));
}

/// Whatever was done to the plant and to its file can be kept in files, and comes to the same elsewhere.
#[test]
fn edits_and_commands_are_replayed_from_their_logs() {
    let mut session = session();
    steer(&mut session);
    let mut history = History::new(PLANT);
    let set = Edit::Set { path: "equipment.saw.is.time".into(), value: "31 s".into() };
    let moved = Edit::Move { name: "belt".into(), at: (2.0, 1.5) };
    [set, moved].into_iter().for_each(|edit| history.apply(edit).unwrap());
    let (mut session, left) = session.fork_plant(model(history.text()), None).unwrap();
    assert!(left.is_empty());
    session.seek(at(5.0)).unwrap();
    session.command(Action::Stop("mill".into())).unwrap();
    session.seek(at(6.5)).unwrap();

    let edits: Vec<Edit> = history.done().iter().map(|entry| entry.edit.clone()).collect();
    let edits = ron::to_string(&edits).unwrap();
    let journal = ron::to_string(session.journal()).unwrap();

    let edits: Vec<Edit> = ron::from_str(&edits).unwrap();
    let text = edits.iter().fold(PLANT.to_owned(), |text, edit| edit.apply(&text).unwrap());
    let model = model(&text);
    let setup = Setup::of(&model);
    let journal = ron::from_str(&journal).unwrap();
    let mut replayed = Session::of_journal(model, setup, journal).unwrap();
    replayed.seek(at(6.5)).unwrap();
    assert_eq!(replayed.hash(), session.hash());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    /// Somebody plays around: seeks, steps, commands, takes back, forks. A replay of the journal comes to the same.
    #[test]
    fn whatever_is_done_a_replay_comes_to_the_same(
        budget in prop_oneof![Just(0_usize), Just(60_000), Just(1 << 20)],
        doings in proptest::collection::vec((0_u8..9, 0.0..8.0_f64), 1..25),
    ) {
        let model = model(PLANT);
        let setup = Setup { keyframe_bytes: budget, ..Setup::of(&model) };
        let mut session = Session::new(model.clone(), setup.clone()).unwrap();
        for (what, hours) in doings {
            match what {
                0 | 1 => session.seek(at(hours)).unwrap(),
                2 => { session.step_event().unwrap(); }
                3 => { session.step_back().unwrap(); }
                4 => { session.step_part(at(hours), &mut || true).unwrap(); }
                5 => session.command(Action::Pace("saw".into(), 0.5 + hours / 4.0)).unwrap(),
                6 => session.command(Action::Stop("mill".into())).unwrap(),
                7 => session.command(Action::Go("mill".into())).unwrap(),
                _ if hours < 4.0 => { session.take_back().unwrap(); }
                _ => session = session.fork(&[]).unwrap(),
            }
        }
        let (moment, here) = (session.moment(), session.hash());
        let mut replayed = Session::of_journal(model, setup, session.journal().clone()).unwrap();
        replayed.seek(at(9.0)).unwrap();
        for session in [&mut session, &mut replayed] {
            session.seek(SimTime::ZERO).unwrap();
            session.seek_event(moment.events).unwrap();
        }
        prop_assert_eq!(session.moment(), replayed.moment());
        prop_assert_eq!(session.hash(), replayed.hash());
        if session.moment() == moment {
            prop_assert_eq!(session.hash(), here);
        }
        for until in [moment.at, at(9.0)] {
            session.seek(until).unwrap();
            replayed.seek(until).unwrap();
            prop_assert_eq!(session.hash(), replayed.hash());
        }
    }
}
