//! From texts to a flat list: includes, parameters, templates and repetitions are gone after this.

use std::collections::BTreeMap;

use super::Options;
use crate::diagnostics::{Diagnostic, Diagnostics, codes, did_you_mean};
use crate::layout::energy::TariffFile;
use crate::layout::file::{
    EquipmentFile, ProductFile, RunFile, ShiftFile, TargetsFile, WorkersFile,
};
use crate::layout::hall::HallFile;
use crate::layout::orders::OrderFile;
use crate::layout::program::MotionFile;
use crate::layout::sensors::SensorFile;
use crate::layout::shape::ShapeFile;
use crate::layout::signals::SignalFile;
use crate::layout::text::{Entry, Filled, Scope, Slice, fill_name};

/// Everything that the files say, flat.
#[derive(Debug, Default)]
pub(super) struct Plant<'a> {
    pub(super) name: String,
    pub(super) source: Option<String>,
    pub(super) run: RunFile,
    /// Where that is written.
    pub(super) run_at: Option<Slice<'a>>,
    pub(super) targets: TargetsFile,
    pub(super) products: Vec<(String, Slice<'a>, ProductFile)>,
    pub(super) shifts: Vec<(String, Slice<'a>, ShiftFile)>,
    pub(super) workers: Vec<(String, Slice<'a>, WorkersFile)>,
    pub(super) orders: Vec<(Slice<'a>, OrderFile)>,
    pub(super) tariffs: Vec<(String, Slice<'a>, TariffFile)>,
    pub(super) hall: Option<(Slice<'a>, HallFile)>,
    pub(super) sensors: Vec<(String, Slice<'a>, SensorFile)>,
    /// Paths of descriptions of robots.
    pub(super) robots: Vec<(String, Slice<'a>, String)>,
    /// Motion programs of robots.
    pub(super) programs: Vec<(String, Slice<'a>, Vec<MotionFile>)>,
    /// Signals that do not only follow from programs.
    pub(super) signals: Vec<(String, Slice<'a>, SignalFile)>,
    /// Files of triangles.
    pub(super) shapes: Vec<(String, Slice<'a>, ShapeFile)>,
    pub(super) items: Vec<Item<'a>>,
}

/// One piece of equipment.
#[derive(Debug)]
pub(super) struct Item<'a> {
    pub(super) name: String,
    /// Its entry in the file.
    pub(super) slice: Slice<'a>,
    /// Its text with all parameters filled in.
    pub(super) text: Filled<'a>,
    pub(super) file: EquipmentFile,
}

const FIELDS: [&str; 19] = [
    "name",
    "source",
    "include",
    "run",
    "targets",
    "parameters",
    "templates",
    "products",
    "shifts",
    "workers",
    "orders",
    "tariffs",
    "hall",
    "sensors",
    "robots",
    "programs",
    "signals",
    "shapes",
    "equipment",
];

/// Reads all texts, the plant's own first, into one plant.
pub(super) fn expand<'a>(
    slices: &[Slice<'a>],
    options: &Options,
    found: &mut Diagnostics,
) -> Plant<'a> {
    let mut plant = Plant::default();
    let mut scope = Scope::new();
    let mut templates: BTreeMap<String, Slice<'a>> = BTreeMap::new();
    let mut tops: Vec<(String, Slice<'a>)> = Vec::new();
    for (n, top) in slices.iter().enumerate() {
        let entries = top.entries(found);
        check_twice(*top, &entries, found);
        for Entry { name: field, value: slice, key, .. } in entries {
            match field.as_str() {
                "parameters" => read_parameters(slice, &mut scope, found),
                "templates" => {
                    templates.extend(slice.entries(found).into_iter().map(|e| (e.name, e.value)));
                }
                "name" | "source" | "run" | "targets" if n > 0 => {}
                field if FIELDS.contains(&field) => tops.push((field.to_owned(), slice)),
                other => {
                    let message = format!("a plant has no field `{other}`");
                    let diagnostic = Diagnostic::error(codes::UNKNOWN_FIELD, message);
                    let meant = did_you_mean(other, FIELDS);
                    found.push(diagnostic.at(top.span(key)).did_you_mean(meant));
                }
            }
        }
    }
    if let Some(top) = slices.first()
        && !tops.iter().any(|(field, _)| field == "equipment")
        && !found.has_errors()
    {
        let message = "a plant without `equipment` has nothing to run";
        top.error(found, codes::MISSING_FIELD, "", message, None);
    }
    for (field, slice) in tops {
        read_field(&mut plant, &field, slice, &scope, &templates, options, found);
    }
    plant
}

fn read_field<'a>(
    plant: &mut Plant<'a>,
    field: &str,
    slice: Slice<'a>,
    scope: &Scope,
    templates: &BTreeMap<String, Slice<'a>>,
    options: &Options,
    found: &mut Diagnostics,
) {
    match field {
        "name" => plant.name = slice.read(found).unwrap_or_default(),
        "source" => plant.source = slice.read(found),
        "run" => {
            plant.run = read_in(slice, scope, found).unwrap_or_default();
            plant.run_at = Some(slice);
        }
        "targets" => plant.targets = read_in(slice, scope, found).unwrap_or_default(),
        "products" => named(slice, scope, found, &mut plant.products),
        "shifts" => named(slice, scope, found, &mut plant.shifts),
        "workers" => named(slice, scope, found, &mut plant.workers),
        "orders" => {
            for order in slice.entries(found) {
                if let Some(file) = read_in(order.value, scope, found) {
                    plant.orders.push((order.value, file));
                }
            }
        }
        "tariffs" => named(slice, scope, found, &mut plant.tariffs),
        "hall" if plant.hall.is_some() => {
            slice.error(found, codes::DUPLICATE, "", "a plant stands in one hall", None);
        }
        "hall" => plant.hall = read_in(slice, scope, found).map(|hall| (slice, hall)),
        "sensors" => named(slice, scope, found, &mut plant.sensors),
        "robots" => named(slice, scope, found, &mut plant.robots),
        "programs" => named(slice, scope, found, &mut plant.programs),
        "signals" => named(slice, scope, found, &mut plant.signals),
        "shapes" => named(slice, scope, found, &mut plant.shapes),
        "equipment" => {
            let mut expander = Expander { templates, options, found, items: &mut plant.items };
            expander.entries(slice, scope, &Frame::default());
        }
        _ => {}
    }
}

fn read_parameters(slice: Slice<'_>, scope: &mut Scope, found: &mut Diagnostics) {
    for entry in slice.entries(found) {
        scope.insert(entry.name, entry.value.text.trim().to_owned());
    }
}

/// Reports names that stand twice in one map or struct: `ron` would keep the last in silence.
fn check_twice(slice: Slice<'_>, entries: &[Entry<'_>], found: &mut Diagnostics) {
    let mut seen = BTreeMap::new();
    for entry in entries {
        if let Some(first) = seen.insert(entry.name.as_str(), entry.key.clone()) {
            let message = format!("`{}` stands here twice", entry.name);
            let diagnostic = Diagnostic::error(codes::DUPLICATE, message);
            let diagnostic = diagnostic.at(slice.span(entry.key.clone()));
            found.push(diagnostic.note(slice.span(first), "it stands here first"));
        }
    }
}

fn named<'a, T: serde::de::DeserializeOwned>(
    slice: Slice<'a>,
    scope: &Scope,
    found: &mut Diagnostics,
    out: &mut Vec<(String, Slice<'a>, T)>,
) {
    let entries = slice.entries(found);
    check_twice(slice, &entries, found);
    for Entry { name, value: slice, .. } in entries {
        if let Some(value) = read_in(slice, scope, found) {
            out.push((name, slice, value));
        }
    }
}

fn read_in<T: serde::de::DeserializeOwned>(
    slice: Slice<'_>,
    scope: &Scope,
    found: &mut Diagnostics,
) -> Option<T> {
    slice.fill(scope, found).slice().read(found)
}

/// What a template's equipment gets from its use.
#[derive(Clone, Debug, Default)]
struct Frame {
    prefix: String,
    at: (f64, f64),
    group: String,
    /// Where `@out` leads.
    out: Vec<String>,
    depth: u32,
}

/// Deepest nesting of templates.
const DEEPEST: u32 = 16;

struct Expander<'e, 'a> {
    templates: &'e BTreeMap<String, Slice<'a>>,
    options: &'e Options,
    found: &'e mut Diagnostics,
    items: &'e mut Vec<Item<'a>>,
}

impl<'a> Expander<'_, 'a> {
    fn entries(&mut self, slice: Slice<'a>, scope: &Scope, frame: &Frame) {
        let entries = slice.entries(self.found);
        check_twice(slice, &entries, self.found);
        for Entry { name, value: slice, .. } in entries {
            let n = repetitions(slice, scope);
            match n {
                None => {
                    let text = slice.fill(scope, self.found);
                    let Some(file) = text.slice().read::<EquipmentFile>(self.found) else {
                        continue;
                    };
                    let name = format!("{}{}", frame.prefix, fill_name(&name, scope));
                    self.one(Use { name, slice, scope, frame, number: 0, next: None }, text, file);
                }
                Some(n) => self.repeat(&name, slice, scope, frame, n),
            }
        }
    }

    fn repeat(&mut self, name: &str, slice: Slice<'a>, scope: &Scope, frame: &Frame, n: u32) {
        let most = self.options.limits.equipment;
        if n as usize > most.saturating_sub(self.items.len()) {
            let message = format!("so many repetitions exceed the limit of {most} equipments");
            slice.error(self.found, codes::TOO_LARGE, "repeat", message, None);
            return;
        }
        if n > 1 && !name.contains("${i}") {
            let hint = Some(format!("for instance \"{name} ${{i}}\""));
            let message = "the name of repeated equipment must contain ${i}";
            slice.error(self.found, codes::DUPLICATE, "", message, hint);
            return;
        }
        let mut scope = scope.clone();
        let name_of = |i: u32, scope: &mut Scope| {
            scope.insert("i".into(), i.to_string());
            format!("{}{}", frame.prefix, fill_name(name, scope))
        };
        for i in 1..=n {
            let next = (i < n).then(|| name_of(i + 1, &mut scope));
            let name = name_of(i, &mut scope);
            let text = slice.fill(&scope, self.found);
            let Some(file) = text.slice().read::<EquipmentFile>(self.found) else { return };
            let next = next.filter(|_| file.chain);
            let scope = &scope;
            self.one(Use { name, slice, scope, frame, number: i - 1, next }, text, file);
        }
    }

    fn one(&mut self, at: Use<'a, '_>, text: Filled<'a>, mut file: EquipmentFile) {
        if self.items.len() >= self.options.limits.equipment {
            return;
        }
        place(&mut file, at.frame, at.number);
        if let Some(next) = &at.next {
            file.to.0 = vec![(None, vec![next.clone()])];
        } else {
            localise(&mut file, at.frame);
        }
        if file.template.is_some() {
            self.fill_in(&at, &file);
        } else {
            self.items.push(Item { name: at.name, slice: at.slice, text, file });
        }
    }

    /// Puts a template's equipment in its place.
    fn fill_in(&mut self, at: &Use<'a, '_>, file: &EquipmentFile) {
        let Use { name, slice, frame, .. } = at;
        let wanted = file.template.as_deref().unwrap_or_default();
        let Some(template) = self.templates.get(wanted).copied() else {
            let meant = did_you_mean(wanted, self.templates.keys().map(String::as_str));
            let hint = meant.map(|meant| format!("did you mean \"{meant}\"?"));
            let message = format!("no template is named \"{wanted}\"");
            slice.error(self.found, codes::UNKNOWN_NAME, "use", message, hint);
            return;
        };
        if frame.depth >= DEEPEST {
            let message = "templates are nested too deep, or use each other";
            slice.error(self.found, codes::NESTING, "use", message, None);
            return;
        }
        let mut scope = at.scope.clone();
        let parts = template.entries(self.found);
        for part in parts.iter().filter(|part| part.name == "parameters") {
            read_parameters(part.value, &mut scope, self.found);
        }
        let with = slice.entries(self.found).into_iter().find(|entry| entry.name == "with");
        for value in with.iter().flat_map(|with| with.value.entries(&mut Diagnostics::default())) {
            let text = value.value.fill(at.scope, self.found).slice().text.trim().to_owned();
            scope.insert(value.name, text);
        }
        let inner = Frame {
            prefix: format!("{name}/"),
            at: file.at.unwrap_or(frame.at),
            group: file.group.clone().unwrap_or_else(|| name.clone()),
            out: file.to.0.iter().flat_map(|(_, to)| to.clone()).collect(),
            depth: frame.depth + 1,
        };
        for part in parts.into_iter().filter(|part| part.name == "equipment") {
            self.entries(part.value, &scope, &inner);
        }
    }
}

/// One equipment on its way into the list.
struct Use<'a, 'u> {
    name: String,
    slice: Slice<'a>,
    scope: &'u Scope,
    frame: &'u Frame,
    /// Number in a repetition, from 0.
    number: u32,
    /// The next of a chain.
    next: Option<String>,
}

/// What stands after `repeat:`, if it is a number; what else it may be is reported when the entry is read.
fn repetitions(slice: Slice<'_>, scope: &Scope) -> Option<u32> {
    if !slice.text.contains("repeat") {
        return None;
    }
    let quiet = &mut Diagnostics::default();
    let repeat = slice.entries(quiet).into_iter().find(|entry| entry.name == "repeat")?;
    let n: u64 = repeat.value.fill(scope, quiet).slice().read(quiet)?;
    Some(u32::try_from(n).unwrap_or(u32::MAX))
}

/// Moves an equipment to where its template or its number in a repetition puts it.
fn place(file: &mut EquipmentFile, frame: &Frame, number: u32) {
    let own = file.at.unwrap_or((0.0, 0.0));
    let step = file.step.unwrap_or((0.0, 0.0));
    let n = f64::from(number);
    file.at = Some((frame.at.0 + own.0 + n * step.0, frame.at.1 + own.1 + n * step.1));
    if file.group.is_none() && !frame.group.is_empty() {
        file.group = Some(frame.group.clone());
    }
}

/// Turns the connections inside a template into those of its use: `@out` leads where the use leads, every other name is the
/// template's own.
fn localise(file: &mut EquipmentFile, frame: &Frame) {
    if frame.depth == 0 {
        return;
    }
    for (_, to) in &mut file.to.0 {
        let names = std::mem::take(to);
        for name in names {
            if name == "@out" {
                to.extend(frame.out.iter().cloned());
            } else {
                to.push(format!("{}{name}", frame.prefix));
            }
        }
    }
}
