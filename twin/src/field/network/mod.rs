//! The network tier: a hall as a few zones of well-mixed air, bodies and walls, with flows of air and heat between them.
//!
//! Zones are blocks of some [`ZONE`] metres, in layers. Between two zones heat goes
//!
//! * with the air that fans, inlets and openings drive: the volume flows are those of a potential, with the given flows at
//!   inlets and equal pressure at openings;
//! * by turbulent exchange of air at a share of the convective velocity scale `w* = (g β Q H / ρ c A)^(1/3)` (Deardorff 1970, Journal of
//!   the Atmospheric Sciences 27), less of it downwards against stable layers.
//!
//! Bodies and walls are nodes with a capacity each, exchanging heat by film coefficients, conduction and radiation. Time steps
//! are implicit (Euler), and what is booked is what has flowed, so the balance closes to rounding. What this tier cannot know
//! are jets, plumes and recirculation within a zone: the finer tiers are for that.
//!
//! [`Plan`] is the network itself, read by every back end; [`Network`] is the plain one.

mod flows;
mod plan;
mod solver;
mod zones;

pub use plan::{Edge, Link, Node, Plan};
pub use solver::Network;
pub use zones::Zones;

/// Wanted edge of a zone (m).
pub const ZONE: f64 = 10.0;

/// Film coefficient of walls whose own is not known, natural convection indoors [W/(m² K)] (ISO 6946 has 2.5 to 5).
pub const WALL_FILM: f64 = 3.0;

/// Turbulent exchange between zones as a share of `w*`.
pub const EXCHANGE: f64 = 0.1;

/// What is left of the exchange when warm air lies well above cold.
pub const STABLE: f64 = 0.2;

/// Difference of temperature over which the exchange between layers goes from stable to unstable (K).
pub const TURN: f64 = 0.5;

/// Speed of the air where nothing warms it: draughts [m/s].
pub const DRAUGHT: f64 = 0.05;

/// Longest time step (s), unless the settings say otherwise.
pub const STEP: f64 = 30.0;
