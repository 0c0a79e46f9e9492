//! `--warmup auto`: how long the start-up transient lasts.
//!
//! A pilot of the very same replications (same seed, so the same events) records the mean work in process over a thousand
//! intervals; MSER-5 on the average over the replications says where the transient ends. The run is then made with that
//! warm-up. It takes the time of the run once more.
//!
//! Where none is found within the first half, half of the run is left out and a warning stands in the result: the figures
//! may still depend on the empty start.

use twin::engine::{Model, State};
use twin::stats::{average_over_replications, mser5};
use twin::study::{Observer, Plan, replicate};
use twin::units::{SimDuration, SimTime};

use super::super::Global;
use super::super::failure::Failure;
use super::super::interrupt::Interrupt;
use super::super::progress::Progress;

/// Intervals in which the pilot records.
const INTERVALS: i64 = 1000;

/// How the warm-up was settled.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Found {
    /// MSER-5 found where the transient ends.
    End,
    /// It found none; why.
    Nothing(String),
}

/// Sets the warm-up of `plan` to what the pilot shows.
pub(super) fn find(
    model: &Model,
    plan: &mut Plan,
    interrupt: &Interrupt,
    global: &Global,
) -> Result<Found, Failure> {
    let pilot = Plan {
        warmup: SimDuration::ZERO,
        interval: SimDuration::from_ns((plan.until.ns() / INTERVALS).max(1)),
        ..plan.clone()
    };
    let progress = global.progress("warm-up", pilot.replications, INTERVALS);
    let series = replicate(
        model,
        &pilot,
        &interrupt.control,
        |_| Content::new(progress.clone()),
        |_, _, content| content.mean,
        |_, _| progress.one_done(),
    );
    progress.end();
    let series = series.map_err(|error| Failure::failed(format!("the run failed: {error}")))?;
    if interrupt.is_pressed() {
        return Err(Failure::interrupted("interrupted before a replication was finished"));
    }
    let (found, truncated) = match mser5(&average_over_replications(&series)) {
        Ok(truncated) => (Found::End, truncated as i64),
        Err(why) => (Found::Nothing(why.to_string()), INTERVALS / 2),
    };
    plan.warmup = SimDuration::from_ns(pilot.interval.ns() * truncated);
    Ok(found)
}

/// Records the mean number of parts in the plant, interval by interval.
#[derive(Debug)]
struct Content {
    progress: Progress,
    mean: Vec<f64>,
    area: i128,
    last: SimTime,
}

impl Content {
    fn new(progress: Progress) -> Self {
        Self { progress, mean: Vec::new(), area: 0, last: SimTime::ZERO }
    }
}

impl Observer for Content {
    fn interval(&mut self, _model: &Model, state: &State) {
        self.progress.step();
        let now = state.now();
        let area = state.plant_traffic().area_ns(now);
        self.mean.push((area - self.area) as f64 / (now - self.last).ns() as f64);
        (self.area, self.last) = (area, now);
    }
}
