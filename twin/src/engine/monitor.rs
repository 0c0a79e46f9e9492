//! Statistics for whoever watches a run: the distribution of the work in process over time, and the shifting bottleneck.
//!
//! They belong to the [`Log`](super::Log), not to the state: a run is the same whether or not anybody listens, and one that
//! nobody listens to does not pay for them. Memory follows the plant, not the length of the run.

use super::clock::Activity;
use super::model::Model;
use super::state::State;
use crate::id::EquipmentId;
use crate::stats::{Histogram, Shifting, Spent};
use crate::units::SimTime;

/// Watches a run.
#[derive(Clone, Debug)]
pub struct Monitor {
    /// Parts in the plant, weighted with the nanoseconds for which they were so many.
    wip: Histogram,
    parts: u32,
    since: SimTime,
    shifting: Shifting,
}

/// What a monitor has seen over the window.
#[derive(Clone, Debug)]
pub struct Watched {
    /// Parts in the plant, weighted with the nanoseconds for which they were so many.
    pub wip: Histogram,
    /// Time for which each equipment was the momentary bottleneck, by [`EquipmentId`].
    pub bottleneck: Vec<Spent>,
}

impl Monitor {
    /// Watches from the present of `state` on. Only equipment where parts are worked on can be a bottleneck.
    pub fn new(model: &Model, state: &State) -> Self {
        let mut machines = vec![0; model.n_places];
        for (index, row) in model.equipment.iter().enumerate() {
            machines[row.places.start as usize..row.places.end as usize].fill(index as u32);
        }
        let mut shifting = Shifting::new(machines, model.equipment.len());
        let now = state.now();
        for (index, row) in model.equipment.iter().enumerate().filter(|(_, row)| row.processor) {
            let clocks = state.clocks(model, EquipmentId::from_index(index));
            for (place, clock) in row.places.clone().zip(clocks) {
                if clock.activity().is_active() {
                    shifting.begin(place, now);
                }
            }
        }
        let parts = state.plant_traffic().content;
        Self { wip: Histogram::default(), parts, since: now, shifting }
    }

    /// Place `place`, of all, of equipment where parts are worked on goes over to another activity.
    #[inline]
    pub(super) fn switch(&mut self, place: u32, was: Activity, next: Activity, now: SimTime) {
        match (was.is_active(), next.is_active()) {
            (false, true) => self.shifting.begin(place, now),
            (true, false) => self.shifting.end(place, now),
            _ => {}
        }
    }

    /// There are `parts` in the plant from now on.
    pub(super) fn content(&mut self, parts: u32, now: SimTime) {
        self.wip.record_times(i64::from(self.parts), (now - self.since).ns() as u64);
        (self.parts, self.since) = (parts, now);
    }

    /// The warm-up ends.
    pub fn restart(&mut self, now: SimTime) {
        self.wip.reset();
        self.since = now;
        self.shifting.restart(now);
    }

    /// What has been seen up to `now`.
    pub fn watched(&self, now: SimTime) -> Watched {
        let mut wip = self.wip.clone();
        wip.record_times(i64::from(self.parts), (now - self.since).ns() as u64);
        Watched { wip, bottleneck: self.shifting.spent(now) }
    }
}
