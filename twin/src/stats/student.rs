//! Student's t distribution and the confidence interval of a mean over replications.
//!
//! With `y = t²/(ν + t²)`, the probability `P(|T| <= t)` is the regularised incomplete beta function
//! `I_y(1/2, ν/2)` (Abramowitz & Stegun 26.7.1, 26.5.27). It is summed by the series with positive terms only
//!
//! ```text
//! I_x(a, b) = x^a (1-x)^b / (a B(a, b)) · Σ (a+b)_n / (a+1)_n · x^n        (DLMF 8.17.8)
//! ```
//!
//! on that side of the symmetry `I_x(a, b) = 1 - I_(1-x)(b, a)` where `x <= 1/2`, so the terms fall at least
//! geometrically in the end and nothing cancels. The quantile follows by Newton's method from `t = 0`:
//! `P(|T| <= t)` is concave for `t > 0`, so the iterates rise to the root and cannot overshoot.

use std::f64::consts::PI;

use serde::{Deserialize, Serialize};

use super::Welford;

/// Confidence level that is used unless another one is asked for.
pub const LEVEL: f64 = 0.95;

/// Mean over independent replications, with the half-width of its confidence interval.
///
/// The unit is that of the values. The level is the caller's to remember; [`LEVEL`] unless said.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// Mean of the values.
    pub mean: f64,
    /// Half of the confidence interval's width; `None` with fewer than two values.
    pub half_width: Option<f64>,
    /// Number of values, at least 1.
    pub n: u64,
}

impl Estimate {
    /// Estimate from one value per replication at the level [`LEVEL`]; `None` without values.
    ///
    /// The values must be finite: a replication in which the figure is undefined (a lead time, and nothing was
    /// finished) is to be left out by the caller, who can say so.
    pub fn of(values: &[f64]) -> Option<Self> {
        Self::at_level(values, LEVEL)
    }

    /// Like [`Estimate::of`] at another confidence level, in (0, 1).
    pub fn at_level(values: &[f64], level: f64) -> Option<Self> {
        Self::of_stream(&values.iter().copied().collect(), level)
    }

    /// Estimate from values that have already been summed up; `None` without values.
    pub fn of_stream(stream: &Welford, level: f64) -> Option<Self> {
        let mean = stream.mean()?;
        let n = stream.count();
        let half_width = stream.variance().map(|variance| {
            student_t_critical(level, (n - 1) as f64) * (variance / n as f64).sqrt()
        });
        Some(Self { mean, half_width, n })
    }

    /// Whether the interval holds `value`; `false` without an interval.
    pub fn covers(&self, value: f64) -> bool {
        self.half_width.is_some_and(|half_width| (self.mean - value).abs() <= half_width)
    }

    /// Half-width over the absolute mean, the usual rule to stop replicating; `None` where undefined.
    pub fn relative_half_width(&self) -> Option<f64> {
        self.half_width.filter(|_| self.mean != 0.0).map(|half_width| half_width / self.mean.abs())
    }
}

/// The value `t` with `P(|T| <= t) = level`, for `degrees` of freedom: 12.706 at 0.95 and 1.
///
/// `degrees` is any real number of at least 1 (whole numbers are not required: Welch's test has others), `level`
/// lies in \[0, 1\]; outside the result is NaN, and infinite at level 1. Relative error below 1e-11 up to level
/// 0.999; above, the cancellation in `1 - level` limits it. Cost: microseconds.
pub fn student_t_critical(level: f64, degrees: f64) -> f64 {
    if level >= 1.0 {
        return if level > 1.0 { f64::NAN } else { f64::INFINITY };
    }
    if level.is_nan() || level < 0.0 || degrees.is_nan() || degrees < 1.0 {
        return f64::NAN;
    }
    let degrees = degrees.min(NORMAL_FROM);
    let peak = density_at_zero(degrees);
    let mut t = 0.0;
    // The tail of one degree of freedom falls as 1/t, where Newton only doubles: 60 steps reach level 1 - 1e-16.
    for _ in 0..100 {
        let step = missing_probability(t, degrees, peak, level) / (2.0 * density(t, degrees, peak));
        t += step;
        if step.abs() <= 1e-14 * t {
            break;
        }
    }
    t
}

/// The value `t` with `P(T <= t) = p`, for `degrees` of freedom: 2.2281 at 0.975 and 10.
///
/// Ranges and error as for [`student_t_critical`], with `2 |p - 1/2|` as the level.
pub fn student_t_quantile(p: f64, degrees: f64) -> f64 {
    let centred = 2.0 * p - 1.0;
    student_t_critical(centred.abs(), degrees).copysign(centred)
}

/// From here on more degrees of freedom change `t` by less than 1e-12 of itself: the distribution is normal.
const NORMAL_FROM: f64 = 1e12;

/// `level - P(|T| <= t)`, taken on the side where the series converges.
fn missing_probability(t: f64, degrees: f64, peak: f64, level: f64) -> f64 {
    let square = t * t;
    let inside = square / (degrees + square);
    // √y (1-y)^(ν/2) / B(1/2, ν/2), the front of the series on either side.
    let front = t * density(t, degrees, peak);
    if inside <= 0.5 {
        level - 2.0 * front * series(0.5, degrees / 2.0, inside)
    } else {
        let outside = degrees / (degrees + square);
        2.0 * front / degrees * series(degrees / 2.0, 0.5, outside) - (1.0 - level)
    }
}

/// `Σ (a+b)_n / (a+1)_n · x^n` for `0 <= x <= 1/2`; terms that do not fall below 1e-17 of the sum any more end it.
fn series(a: f64, b: f64, x: f64) -> f64 {
    let (mut term, mut sum, mut n) = (1.0, 1.0, 0.0);
    while term > 1e-17 * sum {
        term *= (a + b + n) / (a + 1.0 + n) * x;
        sum += term;
        n += 1.0;
    }
    sum
}

/// Density of Student's t, `peak (1 + t²/ν)^(-(ν+1)/2)`, where `peak` is its value at zero.
fn density(t: f64, degrees: f64, peak: f64) -> f64 {
    peak * (-(degrees + 1.0) / 2.0 * (t * t / degrees).ln_1p()).exp()
}

/// `Γ((ν+1)/2) / (√(νπ) Γ(ν/2))`.
fn density_at_zero(degrees: f64) -> f64 {
    gamma_ratio(degrees / 2.0) / (degrees * PI).sqrt()
}

/// `Γ(x + 1/2) / Γ(x)` for `x > 0`, without the cancellation of a difference of logarithms.
///
/// Tricomi & Erdélyi's expansion of the logarithm, with terms up to x^-7, from 20 on (error below 1e-14); the
/// recurrence `Γ(x+1) = x Γ(x)` leads there.
fn gamma_ratio(x: f64) -> f64 {
    let (mut x, mut factor) = (x, 1.0);
    while x < 20.0 {
        factor *= x / (x + 0.5);
        x += 1.0;
    }
    let w = 1.0 / (x * x);
    let correction =
        (-1.0 / 8.0 + w * (1.0 / 192.0 + w * (-1.0 / 640.0 + w * (17.0 / 14_336.0)))) / x;
    factor * x.sqrt() * correction.exp()
}

#[cfg(test)]
mod tests;
