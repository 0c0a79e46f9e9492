//! Statistics of what a run puts out: streams, distributions, start-up transients, confidence intervals.
//!
//! The path of a figure: within a replication, [`Welford`] and [`Histogram`] collect; over the replications of an
//! experiment, [`Estimate`] turns one value each into mean and confidence half-width; [`Paired`] compares two
//! variants that ran on the same random streams; [`mser5`] says how long the warm-up was.

mod histogram;
mod mser;
mod paired;
mod shifting;
mod student;
mod welford;

pub use histogram::Histogram;
pub use mser::{MserError, average_over_replications, mser5};
pub use paired::Paired;
pub use shifting::{Shifting, Spent};
pub use student::{Estimate, LEVEL, student_t_critical, student_t_quantile};
pub use welford::Welford;
