//! The lattice on the device does what the plain form does.

use twin::field::{
    Body, Face, Fan, Flow, Fluid, Grid, Initial, Material, Patch, Porous, Source, Storage, Target,
    build, conformance,
};

use super::*;

/// Numbers between 0 and 1, the same on every machine.
struct Draw(u32);

impl Draw {
    fn next(&mut self) -> f64 {
        self.0 = twin::field::lattice::hash(self.0.wrapping_add(0x9e37_79b9));
        f64::from(self.0) / 4_294_967_296.0
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() * n as f64) as usize
    }

    fn region(&mut self, cells: [usize; 3], most: usize) -> Region {
        let from = cells.map(|n| self.below(n - 1));
        let to = std::array::from_fn(|a| (from[a] + 1 + self.below(most)).min(cells[a]));
        Region { from, to }
    }
}

/// A hall with everything in it that this tier knows.
fn scene(seed: u32) -> Scene {
    let mut draw = Draw(seed);
    let cells = [5 + draw.below(16), 4 + draw.below(8), 3 + draw.below(8)];
    let grid = Grid { cells, cell: 0.2, origin: [0.0; 3] };
    let fluid = Fluid { viscosity: 1e-3, conductivity: 2.0, ..Fluid::AIR };
    let mut scene = Scene::new(grid, fluid, 20.0);
    let (a, b, c) = (draw.next(), draw.next(), draw.next());
    let wave = move |p: [f64; 3]| (p[0] * 3.0 * a + p[1] * b + 5.0 * c).sin() + (2.0 * p[2]).cos();
    scene.temperature = Initial::Of(Arc::new(move |p| 20.0 + 2.0 * wave(p)));
    scene.velocity = Initial::Of(Arc::new(move |p| [0.2 * wave(p), 0.1, -0.1 * wave(p)]));
    let periodic = draw.below(4);
    for face in Face::ALL {
        let t = 15.0 + 20.0 * draw.next();
        let heat = match draw.below(4) {
            0 => Heat::Adiabatic,
            1 => Heat::Fixed(t),
            2 => Heat::Flux(40.0 * (draw.next() - 0.5)),
            _ => Heat::Surface { film: 8.0, emissivity: 0.7, ambient: t },
        };
        let v: [f64; 3] = std::array::from_fn(|_| draw.next() - 0.5);
        let flow = if face.axis() as usize == periodic {
            Flow::Periodic
        } else {
            match draw.below(6) {
                0 => Flow::Moving(v),
                1 => Flow::Slip,
                2 => Flow::Opening { temperature: t },
                3 => Flow::Forced { velocity: v.map(|v| 0.3 * v), temperature: t },
                _ => Flow::Wall,
            }
        };
        scene.set_side(face, Patch { name: "side".into(), heat, flow });
    }
    let steel = scene.add_material(Material {
        name: "steel".into(),
        conductivity: 50.0,
        density: 7850.0,
        specific_heat: 490.0,
        film: None,
    });
    scene.fill(draw.region(cells, 2).iter(), steel);
    for n in 0..draw.below(3) {
        let region = draw.region(cells, 3);
        let body = scene.add_body(Body {
            name: format!("body {n}"),
            region,
            voxels: None,
            material: steel,
            capacity: 5e3,
            area: None,
            film: 12.0,
            emissivity: 0.5,
        });
        scene.sources.push(Source { name: "own".into(), to: Target::Body(body), watts: 300.0 });
    }
    scene.fans.push(Fan {
        name: "fan".into(),
        region: draw.region(cells, 2),
        velocity: [0.3, 0.0, 0.1],
    });
    scene.porous.push(Porous { name: "mesh".into(), region: draw.region(cells, 4), loss: 5.0 });
    let region = draw.region(cells, 4);
    let to = Target::Cells(region);
    let fluid = |cell| scene.filled[scene.grid.index(cell)].is_fluid();
    if region.iter().any(fluid) {
        scene.sources.push(Source { name: "fire".into(), to, watts: 30.0 });
    }
    scene
}

const ALL: [Quantity; 4] =
    [Quantity::Temperature, Quantity::VelocityX, Quantity::VelocityY, Quantity::VelocityZ];

/// Relative differences of two fields: temperatures over their own spread, velocities over the speed.
fn difference(a: &mut dyn FieldSolver, b: &mut dyn FieldSolver) -> f64 {
    let mut worst: f64 = 0.0;
    let mut speed = [0.0; 2];
    for quantity in ALL {
        let (a, b) = (a.field(quantity).unwrap(), b.field(quantity).unwrap());
        let warm = quantity == Quantity::Temperature;
        let mean = if warm { f64::from(a.iter().sum::<f32>()) / a.len() as f64 } else { 0.0 };
        let square = |x: f64| x * x;
        let apart: f64 = a.iter().zip(&b).map(|(a, b)| square(f64::from(a - b))).sum();
        let size: f64 = a.iter().map(|a| square(f64::from(*a) - mean)).sum();
        assert!(size.is_finite() && apart.is_finite());
        if warm {
            worst = (apart / size).sqrt();
        } else {
            speed = [speed[0] + apart, speed[1] + size];
        }
    }
    worst.max((speed[0] / speed[1]).sqrt())
}

fn both(gpu: &Arc<Gpu>, scene: &Scene, settings: &Settings) -> [Box<dyn FieldSolver>; 2] {
    let device = LatticeOnGpu::new(gpu, scene, settings).unwrap();
    [build(Tier::Lattice, scene, settings).unwrap(), Box::new(device)]
}

#[test]
fn random_scenes_are_the_same_after_a_hundred_steps() {
    let Some(gpu) = Gpu::for_tests() else { return };
    for seed in 0..20 {
        let scene = scene(seed);
        let settings = Settings { step: Some(0.02), ..Settings::default() };
        let [mut cpu, mut device] = both(&gpu, &scene, &settings);
        cpu.advance(2.0).unwrap();
        device.advance(2.0).unwrap();
        let apart = difference(&mut *cpu, &mut *device);
        assert!(apart <= 1e-4, "seed {seed}: {apart}");
        for (a, b) in cpu.bodies().iter().zip(device.bodies()) {
            assert!((a - b).abs() < 1e-5, "seed {seed}: bodies {a} and {b}");
        }
        for solver in [&mut cpu, &mut device] {
            let balance = solver.balance();
            assert!(balance.relative() < 1e-4, "seed {seed}: {balance:?}");
        }
    }
}

#[test]
fn halves_are_the_same_too() {
    let Some(gpu) = Gpu::for_tests() else { return };
    if !gpu.device.features().contains(wgpu::Features::SHADER_F16) {
        return;
    }
    for seed in [3, 8] {
        let settings = Settings { storage: Storage::Half, step: Some(0.02), ..Settings::default() };
        let [mut cpu, mut device] = both(&gpu, &scene(seed), &settings);
        cpu.advance(2.0).unwrap();
        device.advance(2.0).unwrap();
        // Where a last bit differs before rounding, a whole half does after.
        let apart = difference(&mut *cpu, &mut *device);
        assert!(apart <= 5e-3, "seed {seed}: {apart}");
    }
}

#[test]
fn slabs_do_not_show() {
    let Some(gpu) = Gpu::for_tests() else { return };
    let settings = Settings { step: Some(0.02), ..Settings::default() };
    for seed in [1, 4, 6] {
        let scene = scene(seed);
        let plane = scene.grid.cells[0] * scene.grid.cells[1] * 26 * 4;
        let small = gpu.bound_by(4 * plane as u64 + 1024);
        let mut one = LatticeOnGpu::new(&gpu, &scene, &settings).unwrap();
        let mut many = LatticeOnGpu::new(&small, &scene, &settings).unwrap();
        one.advance(0.5).unwrap();
        many.advance(0.5).unwrap();
        for quantity in ALL {
            assert_eq!(one.field(quantity), many.field(quantity), "seed {seed}");
        }
    }
}

#[test]
fn a_state_goes_from_one_to_the_other() {
    let Some(gpu) = Gpu::for_tests() else { return };
    let scene = scene(5);
    let settings = Settings { step: Some(0.02), ..Settings::default() };
    let [mut cpu, mut device] = both(&gpu, &scene, &settings);
    device.advance(0.5).unwrap();
    cpu.restore(&device.save()).unwrap();
    assert_eq!(cpu.field(Quantity::Temperature), device.field(Quantity::Temperature));
    cpu.advance(0.1).unwrap();
    device.advance(0.1).unwrap();
    assert!(difference(&mut *cpu, &mut *device) < 1e-5);
}

#[test]
fn it_conforms() {
    let Some(gpu) = Gpu::for_tests() else { return };
    let make = |scene: &Scene| {
        super::super::build(&gpu, Tier::Lattice, scene, &Settings::default())
            .map(|solver| solver as Box<dyn FieldSolver>)
    };
    let wrong = conformance::check(&make);
    assert!(wrong.is_empty(), "{wrong:#?}");
}
