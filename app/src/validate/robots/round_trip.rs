//! There and back for every structure, over thousands of poses; and the Jacobian against differences.

use nalgebra::Vector3;
use twin::robot::Arm;

use super::Dice;
use crate::validate::bench::{Bench, Failure, Findings};
use crate::validate::finding::Finding;

const FILES: [&str; 10] = [
    "abb-irb-4600-40.ron",
    "kuka-kr-10-r1420.ron",
    "universal-robots-ur5e.ron",
    "universal-robots-ur10e.ron",
    "universal-robots-ur20.ron",
    "epson-gx8-45x.ron",
    "abb-irb-360-1-1130.ron",
    "kuka-lbr-iiwa-14.ron",
    "franka-fer.ron",
    "franka-fr3.ron",
];

/// Poses of each arm; fewer in a quick run.
const POSES: usize = 4_000;
/// Step of the differences [rad or m]: their own error goes with its square.
const STEP: f64 = 1e-5;

/// V52.
pub(in crate::validate) fn check(bench: &Bench) -> Findings {
    let count = if bench.is_quick() { POSES / 10 } else { POSES };
    let mut out = Vec::new();
    for (n, file) in FILES.iter().enumerate() {
        let arm = super::arm(file)?;
        let mut dice = Dice(0x9e37_79b9_7f4a_7c15 + n as u64);
        out.extend(there_and_back(&arm, count, &mut dice)?);
        let what = format!("{}: Jacobian", arm.name());
        let off = jacobian(&arm, count / 40, &mut dice)?;
        out.push(Finding::within(what, 0.0, off, 1e-7, "error of the differences"));
    }
    Ok(out)
}

/// All ways to the poses of random joints: do they lead there, and is the one that we came from among them?
fn there_and_back(arm: &Arm, count: usize, dice: &mut Dice) -> Findings {
    let (mut shift, mut turn, mut lost, mut ways) = (0.0_f64, 0.0_f64, 0, 0);
    for _ in 0..count {
        let (q, pose) = dice.coordinates(arm);
        let found = arm.inverse_at(&pose, arm.free_at(&q).unwrap_or(0.0))?;
        ways += found.len();
        for way in &found {
            let off = super::apart(&arm.forward(&way.q)?, &pose);
            shift = shift.max(off.0);
            turn = turn.max(off.1);
        }
        // Next to a singularity, joints are known less well than poses.
        let own = found.iter().any(|way| super::differs(arm, &way.q, &q) < 1e-6);
        lost += usize::from(!own);
    }
    let name = arm.name();
    let note = format!("{ways} ways to {count} poses");
    Ok(vec![
        Finding::within(format!("{name}: there and back, m"), 0.0, shift, 1e-9, "1e-9 m")
            .note(&note),
        Finding::within(format!("{name}: there and back, rad"), 0.0, turn, 1e-9, "1e-9 rad"),
        Finding::equal(format!("{name}: own joints not found"), 0.0, lost as f64),
    ])
}

/// The largest difference between a column of the Jacobian and what a small step of its joint does.
fn jacobian(arm: &Arm, count: usize, dice: &mut Dice) -> Result<f64, Failure> {
    let mut worst = 0.0_f64;
    for _ in 0..count {
        let (q, _) = dice.coordinates(arm);
        // A delta that is nearly stretched has speeds without bounds, which differences cannot follow.
        if !arm.condition_number(&q).is_ok_and(|condition| condition < 50.0) {
            continue;
        }
        let jacobian = arm.jacobian(&q)?;
        for n in 0..q.len() {
            let moved = |by: f64| {
                let mut q = q.clone();
                q[n] += by;
                arm.forward(&q)
            };
            let (a, b) = (moved(-STEP)?, moved(STEP)?);
            let shift = (b.translation.vector - a.translation.vector) / (2.0 * STEP);
            let turn = (b.rotation * a.rotation.inverse()).scaled_axis() / (2.0 * STEP);
            let column = jacobian.column(n);
            let off = |row: usize, is: Vector3<f64>| (column.fixed_rows::<3>(row) - is).norm();
            worst = worst.max(off(0, shift)).max(off(3, turn));
        }
    }
    Ok(worst)
}
