//! Goods that nobody has any more: they lie where they have fallen, and sleep there.
//!
//! A body asleep costs next to nothing, and wakes when something runs into it. It would not wake when a belt under it starts, so only what
//! is lost may sleep, and only where no deck or gate carries or holds it: on the floor, and on what lies there likewise.

use rapier3d::dynamics::{RigidBody, RigidBodyActivation};

use super::cell::{Cell, GoodsId};
use super::contact::Mark;
use super::error::PhysicsError;
use super::sim::Sim;

/// Speeds below which what is lost may fall asleep, m/s and rad/s, and for how long it has to be so slow, s.
const SLOW: (f64, f64) = (1e-2, 5e-2);
const STILL_S: f64 = 0.5;

impl Cell {
    /// Nobody has a part any more: it stays where it gets to, and may sleep there.
    ///
    /// # Errors
    ///
    /// If there is no such part.
    pub fn abandon(&mut self, goods: GoodsId) -> Result<(), PhysicsError> {
        self.goods.get_mut(&goods).ok_or(PhysicsError::Unknown("part"))?.lost = true;
        Ok(())
    }

    /// After a step: what is lost and awake may fall asleep where nothing carries or holds it.
    pub(super) fn let_sleep(&mut self) {
        let Self { goods, sim, .. } = self;
        for lying in goods.values().filter(|lying| lying.lost) {
            let Some(body) = sim.bodies.get(lying.body).filter(|body| !body.is_sleeping()) else {
                continue;
            };
            let may = !is_carried(sim, body);
            let could = body.activation().normalized_linear_threshold > 0.0;
            if may == could {
                continue;
            }
            if let Some(body) = sim.bodies.get_mut(lying.body) {
                let RigidBodyActivation {
                    normalized_linear_threshold: linear,
                    angular_threshold: angular,
                    time_until_sleep: wait,
                    ..
                } = body.activation_mut();
                (*linear, *angular) = if may { SLOW } else { (-1.0, -1.0) };
                *wait = STILL_S;
            }
        }
    }
}

/// Whether `body` touches anything but the floor and other goods.
fn is_carried(sim: &Sim, body: &RigidBody) -> bool {
    let carries = |other| {
        let mark = sim.colliders.get(other).and_then(|other| Mark::of(other.user_data));
        !matches!(mark, None | Some(Mark::Goods(_)))
    };
    body.colliders().iter().any(|own| {
        let mut pairs = sim.narrow.contact_pairs_with(*own);
        pairs.any(|pair| {
            let other = if pair.collider1 == *own { pair.collider2 } else { pair.collider1 };
            pair.has_any_active_contact() && carries(other)
        })
    })
}

#[cfg(test)]
mod tests {
    use nalgebra::{Isometry3, Vector3};

    use super::super::{Belt, Deck, Goods, Settings, Surface};
    use super::*;

    const CARTON: Goods = Goods { size: Vector3::new(0.4, 0.3, 0.2), mass_kg: 5.0, friction: 0.5 };

    fn sleeps(cell: &Cell, goods: GoodsId) -> bool {
        cell.sim.bodies[cell.goods[&goods].body].is_sleeping()
    }

    fn x_of(cell: &Cell, goods: GoodsId) -> Result<f64, PhysicsError> {
        Ok(cell.pose(goods)?.translation.x)
    }

    /// One on the floor, and one on it.
    #[test]
    fn what_is_lost_sleeps_on_the_floor_until_it_is_pushed() -> Result<(), PhysicsError> {
        let mut cell = Cell::new(Settings::default())?;
        cell.add_floor(0.5)?;
        let low = cell.add_goods(CARTON, Isometry3::translation(0.0, 0.0, 0.12))?;
        let high = cell.add_goods(CARTON, Isometry3::translation(0.05, 0.0, 0.35))?;
        let own = cell.add_goods(CARTON, Isometry3::translation(3.0, 0.0, 0.1))?;
        cell.abandon(low)?;
        cell.abandon(high)?;
        cell.advance(3_000_000_000)?;
        assert!(sleeps(&cell, low) && sleeps(&cell, high) && !sleeps(&cell, own));
        assert!((cell.pose(high)?.translation.z - 0.3).abs() < 1e-3);
        // A link comes from the left and pushes both on; asleep or not, to the same place.
        let ends = |x: f64| [Vector3::new(x, 0.0, 0.1), Vector3::new(x, 0.0, 0.3)];
        let link = cell.add_link(ends(-0.6), 0.05, 0.3)?;
        for n in 1..=1000 {
            cell.move_link(link, ends(-0.6 + 8e-4 * f64::from(n)))?;
            cell.step()?;
        }
        // Its side comes to 0.25 m.
        let pushed = x_of(&cell, low)?;
        assert!((0.449..0.47).contains(&pushed), "{pushed}");
        assert!(x_of(&cell, high)? > 0.3);
        Ok(())
    }

    #[test]
    fn what_is_lost_on_a_belt_goes_along_when_that_starts() -> Result<(), PhysicsError> {
        let mut cell = Cell::new(Settings::default())?;
        cell.add_floor(0.5)?;
        let drive = cell.add_drive(0.0)?;
        let (size, top) = (Vector3::new(4.0, 0.6, 0.1), Isometry3::translation(0.0, 0.0, 0.8));
        let surface = Surface::Belts(vec![Belt::all(drive)]);
        cell.add_deck(Deck { size, top, friction: 0.5, surface })?;
        let goods = cell.add_goods(CARTON, Isometry3::translation(0.0, 0.0, 0.9))?;
        cell.abandon(goods)?;
        cell.advance(5_000_000_000)?;
        assert!(!sleeps(&cell, goods));
        cell.set_drive(drive, 0.5, None)?;
        cell.advance(6_000_000_000)?;
        assert!(x_of(&cell, goods)? > 0.4);
        Ok(())
    }

    /// To the bit, cut and restored while it sleeps.
    #[test]
    fn sleep_is_part_of_a_snapshot() -> Result<(), PhysicsError> {
        let mut cell = Cell::new(Settings::default())?;
        cell.add_floor(0.5)?;
        for n in 0..6 {
            let at = Isometry3::translation(0.02 * f64::from(n), 0.0, 0.15 + 0.25 * f64::from(n));
            let goods = cell.add_goods(CARTON, at)?;
            cell.abandon(goods)?;
        }
        cell.advance(4_000_000_000)?;
        let mut restored = Cell::restore(&cell.save()?)?;
        for cell in [&mut cell, &mut restored] {
            // One more falls onto them.
            cell.add_goods(CARTON, Isometry3::translation(0.1, 0.05, 2.5))?;
            cell.advance(6_000_000_000)?;
        }
        assert_eq!(cell.hash(), restored.hash());
        Ok(())
    }
}
