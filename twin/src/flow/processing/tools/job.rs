//! A job on its tool: set-up, work, and the way out.

use super::{NO_SETUP, Phase, TAIL, TOOL, Tail, Tool, ToolGroup, ToolGroupState};
use crate::engine::{Activity, Ctx, Interrupt, StepRules, What};
use crate::id::PartId;
use crate::kernel::EventKey;
use crate::units::SimDuration;

impl ToolGroup {
    /// Puts the lot at place `at` of the line, with those that join it, onto the free `tool`; unless the tool's maintenance
    /// falls due with it.
    pub(super) fn start(&self, state: &mut ToolGroupState, cx: &mut Ctx<'_>, tool: u16, at: usize) {
        let lead = state.waiting[at];
        let rules = cx.step(lead.part).map(|step| &step.rules);
        state.idle.retain(|other| *other != tool);
        let pieces = Self::pieces(state, cx, at);
        if !cx.begin_cycle_on(tool, pieces) {
            return;
        }
        let lots = Self::take(state, at, rules);
        for part in lots.iter() {
            cx.step_begins(part);
            cx.bind_tool(part, tool);
        }
        let n = 1 + lots.rest.len() as u32;
        let setup = self.set_up(state, cx, tool, &lead, n, rules);
        let (work, tail) = self.times(cx, lead.part, rules);
        let info = &mut state.tools[usize::from(tool)];
        info.lots = lots;
        (info.work, info.tail) = (work, tail);
        state.jobs += 1;
        state.lots += u64::from(n);
        if setup > SimDuration::ZERO {
            state.changes += 1;
            self.run(state, cx, tool, Phase::SetUp, setup);
        } else {
            self.run(state, cx, tool, Phase::Work, work);
        }
    }

    /// Books the tool's set-up for the job; returns the time of the change.
    fn set_up(
        &self,
        state: &mut ToolGroupState,
        cx: &mut Ctx<'_>,
        tool: u16,
        lead: &super::Lot,
        lots: u32,
        rules: Option<&StepRules>,
    ) -> SimDuration {
        let info = &mut state.tools[usize::from(tool)];
        let mut time = SimDuration::ZERO;
        if lead.setup != NO_SETUP && lead.setup != info.setup {
            let own = rules.and_then(|rules| rules.setup_time);
            let drawn = || self.changeover(info.setup, lead.setup);
            time = match own {
                Some(time) => time,
                None => drawn().map_or(SimDuration::ZERO, |draw| cx.draw(draw)),
            };
            info.setup = lead.setup;
            let run = self.min_runs.iter().find(|row| row.0 == lead.setup);
            info.run_left = run.map_or(0, |row| row.1);
        }
        info.run_left = info.run_left.saturating_sub(lots);
        time
    }

    /// How long the job keeps the tool, and how long its lots are in it beyond that.
    fn times(
        &self,
        cx: &mut Ctx<'_>,
        part: PartId,
        rules: Option<&StepRules>,
    ) -> (SimDuration, SimDuration) {
        let drawn = match (cx.step(part).and_then(|step| step.time.as_ref()), &self.time) {
            (Some(time), _) | (None, Some((time, _))) => cx.draw_with(time, self.stream),
            (None, None) => SimDuration::ZERO,
        };
        let pieces = i64::from(cx.part(part).quantity.max(1));
        let times = |time: SimDuration, n: i64| SimDuration::from_ns(time.ns().saturating_mul(n));
        let per_piece = rules.is_some_and(|rules| rules.per_piece);
        let (keeps, lasts) = match (rules.and_then(|rules| rules.cadence), per_piece) {
            (None, false) => (drawn, drawn),
            (None, true) => (times(drawn, pieces), times(drawn, pieces)),
            (Some(cadence), false) => (cadence, drawn),
            (Some(cadence), true) => (times(cadence, pieces), drawn + times(cadence, pieces - 1)),
        };
        let mut handling = SimDuration::ZERO;
        for draw in self.load.iter().chain(&self.unload) {
            handling += cx.draw(draw);
        }
        let pace = cx.pace();
        let paced = |time: SimDuration| {
            if pace == 1.0 { time } else { SimDuration::from_seconds(time.seconds() / pace) }
        };
        let keeps = if self.loads_ahead { paced(keeps) } else { paced(keeps) + handling };
        let lasts = paced(lasts) + handling;
        (keeps, (lasts - keeps).max(SimDuration::ZERO))
    }

    fn run(
        &self,
        state: &mut ToolGroupState,
        cx: &mut Ctx<'_>,
        tool: u16,
        phase: Phase,
        time: SimDuration,
    ) {
        let activity = if phase == Phase::SetUp { Activity::SetUp } else { Activity::Working };
        cx.set_activity_for(u32::from(tool), activity, time);
        let info = &mut state.tools[usize::from(tool)];
        info.phase = phase;
        info.ends = cx.now() + time;
        info.key = cx.timer(time, TOOL, tool);
    }

    /// The tool's timer has run down.
    pub(super) fn phase_done(&self, state: &mut ToolGroupState, cx: &mut Ctx<'_>, tool: u16) {
        let info = &mut state.tools[usize::from(tool)];
        if info.phase == Phase::SetUp {
            let work = info.work;
            self.run(state, cx, tool, Phase::Work, work);
            return;
        }
        info.phase = Phase::Free;
        let lots = std::mem::take(&mut info.lots);
        cx.book_work(u32::from(tool), lots.iter());
        let info = &state.tools[usize::from(tool)];
        if info.tail > SimDuration::ZERO {
            let tail = info.tail;
            Self::follow(state, cx, tool, lots, tail);
        } else {
            for part in lots.iter() {
                self.lot_done(state, cx, part);
            }
        }
        self.tool_free(state, cx, tool);
    }

    /// The lots are on their way out of the tool while it takes the next.
    fn follow(
        state: &mut ToolGroupState,
        cx: &mut Ctx<'_>,
        tool: u16,
        lots: super::Lots,
        time: SimDuration,
    ) {
        let at = state.free_tails.pop().unwrap_or_else(|| {
            state.tails.push(Tail::default());
            (state.tails.len() - 1) as u32
        });
        let key = tail_timer(cx, time, at);
        let ends = cx.now() + time;
        let left = SimDuration::ZERO;
        state.tails[at as usize] = Tail { lots, tool, key, ends, left, paused: false };
    }

    pub(super) fn tail_done(&self, state: &mut ToolGroupState, cx: &mut Ctx<'_>, at: u32) {
        let tail = std::mem::take(&mut state.tails[at as usize]);
        state.free_tails.push(at);
        for part in tail.lots.iter() {
            self.lot_done(state, cx, part);
        }
    }

    fn lot_done(&self, state: &mut ToolGroupState, cx: &mut Ctx<'_>, part: PartId) {
        cx.trace(What::Ended, part);
        cx.step_done(part);
        state.out.send(cx, part);
    }

    /// The tool has nothing in hand any more.
    fn tool_free(&self, state: &mut ToolGroupState, cx: &mut Ctx<'_>, tool: u16) {
        if cx.is_place_stopping(tool) {
            if !cx.is_place_stopped(tool) {
                Self::show_free(cx, tool);
            }
            cx.place_at_rest(tool);
            return;
        }
        state.idle.push_back(tool);
        if state.waiting.is_empty() {
            Self::show_free(cx, tool);
        } else {
            state.new_tools.push(tool);
            cx.decide_later();
        }
    }

    /// The tool stands still, and with it what is in it.
    pub(super) fn stop_tool(
        &self,
        state: &mut ToolGroupState,
        cx: &mut Ctx<'_>,
        tool: u16,
        how: Interrupt,
    ) {
        state.idle.retain(|other| *other != tool);
        let now = cx.now();
        let info = &mut state.tools[usize::from(tool)];
        if info.phase != Phase::Free && !info.paused {
            info.paused = true;
            info.left = info.ends - now;
            cx.cancel(&mut info.key);
        }
        match how {
            Interrupt::Finish => return,
            Interrupt::Resume => {}
            Interrupt::Restart => {
                if info.phase == Phase::Work {
                    info.left = info.work;
                }
            }
            Interrupt::Scrap => {
                cx.book_work(u32::from(tool), info.lots.iter());
                Self::scrap(info, cx);
            }
        }
        for tail in state.tails.iter_mut().filter(|tail| tail.tool == tool) {
            if tail.key != EventKey::NONE {
                tail.paused = true;
                tail.left = tail.ends - now;
                cx.cancel(&mut tail.key);
            }
        }
    }

    fn scrap(info: &mut Tool, cx: &mut Ctx<'_>) {
        for part in std::mem::take(&mut info.lots).iter() {
            cx.scrap(part);
        }
        info.phase = Phase::Free;
        info.paused = false;
    }

    /// The tool goes on.
    pub(super) fn resume_tool(&self, state: &mut ToolGroupState, cx: &mut Ctx<'_>, tool: u16) {
        for at in 0..state.tails.len() {
            let tail = &mut state.tails[at];
            if tail.tool == tool && std::mem::take(&mut tail.paused) {
                tail.ends = cx.now() + tail.left;
                tail.key = tail_timer(cx, tail.left, at as u32);
            }
        }
        let info = &mut state.tools[usize::from(tool)];
        if std::mem::take(&mut info.paused) {
            let (phase, left) = (info.phase, info.left);
            self.run(state, cx, tool, phase, left);
        } else if info.phase == Phase::Free && !state.idle.contains(&tool) {
            Self::show_free(cx, tool);
            self.tool_free(state, cx, tool);
        }
    }
}

fn tail_timer(cx: &mut Ctx<'_>, time: SimDuration, at: u32) -> EventKey {
    cx.timer(time, TAIL + (at >> 16) as u8, at as u16)
}
