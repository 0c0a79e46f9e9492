//! The whole engine: [`advance`].

use super::context::Ctx;
use super::contract::{At, Candidate, Signal};
use super::log::{Log, What};
use super::model::{Merge, Model};
use super::state::{Event, Soon, State};
use crate::id::{EquipmentId, InletId, LinkId, PartId, SignalId};
use crate::units::SimTime;

/// Runs `state` up to and including `until`: every event at or before it has been handled on return, and the present is
/// `until`. Rows for the tables of results go to `log`.
///
/// The same model and state give the same result, whatever the machine, the threads around it, and however the way is cut
/// into calls.
///
/// # Errors
///
/// If simulated time stands still: more than [`EVENTS_PER_INSTANT`] events at one point in time; or if the bodies of a cell come to
/// no number. The state is then as it was left at that point.
pub fn advance(
    model: &Model,
    state: &mut State,
    until: SimTime,
    log: &mut Log,
) -> Result<(), RunError> {
    let mut at_once = 0_u32;
    while let Some((at, event)) = state.core.calendar.pop_until(until) {
        if at == state.core.now {
            at_once += 1;
            if at_once > EVENTS_PER_INSTANT {
                return Err(RunError::stuck(model, at, event));
            }
        } else {
            at_once = 0;
        }
        state.core.now = at;
        state.core.events += 1;
        state.handle(model, log, event);
        if !state.settle(model, log) {
            return Err(RunError::stuck(model, at, event));
        }
        if let Event::Cell(cell) = event
            && let Some(fault) = state.core.bodies[cell as usize].fault()
        {
            return Err(RunError::Bodies { at, what: fault.to_string() });
        }
    }
    state.core.now = state.core.now.max(until);
    Ok(())
}

/// Events at one point in time after which a run is held to be stuck in a loop that takes no time. A plant of a million
/// machines that all start at once stays below it.
pub const EVENTS_PER_INSTANT: u32 = 5_000_000;

/// Why a run cannot go on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RunError {
    /// Simulated time stands still.
    #[error("simulated time stands still at {at}: {what} goes on without taking any time")]
    Stuck {
        /// Where.
        at: SimTime,
        /// Whose event came last.
        what: String,
    },
    /// Rigid bodies cannot be solved on.
    #[error("the rigid bodies cannot go on at {at}: {what}")]
    Bodies {
        /// When.
        at: SimTime,
        /// Why.
        what: String,
    },
    /// The fields of the hall cannot be solved on.
    #[error("the fields cannot go on at {at}: {what}")]
    Field {
        /// When.
        at: SimTime,
        /// Why.
        what: String,
    },
}

impl RunError {
    fn stuck(model: &Model, at: SimTime, event: Event) -> Self {
        let what = match event {
            Event::Timer { equipment, .. } | Event::Decide(equipment) => {
                format!("equipment `{}`", model.row(equipment).name)
            }
            Event::CauseComes(c) | Event::CauseEnds(c) => {
                format!("a stop of `{}`", model.row(model.causes[c as usize].equipment).name)
            }
            Event::ShiftChange(_)
            | Event::CrewArrives(_)
            | Event::ServeCalls
            | Event::Command(_)
            | Event::Edge(..)
            | Event::Beam(_)
            | Event::Cell(_) => "something".into(),
        };
        Self::Stuck { at, what }
    }
}

/// Runs `state` to its next event at or before `until`. False: there is none; the present is `until` then.
pub fn step(model: &Model, state: &mut State, until: SimTime, log: &mut Log) -> bool {
    let Some((at, event)) = state.core.calendar.pop_until(until) else {
        state.core.now = state.core.now.max(until);
        return false;
    };
    state.core.now = at;
    state.core.events += 1;
    state.handle(model, log, event);
    state.settle(model, log)
}

/// Time zero: equipment starts in the order of the file, then causes are armed.
pub(super) fn start(model: &Model, state: &mut State) {
    let mut log = Log::off();
    for index in 0..model.equipment.len() {
        let id = EquipmentId::from_index(index);
        let row = model.row(id);
        let kind = row.kind as usize;
        let mut cx = Ctx::new(model, &mut state.core, &mut log, id);
        model.kinds[kind].start(row.row, &mut *state.tables[kind], &mut cx);
        state.settle(model, &mut log);
    }
    state.start_availability(model);
    state.settle(model, &mut log);
}

impl State {
    #[inline]
    fn handle(&mut self, model: &Model, log: &mut Log, event: Event) {
        match event {
            Event::Timer { equipment, tag, arg } => {
                let row = model.row(equipment);
                let kind = row.kind as usize;
                let mut cx = Ctx { model, core: &mut self.core, log, me: equipment, row };
                model.kinds[kind].on_timer(row.row, &mut *self.tables[kind], &mut cx, tag, arg);
            }
            Event::Decide(equipment) => self.decide(model, log, equipment),
            Event::CauseComes(c) => self.cause_comes(model, c),
            Event::CauseEnds(c) => self.cause_ends(model, c),
            Event::ShiftChange(calendar) => self.shift_change(model, calendar as usize),
            Event::CrewArrives(call) => self.core.crew_arrives(model, call),
            Event::ServeCalls => self.core.serve_calls(model),
            Event::Command(number) => self.apply(model, number),
            Event::Cell(cell) => self.step_cell(model, log, cell),
            Event::Beam(beam) => self.core.beam_tells(model, log, beam),
            Event::Edge(signal, on) => self.core.set_signal(log, SignalId(signal), on),
        }
    }

    /// Does all that still has to happen at this point in time. False: that goes on and on.
    #[inline]
    fn settle(&mut self, model: &Model, log: &mut Log) -> bool {
        while let Some(next) = self.core.soon.pop() {
            if self.core.soon.handled() > EVENTS_PER_INSTANT {
                return false;
            }
            match next {
                Soon::Enter { to, part, link } => self.enter(model, log, to, part, link),
                Soon::Grant { to, at } => self.grant(model, log, to, at),
                Soon::Signal(to, signal) => self.signal(model, log, to, signal),
                Soon::Crew { call, number } => {
                    if let Some((to, signal)) = self.core.crew_caller(call, number) {
                        self.signal(model, log, to, signal);
                    }
                }
                Soon::Rest(unit) => self.at_rest(model, unit),
            }
        }
        if !model.observed.is_empty() {
            self.observe(model, log);
        }
        true
    }

    #[inline]
    fn enter(&mut self, model: &Model, log: &mut Log, to: EquipmentId, part: PartId, link: LinkId) {
        self.core.flows.count(link, self.core.parts.get(part).product);
        let row = model.row(to);
        let kind = row.kind as usize;
        let mut cx = Ctx { model, core: &mut self.core, log, me: to, row };
        model.kinds[kind].on_enter(row.row, &mut *self.tables[kind], &mut cx, part, link);
    }

    fn signal(&mut self, model: &Model, log: &mut Log, to: EquipmentId, signal: Signal) {
        let row = model.row(to);
        let kind = row.kind as usize;
        let mut cx = Ctx { model, core: &mut self.core, log, me: to, row };
        model.kinds[kind].on_signal(row.row, &mut *self.tables[kind], &mut cx, signal);
    }

    /// Lets parts into `to` by its input `at` as long as there is room and somebody waits.
    fn grant(&mut self, model: &Model, log: &mut Log, to: EquipmentId, at: InletId) {
        while self.core.inlets[at.index()].is_open() {
            let Some(link) = self.core.next_waiter(model, to, at) else { return };
            // Taken before asking: who gives may send more on its own at once.
            self.core.inlets[at.index()].take();
            if let Some(part) = self.fetch(model, log, link, None) {
                self.core.inlets[at.index()].last = link.0;
                self.bring(model, log, part, link);
            } else if !std::mem::take(&mut self.core.keeps_room) {
                self.core.inlets[at.index()].give_back();
            }
        }
    }

    /// Asks the equipment at the start of `link` for a part.
    fn fetch(
        &mut self,
        model: &Model,
        log: &mut Log,
        link: LinkId,
        wanted: Option<PartId>,
    ) -> Option<PartId> {
        let from = model.links[link.index()].from;
        let row = model.row(from);
        let kind = row.kind as usize;
        let mut cx = Ctx { model, core: &mut self.core, log, me: from, row };
        model.kinds[kind].give(row.row, &mut *self.tables[kind], &mut cx, link, wanted)
    }

    /// Books a part over `link` and announces it.
    fn bring(&mut self, model: &Model, log: &mut Log, part: PartId, link: LinkId) {
        let to = model.links[link.index()].to;
        self.core.hand_over(part, to);
        if log.traces() {
            log.trace(self.core.now, self.core.parts.get(part), What::Entered);
        }
        self.enter(model, log, to, part, link);
    }

    /// All arrivals of this instant are known: `equipment` may choose.
    fn decide(&mut self, model: &Model, log: &mut Log, equipment: EquipmentId) {
        self.core.inlets[model.row(equipment).inlets.start as usize].deciding = false;
        self.signal(model, log, equipment, Signal::Decide);
        if model.row(equipment).selective {
            self.select(model, log, equipment);
        }
    }

    fn select(&mut self, model: &Model, log: &mut Log, to: EquipmentId) {
        let mut candidates = Vec::new();
        for at in model.row(to).inlets.clone().map(InletId) {
            if self.core.inlets[at.index()].is_open() {
                self.candidates(model, at, &mut candidates);
            }
        }
        if candidates.is_empty() {
            return;
        }
        let row = model.row(to);
        let kind = row.kind as usize;
        let mut picks = Vec::new();
        let mut cx = Ctx { model, core: &mut self.core, log, me: to, row };
        model.kinds[kind].select(
            row.row,
            &mut *self.tables[kind],
            &mut cx,
            &candidates,
            &mut picks,
        );
        for pick in picks {
            let Candidate { part, link } = candidates[pick];
            let at = model.links[link.index()].inlet;
            self.core.inlets[at.index()].take();
            if let Some(part) = self.fetch(model, log, link, Some(part)) {
                self.bring(model, log, part, link);
            } else {
                self.core.inlets[at.index()].give_back();
            }
        }
    }

    /// Whether any part waits in `equipment` to be taken on.
    pub(super) fn has_for_others(&self, model: &Model, equipment: EquipmentId) -> bool {
        let row = model.row(equipment);
        let kind = row.kind as usize;
        let from = At { row: row.row, table: &*self.tables[kind] };
        let mut found = Vec::new();
        row.links.clone().any(|link| {
            model.kinds[kind].list(from, &self.core, LinkId(link), &mut found);
            !found.is_empty()
        })
    }

    /// Adds the parts that wait for the input `at`, connection by connection. Connections with none leave the line.
    fn candidates(&mut self, model: &Model, at: InletId, found: &mut Vec<Candidate>) {
        let waiters = std::mem::take(&mut self.core.inlets[at.index()].waiters);
        let mut still = Vec::with_capacity(waiters.len());
        for link in waiters {
            let before = found.len();
            let row = model.row(model.links[link.index()].from);
            let kind = row.kind as usize;
            let from = At { row: row.row, table: &*self.tables[kind] };
            model.kinds[kind].list(from, &self.core, link, found);
            // An equipment lists all that it holds; routes and divert rules say what may come this way.
            let mut listed = found.split_off(before);
            listed.retain(|candidate| self.core.may_take(model, row, candidate.part, link));
            found.append(&mut listed);
            if found.len() > before {
                still.push(link);
            } else {
                self.core.waiting[link.index()] = false;
            }
        }
        self.core.inlets[at.index()].waiters = still;
    }
}

impl super::state::Core {
    /// Takes the connection that is served next out of the line before the input `at` of `to`.
    #[inline]
    fn next_waiter(&mut self, model: &Model, to: EquipmentId, at: InletId) -> Option<LinkId> {
        let inlet = &mut self.inlets[at.index()];
        let first = match (inlet.waiters.len(), model.row(to).merge) {
            (0, _) => return None,
            (1, _) | (_, Merge::FirstCome) => 0,
            (_, Merge::Priority) => {
                let rank = |at: &usize| model.links[inlet.waiters[*at].index()].rank;
                (0..inlet.waiters.len()).min_by_key(rank)?
            }
            (_, Merge::Alternate) => {
                let last = inlet.last;
                let turn = |at: &usize| {
                    let link = inlet.waiters[*at].0;
                    (link <= last, link)
                };
                let last = if last == u32::MAX { None } else { Some(last) };
                match last {
                    None => 0,
                    Some(_) => (0..inlet.waiters.len()).min_by_key(turn)?,
                }
            }
        };
        let link = inlet.waiters.remove(first);
        self.waiting[link.index()] = false;
        Some(link)
    }
}
