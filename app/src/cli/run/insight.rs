//! What lies behind the figures: energy and other media, the times of the OEE, kinds' own figures, the bottleneck.

use twin::engine::{Activity, Medium, Model};
use twin::id::EquipmentId;
use twin::stats::Estimate;
use twin::study::{Bottleneck, EquipmentSummary, MediumSummary};

use super::super::number::{self, Unit};
use super::super::table::{Side, Table, Text};
use super::report::{FAINT, ROWS, STRONG};
use super::result::RunResult;

fn mean(estimate: Option<Estimate>, unit: Unit) -> String {
    estimate.map_or(String::new(), |estimate| number::value(Some(estimate.mean), unit))
}

fn titles<const N: usize>(titles: [&str; N]) -> [Text; N] {
    titles.map(|title| Text::styled(title, FAINT))
}

/// The balance of each medium.
pub(super) fn media(result: &RunResult, model: &Model) -> String {
    if model.media.is_empty() {
        return String::new();
    }
    let mut sides = [Side::Right; 8];
    (sides[0], sides[2]) = (Side::Left, Side::Left);
    let mut table = Table::new(&sides);
    table.row(titles(["Medium", "", "", "per part", "not at work", "peak", "cost", "CO2"]));
    for (medium, summary) in model.media.iter().zip(&result.summary.media) {
        table.row(medium_row(medium, summary));
    }
    table.text()
}

fn medium_row(medium: &Medium, summary: &MediumSummary) -> [Text; 8] {
    let (unit, rate) = if medium.is_volume {
        (Unit::CubicMetres, Unit::Flow)
    } else {
        (Unit::Joules, Unit::Watts)
    };
    let (amount, half_width) = number::estimate(summary.amount.as_ref(), unit);
    let total: f64 = summary.by_activity.iter().sum();
    let idle = total - summary.by_activity[Activity::Working as usize];
    let idle = if total > 0.0 { format!("{:.0} %", idle / total * 100.0) } else { String::new() };
    let (mut cost, mut co2) = (String::new(), String::new());
    if let Some(tariff) = &medium.tariff {
        let charge = summary.peak_charge.map_or(0.0, |charge| charge.mean);
        let all = summary.cost.map(|cost| cost.mean + charge);
        cost = format!("{} {}", number::value(all, Unit::One), tariff.currency);
        if tariff.co2_kg > 0.0 {
            co2 = format!("{} kg", mean(summary.co2_kg, Unit::One));
        }
    }
    [
        medium.name.clone().into(),
        Text::styled(amount, STRONG),
        half_width.into(),
        mean(summary.per_part, unit).into(),
        idle.into(),
        mean(summary.peak, rate).into(),
        cost.into(),
        co2.into(),
    ]
}

/// What each equipment took in.
pub(super) fn intake(result: &RunResult, model: &Model) -> String {
    if model.metered.is_empty() {
        return String::new();
    }
    let mut table = Table::new(&[Side::Left, Side::Left, Side::Right, Side::Left, Side::Right]);
    table.row(titles(["Intake", "", "", "", "cost"]));
    for metered in model.metered.iter().take(ROWS) {
        let summary = &result.summary.equipment[metered.equipment.index()];
        for (at, (medium, amount, cost)) in summary.media.iter().enumerate() {
            let Medium { name, is_volume, tariff } = &model.media[*medium];
            let unit = if *is_volume { Unit::CubicMetres } else { Unit::Joules };
            let (amount, half_width) = number::estimate(amount.as_ref(), unit);
            let whose = if at == 0 { model.row(metered.equipment).name.as_str() } else { "" };
            let cost = tariff.as_ref().map_or(String::new(), |tariff| {
                format!("{} {}", mean(*cost, Unit::One), tariff.currency)
            });
            table.row([
                Text::from(whose),
                name.as_str().into(),
                amount.into(),
                half_width.into(),
                cost.into(),
            ]);
        }
    }
    table.text()
}

/// Equipment where parts are worked on, as far as it is shown.
fn processors<'a>(
    result: &'a RunResult,
    model: &'a Model,
) -> impl Iterator<Item = (&'a str, &'a EquipmentSummary)> {
    let rows = model.equipment.iter().zip(&result.summary.equipment);
    rows.filter(|(_, summary)| summary.oee.is_some())
        .take(ROWS)
        .map(|(row, summary)| (row.name.as_str(), summary))
}

/// Ratios and times behind the OEE.
pub(super) fn oee(result: &RunResult, model: &Model) -> String {
    let mut sides = [Side::Right; 10];
    sides[0] = Side::Left;
    let mut table = Table::new(&sides);
    let names =
        ["availability", "performance", "quality", "OEE", "PBT", "APT", "AUST", "ADET", "ADOT"];
    let [a, p, q, oee, pbt, apt, aust, adet, adot] = names;
    table.row(titles(["OEE", a, p, q, oee, pbt, apt, aust, adet, adot]));
    let mut any = false;
    for (name, summary) in processors(result, model) {
        let Some(oee) = &summary.oee else { continue };
        let share = |estimate: Option<Estimate>| mean(estimate, Unit::Share);
        let time = |time_s: f64| number::value(Some(time_s), Unit::Seconds);
        let times = &oee.mean;
        any = true;
        table.row([
            Text::from(name),
            share(oee.availability).into(),
            share(oee.effectiveness).into(),
            share(oee.quality_ratio).into(),
            Text::styled(share(oee.oee), STRONG),
            time(times.pbt_s).into(),
            time(times.apt_s).into(),
            time(times.aust_s).into(),
            time(times.adet_s).into(),
            time(times.adot_s).into(),
        ]);
    }
    if any { table.text() } else { String::new() }
}

/// Figures that kinds give of themselves.
pub(super) fn own(result: &RunResult, model: &Model) -> String {
    let mut table = Table::new(&[Side::Left, Side::Left, Side::Right, Side::Left]);
    table.row(titles(["Figures of its own", "", "mean", ""]));
    let mut any = false;
    for (row, summary) in model.equipment.iter().zip(&result.summary.equipment).take(ROWS) {
        for (at, (name, value)) in summary.own.iter().enumerate() {
            let (mean, half_width) = number::estimate(value.as_ref(), Unit::One);
            let whose = if at == 0 { row.name.as_str() } else { "" };
            table.row([Text::from(whose), name.as_str().into(), mean.into(), half_width.into()]);
            any = true;
        }
    }
    if any { table.text() } else { String::new() }
}

/// What holds the plant up, in one line where the measures agree, else in one for each.
pub(super) fn bottleneck(result: &RunResult, model: &Model) -> String {
    let Some(found) = &result.summary.bottleneck else { return String::new() };
    let Bottleneck { equipment, by_share, by_shifting, .. } = *found;
    let name = |id: EquipmentId| model.row(id).name.as_str();
    let share = format!("active {} of the time", percent(result.active(by_share)));
    let stretch =
        format!("{} at a stretch", number::value(Some(found.active_period_s), Unit::Seconds));
    let moment = |id: EquipmentId| {
        let (sole, shifting) = result.momentary(id);
        format!("momentary {} of it, {} alone", percent(sole + shifting), percent(sole))
    };
    if by_share == equipment && by_shifting.is_none_or(|id| id == equipment) {
        let mut measures = vec![share, stretch];
        measures.extend(by_shifting.map(moment));
        let measures = measures.join(" · ");
        return format!("  Bottleneck: {STRONG}{}{STRONG:#}, {measures}\n", name(equipment));
    }
    let mut table = Table::new(&[Side::Left, Side::Left, Side::Left]);
    let mut row = |first: &str, id: EquipmentId, why: String| {
        table.row([Text::from(first), Text::styled(name(id), STRONG), Text::from(why)]);
    };
    row("Bottleneck", by_share, format!("{share}, more than any other"));
    row("", equipment, format!("{stretch}, longer than any other"));
    if let Some(id) = by_shifting {
        row("", id, format!("{}, more than any other", moment(id)));
    }
    let why = "which to believe: genba explain bottleneck";
    table.text() + &format!("  {FAINT}{why}{FAINT:#}\n")
}

fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}
