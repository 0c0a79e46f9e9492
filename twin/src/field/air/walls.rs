//! Where the fluid goes, where it sticks, and how far a wall is.

use super::layout::{Layout, along};
use crate::field::{Axis, Face, Flow, Scene};

/// Constant of the zero-equation model of eddy viscosity, `ν_t = 0.03874 |u| l` with the distance `l` to the nearest wall (Q. Chen & W. Xu, A
/// zero-equation turbulence model for indoor airflow simulation, Energy and Buildings 28, 1998).
pub const CHEN_XU: f64 = 0.038_74;

/// The cell `by` away from `cell`, around the end of periodic axes; none beyond the grid.
pub(super) fn next(scene: &Scene, cell: [usize; 3], by: [isize; 3]) -> Option<[usize; 3]> {
    let mut other = cell;
    for axis in [Axis::X, Axis::Y, Axis::Z] {
        let (n, a) = (scene.grid.cells[axis as usize] as isize, axis as usize);
        let at = cell[a] as isize + by[a];
        if !(0..n).contains(&at) && !scene.is_periodic(axis) {
            return None;
        }
        other[a] = at.rem_euclid(n) as usize;
    }
    Some(other)
}

/// Number of a cell of a side among the cells of that side.
pub(super) fn on_side(scene: &Scene, face: Face, cell: [usize; 3]) -> usize {
    let [fast, slow] = face.inside();
    cell[slow as usize] * scene.grid.cells[fast as usize] + cell[fast as usize]
}

fn is_fluid(scene: &Scene, cell: [usize; 3]) -> bool {
    scene.filled[scene.grid.index(cell)].is_fluid()
}

/// The cell below face `c` of `cell`, if the fluid goes through there as it likes.
pub(super) fn below(scene: &Scene, cell: [usize; 3], c: usize) -> Option<[usize; 3]> {
    let other = next(scene, cell, along(c, -1))?;
    (is_fluid(scene, cell) && is_fluid(scene, other)).then_some(other)
}

/// The two axes across `c`, in order.
pub(super) const fn across(c: usize) -> [usize; 2] {
    [[1, 2], [0, 2], [0, 1]][c]
}

/// Words of [`Plan::links`](super::Plan::links).
pub(super) fn links(scene: &Scene, layout: &Layout) -> Vec<u32> {
    let mut words = vec![0; layout.len()];
    for cell in scene.grid.all().iter() {
        let word = &mut words[layout.place(cell)];
        for c in 0..3 {
            let Some(other) = below(scene, cell, c) else { continue };
            *word |= 1 << (9 * c);
            for (n, axis) in across(c).into_iter().enumerate() {
                for upper in [0, 1] {
                    let link = link(scene, cell, other, axis, upper);
                    *word |= link << (9 * c + 1 + 2 * (2 * n + upper));
                }
            }
        }
    }
    let mut bits: Vec<f32> = words.iter().map(|word| f32::from_bits(*word)).collect();
    layout.wrap(&mut bits, 1, [Axis::X, Axis::Y, Axis::Z].map(|axis| scene.is_periodic(axis)));
    bits.into_iter().map(f32::to_bits).collect()
}

/// How the face between `a` and `b` hangs together with the next one along `axis`.
fn link(scene: &Scene, a: [usize; 3], b: [usize; 3], axis: usize, upper: usize) -> u32 {
    let by = along(axis, if upper == 1 { 1 } else { -1 });
    match (next(scene, a, by), next(scene, b, by)) {
        (Some(a), Some(b)) if !is_fluid(scene, a) && !is_fluid(scene, b) => 2,
        (Some(_), Some(_)) => 1,
        _ => {
            let face = Face::ALL[2 * axis + upper];
            let sticks = |cell| {
                let flow = scene.patch(face, on_side(scene, face, cell)).flow;
                !matches!(flow, Flow::Slip | Flow::Opening { .. })
            };
            if sticks(a) || sticks(b) { 2 } else { 0 }
        }
    }
}

/// Velocities at the beginning, those of sides included.
pub(super) fn velocity(scene: &Scene, layout: &Layout) -> Vec<f32> {
    let mut field = layout.zeros(3);
    let half = scene.grid.cell / 2.0;
    for cell in scene.grid.all().iter() {
        for c in 0..3 {
            if below(scene, cell, c).is_some() {
                let mut at = scene.grid.middle(cell);
                at[c] -= half;
                field[layout.index(layout.place(cell), c, 3)] = scene.velocity.at(at)[c] as f32;
            }
        }
    }
    for face in Face::ALL {
        let [a, b] = scene.grid.face_cells(face);
        (0..a * b).for_each(|n| side_velocity(scene, layout, face, n, &mut field));
    }
    field
}

/// Velocity at cell number `n` of a side: through it, and within it halfway into the margin.
fn side_velocity(scene: &Scene, layout: &Layout, face: Face, n: usize, field: &mut [f32]) {
    let cell = scene.grid.behind(face, n);
    let (axis, step) = (face.axis() as usize, layout.steps()[face.axis() as usize]);
    let place = layout.place(cell);
    let of = |cell: [usize; 3]| match scene.patch(face, on_side(scene, face, cell)).flow {
        Flow::Moving(velocity) | Flow::Forced { velocity, .. } => Some(velocity),
        _ => None,
    };
    if let Flow::Forced { velocity, .. } = scene.patch(face, n).flow
        && is_fluid(scene, cell)
    {
        let at = if face.is_upper() { place + step } else { place };
        field[layout.index(at, axis, 3)] = velocity[axis] as f32;
    }
    let beyond = if face.is_upper() { place + step } else { place - step };
    for c in across(axis) {
        let Some(other) = next(scene, cell, along(c, -1)) else { continue };
        let both: Vec<f64> = [of(cell), of(other)].iter().flatten().map(|v| v[c]).collect();
        if !both.is_empty() {
            let mean = both.iter().sum::<f64>() / both.len() as f64;
            field[layout.index(beyond, c, 3)] = mean as f32;
        }
    }
}

/// [`CHEN_XU`] times the distance to the nearest wall (m), 0 outside the fluid.
pub(super) fn mixing(scene: &Scene, layout: &Layout) -> Vec<f32> {
    let squares = squares(scene);
    let mut field = layout.zeros(1);
    for cell in scene.grid.all().iter().filter(|cell| is_fluid(scene, *cell)) {
        let cells = squares[scene.grid.index(cell)].sqrt() - 0.5;
        // Without any wall, the box is the only length that there is.
        let most = scene.grid.cells.into_iter().max().unwrap_or(1) as f64;
        field[layout.place(cell)] = (CHEN_XU * scene.grid.cell * cells.min(most)) as f32;
    }
    layout.wrap(&mut field, 1, [Axis::X, Axis::Y, Axis::Z].map(|axis| scene.is_periodic(axis)));
    field
}

/// Squared distance of each cell to the nearest solid cell or the nearest cell beyond a wall, in cells: axis after axis, each from the
/// last (exact; A. Meijster, J. Roerdink & W. Hesselink 2000 do the same in linear time).
fn squares(scene: &Scene) -> Vec<f64> {
    let grid = &scene.grid;
    let far = f64::INFINITY;
    let start = |solid: &crate::field::MaterialId| if solid.is_fluid() { far } else { 0.0 };
    let mut now: Vec<f64> = scene.filled.iter().map(start).collect();
    for axis in 0..3 {
        let n = grid.cells[axis] as isize;
        let wall = |cell: [usize; 3], upper: usize| {
            let face = Face::ALL[2 * axis + upper];
            matches!(
                scene.patch(face, on_side(scene, face, cell)).flow,
                Flow::Wall | Flow::Moving(_)
            )
        };
        let before = now.clone();
        for cell in grid.all().iter() {
            let at = cell[axis] as isize;
            let mut best = before[grid.index(cell)];
            if wall(cell, 0) {
                best = best.min(((at + 1) * (at + 1)) as f64);
            }
            if wall(cell, 1) {
                best = best.min(((n - at) * (n - at)) as f64);
            }
            let mut by = 1;
            while ((by * by) as f64) < best && by < n {
                for step in [-by, by] {
                    if let Some(other) = next(scene, cell, along(axis, step)) {
                        best = best.min(before[grid.index(other)] + (by * by) as f64);
                    }
                }
                by += 1;
            }
            now[grid.index(cell)] = best;
        }
    }
    now
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::{Fluid, Grid, Patch};

    #[test]
    fn distances_are_those_to_the_nearest_wall() {
        let grid = Grid { cells: [9, 5, 1], cell: 1.0, origin: [0.0; 3] };
        let mut scene = Scene::new(grid, Fluid::AIR, 20.0);
        for face in [Face::Floor, Face::Roof, Face::North] {
            scene.set_side(face, Patch { flow: Flow::Slip, ..Patch::default() });
        }
        let squares = squares(&scene);
        for cell in grid.all().iter() {
            let [x, y, _] = cell;
            let nearest = (x + 1).min(9 - x).min(y + 1);
            assert_eq!(squares[grid.index(cell)], (nearest * nearest) as f64, "{cell:?}");
        }
    }
}
