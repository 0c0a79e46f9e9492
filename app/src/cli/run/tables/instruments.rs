//! The tables of instruments: `readings`, each with the truth beside it, `alarms`; of those with rays `crossings`, `scans` and
//! `poses`; of encoders, scales and what arms feel `gauges`.

use nalgebra::Isometry3;
use twin::climate::{AlarmChange, Reading};
use twin::engine::Model;
use twin::seen::{Crossing, Echo, Measurement, Owner, Sighting};
use twin::sensor::Flags;

use super::rows::{Names, number, seconds};
use crate::output::{Cell, Column};

/// Tags and alarms as they stand in the tables.
#[derive(Debug)]
pub(super) struct Tags {
    /// First instrument of each entry, and its tag.
    sensors: Vec<(i64, String)>,
    alarms: Vec<String>,
    /// Those with rays.
    eyes: Vec<String>,
    gauges: Vec<String>,
    /// What can be met besides the sides of the hall.
    equipment: Vec<String>,
    obstacles: Vec<String>,
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
            gauges: model.gauges.iter().map(|gauge| gauge.name.clone()).collect(),
            equipment: model.equipment.iter().map(|row| row.name.as_str().into()).collect(),
            obstacles: model
                .hall
                .iter()
                .flat_map(|hall| &hall.obstacles)
                .map(|obstacle| obstacle.block.name.clone())
                .collect(),
            faults: faults.collect(),
        }
    }

    /// What has the number `met`.
    fn met(&self, met: i64) -> Option<&str> {
        let met = usize::try_from(met).ok()?;
        if let Some(equipment) = met.checked_sub(FIRST_EQUIPMENT as usize) {
            return Some(&self.equipment[equipment]);
        }
        Some(SIDES.get(met).copied().unwrap_or_else(|| &self.obstacles[met - SIDES.len()]))
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

/// Columns of `scans`: each range of an instrument that tells ranges. `range_m` is empty where there was no echo, `truth_m` where there
/// was nothing; `met` says what was there: a side of the hall, an obstacle, an equipment, or what moves on one, with the `serial` of the
/// part.
pub(super) fn scans_columns() -> Vec<Column> {
    vec![
        Column::i64("replication"),
        Column::f64("at_s"),
        Column::text("sensor"),
        Column::i64("beam"),
        Column::f64("range_m").optional(),
        Column::f64("truth_m").optional(),
        Column::text("met").optional(),
        Column::i64("serial").optional(),
    ]
}

/// Integers in which a row of `scans` waits.
pub(super) const SCANS: usize = 7;

/// Sides of the hall.
const SIDES: [&str; 6] = ["wall -x", "wall +x", "wall -y", "wall +y", "floor", "roof"];

/// Where in [`pack_echo`]'s numbers of things equipment begins, behind nothing, the sides and the obstacles.
const FIRST_EQUIPMENT: i64 = 1 << 40;

pub(super) fn pack_echo(row: &Echo) -> [i64; SCANS] {
    let bits = |value: f32| f64::from(value).to_bits() as i64;
    let met = match row.met {
        None => -1,
        Some(Owner::Side(side)) => i64::from(side),
        Some(Owner::Obstacle(row)) => SIDES.len() as i64 + i64::from(row),
        Some(Owner::Equipment(id)) => FIRST_EQUIPMENT + id.index() as i64,
        Some(Owner::Moving(what)) => FIRST_EQUIPMENT + what.by.index() as i64,
    };
    let part = row.serial.map_or(-1, |serial| serial as i64);
    let range = row.reading.range.unwrap_or(f32::NAN);
    let truth = if row.met.is_some() { row.reading.truth } else { f32::NAN };
    let (eye, beam) = (i64::from(row.eye), i64::from(row.beam));
    [row.at.ns(), eye, beam, bits(range), bits(truth), met, part]
}

pub(super) fn scan(tags: &Tags, replication: i64, row: [i64; SCANS]) -> [Cell<'_>; 8] {
    let [at, eye, beam, range, truth, met, part] = row;
    [
        Cell::I64(replication),
        seconds(at),
        Cell::Text(&tags.eyes[eye as usize]),
        Cell::I64(beam),
        number(range),
        number(truth),
        tags.met(met).map_or(Cell::Empty, Cell::Text),
        if part < 0 { Cell::Empty } else { Cell::I64(part) },
    ]
}

/// Columns of `poses`: each part that a camera saw, where its middle is in the plant and how it lies, as a quaternion: as told, and as it
/// was (`true_…`).
pub(super) fn poses_columns() -> Vec<Column> {
    const POSE: [&str; 14] = [
        "x_m", "y_m", "z_m", "qx", "qy", "qz", "qw", "true_x_m", "true_y_m", "true_z_m", "true_qx",
        "true_qy", "true_qz", "true_qw",
    ];
    let first = [
        Column::i64("replication"),
        Column::f64("at_s"),
        Column::text("sensor"),
        Column::i64("serial"),
        Column::text("product"),
    ];
    first.into_iter().chain(POSE.map(Column::f64)).collect()
}

/// Integers in which a row of `poses` waits.
pub(super) const POSES: usize = 18;

pub(super) fn pack_pose(row: &Sighting) -> [i64; POSES] {
    let whole = [row.at.ns(), i64::from(row.eye), row.serial as i64, row.product.index() as i64];
    let numbers = |pose: &Isometry3<f64>| {
        let (at, turn) = (pose.translation.vector, pose.rotation.coords);
        [at.x, at.y, at.z, turn.x, turn.y, turn.z, turn.w]
    };
    let poses = numbers(&row.told).into_iter().chain(numbers(&row.truth));
    let mut out = [0; POSES];
    let all = whole.into_iter().chain(poses.map(|x| x.to_bits() as i64));
    out.iter_mut().zip(all).for_each(|(place, value)| *place = value);
    out
}

pub(super) fn pose<'t>(
    tags: &'t Tags,
    names: &'t Names,
    replication: i64,
    row: [i64; POSES],
) -> Vec<Cell<'t>> {
    let [at, eye, serial, product, poses @ ..] = row;
    let first = [
        Cell::I64(replication),
        seconds(at),
        Cell::Text(&tags.eyes[eye as usize]),
        Cell::I64(serial),
        Cell::Text(names.product(product)),
    ];
    first.into_iter().chain(poses.map(number)).collect()
}

/// Columns of `gauges`: counts of an encoder, kg of a scale, Pa, N or N m at an arm. `reading` is empty where there is none, `truth` are the counts from the
/// start of the run on, or what lay there; `faults` says what was wrong.
pub(super) fn gauges_columns() -> Vec<Column> {
    vec![
        Column::i64("replication"),
        Column::f64("at_s"),
        Column::text("sensor"),
        Column::f64("reading").optional(),
        Column::f64("truth"),
        Column::text("faults"),
    ]
}

/// Integers in which a row of `gauges` waits.
pub(super) const GAUGES: usize = 5;

pub(super) fn pack_gauge(row: &Measurement) -> [i64; GAUGES] {
    let bits = |value: f64| value.to_bits() as i64;
    let reading = bits(row.reading.unwrap_or(f64::NAN));
    [row.at.ns(), i64::from(row.gauge), reading, bits(row.truth), i64::from(row.flags.0)]
}

pub(super) fn gauge(tags: &Tags, replication: i64, row: [i64; GAUGES]) -> [Cell<'_>; 6] {
    let [at, gauge, reading, truth, flags] = row;
    [
        Cell::I64(replication),
        seconds(at),
        Cell::Text(&tags.gauges[gauge as usize]),
        number(reading),
        number(truth),
        Cell::Text(&tags.faults[flags as usize]),
    ]
}
