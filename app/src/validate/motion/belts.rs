//! Meeting parts on a belt.

use nalgebra::{Isometry3, Vector3};
use twin::robot::motion::belt::{Part, Tracker, Window, hand_over, meet_on_a_line};
use twin::robot::motion::ramp::DoubleS;
use twin::robot::motion::{Gantry, JointLimits, MotionError, State};

use crate::validate::bench::{Bench, Failure, Findings};
use crate::validate::finding::Finding;

/// An axis of 1.5 m/s, 10 m/s², 100 m/s³.
const AXIS: JointLimits = JointLimits::free(1.5, 10.0, 100.0);

/// Where a part is, m ahead, how fast it goes, m/s, and when it is met, s: Ruckig in the belt's frame, where the meeting is a move to rest with
/// unequal limits of speed in both directions.
const ON_A_LINE: [(f64, f64, f64); 6] = [
    (0.5, 0.3, 0.682_916_666_667),
    (1.0, 0.5, 1.287_5),
    (0.05, 0.3, 0.316_273_229_238),
    (-0.4, 0.3, 0.477_185_461_430),
    (-0.4, 0.8, 0.427_629_208_802),
    (-0.02, 0.3, 0.121_103_368_698),
];

/// V57.
pub(in crate::validate) fn check(_bench: &Bench) -> Findings {
    let mut out = Vec::new();
    for (ahead, speed, expected) in ON_A_LINE {
        let got = meet([ahead, 0.0], speed)?;
        let what = format!("O, {ahead} m ahead at {speed} m/s: T, s");
        out.push(Finding::within(what, expected, got, 2e-9, "1 ns and narrowing"));
        if let Some(closed) = meet_on_a_line(ahead, speed, &AXIS)? {
            let what = format!("O, {ahead} m ahead at {speed} m/s: T in closed form, s");
            out.push(Finding::within(what, expected, closed, 1e-9, "1 ns"));
        }
    }
    // Across the belt rules where it takes longest.
    let across = DoubleS::new(1.0, 1.5, 10.0, 100.0)?.duration();
    let what = "across the belt by 1 m, 0.2 m behind: T, s";
    out.push(Finding::within(what, across, meet([-0.2, 1.0], 0.3)?, 2e-9, "as the axis across"));
    let standing = DoubleS::new(0.7, 1.5, 10.0, 100.0)?.duration();
    out.push(Finding::within(
        "a belt that stands: T, s",
        standing,
        meet([0.7, 0.0], 0.0)?,
        2e-9,
        "double S",
    ));
    out.push(window()?);
    out.extend(robots()?);
    Ok(out)
}

fn part(place: [f64; 2], speed: f64) -> Part {
    let grip = Isometry3::translation(place[0], place[1], 0.0);
    Part { grip, along: Vector3::x_axis(), speed, place: place[0] }
}

fn meet(place: [f64; 2], speed: f64) -> Result<f64, Failure> {
    let window = Window { upstream: -5.0, downstream: 5.0 };
    let tracker = Tracker { arm: &Gantry, limits: &[AXIS; 3], window, hold_s: 0.0 };
    let meeting = tracker.meet(&part(place, speed), &State::rest(&[0.0; 3]))?;
    // The tool must be where the part is, as fast as the belt.
    let end = meeting.motion.at(meeting.time);
    let off = (end.position[0] - place[0] - speed * meeting.time).abs()
        + (end.position[1] - place[1]).abs()
        + (end.velocity[0] - speed).abs();
    Ok(if off < 1e-8 { meeting.time } else { f64::NAN })
}

/// A part that is 1 m ahead leaves a window of 1.5 m after 1 s, and takes 1.2875 s to meet.
fn window() -> Result<Finding, Failure> {
    let window = Window { upstream: 0.0, downstream: 1.5 };
    let tracker = Tracker { arm: &Gantry, limits: &[AXIS; 3], window, hold_s: 0.0 };
    let got = match tracker.meet(&part([1.0, 0.0], 0.5), &State::rest(&[0.0; 3])) {
        Err(MotionError::Missed { leaves_s }) => leaves_s,
        Ok(meeting) => meeting.time,
        Err(error) => return Err(error.into()),
    };
    Ok(Finding::within(
        "a part that leaves the window: when, s",
        1.0,
        got,
        1e-12,
        "missed, by hand",
    ))
}

/// Parts every 1 s at 0.5 m/s; robots at 0 to 0.4 m and at 1 to 1.4 m need 2.5 s a part, which is 0.8 s in a window. The first takes part 0 at
/// once, is free at 2.5 s and takes part 2, which came at 2 s, is free at 5 s and takes part 5 at once: two of five. Of the other three, 1, 3
/// and 4, the second takes 1 at 3 s and 3 at 5.5 s, and begins again with 6 at 8 s: two of five again. One of five passes.
fn robots() -> Findings {
    let arrivals: Vec<f64> = (0..30).map(f64::from).collect();
    let window = |upstream: f64| Window { upstream, downstream: upstream + 0.4 };
    let taken = hand_over(&arrivals, 0.5, &[(window(0.0), 2.5), (window(1.0), 2.5)])?;
    let count = |robot| taken.iter().filter(|by| **by == robot).count() as f64;
    Ok(vec![
        Finding::equal("parts of 30 for the first of two robots", 12.0, count(Some(0))),
        Finding::equal("for the second", 12.0, count(Some(1))),
        Finding::equal("for nobody", 6.0, count(None)),
    ])
}
