//! Shifting bottlenecks, found while a run goes on.
//!
//! At every instant, of all machines that are active, the one whose uninterrupted active period is the longest (as a whole, what is
//! yet to come of it included) is the momentary bottleneck, and that period is a bottleneck period. Where bottleneck periods
//! overlap, the bottleneck shifts from one to the next; where there is only one, it is the sole bottleneck (Roser, Nakano and
//! Tanaka: Shifting bottleneck detection, Winter Simulation Conference 2002).
//!
//! Lengths are known only in the end, yet little has to be kept. A period that ends while an older one is still open lies within a
//! longer one and is never a bottleneck. The others end in the order in which they began, and each is decided on as soon as all that
//! overlap it have ended: no more of them wait at a time than there are machines. Each begin and end takes constant time.

use std::collections::VecDeque;

use crate::units::{SimDuration, SimTime};

/// Finds the bottleneck periods of machines that are active now and then. A machine may have several places, each with
/// periods of its own.
#[derive(Clone, Debug)]
pub struct Shifting {
    /// Machine of each place.
    machines: Vec<u32>,
    /// Open periods by place, in the order of their begin: a list through the table.
    open: Vec<Open>,
    oldest: u32,
    newest: u32,
    /// Places that have ceased to be active at the last instant, unless they have begun anew since.
    ceased: Vec<u32>,
    ceased_at: SimTime,
    /// Whether each place has, for the time being.
    ceasing: Vec<bool>,
    /// Periods that ended as the oldest; the first `decided` stay only to be compared with.
    ended: VecDeque<Period>,
    decided: usize,
    /// The last bottleneck period, and from when on it was the only one.
    last: Option<(Period, SimTime)>,
    spent: Vec<Spent>,
}

/// Time for which a machine was the bottleneck.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spent {
    /// Alone.
    pub sole: SimDuration,
    /// While the bottleneck shifted to it or from it.
    pub shifting: SimDuration,
}

#[derive(Clone, Copy, Debug)]
struct Open {
    start: SimTime,
    before: u32,
    after: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Period {
    machine: u32,
    start: SimTime,
    end: SimTime,
}

impl Period {
    fn length(&self) -> SimDuration {
        self.end - self.start
    }
}

const NOBODY: u32 = u32::MAX;
const CLOSED: Open = Open { start: SimTime::NEVER, before: NOBODY, after: NOBODY };

impl Shifting {
    /// Places of the machines `machines`, a number from 0 to below `n` for each place; nobody is active.
    pub fn new(machines: Vec<u32>, n: usize) -> Self {
        Self {
            open: vec![CLOSED; machines.len()],
            ceased: Vec::new(),
            ceased_at: SimTime::ZERO,
            ceasing: vec![false; machines.len()],
            machines,
            oldest: NOBODY,
            newest: NOBODY,
            ended: VecDeque::new(),
            decided: 0,
            last: None,
            spent: vec![Spent::default(); n],
        }
    }

    /// Place `place` becomes active. Time does not go back from call to call.
    pub fn begin(&mut self, place: u32, now: SimTime) {
        self.settle(now);
        if std::mem::take(&mut self.ceasing[place as usize]) {
            return;
        }
        debug_assert!(self.open[place as usize].start == SimTime::NEVER, "it is active already");
        self.open[place as usize] = Open { start: now, before: self.newest, after: NOBODY };
        match self.newest {
            NOBODY => self.oldest = place,
            newest => self.open[newest as usize].after = place,
        }
        self.newest = place;
    }

    /// Place `place` ceases to be active; not so if it begins anew in the same instant.
    pub fn end(&mut self, place: u32, now: SimTime) {
        self.settle(now);
        self.ceasing[place as usize] = true;
        self.ceased.push(place);
        self.ceased_at = now;
    }

    /// Ends what has ceased before `now`.
    fn settle(&mut self, now: SimTime) {
        if self.ceased.is_empty() || self.ceased_at == now {
            return;
        }
        let at = self.ceased_at;
        let mut ceased = std::mem::take(&mut self.ceased);
        for place in ceased.drain(..) {
            if std::mem::take(&mut self.ceasing[place as usize]) {
                self.close(place, at);
            }
        }
        // Its memory serves again.
        self.ceased = ceased;
    }

    fn close(&mut self, place: u32, now: SimTime) {
        let Open { start, before, after } =
            std::mem::replace(&mut self.open[place as usize], CLOSED);
        match after {
            NOBODY => self.newest = before,
            after => self.open[after as usize].before = before,
        }
        if before != NOBODY {
            self.open[before as usize].after = after;
            return;
        }
        self.oldest = after;
        if start < now {
            let machine = self.machines[place as usize];
            self.ended.push_back(Period { machine, start, end: now });
        }
        let bound = self.open.get(after as usize).map_or(now, |open| open.start);
        self.decide(bound);
    }

    /// Decides on all that ended by `bound`: no period that is open or yet to come began before.
    fn decide(&mut self, bound: SimTime) {
        while let Some(period) = self.ended.get(self.decided).copied()
            && period.end <= bound
        {
            if self.is_bottleneck(self.decided) {
                self.add(period);
            }
            self.decided += 1;
        }
        let first = self.ended.get(self.decided).map_or(bound, |period| period.start);
        while self.decided > 0 && self.ended[0].end <= first {
            self.ended.pop_front();
            self.decided -= 1;
        }
    }

    /// Whether there is an instant at which the `at`-th period is the longest; of equals, the older one is.
    fn is_bottleneck(&self, at: usize) -> bool {
        let Period { start, end, .. } = self.ended[at];
        let length = end - start;
        let older = self.ended.iter().take(at).filter(|other| other.length() >= length);
        let younger = self.ended.iter().skip(at + 1).take_while(|other| other.start < end);
        let from = older.map(|other| other.end).fold(start, SimTime::max);
        let mut younger = younger.filter(|other| other.length() > length);
        from < younger.next().map_or(end, |other| other.start)
    }

    /// Takes in the next bottleneck period.
    fn add(&mut self, period: Period) {
        let Some((last, alone_from)) = &mut self.last else {
            self.last = Some((period, period.start));
            return;
        };
        if last.machine == period.machine && period.start <= last.end {
            // Two places of one machine: it is one bottleneck.
            last.end = period.end;
            return;
        }
        let alone_until = last.end.min(period.start);
        let sole = (alone_until - *alone_from).max(SimDuration::ZERO);
        let spent = &mut self.spent[last.machine as usize];
        spent.sole += sole;
        spent.shifting += last.length() - sole;
        self.last = Some((period, last.end.max(period.start)));
    }

    /// Forgets what was before `now`: active periods count from there.
    pub fn restart(&mut self, now: SimTime) {
        self.settle(SimTime::NEVER);
        let open = self.open.iter_mut().filter(|open| open.start != SimTime::NEVER);
        open.for_each(|open| open.start = now);
        self.ended.clear();
        (self.decided, self.last) = (0, None);
        self.spent.fill(Spent::default());
    }

    /// Time for which each machine was the bottleneck up to `now`; periods that are open end there.
    pub fn spent(&self, now: SimTime) -> Vec<Spent> {
        let mut all = self.clone();
        all.settle(SimTime::NEVER);
        while all.oldest != NOBODY {
            all.close(all.oldest, now);
        }
        // A period of no machine closes the last one.
        all.spent.push(Spent::default());
        let machine = all.spent.len() as u32 - 1;
        all.add(Period { machine, start: SimTime::NEVER, end: SimTime::NEVER });
        all.spent.pop();
        all.spent
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn s(s: i64) -> SimTime {
        SimTime::from_ns(s * 1_000_000_000)
    }

    /// Runs through periods (machine, from, to), one place each, in the order of time.
    fn shifting(periods: &[(u32, i64, i64)], machines: usize) -> Shifting {
        let mut found = Shifting::new(periods.iter().map(|p| p.0).collect(), machines);
        let mut events: Vec<(i64, bool, u32)> = Vec::new();
        for (place, (_, from, to)) in periods.iter().enumerate() {
            events.push((*from, true, place as u32));
            events.push((*to, false, place as u32));
        }
        events.sort_unstable();
        for (at, begins, place) in events {
            if begins { found.begin(place, s(at)) } else { found.end(place, s(at)) }
        }
        found
    }

    fn seconds(spent: &[Spent]) -> Vec<(i64, i64)> {
        let whole = |time: SimDuration| time.ns() / 1_000_000_000;
        spent.iter().map(|spent| (whole(spent.sole), whole(spent.shifting))).collect()
    }

    #[test]
    fn a_chain_by_hand() {
        // 0 is alone to 5, shifts to 1 up to 10, that one alone to 12, shifts to 2 up to 18. 3 lies within 2.
        let periods = [(0, 0, 10), (1, 5, 18), (2, 12, 40), (3, 20, 30), (0, 50, 51)];
        let found = shifting(&periods, 4).spent(s(60));
        assert_eq!(seconds(&found), [(5 + 1, 5), (2, 11), (22, 6), (0, 0)]);
    }

    #[test]
    fn what_is_open_ends_with_the_run() {
        let mut found = Shifting::new(vec![0, 1], 2);
        found.begin(0, s(0));
        found.begin(1, s(4));
        assert_eq!(seconds(&found.spent(s(10))), [(10, 0), (0, 0)]);
        found.end(0, s(10));
        assert_eq!(seconds(&found.spent(s(20))), [(4, 6), (10, 6)]);
        // Nothing that takes no time interrupts a period.
        found.end(1, s(20));
        found.begin(1, s(20));
        assert_eq!(seconds(&found.spent(s(25))), [(4, 6), (15, 6)]);
        found.restart(s(20));
        assert_eq!(seconds(&found.spent(s(21))), [(0, 0), (1, 0)]);
    }

    /// Against the definition, second by second.
    #[test]
    fn random_periods_agree_with_the_definition() {
        let mut seed = 1_u64;
        let mut draw = |n: u64| {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % n
        };
        for _ in 0..300 {
            let machines = draw(5) as usize + 1;
            let mut periods: Vec<(u32, i64, i64)> = Vec::new();
            for machine in 0..machines {
                let mut at = draw(20) as i64;
                for _ in 0..draw(12) {
                    let end = at + 1 + draw(30) as i64;
                    periods.push((machine as u32, at, end));
                    at = end + 1 + draw(12) as i64;
                }
            }
            let found = shifting(&periods, machines).spent(s(2000));
            assert_eq!(seconds(&found), by_definition(&periods, machines), "{periods:?}");
        }
    }

    fn by_definition(periods: &[(u32, i64, i64)], machines: usize) -> Vec<(i64, i64)> {
        let active = |at: i64| periods.iter().filter(move |p| p.1 <= at && at < p.2);
        let longest = |at: i64| active(at).min_by_key(|p| (p.1 - p.2, p.1, p.0)).copied();
        let bottlenecks: Vec<_> = (0..2000).filter_map(longest).collect();
        let mut spent = vec![(0, 0); machines];
        for at in 0..2000 {
            let mut now: Vec<u32> =
                active(at).filter(|p| bottlenecks.contains(p)).map(|p| p.0).collect();
            now.sort_unstable();
            now.dedup();
            for machine in &now {
                let spent = &mut spent[*machine as usize];
                *(if now.len() == 1 { &mut spent.0 } else { &mut spent.1 }) += 1;
            }
        }
        spent
    }
}
