//! What each machine did when.

use twin::engine::{Activity, TraceRow};
use twin::id::EquipmentId;
use twin::units::SimTime;

use super::labels::short;
use crate::desktop::Run;
use crate::desktop::record::Record;

/// Places of one equipment that have a row, at most.
const PLACES: usize = 4;

/// The states of machines over a stretch of time.
#[derive(Clone, Debug, PartialEq)]
pub struct Gantt {
    /// From when to when.
    pub span: [SimTime; 2],
    /// One for each place where parts are worked on, in the order of the plant.
    pub rows: Vec<GanttRow>,
    /// Whether it reaches less far back than asked for.
    pub cut: bool,
}

/// What one place did.
#[derive(Clone, Debug, PartialEq)]
pub struct GanttRow {
    /// Whose.
    pub id: EquipmentId,
    /// Its name, with the number of the place where there are several.
    pub name: String,
    /// Until when it did what, one after the other, from the begin of the span to its end.
    pub pieces: Vec<(SimTime, Activity)>,
}

/// The chart of what `record` knows.
pub fn gantt(run: &Run, record: &Record) -> Gantt {
    let mut rows = Vec::new();
    let mut ends = Vec::new();
    let mut first = vec![None; run.model.equipment.len()];
    for place in run.standing.places.iter().filter(|place| run.model.row(place.id).processor) {
        let clocks = run.state().clocks(&run.model, place.id);
        first[place.id.index()] = Some(rows.len());
        for (n, clock) in clocks.iter().take(PLACES).enumerate() {
            let name = short(run, place.id);
            let name = if clocks.len() > 1 { format!("{name} {}", n + 1) } else { name };
            rows.push(GanttRow { id: place.id, name, pieces: Vec::new() });
            ends.push(clock.activity());
        }
    }
    for row in &record.rows {
        if let TraceRow::Activity { at, equipment, place, was, .. } = *row
            && let Some(first) = first[equipment.index()]
            && (place as usize) < PLACES
        {
            rows[first + place as usize].pieces.push((at, was));
        }
    }
    for (row, activity) in rows.iter_mut().zip(ends) {
        row.pieces.push((record.span[1], activity));
    }
    Gantt { span: record.span, rows, cut: record.cut }
}
