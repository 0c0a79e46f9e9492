//! An arm as rounded links: a line from each joint to the next, with a girth.
//!
//! Sheets do not say how thick links are; URDF files do, by the solids of their links. Where nobody does, girths are assumed: 9 % of the
//! reach at the shoulder and 4 % at the flange, evenly in between. (A `UR5e` comes to 77 mm and 34 mm; its links measure 75 mm and 45 mm.)

use nalgebra::Vector3;

use crate::robot::{Arm, Motion, Tooled};

/// The lines of an arm and how thick it is about them.
#[derive(Clone, Debug, PartialEq)]
pub struct Body {
    /// Radius about each line, from the base outwards (m); the last is that of the tool.
    girths: Vec<f64>,
    /// How far a point of the arm moves at most for each unit of a joint [m/rad or 1].
    levers: Vec<f64>,
    /// Lines of the arm that cannot touch each other, or always do, left out.
    pairs: Vec<[usize; 2]>,
}

/// Why an arm has no body.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum BodyError {
    /// Its links form loops.
    #[error("links that form loops, as those of a delta, have no body")]
    Loops,
    /// Not as many girths as lines, or one that is none.
    #[error(
        "{expected} girths are needed, each at least 0: one for each joint and one for the tool"
    )]
    Girths {
        /// As many as there are lines.
        expected: usize,
    },
    /// Its reach is not known, so that nothing can be assumed.
    #[error("nothing is known of the reach, so girths have to be given")]
    NoReach,
}

/// Share of the reach that links are thick, at the shoulder and at the flange: assumed.
const THICK: [f64; 2] = [0.09, 0.04];
/// Postures that are tried to find lines that always touch.
const TRIED: u32 = 200;
/// Share of postures in which two lines touch that are held to be neighbours.
const ALWAYS: f64 = 0.5;

impl Body {
    /// The body of an arm with the girths of its description, the tool as thick as its last link; with assumed ones where it says none.
    ///
    /// # Errors
    ///
    /// If its links form loops, or if neither girths nor the reach are known.
    pub fn of(arm: &Tooled) -> Result<Self, BodyError> {
        if let Some(girths) = arm.arm.girths() {
            let tool = girths.last().copied();
            return Self::new(arm, girths.iter().copied().chain(tool).collect());
        }
        let joints = arm.arm.joints().len();
        let reach = arm.arm.reach().ok_or(BodyError::NoReach)?;
        let share = |n: usize| THICK[0] + (THICK[1] - THICK[0]) * n as f64 / joints as f64;
        Self::new(arm, (0..=joints).map(|n| share(n) * reach).collect())
    }

    /// The body of an arm with these girths (m): from each joint to the next, from the last to the flange, and of the tool.
    ///
    /// # Errors
    ///
    /// If its links form loops, or the girths do not fit.
    pub fn new(arm: &Tooled, girths: Vec<f64>) -> Result<Self, BodyError> {
        let Some(chain) = arm.arm.structure().chain() else { return Err(BodyError::Loops) };
        let expected = chain.len() + 1;
        if girths.len() != expected || !girths.iter().all(|girth| *girth >= 0.0) {
            return Err(BodyError::Girths { expected });
        }
        let levers = levers(arm, &girths);
        let mut body = Self { girths, levers, pairs: Vec::new() };
        body.pairs = body.pairs(arm);
        Ok(body)
    }

    /// Adds a part that is held: `girth` (m) about the tool.
    pub fn hold(&mut self, girth: f64) {
        if let Some(tool) = self.girths.last_mut() {
            *tool = tool.max(girth);
        }
    }

    /// Radius about line `n` (m).
    pub fn girth(&self, n: usize) -> f64 {
        self.girths[n]
    }

    /// Two lines each that must not touch.
    pub(super) fn apart(&self) -> &[[usize; 2]] {
        &self.pairs
    }

    /// How far any point moves at most when the joints go by `by` (m).
    pub(super) fn sweep(&self, by: impl Iterator<Item = f64>) -> f64 {
        by.zip(&self.levers).map(|(by, lever)| by.abs() * lever).sum()
    }

    /// The lines at `q` in the base (m), the last that of the tool; none for coordinates that are none.
    pub fn lines(arm: &Tooled, q: &[f64]) -> Option<Vec<[Vector3<f64>; 2]>> {
        let poses = arm.arm.link_poses(q).ok()?;
        let tip = poses.last()? * arm.tool;
        let mut points: Vec<Vector3<f64>> =
            poses.iter().map(|pose| pose.translation.vector).collect();
        points.push(tip.translation.vector);
        Some(points.windows(2).map(|pair| [pair[0], pair[1]]).collect())
    }

    /// Pairs of lines, neighbours left out and those that touch in most postures.
    fn pairs(&self, arm: &Tooled) -> Vec<[usize; 2]> {
        let postures: Vec<_> =
            (1..=TRIED).filter_map(|n| Self::lines(arm, &posture(&arm.arm, n))).collect();
        let mut pairs = Vec::new();
        for a in 0..self.girths.len() {
            for b in a + 2..self.girths.len() {
                let touch = |lines: &&Vec<[Vector3<f64>; 2]>| {
                    between(&lines[a], &lines[b]) < self.girths[a] + self.girths[b]
                };
                let touching = postures.iter().filter(touch).count();
                if (touching as f64) < ALWAYS * postures.len() as f64 {
                    pairs.push([a, b]);
                }
            }
        }
        pairs
    }
}

/// Posture number `n` of a sequence that fills the ranges evenly (Halton 1960).
fn posture(arm: &Arm, n: u32) -> Vec<f64> {
    const PRIMES: [u32; 12] = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37];
    let share = |base: u32| {
        let (mut rest, mut digit, mut sum) = (n, 1.0 / f64::from(base), 0.0);
        while rest > 0 {
            sum += f64::from(rest % base) * digit;
            (rest, digit) = (rest / base, digit / f64::from(base));
        }
        sum
    };
    let joints = arm.joints().iter().zip(PRIMES.iter().cycle());
    joints
        .map(|(joint, base)| joint.range.0 + (joint.range.1 - joint.range.0) * share(*base))
        .collect()
}

/// For each joint, the length of everything beyond it, girths included; 1 for one that slides.
fn levers(arm: &Tooled, girths: &[f64]) -> Vec<f64> {
    let Some(chain) = arm.arm.structure().chain() else { return Vec::new() };
    // What a sliding joint adds to the length of what lies before it.
    let slides = |n: usize| {
        let joint = &arm.arm.joints()[n];
        match joint.motion {
            Motion::Slides => joint.range.0.abs().max(joint.range.1.abs()) + joint.zero.abs(),
            Motion::Turns => 0.0,
        }
    };
    let thick = girths.iter().copied().fold(0.0, f64::max);
    let mut beyond =
        arm.tool.translation.vector.norm() + chain.flange().translation.vector.norm() + thick;
    let mut levers = vec![0.0; chain.len()];
    for n in (0..chain.len()).rev() {
        beyond += slides(n);
        levers[n] = match arm.arm.joints()[n].motion {
            Motion::Slides => 1.0,
            Motion::Turns => beyond,
        };
        beyond += chain.links()[n].frame.translation.vector.norm();
    }
    levers
}

/// Distance between two lines (m).
///
/// After Ericson, Real-Time Collision Detection, 2005, section 5.1.9.
pub(super) fn between([p, q]: &[Vector3<f64>; 2], [r, s]: &[Vector3<f64>; 2]) -> f64 {
    let (a, b, apart) = (q - p, s - r, p - r);
    let (aa, bb, along) = (a.norm_squared(), b.norm_squared(), b.dot(&apart));
    let share = |x: f64| x.clamp(0.0, 1.0);
    let (s, t) = if aa == 0.0 && bb == 0.0 {
        (0.0, 0.0)
    } else if aa == 0.0 {
        (0.0, share(along / bb))
    } else {
        let other = a.dot(&apart);
        if bb == 0.0 {
            (share(-other / aa), 0.0)
        } else {
            let ab = a.dot(&b);
            let across = aa * bb - ab * ab;
            let s = if across > 0.0 { share((ab * along - other * bb) / across) } else { 0.0 };
            let t = (ab * s + along) / bb;
            if t < 0.0 {
                (share(-other / aa), 0.0)
            } else if t > 1.0 {
                (share((ab - other) / aa), 1.0)
            } else {
                (s, t)
            }
        }
    };
    (apart + a * s - b * t).norm()
}
