//! The skin: cells that exchange heat with something other than their neighbours, through sides, by radiation, from sources.
//!
//! Everything that leads through a surface is one element: a conductance `g` from the middle of its cell to the surface, an area, and the
//! condition beyond. A surface of temperature `T_s` that gives off `H (T_s - T_∞)`, `H = A (film + ε σ (T_∞² + T_s²)(T_∞ + T_s))`, lets
//! `K (T_∞ - T)` into a cell of temperature `T`, with `K = g H / (g + H)`: linear but for `T_s`, which Newton's method finds. Implicit
//! steps take `K` as it is at their beginning, so what is booked is what flowed.

use super::super::grid::Face;
use super::super::scene::{Flow, Heat, Target};
use super::plan::Plan;
use crate::field::STEFAN_BOLTZMANN;

/// Steps of Newton's method for the temperature of a surface. From the warmer side they converge without overshooting.
pub const NEWTON: usize = 5;

/// A condition beyond a surface: `[film, ε σ, ambient, flux]`; a film below 0 stands for a given temperature of the surface itself.
pub type Beyond = [f32; 4];

/// A piece of surface.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Element {
    /// Number of its condition: a patch, or behind them a body.
    pub beyond: u32,
    /// Conductance from the middle of the cell [W/K].
    pub conductance: f32,
    /// Its area (m²).
    pub area: f32,
}

/// All cells that have surface or a source, ascending.
#[derive(Clone, Debug, Default)]
pub struct Skin {
    /// Their numbers.
    pub cells: Vec<u32>,
    /// First element of each, and one past the last one's.
    pub starts: Vec<u32>,
    /// Pieces of surface, cell by cell.
    pub elements: Vec<Element>,
    /// Conditions: one for each patch, then one for each body.
    pub beyond: Vec<Beyond>,
    /// What sources give to each cell (W).
    pub watts: Vec<f32>,
    /// Place in the skin, source, and share of its power.
    heated: Vec<(u32, u32, f64)>,
    /// Absolute zero in the unit of the scene.
    pub zero: f32,
}

/// What a condition comes to.
fn beyond(heat: &Heat) -> Beyond {
    match *heat {
        Heat::Adiabatic => [0.0; 4],
        Heat::Fixed(value) => [-1.0, 0.0, value as f32, 0.0],
        Heat::Flux(flux) => [0.0, 0.0, 0.0, flux as f32],
        Heat::Surface { film, emissivity, ambient } => {
            [film as f32, (emissivity * STEFAN_BOLTZMANN) as f32, ambient as f32, 0.0]
        }
    }
}

impl Skin {
    /// The skin of a scene, with the power that its sources have there.
    pub fn new(plan: &Plan) -> Self {
        let scene = &plan.scene;
        let mut found = sides(plan);
        found.extend(radiation(plan));
        // Sources are told apart by their having no area.
        for source in 0..scene.sources.len() {
            for cell in heated(plan, source) {
                found.push((cell, Element { beyond: source as u32, conductance: 0.0, area: -1.0 }));
            }
        }
        found.sort_by_key(|(cell, _)| *cell);
        let mut skin = Self { zero: scene.absolute_zero as f32, ..Self::default() };
        let shares: Vec<f64> =
            (0..scene.sources.len()).map(|n| 1.0 / heated(plan, n).count().max(1) as f64).collect();
        for (cell, element) in found {
            if skin.cells.last() != Some(&cell) {
                skin.cells.push(cell);
                skin.starts.push(skin.elements.len() as u32);
            }
            if element.area < 0.0 {
                let share = shares[element.beyond as usize];
                skin.heated.push((skin.cells.len() as u32 - 1, element.beyond, share));
            } else {
                skin.elements.push(element);
            }
        }
        skin.starts.push(skin.elements.len() as u32);
        skin.beyond = scene.patches.iter().map(|patch| beyond(&patch.heat)).collect();
        let surroundings = |body: &super::super::Body| {
            let radiated = (body.emissivity * STEFAN_BOLTZMANN) as f32;
            [0.0, radiated, scene.surroundings as f32, 0.0]
        };
        skin.beyond.extend(scene.bodies.iter().map(surroundings));
        let power: Vec<f64> = scene.sources.iter().map(|source| source.watts).collect();
        skin.set_power(&power);
        skin
    }

    /// What each source gives off from now on (W).
    pub fn set_power(&mut self, power: &[f64]) {
        self.watts = vec![0.0; self.cells.len()];
        for (place, source, share) in &self.heated {
            self.watts[*place as usize] += (share * power[*source as usize]) as f32;
        }
    }

    /// Changes the condition of a patch.
    pub fn set_patch(&mut self, patch: usize, heat: &Heat) {
        self.beyond[patch] = beyond(heat);
    }

    /// Elements of the cell at `place` of the skin.
    pub fn of(&self, place: usize) -> &[Element] {
        &self.elements[self.starts[place] as usize..self.starts[place + 1] as usize]
    }

    /// Whether a surface radiates, so that conductances change with temperature.
    pub fn radiates(&self) -> bool {
        self.elements.iter().any(|element| self.beyond[element.beyond as usize][1] > 0.0)
    }

    /// Cells with the largest conductance that their surfaces can have.
    pub(super) fn largest(&self) -> impl Iterator<Item = (usize, f64)> {
        (0..self.cells.len()).map(|place| {
            let all = self.of(place).iter().map(|element| f64::from(element.conductance)).sum();
            (self.cells[place] as usize, all)
        })
    }

    /// Conductance through an element at a cell of temperature `t` [W/K], the temperature beyond it, and the heat that comes
    /// regardless (W).
    #[inline]
    pub fn linear(&self, element: &Element, t: f32) -> [f32; 3] {
        let [film, radiated, ambient, flux] = self.beyond[element.beyond as usize];
        let g = element.conductance;
        if film < 0.0 {
            return [g, ambient, 0.0];
        }
        let (hot, cold) = (t - self.zero, ambient - self.zero);
        let mut h = element.area * film;
        if radiated > 0.0 {
            let mut surface = hot.max(cold);
            for _ in 0..NEWTON {
                let h = element.area
                    * (film + radiated * (cold * cold + surface * surface) * (cold + surface));
                let slope = element.area * (film + 4.0 * radiated * surface * surface * surface);
                surface -= (g * (surface - hot) + h * (surface - cold)) / (g + slope);
            }
            h = element.area
                * (film + radiated * (cold * cold + surface * surface) * (cold + surface));
        }
        let k = if h > 0.0 { g * h / (g + h) } else { 0.0 };
        [k, ambient, flux * element.area]
    }
}

/// Sides of the grid that exchange heat.
fn sides(plan: &Plan) -> Vec<(u32, Element)> {
    let (scene, grid) = (&plan.scene, plan.grid());
    let mut found = Vec::new();
    for face in Face::ALL {
        for (n, patch) in scene.sides[face as usize].iter().enumerate() {
            let known = &scene.patches[usize::from(*patch)];
            let closed =
                !matches!(known.flow, Flow::Forced { .. } | Flow::Opening { .. } | Flow::Periodic);
            if closed && known.heat != Heat::Adiabatic {
                let cell = grid.index(grid.behind(face, n));
                let conductance = (2.0 * plan.conductivity(cell) * grid.cell) as f32;
                let area = grid.cell.powi(2) as f32;
                found.push((cell as u32, Element { beyond: u32::from(*patch), conductance, area }));
            }
        }
    }
    found
}

/// Surfaces of bodies that radiate to the surroundings.
fn radiation(plan: &Plan) -> Vec<(u32, Element)> {
    let (scene, grid) = (&plan.scene, plan.grid());
    let mut found = Vec::new();
    for (n, body) in scene.bodies.iter().enumerate().filter(|(_, body)| body.emissivity > 0.0) {
        for cell in body.region.iter() {
            let index = grid.index(cell);
            if plan.owners[index] as usize != n + 1 {
                continue;
            }
            let conductance = (2.0 * plan.conductivity(index) * grid.cell) as f32;
            let area = (plan.share(n) * grid.cell.powi(2)) as f32;
            let beyond = (scene.patches.len() + n) as u32;
            for _ in plan.faces_to_fluid(cell) {
                found.push((index as u32, Element { beyond, conductance, area }));
            }
        }
    }
    found
}

/// The cells that a source heats.
fn heated(plan: &Plan, source: usize) -> impl Iterator<Item = u32> {
    let (region, owner) = match plan.scene.sources[source].to {
        Target::Cells(region) => (region, None),
        Target::Body(body) => (plan.scene.bodies[body].region, Some(body as u16 + 1)),
    };
    let index = move |cell| plan.grid().index(cell);
    let own = move |cell: &usize| owner.is_none_or(|owner| plan.owners[*cell] == owner);
    region.iter().map(index).filter(own).map(|cell| cell as u32)
}
