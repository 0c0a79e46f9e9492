//! What moves: arms, cars, people, parts, drawn anew from each look at the run.

use bevy::ecs::prelude::{Local, NonSend, Res};

use super::instances::{Instances, Workshop};
use crate::desktop::look::{self, Solid, Theme};
use crate::desktop::{Desk, Run};

/// What is drawn, and what it was drawn from.
#[derive(Default)]
pub(super) struct Movers {
    drawn: Instances,
    solids: Vec<Solid>,
    from: Option<(u64, Theme)>,
}

/// Puts everything that moves where it is now. O(what moves).
pub(super) fn place(
    run: NonSend<'_, Run>,
    desk: Res<'_, Desk>,
    mut movers: Local<'_, Movers>,
    mut shop: Workshop<'_, '_>,
) {
    let from = Some((run.looks, desk.theme));
    let Movers { drawn, solids, from: before } = &mut *movers;
    if std::mem::replace(before, from) == from {
        return;
    }
    solids.clear();
    look::figures(&run.moving, &run.standing, solids);
    for solid in &*solids {
        drawn.put(solid, desk.theme.paint(solid.paint), &mut shop);
    }
    drawn.send(&mut shop);
}
