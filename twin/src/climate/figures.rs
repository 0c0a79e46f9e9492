//! What a climate comes to over a window: how warm it was, and what that took from the equipment.

use serde::{Deserialize, Serialize};

use super::{AlarmFigures, Now};
use crate::engine::{Heated, Model, State};
use crate::field::Tier;
use crate::id::EquipmentId;
use crate::units::{SimDuration, SimTime};

/// The figures of a climate.
#[derive(Clone, Debug, PartialEq)]
pub struct ClimateFigures {
    /// Which fields were solved.
    pub tier: Tier,
    /// Where.
    pub device: String,
    /// Mean temperature of the air.
    pub air: Range,
    /// Energy that the solver lost or made, as a share of what went through, since the begin of the run.
    pub residual: f64,
    /// By equipment with heat, in the order of [`Hall::heated`](crate::engine::Hall::heated).
    pub heated: Vec<HeatFigures>,
    /// By alarm on instruments.
    pub alarms: Vec<AlarmFigures>,
}

/// Mean and largest value over the ticks of a window [°C]; no numbers without a tick.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    /// The mean over time.
    pub mean: f64,
    /// The largest.
    pub max: f64,
}

/// The figures of one equipment.
#[derive(Clone, Debug, PartialEq)]
pub struct HeatFigures {
    /// Which.
    pub equipment: EquipmentId,
    /// Temperature of its body.
    pub body: Range,
    /// Temperature of the air around it.
    pub air: Range,
    /// Heat that it gave off (J).
    pub heat_j: f64,
    /// Time in which it worked more slowly, or would have (s).
    pub derated_s: f64,
    /// Time in which its thermal switch was off (s).
    pub tripped_s: f64,
    /// Share of its capacity that was lost to heat: one less the mean over time of the speed that was left.
    pub capacity_lost: f64,
    /// Parts in which heat brought about a defect.
    pub spoiled: u64,
}

/// Sums over the ticks of a window.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Tally {
    since: SimTime,
    seconds: f64,
    air: Sum,
    rows: Vec<Row>,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Sum {
    integral: f64,
    max: f64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Row {
    body: Sum,
    air: Sum,
    heat_j: f64,
    derated_s: f64,
    tripped_s: f64,
    lost_s: f64,
}

impl Default for Sum {
    fn default() -> Self {
        Self { integral: 0.0, max: f64::NEG_INFINITY }
    }
}

impl Sum {
    fn add(&mut self, value: f64, seconds: f64) {
        self.integral += value * seconds;
        self.max = self.max.max(value);
    }

    fn range(&self, seconds: f64) -> Range {
        Range { mean: self.integral / seconds, max: self.max }
    }
}

impl Tally {
    pub(super) fn new(n: usize) -> Self {
        let rows = vec![Row::default(); n];
        Self { since: SimTime::ZERO, seconds: 0.0, air: Sum::default(), rows }
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(super) fn reset(&mut self, now: SimTime) {
        *self = Self { since: now, ..Self::new(self.rows.len()) };
    }

    /// Row `n` has given off heat.
    pub(super) fn heat(&mut self, n: usize, joules: f64) {
        self.rows[n].heat_j += joules;
    }

    /// A tick is over, in which equipment was at `speeds`; of one that was already running when the window began, the part
    /// within counts.
    pub(super) fn tick(&mut self, now: &Now, tick: SimDuration, speeds: impl Iterator<Item = f64>) {
        let seconds = tick.min(now.begun - self.since).seconds();
        self.seconds += seconds;
        self.air.add(now.air, seconds);
        for ((row, warm), speed) in self.rows.iter_mut().zip(&now.warm).zip(speeds) {
            row.body.add(warm.body, seconds);
            row.air.add(warm.air, seconds);
            row.lost_s += (1.0 - speed) * seconds;
            row.tripped_s += if speed == 0.0 { seconds } else { 0.0 };
            row.derated_s += if speed > 0.0 && speed < 1.0 { seconds } else { 0.0 };
        }
    }

    pub(super) fn air(&self) -> Range {
        self.air.range(self.seconds)
    }

    pub(super) fn figures(
        &self,
        model: &Model,
        state: &State,
        n: usize,
        heated: &Heated,
    ) -> HeatFigures {
        let row = &self.rows[n];
        HeatFigures {
            equipment: heated.equipment,
            body: row.body.range(self.seconds),
            air: row.air.range(self.seconds),
            heat_j: row.heat_j,
            derated_s: row.derated_s,
            tripped_s: row.tripped_s,
            capacity_lost: row.lost_s / self.seconds,
            spoiled: state.spoiled(model, heated.equipment),
        }
    }
}
