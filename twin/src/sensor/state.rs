//! What changes in a bank of instruments, and how a tick changes it.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::bank::{Bank, Class, NO_FLICKER};
use super::chance::{self, uses};
use super::fault::{Flags, Mode, NEVER, effect};
use super::piece::Piece;

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
    /// The tick of the present or next beginning of each fault: entry by entry, and in it fault by fault, one for each instrument.
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
            }
            for mode in modes {
                let sensors = class.first..class.first + class.count;
                state.onsets.extend(sensors.map(|sensor| mode.begins(self.key, sensor)));
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
        Piece::all_of(self, state, truth).par_iter_mut().for_each(Piece::step);
        self.uncross(state);
        state.ticks = state.ticks.saturating_add(1);
    }

    pub(super) fn modes_of(&self, class: &Class) -> &[Mode] {
        &self.modes[class.mode_first as usize..][..class.modes as usize]
    }

    /// Swaps what came under crossed tags of two entries; those of neighbours in one are swapped in its pieces.
    fn uncross(&self, state: &mut State) {
        for crossing in &self.crossings[..self.strangers] {
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
}
