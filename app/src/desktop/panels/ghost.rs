//! Outlines of what is held, and of what is written but does not run.

use egui::{Align2, FontId, Painter, Rect, Shape, Stroke, pos2, vec2};
use twin::engine::Activity;

use super::signs;
use crate::desktop::look::Theme;
use crate::desktop::views::Ghost;

/// Draws `ghosts` over the plant, which fills `area`.
pub fn ghosts_ui(painter: &Painter, area: Rect, ghosts: &[Ghost], theme: Theme) {
    let ground = theme.ground();
    for ghost in ghosts {
        let ink = match (ghost.fits, ghost.held) {
            (false, _) => signs::of(theme, Activity::WaitingForWorker),
            (true, true) => signs::colour(ground.accent),
            (true, false) => signs::colour(ground.faint),
        };
        let stroke = Stroke::new(if ghost.held { 2.0 } else { 1.2 }, ink);
        for line in &ghost.lines {
            let ends = line.map(|[x, y]| pos2(area.left() + x, area.top() + y));
            if ghost.held {
                painter.line_segment(ends, stroke);
            } else {
                painter.extend(Shape::dashed_line(&ends, stroke, 6.0, 4.0));
            }
        }
        let Some([x, y]) = ghost.at else { continue };
        let at = pos2(area.left() + x, area.top() + y - 8.0);
        let font = FontId::proportional(13.0);
        let text = painter.layout_no_wrap(ghost.text.clone(), font, ink);
        let place = Align2::CENTER_BOTTOM.anchor_size(at, text.size());
        painter.rect_filled(place.expand2(vec2(5.0, 2.0)), 3.0, signs::colour(ground.panel));
        painter.galley(place.min, text, ink);
    }
}
