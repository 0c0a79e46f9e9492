//! What moves: arms, cars, people, parts, drawn anew from each look at the run.

use bevy::ecs::prelude::{Local, NonSend, Res};

use super::instances::{Instances, Workshop};
use super::split::Side;
use crate::desktop::look::{self, Solid, Theme};
use crate::desktop::{Desk, Run};

/// What is drawn of both futures, and what it was drawn from.
pub(super) struct Movers {
    drawn: [Instances; 2],
    solids: Vec<Solid>,
    from: [Option<(u64, Theme)>; 2],
}

impl Default for Movers {
    fn default() -> Self {
        let drawn = [Side::Shown, Side::Other].map(|side| Instances::default().on(side.own()));
        Self { drawn, solids: Vec::new(), from: [None; 2] }
    }
}

/// Puts everything that moves where it is now. O(what moves).
pub(super) fn place(
    run: NonSend<'_, Run>,
    desk: Res<'_, Desk>,
    mut movers: Local<'_, Movers>,
    mut shop: Workshop<'_, '_>,
) {
    let Movers { drawn, solids, from } = &mut *movers;
    let shown = Some((run.looks, &run.moving));
    let sides = [shown, run.other().map(|other| (other.looks, &other.moving))];
    for ((drawn, from), seen) in drawn.iter_mut().zip(from).zip(sides) {
        let now = seen.map(|(looks, _)| (looks, desk.theme));
        if std::mem::replace(from, now) == now {
            continue;
        }
        solids.clear();
        if let Some((_, moving)) = seen {
            look::figures(moving, &run.standing, solids);
        }
        let theme = desk.theme;
        drawn.put_all(solids, |paint| theme.paint(paint), &mut shop);
        drawn.send(&mut shop);
    }
}
