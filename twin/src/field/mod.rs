//! Fields: the temperature and the air of a hall, solved on one [`Scene`] by solvers of several tiers.
//!
//! | tier | what it solves | for |
//! |---|---|---|
//! | [`Tier::Network`] | a few lumped nodes and the flows between them | always on; energy balances |
//! | [`Tier::Conduction`] | heat in solids and still air | walls, moulds, ovens |
//! | [`Tier::Air`] | buoyant air in large time steps | the hall: the default |
//! | [`Tier::Lattice`] | air by a thermal lattice Boltzmann method | the reference for transients |
//!
//! Each stands behind [`FieldSolver`], once in plain Rust here and once in WGSL elsewhere, handed in as a box; one suite,
//! [`conformance`], says what every one of them must do. Data goes one way: a [`Scene`], checked, is compiled into a solver; powers go in
//! ([`FieldSolver::set_power`]), time goes on ([`FieldSolver::advance`]), probes and balances come out.
//!
//! This room uses nothing else of the crate. Fields are `f32`, sums over fields are `f64`, in an order that no number of threads
//! changes: the same scene gives the same bits on 1 or 8 threads. All quantities are SI; temperatures are in K or °C as
//! the scene has them, except where radiation makes K a must.

pub mod air;
mod build;
pub mod conduction;
pub mod conformance;
mod grid;
pub mod lattice;
pub mod multigrid;
pub mod network;
mod probe;
#[doc(hidden)]
pub mod random_scene;
mod scene;
mod solver;
mod voxels;

pub use build::build;
pub use grid::{Axis, Face, Grid, Region};
pub use probe::{Probe, Quantity};
pub use scene::{
    Body, Fan, Flow, Fluid, Heat, Initial, Material, MaterialId, Patch, Porous, Scene, SceneError,
    Source, Target, Tracer,
};
pub use solver::{Balance, FieldError, FieldSolver, Saved, Settings, Storage, Tier, Transport};
pub use voxels::{Triangle, Voxels, encloses};

/// The constant of Stefan and Boltzmann [W/(m² K⁴)], CODATA 2018.
pub const STEFAN_BOLTZMANN: f64 = 5.670_374_419e-8;
