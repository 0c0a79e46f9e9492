//! Rays that are listed on the device.

use std::sync::Arc;

use bytemuck::NoUninit;
use twin::sensor::ray::{Hit, Ray};

use super::{GROUP, GpuWorld, Rays, fitting, groups};
use crate::{Array, Gpu, GpuError, Kernel};

/// Rays, and what they met.
#[derive(Debug)]
pub struct List {
    gpu: Arc<Gpu>,
    rays: Array<Ray>,
    hits: Array<Hit>,
}

/// What travels with a dispatch.
#[derive(Clone, Copy, NoUninit)]
#[repr(C)]
struct Numbers {
    count: u32,
    stride: u32,
}

impl List {
    /// Brings `rays` to the device.
    ///
    /// # Errors
    ///
    /// If they do not fit it.
    pub fn new(gpu: &Arc<Gpu>, rays: &[Ray]) -> Result<Self, GpuError> {
        Ok(Self {
            gpu: gpu.clone(),
            rays: fitting(gpu, Array::of(gpu, "rays", rays)?)?,
            hits: fitting(gpu, Array::zeros(gpu, "hits", rays.len())?)?,
        })
    }

    /// How many rays there are.
    pub fn len(&self) -> usize {
        self.rays.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.rays.is_empty()
    }

    /// Casts all of them, each to the nearest that it meets. Does not wait.
    pub fn cast(&self, rays: &Rays, world: &GpuWorld) {
        self.submit(rays, &rays.cast, world);
    }

    /// Casts all of them, each to the first that is found to be in its way, which need not be the nearest. Does not wait.
    pub fn cast_any(&self, rays: &Rays, world: &GpuWorld) {
        self.submit(rays, &rays.cast_any, world);
    }

    fn submit(&self, rays: &Rays, kernel: &Kernel, world: &GpuWorld) {
        // Listed rays have no mounts; any table stands in for them.
        let own = [self.rays.whole(), world.instances().whole(), self.hits.whole()];
        let bound = kernel.bind(&self.gpu, &world.bindings(own));
        let [x, y] = groups(self.len());
        let numbers = Numbers { count: self.len() as u32, stride: (x * GROUP) as u32 };
        rays.submit(kernel, &bound, &numbers, [x, y, 1]);
    }

    /// What was met, ray by ray. On the device.
    pub fn hits(&self) -> &Array<Hit> {
        &self.hits
    }
}
