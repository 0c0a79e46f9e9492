//! Whether a result can be trusted, and what is the matter with the plant if not.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use twin::engine::{Model, Notices, State};
use twin::id::EquipmentId;
use twin::units::{SimDuration, SimTime};

use super::Replication;
use super::growth::{Line, rise};
use super::warmup::Found;

/// Something that whoever reads the result has to know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Warning {
    /// For programs: `unstable`, `standstill`, `little`, `nothing_finished`, `warmup_not_found`, `told`.
    pub(super) kind: &'static str,
    /// For people.
    pub(super) message: String,
}

/// What was seen while a replication ran.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    /// Content of the plant over the first half of the window, and over the second.
    pub(super) early: Line,
    pub(super) late: Line,
    /// The last look in the first half, and the integral of each equipment's content there.
    pub(super) half: SimTime,
    pub(super) areas_at_half: Vec<i128>,
    /// The look at which a part was last seen to have moved.
    pub(super) moved: SimTime,
}

/// What one replication shows.
#[derive(Clone, Debug)]
pub(super) struct Health {
    growth: Option<Growth>,
    standstill: Option<Standstill>,
    notices: Notices,
}

/// Work in process grew over the whole window.
#[derive(Clone, Debug)]
struct Growth {
    from: f64,
    to: f64,
    /// By how many parts the mean content of each equipment is larger in the second half than in the first.
    by_equipment: Vec<f64>,
}

/// Parts stood still up to the end.
#[derive(Clone, Debug)]
struct Standstill {
    since: SimTime,
    /// Nothing at all is left on the calendar.
    for_ever: bool,
    at: Vec<(EquipmentId, u32)>,
}

impl Health {
    /// Judges a replication at its end.
    pub(super) fn of(model: &Model, state: &State, warm: SimTime, seen: &Seen) -> Self {
        let growth = rise(seen.early, seen.late).map(|(from, to)| Growth {
            from,
            to,
            by_equipment: growth_by_equipment(model, state, warm, seen),
        });
        Self {
            growth,
            standstill: Standstill::of(model, state, warm, seen),
            notices: state.notices().clone(),
        }
    }
}

impl Standstill {
    /// Parts are in the plant, and nothing is left to happen or nothing has moved for half of the window.
    fn of(model: &Model, state: &State, warm: SimTime, seen: &Seen) -> Option<Self> {
        let now = state.now();
        let for_ever = state.pending() == 0;
        let still = (now - seen.moved).ns() > (now - warm).ns() / 2;
        if state.parts().is_empty() || !(for_ever || still) {
            return None;
        }
        let content = |id: EquipmentId| state.traffic(id).content;
        let ids = (0..model.equipment.len()).map(EquipmentId::from_index);
        let at = ids.map(|id| (id, content(id))).filter(|(_, parts)| *parts > 0).collect();
        Some(Self { since: seen.moved, for_ever, at })
    }
}

/// Integral of the content of each equipment over the window so far, part ns.
pub(super) fn areas(model: &Model, state: &State) -> Vec<i128> {
    let area = |e| state.traffic(EquipmentId::from_index(e)).area_ns(state.now());
    (0..model.equipment.len()).map(area).collect()
}

/// Parts that came into or left an equipment, in the window so far.
pub(super) fn moves(model: &Model, state: &State) -> u64 {
    let traffic = |e| state.traffic(EquipmentId::from_index(e));
    (0..model.equipment.len()).map(|e| traffic(e).entered + traffic(e).left).sum()
}

fn growth_by_equipment(model: &Model, state: &State, warm: SimTime, seen: &Seen) -> Vec<f64> {
    let ends = areas(model, state);
    let span = |from: SimTime, to: SimTime| (to - from).ns() as f64;
    let (early, late) = (span(warm, seen.half), span(seen.half, state.now()));
    let half = seen.areas_at_half.iter();
    ends.iter()
        .zip(half)
        .map(|(end, half)| (end - half) as f64 / late - *half as f64 / early)
        .collect()
}

/// All that has to be said about the replications.
pub(super) fn warnings(
    model: &Model,
    all: &[Replication],
    until: SimTime,
    warmup: (SimDuration, Option<&Found>),
) -> Vec<Warning> {
    let found = [
        little(all),
        standstill(model, all),
        nothing_finished(all, until, warmup.0),
        unstable(model, all),
        warmup_not_found(warmup),
    ];
    found.into_iter().flatten().chain(told(model, all)).collect()
}

/// What the equipment itself tells: the first few of each replication that has anything to tell, in one warning.
fn told(model: &Model, all: &[Replication]) -> Option<Warning> {
    const SHOWN: usize = 3;
    let telling: Vec<&Notices> =
        all.iter().map(|r| &r.health.notices).filter(|notices| notices.count() > 0).collect();
    let first = telling.first()?;
    let lines: Vec<String> = first
        .first()
        .iter()
        .take(SHOWN)
        .map(|notice| {
            format!("`{}` at {}: {}", model.row(notice.equipment).name, notice.at, notice.text)
        })
        .collect();
    let more = match first.count().saturating_sub(SHOWN as u64) {
        0 => String::new(),
        more => format!("; and {more} more"),
    };
    Some(Warning {
        kind: "told",
        message: format!("{}{more}{}", lines.join("; "), how_many(telling.len(), all.len())),
    })
}

fn little(all: &[Replication]) -> Option<Warning> {
    let misses: BTreeSet<&str> =
        all.iter().flat_map(|r| &r.figures.little_misses).map(String::as_str).collect();
    let places: Vec<String> = misses.iter().map(|name| format!("`{name}`")).collect();
    (!misses.is_empty()).then(|| Warning {
        kind: "little",
        message: format!(
            "Little's law does not hold at {}: the books of an equipment are wrong, do not trust these figures",
            places.join(", ")
        ),
    })
}

fn standstill(model: &Model, all: &[Replication]) -> Option<Warning> {
    let still: Vec<&Standstill> = all.iter().filter_map(|r| r.health.standstill.as_ref()).collect();
    let first = still.first()?;
    let at: Vec<(&str, f64)> =
        first.at.iter().map(|(id, n)| (model.row(*id).name.as_str(), f64::from(*n))).collect();
    let why = if first.for_ever {
        "nothing is left that could move them"
    } else {
        "they stay where they are"
    };
    Some(Warning {
        kind: "standstill",
        message: format!(
            "the plant stands still from {} on{}: parts are at {}, and {why}",
            first.since,
            how_many(still.len(), all.len()),
            list(&at),
        ),
    })
}

fn nothing_finished(all: &[Replication], until: SimTime, warmup: SimDuration) -> Option<Warning> {
    let finished: u64 = all.iter().map(|r| r.figures.finished()).sum();
    let window = until - (SimTime::ZERO + warmup);
    (finished == 0).then(|| Warning {
        kind: "nothing_finished",
        message: format!("no part was finished within the {window} that count"),
    })
}

fn unstable(model: &Model, all: &[Replication]) -> Option<Warning> {
    let grown: Vec<&Growth> = all.iter().filter_map(|r| r.health.growth.as_ref()).collect();
    if grown.len() * 2 <= all.len() {
        return None;
    }
    let mean = |f: &dyn Fn(&Growth) -> f64| {
        grown.iter().map(|growth| f(growth)).sum::<f64>() / grown.len() as f64
    };
    let mut by_name: BTreeMap<&str, f64> = BTreeMap::new();
    for (e, row) in model.equipment.iter().enumerate() {
        by_name.insert(&row.name, mean(&|g| g.by_equipment.get(e).copied().unwrap_or(0.0)));
    }
    let total: f64 = by_name.values().filter(|growth| **growth > 0.0).sum();
    let mut piles: Vec<(&str, f64)> =
        by_name.into_iter().filter(|(_, growth)| *growth > total / 10.0).collect();
    piles.sort_by(|a, b| b.1.total_cmp(&a.1));
    let names: Vec<String> = piles.iter().take(3).map(|(name, _)| format!("`{name}`")).collect();
    Some(Warning {
        kind: "unstable",
        message: format!(
            "work in process grows over the whole run, from {:.0} to {:.0} parts{}: more comes in than gets through, \
             or the run is too short; parts pile up at {}",
            mean(&|g| g.from),
            mean(&|g| g.to),
            how_many(grown.len(), all.len()),
            names.join(", "),
        ),
    })
}

fn warmup_not_found((used, found): (SimDuration, Option<&Found>)) -> Option<Warning> {
    let Some(Found::Nothing(why)) = found else { return None };
    Some(Warning {
        kind: "warmup_not_found",
        message: format!(
            "{why}; {used}, half of the run, is left out, but the figures may still depend on the empty start"
        ),
    })
}

fn how_many(some: usize, all: usize) -> String {
    if some == all { String::new() } else { format!(" (in {some} of {all} replications)") }
}

/// ``` `mill` (3), `wash` (1) and 4 more ```
fn list(parts: &[(&str, f64)]) -> String {
    const SHOWN: usize = 6;
    let shown: Vec<String> =
        parts.iter().take(SHOWN).map(|(name, n)| format!("`{name}` ({n})")).collect();
    let more = match parts.len().saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    shown.join(", ") + &more
}
