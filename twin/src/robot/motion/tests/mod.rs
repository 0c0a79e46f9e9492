//! Tests of robot motion: properties of random moves, and paths, belts, cycles and fits against what is known.

mod cycles;
mod moves;
mod paths;

use proptest::prelude::*;

use super::{JointLimits, State};

/// Limits of an axis.
fn limits() -> impl Strategy<Value = JointLimits> {
    (0.2..8.0_f64, 0.5..40.0_f64, 2.0..800.0_f64).prop_map(|(v, a, j)| JointLimits::free(v, a, j))
}

/// An axis at the start and the end, both within its limits by a margin, and its limits.
fn axis() -> impl Strategy<Value = ([f64; 3], [f64; 3], JointLimits)> {
    let share = || -0.6..0.6_f64;
    (limits(), -3.0..3.0_f64, -3.0..3.0_f64, share(), share(), share(), share()).prop_map(
        |(limit, from, to, v0, a0, v1, a1)| {
            // A boundary acceleration a leads to a speed further by a²/2j: what is left of the limit bounds it.
            let bounded = |v: f64, a: f64| {
                let room = (2.0 * limit.jerk * (1.0 - v.abs()) * limit.velocity).sqrt();
                a * limit.acceleration.min(room)
            };
            let first = [from, v0 * limit.velocity, bounded(v0, a0)];
            let last = [to, v1 * limit.velocity, bounded(v1, a1)];
            (first, last, limit)
        },
    )
}

/// States at both ends and limits of `1..=6` axes.
fn problem() -> impl Strategy<Value = (State, State, Vec<JointLimits>)> {
    prop::collection::vec(axis(), 1..=6).prop_map(|axes| {
        let state = |pick: fn(&([f64; 3], [f64; 3], JointLimits)) -> [f64; 3]| {
            let column = |n: usize| axes.iter().map(|axis| pick(axis)[n]).collect();
            State { position: column(0), velocity: column(1), acceleration: column(2) }
        };
        (state(|axis| axis.0), state(|axis| axis.1), axes.iter().map(|axis| axis.2).collect())
    })
}
