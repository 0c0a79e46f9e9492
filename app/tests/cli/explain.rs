//! `genba explain`.

use std::path::Path;

use crate::genba::{call, folder_with};

#[test]
fn every_code_has_a_page() {
    let here = Path::new(".");
    let list = call(here, &["explain"]).ends(0).out;
    let codes = call(here, &["explain", "--json"]).ends(0).json();
    let codes = codes["codes"].as_array().unwrap();
    assert!(!codes.is_empty());
    assert_eq!(list.lines().count(), codes.len());
    for page in codes {
        let code = page["code"].as_str().unwrap();
        let text = call(here, &["explain", &code.to_lowercase()]).ends(0).out;
        assert!(text.starts_with(&format!("{code}: ")), "{text}");
        for word in ["wrong", "right"] {
            let example = page[word].as_str().unwrap().lines().next().unwrap();
            assert!(text.contains(&format!("{word}  {example}")), "{text}");
        }
    }
}

#[test]
fn a_code_that_is_nearly_right() {
    let called = call(Path::new("."), &["explain", "PO03"]).ends(2);
    assert!(called.err.contains("did you mean `P"), "{called:?}");
}

/// The examples that can be read as plants: the wrong one has the mistake, the right one has it no more, and runs if it says
/// what there is.
#[test]
fn examples_are_what_they_are_said_to_be() {
    let codes = call(Path::new("."), &["explain", "--json"]).ends(0).json();
    let mut plants = 0;
    for page in codes["codes"].as_array().unwrap() {
        let example = |word: &str| page[word].as_str().unwrap();
        if !(example("wrong").starts_with("Plant(") && example("right").starts_with("Plant(")) {
            continue;
        }
        plants += 1;
        let has = |plant: &str| {
            let folder = folder_with(plant);
            let found = call(folder.path(), &["check", "plant.ron", "--json"]).json();
            let found = found["diagnostics"].as_array().unwrap();
            found.iter().any(|one| one["code"] == page["code"])
        };
        assert!(has(example("wrong")), "{page:#}");
        assert!(!has(example("right")), "{page:#}");
        if example("right").contains("equipment") {
            call(folder_with(example("right")).path(), &["check", "plant.ron"]).ends(0);
        }
    }
    assert!(plants > 0, "no example is a plant");
}
