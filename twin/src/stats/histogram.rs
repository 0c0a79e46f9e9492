//! Log-linear histogram of durations: every power of two is divided into 64 equal buckets.
//!
//! The idea is that of Tene's `HdrHistogram`, without a range to declare: values below 128 are exact, any other is
//! known to within a bucket whose width is at most 1/64 of its lower end, so its middle is off by at most 1/128.
//! Only octaves that hold a value take memory (512 bytes each, 58 at most); most histograms of a large plant stay
//! empty and take none beyond the struct.

use serde::{Deserialize, Serialize};

/// Buckets in an octave, as a power of two.
const BITS: u32 = 6;
const BUCKETS: usize = 1 << BITS;
/// Octaves of the non-negative `i64`; the first holds 0..64.
const OCTAVES: usize = 64 - BITS as usize;
/// In place of an octave that holds nothing.
const ABSENT: u8 = u8::MAX;

/// Distribution of non-negative integers (nanoseconds, as a rule) with a relative error of at most 1/128.
///
/// Count, sum, minimum and maximum are exact. The content does not depend on the order of the values, equal
/// contents are equal in memory (so `Eq` and `Hash` mean what they say), and serialise to the same sparse form.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Sparse", into = "Sparse")]
pub struct Histogram {
    /// Where in `counts` each octave stands; the octaves that hold something stand there in order.
    place: [u8; OCTAVES],
    counts: Vec<[u64; BUCKETS]>,
    count: u64,
    sum: u128,
    /// `i64::MAX` while empty, so that recording needs no case of its own.
    min: i64,
    /// -1 while empty.
    max: i64,
}

impl Default for Histogram {
    fn default() -> Self {
        Self::new()
    }
}

impl Histogram {
    /// An empty histogram; takes no memory from the heap.
    pub const fn new() -> Self {
        let place = [ABSENT; OCTAVES];
        Self { place, counts: Vec::new(), count: 0, sum: 0, min: i64::MAX, max: -1 }
    }

    /// Takes in one value. A negative one is a bug of the caller and counts as zero. Cost: a few nanoseconds.
    #[inline]
    pub fn record(&mut self, value: i64) {
        self.record_times(value, 1);
    }

    /// Takes in the same value `n` times, as where it is weighted with the nanoseconds for which it held.
    #[inline]
    pub fn record_times(&mut self, value: i64, n: u64) {
        debug_assert!(value >= 0, "a histogram holds non-negative values, got {value}");
        if n == 0 {
            return;
        }
        let value = value.max(0);
        self.count += n;
        self.sum += value as u128 * u128::from(n);
        self.min = self.min.min(value);
        self.max = self.max.max(value);
        *self.bucket(bucket_of(value)) += n;
    }

    /// Takes in all values of another histogram; exact, and independent of the order of merging.
    pub fn merge(&mut self, other: &Self) {
        for (index, n) in other.buckets() {
            *self.bucket(index) += n;
        }
        self.count += other.count;
        self.sum += other.sum;
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
    }

    /// Forgets all values, as at the end of the warm-up; keeps the memory.
    pub fn reset(&mut self) {
        self.counts.clear();
        *self = Self { counts: std::mem::take(&mut self.counts), ..Self::new() };
    }

    /// Number of values.
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// Sum of the values, exact.
    pub const fn sum(&self) -> u128 {
        self.sum
    }

    /// Mean of the values, exact but for rounding to `f64`; `None` without values.
    pub fn mean(&self) -> Option<f64> {
        (self.count > 0).then(|| self.sum as f64 / self.count as f64)
    }

    /// Smallest value, exact; `None` without values.
    pub fn min(&self) -> Option<i64> {
        (self.count > 0).then_some(self.min)
    }

    /// Largest value, exact; `None` without values.
    pub fn max(&self) -> Option<i64> {
        (self.count > 0).then_some(self.max)
    }

    /// The smallest value that at least the share `q` of all values does not exceed, within 1/128 of itself.
    ///
    /// `q` of 0 or less gives the minimum, 1 or more the maximum, both exact; `None` without values or for NaN.
    /// Cost: one pass over the occupied octaves.
    pub fn quantile(&self, q: f64) -> Option<i64> {
        if self.count == 0 || q.is_nan() {
            return None;
        }
        let rank = ((q * self.count as f64).ceil() as u64).clamp(1, self.count);
        if rank == 1 {
            return Some(self.min);
        }
        if rank == self.count {
            return Some(self.max);
        }
        let mut seen = 0;
        let (index, _) = self.buckets().find(|(_, n)| {
            seen += n;
            seen >= rank
        })?;
        Some(middle(index).clamp(self.min, self.max))
    }

    /// The occupied buckets in ascending order: lower end, width (values `lower .. lower + width`), count.
    pub fn iter(&self) -> impl Iterator<Item = (i64, i64, u64)> {
        self.buckets().map(|(index, n)| (lower_end(index), width(index), n))
    }

    /// Index and count of every bucket that is not empty, ascending.
    fn buckets(&self) -> impl Iterator<Item = (usize, u64)> {
        let octaves = (0..OCTAVES).filter(|octave| self.place[*octave] != ABSENT);
        octaves.zip(&self.counts).flat_map(|(octave, counts)| {
            let indexed = counts.iter().enumerate();
            indexed.filter(|(_, n)| **n > 0).map(move |(k, n)| (octave * BUCKETS + k, *n))
        })
    }

    /// The count of bucket `index`, with its octave made where it is missing.
    #[inline]
    fn bucket(&mut self, index: usize) -> &mut u64 {
        let (octave, k) = (index / BUCKETS, index % BUCKETS);
        if self.place[octave] == ABSENT {
            self.add_octave(octave);
        }
        &mut self.counts[self.place[octave] as usize][k]
    }

    #[cold]
    #[inline(never)]
    fn add_octave(&mut self, octave: usize) {
        let (below, above) = self.place.split_at_mut(octave);
        let place = below.iter().filter(|place| **place != ABSENT).count();
        above.iter_mut().filter(|place| **place != ABSENT).for_each(|place| *place += 1);
        above[0] = place as u8;
        self.counts.insert(place, [0; BUCKETS]);
    }
}

/// Bucket of a non-negative value: its 6 bits after the leading one, behind those of the octaves below.
#[inline]
const fn bucket_of(value: i64) -> usize {
    let value = value as u64;
    // The two lowest octaves, values below 128, have buckets one value wide.
    let shift = (value | BUCKETS as u64).ilog2() - BITS;
    shift as usize * BUCKETS + (value >> shift) as usize
}

/// Width of the bucket `index` in values.
const fn width(index: usize) -> i64 {
    1 << (index / BUCKETS).saturating_sub(1)
}

const fn lower_end(index: usize) -> i64 {
    let octave = index / BUCKETS;
    if octave == 0 { index as i64 } else { width(index) * (BUCKETS + index % BUCKETS) as i64 }
}

const fn middle(index: usize) -> i64 {
    lower_end(index) + (width(index) - 1) / 2
}

/// What is stored: the buckets that are not empty, each as its distance from the one before and its count.
#[derive(Serialize, Deserialize)]
struct Sparse {
    /// High and low half of the sum: many formats end at 64 bits.
    sum: (u64, u64),
    min: i64,
    max: i64,
    buckets: Vec<(u16, u64)>,
}

impl From<Histogram> for Sparse {
    fn from(from: Histogram) -> Self {
        let mut before = 0;
        let buckets = from.buckets().map(|(index, n)| {
            let distance = index - before;
            before = index;
            (distance as u16, n)
        });
        let buckets = buckets.collect();
        let sum = ((from.sum >> 64) as u64, from.sum as u64);
        Self { sum, min: from.min().unwrap_or(0), max: from.max().unwrap_or(0), buckets }
    }
}

impl TryFrom<Sparse> for Histogram {
    type Error = &'static str;

    fn try_from(from: Sparse) -> Result<Self, Self::Error> {
        let mut histogram = Self::new();
        // First and last bucket.
        let mut ends: Option<(usize, usize)> = None;
        let mut index = 0;
        for (distance, n) in from.buckets {
            index += distance as usize;
            if n == 0 || index > bucket_of(i64::MAX) || (distance == 0 && ends.is_some()) {
                return Err("histogram: buckets must ascend and hold something");
            }
            let first = ends.map_or(index, |(first, _)| first);
            ends = Some((first, index));
            *histogram.bucket(index) = n;
            histogram.count =
                histogram.count.checked_add(n).ok_or("histogram: more than 2^64 values")?;
        }
        let stated = (from.min, from.max, from.sum);
        let Some((first, last)) = ends else {
            let fine = stated == (0, 0, (0, 0));
            return if fine { Ok(histogram) } else { Err("histogram: values without buckets") };
        };
        let in_place = |value: i64, index| value >= 0 && bucket_of(value) == index;
        if !in_place(from.min, first) || !in_place(from.max, last) || from.min > from.max {
            return Err("histogram: minimum and maximum must lie in the outermost buckets");
        }
        (histogram.min, histogram.max) = (from.min, from.max);
        histogram.sum = u128::from(from.sum.0) << 64 | u128::from(from.sum.1);
        Ok(histogram)
    }
}

#[cfg(test)]
mod tests;
