//! V01, V02: exponential queues, with room and without.

use std::collections::VecDeque;

use twin::engine::{Activity, Log, Model, State, TraceRow, What, step};
use twin::id::EquipmentId;
use twin::study::Observer;
use twin::units::SimTime;

use super::bench::{Bench, Findings, Runs, read, seed_of};
use super::finding::Finding;
use super::plants::{exponential, plant, poisson, queue};
use super::theory;

/// V01: M/M/1 at four loads, and Law's published run bit for bit.
pub(super) fn single_server(bench: &Bench) -> Findings {
    let mut findings = law(bench)?;
    for (lambda, quantile) in
        [(0.5, 5.991_465), (0.8, 14.978_661), (0.9, 29.957_323), (0.95, 59.914_645)]
    {
        findings.extend(load(bench, lambda, quantile)?);
    }
    Ok(findings)
}

/// Resolution of the histogram of lead times: a bucket's middle is off by this share of it at most.
const RESOLUTION: f64 = 1.0 / 128.0;

fn load(bench: &Bench, lambda: f64, quantile: f64) -> Findings {
    let rho = lambda;
    let rows = bench.measure(
        &queue(&poisson(lambda), &exponential(1.0), 1),
        theory::runs(lambda, rho, 1.0),
        |model, state| {
            let q95 = state.tallies()[0].lead_time.quantile(0.95);
            [
                state.plant_traffic().mean_content(state.now()),
                read::content(model, state, "line"),
                read::lead_time(state, 0),
                read::time_in(model, state, "line"),
                read::share(model, state, "machine", Activity::Working),
                q95.map_or(f64::NAN, |ns| ns as f64 * 1e-9),
            ]
        },
    )?;
    let w = 1.0 / (1.0 - lambda);
    let names = [
        ("L", rho * w),
        ("Lq", rho * rho * w),
        ("W", w),
        ("Wq", rho * w),
        ("utilisation", rho),
        ("95 % quantile of W", quantile),
    ];
    let mut findings = bench.means(names, &rows, 0.01, &format!("lambda {lambda}"));
    if let Some(last) = findings.pop() {
        let why = "1/128 for the buckets of the histogram";
        findings.push(last.widen(RESOLUTION * quantile, why));
    }
    Ok(findings)
}

/// The random numbers of Law's program: Marse and Roberts' stream 1.
struct MarseRoberts(u64);

impl MarseRoberts {
    fn exponential(&mut self, mean: f64) -> f64 {
        self.0 = self.0 * 630_360_016 % 2_147_483_647;
        -mean * ((self.0 >> 7 | 1) as f64 / 16_777_216.0).ln()
    }
}

/// Customers whose delays Law's program averages.
const LAW_CUSTOMERS: u64 = 1000;

/// Inter-arrival and service times in the order in which Law's program draws them from its one stream: the first arrival,
/// then at each arrival the next one before the customer's own service, at each departure the service of the next in line.
fn law_draws() -> (Vec<f64>, Vec<f64>) {
    let mut stream = MarseRoberts(1_973_272_912);
    let mut gaps = vec![stream.exponential(1.0)];
    let mut services: Vec<f64> = Vec::new();
    let (mut arrival, mut departure, mut waiting) = (gaps[0], f64::INFINITY, 0_u32);
    while (services.len() as u64) < LAW_CUSTOMERS {
        let arrives = arrival < departure;
        let now = arrival.min(departure);
        if arrives {
            gaps.push(stream.exponential(1.0));
            arrival = now + gaps[gaps.len() - 1];
            waiting += 1;
        }
        if arrives && departure.is_finite() {
            continue;
        }
        departure = f64::INFINITY;
        if waiting > 0 {
            waiting -= 1;
            services.push(stream.exponential(0.5));
            departure = now + services[services.len() - 1];
        }
    }
    (gaps, services)
}

fn trace(values: &[f64]) -> String {
    let values: Vec<String> = values.iter().map(|value| format!("\"{value:.9} s\"")).collect();
    format!("Trace(values: [{}])", values.join(", "))
}

/// Law's M/M/1 program, its draws fed to the engine, until its thousandth customer begins service.
fn law(bench: &Bench) -> Findings {
    let (gaps, services) = law_draws();
    let model = bench.load(&queue(&trace(&gaps), &trace(&services), 1))?;
    let mut state = State::new(&model, 1, 0);
    let line = model.find("line").unwrap_or(EquipmentId::NONE);
    while state.traffic(line).left < LAW_CUSTOMERS
        && step(&model, &mut state, SimTime::from_seconds(1e5), &mut Log::off())
    {}
    let figures = [
        ("mean delay", 0.429_990_6, read::time_in(&model, &state, "line"), 0.5e-7),
        ("mean number in queue", 0.418_313_3, read::content(&model, &state, "line"), 0.5e-7),
        (
            "utilisation",
            0.460_045_8,
            read::share(&model, &state, "machine", Activity::Working),
            0.5e-7,
        ),
        ("clock", 1_027.915_05, state.now().seconds(), 0.5e-5),
    ];
    let finding = |(what, expected, got, half_unit): (&str, f64, f64, f64)| {
        let rule = "last published digit";
        // A nanosecond for each of the times that add up.
        Finding::within(format!("Law: {what}"), expected, got, half_unit * 1.1, rule)
    };
    Ok(figures.map(finding).to_vec())
}

/// V02: several servers; loss; a short line.
pub(super) fn many_servers_and_loss(bench: &Bench) -> Findings {
    let mut findings = Vec::new();
    for row in [
        (8.0, 3.0, 3, [0.797_508, 6.380_062, 9.046_729, 0.797_508, 1.130_841]),
        (1.8, 1.0, 2, [0.852_632, 7.673_684, 9.473_684, 4.263_158, 5.263_158]),
        (9.0, 1.0, 10, [0.668_732, 6.018_584, 15.018_584, 0.668_732, 1.668_732]),
    ] {
        findings.extend(servers(bench, row)?);
    }
    for (load, places, lost) in [(2.0, 3, 0.210_526), (4.0, 4, 0.310_680)] {
        for service in ["\"1 s\"", "Exponential(\"1 s\")", "LogNormal(mean: \"1 s\", cv: 2.0)"] {
            findings.push(loss(bench, load, places, service, lost)?);
        }
    }
    findings.extend(ordered_entry(bench)?);
    for (lambda, expected) in [
        (0.9, [0.126_023, 2.194_782, 0.786_580, 2.790_286]),
        (1.0, [0.166_667, 2.5, 0.833_333, 3.0]),
    ] {
        findings.extend(short_line(bench, lambda, expected)?);
    }
    Ok(findings)
}

/// Counts who has to wait in a line that is first in, first out.
#[derive(Debug)]
struct Waits {
    line: EquipmentId,
    machine: EquipmentId,
    /// Nothing before counts.
    from: SimTime,
    arrived: VecDeque<SimTime>,
    served: u64,
    waited: u64,
}

impl Waits {
    fn new(model: &Model, warmup_s: f64) -> Self {
        let find = |name| model.find(name).unwrap_or(EquipmentId::NONE);
        Self {
            line: find("line"),
            machine: find("machine"),
            from: SimTime::from_seconds(warmup_s),
            arrived: VecDeque::new(),
            served: 0,
            waited: 0,
        }
    }

    fn share(&self) -> f64 {
        self.waited as f64 / self.served as f64
    }
}

impl Observer for Waits {
    fn wants(&self) -> (bool, bool) {
        (false, true)
    }

    fn rows(&mut self, _model: &Model, Log { trace, .. }: &Log) {
        for row in trace {
            let TraceRow::Part { at, equipment, what: What::Entered, .. } = *row else { continue };
            if equipment == self.line {
                self.arrived.push_back(at);
            } else if equipment == self.machine
                && let Some(arrived) = self.arrived.pop_front()
                && at >= self.from
            {
                self.served += 1;
                self.waited += u64::from(at > arrived);
            }
        }
    }
}

fn servers(bench: &Bench, (lambda, mu, places, expected): (f64, f64, u32, [f64; 5])) -> Findings {
    let rho = lambda / mu / f64::from(places);
    let text = queue(&poisson(lambda), &exponential(1.0 / mu), places);
    let model = bench.load(&text)?;
    let runs = theory::runs(lambda, rho, 1.0);
    let rows = bench.observe(
        &model,
        seed_of(&text),
        runs,
        |_| Waits::new(&model, runs.warmup_s),
        |model, state, waits| {
            [
                waits.share(),
                read::content(model, state, "line"),
                state.plant_traffic().mean_content(state.now()),
                read::time_in(model, state, "line"),
                read::lead_time(state, 0),
            ]
        },
    )?;
    let names = ["P(wait)", "Lq", "L", "Wq", "W"];
    let named = std::array::from_fn(|at| (names[at], expected[at]));
    Ok(bench.means(named, &rows, 0.01, &format!("M/M/{places} lambda {lambda} mu {mu}")))
}

/// Relaxation takes a few seconds where nobody waits; a share that is lost is then known to some 0.1 %.
const LOSS_RUNS: (f64, f64) = (1e6, 500.0);

fn loss_plant(lambda: f64, station: &str) -> String {
    plant(&format!(
        r#"        "in": (is: Source(every: {}, blocked: Lose), to: ["machine"]),
        "machine": (is: Station({station}), to: ["out"]),
        "out": (is: Sink),"#,
        poisson(lambda)
    ))
}

fn lost_share(state: &State) -> f64 {
    let tally = &state.tallies()[0];
    tally.scrapped as f64 / tally.entered as f64
}

fn loss(
    bench: &Bench,
    load: f64,
    places: u32,
    service: &str,
    lost: f64,
) -> Result<Finding, super::Failure> {
    let plant = loss_plant(load, &format!("places: {places}, time: {service}"));
    let (total_s, warmup_s) = LOSS_RUNS;
    let shares =
        bench.measure(&plant, Runs::long(total_s, warmup_s), |_, state| lost_share(state))?;
    Ok(bench.mean(
        format!("Erlang B({load}, {places}), service {service}: lost"),
        lost,
        shares,
        0.005,
    ))
}

/// Stations along a line that passes on what finds the first ones busy: what goes past the i-th is Erlang's `B(a, i)`.
fn ordered_entry(bench: &Bench) -> Findings {
    let station = |i: u32| {
        format!("        \"m{i}\": (is: Station(time: Exponential(\"1 s\")), to: [\"out\"]),\n")
    };
    let equipment = format!(
        r#"        "in": (is: Source(every: {}, blocked: Lose), to: ["m1", "m2", "m3"]),
{}{}{}        "out": (is: Sink),"#,
        poisson(2.0),
        station(1),
        station(2),
        station(3)
    );
    let (total_s, warmup_s) = LOSS_RUNS;
    let rows =
        bench.measure(&plant(&equipment), Runs::long(total_s, warmup_s), |model, state| {
            let entered = state.tallies()[0].entered as f64;
            let taken = ["m1", "m2", "m3"].map(|name| read::left(model, state, name) / entered);
            [1.0 - taken[0], 1.0 - taken[0] - taken[1], 1.0 - taken.iter().sum::<f64>()]
        })?;
    let names = [("past m1", 2.0 / 3.0), ("past m2", 0.4), ("past m3", 4.0 / 19.0)];
    Ok(bench.means(names, &rows, 0.005, "ordered entry, load 2"))
}

fn short_line(bench: &Bench, lambda: f64, expected: [f64; 4]) -> Findings {
    let plant = loss_plant(lambda, "queue: 4, time: Exponential(\"1 s\")");
    let (total_s, warmup_s) = LOSS_RUNS;
    let rows = bench.measure(&plant, Runs::long(2.0 * total_s, warmup_s), |model, state| {
        [
            lost_share(state),
            read::content(model, state, "machine"),
            read::throughput(state),
            read::time_in(model, state, "machine"),
        ]
    })?;
    let names = ["lost", "L", "throughput", "W"];
    let named = std::array::from_fn(|at| (names[at], expected[at]));
    Ok(bench.means(named, &rows, 0.006, &format!("M/M/1/5 lambda {lambda}")))
}
