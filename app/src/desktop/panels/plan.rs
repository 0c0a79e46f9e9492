//! The plant's file: whether it is saved, what can be undone, and whether what is written runs.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use egui::{Align2, Area, Button, Context, Frame, Id, Order, ProgressBar, RichText, Ui, vec2};
use twin::diagnostics::Severity;
use twin::engine::Activity;

use super::fields::Typing;
use super::question::Prompt;
use super::signs;
use crate::desktop::command::Command;
use crate::desktop::document::{Document, Draft, Recent};
use crate::desktop::keymap::key_of;
use crate::desktop::look::Theme;
use crate::desktop::plan::{Plan, Question};
use crate::desktop::views::{Going, PlanView};

/// What the panels about the file remember.
#[derive(Clone, Debug, Default)]
pub struct Work {
    /// What came of the last thing that was done.
    pub notice: Option<String>,
    /// Since when that is told.
    pub noticed: Option<Instant>,
    /// What has to be answered before anything else.
    pub question: Option<Question>,
    /// A line that is being typed.
    pub prompt: Option<Prompt>,
    /// What is searched for among the kinds that can be added, if they are shown.
    pub kinds: Option<String>,
    /// What is being typed into fields.
    pub fields: Typing,
    /// The list of what is wrong is folded.
    pub folded: bool,
    /// The system is to be asked for a file.
    pub browse: bool,
    /// The user has been told that there is such a file already.
    pub sure: Option<PathBuf>,
    /// What is written but does not run, in which revision of the text.
    pub drafts: (u64, Vec<Draft>),
    /// The plants that were opened last.
    pub recent: Recent,
}

impl Work {
    /// What is written but does not run, found out anew by `find` where the text has changed.
    pub fn drafted(
        &mut self,
        document: &Document,
        find: impl FnOnce() -> Vec<Draft>,
    ) -> Vec<Draft> {
        if self.drafts.0 != document.revision() {
            self.drafts = (document.revision(), find());
        }
        self.drafts.1.clone()
    }

    /// Takes a notice away that has been told for so long by `now`.
    pub fn forget_old(&mut self, long: Duration, now: Instant) {
        let since = self.notice.is_some().then(|| self.noticed.unwrap_or(now));
        self.noticed = since;
        if since.is_some_and(|since| now - since > long) {
            self.notice = None;
        }
    }
}

/// What can be done to the file, and how far what runs is from it.
pub fn plan_ui(ui: &mut Ui, view: &PlanView, theme: Theme, out: &mut Vec<Command>) {
    ui.horizontal(|ui| {
        let [undo, redo] = &view.names;
        button(ui, "Save", view.unsaved, None, Plan::Save, out);
        button(ui, "Undo", undo.is_some(), undo.as_deref(), Plan::Undo, out);
        button(ui, "Redo", redo.is_some(), redo.as_deref(), Plan::Redo, out);
        button(ui, "Add …", true, None, Plan::Add, out);
        going(ui, view, theme);
    });
}

fn button(
    ui: &mut Ui,
    text: &str,
    enabled: bool,
    of: Option<&str>,
    plan: Plan,
    out: &mut Vec<Command>,
) {
    let command = Command::Plan(plan);
    let (name, tip) = command.text();
    let key = key_of(&command).unwrap_or_default();
    let name = of.map_or_else(|| name.to_owned(), |of| format!("{name}: {of}"));
    let tip = format!("{name} ({key})\n{tip}");
    let response = ui.add_enabled(enabled, Button::new(text));
    if response.on_hover_text(&tip).on_disabled_hover_text(tip).clicked() {
        out.push(command);
    }
}

/// Whether what is written is saved, and whether it runs.
fn going(ui: &mut Ui, view: &PlanView, theme: Theme) {
    let saved = if view.unsaved { "not saved" } else { "saved" };
    ui.weak(format!("{}, {saved}", view.file));
    match view.going {
        Going::On => {}
        Going::Checking => {
            ui.spinner();
            ui.weak("looking at the change");
        }
        Going::CatchingUp(share) => {
            ui.add(ProgressBar::new(share as f32).desired_width(90.0).show_percentage());
            ui.weak("running the changed plant up to now");
        }
        Going::Before => {
            let red = signs::of(theme, Activity::Failed);
            let text = "cannot run as it is written; the plant before the change runs on";
            ui.label(RichText::new(text).color(red).strong());
        }
    }
}

/// How a severity is called and coloured.
pub(super) fn severity(theme: Theme, severity: Severity) -> (&'static str, egui::Color32) {
    match severity {
        Severity::Error => ("error", signs::of(theme, Activity::Failed)),
        Severity::Warning => ("warning", signs::of(theme, Activity::WaitingForWorker)),
        Severity::Note => ("note", signs::of(theme, Activity::SetUp)),
    }
}

/// What came of the last thing that was done, at the head of the plant.
pub fn notice_ui(ctx: &Context, work: &mut Work) {
    // Whoever types sees it where he types.
    let Some(notice) = work.notice.clone().filter(|_| work.prompt.is_none()) else { return };
    let place = Area::new(Id::new("notice")).order(Order::Foreground);
    place.anchor(Align2::CENTER_TOP, vec2(0.0, 96.0)).show(ctx, |ui| {
        Frame::popup(ui.style()).show(ui, |ui| {
            ui.horizontal(|ui| {
                ui.label(notice);
                if ui.small_button("×").on_hover_text("Dismiss").clicked() {
                    work.notice = None;
                }
            });
        });
    });
}
