//! Moves between states: one axis, and axes together.

use twin::robot::motion::ramp::{DoubleS, trapezoid};
use twin::robot::motion::{JointLimits, PointToPoint, State, Synchronisation, Trajectory};

use crate::validate::bench::{Bench, Failure, Findings};
use crate::validate::finding::Finding;

/// To what times and places are compared: references are printed to twelve digits.
const CLOSE: f64 = 1e-9;

/// One axis: name, state at the start, at the end, limits of speed, acceleration and jerk, duration, state half way.
struct OneAxis {
    name: &'static str,
    from: [f64; 3],
    to: [f64; 2],
    limits: [f64; 3],
    duration: f64,
    middle: [f64; 3],
}

const QUARTER: f64 = std::f64::consts::FRAC_PI_2;

/// Rest to rest (closed form and Ruckig agree) and between moving states (Ruckig).
#[rustfmt::skip]
const ONE_AXIS: [OneAxis; 6] = [
    OneAxis { name: "A, full speed and acceleration", from: [0.0; 3], to: [1.0, 0.0], limits: [0.5, 1.0, 5.0], duration: 2.7, middle: [0.5, 0.5, 0.0] },
    OneAxis { name: "B, full speed only", from: [0.0; 3], to: [1.0, 0.0], limits: [0.5, 4.0, 5.0], duration: 2.632_455_532_034, middle: [0.5, 0.5, 0.0] },
    OneAxis { name: "D, jerk only", from: [0.0; 3], to: [0.01, 0.0], limits: [1.0, 2.0, 10.0], duration: 0.317_480_210_394, middle: [0.005, 0.062_996_052_495, 0.0] },
    OneAxis { name: "E, a quarter turn", from: [0.0; 3], to: [QUARTER, 0.0], limits: [4.363_323_129_985_82, 10.0, 100.0], duration: 0.898_948_390_522, middle: [QUARTER / 2.0, 3.494_741_952_611, 0.0] },
    OneAxis { name: "G, moving and slowing at the start", from: [0.0, 0.2, -0.3], to: [1.0, 0.0], limits: [0.5, 1.0, 5.0], duration: 2.544_001, middle: [0.538_999_75, 0.5, 0.0] },
    OneAxis { name: "I, moving at the end", from: [0.0; 3], to: [0.6, 0.35], limits: [1.0, 2.5, 20.0], duration: 0.987_625, middle: [0.231_413_616_129, 0.990_273_398_437, 0.623_750] },
];

/// V54.
pub(in crate::validate) fn one_axis(_bench: &Bench) -> Findings {
    let mut out = Vec::new();
    for case in &ONE_AXIS {
        let solved = one(case)?;
        out.push(time(format!("{}: T, s", case.name), case.duration, solved.duration()));
        let half = solved.at(solved.duration() / 2.0);
        let got = [half.position[0], half.velocity[0], half.acceleration[0]];
        // G's duration is printed to seven digits, so that half of it is known to as many.
        let known = if case.name.starts_with('G') { 5e-8 } else { CLOSE };
        for ((what, expected), got) in ["p", "v", "a"].iter().zip(case.middle).zip(got) {
            let what = format!("{}: {what} at T/2", case.name);
            out.push(Finding::within(what, expected, got, known, "digits of the reference"));
        }
    }
    out.extend(closed_forms()?);
    Ok(out)
}

fn one(case: &OneAxis) -> Result<Trajectory, Failure> {
    let [p, v, a] = case.from.map(|x| vec![x]);
    let from = State { position: p, velocity: v, acceleration: a };
    let to = State::moving(&case.to[..1], &case.to[1..]);
    let [v, a, j] = case.limits;
    Ok(PointToPoint::between(from, to, &[JointLimits::free(v, a, j)]).solve()?)
}

fn time(what: String, expected: f64, got: f64) -> Finding {
    Finding::within(what, expected, got, CLOSE, "1 ns")
}

/// J: an axis of 250 deg/s over three ways, by the solver and in closed form; K: trapezoids.
fn closed_forms() -> Findings {
    let mut out = Vec::new();
    let (v, a, j) = (250.0_f64.to_radians(), 30.0, 600.0);
    let limits = [JointLimits::free(v, a, j)];
    for (degrees, expected) in
        [(30.0_f64, 0.318_911_082_107), (90.0, 0.555_444_104_333), (180.0, 0.915_444_104_333)]
    {
        let d = degrees.to_radians();
        let solved = PointToPoint::rest(&[0.0], &[d], &limits).solve()?;
        let name = format!("J, {degrees} deg");
        out.push(time(format!("{name}: T, s"), expected, solved.duration()));
        let closed = DoubleS::new(d, v, a, j)?;
        out.push(time(format!("{name}: T in closed form, s"), expected, closed.duration()));
        let off = |n: u32| {
            let t = closed.duration() * f64::from(n) / 1000.0;
            let state = solved.at(t);
            let got = [state.position[0], state.velocity[0], state.acceleration[0]];
            closed.at(t).iter().zip(got).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
        };
        let worst = (0..=1000).map(off).fold(0.0, f64::max);
        let what = format!("{name}: solver and closed form, worst of p, v, a");
        out.push(Finding::within(what, 0.0, worst, CLOSE, "1e-9 at 1001 instants"));
    }
    out.push(time("K, trapezoid at full speed: T, s".into(), 2.5, trapezoid(1.0, 0.5, 1.0)?));
    let expected = 0.447_213_595_5;
    out.push(time("K, triangle: T, s".into(), expected, trapezoid(0.1, 1.0, 2.0)?));
    Ok(out)
}

/// V55.
pub(in crate::validate) fn together(_bench: &Bench) -> Findings {
    let mut out = six_axes()?;
    out.extend(panda()?);
    Ok(out)
}

/// The line of case L: ends and limits.
pub(super) fn line() -> ([f64; 6], [f64; 6], Vec<JointLimits>) {
    let speeds = [4.3633, 4.3633, 4.3633, 5.5851, 5.5851, 7.3304];
    let limits = speeds.map(|v| JointLimits::free(v, 20.0, 200.0)).to_vec();
    ([0.0, -0.5, 0.3, 0.0, 0.8, 0.0], [1.2, 0.4, -0.6, 0.9, -0.4, 2.0], limits)
}

/// L: six axes, in time and in phase.
fn six_axes() -> Findings {
    let (from, to, limits) = line();
    let asked = PointToPoint::rest(&from, &to, &limits);
    let duration = 0.740_312_423_743;
    let in_time = asked.solve()?;
    let mut out = vec![time("L in time: T, s".into(), duration, in_time.duration())];
    let (six, five) = (0.6, 0.535_889_894_354);
    let alone = [six, five, five, five, six, duration];
    for (n, (expected, got)) in alone.into_iter().zip(asked.independent()?).enumerate() {
        out.push(time(format!("L, joint {} alone: T, s", n + 1), expected, got));
    }
    let q = in_time.at(in_time.duration() / 4.0).position;
    let place = |what: &str, expected, got| Finding::within(what, expected, got, CLOSE, "1e-9 rad");
    out.push(place("L in time: joint 1 at T/4, rad", 0.178_824_967_304, q[0]));
    out.push(place("L in time: joint 2 at T/4, rad", -0.346_798_400_990, q[1]));
    out.push(place("L in time: joint 6 at T/4, rad", 0.190_794_280_365, q[5]));
    let straight = asked.synchronised(Synchronisation::Phase).solve()?;
    out.push(time("L in phase: T, s".into(), duration, straight.duration()));
    let q = straight.at(straight.duration() / 4.0).position;
    out.push(place("L in phase: joint 1 at T/4, rad", 0.114_476_568_219, q[0]));
    out.push(place("L in phase: joint 2 at T/4, rad", -0.414_142_573_836, q[1]));
    let off = |n: u32| {
        let q = straight.at(duration * f64::from(n) / 1000.0).position;
        let share = (q[5] - from[5]) / (to[5] - from[5]);
        let on = |k: usize| (q[k] - from[k] - share * (to[k] - from[k])).abs();
        (0..6).map(on).fold(0.0, f64::max)
    };
    let worst = (0..=1000).map(off).fold(0.0, f64::max);
    out.push(place("L in phase: off the straight line, rad", 0.0, worst));
    Ok(out)
}

/// M: an arm whose limits of acceleration and jerk are public.
fn panda() -> Findings {
    let speeds = [2.175, 2.175, 2.175, 2.175, 2.61, 2.61, 2.61];
    let accelerations = [15.0, 7.5, 10.0, 12.5, 15.0, 20.0, 20.0];
    let ranges = [
        [-2.8973, 2.8973],
        [-1.7628, 1.7628],
        [-2.8973, 2.8973],
        [-3.0718, -0.0698],
        [-2.8973, 2.8973],
        [-0.0175, 3.7525],
        [-2.8973, 2.8973],
    ];
    // Jerk is 500 times the acceleration on every joint.
    let limit = |n: usize| JointLimits {
        position: ranges[n],
        velocity: speeds[n],
        acceleration: accelerations[n],
        jerk: 500.0 * accelerations[n],
    };
    let limits: Vec<JointLimits> = (0..7).map(limit).collect();
    let from = [0.0, -0.785, 0.0, -2.356, 0.0, 1.571, 0.785];
    let to = [0.9, 0.2, -0.4, -1.9, 0.3, 2.2, -0.5];
    let asked = PointToPoint::rest(&from, &to, &limits);
    let solved = asked.solve()?;
    let mut out = vec![time("M: T, s".into(), 0.744_873_563_218, solved.duration())];
    let alone = [
        0.560_793_103_448,
        0.744_873_563_218,
        0.402_004_999_969,
        0.385_655_172_414,
        0.284_849_783_454,
        0.373_496_168_582,
        0.624_837_164_751,
    ];
    for (n, (expected, got)) in alone.into_iter().zip(asked.independent()?).enumerate() {
        out.push(time(format!("M, joint {} alone: T, s", n + 1), expected, got));
    }
    let half = solved.at(solved.duration() / 2.0).position;
    let off = |n: usize| (half[n] - 0.5 * (from[n] + to[n])).abs();
    let worst = (0..7).map(off).fold(0.0, f64::max);
    out.push(Finding::within("M: off the middle at T/2, rad", 0.0, worst, CLOSE, "1e-9 rad"));
    Ok(out)
}
