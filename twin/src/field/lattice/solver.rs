//! The solver: time, books and looking, on whatever engine moves the populations.

use super::super::grid::Region;
use super::super::probe::{Probe, Quantity};
use super::super::scene::{Heat, Scene};
use super::super::solver::{Balance, FieldError, FieldSolver, Saved, Settings, Tier};
use super::cpu;
use super::engine::{Engine, Look};
use super::plan::{Plan, SOLID};
use super::stencil;

/// Steps after which single-precision sums go into the books.
const DRAIN: u64 = 256;

/// Cells that are looked at to see whether the field still holds together.
const GUARDS: usize = 64;

/// Air faster than this many cells per step is no air any more.
const RUNAWAY: f32 = 0.5;

/// Steps between two looks while settling.
const SETTLING: u64 = 64;

/// A scene on the lattice.
pub struct Lattice {
    plan: Plan,
    engine: Box<dyn Engine>,
    /// Steps made.
    steps: u64,
    /// Steps since the last draining.
    open: u64,
    time: f64,
    /// Time and steps made when time was last set to begin anew: after settling.
    begun: f64,
    counted: u64,
    /// Temperatures of bodies at the last draining.
    bodies: Vec<f64>,
    /// Powers of the sources (W).
    watts: Vec<f64>,
    /// Heat that they owe since the last step (J).
    owed: Vec<f64>,
    /// Powers that the engine has (W).
    given: Vec<f64>,
    /// Heat in the fluid at the beginning (J).
    beginning: f64,
    bodies_beginning: Vec<f64>,
    books: Balance,
    guards: Vec<u32>,
    looked: Option<Vec<Look>>,
}

impl std::fmt::Debug for Lattice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lattice")
            .field("device", &self.engine.device())
            .field("cells", &self.plan.grid.cells)
            .field("steps", &self.steps)
            .finish_non_exhaustive()
    }
}

impl Lattice {
    /// That of `scene`, on the processor.
    ///
    /// # Errors
    ///
    /// If the scene does not hold together or asks for something that this tier cannot do.
    pub fn new(scene: &Scene, settings: &Settings) -> Result<Self, FieldError> {
        Self::on(scene, settings, |plan| Ok(cpu::engine(plan, settings)))
    }

    /// That of `scene`, on an engine that `make` makes, with the populations of the beginning in it.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new), or if the engine cannot be made.
    pub fn on(
        scene: &Scene,
        settings: &Settings,
        make: impl FnOnce(&Plan) -> Result<Box<dyn Engine>, FieldError>,
    ) -> Result<Self, FieldError> {
        let plan = Plan::new(scene, settings)?;
        let engine = make(&plan)?;
        let inside = |region: Region| {
            let sum: f64 = region.iter().map(|c| scene.temperature.at(scene.grid.middle(c))).sum();
            sum / region.len() as f64
        };
        let bodies: Vec<f64> = scene.bodies.iter().map(|body| inside(body.region)).collect();
        let fluid: Vec<u32> =
            (0..plan.flags.len()).filter(|n| plan.flags[*n] != SOLID).map(|n| n as u32).collect();
        let apart = (fluid.len() / GUARDS).max(1);
        let guards = fluid.into_iter().step_by(apart).collect();
        let mut lattice = Self {
            watts: scene.sources.iter().map(|source| source.watts).collect(),
            owed: vec![0.0; scene.sources.len()],
            given: vec![0.0; scene.sources.len()],
            plan,
            engine,
            steps: 0,
            open: 0,
            time: 0.0,
            begun: 0.0,
            counted: 0,
            bodies_beginning: bodies.clone(),
            bodies,
            beginning: 0.0,
            books: Balance::default(),
            guards,
            looked: None,
        };
        lattice.tell(true)?;
        lattice.beginning = lattice.heat()?;
        Ok(lattice)
    }

    /// The compiled scene.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The engine.
    pub fn engine(&mut self) -> &mut dyn Engine {
        &mut *self.engine
    }

    /// Steps made so far.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    fn tell(&mut self, laid: bool) -> Result<(), FieldError> {
        let base = self.plan.units.base;
        let above: Vec<f32> = self.bodies.iter().map(|t| (t - base) as f32).collect();
        self.engine.tell(&self.plan, &above, laid)
    }

    /// Puts what has gone over into the books.
    fn drain(&mut self) -> Result<(), FieldError> {
        if self.open == 0 {
            return Ok(());
        }
        let drained = self.engine.drain(&self.plan)?;
        let units = &self.plan.units;
        let scene = self.plan.scene();
        let patches = scene.patches.len();
        for (face, heat) in self.plan.borders.faces.iter().zip(&drained.faces) {
            if face.kind() < patches {
                let heat = f64::from(*heat) * units.heat;
                self.books.boundaries += heat;
                self.books.throughput += heat.abs();
            }
        }
        for (n, [change, radiated]) in drained.bodies.iter().enumerate() {
            let heat = f64::from(*radiated) * scene.bodies[n].capacity;
            self.books.boundaries += heat;
            self.books.throughput += heat.abs();
            self.bodies[n] += f64::from(*change);
        }
        self.open = 0;
        self.guard()?;
        self.tell(false)
    }

    fn guard(&mut self) -> Result<(), FieldError> {
        let looks = self.engine.look(&self.plan, self.steps, &self.guards)?;
        let lost = |look: &Look| {
            let speed = (look[1] * look[1] + look[2] * look[2] + look[3] * look[3]).sqrt();
            !look.iter().all(|value| value.is_finite()) || speed > RUNAWAY
        };
        let Some(at) = looks.iter().position(lost) else { return Ok(()) };
        let cell = self.plan.grid.at(self.guards[at] as usize);
        let what = format!("{:?} in cell {cell:?}: take shorter steps", looks[at]);
        Err(FieldError::Diverged { time: self.time, what })
    }

    fn go(&mut self, mut count: u64) -> Result<(), FieldError> {
        self.looked = None;
        while count > 0 {
            let now = count.min(DRAIN - self.open);
            self.engine.steps(&self.plan, self.steps, now)?;
            self.steps += now;
            self.open += now;
            count -= now;
            if self.open == DRAIN {
                self.drain()?;
            }
        }
        Ok(())
    }

    /// Heat in the fluid above [`Units::base`](super::Units::base) (J).
    fn heat(&mut self) -> Result<f64, FieldError> {
        self.look()?;
        let heat = self.plan.units.heat;
        let looks = self.looked.as_deref().unwrap_or_default();
        let cells = looks.iter().zip(&self.plan.flags).filter(|(_, flag)| **flag != SOLID);
        Ok(cells.map(|(look, _)| f64::from(look[0])).sum::<f64>() * heat)
    }

    fn look(&mut self) -> Result<(), FieldError> {
        if self.looked.is_none() {
            let all: Vec<u32> = (0..self.plan.flags.len() as u32).collect();
            self.looked = Some(self.engine.look(&self.plan, self.steps, &all)?);
        }
        Ok(())
    }

    /// A quantity in a cell, in the units of the scene.
    fn read(&self, quantity: Quantity, cell: usize, look: &Look, bodies: &[f64]) -> f32 {
        let (plan, units) = (&self.plan, &self.plan.units);
        let solid = plan.flags[cell] == SOLID;
        let speed = (units.cell / units.step) as f32;
        match quantity {
            Quantity::Temperature if solid => self.solid(cell, bodies) as f32,
            Quantity::Temperature => (units.base + f64::from(look[0])) as f32,
            _ if solid => 0.0,
            Quantity::Speed => {
                (look[1] * look[1] + look[2] * look[2] + look[3] * look[3]).sqrt() * speed
            }
            Quantity::VelocityX => look[1] * speed,
            Quantity::VelocityY => look[2] * speed,
            Quantity::VelocityZ => look[3] * speed,
            Quantity::Pressure => (units.density / 3.0) as f32 * speed * speed * look[4],
            Quantity::Concentration => f32::NAN,
        }
    }

    fn solid(&self, cell: usize, bodies: &[f64]) -> f64 {
        let scene = self.plan.scene();
        let at = self.plan.grid.at(cell);
        let owner = scene.bodies.iter().rposition(|body| body.fills(at));
        owner.map_or_else(|| scene.temperature.at(self.plan.grid.middle(at)), |n| bodies[n])
    }

    /// The eight cells around a point, and their shares in its value.
    fn corners(&self, at: [f64; 3]) -> [(usize, f64); 8] {
        let grid = &self.plan.grid;
        let mut low = [0; 3];
        let mut share = [0.0; 3];
        for axis in 0..3 {
            let last = grid.cells[axis] - 1;
            let place = (at[axis] - grid.origin[axis]) / grid.cell - 0.5;
            let place = place.clamp(0.0, last as f64);
            low[axis] = (place.floor() as usize).min(last.saturating_sub(1));
            share[axis] = place - low[axis] as f64;
        }
        std::array::from_fn(|corner| {
            let mut cell = low;
            let mut weight = 1.0;
            for axis in 0..3 {
                if corner >> axis & 1 == 1 {
                    cell[axis] = (low[axis] + 1).min(grid.cells[axis] - 1);
                    weight *= share[axis];
                } else {
                    weight *= 1.0 - share[axis];
                }
            }
            (grid.index(cell), weight)
        })
    }

    /// Temperatures of bodies now.
    fn warmths(&mut self) -> Result<Vec<f64>, FieldError> {
        let mut bodies = self.bodies.clone();
        if self.open > 0 && !bodies.is_empty() {
            for (t, [change, _]) in bodies.iter_mut().zip(self.engine.drain(&self.plan)?.bodies) {
                *t += f64::from(change);
            }
        }
        Ok(bodies)
    }

    /// Has the next `count` steps give the heat of `seconds`, and what is owed from before: sources are exact at every tick, be
    /// it a whole number of steps or not.
    fn give(&mut self, seconds: f64, count: u64) {
        for (owed, watts) in self.owed.iter_mut().zip(&self.watts) {
            *owed += watts * seconds;
            self.books.sources += watts * seconds;
            self.books.throughput += (watts * seconds).abs();
        }
        if count == 0 {
            return;
        }
        let span = count as f64 * self.plan.units.step;
        let due: Vec<f64> = self.owed.iter().map(|owed| owed / span).collect();
        self.owed.fill(0.0);
        let near = |(a, b): (&f64, &f64)| (a - b).abs() <= 1e-9 * a.abs().max(b.abs());
        if !due.iter().zip(&self.given).all(near) {
            self.plan.set_powers(&due);
            self.engine.power(&self.plan);
            self.given = due;
        }
    }
}

impl FieldSolver for Lattice {
    fn tier(&self) -> Tier {
        Tier::Lattice
    }

    fn device(&self) -> String {
        self.engine.device()
    }

    fn time(&self) -> f64 {
        self.time
    }

    fn set_power(&mut self, watts: &[f64]) {
        for (held, new) in self.watts.iter_mut().zip(watts) {
            *held = *new;
        }
    }

    fn set_patch(&mut self, patch: usize, heat: Heat) {
        // A device that is lost here says so at the next step.
        if self.drain().is_ok() {
            let laid = self.plan.set_patch(patch, heat);
            if laid {
                self.plan.set_powers(&self.given);
            }
            let _ = self.tell(laid);
        }
    }

    fn advance(&mut self, seconds: f64) -> Result<(), FieldError> {
        let step = self.plan.units.step;
        let until = self.time + seconds;
        let count = ((until - self.begun) / step).round() as u64;
        let count = count.saturating_sub(self.steps - self.counted);
        self.give(seconds, count);
        self.go(count)?;
        self.time = until;
        Ok(())
    }

    fn settle(&mut self, tolerance: f64, most: usize) -> Result<usize, FieldError> {
        let begun = self.steps;
        let mut before: Option<Vec<Look>> = None;
        let step = self.plan.units.step;
        loop {
            let left = most as u64 - (self.steps - begun);
            let now = SETTLING.min(left);
            if now == 0 {
                break;
            }
            self.give(now as f64 * step, now);
            self.go(now)?;
            self.guard()?;
            self.look()?;
            let looks = self.looked.clone().unwrap_or_default();
            let settled = before.is_some_and(|before| change(&before, &looks) < tolerance);
            if settled {
                break;
            }
            before = Some(looks);
        }
        self.drain()?;
        self.begun = self.time;
        self.counted = self.steps;
        self.beginning = self.heat()?;
        self.bodies_beginning.clone_from(&self.bodies);
        self.books = Balance::default();
        Ok((self.steps - begun) as usize)
    }

    fn sample(&mut self, probes: &[Probe], out: &mut [f32]) {
        let mut cells = Vec::with_capacity(8 * probes.len());
        let mut shares = Vec::with_capacity(8 * probes.len());
        for probe in probes {
            for (cell, share) in self.corners(probe.at) {
                cells.push(cell as u32);
                shares.push(share);
            }
        }
        let looks = self.engine.look(&self.plan, self.steps, &cells);
        let (Ok(looks), Ok(bodies)) = (looks, self.warmths()) else {
            out.fill(f32::NAN);
            return;
        };
        for (n, (probe, out)) in probes.iter().zip(out).enumerate() {
            let value = |n: usize| {
                let cell = cells[n] as usize;
                f64::from(self.read(probe.quantity, cell, &looks[n], &bodies)) * shares[n]
            };
            *out = (8 * n..8 * n + 8).map(value).sum::<f64>() as f32;
        }
    }

    fn field(&mut self, quantity: Quantity) -> Option<Vec<f32>> {
        if quantity == Quantity::Concentration {
            return None;
        }
        self.look().ok()?;
        let bodies = self.warmths().ok()?;
        let looks = self.looked.as_deref()?;
        let read = |(n, look)| self.read(quantity, n, look, &bodies);
        Some(looks.iter().enumerate().map(read).collect())
    }

    fn mean(&mut self, quantity: Quantity, region: Region) -> Option<f64> {
        let field = self.field(quantity)?;
        let grid = self.plan.grid;
        let over = |region: Region| {
            let fluid = region.iter().map(|cell| grid.index(cell));
            let (sum, count) = fluid
                .filter(|n| self.plan.flags[*n] != SOLID)
                .fold((0.0, 0_usize), |(sum, count), n| (sum + f64::from(field[n]), count + 1));
            (count > 0).then(|| sum / count as f64)
        };
        over(region).or_else(|| over(grid.all()))
    }

    fn bodies(&mut self) -> Vec<f64> {
        self.warmths().unwrap_or_else(|_| vec![f64::NAN; self.bodies.len()])
    }

    fn balance(&mut self) -> Balance {
        let heat = self.drain().and_then(|()| self.heat());
        let capacities = self.plan.scene().bodies.iter().map(|body| body.capacity);
        let changes = self.bodies.iter().zip(&self.bodies_beginning).map(|(now, then)| now - then);
        let bodies: f64 = capacities.zip(changes).map(|(capacity, change)| capacity * change).sum();
        let owed: f64 = self.owed.iter().sum();
        // What is owed has been booked as given and comes with the next step.
        let stored = heat.unwrap_or(f64::NAN) - self.beginning + bodies + owed;
        Balance { stored, ..self.books }
    }

    fn save(&mut self) -> Saved {
        // A state that could not be read is an empty one, which nobody takes up.
        let populations = self.drain().and_then(|()| self.engine.save()).unwrap_or_default();
        let Balance { sources, boundaries, throughput, .. } = self.books;
        let clock = [self.steps as f64, self.begun, self.counted as f64];
        let numbers = [
            ("clock", clock.to_vec()),
            ("books", vec![sources, boundaries, throughput, self.beginning]),
            ("bodies", self.bodies.clone()),
            ("bodies at the beginning", self.bodies_beginning.clone()),
            ("watts", self.watts.clone()),
            ("owed", self.owed.clone()),
        ];
        Saved {
            tier: Tier::Lattice,
            time: self.time,
            arrays: vec![("populations".into(), populations)],
            numbers: numbers.map(|(name, values)| (name.to_owned(), values)).into(),
        }
    }

    fn restore(&mut self, saved: &Saved) -> Result<(), FieldError> {
        if saved.tier != Tier::Lattice {
            return Err(FieldError::Foreign);
        }
        let len = stencil::SLOTS * self.plan.area() * (self.plan.grid.cells[2] + 2);
        let populations = saved.array("populations", len)?;
        let clock = saved.number("clock", 3)?;
        let books = saved.number("books", 4)?;
        let bodies = saved.number("bodies", self.bodies.len())?;
        let bodies_beginning = saved.number("bodies at the beginning", self.bodies.len())?;
        let watts = saved.number("watts", self.watts.len())?;
        let owed = saved.number("owed", self.watts.len())?;
        self.engine.load(populations);
        self.time = saved.time;
        (self.steps, self.begun, self.counted) = (clock[0] as u64, clock[1], clock[2] as u64);
        self.books =
            Balance { stored: 0.0, sources: books[0], boundaries: books[1], throughput: books[2] };
        self.beginning = books[3];
        self.bodies = bodies.to_vec();
        self.bodies_beginning = bodies_beginning.to_vec();
        self.watts = watts.to_vec();
        self.owed = owed.to_vec();
        self.open = 0;
        self.looked = None;
        self.tell(false)
    }
}

/// Change of temperature and velocity between two looks, each over its own size.
fn change(before: &[Look], now: &[Look]) -> f64 {
    let part = |of: std::ops::Range<usize>| {
        let (mut difference, mut size) = (0.0, 0.0);
        for (a, b) in before.iter().zip(now) {
            for n in of.clone() {
                let (a, b) = (f64::from(a[n]), f64::from(b[n]));
                difference += (a - b) * (a - b);
                size += b * b;
            }
        }
        if size > 0.0 { (difference / size).sqrt() } else { 0.0 }
    };
    part(0..1).max(part(1..4))
}
