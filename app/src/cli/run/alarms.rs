//! How good the alarms on instruments were: as JSON and as a report.

use serde_json::{Map, Value, json};
use twin::engine::Model;
use twin::stats::Estimate;
use twin::study::{AlarmSummary, Summary};

use super::super::number::{self, Unit};
use super::super::table::{Side, Table, Text};
use super::report::FAINT;
use super::result::estimate;

/// By alarm; `null` without instruments.
pub(super) fn json(model: &Model, summary: &Summary) -> Value {
    let Some(climate) = &summary.climate else { return Value::Null };
    let alarms = model.instruments.alarms.iter().zip(&climate.alarms);
    let alarms: Map<String, Value> =
        alarms.map(|(row, alarm)| (row.name.clone(), alarm_json(alarm))).collect();
    json!({ "instruments": model.instruments.count(), "alarms": alarms })
}

fn alarm_json(alarm: &AlarmSummary) -> Value {
    json!({
        "raised": estimate(alarm.raised),
        "cases": estimate(alarm.cases),
        "detected": estimate(alarm.detected),
        "missed": estimate(alarm.missed),
        "false_alarms": estimate(alarm.false_alarms),
        "detection_delay_mean_s": estimate(alarm.delay_mean_s),
        "detection_delay_max_s": estimate(alarm.delay_max_s),
        "first_sensor": alarm.first.as_ref().map(|(tag, _)| tag),
        "first_at_s": alarm.first.as_ref().map(|(_, at)| at.seconds()),
    })
}

/// One row for each alarm.
pub(super) fn text(model: &Model, summary: &Summary) -> String {
    let Some(climate) = &summary.climate else { return String::new() };
    if climate.alarms.is_empty() {
        return String::new();
    }
    let mut sides = [Side::Right; 9];
    (sides[0], sides[8]) = (Side::Left, Side::Left);
    let mut table = Table::new(&sides);
    let titles = [
        "Alarm",
        "raised",
        "cases",
        "seen",
        "missed",
        "false",
        "delay",
        "at most",
        "seen first by",
    ];
    table.row(titles.map(|title| Text::styled(title, FAINT)));
    for (row, alarm) in model.instruments.alarms.iter().zip(&climate.alarms) {
        let mean = |estimate: Option<Estimate>| estimate.map(|estimate| estimate.mean);
        let count = |estimate| number::value(mean(estimate), Unit::One);
        let time = |estimate| number::value(mean(estimate), Unit::Seconds);
        let first = alarm.first.as_ref();
        table.row([
            row.name.as_str().into(),
            count(alarm.raised).into(),
            count(alarm.cases).into(),
            count(alarm.detected).into(),
            count(alarm.missed).into(),
            count(alarm.false_alarms).into(),
            time(alarm.delay_mean_s).into(),
            time(alarm.delay_max_s).into(),
            first.map_or_else(String::new, |(tag, at)| format!("{tag} at {at}")).into(),
        ]);
    }
    table.text()
}
