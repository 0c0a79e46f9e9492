//! How fields lie in memory: cells with a margin of two on every side, row by row.
//!
//! All fields have the same places, so that one offset leads to a neighbour in each of them. Face `a` of a cell is the one at its
//! lower end along axis `a`; the faces at the upper end of the grid belong to the first cells of the margin. Where a field has several
//! parts (velocity: 3, a linear system: 8) these lie row beside row: `[row][part][x]`. So the rows of any field can be
//! written in parallel, each by one thread, and a slab of planes is one stretch of memory.

use rayon::prelude::*;

use crate::field::{Axis, Grid};

/// Cells of the margin on each side: as far as a limiter looks.
pub const MARGIN: usize = 2;

/// Below so many values one thread is faster than several.
pub(super) const SERIAL: usize = 1 << 16;

/// Rows that one task takes at least.
pub(super) const ROWS: usize = 16;

/// Where the values of fields lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Cells along x, y, z, without the margin.
    pub cells: [usize; 3],
    /// Places in a row.
    pub row: usize,
    /// Rows in a plane.
    pub rows: usize,
    /// Planes.
    pub planes: usize,
}

/// One part of a field, for reading.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part<'a> {
    values: &'a [f32],
    parts: usize,
    number: usize,
    layout: Layout,
}

impl<'a> Part<'a> {
    /// `len` values from place `x` of row `row` on, `by` places away.
    #[inline(always)]
    pub(super) fn slice(&self, row: usize, x: usize, len: usize, by: [isize; 3]) -> &'a [f32] {
        let away = by[1] + by[2] * self.layout.rows as isize;
        let row = (row as isize + away) as usize;
        let start = (row * self.parts + self.number) * self.layout.row;
        let start = start + (x as isize + by[0]) as usize;
        &self.values[start..start + len]
    }
}

/// One place along `axis`, `by` times.
#[inline(always)]
pub(super) const fn along(axis: usize, by: isize) -> [isize; 3] {
    let mut step = [0; 3];
    step[axis] = by;
    step
}

/// Both steps together.
#[inline(always)]
pub(super) const fn plus(a: [isize; 3], b: [isize; 3]) -> [isize; 3] {
    [a[0] + b[0], a[1] + b[1], a[2] + b[2]]
}

impl Layout {
    /// The layout of fields over `grid`.
    pub fn of(grid: &Grid) -> Self {
        let [nx, ny, nz] = grid.cells;
        let all = 2 * MARGIN;
        Self { cells: grid.cells, row: nx + all, rows: ny + all, planes: nz + all }
    }

    /// Places, margin included.
    pub fn len(&self) -> usize {
        self.row * self.rows * self.planes
    }

    /// Whether there are none: never.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Steps from a place to its upper neighbours.
    pub fn steps(&self) -> [usize; 3] {
        [1, self.row, self.row * self.rows]
    }

    /// Place of a cell of the grid.
    pub fn place(&self, [x, y, z]: [usize; 3]) -> usize {
        ((z + MARGIN) * self.rows + y + MARGIN) * self.row + x + MARGIN
    }

    /// Where the value of `place` lies in part `part` of `parts`.
    #[inline(always)]
    pub fn index(&self, place: usize, part: usize, parts: usize) -> usize {
        (place / self.row * parts + part) * self.row + place % self.row
    }

    /// Where `place` is: x, y, z, margin included.
    pub fn at(&self, place: usize) -> [usize; 3] {
        [place % self.row, place / self.row % self.rows, place / (self.row * self.rows)]
    }

    /// A field of zeros.
    pub(super) fn zeros(&self, parts: usize) -> Vec<f32> {
        vec![0.0; self.len() * parts]
    }

    /// Part `part` of `parts` of a field.
    pub(super) fn part<'a>(&self, values: &'a [f32], part: usize, parts: usize) -> Part<'a> {
        Part { values, parts, number: part, layout: *self }
    }

    /// Whether a row holds cells of the grid: its y and z there.
    pub(super) fn inner_row(&self, row: usize) -> Option<[usize; 2]> {
        let y = (row % self.rows).checked_sub(MARGIN)?;
        let z = (row / self.rows).checked_sub(MARGIN)?;
        (y < self.cells[1] && z < self.cells[2]).then_some([y, z])
    }

    /// Calls `each` with every row that holds cells, its y and z, and its values in a field of `parts` parts.
    pub(super) fn for_rows<F>(&self, field: &mut [f32], parts: usize, each: F)
    where
        F: Fn(usize, [usize; 2], &mut [f32]) + Sync,
    {
        let size = parts * self.row;
        let work = |(row, values): (usize, &mut [f32])| {
            if let Some(at) = self.inner_row(row) {
                each(row, at, values);
            }
        };
        if self.len() <= SERIAL {
            field.chunks_mut(size).enumerate().for_each(work);
        } else {
            field.par_chunks_mut(size).with_min_len(ROWS).enumerate().for_each(work);
        }
    }

    /// [`for_rows`](Self::for_rows) with two fields.
    pub(super) fn for_rows_of_two<F>(
        &self,
        (one, parts): (&mut [f32], usize),
        (other, others): (&mut [f32], usize),
        each: F,
    ) where
        F: Fn(usize, [usize; 2], &mut [f32], &mut [f32]) + Sync,
    {
        let (size, other_size) = (parts * self.row, others * self.row);
        let work = |(row, (a, b)): (usize, (&mut [f32], &mut [f32]))| {
            if let Some(at) = self.inner_row(row) {
                each(row, at, a, b);
            }
        };
        if self.len() <= SERIAL {
            one.chunks_mut(size).zip(other.chunks_mut(other_size)).enumerate().for_each(work);
        } else {
            let other = other.par_chunks_mut(other_size);
            one.par_chunks_mut(size).zip(other).with_min_len(ROWS).enumerate().for_each(work);
        }
    }

    /// A number of every row that holds cells, put together in the order of rows, so that threads do not show.
    pub(super) fn fold_rows<T, F>(&self, zero: T, each: F, join: fn(T, T) -> T) -> T
    where
        T: Copy + Send + Sync,
        F: Fn(usize, [usize; 2]) -> T + Sync,
    {
        let of = |row: usize| self.inner_row(row).map(|at| each(row, at));
        let rows = self.rows * self.planes;
        let all: Vec<Option<T>> = if self.len() <= SERIAL {
            (0..rows).map(of).collect()
        } else {
            (0..rows).into_par_iter().with_min_len(ROWS).map(of).collect()
        };
        all.into_iter().flatten().fold(zero, join)
    }

    /// Fills the margin of a field of `parts` parts on `periodic` axes from the other end.
    pub(super) fn wrap(&self, field: &mut [f32], parts: usize, periodic: [bool; 3]) {
        let (row, plane) = (self.row * parts, self.row * parts * self.rows);
        let pairs =
            |n: usize| (0..MARGIN).flat_map(move |m| [(m, n + m), (n + MARGIN + m, MARGIN + m)]);
        if periodic[Axis::X as usize] {
            for values in field.chunks_mut(self.row) {
                pairs(self.cells[0]).for_each(|(to, from)| values[to] = values[from]);
            }
        }
        if periodic[Axis::Y as usize] {
            for values in field.chunks_mut(plane) {
                for (to, from) in pairs(self.cells[1]) {
                    values.copy_within(from * row..(from + 1) * row, to * row);
                }
            }
        }
        if periodic[Axis::Z as usize] {
            for (to, from) in pairs(self.cells[2]) {
                field.copy_within(from * plane..(from + 1) * plane, to * plane);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_periodic_continues_at_the_other_end() {
        let grid = Grid { cells: [3, 2, 1], cell: 1.0, origin: [0.0; 3] };
        let layout = Layout::of(&grid);
        let mut field = layout.zeros(2);
        for cell in grid.all().iter() {
            let value = (1 + grid.index(cell)) as f32;
            field[layout.index(layout.place(cell), 1, 2)] = value;
        }
        layout.wrap(&mut field, 2, [true; 3]);
        let part = layout.part(&field, 1, 2);
        for (y, want) in [1.0, 4.0, 1.0, 4.0, 1.0, 4.0].into_iter().enumerate() {
            let row = 3 * layout.rows + y;
            let got = part.slice(row, 0, layout.row, [0; 3]);
            assert_eq!(got, [1.0, 2.0, 0.0, 1.0, 2.0, 0.0, 1.0].map(|by| want + by));
        }
    }
}
