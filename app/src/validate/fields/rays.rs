//! Rays: against what is known in closed form, against trying everything, and against a box on its way through a light barrier.

use std::time::Instant;

use nalgebra::{Isometry3, Point3, Vector3};
use shaders::ray::{GpuWorld, Rays};
use twin::sensor::ray::{
    DemoHall, Hit, LightBarrier, Mesh, Mount, Optics, Pattern, Ray, Surface, World,
};

use super::Backend;
use crate::validate::bench::{Bench, Failure, Findings};
use crate::validate::finding::{Finding, number};

/// Rays compared with trying everything; fewer in a quick run.
const TRIED: usize = 100_000;

/// V48.
pub(in crate::validate) fn check(bench: &Bench) -> Findings {
    let mut out = Vec::new();
    for backend in Backend::all() {
        let caster = Caster::new(backend);
        out.push(caster.plane()?);
        out.extend(caster.sphere()?);
        out.extend(caster.inside_of_boxes()?);
        out.extend(caster.brute_force(if bench.is_quick() { TRIED / 20 } else { TRIED })?);
        out.extend(caster.barrier()?);
        out.push(caster.hall()?);
    }
    Ok(out)
}

/// Casts rays on a back end.
struct Caster {
    name: &'static str,
    gpu: Option<(std::sync::Arc<shaders::Gpu>, Rays)>,
}

/// Numbers from -1 to 1 (Marsaglia's xorshift).
struct Dice(u32);

impl Dice {
    fn next(&mut self) -> f32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        self.0 as f32 / (u32::MAX as f32 / 2.0) - 1.0
    }

    fn three(&mut self) -> [f32; 3] {
        [self.next(), self.next(), self.next()]
    }
}

/// The largest relative error of ranges; a miss is infinite.
fn worst(hits: &[Hit], expected: impl Fn(usize) -> f64) -> f64 {
    let error = |(n, hit): (usize, &Hit)| (f64::from(hit.range) / expected(n) - 1.0).abs();
    hits.iter().enumerate().map(error).fold(0.0, f64::max)
}

fn flat(v: Vector3<f64>) -> [f32; 3] {
    [v.x as f32, v.y as f32, v.z as f32]
}

impl Caster {
    fn new(backend: &Backend) -> Self {
        let gpu = match backend {
            Backend::Cpu => None,
            Backend::Gpu(gpu) => Some((gpu.clone(), Rays::new(gpu))),
        };
        Self { name: backend.name(), gpu }
    }

    fn cast(&self, world: &World, rays: &[Ray]) -> Result<Vec<Hit>, Failure> {
        let Some((gpu, kernels)) = &self.gpu else { return Ok(world.cast(rays)) };
        Ok(kernels.cast(&GpuWorld::new(gpu, world)?, rays)?)
    }

    fn share(&self, what: &str, got: f64) -> Finding {
        let what = format!("{}: {what}", self.name);
        Finding::within(what, 0.0, got, 1e-5, "1e-5 of the range")
    }

    fn none(&self, what: &str, got: usize) -> Finding {
        Finding::equal(format!("{}: {what}", self.name), 0.0, got as f64)
    }

    /// Down on a floor of two triangles: height over the cosine.
    fn plane(&self) -> Result<Finding, Failure> {
        let corner = |n: usize| [[-1.0, 1.0][n & 1] * 50.0, [-1.0, 1.0][n >> 1] * 50.0, 0.0];
        let mesh = Mesh {
            points: (0..4).map(corner).collect(),
            triangles: vec![[0, 1, 3], [0, 3, 2]],
            colours: Vec::new(),
        };
        let world = one(&mesh, Isometry3::identity())?;
        let mut dice = Dice(1);
        let mut ray = || {
            let [x, y, z] = dice.three();
            let [across, along, down] = dice.three();
            Ray::new([x, y, 2.5 + z], [across, along, -0.5 + 0.3 * down])
        };
        let rays: Vec<Ray> = (0..10_000).map(|_| ray()).collect();
        let hits = self.cast(&world, &rays)?;
        let range = |n: usize| f64::from(rays[n].origin[2]) / -f64::from(rays[n].direction[2]);
        Ok(self.share("a plane", worst(&hits, range)))
    }

    /// From inside a fine sphere: exact at its corners, between chord and arc elsewhere; and no ray leaves by an edge.
    fn sphere(&self) -> Result<Vec<Finding>, Failure> {
        let (around, up) = (180, 90);
        let mesh = Mesh::sphere(1.0, around, up);
        let world = one(&mesh, Isometry3::identity())?;
        let mut dice = Dice(2);
        let mut to_corners = Vec::new();
        let mut to_edges = Vec::new();
        for triangle in &mesh.triangles {
            let [a, b, _] = triangle.map(|corner| mesh.points[corner as usize]);
            let from = dice.three().map(|x| 0.4 * x);
            let share = 0.5 * (dice.next() + 1.0);
            let at = |share: f32| [0, 1, 2].map(|n| a[n] + share * (b[n] - a[n]) - from[n]);
            to_corners.push((Ray::new(from, at(0.0)), at(0.0)));
            to_edges.push(Ray::new(from, at(share)));
        }
        let anywhere: Vec<Ray> = (0..10_000).map(|_| Ray::new([0.0; 3], dice.three())).collect();
        let corners: Vec<Ray> = to_corners.iter().map(|(ray, _)| *ray).collect();
        let hits = self.cast(&world, &corners)?;
        let exact =
            |n: usize| to_corners[n].1.iter().map(|x| f64::from(*x).powi(2)).sum::<f64>().sqrt();
        // Chords of both directions leave the sphere by half their angle each.
        let half = std::f64::consts::PI / f64::from(around);
        let sagitta = 1.0 - half.cos() * (std::f64::consts::FRAC_PI_2 / f64::from(up)).cos();
        let middle = worst(&self.cast(&world, &anywhere)?, |_| 1.0 - sagitta / 2.0);
        let open = |hits: Vec<Hit>| hits.iter().filter(|hit| hit.body().is_none()).count();
        let what = format!("{}: a sphere of {} triangles", self.name, mesh.triangles.len());
        Ok(vec![
            self.share("corners of a sphere", worst(&hits, exact)),
            Finding::within(what, 0.0, middle, sagitta / 2.0 + 1e-6, "between chord and arc"),
            self.none("rays that leave a sphere by an edge", open(self.cast(&world, &to_edges)?)),
        ])
    }

    /// From inside a turned box, as a mesh and as a box: the nearest of six planes.
    fn inside_of_boxes(&self) -> Result<Vec<Finding>, Failure> {
        let size = Vector3::new(8.0, 5.0, 3.0);
        let pose = Isometry3::new(Vector3::new(12.0, 7.0, 2.0), Vector3::new(0.3, -0.5, 1.1));
        let mut boxed = World::new();
        boxed.add_box(size, pose, Surface::default())?;
        boxed.update()?;
        let mut dice = Dice(3);
        let mut rays = Vec::new();
        let mut ranges = Vec::new();
        for _ in 0..10_000 {
            let from = dice.three().map(|x| f64::from(x) * 0.45);
            let from = Vector3::from(from).component_mul(&size);
            let ray = Ray::new(flat((pose * Point3::from(from)).coords), dice.three());
            // The ray as it was rounded, in the box's axes, in f64.
            let from = pose.inverse() * Point3::from(ray.origin.map(f64::from));
            let way = pose.rotation.inverse() * Vector3::from(ray.direction.map(f64::from));
            let plane =
                |axis: usize| (way[axis].signum() * size[axis] / 2.0 - from[axis]) / way[axis];
            ranges.push((0..3).map(plane).fold(f64::INFINITY, f64::min));
            rays.push(ray);
        }
        let meshed = one(&Mesh::cuboid([8.0, 5.0, 3.0]), pose)?;
        let error =
            |world: &World| Ok::<f64, Failure>(worst(&self.cast(world, &rays)?, |n| ranges[n]));
        Ok(vec![
            self.share("inside a box", error(&boxed)?),
            self.share("inside a box of triangles", error(&meshed)?),
        ])
    }

    /// Trees against trying everything, in a heap of boxes and meshes.
    fn brute_force(&self, count: usize) -> Result<Vec<Finding>, Failure> {
        let mut dice = Dice(4);
        let mut world = World::new();
        let shapes =
            [world.shape(&Mesh::sphere(0.7, 16, 8))?, world.shape(&Mesh::cylinder(0.3, 1.5, 12))?];
        for n in 0..120_usize {
            let place = Vector3::from(dice.three().map(|x| f64::from(x) * 6.0));
            let pose = Isometry3::new(place, Vector3::from(dice.three().map(f64::from)));
            if n % 10 < 2 {
                world.add(shapes[n % 10], pose, Surface::default());
            } else {
                let size = dice.three().map(|x| 0.5 + 0.4 * f64::from(x));
                world.add_box(Vector3::from(size), pose, Surface::default())?;
            }
        }
        world.update()?;
        let mut ray = || {
            let from = dice.three().map(|x| 8.0 * x);
            Ray::new(from, dice.three())
        };
        let rays: Vec<Ray> = (0..count).map(|_| ray()).collect();
        let hits = self.cast(&world, &rays)?;
        let (mut off, mut other, mut met) = (0.0_f64, 0, 0);
        for (ray, hit) in rays.iter().zip(&hits) {
            let all = world.closest_of_all(ray);
            let error = (f64::from(hit.range) / f64::from(all.range) - 1.0).abs();
            let both = hit.body().is_some() && all.body().is_some();
            met += usize::from(both);
            if both && (error < 1e-5 || hit.body == all.body) {
                off = off.max(error);
            }
            let same = hit.body == all.body || (both && error < 1e-5);
            // On a device, products may be fused: a ray within rounding of an outline may pass on the other side.
            other += usize::from(!same && !grazes(&world, ray, hit, &all));
        }
        let note = format!("{count} rays, {met} met something");
        Ok(vec![
            self.share("trees and trying all: range", off).note(&note),
            self.none("trees and trying all: other bodies", other),
        ])
    }

    /// A box of 0.4 m at 0.5 m/s through a beam: ticks of 1 ms at which the beam is first blocked, and first free again.
    fn barrier(&self) -> Result<Vec<Finding>, Failure> {
        let beam = LightBarrier::new(
            Vector3::new(1.0, -0.5, 0.1),
            Vector3::new(1.0, 0.5, 0.1),
            Optics::Through,
        );
        let rays: Vec<Ray> = beam.iter().flat_map(|beam| beam.beams().to_vec()).collect();
        let mut world = World::new();
        let size = Vector3::new(0.4, 0.3, 0.2);
        let place = |ms: u32| {
            // A fourth of a tick off, so that no edge falls on a tick.
            Isometry3::translation(-0.1 + 0.5 * (f64::from(ms) + 0.25) * 1e-3, 0.0, 0.1)
        };
        let body = world.add_box(size, place(0), Surface::default())?;
        world.update()?;
        let mut device = match &self.gpu {
            Some((gpu, kernels)) => Some((GpuWorld::new(gpu, &world)?, kernels)),
            None => None,
        };
        let mut edges = Vec::new();
        let mut was = false;
        // Around both edges only: each tick on a device is a round trip.
        for ms in (1780..1820).chain(2580..2620) {
            world.place(body, place(ms));
            world.update()?;
            let hits = match &mut device {
                None => world.cast(&rays),
                Some((there, kernels)) => {
                    there.follow(&world)?;
                    kernels.cast(there, &rays)?
                }
            };
            let blocked = hits.iter().any(|hit| hit.body().is_some());
            if blocked != was {
                edges.push(f64::from(ms) * 1e-3);
                was = blocked;
            }
        }
        let found = |n: usize| edges.get(n).copied().unwrap_or(f64::NAN);
        let what = |what: &str| format!("{}: a box {what} a beam", self.name);
        Ok(vec![
            Finding::nanosecond(what("enters"), 1.8, found(0)),
            Finding::nanosecond(what("leaves"), 2.6, found(1)),
        ])
    }

    /// Every beam in a closed hall meets something; how fast is a note.
    fn hall(&self) -> Result<Finding, Failure> {
        let hall = DemoHall::with(100_000);
        let world = hall.world()?;
        let pose = Isometry3::translation(hall.size[0] / 2.0, hall.size[1] / 2.0, 2.0);
        let elevations: Vec<f64> = (0..16).map(|n| f64::from(n) * 0.03 - 0.25).collect();
        let full = std::f64::consts::TAU;
        let rays = Pattern::lidar(&elevations, 1800, full, 0.1, 0.1, 500.0).rays(&Mount::at(pose));
        let start = Instant::now();
        let hits = self.cast(&world, &rays)?;
        let rate = rays.len() as f64 / start.elapsed().as_secs_f64() / 1e6;
        let lost = hits.iter().filter(|hit| hit.body().is_none()).count();
        let note = format!("{} triangles, {} M rays/s", hall.triangles(), number(rate));
        Ok(self.none("beams that a closed hall lets out", lost).note(&note))
    }
}

/// A world of one mesh.
fn one(mesh: &Mesh, pose: Isometry3<f64>) -> Result<World, Failure> {
    let mut world = World::new();
    let shape = world.shape(mesh)?;
    world.add(shape, pose, Surface::default());
    world.update()?;
    Ok(world)
}

/// Whether a ray turned by 1e-5 gives either answer.
fn grazes(world: &World, ray: &Ray, one: &Hit, other: &Hit) -> bool {
    let turned = |n: usize| {
        let mut direction = ray.direction;
        direction[n / 2] += if n.is_multiple_of(2) { 1e-5 } else { -1e-5 };
        world.closest_of_all(&Ray {
            near: ray.near,
            far: ray.far,
            skip: ray.skip,
            ..Ray::new(ray.origin, direction)
        })
    };
    let answers: Vec<u32> = (0..6).map(|n| turned(n).body).collect();
    answers.contains(&one.body) && answers.contains(&other.body)
}
