//! From the plant file and the flags to the plan of the run.

use twin::engine::{Model, Warmup};
use twin::study::Plan;
use twin::units::{SimDuration, SimTime};

use super::super::failure::Failure;
use super::super::values;
use super::args::RunArgs;

/// How often a replication is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Looks {
    /// Time between two looks.
    pub(super) every: SimDuration,
    /// Looks for each row of the table of intervals.
    pub(super) per_row: u32,
}

/// Into how many even parts the time between two rows may be cut.
const PARTS: [i64; 11] = [1, 2, 4, 5, 10, 20, 40, 50, 100, 200, 500];

/// Looks in a run, at least: enough to tell growth from noise.
const LOOKS: i64 = 100;

/// The plan of the run. Without a warm-up where it is still to be found.
///
/// # Errors
///
/// If the warm-up leaves nothing of the run.
pub(super) fn of(model: &Model, args: &RunArgs) -> Result<Plan, Failure> {
    let mut plan = Plan::of(model);
    if let Some(until) = args.until {
        plan.until = SimTime::ZERO + until;
    }
    match args.warmup {
        Some(values::Warmup::After(warmup)) => plan.warmup = warmup,
        Some(values::Warmup::Auto) => plan.warmup = SimDuration::ZERO,
        None => {}
    }
    plan.replications = args.reps.unwrap_or(plan.replications);
    plan.seed = args.seed.unwrap_or(plan.seed);
    plan.jobs = args.jobs.unwrap_or(0) as usize;
    if SimTime::ZERO + plan.warmup >= plan.until {
        let (warmup, until) = (plan.warmup, plan.until - SimTime::ZERO);
        let problem = format!("the warm-up of {warmup} leaves nothing of a run of {until}");
        return Err(Failure::usage(problem).hint("give a longer --until or a shorter --warmup"));
    }
    plan.interval = looks(plan.until, args.interval).every;
    Ok(plan)
}

/// Whether the warm-up is to be found.
pub(super) fn finds_warmup(model: &Model, args: &RunArgs) -> bool {
    match args.warmup {
        Some(asked) => asked == values::Warmup::Auto,
        None => model.run.warmup == Warmup::Found,
    }
}

/// How often to look: for each row of the table of intervals, or an even number of times in between where rows are rare.
pub(super) fn looks(until: SimTime, row: Option<SimDuration>) -> Looks {
    let until = until.ns();
    let Some(row) = row.map(SimDuration::ns) else {
        return Looks { every: SimDuration::from_ns((until / LOOKS).max(1)), per_row: 1 };
    };
    let enough = |parts: &&i64| row % **parts == 0 && until / (row / **parts) >= LOOKS;
    let parts = PARTS.iter().find(enough).copied().unwrap_or(1);
    Looks { every: SimDuration::from_ns(row / parts), per_row: parts as u32 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_are_rare_are_looked_at_in_between() {
        let h = |h: i64| SimDuration::from_s(h * 3600);
        let until = SimTime::ZERO + h(8);
        for (row, every, per_row) in [
            (None, SimDuration::from_s(288), 1),
            (Some(h(1)), SimDuration::from_s(180), 20),
            (Some(SimDuration::from_s(1)), SimDuration::from_s(1), 1),
            (
                Some(SimDuration::from_ns(7_000_000_000_001)),
                SimDuration::from_ns(7_000_000_000_001),
                1,
            ),
        ] {
            assert_eq!(looks(until, row), Looks { every, per_row }, "{row:?}");
        }
    }
}
