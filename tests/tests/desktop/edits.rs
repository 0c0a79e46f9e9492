//! Changes of the plant, and how the run goes on in what it has become.

use std::time::Duration;

use app::desktop::command::Command;
use app::desktop::document::{STARTERS, Verdict};
use app::desktop::hand::Hand;
use app::desktop::obey;
use app::desktop::panels::Chrome;
use app::desktop::plan::{Plan, Way};
use twin::edit::Edit;
use twin::plant::load_text;
use twin::units::SimTime;

use super::LINE;
use super::work::{Bench, headless};

fn set(path: &str, value: &str) -> Plan {
    Plan::Make(Edit::Set { path: path.into(), value: value.into() })
}

#[test]
fn the_run_goes_on_in_the_changed_plant_at_the_same_time() {
    let mut bench = Bench::new();
    let now = bench.run.state().now();
    bench.obey(set("equipment.mill.is.time", "16 s"));
    assert_eq!(bench.document.text(), LINE.replace("30 s", "16 s"));
    assert_eq!((bench.run.state().now(), bench.document.verdict()), (now, Verdict::Fits));
    assert_eq!(bench.hash(), headless(bench.document.text(), now));
    assert_ne!(bench.hash(), headless(LINE, now));
    bench.obey(Plan::Undo);
    assert_eq!(bench.work.notice.as_deref(), Some("Undone: Set time of mill to 16 s"));
    assert_eq!((bench.document.text(), bench.hash()), (LINE, headless(LINE, now)));
    assert!(!bench.document.is_unsaved());
    bench.obey(Plan::Redo);
    assert_eq!(bench.hash(), headless(bench.document.text(), now));
}

#[test]
fn whatever_is_done_comes_to_what_the_saved_file_is_without_a_window() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("line.ron");
    let mut bench = Bench::at(&path);
    bench.select("mill");
    bench.obey(set("equipment.mill.is.time", "16 s"));
    bench.obey(Plan::Nudge(Way::Right));
    bench.obey(Plan::Take("Buffer".into()));
    bench.obey(Plan::Put([12.0, 2.0]));
    bench.obey(Plan::Make(Edit::Rename { name: "wash".into(), to: "washer".into() }));
    bench.select("belt");
    bench.obey(Plan::Delete);
    bench.obey(Plan::Undo);
    bench.run.seek(SimTime::from_seconds(7200.0)).unwrap();
    bench.obey(set("equipment.saw.is.time", "Exponential(\"14 s\")"));
    bench.run.seek(SimTime::from_seconds(5400.0)).unwrap();
    bench.obey(Plan::Save);
    let saved = std::fs::read_to_string(&path).unwrap();
    assert_eq!(saved, bench.document.text());
    assert!(saved.contains("\"buffer 1\"") && saved.contains("\"washer\""), "{saved}");
    assert_eq!(bench.hash(), headless(&saved, SimTime::from_seconds(5400.0)));
}

#[test]
fn a_change_that_makes_no_plant_leaves_the_old_one_running() {
    let mut bench = Bench::new();
    bench.obey(set("equipment.mill.is.time", "30 kg"));
    assert_eq!(bench.document.verdict(), Verdict::Broken);
    let found = load_text(bench.document.text());
    let said = found.diagnostics.to_data(&found.sources);
    let listed = bench.document.findings();
    assert_eq!(listed.len(), said.len());
    let (first, same) = (&listed[0], &said[0]);
    assert_eq!((&first.message, &first.hints), (&same.message, &same.hints));
    assert_eq!(first.place, format!("line.ron:{}:{}", same.line, same.column));
    assert_eq!(first.about.as_deref(), Some("mill"));
    let now = bench.run.state().now();
    bench.run.playing = true;
    bench.run.frame(Duration::from_millis(20));
    assert!(bench.run.state().now() > now, "the plant before the change runs on");
    bench.obey(Plan::Pick("mill".into()));
    assert_eq!(bench.desk.selection, bench.run.model.find("mill"));
    bench.obey(Plan::Undo);
    assert!(bench.document.findings().is_empty());
    assert_eq!(bench.document.verdict(), Verdict::Fits);
}

#[test]
fn what_was_done_to_the_run_is_done_to_the_changed_one_too() {
    let mut bench = Bench::new();
    let (mut chrome, id) = (Chrome::default(), bench.run.model.find("wash").unwrap());
    obey(Command::Pace(id, 0.5), &mut bench.run, &mut bench.desk, &mut chrome);
    bench.obey(set("equipment.mill.is.time", "16 s"));
    let pace = |bench: &Bench, name| bench.run.pace(bench.run.model.find(name).unwrap());
    assert_eq!(pace(&bench, "wash"), 0.5);
    // A name that is gone comes back with what was done to it.
    bench.obey(Plan::Make(Edit::Rename { name: "wash".into(), to: "washer".into() }));
    assert_eq!(pace(&bench, "washer"), 1.0);
    bench.obey(Plan::Undo);
    assert_eq!(pace(&bench, "wash"), 0.5);
}

#[test]
fn catching_up_takes_many_frames_and_holds_time_meanwhile() {
    let mut bench = Bench::new();
    let far = SimTime::from_seconds(3600.0 * 4000.0);
    bench.run.seek(far).unwrap();
    bench.run.playing = true;
    bench
        .document
        .edit(Edit::Set { path: "equipment.mill.is.time".into(), value: "16 s".into() })
        .unwrap();
    let model = bench.document.settle().unwrap();
    bench.run.replace(model).unwrap();
    let (mut frames, mut share) = (0, 0.0);
    while let Some(now) = bench.run.catching_up() {
        assert!(now >= share && now <= 1.0, "{share} then {now}");
        assert_eq!(bench.run.state().now(), far);
        share = now;
        bench.run.frame(Duration::from_millis(16));
        frames += 1;
    }
    assert!(frames > 3, "5 million events were handled in {frames} frames");
    assert_eq!(bench.run.state().now(), far);
    assert_eq!(bench.hash(), headless(bench.document.text(), far));
}

#[test]
fn dragging_keeps_to_the_grid_and_is_one_step_of_undo() {
    let mut bench = Bench::new();
    bench.select("mill");
    let eye = bench.desk.eye;
    let frame = bench.desk.frame;
    let at = |x, y| eye.project(nalgebra::Point3::new(x, y, 2.0), frame).unwrap();
    let mut hand = Hand::grab(&bench.run, &bench.desk, at(10.0, 0.2));
    assert!(!hand.is_empty());
    for step in 1..=8 {
        hand.follow(&eye, at(10.0 + 0.13 * step as f32, 0.2 + 0.41 * step as f32), frame, false);
    }
    let Hand::Moving { held, by, .. } = hand else { panic!("{hand:?}") };
    assert_eq!((held.name.as_str(), by), ("mill", [1.0, 3.5]));
    assert_eq!(held.moved([4.0, 0.0]).clash(&bench.run, Some(&held)), Some("into wash".into()));
    assert_eq!(held.moved(by).clash(&bench.run, Some(&held)), None);
    bench.obey(Plan::Shift(held.name, by));
    assert_eq!(bench.document.text(), LINE.replace("at: (10.0, 0.0)", "at: (11.0, 3.5)"));
    assert_eq!(bench.desk.selection, bench.run.model.find("mill"));
    bench.obey(Plan::Undo);
    assert_eq!(bench.document.text(), LINE);
    // What is not selected is not dragged.
    assert!(Hand::grab(&bench.run, &bench.desk, at(0.0, 0.0)).is_empty());
}

#[test]
fn a_row_of_nudges_is_one_change() {
    let mut bench = Bench::new();
    bench.select("mill");
    for way in [Way::Right, Way::Right, Way::Up, Way::Right, Way::Left] {
        bench.obey(Plan::Nudge(way));
    }
    assert_eq!(bench.document.text(), LINE.replace("at: (10.0, 0.0)", "at: (11.0, 0.5)"));
    assert_eq!(bench.document.history().done().len(), 1);
    bench.document.end_nudge();
    bench.obey(Plan::Nudge(Way::Down));
    assert_eq!(bench.document.history().done().len(), 2);
}

#[test]
fn new_equipment_goes_into_the_line_behind_what_is_selected() {
    let mut bench = Bench::new();
    bench.select("mill");
    bench.obey(Plan::Take("Station".into()));
    bench.obey(Plan::Put([12.0, 3.0]));
    let model = &bench.run.model;
    let id = |name: &str| model.find(name).unwrap();
    let leads =
        |from, to| model.links.iter().any(|link| link.from == id(from) && link.to == id(to));
    assert!(leads("mill", "station 1") && leads("station 1", "wash") && !leads("mill", "wash"));
    assert_eq!(bench.desk.selection, Some(id("station 1")), "what is new is selected");
    assert_eq!(bench.document.names()[0].as_deref(), Some("Add station 1"));
    bench.obey(Plan::Delete);
    let (model, document) = (&bench.run.model, &bench.document);
    assert!(model.find("station 1").is_none());
    let [mill, wash] = ["mill", "wash"].map(|name| model.find(name).unwrap());
    assert!(
        model.links.iter().any(|link| link.from == mill && link.to == wash),
        "{}",
        document.text()
    );
    assert_eq!(document.names()[0].as_deref(), Some("Remove station 1"));
}

#[test]
fn copies_are_drafts_until_something_leads_to_them() {
    let mut bench = Bench::new();
    bench.select("mill");
    bench.obey(Plan::Duplicate);
    let shown = || bench.desk.drafts.iter().map(|draft| draft.name.as_str()).collect::<Vec<_>>();
    if bench.document.verdict() == Verdict::Broken {
        assert_eq!(shown(), ["mill 1"]);
        assert_eq!(bench.desk.draft.as_deref(), Some("mill 1"));
    } else {
        assert_eq!(bench.desk.selection, bench.run.model.find("mill 1"));
    }
    bench.obey(Plan::Join("belt".into(), "mill 1".into()));
    assert_eq!(bench.document.verdict(), Verdict::Fits, "{:?}", bench.document.findings());
    let copy = bench.run.model.find("mill 1").unwrap();
    assert!(bench.run.state().traffic(copy).entered > 0, "half of the parts go through it");
    // The same again parts them.
    bench.obey(Plan::Join("belt".into(), "mill 1".into()));
    assert!(!bench.document.text().contains("\"mill 1\"]"), "{}", bench.document.text());
}

#[test]
fn every_starter_is_a_good_piece_of_a_line() {
    let mut wrong = Vec::new();
    for (kind, _) in STARTERS {
        let mut bench = Bench::new();
        bench.select(if kind == "Source" { "saw" } else { "mill" });
        bench.obey(Plan::Take(kind.into()));
        bench.obey(Plan::Put([12.0, 3.0]));
        if bench.document.verdict() != Verdict::Fits || bench.desk.selection.is_none() {
            wrong.push((kind, bench.document.findings().to_vec()));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn what_has_no_place_stays_where_it_is_seen_when_something_is_moved() {
    let text = std::fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../assets/plants/penny-fab.ron"
    ))
    .unwrap();
    let model = load_text(&text).model.unwrap();
    let document = app::desktop::Document::new("penny-fab.ron", &text, None, super::work::loader());
    let mut bench =
        Bench { run: app::desktop::Run::new(model.into()).unwrap(), ..Bench::of(document) };
    let places = |bench: &Bench| -> Vec<[f32; 2]> {
        let places = bench.run.standing.places.iter();
        places.map(|place| place.pose.translation.vector.xy().into()).collect()
    };
    let before = places(&bench);
    let last = bench.run.model.equipment.len() - 1;
    let name = bench.run.model.equipment[last].name.clone();
    bench.obey(Plan::Shift(name, [0.0, 2.0]));
    assert_eq!(bench.document.verdict(), Verdict::Fits);
    for (n, (before, now)) in before.iter().zip(places(&bench)).enumerate() {
        let moved = if n == last { 2.0 } else { 0.0 };
        let off = (now[0] - before[0]).hypot(now[1] - before[1] - moved);
        assert!(
            off < 2e-3,
            "{} was at {before:?} and is at {now:?}",
            bench.run.model.equipment[n].name
        );
    }
}
