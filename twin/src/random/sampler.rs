//! Distributions compiled for drawing.

use super::distribution::{AtEnd, Distribution, Value};
use super::moments::pert_shapes;
use super::stream::Stream;

/// Draws from one distribution. Immutable; 24 bytes.
///
/// A [`Distribution::Trace`] reads its position from the stream, so it needs a stream of its own.
#[derive(Clone, Debug)]
pub struct Sampler<V> {
    law: Law<V>,
}

/// Parameters are in sample units; the rarer laws in a box keep the others small.
#[derive(Clone, Debug)]
enum Law<V> {
    Constant(V),
    Exponential {
        mean: f64,
    },
    Uniform {
        min: f64,
        width: f64,
    },
    Normal {
        mean: f64,
        sd: f64,
    },
    LogNormal {
        mu: f64,
        sigma: f64,
    },
    Rare(Box<Rare>),
    /// One after the other.
    Sum(Box<[Sampler<V>]>),
}

#[derive(Clone, Debug)]
enum Rare {
    Triangular {
        min: f64,
        mode: f64,
        max: f64,
    },
    Erlang {
        phases: u32,
        phase: f64,
    },
    Gamma {
        shape: f64,
        scale: f64,
    },
    Weibull {
        power: f64,
        scale: f64,
    },
    Beta {
        alpha: f64,
        beta: f64,
        min: f64,
        width: f64,
    },
    Poisson {
        mean: f64,
        unit: f64,
    },
    /// `decay` is −ln(1 − p).
    Geometric {
        decay: f64,
        unit: f64,
    },
    Discrete(Vec<Point>),
    Empirical(Vec<Point>),
    Trace {
        values: Vec<f64>,
        at_end: AtEnd,
    },
}

#[derive(Clone, Copy, Debug)]
struct Point {
    value: f64,
    /// Share of all that is not greater.
    share: f64,
}

/// An Erlang of up to so many phases is their sum; beyond, a gamma is faster.
const FEW_PHASES: u32 = 8;

impl<V: Value> Sampler<V> {
    /// Always `value`.
    pub fn constant_of(value: V) -> Self {
        Self { law: Law::Constant(value) }
    }

    /// The sum of one draw of each, in this order; constant if all of them are.
    pub fn sum(parts: Vec<Self>) -> Self {
        let constants: Option<Vec<V>> = parts.iter().map(Self::constant).collect();
        match constants {
            Some(values) => Self::constant_of(V::from_units(values.into_iter().map(units).sum())),
            None => Self { law: Law::Sum(parts.into()) },
        }
    }

    /// Draws once.
    ///
    /// Durations are rounded to nanoseconds, never negative, and saturate. About 4 ns for an exponential one.
    #[inline]
    pub fn sample(&self, stream: &mut Stream) -> V {
        match &self.law {
            Law::Constant(value) => *value,
            Law::Exponential { mean } => V::from_units(mean * stream.exponential()),
            law => V::from_units(law.sample(stream)),
        }
    }

    /// The constant that it always gives, if so.
    pub fn constant(&self) -> Option<V> {
        match self.law {
            Law::Constant(value) => Some(value),
            _ => None,
        }
    }
}

impl<V: Value> Law<V> {
    fn sample(&self, stream: &mut Stream) -> f64 {
        match self {
            Self::Constant(value) => units(*value),
            Self::Exponential { mean } => mean * stream.exponential(),
            Self::Uniform { min, width } => min + width * stream.uniform(),
            Self::Normal { mean, sd } => loop {
                let x = mean + sd * stream.normal();
                if x >= 0.0 {
                    return x;
                }
            },
            Self::LogNormal { mu, sigma } => libm::exp(mu + sigma * stream.normal()),
            Self::Rare(rare) => rare.sample(stream),
            Self::Sum(parts) => parts.iter().map(|part| part.law.sample(stream)).sum(),
        }
    }
}

impl Rare {
    fn sample(&self, stream: &mut Stream) -> f64 {
        match self {
            Self::Triangular { min, mode, max } => triangular(*min, *mode, *max, stream.uniform()),
            Self::Erlang { phases, phase } => {
                (0..*phases).map(|_| stream.exponential()).sum::<f64>() * phase
            }
            Self::Gamma { shape, scale } => scale * stream.gamma(*shape),
            Self::Weibull { power, scale } => scale * libm::pow(stream.exponential(), *power),
            Self::Beta { alpha, beta, min, width } => min + width * stream.beta(*alpha, *beta),
            Self::Poisson { mean, unit } => unit * stream.poisson(*mean),
            // An exponential cut into steps of `decay`.
            Self::Geometric { decay, unit } => {
                unit * (1.0 + libm::floor(stream.exponential() / decay))
            }
            Self::Discrete(points) => {
                let u = stream.uniform();
                let at = points.partition_point(|p| p.share <= u).min(points.len() - 1);
                points[at].value
            }
            Self::Empirical(points) => interpolate(points, stream.uniform()),
            Self::Trace { values, at_end } => {
                let (at, len) = (stream.next_position(), values.len() as u64);
                match at_end {
                    AtEnd::Stop if at >= len => f64::INFINITY,
                    _ => values[(at % len) as usize],
                }
            }
        }
    }
}

/// The inverse of the distribution function at `u`.
fn triangular(min: f64, mode: f64, max: f64, u: f64) -> f64 {
    let width = max - min;
    if u * width < mode - min {
        min + (u * width * (mode - min)).sqrt()
    } else {
        max - ((1.0 - u) * width * (max - mode)).sqrt()
    }
}

fn interpolate(points: &[Point], u: f64) -> f64 {
    let at = points.partition_point(|p| p.share <= u).min(points.len() - 1);
    let Some(before) = at.checked_sub(1) else { return points[0].value };
    let (a, b) = (points[before], points[at]);
    let part = if b.share > a.share { (u - a.share) / (b.share - a.share) } else { 1.0 };
    a.value + (b.value - a.value) * part
}

impl<V: Value> Distribution<V> {
    /// Compiles it for drawing.
    ///
    /// # Errors
    ///
    /// Those of [`Self::check`].
    pub fn sampler(&self) -> Result<Sampler<V>, String> {
        self.check()?;
        Ok(Sampler { law: self.law() })
    }

    fn law(&self) -> Law<V> {
        match self {
            Self::Constant(value) => Law::Constant(*value),
            Self::Exponential(mean) => Law::Exponential { mean: units(*mean) },
            Self::Uniform { min, max } => {
                Law::Uniform { min: units(*min), width: units(*max) - units(*min) }
            }
            Self::Normal { mean, sd } => Law::Normal { mean: units(*mean), sd: units(*sd) },
            Self::LogNormal { mean, cv } => {
                let variance = libm::log1p(cv * cv);
                Law::LogNormal {
                    mu: libm::log(units(*mean)) - 0.5 * variance,
                    sigma: variance.sqrt(),
                }
            }
            _ => Law::Rare(Box::new(self.rare())),
        }
    }

    fn rare(&self) -> Rare {
        match self {
            Self::Triangular { min, mode, max } => {
                Rare::Triangular { min: units(*min), mode: units(*mode), max: units(*max) }
            }
            Self::Pert { min, mode, max, shape } => {
                let (min, mode, max) = (units(*min), units(*mode), units(*max));
                let (alpha, beta) = pert_shapes(min, mode, max, *shape);
                Rare::Beta { alpha, beta, min, width: max - min }
            }
            Self::Erlang { k, mean } if *k <= FEW_PHASES => {
                Rare::Erlang { phases: *k, phase: units(*mean) / f64::from(*k) }
            }
            Self::Erlang { k, mean } => gamma(f64::from(*k), units(*mean)),
            Self::Gamma { mean, cv } => gamma(1.0 / (cv * cv), units(*mean)),
            Self::Weibull { shape, scale } => {
                Rare::Weibull { power: 1.0 / shape, scale: units(*scale) }
            }
            Self::Beta { alpha, beta, min, max } => {
                let (min, max) = (units(*min), units(*max));
                Rare::Beta { alpha: *alpha, beta: *beta, min, width: max - min }
            }
            Self::Poisson { mean, unit } => Rare::Poisson { mean: *mean, unit: units(*unit) },
            Self::Geometric { p, unit } => {
                Rare::Geometric { decay: -libm::log1p(-p), unit: units(*unit) }
            }
            Self::Discrete(points) => Rare::Discrete(shares(points)),
            Self::Empirical(points) => Rare::Empirical(
                points.iter().map(|(v, share)| Point { value: units(*v), share: *share }).collect(),
            ),
            Self::Trace { values, at_end } => {
                Rare::Trace { values: values.iter().copied().map(units).collect(), at_end: *at_end }
            }
            // The common laws, compiled in `law`; a file that was not read does not pass the check.
            _ => Rare::Trace { values: vec![self.mean() * V::UNITS_PER_SI], at_end: AtEnd::Repeat },
        }
    }
}

fn units<V: Value>(value: V) -> f64 {
    value.to_si() * V::UNITS_PER_SI
}

fn gamma(shape: f64, mean: f64) -> Rare {
    Rare::Gamma { shape, scale: mean / shape }
}

fn shares<V: Value>(points: &[(V, f64)]) -> Vec<Point> {
    let total: f64 = points.iter().map(|p| p.1).sum();
    let mut sum = 0.0;
    let share = |(value, weight): &(V, f64)| {
        sum += weight;
        Point { value: units(*value), share: sum / total }
    };
    points.iter().map(share).collect()
}

#[cfg(test)]
mod tests;
