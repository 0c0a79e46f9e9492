//! The flow of material as bands between equipment, as wide as what flows.

use egui::{Align2, Color32, FontId, Mesh, Painter, Pos2, Rect, Sense, Shape, Ui, pos2, vec2};
use twin::id::EquipmentId;

use super::gantt::empty;
use super::signs;
use crate::desktop::command::Command;
use crate::desktop::look::Theme;
use crate::desktop::views::flows::{Band, Flows, Node};

/// Width of a node, in points.
const NODE: f32 = 9.0;
/// Pieces of a band along its way.
const PIECES: u32 = 24;

/// The diagram; a click on a node selects the equipment.
pub fn flows_ui(
    ui: &mut Ui,
    view: &Flows,
    selection: Option<EquipmentId>,
    theme: Theme,
    out: &mut Vec<Command>,
) {
    if view.nodes.is_empty() {
        empty(ui, "Nothing has gone from one equipment to another yet.");
        return;
    }
    ui.weak(format!("parts per hour, over {:.1} h", view.hours));
    let room = ui.available_rect_before_wrap().shrink2(vec2(6.0, 4.0));
    // All of it is used, so that all of it has a background.
    ui.allocate_rect(ui.available_rect_before_wrap(), Sense::hover());
    let wide = (room.width() - 70.0) / (view.layers.max(2) - 1) as f32;
    let place = |node: &Node| {
        let low = pos2(
            room.left() + node.layer as f32 * wide,
            room.top() + 12.0 + node.top * (room.height() - 18.0),
        );
        Rect::from_min_size(low, vec2(NODE, (node.height * (room.height() - 18.0)).max(1.5)))
    };
    let places: Vec<Rect> = view.nodes.iter().map(place).collect();
    let painter = ui.painter_at(ui.max_rect());
    let mut written: Vec<Rect> = Vec::new();
    let pointer = ui.input(|input| input.pointer.hover_pos());
    for band in &view.bands {
        self::band(&painter, band, view, &places, room.height() - 18.0, theme, pointer);
    }
    for (n, (node, rect)) in view.nodes.iter().zip(&places).enumerate() {
        let on = selection == Some(node.id);
        let ground = theme.ground();
        let ink = if on { ground.accent } else { ground.ink };
        painter.rect_filled(*rect, 1.0, signs::colour(ink));
        let response = ui.interact(rect.expand(4.0), ui.id().with(("flow", n)), Sense::click());
        let label = format!("{} {:.1} /h", node.name, node.per_hour);
        let info = || egui::WidgetInfo::labeled(egui::WidgetType::Button, true, &label);
        response.widget_info(info);
        let response = response.on_hover_text(&label);
        if response.clicked() {
            out.push(Command::Select(Some(node.id)));
        }
        let text = if view.layers > 8 { short(&node.name, wide) } else { node.name.clone() };
        let ink = signs::colour(ground.ink);
        let galley = painter.layout_no_wrap(text, FontId::proportional(11.0), ink);
        let at = rect.left_top() - vec2(0.0, galley.size().y + 1.0);
        let place = Rect::from_min_size(at, galley.size());
        // Where names would lie upon each other the pointer tells them.
        if written.iter().all(|other| !other.intersects(place)) {
            painter.galley(at, galley, ink);
            written.push(place);
        }
    }
}

/// As much of a name as has room in so many points.
fn short(name: &str, wide: f32) -> String {
    let letters = (wide / 5.6).max(3.0) as usize;
    if name.chars().count() <= letters {
        return name.to_owned();
    }
    name.chars().take(letters.saturating_sub(1)).chain(std::iter::once('…')).collect()
}

fn band(
    painter: &Painter,
    band: &Band,
    view: &Flows,
    places: &[Rect],
    tall: f32,
    theme: Theme,
    pointer: Option<Pos2>,
) {
    let [from, to] = band.ends.map(|n| places[n]);
    let off = |end: usize| (band.tops[end] - view.nodes[band.ends[end]].top) * tall;
    let height = (band.height * tall).max(1.0);
    let (a, b) = (pos2(from.right(), from.top() + off(0)), pos2(to.left(), to.top() + off(1)));
    let back = b.x < a.x;
    let top = |n: u32| {
        let share = n as f32 / PIECES as f32;
        let ease = share * share * (3.0 - 2.0 * share);
        // What leads back goes under the rest.
        let bow = if back { (share * std::f32::consts::PI).sin() * tall * 0.1 } else { 0.0 };
        pos2(a.x + (b.x - a.x) * share, a.y + (b.y - a.y) * ease + bow)
    };
    let under = pointer.is_some_and(|at| {
        (0..PIECES).any(|n| {
            let (p, q) = (top(n), top(n + 1));
            Rect::from_two_pos(p, q + vec2(0.0, height)).contains(at)
        })
    });
    let ground = theme.ground();
    let colour = signs::colour(if back { ground.faint } else { ground.accent });
    let colour = colour.gamma_multiply(if under { 0.6 } else { 0.3 });
    painter.add(Shape::mesh(strip(top, height, colour)));
    if under {
        let name = |end: usize| &view.nodes[band.ends[end]].name;
        let text = format!("{} → {}: {:.1} /h", name(0), name(1), band.per_hour);
        let middle = top(PIECES / 2) + vec2(0.0, height / 2.0);
        let font = FontId::proportional(12.0);
        painter.text(middle, Align2::CENTER_CENTER, text, font, signs::colour(ground.ink));
    }
}

/// A band along `top`, so high.
fn strip(top: impl Fn(u32) -> Pos2, height: f32, colour: Color32) -> Mesh {
    let mut mesh = Mesh::default();
    for n in 0..=PIECES {
        let at = top(n);
        mesh.colored_vertex(at, colour);
        mesh.colored_vertex(at + vec2(0.0, height), colour);
    }
    for n in 0..PIECES {
        let i = 2 * n;
        mesh.add_triangle(i, i + 1, i + 2);
        mesh.add_triangle(i + 1, i + 3, i + 2);
    }
    mesh
}
