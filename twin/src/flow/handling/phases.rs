//! The work of a mover, phase by phase, and how a stop cuts into it.

use super::mover::{Device, Done, INSTANT_ENDS, MoverState, PHASE_ENDS, Phase, Plan};
use super::order::Leg;
use super::place::Spot;
use super::runway::Claim;
use super::stretch::Stretch;
use super::walk::Cursor;
use crate::engine::{Activity, Ctx, Interrupt};
use crate::id::PartId;
use crate::units::{SimDuration, SimTime};

impl Plan {
    pub(super) fn position(&self, state: &MoverState, at: usize, now: SimTime) -> (f64, f64) {
        let device = &state.devices[at];
        if !matches!(device.phase, Phase::Aside | Phase::ToPick | Phase::ToPlace | Phase::Slip) {
            return (device.at.x, device.at.y);
        }
        // The way comes last in a phase: the hook goes up before.
        let left = device.left_of_way(state.stopped, now);
        self.way.position(device.from, device.at, device.way, device.way - left)
    }

    /// Time from place to place without a part; of what is drawn, the mean.
    pub(super) fn travel(&self, from: Spot, to: Spot) -> SimDuration {
        self.way.time(from, to, self.stops.count())
    }

    /// What a way takes, with a part or without; of what is drawn, the mean.
    fn way_time(&self, from: Spot, to: Spot, loaded: bool) -> SimDuration {
        if loaded { self.way.loaded(from, to, self.stops.count()) } else { self.travel(from, to) }
    }

    /// The begin of a stretch of the way, if a program says that.
    fn cursor(
        &self,
        (from, to): (Spot, Spot),
        stretch: Stretch,
        loaded: bool,
        falls: Option<SimDuration>,
    ) -> Option<Cursor> {
        let ends = (from.stop, to.stop);
        let way = self.way.motions()?.transfers.get(&ends)?;
        way.stretch(stretch, loaded).map(|_| Cursor::new(ends, stretch, loaded, falls))
    }

    /// Device `at` picks up the part of `leg`, or puts it down, after `before`.
    fn run_hand(
        &self,
        state: &mut MoverState,
        cx: &mut Ctx<'_>,
        at: usize,
        (phase, leg): (Phase, Option<Leg>),
        before: SimDuration,
    ) {
        let down = phase != Phase::Pick;
        let stretch = if down { Stretch::Place } else { Stretch::Pick };
        let ends = leg.map(|leg| (self.stops.by_link(leg.from), self.stops.by_link(leg.to)));
        if let Some(cursor) = ends.and_then(|ends| self.cursor(ends, stretch, down, None)) {
            self.walk(state, cx, at, (phase, cursor), before);
            return;
        }
        state.devices[at].cursor = None;
        let time = cx.draw(if down { &self.place } else { &self.pick });
        self.run(state, cx, at, phase, before + time);
    }

    /// Device `at` goes over to `phase`, which takes `time`. What takes none is done at once.
    pub(super) fn run(
        &self,
        state: &mut MoverState,
        cx: &mut Ctx<'_>,
        at: usize,
        phase: Phase,
        time: SimDuration,
    ) {
        let device = &mut state.devices[at];
        (device.phase, device.left) = (phase, time);
        if state.stopped {
            return;
        }
        if time == SimDuration::ZERO {
            self.elapsed(state, cx, at);
            return;
        }
        device.ends = cx.now() + time;
        device.key = cx.timer(time, PHASE_ENDS, at as u16);
        self.stir(cx);
        cx.set_activity_for(at as u32, Activity::Working, time);
    }

    /// Device `at` goes to `to` in the phase `phase`, after `before` at the place where it is.
    pub(super) fn go(
        &self,
        state: &mut MoverState,
        cx: &mut Ctx<'_>,
        at: usize,
        phase: Phase,
        to: Spot,
        before: SimDuration,
    ) {
        let device = &state.devices[at];
        let loaded = phase == Phase::ToPlace || device.hand.is_some();
        let ends = (device.at, to);
        let way = self.way_time(ends.0, to, loaded);
        if let Some(cursor) = self.cursor(ends, Stretch::Way, loaded, None) {
            state.sets_out(at, to, way, loaded);
            self.walk(state, cx, at, (phase, cursor), before);
            return;
        }
        self.go_in(state, cx, at, (phase, loaded), to, [before, way]);
    }

    /// Likewise; the way takes what `times` says, after a time at the place where it is.
    pub(super) fn go_in(
        &self,
        state: &mut MoverState,
        cx: &mut Ctx<'_>,
        at: usize,
        (phase, loaded): (Phase, bool),
        to: Spot,
        [before, way]: [SimDuration; 2],
    ) {
        state.sets_out(at, to, way, loaded);
        state.devices[at].cursor = None;
        let time = if phase == Phase::Slip { way - state.devices[at].rest } else { way };
        self.run(state, cx, at, phase, before + time);
    }

    pub(super) fn phase_done(&self, state: &mut MoverState, cx: &mut Ctx<'_>, at: usize) {
        let phase = state.devices[at].phase;
        if matches!(phase, Phase::Aside | Phase::ToPlace)
            && let Some(cursor) = self.off_the_belt(state, at)
        {
            self.walk(state, cx, at, (phase, cursor), SimDuration::ZERO);
            return;
        }
        match state.devices[at].phase {
            Phase::Idle | Phase::Fetch | Phase::Asked => {}
            Phase::Aside | Phase::Clear => self.rest(state, cx, at),
            Phase::ToPick => {
                self.shrink_claim(state, cx, at);
                let Device { chase, job, .. } = state.devices[at];
                match chase {
                    Some(chase) => self.grip_riding(state, cx, at, chase),
                    None => self.run_hand(state, cx, at, (Phase::Pick, job), self.hoist),
                }
            }
            Phase::Pick => {
                if !self.still_there(state, cx, at) {
                    return;
                }
                state.devices[at].phase = Phase::Fetch;
                cx.decide_later();
            }
            Phase::Exchange => {
                if let Some(leg) = state.devices[at].hand.take() {
                    cx.send_reserved(leg.part, leg.to);
                }
                state.done.moves += 1;
                state.done.exchanges += 1;
                self.carry(state, cx, at);
            }
            Phase::Slip => {
                let rest = state.devices[at].rest;
                self.drop_part(state, cx, at);
                self.run(state, cx, at, Phase::Aside, rest);
            }
            Phase::ToPlace => {
                self.shrink_claim(state, cx, at);
                let job = state.devices[at].job;
                self.run_hand(state, cx, at, (Phase::Place, job), self.hoist);
            }
            Phase::Place => {
                if let Some(leg) = state.devices[at].job.take() {
                    self.let_go(cx, leg);
                    cx.send_reserved(leg.part, leg.to);
                }
                state.done.moves += 1;
                self.run(state, cx, at, Phase::Clear, self.hoist);
            }
        }
    }

    /// The part has come into the hand of the device that went for it.
    pub(super) fn picked(&self, state: &mut MoverState, cx: &mut Ctx<'_>, part: PartId) {
        let is_its = |device: &Device| {
            device.phase == Phase::Asked && device.job.is_some_and(|job| job.part == part)
        };
        let at = state.devices.iter().position(is_its);
        let at = at.expect("a part only comes to a device that has hold of it");
        self.grasp(state, cx, part);
        let device = &mut state.devices[at];
        if let Some(next) = device.next.take() {
            device.hand = device.job.replace(next);
            self.go(state, cx, at, Phase::ToPick, self.stops.by_link(next.from), self.hoist);
            return;
        }
        if device.job.is_some_and(|job| !job.room) {
            // Fetched ahead of time: on to where it will be exchanged.
            device.hand = device.job.take();
            let to = device.hand.map_or(device.at, |hand| self.stops.by_link(hand.to));
            self.go(state, cx, at, Phase::Aside, to, SimDuration::ZERO);
            return;
        }
        let links = &cx.model().links;
        if let (Some(hand), Some(job)) = (&mut device.hand, &device.job)
            && links[hand.to.index()].to == links[job.from.index()].from
            && cx.reserve_by(hand.to)
        {
            hand.room = true;
            let (turn, hand) = (cx.draw(&self.turn), device.hand);
            self.run_hand(state, cx, at, (Phase::Exchange, hand), turn);
            return;
        }
        self.carry(state, cx, at);
    }

    /// Brings the part that has been picked up to where room is reserved for it.
    pub(super) fn carry(&self, state: &mut MoverState, cx: &mut Ctx<'_>, at: usize) {
        if let Some(job) = state.devices[at].job {
            if let Some(chase) = state.devices[at].chase {
                self.leave_belt(state, cx, at, (job, chase));
                return;
            }
            let to = self.stops.by_link(job.to);
            let from = state.devices[at].at;
            if self.body.is_none()
                && let Some(after) = self.falls(cx, job, from, to)
            {
                let way = self.way_time(from, to, true);
                if let Some(cursor) = self.cursor((from, to), Stretch::Way, true, Some(after)) {
                    state.sets_out(at, to, way, true);
                    self.walk(state, cx, at, (Phase::Slip, cursor), self.hoist);
                    return;
                }
                let after = after.min(way);
                state.devices[at].rest = way - after;
                self.go_in(state, cx, at, (Phase::Slip, true), to, [self.hoist, way]);
                return;
            }
            self.go(state, cx, at, Phase::ToPlace, to, self.hoist);
        }
    }

    /// The part of device `at` has slipped out of its gripper.
    pub(super) fn drop_part(&self, state: &mut MoverState, cx: &mut Ctx<'_>, at: usize) {
        self.lose(state, cx, at);
        state.done.dropped += 1;
    }

    /// Device `at` has nothing to do.
    fn rest(&self, state: &mut MoverState, cx: &mut Ctx<'_>, at: usize) {
        state.looked = false;
        let device = &mut state.devices[at];
        (device.phase, device.cursor) = (Phase::Idle, None);
        device.claim = Claim::over([device.at.x]);
        state.show_idle(cx, at);
        if cx.is_stopping() && !state.is_busy() {
            cx.at_rest();
        }
        cx.decide_later();
    }

    /// Lets go of the part of the runway that the job of device `at` does not need any more.
    fn shrink_claim(&self, state: &mut MoverState, cx: &mut Ctx<'_>, at: usize) {
        let device = &mut state.devices[at];
        let to = device.job.map_or(device.at, |job| self.stops.by_link(job.to));
        device.claim = Claim::over([device.at.x, to.x]);
        if self.devices > 1 {
            cx.decide_later();
        }
    }

    /// Everything else of this instant has happened: what was not to be had, is not waited for.
    pub(super) fn end_instant(&self, state: &mut MoverState, cx: &mut Ctx<'_>) {
        state.checking = false;
        state.rooms.release(cx);
        if state.stopped {
            return;
        }
        for at in 0..state.devices.len() {
            let device = &mut state.devices[at];
            if device.phase == Phase::Asked {
                device.chase = None;
                for leg in device.job.take().into_iter().chain(device.next.take()) {
                    leg.disclaim(cx);
                }
                self.run(state, cx, at, Phase::Clear, self.hoist);
            }
        }
        self.go_home(state, cx);
    }

    fn go_home(&self, state: &mut MoverState, cx: &mut Ctx<'_>) {
        if state.looked && self.is_away(state) && !cx.is_stopping() {
            state.devices[0].claim = Claim::over([self.starts[0].x]);
            self.go(state, cx, 0, Phase::Aside, self.starts[0], SimDuration::ZERO);
        }
    }

    /// Whether the device is idle and not where it should be then.
    pub(super) fn is_away(&self, state: &MoverState) -> bool {
        let device = &state.devices[0];
        self.home.is_some()
            && device.phase == Phase::Idle
            && device.hand.is_none()
            && device.at != self.starts[0]
    }

    pub(super) fn stop(&self, state: &mut MoverState, cx: &mut Ctx<'_>, how: Interrupt) {
        for at in 0..state.devices.len() {
            if !state.stopped {
                state.devices[at].give_up(cx);
            }
            let device = &mut state.devices[at];
            if !state.stopped && device.awaits() {
                cx.stop_waiting(at as u16);
                device.left = SimDuration::ZERO;
            } else if !state.stopped && device.phase.is_timed() {
                device.left = device.ends - cx.now();
                cx.cancel(&mut device.key);
            }
            if how == Interrupt::Scrap {
                self.lose(state, cx, at);
            }
            cx.set_activity(at as u32, cx.stop_activity());
        }
        if !std::mem::replace(&mut state.stopped, true) {
            state.brake.set(cx.now(), true);
        }
    }

    pub(super) fn go_on(&self, state: &mut MoverState, cx: &mut Ctx<'_>) {
        if !std::mem::take(&mut state.stopped) {
            return;
        }
        state.brake.set(cx.now(), false);
        for at in 0..state.devices.len() {
            let Device { phase, left, .. } = state.devices[at];
            if state.devices[at].awaits() {
                self.wait_again(state, cx, at);
                continue;
            }
            if phase.is_timed() {
                self.run(state, cx, at, phase, left);
                continue;
            }
            if phase == Phase::Asked {
                state.devices[at].phase = Phase::Fetch;
            }
            state.show_idle(cx, at);
        }
        cx.decide_later();
    }
}

impl Done {
    /// So much more travel, with a part or without.
    pub(super) fn travels(&mut self, loaded: bool, way: SimDuration) {
        let sum = if loaded { &mut self.loaded } else { &mut self.empty };
        *sum += way.ns();
    }
}

impl Device {
    /// Loses what it holds, and forgets what it was to fetch.
    pub(super) fn lose(&mut self, hoist: SimDuration, cx: &mut Ctx<'_>) {
        let held: Vec<Leg> = self.held().collect();
        if held.is_empty() {
            return;
        }
        self.left += self.cursor.as_mut().map_or(SimDuration::ZERO, Cursor::lose);
        for mut leg in held {
            leg.unreserve(cx);
            cx.scrap(leg.part);
        }
        if !self.has_job()
            && let Some(job) = self.job
        {
            job.disclaim(cx);
        }
        (self.hand, self.job) = (None, None);
        // What it was doing it goes on with, with nothing in its hands.
        self.phase = match self.phase {
            Phase::Idle => Phase::Idle,
            Phase::Aside | Phase::ToPick | Phase::ToPlace => Phase::Aside,
            Phase::Slip => {
                self.left += self.rest;
                Phase::Aside
            }
            _ => {
                self.left = hoist;
                Phase::Clear
            }
        };
    }
}

impl MoverState {
    /// Device `at` sets out on a way to `to` that takes `way`.
    fn sets_out(&mut self, at: usize, to: Spot, way: SimDuration, loaded: bool) {
        let device = &mut self.devices[at];
        device.from = std::mem::replace(&mut device.at, to);
        device.way = way;
        self.done.travels(loaded, way);
    }

    /// Those who have hold of a part ask for it.
    pub(super) fn ask(&mut self, cx: &mut Ctx<'_>) {
        for at in 0..self.devices.len() {
            if self.devices[at].phase == Phase::Fetch && !self.stopped {
                self.devices[at].phase = Phase::Asked;
                self.check_later(cx);
            }
        }
    }

    /// Looks again when everything else of this instant has happened.
    pub(super) fn check_later(&mut self, cx: &mut Ctx<'_>) {
        if !std::mem::replace(&mut self.checking, true) {
            cx.timer(SimDuration::ZERO, INSTANT_ENDS, 0);
        }
    }

    fn show_idle(&self, cx: &mut Ctx<'_>, at: usize) {
        let activity = match self.devices[at] {
            _ if self.stopped => cx.stop_activity(),
            Device { phase: Phase::Fetch | Phase::Asked, .. } => Activity::Working,
            Device { hand: Some(_), .. } => Activity::Blocked,
            _ => Activity::Starved,
        };
        cx.set_activity(at as u32, activity);
    }
}
