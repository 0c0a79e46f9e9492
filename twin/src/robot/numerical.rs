//! Inverse by iteration, for chains without a closed form: damped least squares.
//!
//! `Δθ = Jᵀ (J Jᵀ + λ² I)⁻¹ e`, with `e` the shift and the turn that are left, and `λ²` in proportion to them, so that steps stay
//! short far away and the last ones are Newton's (Nakamura & Hanafusa 1986; Sugihara 2011). Joints that are left over drift
//! towards the middle of their ranges in the null space. Several starts, always the same ones; what none of them finds may
//! still be there.

use nalgebra::{DMatrix, DVector, Isometry3, Matrix6, Vector6};

use super::arm::Arm;
use super::branch::Branch;
use super::chain::{Chain, Motion};
use super::error::InverseError;
use super::inverse::{Solution, turn_into_range};
use super::trig::{turn_vector, wrap};

/// Starts: where the arm was or its middle, and points spread over its ranges.
const STARTS: usize = 24;
/// Steps from each.
const STEPS: usize = 200;
/// Shift \[m\] and turn \[rad\] that are left when it is there.
const THERE: f64 = 1e-11;
/// Two solutions are one if no coordinate differs by more [rad or m].
const SAME: f64 = 1e-6;

/// What different starts lead to.
pub(super) fn inverse(
    arm: &Arm,
    chain: &Chain,
    pose: &Isometry3<f64>,
    previous: Option<&[f64]>,
) -> Result<Vec<Solution>, InverseError> {
    let mut found: Vec<Solution> = Vec::new();
    let mut nearest = (f64::INFINITY, f64::INFINITY);
    for start in 0..STARTS {
        let begin = begin(arm, start, previous);
        match iterate(arm, chain, pose, begin) {
            Ok(theta) => {
                let solution = solution(arm, &theta, start, previous);
                if !found.iter().any(|other| is_same(arm, other, &solution)) {
                    found.push(solution);
                }
            }
            Err(left) if left.0 + left.1 < nearest.0 + nearest.1 => nearest = left,
            Err(_) => {}
        }
    }
    if found.is_empty() {
        let (position, angle) = nearest;
        return Err(InverseError::NotConverged { position, angle });
    }
    Ok(found)
}

/// Whether two solutions are one, whole turns aside.
fn is_same(arm: &Arm, one: &Solution, other: &Solution) -> bool {
    let mut each = arm.joints.iter().zip(one.q.iter().zip(&other.q));
    each.all(|(joint, (a, b))| match joint.motion {
        Motion::Turns => wrap(a - b).abs() < SAME,
        Motion::Slides => (a - b).abs() < SAME,
    })
}

fn solution(arm: &Arm, theta: &DVector<f64>, start: usize, previous: Option<&[f64]>) -> Solution {
    let near = |n: usize| previous.and_then(|q| q.get(n)).copied().unwrap_or(0.0);
    let each = arm.joints.iter().zip(theta.iter()).enumerate();
    let q: Vec<f64> = each
        .map(|(n, (joint, theta))| turn_into_range(joint, joint.to_controller(*theta), near(n)))
        .collect();
    let violations = arm.violations(&q);
    Solution { q, branch: Branch::Numerical { start }, free: None, singular: None, violations }
}

/// Start number `start`, in the model's coordinates: spread by the golden ratio's kin (Roberts' sequence).
fn begin(arm: &Arm, start: usize, previous: Option<&[f64]>) -> DVector<f64> {
    let n = arm.joints.len();
    // The root of `x^(n+1) = x + 1`.
    let root = (0..40).fold(2.0_f64, |x, _| libm::pow(1.0 + x, 1.0 / (n as f64 + 1.0)));
    let each = arm.joints.iter().enumerate().map(|(at, joint)| {
        let (low, high) = joint.range;
        let share = 0.5 + start as f64 * libm::pow(root, -(at as f64 + 1.0));
        let spread = low + (high - low) * (share - share.floor());
        let q = match previous.and_then(|q| q.get(at)) {
            Some(q) if start == 0 => *q,
            _ => spread,
        };
        joint.to_model(q)
    });
    DVector::from_iterator(n, each)
}

/// The coordinates that it comes to, or the shift \[m\] and turn \[rad\] that were left.
fn iterate(
    arm: &Arm,
    chain: &Chain,
    pose: &Isometry3<f64>,
    mut theta: DVector<f64>,
) -> Result<DVector<f64>, (f64, f64)> {
    let middle = begin(arm, 0, None);
    let mut left = (f64::INFINITY, f64::INFINITY);
    for step in 0..STEPS {
        let (flange, jacobian) = chain.jacobian(theta.as_slice());
        let shift = pose.translation.vector - flange.translation.vector;
        let turn = turn_vector(&(pose.rotation * flange.rotation.inverse()));
        left = (shift.norm(), turn.norm());
        if left.0 < THERE && left.1 < THERE {
            return Ok(theta);
        }
        let mut error = Vector6::zeros();
        error.fixed_rows_mut::<3>(0).copy_from(&shift);
        error.fixed_rows_mut::<3>(3).copy_from(&turn);
        let damping = 1e-2 * error.norm_squared() + 1e-16;
        let square: Matrix6<f64> = &jacobian * jacobian.transpose() + Matrix6::identity() * damping;
        let Some(inverse) = square.try_inverse() else { return Err(left) };
        let pseudo = jacobian.transpose() * inverse;
        theta += &pseudo * error;
        if chain.len() > 6 && step < STEPS / 2 {
            let null = DMatrix::identity(chain.len(), chain.len()) - &pseudo * &jacobian;
            theta += null * (&middle - &theta) * 0.05;
        }
    }
    Err(left)
}
