//! Curves: decks along an arc, whose top turns about its axis.
//!
//! What is on the inner side of a curve goes slower than what is on the outer one, as on a belt that is bent or on rollers that are
//! tapered: a box goes round without being turned against it. The slab is a row of wedges, so that nothing lies beside the arc that
//! would carry what has left it.

use std::f64::consts::PI;

use nalgebra::{Isometry3, Vector2};
use rapier3d::geometry::{ColliderBuilder, SharedShape};
use rapier3d::math::Vector;

use super::cell::{Cell, material};
use super::deck::{DeckId, DriveId, Standing, Surface};
use super::error::{PhysicsError, finite, not_negative, pose, positive};

/// Most that a wedge of a slab turns, rad.
const WEDGE: f64 = PI / 12.0;
/// A curve as it is asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Curve {
    /// Where the middle line of the arc touches x, on the top; x the way that it goes there.
    pub entry: Isometry3<f64>,
    /// Radius of the middle line, m, where the drive's speed is meant: above 0 it turns to the left, below 0 to the right.
    pub radius_m: f64,
    /// From where to where along the middle line it reaches, m from `entry`.
    pub reach_m: [f64; 2],
    /// Width and thickness, m.
    pub section: [f64; 2],
    /// Coefficient of friction, combined with that of the goods by the geometric mean.
    pub friction: f64,
    /// What drives it.
    pub drive: DriveId,
}

impl Curve {
    fn checked(self, drives: usize) -> Result<Self, PhysicsError> {
        pose(self.entry)?;
        positive("the radius of a curve, m", self.radius_m.abs())?;
        self.section
            .iter()
            .try_for_each(|&x| positive("the section of a curve, m", x).map(drop))?;
        not_negative("the friction of a curve", self.friction)?;
        self.reach_m.iter().try_for_each(|&x| finite("the reach of a curve, m", x).map(drop))?;
        let length = positive("the length of a curve, m", self.reach_m[1] - self.reach_m[0])?;
        let most = 2.0 * PI * self.radius_m.abs();
        if length > most {
            return Err(PhysicsError::TooLarge {
                what: "the length of a curve, m (once around)",
                value: length,
                most,
            });
        }
        let known = (self.drive.0 as usize) < drives;
        if known { Ok(self) } else { Err(PhysicsError::Unknown("drive")) }
    }

    /// The wedges of its slab, in the frame of a body at its axis.
    fn slab(&self) -> Vec<SharedShape> {
        let [width, thick] = self.section;
        let radius = self.radius_m.abs();
        let inner = (radius - 0.5 * width).max(0.02 * radius);
        self.wedges(WEDGE, [inner, radius + 0.5 * width], [0.0, -thick])
    }

    /// A ring between the radii `rim` and the heights `z` (m), in wedges that turn by at most `most` (rad).
    fn wedges(&self, most: f64, [inner, outer]: [f64; 2], z: [f64; 2]) -> Vec<SharedShape> {
        let radius = self.radius_m.abs();
        let side = 1.0_f64.copysign(self.radius_m);
        let [from, to] = self.reach_m.map(|along| along / radius);
        let count = ((to - from) / most - 1e-9).ceil().max(1.0);
        let each = (to - from) / count;
        // Corners lie so far out that the chord between them touches the outer rim.
        let outer = outer / libm::cos(0.5 * each);
        let corner = |angle: f64, out: f64, z: f64| {
            Vector::new(out * libm::sin(angle), -side * out * libm::cos(angle), z)
        };
        let wedge = |n: u32| {
            let [a, b] = [0.0, 1.0].map(|end| from + each * (f64::from(n) + end));
            let mut corners = Vec::with_capacity(8);
            for (angle, out) in [(a, inner), (a, outer), (b, outer), (b, inner)] {
                corners.extend(z.map(|z| corner(angle, out, z)));
            }
            SharedShape::convex_hull(&corners)
        };
        (0..count as u32).filter_map(wedge).collect()
    }
}

impl Cell {
    /// Adds a curve.
    ///
    /// # Errors
    ///
    /// If anything about it is out of its range, or its drive is none of this cell.
    pub fn add_curve(&mut self, curve: Curve) -> Result<DeckId, PhysicsError> {
        let curve = curve.checked(self.drives.len())?;
        let surface = Surface::Turning {
            centre: Vector2::new(0.0, curve.radius_m),
            radius_m: curve.radius_m,
            drive: curve.drive,
        };
        let piece = |friction: f64| {
            move |shape: SharedShape| material(ColliderBuilder::new(shape), friction)
        };
        let standing = Standing::new(curve.entry, surface);
        Ok(self.stand(standing, curve.slab().into_iter().map(piece(curve.friction))))
    }
}
