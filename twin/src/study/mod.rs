//! Replications: the same plant many times over, on all cores, with the same result on one.
//!
//! Each replication has a [`State`](crate::engine::State) of its own over the shared [`Model`](crate::engine::Model); nothing else is shared, so neither the number of
//! threads nor their timing can be seen in any figure.

mod bottleneck;
mod climate;
mod dictionary;
mod energy;
mod figures;
mod oee;
mod replicate;
mod summary;

pub use bottleneck::Bottleneck;
pub use climate::{AlarmSummary, ClimateSummary, HeatSummary};
pub use dictionary::{FIGURES, Figure, figure};
pub use energy::MediumFigures;
pub use figures::{EquipmentFigures, Figures, IntervalRow, PoolFigures, ProductFigures};
pub use oee::Oee;
pub use replicate::{Control, Observer, Plan, Silent, replicate, run_one};
pub use summary::{
    EquipmentSummary, MediumSummary, MomentarySummary, OeeSummary, ProductSummary, Summary,
};
