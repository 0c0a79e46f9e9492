//! Programs from a moving belt: where the steps that go with the belt end, and what the arm does in them.
//!
//! ```text
//! Track   Move   lines, circles, waits   Grip   lines, circles, waits   StopTracking   Move   the rest
//!         meets  down, with the belt            up, with the belt                      to rest
//! ```

use super::arm::Handling;
use super::belt::Head;
use crate::engine::{ArmProgram, MotionFile, TargetFile};
use crate::random::Distribution;
use crate::robot::program::{Instruction, Program};
use crate::units::SimDuration;

/// A step that cannot be done, from 0, and why.
type Wrong = (usize, String);

/// The steps of a program that go with a belt.
#[derive(Clone, Copy, Debug)]
pub(super) struct Company {
    /// The grip.
    grip: usize,
    /// Where it leaves the belt.
    leaves: usize,
}

impl Company {
    /// Those of `steps`, if they track `belt` and make sense.
    pub(super) fn of(steps: &[MotionFile], belt: &str) -> Result<Self, Wrong> {
        let wrong = |n: usize, why: &str| Err((n, why.to_owned()));
        match steps.first() {
            Some(MotionFile::Track(name)) if name == belt => {}
            _ => {
                let why = format!("from a belt that moves, begin with `Track(\"{belt}\")`");
                return Err((0, why));
            }
        }
        let is_end = |step: &MotionFile| matches!(step, MotionFile::StopTracking);
        let Some(leaves) = steps.iter().position(is_end) else {
            return wrong(0, "it goes with the belt for ever: `StopTracking` is missing");
        };
        if let Some(again) = steps[1..].iter().position(|step| matches!(step, MotionFile::Track(_)))
        {
            return wrong(again + 1, "a program tracks one belt, and once");
        }
        for (n, step) in steps.iter().enumerate().take(leaves).skip(1) {
            let meets = n == 1;
            match step {
                MotionFile::Move { to, zone: None, .. } if meets => on_belt(n, to, belt)?,
                _ if meets => return wrong(n, "it meets the part by a `Move` without a zone"),
                MotionFile::Linear { to, .. } => on_belt(n, to, belt)?,
                MotionFile::Circular { via, to, .. } => {
                    on_belt(n, via, belt)?;
                    on_belt(n, to, belt)?;
                }
                MotionFile::Grip(_) | MotionFile::Wait(Distribution::Constant(_)) => {}
                _ => {
                    let why = "with the belt there are lines, circles, a grip, and waits that are not drawn";
                    return wrong(n, why);
                }
            }
        }
        let grips = steps.iter().enumerate().take(leaves);
        let mut grips = grips.filter(|(_, step)| matches!(step, MotionFile::Grip(_)));
        let grip = match (grips.next(), grips.next()) {
            (Some((grip, _)), None) => grip,
            (_, Some((again, _))) => return wrong(again, "it grips once"),
            (None, None) => return wrong(leaves, "it leaves the belt without a `Grip`"),
        };
        if !matches!(steps.get(leaves + 1), Some(MotionFile::Move { zone: None, .. })) {
            let n = (leaves + 1).min(steps.len() - 1);
            return wrong(n, "from the belt it goes to rest: by a `Move` without a zone");
        }
        Ok(Self { grip, leaves })
    }

    /// The first step that does not go with the belt: the move to rest.
    pub(super) fn rests(self) -> usize {
        self.leaves + 1
    }
}

/// Refuses steps that have to do with a moving belt.
pub(super) fn no_belt(steps: &[MotionFile]) -> Result<(), Wrong> {
    let on_belt =
        |step: &MotionFile| matches!(step, MotionFile::Track(_) | MotionFile::StopTracking);
    match steps.iter().position(on_belt) {
        Some(n) => Err((n, "is for the way from a belt that the arm `tracks`".to_owned())),
        None => Ok(()),
    }
}

/// Whether a place is one that goes with `belt`.
fn on_belt(n: usize, to: &TargetFile, belt: &str) -> Result<(), Wrong> {
    match to {
        TargetFile::At(name) | TargetFile::Above(name, _) if name != belt => {
            let why = format!(
                "with the belt, places are `At(\"{belt}\")`, `Above(\"{belt}\", …)`, or poses when the part is at the begin of the window"
            );
            Err((n, why))
        }
        _ => Ok(()),
    }
}

impl Handling {
    /// What it does with a part on the belt, how long it grips, and the joints where it then comes to rest.
    pub(super) fn head(
        &self,
        made: &ArmProgram,
        company: Company,
    ) -> Option<(Head, SimDuration, Vec<f64>)> {
        let joints = |n: usize| match made.steps.get(n) {
            Some(Instruction::Move { to, .. }) => {
                Some(to.iter().map(|angle| angle.radians()).collect::<Vec<f64>>())
            }
            _ => None,
        };
        let (meets, rests) = (joints(1)?, joints(company.rests())?);
        let part = |from: usize, until: usize| {
            let steps = made.steps[from..until].to_vec();
            Program { name: String::new(), steps }.cycle(&self.arm, &meets, 0.0)
        };
        let Some(Instruction::Grip { takes, .. }) = made.steps.get(company.grip) else {
            return None;
        };
        let (down, up) = (part(2, company.grip), part(company.grip + 1, company.leaves));
        Some((Head { meets, down, up }, *takes, rests))
    }
}
