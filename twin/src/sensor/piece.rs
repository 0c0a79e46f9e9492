//! A tick of some instruments of an entry.
//!
//! A tick is cut into pieces of a fixed number of instruments, and no instrument looks at numbers of another piece: so the same readings
//! come out on any number of threads. A piece goes through its instruments in blocks, and through each block in plain loops, one for each
//! stage of the chain, which a compiler turns into vector instructions; the few instruments that have a fault just now are
//! mended one by one between the loops.

use super::bank::{Bank, Class, NO_FLICKER};
use super::chain::{KEPT, TAKEN};
use super::chance::{self, uses};
use super::fault::{Mode, effect};
use super::state::State;

/// Instruments that one piece of work has: an even number, so that neighbours are not parted.
const PIECE: usize = 4096;

/// Instruments that go through a loop together: their numbers stay in the nearest memory.
const BLOCK: usize = 64;

/// Some instruments of an entry, with all that is theirs.
pub(super) struct Piece<'a> {
    bank: &'a Bank,
    class: &'a Class,
    modes: &'a [Mode],
    tick: u32,
    /// Number of its first instrument, in the bank and in the entry.
    first: u32,
    from: usize,
    seen: &'a [f32],
    trim: &'a [[f32; 2]],
    truth: &'a mut [f32],
    input: &'a mut [f32],
    lagged: &'a mut [f32],
    shown: &'a mut [f32],
    sent: &'a mut [f32],
    readings: &'a mut [f32],
    flags: &'a mut [u32],
    flicker: &'a mut [[f32; 4]],
    /// Fault by fault.
    onsets: Vec<&'a mut [u32]>,
    delayed: &'a mut [f32],
    late_row: usize,
    late_before: &'a [f32],
    late: &'a mut [f32],
    late_behind: &'a [f32],
    /// Those of the present block that have a fault, with their number in it.
    ills: Vec<(usize, Ills)>,
}

/// What the faults of an instrument come to.
struct Ills {
    flags: u32,
    offset: f32,
    factor: f32,
    /// An end of the range at which it sticks.
    end: Option<f32>,
    /// Samples by which it is late.
    late: u32,
}

impl Ills {
    fn has(&self, effect: u32) -> bool {
        self.flags >> effect & 1 == 1
    }
}

impl<'a> Piece<'a> {
    /// The work of a tick at which `seen` is there.
    pub(super) fn all_of(bank: &'a Bank, state: &'a mut State, seen: &'a [f32]) -> Vec<Self> {
        let tick = state.ticks;
        let State { truth, readings, flags, input, lagged, shown, sent, .. } = state;
        let [mut truth, mut input, mut lagged] = [truth, input, lagged].map(Vec::as_mut_slice);
        let [mut shown, mut sent, mut readings] = [shown, sent, readings].map(Vec::as_mut_slice);
        let [mut delayed, mut late] = [&mut state.delayed, &mut state.late].map(Vec::as_mut_slice);
        let (mut flags, mut onsets) = (flags.as_mut_slice(), state.onsets.as_mut_slice());
        let mut flicker = state.flicker.as_mut_slice();
        let mut pieces = Vec::new();
        for class in &bank.classes {
            let count = class.count as usize;
            let lines = |rows: u32| rows as usize * count;
            let mut delayed =
                row(cut(&mut delayed, lines(class.delay)), count, tick % class.delay.max(1));
            let late_row = tick / class.period % class.late.max(1);
            let mut late = around(cut(&mut late, lines(class.late)), count, late_row);
            let flickers = if class.flicker_first == NO_FLICKER { 0 } else { count };
            let mut flicker = cut(&mut flicker, flickers);
            let modes = bank.modes_of(class);
            let mut onsets: Vec<_> = modes.iter().map(|_| cut(&mut onsets, count)).collect();
            for from in (0..count).step_by(PIECE) {
                let n = PIECE.min(count - from);
                let first = class.first as usize + from;
                pieces.push(Self {
                    bank,
                    class,
                    modes,
                    tick,
                    first: first as u32,
                    from,
                    seen: &seen[first..first + n],
                    trim: &bank.trim[first..first + n],
                    truth: cut(&mut truth, n),
                    input: cut(&mut input, n),
                    lagged: cut(&mut lagged, n),
                    shown: cut(&mut shown, n),
                    sent: cut(&mut sent, n),
                    readings: cut(&mut readings, n),
                    flags: cut(&mut flags, n),
                    flicker: cut(&mut flicker, n.min(flickers)),
                    onsets: onsets.iter_mut().map(|onsets| cut(onsets, n)).collect(),
                    delayed: cut(&mut delayed, if class.delay > 0 { n } else { 0 }),
                    late_row: late_row as usize,
                    late_before: late.0,
                    late: cut(&mut late.1, if class.late > 0 { n } else { 0 }),
                    late_behind: late.2,
                    ills: Vec::new(),
                });
            }
        }
        pieces
    }

    /// Makes the tick.
    pub(super) fn step(&mut self) {
        let due = self.tick.is_multiple_of(self.class.period);
        for from in (0..self.seen.len()).step_by(BLOCK) {
            let block = from..(from + BLOCK).min(self.seen.len());
            self.follow(block.clone());
            if due {
                self.find_ills(block.clone());
                let values = self.values(block.clone());
                self.show(block.clone(), &values);
                self.send(block);
            }
        }
        self.uncross();
    }

    /// What comes to each after its delay, and the lag behind it.
    fn follow(&mut self, block: Block) {
        let mut now = [0.0; BLOCK];
        let now = &mut now[..block.len()];
        now.copy_from_slice(&self.seen[block.clone()]);
        self.truth[block.clone()].copy_from_slice(now);
        if !self.delayed.is_empty() {
            now.swap_with_slice(&mut self.delayed[block.clone()]);
        }
        let stage = &self.class.stage;
        let chain = self.lagged[block.clone()].iter_mut().zip(&mut self.input[block]);
        for ((lagged, input), now) in chain.zip(now) {
            *lagged = stage.lag(*lagged, *input, *now);
            *input = *now;
        }
    }

    /// Finds those that have a fault: for most, one look at the beginning of each says that they have none.
    fn find_ills(&mut self, block: Block) {
        let mut begun = [false; BLOCK];
        for onsets in &self.onsets {
            for (begun, onset) in begun.iter_mut().zip(&onsets[block.clone()]) {
                *begun |= *onset <= self.tick;
            }
        }
        self.ills.clear();
        for n in (0..block.len()).filter(|n| begun[*n]) {
            let ills = self.ills_of(block.start + n);
            self.ills.push((n, ills));
        }
    }

    fn ills_of(&mut self, i: usize) -> Ills {
        let (sensor, key) = (self.first + i as u32, self.bank.key);
        let mut ills = Ills { flags: 0, offset: 0.0, factor: 1.0, end: None, late: 0 };
        for (mode, onsets) in self.modes.iter().zip(&mut self.onsets) {
            let active = mode.active(key, sensor, &mut onsets[i], self.tick);
            let Some(age) = active else { continue };
            match mode.effect {
                // Pairs are crossed when all have been read.
                effect::CROSSED => continue,
                effect::SPIKES => {
                    let [_, is_spike, sign, _] =
                        chance::philox([sensor, self.tick, uses::SAMPLE, 0], key);
                    if is_spike < mode.number {
                        ills.offset += if sign >> 31 == 0 { mode.size } else { -mode.size };
                    }
                }
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

    /// What the chain makes of what is there.
    fn values(&mut self, block: Block) -> [f32; BLOCK] {
        let mut noise = self.noise(block.clone());
        let mut offset = [0.0; BLOCK];
        for (n, ills) in &self.ills {
            offset[*n] = ills.offset;
            noise[*n] *= ills.factor;
        }
        let stage = &self.class.stage;
        let drift = stage.drift * self.tick as f32;
        let mut values = [0.0; BLOCK];
        let inputs = self.lagged[block.clone()].iter().zip(&self.trim[block]);
        for (((value, (lagged, [bias, gain])), offset), noise) in
            values.iter_mut().zip(inputs).zip(&offset).zip(&noise)
        {
            let right = lagged + gain * (lagged - stage.reference);
            *value = stage.digits(right + bias + drift + offset + noise);
        }
        for (n, ills) in &self.ills {
            values[*n] = ills.end.unwrap_or(values[*n]);
        }
        values
    }

    /// White noise and flicker.
    fn noise(&mut self, block: Block) -> [f32; BLOCK] {
        let (stage, key, tick) = (&self.class.stage, self.bank.key, self.tick);
        let first = self.first + block.start as u32;
        let words = |n: usize, usage| chance::philox([first + n as u32, tick, usage, 0], key);
        let mut noise = [0.0; BLOCK];
        if stage.noise > 0.0 {
            let white = std::array::from_fn(|n| words(n, uses::SAMPLE)[0]);
            noise = chance::normals::<BLOCK>(white).map(|drawn| stage.noise * drawn);
        }
        if !self.flicker.is_empty() {
            for (four, parts) in self.flicker[block].chunks_mut(FOURS).enumerate() {
                let words: [_; FOURS] =
                    std::array::from_fn(|n| words(four * FOURS + n, uses::FLICKER));
                let drawn =
                    chance::normals::<{ 4 * FOURS }>(std::array::from_fn(|k| words[k / 4][k % 4]));
                let noise = &mut noise[four * FOURS..];
                for ((noise, parts), drawn) in
                    noise.iter_mut().zip(parts).zip(drawn.as_chunks::<4>().0)
                {
                    for k in 0..4 {
                        parts[k] = KEPT[k] * parts[k] + TAKEN[k] * (stage.flicker * drawn[k]);
                    }
                    *noise += (parts[0] + parts[1]) + (parts[2] + parts[3]);
                }
            }
        }
        noise
    }

    /// Shows new values that differ from the old ones by as much as the deadband, where nothing is stuck.
    fn show(&mut self, block: Block, values: &[f32; BLOCK]) {
        let shown = &mut self.shown[block];
        let mut before = [0.0; BLOCK];
        before[..shown.len()].copy_from_slice(shown);
        let deadband = self.class.stage.deadband;
        for (shown, value) in shown.iter_mut().zip(values) {
            *shown = if (value - *shown).abs() >= deadband { *value } else { *shown };
        }
        for (n, _) in self.ills.iter().filter(|(_, ills)| ills.has(effect::STUCK)) {
            shown[*n] = before[*n];
        }
    }

    /// What comes in: what is shown, or was so many samples ago, or nothing.
    fn send(&mut self, block: Block) {
        let mut sent = [0.0; BLOCK];
        let sent = &mut sent[..block.len()];
        sent.copy_from_slice(&self.shown[block.clone()]);
        for (n, ills) in self.ills.iter().filter(|(_, ills)| ills.late > 0) {
            sent[*n] = self.late(block.start + n, ills.late as usize);
        }
        if !self.late.is_empty() {
            self.late[block.clone()].copy_from_slice(&self.shown[block.clone()]);
        }
        for (n, _) in self.ills.iter().filter(|(_, ills)| ills.has(effect::DROPOUT)) {
            sent[*n] = self.sent[block.start + n];
        }
        self.sent[block.clone()].copy_from_slice(sent);
        self.readings[block.clone()].copy_from_slice(sent);
        let flags = &mut self.flags[block];
        flags.fill(0);
        for (n, ills) in &self.ills {
            flags[*n] = ills.flags;
        }
    }

    /// What was shown `late` samples ago.
    fn late(&self, i: usize, late: usize) -> f32 {
        let (rows, count) = (self.class.late as usize, self.class.count as usize);
        let row = (self.late_row + rows - late) % rows;
        let at = self.from + i;
        match row.cmp(&self.late_row) {
            std::cmp::Ordering::Less => self.late_before[row * count + at],
            std::cmp::Ordering::Equal => self.late[i],
            std::cmp::Ordering::Greater => self.late_behind[(row - self.late_row - 1) * count + at],
        }
    }

    /// Swaps what came under crossed tags of neighbours.
    fn uncross(&mut self) {
        let crossed = |mode: &Mode| mode.effect == effect::CROSSED && mode.number == 1;
        let Some(own) = self.modes.iter().position(crossed) else { return };
        let (mode, onsets, key) = (&self.modes[own], &mut self.onsets[own], self.bank.key);
        self.readings.copy_from_slice(self.sent);
        self.flags.iter_mut().for_each(|flags| *flags &= !(1 << effect::CROSSED));
        let pairs = onsets.chunks_exact_mut(2).zip(self.readings.chunks_exact_mut(2));
        let pairs = pairs.zip(self.flags.chunks_exact_mut(2));
        for (pair, ((onsets, readings), flags)) in (0..).zip(pairs) {
            let sensor = self.first + 2 * pair;
            if onsets[0] <= self.tick
                && mode.active(key, sensor, &mut onsets[0], self.tick).is_some()
            {
                readings.swap(0, 1);
                flags.iter_mut().for_each(|flags| *flags |= 1 << effect::CROSSED);
            }
        }
    }
}

/// Numbers of instruments of a piece.
type Block = std::ops::Range<usize>;

/// Instruments whose flicker is drawn together.
const FOURS: usize = BLOCK / 4;

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
