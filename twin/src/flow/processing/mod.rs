//! Where parts are worked on and looked at: stations, groups of like tools, inspections.

mod inspection;
pub mod station;
pub mod tools;

pub use inspection::{Inspection, InspectionSpec, InspectionState, ReworkSpec, Sample};

use crate::engine::Registry;

pub(super) fn register(registry: &mut Registry) {
    registry.add::<station::Station>();
    registry.add::<tools::ToolGroup>();
    registry.add::<Inspection>();
}
