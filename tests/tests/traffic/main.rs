//! Traffic: over random guide-paths with fleets up to saturation, `GENBA_TRAFFIC` of them (default 30) from number
//! `GENBA_FIRST` on (default 0), one simulated day each:
//!
//! * every standstill is resolved or named: no vehicle stands for longer than twice its patience without a report that says
//!   so, and no load is left waiting for hours while no load moves at all, without one;
//! * nothing is lost or doubled, and no vehicle is in another's zone;
//! * a state that was saved runs on as if it had not been.
//!
//! With `GENBA_SHOW` it prints what the plants that stand still at the end tell.

#![expect(clippy::print_stdout, reason = "the test tells how much it has shown")]

use std::collections::BTreeMap;

use tests::dice::Dice;
use tests::plants::Plant;
use tests::{traffic, watch};
use twin::engine::{Log, Model, State, advance};
use twin::flow::Vehicles;
use twin::units::{SimDuration, SimTime};

/// Patience where the plant does not say.
const PATIENCE: SimDuration = SimDuration::from_s(600);
/// Hours without a load moved that have to be explained.
const HOURS: i64 = 4;

fn number(variable: &str, default: u64) -> u64 {
    std::env::var(variable).ok().and_then(|n| n.parse().ok()).unwrap_or(default)
}

fn hour(n: i64) -> SimTime {
    SimTime::ZERO + SimDuration::from_s(3600 * n)
}

fn moved(model: &Model, state: &State) -> f64 {
    let agvs = model.find("agvs").expect("every plant has vehicles");
    state.figures(model, agvs)[0].1
}

/// What is wrong with the vehicles of `state`.
fn faults(model: &Model, state: &State) -> Vec<String> {
    let agvs = model.find("agvs").expect("every plant has vehicles");
    let vehicles = State::parameters::<Vehicles>(model, agvs).expect("they are of this kind");
    let own = state.variables::<Vehicles>(model, agvs).expect("they are of this kind");
    let mut found: Vec<String> = vehicles
        .forgotten(own)
        .into_iter()
        .map(|node| format!("the books of node {node} are wrong"))
        .collect();
    let mut at: BTreeMap<(u64, u64), &str> = BTreeMap::new();
    for sight in vehicles.sights(own, state.now()) {
        let since = sight.stands_since.filter(|_| !sight.told);
        // Twice, as an equipment that stands still as a whole is not watched meanwhile; the longest such stop is an hour.
        let long = PATIENCE + PATIENCE + SimDuration::from_s(3600);
        if since.is_some_and(|since| state.now() - since > long) {
            found.push(format!(
                "{} has stood at {} since {since:?}, untold",
                sight.name, sight.node
            ));
        }
        if let Some(other) = at.insert((sight.at.0.to_bits(), sight.at.1.to_bits()), sight.name) {
            found.push(format!("{} and {other} are both at {:?}", sight.name, sight.at));
        }
    }
    found
}

fn check(seed: u64) -> Result<(u64, u64), String> {
    let text = traffic::random(seed);
    let loaded = twin::plant::load_text(&text);
    let model = loaded.model.ok_or_else(|| format!("{:?}\n{text}", loaded.diagnostics))?;
    let plant = Plant { text, ..Plant::default() };
    let mut state = State::new(&model, model.run.seed, 0);
    let mut dice = Dice::new(seed);
    let (save_at, mut saved) = (dice.within(1, 23) as i64, None);
    let mut loads = Vec::new();
    for n in 0..=24 {
        advance(&model, &mut state, hour(n), &mut Log::off()).map_err(|e| e.to_string())?;
        let mut found = watch::faults(&plant, &model, &state);
        found.extend(faults(&model, &state));
        if !found.is_empty() {
            return Err(format!("at {}: {}", state.now(), found.join("; ")));
        }
        if n == save_at {
            saved = Some(state.save(&model).map_err(|e| e.to_string())?);
        }
        loads.push(moved(&model, &state));
    }
    let stuck = loads.len() as i64 > HOURS && loads[(24 - HOURS) as usize] == loads[24];
    let notices = state.notices();
    if stuck && !state.parts().is_empty() && notices.count() == 0 {
        return Err(format!("no load has moved for {HOURS} h, and nothing tells why: {loads:?}"));
    }
    let bytes = saved.unwrap_or_default();
    let mut copy = State::restore(&model, &bytes).map_err(|e| e.to_string())?;
    advance(&model, &mut copy, hour(24), &mut Log::off()).map_err(|e| e.to_string())?;
    if copy.hash(&model) != state.hash(&model) {
        return Err(format!("saved at {save_at} h, it runs on differently"));
    }
    if stuck && std::env::var_os("GENBA_SHOW").is_some() {
        let first = notices.first().first().map_or("", |notice| notice.text.as_str());
        println!("plant {seed} after {} loads: {first}", loads[24]);
    }
    Ok((loads[24] as u64, u64::from(stuck)))
}

#[test]
fn every_standstill_is_resolved_or_named() {
    let (first, n) = (number("GENBA_FIRST", 0), number("GENBA_TRAFFIC", 30));
    let (mut failures, mut loads, mut stuck) = (Vec::new(), 0, 0);
    for seed in first..first + n {
        match std::panic::catch_unwind(|| check(seed)) {
            Ok(Ok((moved, stands))) => {
                loads += moved;
                stuck += stands;
            }
            Ok(Err(message)) => failures.push(format!("plant {seed}: {message}")),
            Err(_) => failures.push(format!("plant {seed} panics")),
        }
    }
    println!(
        "{n} plants, {loads} loads moved, {stuck} plants stand still at the end, all of them named"
    );
    let shown = failures.iter().take(8).cloned().collect::<Vec<_>>().join("\n");
    assert!(failures.is_empty(), "{} of {n} plants fail:\n{shown}", failures.len());
    assert!(loads > n * 20, "{loads} loads in {n} plants are too few to show anything");
}
