//! What is written over the plant.

use egui::{Align2, Color32, FontId, Painter, Pos2, Rect, Stroke, pos2, vec2};

use super::signs;
use crate::desktop::look::{self, Ground, Theme};
use crate::desktop::views::{Label, Labels};

/// Distance of a name from what it names, in points.
const LIFT: f32 = 16.0;

/// Writes over the plant, which fills `area`, beside what is `taken`.
pub fn overlay_ui(painter: &Painter, area: Rect, labels: &Labels, taken: &[Rect], theme: Theme) {
    let painter = painter.with_clip_rect(area);
    let ground = theme.ground();
    let to = |[x, y]: [f32; 2]| area.min + vec2(x, y);
    for (at, text) in &labels.metres {
        let font = FontId::proportional(10.5);
        painter.text(to(*at), Align2::CENTER_TOP, text, font, signs::colour(ground.faint));
    }
    for [from, end] in &labels.frame {
        let line = Stroke::new(1.8, signs::colour(ground.accent));
        painter.line_segment([to(*from), to(*end)], line);
    }
    let mut taken = taken.to_vec();
    for label in &labels.names {
        if let Some(rect) = room(&painter, area, &taken, label, to(label.at)) {
            name(&painter, rect, to(label.at), label, theme, &ground);
            taken.push(rect.expand(1.5));
        }
    }
}

fn fonts(label: &Label) -> (FontId, FontId) {
    let size = if label.selected { 13.0 } else { 11.5 };
    (FontId::proportional(size), FontId::proportional(10.5))
}

/// Where the name has room: over its place, else a little higher; none: it gives way.
fn room(painter: &Painter, area: Rect, taken: &[Rect], label: &Label, at: Pos2) -> Option<Rect> {
    if !area.contains(at) {
        return None;
    }
    let (font, small) = fonts(label);
    let width =
        |text: &str, font| painter.layout_no_wrap(text.to_owned(), font, Color32::WHITE).size();
    let first = width(&label.name, font);
    let second = label.more.as_ref().map_or(egui::Vec2::ZERO, |more| width(more, small));
    let size = vec2((first.x + 17.0).max(second.x) + 12.0, first.y + second.y + 5.0);
    (0..3).find_map(|try_| {
        let up = LIFT + try_ as f32 * (size.y + 4.0) + size.y / 2.0;
        let rect = Rect::from_center_size(at - vec2(0.0, up), size);
        let free = area.contains_rect(rect) && taken.iter().all(|other| !other.intersects(rect));
        free.then_some(rect)
    })
}

fn name(painter: &Painter, rect: Rect, at: Pos2, label: &Label, theme: Theme, ground: &Ground) {
    let state = signs::of(theme, label.activity);
    let (font, small) = fonts(label);
    let (fill, ink, line) = if label.loud {
        (state, readable(theme.activity(label.activity)), state)
    } else if label.selected {
        (signs::colour(ground.panel), signs::colour(ground.ink), signs::colour(ground.accent))
    } else {
        let panel = signs::colour(ground.panel).gamma_multiply(0.92);
        (panel, signs::colour(ground.ink), signs::colour(ground.coarse))
    };
    painter.line_segment([pos2(rect.center().x, rect.bottom()), at], Stroke::new(1.0, line));
    painter.rect(rect, 4.0, fill, Stroke::new(1.0, line), egui::StrokeKind::Inside);
    if label.bottleneck {
        let ring = Stroke::new(2.0, signs::colour(ground.accent));
        painter.rect_stroke(rect.expand(2.5), 6.0, ring, egui::StrokeKind::Inside);
    }
    let sign = pos2(rect.left() + 12.0, rect.top() + 10.0);
    signs::paint(painter, sign, 10.0, label.activity, if label.loud { ink } else { state });
    let text = pos2(rect.left() + 21.0, rect.top() + 2.5);
    painter.text(text, Align2::LEFT_TOP, &label.name, font, ink);
    if let Some(more) = &label.more {
        let under = pos2(rect.left() + 6.0, rect.bottom() - 2.0);
        painter.text(under, Align2::LEFT_BOTTOM, more, small, ink.gamma_multiply(0.85));
    }
}

/// Black or white, whichever can be read on a colour.
fn readable([r, g, b]: look::Rgb) -> Color32 {
    let light = 0.299 * f32::from(r) + 0.587 * f32::from(g) + 0.114 * f32::from(b);
    if light > 140.0 { Color32::from_gray(20) } else { Color32::WHITE }
}
