//! What happened, when and where, in words.

use twin::engine::{Action, Activity, TraceRow, What};
use twin::id::EquipmentId;
use twin::units::SimTime;

use super::labels::short;
use crate::desktop::Run;
use crate::desktop::look::word;
use crate::desktop::record::Record;

/// Lines that are told, at most: the last ones.
const MOST: usize = 5000;

/// One thing that happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// When.
    pub at: SimTime,
    /// Where.
    pub id: EquipmentId,
    /// Its name.
    pub name: String,
    /// What.
    pub what: String,
    /// What the equipment went over to, if that is what happened.
    pub activity: Option<Activity>,
}

impl Event {
    /// Whether `find` is in what is written of it; an empty one always is.
    pub fn has(&self, find: &str) -> bool {
        let find = find.trim().to_lowercase();
        self.name.to_lowercase().contains(&find) || self.what.to_lowercase().contains(&find)
    }
}

/// What `record` knows, the last first: changes of what machines do, parts that leave, and what was done to the run; as far as `find` is in it.
pub fn events(run: &Run, record: &Record, find: &str) -> Vec<Event> {
    let acts = record.actions.iter().rev().filter_map(|(at, action)| act(run, *at, action));
    let mut out: Vec<Event> = acts.filter(|event| event.has(find)).collect();
    let rows = record.rows.iter().rev().filter_map(|row| told(run, row));
    out.extend(rows.filter(|event| event.has(find)).take(MOST));
    // Stable: of one instant, what was done comes before what followed.
    out.sort_by_key(|event| std::cmp::Reverse(event.at));
    out
}

fn told(run: &Run, row: &TraceRow) -> Option<Event> {
    match *row {
        TraceRow::Activity { at, equipment: id, was, activity, .. } => {
            let works = run.model.row(id).processor;
            let grave = [was, activity].contains(&Activity::Failed);
            if !(works || grave) {
                return None;
            }
            let what = format!("{}, was {}", word(activity), word(was));
            Some(Event { at, id, name: short(run, id), what, activity: Some(activity) })
        }
        TraceRow::Part { at, equipment: id, serial, product, what, .. } => {
            let verb = match what {
                What::Finished => "finished",
                What::Scrapped => "scrapped",
                _ => return None,
            };
            let product = &run.model.products[product.index()].name;
            let what = format!("{product} {serial} {verb}");
            Some(Event { at, id, name: short(run, id), what, activity: None })
        }
    }
}

fn act(run: &Run, at: SimTime, action: &Action) -> Option<Event> {
    let (name, what) = match action {
        Action::Stop(name) => (name, "switched off by command".to_owned()),
        Action::Go(name) => (name, "switched on by command".to_owned()),
        Action::Pace(name, pace) => (name, format!("set to {pace:.2} times its speed by command")),
        Action::Temperature(name, felt) => (name, format!("is {felt:.1} °C warm")),
    };
    let id = run.model.find(name)?;
    Some(Event { at, id, name: short(run, id), what, activity: None })
}
