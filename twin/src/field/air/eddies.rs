//! Eddy viscosity of what cells do not resolve: the zero-equation model (Q. Chen & W. Xu 1998, see [`CHEN_XU`](super::CHEN_XU)).

use super::layout::along;
use super::plan::Plan;
use super::system::{Stretch, stretches};

/// Writes the eddy viscosity [m²/s] of the velocity of now.
pub(super) fn make(plan: &Plan, velocity: &[f32], eddies: &mut [f32]) {
    if plan.mixing.is_empty() {
        return;
    }
    let layout = &plan.layout;
    let length = layout.part(&plan.mixing, 0, 1);
    layout.for_rows(eddies, 1, |row, _, eddies| {
        for Stretch { x, len, .. } in stretches(row, layout.cells[0]) {
            let part = |axis, by| layout.part(velocity, axis, 3).slice(row, x, len, by);
            let (u, v, w) = (part(0, [0; 3]), part(1, [0; 3]), part(2, [0; 3]));
            let (e, n, t) = (part(0, along(0, 1)), part(1, along(1, 1)), part(2, along(2, 1)));
            let length = length.slice(row, x, len, [0; 3]);
            let eddies = &mut eddies[x..x + len];
            for i in 0..len {
                let (a, b, c) = (u[i] + e[i], v[i] + n[i], w[i] + t[i]);
                eddies[i] = length[i] * (0.5 * (a * a + b * b + c * c).sqrt());
            }
        }
    });
    layout.wrap(eddies, 1, plan.periodic);
}
