//! Meeting parts on a belt: the earliest time at which a robot can be at a part, moving as the belt does.

use nalgebra::{Isometry3, UnitVector3, Vector3};
use serde::{Deserialize, Serialize};

use super::error::{MotionError, finite, positive};
use super::kinematics::Kinematics;
use super::limits::{JointLimits, check_ranges};
use super::point::PointToPoint;
use super::ramp::ramp;
use super::trajectory::{State, Trajectory};

/// Instants looked at between the first and the last chance of a meeting, before the earliest is narrowed down.
const LOOKS: usize = 128;
/// Seconds to which a meeting is narrowed down.
const NARROW: f64 = 1e-12;

/// A part on a belt, from now on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Part {
    /// The pose of the tool that grips the part as it lies now, in the base frame.
    pub grip: Isometry3<f64>,
    /// Where the belt runs.
    pub along: UnitVector3<f64>,
    /// The belt's speed, m/s, at least 0.
    pub speed: f64,
    /// Where the part is now, m downstream of the belt's own zero.
    pub place: f64,
}

/// The stretch of a belt over which a robot may work, m downstream of the belt's own zero.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Window {
    /// Parts further upstream are not met yet.
    pub upstream: f64,
    /// Parts further downstream are no longer met.
    pub downstream: f64,
}

impl Part {
    /// The pose of the tool that grips the part in `t` seconds.
    pub fn grip_at(&self, t: f64) -> Isometry3<f64> {
        let mut pose = self.grip;
        pose.translation.vector += self.velocity() * t;
        pose
    }

    /// How it moves, m/s.
    pub fn velocity(&self) -> Vector3<f64> {
        self.along.into_inner() * self.speed
    }

    /// When the part is within `window`, s from now, for how long `hold_s` seconds of company are needed; none, if it never is for that long.
    ///
    /// # Errors
    ///
    /// [`MotionError::Limit`] or [`MotionError::NotFinite`] for a window without width, a negative speed or numbers that are none.
    pub fn chances(&self, window: &Window, hold_s: f64) -> Result<Option<[f64; 2]>, MotionError> {
        positive("the width of the window", window.downstream - window.upstream)?;
        finite("the place of the part", self.place)?;
        let from_upstream = finite("the window", window.upstream)? - self.place;
        let to_downstream = window.downstream - self.place;
        if !(self.speed >= 0.0 && self.speed.is_finite()) {
            return Err(MotionError::Limit { what: "the belt's speed", value: self.speed });
        }
        if self.speed == 0.0 {
            return Ok(
                (from_upstream <= 0.0 && to_downstream >= 0.0).then_some([0.0, f64::INFINITY])
            );
        }
        let first = (from_upstream / self.speed).max(0.0);
        let last = to_downstream / self.speed - hold_s;
        Ok((last >= first).then_some([first, last]))
    }
}

/// A meeting of robot and part.
#[derive(Clone, Debug, PartialEq)]
pub struct Meeting {
    /// When, s from now.
    pub time: f64,
    /// How the joints get there: at its end the tool moves with the part.
    pub motion: Trajectory,
    /// Where the tool meets the part.
    pub pose: Isometry3<f64>,
}

/// What a robot brings to a belt.
pub struct Tracker<'a> {
    /// The arm.
    pub arm: &'a dyn Kinematics,
    /// Limits of its joints.
    pub limits: &'a [JointLimits],
    /// Where it may work.
    pub window: Window,
    /// How long it has to stay with the part, s, at least 0.
    pub hold_s: f64,
}

impl Tracker<'_> {
    /// The earliest meeting with `part` of the arm that is now in the state `from`.
    ///
    /// Whether the robot can be there at a time is asked of the solver of moves: the state to end in is the inverse kinematics of the
    /// part's pose then, at the joint speeds that make the tool move with the belt. "Can be there at t" need not hold for all later times (a
    /// joint that moves may have to turn back first), so the first change to it is bracketed among 128 instants and then halved.
    /// Some 200 moves: a few milliseconds.
    ///
    /// # Errors
    ///
    /// - [`MotionError::Missed`] if the part leaves the window, less the time to hold, before the robot can be there.
    /// - [`MotionError::Unreachable`], [`MotionError::Range`] or [`MotionError::Singular`] if the arm reaches the part at no time, or not at the belt's
    ///   speed.
    /// - Wrong numbers.
    pub fn meet(&self, part: &Part, from: &State) -> Result<Meeting, MotionError> {
        from.check(self.limits.len())?;
        let leaves = (self.window.downstream - part.place) / part.speed;
        let missed = MotionError::Missed { leaves_s: leaves };
        let [first, last] =
            part.chances(&self.window, self.hold_s)?.ok_or_else(|| missed.clone())?;
        let last = if last.is_finite() { last } else { first + self.longest(part, from, first)? };
        let (mut refused, mut reached) = (None, false);
        let mut before = first;
        for n in 0..=LOOKS {
            let t = first + (last - first) * n as f64 / LOOKS as f64;
            match self.try_at(part, from, t) {
                Ok(Some(meeting)) if n == 0 => return Ok(meeting),
                Ok(Some(meeting)) => return Ok(self.narrow(part, from, before, meeting)),
                Ok(None) => reached = true,
                Err(error) => refused = Some(error),
            }
            before = t;
        }
        Err(refused.filter(|_| !reached).unwrap_or(missed))
    }

    /// How long it takes to a part that stands still, and something to spare.
    fn longest(&self, part: &Part, from: &State, at: f64) -> Result<f64, MotionError> {
        let to = State::rest(&self.joints(part, from, at)?);
        Ok(1.5 * PointToPoint::between(from.clone(), to, self.limits).solve()?.duration() + 1e-3)
    }

    fn joints(&self, part: &Part, from: &State, t: f64) -> Result<Vec<f64>, MotionError> {
        posture(self.arm, self.limits, &part.grip_at(t), &from.position)
    }

    /// The move that meets the part at `t`; none, if there is no time for it.
    fn try_at(&self, part: &Part, from: &State, t: f64) -> Result<Option<Meeting>, MotionError> {
        let to = riding(self.arm, self.limits, &part.grip_at(t), part.velocity(), &from.position)?;
        if t <= 0.0 {
            return Ok(None);
        }
        let motion = PointToPoint::between(from.clone(), to, self.limits).lasting(t).solve()?;
        let in_time = motion.duration() <= t * (1.0 + NARROW);
        Ok(in_time.then(|| Meeting { time: motion.duration(), motion, pose: part.grip_at(t) }))
    }

    /// The earliest meeting between a time that is too early and one that is not.
    fn narrow(&self, part: &Part, from: &State, mut early: f64, mut found: Meeting) -> Meeting {
        let mut late = found.time;
        while late - early > NARROW * (1.0 + late) {
            let middle = 0.5 * (early + late);
            if middle <= early || middle >= late {
                break;
            }
            match self.try_at(part, from, middle) {
                Ok(Some(meeting)) => {
                    late = middle;
                    found = meeting;
                }
                _ => early = middle,
            }
        }
        found.time = late;
        found
    }
}

fn posture(
    arm: &dyn Kinematics,
    limits: &[JointLimits],
    pose: &Isometry3<f64>,
    near: &[f64],
) -> Result<Vec<f64>, MotionError> {
    let unreachable = |why| MotionError::Unreachable { at: 1.0, why };
    let q = arm.inverse(pose, near).map_err(unreachable)?;
    check_ranges(limits, &q, 1.0)?;
    Ok(q)
}

/// The joints, as near to `near` as can be, with the tool at `pose` and moving at `velocity` (m/s) without turning.
///
/// # Errors
///
/// [`MotionError::Unreachable`], also where a joint would have to be too fast, [`MotionError::Range`] or [`MotionError::Singular`].
pub fn riding(
    arm: &dyn Kinematics,
    limits: &[JointLimits],
    pose: &Isometry3<f64>,
    velocity: Vector3<f64>,
    near: &[f64],
) -> Result<State, MotionError> {
    let q = posture(arm, limits, pose, near)?;
    let speeds = joint_speeds(arm, &q, velocity)?;
    for (joint, (v, limit)) in speeds.iter().zip(limits).enumerate() {
        // Too fast a belt for this place is a matter of the place: another time may do.
        if v.abs() > limit.velocity {
            let why = format!("joint {} cannot follow the belt there", joint + 1);
            return Err(MotionError::Unreachable { at: 1.0, why });
        }
    }
    Ok(State::moving(&q, &speeds))
}

/// The joint speeds at which the tool moves at `velocity` and does not turn: least squares by the Jacobian.
///
/// # Errors
///
/// [`MotionError::Singular`] where no joint speeds give this velocity.
pub fn joint_speeds(
    arm: &dyn Kinematics,
    q: &[f64],
    velocity: Vector3<f64>,
) -> Result<Vec<f64>, MotionError> {
    let jacobian = arm.jacobian(q);
    let mut wanted = nalgebra::Vector6::zeros();
    wanted.fixed_rows_mut::<3>(0).copy_from(&velocity);
    let svd = jacobian.clone().svd(true, true);
    let speeds = svd
        .solve(&wanted, 1e-9)
        .map_err(|_| MotionError::NotConverged("joint speeds at the belt"))?;
    let off = (&jacobian * &speeds - wanted).norm();
    if off > 1e-6 * (1.0 + velocity.norm()) {
        let joint = speeds.iter().enumerate().max_by(|a, b| a.1.abs().total_cmp(&b.1.abs()));
        return Err(MotionError::Singular {
            joint: joint.map_or(0, |(n, _)| n),
            at: 1.0,
            jump: off,
        });
    }
    Ok(speeds.iter().copied().collect())
}

/// One axis from rest at 0 meets a part that is `ahead` m in front of it and moves off at `speed`, at least 0: when, in closed form, if it
/// gets to its highest speed on the way; none, if it does not.
///
/// A [ramp] covers its mean speed times its duration, so with ramps `T₁` from 0 to `v` and `T₂` from `v` to the belt's speed `b` and `c` seconds
/// at full speed between: `v T₁/2 + v c + (v+b) T₂/2 = ahead + b (T₁ + c + T₂)`.
///
/// # Errors
///
/// If a number is not finite, a limit not above 0, or the belt not slower than the axis.
pub fn meet_on_a_line(
    ahead: f64,
    speed: f64,
    limits: &JointLimits,
) -> Result<Option<f64>, MotionError> {
    limits.check()?;
    let v = limits.velocity;
    positive("what the axis is faster than the belt", v - speed)?;
    let up = ramp(v, limits.acceleration, limits.jerk)?;
    let down = ramp(v - speed, limits.acceleration, limits.jerk)?;
    let ramps = v * up / 2.0 + (v + speed) * down / 2.0 - speed * (up + down);
    let cruise = (finite("a distance", ahead)? - ramps) / (v - speed);
    Ok((cruise >= 0.0).then_some(up + cruise + down))
}

/// Which robot takes which part: robots along a belt, in the order in which it passes them.
///
/// Each part goes to the first robot downstream that is free early enough to take it within its window; what none can take passes.
/// `work_s` is how long a robot is busy with a part from the meeting on (grip, carry, lay down, return). Times count from the same
/// zero as `arrivals`, which are those at the belt's zero and ascend; parts are met as they enter a window or as soon as the robot is free.
///
/// Returns the robot for each part, or none.
///
/// # Errors
///
/// Windows without width or out of order, numbers that are not finite, a belt that does not move.
pub fn hand_over(
    arrivals: &[f64],
    speed: f64,
    robots: &[(Window, f64)],
) -> Result<Vec<Option<usize>>, MotionError> {
    positive("the belt's speed", speed)?;
    for (window, work) in robots {
        positive("the width of the window", window.downstream - window.upstream)?;
        finite("the work on a part", *work)?;
    }
    if !robots.is_sorted_by(|a, b| a.0.upstream <= b.0.upstream) {
        return Err(MotionError::Degenerate("windows must be in the order of the belt"));
    }
    let mut free = vec![f64::NEG_INFINITY; robots.len()];
    let mut taken = Vec::with_capacity(arrivals.len());
    for arrival in arrivals {
        finite("an arrival", *arrival)?;
        let robot = robots.iter().zip(&free).position(|((window, _), free)| {
            let meets = free.max(arrival + window.upstream / speed);
            meets <= arrival + window.downstream / speed
        });
        if let Some(robot) = robot {
            let (window, work) = robots[robot];
            free[robot] = free[robot].max(arrival + window.upstream / speed) + work;
        }
        taken.push(robot);
    }
    Ok(taken)
}
