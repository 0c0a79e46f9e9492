//! What an equipment does, and for how long: a clock of states for each place, a meter of traffic for each equipment.
//!
//! All sums are integers, so that the shares of a clock add up to one exactly and Little's law is a check on the
//! bookkeeping instead of a matter of rounding.

use serde::{Deserialize, Serialize};

use crate::units::SimTime;

/// What a place of an equipment is doing. Every place is in exactly one of these at any time.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[repr(u8)]
pub enum Activity {
    /// Adds value: processes, loads, unloads, moves, holds.
    Working,
    /// Is being changed over.
    SetUp,
    /// Could work but has nothing to work on.
    #[default]
    Starved,
    /// Is done but cannot pass on, or may not begin for want of room behind it.
    Blocked,
    /// Is broken, from the failure to the end of the repair.
    Failed,
    /// Is under planned maintenance.
    Maintained,
    /// Is not manned according to its calendar, or has been switched off by a command.
    OffShift,
    /// Has work and waits for a worker.
    WaitingForWorker,
    /// Is switched off, as it has had nothing to do for long enough.
    Off,
}

impl Activity {
    /// Number of activities.
    pub const COUNT: usize = 9;

    /// All of them, in the order of every table of states.
    pub const ALL: [Self; Self::COUNT] = [
        Self::Working,
        Self::SetUp,
        Self::Starved,
        Self::Blocked,
        Self::Failed,
        Self::Maintained,
        Self::OffShift,
        Self::WaitingForWorker,
        Self::Off,
    ];

    /// The name in results: `working`, `set_up`, …
    pub const fn key(self) -> &'static str {
        match self {
            Self::Working => "working",
            Self::SetUp => "set_up",
            Self::Starved => "starved",
            Self::Blocked => "blocked",
            Self::Failed => "failed",
            Self::Maintained => "maintained",
            Self::OffShift => "off_shift",
            Self::WaitingForWorker => "waiting_for_worker",
            Self::Off => "off",
        }
    }

    /// Whether a place in this state holds the line up, in the sense of the active-period method (Roser, Nakano and
    /// Tanaka 2001): everything but waiting for parts, for room or for the shift to begin, or being switched off.
    pub const fn is_active(self) -> bool {
        !matches!(self, Self::Starved | Self::Blocked | Self::OffShift | Self::Off)
    }

    /// Whether it is what a place is shown as while it stands still.
    pub const fn is_stop(self) -> bool {
        matches!(self, Self::Failed | Self::Maintained | Self::OffShift)
    }
}

/// Time that one place has spent in each activity.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Clock {
    activity: Activity,
    since: SimTime,
    /// ns, by activity, closed intervals only.
    spent: [i64; Activity::COUNT],
    /// Active periods begun.
    periods: u32,
    /// End of the last one that ended.
    rested: SimTime,
}

impl Default for Clock {
    fn default() -> Self {
        let (activity, since) = (Activity::default(), SimTime::ZERO);
        Self { activity, since, spent: [0; Activity::COUNT], periods: 0, rested: SimTime::NEVER }
    }
}

impl Clock {
    /// Goes over to `activity` at `now`. A few nanoseconds.
    #[inline]
    pub(super) fn switch(&mut self, activity: Activity, now: SimTime) {
        self.spent[self.activity as usize] += (now - self.since).ns();
        let (was, is) = (self.activity.is_active(), activity.is_active());
        // What is interrupted for no time at all is not interrupted.
        self.periods += u32::from(is && !was && self.rested != now);
        if was && !is {
            self.rested = now;
        }
        self.activity = activity;
        self.since = now;
    }

    /// Forgets all that was before `now`.
    pub(super) fn reset(&mut self, now: SimTime) {
        let periods = u32::from(self.activity.is_active());
        // One that ended at this very instant and goes on counts in the window.
        let rested = SimTime::NEVER;
        let spent = [0; Activity::COUNT];
        *self = Self { activity: self.activity, since: now, spent, periods, rested };
    }

    /// The present activity.
    #[inline]
    pub fn activity(&self) -> Activity {
        self.activity
    }

    /// Since when the place has been in its present activity (or since the end of the warm-up).
    pub fn since(&self) -> SimTime {
        self.since
    }

    /// Nanoseconds in each activity, the open interval up to `now` included.
    pub fn spent_ns(&self, now: SimTime) -> [i64; Activity::COUNT] {
        let mut spent = self.spent;
        spent[self.activity as usize] += (now - self.since).ns();
        spent
    }

    /// Number of active periods that began in the window or were open at its start.
    pub fn active_periods(&self) -> u32 {
        self.periods
    }
}

/// What has passed through an equipment, or through the whole plant.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Traffic {
    /// Parts in it now.
    pub content: u32,
    /// Most parts in it at any one time.
    pub content_max: u32,
    /// Parts that came in.
    pub entered: u64,
    /// Parts that went out, finished or not.
    pub left: u64,
    last: SimTime,
    /// Start of the window: nothing before it counts.
    window: SimTime,
    /// Integral of the content over time, part ns.
    area: i128,
    /// Sum over parts that left of their time in it, within the window, ns.
    sojourn: i128,
}

impl Traffic {
    #[inline]
    pub(super) fn enter(&mut self, now: SimTime) {
        self.integrate(now);
        self.content += 1;
        self.content_max = self.content_max.max(self.content);
        self.entered += 1;
    }

    #[inline]
    pub(super) fn leave(&mut self, entered: SimTime, now: SimTime) {
        self.integrate(now);
        self.content -= 1;
        self.left += 1;
        self.sojourn += i128::from((now - entered.max(self.window)).ns());
    }

    #[inline]
    fn integrate(&mut self, now: SimTime) {
        let elapsed = (now - self.last).ns();
        if elapsed != 0 {
            self.area += i128::from(elapsed) * i128::from(self.content);
            self.last = now;
        }
    }

    pub(super) fn reset(&mut self, now: SimTime) {
        let content = self.content;
        *self = Self { content, content_max: content, last: now, window: now, ..Self::default() };
    }

    /// Start of the window that these figures speak of.
    pub fn window(&self) -> SimTime {
        self.window
    }

    /// Integral of the content over the window up to `now`, in part nanoseconds.
    pub fn area_ns(&self, now: SimTime) -> i128 {
        self.area + i128::from((now - self.last).ns()) * i128::from(self.content)
    }

    /// Mean number of parts in it over the window up to `now`.
    pub fn mean_content(&self, now: SimTime) -> f64 {
        let window = (now - self.window).ns();
        if window == 0 { f64::from(self.content) } else { self.area_ns(now) as f64 / window as f64 }
    }

    /// Time that parts spent in it within the window, those that left, in part nanoseconds.
    pub fn sojourn_ns(&self) -> i128 {
        self.sojourn
    }

    /// Whether Little's law holds to the nanosecond: the integral of the content equals the sum of the times that parts
    /// spent here. `open` are the entry times of the parts that are still inside.
    pub fn little_holds(&self, open: impl Iterator<Item = SimTime>, now: SimTime) -> bool {
        let inside: i128 = open.map(|e| i128::from((now - e.max(self.window)).ns())).sum();
        self.area_ns(now) == self.sojourn + inside
    }
}
