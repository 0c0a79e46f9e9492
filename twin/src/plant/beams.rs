//! Single beams that signals come from, over conveyors that run as events.

use nalgebra::{Point3, Vector3};

use super::build::Builder;
use crate::engine::{Beam, BeamOver, EquipmentRow, State};
use crate::flow::{Conveyor, Transport};
use crate::id::EquipmentId;

/// Lets the conveyors that run as events under the only beam of instrument `eye` tell what it sees: the parts on them, and nothing else.
///
/// # Errors
///
/// Why they cannot, in words.
pub(super) fn take(builder: &mut Builder<'_, '_>, eye: u32) -> Result<(), String> {
    let model = &mut builder.model;
    if model.beams.iter().any(|beam| beam.eye == eye) {
        return Ok(());
    }
    let Some(ends) = model.eyes[eye as usize].beam else {
        return Err("it is more than a single beam".to_owned());
    };
    let mut over = Vec::new();
    for (index, row) in model.equipment.iter().enumerate() {
        let id = EquipmentId::from_index(index);
        let Some(conveyor) = State::parameters::<Conveyor>(model, id) else { continue };
        let sizes = model.products.iter().map(|product| product.size(conveyor.part_length_m()));
        let spans: Vec<_> = sizes.map(|size| span(row, conveyor, ends, &size)).collect();
        if spans.iter().all(Option::is_none) {
            continue;
        }
        if row.way.turn() != 0.0 {
            return Err(format!(
                "where parts are on the curve \"{}\" is known as rigid bodies only",
                row.name
            ));
        }
        if matches!(conveyor.transport(), Transport::Zones(_)) {
            return Err(format!(
                "where parts are within the zones of \"{}\" is known as rigid bodies only",
                row.name
            ));
        }
        over.push(BeamOver { conveyor: id, spans });
    }
    if over.is_empty() {
        return Err("it goes through no part that rides on a conveyor".to_owned());
    }
    model.beams.push(Beam { eye, over });
    model.eyes[eye as usize].solved = true;
    Ok(())
}

/// The stretch of the way of a conveyor, m from its entry, in which the beam between `ends` goes through a part of `size` (m) on it: what is
/// between the sides of the part, its bottom and its top.
fn span(
    row: &EquipmentRow,
    conveyor: &Conveyor,
    ends: [Vector3<f64>; 2],
    size: &Vector3<f64>,
) -> Option<[f64; 2]> {
    let [from, to] = ends.map(|end| row.pose.inverse_transform_point(&Point3::from(end)));
    let way = to - from;
    let bounds = [(1, -0.5 * size.y, 0.5 * size.y), (2, row.size.z, row.size.z + size.z)];
    let mut within = [0.0_f64, 1.0];
    for (axis, low, high) in bounds {
        let [a, b] = [low, high].map(|bound| bound - from[axis]);
        if way[axis] == 0.0 {
            if a > 0.0 || b < 0.0 {
                return None;
            }
            continue;
        }
        let [a, b] = [a / way[axis], b / way[axis]];
        within = [within[0].max(a.min(b)), within[1].min(a.max(b))];
    }
    let [a, b] = within.map(|share| from.x + share * way.x);
    let [near, far] = [a.min(b), a.max(b)];
    // Parts come as far as their length from before the entry on.
    let is_met = within[0] <= within[1] && far > -size.x && near < conveyor.length_m();
    is_met.then_some([near, far])
}
