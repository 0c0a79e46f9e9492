//! Panels of the plant's file, by keyboard and by what they say.

use app::desktop::command::Command;
use app::desktop::look::Theme;
use app::desktop::panels::Work;
use app::desktop::panels::fields::{Typing, fields_ui};
use app::desktop::panels::findings::findings_ui;
use app::desktop::panels::plan::plan_ui;
use app::desktop::panels::question::{Prompt, asking_ui};
use app::desktop::plan::{Plan, Question, Reply, Then};
use app::desktop::shield::shielded;
use app::desktop::views;
use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use twin::edit::Edit;

use super::work::Bench;

/// The fields of the mill, with what comes of them.
fn fields<'a>() -> Harness<'a, Vec<Command>> {
    let mut bench = Bench::new();
    bench.select("mill");
    let view = views::fields(&bench.document, &bench.run, &bench.desk).unwrap();
    let mut typing = Typing::begun();
    let ui = move |ui: &mut egui::Ui, out: &mut Vec<Command>| {
        fields_ui(ui, &view, &mut typing, Theme::Light, out);
    };
    let mut harness = Harness::new_ui_state(ui, Vec::new());
    harness.run();
    harness
}

fn type_over(harness: &mut Harness<'_, Vec<Command>>, text: &str) {
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    harness.run();
    harness.event(egui::Event::Text(text.to_owned()));
    harness.run();
}

#[test]
fn a_field_is_changed_by_typing_and_enter() {
    let mut harness = fields();
    type_over(&mut harness, "16 s");
    assert!(harness.state().is_empty(), "nothing is done before Enter");
    harness.key_press(Key::Enter);
    harness.run();
    let edit = Edit::Set { path: "equipment.mill.is.time".into(), value: "16 s".into() };
    assert_eq!(harness.state(), &[Command::Plan(Plan::Make(edit))]);
}

#[test]
fn escape_leaves_a_field_as_it_was_and_an_empty_one_is_the_default() {
    let mut harness = fields();
    type_over(&mut harness, "16 s");
    harness.key_press(Key::Escape);
    harness.run();
    assert!(harness.state().is_empty(), "{:?}", harness.state());
    let mut harness = fields();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    harness.key_press(Key::Delete);
    harness.key_press(Key::Enter);
    harness.run();
    let edit = Edit::Unset { path: "equipment.mill.is.time".into() };
    assert_eq!(harness.state(), &[Command::Plan(Plan::Make(edit))]);
}

#[test]
fn fields_say_what_is_there_and_what_could_be() {
    let mut bench = Bench::new();
    bench.select("saw");
    let view = views::fields(&bench.document, &bench.run, &bench.desk).unwrap();
    assert_eq!((view.kind.as_str(), view.subject.makes), ("Station", 1));
    let says = |name: &str| {
        let field = view.groups.iter().flatten().find(|field| field.name == name);
        field.unwrap_or_else(|| panic!("{name}")).text.clone()
    };
    assert_eq!(says("time").as_deref(), Some("\"15 s\""));
    assert_eq!(says("queue").as_deref(), Some("\"unlimited\""));
    assert_eq!(says("at").as_deref(), Some("(0.0, 0.0)"));
    assert_eq!((says("setup"), says("failures")), (None, None));
}

#[test]
fn a_click_on_what_is_wrong_selects_what_it_is_about() {
    let mut bench = Bench::new();
    let edit = Edit::Set { path: "equipment.wash.is.time".into(), value: "three".into() };
    bench.obey(Plan::Make(edit));
    let findings = bench.document.findings().to_vec();
    let message = findings[0].message.clone();
    let mut folded = false;
    let ui = move |ui: &mut egui::Ui, out: &mut Vec<Command>| {
        findings_ui(ui, &findings, &mut folded, Theme::Dark, out);
    };
    let mut harness = Harness::new_ui_state(ui, Vec::new());
    harness.get_by_label("1 error");
    harness.get_by_label(&message).click();
    harness.run();
    assert_eq!(harness.state(), &[Command::Plan(Plan::Pick("wash".into()))]);
}

/// What comes of a key while `work` asks for something.
fn answered(work: Work, key: Key) -> Vec<Command> {
    let state = (work, Vec::new());
    let ui = |ui: &mut egui::Ui, (work, out): &mut (Work, Vec<Command>)| {
        asking_ui(ui.ctx(), work, &["Buffer", "Station"], out);
    };
    let mut harness = Harness::new_ui_state(ui, state);
    harness.key_press(key);
    harness.run();
    harness.state().1.clone()
}

#[test]
fn questions_are_answered_by_keyboard() {
    let asked = |question: Question| Work { question: Some(question), ..Work::default() };
    let replies = [
        (Question::Unsaved(Then::Close), Key::S, Reply::Keep),
        (Question::Unsaved(Then::Close), Key::D, Reply::Drop),
        (Question::Unsaved(Then::Close), Key::Escape, Reply::Cancel),
        (Question::Changed(String::new()), Key::K, Reply::Keep),
        (Question::Changed(String::new()), Key::T, Reply::Drop),
        (Question::Kept(true), Key::G, Reply::Keep),
    ];
    for (question, key, reply) in replies {
        let out = answered(asked(question.clone()), key);
        assert_eq!(out.first(), Some(&Command::Plan(Plan::Answer(reply))), "{question:?}");
    }
}

#[test]
fn lines_that_are_typed_come_to_what_they_are_for() {
    let rename = Work { prompt: Some(Prompt::rename("mill")), ..Work::default() };
    assert!(answered(rename, Key::Enter).is_empty(), "the same name is no change");
    let mut prompt = Prompt::rename("mill");
    prompt.text = "lathe".into();
    let out = answered(Work { prompt: Some(prompt), ..Work::default() }, Key::Enter);
    let edit = Edit::Rename { name: "mill".into(), to: "lathe".into() };
    assert_eq!(out.first(), Some(&Command::Plan(Plan::Make(edit))));
    let prompt = Prompt::save_as(Some("plants/line.ron".as_ref()));
    let out = answered(Work { prompt: Some(prompt), ..Work::default() }, Key::Enter);
    assert_eq!(out.first(), Some(&Command::Plan(Plan::WriteTo("plants/line.ron".into()))));
    let kinds = Work { kinds: Some("sta".into()), ..Work::default() };
    assert_eq!(answered(kinds, Key::Enter)[0], Command::Plan(Plan::Take("Station".into())));
}

#[test]
fn the_bar_says_what_undo_would_undo_and_that_the_old_plant_runs() {
    let mut bench = Bench::new();
    let edit = Edit::Set { path: "equipment.wash.is.time".into(), value: "three".into() };
    bench.obey(Plan::Make(edit));
    let view = views::plan(&bench.document, &bench.run, &bench.desk);
    assert_eq!(view.names[0].as_deref(), Some("Set time of wash to three"));
    let ui = move |ui: &mut egui::Ui, out: &mut Vec<Command>| {
        plan_ui(ui, &view, Theme::Light, out);
    };
    let mut harness = Harness::new_ui_state(ui, Vec::new());
    harness.get_by_label("cannot run as it is written; the plant before the change runs on");
    harness.get_by_label("Undo").click();
    harness.run();
    assert_eq!(harness.state(), &[Command::Plan(Plan::Undo)]);
}

#[test]
fn a_panel_that_fails_leaves_the_window_as_it_is() {
    let ui = |ui: &mut egui::Ui, failures: &mut Vec<String>| {
        let drawn = shielded(|| {
            ui.horizontal(|ui| {
                ui.label("half a panel");
                assert!(!failures.is_empty(), "the first frame fails");
                ui.label("the other half");
            });
        });
        failures.extend(drawn.err());
        ui.label("what stands below");
    };
    let mut harness = Harness::new_ui_state(ui, Vec::new());
    harness.run();
    assert_eq!(harness.state(), &["the first frame fails"]);
    harness.get_by_label("the other half");
    harness.get_by_label("what stands below");
}
