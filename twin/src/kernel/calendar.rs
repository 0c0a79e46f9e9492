//! The event calendar: pending events in the total order (time, priority, sequence).
//!
//! Three places hold them. The next few, up to sixteen, stand sorted in `near`; small models never leave it. Later ones
//! stand in `wheel`, a radix heap over the digits of the time, and come near a few at a time. A burst for which there is
//! no room near waits in `crowd`. In short, with `floor` the border that the wheel keeps:
//!
//! ```text
//! near  <  crowd  ≤  floor  <  wheel          and near is empty only if everything is
//! ```
//!
//! Where an event stands never shows: what comes out depends on the total order alone.

use rustc_hash::FxHashSet;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::crowd::Crowd;
use super::entry::{Entry, Priority, order};
use super::near::{CAPACITY, Near};
use super::wheel::Wheel;
use crate::units::SimTime;

/// `near` is filled up to this many, so that newcomers find room.
const HALF: usize = CAPACITY / 2;

/// Fewer cancelled events than this are never worth a sweep.
const SWEEP_MIN: usize = 64;

/// Names one scheduled event, to cancel it. Its owner keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct EventKey {
    time: SimTime,
    order: u64,
}

impl EventKey {
    /// Names no event.
    pub const NONE: Self = Self { time: SimTime::from_ns(i64::MIN), order: u64::MAX };

    /// Whether this is [`Self::NONE`].
    #[inline]
    pub fn is_none(self) -> bool {
        self == Self::NONE
    }

    /// When the event is due.
    #[inline]
    pub fn time(self) -> SimTime {
        self.time
    }
}

impl Default for EventKey {
    fn default() -> Self {
        Self::NONE
    }
}

/// Pending events of type `E`, first in first out among equal times and priorities.
///
/// Scheduling and popping take O(1) for any number of pending events, however their times are spread. It is serialised
/// as the sorted list of pending events with the sequence counter; a restored calendar behaves as the original.
#[derive(Clone, Debug)]
pub struct Calendar<E> {
    near: Near<E>,
    crowd: Crowd<E>,
    wheel: Wheel<E>,
    /// Orders of cancelled events that still stand in the crowd or the wheel.
    cancelled: FxHashSet<u64>,
    /// Empty between calls; kept for its allocation.
    taken: Vec<Entry<E>>,
    next_sequence: u64,
}

impl<E: Copy + Default> Default for Calendar<E> {
    fn default() -> Self {
        Self {
            near: Near::new(),
            crowd: Crowd::new(),
            wheel: Wheel::new(),
            cancelled: FxHashSet::default(),
            taken: Vec::new(),
            next_sequence: 0,
        }
    }
}

impl<E: Copy + Default> Calendar<E> {
    /// A calendar with nothing in it. Allocates nothing before more than sixteen events are pending.
    pub fn new() -> Self {
        Self::default()
    }

    /// Number of pending events.
    #[inline]
    pub fn len(&self) -> usize {
        (self.near.len() + self.crowd.len() + self.wheel.len()).saturating_sub(self.cancelled.len())
    }

    /// Whether nothing is pending.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.near.len() == 0
    }

    /// When the next event is due.
    #[inline]
    pub fn peek_time(&self) -> Option<SimTime> {
        (!self.is_empty()).then(|| self.near.first_time())
    }

    /// Adds `event`, due at `at`, behind all pending events of the same time and priority.
    ///
    /// Nothing keeps `at` from lying in the past: such an event is simply the next.
    #[inline]
    pub fn schedule(&mut self, at: SimTime, priority: Priority, event: E) -> EventKey {
        let order = order(priority, self.next_sequence);
        self.next_sequence += 1;
        self.insert(Entry { time: at, order, event });
        EventKey { time: at, order }
    }

    /// Takes out the next event if it is due at or before `until`.
    #[inline]
    pub fn pop_until(&mut self, until: SimTime) -> Option<(SimTime, E)> {
        if self.near.first_time() > until || self.is_empty() {
            return None;
        }
        let Entry { time, event, .. } = self.near.pop();
        if self.near.len() == 0 {
            self.refill();
        }
        Some((time, event))
    }

    /// Takes the event that `key` names out of the calendar, and sets `key` to [`EventKey::NONE`]. Whether there was
    /// such an event.
    ///
    /// A key whose event has fired is harmless if nothing was scheduled in the past: what is not later than the floor is
    /// looked for, and nothing later can have fired. A *copy* of a key that was cancelled must not be
    /// cancelled again ([`Self::len`] might become one short); that the key is taken by reference prevents it.
    /// O(1), except within a burst, which is searched.
    pub fn cancel(&mut self, key: &mut EventKey) -> bool {
        let EventKey { time, order } = std::mem::take(key);
        if time > self.wheel.floor() {
            return self.mark_cancelled(order);
        }
        let rank = self.near.iter().position(|e| e.order == order);
        if let Some(rank) = rank {
            self.near.remove(rank);
            if self.near.len() == 0 {
                self.refill();
            }
            return true;
        }
        self.crowd.iter().any(|e| e.order == order) && self.mark_cancelled(order)
    }

    /// The pending events in the order in which they are due: the canonical form, for hashing and saving. O(n log n).
    pub fn iter_sorted(&self) -> Vec<Entry<E>> {
        let stored = self.near.iter().chain(self.crowd.iter()).chain(self.wheel.iter());
        let mut pending: Vec<_> = stored.filter(|e| !self.cancelled.contains(&e.order)).collect();
        pending.sort_unstable_by_key(Entry::key);
        pending
    }

    #[inline]
    fn insert(&mut self, entry: Entry<E>) {
        if entry.time > self.wheel.floor() {
            self.wheel.push(entry);
        } else if self.near.len() < CAPACITY && self.crowd.is_empty() {
            self.near.insert(entry);
        } else {
            self.insert_crowded(entry.time, entry.order, entry.event);
        }
    }

    /// Inserts an event not later than the floor when `near` is full or the crowd waits.
    ///
    /// The parts of the entry come one by one to keep it in registers on the fast path: on the stack it would be written in
    /// parts and read as a whole, which stalls.
    #[cold]
    fn insert_crowded(&mut self, time: SimTime, order: u64, event: E) {
        let entry = Entry { time, order, event };
        if self.crowd.is_empty() && self.start_wheel() {
            return self.insert(entry);
        }
        if self.crowd.first_key().is_some_and(|first| first < entry.key()) {
            return self.crowd.push(entry);
        }
        let last = self.near.last().filter(|_| self.near.len() == CAPACITY);
        match last {
            Some(last) if last.key() < entry.key() => self.crowd.push(entry),
            Some(last) => {
                self.near.remove(CAPACITY - 1);
                self.crowd.push(last);
                self.near.insert(entry);
            }
            None => self.near.insert(entry),
        }
    }

    /// Takes the wheel into use if it is not: the later half of `near` goes there.
    fn start_wheel(&mut self) -> bool {
        let floor = self.near.get(HALF).time;
        if self.wheel.floor() < SimTime::NEVER || floor == SimTime::NEVER {
            return false;
        }
        self.wheel.set_floor(floor);
        while let Some(later) = self.near.pop_after(floor) {
            self.wheel.push(later);
        }
        true
    }

    /// Fills the empty `near`; puts the wheel out of use when only a few events are left.
    fn refill(&mut self) {
        self.near.reset();
        loop {
            while self.near.len() < HALF
                && let Some(entry) = self.crowd.pop()
            {
                if !self.was_cancelled(entry.order) {
                    self.near.insert(entry);
                }
            }
            let few_left = self.near.len() + self.wheel.len() <= HALF;
            if self.wheel.len() == 0 || (self.near.len() > 0 && !few_left) {
                break;
            }
            self.take_from_wheel();
        }
        if self.wheel.len() == 0 && self.crowd.is_empty() {
            self.wheel.set_floor(SimTime::NEVER);
        }
    }

    /// Takes the earliest events off the wheel; simultaneous ones beyond the room go into the crowd, to be sorted there.
    fn take_from_wheel(&mut self) {
        let mut taken = std::mem::take(&mut self.taken);
        self.wheel.take_earliest(&mut taken);
        let room = self.near.len() + taken.len() <= HALF;
        for entry in taken.drain(..) {
            if self.was_cancelled(entry.order) {
                continue;
            }
            if room {
                self.near.insert(entry);
            } else {
                self.crowd.push(entry);
            }
        }
        self.taken = taken;
    }

    /// Whether this event was cancelled; forgets it then. One predictable branch while none is.
    #[inline]
    fn was_cancelled(&mut self, order: u64) -> bool {
        !self.cancelled.is_empty() && self.cancelled.remove(&order)
    }

    fn mark_cancelled(&mut self, order: u64) -> bool {
        let marked = self.cancelled.insert(order);
        if self.cancelled.len() >= SWEEP_MIN && self.cancelled.len() > self.len() {
            let cancelled = std::mem::take(&mut self.cancelled);
            self.crowd.retain(|e| !cancelled.contains(&e.order));
            self.wheel.retain(|e| !cancelled.contains(&e.order));
        }
        marked
    }
}

/// The form of a calendar in files.
#[derive(Serialize, Deserialize)]
struct Saved<E> {
    next_sequence: u64,
    pending: Vec<Entry<E>>,
}

impl<E: Copy + Default + Serialize> Serialize for Calendar<E> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let saved = Saved { next_sequence: self.next_sequence, pending: self.iter_sorted() };
        saved.serialize(serializer)
    }
}

impl<'de, E: Copy + Default + Deserialize<'de>> Deserialize<'de> for Calendar<E> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Saved { next_sequence, pending } = Saved::deserialize(deserializer)?;
        let mut calendar = Self { next_sequence, ..Self::new() };
        for entry in pending {
            calendar.insert(entry);
        }
        Ok(calendar)
    }
}

#[cfg(test)]
mod tests;
