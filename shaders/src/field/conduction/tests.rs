//! The device does what the processor does.

use std::sync::Arc;

use twin::field::conduction::{Conduction, Plan, Skin};
use twin::field::random_scene::{Air, random_scene};
use twin::field::{FieldSolver, Quantity, Scene, Settings, conformance};

use super::ConductionOnGpu;
use crate::Gpu;

fn relative(a: &[f32], b: &[f32]) -> f64 {
    let mean = b.iter().map(|b| f64::from(*b)).sum::<f64>() / b.len() as f64;
    let square = |x: f64| x * x;
    let apart: f64 = a.iter().zip(b).map(|(a, b)| square(f64::from(a - b))).sum();
    (apart / b.iter().map(|b| square(f64::from(*b) - mean)).sum::<f64>()).sqrt()
}

fn field(solver: &mut dyn FieldSolver) -> Vec<f32> {
    solver.field(Quantity::Temperature).unwrap()
}

/// Settings for explicit or implicit steps, and the length of one.
fn paced(scene: &Scene, implicit: bool) -> (Settings, f64) {
    let settings = Settings { implicit: Some(implicit), ..Settings::default() };
    let plan = Plan::new(scene);
    let pace = plan.pace(&Skin::new(&plan), Some(&plan.faces()), &settings);
    (settings, pace.step)
}

#[test]
fn random_scenes_are_those_of_the_processor() {
    let Some(gpu) = Gpu::for_tests() else { return };
    for seed in 0..20 {
        let scene = random_scene(seed, Air::Still);
        for implicit in [false, true] {
            let (settings, step) = paced(&scene, implicit);
            // Implicit steps converge one by one, so a few tell as much.
            let steps = if implicit && seed % 10 > 0 { 4.0 } else { 100.0 };
            let seconds = step * steps;
            let mut here = Conduction::new(&scene, &settings).unwrap();
            let mut there = ConductionOnGpu::new(&gpu, &scene, &settings).unwrap();
            here.advance(seconds).unwrap();
            there.advance(seconds).unwrap();
            let apart = relative(&field(&mut there), &field(&mut here));
            assert!(apart < 1e-4, "{seed} {implicit}: {apart}");
            let (a, b) = (here.balance(), there.balance());
            // Explicit steps round what each cell has, by half a unit in the last place of some 40 degrees.
            let plan = Plan::new(&scene);
            let heat: f64 = plan.capacities().iter().map(|capacity| f64::from(*capacity)).sum();
            let rounding = if implicit { 0.0 } else { steps * 2e-6 * heat };
            for balance in [a, b] {
                let allowed = 1e-4 * balance.throughput + rounding;
                assert!(balance.residual().abs() < allowed, "{seed} {implicit}: {balance:?}");
            }
            assert!((a.throughput - b.throughput).abs() < 1e-4 * a.throughput, "{a:?} {b:?}");
        }
    }
}

#[test]
fn it_does_what_every_solver_must() {
    let Some(gpu) = Gpu::for_tests() else { return };
    for implicit in [None, Some(true)] {
        let settings = Settings { implicit, ..Settings::default() };
        let wrong = conformance::check(&|scene| {
            let solver = ConductionOnGpu::new(&gpu, scene, &settings)?;
            Ok(Box::new(solver) as Box<dyn FieldSolver>)
        });
        assert!(wrong.is_empty(), "{implicit:?}: {wrong:#?}");
    }
}

#[test]
fn slabs_do_not_show() {
    let Some(gpu) = Gpu::for_tests() else { return };
    let small = gpu.bound_by(16 << 10);
    for seed in [1, 5] {
        let scene = random_scene(seed, Air::Still);
        for implicit in [false, true] {
            let (settings, step) = paced(&scene, implicit);
            let run = |gpu: &Arc<Gpu>| {
                let mut solver = ConductionOnGpu::new(gpu, &scene, &settings).unwrap();
                solver.advance(step * if implicit { 1.0 } else { 10.0 }).unwrap();
                field(&mut solver)
            };
            let apart = relative(&run(&small), &run(&gpu));
            assert!(apart < if implicit { 1e-5 } else { 1e-7 }, "{seed} {implicit}: {apart}");
        }
    }
}

#[test]
fn what_one_saved_the_other_takes_up() {
    let Some(gpu) = Gpu::for_tests() else { return };
    let scene = random_scene(4, Air::Still);
    let settings = Settings::default();
    let mut here = Conduction::new(&scene, &settings).unwrap();
    let mut there = ConductionOnGpu::new(&gpu, &scene, &settings).unwrap();
    here.advance(20.0).unwrap();
    there.restore(&here.save()).unwrap();
    assert_eq!(there.time(), here.time());
    here.advance(20.0).unwrap();
    there.advance(20.0).unwrap();
    let apart = relative(&field(&mut there), &field(&mut here));
    assert!(apart < 1e-5, "{apart}");
    here.restore(&there.save()).unwrap();
    assert_eq!(field(&mut there), field(&mut here));
    let (a, b) = (here.balance(), there.balance());
    assert!((a.boundaries - b.boundaries).abs() < 1e-6 * a.throughput, "{a:?} {b:?}");
}
