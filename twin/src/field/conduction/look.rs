//! Looking into a field of temperatures on the host.

use rayon::prelude::*;

use super::super::grid::{Grid, Region};
use super::super::probe::{self, Probe, Quantity};
use super::plan::Plan;

/// The value at a point, by trilinear interpolation between middles of cells; beyond the outermost ones, the nearest.
pub fn at(grid: &Grid, field: &[f32], point: [f64; 3]) -> f32 {
    let (cell, share) = grid.corner(point);
    let [x, y, z] = grid.steps();
    let between = |low: f32, high: f32, share: f32| low + share * (high - low);
    let row = |cell: usize| between(field[cell], field[cell + x], share[0]);
    let plane = |cell: usize| between(row(cell), row(cell + y), share[1]);
    let cell = grid.index(cell);
    between(plane(cell), plane(cell + z), share[2])
}

/// Mean over the fluid cells of a region, or over all of them where it holds no fluid; none: the region is empty.
pub fn mean(plan: &Plan, field: &[f32], region: Region) -> Option<f64> {
    let (mut fluid, mut all) = ((0.0, 0_usize), (0.0, 0_usize));
    for cell in region.iter().filter(|cell| plan.grid().all().holds(*cell)) {
        let index = plan.grid().index(cell);
        let value = f64::from(field[index]);
        all = (all.0 + value, all.1 + 1);
        if plan.scene.filled[index].is_fluid() {
            fluid = (fluid.0 + value, fluid.1 + 1);
        }
    }
    let (sum, count) = if fluid.1 > 0 { fluid } else { all };
    (count > 0).then(|| sum / count as f64)
}

/// Mean temperature of each body.
pub fn bodies(plan: &Plan, field: &[f32]) -> Vec<f64> {
    let mut sums = vec![0.0; plan.owned.len()];
    for (owner, value) in plan.owners.iter().zip(field).filter(|(owner, _)| **owner > 0) {
        sums[usize::from(*owner) - 1] += f64::from(*value);
    }
    sums.iter().zip(&plan.owned).map(|(sum, count)| sum / (*count).max(1) as f64).collect()
}

/// Heat in the field above 0 of the scene's unit (J).
pub fn heat(plan: &Plan, capacities: &[f32], field: &[f32]) -> f64 {
    let plane = plan.grid().cells[0] * plan.grid().cells[1];
    let sum = |(z, values): (usize, &[f32])| {
        let value = |(n, value): (usize, &f32)| match plan.uniform {
            Some(_) => f64::from(*value),
            None => f64::from(capacities[z * plane + n]) * f64::from(*value),
        };
        values.iter().enumerate().map(value).sum::<f64>()
    };
    let parts: Vec<f64> = field.par_chunks(plane).enumerate().map(sum).collect();
    parts.iter().sum::<f64>() * plan.uniform.map_or(1.0, |[_, capacity]| f64::from(capacity))
}

/// What a probe reads; NaN for what this tier does not have.
fn sampled(plan: &Plan, field: &[f32], probe: &Probe) -> f32 {
    match probe.quantity {
        Quantity::Temperature => at(plan.grid(), field, probe.at),
        _ => f32::NAN,
    }
}

/// What all of `probes` read.
pub fn sample(plan: &Plan, field: &[f32], probes: &[Probe], out: &mut [f32]) {
    probe::sample(probes, out, |probe| sampled(plan, field, probe));
}

/// Largest of `changes` as a share of the range of `field`, or of the largest change itself where it is flat.
pub fn change(changes: &[f32], field: &[f32]) -> f64 {
    let most = changes.iter().fold(0.0_f32, |most, change| most.max(change.abs()));
    let (low, high) =
        field.iter().fold((f32::MAX, f32::MIN), |(low, high), t| (low.min(*t), high.max(*t)));
    // Less than what single precision can tell of the largest value is no range.
    let range = (high - low).max(high.abs().max(low.abs()) * 1e-4).max(f32::MIN_POSITIVE);
    f64::from(most / range)
}
