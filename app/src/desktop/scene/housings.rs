//! Housings of sensors: solids that come and go with what is shown, and else stay.

use bevy::ecs::prelude::{Local, NonSend, Res};

use super::instances::{Instances, Workshop};
use super::split::Side;
use crate::desktop::look::Theme;
use crate::desktop::{Desk, Run};

/// What is drawn, and what it was drawn from.
pub(super) struct Housings {
    drawn: Instances,
    from: Option<(u64, Theme)>,
}

impl Default for Housings {
    fn default() -> Self {
        Self { drawn: Instances::default().on(Side::both()), from: None }
    }
}

/// Puts housings where sensors are, when they or the theme have changed. O(sensors) then.
pub(super) fn place(
    run: NonSend<'_, Run>,
    desk: Res<'_, Desk>,
    mut housings: Local<'_, Housings>,
    mut shop: Workshop<'_, '_>,
) {
    let from = Some((run.marks.stands, desk.theme));
    let Housings { drawn, from: before } = &mut *housings;
    if std::mem::replace(before, from) == from {
        return;
    }
    for solid in &run.marks.housings {
        drawn.put(solid, desk.theme.paint(solid.paint), &mut shop);
    }
    drawn.send(&mut shop);
}
