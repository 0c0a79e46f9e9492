//! Cycles of picking and placing: 25 mm up, 305 mm across, 25 mm down, and back.

use nalgebra::Isometry3;
use twin::robot::motion::ramp::{DoubleS, trapezoid};
use twin::robot::motion::{
    Gantry, JointLimits, JointRoute, MotionError, Mover, PointToPoint, Step, ToolLimits,
    along_joints,
};

use super::arm::joints;
use crate::validate::bench::{Bench, Failure, Findings};
use crate::validate::finding::Finding;

const UP: f64 = 0.025;
const ACROSS: f64 = 0.305;

/// V58.
pub(in crate::validate) fn check(_bench: &Bench) -> Findings {
    let mut out = point_robot()?;
    out.extend(point_robot_with_jerk()?);
    out.extend(crs_a255()?);
    Ok(out)
}

/// Bounds for a point: stops at every corner, and moves across alone.
fn point_robot() -> Findings {
    let mut out = Vec::new();
    for (a, v, stops, across) in [
        (20.0, 2.0, 0.788, 0.505),
        (50.0, 5.0, 0.491, 0.312),
        (100.0, 10.0, 0.347, 0.221),
        (150.0, 10.0, 0.284, 0.180),
    ] {
        let one = trapezoid(ACROSS, v, a)?;
        let all = 2.0 * (2.0 * trapezoid(UP, v, a)? + one);
        out.push(bound(format!("{a} m/s2, {v} m/s, stops: T, s"), stops, all, 5e-4));
        out.push(bound(format!("{a} m/s2, {v} m/s, across only: T, s"), across, 2.0 * one, 5e-4));
    }
    Ok(out)
}

fn bound(what: String, expected: f64, got: f64, tolerance: f64) -> Finding {
    Finding::within(what, expected, got, tolerance, "digits of the reference")
}

/// The same with a limit on jerk: in closed form, as a program of lines, and with rounded corners.
fn point_robot_with_jerk() -> Findings {
    let mut out = Vec::new();
    for (a, v, j, stops, across) in
        [(100.0, 10.0, 1e4, 0.415, 0.242), (150.0, 10.0, 2e4, 0.334, 0.196)]
    {
        let name = format!("{a} m/s2, {v} m/s, {j} m/s3");
        let time = |d| Ok::<f64, MotionError>(DoubleS::new(d, v, a, j)?.duration());
        let one = time(ACROSS)?;
        let all = 2.0 * (2.0 * time(UP)? + one);
        // The reference rounds up 0.4145 s.
        out.push(bound(format!("{name}, stops: T, s"), stops, all, 6e-4));
        out.push(bound(format!("{name}, across only: T, s"), across, 2.0 * one, 5e-4));
        let tool = ToolLimits { speed: v, acceleration: a, jerk: j, angular_speed: 1.0 };
        let programmed = program(&tool, 0.0)?;
        let what = format!("{name}, a program of lines with stops: T, s");
        let rule = "0.3 %: courses on a grid";
        out.push(Finding::within(what, all, programmed, 0.003 * all, rule));
        let rounded = program(&tool, UP / 2.0)?;
        let (middle, half) = (0.5 * (all + 2.0 * one), 0.5 * (all - 2.0 * one));
        let what = format!("{name}, corners within 12.5 mm: T, s");
        out.push(Finding::within(what, middle, rounded, half, "between both bounds"));
    }
    Ok(out)
}

/// There and back as a program of lines with `zone` at the corners.
fn program(tool: &ToolLimits, zone: f64) -> Result<f64, Failure> {
    let line = |x, z, zone| Step::Line {
        to: Isometry3::translation(x, 0.0, z),
        zone,
        speed: f64::INFINITY,
    };
    let steps = [
        line(0.0, UP, zone),
        line(ACROSS, UP, zone),
        line(ACROSS, 0.0, 0.0),
        line(ACROSS, UP, zone),
        line(0.0, UP, zone),
        line(0.0, 0.0, 0.0),
    ];
    // Axes that leave everything to the tool's limits: jerk across the path is what rounded corners need of them.
    let axis = JointLimits::free(2.0 * tool.speed, 2.0 * tool.acceleration, 1.5 * tool.jerk);
    let mover = Mover { arm: &Gantry, limits: &[axis; 3], tool: *tool, settle_s: 0.0 };
    Ok(mover.time(&[0.0; 3], &steps).map_err(|(_, error)| error)?.total)
}

/// The cycle of a CRS A255's data sheet: 1.8 s, with speeds and accelerations of all joints but no jerks. What follows from these without a
/// limit on jerk, with corners rounded and with stops, has to lie around it. Assumed are the lengths of the arm, where the cycle is run
/// (356 mm in front, a hand's breadth above the base), and joint moves from corner to corner. A bracket, no fit: nothing is tuned.
fn crs_a255() -> Findings {
    let speeds = [210.0_f64, 210.0, 210.0, 675.0, 1350.0];
    let accelerations = [498.0_f64, 498.0, 498.0, 2240.0, 4490.0];
    let limits = |jerk: f64| -> Vec<JointLimits> {
        let each = speeds.iter().zip(accelerations);
        let limit = |(v, a): (&f64, f64)| {
            JointLimits::free(v.to_radians(), a.to_radians(), a.to_radians() * jerk)
        };
        each.map(limit).collect()
    };
    let reach = MotionError::Unreachable { at: 0.0, why: "beyond the arm".to_owned() };
    let corner = |y, z| joints([0.356, y, z]).ok_or_else(|| reach.clone());
    let (low, high, half) = (0.1, 0.1 + UP, ACROSS / 2.0);
    let corners =
        [corner(-half, low)?, corner(-half, high)?, corner(half, high)?, corner(half, low)?];
    let stops = |limits: &[JointLimits]| -> Result<f64, MotionError> {
        let times = corners.windows(2).map(|pair| {
            PointToPoint::rest(&pair[0], &pair[1], limits).solve().map(|solved| solved.duration())
        });
        Ok(2.0 * times.sum::<Result<f64, MotionError>>()?)
    };
    let rounded = |limits: &[JointLimits]| -> Result<[f64; 2], MotionError> {
        let route = JointRoute::new(corners.to_vec(), &[0.0, 1.0, 1.0, 0.0])?;
        let motion = along_joints(route, limits)?;
        Ok([2.0 * motion.duration(), 2.0 * motion.without_jerk])
    };
    let sheet = 1.8;
    let assumed = limits(10.0);
    let [with_jerk, fastest] = rounded(&assumed)?;
    let slowest = stops(&limits(1e6))?;
    let (middle, half) = (0.5 * (fastest + slowest), 0.5 * (slowest - fastest));
    let note = format!(
        "{fastest:.3} s with corners rounded as far as can be, {slowest:.3} s with stops; with the jerk that is assumed where nothing is known \
         (full acceleration in 0.1 s) {with_jerk:.3} and {:.3} s, so that is too low for this arm; lengths and place of the arm are assumed",
        stops(&assumed)?
    );
    let what = "CRS A255, the sheet's 1.8 s, from its speeds and accelerations: T, s";
    let rule = "between rounded corners and stops";
    Ok(vec![Finding::within(what, middle, sheet, half, rule).note(&note)])
}
