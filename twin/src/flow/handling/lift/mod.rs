//! Lifts: between levels, one part or several at a time.

mod ride;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use super::axis::{Axis, AxisSpec};
use super::order::{Calls, Leg, Rooms, check_divert};
use super::place::Stops;
use crate::engine::{Activity, Candidate, Compile, Core, Ctx, Draw, Equipment, Interrupt};
use crate::id::{EquipmentId, LinkId, PartId};
use crate::kernel::EventKey;
use crate::random::Distribution;
use crate::units::{Length, SimDuration, SimTime};

use ride::{ask, check_later};

/// `Lift`: brings up to `capacity` parts at a time from level to level.
///
/// `levels` say at what height what it is connected with stands. A part is loaded in `load` and unloaded in `unload`, one
/// after the other, and only loaded once room for it is reserved where it goes. At a level, first all are unloaded that want to
/// get out, then others are loaded, then it goes on by `rule`. (Under `FirstCome` an empty lift loads nobody out of turn.)
/// With nothing to do it goes to the level of `home`, or stays.
///
/// Shown as working while it moves, loads or unloads, else as starved.
#[derive(Debug)]
pub struct Lift {
    axis: Axis,
    capacity: usize,
    load: Draw,
    unload: Draw,
    rule: LiftRule,
    /// Heights in metres, ascending.
    heights: Vec<f64>,
    /// Who stands on which level, as given.
    named: Vec<(EquipmentId, u16)>,
    home: Option<EquipmentId>,
    stops: Stops,
    /// The level of each stop.
    levels: Vec<u16>,
}

/// The parameters of a lift.
#[derive(Debug, Deserialize)]
#[serde(rename = "Lift", deny_unknown_fields)]
pub struct LiftSpec {
    /// The levels, lowest first.
    pub levels: Vec<LevelSpec>,
    /// How fast it moves.
    pub speed: AxisSpec,
    /// Parts at a time. Default 1.
    #[serde(default)]
    pub capacity: Option<u32>,
    /// Time to load a part. Default: none.
    #[serde(default)]
    pub load: Option<Distribution<SimDuration>>,
    /// Time to unload a part. Default: none.
    #[serde(default)]
    pub unload: Option<Distribution<SimDuration>>,
    /// Where it goes next. Default: `FirstCome`.
    #[serde(default)]
    pub rule: LiftRule,
    /// To whose level it goes when there is nothing to do. Default: it stays where it is.
    #[serde(default)]
    pub home: Option<String>,
}

/// A level of a lift.
#[derive(Debug, Deserialize)]
#[serde(rename = "level", deny_unknown_fields)]
pub struct LevelSpec {
    /// Its height.
    pub height: Length,
    /// What stands there.
    pub at: Vec<String>,
}

/// Where a lift goes next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum LiftRule {
    /// Where the part wants to go that was loaded first; empty, to where it was called first.
    #[default]
    FirstCome,
    /// To the nearest level where somebody wants to get out or in.
    Nearest,
    /// On in the same direction as long as somebody there wants to get out, or in and on in that direction; then back.
    Collective,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Phase {
    Idle,
    Moving,
    Load,
    /// The part comes at the end of the instant.
    Fetch,
    /// It has been asked for.
    Asked,
    Unload,
}

/// What changes in a lift.
#[expect(clippy::struct_excessive_bools, reason = "each is a question of its own")]
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LiftState {
    phase: Phase,
    /// Where it stands, or where it goes.
    level: u16,
    /// Direction of the last move.
    up: bool,
    rides: Vec<Leg>,
    /// The part that is fetched.
    boarding: Option<Leg>,
    key: EventKey,
    ends: SimTime,
    left: SimDuration,
    calls: Calls,
    rooms: Rooms,
    checking: bool,
    /// It has looked at who waits since it came to rest.
    looked: bool,
    stopped: bool,
    moves: u64,
    metres: f64,
}

impl LiftState {
    /// The level where it stands, or where it goes, from 0.
    pub fn level(&self) -> u16 {
        self.level
    }
}

/// Most levels.
const MOST_LEVELS: usize = 1000;
/// Most parts at a time.
const MOST_PARTS: u32 = 1000;

const PHASE_ENDS: u8 = 0;
const INSTANT_ENDS: u8 = 1;

impl Equipment for Lift {
    const KIND: &'static str = "Lift";
    type Spec = LiftSpec;
    type State = LiftState;

    fn compile(spec: LiftSpec, cx: &mut Compile<'_>) -> Self {
        let heights: Vec<f64> = spec.levels.iter().map(|level| level.height.metres()).collect();
        if heights.is_empty() || heights.len() > MOST_LEVELS || !heights.is_sorted_by(|a, b| a < b)
        {
            cx.error("levels", "a lift has from 1 to 1000 levels, the lowest first");
        }
        let capacity = spec.capacity.unwrap_or(1);
        if capacity == 0 || capacity > MOST_PARTS {
            cx.error("capacity", "a lift takes from 1 to 1000 parts at a time");
        }
        let mut named = Vec::new();
        for (level, file) in spec.levels.iter().enumerate() {
            let at: Vec<_> = file.at.iter().filter_map(|at| cx.equipment("levels", at)).collect();
            named.extend(at.into_iter().map(|at| (at, level as u16)));
        }
        Self {
            axis: spec.speed.compile("speed", cx),
            capacity: capacity as usize,
            load: cx.draw_or_zero("load", spec.load.as_ref()),
            unload: cx.draw_or_zero("unload", spec.unload.as_ref()),
            rule: spec.rule,
            heights,
            named,
            home: spec.home.and_then(|home| cx.equipment("home", &home)),
            stops: Stops::default(),
            levels: Vec::new(),
        }
    }

    fn linked(&mut self, cx: &mut Compile<'_>) {
        check_divert(cx);
        self.stops = Stops::of(cx, 0.0);
        for stop in 0..self.stops.count() {
            let equipment = self.stops.equipment(stop as u16);
            let levels: Vec<u16> =
                self.named.iter().filter(|row| row.0 == equipment).map(|row| row.1).collect();
            if levels.len() != 1 {
                let name = &cx.model().row(equipment).name;
                let message = format!("must say once on which level \"{name}\" stands");
                cx.error("levels", &message);
            }
            self.levels.push(levels.first().copied().unwrap_or(0));
        }
        if self.home.is_some_and(|home| self.stops.find(home).is_none()) {
            cx.error("home", "is a place that it is not connected with");
        }
    }

    fn initial(&self) -> LiftState {
        LiftState {
            phase: Phase::Idle,
            level: self.home_level().or_else(|| self.levels.first().copied()).unwrap_or(0),
            up: true,
            rides: Vec::new(),
            boarding: None,
            key: EventKey::NONE,
            ends: SimTime::ZERO,
            left: SimDuration::ZERO,
            calls: Calls::default(),
            rooms: Rooms::default(),
            checking: false,
            looked: false,
            stopped: false,
            moves: 0,
            metres: 0.0,
        }
    }

    fn is_selective(&self) -> bool {
        true
    }

    fn reserves_ahead(&self) -> bool {
        true
    }

    fn start(&self, _state: &mut LiftState, cx: &mut Ctx<'_>) {
        // It hears of all that waits, and takes what it can.
        cx.open(1);
    }

    fn on_timer(&self, state: &mut LiftState, cx: &mut Ctx<'_>, tag: u8, _arg: u16) {
        if tag == INSTANT_ENDS {
            self.end_instant(state, cx);
            return;
        }
        state.key = EventKey::NONE;
        self.phase_done(state, cx);
    }

    fn on_enter(&self, state: &mut LiftState, cx: &mut Ctx<'_>, _part: PartId, _link: LinkId) {
        cx.open(1);
        state.rides.extend(state.boarding.take());
        self.next_here(state, cx);
    }

    fn give(
        &self,
        state: &mut LiftState,
        cx: &mut Ctx<'_>,
        link: LinkId,
        _wanted: Option<PartId>,
    ) -> Option<PartId> {
        if state.phase == Phase::Idle && !cx.is_stopping() {
            state.rooms.keep(cx, link);
        }
        None
    }

    fn select(
        &self,
        state: &mut LiftState,
        cx: &mut Ctx<'_>,
        candidates: &[Candidate],
        picks: &mut Vec<usize>,
    ) {
        state.calls.update(candidates);
        if state.phase == Phase::Idle && !cx.is_stopping() && !self.load_here(state, cx, candidates)
        {
            self.depart(state, cx, candidates);
        }
        ask(state, cx);
        if let (Phase::Asked, Some(leg)) = (state.phase, state.boarding) {
            let is_wanted =
                |one: &Candidate| leg.is(*one) && cx.part(one.part).serial == leg.serial;
            picks.extend(candidates.iter().position(is_wanted));
        }
    }

    fn on_decide(&self, state: &mut LiftState, cx: &mut Ctx<'_>) {
        ask(state, cx);
        state.looked = true;
        let away = self.home_level().is_some_and(|home| home != state.level);
        let idle = state.phase == Phase::Idle && (away || !state.rides.is_empty());
        if idle || !state.rooms.is_empty() {
            check_later(state, cx);
        }
    }

    fn is_busy(&self, state: &LiftState) -> bool {
        state.phase != Phase::Idle || !state.rides.is_empty()
    }

    fn on_stop(&self, state: &mut LiftState, cx: &mut Ctx<'_>, how: Interrupt) {
        cx.shut(true);
        if !state.stopped && state.is_timed() {
            state.left = state.ends - cx.now();
            cx.cancel(&mut state.key);
        }
        state.stopped = true;
        cx.set_activity(0, cx.stop_activity());
        if how == Interrupt::Scrap && !state.rides.is_empty() {
            for mut leg in std::mem::take(&mut state.rides) {
                leg.unreserve(cx);
                cx.scrap(leg.part);
            }
            if let Some(leg) = state.boarding.take() {
                leg.disclaim(cx);
            }
            state.phase = Phase::Idle;
        }
    }

    fn on_go(&self, state: &mut LiftState, cx: &mut Ctx<'_>) {
        cx.shut(false);
        if !std::mem::take(&mut state.stopped) {
            return;
        }
        if state.is_timed() {
            self.run(state, cx, state.phase, state.left);
        } else {
            if state.phase == Phase::Asked {
                state.phase = Phase::Fetch;
            }
            let idle = state.phase == Phase::Idle;
            cx.set_activity(0, if idle { Activity::Starved } else { Activity::Working });
            cx.decide_later();
        }
    }

    fn reset_figures(&self, state: &mut LiftState, _core: &Core) {
        (state.moves, state.metres) = (0, 0.0);
    }

    fn figures(&self, state: &LiftState, _core: &Core, out: &mut Vec<(String, f64)>) {
        out.push(("moves".into(), state.moves as f64));
        out.push(("distance_m".into(), state.metres));
    }

    fn contents(&self, state: &LiftState, out: &mut Vec<PartId>) {
        out.extend(state.rides.iter().map(|leg| leg.part));
    }
}

impl LiftState {
    fn is_timed(&self) -> bool {
        matches!(self.phase, Phase::Moving | Phase::Load | Phase::Unload)
    }
}
