//! Running replications, one or many.

use std::sync::atomic::{AtomicBool, Ordering};

use crossbeam::channel;

use crate::climate::{AlarmChange, Climate, ClimateFigures, Climates, Reading};
use crate::engine::{Log, Model, Monitor, RunError, State, Watched, advance};
use crate::seen::{Crossing, Echo, Measurement, Sighting, Watch};
use crate::sensor::Bank;
use crate::units::{SimDuration, SimTime};

/// What is to be run.
#[derive(Clone, Debug)]
pub struct Plan {
    /// End of each replication.
    pub until: SimTime,
    /// What is left out of the figures at the start.
    pub warmup: SimDuration,
    /// How many replications.
    pub replications: u32,
    /// Seed of all random streams; replication `r` draws from streams of its own.
    pub seed: u64,
    /// Threads; 0: one for each core.
    pub jobs: usize,
    /// Length of the intervals for which an [`Observer`] is called; zero: none.
    pub interval: SimDuration,
    /// Who makes the fields of the hall; none: the plant feels none.
    pub climates: Climates,
}

impl Plan {
    /// What the plant file says, on all cores, without intervals and without fields.
    pub fn of(model: &Model) -> Self {
        let warmup = match model.run.warmup {
            crate::engine::Warmup::After(time) => time,
            crate::engine::Warmup::Found => SimDuration::ZERO,
        };
        Self {
            until: model.run.until,
            warmup,
            replications: model.run.replications,
            seed: model.run.seed,
            jobs: 0,
            interval: SimDuration::ZERO,
            climates: Climates::default(),
        }
    }
}

/// Whether a study is to go on; may be asked and told from any thread.
#[derive(Debug, Default)]
pub struct Control(AtomicBool);

impl Control {
    /// Asks every replication to stop. Those that have not ended are left out of the results.
    pub fn stop(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether somebody has asked to stop.
    pub fn is_stopped(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Who wants to see a replication while it runs. Has no way to change it.
pub trait Observer {
    /// Whether rows about parts and rows of the trace are wanted.
    fn wants(&self) -> (bool, bool) {
        (false, false)
    }

    /// Whether a [`Monitor`] is wanted.
    fn monitors(&self) -> bool {
        false
    }

    /// The replication has ended; what its monitor has seen.
    fn watched(&mut self, _watched: Watched) {}

    /// The rows since the last call: parts, orders and trace.
    fn rows(&mut self, _model: &Model, _log: &Log) {}

    /// An interval of [`Plan::interval`] has ended.
    fn interval(&mut self, _model: &Model, _state: &State) {}

    /// It has ended in a plant with fields, too.
    fn warm(&mut self, _model: &Model, _state: &State, _climate: &Climate) {}

    /// Whether readings of instruments and changes of alarms are wanted.
    fn listens(&self) -> bool {
        false
    }

    /// The readings and changes of alarms since the last call.
    fn readings(&mut self, _bank: &Bank, _readings: &[Reading], _alarms: &[AlarmChange]) {}

    /// The edges of instruments with rays since the last call.
    fn crossings(&mut self, _model: &Model, _crossings: &[Crossing]) {}

    /// The ranges that instruments with rays have measured since the last call.
    fn echoes(&mut self, _model: &Model, _echoes: &[Echo]) {}

    /// Parts that cameras have told of since the last call.
    fn sightings(&mut self, _model: &Model, _sightings: &[Sighting]) {}

    /// What gauges have told since the last call.
    fn measurements(&mut self, _measurements: &[Measurement]) {}

    /// The replication has ended; what its fields came to.
    fn climate(&mut self, _figures: ClimateFigures) {}
}

/// Sees nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Observer for Silent {}

/// Longest stretch of simulated time between two looks at [`Control`], as a share of the run.
const SLICES: i64 = 200;
/// Rows that are gathered before they are handed on.
const ROWS: usize = 16_384;

/// Runs replication `number` of `plan` to its end.
///
/// # Errors
///
/// If the plant does not get on in time (see [`RunError`]) or `control` was told to stop (`Ok(None)`).
pub fn run_one(
    model: &Model,
    plan: &Plan,
    number: u32,
    observer: &mut impl Observer,
    control: &Control,
) -> Result<Option<State>, RunError> {
    let span = tracing::debug_span!("replication", number);
    let _guard = span.enter();
    let mut state = State::new(model, plan.seed, number);
    let mut climate = begin(model, &mut state, plan, observer.listens())?;
    let mut watch = watch(model, &state, observer.listens())?;
    let (parts, trace) = observer.wants();
    let mut log = Log::new(parts, trace);
    if observer.monitors() {
        log = log.with(Monitor::new(model, &state));
    }
    let warm = SimTime::ZERO + plan.warmup;
    let slice = SimDuration::from_ns((plan.until.ns() / SLICES).max(1));
    let mut next_interval = SimTime::ZERO + plan.interval;
    let mut warming = plan.warmup > SimDuration::ZERO;
    while state.now() < plan.until {
        if control.is_stopped() {
            return Ok(None);
        }
        let mut stop = (state.now() + slice).min(plan.until);
        if warming {
            stop = stop.min(warm);
        }
        if plan.interval > SimDuration::ZERO {
            stop = stop.min(next_interval);
        }
        match (&mut watch, &mut climate) {
            (Some(watch), climate) => {
                watch.advance(model, &mut state, climate.as_mut(), stop, &mut log)?;
                seen(model, watch, observer);
            }
            (None, Some(climate)) => climate.advance(model, &mut state, stop, &mut log)?,
            (None, None) => advance(model, &mut state, stop, &mut log)?,
        }
        if log.parts.len() + log.signals.len() + log.trace.len() >= ROWS || stop == plan.until {
            observer.rows(model, &log);
            log.clear();
        }
        if let Some(climate) = &mut climate {
            let (readings, alarms) = climate.take_record();
            if let Some((bank, _)) = climate.instruments() {
                observer.readings(bank, &readings, &alarms);
            }
        }
        if plan.interval > SimDuration::ZERO && stop == next_interval {
            observer.interval(model, &state);
            if let Some(climate) = &climate {
                observer.warm(model, &state, climate);
            }
            next_interval += plan.interval;
        }
        if warming && stop == warm {
            match &mut climate {
                Some(climate) => climate.reset_statistics(model, &mut state),
                None => state.reset_statistics(model),
            }
            if let Some(monitor) = log.monitor() {
                monitor.restart(stop);
            }
            warming = false;
        }
    }
    if let Some(monitor) = log.monitor() {
        observer.watched(monitor.watched(state.now()));
    }
    if let Some(climate) = &mut climate {
        observer.climate(climate.figures(model, &state));
    }
    tracing::debug!(simulated_s = state.now().seconds(), events = state.events(), "done");
    Ok(Some(state))
}

/// Hands on what instruments with rays and gauges have told.
fn seen(model: &Model, watch: &mut Watch, observer: &mut impl Observer) {
    observer.crossings(model, &watch.take_crossings());
    observer.echoes(model, &watch.take_echoes());
    observer.sightings(model, &watch.take_sightings());
    observer.measurements(&watch.take_measurements());
}

/// The instruments with rays and the gauges, if the plant has any and somebody listens to them.
fn watch(model: &Model, state: &State, wanted: bool) -> Result<Option<Watch>, RunError> {
    let recorded = model.eyes.iter().any(|eye| eye.recorded)
        || model.gauges.iter().any(|gauge| gauge.recorded);
    let any = wanted && recorded;
    let watch = any.then(|| Watch::new(model, state, model.eyes.clone())).transpose();
    watch.map_err(|error| RunError::Field { at: SimTime::ZERO, what: error.to_string() })
}

/// The climate of a replication at its begin, with its instruments; `None` without fields.
fn begin(
    model: &Model,
    state: &mut State,
    plan: &Plan,
    listens: bool,
) -> Result<Option<Climate>, RunError> {
    let failed = |what: String| RunError::Field { at: SimTime::ZERO, what };
    let made = plan.climates.make(model.hall.as_ref());
    let mut climate = made.map_err(|error| failed(error.to_string()))?;
    if let Some(climate) = &mut climate {
        let number = state.replication();
        let watched = climate.watch(model, state, plan.seed, number, listens);
        watched.map_err(|error| failed(error.to_string()))?;
    }
    Ok(climate)
}

/// Runs all replications of `plan`, on `plan.jobs` threads, and takes what `measure` makes of each at its end; in the order of
/// their numbers. `done` is told as each ends, in whatever order that happens. Replications that `control` stopped are
/// missing at the end.
///
/// # Errors
///
/// That of the replication with the lowest number that failed.
pub fn replicate<T: Send, O: Observer>(
    model: &Model,
    plan: &Plan,
    control: &Control,
    observer: impl Fn(u32) -> O + Sync,
    measure: impl Fn(&Model, &State, O) -> T + Sync,
    mut done: impl FnMut(u32, &T),
) -> Result<Vec<T>, RunError> {
    let cores = || std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let jobs = if plan.jobs == 0 { cores() } else { plan.jobs };
    let jobs = jobs.min(plan.replications.max(1) as usize);
    let (numbers, todo) = channel::bounded::<u32>(plan.replications as usize);
    for number in 0..plan.replications {
        // The channel holds them all.
        let _ = numbers.send(number);
    }
    drop(numbers);
    let (results, finished) = channel::bounded(jobs);
    let work = |results: channel::Sender<(u32, Result<Option<T>, RunError>)>| {
        for number in &todo {
            if control.is_stopped() {
                return;
            }
            let mut eyes = observer(number);
            let end = run_one(model, plan, number, &mut eyes, control);
            let result = end.map(|state| state.map(|state| measure(model, &state, eyes)));
            if results.send((number, result)).is_err() {
                return;
            }
        }
    };
    let mut all: Vec<(u32, Result<Option<T>, RunError>)> = Vec::new();
    std::thread::scope(|scope| {
        for _ in 0..jobs {
            let results = results.clone();
            scope.spawn(|| work(results));
        }
        drop(results);
        for (number, result) in finished {
            if let Ok(Some(value)) = &result {
                done(number, value);
            }
            all.push((number, result));
        }
    });
    all.sort_by_key(|(number, _)| *number);
    let mut values = Vec::with_capacity(all.len());
    for (_, result) in all {
        values.extend(result?);
    }
    Ok(values)
}
