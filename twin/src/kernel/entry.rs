//! One pending event, and the total order of events.

use serde::{Deserialize, Serialize};

use crate::units::SimTime;

/// Rank among the events of one instant: the smaller number goes first.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Priority(pub u8);

/// Bits of the sequence number below the priority: enough for 7·10¹⁶ events.
const SEQUENCE_BITS: u32 = 56;

/// A pending event: when it is due, its rank at that instant, and what it is.
///
/// Takes 24 bytes with an event of 8.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Entry<E> {
    /// When the event is due.
    pub time: SimTime,
    /// Rank at `time`: the priority in the top byte, the sequence number below it.
    pub order: u64,
    /// What is to happen.
    pub event: E,
}

/// Time and order as one number: the place in the total order.
pub(super) type Key = i128;

/// The order of the `sequence`-th event ever scheduled, with `priority`.
#[inline]
pub(super) fn order(priority: Priority, sequence: u64) -> u64 {
    u64::from(priority.0) << SEQUENCE_BITS | sequence
}

#[inline]
pub(super) fn key(time: SimTime, order: u64) -> Key {
    Key::from(time.ns()) << 64 | Key::from(order)
}

impl<E> Entry<E> {
    /// Rank among the events of its instant.
    #[inline]
    pub fn priority(&self) -> Priority {
        Priority((self.order >> SEQUENCE_BITS) as u8)
    }

    #[inline]
    pub(super) fn key(&self) -> Key {
        key(self.time, self.order)
    }
}
