//! Forms that are no boxes: a mesh of triangles, where it stands.

use std::sync::Arc;

use nalgebra::{Isometry3, Point3, Vector3};

use crate::field::{Grid, SceneError, Triangle, Voxels, encloses};
use crate::sensor::ray::Mesh;

/// A mesh and where it stands. Its own origin and axes are those of the pose.
#[derive(Clone, Debug, PartialEq)]
pub struct Form {
    mesh: Arc<Mesh>,
    pose: Isometry3<f64>,
}

/// What lies so close to the lowest point stands on the floor (m).
const ON_FLOOR: f64 = 1e-3;

impl Form {
    /// `mesh` at `pose`.
    pub fn new(mesh: Arc<Mesh>, pose: Isometry3<f64>) -> Self {
        Self { mesh, pose }
    }

    /// The mesh in its own coordinates (m).
    pub fn mesh(&self) -> &Arc<Mesh> {
        &self.mesh
    }

    /// Where it stands.
    pub fn pose(&self) -> &Isometry3<f64> {
        &self.pose
    }

    /// Its triangles in the coordinates of the plant (m).
    pub fn triangles(&self) -> Vec<Triangle> {
        let placed = |n: &u32| {
            let point = self.mesh.points[*n as usize].map(f64::from);
            (self.pose * Point3::from(point)).coords.into()
        };
        self.mesh.triangles.iter().map(|corners| corners.each_ref().map(placed)).collect()
    }

    /// Lowest and highest coordinates in the plant (m).
    pub fn bounds(&self) -> [[f64; 3]; 2] {
        let triangles = self.triangles();
        let fold = |start: f64, join: fn(f64, f64) -> f64| -> [f64; 3] {
            std::array::from_fn(|axis| {
                triangles.iter().flatten().map(|point| point[axis]).fold(start, join)
            })
        };
        [fold(f64::INFINITY, f64::min), fold(f64::NEG_INFINITY, f64::max)]
    }

    /// Whether `point` lies inside.
    pub fn holds(&self, point: [f64; 3]) -> bool {
        encloses(&self.triangles(), point)
    }

    /// Its surface (m²), without what lies in the plane of its lowest point: it stands on that.
    pub fn surface(&self) -> f64 {
        let floor = self.bounds()[0][2] + ON_FLOOR;
        let area = |[a, b, c]: Triangle| {
            let [a, b, c] = [a, b, c].map(Vector3::from);
            (b - a).cross(&(c - a)).norm() / 2.0
        };
        let above = |triangle: &Triangle| triangle.iter().any(|point| point[2] > floor);
        self.triangles().into_iter().filter(above).map(area).sum()
    }

    /// The cells that it fills.
    ///
    /// # Errors
    ///
    /// If they are too many to be found out about; `name` is whose form it is.
    pub fn voxels(&self, grid: &Grid, name: &str) -> Result<Voxels, SceneError> {
        grid.enclosed(&self.triangles()).ok_or_else(|| SceneError::Involved(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_stand_where_they_are_put() {
        let mesh = Arc::new(Mesh::cuboid([2.0, 1.0, 1.0]));
        let quarter = Vector3::z() * std::f64::consts::FRAC_PI_2;
        let form = Form::new(mesh, Isometry3::new(Vector3::new(5.0, 5.0, 0.5), quarter));
        let [low, high] = form.bounds();
        for (is, should) in low.iter().chain(&high).zip([4.5, 4.0, 0.0, 5.5, 6.0, 1.0]) {
            assert!((is - should).abs() < 1e-9, "{is} {should}");
        }
        assert!(form.holds([5.0, 5.9, 0.5]) && !form.holds([5.9, 5.0, 0.5]));
        assert!((form.surface() - 8.0).abs() < 1e-9, "without its bottom");
        let grid = Grid { cells: [20, 20, 4], cell: 0.5, origin: [0.0; 3] };
        assert_eq!(form.voxels(&grid, "box").unwrap().len(), 2 * 4 * 2);
    }
}
