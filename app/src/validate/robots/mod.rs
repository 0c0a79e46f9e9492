//! Robots: poses worked out elsewhere, all ways to a pose, and there and back.
//!
//! Nothing here is stochastic; poses are drawn by a fixed generator. Tolerances are far below what any encoder sees.

pub(super) mod forward;
pub(super) mod inverse;
pub(super) mod planning;
pub(super) mod round_trip;

use std::f64::consts::TAU;

use nalgebra::{Isometry3, Quaternion, Translation3, UnitQuaternion};
use twin::diagnostics::Look;
use twin::robot::{Arm, Motion};

use super::bench::Failure;

/// The descriptions that cases need, as they are in `assets/robots`.
const FILES: &[(&str, &str)] = &[
    ("abb-irb-120.ron", include_str!("../../../../assets/robots/abb-irb-120.ron")),
    ("abb-irb-360-1-1130.ron", include_str!("../../../../assets/robots/abb-irb-360-1-1130.ron")),
    ("abb-irb-4600-40.ron", include_str!("../../../../assets/robots/abb-irb-4600-40.ron")),
    ("abb-irb-6640.ron", include_str!("../../../../assets/robots/abb-irb-6640.ron")),
    ("epson-gx8-45x.ron", include_str!("../../../../assets/robots/epson-gx8-45x.ron")),
    ("fanuc-lr-mate-200id.ron", include_str!("../../../../assets/robots/fanuc-lr-mate-200id.ron")),
    ("fanuc-m-20ia.ron", include_str!("../../../../assets/robots/fanuc-m-20ia.ron")),
    ("franka-fer.ron", include_str!("../../../../assets/robots/franka-fer.ron")),
    ("franka-fr3.ron", include_str!("../../../../assets/robots/franka-fr3.ron")),
    ("kuka-kr-10-r1420.ron", include_str!("../../../../assets/robots/kuka-kr-10-r1420.ron")),
    ("kuka-kr-6-r900.ron", include_str!("../../../../assets/robots/kuka-kr-6-r900.ron")),
    ("kuka-lbr-iiwa-14.ron", include_str!("../../../../assets/robots/kuka-lbr-iiwa-14.ron")),
    (
        "universal-robots-ur10e.ron",
        include_str!("../../../../assets/robots/universal-robots-ur10e.ron"),
    ),
    (
        "universal-robots-ur20.ron",
        include_str!("../../../../assets/robots/universal-robots-ur20.ron"),
    ),
    (
        "universal-robots-ur5e.ron",
        include_str!("../../../../assets/robots/universal-robots-ur5e.ron"),
    ),
    ("yaskawa-gp25.ron", include_str!("../../../../assets/robots/yaskawa-gp25.ron")),
];

/// Joint coordinates and the poses that they come to, worked out elsewhere.
const POSES: &str = include_str!("../data/robot_poses.txt");

/// A pose worked out elsewhere.
struct Known {
    q: Vec<f64>,
    pose: Isometry3<f64>,
    /// How many ways lead there.
    ways: Option<usize>,
}

/// The arm that the description `file` comes to.
fn arm(file: &str) -> Result<Arm, Failure> {
    let fetch = |path: &str, _: u64| {
        let found = FILES.iter().find(|(name, _)| *name == path);
        found.map(|(_, text)| (*text).to_owned()).ok_or(std::io::ErrorKind::NotFound.into())
    };
    let loaded = twin::robot::load(file, &fetch);
    let report = loaded.diagnostics.render(&loaded.sources, Look::default());
    let mut arms = loaded.robot.map(|robot| robot.arms).unwrap_or_default();
    match arms.pop() {
        Some(mounted) => Ok(mounted.arm),
        None => Err(Failure::Robot(report)),
    }
}

/// The known poses of each arm, by its description.
fn known() -> Result<Vec<(&'static str, Vec<Known>)>, Failure> {
    let mut all: Vec<(&str, Vec<Known>)> = Vec::new();
    for line in POSES.lines().filter(|line| !line.starts_with('#')) {
        if let Some(file) = line.strip_prefix('@') {
            all.push((file, Vec::new()));
        } else {
            let known = parse(line).ok_or_else(|| Failure::Robot(format!("no pose: {line}")))?;
            if let Some((_, list)) = all.last_mut() {
                list.push(known);
            }
        }
    }
    Ok(all)
}

fn parse(line: &str) -> Option<Known> {
    let mut parts = line.split(';');
    let mut numbers = || {
        let part = parts.next()?;
        part.split(',').map(|number| number.trim().parse::<f64>().ok()).collect::<Option<Vec<_>>>()
    };
    let (q, p, r) = (numbers()?, numbers()?, numbers()?);
    let ways = numbers().and_then(|n| n.first().map(|n| *n as usize));
    let ([x, y, z], [i, j, k, w]) = (p.as_slice(), r.as_slice()) else { return None };
    let turn = UnitQuaternion::from_quaternion(Quaternion::new(*w, *i, *j, *k));
    let pose = Isometry3::from_parts(Translation3::new(*x, *y, *z), turn);
    Some(Known { q, pose, ways })
}

/// Shift [m] and turn [rad] between two poses.
fn apart(a: &Isometry3<f64>, b: &Isometry3<f64>) -> (f64, f64) {
    let shift = (a.translation.vector - b.translation.vector).norm();
    let turn = a.rotation * b.rotation.inverse();
    // By the sine: the cosine of a small angle is 1.
    (shift, 2.0 * turn.imag().norm().min(1.0).asin())
}

/// Largest difference of joint coordinates, whole turns aside.
fn differs(arm: &Arm, a: &[f64], b: &[f64]) -> f64 {
    let each = arm.joints().iter().zip(a.iter().zip(b));
    let off = each.map(|(joint, (a, b))| match joint.motion {
        Motion::Turns => ((a - b) / TAU - ((a - b) / TAU).round()).abs() * TAU,
        Motion::Slides => (a - b).abs(),
    });
    off.fold(0.0, f64::max)
}

/// Numbers from 0 to 1 (Marsaglia's xorshift).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Coordinates within all ranges, at which the arm can be.
    fn coordinates(&mut self, arm: &Arm) -> (Vec<f64>, Isometry3<f64>) {
        loop {
            let each = arm.joints().iter();
            let q: Vec<f64> =
                each.map(|j| j.range.0 + (j.range.1 - j.range.0) * self.next()).collect();
            if let Ok(pose) = arm.forward(&q) {
                return (q, pose);
            }
        }
    }
}
