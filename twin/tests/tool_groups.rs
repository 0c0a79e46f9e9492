//! Tool groups and routes: what lots do that are worked on together or bound to a tool, and mistakes, each said where it
//! stands.

use twin::engine::{Log, Model, State, advance};
use twin::plant::load_text;
use twin::units::SimTime;

/// A plant with the product `a` of this route, from the group `g` of these fields.
fn plant(route: &str, group: &str) -> String {
    format!(
        r#"Plant(name: "t", products: {{ "a": (route: [{route}]), "b": (route: [(at: "g", time: "1 s", setup: "blue"), "h", "s"]) }},
            equipment: {{
                "in": (is: Source(product: "a", schedule: [(at: "0 s", n: 4)])),
                "g": (is: ToolGroup({group})),
                "h": (is: ToolGroup(tools: 4, time: "1 s")),
                "s": (is: Station(time: "1 s", queue: "unlimited")),
                "out": (is: Sink) }})"#
    )
}

/// What is found wrong with a plant, each with the text at its place.
fn faults(text: &str) -> (Option<Model>, Vec<(String, String)>) {
    let loaded = load_text(text);
    let place = |diagnostic: &twin::diagnostics::Diagnostic| {
        let span = diagnostic.at.expect("every mistake has a place");
        loaded.sources.text(span.file)[span.range()].to_owned()
    };
    let found = loaded.diagnostics.iter().map(|d| (d.message.clone(), place(d))).collect();
    (loaded.model, found)
}

#[track_caller]
fn refused(text: &str, message: &str, place: &str) {
    let (model, found) = faults(text);
    assert!(model.is_none(), "{message}: it loads");
    let said = found.iter().any(|(said, at)| said.contains(message) && at == place);
    assert!(said, "{message:?} at {place:?} is not among {found:#?}");
}

#[test]
fn mistakes_of_steps_are_said_where_they_stand() {
    let two = |more: &str| {
        format!(
            r#"(at: "g", operation: "x", time: "1 s"), (at: "g", operation: "y", time: "1 s", {more})"#
        )
    };
    let one = |more: &str| {
        format!(
            r#"(at: "g", operation: "x", time: "1 s", {more}), (at: "g", operation: "y", time: "1 s")"#
        )
    };
    for (route, message, place) in [
        (two("cadence: \"0 s\""), "is longer than zero", "\"0 s\""),
        (two("batch: (min: 3, max: 2)"), "from `min` to `max` lots", "(min: 3, max: 2)"),
        (two("batch: (min: 0, max: 2)"), "at least one", "(min: 0, max: 2)"),
        (two("setup_time: \"5 s\""), "goes with the `setup`", "\"5 s\""),
        (two("share: 1.5"), "a share is 0 % to 100 %", "1.5"),
        (two("rework: (to: \"x\", share: 1.0)"), "none would ever go on", "1.0"),
        (two("rework: (to: \"x\", share: 1.01)"), "a share is 0 % to 100 %", "1.01"),
        (one("rework: (to: \"y\", share: 0.1)"), "no earlier operation", "\"y\""),
        (two("limit: (to: \"x\", within: \"5 s\")"), "no later operation", "\"x\""),
        (one("limit: (to: \"yy\", within: \"5 s\")"), "named \"yy\"", "\"yy\""),
        (one("limit: (to: \"y\", within: \"0 s\")"), "longer than zero", "(to: \"y\", within: \"0 s\")"),
        (one("same_tool_as: \"y\""), "no earlier operation", "\"y\""),
        (two("same_tool_as: \"y\""), "no earlier operation", "\"y\""),
        (
            r#"(at: "h", operation: "x"), (at: "g", time: "1 s", same_tool_as: "x")"#.into(),
            "one and the same tool group",
            "\"x\"",
        ),
        (
            r#"(at: ["g", "h"], operation: "x", time: "1 s"), (at: ["g", "h"], time: "1 s", same_tool_as: "x")"#.into(),
            "one and the same tool group",
            "\"x\"",
        ),
        (
            format!(
                r#"(at: "h", operation: "w", limit: (to: "y", within: "1 s")), {}"#,
                one("limit: (to: \"y\", within: \"2 s\")")
            ),
            "must not overlap",
            "(to: \"y\", within: \"2 s\")",
        ),
    ] {
        refused(&plant(&route, ""), message, place);
    }
    let unnamed = plant(r#"(time: "1 s")"#, "");
    assert!(faults(&unnamed).1.iter().any(|(said, _)| said.contains("says where it is done")));
}

#[test]
fn mistakes_of_groups_are_said_where_they_stand() {
    let route = r#"(at: "g", time: "1 s", setup: "red")"#;
    for (group, message, place) in [
        ("tools: 0", "from 1 to 65535 tools", "0"),
        ("tools: 65536", "from 1 to 65535 tools", "65536"),
        ("rank: [Spt]", "`Spt` cannot rank lots here", "[Spt]"),
        ("rank: [Priority, Lifo]", "`Lifo` cannot rank lots here", "[Priority, Lifo]"),
        (
            "rank: [FewestSetups, Fifo, FewestSetups]",
            "`FewestSetups` at most once",
            "[FewestSetups, Fifo, FewestSetups]",
        ),
        (
            "rank: [Priority, Edd, Slack, MostWork]",
            "at most three other rules",
            "[Priority, Edd, Slack, MostWork]",
        ),
        ("changeovers: [(to: \"rad\", time: \"1 s\")]", "named \"rad\"", "\"rad\""),
        ("changeovers: [(from: \"blu\", to: \"red\", time: \"1 s\")]", "named \"blu\"", "\"blu\""),
        (
            "changeovers: [(to: \"red\", time: \"1 s\"), (to: \"red\", time: \"2 s\")]",
            "two times from one set-up",
            "[(to: \"red\", time: \"1 s\"), (to: \"red\", time: \"2 s\")]",
        ),
        ("min_run: {\"green\": 3}", "named \"green\"", "{\"green\": 3}"),
    ] {
        refused(&plant(route, group), message, place);
    }
}

#[test]
fn a_time_has_to_be_somewhere() {
    let (model, found) = faults(&plant(r#"(at: "g")"#, ""));
    assert!(model.is_none() && !found.is_empty(), "{found:?}");
    assert!(faults(&plant(r#"(at: "g")"#, "time: \"1 s\"")).0.is_some());
}

/// What only tool groups know is not passed over in silence elsewhere.
#[test]
fn stations_do_not_know_what_tool_groups_do() {
    for field in ["per: Piece", "cadence: \"1 s\"", "batch: (min: 1, max: 2)", "setup: \"red\""] {
        let (model, found) = faults(&plant(&format!("(at: \"s\", {field})"), ""));
        let said = found
            .iter()
            .any(|(said, _)| said.contains("is for tool groups, and \"s\" is a Station"));
        assert!(said && model.is_some(), "{field}: {found:?}");
    }
    let (_, found) = faults(&plant("(at: \"s\", share: 0.5)", ""));
    assert!(found.is_empty(), "{found:?}");
}

/// Seconds at which the plant's parts were finished.
fn ends(text: &str) -> Vec<f64> {
    let (model, found) = faults(text);
    let model = model.unwrap_or_else(|| panic!("{found:?}"));
    let mut state = State::new(&model, 1, 0);
    let mut log = Log::new(true, false);
    advance(&model, &mut state, SimTime::from_seconds(1e5), &mut log).expect("it runs");
    log.parts.iter().map(|part| part.left.seconds()).collect()
}

/// Two tools, four lots in pairs: each pair is bound to the tool of its first step, so that lots of different pairs are
/// never worked on together. Free to choose, all four would go into one batch.
#[test]
fn a_batch_is_of_one_tool() {
    let route = |bound: &str| {
        format!(
            r#"(at: "g", operation: "x", time: "10 s", batch: (min: 2, max: 2)), (at: "h"),
               (at: "g", operation: "y", time: "10 s", batch: (min: 1, max: 4){bound})"#
        )
    };
    let text = |bound: &str| plant(&route(bound), "tools: 2");
    assert_eq!(ends(&text(", same_tool_as: \"x\"")), [21.0; 4]);
    let figure = |text: &str| {
        let model = faults(text).0.expect("it loads");
        let mut state = State::new(&model, 1, 0);
        advance(&model, &mut state, SimTime::from_seconds(50.0), &mut Log::off()).expect("it runs");
        let group = model.find("g").expect("it is there");
        state.figures(&model, group).into_iter().find(|(name, _)| name == "batch_mean")
    };
    // Two pairs, then two pairs again; or two pairs, then all four.
    assert_eq!(figure(&text(", same_tool_as: \"x\"")), Some(("batch_mean".into(), 2.0)));
    assert_eq!(figure(&text("")), Some(("batch_mean".into(), 8.0 / 3.0)));
}

/// A minimum run of three bars other set-ups, not lots that need none: `b` (blue) waits for three red lots, one of which
/// comes after 100 s; what needs no set-up goes before.
#[test]
fn a_minimum_run_lets_lots_without_set_up_pass() {
    let text = r#"Plant(name: "t", products: {
            "red": (route: [(at: "g", time: "10 s", setup: "red")]),
            "blue": (route: [(at: "g", time: "10 s", setup: "blue")]),
            "plain": (route: [(at: "g", time: "10 s")]) },
        equipment: {
            "reds": (is: Source(product: "red", schedule: [(at: "0 s"), (at: "100 s")]), to: ["g"]),
            "blues": (is: Source(product: "blue", schedule: [(at: "1 s")]), to: ["g"]),
            "plains": (is: Source(product: "plain", schedule: [(at: "2 s")]), to: ["g"]),
            "g": (is: ToolGroup(min_run: {"red": 3}), to: ["out"]),
            "out": (is: Sink) })"#;
    assert_eq!(ends(text), [10.0, 20.0, 110.0, 120.0]);
}

/// Without a transport, lots go straight from step to step, also when they skip one or go back.
#[test]
fn lots_skip_and_go_back_without_a_transport() {
    let route = r#"(at: "g", operation: "x", time: "1 s"), (at: "s", share: 0.5), (at: "h", rework: (to: "x", share: 0.5))"#;
    let text = plant(route, "tools: 2").replace("n: 4", "n: 400");
    assert_eq!(ends(&text).len(), 400);
}
