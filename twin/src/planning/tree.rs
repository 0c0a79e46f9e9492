//! A way around: two trees of postures, one from the start and one from the end, that grow by turns towards a posture
//! drawn at random and then towards each other (Kuffner & `LaValle`, RRT-Connect, ICRA 2000), and shortcuts afterwards.

use super::checker::{Checker, Touch};
use crate::random::Stream;

/// How a way is looked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// Longest step of a tree, in seconds of the slowest joint at full speed.
    pub step_s: f64,
    /// Most postures drawn before it is given up.
    pub draws: u32,
    /// Shortcuts tried.
    pub shortcuts: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self { step_s: 0.15, draws: 5000, shortcuts: 200 }
    }
}

/// A way around.
#[derive(Clone, Debug, PartialEq)]
pub struct Planned {
    /// Postures from the start to the end, straight lines of the joints between them.
    pub way: Vec<Vec<f64>>,
    /// Postures drawn.
    pub draws: u32,
    /// Time of the way with every joint at full speed, without ramps (s).
    pub seconds: f64,
}

/// Why there is no way.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum PlanError {
    /// The start is no posture within the ranges.
    #[error("the start is no posture within the ranges of the joints")]
    Start,
    /// The end is none.
    #[error("the end is no posture within the ranges of the joints")]
    End,
    /// The start touches something.
    #[error("at the start, link {} is {:.3} m from {}", .0.link, .0.distance, .0.what)]
    StartTouches(Touch),
    /// The end does.
    #[error("at the end, link {} is {:.3} m from {}", .0.link, .0.distance, .0.what)]
    EndTouches(Touch),
    /// None was found.
    #[error("no way was found in {0} draws")]
    NotFound(u32),
}

/// Looks for a way from `from` to `to`: the straight move if it is free. The same stream gives the same way.
///
/// # Errors
///
/// If an end is beyond the ranges or touches something, or no way is found. That none is found does not show that there is none.
pub fn plan(
    checker: &Checker<'_>,
    from: &[f64],
    to: &[f64],
    settings: &Settings,
    stream: &mut Stream,
) -> Result<Planned, PlanError> {
    for (q, no_posture, touches) in [
        (from, PlanError::Start, PlanError::StartTouches as fn(Touch) -> PlanError),
        (to, PlanError::End, PlanError::EndTouches),
    ] {
        if !checker.within(q) {
            return Err(no_posture);
        }
        if let Some(touch) = checker.clearance(q).filter(|touch| touch.distance <= checker.margin) {
            return Err(touches(touch));
        }
    }
    let mut search = Search { checker, step: settings.step_s, speeds: speeds(checker) };
    let (way, draws) = match checker.free(from, to) {
        Ok(()) => (vec![from.to_vec(), to.to_vec()], 0),
        Err(_) => search.connect(from, to, settings.draws, stream)?,
    };
    let way = search.shorten(way, settings.shortcuts, stream);
    let seconds = way.windows(2).map(|leg| search.time(&leg[0], &leg[1])).sum();
    Ok(Planned { way, draws, seconds })
}

fn speeds(checker: &Checker<'_>) -> Vec<f64> {
    checker.arm.arm.joints().iter().map(|joint| joint.speed).collect()
}

/// Postures, each with the one that it was reached from.
type Tree = Vec<(Vec<f64>, usize)>;

struct Search<'a> {
    checker: &'a Checker<'a>,
    step: f64,
    speeds: Vec<f64>,
}

/// How a tree grew.
enum Grown {
    Not,
    Towards(usize),
    There(usize),
}

impl Search<'_> {
    /// Time between two postures with every joint at full speed (s).
    fn time(&self, a: &[f64], b: &[f64]) -> f64 {
        let joints = a.iter().zip(b).zip(&self.speeds);
        joints.map(|((a, b), speed)| (b - a).abs() / speed).fold(0.0, f64::max)
    }

    fn draw(&self, stream: &mut Stream) -> Vec<f64> {
        let joints = self.checker.arm.arm.joints().iter();
        joints
            .map(|joint| joint.range.0 + (joint.range.1 - joint.range.0) * stream.uniform())
            .collect()
    }

    /// A step of `tree` towards `to`.
    fn grow(&self, tree: &mut Tree, to: &[f64]) -> Grown {
        let nearest = (0..tree.len())
            .min_by(|a, b| self.time(&tree[*a].0, to).total_cmp(&self.time(&tree[*b].0, to)));
        let Some(from) = nearest else { return Grown::Not };
        let near = &tree[from].0;
        let time = self.time(near, to);
        let share = if time > self.step { self.step / time } else { 1.0 };
        let next: Vec<f64> = if share < 1.0 {
            near.iter().zip(to).map(|(a, b)| a + (b - a) * share).collect()
        } else {
            to.to_vec()
        };
        if self.checker.free(near, &next).is_err() {
            return Grown::Not;
        }
        tree.push((next, from));
        let last = tree.len() - 1;
        if share < 1.0 { Grown::Towards(last) } else { Grown::There(last) }
    }

    fn connect(
        &mut self,
        from: &[f64],
        to: &[f64],
        draws: u32,
        stream: &mut Stream,
    ) -> Result<(Vec<Vec<f64>>, u32), PlanError> {
        let (mut one, mut other): (Tree, Tree) = (vec![(from.to_vec(), 0)], vec![(to.to_vec(), 0)]);
        let mut swapped = false;
        for n in 1..=draws {
            let drawn = self.draw(stream);
            if let Grown::Towards(at) | Grown::There(at) = self.grow(&mut one, &drawn) {
                let goal = one[at].0.clone();
                let met = loop {
                    match self.grow(&mut other, &goal) {
                        Grown::Not => break None,
                        Grown::Towards(_) => {}
                        Grown::There(there) => break Some(there),
                    }
                };
                if let Some(there) = met {
                    let (mut way, mut back) = (back_from(&one, at), back_from(&other, there));
                    way.reverse();
                    // Both end in the same posture.
                    way.pop();
                    way.append(&mut back);
                    if swapped {
                        way.reverse();
                    }
                    return Ok((way, n));
                }
            }
            std::mem::swap(&mut one, &mut other);
            swapped = !swapped;
        }
        Err(PlanError::NotFound(draws))
    }

    /// Takes shortcuts: joins two places of the way by a straight move where that is free and shorter.
    fn shorten(&self, mut way: Vec<Vec<f64>>, tries: u32, stream: &mut Stream) -> Vec<Vec<f64>> {
        for _ in 0..tries {
            if way.len() < 3 {
                break;
            }
            let legs = way.len() as u64 - 1;
            let (a, b) = (stream.below(legs) as usize, stream.below(legs) as usize);
            let (first, last) = (a.min(b), a.max(b));
            let (s, t) = (stream.uniform(), stream.uniform());
            if first == last {
                continue;
            }
            let on = |leg: usize, share: f64| -> Vec<f64> {
                way[leg].iter().zip(&way[leg + 1]).map(|(a, b)| a + (b - a) * share).collect()
            };
            let (from, to) = (on(first, s), on(last, t));
            let mut around: f64 = self.time(&from, &way[first + 1]) + self.time(&way[last], &to);
            around += (first + 1..last).map(|n| self.time(&way[n], &way[n + 1])).sum::<f64>();
            if self.time(&from, &to) < around && self.checker.free(&from, &to).is_ok() {
                way.splice(first + 1..=last, [from, to]);
            }
        }
        way.dedup();
        // What shortcuts have left over: postures whose neighbours can be joined.
        let mut n = 1;
        while n + 1 < way.len() {
            if self.checker.free(&way[n - 1], &way[n + 1]).is_ok() {
                way.remove(n);
            } else {
                n += 1;
            }
        }
        way
    }
}

/// The postures from `at` back to the root.
fn back_from(tree: &Tree, at: usize) -> Vec<Vec<f64>> {
    let mut way = vec![tree[at].0.clone()];
    let mut now = at;
    while now != 0 {
        now = tree[now].1;
        way.push(tree[now].0.clone());
    }
    way
}
