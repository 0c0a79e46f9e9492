//! How many events there were when: the strip under the timeline.

use crate::units::{SimDuration, SimTime};

/// A histogram of events over time. Bins double in width when the run grows out of them, so that it never takes more than
/// [`BINS`](Self::BINS) of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Density {
    width: SimDuration,
    bins: Vec<u64>,
    total: u64,
}

impl Default for Density {
    fn default() -> Self {
        Self { width: SimDuration::from_s(1), bins: Vec::new(), total: 0 }
    }
}

impl Density {
    /// Most bins.
    pub const BINS: usize = 1024;

    /// Width of a bin.
    pub fn width(&self) -> SimDuration {
        self.width
    }

    /// Events by bin; bin `n` begins at `n` times the width.
    pub fn bins(&self) -> &[u64] {
        &self.bins
    }

    /// Events up to the furthest time.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// The last nanosecond of the bin of `at`.
    pub(super) fn end_of_bin(&self, at: SimTime) -> SimTime {
        let width = self.width.ns();
        SimTime::from_ns((at.ns() / width).saturating_add(1).saturating_mul(width) - 1)
    }

    /// By `at`, `events` have been handled; those that are new were in the bin of `at`.
    pub(super) fn record(&mut self, at: SimTime, events: u64) {
        let bin = self.bin(at);
        if self.bins.len() <= bin {
            self.bins.resize(bin + 1, 0);
        }
        self.bins[bin] += events.saturating_sub(self.total);
        self.total = self.total.max(events);
    }

    /// Forgets what lies behind `at`, where `events` had been handled.
    pub(super) fn cut(&mut self, at: SimTime, events: u64) {
        let bin = self.bin(at);
        self.bins.truncate(bin + 1);
        let before: u64 = self.bins.iter().take(bin).sum();
        if let Some(last) = self.bins.get_mut(bin) {
            *last = events.saturating_sub(before);
        }
        self.total = events;
    }

    fn bin(&mut self, at: SimTime) -> usize {
        while at.ns() / self.width.ns() >= Self::BINS as i64 {
            self.bins = self.bins.chunks(2).map(|pair| pair.iter().sum()).collect();
            self.width += self.width;
        }
        (at.ns() / self.width.ns()) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_lost_when_bins_double() {
        let mut density = Density::default();
        for second in 0..5000 {
            density.record(SimTime::from_seconds(f64::from(second)), u64::from(second as u32) * 3);
        }
        assert_eq!(density.width(), SimDuration::from_s(8));
        assert_eq!(density.bins().iter().sum::<u64>(), 4999 * 3);
        assert_eq!(density.bins()[10], 8 * 3);
        density.cut(SimTime::from_seconds(84.0), 252);
        assert_eq!((density.bins().len(), density.bins()[10]), (11, 252 - (80 * 3 - 3)));
        assert_eq!(density.bins().iter().sum::<u64>(), density.total());
    }
}
