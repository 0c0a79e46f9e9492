//! What equipment has brought about: operations done, in what time they were planned, parts lost; how long at least one of
//! its places was at work; and how many parts of each product went over each connection.
//!
//! One addition for each operation and one for each passage; nothing is kept for each part.

use serde::{Deserialize, Serialize};

use super::clock::Activity;
use super::energy::Change;
use super::model::{Model, Planned, Step, StepRules};
use super::state::{Core, State};
use crate::id::{EquipmentId, LinkId, ProductId};
use crate::units::{SimDuration, SimTime};

/// The work of one equipment over the window.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Work {
    /// Operations on parts that were done to their end.
    pub done: u64,
    /// Parts that were lost here.
    pub scrapped: u64,
    /// Planned time of the operations done, ns: means of the times in the file, shared by the parts of a full batch.
    pub planned_ns: i64,
    /// Places at work, of equipment with several.
    busy_places: u32,
    /// Since when at least one has been.
    since: SimTime,
    busy_ns: i64,
}

impl Work {
    fn switch(&mut self, was: Activity, next: Activity, now: SimTime) {
        if was == Activity::Working {
            self.busy_places -= 1;
            if self.busy_places == 0 {
                self.busy_ns += (now - self.since).ns();
            }
        }
        if next == Activity::Working {
            if self.busy_places == 0 {
                self.since = now;
            }
            self.busy_places += 1;
        }
    }

    pub(super) fn reset(&mut self, now: SimTime) {
        *self = Self { busy_places: self.busy_places, since: now, ..Self::default() };
    }
}

/// Parts that went over each connection.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Flows {
    counts: Vec<u64>,
    /// Products that are told apart: all, or 1 where there would be too many counters.
    products: u32,
}

/// Counters of connections and products; beyond that, products are not told apart.
const MOST_COUNTERS: usize = 4_000_000;

impl Flows {
    pub(super) fn new(model: &Model) -> Self {
        let (links, products) = (model.links.len(), model.products.len());
        let products = if links.saturating_mul(products) > MOST_COUNTERS { 1 } else { products };
        Self { counts: vec![0; links * products], products: products as u32 }
    }

    /// A part has gone over `link`; none: it was put where it is by a command.
    #[inline]
    pub(super) fn count(&mut self, link: LinkId, product: ProductId) {
        let product = if self.products == 1 { 0 } else { product.index() };
        if let Some(n) = self.counts.get_mut(link.index() * self.products as usize + product) {
            *n += 1;
        }
    }

    pub(super) fn reset(&mut self) {
        self.counts.fill(0);
    }
}

impl Planned {
    /// For one part of `product`, ns; 0 where it is not known.
    #[inline]
    pub(super) fn of(&self, product: ProductId) -> i64 {
        match self {
            Self::Unknown => 0,
            Self::All(ns) => *ns,
            Self::ByProduct(all) => all[product.index()],
        }
    }
}

impl Step {
    /// Time for which the step is planned to keep a place, for each lot of `pieces` in a full batch, ns.
    #[inline]
    pub(super) fn planned_ns(&self, at_once: u32, pieces: u32) -> i64 {
        let StepRules { per_piece, cadence, batch, .. } = &self.rules;
        let each = cadence.map_or((self.mean_s * 1e9) as i64, SimDuration::ns);
        let lot = if *per_piece { each.saturating_mul(i64::from(pieces)) } else { each };
        match at_once.max(batch.map_or(1, |(_, most)| u32::from(most))) {
            0 | 1 => lot,
            n => lot / i64::from(n),
        }
    }
}

impl Core {
    /// A place of `equipment` goes over to another activity, and somebody wants to know more of it than its clock does.
    pub(super) fn watch(&mut self, model: &Model, equipment: EquipmentId, change: Change) {
        let row = model.row(equipment);
        if row.places.len() > 1 {
            self.work[equipment.index()].switch(change.was, change.next, change.now);
        }
        if let Some(metered) = row.metered {
            self.energy.switch(model, metered, change);
        }
    }
}

impl State {
    /// What `equipment` has done over the window.
    pub fn work(&self, equipment: EquipmentId) -> &Work {
        &self.core.work[equipment.index()]
    }

    /// Operations of `equipment` over the window in which a defect arose.
    pub fn defects(&self, model: &Model, equipment: EquipmentId) -> u64 {
        let products = (0..model.products.len()).map(ProductId::from_index);
        let made = products.filter_map(|product| self.core.made(model, equipment, product));
        made.map(|made| made.defects).sum()
    }

    /// Time in which at least one place of `equipment` worked, over the window, ns.
    pub fn any_working_ns(&self, model: &Model, equipment: EquipmentId) -> i64 {
        let (work, now) = (self.work(equipment), self.core.now);
        match self.clocks(model, equipment) {
            [] => 0,
            [one] => one.spent_ns(now)[Activity::Working as usize],
            _ if work.busy_places > 0 => work.busy_ns + (now - work.since).ns(),
            _ => work.busy_ns,
        }
    }

    /// Parts that went over `link` in the window, by product; one figure for all products together in plants with so many
    /// connections and products that they are not told apart.
    pub fn flow(&self, link: LinkId) -> &[u64] {
        let Flows { counts, products } = &self.core.flows;
        let n = *products as usize;
        &counts[link.index() * n..][..n]
    }
}
