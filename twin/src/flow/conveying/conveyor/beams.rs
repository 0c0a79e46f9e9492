//! When parts come into beams over a conveyor and leave them.

use super::{Conveyor, ConveyorState, Item, PASSED, Transport};
use crate::engine::{BeamOver, Ctx};
use crate::units::SimDuration;

/// How a part moves as long as nothing leaves: its front is `min(t − from, most)` from the entry at running time `t`, all in ns.
#[derive(Clone, Copy, Debug)]
pub(super) struct Course {
    pub(super) from: i64,
    pub(super) most: i64,
}

impl Conveyor {
    /// The courses of the parts on a belt or on rollers, the first ahead. On rollers a part starts when the one ahead does, and comes to
    /// stand closely behind it.
    pub(super) fn courses<'s>(
        &self,
        state: &'s ConveyorState,
    ) -> impl Iterator<Item = (&'s Item, Course)> + use<'s> {
        let closes_up = self.transport == Transport::Roller;
        let last = state.departures.back().filter(|_| closes_up);
        let free = last.map_or(i64::MIN, |last| last + state.last_pitch - self.transit);
        let ahead = Course { from: free, most: self.transit };
        state.items.iter().scan(ahead, move |next, item| {
            let own = Course { from: next.from.max(item.entered), most: next.most };
            if closes_up {
                *next = Course { from: own.from + item.pitch, most: own.most - item.pitch };
            }
            Some((item, own))
        })
    }

    /// Tells of the beams over it, and sets the timers for what changes next in them.
    pub(super) fn time_beams(&self, state: &ConveyorState, cx: &mut Ctx<'_>) {
        let model = cx.model();
        if model.beams.is_empty() {
            return;
        }
        let running = state.running_at(cx.now(), self.transport);
        let moves = !state.stands(self.transport);
        let product = |item: &Item| cx.part(item.part).product.index();
        let parts: Vec<(usize, i64, Course)> = self
            .courses(state)
            .map(|(item, course)| (product(item), item.pitch - self.gap, course))
            .collect();
        let ns = |metres: f64| (metres / self.length_m() * self.transit as f64).round() as i64;
        cx.time_beams(PASSED, |over: &BeamOver| {
            let (mut covered, mut next) = (false, None);
            for (product, length, Course { from, most }) in &parts {
                let Some([near, far]) = over.spans[*product] else { continue };
                let [comes, leaves] = [ns(near).max(0), ns(far) + length];
                let at = (running - from).min(*most);
                covered |= (comes..leaves).contains(&at);
                let change = if at < comes { comes } else { leaves };
                if at < change && change <= *most {
                    let passes = from + change;
                    next = Some(next.map_or(passes, |next: i64| next.min(passes)));
                }
            }
            let after = next.filter(|_| moves).map(|next| SimDuration::from_ns(next - running));
            (covered, after)
        });
    }
}
