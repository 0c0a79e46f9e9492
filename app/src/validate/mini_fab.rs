//! The Mini-Fab: what can be known of it beforehand, and whether the plant that comes with Genba lives up to it.

use twin::engine::{Activity, Model};

use super::bench::{Bench, Findings, Runs, read};
use super::finding::Finding;

const PLANT: &str = include_str!("../../../assets/plants/mini-fab.ron");

const WEEK_S: f64 = 7.0 * 86_400.0;
const LOTS_PER_WEEK: f64 = 84.0;

/// Cell, its machines, its steps of the route, lots in a batch, share of time for processing alone, and with loading and
/// unloading.
type Cell = (&'static str, &'static [&'static str], [usize; 2], f64, f64, f64);

const CELLS: [Cell; 3] = [
    ("diffusion", &["Ma", "Mb"], [0, 4], 3.0, 0.666_667, 0.833_333),
    ("implant", &["Mc", "Md"], [1, 3], 1.0, 0.333_333, 0.583_333),
    ("litho", &["Me"], [2, 5], 1.0, 0.541_667, 0.875),
];

/// V25: static loads at 84 lots a week from the times in the file; then, without spoilt lots, what the machines of the
/// running plant come to (as many lots leave as come in, so each machine's work is that of the static loads, in proportion
/// to the lots that the plant gets through: about 82 a week of the 84, with 26 in it at most); then the plant as it is, which loses about 4 lots a week to breakdowns of the implanters.
pub(super) fn loads(bench: &Bench) -> Findings {
    let model = bench.load(PLANT)?;
    let mut found = vec![Finding::nanosecond("raw process time, s", 625.0 * 60.0, raw_s(&model))];
    for (cell, machines, steps, batch, share, _) in CELLS {
        let work_s: f64 = steps.iter().map(|step| step_s(&model, *step)).sum();
        let load = work_s / batch * LOTS_PER_WEEK / WEEK_S / machines.len() as f64;
        let what = format!("{cell}: share of time for processing, from the file");
        found.push(Finding::within(what, share, load, 1e-6, "6 digits"));
    }
    let day_s = 86_400.0;
    let runs = Runs { replications: 8, warmup_s: 100.0 * day_s, window_s: 1000.0 * day_s };
    let whole = PLANT.replace("at_work: Scrap, ", "");
    let rows = bench.measure(&whole, runs, |model, state| {
        let cells = CELLS.map(|(_, machines, ..)| {
            let share = |name: &&str| read::share(model, state, name, Activity::Working);
            machines.iter().map(share).sum::<f64>() / machines.len() as f64
        });
        (read::throughput(state) * WEEK_S, cells)
    })?;
    for (at, (cell, .., busy)) in CELLS.into_iter().enumerate() {
        let what = format!("no lot spoilt: {cell} at work, at 84 lots a week");
        found.push(bench.mean(
            what,
            busy,
            rows.iter().map(|row| row.1[at] * LOTS_PER_WEEK / row.0),
            0.003,
        ));
    }
    let lost = bench.measure(PLANT, runs, |_, state| {
        let lots: u64 = state.tallies().iter().map(|tally| tally.scrapped).sum();
        lots as f64 / read::window_s(state) * WEEK_S
    })?;
    let mean = lost.iter().sum::<f64>() / lost.len() as f64;
    found.push(Finding::within("lots spoilt a week", 4.0, mean, 1.0, "stated as about 4"));
    Ok(found)
}

/// Sum of the times of the route of the first product, and the time of one of its steps.
fn raw_s(model: &Model) -> f64 {
    (0..6).map(|step| step_s(model, step)).sum()
}

fn step_s(model: &Model, step: usize) -> f64 {
    let first = model.products.first().map_or(0, |product| product.first_step as usize);
    model.steps.get(first + step).map_or(f64::NAN, |step| step.mean_s)
}
