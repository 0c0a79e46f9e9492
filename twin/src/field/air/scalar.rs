//! What the air carries: heat, a tracer.
//!
//! The system is written with the mass that a cell has: 1, and what pressure has left over (see [`projection`](super::projection)). Then no
//! value leaves the range of those around it although the velocity is not quite free of divergence, and the sum of mass times value changes by
//! nothing but sources and sides. What the sweeps leave over is kept for each cell and enters the next step: so no heat is
//! lost however few sweeps there are, and increments below the resolution of 32 bits add up instead of vanishing.

use super::layout::along;
use super::plan::{Plan, TABLE, TURBULENT_PRANDTL};
use super::system::{CHUNK, Equations, Line, NEIGHBOURS, SYSTEM, Stretch, link, stretches};

/// A quantity that is carried.
#[derive(Clone, Debug, Default)]
pub(super) struct Scalar {
    /// Its values, relative.
    pub(super) values: Vec<f32>,
    /// What the sweeps left over.
    pub(super) remainder: Vec<f32>,
    /// Capacities and conductances.
    pub(super) table: Vec<f32>,
}

/// What carries it.
pub(super) struct Carrier<'a> {
    /// Velocity, three parts [m/s].
    pub(super) velocity: &'a [f32],
    /// Mass beyond 1.
    pub(super) slack: &'a [f32],
    /// Eddy viscosity [m²/s].
    pub(super) eddies: &'a [f32],
    /// What is given to each cell [1/s].
    pub(super) sources: &'a [f32],
}

impl Scalar {
    /// Writes its system for a step of `dt`.
    pub(super) fn assemble(&self, plan: &Plan, by: &Carrier<'_>, dt: f64, system: &mut [f32]) {
        let layout = &plan.layout;
        layout.for_rows(system, SYSTEM, |row, _, rows| {
            for stretch in stretches(row, layout.cells[0]) {
                let mut equations = Equations::of(rows, layout.row, stretch);
                self.hold(plan, by, dt as f32, stretch, &mut equations);
                for n in 0..6 {
                    self.add(plan, by, dt, stretch, n, &mut equations);
                }
                self.close(plan, stretch, &mut equations);
            }
        });
    }

    /// What holds it in place, and what is given.
    fn hold(
        &self,
        plan: &Plan,
        by: &Carrier<'_>,
        dt: f32,
        Stretch { row, x, len }: Stretch,
        equations: &mut Equations<'_>,
    ) {
        let layout = &plan.layout;
        let capacity = layout.part(&self.table, 0, TABLE).slice(row, x, len, [0; 3]);
        let plain = |field| layout.part(field, 0, 1).slice(row, x, len, [0; 3]);
        let (slack, sources, left) = (plain(by.slack), plain(by.sources), plain(&self.remainder));
        let (diagonal, right) = (&mut equations.diagonal[..len], &mut equations.right[..len]);
        for i in 0..len {
            diagonal[i] = capacity[i] + slack[i];
            right[i] = left[i] + dt * sources[i];
        }
    }

    /// The link to neighbour `n`.
    fn add(
        &self,
        plan: &Plan,
        by: &Carrier<'_>,
        dt: f64,
        stretch: Stretch,
        n: usize,
        equations: &mut Equations<'_>,
    ) {
        let Stretch { row, x, len } = stretch;
        let layout = &plan.layout;
        let (axis, upper) = (n / 2, n % 2 == 1);
        let to = NEIGHBOURS[n];
        let face = if upper { along(axis, 1) } else { [0; 3] };
        let sign = if upper { 1.0 } else { -1.0 };
        let velocity = layout.part(by.velocity, axis, 3).slice(row, x, len, face);
        let molecular = layout.part(&self.table, 1 + axis, TABLE).slice(row, x, len, face);
        let eddies = layout.part(by.eddies, 0, 1);
        let (here, there) = (eddies.slice(row, x, len, [0; 3]), eddies.slice(row, x, len, to));
        let turbulent = (1.0 / (TURBULENT_PRANDTL * plan.scene.grid.cell)) as f32;
        let (mut outward, mut conductance) = ([0.0; CHUNK], [0.0; CHUNK]);
        let (outward, conductance) = (&mut outward[..len], &mut conductance[..len]);
        for i in 0..len {
            outward[i] = sign * velocity[i];
            conductance[i] = molecular[i] + turbulent * here[i].min(there[i]);
        }
        let values = layout.part(&self.values, 0, 1);
        let value = |by| values.slice(row, x, len, by);
        let line = Line {
            own: value([0; 3]),
            next: value(to),
            back: value(to.map(|step| -step)),
            far: value(to.map(|step| 2 * step)),
            conductance,
            outward,
            inner: plan.inner(stretch, n),
        };
        link(equations, n, &line, (dt / plan.scene.grid.cell) as f32, plan.settings.transport);
    }

    /// Cells of bodies keep their value here.
    fn close(&self, plan: &Plan, Stretch { row, x, len }: Stretch, equations: &mut Equations<'_>) {
        let capacity = plan.layout.part(&self.table, 0, TABLE).slice(row, x, len, [0; 3]);
        if capacity.iter().all(|value| *value > 0.0) {
            return;
        }
        let Equations { links, diagonal, right } = equations;
        for (i, _) in capacity.iter().enumerate().filter(|(_, value)| **value <= 0.0) {
            links.iter_mut().for_each(|link| link[i] = 0.0);
            (diagonal[i], right[i]) = (1.0, 0.0);
        }
    }

    /// Takes the change in, and makes of it what 32 bits really took.
    pub(super) fn take(&mut self, plan: &Plan, change: &mut [f32]) {
        let both = ((&mut *self.values, 1), (&mut *change, 1));
        plan.layout.for_rows_of_two(both.0, both.1, |_, _, values, change| {
            for (value, change) in values.iter_mut().zip(change) {
                let before = *value;
                *value += *change;
                *change = *value - before;
            }
        });
    }
}
