//! Workers: who is called, who comes, who waits.
//!
//! A call names a need: how many workers, of which pools, how urgent. The whole crew is taken at once or the call waits;
//! waiting calls are served by priority, then in the order in which they were made. Who becomes free while calls wait is given
//! out at the end of the instant: a station that goes on with its next job may have the better claim. Workers walk from where they
//! worked last. One who is at work at the end of the shift finishes that work first.

use nalgebra::Vector3;
use serde::{Deserialize, Serialize};

use super::clock::{Activity, Clock};
use super::contract::Signal;
use super::model::Model;
use super::state::{Core, Event, Soon, order};
use crate::id::{EquipmentId, PoolId};
use crate::kernel::EventKey;
use crate::units::{SimDuration, SimTime};

/// Who has called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Caller {
    /// An equipment, with an argument of its own.
    Equipment(u16),
    /// A cause of a standstill: repair, maintenance.
    Cause(u32),
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Worker {
    pool: PoolId,
    at: Vector3<f64>,
    /// The call that the worker is out on.
    call: Option<u32>,
    on_shift: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Call {
    need: u32,
    equipment: EquipmentId,
    caller: Caller,
    number: u64,
    /// Rows of the workers that have been taken; empty while the call waits.
    crew: Vec<u32>,
    /// Their arrival, while they walk.
    arrival: EventKey,
    open: bool,
}

/// One worker as he can be seen from outside.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WorkerSight {
    /// His pool.
    pub pool: PoolId,
    /// Where he is, or goes (m).
    pub at: Vector3<f64>,
    /// Whom he works for, or walks to.
    pub helps: Option<EquipmentId>,
    /// Whether he is at work.
    pub on_shift: bool,
}

/// All workers and all calls.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Crews {
    workers: Vec<Worker>,
    clocks: Vec<Clock>,
    calls: Vec<Call>,
    free: Vec<u32>,
    /// Calls that wait, most urgent first.
    waiting: Vec<u32>,
    /// Workers have become free, and it is not settled yet where they go.
    serving: bool,
    made: u64,
}

/// A call for workers, to be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallLook {
    /// Row of [`Model::needs`].
    pub need: u32,
    /// Whether the workers have been found; else the call waits for them.
    pub is_found: bool,
    /// Whether they are still on their way.
    pub is_walking: bool,
}

impl Crews {
    /// How it stands with call `id`.
    pub(super) fn look(&self, id: u32) -> CallLook {
        let call = &self.calls[id as usize];
        let is_walking = !call.arrival.is_none();
        CallLook { need: call.need, is_found: !call.crew.is_empty(), is_walking }
    }

    /// The calls that `equipment` itself has made, and whose workers are not there yet.
    pub(super) fn calls_of(&self, equipment: EquipmentId) -> Vec<CallLook> {
        let own = |call: &Call| {
            call.open
                && call.equipment == equipment
                && matches!(call.caller, Caller::Equipment(_))
                && (call.crew.is_empty() || !call.arrival.is_none())
        };
        (0..self.calls.len() as u32)
            .filter(|id| own(&self.calls[*id as usize]))
            .map(|id| self.look(id))
            .collect()
    }

    /// Where each worker of a pool is at work.
    pub(super) fn whereabouts(&self, pool: usize) -> Vec<Option<EquipmentId>> {
        let workers = self.workers.iter().filter(|worker| worker.pool.index() == pool);
        workers.map(|worker| worker.call.map(|call| self.calls[call as usize].equipment)).collect()
    }

    pub(super) fn new(model: &Model) -> Self {
        let mut workers = Vec::new();
        for (index, pool) in model.pools.iter().enumerate() {
            let worker = Worker {
                pool: PoolId::from_index(index),
                at: pool.home,
                call: None,
                on_shift: true,
            };
            workers.extend(std::iter::repeat_n(worker, pool.count as usize));
        }
        let clocks = vec![Clock::default(); workers.len()];
        Self { workers, clocks, ..Self::default() }
    }

    pub(super) fn clocks(&self) -> &[Clock] {
        &self.clocks
    }

    /// All workers, pool by pool.
    pub(super) fn sights(&self) -> impl Iterator<Item = WorkerSight> + '_ {
        self.workers.iter().map(|worker| WorkerSight {
            pool: worker.pool,
            at: worker.at,
            helps: worker.call.map(|call| self.calls[call as usize].equipment),
            on_shift: worker.on_shift,
        })
    }

    pub(super) fn reset(&mut self, now: SimTime) {
        self.clocks.iter_mut().for_each(|clock| clock.reset(now));
    }

    /// The workers whom `need` would get now, or nobody if they are too few. The nearest come first.
    fn pick(&self, model: &Model, need: u32, place: Vector3<f64>) -> Vec<u32> {
        let need = &model.needs[need as usize];
        let mut able: Vec<(usize, f64, u32)> = Vec::new();
        for (row, worker) in self.workers.iter().enumerate() {
            if worker.call.is_some() || !worker.on_shift {
                continue;
            }
            if let Some(rank) = need.pools.iter().position(|pool| *pool == worker.pool) {
                able.push((rank, (worker.at - place).norm(), row as u32));
            }
        }
        if able.len() < need.count as usize {
            return Vec::new();
        }
        able.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.cmp(&b.2)));
        able.truncate(need.count as usize);
        able.into_iter().map(|(_, _, row)| row).collect()
    }
}

impl Core {
    pub(super) fn call_crew(
        &mut self,
        model: &Model,
        need: u32,
        equipment: EquipmentId,
        caller: Caller,
    ) -> u32 {
        let number = self.crews.made;
        self.crews.made += 1;
        let call = Call {
            need,
            equipment,
            caller,
            number,
            crew: Vec::new(),
            arrival: EventKey::NONE,
            open: true,
        };
        let id = if let Some(id) = self.crews.free.pop() {
            self.crews.calls[id as usize] = call;
            id
        } else {
            self.crews.calls.push(call);
            self.crews.calls.len() as u32 - 1
        };
        if self.crews.serving || !self.dispatch_crew(model, id) {
            let rank = |id: u32| {
                let call = &self.crews.calls[id as usize];
                (model.needs[call.need as usize].priority, call.number)
            };
            let at = self.crews.waiting.partition_point(|other| rank(*other) < rank(id));
            self.crews.waiting.insert(at, id);
        }
        id
    }

    /// Whether the crew of `need` could be had at `equipment` now.
    pub(super) fn has_crew(&self, model: &Model, need: u32, equipment: EquipmentId) -> bool {
        let place = model.row(equipment).pose.translation.vector;
        !self.crews.pick(model, need, place).is_empty()
    }

    /// Sends the crew of `call` on its way, if it can be had.
    fn dispatch_crew(&mut self, model: &Model, id: u32) -> bool {
        let call = &self.crews.calls[id as usize];
        let place = model.row(call.equipment).pose.translation.vector;
        let crew = self.crews.pick(model, call.need, place);
        if crew.is_empty() {
            return false;
        }
        let mut walk_s: f64 = 0.0;
        for row in &crew {
            let worker = &mut self.crews.workers[*row as usize];
            let speed = model.pools[worker.pool.index()].speed_mps;
            walk_s = walk_s.max((worker.at - place).norm() / speed);
            worker.call = Some(id);
            worker.at = place;
            self.crews.clocks[*row as usize].switch(Activity::Working, self.now);
        }
        self.crews.calls[id as usize].crew = crew;
        let walk = SimDuration::from_seconds(walk_s);
        if walk == SimDuration::ZERO {
            self.crew_arrives(model, id);
        } else {
            let key = self.schedule(walk, order::FLOW, Event::CrewArrives(id));
            self.crews.calls[id as usize].arrival = key;
        }
        true
    }

    pub(super) fn crew_arrives(&mut self, model: &Model, id: u32) {
        let call = &mut self.crews.calls[id as usize];
        call.arrival = EventKey::NONE;
        if !call.open {
            // Called off while they walked.
            self.end_call(id);
            return;
        }
        match call.caller {
            Caller::Equipment(_) => {
                let number = call.number;
                self.soon.push(Soon::Crew { call: id, number });
            }
            Caller::Cause(c) => self.begin_repair(model, c),
        }
    }

    /// Whom to tell that the crew of `call` is there; nobody, if the call was taken back in the same instant.
    pub(super) fn crew_caller(&self, call: u32, number: u64) -> Option<(EquipmentId, Signal)> {
        let call = &self.crews.calls[call as usize];
        match call.caller {
            Caller::Equipment(arg) if call.open && call.number == number => {
                Some((call.equipment, Signal::Crew(arg)))
            }
            _ => None,
        }
    }

    pub(super) fn dismiss_crew(&mut self, id: u32) {
        if let Some(at) = self.crews.waiting.iter().position(|other| *other == id) {
            self.crews.waiting.remove(at);
        }
        let call = &mut self.crews.calls[id as usize];
        if !call.arrival.is_none() {
            // They walk on to where they were called, and are free there.
            call.open = false;
            return;
        }
        self.end_call(id);
    }

    fn end_call(&mut self, id: u32) {
        let call = &mut self.crews.calls[id as usize];
        let crew = std::mem::take(&mut call.crew);
        call.open = false;
        self.crews.free.push(id);
        for row in &crew {
            let worker = &mut self.crews.workers[*row as usize];
            worker.call = None;
            let activity = if worker.on_shift { Activity::Starved } else { Activity::OffShift };
            self.crews.clocks[*row as usize].switch(activity, self.now);
        }
        if !crew.is_empty() {
            self.workers_free();
        }
    }

    /// Workers are free: whoever waits for them is served at the end of this instant.
    fn workers_free(&mut self) {
        let awaited = !self.crews.waiting.is_empty() || self.availability.has_put_off();
        if awaited && !std::mem::replace(&mut self.crews.serving, true) {
            self.calendar.schedule(self.now, order::SERVE, Event::ServeCalls);
        }
    }

    /// Tries every waiting call once, in order; one that cannot be served does not hold up the others. Then what has been
    /// put off for want of workers has its turn.
    pub(super) fn serve_calls(&mut self, model: &Model) {
        self.crews.serving = false;
        let mut at = 0;
        while at < self.crews.waiting.len() {
            let id = self.crews.waiting[at];
            if self.dispatch_crew(model, id) {
                self.crews.waiting.remove(at);
            } else {
                at += 1;
            }
        }
        self.call_up(model);
    }

    pub(super) fn pools_shift(&mut self, model: &Model, calendar: usize, on: bool) {
        let mut any = false;
        for row in 0..self.crews.workers.len() {
            let worker = &mut self.crews.workers[row];
            let hours = model.pools[worker.pool.index()].calendar;
            if hours.is_none_or(|hours| hours.index() != calendar) {
                continue;
            }
            worker.on_shift = on;
            any = true;
            if worker.call.is_none() {
                let activity = if on { Activity::Starved } else { Activity::OffShift };
                self.crews.clocks[row].switch(activity, self.now);
            }
        }
        if any && on {
            self.workers_free();
        }
    }
}
