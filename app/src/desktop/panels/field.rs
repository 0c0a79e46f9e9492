//! The legend of a field over the plant, and what the pointer is at.

use egui::{Align2, Color32, FontId, Painter, Pos2, Rect, Stroke, pos2, vec2};

use super::signs::colour;
use crate::desktop::look::Theme;
use crate::desktop::views::field::FieldView;

/// Width and height of the scale, in points.
const BAR: [f32; 2] = [220.0, 10.0];

/// Writes the legend into the lower left of `area`.
pub fn field_ui(painter: &Painter, area: Rect, view: &FieldView, theme: Theme) {
    let ground = theme.ground();
    let (ink, faint) = (colour(ground.ink), colour(ground.faint));
    let low = area.left_bottom() + vec2(14.0, -64.0);
    let frame = Rect::from_min_size(low, vec2(BAR[0] + 28.0, 54.0));
    painter.rect_filled(frame, 4.0, colour(ground.panel).gamma_multiply(0.9));
    painter.text(
        low + vec2(14.0, 4.0),
        Align2::LEFT_TOP,
        &view.title,
        FontId::proportional(12.0),
        ink,
    );
    let bar = Rect::from_min_size(low + vec2(14.0, 22.0), vec2(BAR[0], BAR[1]));
    if let Some(trouble) = &view.trouble {
        let at = bar.left_top();
        painter.text(at, Align2::LEFT_TOP, trouble, FontId::proportional(11.0), faint);
        return;
    }
    let wide = bar.width() / view.colours.len().max(1) as f32;
    for (n, rgb) in view.colours.iter().enumerate() {
        let left = bar.left() + n as f32 * wide;
        let piece = Rect::from_min_size(pos2(left, bar.top()), vec2(wide + 0.5, bar.height()));
        painter.rect_filled(piece, 0.0, colour(*rgb));
    }
    for (share, text) in &view.numbers {
        let x = bar.left() + share * bar.width();
        painter.vline(x, bar.bottom()..=bar.bottom() + 3.0, Stroke::new(1.0, faint));
        let at = pos2(x, bar.bottom() + 4.0);
        painter.text(at, Align2::CENTER_TOP, text, FontId::proportional(10.5), ink);
    }
}

/// Writes what the pointer is at beside it.
pub fn probe_ui(painter: &Painter, at: Pos2, value: &str, theme: Theme) {
    let ground = theme.ground();
    let font = FontId::proportional(12.0);
    let galley = painter.layout_no_wrap(value.to_owned(), font, colour(ground.ink));
    let rect = Rect::from_min_size(at + vec2(14.0, -24.0), galley.size() + vec2(10.0, 4.0));
    painter.rect_filled(rect, 3.0, colour(ground.panel).gamma_multiply(0.92));
    painter.galley(rect.min + vec2(5.0, 2.0), galley, Color32::WHITE);
}
