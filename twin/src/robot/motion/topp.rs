//! The fastest course along a path under bounds on speed and acceleration: two passes over a grid of stations.
//!
//! Pham & Pham, *A New Approach to Time-Optimal Path Parameterization Based on Reachability Analysis*, IEEE Transactions on
//! Robotics 34(3), 2018. Backward: at each station, the squares of speed from which the end can be reached. Forward: the highest
//! acceleration that stays among them. Bounds hold at both ends of each cell ("first-order interpolation", section IV-C there), which
//! is what tames stations of zero inertia, where a joint turns back.
//!
//! Each step is a linear programme in two unknowns. For a given `x` the possible `u` lie between the highest of some lines and the
//! lowest of others; the gap between both is concave in `x`, so that its ends are found by a few steps of Newton.

use super::error::{MotionError, finite};
use super::grid::{Row, Station};
use super::timing::TimeLaw;

/// Below this an acceleration has no part in a row.
const NO_INERTIA: f64 = 1e-14;
/// A square of speed that nothing bounds.
const UNBOUNDED: f64 = 1e12;
/// Relative slack of a gap that counts as closed.
const CLOSED: f64 = 1e-12;

/// Squares of speed at the stations.
#[derive(Clone, Debug, PartialEq)]
pub struct SpeedProfile {
    /// Places.
    pub s: Vec<f64>,
    /// Squares of speed there.
    pub x: Vec<f64>,
}

/// The fastest course over `stations`, which ascend, from a speed `start` to a speed `end` of the path's parameter.
///
/// Costs some 40 operations for each row and station.
///
/// # Errors
///
/// - [`MotionError::Degenerate`]: fewer than two stations, or places that do not ascend.
/// - [`MotionError::Infeasible`]: no course has these speeds at its ends, or the bounds leave none somewhere, with the place.
pub fn fastest(stations: &[Station], start: f64, end: f64) -> Result<SpeedProfile, MotionError> {
    let ascend = stations.is_sorted_by(|a, b| a.s < b.s);
    let finite_places = stations.iter().all(|station| station.s.is_finite());
    if stations.len() < 2 || !ascend || !finite_places {
        return Err(MotionError::Degenerate("a grid needs two places that ascend"));
    }
    let start = finite("the speed at the start", start)?.powi(2);
    let end = finite("the speed at the end", end)?.powi(2);
    let reachable = backward(stations, end)?;
    let x = forward(stations, &reachable, start)?;
    if x.iter().any(|x| *x >= UNBOUNDED) {
        return Err(MotionError::Degenerate("no limit bounds the speed: nothing moves along it"));
    }
    Ok(SpeedProfile { s: stations.iter().map(|station| station.s).collect(), x })
}

/// The fraction of the path at which a station lies.
fn fraction(stations: &[Station], n: usize) -> f64 {
    let (first, last) = (stations[0].s, stations[stations.len() - 1].s);
    (stations[n].s - first) / (last - first)
}

/// Squares of speed from which the end can be reached, lowest and highest.
fn backward(stations: &[Station], end: f64) -> Result<Vec<[f64; 2]>, MotionError> {
    let last = stations.len() - 1;
    let infeasible = |n: usize, why| MotionError::Infeasible { at: fraction(stations, n), why };
    if end > stations[last].most * (1.0 + CLOSED) {
        return Err(infeasible(last, "the speed at the end is above what the joints can do"));
    }
    let mut reachable = vec![[end, end]; stations.len()];
    for n in (0..last).rev() {
        let cell = Cell::new(&stations[n], &stations[n + 1], reachable[n + 1]);
        reachable[n] = cell
            .range()
            .ok_or_else(|| infeasible(n, "from no speed here the end can be reached"))?;
    }
    Ok(reachable)
}

/// The highest course among what is reachable.
fn forward(
    stations: &[Station],
    reachable: &[[f64; 2]],
    start: f64,
) -> Result<Vec<f64>, MotionError> {
    let [low, high] = reachable[0];
    let slack = CLOSED * (1.0 + high);
    if start > high + slack || start < low - slack {
        let why = "from the speed at the start the end cannot be reached";
        return Err(MotionError::Infeasible { at: 0.0, why });
    }
    let mut x = vec![start.clamp(low, high)];
    for n in 0..stations.len() - 1 {
        let cell = Cell::new(&stations[n], &stations[n + 1], reachable[n + 1]);
        let [low, high] = reachable[n + 1];
        let next = (x[n] + 2.0 * cell.length * cell.upper(x[n]).0).clamp(low, high);
        if next <= 0.0 && x[n] <= 0.0 && n + 1 < stations.len() - 1 {
            let why = "the bounds bring the motion to a halt";
            return Err(MotionError::Infeasible { at: fraction(stations, n), why });
        }
        x.push(next);
    }
    Ok(x)
}

/// What may be done over one cell: rows in the acceleration over it and the square of speed at its begin.
struct Cell {
    rows: Vec<Row>,
    most: f64,
    length: f64,
}

impl Cell {
    fn new(begin: &Station, end: &Station, [low, high]: [f64; 2]) -> Self {
        let length = end.s - begin.s;
        let step = 2.0 * length;
        let mut rows = Vec::with_capacity(begin.rows.len() + end.rows.len() + 2);
        rows.extend_from_slice(&begin.rows);
        // At the cell's end x has become x + 2 Δ u.
        rows.extend(end.rows.iter().map(|row| Row { u: row.u + step * row.x, ..*row }));
        rows.push(Row { u: step, x: 1.0, bound: high });
        rows.push(Row { u: -step, x: -1.0, bound: -low });
        let mut most = begin.most;
        for row in rows.iter().filter(|row| row.u.abs() < NO_INERTIA && row.x > 0.0) {
            most = most.min(row.bound / row.x);
        }
        rows.retain(|row| row.u.abs() >= NO_INERTIA);
        Self { rows, most, length }
    }

    /// The highest acceleration at `x`, and its slope by `x`.
    fn upper(&self, x: f64) -> (f64, f64) {
        let lines = self.rows.iter().filter(|row| row.u > 0.0);
        let values = lines.map(|row| ((row.bound - row.x * x) / row.u, -row.x / row.u));
        values.fold((f64::INFINITY, 0.0), |least, one| if one.0 < least.0 { one } else { least })
    }

    /// The lowest acceleration at `x`, and its slope by `x`.
    fn lower(&self, x: f64) -> (f64, f64) {
        let lines = self.rows.iter().filter(|row| row.u < 0.0);
        let values = lines.map(|row| ((row.bound - row.x * x) / row.u, -row.x / row.u));
        values.fold((f64::NEG_INFINITY, 0.0), |most, one| if one.0 > most.0 { one } else { most })
    }

    /// The lowest and highest `x` at which some acceleration is possible; none, if there is none.
    fn range(&self) -> Option<[f64; 2]> {
        let most = self.most.min(UNBOUNDED);
        if most < 0.0 {
            return None;
        }
        let high = self.close(most, -1.0)?;
        let low = self.close(0.0, 1.0)?;
        (low <= high * (1.0 + CLOSED) + f64::MIN_POSITIVE).then_some([low.min(high), high])
    }

    /// From `x` on in the direction `way` until some acceleration is possible.
    fn close(&self, from: f64, way: f64) -> Option<f64> {
        let mut x = from;
        // A concave gap of k lines is closed in at most k steps.
        for _ in 0..=self.rows.len() {
            let ((upper, up), (lower, low)) = (self.upper(x), self.lower(x));
            let gap = upper - lower;
            if gap >= -CLOSED * (1.0 + upper.abs() + lower.abs()) {
                return Some(x);
            }
            let slope = up - low;
            if !(slope * way > 0.0) {
                return None;
            }
            x -= gap / slope;
            if x < 0.0 {
                return (x > -CLOSED).then_some(0.0);
            }
        }
        Some(x)
    }
}

impl SpeedProfile {
    /// How long it takes, s: each cell at constant acceleration.
    pub fn duration(&self) -> f64 {
        let times = self.s.windows(2).zip(self.x.windows(2));
        times.map(|(s, x)| 2.0 * (s[1] - s[0]) / (x[0].sqrt() + x[1].sqrt())).sum()
    }

    /// Place by time: constant acceleration over each cell.
    pub fn law(&self) -> TimeLaw {
        let mut law = TimeLaw::default();
        let mut t = 0.0;
        for (s, x) in self.s.windows(2).zip(self.x.windows(2)) {
            let (v0, v1) = (x[0].sqrt(), x[1].sqrt());
            let dt = 2.0 * (s[1] - s[0]) / (v0 + v1);
            let u = (x[1] - x[0]) / (2.0 * (s[1] - s[0]));
            law.push(t, [s[0], v0, u], [s[1], v1, u], dt);
            t += dt;
        }
        law
    }
}
