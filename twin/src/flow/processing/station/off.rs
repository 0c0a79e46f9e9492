//! Switching an idle place off, and on again when work comes.
//!
//! With `off_after`, a place is off at the start of the run, and again whenever it has been idle for so long; standing still
//! for a failure or the end of the shift counts as idleness where there is no work in hand. The next job then begins with the
//! start-up, which is shown as set-up.

use serde::{Deserialize, Serialize};

use super::{Phase, Place, SWITCH_OFF, Station, StationState};
use crate::engine::{Activity, Ctx};
use crate::units::{SimDuration, SimTime};

/// Whether a place can begin at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Warmth {
    /// Nothing has been made here yet.
    Cold,
    /// It has been at work.
    Warm,
    /// It is switched off.
    Off,
}

impl Station {
    /// Place `at` has nothing to do, unless it has got something just now: from here its idleness counts.
    #[inline]
    pub(super) fn idles(&self, state: &mut StationState, cx: &mut Ctx<'_>, at: usize) {
        if let Some(after) = self.off_after {
            let place = &mut state.places[at];
            if place.phase == Phase::Idle && place.warmth != Warmth::Off && place.key.is_none() {
                // Not in this very instant: work may turn out to be there at its end.
                let after = after.max(SimDuration::from_ns(1));
                place.key = cx.timer(after, SWITCH_OFF, at as u16);
            }
        }
    }

    /// Place `at` gets a job.
    #[inline]
    pub(super) fn stays_on(&self, state: &mut StationState, cx: &mut Ctx<'_>, at: usize) {
        if self.off_after.is_some() {
            cx.cancel(&mut state.places[at].key);
        }
    }

    /// Whether a job that begins on `place` now has to wait for the start-up.
    pub(super) fn has_to_start_up(&self, place: &Place, now: SimTime) -> bool {
        match place.warmth {
            Warmth::Off => true,
            Warmth::Cold => self.off_after.is_none(),
            Warmth::Warm => self.off_after.is_none() && place.ends < now,
        }
    }
}

/// Place `at` has been idle for long enough.
pub(super) fn switch_off(state: &mut StationState, cx: &mut Ctx<'_>, at: usize) {
    state.places[at].warmth = Warmth::Off;
    if !cx.is_stopped() {
        cx.set_activity(at as u32, Activity::Off);
    }
}

impl Place {
    /// What the place is shown as while it has nothing to do.
    pub(super) fn idle_activity(&self) -> Activity {
        if self.warmth == Warmth::Off { Activity::Off } else { Activity::Starved }
    }
}
