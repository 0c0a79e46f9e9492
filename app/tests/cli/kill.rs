//! A run that is killed or interrupted leaves a whole result or none.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::genba::{command, folder_with, names_in};
use crate::plants::CELL;

const LONG: [&str; 9] =
    ["run", "plant.ron", "--out", "result", "--trace", "--reps", "1000", "--until", "10d"];

fn start(at: &Path, arguments: &[&str]) -> Child {
    command(at, arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill").args([name, &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
}

/// Kills runs at twelve points in time up to the length of a whole one.
#[test]
#[cfg(unix)]
fn killed_at_any_time_it_leaves_all_or_nothing() {
    let run = ["run", "plant.ron", "--out", "result", "--trace", "--reps", "40", "--json"];
    let whole = Instant::now();
    let folder = folder_with(CELL);
    assert!(start(folder.path(), &run).wait_with_output().unwrap().status.success());
    let whole = whole.elapsed();
    let expected = names_in(&folder.path().join("result"));
    for k in 0..12 {
        let folder = folder_with(CELL);
        let mut child = start(folder.path(), &run);
        std::thread::sleep(whole * k / 11);
        // It may have ended by itself.
        let _ = child.kill();
        child.wait_with_output().unwrap();
        let result = folder.path().join("result");
        if result.exists() {
            assert_eq!(names_in(&result), expected, "killed after {:?}", whole * k / 11);
            let text = std::fs::read_to_string(result.join("result.json")).unwrap();
            serde_json::from_str::<serde_json::Value>(&text).unwrap();
            for table in expected.iter().filter(|name| name.ends_with(".parquet")) {
                let bytes = std::fs::read(result.join(table)).unwrap();
                assert!(bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1"), "{table}");
            }
        }
    }
}

#[test]
#[cfg(unix)]
fn interrupted_once_it_keeps_what_is_finished() {
    let folder = folder_with(CELL);
    let run =
        ["run", "plant.ron", "--json", "--reps", "1000000", "--until", "1 d", "--out", "result"];
    let child = start(folder.path(), &run);
    std::thread::sleep(Duration::from_millis(1500));
    signal(&child, "-INT");
    let end = child.wait_with_output().unwrap();
    assert_eq!(end.status.code(), Some(130), "{end:?}");
    let result: serde_json::Value = serde_json::from_slice(&end.stdout).unwrap();
    assert_eq!(result["interrupted"], true);
    let finished = result["replications"].as_u64().unwrap();
    assert!(0 < finished && finished < 1_000_000, "{finished}");
    assert!(names_in(&folder.path().join("result")).contains(&"result.json".to_owned()));
}

#[test]
#[cfg(unix)]
fn interrupted_before_anything_is_finished_it_leaves_nothing() {
    let folder = folder_with(CELL);
    let run = ["run", "plant.ron", "--json", "--reps", "2", "--until", "90y", "--out", "result"];
    let run = run.map(|word| if word == "90y" { "30000 d" } else { word });
    let child = start(folder.path(), &run);
    std::thread::sleep(Duration::from_millis(500));
    signal(&child, "-INT");
    let end = child.wait_with_output().unwrap();
    assert_eq!(end.status.code(), Some(130), "{end:?}");
    assert!(end.stdout.is_empty());
    assert_eq!(names_in(folder.path()), ["plant.ron"]);
}

#[test]
#[cfg(unix)]
fn interrupted_twice_it_ends_at_once() {
    let folder = folder_with(CELL);
    let child = start(folder.path(), &LONG);
    std::thread::sleep(Duration::from_millis(500));
    signal(&child, "-INT");
    std::thread::sleep(Duration::from_millis(1));
    signal(&child, "-INT");
    let end = child.wait_with_output().unwrap();
    assert_eq!(end.status.code(), Some(130), "{end:?}");
}
