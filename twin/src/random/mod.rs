//! Chance: named random streams, distributions as a file says them, samplers as the engine draws from them.

mod distribution;
mod moments;
mod rate;
mod sampler;
mod stream;

pub use distribution::{Distribution, Value};
pub use rate::RateProfile;
pub use sampler::Sampler;
pub use stream::{Stream, Streams};
