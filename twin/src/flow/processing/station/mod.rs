//! Stations: machines and workplaces, where parts are worked on.
//!
//! A part that comes in waits in the station's own queue until a place is free (with `queue: 0`, the default, it only comes
//! in when a place is free). Then, on its place, it goes through these phases, leaving out what takes no time:
//!
//! ```text
//! set-up → load → process → unload → out
//! ```
//!
//! A phase for which workers are needed begins when they are there; they stay over phases that follow directly and need
//! them too. When the work is done, the part goes on; if it cannot, it stays and blocks its place (blocking after
//! service). With `blocking: BeforeService` the work does not begin before room for the part behind the station is
//! reserved.
//!
//! What a failure, maintenance or the end of the shift does to the part at work is said where these are said, see
//! [`Interrupt`]. A finished part can leave while the station stands still.

mod batch;
mod beats;
mod off;
mod phase;
mod process;
mod setup;
mod spec;

use serde::{Deserialize, Serialize};

use self::off::{Warmth, switch_off};
use crate::engine::{
    Activity, Candidate, Compile, Core, Ctx, Draw, Equipment, Interrupt, NOT_DRAWN, Part,
};
use crate::flow::course::Course;
use crate::flow::handling::ArmAtWork;
use crate::flow::{Key, Queue, Rule, View, Waiting};
use crate::id::{LinkId, PartId, StreamId};
use crate::kernel::EventKey;
use crate::random::Sampler;
use crate::units::{SimDuration, SimTime};

pub use batch::{Batch, BatchBy, BatchSpec};
pub use process::ProcessSpec;
pub use setup::{Setup, SetupSpec};
pub use spec::{Blocking, Preempt, QueueSpec, StationSpec, Task, TimeSpec, WorkSpec, WorkerSpec};

/// `Station`: works on parts, see the [module](self).
///
/// Each place is shown as working (also while it is loaded and unloaded), set up, starved, blocked, waiting for a worker, or
/// as what stops it.
#[derive(Debug)]
pub struct Station {
    n_places: u32,
    /// Parts that it holds at most, at work and in its queue; `None`: any number.
    capacity: Option<u32>,
    has_queue: bool,
    rule: Rule,
    time: Times,
    stream: StreamId,
    load: Option<Draw>,
    unload: Option<Draw>,
    setup: Option<Setup>,
    start_up: Option<Draw>,
    /// Idleness after which a place is switched off.
    off_after: Option<SimDuration>,
    batch: Batch,
    start_when: u32,
    blocking: Blocking,
    preempt: Preempt,
    /// Workers needed, by task.
    crew: [Option<u32>; Task::COUNT],
    /// Choices wait for the end of the instant.
    defers: bool,
    /// A job is nothing but its processing: the fast path.
    plain: bool,
}

/// Processing times.
#[derive(Debug)]
enum Times {
    One(Work),
    ByProduct(Vec<Option<Work>>),
    /// Routes say it.
    None,
}

/// What an operation takes.
#[derive(Debug)]
struct Work {
    /// Its time; of one with signals, the mean without waiting.
    time: Sampler<SimDuration>,
    mean_s: f64,
    /// Step by step, if it goes by a program with signals.
    course: Option<Course>,
    /// The arm that does it.
    arm: Option<Box<ArmAtWork>>,
}

impl Times {
    /// What `product` takes, by its number.
    fn of(&self, product: usize) -> Option<&Work> {
        match self {
            Self::One(work) => Some(work),
            Self::ByProduct(all) => all.get(product)?.as_ref(),
            Self::None => None,
        }
    }

    /// The first that `of` tells of the work on any product.
    fn first<'a, T>(&'a self, of: impl Fn(&'a Work) -> Option<T>) -> Option<T> {
        match self {
            Self::One(work) => of(work),
            Self::ByProduct(all) => all.iter().flatten().find_map(of),
            Self::None => None,
        }
    }

    fn any(&self, is_so: impl Fn(&Work) -> bool) -> bool {
        match self {
            Self::One(work) => is_so(work),
            Self::ByProduct(all) => all.iter().flatten().any(is_so),
            Self::None => false,
        }
    }
}

/// What a place is at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Phase {
    /// Free.
    #[default]
    Idle,
    /// Has a job that has not begun: waits for room behind, or for a breakdown to pass.
    Ready,
    /// Is changed over.
    SetUp,
    /// Is loaded.
    Load,
    /// Works.
    Process,
    /// Is unloaded.
    Unload,
    /// Is done, with parts still here.
    Out,
}

/// One place.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Place {
    phase: Phase,
    /// Waits for its workers to begin the phase.
    waits_for_crew: bool,
    /// Stands still in the middle of the phase.
    paused: bool,
    /// Number of the next beat of the program that it works by, if that has signals.
    beat: Option<u16>,
    /// Waits for a signal.
    awaits: bool,
    first: PartId,
    /// The rest of a batch.
    rest: Vec<PartId>,
    key: EventKey,
    ends: SimTime,
    /// Length of the phase, or of the present beat, as drawn, and what is left of it while paused.
    length: SimDuration,
    left: SimDuration,
    /// Call number of the workers that are here or on their way, and for which need.
    crew: Option<(u32, u32)>,
    /// Room reserved behind the station.
    reserved: LinkId,
    /// What the place is set up for: product and operation.
    made: Option<(u32, u32)>,
    warmth: Warmth,
}

/// What changes in a station.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StationState {
    queue: Queue,
    places: Vec<Place>,
    /// Idle places.
    free: u32,
    /// The longest wait for a full batch is over.
    hurry: bool,
    /// Timer of that wait.
    wait: EventKey,
    /// Under an N-policy: the station has begun and works until its queue is empty.
    running: bool,
    /// Waits for signals that took too long, since the end of the warm-up.
    timeouts: u64,
}

impl StationState {
    /// What each place is at.
    pub fn phases(&self) -> impl Iterator<Item = Phase> + '_ {
        self.places.iter().map(|place| place.phase)
    }

    /// Number of parts that wait in the station's queue.
    pub fn waiting(&self) -> usize {
        self.queue.len()
    }
}

const PHASE_ENDS: u8 = 0;
const BATCH_WAIT_OVER: u8 = 1;
const SWITCH_OFF: u8 = 2;
const SIGNAL: u8 = 3;

impl Equipment for Station {
    const KIND: &'static str = "Station";
    type Spec = StationSpec;
    type State = StationState;

    fn compile(spec: StationSpec, cx: &mut Compile<'_>) -> Self {
        spec::compile(spec, cx)
    }

    fn initial(&self) -> StationState {
        let place = Place {
            phase: Phase::Idle,
            waits_for_crew: false,
            paused: false,
            beat: None,
            awaits: false,
            first: PartId::NONE,
            rest: Vec::new(),
            key: EventKey::NONE,
            ends: SimTime::ZERO,
            length: SimDuration::ZERO,
            left: SimDuration::ZERO,
            crew: None,
            reserved: LinkId::NONE,
            made: None,
            warmth: if self.off_after.is_some() { Warmth::Off } else { Warmth::Cold },
        };
        StationState {
            queue: Queue::new(self.rule),
            places: vec![place; self.n_places as usize],
            free: self.n_places,
            hurry: false,
            wait: EventKey::NONE,
            running: false,
            timeouts: 0,
        }
    }

    fn places(&self) -> u32 {
        self.n_places
    }

    fn is_processor(&self) -> bool {
        true
    }

    fn is_selective(&self) -> bool {
        !self.has_queue && (self.batch.max > 1 || !matches!(self.rule, Rule::Fifo))
    }

    fn mean_time_s(&self) -> Option<f64> {
        match &self.time {
            Times::One(work) => Some(work.mean_s),
            _ => None,
        }
    }

    fn parts_at_once(&self) -> u32 {
        self.batch.max
    }

    fn mean_times_s(&self) -> Vec<f64> {
        match &self.time {
            Times::ByProduct(times) => {
                times.iter().map(|work| work.as_ref().map_or(0.0, |work| work.mean_s)).collect()
            }
            _ => Vec::new(),
        }
    }

    fn reserves_ahead(&self) -> bool {
        self.blocking == Blocking::BeforeService
    }

    fn has_endless_room(&self) -> bool {
        self.capacity.is_none()
    }

    fn start(&self, _state: &mut StationState, cx: &mut Ctx<'_>) {
        match self.capacity {
            Some(n) => cx.open(n),
            None => cx.open_endless(),
        }
        if self.off_after.is_some() {
            (0..self.n_places).for_each(|place| cx.set_activity(place, Activity::Off));
        }
    }

    fn on_enter(&self, state: &mut StationState, cx: &mut Ctx<'_>, part: PartId, _link: LinkId) {
        if self.plain && state.free > 0 && state.queue.is_empty() && !cx.is_stopping() {
            let place = if self.n_places == 1 { 0 } else { self.idle_place(state) };
            self.begin(state, cx, place, part);
            return;
        }
        self.enqueue(state, cx, part);
        if self.preempt != Preempt::No && state.free == 0 && !cx.is_stopping() {
            self.try_preempt(state, cx);
        }
        self.start_more(state, cx);
    }

    fn on_timer(&self, state: &mut StationState, cx: &mut Ctx<'_>, tag: u8, arg: u16) {
        if tag == BATCH_WAIT_OVER {
            state.hurry = true;
            state.wait = EventKey::NONE;
            cx.decide_later();
            return;
        }
        let place = arg as usize;
        if tag == SIGNAL {
            self.signalled(state, cx, place);
            return;
        }
        state.places[place].key = EventKey::NONE;
        if tag == SWITCH_OFF {
            switch_off(state, cx, place);
            return;
        }
        if self.plain && state.places[place].rest.is_empty() {
            self.finish_plain(state, cx, place);
        } else if state.places[place].beat.is_some() {
            self.next_beat(state, cx, place);
        } else {
            self.next_phase(state, cx, place);
        }
    }

    fn give(
        &self,
        state: &mut StationState,
        cx: &mut Ctx<'_>,
        link: LinkId,
        wanted: Option<PartId>,
    ) -> Option<PartId> {
        if self.blocking == Blocking::BeforeService && wanted.is_none() {
            self.reserve_for_first(state, cx, link);
            return None;
        }
        let place = self.place_to_give(state, cx, link, wanted)?;
        let part = Self::take(&mut state.places[place], wanted, |part| cx.may_take(part, link))?;
        self.opened(cx);
        if state.places[place].first.is_none() {
            self.place_free(state, cx, place);
        }
        if self.place_to_give(state, cx, link, None).is_some() {
            cx.wait(link);
        }
        Some(part)
    }

    fn list(&self, state: &StationState, _core: &Core, link: LinkId, out: &mut Vec<Candidate>) {
        let done = state.places.iter().filter(|place| place.phase == Phase::Out);
        for place in done {
            let parts = place.parts().filter(|part| !part.is_none());
            out.extend(parts.map(|part| Candidate { part, link }));
        }
    }

    fn select(
        &self,
        state: &mut StationState,
        cx: &mut Ctx<'_>,
        candidates: &[Candidate],
        picks: &mut Vec<usize>,
    ) {
        if state.free > 0 && state.queue.is_empty() && !cx.is_stopping() {
            self.pick_upstream(state, cx, candidates, picks);
        }
    }

    fn on_decide(&self, state: &mut StationState, cx: &mut Ctx<'_>) {
        if self.blocking == Blocking::BeforeService {
            self.begin_reserved(state, cx);
        }
        self.start_now(state, cx);
    }

    fn is_busy(&self, state: &StationState) -> bool {
        state
            .places
            .iter()
            .any(|place| !matches!(place.phase, Phase::Idle | Phase::Ready | Phase::Out))
    }

    fn on_stop(&self, state: &mut StationState, cx: &mut Ctx<'_>, how: Interrupt) {
        if !self.has_queue {
            cx.shut(true);
        }
        for place in 0..state.places.len() {
            self.stop_place(state, cx, place, how);
            cx.set_activity(place as u32, cx.stop_activity());
        }
    }

    fn on_go(&self, state: &mut StationState, cx: &mut Ctx<'_>) {
        if !self.has_queue {
            cx.shut(false);
        }
        for place in 0..state.places.len() {
            self.resume_place(state, cx, place);
        }
        self.start_more(state, cx);
    }

    fn on_crew(&self, state: &mut StationState, cx: &mut Ctx<'_>, arg: u16) {
        let place = arg as usize;
        if state.places[place].waits_for_crew {
            state.places[place].waits_for_crew = false;
            if state.places[place].paused {
                return;
            }
            self.run_phase(state, cx, place);
        }
    }

    fn reset_figures(&self, state: &mut StationState, _core: &Core) {
        state.timeouts = 0;
    }

    fn figures(&self, state: &StationState, _core: &Core, out: &mut Vec<(String, f64)>) {
        if self.time.any(|work| work.course.as_ref().is_some_and(Course::has_timeout)) {
            out.push(("signal_timeouts".into(), state.timeouts as f64));
        }
    }

    fn contents(&self, state: &StationState, out: &mut Vec<PartId>) {
        for place in &state.places {
            out.extend(place.parts().filter(|part| !part.is_none()));
        }
        out.extend(state.queue.in_order(self.rule));
    }
}

impl Place {
    /// What is left of a phase that runs, or that waits for its workers.
    fn to_do(&self, now: SimTime) -> SimDuration {
        if self.waits_for_crew { self.left } else { self.ends - now }
    }

    fn parts(&self) -> impl Iterator<Item = PartId> + '_ {
        std::iter::once(self.first).chain(self.rest.iter().copied())
    }
}

impl Station {
    fn idle_place(&self, state: &StationState) -> usize {
        let idle = state.places.iter().position(|place| place.phase == Phase::Idle);
        idle.expect("a station with free places has an idle one")
    }

    /// A part has left: room for another.
    #[inline]
    fn opened(&self, cx: &mut Ctx<'_>) {
        if self.capacity.is_some() {
            cx.open(1);
        }
    }

    /// Puts a part into the queue, with the time that it will take if the rule wants to know.
    fn enqueue(&self, state: &mut StationState, cx: &mut Ctx<'_>, part: PartId) {
        if self.rule.needs_time() && cx.part(part).work == NOT_DRAWN {
            let drawn = self.draw_time(cx, part);
            let info = cx.part_mut(part);
            (info.work, info.drawn) = (drawn, drawn);
        }
        let info = *cx.part(part);
        let keyed = self.rule.is_static() && !matches!(self.rule, Rule::Fifo | Rule::Lifo);
        let key = if keyed { self.key(state, cx, &info) } else { Key(0.0) };
        // By the time of arrival, so that interrupted work keeps its turn.
        let since = info.entered;
        state.queue.push(Waiting { key, since, serial: info.serial, part });
    }

    fn key(&self, state: &StationState, cx: &Ctx<'_>, part: &Part) -> Key {
        let view = View { model: cx.model(), core: cx.core() };
        self.rule.key(view, part, || self.setup_to(state, cx, part))
    }

    /// Seconds of set-up until `part` could be worked on, at the idle place that needs least.
    fn setup_to(&self, state: &StationState, cx: &Ctx<'_>, part: &Part) -> f64 {
        let Some(setup) = &self.setup else { return 0.0 };
        let idle = state.places.iter().filter(|place| place.phase == Phase::Idle);
        let to = setup::family(cx.model(), part);
        idle.map(|place| setup.mean_s(place.made, to)).fold(f64::INFINITY, f64::min)
    }

    /// Starts what can be started: now, or at the end of this instant if there is a choice to make.
    #[inline]
    fn start_more(&self, state: &mut StationState, cx: &mut Ctx<'_>) {
        if state.free == 0 || state.queue.is_empty() {
            return;
        }
        if self.defers {
            cx.decide_later();
        } else {
            self.start_now(state, cx);
        }
    }

    fn start_now(&self, state: &mut StationState, cx: &mut Ctx<'_>) {
        while state.free > 0 && !state.queue.is_empty() && !cx.is_stopping() {
            if !self.may_start(state) {
                return;
            }
            if self.batch.max > 1 {
                if !self.start_batch(state, cx) {
                    return;
                }
                continue;
            }
            let Some(part) = self.next_part(state, cx) else { return };
            let place = self.idle_place(state);
            self.begin(state, cx, place, part);
        }
    }

    /// The N-policy: begin when so many wait, then work until the queue is empty.
    fn may_start(&self, state: &mut StationState) -> bool {
        if self.start_when > 1 {
            state.running |= state.queue.len() >= self.start_when as usize;
            return state.running;
        }
        true
    }

    fn next_part(&self, state: &mut StationState, cx: &Ctx<'_>) -> Option<PartId> {
        if self.rule.is_static() {
            return state.queue.pop(self.rule);
        }
        let parts = state.queue.in_order(self.rule);
        let part = parts.into_iter().min_by_key(|part| self.key(state, cx, cx.part(*part)))?;
        state.queue.remove(part);
        Some(part)
    }

    /// The place that has a finished part for `link`.
    fn place_to_give(
        &self,
        state: &StationState,
        cx: &Ctx<'_>,
        link: LinkId,
        wanted: Option<PartId>,
    ) -> Option<usize> {
        let fits = |place: &Place| {
            place.phase == Phase::Out
                && place.parts().any(|part| {
                    !part.is_none()
                        && wanted.map_or_else(|| cx.may_take(part, link), |wanted| wanted == part)
                })
        };
        // The place that has waited longest: that which ended first, then the lower number.
        let places = state.places.iter().enumerate().filter(|(_, place)| fits(place));
        places.min_by_key(|(at, place)| (place.ends, *at)).map(|(at, _)| at)
    }

    /// Takes a part off its place.
    fn take(
        place: &mut Place,
        wanted: Option<PartId>,
        may: impl Fn(PartId) -> bool,
    ) -> Option<PartId> {
        let fits = |part: PartId| wanted.map_or_else(|| may(part), |wanted| wanted == part);
        if !place.first.is_none() && fits(place.first) {
            let part = place.first;
            place.first = if place.rest.is_empty() { PartId::NONE } else { place.rest.remove(0) };
            return Some(part);
        }
        let at = place.rest.iter().position(|part| fits(*part))?;
        Some(place.rest.remove(at))
    }

    /// A part with a better claim than one at work takes its place.
    fn try_preempt(&self, state: &mut StationState, cx: &mut Ctx<'_>) {
        let Some(claim) = state.queue.first_key() else { return };
        let mut worst: Option<(Key, usize)> = None;
        for (at, place) in state.places.iter().enumerate() {
            if place.phase != Phase::Process || place.paused {
                continue;
            }
            let mut part = *cx.part(place.first);
            part.work = place.to_do(cx.now());
            let key = self.key(state, cx, &part);
            if worst.is_none_or(|(other, _)| key > other) {
                worst = Some((key, at));
            }
        }
        let Some((key, at)) = worst else { return };
        if claim < key {
            self.put_back(state, cx, at);
        }
    }
}
