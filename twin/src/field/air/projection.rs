//! Pressure: what makes the velocity free of divergence (A. J. Chorin 1968; incremental form of K. Goda 1979).
//!
//! The velocity that momentum comes to with the pressure of before is corrected by the gradient of a potential `ψ`, which also corrects
//! the pressure. A few cycles of multigrid leave some divergence. What flowed in beyond what flowed out makes the cell's mass differ from 1 by the
//! *slack*, and the next projection asks for a velocity that takes just that away again. So cells neither gain nor lose
//! in the long run, and heat, which is carried with the same fluxes, is kept exactly.

use super::layout::along;
use super::plan::Plan;
use super::sides::{self, OPENING};
use super::system::{Stretch, stretches};
use crate::field::multigrid::Multigrid;

/// Cycles of multigrid in each step.
pub const CYCLES: usize = 3;

/// Steps of conjugate gradients instead, each with a cycle, where there are openings: what flows in has to leave by a few cells, and cycles
/// alone are slow to say how much.
pub const STEPS: usize = 6;

/// So many times as many before the velocity is held.
pub const THOROUGH: usize = 8;

/// The `Δt/h` of a velocity that is to be held: what is left over in the cells stays there, and the pressure with it.
pub const FOREVER: f32 = 1e30;

/// Whether fluid goes through sides as pressure has it.
pub fn is_open(plan: &Plan) -> bool {
    plan.sides.iter().any(|side| side.way == OPENING)
}

/// The pressure solver of a scene.
pub fn pressure(plan: &Plan) -> Multigrid {
    let grid = &plan.scene.grid;
    let [faces, walls] = coefficients(plan);
    let n = grid.len();
    let faces = [0, 1, 2].map(|axis| faces[axis * n..(axis + 1) * n].to_vec());
    Multigrid::new(grid.cells, faces, &walls, &[])
}

/// Coefficients of pressure: those of the lower faces of all cells along x, then y, then z, where there is no margin; and those of sides.
fn coefficients(plan: &Plan) -> [Vec<f32>; 2] {
    let grid = &plan.scene.grid;
    let mut faces = vec![0.0; 3 * grid.len()];
    let mut walls = vec![0.0; grid.len()];
    for cell in grid.all().iter() {
        let word = plan.links[plan.layout.place(cell)];
        for axis in (0..3).filter(|axis| grid.cells[*axis] > 1) {
            faces[axis * grid.len() + grid.index(cell)] = ((word >> (9 * axis)) & 1) as f32;
        }
    }
    for side in plan.sides.iter().filter(|side| side.way == OPENING) {
        let [x, y, z] = plan.layout.at(side.place as usize);
        let m = super::layout::MARGIN;
        walls[grid.index([x - m, y - m, z - m])] += 2.0;
    }
    [faces, walls]
}

/// What flows out of a stretch of cells [m/s].
fn outflow(plan: &Plan, velocity: &[f32], Stretch { row, x, len }: Stretch, out: &mut [f32]) {
    let part = |axis, by| plan.layout.part(velocity, axis, 3).slice(row, x, len, by);
    let (u, v, w) = (part(0, [0; 3]), part(1, [0; 3]), part(2, [0; 3]));
    let (e, n, t) = (part(0, along(0, 1)), part(1, along(1, 1)), part(2, along(2, 1)));
    for i in 0..len {
        out[i] = ((e[i] - u[i]) + (n[i] - v[i])) + (t[i] - w[i]);
    }
}

/// The right side of the pressure's system, without a margin.
pub(super) fn right(plan: &Plan, velocity: &[f32], slack: &[f32], k: f32, right: &mut [f32]) {
    let layout = &plan.layout;
    let [nx, ny, _] = layout.cells;
    let per_step = 1.0 / k;
    for_cells(right, nx, |n, out| {
        let row = (n / ny + super::layout::MARGIN) * layout.rows + n % ny + super::layout::MARGIN;
        for stretch in stretches(row, nx) {
            let from = stretch.x - super::layout::MARGIN;
            let out = &mut out[from..from + stretch.len];
            outflow(plan, velocity, stretch, out);
            let slack = layout.part(slack, 0, 1).slice(row, stretch.x, stretch.len, [0; 3]);
            out.iter_mut().zip(slack).for_each(|(out, slack)| *out = slack * per_step - *out);
        }
    });
}

fn for_cells(field: &mut [f32], row: usize, each: impl Fn(usize, &mut [f32]) + Sync) {
    use rayon::prelude::*;
    let work = |(n, values): (usize, &mut [f32])| each(n, values);
    if field.len() <= super::layout::SERIAL {
        field.chunks_mut(row).enumerate().for_each(work);
    } else {
        field.par_chunks_mut(row).with_min_len(super::layout::ROWS).enumerate().for_each(work);
    }
}

/// Brings the potential into a field with a margin.
pub(super) fn spread(plan: &Plan, from: &[f32], to: &mut [f32]) {
    let [nx, ny, _] = plan.layout.cells;
    plan.layout.for_rows(to, 1, |_, [y, z], row| {
        let m = super::layout::MARGIN;
        row[m..m + nx].copy_from_slice(&from[(z * ny + y) * nx..][..nx]);
    });
    plan.layout.wrap(to, 1, plan.periodic);
}

/// Corrects velocity and pressure by the potential.
pub(super) fn correct(
    plan: &Plan,
    potential: &[f32],
    velocity: &mut [f32],
    pressure: &mut [f32],
    k: f32,
) {
    let layout = &plan.layout;
    let ψ = layout.part(potential, 0, 1);
    let per_step = 1.0 / k;
    layout.for_rows_of_two((velocity, 3), (pressure, 1), |row, _, velocity, pressure| {
        for Stretch { x, len, .. } in stretches(row, layout.cells[0]) {
            let own = ψ.slice(row, x, len, [0; 3]);
            let words = &plan.links[row * layout.row + x..][..len];
            for c in 0..3 {
                let below = ψ.slice(row, x, len, along(c, -1));
                let out = &mut velocity[c * layout.row + x..][..len];
                for i in 0..len {
                    let open = ((words[i] >> (9 * c)) & 1) as f32;
                    out[i] -= open * (own[i] - below[i]);
                }
            }
            let out = &mut pressure[x..x + len];
            (0..len).for_each(|i| out[i] += own[i] * per_step);
        }
    });
    sides::push(plan, velocity, potential);
    layout.wrap(velocity, 3, plan.periodic);
    layout.wrap(pressure, 1, plan.periodic);
}

/// What a step leaves in the cells.
pub(super) fn gather(plan: &Plan, velocity: &[f32], k: f32, slack: &mut [f32]) {
    let layout = &plan.layout;
    layout.for_rows(slack, 1, |row, _, slack| {
        for stretch in stretches(row, layout.cells[0]) {
            let mut out = [0.0; super::system::CHUNK];
            outflow(plan, velocity, stretch, &mut out);
            let slack = &mut slack[stretch.x..stretch.x + stretch.len];
            slack.iter_mut().zip(out).for_each(|(slack, out)| *slack -= k * out);
        }
    });
}
