//! Values over time: whatever is dragged here, or asked for by its button.

use egui::{Id, Label, RichText, Sense, Stroke, StrokeKind, Ui};
use twin::engine::Activity;

use super::signs;
use crate::desktop::command::Command;
use crate::desktop::look::Theme;
use crate::desktop::trace::Trace;
use crate::desktop::views::Course;

/// Colours of lines, one after the other: those of activities, which are told apart in both themes.
const INKS: [Activity; 5] = [
    Activity::Working,
    Activity::SetUp,
    Activity::WaitingForWorker,
    Activity::Failed,
    Activity::Maintained,
];

/// The plot. What is dropped on it is shown in it; a click on a name takes that away.
pub fn courses_ui(ui: &mut Ui, courses: &[Course], theme: Theme, out: &mut Vec<Command>) {
    ui.horizontal_wrapped(|ui| {
        for course in courses {
            let name = course.trace.name();
            let button = ui.small_button(format!("{name} ×"));
            if button.on_hover_text("Take it out of the plot").clicked() {
                out.push(Command::Plot(course.trace.clone()));
            }
        }
        ui.weak("Drag values here from the inspector and the head of the window.");
    });
    let area = ui.available_rect_before_wrap();
    plot(ui, courses, theme);
    let over = ui.interact(area, Id::new("courses drop"), Sense::hover());
    if over.dnd_hover_payload::<Trace>().is_some() {
        let stroke = Stroke::new(2.0, signs::colour(theme.ground().accent));
        ui.painter().rect_stroke(area, 2.0, stroke, StrokeKind::Inside);
    }
    let dropped = over.dnd_release_payload::<Trace>();
    if let Some(trace) = dropped.filter(|new| courses.iter().all(|one| one.trace != **new)) {
        out.push(Command::Plot((*trace).clone()));
    }
}

fn plot(ui: &mut Ui, courses: &[Course], theme: Theme) {
    let accent = signs::colour(theme.ground().accent);
    let inks = INKS.iter().map(|activity| signs::of(theme, *activity));
    let inks = std::iter::once(accent).chain(inks).cycle();
    egui_plot::Plot::new("courses")
        .legend(egui_plot::Legend::default())
        .x_axis_label("simulated time (h)")
        .include_y(0.0)
        .show(ui, |plot| {
            for (course, ink) in courses.iter().zip(inks) {
                let line = egui_plot::Line::new(course.trace.name(), course.points.clone());
                plot.line(line.color(ink).width(1.6));
            }
        });
}

/// Something by which a value is taken to the plot: dragged there, or clicked. `text` stands beside its sign.
pub fn handle(ui: &mut Ui, trace: &Trace, text: &str, out: &mut Vec<Command>) {
    let id = Id::new(("trace", trace.name()));
    let text = RichText::new(format!("📈{text}")).weak();
    let tip = format!("{}: drag it to the plot, or click to put it there", trace.name());
    let response = ui
        .dnd_drag_source(id, trace.clone(), |ui| {
            ui.add(Label::new(text).selectable(false));
        })
        .response;
    if ui.interact(response.rect, id.with("click"), Sense::click()).on_hover_text(tip).clicked() {
        out.push(Command::Plot(trace.clone()));
    }
}
