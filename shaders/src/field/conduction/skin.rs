//! The skin of a scene on the device.

use std::sync::Arc;

use bytemuck::{Pod, Zeroable};
use twin::field::conduction::{Book, Plan, Skin};

use super::super::multigrid::level::{alignment, unfit};
use crate::slab::{Slab, slabs};
use crate::{Array, Binding, Gpu, GpuError, Kernel, Program};

#[repr(C)]
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
pub(super) struct Numbers {
    start: u32,
    end: u32,
    base: u32,
    seconds: f32,
    zero: f32,
}

/// A piece of surface, as the kernel has it.
#[repr(C)]
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
struct Element {
    beyond: u32,
    conductance: f32,
    area: f32,
}

/// What is done at the skin.
#[derive(Debug)]
pub(super) struct Kernels {
    pub(super) explicit: Kernel,
    pub(super) begin: Kernel,
    pub(super) end: Kernel,
}

impl Kernels {
    pub(super) fn new(gpu: &Gpu) -> Self {
        use Binding::{Read, Write};
        let all = [Read, Read, Read, Read, Read, Read, Write, Read, Write, Write];
        let kernel = |entry, bindings: &[Binding]| {
            let immediates = size_of::<Numbers>() as u32;
            let code = include_str!("skin.wgsl");
            Kernel::new(
                gpu,
                &Program { label: entry, code, entry, bindings, immediates, constants: &[] },
            )
        };
        Self {
            explicit: kernel("explicit_step", &all[..9]),
            begin: kernel("implicit_begin", &all),
            end: kernel("implicit_end", &all[..9]),
        }
    }
}

/// The skin's tables, and what has crossed it.
#[derive(Debug)]
pub(super) struct SkinOnGpu {
    gpu: Arc<Gpu>,
    cells: Array<u32>,
    starts: Array<u32>,
    elements: Array<Element>,
    beyond: Array<[f32; 4]>,
    watts: Array,
    capacities: Array,
    sums: Array<[f32; 4]>,
    parts: Vec<(Slab, Numbers)>,
}

/// The skin bound to fields.
#[derive(Debug)]
pub(super) struct Bound(Vec<(wgpu::BindGroup, Numbers)>);

impl Bound {
    pub(super) fn run(&self, pass: &mut wgpu::ComputePass<'_>, kernel: &Kernel, seconds: f64) {
        for (bound, numbers) in &self.0 {
            let groups = (numbers.end - numbers.start).div_ceil(64).min(1 << 14);
            let numbers = Numbers { seconds: seconds as f32, ..*numbers };
            kernel.dispatch(pass, bound, &numbers, [groups, 1, 1]);
        }
    }
}

impl SkinOnGpu {
    pub(super) fn new(
        gpu: &Arc<Gpu>,
        plan: &Plan,
        skin: &Skin,
        capacity: impl Fn(usize) -> f32,
    ) -> Result<Self, GpuError> {
        let [nx, ny, nz] = plan.grid().cells;
        let plane = nx * ny;
        let cut = slabs(nz, plane, 0, gpu.most_bound, alignment(gpu))
            .ok_or_else(|| unfit(gpu, "a plane of the field is more than it can bind"))?;
        let place = |plane_number: u32| {
            let first = plane_number * plane as u32;
            skin.cells.partition_point(|cell| *cell < first) as u32
        };
        let part = |slab: Slab| {
            let numbers = Numbers {
                start: place(slab.planes.start),
                end: place(slab.planes.end),
                base: (slab.window.offset / 4) as u32,
                seconds: 0.0,
                zero: skin.zero,
            };
            (slab, numbers)
        };
        let element = |element: &twin::field::conduction::Element| Element {
            beyond: element.beyond,
            conductance: element.conductance,
            area: element.area,
        };
        let elements: Vec<Element> = skin.elements.iter().map(element).collect();
        let capacities: Vec<f32> = skin.cells.iter().map(|cell| capacity(*cell as usize)).collect();
        Ok(Self {
            gpu: gpu.clone(),
            cells: Array::of(gpu, "skin", &skin.cells)?,
            starts: Array::of(gpu, "starts", &skin.starts)?,
            elements: Array::of(gpu, "elements", &elements)?,
            beyond: Array::of(gpu, "beyond", &skin.beyond)?,
            watts: Array::of(gpu, "watts", &skin.watts)?,
            capacities: Array::of(gpu, "capacities of skin", &capacities)?,
            sums: Array::zeros(gpu, "sums", skin.cells.len())?,
            parts: cut.into_iter().map(part).filter(|(_, n)| n.end > n.start).collect(),
        })
    }

    /// Binds it for `result = f(x)`, with the diagonal where `kernel` needs it.
    pub(super) fn bind(
        &self,
        kernel: &Kernel,
        x: &Array,
        result: &Array,
        extra: Option<&Array>,
    ) -> Bound {
        let part = |(slab, numbers): &(Slab, Numbers)| {
            let mut buffers = vec![
                self.cells.whole(),
                self.starts.whole(),
                self.elements.whole(),
                self.beyond.whole(),
                self.watts.whole(),
                self.capacities.whole(),
                self.sums.whole(),
                x.window(&slab.window),
                result.window(&slab.window),
            ];
            buffers.extend(extra.map(|extra| extra.window(&slab.window)));
            (kernel.bind(&self.gpu, &buffers), *numbers)
        };
        Bound(self.parts.iter().map(part).collect())
    }

    /// Powers and conditions, where no piece of surface came or went.
    pub(super) fn update(&self, skin: &Skin) {
        self.watts.write(0, &skin.watts);
        self.beyond.write(0, &skin.beyond);
    }

    /// Moves what has crossed the skin into the book.
    pub(super) fn fold(&self, book: &mut Book) -> Result<(), GpuError> {
        if self.sums.is_empty() {
            return Ok(());
        }
        for [net, small, gross, little] in self.sums.read()? {
            book.boundaries += f64::from(net) + f64::from(small);
            book.gross += f64::from(gross) + f64::from(little);
        }
        self.sums.write(0, &vec![[0.0; 4]; self.sums.len()]);
        Ok(())
    }
}
