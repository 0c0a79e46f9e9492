//! Robots: what they are, where they get, which joints take them there, and how they move.
//!
//! A description file says what an arm's sheet says ([`mod@file`], read and checked by [`read`]). What is compiled from it is an
//! [`Arm`]: immutable, with [`Arm::forward`], [`Arm::jacobian`], and [`Arm::inverse`] with all branches by their names. Moves in joints and along
//! paths, with their times, are made in [`motion`]; programs of a controller are read and written in [`program`].
//!
//! Angles are radians and lengths metres; frames are right-handed. A pose is that of the flange in the base. Limits are
//! never clamped and singularities never stepped over in silence: both are in the result.
//!
//! Elementary functions are `libm`'s, so that results are the same bits on every machine.

pub mod arm;
pub mod branch;
pub mod chain;
pub mod error;
pub mod file;
pub mod hand;
pub mod inverse;
pub mod motion;
mod numerical;
pub mod program;
pub mod read;
pub mod sheet;
pub mod structure;
#[cfg(test)]
mod tests;
pub mod tooled;
mod trig;

pub use arm::{Arm, Joint, Structure};
pub use branch::{Branch, Elbow, Knee, Place, Shoulder, Side, Singularity, Wrist};
pub use chain::{Chain, Link, Motion};
pub use error::{ForwardError, InverseError, Violation};
pub use hand::{Bone, Finger, Hand};
pub use inverse::{AtSingularity, Redundancy, Solution};
pub use read::{Loaded, load, load_text};
pub use sheet::{Mounted, Origin, Provenance, Robot, Sheet};
pub use tooled::Tooled;
pub use trig::roll_pitch_yaw;
