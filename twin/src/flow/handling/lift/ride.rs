//! What a lift does next, and step by step how.

use super::{INSTANT_ENDS, Lift, LiftRule, LiftState, PHASE_ENDS, Phase};
use crate::engine::{Activity, Candidate, Ctx};
use crate::flow::handling::order::{Leg, ways};
use crate::id::LinkId;
use crate::units::SimDuration;

pub(super) fn check_later(state: &mut LiftState, cx: &mut Ctx<'_>) {
    if !std::mem::replace(&mut state.checking, true) {
        cx.timer(SimDuration::ZERO, INSTANT_ENDS, 0);
    }
}

/// Asks for the part that has been loaded.
pub(super) fn ask(state: &mut LiftState, cx: &mut Ctx<'_>) {
    if state.phase == Phase::Fetch && !state.stopped {
        state.phase = Phase::Asked;
        check_later(state, cx);
    }
}

impl Lift {
    pub(super) fn home_level(&self) -> Option<u16> {
        self.home.and_then(|home| self.stops.find(home)).map(|stop| self.levels[usize::from(stop)])
    }

    /// The level at the other end of `link`.
    fn level(&self, link: LinkId) -> u16 {
        self.levels[usize::from(self.stops.by_link(link).stop)]
    }

    pub(super) fn run(
        &self,
        state: &mut LiftState,
        cx: &mut Ctx<'_>,
        phase: Phase,
        time: SimDuration,
    ) {
        (state.phase, state.left) = (phase, time);
        if state.stopped {
            return;
        }
        if time == SimDuration::ZERO {
            self.phase_done(state, cx);
            return;
        }
        state.ends = cx.now() + time;
        state.key = cx.timer(time, PHASE_ENDS, 0);
        cx.set_activity_for(0, Activity::Working, time);
    }

    pub(super) fn phase_done(&self, state: &mut LiftState, cx: &mut Ctx<'_>) {
        match state.phase {
            Phase::Idle | Phase::Fetch | Phase::Asked => {}
            Phase::Moving => self.next_here(state, cx),
            Phase::Load => {
                state.phase = Phase::Fetch;
                cx.decide_later();
            }
            Phase::Unload => {
                let level = state.level;
                if let Some(at) = state.rides.iter().position(|leg| self.level(leg.to) == level) {
                    let leg = state.rides.remove(at);
                    cx.send_reserved(leg.part, leg.to);
                    state.moves += 1;
                }
                self.next_here(state, cx);
            }
        }
    }

    /// What is to be done where it stands.
    pub(super) fn next_here(&self, state: &mut LiftState, cx: &mut Ctx<'_>) {
        let here = |link: LinkId| self.level(link) == state.level;
        if state.rides.iter().any(|leg| here(leg.to)) {
            let time = cx.draw(&self.unload);
            self.run(state, cx, Phase::Unload, time);
        } else if state.boarding.is_some_and(|leg| here(leg.from)) {
            let time = cx.draw(&self.load);
            self.run(state, cx, Phase::Load, time);
        } else {
            (state.phase, state.looked) = (Phase::Idle, false);
            let shown = if state.stopped { cx.stop_activity() } else { Activity::Starved };
            cx.set_activity(0, shown);
            if cx.is_stopping() && state.rides.is_empty() {
                cx.at_rest();
            }
            cx.decide_later();
        }
    }

    /// Calls in the order in which they came.
    fn in_order(state: &LiftState, candidates: &[Candidate]) -> Vec<Candidate> {
        let mut order = candidates.to_vec();
        order.sort_by_key(|one| state.calls.turn(one.link));
        order
    }

    /// Reserves room for `one` at a level that `fits`.
    fn room_for(
        &self,
        state: &mut LiftState,
        cx: &mut Ctx<'_>,
        one: Candidate,
        fits: impl Fn(u16) -> bool,
    ) -> Option<LinkId> {
        let model = cx.model();
        let holder = model.links[one.link.index()].from;
        let ways = ways(model, cx.me(), cx.part(one.part))
            .filter(|link| fits(self.level(*link)) && model.links[link.index()].to != holder);
        let found = ways.clone().find(|link| state.rooms.take(cx, *link));
        if found.is_none() {
            ways.for_each(|link| {
                cx.wait(link);
            });
        }
        found
    }

    /// Speaks for `one`, which goes on by `to`. False: it breaks down before.
    fn call(state: &mut LiftState, cx: &mut Ctx<'_>, one: Candidate, to: LinkId) -> bool {
        let leg = Leg::claim(cx, one, to, true);
        if !cx.begin_cycle() {
            leg.disclaim(cx);
            return false;
        }
        state.calls.answered(one.link);
        state.boarding = Some(leg);
        true
    }

    /// Whether a trip to `level` goes on in the direction in which the lift takes those who are in it.
    fn is_on_the_way(&self, state: &LiftState, level: u16) -> bool {
        let collects = self.rule == LiftRule::Collective && !state.rides.is_empty();
        !collects || level == state.level || (level > state.level) == self.heads_up(state)
    }

    /// The direction of those who are in it: the old one, as long as one of them wants to go there.
    fn heads_up(&self, state: &LiftState) -> bool {
        let beyond = |up: bool| {
            let mut levels = state.rides.iter().map(|leg| self.level(leg.to));
            levels.any(|level| if up { level > state.level } else { level < state.level })
        };
        if beyond(state.up) { state.up } else { !state.up }
    }

    /// Loads a part of this level.
    pub(super) fn load_here(
        &self,
        state: &mut LiftState,
        cx: &mut Ctx<'_>,
        candidates: &[Candidate],
    ) -> bool {
        let strict = self.rule == LiftRule::FirstCome && state.rides.is_empty();
        if strict || state.rides.len() >= self.capacity {
            return false;
        }
        for one in Self::in_order(state, candidates) {
            if self.level(one.link) != state.level {
                continue;
            }
            let fits: Vec<bool> = (0..self.heights.len() as u16)
                .map(|level| self.is_on_the_way(state, level))
                .collect();
            let Some(to) = self.room_for(state, cx, one, |level| fits[usize::from(level)]) else {
                continue;
            };
            if Self::call(state, cx, one, to) {
                self.next_here(state, cx);
            }
            return true;
        }
        false
    }

    /// Goes on: to where somebody wants to get out or in.
    pub(super) fn depart(&self, state: &mut LiftState, cx: &mut Ctx<'_>, candidates: &[Candidate]) {
        let out = self.next_out(state);
        let has_room = state.rides.len() < self.capacity;
        let mut order = Self::in_order(state, candidates);
        match self.rule {
            LiftRule::FirstCome if out.is_some() => order.clear(),
            LiftRule::FirstCome => {}
            LiftRule::Nearest => order.sort_by_key(|one| self.way(state, self.level(one.link))),
            LiftRule::Collective => {
                let ahead = |level: u16| level != state.level && (level > state.level) == state.up;
                order.sort_by_key(|one| {
                    let level = self.level(one.link);
                    (!ahead(level), self.way(state, level))
                });
            }
        }
        for one in order.into_iter().filter(|_| has_room) {
            let level = self.level(one.link);
            let sooner = out.is_none_or(|out| self.way(state, level) < self.way(state, out));
            if !sooner || !self.is_on_the_way(state, level) {
                continue;
            }
            let collects = self.rule == LiftRule::Collective && out.is_some();
            let up = level > state.level;
            let fits = |to: u16| !collects || to == level || (to > level) == up;
            let Some(to) = self.room_for(state, cx, one, fits) else { continue };
            if Self::call(state, cx, one, to) {
                self.go(state, cx, level);
            }
            return;
        }
        if let Some(out) = out {
            self.go(state, cx, out);
        }
    }

    /// The next level at which one of those in it wants to get out.
    fn next_out(&self, state: &LiftState) -> Option<u16> {
        let mut levels = state.rides.iter().map(|leg| self.level(leg.to));
        match self.rule {
            LiftRule::FirstCome => levels.next(),
            LiftRule::Nearest => levels.min_by_key(|level| self.way(state, *level)),
            LiftRule::Collective => {
                let up = self.heads_up(state);
                let ahead = levels.filter(|level| (*level > state.level) == up);
                ahead.min_by_key(|level| self.way(state, *level))
            }
        }
    }

    fn way(&self, state: &LiftState, level: u16) -> SimDuration {
        self.axis.time(self.metres_to(state, level))
    }

    fn metres_to(&self, state: &LiftState, level: u16) -> f64 {
        (self.heights[usize::from(level)] - self.heights[usize::from(state.level)]).abs()
    }

    fn go(&self, state: &mut LiftState, cx: &mut Ctx<'_>, level: u16) {
        let time = self.way(state, level);
        state.metres += self.metres_to(state, level);
        if level != state.level {
            state.up = level > state.level;
        }
        state.level = level;
        self.run(state, cx, Phase::Moving, time);
    }

    /// Everything else of this instant has happened: what was not to be had is not waited for.
    pub(super) fn end_instant(&self, state: &mut LiftState, cx: &mut Ctx<'_>) {
        state.checking = false;
        state.rooms.release(cx);
        if state.stopped {
            return;
        }
        if state.phase == Phase::Asked {
            if let Some(leg) = state.boarding.take() {
                leg.disclaim(cx);
            }
            self.next_here(state, cx);
            return;
        }
        if state.phase != Phase::Idle || !state.looked {
            return;
        }
        let home = self.home_level().filter(|home| *home != state.level && !cx.is_stopping());
        if let Some(level) = self.next_out(state).or(home) {
            self.go(state, cx, level);
        }
    }
}
