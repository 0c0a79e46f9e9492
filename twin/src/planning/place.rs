//! Where the base of an arm should stand.

use nalgebra::Isometry3;

use crate::robot::{Solution, Tooled};

/// A place for a base.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Base {
    /// Where: x and y in the coordinates of the poses (m).
    pub at: [f64; 2],
    /// How well it can be worked from there: the least, over all poses, of the best way's dexterity, 0 (singular) to 1. Dexterity is the
    /// inverse of the Jacobian's condition number, lengths measured in reaches.
    pub dexterity: f64,
    /// The least distance of a joint from an end of its range in those ways, as a share of half the range, 0 to 1.
    pub slack: f64,
}

/// Most places that are tried.
const MOST_PLACES: usize = 100_000;

/// Places for the base of `arm`, `height` (m) up and facing along x, from which the tool gets to all of `poses`: the best
/// first, of those `spacing` (m) apart in the box `from` one corner `to` the other. The best is moved on by ever smaller steps,
/// down to a hundredth of the spacing, as long as that makes it better.
///
/// `None` if there is nothing to try, or more than a hundred thousand places.
pub fn best_bases(
    arm: &Tooled,
    poses: &[Isometry3<f64>],
    (from, to): ([f64; 2], [f64; 2]),
    height: f64,
    spacing: f64,
) -> Option<Vec<Base>> {
    let steps = [0, 1].map(|axis| ((to[axis] - from[axis]) / spacing + 1e-9).floor());
    let places = (steps[0] + 1.0) * (steps[1] + 1.0);
    if !(spacing > 0.0 && steps.iter().all(|n| *n >= 0.0) && places <= MOST_PLACES as f64) {
        return None;
    }
    if poses.is_empty() {
        return None;
    }
    let rate = |at: [f64; 2]| rate(arm, poses, at, height);
    let mut found: Vec<Base> = Vec::new();
    for y in 0..=steps[1] as u64 {
        for x in 0..=steps[0] as u64 {
            found.extend(rate([from[0] + x as f64 * spacing, from[1] + y as f64 * spacing]));
        }
    }
    let better =
        |a: &Base, b: &Base| b.dexterity.total_cmp(&a.dexterity).then(b.slack.total_cmp(&a.slack));
    found.sort_by(better);
    if let Some(best) = found.first_mut() {
        let within = |at: [f64; 2]| (0..2).all(|axis| (from[axis]..=to[axis]).contains(&at[axis]));
        let mut step = spacing / 2.0;
        while step >= spacing / 100.0 {
            let around = [[step, 0.0], [-step, 0.0], [0.0, step], [0.0, -step]];
            let next = around
                .iter()
                .map(|by| [best.at[0] + by[0], best.at[1] + by[1]])
                .filter(|at| within(*at))
                .filter_map(rate)
                .min_by(better)
                .filter(|next| better(next, best).is_lt());
            match next {
                Some(next) => *best = next,
                None => step /= 2.0,
            }
        }
    }
    Some(found)
}

/// How well the poses can be worked from `at`; none if one of them is not reached.
fn rate(arm: &Tooled, poses: &[Isometry3<f64>], at: [f64; 2], height: f64) -> Option<Base> {
    let base = Isometry3::translation(at[0], at[1], height);
    let mut all = Base { at, dexterity: f64::INFINITY, slack: f64::INFINITY };
    for pose in poses {
        let ways = arm.ways(&(base.inverse() * pose)).ok()?;
        let rated = ways.iter().filter(|way| way.is_within()).filter_map(|way| {
            Some((1.0 / arm.arm.condition_number(&way.q).ok()?, slack(arm, way)))
        });
        let (dexterity, slack) =
            rated.max_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)))?;
        all.dexterity = all.dexterity.min(dexterity);
        all.slack = all.slack.min(slack);
    }
    Some(all)
}

fn slack(arm: &Tooled, way: &Solution) -> f64 {
    let joints = way.q.iter().zip(arm.arm.joints());
    let share = |(q, joint): (&f64, &crate::robot::Joint)| {
        let (low, high) = joint.range;
        (q - low).min(high - q) / (0.5 * (high - low))
    };
    joints.map(share).fold(1.0, f64::min).max(0.0)
}
