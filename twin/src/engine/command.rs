//! Commands: everything that changes a run from outside. Each carries the time at which it takes effect and is kept, so
//! that a run that was steered by hand can be replayed to the same hash.

use serde::{Deserialize, Serialize};

use super::model::Model;
use super::state::{Event, State, order};
use crate::id::EquipmentId;
use crate::units::SimTime;

/// Something done to a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Command {
    /// When it takes effect: before anything else of that instant.
    pub at: SimTime,
    /// What is done.
    pub action: Action,
}

/// What a command does. Things are named by their names in the plant file, so that a log outlives an edit of the plant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Action {
    /// Switches an equipment off; work in hand stands still.
    Stop(String),
    /// Switches it on again.
    Go(String),
    /// Sets the speed of an equipment relative to its file, for work that begins from now on.
    Pace(String, f64),
    /// Tells an equipment with `heat` which temperature it has [°C].
    Temperature(String, f64),
}

/// A command that cannot be carried out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CommandError {
    /// It lies in the past of the run.
    #[error("the command is for {at}, the run is at {now} already")]
    Past {
        /// When it should have been.
        at: SimTime,
        /// The present of the run.
        now: SimTime,
    },
    /// It names an equipment that is not there.
    #[error("no equipment is named `{0}`")]
    NoEquipment(String),
    /// A speed factor that is not a positive number.
    #[error("a pace must be a positive number")]
    Pace,
    /// It gives a temperature to an equipment that feels none.
    #[error("equipment `{0}` has no heat in a hall")]
    NoHeat(String),
    /// A temperature that is no number.
    #[error("a temperature must be a number")]
    Temperature,
}

impl State {
    /// Takes a command into the run. It is checked now, takes effect at its time, and stays in
    /// [`commands`](Self::commands).
    ///
    /// # Errors
    ///
    /// If it lies in the past or names something that is not there. The run is unchanged then.
    pub fn command(&mut self, model: &Model, command: Command) -> Result<(), CommandError> {
        if command.at < self.core.now {
            return Err(CommandError::Past { at: command.at, now: self.core.now });
        }
        match &command.action {
            Action::Stop(name) | Action::Go(name) => {
                equipment(model, name)?;
            }
            Action::Pace(name, pace) => {
                equipment(model, name)?;
                if !(pace.is_finite() && *pace > 0.0) {
                    return Err(CommandError::Pace);
                }
            }
            Action::Temperature(name, celsius) => {
                if model.row(equipment(model, name)?).heated.is_none() {
                    return Err(CommandError::NoHeat(name.clone()));
                }
                if !celsius.is_finite() {
                    return Err(CommandError::Temperature);
                }
            }
        }
        let number = self.core.commands.len() as u32;
        self.core.calendar.schedule(command.at, order::COMMAND, Event::Command(number));
        self.core.commands.push(command);
        Ok(())
    }

    pub(super) fn apply(&mut self, model: &Model, number: u32) {
        let action = self.core.commands[number as usize].action.clone();
        // Names were checked when the command was taken in.
        let done = match action {
            Action::Stop(name) => {
                equipment(model, &name).map(|id| self.switch_by_command(model, id, false))
            }
            Action::Go(name) => {
                equipment(model, &name).map(|id| self.switch_by_command(model, id, true))
            }
            Action::Pace(name, pace) => {
                equipment(model, &name).map(|id| self.core.availability.set_pace(id, pace))
            }
            Action::Temperature(name, celsius) => {
                equipment(model, &name).map(|id| self.feel(model, id, celsius))
            }
        };
        debug_assert!(done.is_ok(), "a command in the log fits its model");
    }
}

fn equipment(model: &Model, name: &str) -> Result<EquipmentId, CommandError> {
    model.find(name).ok_or_else(|| CommandError::NoEquipment(name.to_owned()))
}
