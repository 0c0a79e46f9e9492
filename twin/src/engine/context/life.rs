//! Parts come into the plant and leave it.

use super::Ctx;
use crate::engine::cards::BOTTOM;
use crate::engine::log::What;
use crate::engine::orders::NO_ORDER;
use crate::engine::part::{Fate, NOT_DRAWN, Part};
use crate::id::{EquipmentId, LinkId, PartId, ProductId};
use crate::units::{SimDuration, SimTime};

impl Ctx<'_> {
    /// The part `id`.
    #[inline]
    pub fn part(&self, id: PartId) -> &Part {
        self.core.parts.get(id)
    }

    /// The part `id`, to be changed.
    #[inline]
    pub fn part_mut(&mut self, id: PartId) -> &mut Part {
        self.core.parts.get_mut(id)
    }

    /// Brings a new part into the plant, here.
    pub fn new_part(&mut self, product: ProductId) -> PartId {
        self.new_part_at(product, 0, SimDuration::ZERO)
    }

    /// Likewise, one that has done so many steps of its route and entered the plant so long ago.
    pub fn new_part_at(&mut self, product: ProductId, step: u16, age: SimDuration) -> PartId {
        let now = self.core.now;
        let info = &self.model.products[product.index()];
        let part = Part {
            product,
            step,
            priority: info.priority,
            at: self.me,
            via: LinkId::NONE,
            card: EquipmentId::NONE,
            quantity: 1,
            output: None,
            order: NO_ORDER,
            cards_below: BOTTOM,
            defect: 0,
            reworks: 0,
            serial: 0,
            created: now - age,
            due: info.due_after.map_or(SimTime::NEVER, |after| now - age + after),
            entered: now,
            limit_until: SimTime::NEVER,
            limit: 0,
            work: NOT_DRAWN,
            drawn: NOT_DRAWN,
        };
        let id = self.core.parts.insert(part);
        if self.model.n_columns > 0 {
            self.core.begin_attributes(self.model, id, product);
        }
        if let Some(stream) = info.branches {
            self.skip_left_out(id, stream);
        }
        self.core.traffic[self.me.index()].enter(now);
        self.core.plant.enter(now);
        self.log.content(self.core.plant.content, now);
        self.core.tallies[product.index()].entered += 1;
        self.trace(What::Created, id);
        id
    }

    /// The part leaves the plant finished, with all that it holds. Its id is void afterwards.
    pub fn finish(&mut self, id: PartId) {
        self.trace(What::Finished, id);
        self.end(id, Fate::Finished, None);
    }

    /// The part is lost, with all that it holds. Its id is void afterwards.
    pub fn scrap(&mut self, id: PartId) {
        self.trace(What::Scrapped, id);
        self.end(id, Fate::Scrapped, None);
    }

    /// Takes the part and what it holds out of all books. It ends within the part with the number `within`, if any.
    pub(in crate::engine) fn end(&mut self, id: PartId, fate: Fate, within: Option<u64>) {
        while let Some(inner) = self.core.nest.take(id) {
            let serial = self.core.parts.get(id).serial;
            let what = match fate {
                Fate::Finished => What::Finished,
                Fate::Scrapped => What::Scrapped,
                Fate::Consumed => What::Absorbed,
            };
            self.trace_pair(what, inner, id);
            self.end(inner, fate, Some(serial));
        }
        let part = self.remove(id);
        let now = self.core.now;
        let tally = &mut self.core.tallies[part.product.index()];
        match fate {
            Fate::Finished => tally.finish(&part, now),
            Fate::Scrapped => {
                tally.scrapped += 1;
                self.core.work[self.me.index()].scrapped += 1;
                *self.core.scrapped.entry((self.me, part.product)).or_default() += 1;
            }
            Fate::Consumed => tally.consumed += 1,
        }
        if part.order != NO_ORDER {
            self.lot_ended(&part, fate != Fate::Scrapped);
        }
        self.log.part(&part, now, fate, within);
    }

    #[inline]
    fn remove(&mut self, id: PartId) -> Part {
        let part = self.core.parts.remove(id);
        let now = self.core.now;
        if !part.is_inside() {
            self.core.traffic[part.at.index()].leave(part.entered, now);
        }
        self.core.plant.leave(part.created, now);
        self.log.content(self.core.plant.content, now);
        if !part.card.is_none() {
            self.core.return_cards(&part);
        }
        part
    }
}
