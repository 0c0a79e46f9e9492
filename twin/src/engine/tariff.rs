//! Media (electric power, compressed air, heat) and what they cost.
//!
//! A tariff is a pattern of prices that repeats. The few different prices are its *bands*; for each, the time within it
//! since zero is a function of the time, piecewise linear and in whole nanoseconds. So the time that an activity lasted in each
//! band is exact, and what it cost is a sum of products in the end.

use crate::units::{SimDuration, SimTime};

/// What equipment takes in.
#[derive(Clone, Debug)]
pub struct Medium {
    /// Its name in the file; `power` is electric power.
    pub name: String,
    /// Whether it is measured in cubic metres, and not in joules.
    pub is_volume: bool,
    /// What it costs, if the file says so.
    pub tariff: Option<Tariff>,
}

/// What a medium costs.
#[derive(Clone, Debug)]
pub struct Tariff {
    /// Prices by band, in currency for each joule or cubic metre.
    pub prices: Vec<f64>,
    /// The currency.
    pub currency: String,
    /// Length of the pattern.
    pub period: SimDuration,
    /// Offsets within the period at which the band changes, ascending, with the new band. The first is at offset zero.
    pub changes: Vec<(SimDuration, u16)>,
    /// Emission in kilograms of CO2 for each joule or cubic metre; 0 if the file does not say.
    pub co2_kg: f64,
    /// Charge for the highest demand.
    pub peak: Option<Peak>,
}

/// Charge for the highest demand.
#[derive(Clone, Copy, Debug)]
pub struct Peak {
    /// Price for each watt of the highest demand, for the time `per`.
    pub charge: f64,
    /// Time that the charge is for.
    pub per: SimDuration,
    /// Length of the intervals over which demand is measured.
    pub over: SimDuration,
}

impl Tariff {
    /// Number of bands if there are several; a flat tariff needs no clocks of its own.
    pub fn bands(&self) -> usize {
        if self.prices.len() > 1 { self.prices.len() } else { 0 }
    }

    /// Adds to `out` the time from `from` to `to` in each band, ns. O(changes in a period), however long.
    pub(super) fn add_times(&self, from: SimTime, to: SimTime, out: &mut [i64]) {
        let period = self.period.ns();
        let (round, rest) = (from.ns().div_euclid(period), from.ns().rem_euclid(period));
        let end = to.ns() - round * period;
        let whole = end / period - 1;
        for (at, (start, band)) in self.changes.iter().enumerate() {
            let (start, stop) = (start.ns(), self.stop(at));
            let out = &mut out[usize::from(*band)];
            *out += overlap(start, stop, rest, end);
            if end > period {
                // The rounds in between, and the last one.
                *out += whole * (stop - start) + overlap(start, stop, 0, end % period);
            }
        }
    }

    /// End of the `at`-th stretch of the pattern.
    fn stop(&self, at: usize) -> i64 {
        self.changes.get(at + 1).unwrap_or(&(self.period, 0)).0.ns()
    }

    /// The price at `at`, and when the stretch of it ends.
    pub(super) fn price_at(&self, at: SimTime) -> (f64, SimTime) {
        let offset = at.ns().rem_euclid(self.period.ns());
        let stretch = self.changes.partition_point(|(start, _)| start.ns() <= offset).max(1) - 1;
        let ends = at.ns() - offset + self.stop(stretch);
        (self.prices[usize::from(self.changes[stretch].1)], SimTime::from_ns(ends))
    }
}

/// Length of what two stretches have in common.
fn overlap(a: i64, b: i64, c: i64, d: i64) -> i64 {
    (b.min(d) - a.max(c)).max(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hours(h: f64) -> SimTime {
        SimTime::from_seconds(h * 3600.0)
    }

    fn tariff() -> Tariff {
        let at = |h: i64, band| (SimDuration::from_s(h * 3600), band);
        Tariff {
            prices: vec![0.3, 0.1, 0.5],
            currency: "EUR".into(),
            period: SimDuration::from_s(86_400),
            changes: vec![at(0, 1), at(6, 0), at(17, 2), at(20, 0), at(22, 1)],
            co2_kg: 0.0,
            peak: None,
        }
    }

    #[test]
    fn times_in_bands_are_exact() {
        let tariff = tariff();
        let mut by_steps = [0; 3];
        // Every stretch against the sum of its minutes, one by one.
        for (from, to) in
            [(0.0, 24.0), (5.5, 6.25), (23.0, 25.0), (10.0, 10.0), (3.0, 74.5), (0.0, 48.0)]
        {
            let mut times = [0; 3];
            tariff.add_times(hours(from), hours(to), &mut times);
            by_steps.fill(0);
            let mut at = hours(from);
            while at < hours(to) {
                let (price, _) = tariff.price_at(at);
                let band = tariff.prices.iter().position(|p| *p == price).expect("a known price");
                by_steps[band] += 60_000_000_000;
                at += SimDuration::from_s(60);
            }
            assert_eq!(times, by_steps, "{from} to {to}");
        }
    }

    #[test]
    fn prices_end_where_the_next_begins() {
        let tariff = tariff();
        assert_eq!(tariff.price_at(hours(18.5)), (0.5, hours(20.0)));
        assert_eq!(tariff.price_at(hours(47.0)), (0.1, hours(48.0)));
        assert_eq!(tariff.price_at(hours(48.0)), (0.1, hours(54.0)));
    }
}
