//! Six axes with a parallel base and a spherical wrist: most industrial arms.
//!
//! The seven lengths and the closed form are those of Brandstötter, Angerer & Hofbaur, "An Analytical Solution of the
//! Inverse Kinematics Problem of Industrial Serial Manipulators with an Ortho-parallel Basis and a Spherical Wrist", 2014.
//! With all angles 0 the arm stands upright. The wrist centre `w = p - c4 z` does not depend on the last three angles, so
//! the first three follow from a triangle of `c2` and `κ = √(a2² + c3²)`, and the others from what is left of the turn.

use std::f64::consts::PI;

use nalgebra::{Isometry3, Vector3};

use super::super::branch::{Branch, Elbow, Place, Shoulder, Singularity, Wrist};
use super::super::chain::{Chain, Link};
use super::super::trig::{IN_LINE, about_y, about_z, corner, gap, shift, zyz};
use super::{Candidate, Candidates, MOST, Nearest, Target};

/// Lengths of an arm with a spherical wrist \[m\].
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Spherical {
    /// From the first axis to the second, forwards.
    pub a1: f64,
    /// From the upper arm's line to the forearm's, forwards when the arm stands upright; often negative.
    pub a2: f64,
    /// From the first axis to the plane of the arm, sideways.
    pub b: f64,
    /// From the base to the second axis, upwards.
    pub c1: f64,
    /// The upper arm, from the second axis to the third.
    pub c2: f64,
    /// The forearm, from the third axis to the wrist centre.
    pub c3: f64,
    /// From the wrist centre to the flange.
    pub c4: f64,
}

/// A shoulder that looks in one of its two directions.
struct Turned {
    shoulder: Shoulder,
    first: f64,
    /// Wrist centre from the second axis in the plane of the arm \[m\].
    ahead: f64,
}

impl Spherical {
    /// The forearm as it counts for the triangle: from the third axis straight to the wrist centre \[m\].
    fn forearm(&self) -> f64 {
        libm::hypot(self.a2, self.c3)
    }

    /// How far the wrist centre gets from the first axis \[m\]: `a1 + c2 + √(a2² + c3²)`, as sheets give it.
    pub fn reach(&self) -> f64 {
        self.a1 + self.c2 + self.forearm()
    }

    /// The arm as a chain.
    pub fn chain(&self) -> Chain {
        let (y, z) = (Vector3::y(), Vector3::z());
        let links = vec![
            Link::turns("link 1", Isometry3::identity(), z),
            Link::turns("link 2", shift(self.a1, self.b, self.c1), y),
            Link::turns("link 3", shift(0.0, 0.0, self.c2), y),
            Link::turns("link 4", shift(self.a2, 0.0, 0.0), z),
            Link::turns("link 5", shift(0.0, 0.0, self.c3), y),
            Link::turns("link 6", Isometry3::identity(), z),
        ];
        Chain::new(links, shift(0.0, 0.0, self.c4))
    }

    /// All ways to get to `target`: two shoulders, two elbows, two wrists. Cost: some 60 calls of elementary functions.
    pub(in super::super) fn inverse(&self, target: &Target) -> Candidates {
        let centre = target.position - self.c4 * target.rotation.column(2);
        let aside = libm::hypot(centre.x, centre.y);
        let mut nearest = Nearest::new();
        let mut found = Vec::with_capacity(8);
        // The wrist centre cannot come nearer to the first axis than the plane of the arm is.
        if nearest.reaches(if aside < self.b.abs() { self.b.abs() - aside } else { 0.0 }) {
            let free = aside <= IN_LINE;
            for turned in self.shoulders(&centre, aside, target.held[0]) {
                self.elbows(target, &turned, centre.z - self.c1, free, &mut nearest, &mut found);
            }
        }
        nearest.or(found)
    }

    fn shoulders(&self, centre: &Vector3<f64>, aside: f64, held: f64) -> [Turned; 2] {
        let forward = (aside * aside - self.b * self.b).max(0.0).sqrt();
        let towards = if aside > IN_LINE { libm::atan2(centre.y, centre.x) } else { held };
        let off = libm::atan2(self.b, forward);
        [
            Turned { shoulder: Shoulder::Front, first: towards - off, ahead: forward - self.a1 },
            Turned {
                shoulder: Shoulder::Back,
                first: towards + off - PI,
                ahead: -forward - self.a1,
            },
        ]
    }

    fn elbows(
        &self,
        target: &Target,
        turned: &Turned,
        above: f64,
        free: bool,
        nearest: &mut Nearest,
        found: &mut Vec<Candidate>,
    ) {
        let forearm = self.forearm();
        let distance = libm::hypot(turned.ahead, above);
        if !nearest.reaches(gap(self.c2, forearm, distance)) {
            return;
        }
        let at_shoulder = corner(self.c2, distance, forearm);
        let bent = PI - corner(self.c2, forearm, distance);
        let towards = libm::atan2(turned.ahead, above);
        let crook = libm::atan2(self.a2, self.c3);
        let flat = libm::sin(bent).abs() <= IN_LINE;
        // Leaning back raises the elbow of an arm that looks forward.
        let up = if turned.shoulder == Shoulder::Front { 1.0 } else { -1.0 };
        for (elbow, side) in [(Elbow::Up, up), (Elbow::Down, -up)] {
            if flat && elbow == Elbow::Down {
                continue;
            }
            let second = towards - side * at_shoulder;
            let third = side * bent - crook;
            let singular = if free {
                Some(Singularity { place: Place::Shoulder, only: None })
            } else {
                flat.then_some(Singularity::at(Place::Elbow))
            };
            let arm = [turned.first, second, third];
            wrists(target, arm, (turned.shoulder, elbow), singular, found);
        }
    }
}

/// Both wrists of an arm whose first three angles are known.
fn wrists(
    target: &Target,
    arm: [f64; 3],
    (shoulder, elbow): (Shoulder, Elbow),
    singular: Option<Singularity>,
    found: &mut Vec<Candidate>,
) {
    let forearm = about_z(arm[0]) * about_y(arm[1] + arm[2]);
    let left = zyz(&forearm.tr_mul(&target.rotation), target.held[3]);
    let in_line =
        left.in_line.map(|minus| Singularity { place: Place::Wrist, only: Some((3, 5, minus)) });
    for (wrist, way) in [Wrist::NoFlip, Wrist::Flip].into_iter().zip(left.ways) {
        let mut theta = [0.0; MOST];
        theta[..3].copy_from_slice(&arm);
        theta[3..6].copy_from_slice(&way);
        let branch = Branch::Articulated { shoulder, elbow, wrist };
        found.push(Candidate { theta, branch, singular: in_line.or(singular) });
    }
}
