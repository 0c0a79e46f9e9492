//! What instruments with rays see of a plant while it runs, and what encoders and scales tell.
//!
//! A [`Scenery`] is the plant as bodies: the walls and obstacles of its hall and its equipment, which stay, and what moves, which is put
//! where it is at any point in time. A [`Watch`] holds instruments that look at it at ticks and tell what they saw.
//!
//! The engine knows nothing of this room. Where things are follows from its state, between events too, so that a
//! plant without instruments does not pay for them, and one with them runs exactly as without.

mod arms;
mod gauge;
mod moving;
mod scenery;
#[cfg(test)]
mod tests;
mod watch;

pub use arms::{arm, posture};
pub use gauge::{Measurement, truth};
pub use moving::{Moving, moving};
pub use scenery::{Owner, Scenery};
pub use watch::{Crossing, Echo, Sighting, Watch, WatchError};
