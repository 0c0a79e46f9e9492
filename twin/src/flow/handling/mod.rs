//! Handling equipment: what picks parts up and puts them down. Times follow from distances and the speeds of the axes.
//!
//! | kind | moves |
//! |---|---|
//! | [`Robot`] | from machine to machine, with one gripper or two |
//! | [`Crane`] | over the places: gantry or jib; several on one runway |
//! | [`TransferCar`] | along a straight track; several on one track |
//! | [`Lift`] | between levels, several parts at a time |
//! | [`Store`] | into a rack and out of it, what downstream asks for |
//!
//! Room where a part goes is reserved before it is picked up, and until then the part stays where it is. A stop makes it stand
//! still and go on afterwards where it was, whatever `at_work` says, but for `Scrap`: then robots, cranes, cars and lifts
//! lose what they hold.
//!
//! Where it goes: to the `at:` of what leads to it and of what it leads to; to the far end of a conveyor that leads to it.

mod arm;
mod avoid;
mod axis;
mod belt;
mod brake;
#[cfg(test)]
mod cells;
mod chase;
mod course;
mod crane;
mod dispatch;
mod embody;
mod falls;
mod feel;
mod heads;
mod hold;
mod lift;
mod mover;
mod order;
mod phases;
mod place;
mod posture;
mod program;
mod pursuit;
mod robot;
mod runway;
pub mod store;
mod stretch;
#[cfg(test)]
mod tests;
mod track;
mod transfer_car;
mod walk;
mod ways;

pub use arm::{ArmSpec, Handling};
pub use axis::{Axis, AxisSpec};
pub use course::{Course, Reach, Task};
pub use crane::{Crane, CraneSpec};
pub use feel::Wrench;
pub use hold::GripSpec;
pub use lift::{LevelSpec, Lift, LiftRule, LiftSpec, LiftState};
pub use mover::{Mover, MoverSpec, MoverState, Plan};
pub use place::{Spot, Stops, Way};
pub use posture::Posture;
pub use robot::{Robot, RobotSpec, RuleSpec};
pub use runway::{Claim, Runway};
pub use store::{Store, StoreSpec, StoreState};
pub(super) use stretch::ArmAtWork;
pub use track::{Track, TrackSpec};
pub use transfer_car::{TransferCar, TransferCarSpec};
pub use ways::Motions;

use crate::engine::Registry;

pub(super) fn register(registry: &mut Registry) {
    registry.add::<Robot>();
    registry.add_physical::<Robot>();
    registry.add::<Crane>();
    registry.add::<TransferCar>();
    registry.add::<Lift>();
    registry.add::<Store>();
}
