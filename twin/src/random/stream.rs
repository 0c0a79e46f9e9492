//! Named random streams.
//!
//! Each use of chance in a plant draws from a generator of its own, seeded by a hash of (seed, replication, name). So a new
//! machine, or a changed one, leaves the draws of all others alone, and two variants of a plant under the same seed see
//! the same luck (common random numbers).
//!
//! The generator is xoshiro256++ (Blackman and Vigna 2021: period 2^256 − 1, passes BigCrush), seeded with 256 bits of
//! `SipHash`-2-4.

use std::hash::Hasher as _;

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng, TryRng};
use serde::{Deserialize, Serialize};
use siphasher::sip128::{Hasher128 as _, SipHasher24};

use crate::id::StreamId;

/// One stream. 40 bytes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stream {
    generator: Xoshiro256PlusPlus,
    /// Values taken from a recorded trace so far.
    pub(super) cursor: u64,
}

impl Stream {
    /// The stream `name` of replication `replication` under `seed`.
    pub fn new(seed: u64, replication: u32, name: &str) -> Self {
        let mut bytes = [0; 32];
        for (half, chunk) in bytes.chunks_exact_mut(16).enumerate() {
            let mut hasher = SipHasher24::new_with_keys(seed, u64::from(replication));
            hasher.write_u8(half as u8);
            hasher.write(name.as_bytes());
            chunk.copy_from_slice(&hasher.finish128().as_u128().to_le_bytes());
        }
        Self { generator: Xoshiro256PlusPlus::from_seed(bytes), cursor: 0 }
    }

    /// 64 random bits.
    #[inline]
    pub fn bits(&mut self) -> u64 {
        self.generator.next_u64()
    }

    /// A number from 0 up to but not including 1: a multiple of 2^-53.
    #[inline]
    pub fn uniform(&mut self) -> f64 {
        (self.bits() >> 11) as f64 * (1.0 / (1_u64 << 53) as f64)
    }
}

/// For the distributions of `rand_distr`.
impl TryRng for Stream {
    type Error = std::convert::Infallible;

    #[inline]
    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        Ok((self.bits() >> 32) as u32)
    }

    #[inline]
    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        Ok(self.bits())
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Self::Error> {
        self.generator.fill_bytes(bytes);
        Ok(())
    }
}

/// All streams of a run, by [`StreamId`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Streams(Vec<Stream>);

impl Streams {
    /// A stream for each name, in their order. About 60 ns each.
    pub fn new<'a>(seed: u64, replication: u32, names: impl Iterator<Item = &'a str>) -> Self {
        Self(names.map(|name| Stream::new(seed, replication, name)).collect())
    }

    /// The stream `id`.
    #[inline]
    pub fn get(&mut self, id: StreamId) -> &mut Stream {
        &mut self.0[id.index()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draws(seed: u64, replication: u32, names: &[&str], which: usize) -> Vec<u64> {
        let mut streams = Streams::new(seed, replication, names.iter().copied());
        (0..4).map(|_| streams.get(StreamId::from_index(which)).bits()).collect()
    }

    #[test]
    fn a_stream_depends_on_its_own_name_only() {
        let alone = draws(1, 0, &["mill/time"], 0);
        assert_eq!(alone, draws(1, 0, &["saw/time", "mill/time", "out"], 1));
        assert_ne!(alone, draws(1, 0, &["mill/repair"], 0));
        assert_ne!(alone, draws(2, 0, &["mill/time"], 0));
        assert_ne!(alone, draws(1, 1, &["mill/time"], 0));
    }

    /// A change of the generator or of its seeding changes every result ever published: it must be seen.
    #[test]
    fn first_draws_are_pinned() {
        let mut stream = Stream::new(1, 0, "mill/time");
        let first: Vec<u64> = (0..2).map(|_| stream.bits()).collect();
        assert_eq!(first, PINNED);
    }
    const PINNED: [u64; 2] = [0, 0];

    #[test]
    fn uniform_stays_below_one() {
        let mut stream = Stream::new(7, 3, "x");
        let mean = (0..100_000)
            .map(|_| {
                let u = stream.uniform();
                assert!((0.0..1.0).contains(&u));
                u
            })
            .sum::<f64>()
            / 1e5;
        // Standard error 0.2887 / sqrt(1e5) = 9.1e-4.
        assert!((mean - 0.5).abs() < 4.0 * 9.2e-4, "mean {mean}");
    }
}
