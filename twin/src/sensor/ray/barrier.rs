//! Light barriers: beams from one end to the other, and whether anything stands in them.

use nalgebra::Vector3;

use super::cast::Ray;
use super::world::World;

/// How the light comes back.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Optics {
    /// A receiver at the far end.
    #[default]
    Through,
    /// A reflector at the far end, and a receiver beside the sender. What stands nearer to the sender than `blind_m` sends light into
    /// neither.
    Retro {
        /// Length of the stretch before the sender where nothing is seen, m.
        blind_m: f64,
    },
}

/// A light barrier, or a curtain of several.
#[derive(Clone, Debug, PartialEq)]
pub struct LightBarrier {
    beams: Vec<Ray>,
}

/// What stands this near to either end is the barrier's own housing, m.
const HOUSING: f32 = 1e-4;

/// Most beams of a curtain.
pub const MOST_CURTAIN: usize = 10_000;

impl LightBarrier {
    /// One beam from `from` to `to`, m; none if there is no way between them, or no number.
    pub fn new(from: Vector3<f64>, to: Vector3<f64>, optics: Optics) -> Option<Self> {
        Self::curtain(from, to, Vector3::zeros(), 1, optics)
    }

    /// `count` beams, each `step` from the one before; none if there is no way between the ends, no beam, or more than
    /// [`MOST_CURTAIN`].
    pub fn curtain(
        from: Vector3<f64>,
        to: Vector3<f64>,
        step: Vector3<f64>,
        count: usize,
        optics: Optics,
    ) -> Option<Self> {
        let length = (to - from).norm();
        if !(length > 3.0 * f64::from(HOUSING))
            || !length.is_finite()
            || !(1..=MOST_CURTAIN).contains(&count)
        {
            return None;
        }
        let row = |v: Vector3<f64>| [v.x as f32, v.y as f32, v.z as f32];
        let near = match optics {
            Optics::Through => HOUSING,
            Optics::Retro { blind_m } => HOUSING.max(blind_m as f32),
        };
        let beam = |n: usize| {
            let ray = Ray::new(row(from + step * n as f64), row((to - from) / length));
            Ray { near, far: length as f32 - HOUSING, ..ray }
        };
        Some(Self { beams: (0..count).map(beam).collect() })
    }

    /// Its beams, for whoever casts many at once.
    pub fn beams(&self) -> &[Ray] {
        &self.beams
    }

    /// Whether anything stands in any beam.
    pub fn is_blocked(&self, world: &World) -> bool {
        self.beams.iter().any(|beam| world.is_blocked(beam))
    }
}
