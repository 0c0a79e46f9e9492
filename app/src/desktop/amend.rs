//! What each command does to the plant's file. Whatever is changed is one [`Edit`] with one name, and one step of undo.

use std::path::Path;

use twin::edit::{Edit, EditProblem};

use super::alter::{delete, duplicate, join, put};
use super::document::{Document, Kept, entry_of, id_of, moves, nudges};
use super::fidelity::switch;
use super::hand::{GRID, Hand, Held, heading};
use super::look::standing::usual_outline;
use super::obey::Outside;
use super::panels::Work;
use super::panels::question::Prompt;
use super::plan::{Plan, Question, Reply, Then};
use super::{Desk, Run};

/// Obeys `plan`.
pub fn amend(
    plan: Plan,
    document: &mut Document,
    run: &mut Run,
    desk: &mut Desk,
    work: &mut Work,
) -> Option<Outside> {
    work.notice = None;
    work.noticed = None;
    match plan {
        Plan::Make(edit) => make(document, edit, work),
        Plan::Undo => tell_done(work, "Undone", document.undo()),
        Plan::Redo => tell_done(work, "Done again", document.redo()),
        Plan::Save => save(document, work),
        Plan::SaveAs => work.prompt = Some(Prompt::save_as(document.path())),
        Plan::Open => work.prompt = Some(Prompt::open(document.path())),
        Plan::Browse => work.browse = true,
        Plan::WriteTo(path) => write_to(document, &path, work),
        Plan::Read(path) if document.is_unsaved() => {
            work.question = Some(Question::Unsaved(Then::Open(path)));
        }
        Plan::Read(path) => read(document, &path, work),
        Plan::Answer(reply) => return answer(reply, document, work),
        other => change(other, document, run, desk, work),
    }
    None
}

/// Obeys what changes the plant itself, or takes something in hand to do so.
fn change(plan: Plan, document: &mut Document, run: &Run, desk: &mut Desk, work: &mut Work) {
    let chosen = chosen(document, run, desk);
    match (plan, chosen) {
        (Plan::Add, _) => work.kinds = Some(String::new()),
        (Plan::Take(kind), _) => {
            let held = Held::new(&kind, usual_outline(&kind));
            desk.hand = Hand::Placing(held, None);
        }
        (Plan::Put(at), chosen) => put(document, run, desk, at, chosen, work),
        (Plan::Shift(name, by), _) => {
            if let Some(entry) = entry(document, run, &name) {
                let registry = &document.loader().registry;
                let edit = moves(document.text(), run, registry, &entry, by);
                make(document, edit, work);
            }
        }
        (Plan::Join(from, to), _) => join(document, run, &from, &to, work),
        (Plan::Pick(name), _) => pick(document, run, desk, &name),
        (Plan::Fidelity, _) if desk.selection.is_some() => {
            desk.selection.into_iter().for_each(|id| switch(document, run, id, work));
        }
        (_, None) => {
            let elsewhere = desk.selection.map(|id| run.model.row(id).name.clone());
            work.notice = Some(elsewhere.map_or_else(
                || "Select an equipment first".to_owned(),
                |name| format!("{name} stands in another file, which this one includes"),
            ));
        }
        (Plan::Fields, Some(_)) => work.fields.wanted = true,
        (Plan::Connect, Some(entry)) => {
            let from = desk.selection.map_or(entry, |id| run.model.row(id).name.clone());
            work.notice = Some(format!("Click what {from} shall lead to; Esc lets go"));
            desk.hand = Hand::Connecting(from, None);
        }
        (Plan::Rename, Some(entry)) => work.prompt = Some(Prompt::rename(&entry)),
        (Plan::Duplicate, Some(entry)) => duplicate(document, run, desk, &entry, work),
        (Plan::Delete, Some(entry)) => delete(document, run, desk, &entry, work),
        (Plan::Nudge(way), Some(entry)) => {
            let by = heading(&desk.eye, way).map(|axis| axis * GRID);
            let registry = &document.loader().registry;
            let edit = nudges(document.text(), run, registry, &entry, by);
            tell(work, document.nudge(edit));
        }
        _ => {}
    }
}

/// Whether the window may be closed; else it asks.
pub fn close(document: &Document, work: &mut Work) -> bool {
    if document.is_unsaved() {
        work.question = Some(Question::Unsaved(Then::Close));
    }
    !document.is_unsaved()
}

/// The entry of the file that is selected.
fn chosen(document: &Document, run: &Run, desk: &Desk) -> Option<String> {
    let draft = || desk.draft.clone();
    let of = |id| entry_of(document.text(), &run.model, id).map(|subject| subject.entry);
    draft().or_else(|| desk.selection.and_then(of))
}

/// The entry of the file that an equipment, or an entry, of that name comes from.
pub(super) fn entry(document: &Document, run: &Run, name: &str) -> Option<String> {
    let of = |id| entry_of(document.text(), &run.model, id).map(|subject| subject.entry);
    // What has just been written has no equipment yet.
    run.model.find(name).and_then(of).or_else(|| Some(name.to_owned()))
}

fn make(document: &mut Document, edit: Edit, work: &mut Work) {
    tell(work, document.edit(edit));
}

pub(super) fn tell(work: &mut Work, result: Result<(), EditProblem>) {
    if let Err(problem) = result {
        work.notice = Some(format!("This cannot be done: {problem}"));
    }
}

fn tell_done(work: &mut Work, what: &str, name: Option<String>) {
    work.notice = Some(match name {
        Some(name) => format!("{what}: {name}"),
        None => "There is nothing left to do so with".to_owned(),
    });
}

fn pick(document: &Document, run: &Run, desk: &mut Desk, name: &str) {
    desk.selection = id_of(document.text(), &run.model, name);
    desk.draft = desk.selection.is_none().then(|| name.to_owned());
    if desk.selection.is_some() {
        desk.focus(run);
    }
}

fn save(document: &mut Document, work: &mut Work) {
    let Some(path) = document.path().map(Path::to_owned) else {
        work.prompt = Some(Prompt::save_as(None));
        return;
    };
    work.notice = Some(match document.save() {
        Ok(()) => format!("Saved {}", path.display()),
        Err(error) => cannot_write(&path, &error),
    });
}

fn cannot_write(path: &Path, error: &std::io::Error) -> String {
    format!("Cannot write {}: {error}. Nothing is lost; the file is as it was.", path.display())
}

fn write_to(document: &mut Document, path: &Path, work: &mut Work) {
    let is_other = document.path() != Some(path);
    if is_other && path.exists() && work.sure.as_deref() != Some(path) {
        work.notice = Some(format!("{} is there already: Enter again replaces it", path.display()));
        work.sure = Some(path.to_owned());
        return;
    }
    work.sure = None;
    work.prompt = None;
    work.notice = Some(match document.save_as(path) {
        Ok(()) => format!("Saved {}", path.display()),
        Err(error) => cannot_write(path, &error),
    });
}

/// Begins to open another plant.
fn read(document: &mut Document, path: &Path, work: &mut Work) {
    document.open(path);
    work.notice = Some(format!("Reading {} …", path.display()));
}

/// Takes another plant in the place of this one, once it has been read, if it is one.
pub(super) fn take_opened(
    document: &mut Document,
    run: &mut Run,
    desk: &mut Desk,
    work: &mut Work,
) {
    let Some(found) = document.opened() else { return };
    let begun = found.and_then(|(next, model)| {
        let begun = Run::new(model);
        begun.map(|begun| (next, begun)).map_err(|error| format!("It cannot be run: {error}"))
    });
    match begun {
        Ok((next, mut begun)) => {
            begun.plants = run.plants + 1;
            begun.looks = run.looks + 1;
            *run = begun;
            *document = next;
            if let Some(path) = document.path() {
                work.recent.opened(path);
            }
            work.prompt = None;
            work.notice = None;
            desk.selection = None;
            desk.draft = None;
            desk.following = None;
            desk.focus(run);
            ask_for_kept(document, work);
        }
        Err(why) => work.notice = Some(why),
    }
}

/// Asks what to do with what was kept of this file, if there is something.
pub(super) fn ask_for_kept(document: &Document, work: &mut Work) {
    work.question = document.kept().map(|kept| Question::Kept(is_stale(document, &kept)));
}

/// Whether the file has changed since something of it was kept.
fn is_stale(document: &Document, kept: &Kept) -> bool {
    document.on_disk() != Some(kept.base())
}

fn answer(reply: Reply, document: &mut Document, work: &mut Work) -> Option<Outside> {
    match (work.question.take()?, reply) {
        (Question::Unsaved(_), Reply::Cancel) => None,
        (Question::Unsaved(then), reply) => {
            if reply == Reply::Keep {
                save(document, work);
                if document.is_unsaved() {
                    return None;
                }
            }
            document.forget();
            go_on(then, document, work)
        }
        (Question::Changed(text), Reply::Drop) => {
            document.reload(&text);
            None
        }
        (Question::Changed(text), _) => {
            document.stay(&text);
            None
        }
        (Question::Kept(_), Reply::Keep) => {
            if let Some(kept) = document.kept() {
                document.restore(kept);
            }
            None
        }
        (Question::Kept(_), Reply::Drop) => {
            document.forget();
            None
        }
        (question @ Question::Kept(_), Reply::Cancel) => {
            work.question = Some(question);
            None
        }
    }
}

fn go_on(then: Then, document: &mut Document, work: &mut Work) -> Option<Outside> {
    match then {
        Then::Close => {
            document.give_up();
            Some(Outside::Quit)
        }
        Then::Open(path) => {
            read(document, &path, work);
            None
        }
    }
}
