//! A camera that tells poses: what the picture processing behind it makes of each part in its view.
//!
//! A part is in view if its middle lies within the opening of the lens, not beyond the range, and the ray to it meets the part first and nothing
//! before it. The pose that is told has noise: along each axis of the plant, and about it; drawn by counter, from (seed, instrument, look, part).

use nalgebra::{Isometry3, Point3, UnitQuaternion, Vector3};

use super::cast::Ray;
use super::range::Draw;
use crate::sensor::chance::{key, normals, philox};

/// A view, and how well poses are told in it.
#[derive(Clone, Debug, PartialEq)]
pub struct View {
    /// Where the camera is: x ahead, z up.
    pub pose: Isometry3<f64>,
    /// Tangents of half the angles that it opens by, across and up.
    pub opening: [f64; 2],
    /// How far ahead it sees, m.
    pub range_m: f64,
    /// Standard deviation of the place of a part along each axis, m.
    pub noise_m: f64,
    /// Standard deviation of how it lies about each axis, rad.
    pub noise_rad: f64,
}

/// The third word of the counter: what draws are for. Ranges and points have others.
const POSE: [u32; 2] = [0x504F_5345, 0x504F_5346];
/// How much farther than to a middle its ray goes, m.
const BEYOND: f64 = 1e-3;

impl View {
    /// The ray to `middle` (m), if that is in view.
    pub fn ray(&self, middle: Vector3<f64>) -> Option<Ray> {
        let seen = self.pose.inverse_transform_point(&Point3::from(middle));
        let [across, up] = self.opening.map(|tangent| tangent * seen.x);
        let within = seen.x > 0.0 && seen.x <= self.range_m;
        if !within || seen.y.abs() > across || seen.z.abs() > up {
            return None;
        }
        let origin = self.pose.translation.vector;
        let way = middle - origin;
        let far = way.norm();
        let single = |v: Vector3<f64>| [v.x as f32, v.y as f32, v.z as f32];
        Some(Ray {
            origin: single(origin),
            near: 0.0,
            direction: single(way / far),
            far: (far + BEYOND) as f32,
            skip: Ray::SEES_ALL,
        })
    }

    /// What it tells of the pose `truth` of the part with the number `serial`.
    pub fn told(&self, truth: &Isometry3<f64>, serial: u64, draw: Draw) -> Isometry3<f64> {
        let [place, turn] = POSE.map(|use_| {
            let counter = [serial as u32, draw.scan, use_ ^ (serial >> 32) as u32, draw.instrument];
            let [x, y, z, _] = philox(counter, key(draw.seed));
            let [x, y, z] = normals([x, y, z]).map(f64::from);
            Vector3::new(x, y, z)
        });
        let place = truth.translation.vector + place * self.noise_m;
        let turn = UnitQuaternion::new(turn * self.noise_rad) * truth.rotation;
        Isometry3::from_parts(place.into(), turn)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view() -> View {
        let pose = Isometry3::identity();
        View { pose, opening: [0.5, 0.25], range_m: 4.0, noise_m: 2e-3, noise_rad: 0.01 }
    }

    #[test]
    fn what_is_in_view() {
        let sees = |x: f64, y: f64, z: f64| view().ray(Vector3::new(x, y, z)).is_some();
        assert!(sees(4.0, 0.0, 0.0) && sees(2.0, 0.99, 0.0) && sees(2.0, 0.0, -0.49));
        assert!(!sees(4.1, 0.0, 0.0) && !sees(2.0, 1.01, 0.0) && !sees(2.0, 0.0, 0.51));
        assert!(!sees(-1.0, 0.0, 0.0));
    }

    #[test]
    fn noise_has_its_deviation_and_is_the_same_each_time() {
        let truth = Isometry3::new(Vector3::new(1.0, 2.0, 3.0), Vector3::z() * 0.7);
        let draw = |scan| Draw { seed: 7, instrument: 3, scan };
        let told = |scan| view().told(&truth, 5, draw(scan));
        assert_eq!(told(1), told(1));
        let n = 4000;
        let (mut place, mut turn) = (0.0, 0.0);
        for scan in 0..n {
            let off = truth.inverse() * told(scan);
            place += off.translation.vector.norm_squared();
            turn += off.rotation.scaled_axis().norm_squared();
        }
        let deviation = |sum: f64| (sum / f64::from(3 * n)).sqrt();
        assert!((deviation(place) / 2e-3 - 1.0).abs() < 0.03, "{}", deviation(place));
        assert!((deviation(turn) / 0.01 - 1.0).abs() < 0.03, "{}", deviation(turn));
    }
}
