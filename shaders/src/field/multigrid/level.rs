//! One grid of the hierarchy on the device: its arrays, cut into slabs, and what is done on them.

use std::sync::Arc;

use bytemuck::{Pod, Zeroable};

use crate::slab::{Slab, slabs};
use crate::{Array, Binding, Gpu, GpuError, Kernel, Program};

/// The kernels of one grid and of the way to the next.
#[derive(Debug)]
pub(in crate::field) struct Kernels {
    pub(in crate::field) first_sweep: Kernel,
    pub(in crate::field) sweep: Kernel,
    pub(in crate::field) residual: Kernel,
    pub(in crate::field) apply: Kernel,
    pub(in crate::field) step_on: Kernel,
    pub(in crate::field) flow_in: Kernel,
    pub(in crate::field) add_up: Kernel,
    pub(in crate::field) correct: Kernel,
}

impl Kernels {
    pub(in crate::field) fn new(gpu: &Gpu) -> Self {
        use Binding::{Read, Write};
        let kernel = |entry, code, bindings: &[Binding], immediates: usize| {
            let immediates = immediates as u32;
            Kernel::new(
                gpu,
                &Program { label: entry, code, entry, bindings, immediates, constants: &[] },
            )
        };
        let stencil = |entry| {
            let bindings = [Read, Read, Read, Read, Read, Read, Write];
            kernel(entry, include_str!("stencil.wgsl"), &bindings, size_of::<StencilNumbers>())
        };
        let transfer = |entry| {
            let code = include_str!("transfer.wgsl");
            kernel(entry, code, &[Read, Write], size_of::<TransferNumbers>())
        };
        Self {
            first_sweep: stencil("first_sweep"),
            sweep: stencil("sweep"),
            residual: stencil("residual"),
            apply: stencil("apply"),
            step_on: stencil("step_on"),
            flow_in: stencil("flow_in"),
            add_up: transfer("add_up"),
            correct: transfer("correct"),
        }
    }
}

#[repr(C)]
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
struct StencilNumbers {
    cells: [u32; 3],
    plane: u32,
    base: u32,
    whole: u32,
    damping: f32,
    end: u32,
}

#[repr(C)]
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
struct TransferNumbers {
    fine: [u32; 3],
    plane: u32,
    coarse: [u32; 3],
    fine_base: u32,
    coarse_base: u32,
    end: u32,
    pad: [u32; 2],
}

/// Coefficients of a grid on the device.
#[derive(Debug)]
pub(in crate::field) struct Grid {
    gpu: Arc<Gpu>,
    pub(in crate::field) cells: [usize; 3],
    faces: [Array; 3],
    pub(in crate::field) extra: Array,
    slabs: Vec<Slab>,
}

/// A grid bound to one `x`, one right side and one result.
#[derive(Debug)]
pub(in crate::field) struct Bound {
    parts: Vec<(wgpu::BindGroup, StencilNumbers, [u32; 3])>,
}

impl Bound {
    pub(in crate::field) fn run(
        &self,
        pass: &mut wgpu::ComputePass<'_>,
        kernel: &Kernel,
        damping: f32,
    ) {
        for (bound, numbers, groups) in &self.parts {
            kernel.dispatch(pass, bound, &StencilNumbers { damping, ..*numbers }, *groups);
        }
    }
}

/// Too large for the device, in words.
pub(in crate::field) fn unfit(gpu: &Gpu, why: &str) -> GpuError {
    GpuError::Unfit { name: gpu.name(), why: why.into() }
}

/// At multiples of so many bytes windows may begin.
pub(in crate::field) fn alignment(gpu: &Gpu) -> u64 {
    u64::from(gpu.device.limits().min_storage_buffer_offset_alignment)
}

/// Groups of 64 by 4 threads over a plane, and one for each plane.
fn groups(cells: [usize; 3], planes: u32) -> [u32; 3] {
    [cells[0].div_ceil(64) as u32, cells[1].div_ceil(4) as u32, planes]
}

impl Grid {
    pub(in crate::field) fn new(
        gpu: &Arc<Gpu>,
        cells: [usize; 3],
        faces: &[Vec<f32>; 3],
        extra: &[f32],
    ) -> Result<Self, GpuError> {
        let plane = cells[0] * cells[1];
        let cut = slabs(cells[2], plane, 1, gpu.most_bound, alignment(gpu))
            .ok_or_else(|| unfit(gpu, "three planes of the field are more than it can bind"))?;
        if cut.len() > 1 && faces[2][..plane].iter().any(|face| *face != 0.0) {
            return Err(unfit(gpu, "a field that goes around along z has to fit one binding"));
        }
        let [x, y, z] = faces;
        Ok(Self {
            gpu: gpu.clone(),
            cells,
            faces: [
                Array::of(gpu, "faces x", x)?,
                Array::of(gpu, "faces y", y)?,
                Array::of(gpu, "faces z", z)?,
            ],
            extra: Array::of(gpu, "extra", extra)?,
            slabs: cut,
        })
    }

    /// Another field on this grid.
    pub(in crate::field) fn field(&self, label: &str) -> Result<Array, GpuError> {
        Array::zeros(&self.gpu, label, self.cells.iter().product())
    }

    /// Binds it for `result = f(x, right)`. All kernels of a grid have one layout, so one of them stands for all.
    pub(in crate::field) fn bind(
        &self,
        kernels: &Kernels,
        x: &Array,
        right: &Array,
        result: &Array,
    ) -> Bound {
        let whole = u32::from(self.slabs.len() == 1);
        let part = |slab: &Slab| {
            let [fx, fy, fz] = &self.faces;
            let buffers =
                [fx, fy, fz, &self.extra, right, x, result].map(|a| a.window(&slab.window));
            let planes = slab.planes.end - slab.planes.start;
            let numbers = StencilNumbers {
                cells: self.cells.map(|n| n as u32),
                plane: slab.planes.start,
                base: (slab.window.offset / 4) as u32,
                whole,
                damping: 0.0,
                end: slab.planes.end,
            };
            (kernels.sweep.bind(&self.gpu, &buffers), numbers, groups(self.cells, planes))
        };
        Bound { parts: self.slabs.iter().map(part).collect() }
    }
}

/// The way between a field on a grid and one on the next coarser grid.
#[derive(Debug)]
pub(in crate::field) struct Way {
    parts: Vec<(wgpu::BindGroup, TransferNumbers, [u32; 3])>,
}

impl Way {
    /// From `given` on `from` cells to `result` on `to` cells; the coarser of both is half as fine.
    pub(in crate::field) fn new(
        gpu: &Gpu,
        kernel: &Kernel,
        given: (&Array, [usize; 3]),
        result: (&Array, [usize; 3]),
    ) -> Result<Self, GpuError> {
        let count = |cells: [usize; 3]| cells.iter().product::<usize>();
        let down = count(given.1) > count(result.1);
        let (fine, coarse) = if down { (given.1, result.1) } else { (result.1, given.1) };
        let align = alignment(gpu);
        let plane = coarse[0] * coarse[1];
        let cut = slabs(coarse[2], 2 * fine[0] * fine[1], 0, gpu.most_bound, align)
            .ok_or_else(|| unfit(gpu, "two planes of the field are more than it can bind"))?;
        let part = |slab: &Slab| {
            let from = (slab.planes.start as usize * plane * 4) as u64;
            let mut window = slab.window;
            window.offset = from / align * align;
            window.bytes = (slab.planes.end as usize * plane * 4) as u64 - window.offset;
            let [fine_window, coarse_window] = [slab.window, window];
            let (a, b) =
                if down { (fine_window, coarse_window) } else { (coarse_window, fine_window) };
            let bound = kernel.bind(gpu, &[given.0.window(&a), result.0.window(&b)]);
            let numbers = TransferNumbers {
                fine: fine.map(|n| n as u32),
                plane: slab.planes.start,
                coarse: coarse.map(|n| n as u32),
                fine_base: (fine_window.offset / 4) as u32,
                coarse_base: (coarse_window.offset / 4) as u32,
                end: slab.planes.end,
                pad: [0; 2],
            };
            let planes = slab.planes.end - slab.planes.start;
            let fine_planes = (2 * slab.planes.end).min(fine[2] as u32) - 2 * slab.planes.start;
            let groups = if down { groups(coarse, planes) } else { groups(fine, fine_planes) };
            (bound, numbers, groups)
        };
        Ok(Self { parts: cut.iter().map(part).collect() })
    }

    pub(in crate::field) fn run(&self, pass: &mut wgpu::ComputePass<'_>, kernel: &Kernel) {
        for (bound, numbers, groups) in &self.parts {
            kernel.dispatch(pass, bound, numbers, *groups);
        }
    }
}
