//! Paths of the joints: where they are along a parameter, and three derivatives of it.

use serde::{Deserialize, Serialize};

use super::error::{MotionError, finite, vector};

/// A place on a path: positions of the joints and their derivatives by the path's parameter.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PathPoint {
    /// Positions, rad or m.
    pub q: Vec<f64>,
    /// First derivatives.
    pub first: Vec<f64>,
    /// Second derivatives.
    pub second: Vec<f64>,
    /// Third derivatives.
    pub third: Vec<f64>,
}

/// A path of the joints `q(s)` for `s` from 0 to a length, twice differentiable.
pub trait JointPath {
    /// Number of joints.
    fn joints(&self) -> usize;
    /// Where `s` ends; above 0.
    fn length(&self) -> f64;
    /// The place at `s`; places beyond an end may be the end's.
    fn at(&self, s: f64) -> PathPoint;
    /// Where the path's character changes (corners begin and end), in ascending order between 0 and the length; grids put
    /// points there.
    fn borders(&self) -> Vec<f64> {
        Vec::new()
    }
}

/// A cubic spline through points, its third derivative steady over the first and last inner knots ("not a knot": de Boor, *A
/// Practical Guide to Splines*, 1978, ch. IV). Two points make a line, three a parabola.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Spline {
    knots: Vec<f64>,
    points: Vec<Vec<f64>>,
    /// Second derivatives at the knots.
    bends: Vec<Vec<f64>>,
}

impl Spline {
    /// The spline through `points` at `knots`, which ascend from 0. Costs a few operations for each number.
    ///
    /// # Errors
    ///
    /// Fewer than two points, points of different lengths, numbers that are not finite, or knots that do not ascend from 0.
    pub fn new(knots: Vec<f64>, points: Vec<Vec<f64>>) -> Result<Self, MotionError> {
        let Some(first) = points.first() else {
            return Err(MotionError::Empty("the list of points"));
        };
        vector("a knot", &knots, points.len())?;
        for point in &points {
            vector("a point of the path", point, first.len())?;
        }
        if points.len() < 2 {
            return Err(MotionError::Degenerate("a spline needs two points"));
        }
        if knots[0] != 0.0 || !knots.is_sorted_by(|a, b| a < b) {
            return Err(MotionError::Degenerate("knots must ascend from 0"));
        }
        let joints = first.len();
        let mut bends = vec![vec![0.0; joints]; points.len()];
        for joint in 0..joints {
            let values: Vec<f64> = points.iter().map(|point| point[joint]).collect();
            for (bend, value) in bends.iter_mut().zip(second_derivatives(&knots, &values)) {
                bend[joint] = value;
            }
        }
        Ok(Self { knots, points, bends })
    }

    /// The spline through `points` at knots from 0 to 1 that are equally far apart.
    ///
    /// # Errors
    ///
    /// As [`Self::new`].
    pub fn through(points: Vec<Vec<f64>>) -> Result<Self, MotionError> {
        let last = points.len().saturating_sub(1).max(1) as f64;
        Self::new((0..points.len()).map(|n| n as f64 / last).collect(), points)
    }
}

/// Second derivatives of the spline at its knots: three diagonals, solved in place.
fn second_derivatives(knots: &[f64], values: &[f64]) -> Vec<f64> {
    let n = knots.len();
    let h: Vec<f64> = knots.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let slope: Vec<f64> =
        values.windows(2).zip(&h).map(|(pair, h)| (pair[1] - pair[0]) / h).collect();
    if n < 4 {
        let bend = if n == 3 { 2.0 * (slope[1] - slope[0]) / (h[0] + h[1]) } else { 0.0 };
        return vec![bend; n];
    }
    let inner = n - 2;
    let mut lower: Vec<f64> = (0..inner).map(|i| h[i]).collect();
    let mut middle: Vec<f64> = (0..inner).map(|i| 2.0 * (h[i] + h[i + 1])).collect();
    let mut upper: Vec<f64> = (0..inner).map(|i| h[i + 1]).collect();
    let mut right: Vec<f64> = (0..inner).map(|i| 6.0 * (slope[i + 1] - slope[i])).collect();
    // The ends follow from their neighbours: M0 = M1 + (M1 - M2) h0/h1.
    let (first, last) = (h[0] / h[1], h[n - 2] / h[n - 3]);
    middle[0] += h[0] * (1.0 + first);
    upper[0] -= h[0] * first;
    middle[inner - 1] += h[n - 2] * (1.0 + last);
    lower[inner - 1] -= h[n - 2] * last;
    for i in 1..inner {
        let share = lower[i] / middle[i - 1];
        middle[i] -= share * upper[i - 1];
        right[i] -= share * right[i - 1];
    }
    let mut bends = vec![0.0; n];
    for i in (0..inner).rev() {
        let next = if i + 1 < inner { upper[i] * bends[i + 2] } else { 0.0 };
        bends[i + 1] = (right[i] - next) / middle[i];
    }
    bends[0] = bends[1] + (bends[1] - bends[2]) * first;
    bends[n - 1] = bends[n - 2] + (bends[n - 2] - bends[n - 3]) * last;
    bends
}

impl JointPath for Spline {
    fn joints(&self) -> usize {
        self.points.first().map_or(0, Vec::len)
    }

    fn length(&self) -> f64 {
        self.knots.last().copied().unwrap_or(0.0)
    }

    fn at(&self, s: f64) -> PathPoint {
        let s = s.clamp(0.0, self.length());
        let cell = self.knots.partition_point(|knot| *knot <= s).clamp(1, self.knots.len() - 1) - 1;
        let h = self.knots[cell + 1] - self.knots[cell];
        let d = s - self.knots[cell];
        let mut place = PathPoint::default();
        for joint in 0..self.joints() {
            let (y0, y1) = (self.points[cell][joint], self.points[cell + 1][joint]);
            let (m0, m1) = (self.bends[cell][joint], self.bends[cell + 1][joint]);
            let third = (m1 - m0) / h;
            let slope = (y1 - y0) / h - h * (2.0 * m0 + m1) / 6.0;
            place.q.push(y0 + d * (slope + d * (m0 / 2.0 + d * third / 6.0)));
            place.first.push(slope + d * (m0 + d * third / 2.0));
            place.second.push(m0 + d * third);
            place.third.push(third);
        }
        place
    }

    /// The inner knots, where third derivatives jump.
    fn borders(&self) -> Vec<f64> {
        self.knots[1..self.knots.len() - 1].to_vec()
    }
}

/// Straight lines between points in joint space, with corners rounded within zones.
///
/// The parameter is the distance in the norm of the longest axis: over a leg the axis with the longest way moves by just that
/// distance. A corner's tangent turns from one leg's to the other's by the smooth step `W = 10τ³ - 15τ⁴ + 6τ⁵` over its zone on both
/// sides: `q(σ) = A + σ t₁ + (t₂ - t₁) ∫W`. The second and the third derivative are continuous and 0 at its ends, so that jerk does not
/// jump there at speed. (With `3τ² - 2τ³`, whose third derivative jumps, moves under a jerk limit took a tenth longer in trials.)
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct JointRoute {
    points: Vec<Vec<f64>>,
    /// Directions of the legs.
    tangents: Vec<Vec<f64>>,
    /// Where each point lies along the legs, corners not cut.
    marks: Vec<f64>,
    /// Half the length of each point's corner.
    zones: Vec<f64>,
}

impl JointRoute {
    /// Legs between `points`; `zones` is, for each point, the share of the shorter of its two legs that its corner may take up on
    /// each side, 0 to 1: 0 is a point to be met exactly, 1 begins half way. Those of the first and last point say nothing.
    ///
    /// A corner of zone 0 between legs of different directions is no path at speed: split the route there instead.
    ///
    /// # Errors
    ///
    /// Fewer than two points, points of different lengths, equal neighbours, zones outside 0 to 1, or zone 0 between legs of different
    /// directions.
    pub fn new(points: Vec<Vec<f64>>, zones: &[f64]) -> Result<Self, MotionError> {
        let Some(first) = points.first() else {
            return Err(MotionError::Empty("the list of points"));
        };
        vector("a zone", zones, points.len())?;
        let joints = first.len();
        let (mut marks, mut tangents) = (vec![0.0], Vec::new());
        let mut s = 0.0;
        for point in &points {
            vector("a point of the path", point, joints)?;
        }
        for pair in points.windows(2) {
            let way: Vec<f64> = pair[1].iter().zip(&pair[0]).map(|(b, a)| b - a).collect();
            let length = way.iter().fold(0.0_f64, |most, x| most.max(x.abs()));
            if length <= 1e-12 {
                return Err(MotionError::Degenerate("two points in a row are equal"));
            }
            s += length;
            marks.push(s);
            tangents.push(way.iter().map(|x| x / length).collect::<Vec<f64>>());
        }
        if tangents.is_empty() {
            return Err(MotionError::Degenerate("a route needs two points"));
        }
        let mut halves = vec![0.0; points.len()];
        for n in 1..points.len() - 1 {
            let zone = finite("a zone", zones[n])?;
            if !(0.0..=1.0).contains(&zone) {
                return Err(MotionError::Degenerate("a zone is a share from 0 to 1"));
            }
            let bent = tangents[n - 1].iter().zip(&tangents[n]).any(|(a, b)| (a - b).abs() > 1e-9);
            if bent && zone <= 0.0 {
                return Err(MotionError::Degenerate("a corner without a zone"));
            }
            let shorter = (marks[n] - marks[n - 1]).min(marks[n + 1] - marks[n]);
            halves[n] = if bent { zone * shorter / 2.0 } else { 0.0 };
        }
        Ok(Self { points, tangents, marks, zones: halves })
    }

    /// Where the path passes nearest to each of its points: the middles of the corners.
    pub fn marks(&self) -> &[f64] {
        &self.marks
    }
}

/// `[∫W, W, W', W'']` of the smooth step over `2 half` at `d` from its begin, each by `d`.
pub(super) fn smooth_step(d: f64, half: f64) -> [f64; 4] {
    let whole = 2.0 * half;
    let t = d / whole;
    [
        whole * t.powi(4) * (2.5 + t * (t - 3.0)),
        t * t * t * (10.0 + t * (6.0 * t - 15.0)),
        30.0 * t * t * (1.0 - t) * (1.0 - t) / whole,
        60.0 * t * (1.0 - t) * (1.0 - 2.0 * t) / (whole * whole),
    ]
}

impl JointPath for JointRoute {
    fn joints(&self) -> usize {
        self.points.first().map_or(0, Vec::len)
    }

    fn length(&self) -> f64 {
        self.marks.last().copied().unwrap_or(0.0)
    }

    fn at(&self, s: f64) -> PathPoint {
        let s = s.clamp(0.0, self.length());
        let leg = self.marks.partition_point(|mark| *mark <= s).clamp(1, self.tangents.len()) - 1;
        let near = if s - self.marks[leg] < self.marks[leg + 1] - s { leg } else { leg + 1 };
        let half = self.zones[near];
        let joints = 0..self.joints();
        let offset = s - self.marks[near];
        if half > 0.0 && offset.abs() < half {
            let (before, after) = (&self.tangents[near - 1], &self.tangents[near]);
            let d = offset + half;
            let [area, w, first, second] = smooth_step(d, half);
            let along = |joint: usize| (before[joint], after[joint] - before[joint]);
            return PathPoint {
                q: joints
                    .clone()
                    .map(|joint| {
                        let (t, turn) = along(joint);
                        self.points[near][joint] + offset * t + turn * area
                    })
                    .collect(),
                first: joints.clone().map(|joint| along(joint).0 + along(joint).1 * w).collect(),
                second: joints.clone().map(|joint| along(joint).1 * first).collect(),
                third: joints.map(|joint| along(joint).1 * second).collect(),
            };
        }
        let d = s - self.marks[leg];
        let zero = vec![0.0; self.joints()];
        PathPoint {
            q: joints.map(|n| self.points[leg][n] + d * self.tangents[leg][n]).collect(),
            first: self.tangents[leg].clone(),
            second: zero.clone(),
            third: zero,
        }
    }

    fn borders(&self) -> Vec<f64> {
        let corners = self.marks.iter().zip(&self.zones).filter(|(_, half)| **half > 0.0);
        let mut borders: Vec<f64> =
            corners.flat_map(|(mark, half)| [mark - half, mark + half]).collect();
        borders.dedup_by(|b, a| *b - *a < 1e-12);
        borders.retain(|s| *s > 1e-12 && *s < self.length() - 1e-12);
        borders
    }
}
