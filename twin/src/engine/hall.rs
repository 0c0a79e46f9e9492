//! The hall that the equipment stands in, compiled, and the [`Scene`] that it is to the solvers of fields.
//!
//! Every equipment that has `heat` is a body: the box in which it stands, or its own form, with one temperature, a surface and a capacity. Its
//! heat goes into the body, and a part of it, if the file says so, straight into the air above. What an equipment feels,
//! and what that does to it, is its [`Response`].
//!
//! Boxes and forms become cells: what is thinner than a cell takes one. Surfaces stay those of the boxes, and what is blown in stays
//! what the file says, however coarse the cells are. Temperatures are in °C.

use super::clock::Activity;
use super::form::Form;
use crate::field::{
    Body, Face, Fan, Flow, Fluid, Grid, Heat, Material, MaterialId, Patch, Porous, Region, Scene,
    SceneError, Source, Target, Tier, Tracer, Voxels,
};
use crate::id::EquipmentId;
use crate::units::SimDuration;

/// A hall.
#[derive(Clone, Debug)]
pub struct Hall {
    /// Length, width and height (m).
    pub size: [f64; 3],
    /// Corner with the smallest coordinates (m).
    pub origin: [f64; 3],
    /// Edge of a cell unless somebody asks for another (m).
    pub cell: f64,
    /// Most cells that a scene of it may have.
    pub most_cells: usize,
    /// Which fields the file asks for; `None`: none.
    pub tier: Option<Tier>,
    /// Whether equipment feels its temperature.
    pub coupled: bool,
    /// How often fields and equipment tell each other.
    pub tick: SimDuration,
    /// Ticks from one in which the motion of the air is solved to the next, at least 1.
    pub flow_ticks: u64,
    /// Temperature of everything at the beginning [°C].
    pub start: f64,
    /// Temperature outside [°C].
    pub outside: f64,
    /// What goes through the sides, by [`Face`].
    pub walls: [Heat; 6],
    /// Solids.
    pub materials: Vec<Material>,
    /// What else stands in the way of the air.
    pub obstacles: Vec<Obstacle>,
    /// Where air comes in and goes out.
    pub vents: Vec<Vent>,
    /// Fans: their boxes and the velocities to which they drive the air [m/s].
    pub fans: Vec<(Block, [f64; 3])>,
    /// Resistances: their boxes and the velocity heads lost in a metre.
    pub porous: Vec<(Block, f64)>,
    /// Leaks of a gas: their boxes, and how much comes out [kg/s].
    pub leaks: Vec<(Block, f64)>,
    /// How fast that gas spreads in air that rests [m²/s].
    pub diffusivity: f64,
    /// Equipment with heat, in the order of the file; the bodies of the scene stand in the same.
    pub heated: Vec<Heated>,
}

/// What takes up room: a box (m), or a form that stands in it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Block {
    /// Its name.
    pub name: String,
    /// Corner with the smallest coordinates.
    pub low: [f64; 3],
    /// Corner with the largest coordinates.
    pub high: [f64; 3],
    /// Its form; none: the box itself.
    pub form: Option<Form>,
}

/// A piece of a solid.
#[derive(Clone, Debug, PartialEq)]
pub struct Obstacle {
    /// Where it stands.
    pub block: Block,
    /// Row of [`Hall::materials`].
    pub material: usize,
}

/// An opening in a side.
#[derive(Clone, Debug, PartialEq)]
pub struct Vent {
    /// Where it is; without thickness across the side.
    pub block: Block,
    /// The side.
    pub face: Face,
    /// Air that is driven in [m³/s], out where it is negative; `None`: as pressure has it.
    pub flow: Option<f64>,
    /// Temperature of what comes in [°C].
    pub temperature: f64,
}

/// An equipment with heat.
#[derive(Clone, Debug)]
pub struct Heated {
    /// Which.
    pub equipment: EquipmentId,
    /// Where it stands, under its name.
    pub block: Block,
    /// Row of [`Hall::materials`].
    pub material: usize,
    /// Heat capacity [J/K].
    pub capacity: f64,
    /// Film coefficient [W/(m² K)].
    pub film: f64,
    /// Emissivity.
    pub emissivity: f64,
    /// Share of its electric power that becomes heat here.
    pub share: f64,
    /// Heat that each of its places gives off besides, by activity (W).
    pub gives: [f64; Activity::COUNT],
    /// Share of its heat that goes into the air above it.
    pub convective: f64,
    /// Whether it feels the air around it, and not its own body.
    pub feels_air: bool,
    /// What temperature does to it.
    pub response: Response,
}

/// What temperature does to an equipment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Response {
    /// Points (°C, speed) of a line; empty: always at full speed.
    pub speed: Vec<(f64, f64)>,
    /// Points (°C, share of parts with a defect) of a line; empty: none.
    pub defects: Vec<(f64, f64)>,
    /// It switches off above the first temperature, and on again below the second [°C].
    pub trips: Option<(f64, f64)>,
}

impl Response {
    /// Whether temperature does nothing to it.
    pub fn is_none(&self) -> bool {
        self.speed.is_empty() && self.defects.is_empty() && self.trips.is_none()
    }

    /// Speed at temperature `t`, relative to that of the file.
    pub fn speed_at(&self, t: f64) -> f64 {
        line(&self.speed, t).unwrap_or(1.0)
    }

    /// Share of parts in which heat brings about a defect at temperature `t`.
    pub fn defects_at(&self, t: f64) -> f64 {
        line(&self.defects, t).unwrap_or(0.0)
    }

    /// Whether it is switched off at temperature `t`, if it `was` until now.
    pub fn is_tripped_at(&self, t: f64, was: bool) -> bool {
        self.trips.is_some_and(|(above, below)| if was { t >= below } else { t > above })
    }
}

/// Value at `x` of the line through `points`, which rise in x: level before the first and after the last.
fn line(points: &[(f64, f64)], x: f64) -> Option<f64> {
    let next = points.partition_point(|point| point.0 <= x);
    let Some(&(x0, y0)) = points.get(next.wrapping_sub(1)) else {
        return points.first().map(|first| first.1);
    };
    let Some(&(x1, y1)) = points.get(next) else { return Some(y0) };
    Some(y0 + (y1 - y0) * (x - x0) / (x1 - x0))
}

impl Block {
    /// The box about `form`.
    pub fn about(name: String, form: Form) -> Self {
        let [low, high] = form.bounds();
        Self { name, low, high, form: Some(form) }
    }

    /// Surface of it without its bottom (m²).
    pub fn surface(&self) -> f64 {
        if let Some(form) = &self.form {
            return form.surface();
        }
        let [l, w, h] = std::array::from_fn(|axis| self.high[axis] - self.low[axis]);
        l * w + 2.0 * h * (l + w)
    }

    /// Its middle (m).
    pub fn middle(&self) -> [f64; 3] {
        std::array::from_fn(|axis| f64::midpoint(self.low[axis], self.high[axis]))
    }

    /// The air between it and `other`, at its narrowest (m); 0 where they meet.
    pub fn gap(&self, other: &Self) -> f64 {
        let apart = |axis: usize| {
            (self.low[axis] - other.high[axis]).max(other.low[axis] - self.high[axis]).max(0.0)
        };
        (0..3).map(|axis| apart(axis).powi(2)).sum::<f64>().sqrt()
    }

    /// Whether `point` lies inside, not on its surface.
    pub fn holds(&self, point: [f64; 3]) -> bool {
        (0..3).all(|axis| self.low[axis] < point[axis] && point[axis] < self.high[axis])
            && self.form.as_ref().is_none_or(|form| form.holds(point))
    }

    /// Whether it and `other` have some room in common, as boxes.
    pub fn meets(&self, other: &Self) -> bool {
        (0..3).all(|axis| self.low[axis] < other.high[axis] && other.low[axis] < self.high[axis])
    }

    fn cells(&self, grid: &Grid) -> Region {
        grid.cells_in(self.low, self.high)
    }

    fn voxels(&self, grid: &Grid) -> Result<Option<Voxels>, SceneError> {
        self.form.as_ref().map(|form| form.voxels(grid, &self.name)).transpose()
    }
}

impl Hall {
    /// Its cells, of `cell` metres or as the file says. Takes no memory.
    ///
    /// # Errors
    ///
    /// If a cell has no size, or there would be more cells than allowed.
    pub fn grid(&self, cell: Option<f64>) -> Result<Grid, SceneError> {
        Grid::of(self.size, cell.unwrap_or(self.cell), self.origin, self.most_cells)
    }

    /// What it is to a solver, in cells of `cell` metres or as the file says. Bodies stand in the order of
    /// [`heated`](Self::heated). Sources do too, one for the body of each, and after them, likewise, one each for the air
    /// above; see [`powers`](Self::powers).
    ///
    /// # Errors
    ///
    /// If a cell has no size, there would be more cells than allowed, or the scene does not hold together.
    pub fn scene(&self, cell: Option<f64>) -> Result<Scene, SceneError> {
        let grid = self.grid(cell)?;
        let fluid =
            Fluid { reference: self.start, expansion: 1.0 / (self.start + KELVIN), ..Fluid::AIR };
        let mut scene = Scene::new(grid, fluid, self.start);
        scene.materials.clone_from(&self.materials);
        for (face, wall) in Face::ALL.into_iter().zip(self.walls) {
            let name = format!("{face:?}").to_lowercase();
            scene.set_side(face, Patch { name, heat: wall, flow: Flow::Wall });
        }
        self.vents.iter().for_each(|vent| vent.open(&mut scene));
        for Obstacle { block, material } in &self.obstacles {
            match block.voxels(&grid)? {
                Some(voxels) => scene.fill(voxels.iter(), solid(*material)),
                None => scene.fill(block.cells(&grid).iter(), solid(*material)),
            }
        }
        for heated in &self.heated {
            scene.add_body(heated.body(&grid)?);
        }
        for (block, velocity) in &self.fans {
            let region = block.cells(&grid);
            scene.fans.push(Fan { name: block.name.clone(), region, velocity: *velocity });
        }
        for (block, loss) in &self.porous {
            let region = block.cells(&grid);
            scene.porous.push(Porous { name: block.name.clone(), region, loss: *loss });
        }
        scene.tracer = self.tracer(&grid);
        scene.sources = self.sources(&grid);
        match scene.check().into_iter().next() {
            Some(wrong) => Err(wrong),
            None => Ok(scene),
        }
    }

    fn tracer(&self, grid: &Grid) -> Option<Tracer> {
        let leak = |(block, rate): &(Block, f64)| (block.cells(grid), *rate);
        (!self.leaks.is_empty()).then(|| Tracer {
            name: "leak".to_owned(),
            diffusivity: self.diffusivity,
            leaks: self.leaks.iter().map(leak).collect(),
        })
    }

    fn sources(&self, grid: &Grid) -> Vec<Source> {
        let bodies = self.heated.iter().enumerate();
        let mut sources: Vec<Source> = bodies
            .map(|(n, heated)| {
                let name = heated.block.name.clone();
                Source { name, to: Target::Body(n), watts: 0.0 }
            })
            .collect();
        for (n, heated) in self.heated.iter().enumerate() {
            let mut above = heated.block.cells(grid);
            (above.from[2], above.to[2]) = (above.to[2], above.to[2] + 1);
            let room = above.to[2] <= grid.cells[2];
            let to = if room { Target::Cells(above) } else { Target::Body(n) };
            let name = format!("above {}", heated.block.name);
            sources.push(Source { name, to, watts: 0.0 });
        }
        sources
    }

    /// Power of each source of the scene (W), where the equipment of [`heated`](Self::heated) gives off `watts`.
    pub fn powers(&self, watts: &[f64]) -> Vec<f64> {
        let each = || self.heated.iter().zip(watts);
        let bodies = each().map(|(heated, watts)| watts * (1.0 - heated.convective));
        bodies.chain(each().map(|(heated, watts)| watts * heated.convective)).collect()
    }

    /// The cells around the box of `heated`, half a metre or one cell wide, itself included: the air that it feels.
    pub fn around(&self, grid: &Grid, heated: &Heated) -> Region {
        let mut region = heated.block.cells(grid);
        let wide = (0.5 / grid.cell).round().max(1.0) as usize;
        for axis in 0..3 {
            region.from[axis] = region.from[axis].saturating_sub(wide);
            region.to[axis] = (region.to[axis] + wide).min(grid.cells[axis]);
        }
        region
    }
}

/// 0 °C in K.
const KELVIN: f64 = 273.15;

/// The number that row `row` of the materials has in cells.
fn solid(row: usize) -> MaterialId {
    MaterialId(row as u8 + 1)
}

impl Heated {
    fn body(&self, grid: &Grid) -> Result<Body, SceneError> {
        let voxels = self.block.voxels(grid)?;
        Ok(Body {
            name: self.block.name.clone(),
            region: voxels.as_ref().map_or_else(|| self.block.cells(grid), Voxels::region),
            voxels,
            material: solid(self.material),
            capacity: self.capacity,
            area: Some(self.block.surface()),
            film: self.film,
            emissivity: self.emissivity,
        })
    }
}

impl Vent {
    /// Opens the side of `scene` here. Its speed follows the area of its cells, so that the flow is right.
    fn open(&self, scene: &mut Scene) {
        let Self { block, face, flow, temperature } = self;
        let (grid, across) = (scene.grid, face.axis() as usize);
        let mut through = block.clone();
        through.low[across] = grid.origin[across];
        through.high[across] = grid.origin[across] + grid.cells[across] as f64 * grid.cell;
        let region = through.cells(&grid);
        let [a, b] = grid.face_cells(*face);
        let within = |n: &usize| region.holds(grid.behind(*face, *n));
        let cells: Vec<usize> = (0..a * b).filter(within).collect();
        let patch = scene.patches.len() as u8;
        cells.iter().for_each(|n| scene.sides[*face as usize][*n] = patch);
        let temperature = *temperature;
        let flow = flow.map_or(Flow::Opening { temperature }, |flow| {
            let area = cells.len() as f64 * grid.cell * grid.cell;
            let mut velocity = [0.0; 3];
            velocity[across] = flow / area * if face.is_upper() { -1.0 } else { 1.0 };
            Flow::Forced { velocity, temperature }
        });
        scene.patches.push(Patch { name: block.name.clone(), heat: Heat::Adiabatic, flow });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_level_beyond_their_ends() {
        let response = Response {
            speed: vec![(30.0, 1.0), (45.0, 0.7)],
            defects: vec![],
            trips: Some((60.0, 50.0)),
        };
        for (t, speed) in [(-9.0, 1.0), (30.0, 1.0), (40.0, 0.8), (45.0, 0.7), (99.0, 0.7)] {
            assert!((response.speed_at(t) - speed).abs() < 1e-12, "{t}");
        }
        assert!(response.defects_at(50.0) == 0.0 && !response.is_none());
        let mut is_off = false;
        let told = [55.0, 60.0, 60.1, 55.0, 50.0, 49.9, 55.0].map(|t| {
            is_off = response.is_tripped_at(t, is_off);
            is_off
        });
        assert_eq!(told, [false, false, true, true, true, false, false]);
    }

    #[test]
    fn boxes_have_surfaces() {
        let block = Block { low: [0.0; 3], high: [2.0, 1.0, 3.0], ..Block::default() };
        assert!((block.surface() - (2.0 + 18.0)).abs() < 1e-12);
        let beside = Block { low: [2.0, 0.0, 0.0], high: [3.0; 3], ..Block::default() };
        assert!(!block.meets(&beside) && block.meets(&block));
        assert!(block.gap(&beside) == 0.0);
        let away = Block { low: [5.0, 5.0, 0.0], high: [6.0; 3], ..Block::default() };
        assert!((block.gap(&away) - 5.0).abs() < 1e-12);
    }
}
