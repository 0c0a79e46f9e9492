//! Arms whose description is known: each link where the joints have it.

use nalgebra::{Isometry3, Point3, Vector2, Vector3};
use twin::engine::{Model, State};
use twin::flow::Posture;
use twin::id::EquipmentId;
use twin::planning::Body;
use twin::robot::Tooled;
use twin::robot::motion::Kinematics;
use twin::seen;

use super::solid::{Paint, Solid};
use super::standing::Place;

/// Radius of links of which nothing is known (m).
const ROD: f32 = 0.02;
/// Links that are shorter are not seen between their joints (m).
const SHORTEST: f32 = 0.01;

/// An arm at one moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Arm {
    /// Whose.
    pub by: EquipmentId,
    /// Its joints, as its controller has them [rad or m].
    pub q: Vec<f64>,
    /// Ends and radius of each link, from the base outwards (m); the last is the tool.
    pub links: Vec<([Point3<f32>; 2], f32)>,
    /// The foot of its base on the floor, and the base itself (m).
    pub foot: [Point3<f32>; 2],
    /// Where it holds: the middle of the top of a part, z up.
    pub grip: Isometry3<f32>,
}

/// The arm at `place`, if its description is known.
pub fn arm(model: &Model, state: &State, place: &Place) -> Option<Arm> {
    let Posture { arm, base: from, q } = seen::posture(model, state, place.id)?;
    let from = from.cast::<f32>();
    let base = place.pose * Isometry3::from(from);
    let at = |pose: &Isometry3<f64>| base * nalgebra::convert::<_, Isometry3<f32>>(*pose);
    let tip = at(&Kinematics::forward(arm, &q));
    let there = |end: Vector3<f64>| base * Point3::from(nalgebra::convert::<_, Vector3<f32>>(end));
    let lines = Body::lines(arm, &q)?.into_iter().map(|ends| ends.map(there));
    let links = lines.zip(place.girths.iter().copied().chain(std::iter::repeat(ROD))).collect();
    let foot = [place.pose * Point3::new(from.x, from.y, 0.0), base * Point3::origin()];
    Some(Arm { by: place.id, links, foot, grip: upright(tip), q })
}

/// The same place with z up: the tools of most arms look down.
fn upright(tip: Isometry3<f32>) -> Isometry3<f32> {
    if (tip * Vector3::z()).z >= 0.0 {
        return tip;
    }
    tip * Isometry3::rotation(Vector3::x() * std::f32::consts::PI)
}

/// How thick the links of the robot `id` are (m), from the base outwards; none where nothing is known.
pub(super) fn girths(model: &Model, id: EquipmentId) -> Vec<f32> {
    let body = |arm: &Tooled| Some((Body::of(arm).ok()?, arm.arm.n_links()));
    let known = seen::arm(model, id).and_then(body);
    known.map_or_else(Vec::new, |(body, links)| (0..=links).map(|n| body.girth(n) as f32).collect())
}

/// Where links begin at the height of the base (m), from there.
fn hips(arm: &Arm) -> impl Iterator<Item = Vector3<f32>> + Clone + '_ {
    let starts = arm.links.iter().map(|(ends, _)| ends[0] - arm.foot[1]);
    starts.filter(|hip| hip.z.abs() < SHORTEST)
}

/// Whether an arm hangs from its base: three arms do, or all of it is below.
fn is_hung(arm: &Arm) -> bool {
    let [foot, base] = arm.foot;
    let below = |point: &Point3<f32>| point.z < base.z + SHORTEST;
    let is_below = || arm.links.iter().all(|(ends, _)| ends.iter().all(below));
    base.z - foot.z > 1.0 && (hips(arm).count() == 3 || is_below())
}

/// What an arm hangs from: a plate under a frame on four posts, beside whatever it works on.
fn frame(arm: &Arm, out: &mut Vec<Solid>) {
    let [foot, base] = arm.foot;
    let hips = hips(arm).map(|hip| hip.xy());
    let first = hips.clone().find(|hip| hip.norm() > SHORTEST).unwrap_or_else(Vector2::x);
    let wide = (hips.map(|hip| hip.norm()).fold(0.0, f32::max) + 0.35).max(0.6);
    let turn = Isometry3::rotation(Vector3::z() * first.y.atan2(first.x));
    let stand = Isometry3::translation(foot.x, foot.y, foot.z) * turn;
    let high = base.z - foot.z + 0.08;
    let mut parts = vec![
        Solid::post(Paint::Body, [0.0, 0.0, high - 0.08], (wide - 0.3).max(0.3) * 2.2, 0.08),
        Solid::post(Paint::Frame, [0.0, 0.0, high], 0.24, 0.22),
    ];
    for side in [-1.0, 1.0] {
        parts.push(Solid::block(
            Paint::Steel,
            [0.0, side * wide, high],
            [2.0 * wide + 0.08, 0.08, 0.08],
        ));
        parts.push(Solid::block(Paint::Steel, [side * 0.2, 0.0, high], [0.08, 2.0 * wide, 0.08]));
        for end in [-1.0, 1.0] {
            let at = [end * wide, side * wide, 0.0];
            parts.push(Solid::block(Paint::Frame, at, [0.08, 0.08, high]));
        }
    }
    out.extend(parts.into_iter().map(|solid| Solid { at: stand * solid.at, ..solid }));
}

/// The solids of an arm: rounded links, joints, a foot if it stands on one, and a hand.
pub(super) fn solids(arm: &Arm, out: &mut Vec<Solid>) {
    let at = |point: Point3<f32>| [point.x, point.y, point.z];
    let [foot, base] = arm.foot;
    let thick = arm.links.first().map_or(ROD, |link| link.1);
    if !is_hung(arm) {
        let low = [foot.x, foot.y, foot.z + 0.05];
        out.push(Solid::post(Paint::Frame, low, 0.5, (base.z - foot.z).clamp(0.05, 0.3)));
    }
    if is_hung(arm) {
        frame(arm, out);
    } else if base.z - foot.z > SHORTEST {
        out.push(Solid::bar(Paint::Frame, at(foot), at(base), thick * 2.4));
    }
    let last = arm.links.len().saturating_sub(1);
    for (n, ([from, to], radius)) in arm.links.iter().enumerate() {
        let across = if n == last { radius * 1.2 } else { radius * 1.7 };
        // Of a delta several links meet in a joint.
        if arm.links[..n].iter().all(|(ends, _)| ends[0] != *from) {
            out.push(Solid::ball(Paint::Frame, at(*from), radius * 2.0));
        }
        if (to - from).norm() > SHORTEST {
            let paint = if n == last { Paint::Steel } else { Paint::Mover };
            out.push(Solid::bar(paint, at(*from), at(*to), across));
        }
    }
    let wide = (arm.links.last().map_or(ROD, |link| link.1) * 2.4).max(0.06);
    let plate = Solid::block(Paint::Frame, [0.0; 3], [wide, wide, wide * 0.3]);
    out.push(Solid { at: arm.grip * plate.at, ..plate });
}
