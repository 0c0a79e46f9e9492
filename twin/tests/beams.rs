//! Light barriers that motion programs wait for, over conveyors that run as events and as rigid bodies.

#![expect(clippy::unwrap_used, reason = "a test that cannot load its plant has failed")]

mod common {
    pub(crate) mod plants;
    pub(crate) mod readings;
}

use twin::engine::{Action, Command, Log, Model, State, advance};
use twin::units::SimTime;

use common::plants::loaded;
use common::readings::told;

/// A part of 0.4 m every 5 s on a belt of 4 m at 0.5 m/s; beside it a press whose stroke begins when the part is in the beam at 2 m and
/// ends when it is out of it.
const PRESS: &str = r#"Plant(name: "press", products: {"p": (length: "0.4 m"), "blank": (route: ["press"])}, equipment: {
    "in": (is: Source(product: "p", every: "5 s", first: "0 s", total: 6), to: ["belt"]),
    "belt": (is: Conveyor(length: "4 m", speed: "0.5 m/s"), to: ["out"], size: (4, 0.6, 0.8)),
    "blanks": (is: Source(product: "blank"), to: ["press"], at: (0, 5)),
    "press": (is: Station(time: Program(program: "stroke"), queue: 1), to: ["done"], at: (2, 5)),
    "out": (is: Sink), "done": (is: Sink)
}, sensors: {
    "LB": (is: LightBarrier(from: (2, -1, 0.9), to: (2, 1, 0.9), on_delay: "20 ms", off_delay: "30 ms"), every: "1 s"),
}, signals: { "there": Sensor("LB") }, programs: {
    "stroke": [WaitFor(signal: "there"), Wait("0.5 s"), WaitFor(signal: "there", is: false)],
})"#;

const FORMS: [&[&str]; 2] = [&[], &["belt"]];

/// Times at which the press is done, s.
fn strokes(model: &Model, until_s: f64) -> Vec<f64> {
    let mut state = State::new(model, 1, 0);
    let mut log = Log::new(true, false);
    advance(model, &mut state, SimTime::from_seconds(until_s), &mut log).unwrap();
    assert_eq!(state.little_misses(model), Vec::<String>::new());
    let blank = model.products.iter().position(|product| product.name == "blank").unwrap();
    let own = log.parts.iter().filter(|part| part.product.index() == blank);
    own.map(|part| part.left.seconds()).collect()
}

#[test]
fn a_program_that_waits_for_a_light_barrier_does_so_in_both_forms() {
    let [events, bodies] = FORMS.map(|physics| strokes(&loaded(PRESS, physics).unwrap(), 60.0));
    let exact: Vec<f64> = (0..6).map(|n| 5.0 * f64::from(n) + 4.83).collect();
    assert_eq!(events, exact);
    assert_eq!(bodies.len(), exact.len(), "{bodies:?}");
    for (got, exact) in bodies.iter().zip(exact) {
        assert!((got - exact).abs() < 1e-3, "{got} s for {exact} s");
    }
}

/// Edges that instrument `eye` has told by `until_s`: times (ms) and which way.
fn edges(model: &Model, until_s: f64, eye: u32, commands: &[Command]) -> Vec<(f64, bool)> {
    let crossings = told(model, until_s, commands).take_crossings();
    let own = crossings.iter().filter(|crossing| crossing.eye == eye);
    own.map(|crossing| (crossing.edge.at_ns as f64 * 1e-6, crossing.edge.on)).collect()
}

/// A plant with the conveyors `belts` one behind the other, each on a line of its own, and beams `sensors` that a press waits for.
fn line(every: &str, belts: &str, end: &str, sensors: &[(&str, &str)], wanted: bool) -> String {
    let each = |text: &dyn Fn(&str, &str) -> String| {
        sensors.iter().map(|(name, is)| text(name, is)).collect::<Vec<_>>().concat()
    };
    let named = each(&|name, is| format!("\"{name}\": (is: {is}, every: \"1 ms\"), "));
    let signals = each(&|name, _| format!("\"s{name}\": Sensor(\"{name}\"), "));
    let waits = each(&|name, _| format!("WaitFor(signal: \"s{name}\"), "));
    let (signals, waits) = if wanted { (signals, waits) } else { <_>::default() };
    format!(
        r#"Plant(name: "line", products: {{"p": (length: "0.4 m", height: "0.2 m"), "blank": (route: ["press"])}}, equipment: {{
        "in": (is: Source(product: "p", every: {every}, total: 40), to: ["a"]),
        {belts}
        "end": (is: Station(time: {end}), to: ["out"], at: (9, 0)),
        "blanks": (is: Source(product: "blank"), to: ["press"], at: (0, 5)),
        "press": (is: Station(time: Program(program: "stroke"), queue: 1), to: ["out"], at: (2, 5)),
        "out": (is: Sink)}}, sensors: {{ {named} }}, signals: {{ {signals} }}, programs: {{ "stroke": [{waits} Wait("1 s")] }})"#
    )
}

/// Over the border of two belts it is broken once by each part; along a belt from when a part is near enough until it is gone.
#[test]
fn what_goes_on_within_a_beam_breaks_it_once() {
    let belts = r#"
        "a": (is: Conveyor(length: "2 m", speed: "0.5 m/s"), to: ["b"], size: (2, 0.6, 0.8)),
        "b": (is: Conveyor(length: "2 m", speed: "0.5 m/s"), to: ["end"], at: (2, 0), size: (2, 0.6, 0.8)),"#;
    let sensors = [
        ("border", "LightBarrier(from: (1.9, -1, 0.9), to: (1.9, 1, 0.9))"),
        ("aslant", "LightBarrier(from: (1, -1, 0.9), to: (3, 1, 0.9))"),
        (
            "along",
            "Proximity(at: (4, 0, 0.9), facing: \"180 deg\", switches_at: \"0.5 m\", angle: \"0 deg\")",
        ),
    ];
    let text = line("\"20 s\"", belts, "\"1 s\"", &sensors, true);
    for physics in [&[][..], &["a", "b"]] {
        let model = loaded(&text, physics).unwrap();
        assert!(model.eyes.iter().all(|eye| eye.solved));
        // A part is 0.4 m wide if nothing is said: aslant it is met from 1.8 m on, and left when its back is at 2.2 m.
        for (eye, [on, off]) in [(0, [3.8, 4.6]), (1, [3.6, 5.2]), (2, [7.0, 8.0])] {
            let found = edges(&model, 35.0, eye, &[]);
            let exact = [(20.0 + on, true), (20.0 + off, false)];
            assert_eq!(found.len(), 2, "{physics:?} {eye}: {found:?}");
            for (got, exact) in found.iter().zip(exact) {
                // That a part is gone is seen in the step after.
                let near = if physics.is_empty() { 1e-6 } else { 8.0 };
                assert_eq!(got.1, exact.1);
                assert!(
                    (got.0 - 1e3 * exact.0).abs() < near,
                    "{physics:?} {eye}: {got:?} {exact:?}"
                );
            }
        }
    }
}

/// On belts that wait and on rollers with queues, that stop now and then, exact edges are those that a look every millisecond finds.
#[test]
fn edges_are_those_that_looking_finds() {
    for (transport, gap) in
        [("Belt", ", gap: \"0.1 m\""), ("Roller", ", gap: \"0.05 m\""), ("Roller", "")]
    {
        let belts = format!(
            r#"
        "a": (is: Conveyor(length: "3 m", speed: "0.7 m/s", transport: {transport}{gap}), to: ["b"], size: (3, 0.6, 0.8)),
        "b": (is: Conveyor(length: "2 m", speed: "0.5 m/s", transport: Roller), to: ["end"], at: (3, 0), size: (2, 0.6, 0.8),
            failures: [(every: Exponential("20 s"), repair: "3 s")]),"#
        );
        let across = |x: f64| format!("LightBarrier(from: ({x}, -1, 0.9), to: ({x}, 1, 0.9))");
        let places = [0.3, 1.234, 2.75, 2.95, 3.1, 4.567, 4.9].map(across);
        let sensors: Vec<(&str, &str)> = ["A", "B", "C", "D", "E", "F", "G"]
            .into_iter()
            .zip(places.iter().map(String::as_str))
            .collect();
        let [told, seen] = [true, false].map(|wanted| {
            let text =
                line("Exponential(\"1.6 s\")", &belts, "Exponential(\"1.5 s\")", &sensors, wanted);
            let model = loaded(&text, &[]).unwrap();
            assert_eq!(model.beams.len(), if wanted { 7 } else { 0 });
            let stop = |at: f64, action| Command { at: SimTime::from_seconds(at), action };
            let commands =
                [stop(20.3, Action::Stop("a".into())), stop(25.7, Action::Go("a".into()))];
            (0..7).map(|eye| edges(&model, 120.0, eye, &commands)).collect::<Vec<_>>()
        });
        for (eye, (told, seen)) in told.iter().zip(&seen).enumerate() {
            // What is too short to be looked at is left out.
            let mut long: Vec<(f64, bool)> = Vec::new();
            for edge in told {
                match long.last() {
                    Some(last) if edge.0 - last.0 < 2.0 => drop(long.pop()),
                    _ => long.push(*edge),
                }
            }
            assert!(long.len() > 20, "{transport} {eye}: {}", long.len());
            assert_eq!(long.len(), seen.len(), "{transport}{gap} {eye}:\n{long:?}\n{seen:?}");
            for (told, seen) in long.iter().zip(seen) {
                assert!(
                    told.1 == seen.1 && (-1e-6..=1.001).contains(&(seen.0 - told.0)),
                    "{told:?} {seen:?}"
                );
            }
        }
    }
}

/// Straight through, and from a snapshot wherever it is taken.
#[test]
fn beams_are_part_of_the_state() {
    let model = loaded(PRESS, &[]).unwrap();
    let end = SimTime::from_seconds(40.0);
    let mut straight = State::new(&model, 1, 0);
    advance(&model, &mut straight, end, &mut Log::off()).unwrap();
    for cut in 0..100 {
        let mut state = State::new(&model, 1, 0);
        let at = SimTime::from_ns(403_000_000 * cut);
        advance(&model, &mut state, at, &mut Log::off()).unwrap();
        let mut back = State::restore(&model, &state.save(&model).unwrap()).unwrap();
        advance(&model, &mut back, end, &mut Log::off()).unwrap();
        assert_eq!(back.hash(&model), straight.hash(&model), "cut at {at}");
    }
}

#[test]
fn sensors_that_tell_no_program_are_told_with_their_place() {
    let barrier = "LightBarrier(from: (2, -1, 0.9), to: (2, 1, 0.9)";
    for (from, to, word) in [
        (barrier, "LightBarrier(from: (2, -1, 1.9), to: (2, 1, 1.9)", "goes through no part"),
        (
            barrier,
            "LightBarrier(from: (2, -1, 0.9), to: (2, 1, 0.9), beams: 2, step: (0, 0, 0.1)",
            "more than a single beam",
        ),
        (
            barrier,
            "LightBarrier(from: (2, -1, 0.9), to: (2, 1, 0.9), blind: \"0.2 m\"",
            "more than a single beam",
        ),
        ("speed: \"0.5 m/s\"", "speed: \"0.5 m/s\", transport: Zones(5)", "zones of \"belt\""),
    ] {
        let report = loaded(&PRESS.replace(from, to), &[]).unwrap_err();
        assert!(report.contains(word) && report.contains("plant.ron:9:"), "{word}: {report}");
    }
    // As bodies, zones do.
    let zones = PRESS.replace("speed: \"0.5 m/s\"", "speed: \"0.5 m/s\", transport: Zones(5)");
    loaded(&zones, &["belt"]).unwrap();
}
