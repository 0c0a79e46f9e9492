//! Physics: goods, belts, light barriers and grippers as rigid bodies, on simulated time.
//!
//! A [`Cell`] is a small world of its own: a floor, [`Deck`]s with belts on them, drives, stops and pushers, goods, light barriers and
//! hands. It advances in fixed steps of whole nanoseconds; everything in it is in SI units, z up.
//!
//! | question | answer |
//! |---|---|
//! | how fast is a belt, what has an encoder counted? | [`Drive`]: closed forms of the time |
//! | what does a belt do to goods? | a surface speed at each contact point, with friction ([`Deck`]) |
//! | who may go on? | a [gate](Cell::add_gate) that holds all but those that it lets through |
//! | when does a light barrier switch? | solved inside the step, then its response times ([`Cell::add_barrier`]) |
//! | what does an arm run into? | its links are bodies that go where it has them ([`Cell::add_link`]) |
//! | does a gripper hold? | the force that the motion takes against that of the [`Grip`] |
//! | what does a scale show? | the contact forces on a deck ([`Cell::load`]) |
//! | what becomes of what has fallen? | it sleeps on the floor until something runs into it ([`Cell::abandon`]) |
//! | what pushes a part? | the normal forces where it touches something ([`Cell::pushes`]) |
//!
//! Rigid bodies are those of rapier 0.36 in `f64`, in its mode that gives the same bits on every machine and any number of threads.
//! Bodies here never read a clock and draw nothing. The force of friction is that of Coulomb's law with one coefficient for rest and
//! motion.
//!
//! # The step
//!
//! 4 ms, the cycle in which robot controllers interpolate. A carton on a belt that starts at 0.5 m/s with a friction of 0.3 must fall
//! 42.47 mm behind; it is 42.44 mm in steps of 1 ms, 42.35 in 4 ms, 42.22 in 8 ms, and it goes with the belt within a step of the
//! right time in all of them. So 8 ms does for belts alone, at half the cost. How far goods sink into what carries them (24 µm, for
//! contacts of 120 Hz) does not depend on it.
//!
//! Not here: bodies of other shapes than boxes, bounces, belts that sag or bend over their ends, air, and heat. Across a border of
//! belts of different speed a box is driven by the mean of its contact points, but not turned by their difference.

mod barrier;
mod cell;
mod contact;
mod convert;
mod curve;
mod deck;
mod drive;
mod error;
mod forces;
mod gate;
mod grip;
mod hand;
mod link;
mod lost;
mod settings;
mod sim;
mod snapshot;
mod stroke;
mod table;
#[cfg(test)]
mod tests;

pub use barrier::BarrierId;
pub use cell::{Cell, Goods, GoodsId, Motion};
pub(crate) use convert::{to_pose, to_vector};
pub use curve::Curve;
pub use deck::{Belt, Deck, DeckId, DriveId, Surface};
pub use drive::Drive;
pub use error::PhysicsError;
pub use forces::Push;
pub use gate::GateId;
pub use grip::{Demand, Fingers, Grip, Vacuum};
pub use hand::{Drop, HandId, Held};
pub use link::ArmLinkId;
pub use settings::{GRAVITY, Settings};
pub use stroke::StrokeId;
pub use table::Table;
