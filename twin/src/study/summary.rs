//! What all replications say together: means with confidence intervals.

use super::bottleneck::{Bottleneck, active_share};
use super::climate::ClimateSummary;
use super::figures::Figures;
use super::oee::Oee;
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
    /// By medium: electric power, compressed air.
    pub media: Vec<MediumSummary>,
    /// Mean number of parts that went over each connection, by product, see [`State::flow`](crate::engine::State::flow).
    pub flows: Vec<Vec<f64>>,
    /// Parts in the plant over all replications, weighted with the nanoseconds for which they were so many; empty where
    /// nobody watched.
    pub wip_distribution: Histogram,
    /// The climate of the hall, where fields were solved.
    pub climate: Option<ClimateSummary>,
    /// What holds the plant up.
    pub bottleneck: Option<Bottleneck>,
}

/// The result for one medium.
#[derive(Clone, Debug)]
pub struct MediumSummary {
    /// J or m³.
    pub amount: Estimate,
    /// J or m³ for each finished part.
    pub per_part: Estimate,
    /// Mean amount by activity, J or m³.
    pub by_activity: [f64; Activity::COUNT],
    /// What it cost, without the charge for the peak.
    pub cost: Estimate,
    /// The same for each finished part.
    pub cost_per_part: Estimate,
    /// Emission, kg CO2.
    pub co2_kg: Estimate,
    /// Highest demand, W or m³/s.
    pub peak: Estimate,
    /// Charge for it.
    pub peak_charge: Estimate,
}

/// Overall equipment effectiveness and what it is made of, see [`Oee`].
#[derive(Clone, Debug)]
pub struct OeeSummary {
    /// Availability.
    pub availability: Estimate,
    /// Effectiveness.
    pub effectiveness: Estimate,
    /// Quality ratio.
    pub quality_ratio: Estimate,
    /// Their product.
    pub oee: Estimate,
    /// Net equipment effectiveness.
    pub nee: Estimate,
    /// Utilisation efficiency.
    pub utilisation_efficiency: Estimate,
    /// Technical efficiency.
    pub technical_efficiency: Estimate,
    /// Set-up ratio.
    pub setup_ratio: Estimate,
    /// Mean times and quantities.
    pub mean: Oee,
}

/// How long an equipment was the momentary bottleneck, see [`Shifting`](crate::stats::Shifting).
#[derive(Clone, Copy, Debug)]
pub struct MomentarySummary {
    /// Share of time alone.
    pub sole: Estimate,
    /// Share of time shifting from or to another.
    pub shifting: Estimate,
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
    /// Finished parts with a defect that no inspection has found.
    pub escaped: Estimate,
    /// Share of the parts that left which were finished without a defect and without rework.
    pub right_first: Estimate,
    /// Product of the first-pass yields of the processes that it went through.
    pub rolled_yield: Estimate,
    /// Mean lead time, seconds.
    pub lead_time_s: Estimate,
    /// Its quantiles over all replications together, seconds: 50, 90 and 99 %.
    pub lead_time_quantiles_s: [Option<f64>; 3],
    /// Mean tardiness, seconds.
    pub tardiness_s: Estimate,
    /// Share of the queue-time limits of its route that were missed.
    pub limits_missed: Estimate,
    /// Amount and cost of each medium for each finished part, shared as [`MediumFigures`](super::MediumFigures) says.
    pub media_per_part: Vec<(Estimate, Estimate)>,
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
    /// Share of time in which a place worked, on the average over the places: utilisation per server.
    pub utilisation: Estimate,
    /// Share of time in which at least one place worked.
    pub utilisation_any: Estimate,
    /// Mean length of an active period, seconds.
    pub active_period_s: Estimate,
    /// How long it was the momentary bottleneck; `None` where nobody watched or nothing is worked on.
    pub momentary: Option<MomentarySummary>,
    /// Overall equipment effectiveness, where parts are worked on.
    pub oee: Option<OeeSummary>,
    /// By medium that it takes: its row, amount in J or m³, and cost.
    pub media: Vec<(usize, Estimate, Estimate)>,
    /// Figures of its own that its kind gives, by name.
    pub own: Vec<(String, Estimate)>,
}

const QUANTILES: [f64; 3] = [0.5, 0.9, 0.99];

impl Summary {
    /// Puts replications together.
    pub fn of(model: &Model, all: &[Figures]) -> Self {
        let per = |f: &dyn Fn(&Figures) -> f64| estimate(all.iter().map(f));
        let some = |f: &dyn Fn(&Figures) -> Option<f64>| estimate(all.iter().filter_map(f));
        let quantile = |q: f64| some(&|r| r.lead_time().quantile(q).map(|ns| ns as f64 * 1e-9));
        let equipment: Vec<EquipmentSummary> =
            (0..model.equipment.len()).map(|e| EquipmentSummary::of(all, e)).collect();
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
                let used: u64 = r.products.iter().map(|p| p.consumed).sum();
                share(scrapped, scrapped + used + r.finished())
            }),
            products: (0..model.products.len()).map(|p| ProductSummary::of(all, p)).collect(),
            media: (0..model.media.len()).map(|m| MediumSummary::of(all, m)).collect(),
            flows: (0..model.links.len()).map(|link| mean_flow(all, link)).collect(),
            wip_distribution: wip_distribution(all),
            climate: ClimateSummary::of(all),
            bottleneck: Bottleneck::find(model, all, &equipment),
            equipment,
        }
    }
}

/// Mean over the replications of the parts that went over a connection, by product.
fn mean_flow(all: &[Figures], link: usize) -> Vec<f64> {
    let mut sum = vec![0.0; all.first().map_or(0, |r| r.flows[link].len())];
    for r in all {
        let n = all.len() as f64;
        sum.iter_mut().zip(&r.flows[link]).for_each(|(sum, flow)| *sum += *flow as f64 / n);
    }
    sum
}

fn wip_distribution(all: &[Figures]) -> Histogram {
    let mut sum = Histogram::default();
    all.iter().filter_map(|r| r.watched.as_ref()).for_each(|watched| sum.merge(&watched.wip));
    sum
}

impl MediumSummary {
    fn of(all: &[Figures], m: usize) -> Self {
        let per =
            |f: &dyn Fn(&super::MediumFigures) -> f64| estimate(all.iter().map(|r| f(&r.media[m])));
        let each = |f: &dyn Fn(&super::MediumFigures) -> f64| {
            estimate(all.iter().filter_map(|r| per_part(f(&r.media[m]), r.finished())))
        };
        let mut by_activity = [0.0; Activity::COUNT];
        for r in all {
            for (sum, amount) in by_activity.iter_mut().zip(r.media[m].by_activity) {
                *sum += amount / all.len() as f64;
            }
        }
        Self {
            amount: per(&|m| m.amount),
            per_part: each(&|m| m.amount),
            by_activity,
            cost: per(&|m| m.cost),
            cost_per_part: each(&|m| m.cost),
            co2_kg: per(&|m| m.co2_kg),
            peak: estimate(all.iter().filter_map(|r| r.media[m].peak)),
            peak_charge: per(&|m| m.peak_charge),
        }
    }
}

fn per_part(amount: f64, finished: u64) -> Option<f64> {
    (finished > 0).then(|| amount / finished as f64)
}

impl OeeSummary {
    fn of(all: &[Oee]) -> Self {
        let some = |f: fn(&Oee) -> Option<f64>| estimate(all.iter().filter_map(f));
        let mean = |f: fn(&Oee) -> f64| all.iter().map(f).sum::<f64>() / all.len() as f64;
        let pri_s = estimate(all.iter().filter_map(|oee| oee.pri_s));
        Self {
            availability: some(Oee::availability),
            effectiveness: some(Oee::effectiveness),
            quality_ratio: some(Oee::quality_ratio),
            oee: some(Oee::oee),
            nee: some(Oee::nee),
            utilisation_efficiency: some(Oee::utilisation_efficiency),
            technical_efficiency: some(Oee::technical_efficiency),
            setup_ratio: some(Oee::setup_ratio),
            mean: Oee {
                pot_s: mean(|oee| oee.pot_s),
                pbt_s: mean(|oee| oee.pbt_s),
                aubt_s: mean(|oee| oee.aubt_s),
                aupt_s: mean(|oee| oee.aupt_s),
                apt_s: mean(|oee| oee.apt_s),
                aust_s: mean(|oee| oee.aust_s),
                adet_s: mean(|oee| oee.adet_s),
                adot_s: mean(|oee| oee.adot_s),
                produced: mean(|oee| oee.produced),
                good: mean(|oee| oee.good),
                pri_s: pri_s.map(|pri| pri.mean),
            },
        }
    }
}

/// Shares of time in which equipment `e` was the momentary bottleneck.
fn momentary(all: &[Figures], e: usize) -> Option<MomentarySummary> {
    let share = |f: fn(&crate::stats::Spent) -> f64| {
        let spent = |r: &Figures| Some(f(&r.watched.as_ref()?.bottleneck[e]) / r.window_s);
        estimate(all.iter().filter(|r| r.window_s > 0.0).filter_map(spent))
    };
    let processor = all.iter().any(|r| r.equipment[e].oee.is_some() && r.watched.is_some());
    processor.then(|| MomentarySummary {
        sole: share(|spent| spent.sole.seconds()),
        shifting: share(|spent| spent.shifting.seconds()),
    })
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
            escaped: count(&|r| r.products[p].escaped),
            right_first: estimate(all.iter().filter_map(|r| {
                let product = &r.products[p];
                share(product.right_first, product.finished + product.scrapped)
            })),
            rolled_yield: estimate(all.iter().map(|r| r.products[p].rolled_yield)),
            lead_time_s: estimate(all.iter().filter_map(|r| mean_s(&r.products[p].lead_time))),
            lead_time_quantiles_s: QUANTILES
                .map(|q| lead_time.quantile(q).map(|ns| ns as f64 * 1e-9)),
            tardiness_s: estimate(all.iter().filter_map(|r| r.products[p].tardiness_s)),
            limits_missed: estimate(all.iter().filter_map(|r| {
                let product = &r.products[p];
                share(product.limits_missed, product.limits_kept + product.limits_missed)
            })),
            media_per_part: (0..all.first().map_or(0, |r| r.media.len()))
                .map(|m| {
                    let each = |f: &dyn Fn(&(f64, f64)) -> f64| {
                        let share = |r: &Figures| {
                            per_part(f(&r.media[m].by_product[p]), r.products[p].finished)
                        };
                        estimate(all.iter().filter_map(share))
                    };
                    (each(&|share| share.0), each(&|share| share.1))
                })
                .collect(),
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
            utilisation: per(&|r| r.equipment[e].shares[Activity::Working as usize]),
            utilisation_any: per(&|r| r.equipment[e].any_working),
            active_period_s: estimate(all.iter().filter_map(|r| r.equipment[e].active_period_s)),
            momentary: momentary(all, e),
            oee: oee(all, e),
            media: media(all, e),
            own: own(all, e),
        }
    }
}

fn oee(all: &[Figures], e: usize) -> Option<OeeSummary> {
    let all: Vec<Oee> = all.iter().filter_map(|r| r.equipment[e].oee).collect();
    (!all.is_empty()).then(|| OeeSummary::of(&all))
}

/// By medium: its row, amount and cost.
fn media(all: &[Figures], e: usize) -> Vec<(usize, Estimate, Estimate)> {
    let Some(first) = all.first() else { return Vec::new() };
    let summary = |(at, (medium, _)): (usize, &(usize, crate::engine::Intake))| {
        let per = |f: fn(&crate::engine::Intake) -> f64| {
            estimate(all.iter().map(|r| f(&r.equipment[e].intake[at].1)))
        };
        (*medium, per(crate::engine::Intake::total), per(|intake| intake.cost))
    };
    first.equipment[e].intake.iter().enumerate().map(summary).collect()
}

/// Figures that the kind gives; the names are the same in every replication.
fn own(all: &[Figures], e: usize) -> Vec<(String, Estimate)> {
    let Some(first) = all.first() else { return Vec::new() };
    let summary = |(at, (name, _)): (usize, &(String, f64))| {
        let values = all.iter().filter_map(|r| r.equipment[e].own.get(at));
        (name.clone(), estimate(values.map(|(_, value)| *value).filter(|value| value.is_finite())))
    };
    first.equipment[e].own.iter().enumerate().map(summary).collect()
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
