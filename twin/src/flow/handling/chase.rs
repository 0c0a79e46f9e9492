//! A mover that goes after parts on moving belts.

use serde::{Deserialize, Serialize};

use super::mover::{Device, MoverState, Phase, Plan};
use super::order::{Leg, ways};
use super::runway::Claim;
use super::stretch::Stretch;
use super::track::{Meeting, Track};
use super::walk::Cursor;
use crate::engine::{Activity, Candidate, Ctx};
use crate::id::LinkId;
use crate::units::{SimDuration, SimTime};

/// A part that a device goes after.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Chase {
    /// Which of the ways from belts it goes, see [`Motions::tracks`](super::ways::Motions).
    pub(super) track: u16,
    /// When the tool is at the part, from the beginning on.
    after: SimDuration,
    /// Where its middle is then, and, once it is gripped, where it is taken, m from the belt's entry.
    pub(super) at_m: f64,
    /// What gripping it takes.
    pub(super) pick: SimDuration,
    /// The belt stands still: so does the way to the part, with this left of it.
    pub(super) held: Option<SimDuration>,
    /// Since when the part has been where, while it is gripped, and whether the belt moves.
    ride: (SimTime, f64, bool),
    /// The part is off the belt, and how long after that it falls.
    pub(super) taken: bool,
    falls: Option<SimDuration>,
}

impl Chase {
    /// Where the part is at `now` on a belt of that speed (m/s), while it is gripped; m.
    pub(super) fn rides_at(&self, speed: f64, now: SimTime) -> f64 {
        let (since, along_m, moves) = self.ride;
        along_m + if moves { speed * (now - since).seconds() } else { 0.0 }
    }
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
    /// The way from the belt whose parts come over `link` to the stop `to`, if that is tracked: what a program says before all others.
    fn track(&self, link: LinkId, to: u16) -> Option<(u16, &Track)> {
        let tracks = (0..).zip(&self.way.motions()?.tracks);
        let mut own = tracks.filter(|(_, track)| track.link == link);
        own.find(|(_, track)| track.dest.is_none_or(|dest| dest == to))
    }

    /// Where else parts can go that come over `link`.
    pub(super) fn onward(&self, cx: &Ctx<'_>, one: Candidate) -> Vec<LinkId> {
        let links = &cx.model().links;
        let holder = links[one.link.index()].from;
        let ways = ways(cx.model(), cx.me(), cx.part(one.part));
        ways.filter(|link| links[link.index()].to != holder).collect()
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
        let mut caught = Vec::new();
        for one in candidates {
            let onward = self.onward(cx, *one);
            let mut prospects = onward.iter().map(|link| self.prospect(state, cx, *one, *link));
            if prospects.any(|prospect| !matches!(prospect, Prospect::Lost)) {
                caught.push(*one);
            }
        }
        Some(caught)
    }

    /// How the idle device gets to `one`, which is to go on by `to`.
    pub(super) fn prospect(
        &self,
        state: &mut MoverState,
        cx: &mut Ctx<'_>,
        one: Candidate,
        to: LinkId,
    ) -> Prospect {
        let to = self.stops.by_link(to).stop;
        let Some((number, track)) = self.track(one.link, to) else { return Prospect::Waits };
        let Some(ride) = cx.ride(one.link, one.part).filter(|ride| ride.moves) else {
            return Prospect::Lost;
        };
        // Drawn once: what could not be caught does not have the next one gripped any faster.
        let pick = track.grip;
        let pick =
            pick.unwrap_or_else(|| *state.next_pick.get_or_insert_with(|| cx.draw(&self.pick)));
        let from = state.devices[0].at.stop;
        let Some(Meeting { after, at_m }) = track.meet(from, ride.along_m, pick) else {
            return Prospect::Lost;
        };
        let ride = (cx.now(), at_m, true);
        let (track, held, taken, falls) = (number, None, false, None);
        Prospect::Met(Chase { track, after, at_m, pick, held, ride, taken, falls })
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
        let spot = self.track_of(&chase).map(|track| track.spot(chase.at_m));
        let to = spot.unwrap_or_else(|| self.stops.by_link(leg.from));
        let device = &mut state.devices[0];
        device.claim = Claim::over([device.at.x, to.x, self.stops.by_link(leg.to).x]);
        (device.job, device.chase) = (Some(leg), Some(chase));
        state.next_pick = None;
        state.calls.answered(leg.from);
        let times = [SimDuration::ZERO, chase.after];
        self.go_in(state, cx, 0, (Phase::ToPick, false), to, times);
    }

    fn track_of(&self, chase: &Chase) -> Option<&Track> {
        self.way.motions()?.tracks.get(usize::from(chase.track))
    }

    /// The way to a part on a belt stands still while the belt does, and so does the tool beside it.
    pub(super) fn follow(&self, state: &mut MoverState, cx: &mut Ctx<'_>) {
        let Device {
            phase: Phase::ToPick | Phase::Pick, chase: Some(chase), job: Some(job), ..
        } = state.devices[0]
        else {
            return;
        };
        let ride = cx.ride(job.from, job.part);
        if state.devices[0].phase == Phase::Pick {
            let ride = ride.map_or(chase.ride, |ride| (cx.now(), ride.along_m, ride.moves));
            state.devices[0].chase = Some(Chase { ride, ..chase });
            return;
        }
        let moves = ride.is_none_or(|ride| ride.moves);
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

    /// The tool is at the part of `chase` and grips it.
    pub(super) fn grip_riding(
        &self,
        state: &mut MoverState,
        cx: &mut Ctx<'_>,
        at: usize,
        chase: Chase,
    ) {
        let ride = (cx.now(), chase.at_m, true);
        state.devices[at].chase = Some(Chase { ride, ..chase });
        self.run(state, cx, at, Phase::Pick, chase.pick);
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
        let (at_m, ride) = (ride.along_m, (cx.now(), ride.along_m, ride.moves));
        state.devices[at].chase = Some(Chase { at_m, ride, ..chase });
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
        let Some(track) = self.track_of(&chase) else { return };
        let way = track.leave(chase.at_m, to.stop);
        let falls = if self.body.is_none() {
            self.falls_off(cx, job, (track, chase.at_m), to)
        } else {
            None
        };
        // A program goes on from the belt, see `off_the_belt`.
        let falls = falls.map(|after| if track.dest.is_none() { after.min(way) } else { after });
        let slips = falls.filter(|after| *after <= way);
        let phase = if slips.is_some() { Phase::Slip } else { Phase::ToPlace };
        let device = &mut state.devices[at];
        device.rest = slips.map_or(SimDuration::ZERO, |after| way - after);
        device.chase = Some(Chase { taken: true, falls, ..chase });
        self.go_in(state, cx, at, (phase, true), to, [SimDuration::ZERO, way]);
    }

    /// Device `at` has come away from a belt: what its program says behind that, if one does. It goes on with a part that has fallen
    /// meanwhile as with any, as nothing tells the controller.
    pub(super) fn off_the_belt(&self, state: &mut MoverState, at: usize) -> Option<Cursor> {
        let device = &mut state.devices[at];
        let chase = device.chase.take_if(|chase| chase.taken)?;
        let track = self.track_of(&chase)?;
        let falls = chase.falls.filter(|after| *after > device.way);
        let falls = falls.map(|after| after - device.way);
        let mut cursor = Cursor::new((track.stop, track.dest?), Stretch::Way, true, falls);
        if device.job.is_none() {
            cursor.lose();
        }
        Some(cursor)
    }
}

impl Device {
    /// Lets a part on a belt ride on that it went after and has not taken yet. What it was doing it goes on with, with nothing in
    /// mind.
    pub(super) fn give_up(&mut self, cx: &mut Ctx<'_>) {
        let Some(chase) = self.chase.take_if(|chase| !chase.taken) else { return };
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
