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

use super::arm::Handling;
use super::brake::Brake;
use super::chase::Chase;
use super::embody::Embodiment;
use super::order::{Calls, Leg, Rooms, Rule};
use super::place::{Spot, Stops, Way};
use super::runway::{Claim, Runway};
use super::walk::Cursor;
use super::ways::Motions;
use crate::engine::{Bodies, Candidate, Compile, Core, Ctx, Draw, Embodied, Equipment, Interrupt};
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
    /// The arm from whose motion they follow instead.
    pub(super) arm: Option<Handling>,
    /// The bodies of that, where it runs among rigid ones.
    pub(super) body: Option<Embodiment>,
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
    /// Is on the way there, and will drop the part.
    Slip,
    Place,
    /// Lifts the empty hook.
    Clear,
}

impl Phase {
    pub(super) fn is_timed(self) -> bool {
        !matches!(self, Self::Idle | Self::Fetch | Self::Asked)
    }
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Device {
    pub(super) phase: Phase,
    /// The part on a moving belt that it goes after.
    pub(super) chase: Option<Chase>,
    /// The part that is fetched or brought.
    pub(super) job: Option<Leg>,
    /// The part to be exchanged for that of `job`, once this has been picked up.
    pub(super) next: Option<Leg>,
    /// A part in the hand that the job does not need.
    pub(super) hand: Option<Leg>,
    /// Where it stands, or where it goes.
    pub(super) at: Spot,
    /// Where it last set out from.
    pub(super) from: Spot,
    /// What it takes from there.
    pub(super) way: SimDuration,
    pub(super) claim: Claim,
    pub(super) key: EventKey,
    pub(super) ends: SimTime,
    /// What is left of the phase while it stands still.
    pub(super) left: SimDuration,
    /// What is left of the way when the part falls.
    pub(super) rest: SimDuration,
    /// Where it is in a program with signals.
    pub(super) cursor: Option<Cursor>,
}

impl Device {
    /// Whether the part of `job` has been picked up.
    pub(super) fn has_job(&self) -> bool {
        matches!(self.phase, Phase::Exchange | Phase::ToPlace | Phase::Slip | Phase::Place)
    }

    pub(super) fn held(&self) -> impl Iterator<Item = Leg> {
        let job = self.job.filter(|_| self.has_job());
        self.hand.into_iter().chain(job)
    }
}

/// What has been done since the end of the warm-up.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(super) struct Done {
    pub(super) moves: u64,
    pub(super) exchanges: u64,
    pub(super) dropped: u64,
    /// Waits for signals that took too long.
    pub(super) timeouts: u64,
    /// Travel without and with a part, ns, counted when it begins.
    pub(super) empty: i64,
    pub(super) loaded: i64,
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
    pub(super) checking: bool,
    /// It has looked at who waits since a device came to rest.
    pub(super) looked: bool,
    pub(super) stopped: bool,
    pub(super) brake: Brake,
    /// What gripping the next part on a moving belt takes.
    pub(super) next_pick: Option<SimDuration>,
    pub(super) done: Done,
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

    pub(super) fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Where device `at` is at `now`, in metres along and across in the frame of the equipment.
    pub fn position(&self, state: &MoverState, at: usize, now: SimTime) -> (f64, f64) {
        self.plan.position(state, at, now)
    }
}

pub(super) const PHASE_ENDS: u8 = 0;
pub(super) const INSTANT_ENDS: u8 = 1;
pub(super) const SIGNAL: u8 = 2;
pub(super) const FALLEN: u8 = 3;

impl<S: MoverSpec> Equipment for Mover<S> {
    const KIND: &'static str = S::KIND;
    type Spec = S;
    type State = MoverState;

    fn compile(spec: S, cx: &mut Compile<'_>) -> Self {
        Self { plan: spec.plan(cx), kind: PhantomData }
    }

    fn linked(&mut self, cx: &mut Compile<'_>) {
        super::order::check_divert(cx);
        let centre_m = self.plan.arm.as_ref().map_or(0.0, |arm| arm.centre_m);
        self.plan.stops = Stops::of(cx, centre_m);
        self.plan.place_devices(cx);
        S::finish(&mut self.plan, cx);
    }

    fn initial(&self) -> MoverState {
        self.plan.initial()
    }

    fn places(&self) -> u32 {
        self.plan.devices
    }

    fn embodied(&self) -> Embodied {
        self.plan.embodied()
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
        match tag {
            INSTANT_ENDS => self.plan.end_instant(state, cx),
            SIGNAL => self.plan.signalled(state, cx, usize::from(arg)),
            FALLEN => self.plan.fallen(state, cx),
            _ => {
                state.devices[usize::from(arg)].key = EventKey::NONE;
                self.plan.elapsed(state, cx, usize::from(arg));
            }
        }
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
        self.plan.follow(state, cx);
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

    fn before_step(&self, state: &MoverState, bodies: &mut Bodies, to: SimTime) {
        self.plan.lead(state, bodies, to);
    }

    fn on_step(&self, state: &mut MoverState, cx: &mut Ctx<'_>) {
        self.plan.look_at_hand(state, cx);
    }

    fn is_busy(&self, state: &MoverState) -> bool {
        state.is_busy()
    }

    fn on_stop(&self, state: &mut MoverState, cx: &mut Ctx<'_>, how: Interrupt) {
        cx.shut(true);
        self.plan.stop(state, cx, how);
    }

    fn on_go(&self, state: &mut MoverState, cx: &mut Ctx<'_>) {
        cx.shut(false);
        self.plan.go_on(state, cx);
    }

    fn reset_figures(&self, state: &mut MoverState, _core: &Core) {
        state.done = Done::default();
    }

    fn figures(&self, state: &MoverState, _core: &Core, out: &mut Vec<(String, f64)>) {
        let Done { moves, exchanges, dropped, timeouts, empty, loaded } = state.done;
        out.push(("moves".into(), moves as f64));
        if self.plan.two_hands {
            out.push(("exchanges".into(), exchanges as f64));
        }
        let falls = self.plan.way.motions().is_some_and(Motions::drops);
        if falls || self.plan.body.is_some() {
            out.push(("dropped".into(), dropped as f64));
        }
        if self.plan.way.motions().is_some_and(Motions::has_timeout) {
            out.push(("signal_timeouts".into(), timeouts as f64));
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
            chase: None,
            job: None,
            next: None,
            hand: None,
            at: *at,
            from: *at,
            way: SimDuration::ZERO,
            claim: Claim::over([at.x]),
            key: EventKey::NONE,
            ends: SimTime::ZERO,
            left: SimDuration::ZERO,
            rest: SimDuration::ZERO,
            cursor: None,
        };
        MoverState {
            devices: self.starts.iter().map(idle).collect(),
            calls: Calls::default(),
            rooms: Rooms::default(),
            turn: 0,
            checking: false,
            looked: false,
            stopped: false,
            brake: Brake::default(),
            next_pick: None,
            done: Done::default(),
        }
    }
}
