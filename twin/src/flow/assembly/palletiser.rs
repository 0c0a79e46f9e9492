//! Palletisers: parts are put on carriers.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::job::{AmountSpec, JOB_ENDS, Job, WorkersSpec, show_idle, time_of};
use crate::engine::{Activity, Candidate, Compile, Core, Ctx, Draw, Equipment, Interrupt};
use crate::flow::outbox::list_one;
use crate::id::{LinkId, PartId};
use crate::kernel::EventKey;
use crate::random::Distribution;
use crate::units::SimDuration;

/// `Palletiser`: puts parts, which come by the input `parts`, one by one on carriers, which come by the input `carrier`.
///
/// A carrier (pallet, box, skid, hook) is a part like any other. It gets `amount` more parts, or one amount after the other
/// for one carrier after the other, as far as its `places` suffice, and leaves; what lies on it travels with it. It leaves
/// earlier if it has been here for `wait_at_most` and no part is there: with `"0 s"` a carrier that passes takes what it
/// finds and never waits, as on a conveyor that does not stop for anybody.
///
/// `room` parts wait at the machine. Shown as starved while a carrier or parts are missing, blocked while a carrier cannot
/// leave.
#[derive(Debug)]
pub struct Palletiser {
    amounts: Vec<u32>,
    places: u32,
    room: u32,
    time: Draw,
    wait: Option<SimDuration>,
    crew: Option<u32>,
}

/// The parameters of a palletiser.
#[derive(Debug, Deserialize)]
#[serde(rename = "Palletiser", deny_unknown_fields)]
pub struct PalletiserSpec {
    /// Parts that a carrier gets; several: for one carrier after the other, over and over.
    pub amount: AmountSpec,
    /// Most parts on a carrier, those that it brings included. Default: the largest amount.
    #[serde(default)]
    pub places: Option<u32>,
    /// Parts that can wait here. Default: the largest amount.
    #[serde(default)]
    pub room: Option<u32>,
    /// Time for one part. Default: none.
    #[serde(default)]
    pub time: Option<Distribution<SimDuration>>,
    /// How long a carrier waits for parts, counted from when it came. Default: until it has all.
    #[serde(default)]
    pub wait_at_most: Option<SimDuration>,
    /// Workers needed.
    #[serde(default)]
    pub workers: Option<WorkersSpec>,
}

/// What changes in a palletiser.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PalletiserState {
    /// Parts that wait, the oldest first. The one in work is the first.
    stock: VecDeque<PartId>,
    carrier: Option<PartId>,
    /// Parts that the carrier here still gets.
    missing: u32,
    /// The carrier waits for nothing any more.
    hurry: bool,
    /// The carrier is done, and cannot leave.
    done: bool,
    /// Carriers that have come.
    carriers: u64,
    job: Job,
    wait: EventKey,
}

const CARRIER: u8 = 0;
const PARTS: u8 = 1;

const WAIT_OVER: u8 = JOB_ENDS + 1;

impl Equipment for Palletiser {
    const KIND: &'static str = "Palletiser";
    const INPUTS: &'static [&'static str] = &["carrier", "parts"];
    type Spec = PalletiserSpec;
    type State = PalletiserState;

    fn compile(spec: PalletiserSpec, cx: &mut Compile<'_>) -> Self {
        let amounts = spec.amount.checked("amount", cx);
        let most = amounts.iter().copied().max().unwrap_or(1).max(1);
        let (places, room) = (spec.places.unwrap_or(most), spec.room.unwrap_or(most));
        if places < most {
            cx.error("places", &format!("a carrier gets up to {most} parts, so it has as many"));
        }
        if room == 0 {
            cx.error("room", "at least one part can wait here");
        }
        let crew = WorkersSpec::need(spec.workers, cx);
        Self {
            amounts,
            places,
            room,
            time: cx.draw_or_zero("time", spec.time.as_ref()),
            wait: spec.wait_at_most,
            crew,
        }
    }

    fn initial(&self) -> PalletiserState {
        PalletiserState {
            stock: VecDeque::new(),
            carrier: None,
            missing: 0,
            hurry: false,
            done: false,
            carriers: 0,
            job: Job::NONE,
            wait: EventKey::NONE,
        }
    }

    fn start(&self, _state: &mut PalletiserState, cx: &mut Ctx<'_>) {
        cx.open_at(CARRIER, 1);
        cx.open_at(PARTS, self.room);
    }

    fn on_enter(&self, state: &mut PalletiserState, cx: &mut Ctx<'_>, part: PartId, link: LinkId) {
        if cx.input_of(link) == PARTS {
            state.stock.push_back(part);
        } else {
            let amount = self.amounts[(state.carriers % self.amounts.len() as u64) as usize];
            state.carriers += 1;
            state.carrier = Some(part);
            state.missing = amount.min(self.places.saturating_sub(cx.load_of(part)));
            state.hurry = self.wait == Some(SimDuration::ZERO);
            if let (Some(wait), false) = (self.wait, state.hurry) {
                state.wait = cx.timer(wait, WAIT_OVER, 0);
            }
        }
        self.go_on(state, cx);
    }

    fn on_timer(&self, state: &mut PalletiserState, cx: &mut Ctx<'_>, tag: u8, _arg: u16) {
        if tag == WAIT_OVER {
            state.wait = EventKey::NONE;
            state.hurry = true;
        } else {
            state.job.over(cx);
            let part = state.stock.pop_front();
            if let (Some(part), Some(carrier)) = (part, state.carrier) {
                cx.book_work(0, std::iter::once(part));
                cx.step_done(part);
                cx.load(part, carrier);
                cx.open_at(PARTS, 1);
                state.missing -= 1;
            }
        }
        self.go_on(state, cx);
    }

    fn give(
        &self,
        state: &mut PalletiserState,
        cx: &mut Ctx<'_>,
        link: LinkId,
        wanted: Option<PartId>,
    ) -> Option<PartId> {
        let carrier = state.carrier.filter(|_| state.done)?;
        if cx.is_stopped() || !cx.is_asked_for(carrier, link, wanted) {
            return None;
        }
        self.left(state, cx);
        Some(carrier)
    }

    fn list(&self, state: &PalletiserState, core: &Core, link: LinkId, out: &mut Vec<Candidate>) {
        list_one(core, state.carrier.filter(|_| state.done), link, out);
    }

    fn is_busy(&self, state: &PalletiserState) -> bool {
        state.job.is_on()
    }

    fn on_stop(&self, state: &mut PalletiserState, cx: &mut Ctx<'_>, how: Interrupt) {
        cx.shut(true);
        state.job.stop(cx, how);
        if how == Interrupt::Scrap && state.job.is_on() {
            state.job.over(cx);
            if let Some(part) = state.stock.pop_front() {
                cx.book_work(0, std::iter::once(part));
                cx.scrap(part);
                cx.open_at(PARTS, 1);
            }
        }
        cx.set_activity(0, cx.stop_activity());
    }

    fn on_go(&self, state: &mut PalletiserState, cx: &mut Ctx<'_>) {
        cx.shut(false);
        match state.carrier {
            Some(carrier) if state.done => {
                cx.set_activity(0, Activity::Blocked);
                cx.offer(carrier);
            }
            _ if state.job.is_on() => state.job.go(cx, self.crew),
            _ => {
                cx.set_activity(0, Activity::Starved);
                self.go_on(state, cx);
            }
        }
    }

    fn on_crew(&self, state: &mut PalletiserState, cx: &mut Ctx<'_>, _arg: u16) {
        state.job.manned(cx);
    }

    fn contents(&self, state: &PalletiserState, out: &mut Vec<PartId>) {
        out.extend(state.carrier);
        out.extend(&state.stock);
    }
}

impl Palletiser {
    /// Puts the next part on, or lets the carrier go.
    fn go_on(&self, state: &mut PalletiserState, cx: &mut Ctx<'_>) {
        let Some(carrier) = state.carrier else { return };
        if state.job.is_on() || state.done || cx.is_stopping() {
            if !state.job.is_on() {
                cx.at_rest();
            }
            return;
        }
        match state.stock.front() {
            Some(part) if state.missing > 0 => {
                if cx.begin_cycle() {
                    let time = time_of(cx, *part, &self.time);
                    state.job.begin(cx, self.crew, time);
                }
            }
            None if state.missing > 0 && !state.hurry => cx.set_activity(0, Activity::Starved),
            _ => self.release(state, cx, carrier),
        }
    }

    fn release(&self, state: &mut PalletiserState, cx: &mut Ctx<'_>, carrier: PartId) {
        cx.cancel(&mut state.wait);
        cx.step_done(carrier);
        if cx.send(carrier) {
            self.left(state, cx);
        } else {
            state.done = true;
            show_idle(cx, Activity::Blocked);
            cx.at_rest();
        }
    }

    /// The carrier has left.
    fn left(&self, state: &mut PalletiserState, cx: &mut Ctx<'_>) {
        state.carrier = None;
        state.done = false;
        show_idle(cx, Activity::Starved);
        cx.at_rest();
        cx.open_at(CARRIER, 1);
    }
}
