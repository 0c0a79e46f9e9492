//! Instruments of a hall, compiled: what they look at, what can be wrong with them, and the alarms on them. And gauges, which need
//! no hall.
//!
//! They are numbers only; who has fields makes a [`Bank`] of them.

use crate::field::{Grid, Probe, Quantity};
use crate::id::EquipmentId;
use crate::sensor::{Alarm, Bank, Chain, Entry, Fault, Look, SensorError};
use crate::units::SimDuration;

/// Instruments that are alike.
#[derive(Clone, Debug, PartialEq)]
pub struct Instrument {
    /// Their tag.
    pub name: String,
    /// What they look at.
    pub place: Place,
    /// Time from one reading to the next (s).
    pub every: f64,
    /// How readings come about.
    pub chain: Chain,
    /// What goes wrong.
    pub faults: Vec<Fault>,
    /// Whether readings are recorded.
    pub record: bool,
}

/// What instruments look at.
#[derive(Clone, Debug, PartialEq)]
pub enum Place {
    /// Points (m).
    Points(Quantity, Vec<[f64; 3]>),
    /// The mean over a box, between two corners (m).
    Mean(Quantity, [f64; 3], [f64; 3]),
    /// The temperature of an equipment: row of [`Hall::heated`](super::Hall::heated).
    Heated(usize),
}

impl Place {
    /// How many instruments look.
    pub fn count(&self) -> usize {
        match self {
            Self::Points(_, points) => points.len(),
            Self::Mean(..) | Self::Heated(_) => 1,
        }
    }

    fn look(&self, grid: &Grid) -> Look {
        match self {
            Self::Points(quantity, points) => {
                let quantity = *quantity;
                Look::Points(points.iter().map(|at| Probe { quantity, at: *at }).collect())
            }
            Self::Mean(quantity, low, high) => Look::Mean(*quantity, grid.cells_in(*low, *high)),
            Self::Heated(row) => Look::Body(*row),
        }
    }
}

/// An alarm, and what it does.
#[derive(Clone, Debug, PartialEq)]
pub struct InstrumentAlarm {
    /// Its name.
    pub name: String,
    /// When it is raised and cleared; its entry is a row of [`Instruments::rows`].
    pub alarm: Alarm,
    /// What it switches off.
    pub stops: Vec<EquipmentId>,
    /// What it switches on.
    pub starts: Vec<EquipmentId>,
    /// Whether all stays as it is when it is cleared.
    pub latches: bool,
}

/// An instrument that measures at an equipment.
#[derive(Clone, Debug, PartialEq)]
pub struct Gauge {
    /// Its tag.
    pub name: String,
    /// The equipment.
    pub of: EquipmentId,
    /// What it measures.
    pub measures: Gauged,
    /// Time from one reading to the next.
    pub every: SimDuration,
    /// Whether it is read at all.
    pub recorded: bool,
    /// How often it looks in between to tell the greatest amount since the reading before; none: it tells what there is.
    pub peak_every: Option<SimDuration>,
}

impl Gauge {
    /// The chain of what it measures as a bank of its own, with chance from `seed`; none for what counts.
    ///
    /// # Errors
    ///
    /// If a number makes no sense.
    pub fn bank(&self, seed: u64) -> Result<Option<Bank>, SensorError> {
        let Gauged::Level { chain, faults, .. } = &self.measures else { return Ok(None) };
        let every = self.every.seconds();
        let entry = Entry {
            name: self.name.clone(),
            look: Look::Given(1),
            every,
            chain: chain.clone(),
            faults: faults.clone(),
        };
        Bank::of(seed, every, vec![entry], Bank::MOST_VALUES).map(Some)
    }
}

/// What a gauge measures.
#[derive(Clone, Debug, PartialEq)]
pub enum Gauged {
    /// How far a conveyor has run, in counts: exact, so it has no chain.
    Travel {
        /// Counts for each metre.
        per_m: f64,
        /// Where its counter begins anew, if it does.
        modulus: Option<i64>,
    },
    /// What there is at the equipment.
    Level {
        /// Of what.
        what: Level,
        /// How readings come about.
        chain: Chain,
        /// What goes wrong.
        faults: Vec<Fault>,
    },
}

/// What there is at an equipment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// What lies on it, kg.
    Load,
    /// The vacuum in the cups of its arm, Pa.
    Vacuum,
    /// The force at the flange of its arm along an axis of that (0 to 2), N.
    Force(usize),
    /// The moment about it, N m.
    Moment(usize),
}

/// All instruments of a plant but gauges and those with rays.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Instruments {
    /// By tag, in the order of the file.
    pub rows: Vec<Instrument>,
    /// Alarms on them.
    pub alarms: Vec<InstrumentAlarm>,
}

impl Instruments {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Number of instruments.
    pub fn count(&self) -> usize {
        self.rows.iter().map(|row| row.place.count()).sum()
    }

    /// They as a bank, on fields of `grid`, read at ticks of `tick` seconds, with chance from `seed`.
    ///
    /// # Errors
    ///
    /// If a number makes no sense, or they are too many.
    pub fn bank(&self, grid: &Grid, tick: f64, seed: u64) -> Result<Bank, SensorError> {
        let entry = |row: &Instrument| Entry {
            name: row.name.clone(),
            look: row.place.look(grid),
            every: row.every,
            chain: row.chain.clone(),
            faults: row.faults.clone(),
        };
        Bank::of(seed, tick, self.rows.iter().map(entry).collect(), Bank::MOST_VALUES)
    }
}
