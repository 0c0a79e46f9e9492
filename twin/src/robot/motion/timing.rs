//! Time along a path: the path's parameter as a function of time.

use serde::{Deserialize, Serialize};

/// A stretch of time over which the parameter is a polynomial of fifth degree.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Stretch {
    /// When it begins, s.
    start: f64,
    /// Factors of dt⁰ to dt⁵.
    factors: [f64; 6],
}

/// Where on a path one is, and how fast, at each time.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TimeLaw {
    stretches: Vec<Stretch>,
    duration: f64,
}

impl TimeLaw {
    /// Adds a stretch of `dt` seconds after `start` between two states of place, speed and acceleration.
    pub(super) fn push(&mut self, start: f64, begin: [f64; 3], end: [f64; 3], dt: f64) {
        let [s, v, a] = begin;
        // What is left of the end when the begin's parabola is taken off.
        let p = end[0] - (s + dt * (v + dt * a / 2.0));
        let q = (end[1] - (v + dt * a)) * dt;
        let r = (end[2] - a) * dt * dt;
        let (t3, t4, t5) = (dt.powi(3), dt.powi(4), dt.powi(5));
        let third = (10.0 * p - 4.0 * q + r / 2.0) / t3;
        let fourth = (-15.0 * p + 7.0 * q - r) / t4;
        let fifth = (6.0 * p - 3.0 * q + r / 2.0) / t5;
        self.stretches.push(Stretch { start, factors: [s, v, a / 2.0, third, fourth, fifth] });
        self.duration = start + dt;
    }

    /// Adds a stretch of `dt` seconds of constant jerk behind all others, from the state of place, speed and acceleration `begin`;
    /// returns the state at its end.
    pub(super) fn push_cubic(&mut self, dt: f64, begin: [f64; 3], jerk: f64) -> [f64; 3] {
        let [s, v, a] = begin;
        if dt > 0.0 {
            let factors = [s, v, a / 2.0, jerk / 6.0, 0.0, 0.0];
            self.stretches.push(Stretch { start: self.duration, factors });
            self.duration += dt;
        }
        [
            s + dt * (v + dt * (a / 2.0 + dt * jerk / 6.0)),
            v + dt * (a + dt * jerk / 2.0),
            a + dt * jerk,
        ]
    }

    /// Moves the end from the state `is` to `to` by adding a polynomial of fifth degree over the whole course that begins with nothing.
    pub(super) fn correct(&mut self, to: [f64; 3], is: [f64; 3]) {
        let whole = self.duration;
        let mut bend = Self::default();
        bend.push(0.0, [0.0; 3], [to[0] - is[0], to[1] - is[1], to[2] - is[2]], whole);
        let [.., c3, c4, c5] = bend.stretches[0].factors;
        for Stretch { start, factors } in &mut self.stretches {
            let d = *start;
            // The polynomial about this stretch's start.
            factors[0] += d.powi(3) * (c3 + d * (c4 + d * c5));
            factors[1] += d * d * (3.0 * c3 + d * (4.0 * c4 + d * 5.0 * c5));
            factors[2] += d * (3.0 * c3 + d * (6.0 * c4 + d * 10.0 * c5));
            factors[3] += c3 + d * (4.0 * c4 + d * 10.0 * c5);
            factors[4] += c4 + d * 5.0 * c5;
            factors[5] += c5;
        }
    }

    /// How long it takes, s.
    pub fn duration(&self) -> f64 {
        self.duration
    }

    /// Place, speed, acceleration and jerk of the parameter at `t`, held at both ends.
    pub fn at(&self, t: f64) -> [f64; 4] {
        let t = t.clamp(0.0, self.duration);
        let next = self.stretches.partition_point(|stretch| stretch.start <= t);
        let Some(Stretch { start, factors: [c0, c1, c2, c3, c4, c5] }) =
            self.stretches.get(next.saturating_sub(1))
        else {
            return [0.0; 4];
        };
        let d = t - start;
        [
            c0 + d * (c1 + d * (c2 + d * (c3 + d * (c4 + d * c5)))),
            c1 + d * (2.0 * c2 + d * (3.0 * c3 + d * (4.0 * c4 + d * 5.0 * c5))),
            2.0 * c2 + d * (6.0 * c3 + d * (12.0 * c4 + d * 20.0 * c5)),
            6.0 * c3 + d * (24.0 * c4 + d * 60.0 * c5),
        ]
    }

    /// `count` instants (at least two) within each stretch, close to its ends too, and the end.
    pub(super) fn instants(&self, count: usize) -> impl Iterator<Item = f64> {
        let ends = self.stretches.iter().skip(1).map(|stretch| stretch.start);
        let ends = ends.chain([self.duration]);
        let each = self.stretches.iter().zip(ends).flat_map(move |(stretch, end)| {
            let way = end - stretch.start;
            let share = move |n: usize| 0.005 + 0.99 * n as f64 / (count - 1).max(1) as f64;
            (0..count).map(move |n| stretch.start + way * share(n))
        });
        each.chain([self.duration])
    }

    /// When the parameter reaches `s`, s; it never falls.
    pub fn when(&self, s: f64) -> f64 {
        let (mut low, mut high) = (0.0, self.duration);
        for _ in 0..60 {
            let middle = 0.5 * (low + high);
            if self.at(middle)[0] < s {
                low = middle;
            } else {
                high = middle;
            }
        }
        0.5 * (low + high)
    }

    /// The same course in `factor` times the time.
    #[must_use]
    pub fn stretched(mut self, factor: f64) -> Self {
        for stretch in &mut self.stretches {
            stretch.start *= factor;
            let mut power = 1.0;
            for value in &mut stretch.factors {
                *value /= power;
                power *= factor;
            }
        }
        self.duration *= factor;
        self
    }
}
