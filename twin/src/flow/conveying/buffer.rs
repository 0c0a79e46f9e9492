//! Buffers and stores: parts wait here until a place that they can go to has room.

use serde::{Deserialize, Serialize};

use crate::engine::{Activity, Candidate, Compile, Core, Ctx, Equipment, Interrupt};
use crate::flow::{Capacity, Key, Queue, Rule, View, Waiting};
use crate::id::{LinkId, PartId};
use crate::units::{SimDuration, SimTime};

/// `Buffer`: holds up to `capacity` parts.
///
/// A part that comes in may leave after `dwell` (at once without one). When a way out gets room, `rule` says which of the
/// parts that may take it goes. A full buffer blocks whoever wants to put something in. With a `limit`, a part that has
/// waited that long is lost (`then: Scrap`) or goes before all others (`then: Expedite`).
///
/// Shown as starved while empty, working while it holds something, blocked while full.
#[derive(Debug)]
pub struct Buffer {
    capacity: Capacity,
    rule: Rule,
    dwell: SimDuration,
    limit: Option<(SimDuration, Overdue)>,
}

/// The parameters of a buffer.
#[derive(Debug, Default, Deserialize)]
#[serde(rename = "Buffer", deny_unknown_fields, default)]
pub struct BufferSpec {
    /// Most parts in it; without one, any number.
    pub capacity: Capacity,
    /// Which part goes first. Default: `Fifo`.
    pub rule: Rule,
    /// Shortest stay.
    pub dwell: SimDuration,
    /// Longest stay, and what happens then.
    pub limit: Option<LimitSpec>,
}

/// A queue-time limit.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LimitSpec {
    /// The longest that a part may wait.
    pub after: SimDuration,
    /// What happens to it then.
    pub then: Overdue,
}

/// What happens to a part that has waited too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Overdue {
    /// It is lost.
    Scrap,
    /// It goes before all others.
    Expedite,
}

/// What changes in a buffer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct BufferState {
    queue: Queue,
    /// Parts whose dwell is not over.
    resting: Vec<PartId>,
    stopped: bool,
}

const DWELL_OVER: u8 = 0;
const LIMIT_REACHED: u8 = 1;

impl Equipment for Buffer {
    const KIND: &'static str = "Buffer";
    type Spec = BufferSpec;
    type State = BufferState;

    fn compile(spec: BufferSpec, cx: &mut Compile<'_>) -> Self {
        if spec.capacity == Capacity::Places(0) {
            cx.error("capacity", "a buffer needs room for at least one part");
        }
        if spec.rule == Rule::FewestSetups {
            cx.error("rule", "a buffer has no set-up; give this rule to the station's `queue`");
        }
        let limit = spec.limit.map(|limit| (limit.after, limit.then));
        Self { capacity: spec.capacity, rule: spec.rule, dwell: spec.dwell, limit }
    }

    fn initial(&self) -> BufferState {
        BufferState { queue: Queue::new(self.rule), resting: Vec::new(), stopped: false }
    }

    fn has_endless_room(&self) -> bool {
        self.capacity == Capacity::Unlimited
    }

    fn start(&self, _state: &mut BufferState, cx: &mut Ctx<'_>) {
        match self.capacity {
            Capacity::Unlimited => cx.open_endless(),
            Capacity::Places(n) => cx.open(n),
        }
    }

    fn on_enter(&self, state: &mut BufferState, cx: &mut Ctx<'_>, part: PartId, _link: LinkId) {
        if self.dwell > SimDuration::ZERO {
            state.resting.push(part);
            cx.timer(self.dwell, DWELL_OVER, 0);
        } else if state.queue.is_empty() && !state.stopped && self.limit.is_none() {
            if cx.send(part) {
                self.freed(cx);
                return;
            }
            self.push(state, cx, part);
        } else {
            self.push(state, cx, part);
            cx.offer(part);
        }
        if let Some((after, _)) = self.limit {
            cx.timer(after, LIMIT_REACHED, 0);
        }
        self.show(state, cx);
    }

    fn on_timer(&self, state: &mut BufferState, cx: &mut Ctx<'_>, tag: u8, _arg: u16) {
        match tag {
            // Dwells are all alike, so the first that came is the first that is through.
            DWELL_OVER => {
                let part = state.resting.remove(0);
                self.push(state, cx, part);
                cx.offer(part);
            }
            _ => self.enforce_limit(state, cx),
        }
        self.show(state, cx);
    }

    fn give(
        &self,
        state: &mut BufferState,
        cx: &mut Ctx<'_>,
        link: LinkId,
        wanted: Option<PartId>,
    ) -> Option<PartId> {
        if state.stopped {
            return None;
        }
        let part = match wanted {
            Some(part) => state.queue.remove(part).then_some(part)?,
            None => self.next(state, cx, link)?,
        };
        self.freed(cx);
        self.show(state, cx);
        if state.queue.iter().any(|waiting| cx.may_take(waiting.part, link)) {
            cx.wait(link);
        }
        Some(part)
    }

    fn list(&self, state: &BufferState, _core: &Core, link: LinkId, out: &mut Vec<Candidate>) {
        if state.stopped {
            return;
        }
        let parts = state.queue.in_order(self.rule);
        out.extend(parts.into_iter().map(|part| Candidate { part, link }));
    }

    fn on_stop(&self, state: &mut BufferState, cx: &mut Ctx<'_>, how: Interrupt) {
        state.stopped = true;
        cx.shut(true);
        cx.set_activity(0, cx.stop_activity());
        if how == Interrupt::Scrap {
            for part in state.queue.in_order(self.rule) {
                state.queue.remove(part);
                cx.scrap(part);
                self.freed(cx);
            }
        }
    }

    fn on_go(&self, state: &mut BufferState, cx: &mut Ctx<'_>) {
        state.stopped = false;
        cx.shut(false);
        for part in state.queue.in_order(self.rule) {
            cx.offer(part);
        }
        self.show(state, cx);
    }

    fn contents(&self, state: &BufferState, out: &mut Vec<PartId>) {
        out.extend(state.queue.in_order(self.rule));
        out.extend(&state.resting);
    }
}

impl Buffer {
    fn push(&self, state: &mut BufferState, cx: &Ctx<'_>, part: PartId) {
        let info = cx.part(part);
        let view = View { model: cx.model(), core: cx.core() };
        let key = if self.rule.is_static() { self.rule.key(view, info, || 0.0) } else { Key(0.0) };
        state.queue.push(Waiting { key, since: cx.now(), serial: info.serial, part });
    }

    /// Takes out the part that goes first among those that may leave by `link`.
    fn next(&self, state: &mut BufferState, cx: &Ctx<'_>, link: LinkId) -> Option<PartId> {
        if cx.has_one_way() && self.rule.is_static() {
            return state.queue.pop(self.rule);
        }
        let view = View { model: cx.model(), core: cx.core() };
        let parts = state.queue.in_order(self.rule);
        let mut eligible = parts.into_iter().filter(|part| cx.may_take(*part, link));
        let part = if self.rule.is_static() {
            eligible.next()
        } else {
            // `min_by_key` keeps the first of equals: the one that has waited longest.
            eligible.min_by_key(|part| self.rule.key(view, cx.part(*part), || 0.0))
        }?;
        state.queue.remove(part);
        Some(part)
    }

    /// A place has become free.
    fn freed(&self, cx: &mut Ctx<'_>) {
        if self.capacity != Capacity::Unlimited {
            cx.open(1);
        }
    }

    fn enforce_limit(&self, state: &mut BufferState, cx: &mut Ctx<'_>) {
        let Some((after, then)) = self.limit else { return };
        let overdue = |waiting: &&Waiting| waiting.since + after <= cx.now();
        let parts: Vec<PartId> =
            state.queue.iter().filter(overdue).map(|waiting| waiting.part).collect();
        for part in parts {
            state.queue.remove(part);
            if then == Overdue::Scrap {
                cx.scrap(part);
                self.freed(cx);
            } else {
                let serial = cx.part(part).serial;
                // Before all others, and never again overdue.
                let waiting =
                    Waiting { key: Key(f64::NEG_INFINITY), since: SimTime::NEVER, serial, part };
                state.queue.push_first(waiting);
            }
        }
    }

    fn show(&self, state: &BufferState, cx: &mut Ctx<'_>) {
        if state.stopped {
            return;
        }
        let n = (state.queue.len() + state.resting.len()) as u32;
        let activity = match self.capacity {
            _ if n == 0 => Activity::Starved,
            Capacity::Places(capacity) if n >= capacity => Activity::Blocked,
            _ => Activity::Working,
        };
        cx.set_activity(0, activity);
    }
}
