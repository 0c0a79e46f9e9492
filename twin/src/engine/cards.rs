//! Cards: permissions that parts carry on a stretch of their way (CONWIP, kanban, the rope of a drum).
//!
//! A card belongs to the equipment that put it on, and comes back to it when the part leaves the end of the stretch, or the
//! plant. Stretches may overlap or lie within one another, so a part can carry several. Nearly all carry one at most: that
//! one is in the part itself, the others lie below it in a pile that is kept apart.

use serde::{Deserialize, Serialize};

use super::context::Ctx;
use super::contract::Signal;
use super::part::Part;
use super::state::{Core, Soon};
use crate::id::{EquipmentId, PartId, ProductId};

/// In place of a row: nothing lies below.
pub(super) const BOTTOM: u32 = u32::MAX;

/// The cards below the first, of all parts: linked lists in one table, whose rows are used again.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Pile {
    rows: Vec<(EquipmentId, u32)>,
    free: Vec<u32>,
}

impl Pile {
    fn push(&mut self, owner: EquipmentId, below: u32) -> u32 {
        if let Some(row) = self.free.pop() {
            self.rows[row as usize] = (owner, below);
            return row;
        }
        self.rows.push((owner, below));
        (self.rows.len() - 1) as u32
    }

    fn pop(&mut self, row: u32) -> (EquipmentId, u32) {
        self.free.push(row);
        self.rows[row as usize]
    }
}

impl Ctx<'_> {
    /// Puts a card of this equipment on `part`. [`on_card`](super::Equipment::on_card) tells when it has come back: when
    /// the part leaves the end of the stretch (see [`watch_cards`](Self::watch_cards)) or the plant.
    #[inline]
    pub fn put_card(&mut self, part: PartId) {
        let me = self.me;
        let part = self.core.parts.get_mut(part);
        if !part.card.is_none() {
            part.cards_below = self.core.pile.push(part.card, part.cards_below);
        }
        part.card = me;
    }

    /// Cards that this equipment puts on parts come back when the part leaves `until`, not at the end of its life.
    pub fn watch_cards(&mut self, until: EquipmentId) {
        self.core.card_ends[self.me.index()] = until;
    }

    /// Tells those who replenish by the demand here ([`Compile::replenish`](super::Compile::replenish)) that `product` was
    /// asked for: to them it is a card that has come back.
    pub fn demanded(&mut self, product: ProductId) {
        for to in &self.row.suppliers {
            self.core.soon.push(Soon::Signal(*to, Signal::Card(product)));
        }
    }
}

impl Core {
    /// The part leaves `from`: the cards whose stretch ends there go back.
    #[inline]
    pub(super) fn end_cards(&mut self, id: PartId, from: EquipmentId) {
        let part = self.parts.get(id);
        let ends = |core: &Self, card: EquipmentId| core.card_ends[card.index()] == from;
        if part.cards_below != BOTTOM {
            self.sort_cards(id, |core, card| ends(core, card));
        } else if ends(self, part.card) {
            let card = std::mem::replace(&mut self.parts.get_mut(id).card, EquipmentId::NONE);
            let product = self.parts.get(id).product;
            self.soon.push(Soon::Signal(card, Signal::Card(product)));
        }
    }

    /// The part has left the plant with at least one card: all go back.
    pub(super) fn return_cards(&mut self, part: &Part) {
        let (mut card, mut below) = (part.card, part.cards_below);
        loop {
            self.soon.push(Soon::Signal(card, Signal::Card(part.product)));
            if below == BOTTOM {
                return;
            }
            (card, below) = self.pile.pop(below);
        }
    }

    /// Sends back those of several cards that `go`; the others stay in their order.
    fn sort_cards(&mut self, id: PartId, go: impl Fn(&Self, EquipmentId) -> bool) {
        let part = self.parts.get(id);
        let (product, mut card, mut below) = (part.product, part.card, part.cards_below);
        let mut stay = Vec::new();
        loop {
            if go(self, card) {
                self.soon.push(Soon::Signal(card, Signal::Card(product)));
            } else {
                stay.push(card);
            }
            if below == BOTTOM {
                break;
            }
            (card, below) = self.pile.pop(below);
        }
        let first = if stay.is_empty() { EquipmentId::NONE } else { stay.remove(0) };
        let mut rest = BOTTOM;
        for card in stay.into_iter().rev() {
            rest = self.pile.push(card, rest);
        }
        let part = self.parts.get_mut(id);
        (part.card, part.cards_below) = (first, rest);
    }
}
