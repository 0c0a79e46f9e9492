//! How many rays are cast in a second in a large hall.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use twin::sensor::ray::{DemoHall, Ray, RayError, World};

use super::place::{Effort, MeasureError, Place, best};
use crate::ray::{GpuWorld, List, Rays};
use crate::{Gpu, Kind, Stopwatch};

/// How far away something blocks a ray that only asks whether anything does (m).
pub const ANY_WITHIN: f32 = 5.0;

/// How fast rays are cast: on the processor by one core, on a device by all of it.
#[derive(Clone, Debug, PartialEq)]
pub struct RayRate {
    /// Which rays.
    pub what: &'static str,
    /// Triangles of the hall, counted once for each place where they stand.
    pub triangles: usize,
    /// Rays that were timed at once.
    pub rays: usize,
    /// Rays in a second for which the nearest hit was found.
    pub nearest_per_s: f64,
    /// Rays in a second for which was found whether anything is nearer than [`ANY_WITHIN`].
    pub any_per_s: f64,
}

/// A hall, and the rays that are cast there: those of cameras, which are neighbours (coherent), and such as go from anywhere to
/// anywhere (incoherent).
#[derive(Clone, Copy, Debug)]
pub struct RayCase {
    /// What they are called in both halls: coherent, incoherent.
    pub what: [&'static str; 2],
    world: fn(&DemoHall) -> Result<World, RayError>,
}

/// All halls: racks and machines as bodies that share their shapes, which is little to read, and all triangles in one mesh.
pub const RAYS: [RayCase; 2] = [
    RayCase { what: ["bodies, coherent", "bodies, incoherent"], world: DemoHall::world },
    RayCase { what: ["one mesh, coherent", "one mesh, incoherent"], world: DemoHall::flat_world },
];

impl RayCase {
    /// How fast coherent and incoherent rays are cast at `place`.
    ///
    /// # Errors
    ///
    /// If the hall does not fit the device.
    pub fn measure(&self, place: &Place, effort: Effort) -> Result<[RayRate; 2], MeasureError> {
        let hall = DemoHall::with(triangles(effort));
        let world = (self.world)(&hall)?;
        let many = many(place, effort);
        let width = (many as f64 / 3.0).sqrt() as usize;
        let lists = [hall.coherent(width, width * 3 / 4), hall.incoherent(many)];
        let caster = Caster::new(place, world)?;
        let rate = |n: usize| {
            let rays = lists[n].len();
            caster.rates(&lists[n], effort).map(|[nearest_per_s, any_per_s]| RayRate {
                what: self.what[n],
                triangles: hall.triangles(),
                rays,
                nearest_per_s,
                any_per_s,
            })
        };
        Ok([rate(0)?, rate(1)?])
    }
}

/// Triangles of the hall.
fn triangles(effort: Effort) -> usize {
    match effort {
        Effort::Quick => 50_000,
        Effort::Full => 1_000_000,
    }
}

/// How many rays: a device needs many to be busy.
fn many(place: &Place, effort: Effort) -> usize {
    match (place, effort) {
        (_, Effort::Quick) => 20_000,
        (Place::Device(gpu), Effort::Full) if gpu.kind() == Kind::Hardware => 2_000_000,
        (_, Effort::Full) => 200_000,
    }
}

/// What casts rays into a world.
enum Caster {
    Host(World),
    Device(Arc<Gpu>, Box<(GpuWorld, Rays)>),
}

impl Caster {
    fn new(place: &Place, world: World) -> Result<Self, MeasureError> {
        Ok(match place {
            Place::Host => Self::Host(world),
            Place::Device(gpu) => {
                let there = (GpuWorld::new(gpu, &world)?, Rays::new(gpu));
                Self::Device(gpu.clone(), Box::new(there))
            }
        })
    }

    /// Rays in a second: nearest, any.
    fn rates(&self, rays: &[Ray], effort: Effort) -> Result<[f64; 2], MeasureError> {
        let short: Vec<Ray> = rays.iter().map(|ray| Ray { far: ANY_WITHIN, ..*ray }).collect();
        let (gpu, (world, kernels)) = match self {
            Self::Host(world) => {
                return Ok([
                    one_core(rays, effort, |ray| world.closest(ray).range),
                    one_core(&short, effort, |ray| f32::from(u8::from(world.is_blocked(ray)))),
                ]);
            }
            Self::Device(gpu, there) => (gpu, &**there),
        };
        let watch = Stopwatch::new(gpu);
        let rate = |list: &List, cast: fn(&List, &Rays, &GpuWorld)| {
            let mut round =
                |times| watch.time(|| (0..times).for_each(|_| cast(list, kernels, world)));
            let (times, seconds) = best(effort, &mut round);
            (list.len() * times) as f64 / seconds
        };
        Ok([
            rate(&List::new(gpu, rays)?, List::cast),
            rate(&List::new(gpu, &short)?, List::cast_any),
        ])
    }
}

/// Rays in a second on this thread: the sum of the fastest of some rounds over short pieces, so that a busy machine shows little.
fn one_core(rays: &[Ray], effort: Effort, cast: impl Fn(&Ray) -> f32) -> f64 {
    const PIECE: usize = 1000;
    let rounds = match effort {
        Effort::Quick => 2,
        Effort::Full => 5,
    };
    let fastest = |piece: &[Ray]| {
        let round = |_| {
            let begun = Instant::now();
            black_box(piece.iter().map(&cast).sum::<f32>());
            begun.elapsed().as_secs_f64()
        };
        (0..rounds).map(round).fold(f64::MAX, f64::min)
    };
    rays.len() as f64 / rays.chunks(PIECE).map(fastest).sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_case_runs_in_both_places() {
        let device = Gpu::for_tests().map(Place::Device);
        for place in std::iter::once(Place::Host).chain(device) {
            for case in RAYS {
                let rates = match case.measure(&place, Effort::Quick) {
                    Ok(rates) => rates,
                    Err(error) => panic!("{}: {error}", case.what[0]),
                };
                for rate in rates {
                    assert!(rate.nearest_per_s > 0.0 && rate.any_per_s > 0.0, "{rate:?}");
                    assert!((15_000..=20_000).contains(&rate.rays), "{rate:?}");
                    assert!((20_000..=50_000).contains(&rate.triangles), "{rate:?}");
                }
            }
        }
    }
}
