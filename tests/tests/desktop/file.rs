//! The plant's file: saved, watched, kept.

use std::fs;
use std::time::Duration;

use app::desktop::document::{Document, Recent};
use app::desktop::plan::{Plan, Question, Reply};
use app::desktop::{Outside, close};
use twin::edit::Edit;

use super::LINE;
use super::work::{Bench, loader};

/// Longer than the file is left alone.
const WAIT: Duration = Duration::from_millis(1100);

fn faster() -> Plan {
    Plan::Make(Edit::Set { path: "equipment.mill.is.time".into(), value: "16 s".into() })
}

#[test]
fn saving_changes_nothing_but_what_was_changed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("line.ron");
    let mut bench = Bench::at(&path);
    bench.obey(faster());
    assert!(bench.document.is_unsaved());
    assert_eq!(fs::read_to_string(&path).unwrap(), LINE);
    bench.obey(Plan::Save);
    assert!(!bench.document.is_unsaved());
    assert_eq!(fs::read_to_string(&path).unwrap(), LINE.replace("30 s", "16 s"));
    // To another file; one that is there already is asked about.
    let other = folder.path().join("other.ron");
    fs::write(&other, "mine").unwrap();
    bench.obey(Plan::WriteTo(other.clone()));
    assert_eq!(fs::read_to_string(&other).unwrap(), "mine");
    bench.obey(Plan::WriteTo(other.clone()));
    assert_eq!(fs::read_to_string(&other).unwrap(), bench.document.text());
    assert_eq!(bench.document.path(), Some(other.as_path()));
    let nowhere = folder.path().join("no/such/folder.ron");
    bench.obey(faster());
    bench.obey(Plan::WriteTo(nowhere));
    assert!(
        bench.work.notice.as_ref().unwrap().starts_with("Cannot write"),
        "{:?}",
        bench.work.notice
    );
    assert!(bench.document.is_unsaved());
}

#[test]
fn closing_asks_about_what_is_not_saved() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("line.ron");
    let mut bench = Bench::at(&path);
    assert!(close(&bench.document, &mut bench.work));
    bench.obey(faster());
    assert!(!close(&bench.document, &mut bench.work));
    assert_eq!(bench.obey(Plan::Answer(Reply::Cancel)), None);
    assert!(!close(&bench.document, &mut bench.work));
    assert_eq!(bench.obey(Plan::Answer(Reply::Keep)), Some(Outside::Quit));
    assert_eq!(fs::read_to_string(&path).unwrap(), bench.document.text());
    bench.obey(Plan::Undo);
    assert!(!close(&bench.document, &mut bench.work));
    assert_eq!(bench.obey(Plan::Answer(Reply::Drop)), Some(Outside::Quit));
    assert_eq!(fs::read_to_string(&path).unwrap(), LINE.replace("30 s", "16 s"));
}

#[test]
fn a_file_that_changes_is_read_again_unless_something_is_unsaved() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("line.ron");
    let mut bench = Bench::at(&path);
    let slower = LINE.replace("30 s", "40 s");
    fs::write(&path, &slower).unwrap();
    std::thread::sleep(WAIT);
    bench.tend();
    bench.rest();
    assert_eq!((bench.document.text(), &bench.work.question), (slower.as_str(), &None));
    bench.obey(Plan::Make(Edit::Remove { name: "belt".into() }));
    fs::write(&path, LINE).unwrap();
    std::thread::sleep(WAIT);
    bench.tend();
    assert_eq!(bench.work.question, Some(Question::Changed(LINE.to_owned())));
    bench.obey(Plan::Answer(Reply::Keep));
    assert!(bench.document.is_unsaved() && !bench.document.text().contains("belt\":"));
    fs::write(&path, &slower).unwrap();
    std::thread::sleep(WAIT);
    bench.tend();
    bench.obey(Plan::Answer(Reply::Drop));
    assert_eq!((bench.document.text(), bench.document.is_unsaved()), (slower.as_str(), false));
}

#[test]
fn a_file_that_is_gone_is_written_anew() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("line.ron");
    let mut bench = Bench::at(&path);
    fs::remove_file(&path).unwrap();
    std::thread::sleep(WAIT);
    bench.tend();
    assert!(bench.work.notice.as_ref().unwrap().contains("is gone"), "{:?}", bench.work.notice);
    assert!(bench.document.is_unsaved());
    bench.obey(Plan::Save);
    assert_eq!(fs::read_to_string(&path).unwrap(), LINE);
    assert!(!bench.document.is_unsaved());
}

#[test]
fn what_is_not_saved_outlives_a_crash_with_all_that_can_be_undone() {
    let folder = tempfile::tempdir().unwrap();
    let (path, state) = (folder.path().join("line.ron"), folder.path().join("state/unsaved"));
    let open = || {
        let name = path.to_string_lossy();
        let text = fs::read_to_string(&path).unwrap();
        Document::new(&name, &text, Some(&path), loader()).kept_in(Some(state.clone()))
    };
    let mut bench = Bench::at(&path);
    bench.document = open();
    assert!(bench.document.kept().is_none());
    bench.obey(faster());
    bench.tend();
    drop(bench);
    let mut again = Bench::of(open());
    assert_eq!(again.document.text(), LINE);
    let kept = again.document.kept().unwrap();
    assert_eq!(kept.text(), LINE.replace("30 s", "16 s"));
    again.work.question = Some(Question::Kept(false));
    again.obey(Plan::Answer(Reply::Keep));
    assert!(again.document.is_unsaved());
    assert_eq!(again.hash(), super::work::headless(again.document.text(), again.run.state().now()));
    again.obey(Plan::Undo);
    assert_eq!((again.document.text(), again.document.is_unsaved()), (LINE, false));
    again.obey(Plan::Redo);
    again.tend();
    again.obey(Plan::Save);
    assert!(open().kept().is_none(), "what is saved is not kept");
    again.obey(Plan::Undo);
    assert!(open().kept().is_some());
    assert!(!close(&again.document, &mut again.work));
    assert_eq!(again.obey(Plan::Answer(Reply::Drop)), Some(Outside::Quit));
    again.tend();
    assert!(open().kept().is_none(), "nor is what was dropped");
}

#[test]
fn a_file_that_is_taken_in_is_watched_too() {
    let folder = tempfile::tempdir().unwrap();
    let (path, part) = (folder.path().join("line.ron"), folder.path().join("wash.ron"));
    let wash = r#""wash":  (is: Station(time: "14 s"), to: ["out"], at: (14.0, 0.0), size: (2.0, 2.0, 2.0)),"#;
    assert!(LINE.contains(wash));
    fs::write(&part, format!("Plant(name: \"wash\", equipment: {{ {wash} }})")).unwrap();
    let line = LINE.replace(wash, "").replace("run: (", "include: [\"wash.ron\"], run: (");
    fs::write(&path, &line).unwrap();
    let name = path.to_string_lossy().into_owned();
    let loaded = loader().load(&name, &line);
    assert!(loaded.model.is_some(), "{:?}", loaded.diagnostics);
    let mut bench = Bench::of(Document::new(&name, &line, Some(&path), loader()));
    bench.obey(faster());
    bench.tend();
    let before = bench.run.plants;
    fs::write(&part, format!("Plant(equipment: {{ {} }})", wash.replace("14 s", "141 s"))).unwrap();
    std::thread::sleep(WAIT);
    bench.tend();
    assert!(bench.work.notice.as_deref().is_some_and(|told| told.contains("wash.ron")));
    bench.rest();
    let wash = bench.run.model.find("wash").unwrap();
    assert!(bench.run.plants > before && (bench.run.model.row(wash).mean_s - 141.0).abs() < 1e-9);
    assert!(bench.document.text().contains("16 s"), "what is not saved is still there");
}

#[test]
fn another_plant_is_opened_beside_the_window() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let mut bench = Bench::at(&path("line.ron"));
    bench.work.recent = Recent::new(Some(path("recent")));
    fs::write(path("other.ron"), LINE.replace("three machines", "another")).unwrap();
    fs::write(path("bad.ron"), "Plant(name: \"bad\", equipment: { \"in\": (is: Sourc) })").unwrap();
    bench.obey(Plan::Read(path("bad.ron")));
    bench.wait_for_opening();
    assert!(bench.work.notice.as_deref().is_some_and(|told| told.contains("cannot be run")));
    bench.obey(Plan::Read(path("none.ron")));
    bench.wait_for_opening();
    assert!(bench.work.notice.as_deref().is_some_and(|told| told.contains("Cannot read")));
    assert_eq!(bench.run.model.name, "three machines", "what runs stays");
    // What is unsaved is asked about first.
    bench.obey(faster());
    bench.obey(Plan::Read(path("other.ron")));
    assert_eq!(bench.document.opening(), None);
    bench.obey(Plan::Answer(Reply::Drop));
    bench.wait_for_opening();
    assert_eq!((bench.run.model.name.as_str(), bench.work.notice.as_deref()), ("another", None));
    assert_eq!(bench.document.path(), Some(path("other.ron").as_path()));
    let again = Recent::new(Some(path("recent")));
    assert_eq!(again.paths().count(), 1, "only what was opened");
}
