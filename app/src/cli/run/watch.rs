//! What is recorded while a replication runs. It sees, and changes nothing.

use twin::climate::{AlarmChange, Climate, ClimateFigures, Reading};
use twin::engine::{Log, Model, State, Watched};
use twin::seen::{Crossing, Echo, Measurement, Sighting};
use twin::sensor::Bank;
use twin::study::{IntervalRow, Observer, Plan};
use twin::units::SimTime;

use super::super::progress::Progress;
use super::health::Seen;
use super::tables::Writing;

/// Watches one replication.
#[derive(Debug)]
pub(super) struct Watch {
    /// End of the warm-up.
    warm: SimTime,
    /// Middle of the window.
    half: SimTime,
    /// Looks for each row of the table of intervals.
    per_row: u32,
    looks: u32,
    /// End and integral of the content at the last look, part ns.
    last: (SimTime, i128),
    /// Parts that came into or left an equipment in the window.
    moves: u64,
    seen: Seen,
    sheets: Option<Writing>,
    progress: Progress,
    watched: Option<Watched>,
    climate: Option<ClimateFigures>,
}

/// What is left of a watch.
#[derive(Debug)]
pub(super) struct Ended {
    /// What was seen.
    pub(super) seen: Seen,
    /// What the monitor has seen.
    pub(super) watched: Option<Watched>,
    /// What the fields came to.
    pub(super) climate: Option<ClimateFigures>,
    /// The tables.
    pub(super) sheets: Option<Writing>,
}

impl Watch {
    /// For one replication of `plan`; its tables go to `sheets`.
    pub(super) fn new(
        plan: &Plan,
        per_row: u32,
        sheets: Option<Writing>,
        progress: Progress,
    ) -> Self {
        let warm = SimTime::ZERO + plan.warmup;
        let half = SimTime::from_ns(warm.ns() + (plan.until - warm).ns() / 2);
        let seen = Seen { moved: warm, ..Seen::default() };
        Self {
            warm,
            half,
            per_row,
            looks: 0,
            last: (warm, 0),
            moves: 0,
            seen,
            sheets,
            progress,
            watched: None,
            climate: None,
        }
    }

    /// The replication has ended.
    pub(super) fn end(self) -> Ended {
        let Self { seen, watched, climate, sheets, .. } = self;
        Ended { seen, watched, climate, sheets }
    }

    fn look(&mut self, model: &Model, state: &State) {
        let now = state.now();
        let area = state.plant_traffic().area_ns(now);
        let (since, before) = self.last;
        let mean = (area - before) as f64 / (now - since).ns() as f64;
        let line = if now <= self.half { &mut self.seen.early } else { &mut self.seen.late };
        line.push(f64::from(self.looks), mean);
        self.last = (now, area);
        // The last look in the first half.
        if now <= self.half && now + (now - since) > self.half {
            self.seen.half = now;
            self.seen.areas_at_half = super::health::areas(model, state);
        }
        let moves = super::health::moves(model, state);
        if moves != self.moves {
            (self.moves, self.seen.moved) = (moves, now);
        }
    }
}

impl Observer for Watch {
    fn wants(&self) -> (bool, bool) {
        self.sheets.as_ref().map_or((false, false), |sheets| (true, sheets.has_trace()))
    }

    fn monitors(&self) -> bool {
        true
    }

    fn watched(&mut self, watched: Watched) {
        self.watched = Some(watched);
    }

    fn listens(&self) -> bool {
        self.sheets.is_some()
    }

    fn readings(&mut self, _bank: &Bank, readings: &[Reading], alarms: &[AlarmChange]) {
        if let Some(sheets) = &mut self.sheets {
            sheets.readings(readings, alarms);
        }
    }

    fn crossings(&mut self, _model: &Model, crossings: &[Crossing]) {
        if let Some(sheets) = &mut self.sheets {
            sheets.crossings(crossings);
        }
    }

    fn echoes(&mut self, _model: &Model, echoes: &[Echo]) {
        if let Some(sheets) = &mut self.sheets {
            sheets.echoes(echoes);
        }
    }

    fn sightings(&mut self, _model: &Model, sightings: &[Sighting]) {
        if let Some(sheets) = &mut self.sheets {
            sheets.sightings(sightings);
        }
    }

    fn measurements(&mut self, measurements: &[Measurement]) {
        if let Some(sheets) = &mut self.sheets {
            sheets.measurements(measurements);
        }
    }

    fn climate(&mut self, figures: ClimateFigures) {
        self.climate = Some(figures);
    }

    fn warm(&mut self, model: &Model, state: &State, climate: &Climate) {
        if self.looks.is_multiple_of(self.per_row)
            && let Some(sheets) = &mut self.sheets
        {
            sheets.warm(model, state, climate);
        }
    }

    fn rows(&mut self, _model: &Model, log: &Log) {
        if let Some(sheets) = &mut self.sheets {
            sheets.rows(log);
        }
    }

    fn interval(&mut self, model: &Model, state: &State) {
        self.looks += 1;
        self.progress.step();
        if state.now() > self.warm {
            self.look(model, state);
        }
        if self.looks.is_multiple_of(self.per_row)
            && let Some(sheets) = &mut self.sheets
        {
            sheets.interval(&interval_row(state));
        }
    }
}

/// The counters at the end of an interval. At the end of the warm-up they speak of the warm-up still.
fn interval_row(state: &State) -> IntervalRow {
    let (now, plant) = (state.now(), state.plant_traffic());
    IntervalRow {
        at: now,
        finished: state.tallies().iter().map(|tally| tally.finished).sum(),
        wip: plant.content,
        wip_area_s: plant.area_ns(now) as f64 * 1e-9,
    }
}
