//! The lattice on the processor: planes in parallel, eight cells at a time, in place.
//!
//! A step touches, of each population, the plane itself or the one above or below; which one depends on the population alone. So each task
//! gets 26 pieces of the one array, and no two tasks share one.

#![expect(clippy::inline_always, reason = "lanes that are not inlined are no vector instructions")]

use std::ops::Range;

use half::f16;
use rayon::prelude::*;

use super::super::solver::{FieldError, Settings, Storage};
use super::collide::{Cells, collide, forces, moments};
use super::engine::{Drained, Engine, Look};
use super::lanes::{Lanes, WIDTH};
use super::links::{Face, Link, NONE};
use super::plan::{Kind, Plan, exchange, passage};
use super::stencil::{FLOW, SLOTS, VELOCITIES, opposite, weight};
use super::store::{HALF_WAY, Store, hash, noise};

/// The lattice on the processor.
struct Cpu<S> {
    /// Cells of a plane.
    area: usize,
    populations: Vec<S>,
    /// What each link sends out.
    sent: Vec<f32>,
    /// What is added to what each link brings in.
    added: Vec<f32>,
    /// Heat that came in at each face in the last step, and since the last draining.
    passed: Vec<[f32; 2]>,
    /// Temperature of each body at the last draining, change since then, change by radiation.
    bodies: Vec<[f32; 3]>,
}

/// The lattice on the processor, as `settings` have it kept.
pub(super) fn engine(plan: &Plan, settings: &Settings) -> Box<dyn Engine> {
    match settings.storage {
        Storage::Single => Box::new(Cpu::<f32>::of(plan)),
        Storage::Half => Box::new(Cpu::<f16>::of(plan)),
    }
}

/// The pieces of one plane, by incoming population.
type Pieces<'a, S> = [&'a mut [S]; SLOTS];

/// Gives each plane its pieces: its own slots or, `far`, those of its neighbours.
fn pieces<S>(populations: &mut [S], area: usize, planes: usize, far: bool) -> Vec<Pieces<'_, S>> {
    let mut all: Vec<Option<&mut [S]>> = populations.chunks_exact_mut(area).map(Some).collect();
    let mut piece = |z: usize, slot: usize| {
        let (plane, slot) = if far {
            ((z + 1).wrapping_add_signed(-VELOCITIES[slot][2] as isize), opposite(slot))
        } else {
            (z + 1, slot)
        };
        all[plane * SLOTS + slot].take().unwrap_or_default()
    };
    (0..planes).map(|z| std::array::from_fn(|slot| piece(z, slot))).collect()
}

/// Cuts `values` at `ends`.
fn cut<'a, T>(mut values: &'a mut [T], ends: &[usize]) -> Vec<&'a mut [T]> {
    let mut parts = Vec::with_capacity(ends.len());
    for bounds in ends.windows(2) {
        let (part, rest) = values.split_at_mut(bounds[1] - bounds[0]);
        parts.push(part);
        values = rest;
    }
    parts
}

/// A plane and how its cells find their slots.
#[derive(Clone, Copy)]
struct Shape {
    nx: usize,
    ny: usize,
    far: bool,
}

impl Shape {
    /// The row in which row `y` finds `slot`, and how far to the left.
    #[inline(always)]
    fn find(&self, slot: usize, y: usize) -> (usize, i32) {
        if !self.far {
            return (y, 0);
        }
        let [cx, cy, _] = VELOCITIES[slot];
        let row = match cy {
            1 if y == 0 => self.ny - 1,
            1 => y - 1,
            -1 if y + 1 == self.ny => 0,
            -1 => y + 1,
            _ => y,
        };
        (row, cx)
    }

    /// Where the cell numbered `own` finds `slot`.
    fn at(&self, slot: usize, own: usize) -> usize {
        let (row, left) = self.find(slot, own / self.nx);
        row * self.nx + wrap(own % self.nx, left, self.nx)
    }
}

#[inline(always)]
fn wrap(x: usize, left: i32, nx: usize) -> usize {
    match left {
        1 if x == 0 => nx - 1,
        1 => x - 1,
        -1 if x + 1 == nx => 0,
        -1 => x + 1,
        _ => x,
    }
}

/// Eight populations from `x` on, `left` of where they belong; zeros beyond the end.
#[inline(always)]
fn load<S: Store>(row: &[S], slot: usize, x: usize, left: i32, count: usize) -> Lanes {
    let first = x.wrapping_add_signed(-left as isize);
    if let Some(eight) = row.get(first..first.wrapping_add(WIDTH)).and_then(|r| r.first_chunk()) {
        return S::load(eight, slot);
    }
    let mut lanes = Lanes::default();
    for lane in 0..count {
        lanes.0[lane] = row[wrap(x + lane, left, row.len())].value(slot);
    }
    lanes
}

#[inline(always)]
fn keep<S: Store>(
    row: &mut [S],
    slot: usize,
    (x, left, count): (usize, i32, usize),
    values: Lanes,
    cells: &[u32; WIDTH],
) {
    let first = x.wrapping_add_signed(-left as isize);
    if count == WIDTH
        && let Some(eight) =
            row.get_mut(first..first.wrapping_add(WIDTH)).and_then(|r| r.first_chunk_mut())
    {
        S::keep(values, slot, cells, eight);
        return;
    }
    for lane in 0..count {
        let bits = if S::DRAWS { noise(cells[lane], slot) } else { 0 };
        row[wrap(x + lane, left, row.len())] = S::of(values.0[lane], slot, bits);
    }
}

/// Streams and collides one plane.
fn stream<S: Store, const EDDIES: bool>(
    plan: &Plan,
    shape: Shape,
    z: usize,
    pieces: &mut Pieces<'_, S>,
    draw: u32,
) {
    let Shape { nx, ny, .. } = shape;
    for y in 0..ny {
        let begin = (z * ny + y) * nx;
        let flags_of_row = &plan.flags[begin..begin + nx];
        for x in (0..nx).step_by(WIDTH) {
            let count = WIDTH.min(nx - x);
            let mut flags = [0; WIDTH];
            flags[..count].copy_from_slice(&flags_of_row[x..x + count]);
            let mut f: Cells = [Lanes::default(); SLOTS];
            for slot in 0..SLOTS {
                let (row, left) = shape.find(slot, y);
                f[slot] = load(&pieces[slot][row * nx..(row + 1) * nx], slot, x, left, count);
            }
            collide::<EDDIES>(&plan.units.constants, &plan.zones, &flags, &mut f);
            let mut cells = [0; WIDTH];
            if S::DRAWS {
                for (lane, cell) in cells.iter_mut().enumerate() {
                    *cell = hash((begin + x + lane) as u32 ^ draw);
                }
            }
            for slot in 0..SLOTS {
                let (row, left) = shape.find(slot, y);
                let row = &mut pieces[slot][row * nx..(row + 1) * nx];
                keep(row, slot, (x, left, count), f[opposite(slot)], &cells);
            }
        }
    }
}

/// One plane's part of the borders.
struct Border<'a> {
    links: &'a [Link],
    faces: &'a [Face],
    /// Number of the first link.
    first: usize,
    sent: &'a mut [f32],
    added: &'a mut [f32],
    passed: &'a mut [[f32; 2]],
}

impl Border<'_> {
    /// Notes what links send, and works out what comes in at faces.
    fn exchange<S: Store>(
        &mut self,
        kinds: &[Kind],
        bodies: &[[f32; 3]],
        shape: Shape,
        pieces: &Pieces<'_, S>,
    ) {
        for (link, sent) in self.links.iter().zip(self.sent.iter_mut()) {
            let slot = link.slot as usize;
            let at = if shape.far { link.far } else { link.own };
            *sent = pieces[slot][at as usize].value(slot);
        }
        for n in 0..self.faces.len() {
            let face = self.faces[n];
            let out = |slot: usize| pieces[slot][shape.at(slot, face.own as usize)].value(slot);
            let heat = self.face(&face, &kinds[face.kind()], bodies, out);
            self.added[face.links[0] as usize - self.first] = heat;
            self.passed[n] = [heat, self.passed[n][1] + heat];
        }
    }

    /// Heat that comes in at a face; `out(slot)` is what the cell sends towards where `slot` comes from.
    fn face(
        &mut self,
        face: &Face,
        kind: &Kind,
        bodies: &[[f32; 3]],
        out: impl Fn(usize) -> f32,
    ) -> f32 {
        let mut warmth = out(FLOW);
        for slot in FLOW + 1..SLOTS {
            warmth += out(slot);
        }
        let mut heat = match kind.exchange {
            exchange::FIXED => {
                let slot = FLOW + 1 + face.side();
                2.0 * (weight(slot) * kind.value - out(slot))
            }
            exchange::FLUX => kind.value,
            exchange::SURFACE => {
                kind.film * (kind.value - warmth)
                    + kind.radiation * fourth(kind.value - kind.zero, warmth - kind.zero)
            }
            exchange::BODY => {
                let [then, change, _] = bodies[kind.body as usize];
                kind.film * ((then + change) - warmth)
            }
            _ => 0.0,
        };
        let through = match kind.passage {
            passage::FORCED => {
                let inwards = kind.velocity[face.side() / 2];
                if face.side() % 2 == 1 { -inwards } else { inwards }
            }
            passage::OPEN => self.open(face, out),
            _ => 0.0,
        };
        if through > 0.0 {
            heat += through * kind.incoming;
        } else if through < 0.0 {
            heat += through * warmth;
        }
        heat
    }

    /// Holds the pressure at an opening at rest's, less what air that comes in straight from rest loses by Bernoulli: the even part
    /// of what goes through has equilibrium at the velocity of the cell (anti-bounce-back, Ginzburg et al. 2008). Returns
    /// the volume that comes in.
    fn open(&mut self, face: &Face, out: impl Fn(usize) -> f32) -> f32 {
        let mut u = [0.0_f32; 3];
        for (slot, velocity) in VELOCITIES.iter().enumerate().take(FLOW).skip(1) {
            let sent = out(slot);
            // What goes out towards where `slot` comes from moves against it.
            for (u, c) in u.iter_mut().zip(velocity) {
                *u -= *c as f32 * sent;
            }
        }
        let across = face.side() / 2;
        let inwards = if face.side() % 2 == 1 { -u[across] } else { u[across] };
        let mut density = 0.0;
        if inwards > 0.0 {
            let straight = u[across];
            u = [0.0; 3];
            u[across] = straight;
            density = -1.5 * straight * straight;
        }
        let level = density - 1.5 * (u[0] * u[0] + u[1] * u[1] + u[2] * u[2]);
        let mut through = 0.0;
        for link in face.links[1..].iter().filter(|link| **link != NONE) {
            let n = *link as usize - self.first;
            let slot = self.links[n].slot as usize;
            let c = VELOCITIES[slot].map(|c| c as f32);
            let cu = c[0] * u[0] + c[1] * u[1] + c[2] * u[2];
            let even = 2.0 * weight(slot) * (level + 4.5 * cu * cu);
            self.added[n] = even - 2.0 * self.sent[n];
            through += self.added[n];
        }
        through
    }
}

/// `a⁴ - b⁴`, without loss of digits.
fn fourth(a: f32, b: f32) -> f32 {
    (a * a + b * b) * (a + b) * (a - b)
}

impl<S: Store> Cpu<S> {
    fn of(plan: &Plan) -> Self {
        let mut cpu = Self {
            area: plan.area(),
            populations: vec![S::default(); SLOTS * plan.area() * (plan.grid.cells[2] + 2)],
            sent: Vec::new(),
            added: Vec::new(),
            passed: Vec::new(),
            bodies: Vec::new(),
        };
        cpu.load(&plan.beginning());
        cpu
    }

    fn step(&mut self, plan: &Plan, step: u64) {
        let [nx, ny, nz] = plan.grid.cells;
        let (area, borders) = (plan.area(), &plan.borders);
        let shape = Shape { nx, ny, far: step % 2 == 1 };
        let draw = hash(step as u32);
        let own = pieces(&mut self.populations, area, nz, shape.far);
        let parts = own
            .into_par_iter()
            .zip(cut(&mut self.sent, &borders.link_planes))
            .zip(cut(&mut self.added, &borders.link_planes))
            .zip(cut(&mut self.passed, &borders.face_planes));
        let bodies = &self.bodies;
        parts.enumerate().for_each(|(z, (((mut pieces, sent), added), passed))| {
            if plan.eddies {
                stream::<S, true>(plan, shape, z, &mut pieces, draw);
            } else {
                stream::<S, false>(plan, shape, z, &mut pieces, draw);
            }
            let (links, faces, first) = (plan.links(z), plan.faces(z), borders.link_planes[z]);
            let mut border = Border { links, faces, first, sent, added, passed };
            border.exchange(&plan.kinds, bodies, shape, &pieces);
        });
        self.warm(plan);
        self.bring(plan, Shape { far: !shape.far, ..shape }, draw);
    }

    /// Lets links have what comes in, where the next step looks for it.
    fn bring(&mut self, plan: &Plan, shape: Shape, draw: u32) {
        let (sent, added) = (&self.sent, &self.added);
        let planes = pieces(&mut self.populations, plan.area(), plan.grid.cells[2], shape.far);
        planes.into_par_iter().enumerate().for_each(|(z, pieces)| {
            let links = plan.borders.link_planes[z]..plan.borders.link_planes[z + 1];
            for n in links {
                let link = &plan.borders.links[n];
                let slot = link.slot as usize;
                let at = if shape.far { link.far } else { link.own };
                let bits = if S::DRAWS { noise(hash(n as u32 ^ draw), slot) } else { 0 };
                let value = sent[link.partner as usize] + added[n];
                pieces[slot][at as usize] = S::of(value, slot, bits);
            }
        });
    }

    /// Lets bodies have what their sources, their faces and radiation give them.
    fn warm(&mut self, plan: &Plan) {
        for (lump, body) in plan.lumps.iter().zip(&mut self.bodies) {
            let mut gone = 0.0_f32;
            for face in &plan.touching[lump.first as usize..lump.last as usize] {
                gone += self.passed[*face as usize][0];
            }
            let [then, change, by_radiation] = *body;
            let warmth = then + change;
            let radiated =
                lump.radiation * fourth(lump.surroundings - lump.zero, warmth - lump.zero);
            *body = [
                then,
                change + ((lump.rate + radiated) - lump.share * gone),
                by_radiation + radiated,
            ];
        }
    }

    fn look_at(&self, plan: &Plan, shape: Shape, cell: usize) -> Look {
        let area = plan.area();
        let (z, own) = (cell / area, cell % area);
        let mut f: Cells = [Lanes::default(); SLOTS];
        for (slot, lanes) in f.iter_mut().enumerate() {
            let kept = if shape.far {
                let plane = (z + 1).wrapping_add_signed(-VELOCITIES[slot][2] as isize);
                (plane * SLOTS + opposite(slot)) * area + shape.at(slot, own)
            } else {
                ((z + 1) * SLOTS + slot) * area + own
            };
            lanes.0[0] = self.populations[kept].value(slot);
        }
        let mut flags = [0; WIDTH];
        flags[0] = plan.flags[cell];
        let m = moments(&f);
        let (force, _) = forces(&plan.units.constants, &plan.zones, &flags, &m);
        let u = |axis: usize| m.momentum[axis].0[0] + force[axis].0[0] * 0.5;
        [m.heat.0[0], u(0), u(1), u(2), m.density.0[0]]
    }
}

impl<S: Store> Engine for Cpu<S> {
    fn device(&self) -> String {
        format!("cpu, {} threads", rayon::current_num_threads())
    }

    fn tell(&mut self, plan: &Plan, bodies: &[f32], laid: bool) -> Result<(), FieldError> {
        self.bodies = bodies.iter().map(|warmth| [*warmth, 0.0, 0.0]).collect();
        self.passed = vec![[0.0; 2]; plan.borders.faces.len()];
        if laid {
            self.sent = vec![0.0; plan.borders.links.len()];
            self.added.clone_from(&plan.borders.added);
        }
        Ok(())
    }

    fn power(&mut self, _plan: &Plan) {}

    fn steps(&mut self, plan: &Plan, from: u64, count: u64) -> Result<(), FieldError> {
        let range: Range<u64> = from..from + count;
        range.for_each(|step| self.step(plan, step));
        Ok(())
    }

    fn drain(&mut self, _plan: &Plan) -> Result<Drained, FieldError> {
        let faces = self.passed.iter().map(|[_, all]| *all).collect();
        let bodies = self.bodies.iter().map(|[_, change, radiated]| [*change, *radiated]).collect();
        Ok(Drained { faces, bodies })
    }

    fn look(&mut self, plan: &Plan, step: u64, cells: &[u32]) -> Result<Vec<Look>, FieldError> {
        let [nx, ny, _] = plan.grid.cells;
        let shape = Shape { nx, ny, far: step % 2 == 1 };
        let look = |cell: &u32| self.look_at(plan, shape, *cell as usize);
        Ok(cells.par_iter().with_min_len(1024).map(look).collect())
    }

    fn save(&mut self) -> Result<Vec<f32>, FieldError> {
        let kept = self.populations.iter().enumerate();
        Ok(kept.map(|(n, kept)| kept.value(n / self.area % SLOTS)).collect())
    }

    fn load(&mut self, populations: &[f32]) {
        for (n, (kept, value)) in self.populations.iter_mut().zip(populations).enumerate() {
            *kept = S::of(*value, n / self.area % SLOTS, HALF_WAY);
        }
    }
}
