//! The figures of the whole plant.

use twin::engine::Target;

use super::inspector::duration;
use crate::desktop::Run;
use crate::desktop::trace::Trace;

/// One figure.
#[derive(Clone, Debug, PartialEq)]
pub struct Tile {
    /// What it is.
    pub name: &'static str,
    /// Its value.
    pub value: String,
    /// What more there is to say.
    pub note: String,
    /// What it shall be, and whether it is.
    pub target: Option<(String, bool)>,
    /// Its course, for the sparkline.
    pub course: Vec<f32>,
    /// How it is followed over time, if it can be.
    pub trace: Option<Trace>,
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
    let lead_s = lead.mean().map(|ns| ns * 1e-9);
    let (rate, wip) = (finished as f64 / hours, plant.mean_content(now));
    let gone = finished + scrapped;
    let lost = (gone > 0).then(|| scrapped as f64 / gone as f64);
    let targets = &run.model.targets;
    vec![
        Tile {
            name: "Throughput",
            value: format!("{rate:.1} /h"),
            note: format!("{finished} finished"),
            target: aimed(targets.throughput(), Some(rate), |bound| format!("{bound:.1} /h")),
            course: run.history.rate(),
            trace: Some(Trace::Throughput),
        },
        Tile {
            name: "Work in process",
            value: format!("{}", state.parts().len()),
            note: format!("mean {wip:.1}"),
            target: aimed(targets.wip(), Some(wip), |bound| format!("{bound:.0}")),
            course: run.history.wip(),
            trace: Some(Trace::WorkInProcess),
        },
        Tile {
            name: "Lead time",
            value: lead_s.map_or("–".to_owned(), duration),
            note: "mean".to_owned(),
            target: aimed(targets.lead_time(), lead_s, duration),
            course: Vec::new(),
            trace: None,
        },
        Tile {
            name: "Scrap",
            value: format!("{scrapped}"),
            note: format!("{:.2} /h", scrapped as f64 / hours),
            target: aimed(targets.scrap(), lost, |bound| format!("{:.1} %", bound * 100.0)),
            course: Vec::new(),
            trace: None,
        },
    ]
}

/// `✔ at least 60 /h`: a target, and whether it is met by `value`; what there is not yet misses nothing.
fn aimed(
    target: Option<Target>,
    value: Option<f64>,
    told: impl Fn(f64) -> String,
) -> Option<(String, bool)> {
    let target = target?;
    let met = value.is_none_or(|value| target.is_met(value));
    let sign = if met { '✔' } else { '✖' };
    Some((format!("{sign} {}", target.told(&told(target.bound()))), met))
}
