//! The device does what the plain form does.

use std::sync::Arc;

use twin::field::air::Air;
use twin::field::random_scene::{self, random_scene};
use twin::field::{FieldError, FieldSolver, Probe, Quantity, Scene, Settings, conformance};

use super::AirOnGpu;
use crate::Gpu;

/// Relative difference of two fields in the mean of squares.
fn difference(one: &[f32], other: &[f32]) -> f64 {
    let square = |a: f64| a * a;
    let sum = |of: &dyn Fn(usize) -> f64| (0..one.len()).map(of).sum::<f64>();
    let apart = sum(&|n| square(f64::from(one[n]) - f64::from(other[n])));
    let whole = sum(&|n| square(f64::from(one[n])));
    if whole > 0.0 { (apart / whole).sqrt() } else { apart.sqrt() }
}

fn solvers(gpu: &Arc<Gpu>, scene: &Scene, settings: &Settings) -> (Air, AirOnGpu) {
    (Air::new(scene, settings).unwrap(), AirOnGpu::new(gpu, scene, settings).unwrap())
}

#[test]
fn twenty_random_scenes_agree_after_a_hundred_steps() {
    let Some(gpu) = Gpu::for_tests() else { return };
    let settings = Settings { step: Some(0.05), ..Settings::default() };
    for seed in 0..20 {
        let scene = random_scene(seed, random_scene::Air::Driven);
        let (mut cpu, mut device) = solvers(&gpu, &scene, &settings);
        cpu.advance(5.0).unwrap();
        device.advance(5.0).unwrap();
        for quantity in
            [Quantity::Temperature, Quantity::VelocityX, Quantity::VelocityY, Quantity::VelocityZ]
        {
            let pair = (cpu.field(quantity).unwrap(), device.field(quantity).unwrap());
            let apart = difference(&pair.0, &pair.1);
            assert!(apart <= 1e-4, "{seed} {quantity:?} {apart}");
        }
        let (one, other) = (cpu.balance(), device.balance());
        assert!(other.relative() < 1e-5, "{seed} {other:?}");
        assert!((one.stored - other.stored).abs() < 1e-4 * one.throughput, "{one:?} {other:?}");
        for (one, other) in cpu.bodies().iter().zip(device.bodies()) {
            assert!((one - other).abs() < 1e-3, "{seed} {one} {other}");
        }
    }
}

#[test]
fn what_moves_as_it_does_agrees_too() {
    let Some(gpu) = Gpu::for_tests() else { return };
    let settings = Settings { step: Some(0.05), ..Settings::default() };
    for seed in 0..4 {
        let scene = random_scene(seed, random_scene::Air::Driven);
        let (mut cpu, mut device) = solvers(&gpu, &scene, &settings);
        cpu.advance(0.5).unwrap();
        device.restore(&cpu.save()).unwrap();
        cpu.carry(1.0).unwrap();
        device.carry(1.0).unwrap();
        for quantity in [Quantity::Temperature, Quantity::VelocityX, Quantity::VelocityZ] {
            let pair = (cpu.field(quantity).unwrap(), device.field(quantity).unwrap());
            let apart = difference(&pair.0, &pair.1);
            assert!(apart <= 1e-4, "{seed} {quantity:?} {apart}");
        }
        assert!(device.balance().relative() < 1e-5, "{seed} {:?}", device.balance());
    }
}

#[test]
fn slabs_do_not_show() {
    let Some(gpu) = Gpu::for_tests() else { return };
    let settings = Settings { step: Some(0.05), ..Settings::default() };
    let scene = random_scene(1, random_scene::Air::Driven);
    let [nx, ny, _] = scene.grid.cells;
    let plane = ((nx + 4) * (ny + 4) * 8 * 4) as u64;
    let mut fields = [gpu.clone(), gpu.bound_by(8 * plane + 256)].map(|gpu| {
        let mut air = AirOnGpu::new(&gpu, &scene, &settings).unwrap();
        air.advance(0.5).unwrap();
        let probe =
            |n| Probe { quantity: Quantity::Temperature, at: [1.0, 1.0, 0.3 * f64::from(n)] };
        let mut seen = [0.0; 8];
        air.sample(&[0, 1, 2, 3, 4, 5, 6, 7].map(probe), &mut seen);
        (air.save(), seen, air.field(Quantity::Speed))
    });
    let [one, other] = fields.each_mut();
    for ((name, a), (_, b)) in one.0.arrays.iter().zip(&other.0.arrays) {
        assert!(name.contains("left") || difference(a, b) < 1e-6, "{name}");
    }
    assert_eq!(one.1, other.1);
}

#[test]
fn each_goes_on_from_what_the_other_saved() {
    let Some(gpu) = Gpu::for_tests() else { return };
    let settings = Settings { step: Some(0.05), ..Settings::default() };
    let scene = random_scene(2, random_scene::Air::Driven);
    let (mut cpu, mut device) = solvers(&gpu, &scene, &settings);
    cpu.advance(0.5).unwrap();
    device.restore(&cpu.save()).unwrap();
    assert_eq!(device.save().arrays, cpu.save().arrays);
    device.advance(0.5).unwrap();
    cpu.advance(0.5).unwrap();
    let saved = device.save();
    let (mut again, _) = solvers(&gpu, &scene, &settings);
    again.restore(&saved).unwrap();
    let field = |air: &mut dyn FieldSolver| air.field(Quantity::Temperature).unwrap();
    assert_eq!(field(&mut again), field(&mut device));
    assert!(difference(&field(&mut cpu), &field(&mut device)) < 1e-6);
}

#[test]
fn it_conforms() {
    let Some(gpu) = Gpu::for_tests() else { return };
    let wrong = conformance::check(&|scene: &Scene| {
        let solver = AirOnGpu::new(&gpu, scene, &Settings::default())?;
        Ok::<Box<dyn FieldSolver>, FieldError>(Box::new(solver))
    });
    assert!(wrong.is_empty(), "{wrong:#?}");
}
