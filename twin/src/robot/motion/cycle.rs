//! A robot's cycle: steps in order, what each takes and what all take.
//!
//! Moves in a row whose corners have zones are one motion that does not stop between them; joint moves and tool moves do not blend into each
//! other, so the arm comes to rest where one kind follows the other (some controllers blend there too: this is on the slow side). After each
//! rest it settles before a wait, a grip or a signal begins.

use nalgebra::{Isometry3, Point3, Translation3};
use serde::{Deserialize, Serialize};

use super::curve::{JointPath, JointRoute};
use super::error::MotionError;
use super::follow::{along_joints, along_tool};
use super::kinematics::Kinematics;
use super::limits::{JointLimits, ToolLimits, check_limits};
use super::point::PointToPoint;
use super::route::{LegTo, Shape, ToolRoute};

/// One step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Step {
    /// The joints to these positions, arriving together.
    Joint {
        /// Where to, rad or m.
        to: Vec<f64>,
        /// Share of the shorter neighbouring leg that the corner behind may take up, 0 (stop there) to 1.
        zone: f64,
        /// Share of full speed, above 0 and at most 1. Moves through corners go at the lowest share of any of them.
        speed: f64,
    },
    /// The tool on a straight line.
    Line {
        /// Where to.
        to: Isometry3<f64>,
        /// Distance from the corner behind at which it may be cut, m; 0: stop there.
        zone: f64,
        /// The programmed speed, m/s; infinite: as fast as the tool may.
        speed: f64,
    },
    /// The tool along a circle.
    Arc {
        /// A point on the way.
        via: Point3<f64>,
        /// Where to.
        to: Isometry3<f64>,
        /// As for a line.
        zone: f64,
        /// As for a line.
        speed: f64,
    },
    /// The gripper opens or closes, s.
    Grip(f64),
    /// A signal is exchanged, s.
    Signal(f64),
    /// A pause, s.
    Wait(f64),
}

/// What a step takes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct StepTime {
    /// When it begins, s from the start of the cycle.
    pub start: f64,
    /// How long it takes, s; settling belongs to the move before it.
    pub duration: f64,
}

/// The robot of a cycle.
pub struct Mover<'a> {
    /// The arm.
    pub arm: &'a dyn Kinematics,
    /// Limits of its joints, derated by the payload if need be.
    pub limits: &'a [JointLimits],
    /// Limits of its tool on lines and arcs.
    pub tool: ToolLimits,
    /// How long the tool swings after it has come to rest and before anything may be gripped or signalled, s, at least 0.
    pub settle_s: f64,
}

/// What a cycle takes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CycleTime {
    /// Each step.
    pub steps: Vec<StepTime>,
    /// All of them, s.
    pub total: f64,
    /// Where the joints are at its end.
    pub end: Vec<f64>,
}

/// A cycle as it is gone through: where the joints are at any time of it.
pub struct CycleMotion {
    made: Vec<Made>,
    /// When each of them begins, s from the start of the cycle.
    begins: Vec<f64>,
    total: f64,
    end: Vec<f64>,
}

impl CycleMotion {
    fn new(end: Vec<f64>, made: Vec<Made>) -> Self {
        let (mut begins, mut total) = (Vec::with_capacity(made.len()), 0.0);
        for one in &made {
            begins.push(total);
            total += one.lasts();
        }
        Self { made, begins, total, end }
    }

    /// What it takes, s.
    pub fn duration(&self) -> f64 {
        self.total
    }

    /// Where the joints are at its end, rad or m.
    pub fn end(&self) -> &[f64] {
        &self.end
    }

    /// Where the joints are at `t` seconds from its start, held at both ends.
    pub fn at(&self, t: f64) -> Vec<f64> {
        if t >= self.total {
            return self.end.clone();
        }
        let n = self.begins.partition_point(|begin| *begin <= t).saturating_sub(1);
        self.made.get(n).map_or_else(|| self.end.clone(), |made| (made.at)(t - self.begins[n]))
    }

    /// Where the joints are after each `every_s` seconds from `from_s` to `until_s` after its start, and at the latter.
    pub fn postures(&self, [from_s, until_s]: [f64; 2], every_s: f64) -> Vec<Vec<f64>> {
        let times = (0..).map(|n| from_s + f64::from(n) * every_s);
        let times = times.take_while(|t| *t < until_s).chain([until_s]);
        times.map(|t| self.at(t)).collect()
    }

    /// What its steps take.
    pub fn times(&self) -> CycleTime {
        let mut cycle = CycleTime { steps: Vec::new(), total: 0.0, end: self.end.clone() };
        for Made { times, settle_s, .. } in &self.made {
            let last = times.len().saturating_sub(1);
            for (k, duration) in times.iter().enumerate() {
                let settle = if k == last { *settle_s } else { 0.0 };
                cycle.steps.push(StepTime { start: cycle.total, duration: duration + settle });
                cycle.total += duration + settle;
            }
        }
        cycle
    }

    /// It, and then `next`, which begins where it ends.
    #[must_use]
    pub fn then(mut self, next: Self) -> Self {
        self.made.extend(next.made);
        Self::new(next.end, self.made)
    }
}

impl std::fmt::Debug for CycleMotion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CycleMotion").field("times", &self.times()).finish_non_exhaustive()
    }
}

impl Mover<'_> {
    /// What `steps` take from rest at `start`. A few milliseconds for each tool move, less for joint moves.
    ///
    /// # Errors
    ///
    /// The step (from 0) that cannot be made, and why.
    pub fn time(&self, start: &[f64], steps: &[Step]) -> Result<CycleTime, (usize, MotionError)> {
        self.motion(start, steps).map(|motion| motion.times())
    }

    /// Where the joints are while it makes `steps` from rest at `start`: after each `every_s` seconds, and at the end. In time as
    /// [`time`](Self::time).
    ///
    /// # Errors
    ///
    /// As [`time`](Self::time).
    pub fn postures(
        &self,
        start: &[f64],
        steps: &[Step],
        every_s: f64,
    ) -> Result<Vec<Vec<f64>>, (usize, MotionError)> {
        let motion = self.motion(start, steps)?;
        Ok(motion.postures([0.0, motion.duration()], every_s))
    }

    /// All motions and pauses of a cycle in order, from rest at `start`.
    ///
    /// # Errors
    ///
    /// As [`time`](Self::time).
    pub fn motion(
        &self,
        start: &[f64],
        steps: &[Step],
    ) -> Result<CycleMotion, (usize, MotionError)> {
        self.check().map_err(|error| (0, error))?;
        let (mut q, mut all) = (start.to_vec(), Vec::new());
        let mut n = 0;
        while n < steps.len() {
            let run = run_of(&steps[n..]);
            let group = &steps[n..n + run];
            let mut made = self.group(&mut q, group).map_err(|error| (n, error))?;
            n += run;
            let moves = group.last().is_some_and(|step| step.pause().is_none());
            if moves && steps.get(n).is_some_and(|next| next.pause().is_some()) {
                made.settle_s = self.settle_s;
            }
            all.push(made);
        }
        Ok(CycleMotion::new(q, all))
    }

    /// One motion or pause; moves `q` to its end.
    fn group(&self, q: &mut Vec<f64>, group: &[Step]) -> Result<Made, MotionError> {
        match &group[0] {
            Step::Grip(s) | Step::Signal(s) | Step::Wait(s) => {
                if *s >= 0.0 && s.is_finite() {
                    let q = q.clone();
                    return Ok(Made::new(vec![*s], move |_| q.clone()));
                }
                Err(MotionError::Limit { what: "a pause", value: *s })
            }
            Step::Joint { .. } => self.joints(q, group),
            Step::Line { .. } | Step::Arc { .. } => self.tool(q, group),
        }
    }

    fn joints(&self, q: &mut Vec<f64>, group: &[Step]) -> Result<Made, MotionError> {
        let (mut points, mut zones, mut share) = (vec![q.clone()], vec![0.0], 1.0_f64);
        for step in group {
            if let Step::Joint { to, zone, speed } = step {
                points.push(to.clone());
                zones.push(*zone);
                if !(*speed > 0.0 && *speed <= 1.0) {
                    return Err(MotionError::Limit {
                        what: "a share of full speed",
                        value: *speed,
                    });
                }
                share = share.min(*speed);
            }
        }
        let slowed =
            |limit: &JointLimits| JointLimits { velocity: limit.velocity * share, ..*limit };
        let limits: Vec<JointLimits> = self.limits.iter().map(slowed).collect();
        let end = points[points.len() - 1].clone();
        let made = if let [from, to] = points.as_slice() {
            let motion = PointToPoint::rest(from, to, &limits).solve()?;
            Made::new(vec![motion.duration()], move |t| motion.at(t).position)
        } else {
            let route = JointRoute::new(points, &zones)?;
            let motion = along_joints(route, &limits)?;
            let marks = motion.path.marks()[1..].to_vec();
            let times =
                split(&marks, motion.path.length(), motion.duration(), |s| motion.law.when(s));
            Made::new(times, move |t| motion.at(t).position)
        };
        *q = end;
        Ok(made)
    }

    fn tool(&self, q: &mut Vec<f64>, group: &[Step]) -> Result<Made, MotionError> {
        let leg = |step: &Step| match step {
            Step::Line { to, zone, speed } => {
                Some(LegTo { to: *to, shape: Shape::Line, zone: *zone, speed: *speed })
            }
            Step::Arc { via, to, zone, speed } => {
                Some(LegTo { to: *to, shape: Shape::Arc(*via), zone: *zone, speed: *speed })
            }
            _ => None,
        };
        let legs: Vec<LegTo> = group.iter().filter_map(leg).collect();
        let route = ToolRoute::new(self.arm.forward(q), &legs)?;
        let motion = along_tool(&route, self.arm, q, self.limits, &self.tool)?;
        *q = motion.path.at(motion.path.length()).q;
        let times = split(route.marks(), route.length(), motion.duration(), |s| motion.law.when(s));
        Ok(Made::new(times, move |t| motion.at(t).position))
    }

    /// Checks what does not depend on a cycle.
    ///
    /// # Errors
    ///
    /// Wrong limits, a negative time to settle.
    pub fn check(&self) -> Result<(), MotionError> {
        check_limits(self.limits)?;
        self.tool.check()?;
        if self.settle_s >= 0.0 && self.settle_s.is_finite() {
            return Ok(());
        }
        Err(MotionError::Limit { what: "the time to settle", value: self.settle_s })
    }
}

/// A motion through a group of steps, or a pause.
struct Made {
    /// What each step takes, s.
    times: Vec<f64>,
    /// How long the tool swings afterwards, s.
    settle_s: f64,
    /// Where the joints are by its time, s; held at both ends.
    at: Box<dyn Fn(f64) -> Vec<f64> + Send + Sync>,
}

impl Made {
    fn new(times: Vec<f64>, at: impl Fn(f64) -> Vec<f64> + Send + Sync + 'static) -> Self {
        Self { times, settle_s: 0.0, at: Box::new(at) }
    }

    /// What it takes with settling, s.
    fn lasts(&self) -> f64 {
        self.times.iter().sum::<f64>() + self.settle_s
    }
}

/// What lies between marks along a path.
fn split(marks: &[f64], length: f64, duration: f64, when: impl Fn(f64) -> f64) -> Vec<f64> {
    let mut last = 0.0;
    let mut times = Vec::new();
    for mark in marks {
        let t = if *mark >= length { duration } else { when(*mark) };
        times.push(t - last);
        last = t;
    }
    times
}

/// How many of the steps from the first on are one motion.
fn run_of(steps: &[Step]) -> usize {
    let kind = |step: &Step| match step {
        Step::Joint { .. } => 1,
        Step::Line { .. } | Step::Arc { .. } => 2,
        _ => 0,
    };
    let mut run = 1;
    while run < steps.len()
        && kind(&steps[run]) == kind(&steps[0])
        && kind(&steps[0]) > 0
        && steps[run - 1].zone() > 0.0
    {
        run += 1;
    }
    run
}

impl Step {
    /// The same step elsewhere: the places of the tool moved by `shift`. Positions of joints stay.
    #[must_use]
    pub fn moved(&self, shift: &Translation3<f64>) -> Self {
        match self.clone() {
            Self::Line { to, zone, speed } => Self::Line { to: shift * to, zone, speed },
            Self::Arc { via, to, zone, speed } => {
                Self::Arc { via: shift * via, to: shift * to, zone, speed }
            }
            still => still,
        }
    }

    fn zone(&self) -> f64 {
        match self {
            Self::Joint { zone, .. } | Self::Line { zone, .. } | Self::Arc { zone, .. } => *zone,
            _ => 0.0,
        }
    }

    fn pause(&self) -> Option<f64> {
        match self {
            Self::Grip(s) | Self::Signal(s) | Self::Wait(s) => Some(*s),
            _ => None,
        }
    }
}
