//! An arm as rounded links: a line from each joint to the next, with a girth.
//!
//! Sheets do not say how thick links are; URDF files do, by the solids of their links. Where nobody does, girths are assumed: 9 % of the
//! reach at the shoulder and 4 % at the flange, evenly in between. (A `UR5e` comes to 77 mm and 34 mm; its links measure 75 mm and 45 mm.)
//! Of a delta, 6 % for its upper arms and 4 % for all else; the two rods of a pair count as one in their middle.

use nalgebra::Vector3;

use crate::robot::structure::Delta;
use crate::robot::{Arm, Joint, Motion, Structure, Tooled};

/// The lines of an arm and how thick it is about them.
#[derive(Clone, Debug, PartialEq)]
pub struct Body {
    /// Radius about each line, from the base outwards (m); the last is that of the tool.
    girths: Vec<f64>,
    /// Lines at the begin that stand where the arm is mounted, and move about there.
    mounted: usize,
    /// How far a point of the arm moves at most for each unit of a joint [m/rad or 1].
    levers: Vec<f64>,
    /// Lines of the arm that cannot touch each other, or always do, left out.
    pairs: Vec<[usize; 2]>,
}

/// Why an arm has no body.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum BodyError {
    /// Not as many girths as lines, or one that is none.
    #[error(
        "{expected} girths are needed, each at least 0: one for each link and one for the tool"
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
/// Likewise of a delta: of its upper arms, and of all else.
const THIN: [f64; 2] = [0.06, 0.04];
/// What is added to the most that a delta's platform is found to move for a turn of a joint.
const SPARE: f64 = 1.25;
/// Postures that are tried to find lines that always touch.
const TRIED: u32 = 200;
/// Ends of lines that are as near are the same (m).
const SAME: f64 = 1e-9;
/// Share of postures in which two lines touch that are held to be neighbours.
const ALWAYS: f64 = 0.5;

impl Body {
    /// The body of an arm with the girths of its description, the tool as thick as its last link; with assumed ones where it says none.
    ///
    /// # Errors
    ///
    /// If neither girths nor the reach are known.
    pub fn of(arm: &Tooled) -> Result<Self, BodyError> {
        let is_delta = matches!(arm.arm.structure(), Structure::Delta(_));
        let links = arm.arm.n_links();
        let girth = |n: usize| -> Result<f64, BodyError> {
            match arm.arm.girths() {
                Some(known) if !is_delta => Ok(known[n.min(known.len() - 1)]),
                Some(known) if n < 3 => Ok(known[n]),
                Some(known) => Ok(known.iter().copied().fold(f64::INFINITY, f64::min)),
                None => {
                    let share = match (is_delta, n) {
                        (true, 0..3) => THIN[0],
                        (true, _) => THIN[1],
                        _ => THICK[0] + (THICK[1] - THICK[0]) * n as f64 / links as f64,
                    };
                    Ok(share * arm.arm.reach().ok_or(BodyError::NoReach)?)
                }
            }
        };
        Self::new(arm, (0..=links).map(girth).collect::<Result<_, _>>()?)
    }

    /// The body of an arm with these girths (m): of each of its [`links`](Arm::links), and of the tool.
    ///
    /// # Errors
    ///
    /// If the girths do not fit.
    pub fn new(arm: &Tooled, girths: Vec<f64>) -> Result<Self, BodyError> {
        let expected = arm.arm.n_links() + 1;
        if girths.len() != expected || !girths.iter().all(|girth| *girth >= 0.0) {
            return Err(BodyError::Girths { expected });
        }
        let (levers, mounted) = match arm.arm.structure() {
            Structure::Delta(delta) => (platform_levers(arm, delta), 0),
            _ => (levers(arm, &girths), 1),
        };
        let mut body = Self { girths, mounted, levers, pairs: Vec::new() };
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

    /// Lines at the begin that stand where the arm is mounted.
    pub(super) fn mounted(&self) -> usize {
        self.mounted
    }

    /// The lines at `q` in the base (m), the last that of the tool; none for coordinates that are none, or at which a delta cannot be
    /// joined.
    pub fn lines(arm: &Tooled, q: &[f64]) -> Option<Vec<[Vector3<f64>; 2]>> {
        let mut lines = arm.arm.links(q).ok()?;
        let flange = arm.arm.forward(q).ok()?;
        lines.push([flange, flange * arm.tool].map(|pose| pose.translation.vector));
        Some(lines)
    }

    /// Pairs of lines, those left out that share an end and those that touch in most postures.
    fn pairs(&self, arm: &Tooled) -> Vec<[usize; 2]> {
        let postures: Vec<_> =
            (1..=TRIED).filter_map(|n| Self::lines(arm, &posture(&arm.arm, n))).collect();
        let joined = |a: usize, b: usize| {
            let share = |[p, q]: &[Vector3<f64>; 2], other: &[Vector3<f64>; 2]| {
                other.iter().any(|end| (p - end).norm() < SAME || (q - end).norm() < SAME)
            };
            postures.first().is_some_and(|lines| share(&lines[a], &lines[b]))
        };
        let mut pairs = Vec::new();
        for a in 0..self.girths.len() {
            for b in (a + 1..self.girths.len()).filter(|b| !joined(a, *b)) {
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

/// How far any point of a delta moves at most for each radian of a joint: the most over the corners of the ranges and postures
/// spread over them, and a quarter more. Its platform turns nothing but what hangs beside its middle.
fn platform_levers(arm: &Tooled, delta: &Delta) -> Vec<f64> {
    let joints = arm.arm.joints();
    let corner = |n: u32| {
        let end = |(at, joint): (usize, &Joint)| match n >> at & 1 {
            0 => joint.range.0,
            _ => joint.range.1,
        };
        joints.iter().enumerate().map(end).collect::<Vec<_>>()
    };
    let mut levers = vec![delta.upper; joints.len()];
    for q in (0..8).map(corner).chain((1..=TRIED).map(|n| posture(&arm.arm, n))) {
        let Ok(jacobian) = arm.arm.jacobian(&q) else { continue };
        for (n, lever) in levers.iter_mut().enumerate().take(3) {
            *lever = lever.max(SPARE * jacobian.fixed_view::<3, 1>(0, n).norm());
        }
    }
    if let Some(turn) = levers.get_mut(3) {
        *turn = arm.tool.translation.vector.xy().norm();
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
