//! How close an arm is to its surroundings and to itself, and whether a move touches anything.

use super::around::Surroundings;
use super::body::{Body, between};
use crate::robot::Tooled;

/// An arm, its body and what stands about it.
#[derive(Clone, Debug)]
pub struct Checker<'a> {
    /// The arm.
    pub arm: &'a Tooled,
    /// Its body.
    pub body: &'a Body,
    /// What stands about it.
    pub around: &'a Surroundings,
    /// How far it keeps away from everything (m).
    pub margin: f64,
}

/// What an arm comes too close to.
#[derive(Clone, Debug, PartialEq)]
pub struct Touch {
    /// The part of the arm: 0 is what the first joint moves; the last is the tool.
    pub link: usize,
    /// What it touches: the name of a solid, or a part of the arm itself.
    pub what: String,
    /// Distance between them (m), negative where they are in each other. Only up to their girths: one that is deep in another is not
    /// told how deep.
    pub distance: f64,
    /// Where on the way of a move, 0 to 1.
    pub at: f64,
}

/// Shortest step along a move (m): below any margin that makes sense.
const STEP: f64 = 1e-3;

impl Checker<'_> {
    /// The nearest that the arm comes to anything at `q`; none if there is nothing. The first line of a chain is where the arm is mounted
    /// and is looked at only for the arm itself. Where a delta cannot be joined it touches itself, infinitely deep.
    pub fn clearance(&self, q: &[f64]) -> Option<Touch> {
        let Some(lines) = Body::lines(self.arm, q) else {
            let what = "the arm, whose links do not meet there".to_owned();
            return Some(Touch { link: 0, what, distance: f64::NEG_INFINITY, at: 0.0 });
        };
        let mut nearest: Option<Touch> = None;
        let mut take = |distance: f64, link: usize, what: &dyn Fn() -> String| {
            if nearest.as_ref().is_none_or(|touch| distance < touch.distance) {
                nearest = Some(Touch { link, what: what(), distance, at: 0.0 });
            }
        };
        if !self.around.is_empty() {
            for (n, line) in lines.iter().enumerate().skip(self.body.mounted()) {
                let (apart, solid) = self.around.distance(line);
                take(apart - self.body.girth(n), n, &|| self.around.name(solid).to_owned());
            }
        }
        for [a, b] in self.body.apart() {
            let apart = between(&lines[*a], &lines[*b]);
            let girths = self.body.girth(*a) + self.body.girth(*b);
            take(apart - girths, *b, &|| format!("link {a} of the arm"));
        }
        nearest
    }

    /// Whether all joints are within their ranges and everything is farther away than the margin.
    pub fn is_free(&self, q: &[f64]) -> bool {
        self.within(q) && self.clearance(q).is_none_or(|touch| touch.distance > self.margin)
    }

    /// Whether `q` is a posture within the ranges.
    pub(super) fn within(&self, q: &[f64]) -> bool {
        q.len() == self.arm.arm.joints().len()
            && q.iter().all(|q| q.is_finite())
            && self.arm.arm.violations(q).is_empty()
    }

    /// Whether the straight move of the joints from `from` to `to` is free all the way; else what it touches first.
    ///
    /// By conservative advancement: at each posture the nearest thing is `d` away, so nothing is touched before some point
    /// of the arm has moved by `d`, and no point moves faster than the sum of all joints' levers. Where that is less than 1 mm, it goes on by
    /// 1 mm: with a margin of more than that nothing is missed.
    ///
    /// # Errors
    ///
    /// What it touches, and where on the way.
    pub fn free(&self, from: &[f64], to: &[f64]) -> Result<(), Touch> {
        let way = self.body.sweep(from.iter().zip(to).map(|(a, b)| b - a));
        let mut at = 0.0;
        loop {
            let q: Vec<f64> = from.iter().zip(to).map(|(a, b)| a + (b - a) * at).collect();
            let free = match self.clearance(&q) {
                None => return Ok(()),
                Some(touch) if touch.distance <= self.margin => {
                    return Err(Touch { at, ..touch });
                }
                Some(touch) => touch.distance - self.margin,
            };
            if at >= 1.0 || way == 0.0 {
                return Ok(());
            }
            at = (at + free.max(STEP) / way).min(1.0);
        }
    }
}
