//! Plants that cannot be: each is refused, none makes the engine hang or panic.

use twin::engine::{Log, RunError, State, advance};
use twin::units::SimTime;

fn refused(name: &str, text: &str) {
    let loaded = twin::plant::load_text(text);
    assert!(loaded.model.is_none(), "{name} loads");
    assert!(loaded.diagnostics.has_errors(), "{name} is refused without a word");
}

#[test]
fn bad_plants_are_refused() {
    refused("an empty file", "");
    refused("bytes", "\u{0}\u{1}\u{fffd}{{{");
    refused("an unknown kind", r#"Plant(equipment: {"a": (is: Sauce), "b": (is: Sink)})"#);
    refused(
        "endless into endless",
        r#"Plant(products: {"p": ()}, equipment: {"a": (is: Source(), to: ["b"]), "b": (is: Sink)})"#,
    );
    refused(
        "reserving where parts are chosen",
        r#"Plant(products: {"p": ()}, equipment: {
            "in": (is: Source(every: "5 s"), to: ["a"]),
            "a": (is: Station(time: "1 s", blocking: BeforeService), to: ["b"]),
            "b": (is: Station(time: "1 s", queue: (rule: Lifo)), to: ["out"]),
            "out": (is: Sink)})"#,
    );
}

/// Two buffers that lead to each other: a part goes round and round without taking any time.
#[test]
fn what_takes_no_time_is_found_stuck() {
    let text = r#"Plant(products: {"p": ()}, equipment: {
        "in": (is: Source(every: "5 s"), to: ["a"]),
        "a": (is: Buffer(), to: ["b"]),
        "b": (is: Buffer(), to: ["a", "out"]),
        "out": (is: Sink)})"#;
    let model = twin::plant::load_text(text).model.expect("it can be written down");
    let mut state = State::new(&model, 1, 0);
    let end = advance(&model, &mut state, SimTime::from_seconds(60.0), &mut Log::off());
    assert!(matches!(end, Err(RunError::Stuck { .. })), "{end:?}");
}

fn around(equipment: &str) -> String {
    format!(
        "Plant(name: \"x\", products: {{\"p\": ()}}, equipment: {{{equipment}, \"out\": (is: Sink)}})"
    )
}

fn source_with(fields: &str) -> String {
    around(&format!("\"in\": (is: Source({fields}), to: [\"out\"])"))
}

#[test]
fn nonsense_is_refused_at_its_place() {
    let deep =
        format!("Plant(name: \"x\", equipment: {}{})", "[".repeat(100_000), "]".repeat(100_000));
    let cases: Vec<(&str, String)> = vec![
        ("NaN", source_with("every: Uniform(min: \"1 s\", max: \"NaN s\")")),
        ("a negative time", source_with("every: \"-5 s\"")),
        ("a time of no length", source_with("every: \"0 s\"")),
        ("an infinite number", around("\"m\": (is: Conveyor(length: \"inf m\", speed: \"1 m/s\"), to: [\"out\"])")),
        ("a wrong type", source_with("product: 5")),
        ("1e18 repetitions", around("\"a${i}\": (repeat: 1000000000000000000, is: Sink)")),
        ("no place", around("\"m\": (is: Station(places: 0, time: \"1 s\"), to: [\"out\"])")),
        ("a batch of none", around("\"m\": (is: Station(batch: (max: 0), time: \"1 s\"), to: [\"out\"])")),
        ("a dangling connection", around("\"in\": (is: Source(every: \"5 s\"), to: [\"uot\"])")),
        ("deep nesting", deep),
        (
            "templates that use each other",
            "Plant(name: \"x\", templates: {\"t\": (equipment: {\"a\": (use: \"t\")})}, equipment: {\"a\": (use: \"t\")})".into(),
        ),
        ("an include that is not there", "Plant(name: \"x\", include: [\"no.ron\"], equipment: {})".into()),
        ("an unclosed bracket", "Plant(name: \"x\", equipment: {\"a\": (is: Sink".into()),
    ];
    for (name, text) in cases {
        let loaded = twin::plant::load_text(&text);
        assert!(loaded.model.is_none(), "{name} loads");
        let found: Vec<_> = loaded.diagnostics.iter().filter_map(|d| d.at).collect();
        assert!(!found.is_empty(), "{name}: no place is given");
        for span in found {
            let (line, column) = loaded.sources.position(span);
            assert!(line >= 1 && column >= 1, "{name}: {line}:{column}");
        }
    }
}

#[test]
fn all_mistakes_come_at_once() {
    let text = "Plant(name: \"x\", shfts: {}, products: {\"p\": ()}, equipment: {\n\
        \"in\": (is: Source(evry: \"5 s\", batch: 0), to: [\"out\"]),\n\
        \"m\": (is: Staton(time: \"1 s\"), to: [\"uot\"]),\n\
        \"b\": (is: Buffer(capacity: 0), to: [\"out\"]),\n\
        \"out\": (is: Sink)})";
    let loaded = twin::plant::load_text(text);
    let lines: Vec<usize> = loaded
        .diagnostics
        .sorted()
        .iter()
        .filter_map(|d| d.at.map(|at| loaded.sources.position(at).0))
        .collect();
    for line in 1..=4 {
        assert!(lines.contains(&line), "nothing found in line {line}: {lines:?}");
    }
}

/// A file that includes itself, or one that includes it, is read once.
#[test]
fn circles_of_includes_end() {
    struct Two;
    impl twin::plant::Files for Two {
        fn read(&self, path: &str, _limit: u64) -> std::io::Result<String> {
            match path {
                "a.ron" => Ok("Plant(name: \"a\", include: [\"b.ron\", \"a.ron\"], equipment: {\"out\": (is: Sink)})".into()),
                "b.ron" => Ok("Plant(include: [\"a.ron\"], products: {\"p\": ()}, equipment: {\n\
                    \"in\": (is: Source(every: \"1 s\"), to: [\"out\"])})".into()),
                _ => Err(std::io::ErrorKind::NotFound.into()),
            }
        }
    }
    let registry = twin::plant::core_registry();
    let loaded = twin::plant::load("a.ron", &Two, &registry, &twin::plant::Options::default());
    let model = loaded.model.expect("two files that include each other make one plant");
    assert_eq!(model.equipment.len(), 2);
}

/// Random damage to good plants: never a panic, and every place that is named lies in the text.
#[test]
fn damaged_plants_never_panic() {
    let rounds: u64 =
        std::env::var("GENBA_DAMAGE").ok().and_then(|n| n.parse().ok()).unwrap_or(300);
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets/plants");
    let mut plants: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    plants.sort();
    let texts: Vec<String> = plants.iter().map(|p| std::fs::read_to_string(p).unwrap()).collect();
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = |n: usize| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % n
    };
    let junk =
        ["(", ")", "\"", "{", "}", "[", ":", ",", "$", "${", "1e999", "\u{fffd}", "Plant", "-"];
    for round in 0..rounds {
        let mut text: Vec<char> = texts[round as usize % texts.len()].chars().collect();
        for _ in 0..=next(4) {
            let at = next(text.len());
            let end = (at + next(12)).min(text.len());
            text.splice(at..end, junk[next(junk.len())].chars());
        }
        let text: String = text.into_iter().collect();
        let loaded = twin::plant::load_text(&text);
        for span in loaded.diagnostics.iter().filter_map(|d| d.at) {
            let length = loaded.sources.text(span.file).len();
            assert!(span.range().end <= length, "a place beyond the end in round {round}");
        }
    }
}
