//! How long to run: from the known asymptotic variances.

use super::bench::Runs;

/// Standard error that runs are planned for, as a share of the figure. Limits are wider, as the standard error is itself an
/// estimate, and other figures of the same run have other variances.
const PLANNED: f64 = 0.006;

/// Variance of the mean wait over `n` customers of an M/M/1 queue with service mean 1, times `n`, for large `n`
/// (Daley 1968; Whitt, Planning queueing simulations, Management Science 35, 1989).
pub(super) fn variance_of_wait(rho: f64) -> f64 {
    rho * (2.0 + 5.0 * rho - 4.0 * rho * rho + rho.powi(3)) / (1.0 - rho).powi(4)
}

/// Variance of the time-average number in the same queue over `t`, times `t`, for large `t` (Whitt 1989).
pub(super) fn variance_of_content(rho: f64) -> f64 {
    2.0 * rho * (1.0 + rho) / (1.0 - rho).powi(4)
}

/// Customers needed for a standard error of the mean wait of the share `share`: exact for M/M/1; for other services with
/// squared coefficient of variation `scv` scaled as the heavy-traffic limit says.
fn customers(rho: f64, scv: f64, share: f64) -> f64 {
    let wait = rho / (1.0 - rho);
    variance_of_wait(rho) / (wait * share).powi(2) * f64::midpoint(1.0, scv)
}

/// Ten relaxation times of a queue with service mean 1: what is left of an empty start then is `e^-10` of the figure.
pub(super) fn warmup_s(rho: f64, scv: f64) -> f64 {
    10.0 * f64::midpoint(1.0, scv) / (1.0 - rho.sqrt()).powi(2)
}

/// Runs of a single-server queue with arrivals at `lambda`, load `rho` and squared coefficient of variation `scv` of service.
pub(super) fn runs(lambda: f64, rho: f64, scv: f64) -> Runs {
    let service_s = rho / lambda;
    Runs::long(customers(rho, scv, PLANNED) / lambda, warmup_s(rho, scv) * service_s)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variances_are_the_published_ones() {
        for (rho, wait, content) in
            [(0.5, 29.0, 24.0), (0.8, 1976.0, 1800.0), (0.9, 35901.0, 34200.0)]
        {
            assert!((variance_of_wait(rho) / wait - 1.0).abs() < 1e-3);
            assert!((variance_of_content(rho) / content - 1.0).abs() < 1e-3);
        }
    }
}
