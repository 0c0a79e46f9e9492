//! Distributions as people write them.
//!
//! ```ron
//! "55 s"                                      a constant
//! Exponential("1 min")
//! Normal(mean: "55 s", sd: "3 s")
//! LogNormal(mean: "12 min", cv: 0.8)
//! Discrete([("1 min", 3), ("5 min", 1)])
//! ```

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::text::plain_or_named;
use crate::units::SimDuration;

/// What a distribution is over: durations, or plain numbers such as counts.
pub trait Value: Copy {
    /// How many of the units that samples come in make one SI unit: 10⁹ for times in nanoseconds.
    const UNITS_PER_SI: f64;

    /// The value in SI units.
    fn to_si(self) -> f64;

    /// The value of a sample in sample units; rounded and saturated as the type needs.
    fn from_units(units: f64) -> Self;
}

impl Value for f64 {
    const UNITS_PER_SI: Self = 1.0;

    fn to_si(self) -> f64 {
        self
    }

    #[inline]
    fn from_units(units: f64) -> Self {
        units
    }
}

impl Value for SimDuration {
    const UNITS_PER_SI: f64 = 1e9;

    fn to_si(self) -> f64 {
        self.seconds()
    }

    #[inline]
    fn from_units(units: f64) -> Self {
        // `as` saturates, and for what is not negative truncation after adding a half is rounding.
        Self::from_ns(((units + 0.5) as i64).max(0))
    }
}

impl Value for crate::units::Rate {
    const UNITS_PER_SI: f64 = 1.0;

    fn to_si(self) -> f64 {
        self.per_second()
    }

    fn from_units(units: f64) -> Self {
        Self::from_per_second(units)
    }
}

/// What a trace does after its last value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum AtEnd {
    /// Begins anew.
    #[default]
    Repeat,
    /// Gives no value any more: the longest duration, or an infinite number.
    Stop,
}

/// A distribution of a non-negative quantity. In a file a plain value is [`Self::Constant`].
///
/// [`Self::check`] says whether the parameters make sense; [`Self::mean`] and [`Self::variance`] are exact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(
    remote = "Self",
    deny_unknown_fields,
    bound(serialize = "V: Serialize", deserialize = "V: DeserializeOwned")
)]
pub enum Distribution<V> {
    /// Always the same.
    Constant(V),
    /// All values between the two alike.
    Uniform {
        /// Least value.
        min: V,
        /// Greatest value.
        max: V,
    },
    /// Density a triangle.
    Triangular {
        /// Least value.
        min: V,
        /// Most likely value.
        mode: V,
        /// Greatest value.
        max: V,
    },
    /// The smooth triangle of project planning: a beta with mean (min + shape·mode + max) / (shape + 2).
    Pert {
        /// Least value.
        min: V,
        /// Most likely value.
        mode: V,
        /// Greatest value.
        max: V,
        /// Weight of the mode; 4 where not given, 0 makes it uniform.
        #[serde(default = "pert_shape")]
        shape: f64,
    },
    /// Without memory, given its mean: arrivals, failures. Its coefficient of variation is 1.
    Exponential(V),
    /// The sum of `k` exponential phases; coefficient of variation 1/√k.
    Erlang {
        /// Number of phases, at least 1.
        k: u32,
        /// Mean of the sum.
        mean: V,
    },
    /// Gamma, by mean and coefficient of variation.
    Gamma {
        /// Mean.
        mean: V,
        /// Standard deviation over mean, above 0.
        cv: f64,
    },
    /// Normal, drawn again when negative. This moves the mean: `mean` and `sd` are those of the untruncated law.
    Normal {
        /// Mean before truncation.
        mean: V,
        /// Standard deviation before truncation.
        sd: V,
    },
    /// Log-normal, by its own mean and coefficient of variation (not those of the logarithm): repair times.
    LogNormal {
        /// Mean.
        mean: V,
        /// Standard deviation over mean, above 0.
        cv: f64,
    },
    /// Weibull: wear (shape above 1) or early failures (below 1).
    Weibull {
        /// Shape, above 0.
        shape: f64,
        /// Scale: 63.2 % of the values are below it.
        scale: V,
    },
    /// Beta, stretched from [0, 1] to [min, max].
    Beta {
        /// First shape, above 0.
        alpha: f64,
        /// Second shape, above 0.
        beta: f64,
        /// Least value.
        min: V,
        /// Greatest value.
        max: V,
    },
    /// A Poisson number of units.
    Poisson {
        /// Mean number.
        mean: f64,
        /// One of them.
        unit: V,
    },
    /// The number of trials until the first success (1, 2, 3, …), in units.
    Geometric {
        /// Probability of success at each trial, above 0 and at most 1.
        p: f64,
        /// One trial.
        unit: V,
    },
    /// Some values, each with a weight; the weights need not add up to anything.
    Discrete(Vec<(V, f64)>),
    /// Points (value, share of all that is not greater), straight lines between them. Both ascend; the last share is
    /// 1. A first share above 0 is the share of the first value itself.
    Empirical(Vec<(V, f64)>),
    /// Values in the order given, one after the other.
    Trace {
        /// The values.
        values: Vec<V>,
        /// What comes after the last.
        #[serde(default)]
        at_end: AtEnd,
    },
    /// Measured values from a column of a CSV file. In a plant file also `unit` (default `"s"`; `""` for plain numbers) and
    /// `draw` (`Trace`, the default, or `Empirical`) may be given; whoever loads the plant puts an [`Self::Empirical`] or
    /// [`Self::Trace`] in its place.
    Csv {
        /// The file, relative to the plant's.
        path: String,
        /// Name of the column.
        column: String,
    },
}

fn pert_shape() -> f64 {
    4.0
}

impl<'de, V: DeserializeOwned> Deserialize<'de> for Distribution<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        plain_or_named(deserializer, Self::Constant, |named| Self::deserialize(named))
    }
}

impl<V: Serialize> Serialize for Distribution<V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Constant(value) => value.serialize(serializer),
            _ => Self::serialize(self, serializer),
        }
    }
}

impl<V: Value> Distribution<V> {
    /// The parameters that are values, in SI units.
    fn values(&self) -> Vec<f64> {
        match self {
            Self::Constant(v) | Self::Exponential(v) => vec![v.to_si()],
            Self::Uniform { min, max } | Self::Beta { min, max, .. } => {
                vec![min.to_si(), max.to_si()]
            }
            Self::Triangular { min, mode, max } | Self::Pert { min, mode, max, .. } => {
                vec![min.to_si(), mode.to_si(), max.to_si()]
            }
            Self::Erlang { mean, .. } | Self::Gamma { mean, .. } | Self::LogNormal { mean, .. } => {
                vec![mean.to_si()]
            }
            Self::Normal { mean, sd } => vec![mean.to_si(), sd.to_si()],
            Self::Weibull { scale, .. } => vec![scale.to_si()],
            Self::Poisson { unit, .. } | Self::Geometric { unit, .. } => vec![unit.to_si()],
            Self::Discrete(points) | Self::Empirical(points) => {
                points.iter().map(|(v, _)| v.to_si()).collect()
            }
            Self::Trace { values, .. } => values.iter().map(|v| v.to_si()).collect(),
            Self::Csv { .. } => Vec::new(),
        }
    }

    /// Whether the parameters make sense together.
    ///
    /// # Errors
    ///
    /// What is wrong, as a sentence for the file's author; the first fault found.
    pub fn check(&self) -> Result<(), String> {
        let values = self.values();
        if values.iter().any(|v| !v.is_finite() || *v < 0.0) {
            return Err("values must be finite and not negative".into());
        }
        match self {
            Self::Uniform { .. } | Self::Triangular { .. } => ascending(&values),
            Self::Pert { shape, .. } => ascending(&values).and(at_least("shape", *shape, 0.0)),
            Self::Exponential(_) => above("the mean", values[0], 0.0),
            Self::Erlang { k, .. } => {
                above("mean", values[0], 0.0).and(at_least("k", f64::from(*k), 1.0))
            }
            Self::Gamma { cv, .. } | Self::LogNormal { cv, .. } => {
                above("mean", values[0], 0.0).and(above("cv", *cv, 0.0))
            }
            Self::Weibull { shape, .. } => {
                above("shape", *shape, 0.0).and(above("scale", values[0], 0.0))
            }
            Self::Beta { alpha, beta, .. } => {
                ascending(&values).and(above("alpha", *alpha, 0.0)).and(above("beta", *beta, 0.0))
            }
            Self::Poisson { mean, .. } => at_least("mean", *mean, 0.0),
            Self::Geometric { p, .. } if *p > 0.0 && *p <= 1.0 => Ok(()),
            Self::Geometric { p, .. } => Err(format!("`p` must be above 0 and at most 1, not {p}")),
            Self::Discrete(points) => check_weights(points.iter().map(|p| p.1)),
            Self::Empirical(points) => check_shares(&values, points.iter().map(|p| p.1)),
            Self::Trace { values, .. } if values.is_empty() => Err("a trace needs a value".into()),
            Self::Constant(_) | Self::Normal { .. } | Self::Trace { .. } => Ok(()),
            Self::Csv { path, .. } => Err(format!("`{path}` was not read")),
        }
    }
}

fn above(what: &str, value: f64, bound: f64) -> Result<(), String> {
    if value.is_finite() && value > bound {
        Ok(())
    } else {
        Err(format!("{} must be above {bound}, not {value}", quoted(what)))
    }
}

fn at_least(what: &str, value: f64, bound: f64) -> Result<(), String> {
    if value.is_finite() && value >= bound {
        Ok(())
    } else {
        Err(format!("{} must be at least {bound}, not {value}", quoted(what)))
    }
}

fn quoted(what: &str) -> String {
    if what.contains(' ') { what.into() } else { format!("`{what}`") }
}

fn ascending(values: &[f64]) -> Result<(), String> {
    if values.is_sorted() {
        Ok(())
    } else if values.len() == 3 {
        Err("`min` must not exceed `mode`, nor `mode` exceed `max`".into())
    } else {
        Err("`min` must not exceed `max`".into())
    }
}

fn check_weights(weights: impl Iterator<Item = f64> + Clone) -> Result<(), String> {
    if weights.clone().any(|w| !w.is_finite() || w < 0.0) {
        return Err("weights must be finite and not negative".into());
    }
    above("the sum of the weights", weights.sum(), 0.0)
}

fn check_shares(values: &[f64], shares: impl Iterator<Item = f64> + Clone) -> Result<(), String> {
    let ascend = values.is_sorted() && shares.clone().is_sorted();
    let first = shares.clone().next().is_some_and(|share| share >= 0.0);
    let last = shares.last().is_some_and(|share| (share - 1.0).abs() < 1e-9);
    if ascend && first && last {
        Ok(())
    } else {
        Err("values and shares must ascend, shares from 0 or more to 1".into())
    }
}

#[cfg(test)]
mod tests;
