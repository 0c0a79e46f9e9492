//! Delays: time that passes for every part by itself, as on a way with room for all.
//!
//! An infinite server: parts come in at any time and leave each after its own time, past one another.

use serde::{Deserialize, Serialize};

use crate::engine::{Activity, Candidate, Compile, Core, Ctx, Draw, Equipment};
use crate::flow::outbox::Outbox;
use crate::id::{LinkId, PartId};
use crate::random::Distribution;
use crate::units::SimDuration;

/// `Delay(time: Uniform(min: "5 min", max: "10 min"))`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DelaySpec {
    /// How long a part is here.
    pub time: Distribution<SimDuration>,
}

/// `Delay`: every part is here for a time of its own, as on a way with room for all. It never stops.
#[derive(Debug)]
pub struct Delay {
    time: Draw,
}

/// What changes in a delay.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DelayState {
    /// Parts by the number that their timer carries, and the numbers that are free.
    parts: Vec<PartId>,
    free: Vec<u32>,
    /// Parts that cannot go on.
    out: Outbox,
}

/// A timer carries 24 bits.
const MOST_PARTS: usize = 1 << 24;

impl Equipment for Delay {
    const KIND: &'static str = "Delay";
    type Spec = DelaySpec;
    type State = DelayState;

    fn compile(spec: DelaySpec, cx: &mut Compile<'_>) -> Self {
        Self { time: cx.draw("time", &spec.time) }
    }

    fn initial(&self) -> DelayState {
        DelayState { parts: Vec::new(), free: Vec::new(), out: Outbox::default() }
    }

    fn has_endless_room(&self) -> bool {
        true
    }

    fn start(&self, _state: &mut DelayState, cx: &mut Ctx<'_>) {
        cx.open(MOST_PARTS as u32);
    }

    fn on_enter(&self, state: &mut DelayState, cx: &mut Ctx<'_>, part: PartId, _link: LinkId) {
        let number = state.free.pop().unwrap_or_else(|| {
            state.parts.push(PartId::NONE);
            state.parts.len() as u32 - 1
        });
        state.parts[number as usize] = part;
        let time: SimDuration = cx.draw(&self.time);
        cx.timer(time, (number >> 16) as u8, number as u16);
        cx.set_activity(0, Activity::Working);
    }

    fn on_timer(&self, state: &mut DelayState, cx: &mut Ctx<'_>, tag: u8, arg: u16) {
        let number = u32::from(tag) << 16 | u32::from(arg);
        let part = std::mem::replace(&mut state.parts[number as usize], PartId::NONE);
        state.free.push(number);
        if state.out.send(cx, part) {
            cx.open(1);
        }
        self.show(state, cx);
    }

    fn give(
        &self,
        state: &mut DelayState,
        cx: &mut Ctx<'_>,
        link: LinkId,
        wanted: Option<PartId>,
    ) -> Option<PartId> {
        let part = state.out.give(cx, link, wanted)?;
        cx.open(1);
        self.show(state, cx);
        Some(part)
    }

    fn list(&self, state: &DelayState, _core: &Core, link: LinkId, out: &mut Vec<Candidate>) {
        state.out.list(link, out);
    }

    fn contents(&self, state: &DelayState, out: &mut Vec<PartId>) {
        out.extend(state.out.iter());
        out.extend(state.parts.iter().filter(|part| !part.is_none()));
    }
}

impl Delay {
    fn show(&self, state: &DelayState, cx: &mut Ctx<'_>) {
        if state.free.len() == state.parts.len() {
            let blocked = !state.out.is_empty();
            cx.set_activity(0, if blocked { Activity::Blocked } else { Activity::Starved });
        }
    }
}
