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
//! ```
//! use std::sync::Arc;
//! use twin::{engine::Action, plant, session::{Session, Setup}, units::SimTime};
//!
//! let text = r#"Plant(name: "one", products: {"p": ()}, equipment: {
//!     "in": (is: Source(every: Exponential("1 min")), to: ["mill"]),
//!     "mill": (is: Station(time: "50 s", queue: "unlimited"), to: ["out"]),
//!     "out": (is: Sink),
//! })"#;
//! let model = Arc::new(plant::load_text(text).model.ok_or("a good plant")?);
//! let setup = Setup::of(&model);
//! let mut session = Session::new(model, setup)?;
//! let at = |hours: f64| SimTime::from_seconds(hours * 3600.0);
//! session.seek(at(8.0))?;
//! let was = session.hash();
//! session.seek(at(2.5))?; // back…
//! session.seek(at(8.0))?; // … and forth
//! assert_eq!(session.hash(), was);
//!
//! session.seek(at(4.0))?;
//! let mut faster = session.fork(&[Action::Pace("mill".into(), 2.0)])?;
//! faster.seek(at(8.0))?;
//! assert_ne!(faster.hash(), was);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Invariants: no clock is read here, so whoever has to be back in time says when by a closure; the memory for keyframes
//! stays within its budget, whatever the length of the run; with fields, keyframes hold the climate too.

mod awaited;
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
