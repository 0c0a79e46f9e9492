//! Panels without Bevy: what they say to somebody who reads them, and what a click comes to.

use app::desktop::command::Command;
use app::desktop::look::{Side, Theme};
use app::desktop::panels::Chrome;
use app::desktop::panels::bottleneck::bottleneck_ui;
use app::desktop::panels::courses::courses_ui;
use app::desktop::panels::inspector::inspector_ui;
use app::desktop::panels::tree::{Search, tree_ui};
use app::desktop::trace::Trace;
use app::desktop::{Desk, Outside, obey, views, whatif};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use twin::engine::Activity;

use super::after;

#[test]
fn the_bottleneck_is_named_with_reasons() {
    let run = after(2.0);
    let machines = views::machines(&run);
    let view = views::bottleneck(&run, &machines).unwrap();
    assert_eq!(view.ranked[0].1, "mill");
    let why = view.why.join(" ");
    assert!(why.contains("working 100 %") || why.contains("working 99 %"), "{why}");
    assert!(why.contains("wash was starved 5"), "{why}");
    let harness = Harness::new_ui(move |ui| {
        bottleneck_ui(ui, Some(&view), None, Theme::Light, &mut Vec::new());
    });
    harness.get_by_label("mill");
    harness.get_by_label("What if mill were faster?");
}

#[test]
fn asking_what_if_is_one_click() {
    let run = after(2.0);
    let mill = run.model.find("mill").unwrap();
    let view = views::bottleneck(&run, &views::machines(&run)).unwrap();
    let ui = move |ui: &mut egui::Ui, out: &mut Vec<Command>| {
        bottleneck_ui(ui, Some(&view), None, Theme::Light, out);
    };
    let mut harness = Harness::new_ui_state(ui, Vec::new());
    harness.get_by_label("twice").click();
    harness.run();
    assert!(harness.state().contains(&Command::WhatIf(mill, 2.0)), "{:?}", harness.state());
}

#[test]
fn a_faster_bottleneck_makes_more_until_the_next_one_holds() {
    let run = after(2.0);
    let mill = run.model.find("mill").unwrap();
    let question = whatif::Question { id: mill, name: "mill".into(), faster: 2.0, hours: 4.0 };
    let whatif::Answer::Done { finished: [now, then], next, .. } =
        whatif::answer(&run.model, run.state(), question)
    else {
        panic!("it can be run")
    };
    // 30 s a part until now; then the queue before the saw gives one every 15 s, or 20 s once it is gone.
    assert!((478..=482).contains(&now), "{now} in four hours");
    assert!((715..=965).contains(&then), "{then} with the mill twice as fast");
    assert_ne!(next, "");
}

#[test]
fn the_inspector_says_why() {
    let run = after(2.0);
    let wash = run.model.find("wash").unwrap();
    let view = views::inspector(&run, wash);
    let id = view.id;
    let reason = view.reason.clone();
    let ui =
        move |ui: &mut egui::Ui, out: &mut Vec<Command>| inspector_ui(ui, &view, Theme::Dark, out);
    let mut harness = Harness::new_ui_state(ui, Vec::new());
    harness.get_by_label(&reason);
    harness.get_by_label("Switch off").click();
    harness.run();
    assert_eq!(harness.state(), &[Command::StopMachine(id)]);
}

#[test]
fn the_tree_is_searched_by_name_and_kind() {
    let run = after(0.5);
    let texts = |find: &str| -> Vec<String> {
        views::tree(&run, find, None).into_iter().map(|row| row.text).collect()
    };
    assert_eq!(texts("").len(), 6);
    assert_eq!(texts("wash"), ["wash"]);
    assert_eq!(texts("station"), ["saw", "mill", "wash"]);
    assert!(views::tree(&run, "", Some(Activity::Failed)).is_empty());
    let rows = views::tree(&run, "mill", None);
    let mill = run.model.find("mill").unwrap();
    let mut search = Search::default();
    let ui = move |ui: &mut egui::Ui, out: &mut Vec<Command>| {
        tree_ui(ui, &rows, &mut search, None, Theme::Light, out);
    };
    let mut harness = Harness::new_ui_state(ui, Vec::new());
    harness.get_by_label("mill").click();
    harness.run();
    assert!(harness.state().contains(&Command::Select(Some(mill))), "{:?}", harness.state());
}

#[test]
fn time_goes_back_exactly() {
    let mut run = after(1.0);
    let before = run.state().hash(&run.model);
    run.seek(twin::units::SimTime::from_seconds(7200.0)).unwrap();
    run.seek(twin::units::SimTime::from_seconds(3600.0)).unwrap();
    assert_eq!(run.state().hash(&run.model), before);
}

#[test]
fn what_is_done_can_be_taken_back() {
    let mut run = after(1.0);
    let mill = run.model.find("mill").unwrap();
    let mut desk = Desk::new(Side::Iso, run.sights(), [640.0, 360.0]);
    let mut chrome = Chrome::default();
    let before = run.state().hash(&run.model);
    let mut do_it = |command| obey(command, &mut run, &mut desk, &mut chrome);
    assert_eq!(do_it(Command::Pace(mill, 2.0)), None);
    assert_eq!(do_it(Command::StopMachine(mill)), None);
    assert_eq!(do_it(Command::Bottleneck), None);
    assert_eq!(do_it(Command::Quit), Some(Outside::Quit));
    assert_eq!((desk.selection, run.pace(mill)), (Some(mill), 2.0));
    let doing = views::inspector(&run, mill).activity;
    assert_eq!(doing, Activity::OffShift, "switched off by a command");
    for _ in 0..2 {
        obey(Command::TakeBack, &mut run, &mut desk, &mut chrome);
    }
    assert_eq!(run.pace(mill), 1.0);
    assert_eq!(run.state().hash(&run.model), before);
    assert_eq!(run.trouble, None);
}

#[test]
fn names_over_the_plant_mark_the_bottleneck() {
    let run = after(2.0);
    let mill = run.model.find("mill").unwrap();
    let desk = Desk::new(Side::Iso, run.sights(), [640.0, 360.0]);
    let labels = views::labels(&run, &desk, Some(&(mill, 0.99)));
    let first = &labels.names[0];
    assert!(first.bottleneck && first.id == mill && first.more.as_ref().unwrap().contains("99 %"));
    assert!(labels.names.iter().skip(1).all(|label| !label.bottleneck));
    assert!(
        labels.names.iter().all(|label| label.name != "belt"),
        "conveyors have no names unless asked for"
    );
}

#[test]
fn any_value_can_be_put_into_the_plot_and_taken_out() {
    let run = after(2.0);
    let mill = views::inspector(&run, run.model.find("mill").unwrap());
    let ui =
        move |ui: &mut egui::Ui, out: &mut Vec<Command>| inspector_ui(ui, &mill, Theme::Light, out);
    let mut harness = Harness::new_ui_state(ui, Vec::new());
    harness.get_by_label("📈 active").click();
    harness.run();
    let active = Trace::Active("mill".into());
    assert_eq!(harness.state(), &[Command::Plot(active.clone())]);

    let (mut run, mut chrome) = (after(2.0), Chrome::default());
    let mut desk = Desk::new(Side::Iso, run.sights(), [640.0, 360.0]);
    for trace in Trace::of("wash").into_iter().chain([active]) {
        obey(Command::Plot(trace), &mut run, &mut desk, &mut chrome);
    }
    let courses = views::courses(&run, &chrome.plotted);
    assert_eq!(courses.len(), 6, "beside the two that are there at first");
    let last = |n: usize| courses[n].points.last().unwrap()[1];
    assert!((last(3) - 120.0).abs() < 6.0, "the mill lets one through every 30 s: {}", last(3));
    assert!((last(4) - 46.7).abs() < 4.0, "the washer needs 14 s of them: {} %", last(4));
    assert!(last(5) > 98.0, "{} %", last(5));
    let gone = Trace::Rate("nobody".into());
    assert!(gone.points(&run).is_empty());

    let ui = move |ui: &mut egui::Ui, out: &mut Vec<Command>| {
        courses_ui(ui, &courses, Theme::Dark, out);
    };
    let mut harness = Harness::new_ui_state(ui, Vec::new());
    harness.get_by_label("wash: active (%) ×").click();
    harness.run();
    assert_eq!(harness.state(), &[Command::Plot(Trace::Active("wash".into()))]);
}
