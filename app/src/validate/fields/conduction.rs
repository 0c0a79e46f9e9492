//! Conduction against exact solutions and the thermal benchmarks T2 and T3 of NAFEMS.
//!
//! Series are those of H. S. Carslaw & J. C. Jaeger, Conduction of Heat in Solids, 1959; the benchmarks are from The Standard NAFEMS
//! Benchmarks, 1990. A medium of conductivity, density and specific heat 1 makes times Fourier numbers.

use std::f64::consts::PI;
use std::sync::Arc;

use super::super::finding::Finding;
use super::super::{Bench, Findings};
use super::Backend;
use twin::field::{
    Face, FieldError, FieldSolver, Fluid, Grid, Heat, Initial, Material, Patch, Probe, Quantity,
    Region, Scene, Settings, Source, Target, Tier,
};

type Found = Result<Vec<Finding>, FieldError>;

/// Exact solutions.
pub(in super::super) fn exact(_: &Bench) -> Findings {
    let mut found = Vec::new();
    for backend in Backend::all() {
        found.extend(slab(backend)?);
        found.extend(convection(backend)?);
        found.extend(sines(backend)?);
        found.extend(gaussian(backend)?);
        found.extend(layers(backend)?);
        found.extend(fin(backend)?);
        found.extend(point(backend)?);
        found.extend(laws(backend)?);
        found.extend(order(backend)?);
    }
    Ok(found)
}

/// The benchmarks T2 and T3.
pub(in super::super) fn nafems(_: &Bench) -> Findings {
    let mut found = Vec::new();
    for backend in Backend::all() {
        found.extend(radiating_bar(backend)?);
        found.extend(oscillating_bar(backend)?);
    }
    Ok(found)
}

/// Conductivity, density and specific heat 1, at 0 degrees.
fn medium(cells: [usize; 3], cell: f64) -> Scene {
    let unit = Fluid { conductivity: 1.0, density: 1.0, specific_heat: 1.0, ..Fluid::AIR };
    Scene::new(Grid { cells, cell, origin: [0.0; 3] }, unit, 0.0)
}

fn side(scene: &mut Scene, face: Face, heat: Heat) -> usize {
    scene.set_side(face, Patch { name: format!("{face:?}"), heat, ..Patch::default() })
}

/// A solver with explicit steps of `step`.
fn explicit(
    backend: &Backend,
    scene: &Scene,
    step: f64,
) -> Result<Box<dyn FieldSolver>, FieldError> {
    let settings = Settings { step: Some(step), implicit: Some(false), ..Settings::default() };
    backend.solver(Tier::Conduction, scene, &settings)
}

fn field(solver: &mut dyn FieldSolver) -> Vec<f32> {
    solver.field(Quantity::Temperature).unwrap_or_default()
}

fn read(solver: &mut dyn FieldSolver, at: [f64; 3]) -> f64 {
    let mut read = [0.0];
    solver.sample(&[Probe { quantity: Quantity::Temperature, at }], &mut read);
    f64::from(read[0])
}

/// A slab at 1 between sides at 0.
fn slab(backend: &Backend) -> Found {
    let n = 51;
    let h = 1.0 / n as f64;
    let mut scene = medium([n, 1, 1], h);
    scene.temperature = Initial::Uniform(1.0);
    side(&mut scene, Face::West, Heat::Fixed(0.0));
    side(&mut scene, Face::East, Heat::Fixed(0.0));
    let mut solver = explicit(backend, &scene, h * h / 6.0)?;
    let mut found = Vec::new();
    for (fourier, expected) in [(0.05, 0.772_311_6), (0.1, 0.474_487_5), (0.2, 0.176_867_1)] {
        solver.advance(fourier - solver.time())?;
        let got = read(&mut *solver, [0.5, 0.0, 0.0]);
        let what = format!("{}: middle of a slab, Fo = {fourier}", backend.name());
        // The first coefficient of the sampled series is off by that share.
        let tolerance = (PI * h).powi(2) / 24.0 * expected * 1.2;
        found.push(Finding::within(what, expected, got, tolerance, "1.2 π²h²/24, 51 cells"));
    }
    Ok(found)
}

/// A wall with a film: `Σ 4 sin m / (2m + sin 2m) cos(m x) exp(-m² Fo)`, `m tan m = Bi`, by bisection.
fn wall(biot: f64, x: f64, fourier: f64) -> f64 {
    let term = |n: usize| {
        let (mut low, mut high) = (n as f64 * PI, (n as f64 + 0.5) * PI);
        for _ in 0..80 {
            let m = f64::midpoint(low, high);
            // m sin m - Bi cos m changes sign once in each of these intervals, upwards in even ones.
            let above = m * m.sin() > biot * m.cos();
            if above == (n % 2 == 1) {
                low = m;
            } else {
                high = m;
            }
        }
        let m = f64::midpoint(low, high);
        4.0 * m.sin() / (2.0 * m + (2.0 * m).sin()) * (m * x).cos() * (-m * m * fourier).exp()
    };
    (0..40).map(term).sum()
}

fn convection(backend: &Backend) -> Found {
    let n = 40;
    let h = 1.0 / n as f64;
    let mut found = Vec::new();
    for biot in [1.0, 0.1] {
        let mut scene = medium([n, 1, 1], h);
        scene.temperature = Initial::Uniform(1.0);
        let film = Heat::Surface { film: biot, emissivity: 0.0, ambient: 0.0 };
        side(&mut scene, Face::East, film);
        let mut solver = explicit(backend, &scene, h * h / 6.0)?;
        for fourier in [0.5, 1.0] {
            solver.advance(fourier - solver.time())?;
            for (place, x) in [("middle", h / 2.0), ("surface", 1.0 - h / 2.0)] {
                let what =
                    format!("{}: {place} of a wall, Bi = {biot}, Fo = {fourier}", backend.name());
                let got = read(&mut *solver, [x, 0.0, 0.0]);
                found.push(Finding::within(
                    what,
                    wall(biot, x, fourier),
                    got,
                    1e-4,
                    "1e-4, 40 cells",
                ));
            }
        }
    }
    Ok(found)
}

/// `sin πx sin πy sin πz` between sides at 0 keeps its shape and decays, in the scheme by `1 - 12 r sin²(πh/2)` a step.
fn sines(backend: &Backend) -> Found {
    let (n, ratio) = (64, 0.125);
    let h = 1.0 / n as f64;
    let mut scene = medium([n; 3], h);
    let shape = |at: [f64; 3]| at.iter().map(|x| (PI * x).sin()).product::<f64>();
    scene.temperature = Initial::Of(Arc::new(shape));
    for face in Face::ALL {
        side(&mut scene, face, Heat::Fixed(0.0));
    }
    let step = ratio * h * h;
    let mut solver = explicit(backend, &scene, step)?;
    let mut found = Vec::new();
    for steps in [100, 1000] {
        solver.advance(f64::from(steps) * step - solver.time())?;
        let decay = (1.0 - 12.0 * ratio * (PI * h / 2.0).sin().powi(2)).powi(steps);
        let cells = scene.grid.all().iter().map(|cell| shape(scene.grid.middle(cell)));
        let apart = |(got, shape): (&f32, f64)| (f64::from(*got) - decay * shape).abs();
        let worst = field(&mut *solver).iter().zip(cells).map(apart).fold(0.0, f64::max);
        let what =
            format!("{}: worst of 64³ cells against the scheme, {steps} steps", backend.name());
        found.push(Finding::within(what, 0.0, worst, 1e-6, "round-off"));
    }
    let fourier = 1000.0 * step;
    let middle = scene.grid.middle([n / 2; 3]);
    let what = format!("{}: sine product, Fo = {fourier:.4}", backend.name());
    let expected = (-3.0 * PI * PI * fourier).exp();
    let got = read(&mut *solver, middle) / shape(middle);
    found.push(Finding::within(what, expected, got, 3e-4, "3e-4, 64 cells"));
    Ok(found)
}

/// A Gaussian of variance 1 in open space has variance 2 where `2 a t = 1`.
fn gaussian(backend: &Backend) -> Found {
    let (n, h) = (48, 0.25);
    let mut scene = medium([n; 3], h);
    scene.grid.origin = [-6.0; 3];
    let square = |at: [f64; 3]| at.iter().map(|x| x * x).sum::<f64>();
    scene.temperature = Initial::Of(Arc::new(move |at| (-square(at) / 2.0).exp()));
    let mut solver = explicit(backend, &scene, h * h / 6.0)?;
    solver.advance(0.5)?;
    let values = field(&mut *solver);
    let middle = scene.grid.middle([n / 2; 3]);
    let expected = 0.5_f64.powf(1.5) * (-square(middle) / 4.0).exp();
    let got = f64::from(values[scene.grid.index([n / 2; 3])]);
    let peak = format!("{}: peak of a Gaussian", backend.name());
    let (mut sum, mut spread) = (0.0, 0.0);
    for (cell, value) in scene.grid.all().iter().zip(&values) {
        sum += f64::from(*value);
        spread += f64::from(*value) * square(scene.grid.middle(cell)) / 3.0;
    }
    let variance = format!("{}: its variance", backend.name());
    Ok(vec![
        Finding::within(peak, expected, got, 2e-3, "2e-3, 4 cells a standard deviation"),
        Finding::within(variance, 2.0, spread / sum, 1e-3, "1e-3, the box ends at 4.2 of them"),
    ])
}

/// Two layers with a film outside: resistances in series.
fn layers(backend: &Backend) -> Found {
    let (n, h) = (40, 0.01);
    let mut scene = medium([n, 1, 1], h);
    for (name, conductivity, x) in [("brick", 0.8, 0), ("wool", 0.04, 25)] {
        let material = scene.add_material(Material {
            name: name.into(),
            conductivity,
            density: 1000.0,
            specific_heat: 1000.0,
            film: None,
        });
        scene.fill(Region { from: [x, 0, 0], to: [n, 1, 1] }.iter(), material);
    }
    side(&mut scene, Face::West, Heat::Fixed(20.0));
    side(&mut scene, Face::East, Heat::Surface { film: 20.0, emissivity: 0.0, ambient: -10.0 });
    let mut solver = backend.solver(Tier::Conduction, &scene, &Settings::default())?;
    solver.settle(1e-7, 50)?;
    let flux = 30.0 / (0.25 / 0.8 + 0.15 / 0.04 + 1.0 / 20.0);
    let within = |what: &str, expected, got| {
        let what = format!("{}: {what} of two layers, °C", backend.name());
        Finding::within(what, expected, got, 1e-4, "1e-4")
    };
    let got = [12, 24, 39].map(|cell| read(&mut *solver, scene.grid.middle([cell, 0, 0])));
    let outside = -10.0 + flux * (1.0 / 20.0 + h / 2.0 / 0.04);
    Ok(vec![
        within("inside", 20.0 - flux * 0.125 / 0.8, got[0]),
        within("border", 20.0 - flux * 0.245 / 0.8, got[1]),
        within("outside", outside, got[2]),
    ])
}

/// A fin: its mean excess temperature is `tanh(mL) / mL` of that of its base.
fn fin(backend: &Backend) -> Found {
    let (n, h, film, conductivity) = (50, 0.01, 10.0, 100.0);
    let mut scene = medium([n, 1, 1], h);
    scene.fluid.conductivity = conductivity;
    side(&mut scene, Face::West, Heat::Fixed(1.0));
    for face in [Face::South, Face::North] {
        side(&mut scene, face, Heat::Surface { film, emissivity: 0.0, ambient: 0.0 });
    }
    let mut solver = backend.solver(Tier::Conduction, &scene, &Settings::default())?;
    solver.settle(1e-7, 50)?;
    // m² = film × perimeter / (conductivity × area), two of four sides free.
    let ml = (2.0 * film / (conductivity * h)).sqrt() * n as f64 * h;
    let got = solver.mean(Quantity::Temperature, scene.grid.all()).unwrap_or(f64::NAN);
    let what = format!("{}: efficiency of a fin", backend.name());
    Ok(vec![Finding::within(what, ml.tanh() / ml, got, 5e-4, "5e-4, 50 cells")])
}

/// A source in one cell: `q / 4πkr`, as the difference of two radii. Their direction (3, 2, 0) is one in which the leading terms of both
/// the grid's own error and of the sides, which go as `x⁴ + y⁴ + z⁴ - 3r⁴/5`, nearly vanish.
fn point(backend: &Backend) -> Found {
    let n = 49;
    let mut scene = medium([n; 3], 1.0);
    for face in Face::ALL {
        side(&mut scene, face, Heat::Fixed(0.0));
    }
    let middle = [n / 2; 3];
    let to = Target::Cells(Region { from: middle, to: middle.map(|x| x + 1) });
    scene.sources.push(Source { name: "point".into(), to, watts: 4.0 * PI });
    let mut solver = backend.solver(Tier::Conduction, &scene, &Settings::default())?;
    solver.settle(1e-6, 20)?;
    let mut along = |n: usize| {
        let cell = [middle[0] + 3 * n, middle[1] + 2 * n, middle[2]];
        read(&mut *solver, scene.grid.middle(cell))
    };
    let got = along(1) - along(2);
    let what = format!("{}: point source, between 3.6 and 7.2 cells away", backend.name());
    let expected = 1.0 / 13.0_f64.sqrt() - 1.0 / 52.0_f64.sqrt();
    Ok(vec![Finding::within(what, expected, got, 1e-3, "1e-3, a cell is no point")])
}

/// No new extremes; a closed box keeps its heat; with a source it gains what that gives.
fn laws(backend: &Backend) -> Found {
    let h = 0.1;
    let rough = |at: [f64; 3]| {
        let x = (at[0] * 127.1 + at[1] * 311.7 + at[2] * 74.7).sin() * 43_758.545;
        x - x.floor()
    };
    let mut closed = medium([16; 3], h);
    closed.temperature = Initial::Of(Arc::new(rough));
    let step = h * h / 6.0;
    let mut solver = explicit(backend, &closed, step)?;
    let sum = |values: Vec<f32>| values.iter().map(|t| f64::from(*t)).sum::<f64>();
    let before = field(&mut *solver);
    let range = |values: &[f32]| {
        values.iter().fold((f32::MAX, f32::MIN), |(low, high), t| (low.min(*t), high.max(*t)))
    };
    let (low, high) = range(&before);
    let mut beyond = 0.0_f32;
    for _ in 0..20 {
        solver.advance(step)?;
        let now = range(&field(&mut *solver));
        beyond = beyond.max(low - now.0).max(now.1 - high);
    }
    solver.advance(9980.0 * step)?;
    let drift = sum(field(&mut *solver)) / sum(before) - 1.0;
    closed.sources.push(Source {
        name: "everywhere".into(),
        to: Target::Cells(closed.grid.all()),
        watts: 3.0,
    });
    let mut heated = explicit(backend, &closed, step)?;
    heated.advance(1000.0 * step)?;
    let name = backend.name();
    Ok(vec![
        Finding::within(format!("{name}: new extremes"), 0.0, f64::from(beyond), 0.0, "none"),
        Finding::within(
            format!("{name}: heat of a closed box, 10⁴ steps"),
            0.0,
            drift,
            1e-6,
            "1e-6",
        ),
        Finding::within(
            format!("{name}: energy residual with a source"),
            0.0,
            heated.balance().relative(),
            1e-5,
            "1e-5 of the throughput",
        ),
    ])
}

/// Halving the cells quarters the error.
fn order(backend: &Backend) -> Found {
    let error = |n: usize| {
        let h = 1.0 / n as f64;
        let mut scene = medium([n, 1, 1], h);
        scene.temperature = Initial::Of(Arc::new(|at| (PI * at[0]).sin()));
        side(&mut scene, Face::West, Heat::Fixed(0.0));
        side(&mut scene, Face::East, Heat::Fixed(0.0));
        let mut solver = explicit(backend, &scene, h * h / 4.0)?;
        solver.advance(0.1)?;
        let x = scene.grid.middle([n / 2, 0, 0]);
        let exact = (-PI * PI * solver.time()).exp() * (PI * x[0]).sin();
        Ok::<_, FieldError>((read(&mut *solver, x) - exact).abs())
    };
    let got = (error(10)? / error(20)?).log2();
    let what = format!("{}: observed order of convergence", backend.name());
    Ok(vec![Finding::within(what, 2.0, got, 0.05, "second order")])
}

/// T2: a bar of 0.1 m, one end at 1000 K, the other radiating to 300 K.
fn radiating_bar(backend: &Backend) -> Found {
    let (n, h) = (100, 0.001);
    let mut scene = medium([n, 1, 1], h);
    scene.fluid = Fluid { conductivity: 55.6, density: 7850.0, specific_heat: 460.0, ..Fluid::AIR };
    scene.temperature = Initial::Uniform(1000.0);
    scene.absolute_zero = 0.0;
    side(&mut scene, Face::West, Heat::Fixed(1000.0));
    side(&mut scene, Face::East, Heat::Surface { film: 0.0, emissivity: 0.98, ambient: 300.0 });
    let mut solver = backend.solver(Tier::Conduction, &scene, &Settings::default())?;
    solver.settle(1e-6, 50)?;
    let [before, last] = [n - 2, n - 1].map(|x| read(&mut *solver, scene.grid.middle([x, 0, 0])));
    let what = format!("{}: T2, temperature of the end, K", backend.name());
    Ok(vec![Finding::within(what, 927.0, last + (last - before) / 2.0, 0.1, "0.1 K")])
}

/// T3: a bar of 0.1 m at 0 °C, one end kept, the other at `100 sin(πt/40)`; 0.08 m along after 32 s.
fn oscillating_bar(backend: &Backend) -> Found {
    let (n, h, tick) = (100, 0.001, 0.05);
    let mut scene = medium([n, 1, 1], h);
    scene.fluid = Fluid { conductivity: 35.0, density: 7200.0, specific_heat: 440.5, ..Fluid::AIR };
    side(&mut scene, Face::West, Heat::Fixed(0.0));
    let end = side(&mut scene, Face::East, Heat::Fixed(0.0));
    let mut solver = explicit(backend, &scene, tick / 2.0)?;
    for n in 0..640 {
        let middle = (f64::from(n) + 0.5) * tick;
        solver.set_patch(end, Heat::Fixed(100.0 * (PI * middle / 40.0).sin()));
        solver.advance(tick)?;
    }
    let got = read(&mut *solver, [0.08, 0.0, 0.0]);
    let what = format!("{}: T3, 0.08 m along after 32 s, °C", backend.name());
    Ok(vec![Finding::within(what, 36.60, got, 0.05, "0.05 K")])
}
