//! Forks: what if, from now?

use std::sync::Arc;

use super::error::SessionError;
use super::run::Setup;
use super::whole::Session;
use crate::engine::{Action, Command, Model};

impl Session {
    /// A second session from the present on, to which `change` is done at once. Both have the same past: the fork can be
    /// rewound behind its begin. Random numbers are the same in both, so that all that differs follows from the change.
    ///
    /// The memory of common keyframes is shared, but each session counts it in its budget.
    ///
    /// # Errors
    ///
    /// If the change cannot be carried out, or the state cannot be copied.
    pub fn fork(&mut self, change: &[Action]) -> Result<Self, SessionError> {
        let here = self.run.keyframe(self.issued)?;
        let mut fork = Self {
            run: self.run.another_at(&here)?,
            journal: self.journal.clone(),
            keyframes: self.keyframes.clone(),
            density: self.density.clone(),
            ..*self
        };
        fork.drop_future();
        for action in change {
            fork.command(action.clone())?;
        }
        Ok(fork)
    }

    /// A second session over another version of the plant, from the begin, under the same seed and with the same commands as
    /// far as the other plant knows their names; and the commands that it does not. To compare, advance it to the present
    /// of this one.
    ///
    /// # Errors
    ///
    /// If the fields of the hall cannot be set up.
    pub fn fork_plant(
        &self,
        model: Arc<Model>,
        climates: Option<crate::climate::Climates>,
    ) -> Result<(Self, Vec<Command>), SessionError> {
        let (journal, left) = self.journal.for_other_plant(|name| model.find(name).is_some());
        let setup = Setup {
            climates: climates.unwrap_or_else(|| self.run.climates().clone()),
            keyframe_bytes: self.keyframes.budget(),
            ..Setup::of(&model)
        };
        Ok((Self::of_journal(model, setup, journal)?, left))
    }
}
