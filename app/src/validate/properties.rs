//! V28: what must hold of every run of every plant, whatever its figures.

use twin::engine::{Activity, Log, Model, State, advance};
use twin::study::Silent;
use twin::units::SimTime;

use super::bench::{Bench, Failure, Findings, Runs, read};
use super::finding::Finding;
use super::lines::{Machine, line};
use super::{conveyors, job_shops, networks, unreliable};

/// V28, all parts.
pub(super) fn laws(bench: &Bench) -> Findings {
    let mut found = Vec::new();
    for (name, plant, warmup_s, until_s) in plants() {
        found.extend(books(bench, &name, &plant, warmup_s, until_s)?);
    }
    found.extend(isolated_efficiency(bench)?);
    found.extend(monotone(bench)?);
    Ok(found)
}

/// Plants of other cases: name, text, end of the warm-up, end of the run.
fn plants() -> Vec<(String, String, f64, f64)> {
    let hours = 3600.0;
    let mut plants = vec![
        ("rework".into(), networks::REWORK.into(), 1e3, 2e4),
        ("5 pallets".into(), networks::closed_plant(5, true), 1e2, 5e3),
        ("Penny Fab Two".into(), networks::penny_fab_two(8), 1e2 * hours, 5e3 * hours),
        ("job shop".into(), job_shops::LAW.into(), 1e3 * hours, 1e4 * hours),
        ("saturated line".into(), line(&vec![Machine::exponential(1.0); 5], &[3; 4]), 1e3, 1e4),
    ];
    for (name, text) in unreliable::samples() {
        plants.push((name.into(), text, 1e3, 2e4));
    }
    for transport in ["Belt", "Roller", "Zones(20)"] {
        let source = r#"every: Exponential("2 s"), blocked: Queue"#;
        let text = conveyors::plant(source, &format!("transport: {transport}"), true);
        plants.push((transport.into(), text, 50.0, 1e4));
    }
    plants.push(("merge".into(), conveyors::merge_plant("Alternate"), 1e2, 1e4));
    plants
}

/// Little's law to the nanosecond for the plant and each equipment; activities of each place that sum to the window; parts
/// that entered = finished + lost + what is more inside.
fn books(
    bench: &Bench,
    name: &str,
    plant: &str,
    warmup_s: f64,
    until_s: f64,
) -> Result<Vec<Finding>, Failure> {
    let model = bench.load(plant)?;
    let mut state = State::new(&model, 1, 0);
    advance(&model, &mut state, SimTime::from_seconds(warmup_s), &mut Log::off())?;
    state.reset_statistics(&model);
    let inside = i64::from(state.plant_traffic().content);
    let start = state.now();
    advance(&model, &mut state, SimTime::from_seconds(until_s), &mut Log::off())?;
    let window = (state.now() - start).ns();
    let wrong_sums = (0..model.equipment.len())
        .flat_map(|index| state.clocks(&model, twin::id::EquipmentId::from_index(index)))
        .filter(|clock| clock.spent_ns(state.now()).iter().sum::<i64>() != window)
        .count();
    let tallies = state.tallies().iter();
    let balance: i64 =
        tallies.map(|t| t.entered as i64 - t.finished as i64 - t.scrapped as i64).sum();
    let more = i64::from(state.plant_traffic().content) - inside;
    let misses = state.little_misses(&model);
    let little =
        Finding::equal(format!("{name}: where Little's law fails"), 0.0, misses.len() as f64);
    Ok(vec![
        if misses.is_empty() { little } else { little.note(&misses.join(", ")) },
        Finding::equal(
            format!("{name}: places whose shares do not sum to 1"),
            0.0,
            wrong_sums as f64,
        ),
        Finding::equal(format!("{name}: parts unaccounted for"), 0.0, (balance - more) as f64),
    ])
}

/// E = e (1 − blocked − starved), with e = r/(r + p) in units of working time: of the time in which a machine with
/// operation-dependent failures has work and room, it works the share e.
fn isolated_efficiency(bench: &Bench) -> Findings {
    let mut found = Vec::new();
    for (name, plant, efficiencies) in unreliable::with_efficiencies() {
        let n = efficiencies.len();
        let rows = bench.measure(&plant, Runs::long(6.4e5, 2000.0), |model, state| {
            let of = |at: usize| {
                let share = |activity| read::share(model, state, &format!("m{}", at + 1), activity);
                let free = 1.0 - share(Activity::Blocked) - share(Activity::Starved);
                share(Activity::Working) / free
            };
            (0..n).map(of).collect::<Vec<f64>>()
        })?;
        for (at, efficiency) in efficiencies.iter().enumerate() {
            let what = format!("{name}: machine {} works of the time it could", at + 1);
            found.push(bench.mean(what, *efficiency, rows.iter().map(|row| row[at]), 0.005));
        }
    }
    Ok(found)
}

/// Replications in which a change that can only help made fewer parts under the same draws. For these lines the times at
/// which parts leave are max-plus sums of the draws, so there is none.
fn monotone(bench: &Bench) -> Findings {
    let mut found = Vec::new();
    for (name, before, after) in improvements() {
        let [fewer, more] = [before, after].map(|plant| parts_made(bench, &plant));
        let (fewer, more) = (fewer?, more?);
        let worse = fewer.iter().zip(&more).filter(|(before, after)| before > after).count();
        let what = format!("{name}: replications with fewer parts");
        found.push(Finding::equal(what, 0.0, worse as f64));
        // Or the comparison is between two runs of the same thing.
        let gain = more.iter().sum::<f64>() - fewer.iter().sum::<f64>();
        let what = format!("{name}: no parts gained over all replications");
        found.push(Finding::equal(what, 0.0, f64::from(u8::from(gain <= 0.0))));
    }
    Ok(found)
}

/// Parts made in each replication. One seed for all plants: common random numbers.
fn parts_made(bench: &Bench, plant: &str) -> Result<Vec<f64>, Failure> {
    const SEED: u64 = 28;
    let model: Model = bench.load(plant)?;
    let runs = Runs { replications: 32, warmup_s: 0.0, window_s: 2e4 };
    bench.observe(
        &model,
        SEED,
        runs,
        |_| Silent,
        |_, state, _| read::throughput(state) * read::window_s(state),
    )
}

/// Pairs of plants, the second of which can only be better.
fn improvements() -> Vec<(String, String, String)> {
    let even = |n: usize| vec![Machine::exponential(1.0); n];
    let mut pairs = Vec::new();
    for buffers in [[1, 0, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]] {
        let name = format!("5 machines, a place more: {buffers:?}");
        pairs.push((name, line(&even(5), &[0; 4]), line(&even(5), &buffers)));
    }
    for faster in 0..3 {
        let mut machines = even(3);
        machines[faster] = Machine::exponential(1.1);
        let name = format!("3 machines, machine {} a tenth faster", faster + 1);
        pairs.push((name, line(&even(3), &[2; 2]), line(&machines, &[2; 2])));
    }
    pairs.extend(unreliable::improvements());
    pairs
}
