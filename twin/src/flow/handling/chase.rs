//! A mover that goes after parts on moving belts.

use serde::{Deserialize, Serialize};

use super::mover::{Device, MoverState, Phase, Plan};
use super::order::Leg;
use super::runway::Claim;
use super::track::{Meeting, Track};
use crate::engine::{Activity, Candidate, Ctx};
use crate::id::LinkId;
use crate::units::SimDuration;

/// A part that a device goes after.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Chase {
    /// When the tool is at the part, from the beginning on.
    after: SimDuration,
    /// Where its middle is then, and, once it is gripped, where it is taken, m from the belt's entry.
    at_m: f64,
    /// What gripping it takes.
    pub(super) pick: SimDuration,
    /// The belt stands still: so does the way to the part, with this left of it.
    held: Option<SimDuration>,
}

/// What a device can do about a candidate.
#[derive(Clone, Copy, Debug)]
pub(super) enum Prospect {
    /// It waits where it is.
    Waits,
    /// It rides on a belt, and can be met.
    Met(Chase),
    /// It cannot.
    Lost,
}

impl Plan {
    /// The belt whose parts come over `link`, if it is tracked.
    fn track(&self, link: LinkId) -> Option<&Track> {
        self.way.motions()?.tracks.iter().find(|track| track.link == link)
    }

    /// Those of `candidates` that wait, or that can be caught by now; none: all of them.
    pub(super) fn catchable(
        &self,
        state: &mut MoverState,
        cx: &mut Ctx<'_>,
        candidates: &[Candidate],
    ) -> Option<Vec<Candidate>> {
        self.way.motions().filter(|motions| !motions.tracks.is_empty())?;
        if state.devices[0].phase != Phase::Idle {
            return None;
        }
        let all = candidates.iter().copied();
        let lost = |state: &mut MoverState, cx: &mut Ctx<'_>, one: Candidate| {
            matches!(self.prospect(state, cx, one), Prospect::Lost)
        };
        Some(all.filter(|one| !lost(state, cx, *one)).collect())
    }

    /// How the idle device gets to `one`.
    pub(super) fn prospect(
        &self,
        state: &mut MoverState,
        cx: &mut Ctx<'_>,
        one: Candidate,
    ) -> Prospect {
        let Some(track) = self.track(one.link) else { return Prospect::Waits };
        let Some(ride) = cx.ride(one.link, one.part).filter(|ride| ride.moves) else {
            return Prospect::Lost;
        };
        // Drawn once: what could not be caught does not have the next one gripped any faster.
        let pick = *state.next_pick.get_or_insert_with(|| cx.draw(&self.pick));
        let from = state.devices[0].at.stop;
        track.meet(from, ride.along_m, pick).map_or(Prospect::Lost, |Meeting { after, at_m }| {
            Prospect::Met(Chase { after, at_m, pick, held: None })
        })
    }

    /// The device sets out for the part of `leg`.
    pub(super) fn begin_chase(
        &self,
        state: &mut MoverState,
        cx: &mut Ctx<'_>,
        leg: Leg,
        chase: Chase,
    ) {
        if !cx.begin_cycle() {
            leg.disclaim(cx);
            return;
        }
        let spot = self.track(leg.from).map(|track| track.spot(chase.at_m));
        let to = spot.unwrap_or_else(|| self.stops.by_link(leg.from));
        let device = &mut state.devices[0];
        device.claim = Claim::over([device.at.x, to.x, self.stops.by_link(leg.to).x]);
        (device.job, device.chase) = (Some(leg), Some(chase));
        state.next_pick = None;
        state.calls.answered(leg.from);
        let times = [SimDuration::ZERO, chase.after];
        self.go_in(state, cx, 0, (Phase::ToPick, false), to, times);
    }

    /// The way to a part on a belt stands still while the belt does.
    pub(super) fn follow(&self, state: &mut MoverState, cx: &mut Ctx<'_>) {
        let Device { phase: Phase::ToPick, chase: Some(chase), job: Some(job), .. } =
            state.devices[0]
        else {
            return;
        };
        let moves = cx.ride(job.from, job.part).is_none_or(|ride| ride.moves);
        match chase.held {
            None if !moves => {
                let device = &mut state.devices[0];
                let left = device.ends - cx.now();
                cx.cancel(&mut device.key);
                device.chase = Some(Chase { held: Some(left), ..chase });
                cx.set_activity(0, Activity::Starved);
            }
            Some(left) if moves => {
                state.devices[0].chase = Some(Chase { held: None, ..chase });
                self.run(state, cx, 0, Phase::ToPick, left);
            }
            _ => {}
        }
    }

    /// Whether the part that has been gripped is still there to be taken; notes where. If not, the device rests.
    pub(super) fn still_there(&self, state: &mut MoverState, cx: &mut Ctx<'_>, at: usize) -> bool {
        let Device { chase: Some(chase), job: Some(job), .. } = state.devices[at] else {
            return true;
        };
        let Some(ride) = cx.ride(job.from, job.part) else {
            state.devices[at].give_up(cx);
            self.run(state, cx, at, Phase::Clear, SimDuration::ZERO);
            return false;
        };
        state.devices[at].chase = Some(Chase { at_m: ride.along_m, ..chase });
        true
    }

    /// Away from the belt with the part, to where room is reserved for it.
    pub(super) fn leave_belt(
        &self,
        state: &mut MoverState,
        cx: &mut Ctx<'_>,
        at: usize,
        (job, chase): (Leg, Chase),
    ) {
        let to = self.stops.by_link(job.to);
        let Some(track) = self.track(job.from) else { return };
        let way = track.leave(chase.at_m, to.stop);
        let falls = self.falls_off(cx, job, (track, chase.at_m), to).map(|after| after.min(way));
        let phase = if falls.is_some() { Phase::Slip } else { Phase::ToPlace };
        state.devices[at].rest = falls.map_or(SimDuration::ZERO, |after| way - after);
        self.go_in(state, cx, at, (phase, true), to, [SimDuration::ZERO, way]);
    }
}

impl Device {
    /// Lets a part on a belt ride on that it went after and has not taken yet. What it was doing it goes on with, with nothing in
    /// mind.
    pub(super) fn give_up(&mut self, cx: &mut Ctx<'_>) {
        let taken = matches!(self.phase, Phase::ToPlace | Phase::Place);
        let Some(chase) = self.chase.take().filter(|_| !taken) else { return };
        if let Some(job) = self.job.take() {
            job.disclaim(cx);
        }
        let left = match (chase.held, self.phase) {
            (Some(left), _) => left,
            (None, Phase::ToPick) => self.ends - cx.now(),
            _ => SimDuration::ZERO,
        };
        cx.cancel(&mut self.key);
        self.phase = Phase::Aside;
        (self.ends, self.left) = (cx.now() + left, left);
    }
}
