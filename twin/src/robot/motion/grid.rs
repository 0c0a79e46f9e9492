//! What limits allow along a path: a grid of stations, each with bounds on speed, acceleration and jerk of the path's parameter.
//!
//! With `x = ṡ²` and `u = s̈`, a joint moves at `q' √x`, accelerates at `q' u + q'' x` and jerks at
//! `√x (q''' x + 3 q'' u + q' du/ds)`: linear in `x` and `u` but for the last root.

use super::curve::{JointPath, PathPoint};
use super::error::{MotionError, positive};
use super::limits::{JointLimits, check_limits, check_ranges};

/// `u · s̈ + x · ṡ² ≤ bound`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Row {
    /// Factor of the acceleration.
    pub u: f64,
    /// Factor of the square of speed.
    pub x: f64,
    /// What the sum may be.
    pub bound: f64,
}

/// `|√x (third · x + 3 second · u + first · du/ds)| ≤ bound`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct JerkRow {
    /// First derivative by the parameter.
    pub first: f64,
    /// Second derivative.
    pub second: f64,
    /// Third derivative.
    pub third: f64,
    /// The highest jerk.
    pub bound: f64,
}

impl JerkRow {
    /// Half way to `other`.
    pub(super) fn middle(&self, other: &Self) -> Self {
        let mean = |a: f64, b: f64| 0.5 * (a + b);
        Self {
            first: mean(self.first, other.first),
            second: mean(self.second, other.second),
            third: mean(self.third, other.third),
            bound: mean(self.bound, other.bound),
        }
    }
}

/// What may be done at one place of a path.
#[derive(Clone, Debug, PartialEq)]
pub struct Station {
    /// The place, in the path's parameter.
    pub s: f64,
    /// The highest square of speed; may be infinite.
    pub most: f64,
    /// Bounds that join acceleration and speed.
    pub rows: Vec<Row>,
    /// Bounds on jerk.
    pub jerks: Vec<JerkRow>,
    /// Bounds on jerk just before the place, where a third derivative jumps there; else empty.
    pub before: Vec<JerkRow>,
}

impl Station {
    /// Bounds of the joints at a place.
    pub fn of_joints(s: f64, place: &PathPoint, limits: &[JointLimits]) -> Self {
        let most = f64::INFINITY;
        let mut station = Self { s, most, rows: Vec::new(), jerks: Vec::new(), before: Vec::new() };
        for (joint, limit) in limits.iter().enumerate() {
            let (first, second) = (place.first[joint], place.second[joint]);
            if first != 0.0 {
                station.most = station.most.min((limit.velocity / first).powi(2));
            }
            let bound = limit.acceleration;
            station.rows.push(Row { u: first, x: second, bound });
            station.rows.push(Row { u: -first, x: -second, bound });
        }
        station.jerks = jerk_rows(place, limits);
        station
    }

    /// The bounds on jerk that hold up to the place.
    pub(super) fn jerks_before(&self) -> &[JerkRow] {
        if self.before.is_empty() { &self.jerks } else { &self.before }
    }
}

/// Bounds of the joints on jerk at a place.
fn jerk_rows(place: &PathPoint, limits: &[JointLimits]) -> Vec<JerkRow> {
    let row = |(joint, limit): (usize, &JointLimits)| JerkRow {
        first: place.first[joint],
        second: place.second[joint],
        third: place.third[joint],
        bound: limit.jerk,
    };
    limits.iter().enumerate().map(row).collect()
}

/// Bounds of the joints along `path` at the places of `grid`.
///
/// # Errors
///
/// Wrong limits, or [`MotionError::Range`] where the path leaves a joint's range.
pub fn stations(
    path: &dyn JointPath,
    limits: &[JointLimits],
    grid: &[f64],
) -> Result<Vec<Station>, MotionError> {
    check_limits(limits)?;
    let length = positive("the path's length", path.length())?;
    let station = |s: &f64| {
        let place = path.at(*s);
        check_ranges(limits, &place.q, s / length)?;
        let mut station = Station::of_joints(*s, &place, limits);
        let before = path.at(s - 1e-9 * length);
        if before.third != place.third {
            station.before = jerk_rows(&before, limits);
        }
        Ok(station)
    };
    grid.iter().map(station).collect()
}

/// `cells` + 1 places from 0 to `length`, equally far apart.
pub fn even(length: f64, cells: usize) -> Vec<f64> {
    let cells = cells.max(1);
    (0..=cells).map(|n| length * n as f64 / cells as f64).collect()
}

/// Cells that a stretch between two borders has at least.
const LEAST_CELLS: usize = 16;
/// Share of the path at either end where cells shrink with the cube of the way, as a start at constant jerk does.
const END: f64 = 0.08;

/// A grid of about `cells` cells over a path that has `borders` (ascending) among its places and is finer towards both ends, where a
/// motion from or to rest is slow.
pub fn fitted(length: f64, borders: &[f64], cells: usize) -> Vec<f64> {
    let inside = |s: &&f64| **s > 1e-9 * length && **s < (1.0 - 1e-9) * length;
    let inner: Vec<f64> = borders.iter().filter(inside).copied().collect();
    let first = inner.first().map_or(END * length, |s| s.min(END * length));
    let last = inner.last().map_or(END * length, |s| (length - s).min(END * length));
    let few = (cells / 10).max(4);
    let graded = |n: usize| (n as f64 / few as f64).powi(3);
    let mut grid: Vec<f64> = (0..few).map(|n| first * graded(n)).collect();
    let middle = divided(first, length - last, &inner, length / cells.max(1) as f64);
    grid.extend(&middle[..middle.len() - 1]);
    grid.extend((0..=few).rev().map(|n| length - last * graded(n)));
    grid.dedup_by(|b, a| *b - *a < 1e-9 * length);
    grid
}

/// Places from `from` to `to` that are at most `h` apart, `borders` among them; a stretch between borders has some cells at least.
pub fn divided(from: f64, to: f64, borders: &[f64], h: f64) -> Vec<f64> {
    let least = if borders.is_empty() { 4 } else { LEAST_CELLS };
    let mut marks = vec![from];
    marks.extend(borders.iter().filter(|s| **s > from && **s < to));
    marks.push(to);
    let mut grid = Vec::new();
    for pair in marks.windows(2) {
        let way = pair[1] - pair[0];
        let count = ((way / h).ceil() as usize).max(least);
        grid.extend((0..count).map(|n| pair[0] + way * n as f64 / count as f64));
    }
    grid.push(to);
    grid
}
