//! V08: set-ups, policies, batches, polling, fork and join.

use super::bench::{Bench, Findings, Runs, read, seed_of};
use super::fork::{Fork, Join};
use super::plants::{exponential, plant, plant_of, poisson};
use super::polling::Rounds;
use super::theory;

/// V08. Arrivals at 0.8 per second, exponential service of 1 s unless said.
pub(super) fn check(bench: &Bench) -> Findings {
    let mut findings = Vec::new();
    for (name, policy, wait) in [
        ("start-up of 2 s after idleness: Wq", "start_up: \"2 s\"", 5.384_615),
        ("begins when 5 wait: Wq", "start_when: 5", 6.5),
    ] {
        let plant = station("every: Exponential(\"1.25 s\")", policy);
        let waits = bench.measure(&plant, theory::runs(0.8, 0.8, 1.5), |_, state| {
            read::lead_time(state, 0) - 1.0
        })?;
        findings.push(bench.mean(name, wait, waits, 0.01));
    }
    findings.extend(pallets(bench)?);
    findings.extend(oven(bench)?);
    findings.extend(polling(bench)?);
    for (lambda, response) in [(0.5, 2.875), (0.8, 7.0), (0.9, 13.875)] {
        findings.push(fork_join(bench, lambda, response)?);
    }
    Ok(findings)
}

fn station(arrivals: &str, policy: &str) -> String {
    plant(&format!(
        r#"        "in": (is: Source({arrivals}), to: ["machine"]),
        "machine": (is: Station(queue: "unlimited", time: Exponential("1 s"), {policy}), to: ["out"]),
        "out": (is: Sink),"#
    ))
}

/// Four parts at a time: M[X]/M/1.
fn pallets(bench: &Bench) -> Findings {
    let plant = station("every: Exponential(\"5 s\"), batch: 4", "");
    let rows = bench.measure(&plant, theory::runs(0.8, 0.8, 4.0), |_, state| {
        [state.plant_traffic().mean_content(state.now()), read::lead_time(state, 0)]
    })?;
    Ok(bench.means([("L", 10.0), ("W", 12.5)], &rows, 0.01, "pallets of 4"))
}

/// Batches of exactly four: E4/M/1 for the batches. In one station, and with collecting apart from the oven.
fn oven(bench: &Bench) -> Findings {
    let runs = theory::runs(0.8, 0.8, 4.0);
    let oven = r#""oven": (is: Station(queue: "unlimited", batch: (max: 4), time: Exponential("4 s")), to: ["out"]),
        "out": (is: Sink),"#;
    let source = |to: &str| {
        format!(
            "        \"in\": (is: Source(every: Exponential(\"1.25 s\")), to: [\"{to}\"]),\n        "
        )
    };
    let whole = plant(&(source("oven") + oven));
    let leads = bench.measure(&whole, runs, |_, state| read::lead_time(state, 0))?;
    let mut findings = vec![bench.mean("oven for exactly 4: W", 14.944_534, leads, 0.01)];
    let collector = "\"collector\": (is: Station(queue: \"unlimited\", batch: (max: 4), time: \"0 s\"), to: [\"oven\"]),\n        ";
    let apart = plant(&(source("collector") + collector + oven));
    let rows = bench.measure(&apart, runs, |model, state| {
        [read::time_in(model, state, "collector"), read::time_in(model, state, "oven")]
    })?;
    let names = [("collecting", 1.875), ("queue and oven", 13.069_534)];
    findings.extend(bench.means(names, &rows, 0.01, "oven for exactly 4"));
    Ok(findings)
}

/// Two products at 0.3 per second each, served in turn until none waits, 1 s to change over.
fn polling(bench: &Bench) -> Findings {
    let source = |name: &str| {
        format!(
            "        \"in {name}\": (is: Source(product: \"{name}\", every: {}), to: [\"machine\"]),\n",
            poisson(0.3)
        )
    };
    let machine = format!(
        r#"        "machine": (is: Rounds(time: {}, changeover: "1 s"), to: ["out"]),
        "out": (is: Sink),"#,
        exponential(1.0)
    );
    let text = plant_of(&["a", "b"], &[source("a"), source("b"), machine].concat());
    let model = Bench::load_with(&text, &with_own_kinds())?;
    let runs = theory::runs(0.6, 0.6, 1.0);
    let waits = bench.observe(&model, seed_of(&text), twice(runs), silent, |model, state, _| {
        read::time_in(model, state, "machine") - 1.0
    })?;
    Ok(vec![bench.mean("two products in turn, changeover 1 s: Wq", 3.25, waits, 0.01)])
}

/// A part goes through two stations at once: Nelson and Tantawi's `(12 - rho) / (8 (1 - lambda))`.
fn fork_join(bench: &Bench, lambda: f64, response: f64) -> Result<super::Finding, super::Failure> {
    let equipment = format!(
        r#"        "in": (is: Source(product: "part", every: {}), to: ["fork"]),
        "fork": (is: Fork(copy: "copy"), to: ["left", "right"]),
        "left": (is: Station(queue: "unlimited", time: {time}), to: ["join"]),
        "right": (is: Station(queue: "unlimited", time: {time}), to: ["join:copy"]),
        "join": (is: Join(), to: ["out"]),
        "out": (is: Sink),"#,
        poisson(lambda),
        time = exponential(1.0)
    );
    let text = plant_of(&["part", "copy"], &equipment);
    let model = Bench::load_with(&text, &with_own_kinds())?;
    let part = model.products.iter().position(|product| product.name == "part").unwrap_or(0);
    let runs = theory::runs(lambda, lambda, 1.0);
    let leads = bench.observe(&model, seed_of(&text), runs, silent, |_, state, _| {
        read::lead_time(state, part)
    })?;
    Ok(bench.mean(format!("fork and join, lambda {lambda}: response"), response, leads, 0.01))
}

fn silent(_: u32) -> twin::study::Silent {
    twin::study::Silent
}

fn twice(runs: Runs) -> Runs {
    Runs { window_s: 2.0 * runs.window_s, ..runs }
}

/// The core's kinds and the ledger's own, which come in as a plugin's would.
fn with_own_kinds() -> twin::engine::Registry {
    let mut registry = twin::engine::Registry::default();
    twin::flow::register(&mut registry);
    registry.add::<Fork>();
    registry.add::<Join>();
    registry.add::<Rounds>();
    registry
}
