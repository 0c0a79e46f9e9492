//! Which lot goes onto which tool.

use super::{
    ANY_TOOL, Kin, Lot, MOST_KEYS, NO_BATCH, NO_SETUP, Phase, Tool, ToolGroup, ToolGroupState,
};
use crate::engine::{Ctx, Part, StepRules};
use crate::flow::{Rule, View};
use crate::id::PartId;

impl ToolGroup {
    /// Puts a lot where it ranks among those that wait.
    pub(super) fn enqueue(&self, state: &mut ToolGroupState, cx: &mut Ctx<'_>, part: PartId) {
        let info = *cx.part(part);
        let step = cx.step(part);
        let batch = step.filter(|step| step.rules.batch.is_some());
        let lot = Lot {
            keys: self.keys(cx, &info),
            since: info.entered,
            serial: info.serial,
            part,
            batch: batch.map_or(NO_BATCH, |step| step.operation_no),
            setup: step.and_then(|step| step.rules.setup).unwrap_or(NO_SETUP),
            bound: cx.bound_tool(part).unwrap_or(ANY_TOOL),
        };
        let at = state.waiting.partition_point(|other| other.ranks_before(&lot));
        state.waiting.insert(at, lot);
        count(state, lot.kin(), 1);
        if !state.idle.is_empty() {
            state.new_lots.push(part);
            cx.decide_later();
        }
    }

    fn keys(&self, cx: &Ctx<'_>, part: &Part) -> [f64; MOST_KEYS] {
        let mut keys = [0.0; MOST_KEYS];
        let view = View { model: cx.model(), core: cx.core() };
        for (key, rule) in keys.iter_mut().zip(self.before.iter().chain(&self.after)) {
            *key = rule.key(view, part, || 0.0).0;
        }
        keys
    }

    /// All arrivals and ends of this instant are known: free tools take lots.
    pub(super) fn dispatch(&self, state: &mut ToolGroupState, cx: &mut Ctx<'_>) {
        let mut tools = std::mem::take(&mut state.new_tools);
        for tool in tools.drain(..) {
            let free = state.tools[usize::from(tool)].phase == Phase::Free;
            if !free || cx.is_place_stopping(tool) {
                continue;
            }
            match self.lot_for(state, cx, tool) {
                Some(at) => self.start(state, cx, tool, at),
                None => Self::show_free(cx, tool),
            }
        }
        state.new_tools = tools;
        let mut lots = std::mem::take(&mut state.new_lots);
        if lots.len() > 1 {
            lots.sort_by_cached_key(|part| place_of(state, *part));
        }
        for part in lots.drain(..) {
            while let Some(at) = place_of(state, part)
                && let Some(tool) = self.tool_for(state, cx, at)
            {
                self.start(state, cx, tool, at);
            }
        }
        state.new_lots = lots;
    }

    /// The lot that ranks first among those that `tool` may work on: its place in the line.
    fn lot_for(&self, state: &ToolGroupState, cx: &Ctx<'_>, tool: u16) -> Option<usize> {
        let info = &state.tools[usize::from(tool)];
        let mut best: Option<(usize, f64)> = None;
        for (at, lot) in state.waiting.iter().enumerate() {
            if let Some((first, _)) = best {
                let class = self.before.len();
                if lot.keys[..class] != state.waiting[first].keys[..class] {
                    break;
                }
            }
            if !Self::may_do(state, cx, tool, lot) {
                continue;
            }
            let setup_s = if self.by_setup { self.setup_s(cx, info, lot) } else { 0.0 };
            if best.is_none_or(|(_, least)| setup_s < least) {
                best = Some((at, setup_s));
            }
            if setup_s <= 0.0 {
                break;
            }
        }
        best.map(|(at, _)| at)
    }

    /// The free tool for the lot at place `at` of the line: with least set-up, longest free.
    fn tool_for(&self, state: &ToolGroupState, cx: &Ctx<'_>, at: usize) -> Option<u16> {
        let lot = &state.waiting[at];
        let mut best: Option<(u16, f64)> = None;
        for tool in &state.idle {
            if !Self::may_do(state, cx, *tool, lot) || cx.is_place_stopping(*tool) {
                continue;
            }
            let setup_s = self.setup_s(cx, &state.tools[usize::from(*tool)], lot);
            if best.is_none_or(|(_, least)| setup_s < least) {
                best = Some((*tool, setup_s));
            }
            if setup_s <= 0.0 {
                break;
            }
        }
        best.map(|(tool, _)| tool)
    }

    /// Whether `tool` may begin with `lot` now: bound to it or to none, no minimum run in the way, and enough for a batch.
    fn may_do(state: &ToolGroupState, cx: &Ctx<'_>, tool: u16, lot: &Lot) -> bool {
        let info = &state.tools[usize::from(tool)];
        let keeps = lot.setup == NO_SETUP || lot.setup == info.setup;
        if lot.bound != tool && lot.bound != ANY_TOOL || info.run_left > 0 && !keeps {
            return false;
        }
        if lot.batch == NO_BATCH {
            return true;
        }
        let batch = cx.step(lot.part).and_then(|step| step.rules.batch);
        batch.is_none_or(|(min, _)| min <= 1 || counted(state, lot.kin()) >= u32::from(min))
    }

    /// Mean seconds of set-up before `tool` can work on `lot`.
    fn setup_s(&self, cx: &Ctx<'_>, tool: &Tool, lot: &Lot) -> f64 {
        if lot.setup == NO_SETUP || lot.setup == tool.setup {
            return 0.0;
        }
        let own = cx.step(lot.part).and_then(|step| step.rules.setup_time);
        own.map_or_else(
            || self.changeover(tool.setup, lot.setup).map_or(0.0, |draw| draw.mean),
            crate::units::SimDuration::seconds,
        )
    }

    /// The changeover from one set-up to another, as the group says it.
    pub(super) fn changeover(&self, from: u32, to: u32) -> Option<&crate::engine::Draw> {
        let find = |from| self.changeovers.binary_search_by_key(&(from, to), |row| row.0).ok();
        find(from).or_else(|| find(NO_SETUP)).map(|at| &self.changeovers[at].1)
    }

    /// Pieces that a job led by the lot at place `at` would work on.
    pub(super) fn pieces(state: &ToolGroupState, cx: &Ctx<'_>, at: usize) -> u32 {
        let lead = state.waiting[at];
        let batch = cx.step(lead.part).and_then(|step| step.rules.batch);
        let most = batch.map_or(1, |(_, max)| u32::from(max));
        let n = if most == 1 { 1 } else { counted(state, lead.kin()).min(most) };
        cx.part(lead.part).quantity.saturating_mul(n)
    }

    /// Takes the lot at place `at` out of the line, with those that join it in a batch.
    pub(super) fn take(
        state: &mut ToolGroupState,
        at: usize,
        rules: Option<&StepRules>,
    ) -> super::Lots {
        let most = rules.and_then(|rules| rules.batch).map_or(1, |(_, max)| usize::from(max));
        let lead = state.waiting[at];
        let mut lots = super::Lots { first: lead.part, rest: Vec::new() };
        if most == 1 {
            state.waiting.remove(at);
            count(state, lead.kin(), -1);
            return lots;
        }
        state.waiting.retain(|lot| {
            if lot.part == lead.part {
                return false;
            }
            let joins = lot.kin() == lead.kin() && 1 + lots.rest.len() < most;
            if joins {
                lots.rest.push(lot.part);
            }
            !joins
        });
        let taken = 1 + lots.rest.len() as i32;
        count(state, lead.kin(), -taken);
        lots
    }
}

impl Lot {
    /// Lots for which this is the same can be worked on together.
    fn kin(&self) -> Kin {
        (self.batch, self.setup, self.bound)
    }

    fn ranks_before(&self, other: &Self) -> bool {
        let keys = self.keys.iter().zip(&other.keys);
        let by_keys = keys.map(|(a, b)| a.total_cmp(b)).find(|order| order.is_ne());
        by_keys.map_or_else(
            || (self.since, self.serial) <= (other.since, other.serial),
            std::cmp::Ordering::is_lt,
        )
    }
}

fn place_of(state: &ToolGroupState, part: PartId) -> Option<usize> {
    // New lots mostly stand last.
    state.waiting.iter().rposition(|lot| lot.part == part)
}

fn count(state: &mut ToolGroupState, kin: Kin, by: i32) {
    if kin.0 == NO_BATCH {
        return;
    }
    match state.counts.iter_mut().find(|row| row.0 == kin) {
        Some(row) => row.1 = row.1.saturating_add_signed(by),
        None => state.counts.push((kin, by.max(0) as u32)),
    }
}

fn counted(state: &ToolGroupState, kin: Kin) -> u32 {
    state.counts.iter().find(|row| row.0 == kin).map_or(0, |row| row.1)
}

/// Rules that the rank of a group may hold beside `FewestSetups` are static, so that lots keep their order while they wait.
const _: () = assert!(Rule::QueueTime.is_static());
