//! What pushes the parts of a cell, and how hard: for whoever looks at it.

use nalgebra::Vector3;
use rapier3d::geometry::{ColliderHandle, ContactPair};

use super::cell::{Cell, GoodsId};
use super::contact::Mark;
use super::convert::from_vector;

/// A push on a part: the normal forces where it touches one other thing, together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Push {
    /// The part that is pushed.
    pub on: GoodsId,
    /// The other, if that is a part too: it is pushed back as hard.
    pub by: Option<GoodsId>,
    /// Where, m: the mean of the places where they touch, each with its share of the force.
    pub at_m: Vector3<f64>,
    /// The mean over the last step, N.
    pub force_n: Vector3<f64>,
}

impl Cell {
    /// All pushes of the last step, each pair of parts once. What was taken out since pushes nothing. O(contacts + parts).
    pub fn pushes(&self) -> Vec<Push> {
        let mut out = Vec::new();
        for (on, lying) in &self.goods {
            let body = self.sim.bodies.get(lying.body);
            for own in body.map_or(&[][..], |body| body.colliders()) {
                let pairs = self.sim.narrow.contact_pairs_with(*own);
                out.extend(pairs.filter_map(|pair| self.push(*on, *own, pair)));
            }
        }
        out
    }

    /// What `pair` pushes the collider `own` of a part with; none from the side of the first of two parts.
    fn push(&self, on: GoodsId, own: ColliderHandle, pair: &ContactPair) -> Option<Push> {
        let first = pair.collider1 == own;
        let other = self.sim.colliders.get(if first { pair.collider2 } else { pair.collider1 })?;
        let by = Mark::goods(other.user_data);
        if first && by.is_some() {
            return None;
        }
        let place = self.sim.colliders.get(pair.collider1)?.position();
        let (mut moment, mut weight) = (Vector3::zeros(), 0.0);
        for point in pair.solver_manifolds().iter().flat_map(|manifold| &manifold.points) {
            moment += from_vector(*place * point.local_p1) * point.data.impulse;
            weight += point.data.impulse;
        }
        // Normals go from the first collider to the second.
        let sign = if first { -1.0 } else { 1.0 };
        let force_n = from_vector(pair.total_impulse()) * (sign / self.settings.step_s());
        (weight > 0.0).then(|| Push { on, by, at_m: moment / weight, force_n })
    }
}

#[cfg(test)]
mod tests {
    use nalgebra::Isometry3;

    use super::super::settings::{GRAVITY, Settings};
    use super::super::{Goods, Motion};
    use super::*;

    /// A carton on a carton on the floor: the floor carries both, the lower one the upper, and nothing else pushes.
    #[test]
    fn what_is_piled_up_weighs_what_it_weighs() {
        let mut cell = Cell::new(Settings::default()).unwrap();
        cell.add_floor(0.5).unwrap();
        let goods = |mass_kg| Goods { size: Vector3::repeat(0.4), mass_kg, friction: 0.5 };
        let at = |z| Isometry3::translation(1.0, 2.0, z);
        let low = cell.add_goods(goods(6.0), at(0.2)).unwrap();
        let high = cell.add_goods(goods(2.0), at(0.6)).unwrap();
        for id in [low, high] {
            cell.set_motion(id, Motion::default()).unwrap();
        }
        (0..500).for_each(|_| cell.step().unwrap());
        let pushes = cell.pushes();
        assert_eq!(pushes.len(), 2, "{pushes:?}");
        let up = |by: Option<GoodsId>| pushes.iter().find(|push| push.by == by).unwrap();
        let floor = up(None);
        assert_eq!(floor.on, low);
        assert!((floor.force_n.z - 8.0 * GRAVITY).abs() < 0.1, "{floor:?}");
        assert!((floor.at_m - Vector3::new(1.0, 2.0, 0.0)).norm() < 0.02, "{floor:?}");
        let between = pushes.iter().find(|push| push.by.is_some()).unwrap();
        let sign = if between.on == high { 1.0 } else { -1.0 };
        assert!((sign * between.force_n.z - 2.0 * GRAVITY).abs() < 0.1, "{between:?}");
    }
}
