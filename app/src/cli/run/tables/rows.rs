//! The rows of each table: their columns, how they wait as integers, and how they come out.

use twin::climate::Warm;
use twin::engine::{Activity, Fate, Intake, Model, OrderRow, PartRow, SignalEdge, TraceRow, What};
use twin::id::EquipmentId;
use twin::study::{Figures, IntervalRow, Oee};
use twin::units::{SimDuration, SimTime};

use crate::output::{Cell, Column};

/// Names as they stand in the tables.
#[derive(Debug)]
pub(super) struct Names {
    equipment: Vec<String>,
    kinds: Vec<String>,
    products: Vec<String>,
    events: Vec<String>,
    activities: Vec<String>,
    orders: Vec<String>,
    media: Vec<String>,
    signals: Vec<String>,
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
            orders: model.orders.iter().map(|order| order.name.clone()).collect(),
            media: model.media.iter().map(|medium| medium.name.clone()).collect(),
            signals: model.signals.iter().map(|signal| signal.name.clone()).collect(),
        }
    }

    /// Nothing for -1.
    pub(super) fn product(&self, product: i64) -> &str {
        usize::try_from(product).map_or("", |p| &self.products[p])
    }
}

/// Seconds, or nothing for a time that never comes.
pub(super) fn seconds(ns: i64) -> Cell<'static> {
    (ns != SimTime::NEVER.ns()).then(|| SimTime::from_ns(ns).seconds()).into()
}

/// Columns of `parts`. `within` is the serial of the part that it became a component of, or that held it to the end.
pub(super) fn parts_columns() -> Vec<Column> {
    vec![
        Column::i64("replication"),
        Column::i64("serial"),
        Column::text("product"),
        Column::f64("created_s"),
        Column::f64("left_s"),
        Column::f64("lead_time_s"),
        Column::f64("due_s").optional(),
        Column::i64("priority"),
        Column::i64("quantity"),
        Column::bool("finished"),
        Column::text("fate"),
        Column::i64("within").optional(),
    ]
}

/// Integers in which a row of `parts` waits.
pub(super) const PARTS: usize = 9;

pub(super) fn pack_part(row: &PartRow) -> [i64; PARTS] {
    let (created, left, due) = (row.created.ns(), row.left.ns(), row.due.ns());
    let (fate, within) = (row.fate as i64, row.within.map_or(-1, |serial| serial as i64));
    let (priority, quantity) = (i64::from(row.priority), i64::from(row.quantity));
    let (serial, product) = (row.serial as i64, i64::from(row.product.0));
    [serial, product, created, left, due, priority, quantity, fate, within]
}

pub(super) fn part(names: &Names, replication: i64, row: [i64; PARTS]) -> [Cell<'_>; 12] {
    let [serial, product, created, left, due, priority, quantity, fate, within] = row;
    let fate = Fate::ALL[fate as usize];
    [
        Cell::I64(replication),
        Cell::I64(serial),
        Cell::Text(&names.products[product as usize]),
        seconds(created),
        seconds(left),
        seconds(left - created),
        seconds(due),
        Cell::I64(priority),
        Cell::I64(quantity),
        Cell::Bool(fate == Fate::Finished),
        Cell::Text(fate.key()),
        Some(within).filter(|serial| *serial >= 0).into(),
    ]
}

/// Columns of `orders`. `released_s` is when the first lot went onto the floor, `wanted` and `delivered` are pieces.
pub(super) fn orders_columns() -> Vec<Column> {
    vec![
        Column::i64("replication"),
        Column::i64("number"),
        Column::text("order"),
        Column::text("product"),
        Column::f64("placed_s"),
        Column::f64("released_s").optional(),
        Column::f64("closed_s"),
        Column::f64("due_s").optional(),
        Column::i64("wanted"),
        Column::i64("delivered"),
    ]
}

/// Integers in which a row of `orders` waits.
pub(super) const ORDERS: usize = 9;

pub(super) fn pack_order(row: &OrderRow) -> [i64; ORDERS] {
    let order = &row.order;
    [
        i64::from(row.number),
        i64::from(order.line),
        i64::from(order.product.0),
        order.placed.ns(),
        order.released.ns(),
        row.closed.ns(),
        order.due.ns(),
        i64::from(order.wanted),
        i64::from(order.delivered),
    ]
}

pub(super) fn order(names: &Names, replication: i64, row: [i64; ORDERS]) -> [Cell<'_>; 10] {
    let [number, line, product, placed, released, closed, due, wanted, delivered] = row;
    [
        Cell::I64(replication),
        Cell::I64(number),
        Cell::Text(&names.orders[line as usize]),
        Cell::Text(&names.products[product as usize]),
        seconds(placed),
        seconds(released),
        seconds(closed),
        seconds(due),
        Cell::I64(wanted),
        Cell::I64(delivered),
    ]
}

/// Columns of `signals`: each change of a signal, behind the start.
pub(super) fn signals_columns() -> Vec<Column> {
    vec![
        Column::i64("replication"),
        Column::f64("at_s"),
        Column::text("signal"),
        Column::bool("on"),
    ]
}

/// Integers in which a row of `signals` waits.
pub(super) const SIGNALS: usize = 3;

pub(super) fn pack_signal(row: &SignalEdge) -> [i64; SIGNALS] {
    [row.at.ns(), i64::from(row.signal.0), i64::from(row.on)]
}

pub(super) fn signal(names: &Names, replication: i64, row: [i64; SIGNALS]) -> [Cell<'_>; 4] {
    let [at, signal, on] = row;
    let name = Cell::Text(&names.signals[signal as usize]);
    [Cell::I64(replication), seconds(at), name, Cell::Bool(on == 1)]
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
        TraceRow::Activity { at, equipment, place, activity, .. } => {
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
    [
        Cell::I64(replication),
        seconds(at),
        Cell::Text(&names.equipment[equipment as usize]),
        Cell::Text(what),
        Cell::I64(serial),
        Cell::Text(names.product(product)),
        Cell::I64(other),
        Cell::I64(place),
    ]
}

/// Columns of `states`: what each place did from when to when, for a Gantt chart.
pub(super) fn states_columns() -> Vec<Column> {
    vec![
        Column::i64("replication"),
        Column::text("equipment"),
        Column::i64("place"),
        Column::text("activity"),
        Column::f64("from_s"),
        Column::f64("to_s"),
    ]
}

/// Integers in which a row of `states` waits: equipment, place, activity, from, to.
pub(super) const STATES: usize = 5;

pub(super) fn state(names: &Names, replication: i64, row: [i64; STATES]) -> [Cell<'_>; 6] {
    let [equipment, place, activity, from, to] = row;
    [
        Cell::I64(replication),
        Cell::Text(&names.equipment[equipment as usize]),
        Cell::I64(place),
        Cell::Text(&names.activities[activity as usize]),
        seconds(from),
        seconds(to),
    ]
}

/// Columns of `flows`: parts that went over each connection. `product` is empty where products are not told apart.
pub(super) fn flows_columns() -> Vec<Column> {
    vec![
        Column::i64("replication"),
        Column::text("from"),
        Column::text("to"),
        Column::text("product"),
        Column::i64("parts"),
    ]
}

/// Integers in which a row of `flows` waits: from, to, product or -1, parts.
pub(super) const FLOWS: usize = 4;

pub(super) fn flow(names: &Names, replication: i64, row: [i64; FLOWS]) -> [Cell<'_>; 5] {
    let [from, to, product, parts] = row;
    [
        Cell::I64(replication),
        Cell::Text(&names.equipment[from as usize]),
        Cell::Text(&names.equipment[to as usize]),
        Cell::Text(names.product(product)),
        Cell::I64(parts),
    ]
}

/// Columns of `histograms`: how often a value lay in `from .. to`. The weight of a lead time (`lead_time_s`, by product) is a
/// part, that of the work in process (`wip`, a number of parts) a second.
pub(super) fn histograms_columns() -> Vec<Column> {
    vec![
        Column::i64("replication"),
        Column::text("figure"),
        Column::text("product"),
        Column::f64("from"),
        Column::f64("to"),
        Column::f64("weight"),
    ]
}

/// Integers in which a row of `histograms` waits: product or -1 for the work in process, from, width, weight.
pub(super) const HISTOGRAMS: usize = 4;

pub(super) fn histogram(names: &Names, replication: i64, row: [i64; HISTOGRAMS]) -> [Cell<'_>; 6] {
    let [product, from, width, weight] = row;
    let (figure, unit, each) =
        if product < 0 { ("wip", 1.0, 1e-9) } else { ("lead_time_s", 1e-9, 1.0) };
    [
        Cell::I64(replication),
        Cell::Text(figure),
        Cell::Text(names.product(product)),
        Cell::F64(from as f64 * unit),
        Cell::F64((from + width) as f64 * unit),
        Cell::F64(weight as f64 * each),
    ]
}

/// Columns of `media`: what each equipment took in, in J or m3, as a whole and by activity (level × time; ramps and switching on
/// make the difference).
pub(super) fn media_columns() -> Vec<Column> {
    let mut columns = vec![
        Column::i64("replication"),
        Column::text("equipment"),
        Column::text("medium"),
        Column::f64("amount").optional(),
        Column::f64("cost").optional(),
    ];
    columns.extend(Activity::ALL.map(|activity| Column::f64(activity.key()).optional()));
    columns
}

/// Integers in which a row of `media` waits.
pub(super) const MEDIA: usize = 4 + Activity::COUNT;

pub(super) fn pack_intake(e: usize, medium: usize, intake: &Intake) -> [i64; MEDIA] {
    let mut row = [0; MEDIA];
    let (head, by_activity) = row.split_at_mut(4);
    head.copy_from_slice(&[e as i64, medium as i64, bits(intake.total()), bits(intake.cost)]);
    for (cell, amount) in by_activity.iter_mut().zip(intake.by_activity) {
        *cell = bits(amount);
    }
    row
}

pub(super) fn intake(names: &Names, replication: i64, row: [i64; MEDIA]) -> Vec<Cell<'_>> {
    let [e, medium, amount, cost, by_activity @ ..] = row;
    let mut cells = vec![
        Cell::I64(replication),
        Cell::Text(&names.equipment[e as usize]),
        Cell::Text(&names.media[medium as usize]),
        number(amount),
        number(cost),
    ];
    cells.extend(by_activity.map(number));
    cells
}

/// Columns of `temperatures`: those at the end of the last tick, in °C, the heat given off in it, and the speed that is left.
pub(super) fn temperatures_columns() -> Vec<Column> {
    vec![
        Column::i64("replication"),
        Column::f64("at_s"),
        Column::text("equipment"),
        Column::f64("body_degC").optional(),
        Column::f64("air_degC").optional(),
        Column::f64("heat_W").optional(),
        Column::f64("speed").optional(),
    ]
}

/// Integers in which a row of `temperatures` waits.
pub(super) const TEMPERATURES: usize = 6;

pub(super) fn pack_temperature(
    at: SimTime,
    equipment: EquipmentId,
    warm: &Warm,
    speed: f64,
) -> [i64; TEMPERATURES] {
    let [body, air, watts, speed] = [warm.body, warm.air, warm.watts, speed].map(bits);
    [at.ns(), i64::from(equipment.0), body, air, watts, speed]
}

pub(super) fn temperature(
    names: &Names,
    replication: i64,
    row: [i64; TEMPERATURES],
) -> [Cell<'_>; 7] {
    let [at, e, body, air, watts, speed] = row;
    [
        Cell::I64(replication),
        seconds(at),
        Cell::Text(&names.equipment[e as usize]),
        number(body),
        number(air),
        number(watts),
        number(speed),
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
        Column::f64("utilisation").optional(),
        Column::f64("utilisation_any").optional(),
        Column::f64("availability").optional(),
        Column::f64("effectiveness").optional(),
        Column::f64("quality_ratio").optional(),
        Column::f64("oee").optional(),
        Column::f64("bottleneck_sole").optional(),
        Column::f64("bottleneck_shifting").optional(),
    ];
    columns.extend(Activity::ALL.map(|activity| Column::f64(activity.key()).optional()));
    columns
}

/// Figures of a row of `equipment` that are measured.
const MEASURED: usize = 11;
/// Integers in which a row of `equipment` waits.
pub(super) const EQUIPMENT: usize = 3 + MEASURED + Activity::COUNT;

pub(super) fn pack_equipment(e: usize, all: &Figures) -> [i64; EQUIPMENT] {
    let figures = &all.equipment[e];
    let oee = |f: fn(&Oee) -> Option<f64>| figures.oee.as_ref().and_then(f);
    let spent = figures.oee.and(all.watched.as_ref()).map(|watched| watched.bottleneck[e]);
    let share = |time: Option<SimDuration>| time.map(|time| time.seconds() / all.window_s);
    let measured: [Option<f64>; MEASURED] = [
        Some(figures.content),
        figures.time_in_s,
        figures.active_period_s,
        Some(figures.shares[Activity::Working as usize]),
        Some(figures.any_working),
        oee(Oee::availability),
        oee(Oee::effectiveness),
        oee(Oee::quality_ratio),
        oee(Oee::oee),
        share(spent.map(|spent| spent.sole)),
        share(spent.map(|spent| spent.shifting)),
    ];
    let mut row = [0; EQUIPMENT];
    let (head, rest) = row.split_at_mut(3);
    head.copy_from_slice(&[e as i64, figures.finished as i64, i64::from(figures.content_max)]);
    let values = measured.map(|value| value.unwrap_or(f64::NAN)).into_iter().chain(figures.shares);
    rest.iter_mut().zip(values).for_each(|(cell, value)| *cell = bits(value));
    row
}

pub(super) fn equipment(names: &Names, replication: i64, row: [i64; EQUIPMENT]) -> Vec<Cell<'_>> {
    let [e, finished, content_max, content, rest @ ..] = row;
    let mut cells = vec![
        Cell::I64(replication),
        Cell::Text(&names.equipment[e as usize]),
        Cell::Text(&names.kinds[e as usize]),
        Cell::I64(finished),
        number(content),
        Cell::I64(content_max),
    ];
    cells.extend(rest.map(number));
    cells
}

/// A float as an integer: all its bits.
fn bits(value: f64) -> i64 {
    value.to_bits().cast_signed()
}

/// The float again; NaN is nothing.
pub(super) fn number(bits: i64) -> Cell<'static> {
    Cell::F64(f64::from_bits(bits.cast_unsigned()))
}
