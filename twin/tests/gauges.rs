//! Encoders, scales and beams of a plant, where it runs as events and where it runs as rigid bodies, against figures by hand.

#![expect(clippy::unwrap_used, reason = "a test that cannot load its plant has failed")]

mod common {
    pub(crate) mod plants;
    pub(crate) mod readings;
    pub(crate) mod rows;
}

use twin::engine::Model;
use twin::plant::{Limits, Options};
use twin::units::SimTime;

use common::plants::{self, read, said};
use common::readings::told;
use common::rows::of;

/// A carton of 6 kg and 0.4 m on a belt of 4 m at 0.5 m/s, then one every 20 s; each waits at the end until a machine that takes 24 s is
/// free.
fn plant(sensors: &str) -> String {
    format!(
        r#"Plant(name: "weighed", products: {{"carton": (length: "0.4 m", mass: "6 kg")}}, equipment: {{
            "in": (is: Source(every: "20 s", first: "0 s"), to: ["belt"]),
            "belt": (is: Conveyor(length: "4 m", speed: "0.5 m/s"), to: ["tape"], size: (4, 0.6, 0.8), at: (0, 0)),
            "tape": (is: Station(time: "24 s"), to: ["out"]),
            "out": (is: Sink),
        }}, sensors: {{ {sensors} }})"#
    )
}

fn loaded(sensors: &str, physics: &[&str]) -> Result<Model, String> {
    plants::loaded(&plant(sensors), physics)
}

const BOTH: &str = r#"
    "EN-1": (is: Encoder(of: "belt", counts_per_m: 2000, bits: 12), every: "1 s"),
    "WT-1": (is: Scale(of: "belt"), every: "1 s"),"#;

/// The belt runs but while its second carton waits at the end, from 28 to 32 s, for the machine that took the first at 8 s.
#[test]
fn an_encoder_counts_what_the_belt_has_run() {
    for physics in [&[][..], &["belt"]] {
        let model = loaded(BOTH, physics).unwrap();
        let rows = told(&model, 40.0, &[]).take_measurements();
        let counts = of(&rows, 0);
        assert_eq!(counts.len(), 41);
        for (at, shown) in counts {
            let run_s = if at < 28.0 { at } else { (at - 4.0).max(28.0) };
            let exact = (1000.0 * run_s).floor();
            let truth = rows.iter().find(|row| row.gauge == 0 && row.at.seconds() == at).unwrap();
            // As bodies, a belt stops and starts up to a step of the cell late, 4 ms.
            assert!((truth.truth - exact).abs() <= 9.0, "{at} s: {} of {exact}", truth.truth);
            assert_eq!(shown, truth.truth.rem_euclid(4096.0), "12 bits");
            if physics.is_empty() {
                assert_eq!(truth.truth, exact, "{at} s");
            }
        }
    }
}

/// A carton comes at 0 and goes at 8 s, the next comes at 20 s and goes at 32 s.
#[test]
fn a_scale_shows_what_lies_there() {
    for physics in [&[][..], &["belt"]] {
        let rows = told(&loaded(BOTH, physics).unwrap(), 40.0, &[]).take_measurements();
        for (at, kg) in of(&rows, 1) {
            let lies = (at > 0.5 && at < 7.5) || (at > 20.5 && at < 31.5);
            let empty = (at > 8.5 && at < 19.5) || (at > 32.5 && at < 39.5);
            let expected = if lies { 6.0 } else { 0.0 };
            if lies || empty {
                assert!((kg - expected).abs() < 1e-3 * 6.0, "{physics:?}, {at} s: {kg} kg");
            }
        }
    }
}

#[test]
fn a_scale_has_the_chain_of_any_instrument() {
    let chain = r#""WT-1": (is: Scale(of: "belt"), every: "0.5 s",
        chain: (bias: "0.2 kg", quantum: "0.5 kg"), failures: [Dropout(at: "3 s", repair: "2 s")]),"#;
    let rows = told(&loaded(chain, &[]).unwrap(), 7.0, &[]).take_measurements();
    let shown: Vec<Option<f64>> = rows.iter().map(|row| row.reading).collect();
    assert_eq!(&shown[1..5], &[Some(6.0); 4], "6.2 kg in steps of half a kilogram");
    let missing = rows.iter().filter(|row| row.reading.is_none());
    let missing: Vec<f64> = missing.map(|row| row.at.seconds()).collect();
    assert_eq!(missing, [3.0, 3.5, 4.0, 4.5]);
    assert!(rows.iter().all(|row| row.truth == 6.0 || row.at == SimTime::ZERO));
}

/// The front reaches the beam across the belt at 2 m after 4 s, the back 0.8 s later; a switch that looks along the belt from its end, 0.5 m
/// far, sees the front after 7 s.
#[test]
fn a_switch_with_a_single_beam_is_solved_in_the_steps_of_a_cell() {
    let sensors = r#"
        "PX-1": (is: Proximity(at: (2, -0.5, 0.9), facing: "90 deg", switches_at: "1 m", angle: "0 deg"), every: "10 s"),
        "PX-2": (is: Proximity(at: (4, 0, 0.9), facing: "180 deg", switches_at: "0.5 m", angle: "0 deg"), every: "10 s"),"#;
    let model = loaded(sensors, &["belt"]).unwrap();
    assert!(model.eyes.iter().all(|eye| eye.solved));
    let crossings = told(&model, 7.5, &[]).take_crossings();
    let edges: Vec<(u32, bool, f64)> =
        crossings.iter().map(|row| (row.eye, row.edge.on, row.edge.at_ns as f64 * 1e-9)).collect();
    let expected = [(0, true, 4.0), (0, false, 4.8), (1, true, 7.0)];
    assert_eq!(edges.len(), expected.len(), "{edges:?}");
    for (got, expected) in edges.iter().zip(expected) {
        assert_eq!((got.0, got.1), (expected.0, expected.1));
        assert!((got.2 - expected.2).abs() < 1e-4, "{got:?} for {expected:?}");
    }
}

#[test]
fn gauges_that_cannot_be_are_refused_with_the_reason() {
    let said = |sensor: &str| loaded(&format!("\"X\": {sensor},"), &[]).unwrap_err();
    for (sensor, word) in [
        (r#"(is: Encoder(of: "tape", counts_per_m: 100))"#, "that is a Station"),
        (r#"(is: Encoder(of: "belt", counts_per_m: 0))"#, "more than zero"),
        (r#"(is: Encoder(of: "belt", counts_per_m: 1, bits: 60))"#, "1 to 52 bits"),
        (r#"(is: Encoder(of: "blt", counts_per_m: 1))"#, "did you mean \"belt\"?"),
        (
            r#"(is: Encoder(of: "belt", counts_per_m: 1), chain: (lag: "1 s"))"#,
            "counts, and that is exact",
        ),
        (r#"(is: Scale(of: "belt"), every: "0 s")"#, "times that go on"),
        (r#"(is: Scale(of: "belt"), chain: (noise: "1 K"))"#, "expected a mass"),
        (r#"(is: Scale(of: "belt"), alarms: [(above: "9 kg")])"#, "alarms"),
    ] {
        let report = said(sensor);
        assert!(report.contains(word), "{sensor}: no {word:?} in\n{report}");
    }
}

/// The limit is for all instruments together, whatever they look at, and the first beyond it is named.
#[test]
fn instruments_of_all_sorts_count_together() {
    let sensors = r#"
        "LB-1": (is: LightBarrier(from: (1, 3, 0.9), to: (1, 4, 0.9))),
        "EN-1": (is: Encoder(of: "belt", counts_per_m: 2000)),
        "WT-1": (is: Scale(of: "tape")),
    "#;
    let with_limit = |sensors_most: usize| {
        let limits = Limits { sensors: sensors_most, ..Limits::default() };
        let options = Options { limits, ..Options::default() };
        let loaded = read(&plant(sensors), &options);
        (loaded.model.is_some(), said(&loaded))
    };
    assert!(with_limit(3).0, "{}", with_limit(3).1);
    let (loads, said) = with_limit(2);
    assert!(!loads && said.contains("P009"), "{said}");
    assert!(
        said.contains("3 instruments exceed the limit of 2") && said.contains("WT-1"),
        "{said}"
    );
}
