//! Two futures side by side: A, the run, and B, forked from it at some moment with a change. Both run on, to the same simulated time and
//! with the same random numbers, and either can be the one that is shown.

use std::time::{Duration, Instant};

use twin::engine::Action;
use twin::session::{Session, SessionError};
use twin::study::Figures;
use twin::units::SimTime;

use super::sight::Sight;

/// Wall-clock time of a frame for the one that is not shown.
const BUDGET: Duration = Duration::from_millis(4);

/// The other future.
#[derive(Debug)]
pub struct Fork {
    /// The session that is not shown.
    pub other: Session,
    /// What was changed in B, for people.
    pub change: String,
    /// When they parted.
    pub since: SimTime,
    /// What both had come to by then.
    pub begin: Figures,
    /// Whether B is shown.
    pub shows_b: bool,
    /// The one that is not shown as it looks, while both are side by side.
    pub sight: Option<Sight>,
}

impl Fork {
    /// Forks `session` at its present with `action`, which `change` says in words.
    ///
    /// # Errors
    ///
    /// If it cannot be carried out.
    pub fn of(session: &mut Session, action: Action, change: String) -> Result<Self, SessionError> {
        let (since, begin) = (session.now(), session.figures());
        let other = session.fork(&[action])?;
        Ok(Self { other, change, since, begin, shows_b: false, sight: None })
    }

    /// Lets the one that is not shown follow to `now`, ahead or back, as far as there is time.
    ///
    /// # Errors
    ///
    /// If it cannot run on.
    pub fn follow(&mut self, now: SimTime) -> Result<(), SessionError> {
        let begin = Instant::now();
        if self.other.now() != now {
            self.other.seek_within(now, &mut || begin.elapsed() < BUDGET)?;
        }
        Ok(())
    }

    /// A and B, whichever of them is shown; `shown` is the one that is.
    pub fn pair<'a>(&'a self, shown: &'a Session) -> [&'a Session; 2] {
        if self.shows_b { [&self.other, shown] } else { [shown, &self.other] }
    }
}
