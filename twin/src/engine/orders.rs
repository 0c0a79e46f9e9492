//! The order book: what has been ordered, how much of it is still on its way, and whether it came in time.
//!
//! An order is placed on its release date, goes onto the floor as one lot or several, and is closed when the last of its
//! lots has left the plant, finished or lost. Lead time is counted from the release of the first lot to the end of the last.
//! Lateness is the time of closing less the due date; tardiness is its positive part, earliness its negative part. An order
//! counts as served if it is complete and not late: the share of these is the service level (on time, in full).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::context::Ctx;
use super::log::OrderRow;
use super::part::Part;
use super::state::Core;
use crate::id::{EquipmentId, PartId, ProductId};
use crate::stats::Histogram;
use crate::units::{SimDuration, SimTime};

/// An order, or a row of orders that come again and again, as the plant file says it.
#[derive(Clone, Debug)]
pub struct OrderLine {
    /// Its name in the file, or its product with a number.
    pub name: String,
    /// What is ordered.
    pub product: ProductId,
    /// How many pieces.
    pub quantity: u32,
    /// Most pieces of a lot: each lot is a part.
    pub lot: u32,
    /// When the first one may be released.
    pub release: SimTime,
    /// Time from one to the next; none: there is only one.
    pub every: Option<super::Draw>,
    /// How many there are; [`u32::MAX`]: without end.
    pub repeats: u32,
    /// Time from release date to due date.
    pub allowance: Option<SimDuration>,
    /// Priority of its parts, unless it is that of the product; lower goes first.
    pub priority: Option<i16>,
    /// The desk that releases it.
    pub desk: EquipmentId,
}

/// An order that is not closed yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenOrder {
    /// Row of [`Model::orders`](super::Model::orders).
    pub line: u32,
    /// What is ordered.
    pub product: ProductId,
    /// Its release date.
    pub placed: SimTime,
    /// When its first lot was released; [`SimTime::NEVER`] before.
    pub released: SimTime,
    /// When it is due; [`SimTime::NEVER`] without a due date.
    pub due: SimTime,
    /// Pieces ordered.
    pub wanted: u32,
    /// Pieces that are still to come or on their way.
    pub outstanding: u32,
    /// Pieces finished.
    pub delivered: u32,
}

/// What has become of the orders for a product.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct OrderTally {
    /// Orders whose release date has come.
    pub placed: u64,
    /// Orders closed.
    pub closed: u64,
    /// Of these, not complete: pieces were lost.
    pub short: u64,
    /// Closed late.
    pub late: u64,
    /// Closed complete and not late.
    pub served: u64,
    /// Lead times, from the release of the first lot to the end of the last, ns.
    pub lead_time: Histogram,
    /// Tardiness of the late orders, ns.
    pub tardiness: Histogram,
    /// Earliness of those with a due date that were not late, ns.
    pub earliness: Histogram,
}

impl OrderTally {
    /// Share of the closed orders that were complete and not late; `None` without any.
    pub fn service_level(&self) -> Option<f64> {
        (self.closed > 0).then(|| self.served as f64 / self.closed as f64)
    }

    /// Mean tardiness of the closed orders in seconds, those in time counting as zero; `None` without any.
    pub fn mean_tardiness_s(&self) -> Option<f64> {
        (self.closed > 0).then(|| self.tardiness.sum() as f64 * 1e-9 / self.closed as f64)
    }
}

/// All orders of a run.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct OrderBook {
    placed: u32,
    open: BTreeMap<u32, OpenOrder>,
    tallies: Vec<OrderTally>,
}

/// In place of the number of an order: the part belongs to none.
pub const NO_ORDER: u32 = u32::MAX;

impl OrderBook {
    pub(super) fn new(products: usize) -> Self {
        Self { tallies: vec![OrderTally::default(); products], ..Self::default() }
    }

    pub(super) fn reset(&mut self) {
        self.tallies.iter_mut().for_each(|tally| *tally = OrderTally::default());
    }

    /// Orders placed and not closed yet, with their running numbers, in the order in which they were placed.
    pub fn open(&self) -> impl Iterator<Item = (u32, &OpenOrder)> {
        self.open.iter().map(|(number, order)| (*number, order))
    }

    /// What has become of the orders, by product.
    pub fn tallies(&self) -> &[OrderTally] {
        &self.tallies
    }
}

impl Ctx<'_> {
    /// The release date of an order of `line` has come, which is due at `due`. Returns its running number.
    pub fn place_order(&mut self, line: u32, due: SimTime) -> u32 {
        let info = &self.model.orders[line as usize];
        let book = &mut self.core.orders;
        let number = book.placed;
        book.placed += 1;
        book.tallies[info.product.index()].placed += 1;
        let order = OpenOrder {
            line,
            product: info.product,
            placed: self.core.now,
            released: SimTime::NEVER,
            due,
            wanted: info.quantity,
            outstanding: info.quantity,
            delivered: 0,
        };
        book.open.insert(number, order);
        number
    }

    /// `part` is a lot of order `number`: it is due with it, and its end counts for it.
    pub fn assign_order(&mut self, part: PartId, number: u32) {
        let now = self.core.now;
        let Some(order) = self.core.orders.open.get_mut(&number) else { return };
        order.released = order.released.min(now);
        let part = self.core.parts.get_mut(part);
        (part.order, part.due) = (number, order.due);
    }

    /// A lot has left the plant.
    pub(super) fn lot_ended(&mut self, part: &Part, finished: bool) {
        let now = self.core.now;
        let closed = self.core.lot_ended(part, finished);
        if let Some(order) = closed {
            self.log.order(&OrderRow { number: part.order, closed: now, order });
        }
    }
}

impl Core {
    /// Books a lot; returns its order if it is closed by that.
    fn lot_ended(&mut self, part: &Part, finished: bool) -> Option<OpenOrder> {
        let order = self.orders.open.get_mut(&part.order)?;
        order.outstanding = order.outstanding.saturating_sub(part.quantity);
        order.delivered += if finished { part.quantity } else { 0 };
        if order.outstanding > 0 {
            return None;
        }
        let order = self.orders.open.remove(&part.order)?;
        let tally = &mut self.orders.tallies[order.product.index()];
        let (late, short) = (order.due < self.now, order.delivered < order.wanted);
        tally.closed += 1;
        tally.late += u64::from(late);
        tally.short += u64::from(short);
        tally.served += u64::from(!late && !short);
        tally.lead_time.record((self.now - order.released).ns());
        if late {
            tally.tardiness.record((self.now - order.due).ns());
        } else if order.due != SimTime::NEVER {
            tally.earliness.record((order.due - self.now).ns());
        }
        Some(order)
    }

    /// The order book.
    pub fn orders(&self) -> &OrderBook {
        &self.orders
    }
}
