//! Robot programs of no maker: what a cell's file says, and what is written for controllers and read from them.
//!
//! | dialect | writes | reads | joints |
//! |---|---|---|---|
//! | ABB RAPID | [`rapid::write`] | [`rapid::read`] | 6 |
//! | KUKA KRL | [`krl::write`] | [`krl::read`] | 1 to 6 |
//! | Universal Robots URScript | [`urscript::write`] | [`urscript::read`] | 6 |
//!
//! What is written reads back as the same steps, positions equal to 1e-6 m and 1e-6 rad. Readers know the subset that writers make, with any
//! spacing and comments, and refuse everything else by line: nothing is dropped silently. Tool, base, load and the definition of signals are the
//! cell's own; so are the two procedures that switch conveyor tracking on and off, which no dialect has in common.

mod dialect;
mod error;
pub mod krl;
pub mod rapid;
mod scan;
#[cfg(test)]
mod tests;
pub mod urscript;

use nalgebra::{Isometry3, Translation3};
use serde::{Deserialize, Serialize};

use super::motion::{Kinematics, Step};
use crate::units::{Angle, Length, Share, SimDuration, Speed};

pub use dialect::Dialect;
pub use error::ProgramError;

/// A pose of the tool in the base frame.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pose {
    /// Its centre point: x, y, z.
    pub at: [Length; 3],
    /// How it is turned: about the base's x, then y, then z axis (roll, pitch, yaw).
    pub turn: [Angle; 3],
}

impl Pose {
    /// As a transformation, m.
    pub fn isometry(&self) -> Isometry3<f64> {
        let [x, y, z] = self.at.map(Length::metres);
        let [roll, pitch, yaw] = self.turn.map(Angle::radians);
        let turn = crate::robot::roll_pitch_yaw(roll, pitch, yaw);
        Isometry3::from_parts(Translation3::new(x, y, z), turn)
    }

    /// From a transformation, m.
    pub fn from_isometry(pose: &Isometry3<f64>) -> Self {
        let (roll, pitch, yaw) = pose.rotation.euler_angles();
        let at = pose.translation.vector;
        Self {
            at: [at.x, at.y, at.z].map(Length::from_metres),
            turn: [roll, pitch, yaw].map(Angle::from_radians),
        }
    }
}

/// Whether a move stops at its end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum Zone {
    /// It stops there.
    #[default]
    Fine,
    /// The corner may be cut from this far on.
    Within(Length),
}

impl Zone {
    /// Its radius, m; 0 for a stop.
    pub fn radius(self) -> f64 {
        match self {
            Self::Fine => 0.0,
            Self::Within(radius) => radius.metres(),
        }
    }

    /// Of this radius, m.
    pub fn of_radius(metres: f64) -> Self {
        if metres > 0.0 { Self::Within(Length::from_metres(metres)) } else { Self::Fine }
    }
}

/// One instruction. A way point is a move with a zone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Instruction {
    /// All joints to these angles, arriving together.
    Move {
        /// Where to.
        to: Vec<Angle>,
        /// Share of full speed.
        speed: Share,
        /// Whether to stop there.
        #[serde(default)]
        zone: Zone,
    },
    /// The tool on a straight line.
    Linear {
        /// Where to.
        to: Pose,
        /// How fast.
        speed: Speed,
        /// Whether to stop there.
        #[serde(default)]
        zone: Zone,
    },
    /// The tool along a circle.
    Circular {
        /// A pose on the way; its orientation does not matter.
        via: Pose,
        /// Where to.
        to: Pose,
        /// How fast.
        speed: Speed,
        /// Whether to stop there.
        #[serde(default)]
        zone: Zone,
    },
    /// The gripper closes or opens.
    Grip {
        /// Closes.
        close: bool,
        /// How long that takes.
        takes: SimDuration,
    },
    /// Nothing, for a while.
    Wait(SimDuration),
    /// Waits until an input is so.
    WaitFor {
        /// Its name.
        signal: String,
        /// What is waited for.
        is: bool,
        /// When it goes on all the same. Default: never.
        #[serde(default)]
        timeout: Option<SimDuration>,
    },
    /// Sets an output.
    Set {
        /// Its name.
        signal: String,
        /// To what.
        to: bool,
    },
    /// From here on positions move with a belt; none: they stand again.
    Track(Option<String>),
}

/// A program.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Program {
    /// Its name: a letter, then letters, digits and `_`, at most 24.
    pub name: String,
    /// What is done, in order.
    pub steps: Vec<Instruction>,
}

/// The most characters of a name that all controllers take.
const LONGEST_NAME: usize = 24;

/// `name` as all controllers take it: other characters than letters and digits become `_`.
pub fn plain_name(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
    let begins = name.starts_with(|c: char| c.is_ascii_alphabetic());
    let lead = if begins { "" } else { "p_" };
    lead.chars().chain(name.chars().map(plain)).take(LONGEST_NAME).collect()
}

/// The name of the gripper's output in what is written.
const GRIPPER: &str = "gripper";

impl Program {
    /// Whether it can be written: names are names in all dialects, numbers are finite, joints are `joints` to 6.
    ///
    /// # Errors
    ///
    /// What is wrong, at the step's number from 1 (0: the program's name).
    pub fn check(&self, least_joints: usize) -> Result<(), ProgramError> {
        check_name(0, &self.name)?;
        for (n, step) in self.steps.iter().enumerate() {
            let at = n + 1;
            match step {
                Instruction::Move { to, .. } if !(least_joints..=6).contains(&to.len()) => {
                    return Err(ProgramError::new(at, format!("{} joints", to.len())));
                }
                Instruction::WaitFor { signal, .. } | Instruction::Set { signal, .. } => {
                    check_name(at, signal)?;
                }
                Instruction::Track(Some(belt)) => check_name(at, belt)?,
                _ => {}
            }
            if !step.numbers().iter().all(|number| number.is_finite()) {
                return Err(ProgramError::new(at, "a number is not finite".to_owned()));
            }
        }
        Ok(())
    }

    /// The steps of a cycle whose time can be computed, from the joints at `start` on: signals take `signal_s` each, waiting for one takes no
    /// longer (the cell knows better), and tracking takes nothing (a belt's meetings are computed elsewhere).
    ///
    /// A joint move's zone is a radius here and a share of its legs there: the radius by half of the shorter way of the tool, as `arm` has it.
    pub fn cycle(&self, arm: &dyn Kinematics, start: &[f64], signal_s: f64) -> Vec<Step> {
        let place = |q: &[f64]| arm.forward(q).translation.vector;
        let mut steps = Vec::new();
        let mut last = place(start);
        for (n, instruction) in self.steps.iter().enumerate() {
            let next = self.steps.get(n + 1);
            steps.push(match instruction {
                Instruction::Move { to, speed, zone } => {
                    let to: Vec<f64> = to.iter().map(|angle| angle.radians()).collect();
                    let here = place(&to);
                    let onward = match next {
                        Some(Instruction::Move { to, .. }) => {
                            let to: Vec<f64> = to.iter().map(|angle| angle.radians()).collect();
                            (place(&to) - here).norm()
                        }
                        _ => 0.0,
                    };
                    let shorter = (here - last).norm().min(onward);
                    let radius = zone.radius();
                    let zone = if shorter > 0.0 { (2.0 * radius / shorter).min(1.0) } else { 0.0 };
                    last = here;
                    Step::Joint { to, zone, speed: speed.fraction() }
                }
                Instruction::Linear { to, speed, zone } => {
                    last = to.isometry().translation.vector;
                    let speed = speed.metres_per_second();
                    Step::Line { to: to.isometry(), zone: zone.radius(), speed }
                }
                Instruction::Circular { via, to, speed, zone } => {
                    last = to.isometry().translation.vector;
                    let via = via.isometry().translation.vector.into();
                    let speed = speed.metres_per_second();
                    Step::Arc { via, to: to.isometry(), zone: zone.radius(), speed }
                }
                Instruction::Grip { takes, .. } => Step::Grip(takes.seconds()),
                Instruction::Wait(time) => Step::Wait(time.seconds()),
                Instruction::WaitFor { .. } | Instruction::Set { .. } => Step::Signal(signal_s),
                Instruction::Track(_) => Step::Wait(0.0),
            });
        }
        steps
    }
}

impl Instruction {
    /// All numbers in it.
    fn numbers(&self) -> Vec<f64> {
        let pose = |pose: &Pose| {
            let at = pose.at.map(Length::metres);
            at.into_iter().chain(pose.turn.map(Angle::radians)).collect::<Vec<f64>>()
        };
        match self {
            Self::Move { to, speed, zone } => {
                let angles = to.iter().map(|angle| angle.radians());
                angles.chain([speed.fraction(), zone.radius()]).collect()
            }
            Self::Linear { to, speed, zone } => {
                [pose(to), vec![speed.metres_per_second(), zone.radius()]].concat()
            }
            Self::Circular { via, to, speed, zone } => {
                [pose(via), pose(to), vec![speed.metres_per_second(), zone.radius()]].concat()
            }
            _ => Vec::new(),
        }
    }
}

/// Likewise for a name in a step or a line.
fn check_name(at: usize, name: &str) -> Result<(), ProgramError> {
    is_name(name).map_err(|why| ProgramError::new(at, why))
}

/// Whether `name` is one in all dialects, and not that of the gripper; else what is wrong.
pub(crate) fn is_name(name: &str) -> Result<(), String> {
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let begins = name.chars().next().is_some_and(|c| c.is_ascii_alphabetic());
    if plain && begins && name.len() <= LONGEST_NAME && name != GRIPPER {
        return Ok(());
    }
    Err(format!(
        "`{name}` is no name that all controllers take: a letter, then letters, digits and `_`, {LONGEST_NAME} at most, and not `{GRIPPER}`"
    ))
}
