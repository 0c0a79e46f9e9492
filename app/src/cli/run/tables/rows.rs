//! The rows of each table: their columns, how they wait as integers, and how they come out.

use twin::engine::{Activity, Fate, Model, PartRow, TraceRow, What};
use twin::id::EquipmentId;
use twin::study::{EquipmentFigures, IntervalRow};
use twin::units::SimTime;

use crate::output::{Cell, Column};

/// Names as they stand in the tables.
#[derive(Debug)]
pub(super) struct Names {
    equipment: Vec<String>,
    kinds: Vec<String>,
    products: Vec<String>,
    events: Vec<String>,
    activities: Vec<String>,
}

impl Names {
    pub(super) fn of(model: &Model) -> Self {
        let kind = |e| model.kind_of(EquipmentId::from_index(e)).into();
        Self {
            equipment: model.equipment.iter().map(|row| row.name.as_str().into()).collect(),
            kinds: (0..model.equipment.len()).map(kind).collect(),
            products: model.products.iter().map(|row| row.name.as_str().into()).collect(),
            events: What::ALL.iter().map(|what| what.key().into()).collect(),
            activities: Activity::ALL.iter().map(|activity| activity.key().into()).collect(),
        }
    }
}

/// Seconds, or nothing for a time that never comes.
fn seconds(ns: i64) -> Cell<'static> {
    (ns != SimTime::NEVER.ns()).then(|| SimTime::from_ns(ns).seconds()).into()
}

/// Columns of `parts`.
pub(super) fn parts_columns() -> Vec<Column> {
    vec![
        Column::i64("replication"),
        Column::i64("serial"),
        Column::text("product"),
        Column::f64("created_s"),
        Column::f64("left_s"),
        Column::f64("lead_time_s"),
        Column::f64("due_s").optional(),
        Column::bool("finished"),
        Column::text("fate"),
    ]
}

/// Integers in which a row of `parts` waits.
pub(super) const PARTS: usize = 6;

pub(super) fn pack_part(row: &PartRow) -> [i64; PARTS] {
    let (created, left, due) = (row.created.ns(), row.left.ns(), row.due.ns());
    [row.serial as i64, i64::from(row.product.0), created, left, due, row.fate as i64]
}

pub(super) fn part(names: &Names, replication: i64, row: [i64; PARTS]) -> [Cell<'_>; 9] {
    let [serial, product, created, left, due, fate] = row;
    let fate = Fate::ALL[fate as usize];
    [
        Cell::I64(replication),
        Cell::I64(serial),
        Cell::Text(&names.products[product as usize]),
        seconds(created),
        seconds(left),
        seconds(left - created),
        seconds(due),
        Cell::Bool(fate == Fate::Finished),
        Cell::Text(fate.key()),
    ]
}

/// Columns of `intervals`.
pub(super) fn intervals_columns() -> Vec<Column> {
    vec![
        Column::i64("replication"),
        Column::f64("at_s"),
        Column::i64("finished"),
        Column::i64("wip"),
        Column::f64("wip_area_part_s").optional(),
    ]
}

/// Integers in which a row of `intervals` waits.
pub(super) const INTERVALS: usize = 4;

pub(super) fn pack_interval(row: &IntervalRow) -> [i64; INTERVALS] {
    [row.at.ns(), row.finished as i64, i64::from(row.wip), bits(row.wip_area_s)]
}

pub(super) fn interval(replication: i64, row: [i64; INTERVALS]) -> [Cell<'static>; 5] {
    let [at, finished, wip, area] = row;
    [Cell::I64(replication), seconds(at), Cell::I64(finished), Cell::I64(wip), number(area)]
}

/// Columns of `trace`. `serial` and `product` are those of a part, `other` is the serial of the part that it went into or
/// came out of, `place` the one whose activity changes; -1 and empty where they do not apply.
pub(super) fn trace_columns() -> Vec<Column> {
    vec![
        Column::i64("replication"),
        Column::f64("at_s"),
        Column::text("equipment"),
        Column::text("what"),
        Column::i64("serial"),
        Column::text("product"),
        Column::i64("other"),
        Column::i64("place"),
    ]
}

/// Integers in which a row of `trace` waits.
pub(super) const TRACE: usize = 7;

pub(super) fn pack_trace(row: &TraceRow) -> [i64; TRACE] {
    match *row {
        TraceRow::Part { at, equipment, serial, product, what, other } => {
            let (serial, other) = (serial as i64, other.map_or(-1, |other| other as i64));
            let (equipment, product) = (i64::from(equipment.0), i64::from(product.0));
            [at.ns(), equipment, what as i64, serial, product, other, -1]
        }
        TraceRow::Activity { at, equipment, place, activity } => {
            let what = (What::ALL.len() + activity as usize) as i64;
            [at.ns(), i64::from(equipment.0), what, -1, -1, -1, i64::from(place)]
        }
    }
}

pub(super) fn trace(names: &Names, replication: i64, row: [i64; TRACE]) -> [Cell<'_>; 8] {
    let [at, equipment, what, serial, product, other, place] = row;
    let what = what as usize;
    let what = match what.checked_sub(What::ALL.len()) {
        None => &names.events[what],
        Some(activity) => &names.activities[activity],
    };
    let product = usize::try_from(product).map_or("", |p| &names.products[p]);
    [
        Cell::I64(replication),
        seconds(at),
        Cell::Text(&names.equipment[equipment as usize]),
        Cell::Text(what),
        Cell::I64(serial),
        Cell::Text(product),
        Cell::I64(other),
        Cell::I64(place),
    ]
}

/// Columns of `equipment`: after its figures, its shares of time by activity.
pub(super) fn equipment_columns() -> Vec<Column> {
    let mut columns = vec![
        Column::i64("replication"),
        Column::text("equipment"),
        Column::text("kind"),
        Column::i64("finished"),
        Column::f64("content").optional(),
        Column::i64("content_max"),
        Column::f64("time_in_s").optional(),
        Column::f64("active_period_s").optional(),
    ];
    columns.extend(Activity::ALL.map(|activity| Column::f64(activity.key()).optional()));
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

pub(super) fn equipment(names: &Names, replication: i64, row: [i64; EQUIPMENT]) -> Vec<Cell<'_>> {
    let [e, finished, content, content_max, time_in, active_period, shares @ ..] = row;
    let mut cells = vec![
        Cell::I64(replication),
        Cell::Text(&names.equipment[e as usize]),
        Cell::Text(&names.kinds[e as usize]),
        Cell::I64(finished),
        number(content),
        Cell::I64(content_max),
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
fn number(bits: i64) -> Cell<'static> {
    Cell::F64(f64::from_bits(bits.cast_unsigned()))
}
