//! Chance: named random streams, distributions as people write them, and their samplers.
//!
//! Every draw is a function of (seed, replication, name of the stream, number of the draw). Transcendental functions come
//! from the crate `libm`, never from the platform, so that a draw has the same bits everywhere. (`rand_distr` would
//! not do: it computes through `num-traits`, which falls back to the platform's functions as soon as any crate in
//! the build, such as `nalgebra`, turns its feature `std` on.)

mod distribution;
mod moments;
mod rate;
mod sampler;
mod stream;
mod text;
mod variate;

pub use distribution::{AtEnd, Distribution, Value};
pub use rate::{RateProfile, RateSampler};
pub use sampler::Sampler;
pub use stream::{Stream, Streams};
