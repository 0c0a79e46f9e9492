//! What an equipment has to tell whoever reads the result, beyond its figures.

use serde::{Deserialize, Serialize};

use crate::id::EquipmentId;
use crate::units::SimTime;

/// Something that should not have happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// When.
    pub at: SimTime,
    /// Who tells it.
    pub equipment: EquipmentId,
    /// What, in a sentence for people.
    pub text: String,
}

impl Notice {
    /// Notices of a run that are kept: the first so many.
    pub const MOST: usize = 100;
}

/// The notices of a run.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Notices {
    first: Vec<Notice>,
    count: u64,
}

impl Notices {
    pub(super) fn add(&mut self, notice: Notice) {
        self.count += 1;
        if self.first.len() < Notice::MOST {
            self.first.push(notice);
        }
    }

    /// The first [`Notice::MOST`] of them, in the order in which they came.
    pub fn first(&self) -> &[Notice] {
        &self.first
    }

    /// How many there were in all.
    pub fn count(&self) -> u64 {
        self.count
    }
}
