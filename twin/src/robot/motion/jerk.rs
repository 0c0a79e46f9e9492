//! The fastest course along a path under bounds on speed, acceleration *and jerk*, from rest to rest.
//!
//! [`super::topp`] leaves jerk aside, and with it the problem is no longer convex. Let acceleration be steady over each cell, `u = Δx/2h` with
//! `x = ṡ²`, and let it change from the middle of a cell to that of the next, which takes the time `τ = h/(√x₀+√x₁) + h/(√x₁+√x₂)`. Then a
//! joint's jerk, times `τ`, is `q' Δu + h (q''' x + 3 q'' u)`: linear in the values of `x` on the grid, and to be at most `J τ`. That right side is
//! convex, so its tangent at any course lies below it: what satisfies the tangent satisfies the bound. An interior point method (Boyd &
//! Vandenberghe, *Convex Optimization*, 2004, ch. 11) with that tangent in each Newton step therefore never leaves what is allowed, and ends
//! in a course that no small change makes faster. The Hessian has five diagonals, so a step costs a few dozen operations for each bound.
//!
//! At rest `x` grows as `s^(4/3)`, which no polynomial in `s` follows. The first and the last cell are therefore taken at constant jerk in time:
//! `s = j t³/6`, so `x₁ = (9/2 j h²)^(2/3)`, `u₁ = 2 x₁ / 3 h` and the cell takes `3 h / √x₁`.
//!
//! What it costs: on a straight line the course is that of the double S but for the discretisation (0.1 % at 100 cells, 0.04 % at 400).
//! Against a course without a jerk limit it is longer by about `a/j` for a start and a stop together. It is the best course near the one that is
//! found; that no other is better is not proven. Between stations the course is interpolated; bounds are drawn in where it exceeds them there, and
//! what is left stretches it evenly: [`Course::stretch`] says by how much. The grid has to resolve the time `a/j` in which acceleration rises
//! ([`super::course_along`] sees to that). Where a joint turns back on a path, jerk may still be some percent above its limit for an instant.

use super::barrier::Barrier;
use super::error::MotionError;
use super::grid::Station;
use super::timing::TimeLaw;
use super::topp::fastest;

/// How often bounds are drawn in where the course exceeds them between stations.
const TIGHTENED: usize = 3;
/// The excess in time that is left to an even stretch.
const LEFT: f64 = 1.002;

/// A jerk-limited course.
#[derive(Clone, Debug, PartialEq)]
pub struct Course {
    /// Place by time.
    pub law: TimeLaw,
    /// Duration without a jerk limit, s: what jerk costs is the difference.
    pub without_jerk: f64,
    /// By what the course was stretched to hold all bounds between the stations too; at least 1.
    pub stretch: f64,
}

/// The course over `stations` from rest to rest.
///
/// # Errors
///
/// As [`fastest`]; [`MotionError::Degenerate`] with fewer than five stations; [`MotionError::NotConverged`] if numbers get out of hand.
pub fn smoothest(stations: &[Station]) -> Result<Course, MotionError> {
    let without_jerk = fastest(stations, 0.0, 0.0)?.duration();
    if stations.len() < 5 {
        return Err(MotionError::Degenerate("a jerk-limited course needs five stations"));
    }
    let mut barrier = Barrier::new(stations);
    barrier.begin();
    let mut law = barrier.solve()?;
    for _ in 0..TIGHTENED {
        let excess = Excess { stations, law: &law }.by_cell();
        if !barrier.tighten(&excess, LEFT) {
            break;
        }
        law = barrier.solve()?;
    }
    let excess = Excess { stations, law: &law }.by_cell();
    let stretch = excess.iter().flatten().fold(1.0_f64, |most, share| most.max(*share));
    Ok(Course { law: law.stretched(stretch), without_jerk, stretch })
}

/// How far a course exceeds the bounds of the stations, between stations too.
struct Excess<'a> {
    stations: &'a [Station],
    law: &'a TimeLaw,
}

/// Instants that are looked at in each stretch of a course, of which there is about one for each cell.
const LOOKS: usize = 4;

impl Excess<'_> {
    /// For each cell the factor of time that brings the course within the bounds of speed (the root of the share of its square), of
    /// acceleration (likewise) and of jerk (the cube root).
    fn by_cell(&self) -> Vec<[f64; 3]> {
        let mut cell = 0;
        let mut most = vec![[0.0_f64; 3]; self.stations.len() - 1];
        for t in self.law.instants(LOOKS) {
            let state = self.law.at(t);
            while cell + 2 < self.stations.len() && self.stations[cell + 1].s <= state[0] {
                cell += 1;
            }
            let (begin, end) = (&self.stations[cell], &self.stations[cell + 1]);
            let share = ((state[0] - begin.s) / (end.s - begin.s)).clamp(0.0, 1.0);
            let here = Self::shares(begin, end, share, state);
            most[cell].iter_mut().zip(here).for_each(|(most, share)| *most = most.max(share));
        }
        most
    }

    fn shares(begin: &Station, end: &Station, share: f64, [_, v, a, j]: [f64; 4]) -> [f64; 3] {
        let mix = |from: f64, to: f64| from + share * (to - from);
        let x = v * v;
        // The inverse of speed is the highest of some straight lines, so between stations below what is interpolated.
        let speed = v * mix(begin.most.sqrt().recip(), end.most.sqrt().recip());
        let (mut acceleration, mut jerk) = (0.0_f64, 0.0_f64);
        for (from, to) in begin.rows.iter().zip(&end.rows) {
            let sum = mix(from.u, to.u) * a + mix(from.x, to.x) * x;
            acceleration = acceleration.max(sum / mix(from.bound, to.bound));
        }
        for (from, to) in begin.jerks.iter().zip(end.jerks_before()) {
            let sum = mix(from.third, to.third) * x * v
                + 3.0 * mix(from.second, to.second) * v * a
                + mix(from.first, to.first) * j;
            jerk = jerk.max((sum / mix(from.bound, to.bound)).abs());
        }
        [speed, acceleration.sqrt(), jerk.cbrt()]
    }
}
