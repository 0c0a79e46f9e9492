//! What all replications say together of the climate in the hall.

use crate::climate::{AlarmFigures, ClimateFigures, HeatFigures};
use crate::field::Tier;
use crate::id::EquipmentId;
use crate::units::SimTime;

use super::figures::Figures;

/// Mean with confidence interval; `None` where there was nothing to measure.
type Estimate = Option<crate::stats::Estimate>;

/// The climate of a hall. Temperatures in °C.
#[derive(Clone, Debug)]
pub struct ClimateSummary {
    /// Which fields were solved.
    pub tier: Tier,
    /// Where, in the first replication.
    pub device: String,
    /// Mean temperature of the air.
    pub air_mean: Estimate,
    /// Its largest value over time.
    pub air_max: Estimate,
    /// Energy that the solver lost or made, as a share of what went through: the largest of all replications.
    pub residual: f64,
    /// By equipment with heat, in the order of [`Hall::heated`](crate::engine::Hall::heated).
    pub heated: Vec<HeatSummary>,
    /// By alarm on instruments, in the order of [`Instruments::alarms`](crate::engine::Instruments::alarms).
    pub alarms: Vec<AlarmSummary>,
}

/// How good an alarm was: counts of the window.
#[derive(Clone, Debug)]
pub struct AlarmSummary {
    /// Times that it was raised.
    pub raised: Estimate,
    /// Times that the truth crossed its limit.
    pub cases: Estimate,
    /// Those that it told of in time.
    pub detected: Estimate,
    /// Those that it did not.
    pub missed: Estimate,
    /// Times that it was raised without a case.
    pub false_alarms: Estimate,
    /// Mean time from the begin of a case to the alarm (s).
    pub delay_mean_s: Estimate,
    /// The largest such time (s).
    pub delay_max_s: Estimate,
    /// Tag of the instrument that saw the first case, in the first replication that had one, and when.
    pub first: Option<(String, SimTime)>,
}

/// What the climate and one equipment did to each other. Temperatures in °C.
#[derive(Clone, Debug)]
pub struct HeatSummary {
    /// Which.
    pub equipment: EquipmentId,
    /// Mean temperature of its body.
    pub body_mean: Estimate,
    /// Its largest value over time.
    pub body_max: Estimate,
    /// Mean temperature of the air around it.
    pub air_mean: Estimate,
    /// Its largest value over time.
    pub air_max: Estimate,
    /// Heat that it gave off, on the average (W).
    pub heat_w: Estimate,
    /// Share of time in which it was slowed down.
    pub derated: Estimate,
    /// Share of time in which its thermal switch was off.
    pub tripped: Estimate,
    /// Share of its capacity that was lost to heat.
    pub capacity_lost: Estimate,
    /// Parts in which heat brought about a defect.
    pub spoiled: Estimate,
}

impl ClimateSummary {
    /// Puts replications together; `None` without fields.
    pub(super) fn of(all: &[Figures]) -> Option<Self> {
        let each = || all.iter().filter_map(|r| r.climate.as_ref());
        let first = each().next()?;
        let per = |f: fn(&ClimateFigures) -> f64| estimate(each().map(f));
        Some(Self {
            tier: first.tier,
            device: first.device.clone(),
            air_mean: per(|climate| climate.air.mean),
            air_max: per(|climate| climate.air.max),
            residual: each().map(|climate| climate.residual).fold(0.0, f64::max),
            heated: (0..first.heated.len()).map(|n| HeatSummary::of(all, n)).collect(),
            alarms: (0..first.alarms.len()).map(|n| AlarmSummary::of(all, n)).collect(),
        })
    }
}

impl HeatSummary {
    fn of(all: &[Figures], n: usize) -> Self {
        let each = || all.iter().filter_map(|r| Some((r.window_s, &r.climate.as_ref()?.heated[n])));
        let per = |f: fn(&HeatFigures) -> f64| estimate(each().map(|(_, heat)| f(heat)));
        let by_time = |f: fn(&HeatFigures) -> f64| {
            estimate(each().filter(|(s, _)| *s > 0.0).map(|(s, heat)| f(heat) / s))
        };
        Self {
            equipment: each().next().map_or(EquipmentId::NONE, |(_, heat)| heat.equipment),
            body_mean: per(|heat| heat.body.mean),
            body_max: per(|heat| heat.body.max),
            air_mean: per(|heat| heat.air.mean),
            air_max: per(|heat| heat.air.max),
            heat_w: by_time(|heat| heat.heat_j),
            derated: by_time(|heat| heat.derated_s),
            tripped: by_time(|heat| heat.tripped_s),
            capacity_lost: per(|heat| heat.capacity_lost),
            spoiled: per(|heat| heat.spoiled as f64),
        }
    }
}

impl AlarmSummary {
    fn of(all: &[Figures], n: usize) -> Self {
        let each = || all.iter().filter_map(|r| r.climate.as_ref()?.alarms.get(n));
        let count = |f: fn(&AlarmFigures) -> u64| estimate(each().map(|alarm| f(alarm) as f64));
        let delay = |k: usize| estimate(each().filter_map(|alarm| Some(alarm.delay_s?[k])));
        Self {
            raised: count(|alarm| alarm.score.raised),
            cases: count(|alarm| alarm.score.cases),
            detected: count(|alarm| alarm.score.detected),
            missed: count(|alarm| alarm.score.missed),
            false_alarms: count(|alarm| alarm.score.false_alarms),
            delay_mean_s: delay(0),
            delay_max_s: delay(1),
            first: each().find_map(|alarm| alarm.first.clone()),
        }
    }
}

/// Of what is a number: a window shorter than a tick has none.
fn estimate(values: impl Iterator<Item = f64>) -> Estimate {
    crate::stats::Estimate::of(&values.filter(|value| value.is_finite()).collect::<Vec<f64>>())
}
