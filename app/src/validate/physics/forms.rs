//! One line in two forms: its conveyors as events, and as rigid bodies. Arrivals are the same to the nanosecond, so every difference
//! is one of the conveyors.

use twin::engine::{Log, State, advance};
use twin::units::SimTime;

use crate::validate::bench::{Bench, Failure, Findings};
use crate::validate::finding::Finding;

const BATTERY_LINE: &str = include_str!("../../../../assets/plants/battery-line.ron");

/// V64.
pub(in crate::validate) fn check(bench: &Bench) -> Findings {
    let mut found = transit(bench)?;
    found.extend(borders(bench)?);
    found.extend(infeeds(bench)?);
    Ok(found)
}

/// One part over 10 m at 0.5 m/s, in steps of several lengths.
fn transit(bench: &Bench) -> Findings {
    let mut found = Vec::new();
    for step in ["1 ms", "4 ms", "8 ms"] {
        let model = bench.load(&format!(
            r#"Plant(name: "belt", run: (physics: ["belt"], physics_step: "{step}"), products: {{"part": (length: "0.4 m")}},
            equipment: {{
                "in": (is: Source(product: "part", schedule: [(at: "3.0017 s")]), to: ["belt"]),
                "belt": (is: Conveyor(length: "10 m", speed: "0.5 m/s"), to: ["out"]),
                "out": (is: Sink),
            }})"#
        ))?;
        let (_, log) = bench.once(&model, 60.0)?;
        let end = log.parts.first().map_or(f64::NAN, |part| part.left.seconds());
        let what = format!("steps of {step}: transit, s");
        found.push(Finding::within(what, 20.0, end - 3.0017, 1e-4, "0.1 ms"));
    }
    Ok(found)
}

/// Three conveyors, flush, that short parts ride along: in, over two borders, and out, all the while stopped and blocked.
fn borders(bench: &Bench) -> Findings {
    let model = bench.load(
        r#"Plant(name: "line", run: (physics: ["a", "b", "c"], physics_step: "8 ms"),
        products: {"part": (length: "0.1 m", height: "0.1 m")},
        equipment: {
            "in": (is: Source(every: Exponential("0.35 s"), total: 2500), to: ["a"]),
            "a": (is: Conveyor(length: "0.6 m", speed: "0.5 m/s"), to: ["b"], at: (0, 0),
                  failures: [(every: Exponential("50 s"), repair: "2 s")]),
            "b": (is: Conveyor(length: "0.5 m", speed: "0.6 m/s", transport: Roller), to: ["c"], at: (0.6, 0),
                  failures: [(every: Exponential("30 s"), repair: "2 s")]),
            "c": (is: Conveyor(length: "0.6 m", speed: "0.5 m/s", transport: Roller), to: ["end"], at: (1.1, 0),
                  failures: [(every: Exponential("40 s"), repair: "3 s")]),
            "end": (is: Station(time: Exponential("0.3 s")), to: ["out"]),
            "out": (is: Sink),
        })"#,
    )?;
    let (state, _) = bench.once(&model, 2000.0)?;
    let entered = |name: &str| model.find(name).map_or(0, |at| state.traffic(at).entered);
    let crossings: u64 = ["a", "b", "c", "end"].into_iter().map(entered).sum();
    let bodies: usize = state.bodies().iter().map(|bodies| bodies.parts().count()).sum();
    let finished = state.tallies().first().map_or(0, |tally| tally.finished);
    Ok(vec![
        Finding::equal("crossings of borders", 10_000.0, crossings as f64),
        Finding::equal("parts of 2 500 that came out", 2500.0, finished as f64),
        Finding::equal("bodies without a part", 0.0, bodies as f64),
    ])
}

/// The infeeds of the battery line: parts over the hour from half past six, when the first of the day are through.
fn infeeds(bench: &Bench) -> Findings {
    let mut found = Vec::new();
    // The last has so many parts that it takes most of the time of the case.
    let n = if bench.is_quick() { 2 } else { 3 };
    for name in ["housing infeed", "busbar infeed", "cell infeed"].into_iter().take(n) {
        let rigid = format!("run: (physics: [\"{name}\"], physics_step: \"8 ms\", ");
        let events = an_hour(bench, BATTERY_LINE, name)?;
        let bodies = an_hour(bench, &BATTERY_LINE.replacen("run: (", &rigid, 1), name)?;
        let what = format!("{name} of the battery line: parts in an hour");
        found.push(Finding::within(what, events, bodies, 0.01 * events, "1 %"));
    }
    Ok(found)
}

fn an_hour(bench: &Bench, plant: &str, name: &str) -> Result<f64, Failure> {
    let model = bench.load(plant)?;
    let left =
        |state: &State| model.find(name).map_or(f64::NAN, |at| state.traffic(at).left as f64);
    let (mut state, _) = bench.once(&model, 6.5 * 3600.0)?;
    let before = left(&state);
    advance(&model, &mut state, SimTime::from_seconds(7.5 * 3600.0), &mut Log::off())?;
    Ok(left(&state) - before)
}
