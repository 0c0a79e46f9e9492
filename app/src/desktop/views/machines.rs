//! What each machine has done with its time, and which of them holds the plant up.

use twin::engine::{Activity, Model, State};
use twin::id::EquipmentId;
use twin::study;

use super::inspector::duration;
use super::labels::short;
use crate::desktop::Run;
use crate::desktop::look::{self, word};

/// One machine and its time.
#[derive(Clone, Debug, PartialEq)]
pub struct Machine {
    /// Which.
    pub id: EquipmentId,
    /// Its name, as short as it is clear.
    pub name: String,
    /// What it is doing.
    pub activity: Activity,
    /// Shares of time by activity since the end of the warm-up, over all places; they sum to 1.
    pub shares: [f64; Activity::COUNT],
    /// Share of time in which it holds the line up: works, is set up, is repaired.
    pub active: f64,
    /// Parts that left it per hour.
    pub rate: f64,
    /// Parts in it.
    pub content: u32,
}

/// The machines, the busiest first, else in the order of the plant: equipment where parts are worked on.
pub fn machines(run: &Run) -> Vec<Machine> {
    let state = run.state();
    let own = run.standing.places.iter().filter(|place| run.model.row(place.id).processor);
    let machine = |place: &look::Place| {
        let shares = shares(&run.model, state, place.id);
        let hours = (state.now() - state.traffic(place.id).window()).seconds() / 3600.0;
        Machine {
            id: place.id,
            name: short(run, place.id),
            activity: run.activity(place.id),
            shares,
            active: active(&shares),
            rate: state.traffic(place.id).left as f64 / hours.max(1e-9),
            content: state.traffic(place.id).content,
        }
    };
    let mut out: Vec<Machine> = own.map(machine).collect();
    out.sort_by(|a, b| b.active.total_cmp(&a.active));
    out
}

/// Shares of time of the places of an equipment by activity.
pub fn shares(model: &Model, state: &State, id: EquipmentId) -> [f64; Activity::COUNT] {
    let mut out = [0.0; Activity::COUNT];
    for clock in state.clocks(model, id) {
        let spent = clock.spent_ns(state.now());
        out.iter_mut().zip(spent).for_each(|(sum, ns)| *sum += ns as f64);
    }
    let total: f64 = out.iter().sum();
    out.iter_mut().for_each(|share| *share /= total.max(1.0));
    out
}

/// Share of time in which a machine holds the line up.
pub fn active(shares: &[f64; Activity::COUNT]) -> f64 {
    let own = Activity::ALL.iter().zip(shares).filter(|(activity, _)| activity.is_active());
    own.map(|(_, share)| share).sum()
}

/// The machine that holds the plant up, and why one may say so.
#[derive(Clone, Debug, PartialEq)]
pub struct Bottleneck {
    /// Machines with the least time to spare, the first of them first: names and active shares.
    pub ranked: Vec<(EquipmentId, String, f64)>,
    /// Why, in sentences.
    pub why: Vec<String>,
    /// How long the look back is (h): since the end of the warm-up.
    pub hours: f64,
}

impl Bottleneck {
    /// The first of them, and its active share.
    pub fn worst(&self) -> Option<(EquipmentId, f64)> {
        self.ranked.first().map(|first| (first.0, first.2))
    }
}

/// Machines that are ranked.
const RANKED: usize = 5;

/// The bottleneck as reports name it, see [`twin::study::Bottleneck`], over the run so far; `None` before anything has worked.
/// `machines` are those of [`machines`].
pub fn bottleneck(run: &Run, machines: &[Machine]) -> Option<Bottleneck> {
    let (model, state) = (&run.model, run.state());
    let judged = study::Bottleneck::so_far(model, state)?;
    let first = machines.iter().find(|one| one.id == judged.by_share)?;
    let hours = (state.now() - state.plant_traffic().window()).seconds() / 3600.0;
    let mut why = vec![format!(
        "In {hours:.1} h it was active {} of the time: {}.",
        percent(first.active),
        made_of(first)
    )];
    let near = |ids: &[EquipmentId], activity: Activity| {
        let found =
            ids.iter().map(|id| (short(run, *id), shares(model, state, *id)[activity as usize]));
        let worst = found.max_by(|a, b| a.1.total_cmp(&b.1));
        worst.filter(|worst| worst.1 > 0.05)
    };
    if let Some((name, share)) = near(&before(run, first.id), Activity::Blocked) {
        why.push(format!("Before it, {name} was blocked {}.", percent(share)));
    }
    if let Some((name, share)) = near(&after(run, first.id), Activity::Starved) {
        why.push(format!("After it, {name} was starved {}.", percent(share)));
    }
    let mut order: Vec<&Machine> = machines.iter().filter(|one| one.id != first.id).collect();
    order.truncate(RANKED - 1);
    if let Some(second) = order.first() {
        why.push(format!("Next is {}, active {}.", second.name, percent(second.active)));
    }
    if judged.equipment != first.id {
        let (name, period) = (short(run, judged.equipment), duration(judged.active_period_s));
        why.push(format!("{name} is active longest at a stretch, {period} on the average."));
    }
    let rank = |one: &Machine| (one.id, one.name.clone(), one.active);
    let ranked = std::iter::once(first).chain(order).map(rank).collect();
    Some(Bottleneck { ranked, why, hours })
}

/// `working 71 %, failed 12 %`: the activities that make a machine active.
fn made_of(machine: &Machine) -> String {
    let own = Activity::ALL.iter().zip(machine.shares);
    let mut own: Vec<_> = own.filter(|(one, share)| one.is_active() && *share >= 0.005).collect();
    own.sort_by(|a, b| b.1.total_cmp(&a.1));
    let parts: Vec<String> =
        own.iter().map(|(one, share)| format!("{} {}", word(**one), percent(*share))).collect();
    parts.join(", ")
}

/// A share in whole per cent.
pub fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

/// Where its parts come from.
pub fn before(run: &Run, id: EquipmentId) -> Vec<EquipmentId> {
    run.model.links.iter().filter(|link| link.to == id).map(|link| link.from).collect()
}

/// Where its parts go.
pub fn after(run: &Run, id: EquipmentId) -> Vec<EquipmentId> {
    let links = &run.model.row(id).links;
    run.model.links[links.start as usize..links.end as usize].iter().map(|link| link.to).collect()
}
