//! Between Bevy and the panels: views are made, panels drawn, once a frame.

use bevy::ecs::prelude::{Res, Result};
use bevy_egui::EguiContexts;
use egui::{Id, LayerId, Order, Pos2, Rect, Vec2};

use super::panels::overlay_ui;
use super::views;
use super::{Desk, Run};

/// Writes over the plant where nothing else is on the picture.
pub(super) fn overlay(
    mut contexts: EguiContexts<'_, '_>,
    run: Res<'_, Run>,
    desk: Res<'_, Desk>,
) -> Result {
    let ctx = contexts.ctx_mut()?;
    let area = Rect::from_min_size(Pos2::ZERO, Vec2::from(desk.frame));
    let painter = ctx.layer_painter(LayerId::new(Order::Background, Id::new("overlay")));
    overlay_ui(&painter, area, &views::labels(&run, &desk), desk.theme);
    Ok(())
}
