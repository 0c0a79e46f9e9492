//! 50 stations with 10 places between, services of 1 s, never starved, blocking after service.
//!
//! A station may pass a part on while it holds a credit of the next one: a place before or on that machine.

use std::time::Duration;

use nexosim::model::{Context, Model, schedulable};
use nexosim::ports::{EventSinkReader, Output, SinkState, event_slot};
use nexosim::simulation::{Mailbox, SimInit, SimulationError};
use nexosim::time::MonotonicTime;
use serde::{Deserialize, Serialize};

use crate::Durations;

const STATIONS: usize = 50;
const PLACES: u64 = 10;

#[derive(Default, Serialize, Deserialize, PartialEq)]
enum Machine {
    #[default]
    Idle,
    Working,
    Blocked,
}

#[derive(Serialize, Deserialize)]
struct Station {
    part: Output<()>,
    credit: Output<()>,
    service: Durations,
    machine: Machine,
    /// Parts before the machine.
    queue: u64,
    /// Parts that the next station has room for.
    credits: u64,
}

#[Model]
impl Station {
    #[nexosim(init)]
    async fn init(&mut self, cx: &Context<Self>) {
        self.start_next(cx);
    }

    async fn receive(&mut self, _: (), cx: &Context<Self>) {
        self.queue += 1;
        if self.machine == Machine::Idle {
            self.start_next(cx);
        }
    }

    async fn receive_credit(&mut self, _: (), cx: &Context<Self>) {
        self.credits += 1;
        if self.machine == Machine::Blocked {
            self.pass_on(cx).await;
        }
    }

    #[nexosim(schedulable)]
    async fn finish(&mut self, _: (), cx: &Context<Self>) {
        if self.credits > 0 {
            self.pass_on(cx).await;
        } else {
            self.machine = Machine::Blocked;
        }
    }
}

impl Station {
    async fn pass_on(&mut self, cx: &Context<Self>) {
        self.credits -= 1;
        self.start_next(cx);
        self.part.send(()).await;
        self.credit.send(()).await;
    }

    fn start_next(&mut self, cx: &Context<Self>) {
        if self.queue == 0 {
            self.machine = Machine::Idle;
            return;
        }
        self.queue -= 1;
        self.machine = Machine::Working;
        let _ = cx.schedule_event(self.service.draw(), schedulable!(Self::finish), ());
    }
}

/// Counts what leaves the line.
#[derive(Serialize, Deserialize)]
struct Exit {
    rate: Output<f64>,
    credit: Output<()>,
    warmup: u64,
    parts: u64,
    done: u64,
    since: MonotonicTime,
}

#[Model]
impl Exit {
    async fn receive(&mut self, _: (), cx: &Context<Self>) {
        self.done += 1;
        if self.done == self.warmup {
            self.since = cx.time();
        }
        if self.done == self.warmup + self.parts {
            let time = cx.time().duration_since(self.since).as_secs_f64();
            self.rate.send(self.parts as f64 / time).await;
        }
        self.credit.send(()).await;
    }
}

pub fn run(warmup: u64, parts: u64) -> Result<f64, SimulationError> {
    let (sink, mut rate) = event_slot(SinkState::Enabled);
    let mut exit = Exit {
        rate: Output::default(),
        credit: Output::default(),
        warmup,
        parts,
        done: 0,
        since: MonotonicTime::EPOCH,
    };
    exit.rate.connect_sink(sink);
    let mut stations: Vec<_> = (0..STATIONS).map(station).collect();
    let boxes: Vec<Mailbox<Station>> = stations.iter().map(|_| Mailbox::new()).collect();
    let exit_box = Mailbox::new();
    for i in 1..STATIONS {
        stations[i - 1].part.connect(Station::receive, &boxes[i]);
        stations[i].credit.connect(Station::receive_credit, &boxes[i - 1]);
    }
    stations[STATIONS - 1].part.connect(Exit::receive, &exit_box);
    exit.credit.connect(Station::receive_credit, &boxes[STATIONS - 1]);

    let mut bench = SimInit::with_num_threads(1).add_model(exit, exit_box, "exit");
    for (i, (station, mailbox)) in stations.into_iter().zip(boxes).enumerate() {
        bench = bench.add_model(station, mailbox, &format!("station {i}"));
    }
    let mut simulation = bench.init(MonotonicTime::EPOCH)?;
    loop {
        simulation.step_until(Duration::from_secs(100))?;
        if let Some(rate) = rate.try_read() {
            return Ok(rate);
        }
    }
}

/// The first station has parts without end before it; each other holds one on the machine and [`PLACES`] before.
fn station(number: usize) -> Station {
    Station {
        part: Output::default(),
        credit: Output::default(),
        service: Durations::new(number as u64, 1.0),
        machine: Machine::Idle,
        queue: if number == 0 { u64::MAX } else { 0 },
        credits: PLACES + 1,
    }
}
