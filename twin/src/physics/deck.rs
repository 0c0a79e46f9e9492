//! Decks: flat places that carry goods, and the belts on them.
//!
//! A deck is one slab with a level top. Belts are regions of that top whose surface moves: goods feel the speed at each of their
//! contact points, so a box across two belts is driven by both. All belts that lie flush one behind the other should be regions of
//! one deck: then there is no seam that a box could catch on. Where two decks meet, contacts that would push a box back from the
//! side of a slab at its very top are dropped.

use nalgebra::{Isometry3, Vector2, Vector3};
use rapier3d::dynamics::RigidBodyHandle;
use rapier3d::geometry::ColliderHandle;
use serde::{Deserialize, Serialize};

use super::error::{PhysicsError, direction, finite, not_negative, pose, positive, size};

/// Which drive moves a belt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct DriveId(pub(super) u32);

/// A deck of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct DeckId(pub(super) u32);

/// A deck as it is asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Deck {
    /// Length, width and thickness of the slab, m.
    pub size: Vector3<f64>,
    /// Where the middle of its top is, and how it lies; inclined decks climb or fall.
    pub top: Isometry3<f64>,
    /// Coefficient of friction, combined with that of the goods by the geometric mean.
    pub friction: f64,
    /// What moves on it.
    pub surface: Surface,
}

/// What moves on a deck.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Surface {
    /// Nothing: a table, a chute.
    Still,
    /// Regions that move; the first that a contact point lies in counts, outside all of them the deck is still.
    Belts(Vec<Belt>),
    /// A curve or a turntable: the whole top turns about an upright axis.
    Turning {
        /// The axis, m, in the deck's own plane, from the middle of its top.
        centre: Vector2<f64>,
        /// Distance from the axis at which the drive's speed is meant, m.
        radius_m: f64,
        /// What drives it; forwards is counterclockwise seen from above, with a radius below 0 clockwise.
        drive: DriveId,
    },
    /// A turntable: it turns about the middle of its top, and rollers on it carry where it points.
    Table {
        /// Where it points, rad from x of its top.
        angle: f64,
        /// Where it points at the end of the next step, rad.
        next: f64,
        /// What drives the rollers.
        rollers: DriveId,
    },
}

/// A region that moves in one direction: a belt, a row of driven rollers, a diverter.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Belt {
    /// One corner, m, in the deck's own plane, from the middle of its top.
    pub from: Vector2<f64>,
    /// The opposite corner, m.
    pub to: Vector2<f64>,
    /// Which way it runs, in the deck's own plane; any length but 0.
    pub along: Vector2<f64>,
    /// What drives it.
    pub drive: DriveId,
}

impl Belt {
    /// A belt over all of any deck, along its length.
    pub fn all(drive: DriveId) -> Self {
        let far = f64::MAX;
        Self {
            from: Vector2::new(-far, -far),
            to: Vector2::new(far, far),
            along: Vector2::x(),
            drive,
        }
    }

    fn covers(&self, x: f64, y: f64) -> bool {
        let within = |v: f64, a: f64, b: f64| v >= a.min(b) && v <= a.max(b);
        within(x, self.from.x, self.to.x) && within(y, self.from.y, self.to.y)
    }
}

impl Deck {
    /// Itself with directions of length 1, if nothing is wrong with it and its drives are among the first `drives`.
    pub(super) fn checked(mut self, drives: usize) -> Result<Self, PhysicsError> {
        size("the size of a deck, m", self.size)?;
        pose(self.top)?;
        not_negative("the friction of a deck", self.friction)?;
        let known = |drive: DriveId| {
            if (drive.0 as usize) < drives { Ok(()) } else { Err(PhysicsError::Unknown("drive")) }
        };
        match &mut self.surface {
            Surface::Still => {}
            Surface::Belts(belts) => {
                for belt in belts {
                    known(belt.drive)?;
                    for corner in [belt.from, belt.to] {
                        finite("the corner of a belt, m", corner.x)?;
                        finite("the corner of a belt, m", corner.y)?;
                    }
                    let along = Vector3::new(belt.along.x, belt.along.y, 0.0);
                    belt.along = direction("the direction of a belt", along)?.xy();
                }
            }
            Surface::Turning { centre, radius_m, drive } => {
                known(*drive)?;
                finite("the axis of a curve, m", centre.x)?;
                finite("the axis of a curve, m", centre.y)?;
                positive("the radius of a curve, m", radius_m.abs())?;
            }
            Surface::Table { angle, next, rollers } => {
                known(*rollers)?;
                finite("the angle of a turntable, rad", *angle)?;
                finite("the angle of a turntable, rad", *next)?;
            }
        }
        Ok(self)
    }
}

/// A deck as it stands in a cell.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Standing {
    pub(super) top: Isometry3<f64>,
    pub(super) surface: Surface,
    pub(super) body: RigidBodyHandle,
    /// Its slab, in one piece or several.
    pub(super) colliders: Vec<ColliderHandle>,
}

/// How far below the top of a deck a contact with its side may lie and still count as a seam, m. Deeper ones are goods that stand
/// beside the deck and are rightly pushed back.
const SEAM: f64 = 5e-3;

impl Standing {
    /// A deck without a slab yet.
    pub(super) fn new(top: Isometry3<f64>, surface: Surface) -> Self {
        Self { top, surface, body: RigidBodyHandle::invalid(), colliders: Vec::new() }
    }

    /// Upwards.
    pub(super) fn up(&self) -> Vector3<f64> {
        self.top.rotation * Vector3::z()
    }

    /// Whether a contact at `point` with the normal `normal`, of either sign, is only the edge of a seam.
    pub(super) fn is_seam(&self, point: Vector3<f64>, normal: Vector3<f64>) -> bool {
        if normal.dot(&self.up()).abs() >= 0.9 {
            return false;
        }
        (point - self.top.translation.vector).dot(&self.up()) > -SEAM
    }

    /// Velocity of the surface at `point` over a step of `step_s` seconds, m/s, all in world axes, but for that which its body has;
    /// `speeds` are those of the drives.
    pub(super) fn velocity(
        &self,
        point: Vector3<f64>,
        speeds: &[f64],
        step_s: f64,
    ) -> Vector3<f64> {
        let at = self.top.rotation.inverse() * (point - self.top.translation.vector);
        let flat = match &self.surface {
            Surface::Still => return Vector3::zeros(),
            Surface::Belts(belts) => {
                let Some(belt) = belts.iter().find(|belt| belt.covers(at.x, at.y)) else {
                    return Vector3::zeros();
                };
                belt.along * speed(speeds, belt.drive)
            }
            // Straight along the tangent, every step would lead outwards, by v² dt / 2 r in each second. This is the second term
            // of the arc.
            Surface::Turning { centre, radius_m, drive } => {
                let turn = speed(speeds, *drive) / radius_m;
                (centre - at.xy()) * (0.5 * turn * turn * step_s)
            }
            Surface::Table { angle, next, rollers } => {
                let turn = (next - angle) / step_s;
                let (sin, cos) = libm::sincos(0.5 * (angle + next));
                Vector2::new(cos, sin) * speed(speeds, *rollers)
                    - at.xy() * (0.5 * turn * turn * step_s)
            }
        };
        self.top.rotation * Vector3::new(flat.x, flat.y, 0.0)
    }

    /// Angular velocity of a turning top over a step of `step_s` seconds, rad/s in world axes.
    pub(super) fn spin(&self, speeds: &[f64], step_s: f64) -> Option<Vector3<f64>> {
        match self.surface {
            Surface::Turning { radius_m, drive, .. } => {
                Some(self.up() * (speed(speeds, drive) / radius_m))
            }
            Surface::Table { angle, next, .. } => Some(self.up() * ((next - angle) / step_s)),
            Surface::Still | Surface::Belts(_) => None,
        }
    }

    /// Whether its top turns, now or at times.
    pub(super) fn turns(&self) -> bool {
        matches!(self.surface, Surface::Turning { .. } | Surface::Table { .. })
    }

    /// Whether it is a turntable on its way.
    pub(super) fn is_turning(&self) -> bool {
        matches!(self.surface, Surface::Table { angle, next, .. } if angle != next)
    }

    /// Where its body stands: turning ones at their axis, all others in the middle of the top.
    pub(super) fn body_pose(&self) -> Isometry3<f64> {
        match self.surface {
            Surface::Turning { centre, .. } => {
                self.top * nalgebra::Translation3::new(centre.x, centre.y, 0.0)
            }
            _ => self.top,
        }
    }
}

fn speed(speeds: &[f64], drive: DriveId) -> f64 {
    speeds.get(drive.0 as usize).copied().unwrap_or(0.0)
}
