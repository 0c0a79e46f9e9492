//! Comparison with figures that are themselves known only approximately: from other simulations, or exact for a model
//! that ours comes near to.

use super::bench::Bench;
use super::finding::{Finding, mean_and_error};

/// How well a reference is known.
#[derive(Clone, Copy, Debug)]
pub(super) enum Known {
    /// By a simulation with this half-width of its 95 % interval.
    HalfWidth(f64),
    /// By one run, of the same length as each replication of ours.
    OneRun,
    /// To this difference at most: an approximation with a bound.
    Bound(f64),
}

/// Compares the mean of `samples` with `expected`, allowing for what `known` says beside our own standard error, which must
/// be at most the share `share` of `expected`.
pub(super) fn against(
    bench: &Bench,
    what: impl Into<String>,
    (expected, known): (f64, Known),
    samples: &[f64],
    share: f64,
) -> Finding {
    let (mean, error) = mean_and_error(samples);
    let own = bench.mean(what, expected, samples.iter().copied(), share);
    let k = bench.sigmas();
    let (tolerance, rule) = match known {
        Known::HalfWidth(half) => {
            let rule = format!("{k} se, reference ± {half} (95 %)");
            (k * error.hypot(half / 1.96), rule)
        }
        Known::OneRun => {
            let spread = error * (samples.len() as f64).sqrt();
            (k * error.hypot(spread), format!("{k} se, reference is one run"))
        }
        Known::Bound(bound) => (k * error + bound, format!("{k} se + bound {bound:.2e}")),
    };
    let mut finding = Finding::within(own.what.clone(), expected, mean, tolerance, rule);
    finding.standard_error = Some(error);
    if too_noisy(&own) {
        return own;
    }
    finding
}

/// Whether the standard error alone makes the figure a miss.
fn too_noisy(own: &Finding) -> bool {
    own.note.as_ref().is_some_and(|note| note.contains("too short to judge"))
}
