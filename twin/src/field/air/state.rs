//! The state of the air tier, and one step of it.

use super::layout::Layout;
use super::momentum::{self, Carried};
use super::plan::{Lump, Plan};
use super::projection;
use super::scalar::{Carrier, Scalar};
use super::surfaces::{self, BodyState};
use super::system::{self, SYSTEM};
use super::{eddies, sides};
use crate::field::multigrid::Multigrid;

/// Heat since the beginning (J).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sums {
    /// What sources gave.
    pub sources: f64,
    /// What came in through sides and by radiation.
    pub boundaries: f64,
    /// All amounts.
    pub throughput: f64,
    /// What was stored at the beginning.
    pub start: f64,
}

/// All that changes.
#[derive(Clone, Debug)]
pub(super) struct State {
    pub(super) velocity: Vec<f32>,
    pub(super) pressure: Vec<f32>,
    pub(super) slack: Vec<f32>,
    pub(super) heat: Scalar,
    pub(super) tracer: Option<Scalar>,
    pub(super) bodies: Vec<BodyState>,
    pub(super) time: f64,
    pub(super) sums: Sums,
}

/// Memory of a step.
#[derive(Debug)]
pub(super) struct Work {
    system: Vec<f32>,
    pub(super) changes: [Vec<f32>; 3],
    pub(super) warming: Vec<f32>,
    spare: Vec<f32>,
    eddies: Vec<f32>,
    potential: Vec<f32>,
    right: Vec<f32>,
    inner: Vec<f32>,
    multigrid: Multigrid,
}

/// How long a step is, and how many sweeps it takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// Length (s).
    pub dt: f64,
    /// Sweeps for each component of velocity; 0: the fluid moves on as it does.
    pub momentum: usize,
    /// Sweeps for heat and the tracer.
    pub heat: usize,
}

/// Bytes that a step moves for each cell besides sweeps and cycles, every field read or written once: three times momentum, heat, eddies,
/// the change of velocity, divergence, correction and slack.
pub const STEP_BYTES: usize = 3 * (60 + 36) + (80 + 36 + 16 + 40) + 20 + 36 + 24 + 8 + 40 + 20;

/// Bytes that one more sweep moves for each cell.
pub const SWEEP_BYTES: usize = 40;

/// Bytes that one cycle of multigrid moves for each cell: 7 passes of 32 over the finest grid, and an eighth of that for each coarser one.
pub const CYCLE_BYTES: usize = 7 * 32 * 8 / 7;

impl Step {
    /// Bytes that it moves for each cell in a scene without openings.
    pub const fn bytes(&self) -> usize {
        let sweeps = 3 * self.momentum.saturating_sub(1) + self.heat - 1;
        STEP_BYTES + SWEEP_BYTES * sweeps + CYCLE_BYTES * projection::CYCLES
    }
}

impl State {
    /// The state at the beginning.
    pub(super) fn new(plan: &Plan) -> Self {
        let layout = &plan.layout;
        let scalar = |values: Vec<f32>, table: &[f32]| Scalar {
            values,
            remainder: layout.zeros(1),
            table: table.to_vec(),
        };
        let mut state = Self {
            velocity: plan.velocity.clone(),
            pressure: layout.zeros(1),
            slack: layout.zeros(1),
            heat: scalar(plan.temperature.clone(), &plan.heat),
            tracer: (!plan.tracer.is_empty()).then(|| scalar(layout.zeros(1), &plan.tracer)),
            bodies: vec![BodyState::default(); plan.lumps.len()],
            time: 0.0,
            sums: Sums::default(),
        };
        for (body, temperature) in state.bodies.iter_mut().zip(plan.body_temperatures()) {
            body.temperature = temperature;
        }
        plan.take(&state.heat.values, &mut state.bodies);
        state.sums.start = state.stored(plan);
        state
    }

    /// Heat in cells and bodies, relative to the reference (J).
    pub(super) fn stored(&self, plan: &Plan) -> f64 {
        let cells = plan.stored(&self.slack, &self.heat.values, &self.heat.remainder);
        let of_body = |(body, lump): (&BodyState, &Lump)| {
            lump.capacity * f64::from(body.temperature) + body.remainder
        };
        cells + self.bodies.iter().zip(&plan.lumps).map(of_body).sum::<f64>()
    }

    /// One step.
    pub(super) fn step(&mut self, plan: &Plan, lumps: &[Lump], work: &mut Work, step: Step) {
        let k = (step.dt / plan.scene.grid.cell) as f32;
        if step.momentum > 0 {
            eddies::make(plan, &self.velocity, &mut work.eddies);
            self.predict(plan, work, step);
            self.project(plan, work, k);
        }
        self.carry_heat(plan, lumps, work, step);
        self.carry_tracer(plan, work, step);
        projection::gather(plan, &self.velocity, k, &mut self.slack);
        self.time += step.dt;
    }

    /// Velocity with the pressure of before.
    fn predict(&mut self, plan: &Plan, work: &mut Work, step: Step) {
        let layout = &plan.layout;
        let fields = Carried {
            velocity: &self.velocity,
            pressure: &self.pressure,
            temperature: &self.heat.values,
            eddies: &work.eddies,
        };
        for c in 0..3 {
            momentum::assemble(plan, &fields, c, step.dt, &mut work.system);
            let (change, spare) = (&mut work.changes[c], &mut work.spare);
            system::solve(layout, &work.system, change, spare, step.momentum, plan.periodic);
        }
        let changes = work.changes.each_ref().map(|change| layout.part(change, 0, 1));
        layout.for_rows(&mut self.velocity, 3, |row, _, velocity| {
            let (first, cells) = (super::layout::MARGIN, layout.cells[0]);
            for (change, out) in changes.iter().zip(velocity.chunks_exact_mut(layout.row)) {
                let change = change.slice(row, first, cells, [0; 3]);
                out[first..].iter_mut().zip(change).for_each(|(out, change)| *out += change);
            }
        });
    }

    fn project(&mut self, plan: &Plan, work: &mut Work, k: f32) {
        sides::open(plan, &mut self.velocity, &self.pressure, k);
        plan.layout.wrap(&mut self.velocity, 3, plan.periodic);
        self.press(plan, work, k, 1);
    }

    /// Makes the velocity free of divergence, with so many times the usual iterations.
    fn press(&mut self, plan: &Plan, work: &mut Work, k: f32, times: usize) {
        projection::right(plan, &self.velocity, &self.slack, k, &mut work.right);
        work.inner.fill(0.0);
        if projection::is_open(plan) {
            work.multigrid.conjugate(&mut work.inner, &work.right, times * projection::STEPS);
        } else {
            work.multigrid.solve(&mut work.inner, &work.right, times * projection::CYCLES);
        }
        projection::spread(plan, &work.inner, &mut work.potential);
        projection::correct(plan, &work.potential, &mut self.velocity, &mut self.pressure, k);
    }

    /// Prepares for steps in which the fluid moves on as it does: its velocity becomes as free of divergence as 32 bits allow, for what is
    /// left of it adds up from step to step.
    pub(super) fn hold(&mut self, plan: &Plan, work: &mut Work) {
        self.press(plan, work, projection::FOREVER, projection::THOROUGH);
        eddies::make(plan, &self.velocity, &mut work.eddies);
    }

    fn carry_heat(&mut self, plan: &Plan, lumps: &[Lump], work: &mut Work, step: Step) {
        let (layout, dt) = (&plan.layout, step.dt);
        let k = (dt / plan.scene.grid.cell) as f32;
        for n in 0..self.bodies.len() {
            let radiated = surfaces::step(plan, lumps, n, &mut self.bodies[n], dt);
            self.sums.boundaries += radiated;
            self.sums.throughput += radiated.abs();
        }
        self.show_bodies(plan);
        let Self { velocity, slack, heat, .. } = self;
        sides::warm(plan, &mut heat.table, &mut heat.values, velocity);
        let by = Carrier { velocity, slack, eddies: &work.eddies, sources: &plan.warming };
        heat.assemble(plan, &by, dt, &mut work.system);
        let (change, spare) = (&mut work.warming, &mut work.spare);
        system::solve(layout, &work.system, change, spare, step.heat, plan.periodic);
        heat.take(plan, change);
        layout.wrap(change, 1, plan.periodic);
        layout.wrap(&mut heat.values, 1, plan.periodic);
        system::left_over(layout, &work.system, change, &mut heat.remainder);
        plan.take(&self.heat.values, &mut self.bodies);
        self.bodies.iter_mut().for_each(|body| body.remainder += dt * body.taken);
        self.count(plan, k, dt);
    }

    /// Sums up what sources gave and what sides let through.
    fn count(&mut self, plan: &Plan, k: f32, dt: f64) {
        let [net, gross] =
            sides::passed(plan, &self.heat.table, &self.heat.values, &self.velocity, k);
        let unit = plan.watts_per_speed() * plan.scene.grid.cell;
        let [given, all, flux, all_flux] = plan.given;
        self.sums.sources += dt * given;
        self.sums.boundaries += unit * net + dt * flux;
        self.sums.throughput += unit * gross + dt * (all + all_flux);
    }

    /// Writes the temperatures of bodies into their cells.
    pub(super) fn show_bodies(&mut self, plan: &Plan) {
        let grid = &plan.scene.grid;
        for (n, body) in plan.scene.bodies.iter().enumerate() {
            let own = |cell: &[usize; 3]| usize::from(plan.owners[grid.index(*cell)]) == n + 1;
            for cell in body.region.iter().filter(own) {
                self.heat.values[plan.layout.place(cell)] = self.bodies[n].temperature;
            }
        }
        if !self.bodies.is_empty() {
            plan.layout.wrap(&mut self.heat.values, 1, plan.periodic);
        }
    }

    fn carry_tracer(&mut self, plan: &Plan, work: &mut Work, step: Step) {
        let Self { velocity, slack, tracer: Some(tracer), .. } = self else { return };
        sides::clear(plan, &mut tracer.values, velocity);
        let by = Carrier { velocity, slack, eddies: &work.eddies, sources: &plan.leaking };
        tracer.assemble(plan, &by, step.dt, &mut work.system);
        let [change, ..] = &mut work.changes;
        let (layout, periodic) = (&plan.layout, plan.periodic);
        system::solve(layout, &work.system, change, &mut work.spare, step.heat, periodic);
        tracer.take(plan, change);
        layout.wrap(change, 1, periodic);
        layout.wrap(&mut tracer.values, 1, periodic);
        system::left_over(layout, &work.system, change, &mut tracer.remainder);
    }
}

impl Work {
    /// Memory for `plan`.
    pub(super) fn new(plan: &Plan) -> Self {
        let Layout { cells, .. } = plan.layout;
        let zeros = || plan.layout.zeros(1);
        Self {
            system: plan.layout.zeros(SYSTEM),
            changes: [zeros(), zeros(), zeros()],
            warming: zeros(),
            spare: zeros(),
            eddies: zeros(),
            potential: zeros(),
            right: vec![0.0; cells.iter().product()],
            inner: vec![0.0; cells.iter().product()],
            multigrid: projection::pressure(plan),
        }
    }
}
