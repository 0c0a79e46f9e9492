//! From a pose to joint coordinates: all ways, each with its name, its limits and what is singular about it.

use std::f64::consts::{PI, TAU};

use nalgebra::Isometry3;

use super::arm::{Arm, Joint, Structure};
use super::branch::{Branch, Singularity};
use super::chain::Motion;
use super::error::{InverseError, Violation};
use super::numerical;
use super::structure::{Candidate, Candidates, MOST, Miss, Target};
use super::trig::wrap;

/// One way to reach a pose.
#[derive(Clone, Debug, PartialEq)]
pub struct Solution {
    /// Joint coordinates [rad or m]. Of joints that turn more than once, the turn that lies within the range, if there is one.
    pub q: Vec<f64>,
    /// Its name.
    pub branch: Branch,
    /// The free parameter of an arm of seven axes \[rad\], see [`Redundancy`].
    pub free: Option<f64>,
    /// What is singular about it, if so. The joint that is free was kept where it was, or at the model's 0.
    pub singular: Option<Singularity>,
    /// Joints beyond their ranges; none if it can be used.
    pub violations: Vec<Violation>,
}

impl Solution {
    /// Whether all joints are within their ranges.
    pub fn is_within(&self) -> bool {
        self.violations.is_empty()
    }
}

/// What is free in an arm of seven axes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Redundancy {
    /// The angle \[rad\] of elbow, shoulder and wrist about the line from shoulder to wrist.
    ArmAngle,
    /// The coordinate of the last joint \[rad\].
    LastJoint,
}

/// What to do where the nearest way is singular.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AtSingularity {
    /// Keep the joint that is free where it was; the solution says so.
    Hold,
    /// Refuse with [`InverseError::Singular`].
    Refuse,
}

/// Values of a free parameter that are tried, beside the first.
const TRIED: usize = 72;

impl Arm {
    /// What is free in this arm, if it has seven axes and a closed form.
    pub fn redundancy(&self) -> Option<Redundancy> {
        match self.structure {
            Structure::Srs(_) => Some(Redundancy::ArmAngle),
            Structure::Franka(_) => Some(Redundancy::LastJoint),
            _ => None,
        }
    }

    /// The free parameter \[rad\] at `q`; none for arms that have none, or for coordinates that are none.
    pub fn free_at(&self, q: &[f64]) -> Option<f64> {
        let theta = self.model(q).ok()?;
        match &self.structure {
            Structure::Srs(srs) => Some(srs.arm_angle(&theta)),
            Structure::Franka(_) => q.last().copied(),
            _ => None,
        }
    }

    /// All ways to get the flange to `pose` in the base. An arm of seven axes has endlessly many: those for the first value
    /// of its free parameter are given that leaves one within all ranges, tried from its middle outwards. Of a chain without
    /// a closed form, those that some starts of an iteration lead to.
    ///
    /// Ways that leave a joint's range are among them, and say so. Order: as the names' own.
    ///
    /// # Errors
    ///
    /// If no way leads there, whatever the ranges; or if `pose` is not finite.
    pub fn inverse(&self, pose: &Isometry3<f64>) -> Result<Vec<Solution>, InverseError> {
        self.search(&self.target(pose)?, pose, None)
    }

    /// Likewise for one value `free` \[rad\] of the free parameter; the same as [`Arm::inverse`] for arms without one.
    ///
    /// # Errors
    ///
    /// As [`Arm::inverse`].
    pub fn inverse_at(
        &self,
        pose: &Isometry3<f64>,
        free: f64,
    ) -> Result<Vec<Solution>, InverseError> {
        if self.redundancy().is_none() {
            return self.inverse(pose);
        }
        if !free.is_finite() {
            return Err(InverseError::NotFinite);
        }
        self.with_free(&self.target(pose)?, free, None)
    }

    /// The way to `pose` that is reached soonest from `previous`, every joint at full speed. Joints that turn more than once
    /// stay in their turn as long as their range allows. The free parameter stays as it is, or changes as little as it must.
    ///
    /// # Errors
    ///
    /// If no way leads there, if none keeps within the ranges, or if the nearest is singular and is not to be.
    pub fn nearest(
        &self,
        pose: &Isometry3<f64>,
        previous: &[f64],
        at_singularity: AtSingularity,
    ) -> Result<Solution, InverseError> {
        let theta = self.model(previous)?;
        let mut target = self.target(pose)?;
        for (held, theta) in target.held.iter_mut().zip(&theta) {
            *held = *theta;
        }
        let ways = self.search(&target, pose, Some(previous))?;
        let time = |way: &Solution| self.time(&way.q, previous);
        let order = |way: &&Solution| (!way.is_within(), time(way));
        let best = ways.iter().min_by(|a, b| {
            let ((a_out, a_time), (b_out, b_time)) = (order(a), order(b));
            a_out.cmp(&b_out).then(a_time.total_cmp(&b_time))
        });
        let Some(best) = best else { return Err(InverseError::OutOfReach { by: f64::INFINITY }) };
        match best.singular {
            _ if !best.is_within() => Err(InverseError::OutsideRange(best.violations.clone())),
            Some(singular) if at_singularity == AtSingularity::Refuse => {
                Err(InverseError::Singular(singular))
            }
            _ => Ok(best.clone()),
        }
    }

    /// Least time \[s\] from `from` to `to`, every joint at full speed from the first moment on.
    fn time(&self, to: &[f64], from: &[f64]) -> f64 {
        let each = self.joints.iter().zip(to.iter().zip(from));
        each.map(|(joint, (to, from))| (to - from).abs() / joint.speed).fold(0.0, f64::max)
    }

    fn target(&self, pose: &Isometry3<f64>) -> Result<Target, InverseError> {
        let numbers = pose.translation.vector.iter().chain(pose.rotation.coords.iter());
        if numbers.copied().all(f64::is_finite) {
            Ok(Target::new(pose))
        } else {
            Err(InverseError::NotFinite)
        }
    }

    /// All ways, near `previous` if it is there.
    fn search(
        &self,
        target: &Target,
        pose: &Isometry3<f64>,
        previous: Option<&[f64]>,
    ) -> Result<Vec<Solution>, InverseError> {
        if let Structure::Chain(chain) = &self.structure {
            return numerical::inverse(self, chain, pose, previous);
        }
        let Some(redundancy) = self.redundancy() else {
            let found = self.closed(target).map_err(refused)?;
            return Ok(found.iter().map(|way| self.solution(way, None, previous)).collect());
        };
        let (middle, span) = match redundancy {
            Redundancy::ArmAngle => (0.0, PI),
            Redundancy::LastJoint => self.joints.last().map_or((0.0, PI), |joint| {
                let (low, high) = joint.range;
                (0.5 * (low + high), 0.5 * (high - low))
            }),
        };
        let first = previous.and_then(|q| self.free_at(q)).unwrap_or(middle);
        let mut best: Result<Vec<Solution>, InverseError> =
            Err(InverseError::OutOfReach { by: f64::INFINITY });
        for n in 0..=TRIED {
            // Outwards from the first: 0, +1, -1, +2, -2, …
            let step = n.div_ceil(2) as f64 * if n % 2 == 1 { 1.0 } else { -1.0 };
            let free = first + step * 2.0 * span / TRIED as f64;
            let ways = self.with_free(target, free, previous);
            if ways.as_ref().is_ok_and(|ways| ways.iter().any(Solution::is_within)) {
                return ways;
            }
            best = better(best, ways);
        }
        best
    }

    fn with_free(
        &self,
        target: &Target,
        free: f64,
        previous: Option<&[f64]>,
    ) -> Result<Vec<Solution>, InverseError> {
        let mut target = *target;
        target.free = match (self.redundancy(), self.joints.last()) {
            (Some(Redundancy::LastJoint), Some(joint)) => joint.to_model(free),
            _ => free,
        };
        let found = self.closed(&target).map_err(refused)?;
        Ok(found.iter().map(|way| self.solution(way, Some(free), previous)).collect())
    }

    fn closed(&self, target: &Target) -> Candidates {
        match &self.structure {
            Structure::Spherical(arm) => arm.inverse(target),
            Structure::Ur(arm) => arm.inverse(target),
            Structure::Scara(arm) => arm.inverse(target),
            Structure::Delta(arm) => arm.inverse(target),
            Structure::Srs(arm) => arm.inverse(target),
            Structure::Franka(arm) => arm.inverse(target),
            Structure::Chain(_) => Ok(Vec::new()),
        }
    }

    /// A way in the controller's coordinates.
    fn solution(&self, way: &Candidate, free: Option<f64>, previous: Option<&[f64]>) -> Solution {
        debug_assert!(self.joints.len() <= MOST, "closed forms have at most seven joints");
        let near = |n: usize| previous.and_then(|q| q.get(n)).copied().unwrap_or(0.0);
        let each = self.joints.iter().zip(way.theta).enumerate();
        let mut q: Vec<f64> = each
            .map(|(n, (joint, theta))| turn_into_range(joint, joint.to_controller(theta), near(n)))
            .collect();
        if let (Some(Redundancy::LastJoint), Some(last), Some(free)) =
            (self.redundancy(), q.last_mut(), free)
        {
            *last = free;
        }
        let singular = way.singular.map(|singular| self.in_controller(singular));
        let violations = self.violations(&q);
        Solution { q, branch: way.branch, free, singular, violations }
    }

    /// A sum of the model's coordinates is a difference of the controller's where their senses differ.
    fn in_controller(&self, singular: Singularity) -> Singularity {
        let sense = |n: usize| self.joints.get(n).map_or(1.0, |joint| joint.sense);
        let only = singular
            .only
            .map(|(one, other, minus)| (one, other, minus != (sense(one) != sense(other))));
        Singularity { only, ..singular }
    }
}

fn refused(miss: Miss) -> InverseError {
    match miss {
        Miss::Far(by) => InverseError::OutOfReach { by },
        Miss::Tilted(by) => InverseError::Tilted { by },
    }
}

/// Ways rather than none, and of two misses the smaller.
fn better(
    one: Result<Vec<Solution>, InverseError>,
    other: Result<Vec<Solution>, InverseError>,
) -> Result<Vec<Solution>, InverseError> {
    match (&one, &other) {
        (Ok(_), _) => one,
        (_, Ok(_)) => other,
        (Err(InverseError::OutOfReach { by: a }), Err(InverseError::OutOfReach { by: b })) => {
            if a <= b { one } else { other }
        }
        _ => one,
    }
}

/// Of the coordinates that differ from `q` by whole turns: the one nearest to `near` that lies within the range of `joint`;
/// if none does, the one that is least beyond it.
pub(super) fn turn_into_range(joint: &Joint, q: f64, near: f64) -> f64 {
    if joint.motion == Motion::Slides {
        return q;
    }
    let q = near + wrap(q - near);
    let beyond = joint.beyond(q);
    if beyond == 0.0 {
        return q;
    }
    // Just back over the end that it is beyond.
    let back = q - beyond.signum() * TAU * (beyond.abs() / TAU).ceil();
    if joint.beyond(back).abs() < beyond.abs() { back } else { q }
}
