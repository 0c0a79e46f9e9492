//! A small fab of our own in the form of SMT2020, from its tables to its figures.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::genba::{call, names_in};

/// Where the tables are.
fn tables() -> String {
    format!("{}/tests/data/smt2020", env!("CARGO_MANIFEST_DIR"))
}

/// The result of a run of the imported plant.
fn run(until: &str) -> Value {
    let folder = tempfile::tempdir().unwrap();
    call(folder.path(), &["import", "smt2020", &tables(), "--out", "fab.ron"]).ends(0);
    let checked = call(folder.path(), &["check", "fab.ron"]).ends(0);
    assert_eq!(checked.err, "");
    call(folder.path(), &["run", "fab.ron", "--json", "--until", until]).ends(0).json()
}

/// Lots come at 1/150 + 1/2880 per minute of `part_a` and 1/240 of `part_b`; what each group has to do for one follows from
/// the tables: pieces and cadences, loading where it is not done beside the work, rework and sampling.
#[test]
fn tools_are_as_busy_as_the_tables_say() {
    let result = run("700 d");
    assert_eq!(result["warnings"].as_array().unwrap().len(), 0, "{:?}", result["warnings"]);
    let (a, b) = (1.0 / 150.0 + 1.0 / 2880.0, 1.0 / 240.0);
    // 40 % are measured, and 2.5 % of these go back to the stepper and may be measured again.
    let passes = 1.0 / (1.0 - 0.4 * 0.025);
    for (group, load) in [
        ("Bench", a * 12.5 + b * (12.5 + 20.0)),
        ("Stepper", (a * (52.0 * passes + 39.5) + b * 47.0) / 3.0),
        ("Scope", a * 0.4 * 14.0 * passes),
        ("Implanter", f64::midpoint(a * 27.0, b * 32.0)),
        ("Rest", a * 60.0 / 50.0),
    ] {
        let working = result["equipment"][group]["states"]["working"].as_f64().unwrap();
        assert!((working / load - 1.0).abs() < 0.02, "{group}: {working}, by the tables {load}");
    }
    let down = result["equipment"]["Stepper"]["states"]["failed"].as_f64().unwrap();
    assert!((down / (600.0 / 10_680.0) - 1.0).abs() < 0.1, "steppers are down for {down}");
    for part in ["part_a", "part_b"] {
        let per_h = result["products"][part]["throughput_per_h"]["mean"].as_f64().unwrap();
        let come = 60.0 * if part == "part_a" { a } else { b };
        assert!((per_h / come - 1.0).abs() < 0.02, "{part}: {per_h} an hour, {come} come");
    }
}

#[test]
fn the_same_tables_give_the_same_plant() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["one.ron", "two.ron"] {
        call(folder.path(), &["import", "smt2020", &tables(), "--out", name]).ends(0);
    }
    let text = |name| fs::read_to_string(folder.path().join(name)).unwrap();
    assert_eq!(text("one.ron"), text("two.ron"));
    call(folder.path(), &["import", "smt2020", &tables(), "--out", "one.ron"]).ends(3);
}

/// Copies the tables with `change` made in the one named `name`.
fn spoilt(name: &str, change: impl Fn(String) -> String) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for file in names_in(Path::new(&tables())) {
        let text = fs::read_to_string(Path::new(&tables()).join(&file)).unwrap();
        let text = if file == name { change(text) } else { text };
        fs::write(folder.path().join(file), text).unwrap();
    }
    folder
}

#[test]
fn what_cannot_be_read_is_said_with_file_and_line() {
    let cases: [(&str, &str, &str, &str); 5] = [
        (
            "route_a.txt",
            "\tFurnace\t",
            "\tFurnaces\t",
            "route_a.txt:3: tool.txt.1l has no station family",
        ),
        ("route_a.txt", "240", "long", "route_a.txt:3: `PTIME` holds \"long\", not a number"),
        ("pmcal.txt", "uniform", "normal", "pmcal.txt:2: `MTTRDIST` is \"normal\""),
        (
            "attach.txt",
            "BREAK_Litho",
            "BREAK",
            "attach.txt:2: downcal.txt has no calendar \"BREAK\"",
        ),
        ("WIP.txt", "\t6\t", "\t66\t", "WIP.txt:2: `CURSTEP` names step 66"),
    ];
    for (file, from, to, expected) in cases {
        let folder = spoilt(file, |text| text.replacen(from, to, 1));
        let called = call(folder.path(), &["import", "smt2020", ".", "--out", "fab.ron"]).ends(3);
        assert!(called.err.contains(expected), "{expected}: {called:?}");
        assert!(!folder.path().join("fab.ron").exists(), "nothing half done is left");
    }
    let empty = tempfile::tempdir().unwrap();
    let called = call(empty.path(), &["import", "smt2020", ".", "--out", "fab.ron"]).ends(3);
    assert!(called.err.contains("part.txt") && called.err.contains("tool.txt.1l"), "{called:?}");
}
