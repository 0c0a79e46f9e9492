//! Work by a motion program with signals, beat by beat. A stop begins the longest wait for a signal anew.

use nalgebra::Vector3;

use super::{Phase, Place, SIGNAL, Station, StationState};
use crate::engine::{Activity, Ctx, Waited};
use crate::flow::course::{Course, Stage};
use crate::flow::handling::{ArmAtWork, Posture};
use crate::id::PartId;
use crate::robot::Tooled;
use crate::units::{SimDuration, SimTime};

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
                let length = SimDuration::from_seconds(time.seconds() / cx.pace());
                (place.length, place.left) = (length, length);
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

impl Station {
    /// The arm that works here by a program, if one does.
    pub fn arm(&self) -> Option<&Tooled> {
        self.time.first(|work| work.arm.as_deref()).map(ArmAtWork::arm)
    }

    /// Where the base of that stands, from the place of the station on the floor (m).
    pub fn arm_base(&self) -> Option<Vector3<f64>> {
        self.time.first(|work| work.arm.as_deref()).map(ArmAtWork::base)
    }

    /// How that arm stands at `now`: at work on the part of the first place that works by its program, else at the begin of it. `product` tells
    /// the number of a part's product.
    pub fn posture(
        &self,
        state: &StationState,
        now: SimTime,
        product: impl Fn(PartId) -> usize,
    ) -> Option<Posture<'_>> {
        let busy = state.places.iter().filter(|place| place.phase == Phase::Process);
        let mut busy = busy.filter_map(|place| {
            let arm = self.time.of(product(place.first))?.arm.as_ref()?;
            let left = if place.paused { place.left } else { place.ends - now };
            let next = place.beat.unwrap_or(1);
            let begun = next > 0 && !place.awaits && !place.waits_for_crew;
            let takes = if begun { place.length } else { SimDuration::ZERO };
            let next = if place.waits_for_crew { 0 } else { next };
            Some(arm.posture(next, takes - left, takes))
        });
        busy.next().or_else(|| {
            let arm = self.time.first(|work| work.arm.as_ref())?;
            Some(arm.posture(0, SimDuration::ZERO, SimDuration::ZERO))
        })
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
