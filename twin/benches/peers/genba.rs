//! The two models in Genba, with all statistics on: states, traffic, lead times, Little's law.

use twin::engine::{Log, Model, State, advance};
use twin::units::SimTime;

fn load(text: &str) -> Result<Model, String> {
    twin::plant::load_text(text).model.ok_or_else(|| "the plant has mistakes".to_owned())
}

/// M/M/1 with arrivals at 0.8 /s and services of 1 s: mean wait in the queue over the time that `customers` take, in s.
pub(crate) fn mm1(customers: u64) -> Result<f64, String> {
    let model = load(
        r#"Plant(name: "M/M/1", products: {"customer": ()}, equipment: {
            "in": (is: Source(every: Exponential("1.25 s")), to: ["server"]),
            "server": (is: Station(time: Exponential("1 s"), queue: "unlimited"), to: ["out"]),
            "out": (is: Sink),
        })"#,
    )?;
    let mut state = State::new(&model, 1, 0);
    let end = SimTime::from_seconds(customers as f64 / 0.8);
    advance(&model, &mut state, end, &mut Log::off()).map_err(|error| error.to_string())?;
    let server = model.find("server").ok_or("there is a server")?;
    let traffic = state.traffic(server);
    Ok(traffic.sojourn_ns() as f64 * 1e-9 / traffic.left as f64 - 1.0)
}

/// 50 stations with 10 places between, services of 1 s, never starved, blocking after service: parts per s after the time
/// that `warmup` parts take.
pub(crate) fn tandem(warmup: u64, parts: u64) -> Result<f64, String> {
    let model = load(
        r#"Plant(name: "line", products: {"part": ()}, equipment: {
            "in": (is: Source(), to: ["m1"]),
            "m${i}": (repeat: 50, chain: true, to: ["out"],
                is: Station(time: Exponential("1 s"), queue: 10)),
            "out": (is: Sink),
        })"#,
    )?;
    let mut state = State::new(&model, 1, 0);
    let rate = 0.831;
    let (warm, end) = (warmup as f64 / rate, (warmup + parts) as f64 / rate);
    let mut log = Log::off();
    let mut run = |state: &mut State, until: f64| {
        advance(&model, state, SimTime::from_seconds(until), &mut log)
            .map_err(|error| error.to_string())
    };
    run(&mut state, warm)?;
    state.reset_statistics(&model);
    run(&mut state, end)?;
    let finished = state.tallies()[0].finished;
    Ok(finished as f64 / (end - warm))
}
