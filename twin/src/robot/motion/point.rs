//! Moves from one state to another, as fast as speed, acceleration and jerk allow.
//!
//! The solver is `rsruckig`, a Rust form of Ruckig (Berscheid & Kröger, *Jerk-limited Real-time Trajectory Generation with
//! Arbitrary Target States*, 2021): the fastest motion of each joint between any two states, and the fastest duration that all
//! joints can share. It reads no clock here.
//!
//! Moves in phase are one axis along the line, from 0 to 1, whose limits are the least of `limit / |way|` over the joints. (Ruckig's own
//! synchronisation by phase scales the slowest joint's course, and where that breaks another joint's limit it goes over to synchronisation by
//! time without a word: then the line is not straight.)

use rsruckig::prelude::{
    DataArrayOrVec, InputParameter, Ruckig, RuckigResult, Synchronization, ThrowErrorHandler,
};
use rsruckig::profile::Profile;
use serde::{Deserialize, Serialize};

use super::error::{MotionError, positive};
use super::limits::{JointLimits, check_limits, check_ranges};
use super::trajectory::{Piece, State, Trajectory};

/// How the joints of a move are kept together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Synchronisation {
    /// All joints arrive together; each takes its own course.
    #[default]
    Time,
    /// All joints keep to the straight line between both ends in joint space, as fast as the limits allow on it.
    Phase,
    /// Each joint as fast as it can.
    Independent,
}

/// A move between two states.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PointToPoint {
    /// Where it begins.
    pub from: State,
    /// Where it ends.
    pub to: State,
    /// Limits of each joint.
    pub limits: Vec<JointLimits>,
    /// How joints are kept together.
    pub synchronisation: Synchronisation,
    /// Its least duration, s: longer than needed makes a slower move. None: as fast as can be.
    pub at_least: Option<f64>,
}

impl PointToPoint {
    /// From rest at `from` to rest at `to`, joints arriving together.
    pub fn rest(from: &[f64], to: &[f64], limits: &[JointLimits]) -> Self {
        Self::between(State::rest(from), State::rest(to), limits)
    }

    /// Between two states, joints arriving together.
    pub fn between(from: State, to: State, limits: &[JointLimits]) -> Self {
        let limits = limits.to_vec();
        Self { from, to, limits, synchronisation: Synchronisation::Time, at_least: None }
    }

    /// The same with joints kept together as `synchronisation` says.
    #[must_use]
    pub fn synchronised(mut self, synchronisation: Synchronisation) -> Self {
        self.synchronisation = synchronisation;
        self
    }

    /// The same, taking at least `seconds`.
    #[must_use]
    pub fn lasting(mut self, seconds: f64) -> Self {
        self.at_least = Some(seconds);
        self
    }

    /// The motion: some 5 µs for one joint, 20 µs for six.
    ///
    /// # Errors
    ///
    /// - [`MotionError::Count`], [`MotionError::NotFinite`], [`MotionError::Limit`]: the numbers are wrong.
    /// - [`MotionError::Range`]: an end lies outside a joint's range, or no motion within it was found.
    /// - [`MotionError::NotStraight`]: [`Synchronisation::Phase`] between velocities that are not along the line.
    /// - [`MotionError::State`]: the state to end in exceeds the limits.
    pub fn solve(&self) -> Result<Trajectory, MotionError> {
        self.check()?;
        if self.synchronisation == Synchronisation::Phase
            && let Some(line) = self.line()
        {
            let solved = self.spread(&line.solve()?)?;
            self.check_extremes(&solved)?;
            return Ok(solved);
        }
        let joints = self.limits.len();
        let mut trajectory = rsruckig::trajectory::Trajectory::<0>::new(Some(joints));
        let result = Ruckig::<0, ThrowErrorHandler>::new(Some(joints), 0.001)
            .calculate(&self.input(), &mut trajectory);
        match result {
            Ok(RuckigResult::Working | RuckigResult::Finished) => {}
            Ok(other) => return Err(MotionError::State(format!("{other:?}"))),
            // The message goes on with a listing of the whole input.
            Err(error) => {
                let text = error.to_string();
                let first = text.split(", input:").next().unwrap_or(&text);
                return Err(MotionError::State(first.to_owned()));
            }
        }
        let profiles = trajectory.profiles.first().ok_or(MotionError::NotConverged("a move"))?;
        let axes = profiles.iter().map(pieces).collect();
        let solved = Trajectory::new(trajectory.duration, axes);
        self.check_extremes(&solved)?;
        Ok(solved)
    }

    /// The shortest duration of each joint on its own, s.
    ///
    /// # Errors
    ///
    /// As [`Self::solve`].
    pub fn independent(&self) -> Result<Vec<f64>, MotionError> {
        let one = |joint: usize| {
            let pick = |state: &State| State {
                position: vec![state.position[joint]],
                velocity: vec![state.velocity[joint]],
                acceleration: vec![state.acceleration[joint]],
            };
            let limits = [self.limits[joint]];
            Ok(Self::between(pick(&self.from), pick(&self.to), &limits).solve()?.duration())
        };
        self.check()?;
        (0..self.limits.len()).map(one).collect()
    }

    /// How far each joint goes.
    fn way(&self) -> Vec<f64> {
        self.to.position.iter().zip(&self.from.position).map(|(to, from)| to - from).collect()
    }

    /// The move along the straight line, from 0 to 1; none, if there is no way to go.
    fn line(&self) -> Option<Self> {
        let way = self.way();
        let square: f64 = way.iter().map(|x| x * x).sum();
        if !(square > 0.0) {
            return None;
        }
        let along = |vector: &[f64]| -> Vec<f64> {
            vec![vector.iter().zip(&way).map(|(x, w)| x * w).sum::<f64>() / square]
        };
        let state = |place: f64, state: &State| State {
            position: vec![place],
            velocity: along(&state.velocity),
            acceleration: along(&state.acceleration),
        };
        let least = |get: fn(&JointLimits) -> f64| {
            let moving = self.limits.iter().zip(&way).filter(|(_, way)| **way != 0.0);
            moving.map(|(limit, way)| get(limit) / way.abs()).fold(f64::INFINITY, f64::min)
        };
        let limit = JointLimits::free(
            least(|limit| limit.velocity),
            least(|limit| limit.acceleration),
            least(|limit| limit.jerk),
        );
        let at_least = self.at_least;
        let line = Self::between(state(0.0, &self.from), state(1.0, &self.to), &[limit]);
        Some(Self { at_least, ..line })
    }

    /// The joints' motion from that along the line.
    fn spread(&self, line: &Trajectory) -> Result<Trajectory, MotionError> {
        let pieces = line.pieces(0).ok_or(MotionError::NotConverged("a move"))?;
        let joint = |(from, way): (&f64, f64)| {
            let piece = |piece: &Piece| Piece {
                start: piece.start,
                position: from + way * piece.position,
                velocity: way * piece.velocity,
                acceleration: way * piece.acceleration,
                jerk: way * piece.jerk,
            };
            pieces.iter().map(piece).collect()
        };
        let axes = self.from.position.iter().zip(self.way()).map(joint).collect();
        Ok(Trajectory::new(line.duration(), axes))
    }

    fn check(&self) -> Result<(), MotionError> {
        check_limits(&self.limits)?;
        self.from.check(self.limits.len())?;
        self.to.check(self.limits.len())?;
        check_ranges(&self.limits, &self.from.position, 0.0)?;
        check_ranges(&self.limits, &self.to.position, 1.0)?;
        if let Some(seconds) = self.at_least {
            positive("the least duration", seconds)?;
        }
        if self.synchronisation == Synchronisation::Phase { self.check_straight() } else { Ok(()) }
    }

    /// Whether velocities and accelerations at both ends are along the line from end to end.
    fn check_straight(&self) -> Result<(), MotionError> {
        let way = self.way();
        let square: f64 = way.iter().map(|x| x * x).sum();
        let ends = [&self.from, &self.to];
        for vector in ends.iter().flat_map(|state| [&state.velocity, &state.acceleration]) {
            let along = if square > 0.0 {
                vector.iter().zip(&way).map(|(x, w)| x * w).sum::<f64>() / square
            } else {
                0.0
            };
            let size = vector.iter().fold(0.0_f64, |most, x| most.max(x.abs()));
            let off = |(x, w): (&f64, &f64)| (x - along * w).abs() > 1e-9 * size.max(1e-9);
            if let Some(joint) = vector.iter().zip(&way).position(off) {
                return Err(MotionError::NotStraight { joint });
            }
        }
        Ok(())
    }

    fn check_extremes(&self, solved: &Trajectory) -> Result<(), MotionError> {
        for (joint, (limit, extremes)) in self.limits.iter().zip(solved.extremes()).enumerate() {
            for value in extremes {
                if !limit.holds(value) {
                    let [low, high] = limit.position;
                    let at = place_of(solved, joint, value);
                    return Err(MotionError::Range { joint, at, value, low, high });
                }
            }
        }
        Ok(())
    }

    fn input(&self) -> InputParameter<0> {
        let list = |values: &[f64]| DataArrayOrVec::Heap(values.to_vec());
        let each = |get: fn(&JointLimits) -> f64| {
            DataArrayOrVec::Heap(self.limits.iter().map(get).collect::<Vec<f64>>())
        };
        let mut input = InputParameter::<0>::new(Some(self.limits.len()));
        input.current_position = list(&self.from.position);
        input.current_velocity = list(&self.from.velocity);
        input.current_acceleration = list(&self.from.acceleration);
        input.target_position = list(&self.to.position);
        input.target_velocity = list(&self.to.velocity);
        input.target_acceleration = list(&self.to.acceleration);
        input.max_velocity = each(|limit| limit.velocity);
        input.max_acceleration = each(|limit| limit.acceleration);
        input.max_jerk = each(|limit| limit.jerk);
        if self.limits.iter().any(|limit| limit.position.iter().any(|end| end.is_finite())) {
            input.min_position = Some(each(|limit| limit.position[0]));
            input.max_position = Some(each(|limit| limit.position[1]));
        }
        input.synchronization = match self.synchronisation {
            Synchronisation::Time | Synchronisation::Phase => Synchronization::Time,
            Synchronisation::Independent => Synchronization::None,
        };
        input.minimum_duration = self.at_least;
        input
    }
}

/// The fraction of the duration at which `joint` comes nearest to `value`, to a thousandth.
fn place_of(solved: &Trajectory, joint: usize, value: f64) -> f64 {
    let off = |n: u32| {
        let t = solved.duration() * f64::from(n) / 1000.0;
        solved.at(t).position.get(joint).map_or(f64::INFINITY, |p| (p - value).abs())
    };
    let nearest = (0..=1000).min_by(|a, b| off(*a).total_cmp(&off(*b)));
    f64::from(nearest.unwrap_or(0)) / 1000.0
}

/// The pieces of one joint: what brings it within its limits, seven phases, and what it holds at the end.
fn pieces(profile: &Profile) -> Vec<Piece> {
    let brake = &profile.brake;
    let mut pieces = Vec::new();
    let mut start = 0.0;
    for n in 0..2 {
        if brake.duration > 0.0 && brake.t[n] > 0.0 {
            let (position, velocity) = (brake.p[n], brake.v[n]);
            let (acceleration, jerk) = (brake.a[n], brake.j[n]);
            pieces.push(Piece { start, position, velocity, acceleration, jerk });
            start += brake.t[n];
        }
    }
    let begin = start;
    for n in 0..7 {
        if profile.t[n] > 0.0 {
            let (position, velocity) = (profile.p[n], profile.v[n]);
            let (acceleration, jerk) = (profile.a[n], profile.j[n]);
            pieces.push(Piece { start, position, velocity, acceleration, jerk });
        }
        start = begin + profile.t_sum[n];
    }
    let (position, velocity) = (profile.p[7], profile.v[7]);
    pieces.push(Piece { start, position, velocity, acceleration: profile.a[7], jerk: 0.0 });
    pieces
}
