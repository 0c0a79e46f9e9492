//! What an arm feels and what a camera tells of its parts, where the cell runs as events and where it runs as rigid bodies.

#![expect(clippy::unwrap_used, reason = "a test that cannot load its plant has failed")]

mod common {
    pub(crate) mod plants;
    pub(crate) mod readings;
    pub(crate) mod rows;
}

use twin::engine::{Action, Command, Log, Model, State, advance};
use twin::seen::{Sighting, moving};
use twin::units::SimTime;

use common::plants;
use common::readings::told;
use common::rows::of;

/// Cartons of 6 kg go from a belt to another by an arm with cups at 60 kPa.
fn plant(sensors: &str) -> String {
    format!(
        r#"Plant(name: "cell", robots: {{ "handler": "abb-irb-4600-40.ron" }},
        products: {{ "carton": (length: "0.4 m", width: "0.3 m", height: "0.25 m", mass: "6 kg") }},
        sensors: {{ {sensors} }}, equipment: {{
        "in": (is: Source(every: "2.5 s", first: "0 s"), to: ["infeed"]),
        "infeed": (is: Conveyor(length: "2 m", speed: "0.4 m/s"), to: ["robot"], at: (-2.4, 1.3)),
        "robot": (is: Robot(
            arm: (robot: "handler", tool: "0.3 m", load: "20 kg", approach: "0.35 m", centred: true,
                grip: Vacuum(cups: 4, diameter: "80 mm", pressure: "60 kPa", friction: 0.5)),
            pick: "0.4 s", place: "0.3 s",
        ), to: ["outfeed"], at: (0, 0)),
        "outfeed": (is: Conveyor(length: "2 m", speed: "0.4 m/s"), to: ["out"], at: (1.3, 0.2), facing: "90 deg"),
        "out": (is: Sink) }})"#
    )
}

fn loaded(sensors: &str, physics: &[&str]) -> Result<Model, String> {
    plants::loaded(&plant(sensors), physics)
}

const FORMS: [&[&str]; 2] = [&[], &["infeed", "robot", "outfeed"]];

/// The arm is stopped from so many seconds on.
fn stop(seconds: f64) -> [Command; 1] {
    [Command { at: SimTime::from_seconds(seconds), action: Action::Stop("robot".into()) }]
}

const FELT: &str = r#"
    "FZ": (is: Force(of: "robot", along: Z), every: "4 ms"),
    "MX": (is: Moment(of: "robot", about: X), every: "4 ms"),
    "VS": (is: Vacuum(of: "robot"), every: "4 ms"),"#;

/// The first carton is at the end of its belt after 5 s; 0.4 s later it is in the hand, and 2.5 s after that on the other belt.
#[test]
fn cups_have_vacuum_while_they_have_a_carton() {
    for physics in FORMS {
        let rows = told(&loaded(FELT, physics).unwrap(), 9.0, &[]).take_measurements();
        for (at, pascals) in of(&rows, 2) {
            let holds = (5.45..7.8).contains(&at);
            if holds || !(5.39..7.95).contains(&at) {
                assert_eq!(pascals, if holds { 60e3 } else { 0.0 }, "{physics:?} at {at} s");
            }
        }
    }
}

/// At rest it is the weight, 58.86 N; on the way up, bodies feel more.
#[test]
fn a_flange_feels_the_weight_and_what_acceleration_adds() {
    for physics in FORMS {
        let rows = told(&loaded(FELT, physics).unwrap(), 9.0, &stop(6.4)).take_measurements();
        let (force, moment) = (of(&rows, 0), of(&rows, 1));
        let weight = 6.0 * 9.81;
        for (at, newtons) in &force {
            let expected = if *at < 5.3 { 0.0 } else { weight };
            if *at < 5.3 || *at > 7.0 {
                assert!((newtons - expected).abs() < 0.1, "{physics:?} at {at} s: {newtons} N");
            }
        }
        let most = force.iter().map(|row| row.1).fold(0.0, f64::max);
        if physics.is_empty() {
            assert!((most - weight).abs() < 0.1, "{most} N");
        } else {
            assert!(most > 1.3 * weight && most < 5.0 * weight, "{most} N");
        }
        // Its middle is below the flange to a millimetre.
        assert!(moment.iter().filter(|row| row.0 > 7.0).all(|row| row.1.abs() < 0.1));
    }
}

/// Read twice a second, what holds the greatest tells of a carton that the arm has put down again in between, and of how it jerked.
#[test]
fn the_greatest_in_between_is_held() {
    let sensors = r#"
        "F": (is: Force(of: "robot", along: Z), every: "4 ms"),
        "P": (is: Force(of: "robot", along: Z, holds: Peak), every: "0.5 s"),
        "M": (is: Moment(of: "robot", about: X, holds: Peak), every: "0.5 s"),
        "V": (is: Vacuum(of: "robot", holds: Peak), every: "4 s"),"#;
    for physics in FORMS {
        let rows = told(&loaded(sensors, physics).unwrap(), 12.0, &[]).take_measurements();
        let (force, peak) = (of(&rows, 0), of(&rows, 1));
        assert_eq!((peak.len(), of(&rows, 2).len()), (25, 25));
        for (at, held) in &peak {
            let since = force.iter().filter(|row| row.0 > at - 0.5 && row.0 <= *at);
            let most =
                since.map(|row| row.1).fold(0.0, |a: f64, b| if b.abs() > a.abs() { b } else { a });
            assert!((held - most).abs() < 0.1, "{physics:?} at {at} s: {held} N of {most} N");
        }
        let most = peak.iter().map(|row| row.1).fold(0.0, f64::max);
        let weight = 6.0 * 9.81;
        assert!(if physics.is_empty() { (most - weight).abs() < 0.1 } else { most > 1.3 * weight });
        // From 5.4 s to 7.9 s it holds one.
        assert_eq!(of(&rows, 3), [(0.0, 0.0), (4.0, 0.0), (8.0, 60e3), (12.0, 60e3)]);
    }
}

#[test]
fn a_camera_tells_poses_of_what_it_sees() {
    let camera = r#""PC": (is: PoseCamera(at: (-1.4, 1.3, 3), tilt: "-90 deg", noise: "2 mm", turn_noise: "1 deg"), every: "0.25 s"),
        "level": (is: PoseCamera(at: (-0.2, 1.3, 1.125)), every: "0.25 s"),
        "behind": (is: PoseCamera(at: (-4, 1.3, 1.125)), every: "0.25 s"),"#;
    let text = camera.replace(
        "\"level\": (is: PoseCamera(at: (-0.2, 1.3, 1.125)),",
        "\"level\": (is: PoseCamera(at: (-0.2, 1.3, 1.125), facing: \"180 deg\"),",
    );
    for physics in FORMS {
        let model = loaded(&text, physics).unwrap();
        let seen = told(&model, 30.0, &stop(4.0)).take_sightings();
        let of = |eye: u32, at: f64| -> Vec<&Sighting> {
            seen.iter().filter(|row| row.eye == eye && row.at.seconds() == at).collect()
        };
        // One on its way; its front at 0.4 m/s times 2 s, its middle 0.2 m behind it.
        let [own] = of(0, 2.0)[..] else { panic!("one is seen") };
        let exact = nalgebra::Vector3::new(-2.4 + 0.8 - 0.2, 1.3, 1.125);
        assert!((own.truth.translation.vector - exact).norm() < 2e-3, "{own:?}");
        let off = own.told.translation.vector - own.truth.translation.vector;
        assert!(off.norm() > 0.0 && off.norm() < 0.01, "{off:?}");
        let turn = own.told.rotation.angle_to(&own.truth.rotation).to_degrees();
        assert!(turn > 0.0 && turn < 6.0, "{turn}");
        assert_eq!(own.serial, of(0, 1.0)[0].serial);
        // The arm is stopped: the first waits at the end, the second comes up behind it, and the first hides it from the front.
        assert_eq!((of(0, 12.0).len(), of(1, 12.0).len()), (2, 1));
        assert_eq!(of(1, 12.0)[0].serial, own.serial);
        assert_ne!(of(2, 12.0)[0].serial, own.serial, "from behind it is the other way round");
        let mut state = State::new(&model, 1, 0);
        advance(&model, &mut state, SimTime::from_seconds(2.0), &mut Log::off()).unwrap();
        assert_eq!(moving(&model, &state)[0].pose, own.truth);
    }
}

#[test]
fn what_cannot_be_felt_or_seen_is_refused_with_the_reason() {
    for (sensor, word) in [
        (r#"(is: Vacuum(of: "infeed"))"#, "that is a Conveyor"),
        (r#"(is: Force(of: "robt", along: Z))"#, "did you mean \"robot\"?"),
        (r#"(is: Force(of: "robot", along: W))"#, "`W`"),
        (r#"(is: Moment(of: "robot", about: X), chain: (noise: "1 N"))"#, "expected a torque"),
        (r#"(is: Force(of: "robot", along: X), chain: (noise: "1 kg"))"#, "expected a force"),
        (r#"(is: Force(of: "robot", along: X, holds: Peaks))"#, "`Peaks`"),
        (r#"(is: PoseCamera(at: (0, 0, 3), angle: "200 deg"))"#, "0 and 180 degrees"),
        (r"(is: PoseCamera(at: (0, 0, 3), noise: -0.1))", "noise is not below zero"),
    ] {
        let report = loaded(&format!("\"X\": {sensor},"), &[]).unwrap_err();
        assert!(report.contains(word), "{sensor}: no {word:?} in\n{report}");
    }
    // A range may go either way.
    let range = r#""X": (is: Force(of: "robot", along: X), chain: (range: ("-200 N", "200 N"))),"#;
    loaded(range, &[]).unwrap();
}
