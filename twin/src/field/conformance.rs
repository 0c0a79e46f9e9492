//! What every solver must do, whatever its tier and wherever it runs.
//!
//! [`check`] takes a way to make a solver from a scene and returns what it found wrong, in words: an empty list is a pass. The scenes are
//! small and their fluid is thick, so that a tier with short time steps gets through in a second.

use super::{
    Body, Face, FieldError, FieldSolver, Flow, Fluid, Grid, Heat, Initial, Material, Patch, Probe,
    Quantity, Region, Scene, Source, Target,
};

/// Makes a solver.
pub type Make<'a> = &'a dyn Fn(&Scene) -> Result<Box<dyn FieldSolver>, FieldError>;

/// Largest energy residual as a share of the throughput.
const RESIDUAL: f64 = 1e-4;

/// Length of a check (s).
const WHILE: f64 = 20.0;

/// A fluid as thick as oil, as light as air.
const THICK: Fluid = Fluid { viscosity: 5e-3, conductivity: 8.0, ..Fluid::AIR };

/// Everything that a solver does wrong.
pub fn check(make: Make<'_>) -> Vec<String> {
    let rules: [(&str, Rule); 9] = [
        ("what is at rest stays at rest", rest),
        ("heat that is given is there", heat),
        ("nothing gets warmer than its warmest neighbour", extremes),
        ("a mirrored scene has a mirrored field", mirror),
        ("bodies warm the fluid around them", bodies),
        ("a saved field goes on as if nothing had been", saved),
        ("powers and sides can be changed", changes),
        ("what moves as it does carries heat and loses none", carried),
        ("scenes that make no sense are refused", refusals),
    ];
    let mut wrong = Vec::new();
    for (name, rule) in rules {
        if let Err(what) = rule(make) {
            wrong.push(format!("{name}: {what}"));
        }
    }
    wrong
}

type Rule = fn(Make<'_>) -> Result<(), String>;

fn room() -> Scene {
    let grid = Grid { cells: [12, 8, 8], cell: 0.25, origin: [1.0, -1.0, 0.0] };
    Scene::new(grid, THICK, 20.0)
}

fn side(heat: Heat) -> Patch {
    Patch { name: "side".into(), heat, flow: Flow::Wall }
}

fn machine(scene: &mut Scene, from: [usize; 3], watts: f64) {
    let material = scene.add_material(Material {
        name: "steel".into(),
        conductivity: 50.0,
        density: 7850.0,
        specific_heat: 490.0,
        film: None,
    });
    let region = Region { from, to: from.map(|n| n + 2) };
    let body = Body {
        name: "machine".into(),
        region,
        voxels: None,
        material,
        capacity: 2e4,
        area: None,
        film: 10.0,
        emissivity: 0.0,
    };
    let body = scene.add_body(body);
    scene.sources.push(Source { name: "machine".into(), to: Target::Body(body), watts });
}

fn made(make: Make<'_>, scene: &Scene) -> Result<Box<dyn FieldSolver>, String> {
    make(scene).map_err(|error| error.to_string())
}

fn run(solver: &mut dyn FieldSolver, seconds: f64) -> Result<(), String> {
    let until = solver.time() + seconds;
    solver.advance(seconds).map_err(|error| error.to_string())?;
    let late = (solver.time() - until).abs();
    if late > 1e-6 { Err(format!("time is {late} s off")) } else { Ok(()) }
}

fn temperatures(solver: &mut dyn FieldSolver) -> Result<Vec<f32>, String> {
    solver.field(Quantity::Temperature).ok_or_else(|| "there is no temperature".into())
}

fn range(values: &[f32]) -> (f32, f32) {
    values.iter().fold((f32::MAX, f32::MIN), |(least, most), t| (least.min(*t), most.max(*t)))
}

fn balanced(solver: &mut dyn FieldSolver) -> Result<(), String> {
    let balance = solver.balance();
    if balance.relative() <= RESIDUAL { Ok(()) } else { Err(format!("{balance:?}")) }
}

fn rest(make: Make<'_>) -> Result<(), String> {
    let scene = room();
    let mut solver = made(make, &scene)?;
    run(&mut *solver, WHILE)?;
    let (least, most) = range(&temperatures(&mut *solver)?);
    if (least - 20.0).abs().max((most - 20.0).abs()) > 1e-3 {
        return Err(format!("20 degrees became {least} to {most}"));
    }
    let probe = |at| Probe { quantity: Quantity::Temperature, at };
    // Inside, on the border, far outside.
    let probes = [[1.6, -0.3, 0.4], [1.0, -1.0, 0.0], [90.0, 0.0, 0.0]].map(probe);
    let mut read = [0.0; 3];
    solver.sample(&probes, &mut read);
    if read.iter().any(|t| (t - 20.0).abs() > 1e-3) {
        return Err(format!("20 degrees are read as {read:?}"));
    }
    let balance = solver.balance();
    if balance.stored.abs() > 1.0 { Err(format!("{balance:?}")) } else { Ok(()) }
}

fn heat(make: Make<'_>) -> Result<(), String> {
    let mut scene = room();
    let region = Region { from: [5, 3, 0], to: [7, 5, 2] };
    scene.sources.push(Source { name: "fire".into(), to: Target::Cells(region), watts: 200.0 });
    let mut solver = made(make, &scene)?;
    run(&mut *solver, WHILE)?;
    balanced(&mut *solver)?;
    let given = 200.0 * WHILE;
    let balance = solver.balance();
    if (balance.sources - given).abs() > 1e-6 * given {
        return Err(format!("{given} J were given, {} J are booked", balance.sources));
    }
    let volume = scene.grid.len() as f64 * scene.grid.cell.powi(3);
    let expected = 20.0 + given / (THICK.density * THICK.specific_heat * volume);
    let mean = solver
        .mean(Quantity::Temperature, scene.grid.all())
        .ok_or("there is no mean temperature")?;
    if (mean - expected).abs() > 2e-3 * (expected - 20.0) {
        return Err(format!("the mean is {mean}, not {expected}"));
    }
    Ok(())
}

fn extremes(make: Make<'_>) -> Result<(), String> {
    let mut scene = room();
    scene.set_side(Face::West, side(Heat::Fixed(30.0)));
    scene.set_side(Face::Roof, side(Heat::Fixed(19.0)));
    let mut solver = made(make, &scene)?;
    run(&mut *solver, WHILE)?;
    let (least, most) = range(&temperatures(&mut *solver)?);
    if least < 18.99 || most > 30.01 {
        return Err(format!("between 19 and 30 degrees it became {least} to {most}"));
    }
    if most < 20.05 {
        return Err(format!("a wall of 30 degrees warmed nothing: {most}"));
    }
    balanced(&mut *solver)
}

fn mirror(make: Make<'_>) -> Result<(), String> {
    let mut scene = room();
    let grid = scene.grid;
    scene.set_side(Face::West, side(Heat::Fixed(26.0)));
    scene.set_side(Face::East, side(Heat::Fixed(26.0)));
    machine(&mut scene, [5, 3, 0], 100.0);
    let mut solver = made(make, &scene)?;
    run(&mut *solver, WHILE)?;
    let field = temperatures(&mut *solver)?;
    let mut most = 0.0_f32;
    for cell in grid.all().iter() {
        let twin = [grid.cells[0] - 1 - cell[0], cell[1], cell[2]];
        most = most.max((field[grid.index(cell)] - field[grid.index(twin)]).abs());
    }
    if most > 5e-3 { Err(format!("the halves differ by {most} K")) } else { Ok(()) }
}

fn bodies(make: Make<'_>) -> Result<(), String> {
    let mut scene = room();
    machine(&mut scene, [2, 3, 0], 500.0);
    machine(&mut scene, [8, 3, 0], 0.0);
    let mut solver = made(make, &scene)?;
    run(&mut *solver, WHILE)?;
    balanced(&mut *solver)?;
    let temperatures = solver.bodies();
    let [hot, cold] = temperatures[..] else {
        return Err(format!("two bodies have {} temperatures", temperatures.len()));
    };
    // 500 W for 20 s into 20 kJ/K, less what the fluid takes.
    if !(20.3..20.51).contains(&hot) || !(19.999..hot).contains(&cold) {
        return Err(format!("the heated body has {hot}, the other {cold} degrees"));
    }
    let beside = Region { from: [1, 2, 0], to: [5, 6, 3] };
    let far = Region { from: [10, 0, 6], to: [12, 2, 8] };
    let mean = |solver: &mut dyn FieldSolver, region| {
        solver.mean(Quantity::Temperature, region).ok_or("there is no mean temperature")
    };
    let (near, far) = (mean(&mut *solver, beside)?, mean(&mut *solver, far)?);
    if near >= far - 1e-9 && near > 20.0 {
        Ok(())
    } else {
        Err(format!("beside the heated body it has {near} degrees, far away {far}"))
    }
}

fn saved(make: Make<'_>) -> Result<(), String> {
    let mut scene = room();
    scene.set_side(Face::East, side(Heat::Fixed(10.0)));
    machine(&mut scene, [2, 3, 0], 500.0);
    let mut through = made(make, &scene)?;
    run(&mut *through, WHILE / 2.0)?;
    let saved = through.save();
    run(&mut *through, WHILE / 2.0)?;
    let mut again = made(make, &scene)?;
    again.restore(&saved).map_err(|error| error.to_string())?;
    run(&mut *again, WHILE / 2.0)?;
    if temperatures(&mut *through)? != temperatures(&mut *again)? {
        return Err("the field differs".into());
    }
    if through.bodies() != again.bodies() {
        return Err("the bodies differ".into());
    }
    balanced(&mut *again)?;
    let mut other = scene.clone();
    other.grid.cells = [8, 12, 7];
    let other = Scene::new(other.grid, THICK, 20.0);
    match made(make, &other)?.restore(&saved) {
        Err(FieldError::Foreign) => Ok(()),
        other => Err(format!("the state of another scene came to {other:?}")),
    }
}

fn changes(make: Make<'_>) -> Result<(), String> {
    let mut scene = room();
    let east = scene.set_side(Face::East, side(Heat::Adiabatic));
    machine(&mut scene, [2, 3, 0], 500.0);
    let mut solver = made(make, &scene)?;
    solver.set_power(&[0.0]);
    run(&mut *solver, WHILE / 4.0)?;
    let (least, most) = range(&temperatures(&mut *solver)?);
    if (least - 20.0).abs().max((most - 20.0).abs()) > 1e-3 {
        return Err(format!("without power it became {least} to {most}"));
    }
    solver.set_patch(east, Heat::Fixed(40.0));
    run(&mut *solver, WHILE / 4.0)?;
    let (_, most) = range(&temperatures(&mut *solver)?);
    if most < 20.05 {
        return Err(format!("a wall that became 40 degrees warmed nothing: {most}"));
    }
    solver.set_patch(east, Heat::Surface { film: 0.0, emissivity: 0.0, ambient: 0.0 });
    let before = solver.balance().boundaries;
    run(&mut *solver, WHILE / 4.0)?;
    let came = solver.balance().boundaries - before;
    if came.abs() > 1e-6 * before.abs().max(1.0) {
        return Err(format!("{came} J came through an insulated wall"));
    }
    balanced(&mut *solver)
}

fn carried(make: Make<'_>) -> Result<(), String> {
    let mut scene = room();
    scene.set_side(Face::East, side(Heat::Fixed(22.0)));
    machine(&mut scene, [2, 3, 0], 50.0);
    let mut solved = made(make, &scene)?;
    run(&mut *solved, WHILE)?;
    let mut carried = made(make, &scene)?;
    carried.restore(&solved.save()).map_err(|error| error.to_string())?;
    run(&mut *solved, WHILE / 2.0)?;
    carried.carry(WHILE / 2.0).map_err(|error| error.to_string())?;
    let late = (carried.time() - solved.time()).abs();
    let far = |(one, other): (&f32, &f32)| (one - other).abs();
    let (one, other) = (temperatures(&mut *solved)?, temperatures(&mut *carried)?);
    let apart = one.iter().zip(&other).map(far).fold(0.0, f32::max);
    // The plume still grows.
    if late > 1e-6 || apart > 0.5 {
        return Err(format!("time is {late} s off, the field at most {apart} K"));
    }
    balanced(&mut *carried)
}

fn refusals(make: Make<'_>) -> Result<(), String> {
    let spoilt: [(&str, fn(&mut Scene)); 4] = [
        ("no density", |scene| scene.fluid.density = f64::NAN),
        ("a patch that is not there", |scene| scene.sides[0][0] = 77),
        ("a table of the wrong length", |scene| scene.filled.truncate(3)),
        ("a source without a place", |scene| {
            let to = Target::Body(7);
            scene.sources.push(Source { name: "nothing".into(), to, watts: 1.0 });
        }),
    ];
    for (what, spoil) in spoilt {
        let mut scene = room();
        scene.temperature = Initial::Uniform(21.0);
        spoil(&mut scene);
        match make(&scene) {
            Err(FieldError::Scene(_)) => {}
            Err(error) => return Err(format!("{what} was refused with: {error}")),
            Ok(_) => return Err(format!("{what} was taken")),
        }
    }
    Ok(())
}
