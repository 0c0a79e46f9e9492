//! `genba explain`.

use std::path::Path;

use crate::genba::call;

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
        assert!(text.lines().all(|line| line.chars().count() <= 120), "{text}");
    }
}

#[test]
fn a_code_that_is_nearly_right() {
    let called = call(Path::new("."), &["explain", "PO03"]).ends(2);
    assert!(called.err.contains("did you mean `P"), "{called:?}");
}
