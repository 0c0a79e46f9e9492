//! A run that somebody works with: it can be stopped anywhere, rewound, changed and forked.
//!
//! A [`Session`] owns a run and remembers two things of its past: what was done to it, the [`Journal`], and now and then
//! all of it, as keyframes. Any earlier moment is the nearest keyframe before it and a re-simulation from there with the
//! same commands at the same places between the same events; so it is exactly the state that was, to the bit, and a
//! journal replayed without a window comes to the same hash as the window did.
//!
//! ```text
//! keyframe ──── command ──────── keyframe ──── present ─ ─ ─ ─ furthest
//!                                    └── re-simulation ──┘   (dropped by the next command)
//! ```
//!
//! Invariants: no clock is read here, so whoever has to be back in time says when by a closure; the memory for keyframes
//! stays within its budget, whatever the length of the run; with fields, keyframes hold the climate too.

mod compare;
mod condition;
mod density;
mod error;
mod fork;
mod journal;
mod keyframes;
mod past;
mod play;
mod reason;
mod run;
mod standstill;
mod way;
mod whole;

pub use compare::{Compared, Comparison};
pub use condition::{Condition, Watching};
pub use density::Density;
pub use error::SessionError;
pub use journal::{Issued, Journal, Moment};
pub use keyframes::KeyframeLook;
pub use play::Stop;
pub use reason::{Reason, reason, words};
pub use run::Setup;
pub use whole::Session;
