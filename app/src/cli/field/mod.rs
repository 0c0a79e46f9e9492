//! `genba field PLANT`: the hall alone, with its machines all working or all idle.

mod args;
mod heat;
mod report;
mod solve;
mod views;

use std::sync::Arc;

use shaders::Gpu;
use twin::engine::Hall;
use twin::field::{FieldError, FieldSolver, Scene, Tier};

pub(super) use args::FieldArgs;
use report::Found;
use solve::{Aim, Solved};
use views::Views;

use super::Global;
use super::device::Device;
use super::failure::{Exit, Failure};
use super::interrupt::Interrupt;
use super::number::{self, Unit};
use super::{load, print};

/// Works the hall out and reports.
pub(super) fn field(args: &FieldArgs, global: &Global) -> Result<Exit, Failure> {
    let model = load::plant(&args.plant, &args.reading())?;
    let hall = model.hall.as_ref().ok_or_else(|| {
        Failure::input(format!("\"{}\" has no hall", model.name))
            .hint("say where it stands: `hall: (size: …, cell: …)`")
    })?;
    let heat = heat::levels(&model, hall, args.state.activity());
    let scene = scene(hall, args.cell, &heat)?;
    let views = args.out.as_deref().map(|out| Views::begin(out, args, hall)).transpose()?;
    let interrupt = Interrupt::listen();
    let all = solve_all(args, (hall, &scene), &interrupt, global)?;
    let interrupted = interrupt.is_pressed();
    let found =
        Found { model: &model, hall, scene: &scene, args, heat: &heat, all: &all, interrupted };
    let json = print::as_json(&report::json(&found))?;
    print::data(&if args.json { json.clone() } else { report::text(&found) })?;
    if let Some(views) = views {
        let place = views.finish((&model, &scene, args), &all, &json)?;
        if !global.quiet {
            print::note(&format!("pictures and fields are in {}", place.display()));
        }
    }
    Ok(if interrupted { Exit::Interrupted } else { Exit::Fine })
}

/// The scene of the hall, its sources giving off what the machines do.
fn scene(hall: &Hall, cell: Option<f64>, heat: &[f64]) -> Result<Scene, Failure> {
    let mut scene = hall.scene(cell).map_err(Failure::input)?;
    for (source, watts) in scene.sources.iter_mut().zip(hall.powers(heat)) {
        source.watts = watts;
    }
    Ok(scene)
}

fn solve_all(
    args: &FieldArgs,
    (hall, scene): (&Hall, &Scene),
    interrupt: &Interrupt,
    global: &Global,
) -> Result<Vec<Solved>, Failure> {
    let tiers = match args.tier[..] {
        [] => vec![hall.tier.unwrap_or(Tier::Air)],
        ref named => named.iter().map(|name| name.tier()).collect(),
    };
    let aim = args.until.map_or(Aim::Steady(args.max_steps), Aim::After);
    // A few temperatures are not worth the way to a GPU and back.
    let lumped = args.device == Device::Auto && tiers.iter().all(|tier| *tier == Tier::Network);
    let gpu = if lumped { None } else { args.device.chosen()? };
    let progress = global.progress("tiers", tiers.len() as u32, aim.parts());
    let mut all = Vec::new();
    for tier in tiers {
        let solver = build(args.device, gpu.as_ref(), tier, scene)?;
        let keep = args.out.is_some();
        let solved = solve::solve(solver, (hall, scene), aim, keep, (&progress, interrupt))
            .map_err(|error| Failure::failed(format!("{} tier: {error}", tier.name())))?;
        all.push(solved);
    }
    progress.end();
    if !global.quiet {
        all.iter().for_each(tell_pace);
    }
    Ok(all)
}

/// The solver of `tier`; where `auto` found a GPU that cannot do it, on the processor.
fn build(
    device: Device,
    gpu: Option<&Arc<Gpu>>,
    tier: Tier,
    scene: &Scene,
) -> Result<Box<dyn FieldSolver>, Failure> {
    let built = match solve::build(gpu, tier, scene) {
        Err(FieldError::Unsupported { .. }) if device == Device::Auto && gpu.is_some() => {
            print::note(&format!("{} tier: on the processor", tier.name()));
            solve::build(None, tier, scene)
        }
        built => built,
    };
    built.map_err(|error| match error {
        FieldError::Scene(_) | FieldError::Unsupported { .. } => Failure::input(error),
        _ => Failure::failed(error),
    })
}

/// How long it took, on stderr: it differs from run to run.
fn tell_pace(solved: &Solved) {
    let wall = solved.wall.as_secs_f64();
    let took = number::value(Some(wall), Unit::Seconds);
    let (tier, device) = (solved.tier.name(), &solved.device);
    let pace = match solved.settled {
        Some((steps, _)) => {
            format!("{} per step", number::value(Some(wall / steps.max(1) as f64), Unit::Seconds))
        }
        None => format!("{} × real time", number::value(Some(solved.time / wall), Unit::One)),
    };
    print::note(&format!("{tier} tier on {device}: {took}, {pace}"));
}
