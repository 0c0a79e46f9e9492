//! What a vehicle does where it arrives: takes over, hands over, parks, charges; and how its time is counted.

use super::compile::{Battery, Vehicles};
use super::network::{NEVER, NONE};
use super::spec::{Idle, Strategy};
use super::state::{Doing, Job, Motion, NOBODY, Task, VehiclesState};
use super::tag;
use crate::engine::{Activity, Ctx};
use crate::id::{LinkId, PartId};
use crate::units::SimDuration;

impl Vehicles {
    /// The node that the vehicle's task is at.
    pub(super) fn goal(&self, s: &VehiclesState, v: u16) -> Option<u32> {
        let vehicle = &s.vehicles[v as usize];
        let station = |station: u32| Some(self.stations.get(station as usize)?.node);
        match vehicle.task {
            Task::Fetch | Task::Take | Task::Expect => station(vehicle.job.pick),
            Task::Bring | Task::Unloading | Task::Full => {
                station(self.drops.get(&vehicle.job.out).copied()?)
            }
            Task::Park | Task::ToCharger if vehicle.spot != NONE => {
                Some(self.spots[vehicle.spot as usize].node)
            }
            Task::Park => Some(self.units[v as usize].start),
            Task::Tour(stop) => self.tour.get(stop as usize).copied(),
            Task::Idle | Task::Yield | Task::ToCharger | Task::Charging | Task::Loading => None,
        }
    }

    /// The vehicle stands at the end of its way.
    pub(super) fn arrived(&self, s: &mut VehiclesState, cx: &mut Ctx<'_>, v: u16) {
        if s.vehicles[v as usize].gives_way != NOBODY {
            if self.has_passed(s, v) {
                self.resume(s, cx, v);
            } else {
                self.begin_wait(s, cx, v);
            }
            return;
        }
        let vehicle = &mut s.vehicles[v as usize];
        let here = vehicle.node;
        (vehicle.blocked, vehicle.told) = (None, false);
        let task = vehicle.task;
        if task != Task::Yield && self.goal(s, v).is_some_and(|goal| goal != here) {
            // It stood aside, and whoever it stood aside for is gone.
            if let Some(goal) = self.goal(s, v) {
                self.go_to(s, cx, v, goal);
            }
            return;
        }
        s.vehicles[v as usize].backed = 0;
        match task {
            Task::Idle => self.note(s, cx, v, Doing::Idle),
            Task::Yield => self.free(s, cx, v),
            Task::Park => {
                s.vehicles[v as usize].task = Task::Idle;
                self.note(s, cx, v, Doing::Idle);
                self.clear_soon(s, cx, v);
            }
            Task::Tour(stop) => {
                let next = (stop + 1) % self.tour.len() as u16;
                s.vehicles[v as usize].task = Task::Tour(next);
                if self.tour[next as usize] == here {
                    self.free(s, cx, v);
                } else {
                    self.go_to(s, cx, v, self.tour[next as usize]);
                }
            }
            Task::ToCharger => self.charge(s, cx, v),
            Task::Expect => {
                self.note(s, cx, v, Doing::Idle);
                self.clear_soon(s, cx, v);
                cx.decide_later();
            }
            Task::Fetch => {
                s.vehicles[v as usize].task = Task::Take;
                self.note(s, cx, v, Doing::Waiting);
                cx.decide_later();
            }
            Task::Bring => {
                s.vehicles[v as usize].task = Task::Unloading;
                let station = self.drops[&s.vehicles[v as usize].job.out];
                let time = cx.draw(&self.stations[station as usize].unload);
                self.handle(s, cx, v, time);
            }
            Task::Take | Task::Loading | Task::Unloading | Task::Full | Task::Charging => {}
        }
    }

    /// Loads or unloads for `time`.
    fn handle(&self, s: &mut VehiclesState, cx: &mut Ctx<'_>, v: u16, time: SimDuration) {
        self.note(s, cx, v, Doing::Handling);
        if time > SimDuration::ZERO {
            self.timer(s, cx, v, time);
        } else {
            self.on_work(s, cx, v);
        }
    }

    /// A load has come over to the vehicle that waited for it.
    pub(super) fn took(&self, s: &mut VehiclesState, cx: &mut Ctx<'_>, part: PartId, link: LinkId) {
        let takes = |job: &Job, task| task == Task::Take && job.part == part && job.link == link;
        let at = s.vehicles.iter().position(|vehicle| takes(&vehicle.job, vehicle.task));
        let v = at.expect("a load only comes over to a vehicle that is there for it") as u16;
        s.vehicles[v as usize].task = Task::Loading;
        let station = s.vehicles[v as usize].job.pick;
        let time = cx.draw(&self.stations[station as usize].load);
        self.handle(s, cx, v, time);
    }

    /// Loading, unloading or charging is done.
    pub(super) fn on_work(&self, s: &mut VehiclesState, cx: &mut Ctx<'_>, v: u16) {
        match s.vehicles[v as usize].task {
            Task::Loading => {
                s.vehicles[v as usize].task = Task::Bring;
                if s.vehicles[v as usize].job.out.is_none() {
                    self.choose_out(s, cx, v);
                }
                if let Some(goal) = self.goal(s, v) {
                    self.go_to(s, cx, v, goal);
                }
            }
            Task::Unloading => self.hand_over(s, cx, v),
            Task::Charging => self.charged(s, cx, v),
            _ => {}
        }
    }

    fn hand_over(&self, s: &mut VehiclesState, cx: &mut Ctx<'_>, v: u16) {
        let Job { part, out, reserved, .. } = s.vehicles[v as usize].job;
        let gone = if reserved {
            cx.send_reserved(part, out)
        } else {
            cx.part_mut(part).via = out;
            cx.send(part)
        };
        if gone {
            self.handed_over(s, cx, v);
        } else {
            s.vehicles[v as usize].task = Task::Full;
            self.begin_wait(s, cx, v);
        }
    }

    /// The load is gone.
    pub(super) fn handed_over(&self, s: &mut VehiclesState, cx: &mut Ctx<'_>, v: u16) {
        s.vehicles[v as usize].tally.loads += 1;
        self.free(s, cx, v);
    }

    /// The vehicle has no job any more.
    pub(super) fn free(&self, s: &mut VehiclesState, cx: &mut Ctx<'_>, v: u16) {
        let vehicle = &mut s.vehicles[v as usize];
        vehicle.task = Task::Idle;
        vehicle.job = Job::NONE;
        vehicle.idle_since = cx.now();
        (vehicle.blocked, vehicle.told) = (None, false);
        self.note(s, cx, v, Doing::Idle);
        cx.at_rest();
        let low = self.battery(v).is_some_and(|battery| self.level(s, v) < battery.low);
        if low {
            self.to_charger(s, cx, v);
            return;
        }
        if !self.plan_ahead(s, cx, v) {
            cx.decide_later();
            self.idle_soon(cx, v);
            self.clear_soon(s, cx, v);
        }
    }

    pub(super) fn idle_soon(&self, cx: &mut Ctx<'_>, v: u16) {
        let at_any = self.battery(v).is_some_and(|b| b.strategy == Strategy::WhenIdle);
        if self.idle != Idle::Stay || at_any {
            cx.timer(self.idle_after, tag::IDLE, v);
        }
    }

    /// It has been idle long enough to go where idle vehicles go.
    pub(super) fn on_idle(&self, s: &mut VehiclesState, cx: &mut Ctx<'_>, v: u16) {
        let vehicle = &s.vehicles[v as usize];
        let is_due = cx.now() - vehicle.idle_since >= self.idle_after;
        if s.stopped || vehicle.task != Task::Idle || !vehicle.stands() || !is_due {
            return;
        }
        // The last thousandth is not worth a trip.
        let wants = |battery: &Battery| {
            battery.strategy == Strategy::WhenIdle && self.level(s, v) < 0.999 * battery.full
        };
        if self.battery(v).is_some_and(wants)
            && let Some(spot) = self.nearest_spot(s, v, true)
        {
            self.drive_to_spot(s, cx, v, Task::ToCharger, spot);
            return;
        }
        let (here, spot, start) = (vehicle.node, vehicle.spot, self.units[v as usize].start);
        match &self.idle {
            Idle::Stay => {}
            Idle::Park => {
                let parked = spot != NONE && self.spots[spot as usize].node == here;
                if let Some(spot) = self.nearest_spot(s, v, false).filter(|_| !parked) {
                    self.drive_to_spot(s, cx, v, Task::Park, spot);
                }
            }
            Idle::Home => {
                if here != start {
                    self.claim(s, cx, v, NONE);
                    s.vehicles[v as usize].task = Task::Park;
                    self.go_to(s, cx, v, start);
                }
            }
            Idle::Tour(_) => {
                let at = self.tour.iter().position(|stop| *stop == here);
                let next = at.map_or(0, |at| (at + 1) % self.tour.len());
                if self.tour[next] != here {
                    self.claim(s, cx, v, NONE);
                    s.vehicles[v as usize].task = Task::Tour(next as u16);
                    self.go_to(s, cx, v, self.tour[next]);
                }
            }
        }
    }

    fn drive_to_spot(
        &self,
        s: &mut VehiclesState,
        cx: &mut Ctx<'_>,
        v: u16,
        task: Task,
        spot: u32,
    ) {
        self.claim(s, cx, v, spot);
        s.vehicles[v as usize].task = task;
        self.go_to(s, cx, v, self.spots[spot as usize].node);
    }

    /// The nearest spot that nobody has claimed.
    fn nearest_spot(&self, s: &VehiclesState, v: u16, charges: bool) -> Option<u32> {
        let (class, from) = (self.class(s, v), self.committed(s, v));
        let first = self.stations.len() as u32;
        (0_u32..)
            .zip(&self.spots)
            .filter(|(spot, row)| {
                let claim = s.claims[*spot as usize];
                row.charges == charges && (claim == NOBODY || claim == v)
            })
            .map(|(spot, _)| (self.time(class, first + spot, from), spot))
            .min()
            .filter(|(time, _)| *time != NEVER)
            .map(|(_, spot)| spot)
    }

    /// The vehicle has `spot` from now on, and no other one.
    pub(super) fn claim(&self, s: &mut VehiclesState, cx: &mut Ctx<'_>, v: u16, spot: u32) {
        let old = std::mem::replace(&mut s.vehicles[v as usize].spot, spot);
        if spot != NONE {
            s.claims[spot as usize] = v;
        }
        if old == NONE || old == spot {
            return;
        }
        s.claims[old as usize] = NOBODY;
        if self.spots[old as usize].charges {
            let waits = s.vehicles.iter().position(|vehicle| {
                vehicle.task == Task::ToCharger && vehicle.spot == NONE && vehicle.stands()
            });
            if let Some(next) = waits {
                self.to_charger(s, cx, next as u16);
            }
        }
    }

    // Batteries.

    pub(super) fn battery(&self, v: u16) -> Option<&Battery> {
        self.fleets[self.units[v as usize].fleet as usize].battery.as_ref()
    }

    /// Share of the battery that is left at the time of the last change; 1 without one.
    pub(super) fn level(&self, s: &VehiclesState, v: u16) -> f64 {
        self.battery(v).map_or(1.0, |battery| s.vehicles[v as usize].level / battery.capacity)
    }

    fn to_charger(&self, s: &mut VehiclesState, cx: &mut Ctx<'_>, v: u16) {
        s.vehicles[v as usize].task = Task::ToCharger;
        if let Some(spot) = self.nearest_spot(s, v, true) {
            self.drive_to_spot(s, cx, v, Task::ToCharger, spot);
        } else {
            self.begin_wait(s, cx, v);
            self.clear_soon(s, cx, v);
        }
    }

    fn charge(&self, s: &mut VehiclesState, cx: &mut Ctx<'_>, v: u16) {
        if s.vehicles[v as usize].spot == NONE {
            self.to_charger(s, cx, v);
            return;
        }
        s.vehicles[v as usize].task = Task::Charging;
        self.note(s, cx, v, Doing::Charging);
        self.charge_on(s, cx, v);
    }

    fn charge_on(&self, s: &mut VehiclesState, cx: &mut Ctx<'_>, v: u16) {
        let Some(battery) = self.battery(v) else { return };
        let level = self.level(s, v);
        // A millionth of the battery is nothing: rounding of times does not keep anyone at the charger.
        let goal = if level < battery.enough - 1e-6 { battery.enough } else { battery.full };
        let time = ((goal - level) * battery.capacity / battery.charging).max(0.0);
        self.timer(s, cx, v, SimDuration::from_seconds(time));
    }

    fn charged(&self, s: &mut VehiclesState, cx: &mut Ctx<'_>, v: u16) {
        self.note(s, cx, v, Doing::Charging);
        let Some(battery) = self.battery(v) else { return };
        if self.level(s, v) >= battery.full - 1e-6 {
            self.free(s, cx, v);
        } else {
            cx.decide_later();
            self.charge_on(s, cx, v);
        }
    }

    /// Power that goes into the battery, W.
    fn power(&self, s: &VehiclesState, v: u16, battery: &Battery) -> f64 {
        let vehicle = &s.vehicles[v as usize];
        let spot = self.spot_of[vehicle.node as usize];
        let at_charger = spot != NONE && self.spots[spot as usize].charges;
        let fed = battery.strategy == Strategy::AtStations
            && at_charger
            && vehicle.motion == Motion::Standing;
        match vehicle.doing {
            Doing::Charging => battery.charging,
            Doing::Idle | Doing::Handling | Doing::Waiting if fed => battery.charging,
            Doing::Idle | Doing::Handling | Doing::Waiting => -battery.standing,
            Doing::Empty | Doing::Loaded => -battery.driving,
        }
    }

    /// The vehicle does something else from now on.
    pub(super) fn note(&self, s: &mut VehiclesState, cx: &mut Ctx<'_>, v: u16, doing: Doing) {
        self.account(s, cx, v);
        let vehicle = &mut s.vehicles[v as usize];
        vehicle.doing = doing;
        let job = vehicle.task.is_job();
        let activity = if s.stopped {
            cx.stop_activity()
        } else {
            match doing {
                Doing::Charging => Activity::Maintained,
                Doing::Waiting if job => Activity::Blocked,
                Doing::Empty | Doing::Loaded | Doing::Handling if job => Activity::Working,
                _ => Activity::Starved,
            }
        };
        cx.set_activity(u32::from(v), activity);
    }

    /// Books the time since the last change.
    pub(super) fn account(&self, s: &mut VehiclesState, cx: &mut Ctx<'_>, v: u16) {
        let power = self.battery(v).map(|battery| self.power(s, v, battery));
        let vehicle = &mut s.vehicles[v as usize];
        let spent = cx.now() - vehicle.since;
        vehicle.since = cx.now();
        // While all stand still, time goes to no activity of theirs.
        if !s.stopped {
            vehicle.tally.spent[vehicle.doing as usize] += spent.ns();
        }
        let (Some(power), Some(battery)) = (power, self.battery(v)) else { return };
        let power = if s.stopped { -battery.standing } else { power };
        let most = vehicle.level.max(battery.capacity * battery.full);
        vehicle.level = (vehicle.level + power * spent.seconds()).min(most);
        if vehicle.level > 0.0 {
            vehicle.ran_down = false;
        } else {
            vehicle.level = 0.0;
            if !std::mem::replace(&mut vehicle.ran_down, true) {
                let (name, node) =
                    (&self.units[v as usize].name, &self.network.names[vehicle.node as usize]);
                cx.report(format!("the battery of {name} ran down near \"{node}\""));
            }
        }
    }
}
