//! Following a path of the tool with an arm: from poses to joints, then as fast as joints and tool allow.

use nalgebra::Isometry3;
use serde::{Deserialize, Serialize};

use super::curve::{JointPath, JointRoute, Spline};
use super::error::MotionError;
use super::grid::{JerkRow, Row, Station, divided, fitted, stations};
use super::jerk::{Course, smoothest};
use super::kinematics::Kinematics;
use super::limits::{JointLimits, ToolLimits, check_ranges};
use super::route::{PosePoint, ToolRoute};
use super::timing::TimeLaw;
use super::topp::fastest;
use super::trajectory::State;

/// Cells of a path, about: what its time is computed on. A long path has more, so that the time in which acceleration rises is seen.
pub const CELLS: usize = 160;
/// Cells in the time in which acceleration rises to its highest, at a limit on jerk.
const RESOLVED: f64 = 6.0;
/// Cells of a path, at most.
const MOST_CELLS: usize = 2000;
/// How far a joint may move from one knot to the next, rad or m, before it has to be shown that it does not jump.
const STRIDE: f64 = 0.2;
/// How often a cell is halved to tell a fast joint from a jump.
const HALVINGS: usize = 14;

/// A motion along a path of the joints.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PathMotion<P> {
    /// Where the joints are along the path.
    pub path: P,
    /// When.
    pub law: TimeLaw,
    /// How long it would take without a limit on jerk, s.
    pub without_jerk: f64,
}

impl<P: JointPath> PathMotion<P> {
    /// How long it takes, s.
    pub fn duration(&self) -> f64 {
        self.law.duration()
    }

    /// The joints' state at `t` seconds from the start, held at both ends.
    pub fn at(&self, t: f64) -> State {
        let [s, v, a, _] = self.law.at(t);
        let place = self.path.at(s);
        let both = |(first, second): (&f64, &f64)| first * a + second * v * v;
        State {
            velocity: place.first.iter().map(|first| first * v).collect(),
            acceleration: place.first.iter().zip(&place.second).map(both).collect(),
            position: place.q,
        }
    }
}

/// The fastest motion along a route in joint space from rest to rest. Some 10 ms.
///
/// # Errors
///
/// Wrong limits, or a joint that leaves its range, with the place.
pub fn along_joints(
    route: JointRoute,
    limits: &[JointLimits],
) -> Result<PathMotion<JointRoute>, MotionError> {
    let course = course(&route, &route.borders(), limits, 0.0, |_| {})?;
    Ok(PathMotion { path: route, law: course.law, without_jerk: course.without_jerk })
}

/// The fastest course with a limit on jerk along any path, from rest to rest. Some 10 ms, more for paths that take long.
///
/// # Errors
///
/// Wrong limits, a joint that leaves its range, with the place, or a path along which nothing moves.
pub fn course_along(path: &dyn JointPath, limits: &[JointLimits]) -> Result<Course, MotionError> {
    course(path, &path.borders(), limits, 0.0, |_| {})
}

/// The course along a path on a grid that resolves it; `rise_s` is the time in which acceleration rises by limits that `bound` adds.
fn course(
    path: &dyn JointPath,
    borders: &[f64],
    limits: &[JointLimits],
    rise_s: f64,
    bound: impl Fn(&mut Station),
) -> Result<Course, MotionError> {
    let on_grid = |cells: usize| {
        let mut stations = stations(path, limits, &fitted(path.length(), borders, cells))?;
        stations.iter_mut().for_each(&bound);
        Ok::<_, MotionError>(stations)
    };
    let coarse = on_grid(CELLS)?;
    let time = fastest(&coarse, 0.0, 0.0)?.duration();
    let rise =
        limits.iter().map(|limit| limit.acceleration / limit.jerk).fold(f64::INFINITY, f64::min);
    let cells = (RESOLVED * time / rise.max(rise_s)) as usize;
    if cells <= CELLS {
        return smoothest(&coarse);
    }
    smoothest(&on_grid(cells.min(MOST_CELLS))?)
}

/// A motion of the tool along a route.
pub type ToolMotion = PathMotion<Spline>;

/// The fastest motion of `arm` along `route` from rest to rest, with the joints from `start` on. Some 20 ms besides the inverse kinematics
/// at a few hundred poses.
///
/// The joints follow a spline through the inverse kinematics at the knots; [`deviation`] says how far the tool is off the route between them.
///
/// # Errors
///
/// - [`MotionError::Unreachable`], [`MotionError::Range`], [`MotionError::Singular`]: with place and joint.
/// - Wrong limits; as [`smoothest`].
pub fn along_tool(
    route: &ToolRoute,
    arm: &dyn Kinematics,
    start: &[f64],
    limits: &[JointLimits],
    tool: &ToolLimits,
) -> Result<ToolMotion, MotionError> {
    tool.check()?;
    let spline = joints_along(route, arm, start, limits)?;
    let rise_s = tool.acceleration / tool.jerk;
    let course = course(&spline, &route.borders(), limits, rise_s, |station| {
        bound_tool(station, &route.at(station.s), tool);
    })?;
    Ok(PathMotion { path: spline, law: course.law, without_jerk: course.without_jerk })
}

/// The joints along a route: a spline through the inverse kinematics at knots. Nothing is stepped over: where a joint moves far from knot to
/// knot, the way between is halved until it is seen to be steady, or else is a jump.
///
/// # Errors
///
/// [`MotionError::Unreachable`], [`MotionError::Range`] or [`MotionError::Singular`], with place and joint.
pub fn joints_along(
    route: &ToolRoute,
    arm: &dyn Kinematics,
    start: &[f64],
    limits: &[JointLimits],
) -> Result<Spline, MotionError> {
    let tracer = Tracer { route, arm, limits };
    check_ranges(limits, start, 0.0)?;
    let length = route.length();
    let knots = divided(0.0, length, &route.borders(), length / CELLS as f64);
    let mut points: Vec<Vec<f64>> = Vec::with_capacity(knots.len());
    for (n, s) in knots.iter().enumerate() {
        let q = match (n.checked_sub(1), points.last()) {
            (Some(before), Some(last)) => tracer.advance([knots[before], *s], last, HALVINGS)?,
            _ => tracer.inverse(*s, start)?,
        };
        points.push(q);
    }
    // The arm must begin where it stands, not in another configuration.
    for (joint, (is, begins)) in start.iter().zip(&points[0]).enumerate() {
        if (is - begins).abs() > 1e-4 {
            return Err(MotionError::Singular { joint, at: 0.0, jump: begins - is });
        }
    }
    Spline::new(knots, points)
}

/// Walks along a route.
struct Tracer<'a> {
    route: &'a ToolRoute,
    arm: &'a dyn Kinematics,
    limits: &'a [JointLimits],
}

impl Tracer<'_> {
    fn inverse(&self, s: f64, near: &[f64]) -> Result<Vec<f64>, MotionError> {
        let at = s / self.route.length();
        let pose = self.route.at(s).pose;
        let q =
            self.arm.inverse(&pose, near).map_err(|why| MotionError::Unreachable { at, why })?;
        check_ranges(self.limits, &q, at)?;
        Ok(q)
    }

    /// From `q` at the first place to the joints at the second.
    fn advance(
        &self,
        [from, to]: [f64; 2],
        q: &[f64],
        halvings: usize,
    ) -> Result<Vec<f64>, MotionError> {
        let next = self.inverse(to, q)?;
        let jumps = next.iter().zip(q).map(|(a, b)| a - b);
        let widest = jumps.enumerate().max_by(|a, b| a.1.abs().total_cmp(&b.1.abs()));
        let Some((joint, jump)) = widest.filter(|(_, jump)| jump.abs() > STRIDE) else {
            return Ok(next);
        };
        if halvings == 0 {
            let at = to / self.route.length();
            return Err(MotionError::Singular { joint, at, jump });
        }
        let middle = 0.5 * (from + to);
        let half = self.advance([from, middle], q, halvings - 1)?;
        self.advance([middle, to], &half, halvings - 1)
    }
}

/// Adds the tool's limits to a station.
///
/// Its acceleration has a part along the path, `|p'| u + p''·t x`, and one across it, `|p''⊥| x`; their circle is replaced by the octagon inside
/// it with corners on both axes, which gives away at most 8 %, and nothing where there is but one part.
fn bound_tool(station: &mut Station, place: &PosePoint, tool: &ToolLimits) {
    let speed = place.first.norm();
    let turn = place.turn.norm();
    if turn > 0.0 {
        station.most = station.most.min((tool.angular_speed / turn).powi(2));
    }
    if !(speed > 1e-12) {
        return;
    }
    station.most = station.most.min((tool.speed.min(place.speed) / speed).powi(2));
    let tangent = place.first / speed;
    let along = place.second.dot(&tangent);
    let across = (place.second - tangent * along).norm();
    let slope = std::f64::consts::SQRT_2 - 1.0;
    for sign in [1.0, -1.0] {
        for (t, n) in [(1.0, slope), (slope, 1.0)] {
            let (u, x) = (sign * t * speed, sign * t * along + n * across);
            station.rows.push(Row { u, x, bound: tool.acceleration });
        }
    }
    let row = JerkRow { first: speed, second: along, third: 0.0, bound: tool.jerk };
    if !station.before.is_empty() {
        station.before.push(row);
    }
    station.jerks.push(row);
}

/// How far the tool is off the route in the middle between `samples` places, m: the worst of them.
pub fn deviation(
    motion: &ToolMotion,
    route: &ToolRoute,
    arm: &dyn Kinematics,
    samples: usize,
) -> f64 {
    let off = |n: usize| {
        let s = route.length() * (n as f64 + 0.5) / samples.max(1) as f64;
        let is: Isometry3<f64> = arm.forward(&motion.path.at(s).q);
        (is.translation.vector - route.at(s).pose.translation.vector).norm()
    };
    (0..samples).map(off).fold(0.0, f64::max)
}
