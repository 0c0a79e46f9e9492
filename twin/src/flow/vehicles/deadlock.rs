//! Deadlocks: found when they close, opened if there is a way.
//!
//! A vehicle at rest waits for one zone, a zone has one holder: the wait-for graph has at most one edge out of each vehicle.
//! So each time a vehicle comes to a stop, following the edges from it finds the cycle that it has closed, if any, in time
//! linear in its length. Nothing is searched while traffic flows.

use super::compile::Vehicles;
use super::network::{NEVER, NONE};
use super::route;
use super::state::{Motion, NOBODY, Task, VehiclesState};
use super::tag;
use crate::engine::Ctx;
use crate::units::SimDuration;

/// Times that a vehicle backs out before it has got anywhere; then it is left to others.
const BACKS_OUT: u16 = 50;

impl Vehicles {
    /// The vehicle that `v`, held up, waits for.
    pub(super) fn waits_for(&self, s: &VehiclesState, v: u16) -> Option<u16> {
        let vehicle = &s.vehicles[v as usize];
        if !vehicle.is_held_up() {
            return None;
        }
        let other = if vehicle.waits == NONE {
            vehicle.gives_way
        } else {
            s.holders[vehicle.waits as usize].0
        };
        (other != NOBODY).then_some(other)
    }

    /// The cycle of waits through `v`, from `v` on.
    pub(super) fn cycle(&self, s: &VehiclesState, v: u16) -> Option<Vec<u16>> {
        let mut chain = vec![v];
        loop {
            let next = self.waits_for(s, chain[chain.len() - 1])?;
            if next == v {
                return Some(chain);
            }
            if chain.contains(&next) {
                return None;
            }
            chain.push(next);
        }
    }

    /// Tries to open a cycle: by another way, by backing out, by letting those behind back out first. True: something moves.
    pub(super) fn resolve(&self, s: &mut VehiclesState, cx: &mut Ctx<'_>, cycle: &[u16]) -> bool {
        let patient = cycle.iter().find(|v| s.vehicles[**v as usize].gives_way != NOBODY);
        if let Some(v) = patient {
            self.resume(s, cx, *v);
            if s.vehicles[*v as usize].motion != Motion::Standing {
                return true;
            }
        }
        let mut order: Vec<u16> = cycle.to_vec();
        order.sort_by_key(|v| {
            let vehicle = &s.vehicles[*v as usize];
            (vehicle.backed, self.class(s, *v) % 2, vehicle.task.is_job(), *v)
        });
        if order.iter().any(|v| self.reroute(s, cx, *v)) {
            s.deadlocks.rerouted += 1;
            return true;
        }
        if order.iter().any(|v| self.back_out(s, cx, *v, *v, cycle)) {
            s.deadlocks.backed_out += 1;
            return true;
        }
        let behind: Vec<(u16, u16)> = (0..s.vehicles.len() as u16)
            .filter(|v| !cycle.contains(v))
            .filter_map(|v| Some((v, self.leads_into(s, v, cycle)?)))
            .collect();
        let moved = behind.iter().any(|(v, member)| self.back_out(s, cx, *v, *member, cycle));
        s.deadlocks.backed_out += u64::from(moved);
        // One behind has gone: whether that is enough shows when it is out of the way.
        s.stuck |= moved;
        moved || order.iter().any(|v| self.push(s, cx, *v))
    }

    /// Idle vehicles beside `v` make way, so that it can back out. True: one of them moves.
    fn push(&self, s: &mut VehiclesState, cx: &mut Ctx<'_>, v: u16) -> bool {
        let node = s.vehicles[v as usize].node;
        for arc in self.network.out[node as usize].clone() {
            let beside = s.holders[self.network.arcs[arc as usize].to as usize].0;
            if beside != NOBODY && beside != v && self.idles(s, beside) {
                self.make_way(s, cx, beside, v);
                if s.vehicles[beside as usize].motion != Motion::Standing {
                    s.stuck = true;
                    return true;
                }
            }
        }
        false
    }

    /// The member of the cycle that `v` waits for in the end.
    fn leads_into(&self, s: &VehiclesState, v: u16, cycle: &[u16]) -> Option<u16> {
        let mut at = v;
        for _ in 0..s.vehicles.len() {
            at = self.waits_for(s, at)?;
            if cycle.contains(&at) {
                return Some(at);
            }
        }
        None
    }

    /// Another way to the same target, past all that stand, which can be entered now.
    fn reroute(&self, s: &mut VehiclesState, cx: &mut Ctx<'_>, v: u16) -> bool {
        let vehicle = &s.vehicles[v as usize];
        let Some(goal) = vehicle.ahead().last().map(|arc| self.network.arcs[*arc as usize].to)
        else {
            return false;
        };
        let class = self.class(s, v);
        let cost = |arc: u32| {
            let stands = |zone: u32| {
                let holder = s.holders[zone as usize].0;
                holder != NOBODY
                    && holder != v
                    && s.vehicles[holder as usize].motion == Motion::Standing
            };
            let to = self.network.arcs[arc as usize].to;
            if stands(to) || stands(self.network.edge_zone(arc)) {
                NEVER
            } else {
                self.arc_time(arc, class)
            }
        };
        let search = self.search(vehicle.node, vehicle.last, goal, class);
        let mut path = Vec::new();
        let mut scratch = std::mem::take(&mut s.scratch);
        let found = route::find(&self.network, search, cost, &mut scratch, &mut path);
        s.scratch = scratch;
        found && self.enter(s, cx, v, path)
    }

    /// Backs out to a free node off the ways of the cycle, until whoever wants the place of `member` has passed.
    fn back_out(
        &self,
        s: &mut VehiclesState,
        cx: &mut Ctx<'_>,
        v: u16,
        member: u16,
        cycle: &[u16],
    ) -> bool {
        let vehicle = &s.vehicles[v as usize];
        if vehicle.backed >= BACKS_OUT || !vehicle.stands() || !vehicle.is_held_up() {
            return false;
        }
        let suits = |s: &VehiclesState, node: u32| {
            cycle.iter().all(|other| *other == v || !self.lies_ahead(s, *other, node))
        };
        let Some(way) = self.search_free(s, v, suits, false) else { return false };
        let winner = cycle.iter().find(|w| self.waits_for(s, **w) == Some(member));
        let (winner, left) = (winner.copied().unwrap_or(NOBODY), s.vehicles[member as usize].node);
        if !self.enter(s, cx, v, way) {
            return false;
        }
        let vehicle = &mut s.vehicles[v as usize];
        vehicle.backed += 1;
        if vehicle.task == Task::Idle {
            vehicle.task = Task::Yield;
        }
        if !matches!(vehicle.task, Task::Yield) {
            (vehicle.gives_way, vehicle.left_node) = (winner, left);
            s.patient += u16::from(winner != NOBODY);
        }
        true
    }

    /// Takes the way `path` instead of the present one, if it can be entered now.
    fn enter(&self, s: &mut VehiclesState, cx: &mut Ctx<'_>, v: u16, path: Vec<u32>) -> bool {
        // What was tried before may have set it in motion already.
        let can = s.vehicles[v as usize].is_held_up() && !path.is_empty();
        if !can || self.first_taken(s, v, &path[..self.chunk(&path, 0)]).is_some() {
            return false;
        }
        self.leave_line(s, v);
        self.is_patient_no_more(s, v);
        let vehicle = &mut s.vehicles[v as usize];
        vehicle.path = path;
        (vehicle.at, vehicle.held, vehicle.stop) = (0, 0, 0);
        vehicle.turned = false;
        self.set_out(s, cx, v);
        true
    }

    /// Vehicle `v` has come a node further: those that have backed out for it may be able to go on.
    pub(super) fn let_pass(&self, s: &mut VehiclesState, cx: &mut Ctx<'_>, v: u16) {
        if s.stuck {
            cx.timer(SimDuration::ZERO, tag::RETRY, 0);
            s.stuck = false;
        }
        if s.patient == 0 {
            return;
        }
        for other in 0..s.vehicles.len() as u16 {
            if s.vehicles[other as usize].gives_way == v && self.has_passed(s, other) {
                self.resume(s, cx, other);
            }
        }
    }

    /// Whether the vehicle that `v` has backed out for is past the place, or at its target.
    pub(super) fn has_passed(&self, s: &VehiclesState, v: u16) -> bool {
        let vehicle = &s.vehicles[v as usize];
        let other = &s.vehicles[vehicle.gives_way as usize];
        other.ahead().is_empty() || !self.lies_ahead(s, vehicle.gives_way, vehicle.left_node)
    }

    /// Goes on after it has backed out.
    pub(super) fn resume(&self, s: &mut VehiclesState, cx: &mut Ctx<'_>, v: u16) {
        self.is_patient_no_more(s, v);
        let vehicle = &s.vehicles[v as usize];
        if vehicle.motion == Motion::Standing
            && vehicle.path.is_empty()
            && let Some(goal) = self.goal(s, v)
        {
            self.go_to(s, cx, v, goal);
        }
    }

    pub(super) fn is_patient_no_more(&self, s: &mut VehiclesState, v: u16) {
        if std::mem::replace(&mut s.vehicles[v as usize].gives_way, NOBODY) != NOBODY {
            s.patient -= 1;
        }
    }

    /// Something has moved since a deadlock could not be resolved.
    pub(super) fn retry(&self, s: &mut VehiclesState, cx: &mut Ctx<'_>) {
        let mut seen: Vec<u16> = Vec::new();
        for v in 0..s.vehicles.len() as u16 {
            if s.vehicles[v as usize].waits == NONE || seen.contains(&v) {
                continue;
            }
            let holder = s.holders[s.vehicles[v as usize].waits as usize].0;
            if holder != NOBODY && self.idles(s, holder) {
                s.stuck |= !self.make_way(s, cx, holder, v);
            } else if let Some(cycle) = self.cycle(s, v) {
                s.stuck |= !self.resolve(s, cx, &cycle);
                seen.extend(cycle);
            }
        }
    }
}
