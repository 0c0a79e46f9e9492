//! How an arm stands at any moment of a run.
//!
//! Its times come from its motion, see [`arm`](super::arm); here the same motion is looked into: straight up, over by the joints,
//! straight down. Straight ways are followed by the jerk-limited course of the tool, stretched to the time that the joints need.

use nalgebra::Isometry3;

use super::arm::{Handling, Reached};
use super::mover::{Device, Mover, MoverState, Phase, Plan};
use super::place::Spot;
use super::robot::RobotSpec;
use crate::robot::Tooled;
use crate::robot::motion::ramp::DoubleS;
use crate::robot::motion::{PointToPoint, Trajectory};
use crate::units::SimTime;

/// An arm at one moment.
#[derive(Clone, Debug)]
pub struct Posture<'a> {
    /// The arm with its tool.
    pub arm: &'a Tooled,
    /// Height of its base above the floor (m).
    pub base_m: f64,
    /// Its joints, as its controller has them [rad or m].
    pub q: Vec<f64>,
}

impl Mover<RobotSpec> {
    /// Its arm with its tool; none where its times are given otherwise.
    pub fn arm(&self) -> Option<&Tooled> {
        self.plan().arm.as_ref().map(|arm| &arm.arm)
    }

    /// How its arm stands at `now`; none without an arm, or where it serves nothing.
    pub fn posture(&self, state: &MoverState, now: SimTime) -> Option<Posture<'_>> {
        let plan = self.plan();
        let arm = plan.arm.as_ref()?;
        let device = state.devices.first()?;
        let q = plan.joints(arm, state, device, now)?;
        Some(Posture { arm: &arm.arm, base_m: arm.base, q })
    }
}

impl Plan {
    fn joints(
        &self,
        arm: &Handling,
        state: &MoverState,
        device: &Device,
        now: SimTime,
    ) -> Option<Vec<f64>> {
        let stop = |spot: Spot| (spot.stop != Spot::FREE).then_some(usize::from(spot.stop));
        let to = stop(device.at)?;
        let moves = matches!(device.phase, Phase::Aside | Phase::ToPick | Phase::ToPlace);
        let Some(from) = stop(device.from).filter(|from| moves && *from != to) else {
            return arm.over(to, 0.0);
        };
        let left = if state.stopped { device.left } else { device.ends - now };
        let whole = self.travel(device.from, device.at);
        arm.on_the_way([from, to], (whole - left).seconds(), whole.seconds())
    }
}

impl Handling {
    /// Its joints over stop `n` by a share of the approach.
    fn over(&self, n: usize, share: f64) -> Option<Vec<f64>> {
        let Reached { at, q, .. } = self.places.get(n)?;
        let pose = Isometry3::translation(0.0, 0.0, self.approach * share) * at;
        Some(self.arm.nearest(&pose, q).unwrap_or_else(|_| q.clone()))
    }

    /// Its joints `elapsed` after it has set out, on a way that takes `whole` (s).
    fn on_the_way(&self, [from, to]: [usize; 2], elapsed: f64, whole: f64) -> Option<Vec<f64>> {
        let (start, end) = (self.places.get(from)?, self.places.get(to)?);
        if elapsed < start.up {
            return self.over(from, self.risen(elapsed, start.up));
        }
        let before = whole - end.down;
        if elapsed >= before {
            return self.over(to, 1.0 - self.risen(elapsed - before, end.down - self.settle_s));
        }
        let share = (elapsed - start.up) / (before - start.up);
        Some(self.swung([from, to], share.clamp(0.0, 1.0)).unwrap_or_else(|| end.q.clone()))
    }

    /// Share of the approach that lies behind it after `elapsed` of `whole` (s).
    fn risen(&self, elapsed: f64, whole: f64) -> f64 {
        let tool = &self.tool;
        DoubleS::new(self.approach, tool.speed, tool.acceleration, tool.jerk).map_or(1.0, |rise| {
            rise.at(elapsed / whole.max(1e-9) * rise.duration())[0] / self.approach
        })
    }

    /// Its joints after a share of the time from above one stop to above another.
    fn swung(&self, [from, to]: [usize; 2], share: f64) -> Option<Vec<f64>> {
        let between = self.around.get(&[from, to]).map(Vec::as_slice).unwrap_or_default();
        let first = std::iter::once(&self.places[from].q).chain(between);
        let legs = first.zip(between.iter().chain(std::iter::once(&self.places[to].q)));
        let legs = legs.map(|(a, b)| PointToPoint::rest(a, b, &self.limits).solve().ok());
        let legs = legs.collect::<Option<Vec<_>>>()?;
        let mut t = share * legs.iter().map(Trajectory::duration).sum::<f64>();
        for leg in &legs {
            if t <= leg.duration() {
                return Some(leg.at(t).position);
            }
            t -= leg.duration();
        }
        Some(self.places[to].q.clone())
    }
}
