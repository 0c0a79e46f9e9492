//! The lattice tier: air by a thermal lattice Boltzmann method, the reference for transients.
//!
//! Nineteen populations in each cell carry the motion and seven the heat ([`stencil`]); in each step they go on to the next cell and
//! collide there (`collide`). All is local, explicit and of second order; steps are short (the air makes a tenth of a cell in one), so
//! that this tier is for transients that matter and for checking others, not for shifts of work.
//!
//! One copy of the populations is enough ([`Engine`]). What is at the borders of the fluid is laid in by a second, small pass
//! ([`Borders`]), so that the main one knows no walls. Heat that crosses a border is counted there, and so the balance
//! closes to round-off.
//!
//! What it does not do: heat in solids. A body is a lump with one temperature that exchanges heat through its film; other solids are adiabatic.
//! Nor a tracer. All steps are equally long; a tick that is no whole number of them is made with the nearest, and the rest is
//! carried on. Temperature diffuses by `1 - 4 u²` of its due while it changes, `u` in cells per step: four per cent at the fastest.
//! Without eddies, openings run away where a cell's Reynolds number is some 20 or more, which is told as an error.

mod collide;
mod cpu;
mod engine;
mod lanes;
mod links;
mod plan;
mod solver;
pub mod stencil;
mod store;
mod units;

#[cfg(test)]
mod tests;

use super::solver::Storage;

pub use engine::{Drained, Engine, Look};
pub use links::{Borders, Face, Link, NONE};
pub use plan::{FLUID, Kind, Lump, Plan, SOLID, Zone, exchange, passage};
pub use solver::Lattice;
pub use store::{FLOW_SCALE, HEAT_SCALE, hash};
pub use units::{Constants, Units};

/// Bytes that a step of one cell reads and writes: 26 populations each way, and a flag.
pub const fn bytes_per_step(storage: Storage) -> usize {
    match storage {
        Storage::Single => 2 * stencil::SLOTS * 4 + 1,
        Storage::Half => 2 * stencil::SLOTS * 2 + 1,
    }
}
