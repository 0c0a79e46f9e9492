//! Simulated time: integer nanoseconds since the start of the run.
//!
//! An `i64` of nanoseconds spans 292 years. Integers make sums exact and independent of their order, which the
//! engine's determinism and its conservation checks rest on.

use std::fmt;
use std::ops::{Add, AddAssign, Neg, Sub, SubAssign};

/// Nanoseconds in a second.
const NS: i64 = 1_000_000_000;

/// A point in simulated time: nanoseconds since the start of the run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SimTime(i64);

/// A length of simulated time in nanoseconds; may be negative as a difference.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SimDuration(i64);

impl SimTime {
    /// Start of the run.
    pub const ZERO: Self = Self(0);
    /// Later than anything: 292 years.
    pub const NEVER: Self = Self(i64::MAX);

    /// The point `ns` nanoseconds after the start.
    #[inline]
    pub const fn from_ns(ns: i64) -> Self {
        Self(ns)
    }

    /// Nanoseconds since the start.
    #[inline]
    pub const fn ns(self) -> i64 {
        self.0
    }

    /// Seconds since the start, rounded to the nearest `f64`.
    pub fn seconds(self) -> f64 {
        self.0 as f64 / NS as f64
    }

    /// The point `seconds` after the start, rounded to a nanosecond; saturates at the ends of the range.
    pub fn from_seconds(seconds: f64) -> Self {
        Self(SimDuration::from_seconds(seconds).0)
    }
}

impl SimDuration {
    /// No time.
    pub const ZERO: Self = Self(0);
    /// The longest: 292 years.
    pub const MAX: Self = Self(i64::MAX);

    /// `ns` nanoseconds.
    #[inline]
    pub const fn from_ns(ns: i64) -> Self {
        Self(ns)
    }

    /// Length in nanoseconds.
    #[inline]
    pub const fn ns(self) -> i64 {
        self.0
    }

    /// `seconds`, rounded to a nanosecond; saturates at the ends of the range, NaN gives zero.
    #[inline]
    pub fn from_seconds(seconds: f64) -> Self {
        // `as` saturates and sends NaN to zero.
        Self((seconds * NS as f64).round() as i64)
    }

    /// Whole seconds.
    pub const fn from_s(s: i64) -> Self {
        Self(s * NS)
    }

    /// Length in seconds, rounded to the nearest `f64`.
    #[inline]
    pub fn seconds(self) -> f64 {
        self.0 as f64 / NS as f64
    }
}

impl Add<SimDuration> for SimTime {
    type Output = Self;
    #[inline]
    fn add(self, d: SimDuration) -> Self {
        Self(self.0.saturating_add(d.0))
    }
}

impl AddAssign<SimDuration> for SimTime {
    #[inline]
    fn add_assign(&mut self, d: SimDuration) {
        *self = *self + d;
    }
}

impl Sub for SimTime {
    type Output = SimDuration;
    #[inline]
    fn sub(self, earlier: Self) -> SimDuration {
        SimDuration(self.0 - earlier.0)
    }
}

impl Sub<SimDuration> for SimTime {
    type Output = Self;
    #[inline]
    fn sub(self, d: SimDuration) -> Self {
        Self(self.0.saturating_sub(d.0))
    }
}

impl Add for SimDuration {
    type Output = Self;
    #[inline]
    fn add(self, d: Self) -> Self {
        Self(self.0.saturating_add(d.0))
    }
}

impl AddAssign for SimDuration {
    #[inline]
    fn add_assign(&mut self, d: Self) {
        *self = *self + d;
    }
}

impl Sub for SimDuration {
    type Output = Self;
    #[inline]
    fn sub(self, d: Self) -> Self {
        Self(self.0.saturating_sub(d.0))
    }
}

impl SubAssign for SimDuration {
    #[inline]
    fn sub_assign(&mut self, d: Self) {
        *self = *self - d;
    }
}

impl Neg for SimDuration {
    type Output = Self;
    #[inline]
    fn neg(self) -> Self {
        Self(-self.0)
    }
}

/// `02:05:07.250`, days before the hours where there are any.
impl fmt::Display for SimTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (s, ns) = (self.0.div_euclid(NS), self.0.rem_euclid(NS));
        let (days, s) = (s.div_euclid(86_400), s.rem_euclid(86_400));
        if days != 0 {
            write!(f, "{days} d ")?;
        }
        write!(f, "{:02}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60)?;
        if ns != 0 {
            write!(f, ".{:03}", ns / 1_000_000)?;
        }
        Ok(())
    }
}
