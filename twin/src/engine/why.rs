//! Why an equipment stands still or waits, as far as the state knows: only looked at, nothing is changed, and nothing of the
//! future is given away.

use super::availability::Unit;
use super::crew::CallLook;
use super::model::{Model, Trigger};
use super::state::State;
use crate::id::{EquipmentId, LinkId};
use crate::units::SimTime;

/// What holds an equipment, or one of its places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hold {
    /// A cause: row of [`Model::causes`], and its crew, if it needs one.
    Cause(u32, Option<CallLook>),
    /// A command has switched it off.
    Command,
    /// Its thermal switch is off.
    Heat,
}

/// A door as it is for what waits before it.
#[expect(clippy::struct_excessive_bools, reason = "each answers a question of its own")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Door {
    /// The connection that it is on.
    pub link: LinkId,
    /// Whether there is no room for any part.
    pub is_full: bool,
    /// Whether it takes nothing in, whatever the room.
    pub is_shut: bool,
    /// Whether it chooses what to take in.
    pub chooses: bool,
    /// Whether anything stands in line before it, on this connection or another.
    pub is_awaited: bool,
}

impl State {
    /// What holds `equipment` or any of its places now, failures first.
    pub fn holds(&self, model: &Model, equipment: EquipmentId) -> Vec<Hold> {
        let availability = &self.core.availability;
        let mut causes: Vec<u32> =
            model.row(equipment).causes.clone().filter(|c| availability.stands(*c)).collect();
        causes.sort_by_key(|c| model.causes[*c as usize].activity);
        let crew = |c: u32| availability.crew_of(c).map(|call| self.core.crews.look(call));
        let mut holds: Vec<Hold> = causes.into_iter().map(|c| Hold::Cause(c, crew(c))).collect();
        if self.speed_left(model, equipment) == 0.0 {
            holds.insert(0, Hold::Heat);
        }
        let commanded = |unit| availability.of_unit(model, unit).is_commanded();
        if Unit::all(model, equipment).any(commanded) {
            holds.push(Hold::Command);
        }
        holds
    }

    /// The calls of `equipment` for workers who are not there yet; not those for its repair.
    pub fn calls(&self, equipment: EquipmentId) -> Vec<CallLook> {
        self.core.crews.calls_of(equipment)
    }

    /// Where each worker of pool `pool` (by number) is at work; `None` for those who are free or off shift.
    pub fn workers_at(&self, pool: usize) -> Vec<Option<EquipmentId>> {
        self.core.crews.whereabouts(pool)
    }

    /// Where `equipment` stands in line to pass something on.
    pub fn stands_before(&self, model: &Model, equipment: EquipmentId) -> Vec<Door> {
        let doors = self.doors(model, equipment);
        doors.filter(|door| self.core.waiting[door.link.index()]).collect()
    }

    /// The doors that `equipment` gives to, whether or not it waits before them.
    pub fn doors(&self, model: &Model, equipment: EquipmentId) -> impl Iterator<Item = Door> {
        model.row(equipment).links.clone().map(|link| self.door(model, LinkId(link)))
    }

    /// The door of a connection.
    pub fn door(&self, model: &Model, link: LinkId) -> Door {
        let inlet = &self.core.inlets[model.links[link.index()].inlet.index()];
        Door {
            link,
            is_full: inlet.room == 0,
            is_shut: inlet.shut,
            chooses: inlet.selective,
            is_awaited: !inlet.waiters.is_empty(),
        }
    }

    /// The doors into `equipment`.
    pub fn doors_into(&self, model: &Model, equipment: EquipmentId) -> Vec<Door> {
        let links = (0..model.links.len()).map(LinkId::from_index);
        let into = links.filter(|link| model.links[link.index()].to == equipment);
        into.map(|link| self.door(model, link)).collect()
    }

    /// When the last of the parts that are in `equipment` came in.
    pub fn last_entry(&self, equipment: EquipmentId) -> Option<SimTime> {
        let inside = self.core.parts.iter().filter(|(_, part)| part.at == equipment);
        inside.filter(|(_, part)| !part.is_inside()).map(|(_, part)| part.entered).max()
    }
}

impl Trigger {
    /// The shift calendar that makes the cause come and go, if it is one.
    pub fn shift(&self) -> Option<crate::id::CalendarId> {
        match self {
            Self::Shift(calendar) => Some(*calendar),
            _ => None,
        }
    }
}
