//! Arrivals whose rate changes with time: a non-homogeneous Poisson process, exactly.
//!
//! By thinning (Lewis, Shedler: Nav. Res. Logist. Q. 26 (1979) 403) against the greatest rate of the present piece; a candidate beyond
//! the piece's end is dropped and the search begins anew there, which the lack of memory allows. The common
//! shortcut, one exponential step at the present rate, keeps that rate until the next arrival and is wrong.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};

use super::distribution::Value;
use super::stream::Stream;
use super::text::plain_or_named;
use crate::units::{SimDuration, SimTime};

/// A rate over time as people write it: rates of type `R` (per second in SI), times of type `T`. In a file
/// a plain rate is [`Self::Constant`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(
    remote = "Self",
    deny_unknown_fields,
    bound(
        serialize = "R: Serialize, T: Serialize",
        deserialize = "R: DeserializeOwned, T: DeserializeOwned"
    )
)]
pub enum RateProfile<R, T> {
    /// Always the same.
    Constant(R),
    /// Each rate from its time on. The first time is 0.
    Steps {
        /// Times and rates, ascending.
        points: Vec<(T, R)>,
        /// After this the profile begins anew; without it the last rate stays.
        #[serde(default = "none")]
        period: Option<T>,
    },
    /// Straight lines between the points. The first time is 0.
    Linear {
        /// Times and rates, ascending.
        points: Vec<(T, R)>,
        /// After this the profile begins anew, with a line from the last point to the first; without it the last rate
        /// stays.
        #[serde(default = "none")]
        period: Option<T>,
    },
    /// mean + amplitude · sin(2π t / period).
    Sine {
        /// Mean rate.
        mean: R,
        /// At most the mean.
        amplitude: R,
        /// Length of one wave.
        period: T,
    },
}

fn none<T>() -> Option<T> {
    None
}

impl<'de, R: DeserializeOwned, T: DeserializeOwned> Deserialize<'de> for RateProfile<R, T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        plain_or_named(deserializer, Self::Constant, |named| Self::deserialize(named))
    }
}

/// Draws arrivals from a rate profile.
#[derive(Clone, Debug)]
pub struct RateSampler {
    /// Ascending; together they cover the period, or all time from 0.
    pieces: Vec<Piece>,
    /// In ns; the pieces repeat after it.
    period: Option<i64>,
}

/// The rate from `start` to `end` (ns from the start of the period), in arrivals per ns.
#[derive(Clone, Copy, Debug)]
struct Piece {
    start: i64,
    end: i64,
    shape: Shape,
}

#[derive(Clone, Copy, Debug)]
enum Shape {
    Flat(f64),
    Line {
        from: f64,
        to: f64,
    },
    /// `turn` is 2π / period.
    Sine {
        mean: f64,
        amplitude: f64,
        turn: f64,
    },
}

/// A wave is cut into this many pieces: their greatest rates average 6 % above the rate. A multiple of 4, so that peaks are at
/// ends.
const WAVE_PIECES: i64 = 16;

impl Piece {
    /// Rate at `at` ns from the start of the period.
    fn rate(&self, at: f64) -> f64 {
        match self.shape {
            Shape::Flat(rate) => rate,
            Shape::Line { from, to } => {
                from + (to - from) * (at - self.start as f64) / (self.end - self.start) as f64
            }
            Shape::Sine { mean, amplitude, turn } => mean + amplitude * libm::sin(turn * at),
        }
    }

    /// Pieces are monotone, so the greatest rate is at an end.
    fn greatest(&self) -> f64 {
        match self.shape {
            Shape::Flat(rate) => rate,
            _ => self.rate(self.start as f64).max(self.rate(self.end as f64)),
        }
    }
}

impl RateSampler {
    /// The first arrival after `now`; [`SimTime::NEVER`] if none will come.
    ///
    /// Exact but for rounding to nanoseconds. Costs one exponential per candidate and per end of a piece.
    pub fn next_arrival(&self, now: SimTime, stream: &mut Stream) -> SimTime {
        let mut now = now.ns().max(0);
        loop {
            let (piece, origin) = self.piece_at(now);
            let bound = piece.greatest();
            let end = piece.end.saturating_add(origin);
            let step = if bound > 0.0 { stream.exponential() / bound } else { f64::INFINITY };
            // Saturates.
            let candidate = now.saturating_add((step + 0.5) as i64);
            if candidate >= end {
                if end == i64::MAX {
                    return SimTime::NEVER;
                }
                now = end;
                continue;
            }
            now = candidate;
            let rate = piece.rate((now - origin) as f64);
            if rate >= bound || stream.uniform() * bound < rate {
                return SimTime::from_ns(now);
            }
        }
    }

    /// Arrivals per second at `time`.
    pub fn rate_at(&self, time: SimTime) -> f64 {
        let now = time.ns().max(0);
        let (piece, origin) = self.piece_at(now);
        piece.rate((now - origin) as f64) * SimDuration::UNITS_PER_SI
    }

    /// The piece at `now`, and the start of its period.
    fn piece_at(&self, now: i64) -> (&Piece, i64) {
        let within = self.period.map_or(now, |period| now % period);
        let at = self.pieces.partition_point(|p| p.start <= within).max(1) - 1;
        (&self.pieces[at], now - within)
    }
}

impl<R: Value, T: Value> RateProfile<R, T> {
    /// Compiles it for drawing.
    ///
    /// # Errors
    ///
    /// What is wrong with the parameters, as a sentence for the file's author.
    pub fn sampler(&self) -> Result<RateSampler, String> {
        let sampler = match self {
            Self::Constant(rate) => {
                let shape = Shape::Flat(per_ns(*rate));
                RateSampler { pieces: vec![Piece { start: 0, end: i64::MAX, shape }], period: None }
            }
            Self::Steps { points, period } => {
                piecewise(points, *period, |from, _| Shape::Flat(from))?
            }
            Self::Linear { points, period } => {
                piecewise(points, *period, |from, to| Shape::Line { from, to })?
            }
            Self::Sine { mean, amplitude, period } => {
                wave(per_ns(*mean), per_ns(*amplitude), ns(*period))?
            }
        };
        let rates = sampler.pieces.iter().flat_map(|p| [p.rate(p.start as f64), p.greatest()]);
        if rates.into_iter().all(|rate| rate.is_finite() && rate >= 0.0) {
            Ok(sampler)
        } else {
            Err("rates must be finite and not negative".into())
        }
    }
}

fn ns<T: Value>(time: T) -> i64 {
    SimDuration::from_seconds(time.to_si()).ns()
}

fn per_ns<R: Value>(rate: R) -> f64 {
    rate.to_si() / SimDuration::UNITS_PER_SI
}

fn piecewise<R: Value, T: Value>(
    points: &[(T, R)],
    period: Option<T>,
    shape: impl Fn(f64, f64) -> Shape,
) -> Result<RateSampler, String> {
    let period = period.map(ns);
    let points: Vec<_> = points.iter().map(|(t, r)| (ns(*t), per_ns(*r))).collect();
    let ascending = points.windows(2).all(|p| p[0].0 < p[1].0);
    let (Some(&(0, first)), Some(&(last_at, last))) = (points.first(), points.last()) else {
        return Err("the first point must be at time 0".into());
    };
    if !ascending || period.is_some_and(|period| period <= last_at) {
        return Err("times must ascend and stay below the period".into());
    }
    if period.is_some() && points.iter().all(|p| p.1 == 0.0) {
        return Err("a rate that is always 0 needs no period".into());
    }
    let mut pieces: Vec<_> = points
        .windows(2)
        .map(|p| Piece { start: p[0].0, end: p[1].0, shape: shape(p[0].1, p[1].1) })
        .collect();
    pieces.push(match period {
        Some(period) => Piece { start: last_at, end: period, shape: shape(last, first) },
        None => Piece { start: last_at, end: i64::MAX, shape: Shape::Flat(last) },
    });
    Ok(RateSampler { pieces, period })
}

fn wave(mean: f64, amplitude: f64, period: i64) -> Result<RateSampler, String> {
    if period < WAVE_PIECES {
        return Err("`period` must be positive".into());
    }
    if !(mean > 0.0 && amplitude.abs() <= mean) {
        return Err("`mean` must be positive and not below `amplitude`".into());
    }
    let turn = 2.0 * std::f64::consts::PI / period as f64;
    let edge = |i: i64| (i128::from(period) * i128::from(i) / i128::from(WAVE_PIECES)) as i64;
    let piece = |i| {
        let shape = Shape::Sine { mean, amplitude, turn };
        Piece { start: edge(i), end: edge(i + 1), shape }
    };
    Ok(RateSampler { pieces: (0..WAVE_PIECES).map(piece).collect(), period: Some(period) })
}

#[cfg(test)]
mod tests;
