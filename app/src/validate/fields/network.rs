//! The network tier against closed forms, and the energy of a closed hall over a day in every tier.

use super::super::finding::Finding;
use super::super::{Bench, Findings};
use super::Backend;
use twin::field::{
    Body, Face, FieldError, Flow, Fluid, Grid, Heat, Material, Patch, Scene, Settings, Source,
    Target, Tier,
};

/// Density times specific heat of air [J/(m³ K)].
const HEAT_OF_AIR: f64 = Fluid::AIR.density * Fluid::AIR.specific_heat;

/// One zone, and halls that balance.
pub(in super::super) fn check(bench: &Bench) -> Findings {
    let mut found = Vec::new();
    for backend in Backend::all() {
        found.extend(cooling(backend)?);
        found.push(ventilated(backend)?);
        found.extend(machine(backend)?);
        for tier in [Tier::Network, Tier::Conduction, Tier::Air] {
            found.push(closed_hall(backend, tier, bench)?);
        }
    }
    Ok(found)
}

/// A room of one zone, 4 m × 4 m × 2.5 m.
fn room() -> Scene {
    Scene::new(Grid { cells: [8, 8, 5], cell: 0.5, origin: [0.0; 3] }, Fluid::AIR, 30.0)
}

fn patch(heat: Heat, flow: Flow) -> Patch {
    Patch { name: "side".into(), heat, flow }
}

/// A room cools by one wall: `T = T∞ + (T0 - T∞) exp(-t UA / ρ c V)`.
fn cooling(backend: &Backend) -> Result<Vec<Finding>, FieldError> {
    let mut scene = room();
    let wall = Heat::Surface { film: 2.0, emissivity: 0.0, ambient: 10.0 };
    scene.set_side(Face::West, patch(wall, Flow::Wall));
    let time_constant = HEAT_OF_AIR * 40.0 / (2.0 * 10.0);
    let step = time_constant / 2000.0;
    let settings = Settings { step: Some(step), ..Settings::default() };
    let mut solver = backend.solver(Tier::Network, &scene, &settings)?;
    let mut found = Vec::new();
    for constants in [0.5, 1.0, 2.0] {
        solver.advance(constants * time_constant - solver.time())?;
        let mut read = [0.0];
        let at = twin::field::Probe {
            quantity: twin::field::Quantity::Temperature,
            at: [2.0, 2.0, 1.0],
        };
        solver.sample(&[at], &mut read);
        let expected = 10.0 + 20.0 * f64::exp(-constants);
        // Implicit Euler over n steps of x = dt/τ is off by n x²/2 of the difference.
        let tolerance = 20.0 * constants * f64::exp(-constants) / 2000.0 * 0.51 + 2e-5;
        found.push(Finding::within(
            format!("{}: a room after {constants} time constants, °C", backend.name()),
            expected,
            f64::from(read[0]),
            tolerance,
            "error of Euler's method at τ/2000",
        ));
    }
    Ok(found)
}

/// Air that is blown through takes all the heat: `T = T_in + Q / (ρ c V̇)`.
fn ventilated(backend: &Backend) -> Result<Finding, FieldError> {
    let mut scene = room();
    let inlet = Flow::Forced { velocity: [0.02, 0.0, 0.0], temperature: 18.0 };
    scene.set_side(Face::West, patch(Heat::Adiabatic, inlet));
    let opening = Flow::Opening { temperature: 18.0 };
    scene.set_side(Face::East, patch(Heat::Adiabatic, opening));
    let everywhere = Target::Cells(scene.grid.all());
    scene.sources.push(Source { name: "lights".into(), to: everywhere, watts: 500.0 });
    let mut solver = backend.solver(Tier::Network, &scene, &Settings::default())?;
    solver.settle(1e-9, 10_000)?;
    let got = solver.mean(twin::field::Quantity::Temperature, scene.grid.all());
    Ok(Finding::within(
        format!("{}: a ventilated room, °C", backend.name()),
        18.0 + 500.0 / (HEAT_OF_AIR * 0.02 * 10.0),
        got.unwrap_or(f64::NAN),
        1e-4,
        "single precision",
    ))
}

/// A machine in a room with a wall of fixed temperature: two resistances in series, and the first second of its warming.
fn machine(backend: &Backend) -> Result<Vec<Finding>, FieldError> {
    let mut scene = room();
    let wall = Heat::Surface { film: 5.0, emissivity: 0.0, ambient: 20.0 };
    scene.set_side(Face::North, patch(wall, Flow::Wall));
    scene.temperature = twin::field::Initial::Uniform(20.0);
    let steel = scene.add_material(Material {
        name: "steel".into(),
        conductivity: 50.0,
        density: 7850.0,
        specific_heat: 490.0,
        film: None,
    });
    let region = scene.grid.cells_in([1.0, 1.0, 0.0], [2.0, 2.0, 1.0]);
    let body = scene.add_body(Body {
        name: "machine".into(),
        region,
        voxels: None,
        material: steel,
        capacity: 1e5,
        area: None,
        film: 8.0,
        emissivity: 0.0,
    });
    scene.sources.push(Source { name: "machine".into(), to: Target::Body(body), watts: 800.0 });
    let fine = Settings { step: Some(0.01), ..Settings::default() };
    let mut solver = backend.solver(Tier::Network, &scene, &fine)?;
    solver.advance(1.0)?;
    // C dT/dt = P - h A T, free surface 5 m²; the air stays where it is to 1 part in 10⁴.
    let tau = 1e5 / (8.0 * 5.0);
    let warmed = 20.0 + 800.0 / (8.0 * 5.0) * (1.0 - f64::exp(-1.0 / tau));
    let first = Finding::within(
        format!("{}: a machine after 1 s, °C", backend.name()),
        warmed,
        solver.bodies()[0],
        1e-5,
        "single precision, warming of the air",
    );
    let mut solver = backend.solver(Tier::Network, &scene, &Settings::default())?;
    solver.settle(1e-9, 100_000)?;
    let last = Finding::within(
        format!("{}: a machine in the end, °C", backend.name()),
        20.0 + 800.0 / (5.0 * 10.0) + 800.0 / (8.0 * 5.0),
        solver.bodies()[0],
        2e-3,
        "single precision at its standstill",
    );
    Ok(vec![first, last])
}

/// A closed hall with a machine and cooled walls: what is stored is what was given less what left.
fn closed_hall(backend: &Backend, tier: Tier, bench: &Bench) -> Result<Finding, FieldError> {
    let grid = Grid { cells: [20, 10, 6], cell: 1.0, origin: [0.0; 3] };
    let mut scene = Scene::new(grid, Fluid::AIR, 20.0);
    let wall = Heat::Surface { film: 1.2, emissivity: 0.0, ambient: 5.0 };
    for face in [Face::West, Face::East, Face::North, Face::South, Face::Roof] {
        scene.set_side(face, patch(wall, Flow::Wall));
    }
    let steel = scene.add_material(Material {
        name: "steel".into(),
        conductivity: 50.0,
        density: 7850.0,
        specific_heat: 490.0,
        film: None,
    });
    let region = scene.grid.cells_in([8.0, 4.0, 0.0], [11.0, 6.0, 2.0]);
    let body = scene.add_body(Body {
        name: "oven".into(),
        region,
        voxels: None,
        material: steel,
        capacity: 2e6,
        area: None,
        film: 10.0,
        emissivity: 0.8,
    });
    scene.sources.push(Source { name: "oven".into(), to: Target::Body(body), watts: 6000.0 });
    let lights = Target::Cells(scene.grid.cells_in([0.0, 0.0, 5.0], [20.0, 10.0, 6.0]));
    scene.sources.push(Source { name: "lights".into(), to: lights, watts: 2000.0 });
    // Software adapters would take minutes for a day of moving air.
    let hours = match (tier, backend) {
        (Tier::Air, Backend::Gpu(_)) => 0.25,
        (Tier::Air, Backend::Cpu) if bench.is_quick() => 1.0,
        _ => 24.0,
    };
    let mut solver = backend.solver(tier, &scene, &Settings::default())?;
    // In ticks of a minute, as a plant would.
    for _ in 0..(hours * 60.0) as usize {
        solver.advance(60.0)?;
    }
    let what =
        format!("{}: {} tier, hall over {hours} h: energy missing", backend.name(), tier.name());
    Ok(Finding::within(what, 0.0, solver.balance().relative(), 1e-4, "share of the throughput"))
}
