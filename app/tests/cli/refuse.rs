//! What is refused, and with which exit code.

use std::fs;

use crate::genba::{call, folder_with, names_in};
use crate::plants::CELL;

#[test]
fn usage_is_2() {
    let folder = folder_with(CELL);
    for arguments in [
        &["run"][..],
        &["run", "plant.ron", "--reps", "0"],
        &["run", "plant.ron", "--until", "8 parsecs"],
        &["run", "plant.ron", "--until", "0 s"],
        &["run", "plant.ron", "--warmup", "8 h"],
        &["run", "plant.ron", "--trace"],
        &["run", "plant.ron", "--set", "nothing"],
        &["walk", "plant.ron"],
        &["explain", "X999"],
        &["new", "plant", "a\"b"],
        &["check", "plant.ron", "--quiet", "--verbose"],
    ] {
        let called = call(folder.path(), arguments).ends(2);
        assert!(called.err.contains("error: "), "{called:?}");
        assert_eq!(called.out, "", "{arguments:?}");
    }
}

#[test]
fn a_file_that_is_not_there_is_3() {
    let folder = folder_with(CELL);
    for subcommand in ["check", "run"] {
        let called = call(folder.path(), &[subcommand, "plan.ron"]).ends(3);
        assert!(called.err.contains("plan.ron"), "{called:?}");
    }
}

#[test]
fn a_bad_plant_is_1_for_check_and_3_for_run() {
    let folder = folder_with(&CELL.replace("to: [\"out\"]", "to: [\"oot\"]"));
    let called = call(folder.path(), &["check", "plant.ron"]).ends(1);
    assert!(called.err.contains("oot") && called.err.contains("did you mean"), "{called:?}");
    let called = call(folder.path(), &["run", "plant.ron", "--out", "result"]).ends(3);
    assert_eq!(called.out, "");
    assert_eq!(names_in(folder.path()), ["plant.ron"]);
    let report = call(folder.path(), &["check", "plant.ron", "--json"]).ends(1).json();
    assert_eq!(report["schema"], "genba.check/1");
    let found = report["diagnostics"].as_array().unwrap();
    assert_eq!(report["errors"], found.len());
    assert!(found.iter().any(|one| one["code"] == "P013" && one["line"] == 12), "{report:#}");
}

#[test]
fn a_good_plant_is_summed_up() {
    let folder = folder_with(CELL);
    let called = call(folder.path(), &["check", "plant.ron"]).ends(0);
    assert_eq!(called.out.lines().count(), 1, "{called:?}");
    for word in ["cell", "1 Station", "1 product", "2 connections", "8 h"] {
        assert!(called.out.contains(word), "no {word} in {called:?}");
    }
    assert_eq!(called.err, "");
}

/// A source that makes parts without end and a sink that swallows them, with no time in between.
#[test]
fn a_run_that_cannot_get_on_is_4() {
    let folder = folder_with(
        r#"Plant(
            name: "endless", run: (until: "1 h"), products: { "gear": () },
            equipment: {
                "infeed": (is: Source(product: "gear"), to: ["mill"]),
                "mill": (is: Station(time: "0 s"), to: ["out"]),
                "out": (is: Sink),
            },
        )"#,
    );
    let called = call(folder.path(), &["run", "plant.ron", "--out", "result"]).ends(4);
    assert!(called.err.contains("simulated time stands still"), "{called:?}");
    assert_eq!(names_in(folder.path()), ["plant.ron"], "no half result");
}

#[test]
fn an_old_result_stays_as_it_is() {
    let folder = folder_with(CELL);
    let old = folder.path().join("result");
    fs::create_dir(&old).unwrap();
    fs::write(old.join("mine.txt"), "mine").unwrap();
    let called = call(folder.path(), &["run", "plant.ron", "--out", "result"]);
    assert_ne!(called.code, 0);
    assert!(called.err.contains("result"), "{called:?}");
    assert_eq!(fs::read_to_string(old.join("mine.txt")).unwrap(), "mine");
    assert_eq!(names_in(folder.path()), ["plant.ron", "result"]);
}

#[test]
fn nobody_reads_the_result() {
    use std::process::Stdio;
    let folder = folder_with(CELL);
    let mut child = crate::genba::command(folder.path(), &["explain"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let end = child.wait_with_output().unwrap();
    assert!(!String::from_utf8_lossy(&end.stderr).contains("panicked"), "{end:?}");
}
