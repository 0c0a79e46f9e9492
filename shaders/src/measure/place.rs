//! Where to measure and for how long, and the scene to measure on.

use std::sync::Arc;
use std::time::Instant;

use twin::field::{FieldError, FieldSolver, Fluid, Grid, Initial, Scene, Settings, Tier};
use twin::sensor::SensorError;
use twin::sensor::ray::RayError;

use super::copy::Bandwidth;
use crate::{Gpu, GpuError, Kind, Stopwatch};

/// How much time may be spent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effort {
    /// Small arrays, short rounds: may run within the caches.
    Quick,
    /// Arrays beyond all caches, rounds of some tenths of a second.
    Full,
}

/// Where kernels are measured.
#[derive(Clone, Debug)]
pub enum Place {
    /// On the processor, on all its threads.
    Host,
    /// On a device.
    Device(Arc<Gpu>),
}

impl Place {
    pub(super) fn build(
        &self,
        tier: Tier,
        scene: &Scene,
        settings: &Settings,
    ) -> Result<Box<dyn FieldSolver>, FieldError> {
        let gpu = match self {
            Self::Host => None,
            Self::Device(gpu) => Some(gpu),
        };
        crate::field::build_on(gpu, tier, scene, settings)
    }

    /// Cells along an edge of the scene.
    pub(super) fn edge(&self, effort: Effort) -> usize {
        match (self, effort) {
            (_, Effort::Quick) => 64,
            (Self::Device(gpu), Effort::Full) if gpu.kind() == Kind::Software => 128,
            (_, Effort::Full) => 256,
        }
    }

    /// Bytes of the arrays of a copy.
    fn copied(&self, effort: Effort) -> u64 {
        match (self, effort) {
            (_, Effort::Quick) => 32 << 20,
            (Self::Device(gpu), Effort::Full) if gpu.kind() == Kind::Hardware => 1 << 30,
            (_, Effort::Full) => 256 << 20,
        }
    }

    /// What a plain copy gets here.
    ///
    /// # Errors
    ///
    /// If the device has no room for it.
    pub fn copy(&self, effort: Effort) -> Result<Bandwidth, GpuError> {
        match self {
            Self::Host => Ok(super::host_copy(self.copied(effort))),
            Self::Device(gpu) => super::device_copy(gpu, self.copied(effort)),
        }
    }

    /// Seconds that `work` takes here.
    pub(super) fn time(&self, work: impl FnOnce()) -> f64 {
        match self {
            Self::Host => {
                let begun = Instant::now();
                work();
                begun.elapsed().as_secs_f64()
            }
            Self::Device(gpu) => Stopwatch::new(gpu).time(work),
        }
    }
}

/// Why something could not be measured.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum MeasureError {
    /// The field refuses.
    #[error(transparent)]
    Field(#[from] FieldError),
    /// The device refuses.
    #[error(transparent)]
    Device(#[from] GpuError),
    /// The instruments make no bank.
    #[error(transparent)]
    Sensors(#[from] SensorError),
    /// The hall makes no world for rays.
    #[error(transparent)]
    Rays(#[from] RayError),
}

/// A closed cube of a fluid thick enough for every tier, moving and unevenly warm, with next to no buoyancy, so that it stays slow.
pub(super) fn cube(edge: usize) -> Scene {
    let grid = Grid { cells: [edge; 3], cell: 1.0, origin: [0.0; 3] };
    let viscosity = 0.05;
    let fluid = Fluid {
        viscosity,
        conductivity: viscosity * Fluid::AIR.density * Fluid::AIR.specific_heat,
        expansion: 1e-7,
        ..Fluid::AIR
    };
    let mut scene = Scene::new(grid, fluid, 20.0);
    let turn = std::f64::consts::TAU / edge as f64;
    let warm = move |[x, y, _]: [f64; 3]| 20.0 + (x * turn).sin() * (y * turn).cos();
    let swirl = move |[x, y, _]: [f64; 3]| {
        let (u, v) = ((x * turn).sin() * (y * turn).cos(), (x * turn).cos() * (y * turn).sin());
        [0.05 * u, -0.05 * v, 0.0]
    };
    scene.temperature = Initial::Of(Arc::new(warm));
    scene.velocity = Initial::Of(Arc::new(swirl));
    scene
}

/// Steps and seconds of the fastest of some rounds, each long enough to be timed.
pub(super) fn best(effort: Effort, run: &mut dyn FnMut(usize) -> f64) -> (usize, f64) {
    let (enough, rounds) = match effort {
        Effort::Quick => (0.05, 3),
        Effort::Full => (0.4, 5),
    };
    // The first step pays for everything that is done once.
    run(1);
    let mut steps = 1;
    let mut seconds = run(steps);
    while seconds < enough && steps < 1 << 14 {
        let more = (enough / seconds.max(1e-9) * 1.2).clamp(2.0, 16.0);
        steps = (steps as f64 * more) as usize;
        seconds = run(steps);
    }
    let seconds = (1..rounds).map(|_| run(steps)).fold(seconds, f64::min);
    (steps, seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_grow_until_they_can_be_timed() {
        let mut called = 0;
        let (steps, seconds) = best(Effort::Quick, &mut |steps| {
            called += 1;
            steps as f64 * 1e-4
        });
        assert!(seconds >= 0.05 && (steps as f64 * 1e-4 - seconds).abs() < 1e-12);
        assert!(called < 12, "{called}");
    }
}
