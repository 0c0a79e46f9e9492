//! Orders: lead times and lateness at one machine, where they are known exactly.
//!
//! The time that an order of one piece spends at an exponential machine (rate μ = 1/s) is exponential itself, with rate
//! θ = μ − λ for Poisson orders and θ = μ (1 − σ) for regular ones, σ being the root of σ = exp(−μ (1 − σ) τ). So with an
//! allowance d the share e^(−θd) is late, the mean tardiness is e^(−θd)/θ, and the mean earliness d − 1/θ + e^(−θd)/θ.

use super::bench::{Bench, Findings};
use super::finding::Finding;
use super::theory;
use twin::engine::{OrderTally, State};

/// V32o, all parts.
pub(super) fn due_dates(bench: &Bench) -> Findings {
    let mut found = lateness(bench)?;
    found.extend(several_pieces(bench)?);
    found.extend(sequence(bench)?);
    Ok(found)
}

/// A machine of mean 1 s, with `orders`, at a desk with `desk`.
fn shop(orders: &str, desk: &str) -> String {
    format!(
        r#"Plant(name: "orders", products: {{ "part": () }}, orders: [{orders}], equipment: {{
            "desk": (is: OrderDesk({desk}), to: ["machine"]),
            "machine": (is: Station(time: Exponential("1 s"), queue: "unlimited"), to: ["out"]),
            "out": (is: Sink),
        }})"#
    )
}

fn tally(state: &State) -> &OrderTally {
    &state.orders().tallies()[0]
}

/// Time between regular orders, seconds, and the root of σ = exp(−(1 − σ) τ).
fn root(tau_s: f64) -> f64 {
    (0..200).fold(0.5, |sigma: f64, _| (-(1.0 - sigma) * tau_s).exp())
}

fn lateness(bench: &Bench) -> Findings {
    let mut found = Vec::new();
    let poisson = r#"Exponential("1.25 s")"#;
    let regular = r#""1.25 s""#;
    for (name, every, rate, allowance_s) in
        [("Poisson orders", poisson, 0.2, 5.0), ("regular orders", regular, 1.0 - root(1.25), 3.0)]
    {
        let order = format!(r#"(product: "part", every: {every}, due: "{allowance_s} s")"#);
        let runs = theory::runs(0.8, 0.8, 1.0);
        let rows = bench.measure(&shop(&order, ""), runs, |_, state| {
            let tally = tally(state);
            let per_order = |n: f64| n / tally.closed as f64;
            [
                per_order(tally.late as f64),
                tally.service_level().unwrap_or(f64::NAN),
                tally.mean_tardiness_s().unwrap_or(f64::NAN),
                per_order(tally.earliness.sum() as f64 * 1e-9),
                tally.lead_time.mean().unwrap_or(f64::NAN) * 1e-9,
            ]
        })?;
        let late = (-rate * allowance_s).exp();
        let names = [
            ("share late", late),
            ("service level", 1.0 - late),
            ("mean tardiness, s", late / rate),
            ("mean earliness, s", allowance_s - (1.0 - late) / rate),
            ("mean lead time, s", 1.0 / rate),
        ];
        found.extend(bench.means(names, &rows, 0.02, name));
    }
    Ok(found)
}

/// Poisson orders of three pieces each: to the order, the machine takes an Erlang-3 time of mean 3 s. At load 0.8 it waits
/// λ E[S²] / (2 (1 − ρ)) = 8 s and is closed after 11 s.
fn several_pieces(bench: &Bench) -> Findings {
    let order = r#"(product: "part", quantity: 3, every: Exponential("3.75 s"))"#;
    let rows = bench.measure(&shop(order, ""), theory::runs(0.8 / 3.0, 0.8, 1.0), |_, state| {
        [tally(state).lead_time.mean().unwrap_or(f64::NAN) * 1e-9, tally(state).short as f64]
    })?;
    let names = [("mean lead time, s", 11.0)];
    let lead_times: Vec<[f64; 1]> = rows.iter().map(|row| [row[0]]).collect();
    let mut found = bench.means(names, &lead_times, 0.012, "orders of three pieces");
    let short: f64 = rows.iter().map(|row| row[1]).sum();
    found.push(Finding::equal("orders of three pieces: closed short", 0.0, short));
    Ok(found)
}

/// With one card the desk is the queue: orders of three priorities wait their turn as Cobham says, 8/7, 20/7 and 10 s, and
/// are worked on for 1 s. Without an allowance, all of that is tardiness.
fn sequence(bench: &Bench) -> Findings {
    let order = |class: u32, rate: f64| {
        format!(
            r#"(product: "class {class}", priority: {class}, every: {}, due: "0 s")"#,
            super::plants::poisson(rate)
        )
    };
    let orders = [order(1, 0.3), order(2, 0.3), order(3, 0.2)].join(", ");
    let plant = shop(&orders, "release: Conwip(1), sequence: Priority")
        .replace(r#""part": ()"#, r#""class 1": (), "class 2": (), "class 3": ()"#);
    let rows = bench.measure(&plant, theory::runs(0.8, 0.8, 1.0), |_, state| {
        let tallies = state.orders().tallies();
        std::array::from_fn::<f64, 3, _>(|class| {
            tallies[class].mean_tardiness_s().unwrap_or(f64::NAN)
        })
    })?;
    let names = [
        ("priority 1, mean time from release date, s", 15.0 / 7.0),
        ("priority 2", 27.0 / 7.0),
        ("priority 3", 11.0),
    ];
    Ok(bench.means(names, &rows, 0.012, "a desk with one card"))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_root_is_the_published_one() {
        assert!((super::root(1.25) - 0.628_630).abs() < 1e-6);
    }
}
