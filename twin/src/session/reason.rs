//! Why an equipment is as it is, in words: what it does since when, who holds it up, and who holds that one up in turn.
//!
//! All of it is read from the present state. What has been drawn but has not happened yet (when a repair will end, when the
//! next part comes) is not told: nobody in a plant knows. What a calendar says is.

use super::way::Why;
use super::{awaited, standstill};
use crate::engine::{Activity, Model, State};
use crate::id::EquipmentId;
use crate::units::SimTime;

/// Why an equipment is as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// What it does: of several places, what the one does that most needs to be explained.
    pub activity: Activity,
    /// Since when, or since the end of the warm-up.
    pub since: SimTime,
    /// How many of its places do that.
    pub places: usize,
    /// How many it has.
    pub of: usize,
    /// A sentence: ``blocked since 00:14:02: `belt` full since 00:12:40; behind it `saw` full since 00:11:15, failed since
    /// 00:11:02 (takes 5 min on the average)``.
    pub text: String,
    /// Who holds it up, and who that one, nearest first.
    pub chain: Vec<EquipmentId>,
}

/// What most needs to be explained comes first.
const ORDER: [Activity; Activity::COUNT] = [
    Activity::Failed,
    Activity::Maintained,
    Activity::WaitingForWorker,
    Activity::Blocked,
    Activity::SetUp,
    Activity::Working,
    Activity::OffShift,
    Activity::Off,
    Activity::Starved,
];

/// Why `equipment` is as it is. Cost: linear in the parts of the plant where something waits, else a few lookups.
pub fn reason(model: &Model, state: &State, equipment: EquipmentId) -> Reason {
    let (activity, since, places) = present(model, state, equipment);
    let of = state.clocks(model, equipment).len();
    let mut why = Why::new(model, state);
    let mut setters = Vec::new();
    let awaited = awaited::because(model, state, equipment, &mut setters);
    let because = match activity {
        Activity::Blocked => awaited.unwrap_or_else(|| why.blocked(equipment)),
        Activity::Starved | Activity::Off => why.starved(equipment),
        Activity::Working => working(model, state, equipment),
        Activity::SetUp => String::new(),
        _ => standstill::because(model, state, equipment, activity),
    };
    let some = if of > 1 { format!("{places} of {of} places ") } else { String::new() };
    let because: Vec<String> =
        [because, litter(model, state, equipment)].into_iter().filter(|s| !s.is_empty()).collect();
    let because = because.join("; ");
    let colon = if because.is_empty() { "" } else { ": " };
    let text = format!("{some}{} since {since}{colon}{because}", words(activity));
    setters.extend(why.chain());
    Reason { activity, since, places, of, text, chain: setters }
}

/// An activity in words.
pub fn words(activity: Activity) -> &'static str {
    match activity {
        Activity::Working => "working",
        Activity::SetUp => "being changed over",
        Activity::Starved => "without work",
        Activity::Blocked => "blocked",
        Activity::Failed => "failed",
        Activity::Maintained => "under maintenance",
        Activity::OffShift => "standing still",
        Activity::WaitingForWorker => "waiting for a worker",
        Activity::Off => "switched off for want of work",
    }
}

/// What it does, since when at the earliest, and how many of its places do.
pub(super) fn present(
    model: &Model,
    state: &State,
    equipment: EquipmentId,
) -> (Activity, SimTime, usize) {
    let clocks = state.clocks(model, equipment);
    let does = |activity: &Activity| clocks.iter().any(|clock| clock.activity() == *activity);
    let activity = ORDER.into_iter().find(does).unwrap_or(Activity::Starved);
    let mine = clocks.iter().filter(|clock| clock.activity() == activity);
    let since = mine.clone().map(crate::engine::Clock::since).min();
    (activity, since.unwrap_or(SimTime::ZERO), mine.count())
}

/// What has fallen in its cell of rigid bodies, and may be in its way.
fn litter(model: &Model, state: &State, equipment: EquipmentId) -> String {
    let cell = model.row(equipment).cell;
    match cell.map_or(0, |cell| state.bodies()[cell as usize].lying().count()) {
        0 => String::new(),
        1 => "a part that has fallen lies in its cell".into(),
        n => format!("{n} parts that have fallen lie in its cell"),
    }
}

fn working(model: &Model, state: &State, equipment: EquipmentId) -> String {
    let contents = state.contents(model, equipment);
    match contents.as_slice() {
        [part] => {
            let product = state.parts().get(*part).product;
            format!("on a `{}`", model.products[product.index()].name)
        }
        [] => String::new(),
        parts => format!("{} parts in it", parts.len()),
    }
}
