//! Inspections: parts are looked at, and the bad ones are sorted out, as far as one can see it.

use serde::{Deserialize, Serialize};

use crate::engine::{Activity, Candidate, Compile, Core, Ctx, Draw, Equipment, Interrupt};
use crate::id::{EquipmentId, LinkId, PartId, StreamId};
use crate::kernel::EventKey;
use crate::random::Distribution;
use crate::units::{Share, SimDuration, SimTime};

/// `Inspection`: tells good parts from defective ones, with errors of both kinds.
///
/// A good part is rejected by mistake with probability `false_alarms` (type I error, the producer's risk), a defective one
/// gets through with `misses` (type II error, the consumer's risk). With `sample` only some parts are looked at; the others
/// pass without delay. Parts that are taken for good leave by the output `good` (which is meant where none is named), those
/// that are rejected by `bad`; with nothing connected there they are lost here.
///
/// With `rework: (most: 2)` a part is sent back twice at most, and is lost here when it is rejected once more; `back_to` lets
/// it begin anew at that step of its route. Without rework `bad` leads to whatever else is done with such parts, as often as
/// they come; a `Sink(scrap: true)` counts them as lost. A rejection tells the equipment named by `alarm` that its
/// process is out of control: it is brought back at once, or by its maintenance `on_call`.
///
/// Figures: `inspected`, `rejected_share` and `first_pass_yield` (of those never reworked before) of the parts looked at;
/// `false_alarm_share` of the good ones, `miss_share` of the defective ones; `escaped`, defective parts that went on,
/// looked at or not; `reworked`; `scrapped`.
///
/// Shown as working while at least one part is looked at on a place, blocked while a part cannot leave it.
#[derive(Debug)]
pub struct Inspection {
    n_places: u32,
    time: Draw,
    misses: f64,
    false_alarms: f64,
    sample: Sample,
    rework: Option<Rework>,
    alarm: Option<EquipmentId>,
    stream: StreamId,
}

/// The parameters of an inspection.
#[derive(Debug, Default, Deserialize)]
#[serde(rename = "Inspection", deny_unknown_fields, default)]
pub struct InspectionSpec {
    /// Time to look at a part. Default: none.
    pub time: Option<Distribution<SimDuration>>,
    /// Parts that can be looked at at once. Default 1.
    pub places: Option<u32>,
    /// Share of the defective parts that get through. Default 0.
    pub misses: Option<Share>,
    /// Share of the good parts that are rejected. Default 0.
    pub false_alarms: Option<Share>,
    /// Which parts are looked at. Default: all.
    pub sample: Sample,
    /// How often a rejected part is sent back.
    pub rework: Option<ReworkSpec>,
    /// The equipment whose process is taken to be out of control at each rejection.
    pub alarm: Option<String>,
}

/// Which parts are looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
pub enum Sample {
    /// All.
    #[default]
    All,
    /// The n-th of each n.
    Every(u32),
    /// So many, at random.
    Share(Share),
}

/// How rejected parts are sent back.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReworkSpec {
    /// How often at most: 1 to 255.
    pub most: u8,
    /// Equipment of the step of its route at which a part begins anew. Default: it goes where `bad` leads, and comes back to
    /// this step.
    #[serde(default)]
    pub back_to: Option<String>,
}

#[derive(Debug)]
struct Rework {
    most: u8,
    back_to: Option<EquipmentId>,
}

/// What a place is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Look {
    Idle,
    At(PartId),
    /// Is through, but cannot leave.
    Waiting(PartId),
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Place {
    look: Look,
    key: EventKey,
    ends: SimTime,
    left: SimDuration,
}

/// What changes in an inspection.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct InspectionState {
    places: Vec<Place>,
    /// Parts since the last that was looked at, for every n-th.
    passed: u32,
    stopped: bool,
    seen: Seen,
}

/// Counts over the window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Seen {
    good: u64,
    defective: u64,
    false_alarms: u64,
    missed: u64,
    first: u64,
    first_rejected: u64,
    escaped: u64,
    reworked: u64,
    scrapped: u64,
}

const GOOD: u8 = 0;
const BAD: u8 = 1;

impl Equipment for Inspection {
    const KIND: &'static str = "Inspection";
    const OUTPUTS: &'static [&'static str] = &["good", "bad"];
    type Spec = InspectionSpec;
    type State = InspectionState;

    fn compile(spec: InspectionSpec, cx: &mut Compile<'_>) -> Self {
        let n_places = spec.places.unwrap_or(1);
        if n_places == 0 || n_places > 65_535 {
            cx.error("places", "there are from 1 to 65535 places");
        }
        if spec.sample == Sample::Every(0) {
            cx.error("sample", "every n-th part is looked at, n being at least 1");
        }
        let rework = spec.rework.map(|rework| {
            if rework.most == 0 {
                cx.error("rework.most", "a part is sent back at least once, or leave `rework` out");
            }
            let back_to = rework.back_to.as_ref();
            let back_to = back_to.and_then(|name| cx.equipment("rework.back_to", name));
            Rework { most: rework.most, back_to }
        });
        let share = |share: Option<Share>| share.map_or(0.0, Share::fraction);
        Self {
            n_places,
            time: cx.draw_or_zero("time", spec.time.as_ref()),
            misses: share(spec.misses),
            false_alarms: share(spec.false_alarms),
            sample: spec.sample,
            rework,
            alarm: spec.alarm.and_then(|name| cx.equipment("alarm", &name)),
            stream: cx.stream("look"),
        }
    }

    fn initial(&self) -> InspectionState {
        let idle = Place {
            look: Look::Idle,
            key: EventKey::NONE,
            ends: SimTime::ZERO,
            left: SimDuration::ZERO,
        };
        let places = vec![idle; self.n_places as usize];
        InspectionState { places, passed: 0, stopped: false, seen: Seen::default() }
    }

    fn places(&self) -> u32 {
        self.n_places
    }

    fn is_processor(&self) -> bool {
        true
    }

    fn needs_output(&self, port: u8) -> bool {
        port == GOOD
    }

    fn mean_time_s(&self) -> Option<f64> {
        Some(self.time.mean)
    }

    fn start(&self, _state: &mut InspectionState, cx: &mut Ctx<'_>) {
        cx.open(self.n_places);
    }

    fn on_enter(&self, state: &mut InspectionState, cx: &mut Ctx<'_>, part: PartId, _: LinkId) {
        let idle = state.places.iter().position(|place| place.look == Look::Idle);
        let at = idle.expect("a part only comes in when a place is free");
        if !self.is_sampled(state, cx) {
            state.seen.escaped += u64::from(cx.part(part).is_defective());
            cx.step_done(part);
            self.send(state, cx, at, GOOD, part);
            return;
        }
        state.places[at].look = Look::At(part);
        let time = cx.draw(&self.time);
        if time == SimDuration::ZERO {
            self.judge(state, cx, at, part);
        } else {
            go(state, cx, at, time);
        }
    }

    fn on_timer(&self, state: &mut InspectionState, cx: &mut Ctx<'_>, _tag: u8, arg: u16) {
        let at = usize::from(arg);
        state.places[at].key = EventKey::NONE;
        if let Look::At(part) = state.places[at].look {
            self.judge(state, cx, at, part);
        }
    }

    fn give(
        &self,
        state: &mut InspectionState,
        cx: &mut Ctx<'_>,
        link: LinkId,
        wanted: Option<PartId>,
    ) -> Option<PartId> {
        if state.stopped {
            return None;
        }
        let (at, part) = state.longest_waiting(|part| cx.is_asked_for(part, link, wanted))?;
        self.free(state, cx, at);
        if state.longest_waiting(|part| cx.may_take(part, link)).is_some() {
            cx.wait(link);
        }
        Some(part)
    }

    fn list(&self, state: &InspectionState, _core: &Core, link: LinkId, out: &mut Vec<Candidate>) {
        if state.stopped {
            return;
        }
        for place in &state.places {
            if let Look::Waiting(part) = place.look {
                out.push(Candidate { part, link });
            }
        }
    }

    fn is_busy(&self, state: &InspectionState) -> bool {
        state.places.iter().any(|place| matches!(place.look, Look::At(_)))
    }

    fn on_stop(&self, state: &mut InspectionState, cx: &mut Ctx<'_>, _how: Interrupt) {
        cx.shut(true);
        for at in 0..state.places.len() {
            let place = &mut state.places[at];
            if !state.stopped && matches!(place.look, Look::At(_)) {
                place.left = place.ends - cx.now();
                cx.cancel(&mut place.key);
            }
            cx.set_activity(at as u32, cx.stop_activity());
        }
        state.stopped = true;
    }

    fn on_go(&self, state: &mut InspectionState, cx: &mut Ctx<'_>) {
        cx.shut(false);
        if !std::mem::take(&mut state.stopped) {
            return;
        }
        for at in 0..state.places.len() {
            let Place { look, left, .. } = state.places[at];
            match look {
                Look::Idle => cx.set_activity(at as u32, Activity::Starved),
                Look::At(_) => go(state, cx, at, left),
                Look::Waiting(part) => {
                    cx.set_activity(at as u32, Activity::Blocked);
                    cx.offer(part);
                }
            }
        }
    }

    fn reset_figures(&self, state: &mut InspectionState, _core: &Core) {
        state.seen = Seen::default();
    }

    fn figures(&self, state: &InspectionState, _core: &Core, out: &mut Vec<(String, f64)>) {
        let Seen { good, defective, false_alarms, missed, first, first_rejected, .. } = state.seen;
        let share = |n: u64, of: u64| if of == 0 { 0.0 } else { n as f64 / of as f64 };
        let rejected = false_alarms + defective - missed;
        let mut figure = |name: &str, value: f64| out.push((name.to_owned(), value));
        figure("inspected", (good + defective) as f64);
        figure("rejected_share", share(rejected, good + defective));
        figure("first_pass_yield", 1.0 - share(first_rejected, first));
        figure("false_alarm_share", share(false_alarms, good));
        figure("miss_share", share(missed, defective));
        figure("escaped", state.seen.escaped as f64);
        figure("reworked", state.seen.reworked as f64);
        figure("scrapped", state.seen.scrapped as f64);
    }

    fn contents(&self, state: &InspectionState, out: &mut Vec<PartId>) {
        for place in &state.places {
            if let Look::At(part) | Look::Waiting(part) = place.look {
                out.push(part);
            }
        }
    }
}

impl InspectionState {
    fn longest_waiting(&self, fits: impl Fn(PartId) -> bool) -> Option<(usize, PartId)> {
        let waiting = self.places.iter().enumerate().filter_map(|(at, place)| match place.look {
            Look::Waiting(part) if fits(part) => Some((place.ends, at, part)),
            _ => None,
        });
        waiting.min_by_key(|(since, at, _)| (*since, *at)).map(|(_, at, part)| (at, part))
    }
}

impl Inspection {
    fn is_sampled(&self, state: &mut InspectionState, cx: &mut Ctx<'_>) -> bool {
        match self.sample {
            Sample::All => true,
            Sample::Every(n) => {
                state.passed = (state.passed + 1) % n;
                state.passed == 0
            }
            Sample::Share(share) => cx.uniform(self.stream) < share.fraction(),
        }
    }

    /// The part on place `at` has been looked at.
    fn judge(&self, state: &mut InspectionState, cx: &mut Ctx<'_>, at: usize, part: PartId) {
        let info = *cx.part(part);
        let is_bad = info.is_defective();
        let u = cx.uniform(self.stream);
        let rejected = if is_bad { u >= self.misses } else { u < self.false_alarms };
        let seen = &mut state.seen;
        *(if is_bad { &mut seen.defective } else { &mut seen.good }) += 1;
        seen.false_alarms += u64::from(rejected && !is_bad);
        seen.missed += u64::from(is_bad && !rejected);
        seen.escaped += u64::from(is_bad && !rejected);
        seen.first += u64::from(info.reworks == 0);
        seen.first_rejected += u64::from(rejected && info.reworks == 0);
        if !rejected {
            cx.step_done(part);
            self.send(state, cx, at, GOOD, part);
            return;
        }
        if let Some(equipment) = self.alarm {
            cx.raise_alarm(equipment);
        }
        self.reject(state, cx, at, part);
    }

    fn reject(&self, state: &mut InspectionState, cx: &mut Ctx<'_>, at: usize, part: PartId) {
        let has_way = cx.is_output_connected(BAD);
        let back = self.rework.as_ref().and_then(|rework| rework.back_to);
        let back = back.and_then(|to| first_step_at(cx, part, to));
        let may = match &self.rework {
            Some(rework) => cx.part(part).reworks < rework.most,
            None => true,
        };
        if !may || !(has_way || back.is_some()) {
            state.seen.scrapped += 1;
            self.free(state, cx, at);
            cx.scrap(part);
            return;
        }
        if self.rework.is_some() {
            state.seen.reworked += 1;
            cx.part_mut(part).reworks += 1;
        }
        if let Some(step) = back {
            cx.part_mut(part).go_back_to(step);
        }
        self.send(state, cx, at, if has_way { BAD } else { GOOD }, part);
    }

    /// Passes a part on that is through.
    fn send(
        &self,
        state: &mut InspectionState,
        cx: &mut Ctx<'_>,
        at: usize,
        port: u8,
        part: PartId,
    ) {
        if cx.send_from(port, part) {
            self.free(state, cx, at);
            return;
        }
        let place = &mut state.places[at];
        (place.look, place.ends) = (Look::Waiting(part), cx.now());
        cx.set_activity(at as u32, Activity::Blocked);
        if cx.is_stopping() && !Equipment::is_busy(self, state) {
            cx.at_rest();
        }
    }

    /// Place `at` is free for the next part.
    fn free(&self, state: &mut InspectionState, cx: &mut Ctx<'_>, at: usize) {
        state.places[at].look = Look::Idle;
        let shown = if state.stopped { cx.stop_activity() } else { Activity::Starved };
        cx.set_activity(at as u32, shown);
        if cx.is_stopping() && !Equipment::is_busy(self, state) {
            cx.at_rest();
        }
        cx.open(1);
    }
}

/// The first step of the route of `part`, up to the present one, that is done at `equipment`.
fn first_step_at(cx: &Ctx<'_>, part: PartId, equipment: EquipmentId) -> Option<u16> {
    let part = cx.part(part);
    let product = &cx.model().products[part.product.index()];
    let first = product.first_step as usize;
    let steps = &cx.model().steps[first..first + usize::from(product.n_steps.min(part.step + 1))];
    let at = steps.iter().position(|step| step.at.contains(&equipment))?;
    u16::try_from(at).ok()
}

fn go(state: &mut InspectionState, cx: &mut Ctx<'_>, at: usize, time: SimDuration) {
    cx.set_activity_for(at as u32, Activity::Working, time);
    let place = &mut state.places[at];
    place.ends = cx.now() + time;
    place.key = cx.timer(time, 0, at as u16);
}
