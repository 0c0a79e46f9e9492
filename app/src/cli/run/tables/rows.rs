//! The rows of each table: their columns, how they wait as integers, and how they come out.

use parquet::data_type::ByteArray;
use twin::engine::{Activity, Model, PartRow, TraceRow, What};
use twin::id::EquipmentId;
use twin::study::{EquipmentFigures, IntervalRow};
use twin::units::SimTime;

use super::table::{Cell, Kind};

/// Names as they stand in the tables.
#[derive(Debug)]
pub(super) struct Names {
    equipment: Vec<ByteArray>,
    kinds: Vec<ByteArray>,
    products: Vec<ByteArray>,
    events: Vec<ByteArray>,
    activities: Vec<ByteArray>,
    none: ByteArray,
}

impl Names {
    pub(super) fn of(model: &Model) -> Self {
        let kind = |e| model.kind_of(EquipmentId::from_index(e)).into();
        Self {
            equipment: model.equipment.iter().map(|row| row.name.as_str().into()).collect(),
            kinds: (0..model.equipment.len()).map(kind).collect(),
            products: model.products.iter().map(|row| row.name.as_str().into()).collect(),
            events: EVENTS.iter().map(|what| what.key().into()).collect(),
            activities: Activity::ALL.iter().map(|activity| activity.key().into()).collect(),
            none: "".into(),
        }
    }
}

/// Seconds, or nothing for a time that never comes.
fn seconds(ns: i64) -> Cell {
    Cell::Number((ns != SimTime::NEVER.ns()).then(|| SimTime::from_ns(ns).seconds()))
}

/// Columns of `parts`.
pub(super) const PARTS_COLUMNS: &[(&str, Kind)] = &[
    ("replication", Kind::Integer),
    ("serial", Kind::Integer),
    ("product", Kind::Text),
    ("created_s", Kind::Number),
    ("left_s", Kind::Number),
    ("lead_time_s", Kind::Number),
    ("due_s", Kind::Number),
    ("finished", Kind::Flag),
];
/// Integers in which a row of `parts` waits.
pub(super) const PARTS: usize = 6;

pub(super) fn pack_part(row: &PartRow) -> [i64; PARTS] {
    let (created, left, due) = (row.created.ns(), row.left.ns(), row.due.ns());
    [row.serial as i64, i64::from(row.product.0), created, left, due, i64::from(row.finished)]
}

pub(super) fn part(names: &Names, replication: i64, row: [i64; PARTS]) -> [Cell; 8] {
    let [serial, product, created, left, due, finished] = row;
    [
        Cell::Integer(replication),
        Cell::Integer(serial),
        Cell::Text(names.products[product as usize].clone()),
        seconds(created),
        seconds(left),
        seconds(left - created),
        seconds(due),
        Cell::Flag(finished != 0),
    ]
}

/// Columns of `intervals`.
pub(super) const INTERVALS_COLUMNS: &[(&str, Kind)] = &[
    ("replication", Kind::Integer),
    ("at_s", Kind::Number),
    ("finished", Kind::Integer),
    ("wip", Kind::Integer),
    ("wip_area_part_s", Kind::Number),
];
/// Integers in which a row of `intervals` waits.
pub(super) const INTERVALS: usize = 4;

pub(super) fn pack_interval(row: &IntervalRow) -> [i64; INTERVALS] {
    [row.at.ns(), row.finished as i64, i64::from(row.wip), bits(row.wip_area_s)]
}

pub(super) fn interval(replication: i64, row: [i64; INTERVALS]) -> [Cell; 5] {
    let [at, finished, wip, area] = row;
    [
        Cell::Integer(replication),
        seconds(at),
        Cell::Integer(finished),
        Cell::Integer(wip),
        number(area),
    ]
}

/// Columns of `trace`. `serial` and `product` are those of a part, `place` the one whose activity changes; -1 and empty
/// where they do not apply.
pub(super) const TRACE_COLUMNS: &[(&str, Kind)] = &[
    ("replication", Kind::Integer),
    ("at_s", Kind::Number),
    ("equipment", Kind::Text),
    ("what", Kind::Text),
    ("serial", Kind::Integer),
    ("product", Kind::Text),
    ("place", Kind::Integer),
];
/// Integers in which a row of `trace` waits.
pub(super) const TRACE: usize = 6;

const EVENTS: [What; 6] =
    [What::Created, What::Entered, What::Began, What::Ended, What::Finished, What::Scrapped];

pub(super) fn pack_trace(row: &TraceRow) -> [i64; TRACE] {
    match *row {
        TraceRow::Part { at, equipment, serial, product, what } => {
            let what = EVENTS.iter().position(|event| *event == what).unwrap_or(0) as i64;
            [at.ns(), i64::from(equipment.0), what, serial as i64, i64::from(product.0), -1]
        }
        TraceRow::Activity { at, equipment, place, activity } => {
            let what = (EVENTS.len() + activity as usize) as i64;
            [at.ns(), i64::from(equipment.0), what, -1, -1, i64::from(place)]
        }
    }
}

pub(super) fn trace(names: &Names, replication: i64, row: [i64; TRACE]) -> [Cell; 7] {
    let [at, equipment, what, serial, product, place] = row;
    let what = what as usize;
    let what = match what.checked_sub(EVENTS.len()) {
        None => &names.events[what],
        Some(activity) => &names.activities[activity],
    };
    let product = usize::try_from(product).map_or(&names.none, |p| &names.products[p]);
    [
        Cell::Integer(replication),
        seconds(at),
        Cell::Text(names.equipment[equipment as usize].clone()),
        Cell::Text(what.clone()),
        Cell::Integer(serial),
        Cell::Text(product.clone()),
        Cell::Integer(place),
    ]
}

/// Columns of `equipment`: after its figures, its shares of time by activity.
pub(super) fn equipment_columns() -> Vec<(&'static str, Kind)> {
    let mut columns = vec![
        ("replication", Kind::Integer),
        ("equipment", Kind::Text),
        ("kind", Kind::Text),
        ("finished", Kind::Integer),
        ("content", Kind::Number),
        ("content_max", Kind::Integer),
        ("time_in_s", Kind::Number),
        ("active_period_s", Kind::Number),
    ];
    columns.extend(Activity::ALL.map(|activity| (activity.key(), Kind::Number)));
    columns
}

/// Integers in which a row of `equipment` waits.
pub(super) const EQUIPMENT: usize = 6 + Activity::COUNT;

pub(super) fn pack_equipment(e: usize, figures: &EquipmentFigures) -> [i64; EQUIPMENT] {
    let mut row = [0; EQUIPMENT];
    let (head, shares) = row.split_at_mut(6);
    head.copy_from_slice(&[
        e as i64,
        figures.finished as i64,
        bits(figures.content),
        i64::from(figures.content_max),
        bits(figures.time_in_s.unwrap_or(f64::NAN)),
        bits(figures.active_period_s.unwrap_or(f64::NAN)),
    ]);
    for (cell, share) in shares.iter_mut().zip(figures.shares) {
        *cell = bits(share);
    }
    row
}

pub(super) fn equipment(names: &Names, replication: i64, row: [i64; EQUIPMENT]) -> Vec<Cell> {
    let [e, finished, content, content_max, time_in, active_period, shares @ ..] = row;
    let mut cells = vec![
        Cell::Integer(replication),
        Cell::Text(names.equipment[e as usize].clone()),
        Cell::Text(names.kinds[e as usize].clone()),
        Cell::Integer(finished),
        number(content),
        Cell::Integer(content_max),
        number(time_in),
        number(active_period),
    ];
    cells.extend(shares.map(number));
    cells
}

/// A float as an integer: all its bits.
fn bits(value: f64) -> i64 {
    value.to_bits().cast_signed()
}

/// The float again; NaN is nothing.
fn number(bits: i64) -> Cell {
    Cell::Number(Some(f64::from_bits(bits.cast_unsigned())))
}
