//! V03, V04: queues with other than exponential times.

use super::bench::{Bench, Findings, read};
use super::plants::{poisson, queue};
use super::theory;

/// Service times with mean 1 s, and their squared coefficient of variation.
const SERVICES: [(&str, &str, f64); 5] = [
    ("constant", "\"1 s\"", 0.0),
    ("uniform", "Uniform(min: \"0.5 s\", max: \"1.5 s\")", 1.0 / 12.0),
    ("Erlang-4", "Erlang(k: 4, mean: \"1 s\")", 0.25),
    ("exponential", "Exponential(\"1 s\")", 1.0),
    ("lognormal, cv 2", "LogNormal(mean: \"1 s\", cv: 2.0)", 4.0),
];

/// V03: the wait in M/G/1 is `lambda m² (1 + scv) / (2 (1 - rho))`.
pub(super) fn general_service(bench: &Bench) -> Findings {
    let mut findings = Vec::new();
    for lambda in [0.8, 0.9] {
        for (name, service, scv) in SERVICES {
            let plant = queue(&poisson(lambda), service, 1);
            let waits =
                bench.measure(&plant, theory::runs(lambda, lambda, scv), |model, state| {
                    read::time_in(model, state, "line")
                })?;
            let exact = lambda * (1.0 + scv) / (2.0 * (1.0 - lambda));
            findings.push(bench.mean(format!("{name}, lambda {lambda}: Wq"), exact, waits, 0.015));
        }
    }
    Ok(findings)
}

/// V04: arrivals every 1.25 s, exponential service: `sigma = 0.628630` is the root of `sigma = exp(-1.25 (1 - sigma))`.
pub(super) fn regular_arrivals(bench: &Bench) -> Findings {
    let plant = queue("\"1.25 s\"", "Exponential(\"1 s\")", 1);
    let rows = bench.measure(&plant, theory::runs(0.8, 0.8, 1.0), |model, state| {
        [read::time_in(model, state, "line"), read::lead_time(state, 0)]
    })?;
    Ok(bench.means([("Wq", 1.692_731), ("W", 2.692_731)], &rows, 0.01, "D/M/1 at 0.8"))
}
