//! Instruments: what measures a plant, and what it sees.
//!
//! This room uses nothing of the crate but [`field`](crate::field).

pub mod ray;
