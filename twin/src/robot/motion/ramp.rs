//! One axis from rest to rest in closed form: trapezoids and double S.
//!
//! Independent of what [`super::PointToPoint`] uses, so that each checks the other, and quick enough for planning: no search.
//! Formulas as in Biagiotti & Melchiorri, *Trajectory Planning for Automatic Machines and Robots*, 2008, sections 3.2 and 3.4.

use super::error::{MotionError, finite, positive};

/// Duration of a trapezoid of speed over `distance`, s, with a highest speed and acceleration.
///
/// `D ≥ v²/a`: `D/v + v/a`; else `2 √(D/a)`.
///
/// # Errors
///
/// If the distance is not finite or a limit not above 0.
pub fn trapezoid(distance: f64, velocity: f64, acceleration: f64) -> Result<f64, MotionError> {
    let d = finite("a distance", distance)?.abs();
    let v = positive("the highest speed", velocity)?;
    let a = positive("the highest acceleration", acceleration)?;
    Ok(if d * a >= v * v { d / v + v / a } else { 2.0 * (d / a).sqrt() })
}

/// Time to change speed by `change` from one constant speed to another, s: `a/j + Δv/a`, or `2 √(Δv/j)` if the highest
/// acceleration is not reached. The mean speed of it is the mean of both.
///
/// # Errors
///
/// If the change is not finite or a limit not above 0.
pub fn ramp(change: f64, acceleration: f64, jerk: f64) -> Result<f64, MotionError> {
    let dv = finite("a change of speed", change)?.abs();
    let a = positive("the highest acceleration", acceleration)?;
    let j = positive("the highest jerk", jerk)?;
    Ok(if dv * j >= a * a { a / j + dv / a } else { 2.0 * (dv / j).sqrt() })
}

/// The seven phases of a double S from rest to rest.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DoubleS {
    distance: f64,
    jerk: f64,
    /// Seconds of rising and of falling acceleration, of constant acceleration, of constant speed.
    phases: [f64; 3],
}

impl DoubleS {
    /// The fastest one over `distance`.
    ///
    /// With `Ta` the [ramp] to full speed: `T = D/v + Ta` if `D ≥ v Ta`; else `a/j + √((a/j)² + 4D/a)` if the highest
    /// acceleration is reached; else `∛(32 D/j)`.
    ///
    /// # Errors
    ///
    /// If the distance is not finite or a limit not above 0.
    pub fn new(
        distance: f64,
        velocity: f64,
        acceleration: f64,
        jerk: f64,
    ) -> Result<Self, MotionError> {
        let d = finite("a distance", distance)?.abs();
        let v = positive("the highest speed", velocity)?;
        let (a, j) = (acceleration, jerk);
        let full = ramp(v, a, j)?;
        let rise = a / j;
        let phases = if d >= v * full {
            let rise = rise.min((v / j).sqrt());
            [rise, full - 2.0 * rise, d / v - full]
        } else if v * j >= a * a && d >= 2.0 * a * rise * rise {
            let half = f64::midpoint(rise, (rise * rise + 4.0 * d / a).sqrt());
            [rise, half - 2.0 * rise, 0.0]
        } else {
            [(d / (2.0 * j)).cbrt(), 0.0, 0.0]
        };
        Ok(Self { distance, jerk, phases })
    }

    /// How long it takes, s.
    pub fn duration(&self) -> f64 {
        let [rise, hold, cruise] = self.phases;
        4.0 * rise + 2.0 * hold + cruise
    }

    /// Position, velocity and acceleration `t` seconds after its start.
    pub fn at(&self, t: f64) -> [f64; 3] {
        let whole = self.duration();
        let t = t.clamp(0.0, whole);
        let sign = self.distance.signum();
        if t > whole / 2.0 {
            // The second half is the first one from behind.
            let [p, v, a] = self.rising(whole - t);
            return [self.distance - sign * p, sign * v, -sign * a];
        }
        self.rising(t).map(|x| sign * x)
    }

    /// The first half, forward.
    fn rising(&self, t: f64) -> [f64; 3] {
        let [rise, hold, _] = self.phases;
        let mut state = [0.0; 3];
        let mut left = t;
        for (phase, jerk) in [(rise, self.jerk), (hold, 0.0), (rise, -self.jerk)] {
            let dt = left.min(phase).max(0.0);
            left -= dt;
            let [p, v, a] = state;
            state = [
                p + dt * (v + dt * (a / 2.0 + dt * jerk / 6.0)),
                v + dt * (a + dt * jerk / 2.0),
                a + dt * jerk,
            ];
        }
        let [p, v, a] = state;
        [p + v * left.max(0.0), v, a]
    }
}
