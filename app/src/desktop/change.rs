//! How a run goes on in another version of its plant.
//!
//! The new version is run from its begin to the present of the old one, under the same seed and with the same commands, within the budget of
//! each frame. Until it is there, time stands still in the old version, which stays to be looked at; then the new one takes its place.

use std::sync::Arc;
use std::time::{Duration, Instant};

use twin::engine::{Command, Model};
use twin::field::Tier;
use twin::session::{Issued, Moment, Session, SessionError, Setup};

use super::Run;
use super::field::Fields;
use super::history::History;
use super::look::Standing;
use super::views::labels::short_names;

/// A version of the plant on its way to the present.
#[derive(Debug)]
pub(super) struct Coming {
    session: Session,
    tier: Option<Tier>,
    fields: Fields,
    history: History,
    left: Vec<Command>,
}

impl Run {
    /// Lets the run go on in `model`, another version of its plant, from the present on. What was done to the run is done to it too, where
    /// it names what is there; the rest waits for a version that knows it.
    ///
    /// # Errors
    ///
    /// If the fields of its hall cannot be set up; the run goes on as it was then.
    pub fn replace(&mut self, model: Arc<Model>) -> Result<(), SessionError> {
        let mut journal = self.session.journal().clone();
        let waits = self.left.iter().cloned();
        journal.issued.extend(waits.map(|command| Issued { moment: Moment::default(), command }));
        journal.issued.sort_by_key(|issued| issued.command.at);
        let (journal, left) = journal.for_other_plant(|name| model.find(name).is_some());
        // Other fields than the hall asks for were asked for by the user.
        let tier = if self.tier == own_tier(&self.model) { own_tier(&model) } else { self.tier };
        let (fields, climates) = Fields::of(&model, tier)?;
        let setup = Setup { climates, ..Setup::of(&model) };
        let session = Session::of_journal(model, setup, journal)?;
        self.coming = Some(Coming { session, tier, fields, history: History::default(), left });
        Ok(())
    }

    /// How far another version of the plant is on its way to the present, from 0 to 1; `None`: there is none.
    pub fn catching_up(&self) -> Option<f64> {
        let coming = self.coming.as_ref()?;
        let whole = self.state().now().seconds();
        Some(if whole > 0.0 { (coming.session.now().seconds() / whole).min(1.0) } else { 1.0 })
    }

    /// Waits until the run has come to the present in the newest version of the plant.
    pub fn settle(&mut self) {
        while self.coming.is_some() {
            self.catch_up(Duration::MAX);
        }
    }

    /// Goes on towards the present for as long as `budget` lasts; there, the new version takes the place of the old one.
    pub(super) fn catch_up(&mut self, budget: Duration) {
        let Some(mut coming) = self.coming.take() else { return };
        let begin = Instant::now();
        let target = self.state().now();
        let result = coming.go(target, &mut || begin.elapsed() < budget);
        if matches!(result, Ok(false)) {
            self.coming = Some(coming);
            return;
        }
        // Where it cannot go on, it is shown as far as it has come.
        self.take_over(coming);
        self.told(result.map(|_| ()));
    }

    /// Something was done to the run: what comes has to know.
    pub(super) fn tell_what_comes(&mut self) {
        if let Some(coming) = self.coming.take() {
            let result = self.replace(coming.session.model().clone());
            self.told(result);
        }
    }

    fn take_over(&mut self, coming: Coming) {
        let model = coming.session.model().clone();
        self.standing = Standing::of(&model);
        self.names = short_names(&model);
        self.model = model;
        self.session = coming.session;
        (self.tier, self.fields) = (coming.tier, coming.fields);
        // The other future was that of another plant.
        self.fork = None;
        self.history = coming.history;
        self.left = coming.left;
        self.trouble = None;
        self.plants += 1;
        self.refresh();
        // Its names are those of the plant before.
        if let Some(goal) = self.goal().cloned() {
            self.go_to(goal);
        }
    }
}

/// The tier of fields that the hall of a plant asks for.
pub(super) fn own_tier(model: &Model) -> Option<Tier> {
    model.hall.as_ref().and_then(|hall| hall.tier)
}

impl Coming {
    /// Goes on to `target`, sampling what it was like. True: it is there.
    fn go(
        &mut self,
        target: twin::units::SimTime,
        go_on: &mut dyn FnMut() -> bool,
    ) -> Result<bool, SessionError> {
        loop {
            let now = self.session.now();
            let next = (now + self.history.step()).min(target);
            let there = self.session.seek_within(next, go_on)?;
            self.history.record(self.session.model(), self.session.state());
            if there && next == target {
                return Ok(true);
            }
            if !go_on() {
                return Ok(false);
            }
        }
    }
}
