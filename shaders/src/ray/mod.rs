//! Rays of `twin::sensor::ray` in WGSL: the same trees, walked by one thread for each ray.
//!
//! A [`GpuWorld`] holds the tables of a world on the device; when bodies have moved, only they and the tree over them are sent
//! again. A [`Scan`] holds the beams of a pattern; its rays are made on the device from where the instruments are mounted. A [`List`]
//! holds rays as they are.

mod list;
mod scan;
#[cfg(test)]
mod tests;
mod world;

pub use list::List;
pub use scan::Scan;
pub use world::GpuWorld;

use std::sync::Arc;

use bytemuck::NoUninit;
use twin::sensor::ray::{Hit, Ray};

use crate::{Array, Binding, Gpu, GpuError, Kernel, Program};

/// What both kernels bind: the four tables, rays or beams, mounts, hits.
const BINDINGS: [Binding; 7] = [
    Binding::Read,
    Binding::Read,
    Binding::Read,
    Binding::Read,
    Binding::Read,
    Binding::Read,
    Binding::Write,
];

/// The kernels.
#[derive(Debug)]
pub struct Rays {
    gpu: Arc<Gpu>,
    scan: Kernel,
    cast: Kernel,
    cast_any: Kernel,
}

/// Threads of a workgroup, as the kernels have it.
const GROUP: usize = 64;

/// Workgroups along one axis.
const GROUPS: usize = 65_535;

/// Workgroups along x and y for `count` threads.
fn groups(count: usize) -> [usize; 2] {
    let all = count.div_ceil(GROUP).max(1);
    let along = all.min(GROUPS);
    [along, all.div_ceil(along)]
}

impl Rays {
    /// Compiles the kernels.
    pub fn new(gpu: &Arc<Gpu>) -> Self {
        let kernel = |label, code, entry, immediates, constants| {
            let bindings = &BINDINGS;
            Kernel::new(gpu, &Program { label, code, entry, bindings, immediates, constants })
        };
        let scan = concat!(include_str!("trace.wgsl"), include_str!("beams.wgsl"));
        let cast = concat!(include_str!("trace.wgsl"), include_str!("listed.wgsl"));
        Self {
            gpu: gpu.clone(),
            scan: kernel("scan", scan, "scan", 16, &[]),
            cast: kernel("cast rays", cast, "listed", 8, &[]),
            cast_any: kernel("cast rays to any", cast, "listed", 8, &[("ANY", 1.0)]),
        }
    }

    /// The nearest that each of `rays` meets. Waits for it; instruments use a [`Scan`].
    ///
    /// # Errors
    ///
    /// If they do not fit the device, or it is lost.
    pub fn cast(&self, world: &GpuWorld, rays: &[Ray]) -> Result<Vec<Hit>, GpuError> {
        let list = List::new(&self.gpu, rays)?;
        list.cast(self, world);
        list.hits().read()
    }

    /// Whether each of `rays` meets anything at all. Waits for it.
    ///
    /// # Errors
    ///
    /// If they do not fit the device, or it is lost.
    pub fn are_blocked(&self, world: &GpuWorld, rays: &[Ray]) -> Result<Vec<bool>, GpuError> {
        let list = List::new(&self.gpu, rays)?;
        list.cast_any(self, world);
        Ok(list.hits().read()?.iter().map(|hit| hit.body().is_some()).collect())
    }

    fn submit(
        &self,
        kernel: &Kernel,
        bound: &wgpu::BindGroup,
        numbers: &impl NoUninit,
        groups: [usize; 3],
    ) {
        let mut encoder =
            self.gpu.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        {
            let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor::default());
            kernel.dispatch(&mut pass, bound, numbers, groups.map(|n| n as u32));
        }
        self.gpu.queue.submit([encoder.finish()]);
    }
}

/// `array`, if it can be bound as a whole.
fn fitting<T: bytemuck::Pod>(gpu: &Gpu, array: Array<T>) -> Result<Array<T>, GpuError> {
    let (bytes, most) = (array.buffer().size(), gpu.most_bound);
    if bytes > most {
        let why = format!("a table of {bytes} bytes is more than the {most} it binds");
        return Err(GpuError::Unfit { name: gpu.name(), why });
    }
    Ok(array)
}
