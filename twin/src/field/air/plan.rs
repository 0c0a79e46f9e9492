//! A scene, compiled for the air tier: what does not change from step to step, or only when somebody turns a knob.
//!
//! All temperatures are relative to the fluid's reference, so that 32 bits resolve a microkelvin, and heat capacities relative to
//! the fluid's. A conductance of a face is that of its heat over `ρ c h²`: a velocity [m/s], at which heat goes through as if carried.

use super::drives::{self, Drive};
use super::layout::{Layout, MARGIN, along};
use super::sides::{self, Side};
use super::surfaces::{self, Surface};
use super::system::{ONES, Stretch, ZEROS};
use super::walls;
use crate::field::{
    Axis, Face, FieldError, Heat, MaterialId, Region, Scene, Settings, Target, Tier,
};

/// Parts of a table of a scalar: capacity, and the conductances of the three lower faces.
pub const TABLE: usize = 4;

/// Turbulent Prandtl number, and Schmidt number.
pub const TURBULENT_PRANDTL: f64 = 0.9;

/// A body, as far as steps go.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lump {
    /// Heat capacity [J/K].
    pub capacity: f64,
    /// Conductance to the fluid [W/K].
    pub film: f64,
    /// Emissivity times surface times the constant of Stefan and Boltzmann [W/K⁴].
    pub radiation: f64,
}

/// A scene, compiled.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The scene.
    pub scene: Scene,
    /// The settings.
    pub settings: Settings,
    /// Where values lie.
    pub layout: Layout,
    /// Axes along which it continues at the other end.
    pub periodic: [bool; 3],
    /// How each face of each component hangs together with its neighbours: for component `c` nine bits from `9 c` on: whether it is
    /// solved, and two bits for each of the four neighbours across `c` (lower, upper of the first axis, then of the second):
    /// 0: nothing is exchanged, 1: a face like it, 2: a wall halfway.
    pub links: Vec<u32>,
    /// Capacity relative to the fluid and conductances of lower faces [m/s]; a body's cells have minus its number and one.
    pub heat: Vec<f32>,
    /// The same for the tracer; empty where there is none.
    pub tracer: Vec<f32>,
    /// Length by which speed makes eddy viscosity (m); empty where there are no eddies.
    pub mixing: Vec<f32>,
    /// Velocities of walls, of what is driven through sides, and at the beginning [m/s].
    pub velocity: Vec<f32>,
    /// Temperatures at the beginning, relative.
    pub temperature: Vec<f32>,
    /// Cells at sides.
    pub sides: Vec<Side>,
    /// Fans and resistances, by component.
    pub drives: [Vec<Drive>; 3],
    /// Faces between bodies and fluid.
    pub surfaces: Vec<Surface>,
    /// Bodies.
    pub lumps: Vec<Lump>,
    /// Body of each cell: its number and one.
    pub owners: Vec<u16>,
    /// What sources and sides give to cells [K/s].
    pub warming: Vec<f32>,
    /// What sources give to bodies (W).
    pub heated: Vec<f64>,
    /// What sources give off in all, its absolute sum; the same of the sides of given flux (W).
    pub given: [f64; 4],
    /// What leaks give to cells [kg/(m³ s)]; empty where there is no tracer.
    pub leaking: Vec<f32>,
    /// Powers of sources (W).
    pub watts: Vec<f64>,
    /// For each face along a row, 0 at the ends of an axis that has some, else 1.
    inside: Vec<f32>,
}

/// What cannot be done.
pub(super) fn unsupported(what: impl Into<String>) -> FieldError {
    FieldError::Unsupported { tier: Tier::Air, what: what.into() }
}

impl Plan {
    /// Compiles `scene`.
    ///
    /// # Errors
    ///
    /// If the scene does not hold together, or asks for what this tier cannot do.
    pub fn new(scene: &Scene, settings: &Settings) -> Result<Self, FieldError> {
        if let Some(wrong) = scene.check().into_iter().next() {
            return Err(wrong.into());
        }
        let layout = Layout::of(&scene.grid);
        if !settings.step.is_none_or(|step| step.is_finite() && step > 0.0) {
            return Err(unsupported("steps that are no positive number of seconds"));
        }
        if !(settings.courant.is_finite() && settings.courant > 0.0) {
            return Err(unsupported("a Courant number that is not positive"));
        }
        let periodic = [Axis::X, Axis::Y, Axis::Z].map(|axis| scene.is_periodic(axis));
        let mut plan = Self {
            scene: scene.clone(),
            settings: *settings,
            layout,
            periodic,
            links: walls::links(scene, &layout),
            heat: Vec::new(),
            tracer: Vec::new(),
            mixing: Vec::new(),
            velocity: walls::velocity(scene, &layout),
            temperature: layout.zeros(1),
            sides: sides::of(scene, &layout),
            drives: drives::of(scene, &layout),
            surfaces: Vec::new(),
            lumps: Vec::new(),
            owners: scene.body_of_cells(),
            warming: layout.zeros(1),
            heated: vec![0.0; scene.bodies.len()],
            given: [0.0; 4],
            leaking: Vec::new(),
            watts: scene.sources.iter().map(|source| source.watts).collect(),
            inside: inside(&layout, periodic[0]),
        };
        sides::check_flows(&mut plan)?;
        plan.layout.wrap(&mut plan.velocity, 3, periodic);
        plan.heat = plan.heat_table();
        (plan.surfaces, plan.lumps) = surfaces::of(&plan.scene, &layout, &plan.owners);
        plan.hang_bodies();
        if settings.eddies {
            plan.mixing = walls::mixing(scene, &layout);
        }
        plan.start();
        plan.make_warming();
        plan.make_tracer();
        Ok(plan)
    }

    /// Number of the material of the cell `by` away from `cell`, around the end of periodic axes; none beyond the grid.
    pub(super) fn next(&self, cell: [usize; 3], by: [isize; 3]) -> Option<[usize; 3]> {
        walls::next(&self.scene, cell, by)
    }

    fn heat_table(&self) -> Vec<f32> {
        let scene = &self.scene;
        let fluid = &scene.fluid;
        let unit = fluid.density * fluid.specific_heat;
        let mut table = self.layout.zeros(TABLE);
        for cell in scene.grid.all().iter() {
            let n = scene.grid.index(cell);
            let place = self.layout.place(cell);
            let own = scene.filled[n];
            let capacity = match self.owners[n] {
                0 if own.is_fluid() => 1.0,
                0 => {
                    let material = &scene.materials[usize::from(own.0) - 1];
                    material.density * material.specific_heat / unit
                }
                body => -f64::from(body),
            };
            table[self.layout.index(place, 0, TABLE)] = capacity as f32;
            for axis in 0..3 {
                let Some(other) = self.next(cell, along(axis, -1)) else { continue };
                let m = scene.grid.index(other);
                if self.owners[n] == 0 && self.owners[m] == 0 {
                    let watts = conductance(scene, own, scene.filled[m]);
                    table[self.layout.index(place, 1 + axis, TABLE)] = (watts / unit) as f32;
                }
            }
        }
        self.layout.wrap(&mut table, TABLE, self.periodic);
        table
    }

    /// Writes the conductances between bodies and fluid into the table of heat.
    fn hang_bodies(&mut self) {
        let steps = self.layout.steps();
        for surface in &self.surfaces {
            let axis = surface.face as usize / 2;
            let place = surface.place as usize + surface.face as usize % 2 * steps[axis];
            let at = self.layout.index(place, 1 + axis, TABLE);
            self.heat[at] = surface.conductance;
        }
        self.layout.wrap(&mut self.heat, TABLE, self.periodic);
    }

    fn start(&mut self) {
        let scene = &self.scene;
        for cell in scene.grid.all().iter() {
            let place = self.layout.place(cell);
            let at = scene.temperature.at(scene.grid.middle(cell)) - scene.fluid.reference;
            self.temperature[place] = at as f32;
        }
        for (n, (body, at)) in scene.bodies.iter().zip(self.body_temperatures()).enumerate() {
            for cell in body.region.iter() {
                if usize::from(self.owners[scene.grid.index(cell)]) == n + 1 {
                    self.temperature[self.layout.place(cell)] = at;
                }
            }
        }
        self.layout.wrap(&mut self.temperature, 1, self.periodic);
    }

    /// What sources and sides of given flux warm, from the powers and conditions of now.
    pub fn make_warming(&mut self) {
        let Self { scene, layout, warming, heated, given, owners, watts, .. } = self;
        let h = scene.grid.cell;
        let unit = scene.fluid.density * scene.fluid.specific_heat * h.powi(3);
        warming.fill(0.0);
        heated.fill(0.0);
        *given = [0.0; 4];
        let mut give = |cell: [usize; 3], watts: f64| match owners[scene.grid.index(cell)] {
            0 => warming[layout.place(cell)] += (watts / unit) as f32,
            body => heated[usize::from(body) - 1] += watts,
        };
        let mut to_bodies = Vec::new();
        for (source, watts) in scene.sources.iter().zip(watts.iter()) {
            given[0] += watts;
            given[1] += watts.abs();
            match &source.to {
                Target::Cells(region) => {
                    let share = watts / region.len() as f64;
                    region.iter().for_each(|cell| give(cell, share));
                }
                Target::Body(body) => to_bodies.push((*body, *watts)),
            }
        }
        for face in Face::ALL {
            let [a, b] = scene.grid.face_cells(face);
            for n in 0..a * b {
                if let Heat::Flux(flux) = scene.patch(face, n).heat {
                    give(scene.grid.behind(face, n), flux * h * h);
                    given[2] += flux * h * h;
                    given[3] += (flux * h * h).abs();
                }
            }
        }
        to_bodies.into_iter().for_each(|(body, watts): (usize, f64)| heated[body] += watts);
    }

    /// Sets what sources give off (W).
    pub fn set_power(&mut self, watts: &[f64]) {
        for (own, watts) in self.watts.iter_mut().zip(watts) {
            *own = *watts;
        }
        self.make_warming();
    }

    /// Sets the heat condition of a patch.
    pub fn set_patch(&mut self, patch: usize, heat: Heat) {
        let Some(patch) = self.scene.patches.get_mut(patch) else { return };
        patch.heat = heat;
        self.sides = sides::of(&self.scene, &self.layout);
        self.make_warming();
    }

    /// Bodies and the table of heat as they are while a field settles: solids and bodies as light as the fluid.
    pub fn light(&self) -> (Vec<Lump>, Vec<f32>) {
        let mut table = self.heat.clone();
        for cell in self.scene.grid.all().iter() {
            let at = self.layout.index(self.layout.place(cell), 0, TABLE);
            table[at] = table[at].min(1.0);
        }
        let cell = self.watts_per_speed() * self.scene.grid.cell;
        let light = |lump: &Lump| Lump { capacity: lump.capacity.min(cell), ..*lump };
        (self.lumps.iter().map(light).collect(), table)
    }

    /// Mean over the fluid of a region, over all of it where there is none; none if a value is.
    pub fn mean(&self, region: Region, value: impl Fn([usize; 3]) -> Option<f64>) -> Option<f64> {
        let grid = &self.scene.grid;
        let inside = |cell: &[usize; 3]| (0..3).all(|axis| cell[axis] < grid.cells[axis]);
        let is_fluid = |cell: &[usize; 3]| self.scene.filled[grid.index(*cell)].is_fluid();
        let any = region.iter().filter(inside).any(|cell| is_fluid(&cell));
        let (mut sum, mut count) = (0.0, 0.0_f64);
        for cell in region.iter().filter(inside).filter(|cell| !any || is_fluid(cell)) {
            sum += value(cell)?;
            count += 1.0;
        }
        Some(sum / count.max(1.0))
    }

    /// Whether corrections may be made at the face towards neighbour `n`: not where the grid ends.
    pub(super) fn inner(&self, Stretch { row, x, len }: Stretch, n: usize) -> &[f32] {
        let (axis, upper) = (n / 2, n % 2);
        if axis == 0 {
            return &self.inside[x + upper..x + upper + len];
        }
        let at = if axis == 1 { row % self.layout.rows } else { row / self.layout.rows };
        let face = at + upper - MARGIN;
        let end = face == 0 || face == self.layout.cells[axis];
        if end && !self.periodic[axis] { &ZEROS } else { &ONES }
    }

    fn make_tracer(&mut self) {
        let Some(tracer) = self.scene.tracer.clone() else { return };
        let grid = &self.scene.grid;
        self.tracer = self.layout.zeros(TABLE);
        self.leaking = self.layout.zeros(1);
        let speed = (tracer.diffusivity / grid.cell) as f32;
        let fluid = |cell: [usize; 3]| self.scene.filled[grid.index(cell)].is_fluid();
        for cell in grid.all().iter() {
            let place = self.layout.place(cell);
            self.tracer[self.layout.index(place, 0, TABLE)] = 1.0;
            for axis in 0..3 {
                let other = self.next(cell, along(axis, -1));
                if fluid(cell) && other.is_some_and(fluid) {
                    self.tracer[self.layout.index(place, 1 + axis, TABLE)] = speed;
                }
            }
        }
        self.layout.wrap(&mut self.tracer, TABLE, self.periodic);
        for (region, rate) in &tracer.leaks {
            let places = || region.iter().filter(|cell| fluid(*cell));
            let share = rate / (places().count().max(1) as f64 * grid.cell.powi(3));
            places().for_each(|cell| self.leaking[self.layout.place(cell)] += share as f32);
        }
    }
}

fn inside(layout: &Layout, periodic: bool) -> Vec<f32> {
    let mut inside = vec![1.0; layout.row + 1];
    if !periodic {
        (inside[MARGIN], inside[MARGIN + layout.cells[0]]) = (0.0, 0.0);
    }
    inside
}

/// Conductance of a face between two cells over its area [W/(m² K)].
fn conductance(scene: &Scene, a: MaterialId, b: MaterialId) -> f64 {
    let half = |material: MaterialId| 2.0 * conductivity(scene, material) / scene.grid.cell;
    let film = |solid: MaterialId| scene.materials[usize::from(solid.0) - 1].film;
    let series = |x: f64, y: f64| if x + y > 0.0 { x * y / (x + y) } else { 0.0 };
    match (a.is_fluid(), b.is_fluid()) {
        (true, false) => series(half(b), film(b).unwrap_or(half(a))),
        (false, true) => series(half(a), film(a).unwrap_or(half(b))),
        _ => series(half(a), half(b)),
    }
}

/// Thermal conductivity of what a cell is filled with [W/(m K)].
pub(super) fn conductivity(scene: &Scene, material: MaterialId) -> f64 {
    match material.0 {
        0 => scene.fluid.conductivity,
        n => scene.materials[usize::from(n) - 1].conductivity,
    }
}
