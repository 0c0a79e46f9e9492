//! Motion programs of an arm: from the steps of a plant file to what it does, and how long that takes.

use nalgebra::{Isometry3, Translation3, Vector3};
use serde::{Deserialize, Serialize};

use super::arm::Handling;
use super::falls::Poses;
use super::hold::{self, STEP_S};
use super::place::Spot;
use super::ways::{Reached, Transfer};
use crate::engine::{ArmProgram, Compile, MotionFile, TargetFile};
use crate::flow::course::{self, Beat, Course};
use crate::id::{EquipmentId, StreamId};
use crate::random::Sampler;
use crate::robot::Motion;
use crate::robot::motion::MotionError;
use crate::robot::program::{Instruction, Pose, Program, Zone};
use crate::robot::roll_pitch_yaw;
use crate::units::{Angle, Length, Share, SimDuration, Speed};

/// A step that cannot be done, from 0, and why.
type Wrong = (usize, String);

/// What a program takes.
pub(super) struct Timed {
    /// Each step of it, with its part of the program.
    steps: Vec<(Stretch, Beat)>,
    /// The ways between grip and release without a part, if it does neither.
    empty: Option<Vec<Beat>>,
    /// Where the joints are at its end.
    pub(super) end: Vec<f64>,
}

/// A part of a transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Stretch {
    /// Up to the end of the grip.
    Pick,
    /// From there to the release, or all of it.
    Way,
    /// From the release on.
    Place,
}

impl Handling {
    /// The steps made ready for this arm. Joints come as near to `near` as they can; `spot` says where equipment is served, if the
    /// arm serves it.
    pub(super) fn program(
        &self,
        steps: &[MotionFile],
        near: &[f64],
        spot: &dyn Fn(EquipmentId) -> Option<Spot>,
        cx: &mut Compile<'_>,
    ) -> Result<ArmProgram, Wrong> {
        let made = steps.iter().enumerate();
        let made =
            made.map(|(n, step)| self.instruction(step, near, spot, cx).map_err(|why| (n, why)));
        let made = made.collect::<Result<Vec<Instruction>, Wrong>>()?;
        let joints = self.arm.arm.joints().iter().enumerate();
        let slides = joints.filter(|(_, joint)| joint.motion == Motion::Slides);
        let slides = slides.map(|(n, _)| n).collect();
        Ok(ArmProgram {
            equipment: cx.me(),
            name: String::new(),
            steps: made,
            drawn: course::drawn(steps),
            slides,
        })
    }

    fn instruction(
        &self,
        step: &MotionFile,
        near: &[f64],
        spot: &dyn Fn(EquipmentId) -> Option<Spot>,
        cx: &mut Compile<'_>,
    ) -> Result<Instruction, String> {
        let corner = |zone: Option<Length>| zone.map_or(Zone::Fine, Zone::Within);
        let usual = Speed::from_metres_per_second(self.tool.speed);
        let pose = |to: &TargetFile, cx: &mut Compile<'_>| {
            self.pose(to, spot, cx).map(|pose| Pose::from_isometry(&pose))
        };
        if let Some(still) = course::still(step)? {
            return Ok(still);
        }
        Ok(match step {
            MotionFile::Move { to, speed, zone } => {
                let speed = speed.unwrap_or(Share::from_fraction(1.0));
                if !(speed.fraction() > 0.0) {
                    return Err("a share of full speed is above 0".to_owned());
                }
                let q = self.joints(to, near, spot, cx)?;
                let to = q.into_iter().map(Angle::from_radians).collect();
                Instruction::Move { to, speed, zone: corner(*zone) }
            }
            MotionFile::Linear { to, speed, zone } => Instruction::Linear {
                to: pose(to, cx)?,
                speed: speed.unwrap_or(usual),
                zone: corner(*zone),
            },
            MotionFile::Circular { via, to, speed, zone } => Instruction::Circular {
                via: pose(via, cx)?,
                to: pose(to, cx)?,
                speed: speed.unwrap_or(usual),
                zone: corner(*zone),
            },
            MotionFile::Grip(takes) => Instruction::Grip { close: true, takes: *takes },
            MotionFile::Release(takes) => Instruction::Grip { close: false, takes: *takes },
            MotionFile::Wait(_) | MotionFile::Set { .. } | MotionFile::WaitFor { .. } => {
                return Err("needs no arm".to_owned());
            }
        })
    }

    /// The joints at a target, as near to `near` as they can be.
    fn joints(
        &self,
        to: &TargetFile,
        near: &[f64],
        spot: &dyn Fn(EquipmentId) -> Option<Spot>,
        cx: &mut Compile<'_>,
    ) -> Result<Vec<f64>, String> {
        let TargetFile::Joints(given) = to else {
            let pose = self.pose(to, spot, cx)?;
            if near.is_empty() {
                return self.first(&pose);
            }
            return self.arm.nearest(&pose, near).map_err(|error| error.to_string());
        };
        let joints = self.arm.arm.joints();
        if given.len() != joints.len() {
            let (has, name) = (joints.len(), self.arm.arm.name());
            return Err(format!(
                "{name} has {has} joints, and {} positions are given",
                given.len()
            ));
        }
        for (n, (one, joint)) in given.iter().zip(joints).enumerate() {
            if one.is_length() != (joint.motion == Motion::Slides) {
                let wanted = if one.is_length() { "turns: an angle" } else { "slides: a length" };
                return Err(format!("joint {} {wanted} is wanted", n + 1));
            }
        }
        Ok(given.iter().map(|one| one.si()).collect())
    }

    /// The pose of the tool's centre point in the base (m).
    fn pose(
        &self,
        to: &TargetFile,
        spot: &dyn Fn(EquipmentId) -> Option<Spot>,
        cx: &mut Compile<'_>,
    ) -> Result<Isometry3<f64>, String> {
        let (name, above) = match to {
            TargetFile::Joints(given) => {
                let q: Vec<f64> = given.iter().map(|one| one.si()).collect();
                let flange = self.arm.arm.forward(&q).map_err(|error| error.to_string())?;
                return Ok(flange * self.arm.tool);
            }
            TargetFile::Pose { at: (x, y, z), turn } => {
                let at = [x, y, z].map(|length| length.metres());
                let down = self.arm.down_at(at);
                return Ok(turn.map_or(down, |(roll, pitch, yaw)| {
                    let [roll, pitch, yaw] = [roll, pitch, yaw].map(Angle::radians);
                    let turn = roll_pitch_yaw(roll, pitch, yaw);
                    Isometry3::from_parts(Translation3::from(Vector3::from(at)), turn)
                }));
            }
            TargetFile::At(name) => (name, 0.0),
            TargetFile::Above(name, above) => (name, above.metres()),
        };
        let equipment = cx.look_up(name)?;
        let [x, y] = spot(equipment).map_or_else(
            || {
                let frame = cx.model().row(cx.me()).pose.inverse();
                let at = (frame * cx.model().row(equipment).pose).translation.vector;
                [at.x, at.y]
            },
            |spot| [spot.x, spot.y],
        );
        Ok(self.arm.down_at([x, y, self.height_at(equipment, cx) + above]))
    }

    /// What a transfer takes that begins at `start`.
    pub(super) fn timed(
        &self,
        made: &ArmProgram,
        steps: &[MotionFile],
        start: &Reached,
        cx: &mut Compile<'_>,
    ) -> Result<Timed, Wrong> {
        let grips: Vec<(usize, bool)> = made.steps.iter().enumerate().filter_map(grip).collect();
        let ends = match grips[..] {
            [] => None,
            [(grip, true), (release, false)] => Some((grip, release)),
            [(first, _), ..] => {
                let why = "a way grips once and releases once after that, or does neither";
                return Err((first, why.to_owned()));
            }
        };
        let (times, end) = self.durations(made, &start.low, ends.is_none())?;
        let each = beats(steps, &times, cx).into_iter().enumerate();
        let stretch = |n: usize| match ends {
            Some((grip, _)) if n <= grip => Stretch::Pick,
            Some((_, release)) if n >= release => Stretch::Place,
            _ => Stretch::Way,
        };
        let all = each.map(|(n, beat)| (stretch(n), beat)).collect();
        let empty = if ends.is_none() {
            let (times, _) = self.durations(made, &start.low, false)?;
            Some(beats(steps, &times, cx))
        } else {
            None
        };
        Ok(Timed { steps: all, empty, end })
    }

    /// Whether the arm can follow `steps` from rest at `start`, joints as near to `near` as they can be.
    pub(super) fn follows(
        &self,
        steps: &[MotionFile],
        [start, near]: [&[f64]; 2],
        spot: &dyn Fn(EquipmentId) -> Option<Spot>,
        cx: &mut Compile<'_>,
    ) -> Result<(), Wrong> {
        let made = self.program(steps, near, spot, cx)?;
        self.durations(&made, start, false).map(drop)
    }

    /// What each step takes (s) from rest at `start`, and where the joints are at the end. From a grip on, it carries its load.
    fn durations(
        &self,
        made: &ArmProgram,
        start: &[f64],
        loaded: bool,
    ) -> Result<(Vec<f64>, Vec<f64>), Wrong> {
        let (mut q, mut loaded, mut times) = (start.to_vec(), loaded, Vec::new());
        while times.len() < made.steps.len() {
            let from = times.len();
            let rest = made.steps.iter().enumerate().skip(from);
            let next = rest.clone().find_map(grip);
            let until = next.map_or(made.steps.len(), |(n, _)| n + 1);
            let part = Program { name: String::new(), steps: made.steps[from..until].to_vec() };
            let steps = part.cycle(&self.arm, &q, 0.0);
            let cycle = self.mover(loaded).time(&q, &steps);
            let cycle = cycle.map_err(|(n, error)| (from + n, error.to_string()))?;
            times.extend(cycle.steps.iter().map(|step| step.duration));
            q = cycle.end;
            loaded = next.map_or(loaded, |(_, closes)| closes);
        }
        Ok((times, q))
    }

    /// Where the gripper is from the grip of a program to its release, or all along if it does neither; one pose each [`STEP_S`].
    pub(super) fn carried_by(&self, made: &ArmProgram, start: &[f64]) -> Result<Poses, Wrong> {
        let grips: Vec<usize> =
            made.steps.iter().enumerate().filter_map(grip).map(|(n, _)| n).collect();
        let all = made.steps.len();
        let (before, until) = match grips[..] {
            [closes, opens] => (closes + 1, opens),
            _ => (0, all),
        };
        let program = |range: std::ops::Range<usize>| Program {
            name: String::new(),
            steps: made.steps[range].to_vec(),
        };
        let failed = |(n, error): (usize, MotionError)| (n, error.to_string());
        let approach = program(0..before).cycle(&self.arm, start, 0.0);
        let q = self.mover(false).time(start, &approach).map_err(failed)?.end;
        let steps = program(before..until).cycle(&self.arm, &q, 0.0);
        let postures = self.mover(true).postures(&q, &steps, STEP_S);
        let postures = postures.map_err(|(n, error)| (before + n, error.to_string()))?;
        Ok(hold::poses(&self.arm, &postures))
    }

    /// The course of a process that is this program, drawn from `stream`, again and again from where it ended: it begins with a move.
    pub(in crate::flow) fn process(
        &self,
        steps: &[MotionFile],
        stream: StreamId,
        cx: &mut Compile<'_>,
    ) -> Result<(ArmProgram, Course), Wrong> {
        let nowhere = |_| None;
        let Some(MotionFile::Move { to, .. }) = steps.first() else {
            return Err((0, "a process begins with a `Move`, which says its posture".to_owned()));
        };
        let near = self.joints(to, &[], &nowhere, cx).map_err(|why| (0, why))?;
        for (number, steps) in cx.untried() {
            let how = self.follows(&steps, [&near, &near], &nowhere, cx);
            cx.tried(number, how);
        }
        let made = self.program(steps, &near, &nowhere, cx)?;
        let (_, end) = self.durations(&made, &near, false)?;
        let (times, _) = self.durations(&made, &end, false)?;
        Ok((made, Course::new(beats(steps, &times, cx), stream)))
    }
}

impl Timed {
    /// As a way of a mover, drawn from a stream of its own.
    pub(super) fn transfer(self, cx: &mut Compile<'_>, name: &str) -> Transfer {
        let stream = cx.stream(&format!("program {name}"));
        let of = |wanted: Stretch| {
            let steps = self.steps.iter().filter(|(stretch, _)| *stretch == wanted);
            Course::new(steps.map(|(_, beat)| beat.clone()), stream)
        };
        let grips = self.empty.is_none();
        Transfer {
            loaded: of(Stretch::Way),
            ends: grips.then(|| [of(Stretch::Pick), of(Stretch::Place)]),
            empty: self.empty.map(|beats| Course::new(beats, stream)),
        }
    }
}

/// The grip that instruction `n` is, and whether it closes.
fn grip((n, step): (usize, &Instruction)) -> Option<(usize, bool)> {
    match step {
        Instruction::Grip { close, .. } => Some((n, *close)),
        _ => None,
    }
}

/// What each step comes to, whose time (s) is drawn where a wait is, else fixed.
fn beats(steps: &[MotionFile], times: &[f64], cx: &mut Compile<'_>) -> Vec<Beat> {
    let one = |(step, seconds): (&MotionFile, &f64)| {
        // What was made ready has been checked: what is no beat by itself moves or grips.
        Beat::of(step, "arm.programs", cx).unwrap_or_else(|_| {
            let time = SimDuration::from_seconds(*seconds);
            Beat::Pass(Sampler::constant_of(time), *seconds)
        })
    };
    steps.iter().zip(times).map(one).collect()
}
