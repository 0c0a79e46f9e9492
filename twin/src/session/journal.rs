//! What was done to a run, and exactly where between its events.

use serde::{Deserialize, Serialize};

use crate::engine::{Action, Command};
use crate::units::{SimDuration, SimTime};

/// A place in a run. The time alone is not enough: a run may be stopped between two events of the same instant.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Moment {
    /// Events handled by then.
    pub events: u64,
    /// The present.
    pub at: SimTime,
}

/// A command, and where in the run it was given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Issued {
    /// Where it was given.
    pub moment: Moment,
    /// What, and when it takes effect.
    pub command: Command,
}

/// All that makes a run of a plant what it is: the same journal over the same plant comes to the same state.
///
/// Commands are in the order in which they were given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Journal {
    /// Seed of all random streams.
    pub seed: u64,
    /// Number of the replication.
    pub replication: u32,
    /// Length of the warm-up, after which figures begin anew (ns); 0: none.
    pub warmup_ns: i64,
    /// What was done.
    pub issued: Vec<Issued>,
}

impl Journal {
    /// A run to which nothing has been done.
    pub fn new(seed: u64, replication: u32, warmup: SimDuration) -> Self {
        Self { seed, replication, warmup_ns: warmup.ns(), issued: Vec::new() }
    }

    /// When the warm-up ends; `None` without one.
    pub fn warm_until(&self) -> Option<SimTime> {
        (self.warmup_ns > 0).then(|| SimTime::from_ns(self.warmup_ns))
    }

    /// The same commands for another version of the plant. Its events are others, so that each command is given at the
    /// very begin, for its time. Those that name what `knows` does not know are left out and returned.
    #[must_use]
    pub fn for_other_plant(&self, knows: impl Fn(&str) -> bool) -> (Self, Vec<Command>) {
        let commands = self.issued.iter().map(|issued| issued.command.clone());
        let (fit, left) = commands.partition(|command: &Command| knows(subject(&command.action)));
        let issue = |command| Issued { moment: Moment::default(), command };
        let fit: Vec<Command> = fit;
        (Self { issued: fit.into_iter().map(issue).collect(), ..*self }, left)
    }
}

/// The equipment that an action is about.
pub(super) fn subject(action: &Action) -> &str {
    match action {
        Action::Stop(name)
        | Action::Go(name)
        | Action::Pace(name, _)
        | Action::Temperature(name, _) => name,
    }
}
