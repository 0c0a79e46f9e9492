//! Links: the rounded links of an arm, which go where its controller has them.
//!
//! A link is a kinematic body: it goes exactly where it is told, and pushes what is in its way however heavy that is. The other way would be
//! bodies with masses, joints and drives that follow a computed torque. Sheets say neither the masses of links nor the gains of
//! controllers, so such an arm would move as guessed, and come later than the motion from which its times follow. A part that is held
//! feels the arm through its hand alone.

use nalgebra::{Isometry3, UnitQuaternion, Vector3};
use rapier3d::dynamics::{RigidBodyBuilder, RigidBodyHandle};
use rapier3d::geometry::ColliderBuilder;
use rapier3d::pipeline::ActiveHooks;
use serde::{Deserialize, Serialize};

use super::cell::{Cell, material};
use super::contact::Mark;
use super::convert::to_pose;
use super::error::{PhysicsError, not_negative, positive, vector};
use super::sim::Sim;

/// A link of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ArmLinkId(pub(super) u32);

/// What goes faster than any arm has been put where it is, m/s.
const FASTEST: f64 = 25.0;

/// A link as it stands in a cell: a line with a girth.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Link {
    body: RigidBodyHandle,
    /// Its middle, z along its line.
    at: Isometry3<f64>,
    ends: [Vector3<f64>; 2],
    next: [Vector3<f64>; 2],
}

impl Cell {
    /// Adds a link of `radius_m` about the line between `ends`, m.
    ///
    /// # Errors
    ///
    /// If an end or `friction` is no number, `friction` is below 0, or `radius_m` is not above 0.
    pub fn add_link(
        &mut self,
        ends: [Vector3<f64>; 2],
        radius_m: f64,
        friction: f64,
    ) -> Result<ArmLinkId, PhysicsError> {
        positive("the radius of a link, m", radius_m)?;
        not_negative("the friction of a link", friction)?;
        let upright = Isometry3::identity();
        let at = along(&upright, checked(ends)?);
        let half = 0.5 * (ends[1] - ends[0]).norm();
        let id = ArmLinkId(self.links.len() as u32);
        let collider = material(ColliderBuilder::capsule_z(half, radius_m), friction)
            .density(0.0)
            .active_hooks(ActiveHooks::MODIFY_SOLVER_CONTACTS)
            .user_data(Mark::Link(id).data());
        let body = RigidBodyBuilder::kinematic_position_based().pose(to_pose(&at));
        let (body, _) = self.sim.add(body, collider);
        self.links.push(Link { body, at, ends, next: ends });
        Ok(id)
    }

    /// Where a link is to be at the end of the next step; it stays there until it is moved again. Its length stays what it was.
    ///
    /// # Errors
    ///
    /// If there is no such link or an end is no number.
    pub fn move_link(
        &mut self,
        link: ArmLinkId,
        ends: [Vector3<f64>; 2],
    ) -> Result<(), PhysicsError> {
        let link = self.links.get_mut(link.0 as usize).ok_or(PhysicsError::Unknown("link"))?;
        link.next = checked(ends)?;
        Ok(())
    }
}

impl Link {
    /// Whether it stays where it is.
    pub(super) fn stands(&self) -> bool {
        self.ends == self.next
    }

    /// Goes on to where it is to be in a step of `step_s`; at a `jump` it is there at once, and nothing on the way has felt it.
    pub(super) fn go(&mut self, sim: &mut Sim, jump: bool, step_s: f64) {
        let far = (0..2).any(|n| (self.next[n] - self.ends[n]).norm() > FASTEST * step_s);
        let jump = jump || far;
        if !self.stands() {
            self.at = along(&self.at, self.next);
            self.ends = self.next;
        }
        let Some(body) = sim.bodies.get_mut(self.body) else { return };
        if jump {
            body.set_position(to_pose(&self.at), true);
        }
        body.set_next_kinematic_position(to_pose(&self.at));
    }
}

fn checked(ends: [Vector3<f64>; 2]) -> Result<[Vector3<f64>; 2], PhysicsError> {
    for end in ends {
        vector("the end of a link, m", end)?;
    }
    Ok(ends)
}

/// The middle between `ends` with z along them, turned no further from `before` than that takes: a link does not spin about its line.
fn along(before: &Isometry3<f64>, ends: [Vector3<f64>; 2]) -> Isometry3<f64> {
    let middle = 0.5 * (ends[0] + ends[1]);
    let (was, is) = (before.rotation * Vector3::z(), ends[1] - ends[0]);
    let turn = UnitQuaternion::rotation_between(&was, &is).unwrap_or_else(|| {
        // Right about, or no line at all.
        let about = if is.norm() > 0.0 { std::f64::consts::PI } else { 0.0 };
        UnitQuaternion::new(before.rotation * Vector3::x() * about)
    });
    Isometry3::from_parts(middle.into(), turn * before.rotation)
}

#[cfg(test)]
mod tests {
    use super::super::{Deck, Goods, Settings, Surface};
    use super::*;

    fn vertical(x: f64) -> [Vector3<f64>; 2] {
        [Vector3::new(x, 0.0, 0.05), Vector3::new(x, 0.0, 1.0)]
    }

    /// A table with a carton on it, and a link beside.
    fn cell() -> Result<(Cell, ArmLinkId, super::super::GoodsId), PhysicsError> {
        let mut cell = Cell::new(Settings::default())?;
        let top = Isometry3::identity();
        let size = Vector3::new(4.0, 2.0, 0.1);
        cell.add_deck(Deck { size, top, friction: 0.5, surface: Surface::Still })?;
        let goods = Goods { size: Vector3::repeat(0.2), mass_kg: 3.0, friction: 0.5 };
        let goods = cell.add_goods(goods, Isometry3::translation(0.0, 0.0, 0.1))?;
        let link = cell.add_link(vertical(-0.5), 0.05, 0.3)?;
        Ok((cell, link, goods))
    }

    #[test]
    fn a_link_pushes_what_is_in_its_way() -> Result<(), PhysicsError> {
        let (mut cell, link, goods) = cell()?;
        // At 0.25 m/s up to x = 0.5: the carton's side comes to 0.55 m, and slides on by v² / 2 μ g.
        for n in 1..=1000 {
            cell.move_link(link, vertical(-0.5 + 1e-3 * f64::from(n)))?;
            cell.step()?;
        }
        for _ in 0..100 {
            cell.step()?;
        }
        let x = cell.pose(goods)?.translation.x;
        let exact = 0.65 + 0.25 * 0.25 / (2.0 * 0.5 * 9.81);
        assert!((x - exact).abs() < 5e-4, "{x}");
        Ok(())
    }

    #[test]
    fn a_moving_link_keeps_a_cell_awake_and_a_jump_throws_nothing() -> Result<(), PhysicsError> {
        let (mut cell, link, goods) = cell()?;
        cell.advance(1_000_000_000)?;
        assert!(cell.rests());
        cell.move_link(link, vertical(-0.4))?;
        assert!(!cell.rests());
        cell.step()?;
        assert!(cell.rests() && cell.skip(100));
        // Past the carton while nobody looked.
        cell.move_link(link, vertical(0.4))?;
        cell.step()?;
        assert!(cell.motion(goods)?.linear.norm() < 1e-3);
        Ok(())
    }
}
