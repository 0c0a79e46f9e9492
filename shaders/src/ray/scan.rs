//! The beams of a pattern on the device, and the rays that they are from where instruments are mounted.

use std::sync::Arc;

use bytemuck::NoUninit;
use twin::sensor::ray::{Beam, Hit, Mount, Mounted, Pattern};

use super::{GROUP, GROUPS, GpuWorld, Rays, fitting, groups};
use crate::{Array, Gpu, GpuError};

/// All instruments that share a pattern.
#[derive(Debug)]
pub struct Scan {
    gpu: Arc<Gpu>,
    beams: Array<Beam>,
    mounts: Array<Mounted>,
    hits: Array<Hit>,
    near: f32,
    far: f32,
}

/// What travels with a dispatch.
#[derive(Clone, Copy, NoUninit)]
#[repr(C)]
struct Numbers {
    count: u32,
    stride: u32,
    near: f32,
    far: f32,
}

impl Scan {
    /// Room for `most` instruments with this pattern.
    ///
    /// # Errors
    ///
    /// If they do not fit the device. No memory is taken then.
    pub fn new(gpu: &Arc<Gpu>, pattern: &Pattern, most: usize) -> Result<Self, GpuError> {
        let rays = pattern.beams.len().saturating_mul(most);
        let bytes = rays.saturating_mul(size_of::<Hit>()) as u64;
        if bytes > gpu.most_bound || most > GROUPS {
            let why = format!("{most} scans of {} beams are too many", pattern.beams.len());
            return Err(GpuError::Unfit { name: gpu.name(), why });
        }
        Ok(Self {
            gpu: gpu.clone(),
            beams: fitting(gpu, Array::of(gpu, "beams", &pattern.beams)?)?,
            mounts: Array::zeros(gpu, "mounts", most)?,
            hits: Array::zeros(gpu, "hits", rays)?,
            near: pattern.near,
            far: pattern.far,
        })
    }

    /// Casts all beams from each of `mounts`; those beyond the room that was made are left out. Does not wait.
    pub fn cast(&self, rays: &Rays, world: &GpuWorld, mounts: &[Mount]) {
        let mounts: Vec<Mounted> = mounts.iter().take(self.mounts.len()).map(Mount::flat).collect();
        if mounts.is_empty() || self.beams.is_empty() {
            return;
        }
        self.mounts.write(0, &mounts);
        let own = [self.beams.whole(), self.mounts.whole(), self.hits.whole()];
        let bound = rays.scan.bind(&self.gpu, &world.bindings(own));
        let [x, y] = groups(self.beams.len());
        let count = self.beams.len() as u32;
        let numbers = Numbers { count, stride: (x * GROUP) as u32, near: self.near, far: self.far };
        rays.submit(&rays.scan, &bound, &numbers, [x, y, mounts.len()]);
    }

    /// What was met: beam by beam, mount by mount. On the device, for kernels and a [`Readback`](crate::Readback).
    pub fn hits(&self) -> &Array<Hit> {
        &self.hits
    }
}
