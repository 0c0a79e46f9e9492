//! Vehicles: AGVs and AMRs on guide-paths.
//!
//! | file | idea |
//! |---|---|
//! | `spec` | what a plant file says |
//! | `compile` | checks, and rows of fleets, vehicles, stations |
//! | `bind` | connections and their stations |
//! | `network` | nodes, edges, zones |
//! | `motion` | speed profiles in closed form |
//! | `route` | the way to a place |
//! | `drive` | from node to node, reserving ahead |
//! | `traffic` | zones, standing in line, making way |
//! | `deadlock` | those that wait for each other |
//! | `watch` | what is told of them |
//! | `dispatch` | which vehicle fetches which load |
//! | `work` | loading, unloading, idling, charging |
//! | `figures` | what came of it |
//! | `look` | where vehicles are, for views and tests |

mod bind;
mod compile;
mod deadlock;
mod dispatch;
mod drive;
mod figures;
mod look;
mod motion;
mod network;
mod route;
mod spec;
mod state;
#[cfg(test)]
mod tests;
mod traffic;
mod watch;
mod work;

pub use compile::Vehicles;
pub use look::Sight;
pub use spec::{
    BatterySpec, FleetSpec, Idle, LoadRule, Only, PathFields, PathSpec, StationSpec, Strategy,
    TravelSpec, VehicleRule, VehiclesSpec,
};
pub use state::VehiclesState;

use state::{Doing, Motion, Task};

use crate::engine::{Candidate, Compile, Core, Ctx, Equipment, Interrupt};
use crate::id::{LinkId, PartId};

/// What a timer is for.
mod tag {
    /// The next thing that a vehicle comes to.
    pub(super) const NEXT: u8 = 0;
    /// A vehicle may have been idle long enough.
    pub(super) const IDLE: u8 = 1;
    /// Somebody may have stood for too long.
    pub(super) const WATCH: u8 = 2;
    /// A deadlock may be resolved now.
    pub(super) const RETRY: u8 = 3;
    /// An idle vehicle may be in somebody's way.
    pub(super) const CLEAR: u8 = 4;
}

impl Equipment for Vehicles {
    const KIND: &'static str = "Vehicles";
    type Spec = VehiclesSpec;
    type State = VehiclesState;

    fn compile(spec: VehiclesSpec, cx: &mut Compile<'_>) -> Self {
        Self::build(spec, cx)
    }

    fn linked(&mut self, cx: &mut Compile<'_>) {
        self.bind(cx);
    }

    fn initial(&self) -> VehiclesState {
        self.first_state()
    }

    fn places(&self) -> u32 {
        self.units.len() as u32
    }

    fn is_selective(&self) -> bool {
        true
    }

    fn reserves_ahead(&self) -> bool {
        self.reserves
    }

    fn start(&self, state: &mut VehiclesState, cx: &mut Ctx<'_>) {
        cx.open_endless();
        for v in 0..self.units.len() as u16 {
            if !self.plan_ahead(state, cx, v) {
                self.idle_soon(cx, v);
            }
        }
    }

    fn on_timer(&self, state: &mut VehiclesState, cx: &mut Ctx<'_>, tag: u8, arg: u16) {
        match tag {
            tag::NEXT if state.vehicles[arg as usize].motion == Motion::Standing => {
                self.on_work(state, cx, arg);
            }
            tag::NEXT => self.on_motion(state, cx, arg),
            tag::IDLE => self.on_idle(state, cx, arg),
            tag::WATCH => self.watch(state, cx),
            tag::CLEAR => self.clear(state, cx, arg),
            _ if state.stopped => state.stuck = true,
            _ => self.retry(state, cx),
        }
    }

    fn on_enter(&self, state: &mut VehiclesState, cx: &mut Ctx<'_>, part: PartId, link: LinkId) {
        self.took(state, cx, part, link);
    }

    fn give(
        &self,
        state: &mut VehiclesState,
        cx: &mut Ctx<'_>,
        link: LinkId,
        wanted: Option<PartId>,
    ) -> Option<PartId> {
        if state.stopped {
            return None;
        }
        let full = |state: &VehiclesState| {
            let here = (0_u16..).zip(&state.vehicles).filter(|(_, vehicle)| {
                vehicle.task == Task::Full
                    && vehicle.job.out == link
                    && wanted.is_none_or(|wanted| wanted == vehicle.job.part)
            });
            here.min_by_key(|(v, vehicle)| (vehicle.blocked, *v)).map(|(v, _)| v)
        };
        let Some(v) = full(state) else {
            if self.reserves && wanted.is_none() {
                // Room where loads go: perhaps one can be fetched.
                cx.decide_later();
            }
            return None;
        };
        let part = state.vehicles[v as usize].job.part;
        self.handed_over(state, cx, v);
        if full(state).is_some() {
            cx.wait(link);
        }
        Some(part)
    }

    fn list(&self, state: &VehiclesState, _core: &Core, link: LinkId, out: &mut Vec<Candidate>) {
        if state.stopped {
            return;
        }
        for vehicle in &state.vehicles {
            if vehicle.task == Task::Full && vehicle.job.out == link {
                out.push(Candidate { part: vehicle.job.part, link });
            }
        }
    }

    fn select(
        &self,
        state: &mut VehiclesState,
        cx: &mut Ctx<'_>,
        candidates: &[Candidate],
        picks: &mut Vec<usize>,
    ) {
        self.choose(state, cx, candidates, picks);
    }

    fn on_decide(&self, state: &mut VehiclesState, cx: &mut Ctx<'_>) {
        if !state.stopped {
            self.drop_void_jobs(state, cx);
        }
    }

    fn is_busy(&self, state: &VehiclesState) -> bool {
        state.vehicles.iter().any(|vehicle| vehicle.task.is_job() && vehicle.task != Task::Full)
    }

    fn on_stop(&self, state: &mut VehiclesState, cx: &mut Ctx<'_>, _how: Interrupt) {
        cx.shut(true);
        for v in 0..self.units.len() as u16 {
            if !state.stopped {
                self.freeze(state, cx, v);
                self.account(state, cx, v);
            }
            cx.set_activity(u32::from(v), cx.stop_activity());
        }
        state.stopped = true;
    }

    fn on_go(&self, state: &mut VehiclesState, cx: &mut Ctx<'_>) {
        cx.shut(false);
        if !state.stopped {
            return;
        }
        for v in 0..self.units.len() as u16 {
            self.account(state, cx, v);
        }
        state.stopped = false;
        for v in 0..self.units.len() as u16 {
            let doing = state.vehicles[v as usize].doing;
            self.note(state, cx, v, doing);
            self.thaw(state, cx, v);
            match state.vehicles[v as usize].task {
                Task::Full => {
                    let part = state.vehicles[v as usize].job.part;
                    cx.offer(part);
                }
                Task::Idle if doing == Doing::Idle => self.idle_soon(cx, v),
                _ => {}
            }
        }
        cx.decide_later();
    }

    fn reset_figures(&self, state: &mut VehiclesState, core: &Core) {
        self.reset(state, core);
    }

    fn figures(&self, state: &VehiclesState, core: &Core, out: &mut Vec<(String, f64)>) {
        self.add_figures(state, core, out);
    }

    fn contents(&self, state: &VehiclesState, out: &mut Vec<PartId>) {
        for vehicle in &state.vehicles {
            if matches!(vehicle.task, Task::Loading | Task::Bring | Task::Unloading | Task::Full) {
                out.push(vehicle.job.part);
            }
        }
    }
}
