//! How an arm that is stopped comes to rest.
//!
//! Between events it stands at once, and later goes on from there. What it holds would be torn out of its hand. So its controller takes it on along
//! its way for a while: the pace *p* of the motion falls from 1 to 0 evenly in [`BRAKE_S`], by when it is half of that ahead of where events
//! have it; when it goes on, the pace rises as evenly, and it falls back to where they have it.

use serde::{Deserialize, Serialize};

use crate::units::SimTime;

/// From full pace to rest, s: assumed, as sheets say stopping times for full speed and load only, if at all.
const BRAKE_S: f64 = 0.25;

/// How fast the motion of an arm runs, seen from its last stop or go.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Brake {
    since: SimTime,
    stopped: bool,
    pace: f64,
    lead_s: f64,
}

impl Default for Brake {
    fn default() -> Self {
        Self { since: SimTime::ZERO, stopped: false, pace: 1.0, lead_s: 0.0 }
    }
}

impl Brake {
    /// It is stopped at `now`, or goes on.
    pub(super) fn set(&mut self, now: SimTime, stopped: bool) {
        let (pace, lead_s) = self.at(now);
        *self = Self { since: now, stopped, pace, lead_s };
    }

    /// How far its motion is ahead of where events have it, s.
    pub(super) fn lead_s(&self, now: SimTime) -> f64 {
        self.at(now).1
    }

    fn at(&self, now: SimTime) -> (f64, f64) {
        let target = if self.stopped { 0.0 } else { 1.0 };
        let change = target - self.pace;
        let t = (now - self.since).seconds().clamp(0.0, change.abs() * BRAKE_S);
        let rate = change.signum() / BRAKE_S;
        // Events stand while it is stopped, and run at pace 1 while it is not.
        let ahead = self.pace - target;
        (self.pace + rate * t, self.lead_s + ahead * t + 0.5 * rate * t * t)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_back_where_events_have_it() {
        let at = SimTime::from_seconds;
        let mut brake = Brake::default();
        assert_eq!(brake.lead_s(at(3.0)), 0.0);
        brake.set(at(3.0), true);
        assert!((brake.lead_s(at(3.1)) - (0.1 - 0.01 / (2.0 * BRAKE_S))).abs() < 1e-12);
        assert!((brake.lead_s(at(9.0)) - 0.5 * BRAKE_S).abs() < 1e-12);
        brake.set(at(10.0), false);
        assert!((brake.lead_s(at(10.0)) - 0.5 * BRAKE_S).abs() < 1e-12);
        assert!(brake.lead_s(at(11.0)).abs() < 1e-12);
    }

    /// A stop that is over before it stands: its motion never jumps.
    #[test]
    fn short_stops_are_smooth() {
        let mut brake = Brake::default();
        let mut last = 0.0;
        for n in 0..1000 {
            let now = SimTime::from_seconds(0.004 * f64::from(n));
            if n % 30 == 7 {
                brake.set(now, n % 60 == 7);
            }
            let lead = brake.lead_s(now);
            assert!((lead - last).abs() <= 0.004 + 1e-12, "{n}: {last} to {lead}");
            last = lead;
        }
    }
}
