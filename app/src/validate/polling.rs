//! `Rounds`: a machine that makes its products in turn, written as a plugin's author would.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};
use twin::engine::{Activity, Candidate, Compile, Core, Ctx, Draw, Equipment};
use twin::id::{LinkId, PartId};
use twin::random::Distribution;
use twin::units::SimDuration;

/// `Rounds`: works on all waiting parts of one product, those that come meanwhile included, then is changed over to the next
/// product in order of names, also if none of it waits, and so on round and round.
#[derive(Debug)]
pub(super) struct Rounds {
    n_products: usize,
    mean_time_s: f64,
    time: Draw,
    changeover: Draw,
}

/// The parameters of such a machine.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RoundsSpec {
    /// Processing time.
    time: Distribution<SimDuration>,
    /// Time to change over to the next product; its mean must be above zero.
    changeover: Distribution<SimDuration>,
}

/// What waits, by product, and what is in hand.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct RoundsState {
    queues: Vec<VecDeque<PartId>>,
    turn: usize,
    in_hand: PartId,
    /// The work in hand is done, but has found no room yet.
    blocked: bool,
}

const DONE: u8 = 0;
const CHANGED_OVER: u8 = 1;

impl Equipment for Rounds {
    const KIND: &'static str = "Rounds";
    type Spec = RoundsSpec;
    type State = RoundsState;

    fn compile(spec: RoundsSpec, cx: &mut Compile<'_>) -> Self {
        if spec.changeover.mean() <= 0.0 {
            cx.error("changeover", "must take time, or an empty machine turns round without end");
        }
        Self {
            n_products: cx.n_products(),
            mean_time_s: spec.time.mean(),
            time: cx.draw("time", &spec.time),
            changeover: cx.draw("changeover", &spec.changeover),
        }
    }

    fn initial(&self) -> RoundsState {
        let queues = vec![VecDeque::new(); self.n_products];
        RoundsState { queues, turn: 0, in_hand: PartId::NONE, blocked: false }
    }

    fn is_processor(&self) -> bool {
        true
    }

    fn mean_time_s(&self) -> Option<f64> {
        Some(self.mean_time_s)
    }

    fn start(&self, state: &mut RoundsState, cx: &mut Ctx<'_>) {
        cx.open_endless();
        self.go_on(state, cx);
    }

    fn on_enter(&self, state: &mut RoundsState, cx: &mut Ctx<'_>, part: PartId, _link: LinkId) {
        let product = cx.part(part).product;
        state.queues[product.index()].push_back(part);
    }

    fn on_timer(&self, state: &mut RoundsState, cx: &mut Ctx<'_>, tag: u8, _arg: u16) {
        if tag == DONE {
            cx.step_done(state.in_hand);
            if !cx.send(state.in_hand) {
                state.blocked = true;
                cx.set_activity(0, Activity::Blocked);
                return;
            }
            state.in_hand = PartId::NONE;
        }
        self.go_on(state, cx);
    }

    fn give(
        &self,
        state: &mut RoundsState,
        cx: &mut Ctx<'_>,
        _link: LinkId,
        _wanted: Option<PartId>,
    ) -> Option<PartId> {
        if !std::mem::take(&mut state.blocked) {
            return None;
        }
        let part = std::mem::replace(&mut state.in_hand, PartId::NONE);
        self.go_on(state, cx);
        Some(part)
    }

    fn list(&self, state: &RoundsState, _core: &Core, link: LinkId, out: &mut Vec<Candidate>) {
        if state.blocked {
            out.push(Candidate { part: state.in_hand, link });
        }
    }

    fn contents(&self, state: &RoundsState, out: &mut Vec<PartId>) {
        out.extend(Some(state.in_hand).filter(|part| !part.is_none()));
        out.extend(state.queues.iter().flatten());
    }
}

impl Rounds {
    /// Takes up the next part of the product in turn, or changes over.
    fn go_on(&self, state: &mut RoundsState, cx: &mut Ctx<'_>) {
        let (activity, time, tag) = if let Some(part) = state.queues[state.turn].pop_front() {
            state.in_hand = part;
            (Activity::Working, cx.draw(&self.time), DONE)
        } else {
            state.turn = (state.turn + 1) % self.n_products;
            (Activity::SetUp, cx.draw(&self.changeover), CHANGED_OVER)
        };
        cx.set_activity(0, activity);
        cx.timer(time, tag, 0);
    }
}
