//! The lattice tier: decay of vortices and of heat, flow between plates, driven and heated cavities.
//!
//! Flat problems are one cell thick and periodic in y; z is up. On a software adapter the cavities are left to the processor where they take
//! minutes: Taylor-Green, Poiseuille, decay of heat and the weakest convection run everywhere.

use std::f64::consts::PI;
use std::sync::Arc;

use shaders::Kind;
use twin::field::lattice::bytes_per_step;
use twin::field::{
    Face, FieldError, FieldSolver, Flow, Fluid, Grid, Heat, Initial, Patch, Probe, Quantity, Scene,
    Settings, Source, Storage, Target, Tier,
};

use super::super::finding::Finding;
use super::super::{Bench, Findings};
use super::Backend;
use super::ghia::{self, Reynolds};

/// A fluid in which one is the measure of all things: density, specific heat; `ν` and `α` are given.
fn fluid(viscosity: f64, diffusivity: f64) -> Fluid {
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

const SETTINGS: Settings = Settings {
    step: None,
    courant: 1.0,
    implicit: None,
    transport: twin::field::Transport::Limited,
    storage: Storage::Single,
    eddies: false,
};

/// A box of `cells` whose height is 1, one cell thick, adiabatic; `open` axes go on periodically besides.
fn flat(cells: [usize; 2], fluid: Fluid, open: [bool; 2]) -> Scene {
    let cell = 1.0 / cells[1] as f64;
    let grid = Grid { cells: [cells[0], 1, cells[1]], cell, origin: [0.0; 3] };
    let mut scene = Scene::new(grid, fluid, 0.0);
    let mut faces = vec![Face::South, Face::North];
    if open[0] {
        faces.extend([Face::West, Face::East]);
    }
    if open[1] {
        faces.extend([Face::Floor, Face::Roof]);
    }
    for face in faces {
        scene.set_side(face, side(Heat::Adiabatic, Flow::Periodic));
    }
    scene
}

fn side(heat: Heat, flow: Flow) -> Patch {
    Patch { name: "side".into(), heat, flow }
}

fn field(solver: &mut dyn FieldSolver, quantity: Quantity) -> Vec<f64> {
    let values = solver.field(quantity).unwrap_or_default();
    values.into_iter().map(f64::from).collect()
}

/// All of them on every back end.
pub(in super::super) fn check(bench: &Bench) -> Findings {
    let mut found = Vec::new();
    for backend in Backend::all() {
        let software = matches!(backend, Backend::Gpu(gpu) if gpu.kind() == Kind::Software);
        let name = backend.name();
        found.push(vortices(backend)?);
        found.push(plates(backend)?);
        found.extend(decay(backend)?);
        found.push(closed_box(backend)?);
        found.extend(convection(backend, Ra::Thousand)?);
        found.push(halves(backend)?);
        if software || bench.is_quick() {
            let note = "cavity at Re 100 and convection at Ra 1e4 and 1e5: on the processor only, in full runs";
            if let Some(last) = found.pop() {
                found.push(last.note(&format!("{name}: left out here: {note}")));
            }
        } else {
            found.push(lid(backend)?);
            found.extend(convection(backend, Ra::TenThousand)?);
            found.extend(convection(backend, Ra::HundredThousand)?);
        }
    }
    let bytes = bytes_per_step(Storage::Single) as f64;
    found.push(Finding::equal(
        "bytes of a cell in a step: 26 populations both ways, a flag",
        209.0,
        bytes,
    ));
    Ok(found)
}

/// Vortices of Taylor and Green decay by `exp(-2 ν k² t)`: the viscosity that a lattice of `n` cells really has, over its own.
fn viscosity(backend: &Backend, n: usize) -> Result<f64, FieldError> {
    let (nu, k, speed) = (0.01, 2.0 * PI, 0.05);
    let mut scene = flat([n, n], fluid(nu, nu), [true, true]);
    scene.velocity = Initial::Of(Arc::new(move |p| {
        let (x, z) = (k * p[0], k * p[2]);
        [speed * x.sin() * z.cos(), 0.0, -speed * x.cos() * z.sin()]
    }));
    // The same relaxation time on all lattices, so that errors fall with the square of the cell.
    let step = 0.1 / nu / (n * n) as f64;
    let mut solver =
        backend.solver(Tier::Lattice, &scene, &Settings { step: Some(step), ..SETTINGS })?;
    // The share of the vortices in the motion, which leaves out what sound there is.
    let mut strength = |until: f64| -> Result<f64, FieldError> {
        solver.advance(until - solver.time())?;
        let (u, w) =
            (field(&mut *solver, Quantity::VelocityX), field(&mut *solver, Quantity::VelocityZ));
        let share = |n: usize| {
            let [x, _, z] = scene.grid.middle(scene.grid.at(n)).map(|at| k * at);
            u[n] * x.sin() * z.cos() - w[n] * x.cos() * z.sin()
        };
        Ok((0..u.len()).map(share).sum())
    };
    // Whole numbers of steps on every lattice.
    let (first, last) = (100.0 * 0.1 / nu / 1024.0, 400.0 * 0.1 / nu / 1024.0);
    let ratio = strength(first)? / strength(last)?;
    Ok(ratio.ln() / (2.0 * k * k * (last - first)) / nu)
}

fn vortices(backend: &Backend) -> Result<Finding, FieldError> {
    Ok(Finding::within(
        format!("{}: viscosity from decaying vortices, 32 cells, over its own", backend.name()),
        1.0,
        viscosity(backend, 32)?,
        1e-3,
        "0.1 %",
    ))
}

/// Flow between plates, driven by a force: a parabola, exact at every cell for this magic parameter (Ginzburg and d'Humières 2003).
fn plates(backend: &Backend) -> Result<Finding, FieldError> {
    let (n, nu, push) = (8, 0.1, 0.08);
    let mut fluid = fluid(nu, nu);
    // A fluid that is warmer than its reference is pushed against gravity.
    (fluid.expansion, fluid.reference, fluid.gravity) = (1.0, -1.0, [-push, 0.0, 0.0]);
    let scene = flat([4, n], fluid, [true, false]);
    let step = 0.1 / nu / (n * n) as f64;
    let mut solver =
        backend.solver(Tier::Lattice, &scene, &Settings { step: Some(step), ..SETTINGS })?;
    solver.advance(30.0)?;
    let got = field(&mut *solver, Quantity::VelocityX);
    let (mut apart, mut size) = (0.0, 0.0);
    for (n, got) in got.iter().enumerate() {
        let z = scene.grid.middle(scene.grid.at(n))[2];
        let exact = push / (2.0 * nu) * z * (1.0 - z);
        apart += (got - exact) * (got - exact);
        size += exact * exact;
    }
    Ok(Finding::within(
        format!("{}: flow between plates, 8 cells, difference from the parabola", backend.name()),
        0.0,
        (apart / size).sqrt(),
        2e-5,
        "exact but for rounding",
    ))
}

/// A half wave of heat between cold walls decays by `exp(-π² α t)`: the rate over the exact one.
fn rate(backend: &Backend, n: usize) -> Result<f64, FieldError> {
    let alpha = 0.01;
    let mut scene = flat([4, n], fluid(alpha, alpha), [true, false]);
    for face in [Face::Floor, Face::Roof] {
        scene.set_side(face, side(Heat::Fixed(0.0), Flow::Wall));
    }
    scene.temperature = Initial::Of(Arc::new(|p| (PI * p[2]).sin()));
    let settings = Settings { step: Some(0.1 / alpha / (n * n) as f64), ..SETTINGS };
    let mut solver = backend.solver(Tier::Lattice, &scene, &settings)?;
    let mut mean = |until: f64| -> Result<f64, FieldError> {
        solver.advance(until - solver.time())?;
        Ok(solver.mean(Quantity::Temperature, scene.grid.all()).unwrap_or(f64::NAN))
    };
    // 200 and 1400 steps of the lattice of 32 cells.
    let (first, last) = (2.0 / alpha / 102.4, 14.0 / alpha / 102.4);
    let rate = (mean(first)? / mean(last)?).ln() / (last - first);
    Ok(rate / (PI * PI * alpha))
}

fn decay(backend: &Backend) -> Result<Vec<Finding>, FieldError> {
    let [coarse, fine] = [rate(backend, 16)?, rate(backend, 32)?];
    let order = ((coarse - 1.0) / (fine - 1.0)).abs().log2();
    let name = backend.name();
    let what = format!("{name}: decay of heat between walls, 32 cells, over the exact rate");
    let order_of = format!("{name}: order of its error, 16 and 32 cells");
    Ok(vec![
        Finding::within(what, 1.0, fine, 1e-3, "0.1 %"),
        Finding::within(order_of, 2.0, order, 0.3, "second order"),
    ])
}

/// Heat of a source in a box with one cold wall: nothing gets lost on the way.
fn closed_box(backend: &Backend) -> Result<Finding, FieldError> {
    let grid = Grid { cells: [12, 10, 8], cell: 0.25, origin: [0.0; 3] };
    let air = Fluid { viscosity: 2e-3, conductivity: 3.0, ..Fluid::AIR };
    let mut scene = Scene::new(grid, air, 20.0);
    let wall = Heat::Surface { film: 8.0, emissivity: 0.9, ambient: 10.0 };
    scene.set_side(Face::West, side(wall, Flow::Wall));
    let to = Target::Cells(grid.cells_in([1.0; 3], [1.5; 3]));
    scene.sources.push(Source { name: "heater".into(), to, watts: 150.0 });
    let settings = Settings { eddies: true, ..SETTINGS };
    let mut solver = backend.solver(Tier::Lattice, &scene, &settings)?;
    solver.advance(120.0)?;
    Ok(Finding::within(
        format!("{}: heat unaccounted for in a box, over what passed", backend.name()),
        0.0,
        solver.balance().relative(),
        1e-4,
        "1e-4",
    ))
}

/// The cavity with a moving lid at Re 100.
fn lid(backend: &Backend) -> Result<Finding, FieldError> {
    let (n, speed) = (64, 1.0);
    let mut scene = flat([n, n], fluid(0.01, 0.01), [false, false]);
    scene.set_side(Face::Roof, side(Heat::Adiabatic, Flow::Moving([speed, 0.0, 0.0])));
    let mut solver = backend.solver(Tier::Lattice, &scene, &SETTINGS)?;
    solver.advance(25.0)?;
    let y = scene.grid.cell / 2.0;
    let probe = |quantity, at| Probe { quantity, at };
    let across = ghia::across(Reynolds::Hundred)
        .map(|(at, u)| (probe(Quantity::VelocityX, [0.5, y, at]), u));
    let along =
        ghia::along(Reynolds::Hundred).map(|(at, v)| (probe(Quantity::VelocityZ, [at, y, 0.5]), v));
    let (probes, expected): (Vec<Probe>, Vec<f64>) = across.chain(along).unzip();
    let mut got = vec![0.0; probes.len()];
    solver.sample(&probes, &mut got);
    let squares = got.iter().zip(&expected).map(|(a, b)| (f64::from(*a) - b).powi(2));
    Ok(Finding::within(
        format!(
            "{}: cavity with a lid, Re 100, 64 cells: rms from 30 values of Ghia et al.",
            backend.name()
        ),
        0.0,
        (squares.sum::<f64>() / expected.len() as f64).sqrt(),
        0.004,
        "their own scatter",
    ))
}

/// The Rayleigh numbers of the heated cavity.
#[derive(Clone, Copy)]
enum Ra {
    Thousand,
    TenThousand,
    HundredThousand,
}

impl Ra {
    /// Number, cells, time [L²/α], and largest horizontal and vertical velocity on the middle lines [α/L] and mean Nusselt
    /// number by de Vahl Davis 1983.
    fn data(self) -> (f64, usize, f64, [f64; 3]) {
        match self {
            Self::Thousand => (1e3, 32, 0.6, [3.649, 3.697, 1.118]),
            Self::TenThousand => (1e4, 48, 0.4, [16.178, 19.617, 2.243]),
            Self::HundredThousand => (1e5, 80, 0.25, [34.73, 68.59, 4.519]),
        }
    }
}

fn heated(ra: Ra) -> (Scene, f64) {
    let (number, n, time, _) = ra.data();
    let mut fluid = fluid(0.71, 1.0);
    (fluid.expansion, fluid.gravity) = (1.0, [0.0, 0.0, -0.71 * number]);
    let mut scene = flat([n, n], fluid, [false, false]);
    scene.set_side(Face::West, side(Heat::Fixed(0.5), Flow::Wall));
    scene.set_side(Face::East, side(Heat::Fixed(-0.5), Flow::Wall));
    scene.temperature = Initial::Of(Arc::new(|p| 0.5 - p[0]));
    (scene, time)
}

/// The largest value on a line of probes.
fn largest(
    solver: &mut dyn FieldSolver,
    quantity: Quantity,
    at: impl Fn(f64) -> [f64; 3],
    n: usize,
) -> f64 {
    let middle = |cell: usize| (cell as f64 + 0.5) / n as f64;
    let probes: Vec<Probe> = (0..n).map(|cell| Probe { quantity, at: at(middle(cell)) }).collect();
    let mut values = vec![0.0; n];
    solver.sample(&probes, &mut values);
    let most = (1..n - 1).max_by(|a, b| values[*a].total_cmp(&values[*b])).unwrap_or(1);
    let [a, b, c] = [-1, 0, 1].map(|by| f64::from(values[most.wrapping_add_signed(by)]));
    // The top of the parabola through the largest and its neighbours.
    b + (a - c) * (a - c) / (8.0 * (2.0 * b - a - c))
}

fn convection(backend: &Backend, ra: Ra) -> Result<Vec<Finding>, FieldError> {
    let (number, n, _, [u, v, nusselt]) = ra.data();
    let (scene, time) = heated(ra);
    let mut solver = backend.solver(Tier::Lattice, &scene, &SETTINGS)?;
    solver.advance(time)?;
    let y = scene.grid.cell / 2.0;
    let got_u = largest(&mut *solver, Quantity::VelocityX, |z| [0.5, y, z], n);
    let got_v = largest(&mut *solver, Quantity::VelocityZ, |x| [x, y, 0.5], n);
    // Heat carried and conducted through the whole cavity: Nu = 1 + <u T> L / (α ΔT).
    let (velocity, warmth) =
        (field(&mut *solver, Quantity::VelocityX), field(&mut *solver, Quantity::Temperature));
    let carried: f64 = velocity.iter().zip(&warmth).map(|(u, t)| u * t).sum();
    let got = 1.0 + carried / velocity.len() as f64;
    let finding = |what: &str, expected: f64, got| {
        let what = format!("{}: heated cavity, Ra {number:.0}, {n} cells: {what}", backend.name());
        Finding::within(what, expected, got, 0.01 * expected, "1 %")
    };
    Ok(vec![
        finding("Nusselt number", nusselt, got),
        finding("largest horizontal velocity, α/L", u, got_u),
        finding("largest vertical velocity, α/L", v, got_v),
    ])
}

/// Half storage beside single, in the weakest convection: relative difference of the temperatures.
fn halves(backend: &Backend) -> Result<Finding, FieldError> {
    let (scene, time) = heated(Ra::Thousand);
    let mut fields = Vec::new();
    for storage in [Storage::Single, Storage::Half] {
        let settings = Settings { storage, ..SETTINGS };
        let mut solver = backend.solver(Tier::Lattice, &scene, &settings)?;
        solver.advance(time / 4.0)?;
        fields.push(field(&mut *solver, Quantity::Temperature));
    }
    let square = |x: f64| x * x;
    let apart: f64 = fields[0].iter().zip(&fields[1]).map(|(a, b)| square(a - b)).sum();
    let size: f64 = fields[0].iter().map(|a| square(*a)).sum();
    Ok(Finding::within(
        format!("{}: 16-bit populations, relative difference of temperatures", backend.name()),
        0.0,
        (apart / size).sqrt(),
        0.01,
        "1 %",
    ))
}
