use crate::engine::{Log, Model, State, advance};
use crate::units::SimTime;

/// Four bays of 1 m and two levels of 1 m on one side, 1 m/s both ways, 2 s to transfer; more of the store; the sources.
fn plant(store: &str, sources: &str, rest: &str) -> String {
    format!(
        r#"Plant(name: "store", products: {{ "a": (), "b": () }}, equipment: {{
            {sources}
            "store": (is: Store(bays: 4, levels: 2, sides: 1, bay: "1 m", level: "1 m", travel: "1 m/s", lift: "1 m/s",
                transfer: "2 s", {store}), to: ["out"]),
            {rest} }})"#
    )
}

fn run(text: &str, until_s: f64) -> (Model, State, Vec<(String, f64)>) {
    let loaded = crate::plant::load_text(text);
    let model = loaded.model.unwrap_or_else(|| panic!("{:#?}", loaded.diagnostics));
    let mut state = State::new(&model, 1, 0);
    let mut log = Log::new(true, false);
    advance(&model, &mut state, SimTime::from_seconds(until_s), &mut log).expect("it runs");
    assert_eq!(state.little_misses(&model), Vec::<String>::new());
    let row = |row: &crate::engine::PartRow| {
        (model.product_name(row.product).to_owned(), row.left.seconds())
    };
    let ends = log.parts.iter().map(row).collect();
    (model, state, ends)
}

fn figure(model: &Model, state: &State, name: &str) -> f64 {
    let store = model.find("store").expect("there is one");
    let figures = state.figures(model, store);
    figures.iter().find(|figure| figure.0 == name).expect("it gives the figure").1
}

const OUT: &str = r#""out": (is: Sink),"#;

#[test]
fn stock_is_brought_out() {
    // The nearest opening is 0.5 s away, the next ones 1.5 s: two on the first two bays. 0.5 + 2 + 0.5 + 2, and so on.
    let text = plant(r#"slotting: Nearest, stock: {"a": 3}"#, "", OUT);
    let (model, state, ends) = run(&text, 100.0);
    let times: Vec<f64> = ends.into_iter().map(|row| row.1).collect();
    assert_eq!(times, [5.0, 12.0, 19.0]);
    assert_eq!(figure(&model, &state, "cycles_single"), 3.0);
    assert!((figure(&model, &state, "cycle_single_s") - 19.0 / 3.0).abs() < 1e-9);
    // Until 2.5, 8.5 and 15.5 s in 8 openings.
    assert!((figure(&model, &state, "fill_mean") - 26.5 / 800.0).abs() < 1e-9);
}

/// Downstream takes only "b" at first: it is fetched before the older "a".
#[test]
fn what_is_asked_for_comes_first() {
    let text = r#"Plant(name: "store", products: { "a": (route: ["mill"]), "b": (route: ["lathe"]) }, equipment: {
        "store": (is: Store(bays: 4, levels: 2, sides: 1, bay: "1 m", level: "1 m", travel: "1 m/s", lift: "1 m/s",
            stock: {"a": 2, "b": 2}), to: ["mill", "lathe"]),
        "mill": (is: Station(time: "1 h"), to: ["out"]), "lathe": (is: Station(time: "1 s"), to: ["out"]),
        "out": (is: Sink) })"#;
    let (model, state, ends) = run(text, 1000.0);
    let names: Vec<&str> = ends.iter().map(|row| row.0.as_str()).collect();
    assert_eq!(names, ["b", "b"]);
    assert_eq!(state.traffic(model.find("store").expect("there is one")).content, 1);
}

#[test]
fn a_dual_cycle_does_both() {
    let source =
        r#""in": (is: Source(product: "a", every: "1 h", first: "30 min"), to: ["store"]),"#;
    let gate =
        r#""gate": (is: Buffer(capacity: 1), to: ["out"], shift: "late"), "out": (is: Sink),"#;
    let of = |cycles: &str| {
        let text = plant(
            &format!("cycles: {cycles}, slotting: Nearest, stock: {{\"b\": 1}}"),
            source,
            gate,
        )
        .replace("to: [\"out\"]),\n            \"gate\"", "to: [\"gate\"]),\n            \"gate\"")
        .replace(
            "equipment:",
            r#"shifts: { "late": (period: "1 d", work: [("1801 s", "1 d")]) }, equipment:"#,
        );
        let (model, state, ends) = run(&text, 3000.0);
        let n = |name: &str| figure(&model, &state, name);
        (n("cycles_dual"), n("cycles_single"), ends)
    };
    // From 1800 s: 2 + 1.5 + 2 to store at the second opening, 1 to the first, 2 + 0.5 + 2.
    let (dual, single, ends) = of("Dual");
    assert_eq!((dual, ends.first().map(|row| row.1)), (1.0, Some(1811.0)));
    assert_eq!((single, ends.len()), (1.0, 2));
    // Back for 1.5, then 0.5 + 2 + 0.5 + 2.
    let (dual, single, ends) = of("Single");
    assert_eq!((dual, single, ends.first().map(|row| row.1)), (0.0, 3.0, Some(1812.0)));
}

/// A robot takes what it can from the output stand.
#[test]
fn a_robot_can_be_served() {
    let rest = r#""robot": (is: Robot(speed: "1 m/s"), to: ["sink"]), "sink": (is: Sink, at: (3.0, 0.0)),"#;
    let text = plant(r#"slotting: Nearest, stock: {"a": 2, "b": 1}"#, "", rest)
        .replace("to: [\"out\"]", "to: [\"robot\"]");
    let times: Vec<f64> = run(&text, 1000.0).2.into_iter().map(|row| row.1).collect();
    // The robot is called at 5 and 12 s: 3 s there, and from the second time on 3 s back before. The stand is free for the
    // third part at 15 s, so that comes at 22 s.
    assert_eq!(times, [8.0, 18.0, 28.0]);
}

/// A full rack blocks; dwell holds back; a class fills its own openings first.
#[test]
fn limits_hold() {
    let source = r#""in": (is: Source(product: "a", every: "1 s"), to: ["store"]),"#;
    let (model, state, ends) = run(&plant(r#"dwell: "1 h", input: 2"#, source, OUT), 3000.0);
    let store = model.find("store").expect("there is one");
    assert_eq!((state.traffic(store).content, ends.len()), (10, 0));
    let activity = state.clocks(&model, store)[0].activity();
    assert_eq!(activity, crate::engine::Activity::Blocked);
    let classes = r#"slotting: Classes([(products: ["b"], share: "25 %"), (products: ["a"], share: "75 %")]), stock: {"a": 1}"#;
    // The two openings of the first bay are for "b"; "a" is 1.5 s away or more.
    let (_, _, ends) = run(&plant(classes, "", OUT), 100.0);
    assert!(ends[0].1 >= 7.0, "{ends:?}");
}

#[test]
fn mistakes_are_told() {
    let out = OUT;
    for (store, what) in [
        (r#"stock: {"a": 9}"#, "does not fit"),
        (r#"stock: {"c": 1}"#, "no product is named"),
        ("input: 0", "at least one part"),
        (r#"slotting: Classes([(products: ["a"], share: "50 %")])"#, "make up 100 %"),
    ] {
        let loaded = crate::plant::load_text(&plant(store, "", out));
        let said = format!("{:?}", loaded.diagnostics);
        assert!(loaded.model.is_none() && said.contains(what), "{store}: {said}");
    }
}
