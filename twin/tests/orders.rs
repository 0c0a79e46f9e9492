//! Orders, release policies and customers, on plants small enough to be followed by hand.

use twin::engine::{Log, Model, State, advance};
use twin::flow::{Kanban, KanbanState, OrderDesk, OrderDeskState};
use twin::units::SimTime;

/// The plant, run to `until_s`, with the rows of its orders.
fn run(text: &str, until_s: f64) -> (Model, State, Log) {
    let loaded = twin::plant::load_text(text);
    let model = loaded.model.unwrap_or_else(|| panic!("{:?}", loaded.diagnostics));
    let mut state = State::new(&model, 1, 0);
    let mut log = Log::new(true, false);
    advance(&model, &mut state, SimTime::from_seconds(until_s), &mut log).expect("it runs");
    assert!(state.little_misses(&model).is_empty());
    (model, state, log)
}

fn figure(model: &Model, state: &State, of: &str, name: &str) -> f64 {
    let id = model.find(of).expect("it is there");
    let figures = state.figures(model, id);
    let hit = figures.iter().find(|figure| figure.0 == name);
    hit.unwrap_or_else(|| panic!("{of} has no figure {name}, but {figures:?}")).1
}

/// What is wrong with a plant.
fn faults(text: &str) -> String {
    let loaded = twin::plant::load_text(text);
    assert!(loaded.model.is_none(), "a bad plant loads: {text}");
    let messages: Vec<String> = loaded.diagnostics.iter().map(|d| d.message.clone()).collect();
    messages.join("\n")
}

fn shop(orders: &str, desk: &str) -> String {
    format!(
        r#"Plant(name: "shop", products: {{ "a": (), "b": (priority: 5) }}, orders: [{orders}], equipment: {{
            "desk": (is: OrderDesk({desk}), to: ["saw"]),
            "saw": (is: Station(time: "10 s"), to: ["out"]),
            "out": (is: Sink),
        }})"#
    )
}

/// Three pieces of `a` from 5 s on, by a saw that takes 10 s: closed at 35 s, 3 s late. The order for `b`, released at 12 s,
/// comes behind the pieces that are on the floor already: 45 s, 15 s early.
#[test]
fn orders_are_released_on_their_date_and_closed_with_their_last_piece() {
    let orders = r#"(order: 17, product: "a", quantity: 3, release: "5 s", due: "32 s"),
        (product: "b", release: "12 s", due: "60 s")"#;
    let (model, state, log) = run(&shop(orders, ""), 100.0);
    let rows: Vec<(&str, f64, u32)> = log
        .orders
        .iter()
        .map(|row| {
            let order = row.order;
            (model.orders[order.line as usize].name.as_str(), row.closed.seconds(), order.delivered)
        })
        .collect();
    assert_eq!(rows, [("17", 35.0, 3), ("b 2", 45.0, 1)]);
    let [a, b] = state.orders().tallies() else { panic!("two products") };
    assert_eq!((a.closed, a.late, a.served, a.tardiness.sum()), (1, 1, 0, 3_000_000_000));
    assert_eq!((b.closed, b.late, b.served, b.earliness.sum()), (1, 0, 1, 15_000_000_000));
    assert_eq!(a.lead_time.sum(), 30_000_000_000);
    assert_eq!(figure(&model, &state, "desk", "service_level"), 0.5);
    assert_eq!(state.orders().open().count(), 0);
}

/// Seven pieces in lots of three are three parts, the last of one piece.
#[test]
fn lots_are_parts() {
    let (model, state, _) = run(&shop(r#"(product: "a", quantity: 7, lot: 3)"#, ""), 5.0);
    let sizes: Vec<u32> = state.parts().iter().map(|(_, part)| part.quantity).collect();
    assert_eq!(sizes, [3, 3, 1]);
    let order = state.orders().open().next().expect("it is open").1;
    assert_eq!((order.wanted, order.outstanding), (7, 7));
    assert_eq!(state.contents(&model, model.find("desk").expect("a desk")).len(), 2);
}

/// Every 30 s, four times; each of one piece that takes 10 s.
#[test]
fn orders_that_repeat_come_so_often() {
    let orders = r#"(product: "a", every: "30 s", repeats: 4, due: "10 s")"#;
    let (_, state, log) = run(&shop(orders, ""), 1000.0);
    let closed: Vec<f64> = log.orders.iter().map(|row| row.closed.seconds()).collect();
    assert_eq!(closed, [10.0, 40.0, 70.0, 100.0]);
    assert_eq!(state.orders().tallies()[0].served, 4, "each is due 10 s after its own release");
}

/// With one card a lot after the other: in the order of release dates, due dates, or priorities.
#[test]
fn the_desk_has_a_sequence() {
    let orders = r#"(order: "x", product: "b", due: "99 s"),
        (order: "y", product: "a", due: "50 s", priority: 9), (order: "z", product: "a", due: "70 s", priority: 1)"#;
    for (sequence, expected) in
        [("Date", ["x", "y", "z"]), ("Due", ["y", "z", "x"]), ("Priority", ["z", "x", "y"])]
    {
        let desk = format!("release: Conwip(1), sequence: {sequence}");
        let (model, state, log) = run(&shop(orders, &desk), 100.0);
        let names = log.orders.iter().map(|row| &*model.orders[row.order.line as usize].name);
        assert_eq!(names.collect::<Vec<_>>(), expected, "{sequence}");
        let desk = state.variables::<OrderDesk>(&model, model.find("desk").expect("a desk"));
        assert_eq!(desk.map(OrderDeskState::backlog), Some(0));
    }
}

/// Cards by product: while `a` has all of its two out, `b` may go past it.
#[test]
fn cards_may_be_the_products_own() {
    let orders = r#"(product: "a", quantity: 5), (product: "b", quantity: 5)"#;
    let desk = r#"release: Conwip({"a": 2, "b": 1})"#;
    let (_, state, _) = run(&shop(orders, desk), 25.0);
    let mut inside = [0, 0];
    state.parts().iter().for_each(|(_, part)| inside[part.product.index()] += 1);
    assert_eq!(inside, [2, 1]);
}

/// A desk that leaves off for a failure of its own still takes orders, and releases them afterwards.
#[test]
fn a_desk_keeps_hours() {
    let text = shop(r#"(product: "a", release: "30 s")"#, "")
        .replace(r#"to: ["saw"]),"#, r#"to: ["saw"], shift: "day"),"#);
    let shifts = r#"shifts: { "day": (period: "100 s", work: [("0 s", "20 s"), ("50 s", "100 s")]) }, orders"#;
    let (_, _, log) = run(&text.replace("orders", shifts), 100.0);
    assert_eq!(log.orders[0].closed.seconds(), 60.0);
    assert_eq!(log.orders[0].order.placed.seconds(), 30.0);
}

/// A station that scraps what it is at work on: the order is closed short.
#[test]
fn what_is_lost_is_missing_from_the_order() {
    let text = shop(r#"(product: "a", quantity: 2)"#, "").replace(
        r#"to: ["out"]),"#,
        r#"to: ["out"], failures: [(basis: Calendar, first: "5 s", every: "1 d", repair: "1 s", at_work: Scrap)]),"#,
    );
    let (_, state, log) = run(&text, 100.0);
    let order = log.orders[0].order;
    assert_eq!((order.wanted, order.delivered, state.orders().tallies()[0].short), (2, 1, 1));
}

#[test]
fn wrong_orders_are_reported() {
    for (orders, what) in [
        (r#"(product: "c")"#, "no product is named \"c\""),
        (r#"(product: "a", quantity: 0)"#, "at least one piece"),
        (r#"(product: "a", quantity: 4000000000)"#, "at most 1 000 000 lots"),
        (r#"(product: "a", release: "2 h", due: "1 h")"#, "before the order may be released"),
        (r#"(product: "a", repeats: 3)"#, "`every` so often"),
        (r#"(product: "a", every: "0 s")"#, "longer than zero"),
    ] {
        let found = faults(&shop(orders, ""));
        assert!(found.contains(what), "{orders}: {found}");
    }
    let found = faults(&shop(r#"(product: "b")"#, r#"products: ["a"]"#));
    assert!(found.contains("no desk releases orders for \"b\""), "{found}");
    let found =
        faults(&shop(r#"(product: "b")"#, r#"release: BaseStock(level: 1, demand: "out")"#));
    assert!(found.contains("it is not a `Demand`"), "{found}");
}

/// A line of two stages, each with a post and a store, and a customer every 100 s.
fn line(cards: [&str; 2]) -> String {
    format!(
        r#"Plant(name: "line", products: {{ "a": (), "b": () }}, equipment: {{
            "raw": (is: Source(mix: Sequence(["a", "b"])), to: ["post 1"]),
            "post 1": (is: Kanban(cards: {}, until: "store 1"), to: ["saw"]),
            "saw": (is: Station(time: "1 s"), to: ["store 1"]),
            "store 1": (is: Buffer(), to: ["post 2"]),
            "post 2": (is: Kanban(cards: {}, until: "store 2"), to: ["mill"]),
            "mill": (is: Station(time: "1 s"), to: ["store 2"]),
            "store 2": (is: Buffer(), to: ["customers"]),
            "customers": (is: Demand(mix: Sequence(["a", "b"]), every: "100 s"), to: []),
        }})"#,
        cards[0], cards[1]
    )
}

/// Nobody asks before 100 s: both stores fill up with as many parts as there are cards, and the floor comes to rest. A part
/// taken out is replaced in both stages.
#[test]
fn each_stage_holds_as_many_parts_as_it_has_cards() {
    let text = line(["4", r#"{"a": 2, "b": 1}"#]).replace(", to: []", "");
    let content = |model: &Model, state: &State, name: &str| {
        state.traffic(model.find(name).expect("it is there")).content
    };
    for at_s in [99.0, 199.0, 999.0] {
        let (model, state, _) = run(&text, at_s);
        assert_eq!(content(&model, &state, "store 1"), 4, "at {at_s} s");
        assert_eq!(content(&model, &state, "store 2"), 3, "at {at_s} s");
        let post = state.variables::<Kanban>(&model, model.find("post 1").expect("a post"));
        assert_eq!(post.map(KanbanState::cards_out), Some(4));
        assert_eq!(figure(&model, &state, "customers", "backorders_mean"), 0.0);
    }
    let (model, state, _) = run(&text, 999.0);
    assert_eq!(figure(&model, &state, "customers", "asked"), 9.0);
    assert_eq!(figure(&model, &state, "customers", "fill_rate"), 1.0);
}

/// Stretches within one another and across one another: with a card of the source for the whole plant, one of a post that
/// ends with it, and one in the middle, all come back, and none is exceeded.
#[test]
fn a_part_may_carry_several_cards() {
    let text = r#"Plant(name: "line", products: { "a": () }, equipment: {
            "raw": (is: Source(release: Conwip(5)), to: ["post 1"]),
            "post 1": (is: Kanban(cards: 4, until: "mill"), to: ["saw"]),
            "saw": (is: Station(time: "2 s"), to: ["post 2"]),
            "post 2": (is: Kanban(cards: 2), to: ["mill"]),
            "mill": (is: Station(time: "3 s"), to: ["drill"]),
            "drill": (is: Station(time: "4 s", places: 2), to: ["out"]),
            "out": (is: Sink),
        })"#;
    let (model, mut state, _) = run(text, 0.0);
    let out = |state: &State, name: &str| {
        let post = state.variables::<Kanban>(&model, model.find(name).expect("a post"));
        post.map_or(0, KanbanState::cards_out)
    };
    let inside = |state: &State, names: &[&str]| -> u32 {
        let content = |name: &&str| state.traffic(model.find(name).expect("it is there")).content;
        names.iter().map(content).sum()
    };
    while twin::engine::step(&model, &mut state, SimTime::from_seconds(500.0), &mut Log::off()) {
        assert!(state.parts().len() <= 5);
        let first = inside(&state, &["post 1", "saw", "post 2", "mill"]);
        assert_eq!(out(&state, "post 1"), i64::from(first), "at {}", state.now());
        let second = inside(&state, &["post 2", "mill", "drill"]);
        assert_eq!(out(&state, "post 2"), i64::from(second), "at {}", state.now());
        assert!(out(&state, "post 1") <= 4 && out(&state, "post 2") <= 2);
    }
    // Two parts at a time in seven seconds of mill and drill, the mill's three of them alone: no more than two in seven.
    let finished = state.tallies()[0].finished;
    assert!((140..=143).contains(&finished), "{finished}");
}

/// The same under snapshots: what was saved goes on alike.
#[test]
fn cards_and_orders_are_saved() {
    let text = shop(
        r#"(product: "a", quantity: 9, every: Exponential("60 s"), due: "50 s"), (product: "b", every: "45 s")"#,
        r#"release: Conwip({"a": 2, "b": 2}), sequence: Due"#,
    );
    let (model, mut state, _) = run(&text, 500.0);
    let bytes = state.save(&model).expect("it can be saved");
    let mut copy = State::restore(&model, &bytes).expect("it can be restored");
    for state in [&mut state, &mut copy] {
        advance(&model, state, SimTime::from_seconds(2000.0), &mut Log::off()).expect("it runs");
    }
    assert_eq!(state.hash(&model), copy.hash(&model));
}

/// A base stock of three: three are made before anybody asks; then one for each piece, at once when it is asked for, also
/// for those that have to wait.
#[test]
fn a_base_stock_is_replenished_by_demand() {
    let text = r#"Plant(name: "shop", products: { "a": () }, equipment: {
            "raw": (is: Source(release: BaseStock(level: 3, demand: "customers")), to: ["saw"]),
            "saw": (is: Station(time: "10 s", queue: "unlimited"), to: ["store"]),
            "store": (is: Buffer(), to: ["customers"]),
            "customers": (is: Demand(schedule: [(at: "100 s", n: 5), (at: "300 s")]), at: (1.0, 1.0)),
        })"#;
    let (_, state, _) = run(text, 99.0);
    assert_eq!((state.parts().len(), state.tallies()[0].entered), (3, 3));
    let (model, state, _) = run(text, 115.0);
    assert_eq!((state.parts().len(), state.tallies()[0].finished), (4, 4), "one of the two waits");
    assert_eq!(state.tallies()[0].entered, 8, "five are replenished at once");
    assert!((figure(&model, &state, "customers", "fill_rate") - 0.6).abs() < 1e-12);
    assert!((figure(&model, &state, "customers", "backorders_mean") - 25.0 / 115.0).abs() < 1e-12);
    let (model, state, _) = run(text, 400.0);
    assert_eq!((state.parts().len(), state.tallies()[0].finished), (3, 6));
    assert!((figure(&model, &state, "customers", "wait_mean_s") - 30.0 / 6.0).abs() < 1e-12);
}

/// The same with lost sales: two of five go without, and only what was sold is replenished.
#[test]
fn sales_may_be_lost() {
    let text = r#"Plant(name: "shop", products: { "a": () }, equipment: {
            "raw": (is: Source(release: BaseStock(level: 3, demand: "customers")), to: ["saw"]),
            "saw": (is: Station(time: "10 s", queue: "unlimited"), to: ["store"]),
            "store": (is: Buffer(), to: ["customers"]),
            "customers": (is: Demand(every: "100 s", quantity: 5, short: Lose)),
        })"#;
    let (model, state, _) = run(text, 1050.0);
    assert!((figure(&model, &state, "customers", "lost_share") - 0.4).abs() < 1e-12);
    assert_eq!((state.tallies()[0].finished, state.tallies()[0].entered), (30, 33));
}

/// The drum takes 10 s for `a` and 20 s for `b`. A rope of 40 s lets a, b and a go.
#[test]
fn a_rope_counts_the_work_of_the_drum() {
    let text = r#"Plant(name: "shop", products: {
            "a": (route: ["saw", (at: "drum", time: "10 s")]),
            "b": (route: ["saw", (at: "drum", time: "20 s")]) }, equipment: {
            "raw": (is: Source(mix: Sequence(["a", "b"]), release: Rope(drum: "drum", buffer: "40 s")), to: ["saw"]),
            "saw": (is: Station(time: "1 s", queue: "unlimited"), to: ["drum"]),
            "drum": (is: Station(queue: "unlimited"), to: ["out"]),
            "out": (is: Sink),
        })"#;
    let (_, state, _) = run(text, 9.0);
    assert_eq!(state.parts().len(), 3, "10 + 20 + 10 s");
    let (_, state, _) = run(text, 300.0);
    // The drum never waits: 30 s for a pair, from 1 s on.
    assert_eq!(state.tallies()[0].finished + state.tallies()[1].finished, 19);
    assert!(state.parts().len() <= 3);
    let bad = text.replace(r#"drum: "drum""#, r#"drum: "dumr""#);
    assert!(faults(&bad).contains("no equipment is named \"dumr\""));
}
