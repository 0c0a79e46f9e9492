//! A bank of instruments: what there is, as dense tables.
//!
//! Instruments of one [`Entry`] are alike but for their place and what chance makes of them, so numbers that are common to them are kept
//! once; a million instruments may be one entry. A [`Bank`] never changes; what does is its [`State`](super::State).

use super::chain::{Chain, Stage};
use super::chance::{self, uses};
use super::fault::{Effect, Fault, Mode};
use crate::field::{FieldSolver, Probe, Quantity, Region};

/// What the instruments of an entry look at.
#[derive(Clone, Debug, PartialEq)]
pub enum Look {
    /// Each at a point.
    Points(Vec<Probe>),
    /// One, at the mean over the fluid cells of a region.
    Mean(Quantity, Region),
    /// One, at the temperature of a body of the scene.
    Body(usize),
    /// So many, at something beyond the field: whoever has it puts its values in their places.
    Given(usize),
}

impl Look {
    /// How many instruments look.
    pub fn count(&self) -> usize {
        match self {
            Self::Points(probes) => probes.len(),
            Self::Mean(..) | Self::Body(_) => 1,
            Self::Given(count) => *count,
        }
    }
}

/// Instruments that are alike.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Their tag, or what their tags begin with.
    pub name: String,
    /// What they look at.
    pub look: Look,
    /// Time from one reading to the next (s), rounded to whole ticks.
    pub every: f64,
    /// How a reading comes from what is there.
    pub chain: Chain,
    /// What can go wrong with them.
    pub faults: Vec<Fault>,
}

impl Entry {
    /// Ideal instruments.
    pub fn ideal(name: impl Into<String>, look: Look, every: f64) -> Self {
        Self { name: name.into(), look, every, chain: Chain::default(), faults: Vec::new() }
    }
}

/// Where the instruments of an entry have their numbers, as kernels have it too.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, bytemuck::Pod, bytemuck::Zeroable)]
pub(super) struct Class {
    /// Its first instrument, and how many it has.
    pub(super) first: u32,
    pub(super) count: u32,
    /// Ticks from one reading to the next.
    pub(super) period: u32,
    /// Ticks that what is measured takes, and where its line of so many rows begins.
    pub(super) delay: u32,
    pub(super) delay_first: u32,
    /// Samples by which a late reading can be late, and where the line of so many rows begins.
    pub(super) late: u32,
    pub(super) late_first: u32,
    /// Its first mode, and how many it has.
    pub(super) mode_first: u32,
    pub(super) modes: u32,
    /// Where the onsets of its instruments begin: a row of them for each mode.
    pub(super) onset_first: u32,
    /// Where its flicker begins; [`NO_FLICKER`] for none.
    pub(super) flicker_first: u32,
    pub(super) padding: u32,
    pub(super) stage: Stage,
}

pub(super) const NO_FLICKER: u32 = u32::MAX;

/// Two instruments whose tags may be crossed.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, bytemuck::Pod, bytemuck::Zeroable)]
pub(super) struct Crossing {
    /// The instruments; the first one has the fault.
    pub(super) pair: [u32; 2],
    /// Its mode.
    pub(super) mode: u32,
    /// Where its onset stands.
    pub(super) onset: u32,
}

/// The tables of a bank as kernels read them: 32-bit words, without the names.
#[derive(Clone, Debug)]
pub struct Tables<'a> {
    /// Entries, in [`Tables::CLASS`] words each.
    pub classes: &'a [u32],
    /// Faults, in [`Tables::MODE`] words each.
    pub modes: &'a [u32],
    /// Pairs whose tags may be crossed, in [`Tables::CROSSING`] words each.
    pub crossings: &'a [u32],
    /// Bias and gain of each instrument.
    pub trim: &'a [[f32; 2]],
    /// The entry of each instrument.
    pub class_of: Vec<u32>,
    /// The seed.
    pub key: [u32; 2],
}

impl Tables<'_> {
    /// Words of an entry.
    pub const CLASS: usize = size_of::<Class>() / 4;
    /// Words of a fault.
    pub const MODE: usize = size_of::<Mode>() / 4;
    /// Words of a pair.
    pub const CROSSING: usize = size_of::<Crossing>() / 4;
}

/// Lengths of the tables of a state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Lengths {
    pub(super) instruments: usize,
    pub(super) flicker: usize,
    pub(super) onsets: usize,
    pub(super) delayed: usize,
    pub(super) late: usize,
}

impl Lengths {
    /// Values of 4 bytes that a bank and its state take, places aside.
    fn values(&self) -> usize {
        self.instruments * 9 + self.flicker * 4 + self.onsets + self.delayed + self.late
    }
}

/// Instruments of all kinds.
#[derive(Clone, Debug, PartialEq)]
pub struct Bank {
    /// The length of a tick (s).
    pub(super) tick: f64,
    pub(super) key: [u32; 2],
    pub(super) names: Vec<String>,
    pub(super) looks: Vec<Look>,
    pub(super) classes: Vec<Class>,
    pub(super) modes: Vec<Mode>,
    /// Those of two entries come first.
    pub(super) crossings: Vec<Crossing>,
    /// How many of them are of two entries.
    pub(super) strangers: usize,
    /// Bias and gain of each instrument.
    pub(super) trim: Vec<[f32; 2]>,
    pub(super) lengths: Lengths,
}

/// Why entries make no bank.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum SensorError {
    /// A tick that is no positive time.
    #[error("ticks of {0} s: a tick is a positive time")]
    Tick(f64),
    /// A number that makes no sense.
    #[error("\"{entry}\": `{what}` {why}")]
    Number {
        /// Whose.
        entry: String,
        /// Which.
        what: &'static str,
        /// What would be right.
        why: &'static str,
    },
    /// A crossing that cannot be.
    #[error("\"{entry}\": its tag cannot be crossed: {why}")]
    Crossed {
        /// Whose.
        entry: String,
        /// Why not.
        why: String,
    },
    /// More than the limit.
    #[error("\"{entry}\" brings the instruments to {values} numbers: {most} are allowed")]
    TooMany {
        /// With which entry.
        entry: String,
        /// So many.
        values: usize,
        /// The limit.
        most: usize,
    },
}

impl SensorError {
    /// The entry that it is about.
    pub fn entry(&self) -> Option<&str> {
        match self {
            Self::Tick(_) => None,
            Self::Number { entry, .. }
            | Self::Crossed { entry, .. }
            | Self::TooMany { entry, .. } => Some(entry),
        }
    }

    /// The field that it is about.
    pub fn field(&self) -> &str {
        match self {
            Self::Number { what, .. } => what,
            Self::Tick(_) | Self::TooMany { .. } => "",
            Self::Crossed { .. } => "failures",
        }
    }
}

impl Bank {
    /// Most numbers of 4 bytes that a bank takes unless the user raises it: 800 MB, some 15 million instruments.
    pub const MOST_VALUES: usize = 200_000_000;

    /// A bank that is sampled at every tick of `tick` seconds; all its chance comes from `seed`.
    ///
    /// # Errors
    ///
    /// If a number makes no sense, or more than `most` numbers would be kept. No memory is taken then, beyond that of the
    /// entries themselves.
    pub fn of(seed: u64, tick: f64, entries: Vec<Entry>, most: usize) -> Result<Self, SensorError> {
        if !(tick.is_finite() && tick > 0.0) {
            return Err(SensorError::Tick(tick));
        }
        let mut bank = Self {
            tick,
            key: chance::key(seed),
            names: Vec::new(),
            looks: Vec::new(),
            classes: Vec::new(),
            modes: Vec::new(),
            crossings: Vec::new(),
            strangers: 0,
            trim: Vec::new(),
            lengths: Lengths::default(),
        };
        for entry in &entries {
            bank.class(entry, most)?;
        }
        bank.cross(&entries)?;
        bank.trim = bank.trims(&entries);
        (bank.names, bank.looks) =
            entries.into_iter().map(|entry| (entry.name, entry.look)).unzip();
        Ok(bank)
    }

    /// Number of instruments.
    pub fn len(&self) -> usize {
        self.lengths.instruments
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Length of a tick (s).
    pub fn tick(&self) -> f64 {
        self.tick
    }

    /// Number of entries.
    pub fn entries(&self) -> usize {
        self.classes.len()
    }

    /// The instruments of entry number `entry`.
    pub fn of_entry(&self, entry: usize) -> std::ops::Range<usize> {
        let class = &self.classes[entry];
        class.first as usize..(class.first + class.count) as usize
    }

    /// The entry of an instrument.
    pub fn entry_of(&self, sensor: usize) -> usize {
        self.classes.partition_point(|class| class.first as usize + class.count as usize <= sensor)
    }

    /// The tag of an instrument: that of its entry, and its number from 1 on in brackets where there are several.
    pub fn name(&self, sensor: usize) -> String {
        let entry = self.entry_of(sensor);
        let Class { first, count, .. } = self.classes[entry];
        let name = &self.names[entry];
        if count == 1 { name.clone() } else { format!("{name}[{}]", sensor - first as usize + 1) }
    }

    /// Whether an entry is read at tick number `tick`.
    pub fn is_due(&self, entry: usize, tick: u32) -> bool {
        tick.is_multiple_of(self.classes[entry].period)
    }

    /// What an entry looks at.
    pub fn look(&self, entry: usize) -> &Look {
        &self.looks[entry]
    }

    /// Puts what is there at all instruments into `truth`, as long as the bank: at points, means and bodies of `solver`. Means of
    /// what a tier does not have are NaN. [`Look::Given`] keeps what stands there.
    pub fn look_at(&self, solver: &mut dyn FieldSolver, truth: &mut [f32]) {
        let bodies = if self.looks.iter().any(|look| matches!(look, Look::Body(_))) {
            solver.bodies()
        } else {
            Vec::new()
        };
        for (entry, look) in self.looks.iter().enumerate() {
            let seen = &mut truth[self.of_entry(entry)];
            match look {
                Look::Points(probes) => solver.sample(probes, seen),
                Look::Mean(quantity, region) => {
                    seen.fill(solver.mean(*quantity, *region).unwrap_or(f64::NAN) as f32);
                }
                Look::Body(body) => seen.fill(bodies.get(*body).map_or(f32::NAN, |t| *t as f32)),
                Look::Given(_) => {}
            }
        }
    }

    /// The tables as kernels read them.
    pub fn tables(&self) -> Tables<'_> {
        let mut class_of = Vec::with_capacity(self.len());
        for (number, class) in (0..).zip(&self.classes) {
            class_of.extend(std::iter::repeat_n(number, class.count as usize));
        }
        Tables {
            classes: bytemuck::cast_slice(&self.classes),
            modes: bytemuck::cast_slice(&self.modes),
            crossings: bytemuck::cast_slice(&self.crossings),
            trim: &self.trim,
            class_of,
            key: self.key,
        }
    }

    fn class(&mut self, entry: &Entry, most: usize) -> Result<(), SensorError> {
        let number = |(what, why)| SensorError::Number { entry: entry.name.clone(), what, why };
        if !(entry.every.is_finite() && entry.every >= 0.999 * self.tick) {
            return Err(number(("every", "has to be a finite time of one tick or more")));
        }
        let wrong = entry.chain.fault().or_else(|| entry.faults.iter().find_map(Fault::fault));
        if let Some(wrong) = wrong {
            return Err(number(wrong));
        }
        let ticks = |seconds: f64| (seconds / self.tick).round().min(f64::from(u32::MAX)) as u32;
        let period = ticks(entry.every).max(1);
        let mode = |(own, fault)| Mode::of(fault, own, self.tick, period);
        let modes: Vec<Mode> = entry.faults.iter().enumerate().map(mode).collect();
        let late = entry.faults.iter().zip(&modes);
        let late = late.filter(|(fault, _)| matches!(fault.effect, Effect::Late { .. }));
        let late = late.map(|(_, mode)| mode.number).max().unwrap_or(0);
        let before = self.lengths;
        let count = entry.look.count();
        let delay = ticks(entry.chain.delay);
        let flickers = if entry.chain.flicker > 0.0 { count } else { 0 };
        let rows = |rows: usize| rows.saturating_mul(count);
        let after = Lengths {
            instruments: before.instruments.saturating_add(count),
            flicker: before.flicker + flickers,
            onsets: before.onsets.saturating_add(rows(modes.len())),
            delayed: before.delayed.saturating_add(rows(delay as usize)),
            late: before.late.saturating_add(rows(late as usize)),
        };
        let most = most.min(u32::MAX as usize);
        let largest = after.delayed.max(after.late).max(after.onsets).max(after.instruments);
        if largest > most || after.values() > most {
            let values = if largest > most { largest } else { after.values() };
            return Err(SensorError::TooMany { entry: entry.name.clone(), values, most });
        }
        self.classes.push(Class {
            first: before.instruments as u32,
            count: count as u32,
            period,
            delay,
            delay_first: before.delayed as u32,
            late,
            late_first: before.late as u32,
            mode_first: self.modes.len() as u32,
            modes: modes.len() as u32,
            onset_first: before.onsets as u32,
            flicker_first: if flickers > 0 { before.flicker as u32 } else { NO_FLICKER },
            padding: 0,
            stage: Stage::of(&entry.chain, self.tick),
        });
        self.modes.extend(modes);
        self.lengths = after;
        Ok(())
    }

    /// Finds the pairs whose tags may be crossed; no instrument is in two of them.
    fn cross(&mut self, entries: &[Entry]) -> Result<(), SensorError> {
        for (number, entry) in entries.iter().enumerate() {
            for (own, fault) in entry.faults.iter().enumerate() {
                let Effect::Crossed { with } = &fault.effect else { continue };
                let pairs = self
                    .pairs(entries, number, with.as_deref())
                    .map_err(|why| SensorError::Crossed { entry: entry.name.clone(), why })?;
                let Class { first, count, onset_first, mode_first, .. } = self.classes[number];
                self.crossings.extend(pairs.into_iter().map(|pair| Crossing {
                    pair,
                    mode: mode_first + own as u32,
                    onset: onset_first + own as u32 * count + (pair[0] - first),
                }));
            }
        }
        let mut members: Vec<u32> = self.crossings.iter().flat_map(|c| c.pair).collect();
        members.sort_unstable();
        if let Some(twice) = members.windows(2).find(|two| two[0] == two[1]) {
            let entry = entries[self.entry_of(twice[0] as usize)].name.clone();
            let why = "it would be crossed with two others".to_owned();
            return Err(SensorError::Crossed { entry, why });
        }
        let neighbours = |crossing: &Crossing| self.modes[crossing.mode as usize].number == 1;
        self.crossings.sort_by_key(neighbours);
        self.strangers = self.crossings.partition_point(|crossing| !neighbours(crossing));
        Ok(())
    }

    fn pairs(
        &self,
        entries: &[Entry],
        number: usize,
        with: Option<&str>,
    ) -> Result<Vec<[u32; 2]>, String> {
        let Class { first, count, .. } = self.classes[number];
        let Some(with) = with else {
            let pairs: Vec<[u32; 2]> =
                (0..count / 2).map(|n| [first + 2 * n, first + 2 * n + 1]).collect();
            return if pairs.is_empty() {
                Err("it is alone in its entry: say with which other".into())
            } else {
                Ok(pairs)
            };
        };
        let other = entries.iter().position(|entry| entry.name == with);
        let other = other.ok_or_else(|| format!("there is no \"{with}\""))?;
        if other == number {
            return Err("it cannot be crossed with itself".into());
        }
        if count != 1 || self.classes[other].count != 1 {
            return Err(format!("it and \"{with}\" have to be single instruments"));
        }
        Ok(vec![[first, self.classes[other].first]])
    }

    /// Bias and gain of each instrument: those of its chain, and its share of the tolerance.
    fn trims(&self, entries: &[Entry]) -> Vec<[f32; 2]> {
        let mut trims = Vec::with_capacity(self.len());
        for (entry, class) in entries.iter().zip(&self.classes) {
            let Chain { bias, gain, tolerance, .. } = entry.chain;
            trims.extend((class.first..class.first + class.count).map(|sensor| {
                let [word, ..] = chance::philox([sensor, 0, uses::TRIM, 0], self.key);
                let share = f64::from(chance::signed(word));
                [(bias + tolerance.offset * share) as f32, (gain + tolerance.slope * share) as f32]
            }));
        }
        trims
    }
}
