//! Looking around with the mouse: turn, move, come closer, select.

use egui::{PointerButton, Rect, Sense, Ui};

use super::command::Command;
use super::follow::Followed;
use super::hold::{drafted, hold};
use super::plan::Plan;
use super::{Desk, Run};

/// Angle for each point that the mouse moves (rad).
const TURN: f32 = 0.006;
/// How much closer for each point that the wheel turns.
const CLOSER: f32 = 0.0022;

/// Takes what the mouse does over the plant, which fills `whole`. Turning, moving and coming closer change nothing but the eye and are done at
/// once; what is clicked comes out as a command.
/// Where two futures are side by side, it is done to the one of `sides` in which the pointer is.
pub(super) fn look_around(
    ui: &Ui,
    whole: Rect,
    sides: [Rect; 2],
    run: &Run,
    desk: &mut Desk,
    out: &mut Vec<Command>,
) {
    let response = ui.interact(whole, ui.id().with("plant"), Sense::click_and_drag());
    let begun = ui.input(|input| input.pointer.press_origin().or(input.pointer.hover_pos()));
    let [area, other] = sides;
    let area = if begun.is_some_and(|at| other.contains(at)) { other } else { area };
    let frame = desk.frame;
    let held = hold(ui, &response, area, run, desk, out);
    let by = response.drag_delta();
    if !held && by != egui::Vec2::ZERO {
        let shift = ui.input(|input| input.modifiers.shift);
        if response.dragged_by(PointerButton::Primary) && !shift {
            desk.eye.orbit(-by.x * TURN, by.y * TURN);
        } else {
            desk.eye.pan([by.x, by.y], frame);
            desk.following = None;
        }
    }
    let Some(at) = response.hover_pos() else { return };
    let at = [at.x - area.left(), at.y - area.top()];
    let wheel = ui.input(|input| input.smooth_scroll_delta.y);
    if wheel != 0.0 {
        desk.eye.zoom((wheel * CLOSER).exp(), at, frame);
    }
    if held {
        return;
    }
    if response.clicked() || response.double_clicked() {
        let (from, way) = desk.eye.ray(at, frame);
        let follows = ui.input(|input| input.modifiers.command);
        if let Some(followed) = Followed::pick(run, from, way).filter(|_| follows) {
            out.push(Command::FollowThis(followed));
            return;
        }
        let runs = run.standing.pick(from, way);
        out.push(match drafted(desk, from, way).filter(|_| runs.is_none()) {
            Some(draft) => Command::Plan(Plan::Pick(draft)),
            None => Command::Select(runs),
        });
    }
    if response.double_clicked() {
        out.push(Command::Focus);
    }
}
