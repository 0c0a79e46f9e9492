//! Every figure of a file, and where it comes from.
//!
//! Figures are found in the text itself: whatever begins with a number, or is yes or no. So no figure can be forgotten here
//! when a field is added there.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostics::{Diagnostic, Diagnostics, codes, did_you_mean};
use crate::layout::text::Slice;

use super::super::file::ProvenanceFile;
use super::super::sheet::{Origin, Provenance};
use super::step;

/// Fields whose texts are words, even if they begin with a digit.
const WORDS: &[&str] = &["name", "maker", "provenance", "robot", "on", "tip"];

/// One figure: the steps to it, numbers in brackets.
type Steps = Vec<String>;

/// The provenance of each figure by its path; figures without one and entries without a figure are reported.
pub(super) fn check(
    slice: &Slice<'_>,
    given: &BTreeMap<String, ProvenanceFile>,
    found: &mut Diagnostics,
) -> BTreeMap<String, Provenance> {
    let mut figures = Vec::new();
    walk(slice, &mut Vec::new(), &mut figures, found);
    let mut known = BTreeSet::new();
    let mut complained = BTreeSet::new();
    let mut out = BTreeMap::new();
    for figure in &figures {
        let names = names(figure);
        let hit = names.iter().find_map(|name| given.get(name));
        match hit {
            Some(provenance) => {
                out.insert(joined(figure, false), resolved(provenance));
            }
            None => complain(slice, figure, &mut complained, found),
        }
        known.extend(names);
    }
    for (path, provenance) in given {
        let place = format!("provenance.\"{path}\"");
        if !known.contains(path) {
            let meant = did_you_mean(path, known.iter().map(String::as_str));
            let message = format!("there is no figure at `{path}`");
            let diagnostic = Diagnostic::error(codes::UNKNOWN_NAME, message);
            found.push(diagnostic.at(slice.span_at(&place)).did_you_mean(meant));
        }
        if resolved(provenance).source.trim().is_empty() {
            let message = format!("where `{path}` comes from is not said");
            slice.error(found, codes::NO_PROVENANCE, &place, message, None);
        }
    }
    out
}

/// Says once for each kind of figure that its provenance is missing.
fn complain(
    slice: &Slice<'_>,
    figure: &Steps,
    complained: &mut BTreeSet<String>,
    found: &mut Diagnostics,
) {
    let plain: Steps = figure.iter().filter(|step| !step.starts_with('[')).cloned().collect();
    let kind = joined(&plain[..plain.len().min(2)], true);
    if !complained.insert(kind.clone()) {
        return;
    }
    let block = plain.first().map_or("", String::as_str);
    let message = format!("nothing says where `{kind}` comes from");
    let hint =
        format!("add `\"{block}\": Sheet(\"…\")` to `provenance`, or Derived, Assumed, Calibrated");
    slice.error(found, codes::NO_PROVENANCE, &joined(figure, false), message, Some(hint));
}

fn resolved(provenance: &ProvenanceFile) -> Provenance {
    let (origin, source) = match provenance {
        ProvenanceFile::Sheet(source) => (Origin::Sheet, source),
        ProvenanceFile::Derived(source) => (Origin::Derived, source),
        ProvenanceFile::Assumed(source) => (Origin::Assumed, source),
        ProvenanceFile::Calibrated(source) => (Origin::Calibrated, source),
    };
    Provenance { origin, source: source.clone() }
}

/// The names under which the provenance of a figure may stand, the closest first.
fn names(figure: &Steps) -> Vec<String> {
    let mut names = Vec::new();
    for end in (1..=figure.len()).rev() {
        for plain in [false, true] {
            let name = joined(&figure[..end], plain);
            if !name.is_empty() && !names.contains(&name) {
                names.push(name);
            }
        }
    }
    names
}

/// The path of these steps; `plain`, without numbers in brackets.
fn joined(steps: &[String], plain: bool) -> String {
    let mut path = String::new();
    for step in steps {
        if step.starts_with('[') {
            if !plain {
                path += step;
            }
        } else {
            if !path.is_empty() {
                path.push('.');
            }
            path += step;
        }
    }
    path
}

/// Finds all figures. A list of plain numbers, such as a range, is one figure.
fn walk(slice: &Slice<'_>, steps: &mut Steps, figures: &mut Vec<Steps>, found: &mut Diagnostics) {
    let text = slice.text.trim();
    if is_figure(text) {
        figures.push(steps.clone());
        return;
    }
    if !text.ends_with([')', ']', '}']) {
        return;
    }
    let entries = slice.entries(found);
    let unnamed = entries.iter().all(|entry| entry.name.is_empty());
    if unnamed && !entries.is_empty() && entries.iter().all(|e| is_figure(e.value.text.trim())) {
        figures.push(steps.clone());
        return;
    }
    for (n, entry) in entries.iter().enumerate() {
        if WORDS.contains(&entry.name.as_str()) {
            continue;
        }
        let name = if entry.name.is_empty() { format!("[{n}]") } else { step(&entry.name) };
        steps.push(name);
        walk(&entry.value, steps, figures, found);
        steps.pop();
    }
}

fn is_figure(text: &str) -> bool {
    let text = text.trim_start_matches('"');
    let number = text.trim_start_matches(['-', '+', '.']).starts_with(|c: char| c.is_ascii_digit());
    number || text == "true" || text == "false"
}
