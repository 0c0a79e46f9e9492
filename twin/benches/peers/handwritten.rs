//! The two models by hand: nothing but the queueing, in the best practical data structures. The floor.

use std::collections::VecDeque;

use twin::random::{Distribution, Sampler, Stream};
use twin::units::SimDuration;

pub(super) fn exponential(mean_s: f64) -> Result<Sampler<SimDuration>, String> {
    Distribution::Exponential(SimDuration::from_seconds(mean_s)).sampler()
}

/// M/M/1 with arrivals at 0.8 /s and services of 1 s: mean wait in the queue of `customers`, in s.
pub(crate) fn mm1(customers: u64) -> Result<f64, String> {
    let (between, service) = (exponential(1.25)?, exponential(1.0)?);
    let mut arrivals = Stream::new(1, 0, "arrivals");
    let mut services = Stream::new(1, 0, "services");
    let mut arrival = between.sample(&mut arrivals).ns();
    let mut departure = i64::MAX;
    let mut waiting = VecDeque::new();
    let (mut waited, mut started) = (0_i64, 0);
    while started < customers {
        if arrival < departure {
            if departure == i64::MAX {
                departure = arrival + service.sample(&mut services).ns();
                started += 1;
            } else {
                waiting.push_back(arrival);
            }
            arrival += between.sample(&mut arrivals).ns();
        } else if let Some(since) = waiting.pop_front() {
            waited += departure - since;
            departure += service.sample(&mut services).ns();
            started += 1;
        } else {
            departure = i64::MAX;
        }
    }
    Ok(waited as f64 * 1e-9 / customers as f64)
}

pub(super) const STATIONS: usize = 50;
pub(super) const PLACES: u32 = 10;
/// Stations, rounded up to a power of two.
const LEAVES: usize = 64;

/// Completion times in a winner tree: at most one event is pending for each station.
struct Completions {
    /// Time in ns shifted left by 6, with the station below; node `i` is the lesser of 2`i` and 2`i` + 1.
    least: [u64; 2 * LEAVES],
}

impl Completions {
    const NEVER: u64 = u64::MAX / LEAVES as u64;

    #[inline]
    fn set(&mut self, station: usize, time: u64) {
        let mut node = LEAVES + station;
        self.least[node] = time * LEAVES as u64 + station as u64;
        while node > 1 {
            self.least[node / 2] = self.least[node].min(self.least[node ^ 1]);
            node /= 2;
        }
    }

    #[inline]
    fn next(&self) -> (u64, usize) {
        (self.least[1] / LEAVES as u64, self.least[1] as usize % LEAVES)
    }
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Machine {
    Idle,
    Working,
    Blocked,
}

struct Line {
    completions: Completions,
    machines: [Machine; STATIONS],
    /// Parts before each machine.
    queues: [u32; STATIONS],
    streams: Vec<Stream>,
    service: Sampler<SimDuration>,
}

impl Line {
    #[inline]
    fn start(&mut self, station: usize, now: u64) {
        self.machines[station] = Machine::Working;
        let service = self.service.sample(&mut self.streams[station]).ns() as u64;
        self.completions.set(station, now + service);
    }

    /// The part on `station` is done; whether one left the line.
    #[inline]
    fn finish(&mut self, station: usize, now: u64) -> bool {
        let next = station + 1;
        if next == STATIONS {
            self.take_next(station, now);
            return true;
        }
        if self.machines[next] == Machine::Idle {
            self.start(next, now);
        } else if self.queues[next] < PLACES {
            self.queues[next] += 1;
        } else {
            self.machines[station] = Machine::Blocked;
            self.completions.set(station, Completions::NEVER);
            return false;
        }
        self.take_next(station, now);
        false
    }

    /// A free machine takes its next part, which may free the one before, and so on up the line.
    fn take_next(&mut self, mut station: usize, now: u64) {
        loop {
            if station == 0 {
                return self.start(0, now);
            }
            if self.queues[station] == 0 {
                self.machines[station] = Machine::Idle;
                return self.completions.set(station, Completions::NEVER);
            }
            self.start(station, now);
            if self.machines[station - 1] != Machine::Blocked {
                self.queues[station] -= 1;
                return;
            }
            station -= 1;
        }
    }
}

/// 50 stations with 10 places between, services of 1 s, never starved, blocking after service: parts per s after
/// `warmup` parts.
pub(crate) fn tandem(warmup: u64, parts: u64) -> Result<f64, String> {
    let mut line = Line {
        completions: Completions { least: [u64::MAX; 2 * LEAVES] },
        machines: [Machine::Idle; STATIONS],
        queues: [0; STATIONS],
        streams: (0..STATIONS).map(|i| Stream::new(1, 0, &format!("service {i}"))).collect(),
        service: exponential(1.0)?,
    };
    line.start(0, 0);
    let (mut done, mut since) = (0, 0);
    loop {
        let (now, station) = line.completions.next();
        if line.finish(station, now) {
            done += 1;
            if done == warmup {
                since = now;
            }
            if done == warmup + parts {
                return Ok(parts as f64 / ((now - since) as f64 * 1e-9));
            }
        }
    }
}
