//! Two futures side by side: where each is seen, what is written over the other, and how they differ.

use egui::{Align2, Area, Context, FontId, Id, Order, Painter, Pos2, Rect, Stroke, Vec2, vec2};

use super::panels::split::split_ui;
use super::panels::{overlay_ui, signs};
use super::{Desk, Run, views};

/// All that shows the plant where nothing else is on the picture.
pub(super) fn whole(run: &Run, desk: &Desk) -> Rect {
    let [wide, high] = desk.frame;
    let wide = if run.other().is_some() { 2.0 * wide } else { wide };
    Rect::from_min_size(Pos2::ZERO, Vec2::new(wide, high))
}

/// Where in `area` the future that is shown is seen, and where the other: A at the left, B at the right. Of one alone the other is nowhere.
pub(super) fn halves(area: Rect, run: &Run) -> [Rect; 2] {
    if run.other().is_none() {
        return [area, Rect::NOTHING];
    }
    let (left, right) = area.split_left_right_at_fraction(0.5);
    let shows_b = run.fork.as_ref().is_some_and(|fork| fork.shows_b);
    if shows_b { [right, left] } else { [left, right] }
}

/// What is written over the other future, the letters of both, and how they differ; nothing where there is one.
pub(super) fn both_ui(
    ctx: &Context,
    painter: &Painter,
    whole: Rect,
    [shown, other]: [Rect; 2],
    run: &Run,
    desk: &Desk,
) {
    let (Some(labels), Some(versus)) = (views::other_labels(run, desk), views::versus(run)) else {
        return;
    };
    overlay_ui(painter, other, &labels, &[], desk.theme);
    let ground = desk.theme.ground();
    let line = Stroke::new(2.0, signs::colour(ground.coarse));
    painter.vline(whole.center().x, whole.y_range(), line);
    let letters = if versus.shows_b { ["B", "A"] } else { ["A", "B"] };
    for (side, letter) in [shown, other].into_iter().zip(letters) {
        let (at, font) = (side.left_top() + vec2(14.0, 8.0), FontId::proportional(26.0));
        painter.text(at, Align2::LEFT_TOP, letter, font, signs::colour(ground.accent));
    }
    let area = Area::new(Id::new("two futures")).order(Order::Middle).pivot(Align2::CENTER_BOTTOM);
    area.fixed_pos(whole.center_bottom() - vec2(0.0, 8.0)).interactable(false).show(ctx, |ui| {
        split_ui(ui, &versus, desk.theme);
    });
}
