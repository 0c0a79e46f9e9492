//! Rigid bodies among the events: the cells of a plant.
//!
//! Equipment that runs as rigid bodies keeps its place in the plant: its connections, its inputs, its figures. Only how parts get
//! through it is decided by bodies, in a [`Cell`] that it shares with the equipment its parts ride on to. Cells are part of the
//! [`State`]: a fork, a snapshot, a way back has the bodies with it, to the bit.
//!
//! # Time
//!
//! A cell steps on a grid of its own steps from time zero, as an event before all that flows. At the point *g* of the grid it goes on
//! to *g + dt*, so its bodies are up to a step *ahead* of the events:
//!
//! * What comes about within the step (a front gets to an end, a back clears an entry, a beam is broken) is solved inside of it and put on
//!   the calendar at its own nanosecond: parts go over a border at exact times, not at steps.
//! * A part that comes in at *t* is put where it will have got by *g + dt*.
//! * What an event changes, a drive or a gate, takes hold from the next step on: at most *dt* late.
//!
//! A cell in which nothing moves sleeps and costs nothing: without parts, or with all belts standing and all parts at rest on them.
//!
//! # What falls
//!
//! A part that comes out of a hand is lost to the plant, and its body [lies](Bodies::lying) where it falls, in the way of what comes along
//! there. On the floor it [sleeps](Cell::abandon). The cell keeps the last [`MOST_LYING`] of them; then the oldest is cleared away.

use std::collections::{BTreeMap, VecDeque};

use nalgebra::{Isometry3, Vector3};
use serde::{Deserialize, Serialize};

use super::contract::{At, Signal};
use super::log::Log;
use super::model::Model;
use super::signals::{SignalRow, SignalSource};
use super::state::{Core, Event, Soon, State, order};
use crate::id::{EquipmentId, PartId};
use crate::physics::{
    ArmLinkId, BarrierId, Cell, DeckId, DriveId, GateId, Goods, GoodsId, Grip, HandId, Held,
    Motion, PhysicsError,
};
use crate::units::{SimDuration, SimTime};

/// A cell of a plant.
#[derive(Debug)]
pub struct CellPlan {
    /// The equipment in it.
    pub members: Vec<EquipmentId>,
    /// From which of them parts ride on to which as bodies.
    pub rides: Vec<[EquipmentId; 2]>,
    /// Those that [handle](Embodied::Handles) bodies.
    pub handlers: Vec<EquipmentId>,
    /// As it is at the start.
    pub(crate) start: Cell,
    /// Its light barriers, by row of [`Model::eyes`].
    pub(crate) eyes: Vec<(BarrierId, u32)>,
}

impl CellPlan {
    pub(crate) fn new(start: Cell) -> Self {
        Self {
            members: Vec::new(),
            rides: Vec::new(),
            handlers: Vec::new(),
            start,
            eyes: Vec::new(),
        }
    }
}

/// How an equipment takes part in a cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Embodied {
    /// Parts ride on it, and from and to what lies flush with it.
    Carries,
    /// Parts ride onto it from conveyors that end so far from its middle (m) and point to it, and off it to those that begin there.
    Joins {
        /// How far.
        reach_m: f64,
    },
    /// It takes parts from what it is connected with and brings them there, by hands of its own: all that runs as bodies too stands in one
    /// cell with it.
    Handles,
    /// Its kind does, but this one runs as events, because of this.
    Not(&'static str),
}

/// Most bodies that lie about in a cell.
pub const MOST_LYING: usize = 64;

/// The rigid bodies of a cell of a plant. Changed through [`Ctx::change_bodies`](super::Ctx::change_bodies), which wakes the cell.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Bodies {
    #[serde(with = "sealed")]
    cell: Cell,
    goods: BTreeMap<PartId, GoodsId>,
    /// What has fallen, the oldest first.
    lying: VecDeque<GoodsId>,
    awake: bool,
    /// What went wrong first; ends the run.
    #[serde(skip)]
    fault: Option<PhysicsError>,
}

impl Bodies {
    pub(super) fn new(plan: &CellPlan) -> Self {
        Self {
            cell: plan.start.clone(),
            goods: BTreeMap::new(),
            lying: VecDeque::new(),
            awake: false,
            fault: None,
        }
    }

    /// The cell, to look at.
    pub fn cell(&self) -> &Cell {
        &self.cell
    }

    /// Whether `part` is a body here.
    pub fn holds(&self, part: PartId) -> bool {
        self.goods.contains_key(&part)
    }

    /// The parts that are bodies here.
    pub fn parts(&self) -> impl Iterator<Item = (PartId, GoodsId)> + '_ {
        self.goods.iter().map(|(part, goods)| (*part, *goods))
    }

    /// What has fallen and lies there, the oldest first.
    pub fn lying(&self) -> impl Iterator<Item = GoodsId> + '_ {
        self.lying.iter().copied()
    }

    /// Begin and end of the last step.
    pub fn step_span(&self) -> [SimTime; 2] {
        let to = self.cell.now_ns();
        [to - self.cell.settings().step_ns, to].map(SimTime::from_ns)
    }

    /// Where the middle of `part` was at the begin and is at the end of the last step.
    pub fn way(&self, part: PartId) -> Option<[Isometry3<f64>; 2]> {
        let goods = *self.goods.get(&part)?;
        Some([self.cell.pose_before(goods).ok()?, self.cell.pose(goods).ok()?])
    }

    /// Where the middle of `part` is at `now`, within the last step.
    pub fn pose_at(&self, part: PartId, now: SimTime) -> Option<Isometry3<f64>> {
        let [before, after] = self.way(part)?;
        let [from, to] = self.step_span();
        let share = (now - from).ns() as f64 / (to - from).ns() as f64;
        let share = share.clamp(0.0, 1.0);
        let place = before.translation.vector.lerp(&after.translation.vector, share);
        Some(Isometry3::from_parts(place.into(), before.rotation.nlerp(&after.rotation, share)))
    }

    /// Length, width and height of `part`, m.
    pub fn size(&self, part: PartId) -> Option<Vector3<f64>> {
        Some(self.cell.goods_of(*self.goods.get(&part)?).ok()?.size)
    }

    /// Makes `part` a body, moving along as `motion` says.
    pub fn put(&mut self, part: PartId, goods: Goods, at: Isometry3<f64>, motion: Motion) {
        let put = self.cell.add_goods(goods, at).and_then(|id| {
            self.goods.insert(part, id);
            self.cell.set_motion(id, motion)
        });
        self.note(put);
    }

    /// `part` is no body here any more.
    pub fn take(&mut self, part: PartId) {
        if let Some(goods) = self.goods.remove(&part) {
            let taken = self.cell.remove_goods(goods).map(drop);
            self.note(taken);
        }
    }

    /// `part` is lost, and lies where it has fallen or falls.
    pub fn leave(&mut self, part: PartId) {
        if let Some(goods) = self.goods.remove(&part) {
            self.lying.push_back(goods);
            let left = self.cell.abandon(goods);
            self.note(left);
        }
        while self.lying.len() > MOST_LYING {
            let cleared = self.lying.pop_front().map_or(Ok(()), |goods| self.clear(goods));
            self.note(cleared);
        }
    }

    fn clear(&mut self, goods: GoodsId) -> Result<(), PhysicsError> {
        self.cell.remove_goods(goods).map(drop)
    }

    /// Lets a hand `at` a place take `part` as it lies.
    pub fn grip(&mut self, hand: HandId, at: Isometry3<f64>, part: PartId, grip: Grip) {
        let Some(goods) = self.goods.get(&part) else { return };
        let held = self.cell.put_hand(hand, at).and_then(|()| self.cell.grip(hand, *goods, grip));
        self.note(held);
    }

    /// Lets a hand let go of what it holds.
    pub fn release(&mut self, hand: HandId) {
        let released = self.cell.release(hand).map(drop);
        self.note(released);
    }

    /// What a hand holds.
    pub fn held(&self, hand: HandId) -> Option<&Held> {
        self.cell.held(hand).ok().flatten()
    }

    /// Sends a hand to where it is at the end of the next step.
    pub fn move_hand(&mut self, hand: HandId, to: Isometry3<f64>) {
        let moved = self.cell.move_hand(hand, to);
        self.note(moved);
    }

    /// Sends a link of an arm, with its ends, likewise.
    pub fn move_link(&mut self, link: ArmLinkId, to: [Vector3<f64>; 2]) {
        let moved = self.cell.move_link(link, to);
        self.note(moved);
    }

    /// Lets `part` through a gate.
    pub fn let_through(&mut self, part: PartId, gate: GateId) {
        if let Some(goods) = self.goods.get(&part) {
            let passed = self.cell.let_through(*goods, gate);
            self.note(passed);
        }
    }

    /// Lets gates hold `part` that may have been through them before.
    pub fn hold_back(&mut self, part: PartId, gates: &[GateId]) {
        let Some(goods) = self.goods.get(&part) else { return };
        let held = gates.iter().try_for_each(|gate| self.cell.hold_back(*goods, *gate));
        self.note(held);
    }

    /// Sets a drive to `speed` (m/s), at once.
    pub fn drive(&mut self, drive: DriveId, speed: f64) {
        let set = self.cell.set_drive(drive, speed, None);
        self.note(set);
    }

    /// Sets a drive to `speed` (m/s) along a ramp of `ramp` (m/s²).
    pub fn ramp(&mut self, drive: DriveId, speed: f64, ramp: f64) {
        let set = self.cell.set_drive(drive, speed, Some(ramp));
        self.note(set);
    }

    /// Turns a turntable to `angle` (rad) by the end of the next step.
    pub fn turn(&mut self, table: DeckId, angle: f64) {
        let turned = self.cell.turn_table(table, angle);
        self.note(turned);
    }

    /// Lets a turntable carry towards `angle` (rad), without turning what lies on it.
    pub fn point(&mut self, table: DeckId, angle: f64) {
        let pointed = self.cell.point_table(table, angle);
        self.note(pointed);
    }

    fn note(&mut self, done: Result<(), PhysicsError>) {
        if let Err(error) = done {
            self.fault.get_or_insert(error);
        }
    }

    /// What has gone wrong, if anything has.
    pub(super) fn fault(&self) -> Option<&PhysicsError> {
        self.fault.as_ref()
    }

    /// The cell's hash, and which part is which body.
    pub(super) fn hash_into(&self, hasher: &mut impl std::hash::Hasher) {
        hasher.write_u64(self.cell.hash());
        hasher.write_u8(u8::from(self.awake));
        for (part, goods) in &self.goods {
            hasher.write_u32(part.0);
            hasher.write_u32(goods.number());
        }
        self.lying.iter().for_each(|goods| hasher.write_u32(goods.number()));
    }
}

/// A cell as its own sealed bytes: the solver's tables would not survive damage.
mod sealed {
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};

    use crate::physics::Cell;

    pub(super) fn serialize<S: Serializer>(cell: &Cell, to: S) -> Result<S::Ok, S::Error> {
        cell.save().map_err(ser::Error::custom)?.serialize(to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Cell, D::Error> {
        Cell::restore(&Vec::deserialize(from)?).map_err(de::Error::custom)
    }
}

impl Core {
    /// Makes sure that cell `c` steps on: its bodies are at the end of the step that the present is in.
    pub(super) fn wake_cell(&mut self, c: u32) {
        let now = self.now.ns();
        let Bodies { cell, awake, .. } = &mut self.bodies[c as usize];
        if !*awake {
            let step = cell.settings().step_ns;
            let end = (now.div_euclid(step) + 1) * step;
            *awake = true;
            cell.skip((end - cell.now_ns()) / step);
            self.schedule(SimDuration::from_ns(end - now), order::BODIES, Event::Cell(c));
        }
    }
}

impl State {
    /// Cell `c` goes on by a step, and its members look at what came of it; or falls asleep.
    pub(super) fn step_cell(&mut self, model: &Model, log: &mut Log, c: u32) {
        let plan = &model.cells[c as usize];
        let bodies = &mut self.core.bodies[c as usize];
        let to = self.core.now + SimDuration::from_ns(bodies.cell.settings().step_ns);
        for member in &plan.members {
            let row = model.row(*member);
            let kind = row.kind as usize;
            let at = At { row: row.row, table: &*self.tables[kind] };
            model.kinds[kind].before_step(at, bodies, to);
        }
        if bodies.cell.rests() {
            bodies.awake = false;
            return;
        }
        let stepped = bodies.cell.step();
        bodies.note(stepped);
        // Whoever moves a hand sees for itself that it is empty.
        bodies.cell.take_drops();
        let edges = bodies.cell.take_edges();
        let step = SimDuration::from_ns(bodies.cell.settings().step_ns);
        for (barrier, edge) in edges {
            let eye = plan.eyes.iter().find(|(own, _)| *own == barrier);
            let Some((_, eye)) = eye else { continue };
            log.beam(*eye, edge);
            let tells = |row: &SignalRow| row.source == SignalSource::Sensor(*eye);
            let at = SimTime::from_ns(edge.at_ns).max(self.core.now);
            for signal in (0..).zip(&model.signals).filter(|(_, row)| tells(row)) {
                self.core.calendar.schedule(at, order::FLOW, Event::Edge(signal.0, edge.on));
            }
        }
        self.core.schedule(step, order::BODIES, Event::Cell(c));
        for member in &plan.members {
            self.core.soon.push(Soon::Signal(*member, Signal::Stepped));
        }
    }

    /// The rigid bodies of each of [`Model::cells`].
    pub fn bodies(&self) -> &[Bodies] {
        &self.core.bodies
    }
}
