//! Depalletisers: parts are taken off carriers.

use serde::{Deserialize, Serialize};

use super::job::{AmountSpec, Job, WorkersSpec, show_idle, time_of};
use crate::engine::{Activity, Candidate, Compile, Core, Ctx, Draw, Equipment, Interrupt};
use crate::flow::outbox::list_one;
use crate::id::{LinkId, PartId};
use crate::random::Distribution;
use crate::units::SimDuration;

/// `Depalletiser`: takes parts one by one off the carriers that come in. The last one put on comes off first. Parts leave
/// by the output `parts`, the carrier by the output `carrier` when it is empty or `amount` parts are off (one amount after
/// the other for one carrier after the other). A carrier with nothing on it passes.
///
/// Shown as blocked while a part or the carrier cannot leave. A stop with `Scrap` loses the part that is being taken off.
#[derive(Debug)]
pub struct Depalletiser {
    /// Empty: all.
    amounts: Vec<u32>,
    time: Draw,
    crew: Option<u32>,
}

/// The parameters of a depalletiser.
#[derive(Debug, Default, Deserialize)]
#[serde(rename = "Depalletiser", deny_unknown_fields, default)]
pub struct DepalletiserSpec {
    /// Most parts to take off; several: for one carrier after the other, over and over. Default: all.
    pub amount: Option<AmountSpec>,
    /// Time for one part. Default: none.
    pub time: Option<Distribution<SimDuration>>,
    /// Workers needed.
    pub workers: Option<WorkersSpec>,
}

/// What changes in a depalletiser.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DepalletiserState {
    carrier: Option<PartId>,
    /// Parts that still come off the carrier here.
    due: u32,
    /// A part that is off and cannot leave.
    part: Option<PartId>,
    /// The carrier is done, and cannot leave.
    done: bool,
    /// Carriers that have come.
    carriers: u64,
    job: Job,
}

impl DepalletiserState {
    /// What is off, or done, and cannot leave.
    fn held(&self) -> Option<PartId> {
        self.part.or(self.carrier.filter(|_| self.done))
    }
}

const PARTS: u8 = 0;
const CARRIER: u8 = 1;

impl Equipment for Depalletiser {
    const KIND: &'static str = "Depalletiser";
    const OUTPUTS: &'static [&'static str] = &["parts", "carrier"];
    type Spec = DepalletiserSpec;
    type State = DepalletiserState;

    fn compile(spec: DepalletiserSpec, cx: &mut Compile<'_>) -> Self {
        let amounts = spec.amount.map_or(Vec::new(), |amount| amount.checked("amount", cx));
        let crew = WorkersSpec::need(spec.workers, cx);
        Self { amounts, time: cx.draw_or_zero("time", spec.time.as_ref()), crew }
    }

    fn initial(&self) -> DepalletiserState {
        DepalletiserState {
            carrier: None,
            due: 0,
            part: None,
            done: false,
            carriers: 0,
            job: Job::NONE,
        }
    }

    fn start(&self, _state: &mut DepalletiserState, cx: &mut Ctx<'_>) {
        cx.open(1);
    }

    fn on_enter(&self, state: &mut DepalletiserState, cx: &mut Ctx<'_>, part: PartId, _: LinkId) {
        let amount = match self.amounts.len() as u64 {
            0 => u32::MAX,
            n => self.amounts[(state.carriers % n) as usize],
        };
        state.carriers += 1;
        state.due = amount.min(cx.load_of(part));
        state.carrier = Some(part);
        self.go_on(state, cx);
    }

    fn on_timer(&self, state: &mut DepalletiserState, cx: &mut Ctx<'_>, _tag: u8, _arg: u16) {
        state.job.over(cx);
        if let Some(part) = self.take_off(state, cx) {
            cx.step_done(part);
            if !cx.send_from(PARTS, part) {
                state.part = Some(part);
                show_idle(cx, Activity::Blocked);
                cx.at_rest();
            }
        }
        self.go_on(state, cx);
    }

    fn give(
        &self,
        state: &mut DepalletiserState,
        cx: &mut Ctx<'_>,
        link: LinkId,
        wanted: Option<PartId>,
    ) -> Option<PartId> {
        let held = state.held()?;
        if cx.is_stopped() || !cx.is_asked_for(held, link, wanted) {
            return None;
        }
        if state.part.take().is_some() {
            self.go_on(state, cx);
        } else {
            self.left(state, cx);
        }
        Some(held)
    }

    fn list(&self, state: &DepalletiserState, core: &Core, link: LinkId, out: &mut Vec<Candidate>) {
        list_one(core, state.held(), link, out);
    }

    fn is_busy(&self, state: &DepalletiserState) -> bool {
        state.job.is_on()
    }

    fn on_stop(&self, state: &mut DepalletiserState, cx: &mut Ctx<'_>, how: Interrupt) {
        cx.shut(true);
        state.job.stop(cx, how);
        if how == Interrupt::Scrap && state.job.is_on() {
            state.job.over(cx);
            if let Some(part) = self.take_off(state, cx) {
                cx.scrap(part);
            }
        }
        cx.set_activity(0, cx.stop_activity());
    }

    fn on_go(&self, state: &mut DepalletiserState, cx: &mut Ctx<'_>) {
        cx.shut(false);
        if let Some(held) = state.held() {
            cx.set_activity(0, Activity::Blocked);
            cx.offer(held);
        } else if state.job.is_on() {
            state.job.go(cx, self.crew);
        } else {
            cx.set_activity(0, Activity::Starved);
            self.go_on(state, cx);
        }
    }

    fn on_crew(&self, state: &mut DepalletiserState, cx: &mut Ctx<'_>, _arg: u16) {
        state.job.manned(cx);
    }

    fn contents(&self, state: &DepalletiserState, out: &mut Vec<PartId>) {
        out.extend(state.part);
        out.extend(state.carrier);
    }
}

impl Depalletiser {
    fn take_off(&self, state: &mut DepalletiserState, cx: &mut Ctx<'_>) -> Option<PartId> {
        state.due -= 1;
        let part = cx.unload(state.carrier?)?;
        cx.book_work(0, std::iter::once(part));
        Some(part)
    }

    /// Takes the next part off, or lets the carrier go.
    fn go_on(&self, state: &mut DepalletiserState, cx: &mut Ctx<'_>) {
        let Some(carrier) = state.carrier else { return };
        if state.part.is_some() || state.job.is_on() || state.done || cx.is_stopping() {
            if !state.job.is_on() {
                cx.at_rest();
            }
            return;
        }
        if state.due == 0 {
            cx.step_done(carrier);
            if cx.send_from(CARRIER, carrier) {
                self.left(state, cx);
            } else {
                state.done = true;
                show_idle(cx, Activity::Blocked);
                cx.at_rest();
            }
        } else if cx.begin_cycle() {
            let top = cx.top_of(carrier).unwrap_or(PartId::NONE);
            let time = time_of(cx, top, &self.time);
            state.job.begin(cx, self.crew, time);
        }
    }

    /// The carrier has left.
    fn left(&self, state: &mut DepalletiserState, cx: &mut Ctx<'_>) {
        state.carrier = None;
        state.done = false;
        show_idle(cx, Activity::Starved);
        cx.at_rest();
        cx.open(1);
    }
}
