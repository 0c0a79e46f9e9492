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
use crate::engine::{Activity, Model};
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

impl Bottleneck {
    /// The bottleneck over all replications: the longest mean active period; ties to the higher active share, then to the
    /// order of the file. `None` if nothing was ever active.
    pub fn find(
        model: &Model,
        replications: &[Figures],
        summaries: &[EquipmentSummary],
    ) -> Option<Self> {
        let by_share = most(summaries, |one| one.oee.as_ref().and(one.active).map(|a| a.mean))?;
        let by_shifting = most(summaries, |one| {
            let momentary = one.momentary?;
            Some(momentary.sole?.mean + momentary.shifting?.mean)
        });
        let mut best: Option<Self> = None;
        for index in 0..model.equipment.len() {
            let equipment = EquipmentId::from_index(index);
            if !model.row(equipment).processor {
                continue;
            }
            let periods: Vec<f64> =
                replications.iter().filter_map(|r| r.equipment[index].active_period_s).collect();
            if periods.is_empty() {
                continue;
            }
            let active_period_s = periods.iter().sum::<f64>() / periods.len() as f64;
            let shares = replications.iter().map(|r| active_share(&r.equipment[index].shares));
            let active_share = shares.sum::<f64>() / replications.len() as f64;
            let found = Self { equipment, active_period_s, active_share, by_share, by_shifting };
            let better = best.as_ref().is_none_or(|best| {
                (found.active_period_s, found.active_share)
                    > (best.active_period_s, best.active_share)
            });
            if better {
                best = Some(found);
            }
        }
        best
    }
}

/// The equipment with the largest figure above zero; ties in the order of the file.
fn most(
    all: &[EquipmentSummary],
    figure: impl Fn(&EquipmentSummary) -> Option<f64>,
) -> Option<EquipmentId> {
    let mut best: Option<(f64, usize)> = None;
    for (at, one) in all.iter().enumerate() {
        if let Some(value) = figure(one)
            && value > best.map_or(0.0, |best| best.0)
        {
            best = Some((value, at));
        }
    }
    best.map(|(_, at)| EquipmentId::from_index(at))
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
