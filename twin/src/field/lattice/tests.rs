//! The lattice keeps mass and heat, forgets threads, and goes on from where it was saved.

use std::sync::Arc;

use super::super::conformance;
use super::super::{
    Face, FieldError, FieldSolver, Flow, Fluid, Grid, Heat, Initial, Patch, Quantity, Scene,
    Settings, Storage, Tier, build,
};
use super::Lattice;
use super::stencil::{FLOW, SLOTS};

const THICK: Fluid = Fluid { viscosity: 2e-3, conductivity: 3.0, ..Fluid::AIR };

fn side(heat: Heat, flow: Flow) -> Patch {
    Patch { name: "side".into(), heat, flow }
}

/// A hall with two walls of different temperatures, a mirror and a period, and a swirl in it.
fn hall() -> Scene {
    let grid = Grid { cells: [17, 6, 9], cell: 0.2, origin: [0.0; 3] };
    let mut scene = Scene::new(grid, THICK, 20.0);
    scene.set_side(Face::West, side(Heat::Fixed(24.0), Flow::Wall));
    scene.set_side(Face::East, side(Heat::Fixed(18.0), Flow::Slip));
    scene.set_side(Face::South, side(Heat::Adiabatic, Flow::Periodic));
    scene.set_side(Face::North, side(Heat::Adiabatic, Flow::Periodic));
    scene.velocity = Initial::Of(Arc::new(|p| [0.2 * p[2].sin(), 0.05, -0.1 * p[0].cos()]));
    scene
}

fn after(scene: &Scene, settings: &Settings, seconds: f64) -> Lattice {
    let mut lattice = Lattice::new(scene, settings).unwrap();
    lattice.advance(seconds).unwrap();
    lattice
}

fn apart(a: &[f32], b: &[f32]) -> f64 {
    let square = |x: f32| f64::from(x) * f64::from(x);
    let mean = a.iter().sum::<f32>() / a.len() as f32;
    let apart: f64 = a.iter().zip(b).map(|(a, b)| square(a - b)).sum();
    (apart / a.iter().map(|a| square(a - mean)).sum::<f64>()).sqrt()
}

#[test]
fn it_conforms() {
    let wrong = conformance::check(&|scene| build(Tier::Lattice, scene, &Settings::default()));
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn mass_stays() {
    let mut lattice = after(&hall(), &Settings::default(), 4.0);
    let step = lattice.steps();
    let cells: Vec<u32> = (0..lattice.plan().flags.len() as u32).collect();
    let plan = lattice.plan().clone();
    let looks = lattice.engine().look(&plan, step, &cells).unwrap();
    let density: f64 =
        looks.iter().map(|look| f64::from(look[4])).sum::<f64>() / looks.len() as f64;
    assert!(density.abs() < 1e-6, "the mean density is off by {density}");
}

#[test]
fn threads_do_not_show() {
    let run = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| after(&hall(), &Settings::default(), 2.0).save())
    };
    assert_eq!(run(1), run(3));
}

#[test]
fn halves_stay_close_to_singles() {
    let half = Settings { storage: Storage::Half, ..Settings::default() };
    let mut singles = after(&hall(), &Settings::default(), 4.0);
    let mut halves = after(&hall(), &half, 4.0);
    for quantity in [Quantity::Temperature, Quantity::VelocityX] {
        let (a, b) = (singles.field(quantity).unwrap(), halves.field(quantity).unwrap());
        let apart = apart(&a, &b);
        assert!(apart < 0.02, "{quantity:?}: {apart}");
        assert!(apart > 0.0);
    }
}

/// A tick that is no whole number of steps owes nothing in the end, and the sources' heat is exact.
#[test]
fn ticks_need_not_fit_steps() {
    let mut scene = hall();
    let to = super::super::Target::Cells(scene.grid.cells_in([1.0; 3], [1.4; 3]));
    scene.sources.push(super::super::Source { name: "fire".into(), to, watts: 70.0 });
    let settings = Settings { step: Some(0.03), ..Settings::default() };
    let mut lattice = Lattice::new(&scene, &settings).unwrap();
    for _ in 0..300 {
        lattice.advance(0.0137).unwrap();
    }
    assert!((lattice.time() - 300.0 * 0.0137).abs() < 1e-9);
    assert_eq!(lattice.steps(), 137);
    let balance = lattice.balance();
    assert!((balance.sources - 70.0 * 300.0 * 0.0137).abs() < 1e-9);
    assert!(balance.relative() < 1e-5, "{balance:?}");
}

#[test]
fn air_goes_in_and_out() {
    // Without buoyancy, or cold air would come in below while the warm leaves above.
    let mut scene = Scene { fluid: Fluid { expansion: 0.0, ..THICK }, ..hall() };
    let velocity = [0.2, 0.0, 0.0];
    let blown = Flow::Forced { velocity, temperature: 30.0 };
    scene.set_side(Face::West, side(Heat::Adiabatic, blown));
    scene.set_side(Face::East, side(Heat::Adiabatic, Flow::Opening { temperature: 5.0 }));
    let mut lattice = after(&scene, &Settings::default(), 60.0);
    let through = lattice.mean(Quantity::VelocityX, scene.grid.all()).unwrap();
    assert!((through - 0.2).abs() < 0.004, "{through} m/s instead of 0.2");
    let warmth = lattice.mean(Quantity::Temperature, scene.grid.all()).unwrap();
    assert!((29.0..30.01).contains(&warmth), "{warmth}");
    let balance = lattice.balance();
    assert!(balance.relative() < 1e-4, "{balance:?}");
}

#[test]
fn what_cannot_be_resolved_is_refused() {
    let air = Scene { fluid: Fluid::AIR, ..hall() };
    let plain = Settings { eddies: false, ..Settings::default() };
    let refused = |settings: &Settings| match Lattice::new(&air, settings) {
        Err(FieldError::Unsupported { what, .. }) => what,
        other => panic!("{other:?}"),
    };
    assert!(refused(&plain).contains("eddies"));
    let long = Settings { step: Some(1.0), ..Settings::default() };
    assert!(refused(&long).contains("at most"));
    assert!(Lattice::new(&air, &Settings::default()).is_ok());
}

/// Air as thin as it is, in cells of 20 cm, for a thousand steps: only eddies hold it together.
#[test]
fn thin_air_stays_in_hand() {
    let air = Scene { fluid: Fluid::AIR, ..hall() };
    let mut lattice = after(&air, &Settings::default(), 60.0);
    assert!(lattice.steps() > 500);
    let speed = lattice.field(Quantity::Speed).unwrap().into_iter().fold(0.0, f32::max);
    assert!(speed > 0.01 && speed < 1.0, "{speed} m/s");
    let temperatures = lattice.field(Quantity::Temperature).unwrap();
    assert!(temperatures.iter().all(|t| (17.0..25.0).contains(t)));
}

#[test]
fn a_state_has_all_populations() {
    let lattice = &mut after(&hall(), &Settings::default(), 0.5);
    let saved = lattice.save();
    let planes = 9 + 2;
    assert_eq!(saved.arrays[0].1.len(), SLOTS * 17 * 6 * planes);
    assert!(saved.arrays[0].1.iter().any(|value| *value != 0.0));
    assert_eq!(FLOW, 19);
}
