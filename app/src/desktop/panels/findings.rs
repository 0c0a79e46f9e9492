//! What is wrong with the plant's file, as the command line says it; a click shows what it is about.

use egui::{RichText, ScrollArea, Ui};
use twin::diagnostics::Severity;

use super::plan::severity;
use crate::desktop::command::Command;
use crate::desktop::document::Finding;
use crate::desktop::look::Theme;
use crate::desktop::plan::Plan;

/// The list; one line while it is folded.
pub fn findings_ui(
    ui: &mut Ui,
    findings: &[Finding],
    folded: &mut bool,
    theme: Theme,
    out: &mut Vec<Command>,
) {
    ui.horizontal(|ui| {
        let sign = if *folded { "⏵" } else { "⏷" };
        if ui.small_button(sign).on_hover_text("Fold or unfold the list").clicked() {
            *folded = !*folded;
        }
        ui.strong(counts(findings));
    });
    if *folded {
        return;
    }
    ScrollArea::vertical().max_height(150.0).auto_shrink([false, true]).show(ui, |ui| {
        for finding in findings {
            row(ui, finding, theme, out);
        }
    });
}

/// `2 errors, 1 warning`.
pub fn counts(findings: &[Finding]) -> String {
    let kinds =
        [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Note, "note")];
    let told = kinds.into_iter().filter_map(|(severity, word)| {
        let n = findings.iter().filter(|finding| finding.severity == severity).count();
        let plural = if n == 1 { "" } else { "s" };
        (n > 0).then(|| format!("{n} {word}{plural}"))
    });
    told.collect::<Vec<_>>().join(", ")
}

fn row(ui: &mut Ui, finding: &Finding, theme: Theme, out: &mut Vec<Command>) {
    let (word, ink) = severity(theme, finding.severity);
    ui.horizontal_wrapped(|ui| {
        let head = format!("{word} {}", finding.code);
        ui.label(RichText::new(head.trim_end()).color(ink).strong());
        match &finding.about {
            Some(name) => {
                let tip = format!("Show {name}");
                if ui.link(&finding.message).on_hover_text(tip).clicked() {
                    out.push(Command::Plan(Plan::Pick(name.clone())));
                }
            }
            None => {
                ui.label(&finding.message);
            }
        }
        ui.weak(&finding.place).on_hover_text(&finding.line);
        for hint in &finding.hints {
            ui.label(RichText::new(hint).italics());
        }
    });
}
