//! Shapes: triangle meshes, and a few that are made by formula.

use std::f64::consts::{PI, TAU};

use nalgebra::{Isometry3, Point3, Vector3};

use super::world::RayError;

/// Most triangles of one mesh.
const MOST_TRIANGLES: usize = 1 << 26;

/// A triangle mesh, in metres. Both sides of a triangle are seen.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mesh {
    /// Corners.
    pub points: Vec<[f32; 3]>,
    /// Three corners each, by number.
    pub triangles: Vec<[u32; 3]>,
    /// The colour of each triangle, sRGB; empty: none is known. Rays do not see it.
    pub colours: Vec<[u8; 3]>,
}

impl Mesh {
    /// A box of `size` about the origin: 12 triangles.
    pub fn cuboid(size: [f64; 3]) -> Self {
        let half = size.map(|length| length / 2.0);
        let sign =
            |n: usize, axis: usize| if n >> axis & 1 == 1 { half[axis] } else { -half[axis] };
        let points = (0..8).map(|n| [0, 1, 2].map(|axis| sign(n, axis) as f32)).collect();
        let quads =
            [[0, 2, 3, 1], [4, 5, 7, 6], [0, 1, 5, 4], [2, 6, 7, 3], [0, 4, 6, 2], [1, 3, 7, 5]];
        let triangles =
            quads.iter().flat_map(|[a, b, c, d]| [[*a, *b, *c], [*a, *c, *d]]).collect();
        Self { points, triangles, colours: Vec::new() }
    }

    /// A sphere about the origin, of `around` by `up` faces, corners on the sphere: 2 `around` (`up` - 1) triangles.
    pub fn sphere(radius: f64, around: u32, up: u32) -> Self {
        let (around, up) = (around.max(3), up.max(2));
        let mut mesh = Self::default();
        let mut point = |x: f64, y: f64, z: f64| mesh.points.push([x as f32, y as f32, z as f32]);
        point(0.0, 0.0, -radius);
        for ring in 1..up {
            let height = PI * f64::from(ring) / f64::from(up);
            for n in 0..around {
                let (sin, cos) = (TAU * f64::from(n) / f64::from(around)).sin_cos();
                let across = radius * height.sin();
                point(across * cos, across * sin, -radius * height.cos());
            }
        }
        point(0.0, 0.0, radius);
        let last = mesh.points.len() as u32 - 1;
        let at = |ring: u32, n: u32| 1 + (ring - 1) * around + n % around;
        for n in 0..around {
            mesh.triangles.push([0, at(1, n + 1), at(1, n)]);
            for ring in 1..up - 1 {
                mesh.quad([at(ring, n), at(ring, n + 1), at(ring + 1, n + 1), at(ring + 1, n)]);
            }
            mesh.triangles.push([last, at(up - 1, n), at(up - 1, n + 1)]);
        }
        mesh
    }

    /// An upright cylinder about the origin, with both ends: 4 `sides` triangles.
    pub fn cylinder(radius: f64, height: f64, sides: u32) -> Self {
        let sides = sides.max(3);
        let mut mesh = Self::default();
        for z in [-height / 2.0, height / 2.0] {
            mesh.points.push([0.0, 0.0, z as f32]);
            for n in 0..sides {
                let (sin, cos) = (TAU * f64::from(n) / f64::from(sides)).sin_cos();
                mesh.points.push([(radius * cos) as f32, (radius * sin) as f32, z as f32]);
            }
        }
        let above = sides + 1;
        for n in 0..sides {
            let (a, b) = (1 + n, 1 + (n + 1) % sides);
            mesh.triangles.push([0, b, a]);
            mesh.triangles.push([above, above + a, above + b]);
            mesh.quad([a, b, above + b, above + a]);
        }
        mesh
    }

    fn quad(&mut self, [a, b, c, d]: [u32; 4]) {
        self.triangles.extend([[a, b, c], [a, c, d]]);
    }

    /// Adds `other`, moved by `pose`. What comes of it has no colours.
    pub fn append(&mut self, other: &Self, pose: &Isometry3<f64>) {
        let first = self.points.len() as u32;
        let placed = |point: &[f32; 3]| {
            let moved = pose * Point3::from(point.map(f64::from));
            [moved.x as f32, moved.y as f32, moved.z as f32]
        };
        self.colours.clear();
        self.points.extend(other.points.iter().map(placed));
        self.triangles.extend(other.triangles.iter().map(|corners| corners.map(|n| first + n)));
    }

    /// Lowest and highest coordinates; none for no points.
    pub fn bounds(&self) -> Option<[Vector3<f64>; 2]> {
        let first = self.points.first()?.map(f64::from);
        let mut bounds = [Vector3::from(first); 2];
        for point in &self.points {
            let point = Vector3::from(point.map(f64::from));
            bounds = [bounds[0].inf(&point), bounds[1].sup(&point)];
        }
        Some(bounds)
    }

    /// The corners of triangle `n`, which there is.
    pub(super) fn corners(&self, n: usize) -> [[f32; 3]; 3] {
        self.triangles[n].map(|corner| self.points[corner as usize])
    }

    /// Whether it is one.
    ///
    /// # Errors
    ///
    /// If it has no triangle or too many, one without a corner, or a coordinate that is no number or beyond 100 km.
    pub fn check(&self) -> Result<(), RayError> {
        if self.triangles.is_empty() {
            return Err(RayError::Empty);
        }
        if self.triangles.len() > MOST_TRIANGLES {
            return Err(RayError::TooMany {
                triangles: self.triangles.len(),
                most: MOST_TRIANGLES,
            });
        }
        if let Some(corner) =
            self.triangles.iter().flatten().find(|corner| **corner as usize >= self.points.len())
        {
            return Err(RayError::NoCorner { corner: *corner, points: self.points.len() });
        }
        let finite = self.points.iter().flatten().all(|x| x.abs() < super::world::FARTHEST);
        if finite { Ok(()) } else { Err(RayError::NotFinite) }
    }
}
