//! Quantities: simulated time as integer nanoseconds, and physical quantities as people write them.

mod time;

pub use time::{SimDuration, SimTime};
