//! What robots, cranes and transfer cars have in common: a device goes to a part, picks it up, goes on, puts it down.
//!
//! ```text
//! idle → to the part → pick → (the part comes) → [exchange] → to its place → place → [clear] → idle
//! ```
//!
//! The part stays upstream until the end of the pick, and is downstream from the end of the place. With two hands, the device
//! brings a part to a machine that is occupied, takes the finished one with the free hand, and puts the new one in its place
//! (exchange). A crane lowers its hook at both ends and lifts it again (clear).

use std::fmt::Debug;
use std::marker::PhantomData;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::order::{Calls, Leg, Rooms, Rule};
use super::place::{Spot, Stops, Way};
use super::runway::{Claim, Runway};
use crate::engine::{Activity, Candidate, Compile, Core, Ctx, Draw, Equipment, Interrupt};
use crate::id::{EquipmentId, LinkId, PartId};
use crate::kernel::EventKey;
use crate::units::{SimDuration, SimTime};

/// A kind of equipment whose devices move parts one by one.
pub trait MoverSpec: DeserializeOwned + Debug + 'static {
    /// The name after `is:` in a plant file.
    const KIND: &'static str;

    /// Checks the parameters and turns them into a plan.
    fn plan(self, cx: &mut Compile<'_>) -> Plan;

    /// The connections are known: what is left to check, and the way from stop to stop if it depends on them.
    fn finish(_plan: &mut Plan, _cx: &mut Compile<'_>) {}
}

/// Robots, cranes and transfer cars: the kind that is written as `S`.
#[derive(Debug)]
pub struct Mover<S> {
    plan: Plan,
    kind: PhantomData<fn() -> S>,
}

/// The parameters of a mover, whatever its kind.
#[derive(Debug)]
pub struct Plan {
    pub(super) devices: u32,
    pub(super) two_hands: bool,
    pub(super) way: Way,
    pub(super) pick: Draw,
    pub(super) place: Draw,
    /// Time to turn the other hand to the machine.
    pub(super) turn: Draw,
    /// Time to let the hook down, and to lift it again.
    pub(super) hoist: SimDuration,
    pub(super) rule: Rule,
    /// Whether it fetches a part ahead of time, to exchange it as soon as that is possible.
    pub(super) fetches_ahead: bool,
    /// A fixed round of places to take from.
    pub(super) round: Vec<EquipmentId>,
    pub(super) home: Option<EquipmentId>,
    pub(super) runway: Runway,
    /// Whether the ends of the runway were given.
    pub(super) has_ends: bool,
    /// Times between named places, as given.
    pub(super) table: Vec<(EquipmentId, EquipmentId, SimDuration)>,
    pub(super) stops: Stops,
    /// Where the devices are at the start.
    pub(super) starts: Vec<Spot>,
}

/// What a device is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Phase {
    Idle,
    /// Goes somewhere without a part in mind: home, out of the way, ahead of time.
    Aside,
    ToPick,
    Pick,
    /// Has hold of the part: it comes at the end of the instant.
    Fetch,
    /// Has asked for it.
    Asked,
    /// Puts the part in one hand where that in the other has been.
    Exchange,
    ToPlace,
    Place,
    /// Lifts the empty hook.
    Clear,
}

impl Phase {
    fn is_timed(self) -> bool {
        !matches!(self, Self::Idle | Self::Fetch | Self::Asked)
    }
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Device {
    pub(super) phase: Phase,
    /// The part that is fetched or brought.
    pub(super) job: Option<Leg>,
    /// The part to be exchanged for that of `job`, once this has been picked up.
    pub(super) next: Option<Leg>,
    /// A part in the hand that the job does not need.
    pub(super) hand: Option<Leg>,
    /// Where it stands, or where it goes.
    pub(super) at: Spot,
    /// Where it last set out from.
    from: Spot,
    pub(super) claim: Claim,
    key: EventKey,
    ends: SimTime,
    /// What is left of the phase while it stands still.
    left: SimDuration,
}

impl Device {
    /// Whether the part of `job` has been picked up.
    fn has_job(&self) -> bool {
        matches!(self.phase, Phase::Exchange | Phase::ToPlace | Phase::Place)
    }

    fn held(&self) -> impl Iterator<Item = Leg> {
        let job = self.job.filter(|_| self.has_job());
        self.hand.into_iter().chain(job)
    }
}

/// What has been done since the end of the warm-up.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
struct Done {
    moves: u64,
    exchanges: u64,
    /// Travel without and with a part, ns, counted when it begins.
    empty: i64,
    loaded: i64,
}

/// What changes in a mover.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MoverState {
    pub(super) devices: Vec<Device>,
    pub(super) calls: Calls,
    pub(super) rooms: Rooms,
    /// Turn of the fixed round.
    pub(super) turn: u32,
    /// The end of this instant is waited for.
    checking: bool,
    /// It has looked at who waits since a device came to rest.
    pub(super) looked: bool,
    pub(super) stopped: bool,
    done: Done,
}

impl MoverState {
    /// Where each device stands, or where it goes, in metres in the frame of the equipment.
    pub fn spots(&self) -> impl Iterator<Item = Spot> + '_ {
        self.devices.iter().map(|device| device.at)
    }
}

impl<S: MoverSpec> Mover<S> {
    /// Least distance of two devices along the runway, in metres.
    pub fn clearance(&self) -> f64 {
        self.plan.runway.clearance
    }

    /// Where device `at` is at `now`, in metres along and across in the frame of the equipment.
    pub fn position(&self, state: &MoverState, at: usize, now: SimTime) -> (f64, f64) {
        self.plan.position(state, at, now)
    }
}

const PHASE_ENDS: u8 = 0;
const INSTANT_ENDS: u8 = 1;

impl<S: MoverSpec> Equipment for Mover<S> {
    const KIND: &'static str = S::KIND;
    type Spec = S;
    type State = MoverState;

    fn compile(spec: S, cx: &mut Compile<'_>) -> Self {
        Self { plan: spec.plan(cx), kind: PhantomData }
    }

    fn linked(&mut self, cx: &mut Compile<'_>) {
        super::order::check_divert(cx);
        self.plan.stops = Stops::of(cx);
        self.plan.place_devices(cx);
        S::finish(&mut self.plan, cx);
    }

    fn initial(&self) -> MoverState {
        self.plan.initial()
    }

    fn places(&self) -> u32 {
        self.plan.devices
    }

    fn is_selective(&self) -> bool {
        true
    }

    fn reserves_ahead(&self) -> bool {
        true
    }

    fn start(&self, _state: &mut MoverState, cx: &mut Ctx<'_>) {
        // It hears of all that waits, and takes what it can.
        cx.open(1);
    }

    fn on_timer(&self, state: &mut MoverState, cx: &mut Ctx<'_>, tag: u8, arg: u16) {
        if tag == INSTANT_ENDS {
            self.plan.end_instant(state, cx);
            return;
        }
        state.devices[usize::from(arg)].key = EventKey::NONE;
        self.plan.phase_done(state, cx, usize::from(arg));
    }

    fn on_enter(&self, state: &mut MoverState, cx: &mut Ctx<'_>, part: PartId, _link: LinkId) {
        cx.open(1);
        self.plan.picked(state, cx, part);
    }

    fn give(
        &self,
        state: &mut MoverState,
        cx: &mut Ctx<'_>,
        link: LinkId,
        _wanted: Option<PartId>,
    ) -> Option<PartId> {
        let idle = state.devices.iter().any(|device| device.phase == Phase::Idle);
        if idle && !cx.is_stopping() {
            state.rooms.keep(cx, link);
        }
        None
    }

    fn select(
        &self,
        state: &mut MoverState,
        cx: &mut Ctx<'_>,
        candidates: &[Candidate],
        picks: &mut Vec<usize>,
    ) {
        self.plan.dispatch(state, cx, candidates);
        state.ask(cx);
        for device in state.devices.iter().filter(|device| device.phase == Phase::Asked) {
            let is_wanted = |candidate: &Candidate| {
                let serial = cx.part(candidate.part).serial;
                device.job.is_some_and(|job| job.is(*candidate) && job.serial == serial)
            };
            picks.extend(candidates.iter().position(is_wanted));
        }
    }

    fn on_decide(&self, state: &mut MoverState, cx: &mut Ctx<'_>) {
        self.plan.decide(state, cx);
    }

    fn is_busy(&self, state: &MoverState) -> bool {
        state.is_busy()
    }

    fn on_stop(&self, state: &mut MoverState, cx: &mut Ctx<'_>, how: Interrupt) {
        cx.shut(true);
        self.plan.stop(state, cx, how);
    }

    fn on_stop_changed(&self, state: &mut MoverState, cx: &mut Ctx<'_>) {
        for at in 0..state.devices.len() {
            cx.set_activity(at as u32, cx.stop_activity());
        }
    }

    fn on_go(&self, state: &mut MoverState, cx: &mut Ctx<'_>) {
        cx.shut(false);
        self.plan.go_on(state, cx);
    }

    fn reset_figures(&self, state: &mut MoverState, _core: &Core) {
        state.done = Done::default();
    }

    fn figures(&self, state: &MoverState, _core: &Core, out: &mut Vec<(String, f64)>) {
        let Done { moves, exchanges, empty, loaded } = state.done;
        out.push(("moves".into(), moves as f64));
        if self.plan.two_hands {
            out.push(("exchanges".into(), exchanges as f64));
        }
        out.push(("travel_empty_s".into(), empty as f64 * 1e-9));
        out.push(("travel_loaded_s".into(), loaded as f64 * 1e-9));
    }

    fn contents(&self, state: &MoverState, out: &mut Vec<PartId>) {
        out.extend(state.devices.iter().flat_map(Device::held).map(|leg| leg.part));
    }
}

impl MoverState {
    pub(super) fn is_busy(&self) -> bool {
        self.devices.iter().any(|device| device.phase != Phase::Idle)
    }
}

impl Plan {
    /// Spreads the devices over the runway; a single one is at home, or at the first place that it takes from.
    fn place_devices(&mut self, cx: &mut Compile<'_>) {
        let n = f64::from(self.devices);
        let reach = Claim::over(self.stops.spots().iter().map(|spot| spot.x));
        if !self.has_ends {
            let more = (n - 1.0) * self.runway.clearance;
            self.runway.ends = (reach.from - more, reach.to + more);
        }
        let home = self.home.and_then(|home| self.stops.find(home));
        if self.home.is_some() && home.is_none() {
            cx.error("home", "is a place that it is not connected with");
        }
        if self.devices == 1 {
            if self.stops.count() > 0 {
                self.starts = vec![self.stops.spot(home.unwrap_or(0))];
            }
            return;
        }
        let (from, to) = self.runway.ends;
        if to - from < n * self.runway.clearance {
            cx.error("runway", "is too short for so many that keep that clearance");
        }
        let x = |at: u32| from + (to - from) * (f64::from(at) + 0.5) / n;
        self.starts =
            (0..self.devices).map(|at| Spot { x: x(at), y: 0.0, stop: Spot::FREE }).collect();
    }

    fn initial(&self) -> MoverState {
        let idle = |at: &Spot| Device {
            phase: Phase::Idle,
            job: None,
            next: None,
            hand: None,
            at: *at,
            from: *at,
            claim: Claim::over([at.x]),
            key: EventKey::NONE,
            ends: SimTime::ZERO,
            left: SimDuration::ZERO,
        };
        MoverState {
            devices: self.starts.iter().map(idle).collect(),
            calls: Calls::default(),
            rooms: Rooms::default(),
            turn: 0,
            checking: false,
            looked: false,
            stopped: false,
            done: Done::default(),
        }
    }

    fn position(&self, state: &MoverState, at: usize, now: SimTime) -> (f64, f64) {
        let device = &state.devices[at];
        if !matches!(device.phase, Phase::Aside | Phase::ToPick | Phase::ToPlace) {
            return (device.at.x, device.at.y);
        }
        // The way comes last in a phase: the hook goes up before.
        let left = if state.stopped { device.left } else { device.ends - now };
        let elapsed = self.travel(device.from, device.at) - left;
        self.way.position(device.from, device.at, self.stops.count(), elapsed)
    }

    pub(super) fn travel(&self, from: Spot, to: Spot) -> SimDuration {
        self.way.time(from, to, self.stops.count())
    }

    /// Device `at` goes over to `phase`, which takes `time`. What takes none is done at once.
    fn run(
        &self,
        state: &mut MoverState,
        cx: &mut Ctx<'_>,
        at: usize,
        phase: Phase,
        time: SimDuration,
    ) {
        let device = &mut state.devices[at];
        (device.phase, device.left) = (phase, time);
        if state.stopped {
            return;
        }
        if time == SimDuration::ZERO {
            self.phase_done(state, cx, at);
            return;
        }
        device.ends = cx.now() + time;
        device.key = cx.timer(time, PHASE_ENDS, at as u16);
        cx.set_activity_for(at as u32, Activity::Working, time);
    }

    /// Device `at` goes to `to` in the phase `phase`, after `before` at the place where it is.
    pub(super) fn go(
        &self,
        state: &mut MoverState,
        cx: &mut Ctx<'_>,
        at: usize,
        phase: Phase,
        to: Spot,
        before: SimDuration,
    ) {
        let device = &mut state.devices[at];
        device.from = std::mem::replace(&mut device.at, to);
        let travel = self.travel(device.from, to);
        let loaded = phase == Phase::ToPlace || device.hand.is_some();
        let sum = if loaded { &mut state.done.loaded } else { &mut state.done.empty };
        *sum += travel.ns();
        self.run(state, cx, at, phase, before + travel);
    }

    fn phase_done(&self, state: &mut MoverState, cx: &mut Ctx<'_>, at: usize) {
        match state.devices[at].phase {
            Phase::Idle | Phase::Fetch | Phase::Asked => {}
            Phase::Aside | Phase::Clear => self.rest(state, cx, at),
            Phase::ToPick => {
                self.shrink_claim(state, cx, at);
                let time = self.hoist + cx.draw(&self.pick);
                self.run(state, cx, at, Phase::Pick, time);
            }
            Phase::Pick => {
                state.devices[at].phase = Phase::Fetch;
                cx.decide_later();
            }
            Phase::Exchange => {
                if let Some(leg) = state.devices[at].hand.take() {
                    cx.send_reserved(leg.part, leg.to);
                }
                state.done.moves += 1;
                state.done.exchanges += 1;
                self.carry(state, cx, at);
            }
            Phase::ToPlace => {
                self.shrink_claim(state, cx, at);
                let time = self.hoist + cx.draw(&self.place);
                self.run(state, cx, at, Phase::Place, time);
            }
            Phase::Place => {
                if let Some(leg) = state.devices[at].job.take() {
                    cx.send_reserved(leg.part, leg.to);
                }
                state.done.moves += 1;
                self.run(state, cx, at, Phase::Clear, self.hoist);
            }
        }
    }

    /// The part has come into the hand of the device that went for it.
    fn picked(&self, state: &mut MoverState, cx: &mut Ctx<'_>, part: PartId) {
        let is_its = |device: &Device| {
            device.phase == Phase::Asked && device.job.is_some_and(|job| job.part == part)
        };
        let at = state.devices.iter().position(is_its);
        let at = at.expect("a part only comes to a device that has hold of it");
        let device = &mut state.devices[at];
        if let Some(next) = device.next.take() {
            device.hand = device.job.replace(next);
            self.go(state, cx, at, Phase::ToPick, self.stops.by_link(next.from), self.hoist);
            return;
        }
        if device.job.is_some_and(|job| !job.room) {
            // Fetched ahead of time: on to where it will be exchanged.
            device.hand = device.job.take();
            let to = device.hand.map_or(device.at, |hand| self.stops.by_link(hand.to));
            self.go(state, cx, at, Phase::Aside, to, SimDuration::ZERO);
            return;
        }
        let links = &cx.model().links;
        if let (Some(hand), Some(job)) = (&mut device.hand, &device.job)
            && links[hand.to.index()].to == links[job.from.index()].from
            && cx.reserve_by(hand.to)
        {
            hand.room = true;
            let time = cx.draw(&self.turn) + cx.draw(&self.place);
            self.run(state, cx, at, Phase::Exchange, time);
            return;
        }
        self.carry(state, cx, at);
    }

    /// Brings the part that has been picked up to where room is reserved for it.
    pub(super) fn carry(&self, state: &mut MoverState, cx: &mut Ctx<'_>, at: usize) {
        if let Some(job) = state.devices[at].job {
            self.go(state, cx, at, Phase::ToPlace, self.stops.by_link(job.to), self.hoist);
        }
    }

    /// Device `at` has nothing to do.
    fn rest(&self, state: &mut MoverState, cx: &mut Ctx<'_>, at: usize) {
        state.looked = false;
        let device = &mut state.devices[at];
        device.phase = Phase::Idle;
        device.claim = Claim::over([device.at.x]);
        state.show_idle(cx, at);
        if cx.is_stopping() && !state.is_busy() {
            cx.at_rest();
        }
        cx.decide_later();
    }

    /// Lets go of the part of the runway that the job of device `at` does not need any more.
    fn shrink_claim(&self, state: &mut MoverState, cx: &mut Ctx<'_>, at: usize) {
        let device = &mut state.devices[at];
        let to = device.job.map_or(device.at, |job| self.stops.by_link(job.to));
        device.claim = Claim::over([device.at.x, to.x]);
        if self.devices > 1 {
            cx.decide_later();
        }
    }

    /// Everything else of this instant has happened: what was not to be had, is not waited for.
    fn end_instant(&self, state: &mut MoverState, cx: &mut Ctx<'_>) {
        state.checking = false;
        state.rooms.release(cx);
        if state.stopped {
            return;
        }
        for at in 0..state.devices.len() {
            let device = &mut state.devices[at];
            if device.phase == Phase::Asked {
                for leg in device.job.take().into_iter().chain(device.next.take()) {
                    leg.disclaim(cx);
                }
                self.run(state, cx, at, Phase::Clear, self.hoist);
            }
        }
        self.go_home(state, cx);
    }

    fn go_home(&self, state: &mut MoverState, cx: &mut Ctx<'_>) {
        if state.looked && self.is_away(state) && !cx.is_stopping() {
            state.devices[0].claim = Claim::over([self.starts[0].x]);
            self.go(state, cx, 0, Phase::Aside, self.starts[0], SimDuration::ZERO);
        }
    }

    /// Whether the device is idle and not where it should be then.
    pub(super) fn is_away(&self, state: &MoverState) -> bool {
        let device = &state.devices[0];
        self.home.is_some()
            && device.phase == Phase::Idle
            && device.hand.is_none()
            && device.at != self.starts[0]
    }

    fn stop(&self, state: &mut MoverState, cx: &mut Ctx<'_>, how: Interrupt) {
        for at in 0..state.devices.len() {
            let device = &mut state.devices[at];
            if !state.stopped && device.phase.is_timed() {
                device.left = device.ends - cx.now();
                cx.cancel(&mut device.key);
            }
            if how == Interrupt::Scrap {
                state.devices[at].lose(self.hoist, cx);
            }
            cx.set_activity(at as u32, cx.stop_activity());
        }
        state.stopped = true;
    }

    fn go_on(&self, state: &mut MoverState, cx: &mut Ctx<'_>) {
        if !std::mem::take(&mut state.stopped) {
            return;
        }
        for at in 0..state.devices.len() {
            let Device { phase, left, .. } = state.devices[at];
            if phase.is_timed() {
                self.run(state, cx, at, phase, left);
                continue;
            }
            if phase == Phase::Asked {
                state.devices[at].phase = Phase::Fetch;
            }
            state.show_idle(cx, at);
        }
        cx.decide_later();
    }
}

impl Device {
    /// Loses what it holds, and forgets what it was to fetch.
    fn lose(&mut self, hoist: SimDuration, cx: &mut Ctx<'_>) {
        let held: Vec<Leg> = self.held().collect();
        if held.is_empty() {
            return;
        }
        for mut leg in held {
            leg.unreserve(cx);
            cx.scrap(leg.part);
        }
        if !self.has_job()
            && let Some(job) = self.job
        {
            job.disclaim(cx);
        }
        (self.hand, self.job) = (None, None);
        // What it was doing it goes on with, with nothing in its hands.
        self.phase = match self.phase {
            Phase::Idle => Phase::Idle,
            Phase::Aside | Phase::ToPick | Phase::ToPlace => Phase::Aside,
            _ => {
                self.left = hoist;
                Phase::Clear
            }
        };
    }
}

impl MoverState {
    /// Those who have hold of a part ask for it.
    pub(super) fn ask(&mut self, cx: &mut Ctx<'_>) {
        for at in 0..self.devices.len() {
            if self.devices[at].phase == Phase::Fetch && !self.stopped {
                self.devices[at].phase = Phase::Asked;
                self.check_later(cx);
            }
        }
    }

    /// Looks again when everything else of this instant has happened.
    pub(super) fn check_later(&mut self, cx: &mut Ctx<'_>) {
        if !std::mem::replace(&mut self.checking, true) {
            cx.timer(SimDuration::ZERO, INSTANT_ENDS, 0);
        }
    }

    fn show_idle(&self, cx: &mut Ctx<'_>, at: usize) {
        let activity = match self.devices[at] {
            _ if self.stopped => cx.stop_activity(),
            Device { phase: Phase::Fetch | Phase::Asked, .. } => Activity::Working,
            Device { hand: Some(_), .. } => Activity::Blocked,
            _ => Activity::Starved,
        };
        cx.set_activity(at as u32, activity);
    }
}
