//! Limits: what joints and tools may do, and how a payload derates them.

use serde::{Deserialize, Serialize};

use super::error::{MotionError, positive, vector};

/// Limits of one joint, in rad (or m, for a linear axis) and s. They hold in both directions.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct JointLimits {
    /// Lowest and highest position, rad or m; infinite for a joint that turns for ever.
    pub position: [f64; 2],
    /// Highest speed, rad/s or m/s; above 0.
    pub velocity: f64,
    /// Highest acceleration, rad/s² or m/s²; above 0.
    pub acceleration: f64,
    /// Highest jerk, rad/s³ or m/s³; above 0.
    pub jerk: f64,
}

impl JointLimits {
    /// A joint without a range.
    pub const fn free(velocity: f64, acceleration: f64, jerk: f64) -> Self {
        let position = [f64::NEG_INFINITY, f64::INFINITY];
        Self { position, velocity, acceleration, jerk }
    }

    /// What to assume where a data sheet gives speeds only: `ramp_s` seconds to full speed (0.15 for a small arm, 0.35 for a
    /// large one) and ten times that acceleration per second as jerk. An assumption: calibrate it.
    pub fn assumed(position: [f64; 2], velocity: f64, ramp_s: f64) -> Self {
        let acceleration = velocity / ramp_s;
        Self { position, velocity, acceleration, jerk: 10.0 * acceleration }
    }

    /// Whether speed, acceleration and jerk are above 0 and the range has its ends in order.
    ///
    /// # Errors
    ///
    /// [`MotionError::Limit`] with the first that is not.
    pub fn check(&self) -> Result<(), MotionError> {
        positive("the highest speed", self.velocity)?;
        positive("the highest acceleration", self.acceleration)?;
        positive("the highest jerk", self.jerk)?;
        let [low, high] = self.position;
        if low < high {
            return Ok(());
        }
        Err(MotionError::Limit { what: "the width of a joint's range", value: high - low })
    }

    /// The same joint with acceleration and jerk multiplied by factors above 0.
    #[must_use]
    pub fn scaled(self, acceleration: f64, jerk: f64) -> Self {
        let (acceleration, jerk) = (self.acceleration * acceleration, self.jerk * jerk);
        Self { acceleration, jerk, ..self }
    }

    /// Whether `value` is in the joint's range, 1e-9 allowed.
    pub fn holds(&self, value: f64) -> bool {
        value >= self.position[0] - 1e-9 && value <= self.position[1] + 1e-9
    }
}

/// Checks limits of all joints.
///
/// # Errors
///
/// [`MotionError::Empty`] without joints, else as [`JointLimits::check`].
pub fn check_limits(limits: &[JointLimits]) -> Result<(), MotionError> {
    if limits.is_empty() {
        return Err(MotionError::Empty("the list of joints"));
    }
    limits.iter().try_for_each(JointLimits::check)
}

/// Checks that `q` has a finite value in its range for each joint; `at` is the fraction of the way to be named.
///
/// # Errors
///
/// [`MotionError::Count`], [`MotionError::NotFinite`] or [`MotionError::Range`].
pub fn check_ranges(limits: &[JointLimits], q: &[f64], at: f64) -> Result<(), MotionError> {
    vector("a joint position", q, limits.len())?;
    for (joint, (limit, value)) in limits.iter().zip(q).enumerate() {
        if !limit.holds(*value) {
            let [low, high] = limit.position;
            return Err(MotionError::Range { joint, at, value: *value, low, high });
        }
    }
    Ok(())
}

/// Limits of the tool along a Cartesian path.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ToolLimits {
    /// Highest speed of the tool's centre point, m/s; above 0.
    pub speed: f64,
    /// Highest acceleration of it, along and across the path together, m/s²; above 0.
    pub acceleration: f64,
    /// Highest jerk along the path, m/s³; above 0. What jerk there is across the path is bounded by the joints.
    pub jerk: f64,
    /// Highest speed of turning, rad/s; above 0.
    pub angular_speed: f64,
}

impl ToolLimits {
    /// Whether all are above 0.
    ///
    /// # Errors
    ///
    /// [`MotionError::Limit`] with the first that is not.
    pub fn check(&self) -> Result<(), MotionError> {
        positive("the tool's highest speed", self.speed)?;
        positive("the tool's highest acceleration", self.acceleration)?;
        positive("the tool's highest jerk", self.jerk)?;
        positive("the tool's highest angular speed", self.angular_speed).map(drop)
    }
}

/// How a payload slows a robot down: **an assumption** that controllers do not publish, to be calibrated on recorded runs.
///
/// Accelerations and jerks are multiplied by `1 / (1 + loss · m / m_rated)`: what a motor of constant torque gives when the payload
/// adds the share `loss` of the arm's own inertia at the rated load. Without payload nothing is lost.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Derating {
    /// The rated payload, kg; above 0.
    pub rated_kg: f64,
    /// What the rated payload adds to the inertia that the motors see, as a share of the inertia without it; at least 0.
    pub loss: f64,
}

impl Derating {
    /// The share that is assumed where nothing is known.
    pub const ASSUMED_LOSS: f64 = 0.35;

    /// The factor on acceleration and jerk with `payload_kg`, above 0 and at most 1.
    ///
    /// # Errors
    ///
    /// [`MotionError::Limit`] if the rated payload is not above 0, the loss negative, or the payload negative or above the rated
    /// one: no table of a maker goes further.
    pub fn factor(&self, payload_kg: f64) -> Result<f64, MotionError> {
        positive("the rated payload", self.rated_kg)?;
        if !(self.loss >= 0.0 && self.loss.is_finite()) {
            return Err(MotionError::Limit { what: "the loss by payload", value: self.loss });
        }
        if !(payload_kg >= 0.0 && payload_kg <= self.rated_kg) {
            return Err(MotionError::Limit {
                what: "the margin of payload",
                value: self.rated_kg - payload_kg,
            });
        }
        Ok(1.0 / (1.0 + self.loss * payload_kg / self.rated_kg))
    }

    /// The limits of joints with `payload_kg`.
    ///
    /// # Errors
    ///
    /// As [`Self::factor`].
    pub fn apply(
        &self,
        limits: &[JointLimits],
        payload_kg: f64,
    ) -> Result<Vec<JointLimits>, MotionError> {
        let factor = self.factor(payload_kg)?;
        Ok(limits.iter().map(|limit| limit.scaled(factor, factor)).collect())
    }
}
