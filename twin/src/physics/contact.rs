//! What happens to contacts before they are solved: belts set the speed of their surface, and seams are smoothed.

use rapier3d::pipeline::{ContactModificationContext, PhysicsHooks};

use super::convert::{from_vector, to_vector};
use super::deck::Standing;

/// The decks of a cell as the solver asks for them. A deck's collider carries its number plus one as user data; all others carry 0.
pub(super) struct Decks<'a> {
    /// All decks.
    pub(super) all: &'a [Standing],
    /// Speeds of the drives over this step, m/s.
    pub(super) speeds: &'a [f64],
    /// Length of the step, s.
    pub(super) step_s: f64,
}

impl Decks<'_> {
    /// The deck of a contact, and the sign of a surface speed there. rapier wants the speed of the first body relative to the
    /// second: positive if the deck is the first.
    fn deck(&self, context: &ContactModificationContext<'_>) -> Option<(&Standing, f64)> {
        let number = |collider| {
            let data = context.colliders.get(collider)?.user_data;
            self.all.get(usize::try_from(data).ok()?.checked_sub(1)?)
        };
        let first = number(context.collider1).map(|deck| (deck, 1.0));
        first.or_else(|| number(context.collider2).map(|deck| (deck, -1.0)))
    }
}

impl PhysicsHooks for Decks<'_> {
    fn modify_solver_contacts(&self, context: &mut ContactModificationContext<'_>) {
        let Some((deck, sign)) = self.deck(context) else { return };
        let Some(contacts) = context.rigid_mut() else { return };
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
