//! The bottleneck, by three measures that need not agree.
//!
//! * *Active share*: the machine that is active (working, set up, under repair: everything but waiting for parts or for room) most
//!   of the time has the least to spare. Says nothing of how it gets in the way of others.
//! * *Mean active period*: the machine with the longest mean uninterrupted active period holds the others up more than they hold
//!   it (Roser, Nakano, Tanaka: A practical bottleneck detection method, Winter Simulation Conference 2001).
//! * *Shifting*: the machine that is the momentary bottleneck, alone or shifting, for the largest share of time, see
//!   [`Shifting`](crate::stats::Shifting).
//!
//! The latter two follow the length of periods. They point to machines whose cycles are long by nature (an oven that takes a batch
//! for hours), and away from one whose work is cut by short waits, for a carrier to take its part away, say, however little time
//! it has to spare: in the Mini-Fab they name a furnace, and not the stepper that is active 97 % of the time. So all three are
//! given, and where they differ the reader has to look. Only equipment where parts are worked on can be one.

use super::figures::Figures;
use super::summary::EquipmentSummary;
use crate::engine::{Activity, Model, State};
use crate::id::EquipmentId;

/// The equipment that holds the plant up.
#[derive(Clone, Debug, PartialEq)]
pub struct Bottleneck {
    /// Which.
    pub equipment: EquipmentId,
    /// Mean length of its active periods over all replications, in seconds.
    pub active_period_s: f64,
    /// Share of its time in which it is active.
    pub active_share: f64,
    /// The equipment with the largest active share.
    pub by_share: EquipmentId,
    /// The equipment that was the momentary bottleneck for the largest share of time; `None` where nobody watched.
    pub by_shifting: Option<EquipmentId>,
}

/// What one equipment has measured.
#[derive(Clone, Copy, Debug)]
struct Measured {
    equipment: EquipmentId,
    share: f64,
    period_s: Option<f64>,
    momentary: Option<f64>,
}

impl Bottleneck {
    /// The bottleneck over all replications: the longest mean active period; ties to the higher active share, then to the
    /// order of the file. `None` if nothing was ever active.
    pub fn find(
        model: &Model,
        replications: &[Figures],
        summaries: &[EquipmentSummary],
    ) -> Option<Self> {
        let n = replications.len() as f64;
        let measured = processors(model).map(|equipment| {
            let index = equipment.index();
            let own = replications.iter().map(|one| &one.equipment[index]);
            let periods: Vec<f64> = own.clone().filter_map(|one| one.active_period_s).collect();
            let mean = periods.iter().sum::<f64>() / periods.len() as f64;
            let momentary = summaries[index].momentary.as_ref();
            Measured {
                equipment,
                share: own.map(|one| active_share(&one.shares)).sum::<f64>() / n,
                period_s: (!periods.is_empty()).then_some(mean),
                momentary: momentary.and_then(|one| Some(one.sole?.mean + one.shifting?.mean)),
            }
        });
        judge(&measured.collect::<Vec<_>>())
    }

    /// The bottleneck of one run so far, from the end of the warm-up to the present of `state`, by the same measures; nobody has
    /// watched the momentary one. `None` if nothing was ever active. Cost: linear in the plant.
    pub fn so_far(model: &Model, state: &State) -> Option<Self> {
        let measured = processors(model).map(|equipment| {
            let (active, all) = time(model, state, equipment);
            let clocks = state.clocks(model, equipment);
            let periods: u64 = clocks.iter().map(|clock| u64::from(clock.active_periods())).sum();
            Measured {
                equipment,
                share: active as f64 / (all as f64).max(1.0),
                period_s: (periods > 0).then(|| active as f64 / periods as f64 * 1e-9),
                momentary: None,
            }
        });
        judge(&measured.collect::<Vec<_>>())
    }
}

/// Equipment where parts are worked on: only that can be one.
fn processors(model: &Model) -> impl Iterator<Item = EquipmentId> {
    let ids = (0..model.equipment.len()).map(EquipmentId::from_index);
    ids.filter(|id| model.row(*id).processor)
}

/// Nanoseconds over all places of an equipment in which they were active, and all of them.
fn time(model: &Model, state: &State, equipment: EquipmentId) -> (i128, i128) {
    let (mut active, mut all) = (0, 0);
    for clock in state.clocks(model, equipment) {
        for (activity, ns) in Activity::ALL.into_iter().zip(clock.spent_ns(state.now())) {
            all += i128::from(ns);
            active += if activity.is_active() { i128::from(ns) } else { 0 };
        }
    }
    (active, all)
}

fn judge(measured: &[Measured]) -> Option<Bottleneck> {
    let by_share = most(measured, |one| Some(one.share))?;
    let by_shifting = most(measured, |one| one.momentary);
    let mut best: Option<Bottleneck> = None;
    for one in measured {
        let Some(active_period_s) = one.period_s else { continue };
        let (equipment, active_share) = (one.equipment, one.share);
        let found = Bottleneck { equipment, active_period_s, active_share, by_share, by_shifting };
        let better = best.as_ref().is_none_or(|best| {
            (found.active_period_s, found.active_share) > (best.active_period_s, best.active_share)
        });
        if better {
            best = Some(found);
        }
    }
    best
}

/// The equipment with the largest figure above zero; ties in the order of the file.
fn most(all: &[Measured], figure: impl Fn(&Measured) -> Option<f64>) -> Option<EquipmentId> {
    let mut best: Option<(f64, EquipmentId)> = None;
    for one in all {
        if let Some(value) = figure(one)
            && value > best.map_or(0.0, |best| best.0)
        {
            best = Some((value, one.equipment));
        }
    }
    best.map(|(_, equipment)| equipment)
}

/// Share of time in which a place holds the line up.
pub(super) fn active_share(shares: &[f64; Activity::COUNT]) -> f64 {
    Activity::ALL
        .iter()
        .zip(shares)
        .filter(|(activity, _)| activity.is_active())
        .map(|(_, share)| share)
        .sum()
}
