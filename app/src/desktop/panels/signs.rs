//! Signs of activities, drawn as shapes, so that they do not depend on a font or on the eye for colours.

use egui::{Color32, Painter, Pos2, Rect, Response, Sense, Shape, Stroke, Ui, Vec2, pos2, vec2};
use twin::engine::Activity;

use crate::desktop::look::{self, Rgb, Sign, Theme};

/// A colour for egui.
pub fn colour([r, g, b]: Rgb) -> Color32 {
    Color32::from_rgb(r, g, b)
}

/// The colour of an activity.
pub fn of(theme: Theme, activity: Activity) -> Color32 {
    colour(theme.activity(activity))
}

/// Draws the sign of an activity about `at`, as wide as `size`.
pub fn paint(painter: &Painter, at: Pos2, size: f32, activity: Activity, ink: Color32) {
    let r = size / 2.0;
    let p = |x: f32, y: f32| pos2(at.x + x * r, at.y + y * r);
    let line = Stroke::new((size * 0.14).max(1.2), ink);
    match look::sign(activity) {
        Sign::Play => {
            let points = vec![p(-0.6, -0.8), p(0.85, 0.0), p(-0.6, 0.8)];
            painter.add(Shape::convex_polygon(points, ink, Stroke::NONE));
        }
        Sign::Bars => {
            for x in [-0.45, 0.45] {
                let bar = Rect::from_center_size(p(x, 0.0), vec2(r * 0.5, r * 1.6));
                painter.rect_filled(bar, 0.0, ink);
            }
        }
        Sign::Ring => {
            painter.circle_stroke(at, r * 0.7, line);
        }
        Sign::Change => {
            painter.circle_stroke(at, r * 0.62, line);
            painter.circle_filled(at, r * 0.25, ink);
        }
        Sign::Cross => {
            let line = Stroke::new((size * 0.2).max(1.6), ink);
            painter.line_segment([p(-0.65, -0.65), p(0.65, 0.65)], line);
            painter.line_segment([p(-0.65, 0.65), p(0.65, -0.65)], line);
        }
        Sign::Diamond => {
            let points = vec![p(0.0, -0.9), p(0.9, 0.0), p(0.0, 0.9), p(-0.9, 0.0)];
            painter.add(Shape::convex_polygon(points, ink, Stroke::NONE));
        }
        Sign::Moon => {
            let points = (0..=12).map(|n| {
                let angle = std::f32::consts::PI * (0.5 + n as f32 / 12.0);
                p(angle.cos() * 0.85 + 0.25, angle.sin() * 0.85)
            });
            painter.add(Shape::convex_polygon(points.collect(), ink, Stroke::NONE));
        }
        Sign::Person => {
            painter.circle_filled(p(0.0, -0.45), r * 0.38, ink);
            let points = vec![p(-0.75, 0.85), p(-0.45, 0.1), p(0.45, 0.1), p(0.75, 0.85)];
            painter.add(Shape::convex_polygon(points, ink, Stroke::NONE));
        }
        Sign::Dot => {
            painter.circle_filled(at, r * 0.35, ink);
        }
    }
}

/// The sign as a widget, with its word for those who do not see it.
pub fn show(ui: &mut Ui, theme: Theme, activity: Activity) -> Response {
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(14.0), Sense::hover());
    paint(ui.painter(), rect.center(), 11.0, activity, of(theme, activity));
    response.on_hover_text(look::word(activity))
}
