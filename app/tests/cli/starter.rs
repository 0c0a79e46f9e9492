//! What `genba` writes for the user to start from, and what it explains.

use std::fs;

use crate::genba::call;

#[test]
fn the_starter_runs_without_a_word() {
    let folder = tempfile::tempdir().unwrap();
    let called = call(folder.path(), &["new", "plant", "cell"]).ends(0);
    assert!(called.out.contains("cell.ron"), "{called:?}");
    let checked = call(folder.path(), &["check", "cell.ron"]).ends(0);
    assert_eq!(checked.err, "");
    let result = call(folder.path(), &["run", "cell.ron", "--json"]).ends(0);
    assert_eq!(result.err, "");
    assert_eq!(result.json()["warnings"].as_array().unwrap().len(), 0, "{result:?}");
    assert_eq!(result.json()["plant"], "cell");
}

#[test]
fn the_starters_own_hints_work() {
    let folder = tempfile::tempdir().unwrap();
    call(folder.path(), &["new", "plant", "cell"]).ends(0);
    let set = "parameters.mill_time=\"70 s\"";
    call(folder.path(), &["run", "cell.ron", "--json", "--set", set]).ends(0);
    let set = "parameters.mill_time=70 s";
    call(folder.path(), &["run", "cell.ron", "--json", "--set", set]).ends(0);
}

#[test]
fn nothing_is_written_over() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("cell.ron"), "mine").unwrap();
    let called = call(folder.path(), &["new", "plant", "cell"]).ends(3);
    assert!(called.err.contains("is there already"), "{called:?}");
    assert_eq!(fs::read_to_string(folder.path().join("cell.ron")).unwrap(), "mine");
}

#[test]
fn completions_name_the_subcommands() {
    let folder = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish"] {
        let script = call(folder.path(), &["completions", shell]).ends(0).out;
        for word in ["check", "validate", "explain", "max-file-size"] {
            assert!(script.contains(word), "no {word} for {shell}");
        }
    }
}

#[test]
fn help_is_there_and_short() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in [
        &["--help"][..],
        &["check", "-h"],
        &["run", "-h"],
        &["validate", "-h"],
        &["explain", "-h"],
        &["robot", "-h"],
        &["new", "plant", "-h"],
        &["completions", "-h"],
    ] {
        let help = call(folder.path(), arguments).ends(0).out;
        assert!(help.contains("Example"), "{arguments:?}");
        assert!(help.lines().all(|line| line.chars().count() <= 100), "{help}");
        assert!(help.lines().count() <= 60, "{help}");
    }
}
