//! How warm the hall was and what that did to the equipment: as JSON and as a report.

use serde_json::{Map, Value, json};
use twin::engine::{Heated, Model};
use twin::stats::Estimate;
use twin::study::{ClimateSummary, HeatSummary, Summary};

use super::super::number::{self, Unit};
use super::super::table::{Side, Table, Text};
use super::report::{FAINT, STRONG};
use super::result::{RunResult, estimate};

/// Rows that the report shows without `--detail`: the hottest.
const ROWS: usize = 10;
/// Neighbours of the hottest equipment that are told.
const NEIGHBOURS: usize = 3;

/// All figures; `null` without fields.
pub(super) fn json(model: &Model, summary: &Summary) -> Value {
    let Some(climate) = &summary.climate else { return Value::Null };
    let equipment: Map<String, Value> = climate
        .heated
        .iter()
        .map(|heat| (model.row(heat.equipment).name.clone(), heat_json(heat)))
        .collect();
    json!({
        "tier": climate.tier.name(),
        "air_mean_degC": estimate(climate.air_mean),
        "air_max_degC": estimate(climate.air_max),
        "energy_residual": climate.residual,
        "equipment": equipment,
    })
}

fn heat_json(heat: &HeatSummary) -> Value {
    json!({
        "body_mean_degC": estimate(heat.body_mean),
        "body_max_degC": estimate(heat.body_max),
        "air_mean_degC": estimate(heat.air_mean),
        "air_max_degC": estimate(heat.air_max),
        "heat_W": estimate(heat.heat_w),
        "derated_share": estimate(heat.derated),
        "tripped_share": estimate(heat.tripped),
        "capacity_lost_share": estimate(heat.capacity_lost),
        "spoiled": estimate(heat.spoiled),
    })
}

fn mean(estimate: Option<Estimate>) -> f64 {
    estimate.map_or(0.0, |estimate| estimate.mean)
}

fn celsius(estimate: Option<Estimate>) -> String {
    estimate.map_or_else(|| "–".to_owned(), |estimate| format!("{:.1} °C", estimate.mean))
}

/// The hottest equipment, what heat took from it, and the neighbours of the hottest.
pub(super) fn text(result: &RunResult, model: &Model, detail: bool) -> String {
    let Some(climate) = &result.summary.climate else { return String::new() };
    let mut order: Vec<usize> = (0..climate.heated.len()).collect();
    let hot = |n: usize| mean(climate.heated[n].body_max);
    order.sort_by(|a, b| hot(*b).total_cmp(&hot(*a)).then(a.cmp(b)));
    let shown = if detail { order.len() } else { order.len().min(ROWS) };
    let mut sides = [Side::Right; 10];
    sides[0] = Side::Left;
    let mut table = Table::new(&sides);
    let titles =
        ["Heat", "body", "at most", "air", "at most", "gives", "slowed", "off", "lost", "spoiled"];
    table.row(titles.map(|title| Text::styled(title, FAINT)));
    for n in &order[..shown] {
        table.row(row(model, &climate.heated[*n]));
    }
    let mut text = table.text();
    if shown < order.len() {
        let more = order.len() - shown;
        text += &format!("  {FAINT}and {more} more that are cooler; --detail has all{FAINT:#}\n");
    }
    if let Some(hottest) = order.first() {
        text += &neighbours(model, climate, *hottest);
    }
    text + &foot(climate)
}

fn row(model: &Model, heat: &HeatSummary) -> [Text; 10] {
    // What did not happen is not shown.
    let some = |estimate: Option<Estimate>, unit: Unit| match mean(estimate) {
        0.0 => String::new(),
        mean => number::value(Some(mean), unit),
    };
    [
        model.row(heat.equipment).name.as_str().into(),
        celsius(heat.body_mean).into(),
        celsius(heat.body_max).into(),
        celsius(heat.air_mean).into(),
        celsius(heat.air_max).into(),
        number::value(heat.heat_w.map(|heat| heat.mean), Unit::Watts).into(),
        some(heat.derated, Unit::Share).into(),
        some(heat.tripped, Unit::Share).into(),
        Text::styled(some(heat.capacity_lost, Unit::Share), STRONG),
        some(heat.spoiled, Unit::One).into(),
    ]
}

/// `oven reaches 61.2 °C; beside it: cool/machine (0.6 m) 35.1 °C, at most 38.0 °C in the air around it, …`
fn neighbours(model: &Model, climate: &ClimateSummary, hottest: usize) -> String {
    let Some(hall) = &model.hall else { return String::new() };
    let from = &hall.heated[hottest].block;
    let mut others: Vec<(f64, usize, &Heated)> = hall
        .heated
        .iter()
        .enumerate()
        .filter(|(n, _)| *n != hottest)
        .map(|(n, heated)| (from.gap(&heated.block), n, heated))
        .collect();
    others.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let told: Vec<String> = others
        .iter()
        .take(NEIGHBOURS)
        .map(|(gap, n, heated)| {
            let heat = &climate.heated[*n];
            let (mean, max) = (celsius(heat.air_mean), celsius(heat.air_max));
            format!("{} ({gap:.1} m) {mean}, at most {max}", heated.block.name)
        })
        .collect();
    if told.is_empty() {
        return String::new();
    }
    let max = celsius(climate.heated[hottest].body_max);
    let told = told.join("; ");
    format!(
        "  {STRONG}{}{STRONG:#} reaches {max}. The air around its neighbours: {told}\n",
        from.name
    )
}

/// What was solved, where, and how well the books close.
fn foot(climate: &ClimateSummary) -> String {
    format!(
        "  {FAINT}{} tier on {}; air of the hall {}, at most {}; energy residual {:.1e}{FAINT:#}\n",
        climate.tier.name(),
        climate.device,
        celsius(climate.air_mean),
        celsius(climate.air_max),
        climate.residual,
    )
}
