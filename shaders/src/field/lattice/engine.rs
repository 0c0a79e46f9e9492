//! Populations on the device, and the dispatches that move them.

use std::sync::Arc;

use bytemuck::{Pod, Zeroable};
use half::f16;
use twin::field::lattice::stencil::{FLOW, SLOTS, VELOCITIES, opposite};
use twin::field::lattice::{
    Drained, Engine, FLOW_SCALE, HEAT_SCALE, Kind, Look, Lump, Plan, Zone, hash,
};
use twin::field::{FieldError, Settings, Storage, Tier};

use crate::slab::{Slab, slabs};
use crate::{Array, Binding, Gpu, GpuError, Kernel, Program};

const SINGLE: &str = include_str!("single.wgsl");
const HALF: &str = include_str!("half.wgsl");
const COMMON: &str = include_str!("common.wgsl");
const STEP: &str = include_str!("step.wgsl");
const BORDERS: &str = include_str!("borders.wgsl");
const LOOK: &str = include_str!("look.wgsl");

/// Invocations of a workgroup.
const GROUP: u32 = 64;

/// Workgroups along one axis of a dispatch, at most.
const ROW: u32 = 65_535;

/// Cells times steps in one submit, so that it stays well below a device's patience.
const BATCH: u64 = 200_000_000;

/// Steps in one submit, at most.
const STEPS: u64 = 64;

/// Cells that are looked at in one go.
const LOOKS: usize = 1 << 20;

/// How all kernels bind: see `common.wgsl`.
const BINDINGS: [Binding; 15] = {
    let mut bindings = [Binding::Read; 15];
    let mut n = 0;
    while n < WRITTEN.len() {
        bindings[WRITTEN[n]] = Binding::Write;
        n += 1;
    }
    bindings
};

/// Bindings that are written to.
const WRITTEN: [usize; 6] = [0, 5, 6, 9, 12, 14];

#[repr(C)]
#[derive(Clone, Copy, Debug, Default, Pod, Zeroable)]
struct LinkRow {
    own: u32,
    far: u32,
    partner: u32,
    slot: u32,
}

#[repr(C)]
#[derive(Clone, Copy, Debug, Default, Pod, Zeroable)]
struct FaceRow {
    cell: u32,
    what: u32,
    links: [u32; 6],
}

#[repr(C)]
#[derive(Clone, Copy, Debug, Default, Pod, Zeroable)]
struct Now {
    base: u32,
    first: u32,
    count: u32,
    far: u32,
    draw: u32,
    low: u32,
    high: u32,
}

/// A slab: its cells' planes, links and faces, and what it binds.
#[derive(Debug)]
struct Part {
    base: u32,
    planes: [u32; 2],
    links: [u32; 2],
    faces: [u32; 2],
    bound: wgpu::BindGroup,
}

#[derive(Debug)]
struct Kernels {
    step: Kernel,
    note: Kernel,
    exchange: Kernel,
    warm: Kernel,
    bring: Kernel,
    look: Kernel,
}

#[derive(Debug)]
struct Arrays {
    populations: Array<u32>,
    constants: Array<u32>,
    flags: Array<u32>,
    zones: Array<Zone>,
    links: Array<LinkRow>,
    sent: Array<f32>,
    added: Array<f32>,
    faces: Array<FaceRow>,
    kinds: Array<Kind>,
    passed: Array<[f32; 2]>,
    lumps: Array<Lump>,
    touching: Array<u32>,
    bodies: Array<[f32; 4]>,
    cells: Array<u32>,
    looks: Array<f32>,
}

#[derive(Debug)]
struct OnGpu {
    gpu: Arc<Gpu>,
    storage: Storage,
    area: usize,
    values: usize,
    kernels: Kernels,
    arrays: Arrays,
    slabs: Vec<Slab>,
    parts: Vec<Part>,
}

fn bytes(storage: Storage) -> usize {
    match storage {
        Storage::Single => 4,
        Storage::Half => 2,
    }
}

/// The populations of `plan` on `gpu`.
pub(super) fn engine(
    gpu: &Arc<Gpu>,
    plan: &Plan,
    settings: &Settings,
) -> Result<Box<dyn Engine>, FieldError> {
    let storage = settings.storage;
    let refuse = |what: String| Err(FieldError::Unsupported { tier: Tier::Lattice, what });
    if storage == Storage::Half && !gpu.device.features().contains(wgpu::Features::SHADER_F16) {
        return refuse(format!("halves on {}, which has no 16-bit numbers", gpu.name()));
    }
    let planes = plan.grid.cells[2] + 2;
    let words = SLOTS * plan.area() * bytes(storage) / 4;
    let alignment = u64::from(gpu.device.limits().min_storage_buffer_offset_alignment);
    let Some(slabs) = slabs(planes, words, 1, gpu.most_bound, alignment) else {
        return refuse(format!("planes of {} cells on {}", plan.area(), gpu.name()));
    };
    let mut engine = OnGpu {
        gpu: gpu.clone(),
        storage,
        area: plan.area(),
        values: SLOTS * plan.area() * planes,
        kernels: Kernels::of(gpu, plan, storage),
        arrays: Arrays::of(gpu, plan, words * planes)?,
        slabs,
        parts: Vec::new(),
    };
    engine.load(&plan.beginning());
    Ok(Box::new(engine))
}

impl Kernels {
    fn of(gpu: &Gpu, plan: &Plan, storage: Storage) -> Self {
        let head = if storage == Storage::Half { HALF } else { SINGLE };
        let cells = plan.grid.cells.map(|n| n as f64);
        let eddies = f64::from(u8::from(plan.eddies));
        let make = |entry: &str, body: &str| {
            let sizes = [("nx", cells[0]), ("ny", cells[1]), ("nz", cells[2]), ("eddies", eddies)];
            let code = [head, COMMON, body].concat();
            // A constant that a kernel does not use does not exist for it.
            let used: Vec<(&str, f64)> = sizes
                .into_iter()
                .filter(|(name, _)| *name != "eddies" || entry == "step")
                .filter(|(name, _)| *name != "nz")
                .collect();
            Kernel::new(
                gpu,
                &Program {
                    label: &format!("lattice {entry}"),
                    code: &code,
                    entry,
                    bindings: &BINDINGS,
                    immediates: size_of::<Now>() as u32,
                    constants: &used,
                },
            )
        };
        Self {
            step: make("step", STEP),
            note: make("note", BORDERS),
            exchange: make("exchange", BORDERS),
            warm: make("warm", BORDERS),
            bring: make("bring", BORDERS),
            look: make("look", LOOK),
        }
    }
}

impl Arrays {
    fn of(gpu: &Arc<Gpu>, plan: &Plan, words: usize) -> Result<Self, GpuError> {
        let mut flags = plan.flags.clone();
        flags.resize(flags.len().next_multiple_of(4), 0);
        let flags: Vec<u32> = bytemuck::pod_collect_to_vec(&flags);
        let constants: Vec<u32> =
            bytemuck::pod_collect_to_vec(bytemuck::bytes_of(&plan.units.constants));
        let looks = plan.flags.len().min(LOOKS);
        Ok(Self {
            populations: Array::zeros(gpu, "populations", words)?,
            constants: Array::of(gpu, "constants", &constants)?,
            flags: Array::of(gpu, "flags", &flags)?,
            zones: Array::of(gpu, "zones", &plan.zones)?,
            links: Array::zeros(gpu, "links", 0)?,
            sent: Array::zeros(gpu, "sent", 0)?,
            added: Array::zeros(gpu, "added", 0)?,
            faces: Array::zeros(gpu, "faces", 0)?,
            kinds: Array::of(gpu, "kinds", &plan.kinds)?,
            passed: Array::zeros(gpu, "passed", 0)?,
            lumps: Array::of(gpu, "lumps", &plan.lumps)?,
            touching: Array::zeros(gpu, "touching", 0)?,
            bodies: Array::zeros(gpu, "bodies", plan.lumps.len())?,
            cells: Array::zeros(gpu, "cells", looks)?,
            looks: Array::zeros(gpu, "looks", 5 * looks)?,
        })
    }

    /// Takes up the borders of `plan`.
    fn lay(&mut self, gpu: &Arc<Gpu>, plan: &Plan) -> Result<(), GpuError> {
        let area = plan.area();
        let slot_at = |plane: usize, slot: usize| ((plane * SLOTS + slot) * area) as u32;
        let mut links = Vec::with_capacity(plan.borders.links.len());
        let mut faces = Vec::with_capacity(plan.borders.faces.len());
        for z in 0..plan.grid.cells[2] {
            links.extend(plan.links(z).iter().map(|link| {
                let slot = link.slot as usize;
                let beyond = (z + 1).wrapping_add_signed(-VELOCITIES[slot][2] as isize);
                LinkRow {
                    own: slot_at(z + 1, slot) + link.own,
                    far: slot_at(beyond, opposite(slot)) + link.far,
                    partner: link.partner,
                    slot: link.slot,
                }
            }));
            faces.extend(plan.faces(z).iter().map(|face| FaceRow {
                cell: (z * area) as u32 + face.own,
                what: face.what,
                links: face.links,
            }));
        }
        self.sent = Array::zeros(gpu, "sent", links.len())?;
        self.added = Array::of(gpu, "added", &plan.borders.added)?;
        self.links = Array::of(gpu, "links", &links)?;
        self.passed = Array::zeros(gpu, "passed", faces.len())?;
        self.faces = Array::of(gpu, "faces", &faces)?;
        self.touching = Array::of(gpu, "touching", &plan.touching)?;
        Ok(())
    }
}

/// Workgroups for `count` invocations, folded where they are many.
fn groups(count: u32) -> [u32; 3] {
    let groups = count.div_ceil(GROUP);
    [groups.min(ROW), groups.div_ceil(ROW), 1]
}

impl OnGpu {
    fn lay(&mut self, plan: &Plan) -> Result<(), FieldError> {
        self.arrays.lay(&self.gpu, plan)?;
        let depth = plan.grid.cells[2] as u32;
        let a = &self.arrays;
        self.parts.clear();
        for slab in &self.slabs {
            // Slabs count the empty planes too.
            let low = slab.planes.start.saturating_sub(1).min(depth);
            let high = slab.planes.end.saturating_sub(1).min(depth);
            let bound = self.kernels.step.bind(
                &self.gpu,
                &[
                    a.populations.window(&slab.window),
                    a.constants.whole(),
                    a.flags.whole(),
                    a.zones.whole(),
                    a.links.whole(),
                    a.sent.whole(),
                    a.added.whole(),
                    a.faces.whole(),
                    a.kinds.whole(),
                    a.passed.whole(),
                    a.lumps.whole(),
                    a.touching.whole(),
                    a.bodies.whole(),
                    a.cells.whole(),
                    a.looks.whole(),
                ],
            );
            let ends = |planes: &[usize]| [planes[low as usize], planes[high as usize]];
            self.parts.push(Part {
                base: (slab.window.offset / bytes(self.storage) as u64) as u32,
                planes: [low, high],
                links: ends(&plan.borders.link_planes).map(|n| n as u32),
                faces: ends(&plan.borders.face_planes).map(|n| n as u32),
                bound,
            });
        }
        Ok(())
    }

    fn step(&self, pass: &mut wgpu::ComputePass<'_>, plan: &Plan, step: u64) {
        let far = (step % 2) as u32;
        let draw = hash(step as u32);
        let area = (self.area as u32).div_ceil(GROUP);
        let each = |pass: &mut wgpu::ComputePass<'_>,
                    kernel: &Kernel,
                    of: fn(&Part) -> [u32; 2],
                    far: u32| {
            for part in &self.parts {
                let [first, last] = of(part);
                let count = last - first;
                let now = Now { base: part.base, first, count, far, draw, ..Now::default() };
                let planes = kernel.label == self.kernels.step.label;
                let groups = if planes { [area, count, 1] } else { groups(count) };
                if count > 0 {
                    kernel.dispatch(pass, &part.bound, &now, groups);
                }
            }
        };
        each(pass, &self.kernels.step, |part| part.planes, far);
        each(pass, &self.kernels.note, |part| part.links, far);
        each(pass, &self.kernels.exchange, |part| part.faces, far);
        if !plan.lumps.is_empty() {
            let bodies = [plan.lumps.len() as u32, 1, 1];
            self.kernels.warm.dispatch(pass, &self.parts[0].bound, &Now::default(), bodies);
        }
        each(pass, &self.kernels.bring, |part| part.links, 1 - far);
    }

    fn look_at(&self, step: u64, cells: &[u32]) -> Result<Vec<Look>, FieldError> {
        self.arrays.cells.write(0, cells);
        let mut encoder =
            self.gpu.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor::default());
        for part in &self.parts {
            let [low, high] = part.planes;
            let far = (step % 2) as u32;
            let count = cells.len() as u32;
            let now = Now { base: part.base, first: 0, count, far, draw: 0, low, high };
            self.kernels.look.dispatch(&mut pass, &part.bound, &now, groups(count));
        }
        drop(pass);
        self.gpu.queue.submit([encoder.finish()]);
        let values = self.arrays.looks.read()?;
        let (looks, _) = values.as_chunks::<5>();
        Ok(looks[..cells.len()].to_vec())
    }

    fn scale(&self, n: usize) -> f32 {
        if n / self.area % SLOTS < FLOW { FLOW_SCALE } else { HEAT_SCALE }
    }
}

impl Engine for OnGpu {
    fn device(&self) -> String {
        self.gpu.name()
    }

    fn tell(&mut self, plan: &Plan, bodies: &[f32], laid: bool) -> Result<(), FieldError> {
        if laid {
            self.lay(plan)?;
        }
        let bodies: Vec<[f32; 4]> = bodies.iter().map(|warmth| [*warmth, 0.0, 0.0, 0.0]).collect();
        self.arrays.bodies.write(0, &bodies);
        self.arrays.kinds.write(0, &plan.kinds);
        self.arrays.passed.write(0, &vec![[0.0; 2]; plan.borders.faces.len()]);
        self.power(plan);
        Ok(())
    }

    fn power(&mut self, plan: &Plan) {
        self.arrays.zones.write(0, &plan.zones);
        self.arrays.lumps.write(0, &plan.lumps);
    }

    fn steps(&mut self, plan: &Plan, from: u64, count: u64) -> Result<(), FieldError> {
        let batch = (BATCH / plan.flags.len() as u64).clamp(1, STEPS);
        let mut done = 0;
        while done < count {
            let now = batch.min(count - done);
            let mut encoder =
                self.gpu.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
            let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor::default());
            for step in from + done..from + done + now {
                self.step(&mut pass, plan, step);
            }
            drop(pass);
            self.gpu.queue.submit([encoder.finish()]);
            done += now;
        }
        Ok(())
    }

    fn drain(&mut self, plan: &Plan) -> Result<Drained, FieldError> {
        let faces = match plan.borders.faces.len() {
            0 => Vec::new(),
            _ => self.arrays.passed.read()?.iter().map(|[_, all]| *all).collect(),
        };
        let bodies = match plan.lumps.len() {
            0 => Vec::new(),
            _ => self.arrays.bodies.read()?.iter().map(|b| [b[1], b[2]]).collect(),
        };
        Ok(Drained { faces, bodies })
    }

    fn look(&mut self, _plan: &Plan, step: u64, cells: &[u32]) -> Result<Vec<Look>, FieldError> {
        let mut looks = Vec::with_capacity(cells.len());
        for some in cells.chunks(self.arrays.cells.len().max(1)) {
            looks.extend(self.look_at(step, some)?);
        }
        Ok(looks)
    }

    fn save(&mut self) -> Result<Vec<f32>, FieldError> {
        let words = self.arrays.populations.read()?;
        if self.storage == Storage::Single {
            return Ok(words.into_iter().map(f32::from_bits).collect());
        }
        let halves: Vec<f16> = bytemuck::pod_collect_to_vec(&words);
        let value = |(n, half): (usize, &f16)| half.to_f32() * (1.0 / self.scale(n));
        Ok(halves[..self.values].iter().enumerate().map(value).collect())
    }

    fn load(&mut self, populations: &[f32]) {
        let words: Vec<u32> = if self.storage == Storage::Single {
            populations.iter().map(|value| value.to_bits()).collect()
        } else {
            let half = |(n, value): (usize, &f32)| f16::from_f32(value * self.scale(n));
            let halves: Vec<f16> = populations.iter().enumerate().map(half).collect();
            bytemuck::pod_collect_to_vec(&halves)
        };
        self.arrays.populations.write(0, &words);
    }
}
