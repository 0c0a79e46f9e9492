//! A source and a server; arrivals at 0.8 /s, services of 1 s.

use std::collections::VecDeque;
use std::time::Duration;

use nexosim::model::{Context, Model, schedulable};
use nexosim::ports::{EventSinkReader, Output, SinkState, event_slot};
use nexosim::simulation::{Mailbox, SimInit, SimulationError};
use nexosim::time::MonotonicTime;
use serde::{Deserialize, Serialize};

use crate::Durations;

#[derive(Serialize, Deserialize)]
struct Source {
    customer: Output<()>,
    between: Durations,
    remaining: u64,
}

#[Model]
impl Source {
    #[nexosim(init)]
    async fn init(&mut self, cx: &Context<Self>) {
        let _ = cx.schedule_event(self.between.draw(), schedulable!(Self::arrive), ());
    }

    #[nexosim(schedulable)]
    async fn arrive(&mut self, _: (), cx: &Context<Self>) {
        self.remaining -= 1;
        if self.remaining > 0 {
            let _ = cx.schedule_event(self.between.draw(), schedulable!(Self::arrive), ());
        }
        self.customer.send(()).await;
    }
}

#[derive(Serialize, Deserialize)]
struct Server {
    mean_wait: Output<f64>,
    service: Durations,
    waiting: VecDeque<MonotonicTime>,
    busy: bool,
    waits: Vec<Duration>,
    customers: u64,
}

#[Model]
impl Server {
    async fn customer(&mut self, _: (), cx: &Context<Self>) {
        if self.busy {
            self.waiting.push_back(cx.time());
        } else {
            self.start(Duration::ZERO, cx).await;
        }
    }

    #[nexosim(schedulable)]
    async fn finish(&mut self, _: (), cx: &Context<Self>) {
        match self.waiting.pop_front() {
            Some(since) => self.start(cx.time().duration_since(since), cx).await,
            None => self.busy = false,
        }
    }
}

impl Server {
    async fn start(&mut self, wait: Duration, cx: &Context<Self>) {
        self.busy = true;
        self.waits.push(wait);
        let _ = cx.schedule_event(self.service.draw(), schedulable!(Self::finish), ());
        if self.waits.len() as u64 == self.customers {
            let total: Duration = self.waits.iter().sum();
            self.mean_wait.send(total.as_secs_f64() / self.customers as f64).await;
        }
    }
}

pub fn run(customers: u64) -> Result<f64, SimulationError> {
    let (sink, mut mean_wait) = event_slot(SinkState::Enabled);
    let mut server = Server {
        mean_wait: Output::default(),
        service: Durations::new(2, 1.0),
        waiting: VecDeque::new(),
        busy: false,
        waits: Vec::new(),
        customers,
    };
    server.mean_wait.connect_sink(sink);
    let mut source = Source {
        customer: Output::default(),
        between: Durations::new(1, 1.25),
        remaining: customers,
    };
    let (source_box, server_box) = (Mailbox::new(), Mailbox::new());
    source.customer.connect(Server::customer, &server_box);
    let mut simulation = SimInit::with_num_threads(1)
        .add_model(source, source_box, "source")
        .add_model(server, server_box, "server")
        .init(MonotonicTime::EPOCH)?;
    simulation.run()?;
    Ok(mean_wait.try_read().unwrap_or(f64::NAN))
}
