//! Carriers: transport that takes a fixed time, by a few carriers that can be busy.

use serde::{Deserialize, Serialize};

use crate::engine::{Activity, Candidate, Compile, Core, Ctx, Draw, Equipment, Interrupt};
use crate::flow::station::Blocking;
use crate::id::{LinkId, PartId};
use crate::kernel::EventKey;
use crate::random::Distribution;
use crate::units::{SimDuration, SimTime};

/// `Carrier`: takes a part from wherever one waits to wherever it goes next, in a fixed time.
///
/// A part stays where it is until a carrier is free, then is on its way for `load`, `travel` and `unload` together. If it
/// finds no room, the carrier waits with it (blocked). After handing over, the carrier is busy for `back` before it can take
/// the next part. There are `carriers` of them, alike; each is a place.
///
/// With `blocking: BeforeService` a part is fetched only once room for it is reserved where it goes; those that wait
/// longest come first, but one without room does not hold up the others. So no carrier ever stands with a part that nobody
/// can take, which is how shared transport and full stores lock each other up.
#[derive(Debug)]
pub struct Carrier {
    carriers: u32,
    load: Draw,
    travel: Draw,
    unload: Draw,
    back: Draw,
    reserves: bool,
}

/// The parameters of a fleet of carriers.
#[derive(Debug, Deserialize)]
#[serde(rename = "Carrier", deny_unknown_fields)]
pub struct CarrierSpec {
    /// How many. Default 1.
    #[serde(default)]
    pub carriers: Option<u32>,
    /// Time from place to place.
    pub travel: Distribution<SimDuration>,
    /// Time to load. Default: none.
    #[serde(default)]
    pub load: Option<Distribution<SimDuration>>,
    /// Time to unload. Default: none.
    #[serde(default)]
    pub unload: Option<Distribution<SimDuration>>,
    /// Time of the way back. Default: none.
    #[serde(default)]
    pub back: Option<Distribution<SimDuration>>,
    /// Whether room where a part goes is reserved before it is fetched. Default: no, `AfterService`.
    #[serde(default)]
    pub blocking: Blocking,
}

/// What one carrier is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Trip {
    Idle,
    /// With a part; none: on the way back.
    Moving(PartId),
    /// There, but cannot hand over.
    Waiting(PartId),
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Vehicle {
    trip: Trip,
    key: EventKey,
    ends: SimTime,
    left: SimDuration,
    /// Room reserved at the end of the trip.
    reserved: LinkId,
}

/// What changes in a fleet of carriers.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CarrierState {
    vehicles: Vec<Vehicle>,
    /// Room reserved for parts that are about to come.
    reserved: Vec<(PartId, LinkId)>,
    stopped: bool,
}

impl Equipment for Carrier {
    const KIND: &'static str = "Carrier";
    type Spec = CarrierSpec;
    type State = CarrierState;

    fn compile(spec: CarrierSpec, cx: &mut Compile<'_>) -> Self {
        let carriers = spec.carriers.unwrap_or(1);
        if carriers == 0 || carriers > 65_535 {
            cx.error("carriers", "there are from 1 to 65535 carriers");
        }
        Self {
            carriers,
            load: cx.draw_or_zero("load", spec.load.as_ref()),
            travel: cx.draw("travel", &spec.travel),
            unload: cx.draw_or_zero("unload", spec.unload.as_ref()),
            back: cx.draw_or_zero("back", spec.back.as_ref()),
            reserves: spec.blocking == Blocking::BeforeService,
        }
    }

    fn initial(&self) -> CarrierState {
        let idle = Vehicle {
            trip: Trip::Idle,
            key: EventKey::NONE,
            ends: SimTime::ZERO,
            left: SimDuration::ZERO,
            reserved: LinkId::NONE,
        };
        let vehicles = vec![idle; self.carriers as usize];
        CarrierState { vehicles, reserved: Vec::new(), stopped: false }
    }

    fn places(&self) -> u32 {
        self.carriers
    }

    fn is_selective(&self) -> bool {
        self.reserves
    }

    fn start(&self, _state: &mut CarrierState, cx: &mut Ctx<'_>) {
        cx.open(self.carriers);
    }

    fn on_enter(&self, state: &mut CarrierState, cx: &mut Ctx<'_>, part: PartId, _link: LinkId) {
        let idle = state.vehicles.iter().position(|vehicle| vehicle.trip == Trip::Idle);
        let at = idle.expect("a part only comes in when a carrier is free");
        let reserved = state.reserved.iter().position(|(other, _)| *other == part);
        state.vehicles[at].reserved =
            reserved.map_or(LinkId::NONE, |row| state.reserved.remove(row).1);
        let time = cx.draw(&self.load) + cx.draw(&self.travel) + cx.draw(&self.unload);
        if state.stopped {
            // Its room was reserved before: it sets out when the carriers go again.
            (state.vehicles[at].trip, state.vehicles[at].left) = (Trip::Moving(part), time);
            return;
        }
        self.go(state, cx, at, Trip::Moving(part), time);
    }

    fn on_timer(&self, state: &mut CarrierState, cx: &mut Ctx<'_>, _tag: u8, arg: u16) {
        let at = arg as usize;
        state.vehicles[at].key = EventKey::NONE;
        match state.vehicles[at].trip {
            Trip::Moving(part) if !part.is_none() => {
                let room = std::mem::replace(&mut state.vehicles[at].reserved, LinkId::NONE);
                let gone =
                    if room.is_none() { cx.send(part) } else { cx.send_reserved(part, room) };
                if gone {
                    self.turn_back(state, cx, at);
                } else {
                    state.vehicles[at].trip = Trip::Waiting(part);
                    state.vehicles[at].ends = cx.now();
                    cx.set_activity(at as u32, Activity::Blocked);
                }
            }
            _ => self.free(state, cx, at),
        }
    }

    fn give(
        &self,
        state: &mut CarrierState,
        cx: &mut Ctx<'_>,
        link: LinkId,
        wanted: Option<PartId>,
    ) -> Option<PartId> {
        if self.reserves && wanted.is_none() && state.longest_waiting(|_| true).is_none() {
            // Room at the end of a trip: perhaps one can begin.
            cx.decide_later();
            return None;
        }
        let (at, part) = state.longest_waiting(|part| cx.is_asked_for(part, link, wanted))?;
        if state.stopped {
            return None;
        }
        self.turn_back(state, cx, at);
        if state.longest_waiting(|part| cx.may_take(part, link)).is_some() {
            cx.wait(link);
        }
        Some(part)
    }

    fn list(&self, state: &CarrierState, _core: &Core, link: LinkId, out: &mut Vec<Candidate>) {
        if state.stopped {
            return;
        }
        for vehicle in &state.vehicles {
            if let Trip::Waiting(part) = vehicle.trip {
                out.push(Candidate { part, link });
            }
        }
    }

    fn select(
        &self,
        state: &mut CarrierState,
        cx: &mut Ctx<'_>,
        candidates: &[Candidate],
        picks: &mut Vec<usize>,
    ) {
        for (at, candidate) in candidates.iter().enumerate() {
            if picks.len() >= cx.room() as usize || cx.is_stopping() {
                return;
            }
            let link = cx.reserve(candidate.part);
            if !link.is_none() {
                state.reserved.push((candidate.part, link));
                picks.push(at);
            }
        }
    }

    fn is_busy(&self, state: &CarrierState) -> bool {
        state.vehicles.iter().any(|vehicle| matches!(vehicle.trip, Trip::Moving(_)))
    }

    fn on_stop(&self, state: &mut CarrierState, cx: &mut Ctx<'_>, _how: Interrupt) {
        cx.shut(true);
        for at in 0..state.vehicles.len() {
            let vehicle = &mut state.vehicles[at];
            if !state.stopped && matches!(vehicle.trip, Trip::Moving(_)) {
                vehicle.left = vehicle.ends - cx.now();
                cx.cancel(&mut vehicle.key);
            }
            cx.set_activity(at as u32, cx.stop_activity());
        }
        state.stopped = true;
    }

    fn on_go(&self, state: &mut CarrierState, cx: &mut Ctx<'_>) {
        cx.shut(false);
        if !std::mem::take(&mut state.stopped) {
            return;
        }
        for at in 0..state.vehicles.len() {
            let vehicle = state.vehicles[at];
            match vehicle.trip {
                Trip::Idle => cx.set_activity(at as u32, Activity::Starved),
                Trip::Moving(_) => self.go(state, cx, at, vehicle.trip, vehicle.left),
                Trip::Waiting(part) => {
                    cx.set_activity(at as u32, Activity::Blocked);
                    cx.offer(part);
                }
            }
        }
    }

    fn contents(&self, state: &CarrierState, out: &mut Vec<PartId>) {
        for vehicle in &state.vehicles {
            match vehicle.trip {
                Trip::Moving(part) | Trip::Waiting(part) if !part.is_none() => out.push(part),
                _ => {}
            }
        }
    }
}

impl CarrierState {
    fn longest_waiting(&self, fits: impl Fn(PartId) -> bool) -> Option<(usize, PartId)> {
        let waiting =
            self.vehicles.iter().enumerate().filter_map(|(at, vehicle)| match vehicle.trip {
                Trip::Waiting(part) if fits(part) => Some((vehicle.ends, at, part)),
                _ => None,
            });
        waiting.min_by_key(|(since, at, _)| (*since, *at)).map(|(_, at, part)| (at, part))
    }
}

impl Carrier {
    fn go(
        &self,
        state: &mut CarrierState,
        cx: &mut Ctx<'_>,
        at: usize,
        trip: Trip,
        time: SimDuration,
    ) {
        cx.set_activity_for(at as u32, Activity::Working, time);
        let vehicle = &mut state.vehicles[at];
        vehicle.trip = trip;
        vehicle.ends = cx.now() + time;
        vehicle.key = cx.timer(time, 0, at as u16);
    }

    fn turn_back(&self, state: &mut CarrierState, cx: &mut Ctx<'_>, at: usize) {
        let time = cx.draw(&self.back);
        if time == SimDuration::ZERO {
            self.free(state, cx, at);
        } else {
            self.go(state, cx, at, Trip::Moving(PartId::NONE), time);
        }
    }

    fn free(&self, state: &mut CarrierState, cx: &mut Ctx<'_>, at: usize) {
        state.vehicles[at].trip = Trip::Idle;
        cx.set_activity(
            at as u32,
            if state.stopped { cx.stop_activity() } else { Activity::Starved },
        );
        if cx.is_stopping() && !Equipment::is_busy(self, state) {
            cx.at_rest();
        }
        cx.open(1);
    }
}
