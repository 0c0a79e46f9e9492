//! Sessions against straight runs: the same state, to the bit, wherever one goes.

#![expect(clippy::unwrap_used, reason = "a test that cannot run its plant has failed")]

use std::sync::Arc;

use twin::climate::Climates;
use twin::engine::{Action, Activity, Log, Model, State, advance};
use twin::field::{Scene, Settings, Tier, build};
use twin::plant;
use twin::session::{Condition, Journal, Moment, Session, Setup, Stop};
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
