//! What the instruments of an arm feel: what pulls at its flange, and the vacuum in its cups.
//!
//! Where the arm runs among rigid bodies it is the force and the moment that took its part along in the last step, against gravity and all that it
//! touched. Where it runs as events it is the weight of the part that it holds, below the middle of its tool. The gripper itself is not
//! in it: instruments at a flange are set to zero with it.

use nalgebra::{Point3, Vector3};

use super::mover::{Device, Mover, MoverState};
use super::robot::RobotSpec;
use crate::engine::Bodies;
use crate::id::PartId;
use crate::physics::{GRAVITY, Grip, Held};
use crate::robot::motion::Kinematics;
use crate::units::SimTime;

/// What pulls at a flange, in the axes of the flange.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Wrench {
    /// N.
    pub force: Vector3<f64>,
    /// About the flange, N m.
    pub moment: Vector3<f64>,
}

impl Mover<RobotSpec> {
    /// What its part pulls at the flange with at `now`, the present; nothing without an arm. `bodies` are those of its cell, `mass_kg` tells what
    /// a part weighs.
    pub fn wrench(
        &self,
        state: &MoverState,
        bodies: Option<&Bodies>,
        now: SimTime,
        mass_kg: impl Fn(PartId) -> f64,
    ) -> Wrench {
        let plan = self.plan();
        let Some(arm) = &plan.arm else { return Wrench::default() };
        let tool = arm.arm.tool;
        let (force, moment, at) = if let (Some(body), Some(bodies)) = (&plan.body, bodies) {
            let Some(Held { demand, offset, .. }) = body.held(bodies) else {
                return Wrench::default();
            };
            (-demand.force, -demand.moment, offset.translation.vector)
        } else {
            let Some(q) = plan.joints(state, now) else { return Wrench::default() };
            let mass = state.devices.iter().flat_map(Device::held).map(|leg| mass_kg(leg.part));
            let weight = -Vector3::z() * GRAVITY * mass.sum::<f64>();
            let up = arm.arm.forward(&q).rotation.inverse();
            (up * weight, Vector3::zeros(), Vector3::zeros())
        };
        let (force, moment) = (tool.rotation * force, tool.rotation * moment);
        let at = tool * Point3::from(at);
        Wrench { force, moment: moment + at.coords.cross(&force) }
    }

    /// Whether its arm has cups.
    pub fn has_cups(&self) -> bool {
        let hold = self.plan().arm.as_ref().and_then(|arm| arm.hold);
        hold.is_some_and(|hold| matches!(hold.grip, Grip::Vacuum(_)))
    }

    /// How far the pressure in its cups is below that outside, Pa; none if it has no cups.
    pub fn vacuum_pa(&self, state: &MoverState, bodies: Option<&Bodies>) -> Option<f64> {
        let plan = self.plan();
        let Grip::Vacuum(cups) = plan.arm.as_ref()?.hold?.grip else { return None };
        let holds = match (&plan.body, bodies) {
            (Some(body), Some(bodies)) => body.held(bodies).is_some(),
            _ => state.devices.iter().any(|device| device.held().next().is_some()),
        };
        Some(if holds { cups.pressure_pa } else { 0.0 })
    }
}
