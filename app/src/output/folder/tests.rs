use tempfile::TempDir;

use super::*;

const OLD: &str = r#"{"schema": "genba.run/1", "which": "old"}"#;
const NEW: &str = r#"{"which": "new", "schema": "genba.run/1"}"#;

fn place() -> (TempDir, PathBuf) {
    let place = tempfile::tempdir().unwrap();
    let target = place.path().join("out");
    (place, target)
}

fn make(folder: &Path, files: &[(&str, &str)]) {
    fs::create_dir_all(folder).unwrap();
    for (name, content) in files {
        fs::write(folder.join(name), content).unwrap();
    }
}

/// Names in a folder, sorted.
fn list(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn result_of(target: &Path) -> String {
    fs::read_to_string(target.join(RESULT)).unwrap()
}

fn begin_error(target: &Path) -> String {
    let text = ResultFolder::begin(target).unwrap_err().to_string();
    let parent = target.parent().unwrap().canonicalize().unwrap();
    text.replace(&format!("{}/", parent.display()), "")
        .replace(&format!("{}/", target.parent().unwrap().display()), "")
}

#[test]
fn a_result_appears_whole_and_alone() {
    let (place, _) = place();
    let target = place.path().join("not/there/yet");
    let folder = ResultFolder::begin(&target).unwrap();
    folder.write("tables/parts.parquet", [1, 2, 3]).unwrap();
    folder.write(RESULT, NEW).unwrap();
    assert!(!target.exists(), "nothing is seen before the commit");
    let committed = folder.commit().unwrap();
    assert_eq!(committed, target);
    assert_eq!(list(&target), [RESULT, "tables"]);
    assert_eq!(list(target.parent().unwrap()), ["yet"], "no leftovers");
}

#[test]
fn a_dropped_run_changes_nothing() {
    let (place, target) = place();
    make(&target, &[(RESULT, OLD)]);
    let folder = ResultFolder::begin(&target).unwrap();
    folder.write(RESULT, NEW).unwrap();
    drop(folder);
    assert_eq!(result_of(&target), OLD);
    assert_eq!(list(place.path()), ["out"]);
}

#[test]
fn an_old_result_is_replaced() {
    let (place, target) = place();
    make(&target, &[(RESULT, OLD), ("stale.parquet", "")]);
    let folder = ResultFolder::begin(&target).unwrap();
    folder.write(RESULT, NEW).unwrap();
    folder.commit().unwrap();
    assert_eq!((result_of(&target).as_str(), list(&target).len()), (NEW, 1));
    assert_eq!(list(place.path()), ["out"]);
}

#[test]
fn an_empty_folder_is_taken() {
    let (_place, target) = place();
    make(&target, &[]);
    let folder = ResultFolder::begin(&target).unwrap();
    folder.write(RESULT, NEW).unwrap();
    folder.commit().unwrap();
    assert_eq!(result_of(&target), NEW);
}

#[test]
fn what_is_not_ours_is_not_touched() {
    let check = |files: &[(&str, &str)]| {
        let (place, target) = place();
        make(&target, files);
        let expected = "`out` holds something that is not a Genba result, and is not replaced; choose another \
                        folder or empty it";
        assert_eq!(begin_error(&target), expected, "{files:?}");
        assert_eq!((list(&target).len(), list(place.path())), (files.len(), vec!["out".into()]));
    };
    check(&[("thesis.tex", "years of work")]);
    check(&[(RESULT, r#"{"schema": "other/1"}"#)]);
    check(&[(RESULT, "not even JSON"), ("a", "b")]);
}

#[test]
fn a_file_and_a_root_are_refused() {
    let (place, target) = place();
    fs::write(&target, "a file").unwrap();
    assert_eq!(begin_error(&target), "`out` is a file, not a folder");
    assert_eq!(list(place.path()), ["out"]);
    assert!(matches!(ResultFolder::begin(Path::new("/")), Err(FolderError::Unnamed(_))));
    assert!(matches!(ResultFolder::begin(Path::new("nowhere/..")), Err(FolderError::Unnamed(_))));
}

#[test]
fn one_run_at_a_time() {
    let (_place, target) = place();
    let first = ResultFolder::begin(&target).unwrap();
    assert_eq!(begin_error(&target), "another run is writing to `out`");
    drop(first);
    assert!(ResultFolder::begin(&target).is_ok());
}

#[test]
fn a_result_without_a_summary_is_not_committed() {
    let (_place, target) = place();
    make(&target, &[(RESULT, OLD)]);
    let folder = ResultFolder::begin(&target).unwrap();
    folder.write("table.parquet", "").unwrap();
    assert!(matches!(folder.commit(), Err(FolderError::Incomplete)));
    assert_eq!(result_of(&target), OLD);
}

#[test]
fn something_that_appears_meanwhile_is_not_touched() {
    let (_place, target) = place();
    let folder = ResultFolder::begin(&target).unwrap();
    folder.write(RESULT, NEW).unwrap();
    make(&target, &[("notes.txt", "by hand")]);
    assert!(matches!(folder.commit(), Err(FolderError::NotAResult(_))));
    assert_eq!(list(&target), ["notes.txt"]);
}

/// The states that a crash can leave, and what the next run finds at the target.
#[test]
fn a_crash_at_any_step_leaves_one_result() {
    let unfinished = [(RESULT, NEW), (UNFINISHED, "")];
    let complete = [(RESULT, NEW)];
    let check = |before: &[(&str, &[(&str, &str)])], expected: Option<&str>| {
        let (place, target) = place();
        for (name, files) in before {
            make(&place.path().join(name), files);
        }
        fs::write(place.path().join(".out.genba-lock"), "").unwrap();
        drop(ResultFolder::begin(&target).unwrap());
        let found = target.exists().then(|| result_of(&target));
        assert_eq!(found.as_deref(), expected, "{before:?}");
        let left: &[&str] = if expected.is_some() { &["out"] } else { &[] };
        assert_eq!(list(place.path()), left, "{before:?}");
    };
    let old: &[(&str, &str)] = &[(RESULT, OLD)];
    check(&[(".out.genba-new", &[])], None);
    check(&[(".out.genba-new", &unfinished)], None);
    check(&[(".out.genba-new", &complete)], Some(NEW));
    check(&[("out", old), (".out.genba-new", &unfinished)], Some(OLD));
    check(&[("out", old), (".out.genba-new", &complete)], Some(OLD));
    check(&[(".out.genba-old", old), (".out.genba-new", &complete)], Some(NEW));
    check(&[(".out.genba-old", old), (".out.genba-new", &unfinished)], Some(OLD));
    check(&[("out", &complete), (".out.genba-old", old)], Some(NEW));
    check(&[(".out.genba-old", old)], Some(OLD));
}

#[test]
fn a_leftover_that_is_not_ours_stops_the_run() {
    let (place, target) = place();
    let foreign = place.path().join(".out.genba-new");
    make(&foreign, &[("data.csv", "1,2")]);
    assert!(
        matches!(ResultFolder::begin(&target), Err(FolderError::NotAResult(path)) if path.ends_with(".out.genba-new"))
    );
    assert_eq!(list(&foreign), ["data.csv"]);
}

#[cfg(unix)]
#[test]
fn behind_a_link_the_folder_is_replaced() {
    let (place, target) = place();
    let real = place.path().join("disk2");
    make(&real, &[(RESULT, OLD)]);
    std::os::unix::fs::symlink(&real, &target).unwrap();
    let folder = ResultFolder::begin(&target).unwrap();
    folder.write(RESULT, NEW).unwrap();
    folder.commit().unwrap();
    assert_eq!(result_of(&real), NEW);
    assert!(target.is_symlink());
}
