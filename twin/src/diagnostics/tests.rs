use proptest::prelude::*;

use super::{
    Code, Diagnostic, Diagnostics, FileId, Look, Severity, Sources, Span, codes, did_you_mean,
};

const CODE: Code = Code("P012");

fn source(text: &str) -> (Sources, FileId) {
    let mut sources = Sources::new();
    let file = sources.add("line.ron", text).expect("small");
    (sources, file)
}

fn shown(text: &str, part: &str) -> String {
    let (sources, file) = source(text);
    let start = text.find(part).expect("part");
    let span = Span::new(file, start..start + part.len());
    let mut all = Diagnostics::new();
    all.push(
        Diagnostic::error(CODE, "unknown station")
            .at(span)
            .label("no such name")
            .hint("did you mean `b`?"),
    );
    all.render(&sources, Look { width: 80, ..Look::default() })
}

#[test]
fn looks_like_rustc() {
    let expected = "\
error[P012]: unknown station
 --> line.ron:2:7
  |
2 |  (to: \"x\"),
  |       ^^^ no such name
  |
  = hint: did you mean `b`?

";
    assert_eq!(shown("(\n (to: \"x\"),\n)", "\"x\""), expected);
}

#[test]
fn underlines_stand_below_the_text() {
    let check = |text: &str, part: &str, underline: &str| {
        let shown = shown(text, part);
        assert_eq!(shown.lines().find(|l| l.contains('^')), Some(underline), "{shown}");
    };
    check("\tto: x", "x", "  |         ^ no such name");
    check("工場: x", "x", "  |       ^ no such name");
    check("é: x", "x", "  |    ^ no such name");
    check("a\r\nb: x\r\n", "x", "  |    ^ no such name");
    check("x: (\n 1,\n)", "(\n 1,\n)", "  |    ^ no such name");
}

#[test]
fn long_lines_are_cut() {
    let text = format!("{}x: é{}", "a, ".repeat(100_000), "b".repeat(100_000));
    let shown = shown(&text, "x: é");
    assert!(shown.contains("line.ron:1:300001"), "{shown}");
    assert!(shown.lines().all(|l| l.chars().count() <= 100), "{shown}");
    assert!(shown.contains("^^^^ no such name"), "{shown}");
}

#[test]
fn notes_show_their_place() {
    let (sources, file) = source("a\nb\nc");
    let mut all = Diagnostics::new();
    let note = Diagnostic::error(CODE, "m")
        .at(Span::new(file, 4..5))
        .note(Span::new(file, 0..1), "defined here");
    all.push(note);
    let shown = all.render(&sources, Look::default());
    assert!(shown.contains("note: defined here\n --> line.ron:1:1"), "{shown}");
    assert_eq!(all.to_data(&sources)[0].notes[0].line, 1);
}

#[test]
fn sorted_once_and_limited() {
    let (sources, file) = source("0123456789");
    let mut all = Diagnostics::new();
    for at in [5, 3, 3, 9, 1] {
        all.push(Diagnostic::error(CODE, "m").at(Span::new(file, at..at + 1)));
    }
    all.push(Diagnostic::warning(CODE, "no place"));
    let starts: Vec<_> = all.sorted().iter().map(|d| d.at.map(|at| at.start)).collect();
    assert_eq!(starts, [None, Some(1), Some(3), Some(5), Some(9)]);
    let shown = all.render(&sources, Look { limit: 2, ..Look::default() });
    assert!(shown.ends_with("and 3 more\n"), "{shown}");
    assert!(all.has_errors() && all.n_errors() == 5);
    let data = all.to_data(&sources);
    assert_eq!((data[1].line, data[1].column, data[1].end_column), (1, 2, 3));
    assert_eq!((data[0].severity, &data[0].file), (Severity::Warning, &None));
}

#[test]
fn colour_is_only_colour() {
    let (sources, file) = source("abc");
    let mut all = Diagnostics::new();
    all.push(Diagnostic::error(CODE, "m").at(Span::new(file, 0..1)));
    assert!(!all.render(&sources, Look::default()).contains('\u{1b}'));
    assert!(all.render(&sources, Look { colour: true, ..Look::default() }).contains('\u{1b}'));
}

#[test]
fn positions_count_characters() {
    let (sources, file) = source("\u{feff}aé\r\n工x");
    assert_eq!(sources.text(file).len(), 9);
    let check = |offset: usize, expected: (usize, usize)| {
        assert_eq!(sources.position_at(file, offset), expected, "{offset}");
    };
    check(0, (1, 1));
    check(3, (1, 3));
    check(5, (2, 1));
    check(8, (2, 2));
    check(99, (2, 3));
    assert_eq!(sources.line(file, 1), 0..3);
    assert_eq!(sources.slice(Span::new(file, 6..7)), "工");
}

#[test]
fn suggestions_are_close() {
    let check = |word: &str, expected: Option<&str>| {
        assert_eq!(did_you_mean(word, ["time", "speed", "length", "to"]), expected, "{word}");
    };
    check("tiem", Some("time"));
    check("lenght", Some("length"));
    check("Speed", Some("speed"));
    check("x", None);
    check("", None);
    check("colour", None);
}

#[test]
fn every_code_has_one_page() {
    assert!(codes::PAGES.windows(2).all(|w| w[0].code < w[1].code), "sorted and unique");
    for page in codes::PAGES {
        assert!(!page.explanation.is_empty() && page.explanation.len() < 600, "{}", page.code);
        assert_eq!(codes::page(&page.code.0.to_lowercase()).map(|p| p.code), Some(page.code));
    }
}

proptest! {
    #[test]
    fn any_span_can_be_shown(text in "[a\\t\\r\\n é工\u{1b}\u{200b}]{0,60}", start in 0..70_usize, length in 0..70_usize) {
        let (sources, file) = source(&text);
        let mut all = Diagnostics::new();
        let span = Span::new(file, start..start + length);
        all.push(Diagnostic::error(CODE, "m").at(span).label("l").note(span, "n"));
        prop_assert!(!all.render(&sources, Look::default()).is_empty());
        prop_assert_eq!(all.to_data(&sources).len(), 1);
    }
}
