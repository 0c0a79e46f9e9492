//! What an equipment can do with parts in parts: load, unload, absorb, take apart.
//!
//! How they are booked: an equipment's figures count what moves through it as one, so a loaded pallet is one part there, and
//! a part leaves an equipment when it is loaded. The plant's figures count every part, from the time it came until it is
//! finished, lost or consumed, wherever it is. Little's law holds in both books. Whatever becomes of a holder becomes of
//! what it holds.

use super::NO_ORDER;
use super::context::Ctx;
use super::log::What;
use super::part::{Fate, INSIDE};
use crate::id::{LinkId, PartId, ProductId};
use crate::units::SimTime;

impl Ctx<'_> {
    /// Puts `part` on or into `into`; both are here. From now on it goes where its holder goes. O(1).
    pub fn load(&mut self, part: PartId, into: PartId) {
        debug_assert!(part != into && self.is_here(part) && self.is_here(into));
        let now = self.core.now;
        let info = self.core.parts.get_mut(part);
        self.core.traffic[self.me.index()].leave(info.entered, now);
        info.at = INSIDE;
        (info.via, info.output) = (LinkId::NONE, None);
        if !info.card.is_none() {
            self.core.end_cards(part, self.me);
        }
        self.core.nest.put(part, into);
        self.trace_pair(What::Loaded, part, into);
    }

    /// Takes the part out of `holder`, which is here, that was put in last; then it is here too. O(1).
    pub fn unload(&mut self, holder: PartId) -> Option<PartId> {
        debug_assert!(self.is_here(holder));
        let part = self.core.nest.take(holder)?;
        let now = self.core.now;
        let info = self.core.parts.get_mut(part);
        (info.at, info.entered) = (self.me, now);
        self.core.traffic[self.me.index()].enter(now);
        self.trace_pair(What::Unloaded, part, holder);
        Some(part)
    }

    /// `part`, which is here, becomes a component of `into` and ends as a part of its own: neither finished nor lost, but
    /// consumed, with all that it holds. A defect that is in it is in `into` from now on. Its id is void afterwards.
    pub fn absorb(&mut self, part: PartId, into: PartId) {
        debug_assert!(part != into && self.is_here(part));
        if self.core.parts.get(part).is_defective() {
            self.core.parts.get_mut(into).make_defective();
        }
        self.trace_pair(What::Absorbed, part, into);
        let within = self.core.parts.get(into).serial;
        self.end(part, Fate::Consumed, Some(within));
    }

    /// `part`, which has just been made here, carries on the life of `from`, which is to be absorbed now: the time of entry,
    /// from which its lead time counts, the lot of an order that it is, and the due date if it has none itself.
    pub fn carry_on(&mut self, part: PartId, from: PartId) {
        let old = self.core.parts.get_mut(from);
        // Exchanged, so that the plant's books see the same stay begin and end once.
        let created = std::mem::replace(&mut old.created, self.core.now);
        let order = std::mem::replace(&mut old.order, NO_ORDER);
        let (quantity, due) = (old.quantity, old.due);
        let new = self.core.parts.get_mut(part);
        debug_assert!(new.created == self.core.now, "only a new part carries on another's life");
        (new.created, new.order, new.quantity) = (created, order, quantity);
        if new.due == SimTime::NEVER {
            new.due = due;
        }
    }

    /// Brings a part into the plant, here, that was a component of `from`.
    pub fn separate(&mut self, product: ProductId, from: PartId) -> PartId {
        let part = self.new_part(product);
        self.trace_pair(What::Separated, part, from);
        part
    }

    /// The part that [`unload`](Self::unload) would take out of `holder`.
    #[inline]
    pub fn top_of(&self, holder: PartId) -> Option<PartId> {
        self.core.nest.top(holder)
    }

    /// Number of parts directly in `holder`.
    #[inline]
    pub fn load_of(&self, holder: PartId) -> u32 {
        self.core.nest.len(holder)
    }

    fn is_here(&self, part: PartId) -> bool {
        self.core.parts.get(part).at == self.me
    }

    pub(super) fn trace_pair(&mut self, what: What, part: PartId, other: PartId) {
        if self.log.traces() {
            let (part, other) = (*self.core.parts.get(part), self.core.parts.get(other).serial);
            self.log.trace_pair(self.core.now, self.me, &part, what, other);
        }
    }
}
