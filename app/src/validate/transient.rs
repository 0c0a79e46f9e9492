//! V09: the start-up transient, the coverage of confidence intervals, asymptotic variances.

use twin::engine::{Log, Model};
use twin::stats::Estimate;
use twin::study::Observer;

use super::bench::{self, Bench, Findings, Runs, read, seed_of};
use super::finding::Finding;
use super::plants::{exponential, plant, poisson, queue};
use super::theory;

/// V09: M/M/1 from an empty start, and in the long run.
pub(super) fn check(bench: &Bench) -> Findings {
    let mut findings = Vec::new();
    for (lambda, short, long) in [
        (
            0.8,
            [(2, 0.444_44), (5, 1.188_96), (10, 1.859_83), (20, 2.573_28)],
            [(50, 3.410_51), (100, 3.810_38), (200, 3.970_91), (500, 3.999_75), (1000, 4.0)],
        ),
        (
            0.9,
            [(2, 0.473_68), (5, 1.329_46), (10, 2.195_00), (20, 3.274_73)],
            [(50, 4.998_45), (100, 6.399_23), (200, 7.658_41), (500, 8.703_42), (1000, 8.961_35)],
        ),
    ] {
        // Early waits are short and scatter much: many short runs. Late ones need long runs, but fewer.
        findings.extend(nth_waits(bench, lambda, short, 320_000)?);
        findings.extend(nth_waits(bench, lambda, long, 60_000)?);
    }
    findings.extend(long_run(
        bench,
        LongRun { lambda: 0.5, window_s: 2000.0, replications: 20_000, coverage: true },
    )?);
    findings.extend(long_run(
        bench,
        LongRun { lambda: 0.8, window_s: 10_000.0, replications: 4000, coverage: false },
    )?);
    Ok(findings)
}

/// Keeps the lead times of the customers whose numbers (from 1) it is asked for.
#[derive(Debug)]
struct Nth<const N: usize> {
    numbers: [u64; N],
    lead_s: [f64; N],
}

impl<const N: usize> Observer for Nth<N> {
    fn wants(&self) -> (bool, bool) {
        (true, false)
    }

    fn rows(&mut self, _model: &Model, Log { parts, .. }: &Log) {
        for (number, lead_s) in self.numbers.iter().zip(&mut self.lead_s) {
            // First in, first out: parts leave in the order of their numbers, so one search finds it.
            if let Ok(at) = parts.binary_search_by_key(number, |row| row.serial + 1) {
                *lead_s = (parts[at].left - parts[at].created).seconds();
            }
        }
    }
}

/// The mean wait of the n-th customer of an M/M/1 queue that starts empty: its lead time less the mean service.
fn nth_waits<const N: usize>(
    bench: &Bench,
    lambda: f64,
    waits: [(u64, f64); N],
    replications: u32,
) -> Findings {
    let numbers = waits.map(|(number, _)| number);
    let total = numbers.iter().max().copied().unwrap_or(0);
    let text = plant(&format!(
        r#"        "in": (is: Source(every: {}, total: {total}), to: ["machine"]),
        "machine": (is: Station(queue: "unlimited", time: {}), to: ["out"]),
        "out": (is: Sink),"#,
        poisson(lambda),
        exponential(1.0)
    ));
    let model = bench.load(&text)?;
    // Long enough for all to have left: twice the mean time, and a hundred services.
    let until_s = 2.0 * total as f64 / lambda + 100.0;
    let runs = Runs { replications, warmup_s: 0.0, window_s: until_s };
    let nth = |_| Nth { numbers, lead_s: [f64::NAN; N] };
    let rows = bench.observe(&model, seed_of(&text), runs, nth, |_, _, nth| nth.lead_s)?;
    let finding = |(at, (number, wait)): (usize, (u64, f64))| {
        let samples = rows.iter().map(|row| row[at] - 1.0);
        bench.mean(
            format!("empty start, lambda {lambda}: wait of no. {number}"),
            wait,
            samples,
            0.015,
        )
    };
    Ok(waits.into_iter().enumerate().map(finding).collect())
}

/// Many independent looks at a queue in its stationary state.
#[derive(Clone, Copy)]
struct LongRun {
    lambda: f64,
    window_s: f64,
    replications: u32,
    /// Whether there are enough replications to speak of coverage.
    coverage: bool,
}

/// Replications of one experiment.
const EXPERIMENT: usize = 20;
/// Groups of replications whose variances are compared to the theory.
const GROUPS: usize = 40;

/// Coverage of the 95 % t-interval of 20 replications, and the variances of the mean number and of the mean wait over a
/// long window.
fn long_run(bench: &Bench, run: LongRun) -> Findings {
    let LongRun { lambda, mut window_s, mut replications, coverage: covers } = run;
    if bench.is_quick() {
        // What is measured here is how replications scatter: fewer of them, none shorter.
        window_s *= bench::QUICK;
        replications = (f64::from(replications) / bench::QUICK) as u32;
    }
    let plant = queue(&poisson(lambda), &exponential(1.0), 1);
    let runs = Runs { replications, warmup_s: theory::warmup_s(lambda, 1.0), window_s };
    let rows = bench.measure(&plant, runs, |model, state| {
        let window_s = read::window_s(state);
        let content = state.plant_traffic().mean_content(state.now());
        [content, read::time_in(model, state, "line"), window_s]
    })?;
    let window_s = rows[0][2];
    let column = |at: usize| rows.iter().map(|row| row[at]).collect::<Vec<f64>>();
    let (contents, waits) = (column(0), column(1));
    let of = format!("lambda {lambda}");
    let mut findings = Vec::new();
    if covers {
        let number = lambda / (1.0 - lambda);
        findings.push(coverage(
            &format!("{of}: 95 % intervals of L that cover"),
            &contents,
            number,
        ));
        let wait = lambda / (1.0 - lambda);
        findings.push(coverage(&format!("{of}: 95 % intervals of Wq that cover"), &waits, wait));
    }
    let per_customer = |variance: f64| variance / lambda;
    for (what, samples, variance) in [
        ("variance of mean L, times its time", &contents, theory::variance_of_content(lambda)),
        (
            "variance of mean Wq, times its time",
            &waits,
            per_customer(theory::variance_of_wait(lambda)),
        ),
    ] {
        let size = samples.len() / GROUPS;
        let scaled = samples.chunks_exact(size).map(|group| sample_variance(group) * window_s);
        findings.push(bench.mean(format!("{of}: {what}"), variance, scaled, 0.04));
    }
    Ok(findings)
}

/// Share of the experiments of 20 replications whose 95 % interval holds the exact value. With 1000 experiments between
/// 93.6 and 96.4 %: two standard deviations of a binomial share.
fn coverage(what: &str, samples: &[f64], exact: f64) -> Finding {
    let experiments = samples.chunks_exact(EXPERIMENT);
    let n = experiments.len() as f64;
    let covers = |group: &[f64]| Estimate::of(group).is_some_and(|estimate| estimate.covers(exact));
    let covered = experiments.filter(|group| covers(group)).count() as f64;
    let tolerance = 0.014 * (1000.0 / n).sqrt();
    Finding::within(what, 0.95, covered / n, tolerance, format!("2 sd of {n} trials"))
}

fn sample_variance(samples: &[f64]) -> f64 {
    let n = samples.len() as f64;
    let mean = samples.iter().sum::<f64>() / n;
    samples.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (n - 1.0)
}
