//! The pointer while it holds something, and how it takes it: what is selected is moved by dragging it.

use egui::{CursorIcon, PointerButton, Rect, Response, Ui};

use super::command::Command;
use super::hand::Hand;
use super::plan::Plan;
use super::{Desk, Run};

/// Takes what the pointer does over the plant, which fills `area`, while it holds something or takes it. True: nothing else is meant by it.
pub(super) fn hold(
    ui: &Ui,
    response: &Response,
    area: Rect,
    run: &Run,
    desk: &mut Desk,
    out: &mut Vec<Command>,
) -> bool {
    let on_area = |at: egui::Pos2| [at.x - area.left(), at.y - area.top()];
    let shift = ui.input(|input| input.modifiers.shift);
    if desk.hand.is_empty() && response.drag_started_by(PointerButton::Primary) && !shift {
        let origin = ui.input(|input| input.pointer.press_origin());
        if let Some(at) = origin {
            desk.hand = Hand::grab(run, desk, on_area(at));
        }
    }
    if desk.hand.is_empty() {
        return false;
    }
    let free = ui.input(|input| input.modifiers.alt);
    if let Some(at) = response.interact_pointer_pos().or(response.hover_pos()) {
        let (eye, frame) = (desk.eye, desk.frame);
        desk.hand.follow(&eye, on_area(at), frame, free);
    }
    match &desk.hand {
        Hand::Moving { held, by, .. } => {
            ui.set_cursor_icon(CursorIcon::Grabbing);
            if response.drag_stopped() || !response.dragged() {
                if *by != [0.0; 2] {
                    out.push(Command::Plan(Plan::Shift(held.name.clone(), *by)));
                }
                desk.hand = Hand::Empty;
            }
            true
        }
        Hand::Placing(_, at) => {
            ui.set_cursor_icon(CursorIcon::Copy);
            if let Some(at) = at.filter(|_| response.clicked()) {
                out.push(Command::Plan(Plan::Put(at)));
            }
            response.clicked()
        }
        Hand::Connecting(from, _) => {
            ui.set_cursor_icon(CursorIcon::Crosshair);
            if let Some(at) = response.interact_pointer_pos().filter(|_| response.clicked()) {
                let (eye, way) = desk.eye.ray(on_area(at), desk.frame);
                if let Some(to) = target(run, desk, eye, way).filter(|to| to != from) {
                    out.push(Command::Plan(Plan::Join(from.clone(), to)));
                }
                desk.hand = Hand::Empty;
            }
            response.clicked()
        }
        Hand::Empty => false,
    }
}

/// What a ray meets first, be it only written.
pub(super) fn target(
    run: &Run,
    desk: &Desk,
    eye: nalgebra::Point3<f32>,
    way: nalgebra::Vector3<f32>,
) -> Option<String> {
    let runs = run.standing.pick(eye, way).map(|id| run.model.row(id).name.clone());
    runs.or_else(|| drafted(desk, eye, way))
}

/// What is only written and that a ray meets.
pub(super) fn drafted(
    desk: &Desk,
    eye: nalgebra::Point3<f32>,
    way: nalgebra::Vector3<f32>,
) -> Option<String> {
    let mut met = desk.drafts.iter().filter(|draft| draft.meets(eye, way));
    met.next().map(|draft| draft.name.clone())
}
