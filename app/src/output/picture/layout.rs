//! Where everything goes: metres to pixels, and margins.

use twin::field::Face;

use super::canvas::At;
use super::slice::{Gate, Slice};

/// Widest and highest plot [pixels].
const MOST: [f64; 2] = [1400.0, 1000.0];
/// Narrowest plot and page, so that there is room for a title [pixels].
const LEAST: f64 = 24.0;
const LEAST_PAGE: usize = 760;
/// Plots lower than this have their scale below.
const LOW: f64 = 420.0;

/// Places of things [pixels].
#[derive(Clone, Debug)]
pub(super) struct Layout {
    pub(super) width: usize,
    pub(super) height: usize,
    /// Left of titles.
    pub(super) margin: f64,
    /// The field: upper left and lower right corner, whole pixels.
    pub(super) plot: [At; 2],
    /// The bar of the scale.
    pub(super) bar: [At; 2],
    /// Whether the bar stands upright, right of the plot; else it lies below.
    pub(super) upright: bool,
    per_metre: f64,
    origin: [f64; 2],
}

impl Layout {
    /// The places for a slice.
    pub(super) fn of(slice: &Slice) -> Self {
        let size = slice.size();
        let per_metre = (MOST[0] / size[0]).min(MOST[1] / size[1]);
        let plot = size.map(|side| (side * per_metre).round().max(LEAST));
        let (left, top) = (118.0, 126.0);
        let low = [left, top];
        let high = [left + plot[0], top + plot[1]];
        let upright = plot[1] >= LOW;
        let (bar, page) = if upright {
            let x = high[0] + 44.0;
            ([[x, low[1]], [x + 30.0, high[1]]], [x + 180.0, high[1] + 92.0])
        } else {
            let y = high[1] + 112.0;
            let wide = plot[0].max(480.0);
            ([[left, y], [left + wide, y + 26.0]], [left + wide + 60.0, y + 26.0 + 92.0])
        };
        Self {
            width: (page[0] as usize).max(LEAST_PAGE),
            height: page[1] as usize,
            margin: 36.0,
            plot: [low, high],
            bar,
            upright,
            per_metre,
            origin: slice.origin,
        }
    }

    /// Where a point of the slice is drawn.
    pub(super) fn pixels(&self, point: [f64; 2]) -> At {
        [
            self.plot[0][0] + (point[0] - self.origin[0]) * self.per_metre,
            self.plot[1][1] - (point[1] - self.origin[1]) * self.per_metre,
        ]
    }

    /// The point of the slice that is drawn at `at`.
    pub(super) fn metres(&self, at: At) -> [f64; 2] {
        [
            self.origin[0] + (at[0] - self.plot[0][0]) / self.per_metre,
            self.origin[1] + (self.plot[1][1] - at[1]) / self.per_metre,
        ]
    }

    /// A point on the edge of the plot that stands for `face`, `at` metres along.
    pub(super) fn on_edge(&self, slice: &Slice, face: Face, at: f64) -> At {
        let [low, high] = self.plot;
        let point = self.pixels([at, at]);
        match (Gate::is_upright(face, slice.plane), face.is_upper()) {
            (true, false) => [low[0] - 1.0, point[1]],
            (true, true) => [high[0] + 1.0, point[1]],
            (false, false) => [point[0], high[1] + 1.0],
            (false, true) => [point[0], low[1] - 1.0],
        }
    }

    /// The step of one pixel from the edge for `face` into the plot.
    pub(super) fn inward(&self, slice: &Slice, face: Face) -> At {
        match (Gate::is_upright(face, slice.plane), face.is_upper()) {
            (true, false) => [1.0, 0.0],
            (true, true) => [-1.0, 0.0],
            (false, false) => [0.0, -1.0],
            (false, true) => [0.0, 1.0],
        }
    }

    /// Tells of each stretch of border between cells that are filled with different things.
    pub(super) fn borders(&self, slice: &Slice, mut tell: impl FnMut(At, At)) {
        let corner = |cell: [usize; 2]| {
            let along = |axis: usize| slice.origin[axis] + cell[axis] as f64 * slice.cell;
            self.pixels([along(0), along(1)])
        };
        for across in 0..2 {
            let along = 1 - across;
            for n in 1..slice.cells[across] {
                let place = |m: usize| if across == 0 { [n, m] } else { [m, n] };
                let mut begin = None;
                for m in 0..=slice.cells[along] {
                    // Stretches that continue each other are told at once.
                    match (m < slice.cells[along] && is_border(slice, place(m), across), begin) {
                        (true, None) => begin = Some(m),
                        (false, Some(from)) => {
                            tell(corner(place(from)), corner(place(m)));
                            begin = None;
                        }
                        _ => {}
                    }
                }
            }
        }
    }
}

/// Whether a cell is filled with something else than the one before it along an axis.
fn is_border(slice: &Slice, cell: [usize; 2], axis: usize) -> bool {
    let filling = |[u, v]: [usize; 2]| slice.filling[v * slice.cells[0] + u];
    let mut before = cell;
    before[axis] -= 1;
    filling(before) != filling(cell)
}
