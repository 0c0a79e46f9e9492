//! Nothing is lost, nothing is doubled, no time goes missing: over random plants, `GENBA_PLANTS` of them (default 300), from
//! number `GENBA_FIRST` on (default 0), each or every `GENBA_STEP`th (the default is 1; from 12 every 13th: fabs).

mod fabs;
mod joined;

use std::sync::atomic::{AtomicU64, Ordering};

use tests::plants::{self, Plant};
use tests::watch;
use twin::engine::{Log, Model, State, advance};
use twin::units::{SimDuration, SimTime};

/// Looks at a run so many times.
const LOOKS: i64 = 12;

fn number(variable: &str, default: u64) -> u64 {
    std::env::var(variable).ok().and_then(|n| n.parse().ok()).unwrap_or(default)
}

fn model(seed: u64, plant: &Plant) -> Result<Model, String> {
    let loaded = twin::plant::load_text(&plant.text);
    loaded.model.ok_or_else(|| format!("plant {seed} does not load: {:?}", loaded.diagnostics))
}

/// Runs `check` on every plant, on all cores, and shows the first few that fail.
fn on_all_plants(check: impl Fn(u64) -> Result<u64, String> + Sync) {
    let (first, n) = (number("GENBA_FIRST", 0), number("GENBA_PLANTS", 300));
    let step = number("GENBA_STEP", 1).max(1);
    let next = AtomicU64::new(0);
    let work = || {
        let (mut failures, mut events) = (Vec::new(), 0);
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= n {
                return (failures, events);
            }
            let seed = first + number * step;
            match std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| check(seed))) {
                Ok(Ok(more)) => events += more,
                Ok(Err(message)) => failures.push((seed, message)),
                Err(_) => failures.push((seed, "panics".into())),
            }
        }
    };
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let (mut failures, mut events) = (Vec::new(), 0);
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
        for thread in threads {
            let (mine, more) = thread.join().expect("the work catches its panics");
            failures.extend(mine);
            events += more;
        }
    });
    failures.sort();
    let shown: Vec<String> =
        failures.iter().take(8).map(|(seed, why)| format!("plant {seed}: {why}")).collect();
    assert!(
        failures.is_empty(),
        "{} of {n} plants fail ({events} events):\n{}",
        failures.len(),
        shown.join("\n")
    );
    assert!(
        n < 100 || events > n * 100,
        "{events} events over {n} plants are too few to show anything"
    );
}

/// Looks at the run again and again, with the figures reset half-way.
fn watched(seed: u64) -> Result<u64, String> {
    let plant = plants::random(seed);
    let model = model(seed, &plant)?;
    let mut state = State::new(&model, model.run.seed, 0);
    for look in 0..=LOOKS {
        let at = SimTime::from_ns(model.run.until.ns() / LOOKS * look);
        advance(&model, &mut state, at, &mut Log::off()).map_err(|error| error.to_string())?;
        let faults = watch::faults(&plant, &model, &state);
        if !faults.is_empty() {
            return Err(format!("at {at}: {}", faults.join("; ")));
        }
        if look == LOOKS / 2 && seed.is_multiple_of(2) {
            state.reset_statistics(&model);
        }
    }
    Ok(state.events())
}

#[test]
fn nothing_is_lost_or_doubled() {
    on_all_plants(watched);
}

/// Looks after every single event: fewer plants, no fault can hide.
#[test]
fn nothing_is_lost_between_two_events() {
    on_all_plants(|seed| {
        if seed % 10 != 0 {
            return Ok(1000);
        }
        let plant = plants::random(seed);
        let model = model(seed, &plant)?;
        let mut state = State::new(&model, model.run.seed, 1);
        while state.events() < 3000
            && twin::engine::step(&model, &mut state, model.run.until, &mut Log::off())
        {
            let faults = watch::faults(&plant, &model, &state);
            if !faults.is_empty() {
                return Err(format!(
                    "at {} after {} events: {}",
                    state.now(),
                    state.events(),
                    faults.join("; ")
                ));
            }
        }
        Ok(state.events())
    });
}

/// When all sources have run dry and nothing goes in circles, the plant is empty at last: no part is forgotten, whatever
/// has stood still meanwhile.
#[test]
fn every_part_gets_out_at_last() {
    on_all_plants(|seed| {
        let plant = plants::random(seed);
        if !plant.drains {
            return Ok(1000);
        }
        let model = model(seed, &plant)?;
        let mut state = State::new(&model, model.run.seed, 2);
        let end = SimTime::ZERO + SimDuration::from_s(10 * 86_400);
        advance(&model, &mut state, end, &mut Log::off()).map_err(|error| error.to_string())?;
        let held: Vec<String> = state
            .parts()
            .iter()
            .filter(|(_, part)| !part.is_inside())
            .map(|(_, part)| format!("{} since {}", model.row(part.at).name, part.entered))
            .collect();
        if held.is_empty() {
            Ok(state.events())
        } else {
            Err(format!("parts stay for ever: {held:?}"))
        }
    });
}
