//! Pull control: kanban, base stock, lost sales, and the rope of a drum.
//!
//! With one exponential machine (rate μ) and Poisson customers (rate λ, ρ = λ/μ), a store with base stock S is a queue in
//! disguise: the parts that are missing from it, S less stock plus backorders, are the number n in an M/M/1 queue. So the
//! fill rate is P(n < S) = 1 − ρ^S, the mean number of backorders ρ^(S+1)/(1 − ρ), the mean stock S − ρ/(1 − ρ) plus these.
//! With one stage kanban does the same. With lost sales n never exceeds S: an M/M/1/S queue.
//!
//! Two stages with cards k₁ and k₂ between an endless supply and an endless demand: what stands between the two machines,
//! n from 0 to N = k₁ + k₂, goes up at rate μ₁ while n < N and down at rate μ₂ while n > 0. That is an M/M/1/N queue.

use super::bench::{Bench, Findings, Runs, read};
use super::plants::{exponential, plant, poisson};

/// V32, all parts.
pub(super) fn policies(bench: &Bench) -> Findings {
    let mut found = two_stages(bench)?;
    found.extend(stocks(bench)?);
    found.extend(lost_sales(bench)?);
    found.extend(rope(bench)?);
    Ok(found)
}

/// Probabilities of 0 … n customers in an M/M/1/n queue.
fn birth_death(rho: f64, n: i32) -> Vec<f64> {
    let weights: Vec<f64> = (0..=n).map(|k| rho.powi(k)).collect();
    let total: f64 = weights.iter().sum();
    weights.into_iter().map(|weight| weight / total).collect()
}

fn mean(chances: &[f64]) -> f64 {
    chances.iter().enumerate().map(|(n, chance)| n as f64 * chance).sum()
}

/// Cards of the two stages, mean times of their machines in seconds.
const STAGES: [([i32; 2], [f64; 2]); 3] =
    [([2, 3], [1.0, 1.0]), ([1, 2], [1.0, 0.8]), ([3, 1], [0.7, 1.0])];

fn two_stages(bench: &Bench) -> Findings {
    let mut found = Vec::new();
    for (cards, times) in STAGES {
        let [k1, k2] = cards;
        let [t1, t2] = times.map(exponential);
        let plant = plant(&format!(
            r#"        "raw": (is: Source(), to: ["post 1"]),
        "post 1": (is: Kanban(cards: {k1}, until: "store 1"), to: ["machine 1"]),
        "machine 1": (is: Station(time: {t1}), to: ["store 1"]),
        "store 1": (is: Buffer(), to: ["post 2"]),
        "post 2": (is: Kanban(cards: {k2}, until: "store 2"), to: ["machine 2"]),
        "machine 2": (is: Station(time: {t2}), to: ["store 2"]),
        "store 2": (is: Buffer(), to: ["out"]),
        "out": (is: Sink),"#
        ));
        let chances = birth_death(times[1] / times[0], k1 + k2);
        let throughput = (1.0 - chances[(k1 + k2) as usize]) / times[0];
        let rows = bench.measure(&plant, Runs::long(4e5, 500.0), |model, state| {
            let between =
                ["store 1", "post 2", "machine 2"].map(|n| read::content(model, state, n));
            [read::throughput(state), between.iter().sum()]
        })?;
        let names = [("parts per s", throughput), ("parts between the machines", mean(&chances))];
        let of = format!("two stages, {k1} and {k2} cards, {} and {} s", times[0], times[1]);
        found.extend(bench.means(names, &rows, 0.01, &of));
    }
    Ok(found)
}

/// Poisson customers at a store that one exponential machine of mean 1 s fills, under `release` of the source.
fn shop(lambda: f64, source: &str, post: &str, short: &str) -> String {
    let customers = poisson(lambda);
    let (first, post) = if post.is_empty() { ("machine", "") } else { ("post", post) };
    plant(&format!(
        r#"        "raw": (is: Source({source}), to: ["{first}"]),
        {post}
        "machine": (is: Station(time: Exponential("1 s"), queue: "unlimited"), to: ["store"]),
        "store": (is: Buffer(), to: ["customers"]),
        "customers": (is: Demand(every: {customers}, {short})),"#
    ))
}

fn stocks(bench: &Bench) -> Findings {
    let mut found = Vec::new();
    for (rho, level) in [(0.5_f64, 2), (0.8, 5)] {
        let backorders = rho.powi(level + 1) / (1.0 - rho);
        let stock = f64::from(level) - rho / (1.0 - rho) + backorders;
        let names = [
            ("fill rate", 1.0 - rho.powi(level)),
            ("backorders", backorders),
            ("stock", stock),
            ("mean wait of customers, s", backorders / rho),
        ];
        let base = format!("release: BaseStock(level: {level}, demand: \"customers\")");
        let post =
            format!("\"post\": (is: Kanban(cards: {level}, until: \"store\"), to: [\"machine\"]),");
        for (policy, source, post) in [("base stock", &*base, ""), ("kanban", "", &*post)] {
            let runs = super::theory::runs(rho, rho, 1.0);
            let rows = bench.measure(&shop(rho, source, post, ""), runs, |model, state| {
                let figure = |name| read::figure(model, state, "customers", name);
                let stock = read::content(model, state, "store");
                [figure("fill_rate"), figure("backorders_mean"), stock, figure("wait_mean_s")]
            })?;
            let of = format!("{policy} of {level}, load {rho}");
            found.extend(bench.means(names, &rows, 0.02, &of));
        }
    }
    Ok(found)
}

fn lost_sales(bench: &Bench) -> Findings {
    let mut found = Vec::new();
    for (rho, level) in [(0.8, 3), (1.2, 4)] {
        let chances = birth_death(rho, level);
        let lost = chances[level as usize];
        let source = format!("release: BaseStock(level: {level}, demand: \"customers\")");
        let plant = shop(rho, &source, "", "short: Lose");
        let rows = bench.measure(&plant, Runs::long(4e5, 500.0), |model, state| {
            let figure = |name| read::figure(model, state, "customers", name);
            let stock = read::content(model, state, "store");
            [figure("fill_rate"), figure("lost_share"), stock]
        })?;
        let names = [
            ("fill rate", 1.0 - lost),
            ("lost share", lost),
            ("stock", f64::from(level) - mean(&chances)),
        ];
        let of = format!("lost sales, base stock of {level}, load {rho}");
        found.extend(bench.means(names, &rows, 0.01, &of));
    }
    Ok(found)
}

/// A rope of `n` parts over an exponential machine and an exponential drum, both of mean 1 s, is a closed network of two
/// stations: n/(n + 1) parts a second, half of them at each. What comes behind the drum does not matter.
fn rope(bench: &Bench) -> Findings {
    let mut found = Vec::new();
    for n in [1_u32, 4] {
        let plant = plant(&format!(
            r#"        "raw": (is: Source(release: Rope(drum: "drum", buffer: {n})), to: ["first"]),
        "first": (is: Station(time: Exponential("1 s"), queue: "unlimited"), to: ["drum"]),
        "drum": (is: Station(time: Exponential("1 s"), queue: "unlimited"), to: ["last"]),
        "last": (is: Station(time: Exponential("0.6 s"), queue: "unlimited"), to: ["out"]),
        "out": (is: Sink),"#
        ));
        let rows = bench.measure(&plant, Runs::long(2e5, 500.0), |model, state| {
            [read::throughput(state), read::content(model, state, "drum")]
        })?;
        let parts = f64::from(n);
        let names = [("parts per s", parts / (parts + 1.0)), ("parts at the drum", parts / 2.0)];
        found.extend(bench.means(names, &rows, 0.01, &format!("rope of {n} parts")));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_queue_of_equal_rates_is_uniform() {
        let chances = birth_death(1.0, 4);
        assert!(chances.iter().all(|chance| (chance - 0.2).abs() < 1e-12));
        assert!((mean(&chances) - 2.0).abs() < 1e-12);
    }
}
