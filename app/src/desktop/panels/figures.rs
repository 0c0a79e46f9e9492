//! Figures of the plant as tiles, and of the machines as bars; alarms.

use egui::{Frame, Grid, RichText, ScrollArea, Ui, vec2};
use twin::engine::Activity;
use twin::id::EquipmentId;

use super::courses::handle;
use super::{bars, signs};
use crate::desktop::command::Command;
use crate::desktop::look::Theme;
use crate::desktop::views::{Alarm, Machine, Tile, percent};

/// Height of a row of machines, in points.
const ROW: f32 = 20.0;

/// The tiles, side by side.
pub fn tiles_ui(ui: &mut Ui, tiles: &[Tile], theme: Theme, out: &mut Vec<Command>) {
    ui.horizontal(|ui| {
        // They are laid from the right.
        for tile in tiles.iter().rev() {
            Frame::group(ui.style()).inner_margin(4).show(ui, |ui| {
                ui.set_width(132.0);
                ui.vertical(|ui| {
                    ui.horizontal(|ui| {
                        ui.weak(tile.name);
                        if let Some(trace) = &tile.trace {
                            handle(ui, trace, "", out);
                        }
                    });
                    ui.horizontal(|ui| {
                        ui.label(RichText::new(&tile.value).heading());
                        ui.weak(&tile.note);
                    });
                    if let Some((target, met)) = &tile.target {
                        let activity = if *met { Activity::Working } else { Activity::Failed };
                        let ink = signs::of(theme, activity);
                        ui.label(RichText::new(target).color(ink)).on_hover_text("Target");
                    }
                    bars::sparkline(ui, theme, &tile.course, 16.0);
                });
            });
        }
    });
}

/// One bar for each machine, in their order. Only the rows that are seen cost anything.
pub fn machines_ui(
    ui: &mut Ui,
    machines: &[Machine],
    selection: Option<EquipmentId>,
    theme: Theme,
    out: &mut Vec<Command>,
) {
    bars::legend(ui, theme);
    ScrollArea::vertical().auto_shrink(false).show_rows(ui, ROW, machines.len(), |ui, range| {
        let first = range.start;
        let grid = Grid::new("machines").num_columns(4).spacing(vec2(8.0, 3.0));
        grid.start_row(first).min_row_height(ROW).show(ui, |ui| {
            for machine in &machines[range] {
                row(ui, machine, selection, theme, out);
                ui.end_row();
            }
        });
    });
}

fn row(
    ui: &mut Ui,
    machine: &Machine,
    selection: Option<EquipmentId>,
    theme: Theme,
    out: &mut Vec<Command>,
) {
    ui.horizontal(|ui| {
        signs::show(ui, theme, machine.activity);
        let on = selection == Some(machine.id);
        if ui.selectable_label(on, &machine.name).clicked() {
            out.push(Command::Select(Some(machine.id)));
        }
    });
    ui.label(percent(machine.active)).on_hover_text("Share of time in which it is active");
    ui.label(format!("{:.1} /h", machine.rate));
    if bars::bar(ui, theme, &machine.shares, 14.0).clicked() {
        out.push(Command::Select(Some(machine.id)));
    }
}

/// The alarms, the gravest first.
pub fn alarms_ui(ui: &mut Ui, alarms: &[Alarm], theme: Theme, out: &mut Vec<Command>) {
    if alarms.is_empty() {
        ui.weak("All machines run, or wait for parts.");
    }
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        for alarm in alarms {
            ui.horizontal(|ui| {
                signs::show(ui, theme, alarm.activity);
                if ui.link(&alarm.name).on_hover_text("Show it").clicked() {
                    out.extend([Command::Select(Some(alarm.id)), Command::Focus]);
                }
                ui.label(&alarm.text);
            });
        }
    });
}
