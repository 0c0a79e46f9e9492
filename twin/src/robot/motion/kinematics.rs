//! What motion needs of an arm: from joints to the tool and back.

use nalgebra::{Dyn, Isometry3, OMatrix, U6};

/// An arm, as far as paths of its tool are concerned.
pub trait Kinematics {
    /// Number of joints.
    fn joints(&self) -> usize;

    /// The tool's pose in the base frame, m, at joint positions `q`, rad or m.
    fn forward(&self, q: &[f64]) -> Isometry3<f64>;

    /// The joint positions with the tool at `pose` that are nearest to `near`, whole turns included.
    ///
    /// # Errors
    ///
    /// Why there are none, in words.
    fn inverse(&self, pose: &Isometry3<f64>, near: &[f64]) -> Result<Vec<f64>, String>;

    /// The geometric Jacobian at `q` in the base frame: velocity of the tool's centre point (three rows, m/s) and angular velocity
    /// (three rows, rad/s) for each joint's unit speed.
    fn jacobian(&self, q: &[f64]) -> OMatrix<f64, U6, Dyn>;
}

/// Three linear axes along x, y and z that carry a tool of fixed orientation: the simplest arm, and the one for bounds of what any arm
/// with given limits of its tool could do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Gantry;

impl Kinematics for Gantry {
    fn joints(&self) -> usize {
        3
    }

    fn forward(&self, q: &[f64]) -> Isometry3<f64> {
        let axis = |n: usize| q.get(n).copied().unwrap_or(0.0);
        Isometry3::translation(axis(0), axis(1), axis(2))
    }

    fn inverse(&self, pose: &Isometry3<f64>, _near: &[f64]) -> Result<Vec<f64>, String> {
        if pose.rotation.angle() > 1e-6 {
            return Err("a gantry does not turn its tool".to_owned());
        }
        Ok(pose.translation.vector.iter().copied().collect())
    }

    fn jacobian(&self, _q: &[f64]) -> OMatrix<f64, U6, Dyn> {
        OMatrix::<f64, U6, Dyn>::identity(3)
    }
}
