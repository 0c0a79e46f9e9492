//! What stands about an arm: solids by name.

use nalgebra::{Isometry3, Vector3};
use rapier3d::math::{Pose, Vector};
use rapier3d::parry::query;
use rapier3d::parry::shape::{Segment, SharedShape};

use crate::physics::{to_pose, to_vector};

/// Solids in the base of the arm.
#[derive(Clone, Default)]
pub struct Surroundings {
    solids: Vec<Solid>,
}

#[derive(Clone)]
struct Solid {
    name: String,
    shape: SharedShape,
    pose: Pose,
}

impl Surroundings {
    /// Nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a box of `size` (m) about `pose`. False, and nothing is added: it is no box.
    pub fn add_box(&mut self, name: &str, size: Vector3<f64>, pose: &Isometry3<f64>) -> bool {
        let fits = size.iter().all(|side| side.is_finite() && *side > 0.0) && is_finite(pose);
        if fits {
            let [x, y, z] = [size.x / 2.0, size.y / 2.0, size.z / 2.0];
            self.push(name, SharedShape::cuboid(x, y, z), pose);
        }
        fits
    }

    /// Adds the surface of a mesh of triangles by its corners (m), at `pose`. False, and nothing is added: it has no triangle, or a number that
    /// is none.
    pub fn add_mesh(
        &mut self,
        name: &str,
        triangles: &[[[f64; 3]; 3]],
        pose: &Isometry3<f64>,
    ) -> bool {
        let points: Vec<Vector> =
            triangles.iter().flatten().map(|at| to_vector(Vector3::from(*at))).collect();
        if !(points.iter().all(|at| at.is_finite()) && is_finite(pose)) {
            return false;
        }
        let corners = (0..triangles.len() as u32).map(|n| [3 * n, 3 * n + 1, 3 * n + 2]).collect();
        let Ok(mesh) = SharedShape::trimesh(points, corners) else { return false };
        self.push(name, mesh, pose);
        true
    }

    fn push(&mut self, name: &str, shape: SharedShape, pose: &Isometry3<f64>) {
        self.solids.push(Solid { name: name.to_owned(), shape, pose: to_pose(pose) });
    }

    /// How many solids there are.
    pub fn len(&self) -> usize {
        self.solids.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.solids.is_empty()
    }

    /// Distance (m) from a line between two points to the nearest solid, and its number; 0 where it goes through one. Infinite for none.
    pub(super) fn distance(&self, line: &[Vector3<f64>; 2]) -> (f64, usize) {
        let segment = Segment::new(to_vector(line[0]), to_vector(line[1]));
        let mut nearest = (f64::INFINITY, 0);
        for (n, solid) in self.solids.iter().enumerate() {
            // Both kinds of solids know their distance from a line, so there is no other case.
            let apart = query::distance(&Pose::IDENTITY, &segment, &solid.pose, &*solid.shape)
                .map_or(0.0, |apart| apart.distance);
            if apart < nearest.0 {
                nearest = (apart, n);
            }
        }
        nearest
    }

    pub(super) fn name(&self, solid: usize) -> &str {
        &self.solids[solid].name
    }
}

impl std::fmt::Debug for Surroundings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.solids.iter().map(|solid| &solid.name)).finish()
    }
}

fn is_finite(pose: &Isometry3<f64>) -> bool {
    pose.translation.vector.iter().chain(pose.rotation.coords.iter()).all(|x| x.is_finite())
}
