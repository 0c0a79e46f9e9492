//! What a run tells while it runs: rows for the tables of results. Not part of the state: a run is the same whether or
//! not anybody listens.

use super::clock::Activity;
use super::model::EquipmentRow;
use super::monitor::Monitor;
use super::orders::OpenOrder;
use super::part::{Fate, Part};
use super::signals::SignalEdge;
use crate::id::{EquipmentId, ProductId};
use crate::sensor::ray::Edge;
use crate::units::SimTime;

/// One row about a part that has left the plant.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PartRow {
    /// Running number of the part.
    pub serial: u64,
    /// What it was.
    pub product: ProductId,
    /// When it came.
    pub created: SimTime,
    /// When it left.
    pub left: SimTime,
    /// When it was due; [`SimTime::NEVER`] without a due date.
    pub due: SimTime,
    /// Its priority.
    pub priority: i16,
    /// Pieces that it stood for.
    pub quantity: u32,
    /// How.
    pub fate: Fate,
    /// Running number of the part that it became a component of, or that held it to the end.
    pub within: Option<u64>,
}

/// One row about an order that has been closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderRow {
    /// Running number of the order.
    pub number: u32,
    /// When its last lot left the plant.
    pub closed: SimTime,
    /// The order as it was then.
    pub order: OpenOrder,
}

/// What happened to a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// Came into the plant.
    Created,
    /// Came into an equipment.
    Entered,
    /// Work on it began.
    Began,
    /// Work on it ended.
    Ended,
    /// Left the plant finished.
    Finished,
    /// Was lost.
    Scrapped,
    /// Was put into another part.
    Loaded,
    /// Was taken out of another part.
    Unloaded,
    /// Became a component of another part.
    Absorbed,
    /// Was a component of another part.
    Separated,
}

impl What {
    /// All of them, in the order of their numbers.
    pub const ALL: [Self; 10] = [
        Self::Created,
        Self::Entered,
        Self::Began,
        Self::Ended,
        Self::Finished,
        Self::Scrapped,
        Self::Loaded,
        Self::Unloaded,
        Self::Absorbed,
        Self::Separated,
    ];

    /// The name in results.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Entered => "entered",
            Self::Began => "began",
            Self::Ended => "ended",
            Self::Finished => "finished",
            Self::Scrapped => "scrapped",
            Self::Loaded => "loaded",
            Self::Unloaded => "unloaded",
            Self::Absorbed => "absorbed",
            Self::Separated => "separated",
        }
    }
}

/// One row of the trace.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TraceRow {
    /// Something happened to a part.
    Part {
        /// When.
        at: SimTime,
        /// Where.
        equipment: EquipmentId,
        /// Running number of the part.
        serial: u64,
        /// What it is.
        product: ProductId,
        /// What happened.
        what: What,
        /// Running number of the other part, where two are involved.
        other: Option<u64>,
    },
    /// A place went over to another activity.
    Activity {
        /// When.
        at: SimTime,
        /// Where.
        equipment: EquipmentId,
        /// Place within the equipment.
        place: u32,
        /// What it did until now.
        was: Activity,
        /// What it does from now on.
        activity: Activity,
    },
}

/// The rows since somebody last fetched them.
#[derive(Clone, Debug, Default)]
pub struct Log {
    keep_parts: bool,
    keep_trace: bool,
    /// Whether changes of activity and of the content are of interest to anybody.
    listens: bool,
    monitor: Option<Box<Monitor>>,
    /// Parts that have left.
    pub parts: Vec<PartRow>,
    /// Orders that have been closed.
    pub orders: Vec<OrderRow>,
    /// Edges of signals.
    pub signals: Vec<SignalEdge>,
    /// Everything, step by step.
    pub trace: Vec<TraceRow>,
    /// What light barriers tell in cells of rigid bodies, if it is kept.
    beams: Option<Vec<(u32, Edge)>>,
}

impl Log {
    /// A log that keeps nothing: the fastest.
    pub fn off() -> Self {
        Self::default()
    }

    /// A log that keeps the rows of parts, orders and signals, and the trace too if asked.
    pub fn new(parts: bool, trace: bool) -> Self {
        Self { keep_parts: parts, keep_trace: trace, listens: trace, ..Self::default() }
    }

    /// The same with a monitor.
    #[must_use]
    pub fn with(self, monitor: Monitor) -> Self {
        Self { listens: true, monitor: Some(Box::new(monitor)), ..self }
    }

    /// The monitor, if there is one.
    pub fn monitor(&mut self) -> Option<&mut Monitor> {
        self.monitor.as_deref_mut()
    }

    /// Keeps from now on what light barriers tell whose beams go through cells of rigid bodies, or from which signals come.
    pub fn keep_beams(&mut self) {
        self.beams.get_or_insert_default();
    }

    /// What they have told since this was last asked: row of [`Model::eyes`](super::Model::eyes) and edge, up to a step of the cell
    /// ahead of the present.
    pub fn take_beams(&mut self) -> Vec<(u32, Edge)> {
        self.beams.as_mut().map(std::mem::take).unwrap_or_default()
    }

    pub(crate) fn beam(&mut self, eye: u32, edge: Edge) {
        if let Some(beams) = &mut self.beams {
            beams.push((eye, edge));
        }
    }

    /// Forgets its rows; they have been fetched.
    pub fn clear(&mut self) {
        self.parts.clear();
        self.orders.clear();
        self.signals.clear();
        self.trace.clear();
    }

    /// Whether a trace is kept.
    #[inline]
    pub fn traces(&self) -> bool {
        self.keep_trace
    }

    #[inline]
    pub(crate) fn part(&mut self, part: &Part, left: SimTime, fate: Fate, within: Option<u64>) {
        if self.keep_parts {
            let Part { serial, product, created, due, priority, quantity, .. } = *part;
            let row =
                PartRow { serial, product, created, left, due, priority, quantity, fate, within };
            self.parts.push(row);
        }
    }

    pub(crate) fn order(&mut self, row: &OrderRow) {
        if self.keep_parts {
            self.orders.push(*row);
        }
    }

    pub(crate) fn signal(&mut self, edge: SignalEdge) {
        if self.keep_parts {
            self.signals.push(edge);
        }
    }

    pub(crate) fn trace(&mut self, at: SimTime, part: &Part, what: What) {
        let (equipment, serial, product) = (part.at, part.serial, part.product);
        self.trace.push(TraceRow::Part { at, equipment, serial, product, what, other: None });
    }

    pub(crate) fn trace_pair(
        &mut self,
        at: SimTime,
        equipment: EquipmentId,
        part: &Part,
        what: What,
        other: u64,
    ) {
        let (serial, product, other) = (part.serial, part.product, Some(other));
        self.trace.push(TraceRow::Part { at, equipment, serial, product, what, other });
    }

    /// A place of the equipment of `row` has gone over from `was` to another activity.
    #[inline]
    pub(crate) fn activity(&mut self, at: SimTime, row: &EquipmentRow, change: Switched) {
        if self.listens {
            self.tell(at, row, change);
        }
    }

    fn tell(&mut self, at: SimTime, row: &EquipmentRow, change: Switched) {
        let Switched { equipment, place, was, activity } = change;
        if self.keep_trace {
            self.trace.push(TraceRow::Activity { at, equipment, place, was, activity });
        }
        if let Some(monitor) = &mut self.monitor
            && row.processor
        {
            monitor.switch(row.places.start + place, was, activity, at);
        }
    }

    /// There are `parts` in the plant from now on.
    #[inline]
    pub(crate) fn content(&mut self, parts: u32, now: SimTime) {
        if let Some(monitor) = &mut self.monitor {
            monitor.content(parts, now);
        }
    }
}

/// A change of activity.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Switched {
    pub(crate) equipment: EquipmentId,
    pub(crate) place: u32,
    pub(crate) was: Activity,
    pub(crate) activity: Activity,
}
