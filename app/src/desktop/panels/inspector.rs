//! One equipment: what it does and why, its figures, and what may be done to it.

use egui::{Grid, RichText, Slider, Ui};
use twin::engine::Activity;

use super::bars;
use super::courses::handle;
use super::signs;
use crate::desktop::command::Command;
use crate::desktop::look::{Theme, word};
use crate::desktop::trace::Trace;
use crate::desktop::views::Inspector;

/// How much faster or slower a machine may be set from here.
const PACES: std::ops::RangeInclusive<f64> = 0.25..=4.0;

/// What is known of one equipment.
pub fn inspector_ui(ui: &mut Ui, view: &Inspector, theme: Theme, out: &mut Vec<Command>) {
    ui.horizontal(|ui| {
        signs::show(ui, theme, view.activity);
        ui.heading(&view.name);
    });
    ui.horizontal(|ui| {
        ui.weak(view.kind);
        ui.label(
            RichText::new(word(view.activity)).color(signs::of(theme, view.activity)).strong(),
        );
    });
    ui.label(&view.reason);
    if !view.chain.is_empty() {
        ui.horizontal_wrapped(|ui| {
            ui.weak("held up by");
            for (n, (id, name)) in view.chain.iter().enumerate() {
                if n > 0 {
                    ui.weak("⏴");
                }
                if ui.link(name).on_hover_text("Select it").clicked() {
                    out.push(Command::Select(Some(*id)));
                }
            }
        });
    }
    ui.add_space(4.0);
    ui.weak("its time since the end of the warm-up");
    bars::bar(ui, theme, &view.shares, 14.0);
    ui.add_space(4.0);
    ui.weak("parts in it, over the run");
    bars::sparkline(ui, theme, &view.content, 34.0);
    ui.horizontal(|ui| {
        ui.weak("over time:");
        for trace in Trace::of(&view.name) {
            handle(ui, &trace, &format!(" {}", trace.short()), out);
        }
    });
    Grid::new("live").num_columns(2).striped(true).show(ui, |ui| {
        for (name, value) in &view.live {
            ui.weak(*name);
            ui.label(value);
            ui.end_row();
        }
        for (name, value) in view.own.iter().take(12) {
            ui.weak(name);
            ui.label(format!("{value:.4}").trim_end_matches('0').trim_end_matches('.'));
            ui.end_row();
        }
    });
    ui.add_space(4.0);
    for (title, near) in [("from", &view.neighbours[0]), ("to", &view.neighbours[1])] {
        ui.horizontal_wrapped(|ui| {
            ui.weak(title);
            for (id, name) in near {
                if ui.link(name).on_hover_text("Select it").clicked() {
                    out.push(Command::Select(Some(*id)));
                }
            }
        });
    }
    ui.separator();
    acts(ui, view, out);
}

/// What may be done to it. All of it is kept in the log of the run.
fn acts(ui: &mut Ui, view: &Inspector, out: &mut Vec<Command>) {
    if view.works {
        let mut pace = view.pace;
        let slider = Slider::new(&mut pace, PACES).logarithmic(true).suffix(" ×").text("speed");
        let tip = "Speed of work that begins from now on, relative to the plant file";
        if ui.add(slider).on_hover_text(tip).changed() {
            out.push(Command::Pace(view.id, pace));
        }
    }
    ui.horizontal(|ui| {
        let off = view.activity == Activity::OffShift;
        if off && ui.button("Switch on").clicked() {
            out.push(Command::GoMachine(view.id));
        }
        if !off && ui.button("Switch off").on_hover_text("Work in hand stands still").clicked() {
            out.push(Command::StopMachine(view.id));
        }
        let tip = "Look at it (F)";
        if ui.button("Look at it").on_hover_text(tip).clicked() {
            out.push(Command::Focus);
        }
    });
}
