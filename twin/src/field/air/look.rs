//! Looking into the fields: single cells, and between them.

use super::plan::Plan;
use super::state::State;
use crate::field::{Probe, Quantity};

impl State {
    /// A quantity at a cell; none: it is not there.
    pub(super) fn at(&self, plan: &Plan, quantity: Quantity, cell: [usize; 3]) -> Option<f32> {
        let layout = &plan.layout;
        let place = layout.place(cell);
        let fluid = &plan.scene.fluid;
        let velocity = |axis: usize| {
            let other = place + layout.steps()[axis];
            let at = |place| self.velocity[layout.index(place, axis, 3)];
            0.5 * (at(place) + at(other))
        };
        if quantity != Quantity::Temperature
            && !plan.scene.filled[plan.scene.grid.index(cell)].is_fluid()
        {
            return self.has(quantity).then_some(0.0);
        }
        Some(match quantity {
            Quantity::Temperature => self.heat.values[place] + fluid.reference as f32,
            Quantity::Speed => {
                let [u, v, w] = [0, 1, 2].map(velocity);
                (u * u + v * v + w * w).sqrt()
            }
            Quantity::VelocityX => velocity(0),
            Quantity::VelocityY => velocity(1),
            Quantity::VelocityZ => velocity(2),
            Quantity::Pressure => self.pressure[place] * fluid.density as f32,
            Quantity::Concentration => self.tracer.as_ref()?.values[place],
        })
    }

    /// Whether there is such a quantity.
    pub(super) fn has(&self, quantity: Quantity) -> bool {
        quantity != Quantity::Concentration || self.tracer.is_some()
    }

    /// A quantity at a point; 0 where there is no such quantity.
    pub(super) fn probe(&self, plan: &Plan, probe: &Probe) -> f32 {
        if probe.quantity == Quantity::Speed {
            let of = |quantity| self.between(plan, quantity, probe.at);
            let [u, v, w] = [Quantity::VelocityX, Quantity::VelocityY, Quantity::VelocityZ].map(of);
            return (u * u + v * v + w * w).sqrt();
        }
        self.between(plan, probe.quantity, probe.at)
    }

    fn between(&self, plan: &Plan, quantity: Quantity, at: [f64; 3]) -> f32 {
        let (cell, share) = plan.scene.grid.corner(at);
        let mut sum = 0.0;
        for corner in 0..8 {
            let (mut place, mut weight) = (cell, 1.0);
            for axis in 0..3 {
                let upper = corner >> axis & 1 == 1;
                weight *= if upper { share[axis] } else { 1.0 - share[axis] };
                place[axis] += usize::from(upper);
            }
            if weight > 0.0 {
                sum += weight * self.at(plan, quantity, place).unwrap_or(0.0);
            }
        }
        sum
    }
}
