//! From texts to a flat list: includes, parameters, templates and repetitions are gone after this.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::{Files, Options};
use crate::diagnostics::Diagnostics;
use crate::layout::file::{EquipmentFile, ProductFile, RunFile, ShiftFile, WorkersFile};
use crate::layout::text::Slice;

/// Everything that the files say, flat.
#[derive(Debug, Default)]
pub(super) struct Plant<'a> {
    pub(super) name: String,
    pub(super) source: Option<String>,
    pub(super) run: RunFile,
    pub(super) products: Vec<(String, Slice<'a>, ProductFile)>,
    pub(super) shifts: Vec<(String, Slice<'a>, ShiftFile)>,
    pub(super) workers: Vec<(String, Slice<'a>, WorkersFile)>,
    pub(super) items: Vec<Item<'a>>,
}

/// One piece of equipment.
#[derive(Debug)]
pub(super) struct Item<'a> {
    pub(super) name: String,
    /// Its entry in the file.
    pub(super) slice: Slice<'a>,
    /// Its text with all parameters filled in.
    pub(super) text: Cow<'a, str>,
    pub(super) file: EquipmentFile,
    /// Number in a repetition, from 0.
    pub(super) number: u32,
}

/// Named values: RON text by name.
pub(super) type Scope = BTreeMap<String, String>;

const FIELDS: [&str; 10] = [
    "name", "source", "include", "run", "parameters", "templates", "products", "shifts", "workers",
    "equipment",
];

pub(super) fn read_all(
    path: &str,
    files: &dyn Files,
    options: &Options,
    found: &mut Diagnostics,
) -> Vec<(String, String)> {
    let mut texts: Vec<(String, String)> = Vec::new();
    let mut wanted = vec![path.to_owned()];
    while let Some(path) = wanted.pop() {
        if texts.iter().any(|(known, _)| *known == path) {
            continue;
        }
        match files.read(&path, options.limits.file_bytes) {
            Ok(text) => {
                for name in includes(&text, found) {
                    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
                    let name = if folder.is_empty() { name } else { format!("{folder}/{name}") };
                    wanted.push(name);
                }
                texts.push((path, text));
            }
            Err(error) => Slice { text: "" }.error(found, &format!("cannot read {path}: {error}")),
        }
        if texts.len() > options.limits.includes {
            Slice { text: "" }.error(found, "too many files are included");
            break;
        }
    }
    texts
}

fn includes(text: &str, _found: &mut Diagnostics) -> Vec<String> {
    let mut quiet = Diagnostics::default();
    let entries = Slice { text }.entries(&mut quiet);
    let include = entries.into_iter().find(|(name, _)| name == "include");
    include.and_then(|(_, slice)| slice.read(&mut quiet)).unwrap_or_default()
}

/// Reads all texts, the plant's own first, into one plant.
pub(super) fn expand<'a>(
    texts: &'a [(String, String)],
    options: &Options,
    found: &mut Diagnostics,
) -> Plant<'a> {
    let mut plant = Plant::default();
    let mut scope = Scope::new();
    let mut templates: BTreeMap<String, Slice<'a>> = BTreeMap::new();
    let mut tops: Vec<(String, Slice<'a>)> = Vec::new();
    for (n, (_, text)) in texts.iter().enumerate() {
        for (field, slice) in (Slice { text }).entries(found) {
            match field.as_str() {
                "parameters" => {
                    for (name, value) in slice.entries(found) {
                        scope.insert(name, value.text.trim().to_owned());
                    }
                }
                "templates" => templates.extend(slice.entries(found)),
                "name" | "source" | "run" if n > 0 => {}
                field if FIELDS.contains(&field) => tops.push((field.to_owned(), slice)),
                other => {
                    let meant = crate::diagnostics::did_you_mean(other, FIELDS.into_iter());
                    let hint = meant.map(|meant| format!("did you mean `{meant}`?"));
                    slice.error_at(found, "", &format!("a plant has no field `{other}`"), hint);
                }
            }
        }
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
        "run" => plant.run = read_in(slice, scope, found).unwrap_or_default(),
        "products" => named(slice, scope, found, &mut plant.products),
        "shifts" => named(slice, scope, found, &mut plant.shifts),
        "workers" => named(slice, scope, found, &mut plant.workers),
        "equipment" => {
            let mut expander = Expander { templates, options, found, items: &mut plant.items };
            expander.entries(slice, scope, &Frame::default());
        }
        _ => {}
    }
}

fn named<'a, T: serde::de::DeserializeOwned>(
    slice: Slice<'a>,
    scope: &Scope,
    found: &mut Diagnostics,
    out: &mut Vec<(String, Slice<'a>, T)>,
) {
    for (name, slice) in slice.entries(found) {
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
    let text = substitute(slice.text, scope);
    Slice { text: &text }.read(found)
}

/// Fills `"$name"` and `${name}` in.
pub(super) fn substitute<'a>(text: &'a str, scope: &Scope) -> Cow<'a, str> {
    if !text.contains('$') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 32);
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        let quoted = rest[..at].ends_with('"');
        if let Some(after) = rest[at + 1..].strip_prefix('{')
            && let Some(end) = after.find('}')
            && let Some(value) = scope.get(&after[..end])
        {
            out.push_str(&rest[..at]);
            out.push_str(value.trim_matches('"'));
            rest = &after[end + 1..];
        } else if quoted
            && let Some(end) = rest[at + 1..].find('"')
            && let Some(value) = scope.get(&rest[at + 1..at + 1 + end])
        {
            out.push_str(&rest[..at - 1]);
            out.push_str(value);
            rest = &rest[at + 2 + end..];
        } else {
            out.push_str(&rest[..=at]);
            rest = &rest[at + 1..];
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
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
        for (name, slice) in slice.entries(self.found) {
            let text = substitute(slice.text, scope);
            let head: Option<EquipmentFile> = Slice { text: &text }.read(self.found);
            let Some(head) = head else { continue };
            match head.repeat {
                None => self.one(&name, slice, scope, frame, head, 0, None),
                Some(n) => self.repeat(&name, slice, scope, frame, n),
            }
        }
    }

    fn repeat(&mut self, name: &str, slice: Slice<'a>, scope: &Scope, frame: &Frame, n: u32) {
        if n as usize > self.options.limits.equipment.saturating_sub(self.items.len()) {
            let most = self.options.limits.equipment;
            let message = format!("so many repetitions would exceed the limit of {most} equipments");
            slice.error_at(self.found, "repeat", &message, None);
            return;
        }
        if n > 1 && !name.contains("${i}") {
            let hint = Some(format!("for instance \"{name} ${{i}}\""));
            slice.error_at(self.found, "repeat", "the name must contain ${i}", hint);
            return;
        }
        let mut scope = scope.clone();
        for i in 1..=n {
            scope.insert("i".into(), i.to_string());
            let own = substitute(name, &scope).into_owned();
            let text = substitute(slice.text, &scope);
            let head: Option<EquipmentFile> = Slice { text: &text }.read(self.found);
            let Some(head) = head else { return };
            let next = (head.chain && i < n).then(|| {
                let mut scope = scope.clone();
                scope.insert("i".into(), (i + 1).to_string());
                format!("{}{}", frame.prefix, substitute(name, &scope))
            });
            self.one(&own, slice, &scope, frame, head, i - 1, next);
        }
    }

    #[expect(clippy::too_many_arguments, reason = "one step of a recursion over all of them")]
    fn one(
        &mut self,
        name: &str,
        slice: Slice<'a>,
        scope: &Scope,
        frame: &Frame,
        mut file: EquipmentFile,
        number: u32,
        next: Option<String>,
    ) {
        if self.items.len() >= self.options.limits.equipment {
            return;
        }
        let name = format!("{}{}", frame.prefix, substitute(name, scope));
        place(&mut file, frame, number);
        if let Some(next) = next {
            file.to.0 = vec![(None, vec![next])];
        } else {
            localise(&mut file, frame);
        }
        if file.template.is_some() {
            self.fill_in(&name, slice, scope, frame, &file);
            return;
        }
        let text = substitute(slice.text, scope);
        self.items.push(Item { name, slice, text, file, number });
    }

    /// Puts a template's equipment in its place.
    fn fill_in(
        &mut self,
        name: &str,
        slice: Slice<'a>,
        scope: &Scope,
        frame: &Frame,
        file: &EquipmentFile,
    ) {
        let wanted = file.template.as_deref().unwrap_or_default();
        let Some(template) = self.templates.get(wanted).copied() else {
            let known = self.templates.keys().map(String::as_str);
            let meant = crate::diagnostics::did_you_mean(wanted, known);
            let hint = meant.map(|meant| format!("did you mean \"{meant}\"?"));
            slice.error_at(self.found, "use", &format!("no template is named \"{wanted}\""), hint);
            return;
        };
        if frame.depth >= DEEPEST {
            slice.error_at(self.found, "use", "templates are nested too deep, or use each other", None);
            return;
        }
        let mut scope = scope.clone();
        let parts = template.entries(self.found);
        for (field, value) in &parts {
            if field == "parameters" {
                for (name, value) in value.entries(self.found) {
                    scope.insert(name, value.text.trim().to_owned());
                }
            }
        }
        for (field, value) in slice.entries(self.found) {
            if field == "with" {
                for (name, value) in value.entries(self.found) {
                    let value = substitute(value.text.trim(), &scope).into_owned();
                    scope.insert(name, value);
                }
            }
        }
        let out = file.to.0.iter().flat_map(|(_, to)| to.clone()).collect();
        let inner = Frame {
            prefix: format!("{name}/"),
            at: file.at.unwrap_or(frame.at),
            group: file.group.clone().unwrap_or_else(|| name.to_owned()),
            out,
            depth: frame.depth + 1,
        };
        for (field, value) in parts {
            if field == "equipment" {
                self.entries(value, &scope, &inner);
            }
        }
    }
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
