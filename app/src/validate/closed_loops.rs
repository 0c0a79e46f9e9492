//! Carriers that circulate on a conveyor between a loading and an unloading station.

use twin::engine::{Log, Model, State, TraceRow, What, advance};
use twin::units::SimTime;

use super::bench::{Bench, Findings, Runs, read};
use super::finding::Finding;

/// V17, closed loops: Kwo's rules and Muth's balance.
pub(super) fn check(bench: &Bench) -> Findings {
    let mut found = kwo(bench)?;
    found.extend(slow_loader(bench)?);
    found.extend(muth(bench)?);
    Ok(found)
}

/// A loop of two conveyors of `half_m` metres each at 1 m/s, onto which `carriers` come with a pitch of 12 m. Stations do
/// not stop carriers.
fn circuit(carriers: u32, half_m: f64, load: &str, unload: &str, conveyor: &str) -> String {
    super::plants::plant_of(
        &["part", "carrier"],
        &format!(
            r#"        "carriers": (
            is: Source(product: "carrier", every: "12 s", first: "0 s", total: {carriers}),
            to: ["load:carrier"],
        ),
        "supply": (is: Source(product: "part"), to: ["load:parts"]),
        "load": (is: Palletiser({load}, places: 2, wait_at_most: "0 s"), to: ["there"]),
        "there": (is: Conveyor(length: "{half_m} m", speed: "1 m/s", {conveyor}), to: ["unload"]),
        "unload": (is: Depalletiser({unload}), to: {{ "parts": ["out"], "carrier": ["back"] }}),
        "back": (is: Conveyor(length: "{half_m} m", speed: "1 m/s", {conveyor}), to: ["load:carrier"]),
        "out": (is: Sink),"#
        ),
    )
}

/// Kwo 1958: a loop of 300 m at 60 m/min with a pitch of 12 m has 25 carriers, a revolution takes 5 min, 5 carriers a
/// minute pass (speed rule), and with 2 places on each 10 parts a minute can be carried (capacity rule).
fn kwo(bench: &Bench) -> Findings {
    let plant = circuit(25, 150.0, "amount: 2", "", "");
    let runs = Runs { replications: 1, warmup_s: 900.0, window_s: 9600.0 };
    let rows = bench.measure(&plant, runs, |model, state| {
        let minutes = read::window_s(state) / 60.0;
        let on = read::content(model, state, "there") + read::content(model, state, "back");
        [
            read::left(model, state, "load") / minutes,
            on,
            state.tallies()[0].finished as f64 / minutes,
        ]
    })?;
    let mut found = Vec::new();
    for [carriers, on, parts] in rows {
        // What leaves the loading station: carriers, and the parts that are loaded there.
        found.push(Finding::equal("Kwo: carriers per minute", 5.0, carriers - parts));
        found.push(Finding::equal("Kwo: carriers on the loop", 25.0, on));
        found.push(Finding::equal("Kwo: parts per minute", 10.0, parts));
    }
    let model = bench.load(&plant)?;
    let (_, log) = bench.once(&model, 1000.0)?;
    let visits: Vec<f64> = visits(&model, &log, "load", 0).collect();
    found.push(Finding::nanosecond("Kwo: revolution, s", 300.0, visits[2] - visits[1]));
    Ok(found)
}

/// When the part `serial` came to `equipment`, seconds.
fn visits<'a>(
    model: &Model,
    log: &'a Log,
    equipment: &str,
    serial: u64,
) -> impl Iterator<Item = f64> + 'a {
    let id = model.find(equipment);
    log.trace.iter().filter_map(move |row| match *row {
        TraceRow::Part { at, equipment, serial: of, what: What::Entered, .. }
            if Some(equipment) == id && of == serial =>
        {
            Some(at.seconds())
        }
        _ => None,
    })
}

/// The speed rule broken: a loader that takes 15 s for a carrier lets only 4 of 5 carriers a minute pass, whatever the loop
/// does. (On rollers, where carriers wait in line before it.)
fn slow_loader(bench: &Bench) -> Findings {
    let plant = circuit(25, 150.0, r#"amount: 2, time: "7.5 s""#, "", "transport: Roller");
    let runs = Runs { replications: 1, warmup_s: 1800.0, window_s: 9600.0 };
    let rows = bench.measure(&plant, runs, |_, state| read::throughput(state) * 60.0)?;
    let what = "slow loader: parts per minute";
    Ok(rows.into_iter().map(|parts| Finding::within(what, 8.0, parts, 1e-9, "exact")).collect())
}

/// Muth 1972: `k` carriers are loaded with 1, 1, 2 parts in turn and unloaded by 2, 1, 1. With A(n) on carrier n before it
/// is loaded, A(n + k) = A(n) + load(n) − unload(n), and all depends on n mod 3 alone; so there is a steady pattern if and
/// only if k is no multiple of 3.
fn muth(bench: &Bench) -> Findings {
    let mut found = Vec::new();
    for (k, loaded, unloaded) in [
        (7, [2, 1, 2], [0, 0, 1]),
        (10, [2, 1, 2], [0, 0, 1]),
        (8, [2, 2, 2], [0, 1, 1]),
        (11, [2, 2, 2], [0, 1, 1]),
    ] {
        let model = bench.load(&muth_circuit(k))?;
        let (wrong, parts) = patterns(&model, k, loaded, unloaded)?;
        let of = format!("Muth, {k} carriers");
        let what = format!("{of}: carriers with other loads than {loaded:?} and {unloaded:?}");
        found.push(Finding::equal(what, 0.0, f64::from(wrong)));
        found.push(Finding::equal(format!("{of}: parts on 300 carriers"), 400.0, parts));
    }
    // Each carrier always comes in the same turn. The first of three gives the 1 part that it gets instead of 2; the third
    // keeps a part and has room for 1 instead of 2.
    let model = bench.load(&muth_circuit(9))?;
    let (_, parts) = patterns(&model, 9, [2, 1, 2], [0, 0, 1])?;
    found.push(Finding::equal("Muth, 9 carriers: parts on 300 carriers", 300.0, parts));
    Ok(found)
}

fn muth_circuit(k: u32) -> String {
    circuit(k, 6.0 * f64::from(k), "amount: [1, 1, 2]", "amount: [2, 1, 1]", "")
}

/// Lets 300 carriers pass after the loop has settled. Carriers on the way that do not fit the patterns, and parts that come
/// off.
fn patterns(
    model: &Model,
    k: u32,
    loaded: [usize; 3],
    unloaded: [usize; 3],
) -> Result<(u32, f64), super::Failure> {
    let mut state = State::new(model, 1, 0);
    let settled = f64::from(12 * k * 30);
    advance(model, &mut state, SimTime::from_seconds(settled + 3.0), &mut Log::off())?;
    let before = state.tallies()[0].finished;
    let mut wrong = 0;
    for n in 1..=300 {
        let now = SimTime::from_seconds(settled + 3.0 + 12.0 * f64::from(n));
        advance(model, &mut state, now, &mut Log::off())?;
        wrong += misfits(model, &state, "there", loaded) + misfits(model, &state, "back", unloaded);
    }
    Ok((wrong, (state.tallies()[0].finished - before) as f64))
}

/// Carriers on `conveyor` whose loads do not follow `pattern`, wherever it begins.
fn misfits(model: &Model, state: &State, conveyor: &str, pattern: [usize; 3]) -> u32 {
    let Some(id) = model.find(conveyor) else { return u32::MAX };
    let carriers = state.contents(model, id);
    let loads: Vec<usize> =
        carriers.iter().map(|carrier| state.held_by(*carrier).count()).collect();
    let misses = |turn: usize| {
        let expected = pattern.iter().cycle().skip(turn);
        loads.iter().zip(expected).filter(|(load, expected)| load != expected).count() as u32
    };
    (0..3).map(misses).min().unwrap_or(u32::MAX)
}
