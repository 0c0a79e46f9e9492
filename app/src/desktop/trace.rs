//! Values that can be followed over time, and put into one plot.

use twin::engine::Model;

use super::Run;

/// A value over time. Equipment is named by its name, so that it outlives an edit of the plant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trace {
    /// Parts in the plant.
    WorkInProcess,
    /// Parts that are finished per hour.
    Throughput,
    /// Parts in an equipment.
    Content(String),
    /// Parts that leave it per hour.
    Rate(String),
    /// Share of time in which it is active (%).
    Active(String),
}

impl Trace {
    /// All that can be followed of an equipment.
    pub fn of(name: &str) -> [Self; 3] {
        [Self::Content, Self::Rate, Self::Active].map(|trace| trace(name.to_owned()))
    }

    /// What it is, with its unit.
    pub fn name(&self) -> String {
        match self {
            Self::WorkInProcess => "work in process (parts)".to_owned(),
            Self::Throughput => "throughput (parts per hour)".to_owned(),
            Self::Content(name) => format!("{name}: parts in it"),
            Self::Rate(name) => format!("{name}: parts per hour"),
            Self::Active(name) => format!("{name}: active (%)"),
        }
    }

    /// The same without whose it is.
    pub const fn short(&self) -> &'static str {
        match self {
            Self::WorkInProcess | Self::Content(_) => "parts",
            Self::Throughput | Self::Rate(_) => "per hour",
            Self::Active(_) => "active",
        }
    }

    /// Hours of simulated time and values, as far as they were kept; nothing of what is not there any more.
    pub fn points(&self, run: &Run) -> Vec<[f64; 2]> {
        let (model, history): (&Model, _) = (&run.model, &run.history);
        let find = |name: &String| model.find(name);
        match self {
            Self::WorkInProcess => history.wip_over_time(),
            Self::Throughput => history.throughput_over_time(),
            Self::Content(name) => {
                find(name).map(|id| history.content_over_time(id)).unwrap_or_default()
            }
            Self::Rate(name) => find(name).map(|id| history.rate_over_time(id)).unwrap_or_default(),
            Self::Active(name) => {
                find(name).map(|id| history.active_over_time(id)).unwrap_or_default()
            }
        }
    }
}
