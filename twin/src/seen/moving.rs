//! Where the moving things are: parts on conveyors, rigid bodies and those that have fallen, vehicles and their loads.
//!
//! Parts ride on top of the box of their conveyor, on its middle line; where they are rigid bodies, they are where these have got by
//! the present. Vehicles stand on the floor, with their load on top. What a plant file does not say of sizes is taken as usual.

use nalgebra::{Isometry3, Vector3};

use crate::engine::{Model, State};
use crate::flow::{Conveyor, Vehicles};
use crate::id::{EquipmentId, PartId};

/// Width and height of a vehicle, m.
const VEHICLE: [f64; 2] = [0.7, 0.35];

/// A box that moves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moving {
    /// The conveyor, the robot or the network of vehicles that moves it, or let it fall.
    pub by: EquipmentId,
    /// The part; none: a vehicle, or a body of a cell that has fallen and belongs to nobody.
    pub part: Option<PartId>,
    /// Its middle, and where its length points.
    pub pose: Isometry3<f64>,
    /// Length, width and height, m.
    pub size: Vector3<f64>,
}

/// All that moves at the present of `state`: conveyors in the order of the model, on each the first out first; vehicles likewise. Parts
/// that wait or are worked on in other equipment are inside its box. O(equipment + what moves).
pub fn moving(model: &Model, state: &State) -> Vec<Moving> {
    let mut out = Vec::new();
    for index in 0..model.equipment.len() {
        let id = EquipmentId::from_index(index);
        on_conveyor(model, state, id, &mut out);
        as_bodies(model, state, id, &mut out);
        fallen(model, state, id, &mut out);
        of_vehicles(model, state, id, &mut out);
    }
    out
}

/// Length, width and height of a part, m, with `length` if its product does not say one.
fn size_of(model: &Model, state: &State, part: PartId, length: f64) -> Vector3<f64> {
    let product = state.parts().get(part).product;
    model.products[product.index()].size(length)
}

fn as_bodies(model: &Model, state: &State, id: EquipmentId, out: &mut Vec<Moving>) {
    let Some(cell) = model.row(id).cell else { return };
    let bodies = &state.bodies()[cell as usize];
    for part in state.contents(model, id) {
        if let (Some(pose), Some(size)) = (bodies.pose_at(part, state.now()), bodies.size(part)) {
            out.push(Moving { by: id, part: Some(part), pose, size });
        }
    }
}

/// What lies about in a cell, by its first robot.
fn fallen(model: &Model, state: &State, id: EquipmentId, out: &mut Vec<Moving>) {
    let Some(cell) = model.row(id).cell else { return };
    if model.cells[cell as usize].handlers.first() != Some(&id) {
        return;
    }
    let bodies = &state.bodies()[cell as usize];
    let cell = bodies.cell();
    for goods in bodies.lying() {
        if let (Ok(pose), Ok(own)) = (cell.pose(goods), cell.goods_of(goods)) {
            out.push(Moving { by: id, part: None, pose, size: own.size });
        }
    }
}

fn on_conveyor(model: &Model, state: &State, id: EquipmentId, out: &mut Vec<Moving>) {
    let Some(conveyor) = State::parameters::<Conveyor>(model, id) else { return };
    let Some(own) = state.variables::<Conveyor>(model, id) else { return };
    let row = model.row(id);
    for (part, share) in own.positions(conveyor, state.now()) {
        let size = size_of(model, state, part, conveyor.part_length_m());
        let up = Isometry3::translation(0.0, 0.0, row.size.z + size.z / 2.0);
        let pose = row.pose * conveyor.lies(share, size.x, size.y) * up;
        out.push(Moving { by: id, part: Some(part), pose, size });
    }
}

fn of_vehicles(model: &Model, state: &State, id: EquipmentId, out: &mut Vec<Moving>) {
    let Some(vehicles) = State::parameters::<Vehicles>(model, id) else { return };
    let Some(own) = state.variables::<Vehicles>(model, id) else { return };
    for sight in vehicles.sights(own, state.now()) {
        let at = |z: f64| {
            let place = Vector3::new(sight.at.0, sight.at.1, z);
            Isometry3::new(place, Vector3::z() * sight.heading)
        };
        let size = Vector3::new(sight.length_m.max(0.1), VEHICLE[0], VEHICLE[1]);
        out.push(Moving { by: id, part: None, pose: at(VEHICLE[1] / 2.0), size });
        if let Some(part) = sight.load {
            let size = size_of(model, state, part, sight.length_m.clamp(0.1, 0.5));
            let pose = at(VEHICLE[1] + size.z / 2.0);
            out.push(Moving { by: id, part: Some(part), pose, size });
        }
    }
}
