//! How fast the kernels of fields are: on the processor, and on the adapter of this machine.
//!
//! `cargo bench -p shaders --bench fields` prints cells a second and the share of a plain copy's bandwidth; `-- --quick` does so in
//! seconds. `genba gpu` shows the same with more around it.
#![expect(clippy::print_stdout, reason = "a bench prints its table")]

use shaders::Gpu;
use shaders::measure::{CASES, Effort, Place};

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
            match case.measure(&place, effort) {
                Ok(rate) => println!(
                    "  {:28} {:10.1} Mcells/s {:8.1} GB/s {:5.0} % of the copy",
                    rate.what,
                    rate.cells_per_s() / 1e6,
                    rate.bytes_per_s() / 1e9,
                    rate.share(&copy) * 100.0,
                ),
                Err(error) => println!("  {:28} {error}", case.what),
            }
        }
    }
}
