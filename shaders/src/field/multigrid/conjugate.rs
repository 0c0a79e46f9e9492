//! Conjugate gradients on the device: vectors, their sums, and the numbers that never come home.

use std::sync::Arc;

use bytemuck::{Pod, Zeroable};

use super::level::{alignment, unfit};
use crate::Binding::{Read, Write};
use crate::slab::{Slab, slabs};
use crate::{Array, Binding, Gpu, GpuError, Kernel, Program};

/// Workgroups of one dispatch, and so parts of one sum.
const GROUPS: u32 = 256;

#[repr(C)]
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
struct Numbers {
    start: u32,
    end: u32,
    base: u32,
    place: u32,
    role: u32,
    scale: f32,
}

/// What becomes of a sum.
#[derive(Clone, Copy, Debug)]
pub(super) enum Role {
    /// Square of the first residual.
    First,
    /// Residual by preconditioned residual.
    Next,
    /// Direction by the operator on it.
    Length,
    /// Square of the residual.
    Now,
    /// Minus this share of it is to be added.
    Shift(f64),
}

impl Role {
    fn number(self) -> u32 {
        match self {
            Self::First => 0,
            Self::Next => 1,
            Self::Length => 2,
            Self::Now => 3,
            Self::Shift(_) => 4,
        }
    }
}

/// Kernels for vectors, and the few numbers.
#[derive(Debug)]
pub(super) struct Vectors {
    gpu: Arc<Gpu>,
    sum: Kernel,
    finish: Kernel,
    pub(super) direction: Kernel,
    pub(super) advance: Kernel,
    pub(super) shift: Kernel,
    finish_bound: wgpu::BindGroup,
    /// First and current squares of the residual, and more; see `vector.wgsl`.
    pub(super) scalars: Array<u32>,
    parts: Array,
    slabs: Vec<(Slab, Numbers)>,
}

/// A kernel bound to its vectors.
#[derive(Debug)]
pub(super) struct Bound(Vec<(wgpu::BindGroup, Numbers)>);

impl Vectors {
    pub(super) fn new(gpu: &Arc<Gpu>, cells: [usize; 3]) -> Result<Self, GpuError> {
        let plane = cells[0] * cells[1];
        let cut = slabs(cells[2], plane, 0, gpu.most_bound, alignment(gpu))
            .ok_or_else(|| unfit(gpu, "a plane of the field is more than it can bind"))?;
        let number = |(n, slab): (usize, Slab)| {
            let numbers = Numbers {
                start: slab.planes.start * plane as u32,
                end: slab.planes.end * plane as u32,
                base: (slab.window.offset / 4) as u32,
                place: n as u32 * GROUPS,
                role: 0,
                scale: 0.0,
            };
            (slab, numbers)
        };
        let slabs: Vec<_> = cut.into_iter().enumerate().map(number).collect();
        let parts = Array::zeros(gpu, "parts of sums", slabs.len() * GROUPS as usize)?;
        let scalars = Array::zeros(gpu, "scalars", 8)?;
        let kernel = |entry, bindings: &[Binding]| {
            let immediates = size_of::<Numbers>() as u32;
            let code = include_str!("vector.wgsl");
            Kernel::new(
                gpu,
                &Program { label: entry, code, entry, bindings, immediates, constants: &[] },
            )
        };
        let finish = kernel("finish", &[Write, Write]);
        let finish_bound = finish.bind(gpu, &[scalars.whole(), parts.whole()]);
        Ok(Self {
            gpu: gpu.clone(),
            sum: kernel("sum", &[Write, Write, Read, Read]),
            finish,
            direction: kernel("direction", &[Write, Write, Read, Read, Write]),
            advance: kernel("advance", &[Write, Write, Read, Read, Write, Write]),
            shift: kernel("shift", &[Write, Write, Read, Read, Write]),
            finish_bound,
            scalars,
            parts,
            slabs,
        })
    }

    /// Binds `vectors`, in the order of the kernel.
    pub(super) fn bind(&self, kernel: &Kernel, vectors: &[&Array]) -> Bound {
        let part = |(slab, numbers): &(Slab, Numbers)| {
            let mut buffers = vec![self.scalars.whole(), self.parts.whole()];
            buffers.extend(vectors.iter().map(|vector| vector.window(&slab.window)));
            (kernel.bind(&self.gpu, &buffers), *numbers)
        };
        Bound(self.slabs.iter().map(part).collect())
    }

    /// Binds two vectors whose product is to be summed.
    pub(super) fn bind_sum(&self, a: &Array, b: &Array) -> Bound {
        self.bind(&self.sum, &[a, b])
    }

    pub(super) fn run(&self, pass: &mut wgpu::ComputePass<'_>, kernel: &Kernel, bound: &Bound) {
        for (bound, numbers) in &bound.0 {
            kernel.dispatch(pass, bound, numbers, [GROUPS, 1, 1]);
        }
    }

    /// Sums and says what for.
    pub(super) fn sum(&self, pass: &mut wgpu::ComputePass<'_>, bound: &Bound, role: Role) {
        self.run(pass, &self.sum, bound);
        let scale = if let Role::Shift(share) = role { -share as f32 } else { 0.0 };
        let place = self.slabs.len() as u32 * GROUPS;
        let numbers = Numbers { place, role: role.number(), scale, ..Numbers::zeroed() };
        self.finish.dispatch(pass, &self.finish_bound, &numbers, [1, 1, 1]);
    }
}
