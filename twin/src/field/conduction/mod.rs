//! The conduction tier: heat in solids and in fluid at rest, `ρ c ∂T/∂t = ∇·(k ∇T) + q`, by finite volumes.
//!
//! Explicit steps (forward Euler) within the stable limit, or implicit ones (backward Euler) of any length, solved by conjugate
//! gradients with multigrid. Heat that flows out of one cell flows into its neighbour, and what crosses the [skin](Skin) is booked
//! as it flows, so the balance closes to the round-off of the field. The fluid does not move here: sides that it is driven
//! through count as adiabatic. A body's cells conduct as its material does and share its capacity.
//!
//! [`Plan`], [`Skin`] and [`Book`] are for every form of the solver; [`Conduction`] is the one in plain Rust.

mod book;
pub mod look;
mod plan;
mod skin;
mod solver;
#[cfg(test)]
mod tests;
mod uniform;

pub use book::Book;
pub use plan::{Pace, Plan};
pub use skin::{Beyond, Element, NEWTON, Skin};
pub use solver::Conduction;
pub use uniform::BYTES as UNIFORM_BYTES;

/// Bytes that an explicit step moves for each cell where materials vary: four coefficients, a rate, the field read and written.
pub const VARYING_BYTES: usize = 28;

/// Most steps of conjugate gradients in an implicit step.
pub const STEPS: usize = 12;

/// The same on the way to the steady state.
pub const SETTLE_STEPS: usize = 48;
