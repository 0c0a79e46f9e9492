//! Seven axes with a spherical shoulder, an elbow and a wrist that are offset: Franka's arms.
//!
//! The last angle is the free parameter. It fixes where the sixth axis is, and with it the point `w` that axes 5 and 6 share
//! and the triangle of shoulder, elbow and `w`; so the fourth angle. What is left is the turn φ of that triangle about the
//! line from shoulder to `w`: the fifth axis, which lies in the triangle's plane, has to be square to the sixth, which is a
//! sine equation with two roots. The idea of a free last angle is that of He & Liu, "Analytical Inverse Kinematics for
//! Franka Emika Panda: a Geometrical Solver for 7-DOF Manipulators with Unconventional Design", 2021; the derivation here
//! is our own and gives both elbows.

use std::f64::consts::{FRAC_PI_2, PI, TAU};

use nalgebra::{Isometry3, Matrix3, Vector3};

use super::super::branch::{Branch, Elbow, Place, Shoulder, Singularity, Wrist};
use super::super::chain::{Chain, Link};
use super::super::trig::{IN_LINE, about, about_x, about_y, about_z, corner, gap, shift_roll, zyz};
use super::srs::aim;
use super::{Candidate, Candidates, MOST, Nearest, Target};

/// Lengths of a Franka arm \[m\].
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Franka {
    /// From the base to the shoulder.
    pub shoulder: f64,
    /// From the shoulder up to the height of the elbow.
    pub upper: f64,
    /// From the line of the upper arm to the elbow, and from there back to the line of the forearm.
    pub crook: f64,
    /// From the height of the elbow to the point that axes 5 and 6 share.
    pub forearm: f64,
    /// From that point to the seventh axis.
    pub wrist: f64,
    /// From there to the flange.
    pub flange: f64,
}

/// What the last angle fixes.
struct Fixed {
    /// From the shoulder to the point of axes 5 and 6.
    line: Vector3<f64>,
    /// The sixth axis.
    sixth: Vector3<f64>,
    /// The turn of the flange without that of the last joint.
    turn: Matrix3<f64>,
}

impl Franka {
    /// How far the point that axes 5 and 6 share gets from the shoulder \[m\].
    pub fn reach(&self) -> f64 {
        libm::hypot(self.upper, self.crook) + libm::hypot(self.forearm, self.crook)
    }

    /// The arm as a chain, as the maker's description gives it.
    pub fn chain(&self) -> Chain {
        let z = Vector3::z();
        let quarter = FRAC_PI_2;
        let links = vec![
            Link::turns("link 1", shift_roll(0.0, 0.0, self.shoulder, 0.0), z),
            Link::turns("link 2", shift_roll(0.0, 0.0, 0.0, -quarter), z),
            Link::turns("link 3", shift_roll(0.0, -self.upper, 0.0, quarter), z),
            Link::turns("link 4", shift_roll(self.crook, 0.0, 0.0, quarter), z),
            Link::turns("link 5", shift_roll(-self.crook, self.forearm, 0.0, -quarter), z),
            Link::turns("link 6", shift_roll(0.0, 0.0, 0.0, quarter), z),
            Link::turns("link 7", shift_roll(self.wrist, 0.0, 0.0, quarter), z),
        ];
        Chain::new(links, Isometry3::translation(0.0, 0.0, self.flange))
    }

    /// All ways to get to `target` with its free parameter as last angle: at most eight.
    pub(in super::super) fn inverse(&self, target: &Target) -> Candidates {
        let turn = target.rotation * about_z(-target.free);
        let mut line = target.position - self.flange * turn.column(2) - self.wrist * turn.column(0);
        line.z -= self.shoulder;
        let fixed = Fixed { line, sixth: turn.column(1).into_owned(), turn };
        let distance = line.norm();
        let upper = libm::hypot(self.upper, self.crook);
        let forearm = libm::hypot(self.forearm, self.crook);
        let mut nearest = Nearest::new();
        let mut found = Vec::with_capacity(8);
        if nearest.reaches(gap(upper, forearm, distance)) {
            // Angle of the triangle at the elbow with the fourth joint at 0, on the side that the arm bends away from.
            let straight =
                libm::atan2(self.upper, self.crook) + libm::atan2(self.forearm, self.crook);
            let angle = corner(upper, forearm, distance);
            let flat = libm::sin(angle).abs() <= IN_LINE;
            // Bent the way it is built to: the elbow is beyond its stretched position.
            for (elbow, fourth) in
                [(Elbow::Up, straight + angle - TAU), (Elbow::Down, straight - angle)]
            {
                if flat && elbow == Elbow::Down {
                    continue;
                }
                let singular = flat.then_some(Singularity::at(Place::Elbow));
                self.turns(target, &fixed, (elbow, fourth), singular, &mut nearest, &mut found);
            }
        }
        nearest.or(found)
    }

    /// The two turns of the triangle about its line that make the fifth axis square to the sixth.
    fn turns(
        &self,
        target: &Target,
        fixed: &Fixed,
        (elbow, fourth): (Elbow, f64),
        singular: Option<Singularity>,
        nearest: &mut Nearest,
        found: &mut Vec<Candidate>,
    ) {
        let bend = about_y(-fourth);
        let own = Vector3::new(self.crook, 0.0, self.upper)
            + bend * Vector3::new(-self.crook, 0.0, self.forearm);
        let still = aim(&own, &fixed.line, target.held[0]);
        let fifth = still * bend.column(2);
        let axis = fixed.line / fixed.line.norm().max(f64::MIN_POSITIVE);
        // `fixed + cosine cos φ + sine sin φ = 0`
        let along = axis.dot(&fifth) * axis.dot(&fixed.sixth);
        let cosine = fifth.dot(&fixed.sixth) - along;
        let sine = axis.cross(&fifth).dot(&fixed.sixth);
        let size = libm::hypot(cosine, sine);
        if along.abs() > size + IN_LINE {
            // The axes cannot be made square: the wrist lacks so much, seen at its own arm.
            nearest.reaches(self.forearm * (along.abs() - size));
            return;
        }
        let phase = libm::atan2(sine, cosine);
        let half = libm::acos((-along / size.max(f64::MIN_POSITIVE)).clamp(-1.0, 1.0));
        let one = half <= IN_LINE || PI - half <= IN_LINE;
        // The two roots are told apart as two wrists.
        let roots = [(Wrist::NoFlip, phase + half), (Wrist::Flip, phase - half)];
        for (wrist, phi) in roots.into_iter().take(if one { 1 } else { 2 }) {
            let turn = about(&axis, phi).to_rotation_matrix().into_inner() * still;
            ends(target, fixed, &turn, (elbow, fourth, wrist), singular, found);
        }
    }
}

/// Both shoulders, and the one wrist, for a known turn of the upper arm.
fn ends(
    target: &Target,
    fixed: &Fixed,
    turn: &Matrix3<f64>,
    (elbow, fourth, wrist): (Elbow, f64, Wrist),
    singular: Option<Singularity>,
    found: &mut Vec<Candidate>,
) {
    // `Rz(θ5) Ry(-θ6)`
    let left = (turn * about_y(-fourth)).tr_mul(&(fixed.turn * about_x(-PI)));
    let fifth = libm::atan2(-left[(0, 1)], left[(1, 1)]);
    let sixth = libm::atan2(left[(2, 0)], left[(2, 2)]);
    let shoulders = zyz(turn, target.held[0]);
    let singular = shoulders
        .in_line
        .map(|minus| Singularity { place: Place::Shoulder, only: Some((0, 2, minus)) })
        .or(singular);
    for (shoulder, before) in [Shoulder::Front, Shoulder::Back].into_iter().zip(shoulders.ways) {
        let mut theta = [0.0; MOST];
        theta[..3].copy_from_slice(&before);
        theta[3..].copy_from_slice(&[fourth, fifth, sixth, target.free]);
        let branch = Branch::Articulated { shoulder, elbow, wrist };
        found.push(Candidate { theta, branch, singular });
    }
}
