//! What happened, when and where: a list to be searched, which leads to the place and to the time.

use egui::{RichText, ScrollArea, TextEdit, Ui};
use twin::units::SimDuration;

use super::gantt::windows_ui;
use super::signs;
use crate::desktop::command::Command;
use crate::desktop::look::Theme;
use crate::desktop::views::clock::time;
use crate::desktop::views::events::Event;

/// Height of a row, in points.
const ROW: f32 = 20.0;

/// The list. A click, or Enter, goes to the place; with Ctrl to that time too. Only the rows that are seen cost anything.
pub fn events_ui(
    ui: &mut Ui,
    events: &[Event],
    find: &mut String,
    window: &mut SimDuration,
    theme: Theme,
    out: &mut Vec<Command>,
) {
    ui.horizontal(|ui| {
        let field = TextEdit::singleline(find).hint_text("Filter events").desired_width(180.0);
        ui.add(field).on_hover_text("Part of a name or of what happened");
        windows_ui(ui, window);
        ui.weak(format!("{} events", events.len()));
    });
    if events.is_empty() {
        ui.weak("Nothing like that has happened.");
    }
    ScrollArea::vertical().auto_shrink(false).show_rows(ui, ROW, events.len(), |ui, range| {
        for event in &events[range] {
            ui.horizontal(|ui| line(ui, event, theme, out));
        }
    });
}

fn line(ui: &mut Ui, event: &Event, theme: Theme, out: &mut Vec<Command>) {
    ui.label(RichText::new(time(event.at)).monospace());
    match event.activity {
        Some(activity) => drop(signs::show(ui, theme, activity)),
        None => ui.add_space(14.0 + ui.spacing().item_spacing.x),
    }
    let tip = "Click: show it. Ctrl and click: go to that time";
    if ui.link(&event.name).on_hover_text(tip).clicked() {
        out.extend([Command::Select(Some(event.id)), Command::Focus]);
        if ui.input(|input| input.modifiers.command) {
            out.push(Command::Seek(event.at));
        }
    }
    ui.label(&event.what);
}
