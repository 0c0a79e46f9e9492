//! Whether a gripper holds the parts that its arm carries.
//!
//! The motion of an arm from place to place is known, and so is the force that takes a part along with it against gravity:
//! *m (a − g)*, with the moment about the part's middle. Each way is made once when the plant is loaded, with the part as a rigid body in
//! the hand, in the steps of a [`Cell`](crate::physics::Cell): the part stays, slides as far as friction lets it, or falls. It is the same
//! each time, so the run only has to look up when, see [`falls`](super::falls).

use nalgebra::{Isometry3, Vector3};
use serde::Deserialize;

use crate::engine::{Compile, Product};
use crate::physics::{Cell, Fingers, Goods, Grip, PhysicsError, Settings, Vacuum};
use crate::robot::Tooled;
use crate::robot::motion::Kinematics;
use crate::units::{Force, Length, Pressure, SimDuration};

/// How a gripper holds parts, in a plant file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum GripSpec {
    /// Fixed to the hand: for plants where the gripper is not the question.
    Attach,
    /// Two fingers that close across the tool, with the part's middle at its point.
    Fingers {
        /// Closing force of each finger.
        force: Force,
        /// Coefficient of friction between a finger and a part.
        friction: f64,
        /// Radius of a pad: a part that slides further is dropped.
        pad: Length,
    },
    /// Suction cups side by side, on top of the part.
    Vacuum {
        /// How many. Default: 1.
        #[serde(default)]
        cups: Option<u32>,
        /// Diameter of the area under vacuum of each.
        diameter: Length,
        /// Pressure below that outside.
        pressure: Pressure,
        /// What the force is divided by. Default: 1, the plain physics; catalogues say 1.5 to 2 for smooth parts and more for rough ones.
        #[serde(default)]
        safety: Option<f64>,
        /// Coefficient of friction between lip and part.
        friction: f64,
    },
}

/// A grip, ready to be tried.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hold {
    pub(super) grip: Grip,
    /// Whether the tool's point is on top of a part, and not in its middle.
    pub(super) on_top: bool,
    /// From the tool's point into a part, along z of the hand: 1, or −1 where the tool hangs against it.
    inward: f64,
}

/// The step in which a way is made.
pub(super) const STEP_S: f64 = 4e-3;

impl GripSpec {
    /// The grip that is meant, if its numbers make sense.
    pub(super) fn compile(&self, at: &str, hangs: bool, cx: &mut Compile<'_>) -> Option<Hold> {
        let inward = if hangs { -1.0 } else { 1.0 };
        let hold = match self {
            Self::Attach => Hold { grip: Grip::Attach, on_top: false, inward },
            Self::Fingers { force, friction, pad } => Hold {
                grip: Grip::Fingers(Fingers {
                    force_n: force.newtons(),
                    friction: *friction,
                    axis: Vector3::y(),
                    pad_m: pad.metres(),
                }),
                on_top: false,
                inward,
            },
            Self::Vacuum { cups, diameter, pressure, safety, friction } => {
                let cups = f64::from(cups.unwrap_or(1));
                let radius = 0.5 * diameter.metres();
                let vacuum = Vacuum {
                    pressure_pa: pressure.pascals(),
                    area_m2: cups * std::f64::consts::PI * radius * radius,
                    safety: safety.unwrap_or(1.0),
                    friction: *friction,
                    axis: -inward * Vector3::z(),
                };
                Hold { grip: Grip::Vacuum(vacuum), on_top: true, inward }
            }
        };
        // A part as light as air, so that only the figures of the grip can be wrong.
        let light =
            Goods { size: Vector3::repeat(0.1), mass_kg: 1e-9, friction: Product::FRICTION };
        match hold.falls(&[Isometry3::identity()], light) {
            Ok(_) => Some(hold),
            Err(error) => {
                cx.error(&format!("{at}.grip"), &error.to_string());
                None
            }
        }
    }
}

impl Hold {
    /// The heaviest weight that it holds at rest, N.
    pub(super) fn most_n(&self) -> f64 {
        match self.grip {
            Grip::Attach => f64::INFINITY,
            Grip::Fingers(fingers) => 2.0 * fingers.friction * fingers.force_n,
            Grip::Vacuum(vacuum) => vacuum.pressure_pa * vacuum.area_m2 / vacuum.safety,
        }
    }

    /// Whether nothing falls out of it.
    pub(super) fn is_fixed(&self) -> bool {
        matches!(self.grip, Grip::Attach)
    }

    /// When a part falls whose gripper goes through `poses`, one each step: `None`, it is held to the end. A few µs for each.
    ///
    /// # Errors
    ///
    /// If a figure of the grip or the part is out of its range.
    pub(super) fn falls(
        &self,
        poses: &[Isometry3<f64>],
        goods: Goods,
    ) -> Result<Option<SimDuration>, PhysicsError> {
        let [first, rest @ ..] = poses else { return Ok(None) };
        let mut cell = Cell::new(Settings::default())?;
        let down = if self.on_top { 0.5 * self.inward * goods.size.z } else { 0.0 };
        let part = cell.add_goods(goods, first * Isometry3::translation(0.0, 0.0, down))?;
        let hand = cell.add_hand(*first)?;
        cell.grip(hand, part, self.grip)?;
        for pose in rest {
            cell.move_hand(hand, *pose)?;
            cell.step()?;
            if let Some(drop) = cell.take_drops().first() {
                return Ok(Some(SimDuration::from_ns(drop.at_ns)));
            }
        }
        Ok(None)
    }
}

/// Where the gripper is in the postures of its arm.
pub(super) fn poses(arm: &Tooled, postures: &[Vec<f64>]) -> Vec<Isometry3<f64>> {
    postures.iter().map(|q| arm.forward(q)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two seconds straight up with half of g, from rest.
    fn up() -> Vec<Isometry3<f64>> {
        let at = |n: i32| 0.5 * 4.905 * (f64::from(n) * STEP_S).powi(2);
        let down = Isometry3::rotation(Vector3::x() * std::f64::consts::PI);
        (0..500).map(|n| Isometry3::translation(0.0, 0.0, at(n)) * down).collect()
    }

    /// Fingers hold 2 μ F, a cup Δp A: a little more of either than m (g + a) is enough, a little less is not.
    #[test]
    fn parts_are_held_up_to_the_force_of_the_formula() {
        let goods = |mass_kg| Goods { size: Vector3::new(0.1, 0.1, 0.1), mass_kg, friction: 0.5 };
        let fingers = Fingers { force_n: 50.0, friction: 0.3, axis: Vector3::y(), pad_m: 0.02 };
        let vacuum = Vacuum {
            pressure_pa: 60e3,
            area_m2: 1e-3,
            safety: 2.0,
            friction: 0.5,
            axis: -Vector3::z(),
        };
        for (grip, on_top) in [(Grip::Fingers(fingers), false), (Grip::Vacuum(vacuum), true)] {
            let hold = Hold { grip, on_top, inward: 1.0 };
            assert!((hold.most_n() - 30.0).abs() < 1e-9, "{grip:?}");
            let most = 30.0 / (9.81 * 1.5);
            assert_eq!(hold.falls(&up(), goods(0.98 * most)).unwrap(), None, "{grip:?}");
            assert!(hold.falls(&up(), goods(1.02 * most)).unwrap().is_some(), "{grip:?}");
        }
    }
}
