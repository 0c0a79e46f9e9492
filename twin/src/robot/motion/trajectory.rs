//! A trajectory: pieces of constant jerk on each axis, from its start to its end.

use serde::{Deserialize, Serialize};

use super::error::{MotionError, vector};
use super::limits::JointLimits;

/// Where all axes are and how they move: rad (m), rad/s, rad/s².
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// Positions, rad or m.
    pub position: Vec<f64>,
    /// Velocities.
    pub velocity: Vec<f64>,
    /// Accelerations.
    pub acceleration: Vec<f64>,
}

impl State {
    /// At rest at `position`.
    pub fn rest(position: &[f64]) -> Self {
        let zero = vec![0.0; position.len()];
        Self { position: position.to_vec(), velocity: zero.clone(), acceleration: zero }
    }

    /// Moving through `position` at `velocity` without acceleration.
    pub fn moving(position: &[f64], velocity: &[f64]) -> Self {
        Self { velocity: velocity.to_vec(), ..Self::rest(position) }
    }

    /// Whether there are `joints` finite values of each.
    ///
    /// # Errors
    ///
    /// [`MotionError::Count`] or [`MotionError::NotFinite`].
    pub fn check(&self, joints: usize) -> Result<(), MotionError> {
        vector("a position", &self.position, joints)?;
        vector("a velocity", &self.velocity, joints)?;
        vector("an acceleration", &self.acceleration, joints)
    }
}

/// A stretch of constant jerk of one axis, and its state at the stretch's start.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Piece {
    /// When it begins, s from the trajectory's start.
    pub start: f64,
    /// Position at its start.
    pub position: f64,
    /// Velocity at its start.
    pub velocity: f64,
    /// Acceleration at its start.
    pub acceleration: f64,
    /// Jerk, all through.
    pub jerk: f64,
}

impl Piece {
    /// Position, velocity and acceleration at `t` seconds from the trajectory's start.
    pub fn at(&self, t: f64) -> [f64; 3] {
        let dt = t - self.start;
        let acceleration = self.acceleration + dt * self.jerk;
        let velocity = self.velocity + dt * (self.acceleration + dt * self.jerk / 2.0);
        let position = self.position
            + dt * (self.velocity + dt * (self.acceleration / 2.0 + dt * self.jerk / 6.0));
        [position, velocity, acceleration]
    }

    /// Lowest and highest position from its start to `until`.
    fn extremes(&self, until: f64) -> [f64; 2] {
        let mut times = vec![self.start, until];
        // Where v + a dt + j dt²/2 = 0.
        let (v, a, j) = (self.velocity, self.acceleration, self.jerk);
        if j.abs() > 1e-12 {
            let root = (a * a - 2.0 * j * v).max(0.0).sqrt();
            times.extend([self.start + (root - a) / j, self.start - (root + a) / j]);
        } else if a.abs() > 1e-12 {
            times.push(self.start - v / a);
        }
        let inside = times.iter().filter(|t| **t >= self.start && **t <= until);
        inside
            .map(|t| self.at(*t)[0])
            .fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], p| [low.min(p), high.max(p)])
    }
}

/// How all axes move from one state to another.
///
/// The same input gives the same bits on one machine. Between machines the last bits of a few functions of the standard library
/// (cube roots, arc cosines) may differ, so durations that enter event logic are to be rounded to the nanosecond.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trajectory {
    duration: f64,
    axes: Vec<Vec<Piece>>,
}

impl Trajectory {
    /// A trajectory of `duration` seconds; each axis has at least one piece, in order of time, the first at 0.
    pub(super) fn new(duration: f64, axes: Vec<Vec<Piece>>) -> Self {
        Self { duration, axes }
    }

    /// How long it takes, s.
    pub fn duration(&self) -> f64 {
        self.duration
    }

    /// Number of axes.
    pub fn axes(&self) -> usize {
        self.axes.len()
    }

    /// The pieces of an axis, in order of time; the last holds what is reached. None, if there is no such axis.
    pub fn pieces(&self, axis: usize) -> Option<&[Piece]> {
        self.axes.get(axis).map(Vec::as_slice)
    }

    /// The state at `t` seconds from the start; the first before it, the last after the end. Costs a search among the
    /// pieces of each axis.
    pub fn at(&self, t: f64) -> State {
        let t = t.clamp(0.0, self.duration);
        let mut state = State::default();
        for pieces in &self.axes {
            let next = pieces.partition_point(|piece| piece.start <= t);
            let Some(piece) = pieces.get(next.saturating_sub(1)) else { continue };
            let [position, velocity, acceleration] = piece.at(t);
            state.position.push(position);
            state.velocity.push(velocity);
            state.acceleration.push(acceleration);
        }
        state
    }

    /// Lowest and highest position of each axis on the way, exact.
    pub fn extremes(&self) -> Vec<[f64; 2]> {
        let axis = |pieces: &Vec<Piece>| {
            let ends = pieces.iter().skip(1).map(|piece| piece.start).chain([self.duration]);
            let each = pieces.iter().zip(ends).map(|(piece, end)| piece.extremes(end));
            each.fold([f64::INFINITY, f64::NEG_INFINITY], |all, one| {
                [all[0].min(one[0]), all[1].max(one[1])]
            })
        };
        self.axes.iter().map(axis).collect()
    }

    /// The highest share of its limits that any axis makes use of at `samples` + 1 instants, at most 1 where they are kept:
    /// of speed, of acceleration, of jerk.
    pub fn use_of(&self, limits: &[JointLimits], samples: usize) -> [f64; 3] {
        let mut most = [0.0_f64; 3];
        for n in 0..=samples {
            let state = self.at(self.duration * n as f64 / samples.max(1) as f64);
            for ((v, a), limit) in state.velocity.iter().zip(&state.acceleration).zip(limits) {
                most[0] = most[0].max(v.abs() / limit.velocity);
                most[1] = most[1].max(a.abs() / limit.acceleration);
            }
        }
        for (pieces, limit) in self.axes.iter().zip(limits) {
            let jerks = pieces.iter().map(|piece| piece.jerk.abs() / limit.jerk);
            most[2] = jerks.fold(most[2], f64::max);
        }
        most
    }
}
