//! The way from an equipment that waits to the one that holds it up: with the flow where something cannot leave, against it
//! where nothing comes. Those in between, which wait themselves, are only counted.

use super::reason::{present, words};
use super::{awaited, standstill};
use crate::engine::{Activity, Door, Model, State};
use crate::id::EquipmentId;
use crate::units::SimTime;

/// How many neighbours are named, and how far the chain is followed.
const NAMED: usize = 3;
const FAR: usize = 32;

/// A search for who holds things up.
pub(super) struct Why<'a> {
    model: &'a Model,
    state: &'a State,
    chain: Vec<EquipmentId>,
}

impl<'a> Why<'a> {
    pub(super) fn new(model: &'a Model, state: &'a State) -> Self {
        Self { model, state, chain: Vec::new() }
    }

    /// Whom the search came by, nearest first.
    pub(super) fn chain(self) -> Vec<EquipmentId> {
        self.chain
    }

    fn name(&self, equipment: EquipmentId) -> String {
        format!("`{}`", self.model.row(equipment).name)
    }

    fn behind(&self, door: Door) -> EquipmentId {
        self.model.links[door.link.index()].to
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
    pub(super) fn blocked(&mut self, equipment: EquipmentId) -> String {
        self.lacks_room(equipment).unwrap_or_else(|| "no room behind it".into())
    }

    /// The doors that keep `equipment` from going on, and what is behind them; `None` if there are none.
    fn lacks_room(&mut self, equipment: EquipmentId) -> Option<String> {
        let doors = self.closed(equipment);
        match doors.as_slice() {
            [] => None,
            [door] => Some(self.way_on(*door)),
            doors => Some(self.list(doors)),
        }
    }

    /// The doors that keep it from going on: those where it stands in line; for one that fetches for others, and has
    /// something to fetch, those where it could not leave it.
    fn closed(&self, equipment: EquipmentId) -> Vec<Door> {
        if present(self.model, self.state, equipment).0 == Activity::Blocked {
            return self.state.stands_before(self.model, equipment);
        }
        if !self.lies_idle(equipment) {
            return Vec::new();
        }
        let doors = self.state.doors(self.model, equipment);
        doors.filter(|door| door.is_full || door.is_shut).collect()
    }

    /// Whether it has nothing to do, though something waits for it.
    fn lies_idle(&self, equipment: EquipmentId) -> bool {
        let idle = present(self.model, self.state, equipment).0 == Activity::Starved;
        let mut doors = self.state.doors_into(self.model, equipment).into_iter();
        idle && doors.any(|door| door.is_awaited)
    }

    /// Through `door` and the doors behind it to the one where it ends.
    fn way_on(&mut self, first: Door) -> String {
        let (mut last, mut between) = (first, 0_usize);
        let mut on = self.follow(self.behind(first));
        while on {
            let doors = self.closed(self.behind(last));
            let [door] = doors.as_slice() else { break };
            on = self.follow(self.behind(*door));
            if on {
                between += usize::from(last != first);
                last = *door;
            }
        }
        let end = self.end(self.behind(last));
        if last == first {
            return format!("{}{end}", self.door(first));
        }
        let more = if between > 0 { format!(", and {between} more") } else { String::new() };
        format!("{}{more}; behind it {}{end}", self.door(first), self.door(last))
    }

    /// Several doors, without what is behind them.
    fn list(&mut self, doors: &[Door]) -> String {
        let named = doors.iter().take(NAMED).copied();
        let each = |door: Door| {
            self.follow(self.behind(door));
            format!("{}{}", self.door(door), self.does(self.behind(door)))
        };
        join(named.map(each).collect(), doors.len())
    }

    fn door(&self, door: Door) -> String {
        let to = self.behind(door);
        let name = self.name(to);
        match (door.is_full, self.state.last_entry(to)) {
            (true, Some(entry)) => format!("{name} full since {entry}"),
            (true, None) => format!("{name} has no room"),
            _ if door.is_shut => format!("{name} takes nothing in"),
            _ if door.chooses && self.lies_idle(to) => format!("{name} does not fetch it"),
            _ if door.chooses => format!("{name} has not chosen it yet"),
            _ => format!("{name} has no room for it"),
        }
    }

    /// What the one does at which a way ends, and if that is for several others, which.
    fn end(&mut self, equipment: EquipmentId) -> String {
        let doors = self.closed(equipment);
        if doors.len() > 1 {
            return format!(", which finds no room: {}", self.list(&doors));
        }
        let (activity, since, _) = present(self.model, self.state, equipment);
        if activity == Activity::Starved && doors.is_empty() {
            return format!(", without work since {since}: {}", self.starved(equipment));
        }
        self.does(equipment)
    }

    /// What it does, if that is not just to wait.
    fn does(&self, equipment: EquipmentId) -> String {
        let (activity, since, _) = present(self.model, self.state, equipment);
        match activity {
            Activity::Blocked if self.awaits(equipment) => {
                format!(", {}", self.state_of(equipment, activity, since))
            }
            Activity::Starved | Activity::Blocked => String::new(),
            _ => format!(", {}", self.state_of(equipment, activity, since)),
        }
    }

    /// Whether it waits for a signal.
    fn awaits(&self, equipment: EquipmentId) -> bool {
        self.state.signal_waits().iter().any(|wait| wait.equipment == equipment)
    }

    /// Why nothing comes to `equipment`.
    pub(super) fn starved(&mut self, equipment: EquipmentId) -> String {
        if self.lies_idle(equipment)
            && let Some(lack) = self.lacks_room(equipment)
        {
            return lack;
        }
        let before = self.senders(equipment);
        match before.as_slice() {
            [] if self.lies_idle(equipment) => "what waits before it does not suffice".into(),
            [] => "nothing to send yet".into(),
            [from] => self.way_back(*from),
            all => {
                let named = all.iter().take(NAMED).map(|from| {
                    self.follow(*from);
                    self.sender(*from)
                });
                join(named.collect(), all.len())
            }
        }
    }

    /// Where what it lacks would come from: through doors that are open, and before which nothing waits.
    fn senders(&self, equipment: EquipmentId) -> Vec<EquipmentId> {
        let doors = self.state.doors_into(self.model, equipment).into_iter();
        let lacks = doors.filter(|door| !(door.is_full || door.is_awaited));
        let mut before: Vec<EquipmentId> =
            lacks.map(|door| self.model.links[door.link.index()].from).collect();
        before.sort_by_key(|from| from.index());
        before.dedup();
        before
    }

    /// Against the flow to the one where nothing comes from.
    fn way_back(&mut self, first: EquipmentId) -> String {
        let (mut last, mut between) = (first, 0_usize);
        let mut on = self.follow(first);
        while on && self.is_empty_handed(last) && self.closed(last).is_empty() {
            let before = self.senders(last);
            let [from] = before.as_slice() else { break };
            on = self.follow(*from);
            if on {
                between += usize::from(last != first);
                last = *from;
            }
        }
        let end = self.beginning(last);
        if last == first {
            return format!("{}{end}", self.sender(first));
        }
        let more = if between > 0 { format!(", and {between} more") } else { String::new() };
        format!("{}{more}; before it {}{end}", self.sender(first), self.sender(last))
    }

    /// Whether it waits for others to send something.
    fn is_empty_handed(&self, equipment: EquipmentId) -> bool {
        let activity = present(self.model, self.state, equipment).0;
        matches!(activity, Activity::Starved | Activity::Off)
    }

    /// Why the one does not send anything at which a way back ends.
    fn beginning(&mut self, equipment: EquipmentId) -> String {
        let held_up = self.lacks_room(equipment);
        if let Some(held_up) = held_up {
            return format!(": {held_up}");
        }
        let before = self.senders(equipment);
        if before.len() < 2 || !self.is_empty_handed(equipment) {
            return String::new();
        }
        let named = before.iter().take(NAMED).map(|from| self.sender(*from));
        format!(": {}", join(named.collect(), before.len()))
    }

    fn sender(&self, from: EquipmentId) -> String {
        let (activity, since, _) = present(self.model, self.state, from);
        let name = self.name(from);
        if matches!(activity, Activity::Starved | Activity::Working) && self.is_begin(from) {
            return format!("{name} has sent nothing more");
        }
        format!("{name} {}", self.state_of(from, activity, since))
    }

    fn is_begin(&self, equipment: EquipmentId) -> bool {
        !self.model.links.iter().any(|link| link.to == equipment)
    }

    fn state_of(&self, equipment: EquipmentId, activity: Activity, since: SimTime) -> String {
        let because = match activity {
            Activity::Blocked => {
                awaited::because(self.model, self.state, equipment, &mut Vec::new())
                    .unwrap_or_default()
            }
            Activity::Failed
            | Activity::Maintained
            | Activity::OffShift
            | Activity::WaitingForWorker => {
                standstill::because(self.model, self.state, equipment, activity)
            }
            _ => String::new(),
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
