//! The bottleneck by the active-period method.
//!
//! The machine with the longest mean uninterrupted active period (working, set up, under repair: everything but waiting for
//! parts or for room) holds the others up more than they hold it (Roser, Nakano, Tanaka: A practical bottleneck detection
//! method, Winter Simulation Conference 2001). Only equipment where parts are worked on or carried can be one.

use super::figures::Figures;
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
}

impl Bottleneck {
    /// The bottleneck over all replications: the longest mean active period; ties to the higher active share, then to the
    /// order of the file. `None` if nothing was ever active.
    pub fn find(model: &Model, replications: &[Figures]) -> Option<Self> {
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
            let found = Self { equipment, active_period_s, active_share };
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

/// Share of time in which a place holds the line up.
pub(super) fn active_share(shares: &[f64; Activity::COUNT]) -> f64 {
    Activity::ALL
        .iter()
        .zip(shares)
        .filter(|(activity, _)| activity.is_active())
        .map(|(_, share)| share)
        .sum()
}
