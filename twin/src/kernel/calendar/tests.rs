use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

type Model = BTreeMap<(i64, u8, u64), u32>;

/// The calendar beside the plainest possible model of it.
#[derive(Clone, Default)]
struct Pair {
    calendar: Calendar<u32>,
    model: Model,
    /// Keys of everything ever scheduled, as their owners hold them: of fired events too, none of cancelled ones.
    keys: Vec<(EventKey, (i64, u8, u64))>,
    now: i64,
}

#[derive(Clone, Debug)]
enum Step {
    Schedule { ahead: i64, priority: u8 },
    Burst { ahead: i64, count: u32 },
    Pop { ahead: i64 },
    PopMany(usize),
    Cancel(prop::sample::Index),
    CancelMost,
    Clone,
    Save,
}

impl Pair {
    fn schedule(&mut self, ahead: i64, priority: u8) {
        let time = self.now.saturating_add(ahead);
        let id = self.keys.len() as u32;
        let key = self.calendar.schedule(SimTime::from_ns(time), Priority(priority), id);
        let place = (time, priority, u64::from(id));
        self.model.insert(place, id);
        self.keys.push((key, place));
    }

    fn pop(&mut self, until: i64) -> bool {
        let due =
            self.model.first_key_value().map(|(p, id)| (*p, *id)).filter(|(p, _)| p.0 <= until);
        if let Some((place, _)) = due {
            self.model.remove(&place);
            self.now = place.0;
        }
        let got = self.calendar.pop_until(SimTime::from_ns(until));
        assert_eq!(got, due.map(|(p, id)| (SimTime::from_ns(p.0), id)));
        got.is_some()
    }

    fn cancel(&mut self, which: usize) {
        let (key, place) = &mut self.keys[which];
        let pending = self.model.remove(place).is_some();
        assert_eq!(self.calendar.cancel(key), pending, "cancel of {place:?}");
        assert!(key.is_none());
    }

    fn step(&mut self, step: &Step) {
        match step {
            Step::Schedule { ahead, priority } => self.schedule(*ahead, *priority),
            Step::Burst { ahead, count } => {
                for _ in 0..*count {
                    self.schedule(*ahead, 1);
                }
            }
            Step::Pop { ahead } => {
                self.pop(self.now.saturating_add(*ahead));
            }
            Step::PopMany(count) => {
                for _ in 0..*count {
                    self.pop(i64::MAX);
                }
            }
            Step::Cancel(index) if !self.keys.is_empty() => {
                self.cancel(index.index(self.keys.len()));
            }
            Step::Cancel(_) => {}
            Step::CancelMost => {
                for i in (0..self.keys.len()).filter(|i| i % 8 != 0) {
                    if self.model.contains_key(&self.keys[i].1) {
                        self.cancel(i);
                    }
                }
            }
            Step::Clone => self.calendar = self.calendar.clone(),
            Step::Save => {
                let bytes = postcard::to_stdvec(&self.calendar).unwrap();
                self.calendar = postcard::from_bytes(&bytes).unwrap();
            }
        }
        self.compare();
    }

    fn compare(&self) {
        assert_eq!(self.calendar.len(), self.model.len());
        assert_eq!(self.calendar.is_empty(), self.model.is_empty());
        let first = self.model.first_key_value().map(|(p, _)| SimTime::from_ns(p.0));
        assert_eq!(self.calendar.peek_time(), first);
        let sorted: Vec<_> = self.calendar.iter_sorted().iter().map(|e| e.event).collect();
        assert_eq!(sorted, self.model.values().copied().collect::<Vec<_>>());
    }
}

/// Increments from none to centuries, with many equal ones.
fn ahead() -> impl Strategy<Value = i64> {
    prop_oneof![
        4 => 0..4_i64,
        4 => 0..1000_i64,
        2 => (0..20_i64).prop_map(|s| s * 1_000_000_000),
        2 => 0..10_000_000_000_i64,
        1 => 0..i64::MAX,
    ]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        12 => (ahead(), 0..3_u8).prop_map(|(ahead, priority)| Step::Schedule { ahead, priority }),
        1 => (ahead(), 1..60_u32).prop_map(|(ahead, count)| Step::Burst { ahead, count }),
        6 => ahead().prop_map(|ahead| Step::Pop { ahead }),
        2 => (1..40_usize).prop_map(Step::PopMany),
        4 => any::<prop::sample::Index>().prop_map(Step::Cancel),
        1 => Just(Step::CancelMost),
        1 => Just(Step::Clone),
        1 => Just(Step::Save),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn behaves_as_a_sorted_list(steps in prop::collection::vec(step(), 1..250)) {
        let mut pair = Pair::default();
        for step in &steps {
            pair.step(step);
        }
        while pair.pop(i64::MAX) {}
    }

    #[test]
    fn a_fork_and_a_restored_copy_go_on_alike(
        before in prop::collection::vec(step(), 1..120),
        after in prop::collection::vec(step(), 1..120),
    ) {
        let mut pair = Pair::default();
        for step in &before {
            pair.step(step);
        }
        let (mut fork, mut restored) = (pair.clone(), pair.clone());
        restored.step(&Step::Save);
        for step in &after {
            pair.step(step);
            fork.step(step);
            restored.step(step);
            prop_assert_eq!(pair.calendar.iter_sorted(), restored.calendar.iter_sorted());
        }
        prop_assert_eq!(pair.calendar.iter_sorted(), fork.calendar.iter_sorted());
    }
}

#[test]
fn equal_times_go_by_priority_then_first_in_first_out() {
    let mut calendar = Calendar::new();
    let at = SimTime::from_seconds(1.0);
    for (event, priority) in [(0, 2), (1, 1), (2, 2), (3, 0), (4, 1)] {
        calendar.schedule(at, Priority(priority), event);
    }
    let out: Vec<i32> = std::iter::from_fn(|| calendar.pop_until(at)).map(|(_, e)| e).collect();
    assert_eq!(out, [3, 1, 4, 0, 2]);
}

#[test]
fn a_key_is_harmless_after_its_event_has_fired() {
    let mut calendar = Calendar::new();
    let at = SimTime::from_seconds(1.0);
    let mut fired = calendar.schedule(at, Priority(1), 1_u8);
    calendar.schedule(at, Priority(1), 2);
    assert_eq!(calendar.pop_until(at), Some((at, 1)));
    assert!(!calendar.cancel(&mut fired));
    assert_eq!(calendar.pop_until(at), Some((at, 2)));
    assert!(!calendar.cancel(&mut EventKey::default()));
}

#[test]
fn cancelled_events_do_not_pile_up() {
    let mut calendar = Calendar::new();
    for i in 0..100_u32 {
        calendar.schedule(SimTime::from_ns(i64::from(i)), Priority(1), i);
    }
    for i in 0..100_000_u32 {
        let mut far = calendar.schedule(SimTime::from_seconds(1e6), Priority(1), i);
        assert!(calendar.cancel(&mut far));
    }
    assert_eq!(calendar.len(), 100);
    assert!(calendar.wheel.len() <= 100 + 2 * SWEEP_MIN);
}

#[test]
fn a_million_simultaneous_events_take_no_time() {
    let mut calendar = Calendar::new();
    for i in 0..100_000_u32 {
        calendar.schedule(SimTime::ZERO, Priority((i % 2) as u8), i);
    }
    for _ in 0..1_000_000 {
        let (now, event) = calendar.pop_until(SimTime::NEVER).unwrap();
        calendar.schedule(now, Priority((event % 2) as u8), event);
    }
    assert_eq!(calendar.len(), 100_000);
}

#[test]
fn an_entry_is_small() {
    assert_eq!(size_of::<Entry<u64>>(), 24);
    assert_eq!(size_of::<EventKey>(), 16);
}
