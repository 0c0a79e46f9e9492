//! Averages over time of a number that goes up and down.

use serde::{Deserialize, Serialize};

use crate::units::SimTime;

/// A level and its integral over time, in whole nanoseconds, so that no rounding adds up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Meter {
    level: i64,
    last: SimTime,
    /// Start of the window.
    since: SimTime,
    area_ns: i128,
}

impl Meter {
    /// From `now` on it stands at `level`.
    pub(super) fn set(&mut self, level: i64, now: SimTime) {
        self.area_ns += i128::from(self.level) * i128::from((now - self.last).ns());
        (self.level, self.last) = (level, now);
    }

    /// The mean level over the window up to `now`; the present one if that has no length.
    pub(super) fn mean(&self, now: SimTime) -> f64 {
        let window = (now - self.since).ns();
        let area = self.area_ns + i128::from(self.level) * i128::from((now - self.last).ns());
        if window == 0 { self.level as f64 } else { area as f64 / window as f64 }
    }

    /// Forgets what was before `now`.
    pub(super) fn reset(&mut self, now: SimTime) {
        *self = Self { level: self.level, last: now, since: now, area_ns: 0 };
    }
}

#[cfg(test)]
mod tests {
    use super::Meter;
    use crate::units::SimTime;

    #[test]
    fn a_level_is_weighted_by_its_time() {
        let at = SimTime::from_seconds;
        let mut meter = Meter::default();
        meter.set(3, at(1.0));
        meter.set(0, at(3.0));
        assert!((meter.mean(at(4.0)) - 1.5).abs() < 1e-12);
        meter.set(2, at(4.0));
        meter.reset(at(5.0));
        assert!((meter.mean(at(7.0)) - 2.0).abs() < 1e-12);
    }
}
