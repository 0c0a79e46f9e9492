//! Distributions as a plant file says them.

use serde::de::{DeserializeOwned, Deserializer, Error};
use serde::{Deserialize, Serialize};

use crate::units::SimDuration;

/// What a distribution is over: times, or plain numbers.
pub trait Value: Copy + std::fmt::Debug + DeserializeOwned + 'static {
    /// The value in seconds, or the number itself.
    fn si(self) -> f64;
    /// The unit that a count is multiplied with where the file gives none; `None`: the file has to.
    const UNIT: Option<f64>;
}

impl Value for SimDuration {
    fn si(self) -> f64 {
        self.seconds()
    }
    const UNIT: Option<f64> = None;
}

impl Value for f64 {
    fn si(self) -> f64 {
        self
    }
    const UNIT: Option<f64> = Some(1.0);
}

/// A distribution. In a file, a plain value is a constant; everything else has a name:
///
/// ```
/// use twin::{random::Distribution, units::SimDuration};
/// let time: Distribution<SimDuration> = ron::from_str(r#"LogNormal(mean: "12 min", cv: 0.8)"#)?;
/// assert_eq!(time.mean(), 720.0);
/// assert!((time.variance() - (0.8_f64 * 720.0).powi(2)).abs() < 1e-6);
/// # Ok::<(), ron::error::SpannedError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum Distribution<V> {
    /// Always the same.
    Constant(V),
    /// Any other.
    Named(Named<V>),
}

/// The distributions with names.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Named<V> {
    /// Always the same.
    Constant(V),
    /// Between two values.
    Uniform(V, V),
    /// Lowest, most frequent and highest value.
    Triangular(V, V, V),
    /// Lowest, most frequent and highest value: a beta distribution with mean (min + 4 mode + max) / 6.
    Pert(V, V, V),
    /// With this mean.
    Exponential(V),
    /// The sum of `k` exponentials, with this mean in all.
    Erlang {
        /// Number of exponentials.
        k: u32,
        /// Mean of the sum.
        mean: V,
    },
    /// By mean and coefficient of variation.
    Gamma {
        /// Mean.
        mean: V,
        /// Standard deviation over mean.
        cv: f64,
    },
    /// Normal with mean and standard deviation, negative values drawn anew: the mean of what is drawn is a little higher
    /// then, see [`Distribution::mean`].
    Normal {
        /// Mean before truncation.
        mean: V,
        /// Standard deviation before truncation.
        sd: V,
    },
    /// By mean and coefficient of variation.
    LogNormal {
        /// Mean.
        mean: V,
        /// Standard deviation over mean.
        cv: f64,
    },
    /// By shape and scale.
    Weibull {
        /// Shape: 1 is exponential, above 1 wears out.
        shape: f64,
        /// Scale: 63.2 % are below it.
        scale: V,
    },
    /// Beta, stretched from `min` to `max`.
    Beta {
        /// First shape.
        alpha: f64,
        /// Second shape.
        beta: f64,
        /// Lowest value.
        min: V,
        /// Highest value.
        max: V,
    },
    /// A Poisson count times `unit`.
    Poisson {
        /// Mean count.
        mean: f64,
        /// What one is.
        #[serde(default = "none")]
        unit: Option<V>,
    },
    /// A geometric count (1, 2, …: trials up to the first success) times `unit`.
    Geometric {
        /// Chance of success in one trial.
        p: f64,
        /// What one is.
        #[serde(default = "none")]
        unit: Option<V>,
    },
    /// Values with weights.
    Discrete(Vec<(V, f64)>),
    /// Values with the share of all that lies below; straight lines between.
    Empirical(Vec<(V, f64)>),
    /// Recorded values, one after the other, over and over.
    Trace(Vec<V>),
    /// One column of a CSV file, as a trace: path and column name. The loader puts the values in.
    TraceFile(String, String),
    /// Likewise, drawn at random.
    SampleFile(String, String),
}

fn none<V>() -> Option<V> {
    None
}

impl<'de, V: Value> Deserialize<'de> for Distribution<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // RON cannot say "an enum or a value"; its first character can.
        let raw = <&ron::value::RawValue>::deserialize(deserializer)?;
        let text = raw.get_ron().trim_start();
        let named = text.starts_with(|c: char| c.is_alphabetic()) && !text.starts_with("r#\"");
        let plain_number = text.starts_with("inf") || text.starts_with("NaN");
        let result = if named && !plain_number {
            OPTIONS.from_str(text).map(Self::Named)
        } else {
            OPTIONS.from_str(text).map(Self::Constant)
        };
        result.map_err(|error: ron::error::SpannedError| D::Error::custom(error.code))
    }
}

static OPTIONS: std::sync::LazyLock<ron::Options> = std::sync::LazyLock::new(|| {
    ron::Options::default().with_default_extension(ron::extensions::Extensions::IMPLICIT_SOME)
});

impl<V: Value> Distribution<V> {
    /// Always `value`.
    pub fn constant(value: V) -> Self {
        Self::Constant(value)
    }

    /// Exponential with `mean`.
    pub fn exponential(mean: V) -> Self {
        Self::Named(Named::Exponential(mean))
    }

    /// Whether the parameters make sense.
    ///
    /// # Errors
    ///
    /// A message that says which does not, and why.
    pub fn check(&self) -> Result<(), String> {
        match self {
            Self::Constant(value) => finite(value.si(), "the value"),
            Self::Named(named) => named.check(),
        }
    }
}

/// Longest table of values in a file.
const MOST_VALUES: usize = 10_000_000;

fn finite(value: f64, what: &str) -> Result<(), String> {
    if value.is_finite() && value >= 0.0 {
        return Ok(());
    }
    Err(format!("{what} must be a number from 0 up, not {value}"))
}

fn positive(value: f64, what: &str) -> Result<(), String> {
    if value.is_finite() && value > 0.0 {
        return Ok(());
    }
    Err(format!("{what} must be above 0, not {value}"))
}

fn ordered(values: &[f64]) -> Result<(), String> {
    if values.windows(2).all(|pair| pair[0] <= pair[1]) {
        return Ok(());
    }
    Err("the values must be given from lowest to highest".into())
}

impl<V: Value> Named<V> {
    fn check(&self) -> Result<(), String> {
        match self {
            Self::Constant(value) => finite(value.si(), "the value"),
            Self::Uniform(min, max) => {
                finite(min.si(), "the lowest value")?;
                finite(max.si(), "the highest value")?;
                ordered(&[min.si(), max.si()])
            }
            Self::Triangular(min, mode, max) | Self::Pert(min, mode, max) => {
                finite(min.si(), "the lowest value")?;
                finite(max.si(), "the highest value")?;
                ordered(&[min.si(), mode.si(), max.si()])
            }
            Self::Exponential(mean) => positive(mean.si(), "the mean"),
            Self::Erlang { k, mean } => {
                positive(f64::from(*k), "`k`")?;
                positive(mean.si(), "the mean")
            }
            Self::Gamma { mean, cv } | Self::LogNormal { mean, cv } => {
                positive(mean.si(), "the mean")?;
                positive(*cv, "`cv`")
            }
            Self::Normal { mean, sd } => {
                finite(mean.si(), "the mean")?;
                finite(sd.si(), "`sd`")
            }
            Self::Weibull { shape, scale } => {
                positive(*shape, "`shape`")?;
                positive(scale.si(), "`scale`")
            }
            Self::Beta { alpha, beta, min, max } => {
                positive(*alpha, "`alpha`")?;
                positive(*beta, "`beta`")?;
                finite(min.si(), "the lowest value")?;
                finite(max.si(), "the highest value")?;
                ordered(&[min.si(), max.si()])
            }
            Self::Poisson { mean, unit } => {
                positive(*mean, "the mean")?;
                self.check_unit(*unit)
            }
            Self::Geometric { p, unit } => {
                if !(*p > 0.0 && *p <= 1.0) {
                    return Err(format!("`p` must be above 0 and at most 1, not {p}"));
                }
                self.check_unit(*unit)
            }
            Self::Discrete(values) => check_weights(values),
            Self::Empirical(points) => check_points(points),
            Self::Trace(values) => check_trace(values),
            Self::TraceFile(path, _) | Self::SampleFile(path, _) => {
                Err(format!("the values of \"{path}\" were not read"))
            }
        }
    }

    fn check_unit(&self, unit: Option<V>) -> Result<(), String> {
        match unit {
            Some(unit) => positive(unit.si(), "`unit`"),
            None if V::UNIT.is_some() => Ok(()),
            None => Err("a count needs a `unit`, such as \"1 s\"".into()),
        }
    }
}

fn check_weights<V: Value>(values: &[(V, f64)]) -> Result<(), String> {
    for (value, weight) in values {
        finite(value.si(), "a value")?;
        finite(*weight, "a weight")?;
    }
    let total: f64 = values.iter().map(|(_, weight)| weight).sum();
    positive(total, "the sum of the weights")
}

fn check_points<V: Value>(points: &[(V, f64)]) -> Result<(), String> {
    let values: Vec<f64> = points.iter().map(|(value, _)| value.si()).collect();
    let shares: Vec<f64> = points.iter().map(|(_, share)| *share).collect();
    values.iter().try_for_each(|value| finite(*value, "a value"))?;
    ordered(&values)?;
    ordered(&shares)?;
    let ends = shares.first().copied().zip(shares.last().copied());
    if points.len() < 2 || ends != Some((0.0, 1.0)) {
        return Err("the shares must run from 0 for the first value to 1 for the last".into());
    }
    Ok(())
}

fn check_trace<V: Value>(values: &[V]) -> Result<(), String> {
    if values.is_empty() || values.len() > MOST_VALUES {
        return Err(format!("a trace has from 1 to {MOST_VALUES} values"));
    }
    values.iter().try_for_each(|value| finite(value.si(), "a value"))
}
