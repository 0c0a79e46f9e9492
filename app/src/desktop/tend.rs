//! What goes on with the plant's file once a frame, by itself.

use std::time::{Duration, Instant};

use super::amend::take_opened;
use super::document::{Document, Seen, Verdict, drafts};
use super::panels::Work;
use super::plan::Question;
use super::{Desk, Run};

/// How long a notice is shown.
const NOTICED: Duration = Duration::from_secs(12);

/// Lets the run go on in what the file has become, looks after the file, and keeps what is not saved.
pub fn tend(document: &mut Document, run: &mut Run, desk: &mut Desk, work: &mut Work) {
    if let Some(model) = document.poll()
        && let Err(error) = run.replace(model)
    {
        work.notice = Some(format!("The changed plant cannot be run: {error}"));
    }
    take_opened(document, run, desk, work);
    // One question at a time.
    if work.question.is_none() {
        look_after(document, work);
    }
    if let Some(why) = document.keep() {
        work.notice = Some(format!("What is not saved cannot be kept for the next start: {why}"));
    }
    desk.drafts = if document.verdict() == Verdict::Fits && run.catching_up().is_none() {
        Vec::new()
    } else {
        work.drafted(document, || drafts(document.text(), &run.model, &document.loader().registry))
    };
    if desk.draft.is_some() && desk.drafts.is_empty() {
        desk.draft = None;
    }
    work.forget_old(NOTICED, Instant::now());
}

/// What has become of the file on the disk.
fn look_after(document: &mut Document, work: &mut Work) {
    if let Some(changed) = document.watch_beside() {
        work.notice = Some(format!("{changed} has changed and was read again"));
    }
    let name = document.path().map(|path| path.display().to_string()).unwrap_or_default();
    match document.watch() {
        Seen::Same => {}
        Seen::Changed(text) if document.is_unsaved() => {
            work.question = Some(Question::Changed(text));
        }
        Seen::Changed(text) => {
            document.reload(&text);
            work.notice = Some(format!("{name} has changed and was read again"));
        }
        Seen::Gone => {
            document.lost();
            work.notice =
                Some(format!("{name} is gone. Nothing is lost: saving (Ctrl+S) writes it anew."));
        }
    }
}
