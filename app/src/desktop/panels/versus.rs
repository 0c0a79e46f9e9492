//! A and B side by side: their figures, and by how much they differ.

use egui::{Grid, RichText, ScrollArea, Ui};

use super::gantt::empty;
use crate::desktop::command::Command;
use crate::desktop::keymap::key_of;
use crate::desktop::views::clock::time;
use crate::desktop::views::inspector::duration;
use crate::desktop::views::versus::Versus;

/// A share with its sign.
fn percent(share: f64) -> String {
    let sign = if share < 0.0 { '−' } else { '+' };
    format!("{sign}{:.1} %", share.abs() * 100.0)
}

/// What is known of both; without a fork, how to make one.
pub fn versus_ui(ui: &mut Ui, view: Option<&Versus>, out: &mut Vec<Command>) {
    let Some(view) = view else {
        empty(
            ui,
            "No fork yet. X forks the run from now on, with the selected machine a quarter faster.",
        );
        return;
    };
    ui.horizontal_wrapped(|ui| {
        ui.label(RichText::new(format!("B: {}", view.change)).strong());
        ui.weak(format!("since {}", time(view.since)));
        if view.behind_s.abs() > 0.5 {
            ui.weak(format!("(the other is {} behind)", duration(view.behind_s.abs())));
        }
        let shown = if view.shows_b { "Show A" } else { "Show B" };
        for (text, command) in [(shown, Command::OtherFork), ("End the fork", Command::EndFork)] {
            let key = key_of(&command).unwrap_or_default();
            let tip = format!("{} ({key})", command.text().1);
            if ui.button(text).on_hover_text(tip).clicked() {
                out.push(command);
            }
        }
    });
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        Grid::new("versus").num_columns(5).striped(true).min_col_width(84.0).show(ui, |ui| {
            let titles = if view.shows_b { ["A", "B (shown)"] } else { ["A (shown)", "B"] };
            ui.weak("since they parted");
            for title in titles {
                ui.label(RichText::new(title).strong());
            }
            ui.weak("B less A");
            ui.end_row();
            for row in &view.rows {
                ui.label(&row.name);
                row.values.iter().for_each(|value| drop(ui.label(value)));
                ui.label(RichText::new(row.difference.as_deref().unwrap_or("–")).strong());
                ui.label(row.relative.map_or_else(String::new, percent));
                ui.end_row();
            }
        });
    });
}
