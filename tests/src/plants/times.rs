//! Random lengths of time, as a plant file writes them.

use crate::dice::Dice;

/// Lengths with a mean near `mean` seconds. Whole seconds are common, so that many events coincide.
pub(super) fn time(dice: &mut Dice, mean: u64) -> String {
    let m = dice.within(mean.div_ceil(2), mean * 3 / 2).max(1);
    match dice.index(14) {
        0..=4 => format!("\"{m} s\""),
        5 => format!("Exponential(\"{m} s\")"),
        6 => format!("Uniform(min: \"{} s\", max: \"{} s\")", m / 2, m * 2),
        7 => format!("Triangular(min: \"{} s\", mode: \"{m} s\", max: \"{} s\")", m / 2, m * 2),
        8 => format!("LogNormal(mean: \"{m} s\", cv: 0.6)"),
        9 => format!("Erlang(k: 3, mean: \"{m} s\")"),
        10 => format!("Discrete([(\"{m} s\", 0.7), (\"{} s\", 0.3)])", m * 2),
        11 => format!("Trace(values: [\"{m} s\", \"{} s\", \"{} s\"])", m * 2, m.div_ceil(2)),
        12 => format!("Geometric(p: 0.5, unit: \"{} s\")", m.div_ceil(2)),
        _ => format!("Weibull(shape: 1.5, scale: \"{m} s\")"),
    }
}
