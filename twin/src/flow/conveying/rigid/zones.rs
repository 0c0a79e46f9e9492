//! Zones of a conveyor as rigid bodies.
//!
//! Each zone has a gate at its end, the last one that of the conveyor, and parts are let on one zone at a time: when the zone ahead is
//! clear, which it is once the back of the part before is past its end. Between events it is the same rule; here it is looked at
//! once a step, so that a part may be let on a step early, and one that waits stands at its gate, some millimetres past the
//! end of its zone.

use super::{Item, RigidConveyor, RigidConveyorState};
use crate::engine::Ctx;
use crate::units::{SimDuration, SimTime};

impl RigidConveyor {
    /// Length of a zone, m; that of the conveyor if it has none.
    pub(super) fn zone_m(&self) -> f64 {
        self.measures.way.length_m() / f64::from(self.zones.unwrap_or(1).max(1))
    }

    /// Lets parts on from zone to zone.
    pub(super) fn let_on(&self, state: &mut RigidConveyorState, cx: &mut Ctx<'_>) {
        let (Some(n), Some(placed)) = (self.zones, self.placed.as_ref()) else { return };
        for index in 0..state.items.len() {
            let item = state.items[index];
            let way = cx.bodies().and_then(|bodies| bodies.way(item.part));
            let Some([_, pose]) = way else { continue };
            let [back, front] = self.span(&item, &pose);
            let ends = |zone: u32| f64::from(zone) * self.zone_m();
            let own = &mut state.items[index];
            own.leaving &= back < ends(item.zone);
            let next = item.zone + 1;
            if next == n || front < ends(next) || !self.is_clear(state, cx.now(), index, next) {
                continue;
            }
            let own = &mut state.items[index];
            (own.zone, own.leaving) = (next, true);
            if let Some(bodies) = cx.change_bodies() {
                bodies.let_through(item.part, placed.gates[item.zone as usize]);
            }
        }
    }

    /// Whether zone `zone` is clear for item `index`.
    fn is_clear(&self, state: &RigidConveyorState, now: SimTime, index: usize, zone: u32) -> bool {
        let ahead = index.checked_sub(1).map(|ahead| state.items[ahead]);
        match ahead {
            Some(Item { zone: at, leaving, .. }) => at > zone + u32::from(leaving),
            None => Some(zone + 1) != self.zones || now >= state.cleared,
        }
    }

    /// When the last zone is clear of a part as long as `item` that leaves at `now`.
    pub(super) fn clears(&self, item: &Item, now: SimTime) -> SimTime {
        now + SimDuration::from_seconds(self.room(item) / self.measures.speed)
    }
}
