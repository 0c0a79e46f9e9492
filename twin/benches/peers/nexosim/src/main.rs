//! The two models in NeXosim, on one thread.
//!
//! `peer-nexosim mm1 CUSTOMERS` · `peer-nexosim tandem WARMUP PARTS`

mod mm1;
mod tandem;

use std::time::Duration;

use rand::SeedableRng;
use rand_distr::{Distribution, Exp1};
use rand_xoshiro::Xoshiro256PlusPlus;
use serde::{Deserialize, Serialize};

/// Exponential durations with a stream of their own.
#[derive(Serialize, Deserialize)]
struct Durations {
    rng: Xoshiro256PlusPlus,
    mean_ns: f64,
}

impl Durations {
    fn new(stream: u64, mean_s: f64) -> Self {
        Self { rng: Xoshiro256PlusPlus::seed_from_u64(stream), mean_ns: mean_s * 1e9 }
    }

    /// At least a nanosecond, since nothing can be scheduled for the present.
    fn draw(&mut self) -> Duration {
        let unit: f64 = Exp1.sample(&mut self.rng);
        Duration::from_nanos(((unit * self.mean_ns) as u64).max(1))
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |i: usize| {
        arguments.get(i).ok_or("a number is missing")?.parse::<u64>().map_err(|e| e.to_string())
    };
    let result = match arguments.first().map(String::as_str) {
        Some("mm1") => mm1::run(number(1)?)?,
        Some("tandem") => tandem::run(number(1)?, number(2)?)?,
        _ => return Err("mm1 CUSTOMERS, or tandem WARMUP PARTS".into()),
    };
    println!("{result:.4}");
    Ok(())
}
