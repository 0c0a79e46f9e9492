//! One explicit step through one material: `T += r Σ (T_nb - T)`, `r = a Δt / h²`, 8 bytes a cell.

use super::super::multigrid::level::by_planes;

/// Bytes that a step moves for each cell: one read, one write.
pub const BYTES: usize = 8;

/// `out = x + ratio Σ (x_nb - x)`; where an axis does not go around, the cell itself stands for what is not there.
pub(super) fn step(cells: [usize; 3], around: [bool; 3], ratio: f32, x: &[f32], out: &mut [f32]) {
    let [nx, ny, nz] = cells;
    let beside = |i: usize, n: usize, around: bool| {
        let below = if i > 0 {
            i - 1
        } else if around {
            n - 1
        } else {
            0
        };
        let above = if i + 1 < n {
            i + 1
        } else if around {
            0
        } else {
            n - 1
        };
        [below, above]
    };
    by_planes(out, nx * ny, |z, out| {
        let [below, above] = beside(z, nz, around[2]);
        for (y, out) in out.chunks_mut(nx).enumerate() {
            let row = |y: usize, z: usize| &x[(z * ny + y) * nx..(z * ny + y + 1) * nx];
            let [south, north] = beside(y, ny, around[1]);
            let rows = [row(y, z), row(south, z), row(north, z), row(y, below), row(y, above)];
            row_step(rows, around[0], ratio, out);
        }
    });
}

#[inline]
fn row_step(rows: [&[f32]; 5], around: bool, ratio: f32, out: &mut [f32]) {
    let n = out.len();
    let [x, s, b, f, r] = rows.map(|row| &row[..n]);
    let value = |i: usize, west: f32, east: f32| {
        let sum = ((west + east) + (s[i] + b[i])) + (f[i] + r[i]);
        x[i] + ratio * (sum - 6.0 * x[i])
    };
    let (low, high) = if around { (x[n - 1], x[0]) } else { (x[0], x[n - 1]) };
    if n == 1 {
        out[0] = value(0, low, high);
        return;
    }
    out[0] = value(0, low, x[1]);
    out[n - 1] = value(n - 1, x[n - 2], high);
    // Slices of one length, so that nothing stands between this loop and vector instructions.
    let inner = 1..n - 1;
    let (west, east) = (&x[..n - 2], &x[2..]);
    let [x, s, b, f, r] = rows.map(|row| &row[inner.clone()]);
    let out = &mut out[inner];
    for i in 0..out.len() {
        let sum = ((west[i] + east[i]) + (s[i] + b[i])) + (f[i] + r[i]);
        out[i] = x[i] + ratio * (sum - 6.0 * x[i]);
    }
}
