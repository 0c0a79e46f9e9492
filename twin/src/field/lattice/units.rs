//! From metres and seconds to cells and steps: the choice of the time step, and the numbers of a collision.
//!
//! The step is such that the fastest air to be expected makes a tenth of a cell in it: the error of the method's compressibility is of
//! the order of the square of that, times three. A step is the whole part of a second, so that ticks are whole numbers of steps.

use bytemuck::{Pod, Zeroable};

use super::super::scene::{Flow, Heat, Scene, Target};
use super::super::solver::{FieldError, Settings, Tier};

/// Cells per step that the fastest air makes.
const SPEED: f64 = 0.1;

/// Fastest air, in cells per step, that is let through: at 0.3 the error of compressibility is a quarter.
const MOST_SPEED: f64 = 0.3;

/// Largest diffusivity of momentum or heat in cells² per step where the step is free: relaxation times of 1 or so, where the
/// scheme is most accurate.
const DIFFUSION: f64 = 1.0 / 6.0;

/// Largest that is let through.
const MOST_DIFFUSION: f64 = 1.0;

/// Least viscosity in cells² per step without eddies. Below, unresolved motion is not damped and the run breaks down.
const LEAST_VISCOSITY: f64 = 5e-4;

/// Product of the distances of both relaxation times of the motion from 1/2: 3/16 puts walls exactly half-way between cells
/// (Ginzburg and d'Humières 2003).
const MAGIC: f64 = 3.0 / 16.0;

/// The other relaxation time of the motion exceeds 1/2 by no more than this, however thin the fluid is: odd parts with a long memory run
/// away.
const SLOWEST: f64 = 4.0;

/// The same of the heat, as far as the even part needs no longer than a step: where heat diffuses slowly through large cells, an even part
/// with a memory makes temperatures swing beyond those around.
const MAGIC_HEAT: f64 = 1.0 / 6.0;

/// Most by which the relaxation time of even parts of the heat exceeds 1/2.
const SLOWEST_HEAT: f64 = 0.5;

/// Smagorinsky's constant.
const SMAGORINSKY: f64 = 0.16;

/// Ratio of the eddies' diffusivities of momentum and of heat.
const PRANDTL_OF_EDDIES: f64 = 0.85;

/// The numbers of a collision, in cells, steps and kelvins.
#[derive(Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
#[repr(C)]
pub struct Constants {
    /// Relaxation time of stresses.
    pub tau: f32,
    /// `(τ₊ - 1/2)(τ₋ - 1/2)` of the motion.
    pub magic: f32,
    /// Relaxation time of heat flows.
    pub tau_heat: f32,
    /// `(τ₊ - 1/2)(τ₋ - 1/2)` of the heat.
    pub magic_heat: f32,
    /// Acceleration per kelvin.
    pub buoyancy: [f32; 3],
    /// Kelvins from the temperature without buoyancy to the base of stored temperatures.
    pub offset: f32,
    /// `18 C²` of the eddies, 0 for none.
    pub eddies: f32,
    /// What a change of `τ` by eddies changes in `tau_heat`.
    pub eddies_heat: f32,
    /// Most by which the other relaxation times exceed 1/2: of the motion, of the heat.
    pub slowest: [f32; 2],
}

/// Lengths, times and amounts of one lattice.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Units {
    /// Edge of a cell (m).
    pub cell: f64,
    /// A step (s).
    pub step: f64,
    /// Temperature whose populations are stored as zero.
    pub base: f64,
    /// Density [kg/m³].
    pub density: f64,
    /// Heat that warms one cell by one kelvin [J/K].
    pub heat: f64,
    /// Numbers of a collision.
    pub constants: Constants,
}

fn length(v: [f64; 3]) -> f64 {
    v.iter().map(|v| v * v).sum::<f64>().sqrt()
}

/// The fastest air to be expected [m/s]: what is said outright, and what buoyancy may do. `initial` is the fastest at
/// the beginning, `range` the least and largest temperature then.
fn fastest(scene: &Scene, initial: f64, range: [f64; 2]) -> f64 {
    let [mut low, mut high] = range;
    let mut meet = |t: f64| (low, high) = (low.min(t), high.max(t));
    let mut fastest = initial;
    for patch in &scene.patches {
        match patch.heat {
            Heat::Fixed(t) | Heat::Surface { ambient: t, .. } => meet(t),
            Heat::Adiabatic | Heat::Flux(_) => {}
        }
        match patch.flow {
            Flow::Moving(v) => fastest = fastest.max(length(v)),
            Flow::Forced { velocity, temperature } => {
                fastest = fastest.max(length(velocity));
                meet(temperature);
            }
            Flow::Opening { temperature } => meet(temperature),
            Flow::Wall | Flow::Slip | Flow::Periodic => {}
        }
    }
    fastest = scene.fans.iter().map(|fan| length(fan.velocity)).fold(fastest, f64::max);
    let Scene { fluid, grid, .. } = scene;
    let lift = length(fluid.gravity) * fluid.expansion;
    if lift > 0.0 {
        // A column of the hall's height rises with half of the speed of its free rise.
        let height = (0..3)
            .map(|a| (fluid.gravity[a] / length(fluid.gravity)).abs() * grid.cells[a] as f64)
            .fold(0.0, f64::max)
            * grid.cell;
        let range = (high - low).max(f64::from(u8::from(fastest == 0.0)));
        fastest = fastest.max(0.5 * (lift * range * height).sqrt());
    }
    for source in &scene.sources {
        // A plume over a source of size L that gives off buoyancy B rises with some 2 (B/L)^(1/3) (Morton et al. 1956).
        let region = match source.to {
            Target::Cells(region) => region,
            Target::Body(body) => scene.bodies[body].region,
        };
        let size = (region.len() as f64).cbrt() * grid.cell;
        let buoyancy = lift * source.watts.abs() / (fluid.density * fluid.specific_heat);
        fastest = fastest.max(2.0 * (buoyancy / size).cbrt());
    }
    fastest
}

impl Units {
    /// Those of `scene`, whose fluid has the mean temperature `base`, temperatures in `range`, and speeds up to
    /// `initial` at the beginning.
    pub(super) fn of(
        scene: &Scene,
        settings: &Settings,
        base: f64,
        initial: f64,
        range: [f64; 2],
    ) -> Result<Self, FieldError> {
        let (fluid, cell) = (&scene.fluid, scene.grid.cell);
        let speed = fastest(scene, initial, range);
        let spread = fluid.viscosity.max(fluid.diffusivity());
        let refuse = |what| Err(FieldError::Unsupported { tier: Tier::Lattice, what });
        let step = match settings.step {
            Some(step) if step > 0.0 && step.is_finite() => step,
            Some(step) => return refuse(format!("a step of {step} s")),
            None => {
                let step = (SPEED * cell / speed).min(DIFFUSION * cell * cell / spread);
                if step < 1.0 { (1.0 / step).ceil().recip() } else { step.floor() }
            }
        };
        if speed * step > MOST_SPEED * cell {
            let most = MOST_SPEED * cell / speed;
            return refuse(format!(
                "a step of {step} s, in which air of {speed:.3} m/s passes more than {MOST_SPEED} cells of {cell} m: take {most:.3e} s at most"
            ));
        }
        let per = step / (cell * cell);
        if spread * per > MOST_DIFFUSION {
            let most = MOST_DIFFUSION * cell * cell / spread;
            return refuse(format!(
                "a step of {step} s, in which things diffuse through more than a cell: take {most:.3e} s at most"
            ));
        }
        let viscosity = fluid.viscosity * per;
        if viscosity < LEAST_VISCOSITY && !settings.eddies {
            return refuse(format!(
                "a viscosity of {viscosity:.1e} cells² per step without eddies (below {LEAST_VISCOSITY}): take smaller cells, or let eddies add theirs"
            ));
        }
        let accelerate = -fluid.expansion * step * step / cell;
        let constants = Constants {
            tau: (0.5 + 3.0 * viscosity) as f32,
            magic: MAGIC as f32,
            tau_heat: (0.5 + 4.0 * fluid.diffusivity() * per) as f32,
            magic_heat: MAGIC_HEAT as f32,
            buoyancy: fluid.gravity.map(|g| (g * accelerate) as f32),
            offset: (base - fluid.reference) as f32,
            eddies: if settings.eddies { (18.0 * SMAGORINSKY * SMAGORINSKY) as f32 } else { 0.0 },
            eddies_heat: (4.0 / 3.0 / PRANDTL_OF_EDDIES) as f32,
            slowest: [SLOWEST as f32, SLOWEST_HEAT as f32],
        };
        let heat = fluid.density * fluid.specific_heat * cell.powi(3);
        Ok(Self { cell, step, base, density: fluid.density, heat, constants })
    }

    /// Cells per step of a velocity in m/s.
    pub(super) fn speed(&self, v: f64) -> f32 {
        (v * self.step / self.cell) as f32
    }
}
