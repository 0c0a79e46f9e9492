//! How a cell is solved: its step and the softness of its contacts.

use nalgebra::Vector3;
use rapier3d::dynamics::{FrictionModel, IntegrationParameters, SpringCoefficients};
use serde::{Deserialize, Serialize};

use super::error::{PhysicsError, not_negative, positive, vector};

/// Standard gravity as factories compute with it, m/s².
pub const GRAVITY: f64 = 9.81;

/// How a cell is solved.
///
/// Times are whole nanoseconds, so that steps fall on the ticks of controllers. A contact is a stiff damped spring: goods at rest
/// sink into what carries them by an amount that falls with the square of `contact_hz` and does not depend on the step.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// Length of a step, ns; from 0.1 to 20 ms.
    pub step_ns: i64,
    /// Acceleration of gravity, m/s², z up.
    pub gravity: Vector3<f64>,
    /// Rounds of the contact solver in a step, 1 to 64. Each is a small step of its own in rapier's solver.
    pub iterations: u32,
    /// Natural frequency of contacts, Hz.
    pub contact_hz: f64,
    /// Damping ratio of contacts.
    pub contact_damping: f64,
}

impl Default for Settings {
    /// 4 ms and 8 rounds: see the head of [`physics`](super) for what was measured.
    fn default() -> Self {
        Self {
            step_ns: 4_000_000,
            gravity: Vector3::new(0.0, 0.0, -GRAVITY),
            iterations: 8,
            contact_hz: 120.0,
            contact_damping: 5.0,
        }
    }
}

impl Settings {
    /// Length of a step, s.
    pub fn step_s(&self) -> f64 {
        self.step_ns as f64 * 1e-9
    }

    /// Itself, if it is within its ranges.
    pub(super) fn checked(self) -> Result<Self, PhysicsError> {
        let ms = self.step_ns as f64 * 1e-6;
        positive("the step, ms", ms)?;
        if !(0.1..=20.0).contains(&ms) {
            let most = if ms > 20.0 { 20.0 } else { 0.1 };
            return Err(PhysicsError::TooLarge {
                what: "the step, ms (0.1 to 20)",
                value: ms,
                most,
            });
        }
        if !(1..=64).contains(&self.iterations) {
            let value = f64::from(self.iterations);
            positive("rounds of the solver", value)?;
            return Err(PhysicsError::TooLarge { what: "rounds of the solver", value, most: 64.0 });
        }
        vector("gravity, m/s²", self.gravity)?;
        positive("the frequency of contacts, Hz", self.contact_hz)?;
        not_negative("the damping ratio of contacts", self.contact_damping)?;
        Ok(self)
    }

    /// The same for rapier.
    ///
    /// The simplified friction model, because the other one loses a tenth of the friction of a box that slides along a face axis
    /// (rapier 0.36: an incline of 30° with a coefficient of 0.30 accelerates goods as with 0.27).
    pub(super) fn parameters(&self) -> IntegrationParameters {
        let softness = SpringCoefficients::new(self.contact_hz, self.contact_damping);
        IntegrationParameters {
            dt: self.step_s(),
            contact_softness: softness,
            static_contact_softness: softness,
            num_solver_iterations: self.iterations as usize,
            friction_model: FrictionModel::Simplified,
            ..IntegrationParameters::default()
        }
    }
}
