//! The air tier: buoyant air in large time steps, the default for halls.
//!
//! A projection method on a staggered grid of cubic cells (F. H. Harlow & J. E. Welch 1965) with implicit upwind transport and corrections of
//! second order, in the spirit of fast fluid dynamics (W. Zuo & Q. Chen, Real-time or faster-than-real-time simulation of airflow in
//! buildings, Indoor Air 19, 2009). One step:
//!
//! 1. eddy viscosity of the velocity of now ([`Plan::mixing`]);
//! 2. momentum, each component by its own linear system, solved by a fixed number of sweeps;
//! 3. pressure by a fixed number of cycles of multigrid; velocity becomes free of divergence but for a slack that the next step takes
//!    away;
//! 4. bodies, then heat and the tracer, carried with just these fluxes.
//!
//! Nothing limits the step for stability; a Courant number of 2 to 5 is for accuracy. Whatever iterations leave
//! over is kept and enters the next step, for mass, heat and bodies alike: so the balance of heat closes to round-off however few
//! iterations there are.
//!
//! The plain form is here; what the form on a device shares with it is public: the compiled [`Plan`], the [`Layout`], the [`Pace`].

#![expect(
    clippy::inline_always,
    reason = "the rows of cells vectorise only where these stand inside their loops"
)]

mod drives;
mod eddies;
mod layout;
mod look;
mod momentum;
mod pace;
mod plan;
mod projection;
mod saved;
mod scalar;
mod sides;
mod solver;
mod state;
mod surfaces;
mod system;
#[cfg(test)]
mod tests;
mod walls;

pub use drives::{Drive, GRIP};
pub use layout::{Layout, MARGIN};
pub use pace::{Pace, Pulse};
pub use plan::{Lump, Plan, TABLE, TURBULENT_PRANDTL};
pub use projection::{CYCLES, FOREVER, STEPS, THOROUGH, is_open, pressure};
pub use sides::{CLOSED, FORCED, OPENING, Side};
pub use solver::{Air, LOOK};
pub use state::{CYCLE_BYTES, STEP_BYTES, SWEEP_BYTES, Step, Sums};
pub use surfaces::Surface;
pub use system::{DIAGONAL, RIGHT, SYSTEM, smooth_up_to};
pub use walls::CHEN_XU;
