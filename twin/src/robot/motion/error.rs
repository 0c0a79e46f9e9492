//! What can be wrong with a motion, with the place where it is wrong.

use thiserror::Error;

/// Why a motion cannot be made.
///
/// Joints count from 0 here and from 1 in messages; places along a path are fractions of its length, 0 at its start.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum MotionError {
    /// Two lists that belong together have different lengths.
    #[error("{what}: {found} values for {expected} joints")]
    Count {
        /// Which list.
        what: &'static str,
        /// Joints there are.
        expected: usize,
        /// Values there are.
        found: usize,
    },
    /// There is nothing to move.
    #[error("{0} is empty")]
    Empty(&'static str),
    /// A number is NaN or infinite.
    #[error("{0} is not a finite number")]
    NotFinite(&'static str),
    /// A limit that must be above 0 is not.
    #[error("{what} must be above 0, not {value}")]
    Limit {
        /// Which limit.
        what: &'static str,
        /// Its value, SI.
        value: f64,
    },
    /// A joint's range is crossed.
    #[error("joint {} leaves its range at {:.1} % of the way: {value:.4} is outside {low:.4} to {high:.4}", joint + 1, at * 100.0)]
    Range {
        /// The joint.
        joint: usize,
        /// Fraction of the way.
        at: f64,
        /// Where it would be, rad or m.
        value: f64,
        /// The range's lower end.
        low: f64,
        /// The range's upper end.
        high: f64,
    },
    /// A state to start from or to end in that the limits rule out.
    #[error("no motion between these states: {0}")]
    State(String),
    /// A straight joint move was asked for between states whose velocities are not along the line.
    #[error("joint {} does not move along the straight line at the border of the move", joint + 1)]
    NotStraight {
        /// The joint.
        joint: usize,
    },
    /// The inverse kinematics has no answer.
    #[error("the pose at {:.1} % of the path cannot be reached: {why}", at * 100.0)]
    Unreachable {
        /// Fraction of the path.
        at: f64,
        /// What the arm says.
        why: String,
    },
    /// A joint would have to jump: a singularity, or a change of configuration.
    #[error("joint {} jumps by {jump:.3} at {:.2} % of the path: singular there, or another configuration", joint + 1, at * 100.0)]
    Singular {
        /// The joint.
        joint: usize,
        /// Fraction of the path.
        at: f64,
        /// How far it would jump, rad or m.
        jump: f64,
    },
    /// The speeds asked for at the ends of a path cannot be had under its limits.
    #[error("no speed is possible at {:.1} % of the path: {why}", at * 100.0)]
    Infeasible {
        /// Fraction of the path.
        at: f64,
        /// Which bound leaves no room.
        why: &'static str,
    },
    /// The path has no length, or its points no order.
    #[error("the path is degenerate: {0}")]
    Degenerate(&'static str),
    /// The part leaves the tracking window before the robot can be there.
    #[error("the part leaves the window at {leaves_s:.3} s; the robot cannot meet it before")]
    Missed {
        /// When the part leaves the window, s from now.
        leaves_s: f64,
    },
    /// An iteration did not come to an end.
    #[error("{0} did not converge")]
    NotConverged(&'static str),
}

/// `value`, if it is a finite number.
pub(super) fn finite(what: &'static str, value: f64) -> Result<f64, MotionError> {
    if value.is_finite() { Ok(value) } else { Err(MotionError::NotFinite(what)) }
}

/// `value`, if it is finite and above 0.
pub(super) fn positive(what: &'static str, value: f64) -> Result<f64, MotionError> {
    if value.is_finite() && value > 0.0 {
        Ok(value)
    } else {
        Err(MotionError::Limit { what, value })
    }
}

/// All of `values`, if there are `expected` of them and all are finite.
pub(super) fn vector(
    what: &'static str,
    values: &[f64],
    expected: usize,
) -> Result<(), MotionError> {
    if values.len() != expected {
        return Err(MotionError::Count { what, expected, found: values.len() });
    }
    values.iter().try_for_each(|value| finite(what, *value).map(drop))
}
