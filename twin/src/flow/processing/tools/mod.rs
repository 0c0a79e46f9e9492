//! Tool groups: like machines that share one list of waiting lots, as in a semiconductor fab or a job shop.
//!
//! Each tool fails, is maintained and is set up by itself. Whenever a tool is free it takes the lot that ranks first among
//! those that it may work on; whenever a lot comes and tools are free it takes the tool that needs least set-up, then the
//! one that has been free longest. What is peculiar to an operation stands in the route:
//!
//! * *time*: of a lot or of each piece. With a `cadence` the tool takes the next lot while the last one is still on its way
//!   through it (a cascading tool): a lot of n pieces keeps the entrance for n cadences, or one if the time is the lot's, and
//!   is done after `time + (n - 1) cadence`, or `time`.
//! * *batch*: so many lots of one operation are worked on together.
//! * *set-up*: the tool keeps its set-up until an operation needs another one; a minimum run keeps it from being changed too
//!   soon.
//! * *the same tool* for two operations of one lot (in lithography: the same lens).
//!
//! Finished lots that cannot go on wait beside the tools, in any number.
//!
//! The vocabulary follows the SMT2020 testbed (Kopp, Hassoun, Kalir and Mönch, IEEE Transactions on Semiconductor
//! Manufacturing 33(4), 2020).

mod dispatch;
mod job;
mod spec;

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use crate::engine::{Activity, Candidate, Compile, Core, Ctx, Draw, Equipment, Interrupt};
use crate::flow::Rule;
use crate::flow::outbox::Outbox;
use crate::id::{LinkId, PartId, StreamId};
use crate::kernel::EventKey;
use crate::random::Sampler;
use crate::units::{SimDuration, SimTime};

pub use spec::{ChangeoverSpec, ToolGroupSpec};

/// `ToolGroup`: like tools with one list of waiting lots, see the [module](self).
#[derive(Debug)]
pub struct ToolGroup {
    n_tools: u16,
    /// Rules before the set-up counts, and after.
    before: Vec<Rule>,
    after: Vec<Rule>,
    /// Whether the set-up counts at all.
    by_setup: bool,
    time: Option<(Sampler<SimDuration>, f64)>,
    stream: StreamId,
    load: Option<Draw>,
    unload: Option<Draw>,
    /// Lots are loaded and unloaded beside the work on others.
    loads_ahead: bool,
    /// Times by (from, to), sorted; from [`NO_SETUP`]: from any other.
    changeovers: Vec<((u32, u32), Draw)>,
    /// Lots that are made at least before the next set-up, by set-up.
    min_runs: Vec<(u32, u32)>,
}

/// No set-up, or whatever it is.
const NO_SETUP: u32 = u32::MAX;

/// Worked on alone.
const NO_BATCH: u32 = u32::MAX;

/// Not bound to a tool.
const ANY_TOOL: u16 = u16::MAX;

/// Static rules in a rank, at most.
const MOST_KEYS: usize = 3;

/// A lot that waits. Those that rank first stand first.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Lot {
    keys: [f64; MOST_KEYS],
    since: SimTime,
    serial: u64,
    part: PartId,
    /// Number of the operation, if lots are worked on together there.
    batch: u32,
    setup: u32,
    /// The tool that has to do it.
    bound: u16,
}

/// Operation, set-up and tool of lots that are worked on together.
type Kin = (u32, u32, u16);

/// What a tool is at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
enum Phase {
    #[default]
    Free,
    SetUp,
    Work,
}

/// Lots that are in a tool together. Most jobs are one lot.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Lots {
    first: PartId,
    rest: Vec<PartId>,
}

impl Default for Lots {
    fn default() -> Self {
        Self { first: PartId::NONE, rest: Vec::new() }
    }
}

impl Lots {
    fn iter(&self) -> impl Iterator<Item = PartId> + Clone + '_ {
        let first = (!self.first.is_none()).then_some(self.first);
        first.into_iter().chain(self.rest.iter().copied())
    }
}

/// One tool.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Tool {
    phase: Phase,
    lots: Lots,
    /// Ends the phase.
    key: EventKey,
    ends: SimTime,
    /// What is left of the phase while it stands still.
    left: SimDuration,
    paused: bool,
    /// Length of the work, and how long the lots are still in the tool after it has taken the next.
    work: SimDuration,
    tail: SimDuration,
    setup: u32,
    /// Lots to be made before the next set-up.
    run_left: u32,
}

/// Lots on their way out of a cascading tool.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Tail {
    lots: Lots,
    tool: u16,
    key: EventKey,
    ends: SimTime,
    left: SimDuration,
    paused: bool,
}

/// What changes in a tool group.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ToolGroupState {
    waiting: Vec<Lot>,
    /// Waiting lots that are worked on together, by their kind.
    counts: Vec<(Kin, u32)>,
    tools: Vec<Tool>,
    /// Free tools that may work, longest free first.
    idle: VecDeque<u16>,
    /// Tools and lots that have come up since the last choice.
    new_tools: Vec<u16>,
    new_lots: Vec<PartId>,
    tails: Vec<Tail>,
    free_tails: Vec<u32>,
    out: Outbox,
    /// Jobs, lots and set-ups begun in the window.
    jobs: u64,
    lots: u64,
    changes: u64,
}

impl ToolGroupState {
    /// Lots that wait for a tool.
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }
}

/// Tag of a tool's timer; its argument is the tool. Higher tags are of tails, whose number they carry with the argument.
const TOOL: u8 = 0;
const TAIL: u8 = 1;

impl Equipment for ToolGroup {
    const KIND: &'static str = "ToolGroup";
    type Spec = ToolGroupSpec;
    type State = ToolGroupState;

    fn compile(spec: ToolGroupSpec, cx: &mut Compile<'_>) -> Self {
        spec::compile(&spec, cx)
    }

    fn initial(&self) -> ToolGroupState {
        let tool = Tool { setup: NO_SETUP, ..Tool::default() };
        ToolGroupState {
            waiting: Vec::new(),
            counts: Vec::new(),
            tools: vec![tool; usize::from(self.n_tools)],
            idle: (0..self.n_tools).collect(),
            new_tools: Vec::new(),
            new_lots: Vec::new(),
            tails: Vec::new(),
            free_tails: Vec::new(),
            out: Outbox::default(),
            jobs: 0,
            lots: 0,
            changes: 0,
        }
    }

    fn places(&self) -> u32 {
        u32::from(self.n_tools)
    }

    fn stops_by_place(&self) -> bool {
        true
    }

    fn is_processor(&self) -> bool {
        true
    }

    fn has_endless_room(&self) -> bool {
        true
    }

    fn mean_time_s(&self) -> Option<f64> {
        self.time.as_ref().map(|(_, mean_s)| *mean_s)
    }

    fn start(&self, _state: &mut ToolGroupState, cx: &mut Ctx<'_>) {
        cx.open_endless();
    }

    fn on_enter(&self, state: &mut ToolGroupState, cx: &mut Ctx<'_>, part: PartId, _link: LinkId) {
        self.enqueue(state, cx, part);
    }

    fn on_timer(&self, state: &mut ToolGroupState, cx: &mut Ctx<'_>, tag: u8, arg: u16) {
        if tag >= TAIL {
            self.tail_done(state, cx, u32::from(tag - TAIL) << 16 | u32::from(arg));
        } else {
            state.tools[usize::from(arg)].key = EventKey::NONE;
            self.phase_done(state, cx, arg);
        }
    }

    fn on_decide(&self, state: &mut ToolGroupState, cx: &mut Ctx<'_>) {
        self.dispatch(state, cx);
    }

    fn give(
        &self,
        state: &mut ToolGroupState,
        cx: &mut Ctx<'_>,
        link: LinkId,
        wanted: Option<PartId>,
    ) -> Option<PartId> {
        state.out.give(cx, link, wanted)
    }

    fn list(&self, state: &ToolGroupState, _core: &Core, link: LinkId, out: &mut Vec<Candidate>) {
        state.out.list(link, out);
    }

    fn is_place_busy(&self, state: &ToolGroupState, place: u16) -> bool {
        state.tools[usize::from(place)].phase != Phase::Free
    }

    fn on_place_stop(
        &self,
        state: &mut ToolGroupState,
        cx: &mut Ctx<'_>,
        place: u16,
        how: Interrupt,
    ) {
        self.stop_tool(state, cx, place, how);
    }

    fn on_place_go(&self, state: &mut ToolGroupState, cx: &mut Ctx<'_>, place: u16) {
        self.resume_tool(state, cx, place);
    }

    fn reset_figures(&self, state: &mut ToolGroupState, _core: &Core) {
        (state.jobs, state.lots, state.changes) = (0, 0, 0);
    }

    fn figures(&self, state: &ToolGroupState, _core: &Core, out: &mut Vec<(String, f64)>) {
        let batch = if state.jobs == 0 { 0.0 } else { state.lots as f64 / state.jobs as f64 };
        out.push(("batch_mean".into(), batch));
        out.push(("changeovers".into(), state.changes as f64));
    }

    fn contents(&self, state: &ToolGroupState, out: &mut Vec<PartId>) {
        out.extend(state.out.iter());
        state.tails.iter().for_each(|tail| out.extend(tail.lots.iter()));
        state.tools.iter().for_each(|tool| out.extend(tool.lots.iter()));
        out.extend(state.waiting.iter().map(|lot| lot.part));
    }
}

impl ToolGroup {
    /// Shows a tool that has nothing to do.
    fn show_free(cx: &mut Ctx<'_>, tool: u16) {
        cx.set_activity(u32::from(tool), Activity::Starved);
    }
}
