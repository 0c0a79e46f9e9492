//! Lifts: between levels, one part or several at a time.

use serde::{Deserialize, Serialize};

use super::axis::{Axis, AxisSpec};
use super::order::{Calls, Leg, Rooms, check_divert, ways};
use super::place::Stops;
use super::robot::draw;
use crate::engine::{Activity, Candidate, Compile, Core, Ctx, Draw, Equipment, Interrupt};
use crate::id::{EquipmentId, LinkId, PartId};
use crate::kernel::EventKey;
use crate::random::Distribution;
use crate::units::{Length, SimDuration, SimTime};

/// `Lift`: brings up to `capacity` parts at a time from level to level.
///
/// `levels` say at what height what it is connected with stands. A part is loaded in `load` and unloaded in `unload`, one
/// after the other, and only loaded once room for it is reserved where it goes. At a level, first all are unloaded that want to
/// get out, then others are loaded, then it goes on by `rule`. (Under `FirstCome` an empty lift loads nobody out of turn.) With nothing to do it goes to the level of `home`, or stays.
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
            load: draw(cx, "load", spec.load.as_ref()),
            unload: draw(cx, "unload", spec.unload.as_ref()),
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
        self.stops = Stops::of(cx);
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

    fn on_stop_changed(&self, _state: &mut LiftState, cx: &mut Ctx<'_>) {
        cx.set_activity(0, cx.stop_activity());
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

fn check_later(state: &mut LiftState, cx: &mut Ctx<'_>) {
    if !std::mem::replace(&mut state.checking, true) {
        cx.timer(SimDuration::ZERO, INSTANT_ENDS, 0);
    }
}

/// Asks for the part that has been loaded.
fn ask(state: &mut LiftState, cx: &mut Ctx<'_>) {
    if state.phase == Phase::Fetch && !state.stopped {
        state.phase = Phase::Asked;
        check_later(state, cx);
    }
}

impl Lift {
    fn home_level(&self) -> Option<u16> {
        self.home.and_then(|home| self.stops.find(home)).map(|stop| self.levels[usize::from(stop)])
    }

    /// The level at the other end of `link`.
    fn level(&self, link: LinkId) -> u16 {
        self.levels[usize::from(self.stops.by_link(link).stop)]
    }

    fn run(&self, state: &mut LiftState, cx: &mut Ctx<'_>, phase: Phase, time: SimDuration) {
        (state.phase, state.left) = (phase, time);
        if state.stopped {
            return;
        }
        if time == SimDuration::ZERO {
            self.phase_done(state, cx);
            return;
        }
        state.ends = cx.now() + time;
        state.key = cx.timer(time, PHASE_ENDS, 0);
        cx.set_activity_for(0, Activity::Working, time);
    }

    fn phase_done(&self, state: &mut LiftState, cx: &mut Ctx<'_>) {
        match state.phase {
            Phase::Idle | Phase::Fetch | Phase::Asked => {}
            Phase::Moving => self.next_here(state, cx),
            Phase::Load => {
                state.phase = Phase::Fetch;
                cx.decide_later();
            }
            Phase::Unload => {
                let level = state.level;
                if let Some(at) = state.rides.iter().position(|leg| self.level(leg.to) == level) {
                    let leg = state.rides.remove(at);
                    cx.send_reserved(leg.part, leg.to);
                    state.moves += 1;
                }
                self.next_here(state, cx);
            }
        }
    }

    /// What is to be done where it stands.
    fn next_here(&self, state: &mut LiftState, cx: &mut Ctx<'_>) {
        let here = |link: LinkId| self.level(link) == state.level;
        if state.rides.iter().any(|leg| here(leg.to)) {
            let time = cx.draw(&self.unload);
            self.run(state, cx, Phase::Unload, time);
        } else if state.boarding.is_some_and(|leg| here(leg.from)) {
            let time = cx.draw(&self.load);
            self.run(state, cx, Phase::Load, time);
        } else {
            (state.phase, state.looked) = (Phase::Idle, false);
            let shown = if state.stopped { cx.stop_activity() } else { Activity::Starved };
            cx.set_activity(0, shown);
            if cx.is_stopping() && state.rides.is_empty() {
                cx.at_rest();
            }
            cx.decide_later();
        }
    }

    /// Calls in the order in which they came.
    fn in_order(state: &LiftState, candidates: &[Candidate]) -> Vec<Candidate> {
        let mut order = candidates.to_vec();
        order.sort_by_key(|one| state.calls.turn(one.link));
        order
    }

    /// Reserves room for `one` at a level that `fits`.
    fn room_for(
        &self,
        state: &mut LiftState,
        cx: &mut Ctx<'_>,
        one: Candidate,
        fits: impl Fn(u16) -> bool,
    ) -> Option<LinkId> {
        let model = cx.model();
        let holder = model.links[one.link.index()].from;
        let ways = ways(model, cx.me(), cx.part(one.part))
            .filter(|link| fits(self.level(*link)) && model.links[link.index()].to != holder);
        let found = ways.clone().find(|link| state.rooms.take(cx, *link));
        if found.is_none() {
            ways.for_each(|link| {
                cx.wait(link);
            });
        }
        found
    }

    /// Speaks for `one`, which goes on by `to`. False: it breaks down before.
    fn call(state: &mut LiftState, cx: &mut Ctx<'_>, one: Candidate, to: LinkId) -> bool {
        let leg = Leg::claim(cx, one, to, true);
        if !cx.begin_cycle() {
            leg.disclaim(cx);
            return false;
        }
        state.calls.answered(one.link);
        state.boarding = Some(leg);
        true
    }

    /// Whether a trip to `level` goes on in the direction in which the lift takes those who are in it.
    fn is_on_the_way(&self, state: &LiftState, level: u16) -> bool {
        let collects = self.rule == LiftRule::Collective && !state.rides.is_empty();
        !collects || level == state.level || (level > state.level) == self.heads_up(state)
    }

    /// The direction of those who are in it: the old one, as long as one of them wants to go there.
    fn heads_up(&self, state: &LiftState) -> bool {
        let beyond = |up: bool| {
            let mut levels = state.rides.iter().map(|leg| self.level(leg.to));
            levels.any(|level| if up { level > state.level } else { level < state.level })
        };
        if beyond(state.up) { state.up } else { !state.up }
    }

    /// Loads a part of this level.
    fn load_here(&self, state: &mut LiftState, cx: &mut Ctx<'_>, candidates: &[Candidate]) -> bool {
        let strict = self.rule == LiftRule::FirstCome && state.rides.is_empty();
        if strict || state.rides.len() >= self.capacity {
            return false;
        }
        for one in Self::in_order(state, candidates) {
            if self.level(one.link) != state.level {
                continue;
            }
            let fits: Vec<bool> = (0..self.heights.len() as u16)
                .map(|level| self.is_on_the_way(state, level))
                .collect();
            let Some(to) = self.room_for(state, cx, one, |level| fits[usize::from(level)]) else {
                continue;
            };
            if Self::call(state, cx, one, to) {
                self.next_here(state, cx);
            }
            return true;
        }
        false
    }

    /// Goes on: to where somebody wants to get out or in.
    fn depart(&self, state: &mut LiftState, cx: &mut Ctx<'_>, candidates: &[Candidate]) {
        let out = self.next_out(state);
        let has_room = state.rides.len() < self.capacity;
        let mut order = Self::in_order(state, candidates);
        match self.rule {
            LiftRule::FirstCome if out.is_some() => order.clear(),
            LiftRule::FirstCome => {}
            LiftRule::Nearest => order.sort_by_key(|one| self.way(state, self.level(one.link))),
            LiftRule::Collective => {
                let ahead = |level: u16| level != state.level && (level > state.level) == state.up;
                order.sort_by_key(|one| {
                    let level = self.level(one.link);
                    (!ahead(level), self.way(state, level))
                });
            }
        }
        for one in order.into_iter().filter(|_| has_room) {
            let level = self.level(one.link);
            let sooner = out.is_none_or(|out| self.way(state, level) < self.way(state, out));
            if !sooner || !self.is_on_the_way(state, level) {
                continue;
            }
            let collects = self.rule == LiftRule::Collective && out.is_some();
            let up = level > state.level;
            let fits = |to: u16| !collects || to == level || (to > level) == up;
            let Some(to) = self.room_for(state, cx, one, fits) else { continue };
            if Self::call(state, cx, one, to) {
                self.go(state, cx, level);
            }
            return;
        }
        if let Some(out) = out {
            self.go(state, cx, out);
        }
    }

    /// The next level at which one of those in it wants to get out.
    fn next_out(&self, state: &LiftState) -> Option<u16> {
        let mut levels = state.rides.iter().map(|leg| self.level(leg.to));
        match self.rule {
            LiftRule::FirstCome => levels.next(),
            LiftRule::Nearest => levels.min_by_key(|level| self.way(state, *level)),
            LiftRule::Collective => {
                let up = self.heads_up(state);
                let ahead = levels.filter(|level| (*level > state.level) == up);
                ahead.min_by_key(|level| self.way(state, *level))
            }
        }
    }

    fn way(&self, state: &LiftState, level: u16) -> SimDuration {
        self.axis.time(self.metres_to(state, level))
    }

    fn metres_to(&self, state: &LiftState, level: u16) -> f64 {
        (self.heights[usize::from(level)] - self.heights[usize::from(state.level)]).abs()
    }

    fn go(&self, state: &mut LiftState, cx: &mut Ctx<'_>, level: u16) {
        let time = self.way(state, level);
        state.metres += self.metres_to(state, level);
        if level != state.level {
            state.up = level > state.level;
        }
        state.level = level;
        self.run(state, cx, Phase::Moving, time);
    }

    /// Everything else of this instant has happened: what was not to be had is not waited for.
    fn end_instant(&self, state: &mut LiftState, cx: &mut Ctx<'_>) {
        state.checking = false;
        state.rooms.release(cx);
        if state.stopped {
            return;
        }
        if state.phase == Phase::Asked {
            if let Some(leg) = state.boarding.take() {
                leg.disclaim(cx);
            }
            self.next_here(state, cx);
            return;
        }
        if state.phase != Phase::Idle || !state.looked {
            return;
        }
        let home = self.home_level().filter(|home| *home != state.level && !cx.is_stopping());
        if let Some(level) = self.next_out(state).or(home) {
            self.go(state, cx, level);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::engine::{Log, State, advance};
    use crate::units::SimTime;

    /// A lift between three levels, 4 m apart, 1 m/s, 1 s to load and to unload: when parts were finished, in order.
    fn ends(lift: &str, schedules: [&str; 3]) -> Vec<(String, f64)> {
        let [a, b, c] =
            schedules.map(|parts| if parts.is_empty() { "(at: \"1 d\")" } else { parts });
        let text = format!(
            r#"Plant(name: "lift", products: {{ "up": (), "down": () }}, equipment: {{
                "in 0": (is: Source(product: "up", schedule: [{a}], blocked: Queue), to: ["lift"]),
                "in 1": (is: Source(product: "up", schedule: [{b}], blocked: Queue), to: ["lift"]),
                "in 2": (is: Source(product: "down", schedule: [{c}], blocked: Queue), to: ["lift"]),
                "top": (is: Sink), "ground": (is: Sink),
                "lift": (is: Lift(speed: "1 m/s", load: "1 s", unload: "1 s", {lift} levels: [
                    (height: "0 m", at: ["in 0", "ground"]), (height: "4 m", at: ["in 1"]), (height: "8 m", at: ["in 2", "top"])]),
                    to: ["ground", "top"], divert: ByProduct({{"up": "top", "down": "ground"}})),
            }})"#
        );
        let loaded = crate::plant::load_text(&text);
        let model = loaded.model.unwrap_or_else(|| panic!("{:#?}", loaded.diagnostics));
        let mut state = State::new(&model, 1, 0);
        let mut log = Log::new(true, false);
        advance(&model, &mut state, SimTime::from_seconds(1000.0), &mut log).expect("it runs");
        let name = |row: &crate::engine::PartRow| model.product_name(row.product).to_owned();
        log.parts.iter().map(|row| (name(row), row.left.seconds())).collect()
    }

    fn times(lift: &str, schedules: [&str; 3]) -> Vec<f64> {
        ends(lift, schedules).into_iter().map(|row| row.1).collect()
    }

    #[test]
    fn up_and_down() {
        // Up: 1 + 8 + 1. It stays there; at 100 s down and up again.
        let once = [r#"(at: "0 s"), (at: "100 s")"#, "", ""];
        assert_eq!(times("", once), [10.0, 118.0]);
        assert_eq!(times(r#"home: "ground","#, once), [10.0, 110.0]);
    }

    #[test]
    fn it_takes_several_along() {
        let both = [r#"(at: "0 s")"#, r#"(at: "0 s")"#, ""];
        // One after the other: 10 s, then 4 m back, 1 + 4 + 1.
        assert_eq!(times("", both), [10.0, 20.0]);
        // Collected on the way: 1 + 4 + 1 + 4, then both out.
        assert_eq!(times("capacity: 2, rule: Collective,", both), [11.0, 12.0]);
        // The first one first; then as with one place.
        assert_eq!(times("capacity: 2,", both), [10.0, 20.0]);
    }

    #[test]
    fn rules_differ() {
        // At 0 s it goes up with a part, until 10 s. Meanwhile 0, 1 and 2 call, in that order.
        let calls = [r#"(at: "0 s"), (at: "2 s")"#, r#"(at: "3 s")"#, r#"(at: "4 s")"#];
        let order = |lift: &str| -> Vec<String> {
            ends(lift, calls).into_iter().map(|row| row.0).collect()
        };
        assert_eq!(order(""), ["up", "up", "up", "down"]);
        assert_eq!(order("rule: Nearest,"), ["up", "down", "up", "up"]);
        assert_eq!(order("rule: Collective,"), ["up", "down", "up", "up"]);
        assert_eq!(times("rule: Nearest,", calls), [10.0, 20.0, 30.0, 40.0]);
    }
}
