//! Robots: how they move, and the programs that move them.

pub mod motion;
pub mod program;
