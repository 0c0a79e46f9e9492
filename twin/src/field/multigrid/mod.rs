//! Multigrid for diffusion: pressure in the air tier, heat in the conduction tier.
//!
//! Solves `(d_i + Σ_f a_f) x_i - Σ_f a_f x_nb = b_i` on a box of cells. Coefficients `a` of faces may vary by any factor; faces with
//! `a = 0` are closed; cells that have closed faces only and `d = 0` take no part, and their `x` means nothing. Any number of cells, axes that go
//! around, one cell along an axis: all allowed.
//!
//! One V-cycle is two sweeps of damped Jacobi down and two up. The two dampings are those of the Chebyshev polynomial of degree 2 over
//! `1/3..2`, the part of the spectrum of `D⁻¹A` that the coarser grid does not see in three dimensions (W. L. Briggs et al.,
//! A Multigrid Tutorial, 2000): together they leave 0.34 of any such error, as
//! good as red-black Gauss-Seidel for the same traffic, and need no colours. The coarsest grid is one cell. A plain
//! box keeps 0.1 to 0.2 of its residual in each cycle, a flat one 0.35, one with obstacles up to 0.4; with coefficients of 1000 : 1, and besides where much
//! hangs on few open walls, cycles serve as the preconditioner of conjugate gradients ([`Multigrid::conjugate`]).
//!
//! # For pressure
//!
//! ```
//! # use twin::field::multigrid::Multigrid;
//! # let (cells, len) = ([4, 4, 4], 64);
//! # let inner = |axis: usize| (0..len).map(|i| f32::from([i % 4, i / 4 % 4, i / 16][axis] > 0)).collect::<Vec<f32>>();
//! // Once: 1 for each lower face between two fluid cells, 0 for the others; 2 for each side where pressure is given.
//! let (faces, walls) = ([inner(0), inner(1), inner(2)], vec![0.0; len]);
//! let mut multigrid = Multigrid::new(cells, faces, &walls, &[]);
//! // Each step: the right side is minus the divergence, as it flows out through faces; pressure starts from the last one.
//! # let (mut pressure, mut right) = (vec![0.0; len], vec![0.0; len]);
//! # (right[0], right[63]) = (1.0, -1.0);
//! multigrid.solve(&mut pressure, &right, 3);
//! # assert!(pressure[0] > pressure[63]);
//! ```

mod conjugate;
pub(super) mod level;
#[cfg(test)]
mod tests;
mod transfer;
pub(super) mod vector;

use level::Level;
use transfer::Ties;
use vector::{combine, dot};

/// Dampings of the two sweeps, in their order.
pub const DAMPING: [f32; 2] = [1.732_051, 0.569_471];

/// A hierarchy of grids, and the memory to go through it.
#[derive(Clone, Debug)]
pub struct Multigrid {
    levels: Vec<Level>,
    work: Vec<Work>,
    directions: conjugate::Directions,
    /// Where nothing is fixed: 1 for each cell that takes part, and the right side without its mean.
    floating: Option<(Vec<f32>, Vec<f32>)>,
}

/// What a cycle needs at one level.
#[derive(Clone, Debug)]
struct Work {
    /// The other half of a pair of sweeps; residuals.
    other: Vec<f32>,
    /// Correction and right side of the next coarser level.
    coarse: Vec<f32>,
    right: Vec<f32>,
}

impl Multigrid {
    /// The hierarchy for `cells` along x, y, z, x fastest.
    ///
    /// `faces[axis]` has the coefficient of the lower face of each cell; that of the first cell of a row belongs to the face around the
    /// end, and is 0 where the axis does not go around (and must be where it has one cell only). `walls` and `mass` add up to `d`: what
    /// ties a cell to a given value beyond a side (twice the coefficient of a face, or less with a film), and what
    /// ties it to its own past. Either may be empty: none.
    ///
    /// # Panics
    ///
    /// If the arrays do not fit the cells.
    pub fn new(cells: [usize; 3], faces: [Vec<f32>; 3], walls: &[f32], mass: &[f32]) -> Self {
        let len = cells.iter().product();
        let full =
            |values: &[f32]| if values.is_empty() { vec![0.0; len] } else { values.to_vec() };
        let mut ties = Ties { walls: full(walls), mass: full(mass) };
        let fits = ties.walls.len() == len && ties.mass.len() == len;
        assert!(fits && faces.iter().all(|faces| faces.len() == len), "arrays and cells differ");
        let widths = cells.map(|n| vec![1.0; n]);
        let mut levels = vec![Level { cells, widths, faces, extra: ties.sum() }];
        while levels[levels.len() - 1].len() > 1 {
            let (level, coarser) = transfer::coarser(&levels[levels.len() - 1], &ties);
            levels.push(level);
            ties = coarser;
        }
        let zeros = |len| vec![0.0; len];
        let work = |n: usize| {
            let coarse = levels.get(n + 1).map_or(0, Level::len);
            let other = zeros(levels[n].len());
            Work { other, coarse: zeros(coarse), right: zeros(coarse) }
        };
        let work = (0..levels.len()).map(work).collect();
        let is_floating = levels[0].extra.iter().all(|extra| *extra == 0.0);
        let floating = is_floating.then(|| (levels[0].active(), zeros(len)));
        Self { levels, work, directions: conjugate::Directions::default(), floating }
    }

    /// The finest grid.
    pub(super) fn finest(&mut self) -> &mut Level {
        &mut self.levels[0]
    }

    /// Replaces `d` of the cells. Coarser grids keep theirs: for conjugate gradients, and for small changes.
    ///
    /// # Panics
    ///
    /// If its length is not the number of cells.
    pub fn set_extra(&mut self, extra: &[f32]) {
        self.levels[0].extra.copy_from_slice(extra);
    }

    /// The grids, finest first: cells, coefficients of lower faces by axis, and `d`.
    pub fn levels(&self) -> impl ExactSizeIterator<Item = ([usize; 3], &[Vec<f32>; 3], &[f32])> {
        self.levels.iter().map(|level| (level.cells, &level.faces, level.extra.as_slice()))
    }

    /// Whether nothing is fixed: then the solution is known but for a constant.
    pub fn is_floating(&self) -> bool {
        self.floating.is_some()
    }

    /// Where nothing is fixed: 1 for each cell that takes part, 0 for the others. None: something is fixed.
    pub fn active(&self) -> Option<&[f32]> {
        self.floating.as_ref().map(|(active, _)| active.as_slice())
    }

    /// Improves `x` by so many V-cycles.
    ///
    /// Where nothing is fixed, the mean of `b` is taken off first and that of `x` last, over all cells that take part. A room of its own that
    /// is cut off from the others has to have a right side that adds up to 0.
    pub fn solve(&mut self, x: &mut [f32], b: &[f32], cycles: usize) {
        self.grounded(x, b, |this, x, b| {
            for _ in 0..cycles {
                cycle(&this.levels, &mut this.work, x, b, false);
            }
        });
    }

    /// Norm of the residual `b - A x`.
    pub fn residual(&mut self, x: &[f32], b: &[f32]) -> f64 {
        let residual = &mut self.work[0].other;
        self.levels[0].residual(x, b, residual);
        dot(residual, residual).sqrt()
    }

    /// Runs `solve` with means taken off where nothing is fixed.
    fn grounded(
        &mut self,
        x: &mut [f32],
        b: &[f32],
        solve: impl FnOnce(&mut Self, &mut [f32], &[f32]),
    ) {
        let Some((active, mut right)) = self.floating.take() else { return solve(self, x, b) };
        let count = dot(&active, &active).max(1.0);
        right.copy_from_slice(b);
        combine(-(dot(&active, b) / count) as f32, &active, 1.0, &mut right);
        solve(self, x, &right);
        combine(-(dot(&active, x) / count) as f32, &active, 1.0, x);
        self.floating = Some((active, right));
    }
}

/// One V-cycle on the first of `levels`, from `x`, or from 0 where `fresh`.
fn cycle(levels: &[Level], work: &mut [Work], x: &mut [f32], b: &[f32], fresh: bool) {
    let ([level, coarser @ ..], [here, deeper @ ..]) = (levels, work) else { return };
    let Work { other, coarse, right } = here;
    if fresh {
        level.first_sweep(b, other, DAMPING[0]);
    } else {
        level.sweep(x, b, other, DAMPING[0]);
    }
    level.sweep(other, b, x, DAMPING[1]);
    let Some(next) = coarser.first() else { return };
    level.residual(x, b, other);
    transfer::add_up(level.cells, other, next.cells, right);
    cycle(coarser, deeper, coarse, right, true);
    transfer::correct(level.cells, next.cells, coarse, x);
    level.sweep(x, b, other, DAMPING[0]);
    level.sweep(other, b, x, DAMPING[1]);
}
