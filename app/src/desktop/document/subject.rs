//! Equipment of the run, and the entry of the file that it comes from.

use nalgebra::{Isometry3, Point3, Vector3};
use twin::edit::{Edit, inspect, origin};
use twin::engine::{Model, Registry};
use twin::id::EquipmentId;

use crate::desktop::Run;
use crate::desktop::hand::Held;
use crate::desktop::look::Outline;
use crate::desktop::look::standing::usual_outline;

/// What an edit is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// Its name in the file.
    pub entry: String,
    /// How many pieces of equipment come from it; 0: none yet.
    pub makes: usize,
}

/// An entry of the file of which there is nothing in the run, because the text is no plant yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: String,
    /// Where it is to stand (m).
    pub at: [f64; 2],
    /// Its size, as far as its kind has a usual one.
    pub outline: Outline,
}

impl Draft {
    /// Its frame in the plant's.
    pub fn pose(&self) -> Isometry3<f32> {
        Isometry3::translation(self.at[0] as f32, self.at[1] as f32, 0.0)
    }

    /// Whether a ray meets its box.
    pub fn meets(&self, from: Point3<f32>, way: Vector3<f32>) -> bool {
        let held = Held { pose: self.pose(), ..Held::new(&self.name, self.outline) };
        held.hit(from, way).is_some()
    }
}

/// The entry of `text` that `id` comes from; `None`: it stands in another file.
pub fn entry_of(text: &str, model: &Model, id: EquipmentId) -> Option<Subject> {
    let origin = origin(text, &model.row(id).name).ok().flatten()?;
    let makes = if origin.is_alone { 1 } else { made_by(text, model, &origin.entry).count() };
    Some(Subject { entry: origin.entry, makes })
}

/// The first equipment that comes from `entry`.
pub fn id_of(text: &str, model: &Model, entry: &str) -> Option<EquipmentId> {
    model.find(entry).or_else(|| made_by(text, model, entry).next())
}

/// What comes from an entry that makes several.
fn made_by<'a>(
    text: &'a str,
    model: &'a Model,
    entry: &'a str,
) -> impl Iterator<Item = EquipmentId> + 'a {
    // Only what begins alike can come from it.
    let head = entry.split("${i}").next().unwrap_or(entry);
    let alike = (0..model.equipment.len()).map(EquipmentId::from_index);
    alike.filter(move |id| {
        let name = &model.row(*id).name;
        let found = || origin(text, name).ok().flatten();
        name.starts_with(head) && found().is_some_and(|found| found.entry == entry)
    })
}

/// What is written but does not run.
pub fn drafts(text: &str, model: &Model, registry: &Registry) -> Vec<Draft> {
    let all = twin::layout::text::Path::of(&["equipment"]);
    let entries = twin::layout::text::find(text, &all)
        .and_then(|place| twin::layout::text::pieces(text, place))
        .unwrap_or_default();
    let names = entries.into_iter().map(|entry| entry.name);
    let missing = names.filter(|name| {
        let within = format!("{name}/");
        let is_there = || model.equipment.iter().any(|row| row.name.starts_with(&within));
        !name.contains("${") && model.find(name).is_none() && !is_there()
    });
    missing
        .filter_map(|name| {
            let kind = inspect(text, &name, registry).ok()?.kind;
            let outline = usual_outline(&kind);
            let at = place_of(text, &name, registry).unwrap_or_default();
            Some(Draft { name, kind, at, outline })
        })
        .collect()
}

/// What the file says of where an entry stands.
fn says_place(text: &str, entry: &str, registry: &Registry) -> Option<String> {
    let fields = inspect(text, entry, registry).ok()?.common;
    fields.into_iter().find(|field| field.name == "at")?.text
}

/// Where the file puts an entry (m), if it says so in numbers.
fn place_of(text: &str, entry: &str, registry: &Registry) -> Option<[f64; 2]> {
    let at = says_place(text, entry, registry)?;
    let mut numbers = at.trim().strip_prefix('(')?.strip_suffix(')')?.split(',');
    let mut next = || numbers.next()?.trim().parse().ok();
    Some([next()?, next()?])
}

/// Where an equipment is seen (m), to the millimetre.
fn seen(run: &Run, id: EquipmentId) -> [f64; 2] {
    let at = run.standing.place(id).pose.translation.vector;
    [at.x, at.y].map(|metres| (f64::from(metres) * 1e3).round() / 1e3)
}

fn put(name: &str, at: [f64; 2]) -> Edit {
    Edit::Move { name: name.to_owned(), at: at.into() }
}

fn plus(at: [f64; 2], by: [f64; 2]) -> [f64; 2] {
    [at[0] + by[0], at[1] + by[1]]
}

/// The edit that moves an entry by so much (m) from where the file has it.
pub fn nudges(text: &str, run: &Run, registry: &Registry, entry: &str, by: [f64; 2]) -> Edit {
    match place_of(text, entry, registry) {
        Some(at) if !entry.contains("${") => put(entry, plus(at, by)),
        _ => moves(text, run, registry, entry, by),
    }
}

/// The edit that moves an entry by so much (m) from where it is seen. In a plant whose equipment has no places and is only drawn side by
/// side, the first move puts all of it where it is seen, so that nothing else moves along.
pub fn moves(text: &str, run: &Run, registry: &Registry, entry: &str, by: [f64; 2]) -> Edit {
    match (says_place(text, entry, registry), run.model.find(entry)) {
        (Some(_), Some(id)) => put(entry, plus(seen(run, id), by)),
        (None, Some(id)) => {
            let others = run.standing.places.iter().filter_map(|place| {
                let name = run.model.row(place.id).name.as_str();
                let own = origin(text, name).ok().flatten()?;
                let homeless = own.is_alone && says_place(text, name, registry).is_none();
                let at = seen(run, place.id);
                homeless.then(|| put(name, if place.id == id { plus(at, by) } else { at }))
            });
            Edit::All { name: format!("Move {entry}"), edits: others.collect() }
        }
        // What does not run yet, or comes several times.
        (_, None) => Edit::Shift { name: entry.to_owned(), by: by.into() },
    }
}
