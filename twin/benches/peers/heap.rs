//! The two models by hand once more, the way one writes them when there is to be more than one sort of event: a list of
//! pending events in the standard library's heap, and nothing but the queueing.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use twin::random::{Sampler, Stream};
use twin::units::SimDuration;

use super::handwritten::{Machine, PLACES, STATIONS, exponential};

/// Mean wait of `customers` in M/M/1, in s.
pub(crate) fn mm1(customers: u64) -> Result<f64, String> {
    let (between, service) = (exponential(1.25)?, exponential(1.0)?);
    let mut arrivals = Stream::new(1, 0, "arrivals");
    let mut services = Stream::new(1, 0, "services");
    // (time, sequence, is it an arrival)
    let mut pending = BinaryHeap::new();
    let mut sequence = 0_u64;
    let mut waiting = VecDeque::new();
    let (mut busy, mut waited, mut started) = (false, 0_i64, 0);
    pending.push(Reverse((between.sample(&mut arrivals).ns(), sequence, true)));
    while started < customers {
        let Some(Reverse((now, _, arrives))) = pending.pop() else { break };
        if arrives {
            sequence += 1;
            pending.push(Reverse((now + between.sample(&mut arrivals).ns(), sequence, true)));
            if busy {
                waiting.push_back(now);
                continue;
            }
        } else if let Some(since) = waiting.pop_front() {
            waited += now - since;
        } else {
            busy = false;
            continue;
        }
        busy = true;
        started += 1;
        sequence += 1;
        pending.push(Reverse((now + service.sample(&mut services).ns(), sequence, false)));
    }
    Ok(waited as f64 * 1e-9 / customers as f64)
}

struct Line {
    pending: BinaryHeap<Reverse<(i64, u64, usize)>>,
    sequence: u64,
    machines: [Machine; STATIONS],
    queues: [u32; STATIONS],
    streams: Vec<Stream>,
    service: Sampler<SimDuration>,
}

impl Line {
    fn start(&mut self, station: usize, now: i64) {
        self.machines[station] = Machine::Working;
        self.sequence += 1;
        let end = now + self.service.sample(&mut self.streams[station]).ns();
        self.pending.push(Reverse((end, self.sequence, station)));
    }

    /// The part on `station` is done; whether one left the line.
    fn finish(&mut self, station: usize, now: i64) -> bool {
        let next = station + 1;
        if next < STATIONS {
            if self.machines[next] == Machine::Idle {
                self.start(next, now);
            } else if self.queues[next] < PLACES {
                self.queues[next] += 1;
            } else {
                self.machines[station] = Machine::Blocked;
                return false;
            }
        }
        self.take_next(station, now);
        next == STATIONS
    }

    fn take_next(&mut self, mut station: usize, now: i64) {
        while station > 0 {
            if self.queues[station] == 0 {
                self.machines[station] = Machine::Idle;
                return;
            }
            self.start(station, now);
            if self.machines[station - 1] != Machine::Blocked {
                self.queues[station] -= 1;
                return;
            }
            station -= 1;
        }
        self.start(0, now);
    }
}

/// Parts per s of the line of 50 stations after `warmup` parts.
pub(crate) fn tandem(warmup: u64, parts: u64) -> Result<f64, String> {
    let mut line = Line {
        pending: BinaryHeap::new(),
        sequence: 0,
        machines: [Machine::Idle; STATIONS],
        queues: [0; STATIONS],
        streams: (0..STATIONS).map(|i| Stream::new(1, 0, &format!("service {i}"))).collect(),
        service: exponential(1.0)?,
    };
    line.start(0, 0);
    let (mut done, mut since) = (0, 0);
    while let Some(Reverse((now, _, station))) = line.pending.pop() {
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
    Err("the line stands still".to_owned())
}
