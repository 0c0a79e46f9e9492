//! Arrival rates that vary with time.
//!
//! Arrivals come by thinning (Lewis and Shedler 1979): candidates at the highest rate, each kept with the ratio of the
//! present rate to the highest. So a change of the rate takes effect at once, and not only after the next arrival.

use serde::de::{Deserializer, Error};
use serde::{Deserialize, Serialize};

use super::stream::Stream;
use crate::units::{Rate, SimDuration, SimTime};

/// A rate of arrivals over time. In a file, a plain rate such as `"10 /h"` is constant.
#[derive(Clone, Debug, PartialEq)]
pub struct RateProfile {
    shape: Shape,
    /// Highest rate per second.
    highest: f64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
enum Shape {
    /// Constant from each point on.
    Steps { rates: Vec<(SimDuration, Rate)>, #[serde(default)] period: Option<SimDuration> },
    /// Straight lines between points.
    Linear { rates: Vec<(SimDuration, Rate)>, #[serde(default)] period: Option<SimDuration> },
    /// `mean + amplitude sin(2π t / period)`.
    Sine { mean: Rate, amplitude: Rate, period: SimDuration },
}

impl<'de> Deserialize<'de> for RateProfile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = <&ron::value::RawValue>::deserialize(deserializer)?;
        let text = raw.get_ron().trim_start();
        let options = ron::Options::default()
            .with_default_extension(ron::extensions::Extensions::IMPLICIT_SOME);
        let shape: Result<Shape, _> = if text.starts_with(char::is_alphabetic) {
            options.from_str(text)
        } else {
            let constant = |rate| Shape::Steps { rates: vec![(SimDuration::ZERO, rate)], period: None };
            options.from_str(text).map(constant)
        };
        let shape = shape.map_err(|error: ron::error::SpannedError| D::Error::custom(error.code))?;
        Ok(Self { highest: shape.highest(), shape })
    }
}

impl Shape {
    fn highest(&self) -> f64 {
        match self {
            Self::Steps { rates, .. } | Self::Linear { rates, .. } => {
                rates.iter().map(|(_, rate)| rate.per_second()).fold(0.0, f64::max)
            }
            Self::Sine { mean, amplitude, .. } => mean.per_second() + amplitude.per_second(),
        }
    }
}

impl RateProfile {
    /// Whether it makes sense.
    ///
    /// # Errors
    ///
    /// A message that says what does not.
    pub fn check(&self) -> Result<(), String> {
        match &self.shape {
            Shape::Steps { rates, period } | Shape::Linear { rates, period } => {
                if rates.first().is_none_or(|first| first.0 != SimDuration::ZERO) {
                    return Err("the first point of a rate is at \"0 s\"".into());
                }
                if !rates.windows(2).all(|pair| pair[0].0 < pair[1].0) {
                    return Err("the points of a rate are given in the order of time".into());
                }
                let last = rates.last().map_or(SimDuration::ZERO, |last| last.0);
                if period.is_some_and(|period| period <= last) {
                    return Err("the period must be longer than the last point".into());
                }
            }
            Shape::Sine { mean, amplitude, period } => {
                if amplitude.per_second() > mean.per_second() {
                    return Err("the amplitude cannot be above the mean: rates are not negative".into());
                }
                if *period <= SimDuration::ZERO {
                    return Err("the period must be longer than zero".into());
                }
            }
        }
        if self.highest > 0.0 && self.highest <= 1e9 {
            return Ok(());
        }
        Err("the highest rate must be above 0 and at most one a nanosecond".into())
    }

    /// Arrivals per second at `at`.
    pub fn at(&self, at: SimTime) -> f64 {
        match &self.shape {
            Shape::Steps { rates, period } => {
                let t = wrapped(at, *period);
                let past = rates.partition_point(|(start, _)| start.ns() <= t);
                rates.get(past.saturating_sub(1)).map_or(0.0, |(_, rate)| rate.per_second())
            }
            Shape::Linear { rates, period } => linear(rates, *period, wrapped(at, *period)),
            Shape::Sine { mean, amplitude, period } => {
                let turn = at.ns().rem_euclid(period.ns()) as f64 / period.ns() as f64;
                let sine = libm::sin(2.0 * std::f64::consts::PI * turn);
                mean.per_second() + amplitude.per_second() * sine
            }
        }
    }

    /// The first arrival after `now`; [`SimTime::NEVER`] if no rate above zero is left. Cost: one candidate on average per
    /// ratio of the highest to the present rate.
    pub fn next_arrival(&self, now: SimTime, stream: &mut Stream) -> SimTime {
        let mut at = now;
        loop {
            if self.is_over(at) {
                return SimTime::NEVER;
            }
            let unit: f64 = rand_distr::Distribution::sample(&rand_distr::Exp1, stream);
            at += SimDuration::from_seconds(unit / self.highest);
            if stream.uniform() * self.highest < self.at(at) {
                return at;
            }
        }
    }

    /// Whether the rate is zero from `at` on for good.
    fn is_over(&self, at: SimTime) -> bool {
        match &self.shape {
            Shape::Steps { rates, period: None } | Shape::Linear { rates, period: None } => {
                rates.last().is_none_or(|(start, rate)| {
                    at.ns() >= start.ns() && rate.per_second() == 0.0
                })
            }
            _ => at == SimTime::NEVER || self.highest <= 0.0,
        }
    }
}

fn wrapped(at: SimTime, period: Option<SimDuration>) -> i64 {
    period.map_or(at.ns(), |period| at.ns().rem_euclid(period.ns()))
}

fn linear(rates: &[(SimDuration, Rate)], period: Option<SimDuration>, t: i64) -> f64 {
    let past = rates.partition_point(|(start, _)| start.ns() <= t);
    let (from, rate) = rates[past.saturating_sub(1)];
    let next = rates.get(past).copied().or_else(|| Some((period?, rates.first()?.1)));
    let Some((to, target)) = next else { return rate.per_second() };
    let share = (t - from.ns()) as f64 / (to.ns() - from.ns()) as f64;
    rate.per_second() + (target.per_second() - rate.per_second()) * share
}
