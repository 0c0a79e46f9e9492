//! Equipment put in, connected, copied and taken out: what each comes to as one change of the file.

use twin::edit::{Edit, EditProblem};

use super::amend::{entry, tell};
use super::document::{Document, fresh_name, starter};
use super::hand::{GRID, Hand, Held};
use super::panels::Work;
use super::{Desk, Run};

/// Puts what is held down: behind what is selected, if that leads to one other, so that the line goes on through it.
pub(super) fn put(
    document: &mut Document,
    run: &Run,
    desk: &mut Desk,
    at: [f64; 2],
    chosen: Option<String>,
    work: &mut Work,
) {
    let Hand::Placing(held, _) = std::mem::take(&mut desk.hand) else { return };
    let name = fresh_name(document.text(), &held.name);
    let ways = chosen.filter(|from| run.model.find(from).is_some()).map(|from| {
        let to = successors(run, &from);
        (from, to)
    });
    let add =
        |to: Option<&str>| Edit::Add { name: name.clone(), text: starter(&held.name, at, to) };
    let connect =
        |from: &str| Edit::Connect { from: from.to_owned(), output: None, to: name.clone() };
    let alone = add(None);
    let edits = match (&ways, held.name.as_str()) {
        (Some((from, _)), "Source" | "OrderDesk") => vec![add(Some(from))],
        (Some((from, to)), "Sink" | "Demand") if to.is_empty() => {
            vec![alone.clone(), connect(from)]
        }
        (Some((from, to)), _) if to.len() == 1 => {
            let part = Edit::Disconnect { from: from.clone(), output: None, to: to[0].clone() };
            vec![add(Some(&to[0])), part, connect(from)]
        }
        _ => vec![alone.clone()],
    };
    let whole = Edit::All { name: format!("Add {name}"), edits };
    // Where the line cannot be led through it, it stands alone.
    let result = document.edit(whole).or_else(|_| document.edit(alone));
    if result.is_ok() {
        desk.selection = None;
        desk.draft = Some(name);
    }
    tell(work, result);
}

/// The names that an equipment leads to.
fn successors(run: &Run, name: &str) -> Vec<String> {
    let Some(id) = run.model.find(name) else { return Vec::new() };
    let links = run.model.links.iter().filter(|link| link.from == id);
    links.map(|link| run.model.row(link.to).name.clone()).collect()
}

pub(super) fn join(document: &mut Document, run: &Run, from: &str, to: &str, work: &mut Work) {
    let Some(from) = entry(document, run, from) else { return };
    let connect = |output: Option<&str>| Edit::Connect {
        from: from.clone(),
        output: output.map(str::to_owned),
        to: to.to_owned(),
    };
    let result = match document.edit(connect(None)) {
        Err(EditProblem::Connected(..)) => {
            let (from, to) = (from.clone(), to.to_owned());
            document.edit(Edit::Disconnect { from, output: None, to })
        }
        Err(EditProblem::WhichOutput(name)) => {
            let outputs = free_outputs(document, run, &from);
            let first = outputs.first().map(|output| document.edit(connect(Some(output))));
            first.unwrap_or(Err(EditProblem::WhichOutput(name)))
        }
        other => other,
    };
    if result.is_ok() {
        work.notice.clone_from(&document.names()[0]);
    }
    tell(work, result);
}

/// The outputs of an equipment by which nothing leaves yet.
fn free_outputs(document: &Document, run: &Run, name: &str) -> Vec<&'static str> {
    let Some(id) = run.model.find(name) else { return Vec::new() };
    let all = document.loader().registry.ports(run.model.kind_of(id))[1];
    let taken = run.model.links.iter().filter(|link| link.from == id).count();
    all.iter().copied().skip(taken).collect()
}

pub(super) fn duplicate(
    document: &mut Document,
    run: &Run,
    desk: &mut Desk,
    name: &str,
    work: &mut Work,
) {
    let Some(held) = Held::selected(run, desk) else { return };
    let copy = fresh_name(document.text(), name);
    let wide = f64::from(held.outline.size[1]) + 2.0 * GRID;
    let beside =
        held.pose * nalgebra::Point3::new(0.0, -(wide / GRID).ceil() as f32 * GRID as f32, 0.0);
    let at = (f64::from(beside.x), f64::from(beside.y));
    let edit = Edit::Copy { name: name.to_owned(), copy: copy.clone(), at };
    let result = document.edit(edit);
    if result.is_ok() {
        desk.selection = None;
        desk.draft = Some(copy);
    }
    tell(work, result);
}

/// Takes an equipment out; what led to it leads to what it led to, if that is one.
pub(super) fn delete(
    document: &mut Document,
    run: &Run,
    desk: &mut Desk,
    name: &str,
    work: &mut Work,
) {
    let remove = Edit::Remove { name: name.to_owned() };
    let mut edits = vec![remove.clone()];
    let after = successors(run, name);
    if let ([after], Some(id)) = (after.as_slice(), run.model.find(name)) {
        let before = run.model.links.iter().filter(|link| link.to == id);
        edits.extend(before.map(|link| Edit::Connect {
            from: run.model.row(link.from).name.clone(),
            output: None,
            to: after.clone(),
        }));
    }
    let whole = Edit::All { name: remove.name(), edits };
    let result = document.edit(whole).or_else(|_| document.edit(remove));
    if result.is_ok() {
        desk.selection = None;
        desk.draft = None;
    }
    tell(work, result);
}
