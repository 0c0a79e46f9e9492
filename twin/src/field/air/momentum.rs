//! Momentum: the system of one component of velocity on its faces, and what moves it.

use super::drives::Drive;
use super::layout::{Layout, along, plus};
use super::plan::Plan;
use super::system::{CHUNK, Equations, Line, NEIGHBOURS, ONES, SYSTEM, Stretch, link, stretches};
use super::walls::across;

/// Fields that push and carry.
pub(super) struct Carried<'a> {
    /// Velocity, three parts.
    pub(super) velocity: &'a [f32],
    /// Pressure over density [m²/s²].
    pub(super) pressure: &'a [f32],
    /// Temperature, relative (K).
    pub(super) temperature: &'a [f32],
    /// Eddy viscosity [m²/s].
    pub(super) eddies: &'a [f32],
}

/// Writes the system of component `c` for a step of `dt`.
pub(super) fn assemble(plan: &Plan, fields: &Carried<'_>, c: usize, dt: f64, system: &mut [f32]) {
    let layout = &plan.layout;
    layout.for_rows(system, SYSTEM, |row, _, rows| {
        for stretch in stretches(row, layout.cells[0]) {
            let mut equations = Equations::of(rows, layout.row, stretch);
            forces(plan, fields, c, dt, stretch, &mut equations);
            for n in 0..6 {
                add(plan, fields, c, dt, stretch, n, &mut equations);
            }
            close(plan, c, stretch, &mut equations);
        }
    });
    pull(layout, &plan.drives[c], fields.velocity, c, dt as f32, system);
}

/// The gradient of pressure, and buoyancy (J. Boussinesq 1903).
fn forces(
    plan: &Plan,
    fields: &Carried<'_>,
    c: usize,
    dt: f64,
    Stretch { row, x, len }: Stretch,
    equations: &mut Equations<'_>,
) {
    let fluid = &plan.scene.fluid;
    let k = (dt / plan.scene.grid.cell) as f32;
    let lift = (-0.5 * dt * fluid.expansion * fluid.gravity[c]) as f32;
    let pressure = plan.layout.part(fields.pressure, 0, 1);
    let warmth = plan.layout.part(fields.temperature, 0, 1);
    let below = along(c, -1);
    let (p, q) = (pressure.slice(row, x, len, [0; 3]), pressure.slice(row, x, len, below));
    let (s, t) = (warmth.slice(row, x, len, [0; 3]), warmth.slice(row, x, len, below));
    let right = &mut equations.right[..len];
    for i in 0..len {
        right[i] = k * (q[i] - p[i]) + lift * (s[i] + t[i]);
    }
    equations.diagonal.fill(1.0);
}

/// The link to neighbour `n`.
fn add(
    plan: &Plan,
    fields: &Carried<'_>,
    c: usize,
    dt: f64,
    stretch: Stretch,
    n: usize,
    equations: &mut Equations<'_>,
) {
    let Stretch { row, x, len } = stretch;
    let layout = &plan.layout;
    let (axis, upper) = (n / 2, n % 2 == 1);
    let to = NEIGHBOURS[n];
    let own = layout.part(fields.velocity, c, 3);
    let value = |by| own.slice(row, x, len, by);
    let other = layout.part(fields.velocity, axis, 3);
    let eddies = layout.part(fields.eddies, 0, 1);
    let (mut outward, mut conductance) = ([0.0; CHUNK], [0.0; CHUNK]);
    let (outward, conductance) = (&mut outward[..len], &mut conductance[..len]);
    let half = if upper { 0.5 } else { -0.5 };
    let below = along(c, -1);
    let start = if upper { along(axis, 1) } else { [0; 3] };
    let (one, two) = if axis == c {
        (value([0; 3]), value(to))
    } else {
        (other.slice(row, x, len, start), other.slice(row, x, len, plus(start, below)))
    };
    for i in 0..len {
        outward[i] = half * (one[i] + two[i]);
    }
    let viscosity = plan.scene.fluid.viscosity as f32;
    let per_cell = (1.0 / plan.scene.grid.cell) as f32;
    if axis == c {
        let cell = eddies.slice(row, x, len, if upper { [0; 3] } else { below });
        for i in 0..len {
            conductance[i] = per_cell * (viscosity + cell[i]);
        }
    } else {
        let [a, b] = [[0; 3], below].map(|by| eddies.slice(row, x, len, by));
        let [d, e] = [to, plus(to, below)].map(|by| eddies.slice(row, x, len, by));
        for i in 0..len {
            conductance[i] = per_cell * (viscosity + 0.25 * ((a[i] + b[i]) + (d[i] + e[i])));
        }
        let shift = 9 * c + 1 + 2 * (2 * usize::from(across(c)[1] == axis) + usize::from(upper));
        let words = &plan.links[row * layout.row + x..][..len];
        for i in 0..len {
            let kind = (words[i] >> shift) & 3;
            conductance[i] *= kind as f32;
            outward[i] = if kind == 0 { 0.0 } else { outward[i] };
        }
    }
    let line = Line {
        own: value([0; 3]),
        next: value(to),
        back: value(to.map(|step| -step)),
        far: value(to.map(|step| 2 * step)),
        conductance,
        outward,
        inner: if axis == c { &ONES } else { plan.inner(stretch, n) },
    };
    link(equations, n, &line, (dt / plan.scene.grid.cell) as f32, plan.settings.transport);
}

/// Where the fluid does not go as it likes, nothing changes.
fn close(plan: &Plan, c: usize, Stretch { row, x, len }: Stretch, equations: &mut Equations<'_>) {
    let words = &plan.links[row * plan.layout.row + x..][..len];
    let Equations { links, diagonal, right } = equations;
    let mut open = [0.0; CHUNK];
    for i in 0..len {
        open[i] = ((words[i] >> (9 * c)) & 1) as f32;
    }
    let open = &open[..len];
    for link in links.iter_mut() {
        let link = &mut link[..len];
        (0..len).for_each(|i| link[i] *= open[i]);
    }
    let (diagonal, right) = (&mut diagonal[..len], &mut right[..len]);
    for i in 0..len {
        right[i] *= open[i];
        diagonal[i] = 1.0 + (diagonal[i] - 1.0) * open[i];
    }
}

/// Fans and resistances.
fn pull(
    layout: &Layout,
    drives: &[Drive],
    velocity: &[f32],
    c: usize,
    dt: f32,
    system: &mut [f32],
) {
    for drive in drives {
        let place = drive.place as usize;
        let speed = velocity[layout.index(place, c, 3)];
        let rate = drive.rate + drive.drag * speed.abs();
        system[layout.index(place, super::system::DIAGONAL, SYSTEM)] += dt * rate;
        system[layout.index(place, super::system::RIGHT, SYSTEM)] +=
            dt * (drive.push - rate * speed);
    }
}
