//! Parts that robots take from a belt on the way, while it moves.

use serde::{Deserialize, Serialize};

use super::{Conveyor, ConveyorState, Item, SEEN};
use crate::engine::{Compile, Ctx, Divert};
use crate::id::{LinkId, PartId};
use crate::kernel::EventKey;
use crate::units::SimDuration;

/// A sensor that tells a robot of parts.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Eye {
    /// Row of [`Model::trackers`](crate::engine::Model::trackers).
    pub(in super::super) row: u32,
    /// The connection to the robot.
    pub(in super::super) link: LinkId,
    /// From the entry to the sensor, ns.
    pub(in super::super) way: i64,
}

/// What changes on a belt that is tracked.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(in super::super) struct Side {
    /// For each sensor, when the next part passes it.
    pub(in super::super) keys: Vec<EventKey>,
    /// Parts that robots have taken, and parts that have left by the end, since the end of the warm-up.
    pub(in super::super) caught: u64,
    pub(in super::super) missed: u64,
}

impl Side {
    pub(in super::super) fn new(keys: Vec<EventKey>) -> Self {
        Self { keys, ..Self::default() }
    }

    /// The belt stands still, after having run for `running`.
    pub(super) fn stand(&mut self, cx: &mut Ctx<'_>, running: SimDuration) {
        if self.keys.is_empty() {
            return;
        }
        self.keys.iter_mut().for_each(|key| cx.cancel(key));
        cx.turn_encoder(running, false);
    }

    pub(in super::super) fn reset(&mut self) {
        (self.caught, self.missed) = (0, 0);
    }

    pub(in super::super) fn figures(&self, out: &mut Vec<(String, f64)>) {
        out.push(("caught".into(), self.caught as f64));
        out.push(("missed".into(), self.missed as f64));
    }
}

/// The sensors of a belt of `length` (m), over which parts of `longest` (m) ride in `transit` (ns); what cannot be is reported.
pub(in super::super) fn eyes(
    cx: &mut Compile<'_>,
    length: f64,
    transit: i64,
    longest: f64,
) -> Vec<Eye> {
    let me = cx.me();
    let trackers = cx.model().trackers.iter().enumerate().filter(|(_, one)| one.belt == me);
    let found: Vec<(Eye, f64)> = trackers
        .map(|(row, one)| {
            let way = (one.sensor_m / length * transit as f64).round() as i64;
            (Eye { row: row as u32, link: one.link, way }, one.window_m[1])
        })
        .collect();
    if found.is_empty() {
        return Vec::new();
    }
    if let Some((_, until)) = found.iter().find(|(_, until)| until + longest / 2.0 > length) {
        let message = format!(
            "a part of {longest} m whose middle is taken as late as {until} m from the entry is beyond the end of {length} m before"
        );
        cx.error("length", &message);
    }
    let tracked = |link: &LinkId| found.iter().any(|(eye, _)| eye.link == *link);
    let row = cx.model().row(me);
    let lost = cx.outgoing().iter().all(tracked)
        || row.hops.iter().any(|(_, ways)| ways.iter().all(tracked));
    let free = matches!(row.divert, Divert::FirstFree);
    if lost {
        let message = "parts that no robot catches have no way on: it needs one besides those to robots that track it";
        cx.error("length", message);
    }
    if !free {
        cx.error("length", "what robots take is up to them: leave `divert` out");
    }
    found.into_iter().map(|(eye, _)| eye).collect()
}

impl Conveyor {
    /// Running time at which the middle of `item` was at the entry, ns.
    fn middle(&self, item: &Item) -> i64 {
        item.entered + (item.pitch - self.gap) / 2
    }

    /// The encoder and the sensors of a belt that may have come to move.
    pub(super) fn turn(&self, state: &mut ConveyorState, cx: &mut Ctx<'_>) {
        if self.trackers.is_empty() || state.stands(self.transport) {
            return;
        }
        let running = state.running_at(cx.now(), self.transport);
        cx.turn_encoder(SimDuration::from_ns(running), true);
        self.time_eyes(state, cx);
    }

    /// Sets the timers for the parts that pass the sensors next: each has seen the first so many.
    pub(super) fn time_eyes(&self, state: &mut ConveyorState, cx: &mut Ctx<'_>) {
        for (at, eye) in self.trackers.iter().enumerate() {
            cx.cancel(&mut state.side.keys[at]);
            let next = state.items.get(cx.core().seen(eye.row).len());
            let Some(item) = next.filter(|_| !state.stands(self.transport)) else { continue };
            let passes = self.middle(item) + eye.way;
            let after = (passes - state.running_at(cx.now(), self.transport)).max(0);
            state.side.keys[at] = cx.timer(SimDuration::from_ns(after), SEEN, at as u16);
        }
    }

    /// A part passes the sensor `at`.
    pub(super) fn see(&self, state: &mut ConveyorState, cx: &mut Ctx<'_>, at: u16) {
        let at = usize::from(at);
        state.side.keys[at] = EventKey::NONE;
        let eye = self.trackers[at];
        let seen = cx.core().seen(eye.row).len();
        if let Some(item) = state.items.get(seen) {
            let (part, middle) = (item.part, self.middle(item));
            cx.see(eye.row, part, SimDuration::from_ns(middle));
        }
        self.time_eyes(state, cx);
    }

    /// A robot takes `part` from where it is.
    pub(super) fn hand_out(
        &self,
        state: &mut ConveyorState,
        cx: &mut Ctx<'_>,
        part: PartId,
    ) -> Option<PartId> {
        let at = state.items.iter().position(|item| item.part == part)?;
        state.side.caught += 1;
        if at == 0 && state.waits {
            // It had come to the end in the same instant.
            self.depart(state, cx);
            return Some(part);
        }
        let item = state.items.remove(at)?;
        state.occupied -= item.pitch;
        cx.lose_sight(part);
        if at == 0 {
            self.time_head(state, cx);
        }
        self.time_eyes(state, cx);
        self.time_beams(state, cx);
        self.show(state, cx);
        Some(part)
    }

    /// `part` is not here any more.
    pub(super) fn lose_sight(&self, cx: &mut Ctx<'_>, part: PartId) {
        if !self.trackers.is_empty() {
            cx.lose_sight(part);
        }
    }
}
