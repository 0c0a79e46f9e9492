//! A scene compiled for the lattice: flags, zones, kinds of sides, bodies.

use crate::field::STEFAN_BOLTZMANN;
use std::collections::BTreeMap;

use bytemuck::{Pod, Zeroable};

use super::super::grid::Grid;
use super::super::scene::{Flow, Heat, Scene, Target};
use super::super::solver::{FieldError, Settings, Tier};
use super::links::{Borders, Face, Link};
use super::stencil::{FLOW, SLOTS, VELOCITIES, weight};
use super::units::Units;

/// Flag of a cell of fluid with nothing special.
pub const FLUID: u8 = 0;

/// Flag of a solid cell. A larger flag is the number of a zone, and two.
pub const SOLID: u8 = 1;

/// Zones that flags can tell apart.
const MOST_ZONES: usize = 254;

/// What is done to the fluid in the cells of a zone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Pod, Zeroable)]
#[repr(C)]
pub struct Zone {
    /// Velocity to which a fan drives it [cells per step].
    pub target: [f32; 3],
    /// 1 where there is a fan, else 0.
    pub fan: f32,
    /// Pressure loss over a cell, over the dynamic pressure, halved.
    pub drag: f32,
    /// Heat given to each cell [K per step].
    pub heat: f32,
    /// Not used.
    pub pad: [f32; 2],
}

/// How a [`Kind`] of face exchanges heat.
pub mod exchange {
    /// Not at all.
    pub const ADIABATIC: u32 = 0;
    /// The wall has a temperature.
    pub const FIXED: u32 = 1;
    /// So much goes in.
    pub const FLUX: u32 = 2;
    /// Through a film, and by radiation.
    pub const SURFACE: u32 = 3;
    /// Through a film from a body.
    pub const BODY: u32 = 4;
}

/// How a [`Kind`] of face lets fluid through.
pub mod passage {
    /// Not at all.
    pub const CLOSED: u32 = 0;
    /// At a given velocity.
    pub const FORCED: u32 = 1;
    /// As pressure has it.
    pub const OPEN: u32 = 2;
}

/// What the faces of one patch or one body have in common. Temperatures count from [`Units::base`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Pod, Zeroable)]
#[repr(C)]
pub struct Kind {
    /// One of [`exchange`].
    pub exchange: u32,
    /// One of [`passage`].
    pub passage: u32,
    /// The body, by number.
    pub body: u32,
    /// Temperature of the wall or of what is beyond it, or heat that goes in [K per step].
    pub value: f32,
    /// Share of the difference in temperature that goes through the film in one step.
    pub film: f32,
    /// The same for differences of the fourth power, by radiation.
    pub radiation: f32,
    /// Absolute zero.
    pub zero: f32,
    /// Temperature of what comes in.
    pub incoming: f32,
    /// Velocity of what is driven through [cells per step].
    pub velocity: [f32; 3],
    /// Not used.
    pub pad: f32,
}

/// How a body warms up. Temperatures count from [`Units::base`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Pod, Zeroable)]
#[repr(C)]
pub struct Lump {
    /// By its sources [K per step].
    pub rate: f32,
    /// Heat capacity of a cell of fluid over its own.
    pub share: f32,
    /// By radiation, per difference of the fourth power.
    pub radiation: f32,
    /// Temperature to which it radiates.
    pub surroundings: f32,
    /// Absolute zero.
    pub zero: f32,
    /// First of its faces in [`Plan::touching`].
    pub first: u32,
    /// One past the last of them.
    pub last: u32,
    /// Not used.
    pub pad: u32,
}

/// What makes up a zone.
#[derive(Clone, Debug, Default, PartialEq)]
struct Making {
    sources: Vec<usize>,
    fan: Option<usize>,
    porous: Vec<usize>,
}

/// A scene compiled for the lattice.
///
/// Populations lie plane by plane, one empty plane below the floor and one above the roof: the population `slot` of cell `[x, y, z]`
/// is number `((z + 1) 26 + slot) area + y nx + x`.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Its cells.
    pub grid: Grid,
    /// Its units.
    pub units: Units,
    /// Whether eddies add to the viscosity.
    pub eddies: bool,
    /// A flag for each cell.
    pub flags: Vec<u8>,
    /// What flags beyond [`SOLID`] mean.
    pub zones: Vec<Zone>,
    /// Kinds of faces: one for each patch, then one for each body.
    pub kinds: Vec<Kind>,
    /// The bodies.
    pub lumps: Vec<Lump>,
    /// Numbers of the faces that touch each body, body after body.
    pub touching: Vec<u32>,
    /// What is at the borders of the fluid.
    pub borders: Borders,
    scene: Scene,
    makings: Vec<Making>,
    warmed: Vec<usize>,
    awake: Vec<bool>,
}

impl Plan {
    /// Compiles `scene`.
    ///
    /// # Errors
    ///
    /// If the scene does not hold together or asks for something that this tier cannot do.
    pub fn new(scene: &Scene, settings: &Settings) -> Result<Self, FieldError> {
        if let Some(wrong) = scene.check().into_iter().next() {
            return Err(wrong.into());
        }
        let grid = scene.grid;
        let refuse = |what: String| FieldError::Unsupported { tier: Tier::Lattice, what };
        let values = SLOTS as u64 * (grid.len() + 2 * grid.cells[0] * grid.cells[1]) as u64;
        if values >= u64::from(u32::MAX) {
            return Err(refuse(format!(
                "{} cells: numbers of populations have 32 bits",
                grid.len()
            )));
        }
        if scene.tracer.is_some() {
            return Err(refuse("carry a tracer".into()));
        }
        let (base, range, fastest) = beginning(scene);
        let units = Units::of(scene, settings, base, fastest, range)?;
        let mut flags: Vec<u8> =
            scene.filled.iter().map(|m| if m.is_fluid() { FLUID } else { SOLID }).collect();
        let makings = zones(scene, &mut flags).map_err(refuse)?;
        let warmed = warmed(scene, &flags).map_err(refuse)?;
        let mut plan = Self {
            grid,
            units,
            eddies: settings.eddies,
            flags,
            zones: Vec::new(),
            kinds: Vec::new(),
            lumps: Vec::new(),
            touching: Vec::new(),
            borders: Borders::default(),
            scene: scene.clone(),
            makings,
            warmed,
            awake: vec![false; scene.patches.len()],
        };
        plan.lay_borders();
        Ok(plan)
    }

    /// Cells of one plane.
    pub fn area(&self) -> usize {
        self.grid.cells[0] * self.grid.cells[1]
    }

    /// The scene, with the heat conditions that hold now.
    pub fn scene(&self) -> &Scene {
        &self.scene
    }

    /// Lays the sources' powers (W) into zones and bodies.
    pub(super) fn set_powers(&mut self, watts: &[f64]) {
        let (units, step) = (self.units, self.units.step);
        let drag = |n: &usize| self.scene.porous[*n].loss * units.cell / 2.0;
        let zone = |making: &Making| {
            let warm = |n: &usize| watts[*n] / self.warmed[*n] as f64;
            let heat = making.sources.iter().map(warm).sum::<f64>() * step / units.heat;
            let target = making.fan.map(|fan| self.scene.fans[fan].velocity);
            Zone {
                target: target.unwrap_or_default().map(|v| units.speed(v)),
                fan: f32::from(u8::from(target.is_some())),
                drag: making.porous.iter().map(drag).sum::<f64>() as f32,
                heat: heat as f32,
                pad: [0.0; 2],
            }
        };
        self.zones = self.makings.iter().map(zone).collect();
        for (n, lump) in self.lumps.iter_mut().enumerate() {
            let capacity = self.scene.bodies[n].capacity;
            let all = self.scene.sources.iter().zip(watts);
            let its = all.filter(|(source, _)| source.to == Target::Body(n));
            let rate = its.map(|(_, watts)| *watts).sum::<f64>() * step / capacity;
            lump.rate = rate as f32;
        }
    }

    /// Sets the heat condition of a patch. True if the borders had to be laid anew.
    pub(super) fn set_patch(&mut self, patch: usize, heat: Heat) -> bool {
        let Some(held) = self.scene.patches.get_mut(patch) else { return false };
        held.heat = heat;
        let wakes = !is_active(&self.scene, &self.awake, patch, false);
        if wakes && heat != Heat::Adiabatic {
            self.awake[patch] = true;
            self.lay_borders();
            return true;
        }
        // Once a patch has faces it keeps them.
        self.awake[patch] |= self.borders.has_faces(patch);
        self.lay_kinds();
        false
    }

    fn lay_borders(&mut self) {
        let (scene, awake) = (&self.scene, &self.awake);
        let active = |patch| is_active(scene, awake, patch, true);
        self.borders = Borders::of(scene, &self.units, &self.flags, &active);
        self.lay_kinds();
        self.lay_lumps();
        self.set_powers(&vec![0.0; self.scene.sources.len()]);
    }

    fn lay_kinds(&mut self) {
        let units = &self.units;
        let above = |t: f64| (t - units.base) as f32;
        let through = |film: f64| film * units.step * units.cell * units.cell / units.heat;
        let zero = above(self.scene.absolute_zero);
        let patch = |n: usize| {
            let patch = &self.scene.patches[n];
            let mut kind = Kind { zero, ..Kind::default() };
            match patch.heat {
                Heat::Adiabatic => {}
                Heat::Fixed(t) => (kind.exchange, kind.value) = (exchange::FIXED, above(t)),
                Heat::Flux(q) => {
                    (kind.exchange, kind.value) = (exchange::FLUX, through(q) as f32);
                }
                Heat::Surface { film, emissivity, ambient } => {
                    (kind.exchange, kind.value) = (exchange::SURFACE, above(ambient));
                    kind.film = implicit(through(film));
                    kind.radiation = through(emissivity * STEFAN_BOLTZMANN) as f32;
                }
            }
            match patch.flow {
                Flow::Forced { velocity, temperature } => {
                    kind.passage = passage::FORCED;
                    kind.velocity = velocity.map(|v| units.speed(v));
                    kind.incoming = above(temperature);
                }
                Flow::Opening { temperature } => {
                    (kind.passage, kind.incoming) = (passage::OPEN, above(temperature));
                }
                _ => {}
            }
            kind
        };
        let body = |n: usize| {
            let body = &self.scene.bodies[n];
            let faces = self.borders.faces_of(self.scene.patches.len() + n);
            let meeting = faces as f64 * units.cell * units.cell;
            let spread = body.area.map_or(1.0, |area| area / meeting.max(f64::MIN_POSITIVE));
            let film = implicit(through(body.film * spread));
            Kind { exchange: exchange::BODY, body: n as u32, film, zero, ..Kind::default() }
        };
        let patches = (0..self.scene.patches.len()).map(patch);
        self.kinds = patches.chain((0..self.scene.bodies.len()).map(body)).collect();
    }

    fn lay_lumps(&mut self) {
        let (units, scene) = (&self.units, &self.scene);
        self.touching.clear();
        self.lumps.clear();
        let owners = scene.patches.len();
        let mut by_body: Vec<Vec<u32>> = vec![Vec::new(); scene.bodies.len()];
        for (n, face) in self.borders.faces.iter().enumerate() {
            if let Some(faces) = face.kind().checked_sub(owners).and_then(|n| by_body.get_mut(n)) {
                faces.push(n as u32);
            }
        }
        for (body, faces) in scene.bodies.iter().zip(by_body) {
            let first = self.touching.len() as u32;
            let meeting = faces.len() as f64 * units.cell * units.cell;
            self.touching.extend(faces);
            let area = body.area.unwrap_or(meeting) * body.emissivity;
            let radiation = STEFAN_BOLTZMANN * area * units.step / body.capacity;
            self.lumps.push(Lump {
                rate: 0.0,
                share: (units.heat / body.capacity) as f32,
                radiation: radiation as f32,
                surroundings: (scene.surroundings - units.base) as f32,
                zero: (scene.absolute_zero - units.base) as f32,
                first,
                last: self.touching.len() as u32,
                pad: 0,
            });
        }
    }

    /// Links of plane `z`.
    pub fn links(&self, z: usize) -> &[Link] {
        &self.borders.links[self.borders.link_planes[z]..self.borders.link_planes[z + 1]]
    }

    /// Faces of plane `z`.
    pub fn faces(&self, z: usize) -> &[Face] {
        &self.borders.faces[self.borders.face_planes[z]..self.borders.face_planes[z + 1]]
    }

    /// The populations at the beginning: equilibrium.
    pub fn beginning(&self) -> Vec<f32> {
        let area = self.area();
        let mut values = vec![0.0; SLOTS * area * (self.grid.cells[2] + 2)];
        for (n, cell) in self.grid.all().iter().enumerate() {
            if self.flags[n] == SOLID {
                continue;
            }
            let middle = self.grid.middle(cell);
            let heat = (self.scene.temperature.at(middle) - self.units.base) as f32;
            let u = self.scene.velocity.at(middle).map(|v| self.units.speed(v));
            let square = u.iter().map(|u| u * u).sum::<f32>();
            let first = (cell[2] + 1) * SLOTS * area + n % area;
            for (slot, velocity) in VELOCITIES.iter().enumerate() {
                let cu: f32 = velocity.iter().zip(u).map(|(c, u)| *c as f32 * u).sum();
                let of = if slot < FLOW {
                    3.0 * cu + 4.5 * cu * cu - 1.5 * square
                } else {
                    heat * (1.0 + 4.0 * cu)
                };
                values[first + slot * area] = weight(slot) * of;
            }
        }
        values
    }
}

/// The share of a difference that goes over in a step, such that it never goes beyond.
fn implicit(rate: f64) -> f32 {
    (rate / (1.0 + rate)) as f32
}

fn is_active(scene: &Scene, awake: &[bool], patch: usize, with_heat: bool) -> bool {
    let Some(of) = scene.patches.get(patch) else { return false };
    awake[patch]
        || with_heat && of.heat != Heat::Adiabatic
        || matches!(of.flow, Flow::Forced { .. } | Flow::Opening { .. })
}

/// Mean temperature of the fluid, range of temperatures with those of bodies, fastest motion.
fn beginning(scene: &Scene) -> (f64, [f64; 2], f64) {
    let (mut sum, mut count, mut fastest) = (0.0, 0_usize, 0.0_f64);
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    for (n, cell) in scene.grid.all().iter().enumerate() {
        let middle = scene.grid.middle(cell);
        let t = scene.temperature.at(middle);
        (low, high) = (low.min(t), high.max(t));
        if scene.filled[n].is_fluid() {
            (sum, count) = (sum + t, count + 1);
            let square = scene.velocity.at(middle).iter().map(|v| v * v).sum::<f64>();
            fastest = fastest.max(square.sqrt());
        }
    }
    (sum / count.max(1) as f64, [low, high], fastest)
}

/// Gives each set of sources, fan and resistances that cells have in common a flag.
fn zones(scene: &Scene, flags: &mut [u8]) -> Result<Vec<Making>, String> {
    let mut makings: Vec<Making> = Vec::new();
    let sources = scene.sources.iter().enumerate().filter_map(|(n, source)| match source.to {
        Target::Cells(region) => Some((region, (0, n))),
        Target::Body(_) => None,
    });
    let fans = scene.fans.iter().enumerate().map(|(n, fan)| (fan.region, (1, n)));
    let porous = scene.porous.iter().enumerate().map(|(n, porous)| (porous.region, (2, n)));
    for (region, (what, number)) in sources.chain(fans).chain(porous) {
        let mut anew: BTreeMap<u8, u8> = BTreeMap::new();
        for cell in region.iter() {
            let flag = &mut flags[scene.grid.index(cell)];
            if *flag == SOLID {
                continue;
            }
            if let Some(known) = anew.get(flag) {
                *flag = *known;
                continue;
            }
            if makings.len() == MOST_ZONES {
                return Err(format!(
                    "more than {MOST_ZONES} zones of sources, fans and resistances that overlap"
                ));
            }
            let before = (*flag > SOLID).then(|| makings[usize::from(*flag) - 2].clone());
            let mut making = before.unwrap_or_default();
            match what {
                0 => making.sources.push(number),
                1 => making.fan = Some(number),
                _ => making.porous.push(number),
            }
            makings.push(making);
            let new = makings.len() as u8 + SOLID;
            anew.insert(*flag, new);
            *flag = new;
        }
    }
    Ok(makings)
}

/// Cells of fluid that each source warms; one for bodies.
fn warmed(scene: &Scene, flags: &[u8]) -> Result<Vec<usize>, String> {
    let count = |source: &super::super::scene::Source| match source.to {
        Target::Body(_) => Ok(1),
        Target::Cells(region) => {
            let fluid = |cell: &[usize; 3]| flags[scene.grid.index(*cell)] != SOLID;
            match region.iter().filter(fluid).count() {
                0 => Err(format!("{} warms solid cells that are no body", source.name)),
                cells => Ok(cells),
            }
        }
    };
    scene.sources.iter().map(count).collect()
}
