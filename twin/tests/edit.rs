//! Edits of plants: what they do to the model, and that nothing else in the text changes.

#![expect(clippy::unwrap_used, reason = "a test that cannot edit its plant has failed")]

use proptest::prelude::*;
use twin::edit::{Edit, EditProblem, History};
use twin::engine::Model;
use twin::layout::text::{Path, find, pieces};
use twin::plant::load_text;

const PLANT: &str = r#"// A line of three.
Plant(
    name: "line",
    products: { "p": (route: ["mill", (at: ["saw", "mill 2"]), (at: "saw", operation: "saw")]), "saw": () },
    equipment: {
        "in": (is: Source, to: ["mill"]), // comes in
        /* the oldest */
        "mill": (
            // Slow since spring.
            is: Station(time: "50 s"),
            to: ["check"], at: (2.0, 3.0), // by the window
        ),
        "mill 2": (is: Station(time: "40 s"), to: "check"),
        "check": (
            is: Inspection(time: "5 s"),
            to: { "good": ["saw"], "bad": "bin" }
        ),
        "saw": (is: Station(time: "35 s", queue: 3), to: ["out"]),
        "out": (is: Sink), "bin": (is: Sink)
    },
)
"#;

fn asset(name: &str) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../assets/plants/");
    std::fs::read_to_string(format!("{folder}{name}.ron")).unwrap()
}

fn model(text: &str) -> Model {
    let loaded = load_text(text);
    let look = twin::diagnostics::Look { colour: false, limit: 20, width: 100 };
    let report = loaded.diagnostics.render(&loaded.sources, look);
    loaded.model.unwrap_or_else(|| panic!("{report}\n{text}"))
}

/// The text after `edit`, which is the old one but for the pieces given.
fn check(edit: Edit, pieces: &[(&str, &str)]) -> String {
    let after = edit.apply(PLANT).unwrap_or_else(|problem| panic!("{problem}"));
    let expected = pieces.iter().fold(PLANT.to_owned(), |text, (before, after)| {
        assert!(text.contains(before), "{before}");
        text.replacen(before, after, 1)
    });
    assert_eq!(after, expected);
    after
}

fn name(text: &str) -> String {
    text.to_owned()
}

fn connect(from: &str, output: Option<&str>, to: &str) -> Edit {
    Edit::Connect { from: name(from), output: output.map(name), to: name(to) }
}

fn disconnect(from: &str, output: Option<&str>, to: &str) -> Edit {
    Edit::Disconnect { from: name(from), output: output.map(name), to: name(to) }
}

#[test]
fn parameters_are_set_and_reset() {
    let set = |path: &str, value: &str| Edit::Set { path: name(path), value: name(value) };
    let edit = set("equipment.mill.is.time", "35 s");
    assert_eq!(edit.name(), "Set time of mill to 35 s");
    check(edit, &[("50 s", "35 s")]);
    check(set("equipment.in.is.every", "1 min"), &[("Source,", "Source(every: \"1 min\"),")]);
    check(
        set("equipment.mill.facing", "90 deg"),
        &[("3.0), // by", "3.0), facing: \"90 deg\", // by")],
    );
    check(Edit::Unset { path: name("equipment.saw.is.queue") }, &[(", queue: 3", "")]);
    let missing = set("equipment.lathe.is.time", "1 s").apply(PLANT);
    assert!(matches!(missing, Err(EditProblem::Text(_))));
}

#[test]
fn equipment_is_moved_turned_and_copied() {
    check(
        Edit::Move { name: name("mill"), at: (4.25, -0.000_01) },
        &[("(2.0, 3.0)", "(4.25, 0.0)")],
    );
    check(
        Edit::Turn { name: name("out"), degrees: 90.0 },
        &[("(is: Sink),", "(is: Sink, facing: \"90.0 deg\"),")],
    );
    let copy = Edit::Copy { name: name("mill 2"), copy: name("mill 3"), at: (1.0, 2.0) };
    let text = check(
        copy.clone(),
        &[(
            "to: \"check\"),\n",
            "to: \"check\"),\n        \"mill 3\": (is: Station(time: \"40 s\"), to: \"check\", at: (1.0, 2.0)),\n",
        )],
    );
    assert_eq!(copy.apply(&text), Err(EditProblem::Taken("mill 3".into())));
    let shift = |name: &str| Edit::Shift { name: name.into(), by: (0.5, -1.0) };
    check(shift("mill"), &[("(2.0, 3.0)", "(2.5, 2.0)")]);
    check(shift("out"), &[("(is: Sink),", "(is: Sink, at: (0.5, -1.0)),")]);
    let nowhere = Edit::Move { name: name("mill"), at: (f64::NAN, 0.0) };
    assert_eq!(nowhere.apply(PLANT), Err(EditProblem::NoNumber));
}

#[test]
fn what_is_edited_is_what_runs() {
    let edits = [
        Edit::Move { name: name("mill"), at: (4.25, 1.5) },
        Edit::Set { path: name("equipment.belt.is.length"), value: name("9 m") },
        Edit::Copy { name: name("washer"), copy: name("washer 2"), at: (20.0, 4.0) },
        connect("belt", None, "washer 2"),
        Edit::Rename { name: name("washer"), to: name("washer 1") },
    ];
    let mut history = History::new(asset("tutorial"));
    edits.into_iter().for_each(|edit| history.apply(edit).unwrap());
    let model = model(history.text());
    let find = |name: &str| model.find(name).unwrap();
    let at = model.row(find("mill")).pose.translation.vector;
    assert_eq!((at.x, at.y), (4.25, 1.5));
    let from_belt = model.links.iter().filter(|link| link.from == find("belt"));
    let to: Vec<_> = from_belt.map(|link| link.to).collect();
    assert_eq!(to, [find("washer 1"), find("washer 2")]);
    assert!(model.links.iter().any(|link| link.from == find("washer 2") && link.to == find("out")));
}

#[test]
fn equipment_is_traced_to_where_it_comes_from() {
    let text = asset("battery-line");
    let origin = |name: &str| twin::edit::origin(&text, name).unwrap();
    let alone = origin("camera").unwrap();
    assert!(alone.is_alone && alone.entry == "camera");
    let within = origin("glue/machine").unwrap();
    assert!(!within.is_alone && within.entry == "glue");
    assert_eq!(origin("no such"), None);
    let text = r#"Plant(equipment: { "m${i} x": (repeat: 3), "m2": (is: Sink) })"#;
    let origin = |name: &str| twin::edit::origin(text, name).unwrap().map(|origin| origin.entry);
    assert_eq!(origin("m12 x").as_deref(), Some("m${i} x"));
    assert_eq!(origin("m2").as_deref(), Some("m2"));
    assert_eq!((origin("m x"), origin("ma x")), (None, None));
    // Every equipment of the plant comes from somewhere.
    let text = asset("battery-line");
    for row in &model(&text).equipment {
        assert!(twin::edit::origin(&text, &row.name).unwrap().is_some(), "{}", row.name);
    }
}

#[test]
fn equipment_is_added_removed_and_renamed() {
    let buffer = "(is: Buffer(capacity: 3), to: [\"saw\"])";
    let add = Edit::Add { name: name("rack"), text: name(buffer) };
    check(
        add,
        &[(
            "\"bin\": (is: Sink)\n",
            "\"bin\": (is: Sink), \"rack\": (is: Buffer(capacity: 3), to: [\"saw\"])\n",
        )],
    );
    let broken = Edit::Add { name: name("rack"), text: name("(is: Buffer(") };
    assert!(broken.apply(PLANT).is_err());

    let remove = Edit::Remove { name: name("saw") };
    check(
        remove,
        &[
            ("\"good\": [\"saw\"], ", ""),
            ("        \"saw\": (is: Station(time: \"35 s\", queue: 3), to: [\"out\"]),\n", ""),
        ],
    );
    let rename = Edit::Rename { name: name("saw"), to: name("cutter") };
    check(
        rename,
        &[
            ("[\"saw\", \"mill 2\"]", "[\"cutter\", \"mill 2\"]"),
            ("at: \"saw\"", "at: \"cutter\""),
            ("\"good\": [\"saw\"]", "\"good\": [\"cutter\"]"),
            ("        \"saw\": (is", "        \"cutter\": (is"),
        ],
    );
    let taken = Edit::Rename { name: name("saw"), to: name("mill") };
    assert_eq!(taken.apply(PLANT), Err(EditProblem::Taken("mill".into())));
    assert_eq!(
        Edit::Remove { name: name("lathe") }.apply(PLANT),
        Err(EditProblem::NoEquipment("lathe".into()))
    );
}

#[test]
fn connections_come_and_go() {
    check(connect("in", None, "mill 2"), &[("[\"mill\"])", "[\"mill\", \"mill 2\"])")]);
    check(connect("mill 2", None, "saw"), &[("to: \"check\"", "to: [\"check\", \"saw\"]")]);
    check(
        connect("bin", None, "out"),
        &[("\"bin\": (is: Sink)", "\"bin\": (is: Sink, to: [\"out\"])")],
    );
    check(
        connect("check", Some("bad"), "saw"),
        &[("\"bad\": \"bin\"", "\"bad\": [\"bin\", \"saw\"]")],
    );
    assert_eq!(
        connect("check", None, "saw").apply(PLANT),
        Err(EditProblem::WhichOutput("check".into()))
    );
    assert!(matches!(connect("in", None, "mill").apply(PLANT), Err(EditProblem::Connected(..))));

    check(disconnect("in", None, "mill"), &[(", to: [\"mill\"]", "")]);
    check(disconnect("check", Some("bad"), "bin"), &[(", \"bad\": \"bin\"", "")]);
    assert!(matches!(
        disconnect("in", None, "saw").apply(PLANT),
        Err(EditProblem::NotConnected(..))
    ));
    let both = Edit::All {
        name: "Cut off check".into(),
        edits: vec![
            disconnect("check", Some("bad"), "bin"),
            disconnect("check", Some("good"), "saw"),
        ],
    };
    check(
        both,
        &[(
            "is: Inspection(time: \"5 s\"),\n            to: { \"good\": [\"saw\"], \"bad\": \"bin\" }\n",
            "is: Inspection(time: \"5 s\"),\n",
        )],
    );
}

#[test]
fn a_drag_is_one_change_and_histories_have_names() {
    let mut history = History::new(PLANT);
    for step in 1..50 {
        history.drag(Edit::Move { name: name("mill"), at: (f64::from(step), 0.0) }).unwrap();
    }
    history.drag(Edit::Move { name: name("saw"), at: (1.0, 0.0) }).unwrap();
    history.end_drag();
    history.drag(Edit::Move { name: name("saw"), at: (2.0, 0.0) }).unwrap();
    history.apply(connect("in", None, "saw")).unwrap();
    let names: Vec<String> = history.done().iter().map(|entry| entry.edit.name()).collect();
    assert_eq!(names, ["Move mill", "Move saw", "Move saw", "Connect in to saw"]);
    assert!(history.is_unsaved());
    history.set_saved();
    let kept = ron::to_string(&history).unwrap();
    assert_eq!(ron::from_str::<History>(&kept).unwrap(), history);
    let end = history.text().to_owned();
    for _ in 0..4 {
        assert!(history.undo().is_some());
    }
    assert_eq!(history.undo(), None);
    assert_eq!(history.text(), PLANT);
    assert!(history.is_unsaved());
    while history.redo().is_some() {}
    assert_eq!(history.text(), end);
    assert!(!history.is_unsaved());
    history.undo();
    history.apply(connect("in", None, "out")).unwrap();
    assert!(history.is_unsaved() && history.redo().is_none());
    let before = history.text().to_owned();
    assert!(history.apply(connect("in", None, "out")).is_err());
    assert_eq!(history.text(), before);
}

#[test]
fn the_loader_has_the_last_word() {
    struct None;
    impl twin::plant::Files for None {
        fn read(&self, _: &str, _: u64) -> std::io::Result<String> {
            Err(std::io::ErrorKind::NotFound.into())
        }
    }
    let registry = twin::plant::core_registry();
    let check = |text: &str| {
        twin::edit::check("plant.ron", text, &None, &registry, &twin::plant::Options::default())
    };
    let text = asset("tutorial");
    assert!(check(&text).model.is_some());
    let wrong = Edit::Remove { name: name("washer") }.apply(&text).unwrap();
    let loaded = check(&wrong);
    assert!(loaded.model.is_none() && loaded.diagnostics.has_errors());
}

#[test]
fn an_equipment_shows_what_it_says_and_what_it_could_say() {
    let registry = twin::plant::core_registry();
    let shown = twin::edit::inspect(PLANT, "saw", &registry).unwrap();
    assert_eq!(shown.kind, "Station");
    let said: Vec<(&str, &str)> = shown
        .parameters
        .iter()
        .filter_map(|field| Some((field.path.as_str(), field.text.as_deref()?)))
        .collect();
    let expected = [("equipment.saw.is.time", "\"35 s\""), ("equipment.saw.is.queue", "3")];
    assert_eq!(said, expected);
    let unsaid: Vec<&str> = shown
        .parameters
        .iter()
        .chain(&shown.common)
        .filter(|field| field.text.is_none())
        .map(|field| field.name.as_str())
        .collect();
    for name in ["places", "blocking", "workers", "at", "failures", "power"] {
        assert!(unsaid.contains(&name), "{unsaid:?}");
    }
    assert!(!unsaid.contains(&"time") && !unsaid.contains(&"to"));
    assert!(twin::edit::inspect(PLANT, "lathe", &registry).is_err());
    // Every kind tells what it has.
    let silent: Vec<&str> =
        registry.names().filter(|kind| registry.fields(kind).is_empty()).collect();
    assert!(silent.is_empty(), "{silent:?}");
    assert_eq!(registry.ports("Inspection")[1], ["good", "bad"]);
}

const ASSETS: [&str; 8] = [
    "battery-line",
    "assembly-loop",
    "robot-cell",
    "agv-loop",
    "kanban-line",
    "mini-fab",
    "tutorial",
    "machine-repair",
];

/// Name and text of every equipment.
fn equipment(text: &str) -> Vec<(String, String)> {
    let all = find(text, &Path::of(&["equipment"])).unwrap();
    let all = pieces(text, all).unwrap();
    all.into_iter().map(|piece| (piece.name, text[piece.value].to_owned())).collect()
}

/// All comments, in order.
fn comments(text: &str) -> Vec<&str> {
    let outside = |line: &str, at: usize| line[..at].matches('"').count().is_multiple_of(2);
    let start =
        |line: &str| line.match_indices("//").map(|(at, _)| at).find(|at| outside(line, *at));
    text.lines().filter_map(|line| start(line).map(|at| &line[at..])).collect()
}

/// An edit of some equipment of the text, chosen by numbers.
fn some_edit(text: &str, what: u8, which: usize, other: usize, at: (i16, i16)) -> Edit {
    let all = equipment(text);
    let pick = |n: usize| all[n % all.len()].0.clone();
    let at = (f64::from(at.0) / 8.0, f64::from(at.1) / 8.0);
    match what % 7 {
        0 => Edit::Move { name: pick(which), at },
        1 => Edit::Turn { name: pick(which), degrees: at.0 },
        2 => Edit::Copy { name: pick(which), copy: format!("copy {other}"), at },
        3 => Edit::Remove { name: pick(which) },
        4 => Edit::Rename { name: pick(which), to: format!("other {other}") },
        5 => connect(&pick(which), None, &pick(other)),
        _ => Edit::Add { name: format!("new {other}"), text: "(is: Sink)".into() },
    }
}

/// Whom an edit may change beside those whose connections name it.
fn subject(edit: &Edit) -> &str {
    match edit {
        Edit::Move { name, .. }
        | Edit::Turn { name, .. }
        | Edit::Remove { name }
        | Edit::Rename { name, .. } => name,
        Edit::Connect { from, .. } => from,
        _ => "",
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_else_changes_and_all_can_be_undone(
        asset_no in 0..ASSETS.len(),
        edits in proptest::collection::vec(
            (any::<u8>(), any::<usize>(), any::<usize>(), any::<(i16, i16)>()), 1..6),
    ) {
        let text = asset(ASSETS[asset_no]);
        let mut history = History::new(text.clone());
        for (what, which, other, at) in edits {
            let before = history.text().to_owned();
            let edit = some_edit(&before, what, which, other, at);
            if history.apply(edit.clone()).is_err() {
                prop_assert_eq!(history.text(), &before);
                continue;
            }
            let after = history.text();
            let subject = subject(&edit);
            let now = equipment(after);
            for (name, was) in equipment(&before) {
                if name != subject && !was.contains(&format!("\"{subject}")) {
                    let is = now.iter().find(|(other, _)| *other == name).map(|(_, is)| is);
                    prop_assert_eq!(is, Some(&was), "{}", edit.name());
                }
            }
            let (were, are) = (comments(&before), comments(after));
            match edit {
                Edit::Remove { .. } => prop_assert!(are.iter().all(|one| were.contains(one))),
                Edit::Copy { .. } => prop_assert!(were.iter().all(|one| are.contains(one))),
                _ => prop_assert_eq!(were, are),
            }
        }
        let end = history.text().to_owned();
        while history.undo().is_some() {}
        prop_assert_eq!(history.text(), &text);
        while history.redo().is_some() {}
        prop_assert_eq!(history.text(), end);
    }
}
