//! Orders, cards, customers, inspections: over random lines of two stages, nothing is lost or doubled, no card and no piece
//! of an order goes astray, and what was saved goes on alike. `GENBA_PLANTS` of them (default 200).

use std::fmt::Write as _;

use tests::dice::Dice;
use tests::plants::Plant;
use tests::watch;
use twin::engine::{Log, Model, State, advance, step};
use twin::flow::{Kanban, KanbanState, OrderDesk, OrderDeskState};
use twin::units::SimTime;

/// A line and what is known of it.
struct Line {
    text: String,
    /// Whether every order must be closed at last: nobody waits for customers.
    closes: bool,
    /// Cards of the two posts, over all products.
    cards: [i64; 2],
}

fn time(dice: &mut Dice, mean: u64) -> String {
    let m = dice.within(1, 2 * mean);
    match dice.index(3) {
        0 => format!("\"{m} s\""),
        1 => format!("Exponential(\"{m} s\")"),
        _ => format!("Uniform(min: \"{} s\", max: \"{} s\")", m / 2, m * 2),
    }
}

fn orders(dice: &mut Dice) -> String {
    let mut text = String::new();
    for n in 0..dice.within(1, 5) {
        let product = dice.pick(&["a", "b"]);
        let (quantity, lot) = (dice.within(1, 7), dice.within(1, 3));
        let release = dice.within(0, 300);
        let due = release + dice.within(0, 200);
        let due = if dice.one_in(3) { String::new() } else { format!(", due: \"{due} s\"") };
        let every = if dice.one_in(2) {
            format!(", every: {}, repeats: {}", time(dice, 90), dice.within(1, 5))
        } else {
            String::new()
        };
        let priority = dice.pick(&["", ", priority: -3", ", priority: 4"]);
        let _ = write!(
            text,
            "(order: {n}, product: {product:?}, quantity: {quantity}, lot: {lot}, release: \"{release} s\"{due}{every}{priority}), "
        );
    }
    text
}

/// Cards, and how many they are at most for the two products together.
fn cards(dice: &mut Dice) -> (String, i64) {
    let (a, b) = (dice.within(1, 4), dice.within(1, 4));
    if dice.one_in(2) {
        (a.to_string(), a as i64)
    } else {
        (format!("{{\"a\": {a}, \"b\": {b}}}"), (a + b) as i64)
    }
}

fn release(dice: &mut Dice) -> String {
    let n = cards(dice).0;
    match dice.index(6) {
        0 => format!("release: Conwip({n}), "),
        1 => format!("release: Kanban({n}, \"store\"), "),
        2 => format!("release: Rope(drum: \"two\", buffer: {}), ", dice.within(1, 5)),
        3 => format!("release: Rope(drum: \"two\", buffer: \"{} s\"), ", dice.within(1, 60)),
        _ => String::new(),
    }
}

fn quality(dice: &mut Dice) -> &'static str {
    match dice.index(5) {
        0 => ", quality: (defects: 0.3)",
        1 => ", quality: (wear: (per_part: 0.05)), maintenance: [(cycles: 9, takes: \"5 s\")]",
        2 => ", quality: (drift: (every: Exponential(\"60 s\"), defects: 0.7))",
        3 => ", quality: (drift: (parts: Geometric(p: 0.1, unit: 1.0), defects: 0.7))",
        _ => "",
    }
}

fn troubles(dice: &mut Dice) -> String {
    let mut out = String::new();
    if dice.one_in(3) {
        let at_work = dice.pick(&["Resume", "Restart", "Scrap", "Finish"]);
        let basis = dice.pick(&["Calendar", "Operating"]);
        // Rarer than work takes, or what begins anew each time would never end.
        let every = format!("Exponential(\"{} s\")", dice.within(80, 400));
        let repair = time(dice, 20);
        let _ = write!(
            out,
            ", failures: [(every: {every}, basis: {basis}, repair: {repair}, at_work: {at_work})]"
        );
    }
    if dice.one_in(4) {
        out += ", shift: (calendar: \"hours\", end: Finish)";
    }
    out
}

fn line(seed: u64) -> Line {
    let dice = &mut Dice::new(seed);
    let (orders, release) = (orders(dice), release(dice));
    let sequence = dice.pick(&["Date", "Due", "Priority"]);
    let [(cards_1, most_1), (cards_2, most_2)] = [cards(dice), cards(dice)];
    let until_1 = dice.pick(&[", until: \"store\"", ", until: \"one\"", ", until: \"two\"", ""]);
    let until_2 = dice.pick(&[", until: \"look\"", ", until: \"two\"", ""]);
    let demand = dice.one_in(3);
    let end = if demand {
        let short = dice.pick(&["Backorder", "Lose"]);
        let n = dice.within(1, 3);
        let every = time(dice, 20);
        format!(
            "Demand(mix: Share([(\"a\", 1), (\"b\", 2)]), every: {every}, quantity: {n}, short: {short})"
        )
    } else {
        "Sink".to_owned()
    };
    let sample = dice.pick(&["All", "Every(3)", "Share(0.5)"]);
    let errors = dice.pick(&["", "misses: 0.2, ", "false_alarms: 0.2, "]);
    let alarm = dice.pick(&["", "alarm: \"one\", "]);
    let rework = dice.pick(&["", "rework: (most: 1), ", "rework: (most: 3), "]);
    let look = if dice.one_in(2) { format!("time: {}, ", time(dice, 5)) } else { String::new() };
    let places = dice.within(1, 2);
    let bad = match dice.index(3) {
        0 if rework.is_empty() => ", \"bad\": [\"bin\"]",
        _ if rework.is_empty() => "",
        _ => ", \"bad\": [\"bench\"]",
    };
    let (one, two, bench) = (time(dice, 10), time(dice, 10), time(dice, 10));
    let stock = if demand && dice.one_in(2) {
        r#""base": (is: Source(product: "a", release: BaseStock(level: 3, demand: "end")), to: ["post 1"]),"#
    } else {
        ""
    };
    let [q1, q2] = [quality(dice), quality(dice)];
    let [t1, t2, t3, t4, t5] = [(); 5].map(|()| troubles(dice));
    let text = format!(
        r#"Plant(name: "line {seed}", run: (until: "30 min", seed: {seed}),
    products: {{ "a": (due: "2 min"), "b": () }},
    shifts: {{ "hours": (period: "5 min", work: [("0 s", "100 s"), ("150 s", "300 s")]) }},
    orders: [{orders}],
    equipment: {{
        "desk": (is: OrderDesk({release}sequence: {sequence}), to: ["post 1"]{t1}),
        {stock}
        "post 1": (is: Kanban(cards: {cards_1}{until_1}), to: ["one"]{t2}),
        "one": (is: Station(time: {one}), to: ["store"]{q1}),
        "store": (is: Buffer(), to: ["post 2"]),
        "post 2": (is: Kanban(cards: {cards_2}{until_2}), to: ["two"]),
        "two": (is: Station(time: {two}, queue: 2), to: ["look"]{q2}{t3}),
        "look": (is: Inspection({look}places: {places}, sample: {sample}, {errors}{alarm}{rework}), to: {{ "good": ["goods"]{bad} }}{t4}),
        "bench": (is: Station(time: {bench}, queue: "unlimited"), to: ["look"], quality: (repairs: 0.7)),
        "bin": (is: Sink(scrap: true)),
        "goods": (is: Buffer(), to: ["end"]),
        "end": (is: {end}{t5}),
    }})"#
    );
    Line { text, closes: !demand, cards: [most_1, most_2] }
}

fn model(seed: u64, line: &Line) -> Model {
    let loaded = twin::plant::load_text(&line.text);
    loaded.model.unwrap_or_else(|| panic!("{}\n{seed}: {:?}", line.text, loaded.diagnostics))
}

fn out(model: &Model, state: &State, post: &str) -> i64 {
    let id = model.find(post).expect("a line has two posts");
    state.variables::<Kanban>(model, id).map_or(0, KanbanState::cards_out)
}

/// What is wrong with cards and orders, beside what can be wrong with any plant.
fn faults(line: &Line, model: &Model, state: &State) -> Vec<String> {
    let plain = Plant { text: String::new(), ..Plant::default() };
    let mut found = watch::faults(&plain, model, state);
    for (post, most) in ["post 1", "post 2"].into_iter().zip(line.cards) {
        let out = out(model, state, post);
        if !(0..=most).contains(&out) {
            found.push(format!("{post}: {out} cards are out, there are {most}"));
        }
    }
    for (number, order) in state.orders().open() {
        let lots = state.parts().iter().filter(|(_, part)| part.order == number);
        let floor: u32 = lots.map(|(_, lot)| lot.quantity).sum();
        if floor > order.outstanding || order.delivered > order.wanted - order.outstanding {
            found.push(format!("order {number}: {floor} pieces on the floor, {order:?}"));
        }
    }
    found
}

#[test]
fn no_card_and_no_piece_goes_astray() {
    let plants = std::env::var("GENBA_PLANTS").ok().and_then(|n| n.parse().ok()).unwrap_or(200);
    let mut orders = 0;
    for seed in 0..plants {
        let line = line(seed);
        let model = model(seed, &line);
        let mut state = State::new(&model, model.run.seed, 0);
        while step(&model, &mut state, model.run.until, &mut Log::off()) {
            let found = faults(&line, &model, &state);
            assert!(found.is_empty(), "{}\nat {}: {}", line.text, state.now(), found.join("; "));
        }
        let end = SimTime::from_seconds(if line.closes { 864_000.0 } else { 7200.0 });
        advance(&model, &mut state, end, &mut Log::off()).expect("the line gets on in time");
        assert_eq!(faults(&line, &model, &state), Vec::<String>::new(), "{}", line.text);
        orders += state.orders().tallies().iter().map(|tally| tally.closed).sum::<u64>();
        if line.closes {
            assert_eq!(state.orders().open().count(), 0, "{}", line.text);
            assert_eq!(state.parts().len(), 0, "{}", line.text);
            let cards = ["post 1", "post 2"].map(|post| out(&model, &state, post));
            assert_eq!(cards, [0, 0], "{}", line.text);
            let desk = state.variables::<OrderDesk>(&model, model.find("desk").expect("a desk"));
            assert_eq!(desk.map(OrderDeskState::backlog), Some(0), "{}", line.text);
        }
    }
    assert!(orders > 3 * plants, "{orders} orders over {plants} lines show little");
}

#[test]
fn what_was_saved_goes_on_alike() {
    for seed in 10_000..10_040 {
        let line = line(seed);
        let model = model(seed, &line);
        let mut dice = Dice::new(seed);
        let run = |state: &mut State| {
            advance(&model, state, model.run.until, &mut Log::off()).expect("it gets on");
            state.hash(&model)
        };
        let straight = run(&mut State::new(&model, 1, 0));
        let mut state = State::new(&model, 1, 0);
        for _ in 0..6 {
            for _ in 0..dice.within(1, 60) {
                step(&model, &mut state, model.run.until, &mut Log::off());
            }
            let bytes = state.save(&model).expect("a state can be saved");
            let mut copy = State::restore(&model, &bytes).expect("and restored");
            assert_eq!(run(&mut copy), straight, "{}\nsaved at {}", line.text, state.now());
        }
    }
}
