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
