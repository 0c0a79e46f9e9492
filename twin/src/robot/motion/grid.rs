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
}

impl Station {
    /// Bounds of the joints at a place.
    pub fn of_joints(s: f64, place: &PathPoint, limits: &[JointLimits]) -> Self {
        let mut station = Self { s, most: f64::INFINITY, rows: Vec::new(), jerks: Vec::new() };
        for (joint, limit) in limits.iter().enumerate() {
            let (first, second) = (place.first[joint], place.second[joint]);
            if first != 0.0 {
                station.most = station.most.min((limit.velocity / first).powi(2));
            }
            let bound = limit.acceleration;
            station.rows.push(Row { u: first, x: second, bound });
            station.rows.push(Row { u: -first, x: -second, bound });
            let third = place.third[joint];
            station.jerks.push(JerkRow { first, second, third, bound: limit.jerk });
        }
        station
    }
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
        Ok(Station::of_joints(*s, &place, limits))
    };
    grid.iter().map(station).collect()
}

/// `cells` + 1 places from 0 to `length`, equally far apart.
pub fn even(length: f64, cells: usize) -> Vec<f64> {
    let cells = cells.max(1);
    (0..=cells).map(|n| length * n as f64 / cells as f64).collect()
}

/// Cells that a stretch between two borders has at least.
const LEAST_CELLS: usize = 12;
/// Share of the path at either end where cells shrink with the cube of the way, as a start at constant jerk does.
const END: f64 = 0.08;

/// A grid of about `cells` cells that has the borders of `path` among its places and is finer towards both ends, where a
/// motion from or to rest is slow.
pub fn fitted(path: &dyn JointPath, cells: usize) -> Vec<f64> {
    let length = path.length();
    let end = END * length;
    let few = (cells / 10).max(4);
    let mut grid: Vec<f64> = (0..few).map(|n| end * (n as f64 / few as f64).powi(3)).collect();
    let mut marks = vec![end];
    marks.extend(path.borders().into_iter().filter(|s| *s > end && *s < length - end));
    marks.push(length - end);
    let h = length / cells.max(1) as f64;
    for pair in marks.windows(2) {
        let way = pair[1] - pair[0];
        let count = ((way / h).ceil() as usize).max(if marks.len() > 2 { LEAST_CELLS } else { 4 });
        grid.extend((0..count).map(|n| pair[0] + way * n as f64 / count as f64));
    }
    grid.extend((0..=few).rev().map(|n| length - end * (n as f64 / few as f64).powi(3)));
    grid.dedup_by(|b, a| *b - *a < 1e-9 * length);
    grid
}
