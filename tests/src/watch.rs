//! What must be true of any plant at any time.

use std::collections::BTreeMap;

use twin::engine::{Activity, Clock, Model, State};
use twin::id::{EquipmentId, LinkId};
use twin::units::SimTime;

use crate::plants::Plant;

/// Everything in `state` that should not be: nothing, unless the engine has lost or doubled something.
pub fn faults(plant: &Plant, model: &Model, state: &State) -> Vec<String> {
    let mut found = state.little_misses(model);
    found.iter_mut().for_each(|name| name.insert_str(0, "Little's law does not hold for "));
    balance(state, &mut found);
    whereabouts(model, state, &mut found);
    times(model, state, &mut found);
    work(model, state, &mut found);
    for (name, most) in &plant.capacity {
        let Some(id) = model.find(name) else {
            found.push(format!("{name} is not in the plant"));
            continue;
        };
        let held = state.traffic(id).content_max;
        if held > *most {
            found.push(format!("{name} held {held} parts and has room for {most}"));
        }
    }
    found
}

/// Parts neither come from nowhere nor vanish. Holds from the start of the run until figures are reset.
fn balance(state: &State, found: &mut Vec<String>) {
    let sum = |f: fn(&twin::engine::Tally) -> u64| state.tallies().iter().map(f).sum::<u64>();
    let (entered, gone) = (sum(|t| t.entered), sum(|t| t.finished + t.scrapped + t.consumed));
    let (created, inside) = (state.parts().created(), state.parts().len() as u64);
    if state.plant_traffic().window() == SimTime::ZERO
        && (entered != created || created != gone + inside)
    {
        found.push(format!(
            "{created} parts created, {entered} entered, {gone} left, {inside} inside"
        ));
    }
    if u64::from(state.plant_traffic().content) != inside {
        found.push(format!(
            "{inside} parts, but the plant's meter says {}",
            state.plant_traffic().content
        ));
    }
}

/// Every part is in exactly one place: where it says, and where its equipment says.
fn whereabouts(model: &Model, state: &State, found: &mut Vec<String>) {
    let mut seen: BTreeMap<u32, &str> = BTreeMap::new();
    let free = state.parts().iter().filter(|(_, part)| !part.is_inside());
    let alive: BTreeMap<u32, EquipmentId> = free.map(|(id, part)| (id.0, part.at)).collect();
    for (index, row) in model.equipment.iter().enumerate() {
        let id = EquipmentId::from_index(index);
        let contents = state.contents(model, id);
        let metered = state.traffic(id).content;
        if contents.len() != metered as usize {
            found.push(format!(
                "{} holds {} parts, its meter says {metered}",
                row.name,
                contents.len()
            ));
        }
        for part in contents {
            if let Some(other) = seen.insert(part.0, &row.name) {
                found.push(format!("part {} is at {other} and at {}", part.0, row.name));
            }
            if alive.get(&part.0) != Some(&id) {
                found.push(format!("{} holds part {}, which is not there", row.name, part.0));
            }
        }
    }
    let (free, held): (Vec<_>, Vec<_>) =
        state.parts().iter().partition(|(_, part)| !part.is_inside());
    let inside: usize = free.iter().chain(&held).map(|(id, _)| state.held_by(*id).count()).sum();
    if inside != held.len() {
        found.push(format!("{} parts are inside others, which hold {inside}", held.len()));
    }
    if seen.len() != alive.len() {
        found.push(format!("{} parts, of which equipment holds {}", alive.len(), seen.len()));
    }
}

/// Time is never negative and never lost.
fn times(model: &Model, state: &State, found: &mut Vec<String>) {
    let now = state.now();
    for (_, part) in state.parts().iter() {
        if part.created > part.entered || part.entered > now {
            found.push(format!(
                "part {} was created {} and entered {}",
                part.serial, part.created, part.entered
            ));
        }
    }
    let window = now - state.plant_traffic().window();
    let mut check = |name: &str, clock: &Clock| {
        let spent = clock.spent_ns(now);
        if spent.iter().sum::<i64>() != window.ns() || spent.iter().any(|ns| *ns < 0) {
            found.push(format!("the clock of {name} shows {spent:?} of {} ns", window.ns()));
        }
    };
    for (index, row) in model.equipment.iter().enumerate() {
        let clocks = state.clocks(model, EquipmentId::from_index(index));
        clocks.iter().for_each(|clock| check(&row.name, clock));
    }
    state.worker_clocks().iter().for_each(|clock| check("a worker", clock));
}

/// Passages are arrivals, some place works when any does, and what is booked for products has been worked.
fn work(model: &Model, state: &State, found: &mut Vec<String>) {
    let mut came = vec![0_u64; model.equipment.len()];
    for (index, link) in model.links.iter().enumerate() {
        came[link.to.index()] += state.flow(LinkId::from_index(index)).iter().sum::<u64>();
    }
    for (index, row) in model.equipment.iter().enumerate() {
        let id = EquipmentId::from_index(index);
        let entered = state.traffic(id).entered;
        // Where parts are made of others, more enter than come.
        let makes = matches!(model.kind_of(id), "Assembly" | "Disassembly");
        let wrong = if makes { came[index] > entered } else { came[index] != entered };
        if row.processor && wrong {
            found.push(format!(
                "{entered} parts entered {}, by connections {}",
                row.name, came[index]
            ));
        }
        let working = |clock: &Clock| clock.spent_ns(state.now())[Activity::Working as usize];
        let times: Vec<i64> = state.clocks(model, id).iter().map(working).collect();
        let (most, all) = (times.iter().max().copied().unwrap_or(0), times.iter().sum::<i64>());
        let any = state.any_working_ns(model, id);
        if !(most..=all).contains(&any) {
            found.push(format!("some place of {} worked {any} ns, its places {times:?}", row.name));
        }
        let booked: i64 = state.worked_ns(model, id).iter().sum();
        if booked < 0 || booked > all {
            found.push(format!("{booked} ns of {} are booked, worked were {all}", row.name));
        }
        for (_, intake) in state.intake(model, id) {
            if !(intake.total() >= -1e-6 && intake.cost >= -1e-9) {
                found.push(format!("{} took in {intake:?}", row.name));
            }
        }
    }
}
