//! The event kernel: what is to happen, and when.

mod calendar;
mod crowd;
mod entry;
mod near;
mod wheel;

pub use calendar::{Calendar, EventKey};
pub use entry::{Entry, Priority};
