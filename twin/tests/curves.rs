//! Curves in a plant: parts ride round as bodies, and both forms agree.

#![expect(clippy::unwrap_used, reason = "a test that cannot load its plant has failed")]

mod common {
    pub(crate) mod counts;
    pub(crate) mod plants;
    pub(crate) mod runs;
}

use twin::engine::State;
use twin::seen::moving;

use common::counts::finished;
use common::plants::loaded;
use common::runs::{check_whole, run, to};

/// A straight, a curve of a quarter turn to the left (`side` 1) or to the right (-1), a straight, and what takes parts away.
fn bend(transport: &str, side: i8, every: &str, pause: &str) -> String {
    let (turn, angle) = (f64::from(side) * 0.9, f64::from(side) * 90.0);
    let end = f64::from(side) * 2.1;
    format!(
        r#"Plant(name: "bend", products: {{"p": (length: "0.4 m", width: "0.3 m")}}, equipment: {{
        "in": (is: Source(every: "{every}", first: "0 s"), to: ["a"]),
        "a": (is: Conveyor(length: "1 m", speed: "0.5 m/s", transport: {transport}, gap: "0.1 m"), to: ["b"], at: (0, 0)),
        "b": (is: Conveyor(curve: (radius: "0.9 m", angle: "{angle} deg"), speed: "0.5 m/s", transport: {transport}, gap: "0.1 m"),
              to: ["c"], at: (1, 0)),
        "c": (is: Conveyor(length: "1.2 m", speed: "0.5 m/s", transport: {transport}, gap: "0.1 m"), to: ["end"],
              at: (1.9, {turn}), facing: "{angle} deg"),
        "end": (is: Station(time: "{pause}"), to: ["out"], at: (1.9, {end})),
        "out": (is: Sink, at: (1.9, {end}))}})"#
    )
}

#[test]
fn a_part_rides_round_a_curve_and_comes_out_straight() {
    for side in [1, -1] {
        let text = bend("Belt", side, "60 s", "1 s");
        let [events, bodies] = [&[][..], &["a", "b", "c"]].map(|physics| {
            let model = loaded(&text, physics).unwrap();
            assert_eq!(model.cells.len(), usize::from(!physics.is_empty()), "they are flush");
            let mut state = State::new(&model, 1, 0);
            let seen = [2.5, 3.5, 4.5, 5.7, 6.5].map(|at| {
                to(&model, &mut state, at);
                moving(&model, &state)[0].pose
            });
            to(&model, &mut state, 59.0);
            (seen, state.tallies()[0].lead_time.max().unwrap() as f64 * 1e-9)
        });
        for (n, (events, bodies)) in events.0.iter().zip(&bodies.0).enumerate() {
            // As events, a part has its first corner at the entry at once; as a body it still has to turn into the curve.
            let (far, skew) = if n < 3 { (0.04, 3.0) } else { (0.005, 1.0) };
            let apart = (events.translation.vector - bodies.translation.vector).norm();
            let turned = events.rotation.angle_to(&bodies.rotation).to_degrees();
            assert!(apart < far && turned < skew, "{n}: {apart} m, {turned} deg");
        }
        assert!((events.1 - bodies.1).abs() < 0.01, "{} and {}", events.1, bodies.1);
    }
}

#[test]
fn a_queue_through_a_curve_agrees_with_the_event_form() {
    for (transport, side, pause) in [
        ("Belt", 1, "0.9 s"),
        ("Belt", 1, "4 s"),
        ("Zones(2)", -1, "0.9 s"),
        ("Zones(2)", 1, "4 s"),
    ] {
        let text = bend(transport, side, "1.2 s", pause);
        let [events, bodies] = [&[][..], &["a", "b", "c"]].map(|physics| {
            let model = loaded(&text, physics).unwrap();
            let state = run(&model, 120.0);
            check_whole(&model, &state);
            let curve = state.traffic(model.find("b").unwrap()).content;
            (finished(&state) as f64, f64::from(curve))
        });
        let agree = (events.0 - bodies.0).abs() <= 1.0 + 0.01 * events.0;
        assert!(
            agree && (events.1 - bodies.1).abs() <= 1.0,
            "{transport}, {pause}: {events:?}, {bodies:?}"
        );
    }
}

#[test]
fn the_bits_of_a_curve_are_the_same_from_a_snapshot() {
    let model = loaded(&bend("Belt", 1, "1.1 s", "1.4 s"), &["a", "b", "c"]).unwrap();
    let mut state = run(&model, 20.001);
    let mut restored = State::restore(&model, &state.save(&model).unwrap()).unwrap();
    for state in [&mut state, &mut restored] {
        to(&model, state, 40.0);
    }
    assert_eq!(state.hash(&model), restored.hash(&model));
}

/// On a curve the corners of a box at its inner side are ahead of its ends: what is packed on a straight needs more room there.
#[test]
fn boxes_need_more_room_on_a_curve() {
    let text = r#"Plant(name: "room", products: {"p": (length: "0.4 m", width: "0.4 m")}, equipment: {
        "in": (is: Source(product: "p"), to: ["b"]),
        "b": (is: Conveyor(CURVE, speed: "0.4 m/s"), to: ["out"]),
        "out": (is: Sink)})"#;
    let count = |way: &str| {
        let model = loaded(&text.replace("CURVE", way), &[]).unwrap();
        finished(&run(&model, 1000.0))
    };
    let (straight, curve) =
        (count("length: \"2 m\""), count("curve: (radius: \"1 m\", angle: \"-2 rad\")"));
    // 2 atan(0.2 / 0.8) m instead of 0.4 m.
    assert_eq!((straight, curve), (996, 813));
}

#[test]
fn curves_that_cannot_be_are_told() {
    let text = bend("Belt", 1, "2 s", "1 s");
    for (from, to, expected) in [
        ("angle: \"90 deg\"", "angle: \"0 deg\"", "at most by 180 deg"),
        ("angle: \"90 deg\"", "angle: \"200 deg\"", "at most by 180 deg"),
        ("radius: \"0.9 m\"", "radius: \"0 m\"", "above zero"),
        ("radius: \"0.9 m\"", "radius: \"0.15 m\"", "do not go round it"),
        ("curve: (", "length: \"1 m\", curve: (", "leave it out"),
        ("length: \"1.2 m\", ", "", "says its `length`, above zero, or its `curve`"),
        ("angle: \"90 deg\"", "angle: \"10 deg\"", "does not fit"),
    ] {
        let report = loaded(&text.replace(from, to), &[]).unwrap_err();
        assert!(report.contains(expected), "{to}: {report}");
    }
}

/// Boxes that rollers press together jam round a curve; such a one stays events, and that is told.
#[test]
fn a_curve_of_rollers_runs_as_events() {
    let text = bend("Roller", 1, "2 s", "1 s");
    let report = loaded(&text, &["b"]).unwrap_err();
    assert!(report.contains("\"b\" cannot run as rigid bodies: on rollers"), "{report}");
    assert!(report.contains("plant.ron:4:"), "{report}");
}
