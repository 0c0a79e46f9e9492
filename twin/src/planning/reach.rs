//! Reach maps: where the tool gets to, and in how many directions.
//!
//! After Zacharias, Borst & Hirzinger, IROS 2007: space in cubes, in each the share of directions of approach from which the tool gets there.

use nalgebra::{Isometry3, Translation3, UnitQuaternion, Vector3};

use crate::robot::Tooled;

/// The directions in which the tool points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Directions {
    /// Down.
    Down,
    /// So many, spread evenly over all (Fibonacci's spiral).
    All(u16),
}

/// A place of a reach map.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ReachPoint {
    /// Where, in the base (m).
    pub at: [f64; 3],
    /// Share of the directions that are reached within the ranges of the joints, 0 to 1.
    pub share: f64,
}

/// Most places of a map.
const MOST_PLACES: usize = 1_000_000;

impl Directions {
    /// How the tool is turned for each, about one heading: its z is the direction.
    fn turns(self) -> Vec<UnitQuaternion<f64>> {
        let Self::All(count) = self else { return Vec::new() };
        let golden = std::f64::consts::PI * (3.0 - libm::sqrt(5.0));
        let direction = |n: u16| {
            let z = 1.0 - (2.0 * f64::from(n) + 1.0) / f64::from(count);
            let (s, c) = libm::sincos(golden * f64::from(n));
            let across = libm::sqrt(1.0 - z * z);
            Vector3::new(across * c, across * s, z)
        };
        let turn = |n: u16| {
            UnitQuaternion::rotation_between(&Vector3::z(), &direction(n)).unwrap_or_else(|| {
                UnitQuaternion::from_axis_angle(&Vector3::x_axis(), std::f64::consts::PI)
            })
        };
        (0..count).map(turn).collect()
    }
}

/// The map of `arm` in cubes of `spacing` (m) as far as it could get; places that are not reached at all are left out. About its
/// own axis the tool is turned as it happens to be. Costs one inverse for each place and direction.
///
/// `None` if the reach is not known, or the map would have more than a million places.
pub fn reach_map(arm: &Tooled, spacing: f64, directions: Directions) -> Option<Vec<ReachPoint>> {
    // From the base to the shoulder and from the wrist to the tip come on top of what sheets call reach.
    let beyond = arm.tool.translation.vector.norm();
    let far = 1.5 * arm.arm.reach()? + beyond;
    let n = (far / spacing).ceil();
    if !(spacing > 0.0 && (2.0 * n + 1.0).powi(3) <= MOST_PLACES as f64) {
        return None;
    }
    let n = n as i64;
    let turns = directions.turns();
    let mut map = Vec::new();
    for z in -n..=n {
        for y in -n..=n {
            for x in -n..=n {
                let at = [x, y, z].map(|steps| steps as f64 * spacing);
                let share = share(arm, at, &turns);
                if share > 0.0 {
                    map.push(ReachPoint { at, share });
                }
            }
        }
    }
    Some(map)
}

/// The share of `turns` in which the tool gets to `at`; of none: whether it does pointing down.
fn share(arm: &Tooled, at: [f64; 3], turns: &[UnitQuaternion<f64>]) -> f64 {
    let reached = |pose: &Isometry3<f64>| {
        arm.ways(pose).is_ok_and(|ways| ways.iter().any(crate::robot::Solution::is_within))
    };
    if turns.is_empty() {
        return f64::from(u8::from(reached(&arm.down_at(at))));
    }
    let [x, y, z] = at;
    let place = Translation3::new(x, y, z);
    let count = turns.iter().filter(|turn| reached(&Isometry3::from_parts(place, **turn))).count();
    count as f64 / turns.len() as f64
}
