//! The solver in plain Rust.

use super::super::grid::Region;
use super::super::multigrid::Multigrid;
use super::super::multigrid::level::Level;
use super::super::multigrid::vector::combine;
use super::super::probe::{Probe, Quantity};
use super::super::scene::{Heat, Scene};
use super::super::solver::{Balance, FieldError, FieldSolver, Saved, Settings, Tier};
use super::{Book, Pace, Plan, SETTLE_STEPS, STEPS, Skin, look, uniform};

/// Heat in solids and in fluid at rest.
#[derive(Clone, Debug)]
pub struct Conduction {
    plan: Plan,
    settings: Settings,
    skin: Skin,
    book: Book,
    pace: Pace,
    /// Conductances; none in a uniform medium with explicit steps.
    level: Option<Level>,
    /// Capacity of each cell [J/K] and its inverse; empty in a uniform medium.
    capacities: Vec<f32>,
    rates: Vec<f32>,
    field: Vec<f32>,
    next: Vec<f32>,
    implicit: Option<Implicit>,
}

/// What implicit steps need.
#[derive(Clone, Debug)]
struct Implicit {
    /// For steps of so many seconds.
    step: f64,
    multigrid: Multigrid,
    right: Vec<f32>,
}

impl Conduction {
    /// The solver for a scene.
    ///
    /// # Errors
    ///
    /// If the scene does not hold together.
    pub fn new(scene: &Scene, settings: &Settings) -> Result<Self, FieldError> {
        if let Some(wrong) = scene.check().into_iter().next() {
            return Err(wrong.into());
        }
        let plan = Plan::new(scene);
        let field = begin(&plan);
        let next = vec![0.0; field.len()];
        let mut solver = Self {
            skin: Skin::default(),
            book: Book::new(scene, 0.0),
            pace: Pace { step: 1.0, implicit: false },
            level: None,
            capacities: Vec::new(),
            rates: Vec::new(),
            settings: *settings,
            plan,
            field,
            next,
            implicit: None,
        };
        if solver.plan.uniform.is_none() {
            solver.capacities = solver.plan.capacities();
            solver.rates = solver.capacities.iter().map(|capacity| 1.0 / capacity).collect();
            solver.need_level();
        }
        solver.dress();
        solver.book.origin = solver.heat();
        Ok(solver)
    }

    fn need_level(&mut self) {
        if self.level.is_none() {
            let cells = self.plan.grid().cells;
            let widths = cells.map(|n| vec![1.0; n]);
            let extra = vec![0.0; self.field.len()];
            self.level = Some(Level { cells, widths, faces: self.plan.faces(), extra });
        }
    }

    /// Makes the skin anew: conditions came or went.
    fn dress(&mut self) {
        self.skin = Skin::new(&self.plan);
        self.skin.set_power(&self.book.power);
        let faces = self.level.as_ref().map(|level| &level.faces);
        self.pace = self.plan.pace(&self.skin, faces, &self.settings);
        self.implicit = None;
    }

    fn heat(&self) -> f64 {
        look::heat(&self.plan, &self.capacities, &self.field)
    }

    fn capacity(&self, cell: usize) -> f32 {
        self.plan.uniform.map_or_else(|| self.capacities[cell], |[_, capacity]| capacity)
    }

    fn explicit_step(&mut self, dt: f64) {
        match (self.plan.uniform, &self.level) {
            (None, Some(level)) => level.step(&self.field, &self.rates, &mut self.next, dt as f32),
            (of, _) => {
                let [conductance, capacity] = of.unwrap_or([0.0, 1.0]).map(f64::from);
                let ratio = (conductance * dt / capacity) as f32;
                let (cells, around) = (self.plan.grid().cells, self.plan.around());
                uniform::step(cells, around, ratio, &self.field, &mut self.next);
            }
        }
        for place in 0..self.skin.cells.len() {
            let cell = self.skin.cells[place] as usize;
            let t = self.field[cell];
            let (mut net, mut gross) = (0.0, 0.0);
            for element in self.skin.of(place) {
                let [k, beyond, flux] = self.skin.linear(element, t);
                let flow = k * (beyond - t) + flux;
                net += flow;
                gross += flow.abs();
            }
            let rate = dt as f32 / self.capacity(cell);
            self.next[cell] += rate * (net + self.skin.watts[place]);
            self.book.boundaries += dt * f64::from(net);
            self.book.gross += dt * f64::from(gross);
        }
        std::mem::swap(&mut self.field, &mut self.next);
    }

    /// What `capacity / dt` and the conductances of surfaces, as they are at the temperatures of the begin, add to each
    /// cell. At those of the present, a solver that has been restored would differ in the last bit from one that has not.
    fn ties(&self, dt: f64) -> [Vec<f32>; 2] {
        let mass = (0..self.field.len()).map(|cell| self.capacity(cell) / dt as f32).collect();
        let mut walls = vec![0.0; self.field.len()];
        let field = begin(&self.plan);
        for place in 0..self.skin.cells.len() {
            let cell = self.skin.cells[place] as usize;
            for element in self.skin.of(place) {
                walls[cell] += self.skin.linear(element, field[cell])[0];
            }
        }
        [walls, mass]
    }

    fn need_implicit(&mut self, dt: f64) {
        self.need_level();
        if self.implicit.as_ref().is_none_or(|implicit| implicit.step != dt)
            && let Some(level) = &self.level
        {
            let [walls, mass] = self.ties(dt);
            let multigrid = Multigrid::new(level.cells, level.faces.clone(), &walls, &mass);
            let right = vec![0.0; self.field.len()];
            self.implicit = Some(Implicit { step: dt, multigrid, right });
        }
    }

    /// One step of implicit Euler for the change of the field.
    fn implicit_step(&mut self, dt: f64, most: usize) {
        self.need_implicit(dt);
        let (Some(mut implicit), Some(level)) = (self.implicit.take(), &self.level) else { return };
        level.flow(&self.field, &mut implicit.right);
        let mut tied = Vec::with_capacity(self.skin.elements.len());
        for place in 0..self.skin.cells.len() {
            let cell = self.skin.cells[place] as usize;
            let t = self.field[cell];
            let mut walls = 0.0;
            let mut right = self.skin.watts[place];
            for element in self.skin.of(place) {
                let [k, beyond, flux] = self.skin.linear(element, t);
                let flow = k * (beyond - t) + flux;
                walls += k;
                right += flow;
                tied.push((k, flow));
            }
            implicit.right[cell] += right;
            implicit.multigrid.finest().extra[cell] = self.capacity(cell) / dt as f32 + walls;
        }
        self.next.fill(0.0);
        implicit.multigrid.conjugate(&mut self.next, &implicit.right, most);
        let mut tied = tied.into_iter();
        for place in 0..self.skin.cells.len() {
            let change = self.next[self.skin.cells[place] as usize];
            for (k, flow) in tied.by_ref().take(self.skin.of(place).len()) {
                let flow = f64::from(flow - k * change);
                self.book.boundaries += dt * flow;
                self.book.gross += dt * flow.abs();
            }
        }
        combine(1.0, &self.next, 1.0, &mut self.field);
        self.implicit = Some(implicit);
    }

    fn check(&self) -> Result<(), FieldError> {
        if self.heat().is_finite() {
            return Ok(());
        }
        let what = "a temperature is no number".into();
        Err(FieldError::Diverged { time: self.book.time, what })
    }
}

/// The temperatures that the scene begins with [°C].
fn begin(plan: &Plan) -> Vec<f32> {
    let (grid, scene) = (plan.grid(), &plan.scene);
    grid.all().iter().map(|c| scene.temperature.at(grid.middle(c)) as f32).collect()
}

impl FieldSolver for Conduction {
    fn tier(&self) -> Tier {
        Tier::Conduction
    }

    fn device(&self) -> String {
        format!("cpu, {} threads", rayon::current_num_threads())
    }

    fn time(&self) -> f64 {
        self.book.time
    }

    fn set_power(&mut self, watts: &[f64]) {
        self.book.power.copy_from_slice(watts);
        self.skin.set_power(watts);
    }

    fn set_patch(&mut self, patch: usize, heat: Heat) {
        let before = std::mem::replace(&mut self.plan.scene.patches[patch].heat, heat);
        self.book.heat[patch] = heat;
        if (before == Heat::Adiabatic) == (heat == Heat::Adiabatic) {
            self.skin.set_patch(patch, &heat);
        } else {
            self.dress();
        }
    }

    fn advance(&mut self, seconds: f64) -> Result<(), FieldError> {
        if !(seconds > 0.0) {
            return Ok(());
        }
        let (count, dt) = self.pace.steps(seconds);
        for _ in 0..count {
            if self.pace.implicit {
                self.implicit_step(dt, STEPS);
            } else {
                self.explicit_step(dt);
            }
        }
        self.book.advance(seconds);
        self.check()
    }

    fn settle(&mut self, tolerance: f64, most: usize) -> Result<usize, FieldError> {
        let dt = self.plan.long_step();
        let mut made = 0;
        while made < most {
            self.implicit_step(dt, SETTLE_STEPS);
            made += 1;
            if look::change(&self.next, &self.field) <= tolerance {
                break;
            }
        }
        self.check()?;
        self.book.begin(self.heat());
        Ok(made)
    }

    fn sample(&mut self, probes: &[Probe], out: &mut [f32]) {
        look::sample(&self.plan, &self.field, probes, out);
    }

    fn field(&mut self, quantity: Quantity) -> Option<Vec<f32>> {
        (quantity == Quantity::Temperature).then(|| self.field.clone())
    }

    fn mean(&mut self, quantity: Quantity, region: Region) -> Option<f64> {
        if quantity == Quantity::Temperature {
            look::mean(&self.plan, &self.field, region)
        } else {
            None
        }
    }

    fn bodies(&mut self) -> Vec<f64> {
        look::bodies(&self.plan, &self.field)
    }

    fn balance(&mut self) -> Balance {
        self.book.balance(self.heat())
    }

    fn save(&mut self) -> Saved {
        self.book.save(self.field.clone())
    }

    fn restore(&mut self, saved: &Saved) -> Result<(), FieldError> {
        let field = self.book.restore(saved, self.field.len())?;
        self.field.copy_from_slice(field);
        for (patch, heat) in self.plan.scene.patches.iter_mut().zip(&self.book.heat) {
            patch.heat = *heat;
        }
        self.dress();
        Ok(())
    }
}
