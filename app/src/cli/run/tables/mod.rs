//! `--out DIR`: the result and its tables.
//!
//! | table | one row for each |
//! |---|---|
//! | `parts` | part that left the plant, the warm-up included |
//! | `equipment` | equipment and replication: the figures of the window |
//! | `intervals` | end of an interval: counters since the start, from the end of the warm-up on since then |
//! | `trace` | step of a part and change of an activity (`--trace`) |
//!
//! Rows stand in the order of the replications' numbers and, within one, of simulated time.

mod folder;
mod rows;
mod spool;
mod table;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use twin::engine::{Model, PartRow, TraceRow};
use twin::study::{Figures, IntervalRow};

use self::folder::Folder;
use self::rows::Names;
use self::spool::{Spool, Spooled};
use self::table::Table;

use super::super::failure::Failure;
use super::Replication;

/// All tables of a run in the making. Dropped, nothing is left of them.
pub(super) struct Tables {
    out: PathBuf,
    folder: Folder,
    names: Names,
    parts: Table,
    equipment: Table,
    intervals: Table,
    trace: Option<Table>,
    /// Number of the replication whose turn it is.
    next: u32,
    /// Replications that ended before their turn.
    early: BTreeMap<u32, Sheets>,
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
    equipment: Spool<{ rows::EQUIPMENT }>,
    intervals: Spool<{ rows::INTERVALS }>,
    trace: Option<Spool<{ rows::TRACE }>>,
    failure: Option<io::Error>,
}

/// The rows of one replication.
#[derive(Debug)]
pub(super) struct Sheets {
    parts: Spooled<{ rows::PARTS }>,
    equipment: Spooled<{ rows::EQUIPMENT }>,
    intervals: Spooled<{ rows::INTERVALS }>,
    trace: Option<Spooled<{ rows::TRACE }>>,
}

impl Tables {
    /// Begins the tables of a run of `model` that are to be in the folder `out`.
    ///
    /// # Errors
    ///
    /// If something is there already, or nothing can be written there.
    pub(super) fn begin(out: &Path, model: &Model, trace: bool) -> Result<Self, Failure> {
        Self::try_begin(out, model, trace).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => {
                Failure::usage(format!("{} is there already", out.display()))
                    .hint("take it out of the way, or choose another folder")
            }
            _ => failure(out, &error),
        })
    }

    fn try_begin(out: &Path, model: &Model, trace: bool) -> io::Result<Self> {
        let folder = Folder::begin(out)?;
        let table = |name, columns| Table::begin(folder.path(), name, columns);
        Ok(Self {
            out: out.to_owned(),
            names: Names::of(model),
            parts: table("parts", rows::PARTS_COLUMNS)?,
            equipment: Table::begin(folder.path(), "equipment", &rows::equipment_columns())?,
            intervals: table("intervals", rows::INTERVALS_COLUMNS)?,
            trace: if trace { Some(table("trace", rows::TRACE_COLUMNS)?) } else { None },
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
        let taken = sheets.and_then(|sheets| {
            self.early.insert(replication.number, sheets);
            while let Some(sheets) = self.early.remove(&self.next) {
                self.append(self.next, sheets)?;
                self.next += 1;
            }
            Ok(())
        });
        taken.map_err(|error| failure(&self.out, &error))
    }

    fn append(&mut self, number: u32, sheets: Sheets) -> io::Result<()> {
        let (names, r) = (&self.names, i64::from(number));
        sheets.parts.drain(|row| self.parts.row(rows::part(names, r, row)))?;
        sheets.equipment.drain(|row| self.equipment.row(rows::equipment(names, r, row)))?;
        sheets.intervals.drain(|row| self.intervals.row(rows::interval(r, row)))?;
        match (sheets.trace, &mut self.trace) {
            (Some(rows), Some(table)) => rows.drain(|row| table.row(rows::trace(names, r, row))),
            _ => Ok(()),
        }
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

    fn try_finish(mut self, json: &str) -> io::Result<()> {
        // After an interruption, numbers are missing.
        for (number, sheets) in std::mem::take(&mut self.early) {
            self.append(number, sheets)?;
        }
        let tables = [Some(self.parts), Some(self.equipment), Some(self.intervals), self.trace];
        tables.into_iter().flatten().try_for_each(Table::finish)?;
        let mut file = File::create_new(self.folder.path().join("result.json"))?;
        file.write_all(json.as_bytes())?;
        remove_spools(self.folder.path())?;
        self.folder.finish()
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
            equipment: Spool::new(path("equipment")),
            intervals: Spool::new(path("intervals")),
            trace: self.trace.then(|| Spool::new(path("trace"))),
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
    pub(super) fn rows(&mut self, parts: &[PartRow], trace: &[TraceRow]) {
        let mut written = || {
            parts.iter().try_for_each(|row| self.parts.push(rows::pack_part(row)))?;
            match &mut self.trace {
                Some(spool) => trace.iter().try_for_each(|row| spool.push(rows::pack_trace(row))),
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

    /// The replication has ended, with `figures`.
    ///
    /// # Errors
    ///
    /// If the disk did not take all rows.
    pub(super) fn finish(mut self, figures: &Figures) -> io::Result<Sheets> {
        if let Some(error) = self.failure {
            return Err(error);
        }
        for (e, figures) in figures.equipment.iter().enumerate() {
            self.equipment.push(rows::pack_equipment(e, figures))?;
        }
        Ok(Sheets {
            parts: self.parts.finish()?,
            equipment: self.equipment.finish()?,
            intervals: self.intervals.finish()?,
            trace: self.trace.map(Spool::finish).transpose()?,
        })
    }
}

fn failure(out: &Path, error: &io::Error) -> Failure {
    Failure::failed(format!("the result cannot be written to {}: {error}", out.display()))
}
