//! Equipment goes over from events to rigid bodies, and back: what the plant's file says under `run: (physics: …)`.

use twin::edit::Edit;
use twin::engine::Model;
use twin::id::EquipmentId;

use super::Run;
use super::amend::tell;
use super::document::Document;
use super::panels::Work;

/// Lets `id`, or the whole cell that it is in, run in the other form.
pub(super) fn switch(document: &mut Document, run: &Run, id: EquipmentId, work: &mut Work) {
    let name = &run.model.row(id).name;
    if document.loader().options.physics.is_some() {
        let why = "--physics says what runs as rigid bodies; without it, the plant's file does";
        work.notice = Some(why.to_owned());
        return;
    }
    let kind = run.model.kind_of(id);
    if document.loader().registry.physical_names().all(|able| able != kind) {
        work.notice = Some(format!("{name} has no form as rigid bodies: it is a {kind}"));
        return;
    }
    let edit = Edit::Set { path: "run.physics".to_owned(), value: list(&others(&run.model, id)) };
    let result = document.edit(edit);
    if result.is_ok() {
        let form = if run.model.row(id).cell.is_some() { "events" } else { "rigid bodies" };
        work.notice = Some(format!("{name} is to run as {form}"));
    }
    tell(work, result);
}

/// What runs as bodies once `id` has gone over.
fn others(model: &Model, id: EquipmentId) -> Vec<String> {
    let own = model.row(id).cell;
    let all = model
        .equipment
        .iter()
        .filter(|row| row.cell.is_some() && (own.is_none() || row.cell != own));
    let mut names: Vec<String> = all.map(|row| row.name.clone()).collect();
    names.extend(own.is_none().then(|| model.row(id).name.clone()));
    names
}

fn list(names: &[String]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("{name:?}")).collect();
    format!("[{}]", quoted.join(", "))
}
