//! Arms, wherever they stand: of robots that handle parts, and of stations whose work is done by one.

use crate::engine::{Model, State};
use crate::flow::{Posture, Robot, Station};
use crate::id::EquipmentId;
use crate::robot::Tooled;

/// The arm of `id` with its tool, if its description is known.
pub fn arm(model: &Model, id: EquipmentId) -> Option<&Tooled> {
    let robot = State::parameters::<Robot>(model, id).and_then(Robot::arm);
    robot.or_else(|| State::parameters::<Station>(model, id)?.arm())
}

/// How the arm of `id` stands at the present; none without one, or where it serves nothing.
pub fn posture<'m>(model: &'m Model, state: &State, id: EquipmentId) -> Option<Posture<'m>> {
    if let Some(robot) = State::parameters::<Robot>(model, id) {
        return robot.posture(state.variables::<Robot>(model, id)?, state.now());
    }
    let station = State::parameters::<Station>(model, id)?;
    let product = |part| state.parts().get(part).product.index();
    station.posture(state.variables::<Station>(model, id)?, state.now(), product)
}
