//! Parts: what flows. A slab whose slots are reused, so that a run's memory follows its work in process.

use serde::{Deserialize, Serialize};

use crate::id::{EquipmentId, LinkId, PartId, ProductId};
use crate::units::{SimDuration, SimTime};

/// One part, lot or load unit.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Part {
    /// What it is.
    pub product: ProductId,
    /// Steps of the product's route that are done.
    pub step: u16,
    /// Lower is served first under the rule `Priority`.
    pub priority: i16,
    /// Where it is; [`INSIDE`] while another part holds it.
    pub at: EquipmentId,
    /// The connection that a divert rule has committed it to, or none.
    pub via: LinkId,
    /// The output that it leaves by; none: by any. Only equipment with several outputs says so.
    pub output: Option<u8>,
    /// The source whose card (CONWIP, kanban) it carries, or none.
    pub card: EquipmentId,
    /// Running number over all parts of the run, in order of creation.
    pub serial: u64,
    /// When it entered the plant.
    pub created: SimTime,
    /// When it is due; [`SimTime::NEVER`] without a due date.
    pub due: SimTime,
    /// When it entered the equipment where it is.
    pub entered: SimTime,
    /// Work left in the current operation, as far as it has been drawn; negative: not drawn yet.
    pub work: SimDuration,
    /// Work of the current operation as drawn at first; negative: not drawn yet.
    pub drawn: SimDuration,
}

/// Marks work that has not been drawn yet.
pub const NOT_DRAWN: SimDuration = SimDuration::from_ns(-1);

/// Stands for the place of a part that is inside another: it is where [`Core::holder`](super::Core::holder) is.
pub const INSIDE: EquipmentId = EquipmentId(u32::MAX - 1);

impl Part {
    /// Whether another part holds it.
    #[inline]
    pub fn is_inside(&self) -> bool {
        self.at == INSIDE
    }
}

/// How a part ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It left the plant as it should.
    Finished,
    /// It was lost.
    Scrapped,
    /// It went into another as a component.
    Consumed,
}

impl Fate {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Finished, Self::Scrapped, Self::Consumed];

    /// The name in results.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Finished => "finished",
            Self::Scrapped => "scrapped",
            Self::Consumed => "consumed",
        }
    }
}

/// All parts in the plant.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Parts {
    slots: Vec<Part>,
    free: Vec<PartId>,
    created: u64,
}

impl Parts {
    /// Puts a part into the plant. O(1).
    pub(super) fn insert(&mut self, mut part: Part) -> PartId {
        part.serial = self.created;
        self.created += 1;
        if let Some(id) = self.free.pop() {
            self.slots[id.index()] = part;
            return id;
        }
        self.slots.push(part);
        PartId::from_index(self.slots.len() - 1)
    }

    /// Takes a part out of the plant; its id may be given to another from now on. O(1).
    pub(super) fn remove(&mut self, id: PartId) -> Part {
        let part = self.slots[id.index()];
        self.slots[id.index()].at = EquipmentId::NONE;
        self.free.push(id);
        part
    }

    /// The part `id`.
    #[inline]
    pub fn get(&self, id: PartId) -> &Part {
        &self.slots[id.index()]
    }

    /// The part `id`, to be changed.
    #[inline]
    pub fn get_mut(&mut self, id: PartId) -> &mut Part {
        &mut self.slots[id.index()]
    }

    /// Number of parts in the plant.
    pub fn len(&self) -> usize {
        self.slots.len() - self.free.len()
    }

    /// Whether the plant is empty.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Number of parts that have ever entered.
    pub fn created(&self) -> u64 {
        self.created
    }

    /// The parts in the plant, those inside others too, in order of their ids. Cost: the largest number of parts there ever was.
    pub fn iter(&self) -> impl Iterator<Item = (PartId, &Part)> {
        self.slots
            .iter()
            .enumerate()
            .filter(|(_, part)| !part.at.is_none())
            .map(|(index, part)| (PartId::from_index(index), part))
    }
}
