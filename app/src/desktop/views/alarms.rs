//! What somebody should look at: machines that stand for a bad reason, the gravest first, and what the run has told.

use twin::engine::{Activity, Clock};
use twin::id::EquipmentId;
use twin::session::reason;

use super::inspector::sentence;
use super::labels::short;
use crate::desktop::Run;
use crate::desktop::look::is_abnormal;

/// One alarm.
#[derive(Clone, Debug, PartialEq)]
pub struct Alarm {
    /// Where.
    pub id: EquipmentId,
    /// Its name.
    pub name: String,
    /// What it is shown as.
    pub activity: Activity,
    /// Since when, in seconds.
    pub since_s: f64,
    /// What is the matter.
    pub text: String,
}

/// Alarms that are told, at most.
const MOST: usize = 100;

/// How grave an activity is; lower comes first.
const fn grave(activity: Activity) -> u8 {
    match activity {
        Activity::Failed => 0,
        Activity::WaitingForWorker => 1,
        _ => 2,
    }
}

/// The alarms of the present, then the notices of the run. With `told`, each says what is the matter: that may have to be followed
/// through the whole plant.
pub fn alarms(run: &Run, told: bool) -> Vec<Alarm> {
    let (model, state) = (&run.model, run.state());
    let mut out = Vec::new();
    for place in &run.standing.places {
        let activity = run.activity(place.id);
        let works = model.row(place.id).processor || activity == Activity::Failed;
        if !works || !is_abnormal(activity) {
            continue;
        }
        let clocks = state.clocks(model, place.id);
        let since =
            clocks.iter().filter(|clock| clock.activity() == activity).map(Clock::since).min();
        let since_s = since.map_or(0.0, twin::units::SimTime::seconds);
        out.push((place.id, activity, since_s));
    }
    out.sort_by(|a, b| grave(a.1).cmp(&grave(b.1)).then(b.2.total_cmp(&a.2)));
    let told = out.into_iter().take(MOST).map(|(id, activity, since_s)| {
        let text = if told { sentence(&reason(model, state, id).text) } else { String::new() };
        Alarm { id, name: short(run, id), activity, since_s, text }
    });
    let mut out: Vec<Alarm> = told.collect();
    for notice in state.notices().first().iter().rev() {
        let (name, since_s) = (short(run, notice.equipment), notice.at.seconds());
        let activity = run.activity(notice.equipment);
        out.push(Alarm {
            id: notice.equipment,
            name,
            activity,
            since_s,
            text: notice.text.clone(),
        });
    }
    out
}
