//! Events that ought to be among the next few but find no room: bursts.

use std::cmp::Ordering;
use std::collections::{BinaryHeap, VecDeque};

use super::entry::{Entry, Key};

/// Events waiting for room, earliest first out.
///
/// A burst mostly comes in order, such as simultaneous events by their sequence: it is appended to a run in O(1). What
/// comes out of order goes into a heap.
#[derive(Clone, Debug)]
pub(super) struct Crowd<E> {
    /// In ascending order.
    run: VecDeque<Entry<E>>,
    heap: BinaryHeap<Earliest<E>>,
}

impl<E: Copy> Crowd<E> {
    pub(super) fn new() -> Self {
        Self { run: VecDeque::new(), heap: BinaryHeap::new() }
    }

    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.run.is_empty() && self.heap.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.run.len() + self.heap.len()
    }

    pub(super) fn push(&mut self, entry: Entry<E>) {
        if self.run.back().is_none_or(|last| last.key() < entry.key()) {
            self.run.push_back(entry);
        } else {
            self.heap.push(Earliest(entry));
        }
    }

    /// Key of the earliest event.
    pub(super) fn first_key(&self) -> Option<Key> {
        let run = self.run.front().map(Entry::key);
        let heap = self.heap.peek().map(|e| e.0.key());
        run.into_iter().chain(heap).min()
    }

    pub(super) fn pop(&mut self) -> Option<Entry<E>> {
        let heap_first = match (self.run.front(), self.heap.peek()) {
            (Some(run), Some(heap)) => heap.0.key() < run.key(),
            (run, _) => run.is_none(),
        };
        if heap_first { self.heap.pop().map(|e| e.0) } else { self.run.pop_front() }
    }

    /// Keeps the events for which `keep` holds.
    pub(super) fn retain(&mut self, keep: impl Fn(&Entry<E>) -> bool) {
        self.run.retain(&keep);
        self.heap.retain(|e| keep(&e.0));
    }

    /// All events, in no order.
    pub(super) fn iter(&self) -> impl Iterator<Item = Entry<E>> {
        self.run.iter().chain(self.heap.iter().map(|e| &e.0)).copied()
    }
}

/// Orders a max-heap so that the earliest event is on top.
#[derive(Clone, Debug)]
struct Earliest<E>(Entry<E>);

impl<E> PartialEq for Earliest<E> {
    fn eq(&self, other: &Self) -> bool {
        self.0.key() == other.0.key()
    }
}

impl<E> Eq for Earliest<E> {}

impl<E> PartialOrd for Earliest<E> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<E> Ord for Earliest<E> {
    fn cmp(&self, other: &Self) -> Ordering {
        other.0.key().cmp(&self.0.key())
    }
}
