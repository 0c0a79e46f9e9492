//! One grid of the hierarchy: its coefficients, and what is done with them row by row.
//!
//! The residual of a cell is `b - d x + Σ a (x_nb - x)`: differences first, so that a large constant in `x` costs no digits.
//! A face's coefficient is kept with the cell above it. Neighbours are counted around the end of an axis; where the axis does
//! not go around, the coefficient there is 0, so that no cell is a special case.

#![expect(clippy::inline_always, reason = "rows that are not inlined are no vector instructions")]

use rayon::prelude::*;

/// Below so many cells one thread is faster than several.
const SERIAL: usize = 1 << 16;

/// A grid with the coefficients of its faces and cells.
#[derive(Clone, Debug)]
pub(in crate::field) struct Level {
    /// Cells along each axis.
    pub(in crate::field) cells: [usize; 3],
    /// Widths of the cells along each axis, in those of the finest grid.
    pub(in crate::field) widths: [Vec<f32>; 3],
    /// Coefficient of the lower face of each cell, by axis.
    pub(in crate::field) faces: [Vec<f32>; 3],
    /// What ties each cell to nothing: the mass, or a fixed value beyond a side.
    pub(in crate::field) extra: Vec<f32>,
}

/// What is known of a cell while a row is gone through.
pub(in crate::field) struct Cell {
    /// Its value.
    x: f32,
    /// Its right side.
    right: f32,
    /// What flows in from its neighbours.
    flow: f32,
    /// What ties it to nothing.
    extra: f32,
    /// Sum of its coefficients, `extra` among them.
    diagonal: f32,
}

impl Cell {
    #[inline(always)]
    fn residual(&self) -> f32 {
        (self.right - self.extra * self.x) + self.flow
    }
}

/// Six neighbours of one row of cells: the values, and the coefficients towards them.
struct Row<'a> {
    /// The row itself.
    own: &'a [f32],
    /// Rows to the south, north, below and above.
    beside: [&'a [f32]; 4],
    /// Coefficients of the lower faces along x, then towards the four rows.
    faces: [&'a [f32]; 5],
    extra: &'a [f32],
    right: &'a [f32],
}

impl Row<'_> {
    /// Cell `i`; `west` and `east` are the values beside it, `last` the coefficient of its eastern face.
    #[inline(always)]
    fn cell(&self, i: usize, west: f32, east: f32, last: f32) -> Cell {
        let (x, extra) = (self.own[i], self.extra[i]);
        let [s, n, f, r] = self.beside;
        let [w, fs, fn_, ff, fr] = self.faces;
        let along = w[i] * (west - x) + last * (east - x);
        let across = fs[i] * (s[i] - x) + fn_[i] * (n[i] - x);
        let upright = ff[i] * (f[i] - x) + fr[i] * (r[i] - x);
        let diagonal = extra + ((w[i] + last) + (fs[i] + fn_[i]) + (ff[i] + fr[i]));
        Cell { x, right: self.right[i], flow: (along + across) + upright, extra, diagonal }
    }
}

impl Level {
    /// Number of cells.
    pub(in crate::field) fn len(&self) -> usize {
        self.extra.len()
    }

    /// From the middle of cell `i` along `axis` to that of the cell below.
    pub(in crate::field) fn distance(&self, axis: usize, i: usize) -> f32 {
        let widths = &self.widths[axis];
        let below = if i == 0 { widths.len() - 1 } else { i - 1 };
        f32::midpoint(widths[i], widths[below])
    }

    /// Number of cells in a plane.
    fn plane(&self) -> usize {
        self.cells[0] * self.cells[1]
    }

    fn row<'a>(&'a self, x: &'a [f32], b: &'a [f32], y: usize, z: usize) -> Row<'a> {
        let [nx, ny, nz] = self.cells;
        let at = |y: usize, z: usize| (z * ny + y) * nx..(z * ny + y + 1) * nx;
        let own = at(y, z);
        let south = at(if y == 0 { ny - 1 } else { y - 1 }, z);
        let north = at(if y + 1 == ny { 0 } else { y + 1 }, z);
        let below = at(y, if z == 0 { nz - 1 } else { z - 1 });
        let above = at(y, if z + 1 == nz { 0 } else { z + 1 });
        let [ax, ay, az] = &self.faces;
        Row {
            own: &x[own.clone()],
            faces: [
                &ax[own.clone()],
                &ay[own.clone()],
                &ay[north.clone()],
                &az[own.clone()],
                &az[above.clone()],
            ],
            beside: [&x[south], &x[north], &x[below], &x[above]],
            extra: &self.extra[own.clone()],
            // A right side of one row stands for every row.
            right: if b.len() == nx { b } else { &b[own] },
        }
    }

    /// `out = make(cell)` for every cell.
    fn map(&self, x: &[f32], b: &[f32], out: &mut [f32], make: impl Fn(Cell) -> f32 + Sync) {
        let [nx, ny, _] = self.cells;
        by_planes(out, self.plane(), |z, out| {
            for y in 0..ny {
                let row = self.row(x, b, y, z);
                row.map(&mut out[y * nx..(y + 1) * nx], &make);
            }
        });
    }

    /// One sweep of damped Jacobi: `out = x + damping residual / diagonal`; cells without coefficients stay.
    pub(in crate::field) fn sweep(&self, x: &[f32], b: &[f32], out: &mut [f32], damping: f32) {
        self.map(x, b, out, |cell| relaxed(cell.x, cell.residual(), cell.diagonal, damping));
    }

    /// The same from `x = 0`.
    pub(in crate::field) fn first_sweep(&self, b: &[f32], out: &mut [f32], damping: f32) {
        let [nx, ny, nz] = self.cells;
        let [ax, ay, az] = &self.faces;
        by_planes(out, self.plane(), |z, out| {
            let above = if z + 1 == nz { 0 } else { z + 1 };
            for y in 0..ny {
                let north = if y + 1 == ny { 0 } else { y + 1 };
                let (own, north, above) =
                    ((z * ny + y) * nx, (z * ny + north) * nx, (above * ny + y) * nx);
                let w = &ax[own..own + nx];
                let (s, n) = (&ay[own..own + nx], &ay[north..north + nx]);
                let (f, r) = (&az[own..own + nx], &az[above..above + nx]);
                let (extra, b) = (&self.extra[own..own + nx], &b[own..own + nx]);
                let out = &mut out[y * nx..(y + 1) * nx];
                let mut make = |i: usize, last: f32| {
                    let diagonal = extra[i] + ((w[i] + last) + (s[i] + n[i]) + (f[i] + r[i]));
                    out[i] = relaxed(0.0, b[i], diagonal, damping);
                };
                make(nx - 1, w[0]);
                let last = &w[1..];
                (0..nx - 1).for_each(|i| make(i, last[i]));
            }
        });
    }

    /// `out = b - A x`.
    pub(in crate::field) fn residual(&self, x: &[f32], b: &[f32], out: &mut [f32]) {
        self.map(x, b, out, |cell| if cell.diagonal > 0.0 { cell.residual() } else { 0.0 });
    }

    /// `out = A x`.
    pub(in crate::field) fn apply(&self, x: &[f32], out: &mut [f32]) {
        let nothing = vec![0.0; self.cells[0]];
        self.map(x, &nothing, out, |cell| -cell.residual());
    }

    /// `out = x + scale rate flow`: an explicit step.
    pub(in crate::field) fn step(&self, x: &[f32], rate: &[f32], out: &mut [f32], scale: f32) {
        self.map(x, rate, out, |cell| cell.x + (scale * cell.right) * cell.flow);
    }

    /// What flows in from neighbours.
    pub(in crate::field) fn flow(&self, x: &[f32], out: &mut [f32]) {
        let nothing = vec![0.0; self.cells[0]];
        self.map(x, &nothing, out, |cell| cell.flow);
    }

    /// 1 for each cell that has any coefficient, 0 for the others.
    pub(in crate::field) fn active(&self) -> Vec<f32> {
        let mut active = vec![0.0; self.len()];
        let row = vec![0.0; self.cells[0]];
        let nothing = vec![0.0; self.len()];
        self.map(&nothing, &row, &mut active, |cell| f32::from(cell.diagonal > 0.0));
        active
    }
}

impl Row<'_> {
    #[inline(always)]
    fn map(&self, out: &mut [f32], make: &impl Fn(Cell) -> f32) {
        let n = out.len();
        let x = self.own;
        let w = self.faces[0];
        let mut ends = |i: usize| {
            let (west, east) = (x[if i == 0 { n - 1 } else { i - 1 }], x[(i + 1) % n]);
            out[i] = make(self.cell(i, west, east, w[(i + 1) % n]));
        };
        ends(0);
        ends(n - 1);
        if n < 3 {
            return;
        }
        // All slices of one length, known to the compiler: no bounds are checked within the loop.
        let inner = self.cut(1, n - 1);
        let (west, east, last) = (&x[..n - 2], &x[2..], &w[2..]);
        let m = n - 2;
        let out = &mut out[1..=m];
        for i in 0..m {
            out[i] = make(inner.cell(i, west[i], east[i], last[i]));
        }
    }

    #[inline(always)]
    fn cut(&self, from: usize, to: usize) -> Row<'_> {
        Row {
            own: &self.own[from..to],
            beside: self.beside.map(|row| &row[from..to]),
            faces: self.faces.map(|row| &row[from..to]),
            extra: &self.extra[from..to],
            right: &self.right[from..to],
        }
    }
}

#[inline(always)]
fn relaxed(x: f32, residual: f32, diagonal: f32, damping: f32) -> f32 {
    // Cells that drop out have a residual of their right side over 0: a select, not a branch.
    let step = damping * residual / diagonal;
    if diagonal > 0.0 { x + step } else { x }
}

/// Runs `work` on each plane of `out`, with its number; on all cores where that pays.
pub(in crate::field) fn by_planes(
    out: &mut [f32],
    plane: usize,
    work: impl Fn(usize, &mut [f32]) + Sync,
) {
    if out.len() < SERIAL {
        out.chunks_mut(plane).enumerate().for_each(|(z, out)| work(z, out));
    } else {
        out.par_chunks_mut(plane).enumerate().for_each(|(z, out)| work(z, out));
    }
}
