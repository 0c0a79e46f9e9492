//! Exact mean and variance of each distribution.

use super::distribution::{Distribution, Value};

/// Mean and variance.
type Moments = (f64, f64);

impl<V: Value> Distribution<V> {
    /// Exact mean, in SI units (seconds for durations). For [`Self::Normal`] that of the truncated law; NaN for a file that
    /// was not read.
    pub fn mean(&self) -> f64 {
        self.moments().0
    }

    /// Exact variance, in SI units squared.
    pub fn variance(&self) -> f64 {
        self.moments().1
    }

    /// Squared coefficient of variation: variance over squared mean; 0 for a mean of 0.
    pub fn cv2(&self) -> f64 {
        let (mean, variance) = self.moments();
        if mean == 0.0 { 0.0 } else { variance / (mean * mean) }
    }

    fn moments(&self) -> Moments {
        match self {
            Self::Constant(v) => (v.to_si(), 0.0),
            Self::Uniform { min, max } => {
                let (min, max) = (min.to_si(), max.to_si());
                (f64::midpoint(min, max), (max - min).powi(2) / 12.0)
            }
            Self::Triangular { min, mode, max } => {
                triangular(min.to_si(), mode.to_si(), max.to_si())
            }
            Self::Pert { min, mode, max, shape } => {
                let (alpha, beta) = pert_shapes(min.to_si(), mode.to_si(), max.to_si(), *shape);
                beta_moments(alpha, beta, min.to_si(), max.to_si())
            }
            Self::Exponential(mean) => with_cv(mean.to_si(), 1.0),
            Self::Erlang { k, mean } => with_cv(mean.to_si(), 1.0 / f64::from(*k).sqrt()),
            Self::Gamma { mean, cv } | Self::LogNormal { mean, cv } => with_cv(mean.to_si(), *cv),
            Self::Normal { mean, sd } => truncated_normal(mean.to_si(), sd.to_si()),
            Self::Weibull { shape, scale } => weibull(*shape, scale.to_si()),
            Self::Beta { alpha, beta, min, max } => {
                beta_moments(*alpha, *beta, min.to_si(), max.to_si())
            }
            Self::Poisson { mean, unit } => (mean * unit.to_si(), mean * unit.to_si().powi(2)),
            Self::Geometric { p, unit } => {
                (unit.to_si() / p, (1.0 - p) * (unit.to_si() / p).powi(2))
            }
            Self::Discrete(points) => weighted(points.iter().map(|(v, w)| (v.to_si(), *w))),
            Self::Empirical(points) => empirical(points),
            Self::Trace { values, .. } => weighted(values.iter().map(|v| (v.to_si(), 1.0))),
            Self::Csv { .. } => (f64::NAN, f64::NAN),
        }
    }
}

/// The shapes of the beta that a PERT is. A PERT without width is any.
pub(super) fn pert_shapes(min: f64, mode: f64, max: f64, shape: f64) -> (f64, f64) {
    let place = if max > min { (mode - min) / (max - min) } else { 0.5 };
    (1.0 + shape * place, 1.0 + shape * (1.0 - place))
}

fn with_cv(mean: f64, cv: f64) -> Moments {
    (mean, (mean * cv).powi(2))
}

fn triangular(a: f64, c: f64, b: f64) -> Moments {
    ((a + b + c) / 3.0, (a * a + b * b + c * c - a * b - a * c - b * c) / 18.0)
}

fn beta_moments(alpha: f64, beta: f64, min: f64, max: f64) -> Moments {
    let (sum, width) = (alpha + beta, max - min);
    let variance = alpha * beta / (sum * sum * (sum + 1.0));
    (min + width * alpha / sum, width * width * variance)
}

/// A normal given that it is not negative: with α = −μ/σ and the hazard λ = φ(α)/(1 − Φ(α)), mean μ + σλ and variance
/// σ²(1 + αλ − λ²) (Johnson, Kotz, Balakrishnan: Continuous Univariate Distributions 1, 13.10).
fn truncated_normal(mean: f64, sd: f64) -> Moments {
    if sd == 0.0 {
        return (mean, 0.0);
    }
    let alpha = -mean / sd;
    let density = libm::exp(-0.5 * alpha * alpha) / (2.0 * std::f64::consts::PI).sqrt();
    let hazard = density / (0.5 * libm::erfc(alpha / std::f64::consts::SQRT_2));
    (mean + sd * hazard, sd * sd * (1.0 + alpha * hazard - hazard * hazard))
}

fn weibull(shape: f64, scale: f64) -> Moments {
    let moment = |n: f64| libm::tgamma(1.0 + n / shape);
    (scale * moment(1.0), scale * scale * (moment(2.0) - moment(1.0).powi(2)))
}

fn weighted(points: impl Iterator<Item = (f64, f64)> + Clone) -> Moments {
    let total: f64 = points.clone().map(|(_, w)| w).sum();
    let mean = points.clone().map(|(v, w)| v * w).sum::<f64>() / total;
    let variance = points.map(|(v, w)| (v - mean).powi(2) * w).sum::<f64>() / total;
    (mean, variance)
}

/// A mixture of uniform pieces, and of the first value with its own share.
fn empirical<V: Value>(points: &[(V, f64)]) -> Moments {
    let atom = points.iter().take(1).map(|(v, share)| (v.to_si(), 0.0, *share));
    let pieces = points.windows(2).map(|p| {
        let (from, to) = (p[0].0.to_si(), p[1].0.to_si());
        (f64::midpoint(from, to), to - from, p[1].1 - p[0].1)
    });
    let all: Vec<_> = atom.chain(pieces).collect();
    let mean = all.iter().map(|(middle, _, share)| middle * share).sum::<f64>();
    let variance = all
        .iter()
        .map(|(middle, width, share)| share * ((middle - mean).powi(2) + width * width / 12.0));
    (mean, variance.sum())
}
