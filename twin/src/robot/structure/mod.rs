//! Kinds of arms whose inverse is known in closed form: one file for each.
//!
//! Each has its lengths, gives its [`Chain`](super::Chain) (but for the delta, which is none), and answers a `Target` with
//! all its ways to get there. Angles are the model's own here.

pub mod delta;
pub mod franka;
pub mod scara;
pub mod spherical;
pub mod srs;
pub mod ur;

use nalgebra::{Isometry3, Matrix3, Vector3};

use super::branch::{Branch, Singularity};

pub use delta::Delta;
pub use franka::Franka;
pub use scara::Scara;
pub use spherical::Spherical;
pub use srs::Srs;
pub use ur::Ur;

/// Most joints of an arm with a closed form.
pub(super) const MOST: usize = 7;

/// What a closed form is asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Target {
    /// Where the flange is to be \[m\].
    pub(super) position: Vector3<f64>,
    /// How it is to be turned.
    pub(super) rotation: Matrix3<f64>,
    /// What joints are kept at that a singular pose leaves free \[rad\].
    pub(super) held: [f64; MOST],
    /// The free parameter of an arm of seven axes \[rad\].
    pub(super) free: f64,
}

impl Target {
    /// `pose`, with free joints at 0.
    pub(super) fn new(pose: &Isometry3<f64>) -> Self {
        let rotation = pose.rotation.to_rotation_matrix().into_inner();
        Self { position: pose.translation.vector, rotation, held: [0.0; MOST], free: 0.0 }
    }
}

/// One way to reach a target, in the model's own coordinates; what is behind the arm's last joint means nothing.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate {
    pub(super) theta: [f64; MOST],
    pub(super) branch: Branch,
    pub(super) singular: Option<Singularity>,
}

/// Why there is no way.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Miss {
    /// By so many metres.
    Far(f64),
    /// The arm cannot be turned so; by so many radians.
    Tilted(f64),
}

pub(super) type Candidates = Result<Vec<Candidate>, Miss>;

/// Keeps the smallest miss of all branches, for when none gets there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Nearest(f64);

impl Nearest {
    pub(super) fn new() -> Self {
        Self(f64::INFINITY)
    }

    /// Whether a branch that misses by `gap` \[m\] gets there after all.
    pub(super) fn reaches(&mut self, gap: f64) -> bool {
        if gap > 0.0 {
            self.0 = self.0.min(gap);
        }
        gap <= 0.0
    }

    /// `found`, or by how much the nearest branch missed.
    pub(super) fn or(self, found: Vec<Candidate>) -> Candidates {
        if found.is_empty() { Err(Miss::Far(self.0)) } else { Ok(found) }
    }
}
