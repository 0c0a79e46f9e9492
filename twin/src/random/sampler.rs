//! Distributions made ready for drawing.
//!
//! `rand_distr` is built without the platform's mathematics library: its transcendental functions come from `libm`, so a
//! draw is the same to the last bit everywhere.

use rand_distr::Distribution as _;
use rand_distr::{Beta, Exp1, Gamma, Geometric, LogNormal, Poisson, StandardNormal, Weibull};

use super::distribution::{Distribution, Named, Value};
use super::moments::{pert_shapes, unit_of};
use super::stream::Stream;
use crate::units::SimDuration;

/// A distribution ready for drawing: 16 bytes, the frequent ones without a detour.
#[derive(Clone, Debug)]
pub enum Sampler {
    /// Always the same, in seconds.
    Constant(f64),
    /// Exponential with this mean in seconds: ziggurat, 3–4 ns.
    Exponential(f64),
    /// All others.
    Other(Box<Rare>),
}

/// The less frequent distributions, with their mean.
#[derive(Clone, Debug)]
pub struct Rare {
    mean: f64,
    shape: Shape,
}

#[derive(Clone, Debug)]
enum Shape {
    Uniform { min: f64, width: f64 },
    Triangular { min: f64, mode: f64, max: f64 },
    Beta { beta: Beta<f64>, min: f64, width: f64 },
    Erlang { k: u32, mean_each: f64 },
    Gamma(Gamma<f64>),
    Normal { mean: f64, sd: f64 },
    LogNormal(LogNormal<f64>),
    Weibull(Weibull<f64>),
    Poisson(Poisson<f64>, f64),
    Geometric(Geometric, f64),
    /// Values with the share of all up to and including each.
    Discrete(Vec<(f64, f64)>),
    Empirical(Vec<(f64, f64)>),
    Trace(Vec<f64>),
}

/// Most tries for a normal value that is not negative. The mean is not negative, so each succeeds with at least one half.
const TRIES: u32 = 200;

impl Sampler {
    /// Makes `distribution` ready. One that does not pass [`Distribution::check`] gives a constant.
    pub fn new<V: Value>(distribution: &Distribution<V>) -> Self {
        let mean = distribution.mean();
        let Distribution::Named(named) = distribution else { return Self::Constant(mean) };
        match named {
            Named::Constant(value) => Self::Constant(value.si()),
            Named::Exponential(mean) => Self::Exponential(mean.si()),
            named => match (distribution.check(), Shape::of(named)) {
                (Ok(()), Some(shape)) => Self::Other(Box::new(Rare { mean, shape })),
                _ => Self::Constant(mean),
            },
        }
    }

    /// Draws a length of time: whole nanoseconds, never negative.
    #[inline]
    pub fn sample(&self, stream: &mut Stream) -> SimDuration {
        SimDuration::from_seconds(self.sample_f64(stream))
    }

    /// Draws a number: seconds, or plain.
    #[inline]
    pub fn sample_f64(&self, stream: &mut Stream) -> f64 {
        match self {
            Self::Constant(value) => *value,
            Self::Exponential(mean) => {
                let unit: f64 = Exp1.sample(stream);
                mean * unit
            }
            Self::Other(rare) => rare.shape.sample(stream),
        }
    }

    /// Mean of what is drawn, in seconds (or plain).
    pub fn mean_s(&self) -> f64 {
        match self {
            Self::Constant(mean) | Self::Exponential(mean) => *mean,
            Self::Other(rare) => rare.mean,
        }
    }
}

impl Shape {
    fn of<V: Value>(named: &Named<V>) -> Option<Self> {
        Some(match named {
            Named::Constant(_) | Named::Exponential(_) => return None,
            Named::Uniform(min, max) => {
                Self::Uniform { min: min.si(), width: max.si() - min.si() }
            }
            Named::Triangular(min, mode, max) => {
                Self::Triangular { min: min.si(), mode: mode.si(), max: max.si() }
            }
            Named::Pert(min, mode, max) => {
                let (min, mode, max) = (min.si(), mode.si(), max.si());
                let (alpha, beta) = pert_shapes(min, mode, max);
                Self::Beta { beta: Beta::new(alpha, beta).ok()?, min, width: max - min }
            }
            Named::Beta { alpha, beta, min, max } => Self::Beta {
                beta: Beta::new(*alpha, *beta).ok()?,
                min: min.si(),
                width: max.si() - min.si(),
            },
            Named::Erlang { k, mean } if *k <= 8 => {
                Self::Erlang { k: *k, mean_each: mean.si() / f64::from(*k) }
            }
            Named::Erlang { k, mean } => {
                let k = f64::from(*k);
                Self::Gamma(Gamma::new(k, mean.si() / k).ok()?)
            }
            Named::Gamma { mean, cv } => {
                let shape = 1.0 / (cv * cv);
                Self::Gamma(Gamma::new(shape, mean.si() / shape).ok()?)
            }
            Named::Normal { mean, sd } => Self::Normal { mean: mean.si(), sd: sd.si() },
            Named::LogNormal { mean, cv } => {
                Self::LogNormal(LogNormal::from_mean_cv(mean.si(), *cv).ok()?)
            }
            Named::Weibull { shape, scale } => {
                Self::Weibull(Weibull::new(scale.si(), *shape).ok()?)
            }
            Named::Poisson { mean, unit } => {
                Self::Poisson(Poisson::new(*mean).ok()?, unit_of(*unit))
            }
            Named::Geometric { p, unit } => {
                Self::Geometric(Geometric::new(*p).ok()?, unit_of(*unit))
            }
            Named::Discrete(values) => Self::Discrete(cumulative(values)),
            Named::Empirical(points) => {
                Self::Empirical(points.iter().map(|(value, share)| (value.si(), *share)).collect())
            }
            Named::Trace(values) => Self::Trace(values.iter().map(|value| value.si()).collect()),
            Named::TraceFile(..) | Named::SampleFile(..) => return None,
        })
    }

    fn sample(&self, stream: &mut Stream) -> f64 {
        match self {
            Self::Uniform { min, width } => min + width * stream.uniform(),
            Self::Triangular { min, mode, max } => triangular(*min, *mode, *max, stream.uniform()),
            Self::Beta { beta, min, width } => min + width * beta.sample(stream),
            Self::Erlang { k, mean_each } => {
                let sum: f64 = (0..*k).map(|_| -> f64 { Exp1.sample(stream) }).sum();
                sum * mean_each
            }
            Self::Gamma(gamma) => gamma.sample(stream),
            Self::Normal { mean, sd } => normal(*mean, *sd, stream),
            Self::LogNormal(log_normal) => log_normal.sample(stream),
            Self::Weibull(weibull) => weibull.sample(stream),
            Self::Poisson(poisson, unit) => poisson.sample(stream) * unit,
            Self::Geometric(geometric, unit) => (geometric.sample(stream) as f64 + 1.0) * unit,
            Self::Discrete(values) => {
                let mark = stream.uniform();
                let at = values.partition_point(|(_, up_to)| *up_to <= mark);
                values[at.min(values.len() - 1)].0
            }
            Self::Empirical(points) => between(points, stream.uniform()),
            Self::Trace(values) => {
                let value = values[(stream.cursor % values.len() as u64) as usize];
                stream.cursor += 1;
                value
            }
        }
    }
}

fn cumulative<V: Value>(values: &[(V, f64)]) -> Vec<(f64, f64)> {
    let total: f64 = values.iter().map(|(_, weight)| weight).sum();
    let mut sum = 0.0;
    let mut up_to = |weight: f64| {
        sum += weight / total;
        sum
    };
    values.iter().map(|(value, weight)| (value.si(), up_to(*weight))).collect()
}

/// By inversion.
fn triangular(min: f64, mode: f64, max: f64, u: f64) -> f64 {
    let width = max - min;
    if width <= 0.0 {
        return min;
    }
    let split = (mode - min) / width;
    if u < split {
        min + (u * width * (mode - min)).sqrt()
    } else {
        max - ((1.0 - u) * width * (max - mode)).sqrt()
    }
}

fn normal(mean: f64, sd: f64, stream: &mut Stream) -> f64 {
    for _ in 0..TRIES {
        let unit: f64 = StandardNormal.sample(stream);
        let value = mean + sd * unit;
        if value >= 0.0 {
            return value;
        }
    }
    mean
}

fn between(points: &[(f64, f64)], u: f64) -> f64 {
    let at = points.partition_point(|(_, share)| *share <= u).clamp(1, points.len() - 1);
    let ((a, from), (b, to)) = (points[at - 1], points[at]);
    if to > from { a + (b - a) * (u - from) / (to - from) } else { b }
}
