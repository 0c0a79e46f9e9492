//! Driving: from node to node along the way, with zones reserved ahead of the braking distance.
//!
//! A profile leads from the present speed to a stop at the end of what is reserved. At each node the vehicle reserves
//! further, and plans anew from the speed that it has there; on a free way it never brakes. Times between are solved from
//! the profile, and the fraction of a nanosecond that is lost in an event's time is carried on.

use super::compile::Vehicles;
use super::network::{NEVER, NONE};
use super::route::{self, Search};
use super::state::{Doing, Motion, NOBODY, Task, VehiclesState};
use super::tag;
use crate::engine::Ctx;
use crate::units::SimDuration;

impl Vehicles {
    /// Twice the fleet, one more with a load.
    pub(super) fn class(&self, s: &VehiclesState, v: u16) -> u32 {
        let task = s.vehicles[v as usize].task;
        let loaded = matches!(task, Task::Loading | Task::Bring | Task::Unloading | Task::Full);
        2 * self.units[v as usize].fleet + u32::from(loaded)
    }

    /// The node up to which the vehicle is committed.
    pub(super) fn committed(&self, s: &VehiclesState, v: u16) -> u32 {
        let vehicle = &s.vehicles[v as usize];
        let last = vehicle.path[..vehicle.held as usize].last();
        if vehicle.held > vehicle.at {
            last.map_or(vehicle.node, |arc| self.network.arcs[*arc as usize].to)
        } else {
            vehicle.node
        }
    }

    /// Sends the vehicle to `goal`, from wherever it is. False: there is no way.
    pub(super) fn go_to(&self, s: &mut VehiclesState, cx: &mut Ctx<'_>, v: u16, goal: u32) -> bool {
        let (class, from) = (self.class(s, v), self.committed(s, v));
        self.is_patient_no_more(s, v);
        let vehicle = &mut s.vehicles[v as usize];
        if self.network.is_matrix() {
            self.hop(s, cx, v, goal);
            return true;
        }
        vehicle.path.truncate(vehicle.held as usize);
        let last = vehicle.path[vehicle.at as usize..].last().copied().unwrap_or(vehicle.last);
        let mut path = std::mem::take(&mut vehicle.path);
        let mut scratch = std::mem::take(&mut s.scratch);
        let search = self.search(from, last, goal, class);
        let cost = |arc| self.cost(s, v, class, arc);
        let found = route::find(&self.network, search, cost, &mut scratch, &mut path);
        s.scratch = scratch;
        s.vehicles[v as usize].path = path;
        self.leave_line(s, v);
        if !found {
            let (name, from, to) = (
                &self.units[v as usize].name,
                &self.network.names[from as usize],
                &self.network.names[goal as usize],
            );
            cx.report(format!("no way leads {name} from \"{from}\" to \"{to}\""));
        }
        match s.vehicles[v as usize].motion {
            Motion::Standing => self.set_out(s, cx, v),
            Motion::Rolling => self.look_ahead(s, cx, v),
            Motion::Turning | Motion::Timed => {}
        }
        found
    }

    pub(super) fn search(&self, from: u32, last: u32, to: u32, class: u32) -> Search {
        let turn = self.fleets[class as usize / 2].turn.ns().max(0);
        Search { from, last, to, class, turn }
    }

    /// What an arc costs in the choice of a way: its time, and more for zones that others hold.
    fn cost(&self, s: &VehiclesState, v: u16, class: u32, arc: u32) -> i64 {
        let held = |zone: u32| {
            let holder = s.holders[zone as usize].0;
            i64::from(holder != NOBODY && holder != v)
        };
        let to = self.network.arcs[arc as usize].to;
        let others = held(to) + held(self.network.edge_zone(arc));
        self.arc_time(arc, class).saturating_add(others * self.detour).min(NEVER / 4)
    }

    /// From place to place in a given time.
    fn hop(&self, s: &mut VehiclesState, cx: &mut Ctx<'_>, v: u16, goal: u32) {
        let n = self.network.n_nodes();
        let vehicle = &mut s.vehicles[v as usize];
        let time = self.network.times[vehicle.node as usize * n + goal as usize];
        if vehicle.node == goal {
            self.arrived(s, cx, v);
            return;
        }
        vehicle.node = goal;
        vehicle.motion = Motion::Timed;
        self.timer(s, cx, v, SimDuration::from_ns(time));
        self.note_driving(s, cx, v);
    }

    /// At rest at a node: goes on along its way, as far as there is one and it is free.
    pub(super) fn set_out(&self, s: &mut VehiclesState, cx: &mut Ctx<'_>, v: u16) {
        let vehicle = &mut s.vehicles[v as usize];
        if vehicle.at as usize == vehicle.path.len() {
            vehicle.path.clear();
            (vehicle.at, vehicle.held, vehicle.stop) = (0, 0, 0);
            self.arrived(s, cx, v);
            return;
        }
        let next = vehicle.path[vehicle.at as usize];
        let turn = self.fleets[self.units[v as usize].fleet as usize].turn;
        let turns = turn >= SimDuration::ZERO && self.network.turns(vehicle.last, next);
        if turns && !vehicle.turned {
            vehicle.motion = Motion::Turning;
            self.timer(s, cx, v, turn);
            self.note_driving(s, cx, v);
            return;
        }
        self.reserve(s, v);
        let vehicle = &s.vehicles[v as usize];
        if vehicle.held == vehicle.at {
            self.held_up(s, cx, v);
        } else {
            self.move_on(s, cx, v, 0.0, 0.0, 0.0);
        }
    }

    /// Plans the motion over what is reserved, from speed `v0` and place `x` on the present arc, and sets the timer for the
    /// next thing on the way.
    fn move_on(
        &self,
        s: &mut VehiclesState,
        cx: &mut Ctx<'_>,
        v: u16,
        v0: f64,
        x: f64,
        fraction: f64,
    ) {
        let class = self.class(s, v);
        let mut stretches = std::mem::take(&mut s.stretches);
        let mut numbers = std::mem::take(&mut s.numbers);
        let vehicle = &mut s.vehicles[v as usize];
        (vehicle.blocked, vehicle.told) = (None, false);
        let first = &self.network.arcs[vehicle.path[vehicle.at as usize] as usize];
        if let Some(draw) = &first.time {
            vehicle.motion = Motion::Timed;
            vehicle.stop = vehicle.at + 1;
            vehicle.rear = true;
            let time = cx.draw(draw);
            (s.stretches, s.numbers) = (stretches, numbers);
            self.timer(s, cx, v, time);
            self.note_driving(s, cx, v);
            return;
        }
        let fleet = &self.fleets[class as usize / 2];
        vehicle.stop = vehicle.at;
        stretches.clear();
        while vehicle.stop < vehicle.held {
            let arc = vehicle.path[vehicle.stop as usize];
            let row = &self.network.arcs[arc as usize];
            if vehicle.stop > vehicle.at {
                let before = vehicle.path[vehicle.stop as usize - 1];
                let turns = fleet.turn >= SimDuration::ZERO && self.network.turns(before, arc);
                if row.time.is_some() || turns || self.network.returns(before, arc) {
                    break;
                }
            }
            stretches.push((row.length_m, self.limit(arc, class)));
            vehicle.stop += 1;
        }
        if vehicle.motion != Motion::Rolling {
            vehicle.rear = true;
        }
        vehicle.motion = Motion::Rolling;
        stretches[0].0 = (stretches[0].0 - x).max(0.0);
        vehicle.profile.plan(v0, &stretches, fleet.rates, &mut numbers);
        (vehicle.began, vehicle.fraction) = (cx.now(), fraction);
        vehicle.arc_start = -x;
        vehicle.offset = 0.0;
        (s.stretches, s.numbers) = (stretches, numbers);
        self.next_mark(s, cx, v);
        self.note_driving(s, cx, v);
    }

    /// The next mark on the way: where the tail clears the node behind, or the next node.
    fn mark(&self, s: &VehiclesState, v: u16) -> (f64, bool) {
        let vehicle = &s.vehicles[v as usize];
        let length = self.network.arcs[vehicle.path[vehicle.at as usize] as usize].length_m;
        let tail = self.fleets[self.units[v as usize].fleet as usize].length_m;
        let clears = vehicle.rear && tail < length;
        (vehicle.arc_start + if clears { tail } else { length }, clears)
    }

    fn next_mark(&self, s: &mut VehiclesState, cx: &mut Ctx<'_>, v: u16) {
        let (mark, _) = self.mark(s, v);
        let vehicle = &mut s.vehicles[v as usize];
        let seconds = vehicle.fraction + vehicle.profile.time_at(mark);
        let due = vehicle.began + SimDuration::from_ns((seconds * 1e9).round() as i64);
        let wait = (due - cx.now()).max(SimDuration::ZERO);
        self.timer(s, cx, v, wait);
    }

    /// The timer of the motion has run down.
    pub(super) fn on_motion(&self, s: &mut VehiclesState, cx: &mut Ctx<'_>, v: u16) {
        let clears = s.vehicles[v as usize].motion == Motion::Rolling && self.mark(s, v).1;
        let vehicle = &mut s.vehicles[v as usize];
        match vehicle.motion {
            Motion::Standing => {}
            Motion::Turning => {
                vehicle.motion = Motion::Standing;
                vehicle.turned = true;
                self.set_out(s, cx, v);
            }
            Motion::Timed if self.network.is_matrix() => {
                vehicle.motion = Motion::Standing;
                self.arrived(s, cx, v);
            }
            Motion::Rolling if clears => {
                vehicle.rear = false;
                let behind = vehicle.node;
                self.next_mark(s, cx, v);
                self.release(s, cx, v, behind);
            }
            Motion::Timed | Motion::Rolling => self.reach(s, cx, v),
        }
    }

    /// At the end of an arc.
    fn reach(&self, s: &mut VehiclesState, cx: &mut Ctx<'_>, v: u16) {
        let mark = self.next_node(s, v);
        let vehicle = &mut s.vehicles[v as usize];
        let arc = vehicle.path[vehicle.at as usize];
        let row = &self.network.arcs[arc as usize];
        let behind = std::mem::replace(&mut vehicle.node, row.to);
        let had_rear = std::mem::replace(&mut vehicle.rear, true);
        vehicle.last = arc;
        vehicle.at += 1;
        vehicle.turned = false;
        vehicle.tally.edges += 1;
        vehicle.tally.distance_m += row.length_m;
        let rests = vehicle.at == vehicle.stop;
        if rests {
            vehicle.motion = Motion::Standing;
        } else {
            self.pass(s, cx, v, mark);
        }
        self.release(s, cx, v, self.network.edge_zone(arc));
        if had_rear {
            self.release(s, cx, v, behind);
        }
        self.let_pass(s, cx, v);
        if rests && s.vehicles[v as usize].motion == Motion::Standing {
            self.trim(s, v);
            self.set_out(s, cx, v);
        }
    }

    /// Where the next node lies on the profile.
    fn next_node(&self, s: &VehiclesState, v: u16) -> f64 {
        let vehicle = &s.vehicles[v as usize];
        let arc = vehicle.path[vehicle.at as usize];
        vehicle.arc_start + self.network.arcs[arc as usize].length_m
    }

    /// Passes a node at speed: reserves further if it can, and plans anew.
    fn pass(&self, s: &mut VehiclesState, cx: &mut Ctx<'_>, v: u16, mark: f64) {
        s.vehicles[v as usize].arc_start = mark;
        let waits = s.vehicles[v as usize].waits != NONE;
        if waits || !self.reserve(s, v) {
            self.next_mark(s, cx, v);
            return;
        }
        let vehicle = &s.vehicles[v as usize];
        let speed = vehicle.profile.speed_at(mark);
        let exact = vehicle.fraction + vehicle.profile.time_at(mark);
        let fraction = exact - (cx.now() - vehicle.began).seconds();
        self.move_on(s, cx, v, speed, 0.0, fraction);
    }

    /// On the move, with more way than before: reserves further if it can, and plans anew from where it is.
    pub(super) fn look_ahead(&self, s: &mut VehiclesState, cx: &mut Ctx<'_>, v: u16) {
        if !self.reserve(s, v) {
            return;
        }
        let vehicle = &mut s.vehicles[v as usize];
        let time = (cx.now() - vehicle.began).seconds() - vehicle.fraction;
        let (way, speed) = vehicle.profile.at_time(time.max(0.0));
        let x = way - vehicle.arc_start;
        let arc = vehicle.path[vehicle.at as usize];
        // About to arrive anyway: then it goes on from there.
        if speed > 0.0 && x < self.network.arcs[arc as usize].length_m {
            cx.cancel(&mut vehicle.key);
            self.move_on(s, cx, v, speed, x.max(0.0), 0.0);
        }
    }

    /// Forgets the way that is done, so that a vehicle on an endless tour does not remember all of it.
    fn trim(&self, s: &mut VehiclesState, v: u16) {
        let vehicle = &mut s.vehicles[v as usize];
        if vehicle.at >= 64 {
            vehicle.path.drain(..vehicle.at as usize);
            vehicle.held -= vehicle.at;
            vehicle.stop -= vehicle.at;
            vehicle.at = 0;
        }
    }

    pub(super) fn timer(
        &self,
        s: &mut VehiclesState,
        cx: &mut Ctx<'_>,
        v: u16,
        after: SimDuration,
    ) {
        let vehicle = &mut s.vehicles[v as usize];
        vehicle.ends = cx.now() + after;
        vehicle.key = cx.timer(after, tag::NEXT, v);
    }

    fn note_driving(&self, s: &mut VehiclesState, cx: &mut Ctx<'_>, v: u16) {
        let loaded = self.class(s, v) % 2 == 1;
        self.note(s, cx, v, if loaded { Doing::Loaded } else { Doing::Empty });
    }

    /// Stands still where it is, whatever it does.
    pub(super) fn freeze(&self, s: &mut VehiclesState, cx: &mut Ctx<'_>, v: u16) {
        let vehicle = &mut s.vehicles[v as usize];
        if vehicle.ends < cx.now() || vehicle.left.is_some() || !self.has_timer(s, v) {
            return;
        }
        let vehicle = &mut s.vehicles[v as usize];
        vehicle.left = Some(vehicle.ends - cx.now());
        cx.cancel(&mut vehicle.key);
        if vehicle.motion == Motion::Rolling {
            let time = (cx.now() - vehicle.began).seconds() - vehicle.fraction;
            vehicle.offset = vehicle.profile.at_time(time.max(0.0)).0 - vehicle.arc_start;
        }
    }

    fn has_timer(&self, s: &VehiclesState, v: u16) -> bool {
        let vehicle = &s.vehicles[v as usize];
        let works = matches!(vehicle.task, Task::Loading | Task::Unloading | Task::Charging);
        vehicle.motion != Motion::Standing || works
    }

    /// Goes on with what it did.
    pub(super) fn thaw(&self, s: &mut VehiclesState, cx: &mut Ctx<'_>, v: u16) {
        let vehicle = &mut s.vehicles[v as usize];
        let Some(left) = vehicle.left.take() else { return };
        if vehicle.motion == Motion::Rolling {
            let x = vehicle.offset.max(0.0);
            self.move_on(s, cx, v, 0.0, x, 0.0);
        } else {
            self.timer(s, cx, v, left);
        }
    }
}
