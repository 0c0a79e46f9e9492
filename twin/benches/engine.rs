//! How the engine scales: cost per event and loading by size of the plant, replications on all cores against one, forks.
//!
//! Prints ratios within one run; single figures hold for the machine that they were taken on.
#![expect(clippy::print_stdout, reason = "a bench prints its result")]

use std::fmt::Write as _;
use std::time::Instant;

use twin::climate::Climates;
use twin::engine::{Log, Model, Monitor, State, advance};
use twin::study::{Control, Plan, Silent, replicate};
use twin::units::{SimDuration, SimTime};

type Error = Box<dyn std::error::Error>;

fn main() -> Result<(), Error> {
    plants()?;
    sizes()?;
    parallel()?;
    fork()?;
    Ok(())
}

/// Lines of ten stations each, side by side: the same work per equipment at every size.
fn lines(n_equipment: usize) -> String {
    let mut text = String::from("Plant(name: \"lines\", products: {\"p\": ()}, equipment: {\n");
    for line in 0..(n_equipment / 10).max(1) {
        let _ = writeln!(
            text,
            "\"in{line}\": (is: Source(every: Exponential(\"1.25 s\")), to: [\"m{line}-1\"]),"
        );
        for station in 1..=8 {
            let to = if station == 8 {
                format!("out{line}")
            } else {
                format!("m{line}-{}", station + 1)
            };
            let _ = writeln!(
                text,
                "\"m{line}-{station}\": (is: Station(time: Exponential(\"1 s\"), queue: 20), to: [\"{to}\"]),"
            );
        }
        let _ = writeln!(text, "\"out{line}\": (is: Sink),");
    }
    text.push_str("})");
    text
}

fn load(text: &str) -> Result<Model, Error> {
    twin::plant::load_text(text).model.ok_or_else(|| "the plant has mistakes".into())
}

/// A saturated line of fifty stations.
const TANDEM: &str = r#"Plant(name: "tandem", products: {"p": ()}, equipment: {
    "in": (is: Source(), to: ["m1"]),
    "m${i}": (repeat: 50, chain: true, is: Station(time: Exponential("1 s"), queue: 10), to: ["out"]),
    "out": (is: Sink),
})"#;

/// Plants with everything on, against the tandem line: cost per event as `genba run` pays it, monitor included.
fn plants() -> Result<(), Error> {
    println!("plant              events   ns/event   ratio");
    let mut tandem = None;
    for name in ["tandem", "battery-line", "mini-fab", "agv-loop", "robot-cell", "kanban-line"] {
        let text = match name {
            "tandem" => TANDEM.to_owned(),
            _ => std::fs::read_to_string(format!(
                "{}/../assets/plants/{name}.ron",
                env!("CARGO_MANIFEST_DIR")
            ))?,
        };
        let model = load(&text)?;
        let mut state = State::new(&model, 1, 0);
        let mut log = Log::off().with(Monitor::new(&model, &state));
        let (start, mut until) = (Instant::now(), SimTime::ZERO);
        while state.events() < 5_000_000 {
            until += SimDuration::from_s(3600);
            advance(&model, &mut state, until, &mut log)?;
        }
        let ns = start.elapsed().as_secs_f64() * 1e9 / state.events() as f64;
        let ratio = ns / *tandem.get_or_insert(ns);
        println!("{name:12}   {:10}   {ns:8.1}   {ratio:5.2}", state.events());
    }
    Ok(())
}

fn sizes() -> Result<(), Error> {
    println!("equipment   load s   ns/event   ratio");
    let mut first = None;
    for n in [10, 1_000, 10_000, 100_000] {
        let text = lines(n);
        let start = Instant::now();
        let model = load(&text)?;
        let load_s = start.elapsed().as_secs_f64();
        let mut state = State::new(&model, 1, 0);
        let mut log = Log::off();
        let total_events = 4_000_000.0;
        let until_s = total_events / (n as f64 / 10.0 * 7.2);
        advance(&model, &mut state, SimTime::from_seconds(until_s / 4.0), &mut log)?;
        let before = state.events();
        let start = Instant::now();
        advance(&model, &mut state, SimTime::from_seconds(until_s), &mut log)?;
        let ns = start.elapsed().as_secs_f64() * 1e9 / (state.events() - before) as f64;
        let ratio = ns / *first.get_or_insert(ns);
        println!("{n:9}   {load_s:6.3}   {ns:8.1}   {ratio:5.2}");
    }
    Ok(())
}

fn parallel() -> Result<(), Error> {
    let model = load(&lines(100))?;
    let plan = |jobs| Plan {
        until: SimTime::from_seconds(4_000.0),
        warmup: SimDuration::ZERO,
        replications: 64,
        seed: 1,
        jobs,
        interval: SimDuration::ZERO,
        climates: Climates::default(),
    };
    let mut best = [f64::MAX; 2];
    for _ in 0..3 {
        for (at, jobs) in [1, 2].into_iter().enumerate() {
            let start = Instant::now();
            let finished = replicate(
                &model,
                &plan(jobs),
                &Control::default(),
                |_| Silent,
                |_, state, _| state.tallies()[0].finished,
                |_, _| {},
            )?;
            assert_eq!(finished.len(), 64, "all replications come to their end");
            best[at] = best[at].min(start.elapsed().as_secs_f64());
        }
    }
    println!(
        "64 replications: one thread {:.3} s, two {:.3} s: {:.2} x",
        best[0],
        best[1],
        best[0] / best[1]
    );
    Ok(())
}

fn fork() -> Result<(), Error> {
    let mut text = lines(1_000);
    text = text.replace("Exponential(\"1.25 s\")", "Exponential(\"0.5 s\")");
    let model = load(&text)?;
    let mut state = State::new(&model, 1, 0);
    let mut until_s = 0.0;
    while state.parts().len() < 10_000 && until_s < 1e6 {
        until_s += 10.0;
        advance(&model, &mut state, SimTime::from_seconds(until_s), &mut Log::off())?;
    }
    let mut best = f64::MAX;
    for _ in 0..50 {
        let start = Instant::now();
        let copy = state.clone();
        best = best.min(start.elapsed().as_secs_f64());
        std::hint::black_box(&copy);
    }
    let (n, parts) = (model.equipment.len(), state.parts().len());
    println!("fork of {n} equipments with {parts} parts: {:.3} ms", best * 1e3);
    Ok(())
}
