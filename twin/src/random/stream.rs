//! Named random streams: independent generators that are derived from (seed, replication, name).
//!
//! Each is a xoshiro256++ (Blackman, Vigna: ACM TOMS 47 (2021) 36; period 2²⁵⁶ − 1). Its state is hashed from the three with
//! `SipHash`, so a stream depends on no other, nor on their number or order: adding a machine leaves the
//! draws of all others alone. Two of 10⁵ streams overlap within 10¹² draws with a probability below 10⁻⁵⁰.

use std::hash::Hasher;

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};
use serde::{Deserialize, Serialize};
use siphasher::sip128::{Hasher128, SipHasher13};

use crate::id::StreamId;

/// One random stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stream {
    rng: Xoshiro256PlusPlus,
    /// Position in the list of values, for a stream that is read from one.
    position: u64,
}

impl Stream {
    /// The stream `name` of replication `replication` of a run with `seed`.
    pub fn new(seed: u64, replication: u32, name: &str) -> Self {
        let mut hasher = SipHasher13::new_with_keys(seed, u64::from(replication));
        hasher.write(name.as_bytes());
        let mut state = [0; 32];
        for (half, bytes) in state.chunks_exact_mut(16).enumerate() {
            hasher.write_u8(half as u8);
            bytes.copy_from_slice(&hasher.finish128().as_bytes());
        }
        Self { rng: Xoshiro256PlusPlus::from_seed(state), position: 0 }
    }

    /// 64 random bits.
    #[inline]
    pub fn bits(&mut self) -> u64 {
        self.rng.next_u64()
    }

    /// Uniform in [0, 1): a multiple of 2⁻⁵³.
    #[inline]
    pub fn uniform(&mut self) -> f64 {
        (self.bits() >> 11) as f64 * (0.5 / (1_u64 << 52) as f64)
    }

    /// Uniform in (0, 1).
    #[inline]
    pub(super) fn uniform_open(&mut self) -> f64 {
        ((self.bits() >> 12) as f64 + 0.5) * (1.0 / (1_u64 << 52) as f64)
    }

    /// True with probability `p`.
    #[inline]
    pub fn chance(&mut self, p: f64) -> bool {
        self.uniform() < p
    }

    /// A whole number below `n`, all equally likely (Lemire: ACM TOMACS 29 (2019) 3); 0 for `n` = 0.
    #[inline]
    pub fn below(&mut self, n: u64) -> u64 {
        loop {
            let product = u128::from(self.bits()) * u128::from(n);
            let low = product as u64;
            if low >= n || low >= n.wrapping_neg() % n.max(1) {
                return (product >> 64) as u64;
            }
        }
    }

    /// The next position in a list; counts up.
    #[inline]
    pub(super) fn next_position(&mut self) -> u64 {
        self.position += 1;
        self.position - 1
    }
}

/// The random streams of one replication, by [`StreamId`]. Part of the state: cloned, saved and hashed with it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Streams(Vec<Stream>);

impl Streams {
    /// The streams with the given names; their ids are the places in the list. Names must be distinct, or two streams
    /// will be the same.
    pub fn new<'a>(seed: u64, replication: u32, names: impl IntoIterator<Item = &'a str>) -> Self {
        Self(names.into_iter().map(|name| Stream::new(seed, replication, name)).collect())
    }

    /// The stream with this id.
    ///
    /// # Panics
    ///
    /// If the id is not one of this table's.
    #[inline]
    pub fn get(&mut self, id: StreamId) -> &mut Stream {
        &mut self.0[id.index()]
    }

    /// Number of streams.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draws(stream: &mut Stream) -> [u64; 3] {
        std::array::from_fn(|_| stream.bits())
    }

    /// Pinned, so that a change in a library cannot change every result unnoticed.
    #[test]
    fn the_first_draws_are_what_they_were() {
        assert_eq!(draws(&mut Stream::new(42, 0, "mill")), PINNED);
    }
    const PINNED: [u64; 3] =
        [4_915_176_708_994_227_841, 2_923_409_310_181_737_568, 507_999_798_501_078_141];

    #[test]
    fn a_stream_depends_on_seed_replication_and_name_alone() {
        let mut some = Streams::new(42, 3, ["infeed", "mill", "out"]);
        let mut more = Streams::new(42, 3, ["mill", "saw", "infeed 2", "out"]);
        assert_eq!(draws(some.get(StreamId(1))), draws(more.get(StreamId(0))));
        assert_eq!(draws(some.get(StreamId(2))), draws(more.get(StreamId(3))));
        let first = |seed, replication, name| Stream::new(seed, replication, name).bits();
        let all = [
            first(42, 3, "mill"),
            first(42, 4, "mill"),
            first(43, 3, "mill"),
            first(42, 3, "mill "),
            first(42, 3, ""),
        ];
        for (i, a) in all.iter().enumerate() {
            assert!(!all[..i].contains(a));
        }
    }

    #[test]
    fn a_saved_stream_goes_on() {
        let mut streams = Streams::new(1, 2, ["a", "b"]);
        draws(streams.get(StreamId(1)));
        let bytes = postcard::to_stdvec(&streams).unwrap();
        let mut restored: Streams = postcard::from_bytes(&bytes).unwrap();
        assert_eq!(restored, streams);
        assert_eq!(draws(restored.get(StreamId(1))), draws(streams.get(StreamId(1))));
    }

    #[test]
    fn below_reaches_all_and_nothing_else() {
        let mut stream = Stream::new(1, 0, "die");
        let mut counts = [0_u32; 6];
        for _ in 0..60_000 {
            counts[stream.below(6) as usize] += 1;
        }
        // Six standard deviations of the binomial.
        assert!(counts.iter().all(|&n| n.abs_diff(10_000) < 548), "{counts:?}");
        assert_eq!(stream.below(0), 0);
        assert_eq!(stream.below(1), 0);
    }

    #[test]
    fn uniform_stays_inside() {
        let mut stream = Stream::new(1, 0, "u");
        let mean = (0..100_000).map(|_| stream.uniform()).sum::<f64>() / 1e5;
        assert!((mean - 0.5).abs() < 4.0 * (1.0_f64 / 12e5).sqrt());
        assert!((0..1000).all(|_| (0.0..1.0).contains(&stream.uniform())));
    }
}
