//! Streaming mean and variance: Welford 1962, with the pairwise merge of Chan, Golub & `LeVeque` 1983.

use serde::{Deserialize, Serialize};

/// Count, mean, variance and extremes of a stream of finite values, in constant memory.
///
/// The result depends on the order of the values in the last bits only, but it does: merge in a fixed order
/// (that of the replications, never that in which threads end) where runs must agree bit by bit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Welford {
    n: u64,
    mean: f64,
    /// Sum of squared deviations from the mean.
    squares: f64,
    min: f64,
    max: f64,
}

impl Welford {
    /// An empty stream.
    pub const fn new() -> Self {
        Self { n: 0, mean: 0.0, squares: 0.0, min: 0.0, max: 0.0 }
    }

    /// Takes in one value. A value that is not finite makes mean and variance NaN or infinite for good.
    #[inline]
    pub fn push(&mut self, value: f64) {
        if self.n == 0 {
            (self.min, self.max) = (value, value);
        }
        self.n += 1;
        let before = value - self.mean;
        self.mean += before / self.n as f64;
        self.squares += before * (value - self.mean);
        self.min = self.min.min(value);
        self.max = self.max.max(value);
    }

    /// Takes in all values of another stream, as if they had come after the ones here.
    pub fn merge(&mut self, other: &Self) {
        if other.n == 0 {
            return;
        }
        if self.n == 0 {
            *self = *other;
            return;
        }
        let (here, there) = (self.n as f64, other.n as f64);
        let distance = other.mean - self.mean;
        self.mean += distance * (there / (here + there));
        self.squares += other.squares + distance * distance * (here * there / (here + there));
        self.n += other.n;
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
    }

    /// Number of values.
    pub const fn count(&self) -> u64 {
        self.n
    }

    /// Arithmetic mean; `None` without values.
    pub fn mean(&self) -> Option<f64> {
        (self.n > 0).then_some(self.mean)
    }

    /// Sample variance, with `n - 1` below; `None` with fewer than two values.
    pub fn variance(&self) -> Option<f64> {
        (self.n > 1).then(|| self.squares / (self.n - 1) as f64)
    }

    /// Smallest value; `None` without values.
    pub fn min(&self) -> Option<f64> {
        (self.n > 0).then_some(self.min)
    }

    /// Largest value; `None` without values.
    pub fn max(&self) -> Option<f64> {
        (self.n > 0).then_some(self.max)
    }
}

impl Extend<f64> for Welford {
    fn extend<I: IntoIterator<Item = f64>>(&mut self, values: I) {
        values.into_iter().for_each(|value| self.push(value));
    }
}

impl FromIterator<f64> for Welford {
    fn from_iter<I: IntoIterator<Item = f64>>(values: I) -> Self {
        let mut stream = Self::new();
        stream.extend(values);
        stream
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn close(a: f64, b: f64) -> bool {
        (a - b).abs() <= 1e-9 * (1.0 + a.abs().max(b.abs()))
    }

    #[test]
    fn small_streams() {
        let empty = Welford::new();
        assert_eq!((empty.mean(), empty.variance(), empty.min()), (None, None, None));
        let one: Welford = [3.0].into_iter().collect();
        assert_eq!((one.mean(), one.variance(), one.max()), (Some(3.0), None, Some(3.0)));
        let some: Welford = [2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0].into_iter().collect();
        assert_eq!((some.mean(), some.min(), some.max()), (Some(5.0), Some(2.0), Some(9.0)));
        assert!(close(some.variance().unwrap(), 32.0 / 7.0));
    }

    /// The textbook formula `E[x²] - E[x]²` gives zero or worse here.
    #[test]
    fn a_large_offset_does_not_drown_the_variance() {
        let stream: Welford = [1e9 + 4.0, 1e9 + 7.0, 1e9 + 13.0, 1e9 + 16.0].into_iter().collect();
        assert_eq!(stream.variance(), Some(30.0));
    }

    proptest! {
        #[test]
        fn merging_equals_pushing(
            a in prop::collection::vec(-1e6..1e6, 0..40),
            b in prop::collection::vec(-1e6..1e6, 0..40),
        ) {
            let mut merged: Welford = a.iter().copied().collect();
            merged.merge(&b.iter().copied().collect());
            let pushed: Welford = a.into_iter().chain(b).collect();
            prop_assert_eq!(merged.count(), pushed.count());
            prop_assert_eq!((merged.min(), merged.max()), (pushed.min(), pushed.max()));
            prop_assert!(close(merged.mean().unwrap_or(0.0), pushed.mean().unwrap_or(0.0)));
            prop_assert!(close(merged.variance().unwrap_or(0.0), pushed.variance().unwrap_or(0.0)));
        }
    }
}
