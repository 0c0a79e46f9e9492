//! What a robot is about, for whoever looks at it: its task, the way that its arm is on, how far it gets, and how near it comes to what
//! it avoids.
//!
//! A way is looked into as [`posture`](super::posture) has it at each moment from its begin to its end, so what is shown of it and
//! where the arm is seen agree.

use nalgebra::Point3;

use super::mover::{Device, Mover, MoverState, Phase};
use super::place::Spot;
use super::robot::RobotSpec;
use super::stretch::Stretched;
use crate::id::EquipmentId;
use crate::planning::Touch;
use crate::robot::Solution;
use crate::robot::motion::Kinematics;
use crate::units::{SimDuration, SimTime};

/// What a robot is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Task {
    /// In words.
    pub what: &'static str,
    /// Where it set out from, while it is on a way.
    pub from: Option<EquipmentId>,
    /// Where it is, or goes.
    pub to: Option<EquipmentId>,
    /// Whether it carries a part.
    pub loaded: bool,
}

/// The way that an arm is on.
#[derive(Clone, Debug, PartialEq)]
pub struct Course {
    /// Where the centre point of its tool is from the begin to the end, evenly in time; in the base, m.
    pub tips: Vec<Point3<f64>>,
    /// Share of the time that has gone by, 0 to 1.
    pub gone: f64,
    /// What it takes altogether.
    pub takes: SimDuration,
}

/// How far a tool gets while it points down.
#[derive(Clone, Debug, PartialEq)]
pub struct Reach {
    /// Height of the tool in the base, m: that of the first place that it serves.
    pub height_m: f64,
    /// For each direction, from x on towards y: nearest and farthest distance from the upright through the base, m, within the ranges of the
    /// joints; none where it does not get at all.
    pub rings: Vec<Option<[f64; 2]>>,
}

/// Distances that are tried in each direction.
const RADII: u32 = 60;

/// In words.
const fn word(phase: Phase) -> &'static str {
    match phase {
        Phase::Idle => "waits for work",
        Phase::Aside => "goes there ahead of time",
        Phase::ToPick => "goes to pick up",
        Phase::Pick => "picks up",
        Phase::Fetch | Phase::Asked => "takes hold",
        Phase::Exchange => "exchanges parts",
        Phase::ToPlace | Phase::Slip => "carries",
        Phase::Place => "puts down",
        Phase::Clear => "lifts its hook",
    }
}

const fn is_way(phase: Phase) -> bool {
    matches!(phase, Phase::Aside | Phase::ToPick | Phase::ToPlace | Phase::Slip)
}

impl Mover<RobotSpec> {
    /// What it is about; none before it has been anywhere.
    pub fn task(&self, state: &MoverState) -> Option<Task> {
        let device = state.devices.first()?;
        let served =
            |spot: Spot| (spot.stop != Spot::FREE).then(|| self.plan().stops.equipment(spot.stop));
        Some(Task {
            what: word(device.phase),
            from: served(device.from).filter(|_| is_way(device.phase)),
            to: served(device.at),
            loaded: device.has_job(),
        })
    }

    /// The name of the program that says the way with a part between two equipments, by their names in the plant.
    pub fn program(&self, from: &str, to: &str) -> Option<&str> {
        let programs = &self.plan().arm.as_ref()?.programs;
        Some(programs.get(from)?.get(to)?.as_str())
    }

    /// The way that its arm is on at `now`, as `steps` stretches of equal time; none without an arm, or while that is on no way. Cost: one
    /// posture for each.
    pub fn course(&self, state: &MoverState, now: SimTime, steps: u32) -> Option<Course> {
        let device = state.devices.first()?;
        let Device { phase, at, from, way, ends, left, rest, .. } = *device;
        if !is_way(phase) || from.stop == at.stop || way <= SimDuration::ZERO {
            return None;
        }
        let motions = self.plan().way.motions()?;
        if let Some((stretch, progress_s)) = motions.progress(device, (state.stopped, 0.0), now) {
            return self.program_course(stretch, progress_s, steps);
        }
        // What stands still goes on where it is.
        let mut going = state.clone();
        let ends = if state.stopped { now + left } else { ends };
        going.stopped = false;
        going.devices.first_mut()?.ends = ends;
        let last = ends + if phase == Phase::Slip { rest } else { SimDuration::ZERO };
        let begin = last - way;
        let at = |step: u32| {
            let share = f64::from(step) / f64::from(steps.max(1));
            let moment = begin + SimDuration::from_seconds(way.seconds() * share);
            let posture = self.posture(&going, moment.min(last))?;
            let tip = posture.arm.forward(&posture.q);
            Some(Point3::from(tip.translation.vector))
        };
        let tips = (0..=steps.max(1)).map(at).collect::<Option<Vec<_>>>()?;
        let gone = (now - begin).seconds() / way.seconds();
        Some(Course { tips, gone: gone.clamp(0.0, 1.0), takes: way })
    }

    /// The way of a program, on the average.
    fn program_course(&self, way: &Stretched, progress_s: f64, steps: u32) -> Option<Course> {
        let (arm, whole_s) = (self.arm()?, way.course.mean_s());
        let steps = steps.max(1);
        let tip = |step: u32| {
            let q = way.at(whole_s * f64::from(step) / f64::from(steps));
            Point3::from(arm.forward(&q).translation.vector)
        };
        let gone = if whole_s > 0.0 { progress_s / whole_s } else { 1.0 };
        let takes = SimDuration::from_seconds(whole_s);
        Some(Course { tips: (0..=steps).map(tip).collect(), gone, takes })
    }

    /// How near its arm comes at `now` to what it avoids, or to itself; none where it avoids nothing.
    pub fn clearance_m(&self, state: &MoverState, now: SimTime) -> Option<Touch> {
        let arm = self.plan().arm.as_ref()?;
        let q = self.posture(state, now)?.q;
        arm.avoid.as_ref()?.checker(&arm.arm).clearance(&q)
    }

    /// How far its tool gets while it points down, in so many directions about its base, evenly; none without an arm, or where its reach is
    /// not known. Cost: 60 inverses for each direction.
    pub fn reach(&self, directions: u32) -> Option<Reach> {
        let (plan, arm) = (self.plan(), &self.plan().arm.as_ref()?.arm);
        let first = plan.way.motions()?.places.first()?;
        let height_m = arm.forward(&first.low).translation.vector.z;
        let far = arm.arm.reach()? + arm.tool.translation.vector.norm();
        let radius = |n: u32| far * f64::from(n) / f64::from(RADII);
        let gets = |angle: f64, n: u32| {
            let (sin, cos) = libm::sincos(angle);
            let pose = arm.down_at([radius(n) * cos, radius(n) * sin, height_m]);
            arm.ways(&pose).is_ok_and(|ways| ways.iter().any(Solution::is_within))
        };
        let ring = |n: u32| {
            let angle = std::f64::consts::TAU * f64::from(n) / f64::from(directions.max(1));
            let nearest = (1..=RADII).find(|n| gets(angle, *n))?;
            let farthest = (nearest..=RADII).rev().find(|n| gets(angle, *n))?;
            Some([radius(nearest), radius(farthest)])
        };
        Some(Reach { height_m, rings: (0..directions).map(ring).collect() })
    }
}
