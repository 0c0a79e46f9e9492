//! Angles, rotations about axes, triangles: from `libm`, so that they are the same on every machine.

use std::f64::consts::{PI, TAU};

use nalgebra::{Isometry3, Matrix3, Quaternion, Translation3, UnitQuaternion, Vector3};

/// Below this sine, two axes count as in line. An orientation that is off by so little is off by less than any encoder sees.
pub(super) const IN_LINE: f64 = 1e-10;

/// `angle` \[rad\] as the same direction in (-π, π].
pub(super) fn wrap(angle: f64) -> f64 {
    let turned = angle - TAU * (angle / TAU).round();
    if turned <= -PI { turned + TAU } else { turned }
}

/// Rotation about x by `angle` \[rad\].
pub(super) fn about_x(angle: f64) -> Matrix3<f64> {
    let (s, c) = libm::sincos(angle);
    Matrix3::new(1.0, 0.0, 0.0, 0.0, c, -s, 0.0, s, c)
}

/// Rotation about y by `angle` \[rad\].
pub(super) fn about_y(angle: f64) -> Matrix3<f64> {
    let (s, c) = libm::sincos(angle);
    Matrix3::new(c, 0.0, s, 0.0, 1.0, 0.0, -s, 0.0, c)
}

/// Rotation about z by `angle` \[rad\].
pub(super) fn about_z(angle: f64) -> Matrix3<f64> {
    let (s, c) = libm::sincos(angle);
    Matrix3::new(c, -s, 0.0, s, c, 0.0, 0.0, 0.0, 1.0)
}

/// Rotation about the unit vector `axis` by `angle` \[rad\].
pub(super) fn about(axis: &Vector3<f64>, angle: f64) -> UnitQuaternion<f64> {
    let (s, c) = libm::sincos(0.5 * angle);
    UnitQuaternion::new_unchecked(Quaternion::from_parts(c, axis * s))
}

/// The turn as an axis times its angle \[rad\], at most π.
pub(super) fn turn_vector(turn: &UnitQuaternion<f64>) -> Vector3<f64> {
    let half = if turn.w < 0.0 { -turn.imag() } else { turn.imag() };
    let sine = half.norm();
    // Near no turn at all, the angle over the sine is 2.
    if sine < 1e-9 { half * 2.0 } else { half * (2.0 * libm::atan2(sine, turn.w.abs()) / sine) }
}

/// A shift without a turn \[m\].
pub(super) fn shift(x: f64, y: f64, z: f64) -> Isometry3<f64> {
    Isometry3::translation(x, y, z)
}

/// A shift \[m\], then a turn about the new x \[rad\]: what a row of Denavit and Hartenberg's ends with.
pub(super) fn shift_roll(x: f64, y: f64, z: f64, roll: f64) -> Isometry3<f64> {
    Isometry3::from_parts(Translation3::new(x, y, z), about(&Vector3::x(), roll))
}

/// Roll, pitch and yaw \[rad\] about the fixed axes x, y, z, in this order, as in URDF.
pub fn roll_pitch_yaw(roll: f64, pitch: f64, yaw: f64) -> UnitQuaternion<f64> {
    about(&Vector3::z(), yaw) * about(&Vector3::y(), pitch) * about(&Vector3::x(), roll)
}

/// The two ways to turn about z, y and z that come to `turn`, and what of it is not defined.
pub(super) struct Zyz {
    /// Angles \[rad\], the second with the middle one negative.
    pub(super) ways: [[f64; 3]; 2],
    /// Only the sum (`false`) or the difference (`true`) of first and last is defined; the first was `held`.
    pub(super) in_line: Option<bool>,
}

/// Angles about z, y, z of the rotation `turn`; where first and last axis are in line, the first stays at `held` \[rad\].
pub(super) fn zyz(turn: &Matrix3<f64>, held: f64) -> Zyz {
    let sine = libm::hypot(turn[(0, 2)], turn[(1, 2)]);
    let middle = libm::atan2(sine, turn[(2, 2)]);
    let (first, last, in_line) = if sine > IN_LINE {
        let first = libm::atan2(turn[(1, 2)], turn[(0, 2)]);
        (first, libm::atan2(turn[(2, 1)], -turn[(2, 0)]), None)
    } else if turn[(2, 2)] > 0.0 {
        (held, libm::atan2(turn[(1, 0)], turn[(0, 0)]) - held, Some(false))
    } else {
        (held, held - libm::atan2(-turn[(1, 0)], -turn[(0, 0)]), Some(true))
    };
    Zyz { ways: [[first, middle, last], [first + PI, -middle, last + PI]], in_line }
}

/// The angle \[rad\] of a triangle between its sides `a` and `b`, across from `across`. Sides that miss each other count as
/// just touching: see [`gap`] for by how much.
///
/// By half-angles, so that it is as exact for flat triangles as for others.
pub(super) fn corner(a: f64, b: f64, across: f64) -> f64 {
    let over = (across - a + b).max(0.0) * (across + a - b).max(0.0);
    let under = (a + b - across).max(0.0) * (a + b + across);
    2.0 * libm::atan2(over.sqrt(), under.sqrt())
}

/// By how much \[m\] sides `a` and `b` miss two points that are `across` apart: 0 where there is such a triangle.
pub(super) fn gap(a: f64, b: f64, across: f64) -> f64 {
    let miss = (across - (a + b)).max((a - b).abs() - across);
    // What rounding alone may leave open.
    if miss > 1e-10 * (a + b) { miss } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_are_taken_apart_and_put_together() {
        for n in 0..200 {
            let [a, b, c] = [0.7, 1.3, 2.1].map(|k| wrap(k * f64::from(n)));
            let turn = about_z(a) * about_y(b) * about_z(c);
            for way in zyz(&turn, 0.3).ways {
                let again = about_z(way[0]) * about_y(way[1]) * about_z(way[2]);
                assert!((again - turn).norm() < 1e-14, "{a} {b} {c}");
            }
        }
    }

    #[test]
    fn in_line_only_the_sum_is_defined() {
        for (middle, minus) in [(0.0, false), (PI, true)] {
            let turn = about_z(0.4) * about_y(middle) * about_z(1.1);
            let found = zyz(&turn, 0.25);
            assert_eq!(found.in_line, Some(minus));
            assert_eq!(found.ways[0][0], 0.25);
            for way in found.ways {
                let again = about_z(way[0]) * about_y(way[1]) * about_z(way[2]);
                assert!((again - turn).norm() < 1e-14);
            }
        }
    }

    #[test]
    fn triangles() {
        assert!((corner(3.0, 4.0, 5.0) - PI / 2.0).abs() < 1e-15);
        assert!((corner(1.0, 1.0, 2.0) - PI).abs() < 1e-15);
        assert_eq!(corner(1.0, 1.0, 0.0), 0.0);
        assert_eq!(gap(1.0, 1.0, 2.0), 0.0);
        assert!((gap(1.0, 1.0, 2.5) - 0.5).abs() < 1e-15);
        assert!((gap(2.0, 1.0, 0.5) - 0.5).abs() < 1e-15);
    }

    #[test]
    fn angles_are_wrapped() {
        for (angle, expected) in [(0.0, 0.0), (PI, PI), (-PI, PI), (7.0, 7.0 - TAU)] {
            assert!((wrap(angle) - expected).abs() < 1e-15, "{angle}");
        }
    }
}
