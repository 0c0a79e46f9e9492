//! Six axes of which three are parallel and no three meet: Universal Robots and their kin.
//!
//! Lengths after Denavit and Hartenberg, `T = Rz(θ) Tz(d) Tx(a) Rx(α)` with `α = π/2, 0, 0, π/2, -π/2, 0`, as the maker
//! publishes them. The closed form after Hawkins, "Analytic Inverse Kinematics for the Universal Robots UR-5/UR-10 Arms",
//! 2013: the plane of axes 2 to 4 is `d4` beside the first axis, which gives two first angles; the flange's axis gives two
//! fifth angles; a triangle gives two elbows.

use std::f64::consts::{FRAC_PI_2, PI};

use nalgebra::{Isometry3, Vector3};

use super::super::branch::{Branch, Elbow, Place, Shoulder, Singularity, Wrist};
use super::super::chain::{Chain, Link};
use super::super::trig::{IN_LINE, corner, gap, shift_roll};
use super::{Candidate, Candidates, MOST, Nearest, Target};

/// Lengths after Denavit and Hartenberg \[m\].
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Ur {
    /// From the base to the second axis, upwards.
    pub d1: f64,
    /// Upper arm; negative, as the maker gives it.
    pub a2: f64,
    /// Forearm; negative, as the maker gives it.
    pub a3: f64,
    /// From the plane of the arm to the fifth axis, sideways.
    pub d4: f64,
    /// From the fourth axis to the sixth.
    pub d5: f64,
    /// From the fifth axis to the flange.
    pub d6: f64,
}

/// The angles of the ends of an arm: what stands before and behind its triangle.
struct Ends {
    first: f64,
    fifth: f64,
    sixth: f64,
    shoulder: Shoulder,
    wrist: Wrist,
    in_line: bool,
}

impl Ur {
    /// How far the centre of the wrist gets from the second axis \[m\]: `|a2| + |a3| + d5`, the arm being stretched.
    pub fn reach(&self) -> f64 {
        self.a2.abs() + self.a3.abs() + self.d5.abs()
    }

    /// The arm as a chain.
    pub fn chain(&self) -> Chain {
        let z = Vector3::z();
        let links = vec![
            Link::turns("shoulder", Isometry3::identity(), z),
            Link::turns("upper arm", shift_roll(0.0, 0.0, self.d1, FRAC_PI_2), z),
            Link::turns("forearm", shift_roll(self.a2, 0.0, 0.0, 0.0), z),
            Link::turns("wrist 1", shift_roll(self.a3, 0.0, 0.0, 0.0), z),
            Link::turns("wrist 2", shift_roll(0.0, 0.0, self.d4, FRAC_PI_2), z),
            Link::turns("wrist 3", shift_roll(0.0, 0.0, self.d5, -FRAC_PI_2), z),
        ];
        Chain::new(links, shift_roll(0.0, 0.0, self.d6, 0.0))
    }

    /// All ways to get to `target`, at most eight. Cost: some 80 calls of elementary functions.
    pub(in super::super) fn inverse(&self, target: &Target) -> Candidates {
        let fifth = target.position - self.d6 * target.rotation.column(2);
        let aside = libm::hypot(fifth.x, fifth.y);
        let mut nearest = Nearest::new();
        let mut found = Vec::with_capacity(8);
        if nearest.reaches(gap_beside(self.d4.abs(), aside)) {
            let along = libm::atan2(fifth.y, fifth.x);
            let off = libm::acos((self.d4 / aside).clamp(-1.0, 1.0));
            let free = aside <= self.d4.abs() * (1.0 + 1e-12);
            for (shoulder, first) in [
                (Shoulder::Front, along + off + FRAC_PI_2),
                (Shoulder::Back, along - off + FRAC_PI_2),
            ] {
                if free && shoulder == Shoulder::Back {
                    continue;
                }
                for ends in wrists(target, shoulder, first) {
                    self.elbows(target, &ends, free, &mut nearest, &mut found);
                }
            }
        }
        nearest.or(found)
    }

    /// The triangle of upper arm and forearm between ends that are known.
    fn elbows(
        &self,
        target: &Target,
        ends: &Ends,
        free: bool,
        nearest: &mut Nearest,
        found: &mut Vec<Candidate>,
    ) {
        let (sine, cosine) = libm::sincos(ends.first);
        let (s5, c5) = libm::sincos(ends.fifth);
        let (s6, c6) = libm::sincos(ends.sixth);
        let turn = &target.rotation;
        // Axes x and z of frame 4: those of the flange turned back by the sixth and the fifth angle.
        let across = turn.column(0) * c6 - turn.column(1) * s6;
        let x4 = across * c5 - turn.column(2) * s5;
        let z4 = -(turn.column(0) * s6 + turn.column(1) * c6);
        let wrist = target.position - self.d6 * turn.column(2) - self.d5 * z4;
        let (x, y) = (cosine * wrist.x + sine * wrist.y, wrist.z - self.d1);
        let distance = libm::hypot(x, y);
        if !nearest.reaches(gap(self.a2.abs(), self.a3.abs(), distance)) {
            return;
        }
        let angle = corner(self.a2.abs(), self.a3.abs(), distance);
        // Arms that are counted in opposite directions lie on each other at 0 instead of in line.
        let bent = if self.a2 * self.a3 > 0.0 { PI - angle } else { angle };
        let flat = libm::sin(bent).abs() <= IN_LINE;
        // The angle of x4 in the plane of the arm is the sum of the three in between.
        let whole = libm::atan2(x4.z, cosine * x4.x + sine * x4.y);
        for side in [1.0, -1.0] {
            if flat && side < 0.0 {
                continue;
            }
            let third = side * bent;
            let (s3, c3) = libm::sincos(third);
            let second = libm::atan2(y, x) - libm::atan2(self.a3 * s3, self.a2 + self.a3 * c3);
            let (height, out) = libm::sincos(second);
            // The elbow against the line from shoulder to wrist.
            let over = (x * self.a2 * height - y * self.a2 * out) * x.signum();
            let elbow = if over >= 0.0 { Elbow::Up } else { Elbow::Down };
            let mut theta = [0.0; MOST];
            theta[..6].copy_from_slice(&[
                ends.first,
                second,
                third,
                whole - second - third,
                ends.fifth,
                ends.sixth,
            ]);
            let branch = Branch::Articulated { shoulder: ends.shoulder, elbow, wrist: ends.wrist };
            let place = if ends.in_line {
                Some(Place::Wrist)
            } else if free {
                Some(Place::Shoulder)
            } else {
                flat.then_some(Place::Elbow)
            };
            found.push(Candidate { theta, branch, singular: place.map(Singularity::at) });
        }
    }
}

/// By how much `aside` lies within the cylinder of radius `least` that the arm cannot enter.
fn gap_beside(least: f64, aside: f64) -> f64 {
    let miss = least - aside;
    if miss > 1e-10 * least { miss } else { 0.0 }
}

/// Both ways to turn the last two joints, the first being known.
fn wrists(target: &Target, shoulder: Shoulder, first: f64) -> impl Iterator<Item = Ends> + use<> {
    let (sine, cosine) = libm::sincos(first);
    let turn = &target.rotation;
    // The flange's axes along the axes 2 to 4, which are parallel.
    let along = |column: usize| sine * turn[(0, column)] - cosine * turn[(1, column)];
    let (x, y, z) = (along(0), along(1), along(2));
    let s5 = libm::hypot(x, y);
    let fifth = libm::atan2(s5, z);
    let in_line = s5 <= IN_LINE;
    let held = target.held[5];
    let ends = move |(wrist, sign): (Wrist, f64)| {
        let sixth = if in_line { held } else { libm::atan2(-sign * y, sign * x) };
        Ends { first, fifth: sign * fifth, sixth, shoulder, wrist, in_line }
    };
    // In line, both are the same.
    let ways = if in_line { 1 } else { 2 };
    [(Wrist::NoFlip, 1.0), (Wrist::Flip, -1.0)].into_iter().take(ways).map(ends)
}
