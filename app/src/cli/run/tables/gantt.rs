//! Stretches of time from changes of activity: what each place did from when to when.

use std::collections::BTreeMap;
use std::io;

use twin::engine::{Activity, TraceRow};
use twin::units::SimTime;

use super::rows::STATES;
use super::spool::Spool;

/// Makes stretches of the rows of a trace. Memory follows the number of places. A place that never changes is not told of.
#[derive(Debug)]
pub(super) struct Gantt {
    rows: Spool<STATES>,
    /// What each place, by equipment and number, does, and since when.
    open: BTreeMap<(u32, u32), (Activity, SimTime)>,
}

impl Gantt {
    pub(super) fn new(rows: Spool<STATES>) -> Self {
        Self { rows, open: BTreeMap::new() }
    }

    /// Takes in a row of the trace.
    ///
    /// # Errors
    ///
    /// If the disk does not take the stretch that ends with it.
    pub(super) fn push(&mut self, row: &TraceRow) -> io::Result<()> {
        let TraceRow::Activity { at, equipment, place, was, activity } = *row else {
            return Ok(());
        };
        let place = (equipment.0, place);
        let before = self.open.insert(place, (activity, at));
        let (_, since) = before.unwrap_or((was, SimTime::ZERO));
        self.close(place, was, since, at)
    }

    fn close(
        &mut self,
        (equipment, place): (u32, u32),
        activity: Activity,
        from: SimTime,
        to: SimTime,
    ) -> io::Result<()> {
        if from == to {
            return Ok(());
        }
        let (equipment, place) = (i64::from(equipment), i64::from(place));
        self.rows.push([equipment, place, activity as i64, from.ns(), to.ns()])
    }

    /// Ends all stretches at `end`, the end of the run.
    ///
    /// # Errors
    ///
    /// If the disk does not take them.
    pub(super) fn finish(mut self, end: SimTime) -> io::Result<Spool<STATES>> {
        for (place, (activity, since)) in std::mem::take(&mut self.open) {
            self.close(place, activity, since, end)?;
        }
        Ok(self.rows)
    }
}
