//! What can be wrong with what a cell is given, and the checks that find it.

use nalgebra::{Isometry3, Vector3};

/// Why a cell does not take what it is given, or cannot go on.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum PhysicsError {
    /// NaN or infinite.
    #[error("{what} is {value}, which is no finite number")]
    NotFinite {
        /// The quantity, with its unit.
        what: &'static str,
        /// What was given.
        value: f64,
    },
    /// Zero or less where only more makes sense.
    #[error("{what} is {value}; it must be above 0")]
    NotPositive {
        /// The quantity, with its unit.
        what: &'static str,
        /// What was given.
        value: f64,
    },
    /// Below zero.
    #[error("{what} is {value}; it must not be negative")]
    Negative {
        /// The quantity, with its unit.
        what: &'static str,
        /// What was given.
        value: f64,
    },
    /// Above the most that is allowed.
    #[error("{what} is {value}; it must not be above {most}")]
    TooLarge {
        /// The quantity, with its unit.
        what: &'static str,
        /// What was given.
        value: f64,
        /// The most that is allowed.
        most: f64,
    },
    /// An id of nothing: from another cell, or of what has been taken away.
    #[error("there is no such {0} in this cell")]
    Unknown(&'static str),
    /// The hand or the part is busy.
    #[error("{0} already holds or is held")]
    Held(&'static str),
    /// A body came to a place or a velocity that is no number.
    #[error("a body left the numbers at {at_ns} ns")]
    Diverged {
        /// When, ns of simulated time.
        at_ns: i64,
    },
    /// Bytes that are no snapshot of a cell.
    #[error("no snapshot of a cell: {0}")]
    Snapshot(String),
}

/// `value`, if it is a number.
pub(super) fn finite(what: &'static str, value: f64) -> Result<f64, PhysicsError> {
    if value.is_finite() { Ok(value) } else { Err(PhysicsError::NotFinite { what, value }) }
}

/// `value`, if it is a number above 0.
pub(super) fn positive(what: &'static str, value: f64) -> Result<f64, PhysicsError> {
    if finite(what, value)? > 0.0 {
        Ok(value)
    } else {
        Err(PhysicsError::NotPositive { what, value })
    }
}

/// `value`, if it is a number not below 0.
pub(super) fn not_negative(what: &'static str, value: f64) -> Result<f64, PhysicsError> {
    if finite(what, value)? >= 0.0 {
        Ok(value)
    } else {
        Err(PhysicsError::Negative { what, value })
    }
}

/// `v`, if all of it is numbers.
pub(super) fn vector(what: &'static str, v: Vector3<f64>) -> Result<Vector3<f64>, PhysicsError> {
    v.iter().try_for_each(|&x| finite(what, x).map(drop))?;
    Ok(v)
}

/// `size`, if it is above 0 every way.
pub(super) fn size(what: &'static str, size: Vector3<f64>) -> Result<Vector3<f64>, PhysicsError> {
    size.iter().try_for_each(|&x| positive(what, x).map(drop))?;
    Ok(size)
}

/// `v` at length 1, if it has a direction.
pub(super) fn direction(what: &'static str, v: Vector3<f64>) -> Result<Vector3<f64>, PhysicsError> {
    let length = positive(what, vector(what, v)?.norm())?;
    Ok(v / length)
}

/// `pose`, if it is all numbers.
pub(super) fn pose(pose: Isometry3<f64>) -> Result<Isometry3<f64>, PhysicsError> {
    vector("a place, m", pose.translation.vector)?;
    pose.rotation.coords.iter().try_for_each(|&x| finite("a rotation", x).map(drop))?;
    Ok(pose)
}
