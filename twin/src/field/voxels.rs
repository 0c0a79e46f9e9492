//! From a closed surface of triangles to the cells that it encloses.
//!
//! Lines through the middles of the cells, along x, along y and along z, are cut by the surface. Between two cuts a line is inside
//! where the surface winds around it: faces that it enters by count one up, those that it leaves by one down (the nonzero rule),
//! so that bodies which reach into each other in one file are their union. A stretch inside takes the cells whose middles
//! it covers, and one at least, as a box does ([`Grid::cells_in`]): a sheet that is thinner than a cell is not lost, for a
//! line across it finds it. If the count of any line does not come back to zero, the surface is open: then there is no inside, and
//! each cut takes its one cell: the surface alone stands in the way.
//!
//! A middle on the common edge of two triangles belongs to exactly one of them: the edge is cut from either side by the same
//! arithmetic, end points in the same order (Shimrat 1962, with half-open ends).

use std::ops::Range;
use std::sync::Arc;

use super::grid::{Grid, Region};

/// A triangle by its corners (m).
pub type Triangle = [[f64; 3]; 3];

/// Some of the cells of a box of cells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Voxels {
    region: Region,
    /// Whether each cell of the box is one of them, x fastest.
    taken: Arc<[bool]>,
}

/// Most cuts of one surface with the lines of one direction: memory for a few hundred megabytes.
const MOST_CUTS: usize = 1 << 24;

/// A cut of a line: the line, how far along it, and whether it goes in (1) or out (-1).
type Cut = (u32, f64, i8);

impl Voxels {
    /// The box of cells that holds all of them.
    pub fn region(&self) -> Region {
        self.region
    }

    /// Whether `cell` is one of them.
    pub fn holds(&self, cell: [usize; 3]) -> bool {
        self.region.holds(cell) && self.taken[self.region.number(cell)]
    }

    /// They, x fastest.
    pub fn iter(&self) -> impl Iterator<Item = [usize; 3]> {
        self.region.iter().zip(self.taken.iter()).filter_map(|(cell, taken)| taken.then_some(cell))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.taken.iter().filter(|taken| **taken).count()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        !self.taken.contains(&true)
    }
}

impl Grid {
    /// The cells that `surface` encloses, cut at the grid; none if it lies outside. Time and memory go with the number of cells that its
    /// triangles cover, thrice.
    ///
    /// `None` if that is too much: more than 16 million crossings with the lines of one direction.
    pub fn enclosed(&self, surface: &[Triangle]) -> Option<Voxels> {
        let points = || surface.iter().flatten();
        let low = [0, 1, 2].map(|axis| points().map(|p| p[axis]).fold(f64::INFINITY, f64::min));
        let high =
            [0, 1, 2].map(|axis| points().map(|p| p[axis]).fold(f64::NEG_INFINITY, f64::max));
        let region = self.cells_in(low, high);
        let mut directions = Vec::new();
        for axis in 0..3 {
            let lines = Lines::of(self, region, axis);
            let mut cuts = lines.cut(surface)?;
            cuts.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
            directions.push((lines, cuts));
        }
        let all = || directions.iter().flat_map(|(_, cuts)| cuts.chunk_by(|a, b| a.0 == b.0));
        let is_open = all().any(|line| line.iter().map(|cut| i64::from(cut.2)).sum::<i64>() != 0);
        let mut taken = vec![false; region.len()];
        for (lines, cuts) in &directions {
            for line in cuts.chunk_by(|a, b| a.0 == b.0) {
                let mut take = |from, to| lines.fill(line[0].0, from, to, &mut taken);
                if is_open {
                    line.iter().for_each(|cut| take(cut.1, cut.1));
                } else {
                    inside(line, take);
                }
            }
        }
        Some(Voxels { region, taken: taken.into() })
    }
}

/// Whether a closed surface encloses `point`: whether it winds around the line from there upwards.
pub fn encloses(surface: &[Triangle], [x, y, z]: [f64; 3]) -> bool {
    let winds = |triangle: &Triangle| {
        let [a, b, c] = *triangle;
        let across = (b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1]);
        let above = covers(*triangle, [x, y]) && height(*triangle, across, [x, y]) > z;
        if above { across.signum() as i64 } else { 0 }
    };
    surface.iter().map(winds).sum::<i64>() != 0
}

/// Calls `take` with each stretch of a line that is inside, by its cuts in order.
fn inside(line: &[Cut], mut take: impl FnMut(f64, f64)) {
    let (mut winds, mut since) = (0, 0.0);
    for (_, at, sign) in line {
        if winds == 0 {
            since = *at;
        }
        winds += i64::from(*sign);
        if winds == 0 {
            take(since, *at);
        }
    }
}

/// Lines through the middles of the cells of a region.
struct Lines<'a> {
    grid: &'a Grid,
    region: Region,
    /// The axis along which they run, and the other two.
    axes: [usize; 3],
}

impl<'a> Lines<'a> {
    fn of(grid: &'a Grid, region: Region, along: usize) -> Self {
        Self { grid, region, axes: [along, (along + 1) % 3, (along + 2) % 3] }
    }

    /// Lines along one of the axes across.
    fn range(&self, axis: usize) -> Range<usize> {
        self.region.from[axis]..self.region.to[axis]
    }

    fn middle(&self, axis: usize, number: usize) -> f64 {
        self.grid.origin[axis] + (number as f64 + 0.5) * self.grid.cell
    }

    /// Lines whose middles lie from `low` to `high`, one more at either end for rounding.
    fn near(&self, axis: usize, low: f64, high: f64) -> Range<usize> {
        let all = self.range(axis);
        let number = |at: f64| (at - self.grid.origin[axis]) / self.grid.cell - 0.5;
        let first = (number(low).floor().max(0.0) as usize).max(all.start);
        let last = (number(high).ceil().max(0.0) as usize).saturating_add(1).min(all.end);
        first..last
    }

    /// All cuts with `surface`, unsorted.
    fn cut(&self, surface: &[Triangle]) -> Option<Vec<Cut>> {
        let [along, u, v] = self.axes;
        let wide = self.range(u).len();
        let mut cuts = Vec::new();
        for triangle in surface {
            let [a, b, c] = triangle.map(|p| [p[u], p[v], p[along]]);
            let across = (b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1]);
            if across == 0.0 || !across.is_finite() {
                continue;
            }
            let ends = |n: usize| (a[n].min(b[n]).min(c[n]), a[n].max(b[n]).max(c[n]));
            let ((low_u, high_u), (low_v, high_v)) = (ends(0), ends(1));
            for row in self.near(v, low_v, high_v) {
                for column in self.near(u, low_u, high_u) {
                    let at = [self.middle(u, column), self.middle(v, row)];
                    if !covers([a, b, c], at) {
                        continue;
                    }
                    if cuts.len() == MOST_CUTS {
                        return None;
                    }
                    let line = (row - self.region.from[v]) * wide + column - self.region.from[u];
                    // A face that looks against the line is gone in by.
                    cuts.push((
                        line as u32,
                        height([a, b, c], across, at),
                        if across < 0.0 { 1 } else { -1 },
                    ));
                }
            }
        }
        Some(cuts)
    }

    /// Takes the cells of a line from `from` to `to` (m).
    fn fill(&self, line: u32, from: f64, to: f64, taken: &mut [bool]) {
        let [along, u, v] = self.axes;
        let wide = self.range(u).len();
        let mut cell = [0; 3];
        cell[u] = self.region.from[u] + line as usize % wide;
        cell[v] = self.region.from[v] + line as usize / wide;
        let span = self.grid.span(along, from, to);
        for at in span.start.max(self.region.from[along])..span.end.min(self.region.to[along]) {
            cell[along] = at;
            taken[self.region.number(cell)] = true;
        }
    }
}

/// Whether a triangle covers a point: whether a line from there to far away crosses an odd number of its edges.
fn covers(corners: [[f64; 3]; 3], at: [f64; 2]) -> bool {
    let [a, b, c] = corners;
    crosses(a, b, at) ^ crosses(b, c, at) ^ crosses(c, a, at)
}

/// Whether an edge is crossed by the line from `at` along the first axis. The same for an edge and its reverse, to the bit.
fn crosses(a: [f64; 3], b: [f64; 3], at: [f64; 2]) -> bool {
    let (a, b) = if (a[1], a[0]) <= (b[1], b[0]) { (a, b) } else { (b, a) };
    (a[1] <= at[1] && at[1] < b[1])
        && at[0] < a[0] + (b[0] - a[0]) * ((at[1] - a[1]) / (b[1] - a[1]))
}

/// How high the plane of a triangle lies above a point, `across` being twice its area.
fn height([a, b, c]: [[f64; 3]; 3], across: f64, at: [f64; 2]) -> f64 {
    let (x, y) = (at[0] - a[0], at[1] - a[1]);
    let second = (x * (c[1] - a[1]) - (c[0] - a[0]) * y) / across;
    let third = ((b[0] - a[0]) * y - x * (b[1] - a[1])) / across;
    a[2] + second * (b[2] - a[2]) + third * (c[2] - a[2])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid(cells: usize) -> Grid {
        Grid { cells: [cells; 3], cell: 1.0 / cells as f64, origin: [0.0; 3] }
    }

    /// The twelve triangles of a box, outward.
    fn cuboid(low: [f64; 3], high: [f64; 3]) -> Vec<Triangle> {
        let at = |n: usize| {
            [0, 1, 2].map(|axis| if n >> axis & 1 == 1 { high[axis] } else { low[axis] })
        };
        let quads =
            [[0, 2, 3, 1], [4, 5, 7, 6], [0, 1, 5, 4], [2, 6, 7, 3], [0, 4, 6, 2], [1, 3, 7, 5]];
        let both = |[a, b, c, d]: [usize; 4]| [[at(a), at(b), at(c)], [at(a), at(c), at(d)]];
        quads.into_iter().flat_map(both).collect()
    }

    /// A sphere about the middle, by halving an octahedron's faces.
    fn sphere(radius: f64, halvings: u32) -> Vec<Triangle> {
        let corner =
            |axis: usize, sign: f64| std::array::from_fn(|n| if n == axis { sign } else { 0.0 });
        let mut faces: Vec<Triangle> = Vec::new();
        for n in 0..8 {
            let sign = |axis: usize| if n >> axis & 1 == 1 { 1.0 } else { -1.0 };
            let face = [corner(0, sign(0)), corner(1, sign(1)), corner(2, sign(2))];
            let outward = sign(0) * sign(1) * sign(2) > 0.0;
            faces.push(if outward { face } else { [face[0], face[2], face[1]] });
        }
        let half = |a: [f64; 3], b: [f64; 3]| -> [f64; 3] {
            let mid: [f64; 3] = std::array::from_fn(|n| a[n] + b[n]);
            let length = mid.iter().map(|x| x * x).sum::<f64>().sqrt();
            mid.map(|x| x / length)
        };
        for _ in 0..halvings {
            faces = faces
                .into_iter()
                .flat_map(|[a, b, c]| {
                    let (ab, bc, ca) = (half(a, b), half(b, c), half(c, a));
                    [[a, ab, ca], [ab, b, bc], [ca, bc, c], [ab, bc, ca]]
                })
                .collect();
        }
        faces.iter().map(|face| face.map(|p| p.map(|x| 0.5 + radius * x))).collect()
    }

    #[test]
    fn boxes_take_the_cells_of_boxes() {
        let grid = grid(10);
        // Ends between cells, on middles of cells, on faces of cells, and thinner than a cell.
        for (low, high) in [
            ([0.12, 0.21, 0.33], [0.58, 0.77, 0.94]),
            ([0.15, 0.25, 0.35], [0.55, 0.75, 0.95]),
            ([0.1, 0.2, 0.3], [0.5, 0.7, 0.9]),
            ([0.11, 0.2, 0.42], [0.9, 0.8, 0.43]),
            ([-3.0, 0.2, 0.4], [0.5, 9.0, 0.6]),
        ] {
            let voxels = grid.enclosed(&cuboid(low, high)).unwrap();
            let region = grid.cells_in(low, high);
            assert_eq!(voxels.region(), region);
            assert_eq!(voxels.len(), region.len(), "{low:?} {high:?}");
        }
    }

    #[test]
    fn a_sphere_has_the_cells_whose_middles_it_holds() {
        let (grid, radius) = (grid(40), 0.37);
        let voxels = grid.enclosed(&sphere(radius, 6)).unwrap();
        let distance =
            |cell| grid.middle(cell).iter().map(|x: &f64| (x - 0.5).powi(2)).sum::<f64>().sqrt();
        for cell in grid.all().iter() {
            let beyond = distance(cell) - radius;
            // Faces lie within 1e-3 of the sphere, and caps thinner than a cell take one.
            if beyond < -1e-3 {
                assert!(voxels.holds(cell), "{cell:?}");
            } else if beyond > 0.5 * grid.cell {
                assert!(!voxels.holds(cell), "{cell:?}");
            }
        }
        let volume = voxels.len() as f64 * grid.cell.powi(3);
        let ball = 4.0 / 3.0 * std::f64::consts::PI * radius.powi(3);
        assert!((volume / ball - 1.0).abs() < 0.01, "{volume} of {ball}");
    }

    #[test]
    fn what_overlaps_is_joined() {
        let grid = grid(10);
        let mut both = cuboid([0.1; 3], [0.6; 3]);
        both.extend(cuboid([0.4; 3], [0.9; 3]));
        let voxels = grid.enclosed(&both).unwrap();
        assert_eq!(voxels.len(), 125 + 125 - 8);
        // A hollow is what winds the other way.
        let mut hollow = cuboid([0.0; 3], [1.0; 3]);
        hollow.extend(cuboid([0.3; 3], [0.7; 3]).into_iter().map(|[a, b, c]| [a, c, b]));
        assert_eq!(grid.enclosed(&hollow).unwrap().len(), 1000 - 64);
    }

    #[test]
    fn of_an_open_surface_the_surface_alone() {
        let grid = grid(10);
        // A box without its lid: the floor is one cell, the sides are one cell, and inside there is air.
        let open: Vec<Triangle> = cuboid([0.12; 3], [0.88; 3])
            .into_iter()
            .filter(|face| !face.iter().all(|p| p[2] > 0.5))
            .collect();
        let voxels = grid.enclosed(&open).unwrap();
        assert!(voxels.holds([5, 5, 1]) && voxels.holds([1, 5, 5]) && voxels.holds([5, 8, 5]));
        assert!(!voxels.holds([5, 5, 2]) && !voxels.holds([5, 5, 8]) && !voxels.holds([2, 5, 5]));
    }

    #[test]
    fn surfaces_outside_take_nothing() {
        assert!(grid(4).enclosed(&cuboid([2.0; 3], [3.0; 3])).unwrap().is_empty());
        assert!(grid(4).enclosed(&[]).unwrap().is_empty());
        let nan = [[f64::NAN; 3]; 3];
        assert!(grid(4).enclosed(&[nan]).unwrap().is_empty());
    }
}
