//! Speed profiles in closed form: accelerate, cruise, brake, over stretches with a limit each, to a stop at the end.
//!
//! Backwards from the end, the speed at the start of stretch i is at most √(v² + 2 b L) with the speed v allowed at its end,
//! its length L and the braking rate b. Forwards, the peak within a stretch entered at v₀ and left at v₁ is
//! √((2 a b L + b v₀² + a v₁²) / (a + b)), or the limit where that is lower. With one stretch at limit v that is the
//! well-known trapezoid: L/v + v/(2a) + v/(2b), or √(2L (a + b)/(a b)) where the limit is not reached.

use serde::{Deserialize, Serialize};

/// Part of a profile with one acceleration.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Phase {
    /// Distance and time at its start, m and s since the start of the profile.
    s: f64,
    t: f64,
    /// Speed at its start, m/s, and acceleration, m/s².
    v: f64,
    a: f64,
}

/// A motion along a line, from any speed to a stop.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Profile {
    phases: Vec<Phase>,
    /// Where and when it stops.
    length: f64,
    time: f64,
}

/// A stretch of way: length in m, limit of speed in m/s.
pub(super) type Stretch = (f64, f64);

/// How a vehicle gains and loses speed, m/s².
#[derive(Clone, Copy, Debug)]
pub(super) struct Rates {
    pub(super) accelerate: f64,
    pub(super) brake: f64,
}

impl Rates {
    /// At once, as far as the nanosecond can tell.
    pub(super) const INSTANT: f64 = 1e12;

    /// Way to a stop from speed `v`, m.
    pub(super) fn braking_m(self, v: f64) -> f64 {
        v * v / (2.0 * self.brake)
    }
}

impl Profile {
    /// Plans the motion that covers `stretches` as fast as it may, beginning at speed `v0` and ending at rest. `ends` is
    /// scratch space. A start too fast to stop in time (which rounding alone can bring about) is slowed at once.
    pub(super) fn plan(
        &mut self,
        v0: f64,
        stretches: &[Stretch],
        rates: Rates,
        ends: &mut Vec<f64>,
    ) {
        ends.clear();
        ends.resize(stretches.len() + 1, 0.0);
        for at in (0..stretches.len()).rev() {
            let (length, limit) = stretches[at];
            let before = if at == 0 { limit } else { limit.min(stretches[at - 1].1) };
            let brake = (ends[at + 1] * ends[at + 1] + 2.0 * rates.brake * length).sqrt();
            ends[at] = before.min(brake);
        }
        self.phases.clear();
        (self.length, self.time) = (0.0, 0.0);
        let mut v = v0.min(ends[0]);
        for (at, stretch) in stretches.iter().enumerate() {
            v = self.cover(v, ends[at + 1], *stretch, rates);
        }
    }

    /// One stretch, entered at `v0` and left at `v1` at most. Returns the speed at its end.
    fn cover(&mut self, v0: f64, v1: f64, (length, limit): Stretch, rates: Rates) -> f64 {
        let Rates { accelerate: a, brake: b } = rates;
        let v1 = v1.min((v0 * v0 + 2.0 * a * length).sqrt());
        let peak = ((2.0 * a * b * length + b * v0 * v0 + a * v1 * v1) / (a + b)).sqrt();
        let peak = peak.min(limit).max(v0.max(v1));
        let up = (peak * peak - v0 * v0) / (2.0 * a);
        let down = (peak * peak - v1 * v1) / (2.0 * b);
        let start = self.length;
        self.push(v0, a, (peak - v0) / a);
        let cruise = length - up - down;
        if cruise > 0.0 && peak > 0.0 {
            self.push(peak, 0.0, cruise / peak);
        }
        self.push(peak, -b, (peak - v1) / b);
        // Lengths add up as they were given, whatever rounding does within.
        self.length = start + length;
        v1
    }

    fn push(&mut self, v: f64, a: f64, time: f64) {
        if time > 0.0 {
            self.phases.push(Phase { s: self.length, t: self.time, v, a });
            self.length += time * (v + 0.5 * a * time);
            self.time += time;
        }
    }

    /// Seconds from the start of the profile until the way `s` is covered.
    pub(super) fn time_at(&self, s: f64) -> f64 {
        if s >= self.length {
            return self.time;
        }
        let Some(phase) = self.phases.iter().rev().find(|phase| phase.s <= s) else { return 0.0 };
        let ds = s - phase.s;
        let root = (phase.v * phase.v + 2.0 * phase.a * ds).max(0.0).sqrt();
        let v = phase.v + root;
        if v > 0.0 { (phase.t + 2.0 * ds / v).min(self.time) } else { phase.t }
    }

    /// Speed where the way `s` is covered, m/s.
    pub(super) fn speed_at(&self, s: f64) -> f64 {
        if s >= self.length {
            return 0.0;
        }
        let phase = self.phases.iter().rev().find(|phase| phase.s <= s);
        phase.map_or(0.0, |p| (p.v * p.v + 2.0 * p.a * (s - p.s)).max(0.0).sqrt())
    }

    /// Way covered and speed after `t` seconds.
    pub(super) fn at_time(&self, t: f64) -> (f64, f64) {
        if t >= self.time {
            return (self.length, 0.0);
        }
        let phase = self.phases.iter().rev().find(|phase| phase.t <= t);
        phase.map_or((0.0, 0.0), |p| {
            let dt = t - p.t;
            (p.s + dt * (p.v + 0.5 * p.a * dt), (p.v + p.a * dt).max(0.0))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATES: Rates = Rates { accelerate: 0.5, brake: 1.0 };

    fn time(v0: f64, stretches: &[Stretch]) -> f64 {
        let mut profile = Profile::default();
        profile.plan(v0, stretches, RATES, &mut Vec::new());
        let length: f64 = stretches.iter().map(|stretch| stretch.0).sum();
        assert!((profile.length - length).abs() < 1e-9, "{stretches:?}");
        profile.time
    }

    #[test]
    fn known_times() {
        // Trapezoid 30/1.5 + 1.5/(2·0.5) + 1.5/(2·1); triangle √(2·3·1.5/0.5); from speed: braking only; two limits.
        for (v0, stretches, expected) in [
            (0.0, vec![(30.0, 1.5)], 22.25),
            (0.0, vec![(3.0, 10.0)], 18.0_f64.sqrt()),
            (0.0, vec![(10.0, 1.5), (20.0, 1.5)], 22.25),
            (1.5, vec![(1.125, 1.5)], 1.5),
            // 2 s up to 1 m/s over 1 m, 8 s on; 2 s to 2 m/s over 3 m, 2.5 s on, 2 s to a stop over 2 m.
            (0.0, vec![(9.0, 1.0), (10.0, 2.0)], 2.0 + 8.0 + 2.0 + 2.5 + 2.0),
            (2.0, vec![(4.0, 2.0), (5.0, 1.0)], 1.25 + 1.0 + 4.5 + 1.0),
        ] {
            let got = time(v0, &stretches);
            assert!((got - expected).abs() < 1e-9, "{stretches:?}: {got} for {expected}");
        }
    }

    #[test]
    fn places_and_times_agree() {
        let mut profile = Profile::default();
        profile.plan(0.7, &[(4.0, 1.0), (9.0, 2.0), (0.5, 0.4)], RATES, &mut Vec::new());
        let mut last = -1.0;
        for step in 0..=1350 {
            let s = f64::from(step) * 0.01;
            let t = profile.time_at(s);
            assert!(t > last, "at {s}");
            last = t;
            let (back, v) = profile.at_time(t);
            assert!((back - s).abs() < 1e-6, "at {s}: {back}");
            // Near the stop the speed goes with the root of the way.
            assert!((profile.speed_at(s) - v).abs() < 1e-5, "at {s}: {v}");
        }
    }
}
