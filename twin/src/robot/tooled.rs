//! An arm as it stands somewhere, with a tool at its flange: what paths are made for.

use nalgebra::{Dyn, Isometry3, OMatrix, Translation3, U6};

use super::arm::{Arm, Structure};
use super::error::InverseError;
use super::inverse::{AtSingularity, Solution};
use super::motion::{JointLimits, Kinematics};
use super::trig::roll_pitch_yaw;

/// An arm with a tool.
#[derive(Clone, Debug)]
pub struct Tooled {
    /// The arm.
    pub arm: Arm,
    /// The tool's centre point in the flange: z the way it points.
    pub tool: Isometry3<f64>,
}

impl Tooled {
    /// Likewise with a straight tool of `length` \[m\].
    pub fn straight(arm: Arm, length: f64) -> Self {
        // The flanges of SCARAs and deltas look up: their tools hang down.
        let mut tooled = Self { arm, tool: Isometry3::identity() };
        tooled.tool.translation.z = if tooled.hangs() { -length } else { length };
        tooled
    }

    /// Whether the flange keeps its axis upright, and what it carries hangs below it.
    pub(crate) fn hangs(&self) -> bool {
        matches!(self.arm.structure(), Structure::Scara(_) | Structure::Delta(_))
    }

    /// The pose of the tool's centre point \[m\] in the base with the tool pointing down at `at`, turned with the direction of the
    /// place from the base, where the arm can turn it.
    pub fn down_at(&self, at: [f64; 3]) -> Isometry3<f64> {
        self.down_turned(at, libm::atan2(at[1], at[0]))
    }

    /// Likewise, turned by `heading` (rad) about the vertical, where the arm can turn it.
    pub fn down_turned(&self, at: [f64; 3], heading: f64) -> Isometry3<f64> {
        let [x, y, z] = at;
        let heading = match self.arm.structure() {
            Structure::Delta(_) => 0.0,
            _ => heading,
        };
        let roll = if self.hangs() { 0.0 } else { std::f64::consts::PI };
        let turn = roll_pitch_yaw(roll, 0.0, heading);
        Isometry3::from_parts(Translation3::new(x, y, z), turn)
    }

    /// All ways to get the tool's centre point to `pose`, see [`Arm::inverse`].
    ///
    /// # Errors
    ///
    /// As [`Arm::inverse`].
    pub fn ways(&self, pose: &Isometry3<f64>) -> Result<Vec<Solution>, InverseError> {
        self.arm.inverse(&(pose * self.tool.inverse()))
    }

    /// The way nearest to `previous`, see [`Arm::nearest`].
    ///
    /// # Errors
    ///
    /// As [`Arm::nearest`].
    pub fn nearest(
        &self,
        pose: &Isometry3<f64>,
        previous: &[f64],
    ) -> Result<Vec<f64>, InverseError> {
        let flange = pose * self.tool.inverse();
        self.arm.nearest(&flange, previous, AtSingularity::Hold).map(|way| way.q)
    }

    /// The limits of its joints.
    pub fn limits(&self) -> Vec<JointLimits> {
        let limits = self.arm.joints().iter().map(|joint| JointLimits {
            position: [joint.range.0, joint.range.1],
            velocity: joint.speed,
            acceleration: joint.acceleration,
            jerk: joint.jerk,
        });
        limits.collect()
    }
}

impl Kinematics for Tooled {
    fn joints(&self) -> usize {
        self.arm.joints().len()
    }

    fn forward(&self, q: &[f64]) -> Isometry3<f64> {
        // A path is made of joints that were found for poses: those that belong to none do not come here.
        self.arm.forward(q).map_or_else(|_| Isometry3::identity(), |flange| flange * self.tool)
    }

    fn inverse(&self, pose: &Isometry3<f64>, near: &[f64]) -> Result<Vec<f64>, String> {
        self.nearest(pose, near).map_err(|error| error.to_string())
    }

    fn jacobian(&self, q: &[f64]) -> OMatrix<f64, U6, Dyn> {
        let Ok(mut jacobian) = self.arm.jacobian(q) else {
            return OMatrix::<f64, U6, Dyn>::zeros(q.len());
        };
        // From the flange to the tool's centre point: v + ω × r.
        let Ok(flange) = self.arm.forward(q) else { return jacobian };
        let lever = flange.rotation * self.tool.translation.vector;
        for mut column in jacobian.column_iter_mut() {
            let turn = nalgebra::Vector3::new(column[3], column[4], column[5]);
            let more = turn.cross(&lever);
            (0..3).for_each(|n| column[n] += more[n]);
        }
        jacobian
    }
}
