//! Exact mean and variance of every distribution: for checks, for rules that look ahead, and for the tests.

use super::distribution::{Distribution, Named, Value};

impl<V: Value> Distribution<V> {
    /// Mean of what is drawn, in seconds (or plain). Zero for a file of values that has not been read.
    pub fn mean(&self) -> f64 {
        self.moments().0
    }

    /// Variance of what is drawn, in square seconds (or plain).
    pub fn variance(&self) -> f64 {
        self.moments().1
    }

    fn moments(&self) -> (f64, f64) {
        match self {
            Self::Constant(value) => (value.si(), 0.0),
            Self::Named(named) => named.moments(),
        }
    }
}

impl<V: Value> Named<V> {
    fn moments(&self) -> (f64, f64) {
        match self {
            Self::Constant(value) => (value.si(), 0.0),
            Self::Uniform(min, max) => {
                let (min, max) = (min.si(), max.si());
                (f64::midpoint(min, max), (max - min).powi(2) / 12.0)
            }
            Self::Triangular(min, mode, max) => triangular(min.si(), mode.si(), max.si()),
            Self::Pert(min, mode, max) => {
                let (min, mode, max) = (min.si(), mode.si(), max.si());
                let (alpha, beta) = pert_shapes(min, mode, max);
                beta_moments(alpha, beta, min, max)
            }
            Self::Exponential(mean) => (mean.si(), mean.si().powi(2)),
            Self::Erlang { k, mean } => (mean.si(), mean.si().powi(2) / f64::from(*k)),
            Self::Gamma { mean, cv } | Self::LogNormal { mean, cv } => {
                (mean.si(), (mean.si() * cv).powi(2))
            }
            Self::Normal { mean, sd } => truncated_normal(mean.si(), sd.si()),
            Self::Weibull { shape, scale } => {
                let gamma = |x: f64| libm::tgamma(1.0 + x / shape);
                let mean = scale.si() * gamma(1.0);
                (mean, scale.si().powi(2) * gamma(2.0) - mean.powi(2))
            }
            Self::Beta { alpha, beta, min, max } => {
                beta_moments(*alpha, *beta, min.si(), max.si())
            }
            Self::Poisson { mean, unit } => {
                let unit = unit_of(*unit);
                (mean * unit, mean * unit * unit)
            }
            Self::Geometric { p, unit } => {
                let unit = unit_of(*unit);
                (unit / p, unit * unit * (1.0 - p) / (p * p))
            }
            Self::Discrete(values) => {
                let total: f64 = values.iter().map(|(_, weight)| weight).sum();
                from_raw(values.iter().map(|(value, weight)| (value.si(), weight / total)))
            }
            Self::Empirical(points) => empirical(points),
            Self::Trace(values) => {
                let share = 1.0 / values.len().max(1) as f64;
                from_raw(values.iter().map(|value| (value.si(), share)))
            }
            Self::TraceFile(..) | Self::SampleFile(..) => (0.0, 0.0),
        }
    }
}

/// What one count is worth.
pub(super) fn unit_of<V: Value>(unit: Option<V>) -> f64 {
    unit.map_or(V::UNIT.unwrap_or(1.0), Value::si)
}

/// The beta shapes of a PERT distribution (Clark 1962), with the usual weight of 4 on the mode.
pub(super) fn pert_shapes(min: f64, mode: f64, max: f64) -> (f64, f64) {
    if max <= min {
        return (1.0, 1.0);
    }
    (1.0 + 4.0 * (mode - min) / (max - min), 1.0 + 4.0 * (max - mode) / (max - min))
}

fn beta_moments(alpha: f64, beta: f64, min: f64, max: f64) -> (f64, f64) {
    let sum = alpha + beta;
    let mean = min + (max - min) * alpha / sum;
    (mean, (max - min).powi(2) * alpha * beta / (sum * sum * (sum + 1.0)))
}

fn triangular(min: f64, mode: f64, max: f64) -> (f64, f64) {
    let mean = (min + mode + max) / 3.0;
    let square = min * min + mode * mode + max * max - min * mode - min * max - mode * max;
    (mean, square / 18.0)
}

/// Normal, given that it is not negative (Johnson, Kotz and Balakrishnan 1994, section 10.1).
fn truncated_normal(mean: f64, sd: f64) -> (f64, f64) {
    if sd == 0.0 {
        return (mean, 0.0);
    }
    let z = -mean / sd;
    let density = libm::exp(-0.5 * z * z) / (2.0 * std::f64::consts::PI).sqrt();
    let above = 0.5 * libm::erfc(z / std::f64::consts::SQRT_2);
    let hazard = density / above;
    (mean + sd * hazard, sd * sd * (1.0 + z * hazard - hazard * hazard))
}

fn from_raw(values: impl Iterator<Item = (f64, f64)>) -> (f64, f64) {
    let (mean, square) =
        values.fold((0.0, 0.0), |(m, s), (value, share)| (m + value * share, s + value * value * share));
    (mean, (square - mean * mean).max(0.0))
}

fn empirical<V: Value>(points: &[(V, f64)]) -> (f64, f64) {
    let (mut mean, mut square) = (0.0, 0.0);
    for pair in points.windows(2) {
        let (a, b, share) = (pair[0].0.si(), pair[1].0.si(), pair[1].1 - pair[0].1);
        mean += share * f64::midpoint(a, b);
        square += share * (a * a + a * b + b * b) / 3.0;
    }
    (mean, (square - mean * mean).max(0.0))
}
