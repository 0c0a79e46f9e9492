//! V05: priorities and dispatch rules at one machine.

use super::bench::{Bench, Findings, read};
use super::plants::{exponential, plant, plant_of, poisson};
use super::theory;

/// V05: three classes, with and without preemption; shortest job first; shortest remaining time first.
pub(super) fn check(bench: &Bench) -> Findings {
    let exponential = "Exponential(\"1 s\")";
    let constant = "\"1 s\"";
    let mut findings = Vec::new();
    for (name, service, preempt, expected) in [
        ("waits its turn, exponential: Wq", exponential, false, [1.142_857, 2.857_143, 10.0]),
        ("waits its turn, constant: Wq", constant, false, [0.571_429, 1.428_571, 5.0]),
        ("preempts, exponential: W", exponential, true, [1.428_571, 3.571_429, 12.5]),
        ("preempts, constant: W", constant, true, [1.214_286, 2.5, 7.5]),
    ] {
        findings.extend(classes(bench, name, service, preempt, expected)?);
    }
    for (lambda, shortest, remaining) in [(0.8, 1.882_219, 2.352_773), (0.9, 3.196_913, 3.552_125)]
    {
        findings.extend(sizes(bench, lambda, shortest, remaining)?);
    }
    Ok(findings)
}

/// Classes 1, 2, 3 arrive at 0.3, 0.3 and 0.2 per second. `service` has mean 1 s, so that a wait is a lead time less 1 s.
fn classes(
    bench: &Bench,
    name: &str,
    service: &str,
    preempt: bool,
    expected: [f64; 3],
) -> Findings {
    let source = |class: u32, rate: f64| {
        format!(
            "        \"in {class}\": (is: Source(product: \"class {class}\", every: {}, priority: {class}), to: [\"machine\"]),\n",
            poisson(rate)
        )
    };
    let rule = if preempt { "preempt: Resume, " } else { "" };
    let machine = format!(
        r#"        "machine": (is: Station({rule}queue: (capacity: "unlimited", rule: Priority), time: {service}), to: ["out"]),
        "out": (is: Sink),"#
    );
    let lines = [source(1, 0.3), source(2, 0.3), source(3, 0.2), machine].concat();
    let plant = plant_of(&["class 1", "class 2", "class 3"], &lines);
    let less = if preempt { 0.0 } else { 1.0 };
    let rows = bench.measure(&plant, theory::runs(0.8, 0.8, 1.0), |_, state| {
        std::array::from_fn::<f64, 3, _>(|class| read::lead_time(state, class) - less)
    })?;
    let classes = ["class 1", "class 2", "class 3"];
    Ok(bench.means(std::array::from_fn(|at| (classes[at], expected[at])), &rows, 0.012, name))
}

/// The wait under shortest job first, the lead time under shortest remaining time first with preemption.
fn sizes(bench: &Bench, lambda: f64, shortest: f64, remaining: f64) -> Findings {
    let plant = |rule: &str| {
        plant(&format!(
            r#"        "in": (is: Source(every: {}), to: ["machine"]),
        "machine": (is: Station({rule}, time: {}), to: ["out"]),
        "out": (is: Sink),"#,
            poisson(lambda),
            exponential(1.0)
        ))
    };
    let spt = plant("queue: (capacity: \"unlimited\", rule: Spt)");
    let srpt = plant("preempt: Resume, queue: (capacity: \"unlimited\", rule: Srpt)");
    let runs = theory::runs(lambda, lambda, 1.0);
    let waits = bench.measure(&spt, runs, |_, state| read::lead_time(state, 0) - 1.0)?;
    let leads = bench.measure(&srpt, runs, |_, state| read::lead_time(state, 0))?;
    Ok(vec![
        bench.mean(format!("shortest job first, lambda {lambda}: Wq"), shortest, waits, 0.012),
        bench.mean(format!("shortest remaining, lambda {lambda}: W"), remaining, leads, 0.012),
    ])
}
