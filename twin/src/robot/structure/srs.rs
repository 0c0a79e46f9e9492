//! Seven axes with a spherical shoulder, an elbow, and a spherical wrist: KUKA's iiwa and its kin.
//!
//! Shoulder, elbow and wrist centre make a triangle that can turn about the line from shoulder to wrist: the arm angle ψ is
//! the free parameter. It is 0 where the third joint is, and the elbow is up. For a given ψ all is closed: the turn of the
//! upper arm is that at ψ = 0, turned about that line (Shimizu et al., "Analytical Inverse Kinematic Computation for 7-DOF
//! Redundant Manipulators With Joint Limits and Its Application to Redundancy Resolution", 2008).

use std::f64::consts::PI;

use nalgebra::{Isometry3, Matrix3, Vector3};

use super::super::branch::{Branch, Elbow, Place, Shoulder, Singularity, Wrist};
use super::super::chain::{Chain, Link};
use super::super::trig::{IN_LINE, about, about_y, about_z, corner, gap, shift, zyz};
use super::{Candidate, Candidates, MOST, Nearest, Target};

/// Lengths of an arm with spherical shoulder and wrist \[m\].
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Srs {
    /// From the base to the shoulder.
    pub shoulder: f64,
    /// From the shoulder to the elbow.
    pub upper: f64,
    /// From the elbow to the wrist centre.
    pub forearm: f64,
    /// From the wrist centre to the flange.
    pub hand: f64,
}

/// The turn about z and y that takes `own`, which lies in the plane of x and z, to `seen`; the first angle is `held` where
/// both are upright.
pub(super) fn aim(own: &Vector3<f64>, seen: &Vector3<f64>, held: f64) -> Matrix3<f64> {
    let aside = libm::hypot(seen.x, seen.y);
    let first = if aside > IN_LINE { libm::atan2(seen.y, seen.x) } else { held };
    let second = libm::atan2(aside, seen.z) - libm::atan2(own.x, own.z);
    about_z(first) * about_y(second)
}

impl Srs {
    /// How far the wrist centre gets from the shoulder \[m\].
    pub fn reach(&self) -> f64 {
        self.upper + self.forearm
    }

    /// The arm as a chain: axes z, y, z, y, z, y, z, upright at 0.
    pub fn chain(&self) -> Chain {
        let (y, z) = (Vector3::y(), Vector3::z());
        let up = |length| shift(0.0, 0.0, length);
        let links = vec![
            Link::turns("link 1", Isometry3::identity(), z),
            Link::turns("link 2", up(self.shoulder), y),
            Link::turns("link 3", up(0.0), z),
            Link::turns("link 4", up(self.upper), y),
            Link::turns("link 5", up(0.0), z),
            Link::turns("link 6", up(self.forearm), y),
            Link::turns("link 7", up(0.0), z),
        ];
        Chain::new(links, up(self.hand))
    }

    /// The line from the shoulder to the wrist centre, in the frame of the third joint, for an elbow angle \[rad\].
    fn line(&self, elbow: f64) -> Vector3<f64> {
        let (s, c) = libm::sincos(elbow);
        Vector3::new(self.forearm * s, 0.0, self.upper + self.forearm * c)
    }

    /// The arm angle ψ \[rad\] at `theta`; 0 where the arm is stretched out.
    pub(in super::super) fn arm_angle(&self, theta: &[f64]) -> f64 {
        let at = |n: usize| theta.get(n).copied().unwrap_or(0.0);
        let turn = about_z(at(0)) * about_y(at(1)) * about_z(at(2));
        let own = self.line(at(3));
        let line = turn * own;
        let still = aim(&own, &line, at(0));
        let axis = line / line.norm().max(f64::MIN_POSITIVE);
        // Where the upper arm points, seen along the line, now and at ψ = 0.
        let (now, then) = (turn.column(2).into_owned(), still.column(2).into_owned());
        let angle = libm::atan2(axis.dot(&then.cross(&now)), {
            then.dot(&now) - axis.dot(&then) * axis.dot(&now)
        });
        if at(3) < 0.0 { super::super::trig::wrap(angle - PI) } else { angle }
    }

    /// All ways to get to `target` with its free parameter as arm angle: two shoulders, two elbows, two wrists.
    pub(in super::super) fn inverse(&self, target: &Target) -> Candidates {
        let mut line = target.position - self.hand * target.rotation.column(2);
        line.z -= self.shoulder;
        let distance = line.norm();
        let mut nearest = Nearest::new();
        let mut found = Vec::with_capacity(8);
        if nearest.reaches(gap(self.upper, self.forearm, distance)) {
            let bent = PI - corner(self.upper, self.forearm, distance);
            let flat = libm::sin(bent).abs() <= IN_LINE;
            let axis = line / distance.max(f64::MIN_POSITIVE);
            for (elbow, fourth, psi) in
                [(Elbow::Up, bent, target.free), (Elbow::Down, -bent, target.free + PI)]
            {
                if flat && elbow == Elbow::Down {
                    continue;
                }
                let still = aim(&self.line(fourth), &line, target.held[0]);
                let turn = about(&axis, psi).to_rotation_matrix().into_inner() * still;
                let singular = flat.then_some(Singularity::at(Place::Elbow));
                ends(target, &turn, (elbow, fourth), singular, &mut found);
            }
        }
        nearest.or(found)
    }
}

/// Both shoulders and both wrists for a known turn of the upper arm.
fn ends(
    target: &Target,
    turn: &Matrix3<f64>,
    (elbow, fourth): (Elbow, f64),
    singular: Option<Singularity>,
    found: &mut Vec<Candidate>,
) {
    let shoulders = zyz(turn, target.held[0]);
    let wrists = zyz(&(turn * about_y(fourth)).tr_mul(&target.rotation), target.held[4]);
    let only = |place, first: usize, in_line: Option<bool>| {
        in_line.map(|minus| Singularity { place, only: Some((first, first + 2, minus)) })
    };
    let singular = only(Place::Wrist, 4, wrists.in_line)
        .or(only(Place::Shoulder, 0, shoulders.in_line))
        .or(singular);
    for (shoulder, before) in [Shoulder::Front, Shoulder::Back].into_iter().zip(shoulders.ways) {
        for (wrist, behind) in [Wrist::NoFlip, Wrist::Flip].into_iter().zip(wrists.ways) {
            let mut theta = [0.0; MOST];
            theta[..3].copy_from_slice(&before);
            theta[3] = fourth;
            theta[4..].copy_from_slice(&behind);
            let branch = Branch::Articulated { shoulder, elbow, wrist };
            found.push(Candidate { theta, branch, singular });
        }
    }
}
