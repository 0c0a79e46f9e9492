//! Two variants of a plant under common random numbers: the difference, replication by replication.
//!
//! Both variants see the same arrivals, times and failures, so most of the noise is common and leaves with the
//! subtraction: the variance of a difference is `Var a + Var b - 2 Cov(a, b)`.

use serde::{Deserialize, Serialize};

use super::{Estimate, LEVEL, Welford};

/// What changed between two variants, as a paired-t interval (Law, *Simulation Modeling and Analysis*, 10.2.1).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Paired {
    /// Mean of `variant - base` over the replications.
    pub difference: Estimate,
    /// Correlation of the two over the replications, in \[-1, 1\]: how well common random numbers worked.
    /// `None` with fewer than two replications or where one side does not vary.
    pub correlation: Option<f64>,
}

impl Paired {
    /// Compares `variant` with `base` at the level [`LEVEL`]; the k-th value of both is of replication `k`.
    ///
    /// `None` where there are no values, or not the same number on both sides: there is nothing to pair then.
    pub fn of(base: &[f64], variant: &[f64]) -> Option<Self> {
        Self::at_level(base, variant, LEVEL)
    }

    /// Like [`Paired::of`] at another confidence level, in (0, 1).
    pub fn at_level(base: &[f64], variant: &[f64], level: f64) -> Option<Self> {
        if base.len() != variant.len() {
            return None;
        }
        let differences: Welford = base.iter().zip(variant).map(|(a, b)| b - a).collect();
        let difference = Estimate::of_stream(&differences, level)?;
        Some(Self { difference, correlation: correlation(base, variant, &differences) })
    }

    /// Whether the interval leaves out zero: the variants differ, at the level of the comparison.
    pub fn is_significant(&self) -> bool {
        self.difference.half_width.is_some() && !self.difference.covers(0.0)
    }
}

/// From the identity `2 Cov(a, b) = Var a + Var b - Var(b - a)`.
fn correlation(base: &[f64], variant: &[f64], differences: &Welford) -> Option<f64> {
    let variance = |values: &[f64]| values.iter().copied().collect::<Welford>().variance();
    let (a, b) = (variance(base)?, variance(variant)?);
    let covariance = (a + b - differences.variance()?) / 2.0;
    let scale = (a * b).sqrt();
    (scale > 0.0).then(|| (covariance / scale).clamp(-1.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_noise_leaves() {
        let base = [10.0, 14.0, 9.0, 21.0, 16.0];
        let variant = base.map(|value| value + 1.0);
        let paired = Paired::of(&base, &variant).unwrap();
        assert!((paired.difference.mean - 1.0).abs() < 1e-12);
        assert!(paired.difference.half_width.unwrap() < 1e-12);
        assert!((paired.correlation.unwrap() - 1.0).abs() < 1e-12);
        assert!(paired.is_significant());
    }

    /// Five differences, worked through by hand.
    #[test]
    fn a_small_sample_by_hand() {
        let differences = [1.0, -2.0, 4.0, 3.0, 2.0];
        let paired = Paired::at_level(&[0.0; 5], &differences, 0.9).unwrap();
        // s² = 5.3, t(0.95, 4) = 2.131847: 1.6 ± 2.131847 √(5.3 / 5).
        assert!((paired.difference.mean - 1.6).abs() < 1e-12);
        assert!((paired.difference.half_width.unwrap() - 2.194_874).abs() < 1e-5);
        assert_eq!(paired.correlation, None);
        assert!(!paired.is_significant());
    }

    #[test]
    fn nothing_to_pair() {
        assert_eq!(Paired::of(&[], &[]), None);
        assert_eq!(Paired::of(&[1.0], &[1.0, 2.0]), None);
        let single = Paired::of(&[1.0], &[4.0]).unwrap();
        assert_eq!((single.difference.mean, single.difference.half_width), (3.0, None));
        assert!(!single.is_significant());
    }
}
