//! The tables of instruments: `readings`, each with the truth beside it, `alarms`, and `crossings` of those with rays.

use twin::climate::{AlarmChange, Reading};
use twin::engine::Model;
use twin::seen::Crossing;
use twin::sensor::Flags;

use super::rows::{number, seconds};
use crate::output::{Cell, Column};

/// Tags and alarms as they stand in the tables.
#[derive(Debug)]
pub(super) struct Tags {
    /// First instrument of each entry, and its tag.
    sensors: Vec<(i64, String)>,
    alarms: Vec<String>,
    /// Those with rays.
    eyes: Vec<String>,
    /// By flags: names of faults, with plus signs between them.
    faults: Vec<String>,
}

impl Tags {
    pub(super) fn of(model: &Model) -> Self {
        let mut first = 0;
        let sensors = model.instruments.rows.iter().map(|row| {
            let own = first;
            first += row.place.count() as i64;
            (own, row.name.clone())
        });
        let all = 1_u32 << twin::sensor::EFFECTS.len();
        let faults = (0..all).map(|flags| Flags(flags).names().collect::<Vec<_>>().join("+"));
        Self {
            sensors: sensors.collect(),
            alarms: model.instruments.alarms.iter().map(|alarm| alarm.name.clone()).collect(),
            eyes: model.eyes.iter().map(|eye| eye.name.clone()).collect(),
            faults: faults.collect(),
        }
    }

    /// The tag of an instrument, and its number among those of the tag, from 1.
    fn sensor(&self, sensor: i64) -> [Cell<'_>; 2] {
        let entry = self.sensors.partition_point(|(first, _)| *first <= sensor) - 1;
        let (first, name) = &self.sensors[entry];
        [Cell::Text(name), Cell::I64(sensor - first + 1)]
    }
}

/// Columns of `readings`: in the unit of what is measured (°C, m/s, Pa, kg/m³). `number` tells instruments of one tag apart, `reading`
/// is empty where there is none, `faults` says what was wrong, with `+` between.
pub(super) fn readings_columns() -> Vec<Column> {
    vec![
        Column::i64("replication"),
        Column::f64("at_s"),
        Column::text("sensor"),
        Column::i64("number"),
        Column::f64("reading").optional(),
        Column::f64("truth"),
        Column::text("faults"),
    ]
}

/// Integers in which a row of `readings` waits.
pub(super) const READINGS: usize = 5;

pub(super) fn pack_reading(row: &Reading) -> [i64; READINGS] {
    let bits = |value: f32| f64::from(value).to_bits() as i64;
    let reading = if row.flags.is_missing() { f32::NAN } else { row.reading };
    let flags = i64::from(row.flags.0);
    [row.at.ns(), i64::from(row.sensor), bits(reading), bits(row.truth), flags]
}

pub(super) fn reading(tags: &Tags, replication: i64, row: [i64; READINGS]) -> [Cell<'_>; 7] {
    let [at, sensor, reading, truth, flags] = row;
    let [tag, own] = tags.sensor(sensor);
    [
        Cell::I64(replication),
        seconds(at),
        tag,
        own,
        number(reading),
        number(truth),
        Cell::Text(&tags.faults[flags as usize]),
    ]
}

/// Columns of `alarms`: each time that one was raised or cleared.
pub(super) fn alarms_columns() -> Vec<Column> {
    vec![
        Column::i64("replication"),
        Column::f64("at_s"),
        Column::text("alarm"),
        Column::text("sensor"),
        Column::i64("number"),
        Column::bool("raised"),
    ]
}

/// Integers in which a row of `alarms` waits.
pub(super) const ALARMS: usize = 4;

pub(super) fn pack_alarm(row: &AlarmChange) -> [i64; ALARMS] {
    [row.at.ns(), i64::from(row.alarm), i64::from(row.sensor), i64::from(row.raised)]
}

pub(super) fn alarm(tags: &Tags, replication: i64, row: [i64; ALARMS]) -> [Cell<'_>; 6] {
    let [at, alarm, sensor, raised] = row;
    let [tag, own] = tags.sensor(sensor);
    [
        Cell::I64(replication),
        seconds(at),
        Cell::Text(&tags.alarms[alarm as usize]),
        tag,
        own,
        Cell::Bool(raised == 1),
    ]
}

/// Columns of `crossings`: each edge of the output of an instrument with rays. `seen_s` is when what it shows began.
pub(super) fn crossings_columns() -> Vec<Column> {
    vec![
        Column::i64("replication"),
        Column::f64("at_s"),
        Column::text("sensor"),
        Column::bool("on"),
        Column::f64("seen_s"),
    ]
}

/// Integers in which a row of `crossings` waits.
pub(super) const CROSSINGS: usize = 4;

pub(super) fn pack_crossing(row: &Crossing) -> [i64; CROSSINGS] {
    [row.edge.at_ns, i64::from(row.eye), i64::from(row.edge.on), row.edge.seen_ns]
}

pub(super) fn crossing(tags: &Tags, replication: i64, row: [i64; CROSSINGS]) -> [Cell<'_>; 5] {
    let [at, eye, on, seen] = row;
    [
        Cell::I64(replication),
        seconds(at),
        Cell::Text(&tags.eyes[eye as usize]),
        Cell::Bool(on == 1),
        seconds(seen),
    ]
}
