//! Why an equipment is as it is, in words: what it does since when, who holds it up, and who holds that one up in turn.
//!
//! All of it is read from the present state. What has been drawn but has not happened yet (when a repair will end, when the
//! next part comes) is not told: nobody in a plant knows. What a calendar says is.

use super::standstill;
use crate::engine::{Activity, Door, Model, State};
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
    /// A sentence: ``blocked since 00:14:02: `belt` full since 00:12:40``.
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

/// How many neighbours are named, and how far the chain is followed.
const NAMED: usize = 3;
const FAR: usize = 8;

/// Why `equipment` is as it is. Cost: linear in the parts of the plant where something waits, else a few lookups.
pub fn reason(model: &Model, state: &State, equipment: EquipmentId) -> Reason {
    let (activity, since, places) = present(model, state, equipment);
    let of = state.clocks(model, equipment).len();
    let mut why = Why { model, state, chain: Vec::new() };
    let because = match activity {
        Activity::Blocked => why.blocked(equipment),
        Activity::Starved => why.starved(equipment),
        Activity::Working => working(model, state, equipment),
        Activity::SetUp | Activity::Off => String::new(),
        _ => standstill::because(model, state, equipment, activity),
    };
    let some = if of > 1 { format!("{places} of {of} places ") } else { String::new() };
    let colon = if because.is_empty() { "" } else { ": " };
    let text = format!("{some}{} since {since}{colon}{because}", words(activity));
    Reason { activity, since, places, of, text, chain: why.chain }
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
fn present(model: &Model, state: &State, equipment: EquipmentId) -> (Activity, SimTime, usize) {
    let clocks = state.clocks(model, equipment);
    let does = |activity: &Activity| clocks.iter().any(|clock| clock.activity() == *activity);
    let activity = ORDER.into_iter().find(does).unwrap_or(Activity::Starved);
    let mine = clocks.iter().filter(|clock| clock.activity() == activity);
    let since = mine.clone().map(crate::engine::Clock::since).min();
    (activity, since.unwrap_or(SimTime::ZERO), mine.count())
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

/// A search for who holds things up.
struct Why<'a> {
    model: &'a Model,
    state: &'a State,
    chain: Vec<EquipmentId>,
}

impl Why<'_> {
    fn name(&self, equipment: EquipmentId) -> &str {
        &self.model.row(equipment).name
    }

    /// Notes who holds things up; false: the chain has been there, or is long enough.
    fn follow(&mut self, equipment: EquipmentId) -> bool {
        let new = self.chain.len() < FAR && !self.chain.contains(&equipment);
        if new {
            self.chain.push(equipment);
        }
        new
    }

    /// Why nothing leaves `equipment`.
    fn blocked(&mut self, equipment: EquipmentId) -> String {
        let doors = self.state.stands_before(self.model, equipment);
        if doors.is_empty() {
            return "no room behind it".into();
        }
        let all: Vec<String> = doors.iter().take(NAMED).map(|door| self.door(*door)).collect();
        join(all, doors.len())
    }

    fn door(&mut self, door: Door) -> String {
        let to = self.model.links[door.link.index()].to;
        let name = format!("`{}`", self.name(to));
        let (activity, since, _) = present(self.model, self.state, to);
        let full = match (door.is_full, self.state.last_entry(to)) {
            (true, Some(entry)) => format!("{name} full since {entry}"),
            (true, None) => format!("{name} has no room"),
            _ if door.is_shut => format!("{name} takes nothing in"),
            _ if door.chooses => format!("{name} has not chosen it yet"),
            _ => format!("{name} has no room for it"),
        };
        if !self.follow(to) {
            return full;
        }
        match activity {
            Activity::Blocked => {
                format!("{full}, itself blocked since {since}: {}", self.blocked(to))
            }
            Activity::Starved => full,
            _ => format!("{full}, {}", self.state_of(to, activity, since)),
        }
    }

    /// Why nothing comes to `equipment`.
    fn starved(&mut self, equipment: EquipmentId) -> String {
        let links = self.model.links.iter().filter(|link| link.to == equipment);
        let mut before: Vec<EquipmentId> = links.map(|link| link.from).collect();
        before.sort_by_key(|from| from.index());
        before.dedup();
        if before.is_empty() {
            return "nothing to send yet".into();
        }
        let all: Vec<String> = before.iter().take(NAMED).map(|from| self.sender(*from)).collect();
        join(all, before.len())
    }

    fn sender(&mut self, from: EquipmentId) -> String {
        let (activity, since, _) = present(self.model, self.state, from);
        let name = format!("`{}`", self.name(from));
        if !self.follow(from) {
            return format!("{name} {}", words(activity));
        }
        match activity {
            Activity::Starved if self.is_begin(from) => format!("nothing has come from {name}"),
            Activity::Starved => {
                format!("{name} without work since {since}: {}", self.starved(from))
            }
            Activity::Blocked => format!("{name} blocked since {since}: {}", self.blocked(from)),
            _ => format!("{name} {}", self.state_of(from, activity, since)),
        }
    }

    fn is_begin(&self, equipment: EquipmentId) -> bool {
        !self.model.links.iter().any(|link| link.to == equipment)
    }

    fn state_of(&self, equipment: EquipmentId, activity: Activity, since: SimTime) -> String {
        let because = match activity {
            Activity::Working | Activity::SetUp | Activity::Off => String::new(),
            _ => standstill::because(self.model, self.state, equipment, activity),
        };
        let brackets = if because.is_empty() { String::new() } else { format!(" ({because})") };
        format!("{} since {since}{brackets}", words(activity))
    }
}

/// Those that are named, and how many more there are.
fn join(named: Vec<String>, of: usize) -> String {
    let more = of - named.len();
    let mut text = named.join("; ");
    if more > 0 {
        text.push_str(&format!("; and {more} more"));
    }
    text
}
