//! What each machine did when: one bar of time each.

use egui::{Align2, Color32, FontId, Painter, Rect, ScrollArea, Sense, Stroke, Ui, pos2, vec2};
use twin::engine::Activity;
use twin::id::EquipmentId;
use twin::units::{SimDuration, SimTime};

use super::{bars, signs};
use crate::desktop::command::Command;
use crate::desktop::look::{Theme, word};
use crate::desktop::views::clock::time;
use crate::desktop::views::gantt::{Gantt, GanttRow};

/// Height of a row and width of its name, in points.
const ROW: f32 = 20.0;
const NAME: f32 = 120.0;
/// Pieces that are narrower are drawn together, in points.
const FINE: f32 = 0.75;

/// The stretches that may be looked back: their names and lengths.
pub const WINDOWS: [(&str, SimDuration); 5] = [
    ("10 min", SimDuration::from_s(600)),
    ("1 h", SimDuration::from_s(3600)),
    ("4 h", SimDuration::from_s(4 * 3600)),
    ("12 h", SimDuration::from_s(12 * 3600)),
    ("3 d", SimDuration::from_s(72 * 3600)),
];

/// The choice how far to look back.
pub fn windows_ui(ui: &mut Ui, window: &mut SimDuration) {
    ui.label("the last");
    for (name, length) in WINDOWS {
        ui.selectable_value(window, length, name);
    }
}

/// The chart; only the rows that are seen cost anything. A click goes to the machine, with Ctrl to that time too.
pub fn gantt_ui(
    ui: &mut Ui,
    view: &Gantt,
    window: &mut SimDuration,
    selection: Option<EquipmentId>,
    theme: Theme,
    out: &mut Vec<Command>,
) {
    ui.horizontal_wrapped(|ui| {
        windows_ui(ui, window);
        ui.separator();
        bars::legend(ui, theme);
    });
    let [from, to] = view.span;
    let cut = if view.cut { " (more has happened than can be looked at in time)" } else { "" };
    ui.weak(format!("{} to {}{cut}", time(from), time(to)));
    let area = ScrollArea::vertical().auto_shrink(false);
    area.show_rows(ui, ROW, view.rows.len(), |ui, range| {
        for row in &view.rows[range] {
            ui.horizontal(|ui| line(ui, row, view.span, selection == Some(row.id), theme, out));
        }
    });
}

fn line(
    ui: &mut Ui,
    row: &GanttRow,
    span: [SimTime; 2],
    on: bool,
    theme: Theme,
    out: &mut Vec<Command>,
) {
    let left = egui::Layout::left_to_right(egui::Align::Center);
    ui.allocate_ui_with_layout(vec2(NAME, ROW - 3.0), left, |ui| {
        ui.set_width(NAME);
        if ui.add(egui::Button::selectable(on, &row.name).truncate()).clicked() {
            out.push(Command::Select(Some(row.id)));
        }
    });
    let size = vec2(ui.available_width(), ROW - 4.0);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    pieces(&ui.painter_at(rect), rect, row, span, theme);
    let Some(at) = response.hover_pos() else { return };
    let share = f64::from((at.x - rect.left()) / rect.width()).clamp(0.0, 1.0);
    let when = SimTime::from_seconds(span[0].seconds() + (span[1] - span[0]).seconds() * share);
    if response.clicked() {
        out.extend([Command::Select(Some(row.id)), Command::Focus]);
        if ui.input(|input| input.modifiers.command) {
            out.push(Command::Seek(when));
        }
    }
    if let Some((_, activity)) = row.pieces.iter().find(|piece| piece.0 >= when) {
        let text = format!("{}: {} at {}", row.name, word(*activity), time(when));
        response.on_hover_text(text + "\nClick: show it. Ctrl and click: go to that time");
    }
}

fn pieces(painter: &Painter, rect: Rect, row: &GanttRow, [from, to]: [SimTime; 2], theme: Theme) {
    let whole = (to - from).seconds().max(1e-9);
    let x = |at: SimTime| rect.left() + ((at - from).seconds() / whole) as f32 * rect.width();
    let mut left = rect.left();
    for (n, (until, activity)) in row.pieces.iter().enumerate() {
        let right = x(*until);
        // What is too fine to be seen goes with what comes after it.
        if right - left < FINE && n + 1 < row.pieces.len() {
            continue;
        }
        let piece = Rect::from_min_max(pos2(left, rect.top()), pos2(right, rect.bottom()));
        self::piece(painter, piece, *activity, theme);
        left = right;
    }
}

/// One piece: colour, pattern, and the sign where there is room.
fn piece(painter: &Painter, rect: Rect, activity: Activity, theme: Theme) {
    let colour = signs::of(theme, activity);
    let painter = painter.with_clip_rect(rect.intersect(painter.clip_rect()));
    match pattern(activity) {
        Pattern::Full => {
            painter.rect_filled(rect, 0.0, colour);
        }
        Pattern::Thin => {
            let low = Rect::from_min_max(pos2(rect.left(), rect.bottom() - 4.0), rect.max);
            painter.rect_filled(low, 0.0, colour);
        }
        Pattern::Hatched(lean) => {
            painter.rect_filled(rect, 0.0, colour.gamma_multiply(0.55));
            hatch(&painter, rect, lean, colour);
        }
    }
    if rect.width() > 18.0 && pattern(activity) != Pattern::Thin {
        signs::paint(&painter, rect.left_center() + vec2(9.0, 0.0), 8.0, activity, Color32::WHITE);
    }
}

/// How a piece is filled, so that its colour is not alone.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Pattern {
    Full,
    /// A line at the bottom: nothing to do.
    Thin,
    /// Lines; by how much they go to the right on their way up, as a share of the height.
    Hatched(f32),
}

const fn pattern(activity: Activity) -> Pattern {
    match activity {
        Activity::Working | Activity::Failed => Pattern::Full,
        Activity::Starved | Activity::OffShift | Activity::Off => Pattern::Thin,
        Activity::SetUp => Pattern::Hatched(1.0),
        Activity::Maintained => Pattern::Hatched(-1.0),
        Activity::Blocked => Pattern::Hatched(0.0),
        Activity::WaitingForWorker => Pattern::Hatched(2.0),
    }
}

fn hatch(painter: &Painter, rect: Rect, lean: f32, colour: Color32) {
    const APART: f32 = 5.0;
    let over = lean * rect.height();
    let line = Stroke::new(1.6, colour);
    let mut x = rect.left() - over.abs() + APART / 2.0;
    while x < rect.right() + over.abs() {
        painter.line_segment([pos2(x, rect.bottom()), pos2(x + over, rect.top())], line);
        x += APART;
    }
}

/// What is written where there is nothing to show yet.
pub(super) fn empty(ui: &mut Ui, text: &str) {
    ui.allocate_rect(ui.available_rect_before_wrap(), Sense::hover());
    let font = FontId::proportional(13.0);
    let ink = ui.visuals().weak_text_color();
    ui.painter().text(ui.max_rect().center(), Align2::CENTER_CENTER, text, font, ink);
}
