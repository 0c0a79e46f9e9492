//! `genba run PLANT`: replications on all cores, one result.

mod alarms;
mod args;
mod climate;
mod detail;
pub(super) mod fields;
mod growth;
mod health;
mod insight;
mod plan;
mod report;
mod result;
mod tables;
mod warmup;
mod watch;

use std::cell::Cell;
use std::io;
use std::time::Instant;

use twin::engine::{Model, State};
use twin::study::{Figures, Plan, Summary, replicate};
use twin::units::SimTime;

pub(super) use args::RunArgs;
use health::Health;
use result::RunResult;
use tables::{Sheets, Tables};
use warmup::Found;
use watch::{Ended, Watch};

use super::Global;
use super::failure::{Exit, Failure};
use super::interrupt::Interrupt;
use super::{load, print};

/// What is kept of one replication.
struct Replication {
    /// Its number, from 0.
    number: u32,
    figures: Figures,
    health: Health,
    /// Its rows of the tables, until they are taken.
    sheets: Cell<Option<io::Result<Sheets>>>,
}

impl Replication {
    fn of(model: &Model, state: &State, plan: &Plan, watch: Watch) -> Self {
        let Ended { seen, watched, climate, sheets } = watch.end();
        let warm = SimTime::ZERO + plan.warmup;
        let figures = Figures { watched, climate, ..Figures::of(model, state) };
        Self {
            number: state.replication(),
            health: Health::of(model, state, warm, &seen),
            sheets: Cell::new(sheets.map(|sheets| sheets.finish(model, &figures, state.now()))),
            figures,
        }
    }
}

/// Runs the plant and reports.
pub(super) fn run(args: &RunArgs, global: &Global) -> Result<Exit, Failure> {
    let model = load::plant(&args.plant, &args.reading())?;
    let mut plan = plan::of(&model, args)?;
    plan.climates = fields::climates(&model, args, global)?;
    let fields = plan.climates.are_some();
    if args.out.is_some() {
        telling_fits(&model, &plan)?;
    }
    let mut tables = match &args.out {
        Some(out) => Some(Tables::begin(out, &model, tables::What { trace: args.trace, fields })?),
        None => None,
    };
    let interrupt = Interrupt::listen();
    let found = if plan::finds_warmup(&model, args) {
        Some(warmup::find(&model, &mut plan, &interrupt, global)?)
    } else {
        None
    };
    let started = Instant::now();
    let all = simulate(&model, &plan, args, &mut tables, global, &interrupt)?;
    let wall_s = args.timing.then(|| started.elapsed().as_secs_f64());
    if all.is_empty() {
        return Err(Failure::interrupted("interrupted before a replication was finished"));
    }
    let result = conclude(&model, plan, found, all, wall_s);
    let json = print::as_json(&result.json(&model))?;
    if let Some(tables) = tables {
        tables.finish(&json)?;
    }
    print::data(&if args.json { json } else { report::text(&result, &model, args.detail) })?;
    Ok(if result.interrupted { Exit::Interrupted } else { Exit::Fine })
}

/// Most rows of the tables `scans` and `gauges` that a run may write: some 5 GB.
const MOST_TOLD: u64 = 200_000_000;

/// Whether what lidars, cameras, encoders and scales will tell is not more than anyone wants, before the run begins.
fn telling_fits(model: &Model, plan: &Plan) -> Result<(), Failure> {
    let until_ns = plan.until.ns();
    let eyes = model.eyes.iter().filter(|eye| eye.recorded);
    let eyes = eyes.map(|eye| (&eye.name, eye.ranges_by(until_ns)));
    let gauges = model.gauges.iter().filter(|gauge| gauge.recorded);
    let gauges = gauges.map(|gauge| (&gauge.name, 1 + (until_ns / gauge.every.ns().max(1)) as u64));
    let all = || eyes.clone().chain(gauges.clone());
    let times = u64::from(plan.replications);
    let sum = all().fold(0, |sum: u64, (_, rows)| sum.saturating_add(rows.saturating_mul(times)));
    let Some((name, rows)) = all().max_by_key(|(_, rows)| *rows).filter(|_| sum > MOST_TOLD) else {
        return Ok(());
    };
    let message = format!(
        "what instruments tell would come to {:.1e} rows, {:.1e} of them from \"{name}\"; up to {:.0e} are written",
        sum as f64,
        rows.saturating_mul(times) as f64,
        MOST_TOLD as f64
    );
    Err(Failure::input(message).hint("look less often (`every`), or say `record: false`"))
}

/// All replications that were finished, in the order of their numbers.
fn simulate(
    model: &Model,
    plan: &Plan,
    args: &RunArgs,
    tables: &mut Option<Tables>,
    global: &Global,
    interrupt: &Interrupt,
) -> Result<Vec<Replication>, Failure> {
    let looks = plan::looks(plan.until, args.interval);
    let place = tables.as_ref().map(Tables::place);
    let progress =
        global.progress("replications", plan.replications, plan.until.ns() / plan.interval.ns());
    let mut failure = None;
    let all = replicate(
        model,
        plan,
        &interrupt.control,
        |number| {
            let writing = place.as_ref().map(|place| place.writing(number));
            Watch::new(plan, looks.per_row, writing, progress.clone())
        },
        |model, state, watch| Replication::of(model, state, plan, watch),
        |_, replication| {
            progress.one_done();
            let taken = tables.as_mut().map_or(Ok(()), |tables| tables.take(replication));
            if let Err(error) = taken {
                failure.get_or_insert(error);
                interrupt.control.stop();
            }
        },
    );
    progress.end();
    match failure {
        Some(failure) => Err(failure),
        None => all.map_err(|error| Failure::failed(format!("the run failed: {error}"))),
    }
}

fn conclude(
    model: &Model,
    plan: Plan,
    found: Option<Found>,
    all: Vec<Replication>,
    wall_s: Option<f64>,
) -> RunResult {
    let warnings = health::warnings(model, &all, plan.until, (plan.warmup, found.as_ref()));
    let interrupted = all.len() < plan.replications as usize;
    let state_hash = result::state_hash(&all);
    let figures: Vec<Figures> = all.into_iter().map(|replication| replication.figures).collect();
    let summary = Summary::of(model, &figures);
    RunResult { plan, summary, figures, state_hash, found, warnings, interrupted, wall_s }
}
