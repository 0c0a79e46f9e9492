//! One tier, from the first step to what is read off at the end.

use std::sync::Arc;
use std::time::{Duration, Instant};

use shaders::Gpu;
use twin::engine::{Hall, Vent};
use twin::field::{
    Balance, FieldError, FieldSolver, Flow, Grid, Quantity, Region, Scene, Settings, Tier,
};
use twin::units::SimDuration;

use super::super::interrupt::Interrupt;
use super::super::progress::Progress;
use super::args::Shown;

/// Steps between two looks at the keyboard on the way to the steady state.
const CHUNK: usize = 200;
/// Parts of a time that is followed, between which there are looks at the keyboard.
pub(super) const PARTS: u32 = 100;
/// The field changes by less than this when it is steady.
const STEADY: f64 = 1e-4;
/// Time over which the balance of a steady state is taken (s).
const LOOK: f64 = 10.0;

/// What is to be found.
#[derive(Clone, Copy, Debug)]
pub(super) enum Aim {
    /// The steady state, in at most so many steps.
    Steady(usize),
    /// What is after this time.
    After(SimDuration),
}

impl Aim {
    /// How often it moves the progress bar, at most.
    pub(super) fn parts(self) -> i64 {
        match self {
            Self::Steady(most) => most.div_ceil(CHUNK) as i64,
            Self::After(_) => i64::from(PARTS),
        }
    }
}

/// What one tier found.
#[derive(Debug)]
pub(super) struct Solved {
    pub(super) tier: Tier,
    pub(super) device: String,
    /// Steps on the way to the steady state, and whether it was found.
    pub(super) settled: Option<(usize, bool)>,
    /// Simulated time (s).
    pub(super) time: f64,
    /// Wall-clock time of all steps.
    pub(super) wall: Duration,
    /// Least, mean and highest temperature of the air [°C].
    pub(super) air: Option<[f64; 3]>,
    /// Temperature of each body [°C].
    pub(super) bodies: Vec<f64>,
    /// Temperature of the air around each body [°C].
    pub(super) around: Vec<Option<f64>>,
    /// Flow through each vent, in where positive [m³/s].
    pub(super) flows: Vec<Option<f64>>,
    /// Where the heat went, and in what time (s).
    pub(super) balance: Balance,
    pub(super) over: f64,
    /// Fields that are kept for pictures and files.
    pub(super) fields: Vec<(Quantity, Vec<f32>)>,
}

impl Solved {
    /// A field, if the tier has it and it was kept.
    pub(super) fn field(&self, quantity: Quantity) -> Option<&[f32]> {
        let found = self.fields.iter().find(|(known, _)| *known == quantity);
        found.map(|(_, values)| values.as_slice())
    }
}

/// The solver of `tier` on `gpu`, else on the processor.
pub(super) fn build(
    gpu: Option<&Arc<Gpu>>,
    tier: Tier,
    scene: &Scene,
) -> Result<Box<dyn FieldSolver>, FieldError> {
    shaders::field::build_on(gpu, tier, scene, &Settings::default())
}

/// Lets `solver` find what is aimed at, and reads it off. Ctrl-C ends the search with what there is.
pub(super) fn solve(
    mut solver: Box<dyn FieldSolver>,
    (hall, scene): (&Hall, &Scene),
    aim: Aim,
    keep: bool,
    (progress, interrupt): (&Progress, &Interrupt),
) -> Result<Solved, FieldError> {
    let begun = Instant::now();
    let settled = match aim {
        Aim::Steady(most) => Some(settle(&mut *solver, most, progress, interrupt)?),
        Aim::After(time) => {
            let part = time.seconds() / f64::from(PARTS);
            for _ in 0..PARTS {
                if interrupt.is_pressed() {
                    break;
                }
                solver.advance(part)?;
                progress.step();
            }
            None
        }
    };
    let time = solver.time();
    let over = if settled.is_some() {
        solver.advance(LOOK)?;
        LOOK
    } else {
        time
    };
    let wall = begun.elapsed();
    progress.one_done();
    let around = hall.heated.iter().map(|heated| {
        let region = hall.around(&scene.grid, heated);
        solver.mean(Quantity::Temperature, region)
    });
    let around = around.collect();
    let mut fields = Vec::new();
    if keep {
        let all = [Quantity::Temperature, Quantity::Speed, Quantity::Pressure];
        let parts = [Quantity::VelocityX, Quantity::VelocityY, Quantity::VelocityZ];
        for quantity in all.into_iter().chain(parts) {
            fields.extend(solver.field(quantity).map(|values| (quantity, values)));
        }
    }
    Ok(Solved {
        tier: solver.tier(),
        device: solver.device(),
        settled,
        time,
        wall,
        air: air(&mut *solver, scene, &fields),
        bodies: solver.bodies(),
        around,
        flows: hall.vents.iter().map(|vent| through(&mut *solver, scene, vent)).collect(),
        balance: solver.balance(),
        over,
        fields,
    })
}

fn settle(
    solver: &mut dyn FieldSolver,
    most: usize,
    progress: &Progress,
    interrupt: &Interrupt,
) -> Result<(usize, bool), FieldError> {
    let mut steps = 0;
    while steps < most && !interrupt.is_pressed() {
        let chunk = CHUNK.min(most - steps);
        let made = solver.settle(STEADY, chunk)?;
        steps += made;
        progress.step();
        if made < chunk {
            return Ok((steps, true));
        }
    }
    Ok((steps, false))
}

/// Least, mean and highest temperature of the air.
fn air(
    solver: &mut dyn FieldSolver,
    scene: &Scene,
    fields: &[(Quantity, Vec<f32>)],
) -> Option<[f64; 3]> {
    let mean = solver.mean(Quantity::Temperature, scene.grid.all())?;
    let kept = fields.iter().find(|(quantity, _)| *quantity == Quantity::Temperature);
    let read;
    let all = if let Some((_, values)) = kept {
        values
    } else {
        read = solver.field(Quantity::Temperature)?;
        &read
    };
    let fluid = all.iter().zip(&scene.filled).filter(|(_, filled)| filled.is_fluid());
    let [low, high] = fluid.fold([f64::MAX, f64::MIN], |[low, high], (value, _)| {
        let value = f64::from(*value);
        [low.min(value), high.max(value)]
    });
    (low <= high).then_some([low, mean, high])
}

/// Flow through a vent. One that is driven has the flow that the file says; where pressure has its way, the speed at the side is
/// carried on from the two layers of cells behind it.
fn through(solver: &mut dyn FieldSolver, scene: &Scene, vent: &Vent) -> Option<f64> {
    if vent.flow.is_some() {
        return vent.flow;
    }
    let (grid, face) = (&scene.grid, vent.face);
    let across = face.axis() as usize;
    let quantity = [Quantity::VelocityX, Quantity::VelocityY, Quantity::VelocityZ][across];
    let open = opening(scene, vent)?;
    let mut mean = |depth: usize| {
        let mut layer = open;
        let most = grid.cells[across];
        let at = if face.is_upper() { most - 1 - depth.min(most - 1) } else { depth.min(most - 1) };
        (layer.from[across], layer.to[across]) = (at, at + 1);
        solver.mean(quantity, layer)
    };
    let speed = 1.5 * mean(0)? - 0.5 * mean(1)?;
    let area = open.len() as f64 * grid.cell * grid.cell;
    Some(if face.is_upper() { -speed * area } else { speed * area })
}

/// The layer of cells behind a vent.
fn opening(scene: &Scene, vent: &Vent) -> Option<Region> {
    let number = scene.patches.iter().position(|patch| {
        patch.name == vent.block.name && matches!(patch.flow, Flow::Opening { .. })
    })?;
    let grid: &Grid = &scene.grid;
    let side = scene.sides[vent.face as usize].iter().enumerate();
    let cells = side.filter(|(_, patch)| usize::from(**patch) == number);
    cells.map(|(n, _)| grid.behind(vent.face, n)).fold(None, |region: Option<Region>, cell| {
        let Region { from, to } = region.unwrap_or(Region { from: cell, to: cell });
        Some(Region {
            from: std::array::from_fn(|axis| from[axis].min(cell[axis])),
            to: std::array::from_fn(|axis| to[axis].max(cell[axis] + 1)),
        })
    })
}

/// Whether a tier shows this quantity.
pub(super) fn shows(solved: &Solved, shown: Shown) -> bool {
    solved.field(shown.quantity()).is_some()
}
