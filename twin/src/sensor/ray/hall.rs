//! A hall of any number of triangles, to measure with: racks full of crates, machines with round parts, columns.

use nalgebra::{Isometry3, Translation3, UnitQuaternion, Vector3};

use super::cast::Ray;
use super::pattern::{Mount, Pattern};
use super::shape::Mesh;
use super::world::{RayError, Surface, World};

/// A hall made by formula: distinct shapes, each with the places where it stands.
#[derive(Clone, Debug)]
pub struct DemoHall {
    /// Length, width and height, m.
    pub size: [f64; 3],
    /// Shapes and places.
    pub kinds: Vec<(Mesh, Vec<Isometry3<f64>>)>,
}

/// Height of a hall, m.
const HEIGHT: f64 = 8.0;

fn at(x: f64, y: f64, z: f64) -> Isometry3<f64> {
    Isometry3::translation(x, y, z)
}

impl DemoHall {
    /// A hall with about so many triangles (at least some 20 000), counted once for each place.
    pub fn with(triangles: usize) -> Self {
        let (rack, machine) = (rack(), machine());
        let each = rack.triangles.len() + machine.triangles.len();
        let bays = (triangles / each).max(2);
        let rows = (bays as f64).sqrt().ceil() as usize;
        let size = [rows as f64 * 6.0 + 4.0, rows as f64 * 5.0 + 4.0, HEIGHT];
        let bay = |n: usize| (4.0 + (n % rows) as f64 * 6.0, 3.5 + (n / rows) as f64 * 5.0);
        let racks = (0..bays).map(|n| at(bay(n).0, bay(n).1, 0.0)).collect();
        let turned = |n: usize| {
            let turn = Vector3::z() * (n % 4) as f64 * std::f64::consts::FRAC_PI_2;
            Isometry3::new(Vector3::new(bay(n).0 + 3.0, bay(n).1 + 2.2, 0.0), turn)
        };
        let machines = (0..bays).map(turned).collect();
        let kinds = vec![
            (shell(size), vec![at(size[0] / 2.0, size[1] / 2.0, HEIGHT / 2.0)]),
            (rack, racks),
            (machine, machines),
        ];
        Self { size, kinds }
    }

    /// Triangles, counted once for each place.
    pub fn triangles(&self) -> usize {
        self.kinds.iter().map(|(mesh, places)| mesh.triangles.len() * places.len()).sum()
    }

    /// All of it as one mesh.
    pub fn flat(&self) -> Mesh {
        let mut all = Mesh::default();
        for (mesh, places) in &self.kinds {
            places.iter().for_each(|place| all.append(mesh, place));
        }
        all
    }

    /// As a world with a body at each place.
    ///
    /// # Errors
    ///
    /// None is known.
    pub fn world(&self) -> Result<World, RayError> {
        let mut world = World::new();
        for (mesh, places) in &self.kinds {
            let shape = world.shape(mesh)?;
            for place in places {
                world.add(shape, *place, Surface::default());
            }
        }
        world.update()?;
        Ok(world)
    }

    /// As a world with one body.
    ///
    /// # Errors
    ///
    /// None is known.
    pub fn flat_world(&self) -> Result<World, RayError> {
        let mut world = World::new();
        let shape = world.shape(&self.flat())?;
        world.add(shape, Isometry3::identity(), Surface::default());
        world.update()?;
        Ok(world)
    }

    /// What four cameras of `width` times `height` pixels see that stand in the middle, each turned by 1 rad from the one before:
    /// neighbours go nearly the same way.
    pub fn coherent(&self, width: usize, height: usize) -> Vec<Ray> {
        let camera = Pattern::camera(width, height, 1.4, 0.1, 200.0);
        let mount = |turn: f64| {
            let place = Translation3::new(self.size[0] / 2.0 + turn, self.size[1] / 2.0, 2.0);
            let turned = UnitQuaternion::from_euler_angles(0.0, 0.1, turn);
            Mount::at(Isometry3::from_parts(place, turned))
        };
        (0..4).flat_map(|n| camera.rays(&mount(f64::from(n)))).collect()
    }

    /// So many rays from anywhere to anywhere (Marsaglia's xorshift), no two of which have much in common.
    pub fn incoherent(&self, count: usize) -> Vec<Ray> {
        let mut x = 0x2545_F491_u32;
        let mut next = || {
            x ^= x << 13;
            x ^= x >> 17;
            x ^= x << 5;
            x as f32 / (u32::MAX as f32 / 2.0) - 1.0
        };
        let half = self.size.map(|length| length as f32 / 2.0);
        let mut ray = || {
            let origin = half.map(|half| half * (1.0 + 0.98 * next()));
            Ray::new(origin, [next(), next(), 0.3 * next()])
        };
        (0..count).map(|_| ray()).collect()
    }
}

/// Floor, roof and walls.
fn shell(size: [f64; 3]) -> Mesh {
    Mesh::cuboid(size)
}

/// A rack of 2.8 m by 1 m by 6 m: uprights, shelves, crates that nearly touch.
fn rack() -> Mesh {
    let mut mesh = Mesh::default();
    let upright = Mesh::cuboid([0.1, 0.1, 6.0]);
    for n in 0..4 {
        let (x, y) = (f64::from(n % 2) * 2.7 - 1.35, f64::from(n / 2) * 0.9 - 0.45);
        mesh.append(&upright, &at(x, y, 3.0));
    }
    let (shelf, crate_) = (Mesh::cuboid([2.8, 1.0, 0.05]), Mesh::cuboid([0.38, 0.28, 0.3]));
    for level in 0..6 {
        let z = 0.2 + f64::from(level);
        mesh.append(&shelf, &at(0.0, 0.0, z));
        for n in 0..36 {
            let (i, j, k) = (n % 6, n / 6 % 3, n / 18);
            let (x, y) = (f64::from(i) * 0.42 - 1.05, f64::from(j) * 0.31 - 0.31);
            mesh.append(&crate_, &at(x, y, z + 0.18 + f64::from(k) * 0.31));
        }
    }
    mesh
}

/// A machine of 2 m: a housing, a dome, a chimney, a drum.
fn machine() -> Mesh {
    let mut mesh = Mesh::cuboid([1.8, 1.2, 1.0]);
    mesh.points.iter_mut().for_each(|point| point[2] += 0.5);
    mesh.append(&Mesh::sphere(0.5, 48, 24), &at(-0.3, 0.0, 1.1));
    mesh.append(&Mesh::cylinder(0.12, 2.5, 32), &at(0.6, 0.3, 2.2));
    let lying =
        Isometry3::new(Vector3::new(0.2, -0.8, 0.5), Vector3::x() * std::f64::consts::FRAC_PI_2);
    mesh.append(&Mesh::cylinder(0.4, 0.5, 64), &lying);
    mesh
}
