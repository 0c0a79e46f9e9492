//! Three arms that hold one platform: the delta.
//!
//! Arm `i` looks outwards at `φ_i = 0°, 120°, 240°`. In its own plane the hip is at `(base, 0)`, the knee at
//! `(base + upper cos θ, -upper sin θ)` (θ counts downwards from the horizontal), and parallel rods of length `lower`
//! lead from the knee to the platform's corner at `platform` from its middle; so the platform never turns. A turn about the
//! vertical may be added through the middle. Inverse and forward after Clavel, "Conception d'un robot parallèle rapide à 4
//! degrés de liberté", 1991: a quadratic for each arm, and the point common to three spheres.

use std::f64::consts::PI;

use nalgebra::{Isometry3, Matrix3, Matrix6xX, Vector3};

use super::super::branch::{Branch, Knee, Place, Singularity};
use super::super::trig::{IN_LINE, about, corner, gap};
use super::scara::{UPRIGHT, heading, tilt};
use super::{Candidate, Candidates, MOST, Miss, Nearest, Target};

/// Lengths of a delta \[m\].
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Delta {
    /// From the middle of the base to each hip.
    pub base: f64,
    /// From the middle of the platform to each of its corners.
    pub platform: f64,
    /// From hip to knee.
    pub upper: f64,
    /// From knee to corner.
    pub lower: f64,
    /// From the platform down to the flange.
    pub drop: f64,
    /// Whether there is a fourth joint that turns the flange.
    pub turns: bool,
}

/// Direction in which arm `arm` looks.
fn outwards(arm: usize) -> Vector3<f64> {
    let (s, c) = libm::sincos(arm as f64 * 2.0 * PI / 3.0);
    Vector3::new(c, s, 0.0)
}

/// The ways of one arm: its knee, its angle \[rad\], and whether both ways are one.
type Legs = ([(Knee, f64); 2], bool);

impl Delta {
    /// Number of its links as [`links`](Self::links) gives them.
    pub const LINKS: usize = 10;

    /// Number of joints: 3, or 4 with a turn about the vertical.
    pub fn joints(&self) -> usize {
        if self.turns { 4 } else { 3 }
    }

    /// Where the knee of `arm` is at `theta` \[rad\], less the corner of the platform \[m\].
    fn knee(&self, arm: usize, theta: f64) -> Vector3<f64> {
        let (s, c) = libm::sincos(theta);
        outwards(arm) * (self.base - self.platform + self.upper * c)
            - Vector3::z() * (self.upper * s)
    }

    /// The middle of the platform \[m\] for three angles \[rad\], if the rods can be joined at all: of the two points that are
    /// `lower` from all knees, the one below them.
    pub fn platform(&self, theta: &[f64]) -> Option<Vector3<f64>> {
        let knee = |arm: usize| self.knee(arm, theta.get(arm).copied().unwrap_or(0.0));
        let (a, b, c) = (knee(0), knee(1), knee(2));
        let (u, v) = (b - a, c - a);
        let normal = u.cross(&v);
        let area = normal.norm_squared();
        if !(area > 1e-18) {
            return None;
        }
        // Centre of the circle through the knees.
        let centre = (u.norm_squared() * v.cross(&normal) + v.norm_squared() * normal.cross(&u))
            / (2.0 * area);
        let left = self.lower * self.lower - centre.norm_squared();
        if !(left >= 0.0) {
            return None;
        }
        let up = normal / area.sqrt();
        // The arms stand counter-clockwise, so this normal points upwards.
        Some(a + centre - up * left.sqrt())
    }

    /// Ends of its links for `theta` \[rad\] in the base \[m\], if the rods can be joined: three upper arms from hip to knee; for each pair of
    /// rods the line in its middle, from knee to corner; the platform, from its middle to each corner; and from there down to the
    /// flange.
    pub fn links(&self, theta: &[f64]) -> Option<[[Vector3<f64>; 2]; Self::LINKS]> {
        let middle = self.platform(theta)?;
        let at = |arm: usize| {
            let corner = outwards(arm) * self.platform;
            let angle = theta.get(arm).copied().unwrap_or(0.0);
            [outwards(arm) * self.base, self.knee(arm, angle) + corner, middle + corner]
        };
        let mut links = [[middle, middle - Vector3::z() * self.drop]; Self::LINKS];
        for arm in 0..3 {
            let [hip, knee, corner] = at(arm);
            links[arm] = [hip, knee];
            links[arm + 3] = [knee, corner];
            links[arm + 6] = [middle, corner];
        }
        Some(links)
    }

    /// Pose of the flange for `theta` \[rad\], if the rods can be joined.
    pub fn forward(&self, theta: &[f64]) -> Option<Isometry3<f64>> {
        let middle = self.platform(theta)? - Vector3::z() * self.drop;
        let turn = if self.turns { theta.get(3).copied().unwrap_or(0.0) } else { 0.0 };
        Some(Isometry3::from_parts(middle.into(), about(&Vector3::z(), turn)))
    }

    /// The Jacobian at the flange (6 × n), if the rods can be joined and the platform is held in every direction. From
    /// `|p - k_i(θ_i)|² = lower²`: `(p - k_i) · v = (p - k_i) · k_i' θ_i'`.
    pub fn jacobian(&self, theta: &[f64]) -> Option<Matrix6xX<f64>> {
        let middle = self.platform(theta)?;
        let mut rods = Matrix3::zeros();
        let mut drives = Vector3::zeros();
        for arm in 0..3 {
            let angle = theta.get(arm).copied().unwrap_or(0.0);
            let rod = middle - self.knee(arm, angle);
            let (s, c) = libm::sincos(angle);
            let way = (outwards(arm) * -s - Vector3::z() * c) * self.upper;
            rods.set_row(arm, &rod.transpose());
            drives[arm] = rod.dot(&way);
        }
        let linear = rods.try_inverse()? * Matrix3::from_diagonal(&drives);
        let mut jacobian = Matrix6xX::zeros(self.joints());
        jacobian.fixed_view_mut::<3, 3>(0, 0).copy_from(&linear);
        if self.turns {
            jacobian[(5, 3)] = 1.0;
        }
        Some(jacobian)
    }

    /// All ways to get to `target`: each knee out or in, all out first, as far as the platform hangs below the knees.
    pub(in super::super) fn inverse(&self, target: &Target) -> Candidates {
        let tilt = tilt(target);
        let heading = heading(target);
        if tilt > UPRIGHT {
            return Err(Miss::Tilted(tilt));
        }
        if !self.turns && heading.abs() > UPRIGHT {
            return Err(Miss::Tilted(heading.abs()));
        }
        let middle = target.position + Vector3::z() * self.drop;
        let mut nearest = Nearest::new();
        let legs: Vec<Legs> =
            (0..3).filter_map(|arm| self.leg(arm, &middle, &mut nearest)).collect();
        let mut found = Vec::with_capacity(8);
        if let [one, two, three] = legs.as_slice() {
            for n in 0..8 {
                let picks = [(one, n >> 2 & 1), (two, n >> 1 & 1), (three, n & 1)];
                found.extend(self.together(picks, heading, &middle, &mut nearest));
            }
        }
        nearest.or(found)
    }

    /// One way of each leg together, if the platform then hangs at `middle`.
    fn together(
        &self,
        picks: [(&Legs, usize); 3],
        heading: f64,
        middle: &Vector3<f64>,
        nearest: &mut Nearest,
    ) -> Option<Candidate> {
        // Both ways of a leg that is flat are one.
        if picks.iter().any(|((_, flat), way)| *flat && *way == 1) {
            return None;
        }
        let ways = picks.map(|((ways, _), way)| ways[way]);
        let mut theta = [0.0; MOST];
        for (theta, (_, angle)) in theta.iter_mut().zip(ways) {
            *theta = angle;
        }
        theta[3] = heading;
        // Rods may be joined on the other side of the knees: then the platform hangs elsewhere.
        let hangs = self.platform(&theta);
        let off = hangs.map_or(self.lower, |hangs| (hangs - middle).norm());
        if !nearest.reaches(if off > 1e-6 * self.lower { off } else { 0.0 }) {
            return None;
        }
        let flat = picks.iter().any(|((_, flat), _)| *flat);
        let branch = Branch::Delta(ways.map(|(knee, _)| knee));
        let singular = flat.then_some(Singularity::at(Place::Elbow));
        Some(Candidate { theta, branch, singular })
    }

    /// Both ways of one arm to hold the platform at `middle`.
    fn leg(&self, arm: usize, middle: &Vector3<f64>, nearest: &mut Nearest) -> Option<Legs> {
        let out = outwards(arm);
        let side = Vector3::z().cross(&out).dot(middle);
        let (ahead, below) = (out.dot(middle) + self.platform - self.base, -middle.z);
        if !nearest.reaches((side.abs() - self.lower).max(0.0)) {
            return None;
        }
        let rod = (self.lower * self.lower - side * side).sqrt();
        let distance = libm::hypot(ahead, below);
        if !nearest.reaches(gap(self.upper, rod, distance)) {
            return None;
        }
        let towards = libm::atan2(below, ahead);
        let at_hip = corner(self.upper, distance, rod);
        let flat = libm::sin(at_hip).abs() <= IN_LINE;
        Some(([(Knee::Out, towards - at_hip), (Knee::In, towards + at_hip)], flat))
    }
}
