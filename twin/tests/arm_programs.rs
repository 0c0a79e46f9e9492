//! Arms that go by motion programs, and from belts that move, as rigid bodies: what they do and when is that of events, and nothing is lost
//! or doubled.

#![expect(clippy::unwrap_used, reason = "a test that cannot load its plant has failed")]

mod common {
    pub(crate) mod plants;
    pub(crate) mod runs;
}

use nalgebra::Vector3;
use twin::engine::{Model, State};
use twin::seen::moving;

use common::plants::loaded;
use common::runs::{check_whole, run, to};

/// Cartons ride past an arm that takes them from the belt and puts them on another, by a program.
const TRACKING: &str = include_str!("../../assets/plants/tracking-cell.ron");
const CELL: [&str; 3] = ["belt", "picker", "outfeed"];

/// The same with its robot where the tests have them, and `every` so long a carton.
fn tracking(every: &str, physics: &[&str]) -> Model {
    let text = TRACKING.replace("../robots/", "").replace("Exponential(\"7 s\")", every);
    assert!(!text.contains("7 s"));
    loaded(&text, physics).unwrap()
}

fn figure(model: &Model, state: &State, of: &str, name: &str) -> f64 {
    let figures = state.figures(model, model.find(of).unwrap());
    figures.into_iter().find(|figure| figure.0 == name).unwrap().1
}

/// Each carton is lifted while its belt runs, and comes down where the program says.
#[test]
fn an_arm_takes_bodies_from_a_belt_that_runs() {
    let model = tracking("\"9 s\"", &CELL);
    let mut state = State::new(&model, 1, 0);
    let picker = model.find("picker").unwrap();
    let (mut rides, mut landed) = (0, None);
    let mut last: Option<(u64, Vector3<f64>)> = None;
    for step in 0..3000 {
        to(&model, &mut state, 0.01 * f64::from(step));
        check_whole(&model, &state);
        let all = moving(&model, &state);
        let held = all.iter().find(|body| body.by == picker);
        let now = held.map(|body| {
            let serial = state.parts().get(body.part.unwrap()).serial;
            (serial, body.pose.translation.vector)
        });
        if let (Some((serial, before)), Some((other, at))) = (last, now)
            && serial == other
        {
            // Lifted straight, and along with the belt.
            let velocity = (at - before) / 0.01;
            let with_belt = (velocity.x - 0.3).abs() < 0.01 && velocity.y.abs() < 0.01;
            rides += usize::from(with_belt && velocity.z > 0.02);
        }
        last = now;
        let put = all.iter().find(|body| model.row(body.by).name == "outfeed");
        landed = landed.or_else(|| put.map(|body| body.pose));
    }
    assert!(rides > 60, "{rides} moments of going up with the belt");
    let landed = landed.unwrap();
    // Its front at the entry at (1.4, −0.2), its middle 0.2 m behind; a step may have passed.
    let off = landed.translation.vector - Vector3::new(1.4, 0.0, 1.025);
    assert!(off.norm() < 0.01, "{off:?}");
    assert_eq!(figure(&model, &state, "picker", "dropped"), 0.0);
    assert!(figure(&model, &state, "belt", "caught") >= 2.0);
}

/// Half an hour in both forms: as many caught and missed.
#[test]
fn what_is_caught_is_that_of_events() {
    let [events, bodies] = [&[][..], &CELL].map(|physics| {
        let model = tracking("Exponential(\"5 s\")", physics);
        let state = run(&model, 1200.0);
        check_whole(&model, &state);
        ["caught", "missed"].map(|of| figure(&model, &state, "belt", of))
    });
    assert!(events[0] > 100.0 && events[1] > 5.0, "{events:?}");
    let off = (bodies[0] - events[0]).abs();
    assert!(off <= 0.02 * events[0] + 1.0, "{bodies:?} for {events:?}");
}

/// Stopped belts and arms, whatever they are at: every part stays one body, and a snapshot goes on to the same bits.
#[test]
fn nothing_is_lost_whatever_stops() {
    let failures = |every: u32| {
        format!(
            r#"group: "cell", failures: [(every: Exponential("{every} s"), basis: Calendar, repair: "3 s")]"#
        )
    };
    let text = TRACKING.replace("../robots/", "").replace("Exponential(\"7 s\")", "\"6 s\"");
    let text = text.replacen("group: \"cell\"", &failures(31), 1).replacen(
        "at: (0, 0), group: \"cell\"",
        &format!("at: (0, 0), {}", failures(23)),
        1,
    );
    let model = loaded(&text, &CELL).unwrap();
    let mut state = State::new(&model, 5, 0);
    for look in 1..40 {
        to(&model, &mut state, 7.0 * f64::from(look));
        check_whole(&model, &state);
        if look == 20 {
            let bytes = state.save(&model).unwrap();
            let mut other = State::restore(&model, &bytes).unwrap();
            for state in [&mut state, &mut other] {
                to(&model, state, 145.0);
            }
            assert_eq!(state.hash(&model), other.hash(&model));
        }
    }
    assert!(figure(&model, &state, "belt", "caught") > 15.0);
}

/// Into a machine and out of it by programs, with signals between them, in both forms.
#[test]
fn programs_with_signals_take_as_long_as_events() {
    let cell = r#"Plant(name: "press", robots: { "handler": "abb-irb-4600-40.ron" },
        products: { "panel": (route: ["press"], length: "0.4 m", width: "0.4 m", height: "0.1 m", mass: "6 kg") },
        signals: { "free": Starts(true) },
        programs: {
            "load": [
                Grip("0.4 s"), Linear(to: Above("infeed", "250 mm")), WaitFor(signal: "free"), Set(signal: "free", to: false),
                Move(to: Above("press", "250 mm")), Linear(to: At("press"), speed: "500 mm/s"), Release("0.3 s"), Wait("0.2 s"), Set(signal: "free"),
            ],
            "unload": [Linear(to: Above("press", "250 mm")), Move(to: Above("outfeed", "250 mm")), Linear(to: At("outfeed"))],
            "stroke": [WaitFor(signal: "free"), Set(signal: "free", to: false), Wait("1.5 s"), Set(signal: "free")],
        }, equipment: {
        "in": (is: Source(every: "9 s", first: "0 s"), to: ["infeed"]),
        "infeed": (is: Conveyor(length: "2 m", speed: "0.4 m/s"), to: ["robot"], at: (-2.4, 1.3)),
        "press": (is: Station(time: Program(program: "stroke")), to: ["robot"], at: (1.4, 0.6)),
        "robot": (is: Robot(
            arm: (robot: "handler", tool: "0.3 m", load: "20 kg", approach: "0.25 m", centred: true,
                programs: {"infeed": {"press": "load"}, "press": {"outfeed": "unload"}},
                grip: Vacuum(cups: 4, diameter: "80 mm", pressure: "60 kPa", friction: 0.5)),
            pick: "0.4 s", place: "0.3 s",
        ), to: ["press", "outfeed"], at: (0, 0)),
        "outfeed": (is: Conveyor(length: "2 m", speed: "0.4 m/s"), to: ["out"], at: (0.2, -1.3)),
        "out": (is: Sink) })"#;
    let [events, bodies] = [&[][..], &["infeed", "robot", "outfeed"]].map(|physics| {
        let model = loaded(cell, physics).unwrap();
        let state = run(&model, 300.0);
        check_whole(&model, &state);
        assert_eq!(figure(&model, &state, "robot", "dropped"), 0.0);
        let tally = &state.tallies()[0];
        (tally.finished as f64, tally.lead_time.mean().unwrap() * 1e-9)
    });
    assert!(events.0 > 25.0 && (bodies.0 - events.0).abs() <= 1.0, "{events:?} {bodies:?}");
    assert!((0.0..0.1).contains(&(bodies.1 - events.1)), "{events:?} {bodies:?}");
}
