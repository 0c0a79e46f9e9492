//! The middle line that parts follow through an equipment: straight on, or along a level arc.
//!
//! All places are in the frame of the equipment: parts come in at its origin, along x. Before its begin and behind its end the line
//! goes straight on.

use std::f64::consts::PI;

use nalgebra::{Isometry3, Point3, Quaternion, UnitQuaternion, Vector2, Vector3};

use crate::sensor::ray::Mesh;

/// Most that a stretch of a curve turns, rad: its chord is then nearer to the arc than a hundredth of the radius.
const STRETCH: f64 = PI / 12.0;

/// The middle line that parts follow through an equipment.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Way {
    length_m: f64,
    /// How far it turns, rad; above 0 to the left. 0: it is straight.
    turn: f64,
}

/// A piece of a way that is as good as straight.
#[derive(Clone, Copy, Debug)]
pub struct Stretch {
    /// Where its middle is, x along it.
    pub middle: Isometry3<f64>,
    /// Its length, m; on a curve that at the outer side of a band of the width that was asked for.
    pub length_m: f64,
}

impl Way {
    /// Straight on for `length_m` (m); 0: parts leave where they come in.
    pub fn straight(length_m: f64) -> Self {
        Self { length_m, turn: 0.0 }
    }

    /// An arc of `radius_m` (m) that turns by `turn` (rad), above 0 to the left, at most half a turn.
    pub fn curve(radius_m: f64, turn: f64) -> Self {
        Self { length_m: radius_m * turn.abs(), turn }
    }

    /// Its length, m.
    pub fn length_m(&self) -> f64 {
        self.length_m
    }

    /// Whether parts leave elsewhere than they come in.
    pub fn is_any(&self) -> bool {
        self.length_m > 0.0
    }

    /// How far it turns, rad; above 0 to the left, 0 if it is straight.
    pub fn turn(&self) -> f64 {
        self.turn
    }

    /// Radius of its arc, m, below 0 where it turns to the right; none if it is straight.
    pub fn radius_m(&self) -> Option<f64> {
        (self.turn != 0.0).then(|| self.length_m / self.turn)
    }

    /// The place `along` (m) on it, x the way that it goes there.
    pub fn at(&self, along: f64) -> Isometry3<f64> {
        let Some(radius) = self.radius_m() else {
            return Isometry3::translation(along, 0.0, 0.0);
        };
        let on = along.clamp(0.0, self.length_m);
        let angle = on / radius;
        let place = Vector3::new(radius * libm::sin(angle), radius * (1.0 - libm::cos(angle)), 0.0);
        let half = Quaternion::new(libm::cos(0.5 * angle), 0.0, 0.0, libm::sin(0.5 * angle));
        let arc = Isometry3::from_parts(place.into(), UnitQuaternion::new_unchecked(half));
        arc * Isometry3::translation(along - on, 0.0, 0.0)
    }

    /// Where parts leave it.
    pub fn exit(&self) -> Isometry3<f64> {
        self.at(self.length_m)
    }

    /// How far along it the place nearest to `point` is, m: below 0 before its begin, above its length behind its end.
    pub fn along(&self, point: Point3<f64>) -> f64 {
        let Some(radius) = self.radius_m() else { return point.x };
        // From the axis, as if it turned to the left.
        let (x, y) = (point.x, 1.0_f64.copysign(radius) * (radius - point.y));
        let total = self.turn.abs();
        let angle = libm::atan2(x, y);
        // What lies behind the axis is nearer to one end or the other.
        let angle = if angle < 0.5 * total - PI { angle + 2.0 * PI } else { angle };
        if angle < 0.0 {
            return x;
        }
        if angle > total {
            let behind = self.exit().inverse_transform_point(&point).x;
            return self.length_m + behind;
        }
        angle * radius.abs()
    }

    /// How far along it a box of `length` and `width` (m) reaches that goes with it, m: on a curve the corners at its inner side are ahead
    /// of its ends.
    pub fn room(&self, length: f64, width: f64) -> f64 {
        let Some(radius) = self.radius_m().map(f64::abs) else { return length };
        let inner = (radius - 0.5 * width).max(1e-3 * radius);
        2.0 * radius * libm::atan2(0.5 * length, inner)
    }

    /// Low and high corner of the box about a band of `width` (m) along it, m.
    pub fn bounds(&self, width: f64) -> [Vector2<f64>; 2] {
        let half = 0.5 * width;
        let quarters = (1..8).map(|n| f64::from(n) * 0.125 * PI);
        let tops = quarters.filter(|angle| *angle < self.turn.abs());
        let places = tops.map(|angle| angle * self.radius_m().map_or(0.0, f64::abs));
        let places = places.chain([0.0, self.length_m]);
        let sides = places.flat_map(|along| {
            [-half, half].map(|y| (self.at(along) * Point3::new(0.0, y, 0.0)).coords.xy())
        });
        let start = [Vector2::repeat(f64::INFINITY), Vector2::repeat(f64::NEG_INFINITY)];
        sides.fold(start, |[low, high], side| [low.inf(&side), high.sup(&side)])
    }

    /// It as pieces that are as good as straight, from its begin, for a band of `width` (m).
    pub fn stretches(&self, width: f64) -> impl Iterator<Item = Stretch> + '_ {
        let count = self.pieces();
        let share = self.length_m / f64::from(count);
        let length_m = self.radius_m().map_or(share, |radius| {
            let half = 0.5 * self.turn.abs() / f64::from(count);
            2.0 * (radius.abs() + 0.5 * width) * libm::tan(half)
        });
        (0..count).map(move |n| Stretch { middle: self.at((f64::from(n) + 0.5) * share), length_m })
    }

    fn pieces(&self) -> u32 {
        (self.turn.abs() / STRETCH - 1e-9).ceil().max(1.0) as u32
    }

    /// A band of `width` along it from height 0 to `height` (m), as a mesh.
    pub fn band(&self, width: f64, height: f64) -> Mesh {
        let count = self.pieces();
        let mut mesh = Mesh::default();
        for n in 0..=count {
            let at = self.at(self.length_m * f64::from(n) / f64::from(count));
            for (y, z) in [(-0.5, 0.0), (0.5, 0.0), (0.5, 1.0), (-0.5, 1.0)] {
                let corner = at * Point3::new(0.0, y * width, z * height);
                mesh.points.push(<[f64; 3]>::from(corner.coords).map(|x| x as f32));
            }
        }
        let mut quad = |[a, b, c, d]: [u32; 4]| {
            mesh.triangles.extend([[a, b, c], [a, c, d]]);
        };
        for ring in 0..count {
            let (near, far) = (4 * ring, 4 * ring + 4);
            for n in 0..4 {
                let next = (n + 1) % 4;
                quad([near + n, near + next, far + next, far + n]);
            }
        }
        quad([3, 2, 1, 0]);
        let last = 4 * count;
        quad([last, last + 1, last + 2, last + 3]);
        mesh
    }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::FRAC_PI_2;

    use super::*;

    fn near(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-9
    }

    #[test]
    fn a_curve_ends_where_its_arc_does() {
        for side in [1.0, -1.0] {
            let way = Way::curve(2.0, side * FRAC_PI_2);
            assert!(near(way.length_m(), PI));
            let exit = way.exit();
            let place = exit.translation.vector;
            assert!(near(place.x, 2.0) && near(place.y, side * 2.0), "{place}");
            assert!(near(exit.rotation.euler_angles().2, side * FRAC_PI_2));
            let beyond = way.at(PI + 1.0).translation.vector;
            assert!(near(beyond.x, 2.0) && near(beyond.y, side * 3.0), "{beyond}");
        }
    }

    #[test]
    fn what_is_so_far_along_is_found_so_far_along() {
        for turn in [0.0, 0.3, FRAC_PI_2, -FRAC_PI_2, PI, -PI] {
            let way = if turn == 0.0 { Way::straight(1.5) } else { Way::curve(0.8, turn) };
            for n in -3..=30 {
                let along = f64::from(n) * 0.1;
                for aside in [-0.3, 0.0, 0.3] {
                    let at = way.at(along) * Point3::new(0.0, aside, 0.2);
                    let found = way.along(at);
                    assert!(near(found, along), "{turn}: {along}, {aside}: {found}");
                }
            }
        }
    }

    /// The corners of a box that goes with a curve, as they are found along it.
    #[test]
    fn a_box_takes_up_more_of_a_curve_than_its_length() {
        let way = Way::curve(1.0, -2.0);
        let middle = way.at(1.0);
        let corners = [(-0.2, -0.15), (-0.2, 0.15), (0.2, -0.15), (0.2, 0.15)];
        let along = corners.map(|(x, y)| way.along(middle * Point3::new(x, y, 0.0)));
        let (low, high) =
            along.iter().fold((f64::MAX, f64::MIN), |(l, h), x| (l.min(*x), h.max(*x)));
        assert!(near(high - low, way.room(0.4, 0.3)) && high - low > 0.44, "{along:?}");
        assert_eq!(Way::straight(1.0).room(0.4, 0.3), 0.4);
    }

    #[test]
    fn the_box_about_a_band_holds_it_tightly() {
        let [low, high] = Way::curve(2.0, PI).bounds(0.5);
        assert!(near(low.x, 0.0) && near(low.y, -0.25), "{low}");
        assert!(near(high.x, 2.25) && near(high.y, 4.25), "{high}");
        let [low, high] = Way::straight(3.0).bounds(0.5);
        assert_eq!((low, high), (Vector2::new(0.0, -0.25), Vector2::new(3.0, 0.25)));
    }

    #[test]
    fn a_band_is_closed_and_looks_outwards() {
        use crate::engine::Form;
        for way in [Way::curve(1.0, 1.0), Way::curve(1.0, -1.0)] {
            let form = Form::new(way.band(0.4, 0.5).into(), Isometry3::identity());
            let inside = way.at(0.5) * Point3::new(0.0, 0.1, 0.25);
            assert!(form.holds(inside.coords.into()) && !form.holds([0.9, 0.0, 0.25]));
            let volume: f64 = form
                .triangles()
                .iter()
                .map(|corners| {
                    let [a, b, c] = corners.map(Vector3::from);
                    a.dot(&b.cross(&c)) / 6.0
                })
                .sum();
            // A quarter of a radian each: 4 wedges of 0.4 m in width, 0.5 m high.
            let wedges = 4.0 * 0.2 * libm::sin(0.25);
            // Points of a mesh are single.
            assert!((volume - wedges).abs() < 1e-6, "{volume} for {wedges}");
        }
    }
}
