//! What a ranging instrument makes of what its beams meet.
//!
//! Light that a surface of reflectivity ρ scatters back from range r under the angle θ goes with *ρ cos θ / r²* (the range equation for
//! a rough surface larger than the beam; Jelalian, *Laser Radar Systems*, 1992). An instrument that is sold with a range *R* on
//! white cloth of ρ₀ sees what sends back at least *ρ₀ / R²*. Ranges have noise that may grow with range, and come in steps. Noise is drawn
//! by counter, from (seed, instrument, scan, beam).

use super::cast::Hit;
use super::world::{BodyId, World};
use crate::sensor::chance::{key, normals, philox};

/// How a ranging instrument measures.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ranging {
    /// Nearest range that it measures, m.
    pub nearest: f32,
    /// Farthest range that it measures at all, m.
    pub farthest: f32,
    /// Farthest range at which it sees [`reference`](Self::reference) head on, m.
    pub reach: f32,
    /// Reflectivity that `reach` is stated for, such as 0.1.
    pub reference: f32,
    /// Standard deviation of the noise of a range, m.
    pub noise: f32,
    /// What comes on top for each metre of range, m.
    pub noise_per_m: f32,
    /// Step of the ranges that it gives, m; 0 for none.
    pub step: f32,
}

impl Ranging {
    /// One that gives what is there, however far.
    pub const IDEAL: Self = Self {
        nearest: 0.0,
        farthest: f32::INFINITY,
        reach: f32::INFINITY,
        reference: 1.0,
        noise: 0.0,
        noise_per_m: 0.0,
        step: 0.0,
    };
}

/// One range as it was measured, and as it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reading {
    /// Range that the instrument gives, m; none: no echo, or out of its range.
    pub range: Option<f32>,
    /// Range that there is, m; infinite for nothing.
    pub truth: f32,
    /// Number of the body that was met; `u32::MAX` for none.
    pub body: u32,
}

impl Reading {
    /// The body that was met, if any.
    pub fn body(&self) -> Option<BodyId> {
        (self.body != u32::MAX).then_some(BodyId(self.body))
    }
}

/// Which scan of which instrument: what noise depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Draw {
    /// Of the run.
    pub seed: u64,
    /// The instrument.
    pub instrument: u32,
    /// The scan, counted from the start.
    pub scan: u32,
}

/// The third word of the counter: what draws are for. Points have theirs from 0 on.
const RANGE: u32 = 0x5241_4E47;

impl Ranging {
    /// What comes of `hit`, beam number `beam` of a scan.
    pub fn read(&self, world: &World, hit: &Hit, draw: Draw, beam: u32) -> Reading {
        let truth = Reading { range: None, truth: hit.range, body: hit.body };
        let Some(body) = hit.body() else { return truth };
        let echo = world.surface(body).reflectivity * hit.cosine * (self.reach / hit.range).powi(2);
        if self.reach.is_finite() && echo < self.reference {
            return truth;
        }
        let sigma = self.noise + self.noise_per_m * hit.range;
        let word = philox([beam, draw.scan, RANGE, draw.instrument], key(draw.seed))[0];
        let noisy = if sigma > 0.0 { hit.range + sigma * normals([word])[0] } else { hit.range };
        let range = if self.step > 0.0 { (noisy / self.step).round() * self.step } else { noisy };
        let within = (self.nearest..=self.farthest).contains(&range);
        Reading { range: within.then_some(range), ..truth }
    }

    /// What comes of the hits of a whole scan.
    pub fn read_all(&self, world: &World, hits: &[Hit], draw: Draw) -> Vec<Reading> {
        (0_u32..).zip(hits).map(|(beam, hit)| self.read(world, hit, draw, beam)).collect()
    }
}
