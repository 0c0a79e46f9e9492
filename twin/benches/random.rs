//! Cost of random draws and of creating streams.
//!
//! `cargo bench -p twin --no-default-features --bench random` prints nanoseconds per draw, medians over rounds.
#![expect(clippy::print_stdout, reason = "a bench prints its table")]

use std::hint::black_box;
use std::time::Instant;

use twin::random::{Distribution, Stream, Streams};
use twin::units::SimDuration;

const ROUNDS: usize = 51;
const DRAWS: usize = 100_000;

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Median milliseconds of `work`.
fn milliseconds(mut work: impl FnMut()) -> f64 {
    let time = |_| {
        let start = Instant::now();
        work();
        start.elapsed().as_secs_f64() * 1e3
    };
    median((0..ROUNDS).map(time).collect())
}

fn draw(distribution: &Distribution<SimDuration>) -> Result<f64, String> {
    let sampler = black_box(distribution.sampler()?);
    // As in a plant, one draw does not wait for the last one of the same stream.
    let mut streams: [_; 8] = std::array::from_fn(|i| Stream::new(i as u64, 0, "bench"));
    let ms = milliseconds(|| {
        let sum =
            (0..DRAWS).fold(SimDuration::ZERO, |sum, i| sum + sampler.sample(&mut streams[i % 8]));
        black_box(sum);
    });
    Ok(ms * 1e6 / DRAWS as f64)
}

fn main() -> Result<(), String> {
    use Distribution as D;
    let s = SimDuration::from_s;
    for (name, distribution) in [
        ("constant", D::Constant(s(1))),
        ("exponential", D::Exponential(s(1))),
        ("uniform", D::Uniform { min: s(1), max: s(2) }),
        ("normal", D::Normal { mean: s(55), sd: s(3) }),
        ("log-normal", D::LogNormal { mean: s(10), cv: 0.8 }),
        ("triangular", D::Triangular { min: s(1), mode: s(2), max: s(4) }),
        ("Erlang 4", D::Erlang { k: 4, mean: s(1) }),
        ("gamma", D::Gamma { mean: s(1), cv: 0.5 }),
        ("Weibull", D::Weibull { shape: 2.0, scale: s(1) }),
        ("discrete, 3 values", D::Discrete(vec![(s(1), 1.0), (s(2), 5.0), (s(3), 2.0)])),
    ] {
        println!("{name:<20} {:>7.2} ns", draw(&distribution)?);
    }
    let names: Vec<String> = (0..100_000).map(|i| format!("station {i}: service")).collect();
    let ms = milliseconds(|| {
        black_box(Streams::new(1, 0, names.iter().map(String::as_str)));
    });
    println!("{:<20} {ms:>7.2} ms", "100 000 streams");
    Ok(())
}
