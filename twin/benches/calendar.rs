//! Event lists in the *hold* model: pop the next event, schedule another a random increment later.
//!
//! `cargo bench -p twin --no-default-features --bench calendar` prints nanoseconds per hold for the calendar and
//! its rivals, medians over interleaved rounds. Increments are drawn beforehand, so no random number is in the figures.
#![expect(clippy::print_stdout, reason = "a bench prints its table")]

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::hint::black_box;
use std::time::Instant;

use twin::kernel::{Calendar, Priority};
use twin::random::Stream;
use twin::units::{SimDuration, SimTime};

const ROUNDS: usize = 7;
/// Short pieces, so that most of them run without being interrupted even on a busy machine.
const PIECES: usize = 25;
const HOLDS: usize = 16_000;
const SIZES: [usize; 6] = [2, 10, 50, 1_000, 10_000, 100_000];

#[derive(Clone, Copy, Default)]
struct Event {
    target: u32,
    _tag: u16,
    _arg: u16,
}

trait Queue: Default {
    const NAME: &str;
    fn push(&mut self, time: i64, event: Event);
    fn pop(&mut self) -> Option<(i64, Event)>;
}

#[derive(Clone, Copy)]
struct Pending {
    time: i64,
    order: u64,
    event: Event,
}

impl Pending {
    fn key(&self) -> i128 {
        i128::from(self.time) << 64 | i128::from(self.order)
    }
}

impl PartialEq for Pending {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}
impl Eq for Pending {}
impl PartialOrd for Pending {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Pending {
    fn cmp(&self, other: &Self) -> Ordering {
        other.key().cmp(&self.key())
    }
}

impl Queue for Calendar<Event> {
    const NAME: &str = "calendar";
    #[inline]
    fn push(&mut self, time: i64, event: Event) {
        self.schedule(SimTime::from_ns(time), Priority(1), event);
    }
    #[inline]
    fn pop(&mut self) -> Option<(i64, Event)> {
        self.pop_until(SimTime::NEVER).map(|(t, e)| (t.ns(), e))
    }
}

#[derive(Default)]
struct StdHeap {
    heap: BinaryHeap<Pending>,
    next: u64,
}

impl Queue for StdHeap {
    const NAME: &str = "BinaryHeap";
    #[inline]
    fn push(&mut self, time: i64, event: Event) {
        self.next += 1;
        self.heap.push(Pending { time, order: self.next, event });
    }
    #[inline]
    fn pop(&mut self) -> Option<(i64, Event)> {
        self.heap.pop().map(|p| (p.time, p.event))
    }
}

#[derive(Default)]
struct QuadHeap {
    heap: Vec<Pending>,
    next: u64,
}

impl Queue for QuadHeap {
    const NAME: &str = "4-ary heap";
    #[inline]
    fn push(&mut self, time: i64, event: Event) {
        self.next += 1;
        let new = Pending { time, order: self.next, event };
        let mut at = self.heap.len();
        self.heap.push(new);
        while at > 0 {
            let parent = (at - 1) / 4;
            if self.heap[parent].key() <= new.key() {
                break;
            }
            self.heap[at] = self.heap[parent];
            at = parent;
        }
        self.heap[at] = new;
    }
    #[inline]
    fn pop(&mut self) -> Option<(i64, Event)> {
        let top = *self.heap.first()?;
        let moved = self.heap.pop()?;
        let (mut at, len) = (0, self.heap.len());
        if len == 0 {
            return Some((top.time, top.event));
        }
        loop {
            let first = 4 * at + 1;
            let Some(least) = (first..len.min(first + 4)).min_by_key(|&i| self.heap[i].key())
            else {
                break;
            };
            if self.heap[least].key() >= moved.key() {
                break;
            }
            self.heap[at] = self.heap[least];
            at = least;
        }
        self.heap[at] = moved;
        Some((top.time, top.event))
    }
}

#[derive(Default)]
struct SortedVec {
    list: Vec<Pending>,
    next: u64,
}

impl Queue for SortedVec {
    const NAME: &str = "sorted Vec";
    #[inline]
    fn push(&mut self, time: i64, event: Event) {
        self.next += 1;
        let new = Pending { time, order: self.next, event };
        let at = self.list.partition_point(|p| p.key() > new.key());
        self.list.insert(at, new);
    }
    #[inline]
    fn pop(&mut self) -> Option<(i64, Event)> {
        self.list.pop().map(|p| (p.time, p.event))
    }
}

/// Increments with mean 1 s for one pending event.
fn increments(kind: &str) -> Vec<i64> {
    let mut stream = Stream::new(1, 0, "increments");
    let mut draw = |_| {
        let u = stream.uniform();
        let seconds = match kind {
            "exponential" => -(1.0 - u).ln(),
            "uniform" => 2.0 * u,
            "bimodal" if stream.uniform() < 0.05 => 100.0 * u,
            "bimodal" => 0.1 * u,
            "equal" => (4.0 * u).floor() / 2.0,
            _ => 0.0,
        };
        SimDuration::from_seconds(seconds).ns()
    };
    (0..1 << 16).map(&mut draw).collect()
}

/// Nanoseconds per hold with `size` pending events.
fn hold<Q: Queue>(size: usize, increments: &[i64]) -> f64 {
    let mut queue = Q::default();
    let mask = increments.len() - 1;
    for i in 0..size {
        queue.push(increments[i & mask], Event { target: i as u32, _tag: 0, _arg: 0 });
    }
    let mut i = size;
    let mut run = |holds: usize| {
        for _ in 0..holds {
            let Some((time, event)) = queue.pop() else { return };
            queue.push(time + increments[i & mask], event);
            i += 1;
            black_box(event.target);
        }
    };
    run(4 * size + 1000);
    let piece = |_| {
        let start = Instant::now();
        run(HOLDS);
        start.elapsed().as_nanos() as f64 / HOLDS as f64
    };
    median((0..PIECES).map(piece).collect())
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

type Candidate = (&'static str, fn(usize, &[i64]) -> f64);

fn candidate<Q: Queue>() -> Candidate {
    (Q::NAME, hold::<Q>)
}

fn main() {
    let candidates = [
        candidate::<StdHeap>(),
        candidate::<QuadHeap>(),
        candidate::<SortedVec>(),
        candidate::<Calendar<Event>>(),
    ];
    print!("{:<12} {:>8}", "increments", "pending");
    for (name, _) in &candidates {
        print!(" {name:>12}");
    }
    println!(" {:>12}", "heap/calendar");
    let only = std::env::args().nth(1).filter(|a| !a.starts_with("--"));
    for kind in ["exponential", "uniform", "bimodal", "equal", "zero"]
        .into_iter()
        .filter(|k| only.as_deref().is_none_or(|o| o == *k))
    {
        let increments = increments(kind);
        for size in SIZES {
            let mut rounds = vec![Vec::new(); candidates.len()];
            for _ in 0..ROUNDS {
                for (figures, (name, hold)) in rounds.iter_mut().zip(candidates) {
                    let too_slow = name == SortedVec::NAME && size > 1000;
                    figures.push(if too_slow { f64::NAN } else { hold(size, &increments) });
                }
            }
            let medians: Vec<f64> = rounds.into_iter().map(median).collect();
            print!("{kind:<12} {size:>8}");
            for ns in &medians {
                print!(" {ns:>9.1} ns");
            }
            println!(" {:>12.2}", medians[0] / medians[3]);
        }
    }
}
