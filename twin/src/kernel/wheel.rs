//! Later events, sorted only as far as needed: a timing wheel over the base-64 digits of the time.
//!
//! All events here are later than a *floor*. An event stands at the level of the highest digit in which its time
//! differs from the floor, in the slot of that digit: a *radix heap* (Ahuja, Mehlhorn, Orlin, Tarjan: J. ACM 37 (1990)
//! 213). So everything at a lower level comes before everything at a higher one, and the slots of a level come
//! in order. An event moves down only when its slot's turn comes and too many share it. Nothing is tuned
//! to the spread of times, and no two events are compared.

use super::entry::Entry;
use crate::units::SimTime;

/// Bits of a digit.
const DIGIT: u32 = 6;
const SLOTS: usize = 1 << DIGIT;
/// Digits of a 64-bit time.
const LEVELS: usize = u64::BITS.div_ceil(DIGIT) as usize;

/// A slot with more events than this is spread over lower levels.
const FEW: usize = 8;

/// A slot keeps its allocation for reuse up to this many events.
const KEEP: usize = 128;

/// Events later than a floor.
#[derive(Clone, Debug)]
pub(super) struct Wheel<E> {
    floor: SimTime,
    len: usize,
    /// Bit `l` is set if level `l` holds an event.
    levels: u32,
    /// Bit `s` of word `l` is set if slot `s` of level `l` holds an event.
    slots: [u64; LEVELS],
    /// Events by level and slot; empty until the wheel is first used.
    events: Vec<Vec<Entry<E>>>,
}

impl<E: Copy> Wheel<E> {
    /// A wheel out of use: the floor is [`SimTime::NEVER`], so that no event can be later.
    pub(super) fn new() -> Self {
        Self { floor: SimTime::NEVER, len: 0, levels: 0, slots: [0; LEVELS], events: Vec::new() }
    }

    /// Every event is later than this.
    #[inline]
    pub(super) fn floor(&self) -> SimTime {
        self.floor
    }

    #[inline]
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Sets the floor; the wheel must be empty.
    pub(super) fn set_floor(&mut self, floor: SimTime) {
        self.floor = floor;
        if self.events.is_empty() && floor < SimTime::NEVER {
            self.events.resize_with(LEVELS * SLOTS, Vec::new);
        }
    }

    /// Adds an event later than the floor.
    #[inline]
    pub(super) fn push(&mut self, entry: Entry<E>) {
        self.len += 1;
        self.place(entry);
    }

    /// Moves the earliest few events into the empty `taken`, and the floor up to where nothing earlier is left. Leaves
    /// `taken` empty only if the wheel is.
    ///
    /// More than [`FEW`] come at once only if they are simultaneous.
    pub(super) fn take_earliest(&mut self, taken: &mut Vec<Entry<E>>) {
        if self.levels == 0 {
            return;
        }
        let level = self.levels.trailing_zeros() as usize;
        let slot = self.slots[level].trailing_zeros() as usize;
        let place = level * SLOTS + slot;
        self.mark_empty(level, slot);
        if level == 0 || self.events[place].len() <= FEW {
            std::mem::swap(&mut self.events[place], taken);
            let within = (1_i64 << (level as u32 * DIGIT)) - 1;
            self.floor =
                taken.first().map_or(self.floor, |e| SimTime::from_ns(e.time.ns() | within));
        } else {
            let mut entries = std::mem::take(&mut self.events[place]);
            self.spread(&mut entries, taken);
            if entries.capacity() <= KEEP {
                self.events[place] = entries;
            }
        }
        self.len -= taken.len();
    }

    /// Keeps the events for which `keep` holds. O(events).
    pub(super) fn retain(&mut self, keep: impl Fn(&Entry<E>) -> bool) {
        self.len = 0;
        for place in 0..self.events.len() {
            self.events[place].retain(&keep);
            self.len += self.events[place].len();
            if self.events[place].is_empty() {
                self.mark_empty(place / SLOTS, place % SLOTS);
            }
        }
    }

    /// All events, in no order.
    pub(super) fn iter(&self) -> impl Iterator<Item = Entry<E>> {
        self.events.iter().flatten().copied()
    }

    #[inline]
    fn place(&mut self, entry: Entry<E>) {
        let time = entry.time.ns() as u64;
        let differing = time ^ self.floor.ns() as u64;
        // `| 1` only tells the compiler that the word is not zero.
        let level = (differing | 1).ilog2() / DIGIT;
        let slot = (time >> (level * DIGIT)) as usize % SLOTS;
        let level = level as usize;
        self.levels |= 1 << level;
        self.slots[level] |= 1 << slot;
        self.events[level * SLOTS + slot].push(entry);
    }

    /// Moves all of one slot's `entries` to `taken` if they are due first, else to lower levels above the new floor.
    fn spread(&mut self, entries: &mut Vec<Entry<E>>, taken: &mut Vec<Entry<E>>) {
        let first = entries.iter().map(|e| e.time).min().unwrap_or(self.floor);
        self.floor = first;
        for entry in entries.drain(..) {
            if entry.time == first {
                taken.push(entry);
            } else {
                self.place(entry);
            }
        }
    }

    fn mark_empty(&mut self, level: usize, slot: usize) {
        self.slots[level] &= !(1 << slot);
        if self.slots[level] == 0 {
            self.levels &= !(1 << level);
        }
    }
}
