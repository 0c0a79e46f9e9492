//! Paths of the tool: straight lines and circular arcs, with corners rounded within zones.
//!
//! The parameter of a leg is the way of the tool's centre point, m (or 0.1 m for each rad, where the tool turns more than it moves). Orientation
//! goes from end to end of a leg at an even rate about one axis (slerp). Within a corner's zone, which begins and ends at the same distance
//! from the corner, position is the polynomial of seventh degree that meets both legs with three derivatives; between lines that is
//! `A + σ t₁ + (t₂ - t₁) ∫W` with the smooth step `W = 10τ³ - 15τ⁴ + 6τ⁵`. Orientation is the like of it among rotations (cumulative form: Kim, Kim &
//! Shin, *A General Construction Scheme for Unit Quaternion Curves*, 1995): `R_A exp(ω₁ (σ - ∫W)) exp(ω₂ ∫W)`.

use nalgebra::{Isometry3, Point3, Translation3, UnitQuaternion, Vector3};

use super::curve::smooth_step;
use super::error::{MotionError, finite};

/// Metres of path for each rad, where the tool turns more than it moves.
const LEVER: f64 = 0.1;

/// A place on a path of the tool.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PosePoint {
    /// The tool's pose in the base frame, m.
    pub pose: Isometry3<f64>,
    /// First derivative of its centre point by the path's parameter.
    pub first: Vector3<f64>,
    /// Second derivative.
    pub second: Vector3<f64>,
    /// Third derivative.
    pub third: Vector3<f64>,
    /// Angular velocity by the path's parameter in the tool's frame, rad/m.
    pub turn: Vector3<f64>,
    /// The speed that is programmed here, m/s; infinite where none is.
    pub speed: f64,
}

/// How a leg goes to its end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Shape {
    /// Straight.
    Line,
    /// Along the circle through begin, this point and end; orientation does not care for this point.
    Arc(Point3<f64>),
}

/// A leg to be added to a route.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LegTo {
    /// Where it ends.
    pub to: Isometry3<f64>,
    /// Its shape.
    pub shape: Shape,
    /// From how far on the corner at its end may be cut, m, and as far again behind it: at most half of the shorter leg is used, as
    /// controllers do. 0 for the last leg.
    pub zone: f64,
    /// The programmed speed, m/s, above 0; infinite: as fast as the tool may. A corner has the lower one of its legs.
    pub speed: f64,
}

/// The curve of a leg's centre point.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Curve {
    Line {
        way: Vector3<f64>,
    },
    /// `centre + cos φ · x + sin φ · y`, where φ goes from 0 to `angle`.
    Arc {
        centre: Point3<f64>,
        x: Vector3<f64>,
        y: Vector3<f64>,
        angle: f64,
    },
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Leg {
    from: Isometry3<f64>,
    curve: Curve,
    length: f64,
    /// Rotation by parameter, in the tool's frame.
    turn: Vector3<f64>,
    speed: f64,
}

impl Leg {
    fn new(from: Isometry3<f64>, leg: &LegTo) -> Result<Self, MotionError> {
        let (curve, way) = match leg.shape {
            Shape::Line => {
                let way = leg.to.translation.vector - from.translation.vector;
                (Curve::Line { way }, way.norm())
            }
            Shape::Arc(via) => {
                arc(from.translation.vector.into(), via, leg.to.translation.vector.into())?
            }
        };
        let turn = (from.rotation.inverse() * leg.to.rotation).scaled_axis();
        let way = finite("the length of a leg", way)?;
        let length = way.max(LEVER * finite("the turn of a leg", turn.norm())?);
        if length < 1e-9 {
            return Err(MotionError::Degenerate("a leg without length"));
        }
        if !(leg.speed > 0.0) {
            return Err(MotionError::Limit { what: "a programmed speed", value: leg.speed });
        }
        Ok(Self { from, curve, length, turn: turn / length, speed: leg.speed })
    }

    fn at(&self, s: f64) -> PosePoint {
        let rotation = self.from.rotation * UnitQuaternion::from_scaled_axis(self.turn * s);
        let (place, first, second, third) = match self.curve {
            Curve::Line { way } => {
                let tangent = way / self.length;
                let zero = Vector3::zeros();
                (self.from.translation.vector + tangent * s, tangent, zero, zero)
            }
            Curve::Arc { centre, x, y, angle } => {
                let rate = angle / self.length;
                let (sin, cos) = (rate * s).sin_cos();
                let (out, along) = (x * cos + y * sin, y * cos - x * sin);
                (centre.coords + out, along * rate, -out * rate.powi(2), -along * rate.powi(3))
            }
        };
        let pose = Isometry3::from_parts(Translation3::from(place), rotation);
        PosePoint { pose, first, second, third, turn: self.turn, speed: self.speed }
    }
}

/// The circle through three points, and the way along it.
fn arc(from: Point3<f64>, via: Point3<f64>, to: Point3<f64>) -> Result<(Curve, f64), MotionError> {
    let (a, b) = (via - from, to - from);
    let normal = a.cross(&b);
    let size = normal.norm();
    if !(size > 1e-9 * a.norm() * b.norm()) || size == 0.0 {
        return Err(MotionError::Degenerate("the three points of an arc lie on a line"));
    }
    // The circumcentre of a triangle, from its corner.
    let offset = (b.cross(&normal) * -a.norm_squared()
        + a.cross(&normal) * -b.norm_squared() * -1.0)
        / (-2.0 * size * size);
    let centre = from + offset;
    let x = from - centre;
    let y = (normal / size).cross(&x);
    let end = to - centre;
    let angle = end.dot(&y).atan2(end.dot(&x)).rem_euclid(std::f64::consts::TAU);
    Ok((Curve::Arc { centre, x, y, angle }, angle * x.norm()))
}

/// A rounded corner.
#[derive(Clone, Debug, PartialEq)]
struct Corner {
    half: f64,
    /// Factors of the centre point by powers of τ, 0 to 1 over the corner.
    factors: [Vector3<f64>; 8],
    begin: UnitQuaternion<f64>,
    turns: [Vector3<f64>; 2],
    speed: f64,
}

impl Corner {
    fn new(before: &Leg, after: &Leg, half: f64) -> Self {
        let (a, b) = (before.at(before.length - half), after.at(half));
        let whole = 2.0 * half;
        let ends = [a, b].map(|p| {
            [
                p.pose.translation.vector,
                p.first * whole,
                p.second * whole.powi(2),
                p.third * whole.powi(3),
            ]
        });
        let factors = hermite(ends);
        let speed = before.speed.min(after.speed);
        Self { half, factors, begin: a.pose.rotation, turns: [before.turn, after.turn], speed }
    }

    /// At `d` behind its begin.
    fn at(&self, d: f64) -> PosePoint {
        let whole = 2.0 * self.half;
        let t = d / whole;
        // The polynomial and its derivatives by Horner's scheme.
        let mut p = [Vector3::zeros(); 4];
        for factor in self.factors.iter().rev() {
            p[3] = p[3] * t + p[2];
            p[2] = p[2] * t + p[1];
            p[1] = p[1] * t + p[0];
            p[0] = p[0] * t + factor;
        }
        let [area, w, ..] = smooth_step(d, self.half);
        let [before, after] = self.turns;
        let second = UnitQuaternion::from_scaled_axis(after * area);
        let rotation = self.begin * UnitQuaternion::from_scaled_axis(before * (d - area)) * second;
        PosePoint {
            pose: Isometry3::from_parts(Translation3::from(p[0]), rotation),
            first: p[1] / whole,
            second: p[2] * 2.0 / whole.powi(2),
            third: p[3] * 6.0 / whole.powi(3),
            turn: second.inverse() * before * (1.0 - w) + after * w,
            speed: self.speed,
        }
    }
}

/// Factors of the polynomial of seventh degree over 0 to 1 with these values and three derivatives at both ends.
fn hermite([a, b]: [[Vector3<f64>; 4]; 2]) -> [Vector3<f64>; 8] {
    let low = [a[0], a[1], a[2] / 2.0, a[3] / 6.0];
    // What the other four have to add at 1: value and three derivatives.
    let r0 = b[0] - (low[0] + low[1] + low[2] + low[3]);
    let r1 = b[1] - (low[1] + low[2] * 2.0 + low[3] * 3.0);
    let r2 = b[2] - (low[2] * 2.0 + low[3] * 6.0);
    let r3 = b[3] - low[3] * 6.0;
    [
        low[0],
        low[1],
        low[2],
        low[3],
        r0 * 35.0 - r1 * 15.0 + r2 * 2.5 - r3 / 6.0,
        r0 * -84.0 + r1 * 39.0 - r2 * 7.0 + r3 * 0.5,
        r0 * 70.0 - r1 * 34.0 + r2 * 6.5 - r3 * 0.5,
        r0 * -20.0 + r1 * 10.0 - r2 * 2.0 + r3 / 6.0,
    ]
}

/// A path of the tool.
#[derive(Clone, Debug, PartialEq)]
pub struct ToolRoute {
    legs: Vec<Leg>,
    /// Where each leg begins, and where the last one ends.
    marks: Vec<f64>,
    /// The corner behind each leg, if there is one.
    corners: Vec<Option<Corner>>,
}

impl ToolRoute {
    /// From `from` along `legs`.
    ///
    /// # Errors
    ///
    /// [`MotionError::Empty`] without legs; [`MotionError::Degenerate`] for legs without length, arcs through points on a line, and zones that
    /// are negative or 0 (but for the last leg and for legs that go on in the same direction): split the route there.
    pub fn new(from: Isometry3<f64>, legs: &[LegTo]) -> Result<Self, MotionError> {
        if legs.is_empty() {
            return Err(MotionError::Empty("the list of legs"));
        }
        let (mut all, mut marks, mut begin) = (Vec::<Leg>::new(), vec![0.0], from);
        let mut s = 0.0;
        for leg in legs {
            all.push(Leg::new(begin, leg)?);
            s += all[all.len() - 1].length;
            marks.push(s);
            begin = leg.to;
        }
        let mut corners = Vec::new();
        for (pair, leg) in all.windows(2).zip(legs) {
            let (before, after) = (&pair[0], &pair[1]);
            let zone = finite("a zone", leg.zone)?;
            let half = zone.min(before.length / 2.0).min(after.length / 2.0);
            let smooth = before.at(before.length).meets(&after.at(0.0));
            if half < 1e-9 && !smooth {
                return Err(MotionError::Degenerate("a corner without a zone"));
            }
            corners.push((half >= 1e-9 && !smooth).then(|| Corner::new(before, after, half)));
        }
        corners.push(None);
        Ok(Self { legs: all, marks, corners })
    }

    /// The path's length, m, corners not cut.
    pub fn length(&self) -> f64 {
        self.marks[self.legs.len()]
    }

    /// Where each leg ends, corners not cut.
    pub fn marks(&self) -> &[f64] {
        &self.marks[1..]
    }

    /// The place at `s`, 0 to the length.
    pub fn at(&self, s: f64) -> PosePoint {
        let s = s.clamp(0.0, self.length());
        let leg = self.marks.partition_point(|mark| *mark <= s).clamp(1, self.legs.len()) - 1;
        for n in [leg.checked_sub(1), Some(leg)].into_iter().flatten() {
            if let Some(corner) = &self.corners[n] {
                let d = s - self.marks[n + 1] + corner.half;
                if d >= 0.0 && d <= 2.0 * corner.half {
                    return corner.at(d);
                }
            }
        }
        self.legs[leg].at(s - self.marks[leg])
    }

    /// Where corners begin and end and legs meet.
    pub fn borders(&self) -> Vec<f64> {
        let mut borders = Vec::new();
        for (n, corner) in self.corners.iter().enumerate() {
            let mark = self.marks[n + 1];
            match corner {
                Some(corner) => borders.extend([mark - corner.half, mark + corner.half]),
                None => borders.push(mark),
            }
        }
        borders.dedup_by(|b, a| *b - *a < 1e-9);
        borders.retain(|s| *s > 1e-9 && *s < self.length() - 1e-9);
        borders
    }
}

impl PosePoint {
    /// Whether a path goes on from here to `other` without a bend.
    fn meets(&self, other: &Self) -> bool {
        let same = |a: Vector3<f64>, b: Vector3<f64>| (a - b).norm() < 1e-7 * (1.0 + a.norm());
        same(self.first, other.first)
            && same(self.second, other.second)
            && same(self.turn, other.turn)
    }
}
