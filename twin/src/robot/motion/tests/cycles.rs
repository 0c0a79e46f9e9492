//! Belts, cycles, calibration.

use nalgebra::{Isometry3, Vector3};

use super::super::belt::{Part, Tracker, Window, hand_over, joint_speeds, meet_on_a_line};
use super::super::fit::{Factors, Recorded, fit};
use super::super::ramp::DoubleS;
use super::super::{Gantry, JointLimits, MotionError, Mover, State, Step, ToolLimits};

const AXIS: JointLimits = JointLimits::free(1.5, 10.0, 100.0);
const WIDE: Window = Window { upstream: -5.0, downstream: 5.0 };

fn part(x: f64, speed: f64) -> Part {
    Part { grip: Isometry3::translation(x, 0.1, 0.0), along: Vector3::x_axis(), speed, place: x }
}

fn tracker(window: Window) -> Tracker<'static> {
    Tracker { arm: &Gantry, limits: &[AXIS; 3], window, hold_s: 0.1 }
}

#[test]
fn the_tool_meets_the_part_as_fast_as_the_belt() {
    for speed in [0.0, 0.2, 0.6, 1.1] {
        for x in [-0.6, -0.1, 0.2, 0.9] {
            let part = part(x, speed);
            let meeting = tracker(WIDE).meet(&part, &State::rest(&[0.0; 3])).unwrap();
            let end = meeting.motion.at(meeting.time);
            assert!((end.position[0] - x - speed * meeting.time).abs() < 1e-9);
            assert!((end.velocity[0] - speed).abs() < 1e-9 && end.velocity[1].abs() < 1e-9);
            assert!(
                meeting.motion.use_of(&[AXIS; 3], 1000).iter().all(|share| *share < 1.0 + 1e-9)
            );
        }
    }
}

#[test]
fn a_window_is_waited_for_and_left() {
    let window = Window { upstream: 1.0, downstream: 1.4 };
    let met = tracker(window).meet(&part(0.0, 0.2), &State::rest(&[1.0, 0.0, 0.0])).unwrap();
    assert!((met.time - 5.0).abs() < 1e-9, "at the window's begin: {}", met.time);
    let gone = tracker(window).meet(&part(1.5, 0.2), &State::rest(&[1.0, 0.0, 0.0]));
    assert!(matches!(gone, Err(MotionError::Missed { .. })));
    // In time but for the 0.1 s that have to be held.
    let part = part(1.0, 0.5);
    let alone = tracker(WIDE).meet(&part, &State::rest(&[0.5, 0.0, 0.0])).unwrap().time;
    let end = 1.0 + 0.5 * (alone + 0.05);
    let held = Window { upstream: 0.0, downstream: end };
    assert!(matches!(
        tracker(held).meet(&part, &State::rest(&[0.5, 0.0, 0.0])),
        Err(MotionError::Missed { .. })
    ));
}

#[test]
fn bad_belts_are_errors() {
    let rest = State::rest(&[0.0; 3]);
    assert!(
        tracker(Window { upstream: 1.0, downstream: 0.0 }).meet(&part(0.0, 0.1), &rest).is_err()
    );
    assert!(tracker(WIDE).meet(&part(0.0, f64::NAN), &rest).is_err());
    assert!(tracker(WIDE).meet(&part(0.0, -0.1), &rest).is_err());
    assert!(tracker(WIDE).meet(&part(f64::NAN, 0.1), &rest).is_err());
    let fast = tracker(WIDE).meet(&part(0.0, 2.0), &rest);
    assert!(
        matches!(&fast, Err(MotionError::Unreachable { why, .. }) if why.contains("joint 1")),
        "{fast:?}"
    );
    assert!(meet_on_a_line(1.0, 2.0, &AXIS).is_err());
    assert!(joint_speeds(&Gantry, &[0.0; 3], Vector3::new(0.1, 0.2, 0.3)).is_ok());
    assert!(hand_over(&[0.0], 0.0, &[(WIDE, 1.0)]).is_err());
    let out_of_order = [(Window { upstream: 1.0, downstream: 2.0 }, 1.0), (WIDE, 1.0)];
    assert!(hand_over(&[0.0], 1.0, &out_of_order).is_err());
}

#[test]
fn more_robots_miss_fewer_parts() {
    let arrivals: Vec<f64> = (0..200).map(|n| 0.7 * f64::from(n)).collect();
    let robot = |n: usize| (Window { upstream: n as f64, downstream: n as f64 + 0.6 }, 1.9);
    let mut last = arrivals.len();
    for robots in 1..=3 {
        let all: Vec<(Window, f64)> = (0..robots).map(robot).collect();
        let taken = hand_over(&arrivals, 0.4, &all).unwrap();
        let missed = taken.iter().filter(|by| by.is_none()).count();
        assert!(missed < last, "{robots}: {missed}");
        last = missed;
    }
    assert_eq!(last, 0, "three robots of 1.9 s take parts every 0.7 s");
}

const TOOL: ToolLimits =
    ToolLimits { speed: 1.0, acceleration: 10.0, jerk: 200.0, angular_speed: 2.0 };

fn mover(settle_s: f64) -> Mover<'static> {
    const AXES: [JointLimits; 3] = [JointLimits::free(2.0, 20.0, 400.0); 3];
    Mover { arm: &Gantry, limits: &AXES, tool: TOOL, settle_s }
}

fn line(x: f64, z: f64, zone: f64) -> Step {
    Step::Line { to: Isometry3::translation(x, 0.0, z), zone, speed: f64::INFINITY }
}

#[test]
fn a_cycle_is_the_sum_of_its_steps() {
    let steps = [
        Step::Joint { to: vec![0.2, 0.0, 0.1], zone: 0.0, speed: 1.0 },
        line(0.2, 0.0, 0.0),
        Step::Grip(0.15),
        Step::Signal(0.02),
        line(0.2, 0.1, 0.03),
        line(0.6, 0.1, 0.03),
        line(0.6, 0.0, 0.0),
        Step::Wait(0.3),
    ];
    let times = mover(0.05).time(&[0.0; 3], &steps).unwrap();
    assert_eq!(times.steps.len(), steps.len());
    let sum: f64 = times.steps.iter().map(|step| step.duration).sum();
    assert!((sum - times.total).abs() < 1e-12);
    let axis = DoubleS::new(0.2, 2.0, 20.0, 400.0).unwrap().duration();
    assert!((times.steps[0].duration - axis).abs() < 1e-9);
    assert_eq!(times.steps[2].duration, 0.15);
    assert!((times.end[0] - 0.6).abs() < 1e-9 && times.end[2].abs() < 1e-9);
    // Settling: once before the grip and once before the pause.
    let unsettled = mover(0.0).time(&[0.0; 3], &steps).unwrap();
    assert!((times.total - unsettled.total - 0.1).abs() < 1e-9);
    // Corners cost less than stops.
    let stops: Vec<Step> = steps
        .iter()
        .map(|step| match step {
            Step::Line { to, speed, .. } => Step::Line { to: *to, zone: 0.0, speed: *speed },
            other => other.clone(),
        })
        .collect();
    assert!(mover(0.0).time(&[0.0; 3], &stops).unwrap().total > unsettled.total + 0.02);
}

#[test]
fn a_bad_step_is_named() {
    let steps = [line(0.2, 0.1, 0.0), Step::Grip(f64::NAN)];
    assert!(matches!(mover(0.0).time(&[0.0; 3], &steps), Err((1, MotionError::Limit { .. }))));
    let steps = [Step::Joint { to: vec![0.1], zone: 0.0, speed: 1.0 }];
    assert!(matches!(mover(0.0).time(&[0.0; 3], &steps), Err((0, MotionError::Count { .. }))));
    assert!(mover(f64::NAN).time(&[0.0; 3], &[]).is_err());
    assert_eq!(mover(0.0).time(&[0.0; 3], &[]).unwrap().total, 0.0);
}

/// Moves that were made up with known factors give them back; what they are worth is what was added as error.
#[test]
fn a_fit_finds_the_factors() {
    let limits = [JointLimits::free(3.0, 15.0, 150.0); 2];
    let truth = Factors { acceleration: 0.9, jerk: 2.0, zone: 1.5 };
    let straight = [0.05, 0.2, 0.6, 1.5].map(|d| (vec![vec![0.0, 0.0], vec![d, d / 2.0]], 0.0));
    let corners = [0.3, 0.8].map(|d| (vec![vec![0.0, 0.0], vec![d, 0.0], vec![d, d]], 0.3));
    let mut recorded: Vec<Recorded> = straight
        .into_iter()
        .chain(corners)
        .map(|(points, zone)| Recorded { points, zone, measured: 1.0 })
        .collect();
    for one in &mut recorded {
        one.measured = truth.predict(one, &limits).unwrap();
    }
    let found = fit(&recorded, &limits).unwrap();
    assert!((found.factors.acceleration / 0.9 - 1.0).abs() < 0.01, "{found}");
    assert!((found.factors.jerk / 2.0 - 1.0).abs() < 0.02, "{found}");
    assert!((found.factors.zone / 1.5 - 1.0).abs() < 0.05, "{found}");
    assert!(found.spread() < 0.002 && found.worth() < 0.01, "{found}");
    assert!(found.to_string().contains("acceleration"));
}

#[test]
fn a_fit_says_what_it_cannot_know() {
    let limits = [JointLimits::free(3.0, 15.0, 150.0)];
    // Ways so short that only jerk rules.
    let moves = |measured: f64| -> Vec<Recorded> {
        let one = |d: f64| Recorded { points: vec![vec![0.0], vec![d]], zone: 0.0, measured };
        [0.01, 0.02, 0.03, 0.04].map(one).to_vec()
    };
    let mut recorded = moves(1.0);
    for one in &mut recorded {
        one.measured = Factors { jerk: 1.4, ..Factors::default() }.predict(one, &limits).unwrap();
    }
    let found = fit(&recorded, &limits).unwrap();
    assert!((found.factors.jerk / 1.4 - 1.0).abs() < 0.01, "{found}");
    assert!(
        (found.factors.acceleration - 1.0).abs() < 1e-6 && found.errors[0].is_infinite(),
        "{found}"
    );
    assert!(fit(&recorded[..2], &limits).is_err());
    assert!(fit(&moves(0.0), &limits).is_err());
    assert!(fit(&moves(f64::NAN), &limits).is_err());
}
