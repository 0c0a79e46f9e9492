//! A job on its place, phase by phase, with all that can come between.

use super::off::Warmth;
use super::{PHASE_ENDS, Phase, Place, Station, StationState, setup};
use crate::engine::{Activity, Ctx, Interrupt, NOT_DRAWN, What};
use crate::flow::Rule;
use crate::id::{LinkId, PartId};
use crate::units::SimDuration;

use super::spec::{Blocking, Preempt, Task};

impl Phase {
    fn next(self) -> Self {
        match self {
            Self::Idle | Self::Ready => Self::SetUp,
            Self::SetUp => Self::Load,
            Self::Load => Self::Process,
            Self::Process => Self::Unload,
            Self::Unload | Self::Out => Self::Out,
        }
    }

    fn task(self) -> Option<Task> {
        match self {
            Self::SetUp => Some(Task::SetUp),
            Self::Load => Some(Task::Load),
            Self::Process => Some(Task::Process),
            Self::Unload => Some(Task::Unload),
            Self::Idle | Self::Ready | Self::Out => None,
        }
    }

    fn is_timed(self) -> bool {
        self.task().is_some()
    }
}

impl Station {
    /// Puts `part` on the idle place `at` and begins.
    #[inline]
    pub(super) fn begin(
        &self,
        state: &mut StationState,
        cx: &mut Ctx<'_>,
        at: usize,
        part: PartId,
    ) {
        state.free -= 1;
        state.places[at].first = part;
        self.begin_job(state, cx, at);
    }

    #[inline]
    pub(super) fn begin_job(&self, state: &mut StationState, cx: &mut Ctx<'_>, at: usize) {
        if self.plain && cx.begin_cycle() {
            self.begin_plain(state, cx, at);
            return;
        }
        state.places[at].phase = Phase::Ready;
        if !self.plain {
            self.stays_on(state, cx, at);
            self.begin_ready(state, cx, at);
        }
    }

    #[inline]
    fn begin_plain(&self, state: &mut StationState, cx: &mut Ctx<'_>, at: usize) {
        let part = state.places[at].first;
        let length = self.process_time(cx, part);
        cx.set_activity_for(at as u32, Activity::Working, length);
        cx.step_begins(part);
        let key = cx.timer(length, PHASE_ENDS, at as u16);
        let place = &mut state.places[at];
        place.phase = Phase::Process;
        place.length = length;
        place.ends = cx.now() + length;
        place.key = key;
    }

    /// The plain job on place `at` is done: passes it on and begins the next.
    #[inline]
    pub(super) fn finish_plain(&self, state: &mut StationState, cx: &mut Ctx<'_>, at: usize) {
        let part = state.places[at].first;
        cx.trace(What::Ended, part);
        cx.book_work(at as u32, std::iter::once(part));
        cx.step_done(part);
        state.places[at].phase = Phase::Out;
        if !cx.send(part) {
            cx.set_activity(at as u32, Activity::Blocked);
            if cx.is_stopping() && !crate::engine::Equipment::is_busy(self, state) {
                cx.at_rest();
            }
            return;
        }
        self.opened(cx);
        state.places[at].first = PartId::NONE;
        if !cx.is_stopping()
            && let Some(next) = state.queue.pop(Rule::Fifo)
        {
            state.places[at].first = next;
            self.begin_job(state, cx, at);
            return;
        }
        self.place_free(state, cx, at);
    }

    /// A job is on its place: it begins as soon as room behind is reserved, if it has to be, and nothing breaks.
    fn begin_ready(&self, state: &mut StationState, cx: &mut Ctx<'_>, at: usize) {
        if self.blocking == Blocking::BeforeService && state.places[at].reserved.is_none() {
            let part = state.places[at].first;
            let link = cx.reserve(part);
            if link.is_none() {
                cx.set_activity(at as u32, Activity::Blocked);
                return;
            }
            state.places[at].reserved = link;
        }
        if cx.begin_cycle() {
            for part in state.places[at].parts() {
                cx.step_begins(part);
            }
            self.next_phase(state, cx, at);
        }
    }

    /// Room behind `link`: reserves it for the job that waits for it.
    pub(super) fn reserve_for_first(
        &self,
        state: &mut StationState,
        cx: &mut Ctx<'_>,
        link: LinkId,
    ) {
        let waits = |place: &Place| {
            place.phase == Phase::Ready && place.reserved.is_none() && cx.may_go(place.first, link)
        };
        let mut waiting = (0..state.places.len()).filter(|at| waits(&state.places[*at]));
        let Some(at) = waiting.next() else { return };
        let others = waiting.next().is_some();
        state.places[at].reserved = link;
        cx.keep_room();
        if others {
            cx.wait(link);
        }
        if !cx.is_stopped() {
            cx.decide_later();
        }
    }

    /// Jobs that have got their reservation begin at the end of the instant.
    pub(super) fn begin_reserved(&self, state: &mut StationState, cx: &mut Ctx<'_>) {
        for at in 0..state.places.len() {
            let place = &state.places[at];
            if place.phase == Phase::Ready && !place.reserved.is_none() && !cx.is_stopped() {
                self.begin_ready(state, cx, at);
            }
        }
    }

    /// Goes on to the next phase of the job that takes any time.
    pub(super) fn next_phase(&self, state: &mut StationState, cx: &mut Ctx<'_>, at: usize) {
        loop {
            let phase = state.places[at].phase.next();
            state.places[at].phase = phase;
            let Some(task) = phase.task() else {
                self.job_done(state, cx, at);
                return;
            };
            if task == Task::Process && self.course(cx, state.places[at].first).is_some() {
                state.places[at].begin_course();
                self.man(state, cx, at);
                return;
            }
            let length = self.phase_length(state, cx, at, task);
            if length == SimDuration::ZERO && task != Task::Process {
                continue;
            }
            let place = &mut state.places[at];
            (place.length, place.left) = (length, length);
            self.man(state, cx, at);
            return;
        }
    }

    /// Runs the present phase of place `at`, once its workers are there.
    fn man(&self, state: &mut StationState, cx: &mut Ctx<'_>, at: usize) {
        let place = &mut state.places[at];
        let need = place.phase.task().and_then(|task| self.crew[task as usize]);
        let has = place.crew.map(|(_, need)| need);
        if has != need {
            if let Some((call, _)) = place.crew.take() {
                cx.dismiss_crew(call);
            }
            if let Some(need) = need {
                place.waits_for_crew = true;
                let call = cx.call_crew(need, at as u16);
                state.places[at].crew = Some((call, need));
                cx.set_activity(at as u32, Activity::WaitingForWorker);
                return;
            }
        }
        self.run_phase(state, cx, at);
    }

    pub(super) fn run_phase(&self, state: &mut StationState, cx: &mut Ctx<'_>, at: usize) {
        let place = &mut state.places[at];
        let set_up = place.phase == Phase::SetUp;
        let activity = if set_up { Activity::SetUp } else { Activity::Working };
        place.ends = cx.now() + place.left;
        place.paused = false;
        let left = place.left;
        cx.set_activity_for(at as u32, activity, left);
        state.places[at].key = cx.timer(left, PHASE_ENDS, at as u16);
    }

    fn phase_length(
        &self,
        state: &mut StationState,
        cx: &mut Ctx<'_>,
        at: usize,
        task: Task,
    ) -> SimDuration {
        let part = state.places[at].first;
        let draw = match task {
            Task::SetUp => return self.setup_length(state, cx, at),
            Task::Load => &self.load,
            Task::Unload => &self.unload,
            Task::Process => return self.process_time(cx, part),
        };
        draw.as_ref().map_or(SimDuration::ZERO, |draw| paced(cx, cx.pace(), draw))
    }

    fn setup_length(&self, state: &mut StationState, cx: &mut Ctx<'_>, at: usize) -> SimDuration {
        let place = &mut state.places[at];
        let mut length = SimDuration::ZERO;
        if let Some(setup) = &self.setup {
            let to = setup::family(cx.model(), cx.part(place.first));
            length += setup.draw(cx, place.made.replace(to), to);
        }
        if let Some(start_up) = &self.start_up
            && self.has_to_start_up(place, cx.now())
        {
            length += cx.draw(start_up);
        }
        place.warmth = Warmth::Warm;
        length
    }

    /// Time of the operation on `part`, as far as it has not been worked off yet.
    #[inline]
    fn process_time(&self, cx: &mut Ctx<'_>, part: PartId) -> SimDuration {
        let pace = cx.pace();
        let mut work = cx.part(part).work;
        if work == NOT_DRAWN {
            work = self.draw_time(cx, part);
            if self.preempt != Preempt::No {
                let info = cx.part_mut(part);
                (info.work, info.drawn) = (work, work);
            }
        }
        if pace == 1.0 { work } else { SimDuration::from_seconds(work.seconds() / pace) }
    }

    #[inline]
    pub(super) fn draw_time(&self, cx: &mut Ctx<'_>, part: PartId) -> SimDuration {
        if let Some(step) = cx.step(part)
            && let Some(time) = &step.time
        {
            return cx.draw_with(time, self.stream);
        }
        let work = self.time.of(cx.part(part).product.index());
        work.map_or(SimDuration::ZERO, |work| cx.draw_with(&work.time, self.stream))
    }

    /// The work on place `at` is done.
    fn job_done(&self, state: &mut StationState, cx: &mut Ctx<'_>, at: usize) {
        let place = &mut state.places[at];
        if let Some((call, _)) = place.crew.take() {
            cx.dismiss_crew(call);
        }
        place.ends = cx.now();
        let reserved = std::mem::replace(&mut place.reserved, LinkId::NONE);
        let parts: Vec<PartId> = place.parts().collect();
        place.first = PartId::NONE;
        place.rest.clear();
        cx.book_work(at as u32, parts.iter().copied());
        for part in parts {
            cx.trace(What::Ended, part);
            cx.step_done(part);
            let gone =
                if reserved.is_none() { cx.send(part) } else { cx.send_reserved(part, reserved) };
            if gone {
                self.opened(cx);
            } else {
                state.places[at].hold(part);
            }
        }
        if state.places[at].first.is_none() {
            self.place_free(state, cx, at);
        } else {
            cx.set_activity(at as u32, Activity::Blocked);
            if cx.is_stopping() && !crate::engine::Equipment::is_busy(self, state) {
                cx.at_rest();
            }
        }
    }

    /// Place `at` is free again.
    pub(super) fn place_free(&self, state: &mut StationState, cx: &mut Ctx<'_>, at: usize) {
        let place = &mut state.places[at];
        place.phase = Phase::Idle;
        place.ends = cx.now();
        state.free += 1;
        state.running &= !state.queue.is_empty();
        let shown = if cx.is_stopped() { cx.stop_activity() } else { Activity::Starved };
        cx.set_activity(at as u32, shown);
        if cx.is_stopping() {
            if !crate::engine::Equipment::is_busy(self, state) {
                cx.at_rest();
            }
        } else {
            self.start_more(state, cx);
        }
        self.idles(state, cx, at);
    }

    /// The station stands still: so does the job on place `at`.
    pub(super) fn stop_place(
        &self,
        state: &mut StationState,
        cx: &mut Ctx<'_>,
        at: usize,
        how: Interrupt,
    ) {
        let place = &mut state.places[at];
        if !place.phase.is_timed() {
            return;
        }
        if !place.paused {
            place.paused = true;
            if place.awaits {
                place.pause_wait();
                cx.stop_waiting(at as u16);
            } else if !place.waits_for_crew {
                place.left = place.ends - cx.now();
                cx.cancel(&mut place.key);
            }
            place.waits_for_crew = false;
            if let Some((call, _)) = place.crew.take() {
                cx.dismiss_crew(call);
            }
        }
        match how {
            Interrupt::Resume | Interrupt::Finish => {}
            Interrupt::Restart if place.beat.is_some() => place.begin_course(),
            Interrupt::Restart => place.left = place.length,
            Interrupt::Scrap => self.scrap_job(state, cx, at),
        }
    }

    fn scrap_job(&self, state: &mut StationState, cx: &mut Ctx<'_>, at: usize) {
        let place = &mut state.places[at];
        let parts: Vec<PartId> = place.parts().collect();
        place.first = PartId::NONE;
        place.rest.clear();
        (place.paused, place.beat) = (false, None);
        place.phase = Phase::Idle;
        place.ends = cx.now();
        if !place.reserved.is_none() {
            cx.unreserve(std::mem::replace(&mut place.reserved, LinkId::NONE));
        }
        state.free += 1;
        cx.book_work(at as u32, parts.iter().copied());
        for part in parts {
            cx.scrap(part);
            self.opened(cx);
        }
    }

    /// The station goes on: so does the job on place `at`.
    pub(super) fn resume_place(&self, state: &mut StationState, cx: &mut Ctx<'_>, at: usize) {
        let place = &state.places[at];
        match place.phase {
            Phase::Idle => {
                cx.set_activity(at as u32, place.idle_activity());
                self.idles(state, cx, at);
            }
            Phase::Out => cx.set_activity(at as u32, Activity::Blocked),
            Phase::Ready if self.plain && cx.begin_cycle() => self.begin_plain(state, cx, at),
            Phase::Ready if self.plain => {}
            Phase::Ready => self.begin_ready(state, cx, at),
            _ if place.paused => {
                state.places[at].paused = false;
                self.man(state, cx, at);
            }
            _ => {}
        }
    }

    /// Takes the job off place `at` and puts it back into the queue: somebody else goes first.
    pub(super) fn put_back(&self, state: &mut StationState, cx: &mut Ctx<'_>, at: usize) {
        let place = &mut state.places[at];
        cx.cancel(&mut place.key);
        let part = std::mem::replace(&mut place.first, PartId::NONE);
        let left = place.to_do(cx.now());
        place.waits_for_crew = false;
        place.phase = Phase::Idle;
        if let Some((call, _)) = place.crew.take() {
            cx.dismiss_crew(call);
        }
        state.free += 1;
        cx.book_work(at as u32, std::iter::once(part));
        let info = cx.part_mut(part);
        info.work = if self.preempt == Preempt::Restart { info.drawn } else { left };
        self.enqueue(state, cx, part);
    }
}

fn paced(cx: &mut Ctx<'_>, pace: f64, draw: &crate::engine::Draw) -> SimDuration {
    let length = cx.draw(draw);
    if pace == 1.0 { length } else { SimDuration::from_seconds(length.seconds() / pace) }
}

impl Place {
    /// Keeps a finished part that cannot leave yet.
    fn hold(&mut self, part: PartId) {
        if self.first.is_none() {
            self.first = part;
        } else {
            self.rest.push(part);
        }
    }
}
