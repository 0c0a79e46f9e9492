//! `--out DIR`: the result and its tables.
//!
//! | table | one row for each |
//! |---|---|
//! | `parts` | part that left the plant, the warm-up included |
//! | `orders` | order that has been closed, where the plant has orders |
//! | `equipment` | equipment and replication: the figures of the window |
//! | `intervals` | end of an interval: counters since the start, from the end of the warm-up on since then |
//! | `flows` | connection and product: the parts that went over it, for a Sankey diagram |
//! | `histograms` | class of the work in process (weighted with time) and of each product's lead time |
//! | `media` | equipment and medium that it takes: power, compressed air |
//! | `readings` | reading of an instrument, with the truth beside it, where the hall has instruments |
//! | `alarms` | time that an alarm on readings was raised or cleared |
//! | `signals` | edge of a signal that motion programs set or wait for |
//! | `crossings` | edge of the output of a light barrier, proximity switch or scanner |
//! | `scans` | range that a lidar or a depth camera has measured |
//! | `poses` | part that a camera that tells poses has seen, with the truth beside it |
//! | `gauges` | reading of an encoder, a scale, or what an arm feels |
//! | `temperatures` | end of an interval and equipment with heat, where fields are solved |
//! | `states` | stretch of time in which a place did one thing, for a Gantt chart (`--trace`) |
//! | `trace` | step of a part and change of an activity (`--trace`) |
//!
//! Rows stand in the order of the replications' numbers and, within one, of simulated time.

mod gantt;
mod instruments;
mod rows;
mod spool;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use twin::climate::{AlarmChange, Climate, Reading};
use twin::engine::{Log, Model, State};
use twin::seen::{Crossing, Echo, Measurement, Sighting};
use twin::study::{Figures, IntervalRow};
use twin::units::SimTime;

use self::gantt::Gantt;
use self::instruments::Tags;
use self::rows::Names;
use self::spool::{Spool, Spooled};
use crate::output::{Cell, Column, FolderError, ResultFolder, TableError, TableWriter};

use super::super::failure::Failure;
use super::Replication;

type Table = TableWriter<BufWriter<File>>;

/// All tables of a run in the making. Dropped, nothing is left of them.
pub(super) struct Tables {
    out: PathBuf,
    folder: ResultFolder,
    names: Names,
    parts: Table,
    /// Where there are orders.
    orders: Option<Table>,
    equipment: Table,
    intervals: Table,
    flows: Table,
    histograms: Table,
    /// Where anything takes power or another medium.
    media: Option<Table>,
    /// Where fields are solved.
    temperatures: Option<Table>,
    /// Where there are instruments: readings and alarms.
    instruments: Option<[Table; 2]>,
    /// Where programs have signals.
    signals: Option<Table>,
    /// Where there are instruments with rays.
    crossings: Option<Table>,
    /// Where any of them tells ranges.
    scans: Option<Table>,
    /// Where any of them tells poses.
    poses: Option<Table>,
    /// Where there are encoders, scales and the like.
    gauges: Option<Table>,
    tags: Tags,
    trace: Option<Traced<Table, Table>>,
    /// Number of the replication whose turn it is.
    next: u32,
    /// Replications that ended before their turn.
    early: BTreeMap<u32, Sheets>,
}

/// What there is with `--trace`.
#[derive(Debug)]
struct Traced<S, R> {
    states: S,
    rows: R,
}

/// Which tables are wanted beyond those that every run has.
#[derive(Clone, Copy, Debug)]
pub(super) struct What {
    /// Everything, step by step.
    pub(super) trace: bool,
    /// Temperatures over time.
    pub(super) fields: bool,
}

/// Where replications write their rows.
#[derive(Clone, Debug)]
pub(super) struct Place {
    folder: PathBuf,
    trace: bool,
}

/// The rows of one replication in the making.
#[derive(Debug)]
pub(super) struct Writing {
    parts: Spool<{ rows::PARTS }>,
    orders: Spool<{ rows::ORDERS }>,
    equipment: Spool<{ rows::EQUIPMENT }>,
    intervals: Spool<{ rows::INTERVALS }>,
    flows: Spool<{ rows::FLOWS }>,
    histograms: Spool<{ rows::HISTOGRAMS }>,
    media: Spool<{ rows::MEDIA }>,
    temperatures: Spool<{ rows::TEMPERATURES }>,
    readings: Spool<{ instruments::READINGS }>,
    alarms: Spool<{ instruments::ALARMS }>,
    signals: Spool<{ rows::SIGNALS }>,
    crossings: Spool<{ instruments::CROSSINGS }>,
    scans: Spool<{ instruments::SCANS }>,
    poses: Spool<{ instruments::POSES }>,
    gauges: Spool<{ instruments::GAUGES }>,
    trace: Option<Traced<Gantt, Spool<{ rows::TRACE }>>>,
    failure: Option<io::Error>,
}

/// The rows of one replication.
#[derive(Debug)]
pub(super) struct Sheets {
    parts: Spooled<{ rows::PARTS }>,
    orders: Spooled<{ rows::ORDERS }>,
    equipment: Spooled<{ rows::EQUIPMENT }>,
    intervals: Spooled<{ rows::INTERVALS }>,
    flows: Spooled<{ rows::FLOWS }>,
    histograms: Spooled<{ rows::HISTOGRAMS }>,
    media: Spooled<{ rows::MEDIA }>,
    temperatures: Spooled<{ rows::TEMPERATURES }>,
    readings: Spooled<{ instruments::READINGS }>,
    alarms: Spooled<{ instruments::ALARMS }>,
    signals: Spooled<{ rows::SIGNALS }>,
    crossings: Spooled<{ instruments::CROSSINGS }>,
    scans: Spooled<{ instruments::SCANS }>,
    poses: Spooled<{ instruments::POSES }>,
    gauges: Spooled<{ instruments::GAUGES }>,
    trace: Option<Traced<Spooled<{ rows::STATES }>, Spooled<{ rows::TRACE }>>>,
}

impl Tables {
    /// Begins the tables of a run of `model` that are to be in the folder `out`.
    ///
    /// # Errors
    ///
    /// If something is there that is no result, or nothing can be written there.
    pub(super) fn begin(out: &Path, model: &Model, what: What) -> Result<Self, Failure> {
        let folder = ResultFolder::begin(out).map_err(|error| refused(&error))?;
        Self::try_begin(folder, out, model, what).map_err(|error| failure(out, &error))
    }

    fn try_begin(
        folder: ResultFolder,
        out: &Path,
        model: &Model,
        What { trace, fields }: What,
    ) -> Result<Self, Error> {
        let table = |name: &str, columns: Vec<Column>| -> Result<Table, Error> {
            let file = BufWriter::new(folder.create(&format!("{name}.parquet"))?);
            let schema = format!("genba.{name}/1");
            let notes = [("schema", schema.as_str()), ("plant", &model.name)];
            Ok(TableWriter::new(file, columns, &notes)?)
        };
        // What a plant has nothing of has no table.
        let given = |is_there: bool, name: &str, columns: Vec<Column>| {
            is_there.then(|| table(name, columns)).transpose()
        };
        Ok(Self {
            out: out.to_owned(),
            names: Names::of(model),
            parts: table("parts", rows::parts_columns())?,
            orders: given(!model.orders.is_empty(), "orders", rows::orders_columns())?,
            equipment: table("equipment", rows::equipment_columns())?,
            intervals: table("intervals", rows::intervals_columns())?,
            flows: table("flows", rows::flows_columns())?,
            histograms: table("histograms", rows::histograms_columns())?,
            media: given(!model.media.is_empty(), "media", rows::media_columns())?,
            temperatures: given(fields, "temperatures", rows::temperatures_columns())?,
            instruments: if fields && !model.instruments.is_empty() {
                let readings = table("readings", instruments::readings_columns())?;
                Some([readings, table("alarms", instruments::alarms_columns())?])
            } else {
                None
            },
            signals: given(!model.signals.is_empty(), "signals", rows::signals_columns())?,
            crossings: given(
                !model.eyes.is_empty(),
                "crossings",
                instruments::crossings_columns(),
            )?,
            scans: given(
                model.eyes.iter().any(|eye| eye.recorded && eye.tells_ranges()),
                "scans",
                instruments::scans_columns(),
            )?,
            poses: given(
                model.eyes.iter().any(|eye| eye.recorded && eye.view().is_some()),
                "poses",
                instruments::poses_columns(),
            )?,
            gauges: given(
                model.gauges.iter().any(|gauge| gauge.recorded),
                "gauges",
                instruments::gauges_columns(),
            )?,
            tags: Tags::of(model),
            trace: if trace {
                let states = table("states", rows::states_columns())?;
                Some(Traced { states, rows: table("trace", rows::trace_columns())? })
            } else {
                None
            },
            next: 0,
            early: BTreeMap::new(),
            folder,
        })
    }

    /// Where replications write their rows.
    pub(super) fn place(&self) -> Place {
        Place { folder: self.folder.path().to_owned(), trace: self.trace.is_some() }
    }

    /// Takes in a replication that has ended. Rows come into the tables as soon as it is their turn.
    ///
    /// # Errors
    ///
    /// If the disk does not take them.
    pub(super) fn take(&mut self, replication: &Replication) -> Result<(), Failure> {
        let Some(sheets) = replication.sheets.take() else { return Ok(()) };
        let taken = sheets.map_err(Error::from).and_then(|sheets| {
            self.early.insert(replication.number, sheets);
            while let Some(sheets) = self.early.remove(&self.next) {
                self.append(self.next, sheets)?;
                self.next += 1;
            }
            Ok(())
        });
        taken.map_err(|error| failure(&self.out, &error))
    }

    fn append(&mut self, number: u32, sheets: Sheets) -> Result<(), Error> {
        let (names, r) = (&self.names, i64::from(number));
        let append = |table: &mut Table, row: &[Cell<'_>]| Ok::<(), Error>(table.append(row)?);
        sheets.parts.drain(|row| append(&mut self.parts, &rows::part(names, r, row)))?;
        if let Some(table) = &mut self.orders {
            sheets.orders.drain(|row| append(table, &rows::order(names, r, row)))?;
        }
        sheets
            .equipment
            .drain(|row| append(&mut self.equipment, &rows::equipment(names, r, row)))?;
        sheets.intervals.drain(|row| append(&mut self.intervals, &rows::interval(r, row)))?;
        sheets.flows.drain(|row| append(&mut self.flows, &rows::flow(names, r, row)))?;
        sheets
            .histograms
            .drain(|row| append(&mut self.histograms, &rows::histogram(names, r, row)))?;
        if let Some(table) = &mut self.media {
            sheets.media.drain(|row| append(table, &rows::intake(names, r, row)))?;
        }
        if let Some([readings, alarms]) = &mut self.instruments {
            let tags = &self.tags;
            sheets.readings.drain(|row| append(readings, &instruments::reading(tags, r, row)))?;
            sheets.alarms.drain(|row| append(alarms, &instruments::alarm(tags, r, row)))?;
        }
        if let Some(table) = &mut self.signals {
            sheets.signals.drain(|row| append(table, &rows::signal(names, r, row)))?;
        }
        if let Some(table) = &mut self.crossings {
            let tags = &self.tags;
            sheets.crossings.drain(|row| append(table, &instruments::crossing(tags, r, row)))?;
        }
        if let Some(table) = &mut self.scans {
            let tags = &self.tags;
            sheets.scans.drain(|row| append(table, &instruments::scan(tags, r, row)))?;
        }
        if let Some(table) = &mut self.poses {
            let (tags, names) = (&self.tags, &self.names);
            sheets.poses.drain(|row| append(table, &instruments::pose(tags, names, r, row)))?;
        }
        if let Some(table) = &mut self.gauges {
            let tags = &self.tags;
            sheets.gauges.drain(|row| append(table, &instruments::gauge(tags, r, row)))?;
        }
        if let Some(table) = &mut self.temperatures {
            sheets.temperatures.drain(|row| append(table, &rows::temperature(names, r, row)))?;
        }
        if let (Some(from), Some(to)) = (sheets.trace, &mut self.trace) {
            from.states.drain(|row| append(&mut to.states, &rows::state(names, r, row)))?;
            from.rows.drain(|row| append(&mut to.rows, &rows::trace(names, r, row)))?;
        }
        Ok(())
    }

    /// Completes the tables, adds the result and gives the folder its name.
    ///
    /// # Errors
    ///
    /// If the disk does not take it. Nothing is left then.
    pub(super) fn finish(self, json: &str) -> Result<(), Failure> {
        let out = self.out.clone();
        self.try_finish(json).map_err(|error| failure(&out, &error))
    }

    fn try_finish(mut self, json: &str) -> Result<(), Error> {
        // After an interruption, numbers are missing.
        for (number, sheets) in std::mem::take(&mut self.early) {
            self.append(number, sheets)?;
        }
        let always = [self.parts, self.equipment, self.intervals, self.flows, self.histograms];
        let traced = self.trace.map(|traced| [traced.states, traced.rows]);
        let more = self
            .media
            .into_iter()
            .chain(self.orders)
            .chain(self.temperatures)
            .chain(self.signals)
            .chain(self.crossings)
            .chain(self.scans)
            .chain(self.poses)
            .chain(self.gauges)
            .chain(self.instruments.into_iter().flatten());
        let more = more.chain(traced.into_iter().flatten());
        for table in always.into_iter().chain(more) {
            table.finish()?.into_inner().map_err(io::IntoInnerError::into_error)?;
        }
        self.folder.write("result.json", json)?;
        remove_spools(self.folder.path())?;
        self.folder.commit()?;
        Ok(())
    }
}

/// Removes what replications have left that were broken off.
fn remove_spools(folder: &Path) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == SPOOL) {
            std::fs::remove_file(path)?;
        }
    }
    Ok(())
}

const SPOOL: &str = "rows";

impl Place {
    /// For the rows of replication `number`.
    pub(super) fn writing(&self, number: u32) -> Writing {
        let path = |table: &str| self.folder.join(format!("{table}-{number}.{SPOOL}"));
        Writing {
            parts: Spool::new(path("parts")),
            orders: Spool::new(path("orders")),
            equipment: Spool::new(path("equipment")),
            intervals: Spool::new(path("intervals")),
            flows: Spool::new(path("flows")),
            histograms: Spool::new(path("histograms")),
            media: Spool::new(path("media")),
            temperatures: Spool::new(path("temperatures")),
            readings: Spool::new(path("readings")),
            alarms: Spool::new(path("alarms")),
            signals: Spool::new(path("signals")),
            crossings: Spool::new(path("crossings")),
            scans: Spool::new(path("scans")),
            poses: Spool::new(path("poses")),
            gauges: Spool::new(path("gauges")),
            trace: self.trace.then(|| Traced {
                states: Gantt::new(Spool::new(path("states"))),
                rows: Spool::new(path("trace")),
            }),
            failure: None,
        }
    }
}

impl Writing {
    /// Whether a trace is wanted.
    pub(super) fn has_trace(&self) -> bool {
        self.trace.is_some()
    }

    /// Takes in rows. After a failure none are; [`finish`](Self::finish) tells.
    pub(super) fn rows(&mut self, log: &Log) {
        let mut written = || {
            log.parts.iter().try_for_each(|row| self.parts.push(rows::pack_part(row)))?;
            log.orders.iter().try_for_each(|row| self.orders.push(rows::pack_order(row)))?;
            log.signals.iter().try_for_each(|row| self.signals.push(rows::pack_signal(row)))?;
            match &mut self.trace {
                Some(traced) => log.trace.iter().try_for_each(|row| {
                    traced.states.push(row)?;
                    traced.rows.push(rows::pack_trace(row))
                }),
                None => Ok(()),
            }
        };
        if self.failure.is_none() {
            self.failure = written().err();
        }
    }

    /// Takes in the end of an interval, likewise.
    pub(super) fn interval(&mut self, row: &IntervalRow) {
        if self.failure.is_none() {
            self.failure = self.intervals.push(rows::pack_interval(row)).err();
        }
    }

    /// Takes in how warm everything is at the end of an interval, likewise.
    pub(super) fn warm(&mut self, model: &Model, state: &State, climate: &Climate) {
        let heated = model.hall.iter().flat_map(|hall| &hall.heated);
        for (heated, warm) in heated.zip(climate.warm()) {
            let speed = state.speed_left(model, heated.equipment);
            let row = rows::pack_temperature(state.now(), heated.equipment, warm, speed);
            if self.failure.is_none() {
                self.failure = self.temperatures.push(row).err();
            }
        }
    }

    /// Takes in readings and changes of alarms, likewise.
    pub(super) fn readings(&mut self, readings: &[Reading], alarms: &[AlarmChange]) {
        let mut written = || {
            let mut all = readings.iter();
            all.try_for_each(|row| self.readings.push(instruments::pack_reading(row)))?;
            alarms.iter().try_for_each(|row| self.alarms.push(instruments::pack_alarm(row)))
        };
        if self.failure.is_none() {
            self.failure = written().err();
        }
    }

    /// Takes in edges of instruments with rays, likewise.
    pub(super) fn crossings(&mut self, rows: &[Crossing]) {
        let mut rows = rows.iter();
        if self.failure.is_none() {
            self.failure =
                rows.try_for_each(|row| self.crossings.push(instruments::pack_crossing(row))).err();
        }
    }

    /// Takes in ranges of instruments with rays, likewise.
    pub(super) fn echoes(&mut self, rows: &[Echo]) {
        let mut rows = rows.iter();
        if self.failure.is_none() {
            self.failure =
                rows.try_for_each(|row| self.scans.push(instruments::pack_echo(row))).err();
        }
    }

    /// Takes in parts that cameras have told of, likewise.
    pub(super) fn sightings(&mut self, rows: &[Sighting]) {
        let mut rows = rows.iter();
        if self.failure.is_none() {
            self.failure =
                rows.try_for_each(|row| self.poses.push(instruments::pack_pose(row))).err();
        }
    }

    /// Takes in what gauges have told, likewise.
    pub(super) fn measurements(&mut self, rows: &[Measurement]) {
        let mut rows = rows.iter();
        if self.failure.is_none() {
            self.failure =
                rows.try_for_each(|row| self.gauges.push(instruments::pack_gauge(row))).err();
        }
    }

    /// The replication has ended, with `figures`.
    ///
    /// # Errors
    ///
    /// If the disk did not take all rows.
    pub(super) fn finish(
        mut self,
        model: &Model,
        figures: &Figures,
        end: SimTime,
    ) -> io::Result<Sheets> {
        if let Some(error) = self.failure {
            return Err(error);
        }
        for (e, own) in figures.equipment.iter().enumerate() {
            self.equipment.push(rows::pack_equipment(e, figures))?;
            for (medium, intake) in &own.intake {
                self.media.push(rows::pack_intake(e, *medium, intake))?;
            }
        }
        self.finish_flows(model, figures)?;
        self.finish_histograms(figures)?;
        Ok(Sheets {
            parts: self.parts.finish()?,
            orders: self.orders.finish()?,
            equipment: self.equipment.finish()?,
            intervals: self.intervals.finish()?,
            flows: self.flows.finish()?,
            histograms: self.histograms.finish()?,
            media: self.media.finish()?,
            temperatures: self.temperatures.finish()?,
            readings: self.readings.finish()?,
            alarms: self.alarms.finish()?,
            signals: self.signals.finish()?,
            crossings: self.crossings.finish()?,
            scans: self.scans.finish()?,
            poses: self.poses.finish()?,
            gauges: self.gauges.finish()?,
            trace: match self.trace {
                None => None,
                Some(traced) => Some(Traced {
                    states: traced.states.finish(end)?.finish()?,
                    rows: traced.rows.finish()?,
                }),
            },
        })
    }

    fn finish_flows(&mut self, model: &Model, figures: &Figures) -> io::Result<()> {
        for (link, counts) in model.links.iter().zip(&figures.flows) {
            let (from, to) = (i64::from(link.from.0), i64::from(link.to.0));
            let told_apart = counts.len() == model.products.len();
            for (product, parts) in counts.iter().enumerate().filter(|(_, parts)| **parts > 0) {
                let product = if told_apart { product as i64 } else { -1 };
                self.flows.push([from, to, product, *parts as i64])?;
            }
        }
        Ok(())
    }

    fn finish_histograms(&mut self, figures: &Figures) -> io::Result<()> {
        let wip = figures.watched.iter().map(|watched| (-1, &watched.wip));
        let products = (0_i64..).zip(figures.products.iter().map(|product| &product.lead_time));
        for (product, histogram) in wip.chain(products) {
            for (from, width, weight) in histogram.iter() {
                self.histograms.push([product, from, width, weight as i64])?;
            }
        }
        Ok(())
    }
}

/// Why a result could not be written.
#[derive(Debug, thiserror::Error)]
enum Error {
    #[error(transparent)]
    Folder(#[from] FolderError),
    #[error(transparent)]
    Table(#[from] TableError),
    #[error(transparent)]
    Rows(#[from] io::Error),
}

/// Where nothing may be written to begin with.
fn refused(error: &FolderError) -> Failure {
    match error {
        FolderError::Io { .. } => Failure::failed(error),
        _ => Failure::usage(error),
    }
}

fn failure(out: &Path, error: &Error) -> Failure {
    Failure::failed(format!("the result cannot be written to {}: {error}", out.display()))
}
