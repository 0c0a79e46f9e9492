//! The solvers of `twin::field` in WGSL.
//!
//! Each tier does here what its plain form does, step by step and in the same order, so that both agree to round-off. A solver's
//! arrays stay on the device; [`GpuField::view`] lets other kernels look at them there.

mod air;
mod conduction;
mod lattice;
mod multigrid;
mod network;

use std::sync::Arc;

use twin::field::{FieldError, FieldSolver, Quantity, Scene, Settings, Tier};

use crate::{Array, Gpu, GpuError};
pub use air::AirOnGpu;
pub use conduction::ConductionOnGpu;
pub use lattice::LatticeOnGpu;
pub use multigrid::Multigrid;
pub use network::NetworkOnGpu;

/// A field as it lies on the device: one value for each cell, x fastest.
#[derive(Clone, Copy, Debug)]
pub struct FieldView<'a> {
    /// Where it lies.
    pub array: &'a Array<f32>,
    /// Number of its first value there.
    pub first: usize,
}

/// A solver whose fields lie on a device.
pub trait GpuField: FieldSolver {
    /// Where a quantity lies, as it is when all that was submitted is done; none: this tier does not have it. Valid until the
    /// solver goes on.
    fn view(&mut self, quantity: Quantity) -> Option<FieldView<'_>>;
}

/// What a device says, as a solver says it.
impl From<GpuError> for FieldError {
    fn from(error: GpuError) -> Self {
        Self::Device(error.to_string())
    }
}

/// The solver of `tier` for `scene`, on `gpu`, or on the processor where there is none.
///
/// # Errors
///
/// As [`build`].
pub fn build_on(
    gpu: Option<&Arc<Gpu>>,
    tier: Tier,
    scene: &Scene,
    settings: &Settings,
) -> Result<Box<dyn FieldSolver>, FieldError> {
    match gpu {
        Some(gpu) => Ok(build(gpu, tier, scene, settings)?),
        None => twin::field::build(tier, scene, settings),
    }
}

/// The solver of `tier` for `scene`, on `gpu`.
///
/// # Errors
///
/// If the scene does not hold together, asks for something that the tier cannot do, or does not fit the device.
pub fn build(
    gpu: &Arc<Gpu>,
    tier: Tier,
    scene: &Scene,
    settings: &Settings,
) -> Result<Box<dyn GpuField>, FieldError> {
    match tier {
        Tier::Air => Ok(Box::new(AirOnGpu::new(gpu, scene, settings)?)),
        Tier::Network => Ok(Box::new(NetworkOnGpu::new(gpu, scene, settings)?)),
        Tier::Conduction => Ok(Box::new(ConductionOnGpu::new(gpu, scene, settings)?)),
        Tier::Lattice => Ok(Box::new(LatticeOnGpu::new(gpu, scene, settings)?)),
    }
}
