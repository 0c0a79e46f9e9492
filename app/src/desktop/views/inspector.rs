//! One equipment: what it does, why, and for how long.

use twin::engine::{Activity, Clock};
use twin::id::EquipmentId;

use super::labels::short;
use super::machines::{after, before, shares};
use crate::desktop::Run;
use crate::desktop::look::{self, word};

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
        ("parts in it", format!("{} (at most {})", state.content(id), traffic.content_max)),
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
    let named = |ids: Vec<EquipmentId>| ids.into_iter().map(|id| (id, short(run, id))).collect();
    Inspector {
        id,
        name: row.name.clone(),
        kind: model.kind_of(id),
        activity: look::activity(model, state, id),
        reason: reason(run, id),
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

/// Why it does what it does, in a sentence.
pub fn reason(run: &Run, id: EquipmentId) -> String {
    let (model, state) = (&run.model, run.state());
    let activity = look::activity(model, state, id);
    let clocks = state.clocks(model, id);
    let since = clocks.iter().filter(|clock| clock.activity() == activity).map(Clock::since).min();
    let long = since.map_or(String::new(), |since| {
        format!(" for {}", duration((state.now() - since).seconds()))
    });
    let full = |ids: Vec<EquipmentId>| {
        let told = ids.into_iter().take(3).map(|id| {
            let doing = word(look::activity(model, state, id));
            format!("{} ({doing}, {} in it)", short(run, id), state.content(id))
        });
        told.collect::<Vec<_>>().join(" and ")
    };
    match activity {
        Activity::Working => format!("Works{long}, with {} in it.", parts(state.content(id))),
        Activity::SetUp => format!("Is being changed over{long}."),
        Activity::Starved if before(run, id).is_empty() => format!("Has nothing to release{long}."),
        Activity::Starved => format!("Waits for parts{long} from {}.", full(before(run, id))),
        Activity::Blocked => format!("Cannot pass on{long} to {}.", full(after(run, id))),
        Activity::Failed => format!("Is broken{long}; {}.", crew(run, id)),
        Activity::Maintained => format!("Is under planned maintenance{long}; {}.", crew(run, id)),
        Activity::OffShift => format!("Is not manned{long}, by its shift or by a command."),
        Activity::WaitingForWorker => format!("Has work, and waits for a worker{long}."),
        Activity::Off => format!("Has switched itself off{long}, as there was nothing to do."),
    }
}

fn parts(count: u32) -> String {
    if count == 1 { "one part".to_owned() } else { format!("{count} parts") }
}

fn crew(run: &Run, id: EquipmentId) -> String {
    let there = run.state().workers().filter(|worker| worker.helps == Some(id)).count();
    match there {
        0 => "nobody of a crew is at it".to_owned(),
        1 => "one worker is at it".to_owned(),
        n => format!("{n} workers are at it"),
    }
}
