//! How fast the kernels of fields, instruments and rays are: on the processor, and on the adapter of this machine.
//!
//! `cargo bench -p shaders --bench fields` prints cells a second and the share of a plain copy's bandwidth, how long a tick of
//! instruments takes, and millions of rays a second (on the processor: of one core); `-- --quick` does so in seconds.
//! `genba gpu` shows the same with more around it.
#![expect(clippy::print_stdout, reason = "a bench prints its table")]

use std::fmt::Display;

use shaders::Gpu;
use shaders::measure::{
    ANY_WITHIN, Bandwidth, CASES, Effort, Place, RAYS, Rate, RayRate, SENSORS, TickRate,
};

fn main() {
    let quick = std::env::args().any(|argument| argument == "--quick");
    let effort = if quick { Effort::Quick } else { Effort::Full };
    let device = Gpu::request().map(|gpu| (gpu.name(), Place::Device(gpu)));
    if let Err(error) = &device {
        println!("{error}");
    }
    for (name, place) in std::iter::once(("processor".to_owned(), Place::Host)).chain(device) {
        let copy = match place.copy(effort) {
            Ok(copy) => copy,
            Err(error) => {
                println!("{name}: {error}");
                continue;
            }
        };
        println!("{name}: copy {:.1} GB/s", copy.bytes_per_s / 1e9);
        for case in CASES {
            line(case.what, case.measure(&place, effort).map(|rate| kernel(&rate, &copy)));
        }
        for case in SENSORS {
            line(case.what, case.measure(&place, effort).map(|rate| tick(&rate)));
        }
        for case in RAYS {
            match case.measure(&place, effort) {
                Ok(rates) => {
                    rates.iter().for_each(|rate| println!("  {:28} {}", rate.what, rays(rate)));
                }
                Err(error) => println!("  {:28} {error}", case.what[0]),
            }
        }
    }
}

fn line(what: &str, found: Result<String, impl Display>) {
    match found {
        Ok(text) => println!("  {what:28} {text}"),
        Err(error) => println!("  {what:28} {error}"),
    }
}

fn kernel(rate: &Rate, copy: &Bandwidth) -> String {
    let share = rate.share(copy) * 100.0;
    let (cells, bytes) = (rate.cells_per_s() / 1e6, rate.bytes_per_s() / 1e9);
    format!("{cells:10.1} Mcells/s {bytes:8.1} GB/s {share:5.0} % of the copy")
}

fn tick(rate: &TickRate) -> String {
    let (tick, sensors) = (rate.tick() * 1e3, rate.sensors);
    let home = rate
        .home
        .map_or_else(String::new, |home| format!(", {:.2} ms with readings home", home * 1e3));
    format!("{tick:10.2} ms a tick of {sensors}{home}")
}

fn rays(rate: &RayRate) -> String {
    let (nearest, any) = (rate.nearest_per_s / 1e6, rate.any_per_s / 1e6);
    format!("{nearest:10.2} M nearest/s {any:8.2} M/s whether any within {ANY_WITHIN} m")
}
