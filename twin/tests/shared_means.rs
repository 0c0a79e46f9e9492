//! Who shares a carrier, a worker or a technician, and who gets them first.

use twin::engine::Activity;
use twin::plant::load_text;
use twin::study::{Control, Figures, Plan, Silent, run_one};

/// Runs a plant of this equipment and says for each `name`: parts that left, and shares of time by activity.
fn run(rest: &str, names: &[&str]) -> Vec<(u64, [f64; Activity::COUNT])> {
    let text = format!("Plant(name: \"test\", run: (until: \"10 h\"), {rest})");
    let loaded = load_text(&text);
    let model = loaded.model.unwrap_or_else(|| panic!("{:?}", loaded.diagnostics));
    let state = run_one(&model, &Plan::of(&model), 0, &mut Silent, &Control::default());
    let state = state.expect("it runs").expect("to its end");
    let figures = Figures::of(&model, &state);
    assert_eq!(figures.little_misses, Vec::<String>::new());
    let of = |name: &&str| {
        let equipment = &figures.equipment[model.find(name).expect("it is there").index()];
        (equipment.finished, equipment.shares)
    };
    names.iter().map(of).collect()
}

/// One carrier serves a slow machine and a quick one; returns how much the quick one got done in 10 h.
fn quick_machine_behind_carrier(blocking: &str) -> u64 {
    let plant = format!(
        r#"products: {{ "a": (route: ["slow"]), "b": (route: ["quick"]) }},
        equipment: {{
            "as": (is: Source(product: "a"), to: ["carrier"]),
            "bs": (is: Source(product: "b"), to: ["carrier"]),
            "carrier": (is: Carrier(travel: "1 min", blocking: {blocking}), to: ["slow", "quick"]),
            "slow": (is: Station(time: "1 h"), to: ["out"]),
            "quick": (is: Station(time: "1 min"), to: ["out"]),
            "out": (is: Sink),
        }}"#
    );
    run(&plant, &["quick"])[0].0
}

#[test]
fn a_carrier_that_waits_with_its_part_holds_everybody_up() {
    assert!(quick_machine_behind_carrier("AfterService") <= 12);
}

#[test]
fn a_carrier_that_reserves_first_serves_whoever_has_room() {
    // Room is reserved for the whole trip: a minute on the way, a minute of work.
    assert!(quick_machine_behind_carrier("BeforeService") >= 290);
}

/// A mill under maintenance at every full hour, by a technician who mends a press for 20 minutes from 59 minutes on, then
/// every 80; returns the mill's shares.
fn mill_with_busy_technician(may_wait: &str) -> [f64; Activity::COUNT] {
    let plant = format!(
        r#"products: {{ "part": () }},
        workers: {{ "technician": () }},
        equipment: {{
            "supply": (is: Source, to: ["mill"]),
            "mill": (is: Station(time: "1 min"), to: ["out"],
                maintenance: [(every: "1 h", takes: "10 min", {may_wait} crew: (skill: "technician"))]),
            "press": (is: Station(time: "1 min"), to: ["out"],
                failures: [(basis: Calendar, every: "1 h", first: "59 min", repair: "20 min", crew: (skill: "technician"))]),
            "out": (is: Sink),
        }}"#
    );
    run(&plant, &["mill"])[0].1
}

#[test]
fn maintenance_stands_and_waits_for_its_crew() {
    // At 1, 5 and 9 h the technician is away for 19 more minutes; in the first of them the mill ends the part in hand.
    let maintained = mill_with_busy_technician("")[Activity::Maintained as usize];
    assert!((maintained * 600.0 - (9.0 * 10.0 + 3.0 * 18.0)).abs() < 0.01, "{maintained}");
}

#[test]
fn maintenance_that_may_wait_lets_the_machine_work_on() {
    let shares = mill_with_busy_technician(r#"may_wait: "30 min","#);
    let maintained = shares[Activity::Maintained as usize];
    assert!((maintained * 600.0 - 9.0 * 10.0).abs() < 0.01, "{maintained}");
    let working = shares[Activity::Working as usize];
    assert!((working + maintained - 1.0).abs() < 1e-9, "{working} at work");
}

#[test]
fn patience_ends() {
    // For 5 of the 19 minutes the mill works, in one more it ends the part in hand, then it stands.
    let maintained =
        mill_with_busy_technician(r#"may_wait: "5 min","#)[Activity::Maintained as usize];
    assert!((maintained * 600.0 - (9.0 * 10.0 + 3.0 * 13.0)).abs() < 0.01, "{maintained}");
}

#[test]
fn a_failure_that_scraps_the_work_does_not_hold_up_what_waits_for_its_end() {
    let plant = r#"products: { "part": () },
        equipment: {
            "supply": (is: Source, to: ["mill"]),
            "mill": (is: Station(time: "50 min"), to: ["out"],
                maintenance: [(every: "1 h", takes: "1 min")],
                failures: [(basis: Calendar, every: "97 min", repair: "7 min", at_work: Scrap)]),
            "out": (is: Sink),
        }"#;
    let (finished, _) = run(plant, &["mill"])[0];
    assert!(finished >= 6, "the mill got {finished} parts done and stood still");
}

#[test]
fn of_calls_at_one_instant_the_more_urgent_is_served() {
    let plant = r#"products: { "part": () },
        workers: { "operator": () },
        equipment: {
            "supply": (is: Source, to: ["urgent", "patient"]),
            "urgent": (is: Station(time: "0 s", load: "10 min",
                workers: [(skill: "operator", for: [Load])]), to: ["out"]),
            "patient": (is: Station(time: "0 s", load: "10 min",
                workers: [(skill: "operator", for: [Load], priority: 1)]), to: ["out"]),
            "out": (is: Sink),
        }"#;
    let found = run(plant, &["urgent", "patient"]);
    // The urgent one never lets go: it calls again in the very instant in which it is through.
    assert!(found[0].0 >= 59 && found[1].0 <= 1, "{found:?}");
}
