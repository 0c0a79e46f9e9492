//! From a grid to the next coarser one and back.
//!
//! Two cells become one along each axis; the last one stays alone where their number is odd. Residuals add up, as fluxes do, and a
//! correction counts for all cells that a coarse one stands for: each is the transpose of the other, so that a cycle is a
//! symmetric operator and conjugate gradients may use it. A coarse face has the sum of its fine faces' coefficients over twice
//! their distance (less where a cell stayed alone); that is what makes so plain a transfer do (D. Braess, Towards algebraic multigrid for elliptic problems of second
//! order, Computing 55, 1995).

use super::level::{Level, by_planes};

/// What ties the cells of a grid to nothing.
#[derive(Clone, Debug)]
pub(super) struct Ties {
    /// Through a side: as conduction to it, in series with a film.
    pub(super) walls: Vec<f32>,
    /// Anywhere: a mass.
    pub(super) mass: Vec<f32>,
}

impl Ties {
    /// Both together.
    pub(super) fn sum(&self) -> Vec<f32> {
        self.walls.iter().zip(&self.mass).map(|(wall, mass)| wall + mass).collect()
    }
}

/// The next coarser form of `fine` with its `ties`.
pub(super) fn coarser(fine: &Level, ties: &Ties) -> (Level, Ties) {
    let cells = fine.cells.map(|n| n.div_ceil(2));
    let widths =
        fine.widths.each_ref().map(|w| w.chunks(2).map(|pair| pair.iter().sum()).collect());
    let len = cells.iter().product();
    let empty = || vec![0.0; len];
    let mut coarse = Level { cells, widths, faces: [empty(), empty(), empty()], extra: empty() };
    for axis in 0..3 {
        coarse_faces(fine, &mut coarse, axis);
    }
    let mut coarse_ties = Ties { walls: empty(), mass: empty() };
    add_up(fine.cells, &ties.mass, cells, &mut coarse_ties.mass);
    coarse_walls(fine, &ties.walls, &coarse, &mut coarse_ties.walls);
    coarse.extra = coarse_ties.sum();
    (coarse, coarse_ties)
}

fn coarse_faces(fine: &Level, coarse: &mut Level, axis: usize) {
    let (n, cells) = (fine.cells, coarse.cells);
    if cells[axis] == 1 {
        // All that is left of the axis is one cell: nothing lies beside it.
        return;
    }
    let shares: Vec<f32> =
        (0..cells[axis]).map(|i| fine.distance(axis, 2 * i) / coarse.distance(axis, i)).collect();
    by_planes(&mut coarse.faces[axis], cells[0] * cells[1], |z, out| {
        for (i, out) in out.iter_mut().enumerate() {
            let coarse = [i % cells[0], i / cells[0], z];
            let below = children(coarse, n).filter(|child| child[axis] % 2 == 0);
            let sum: f32 = below.map(|child| fine.faces[axis][index(child, n)]).sum();
            *out = shares[coarse[axis]] * sum;
        }
    });
}

/// Twice as far to the wall: the film stays what it is, the way through the cell doubles. How much of a coefficient is film, and how
/// many walls it stands for, is judged by the largest coefficient of the cell's faces: exact in a uniform medium.
fn coarse_walls(fine: &Level, walls: &[f32], coarse: &Level, out: &mut [f32]) {
    let (n, cells) = (fine.cells, coarse.cells);
    by_planes(out, cells[0] * cells[1], |z, out| {
        for (i, out) in out.iter_mut().enumerate() {
            let cell = [i % cells[0], i / cells[0], z];
            let (mut sum, mut way) = (0.0, 0.0);
            for child in children(cell, n) {
                let at = index(child, n);
                if walls[at] > 0.0 {
                    let half = 2.0 * largest(fine, child);
                    sum += walls[at];
                    way += half * (walls[at] / half * 0.999).ceil().clamp(1.0, 6.0);
                }
            }
            // A cell that stands for one only, along an axis, is at the wall there: its way is not longer.
            let wider =
                |axis: usize| coarse.widths[axis][cell[axis]] / fine.widths[axis][2 * cell[axis]];
            let longer = (0..3).filter(|axis| n[*axis] > 1).map(wider).fold(2.0, f32::min) - 1.0;
            *out = if way > 0.0 { sum * way / (longer * sum + way) } else { sum };
        }
    });
}

fn largest(fine: &Level, cell: [usize; 3]) -> f32 {
    let n = fine.cells;
    let mut largest = 0.0_f32;
    for (axis, faces) in fine.faces.iter().enumerate() {
        let mut next = cell;
        next[axis] = (cell[axis] + 1) % n[axis];
        largest = largest.max(faces[index(cell, n)]).max(faces[index(next, n)]);
    }
    largest
}

fn index([x, y, z]: [usize; 3], n: [usize; 3]) -> usize {
    (z * n[1] + y) * n[0] + x
}

fn children(coarse: [usize; 3], n: [usize; 3]) -> impl Iterator<Item = [usize; 3]> {
    let range = move |axis: usize| coarse[axis] * 2..(coarse[axis] * 2 + 2).min(n[axis]);
    range(2).flat_map(move |z| range(1).flat_map(move |y| range(0).map(move |x| [x, y, z])))
}

/// `out` of a coarse cell is the sum of `fine` over those that it stands for.
pub(super) fn add_up(n: [usize; 3], fine: &[f32], cells: [usize; 3], out: &mut [f32]) {
    by_planes(out, cells[0] * cells[1], |z, out| {
        for (y, out) in out.chunks_mut(cells[0]).enumerate() {
            out.fill(0.0);
            for (dy, dz) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
                let (y, z) = (2 * y + dy, 2 * z + dz);
                if y < n[1] && z < n[2] {
                    let from = index([0, y, z], n);
                    let (pairs, alone) = fine[from..from + n[0]].as_chunks::<2>();
                    for (out, [a, b]) in out.iter_mut().zip(pairs) {
                        *out += a + b;
                    }
                    if let ([a], Some(out)) = (alone, out.last_mut()) {
                        *out += a;
                    }
                }
            }
        }
    });
}

/// Adds to `x`, on `n` cells, what was found on the `cells` coarser ones.
pub(super) fn correct(n: [usize; 3], cells: [usize; 3], found: &[f32], x: &mut [f32]) {
    by_planes(x, n[0] * n[1], |z, x| {
        for (y, x) in x.chunks_mut(n[0]).enumerate() {
            let from = index([0, y / 2, z / 2], cells);
            let found = &found[from..from + cells[0]];
            let (pairs, alone) = x.as_chunks_mut::<2>();
            for ([a, b], found) in pairs.iter_mut().zip(found) {
                *a += found;
                *b += found;
            }
            if let ([a], Some(found)) = (alone, found.last()) {
                *a += found;
            }
        }
    });
}
