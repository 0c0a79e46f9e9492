//! Conveyors as rigid bodies: the other form of [`Conveyor`](super::Conveyor).
//!
//! Parts are boxes that lie on a moving deck. The rules of the border are those of the form of events: a part has come in when its front
//! is at the entry, and it leaves when its front is at the end. What lies between is up to the bodies: friction takes a part
//! along, and a queue backs up because boxes run into each other.
//!
//! ```text
//!     apron │ entry                                            end │ gate
//!   ▒▒▒▒▒▒▒▒│▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒│▒▒▮
//! ```
//!
//! * At the *end* the part in front is sent on. If nobody has room, a belt stops, and rollers run on under the parts that the *gate*
//!   holds. Where parts ride on to the next conveyor as bodies, the gate lets through what was sent; an arm in the cell takes the body
//!   where it is; elsewhere it is gone.
//! * The *entry* is free again when the back of the last part is past it by the gap, or past the first zone. As between events, rollers
//!   take no more parts than have room at full length.
//! * The *apron* carries parts whose back is still before the entry. Where parts ride on from another conveyor, that one does.
//!
//! A conveyor stands while the part that it hands on lies half on the next one, and that stands: else it would push it, and on a curve turn it.
//!
//! Differences from the form of events, all of them small and physical: what stood still has to be taken along again, which costs
//! *v / 2 μ g* (10 ms at 0.1 m/s); a belt that stops lets a part slide on by *v² / 2 μ g* (1 mm); and on
//! rollers a queue closes up until boxes touch, whatever the `gap` says.

mod side;
mod zones;

use std::collections::VecDeque;

use nalgebra::{Isometry3, Point3, Vector2, Vector3};
use serde::{Deserialize, Serialize};

use super::conveyor::side::{Eye, Side};
use super::conveyor::{ConveyorSpec, Measures, Transport, show};
use crate::engine::{
    Bodies, Candidate, Compile, Core, Ctx, Embodied, Equipment, Interrupt, Product, Way,
};
use crate::id::{LinkId, PartId};
use crate::kernel::EventKey;
use crate::physics::{
    Belt, Cell, Curve, Deck, DeckId, DriveId, GRAVITY, GateId, Goods, Motion, PhysicsError, Surface,
};
use crate::units::{SimDuration, SimTime};

/// `Conveyor` where it runs as rigid bodies.
#[derive(Debug)]
pub struct RigidConveyor {
    measures: Measures,
    belt: bool,
    /// How many zones it has, if parts go from zone to zone.
    zones: Option<u32>,
    /// Of a part on it.
    friction: f64,
    /// The entry in the middle of its top, x the way that parts go.
    entry: Isometry3<f64>,
    width: f64,
    /// By product.
    goods: Vec<Goods>,
    /// Whether parts ride on as bodies.
    rides_on: bool,
    /// Connections to those who take parts as bodies.
    handed: Vec<LinkId>,
    /// Robots that take parts while it moves.
    trackers: Vec<Eye>,
    placed: Option<Placed>,
}

/// What it consists of in its cell.
#[derive(Debug)]
struct Placed {
    drive: DriveId,
    /// What carries parts, its apron too.
    decks: Vec<DeckId>,
    /// At the end of each zone; at least that of the conveyor.
    gates: Vec<GateId>,
}

/// A part on it.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Item {
    part: PartId,
    /// Half of its length, width and height, m.
    half: [f64; 3],
    /// The zone that it is in or on its way into, and whether its back is still in the one before.
    zone: u32,
    leaving: bool,
}

/// How it is with the entry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
enum WayIn {
    /// The back of the last part is not past it yet.
    Taken,
    /// Nothing is in the way, but there is no room behind it.
    #[default]
    Free,
    /// The next part may come.
    Open,
}

/// What changes in a conveyor that runs as rigid bodies, beside its bodies.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct RigidConveyorState {
    items: VecDeque<Item>,
    way_in: WayIn,
    /// The part in front has reached the end and waits.
    waits: bool,
    stopped: bool,
    head: EventKey,
    entry: EventKey,
    /// When the last part that left is off the last zone.
    cleared: SimTime,
    side: Side,
    /// The part that rides on, as long as it lies on this deck too, and whether this one stands for it.
    leaving: Option<Item>,
    held: bool,
}

const HEAD_ARRIVES: u8 = 0;
const ENTRY_CLEARS: u8 = 1;
const SEEN: u8 = 2;

/// The ends of a part.
const BACK: usize = 0;
const FRONT: usize = 1;

/// How far behind the farthest place of a front that has just reached the end the gate stands, m.
const CLEARANCE: f64 = 1e-3;
/// How far before the border between two conveyors that parts ride over the second deck takes over, m. A part whose back is at the border
/// is then off the first one: standing still, as it does for the part behind, that one cannot hold it.
const SEAM: f64 = 2e-3;
/// Thickness of decks and gates, m.
const THICK: f64 = 0.05;

impl Equipment for RigidConveyor {
    const KIND: &'static str = "Conveyor";
    type Spec = ConveyorSpec;
    type State = RigidConveyorState;

    fn compile(spec: ConveyorSpec, cx: &mut Compile<'_>) -> Self {
        let measures = spec.measures(cx);
        let row = cx.model().row(cx.me());
        let goods = cx.model().products.iter().map(|product| product.goods(measures.part));
        let goods: Vec<Goods> = goods.collect();
        let widest = goods.iter().map(|goods| goods.size.y).fold(0.0, f64::max);
        Self {
            belt: spec.transport == Transport::Belt,
            zones: match spec.transport {
                Transport::Zones(n) => Some(n),
                Transport::Belt | Transport::Roller => None,
            },
            friction: spec.friction.unwrap_or(Product::FRICTION),
            entry: row.top(),
            width: row.size.y.max(widest),
            goods,
            rides_on: false,
            handed: Vec::new(),
            trackers: Vec::new(),
            placed: None,
            measures,
        }
    }

    fn linked(&mut self, cx: &mut Compile<'_>) {
        self.trackers = self.eyes(cx);
        let [rides_in, rides_on] = cx.rides();
        self.rides_on = rides_on;
        self.handed = cx.outgoing().into_iter().filter(|link| cx.hands_over(*link)).collect();
        let Some(placed) = cx.cell().map(|cell| self.place(cell, rides_in)) else { return };
        match placed {
            Ok(placed) => self.placed = Some(placed),
            Err(error) => cx.error("", &error.to_string()),
        }
    }

    fn way(&self) -> Way {
        self.measures.way
    }

    fn embodied(&self) -> Embodied {
        if self.measures.way.turn() != 0.0 && !self.belt && self.zones.is_none() {
            return Embodied::Not(
                "on rollers a queue presses together, and round a curve it jams; on belts and in zones it does not",
            );
        }
        Embodied::Carries
    }

    fn belt_mps(&self) -> Option<f64> {
        (self.belt && self.measures.way.turn() == 0.0).then_some(self.measures.speed)
    }

    fn initial(&self) -> RigidConveyorState {
        let keys = vec![EventKey::NONE; self.trackers.len()];
        RigidConveyorState { side: Side::new(keys), ..RigidConveyorState::default() }
    }

    fn start(&self, state: &mut RigidConveyorState, cx: &mut Ctx<'_>) {
        self.open(state, cx);
    }

    fn on_enter(
        &self,
        state: &mut RigidConveyorState,
        cx: &mut Ctx<'_>,
        part: PartId,
        _link: LinkId,
    ) {
        // Of what rides in as a body.
        let size = cx.bodies().and_then(|bodies| bodies.size(part));
        let size = size.unwrap_or_else(|| self.put(cx, part));
        // It may have been here before.
        if let (Some(placed), Some(bodies)) = (&self.placed, cx.change_bodies()) {
            bodies.hold_back(part, &placed.gates);
        }
        state.items.push_back(Item { part, half: (0.5 * size).into(), zone: 0, leaving: false });
        state.way_in = WayIn::Taken;
        show(cx, state.stopped, state.waits, false);
    }

    fn on_step(&self, state: &mut RigidConveyorState, cx: &mut Ctx<'_>) {
        self.go_along(state, cx);
        if !state.stopped {
            self.let_on(state, cx);
        }
        if !state.waits && !state.stopped && state.head.is_none() {
            let end = self.measures.way.length_m();
            if let Some(after) = self.crossing(cx, state.items.front(), FRONT, end) {
                state.head = cx.timer(after, HEAD_ARRIVES, 0);
            }
        }
        if state.way_in == WayIn::Taken
            && state.entry.is_none()
            && let Some(after) = self.crossing(cx, state.items.back(), BACK, self.clear_m())
        {
            state.entry = cx.timer(after, ENTRY_CLEARS, 0);
        }
        self.watch(state, cx);
    }

    fn on_timer(&self, state: &mut RigidConveyorState, cx: &mut Ctx<'_>, tag: u8, arg: u16) {
        if tag == SEEN {
            self.see(state, cx, arg);
        } else if tag == ENTRY_CLEARS {
            (state.entry, state.way_in) = (EventKey::NONE, WayIn::Free);
            self.open(state, cx);
        } else {
            state.head = EventKey::NONE;
            self.deliver(state, cx);
        }
    }

    fn give(
        &self,
        state: &mut RigidConveyorState,
        cx: &mut Ctx<'_>,
        link: LinkId,
        wanted: Option<PartId>,
    ) -> Option<PartId> {
        if self.trackers.iter().any(|eye| eye.link == link) {
            return self.hand_out(state, cx, link, wanted?);
        }
        let head = state.items.front()?.part;
        if !state.waits || state.stopped || !cx.is_asked_for(head, link, wanted) {
            return None;
        }
        state.side.missed += 1;
        self.depart(state, cx, self.handed.contains(&link));
        Some(head)
    }

    fn list(
        &self,
        state: &RigidConveyorState,
        core: &Core,
        link: LinkId,
        out: &mut Vec<Candidate>,
    ) {
        if let Some(eye) = self.trackers.iter().find(|eye| eye.link == link) {
            out.extend(core.seen(eye.row).map(|part| Candidate { part, link }));
            return;
        }
        if state.waits && !state.stopped {
            out.extend(state.items.front().map(|item| Candidate { part: item.part, link }));
        }
    }

    fn on_stop(&self, state: &mut RigidConveyorState, cx: &mut Ctx<'_>, _how: Interrupt) {
        if !state.stopped {
            cx.cancel(&mut state.head);
            self.run(state, cx, false);
            state.stopped = true;
        }
        cx.set_activity(0, cx.stop_activity());
    }

    fn on_go(&self, state: &mut RigidConveyorState, cx: &mut Ctx<'_>) {
        if !state.stopped {
            return;
        }
        state.stopped = false;
        if std::mem::take(&mut state.waits) {
            // Ask again: the way may have become free meanwhile.
            self.deliver(state, cx);
        }
        self.run(state, cx, !(self.belt && state.waits));
        show(cx, state.stopped, state.waits, state.items.is_empty());
    }

    fn reset_figures(&self, state: &mut RigidConveyorState, _core: &Core) {
        state.side.reset();
    }

    fn figures(&self, state: &RigidConveyorState, _core: &Core, out: &mut Vec<(String, f64)>) {
        if !self.trackers.is_empty() {
            state.side.figures(out);
        }
    }

    fn contents(&self, state: &RigidConveyorState, out: &mut Vec<PartId>) {
        out.extend(state.items.iter().map(|item| item.part));
    }
}

impl RigidConveyor {
    /// How far its drive has run until `now`, m. What has changed within the present step of its cell counts from the end of that step on.
    pub fn run_m(&self, bodies: &Bodies, now: SimTime) -> f64 {
        let drive = self.placed.as_ref().and_then(|placed| bodies.cell().drive(placed.drive).ok());
        drive.map_or(0.0, |drive| drive.travel(now.ns().max(drive.since_ns())))
    }

    /// Whether it is a belt, else rollers.
    pub fn is_belt(&self) -> bool {
        self.belt
    }

    /// What lies on its deck, kg: the force on it in the last step, by the standard gravity of the cell.
    pub fn load_kg(&self, bodies: &Bodies) -> f64 {
        let decks = self.placed.iter().flat_map(|placed| &placed.decks);
        decks.filter_map(|deck| bodies.cell().load(*deck).ok()).sum::<f64>() / GRAVITY
    }

    /// Puts its deck, its drive and its gate into `cell`; parts ride in as bodies, or come onto an apron.
    fn place(&self, cell: &mut Cell, rides_in: bool) -> Result<Placed, PhysicsError> {
        let Measures { way, speed, longest, .. } = self.measures;
        // A front is at most a step past the end when it is known that it has reached it.
        let clearance = CLEARANCE + speed * cell.settings().step_s();
        let from = if rides_in { -SEAM } else { -longest - clearance };
        let to = way.length_m() + if self.rides_on { -SEAM } else { clearance };
        let drive = cell.add_drive(speed)?;
        let mut decks = Vec::new();
        if let Some(radius_m) = way.radius_m() {
            let begin = if rides_in { from } else { 0.0 };
            decks.push(cell.add_curve(Curve {
                entry: self.entry,
                radius_m,
                reach_m: [begin, to],
                section: [self.width, THICK],
                friction: self.surface_friction(),
                drive,
            })?);
            if !rides_in {
                decks.push(self.add_straight(cell, [from, begin], drive)?);
            }
        } else {
            decks.push(self.add_straight(cell, [from, to], drive)?);
        }
        let tallest = self.goods.iter().map(|goods| goods.size.z).fold(THICK, f64::max);
        let gate = |zone: u32| {
            let end = self.entry * way.at(f64::from(zone) * self.zone_m());
            let at = Isometry3::translation(clearance + 0.5 * THICK, 0.0, 0.5 * tallest);
            cell.add_gate(Vector3::new(THICK, self.width, tallest), end * at)
        };
        let gates = (1..=self.zones.unwrap_or(1)).map(gate).collect::<Result<_, _>>()?;
        Ok(Placed { drive, decks, gates })
    }

    /// Coefficient of friction of what carries: combined with that of parts by the geometric mean.
    fn surface_friction(&self) -> f64 {
        self.friction * self.friction / Product::FRICTION
    }

    /// Adds a straight deck from `from` to `to` (m from the entry).
    fn add_straight(
        &self,
        cell: &mut Cell,
        [from, to]: [f64; 2],
        drive: DriveId,
    ) -> Result<DeckId, PhysicsError> {
        cell.add_deck(Deck {
            size: Vector3::new(to - from, self.width, THICK),
            top: self.entry * Isometry3::translation(0.5 * (from + to), 0.0, 0.0),
            friction: self.surface_friction(),
            surface: Surface::Belts(vec![Belt { along: Vector2::x(), ..Belt::all(drive) }]),
        })
    }

    /// Makes a body of a part whose front is at the entry now, and which goes as the conveyor goes; returns its size (m).
    fn put(&self, cx: &mut Ctx<'_>, part: PartId) -> Vector3<f64> {
        let mut goods = self.goods[cx.part(part).product.index()];
        goods.mass_kg = cx.core().mass_kg(cx.model(), part);
        let (now, speed) = (cx.now(), self.measures.speed);
        let Some(bodies) = cx.change_bodies() else { return goods.size };
        let [_, end] = bodies.step_span();
        let front = speed * (end - now).seconds();
        let at = Vector3::new(front - 0.5 * goods.size.x, 0.0, 0.5 * goods.size.z);
        let linear = self.entry.rotation * Vector3::new(speed, 0.0, 0.0);
        let motion = Motion { linear, ..Motion::default() };
        bodies.put(part, goods, self.entry * Isometry3::from(at), motion);
        goods.size
    }

    /// Time from now until the back or the front of `item` is at `mark` (m from the entry), if that is within the step that begins now, or
    /// was before.
    fn crossing(
        &self,
        cx: &Ctx<'_>,
        item: Option<&Item>,
        end: usize,
        mark: f64,
    ) -> Option<SimDuration> {
        let item = item?;
        let now = cx.now();
        let bodies = cx.bodies()?;
        let [from, to] = bodies.step_span();
        let [before, after] = bodies.way(item.part)?.map(|pose| self.span(item, &pose)[end]);
        if after < mark {
            return None;
        }
        let share = if before < mark { (mark - before) / (after - before) } else { 0.0 };
        let at = from.ns() + (share * (to - from).ns() as f64).round() as i64;
        Some((SimTime::from_ns(at) - now).max(SimDuration::ZERO))
    }

    /// How far the back and the front of `item` are from the entry, m, however it is turned: on a curve the last and the first of its
    /// corners.
    fn span(&self, item: &Item, pose: &Isometry3<f64>) -> [f64; 2] {
        let seen = self.entry.inv_mul(pose);
        let way = &self.measures.way;
        if way.turn() == 0.0 {
            let reach: f64 = (0..3).map(|n| item.half[n] * (seen.rotation * axis(n)).x.abs()).sum();
            return [seen.translation.x - reach, seen.translation.x + reach];
        }
        let corner = |n: usize| {
            let side =
                |axis: usize| if n >> axis & 1 == 0 { -item.half[axis] } else { item.half[axis] };
            way.along(seen * Point3::new(side(0), side(1), side(2)))
        };
        let start = [f64::INFINITY, f64::NEG_INFINITY];
        (0..8).map(corner).fold(start, |[back, front], along| [back.min(along), front.max(along)])
    }

    /// Stands while what it hands on lies half on the next, which stands: on a curve it would be pushed askew.
    fn go_along(&self, state: &mut RigidConveyorState, cx: &mut Ctx<'_>) {
        let Some(item) = state.leaving else { return };
        let lies = cx.bodies().and_then(|bodies| bodies.way(item.part));
        let back = lies.map(|[_, pose]| self.span(&item, &pose)[BACK]);
        let is_off = back.is_none_or(|back| back >= self.measures.way.length_m());
        if is_off {
            state.leaving = None;
        }
        let held = !is_off && cx.is_shut_ahead();
        if held != state.held {
            state.held = held;
            self.run(state, cx, !(state.stopped || self.belt && state.waits));
        }
    }

    /// Lets it run and takes parts in, or neither.
    fn run(&self, state: &RigidConveyorState, cx: &mut Ctx<'_>, runs: bool) {
        let speed = if runs && !state.held { self.measures.speed } else { 0.0 };
        if let (Some(placed), Some(bodies)) = (&self.placed, cx.change_bodies()) {
            bodies.drive(placed.drive, speed);
        }
        self.turn(cx, speed > 0.0);
        cx.shut(!runs);
    }

    /// The part in front is at the end: it goes on, or waits.
    fn deliver(&self, state: &mut RigidConveyorState, cx: &mut Ctx<'_>) {
        let Some(item) = state.items.front() else { return };
        if cx.send(item.part) {
            state.side.missed += 1;
            self.depart(state, cx, false);
            return;
        }
        state.waits = true;
        if self.belt {
            self.run(state, cx, false);
        }
        show(cx, state.stopped, state.waits, false);
    }

    /// The part in front has left; where it is `handed` over, its body lies where it is.
    fn depart(&self, state: &mut RigidConveyorState, cx: &mut Ctx<'_>, handed: bool) {
        let Some(item) = state.items.pop_front() else { return };
        self.lose_sight(cx, item.part);
        let gate = self.placed.as_ref().and_then(|placed| placed.gates.last());
        if let (Some(gate), Some(bodies)) = (gate, cx.change_bodies()) {
            if self.rides_on {
                bodies.let_through(item.part, *gate);
                state.leaving = Some(item);
            } else if !handed {
                bodies.take(item.part);
            }
        }
        state.cleared = self.clears(&item, cx.now());
        let taken = state.way_in == WayIn::Taken && state.entry.is_none();
        if taken && state.items.is_empty() {
            // So long that its back has still to come in: that is not watched any more.
            let Measures { way, speed, .. } = self.measures;
            let left = (self.clear_m() + self.room(&item) - way.length_m()).max(0.0) / speed;
            state.entry = cx.timer(SimDuration::from_seconds(left), ENTRY_CLEARS, 0);
        }
        if std::mem::take(&mut state.waits) && self.belt {
            self.run(state, cx, true);
        }
        self.open(state, cx);
        show(cx, state.stopped, state.waits, state.items.is_empty());
    }

    /// How much of the way `item` takes up, m.
    fn room(&self, item: &Item) -> f64 {
        self.measures.way.room(2.0 * item.half[0], 2.0 * item.half[1])
    }

    /// How far the back of a part is past the entry when the next one may come, m.
    fn clear_m(&self) -> f64 {
        if self.zones.is_some() { self.zone_m() } else { self.measures.gap }
    }

    /// Opens the entry, if it is free and there is room.
    fn open(&self, state: &mut RigidConveyorState, cx: &mut Ctx<'_>) {
        let pitch = |item: &Item| self.room(item) + self.measures.gap;
        let occupied: f64 = state.items.iter().map(pitch).sum();
        let room = self.measures.way.length_m() * (1.0 + 1e-9) - occupied - self.measures.longest;
        if state.way_in == WayIn::Free && (self.belt || self.zones.is_some() || room >= 0.0) {
            state.way_in = WayIn::Open;
            cx.open(1);
        }
    }
}

/// Unit vector `n`.
fn axis(n: usize) -> Vector3<f64> {
    let mut axis = Vector3::zeros();
    axis[n] = 1.0;
    axis
}
