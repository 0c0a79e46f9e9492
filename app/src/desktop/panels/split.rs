//! How two futures differ that are seen side by side: a few figures between them.

use egui::{Frame, Grid, Margin, RichText, Stroke, Ui};

use super::signs;
use crate::desktop::look::Theme;
use crate::desktop::views::Versus;

/// Figures that are shown, at most: all of them stand in the tab.
const MOST: usize = 5;

/// The figures of the plant as a whole in which A and B differ.
pub fn split_ui(ui: &mut Ui, view: &Versus, theme: Theme) {
    let ground = theme.ground();
    let frame = Frame::new()
        .fill(signs::colour(ground.panel))
        .stroke(Stroke::new(1.0, signs::colour(ground.coarse)))
        .corner_radius(4.0)
        .inner_margin(Margin::symmetric(10, 6));
    frame.show(ui, |ui| {
        ui.set_max_width(420.0);
        ui.label(RichText::new(format!("B: {}", view.change)).strong());
        let differ = view.rows.iter().filter(|row| row.relative.is_some_and(|share| share != 0.0));
        let rows: Vec<_> = differ.take(MOST).collect();
        if rows.is_empty() {
            ui.weak("no figure differs yet");
            return;
        }
        Grid::new("two futures").num_columns(4).striped(true).show(ui, |ui| {
            for title in ["", "A", "B", "B less A"] {
                ui.weak(title);
            }
            ui.end_row();
            for row in rows {
                ui.label(&row.name);
                row.values.iter().for_each(|value| drop(ui.label(value)));
                ui.label(RichText::new(row.difference.as_deref().unwrap_or("–")).strong());
                ui.end_row();
            }
        });
    });
}
