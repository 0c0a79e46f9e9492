//! Who is chosen, and who comes: small plants whose course is known to the nanosecond.

use twin::engine::{Log, Model, PartRow, State, TraceRow, What, advance};
use twin::units::SimTime;

fn run(plant: &str, until_s: f64) -> (Model, Vec<PartRow>, Vec<TraceRow>) {
    let loaded = twin::plant::load_text(plant);
    let model = loaded.model.unwrap_or_else(|| panic!("{:#?}", loaded.diagnostics));
    let mut state = State::new(&model, 1, 0);
    let mut log = Log::new(true, true);
    advance(&model, &mut state, SimTime::from_seconds(until_s), &mut log).expect("it runs");
    assert_eq!(state.little_misses(&model), Vec::<String>::new());
    (model, log.parts, log.trace)
}

/// A station that chooses among the parts before it is offered only those whose route leads to it.
#[test]
fn a_choosing_station_sees_only_its_own_parts() {
    let (model, _, trace) = run(
        r#"Plant(
            name: "two routes",
            products: { "a": (route: ["left"]), "b": (route: ["right"]) },
            equipment: {
                "in": (is: Source(mix: Sequence(["b", "a"]), every: "1 s", total: 20), to: ["store"]),
                "store": (is: Buffer(), to: ["left", "right"]),
                "left": (is: Station(time: "3 s", queue: (capacity: 0, rule: Spt)), to: ["out"]),
                "right": (is: Station(time: "10 s", queue: (capacity: 0, rule: Spt)), to: ["out"]),
                "out": (is: Sink),
            },
        )"#,
        1000.0,
    );
    let mut seen = 0;
    for row in &trace {
        if let TraceRow::Part { equipment, product, what: What::Began, .. } = *row {
            let place = &model.row(equipment).name;
            let right = if model.product_name(product) == "a" { "left" } else { "right" };
            assert_eq!(place, right);
            seen += 1;
        }
    }
    assert_eq!(seen, 20);
}

/// A worker who is called off on the way walks on to the end of it, and only then takes the next call.
#[test]
fn a_call_that_is_called_off_does_not_cut_the_next_one_short() {
    let (_, parts, _) = run(
        r#"Plant(
            name: "called off",
            products: { "a": (), "b": () },
            workers: { "hand": (at: (0.0, 0.0), speed: "1 m/s") },
            equipment: {
                "in a": (is: Source(product: "a", schedule: [(at: "0 s")]), to: ["first"]),
                "in b": (is: Source(product: "b", schedule: [(at: "6 s")]), to: ["second"]),
                "first": (is: Station(time: "1 s", workers: [(skill: "hand", for: [Process])]), at: (10.0, 0.0), to: ["out"],
                    failures: [(every: "10000 s", first: "5 s", basis: Calendar, repair: "100 s")]),
                "second": (is: Station(time: "1 s", workers: [(skill: "hand", for: [Process])]), at: (10.0, 20.0), to: ["out"]),
                "out": (is: Sink),
            },
        )"#,
        1000.0,
    );
    let left: Vec<f64> = parts.iter().map(|row| row.left.seconds()).collect();
    // At the first machine at 10 s, at the second 20 s later; back at the first, repaired at 105 s, 20 s after that.
    assert_eq!(left, [31.0, 126.0]);
}

fn left_s(parts: &[PartRow]) -> Vec<f64> {
    parts.iter().map(|row| row.left.seconds()).collect()
}

/// Who waits for a full batch hears of every part, though the first already stands in line.
#[test]
fn a_batch_fills_up_from_what_queues_upstream() {
    let source =
        r#"equipment: { "in": (is: Source(every: "1 s", total: 8, blocked: Queue), to: ["oven"]),"#;
    let desk = r#"orders: [(product: "a", release: "1 s", every: "1 s", repeats: 8)],
        equipment: { "in": (is: OrderDesk(), to: ["oven"]),"#;
    let post = r#"equipment: { "in": (is: Source(every: "1 s", total: 8), to: ["post"]),
        "post": (is: Kanban(cards: 8), to: ["oven"]),"#;
    for upstream in [source, desk, post] {
        let (_, parts, _) = run(
            &format!(
                r#"Plant(name: "batches", products: {{"a": ()}}, {upstream}
                    "oven": (is: Station(time: "10 s", queue: (capacity: 0), batch: (min: 4, max: 4)), to: ["out"]),
                    "out": (is: Sink) }})"#
            ),
            1000.0,
        );
        assert_eq!(left_s(&parts), [14.0, 14.0, 14.0, 14.0, 24.0, 24.0, 24.0, 24.0], "{upstream}");
    }
}

/// What stands still hands nothing over, and so is not chosen either.
#[test]
fn nothing_is_chosen_from_what_stands_still() {
    let feeder = [
        r#"Assembly(time: "1 s", needs: {"c": 1}), to: ["last"]"#,
        r#"Disassembly(time: "1 s", yields: {"c": 1}, keeps: true), to: {"out": ["last"], "c": ["bin"]}"#,
    ];
    let inputs =
        [r#""in c": (is: Source(product: "c", schedule: [(at: "0 s")]), to: ["feeder:c"]),"#, ""];
    for (feeder, more) in feeder.into_iter().zip(inputs) {
        let (_, parts, _) = run(
            &format!(
                r#"Plant(
                    name: "a standstill",
                    products: {{ "a": (priority: 0), "b": (priority: 1), "c": () }},
                    equipment: {{
                        "in a": (is: Source(product: "a", schedule: [(at: "0 s")]), to: ["feeder"]),
                        {more}
                        "in b": (is: Source(product: "b", schedule: [(at: "0 s"), (at: "6 s")]), to: ["last"]),
                        "feeder": (is: {feeder}, failures: [(every: "10000 s", first: "5 s", basis: Calendar, repair: "100 s")]),
                        "last": (is: Station(time: "10 s", queue: (capacity: 0, rule: Priority)), to: ["out"]),
                        "out": (is: Sink),
                        "bin": (is: Sink),
                    }},
                )"#
            ),
            1000.0,
        );
        let finished: Vec<f64> = left_s(&parts).into_iter().filter(|left| *left > 5.0).collect();
        assert_eq!(finished, [10.0, 20.0, 115.0], "{feeder}");
    }
}
