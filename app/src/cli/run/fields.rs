//! Which fields are solved in the hall, and where.

use std::sync::Arc;

use shaders::field::build_on;
use shaders::{Choice, Gpu};
use twin::climate::Climates;
use twin::engine::Model;
use twin::field::{Scene, Settings, Tier};

use super::super::device::Device;
use super::super::failure::Failure;
use super::super::{Global, print};
use super::args::RunArgs;

/// What `--fields` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(in crate::cli) enum Fields {
    /// None: equipment feels no temperature.
    None,
    /// A few lumped temperatures, in milliseconds.
    Network,
    /// Heat in solids and still air.
    Conduction,
    /// Moving air.
    Air,
    /// Moving air by the reference method; slow.
    Lattice,
}

impl Fields {
    pub(in crate::cli) fn tier(self) -> Option<Tier> {
        match self {
            Self::None => None,
            Self::Network => Some(Tier::Network),
            Self::Conduction => Some(Tier::Conduction),
            Self::Air => Some(Tier::Air),
            Self::Lattice => Some(Tier::Lattice),
        }
    }
}

/// Who makes the climates of the run.
///
/// # Errors
///
/// If fields are asked for where there is no hall, or a GPU where there is none, or the hall is too large for its cells.
pub(super) fn climates(
    model: &Model,
    args: &RunArgs,
    global: &Global,
) -> Result<Climates, Failure> {
    let Some(hall) = &model.hall else {
        return match args.fields {
            Some(asked) if asked != Fields::None => {
                let failure = Failure::usage("there are no fields without a hall");
                Err(failure.hint("add one to the plant: `hall: (size: …, cell: …)`"))
            }
            _ => Ok(Climates::default()),
        };
    };
    let asked = args.fields.map_or(hall.tier, Fields::tier);
    let Some(tier) = asked.filter(|_| !hall.heated.is_empty()) else {
        return Ok(Climates::default());
    };
    let gpu = device(args.device, tier, global)?;
    let solver = move |scene: &Scene| build_on(gpu.as_ref(), tier, scene, &Settings::default());
    Climates::of(hall, args.cell, solver)
        .map_err(|error| Failure::input(error.to_string()).hint("--max-cells raises the limit"))
}

/// The device for `tier`; `None`: the processor.
fn device(asked: Device, tier: Tier, global: &Global) -> Result<Option<Arc<Gpu>>, Failure> {
    let choice = match asked {
        Device::Cpu => Choice::Cpu,
        Device::Gpu => Choice::Gpu,
        // A few temperatures are not worth the way there and back.
        Device::Auto if tier == Tier::Network => return Ok(None),
        Device::Auto => Choice::Auto,
    };
    let gpu = Gpu::chosen(choice).map_err(|error| {
        Failure::failed(error.to_string()).hint("--device cpu solves the fields on the processor")
    })?;
    if asked == Device::Auto && !global.quiet {
        let place = gpu.as_ref().map_or_else(
            || "on the processor: there is no GPU".to_owned(),
            |gpu| format!("on {}", gpu.name()),
        );
        print::note(&format!("the fields of the hall are solved {place}"));
    }
    Ok(gpu)
}
