//! Multigrid on the device: what [`twin::field::multigrid`] does, step by step.
//!
//! The hierarchy is made on the host and brought over. The solution and the right side stay on the device; nothing is waited for: cycles
//! and conjugate gradients are recorded into the caller's pass with a fixed number of steps, and the latter stop by themselves.
//!
//! ```text
//! # use shaders::{Array, Gpu, GpuError, field::Multigrid};
//! # fn of(gpu: &std::sync::Arc<Gpu>, host: &twin::field::multigrid::Multigrid) -> Result<(), GpuError> {
//! # let len = 1;
//! // Once: two fields of the caller, which its own kernels read and write.
//! let (pressure, right) = (Array::zeros(gpu, "pressure", len)?, Array::zeros(gpu, "right", len)?);
//! let multigrid = Multigrid::new(gpu, host, &pressure, &right)?;
//! // Each step, between the kernel that writes `right` and the one that reads `pressure`:
//! # let mut encoder = gpu.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
//! # let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor::default());
//! multigrid.solve(&mut pass, 3);
//! # Ok(()) }
//! ```

mod bottom;
mod conjugate;
pub(super) mod level;

use std::sync::Arc;

use twin::field::multigrid::{DAMPING, Multigrid as Host};

use crate::{Array, Gpu, GpuError};
use bottom::{Bottom, HostGrid, MOST};
use conjugate::{Role, Vectors};
use level::{Bound, Grid, Kernels, Way};

/// A hierarchy on the device, bound to one solution and one right side.
#[derive(Debug)]
pub struct Multigrid {
    kernels: Kernels,
    grid: Grid,
    /// The finest grid with the caller's solution and right side.
    finest: Cycle,
    /// The coarser ones, down to those of the bottom.
    coarser: Vec<Cycle>,
    bottom: Option<Bottom>,
    floating: Option<Floating>,
    conjugate: Conjugate,
}

/// One grid bound to its solution and right side, and the ways to the next.
#[derive(Debug)]
struct Cycle {
    /// From the solution to the other array, and back.
    over: Bound,
    back: Bound,
    down: Option<Way>,
    up: Option<Way>,
}

/// Where nothing is fixed: what takes the means off.
#[derive(Debug)]
struct Floating {
    vectors: Vectors,
    count: f64,
    /// Sum of, and shift of, the right side and the solution.
    right: [conjugate::Bound; 2],
    x: [conjugate::Bound; 2],
}

/// What conjugate gradients need beyond cycles.
#[derive(Debug)]
struct Conjugate {
    vectors: Vectors,
    /// The finest grid with preconditioned residual and residual.
    finest: Cycle,
    begin: Bound,
    apply: Bound,
    direction: conjugate::Bound,
    advance: conjugate::Bound,
    rr: conjugate::Bound,
    rz: conjugate::Bound,
    pq: conjugate::Bound,
}

impl Multigrid {
    /// The hierarchy of `host` for the solution `x` and the right side `right`, one value for each cell.
    ///
    /// # Errors
    ///
    /// If it does not fit the device.
    pub fn new(gpu: &Arc<Gpu>, host: &Host, x: &Array, right: &Array) -> Result<Self, GpuError> {
        let all: Vec<HostGrid<'_>> = host.levels().collect();
        // The finest grid is the caller's, whatever its size.
        let first = all.iter().skip(1).position(|(_, _, extra)| extra.len() <= MOST);
        let cut = first.map_or(all.len(), |n| n + 1);
        let grid = |(cells, faces, extra): &HostGrid<'_>| Grid::new(gpu, *cells, faces, extra);
        let mut grids = all[..cut].iter().map(grid).collect::<Result<Vec<_>, _>>()?;
        let bottom = (cut < all.len()).then(|| Bottom::new(gpu, &all[cut..])).transpose()?;
        let kernels = Kernels::new(gpu);
        let others = grids.iter().map(|g| g.field("other")).collect::<Result<Vec<_>, _>>()?;
        let fields = |label| {
            let mut fields =
                grids[1..].iter().map(|g| g.field(label)).collect::<Result<Vec<_>, _>>()?;
            fields.extend(bottom.as_ref().map(|bottom| {
                if label == "right" { bottom.right.clone() } else { bottom.values.clone() }
            }));
            Ok::<_, GpuError>(fields)
        };
        let (values, rights) = (fields("values")?, fields("right")?);
        let cycle = |n: usize, x: &Array, right: &Array| {
            let grid = &grids[n];
            let next = all.get(n + 1).map(|(cells, ..)| (*cells, &values[n], &rights[n]));
            let way = |kernel, given, result| Way::new(gpu, kernel, given, result);
            let down = next
                .map(|(cells, _, to)| way(&kernels.add_up, (&others[n], grid.cells), (to, cells)));
            let up =
                next.map(|(cells, from, _)| way(&kernels.correct, (from, cells), (x, grid.cells)));
            Ok::<_, GpuError>(Cycle {
                over: grid.bind(&kernels, x, right, &others[n]),
                back: grid.bind(&kernels, &others[n], right, x),
                down: down.transpose()?,
                up: up.transpose()?,
            })
        };
        let finest = cycle(0, x, right)?;
        let coarser = (1..grids.len())
            .map(|n| cycle(n, &values[n - 1], &rights[n - 1]))
            .collect::<Result<Vec<_>, _>>()?;
        let conjugate = {
            let vector = |label| grids[0].field(label);
            let (r, z, p, q) = (vector("r")?, vector("z")?, vector("p")?, vector("q")?);
            let vectors = Vectors::new(gpu, grids[0].cells)?;
            Conjugate {
                finest: cycle(0, &z, &r)?,
                begin: grids[0].bind(&kernels, x, right, &r),
                apply: grids[0].bind(&kernels, &p, &p, &q),
                direction: vectors.bind(&vectors.direction, &[&z, &z, &p]),
                advance: vectors.bind(&vectors.advance, &[&p, &q, x, &r]),
                rr: vectors.bind_sum(&r, &r),
                rz: vectors.bind_sum(&r, &z),
                pq: vectors.bind_sum(&p, &q),
                vectors,
            }
        };
        let floating = host.active().map(|active| Floating::new(gpu, all[0].0, active, x, right));
        let floating = floating.transpose()?;
        let grid = grids.swap_remove(0);
        Ok(Self { kernels, grid, finest, coarser, bottom, floating, conjugate })
    }

    /// What ties the cells of the finest grid to nothing: may be written over, see
    /// [`set_extra`](twin::field::multigrid::Multigrid::set_extra).
    pub fn extra(&self) -> &Array {
        &self.grid.extra
    }

    /// The finest grid bound to other fields, and the kernel that says what flows into each cell from its neighbours.
    pub(super) fn flows(&self, x: &Array, into: &Array) -> Bound {
        self.grid.bind(&self.kernels, x, x, into)
    }

    /// Records what [`flows`](Self::flows) has bound.
    pub(super) fn flow(&self, pass: &mut wgpu::ComputePass<'_>, bound: &Bound) {
        bound.run(pass, &self.kernels.flow_in, 0.0);
    }

    /// Records so many V-cycles that improve the solution. Where nothing is fixed, the mean of the right side is taken off it
    /// first, and that of the solution last.
    pub fn solve(&self, pass: &mut wgpu::ComputePass<'_>, cycles: usize) {
        self.ground(pass, |floating| &floating.right);
        for _ in 0..cycles {
            self.cycle(pass, &self.finest, false);
        }
        self.ground(pass, |floating| &floating.x);
    }

    /// Records at most so many steps of conjugate gradients that improve the solution, each with one V-cycle. They stop by themselves where
    /// the residual has fallen to 3e-6 of that at the beginning.
    pub fn conjugate(&self, pass: &mut wgpu::ComputePass<'_>, steps: usize) {
        let Conjugate { vectors, finest, begin, apply, direction, advance, rr, rz, pq } =
            &self.conjugate;
        self.ground(pass, |floating| &floating.right);
        begin.run(pass, &self.kernels.residual, 0.0);
        vectors.sum(pass, rr, Role::First);
        for _ in 0..steps {
            self.cycle(pass, finest, true);
            vectors.sum(pass, rz, Role::Next);
            vectors.run(pass, &vectors.direction, direction);
            apply.run(pass, &self.kernels.apply, 0.0);
            vectors.sum(pass, pq, Role::Length);
            vectors.run(pass, &vectors.advance, advance);
            vectors.sum(pass, rr, Role::Now);
        }
        self.ground(pass, |floating| &floating.x);
    }

    /// By which factor the residual fell in the last run of conjugate gradients that was submitted. Waits for it.
    ///
    /// # Errors
    ///
    /// If the device is lost.
    pub fn fallen(&self) -> Result<f64, GpuError> {
        let scalars = self.conjugate.vectors.scalars.read()?;
        let [first, now] = [0, 1].map(|n| f64::from(f32::from_bits(scalars[n])));
        Ok(if first > 0.0 { (now / first).sqrt() } else { 0.0 })
    }

    fn ground(
        &self,
        pass: &mut wgpu::ComputePass<'_>,
        of: impl Fn(&Floating) -> &[conjugate::Bound; 2],
    ) {
        if let Some(floating) = &self.floating {
            let [sum, shift] = of(floating);
            floating.vectors.sum(pass, sum, Role::Shift(1.0 / floating.count));
            floating.vectors.run(pass, &floating.vectors.shift, shift);
        }
    }

    /// One V-cycle with the finest grid as bound, from its solution, or from 0 where `fresh`.
    fn cycle(&self, pass: &mut wgpu::ComputePass<'_>, finest: &Cycle, fresh: bool) {
        let kernels = &self.kernels;
        let all = || std::iter::once(finest).chain(&self.coarser);
        for (n, grid) in all().enumerate() {
            let first = if fresh || n > 0 { &kernels.first_sweep } else { &kernels.sweep };
            grid.over.run(pass, first, DAMPING[0]);
            grid.back.run(pass, &kernels.sweep, DAMPING[1]);
            if let Some(down) = &grid.down {
                grid.over.run(pass, &kernels.residual, 0.0);
                down.run(pass, &kernels.add_up);
            }
        }
        if let Some(bottom) = &self.bottom {
            bottom.run(pass);
        }
        for grid in self.coarser.iter().rev().chain([finest]) {
            if let Some(up) = &grid.up {
                up.run(pass, &kernels.correct);
                grid.over.run(pass, &kernels.sweep, DAMPING[0]);
                grid.back.run(pass, &kernels.sweep, DAMPING[1]);
            }
        }
    }
}

impl Floating {
    fn new(
        gpu: &Arc<Gpu>,
        cells: [usize; 3],
        active: &[f32],
        x: &Array,
        right: &Array,
    ) -> Result<Self, GpuError> {
        let vectors = Vectors::new(gpu, cells)?;
        let count = active.iter().map(|one| f64::from(*one)).sum::<f64>().max(1.0);
        let active = Array::of(gpu, "active", active)?;
        let both = |field: &Array| {
            let shift = vectors.bind(&vectors.shift, &[&active, &active, field]);
            [vectors.bind_sum(&active, field), shift]
        };
        let (right, x) = (both(right), both(x));
        Ok(Self { vectors, count, right, x })
    }
}

#[cfg(test)]
mod tests {

    use super::*;

    const CELLS: [usize; 3] = [37, 22, 31];

    /// Blocks of conductivity 0 or 50 in a box of 1, with one side fixed or none.
    fn problem(fixed: bool, closed: bool, around: bool) -> (Host, Vec<f32>) {
        let [nx, ny, nz] = CELLS;
        let len = nx * ny * nz;
        let at = |i: usize| [i % nx, i / nx % ny, i / (nx * ny)];
        let k = |i: usize| {
            let [x, y, z] = at(i);
            let inside = (5..12).contains(&x) && (3..20).contains(&y) && z / 7 % 2 == 1;
            if inside { if closed { 0.0 } else { 50.0 } } else { 1.0_f32 }
        };
        let strides = [1, nx, nx * ny];
        let faces = [0, 1, 2].map(|axis: usize| {
            let face = |i: usize| {
                let first = at(i)[axis] == 0;
                if first && !around {
                    return 0.0;
                }
                let step = if first { strides[axis] * (CELLS[axis] - 1) } else { 0 };
                let below = if first { i + step } else { i - strides[axis] };
                if k(i) * k(below) > 0.0 { 2.0 * k(i) * k(below) / (k(i) + k(below)) } else { 0.0 }
            };
            (0..len).map(face).collect::<Vec<f32>>()
        });
        let walls: Vec<f32> =
            (0..len).map(|i| if fixed && at(i)[0] == 0 { 2.0 * k(i) } else { 0.0 }).collect();
        let right =
            (0..len).map(|i| if k(i) > 0.0 { (i * 7919 % 1000) as f32 / 500.0 - 1.0 } else { 0.0 });
        (Host::new(CELLS, faces, &walls, &[]), right.collect())
    }

    /// What the device makes of a problem, with bindings of at most so many bytes.
    fn on_device(
        gpu: &Arc<Gpu>,
        (host, right): &(Host, Vec<f32>),
        record: impl Fn(&Multigrid, &mut wgpu::ComputePass<'_>),
    ) -> (Vec<f32>, f64) {
        let x = Array::zeros(gpu, "x", right.len()).unwrap();
        let right = Array::of(gpu, "b", right).unwrap();
        let multigrid = Multigrid::new(gpu, host, &x, &right).unwrap();
        let mut encoder =
            gpu.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        record(
            &multigrid,
            &mut encoder.begin_compute_pass(&wgpu::ComputePassDescriptor::default()),
        );
        gpu.queue.submit([encoder.finish()]);
        (x.read().unwrap(), multigrid.fallen().unwrap())
    }

    fn relative(a: &[f32], b: &[f32]) -> f64 {
        let square = |x: f32| f64::from(x) * f64::from(x);
        let apart: f64 = a.iter().zip(b).map(|(a, b)| square(a - b)).sum();
        (apart / b.iter().map(|b| square(*b)).sum::<f64>()).sqrt()
    }

    #[test]
    fn cycles_are_those_of_the_processor() {
        let Some(gpu) = Gpu::for_tests() else { return };
        for (fixed, closed, around) in
            [(true, true, false), (false, true, false), (false, false, true), (true, false, true)]
        {
            let mut problem = problem(fixed, closed, around);
            let (there, _) = on_device(&gpu, &problem, |multigrid, pass| multigrid.solve(pass, 3));
            let mut here = vec![0.0; there.len()];
            problem.0.solve(&mut here, &problem.1, 3);
            let apart = relative(&there, &here);
            assert!(apart < 2e-6, "{fixed} {closed} {around}: {apart}");
        }
    }

    #[test]
    fn conjugate_gradients_end_where_those_of_the_processor_do() {
        let Some(gpu) = Gpu::for_tests() else { return };
        for (fixed, closed, around) in [(true, false, false), (false, true, true)] {
            let mut problem = problem(fixed, closed, around);
            let (there, fallen) =
                on_device(&gpu, &problem, |multigrid, pass| multigrid.conjugate(pass, 16));
            let mut here = vec![0.0; there.len()];
            let expected = problem.0.conjugate(&mut here, &problem.1, 16);
            let apart = relative(&there, &here);
            assert!(
                apart < 1e-5 && fallen < 4e-6 && expected < 4e-6,
                "{apart} {fallen} {expected}"
            );
        }
    }

    #[test]
    fn a_bar_of_few_cells_is_solved_like_any_other() {
        let Some(gpu) = Gpu::for_tests() else { return };
        for n in [1, 2, 9, 40] {
            let mut faces = [vec![1.0; n], vec![0.0; n], vec![0.0; n]];
            faces[0][0] = 0.0;
            let (mut walls, mut right) = (vec![0.0; n], vec![0.0; n]);
            (walls[0], right[n - 1]) = (2.0, 1.0);
            let problem = (Host::new([n, 1, 1], faces, &walls, &[]), right);
            let (x, _) = on_device(&gpu, &problem, |multigrid, pass| multigrid.conjugate(pass, 12));
            let expected = n as f32 - 0.5;
            assert!((x[n - 1] - expected).abs() < 1e-4 * expected, "{n}: {}", x[n - 1]);
        }
    }

    #[test]
    fn slabs_do_not_show() {
        let Some(gpu) = Gpu::for_tests() else { return };
        let problem = problem(false, true, false);
        let small = gpu.bound_by(32 << 10);
        let cycles = |gpu: &Arc<Gpu>| on_device(gpu, &problem, |m, pass| m.solve(pass, 2)).0;
        assert!(relative(&cycles(&small), &cycles(&gpu)) < 1e-6);
        let steps = |gpu: &Arc<Gpu>| on_device(gpu, &problem, |m, pass| m.conjugate(pass, 10)).0;
        let apart = relative(&steps(&small), &steps(&gpu));
        assert!(apart < 2e-5, "{apart}");
    }
}
