//! Ways: which connections lead from an equipment to where a part's next step is done.
//!
//! Between two steps a part passes only through equipment that does not work on it (conveyors, buffers, carriers). It may
//! take every connection from which its target can be reached without coming back here.

use std::collections::BTreeMap;

use super::build::Builder;
use crate::diagnostics::codes;
use crate::engine::{Model, Step};
use crate::id::{EquipmentId, LinkId};

/// Fills in the ways of every equipment that has a choice, and reports steps that cannot be reached.
pub(super) fn find_hops(builder: &mut Builder<'_, '_>) {
    let sets = target_sets(builder);
    let into = incoming(&builder.model);
    for (number, targets) in &sets {
        let reach = reach(builder, &into, targets);
        for index in 0..builder.model.equipment.len() {
            let links = builder.model.equipment[index].links.clone();
            if links.len() < 2 || !reach[index] {
                continue;
            }
            let here = EquipmentId::from_index(index);
            let all = links.len();
            let ways: Vec<LinkId> = links
                .map(LinkId)
                .filter(|link| leads(builder, *link, here, targets, &reach))
                .collect();
            if ways.len() < all && !ways.is_empty() {
                builder.model.equipment[index].hops.push((*number, ways));
            }
        }
        check_reached(builder, *number, &reach);
    }
    for row in &mut builder.model.equipment {
        row.hops.sort_by_key(|hop| hop.0);
    }
}

/// Numbers the sets of targets; the sinks stand for the end of every route.
fn target_sets(builder: &mut Builder<'_, '_>) -> Vec<(u32, Vec<bool>)> {
    let n = builder.model.equipment.len();
    let mut numbers: BTreeMap<Vec<EquipmentId>, u32> = BTreeMap::new();
    for step in &mut builder.model.steps {
        let mut at = step.at.clone();
        at.sort_unstable();
        let next = numbers.len() as u32;
        step.target_set = *numbers.entry(at).or_insert(next);
    }
    let mut sets: Vec<(u32, Vec<bool>)> = Vec::new();
    for (at, number) in &numbers {
        let mut targets = vec![false; n];
        at.iter().for_each(|at| targets[at.index()] = true);
        sets.push((*number, targets));
    }
    if !builder.model.steps.is_empty() {
        sets.push((Model::OUT, builder.sinks.clone()));
    }
    sets.sort_by_key(|set| set.0);
    sets
}

fn incoming(model: &Model) -> Vec<Vec<EquipmentId>> {
    let mut into = vec![Vec::new(); model.equipment.len()];
    for link in &model.links {
        into[link.to.index()].push(link.from);
    }
    into
}

/// Equipment from which a target can be reached by one connection or more, with nothing between that works on parts.
fn reach(builder: &Builder<'_, '_>, into: &[Vec<EquipmentId>], targets: &[bool]) -> Vec<bool> {
    let mut reach = vec![false; targets.len()];
    let mut open: Vec<usize> = (0..targets.len()).filter(|index| targets[*index]).collect();
    while let Some(index) = open.pop() {
        for from in &into[index] {
            if !std::mem::replace(&mut reach[from.index()], true) && passes(builder, from.index()) {
                open.push(from.index());
            }
        }
    }
    reach
}

fn passes(builder: &Builder<'_, '_>, index: usize) -> bool {
    !builder.model.equipment[index].processor && !builder.sinks[index]
}

/// Whether a target can be reached over `link` without coming back to `here`.
fn leads(
    builder: &Builder<'_, '_>,
    link: LinkId,
    here: EquipmentId,
    targets: &[bool],
    reach: &[bool],
) -> bool {
    let model = &builder.model;
    let mut open = vec![model.links[link.index()].to];
    let mut seen = std::collections::BTreeSet::from([here]);
    while let Some(at) = open.pop() {
        if targets[at.index()] {
            return true;
        }
        if !seen.insert(at) || !reach[at.index()] || !passes(builder, at.index()) {
            continue;
        }
        open.extend(model.row(at).links.clone().map(|link| model.links[link as usize].to));
    }
    false
}

/// Every equipment of a step must lead to the next one.
fn check_reached(builder: &mut Builder<'_, '_>, number: u32, reach: &[bool]) {
    let mut cut_off: Vec<(EquipmentId, String)> = Vec::new();
    for product in &builder.model.products {
        let first = product.first_step as usize;
        let steps = &builder.model.steps[first..first + usize::from(product.n_steps)];
        for (n, step) in steps.iter().enumerate() {
            for next in successors(steps, n) {
                let goal = steps.get(next).map_or("a sink", |next| next.operation.as_str());
                let set = steps.get(next).map_or(Model::OUT, |next| next.target_set);
                for at in step.at.iter().filter(|at| set == number && !reach[at.index()]) {
                    let name = &product.name;
                    let message =
                        format!("no way leads from here to {goal}, where \"{name}\" goes on");
                    cut_off.push((*at, message));
                }
            }
        }
    }
    cut_off.dedup();
    for (at, message) in cut_off {
        builder.error_as(codes::NO_WAY, at, "to", &message);
    }
}

/// The steps that may come after step `n`, by number: the next, those after it if it may be left out, and rework.
pub(super) fn successors(steps: &[Step], n: usize) -> Vec<usize> {
    let rework = steps[n].rules.rework.map(|(to, _)| usize::from(to));
    std::iter::once(n + 1).chain(rework).flat_map(|first| from(steps, first)).collect()
}

/// Step `first`, and those after it up to one that is never left out; beyond the last one stands the way out.
pub(super) fn from(steps: &[Step], first: usize) -> std::ops::RangeInclusive<usize> {
    let left_out = |next: &usize| steps.get(*next).is_some_and(|s| s.rules.share.is_some());
    let passed = (first..steps.len()).take_while(left_out).count();
    first..=first + passed
}
