//! Between the vectors of this crate (nalgebra) and those of rapier (glam): the one place that knows both.

use nalgebra::{Isometry3, Quaternion, Translation3, UnitQuaternion, Vector3};
use rapier3d::math::{Pose, Rotation, Vector};

/// A vector for rapier.
pub(crate) fn to_vector(v: Vector3<f64>) -> Vector {
    Vector::new(v.x, v.y, v.z)
}

/// A vector from rapier.
pub(super) fn from_vector(v: Vector) -> Vector3<f64> {
    Vector3::new(v.x, v.y, v.z)
}

/// A pose for rapier.
pub(crate) fn to_pose(pose: &Isometry3<f64>) -> Pose {
    let q = pose.rotation.coords;
    Pose {
        rotation: Rotation::from_xyzw(q.x, q.y, q.z, q.w),
        translation: to_vector(pose.translation.vector),
    }
}

/// A pose from rapier, whose rotations are of length 1 but for rounding.
pub(super) fn from_pose(pose: &Pose) -> Isometry3<f64> {
    let q = pose.rotation;
    let rotation = UnitQuaternion::new_unchecked(Quaternion::new(q.w, q.x, q.y, q.z));
    Isometry3::from_parts(Translation3::from(from_vector(pose.translation)), rotation)
}
