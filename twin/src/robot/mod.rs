//! Robots: how they move.

pub mod motion;
