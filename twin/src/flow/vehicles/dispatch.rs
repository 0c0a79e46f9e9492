//! Dispatch: which vehicle fetches which load.
//!
//! Both sides choose (Egbelu & Tanchoco 1984, Characterization of automatic guided vehicle dispatching rules): with at least
//! as many free vehicles as loads, each load in the order of its age gets the vehicle that the rule `vehicles` names; with
//! fewer, each vehicle, longest idle first, fetches the load that the rule `loads` names. A `plan` goes before both.

use super::compile::Vehicles;
use super::network::{NEVER, NONE};
use super::spec::{LoadRule, VehicleRule};
use super::state::{Doing, Job, Motion, Task, VehiclesState};
use crate::engine::{Candidate, Ctx, Divert};
use crate::id::{LinkId, PartId};
use crate::units::SimTime;

/// A load that nobody has been sent for.
#[derive(Clone, Copy, Debug)]
struct Load {
    part: PartId,
    link: LinkId,
    pick: u32,
    since: SimTime,
    serial: u64,
}

impl Vehicles {
    /// Vehicles that are there for a load take it; those without work are sent for the others.
    pub(super) fn choose(
        &self,
        s: &mut VehiclesState,
        cx: &mut Ctx<'_>,
        candidates: &[Candidate],
        picks: &mut Vec<usize>,
    ) {
        for vehicle in s.vehicles.iter().filter(|vehicle| vehicle.task == Task::Take) {
            let job = &vehicle.job;
            let wanted = |c: &Candidate| c.part == job.part && c.link == job.link;
            picks.extend(candidates.iter().position(wanted));
        }
        if cx.is_stopping() {
            return;
        }
        let mut loads = self.open_loads(s, cx, candidates);
        if loads.is_empty() {
            return;
        }
        self.follow_plan(s, cx, &mut loads);
        if !self.planned.is_empty() {
            loads.retain(|load| !self.is_planned(s, cx, load.part));
        }
        self.follow_rules(s, cx, &mut loads);
    }

    /// Loads that nobody is on the way to, oldest first.
    fn open_loads(&self, s: &VehiclesState, cx: &Ctx<'_>, candidates: &[Candidate]) -> Vec<Load> {
        let sent = |part| s.vehicles.iter().any(|v| v.job.part == part && v.task.is_job());
        let mut loads: Vec<Load> = candidates
            .iter()
            .filter(|candidate| !sent(candidate.part))
            .filter_map(|Candidate { part, link }| {
                let row = cx.part(*part);
                let (since, serial) = (row.entered, row.serial);
                Some(Load { part: *part, link: *link, pick: *self.picks.get(link)?, since, serial })
            })
            .collect();
        loads.sort_by_key(|load| (load.since, load.serial, load.link));
        // A part that may leave by several connections into this network is one load.
        loads.dedup_by_key(|load| load.serial);
        loads
    }

    fn is_planned(&self, s: &VehiclesState, cx: &Ctx<'_>, part: PartId) -> bool {
        let product = cx.part(part).product;
        let all = self.planned.get(&product).copied().unwrap_or(0);
        s.fetched.get(&product).copied().unwrap_or(0) < all
    }

    /// Each vehicle with a plan takes the load that stands next in it, once it is there.
    fn follow_plan(&self, s: &mut VehiclesState, cx: &mut Ctx<'_>, loads: &mut Vec<Load>) {
        for v in 0..s.vehicles.len() as u16 {
            let vehicle = &s.vehicles[v as usize];
            let plan = &self.units[v as usize].plan;
            let Some(step) = plan.get(vehicle.plan_at as usize) else { continue };
            let ready = vehicle.task == Task::Expect || self.is_available(s, v);
            if !ready || s.fetched.get(&step.product).copied().unwrap_or(0) != step.turn {
                continue;
            }
            let at = loads.iter().position(|load| cx.part(load.part).product == step.product);
            let Some(at) = at else { continue };
            if self.time_to(s, v, &loads[at]) != NEVER
                && let Some(out) = self.way_on(s, cx, v, &loads[at])
            {
                let load = loads.remove(at);
                *s.fetched.entry(step.product).or_insert(0) += 1;
                s.vehicles[v as usize].plan_at += 1;
                self.send_for(s, cx, v, load, out);
            }
        }
    }

    /// Goes to where the next load of its plan will be. False: it has no plan, or cannot know.
    pub(super) fn plan_ahead(&self, s: &mut VehiclesState, cx: &mut Ctx<'_>, v: u16) -> bool {
        let plan = &self.units[v as usize].plan;
        let Some(step) = plan.get(s.vehicles[v as usize].plan_at as usize) else { return false };
        if step.station == NONE {
            return false;
        }
        self.claim(s, cx, v, NONE);
        let vehicle = &mut s.vehicles[v as usize];
        vehicle.task = Task::Expect;
        vehicle.job = Job { pick: step.station, ..Job::NONE };
        self.go_to(s, cx, v, self.stations[step.station as usize].node);
        true
    }

    /// Whether the rules may send the vehicle somewhere. (While it hops from place to place, it cannot turn round.)
    fn is_available(&self, s: &VehiclesState, v: u16) -> bool {
        let vehicle = &s.vehicles[v as usize];
        let free = match vehicle.task {
            Task::Charging => self.battery(v).is_none_or(|b| self.level(s, v) >= b.enough - 1e-6),
            task => task.is_free(),
        };
        free && (!self.network.is_matrix() || vehicle.motion == Motion::Standing)
    }

    fn follow_rules(&self, s: &mut VehiclesState, cx: &mut Ctx<'_>, loads: &mut Vec<Load>) {
        let has_plan = |s: &VehiclesState, v: u16| {
            (s.vehicles[v as usize].plan_at as usize) < self.units[v as usize].plan.len()
        };
        for v in 0..s.vehicles.len() as u16 {
            if s.vehicles[v as usize].task == Task::Charging {
                self.note(s, cx, v, Doing::Charging);
            }
        }
        let mut free: Vec<u16> = (0..s.vehicles.len() as u16)
            .filter(|v| self.is_available(s, *v) && !has_plan(s, *v))
            .collect();
        free.sort_by_key(|v| (s.vehicles[*v as usize].idle_since, *v));
        while !free.is_empty() && !loads.is_empty() {
            let by_load = free.len() >= loads.len();
            let (v, at) = if by_load {
                let at = 0;
                let Some(v) = self.vehicle_for(s, &free, &loads[at]) else {
                    loads.remove(at);
                    continue;
                };
                (v, at)
            } else {
                let v = free[0];
                let Some(at) = self.load_for(s, cx, v, loads) else {
                    free.remove(0);
                    continue;
                };
                (v, at)
            };
            let load = loads.remove(at);
            if let Some(out) = self.way_on(s, cx, v, &load) {
                free.retain(|other| *other != v);
                self.send_for(s, cx, v, load, out);
            }
        }
    }

    fn time_to(&self, s: &VehiclesState, v: u16, load: &Load) -> i64 {
        self.time(2 * self.units[v as usize].fleet, load.pick, self.committed(s, v))
    }

    fn vehicle_for(&self, s: &VehiclesState, free: &[u16], load: &Load) -> Option<u16> {
        let rank = |v: &u16| {
            let (time, vehicle) = (self.time_to(s, *v, load), &s.vehicles[*v as usize]);
            let first = match self.choice {
                VehicleRule::Nearest => time,
                VehicleRule::LongestIdle => vehicle.idle_since.ns(),
                VehicleRule::LeastUsed => vehicle.tally.loads as i64,
            };
            (time != NEVER).then_some((first, time, *v))
        };
        free.iter().filter_map(rank).min().map(|(_, _, v)| v)
    }

    fn load_for(&self, s: &VehiclesState, cx: &Ctx<'_>, v: u16, loads: &[Load]) -> Option<usize> {
        let rank = |(at, load): (usize, &Load)| {
            let (time, part) = (self.time_to(s, v, load), cx.part(load.part));
            let first = match self.loads {
                LoadRule::Nearest => time,
                LoadRule::Oldest => 0,
                LoadRule::Priority => i64::from(part.priority),
                LoadRule::Due => part.due.ns(),
            };
            // Loads stand in the order of their age.
            (time != NEVER).then_some((first, at))
        };
        loads.iter().enumerate().filter_map(rank).min().map(|(_, at)| at)
    }

    /// Connections that lead on, each with the time to its station, soonest first.
    fn ways_on(&self, cx: &Ctx<'_>, class: u32, part: PartId, from: u32) -> Vec<(i64, LinkId)> {
        let (model, row) = (cx.model(), cx.model().row(cx.me()));
        let row_of_part = cx.part(part);
        let only = match &row.divert {
            Divert::ByProduct(links) => links[row_of_part.product.index()],
            Divert::ByAttribute(attribute, bounds) => {
                let value = cx.attribute(part, *attribute);
                let fits = bounds.iter().find(|(bound, _)| value <= *bound).or(bounds.last());
                fits.map_or(LinkId::NONE, |(_, link)| *link)
            }
            _ => LinkId::NONE,
        };
        let mut ways: Vec<(i64, LinkId)> = model
            .ways(row, row_of_part)
            .filter(|link| only.is_none() || *link == only)
            .filter_map(|link| Some((self.time(class, *self.drops.get(&link)?, from), link)))
            .filter(|(time, _)| *time != NEVER)
            .collect();
        ways.sort_unstable();
        ways
    }

    /// The connection by which the load goes on, with room reserved if that is asked for. Without room, the network stands
    /// in line for it.
    fn way_on(&self, s: &VehiclesState, cx: &mut Ctx<'_>, v: u16, load: &Load) -> Option<LinkId> {
        let class = self.class(s, v) | 1;
        let ways = self.ways_on(cx, class, load.part, self.stations[load.pick as usize].node);
        if !self.reserves {
            return ways.first().map(|_| LinkId::NONE);
        }
        if let Some((_, link)) = ways.iter().find(|(_, link)| cx.reserve_in_turn(*link)) {
            return Some(*link);
        }
        for (_, link) in &ways {
            cx.wait(*link);
        }
        None
    }

    /// With the load on it, and nothing reserved: the nearest place that has room just now, else the nearest.
    pub(super) fn choose_out(&self, s: &mut VehiclesState, cx: &mut Ctx<'_>, v: u16) {
        let vehicle = &s.vehicles[v as usize];
        let ways = self.ways_on(cx, self.class(s, v), vehicle.job.part, vehicle.node);
        let has_room = |link: LinkId| {
            let inlet = cx.model().links[link.index()].inlet;
            cx.core.inlets[inlet.index()].is_open()
        };
        let open = ways.iter().find(|(_, link)| has_room(*link));
        let Some((_, link)) = open.or(ways.first()) else { return };
        s.vehicles[v as usize].job.out = *link;
    }

    fn send_for(&self, s: &mut VehiclesState, cx: &mut Ctx<'_>, v: u16, load: Load, out: LinkId) {
        let Load { part, link, pick, serial, .. } = load;
        self.claim(s, cx, v, NONE);
        let vehicle = &mut s.vehicles[v as usize];
        if vehicle.task == Task::Charging {
            cx.cancel(&mut vehicle.key);
        }
        let same = vehicle.task == Task::Expect && vehicle.job.pick == pick;
        vehicle.task = Task::Fetch;
        vehicle.job = Job { part, serial, link, pick, out, reserved: !out.is_none() };
        if same && (vehicle.motion != Motion::Standing || !vehicle.ahead().is_empty()) {
            // It is on its way there.
            let doing = vehicle.doing;
            self.note(s, cx, v, doing);
        } else {
            self.go_to(s, cx, v, self.stations[pick as usize].node);
        }
    }

    /// Loads that are not there any more when their vehicle comes: lost, or taken by another way.
    pub(super) fn drop_void_jobs(&self, s: &mut VehiclesState, cx: &mut Ctx<'_>) {
        for v in 0..s.vehicles.len() as u16 {
            let vehicle = &s.vehicles[v as usize];
            if vehicle.task != Task::Take {
                continue;
            }
            let job = vehicle.job;
            let from = cx.model().links[job.link.index()].from;
            let part = cx.part(job.part);
            if part.serial == job.serial && part.at == from {
                continue;
            }
            if job.reserved {
                cx.unreserve(job.out);
            }
            self.free(s, cx, v);
        }
    }
}
