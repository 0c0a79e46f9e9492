//! The device does what the processor does.
#![expect(clippy::unwrap_used, reason = "a failure here is a failed test")]

use std::sync::Arc;

use twin::field::conduction::Conduction;
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

/// Settings with which 100 steps take so many seconds, with some change to be seen.
fn hundred(scene: &Scene, implicit: bool) -> (Settings, f64) {
    let step = 0.25 * scene.grid.cell / 0.1;
    (
        Settings {
            implicit: Some(implicit),
            step: implicit.then_some(40.0 * step),
            ..Settings::default()
        },
        step,
    )
}

#[test]
fn random_scenes_are_those_of_the_processor() {
    let Some(gpu) = Gpu::for_tests() else { return };
    for seed in 0..20 {
        let scene = random_scene(seed, Air::Still);
        for implicit in [false, true] {
            let (settings, step) = hundred(&scene, implicit);
            let seconds = settings.step.unwrap_or(step) * 100.0;
            let mut here = Conduction::new(&scene, &settings).unwrap();
            let mut there = ConductionOnGpu::new(&gpu, &scene, &settings).unwrap();
            here.advance(seconds).unwrap();
            there.advance(seconds).unwrap();
            let apart = relative(&field(&mut there), &field(&mut here));
            assert!(apart < 1e-4, "{seed} {implicit}: {apart}");
            let (a, b) = (here.balance(), there.balance());
            assert!(a.relative() < 1e-4 && b.relative() < 1e-4, "{seed} {implicit}: {a:?} {b:?}");
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
    let small = gpu.bound_by(8 << 10);
    for seed in [1, 2, 5] {
        let scene = random_scene(seed, Air::Still);
        for implicit in [false, true] {
            let (settings, step) = hundred(&scene, implicit);
            let run = |gpu: &Arc<Gpu>| {
                let mut solver = ConductionOnGpu::new(gpu, &scene, &settings).unwrap();
                solver.advance(settings.step.unwrap_or(step) * 10.0).unwrap();
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
