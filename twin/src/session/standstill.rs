//! Standstills in words: failures, maintenance, shifts, workers who are missed.

use crate::engine::{Activity, CallLook, Hold, Model, State};
use crate::id::EquipmentId;
use crate::units::SimDuration;

/// Why `equipment` stands still or waits for somebody, as far as `activity` is of that sort; else nothing.
pub(super) fn because(
    model: &Model,
    state: &State,
    equipment: EquipmentId,
    activity: Activity,
) -> String {
    if activity == Activity::WaitingForWorker {
        let calls = state.calls(equipment);
        return calls.first().map_or(String::new(), |call| crew(model, state, *call));
    }
    let holds = state.holds(model, equipment);
    let shown = |hold: &&Hold| match hold {
        Hold::Cause(c, _) => model.causes[*c as usize].activity == activity,
        Hold::Heat => activity == Activity::Failed,
        Hold::Command => activity == Activity::OffShift,
    };
    let all: Vec<String> =
        holds.iter().filter(shown).map(|hold| describe(model, state, equipment, hold)).collect();
    all.join("; ")
}

fn describe(model: &Model, state: &State, equipment: EquipmentId, hold: &Hold) -> String {
    match hold {
        Hold::Command => "switched off by a command".into(),
        Hold::Heat => "its thermal switch is off".into(),
        Hold::Cause(c, call) => {
            let cause = &model.causes[*c as usize];
            if let Some(calendar) = cause.trigger.shift() {
                return shift(model, state, calendar.index());
            }
            let which = which(model, equipment, *c);
            let takes = match cause.takes.sampler.constant() {
                Some(takes) => format!("takes {takes}"),
                None => {
                    format!("takes {} on the average", SimDuration::from_seconds(cause.takes.mean))
                }
            };
            let crew = call.filter(|call| !call.is_found || call.is_walking);
            let crew = crew.map(|call| format!(", {}", crew_missed(model, state, call)));
            format!("{which}{takes}{}", crew.unwrap_or_default())
        }
    }
}

/// Which of several reasons of the same sort it is, in the order of the file; nothing if there is only one.
fn which(model: &Model, equipment: EquipmentId, c: u32) -> String {
    let cause = &model.causes[c as usize];
    let alike = model.row(equipment).causes.clone().filter(|other| {
        let other = &model.causes[*other as usize];
        other.activity == cause.activity
            && other.place == cause.place
            && other.trigger.shift().is_none()
    });
    let alike: Vec<u32> = alike.collect();
    match alike.iter().position(|other| *other == c) {
        Some(at) if alike.len() > 1 => format!("number {} of {}, ", at + 1, alike.len()),
        _ => String::new(),
    }
}

fn shift(model: &Model, state: &State, calendar: usize) -> String {
    let calendar = &model.calendars[calendar];
    let until = calendar.next_change(state.now());
    let until = until.map_or(String::new(), |until| format!(" until {until}"));
    format!("off shift{until} by `{}`", calendar.name)
}

fn crew_missed(model: &Model, state: &State, call: CallLook) -> String {
    if call.is_walking {
        return "whoever repairs it is on the way".into();
    }
    format!("waiting for {}", crew(model, state, call))
}

/// Who is called for, and where they are.
fn crew(model: &Model, state: &State, call: CallLook) -> String {
    let need = &model.needs[call.need as usize];
    let names: Vec<String> =
        need.pools.iter().map(|pool| format!("`{}`", model.pools[pool.index()].name)).collect();
    let count = if need.count > 1 { format!("{} of ", need.count) } else { String::new() };
    let whom = format!("{count}{}", names.join(" or "));
    if call.is_walking {
        return format!("{whom}, on the way");
    }
    let at = need.pools.iter().flat_map(|pool| state.workers_at(pool.index()));
    let mut places: Vec<&str> = at.flatten().map(|at| model.row(at).name.as_str()).collect();
    places.sort_unstable();
    places.dedup();
    if places.is_empty() {
        return format!("{whom}, too few on shift");
    }
    let places: Vec<String> = places.into_iter().map(|name| format!("`{name}`")).collect();
    format!("{whom}, at work at {}", places.join(", "))
}
