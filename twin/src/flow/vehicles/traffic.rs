//! Traffic: who holds which zone, who waits for one, and what happens when they wait for each other.
//!
//! A vehicle at rest waits for one zone, a zone has one holder: the wait-for graph has at most one edge out of each vehicle.
//! So each time a vehicle comes to a stop, following the edges from it finds the cycle that it has closed, if any, in time
//! linear in its length. Nothing is searched while traffic flows.

use super::compile::Vehicles;
use super::network::{NEVER, NONE};
use super::route;
use super::state::{Doing, Motion, NOBODY, Task, VehiclesState};
use super::tag;
use crate::engine::Ctx;
use crate::units::SimDuration;
use std::collections::VecDeque;

/// Times that a vehicle backs out before it has got anywhere; then it is left to others.
const BACKS_OUT: u16 = 50;

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
    fn chunk(&self, path: &[u32], from: usize) -> usize {
        let two_way = |arc: &u32| self.network.arcs[*arc as usize].two_way;
        from + 1 + path[from + 1..].iter().take_while(|arc| two_way(arc)).count()
    }

    fn first_taken(&self, s: &VehiclesState, v: u16, arcs: &[u32]) -> Option<u32> {
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
    fn idles(&self, s: &VehiclesState, v: u16) -> bool {
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
    fn make_way(&self, s: &mut VehiclesState, cx: &mut Ctx<'_>, idle: u16, by: u16) -> bool {
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

    fn lies_ahead(&self, s: &VehiclesState, v: u16, node: u32) -> bool {
        let vehicle = &s.vehicles[v as usize];
        vehicle.node == node
            || vehicle.ahead().iter().any(|arc| self.network.arcs[*arc as usize].to == node)
    }

    /// The way with fewest edges to a node that `suits`; through zones of others only if `through`.
    fn search_free(
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
    fn resolve(&self, s: &mut VehiclesState, cx: &mut Ctx<'_>, cycle: &[u16]) -> bool {
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

    /// Tells of those that have stood for longer than anyone should.
    pub(super) fn watch(&self, s: &mut VehiclesState, cx: &mut Ctx<'_>) {
        s.watching = false;
        let mut next: Option<SimDuration> = None;
        for v in 0..s.vehicles.len() as u16 {
            let vehicle = &s.vehicles[v as usize];
            let Some(since) = vehicle.blocked.filter(|_| !vehicle.told) else { continue };
            let left = self.patience - (cx.now() - since);
            if left > SimDuration::ZERO || s.stopped {
                let left = if s.stopped { self.patience } else { left };
                next = Some(next.map_or(left, |next| next.min(left)));
                continue;
            }
            let text = self.describe(s, cx, v);
            cx.report(text);
            let cycle = self.cycle(s, v).unwrap_or_else(|| vec![v]);
            for v in cycle {
                s.vehicles[v as usize].told |= s.vehicles[v as usize].blocked.is_some();
            }
        }
        if let Some(next) = next {
            s.watching = true;
            cx.timer(next.max(SimDuration::from_ns(1)), tag::WATCH, 0);
        }
    }

    /// Who stands where, since when, and what for, along the chain of waits.
    fn describe(&self, s: &VehiclesState, cx: &Ctx<'_>, v: u16) -> String {
        let place = |zone: u32| {
            let n = self.network.n_nodes() as u32;
            if zone < n {
                return format!("\"{}\"", self.network.names[zone as usize]);
            }
            let arc = self.network.arcs.iter().find(|arc| arc.edge == zone - n);
            let name = |node: u32| &self.network.names[node as usize];
            arc.map_or(String::new(), |arc| format!("\"{} > {}\"", name(arc.from), name(arc.to)))
        };
        let closed = self.cycle(s, v).is_some();
        let since = s.vehicles[v as usize].blocked.unwrap_or(cx.now());
        let mut text = if closed {
            format!("deadlock since {since}: ")
        } else {
            format!("at a stand since {since}: ")
        };
        let (mut at, mut told) = (v, Vec::new());
        loop {
            let vehicle = &s.vehicles[at as usize];
            let (name, here) =
                (&self.units[at as usize].name, &self.network.names[vehicle.node as usize]);
            told.push(at);
            text += &format!("{name} at \"{here}\" ");
            let Some(next) = self.waits_for(s, at) else {
                return text + &self.what_it_does(s, cx, at);
            };
            let other = &self.units[next as usize].name;
            text += &if vehicle.waits == NONE {
                format!("gives way to {other}")
            } else {
                format!("waits for {} ({other})", place(vehicle.waits))
            };
            if told.contains(&next) {
                return text;
            }
            text += "; ";
            at = next;
        }
    }

    /// Why a vehicle that waits for no other stands.
    fn what_it_does(&self, s: &VehiclesState, cx: &Ctx<'_>, v: u16) -> String {
        let vehicle = &s.vehicles[v as usize];
        match vehicle.task {
            Task::Full => {
                let to = cx.model().links[vehicle.job.out.index()].to;
                return format!("waits for room at \"{}\"", cx.model().row(to).name);
            }
            Task::ToCharger if vehicle.spot == NONE => "waits for a free charger",
            Task::Idle => "has nothing to do",
            Task::Charging => "is charging",
            Task::Take => "waits for its load",
            Task::Loading => "is loading",
            Task::Unloading => "is unloading",
            _ => "is on its way",
        }
        .to_owned()
    }
}
