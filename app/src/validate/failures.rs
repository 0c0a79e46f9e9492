//! V06, V07: machines that fail, crews that repair them, maintenance.

use twin::engine::{Activity, Model, State};

use super::bench::{Bench, Findings, Runs, read};
use super::plants::plant;
use super::theory;

/// V06: one unreliable machine; failures by working time (ODF) and by the calendar (TDF).
///
/// With `f` failures in a unit of work and repairs `R`, the time from begin to end of a job of length `S` has mean
/// `E[S] (1 + f E[R])` and variance `Var[S] (1 + f E[R])² + E[S] f E[R²]`; Pollaczek and Khinchine do the rest. A machine
/// that also fails while idle delays those who come then: White and Christie.
pub(super) fn unreliable_machine(bench: &Bench) -> Findings {
    let (constant, exponential) = ("\"1 s\"", "Exponential(\"1 s\")");
    let (repair, regular_repair) = ("Exponential(\"5 s\")", "\"5 s\"");
    let mut findings = Vec::new();
    for (name, service, repair, scv, lead) in [
        ("ODF, constant service", constant, repair, 0.83, 8.466_667),
        ("ODF, exponential service", exponential, repair, 1.83, 12.5),
        ("ODF, constant service and repair", constant, regular_repair, 0.41, 6.8),
    ] {
        let plant = unreliable(service, repair, "Operating");
        let leads = bench.measure(&plant, theory::runs(0.8, 0.88, scv), |_, state| {
            let w = read::lead_time(state, 0);
            [w, w - 1.1]
        })?;
        let names = [("W", lead), ("Wq", lead - 1.1)];
        findings.extend(bench.means(names, &leads, 0.012, name));
    }
    let plant = unreliable(exponential, repair, "Calendar");
    let rows = bench.measure(&plant, theory::runs(0.8, 0.88, 2.0), |model, state| {
        [read::lead_time(state, 0), read::content(model, state, "machine")]
    })?;
    let names = [("W", 12.954_545), ("L", 10.363_636)];
    findings.extend(bench.means(names, &rows, 0.012, "TDF, exponential service"));
    Ok(findings)
}

/// Arrivals at 0.8 per second, failures every 50 s on the clock of `basis`.
fn unreliable(service: &str, repair: &str, basis: &str) -> String {
    plant(&format!(
        r#"        "in": (is: Source(every: Exponential("1.25 s")), to: ["machine"]),
        "machine": (is: Station(queue: "unlimited", time: {service}), to: ["out"],
            failures: [(every: Exponential("50 s"), repair: {repair}, basis: {basis})]),
        "out": (is: Sink),"#
    ))
}

/// V07: crews shared by machines; replacement by age.
pub(super) fn crews_and_maintenance(bench: &Bench) -> Findings {
    let mut findings = Vec::new();
    for (n, running) in [(1, 0.909_091), (5, 4.439_791), (10, 8.210_033)] {
        let plant = crew_plant(n, 1, "Exponential(\"10 s\")", "\"1 s\"");
        let up = bench.measure(&plant, Runs::long(2e6, 1e3), |model, state| up(model, state, n))?;
        let what = format!("{n} machines, constant repair (Ashcroft): running");
        findings.push(bench.mean(what, running, up, 0.002));
    }
    for (crews, running, waiting) in [(1, 7.854_177, 1.360_406), (2, 8.961_362, 0.142_502)] {
        let plant = crew_plant(10, crews, "Exponential(\"100 s\")", "Exponential(\"10 s\")");
        let rows = bench.measure(&plant, Runs::long(4e7, 1e4), |model, state| {
            let up = up(model, state, 10);
            let repairing = busy_workers(state);
            [up, 10.0 - up - repairing]
        })?;
        let names = [("running", running), ("waiting for repair", waiting)];
        let of = format!("10 machines, {crews} crews, exponential repair");
        findings.extend(bench.means(names, &rows, 0.006, &of));
    }
    findings.extend(age_replacement(bench)?);
    Ok(findings)
}

/// `n` machines with an endless supply: each is always at work unless it has failed.
fn crew_plant(n: u32, crews: u32, every: &str, repair: &str) -> String {
    let equipment = format!(
        r#"        "in ${{i}}": (repeat: {n}, is: Source(), to: ["m${{i}}"]),
        "m${{i}}": (repeat: {n}, is: Station(time: "1000 s"), to: ["out"],
            failures: [(every: {every}, repair: {repair}, crew: (skill: "crew"))]),
        "out": (is: Sink),"#
    );
    let workers = format!("workers: {{ \"crew\": (count: {crews}) }},\n    equipment: {{");
    plant(&equipment).replacen("equipment: {", &workers, 1)
}

/// Mean number of machines at work.
fn up(model: &Model, state: &State, n: u32) -> f64 {
    (1..=n).map(|i| read::share(model, state, &format!("m{i}"), Activity::Working)).sum()
}

/// Mean number of workers out on a call.
fn busy_workers(state: &State) -> f64 {
    let busy =
        |clock: &twin::engine::Clock| clock.spent_ns(state.now())[Activity::Working as usize];
    let busy_ns: i64 = state.worker_clocks().iter().map(busy).sum();
    busy_ns as f64 * 1e-9 / read::window_s(state)
}

/// A machine with Weibull life (shape 2, scale 100 s) is replaced after a failure (10 s) or at an age (2 s). By renewal:
/// availability is `E[min(life, age)]` over that plus the mean time to replace.
fn age_replacement(bench: &Bench) -> Findings {
    let mut findings = Vec::new();
    for (age, expected) in [
        (Some(50), [0.924_454, 4.433_055, 15.607_951]),
        (Some(120), [0.908_711, 8.595_183, 2.668_735]),
        (None, [0.898_603, 10.139_654, 0.0]),
    ] {
        let planned = age.map_or(String::new(), |age| {
            format!("maintenance: [(after: \"{age} s\", basis: Operating, takes: \"2 s\", at_work: Resume, renews: true)],")
        });
        let plant = plant(&format!(
            r#"        "in": (is: Source(), to: ["machine"]),
        "machine": (is: Station(time: "1000 s"), to: ["out"],
            failures: [(every: Weibull(shape: 2.0, scale: "100 s"), repair: "10 s", renews: true)],
            {planned}),
        "out": (is: Sink),"#
        ));
        let rows = bench.measure(&plant, Runs::long(3e7, 1e4), |model, state| {
            let share = |activity| read::share(model, state, "machine", activity);
            // Replacements take a constant time, so that shares of time count them.
            [
                share(Activity::Working),
                share(Activity::Failed) * 1000.0 / 10.0,
                share(Activity::Maintained) * 1000.0 / 2.0,
            ]
        })?;
        let of =
            age.map_or("never replaced by age".to_owned(), |age| format!("replaced at {age} s"));
        let names = ["availability", "failures in 1000 s", "replacements in 1000 s"];
        let planned = if age.is_some() { 3 } else { 2 };
        let named = std::array::from_fn(|at| (names[at], expected[at]));
        findings.extend(bench.means(named, &rows, 0.006, &of).into_iter().take(planned));
    }
    Ok(findings)
}
