//! What changes in a bank of instruments, and how it changes at a tick.
//!
//! Work is cut into pieces of a fixed number of instruments, and no instrument looks at another's numbers, but for crossed tags, which come
//! last and in order: so the same readings come out on any number of threads.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::bank::{Bank, Class, NO_FLICKER};
use super::chain::{KEPT, TAKEN};
use super::chance::{self, uses};
use super::fault::{Flags, Mode, NEVER};

/// Instruments that one piece of work has.
const PIECE: usize = 4096;

/// Numbers of the effects, as the kernel has them too.
mod effect {
    pub(super) const STUCK: u32 = 0;
    pub(super) const DROPOUT: u32 = 1;
    pub(super) const SPIKES: u32 = 2;
    pub(super) const DRIFT: u32 = 3;
    pub(super) const BIAS: u32 = 4;
    pub(super) const NOISE: u32 = 5;
    pub(super) const CROSSED: u32 = 6;
    pub(super) const LATE: u32 = 7;
    pub(super) const SATURATED: u32 = 8;
}

/// All that changes in a [`Bank`]: plain data, the same on the processor and on a GPU.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// Ticks made so far.
    pub ticks: u32,
    /// What was there at the last tick, instrument by instrument: the truth beside every reading.
    pub truth: Vec<f32>,
    /// Readings as they came in under each tag.
    pub readings: Vec<f32>,
    /// Faults active at each reading, see [`Flags`].
    pub flags: Vec<u32>,
    /// What came to each instrument at the last tick, after its delay.
    pub input: Vec<f32>,
    /// That, after the lag.
    pub lagged: Vec<f32>,
    /// What each instrument shows.
    pub shown: Vec<f32>,
    /// What it sends: late, if it is late.
    pub sent: Vec<f32>,
    /// The four parts of its flicker noise, of those that have any.
    pub flicker: Vec<[f32; 4]>,
    /// The tick of the present or next beginning of each fault.
    pub onsets: Vec<u32>,
    /// What is on its way to instruments with a delay: rows of one value for each instrument of an entry.
    pub delayed: Vec<f32>,
    /// What instruments that may be late have shown: rows, too.
    pub late: Vec<f32>,
}

impl State {
    /// The faults active at a reading.
    pub fn flags(&self, sensor: usize) -> Flags {
        Flags(self.flags[sensor])
    }
}

impl Bank {
    /// The state before the first tick: everything rests at `truth`.
    ///
    /// # Panics
    ///
    /// If `truth` is not as long as the bank.
    pub fn start(&self, truth: &[f32]) -> State {
        assert_eq!(truth.len(), self.len(), "one value for each instrument");
        let mut state = State {
            ticks: 0,
            truth: truth.to_vec(),
            readings: truth.to_vec(),
            flags: vec![0; truth.len()],
            input: truth.to_vec(),
            lagged: truth.to_vec(),
            shown: truth.to_vec(),
            sent: truth.to_vec(),
            flicker: Vec::with_capacity(self.lengths.flicker),
            onsets: Vec::with_capacity(self.lengths.onsets),
            delayed: Vec::with_capacity(self.lengths.delayed),
            late: Vec::with_capacity(self.lengths.late),
        };
        for (entry, class) in self.classes.iter().enumerate() {
            let own = &truth[self.of_entry(entry)];
            (0..class.delay).for_each(|_| state.delayed.extend_from_slice(own));
            (0..class.late).for_each(|_| state.late.extend_from_slice(own));
            let (modes, stage) = (self.modes_of(class), &class.stage);
            for sensor in class.first..class.first + class.count {
                if class.flicker_first != NO_FLICKER {
                    // As it is after a long time.
                    let words = chance::philox([sensor, NEVER, uses::FLICKER, 0], self.key);
                    let parts = chance::normals(words).map(|drawn| stage.flicker * drawn);
                    state.flicker.push(parts);
                }
                state.onsets.extend(modes.iter().map(|mode| mode.begins(self.key, sensor)));
            }
        }
        state
    }

    /// Makes a tick, with what is there now. The first tick has number 0, at time 0; tick `n` is at `n` times its length.
    ///
    /// # Panics
    ///
    /// If `state` or `truth` belong to another bank.
    pub fn step(&self, state: &mut State, truth: &[f32]) {
        assert_eq!(truth.len(), self.len(), "one value for each instrument");
        state.truth.copy_from_slice(truth);
        self.pieces(state).par_iter_mut().for_each(Piece::step);
        self.uncross(state);
        state.ticks = state.ticks.saturating_add(1);
    }

    fn modes_of(&self, class: &Class) -> &[Mode] {
        &self.modes[class.mode_first as usize..][..class.modes as usize]
    }

    /// Swaps what came under crossed tags.
    fn uncross(&self, state: &mut State) {
        for crossing in &self.crossings {
            let [a, b] = crossing.pair;
            let onset = &mut state.onsets[crossing.onset as usize];
            let mode = &self.modes[crossing.mode as usize];
            let active = mode.active(self.key, a, onset, state.ticks).is_some();
            let [a, b] = [a as usize, b as usize];
            let (from_a, from_b) = if active { (b, a) } else { (a, b) };
            state.readings[a] = state.sent[from_a];
            state.readings[b] = state.sent[from_b];
            for sensor in [a, b] {
                let others = state.flags[sensor] & !(1 << effect::CROSSED);
                state.flags[sensor] = others | u32::from(active) << effect::CROSSED;
            }
        }
    }

    /// The work of a tick, in pieces.
    fn pieces<'a>(&'a self, state: &'a mut State) -> Vec<Piece<'a>> {
        let tick = state.ticks;
        let State { truth, readings, flags, input, lagged, shown, sent, .. } = state;
        let [mut input, mut lagged, mut shown] = [input, lagged, shown].map(Vec::as_mut_slice);
        let [mut sent, mut readings] = [sent, readings].map(Vec::as_mut_slice);
        let [mut delayed, mut late] = [&mut state.delayed, &mut state.late].map(Vec::as_mut_slice);
        let (mut flags, mut onsets) = (flags.as_mut_slice(), state.onsets.as_mut_slice());
        let mut flicker = state.flicker.as_mut_slice();
        let mut pieces = Vec::new();
        for class in &self.classes {
            let count = class.count as usize;
            let lines = |rows: u32| rows as usize * count;
            let mut delayed =
                row(cut(&mut delayed, lines(class.delay)), count, tick % class.delay.max(1));
            let sample = tick / class.period;
            let late_row = sample % class.late.max(1);
            let mut late = around(cut(&mut late, lines(class.late)), count, late_row);
            let flickers = if class.flicker_first == NO_FLICKER { 0 } else { count };
            let mut flicker = cut(&mut flicker, flickers);
            let modes = self.modes_of(class);
            for from in (0..count).step_by(PIECE) {
                let n = PIECE.min(count - from);
                let first = class.first as usize + from;
                pieces.push(Piece {
                    bank: self,
                    class,
                    modes,
                    tick,
                    first: first as u32,
                    from,
                    late_row: late_row as usize,
                    truth: &truth[first..first + n],
                    trim: &self.trim[first..first + n],
                    input: cut(&mut input, n),
                    lagged: cut(&mut lagged, n),
                    shown: cut(&mut shown, n),
                    sent: cut(&mut sent, n),
                    readings: cut(&mut readings, n),
                    flags: cut(&mut flags, n),
                    flicker: cut(&mut flicker, n.min(flickers)),
                    onsets: cut(&mut onsets, n * modes.len()),
                    delayed: cut(&mut delayed, if class.delay > 0 { n } else { 0 }),
                    late_before: late.0,
                    late: cut(&mut late.1, if class.late > 0 { n } else { 0 }),
                    late_behind: late.2,
                });
            }
        }
        pieces
    }
}

/// Takes the first `n` of a slice.
#[expect(clippy::mut_mut, reason = "the slice itself becomes shorter")]
fn cut<'a, T>(slice: &mut &'a mut [T], n: usize) -> &'a mut [T] {
    let (head, tail) = std::mem::take(slice).split_at_mut(n);
    *slice = tail;
    head
}

/// Row number `number` of rows of `len`.
fn row(rows: &mut [f32], len: usize, number: u32) -> &mut [f32] {
    if rows.is_empty() { rows } else { &mut rows[number as usize * len..][..len] }
}

/// The rows before row number `number`, that row, and those behind.
fn around(rows: &mut [f32], len: usize, number: u32) -> (&[f32], &mut [f32], &[f32]) {
    let own = if rows.is_empty() { 0 } else { len };
    let (before, rest) = rows.split_at_mut(number as usize * own);
    let (own, behind) = rest.split_at_mut(own);
    (before, own, behind)
}

/// Some instruments of an entry, with all that is theirs.
struct Piece<'a> {
    bank: &'a Bank,
    class: &'a Class,
    modes: &'a [Mode],
    tick: u32,
    /// Number of its first instrument, in the bank and in the entry.
    first: u32,
    from: usize,
    truth: &'a [f32],
    trim: &'a [[f32; 2]],
    input: &'a mut [f32],
    lagged: &'a mut [f32],
    shown: &'a mut [f32],
    sent: &'a mut [f32],
    readings: &'a mut [f32],
    flags: &'a mut [u32],
    flicker: &'a mut [[f32; 4]],
    onsets: &'a mut [u32],
    delayed: &'a mut [f32],
    late_row: usize,
    late_before: &'a [f32],
    late: &'a mut [f32],
    late_behind: &'a [f32],
}

/// What the faults of an instrument come to.
struct Ills {
    flags: u32,
    offset: f32,
    factor: f32,
    /// Thresholds and sizes of spikes.
    spikes: (u32, f32),
    /// An end of the range at which it sticks.
    end: Option<f32>,
    /// Samples by which it is late.
    late: u32,
}

impl Piece<'_> {
    fn step(&mut self) {
        let due = self.tick.is_multiple_of(self.class.period);
        for i in 0..self.truth.len() {
            let mut now = self.truth[i];
            if let Some(waiting) = self.delayed.get_mut(i) {
                now = std::mem::replace(waiting, now);
            }
            self.lagged[i] = self.class.stage.lag(self.lagged[i], self.input[i], now);
            self.input[i] = now;
            if due {
                self.sample(i);
            }
        }
    }

    /// Takes a reading.
    fn sample(&mut self, i: usize) {
        let (stage, key) = (&self.class.stage, self.bank.key);
        let sensor = self.first + i as u32;
        let ills = self.ills(i, sensor);
        let mut noise = 0.0;
        let mut offset = ills.offset;
        if stage.noise > 0.0 || ills.spikes.0 > 0 {
            let [white, is_spike, sign, _] =
                chance::philox([sensor, self.tick, uses::SAMPLE, 0], key);
            noise = stage.noise * chance::normal(white);
            if is_spike < ills.spikes.0 {
                offset += if sign >> 31 == 0 { ills.spikes.1 } else { -ills.spikes.1 };
            }
        }
        if let Some(parts) = self.flicker.get_mut(i) {
            let words = chance::philox([sensor, self.tick, uses::FLICKER, 0], key);
            let drawn = chance::normals(words);
            for (k, part) in parts.iter_mut().enumerate() {
                *part = KEPT[k] * *part + TAKEN[k] * (stage.flicker * drawn[k]);
            }
            noise += (parts[0] + parts[1]) + (parts[2] + parts[3]);
        }
        let [bias, gain] = self.trim[i];
        let lagged = self.lagged[i];
        let right = lagged + gain * (lagged - stage.reference);
        let drift = stage.drift * self.tick as f32;
        let value = right + bias + drift + offset + ills.factor * noise;
        let value = ills.end.unwrap_or_else(|| stage.digits(value));
        let has = |effect: u32| ills.flags >> effect & 1 == 1;
        if !has(effect::STUCK) && (value - self.shown[i]).abs() >= stage.deadband {
            self.shown[i] = value;
        }
        let sent = self.send(i, ills.late);
        if !has(effect::DROPOUT) {
            self.sent[i] = sent;
            self.readings[i] = sent;
        }
        self.flags[i] = ills.flags;
    }

    /// What comes in: what it shows, or what it showed `late` samples ago.
    fn send(&mut self, i: usize, late: u32) -> f32 {
        let (rows, count) = (self.class.late as usize, self.class.count as usize);
        let mut sent = self.shown[i];
        if late > 0 {
            let row = (self.late_row + rows - late as usize) % rows;
            let at = self.from + i;
            sent = match row.cmp(&self.late_row) {
                std::cmp::Ordering::Less => self.late_before[row * count + at],
                std::cmp::Ordering::Equal => self.late[i],
                std::cmp::Ordering::Greater => {
                    self.late_behind[(row - self.late_row - 1) * count + at]
                }
            };
        }
        if let Some(slot) = self.late.get_mut(i) {
            *slot = self.shown[i];
        }
        sent
    }

    fn ills(&mut self, i: usize, sensor: u32) -> Ills {
        let mut ills =
            Ills { flags: 0, offset: 0.0, factor: 1.0, spikes: (0, 0.0), end: None, late: 0 };
        let n = self.modes.len();
        for (mode, onset) in self.modes.iter().zip(&mut self.onsets[i * n..(i + 1) * n]) {
            let Some(age) = mode.active(self.bank.key, sensor, onset, self.tick) else { continue };
            match mode.effect {
                // Pairs are crossed when all have been read.
                effect::CROSSED => continue,
                effect::SPIKES => ills.spikes = (mode.number, mode.size),
                effect::DRIFT => ills.offset += mode.size * age as f32,
                effect::BIAS => ills.offset += mode.size,
                effect::NOISE => ills.factor *= mode.size,
                effect::LATE => ills.late = ills.late.max(mode.number),
                effect::SATURATED => {
                    let stage = &self.class.stage;
                    ills.end = Some(if mode.size > 0.0 { stage.high } else { stage.low });
                }
                _ => {}
            }
            ills.flags |= 1 << mode.effect;
        }
        ills
    }
}
