//! What an equipment is doing, as one sign: colour, shape and word together, so that none has to carry it alone.

use twin::engine::{Activity, Model, State};
use twin::id::EquipmentId;

/// The shape that stands for an activity; no two activities share one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// A triangle to the right.
    Play,
    /// A ring with an arrow head.
    Change,
    /// An empty ring.
    Ring,
    /// Two upright bars.
    Bars,
    /// A cross.
    Cross,
    /// A diamond.
    Diamond,
    /// A crescent.
    Moon,
    /// A head and shoulders.
    Person,
    /// A small dot.
    Dot,
}

/// The sign of an activity.
pub const fn sign(activity: Activity) -> Sign {
    match activity {
        Activity::Working => Sign::Play,
        Activity::SetUp => Sign::Change,
        Activity::Starved => Sign::Ring,
        Activity::Blocked => Sign::Bars,
        Activity::Failed => Sign::Cross,
        Activity::Maintained => Sign::Diamond,
        Activity::OffShift => Sign::Moon,
        Activity::WaitingForWorker => Sign::Person,
        Activity::Off => Sign::Dot,
    }
}

/// The word for an activity.
pub const fn word(activity: Activity) -> &'static str {
    match activity {
        Activity::Working => "working",
        Activity::SetUp => "set-up",
        Activity::Starved => "starved",
        Activity::Blocked => "blocked",
        Activity::Failed => "failed",
        Activity::Maintained => "maintenance",
        Activity::OffShift => "off shift",
        Activity::WaitingForWorker => "waits for worker",
        Activity::Off => "switched off",
    }
}

/// Whether somebody should look: what the alarm colour is kept for.
pub const fn is_abnormal(activity: Activity) -> bool {
    matches!(activity, Activity::Failed | Activity::Blocked | Activity::WaitingForWorker)
}

/// Of what the places of an equipment do, that which says most: failures first, then work, then why there is none.
const RANK: [Activity; Activity::COUNT] = [
    Activity::Failed,
    Activity::Working,
    Activity::SetUp,
    Activity::WaitingForWorker,
    Activity::Maintained,
    Activity::Blocked,
    Activity::Starved,
    Activity::OffShift,
    Activity::Off,
];

/// What `equipment` is doing now. O(places).
pub fn activity(model: &Model, state: &State, equipment: EquipmentId) -> Activity {
    let clocks = state.clocks(model, equipment);
    if let [only] = clocks {
        return only.activity();
    }
    let doing = |one: &&Activity| clocks.iter().any(|clock| clock.activity() == **one);
    RANK.iter().find(doing).copied().unwrap_or_default()
}

/// What each equipment is doing, by number. O(places).
pub fn activities(model: &Model, state: &State) -> Vec<Activity> {
    let ids = (0..model.equipment.len()).map(EquipmentId::from_index);
    ids.map(|id| activity(model, state, id)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_activity_has_a_sign_and_a_word_of_its_own() {
        for (n, one) in Activity::ALL.into_iter().enumerate() {
            assert!(RANK.contains(&one), "{one:?} has no rank");
            for other in &Activity::ALL[n + 1..] {
                assert_ne!(sign(one), sign(*other));
                assert_ne!(word(one), word(*other));
            }
        }
    }
}
