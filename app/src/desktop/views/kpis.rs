//! The figures of the whole plant.

use super::inspector::duration;
use crate::desktop::Run;

/// One figure.
#[derive(Clone, Debug, PartialEq)]
pub struct Tile {
    /// What it is.
    pub name: &'static str,
    /// Its value.
    pub value: String,
    /// What more there is to say.
    pub note: String,
    /// Its course, for the sparkline.
    pub course: Vec<f32>,
}

/// The figures of the plant since the end of the warm-up.
pub fn kpis(run: &Run) -> Vec<Tile> {
    let state = run.state();
    let plant = state.plant_traffic();
    let now = state.now();
    let hours = ((now - plant.window()).seconds() / 3600.0).max(1e-9);
    let finished: u64 = state.tallies().iter().map(|tally| tally.finished).sum();
    let scrapped: u64 = state.tallies().iter().map(|tally| tally.scrapped).sum();
    let mut lead = twin::stats::Histogram::default();
    state.tallies().iter().for_each(|tally| lead.merge(&tally.lead_time));
    let mean = lead.mean().map_or("–".to_owned(), |ns| duration(ns * 1e-9));
    vec![
        Tile {
            name: "Throughput",
            value: format!("{:.1} /h", finished as f64 / hours),
            note: format!("{finished} finished"),
            course: run.history.rate(),
        },
        Tile {
            name: "Work in process",
            value: format!("{}", state.parts().len()),
            note: format!("mean {:.1}", plant.mean_content(now)),
            course: run.history.wip(),
        },
        Tile { name: "Lead time", value: mean, note: "mean".to_owned(), course: Vec::new() },
        Tile {
            name: "Scrap",
            value: format!("{scrapped}"),
            note: format!("{:.2} /h", scrapped as f64 / hours),
            course: Vec::new(),
        },
    ]
}
