//! One equipment: what it does, why, and for how long.

use twin::engine::Activity;
use twin::id::EquipmentId;
use twin::session::reason;

use super::labels::short;
use super::machines::{after, before, shares};
use super::robot::about;
use crate::desktop::Run;

/// What is known of one equipment.
#[derive(Clone, Debug, PartialEq)]
pub struct Inspector {
    /// Which.
    pub id: EquipmentId,
    /// Its full name.
    pub name: String,
    /// Its kind.
    pub kind: &'static str,
    /// What it is doing.
    pub activity: Activity,
    /// Why, in a sentence.
    pub reason: String,
    /// Who holds it up, and who that one, nearest first.
    pub chain: Vec<(EquipmentId, String)>,
    /// Shares of time by activity.
    pub shares: [f64; Activity::COUNT],
    /// Live values: name, value with unit.
    pub live: Vec<(&'static str, String)>,
    /// Figures of its own kind.
    pub own: Vec<(String, f64)>,
    /// Parts in it over time, for the sparkline.
    pub content: Vec<f32>,
    /// Where parts come from and go to.
    pub neighbours: [Vec<(EquipmentId, String)>; 2],
    /// Whether parts are worked on here, so that a pace makes sense.
    pub works: bool,
    /// Speed relative to its file, as it was last set from here.
    pub pace: f64,
}

/// What is known of `id`.
pub fn inspector(run: &Run, id: EquipmentId) -> Inspector {
    let (model, state) = (&run.model, run.state());
    let row = model.row(id);
    let traffic = state.traffic(id);
    let now = state.now();
    let hours = ((now - traffic.window()).seconds() / 3600.0).max(1e-9);
    let mut live = vec![
        ("parts in it", format!("{} (at most {})", state.traffic(id).content, traffic.content_max)),
        ("mean number", format!("{:.2}", traffic.mean_content(now))),
        ("left", format!("{} ({:.1} /h)", traffic.left, traffic.left as f64 / hours)),
    ];
    if traffic.left > 0 {
        let mean = traffic.sojourn_ns() as f64 * 1e-9 / traffic.left as f64;
        live.push(("mean time in it", duration(mean)));
    }
    if row.mean_s > 0.0 {
        live.push(("mean operation", duration(row.mean_s)));
    }
    live.splice(0..0, about(run, id));
    let why = reason(model, state, id);
    let named = |ids: Vec<EquipmentId>| -> Vec<_> {
        ids.into_iter().map(|id| (id, short(run, id))).collect()
    };
    Inspector {
        id,
        name: row.name.clone(),
        kind: model.kind_of(id),
        activity: run.activity(id),
        reason: sentence(&why.text),
        chain: named(why.chain),
        shares: shares(model, state, id),
        live,
        own: state.figures(model, id),
        content: run.history.content(id),
        neighbours: [named(before(run, id)), named(after(run, id))],
        works: row.processor,
        pace: run.pace(id),
    }
}

/// Seconds as a person says them.
pub fn duration(seconds: f64) -> String {
    match seconds {
        s if s < 120.0 => format!("{s:.1} s"),
        s if s < 7200.0 => format!("{:.1} min", s / 60.0),
        s if s < 172_800.0 => format!("{:.1} h", s / 3600.0),
        s => format!("{:.1} d", s / 86_400.0),
    }
}

/// A text with a capital in front, a full stop behind and without the marks of names.
pub fn sentence(text: &str) -> String {
    let mut letters = text.chars().filter(|letter| *letter != '`');
    let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.collect::<String>())
}
