//! The interior point method behind [`super::jerk`]: squares of speed on a grid under bounds on speed, acceleration and jerk.
//!
//! What is minimised, and why it stays within the bounds, is said there. This file turns stations into bounds, each a row over three neighbours,
//! and takes Newton's steps on a matrix of five diagonals.

use super::error::MotionError;
use super::grid::{JerkRow, Station};
use super::timing::TimeLaw;

/// Bounds times duration may leave this share of the duration on the table.
const OPTIMAL: f64 = 3e-4;
/// How much sharper the barrier gets from round to round.
const SHARPEN: f64 = 10.0;
/// Newton steps in a round, at most.
const STEPS: usize = 40;
/// Share of each bound that is kept free for what happens between stations.
const MARGIN: f64 = 1e-3;

/// A bound `row · (x before, x here, x behind) ≤ bound`, or `… ≤ bound · τ` for jerk.
#[derive(Clone, Copy, Debug)]
struct Bound {
    /// The station of the middle entry; entries beyond the inner stations are 0.
    at: usize,
    row: [f64; 3],
    most: f64,
    kind: Kind,
}

/// What is bounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Speed,
    Acceleration,
    Jerk,
}

/// The barrier method's problem and its present course.
pub(super) struct Barrier {
    /// Lengths of the cells.
    h: Vec<f64>,
    bounds: Vec<Bound>,
    /// Squares of speed at all stations; 0 at both ends.
    x: Vec<f64>,
}

impl Barrier {
    pub(super) fn new(stations: &[Station]) -> Self {
        let h: Vec<f64> = stations.windows(2).map(|pair| pair[1].s - pair[0].s).collect();
        let mut all = Self { h, bounds: Vec::new(), x: vec![0.0; stations.len()] };
        for n in 1..stations.len() - 1 {
            all.bound_speed(n, &stations[n]);
            all.bound_jerk(n, &stations[n - 1..=n + 1]);
        }
        all.bound_ends(stations);
        all
    }

    /// Factors of the three neighbours in the acceleration just before station `n`, and just behind it.
    fn accelerations(&self, n: usize) -> [[f64; 3]; 2] {
        let last = self.h.len();
        let before = if n == 1 {
            [0.0, 2.0 / (3.0 * self.h[0]), 0.0]
        } else {
            let f = 0.5 / self.h[n - 1];
            [-f, f, 0.0]
        };
        let behind = if n + 1 == last {
            [0.0, -2.0 / (3.0 * self.h[n]), 0.0]
        } else {
            let f = 0.5 / self.h[n];
            [0.0, -f, f]
        };
        [before, behind]
    }

    fn bound_speed(&mut self, n: usize, station: &Station) {
        let free = 1.0 - MARGIN;
        if station.most.is_finite() {
            let most = station.most * free;
            self.bounds.push(Bound { at: n, row: [0.0, 1.0, 0.0], most, kind: Kind::Speed });
        }
        let sides = self.accelerations(n);
        for side in sides {
            for row in &station.rows {
                let mut factors = side.map(|f| row.u * f);
                factors[1] += row.x;
                let most = row.bound * free;
                self.bounds.push(Bound { at: n, row: factors, most, kind: Kind::Acceleration });
            }
        }
    }

    /// Bounds on jerk from the middle of the cell before station `n` to that of the next, at both: where a joint turns back, what holds at the
    /// station itself says nothing.
    fn bound_jerk(&mut self, n: usize, around: &[Station]) {
        let [before, behind] = self.accelerations(n);
        let [left, right] = self.halves(n);
        let [first, here, last] = around else { return };
        let cells = [(&first.jerks, here.jerks_before()), (&here.jerks, last.jerks_before())];
        for (from, to) in cells.into_iter().flat_map(|(from, to)| from.iter().zip(to)) {
            let jerk = from.middle(to);
            let mut factors = [0.0; 3];
            for k in 0..3 {
                let mean = 0.5 * (before[k] + behind[k]);
                factors[k] = 3.0 * jerk.second * mean * (left + right)
                    + jerk.first * (behind[k] - before[k]);
            }
            factors[1] += jerk.third * (left + right);
            let most = jerk.bound * (1.0 - MARGIN);
            self.bounds.push(Bound { at: n, row: factors, most, kind: Kind::Jerk });
            self.bounds.push(Bound { at: n, row: factors.map(|f| -f), most, kind: Kind::Jerk });
        }
    }

    /// The way from the middle of the cell before station `n` to it, and on to the middle of the next cell; the first and the last cell
    /// have their acceleration at their inner end.
    fn halves(&self, n: usize) -> [f64; 2] {
        let left = if n == 1 { 0.0 } else { self.h[n - 1] / 2.0 };
        let right = if n + 1 == self.h.len() { 0.0 } else { self.h[n] / 2.0 };
        [left, right]
    }

    /// The time between these middles, and its derivatives by the three squares of speed.
    fn time_around(&self, n: usize, x: &[f64]) -> (f64, [f64; 3]) {
        let [left, right] = self.halves(n);
        let here = x[n].sqrt();
        let (mut time, mut slopes) = (0.0, [0.0; 3]);
        for (half, other, k) in [(left, n - 1, 0), (right, n + 1, 2)] {
            if half > 0.0 {
                let there = x[other].sqrt();
                let t = 2.0 * half / (here + there);
                let slope = -0.5 * t / (here + there);
                time += t;
                slopes[1] += slope / here;
                slopes[k] += slope / there;
            }
        }
        (time, slopes)
    }

    /// Constant jerk over the first and the last cell.
    fn bound_ends(&mut self, stations: &[Station]) {
        let last = stations.len() - 1;
        for (end, inner, h) in [(0, 1, self.h[0]), (last, last - 1, self.h[last - 1])] {
            let jerks = [&stations[end].jerks, &stations[inner].jerks];
            let least = |least: f64, row: &JerkRow| {
                if row.first == 0.0 { least } else { least.min(row.bound / row.first.abs()) }
            };
            let jerk = jerks.into_iter().flatten().fold(f64::INFINITY, least);
            if jerk.is_finite() {
                let most = (4.5 * jerk * h * h).powf(2.0 / 3.0) * (1.0 - MARGIN);
                self.bounds.push(Bound {
                    at: inner,
                    row: [0.0, 1.0, 0.0],
                    most,
                    kind: Kind::Speed,
                });
            }
        }
    }

    /// What a bound leaves free at `x`.
    fn slack(&self, bound: &Bound, x: &[f64]) -> f64 {
        let [a, b, c] = bound.row;
        let sum = a * x[bound.at - 1] + b * x[bound.at] + c * x[bound.at + 1];
        self.whole(bound, x) - sum
    }

    /// What a bound allows at `x`.
    fn whole(&self, bound: &Bound, x: &[f64]) -> f64 {
        if bound.kind == Kind::Jerk {
            bound.most * self.time_around(bound.at, x).0
        } else {
            bound.most
        }
    }

    /// A smooth course, the shape that others are shrunk from.
    pub(super) fn begin(&mut self) {
        let length: f64 = self.h.iter().sum();
        let mut s = 0.0;
        let last = self.x.len() - 1;
        for n in 1..last {
            s += self.h[n - 1];
            let share = s / length;
            self.x[n] = (4.0 * share * (1.0 - share)).powf(4.0 / 3.0) * length * length;
        }
    }

    /// Slows the course down until all bounds hold with something to spare.
    fn shrink(&mut self) -> Result<(), MotionError> {
        for _ in 0..400 {
            let free =
                |bound: &Bound| self.slack(bound, &self.x) > 0.02 * self.whole(bound, &self.x);
            if self.bounds.iter().all(free) {
                return Ok(());
            }
            self.x.iter_mut().for_each(|x| *x *= 0.7);
        }
        Err(MotionError::NotConverged("a course slow enough for all limits"))
    }

    /// Draws bounds in where the course exceeds them by a factor of time above `left`; whether there was anything to do.
    pub(super) fn tighten(&mut self, excess: &[[f64; 3]], left: f64) -> bool {
        let worst = excess.iter().flatten().fold(0.0_f64, |most, share| most.max(*share));
        if worst <= left {
            return false;
        }
        for bound in &mut self.bounds {
            let around = [excess[bound.at - 1], excess[bound.at]];
            let kind = bound.kind as usize;
            let share = around[0][kind].max(around[1][kind]).max(1.0);
            bound.most /= share.powi(if bound.kind == Kind::Jerk { 3 } else { 2 });
        }
        true
    }

    /// Duration of a cell, with derivatives by the squares of speed at its ends: first, then second (both, mixed).
    fn cell(&self, n: usize, x: &[f64]) -> (f64, [f64; 2], [f64; 3]) {
        let h = self.h[n];
        if n == 0 || n + 1 == self.h.len() {
            let inner = if n == 0 { x[1] } else { x[n] };
            let t = 3.0 * h / inner.sqrt();
            let (first, second) = (-t / (2.0 * inner), 0.75 * t / (inner * inner));
            return if n == 0 {
                (t, [0.0, first], [0.0, 0.0, second])
            } else {
                (t, [first, 0.0], [second, 0.0, 0.0])
            };
        }
        let (a, b) = (x[n].sqrt(), x[n + 1].sqrt());
        let sum = a + b;
        let t = 2.0 * h / sum;
        let (da, db) = (0.5 / a, 0.5 / b);
        let first = -t / sum;
        let second = 2.0 * t / (sum * sum);
        let (dda, ddb) = (-0.25 / (a * x[n]), -0.25 / (b * x[n + 1]));
        (
            t,
            [first * da, first * db],
            [second * da * da + first * dda, second * da * db, second * db * db + first * ddb],
        )
    }

    fn duration(&self, x: &[f64]) -> f64 {
        (0..self.h.len()).map(|n| self.cell(n, x).0).sum()
    }

    /// What the rounds minimise; infinite outside of what is allowed.
    fn merit(&self, x: &[f64], weight: f64) -> f64 {
        if x[1..x.len() - 1].iter().any(|x| !(*x > 0.0)) {
            return f64::INFINITY;
        }
        let mut sum = weight * self.duration(x);
        for bound in &self.bounds {
            let slack = self.slack(bound, x);
            if !(slack > 0.0) {
                return f64::INFINITY;
            }
            sum -= (slack / bound.most).ln();
        }
        sum
    }

    pub(super) fn solve(&mut self) -> Result<TimeLaw, MotionError> {
        self.shrink()?;
        let count = self.bounds.len() as f64;
        let mut weight = count / self.duration(&self.x);
        loop {
            for _ in 0..STEPS {
                if !self.step(weight)? {
                    break;
                }
            }
            if count / weight < OPTIMAL * self.duration(&self.x) {
                return Ok(self.law());
            }
            weight *= SHARPEN;
        }
    }

    /// One step of Newton; whether more are worth their while.
    fn step(&mut self, weight: f64) -> Result<bool, MotionError> {
        let (gradient, mut bands) = self.derivatives(weight);
        let way = solve_bands(&mut bands, &gradient)
            .ok_or(MotionError::NotConverged("a jerk-limited course"))?;
        let slope: f64 = way.iter().zip(&gradient).map(|(w, g)| w * g).sum();
        if !slope.is_finite() {
            return Err(MotionError::NotConverged("a jerk-limited course"));
        }
        // Against the slack of the optimum itself, which is one for each bound.
        if slope < 1e-4 * self.bounds.len() as f64 * OPTIMAL {
            return Ok(false);
        }
        let now = self.merit(&self.x, weight);
        let mut share = 1.0;
        for _ in 0..40 {
            let mut x = self.x.clone();
            x[1..].iter_mut().zip(&way).for_each(|(x, w)| *x -= share * w);
            if self.merit(&x, weight) < now - 1e-4 * share * slope {
                self.x = x;
                return Ok(true);
            }
            share *= 0.5;
        }
        Ok(false)
    }

    /// The merit's gradient at the inner stations, and its Hessian's main diagonal and two more.
    fn derivatives(&self, weight: f64) -> (Vec<f64>, Vec<[f64; 3]>) {
        let inner = self.x.len() - 2;
        let (mut gradient, mut bands) = (vec![0.0; inner + 2], vec![[0.0; 3]; inner + 2]);
        for n in 0..self.h.len() {
            let (_, first, second) = self.cell(n, &self.x);
            gradient[n] += weight * first[0];
            gradient[n + 1] += weight * first[1];
            bands[n][0] += weight * second[0];
            bands[n][1] += weight * second[1];
            bands[n + 1][0] += weight * second[2];
        }
        for bound in &self.bounds {
            let n = bound.at;
            let slack = self.slack(bound, &self.x);
            let mut row = bound.row;
            if bound.kind == Kind::Jerk {
                let (_, slopes) = self.time_around(n, &self.x);
                row.iter_mut().zip(slopes).for_each(|(f, slope)| *f -= bound.most * slope);
            }
            let row = row.map(|f| f / slack);
            gradient[n - 1] += row[0];
            gradient[n] += row[1];
            gradient[n + 1] += row[2];
            bands[n - 1][0] += row[0] * row[0];
            bands[n - 1][1] += row[0] * row[1];
            bands[n - 1][2] += row[0] * row[2];
            bands[n][0] += row[1] * row[1];
            bands[n][1] += row[1] * row[2];
            bands[n + 1][0] += row[2] * row[2];
        }
        (gradient[1..=inner].to_vec(), bands[1..=inner].to_vec())
    }

    /// Place by time: acceleration goes straight from the middle of each cell to that of the next. What rounding to the middles moves
    /// the end by is spread over the whole course.
    fn law(&self) -> TimeLaw {
        let last = self.h.len();
        let times: Vec<f64> = (0..last).map(|n| self.cell(n, &self.x).0).collect();
        let mut law = TimeLaw::default();
        let mut state = [0.0; 3];
        let mut rise = |dt: f64, to: f64| {
            let jerk = if dt > 0.0 { (to - state[2]) / dt } else { 0.0 };
            state = law.push_cubic(dt, state, jerk);
        };
        rise(times[0], self.acceleration(0));
        for n in 1..last {
            let left = if n == 1 { 0.0 } else { times[n - 1] / 2.0 };
            let right = if n + 1 == last { 0.0 } else { times[n] / 2.0 };
            rise(left + right, self.acceleration(n));
        }
        rise(times[last - 1], 0.0);
        law.correct([self.h.iter().sum(), 0.0, 0.0], state);
        law
    }

    /// The acceleration over a cell; over the first and the last one, that at its inner end.
    fn acceleration(&self, n: usize) -> f64 {
        let last = self.h.len() - 1;
        if n == 0 {
            return 2.0 * self.x[1] / (3.0 * self.h[0]);
        }
        if n == last {
            return -2.0 * self.x[last] / (3.0 * self.h[last]);
        }
        (self.x[n + 1] - self.x[n]) / (2.0 * self.h[n])
    }
}

/// Solves a symmetric positive system of five diagonals in place (`LDLᵀ`); none, if it is not positive.
fn solve_bands(bands: &mut [[f64; 3]], right: &[f64]) -> Option<Vec<f64>> {
    let n = bands.len();
    let mut y = right.to_vec();
    for i in 0..n {
        let pivot = bands[i][0];
        if !(pivot > 0.0 && pivot.is_finite()) {
            return None;
        }
        let [_, one, two] = bands[i];
        let (f1, f2) = (one / pivot, two / pivot);
        if i + 1 < n {
            bands[i + 1][0] -= f1 * one;
            bands[i + 1][1] -= f1 * two;
            y[i + 1] -= f1 * y[i];
        }
        if i + 2 < n {
            bands[i + 2][0] -= f2 * two;
            y[i + 2] -= f2 * y[i];
        }
        bands[i] = [pivot, f1, f2];
    }
    for i in (0..n).rev() {
        let mut value = y[i] / bands[i][0];
        if i + 1 < n {
            value -= bands[i][1] * y[i + 1];
        }
        if i + 2 < n {
            value -= bands[i][2] * y[i + 2];
        }
        y[i] = value;
    }
    Some(y)
}
