//! The linear system of one transported quantity, and the sweeps that solve it.
//!
//! Velocities and scalars are carried and diffused alike. Over a step `Δt`, with `k = Δt/h`, the change `δ` of a quantity `φ` obeys
//!
//! ```text
//! (d + Σ a) δ - Σ a δ_nb = k f + Σ a (φ_nb - φ) - Σ ½ k |u| L,      a = k (g + max(-u, 0))
//! ```
//!
//! with the conductance `g` of each face and the velocity `u` through it, outwards: implicit upwind (S. V. Patankar, Numerical Heat Transfer and
//! Fluid Flow, 1980), which no step makes unstable. `L` is the slope along the flow that makes it second order (deferred
//! correction, P. K. Khosla & S. G. Rubin 1974): the whole difference across the face for [`Transport::Central`], for
//! [`Transport::Limited`] at most twice those on either side (P. K. Sweby 1984), and at most as much of it as leaves the new value a mean of old ones. A sine
//! wave under implicit upwind and explicit correction grows in no step, however long: with `c = k u` and `q = c (1 - cos θ)` its factor is
//! `(1 + q)/(1 + q + i c sin θ)`.
//!
//! All is written in differences, so that a large constant costs no digits. Sweeps are Jacobi's, in a fixed number: each cell by itself,
//! the same on all machines; each leaves at most the share `q/(1 + q)` of the error, `q = Σ a / d`.

use super::layout::{Layout, along};
use crate::field::Transport;

/// Rows of a system: the links to the neighbours west, east, south, north, below, above; then these two.
pub const SYSTEM: usize = 8;
/// The sum of the links and what holds the value in place.
pub const DIAGONAL: usize = 6;
/// The right side.
pub const RIGHT: usize = 7;

/// Cells of a row that are worked on at a time: several short passes over them stay in the fastest memory.
pub(super) const CHUNK: usize = 128;

/// All ones, all zeros: whether limiters may look across a face.
pub(super) static ONES: [f32; CHUNK] = [1.0; CHUNK];
pub(super) static ZEROS: [f32; CHUNK] = [0.0; CHUNK];

/// A stretch of cells of one row.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stretch {
    /// The row.
    pub(super) row: usize,
    /// The first cell, margin included.
    pub(super) x: usize,
    /// So many, [`CHUNK`] at most.
    pub(super) len: usize,
}

/// Stretches of a row of `cells` cells.
pub(super) fn stretches(row: usize, cells: usize) -> impl Iterator<Item = Stretch> {
    let first = super::layout::MARGIN;
    (0..cells).step_by(CHUNK).map(move |from| Stretch {
        row,
        x: first + from,
        len: CHUNK.min(cells - from),
    })
}

/// The rows of a system along a stretch, for writing.
pub(super) struct Equations<'a> {
    pub(super) links: [&'a mut [f32]; 6],
    pub(super) diagonal: &'a mut [f32],
    pub(super) right: &'a mut [f32],
}

impl<'a> Equations<'a> {
    /// Those along `stretch` in the eight rows `rows` of length `row`.
    pub(super) fn of(rows: &'a mut [f32], row: usize, stretch: Stretch) -> Self {
        let mut parts =
            rows.chunks_exact_mut(row).map(|part| &mut part[stretch.x..stretch.x + stretch.len]);
        let mut part = || parts.next().unwrap_or_default();
        Self {
            links: [part(), part(), part(), part(), part(), part()],
            diagonal: part(),
            right: part(),
        }
    }
}

/// What one link is made of, along a stretch: values at the cell, beyond the face, on the other side of the cell, and beyond the next.
pub(super) struct Line<'a> {
    pub(super) own: &'a [f32],
    pub(super) next: &'a [f32],
    pub(super) back: &'a [f32],
    pub(super) far: &'a [f32],
    /// Conductance of the face [m/s].
    pub(super) conductance: &'a [f32],
    /// Velocity through it, outwards [m/s].
    pub(super) outward: &'a [f32],
    /// 1 where the correction may be made.
    pub(super) inner: &'a [f32],
}

/// Adds one link to the equations along a stretch.
pub(super) fn link(
    equations: &mut Equations<'_>,
    n: usize,
    line: &Line<'_>,
    k: f32,
    by: Transport,
) {
    let Equations { links, diagonal, right } = equations;
    let link = &mut *links[n];
    match by {
        Transport::Upwind => add::<0>(link, diagonal, right, line, k),
        Transport::Limited => add::<1>(link, diagonal, right, line, k),
        Transport::Central => add::<2>(link, diagonal, right, line, k),
    }
}

#[inline(always)]
fn add<const BY: u8>(
    link: &mut [f32],
    diagonal: &mut [f32],
    right: &mut [f32],
    line: &Line<'_>,
    k: f32,
) {
    let len = link.len();
    let (own, next) = (&line.own[..len], &line.next[..len]);
    let (back, far) = (&line.back[..len], &line.far[..len]);
    let (conductance, outward) = (&line.conductance[..len], &line.outward[..len]);
    let inner = &line.inner[..len];
    let mut flows = [0.0; CHUNK];
    let flows = &mut flows[..len];
    // One slice is written in this loop and nothing in it branches, so that it becomes vector instructions.
    for i in 0..len {
        let a = k * (conductance[i] + (-outward[i]).max(0.0));
        let ahead = next[i] - own[i];
        let courant = k * outward[i].abs();
        let correction = match BY {
            0 => 0.0,
            1 => {
                let (behind, beyond) = (own[i] - back[i], far[i] - next[i]);
                let most = ahead.abs().min(2.0 * behind.abs()).min(2.0 * beyond.abs());
                let same = (behind * ahead).min(beyond * ahead) > 0.0;
                // At most a sixth of the way to any of six neighbours: then the new value is a mean of old ones.
                let share = (0.5 * courant).min(1.0 / 12.0) * inner[i];
                let all = share * most.copysign(ahead);
                if same { all } else { 0.0 }
            }
            _ => 0.5 * courant * inner[i] * ahead,
        };
        link[i] = a;
        flows[i] = a * ahead - correction;
    }
    let sums = diagonal[..len].iter_mut().zip(&mut right[..len]);
    for ((diagonal, right), (a, flow)) in sums.zip(link.iter().zip(flows)) {
        *diagonal += *a;
        *right += *flow;
    }
}

/// Offsets of the six neighbours, in the order of links.
pub(super) const NEIGHBOURS: [[isize; 3]; 6] =
    [along(0, -1), along(0, 1), along(1, -1), along(1, 1), along(2, -1), along(2, 1)];

/// Up to which `q` a cell may begin from the smooth guess before so many sweeps.
///
/// The guess leaves up to `4 q² / (1 + 2 q)` of what is roughest, and the sweeps leave `(q / (1 + q))ⁿ` of that: below 1/2 here, so that it
/// cannot grow from step to step.
pub fn smooth_up_to(sweeps: usize) -> f32 {
    0.5 + 0.25 * sweeps as f32
}

/// The first guess: what the change would be if all neighbours changed alike, which leaves to the sweeps only what is rough; in cells with
/// larger links than `smooth` times what holds the value, one sweep from nothing, which is always stable.
pub(super) fn begin(layout: &Layout, system: &[f32], change: &mut [f32], smooth: f32) {
    layout.for_rows(change, 1, |row, _, out| {
        for Stretch { x, len, .. } in stretches(row, layout.cells[0]) {
            let part = |n| layout.part(system, n, SYSTEM).slice(row, x, len, [0; 3]);
            let (a, d, r) = ([0, 1, 2, 3, 4, 5].map(part), part(DIAGONAL), part(RIGHT));
            let out = &mut out[x..x + len];
            for i in 0..len {
                let links = ((a[0][i] + a[1][i]) + (a[2][i] + a[3][i])) + (a[4][i] + a[5][i]);
                let held = d[i] - links;
                out[i] = r[i] / if links <= smooth * held { held } else { d[i] };
            }
        }
    });
}

/// One more sweep, from `from` to `to`.
pub(super) fn sweep(layout: &Layout, system: &[f32], from: &[f32], to: &mut [f32]) {
    layout.for_rows(to, 1, |row, _, out| {
        for stretch in stretches(row, layout.cells[0]) {
            let Stretch { x, len, .. } = stretch;
            let (sums, diagonal) = neighbours(layout, system, from, stretch);
            let out = &mut out[x..x + len];
            let (sums, diagonal) = (&sums[..len], &diagonal[..len]);
            for i in 0..len {
                out[i] = sums[i] / diagonal[i];
            }
        }
    });
}

/// What the sweeps have left: `right + Σ a δ_nb - (d + Σ a) δ`.
pub(super) fn left_over(layout: &Layout, system: &[f32], change: &[f32], remainder: &mut [f32]) {
    let own = layout.part(change, 0, 1);
    layout.for_rows(remainder, 1, |row, _, out| {
        for stretch in stretches(row, layout.cells[0]) {
            let Stretch { x, len, .. } = stretch;
            let (sums, diagonal) = neighbours(layout, system, change, stretch);
            let own = own.slice(row, x, len, [0; 3]);
            let out = &mut out[x..x + len];
            let (sums, diagonal) = (&sums[..len], &diagonal[..len]);
            for i in 0..len {
                out[i] = sums[i] - diagonal[i] * own[i];
            }
        }
    });
}

/// `right + Σ a δ_nb` along a stretch, and the diagonal.
#[inline(always)]
fn neighbours<'a>(
    layout: &Layout,
    system: &'a [f32],
    change: &[f32],
    Stretch { row, x, len }: Stretch,
) -> ([f32; CHUNK], &'a [f32]) {
    let part = |n| layout.part(system, n, SYSTEM).slice(row, x, len, [0; 3]);
    let change = layout.part(change, 0, 1);
    let beside = |n: usize| change.slice(row, x, len, NEIGHBOURS[n]);
    let (a, d) = ([0, 1, 2, 3, 4, 5].map(part), [0, 1, 2, 3, 4, 5].map(beside));
    let right = part(RIGHT);
    let mut sums = [0.0; CHUNK];
    let out = &mut sums[..len];
    for i in 0..len {
        let across =
            (a[0][i] * d[0][i] + a[1][i] * d[1][i]) + (a[2][i] * d[2][i] + a[3][i] * d[3][i]);
        out[i] = right[i] + (across + (a[4][i] * d[4][i] + a[5][i] * d[5][i]));
    }
    (sums, part(DIAGONAL))
}

/// Solves the system by so many sweeps, the first guess counted; the change lies in `change` then, the margin of which is 0 or `periodic`.
pub(super) fn solve(
    layout: &Layout,
    system: &[f32],
    change: &mut Vec<f32>,
    spare: &mut Vec<f32>,
    sweeps: usize,
    periodic: [bool; 3],
) {
    begin(layout, system, change, smooth_up_to(sweeps));
    layout.wrap(change, 1, periodic);
    for _ in 1..sweeps {
        sweep(layout, system, change, spare);
        layout.wrap(spare, 1, periodic);
        std::mem::swap(change, spare);
    }
}
