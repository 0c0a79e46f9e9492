//! The desk that the arguments of `genba shot` ask for.

use twin::field::Quantity;

use super::args::{Beside, Colours, Quantities, ShotArgs, Tab, View, Written};
use crate::cli::failure::Failure;
use crate::desktop::field::Cut;
use crate::desktop::follow::Followed;
use crate::desktop::look::{Layer, Shown, Side, Theme};
use crate::desktop::panels::Pane;
use crate::desktop::{Desk, Overlay, Run};

/// The desk that the arguments ask for.
pub(super) fn desk(args: &ShotArgs, run: &Run) -> Result<Desk, Failure> {
    let side = match args.view {
        View::Top => Side::Top,
        View::Front => Side::Front,
        View::Left => Side::Left,
        View::Iso => Side::Iso,
    };
    let mut frame = args.size.map(|side| side as f32);
    if args.split {
        frame[0] = (frame[0] / 2.0).floor();
    }
    let (low, high) = match &args.of {
        None => run.sights(),
        Some(name) => {
            let id = run.model.find(name);
            let id = id.ok_or_else(|| Failure::usage(format!("no equipment is named `{name}`")))?;
            run.around(id)
        }
    };
    let mut desk = Desk::new(side, (low, high), frame);
    desk.selection = args.of.as_ref().and_then(|name| run.model.find(name));
    desk.theme = match args.theme {
        Colours::Light => Theme::Light,
        Colours::Dark => Theme::Dark,
    };
    desk.overlay = match args.overlay {
        Written::Names => Overlay::Names,
        Written::All => Overlay::All,
        Written::Off => Overlay::Off,
    };
    desk.tab = match args.tab {
        Tab::Machines => Pane::Machines,
        Tab::Courses => Pane::Courses,
        Tab::Alarms => Pane::Alarms,
        Tab::States => Pane::Gantt,
        Tab::Events => Pane::Events,
        Tab::Flow => Pane::Flows,
        Tab::Versus => Pane::Versus,
    };
    let layers = [
        (Beside::Sensors, Layer::Sensors),
        (Beside::Ways, Layer::Ways),
        (Beside::Reach, Layer::Reach),
        (Beside::Forces, Layer::Forces),
    ];
    let wanted = layers.into_iter().filter(|(beside, _)| args.show.contains(beside));
    desk.shown = wanted.fold(Shown::NONE, |shown, (_, layer)| shown.with(layer));
    desk.split = args.split;
    if let Some(name) = &args.follow {
        let followed = Followed::named(run, name);
        let wrong = || Failure::usage(format!("nothing to follow is named `{name}`"));
        desk.following = Some(followed.ok_or_else(wrong)?);
    }
    let quantity = args.field.map(|field| match field {
        Quantities::Temperature => Quantity::Temperature,
        Quantities::Speed => Quantity::Speed,
        Quantities::Concentration => Quantity::Concentration,
    });
    desk.cut =
        quantity.map(|quantity| Cut { quantity, height_m: run.fields.height(args.height, 0.0) });
    Ok(desk)
}
