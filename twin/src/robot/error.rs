//! What can go wrong between joints and poses: typed, with figures.

use super::branch::Singularity;

/// Joint coordinates that no pose belongs to.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ForwardError {
    /// Too few or too many coordinates.
    #[error("the arm has {expected} joints, not {found}")]
    WrongCount {
        /// Joints of the arm.
        expected: usize,
        /// Coordinates given.
        found: usize,
    },
    /// A coordinate that is no number.
    #[error("the coordinate of J{} is not a finite number", joint + 1)]
    NotFinite {
        /// The joint, from 0.
        joint: usize,
    },
    /// A delta whose rods cannot be joined, or whose platform is not held.
    #[error("the rods of the delta cannot be joined there")]
    CannotBeJoined,
}

/// A joint beyond its range, and by how much.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Violation {
    /// The joint, from 0.
    pub joint: usize,
    /// How far it is beyond the end of its range [rad or m]: negative below the lower end, positive above the upper one.
    pub by: f64,
}

/// A pose that an arm does not reach.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum InverseError {
    /// It is too far away, or too near.
    #[error("out of reach by {:.1} mm", by * 1e3)]
    OutOfReach {
        /// By how much the nearest branch misses \[m\].
        by: f64,
    },
    /// An arm with fewer than six axes cannot turn its tool so.
    #[error("the tool would have to be tilted by {:.3} deg, which this arm cannot", by.to_degrees())]
    Tilted {
        /// By so much \[rad\].
        by: f64,
    },
    /// The nearest branch is at a singularity, and was not to be.
    #[error("{0}")]
    Singular(Singularity),
    /// No branch keeps within the ranges of all joints; these are those of the nearest.
    #[error("outside the range of {}", joints(.0))]
    OutsideRange(Vec<Violation>),
    /// The iteration did not get there; whether there is a way, it cannot tell.
    #[error("the iteration ended {:.3} mm and {:.3} deg off", position * 1e3, angle.to_degrees())]
    NotConverged {
        /// Distance left \[m\].
        position: f64,
        /// Angle left \[rad\].
        angle: f64,
    },
    /// A pose with a number that is none.
    #[error("the pose is not finite")]
    NotFinite,
    /// The coordinates that were to be continued are none.
    #[error(transparent)]
    Previous(#[from] ForwardError),
}

fn joints(violations: &[Violation]) -> String {
    let names: Vec<String> = violations.iter().map(|v| format!("J{}", v.joint + 1)).collect();
    names.join(", ")
}
