//! A device on its way through a motion program, beat by beat.
//!
//! A part that falls does not stop its program, as nothing tells the controller: it goes on to its end, signals included, with an empty
//! gripper. A stop begins the longest wait for a signal anew.

use serde::{Deserialize, Serialize};

use super::mover::{Device, MoverState, Phase, Plan, SIGNAL};
use super::stretch::{Stretch, Stretched};
use super::ways::Motions;
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
    /// What the present beat takes; nothing before the first, while a signal is waited for, and at the end.
    takes: SimDuration,
    pace: Pace,
    /// What the stretch will still take behind the present beat, on the average.
    later: SimDuration,
    /// Time in motion until the part falls.
    falls: Option<SimDuration>,
    /// What is left of the present beat when it falls now.
    rest: Option<SimDuration>,
    /// It has lost its part.
    lost: bool,
    /// Its gripper has let go of the part at its place.
    open: bool,
}

/// Whether it goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Pace {
    Goes,
    /// Waits for a signal.
    Waits,
    /// The stretch is behind it, and where that ends it stands.
    Over,
}

impl Cursor {
    /// At the begin of a stretch; the part falls after `falls`.
    pub(super) fn new(
        ends: (u16, u16),
        stretch: Stretch,
        loaded: bool,
        falls: Option<SimDuration>,
    ) -> Self {
        let (takes, later) = (SimDuration::ZERO, SimDuration::ZERO);
        let (next, pace, rest, lost, open) = (0, Pace::Goes, None, false, false);
        Self { ends, stretch, loaded, next, takes, pace, later, falls, rest, lost, open }
    }

    /// Its part has been taken off; what is left of the present beat behind the moment at which it would have fallen.
    pub(super) fn lose(&mut self) -> SimDuration {
        (self.falls, self.lost) = (None, true);
        self.rest.take().unwrap_or(SimDuration::ZERO)
    }
}

impl Device {
    /// What is left at `now` of the way that it is on.
    pub(super) fn left_of_way(&self, stopped: bool, now: SimTime) -> SimDuration {
        let (waits, later) =
            self.cursor.map_or((false, SimDuration::ZERO), |at| (at.pace == Pace::Waits, at.later));
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
        self.cursor.is_some_and(|cursor| cursor.pace == Pace::Waits)
    }

    /// Whether its gripper has opened, and the rest of the program is still to come.
    pub(super) fn has_let_go(&self) -> bool {
        self.cursor.is_some_and(|cursor| cursor.open)
    }

    /// What of the present beat of its program is gone at `now`, and what that takes.
    fn beat(&self, cursor: &Cursor, stopped: bool, now: SimTime) -> [SimDuration; 2] {
        let left = if stopped { self.left } else { self.ends - now };
        let gone = cursor.takes - left - cursor.rest.unwrap_or(SimDuration::ZERO);
        if cursor.takes > SimDuration::ZERO { [gone, cursor.takes] } else { [SimDuration::ZERO; 2] }
    }
}

impl Motions {
    /// The stretch of a program that `device` is on.
    pub(super) fn stretch(&self, cursor: &Cursor) -> Option<&Stretched> {
        self.transfers.get(&cursor.ends)?.stretch(cursor.stretch, cursor.loaded)
    }

    /// The stretch of a program that `device` is on, and how far it is, as time on the average (s); none if it is on none. It is `lead_s`
    /// ahead of where events have it.
    pub(super) fn progress(
        &self,
        device: &Device,
        (stopped, lead_s): (bool, f64),
        now: SimTime,
    ) -> Option<(&Stretched, f64)> {
        let cursor = device.cursor.as_ref()?;
        let stretch = self.stretch(cursor)?;
        let [gone, takes] = device.beat(cursor, stopped, now);
        let gone = (gone + SimDuration::from_seconds(lead_s)).min(takes);
        Some((stretch, stretch.course.progress_s(cursor.next, gone, takes)))
    }
}

impl Plan {
    fn course(&self, at: &Cursor) -> Option<&Course> {
        Some(&self.way.motions()?.stretch(at)?.course)
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
        let Some(mut cursor) = device.cursor.filter(|cursor| cursor.pace != Pace::Over) else {
            return self.phase_done(state, cx, at);
        };
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
                if cursor.stretch == Stretch::Way {
                    device.way = device.way + time - mean;
                    state.done.travels(cursor.loaded, time - mean);
                }
                (cursor.takes, cursor.later) = (time, cursor.later - mean);
                let first = cursor.falls.map_or(time, |falls| falls.min(time));
                if let Some(falls) = &mut cursor.falls {
                    *falls -= first;
                    cursor.rest = (first < time).then_some(time - first);
                    cursor.later += time - first;
                }
                state.devices[at].cursor = Some(cursor);
                self.run(state, cx, at, phase, first);
            }
            Some(Stage::Waits) => {
                (cursor.pace, cursor.takes) = (Pace::Waits, SimDuration::ZERO);
                state.devices[at].cursor = Some(cursor);
                cx.set_activity(at as u32, Activity::Blocked);
            }
            Some(Stage::Opens) => {
                (cursor.open, cursor.takes) = (true, SimDuration::ZERO);
                state.devices[at].cursor = Some(cursor);
                if !cursor.lost {
                    self.open_hand(state, cx, at);
                }
                self.elapsed(state, cx, at);
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
            let takes = SimDuration::ZERO;
            let place = Cursor { stretch: Stretch::Place, next: 0, takes, ..cursor };
            self.walk(state, cx, at, (Phase::Aside, place), SimDuration::ZERO);
            return;
        }
        cursor.pace = Pace::Over;
        (cursor.takes, cursor.later) = (SimDuration::ZERO, SimDuration::ZERO);
        state.devices[at].cursor = Some(cursor);
        self.phase_done(state, cx, at);
    }

    /// A signal may have come that device `at` waits for.
    pub(super) fn signalled(&self, state: &mut MoverState, cx: &mut Ctx<'_>, at: usize) {
        let Some(how) = cx.waited(at as u16) else { return };
        state.done.timeouts += u64::from(how == Waited::TimedOut);
        if let Some(cursor) = &mut state.devices[at].cursor {
            cursor.pace = Pace::Goes;
        }
        self.elapsed(state, cx, at);
    }

    /// A device that waited for a signal when it was stopped waits for it again, or goes on.
    pub(super) fn wait_again(&self, state: &mut MoverState, cx: &mut Ctx<'_>, at: usize) {
        if let Some(cursor) = &mut state.devices[at].cursor {
            cursor.pace = Pace::Goes;
            cursor.next -= 1;
        }
        self.elapsed(state, cx, at);
    }
}
