//! The future that is not shown, as it looks at its present: worked out only while both are side by side.

use twin::engine::{Activity, Model, State};
use twin::session::{Moment, Session};

use super::look::{self, Moving, Standing};

/// A future as it looks at its present.
#[derive(Clone, Debug)]
pub struct Sight {
    /// Where everything that moves is.
    pub moving: Moving,
    /// What each equipment is doing, by number.
    pub doing: Vec<Activity>,
    /// Counts looks.
    pub looks: u64,
    at: Moment,
}

impl Sight {
    /// The present of `session`, unless `before` is that.
    pub(super) fn of(session: &Session, standing: &Standing, before: Option<Self>) -> Self {
        let at = session.moment();
        let looks = before.as_ref().map_or(1, |before| before.looks + 1);
        match before {
            Some(before) if before.at == at => before,
            _ => Self::at(session.model(), session.state(), standing, looks, at),
        }
    }

    fn at(model: &Model, state: &State, standing: &Standing, looks: u64, at: Moment) -> Self {
        let moving = Moving::of(model, state, standing);
        Self { moving, doing: look::activities(model, state), looks, at }
    }
}
