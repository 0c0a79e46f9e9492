//! A box of cubic cells, x fastest, then y, then z.

use std::ops::Range;

use super::scene::SceneError;

/// A box of cubic cells.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Grid {
    /// Cells along x, y, z.
    pub cells: [usize; 3],
    /// Edge of a cell (m).
    pub cell: f64,
    /// Corner of the first cell (m).
    pub origin: [f64; 3],
}

/// One of the three axes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Axis {
    /// Along the hall.
    X,
    /// Across the hall.
    Y,
    /// Upwards.
    Z,
}

/// One of the six sides of a grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Face {
    /// At the smallest x.
    West,
    /// At the largest x.
    East,
    /// At the smallest y.
    South,
    /// At the largest y.
    North,
    /// At the smallest z.
    Floor,
    /// At the largest z.
    Roof,
}

impl Face {
    /// All six, in the order of their indices.
    pub const ALL: [Self; 6] =
        [Self::West, Self::East, Self::South, Self::North, Self::Floor, Self::Roof];

    /// The axis that it stands across.
    pub fn axis(self) -> Axis {
        [Axis::X, Axis::Y, Axis::Z][self as usize / 2]
    }

    /// Whether it lies at the upper end of its axis.
    pub fn is_upper(self) -> bool {
        self as usize % 2 == 1
    }

    /// The two axes that lie in it, the faster first.
    pub fn inside(self) -> [Axis; 2] {
        match self.axis() {
            Axis::X => [Axis::Y, Axis::Z],
            Axis::Y => [Axis::X, Axis::Z],
            Axis::Z => [Axis::X, Axis::Y],
        }
    }
}

/// A box of cells: from `from`, included, to `to`, excluded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Region {
    /// First cell along each axis.
    pub from: [usize; 3],
    /// One past the last cell along each axis.
    pub to: [usize; 3],
}

impl Region {
    /// Number of cells.
    pub fn len(&self) -> usize {
        (0..3).map(|axis| self.to[axis].saturating_sub(self.from[axis])).product()
    }

    /// Whether it holds no cell.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether it holds `cell`.
    pub fn holds(&self, cell: [usize; 3]) -> bool {
        (0..3).all(|axis| (self.from[axis]..self.to[axis]).contains(&cell[axis]))
    }

    /// The number of `cell`, which it holds, among its cells, x fastest.
    #[inline]
    pub fn number(&self, cell: [usize; 3]) -> usize {
        let [x, y, z] = [0, 1, 2].map(|axis| cell[axis] - self.from[axis]);
        let [wide, deep] = [0, 1].map(|axis| self.to[axis] - self.from[axis]);
        (z * deep + y) * wide + x
    }

    /// Its cells, x fastest.
    pub fn iter(self) -> impl Iterator<Item = [usize; 3]> {
        let Self { from, to } = self;
        (from[2]..to[2]).flat_map(move |z| {
            (from[1]..to[1]).flat_map(move |y| (from[0]..to[0]).map(move |x| [x, y, z]))
        })
    }
}

impl Grid {
    /// Most cells that a grid has unless the user raises it: 64 million, some 2 to 8 GB by tier.
    pub const MOST_CELLS: usize = 64_000_000;

    /// A box of `size` metres at `origin`, in cells of `cell` metres; each side is rounded to whole cells, one at least.
    ///
    /// # Errors
    ///
    /// If a length is no positive number, or there would be more than `most` cells. Takes no memory.
    pub fn of(
        size: [f64; 3],
        cell: f64,
        origin: [f64; 3],
        most: usize,
    ) -> Result<Self, SceneError> {
        if !(cell.is_finite() && cell > 0.0) {
            return Err(SceneError::CellSize(cell));
        }
        if !size.iter().all(|side| side.is_finite() && *side > 0.0)
            || !origin.iter().all(|at| at.is_finite())
        {
            return Err(SceneError::Size(size));
        }
        let cells = size.map(|side| (side / cell).round().max(1.0));
        let all: f64 = cells.iter().product();
        if all > most as f64 {
            return Err(SceneError::TooManyCells { cells: all, most });
        }
        Ok(Self { cells: cells.map(|n| n as usize), cell, origin })
    }

    /// Number of cells.
    pub fn len(&self) -> usize {
        self.cells.iter().product()
    }

    /// Whether it holds no cell.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All cells.
    pub fn all(&self) -> Region {
        Region { from: [0; 3], to: self.cells }
    }

    /// Number of the cell at `[x, y, z]`.
    #[inline]
    pub fn index(&self, [x, y, z]: [usize; 3]) -> usize {
        (z * self.cells[1] + y) * self.cells[0] + x
    }

    /// The cell numbered `index`.
    #[inline]
    pub fn at(&self, index: usize) -> [usize; 3] {
        let [nx, ny, _] = self.cells;
        [index % nx, index / nx % ny, index / (nx * ny)]
    }

    /// The lower one of the eight cells whose middles are around a point, and how far the point is on the way to the upper ones. A point
    /// beyond the outermost middles counts as on them.
    #[inline]
    pub fn corner(&self, at: [f64; 3]) -> ([usize; 3], [f32; 3]) {
        let (mut cell, mut share) = ([0; 3], [0.0; 3]);
        for axis in 0..3 {
            let last = self.cells[axis] - 1;
            let along = (at[axis] - self.origin[axis]) / self.cell - 0.5;
            let along = along.clamp(0.0, last as f64);
            // Cut, not floored: it is not below zero, and a cut is one instruction on any machine.
            cell[axis] = (along as usize).min(last.saturating_sub(1));
            share[axis] = (along - cell[axis] as f64) as f32;
        }
        (cell, share)
    }

    /// From a cell to the next along x, y, z, as a step of its number; 0 where there is but one.
    #[inline]
    pub fn steps(&self) -> [usize; 3] {
        let [nx, ny, nz] = self.cells;
        let step = |n: usize, step: usize| if n > 1 { step } else { 0 };
        [step(nx, 1), step(ny, nx), step(nz, nx * ny)]
    }

    /// Middle of a cell (m).
    pub fn middle(&self, cell: [usize; 3]) -> [f64; 3] {
        std::array::from_fn(|axis| self.origin[axis] + (cell[axis] as f64 + 0.5) * self.cell)
    }

    /// The cell in which a point lies; none outside the grid.
    pub fn cell_of(&self, point: [f64; 3]) -> Option<[usize; 3]> {
        let mut cell = [0; 3];
        for axis in 0..3 {
            let at = ((point[axis] - self.origin[axis]) / self.cell).floor();
            if !(at >= 0.0 && at < self.cells[axis] as f64) {
                return None;
            }
            cell[axis] = at as usize;
        }
        Some(cell)
    }

    /// The cells whose middles lie in the box from `low` to `high` (m), cut at the grid; one cell at least along each axis
    /// where the box meets the grid, so that nothing thin gets lost.
    pub fn cells_in(&self, low: [f64; 3], high: [f64; 3]) -> Region {
        let mut region = Region::default();
        for axis in 0..3 {
            let span = self.span(axis, low[axis], high[axis]);
            if span.is_empty() {
                return Region::default();
            }
            (region.from[axis], region.to[axis]) = (span.start, span.end);
        }
        region
    }

    /// The cells along `axis` whose middles lie from `low` to `high` (m), cut at the grid; one at least where that meets the grid.
    pub fn span(&self, axis: usize, low: f64, high: f64) -> Range<usize> {
        let n = self.cells[axis] as f64;
        let from = (low - self.origin[axis]) / self.cell;
        let to = (high - self.origin[axis]) / self.cell;
        if !(to >= from && to >= 0.0 && from < n) {
            return 0..0;
        }
        let (mut first, mut last) = ((from - 0.5).ceil().max(0.0), (to - 0.5).ceil().min(n));
        if last <= first {
            first = f64::midpoint(from, to).floor().clamp(0.0, n - 1.0);
            last = first + 1.0;
        }
        first as usize..last as usize
    }

    /// Cells along the two axes in `face`, the faster first.
    pub fn face_cells(&self, face: Face) -> [usize; 2] {
        face.inside().map(|axis| self.cells[axis as usize])
    }

    /// The cell behind number `index` of the cells of `face`.
    pub fn behind(&self, face: Face, index: usize) -> [usize; 3] {
        let [fast, slow] = face.inside();
        let n = self.cells[fast as usize];
        let mut cell = [0; 3];
        cell[fast as usize] = index % n;
        cell[slow as usize] = index / n;
        let across = face.axis() as usize;
        cell[across] = if face.is_upper() { self.cells[across] - 1 } else { 0 };
        cell
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_checked_before_memory_is_taken() {
        let of = |size, cell| Grid::of(size, cell, [0.0; 3], Grid::MOST_CELLS);
        assert_eq!(of([1e4, 1e4, 1e4], 1.0).map_err(|e| e.code()), Err("too many cells"));
        assert_eq!(of([1.0; 3], 0.0).map_err(|e| e.code()), Err("cell size"));
        assert_eq!(of([1.0; 3], f64::NAN).map_err(|e| e.code()), Err("cell size"));
        assert_eq!(of([1.0, f64::INFINITY, 1.0], 0.1).map_err(|e| e.code()), Err("size"));
        assert_eq!(of([6.0, 3.0, 0.1], 0.25).map(|grid| grid.cells), Ok([24, 12, 1]));
    }

    #[test]
    fn cells_and_points_find_each_other() {
        let grid = Grid { cells: [4, 3, 2], cell: 0.5, origin: [1.0, 0.0, -1.0] };
        for (n, cell) in grid.all().iter().enumerate() {
            assert_eq!((grid.index(cell), grid.at(n)), (n, cell));
            assert_eq!(grid.cell_of(grid.middle(cell)), Some(cell));
        }
        assert_eq!(grid.cell_of([0.99, 0.1, -0.9]), None);
        assert_eq!(grid.cell_of([3.0, 0.1, -0.9]), None);
        let thin = grid.cells_in([1.0, 0.7, -1.0], [3.0, 0.71, 0.0]);
        assert_eq!((thin.from, thin.to), ([0, 1, 0], [4, 2, 2]));
        assert!(grid.cells_in([5.0; 3], [6.0; 3]).is_empty());
    }

    #[test]
    fn faces_know_the_cells_behind_them() {
        let grid = Grid { cells: [4, 3, 2], cell: 1.0, origin: [0.0; 3] };
        for face in Face::ALL {
            let [a, b] = grid.face_cells(face);
            let across = face.axis() as usize;
            assert_eq!(a * b * grid.cells[across], grid.len());
            for n in 0..a * b {
                let cell = grid.behind(face, n);
                assert_eq!(cell[across] != 0, face.is_upper());
            }
        }
        assert_eq!(grid.behind(Face::North, 5), [1, 2, 1]);
    }
}
