//! Standard scenes, one for each kernel, and how many cells of them are worked on in a second.

use twin::field::air::CYCLES as AIR_CYCLES;
use twin::field::conduction::UNIFORM_BYTES;
use twin::field::lattice::bytes_per_step;
use twin::field::multigrid::Multigrid;
use twin::field::{FieldError, Scene, Settings, Storage, Tier};

use super::copy::Bandwidth;
use super::place::{Effort, Place, best, cube};
use crate::Array;

/// How fast a kernel is.
#[derive(Clone, Debug, PartialEq)]
pub struct Rate {
    /// What it does.
    pub what: &'static str,
    /// Cells of the scene.
    pub cells: usize,
    /// Steps, or cycles, that were timed at once.
    pub steps: usize,
    /// Time that they took (s).
    pub seconds: f64,
    /// Bytes that a cell has to move in a step, at least.
    pub bytes_per_cell: f64,
}

impl Rate {
    /// Cells worked on in a second.
    pub fn cells_per_s(&self) -> f64 {
        self.cells as f64 * self.steps as f64 / self.seconds
    }

    /// Bytes moved in a second.
    pub fn bytes_per_s(&self) -> f64 {
        self.cells_per_s() * self.bytes_per_cell
    }

    /// The share of a copy's bandwidth.
    pub fn share(&self, copy: &Bandwidth) -> f64 {
        self.bytes_per_s() / copy.bytes_per_s
    }
}

/// What a kernel does.
#[derive(Clone, Copy, Debug)]
enum Work {
    /// Steps of a solver.
    Steps(Tier, Storage),
    /// Cycles of multigrid on the pressure of the cube.
    Cycles,
}

/// A kernel and the scene on which it is measured: a closed cube of cells of 1 m, in steps of 1 s.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    /// What it does.
    pub what: &'static str,
    /// Bytes that a cell has to move in a step, at least.
    pub bytes_per_cell: f64,
    work: Work,
}

/// Bytes of one V-cycle: four sweeps that read the solution, the right side, three faces and the diagonal and write the solution; the
/// residual, which reads as much; and a correction. Coarser grids add a seventh.
const CYCLE: f64 = (4.0 * 28.0 + 24.0 + 8.0) * 8.0 / 7.0;

/// Bytes of an air step in which everything is read and written once: transport of three velocities and temperature, divergence,
/// pressure, correction.
const AIR: f64 = 32.0 + 16.0 + AIR_CYCLES as f64 * CYCLE + 28.0;

/// All kernels that solve fields.
pub const CASES: [Case; 5] = [
    Case {
        what: "conduction, explicit",
        bytes_per_cell: UNIFORM_BYTES as f64,
        work: Work::Steps(Tier::Conduction, Storage::Single),
    },
    Case { what: "multigrid, one cycle", bytes_per_cell: CYCLE, work: Work::Cycles },
    Case { what: "air", bytes_per_cell: AIR, work: Work::Steps(Tier::Air, Storage::Single) },
    Case {
        what: "lattice, 32 bits",
        bytes_per_cell: bytes_per_step(Storage::Single) as f64,
        work: Work::Steps(Tier::Lattice, Storage::Single),
    },
    Case {
        what: "lattice, 16 bits",
        bytes_per_cell: bytes_per_step(Storage::Half) as f64,
        work: Work::Steps(Tier::Lattice, Storage::Half),
    },
];

impl Case {
    /// How fast it is at `place`.
    ///
    /// # Errors
    ///
    /// If the tier refuses the scene, or fails.
    pub fn measure(&self, place: &Place, effort: Effort) -> Result<Rate, FieldError> {
        let scene = cube(place.edge(effort));
        let mut work = self.begin(place, &scene)?;
        let mut result = Ok(());
        let mut run = |steps: usize| {
            place.time(|| {
                if result.is_ok() {
                    result = work(steps);
                }
            })
        };
        let (steps, seconds) = best(effort, &mut run);
        let (what, cells, bytes_per_cell) = (self.what, scene.grid.len(), self.bytes_per_cell);
        result.map(|()| Rate { what, cells, steps, seconds, bytes_per_cell })
    }

    /// What does so many steps, or submits them.
    fn begin(&self, place: &Place, scene: &Scene) -> Result<Steps, FieldError> {
        match self.work {
            Work::Steps(tier, storage) => {
                let settings = Settings {
                    step: Some(1.0),
                    storage,
                    implicit: Some(false),
                    ..Settings::default()
                };
                let mut solver = place.build(tier, scene, &settings)?;
                Ok(Box::new(move |steps| solver.advance(steps as f64)))
            }
            Work::Cycles => cycles(place, scene.grid.cells),
        }
    }
}

type Steps = Box<dyn FnMut(usize) -> Result<(), FieldError>>;

/// Cycles for the pressure of a closed box.
fn cycles(place: &Place, cells: [usize; 3]) -> Result<Steps, FieldError> {
    let len: usize = cells.iter().product();
    let before = [1, cells[0], cells[0] * cells[1]];
    let inner = |axis: usize| -> Vec<f32> {
        let first = |n: usize| (n / before[axis]).is_multiple_of(cells[axis]);
        (0..len).map(|n| f32::from(u8::from(!first(n)))).collect()
    };
    let mut host = Multigrid::new(cells, [inner(0), inner(1), inner(2)], &[], &[]);
    let wave = |n: usize| (n as f32 * 0.37).sin();
    let (mut x, right) = (vec![0.0; len], (0..len).map(wave).collect::<Vec<f32>>());
    let Place::Device(gpu) = place else {
        return Ok(Box::new(move |cycles| {
            host.solve(&mut x, &right, cycles);
            Ok(())
        }));
    };
    let x = Array::of(gpu, "solution", &x)?;
    let right = Array::of(gpu, "right side", &right)?;
    let device = crate::field::Multigrid::new(gpu, &host, &x, &right)?;
    let gpu = gpu.clone();
    Ok(Box::new(move |cycles| {
        let mut encoder =
            gpu.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        {
            let descriptor = wgpu::ComputePassDescriptor::default();
            device.solve(&mut encoder.begin_compute_pass(&descriptor), cycles);
        }
        gpu.queue.submit([encoder.finish()]);
        Ok(())
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Gpu;

    #[test]
    fn rates_are_what_they_are_called() {
        let rate = Rate { what: "x", cells: 1000, steps: 10, seconds: 0.5, bytes_per_cell: 8.0 };
        assert!((rate.cells_per_s() - 2e4).abs() < 1e-9);
        let copy = Bandwidth { bytes_per_s: 3.2e5, array_bytes: 0 };
        assert!((rate.share(&copy) - 0.5).abs() < 1e-12);
    }

    #[test]
    fn every_case_runs_in_both_places() {
        let device = Gpu::for_tests().map(Place::Device);
        for place in std::iter::once(Place::Host).chain(device) {
            for case in CASES {
                match case.measure(&place, Effort::Quick) {
                    Ok(rate) => assert!(rate.cells_per_s() > 0.0, "{rate:?}"),
                    Err(error) => panic!("{}: {error}", case.what),
                }
            }
        }
    }
}
