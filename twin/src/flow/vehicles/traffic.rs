//! Traffic: who holds which zone, who stands in line for one, and who makes way.

use super::compile::Vehicles;
use super::network::{NEVER, NONE};
use super::route;
use super::state::{Doing, Motion, NOBODY, Task, VehiclesState};
use super::tag;
use crate::engine::Ctx;
use crate::units::SimDuration;
use std::collections::VecDeque;

impl Vehicles {
    /// Reserves zones until what is held behind the next node is enough to brake in. True: there are more than before. With
    /// less, the vehicle stands in line for the first that is not free.
    pub(super) fn reserve(&self, s: &mut VehiclesState, v: u16) -> bool {
        let class = self.class(s, v);
        let braking = self.fleets[class as usize / 2]
            .rates
            .braking_m(self.fleets[class as usize / 2].speed[class as usize % 2]);
        let before = s.vehicles[v as usize].held;
        loop {
            self.lengthen_tour(s, v, class);
            let vehicle = &s.vehicles[v as usize];
            let (at, held) = (vehicle.at as usize, vehicle.held as usize);
            if held == vehicle.path.len() || self.is_enough(&vehicle.path, (at, held), braking) {
                break;
            }
            let end = self.chunk(&vehicle.path, held);
            if let Some(zone) = self.first_taken(s, v, &vehicle.path[held..end]) {
                self.stand_in_line(s, v, zone);
                break;
            }
            for at in held..end {
                let arc = s.vehicles[v as usize].path[at];
                self.take(s, v, self.network.edge_zone(arc));
                self.take(s, v, self.network.arcs[arc as usize].to);
            }
            s.vehicles[v as usize].held = end as u32;
        }
        s.vehicles[v as usize].held > before
    }

    fn is_enough(&self, path: &[u32], (at, held): (usize, usize), braking: f64) -> bool {
        if held == at {
            return false;
        }
        let arc = |at: usize| &self.network.arcs[path[at] as usize];
        if arc(at).time.is_some() || arc(held).time.is_some() {
            return true;
        }
        path[at + 1..held].iter().map(|a| self.network.arcs[*a as usize].length_m).sum::<f64>()
            >= braking
    }

    /// Where a stretch ends that is reserved as a whole: a vehicle enters two-way edges only if it can leave them, or has
    /// reached its target.
    pub(super) fn chunk(&self, path: &[u32], from: usize) -> usize {
        let two_way = |arc: &u32| self.network.arcs[*arc as usize].two_way;
        from + 1 + path[from + 1..].iter().take_while(|arc| two_way(arc)).count()
    }

    pub(super) fn first_taken(&self, s: &VehiclesState, v: u16, arcs: &[u32]) -> Option<u32> {
        let zones = arcs
            .iter()
            .flat_map(|arc| [self.network.edge_zone(*arc), self.network.arcs[*arc as usize].to]);
        zones.into_iter().find(|zone| {
            let holder = s.holders[*zone as usize].0;
            holder != NOBODY && holder != v
        })
    }

    /// A tour goes on before its present leg ends.
    fn lengthen_tour(&self, s: &mut VehiclesState, v: u16, class: u32) {
        let vehicle = &s.vehicles[v as usize];
        let Task::Tour(stop) = vehicle.task else { return };
        if (vehicle.held as usize) < vehicle.path.len() || vehicle.path.is_empty() {
            return;
        }
        let last = vehicle.path[vehicle.path.len() - 1];
        let from = self.network.arcs[last as usize].to;
        let next = (stop + 1) % self.tour.len() as u16;
        let mut path = std::mem::take(&mut s.vehicles[v as usize].path);
        let mut scratch = std::mem::take(&mut s.scratch);
        let search = self.search(from, last, self.tour[next as usize], class);
        let cost = |arc| self.arc_time(arc, class);
        route::find(&self.network, search, cost, &mut scratch, &mut path);
        s.scratch = scratch;
        s.vehicles[v as usize].path = path;
        s.vehicles[v as usize].task = Task::Tour(next);
    }

    fn take(&self, s: &mut VehiclesState, v: u16, zone: u32) {
        let holder = &mut s.holders[zone as usize];
        *holder = (v, holder.1 + 1);
    }

    /// Gives a zone back, and whoever stands in line for it the chance to take it.
    pub(super) fn release(&self, s: &mut VehiclesState, cx: &mut Ctx<'_>, v: u16, zone: u32) {
        let holder = &mut s.holders[zone as usize];
        debug_assert_eq!(holder.0, v, "only who holds a zone gives it back");
        holder.1 -= 1;
        if holder.1 > 0 {
            return;
        }
        holder.0 = NOBODY;
        let mut tries = s.line.iter().filter(|(waited, _)| *waited == zone).count();
        while tries > 0 && s.holders[zone as usize].0 == NOBODY {
            tries -= 1;
            let Some(at) = s.line.iter().position(|(waited, _)| *waited == zone) else { return };
            let (_, next) = s.line.remove(at);
            s.vehicles[next as usize].waits = NONE;
            match s.vehicles[next as usize].motion {
                Motion::Standing => self.set_out(s, cx, next),
                Motion::Rolling => self.look_ahead(s, cx, next),
                Motion::Turning | Motion::Timed => {}
            }
        }
    }

    fn stand_in_line(&self, s: &mut VehiclesState, v: u16, zone: u32) {
        if s.vehicles[v as usize].waits != zone {
            self.leave_line(s, v);
            s.vehicles[v as usize].waits = zone;
            s.line.push((zone, v));
        }
    }

    pub(super) fn leave_line(&self, s: &mut VehiclesState, v: u16) {
        if std::mem::replace(&mut s.vehicles[v as usize].waits, NONE) != NONE {
            s.line.retain(|(_, other)| *other != v);
        }
    }

    /// A vehicle has come to a stop, because the zone ahead is taken.
    pub(super) fn held_up(&self, s: &mut VehiclesState, cx: &mut Ctx<'_>, v: u16) {
        self.begin_wait(s, cx, v);
        let holder = s.holders[s.vehicles[v as usize].waits as usize].0;
        if self.idles(s, holder) {
            s.stuck |= !self.make_way(s, cx, holder, v);
        } else if let Some(cycle) = self.cycle(s, v) {
            s.deadlocks.found += 1;
            s.stuck |= !self.resolve(s, cx, &cycle);
        }
    }

    /// Whether the vehicle stands at a node with nothing to do that keeps it there.
    pub(super) fn idles(&self, s: &VehiclesState, v: u16) -> bool {
        let vehicle = &s.vehicles[v as usize];
        let free = match vehicle.task {
            Task::Idle | Task::Expect => true,
            Task::ToCharger => vehicle.spot == NONE,
            _ => false,
        };
        free && vehicle.stands() && vehicle.path.is_empty() && vehicle.gives_way == NOBODY
    }

    /// The vehicle has nothing to do from now on: if somebody waits for its node, it makes way.
    pub(super) fn clear_soon(&self, s: &VehiclesState, cx: &mut Ctx<'_>, v: u16) {
        let node = s.vehicles[v as usize].node;
        if s.line.iter().any(|(zone, _)| *zone == node) {
            cx.timer(SimDuration::ZERO, tag::CLEAR, v);
        }
    }

    /// Makes way for the first that waits for its node, if it has still nothing to do.
    pub(super) fn clear(&self, s: &mut VehiclesState, cx: &mut Ctx<'_>, v: u16) {
        let node = s.vehicles[v as usize].node;
        let by = s.line.iter().find(|(zone, _)| *zone == node).map(|(_, by)| *by);
        if let Some(by) = by.filter(|_| !s.stopped && self.idles(s, v)) {
            s.stuck |= !self.make_way(s, cx, v, by);
        }
    }

    /// Notes that the vehicle stands, and sees to it that somebody looks after it.
    pub(super) fn begin_wait(&self, s: &mut VehiclesState, cx: &mut Ctx<'_>, v: u16) {
        let vehicle = &mut s.vehicles[v as usize];
        if vehicle.blocked.is_none() {
            (vehicle.blocked, vehicle.told) = (Some(cx.now()), false);
        }
        self.note(s, cx, v, Doing::Waiting);
        if !std::mem::replace(&mut s.watching, true) {
            cx.timer(self.patience, tag::WATCH, 0);
        }
    }

    /// An idle vehicle leaves the node that `by` wants: to a place to park, else to the nearest free node off that way, else
    /// to any. True: it has somewhere to go.
    pub(super) fn make_way(
        &self,
        s: &mut VehiclesState,
        cx: &mut Ctx<'_>,
        idle: u16,
        by: u16,
    ) -> bool {
        let class = self.class(s, idle);
        let from = s.vehicles[idle as usize].node;
        let is_free = |s: &VehiclesState, node: u32| s.holders[node as usize].0 == NOBODY;
        let is_off = |s: &VehiclesState, node| is_free(s, node) && !self.lies_ahead(s, by, node);
        let spots = (0_u32..).zip(&self.spots).filter(|(spot, row)| {
            s.claims[*spot as usize] == NOBODY && !row.charges && is_off(s, row.node)
        });
        let time = |spot: u32| self.time(class, self.stations.len() as u32 + spot, from);
        let spot = spots.map(|(spot, _)| (time(spot), spot)).min();
        let spot = spot.filter(|(time, _)| *time != NEVER).map_or(NONE, |(_, spot)| spot);
        let goal = if spot == NONE {
            let way = self
                .search_free(s, idle, is_off, true)
                .or_else(|| self.search_free(s, idle, is_free, true));
            way.and_then(|way| way.last().map(|arc| self.network.arcs[*arc as usize].to))
        } else {
            Some(self.spots[spot as usize].node)
        };
        let Some(goal) = goal else { return false };
        self.claim(s, cx, idle, spot);
        s.vehicles[idle as usize].task = Task::Yield;
        self.go_to(s, cx, idle, goal);
        true
    }

    pub(super) fn lies_ahead(&self, s: &VehiclesState, v: u16, node: u32) -> bool {
        let vehicle = &s.vehicles[v as usize];
        vehicle.node == node
            || vehicle.ahead().iter().any(|arc| self.network.arcs[*arc as usize].to == node)
    }

    /// The way with fewest edges to a node that `suits`; through zones of others only if `through`.
    pub(super) fn search_free(
        &self,
        s: &VehiclesState,
        v: u16,
        suits: impl Fn(&VehiclesState, u32) -> bool,
        through: bool,
    ) -> Option<Vec<u32>> {
        let (class, start) = (self.class(s, v), s.vehicles[v as usize].node);
        let free = |zone: u32| {
            let holder = s.holders[zone as usize].0;
            through || holder == NOBODY || holder == v
        };
        let mut came_by = vec![NONE; self.network.n_nodes()];
        let mut open = VecDeque::from([start]);
        while let Some(node) = open.pop_front() {
            for arc in self.network.out[node as usize].clone() {
                let row = &self.network.arcs[arc as usize];
                let seen = row.to == start || came_by[row.to as usize] != NONE;
                let open_to_it = row.classes >> class & 1 == 1
                    && free(row.to)
                    && free(self.network.edge_zone(arc));
                if seen || !open_to_it {
                    continue;
                }
                came_by[row.to as usize] = arc;
                if suits(s, row.to) {
                    let mut way = vec![arc];
                    let mut at = row.from;
                    while at != start {
                        way.push(came_by[at as usize]);
                        at = self.network.arcs[came_by[at as usize] as usize].from;
                    }
                    way.reverse();
                    return Some(way);
                }
                open.push_back(row.to);
            }
        }
        None
    }
}
