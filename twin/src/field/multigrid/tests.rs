//! Reduction of the residual on boxes, around obstacles and with coefficients that jump; solutions that are known.

use super::Multigrid;

/// Cells, their conductivities, and which of the sides have a given value (by axis, lower then upper).
struct Problem {
    cells: [usize; 3],
    conductivity: Vec<f32>,
    fixed: [bool; 6],
    around: [bool; 3],
}

impl Problem {
    fn of(cells: [usize; 3]) -> Self {
        let conductivity = vec![1.0; cells.iter().product()];
        Self { cells, conductivity, fixed: [false; 6], around: [false; 3] }
    }

    /// With conductivity `k` in some boxes.
    fn boxes(mut self, k: f32) -> Self {
        let [nx, ny, nz] = self.cells;
        for (low, high) in
            [([2, 3, 1], [7, 6, 9]), ([9, 0, 4], [13, 12, 6]), ([1, 9, 8], [12, 11, 20])]
        {
            for i in 0..self.conductivity.len() {
                let at = [i % nx, i / nx % ny, i / (nx * ny)];
                if (0..3)
                    .all(|axis| (low[axis]..high[axis].min([nx, ny, nz][axis])).contains(&at[axis]))
                {
                    self.conductivity[i] = k;
                }
            }
        }
        self
    }

    fn build(&self) -> Multigrid {
        let n = self.cells;
        let len = self.conductivity.len();
        let strides = [1, n[0], n[0] * n[1]];
        let mut faces = [vec![0.0; len], vec![0.0; len], vec![0.0; len]];
        let mut walls = vec![0.0; len];
        for i in 0..len {
            let at = [i % n[0], i / n[0] % n[1], i / strides[2]];
            let k = self.conductivity[i];
            for axis in 0..3 {
                let first = at[axis] == 0;
                if !first || self.around[axis] {
                    let below =
                        if first { i + (n[axis] - 1) * strides[axis] } else { i - strides[axis] };
                    let other = self.conductivity[below];
                    faces[axis][i] =
                        if k * other > 0.0 { 2.0 * k * other / (k + other) } else { 0.0 };
                }
                for (end, upper) in [(0, false), (n[axis] - 1, true)] {
                    if at[axis] == end && self.fixed[axis * 2 + usize::from(upper)] {
                        walls[i] += 2.0 * k;
                    }
                }
            }
        }
        Multigrid::new(n, faces, &walls, &[])
    }

    /// A right side of noise that adds up to 0.
    fn noise(&self) -> Vec<f32> {
        let mut state = 7_u64;
        let mut draw = |k: &f32| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            if *k > 0.0 { (state >> 40) as f32 / 16_777_216.0 - 0.5 } else { 0.0 }
        };
        let mut noise: Vec<f32> = self.conductivity.iter().map(&mut draw).collect();
        let open = self.conductivity.iter().filter(|k| **k > 0.0).count();
        let mean = noise.iter().sum::<f32>() / open as f32;
        let take_off = |(value, k): (&mut f32, &f32)| *value -= if *k > 0.0 { mean } else { 0.0 };
        noise.iter_mut().zip(&self.conductivity).for_each(take_off);
        noise
    }

    /// Mean reduction of the residual by each of five cycles.
    fn reduction(&self) -> f64 {
        let (mut multigrid, b) = (self.build(), self.noise());
        let mut x = vec![0.0; b.len()];
        let first = multigrid.residual(&x, &b);
        multigrid.solve(&mut x, &b, 5);
        (multigrid.residual(&x, &b) / first).powf(0.2)
    }
}

#[test]
fn a_cycle_leaves_a_fifth_in_a_plain_box() {
    for cells in [[32, 32, 32], [64, 16, 8], [33, 27, 19]] {
        let mut closed = Problem::of(cells);
        assert!(closed.reduction() < 0.2, "closed {cells:?}: {}", closed.reduction());
        closed.fixed = [true; 6];
        assert!(closed.reduction() < 0.2, "fixed {cells:?}: {}", closed.reduction());
    }
}

#[test]
fn a_cycle_leaves_a_third_in_a_flat_box() {
    for cells in [[40, 40, 1], [51, 1, 30]] {
        let mut flat = Problem::of(cells);
        assert!(flat.reduction() < 0.4, "closed {cells:?}: {}", flat.reduction());
        flat.fixed[..2].fill(true);
        assert!(flat.reduction() < 0.4, "fixed {cells:?}: {}", flat.reduction());
    }
}

#[test]
fn a_cycle_leaves_less_than_half_around_obstacles() {
    for cells in [[32, 32, 32], [33, 27, 19], [64, 24, 1]] {
        let mut hall = Problem::of(cells).boxes(0.0);
        assert!(hall.reduction() < 0.4, "closed {cells:?}: {}", hall.reduction());
        hall.fixed[0] = true;
        assert!(hall.reduction() < 0.5, "one opening {cells:?}: {}", hall.reduction());
        hall.fixed[0] = false;
        hall.around = [true, cells[1] % 2 == 0, cells[2] > 1];
        assert!(hall.reduction() < 0.4, "around {cells:?}: {}", hall.reduction());
    }
}

#[test]
fn conjugate_gradients_take_coefficients_that_jump() {
    for cells in [[32, 32, 32], [33, 27, 19]] {
        let mut parts = Problem::of(cells).boxes(1000.0);
        parts.fixed[0] = true;
        let (mut multigrid, b) = (parts.build(), parts.noise());
        let mut x = vec![0.0; b.len()];
        let first = multigrid.residual(&x, &b);
        let fallen = multigrid.conjugate(&mut x, &b, 24);
        let true_one = multigrid.residual(&x, &b) / first;
        assert!(fallen < 1e-5 && true_one < 1e-3, "{cells:?}: {fallen}, {true_one}");
    }
}

#[test]
fn a_layered_wall_has_the_resistance_of_its_layers() {
    let mut wall = Problem::of([12, 1, 1]);
    wall.conductivity[4..8].fill(100.0);
    wall.fixed[0] = true;
    let mut multigrid = wall.build();
    // One unit of heat goes in at the far end and out at x = 0.
    let mut b = vec![0.0; 12];
    b[11] = 1.0;
    let mut x = vec![0.0; 12];
    multigrid.conjugate(&mut x, &b, 30);
    let expected = 4.0 + 0.04 + 3.5;
    assert!((x[11] - expected).abs() < 1e-4, "{} is not {expected}", x[11]);
}

#[test]
fn a_closed_box_keeps_its_mean_at_zero() {
    let hall = Problem::of([16, 14, 12]).boxes(0.0);
    let mut b = hall.noise();
    b.iter_mut().zip(&hall.conductivity).for_each(|(b, k)| *b += 0.5 * k);
    let mut multigrid = hall.build();
    assert!(multigrid.is_floating());
    let mut x = vec![3.0; b.len()];
    multigrid.solve(&mut x, &b, 12);
    let open = |(x, k): (&f32, &f32)| if *k > 0.0 { f64::from(*x) } else { 0.0 };
    let mean = x.iter().zip(&hall.conductivity).map(open).sum::<f64>() / x.len() as f64;
    assert!(mean.abs() < 1e-6, "{mean}");
    let right = hall.noise();
    let missing = multigrid.residual(&x, &right) / multigrid.residual(&vec![0.0; x.len()], &right);
    assert!(missing < 1e-4, "{missing}");
}

#[test]
fn threads_do_not_show() {
    let parts = Problem::of([48, 40, 36]).boxes(1000.0);
    let solved = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        let solve = || {
            let (mut multigrid, b) = (parts.build(), parts.noise());
            let mut x = vec![0.0; b.len()];
            multigrid.conjugate(&mut x, &b, 3);
            x
        };
        pool.map(|pool| pool.install(solve)).ok()
    };
    assert!(solved(1) == solved(3));
}
