//! Bodies: one temperature each, a film to the fluid around, radiation to the surroundings.
//!
//! A body takes its step with the fluid as it was, implicitly in its own temperature; the fluid then takes its own with the body as it
//! is now. What the fluid really took may differ from what the body gave: the difference stays in the body's remainder and enters its
//! next step. So nothing is lost, and neither a light body nor a strong film limits the step.

use super::layout::{Layout, MARGIN};
use super::plan::{Lump, Plan, TABLE};
use super::walls;
use crate::field::STEFAN_BOLTZMANN;
use crate::field::{Body, Face, Scene};

/// A face between fluid and a body.
#[derive(Clone, Copy, Debug, Default, PartialEq, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(C)]
pub struct Surface {
    /// Place of the cell of fluid.
    pub place: u32,
    /// Which of its faces, as of [`Face`].
    pub face: u32,
    /// The body.
    pub body: u32,
    /// Conductance [m/s].
    pub conductance: f32,
}

/// The state of a body.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct BodyState {
    /// Temperature, relative (K).
    pub(super) temperature: f32,
    /// Heat that it has beyond that (J).
    pub(super) remainder: f64,
    /// Heat that flows to it from the fluid, at its own and the fluid's temperature (W).
    pub(super) taken: f64,
}

/// Temperature of a body at the beginning.
pub(super) fn start(scene: &Scene, body: &Body) -> f64 {
    let [low, high] = [body.region.from, body.region.to.map(|to| to - 1)];
    let (low, high) = (scene.grid.middle(low), scene.grid.middle(high));
    scene.temperature.at(std::array::from_fn(|axis| f64::midpoint(low[axis], high[axis])))
}

/// All faces between bodies and fluid, by body, and the bodies.
pub(super) fn of(scene: &Scene, layout: &Layout, owners: &[u16]) -> (Vec<Surface>, Vec<Lump>) {
    let mut surfaces = Vec::new();
    for (n, body) in scene.bodies.iter().enumerate() {
        for cell in body.region.iter() {
            if usize::from(owners[scene.grid.index(cell)]) == n + 1 {
                touching(scene, layout, cell, n, &mut surfaces);
            }
        }
    }
    surfaces.sort_by_key(|surface| (surface.body, surface.place, surface.face));
    let area = scene.grid.cell.powi(2);
    let unit = scene.fluid.density * scene.fluid.specific_heat;
    let mut lumps = Vec::new();
    for (n, body) in scene.bodies.iter().enumerate() {
        let of_body = |surface: &&mut Surface| surface.body == n as u32;
        let faces = surfaces.iter_mut().filter(of_body).count() as f64;
        let all = body.area.unwrap_or(faces * area);
        let film = if faces > 0.0 { body.film * all / (faces * area) / unit } else { 0.0 };
        surfaces.iter_mut().filter(of_body).for_each(|s| s.conductance = film as f32);
        lumps.push(Lump {
            capacity: body.capacity,
            film: film * unit * area * faces,
            radiation: body.emissivity * STEFAN_BOLTZMANN * all,
        });
    }
    (surfaces, lumps)
}

fn touching(
    scene: &Scene,
    layout: &Layout,
    cell: [usize; 3],
    body: usize,
    surfaces: &mut Vec<Surface>,
) {
    for face in Face::ALL {
        let by = super::layout::along(face.axis() as usize, if face.is_upper() { 1 } else { -1 });
        let Some(other) = walls::next(scene, cell, by) else { continue };
        if scene.filled[scene.grid.index(other)].is_fluid() {
            surfaces.push(Surface {
                place: layout.place(other) as u32,
                face: face as u32 ^ 1,
                body: body as u32,
                conductance: 0.0,
            });
        }
    }
}

impl Plan {
    /// Watts per kelvin of a conductance of 1 m/s over one face.
    pub fn watts_per_speed(&self) -> f64 {
        self.scene.fluid.density * self.scene.fluid.specific_heat * self.scene.grid.cell.powi(2)
    }

    /// Temperatures of bodies at the beginning, relative.
    pub fn body_temperatures(&self) -> Vec<f32> {
        let of = |body| (start(&self.scene, body) - self.scene.fluid.reference) as f32;
        self.scene.bodies.iter().map(of).collect()
    }

    /// Heat in all cells but those of bodies, relative to the reference (J): of the masses, values and remainders of cells.
    pub fn stored(&self, slack: &[f32], values: &[f32], remainder: &[f32]) -> f64 {
        let layout = &self.layout;
        let of_row = |row, _| {
            let own = |field, part, parts| {
                layout.part(field, part, parts).slice(row, MARGIN, layout.cells[0], [0; 3])
            };
            let (capacity, slack) = (own(&self.heat, 0, TABLE), own(slack, 0, 1));
            let (values, left) = (own(values, 0, 1), own(remainder, 0, 1));
            let of_cell = |i: usize| {
                let mass = f64::from(capacity[i]) + f64::from(slack[i]);
                mass * f64::from(values[i]) + f64::from(left[i])
            };
            (0..capacity.len()).filter(|i| capacity[*i] > 0.0).map(of_cell).sum::<f64>()
        };
        let cells = layout.fold_rows(0.0, of_row, |a, b| a + b);
        cells * self.watts_per_speed() * self.scene.grid.cell
    }

    /// Heat that flows to each body from the fluid (W).
    pub(super) fn take(&self, values: &[f32], bodies: &mut [BodyState]) {
        bodies.iter_mut().for_each(|body| body.taken = 0.0);
        for surface in &self.surfaces {
            let body = &mut bodies[surface.body as usize];
            let warmer = values[surface.place as usize] - body.temperature;
            body.taken += f64::from(surface.conductance * warmer);
        }
        let unit = self.watts_per_speed();
        bodies.iter_mut().for_each(|body| body.taken *= unit);
    }
}

/// What radiates to a body at a relative temperature (W), and how that falls with its temperature [W/K].
fn radiation(plan: &Plan, lump: &Lump, temperature: f32) -> [f64; 2] {
    let zero = plan.scene.fluid.reference - plan.scene.absolute_zero;
    let own = f64::from(temperature) + zero;
    let around = plan.scene.surroundings - plan.scene.absolute_zero;
    [
        lump.radiation * ((around * around + own * own) * (around + own)) * (around - own),
        4.0 * lump.radiation * own * own * own,
    ]
}

/// One step of body `n`: its new temperature. Returns the heat that radiated to it (J).
pub(super) fn step(plan: &Plan, lumps: &[Lump], n: usize, body: &mut BodyState, dt: f64) -> f64 {
    let lump = &lumps[n];
    let [radiated, slope] = radiation(plan, lump, body.temperature);
    let given = body.remainder + dt * (radiated + plan.heated[n]);
    let rise = (given + dt * body.taken) / (lump.capacity + dt * (lump.film + slope));
    let before = body.temperature;
    body.temperature += rise as f32;
    let risen = f64::from(body.temperature - before);
    body.remainder = given - (lump.capacity + dt * slope) * risen;
    dt * (radiated - slope * risen)
}
