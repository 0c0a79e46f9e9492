//! Which parts fall on which ways: tried when the plant is loaded, once for each product as it weighs alone. What holds others, or is a lot
//! of several, is tried when it is picked up, with all that it weighs then.

use std::collections::BTreeMap;

use nalgebra::Isometry3;

use super::arm::Handling;
use super::hold::Hold;
use super::mover::Plan;
use super::order::Leg;
use super::place::{Spot, Stops};
use super::track::Track;
use crate::engine::{Compile, Ctx, Product};
use crate::id::{EquipmentId, ProductId};
use crate::physics::{GRAVITY, Goods, PhysicsError};
use crate::units::SimDuration;

/// Where the gripper is on a way with a part, one pose each [`STEP_S`](super::hold::STEP_S).
pub(super) type Poses = Vec<Isometry3<f64>>;

/// When each product falls on a way; what is not there is held.
pub(super) type Falls = BTreeMap<ProductId, SimDuration>;

impl Hold {
    /// When each product falls on the way through `poses`.
    fn tries(&self, poses: &Poses, products: &[Product]) -> Result<Falls, PhysicsError> {
        let mut known: Vec<(Goods, Option<SimDuration>)> = Vec::new();
        let mut falls = Falls::new();
        for (n, product) in products.iter().enumerate() {
            let goods = product.goods(Product::LENGTH_M);
            let before = known.iter().find(|(other, _)| *other == goods).map(|known| known.1);
            let after = before.map_or_else(|| self.falls(poses, goods), Ok)?;
            known.push((goods, after));
            falls.extend(after.map(|after| (ProductId::from_index(n), after)));
        }
        Ok(falls)
    }
}

impl Handling {
    /// When products fall on the way through `poses`; a grip that makes no sense is reported.
    pub(super) fn falls(&self, poses: &Poses, cx: &mut Compile<'_>) -> Option<Falls> {
        let Some(hold) = &self.hold else { return Some(Falls::new()) };
        let falls = hold.tries(poses, &cx.model().products);
        falls.map_err(|error| cx.error("arm.grip", &error.to_string())).ok()
    }

    /// Warns of products that it may have to carry and cannot even hold at rest.
    pub(super) fn warn_of_weakness(&self, stops: &Stops, cx: &mut Compile<'_>) {
        let Some(hold) = &self.hold else { return };
        let model = cx.model();
        let served = |at: &EquipmentId| stops.find(*at).is_some();
        let by_route = |product: &Product| {
            let first = product.first_step as usize;
            let steps = &model.steps[first..first + usize::from(product.n_steps)];
            steps.iter().flat_map(|step| &step.at).any(served)
        };
        // Between what works on nothing, whatever comes is carried on.
        let machines =
            (0..stops.count() as u16).any(|stop| model.row(stops.equipment(stop)).processor);
        let comes = |product: &&Product| product.n_steps == 0 || !machines || by_route(product);
        let most = hold.most_n();
        let heavy = model.products.iter().filter(comes);
        let heavy = heavy.filter(|product| product.mass_kg * GRAVITY > most);
        let told: Vec<String> = heavy
            .map(|product| {
                format!(
                    "holds {most:.1} N at rest, and a \"{}\" weighs {:.1} N: it falls",
                    product.name,
                    product.mass_kg * GRAVITY
                )
            })
            .collect();
        told.iter().for_each(|message| cx.warn("arm.grip", message));
    }
}

impl Plan {
    /// How long after it has set out `from` its place the part of `job` falls, if it does.
    pub(super) fn falls(
        &self,
        cx: &Ctx<'_>,
        job: Leg,
        from: Spot,
        to: Spot,
    ) -> Option<SimDuration> {
        let (poses, falls) = self.way.motions()?.carried.get(&(from.stop, to.stop))?;
        self.falls_on(cx, job, poses, falls)
    }

    /// Likewise of one that was gripped `along_m` on a belt.
    pub(super) fn falls_off(
        &self,
        cx: &Ctx<'_>,
        job: Leg,
        (track, along_m): (&Track, f64),
        to: Spot,
    ) -> Option<SimDuration> {
        let (poses, falls) = track.carried(along_m, to.stop)?;
        self.falls_on(cx, job, poses, falls)
    }

    fn falls_on(
        &self,
        cx: &Ctx<'_>,
        job: Leg,
        poses: &Poses,
        falls: &Falls,
    ) -> Option<SimDuration> {
        let product = cx.part(job.part).product;
        let row = &cx.model().products[product.index()];
        let mass_kg = cx.core().mass_kg(cx.model(), job.part);
        if mass_kg == row.mass_kg {
            return falls.get(&product).copied();
        }
        let hold = self.arm.as_ref()?.hold.as_ref()?;
        // Its figures were checked when the plant was loaded, and a mass is one.
        let goods = Goods { mass_kg, ..row.goods(Product::LENGTH_M) };
        hold.falls(poses, goods).ok().flatten()
    }
}
