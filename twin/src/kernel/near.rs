//! The next few events in order, found without any branch that depends on their times.
//!
//! Events stand in fixed slots. Their order is a permutation of the slot numbers, packed into the sixteen hexadecimal
//! digits of one word: the next event's slot in the lowest digit, unused slots above the last event. To pop
//! is to rotate the word, to insert at rank `r` is to shift the digits from `r` on. The rank is counted by a
//! comparison with every slot, which takes less time than a search in which the processor guesses wrong once.

use super::entry::{Entry, Key, key};
use crate::units::SimTime;

/// Most events that fit.
pub(super) const CAPACITY: usize = 16;

/// Bits of a slot number.
const DIGIT: u32 = 4;

/// The ranks when no slot is in use: slot 0 will be taken first.
const UNUSED: u64 = 0x0123_4567_89AB_CDEF;

/// At most [`CAPACITY`] events in order.
///
/// Columns, not rows: a row written in parts and read as a whole would stall the processor's store forwarding.
#[derive(Clone, Debug)]
pub(super) struct Near<E> {
    times: [SimTime; CAPACITY],
    orders: [u64; CAPACITY],
    events: [E; CAPACITY],
    /// All slot numbers, lowest digit first: those in use by rank, then the others.
    ranks: u64,
    len: usize,
    /// Slots from here on were not used since all were empty, so that the count can stop here.
    used: usize,
}

impl<E: Copy + Default> Near<E> {
    pub(super) fn new() -> Self {
        Self {
            times: [SimTime::NEVER; CAPACITY],
            orders: [u64::MAX; CAPACITY],
            events: [E::default(); CAPACITY],
            ranks: UNUSED,
            len: 0,
            used: 0,
        }
    }

    #[inline]
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Time of the next event; any, if there is none.
    #[inline]
    pub(super) fn first_time(&self) -> SimTime {
        self.times[self.slot(0)]
    }

    /// The event at `rank`, below the length.
    #[inline]
    pub(super) fn get(&self, rank: usize) -> Entry<E> {
        let slot = self.slot(rank);
        Entry { time: self.times[slot], order: self.orders[slot], event: self.events[slot] }
    }

    /// The last event.
    pub(super) fn last(&self) -> Option<Entry<E>> {
        self.len.checked_sub(1).map(|rank| self.get(rank))
    }

    /// Inserts an event; there must be room.
    #[inline]
    pub(super) fn insert(&mut self, entry: Entry<E>) {
        let rank = self.count_before(entry.key()) as u32;
        let slot = self.slot(CAPACITY - 1);
        self.times[slot] = entry.time;
        self.orders[slot] = entry.order;
        self.events[slot] = entry.event;
        self.len += 1;
        self.used = self.used.max(slot + 1);
        let below = (1 << (rank * DIGIT)) - 1;
        let above = (self.ranks & !below) << DIGIT;
        self.ranks = self.ranks & below | above | (slot as u64) << (rank * DIGIT);
    }

    /// Takes out the next event; there must be one.
    #[inline]
    pub(super) fn pop(&mut self) -> Entry<E> {
        let entry = self.get(0);
        self.release(self.slot(0));
        self.ranks = self.ranks.rotate_right(DIGIT);
        entry
    }

    /// Takes out the event at `rank`, below the length.
    pub(super) fn remove(&mut self, rank: usize) {
        let slot = self.slot(rank);
        self.release(slot);
        let below = (1 << (rank as u32 * DIGIT)) - 1;
        let above = self.ranks >> DIGIT & !below;
        self.ranks = self.ranks & below | above | (slot as u64) << (64 - DIGIT);
    }

    /// Takes out the last event if it is later than `time`.
    pub(super) fn pop_after(&mut self, time: SimTime) -> Option<Entry<E>> {
        let last = self.last().filter(|last| last.time > time)?;
        self.remove(self.len - 1);
        Some(last)
    }

    /// To be called when it has become empty: the count starts anew.
    #[inline]
    pub(super) fn reset(&mut self) {
        self.ranks = UNUSED;
        self.used = 0;
    }

    /// The events in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = Entry<E>> {
        (0..self.len).map(|rank| self.get(rank))
    }

    #[inline]
    fn count_before(&self, new: Key) -> usize {
        let mut count = 0;
        for (slot, (&time, &order)) in self.times.iter().zip(&self.orders).enumerate() {
            // Leaving the loop here rather than bounding it keeps the compiler from using vector instructions, which have
            // no such comparison and take longer.
            if slot == self.used {
                break;
            }
            count += usize::from(key(time, order) < new);
        }
        count
    }

    /// An unused slot must look later than any event.
    #[inline]
    fn release(&mut self, slot: usize) {
        self.times[slot] = SimTime::NEVER;
        self.orders[slot] = u64::MAX;
        self.len -= 1;
    }

    #[inline]
    fn slot(&self, rank: usize) -> usize {
        (self.ranks >> (rank as u32 * DIGIT)) as usize % CAPACITY
    }
}
