//! What is drawn beside the plant: beams, rays, ways, forces, and what is written at them.

use egui::{Align2, Color32, FontId, Painter, Pos2, Rect, Shape, Stroke, pos2, vec2};

use super::signs;
use crate::desktop::look::Theme;
use crate::desktop::look::marks::{Stroke as Style, Tone};
use crate::desktop::views::MarksView;

/// Width of lines, in points: wide, thin.
const WIDE: [f32; 2] = [2.4, 1.0];
/// Size of points and of the tips of arrows.
const SPOT: f32 = 3.0;
/// From what is noted to the note.
const OFF: [f32; 2] = [10.0, -10.0];

/// Draws `view` over the plant, which fills `area`. Where notes lie comes back, for others to give way.
pub fn marks_ui(painter: &Painter, area: Rect, view: &MarksView, theme: Theme) -> Vec<Rect> {
    let painter = painter.with_clip_rect(area);
    let to = |[x, y]: [f32; 2]| area.min + vec2(x, y);
    let ink = |tone: Tone| signs::colour(theme.tone(tone));
    for (ends, tone, style) in &view.lines {
        line(&painter, ends.map(to), ink(*tone), *style);
    }
    for (at, tone, cross) in &view.spots {
        spot(&painter, to(*at), ink(*tone), *cross);
    }
    let mut taken = Vec::new();
    for (at, name, text, tone) in &view.notes {
        let sign = if *tone == Tone::Broken { "✖ " } else { "" };
        let told = if name.is_empty() { text.clone() } else { format!("{sign}{name}  {text}") };
        taken.extend(note(&painter, area, &taken, to(*at), &told, ink(*tone), theme));
    }
    taken
}

fn line(painter: &Painter, ends: [Pos2; 2], ink: Color32, style: Style) {
    match style {
        Style::Solid => {
            painter.line_segment(ends, Stroke::new(WIDE[0], ink));
        }
        Style::Thin => {
            painter.line_segment(ends, Stroke::new(WIDE[1], ink));
        }
        Style::Dashed => {
            painter.extend(Shape::dashed_line(&ends, Stroke::new(WIDE[1] * 1.5, ink), 5.0, 4.0));
        }
        Style::Arrow => {
            let stroke = Stroke::new(WIDE[0] * 0.8, ink);
            painter.line_segment(ends, stroke);
            let way = (ends[1] - ends[0]).normalized();
            for side in [way.rot90(), -way.rot90()] {
                let back = ends[1] - way * (2.2 * SPOT) + side * (1.2 * SPOT);
                painter.line_segment([ends[1], back], stroke);
            }
        }
    }
}

fn spot(painter: &Painter, at: Pos2, ink: Color32, cross: bool) {
    if cross {
        let stroke = Stroke::new(WIDE[0], ink);
        let r = SPOT * 1.4;
        painter.line_segment([at - vec2(r, r), at + vec2(r, r)], stroke);
        painter.line_segment([at + vec2(r, -r), at + vec2(-r, r)], stroke);
    } else {
        painter.circle_filled(at, SPOT * 0.7, ink);
    }
}

/// Writes beside a point, where there is room; where, if there was.
fn note(
    painter: &Painter,
    area: Rect,
    taken: &[Rect],
    at: Pos2,
    text: &str,
    ink: Color32,
    theme: Theme,
) -> Option<Rect> {
    let ground = theme.ground();
    let text = painter.layout_no_wrap(
        text.to_owned(),
        FontId::proportional(10.5),
        signs::colour(ground.ink),
    );
    let size = text.size() + vec2(14.0, 3.0);
    let rect =
        [[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]].into_iter().find_map(|[x, y]| {
            let anchor = at + vec2(OFF[0] * x, OFF[1] * y);
            let align = match (x > 0.0, y > 0.0) {
                (true, true) => Align2::LEFT_BOTTOM,
                (true, false) => Align2::LEFT_TOP,
                (false, true) => Align2::RIGHT_BOTTOM,
                (false, false) => Align2::RIGHT_TOP,
            };
            let rect = align.anchor_size(anchor, size);
            let free =
                area.contains_rect(rect) && taken.iter().all(|other| !other.intersects(rect));
            free.then_some(rect)
        })?;
    let near = pos2(at.x.clamp(rect.left(), rect.right()), at.y.clamp(rect.top(), rect.bottom()));
    painter.line_segment([at, near], Stroke::new(1.0, ink));
    painter.rect_filled(rect, 3.0, signs::colour(ground.panel).gamma_multiply(0.94));
    let bar = Rect::from_min_size(rect.min, vec2(3.0, rect.height()));
    painter.rect_filled(bar, 1.0, ink);
    painter.galley(rect.min + vec2(8.0, 1.5), text, signs::colour(ground.ink));
    Some(rect)
}
