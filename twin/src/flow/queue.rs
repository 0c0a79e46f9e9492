//! Waiting lines and dispatch rules.
//!
//! A rule turns a part into a key; the part with the lowest key goes first. Ties go to the part that has waited longest
//! here, then to the one that entered the plant first. Most keys never change while a part waits (the slack of all waiting
//! parts shrinks at the same rate, so their order by due date less remaining work stands); the few that do are worked out
//! anew each time.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use serde::{Deserialize, Serialize};

use crate::engine::{Core, Model, Part};
use crate::id::PartId;
use crate::units::{SimDuration, SimTime};

/// Which of the waiting parts goes first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Rule {
    /// First in, first out.
    #[default]
    Fifo,
    /// Last in, first out.
    Lifo,
    /// Shortest processing time: the time drawn for the part at a station, the mean of its step at a buffer.
    Spt,
    /// Longest processing time.
    Lpt,
    /// Shortest remaining processing time: differs from `Spt` where work is interrupted.
    Srpt,
    /// Earliest due date.
    Edd,
    /// Smallest critical ratio: time to the due date over remaining work.
    CriticalRatio,
    /// Smallest slack: time to the due date less remaining work.
    Slack,
    /// Lowest priority number.
    Priority,
    /// Shortest set-up from what the station made last.
    FewestSetups,
    /// Least work remaining, the present step included.
    LeastWork,
    /// Most work remaining, the present step included.
    MostWork,
    /// Most operations remaining.
    MostOperations,
    /// Smallest ratio of processing time to the total work of the job.
    SptOverWork,
    /// Smallest number of parts at the equipment of the next step.
    NextQueue,
    /// Parts under a queue-time limit first, the limit that ends first before the others.
    QueueTime,
}

impl Rule {
    /// Whether keys stand still while parts wait.
    pub const fn is_static(self) -> bool {
        !matches!(self, Self::CriticalRatio | Self::FewestSetups | Self::NextQueue)
    }

    /// Whether the processing time has to be known while the part waits.
    pub const fn needs_time(self) -> bool {
        matches!(self, Self::Spt | Self::Lpt | Self::Srpt | Self::SptOverWork)
    }

    /// The part's key. `setup_s` is only asked for by the rule that needs it.
    pub fn key(self, view: View<'_>, part: &Part, setup_s: impl Fn() -> f64) -> Key {
        let step = view.model.step(part).map(|step| &view.model.steps[step.index()]);
        let remaining_s = step.map_or(0.0, |step| step.remaining_s);
        let work_s = if part.work >= SimDuration::ZERO {
            part.work.seconds()
        } else {
            step.map_or(0.0, |step| step.mean_s)
        };
        let to_due_s = if part.due == SimTime::NEVER { f64::MAX } else { part.due.seconds() };
        let value = match self {
            Self::Fifo | Self::Lifo => 0.0,
            Self::Spt | Self::Srpt => work_s,
            Self::Lpt => -work_s,
            Self::Edd => to_due_s,
            Self::CriticalRatio => {
                (to_due_s - view.core.now().seconds()) / remaining_s.max(f64::MIN_POSITIVE)
            }
            Self::Slack => to_due_s - remaining_s,
            Self::Priority => f64::from(part.priority),
            Self::FewestSetups => setup_s(),
            Self::LeastWork => remaining_s,
            Self::MostWork => -remaining_s,
            Self::MostOperations => {
                -f64::from(view.model.products[part.product.index()].n_steps - part.step)
            }
            Self::SptOverWork => work_s / view.total_work_s(part).max(f64::MIN_POSITIVE),
            Self::NextQueue => view.next_queue(part),
            Self::QueueTime if part.limit_until == SimTime::NEVER => f64::MAX,
            Self::QueueTime => part.limit_until.seconds(),
        };
        Key(value)
    }
}

/// What rules look at.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// The plant.
    pub model: &'a Model,
    /// Its state.
    pub core: &'a Core,
}

impl View<'_> {
    fn total_work_s(self, part: &Part) -> f64 {
        let product = &self.model.products[part.product.index()];
        if product.n_steps == 0 {
            return 0.0;
        }
        self.model.steps[product.first_step as usize].remaining_s
    }

    fn next_queue(self, part: &Part) -> f64 {
        let mut after = *part;
        after.step += 1;
        let Some(step) = self.model.step(&after) else { return 0.0 };
        let at = &self.model.steps[step.index()].at;
        at.iter().map(|at| f64::from(self.core.content(*at))).sum()
    }
}

/// A rank among waiting parts: lower goes first. Never NaN.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Key(pub f64);

impl Eq for Key {}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Key {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

/// A part that waits. Ordered as it is served.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Waiting {
    /// Its rank, if the rule is static.
    pub key: Key,
    /// Since when.
    pub since: SimTime,
    /// Its running number.
    pub serial: u64,
    /// The part.
    pub part: PartId,
}

/// A waiting line.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Queue {
    /// In the order of arrival: for `Fifo`, `Lifo` and rules whose keys change.
    Line(VecDeque<Waiting>),
    /// By key.
    Heap(BinaryHeap<Reverse<Waiting>>),
}

impl Queue {
    /// An empty line for `rule`.
    pub fn new(rule: Rule) -> Self {
        if rule.is_static() && !matches!(rule, Rule::Fifo | Rule::Lifo) {
            Self::Heap(BinaryHeap::new())
        } else {
            Self::Line(VecDeque::new())
        }
    }

    /// Number of parts.
    #[inline]
    pub fn len(&self) -> usize {
        match self {
            Self::Line(line) => line.len(),
            Self::Heap(heap) => heap.len(),
        }
    }

    /// Whether nobody waits.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Puts a part into the line. Among parts that arrive at the same instant, the one that entered the plant first stands
    /// before the others. O(1), by key O(log n).
    #[inline]
    pub fn push(&mut self, waiting: Waiting) {
        match self {
            Self::Line(line) => {
                let mut at = line.len();
                while at > 0
                    && line[at - 1].since == waiting.since
                    && line[at - 1].serial > waiting.serial
                {
                    at -= 1;
                }
                if at == line.len() {
                    line.push_back(waiting);
                } else {
                    line.insert(at, waiting);
                }
            }
            Self::Heap(heap) => heap.push(Reverse(waiting)),
        }
    }

    /// Puts a part before all others.
    pub fn push_first(&mut self, waiting: Waiting) {
        match self {
            Self::Line(line) => line.push_front(waiting),
            Self::Heap(heap) => heap.push(Reverse(waiting)),
        }
    }

    /// Takes the part that goes first out of the line, under a rule without changing keys.
    #[inline]
    pub fn pop(&mut self, rule: Rule) -> Option<PartId> {
        let first = match self {
            Self::Line(line) if rule == Rule::Lifo => line.pop_back(),
            Self::Line(line) => line.pop_front(),
            Self::Heap(heap) => heap.pop().map(|Reverse(first)| first),
        };
        first.map(|waiting| waiting.part)
    }

    /// The lowest key, under a static rule.
    pub fn first_key(&self) -> Option<Key> {
        match self {
            Self::Line(line) => line.front().map(|waiting| waiting.key),
            Self::Heap(heap) => heap.peek().map(|Reverse(waiting)| waiting.key),
        }
    }

    /// Takes `part` out of the line, wherever it stands. O(n).
    pub fn remove(&mut self, part: PartId) -> bool {
        let before = self.len();
        match self {
            Self::Line(line) => line.retain(|waiting| waiting.part != part),
            Self::Heap(heap) => heap.retain(|Reverse(waiting)| waiting.part != part),
        }
        self.len() < before
    }

    /// The parts in the order in which they are served under `rule` (with changing keys: of arrival). O(n log n) by key.
    pub fn in_order(&self, rule: Rule) -> Vec<PartId> {
        match self {
            Self::Line(line) if rule == Rule::Lifo => line.iter().rev().map(|w| w.part).collect(),
            Self::Line(line) => line.iter().map(|w| w.part).collect(),
            Self::Heap(heap) => {
                let mut all: Vec<Waiting> = heap.iter().map(|Reverse(w)| *w).collect();
                all.sort_unstable();
                all.into_iter().map(|w| w.part).collect()
            }
        }
    }

    /// The waiting parts with since when they wait, in no particular order.
    pub fn iter(&self) -> Box<dyn Iterator<Item = &Waiting> + '_> {
        match self {
            Self::Line(line) => Box::new(line.iter()),
            Self::Heap(heap) => Box::new(heap.iter().map(|Reverse(w)| w)),
        }
    }
}
