//! Instruments that look at fields: what they read, not what is there.
//!
//! A [`Bank`] holds instruments of all kinds, a million if need be, as dense tables; its [`State`] is what changes. At each tick what is
//! there at their places goes in, and comes out through a [measurement chain](Chain) and the [faults](Fault) that are active:
//! readings, and beside each the truth and what was wrong, so that whoever acts on readings can be judged.
//! All chance is drawn by counter, from (seed, instrument, tick, use): in the same integers here and on a GPU.
//! [`Alarms`] watch readings, and know from the truth how soon they saw it and how often they were wrong.
//!
//! This room uses nothing of the crate but fields.

mod alarm;
mod bank;
mod chain;
mod chance;
mod fault;
mod piece;
pub mod ray;
mod state;
#[cfg(test)]
mod tests;

pub use alarm::{Alarm, AlarmState, Alarms, Change, Score};
pub use bank::{Bank, Entry, Look, SensorError, Tables};
pub use chain::{Chain, Tolerance};
pub use chance::philox;
pub use fault::{Begin, EFFECTS, Effect, Fault, Flags};
pub use state::State;
