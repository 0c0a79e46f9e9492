//! Conveyors, with exact times of entry and exit and constant work per part, however long the queue on them is.
//!
//! Positions are never stored. A conveyor has a clock of its own, the *running time*, which stands still while it stands
//! still; all below is in running time. Let part *k* enter (front edge at the entry) at *e(k)* and leave (front edge over the
//! end) at *d(k)*; let *T* be the time over the whole length, *p(k)* the time over the part's own length and the gap behind
//! it. Then a part reaches the end at
//!
//! ```text
//! belt          a(k) = e(k) + T                        the belt stops while a part waits at its end
//! rollers       a(k) = max(e(k) + T, d(k-1) + p(k-1))  parts close up and start together
//! zones         a(k) = max(e(k) + T, d(k-1) + c + z)   c: time to clear a zone, z: time over one zone
//! ```
//!
//! and the next part, *n*, can enter at the earliest at
//!
//! ```text
//! belt          e(n-1) + p(n-1)
//! rollers       max(e(n-1) + p(n-1), d(last) + p(last) + Σp − T)   if Σp and one more part fit into T
//! zones         max(e(n-1) + z + c, d(n−N) + N c)                  if fewer than N parts are on its N zones
//! ```
//!
//! Σp is taken over the parts on the conveyor. These are the max-plus recursions of the parts' trajectories with every
//! dominated term left out: a part moves at full speed or closely behind the one in front, so of all earlier departures
//! only the last can hold it up (with zones: the one *N* parts ahead).
//!
//! On a curve a part takes up more of the way than its length, as the corners at its inner side are ahead of its ends: *p(k)* is over
//! [that](Way::room), and its front is where the first of its corners is.

mod beams;
pub(super) mod side;

use std::collections::VecDeque;
use std::f64::consts::PI;

use nalgebra::Isometry3;
use serde::{Deserialize, Serialize};

use crate::engine::{Activity, Candidate, Compile, Core, Ctx, Equipment, Interrupt, Product, Way};
use crate::id::{LinkId, PartId};
use crate::kernel::EventKey;
use crate::units::{Angle, Length, SimDuration, SimTime, Speed};

use beams::Course;
use side::{Eye, Side};

/// `Conveyor`: carries parts from its entry to its end in the order in which they came.
///
/// Shown as starved while empty, blocked while a part waits at its end, working otherwise. Parts stay on it through
/// failures and breaks and go on afterwards from where they stood.
#[derive(Debug)]
pub struct Conveyor {
    way: Way,
    transport: Transport,
    /// Time over the whole length, ns.
    transit: i64,
    /// Time over the room of one part and the gap, ns, by product; the last of one of which nothing is said.
    pitches: Vec<i64>,
    /// Time over the longest part without a gap, ns: room is kept for it.
    longest: i64,
    /// Time to clear a zone, ns.
    clear: i64,
    /// Length of parts whose product does not say its own, m.
    part_m: f64,
    /// Smallest distance between parts, ns, and the longest part, m.
    gap: i64,
    longest_m: f64,
    /// Robots that take parts while it moves.
    trackers: Vec<Eye>,
}

/// The parameters of a conveyor.
#[derive(Debug, Deserialize)]
#[serde(rename = "Conveyor", deny_unknown_fields)]
pub struct ConveyorSpec {
    /// From entry to end; on a curve it follows.
    #[serde(default)]
    pub length: Option<Length>,
    /// The arc that its middle line follows. Default: it is straight.
    #[serde(default)]
    pub curve: Option<CurveSpec>,
    /// Speed of the belt or the rollers.
    pub speed: Speed,
    /// How it carries. Default: `Belt`.
    #[serde(default)]
    pub transport: Transport,
    /// Length of a part along the conveyor, for products that do not say their own. Default: 0.5 m.
    #[serde(default)]
    pub part_length: Option<Length>,
    /// Smallest distance between parts. Default: none.
    #[serde(default)]
    pub gap: Option<Length>,
    /// Coefficient of friction between it and parts, where it runs as rigid bodies. Default: 0.5.
    #[serde(default)]
    pub friction: Option<f64>,
}

/// A curve of a conveyor.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename = "Curve", deny_unknown_fields)]
pub struct CurveSpec {
    /// Radius of the middle line, where `speed` is meant.
    pub radius: Length,
    /// How far it turns: above zero to the left, counterclockwise seen from above; at most half a turn.
    pub angle: Angle,
}

/// The measures of a conveyor: SI.
#[derive(Debug)]
pub(super) struct Measures {
    pub(super) way: Way,
    pub(super) speed: f64,
    /// Length of parts whose product does not say its own.
    pub(super) part: f64,
    pub(super) gap: f64,
    /// How much of the way parts take up, by product; the last of one of which nothing is said.
    pub(super) rooms: Vec<f64>,
    /// That of the longest part.
    pub(super) longest: f64,
}

impl ConveyorSpec {
    /// Its measures; what makes no sense is reported.
    pub(super) fn measures(&self, cx: &mut Compile<'_>) -> Measures {
        let (way, speed) = (self.way(cx), self.speed.metres_per_second());
        let length = way.length_m();
        if !(speed > 0.0) {
            cx.error("speed", "a conveyor moves: its speed is above zero");
        }
        let part = self.part_length.map_or(Product::LENGTH_M, Length::metres);
        let gap = self.gap.map_or(0.0, Length::metres);
        if !(part > 0.0) || !(gap >= 0.0) {
            cx.error("part_length", "parts are longer than zero, and gaps are not negative");
        }
        if self.friction.is_some_and(|friction| !(friction > 0.0 && friction.is_finite())) {
            cx.error("friction", "without friction nothing is carried: it is above zero");
        }
        let sizes: Vec<_> = cx.model().products.iter().map(|product| product.size(part)).collect();
        let mut rooms: Vec<f64> = sizes.iter().map(|size| way.room(size.x, size.y)).collect();
        let usual = way.room(part, Product::WIDTH_M);
        let longest = rooms.iter().copied().reduce(f64::max).unwrap_or(usual);
        rooms.push(usual);
        let widest = sizes.iter().map(|size| size.y).fold(0.0, f64::max);
        if way.radius_m().is_some_and(|radius| radius.abs() <= 0.5 * widest) {
            let message = format!("parts of {widest} m in width do not go round it");
            cx.error("curve", &message);
        }
        let room = match self.transport {
            Transport::Zones(n) => length / f64::from(n.max(1)),
            Transport::Belt | Transport::Roller => length,
        };
        if matches!(self.transport, Transport::Zones(0)) {
            cx.error("transport", "a conveyor with zones has at least one");
        } else if longest > room * (1.0 + 1e-9) {
            let [longest, room] = [longest, room].map(|length| (1e3 * length).round() / 1e3);
            let message = format!("a part of {longest} m does not fit on {room} m");
            cx.error(if self.curve.is_some() { "curve" } else { "length" }, &message);
        }
        Measures { way, speed, part, gap, rooms, longest }
    }

    /// The line that parts follow.
    fn way(&self, cx: &mut Compile<'_>) -> Way {
        let length = self.length.map(Length::metres);
        let Some(curve) = self.curve else {
            if !length.is_some_and(|length| length > 0.0) {
                cx.error("length", "a conveyor says its `length`, above zero, or its `curve`");
            }
            return Way::straight(length.unwrap_or(1.0));
        };
        if length.is_some() {
            let message = "with `curve` the length follows from radius and angle: leave it out";
            cx.error("length", message);
        }
        let (radius, angle) = (curve.radius.metres(), curve.angle.radians());
        if !(radius > 0.0) {
            cx.error("curve.radius", "the radius of a curve is above zero");
        }
        let row = cx.model().row(cx.me());
        if row.is_sized && !row.is_shaped && radius <= 0.5 * row.size.y {
            let message = format!(
                "a curve that is {} m wide turns about what is outside of it: its radius is above half of that",
                row.size.y
            );
            cx.error("curve.radius", &message);
        }
        if !(angle != 0.0 && angle.abs() <= PI * (1.0 + 1e-9)) {
            let message = "a curve turns by more than nothing and at most by 180 deg, to the left, or with a minus to the right";
            cx.error("curve.angle", message);
        }
        Way::curve(radius, angle)
    }
}

/// How a conveyor carries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum Transport {
    /// All parts move with the belt, and it stops as a whole when the part at its end cannot leave.
    #[default]
    Belt,
    /// Rollers that slip: parts close up behind one that waits, and start together.
    Roller,
    /// So many zones of equal length, one part in each: a part moves on when the zone ahead is clear.
    Zones(u32),
}

/// A part on the conveyor.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Item {
    part: PartId,
    /// Running time of its entry, ns.
    entered: i64,
    pitch: i64,
}

/// What changes in a conveyor.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ConveyorState {
    items: VecDeque<Item>,
    /// Sum of the pitches of the parts on it, ns.
    occupied: i64,
    /// Running time and pitch of the last part that entered.
    last_in: Option<(i64, i64)>,
    /// Running times of the last departures, the newest at the back, and the pitch of the last.
    departures: VecDeque<i64>,
    last_pitch: i64,
    /// Running time at `since`; the conveyor has moved since then unless it stands.
    running: i64,
    since: SimTime,
    /// The part in front has reached the end and waits.
    waits: bool,
    /// The engine has stopped it.
    stopped: bool,
    head: EventKey,
    entry: EventKey,
    /// Its entry has been opened for the next part.
    open: bool,
    side: Side,
}

const HEAD_ARRIVES: u8 = 0;
const ENTRY_CLEARS: u8 = 1;
const SEEN: u8 = 2;
const PASSED: u8 = 3;

impl Equipment for Conveyor {
    const KIND: &'static str = "Conveyor";
    type Spec = ConveyorSpec;
    type State = ConveyorState;

    fn compile(spec: ConveyorSpec, cx: &mut Compile<'_>) -> Self {
        let Measures { way, speed, part, gap, rooms, longest } = spec.measures(cx);
        let over = |metres: f64| SimDuration::from_seconds(metres / speed).ns();
        Self {
            way,
            transport: spec.transport,
            transit: over(way.length_m()),
            pitches: rooms.iter().map(|room| over(room + gap)).collect(),
            longest: over(longest),
            clear: over(longest),
            part_m: part,
            gap: over(gap),
            longest_m: longest,
            trackers: Vec::new(),
        }
    }

    fn way(&self) -> Way {
        self.way
    }

    fn belt_mps(&self) -> Option<f64> {
        let speed = self.length_m() / SimDuration::from_ns(self.transit).seconds();
        (self.transport == Transport::Belt && self.way.turn() == 0.0).then_some(speed)
    }

    fn linked(&mut self, cx: &mut Compile<'_>) {
        self.trackers = side::eyes(cx, self.length_m(), self.transit, self.longest_m);
    }

    fn initial(&self) -> ConveyorState {
        let keys = vec![EventKey::NONE; self.trackers.len()];
        ConveyorState { side: Side::new(keys), ..ConveyorState::default() }
    }

    fn start(&self, state: &mut ConveyorState, cx: &mut Ctx<'_>) {
        state.open = true;
        cx.open(1);
    }

    fn on_enter(&self, state: &mut ConveyorState, cx: &mut Ctx<'_>, part: PartId, _link: LinkId) {
        let product = cx.part(part).product.index().min(self.pitches.len() - 1);
        let pitch = self.pitches[product];
        let entered = state.running_at(cx.now(), self.transport);
        state.items.push_back(Item { part, entered, pitch });
        state.occupied += pitch;
        state.last_in = Some((entered, pitch));
        state.open = false;
        if state.items.len() == 1 {
            self.time_head(state, cx);
        }
        self.time_entry(state, cx);
        self.time_eyes(state, cx);
        self.time_beams(state, cx);
        self.show(state, cx);
    }

    fn on_timer(&self, state: &mut ConveyorState, cx: &mut Ctx<'_>, tag: u8, arg: u16) {
        if tag == SEEN {
            self.see(state, cx, arg);
            return;
        }
        if tag == PASSED {
            self.time_beams(state, cx);
            return;
        }
        if tag == ENTRY_CLEARS {
            state.entry = EventKey::NONE;
            state.open = true;
            cx.open(1);
            return;
        }
        state.head = EventKey::NONE;
        self.deliver(state, cx);
    }

    fn give(
        &self,
        state: &mut ConveyorState,
        cx: &mut Ctx<'_>,
        link: LinkId,
        wanted: Option<PartId>,
    ) -> Option<PartId> {
        if self.trackers.iter().any(|eye| eye.link == link) {
            return self.hand_out(state, cx, wanted?);
        }
        let head = state.items.front()?.part;
        if !state.waits || state.stopped || !cx.is_asked_for(head, link, wanted) {
            return None;
        }
        state.side.missed += 1;
        self.depart(state, cx);
        Some(head)
    }

    fn list(&self, state: &ConveyorState, core: &Core, link: LinkId, out: &mut Vec<Candidate>) {
        if let Some(eye) = self.trackers.iter().find(|eye| eye.link == link) {
            out.extend(core.seen(eye.row).map(|part| Candidate { part, link }));
            return;
        }
        if state.waits && !state.stopped {
            out.extend(state.items.front().map(|item| Candidate { part: item.part, link }));
        }
    }

    fn on_stop(&self, state: &mut ConveyorState, cx: &mut Ctx<'_>, _how: Interrupt) {
        if !state.stopped {
            self.freeze(state, cx);
            state.stopped = true;
            self.time_beams(state, cx);
        }
        cx.set_activity(0, cx.stop_activity());
    }

    fn on_go(&self, state: &mut ConveyorState, cx: &mut Ctx<'_>) {
        if !state.stopped {
            return;
        }
        state.running = state.running_at(cx.now(), self.transport);
        state.since = cx.now();
        state.stopped = false;
        if state.waits {
            // Ask again: the way may have become free meanwhile.
            state.waits = false;
            self.deliver(state, cx);
        }
        self.move_on(state, cx);
        self.show(state, cx);
    }

    fn reset_figures(&self, state: &mut ConveyorState, _core: &Core) {
        state.side.reset();
    }

    fn figures(&self, state: &ConveyorState, _core: &Core, out: &mut Vec<(String, f64)>) {
        if !self.trackers.is_empty() {
            state.side.figures(out);
        }
    }

    fn contents(&self, state: &ConveyorState, out: &mut Vec<PartId>) {
        out.extend(state.items.iter().map(|item| item.part));
    }
}

impl ConveyorState {
    fn stands(&self, transport: Transport) -> bool {
        self.stopped || (self.waits && transport == Transport::Belt)
    }

    fn running_at(&self, now: SimTime, transport: Transport) -> i64 {
        if self.stands(transport) { self.running } else { self.running + (now - self.since).ns() }
    }

    /// How far the belt has run until `now`, m: for views. Rollers turn as far as if all of them had turned all the time.
    pub fn run_m(&self, conveyor: &Conveyor, now: SimTime) -> f64 {
        let running = self.running_at(now, conveyor.transport);
        running as f64 / conveyor.transit.max(1) as f64 * conveyor.length_m()
    }

    /// Parts with the distance of their front edge from the entry, as a share of the length, at `now`: for views. In zones exact for parts
    /// that run freely or are closed up behind the one at the end.
    pub fn positions(&self, conveyor: &Conveyor, now: SimTime) -> Vec<(PartId, f64)> {
        let running = self.running_at(now, conveyor.transport);
        let share = |at: i64| at as f64 / conveyor.transit as f64;
        let Transport::Zones(n) = conveyor.transport else {
            let at = |course: Course| (running - course.from).clamp(0, course.most.max(0));
            let courses = conveyor.courses(self);
            return courses.map(|(item, course)| (item.part, share(at(course)))).collect();
        };
        let mut limit = conveyor.transit;
        let spacing = conveyor.transit / i64::from(n.max(1));
        let mut out = Vec::with_capacity(self.items.len());
        for item in &self.items {
            let at = (running - item.entered).clamp(0, limit);
            out.push((item.part, share(at)));
            limit = (at - item.pitch.max(spacing)).max(0);
        }
        out
    }
}

impl Conveyor {
    /// From entry to end, m.
    pub fn length_m(&self) -> f64 {
        self.way.length_m()
    }

    /// Where the middle of a part of `length` and `width` (m) is on it, and how that is turned, in its frame: its front is the share `front`
    /// of the way from its entry.
    pub fn lies(&self, front: f64, length: f64, width: f64) -> Isometry3<f64> {
        self.way.at(front * self.length_m() - 0.5 * self.way.room(length, width))
    }

    /// Length of parts whose product does not say its own, m.
    pub fn part_length_m(&self) -> f64 {
        self.part_m
    }

    /// What parts ride on.
    pub fn transport(&self) -> Transport {
        self.transport
    }

    /// Time over one zone, ns.
    fn zone(&self, n: u32) -> i64 {
        self.transit / i64::from(n.max(1))
    }

    /// Sets the timer for the part in front.
    fn time_head(&self, state: &mut ConveyorState, cx: &mut Ctx<'_>) {
        cx.cancel(&mut state.head);
        if state.waits || state.stands(self.transport) {
            return;
        }
        let Some(item) = state.items.front() else { return };
        let free = item.entered + self.transit;
        let arrival = match (self.transport, state.departures.back()) {
            (Transport::Belt, _) | (_, None) => free,
            (Transport::Roller, Some(last)) => free.max(last + state.last_pitch),
            (Transport::Zones(n), Some(last)) => free.max(last + self.clear + self.zone(n)),
        };
        let after = arrival - state.running_at(cx.now(), self.transport);
        state.head = cx.timer(SimDuration::from_ns(after.max(0)), HEAD_ARRIVES, 0);
    }

    /// Sets the timer for the next entry, if there is or will be room without anything leaving.
    fn time_entry(&self, state: &mut ConveyorState, cx: &mut Ctx<'_>) {
        cx.cancel(&mut state.entry);
        if state.open || state.stands(self.transport) {
            return;
        }
        let (Some((entered, pitch)), Some(earliest)) = (state.last_in, self.earliest(state)) else {
            return;
        };
        let own = match self.transport {
            Transport::Zones(n) => self.zone(n) + self.clear,
            Transport::Belt | Transport::Roller => pitch,
        };
        let after = (entered + own).max(earliest) - state.running_at(cx.now(), self.transport);
        if after > 0 {
            state.entry = cx.timer(SimDuration::from_ns(after), ENTRY_CLEARS, 0);
        } else {
            state.open = true;
            cx.open(1);
        }
    }

    /// What departures allow as the earliest entry; `None` while the conveyor is full.
    fn earliest(&self, state: &ConveyorState) -> Option<i64> {
        match self.transport {
            Transport::Belt => Some(i64::MIN),
            Transport::Roller if state.occupied + self.longest > self.transit => None,
            Transport::Roller => {
                Some(state.departures.back().map_or(i64::MIN, |last| {
                    last + state.last_pitch + state.occupied - self.transit
                }))
            }
            Transport::Zones(n) if state.items.len() >= n as usize => None,
            Transport::Zones(n) => {
                // The part N ahead of the next one: so many departures ago.
                let back = n as usize - state.items.len();
                let at = state.departures.len().checked_sub(back);
                Some(at.map_or(i64::MIN, |at| state.departures[at] + i64::from(n) * self.clear))
            }
        }
    }

    /// The part in front is at the end: it goes on, or waits.
    fn deliver(&self, state: &mut ConveyorState, cx: &mut Ctx<'_>) {
        let Some(item) = state.items.front() else { return };
        let part = item.part;
        if cx.send(part) {
            state.side.missed += 1;
            self.depart(state, cx);
            return;
        }
        if self.transport == Transport::Belt {
            self.freeze(state, cx);
        }
        state.waits = true;
        self.time_beams(state, cx);
        self.show(state, cx);
    }

    /// The part in front has left.
    fn depart(&self, state: &mut ConveyorState, cx: &mut Ctx<'_>) {
        let running = state.running_at(cx.now(), self.transport);
        (state.running, state.since) = (running, cx.now());
        state.waits = false;
        if let Some(item) = state.items.pop_front() {
            self.lose_sight(cx, item.part);
            state.occupied -= item.pitch;
            state.last_pitch = item.pitch;
        }
        let keep = if let Transport::Zones(n) = self.transport { n as usize } else { 1 };
        if state.departures.len() >= keep {
            state.departures.pop_front();
        }
        state.departures.push_back(running);
        self.move_on(state, cx);
        self.show(state, cx);
    }

    /// Stands still from now on.
    fn freeze(&self, state: &mut ConveyorState, cx: &mut Ctx<'_>) {
        state.running = state.running_at(cx.now(), self.transport);
        state.since = cx.now();
        cx.cancel(&mut state.head);
        cx.cancel(&mut state.entry);
        state.side.stand(cx, SimDuration::from_ns(state.running));
        cx.shut(true);
    }

    /// Sets both timers, and opens the way in if it moves.
    fn move_on(&self, state: &mut ConveyorState, cx: &mut Ctx<'_>) {
        self.time_head(state, cx);
        self.time_entry(state, cx);
        self.turn(state, cx);
        self.time_beams(state, cx);
        if !state.stands(self.transport) {
            cx.shut(false);
        }
    }

    fn show(&self, state: &ConveyorState, cx: &mut Ctx<'_>) {
        show(cx, state.stopped, state.waits, state.items.is_empty());
    }
}

/// What a conveyor is shown as that is `stopped`, at whose end a part `waits`, or that is `empty`.
pub(super) fn show(cx: &mut Ctx<'_>, stopped: bool, waits: bool, empty: bool) {
    let activity = match (stopped, waits, empty) {
        (true, ..) => cx.stop_activity(),
        (_, true, _) => Activity::Blocked,
        (.., true) => Activity::Starved,
        _ => Activity::Working,
    };
    cx.set_activity(0, activity);
}
