//! Instruments at points: their places among the cells, found once, and the dispatches that look there.

use std::sync::Arc;

use bytemuck::{Pod, Zeroable};
use twin::field::{Grid, Quantity};
use twin::sensor::{Bank, Look};

use super::{filled, groups};
use crate::field::GpuField;
use crate::slab::{self, Window};
use crate::{Array, Binding, Gpu, GpuError, Kernel, Program};

/// Points of one quantity within one slab of planes.
#[derive(Clone, Copy, Debug)]
struct Stretch {
    quantity: Quantity,
    /// Where they stand in the table.
    first: u32,
    count: u32,
    /// Planes that they look at: from, to.
    planes: [usize; 2],
}

/// What changes with each dispatch.
#[repr(C)]
#[derive(Clone, Copy, Debug, Zeroable, Pod)]
struct Numbers {
    first: u32,
    count: u32,
    shift: u32,
    steps: [u32; 3],
}

/// All points of a bank.
#[derive(Debug)]
pub(super) struct Looker {
    kernel: Kernel,
    points: Array<[u32; 4]>,
    sensors: Array<u32>,
    stretches: Vec<Stretch>,
    plane: usize,
    steps: [u32; 3],
    alignment: u64,
}

/// Quantities in the order in which they are looked at.
const QUANTITIES: [Quantity; 7] = [
    Quantity::Temperature,
    Quantity::Speed,
    Quantity::VelocityX,
    Quantity::VelocityY,
    Quantity::VelocityZ,
    Quantity::Pressure,
    Quantity::Concentration,
];

impl Looker {
    pub(super) fn new(gpu: &Arc<Gpu>, bank: &Bank, grid: &Grid) -> Result<Self, GpuError> {
        let [nx, ny, nz] = grid.cells;
        let plane = nx * ny;
        let alignment = u64::from(gpu.device.limits().min_storage_buffer_offset_alignment);
        // The field may begin anywhere in its buffer, so a window may begin one alignment early.
        let room = gpu.most_bound.saturating_sub(alignment);
        let slabs = slab::slabs(nz, plane, 1, room, alignment).ok_or_else(|| {
            let why = format!("a plane of {plane} cells does not fit one binding");
            GpuError::Unfit { name: gpu.name(), why }
        })?;
        let (mut points, mut sensors, mut stretches) = (Vec::new(), Vec::new(), Vec::new());
        for quantity in QUANTITIES {
            let mut own = of_quantity(bank, grid, quantity);
            own.sort_by_key(|(point, _)| point[0] as usize / plane);
            let mut rest = own.as_slice();
            for slab in &slabs {
                let end = slab.planes.end as usize;
                let n = rest.partition_point(|(point, _)| (point[0] as usize / plane) < end);
                if n > 0 {
                    let planes = [slab.planes.start as usize, (end + 1).min(nz)];
                    let first = points.len() as u32;
                    stretches.push(Stretch { quantity, first, count: n as u32, planes });
                }
                points.extend(rest[..n].iter().map(|(point, _)| *point));
                sensors.extend(rest[..n].iter().map(|(_, sensor)| *sensor));
                rest = &rest[n..];
            }
        }
        let kernel = Kernel::new(
            gpu,
            &Program {
                label: "look",
                code: include_str!("look.wgsl"),
                entry: "look",
                bindings: &[Binding::Read, Binding::Read, Binding::Read, Binding::Write],
                immediates: size_of::<Numbers>() as u32,
                constants: &[],
            },
        );
        Ok(Self {
            kernel,
            points: filled(gpu, "places of instruments", &points, 1)?,
            sensors: filled(gpu, "instruments by place", &sensors, 1)?,
            stretches,
            plane,
            steps: grid.steps().map(|step| step as u32),
            alignment,
        })
    }

    /// Looks at all points whose quantity `field` has on the device.
    pub(super) fn look(
        &self,
        gpu: &Gpu,
        field: &mut dyn GpuField,
        results: &Array<u32>,
        pass: &mut wgpu::ComputePass<'_>,
    ) {
        for stretch in &self.stretches {
            let Some(view) = field.view(stretch.quantity) else { continue };
            let [from, to] = stretch.planes.map(|z| (view.first + z * self.plane) as u64 * 4);
            let offset = from / self.alignment * self.alignment;
            let begin = (offset / 4) as u32;
            let window = Window { offset, bytes: to - offset, shift: 0, first: 0 };
            let bound = self.kernel.bind(
                gpu,
                &[
                    view.array.window(&window),
                    self.points.whole(),
                    self.sensors.whole(),
                    results.whole(),
                ],
            );
            let numbers = Numbers {
                first: stretch.first,
                count: stretch.count,
                shift: (view.first as u32).wrapping_sub(begin),
                steps: self.steps,
            };
            self.kernel.dispatch(pass, &bound, &numbers, groups(stretch.count));
        }
    }
}

/// The points of a quantity, and whose they are.
fn of_quantity(bank: &Bank, grid: &Grid, quantity: Quantity) -> Vec<([u32; 4], u32)> {
    let mut points = Vec::new();
    for entry in 0..bank.entries() {
        let Look::Points(probes) = bank.look(entry) else { continue };
        let own = (bank.of_entry(entry).start as u32..).zip(probes);
        let own = own.filter(|(_, probe)| probe.quantity == quantity);
        points.extend(own.map(|(sensor, probe)| (place(grid, probe.at), sensor)));
    }
    points
}

/// The cell at the lower corner of a point, and the share of the upper one along each axis as bits.
fn place(grid: &Grid, at: [f64; 3]) -> [u32; 4] {
    let (cell, share) = grid.corner(at);
    let [x, y, z] = share.map(f32::to_bits);
    [grid.index(cell) as u32, x, y, z]
}
