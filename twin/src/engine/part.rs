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
    /// Pieces that it stands for: 1, or the size of a lot.
    pub quantity: u32,
    /// Running number of the order that it belongs to, or [`NO_ORDER`](super::NO_ORDER).
    pub order: u32,
    /// Row of the pile of cards below the first.
    pub(crate) cards_below: u32,
    /// The first step, counted from 1, at whose end a defect arose in it; 0: it is good.
    pub defect: u16,
    /// How often it has been sent back for rework.
    pub reworks: u8,
    /// Running number over all parts of the run, in order of creation.
    pub serial: u64,
    /// When it entered the plant.
    pub created: SimTime,
    /// When it is due; [`SimTime::NEVER`] without a due date.
    pub due: SimTime,
    /// When it entered the equipment where it is.
    pub entered: SimTime,
    /// When the queue-time limit in force ends; [`SimTime::NEVER`] without one.
    pub limit_until: SimTime,
    /// Its row in [`Model::limits`](super::Model::limits).
    pub limit: u32,
    /// Work left in the current operation, as far as it has been drawn; negative: not drawn yet.
    pub work: SimDuration,
    /// Work of the current operation as drawn at first; negative: not drawn yet.
    pub drawn: SimDuration,
}

impl Part {
    /// Whether a defect is in it, known or not.
    #[inline]
    pub const fn is_defective(&self) -> bool {
        self.defect != 0
    }

    /// A defect has arisen at the step that it is at.
    pub(crate) fn make_defective(&mut self) {
        let step = self.step.saturating_add(1);
        self.defect = if self.defect == 0 { step } else { self.defect.min(step) };
    }

    /// It goes back to `step`: what became defective there or later is done anew.
    pub fn go_back_to(&mut self, step: u16) {
        self.step = step;
        self.limit_until = SimTime::NEVER;
        if self.defect > step {
            self.defect = 0;
        }
    }
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
    /// Tool numbers that each part keeps: so many for each.
    stride: usize,
    tools: Vec<u16>,
}

/// No tool chosen yet.
const NO_TOOL: u16 = u16::MAX;

impl Parts {
    /// No parts yet; each keeps `n_tool_slots` numbers of tools.
    pub(super) fn new(n_tool_slots: usize) -> Self {
        Self { stride: n_tool_slots, ..Self::default() }
    }

    /// The tool that `id` keeps in `slot`, if one has been chosen.
    pub fn tool(&self, id: PartId, slot: u16) -> Option<u16> {
        let tool = self.tools[id.index() * self.stride + usize::from(slot)];
        (tool != NO_TOOL).then_some(tool)
    }

    /// Keeps `tool` in `slot` for `id`.
    pub(super) fn set_tool(&mut self, id: PartId, slot: u16, tool: u16) {
        self.tools[id.index() * self.stride + usize::from(slot)] = tool;
    }

    /// Puts a part into the plant. O(1).
    pub(super) fn insert(&mut self, mut part: Part) -> PartId {
        part.serial = self.created;
        self.created += 1;
        if let Some(id) = self.free.pop() {
            self.slots[id.index()] = part;
            if self.stride > 0 {
                let at = id.index() * self.stride;
                self.tools[at..at + self.stride].fill(NO_TOOL);
            }
            return id;
        }
        self.slots.push(part);
        self.tools.resize(self.slots.len() * self.stride, NO_TOOL);
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
