//! What temperature does to equipment while a run goes on: it works more slowly, switches itself off, spoils parts.
//!
//! Temperatures come in from outside, as commands ([`Action::Temperature`](super::Action::Temperature)); the engine solves no fields. A speed holds
//! for work that begins from then on, and a thermal switch stops work in hand until it is cold enough. Until the first such
//! command nothing here changes anything, and nothing of it stands in snapshots.

use serde::{Deserialize, Serialize};

use super::clock::Activity;
use super::context::Ctx;
use super::hall::Heated;
use super::model::Model;
use super::state::State;
use crate::id::{EquipmentId, PartId};
use crate::random::Stream;

/// What all equipment with heat feels; empty until any has been told.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Warmth(Vec<Felt>);

/// What one equipment feels.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Felt {
    speed: f64,
    defects: f64,
    is_off: bool,
    /// Parts in which heat has brought about a defect, over the window.
    spoiled: u64,
    stream: Stream,
}

impl Warmth {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether it can be that of `model`.
    pub(super) fn fits(&self, model: &Model) -> bool {
        let heated = model.hall.as_ref().map_or(0, |hall| hall.heated.len());
        self.is_empty() || self.0.len() == heated
    }

    /// Speed factor of row `row` of [`Hall::heated`](super::Hall::heated).
    #[inline]
    pub(super) fn speed(&self, row: u32) -> f64 {
        self.0.get(row as usize).map_or(1.0, |felt| felt.speed)
    }

    /// Whether its thermal switch is off.
    #[inline]
    pub(super) fn is_tripped(&self, row: u32) -> bool {
        self.0.get(row as usize).is_some_and(|felt| felt.is_off)
    }

    pub(super) fn reset(&mut self) {
        self.0.iter_mut().for_each(|felt| felt.spoiled = 0);
    }
}

impl State {
    /// `equipment` has the temperature `celsius` from now on.
    pub(super) fn feel(&mut self, model: &Model, equipment: EquipmentId, celsius: f64) {
        let Some((row, hall)) = model.row(equipment).heated.zip(model.hall.as_ref()) else {
            return;
        };
        if self.core.warmth.is_empty() {
            self.core.warmth = self.unmoved(model);
        }
        let response = &hall.heated[row as usize].response;
        let felt = &mut self.core.warmth.0[row as usize];
        felt.speed = response.speed_at(celsius);
        felt.defects = response.defects_at(celsius);
        let is_off = response.is_tripped_at(celsius, felt.is_off);
        if std::mem::replace(&mut felt.is_off, is_off) != is_off {
            self.switch_by_heat(model, equipment, !is_off);
        }
    }

    /// All equipment with heat, as if none felt any.
    fn unmoved(&self, model: &Model) -> Warmth {
        let heated = model.hall.iter().flat_map(|hall| &hall.heated);
        let (seed, replication) = (self.core.seed, self.core.replication);
        let unmoved = |heated: &Heated| {
            let name = format!("{}/heat", model.row(heated.equipment).name);
            let stream = Stream::new(seed, replication, &name);
            Felt { speed: 1.0, defects: 0.0, is_off: false, spoiled: 0, stream }
        };
        Warmth(heated.map(unmoved).collect())
    }

    /// Speed that temperature leaves to `equipment`: 1, less where it is derated, 0 where its thermal switch is off.
    pub fn speed_left(&self, model: &Model, equipment: EquipmentId) -> f64 {
        let row = model.row(equipment).heated;
        row.map_or(1.0, |row| {
            if self.core.warmth.is_tripped(row) { 0.0 } else { self.core.warmth.speed(row) }
        })
    }

    /// Parts over the window in which heat has brought about a defect at `equipment`.
    pub fn spoiled(&self, model: &Model, equipment: EquipmentId) -> u64 {
        let row = model.row(equipment).heated;
        row.and_then(|row| self.core.warmth.0.get(row as usize)).map_or(0, |felt| felt.spoiled)
    }

    /// Heat that `heated` has given off over the window (J): its share of the electric energy taken in, exactly as the meters
    /// show it, and what it gives off besides.
    pub fn heat_given(&self, model: &Model, heated: &Heated) -> f64 {
        let electric = match heated.share {
            0.0 => 0.0,
            share => share * self.electric_energy(model, heated.equipment),
        };
        if heated.gives == [0.0; Activity::COUNT] {
            return electric;
        }
        let clocks = self.clocks(model, heated.equipment).iter();
        let besides = clocks.map(|clock| {
            let spent = clock.spent_ns(self.core.now).into_iter().zip(heated.gives);
            spent.map(|(ns, watts)| watts * ns as f64 * 1e-9).sum::<f64>()
        });
        electric + besides.sum::<f64>()
    }
}

impl Ctx<'_> {
    /// An operation on `id` is done where it may be too hot for it.
    pub(super) fn spoil(&mut self, row: u32, id: PartId) {
        let Some(felt) = self.core.warmth.0.get_mut(row as usize) else { return };
        if felt.defects > 0.0 && felt.stream.chance(felt.defects) {
            felt.spoiled += 1;
            self.core.parts.get_mut(id).make_defective();
        }
    }
}
