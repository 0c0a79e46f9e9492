//! MSER-5: where the start-up transient of a simulation ends.
//!
//! White 1997 ("An effective truncation heuristic for bias reduction in simulation output", *Simulation* 69(6))
//! and Spratt 1998: average the series in batches of five, and cut off as many leading batches `d` as make the
//! confidence interval of what is left narrowest, that is, minimise
//!
//! ```text
//! MSER(d) = 1 / (m - d)² · Σ_{j > d} (Y_j - mean of Y_{d+1..m})²,        0 <= d <= m / 2
//! ```
//!
//! Where the minimum lies at the end of the search range, the series is too short to tell.

use thiserror::Error;

use super::Welford;

/// Observations in a batch.
const BATCH: usize = 5;
/// Fewest batches with which an answer is given.
const BATCHES_MIN: usize = 10;

/// Why no truncation point could be named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum MserError {
    /// Fewer than 50 observations.
    #[error("{observations} observations are too few to find the warm-up; 50 are the least")]
    TooShort {
        /// Number of observations given.
        observations: usize,
    },
    /// An observation is NaN or infinite.
    #[error("observation {index} is not a finite number")]
    NotFinite {
        /// Its place in the series, from 0.
        index: usize,
    },
    /// The best point lies at the end of the first half: the transient may well last longer than that.
    #[error("the warm-up does not end within the first half of the run; simulate longer")]
    NotFound,
}

/// Number of leading observations that belong to the start-up transient, a multiple of 5.
///
/// The series should be the mean over replications ([`average_over_replications`]), observation by observation:
/// by part (lead times) or by equal intervals of time (contents, throughput). Cost: one pass from the end.
///
/// # Errors
///
/// [`MserError`] where the series is too short, not finite, or the transient does not end in its first half.
pub fn mser5(series: &[f64]) -> Result<usize, MserError> {
    if let Some(index) = series.iter().position(|value| !value.is_finite()) {
        return Err(MserError::NotFinite { index });
    }
    let batches: Vec<f64> = series.chunks_exact(BATCH).map(mean).collect();
    if batches.len() < BATCHES_MIN {
        return Err(MserError::TooShort { observations: series.len() });
    }
    let last = batches.len() / 2;
    let mut kept: Welford = batches[last + 1..].iter().rev().copied().collect();
    let mut best = (f64::INFINITY, last);
    for d in (0..=last).rev() {
        kept.push(batches[d]);
        let n = kept.count() as f64;
        let statistic = kept.variance().unwrap_or(0.0) * (n - 1.0) / (n * n);
        if statistic <= best.0 {
            best = (statistic, d);
        }
    }
    if best.1 == last { Err(MserError::NotFound) } else { Ok(best.1 * BATCH) }
}

/// Mean over the replications of each observation, as long as the shortest of them; empty without replications.
pub fn average_over_replications<S: AsRef<[f64]>>(replications: &[S]) -> Vec<f64> {
    let observations = replications.iter().map(|series| series.as_ref().len()).min().unwrap_or(0);
    let at = |k| replications.iter().map(|series| series.as_ref()[k]).sum::<f64>();
    (0..observations).map(|k| at(k) / replications.len() as f64).collect()
}

fn mean(batch: &[f64]) -> f64 {
    batch.iter().sum::<f64>() / batch.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Stream;

    fn random() -> Stream {
        Stream::new(7, 0, "mser")
    }

    #[test]
    fn a_step_is_cut_at_the_step() {
        let series: Vec<f64> =
            (0..200).map(|k| if k < 40 { 0.0 } else { 10.0 + f64::from(k % 2) }).collect();
        assert_eq!(mser5(&series), Ok(40));
    }

    #[test]
    fn a_steady_series_is_kept_whole() {
        assert_eq!(mser5(&[3.5; 100]), Ok(0));
    }

    #[test]
    fn what_cannot_be_answered_is_said() {
        let ramp: Vec<f64> = (0..500).map(f64::from).collect();
        assert_eq!(mser5(&ramp), Err(MserError::NotFound));
        assert_eq!(mser5(&ramp[..49]), Err(MserError::TooShort { observations: 49 }));
        assert_eq!(mser5(&[0.0, f64::NAN]), Err(MserError::NotFinite { index: 1 }));
    }

    /// Agrees with the formula as it is printed, taken literally.
    #[test]
    fn the_running_sums_equal_the_formula() {
        let mut random = random();
        let series: Vec<f64> =
            (0..300).map(|k| 5.0 * (-f64::from(k) / 20.0).exp() + random.uniform()).collect();
        let batches: Vec<f64> = series.chunks_exact(5).map(mean).collect();
        let statistic = |d: usize| {
            let kept = &batches[d..];
            let centre = mean(kept);
            kept.iter().map(|y| (y - centre).powi(2)).sum::<f64>() / (kept.len() as f64).powi(2)
        };
        let best = (0..=batches.len() / 2).min_by(|a, b| statistic(*a).total_cmp(&statistic(*b)));
        assert_eq!(mser5(&series).ok(), best.map(|d| d * 5));
    }

    /// An AR(1) process (0.9) that starts 20 standard deviations off, averaged over 20 replications: the offset
    /// falls below the noise of the average after ln(20 √20) / -ln 0.9 = 43 observations.
    #[test]
    fn an_autoregressive_transient_is_found() {
        let mut random = random();
        let replications: Vec<Vec<f64>> = (0..20)
            .map(|_| {
                let mut x = 20.0;
                let noise = (1.0_f64 - 0.81).sqrt() * 12.0_f64.sqrt();
                let step = |_| {
                    x = 0.9 * x + noise * (random.uniform() - 0.5);
                    x
                };
                (0..1000).map(step).collect()
            })
            .collect();
        let cut = mser5(&average_over_replications(&replications)).unwrap();
        assert!((25..=80).contains(&cut), "{cut}");
    }

    /// Waiting times of M/M/1 at 0.8 from empty (Lindley's recursion), limit 4: the mean of 600 customers is
    /// 0.22 too low, which the cut must mend. The 20th still waits 2.57, so it lies later; where exactly is a
    /// matter of noise, which is strongly correlated here.
    #[test]
    fn a_queue_that_starts_empty() {
        let mut random = random();
        let mut exponential = |mean: f64| -mean * (1.0 - random.uniform()).ln();
        let replications: Vec<Vec<f64>> = (0..400)
            .map(|_| {
                let mut wait = 0.0_f64;
                let next = |_| {
                    let now = wait;
                    wait = (wait + exponential(1.0) - exponential(1.25)).max(0.0);
                    now
                };
                (0..600).map(next).collect()
            })
            .collect();
        let series = average_over_replications(&replications);
        let cut = mser5(&series).unwrap();
        assert!(cut >= 20, "{cut}");
        assert!((mean(&series[cut..]) - 4.0).abs() < (mean(&series) - 4.0).abs());
    }

    #[test]
    fn averaging_ends_with_the_shortest() {
        assert_eq!(average_over_replications(&[vec![1.0, 2.0, 9.0], vec![3.0, 4.0]]), [2.0, 3.0]);
        assert!(average_over_replications::<Vec<f64>>(&[]).is_empty());
    }
}
