//! The result of a run, as one JSON object or as a report.
//!
//! SI units in the names of keys, `null` where there is no figure, keys sorted. Nothing of the wall clock unless it was
//! asked for, so that equal input gives equal bytes.

use std::hash::Hasher as _;

use serde_json::{Map, Value, json};
use siphasher::sip::SipHasher13;
use twin::engine::{Activity, Model, Targets};
use twin::id::EquipmentId;
use twin::stats::Estimate;
use twin::study::{EquipmentSummary, Figures, Plan, ProductSummary, Summary};

use super::health::Warning;
use super::warmup::Found;
use super::{Replication, alarms, climate, detail};

/// What `schema` says; changes when a key changes its name or its meaning.
pub(super) const SCHEMA: &str = "genba.run/1";

/// All that a run came to.
#[derive(Debug)]
pub(super) struct RunResult {
    pub(super) plan: Plan,
    pub(super) summary: Summary,
    /// By replication, in the order of their numbers.
    pub(super) figures: Vec<Figures>,
    pub(super) state_hash: u64,
    pub(super) found: Option<Found>,
    pub(super) warnings: Vec<Warning>,
    pub(super) interrupted: bool,
    /// Wall-clock seconds, if they are wanted.
    pub(super) wall_s: Option<f64>,
}

impl RunResult {
    /// Events over all replications.
    pub(super) fn events(&self) -> u64 {
        self.figures.iter().map(|figures| figures.events).sum()
    }

    /// Mean share of time in which an equipment was active.
    pub(super) fn active(&self, id: EquipmentId) -> f64 {
        self.summary.equipment[id.index()].active.map_or(0.0, |active| active.mean)
    }

    /// Mean shares of time in which it was the momentary bottleneck, alone and shifting.
    pub(super) fn momentary(&self, id: EquipmentId) -> (f64, f64) {
        let momentary = self.summary.equipment[id.index()].momentary;
        let mean = |estimate: Option<Estimate>| estimate.map_or(0.0, |estimate| estimate.mean);
        momentary.map_or((0.0, 0.0), |found| (mean(found.sole), mean(found.shifting)))
    }

    /// The one object.
    pub(super) fn json(&self, model: &Model) -> Value {
        let mut all = json!({
            "schema": SCHEMA,
            "version": env!("CARGO_PKG_VERSION"),
            "plant": model.name,
            "seed": self.plan.seed,
            "replications": self.figures.len(),
            "interrupted": self.interrupted,
            "simulated_s": self.plan.until.seconds(),
            "warmup_s": self.plan.warmup.seconds(),
            "events": self.events(),
            "state_hash": format!("{:016x}", self.state_hash),
            "kpis": kpis(&self.summary),
            "targets": targets(&self.summary, &model.targets),
            "equipment": self.equipment(model),
            "flows": detail::flows(model, &self.summary),
            "media": detail::media(model, &self.summary),
            "products": self.products(model),
            "workers": self.workers(model),
            "bottleneck": self.bottleneck(model),
            "fields": climate::json(model, &self.summary),
            "sensors": alarms::json(model, &self.summary),
            "warnings": self.warnings,
        });
        let rigid: Vec<&str> = model.rigid().map(|row| row.name.as_str()).collect();
        if let (false, Some(all)) = (rigid.is_empty(), all.as_object_mut()) {
            all.insert("rigid_bodies".to_owned(), json!(rigid));
        }
        if let (Some(wall_s), Some(all)) = (self.wall_s, all.as_object_mut()) {
            all.insert("wall_s".to_owned(), json!(wall_s));
            all.insert("events_per_s".to_owned(), json!(self.events() as f64 / wall_s));
        }
        all
    }

    fn equipment(&self, model: &Model) -> Value {
        let rows = model.equipment.iter().zip(&self.summary.equipment).enumerate();
        let rows = rows.map(|(e, (row, summary))| {
            let kind = model.kind_of(EquipmentId::from_index(e));
            (row.name.clone(), equipment(model, kind, &row.group, summary))
        });
        Value::Object(rows.collect())
    }

    fn products(&self, model: &Model) -> Value {
        let rows = model.products.iter().zip(&self.summary.products);
        Value::Object(
            rows.map(|(row, summary)| (row.name.clone(), product(model, summary))).collect(),
        )
    }

    /// Mean shares of time over the replications.
    fn workers(&self, model: &Model) -> Value {
        let pools = model.pools.iter().enumerate().map(|(p, pool)| {
            let mean = |f: &dyn Fn(&Figures) -> f64| {
                self.figures.iter().map(f).sum::<f64>() / self.figures.len() as f64
            };
            let states = json!({
                "busy": mean(&|r| r.pools[p].busy),
                "idle": mean(&|r| r.pools[p].idle),
                "off_shift": mean(&|r| r.pools[p].off_shift),
            });
            (pool.name.clone(), json!({ "count": pool.count, "states": states }))
        });
        Value::Object(pools.collect())
    }

    fn bottleneck(&self, model: &Model) -> Value {
        self.summary.bottleneck.as_ref().map_or(Value::Null, |found| {
            json!({
                "equipment": model.row(found.equipment).name,
                "active_period_s": found.active_period_s,
                "active_share": found.active_share,
                "by_active_share": model.row(found.by_share).name,
                "by_shifting": found.by_shifting.map(|id| model.row(id).name.as_str()),
            })
        })
    }
}

/// One number for the final states of all replications.
pub(super) fn state_hash(all: &[Replication]) -> u64 {
    let mut hasher = SipHasher13::new();
    for replication in all {
        hasher.write_u32(replication.number);
        hasher.write_u64(replication.figures.state_hash);
    }
    hasher.finish()
}

fn kpis(summary: &Summary) -> Value {
    let mut kpis = json!({
        "throughput_per_h": estimate(summary.throughput_per_h),
        "lead_time_s": estimate(summary.lead_time_s),
        "lead_time_p50_s": estimate(summary.lead_time_p50_s),
        "lead_time_p90_s": estimate(summary.lead_time_p90_s),
        "lead_time_p99_s": estimate(summary.lead_time_p99_s),
        "wip": estimate(summary.wip),
        "tardiness_s": estimate(summary.tardiness_s),
        "tardy_share": estimate(summary.tardy_share),
        "scrap_share": estimate(summary.scrap_share),
    });
    if let Some(kpis) = kpis.as_object_mut() {
        detail::wip(kpis, &summary.wip_distribution);
    }
    kpis
}

/// Each target with its figure, and whether that reaches it.
fn targets(summary: &Summary, targets: &Targets) -> Value {
    let all = [
        ("throughput_per_h", targets.throughput(), summary.throughput_per_h),
        ("lead_time_s", targets.lead_time(), summary.lead_time_s),
        ("wip", targets.wip(), summary.wip),
        ("scrap_share", targets.scrap(), summary.scrap_share),
    ];
    let asked = all.into_iter().filter_map(|(name, target, figure)| {
        let (target, mean) = (target?, figure.map(|figure| figure.mean));
        let met = mean.map(|mean| target.is_met(mean));
        Some((name.to_owned(), json!({ "target": target.bound(), "mean": mean, "met": met })))
    });
    Value::Object(asked.collect())
}

fn equipment(model: &Model, kind: &str, group: &str, summary: &EquipmentSummary) -> Value {
    json!({
        "kind": kind,
        "group": group,
        "states": states(&summary.shares),
        "active_share": estimate(summary.active),
        "finished": estimate(summary.finished),
        "content": estimate(summary.content),
        "time_in_s": estimate(summary.time_in_s),
        "utilisation": estimate(summary.utilisation),
        "utilisation_any": estimate(summary.utilisation_any),
        "active_period_s": estimate(summary.active_period_s),
        "oee": detail::oee(summary.oee.as_ref()),
        "bottleneck_sole": estimate(summary.momentary.and_then(|m| m.sole)),
        "bottleneck_shifting": estimate(summary.momentary.and_then(|m| m.shifting)),
        "media": detail::intake(model, summary),
        "figures": detail::own(summary),
    })
}

fn product(model: &Model, summary: &ProductSummary) -> Value {
    let [p50, p90, p99] = summary.lead_time_quantiles_s;
    json!({
        "finished": estimate(summary.finished),
        "throughput_per_h": estimate(summary.throughput_per_h),
        "scrapped": estimate(summary.scrapped),
        "consumed": estimate(summary.consumed),
        "escaped": estimate(summary.escaped),
        "right_first_share": estimate(summary.right_first),
        "rolled_yield": estimate(summary.rolled_yield),
        "lead_time_s": estimate(summary.lead_time_s),
        "lead_time_p50_s": p50,
        "lead_time_p90_s": p90,
        "lead_time_p99_s": p99,
        "tardiness_s": estimate(summary.tardiness_s),
        "queue_time_missed_share": estimate(summary.limits_missed),
        "media": detail::per_part(model, summary),
    })
}

/// Shares of time by activity; they sum to 1.
pub(super) fn states(shares: &[f64; Activity::COUNT]) -> Map<String, Value> {
    let activities = Activity::ALL.iter().zip(shares);
    activities.map(|(activity, share)| (activity.key().to_owned(), json!(share))).collect()
}

/// `n` is the number of replications in which there was something to measure.
pub(super) fn estimate(estimate: Option<Estimate>) -> Value {
    estimate.map_or_else(
        || json!({ "mean": null, "half_width": null, "n": 0 }),
        |e| json!({ "mean": e.mean, "half_width": e.half_width, "n": e.n }),
    )
}
