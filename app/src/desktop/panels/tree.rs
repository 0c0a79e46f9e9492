//! The plant tree, with search and a filter by activity.

use egui::{RichText, ScrollArea, Sense, TextEdit, Ui, vec2};
use twin::engine::Activity;
use twin::id::EquipmentId;

use super::signs;
use crate::desktop::command::Command;
use crate::desktop::look::{Theme, word};
use crate::desktop::views::TreeRow;

/// What is searched for.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// Part of a name, a group or a kind.
    pub text: String,
    /// Only what is doing this.
    pub only: Option<Activity>,
    /// The next frame puts the cursor there.
    pub wanted: bool,
}

/// Height of a row, in points.
const ROW: f32 = 20.0;

/// The tree. Only the rows that are seen cost anything.
pub fn tree_ui(
    ui: &mut Ui,
    rows: &[TreeRow],
    search: &mut Search,
    selection: Option<EquipmentId>,
    theme: Theme,
    out: &mut Vec<Command>,
) {
    ui.add_space(4.0);
    let field = TextEdit::singleline(&mut search.text)
        .hint_text("Find equipment")
        .desired_width(f32::INFINITY);
    let response = ui.add(field).on_hover_text("Part of a name, a group or a kind (Ctrl+F)");
    if std::mem::take(&mut search.wanted) {
        response.request_focus();
    }
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 2.0;
        for activity in Activity::ALL {
            let (rect, response) = ui.allocate_exact_size(vec2(22.0, 20.0), Sense::click());
            let on = search.only == Some(activity);
            if on || response.hovered() {
                ui.painter().rect_filled(rect, 3.0, ui.visuals().widgets.hovered.bg_fill);
            }
            signs::paint(ui.painter(), rect.center(), 11.0, activity, signs::of(theme, activity));
            if response.on_hover_text(format!("Only what is {}", word(activity))).clicked() {
                search.only = if on { None } else { Some(activity) };
            }
        }
    });
    ui.separator();
    if rows.is_empty() {
        ui.weak("Nothing is like that.");
    }
    ScrollArea::vertical().auto_shrink(false).show_rows(ui, ROW, rows.len(), |ui, range| {
        for row in &rows[range] {
            line(ui, row, selection, theme, out);
        }
    });
}

fn line(
    ui: &mut Ui,
    row: &TreeRow,
    selection: Option<EquipmentId>,
    theme: Theme,
    out: &mut Vec<Command>,
) {
    ui.horizontal(|ui| {
        ui.set_height(ROW - ui.spacing().item_spacing.y);
        ui.add_space(row.depth as f32 * 14.0);
        let Some(leaf) = row.leaf else {
            ui.label(RichText::new(&row.text).strong());
            return;
        };
        signs::show(ui, theme, leaf.activity);
        let on = selection == Some(leaf.id);
        let response = ui.selectable_label(on, &row.text);
        if leaf.content > 0 {
            ui.weak(leaf.content.to_string());
        }
        let tip = format!("{} · {} · {} in it", leaf.kind, word(leaf.activity), leaf.content);
        let response = response.on_hover_text(tip);
        if response.clicked() {
            out.push(Command::Select(Some(leaf.id)));
        }
        if response.double_clicked() {
            out.push(Command::Focus);
        }
    });
}
