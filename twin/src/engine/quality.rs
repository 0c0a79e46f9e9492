//! Quality: where defects arise, and what becomes of them.
//!
//! A process makes a part defective with a probability that grows with the wear of its tool,
//!
//! ```text
//! p = defects + per_cycle · parts since the last change + per_hour · working hours since the last change
//! ```
//!
//! and jumps to `drift.defects` when the process goes out of control: with the n-th part, or after so much work, n or the
//! time drawn anew each time. Planned maintenance ends wear and drift, as does a repair that renews. An inspection that
//! raises an alarm calls for the maintenance that waits for a call; if there is none, it ends the drift at once. Defects arise, and are repaired, at the end of an operation.
//!
//! A part remembers the first step at which a defect arose, so that rework which begins anew before that step mends it.

use serde::{Deserialize, Serialize};

use super::clock::Activity;
use super::context::Ctx;
use super::model::{Draw, Model};
use super::state::{Core, State};
use crate::id::{EquipmentId, PartId, ProductId, StreamId};
use crate::random::Streams;

/// In place of a row of [`Model::processes`]: no defects arise here.
pub const NO_PROCESS: u32 = u32::MAX;

/// How an equipment makes and mends defects.
#[derive(Clone, Debug)]
pub struct Process {
    /// Whose.
    pub equipment: EquipmentId,
    /// Share of the parts that become defective with a new tool.
    pub defects: f64,
    /// What is added to it for each part since the tool was changed.
    pub per_cycle: f64,
    /// What is added to it for each second of work since.
    pub per_second: f64,
    /// How it goes out of control.
    pub drift: Option<Drift>,
    /// Share of the defective parts that are mended here.
    pub repairs: f64,
    /// Its random stream.
    pub stream: StreamId,
}

/// How a process goes out of control.
#[derive(Clone, Debug)]
pub struct Drift {
    /// When.
    pub after: DriftAfter,
    /// Share of the parts that become defective from then on, if that is more than without it.
    pub defects: f64,
}

/// When a process goes out of control, counted from when it was last known to be in control.
#[derive(Clone, Debug)]
pub enum DriftAfter {
    /// After so much work.
    Work(Draw),
    /// With the n-th part.
    Parts(Draw<f64>),
}

/// The state of a process.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct ProcessState {
    /// Parts since the tool was changed.
    parts: u64,
    /// Working time at the last change and at the last correction, on the clocks of the places, ns.
    changed_ns: i128,
    corrected_ns: i128,
    /// Parts since the last correction.
    parts_in_control: u64,
    /// When it goes out of control: ns of work, or the number of a part.
    limit: f64,
    figures: Vec<Made>,
}

/// What a process has made of one product. Repeated operations count apart, so that the first pass can be told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    /// Parts worked on, repeated work included.
    pub parts: u64,
    /// Defects that arose in them.
    pub defects: u64,
    /// Parts worked on that had not been reworked before.
    pub first_parts: u64,
    /// Defects that arose in these.
    pub first_defects: u64,
    /// Defective parts that were mended.
    pub mended: u64,
}

impl Made {
    /// Share of the parts without rework in which no defect arose; `None` without any.
    pub fn first_pass_yield(&self) -> Option<f64> {
        let good = self.first_parts - self.first_defects;
        (self.first_parts > 0).then(|| good as f64 / self.first_parts as f64)
    }

    fn add(&mut self, other: &Self) {
        self.parts += other.parts;
        self.defects += other.defects;
        self.first_parts += other.first_parts;
        self.first_defects += other.first_defects;
        self.mended += other.mended;
    }
}

impl Process {
    /// Draws when the process goes out of control next.
    fn limit(&self, streams: &mut Streams) -> f64 {
        match self.drift.as_ref().map(|drift| &drift.after) {
            None => f64::INFINITY,
            Some(DriftAfter::Work(draw)) => {
                draw.sampler.sample(streams.get(draw.stream)).ns() as f64
            }
            Some(DriftAfter::Parts(draw)) => draw.sampler.sample(streams.get(draw.stream)).round(),
        }
    }

    /// Probability that the part that has just been worked on has become defective.
    fn chance(&self, state: &ProcessState, worked_ns: i128) -> f64 {
        let seconds = |since: i128| (worked_ns - since) as f64 * 1e-9;
        let worn = self.defects
            + self.per_cycle * state.parts as f64
            + self.per_second * seconds(state.changed_ns);
        let Some(drift) = &self.drift else { return worn };
        let out = match drift.after {
            DriftAfter::Work(_) => (worked_ns - state.corrected_ns) as f64 >= state.limit,
            DriftAfter::Parts(_) => (state.parts_in_control + 1) as f64 >= state.limit,
        };
        if out { worn.max(drift.defects) } else { worn }
    }
}

impl Ctx<'_> {
    /// The operation of process `row` on `id` is done.
    pub(super) fn make(&mut self, row: u32, id: PartId) {
        let process = &self.model.processes[row as usize];
        let worked_ns = self.core.worked_ns(self.model, self.me);
        let state = &mut self.core.processes[row as usize];
        let stream = self.core.streams.get(process.stream);
        let part = self.core.parts.get_mut(id);
        let made = &mut state.figures[part.product.index()];
        if part.is_defective() && process.repairs > 0.0 && stream.chance(process.repairs) {
            part.defect = 0;
            made.mended += 1;
        }
        let first = u64::from(part.reworks == 0);
        made.parts += 1;
        made.first_parts += first;
        if stream.chance(process.chance(state, worked_ns)) {
            let made = &mut state.figures[part.product.index()];
            made.defects += 1;
            made.first_defects += first;
            part.make_defective();
        }
        state.parts += 1;
        state.parts_in_control += 1;
    }

    /// The process of `equipment` is found to be out of control: calls for the maintenance that waits for that; if there is
    /// none, it is brought back under control at once.
    pub fn raise_alarm(&mut self, equipment: EquipmentId) {
        if !self.core.call_maintenance(self.model, equipment) {
            self.core.correct(self.model, equipment);
        }
    }
}

impl Core {
    /// Time that the places of `equipment` have worked together since the start of the window, ns.
    fn worked_ns(&self, model: &Model, equipment: EquipmentId) -> i128 {
        let places = &model.row(equipment).places;
        let clocks = &self.clocks[places.start as usize..places.end as usize];
        let working = |all: [i64; Activity::COUNT]| i128::from(all[Activity::Working as usize]);
        clocks.iter().map(|clock| working(clock.spent_ns(self.now))).sum()
    }

    fn correct(&mut self, model: &Model, equipment: EquipmentId) {
        let row = model.row(equipment).process;
        if row == NO_PROCESS {
            return;
        }
        let worked_ns = self.worked_ns(model, equipment);
        let limit = model.processes[row as usize].limit(&mut self.streams);
        let state = &mut self.processes[row as usize];
        state.corrected_ns = worked_ns;
        (state.parts_in_control, state.limit) = (0, limit);
    }

    /// The tool of `equipment` is as new, and its process under control.
    pub(super) fn change_tool(&mut self, model: &Model, equipment: EquipmentId) {
        let row = model.row(equipment).process;
        if row != NO_PROCESS {
            self.correct(model, equipment);
            let state = &mut self.processes[row as usize];
            (state.parts, state.changed_ns) = (0, state.corrected_ns);
        }
    }

    /// All processes at the start.
    pub(super) fn start_processes(model: &Model, streams: &mut Streams) -> Vec<ProcessState> {
        let fresh = |process: &Process| ProcessState {
            limit: process.limit(streams),
            figures: vec![Made::default(); model.products.len()],
            ..ProcessState::default()
        };
        model.processes.iter().map(fresh).collect()
    }

    /// The clocks are about to forget all that was: working time goes on from zero.
    pub(super) fn reset_processes(&mut self, model: &Model) {
        for row in 0..self.processes.len() {
            let worked_ns = self.worked_ns(model, model.processes[row].equipment);
            let state = &mut self.processes[row];
            state.changed_ns -= worked_ns;
            state.corrected_ns -= worked_ns;
            state.figures.iter_mut().for_each(|made| *made = Made::default());
        }
    }

    /// What the process of `equipment` has made of `product`; `None` if no defects arise there.
    pub fn made(&self, model: &Model, equipment: EquipmentId, product: ProductId) -> Option<Made> {
        let state = self.processes.get(model.row(equipment).process as usize)?;
        state.figures.get(product.index()).copied()
    }

    /// Figures of the process of `equipment`, if it has one.
    pub(super) fn process_figures(
        &self,
        model: &Model,
        equipment: EquipmentId,
        out: &mut Vec<(String, f64)>,
    ) {
        let Some(state) = self.processes.get(model.row(equipment).process as usize) else { return };
        let mut all = Made::default();
        state.figures.iter().for_each(|made| all.add(made));
        let share = |n: u64| if all.parts == 0 { 0.0 } else { n as f64 / all.parts as f64 };
        out.push(("defect_share".to_owned(), share(all.defects)));
        out.push(("mended_share".to_owned(), share(all.mended)));
        out.push(("first_pass_yield".to_owned(), all.first_pass_yield().unwrap_or(1.0)));
    }
}

impl State {
    /// Rolled throughput yield of `product`: the product of the first-pass yields of all processes that it went through, the
    /// share of parts in which no defect arises anywhere. 1 if it went through none.
    pub fn rolled_throughput_yield(&self, product: ProductId) -> f64 {
        let made = self.core.processes.iter().map(|state| state.figures[product.index()]);
        made.filter_map(|made| made.first_pass_yield()).product()
    }

    /// Parts of `product` that were lost in `equipment`.
    pub fn scrapped_at(&self, equipment: EquipmentId, product: ProductId) -> u64 {
        self.core.scrapped.get(&(equipment, product)).copied().unwrap_or(0)
    }
}
