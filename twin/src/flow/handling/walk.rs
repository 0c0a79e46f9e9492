//! A device on its way through a motion program with signals, beat by beat. Programs without any are drawn at once, see
//! [`phases`](super::phases).
//!
//! A part that falls does not stop its program, as nothing tells the controller: it goes on to its end, signals included, with an empty
//! gripper. A stop begins the longest wait for a signal anew.

use serde::{Deserialize, Serialize};

use super::mover::{Device, MoverState, Phase, Plan, SIGNAL};
use super::program::Stretch;
use super::ways::Transfer;
use crate::engine::{Activity, Ctx, Waited};
use crate::flow::course::{Course, Stage};
use crate::units::{SimDuration, SimTime};

/// Where a device is in a program.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Cursor {
    /// The stops between which it goes.
    ends: (u16, u16),
    stretch: Stretch,
    /// Whether it began with a part.
    loaded: bool,
    /// Number of the next beat.
    next: u16,
    /// Waits for a signal.
    waits: bool,
    /// What the stretch will still take behind the present beat, on the average.
    later: SimDuration,
    /// Time in motion until the part falls.
    falls: Option<SimDuration>,
    /// What is left of the present beat when it falls now.
    rest: Option<SimDuration>,
    /// It has lost its part.
    lost: bool,
}

impl Cursor {
    /// At the begin of a stretch; the part falls after `falls`.
    pub(super) fn new(
        ends: (u16, u16),
        stretch: Stretch,
        loaded: bool,
        falls: Option<SimDuration>,
    ) -> Self {
        let (next, waits, later) = (0, false, SimDuration::ZERO);
        Self { ends, stretch, loaded, next, waits, later, falls, rest: None, lost: false }
    }

    /// Its part has been taken off.
    pub(super) fn lose(&mut self) {
        (self.falls, self.rest, self.lost) = (None, None, true);
    }
}

impl Transfer {
    /// What a stretch comes to.
    pub(super) fn course(&self, stretch: Stretch, loaded: bool) -> Option<&Course> {
        match (stretch, &self.ends) {
            (Stretch::Way, _) if loaded => Some(&self.loaded),
            (Stretch::Way, _) => self.empty.as_ref(),
            (Stretch::Pick, ends) => ends.as_ref().map(|ends| &ends[0]),
            (Stretch::Place, ends) => ends.as_ref().map(|ends| &ends[1]),
        }
    }
}

impl Device {
    /// What is left at `now` of the way that it is on.
    pub(super) fn left_of_way(&self, stopped: bool, now: SimTime) -> SimDuration {
        let (waits, later) =
            self.cursor.map_or((false, SimDuration::ZERO), |at| (at.waits, at.later));
        let rest = if self.phase == Phase::Slip { self.rest } else { SimDuration::ZERO };
        let own = match (waits, stopped) {
            (true, _) => SimDuration::ZERO,
            (_, true) => self.left,
            _ => self.ends - now,
        };
        own + later + rest
    }

    /// Whether it waits for a signal.
    pub(super) fn awaits(&self) -> bool {
        self.cursor.is_some_and(|cursor| cursor.waits)
    }
}

impl Plan {
    fn course(&self, at: &Cursor) -> Option<&Course> {
        self.way.motions()?.transfers.get(&at.ends)?.course(at.stretch, at.loaded)
    }

    /// Device `at` begins `phase`, which goes as `cursor` says, after `before`.
    pub(super) fn walk(
        &self,
        state: &mut MoverState,
        cx: &mut Ctx<'_>,
        at: usize,
        (phase, cursor): (Phase, Cursor),
        before: SimDuration,
    ) {
        let mean = self.course(&cursor).map_or(0.0, Course::mean_s);
        let later = SimDuration::from_seconds(mean);
        let device = &mut state.devices[at];
        (device.phase, device.cursor) = (phase, Some(Cursor { later, ..cursor }));
        device.rest = SimDuration::ZERO;
        self.run(state, cx, at, phase, before);
    }

    /// The time of device `at` is up: on to its next beat, or its phase is done.
    pub(super) fn elapsed(&self, state: &mut MoverState, cx: &mut Ctx<'_>, at: usize) {
        let device = &mut state.devices[at];
        let Some(mut cursor) = device.cursor else { return self.phase_done(state, cx, at) };
        if let Some(rest) = cursor.rest.take() {
            cursor.later -= rest;
            device.cursor = Some(cursor);
            self.drop_part(state, cx, at);
            self.run(state, cx, at, Phase::Aside, rest);
            return;
        }
        let phase = device.phase;
        let course = self.course(&cursor);
        let stage = course.map(|course| course.go_on(&mut cursor.next, cx, (SIGNAL, at as u16)));
        match stage {
            Some(Stage::Passes(time, mean)) => {
                device.way = device.way + time - mean;
                cursor.later -= mean;
                let first = cursor.falls.map_or(time, |falls| falls.min(time));
                if let Some(falls) = &mut cursor.falls {
                    *falls -= first;
                    cursor.rest = (first < time).then_some(time - first);
                    cursor.later += time - first;
                }
                device.cursor = Some(cursor);
                self.run(state, cx, at, phase, first);
            }
            Some(Stage::Waits) => {
                cursor.waits = true;
                device.cursor = Some(cursor);
                cx.set_activity(at as u32, Activity::Blocked);
            }
            Some(Stage::Over) | None => self.stretch_done(state, cx, at, cursor),
        }
    }

    fn stretch_done(
        &self,
        state: &mut MoverState,
        cx: &mut Ctx<'_>,
        at: usize,
        mut cursor: Cursor,
    ) {
        if cursor.falls.is_some() {
            self.drop_part(state, cx, at);
            cursor.lose();
        }
        if cursor.lost && cursor.stretch == Stretch::Way {
            let device = &mut state.devices[at];
            device.from = device.at;
            let place = Cursor { stretch: Stretch::Place, next: 0, ..cursor };
            self.walk(state, cx, at, (Phase::Aside, place), SimDuration::ZERO);
            return;
        }
        state.devices[at].cursor = None;
        self.phase_done(state, cx, at);
    }

    /// A signal may have come that device `at` waits for.
    pub(super) fn signalled(&self, state: &mut MoverState, cx: &mut Ctx<'_>, at: usize) {
        let Some(how) = cx.waited(at as u16) else { return };
        state.done.timeouts += u64::from(how == Waited::TimedOut);
        if let Some(cursor) = &mut state.devices[at].cursor {
            cursor.waits = false;
        }
        self.elapsed(state, cx, at);
    }

    /// A device that waited for a signal when it was stopped waits for it again, or goes on.
    pub(super) fn wait_again(&self, state: &mut MoverState, cx: &mut Ctx<'_>, at: usize) {
        if let Some(cursor) = &mut state.devices[at].cursor {
            cursor.waits = false;
            cursor.next -= 1;
        }
        self.elapsed(state, cx, at);
    }
}
