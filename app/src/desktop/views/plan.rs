//! The plant's file as panels show it.

use twin::diagnostics::Severity;
use twin::edit::{Field, inspect};

use crate::desktop::document::{Document, Finding, Subject, Verdict, entry_of};
use crate::desktop::{Desk, Run};

/// How far what runs is from what is written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Going {
    /// What is written runs.
    On,
    /// It is being found out whether it is a plant.
    Checking,
    /// It is on its way to the present, from 0 to 1.
    CatchingUp(f64),
    /// What is written is no plant; what was written before runs on.
    Before,
}

/// The plant's file.
#[derive(Clone, Debug, PartialEq)]
pub struct PlanView {
    /// Its file, without the folder.
    pub file: String,
    /// Whether it differs from its file.
    pub unsaved: bool,
    /// What undo would undo, and redo redo.
    pub names: [Option<String>; 2],
    /// How far what runs is from it.
    pub going: Going,
    /// What is wrong with it.
    pub findings: Vec<Finding>,
    /// The fields of what is selected.
    pub fields: Option<Fields>,
    /// What can be added.
    pub kinds: Vec<&'static str>,
}

/// The fields of an equipment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fields {
    /// Its entry in the file, and what comes from it.
    pub subject: Subject,
    /// Its kind; empty where a template makes it.
    pub kind: String,
    /// The parameters of its kind, then what can be true of any equipment.
    pub groups: [Vec<Field>; 2],
}

impl PlanView {
    /// The worst of what is wrong with it.
    pub fn worst(&self) -> Option<Severity> {
        // An error is the first.
        self.findings.iter().map(|finding| finding.severity).min()
    }
}

/// What panels show of `document`.
pub fn plan(document: &Document, run: &Run, desk: &Desk) -> PlanView {
    let file = document.path().and_then(|path| path.file_name());
    let going = match (document.verdict(), run.catching_up()) {
        (Verdict::Checking, _) => Going::Checking,
        (Verdict::Broken, _) => Going::Before,
        (Verdict::Fits, Some(share)) => Going::CatchingUp(share),
        (Verdict::Fits, None) => Going::On,
    };
    PlanView {
        file: file.map_or_else(|| "no file".into(), |name| name.to_string_lossy().into_owned()),
        unsaved: document.is_unsaved(),
        names: document.names(),
        going,
        findings: document.findings().to_vec(),
        fields: fields(document, run, desk),
        kinds: document.loader().registry.names().collect(),
    }
}

/// The fields of what is selected; `None` where nothing is, or it stands in another file.
pub fn fields(document: &Document, run: &Run, desk: &Desk) -> Option<Fields> {
    let text = document.text();
    let subject = match (&desk.draft, desk.selection) {
        (Some(draft), _) => Subject { entry: draft.clone(), makes: 0 },
        (None, Some(id)) => entry_of(text, &run.model, id)?,
        (None, None) => return None,
    };
    let found = inspect(text, &subject.entry, &document.loader().registry).ok()?;
    Some(Fields { subject, kind: found.kind, groups: [found.parameters, found.common] })
}
