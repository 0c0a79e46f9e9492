//! The air tier on the device: what [`twin::field::air`] does, step by step.
//!
//! Fields have the layout of the plain form, so that each reads what the other has saved. A step is a list of dispatches without any
//! waiting; every few steps the fastest, coldest and warmest of each row come home, for the length of the next ones and to see that all is
//! well. Sums of heat are kept on the device with compensation and are fetched when they are asked for.

mod fields;
mod pieces;
mod solver;
mod stage;
#[cfg(test)]
mod tests;

pub use solver::AirOnGpu;
