//! Grips: how much force and moment a gripper can hold a part with.
//!
//! Two fingers with the closing force F each hold a part by friction with at most 2 μ F in the plane of their pads: from it
//! the rule that 2 μ F ≥ m (g + a). A suction cup pulls with at most Δp A / S, and what of that is not needed to pull presses the
//! part to its lip, which holds across by friction with μ (Δp A / S − pull). Where a moment about the normal must be held at once,
//! force and moment together stay within an ellipsoidal limit surface (Howe & Cutkosky, Int. J. Robotics Research 15(6), 1996) whose
//! moment at no force is that of a disc under even pressure, 2/3 of its radius times the friction force.
//!
//! Moments about other axes, which fingers hold by the shape of their pads and cups by their width, are held whatever they are.

use nalgebra::Vector3;
use serde::{Deserialize, Serialize};

use super::error::{PhysicsError, direction, not_negative, positive};

/// How a hand holds a part. Axes are those of the hand.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Grip {
    /// Fixed to the hand, whatever the force: for cells where the gripper is not the question.
    Attach,
    /// Two fingers that close with a force.
    Fingers(Fingers),
    /// Suction.
    Vacuum(Vacuum),
}

/// Two fingers, opposite each other.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fingers {
    /// Closing force of each finger, N.
    pub force_n: f64,
    /// Coefficient of friction between a finger and the part.
    pub friction: f64,
    /// Along which the fingers close; any length but 0.
    pub axis: Vector3<f64>,
    /// Radius of a pad, m; a part that slides further is dropped.
    pub pad_m: f64,
}

/// Suction cups, taken as one.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Vacuum {
    /// Pressure below that outside, Pa.
    pub pressure_pa: f64,
    /// Area under vacuum, m².
    pub area_m2: f64,
    /// What the force is divided by, such as 1.5 to 2 in catalogues; 1 is the plain physics.
    pub safety: f64,
    /// Coefficient of friction between lip and part.
    pub friction: f64,
    /// From the part into the cup; any length but 0.
    pub axis: Vector3<f64>,
}

/// What holding a part asks for, in the axes of the hand: the force and the moment about its middle that take it where the hand goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Demand {
    /// N.
    pub force: Vector3<f64>,
    /// N m.
    pub moment: Vector3<f64>,
}

/// What a grip makes of a demand.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Answer {
    /// Meets it.
    Holds,
    /// Meets no more than this share of it: the part slides.
    Slides(Demand),
    /// Comes off.
    Opens,
}

impl Grip {
    /// Itself with axes of length 1, if its figures are within their ranges.
    pub(super) fn checked(self) -> Result<Self, PhysicsError> {
        Ok(match self {
            Self::Attach => Self::Attach,
            Self::Fingers(fingers) => {
                positive("the force of a finger, N", fingers.force_n)?;
                not_negative("the friction of a finger", fingers.friction)?;
                positive("the radius of a pad, m", fingers.pad_m)?;
                Self::Fingers(Fingers {
                    axis: direction("the axis of a gripper", fingers.axis)?,
                    ..fingers
                })
            }
            Self::Vacuum(vacuum) => {
                positive("the vacuum of a cup, Pa", vacuum.pressure_pa)?;
                positive("the area of a cup, m²", vacuum.area_m2)?;
                positive("the safety of a cup", vacuum.safety)?;
                not_negative("the friction of a cup", vacuum.friction)?;
                Self::Vacuum(Vacuum {
                    axis: direction("the axis of a cup", vacuum.axis)?,
                    ..vacuum
                })
            }
        })
    }

    /// How far a part may slide before it is dropped, m.
    pub(super) fn reach_m(&self) -> f64 {
        match self {
            Self::Attach => f64::INFINITY,
            Self::Fingers(fingers) => fingers.pad_m,
            Self::Vacuum(vacuum) => vacuum.radius_m(),
        }
    }

    /// What it makes of `demand`.
    pub(super) fn answer(&self, demand: &Demand) -> Answer {
        match self {
            Self::Attach => Answer::Holds,
            Self::Fingers(fingers) => fingers.answer(demand),
            Self::Vacuum(vacuum) => vacuum.answer(demand),
        }
    }
}

impl Fingers {
    fn answer(&self, demand: &Demand) -> Answer {
        // Along the axis one finger takes it, until it is pushed open.
        if demand.force.dot(&self.axis).abs() > self.force_n {
            return Answer::Opens;
        }
        slide(demand, self.axis, 2.0 * self.friction * self.force_n, self.pad_m)
    }
}

impl Vacuum {
    /// Pull that it holds, N: Δp A / S.
    pub fn pull_n(&self) -> f64 {
        self.pressure_pa * self.area_m2 / self.safety
    }

    fn radius_m(&self) -> f64 {
        (self.area_m2 / std::f64::consts::PI).sqrt()
    }

    fn answer(&self, demand: &Demand) -> Answer {
        let press = self.pull_n() - demand.force.dot(&self.axis);
        if press < 0.0 {
            return Answer::Opens;
        }
        slide(demand, self.axis, self.friction * press, self.radius_m())
    }
}

/// Friction of at most `most_n` across `axis` on a disc of `radius_m`.
fn slide(demand: &Demand, axis: Vector3<f64>, most_n: f64, radius_m: f64) -> Answer {
    let along = axis * demand.force.dot(&axis);
    let across = demand.force - along;
    let about = axis * demand.moment.dot(&axis);
    let most_moment = 2.0 / 3.0 * radius_m * most_n;
    // Of nothing, any part is all of it.
    let used = |asked: f64, most: f64| if asked == 0.0 { 0.0 } else { asked / most };
    let load = used(across.norm(), most_n).hypot(used(about.norm(), most_moment));
    if load <= 1.0 {
        return Answer::Holds;
    }
    let held =
        Demand { force: along + across / load, moment: demand.moment - about + about / load };
    Answer::Slides(held)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pulls(force: [f64; 3], moment: [f64; 3]) -> Demand {
        Demand { force: force.into(), moment: moment.into() }
    }

    #[test]
    fn two_fingers_hold_by_friction() {
        let fingers = Fingers { force_n: 10.0, friction: 0.5, axis: Vector3::y(), pad_m: 0.015 };
        assert_eq!(fingers.answer(&pulls([6.0, 3.0, 8.0], [0.0; 3])), Answer::Holds);
        assert_eq!(fingers.answer(&pulls([0.0, 10.1, 0.0], [0.0; 3])), Answer::Opens);
        let Answer::Slides(held) = fingers.answer(&pulls([0.0, 3.0, 20.0], [0.0; 3])) else {
            panic!("a part twice too heavy is held")
        };
        assert!((held.force - Vector3::new(0.0, 3.0, 10.0)).norm() < 1e-12);
        // Alone, a moment of 2/3 of pad and force; half of the force and half of the moment are well inside.
        assert_eq!(fingers.answer(&pulls([0.0; 3], [0.0, 0.0999, 0.0])), Answer::Holds);
        assert!(matches!(fingers.answer(&pulls([0.0; 3], [0.0, 0.1001, 0.0])), Answer::Slides(_)));
        assert_eq!(fingers.answer(&pulls([5.0, 0.0, 0.0], [0.0, 0.05, 0.0])), Answer::Holds);
    }

    #[test]
    fn a_cup_pulls_and_holds_across_by_what_is_left() {
        let vacuum = Vacuum {
            pressure_pa: 60e3,
            area_m2: 1e-3,
            safety: 1.0,
            friction: 0.5,
            axis: Vector3::z(),
        };
        assert_eq!(vacuum.pull_n(), 60.0);
        assert_eq!(vacuum.answer(&pulls([0.0, 0.0, 59.9], [0.0; 3])), Answer::Holds);
        assert_eq!(vacuum.answer(&pulls([0.0, 0.0, 60.1], [0.0; 3])), Answer::Opens);
        assert_eq!(vacuum.answer(&pulls([9.9, 0.0, 40.0], [0.0; 3])), Answer::Holds);
        assert!(matches!(vacuum.answer(&pulls([10.1, 0.0, 40.0], [0.0; 3])), Answer::Slides(_)));
    }

    #[test]
    fn without_friction_only_what_needs_none_is_held() {
        let fingers = Fingers { force_n: 10.0, friction: 0.0, axis: Vector3::y(), pad_m: 0.01 };
        assert_eq!(fingers.answer(&pulls([0.0, 5.0, 0.0], [0.0; 3])), Answer::Holds);
        let Answer::Slides(held) = fingers.answer(&pulls([1.0, 0.0, 0.0], [0.0; 3])) else {
            panic!("held by nothing")
        };
        assert_eq!(held.force, Vector3::zeros());
    }
}
