//! What the solvers solve: a hall as cells, materials, sides, bodies, sources and fans.
//!
//! A scene is plain data and is checked as a whole by [`Scene::check`]. It does not know of plants: a cavity of a
//! benchmark and a factory are the same to it. A flat problem is one cell thick, with [`Flow::Slip`] and [`Heat::Adiabatic`] on the
//! two sides that are left over.

use std::fmt;
use std::sync::Arc;

use super::grid::{Axis, Face, Grid, Region};
use super::voxels::Voxels;

/// The air, or another fluid of nearly constant density (Boussinesq).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fluid {
    /// Density at the reference temperature [kg/m³].
    pub density: f64,
    /// Specific heat at constant pressure [J/(kg K)].
    pub specific_heat: f64,
    /// Thermal conductivity [W/(m K)].
    pub conductivity: f64,
    /// Kinematic viscosity [m²/s].
    pub viscosity: f64,
    /// Thermal expansion [1/K]; 0: no buoyancy.
    pub expansion: f64,
    /// Temperature at which there is no buoyancy.
    pub reference: f64,
    /// Acceleration of fall [m/s²].
    pub gravity: [f64; 3],
}

impl Fluid {
    /// Air at 20 °C and 1013 hPa; the scene in °C, z upwards.
    pub const AIR: Self = Self {
        density: 1.204,
        specific_heat: 1006.0,
        conductivity: 0.0257,
        viscosity: 1.516e-5,
        expansion: 1.0 / 293.15,
        reference: 20.0,
        gravity: [0.0, 0.0, -9.806_65],
    };

    /// Thermal diffusivity [m²/s].
    pub fn diffusivity(&self) -> f64 {
        self.conductivity / (self.density * self.specific_heat)
    }
}

/// A solid.
#[derive(Clone, Debug, PartialEq)]
pub struct Material {
    /// Its name.
    pub name: String,
    /// Thermal conductivity [W/(m K)].
    pub conductivity: f64,
    /// Density [kg/m³].
    pub density: f64,
    /// Specific heat [J/(kg K)].
    pub specific_heat: f64,
    /// Film coefficient between its surface and the fluid [W/(m² K)], in tiers whose cells are too large for the boundary layer;
    /// none: conduction alone.
    pub film: Option<f64>,
}

/// What a cell is filled with: 0 is the fluid, `n` is the solid number `n - 1`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct MaterialId(pub u8);

impl MaterialId {
    /// The fluid.
    pub const FLUID: Self = Self(0);

    /// Whether it is the fluid.
    #[inline]
    pub fn is_fluid(self) -> bool {
        self.0 == 0
    }
}

/// How a side of the grid exchanges heat.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Heat {
    /// Not at all.
    #[default]
    Adiabatic,
    /// It has this temperature.
    Fixed(f64),
    /// So much goes in [W/m²].
    Flux(f64),
    /// `film (ambient - T) + emissivity σ (ambient⁴ - T⁴)` goes in: convection and radiation.
    Surface {
        /// Film coefficient, or U-value of a wall [W/(m² K)].
        film: f64,
        /// Emissivity, 0 to 1.
        emissivity: f64,
        /// Temperature beyond it.
        ambient: f64,
    },
}

/// How a side of the grid stands in the way of the fluid.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Flow {
    /// The fluid sticks to it.
    #[default]
    Wall,
    /// The fluid sticks to it, and it moves within its plane [m/s].
    Moving([f64; 3]),
    /// The fluid slides along it: a plane of symmetry.
    Slip,
    /// The fluid is driven through it at this velocity [m/s], inwards or outwards; what comes in has this temperature.
    Forced {
        /// Velocity [m/s].
        velocity: [f64; 3],
        /// Temperature of what comes in.
        temperature: f64,
    },
    /// The fluid goes in and out as pressure has it; what comes in has this temperature.
    Opening {
        /// Temperature of what comes in.
        temperature: f64,
    },
    /// It continues at the opposite side, for flow and heat. Both sides have to say so, all over.
    Periodic,
}

/// What a part of a side is like.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Patch {
    /// Its name.
    pub name: String,
    /// For heat. Where fluid goes through, heat goes with it besides.
    pub heat: Heat,
    /// For the fluid.
    pub flow: Flow,
}

/// A thing in the hall with one temperature: a machine, an oven. It fills its cells and exchanges heat with the fluid at their
/// surface, and with the surroundings by radiation.
///
/// In the conduction tier its cells have its material's conductivity, and its capacity spread evenly.
#[derive(Clone, Debug, PartialEq)]
pub struct Body {
    /// Its name.
    pub name: String,
    /// The box of cells in which it is.
    pub region: Region,
    /// Which of them it fills; none: all of them.
    pub voxels: Option<Voxels>,
    /// Its material.
    pub material: MaterialId,
    /// Heat capacity [J/K].
    pub capacity: f64,
    /// Surface for exchange (m²); none: that of its cells which touches fluid.
    pub area: Option<f64>,
    /// Film coefficient between it and the fluid [W/(m² K)].
    pub film: f64,
    /// Emissivity towards the surroundings, 0 to 1.
    pub emissivity: f64,
}

impl Body {
    /// Whether it fills `cell`.
    pub fn fills(&self, cell: [usize; 3]) -> bool {
        self.region.holds(cell) && self.voxels.as_ref().is_none_or(|voxels| voxels.holds(cell))
    }

    /// The cells that it fills.
    pub fn cells(&self) -> impl Iterator<Item = [usize; 3]> {
        self.region.iter().filter(|cell| self.fills(*cell))
    }
}

/// Where a source gives its heat.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Target {
    /// Evenly to the cells of a region.
    Cells(Region),
    /// To a body, by its number.
    Body(usize),
}

/// Something that gives off heat.
#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    /// Its name.
    pub name: String,
    /// Where the heat goes.
    pub to: Target,
    /// How much at the beginning (W).
    pub watts: f64,
}

/// Something that drives the fluid in its cells towards a velocity.
#[derive(Clone, Debug, PartialEq)]
pub struct Fan {
    /// Its name.
    pub name: String,
    /// Its cells.
    pub region: Region,
    /// The velocity [m/s].
    pub velocity: [f64; 3],
}

/// Something that the fluid gets through against resistance: a perforated plate, a rack, a curtain.
#[derive(Clone, Debug, PartialEq)]
pub struct Porous {
    /// Its name.
    pub name: String,
    /// Its cells.
    pub region: Region,
    /// Pressure lost over a length `L` at speed `u` is `loss L ρ u² / 2` [1/m].
    pub loss: f64,
}

/// Something carried in small amounts by the air: a leak, smoke.
#[derive(Clone, Debug, PartialEq)]
pub struct Tracer {
    /// Its name.
    pub name: String,
    /// Diffusivity [m²/s].
    pub diffusivity: f64,
    /// Where it comes from, and how much [kg/s].
    pub leaks: Vec<(Region, f64)>,
}

/// Values at the beginning.
#[derive(Clone)]
pub enum Initial<T> {
    /// The same everywhere.
    Uniform(T),
    /// By place (m).
    Of(Arc<dyn Fn([f64; 3]) -> T + Send + Sync>),
}

impl<T: Copy> Initial<T> {
    /// The value at `point`.
    pub fn at(&self, point: [f64; 3]) -> T {
        match self {
            Self::Uniform(value) => *value,
            Self::Of(of) => of(point),
        }
    }
}

impl<T: fmt::Debug> fmt::Debug for Initial<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Uniform(value) => write!(f, "Uniform({value:?})"),
            Self::Of(_) => f.write_str("Of(..)"),
        }
    }
}

/// All that a solver needs to know.
#[derive(Clone, Debug)]
pub struct Scene {
    /// Its cells.
    pub grid: Grid,
    /// The fluid.
    pub fluid: Fluid,
    /// The solids.
    pub materials: Vec<Material>,
    /// What each cell is filled with, those of bodies included.
    pub filled: Vec<MaterialId>,
    /// Kinds of sides.
    pub patches: Vec<Patch>,
    /// Patch of each cell of each side, by [`Face`].
    pub sides: [Vec<u8>; 6],
    /// Bodies.
    pub bodies: Vec<Body>,
    /// Sources.
    pub sources: Vec<Source>,
    /// Fans.
    pub fans: Vec<Fan>,
    /// Resistances.
    pub porous: Vec<Porous>,
    /// Something carried along.
    pub tracer: Option<Tracer>,
    /// Temperature at the beginning, of fluid, solids and bodies.
    pub temperature: Initial<f64>,
    /// Velocity of the fluid at the beginning [m/s].
    pub velocity: Initial<[f64; 3]>,
    /// Temperature to which bodies radiate.
    pub surroundings: f64,
    /// Absolute zero in the unit of the scene: -273.15 in °C, 0 in K. For radiation.
    pub absolute_zero: f64,
}

impl Scene {
    /// A box of `fluid` at `temperature` and at rest, with adiabatic walls and nothing in it.
    pub fn new(grid: Grid, fluid: Fluid, temperature: f64) -> Self {
        let side = |face: Face| {
            let [a, b] = grid.face_cells(face);
            vec![0; a * b]
        };
        Self {
            grid,
            fluid,
            materials: Vec::new(),
            filled: vec![MaterialId::FLUID; grid.len()],
            patches: vec![Patch { name: "wall".into(), ..Patch::default() }],
            sides: Face::ALL.map(side),
            bodies: Vec::new(),
            sources: Vec::new(),
            fans: Vec::new(),
            porous: Vec::new(),
            tracer: None,
            temperature: Initial::Uniform(temperature),
            velocity: Initial::Uniform([0.0; 3]),
            surroundings: temperature,
            absolute_zero: -273.15,
        }
    }

    /// Adds a solid.
    pub fn add_material(&mut self, material: Material) -> MaterialId {
        self.materials.push(material);
        MaterialId(self.materials.len() as u8)
    }

    /// Fills cells.
    pub fn fill(&mut self, cells: impl IntoIterator<Item = [usize; 3]>, with: MaterialId) {
        for cell in cells {
            let index = self.grid.index(cell);
            self.filled[index] = with;
        }
    }

    /// Adds a body and fills its cells with its material.
    pub fn add_body(&mut self, body: Body) -> usize {
        self.fill(body.cells(), body.material);
        self.bodies.push(body);
        self.bodies.len() - 1
    }

    /// Makes a whole side of the grid like `patch`.
    pub fn set_side(&mut self, face: Face, patch: Patch) -> usize {
        self.patches.push(patch);
        let number = self.patches.len() - 1;
        self.sides[face as usize].fill(number as u8);
        number
    }

    /// Makes all cells of a side whose middles lie in the box from `low` to `high` (m) like patch number `patch`.
    pub fn paint(&mut self, face: Face, low: [f64; 3], high: [f64; 3], patch: u8) {
        let across = face.axis() as usize;
        for (n, painted) in self.sides[face as usize].iter_mut().enumerate() {
            let middle = self.grid.middle(self.grid.behind(face, n));
            let inside = |axis: usize| {
                axis == across || (low[axis] <= middle[axis] && middle[axis] < high[axis])
            };
            if (0..3).all(inside) {
                *painted = patch;
            }
        }
    }

    /// The patch at number `index` of the cells of `face`.
    #[inline]
    pub fn patch(&self, face: Face, index: usize) -> &Patch {
        &self.patches[usize::from(self.sides[face as usize][index])]
    }

    /// Whether the scene continues from one end of an axis at the other.
    pub fn is_periodic(&self, axis: Axis) -> bool {
        let side = &self.sides[axis as usize * 2];
        let first = side.first().map(|patch| &self.patches[usize::from(*patch)].flow);
        first == Some(&Flow::Periodic)
    }

    /// The body of each cell: its number and one, 0 for none.
    pub fn body_of_cells(&self) -> Vec<u16> {
        let mut owners = vec![0; self.grid.len()];
        for (n, body) in self.bodies.iter().enumerate() {
            for cell in body.cells() {
                owners[self.grid.index(cell)] = n as u16 + 1;
            }
        }
        owners
    }

    /// Everything that does not hold together.
    pub fn check(&self) -> Vec<SceneError> {
        let mut wrong = Vec::new();
        self.check_numbers(&mut wrong);
        self.check_cells(&mut wrong);
        self.check_sides(&mut wrong);
        wrong
    }

    fn check_numbers(&self, wrong: &mut Vec<SceneError>) {
        let mut positive = |whose: &str, what, value: f64, zero: bool| {
            if !(value.is_finite() && (value > 0.0 || zero && value == 0.0)) {
                wrong.push(SceneError::Number { whose: whose.into(), what, value });
            }
        };
        let fluid = &self.fluid;
        positive("the fluid", "density", fluid.density, false);
        positive("the fluid", "specific heat", fluid.specific_heat, false);
        positive("the fluid", "conductivity", fluid.conductivity, false);
        positive("the fluid", "viscosity", fluid.viscosity, true);
        positive("the fluid", "expansion", fluid.expansion, true);
        for material in &self.materials {
            positive(&material.name, "conductivity", material.conductivity, false);
            positive(&material.name, "density", material.density, false);
            positive(&material.name, "specific heat", material.specific_heat, false);
            positive(&material.name, "film coefficient", material.film.unwrap_or(0.0), true);
        }
        for body in &self.bodies {
            positive(&body.name, "heat capacity", body.capacity, false);
            positive(&body.name, "surface", body.area.unwrap_or(1.0), false);
            positive(&body.name, "film coefficient", body.film, true);
            positive(&body.name, "emissivity", body.emissivity, true);
        }
        for porous in &self.porous {
            positive(&porous.name, "loss", porous.loss, true);
        }
        for patch in &self.patches {
            if let Heat::Surface { film, emissivity, .. } = patch.heat {
                positive(&patch.name, "film coefficient", film, true);
                positive(&patch.name, "emissivity", emissivity, true);
            }
        }
        let mut finite = |whose: &str, what, values: &[f64]| {
            for &value in values.iter().filter(|value| !value.is_finite()) {
                wrong.push(SceneError::Number { whose: whose.into(), what, value });
            }
        };
        finite("the fluid", "reference temperature", &[fluid.reference]);
        finite("the fluid", "gravity", &fluid.gravity);
        finite("the scene", "temperature", &[self.surroundings, self.absolute_zero]);
        for source in &self.sources {
            finite(&source.name, "power", &[source.watts]);
        }
        for fan in &self.fans {
            finite(&fan.name, "velocity", &fan.velocity);
        }
        for patch in &self.patches {
            match patch.heat {
                Heat::Fixed(value) | Heat::Flux(value) | Heat::Surface { ambient: value, .. } => {
                    finite(&patch.name, "heat condition", &[value]);
                }
                Heat::Adiabatic => {}
            }
            match patch.flow {
                Flow::Moving(velocity) => finite(&patch.name, "velocity", &velocity),
                Flow::Forced { velocity, temperature } => {
                    finite(&patch.name, "velocity", &velocity);
                    finite(&patch.name, "temperature", &[temperature]);
                }
                Flow::Opening { temperature } => finite(&patch.name, "temperature", &[temperature]),
                Flow::Wall | Flow::Slip | Flow::Periodic => {}
            }
        }
    }

    fn check_cells(&self, wrong: &mut Vec<SceneError>) {
        let known = |material: MaterialId| usize::from(material.0) <= self.materials.len();
        if self.filled.len() != self.grid.len() || !self.filled.iter().all(|m| known(*m)) {
            wrong.push(SceneError::Cells);
        }
        let mut inside = |name: &str, region: &Region| {
            let fits = (0..3).all(|axis| region.to[axis] <= self.grid.cells[axis]);
            if region.is_empty() || !fits {
                wrong.push(SceneError::Region(name.into()));
            }
        };
        self.bodies.iter().for_each(|body| inside(&body.name, &body.region));
        self.fans.iter().for_each(|fan| inside(&fan.name, &fan.region));
        self.porous.iter().for_each(|porous| inside(&porous.name, &porous.region));
        for (n, (region, _)) in self.tracer.iter().flat_map(|tracer| &tracer.leaks).enumerate() {
            let name = format!("leak {}", n + 1);
            inside(&name, region);
            let mut cells = region.iter().map(|cell| self.grid.index(cell));
            if !cells.any(|cell| self.filled.get(cell).is_some_and(|of| of.is_fluid())) {
                inside(&name, &Region::default());
            }
        }
        for source in &self.sources {
            match &source.to {
                Target::Cells(region) => inside(&source.name, region),
                Target::Body(body) if *body < self.bodies.len() => {}
                Target::Body(_) => inside(&source.name, &Region::default()),
            }
        }
        let no_place = |body: &&Body| {
            body.material.is_fluid() || body.voxels.as_ref().is_some_and(Voxels::is_empty)
        };
        for body in self.bodies.iter().filter(no_place) {
            wrong.push(SceneError::Region(body.name.clone()));
        }
    }

    fn check_sides(&self, wrong: &mut Vec<SceneError>) {
        for face in Face::ALL {
            let side = &self.sides[face as usize];
            let [a, b] = self.grid.face_cells(face);
            let known = side.iter().all(|patch| usize::from(*patch) < self.patches.len());
            if side.len() != a * b || !known {
                wrong.push(SceneError::Side(face));
                continue;
            }
            let periodic = |n: &u8| matches!(self.patches[usize::from(*n)].flow, Flow::Periodic);
            let other = &self.sides[face as usize ^ 1];
            if side.iter().any(periodic)
                && !(side.iter().all(periodic)
                    && other.iter().all(|n| usize::from(*n) < self.patches.len() && periodic(n)))
            {
                wrong.push(SceneError::HalfPeriodic(face));
            }
        }
    }
}

/// Something about a scene that does not hold together.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum SceneError {
    /// The edge of a cell is no positive number.
    #[error("cells of {0} m: the edge of a cell has to be a positive number of metres")]
    CellSize(f64),
    /// The size of the box is no positive number.
    #[error("a box of {0:?} m: all three sides have to be positive numbers of metres")]
    Size([f64; 3]),
    /// More cells than allowed.
    #[error(
        "{cells:.3e} cells are more than the limit of {most}: take larger cells, or raise the limit"
    )]
    TooManyCells {
        /// So many.
        cells: f64,
        /// The limit.
        most: usize,
    },
    /// A number that makes no sense.
    #[error("{whose}: {what} {value}")]
    Number {
        /// Whose.
        whose: String,
        /// Which.
        what: &'static str,
        /// What it is.
        value: f64,
    },
    /// The table of what cells are filled with has the wrong length or names a material that is not there.
    #[error("the table of cells does not fit the grid and the materials")]
    Cells,
    /// A region is empty or beyond the grid, or a body is made of fluid, or a source names no body.
    #[error("{0} has no place in the grid")]
    Region(String),
    /// A form whose triangles cover more cells than can be found out about.
    #[error(
        "the form of {0} is too involved for cells of this size: take larger cells, or fewer triangles"
    )]
    Involved(String),
    /// The table of a side has the wrong length or names a patch that is not there.
    #[error("the {0:?} side does not fit the grid and the patches")]
    Side(Face),
    /// A side is periodic in part, or its opposite is not.
    #[error("the {0:?} side is periodic: all of it has to be, and the opposite side too")]
    HalfPeriodic(Face),
}

impl SceneError {
    /// What it is about, in two words, for tests and tables.
    pub fn code(&self) -> &'static str {
        match self {
            Self::CellSize(_) => "cell size",
            Self::Size(_) => "size",
            Self::TooManyCells { .. } => "too many cells",
            Self::Number { .. } => "number",
            Self::Cells => "cells",
            Self::Region(_) => "region",
            Self::Involved(_) => "involved",
            Self::Side(_) => "side",
            Self::HalfPeriodic(_) => "half periodic",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scene() -> Scene {
        let grid = Grid { cells: [4, 3, 2], cell: 0.5, origin: [0.0; 3] };
        Scene::new(grid, Fluid::AIR, 20.0)
    }

    fn codes(scene: &Scene) -> Vec<&'static str> {
        scene.check().iter().map(SceneError::code).collect()
    }

    #[test]
    fn a_box_of_air_is_a_scene() {
        assert!(codes(&scene()).is_empty());
    }

    #[test]
    fn what_does_not_hold_together_is_told_all_at_once() {
        let mut bad = scene();
        bad.fluid.density = f64::NAN;
        let steel = bad.add_material(Material {
            name: "steel".into(),
            conductivity: -1.0,
            density: 7850.0,
            specific_heat: 490.0,
            film: Some(f64::INFINITY),
        });
        bad.filled[3] = MaterialId(steel.0 + 1);
        bad.sides[2][1] = 9;
        let open = Patch { flow: Flow::Periodic, ..Patch::default() };
        bad.set_side(Face::East, open);
        let to = Target::Body(0);
        bad.sources.push(Source { name: "oven".into(), to, watts: f64::NAN });
        let told = codes(&bad);
        for expected in ["number", "cells", "region", "side", "half periodic"] {
            assert!(told.contains(&expected), "{expected} is missing in {told:?}");
        }
        assert_eq!(told.iter().filter(|code| **code == "number").count(), 4);
    }

    #[test]
    fn sides_are_painted_by_place() {
        let mut hall = scene();
        hall.patches.push(Patch::default());
        hall.paint(Face::North, [0.5, 0.0, 0.5], [1.5, 9.0, 1.0], 1);
        assert_eq!(hall.sides[Face::North as usize], [0, 0, 0, 0, 0, 1, 1, 0]);
    }
}
