//! The contract of all solvers.

use super::grid::Region;
use super::probe::{Probe, Quantity};
use super::scene::{Heat, SceneError};

/// A fidelity.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
pub enum Tier {
    /// Lumped nodes and flows.
    Network,
    /// Heat in solids and still air.
    Conduction,
    /// Buoyant air in large time steps.
    Air,
    /// Thermal lattice Boltzmann.
    Lattice,
}

impl Tier {
    /// All of them, coarse to fine.
    pub const ALL: [Self; 4] = [Self::Network, Self::Conduction, Self::Air, Self::Lattice];

    /// Its name in files and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Network => "network",
            Self::Conduction => "conduction",
            Self::Air => "air",
            Self::Lattice => "lattice",
        }
    }
}

/// How the transport of heat and momentum by the air is discretised.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Transport {
    /// First order, never overshoots, diffuses.
    Upwind,
    /// Second order where the field is smooth, without overshoots.
    #[default]
    Limited,
    /// Second order everywhere; may overshoot. For validation.
    Central,
}

/// How populations of the lattice tier are kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Storage {
    /// 32 bits each.
    #[default]
    Single,
    /// 16 bits each, as deviations from rest; arithmetic stays at 32 bits.
    Half,
}

/// What is to be said about a solver beyond the scene. A tier ignores what does not concern it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// Length of a time step (s); none: as the tier finds right.
    pub step: Option<f64>,
    /// Courant number by which the air tier chooses its step.
    pub courant: f64,
    /// Whether conduction is implicit. Default: where the explicit limit is below the step.
    pub implicit: Option<bool>,
    /// Transport by the air.
    pub transport: Transport,
    /// Storage of populations.
    pub storage: Storage,
    /// Whether unresolved motion adds eddy viscosity.
    pub eddies: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            step: None,
            courant: 2.0,
            implicit: None,
            transport: Transport::default(),
            storage: Storage::default(),
            eddies: true,
        }
    }
}

/// Where the heat has gone since the beginning (J).
///
/// `stored = sources + boundaries` in an exact solver; [`residual`](Self::residual) is what is missing.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Balance {
    /// Heat in all cells and bodies, beyond that at the beginning.
    pub stored: f64,
    /// Heat that sources gave off.
    pub sources: f64,
    /// Heat that came in through walls and openings and by radiation, less what went out that way.
    pub boundaries: f64,
    /// Sum of all amounts of heat that went in or out, each taken as positive.
    pub throughput: f64,
}

impl Balance {
    /// Heat that is unaccounted for (J).
    pub fn residual(&self) -> f64 {
        self.stored - self.sources - self.boundaries
    }

    /// The residual as a share of the throughput; 0 where nothing went in or out and nothing is missing.
    pub fn relative(&self) -> f64 {
        let missing = self.residual().abs();
        if missing == 0.0 { 0.0 } else { missing / self.throughput.abs().max(f64::MIN_POSITIVE) }
    }
}

/// The whole state of a solver, for snapshots and forks. Backends of one tier read each other's.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Saved {
    /// Whose it is.
    pub tier: Tier,
    /// Simulated time (s).
    pub time: f64,
    /// Arrays by name, in the layout of the tier.
    pub arrays: Vec<(String, Vec<f32>)>,
    /// Numbers by name: sums and body temperatures among them.
    pub numbers: Vec<(String, Vec<f64>)>,
}

impl Saved {
    /// The array named `name`.
    ///
    /// # Errors
    ///
    /// If there is none, or it has not `len` values.
    pub fn array(&self, name: &str, len: usize) -> Result<&[f32], FieldError> {
        let found = self.arrays.iter().find(|(known, values)| known == name && values.len() == len);
        found.map(|(_, values)| values.as_slice()).ok_or(FieldError::Foreign)
    }

    /// The numbers named `name`.
    ///
    /// # Errors
    ///
    /// If there are none, or not `len`.
    pub fn number(&self, name: &str, len: usize) -> Result<&[f64], FieldError> {
        let found = self.numbers.iter().find(|(known, n)| known == name && n.len() == len);
        found.map(|(_, values)| values.as_slice()).ok_or(FieldError::Foreign)
    }
}

/// Why a solver cannot do what is asked.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum FieldError {
    /// The scene does not hold together.
    #[error(transparent)]
    Scene(#[from] SceneError),
    /// The scene asks for something that this tier cannot do.
    #[error("the {} tier cannot do this: {what}", tier.name())]
    Unsupported {
        /// Which.
        tier: Tier,
        /// What it is.
        what: String,
    },
    /// A value is no number any more.
    #[error("the field ran away at {time} s: {what}")]
    Diverged {
        /// Simulated time (s).
        time: f64,
        /// What was seen.
        what: String,
    },
    /// A saved state of another scene or tier.
    #[error("the saved field belongs to another scene or tier")]
    Foreign,
    /// The device failed.
    #[error("the device failed: {0}")]
    Device(String),
}

/// A solver of one tier on one back end, with its state.
///
/// Time goes on only in [`advance`](Self::advance), by as many of its own steps as it takes, the last one cut to fit, so that time is
/// exact at ticks. What is read afterwards belongs to the end of that time.
pub trait FieldSolver: Send {
    /// Its tier.
    fn tier(&self) -> Tier;

    /// Where it runs, for people: `cpu, 2 threads`, or the name of an adapter.
    fn device(&self) -> String;

    /// Simulated time since the beginning (s).
    fn time(&self) -> f64;

    /// Sets what each of the scene's sources gives off from now on (W), in their order.
    fn set_power(&mut self, watts: &[f64]);

    /// Sets the heat condition of patch number `patch` from now on: weather, a moving boundary value. It is no part of what
    /// [`save`](Self::save) keeps: who sets it sets it again after [`restore`](Self::restore).
    fn set_patch(&mut self, patch: usize, heat: Heat);

    /// Goes on by `seconds`.
    ///
    /// # Errors
    ///
    /// If the field runs away or the device fails.
    fn advance(&mut self, seconds: f64) -> Result<(), FieldError>;

    /// Goes on by `seconds` with the fluid moving as it does now: heat and the tracer are carried, momentum is not solved. Much
    /// quicker, and as good as the motion is steady. Tiers that know no such thing [advance](Self::advance).
    ///
    /// # Errors
    ///
    /// As [`advance`](Self::advance).
    fn carry(&mut self, seconds: f64) -> Result<(), FieldError> {
        self.advance(seconds)
    }

    /// Goes on, without regard to real time, until the field changes by less than `tolerance` (relative, per characteristic
    /// step of the tier) or `most` steps have been made. Returns the steps made. Balances start anew afterwards.
    ///
    /// # Errors
    ///
    /// As [`advance`](Self::advance).
    fn settle(&mut self, tolerance: f64, most: usize) -> Result<usize, FieldError>;

    /// Values at `probes`; `out` is as long. See [`Probe`] for how they are read.
    fn sample(&mut self, probes: &[Probe], out: &mut [f32]);

    /// A whole field, cell by cell; none: this tier does not have it.
    fn field(&mut self, quantity: Quantity) -> Option<Vec<f32>>;

    /// Mean of a quantity over the fluid cells of a region (over all of them where it holds no fluid); none: this tier does
    /// not have it.
    fn mean(&mut self, quantity: Quantity, region: Region) -> Option<f64>;

    /// Temperature of each of the scene's bodies.
    fn bodies(&mut self) -> Vec<f64>;

    /// Where the heat has gone since the beginning.
    fn balance(&mut self) -> Balance;

    /// The whole state.
    fn save(&mut self) -> Saved;

    /// Takes up a saved state.
    ///
    /// # Errors
    ///
    /// If it belongs to another scene or tier.
    fn restore(&mut self, saved: &Saved) -> Result<(), FieldError>;
}
