//! The finer parts of the JSON result: OEE, media, bottlenecks, passages, kinds' own figures.

use serde_json::{Map, Value, json};
use twin::engine::{Model, Tariff};
use twin::stats::Histogram;
use twin::study::{EquipmentSummary, MediumSummary, OeeSummary, ProductSummary, Summary};

use super::result::{estimate, states};

/// Connections and products of which passages are told; the table has them all.
const MOST_FLOWS: usize = 2000;

/// Overall equipment effectiveness, the ratios behind it and the times behind these.
pub(super) fn oee(summary: Option<&OeeSummary>) -> Value {
    let Some(summary) = summary else { return Value::Null };
    let mean = &summary.mean;
    json!({
        "oee": estimate(summary.oee),
        "availability": estimate(summary.availability),
        "effectiveness": estimate(summary.effectiveness),
        "quality_ratio": estimate(summary.quality_ratio),
        "nee": estimate(summary.nee),
        "utilisation_efficiency": estimate(summary.utilisation_efficiency),
        "technical_efficiency": estimate(summary.technical_efficiency),
        "setup_ratio": estimate(summary.setup_ratio),
        "pot_s": mean.pot_s,
        "pbt_s": mean.pbt_s,
        "aubt_s": mean.aubt_s,
        "aupt_s": mean.aupt_s,
        "apt_s": mean.apt_s,
        "aust_s": mean.aust_s,
        "adet_s": mean.adet_s,
        "adot_s": mean.adot_s,
        "produced": mean.produced,
        "good": mean.good,
        "pri_s": mean.pri_s,
    })
}

/// What an equipment took in, by medium.
pub(super) fn intake(model: &Model, summary: &EquipmentSummary) -> Value {
    let rows = summary.media.iter().map(|(medium, amount, cost)| {
        let value = json!({ "amount": estimate(*amount), "cost": estimate(*cost) });
        (model.media[*medium].name.clone(), value)
    });
    Value::Object(rows.collect())
}

/// Figures that the kind gives.
pub(super) fn own(summary: &EquipmentSummary) -> Value {
    let rows = summary.own.iter();
    Value::Object(rows.map(|(name, value)| (name.clone(), estimate(*value))).collect())
}

/// What each finished part of a product took, by medium.
pub(super) fn per_part(model: &Model, summary: &ProductSummary) -> Value {
    let rows = model.media.iter().zip(&summary.media_per_part).map(|(medium, (amount, cost))| {
        let value = json!({ "per_part": estimate(*amount), "cost_per_part": estimate(*cost) });
        (medium.name.clone(), value)
    });
    Value::Object(rows.collect())
}

/// The plant's balance of each medium.
pub(super) fn media(model: &Model, summary: &Summary) -> Value {
    let rows = model.media.iter().zip(&summary.media).map(|(medium, summary)| {
        let unit = if medium.is_volume { "m3" } else { "J" };
        (medium.name.clone(), balance(unit, medium.tariff.as_ref(), summary))
    });
    Value::Object(rows.collect())
}

fn balance(unit: &str, tariff: Option<&Tariff>, summary: &MediumSummary) -> Value {
    json!({
        "unit": unit,
        "currency": tariff.map(|tariff| tariff.currency.as_str()),
        "amount": estimate(summary.amount),
        "per_part": estimate(summary.per_part),
        "by_activity": states(&summary.by_activity),
        "cost": estimate(summary.cost),
        "cost_per_part": estimate(summary.cost_per_part),
        "co2_kg": estimate(summary.co2_kg),
        "peak": estimate(summary.peak),
        "peak_charge": estimate(summary.peak_charge),
    })
}

/// Mean number of parts that went over each connection; nothing at all where there are too many.
pub(super) fn flows(model: &Model, summary: &Summary) -> Value {
    let mut rows = Vec::new();
    for (link, counts) in model.links.iter().zip(&summary.flows) {
        let told_apart = counts.len() == model.products.len();
        for (product, parts) in counts.iter().enumerate().filter(|(_, parts)| **parts > 0.0) {
            if rows.len() == MOST_FLOWS {
                return Value::Null;
            }
            rows.push(json!({
                "from": model.row(link.from).name,
                "to": model.row(link.to).name,
                "product": told_apart.then(|| model.products[product].name.as_str()),
                "parts": parts,
            }));
        }
    }
    Value::Array(rows)
}

/// Quantiles of the work in process over time.
pub(super) fn wip(kpis: &mut Map<String, Value>, wip: &Histogram) {
    for (key, q) in [("wip_p50", 0.5), ("wip_p90", 0.9), ("wip_p99", 0.99), ("wip_max", 1.0)] {
        kpis.insert(key.to_owned(), json!(wip.quantile(q)));
    }
}
