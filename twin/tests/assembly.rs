//! Assembly, disassembly, palletising: exact small plants, the books, and what goes wrong in a file.

use std::fmt::Write as _;

use twin::diagnostics::Look;
use twin::engine::{Fate, Log, Model, PartRow, State, Tally, TraceRow, What, advance, step};
use twin::units::SimTime;

fn model(products: &str, equipment: &str) -> Model {
    let text = format!(
        r#"Plant(name: "t", workers: {{"smith": (count: 1)}},
           products: {{{products}}}, equipment: {{{equipment}}})"#
    );
    let loaded = twin::plant::load_text(&text);
    let shown = loaded.diagnostics.render(&loaded.sources, Look::default());
    loaded.model.unwrap_or_else(|| panic!("{shown}"))
}

fn run(model: &Model, until_s: f64) -> (State, Log) {
    let (mut state, mut log) = (State::new(model, 1, 0), Log::new(true, true));
    advance(model, &mut state, SimTime::from_seconds(until_s), &mut log).expect("it runs");
    check(model, &state);
    (state, log)
}

/// Parts are where they should be, and nothing is lost.
fn check(model: &Model, state: &State) {
    assert_eq!(state.little_misses(model), Vec::<String>::new());
    for (index, row) in model.equipment.iter().enumerate() {
        let id = twin::id::EquipmentId::from_index(index);
        let contents = state.contents(model, id);
        assert_eq!(contents.len(), state.traffic(id).content as usize, "{}", row.name);
        for part in contents {
            assert_eq!(state.parts().get(part).at, id, "{} holds what is elsewhere", row.name);
        }
    }
    let gone: u64 = state.tallies().iter().map(|t| t.finished + t.scrapped + t.consumed).sum();
    assert_eq!(state.parts().created(), gone + state.parts().len() as u64);
    assert_eq!(state.plant_traffic().content as usize, state.parts().len());
    let inside = state.parts().iter().filter(|(_, part)| part.is_inside());
    let held = state.parts().iter().map(|(id, _)| state.held_by(id).count());
    assert_eq!(inside.count(), held.sum::<usize>());
}

fn tally<'a>(model: &Model, state: &'a State, product: &str) -> &'a Tally {
    let at = model.products.iter().position(|known| known.name == product);
    &state.tallies()[at.expect("the plant has it")]
}

fn left(log: &Log, model: &Model, product: &str, fate: Fate) -> Vec<f64> {
    let of = |row: &&PartRow| row.fate == fate && model.product_name(row.product) == product;
    log.parts.iter().filter(of).map(|row| row.left.seconds()).collect()
}

const CART: &str = r#""frame": (), "wheel": (), "cart": (bom: {"wheel": 4})"#;

/// Frames every 10 s, wheels every 2 s from 2 s on; four wheels are there at 8 s, and 5 s later a cart is made.
#[test]
fn a_product_is_made_when_all_is_there() {
    let model = model(
        CART,
        r#""frames": (is: Source(product: "frame", every: "10 s", first: "1 s"), to: ["cell"]),
           "wheels": (is: Source(product: "wheel", every: "2 s"), to: ["cell:wheel"]),
           "cell": (is: Assembly(time: "5 s", makes: "cart"), to: ["out"]),
           "out": (is: Sink)"#,
    );
    let (state, log) = run(&model, 60.0);
    // Wheels wait in four places; the fifth stands at its source until the first cart is through at 13 s, and the clock of
    // the source with it: the next come at 13, 15, 17, 19 s.
    assert_eq!(left(&log, &model, "cart", Fate::Finished)[..2], [13.0, 24.0]);
    let made = tally(&model, &state, "cart").finished;
    assert_eq!(tally(&model, &state, "wheel").consumed, 4 * made);
    assert_eq!(tally(&model, &state, "frame").consumed, made);
    // A cart carries on the life of its frame: the first came at 1 s, the second was at the cell when the first cart left.
    let carts: Vec<f64> = log
        .parts
        .iter()
        .filter(|row| row.fate == Fate::Finished)
        .map(|row| row.created.seconds())
        .collect();
    assert_eq!(carts[..2], [1.0, 11.0]);
    let absorbed = log
        .trace
        .iter()
        .filter(|row| matches!(row, TraceRow::Part { what: What::Absorbed, other: Some(_), .. }));
    assert_eq!(absorbed.count() as u64, 5 * made);
}

/// With `AtStart` the places are free when the work begins.
#[test]
fn places_can_be_free_at_the_start() {
    let plant = |takes: &str| {
        model(
            CART,
            &format!(
                r#""frames": (is: Source(product: "frame"), to: ["cell"]),
                   "wheels": (is: Source(product: "wheel", every: "2 s"), to: ["cell:wheel"]),
                   "cell": (is: Assembly(time: "5 s", needs: {{"wheel": 4}}, takes: {takes}),
                            to: ["out"]),
                   "out": (is: Sink)"#
            ),
        )
    };
    let model = plant("AtStart");
    let (_, log) = run(&model, 100.0);
    assert_eq!(left(&log, &model, "frame", Fate::Finished)[..3], [13.0, 21.0, 29.0]);
    let model = plant("AtEnd");
    let (_, log) = run(&model, 100.0);
    assert_eq!(left(&log, &model, "frame", Fate::Finished)[..3], [13.0, 24.0, 35.0]);
}

/// Variants on one line: each with the bill of materials of its own product.
#[test]
fn variants_get_what_their_own_bill_says() {
    let model = model(
        r#""bike": (bom: {"wheel": 2}), "trike": (bom: {"horn": 1, "wheel": 3}), "wheel": (), "horn": ()"#,
        r#""frames": (is: Source(mix: Sequence(["bike", "trike"])), to: ["cell"]),
           "wheels": (is: Source(product: "wheel", every: "2 s"), to: ["cell:wheel"]),
           "horns": (is: Source(product: "horn", every: "20 s"), to: ["cell:horn"]),
           "cell": (is: Assembly(time: "1 s", takes: AtStart), to: ["out"]),
           "out": (is: Sink)"#,
    );
    let (state, log) = run(&model, 43.5);
    // Wheels come at 2, 4, … s. The first trike has its three at 10 s and waits for the horn of 20 s; the wheel of 12 s waits
    // at its source until then, and the next come at 22, 24, … s.
    assert_eq!(left(&log, &model, "bike", Fate::Finished), [5.0, 23.0, 43.0]);
    assert_eq!(left(&log, &model, "trike", Fate::Finished), [21.0, 41.0]);
    let consumed = |product| tally(&model, &state, product).consumed;
    assert_eq!((consumed("wheel"), consumed("horn")), (3 * 2 + 2 * 3, 2));
    let within = log.parts.iter().filter(|row| row.fate == Fate::Consumed);
    assert!(within.clone().all(|row| row.within.is_some()), "every component knows what it is in");
}

/// A kit travels as one part; a part that the sink takes takes with it what it holds.
#[test]
fn a_kit_travels_as_one() {
    let model = model(
        r#""box": (), "left": (), "right": ()"#,
        r#""boxes": (is: Source(product: "box", every: "10 s", total: 3), to: ["kit"]),
           "lefts": (is: Source(product: "left"), to: ["kit:left"]),
           "rights": (is: Source(product: "right"), to: ["kit:right"]),
           "kit": (is: Assembly(needs: {"left": 1, "right": 2}, time: "3 s", joins: Loaded),
                   to: ["belt"]),
           "belt": (is: Conveyor(length: "4 m", speed: "1 m/s"), to: ["out"]),
           "out": (is: Sink)"#,
    );
    let (state, log) = run(&model, 100.0);
    assert_eq!(left(&log, &model, "box", Fate::Finished), [17.0, 27.0, 37.0]);
    assert_eq!(left(&log, &model, "right", Fate::Finished), [17.0, 17.0, 27.0, 27.0, 37.0, 37.0]);
    let belt = model.find("belt").expect("there is a belt");
    assert_eq!(state.traffic(belt).entered, 3, "the belt sees boxes");
}

/// A unit is taken apart as its bill of materials says; what is left of it goes on by itself.
#[test]
fn parts_come_apart() {
    let model = model(
        r#""unit": (bom: {"board": 1, "screw": 3}), "board": (), "screw": ()"#,
        r#""in": (is: Source(product: "unit", every: "10 s", total: 4), to: ["apart"]),
           "apart": (is: Disassembly(time: "2 s", keeps: true),
                     to: {"out": ["rest"], "board": ["boards"], "screw": ["bin"]}),
           "boards": (is: Station(time: "20 s"), to: ["rest"]),
           "bin": (is: Buffer(), to: ["rest"]),
           "rest": (is: Sink)"#,
    );
    let (state, log) = run(&model, 200.0);
    assert_eq!(left(&log, &model, "unit", Fate::Finished), [12.0, 22.0, 34.0, 54.0]);
    assert_eq!(left(&log, &model, "board", Fate::Finished), [32.0, 52.0, 72.0, 92.0]);
    assert_eq!(tally(&model, &state, "screw").finished, 12);
}

const PALLETS: &str = r#""item": (), "pallet": ()"#;

/// Items every 4 s, 1 s each to put on: the pallet leaves with three at 13 s, 25 s, …
#[test]
fn a_pallet_leaves_when_full() {
    let model = model(
        PALLETS,
        r#""items": (is: Source(product: "item", every: "4 s"), to: ["load:parts"]),
           "pallets": (is: Source(product: "pallet"), to: ["load:carrier"]),
           "load": (is: Palletiser(amount: 3, time: "1 s"), to: ["unload"]),
           "unload": (is: Depalletiser(time: "2 s"), to: {"parts": ["out"], "carrier": ["back"]}),
           "out": (is: Sink), "back": (is: Sink)"#,
    );
    let (_, log) = run(&model, 60.0);
    assert_eq!(left(&log, &model, "pallet", Fate::Finished), [19.0, 31.0, 43.0, 55.0]);
    assert_eq!(
        left(&log, &model, "item", Fate::Finished)[..6],
        [15.0, 17.0, 19.0, 27.0, 29.0, 31.0]
    );
    // The last one put on comes off first.
    let serials: Vec<u64> =
        log.parts.iter().filter(|row| row.product.0 == 0).map(|row| row.serial).collect();
    assert!(serials[0] > serials[1] && serials[1] > serials[2], "{serials:?}");
}

/// A carrier waits 6 s at most: then it goes with what is there.
#[test]
fn a_carrier_does_not_wait_for_ever() {
    let model = model(
        PALLETS,
        r#""items": (is: Source(product: "item", every: "4 s", total: 4), to: ["load:parts"]),
           "pallets": (is: Source(product: "pallet", every: "10 s", total: 3), to: ["load:carrier"]),
           "load": (is: Palletiser(amount: 3, wait_at_most: "6 s"), to: ["out"]),
           "out": (is: Sink)"#,
    );
    let (_, log) = run(&model, 60.0);
    // Two items are there at 10 s, a third comes at 12 s; the second pallet gets the one of 16 s; the third gets none.
    assert_eq!(left(&log, &model, "pallet", Fate::Finished), [12.0, 26.0, 36.0]);
    assert_eq!(left(&log, &model, "item", Fate::Finished), [12.0, 12.0, 12.0, 26.0]);
}

/// What a step leaves on a part decides where it goes.
#[test]
fn attributes_are_written_and_read() {
    let model = model(
        r#""p": (attributes: {"width_mm": 0.0, "mass_kg": 2.0})"#,
        r#""in": (is: Source(every: "1 s"), to: ["gauge"]),
           "gauge": (is: Station(time: "0.5 s"), to: ["good", "wide"],
                     sets: {"width_mm": Uniform(min: 9.0, max: 11.0)},
                     divert: ByAttribute("width_mm", [(10.5, "good"), (99.0, "wide")])),
           "good": (is: Buffer(), to: ["out"]), "wide": (is: Buffer(), to: ["out"]),
           "out": (is: Sink)"#,
    );
    let (state, _) = run(&model, 10_000.0);
    let entered = |name: &str| state.traffic(model.find(name).expect("it is there")).entered as f64;
    let share = entered("wide") / (entered("wide") + entered("good"));
    assert!((share - 0.25).abs() < 0.02, "a quarter is wider than 10.5 mm, found {share}");
    let (width, mass) = (model.attribute("width_mm"), model.attribute("mass_kg"));
    assert_eq!(model.n_columns, 1, "only what is written has a column: {width:?} {mass:?}");
}

#[test]
fn bills_of_materials_are_checked() {
    for (products, message) in [
        (r#""a": (bom: {"b": 1}), "b": (bom: {"a": 2})"#, "a \"a\" goes into itself"),
        (r#""a": (bom: {"nut": 1}), "nuts": ()"#, "did you mean \"nuts\"?"),
    ] {
        let text = format!(
            r#"Plant(name: "t", products: {{{products}}}, equipment: {{
                "in": (is: Source(product: "a", every: "1 s"), to: ["out"]), "out": (is: Sink)}})"#
        );
        let loaded = twin::plant::load_text(&text);
        let shown = loaded.diagnostics.render(&loaded.sources, Look::default());
        assert!(loaded.model.is_none() && shown.contains(message), "{shown}");
    }
}

#[test]
fn mistakes_are_reported() {
    let cases = [
        (r#"Assembly(time: "1 s", needs: {"wheal": 4})"#, "no product is named \"wheal\""),
        (r#"Assembly(time: "1 s", needs: {"wheel": 0})"#, "of a component go in"),
        (r#"Assembly(time: "1 s", needs: {"wheel": 4}, room: {"wheel": 2})"#, "from 4 to"),
        (r#"Assembly(time: "1 s", needs: {"wheel": 4}, room: {"weel": 4})"#, "neither `main` nor"),
        (r#"Assembly(time: "1 s", needs: {"wheel": 4}, workers: (skill: "x"))"#, "\"x\""),
        (r#"Assembly(needs: {"wheel": 4})"#, "nothing leads to its input \"wheel\""),
        (r#"Disassembly(time: "1 s", yields: {"wheel": 2})"#, "\"wheel\" leads nowhere"),
        ("Palletiser(amount: [0, 0])", "not all are 0"),
        ("Palletiser(amount: 4, places: 3)", "gets up to 4 parts"),
        ("Depalletiser()", "its output \"carrier\" leads nowhere"),
    ];
    for (kind, message) in cases {
        let text = format!(
            r#"Plant(name: "t", products: {{"frame": (), "wheel": ()}}, equipment: {{
                "in": (is: Source(product: "frame", every: "1 s"), to: ["m"]),
                "m": (is: {kind}, to: ["out"]), "out": (is: Sink)}})"#
        );
        let loaded = twin::plant::load_text(&text);
        let shown = loaded.diagnostics.render(&loaded.sources, Look::default());
        assert!(loaded.model.is_none() && shown.contains(message), "{kind}: {shown}");
    }
}

/// Plants with all of these kinds, failures that scrap, workers and finite room, drawn at random: the books are right after
/// every event, and a snapshot runs on to the same end.
#[test]
fn the_books_are_right_whatever_happens() {
    for seed in 0..60_u32 {
        let model = random_plant(seed);
        let mut state = State::new(&model, u64::from(seed), 0);
        let until = SimTime::from_seconds(3000.0);
        let mut saved = None;
        while step(&model, &mut state, until, &mut Log::off()) {
            check(&model, &state);
            if saved.is_none() && state.events() > 500 {
                saved = Some(state.save(&model).expect("a state can be saved"));
            }
        }
        assert!(state.tallies().iter().any(|tally| tally.consumed > 5), "plant {seed} works");
        let mut copy = State::restore(&model, &saved.expect("it ran long")).expect("it fits");
        advance(&model, &mut copy, until, &mut Log::off()).expect("it runs");
        assert_eq!(copy.hash(&model), state.hash(&model), "plant {seed}");
    }
}

fn random_plant(seed: u32) -> Model {
    let mut state = seed.wrapping_mul(2_654_435_761) | 1;
    let mut pick = |from: &[&str]| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        from[(state >> 16) as usize % from.len()].to_owned()
    };
    let mut stops = || {
        let at_work = pick(&["Scrap", "Resume", "Restart", "Finish"]);
        let basis = pick(&["Calendar", "Operating"]);
        format!(
            r#"failures: [(every: Exponential("90 s"), repair: Exponential("15 s"), at_work: {at_work},
               basis: {basis})]"#
        )
    };
    let (a, b, c, d) = (stops(), stops(), stops(), stops());
    let takes = pick(&["AtStart", "AtEnd"]);
    let joins = pick(&["Consumed", "Loaded"]);
    let workers = pick(&["", r#"workers: (skill: "smith"),"#]);
    let more = pick(&["", r#"workers: (skill: "smith"),"#]);
    let wait = pick(&["", r#"wait_at_most: "20 s","#, r#"wait_at_most: "0 s","#]);
    let amount = pick(&["4", "[1, 1, 2]", "[3, 0]"]);
    let makes = pick(&["", r#"makes: "cart","#]);
    let rest = pick(&["2", "5"]);
    let mut text = String::new();
    let _ = write!(
        text,
        r#""frames": (is: Source(product: "frame", every: Exponential("8 s")), to: ["cell"]),
           "wheels": (is: Source(product: "wheel", every: Exponential("3 s")), to: ["cell:wheel"]),
           "cell": (is: Assembly(time: Exponential("5 s"), needs: {{"wheel": 2}}, takes: {takes},
                    joins: {joins}, {workers} {makes}), to: ["load:parts"], {a}),
           "load": (is: Palletiser(amount: {amount}, places: 4, time: Exponential("2 s"), {wait} {more}),
                    to: ["belt"], {b}),
           "belt": (is: Conveyor(length: "10 m", speed: "1 m/s", transport: Roller), to: ["unload"]),
           "unload": (is: Depalletiser(time: Exponential("2 s")), {c},
                      to: {{"parts": ["between"], "carrier": ["back"]}}),
           "back": (is: Buffer(), to: ["load:carrier"]),
           "pallets": (is: Source(product: "pallet", total: 3), to: ["load:carrier"]),
           "between": (is: Buffer(capacity: {rest}), to: ["apart"]),
           "apart": (is: Disassembly(time: Exponential("3 s"), yields: {{"hub": 1, "wheel": 2}}), {d},
                     to: {{"hub": ["slow"], "wheel": ["out"]}}),
           "slow": (is: Station(time: Exponential("6 s")), to: ["out"]),
           "out": (is: Sink)"#
    );
    model(r#""frame": (), "wheel": (), "cart": (), "hub": (), "pallet": ()"#, &text)
}
