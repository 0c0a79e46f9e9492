//! Why equipment is as it is, in words.

#![expect(clippy::unwrap_used, reason = "a test that cannot run its plant has failed")]

use twin::engine::{Action, Activity, Model, State};
use twin::plant;
use twin::session::{Reason, Session, Setup, Stop, reason};
use twin::units::SimTime;

fn session(equipment: &str) -> Session {
    let text = format!(
        r#"Plant(name: "line", run: (until: "8 h"), products: {{ "p": () }},
        workers: {{ "fitters": (count: 1) }},
        shifts: {{ "early": (period: "24 h", work: [("6 h", "14 h")]) }},
        equipment: {{ {equipment} }})"#
    );
    session_of(&text)
}

fn session_of(text: &str) -> Session {
    let loaded = plant::load_text(text);
    let look = twin::diagnostics::Look { colour: false, limit: 20, width: 100 };
    let report = loaded.diagnostics.render(&loaded.sources, look);
    let model = std::sync::Arc::new(loaded.model.unwrap_or_else(|| panic!("{report}")));
    let setup = Setup::of(&model);
    Session::new(model, setup).unwrap()
}

fn why(session: &Session, name: &str) -> Reason {
    let model: &Model = session.model();
    reason(model, session.state(), model.find(name).unwrap())
}

fn check(session: &Session, name: &str, expected: &str) {
    assert_eq!(why(session, name).text, expected);
}

fn seek(session: &mut Session, minutes: f64) {
    session.seek(SimTime::from_seconds(minutes * 60.0)).unwrap();
}

const LINE: &str = r#"
    "in": (is: Source(every: "1 min"), to: ["mill"]),
    "mill": (is: Station(time: "30 s", queue: 5), to: ["rack"]),
    "rack": (is: Buffer(capacity: 2), to: ["saw"]),
    "saw": (is: Station(time: "40 s"), to: ["out"]),
    "out": (is: Sink),
"#;

#[test]
fn who_blocks_whom_is_followed_to_its_root() {
    let mut session = session(LINE);
    seek(&mut session, 10.1);
    session.command(Action::Stop("saw".into())).unwrap();
    seek(&mut session, 30.0);
    check(&session, "saw", "standing still since 00:10:06: switched off by a command");
    let mill = why(&session, "mill");
    assert_eq!(mill.activity, Activity::Blocked);
    assert_eq!(
        mill.text,
        "blocked since 00:12:30: `rack` full since 00:11:30; \
         behind it `saw` full since 00:09:30, standing still since 00:10:06 (switched off by a command)"
    );
    let names: Vec<&str> =
        mill.chain.iter().map(|id| session.model().row(*id).name.as_str()).collect();
    assert_eq!(names, ["rack", "saw"]);
}

#[test]
fn who_starves_whom_is_followed_to_its_root() {
    let mut session = session(LINE);
    seek(&mut session, 10.1);
    check(&session, "mill", "working since 00:10:00: on a `p`");
    session.command(Action::Stop("mill".into())).unwrap();
    seek(&mut session, 30.0);
    let saw = why(&session, "saw");
    assert_eq!(saw.activity, Activity::Starved);
    assert!(
        saw.text.starts_with("without work since 00:10:10: `rack` without work since 00:0"),
        "{}",
        saw.text
    );
    assert!(
        saw.text.ends_with(
            "; before it `mill` standing still since 00:10:06 (switched off by a command)"
        ),
        "{}",
        saw.text
    );
}

#[test]
fn failures_say_what_their_repair_waits_for() {
    let mut session = session(
        r#"
        "in": (is: Source(every: "1 min"), to: ["mill"]),
        "mill": (is: Station(time: "30 s", queue: "unlimited"), to: ["saw"],
                 failures: [(every: "10 min", repair: "5 min", crew: (skill: "fitters"))]),
        "saw": (is: Station(time: "20 s", queue: "unlimited"), to: ["out"],
                failures: [(every: "6 min", repair: Exponential("1 h"), crew: (skill: "fitters"))]),
        "out": (is: Sink),
    "#,
    );
    let both = &mut |model: &Model, state: &State| {
        let failed = |name| state.clocks(model, model.find(name).unwrap())[0].activity();
        failed("mill") == Activity::Failed && failed("saw") == Activity::Failed
    };
    let end = SimTime::from_seconds(1e6);
    assert_eq!(session.run_until(end, &mut || true, both).unwrap(), Stop::Met);
    let (mill, saw) = (why(&session, "mill"), why(&session, "saw"));
    assert_eq!((mill.activity, saw.activity), (Activity::Failed, Activity::Failed));
    let texts = [mill.text, saw.text];
    assert!(
        texts.iter().any(|text| text.contains("waiting for `fitters`, at work at `")),
        "{texts:?}"
    );
    assert!(texts[0].contains(": takes 5 min") && texts[1].contains(": takes 1 h on the average"));
}

#[test]
fn missing_workers_and_shifts_are_named() {
    let mut session = session(
        r#"
        "in": (is: Source(every: "1 min"), to: ["a", "b"]),
        "a": (is: Station(time: "50 min", queue: 3, workers: [(skill: "fitters", for: [Process])]), to: ["out"]),
        "b": (is: Station(time: "50 min", queue: 3, workers: [(skill: "fitters", for: [Process])]), to: ["out"]),
        "c": (is: Station(time: "1 min"), to: ["out"], shift: "early"),
        "side": (is: Source(every: "1 min"), to: ["c"]),
        "out": (is: Sink),
    "#,
    );
    seek(&mut session, 10.0);
    let (a, b) = (why(&session, "a"), why(&session, "b"));
    let (works, waits) = if a.activity == Activity::Working { (a, b) } else { (b, a) };
    assert_eq!(works.activity, Activity::Working);
    assert_eq!(waits.activity, Activity::WaitingForWorker);
    assert!(waits.text.contains(": `fitters`, at work at `"), "{}", waits.text);
    check(&session, "c", "standing still since 00:00:00: off shift until 06:00:00 by `early`");
}

#[test]
fn what_an_assembly_lacks_is_named() {
    let text = r#"Plant(name: "kit", run: (until: "8 h"),
        products: { "lid": (), "box": (), "pack": (bom: { "lid": 1, "box": 1 }) },
        equipment: {
            "lids": (is: Source(product: "lid", every: "1 min"), to: ["press"]),
            "press": (is: Station(time: "30 s"), to: ["pack:lid"]),
            "boxes": (is: Source(product: "box", every: "1 min"), to: ["rack"]),
            "rack": (is: Buffer(capacity: 5), to: ["pack:box"]),
            "pack": (is: Assembly(makes: "pack", time: "20 s"), to: ["out"]),
            "out": (is: Sink),
        })"#;
    let mut session = session_of(text);
    seek(&mut session, 10.1);
    session.command(Action::Stop("press".into())).unwrap();
    seek(&mut session, 30.0);
    let lack = "`press` standing still since 00:10:06 (switched off by a command)";
    let pack = why(&session, "pack").text;
    assert!(pack.starts_with("without work since 00:09:50: ") && pack.ends_with(lack), "{pack}");
    let rack = why(&session, "rack").text;
    assert!(rack.starts_with("blocked since ") && rack.ends_with(lack), "{rack}");
}

/// Every reason can be told, all over a plant with everything in it, and names only what is there.
#[test]
fn there_is_a_reason_for_everything() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../assets/plants/battery-line.ron");
    let text = std::fs::read_to_string(path).unwrap();
    let model = std::sync::Arc::new(plant::load_text(&text).model.unwrap());
    let setup = Setup::of(&model);
    let mut session = Session::new(model.clone(), setup).unwrap();
    let mut seen = std::collections::BTreeSet::new();
    for hour in (0..72).step_by(3) {
        session.seek(SimTime::from_seconds(f64::from(hour) * 3600.0 + 777.0)).unwrap();
        for row in &model.equipment {
            let why = why(&session, &row.name);
            assert!(why.since <= session.now() && why.places <= why.of);
            assert!(why.text.len() < 1000, "{}", why.text);
            // Every second piece between back quotes is a name.
            for name in why.text.split('`').skip(1).step_by(2) {
                let known = model.find(name).is_some()
                    || model.products.iter().any(|product| product.name == name)
                    || model.pools.iter().any(|pool| pool.name == name)
                    || model.calendars.iter().any(|calendar| calendar.name == name);
                assert!(known, "{name} in {}", why.text);
            }
            seen.insert(why.activity);
        }
    }
    assert!(seen.len() >= 6, "{seen:?}");
}
