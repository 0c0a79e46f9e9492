//! Disassembly: one part becomes several.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::job::{JOB_ENDS, Job, WorkersSpec, show_idle, time_of};
use crate::engine::{Activity, Candidate, Compile, Core, Ctx, Draw, Equipment, Interrupt, What};
use crate::flow::outbox::{Outbox, stands_still};
use crate::id::{LinkId, PartId, ProductId};
use crate::random::Distribution;
use crate::units::SimDuration;

/// `Disassembly`: takes a part apart.
///
/// What comes out is said by `yields`, or by the `bom` of the part's product: new parts, each by the output that has its
/// product's name. The part itself is consumed; with `keeps`, what is left of it goes on by `out`. The next part can come
/// when all have left.
///
/// Shown as blocked while any of them cannot leave. A stop pauses the work, begins it anew or scraps the part, as the cause
/// says.
#[derive(Debug)]
pub struct Disassembly {
    time: Draw,
    outputs: Vec<String>,
    products: Vec<ProductId>,
    /// How many of each, by product of the part, or one row for all.
    yields: Vec<Vec<u32>>,
    keeps: bool,
    crew: Option<u32>,
}

/// The parameters of a disassembly.
#[derive(Debug, Deserialize)]
#[serde(rename = "Disassembly", deny_unknown_fields)]
pub struct DisassemblySpec {
    /// Time, unless the route says it.
    #[serde(default)]
    pub time: Option<Distribution<SimDuration>>,
    /// What comes out and how many of each. Default: the product's bill of materials.
    #[serde(default)]
    pub yields: BTreeMap<String, u32>,
    /// Whether the part itself goes on. Default: no.
    #[serde(default)]
    pub keeps: bool,
    /// Workers needed.
    #[serde(default)]
    pub workers: Option<WorkersSpec>,
}

/// What changes in a disassembly.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DisassemblyState {
    /// In work.
    part: Option<PartId>,
    job: Job,
    /// What cannot leave yet.
    out: Outbox,
}

const OUT: u8 = 0;

/// Most parts out of one: a bound against typing errors.
const MOST: u32 = 1_000_000;

impl Equipment for Disassembly {
    const KIND: &'static str = "Disassembly";
    type Spec = DisassemblySpec;
    type State = DisassemblyState;

    fn compile(spec: DisassemblySpec, cx: &mut Compile<'_>) -> Self {
        let boms = if spec.yields.is_empty() {
            cx.bills_of_materials().cloned().collect()
        } else {
            vec![spec.yields]
        };
        let mut outputs: Vec<String> = boms.iter().flat_map(|bom| bom.keys().cloned()).collect();
        outputs.sort_unstable();
        outputs.dedup();
        if outputs.is_empty() {
            let message = "says what comes out, as no product has a bill of materials: `yields: { \"wheel\": 4 }`";
            cx.error("yields", message);
        }
        if outputs.len() >= 255 {
            cx.error("yields", "at most 254 different products come out");
        }
        if boms.iter().flat_map(BTreeMap::values).any(|n| *n == 0 || *n > MOST) {
            cx.error("yields", &format!("from 1 to {MOST} of a product come out"));
        }
        let row = |bom: &BTreeMap<String, u32>| -> Vec<u32> {
            outputs.iter().map(|name| bom.get(name).copied().unwrap_or(0)).collect()
        };
        let yields = boms.iter().map(row).collect();
        let products = outputs
            .iter()
            .map(|name| cx.product("yields", name).unwrap_or(ProductId::NONE))
            .collect();
        if spec.time.is_none() {
            cx.needs_step_times();
        }
        Self {
            time: cx.draw_or_zero("time", spec.time.as_ref()),
            outputs,
            products,
            yields,
            keeps: spec.keeps,
            crew: WorkersSpec::need(spec.workers, cx),
        }
    }

    fn more_outputs(&self) -> Vec<String> {
        self.outputs.clone()
    }

    fn needs_output(&self, port: u8) -> bool {
        port != OUT || self.keeps
    }

    fn is_processor(&self) -> bool {
        true
    }

    fn mean_time_s(&self) -> Option<f64> {
        Some(self.time.mean)
    }

    fn initial(&self) -> DisassemblyState {
        DisassemblyState { part: None, job: Job::NONE, out: Outbox::default() }
    }

    fn start(&self, _state: &mut DisassemblyState, cx: &mut Ctx<'_>) {
        cx.open(1);
    }

    fn on_enter(&self, state: &mut DisassemblyState, cx: &mut Ctx<'_>, part: PartId, _: LinkId) {
        state.part = Some(part);
        self.try_begin(state, cx);
    }

    fn on_timer(&self, state: &mut DisassemblyState, cx: &mut Ctx<'_>, tag: u8, _arg: u16) {
        if tag == JOB_ENDS {
            self.finish(state, cx);
        }
    }

    fn give(
        &self,
        state: &mut DisassemblyState,
        cx: &mut Ctx<'_>,
        link: LinkId,
        wanted: Option<PartId>,
    ) -> Option<PartId> {
        if cx.is_stopped() {
            return None;
        }
        let part = state.out.give(cx, link, wanted)?;
        if state.out.is_empty() {
            free(cx);
        }
        Some(part)
    }

    fn list(&self, state: &DisassemblyState, core: &Core, link: LinkId, out: &mut Vec<Candidate>) {
        if !state.out.iter().next().is_some_and(|part| stands_still(core, *part)) {
            state.out.list(link, out);
        }
    }

    fn is_busy(&self, state: &DisassemblyState) -> bool {
        state.job.is_on()
    }

    fn on_stop(&self, state: &mut DisassemblyState, cx: &mut Ctx<'_>, how: Interrupt) {
        cx.shut(true);
        state.job.stop(cx, how);
        if how == Interrupt::Scrap && state.job.is_on() {
            state.job.over(cx);
            if let Some(part) = state.part.take() {
                cx.book_work(0, std::iter::once(part));
                cx.scrap(part);
                cx.open(1);
            }
        }
        cx.set_activity(0, cx.stop_activity());
    }

    fn on_go(&self, state: &mut DisassemblyState, cx: &mut Ctx<'_>) {
        cx.shut(false);
        if !state.out.is_empty() {
            cx.set_activity(0, Activity::Blocked);
            state.out.offer_all(cx);
        } else if state.job.is_on() {
            state.job.go(cx, self.crew);
        } else {
            cx.set_activity(0, Activity::Starved);
            self.try_begin(state, cx);
        }
    }

    fn on_crew(&self, state: &mut DisassemblyState, cx: &mut Ctx<'_>, _arg: u16) {
        state.job.manned(cx);
    }

    fn contents(&self, state: &DisassemblyState, out: &mut Vec<PartId>) {
        out.extend(state.part);
        out.extend(state.out.iter());
    }
}

impl Disassembly {
    fn try_begin(&self, state: &mut DisassemblyState, cx: &mut Ctx<'_>) {
        let Some(part) = state.part else { return };
        if state.job.is_on() || cx.is_stopping() || !cx.begin_cycle() {
            return;
        }
        cx.step_begins(part);
        let time = time_of(cx, part, &self.time);
        state.job.begin(cx, self.crew, time);
    }

    fn finish(&self, state: &mut DisassemblyState, cx: &mut Ctx<'_>) {
        state.job.over(cx);
        let Some(part) = state.part.take() else { return };
        cx.book_work(0, std::iter::once(part));
        cx.trace(What::Ended, part);
        cx.step_done(part);
        let row = if self.yields.len() == 1 { 0 } else { cx.part(part).product.index() };
        let mut first = None;
        if self.keeps {
            cx.leave_by(OUT, part);
            state.out.keep(part);
        }
        for ((port, product), n) in (1..).zip(&self.products).zip(&self.yields[row]) {
            for _ in 0..*n {
                let piece = cx.separate(*product, part);
                first.get_or_insert(piece);
                cx.leave_by(port, piece);
                state.out.keep(piece);
            }
        }
        if !self.keeps {
            match first {
                Some(first) => cx.absorb(part, first),
                // A product without a bill of materials: nothing comes out of it.
                None => cx.scrap(part),
            }
        }
        state.out.send_all(cx);
        if state.out.is_empty() {
            free(cx);
        } else {
            show_idle(cx, Activity::Blocked);
            cx.at_rest();
        }
    }
}

/// Ready for the next.
fn free(cx: &mut Ctx<'_>) {
    show_idle(cx, Activity::Starved);
    cx.at_rest();
    cx.open(1);
}
