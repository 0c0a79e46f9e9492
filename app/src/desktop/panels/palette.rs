//! The command palette: commands and equipment, found by parts of their names.

use std::path::Path;

use egui::{Align2, Area, Frame, Id, Key, Order, RichText, ScrollArea, TextEdit, Ui, vec2};
use twin::id::EquipmentId;

use crate::desktop::command::{Command, PLAIN};
use crate::desktop::keymap::{key_of, keys};
use crate::desktop::plan::Plan;

/// What has been typed, and the row that Enter takes.
#[derive(Clone, Debug, Default)]
pub struct Palette {
    text: String,
    row: usize,
}

/// What can be found beside commands.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// Equipment, with names.
    pub equipment: &'a [(EquipmentId, String)],
    /// What undo would undo, and redo redo.
    pub changes: &'a [Option<String>; 2],
    /// The plants that were opened last.
    pub recent: &'a [&'a Path],
}

/// Rows that are shown, at most.
const MOST: usize = 60;

/// The palette over everything; true: it is done with.
pub fn palette_ui(
    ctx: &egui::Context,
    palette: &mut Palette,
    known: &Known<'_>,
    out: &mut Vec<Command>,
) -> bool {
    let mut done = ctx.input(|input| input.key_pressed(Key::Escape));
    Area::new(Id::new("palette"))
        .order(Order::Foreground)
        .anchor(Align2::CENTER_TOP, vec2(0.0, 80.0))
        .show(ctx, |ui| {
            Frame::popup(ui.style()).show(ui, |ui| {
                ui.set_width(440.0);
                if let Some(command) = rows(ui, palette, known) {
                    out.push(command);
                    done = true;
                }
            });
        });
    done
}

fn rows(ui: &mut Ui, palette: &mut Palette, known: &Known<'_>) -> Option<Command> {
    let hint = "Command, equipment or plant";
    let field =
        TextEdit::singleline(&mut palette.text).hint_text(hint).desired_width(f32::INFINITY);
    let response = ui.add(field);
    response.request_focus();
    if response.changed() {
        palette.row = 0;
    }
    let found = matches(&palette.text, known);
    let (down, up, enter) = ui.input(|input| {
        let pressed = |key| input.key_pressed(key);
        (pressed(Key::ArrowDown), pressed(Key::ArrowUp), pressed(Key::Enter))
    });
    let last = found.len().saturating_sub(1);
    palette.row = (palette.row + usize::from(down)).saturating_sub(usize::from(up)).min(last);
    if enter {
        return found.into_iter().nth(palette.row).map(|row| row.2);
    }
    if found.is_empty() {
        ui.weak("Nothing is called that.");
    }
    let mut chosen = None;
    ScrollArea::vertical().max_height(360.0).show(ui, |ui| {
        for (n, (name, tip, command)) in found.into_iter().enumerate() {
            ui.horizontal(|ui| {
                let label = ui.selectable_label(n == palette.row, &name).on_hover_text(tip);
                if n == palette.row && (up || down) {
                    label.scroll_to_me(None);
                }
                if let Some(key) = key_of(&command) {
                    ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                        ui.weak(key)
                    });
                }
                if label.clicked() {
                    chosen = Some(command);
                }
            });
        }
    });
    chosen
}

/// Commands, then plants, then equipment, in whose names the letters of `text` come in this order; those that begin with it first. Undo and redo say of
/// what.
fn matches(text: &str, known: &Known<'_>) -> Vec<(String, String, Command)> {
    let [undo, redo] = known.changes;
    let commands = PLAIN.into_iter().map(|command| {
        let (name, tip) = command.text();
        let of = match command {
            Command::Plan(Plan::Undo) => undo.as_deref(),
            Command::Plan(Plan::Redo) => redo.as_deref(),
            _ => None,
        };
        let name = of.map_or_else(|| name.to_owned(), |of| format!("{name}: {of}"));
        (name, tip.to_owned(), command)
    });
    let machines = known.equipment.iter().map(|(id, name)| {
        (name.clone(), "Show it in the inspector".to_owned(), Command::Select(Some(*id)))
    });
    let plants = known.recent.iter().map(|path| {
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
        let open = Command::Plan(Plan::Read(path.to_path_buf()));
        (format!("Open {name}"), path.display().to_string(), open)
    });
    let text = text.trim().to_lowercase();
    let mut found: Vec<_> = commands
        .chain(plants)
        .chain(machines)
        .filter_map(|row| Some((rank(&row.0.to_lowercase(), &text)?, row)))
        .collect();
    found.sort_by_key(|one| one.0);
    found.into_iter().take(MOST).map(|one| one.1).collect()
}

/// How well a name fits; lower is better, none: not at all.
fn rank(name: &str, text: &str) -> Option<u8> {
    if name.starts_with(text) {
        return Some(0);
    }
    if name.contains(text) {
        return Some(1);
    }
    let mut letters = name.chars();
    text.chars().all(|wanted| letters.any(|letter| letter == wanted)).then_some(2)
}

/// All keys, in a window.
pub fn keys_ui(ctx: &egui::Context, open: &mut bool) {
    egui::Window::new("Keys").open(open).default_width(420.0).vscroll(true).show(ctx, |ui| {
        egui::Grid::new("keys").num_columns(2).striped(true).show(ui, |ui| {
            for (chord, command) in keys() {
                if matches!(command, Command::Keep(n) | Command::Recall(n) if *n > 1) {
                    continue;
                }
                let digits = matches!(command, Command::Keep(_) | Command::Recall(_));
                let key = if digits { format!("{} … 9", chord.text()) } else { chord.text() };
                ui.label(RichText::new(key).monospace().strong());
                let (name, tip) = command.text();
                ui.label(name).on_hover_text(tip);
                ui.end_row();
            }
        });
        ui.separator();
        ui.label("Drag with the left button: turn. Middle or Shift: move. Wheel: closer. Click: select. Double click: look at it. Drag what is selected: move it, with Alt off the grid. Hold Alt: contents and rates.");
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_in_order_are_enough() {
        assert_eq!(rank("view from above", "vfa"), Some(2));
        assert_eq!(rank("weld 1", "weld"), Some(0));
        assert_eq!(rank("weld 1", "1w"), None);
        let none = Known { equipment: &[], changes: &[None, None], recent: &[] };
        let machines = [(EquipmentId::from_index(3), "weld 1".to_owned())];
        assert_eq!(
            matches("weld", &Known { equipment: &machines, ..none })[0].2,
            Command::Select(Some(EquipmentId::from_index(3)))
        );
        let change = [Some("Set time of mill to 35 s".to_owned()), None];
        let undo = &matches("undo", &Known { changes: &change, ..none })[0];
        assert_eq!(undo.0, "Undo: Set time of mill to 35 s");
        assert_eq!(undo.2, Command::Plan(Plan::Undo));
        let path = Path::new("/plants/weld-shop.ron");
        let open = &matches("weld-s", &Known { recent: &[path], ..none })[0];
        assert_eq!(open.2, Command::Plan(Plan::Read(path.to_owned())));
    }
}
