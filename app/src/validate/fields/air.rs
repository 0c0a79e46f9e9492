//! The air tier against benchmarks of viscous and of buoyant flow, and exact solutions.
//!
//! A software adapter is for proving, not for running: there the
//! higher Reynolds and Rayleigh numbers and the finest grids are left out.

use super::super::finding::Finding;
use super::super::{Bench, Findings};
use super::Backend;
use super::ghia::{self, Reynolds};
use shaders::Kind;
use std::f64::consts::{PI, TAU};
use std::sync::Arc;
use twin::field::{
    Face, FieldError, FieldSolver, Flow, Fluid, Grid, Heat, Initial, Patch, Probe, Quantity, Scene,
    Settings, Tier, Transport,
};

/// A fluid of density and capacity 1, so that all numbers are those of the benchmark.
fn plain(viscosity: f64, diffusivity: f64) -> Fluid {
    Fluid {
        density: 1.0,
        specific_heat: 1.0,
        conductivity: diffusivity,
        viscosity,
        expansion: 0.0,
        reference: 0.0,
        gravity: [0.0; 3],
    }
}

fn side(flow: Flow, heat: Heat) -> Patch {
    Patch { name: "side".into(), flow, heat }
}

/// A box of cells of edge `cell`, flat where it is one cell thick.
fn scene(cells: [usize; 3], cell: f64, fluid: Fluid) -> Scene {
    let mut scene = Scene::new(Grid { cells, cell, origin: [0.0; 3] }, fluid, 0.0);
    for face in Face::ALL {
        if cells[face.axis() as usize] == 1 {
            scene.set_side(face, side(Flow::Slip, Heat::Adiabatic));
        }
    }
    scene
}

fn central(step: Option<f64>) -> Settings {
    let courant = 1.0;
    Settings { step, courant, transport: Transport::Central, eddies: false, ..Settings::default() }
}

/// Whether the large grids are to be left out.
fn is_slow(backend: &Backend, bench: &Bench) -> bool {
    bench.is_quick() || matches!(backend, Backend::Gpu(gpu) if gpu.kind() == Kind::Software)
}

/// V42: the cavity with a moving lid.
pub(in super::super) fn lid(bench: &Bench) -> Findings {
    let mut found = Vec::new();
    for backend in Backend::all() {
        let slow = is_slow(backend, bench);
        let cases = if slow { &Reynolds::ALL[..1] } else { &Reynolds::ALL[..] };
        for reynolds in cases {
            found.push(lid_at(backend, *reynolds, 128)?);
        }
    }
    Ok(found)
}

fn lid_at(backend: &Backend, reynolds: Reynolds, n: usize) -> Result<Finding, FieldError> {
    let viscosity = 1.0 / reynolds.number();
    let mut scene = scene([n, n, 1], 1.0 / n as f64, plain(viscosity, viscosity));
    scene.set_side(Face::North, side(Flow::Moving([1.0, 0.0, 0.0]), Heat::Adiabatic));
    let mut solver = backend.solver(Tier::Air, &scene, &central(None))?;
    solver.settle(3e-6, 20_000)?;
    let mut apart = |what: Quantity, table: Vec<(f64, f64)>| {
        let at = |along: f64| match what {
            Quantity::VelocityX => [0.5, along, 0.0],
            _ => [along, 0.5, 0.0],
        };
        let probes: Vec<Probe> =
            table.iter().map(|(along, _)| Probe { quantity: what, at: at(*along) }).collect();
        let mut seen = vec![0.0; probes.len()];
        solver.sample(&probes, &mut seen);
        let squares = table.iter().zip(&seen).map(|((_, v), got)| (f64::from(*got) - v).powi(2));
        (squares.sum::<f64>(), probes.len() as f64)
    };
    let u = apart(Quantity::VelocityX, ghia::across(reynolds).collect());
    let v = apart(Quantity::VelocityY, ghia::along(reynolds).collect());
    let rms = |(squares, points): (f64, f64)| (squares / points).sqrt();
    let tolerance = if reynolds == Reynolds::Thousand { 0.008 } else { 0.004 };
    let name =
        format!("{}: Re {}, {n}², rms against the tables", backend.name(), reynolds.number());
    let both = rms((u.0 + v.0, u.1 + v.1));
    let finding = Finding::within(name, 0.0, both, tolerance, "round-off and grids of the tables")
        .note(&format!("u alone {:.4}, v alone {:.4}", rms(u), rms(v)));
    Ok(if reynolds == Reynolds::FourHundred {
        finding.note("without x = 0.9063, where the paper has a misprint")
    } else {
        finding
    })
}

/// Figures of a differentially heated cavity.
struct Cavity {
    rayleigh: f64,
    /// Largest velocity along x on the vertical mid-line, along z on the horizontal one, mean Nusselt number.
    expected: [f64; 3],
    /// Tolerance of the Nusselt number.
    nusselt: f64,
    /// Cells along a side.
    cells: usize,
}

/// De Vahl Davis 1983; for 1e6 the spectral figures of Le Quéré 1991, which the first are half a percent off.
const CAVITIES: [Cavity; 4] = [
    Cavity { rayleigh: 1e3, expected: [3.649, 3.697, 1.118], nusselt: 0.005, cells: 64 },
    Cavity { rayleigh: 1e4, expected: [16.178, 19.617, 2.243], nusselt: 0.005, cells: 64 },
    Cavity { rayleigh: 1e5, expected: [34.73, 68.59, 4.519], nusselt: 0.015, cells: 64 },
    Cavity { rayleigh: 1e6, expected: [64.83, 220.6, 8.825], nusselt: 0.02, cells: 128 },
];

/// V43: air between a hot and a cold wall.
pub(in super::super) fn convection(bench: &Bench) -> Findings {
    let mut found = Vec::new();
    for backend in Backend::all() {
        let slow = is_slow(backend, bench);
        for cavity in &CAVITIES[..if slow { 2 } else { 4 }] {
            found.extend(flat(backend, cavity)?);
        }
        let coarse = nusselt_of_cube(backend, 16)?;
        let fine = nusselt_of_cube(backend, 32)?;
        let name = format!("{}: cube, Ra 1e3, Nu of 16³ and 32³ extrapolated", backend.name());
        let got = fine + (fine - coarse) / 3.0;
        found.push(Finding::within(name, 1.071, got, 0.005, "spread of published values"));
    }
    Ok(found)
}

/// A cavity, hot in the west and cold in the east, of unit side, diffusivity and difference of temperature.
fn heated(cells: [usize; 3], rayleigh: f64) -> Scene {
    let prandtl = 0.71;
    let mut fluid = plain(prandtl, 1.0);
    (fluid.expansion, fluid.gravity) = (1.0, [0.0, 0.0, -rayleigh * prandtl]);
    let mut scene = scene(cells, 1.0 / cells[0] as f64, fluid);
    scene.set_side(Face::West, side(Flow::Wall, Heat::Fixed(0.5)));
    scene.set_side(Face::East, side(Flow::Wall, Heat::Fixed(-0.5)));
    scene
}

/// Mean Nusselt number of the hot wall.
fn nusselt(solver: &mut dyn FieldSolver, scene: &Scene) -> f64 {
    let field = solver.field(Quantity::Temperature).unwrap_or_default();
    let grid = scene.grid;
    let wall = grid.all().iter().filter(|cell| cell[0] == 0);
    let flux = |cell| 2.0 * (0.5 - f64::from(field[grid.index(cell)])) / grid.cell;
    let count = (grid.cells[1] * grid.cells[2]) as f64;
    wall.map(flux).sum::<f64>() / count
}

fn nusselt_of_cube(backend: &Backend, n: usize) -> Result<f64, FieldError> {
    let scene = heated([n; 3], 1e3);
    let mut solver = backend.solver(Tier::Air, &scene, &central(None))?;
    solver.settle(3e-6, 4000)?;
    Ok(nusselt(solver.as_mut(), &scene))
}

fn flat(backend: &Backend, cavity: &Cavity) -> Result<Vec<Finding>, FieldError> {
    let n = cavity.cells;
    let scene = heated([n, 1, n], cavity.rayleigh);
    let mut solver = backend.solver(Tier::Air, &scene, &central(None))?;
    solver.settle(3e-6, 20_000)?;
    let mut line = |quantity, of: fn(f64) -> [f64; 3]| {
        let along = |i: usize| of((i as f64 + 0.5) / n as f64);
        let probes: Vec<Probe> = (0..n).map(|i| Probe { quantity, at: along(i) }).collect();
        let mut seen = vec![0.0; n];
        solver.sample(&probes, &mut seen);
        peak(&seen)
    };
    let u = line(Quantity::VelocityX, |along| [0.5, 0.0, along]);
    let w = line(Quantity::VelocityZ, |along| [along, 0.0, 0.5]);
    let got = [u, w, nusselt(solver.as_mut(), &scene)];
    let names = ["u on the vertical mid-line", "w on the horizontal mid-line", "mean Nu"];
    let finding = |i: usize| {
        let share = if i == 2 { cavity.nusselt } else { 0.005 };
        let expected = cavity.expected[i];
        let name = format!("{}: Ra {:.0e}, {n}², {}", backend.name(), cavity.rayleigh, names[i]);
        Finding::within(name, expected, got[i], share * expected, format!("{} %", share * 100.0))
    };
    Ok((0..3).map(finding).collect())
}

/// The top of the parabola through the largest value and its neighbours.
fn peak(values: &[f32]) -> f64 {
    let at = |i: usize| f64::from(values[i]);
    let top = (1..values.len() - 1).max_by(|a, b| values[*a].total_cmp(&values[*b])).unwrap_or(1);
    let (slope, bend) = (at(top + 1) - at(top - 1), at(top + 1) - 2.0 * at(top) + at(top - 1));
    at(top) - if bend == 0.0 { 0.0 } else { slope * slope / (8.0 * bend) }
}

/// V44: exact solutions, and how fast errors fall.
pub(in super::super) fn exact(bench: &Bench) -> Findings {
    let mut found = Vec::new();
    for backend in Backend::all() {
        let grids: &[usize] = if is_slow(backend, bench) { &[16, 32] } else { &[16, 32, 64] };
        found.extend(vortices(backend, grids)?);
        found.extend(poiseuille(backend)?);
        found.push(couette(backend)?);
    }
    Ok(found)
}

fn periodic(scene: &mut Scene, faces: &[Face]) {
    for face in faces {
        scene.set_side(*face, side(Flow::Periodic, Heat::Adiabatic));
    }
}

/// Order of convergence between the last two of `errors`, each of half the cell of the one before.
fn order(errors: &[f64]) -> f64 {
    match errors {
        [.., coarse, fine] => (coarse / fine).log2(),
        _ => 0.0,
    }
}

/// Taylor and Green 1937: `u = -cos x sin y exp(-2 ν t)`, `v = sin x cos y exp(-2 ν t)`.
fn vortices(backend: &Backend, grids: &[usize]) -> Result<Vec<Finding>, FieldError> {
    let (viscosity, time) = (0.05, 2.0);
    let mut errors = Vec::new();
    let mut decays = Vec::new();
    for n in grids {
        let h = TAU / *n as f64;
        let mut scene = scene([*n, *n, 1], h, plain(viscosity, viscosity));
        periodic(&mut scene, &[Face::West, Face::East, Face::South, Face::North]);
        let flow = |[x, y, _]: [f64; 3]| [-x.cos() * y.sin(), x.sin() * y.cos(), 0.0];
        scene.velocity = Initial::Of(Arc::new(flow));
        let mut solver = backend.solver(Tier::Air, &scene, &central(Some(0.25 * h * h)))?;
        solver.advance(time)?;
        let field = solver.field(Quantity::VelocityX).unwrap_or_default();
        let (mut squares, mut product, mut norm) = (0.0, 0.0, 0.0);
        for cell in scene.grid.all().iter() {
            // The mean of the two faces is what a cell shows.
            let start = flow(scene.grid.middle(cell))[0] * (h / 2.0).cos();
            let got = f64::from(field[scene.grid.index(cell)]);
            squares += (got - start * (-2.0 * viscosity * time).exp()).powi(2);
            product += got * start;
            norm += start * start;
        }
        errors.push((squares / (n * n) as f64).sqrt());
        decays.push(-(product / norm).ln() / (2.0 * viscosity * time));
    }
    let decay = decays.last().copied().unwrap_or(0.0);
    let name = |what: &str| format!("{}: Taylor-Green, {what}", backend.name());
    let finest = grids.last().copied().unwrap_or(1) as f64;
    // The five points see k² (1 - k² h²/12), and so does transport; a step of h²/4 adds as much.
    let share = (TAU / finest).powi(2) / 4.0;
    Ok(vec![
        Finding::within(name("viscosity from decay"), 1.0, decay, share, "h²/4"),
        Finding::within(name("order of convergence"), 2.0, order(&errors), 0.25, "second order"),
    ])
}

/// Between plates, driven by its own weight: `u = g y (H - y) / 2 ν`.
fn poiseuille(backend: &Backend) -> Result<Vec<Finding>, FieldError> {
    let mut errors = Vec::new();
    for n in [8, 16, 32] {
        let mut fluid = plain(0.1, 0.1);
        (fluid.expansion, fluid.gravity) = (1.0, [-0.8, 0.0, 0.0]);
        let mut scene = scene([4, n, 1], 1.0 / n as f64, fluid);
        scene.temperature = Initial::Uniform(1.0);
        periodic(&mut scene, &[Face::West, Face::East]);
        let mut solver = backend.solver(Tier::Air, &scene, &central(Some(0.04)))?;
        solver.advance(20.0)?;
        let field = solver.field(Quantity::VelocityX).unwrap_or_default();
        let squares = scene.grid.all().iter().map(|cell| {
            let y = scene.grid.middle(cell)[1];
            (f64::from(field[scene.grid.index(cell)]) - 4.0 * y * (1.0 - y)).powi(2)
        });
        errors.push((squares.sum::<f64>() / (4 * n) as f64).sqrt());
    }
    let name = |what: &str| format!("{}: Poiseuille, {what}", backend.name());
    Ok(vec![
        Finding::within(name("rms error at 32 cells"), 0.0, errors[2], 2e-3, "h² of the scheme"),
        Finding::within(name("order of convergence"), 2.0, order(&errors), 0.1, "second order"),
    ])
}

/// Between a plate at rest and a moving one: the profile is a straight line, which the scheme has exactly.
fn couette(backend: &Backend) -> Result<Finding, FieldError> {
    let n = 16;
    let mut scene = scene([4, n, 1], 1.0 / n as f64, plain(0.1, 0.1));
    scene.set_side(Face::North, side(Flow::Moving([1.0, 0.0, 0.0]), Heat::Adiabatic));
    periodic(&mut scene, &[Face::West, Face::East]);
    let mut solver = backend.solver(Tier::Air, &scene, &central(Some(0.04)))?;
    // The slowest mode falls by exp(-π² ν t): to 1e-8.
    solver.advance(20.0)?;
    debug_assert!((-PI * PI * 0.1 * 20.0).exp() < 1e-8);
    let field = solver.field(Quantity::VelocityX).unwrap_or_default();
    let apart =
        scene.grid.all().iter().map(|cell| {
            (f64::from(field[scene.grid.index(cell)]) - scene.grid.middle(cell)[1]).abs()
        });
    let most = apart.fold(0.0, f64::max);
    let name = format!("{}: Couette, largest error", backend.name());
    Ok(Finding::within(name, 0.0, most, 1e-5, "round-off of 32 bits"))
}
