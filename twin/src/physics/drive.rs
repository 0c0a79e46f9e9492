//! Drives: the speed of a belt over time, in closed form.
//!
//! A drive follows its set speed along a ramp of constant acceleration. Speed and travel are functions of the time, not sums over
//! steps, so an encoder counts the same whatever the step.

use serde::{Deserialize, Serialize};

use super::error::{PhysicsError, finite, positive};

/// A drive, seen from its last command.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Drive {
    since_ns: i64,
    travel_m: f64,
    speed: f64,
    target: f64,
    ramp: f64,
}

impl Drive {
    /// A drive that has always run at `speed`, m/s; negative is backwards.
    ///
    /// # Errors
    ///
    /// If `speed` is no number.
    pub fn at(speed: f64) -> Result<Self, PhysicsError> {
        finite("the speed of a drive, m/s", speed)?;
        Ok(Self { since_ns: 0, travel_m: 0.0, speed, target: speed, ramp: f64::INFINITY })
    }

    /// From `now_ns` on, goes to `target` m/s; along a ramp of `ramp` m/s², or at once if none is given.
    ///
    /// # Errors
    ///
    /// If `target` is no number, or `ramp` is not above 0.
    pub fn set(&mut self, now_ns: i64, target: f64, ramp: Option<f64>) -> Result<(), PhysicsError> {
        finite("the speed of a drive, m/s", target)?;
        let ramp =
            ramp.map_or(Ok(f64::INFINITY), |ramp| positive("the ramp of a drive, m/s²", ramp))?;
        let speed = self.speed(now_ns);
        let travel_m = self.travel(now_ns);
        *self = Self { since_ns: now_ns, travel_m, speed, target, ramp };
        Ok(())
    }

    /// When it was last set, ns.
    pub fn since_ns(&self) -> i64 {
        self.since_ns
    }

    /// Whether it stands at `now_ns` and will.
    pub(super) fn stands(&self, now_ns: i64) -> bool {
        self.target == 0.0 && self.speed(now_ns) == 0.0
    }

    /// Seconds from the last command to the end of its ramp.
    fn ramp_s(&self) -> f64 {
        (self.target - self.speed).abs() / self.ramp
    }

    /// Speed at `at_ns`, not before the last command, m/s.
    pub fn speed(&self, at_ns: i64) -> f64 {
        let t = (at_ns - self.since_ns) as f64 * 1e-9;
        if t >= self.ramp_s() {
            return self.target;
        }
        self.speed + (self.target - self.speed).signum() * self.ramp * t
    }

    /// Way that the belt has gone by `at_ns`, not before the last command, m: the integral of its speed.
    pub fn travel(&self, at_ns: i64) -> f64 {
        let t = (at_ns - self.since_ns) as f64 * 1e-9;
        let ramp_s = self.ramp_s().min(t);
        let mean = 0.5 * (self.speed + self.speed(at_ns));
        let at_end = if ramp_s < t { 0.5 * (self.speed + self.target) } else { mean };
        self.travel_m + at_end * ramp_s + self.target * (t - ramp_s)
    }

    /// Counts of an encoder with `per_m` counts a metre at `at_ns`: ⌊k s⌋.
    pub fn counts(&self, per_m: f64, at_ns: i64) -> i64 {
        (per_m * self.travel(at_ns)).floor() as i64
    }

    /// Mean speed from `from_ns` to the later `to_ns`, m/s: what carries goods exactly as far as the belt goes.
    pub(super) fn mean(&self, from_ns: i64, to_ns: i64) -> f64 {
        if self.speed == self.target || self.ramp_s() <= (from_ns - self.since_ns) as f64 * 1e-9 {
            return self.target;
        }
        (self.travel(to_ns) - self.travel(from_ns)) / ((to_ns - from_ns) as f64 * 1e-9)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const S: i64 = 1_000_000_000;

    #[test]
    fn ramps_in_closed_form() -> Result<(), PhysicsError> {
        let mut drive = Drive::at(0.0)?;
        drive.set(S, 0.5, Some(0.25))?;
        assert_eq!(drive.speed(2 * S), 0.25);
        assert_eq!(drive.travel(3 * S), 0.5);
        assert_eq!(drive.travel(5 * S), 1.5);
        drive.set(5 * S, -0.5, Some(1.0))?;
        assert_eq!(drive.speed(5 * S + S / 2), 0.0);
        assert_eq!(drive.travel(6 * S), 1.5);
        assert_eq!(drive.travel(7 * S), 1.0);
        assert_eq!(drive.counts(1000.0, 7 * S), 1000);
        Ok(())
    }

    #[test]
    fn a_command_without_a_ramp_works_at_once() -> Result<(), PhysicsError> {
        let mut drive = Drive::at(1.0)?;
        drive.set(S, 0.0, None)?;
        assert_eq!((drive.speed(S), drive.travel(3 * S)), (0.0, 1.0));
        assert_eq!(drive.mean(S, 2 * S), 0.0);
        Ok(())
    }

    #[test]
    fn mean_speeds_add_up_to_the_travel() -> Result<(), PhysicsError> {
        let mut drive = Drive::at(0.2)?;
        drive.set(0, 1.0, Some(0.7))?;
        let step = 4_000_000;
        let sum: f64 = (0..500).map(|n| drive.mean(n * step, (n + 1) * step)).sum::<f64>()
            * step as f64
            * 1e-9;
        assert!((sum - drive.travel(500 * step)).abs() < 1e-12);
        Ok(())
    }

    #[test]
    fn what_is_no_speed_is_refused() {
        assert!(Drive::at(f64::NAN).is_err());
        let mut drive = Drive::at(0.0).expect("a drive");
        assert!(drive.set(0, f64::INFINITY, None).is_err());
        assert!(drive.set(0, 1.0, Some(0.0)).is_err());
        assert!(drive.set(0, 1.0, Some(-1.0)).is_err());
    }
}
