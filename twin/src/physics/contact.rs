//! What happens to contacts before they are solved: belts set the speed of their surface, seams are smoothed, gates let parts through.

use std::collections::BTreeMap;

use rapier3d::geometry::ColliderHandle;
use rapier3d::pipeline::{ContactModificationContext, PhysicsHooks};

use super::cell::{GoodsId, Lying};
use super::convert::{from_vector, to_vector};
use super::deck::{DeckId, Standing};
use super::gate::GateId;
use super::link::ArmLinkId;

/// What a collider is, where the solver has to know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    Deck(DeckId),
    Gate(GateId),
    Goods(GoodsId),
    Link(ArmLinkId),
}

impl Mark {
    /// As the user data of a collider: the sort above the lower 32 bits, the number in them. All others carry 0.
    pub(super) fn data(self) -> u128 {
        let (sort, number) = match self {
            Self::Deck(DeckId(number)) => (1, number),
            Self::Gate(GateId(number)) => (2, number),
            Self::Goods(GoodsId(number)) => (3, number),
            Self::Link(ArmLinkId(number)) => (4, number),
        };
        (sort << 32) | u128::from(number)
    }

    /// The part that a collider with such user data is.
    pub(super) fn goods(data: u128) -> Option<GoodsId> {
        if let Some(Self::Goods(goods)) = Self::of(data) { Some(goods) } else { None }
    }

    pub(super) fn of(data: u128) -> Option<Self> {
        let number = data as u32;
        match data >> 32 {
            1 => Some(Self::Deck(DeckId(number))),
            2 => Some(Self::Gate(GateId(number))),
            3 => Some(Self::Goods(GoodsId(number))),
            4 => Some(Self::Link(ArmLinkId(number))),
            _ => None,
        }
    }
}

/// A cell as the solver asks for it.
pub(super) struct Decks<'a> {
    /// All decks.
    pub(super) all: &'a [Standing],
    /// All parts.
    pub(super) goods: &'a BTreeMap<GoodsId, Lying>,
    /// Those that a hand holds.
    pub(super) held: Vec<GoodsId>,
    /// Speeds of the drives over this step, m/s.
    pub(super) speeds: &'a [f64],
    /// Length of the step, s.
    pub(super) step_s: f64,
}

impl Decks<'_> {
    /// The deck of a contact, and the sign of a surface speed there. rapier wants the speed of the first body relative to the
    /// second: positive if the deck is the first.
    fn deck(&self, marks: [Option<Mark>; 2]) -> Option<(&Standing, f64)> {
        let (deck, sign) = match marks {
            [Some(Mark::Deck(deck)), _] => (deck, 1.0),
            [_, Some(Mark::Deck(deck))] => (deck, -1.0),
            _ => return None,
        };
        Some((self.all.get(deck.0 as usize)?, sign))
    }

    /// Whether it is no contact: of a gate with a part that it lets through, of an arm with a part that is held.
    fn passes(&self, marks: [Option<Mark>; 2]) -> bool {
        match marks {
            [Some(Mark::Gate(gate)), Some(Mark::Goods(goods))]
            | [Some(Mark::Goods(goods)), Some(Mark::Gate(gate))] => {
                self.goods.get(&goods).is_some_and(|lying| lying.passes.contains(&gate))
            }
            [Some(Mark::Link(_)), Some(Mark::Goods(goods))]
            | [Some(Mark::Goods(goods)), Some(Mark::Link(_))] => self.held.contains(&goods),
            _ => false,
        }
    }
}

impl PhysicsHooks for Decks<'_> {
    fn modify_solver_contacts(&self, context: &mut ContactModificationContext<'_>) {
        let mark = |collider: ColliderHandle| Mark::of(context.colliders.get(collider)?.user_data);
        let marks = [mark(context.collider1), mark(context.collider2)];
        let passes = self.passes(marks);
        let deck = self.deck(marks);
        let Some(contacts) = context.rigid_mut() else { return };
        if passes {
            contacts.solver_contacts.clear();
        }
        let Some((deck, sign)) = deck else { return };
        let normal = from_vector(*contacts.normal);
        contacts.solver_contacts.retain(|contact| {
            !deck.is_seam(from_vector(contact.anchor1 + contact.anchor2) * 0.5, normal)
        });
        for contact in contacts.solver_contacts.iter_mut() {
            let point = from_vector(contact.anchor1 + contact.anchor2) * 0.5;
            let velocity = deck.velocity(point, self.speeds, self.step_s);
            contact.tangent_velocity = to_vector(velocity * sign);
        }
    }
}
