//! Bars of time: what share of it went to which activity.

use egui::{Rect, Response, Sense, Ui, pos2, vec2};
use twin::engine::Activity;

use super::signs;
use crate::desktop::look::{Theme, word};
use crate::desktop::views::percent;

/// The order along a bar: what makes a machine active first.
const ORDER: [Activity; Activity::COUNT] = [
    Activity::Working,
    Activity::SetUp,
    Activity::Failed,
    Activity::Maintained,
    Activity::WaitingForWorker,
    Activity::Blocked,
    Activity::Starved,
    Activity::OffShift,
    Activity::Off,
];

/// One stacked bar; hovered, it tells the shares.
pub fn bar(ui: &mut Ui, theme: Theme, shares: &[f64; Activity::COUNT], height: f32) -> Response {
    let (rect, response) =
        ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::click());
    let mut x = rect.left();
    for activity in ORDER {
        let wide = shares[activity as usize] as f32 * rect.width();
        if wide > 0.3 {
            let piece = Rect::from_min_max(pos2(x, rect.top()), pos2(x + wide, rect.bottom()));
            ui.painter().rect_filled(piece, 0.0, signs::of(theme, activity));
            // The sign where there is room, so that the colour is not alone.
            if wide > 16.0 && height >= 12.0 {
                let ink = egui::Color32::from_white_alpha(210);
                signs::paint(
                    ui.painter(),
                    piece.left_center() + vec2(9.0, 0.0),
                    8.0,
                    activity,
                    ink,
                );
            }
        }
        x += wide;
    }
    response.on_hover_ui(|ui| {
        for activity in ORDER.into_iter().filter(|one| shares[*one as usize] >= 0.0005) {
            ui.horizontal(|ui| {
                signs::show(ui, theme, activity);
                ui.label(format!("{} {}", word(activity), percent(shares[activity as usize])));
            });
        }
    })
}

/// What the colours and signs mean.
pub fn legend(ui: &mut Ui, theme: Theme) {
    ui.horizontal_wrapped(|ui| {
        for activity in ORDER {
            signs::show(ui, theme, activity);
            ui.label(egui::RichText::new(word(activity)).small());
            ui.add_space(4.0);
        }
    });
}

/// A line through values, from the lowest to the highest of them.
pub fn sparkline(ui: &mut Ui, theme: Theme, values: &[f32], height: f32) {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
    if values.len() < 2 {
        return;
    }
    let high = values.iter().copied().fold(f32::MIN, f32::max);
    let low = values.iter().copied().fold(f32::MAX, f32::min).min(high - 1e-6);
    let at = |(n, value): (usize, &f32)| {
        let x = rect.left() + rect.width() * n as f32 / (values.len() - 1) as f32;
        let share = if high > low { (value - low) / (high - low) } else { 0.5 };
        pos2(x, rect.bottom() - 1.0 - share * (rect.height() - 2.0))
    };
    let points: Vec<_> = values.iter().enumerate().map(at).collect();
    let ink = signs::colour(theme.ground().accent);
    ui.painter().add(egui::Shape::line(points, egui::Stroke::new(1.4, ink)));
}
