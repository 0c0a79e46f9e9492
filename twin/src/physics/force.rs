//! Contact forces: where parts touch what carries, stops or pushes them, and with how much.

use nalgebra::{Point3, Vector3};
use rapier3d::geometry::Collider;

use super::cell::{Cell, GoodsId};
use super::contact::Mark;
use super::convert::{from_pose, from_vector};

/// A point at which a part was touched in the last step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Contact {
    /// The part.
    pub goods: GoodsId,
    /// Where, m.
    pub at: Vector3<f64>,
    /// What it was pressed with there, N: along the normal, without friction.
    pub force: Vector3<f64>,
}

impl Cell {
    /// All points at which parts were touched in the last step with any force; of two parts that touch, one for each.
    pub fn contacts(&self) -> Vec<Contact> {
        let step_s = self.settings.step_s();
        let mut found = Vec::new();
        for pair in self.sim.narrow.contact_pairs() {
            let sides = [pair.collider1, pair.collider2].map(|side| self.sim.colliders.get(side));
            // What was taken out since the step touches nothing any more.
            let [Some(first), Some(second)] = sides else { continue };
            for manifold in pair.manifolds() {
                let normal = from_vector(manifold.data.normal);
                for point in &manifold.points {
                    let force = normal * (point.data.impulse / step_s);
                    if force == Vector3::zeros() {
                        continue;
                    }
                    let at =
                        from_pose(first.position()) * Point3::from(from_vector(point.local_p1));
                    let on = |side: &Collider, force: Vector3<f64>| {
                        let goods = Mark::goods(side.user_data)?;
                        Some(Contact { goods, at: at.coords, force })
                    };
                    found.extend(on(first, -force));
                    found.extend(on(second, force));
                }
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use nalgebra::Isometry3;

    use super::super::{Deck, GRAVITY, Goods, PhysicsError, Settings, Surface};
    use super::*;

    #[test]
    fn a_carton_presses_with_its_weight_on_its_corners() -> Result<(), PhysicsError> {
        let mut cell = Cell::new(Settings::default())?;
        let (size, top) = (Vector3::new(2.0, 1.0, 0.1), Isometry3::identity());
        cell.add_deck(Deck { size, top, friction: 0.5, surface: Surface::Still })?;
        let goods = Goods { size: Vector3::new(0.4, 0.2, 0.1), mass_kg: 5.0, friction: 0.5 };
        let goods = cell.add_goods(goods, Isometry3::translation(0.3, 0.0, 0.05))?;
        cell.advance(1_000_000_000)?;
        let contacts = cell.contacts();
        assert!(contacts.iter().all(|contact| contact.goods == goods));
        let sum: Vector3<f64> = contacts.iter().map(|contact| contact.force).sum();
        assert!((sum - Vector3::z() * 5.0 * GRAVITY).norm() < 0.05, "{sum:?}");
        for Contact { at, .. } in &contacts {
            let corner = Vector3::new((at.x - 0.3).abs(), at.y.abs(), at.z.abs());
            assert!((corner - Vector3::new(0.2, 0.1, 0.0)).norm() < 1e-3, "{at:?}");
        }
        Ok(())
    }
}
