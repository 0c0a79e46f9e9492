//! Two parallel arms, a quill that slides and turns: SCARA.
//!
//! All axes are vertical, so the tool can only be turned about the vertical. A triangle of the two arms gives the two ways,
//! which programmers call right-handed and left-handed.

use std::f64::consts::PI;

use nalgebra::Vector3;

use super::super::branch::{Branch, Place, Side, Singularity};
use super::super::chain::{Chain, Link};
use super::super::trig::{IN_LINE, corner, gap, shift};
use super::{Candidate, Candidates, MOST, Miss, Nearest, Target};

/// Lengths of a SCARA \[m\].
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Scara {
    /// From the base to the flange where the quill's coordinate is 0, upwards.
    pub height: f64,
    /// From the first axis to the second.
    pub inner: f64,
    /// From the second axis to the quill.
    pub outer: f64,
}

/// An orientation that is off by no more than this \[rad\] counts as upright.
pub(super) const UPRIGHT: f64 = 1e-9;

/// Angle \[rad\] between the axis of `target` and the vertical.
pub(super) fn tilt(target: &Target) -> f64 {
    let axis = target.rotation.column(2);
    libm::atan2(libm::hypot(axis.x, axis.y), axis.z)
}

/// Angle \[rad\] by which `target` is turned about the vertical.
pub(super) fn heading(target: &Target) -> f64 {
    libm::atan2(target.rotation[(1, 0)], target.rotation[(0, 0)])
}

impl Scara {
    /// How far the quill gets from the first axis \[m\].
    pub fn reach(&self) -> f64 {
        self.inner + self.outer
    }

    /// The arm as a chain: two arms, the quill's stroke (upwards), the quill's turn.
    pub fn chain(&self) -> Chain {
        let z = Vector3::z();
        let links = vec![
            Link::turns("inner arm", shift(0.0, 0.0, self.height), z),
            Link::turns("outer arm", shift(self.inner, 0.0, 0.0), z),
            Link::slides("stroke", shift(self.outer, 0.0, 0.0), z),
            Link::turns("quill", shift(0.0, 0.0, 0.0), z),
        ];
        Chain::new(links, shift(0.0, 0.0, 0.0))
    }

    /// Both ways to get to `target`.
    pub(in super::super) fn inverse(&self, target: &Target) -> Candidates {
        let tilt = tilt(target);
        if tilt > UPRIGHT {
            return Err(Miss::Tilted(tilt));
        }
        let (x, y) = (target.position.x, target.position.y);
        let distance = libm::hypot(x, y);
        let mut nearest = Nearest::new();
        let mut found = Vec::with_capacity(2);
        if nearest.reaches(gap(self.inner, self.outer, distance)) {
            let towards = if distance > IN_LINE { libm::atan2(y, x) } else { target.held[0] };
            let at_shoulder = corner(self.inner, distance, self.outer);
            let bent = PI - corner(self.inner, self.outer, distance);
            let flat = libm::sin(bent).abs() <= IN_LINE;
            for (side, sign) in [(Side::Right, 1.0), (Side::Left, -1.0)] {
                if flat && side == Side::Left {
                    continue;
                }
                let (first, second) = (towards - sign * at_shoulder, sign * bent);
                let mut theta = [0.0; MOST];
                let quill = heading(target) - first - second;
                theta[..4].copy_from_slice(&[
                    first,
                    second,
                    target.position.z - self.height,
                    quill,
                ]);
                let singular = flat.then_some(Singularity::at(Place::Elbow));
                found.push(Candidate { theta, branch: Branch::Scara(side), singular });
            }
        }
        nearest.or(found)
    }
}
