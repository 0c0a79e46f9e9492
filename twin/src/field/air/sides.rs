//! What happens at the sides of the grid in each step: what flows in, what pressure moves, what walls conduct.

use crate::field::STEFAN_BOLTZMANN;
use bytemuck::{Pod, Zeroable};

use super::layout::Layout;
use super::plan::{Plan, TABLE, conductivity, unsupported};
use crate::field::{Face, FieldError, Flow, Heat, Scene};

/// Nothing flows through a cell of a side.
pub const CLOSED: u32 = 0;
/// The flow through it is given.
pub const FORCED: u32 = 1;
/// The flow through it is as pressure has it.
pub const OPENING: u32 = 2;

/// One cell of one side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Pod, Zeroable)]
#[repr(C)]
pub struct Side {
    /// Place of the cell.
    pub place: u32,
    /// Number of the side, as of [`Face`].
    pub face: u32,
    /// [`CLOSED`], [`FORCED`] or [`OPENING`].
    pub way: u32,
    /// Temperature of what comes in, relative (K).
    pub inflow: f32,
    /// Temperature beyond the wall, relative (K).
    pub ambient: f32,
    /// Conductance of the wall or its film [m/s].
    pub film: f32,
    /// Emissivity, in the same unit over K³.
    pub radiation: f32,
    /// Conductance between the middle of a solid cell and its surface [m/s]; 0 for the fluid, which is well mixed.
    pub half: f32,
}

/// All cells of all sides of a scene that are not periodic, in the order of planes.
pub(super) fn of(scene: &Scene, layout: &Layout) -> Vec<Side> {
    let mut sides = Vec::new();
    let owners = scene.body_of_cells();
    for face in Face::ALL.into_iter().filter(|face| !scene.is_periodic(face.axis())) {
        let [a, b] = scene.grid.face_cells(face);
        for n in 0..a * b {
            let cell = scene.grid.behind(face, n);
            let lump = owners[scene.grid.index(cell)] != 0;
            let mut side = side(scene, face, n);
            side.place = layout.place(cell) as u32;
            if lump {
                (side.film, side.radiation) = (0.0, 0.0);
            }
            sides.push(side);
        }
    }
    sides.sort_by_key(|side| side.place);
    sides
}

fn side(scene: &Scene, face: Face, n: usize) -> Side {
    let fluid = &scene.fluid;
    let unit = fluid.density * fluid.specific_heat;
    let filled = scene.filled[scene.grid.index(scene.grid.behind(face, n))];
    let half = 2.0 * conductivity(scene, filled) / scene.grid.cell / unit;
    let patch = scene.patch(face, n);
    let mut side = Side { face: face as u32, ..Side::default() };
    match patch.heat {
        Heat::Adiabatic | Heat::Flux(_) => {}
        Heat::Fixed(value) => {
            side.ambient = (value - fluid.reference) as f32;
            side.film = half as f32;
        }
        Heat::Surface { film, emissivity, ambient } => {
            side.ambient = (ambient - fluid.reference) as f32;
            side.film = (film / unit) as f32;
            side.radiation = (emissivity * STEFAN_BOLTZMANN / unit) as f32;
            side.half = if filled.is_fluid() { 0.0 } else { half as f32 };
        }
    }
    match patch.flow {
        Flow::Forced { temperature, .. } if filled.is_fluid() => {
            (side.way, side.inflow) = (FORCED, (temperature - fluid.reference) as f32);
        }
        Flow::Opening { temperature } if filled.is_fluid() => {
            (side.way, side.inflow) = (OPENING, (temperature - fluid.reference) as f32);
        }
        _ => {}
    }
    side
}

/// Whether as much is driven in as out where there is no opening. What rounding to whole cells leaves is taken from what flows out.
pub(super) fn check_flows(plan: &mut Plan) -> Result<(), FieldError> {
    let Plan { sides, velocity, layout, .. } = plan;
    if sides.iter().any(|side| side.way == OPENING) {
        return Ok(());
    }
    let (mut inward, mut outward) = (0.0, 0.0);
    let forced = || sides.iter().filter(|side| side.way == FORCED);
    for side in forced() {
        let speed = f64::from(side.inward(velocity, layout));
        inward += speed.max(0.0);
        outward += (-speed).max(0.0);
    }
    if inward == outward {
        return Ok(());
    }
    if (inward - outward).abs() > 0.05 * inward.max(outward) {
        let area = plan.scene.grid.cell.powi(2);
        let (inward, outward) = (inward * area, outward * area);
        let what = format!(
            "{inward:.4} m³/s are driven in and {outward:.4} m³/s out, and there is no opening: \
             make them equal, or add an opening"
        );
        return Err(unsupported(what));
    }
    let scale = (inward / outward) as f32;
    for side in forced() {
        if side.inward(velocity, layout) < 0.0 {
            velocity[side.normal(layout)] *= scale;
        }
    }
    Ok(())
}

impl Side {
    fn axis(&self) -> usize {
        self.face as usize / 2
    }

    fn is_upper(&self) -> bool {
        self.face % 2 == 1
    }

    fn step(&self, layout: &Layout) -> usize {
        layout.steps()[self.axis()]
    }

    /// Where the velocity through it lies.
    pub(super) fn normal(&self, layout: &Layout) -> usize {
        let up = usize::from(self.is_upper()) * self.step(layout);
        layout.index(self.place as usize + up, self.axis(), 3)
    }

    /// Velocity through it, inwards [m/s].
    pub(super) fn inward(&self, velocity: &[f32], layout: &Layout) -> f32 {
        let speed = velocity[self.normal(layout)];
        if self.is_upper() { -speed } else { speed }
    }

    /// The first two places of the margin beyond it.
    fn beyond(&self, layout: &Layout) -> [usize; 2] {
        let (place, step) = (self.place as usize, self.step(layout));
        if self.is_upper() {
            [place + step, place + 2 * step]
        } else {
            [place - step, place - 2 * step]
        }
    }

    /// Conductance of the wall [m/s] for a cell at `own`, relative to an absolute zero `zero` below the reference: radiation as a secant.
    fn conductance(&self, own: f32, zero: f32) -> f32 {
        let (a, b) = (own + zero, self.ambient + zero);
        let both = self.film + self.radiation * ((a * a + b * b) * (a + b));
        if self.half > 0.0 { both * self.half / (both + self.half) } else { both }
    }
}

/// Before pressure: what flows out goes on as it comes from inside, what comes in starts from rest beyond, where pressure is 0.
///
/// So the pressure of what has come in is `-ρ u² / 2`, as Bernoulli has it.
pub(super) fn open(plan: &Plan, velocity: &mut [f32], pressure: &[f32], k: f32) {
    let layout = &plan.layout;
    for side in plan.sides.iter().filter(|side| side.way == OPENING) {
        let (place, normal) = (side.place as usize, side.normal(layout));
        let inner = place + usize::from(!side.is_upper()) * side.step(layout);
        let speed = velocity[normal];
        let outward = if side.is_upper() { speed } else { -speed };
        let carried =
            if outward > 0.0 { velocity[layout.index(inner, side.axis(), 3)] } else { 0.0 };
        let push = 2.0 * k * pressure[place] * if side.is_upper() { 1.0 } else { -1.0 };
        let courant = k * speed.abs();
        velocity[normal] = (speed + courant * carried + push) / (1.0 + courant);
    }
}

/// After pressure: the same as at every other face, over half the distance.
pub(super) fn push(plan: &Plan, velocity: &mut [f32], pressure: &[f32]) {
    for side in plan.sides.iter().filter(|side| side.way == OPENING) {
        let twice = 2.0 * pressure[side.place as usize];
        velocity[side.normal(&plan.layout)] += if side.is_upper() { twice } else { -twice };
    }
}

/// Before heat goes on: conductances of walls, and beyond them the mixture of what they and the inflow bring.
pub(super) fn warm(plan: &Plan, table: &mut [f32], values: &mut [f32], velocity: &[f32]) {
    let layout = &plan.layout;
    let zero = (plan.scene.fluid.reference - plan.scene.absolute_zero) as f32;
    for side in &plan.sides {
        let own = values[side.place as usize];
        let wall = side.conductance(own, zero);
        let inflow = side.inward(velocity, layout).max(0.0);
        let both = wall + inflow;
        let mixed =
            if both > 0.0 { (wall * side.ambient + inflow * side.inflow) / both } else { own };
        for beyond in side.beyond(layout) {
            values[beyond] = mixed;
        }
        let up = usize::from(side.is_upper()) * side.step(layout);
        table[layout.index(side.place as usize + up, 1 + side.axis(), TABLE)] = wall;
    }
}

/// The same for the tracer: what comes in is clean.
pub(super) fn clear(plan: &Plan, values: &mut [f32], velocity: &[f32]) {
    for side in &plan.sides {
        let clean = side.inward(velocity, &plan.layout) > 0.0;
        let value = if clean { 0.0 } else { values[side.place as usize] };
        for beyond in side.beyond(&plan.layout) {
            values[beyond] = value;
        }
    }
}

/// What came in through sides in a step of `k` cells per velocity, in kelvins of one cell of fluid, and the sum of its amounts.
pub(super) fn passed(
    plan: &Plan,
    table: &[f32],
    values: &[f32],
    velocity: &[f32],
    k: f32,
) -> [f64; 2] {
    let layout = &plan.layout;
    let (mut net, mut gross) = (0.0, 0.0);
    for side in &plan.sides {
        let own = values[side.place as usize];
        let up = usize::from(side.is_upper()) * side.step(layout);
        let wall = table[layout.index(side.place as usize + up, 1 + side.axis(), TABLE)];
        let inward = side.inward(velocity, layout);
        let carried = inward.max(0.0) * side.inflow + inward.min(0.0) * own;
        let heat = f64::from(k * (wall * (side.ambient - own) + carried));
        net += heat;
        gross += heat.abs();
    }
    [net, gross]
}
