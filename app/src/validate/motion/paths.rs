//! The fastest course along a path: against closed forms, against toppra, and with a limit on jerk against the double S.

use twin::robot::motion::grid::{even, fitted, stations};
use twin::robot::motion::jerk::smoothest;
use twin::robot::motion::ramp::DoubleS;
use twin::robot::motion::topp::fastest;
use twin::robot::motion::{JointLimits, JointPath, JointRoute, Spline, along_joints};

use super::moves::line;
use crate::validate::bench::{Bench, Findings};
use crate::validate::finding::Finding;

/// V56.
pub(in crate::validate) fn check(_bench: &Bench) -> Findings {
    let mut out = straight()?;
    out.extend(moving_ends()?);
    out.extend(spline()?);
    out.extend(jerk()?);
    out.push(corners()?);
    Ok(out)
}

/// N: the line of L, speed and acceleration only.
fn straight() -> Findings {
    let (from, to, limits) = line();
    let path = Spline::through(vec![from.to_vec(), to.to_vec()])?;
    let mut out = Vec::new();
    for cells in [100, 5000] {
        let course = fastest(&stations(&path, &limits, &even(1.0, cells))?, 0.0, 0.0)?;
        let what = format!("N, the line of L, {cells} cells: T, s");
        out.push(Finding::within(what, 0.632_455_532_034, course.duration(), 1e-9, "1 ns"));
    }
    Ok(out)
}

/// One axis over 1 rad from 0.5 rad/s to 1 rad/s with at most 2 rad/s and 5 rad/s²: `(2-0.5)/5 + (2-1)/5` s of ramps, the rest at full speed.
fn moving_ends() -> Findings {
    let path = Spline::through(vec![vec![0.0], vec![1.0]])?;
    let limits = [JointLimits::free(2.0, 5.0, 1e9)];
    let ramps = 1.5 / 5.0 + 1.0 / 5.0;
    let covered = 1.5 / 5.0 * 1.25 + 1.0 / 5.0 * 1.5;
    let expected = ramps + (1.0 - covered) / 2.0;
    let course = fastest(&stations(&path, &limits, &even(1.0, 4000))?, 0.5, 1.0)?;
    let what = "moving at both ends, 4000 cells: T, s";
    Ok(vec![Finding::within(what, expected, course.duration(), 1e-6, "switches between stations")])
}

/// The spline of the reference: three axes, four points.
fn path() -> Result<Spline, twin::robot::motion::MotionError> {
    Spline::through(vec![
        vec![0.0, 0.0, 0.0],
        vec![0.5, 0.2, -0.3],
        vec![1.0, -0.4, 0.2],
        vec![1.5, 0.0, 0.0],
    ])
}

/// The spline at three grids beside toppra at the same, and what it converges to by Richardson's extrapolation (errors of first order).
fn spline() -> Findings {
    let limits = [JointLimits::free(2.0, 5.0, 1e9); 3];
    let mut out = Vec::new();
    let mut times = Vec::new();
    for (cells, toppra) in [(100, 1.9320), (1000, 1.9128), (4000, 1.9108)] {
        let course = fastest(&stations(&path()?, &limits, &even(1.0, cells))?, 0.0, 0.0)?;
        let what = format!("N, spline, {cells} cells, beside toppra: T, s");
        out.push(Finding::within(what, toppra, course.duration(), 1e-3, "1e-3 s"));
        times.push(course.duration());
    }
    let fine = fastest(&stations(&path()?, &limits, &even(1.0, 16000))?, 0.0, 0.0)?.duration();
    let what = "N, spline: change from 4000 to 16000 cells, s";
    let note =
        format!("changes before: {:.1e}, {:.1e} s", times[0] - times[1], times[1] - times[2]);
    out.push(Finding::within(what, 0.0, times[2] - fine, 1e-3, "converged to 1e-3 s").note(&note));
    Ok(out)
}

/// With a limit on jerk: the line of L against the exact 0.7403 s, and a spline that must not be faster than without.
fn jerk() -> Findings {
    let (from, to, limits) = line();
    let path = Spline::through(vec![from.to_vec(), to.to_vec()])?;
    let mut out = Vec::new();
    for (cells, share) in [(100, 0.004), (400, 0.001)] {
        let grid = fitted(path.length(), &path.borders(), cells);
        let course = smoothest(&stations(&path, &limits, &grid)?)?;
        let expected = 0.740_312_423_743;
        let what = format!("jerk-limited, the line of L, {cells} cells: T, s");
        let rule = format!("{} % of T", share * 100.0);
        let finding =
            Finding::within(what, expected, course.law.duration(), share * expected, rule);
        out.push(finding.note(&format!("without a limit on jerk {:.4} s", course.without_jerk)));
    }
    Ok(out)
}

/// A bracket on a route with two rounded corners in joint space: longer than the way without any corner, shorter than with stops.
fn corners() -> Result<Finding, crate::validate::bench::Failure> {
    let limits = [JointLimits::free(2.0, 5.0, 50.0); 2];
    let points = vec![vec![0.0, 0.0], vec![1.0, 0.0], vec![1.0, 1.0], vec![0.0, 1.0]];
    let route = JointRoute::new(points, &[0.0, 0.3, 0.3, 0.0])?;
    let motion = along_joints(route, &limits)?;
    let (stops, none) = (
        3.0 * DoubleS::new(1.0, 2.0, 5.0, 50.0)?.duration(),
        DoubleS::new(3.0, 2.0, 5.0, 50.0)?.duration(),
    );
    let (middle, half) = (0.5 * (stops + none), 0.5 * (stops - none));
    let what = "jerk-limited, two rounded corners: T, s";
    let rule = "between no corner and stops";
    Ok(Finding::within(what, middle, motion.duration(), half, rule).note(&format!(
        "{none:.3} s and {stops:.3} s; without a limit on jerk {:.3} s",
        motion.without_jerk
    )))
}
