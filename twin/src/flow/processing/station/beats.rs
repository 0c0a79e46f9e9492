//! Work by a motion program with signals, beat by beat. A stop begins the longest wait for a signal anew.

use super::{Place, SIGNAL, Station, StationState};
use crate::engine::{Activity, Ctx, Waited};
use crate::flow::course::{Course, Stage};
use crate::id::PartId;
use crate::units::SimDuration;

impl Station {
    /// The course of the work on `part`, if it goes by a program with signals.
    pub(super) fn course(&self, cx: &Ctx<'_>, part: PartId) -> Option<&Course> {
        let by_route = cx.step(part).is_some_and(|step| step.time.is_some());
        let work = self.time.of(cx.part(part).product.index()).filter(|_| !by_route);
        work?.course.as_ref()
    }

    /// Place `at` goes on to its next beat, or its work is done.
    pub(super) fn next_beat(&self, state: &mut StationState, cx: &mut Ctx<'_>, at: usize) {
        let Place { beat, first, .. } = state.places[at];
        let mut next = beat.unwrap_or_default();
        let course = self.course(cx, first);
        let stage = course.map(|course| course.go_on(&mut next, cx, (SIGNAL, at as u16)));
        let place = &mut state.places[at];
        place.beat = Some(next);
        match stage {
            Some(Stage::Passes(time, _)) => {
                place.left = SimDuration::from_seconds(time.seconds() / cx.pace());
                self.run_phase(state, cx, at);
            }
            Some(Stage::Waits) => {
                place.awaits = true;
                cx.set_activity(at as u32, Activity::Blocked);
            }
            // A tool that works on parts holds none.
            Some(Stage::Over | Stage::Opens) | None => {
                place.beat = None;
                self.next_phase(state, cx, at);
            }
        }
    }

    /// A signal may have come that place `at` waits for.
    pub(super) fn signalled(&self, state: &mut StationState, cx: &mut Ctx<'_>, at: usize) {
        let Some(how) = cx.waited(at as u16) else { return };
        state.timeouts += u64::from(how == Waited::TimedOut);
        state.places[at].awaits = false;
        self.next_beat(state, cx, at);
    }
}

impl Place {
    /// Work by a program begins.
    pub(super) fn begin_course(&mut self) {
        (self.beat, self.left) = (Some(0), SimDuration::ZERO);
    }

    /// It will wait for its signal once more.
    pub(super) fn pause_wait(&mut self) {
        (self.awaits, self.left) = (false, SimDuration::ZERO);
        self.beat = self.beat.map(|next| next - 1);
    }
}
