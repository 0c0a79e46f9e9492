//! What all replications say together: means with confidence intervals.

use super::bottleneck::{Bottleneck, active_share};
use super::figures::Figures;
use crate::engine::{Activity, Model};
use crate::stats::Histogram;

/// Mean with confidence interval; `None` where there was nothing to measure.
type Estimate = Option<crate::stats::Estimate>;

/// The result of a run.
#[derive(Clone, Debug)]
pub struct Summary {
    /// Parts finished per hour.
    pub throughput_per_h: Estimate,
    /// Mean lead time of finished parts, seconds.
    pub lead_time_s: Estimate,
    /// Quantiles of the lead time, seconds: of the replications' own quantiles.
    pub lead_time_p50_s: Estimate,
    /// 90 %.
    pub lead_time_p90_s: Estimate,
    /// 99 %.
    pub lead_time_p99_s: Estimate,
    /// Mean number of parts in the plant.
    pub wip: Estimate,
    /// Mean tardiness of finished parts that have a due date or not, seconds.
    pub tardiness_s: Estimate,
    /// Share of finished parts that were late.
    pub tardy_share: Estimate,
    /// Share of the parts that left which were lost.
    pub scrap_share: Estimate,
    /// By product.
    pub products: Vec<ProductSummary>,
    /// By equipment.
    pub equipment: Vec<EquipmentSummary>,
    /// What holds the plant up.
    pub bottleneck: Option<Bottleneck>,
}

/// The result for one product.
#[derive(Clone, Debug)]
pub struct ProductSummary {
    /// Finished parts, over the window.
    pub finished: Estimate,
    /// Finished per hour.
    pub throughput_per_h: Estimate,
    /// Lost parts.
    pub scrapped: Estimate,
    /// Parts that became components of others.
    pub consumed: Estimate,
    /// Mean lead time, seconds.
    pub lead_time_s: Estimate,
    /// Its quantiles over all replications together, seconds: 50, 90 and 99 %.
    pub lead_time_quantiles_s: [Option<f64>; 3],
    /// Mean tardiness, seconds.
    pub tardiness_s: Estimate,
}

/// The result for one equipment.
#[derive(Clone, Debug)]
pub struct EquipmentSummary {
    /// Mean shares of time by activity; they sum to 1.
    pub shares: [f64; Activity::COUNT],
    /// Share of time in which it was active, with its interval.
    pub active: Estimate,
    /// Parts that left it.
    pub finished: Estimate,
    /// Mean number of parts in it.
    pub content: Estimate,
    /// Mean time of a part in it, seconds.
    pub time_in_s: Estimate,
}

const QUANTILES: [f64; 3] = [0.5, 0.9, 0.99];

impl Summary {
    /// Puts replications together.
    pub fn of(model: &Model, all: &[Figures]) -> Self {
        let per = |f: &dyn Fn(&Figures) -> f64| estimate(all.iter().map(f));
        let some = |f: &dyn Fn(&Figures) -> Option<f64>| estimate(all.iter().filter_map(f));
        let quantile = |q: f64| some(&|r| r.lead_time().quantile(q).map(|ns| ns as f64 * 1e-9));
        Self {
            throughput_per_h: per(&|r| per_hour(r.finished(), r.window_s)),
            lead_time_s: some(&|r| mean_s(&r.lead_time())),
            lead_time_p50_s: quantile(0.5),
            lead_time_p90_s: quantile(0.9),
            lead_time_p99_s: quantile(0.99),
            wip: per(&|r| r.wip),
            tardiness_s: some(&mean_tardiness),
            tardy_share: some(&|r| share(r.products.iter().map(|p| p.tardy).sum(), r.finished())),
            scrap_share: some(&|r| {
                let scrapped = r.products.iter().map(|p| p.scrapped).sum();
                share(scrapped, scrapped + r.finished())
            }),
            products: (0..model.products.len()).map(|p| ProductSummary::of(all, p)).collect(),
            equipment: (0..model.equipment.len()).map(|e| EquipmentSummary::of(all, e)).collect(),
            bottleneck: Bottleneck::find(model, all),
        }
    }
}

impl ProductSummary {
    fn of(all: &[Figures], p: usize) -> Self {
        let mut lead_time = Histogram::default();
        all.iter().for_each(|r| lead_time.merge(&r.products[p].lead_time));
        let count = |f: &dyn Fn(&Figures) -> u64| estimate(all.iter().map(|r| f(r) as f64));
        Self {
            finished: count(&|r| r.products[p].finished),
            throughput_per_h: estimate(
                all.iter().map(|r| per_hour(r.products[p].finished, r.window_s)),
            ),
            scrapped: count(&|r| r.products[p].scrapped),
            consumed: count(&|r| r.products[p].consumed),
            lead_time_s: estimate(all.iter().filter_map(|r| mean_s(&r.products[p].lead_time))),
            lead_time_quantiles_s: QUANTILES
                .map(|q| lead_time.quantile(q).map(|ns| ns as f64 * 1e-9)),
            tardiness_s: estimate(all.iter().filter_map(|r| r.products[p].tardiness_s)),
        }
    }
}

impl EquipmentSummary {
    fn of(all: &[Figures], e: usize) -> Self {
        let per = |f: &dyn Fn(&Figures) -> f64| estimate(all.iter().map(f));
        let mut shares = [0.0; Activity::COUNT];
        for r in all {
            for (sum, share) in shares.iter_mut().zip(r.equipment[e].shares) {
                *sum += share / all.len() as f64;
            }
        }
        Self {
            shares,
            active: per(&|r| active_share(&r.equipment[e].shares)),
            finished: per(&|r| r.equipment[e].finished as f64),
            content: per(&|r| r.equipment[e].content),
            time_in_s: estimate(all.iter().filter_map(|r| r.equipment[e].time_in_s)),
        }
    }
}

fn per_hour(n: u64, window_s: f64) -> f64 {
    if window_s > 0.0 { n as f64 / window_s * 3600.0 } else { 0.0 }
}

fn mean_s(lead_time: &Histogram) -> Option<f64> {
    lead_time.mean().map(|ns| ns * 1e-9)
}

fn share(n: u64, of: u64) -> Option<f64> {
    (of > 0).then(|| n as f64 / of as f64)
}

fn mean_tardiness(r: &Figures) -> Option<f64> {
    let n = r.finished();
    let sum: f64 = r.products.iter().filter_map(|p| Some(p.tardiness_s? * p.finished as f64)).sum();
    (n > 0).then(|| sum / n as f64)
}

fn estimate(values: impl Iterator<Item = f64>) -> Estimate {
    crate::stats::Estimate::of(&values.collect::<Vec<f64>>())
}
