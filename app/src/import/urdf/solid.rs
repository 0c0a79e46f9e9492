//! What links consist of, as points that hold it.

use std::f64::consts::TAU;

use nalgebra::{Isometry3, Point3, Translation3, Vector3};
use twin::robot::roll_pitch_yaw;

/// A solid of a link.
#[derive(Clone, Debug)]
pub(super) struct Solid {
    /// Where its form stands in the file.
    pub(super) line: usize,
    /// Where it is on its link.
    pub(super) pose: Isometry3<f64>,
    pub(super) form: Form,
}

/// Its form, about its own middle, in metres.
#[derive(Clone, Debug)]
pub(super) enum Form {
    Box([f64; 3]),
    Sphere(f64),
    /// Radius, and length along z. A capsule counts as the cylinder in it.
    Cylinder(f64, f64),
    /// A file, and factors along its axes.
    Mesh(String, [f64; 3]),
}

/// A pose as URDF writes it.
pub(super) fn pose([x, y, z]: [f64; 3], [roll, pitch, yaw]: [f64; 3]) -> Isometry3<f64> {
    Isometry3::from_parts(Translation3::new(x, y, z), roll_pitch_yaw(roll, pitch, yaw))
}

/// Points of a round rim.
const AROUND: u32 = 32;

impl Form {
    /// Points around which, each with the radius beside them, a convex body holds the form; `mesh` gives the corners in a file.
    pub(super) fn hull(
        &self,
        mesh: impl FnOnce(&str) -> Result<Vec<[f32; 3]>, String>,
    ) -> Result<(Vec<Point3<f64>>, f64), String> {
        Ok(match self {
            Self::Box(size) => {
                let side = |n: usize, axis: usize| if n >> axis & 1 == 1 { 0.5 } else { -0.5 };
                let corner = |n| Point3::from([0, 1, 2].map(|axis| side(n, axis) * size[axis]));
                ((0..8).map(corner).collect(), 0.0)
            }
            Self::Sphere(radius) => (vec![Point3::origin()], *radius),
            Self::Cylinder(radius, length) => {
                // The corners of a polygon around the rim.
                let outside = radius / (0.5 * TAU / f64::from(AROUND)).cos();
                let rim = (0..2 * AROUND).map(|n| {
                    let (sin, cos) = (TAU * f64::from(n / 2) / f64::from(AROUND)).sin_cos();
                    let end = if n % 2 == 0 { 0.5 } else { -0.5 };
                    Point3::new(outside * cos, outside * sin, end * length)
                });
                (rim.collect(), 0.0)
            }
            Self::Mesh(file, scale) => {
                let scale = Vector3::from(*scale);
                let place = |point: [f32; 3]| {
                    Point3::from(Vector3::from(point.map(f64::from)).component_mul(&scale))
                };
                (mesh(file)?.into_iter().map(place).collect(), 0.0)
            }
        })
    }
}

/// Distance of `point` from the line between the origin and `end`.
pub(super) fn from_line(point: &Point3<f64>, end: &Vector3<f64>) -> f64 {
    let square = end.norm_squared();
    let share = if square > 0.0 { (point.coords.dot(end) / square).clamp(0.0, 1.0) } else { 0.0 };
    (point.coords - end * share).norm()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn none(file: &str) -> Result<Vec<[f32; 3]>, String> {
        Err(file.to_owned())
    }

    #[test]
    fn hulls_hold_their_forms() {
        let end = Vector3::new(0.0, 0.0, 1.0);
        let girth = |form: Form, at: [f64; 3]| {
            let (points, around) = form.hull(none).unwrap();
            let pose = pose(at, [0.0; 3]);
            points.iter().map(|point| from_line(&(pose * point), &end)).fold(0.0, f64::max) + around
        };
        assert!((girth(Form::Box([0.6, 0.8, 1.0]), [0.0, 0.0, 0.5]) - 0.5).abs() < 1e-12);
        assert!((girth(Form::Sphere(0.2), [0.3, 0.0, 0.5]) - 0.5).abs() < 1e-12);
        let cylinder = girth(Form::Cylinder(0.1, 1.0), [0.0, 0.0, 0.5]);
        assert!((0.1..0.1005).contains(&cylinder), "{cylinder}");
        // Beyond an end it counts from the end.
        assert!((girth(Form::Sphere(0.0), [0.3, 0.0, 1.4]) - 0.5).abs() < 1e-12);
        assert_eq!(Form::Mesh("a.stl".into(), [1.0; 3]).hull(none).unwrap_err(), "a.stl");
    }
}
