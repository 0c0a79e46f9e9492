//! Stretches of a motion program: what each comes to among the events, and how the arm moves meanwhile.

use std::sync::Arc;

use nalgebra::Vector3;
use serde::{Deserialize, Serialize};

use super::posture::Posture;
use crate::flow::course::Course;
use crate::robot::Tooled;
use crate::robot::motion::CycleMotion;
use crate::units::SimDuration;

/// A part of a transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Stretch {
    /// Up to the end of the grip.
    Pick,
    /// From there to the release, or all of it.
    Way,
    /// From the release on.
    Place,
}

/// A stretch.
#[derive(Debug)]
pub(super) struct Stretched {
    pub(super) course: Course,
    /// The motion of the whole program, and where in it the stretch begins, s.
    motion: Arc<CycleMotion>,
    from_s: f64,
}

impl Stretched {
    pub(super) fn new(course: Course, motion: &Arc<CycleMotion>, from_s: f64) -> Self {
        Self { course, motion: Arc::clone(motion), from_s }
    }

    /// The joints so far on, as time on the average (s); see [`Course::progress_s`].
    pub(super) fn at(&self, progress_s: f64) -> Vec<f64> {
        self.motion.at(self.from_s + progress_s)
    }
}

/// An arm that works on parts by a program, again and again.
#[derive(Debug)]
pub(in crate::flow) struct ArmAtWork {
    arm: Tooled,
    base: Vector3<f64>,
    cycle: Stretched,
}

impl ArmAtWork {
    pub(super) fn new(arm: Tooled, base: Vector3<f64>, cycle: Stretched) -> Self {
        Self { arm, base, cycle }
    }

    pub(in crate::flow) fn course(&self) -> &Course {
        &self.cycle.course
    }

    pub(in crate::flow) fn arm(&self) -> &Tooled {
        &self.arm
    }

    /// Where its base stands, from the place of the equipment on the floor (m).
    pub(in crate::flow) fn base(&self) -> Vector3<f64> {
        self.base
    }

    /// How it stands before beat `next`, of the time before which so much is `gone` of what it `takes`; see [`Course::progress_s`].
    pub(in crate::flow) fn posture(
        &self,
        next: u16,
        gone: SimDuration,
        takes: SimDuration,
    ) -> Posture<'_> {
        let q = self.cycle.at(self.cycle.course.progress_s(next, gone, takes));
        Posture { arm: &self.arm, base: self.base, q }
    }
}
