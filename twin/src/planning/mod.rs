//! Ways of an arm around what stands about it, how far it gets, and where it best stands.
//!
//! | question | answer |
//! |---|---|
//! | how close is the arm to anything? | [`Checker::clearance`]: the arm as rounded links ([`Body`]), its surroundings as boxes and meshes |
//! | does a move touch anything? | [`Checker::free`]: swept, by conservative advancement |
//! | is there a way around? | [`plan`]: two trees that grow towards each other, then shortcuts |
//! | how far may its corners be cut? | [`round()`]: as far as nothing is touched |
//! | where does the tool get to, in how many directions? | [`reach_map`] |
//! | where should the base stand for these poses? | [`best_bases`] |
//!
//! Poses are in the base of the arm, lengths in metres, joints in radians or metres. Nothing here draws but from a [`Stream`] that is
//! handed in, so the same question has the same answer. Distances are those of parry (GJK), in its mode that gives the
//! same bits on every machine. Arms whose links form loops (deltas) have no body here and are refused.
//!
//! [`Stream`]: crate::random::Stream

mod around;
mod body;
mod checker;
mod place;
mod reach;
mod round;
#[cfg(test)]
mod tests;
mod tree;

pub use around::Surroundings;
pub use body::{Body, BodyError};
pub use checker::{Checker, Touch};
pub use place::{Base, best_bases};
pub use reach::{Directions, ReachPoint, reach_map};
pub use round::round;
pub use tree::{PlanError, Planned, Settings, plan};
