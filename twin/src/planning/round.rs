//! Corners of a way, rounded: each as wide as it may be without touching anything.
//!
//! A corner takes up at most half of its shorter leg on each side, so each can be looked at alone. Within it the way is a
//! [`JointRoute`], looked at in chords that are swept as straight moves are; it leaves a chord by less than a thousandth of how far it cuts the
//! corner.

use super::checker::Checker;
use crate::robot::motion::{JointPath, JointRoute};

/// Shares of its shorter leg that a corner may take up on each side, widest first.
const ZONES: [f64; 5] = [1.0, 0.7, 0.45, 0.25, 0.1];
/// Legs below this, rad or m, are too short for a corner that is worth more than a stop.
const SHORT: f64 = 0.01;
/// Chords of a corner.
const CHORDS: usize = 32;

/// For each posture of `way`, the share of its shorter leg that its corner takes up, as [`JointRoute`] has it: 0 for the two ends, and where
/// the arm has to stop because every corner would touch something, or a leg is too short.
pub fn round(checker: &Checker<'_>, way: &[Vec<f64>]) -> Vec<f64> {
    let mut zones = vec![0.0; way.len()];
    for (corner, zone) in way.windows(3).zip(zones.iter_mut().skip(1)) {
        let widest = ZONES.into_iter().find(|zone| is_free(checker, corner, *zone));
        *zone = widest.unwrap_or(0.0);
    }
    zones
}

/// Whether the corner of two legs is free with `zone`.
fn is_free(checker: &Checker<'_>, corner: &[Vec<f64>], zone: f64) -> bool {
    let Ok(route) = JointRoute::new(corner.to_vec(), &[0.0, zone, 0.0]) else { return false };
    let marks = route.marks();
    let shorter = (marks[1] - marks[0]).min(marks[2] - marks[1]);
    if shorter < SHORT {
        return false;
    }
    let half = zone * shorter / 2.0;
    let on = |n: usize| {
        let share = 2.0 * n as f64 / CHORDS as f64 - 1.0;
        route.at(marks[1] + half * share).q
    };
    (0..CHORDS).all(|n| checker.free(&on(n), &on(n + 1)).is_ok())
}
