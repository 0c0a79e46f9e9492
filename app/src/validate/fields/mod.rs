//! Fields, instruments and rays: what is known exactly, from benchmarks, or by brute force.
//!
//! Each case runs on the processor and, where there is an adapter, on that too, be it software: figures begin with `cpu:` or
//! `gpu:`. Nothing here is stochastic; tolerances are those of the benchmark or of the scheme's own error.

pub(super) mod air;
pub(super) mod conduction;
mod ghia;
pub(super) mod lattice;
pub(super) mod network;
pub(super) mod rays;
pub(super) mod sensors;

use std::sync::{Arc, OnceLock};

use shaders::Gpu;
use twin::field::{FieldError, FieldSolver, Scene, Settings, Tier};

/// Where a case runs.
#[derive(Clone, Debug)]
pub(super) enum Backend {
    /// Plain Rust.
    Cpu,
    /// WGSL on the adapter of this machine.
    Gpu(Arc<Gpu>),
}

impl Backend {
    /// All that this machine has.
    pub(super) fn all() -> &'static [Self] {
        static ALL: OnceLock<Vec<Backend>> = OnceLock::new();
        ALL.get_or_init(|| {
            let adapter = Gpu::request().ok().map(Self::Gpu);
            std::iter::once(Self::Cpu).chain(adapter).collect()
        })
    }

    /// `cpu` or `gpu`.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Cpu => "cpu",
            Self::Gpu(_) => "gpu",
        }
    }

    /// The solver of `tier` for `scene`.
    pub(super) fn solver(
        &self,
        tier: Tier,
        scene: &Scene,
        settings: &Settings,
    ) -> Result<Box<dyn FieldSolver>, FieldError> {
        let gpu = match self {
            Self::Cpu => None,
            Self::Gpu(gpu) => Some(gpu),
        };
        shaders::field::build_on(gpu, tier, scene, settings)
    }
}
