//! Conditions to run to, and breakpoints: plain questions about a state.

use serde::{Deserialize, Serialize};

use super::error::SessionError;
use super::reason::words;
use crate::engine::{Activity, Clock, Model, State};
use crate::id::EquipmentId;

/// A question about a state. Equipment is named by its name, so that it outlives an edit of the plant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Condition {
    /// So many parts have left the plant finished, since the end of the warm-up.
    Finished(u64),
    /// So many parts or more are in the plant.
    PartsInPlant(u32),
    /// So many parts or more are in an equipment.
    PartsIn(String, u32),
    /// A place of an equipment does this.
    Does(String, Activity),
    /// A place of any equipment does this.
    AnyDoes(Activity),
}

/// A [`Condition`] over one model: its names are resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Watching(Question);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Question {
    Finished(u64),
    PartsInPlant(u32),
    PartsIn(EquipmentId, u32),
    Does(EquipmentId, Activity),
    AnyDoes(Activity),
}

impl Condition {
    /// What is waited for, for people: `mill failed`.
    pub fn name(&self) -> String {
        match self {
            Self::Finished(parts) => format!("{parts} parts finished"),
            Self::PartsInPlant(parts) => format!("{parts} parts or more in the plant"),
            Self::PartsIn(name, parts) => format!("{parts} parts or more in {name}"),
            Self::Does(name, activity) => format!("{name} {}", words(*activity)),
            Self::AnyDoes(activity) => format!("anything {}", words(*activity)),
        }
    }

    /// Resolves the names.
    ///
    /// # Errors
    ///
    /// If an equipment is not there.
    pub fn watch(&self, model: &Model) -> Result<Watching, SessionError> {
        let find =
            |name: &String| model.find(name).ok_or_else(|| SessionError::NoSuchName(name.clone()));
        Ok(Watching(match self {
            Self::Finished(parts) => Question::Finished(*parts),
            Self::PartsInPlant(parts) => Question::PartsInPlant(*parts),
            Self::PartsIn(name, parts) => Question::PartsIn(find(name)?, *parts),
            Self::Does(name, activity) => Question::Does(find(name)?, *activity),
            Self::AnyDoes(activity) => Question::AnyDoes(*activity),
        }))
    }
}

impl Watching {
    /// Whether it holds. Cost: a few nanoseconds; for [`Condition::AnyDoes`] linear in the plant.
    pub fn holds(&self, model: &Model, state: &State) -> bool {
        let any = |equipment, activity| does(state.clocks(model, equipment), activity);
        match self.0 {
            Question::Finished(parts) => {
                state.tallies().iter().map(|tally| tally.finished).sum::<u64>() >= parts
            }
            Question::PartsInPlant(parts) => state.plant_traffic().content >= parts,
            Question::PartsIn(equipment, parts) => state.traffic(equipment).content >= parts,
            Question::Does(equipment, activity) => any(equipment, activity),
            Question::AnyDoes(activity) => {
                (0..model.equipment.len()).any(|n| any(EquipmentId::from_index(n), activity))
            }
        }
    }
}

fn does(clocks: &[Clock], activity: Activity) -> bool {
    clocks.iter().any(|clock| clock.activity() == activity)
}
