//! Which machine holds the plant up, why, and what happens if it gets faster.

use egui::{Frame, RichText, Sense, Ui, vec2};
use twin::id::EquipmentId;

use super::signs;
use crate::desktop::command::Command;
use crate::desktop::look::Theme;
use crate::desktop::views::{Bottleneck, percent};
use crate::desktop::whatif::{Answer, Question};

/// How much faster a machine is thought to be.
const FASTER: [f64; 3] = [1.1, 1.25, 2.0];

/// The bottleneck, the runners-up, and the question what if.
pub fn bottleneck_ui(
    ui: &mut Ui,
    view: Option<&Bottleneck>,
    answer: Option<&Answer>,
    theme: Theme,
    out: &mut Vec<Command>,
) {
    let Some(view) = view else {
        ui.label("Nothing has worked yet. Press Space to run.");
        return;
    };
    let Some((id, name, _)) = view.ranked.first() else { return };
    ui.weak("The bottleneck is");
    ui.horizontal(|ui| {
        if ui
            .add(egui::Link::new(RichText::new(name).heading()))
            .on_hover_text("Show it (B)")
            .clicked()
        {
            out.push(Command::Bottleneck);
        }
    });
    view.why.iter().for_each(|why| {
        ui.label(why);
    });
    ui.add_space(4.0);
    for (other, name, share) in &view.ranked {
        rank(ui, *other, name, *share, theme, out);
    }
    ui.add_space(6.0);
    what_if(ui, *id, name, answer, theme, out);
}

fn rank(
    ui: &mut Ui,
    id: EquipmentId,
    name: &str,
    share: f64,
    theme: Theme,
    out: &mut Vec<Command>,
) {
    ui.horizontal(|ui| {
        let (rect, response) =
            ui.allocate_exact_size(vec2(ui.available_width(), 18.0), Sense::click());
        let mut full = rect;
        full.set_width(rect.width() * share as f32);
        let accent = signs::colour(theme.ground().accent);
        ui.painter().rect_filled(rect, 2.0, ui.visuals().faint_bg_color);
        ui.painter().rect_filled(full, 2.0, accent.gamma_multiply(0.45));
        let ink = ui.visuals().text_color();
        let font = egui::FontId::proportional(12.0);
        let left = rect.left_center() + vec2(5.0, 0.0);
        ui.painter().text(left, egui::Align2::LEFT_CENTER, name, font.clone(), ink);
        let right = rect.right_center() - vec2(5.0, 0.0);
        ui.painter().text(right, egui::Align2::RIGHT_CENTER, percent(share), font, ink);
        if response.on_hover_text("Share of time in which it is active").clicked() {
            out.push(Command::Select(Some(id)));
        }
    });
}

fn what_if(
    ui: &mut Ui,
    id: EquipmentId,
    name: &str,
    answer: Option<&Answer>,
    theme: Theme,
    out: &mut Vec<Command>,
) {
    ui.label(RichText::new(format!("What if {name} were faster?")).strong());
    ui.horizontal(|ui| {
        for faster in FASTER {
            let text = if faster >= 2.0 {
                "twice".to_owned()
            } else {
                format!("+{}", percent(faster - 1.0))
            };
            let tip =
                "Runs the plant ahead twice from here, with the same random numbers, and compares";
            if ui.button(text).on_hover_text(tip).clicked() {
                out.push(Command::WhatIf(id, faster));
            }
        }
    });
    let Some(answer) = answer else { return };
    Frame::group(ui.style()).show(ui, |ui| match answer {
        Answer::Working(question) => {
            ui.horizontal(|ui| {
                ui.spinner();
                ui.label(format!("{} {:.2} times as fast …", question.name, question.faster));
            });
        }
        Answer::Failed(text) => {
            ui.label(text);
        }
        Answer::Done { question, finished, next } => done(ui, question, *finished, next, theme),
    });
}

fn done(ui: &mut Ui, question: &Question, [now, then]: [u64; 2], next: &str, theme: Theme) {
    let change = then as f64 / (now as f64).max(1.0) - 1.0;
    let size = RichText::new(format!("{:+.1} %", change * 100.0)).heading();
    let good = signs::of(theme, twin::engine::Activity::Working);
    ui.horizontal(|ui| {
        ui.label(if change > 0.001 { size.color(good) } else { size });
        ui.label("parts finished");
    });
    ui.label(format!(
        "{now} → {then} in the next {:.0} h, with {} {:.2} times as fast.",
        question.hours, question.name, question.faster
    ));
    ui.label(if next == question.name {
        format!("{next} would still be the bottleneck.")
    } else {
        format!("The bottleneck would then be {next}.")
    });
}
