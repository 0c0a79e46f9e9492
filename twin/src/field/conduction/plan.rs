//! What a scene comes to for conduction: conductances of faces, capacities of cells, the skin, and the longest steps.
//!
//! Between two cells of edge `h` heat passes through two halves in series: `G = h² / (h/2k₁ + h/2k₂)`. Between a solid and the fluid a
//! film takes the place of the fluid's half, where the solid or the body has one: `G = h² / (h/2k + 1/film)`.

use super::super::grid::{Axis, Grid};
use super::super::scene::{MaterialId, Scene};
use super::super::solver::Settings;
use super::skin::Skin;

/// A compiled scene.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The scene it was made from.
    pub scene: Scene,
    /// The same conductance [W/K] and capacity [J/K] everywhere; none: they vary.
    pub uniform: Option<[f32; 2]>,
    /// Body of each cell: its number and one.
    pub(super) owners: Vec<u16>,
    /// Cells of each body.
    pub(super) owned: Vec<usize>,
    /// Share of the film that faces of a body pass, so that they have its area together.
    shares: Vec<f64>,
}

/// The longest steps, and what to do with them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pace {
    /// Length of a step (s); infinite: any.
    pub step: f64,
    /// Whether steps are implicit.
    pub implicit: bool,
}

impl Pace {
    /// Number and length of the steps that make up `seconds`.
    pub fn steps(&self, seconds: f64) -> (usize, f64) {
        // A whole number of steps that is a rounding error too long is not one step more.
        let count = (seconds / self.step * (1.0 - 1e-9)).ceil().max(1.0);
        (count as usize, seconds / count)
    }
}

impl Plan {
    /// Compiles a scene that holds together.
    pub fn new(scene: &Scene) -> Self {
        let owners = scene.body_of_cells();
        let mut owned = vec![0; scene.bodies.len()];
        owners.iter().filter(|owner| **owner > 0).for_each(|owner| owned[*owner as usize - 1] += 1);
        let mut plan =
            Self { scene: scene.clone(), uniform: None, owners, owned, shares: Vec::new() };
        plan.shares = plan.film_shares();
        let first = scene.filled.first().copied().unwrap_or_default();
        if scene.bodies.is_empty() && scene.filled.iter().all(|filled| *filled == first) {
            let conductance = plan.conductivity(0) * scene.grid.cell;
            plan.uniform = Some([conductance as f32, plan.capacity(0) as f32]);
        }
        plan
    }

    /// The grid.
    pub fn grid(&self) -> &Grid {
        &self.scene.grid
    }

    /// Whether each axis goes around.
    pub fn around(&self) -> [bool; 3] {
        [Axis::X, Axis::Y, Axis::Z].map(|axis| self.scene.is_periodic(axis))
    }

    /// Thermal conductivity of a cell [W/(m K)].
    pub(super) fn conductivity(&self, cell: usize) -> f64 {
        match self.scene.filled[cell] {
            MaterialId::FLUID => self.scene.fluid.conductivity,
            MaterialId(n) => self.scene.materials[n as usize - 1].conductivity,
        }
    }

    /// Heat capacity of a cell [J/K].
    pub(super) fn capacity(&self, cell: usize) -> f64 {
        let volume = self.scene.grid.cell.powi(3);
        let owner = self.owners[cell] as usize;
        if owner > 0 {
            return self.scene.bodies[owner - 1].capacity / self.owned[owner - 1] as f64;
        }
        match self.scene.filled[cell] {
            MaterialId::FLUID => self.scene.fluid.density * self.scene.fluid.specific_heat * volume,
            MaterialId(n) => {
                let material = &self.scene.materials[n as usize - 1];
                material.density * material.specific_heat * volume
            }
        }
    }

    /// Heat capacity of every cell [J/K].
    pub fn capacities(&self) -> Vec<f32> {
        (0..self.grid().len()).map(|cell| self.capacity(cell) as f32).collect()
    }

    /// Conductance between two neighbours [W/K].
    fn conductance(&self, a: usize, b: usize) -> f64 {
        let edge = self.grid().cell;
        let half = |cell| edge / (2.0 * self.conductivity(cell));
        let fluid = |cell: usize| self.scene.filled[cell].is_fluid();
        let plain = edge * edge / (half(a) + half(b));
        let solid = match (fluid(a), fluid(b)) {
            (false, true) => a,
            (true, false) => b,
            _ => return plain,
        };
        match self.film(solid) {
            None => plain,
            Some((film, _)) if film <= 0.0 => 0.0,
            Some((film, share)) => share * edge * edge / (half(solid) + 1.0 / film),
        }
    }

    /// Film between a solid cell and the fluid, and the area of a face of it in that of a cell.
    fn film(&self, solid: usize) -> Option<(f64, f64)> {
        let owner = self.owners[solid] as usize;
        if owner > 0 {
            return Some((self.scene.bodies[owner - 1].film, self.shares[owner - 1]));
        }
        let MaterialId(n) = self.scene.filled[solid];
        self.scene.materials[n as usize - 1].film.map(|film| (film, 1.0))
    }

    /// The neighbour of `cell` along `axis`: below it, or above; around the end where the axis goes around.
    pub(super) fn neighbour(&self, cell: [usize; 3], axis: usize, above: bool) -> Option<usize> {
        let n = self.grid().cells[axis];
        let mut next = cell;
        let at_end = cell[axis] == if above { n - 1 } else { 0 };
        if at_end && (n == 1 || !self.around()[axis]) {
            return None;
        }
        next[axis] = (cell[axis] + if above { 1 } else { n - 1 }) % n;
        Some(self.grid().index(next))
    }

    fn film_shares(&self) -> Vec<f64> {
        let mut exposed = vec![0_usize; self.scene.bodies.len()];
        for (n, body) in self.scene.bodies.iter().enumerate() {
            for cell in body.region.iter() {
                if self.owners[self.grid().index(cell)] as usize == n + 1 {
                    exposed[n] += self.faces_to_fluid(cell).count();
                }
            }
        }
        let face = self.grid().cell.powi(2);
        let share = |(body, exposed): (&super::super::Body, usize)| match body.area {
            Some(area) if exposed > 0 => area / (exposed as f64 * face),
            _ => 1.0,
        };
        self.scene.bodies.iter().zip(exposed).map(share).collect()
    }

    /// One item for each face of a cell that fluid touches.
    pub(super) fn faces_to_fluid(&self, cell: [usize; 3]) -> impl Iterator<Item = usize> {
        (0..6)
            .filter_map(move |n| self.neighbour(cell, n / 2, n % 2 == 1))
            .filter(|next| self.scene.filled[*next].is_fluid())
    }

    /// Area of a face of a body in that of a cell.
    pub(super) fn share(&self, body: usize) -> f64 {
        self.shares[body]
    }

    /// Conductance of the lower face of each cell [W/K], by axis; 0 where there is nothing beyond.
    pub fn faces(&self) -> [Vec<f32>; 3] {
        let grid = *self.grid();
        [0, 1, 2].map(|axis| {
            let mut faces = vec![0.0; grid.len()];
            for (index, cell) in grid.all().iter().enumerate() {
                if let Some(below) = self.neighbour(cell, axis, false) {
                    faces[index] = match self.uniform {
                        Some([conductance, _]) => conductance,
                        None => self.conductance(index, below) as f32,
                    };
                }
            }
            faces
        })
    }

    /// The steps to take, as `settings` want them: explicit within the stable limit, or implicit.
    ///
    /// Where nothing is said, steps are explicit in one material, else implicit: the smallest cell would make steps so short that what the
    /// largest gain in one is lost to rounding. Without a step, explicit ones are short enough that each cell becomes a mean of itself and its neighbours; no extremes arise.
    pub fn pace(&self, skin: &Skin, faces: Option<&[Vec<f32>; 3]>, settings: &Settings) -> Pace {
        let (positive, stable) = self.limits(skin, faces);
        let asked = settings.step.filter(|step| *step > 0.0);
        let implicit = settings
            .implicit
            .unwrap_or_else(|| asked.map_or(self.uniform.is_none(), |step| step > stable));
        let step = match asked {
            Some(step) if implicit => step,
            Some(step) => step / (step / stable * (1.0 - 1e-9)).ceil().max(1.0),
            None if implicit => IMPLICIT * positive,
            None => positive,
        };
        Pace { step, implicit }
    }

    /// A step so long that one of them reaches all cells (s).
    pub fn long_step(&self) -> f64 {
        let grid = self.grid();
        let long = grid.cells.iter().max().map_or(1.0, |n| *n as f64) * grid.cell;
        let fluid = self.scene.fluid.diffusivity();
        let solid = |material: &super::super::Material| {
            material.conductivity / (material.density * material.specific_heat)
        };
        let slowest = self.scene.materials.iter().map(solid).fold(fluid, f64::min);
        100.0 * long * long / slowest
    }

    /// The longest explicit step without new extremes, and the longest stable one (Gershgorin's circles) (s).
    fn limits(&self, skin: &Skin, faces: Option<&[Vec<f32>; 3]>) -> (f64, f64) {
        let mut limits = [f64::INFINITY; 2];
        let mut take = |capacity: f64, inner: f64, outer: f64| {
            limits[0] = limits[0].min(capacity / (inner + outer));
            limits[1] = limits[1].min(2.0 * capacity / (2.0 * inner + outer));
        };
        let mut outer = skin.largest().peekable();
        let grid = self.grid();
        let (Some(faces), None) = (faces, self.uniform) else {
            let [conductance, capacity] = self.uniform.unwrap_or([0.0, 1.0]).map(f64::from);
            let inner = |cell: [usize; 3]| {
                let open = (0..6).filter(|n| self.neighbour(cell, n / 2, n % 2 == 1).is_some());
                open.count() as f64 * conductance
            };
            take(capacity, inner(grid.cells.map(|n| n / 2)), 0.0);
            outer.for_each(|(cell, outer)| take(capacity, inner(grid.at(cell)), outer));
            return (limits[0], limits[1]);
        };
        for (index, cell) in grid.all().iter().enumerate() {
            let mut inner = 0.0;
            for (axis, faces) in faces.iter().enumerate() {
                let above = self.neighbour(cell, axis, true).map_or(0.0, |above| faces[above]);
                inner += f64::from(faces[index]) + f64::from(above);
            }
            let outer = outer.next_if(|(cell, _)| *cell == index).map_or(0.0, |(_, outer)| outer);
            take(self.capacity(index), inner, outer);
        }
        (limits[0], limits[1])
    }
}

/// An implicit step that nobody chose, in explicit ones.
const IMPLICIT: f64 = 50.0;
