//! Motion programs of an arm: from the steps of a plant file to what it does, and how long that takes.

use std::sync::Arc;

use nalgebra::{Isometry3, Translation3, Vector3};

use super::arm::Handling;
use super::falls::Poses;
use super::heads::no_belt;
use super::hold::{self, STEP_S};
use super::place::Spot;
use super::stretch::{ArmAtWork, Stretch, Stretched};
use super::ways::Transfer;
use crate::engine::{ArmProgram, Compile, MotionFile, TargetFile};
use crate::flow::course::{self, Beat, Course};
use crate::id::{EquipmentId, StreamId};
use crate::random::Sampler;
use crate::robot::Motion;
use crate::robot::motion::{CycleMotion, StepTime};
use crate::robot::program::{Instruction, Pose, Program, Zone, plain_name};
use crate::robot::roll_pitch_yaw;
use crate::units::{Angle, Length, Share, SimDuration, Speed};

/// A step that cannot be done, from 0, and why.
type Wrong = (usize, String);

/// A program made ready for a way, and what it takes.
pub(super) struct Timed {
    /// Each step of it, with its part of the program and when that begins (s).
    steps: Vec<(Stretch, f64, Beat)>,
    motion: Arc<CycleMotion>,
    /// The same without a part, if it neither grips nor releases.
    empty: Option<(Vec<Beat>, Arc<CycleMotion>)>,
    /// From when to when it carries a part, s.
    carries_s: [f64; 2],
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
            MotionFile::Track(belt) => Instruction::Track(Some(plain_name(belt))),
            MotionFile::StopTracking => Instruction::Track(None),
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
        Ok(self.down_at(equipment, [x, y, self.height_at(equipment, cx) + above], cx))
    }

    /// What a transfer takes that begins with the joints at `start`, already with a part if it `holds` one.
    pub(super) fn timed(
        &self,
        made: &ArmProgram,
        steps: &[MotionFile],
        (start, holds): (&[f64], bool),
        cx: &mut Compile<'_>,
    ) -> Result<Timed, Wrong> {
        let grips: Vec<(usize, bool)> = made.steps.iter().enumerate().filter_map(grip).collect();
        // The first step that carries, and the first that does not any more.
        let ends = match grips[..] {
            [] if !holds => None,
            [(grip, true), (release, false)] if !holds => Some((grip + 1, release)),
            [(release, false)] if holds => Some((0, release)),
            [] => return Err((made.steps.len(), "the part is never let go: `Release`".to_owned())),
            [(first, _), ..] => {
                let why = "a way grips once and releases once after that, or does neither";
                return Err((first, why.to_owned()));
            }
        };
        let motion = self.motion(made, start, holds || ends.is_none())?;
        let times = motion.times().steps;
        let stretch = |n: usize| match ends {
            Some((carries, _)) if n < carries => Stretch::Pick,
            Some((_, release)) if n >= release => Stretch::Place,
            _ => Stretch::Way,
        };
        let begin = |n: usize| times.get(n).map_or(motion.duration(), |step| step.start);
        let carries_s = match ends {
            Some((carries, release)) => [begin(carries), begin(release)],
            None => [0.0, motion.duration()],
        };
        let each = beats(steps, &motion, cx).into_iter().enumerate();
        let all = each.map(|(n, beat)| (stretch(n), begin(n), beat)).collect();
        let empty = if ends.is_none() {
            let motion = self.motion(made, start, false)?;
            Some((beats(steps, &motion, cx), Arc::new(motion)))
        } else {
            None
        };
        Ok(Timed { steps: all, motion: Arc::new(motion), empty, carries_s })
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
        self.motion(&made, start, false).map(drop)
    }

    /// Its motion from rest at `start`. From a grip on, it carries its load.
    fn motion(
        &self,
        made: &ArmProgram,
        start: &[f64],
        mut loaded: bool,
    ) -> Result<CycleMotion, Wrong> {
        let still = self.mover(loaded).motion(start, &[]);
        let mut motion = still.map_err(|(n, error)| (n, error.to_string()))?;
        let mut from = 0;
        while from < made.steps.len() {
            let rest = made.steps.iter().enumerate().skip(from);
            let next = rest.clone().find_map(grip);
            let until = next.map_or(made.steps.len(), |(n, _)| n + 1);
            let part = Program { name: String::new(), steps: made.steps[from..until].to_vec() };
            let steps = part.cycle(&self.arm, motion.end(), 0.0);
            let part = self.mover(loaded).motion(motion.end(), &steps);
            motion = motion.then(part.map_err(|(n, error)| (from + n, error.to_string()))?);
            loaded = next.map_or(loaded, |(_, closes)| closes);
            from = until;
        }
        Ok(motion)
    }

    /// A process that is this program, drawn from `stream`, again and again from where it ended: it begins with a move. The arm `stands`
    /// so far (m) from the place of its equipment.
    pub(in crate::flow) fn process(
        self,
        steps: &[MotionFile],
        (stands, stream): ([f64; 2], StreamId),
        cx: &mut Compile<'_>,
    ) -> Result<(ArmProgram, ArmAtWork), Wrong> {
        let nowhere = |_| None;
        no_belt(steps)?;
        let Some(MotionFile::Move { to, .. }) = steps.first() else {
            return Err((0, "a process begins with a `Move`, which says its posture".to_owned()));
        };
        let near = self.joints(to, &[], &nowhere, cx).map_err(|why| (0, why))?;
        for (number, steps) in cx.untried() {
            let how = self.follows(&steps, [&near, &near], &nowhere, cx);
            cx.tried(number, how);
        }
        let made = self.program(steps, &near, &nowhere, cx)?;
        let first = self.motion(&made, &near, false)?;
        let again = Arc::new(self.motion(&made, first.end(), false)?);
        let course = Course::new(beats(steps, &again, cx), stream);
        let cycle = Stretched::new(course, &again, 0.0);
        let [x, y] = stands;
        Ok((made, ArmAtWork::new(self.arm, Vector3::new(x, y, self.base), cycle)))
    }
}

impl Timed {
    /// Where the joints are at its end.
    pub(super) fn end(&self) -> &[f64] {
        self.motion.end()
    }

    /// Where the gripper is while it carries a part, one pose each [`STEP_S`].
    pub(super) fn carried(&self, arm: &Handling) -> Poses {
        hold::poses(&arm.arm, &self.motion.postures(self.carries_s, STEP_S))
    }

    /// As a way of a mover, drawn from a stream of its own.
    pub(super) fn transfer(self, cx: &mut Compile<'_>, name: &str) -> Transfer {
        let stream = cx.stream(&format!("program {name}"));
        let rigid = cx.cell().is_some();
        let of = |wanted: Stretch| {
            let steps = self.steps.iter().filter(|step| step.0 == wanted);
            let from_s = steps.clone().next().map_or(self.motion.duration(), |step| step.1);
            let mut beats: Vec<Beat> = steps.map(|step| step.2.clone()).collect();
            if rigid && wanted == Stretch::Place && !beats.is_empty() {
                beats.insert(1, Beat::Open);
            }
            Stretched::new(Course::new(beats, stream), &self.motion, from_s)
        };
        let grips = self.empty.is_none();
        let empty = self.empty.as_ref();
        Transfer {
            loaded: of(Stretch::Way),
            ends: grips.then(|| [of(Stretch::Pick), of(Stretch::Place)]),
            empty: empty.map(|(beats, motion)| {
                Stretched::new(Course::new(beats.iter().cloned(), stream), motion, 0.0)
            }),
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

/// What each step comes to, whose time is drawn where a wait is, else that of the `motion`.
fn beats(steps: &[MotionFile], motion: &CycleMotion, cx: &mut Compile<'_>) -> Vec<Beat> {
    let one = |(step, time): (&MotionFile, &StepTime)| {
        // What was made ready has been checked: what is no beat by itself moves or grips.
        Beat::of(step, "arm.programs", cx).unwrap_or_else(|_| {
            let passes = SimDuration::from_seconds(time.duration);
            Beat::Pass(Sampler::constant_of(passes), time.duration)
        })
    };
    steps.iter().zip(&motion.times().steps).map(one).collect()
}
