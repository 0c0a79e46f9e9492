//! Light barriers: when a part enters and leaves a beam, to the nanosecond.
//!
//! Looked at once a step, an edge would be late by up to a step: 2 mm at 0.5 m/s and 4 ms. So the time of contact between the beam and
//! the part is solved inside the step, between the poses before and after. Both are convex, so they touch exactly where the largest
//! of their separations along the axes that matter (the three of the box, and those across the beam and an edge; Gottschalk, Lin &
//! Manocha 1996) passes through zero, and that is a continuous function of time. What is seen then goes through the
//! response times of a [`Signal`].

use std::collections::BTreeMap;

use nalgebra::{Isometry3, Point3, UnitQuaternion, Vector3};
use rapier3d::dynamics::RigidBodySet;
use serde::{Deserialize, Serialize};

use super::cell::{Cell, GoodsId, Lying};
use super::convert::from_pose;
use super::error::{PhysicsError, positive, vector};
use crate::sensor::ray::{Edge, Response, Signal};

/// A light barrier of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct BarrierId(pub(super) u32);

/// All light barriers of a cell, and what they told and nobody took yet.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Barriers {
    all: Vec<Barrier>,
    edges: Vec<(BarrierId, Edge)>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Barrier {
    from: Vector3<f64>,
    to: Vector3<f64>,
    on_ns: i64,
    off_ns: i64,
    signal: Signal,
    /// The parts in the beam, in order.
    inside: Vec<GoodsId>,
}

impl Cell {
    /// Adds a light barrier with a beam from `from` to `to`, m.
    ///
    /// # Errors
    ///
    /// If there is no way between its ends, or no number.
    pub fn add_barrier(
        &mut self,
        from: Vector3<f64>,
        to: Vector3<f64>,
        response: Response,
    ) -> Result<BarrierId, PhysicsError> {
        vector("the end of a beam, m", from)?;
        vector("the end of a beam, m", to)?;
        positive("the length of a beam, m", (to - from).norm())?;
        let Response { on_ns, off_ns } = response;
        let (signal, inside) = (Signal::default(), Vec::new());
        self.barriers.all.push(Barrier { from, to, on_ns, off_ns, signal, inside });
        Ok(BarrierId(self.barriers.all.len() as u32 - 1))
    }

    /// Whether the output of a light barrier is on.
    ///
    /// # Errors
    ///
    /// If there is no such light barrier.
    pub fn is_on(&self, barrier: BarrierId) -> Result<bool, PhysicsError> {
        let barrier = self.barriers.all.get(barrier.0 as usize);
        Ok(barrier.ok_or(PhysicsError::Unknown("light barrier"))?.signal.is_on())
    }

    /// What the light barriers told since this was last asked, by step and light barrier.
    pub fn take_edges(&mut self) -> Vec<(BarrierId, Edge)> {
        std::mem::take(&mut self.barriers.edges)
    }
}

impl Barriers {
    /// Whether the outputs show what is seen, nothing has been taken out of a beam since, and all edges have been taken.
    pub(super) fn are_quiet(&self, goods: &BTreeMap<GoodsId, Lying>) -> bool {
        let quiet = |barrier: &Barrier| {
            barrier.signal.sees() == barrier.signal.is_on()
                && barrier.inside.iter().all(|id| goods.contains_key(id))
        };
        self.edges.is_empty() && self.all.iter().all(quiet)
    }

    /// Looks at the step from `from_ns` to `to_ns`, in which the parts went from where they were before to where they are.
    pub(super) fn watch(
        &mut self,
        goods: &BTreeMap<GoodsId, Lying>,
        bodies: &RigidBodySet,
        from_ns: i64,
        to_ns: i64,
    ) {
        for (n, barrier) in self.all.iter_mut().enumerate() {
            let mut changes = Vec::new();
            barrier.inside.iter().filter(|id| !goods.contains_key(id)).for_each(|&id| {
                changes.push((from_ns, id, false));
            });
            for (&id, lying) in goods {
                let Some(body) = bodies.get(lying.body) else { continue };
                let was = barrier.inside.binary_search(&id).is_ok();
                let after = from_pose(body.position());
                if !was && barrier.is_far(lying, &after) {
                    continue;
                }
                let sweep = Sweep::new(barrier, lying, after);
                sweep.changes(was, |share, inside| {
                    let at = from_ns + (share * (to_ns - from_ns) as f64).round() as i64;
                    changes.push((at, id, inside));
                });
            }
            changes.sort_by_key(|&(at, id, _)| (at, id));
            barrier.take(&changes, to_ns, |edge| self.edges.push((BarrierId(n as u32), edge)));
        }
    }
}

impl Barrier {
    /// Whether a part on its way to `after` stays out of the ball about the beam.
    fn is_far(&self, lying: &Lying, after: &Isometry3<f64>) -> bool {
        let before = lying.before.translation.vector;
        let way = (after.translation.vector - before).norm();
        let reach = 0.5 * ((self.to - self.from).norm() + lying.goods.size.norm());
        (before - 0.5 * (self.from + self.to)).norm() > reach + way
    }

    /// Takes note of `changes`, in order, and of the time `to_ns` after them.
    fn take(&mut self, changes: &[(i64, GoodsId, bool)], to_ns: i64, mut tell: impl FnMut(Edge)) {
        let response = Response { on_ns: self.on_ns, off_ns: self.off_ns };
        for &(at, id, inside) in changes {
            match (self.inside.binary_search(&id), inside) {
                (Err(place), true) => self.inside.insert(place, id),
                (Ok(place), false) => drop(self.inside.remove(place)),
                _ => {}
            }
            if let Some(edge) = self.signal.step(response, at, !self.inside.is_empty()) {
                tell(edge);
            }
        }
        if let Some(edge) = self.signal.step(response, to_ns, !self.inside.is_empty()) {
            tell(edge);
        }
    }
}

/// A part on its way past a beam within one step.
struct Sweep {
    from: Vector3<f64>,
    to: Vector3<f64>,
    half: Vector3<f64>,
    before: Isometry3<f64>,
    after: Isometry3<f64>,
    /// Most that any separation changes over the step, m.
    most: f64,
}

/// Halvings of a step in search of a part that enters and leaves within it: 4 ms / 2^8 is 16 µs.
const SEARCH: u32 = 8;
/// Halvings of a stretch with one edge in it.
const SOLVE: u32 = 40;

impl Sweep {
    fn new(barrier: &Barrier, lying: &Lying, after: Isometry3<f64>) -> Self {
        let before = lying.before;
        let half = 0.5 * lying.goods.size;
        let way = (after.translation.vector - before.translation.vector).norm();
        // Seen from the box, the beam also turns: by less than this, for the length of a chord is at most that of the arc.
        let turn = 4.0 * (after.rotation.coords - before.rotation.coords).norm();
        let beam = (barrier.to - barrier.from).norm();
        let far = (barrier.from - before.translation.vector).norm() + beam;
        let most = way + turn * (far + way + half.norm());
        Self { from: barrier.from, to: barrier.to, half, before, after, most }
    }

    /// Tells of each change of being in the beam, as a share of the step; `was` is what was told last.
    fn changes(&self, was: bool, mut tell: impl FnMut(f64, bool)) {
        let (first, last) = (self.gap(0.0), self.gap(1.0));
        if (first < 0.0) != was {
            tell(0.0, first < 0.0);
        }
        self.search((0.0, first), (1.0, last), SEARCH, &mut tell);
    }

    fn search(
        &self,
        (from, first): (f64, f64),
        (to, last): (f64, f64),
        depth: u32,
        tell: &mut impl FnMut(f64, bool),
    ) {
        let same = (first < 0.0) == (last < 0.0);
        // Too far from the beam to have been there and back.
        let calm = first.abs() + last.abs() >= self.most * (to - from);
        match (same, calm || depth == 0) {
            (true, true) => {}
            (false, true) => tell(self.solve(from, to, first < 0.0), last < 0.0),
            (_, false) => {
                let middle = 0.5 * (from + to);
                let gap = self.gap(middle);
                self.search((from, first), (middle, gap), depth - 1, tell);
                self.search((middle, gap), (to, last), depth - 1, tell);
            }
        }
    }

    /// Where between `from` and `to` the part stops being in the beam as it is at `from`, or begins to be.
    fn solve(&self, mut from: f64, mut to: f64, inside: bool) -> f64 {
        for _ in 0..SOLVE {
            let middle = 0.5 * (from + to);
            if (self.gap(middle) < 0.0) == inside {
                from = middle;
            } else {
                to = middle;
            }
        }
        to
    }

    /// How far the beam is from the part, m, at the share `at` of the step; negative inside.
    fn gap(&self, at: f64) -> f64 {
        let pose = self.pose(at);
        let seen = |end: Vector3<f64>| pose.inverse_transform_point(&Point3::from(end)).coords;
        separation(seen(self.from), seen(self.to), self.half)
    }

    fn pose(&self, at: f64) -> Isometry3<f64> {
        if at == 0.0 || at == 1.0 {
            return if at == 0.0 { self.before } else { self.after };
        }
        let place = self.before.translation.vector.lerp(&self.after.translation.vector, at);
        let (a, b) = (self.before.rotation.coords, self.after.rotation.coords);
        // The nearer of the two quaternions that are the same rotation.
        let b = if a.dot(&b) < 0.0 { -b } else { b };
        let rotation = if a == b { a } else { a.lerp(&b, at) };
        let rotation = UnitQuaternion::new_normalize(nalgebra::Quaternion::from(rotation));
        Isometry3::from_parts(place.into(), rotation)
    }
}

/// The largest separation, m, of the stretch from `a` to `b` and the box of half sizes `half` about the origin; negative if they
/// overlap.
fn separation(a: Vector3<f64>, b: Vector3<f64>, half: Vector3<f64>) -> f64 {
    let (middle, reach) = (0.5 * (a + b), 0.5 * (b - a));
    let faces = (0..3).map(|n| middle[n].abs() - reach[n].abs() - half[n]);
    let across = (0..3).filter_map(|n| {
        let mut edge = Vector3::zeros();
        edge[n] = 1.0;
        let axis = reach.cross(&edge);
        let length = axis.norm();
        let out = middle.dot(&axis).abs() - half.dot(&axis.abs());
        (length > 1e-12 * reach.norm()).then(|| out / length)
    });
    faces.chain(across).fold(f64::NEG_INFINITY, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separations_of_a_unit_box() {
        let half = Vector3::repeat(0.5);
        let beam = |a: [f64; 3], b: [f64; 3]| separation(a.into(), b.into(), half);
        assert_eq!(beam([1.0, -5.0, 0.0], [1.0, 5.0, 0.0]), 0.5);
        assert_eq!(beam([0.25, -5.0, 0.0], [0.25, 5.0, 0.0]), -0.25);
        assert_eq!(beam([0.0, 2.0, 0.0], [0.0, 5.0, 0.0]), 1.5);
        // Past an edge, at 45°: the edge is at (0.5, 0.5).
        let past = beam([2.0, 0.0, 0.0], [0.0, 2.0, 0.0]);
        assert!((past - (2.0_f64.sqrt() - 0.5_f64.sqrt())).abs() < 1e-12, "{past}");
    }
}
