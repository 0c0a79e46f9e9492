//! Signals that programs wait for, in words: since when they are not as they should be, and who sets them.

use crate::engine::{Model, SignalLevel, SignalSource, SignalWait, State};
use crate::id::EquipmentId;
use crate::units::SimTime;

/// What `equipment` waits for, if that is a signal; those who set it are added to `chain`.
pub(super) fn because(
    model: &Model,
    state: &State,
    equipment: EquipmentId,
    chain: &mut Vec<EquipmentId>,
) -> Option<String> {
    let wait = state.signal_waits().iter().find(|wait| wait.equipment == equipment)?;
    if let Some(circle) = state.signal_circle(model, equipment) {
        chain.extend(model.signals[wait.signal.index()].set_by(wait.is));
        return Some(format!("{}; {circle}", signal(model, state, wait)));
    }
    Some(format!("{}{}", signal(model, state, wait), comes_from(model, wait, chain)))
}

/// ``waits for signal `door_open`, not set since 00:12:40``
fn signal(model: &Model, state: &State, wait: &SignalWait) -> String {
    let name = &model.signals[wait.signal.index()].name;
    let SignalLevel { since, .. } = state.level(wait.signal);
    let so_far =
        if since == SimTime::ZERO { "so far".to_owned() } else { format!("since {since}") };
    let limit = if wait.until == SimTime::NEVER {
        String::new()
    } else {
        format!(", until {} at the latest", wait.until)
    };
    if wait.is {
        format!("waits for signal `{name}`, not set {so_far}{limit}")
    } else {
        format!("waits for signal `{name}` to go, set {so_far}{limit}")
    }
}

fn comes_from(model: &Model, wait: &SignalWait, chain: &mut Vec<EquipmentId>) -> String {
    let row = &model.signals[wait.signal.index()];
    let name = |id: EquipmentId| format!("`{}`", model.row(id).name);
    let mut of = |id: EquipmentId, what: &str| {
        chain.push(id);
        format!("; it tells {what} {}", name(id))
    };
    match row.source {
        SignalSource::Programs(_) => {
            let setters: Vec<EquipmentId> = row.set_by(wait.is).collect();
            let names: Vec<String> = setters.iter().map(|id| name(*id)).collect();
            chain.extend(setters);
            format!("; it comes from {}", names.join(" or "))
        }
        SignalSource::Occupied(id) => of(id, "whether a part is in"),
        SignalSource::Working(id) => of(id, "of work at"),
        SignalSource::Waiting(id) => of(id, "whether a part waits in"),
        SignalSource::Sensor(eye) => {
            format!("; it comes from the sensor `{}`", model.eyes[eye as usize].name)
        }
    }
}
