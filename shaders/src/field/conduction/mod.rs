//! The conduction tier on the device: what [`twin::field::conduction`] does, step by step.
//!
//! Where one material fills the grid, an explicit step reads one field and writes the other and nothing else; where materials vary, it is the
//! stencil of the multigrid hierarchy with conductances. The skin is a thin kernel behind it. Sums of what crosses
//! the skin stay on the device until a balance is wanted; fields come home only to be looked at.

mod skin;
mod solver;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use bytemuck::{Pod, Zeroable};

use super::multigrid::level::{alignment, unfit};
use crate::slab::{Slab, slabs};
use crate::{Array, Binding, Gpu, GpuError, Kernel, Program};

pub use solver::ConductionOnGpu;

#[repr(C)]
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
struct Numbers {
    cells: [u32; 3],
    plane: u32,
    base: u32,
    around: u32,
    ratio: f32,
    pad: u32,
}

/// Kernels on plain fields.
#[derive(Debug)]
struct Kernels {
    step: Kernel,
    add: Kernel,
    clear: Kernel,
}

impl Kernels {
    fn new(gpu: &Gpu) -> Self {
        let kernel = |entry| {
            let bindings = &[Binding::Read, Binding::Write];
            let immediates = size_of::<Numbers>() as u32;
            let code = include_str!("uniform.wgsl");
            Kernel::new(
                gpu,
                &Program { label: entry, code, entry, bindings, immediates, constants: &[] },
            )
        };
        Self { step: kernel("step_on"), add: kernel("add"), clear: kernel("clear") }
    }
}

/// Two fields bound as source and result.
#[derive(Debug)]
struct Pair(Vec<(wgpu::BindGroup, Numbers, [u32; 3])>);

impl Pair {
    fn new(
        gpu: &Gpu,
        kernels: &Kernels,
        cells: [usize; 3],
        around: [bool; 3],
        [x, result]: [&Array; 2],
    ) -> Result<Self, GpuError> {
        let cut = slabs(cells[2], cells[0] * cells[1], 1, gpu.most_bound, alignment(gpu))
            .ok_or_else(|| unfit(gpu, "three planes of the field are more than it can bind"))?;
        if cut.len() > 1 && around[2] {
            return Err(unfit(gpu, "a field that goes around along z has to fit one binding"));
        }
        let part = |slab: &Slab| {
            let numbers = Numbers {
                cells: cells.map(|n| n as u32),
                plane: slab.planes.start,
                base: (slab.window.offset / 4) as u32,
                around: (0..3).map(|axis| u32::from(around[axis]) << axis).sum(),
                ratio: 0.0,
                pad: 0,
            };
            let planes = slab.planes.end - slab.planes.start;
            let groups = [cells[0].div_ceil(64) as u32, cells[1].div_ceil(4) as u32, planes];
            let buffers = [x.window(&slab.window), result.window(&slab.window)];
            (kernels.step.bind(gpu, &buffers), numbers, groups)
        };
        Ok(Self(cut.iter().map(part).collect()))
    }

    fn run(&self, pass: &mut wgpu::ComputePass<'_>, kernel: &Kernel, ratio: f32) {
        for (bound, numbers, groups) in &self.0 {
            kernel.dispatch(pass, bound, &Numbers { ratio, ..*numbers }, *groups);
        }
    }
}

/// What runs on `gpu`.
type Device = Arc<Gpu>;
