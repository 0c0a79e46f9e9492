//! Parts that robots take from a belt of bodies on the way, while it moves.
//!
//! As between events, a sensor tells the robot of each part whose middle passes it, and the encoder of the drive how far that has gone since.
//! That is all that a controller knows: if the part slips on the belt meanwhile, the robot is beside it.

use super::super::conveyor::side::{Eye, eyes};
use super::{ENTRY_CLEARS, FRONT, RigidConveyor, RigidConveyorState, SEEN, WayIn};
use crate::engine::{Compile, Ctx};
use crate::id::{LinkId, PartId};
use crate::kernel::EventKey;
use crate::units::SimDuration;

impl RigidConveyor {
    /// The sensors of the robots that track it.
    pub(super) fn eyes(&self, cx: &mut Compile<'_>) -> Vec<Eye> {
        let measures = &self.measures;
        let length = measures.way.length_m();
        let transit = SimDuration::from_seconds(length / measures.speed).ns();
        eyes(cx, length, transit, measures.longest)
    }

    /// How long its drive has run at full speed until now.
    fn running(&self, cx: &Ctx<'_>) -> SimDuration {
        let run_m = cx.bodies().map_or(0.0, |bodies| self.run_m(bodies, cx.now()));
        SimDuration::from_seconds(run_m / self.measures.speed)
    }

    /// The encoder of a belt that moves on or stands.
    pub(super) fn turn(&self, cx: &mut Ctx<'_>, runs: bool) {
        if !self.trackers.is_empty() {
            let running = self.running(cx);
            cx.turn_encoder(running, runs);
        }
    }

    /// After a step: the parts whose middles pass a sensor in it.
    pub(super) fn watch(&self, state: &mut RigidConveyorState, cx: &mut Ctx<'_>) {
        for (at, eye) in self.trackers.iter().enumerate() {
            if !state.side.keys[at].is_none() {
                continue;
            }
            let next = state.items.get(cx.core().seen(eye.row).len());
            let sensor_m = self.measures.speed * SimDuration::from_ns(eye.way).seconds();
            let mark = sensor_m + next.map_or(0.0, |item| item.half[0]);
            if let Some(after) = self.crossing(cx, next, FRONT, mark) {
                state.side.keys[at] = cx.timer(after, SEEN, at as u16);
            }
        }
    }

    /// A part passes the sensor `at`.
    pub(super) fn see(&self, state: &mut RigidConveyorState, cx: &mut Ctx<'_>, at: u16) {
        let eye = self.trackers[usize::from(at)];
        state.side.keys[usize::from(at)] = EventKey::NONE;
        let next = state.items.get(cx.core().seen(eye.row).len()).map(|item| item.part);
        if let Some(part) = next {
            let entered = self.running(cx) - SimDuration::from_ns(eye.way);
            cx.see(eye.row, part, entered);
        }
    }

    /// A robot takes `part` over `link` from where it is.
    pub(super) fn hand_out(
        &self,
        state: &mut RigidConveyorState,
        cx: &mut Ctx<'_>,
        link: LinkId,
        part: PartId,
    ) -> Option<PartId> {
        let at = state.items.iter().position(|item| item.part == part)?;
        state.side.caught += 1;
        let handed = self.handed.contains(&link);
        if at == 0 {
            // The next one is the head now.
            cx.cancel(&mut state.head);
        }
        if at == 0 && state.waits {
            // It had come to the end in the same instant.
            self.depart(state, cx, handed);
            return Some(part);
        }
        state.items.remove(at);
        if !handed && let Some(bodies) = cx.change_bodies() {
            bodies.take(part);
        }
        self.lose_sight(cx, part);
        if state.way_in == WayIn::Taken && state.entry.is_none() && state.items.is_empty() {
            state.entry = cx.timer(SimDuration::ZERO, ENTRY_CLEARS, 0);
        }
        super::show(cx, state.stopped, state.waits, state.items.is_empty());
        Some(part)
    }

    /// `part` is not here any more.
    pub(super) fn lose_sight(&self, cx: &mut Ctx<'_>, part: PartId) {
        if !self.trackers.is_empty() {
            cx.lose_sight(part);
        }
    }
}
