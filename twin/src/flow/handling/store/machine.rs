//! The storage and retrieval machine: what it does next, and step by step how.
//!
//! ```text
//! front → take in → to the opening → put in ┬→ back empty → front
//!                                           └→ to another → take out → back → hand over → front
//! ```

use serde::{Deserialize, Serialize};

use super::{DWELL_OVER, PHASE_ENDS, Stand, Store, StoreState, Stored};
use crate::engine::{Activity, Ctx};
use crate::flow::handling::order::ways;
use crate::id::{LinkId, PartId};
use crate::units::SimDuration;

/// What the machine is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Phase {
    /// At the front, or at an opening where it has just put something.
    Idle,
    TakeIn,
    ToOpening,
    PutIn,
    /// Back to the front with nothing.
    Return,
    ToPart,
    TakeOut,
    Back,
    HandOver,
}

/// A part that is to leave.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Retrieval {
    pub(super) part: PartId,
    slot: u32,
    /// Where room is reserved for it; none: at the output stand.
    to: LinkId,
}

impl Store {
    /// Puts `part` into opening `slot`.
    pub(super) fn keep(
        &self,
        state: &mut StoreState,
        cx: &mut Ctx<'_>,
        part: PartId,
        slot: u32,
        dwell: SimDuration,
    ) {
        let info = cx.part(part);
        let group = (info.product, info.step);
        let stored = Stored { part, slot, number: state.numbers, ready: cx.now() + dwell };
        state.numbers += 1;
        state.rack.entry(group).or_default().push_back(stored);
        state.figures.hold(cx.now(), 1);
        if dwell > SimDuration::ZERO {
            cx.timer(dwell, DWELL_OVER, 0);
        }
    }

    /// Begins something, if there is anything to do.
    pub(super) fn decide(&self, state: &mut StoreState, cx: &mut Ctx<'_>) {
        if state.phase != Phase::Idle {
            return;
        }
        if state.at.is_some() {
            if !(self.dual && self.retrieve(state, cx)) {
                self.go(state, cx, Phase::Return, None);
            }
            return;
        }
        let stores_first = self.dual || !state.stored_last;
        let begun = stores_first && self.store(state, cx)
            || self.retrieve(state, cx)
            || !stores_first && self.store(state, cx);
        if !begun {
            let full = !state.waiting.is_empty() && state.free.is_empty();
            cx.set_activity(0, if full { Activity::Blocked } else { Activity::Starved });
        }
    }

    fn store(&self, state: &mut StoreState, cx: &mut Ctx<'_>) -> bool {
        let Some(part) = state.waiting.front().copied() else { return false };
        if cx.is_stopping() || state.free.is_empty() || !cx.begin_cycle() {
            return false;
        }
        let product = cx.part(part).product;
        let Some(slot) = self.rack.take(&mut state.free, cx, product) else { return false };
        state.waiting.pop_front();
        state.storing = Some((part, slot));
        state.stored_last = true;
        (state.figures.began, state.figures.in_cycle) = (cx.now(), 0);
        let time = cx.draw(&self.transfer);
        self.run(state, cx, Phase::TakeIn, time);
        true
    }

    /// Sets out for the oldest part that can go on.
    fn retrieve(&self, state: &mut StoreState, cx: &mut Ctx<'_>) -> bool {
        if cx.is_stopping() {
            return false;
        }
        let now = cx.now();
        let heads = state.rack.iter().filter_map(|(group, parts)| Some((*group, *parts.front()?)));
        let mut heads: Vec<_> = heads.filter(|(_, head)| head.ready <= now).collect();
        heads.sort_unstable_by_key(|(_, head)| head.number);
        for (group, head) in heads {
            let Some(to) = self.room_for(state, cx, head.part) else { continue };
            if state.at.is_none() {
                if !cx.begin_cycle() {
                    if !to.is_none() {
                        cx.unreserve(to);
                    }
                    return false;
                }
                (state.figures.began, state.figures.in_cycle) = (cx.now(), 0);
                state.stored_last = false;
            }
            state.rack.entry(group).and_modify(|parts| {
                parts.pop_front();
            });
            let Stored { part, slot, .. } = head;
            state.retrieving = Some(Retrieval { part, slot, to });
            self.go(state, cx, Phase::ToPart, Some(slot));
            return true;
        }
        false
    }

    /// Room for `part` downstream (the connection) or at the output stand (none).
    fn room_for(&self, state: &mut StoreState, cx: &mut Ctx<'_>, part: PartId) -> Option<LinkId> {
        let model = cx.model();
        let chooses = |link: LinkId| model.row(model.links[link.index()].to).selective;
        let ways = ways(model, cx.me(), cx.part(part));
        for link in ways.clone().filter(|link| !chooses(*link)) {
            if state.rooms.take(cx, link) {
                return Some(link);
            }
        }
        if state.out.len() < self.output && ways.clone().any(chooses) {
            return Some(LinkId::NONE);
        }
        ways.filter(|link| !chooses(*link)).for_each(|link| {
            cx.wait(link);
        });
        None
    }

    fn go(&self, state: &mut StoreState, cx: &mut Ctx<'_>, phase: Phase, to: Stand) {
        let time = self.rack.time(std::mem::replace(&mut state.at, to), to);
        self.run(state, cx, phase, time);
    }

    pub(super) fn run(
        &self,
        state: &mut StoreState,
        cx: &mut Ctx<'_>,
        phase: Phase,
        time: SimDuration,
    ) {
        (state.phase, state.left) = (phase, time);
        if time == SimDuration::ZERO {
            self.phase_done(state, cx);
            return;
        }
        state.ends = cx.now() + time;
        state.key = cx.timer(time, PHASE_ENDS, 0);
        cx.set_activity_for(0, Activity::Working, time);
    }

    pub(super) fn phase_done(&self, state: &mut StoreState, cx: &mut Ctx<'_>) {
        match state.phase {
            Phase::Idle => {}
            Phase::TakeIn => {
                cx.open(1);
                let slot = state.storing.map(|one| one.1);
                self.go(state, cx, Phase::ToOpening, slot);
            }
            Phase::ToOpening => self.transfer(state, cx, Phase::PutIn),
            Phase::PutIn => {
                if let Some((part, slot)) = state.storing.take() {
                    self.keep(state, cx, part, slot, self.dwell);
                }
                state.figures.stored += 1;
                state.figures.in_cycle += 1;
                state.phase = Phase::Idle;
                cx.decide_later();
            }
            Phase::ToPart => self.transfer(state, cx, Phase::TakeOut),
            Phase::TakeOut => {
                if let Some(one) = state.retrieving {
                    self.rack.give_back(&mut state.free, one.slot);
                }
                state.figures.hold(cx.now(), -1);
                self.go(state, cx, Phase::Back, None);
            }
            Phase::Back => self.transfer(state, cx, Phase::HandOver),
            Phase::HandOver => {
                self.hand_over(state, cx);
                self.cycle_done(state, cx);
            }
            Phase::Return => self.cycle_done(state, cx),
        }
    }

    fn transfer(&self, state: &mut StoreState, cx: &mut Ctx<'_>, phase: Phase) {
        let time = cx.draw(&self.transfer);
        self.run(state, cx, phase, time);
    }

    fn hand_over(&self, state: &mut StoreState, cx: &mut Ctx<'_>) {
        let Some(one) = state.retrieving.take() else { return };
        state.figures.retrieved += 1;
        state.figures.in_cycle += 1;
        if one.to.is_none() {
            state.out.keep(one.part);
            cx.offer(one.part);
        } else {
            cx.send_reserved(one.part, one.to);
        }
    }

    /// Back at the front.
    fn cycle_done(&self, state: &mut StoreState, cx: &mut Ctx<'_>) {
        state.phase = Phase::Idle;
        let figures = &mut state.figures;
        let sum = if figures.in_cycle > 1 { &mut figures.dual } else { &mut figures.single };
        *sum = (sum.0 + 1, sum.1 + (cx.now() - figures.began).ns());
        if cx.is_stopping() {
            cx.at_rest();
        }
        cx.decide_later();
    }
}
