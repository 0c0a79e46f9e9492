//! What has happened of late, row by row: the past of the run, simulated once more beside it.

use std::time::{Duration, Instant};

use twin::engine::{Action, TraceRow};
use twin::units::{SimDuration, SimTime};

use super::Run;

/// Wall-clock time that looking back may take. Where more has happened it is tried with an eighth.
const BUDGET: Duration = Duration::from_millis(400);
/// How often that is done.
const TRIES: usize = 3;
/// A look that is older is made anew while the run goes on, and no more than a tenth of all time goes into looking.
const STALE: Duration = Duration::from_secs(1);
const SHARE: u32 = 10;

/// The rows of a stretch of the past.
#[derive(Clone, Debug)]
pub struct Record {
    /// From when to when.
    pub span: [SimTime; 2],
    /// Changes of activities, and what happened to parts, in the order of time.
    pub rows: Vec<TraceRow>,
    /// What was done to the run from outside.
    pub actions: Vec<(SimTime, Action)>,
    /// Whether less far back was looked than asked for.
    pub cut: bool,
    /// Why there is nothing, if so.
    pub trouble: Option<String>,
    looks: u64,
    plants: u64,
    wanted: SimDuration,
    made: Instant,
    took: Duration,
}

impl Record {
    /// Looks back from the present of `run` over `window`, or as much less as fits the budget. Cost: that of simulating it.
    pub fn of(run: &Run, window: SimDuration) -> Self {
        let until = run.state().now();
        let begin = Instant::now();
        let mut out = Self {
            span: [until, until],
            rows: Vec::new(),
            actions: Vec::new(),
            cut: false,
            trouble: None,
            looks: run.looks,
            plants: run.plants,
            wanted: window,
            made: begin,
            took: Duration::ZERO,
        };
        let mut back = window;
        for _ in 0..TRIES {
            let begin = Instant::now();
            let from = SimTime::from_ns((until - back).ns().max(0));
            let mut go_on = || begin.elapsed() < BUDGET;
            match run.session().rows(from, until, true, &mut go_on) {
                Ok(Some(log)) => {
                    (out.span, out.rows) = ([from, until], log.trace);
                    break;
                }
                Ok(None) => back = SimDuration::from_ns(back.ns() / 8),
                Err(error) => {
                    out.trouble = Some(error.to_string());
                    break;
                }
            }
            out.cut = true;
        }
        (out.made, out.took) = (Instant::now(), begin.elapsed());
        let seen = &run.session().journal().issued[..run.session().issued()];
        let actions = seen.iter().map(|issued| (issued.command.at, issued.command.action.clone()));
        out.actions = actions.filter(|(at, _)| *at >= out.span[0]).collect();
        out
    }

    /// Whether it still shows the last `window` of `run`, well enough.
    pub fn is_fresh(&self, run: &Run, window: SimDuration) -> bool {
        let old = self.made.elapsed();
        let young = old < STALE || old < self.took * SHARE;
        self.plants == run.plants && self.wanted == window && (self.looks == run.looks || young)
    }
}
