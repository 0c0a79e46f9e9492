//! What the eye is kept on: equipment, a vehicle, or a part on its way.

use nalgebra::{Isometry3, Point3, Vector3};
use twin::id::EquipmentId;

use super::Run;
use super::look::standing;

/// What is followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Followed {
    /// An equipment: of a robot its hand, of a network its first vehicle.
    Equipment(EquipmentId),
    /// A vehicle of a network, by its name.
    Vehicle(EquipmentId, String),
    /// A part, by its running number.
    Part(u64),
}

impl Followed {
    /// What somebody means by `name`: an equipment, a vehicle, or a part as `#` and its running number.
    pub fn named(run: &Run, name: &str) -> Option<Self> {
        let part = || name.strip_prefix('#').and_then(|number| number.parse().ok()).map(Self::Part);
        let vehicle = || {
            let cart = run.moving.carts.iter().find(|cart| cart.name == name)?;
            Some(Self::Vehicle(cart.by, cart.name.clone()))
        };
        run.model.find(name).map(Self::Equipment).or_else(vehicle).or_else(part)
    }

    /// What moves and is met first by a ray.
    pub fn pick(run: &Run, from: Point3<f32>, way: Vector3<f32>) -> Option<Self> {
        let parts = run.moving.goods.iter().filter_map(|good| {
            let far = hit(&good.pose, good.size, from, way)?;
            Some((far, Self::Part(run.state().parts().get(good.part).serial)))
        });
        let carts = run.moving.carts.iter().filter_map(|cart| {
            let middle = cart.pose * Isometry3::translation(0.0, 0.0, cart.size[2] / 2.0);
            let far = hit(&middle, cart.size, from, way)?;
            Some((far, Self::Vehicle(cart.by, cart.name.clone())))
        });
        parts.chain(carts).min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, what)| what)
    }

    /// Where it is (m); none: it has left.
    pub fn at(&self, run: &Run) -> Option<Point3<f32>> {
        let moving = &run.moving;
        match self {
            Self::Equipment(id) => {
                let cart = || moving.carts.iter().find(|cart| cart.by == *id).map(|cart| cart.pose);
                let arm = || moving.arms.iter().find(|arm| arm.by == *id).map(|arm| arm.grip);
                let hand = || moving.hands.iter().find(|hand| hand.by == *id).map(|hand| hand.at);
                let pose = cart().or_else(arm).map(|pose| pose.translation.vector.into());
                Some(pose.or_else(hand).unwrap_or_else(|| run.standing.place(*id).top()))
            }
            Self::Vehicle(by, name) => {
                let mut carts = moving.carts.iter();
                let cart = carts.find(|cart| cart.by == *by && cart.name == *name)?;
                Some(cart.pose.translation.vector.into())
            }
            Self::Part(serial) => {
                let parts = run.state().parts();
                let mut goods = moving.goods.iter();
                let good = goods.find(|good| parts.get(good.part).serial == *serial)?;
                Some(good.pose.translation.vector.into())
            }
        }
    }
}

/// How far away (m) a ray meets a box of `size` about the origin of `pose`.
fn hit(pose: &Isometry3<f32>, size: [f32; 3], from: Point3<f32>, way: Vector3<f32>) -> Option<f32> {
    standing::hit(pose, size.map(|side| (-side / 2.0, side / 2.0)), from, way)
}
