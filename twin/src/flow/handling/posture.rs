//! How an arm stands at any moment of a run.
//!
//! Its times come from its motion, see [`ways`](super::ways); here the same motion is looked into: straight up, over by the joints,
//! straight down. Straight ways are followed by the jerk-limited course of the tool, stretched to the time that the joints need. A way
//! by a program is followed as that says, step by step, and one after a part on a belt as it goes ([`pursuit`](super::pursuit)). A
//! stop takes a little of the way ([`brake`](super::brake)).

use nalgebra::{Isometry3, Vector3};

use super::arm::Handling;
use super::mover::{Device, Mover, MoverState, Phase, Plan};
use super::place::Spot;
use super::robot::RobotSpec;
use super::ways::{Motions, Reached};
use crate::robot::Tooled;
use crate::robot::motion::ramp::DoubleS;
use crate::robot::motion::{Kinematics, PointToPoint, Trajectory};
use crate::units::SimTime;

/// An arm at one moment.
#[derive(Clone, Debug)]
pub struct Posture<'a> {
    /// The arm with its tool.
    pub arm: &'a Tooled,
    /// Where its base stands, from the place of the equipment on the floor (m).
    pub base: Vector3<f64>,
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
        let (arm, q) = (plan.arm.as_ref()?, plan.joints(state, now)?);
        Some(Posture { arm: &arm.arm, base: Vector3::z() * arm.base, q })
    }
}

impl Plan {
    /// The joints of its arm at `now`; none without an arm, or where it serves nothing.
    pub(super) fn joints(&self, state: &MoverState, now: SimTime) -> Option<Vec<f64>> {
        let (arm, motions) = (self.arm.as_ref()?, self.way.motions()?);
        let lead_s = state.brake.lead_s(now);
        let seen = Seen { arm, motions, stopped: state.stopped, lead_s };
        seen.joints(state.devices.first()?, now)
    }
}

/// An arm that is looked at.
pub(super) struct Seen<'a> {
    pub(super) arm: &'a Handling,
    pub(super) motions: &'a Motions,
    /// Whether events have it stand still wherever it is, and how far it is ahead of that on its way, s.
    pub(super) stopped: bool,
    pub(super) lead_s: f64,
}

/// A way, and how far it has been gone.
struct OnTheWay {
    ends: [u16; 2],
    loaded: bool,
    elapsed: f64,
    whole: f64,
}

impl Seen<'_> {
    fn joints(&self, device: &Device, now: SimTime) -> Option<Vec<f64>> {
        let own = (self.stopped, self.lead_s);
        if let Some((stretch, progress_s)) = self.motions.progress(device, own, now) {
            return Some(stretch.at(progress_s));
        }
        let chase = device.chase.as_ref();
        if let Some(q) = chase.and_then(|chase| self.in_pursuit(device, chase, now)) {
            return Some(q);
        }
        let stop = |spot: Spot| (spot.stop != Spot::FREE).then_some(spot.stop);
        let to = stop(device.at)?;
        let loaded = match device.phase {
            Phase::Aside | Phase::ToPick => false,
            Phase::ToPlace | Phase::Slip => true,
            _ => return self.over(to, 0.0),
        };
        let Some(from) = stop(device.from).filter(|from| *from != to) else {
            return self.over(to, 0.0);
        };
        let left = device.left_of_way(self.stopped, now);
        let whole = device.way.seconds();
        let elapsed = ((device.way - left).seconds() + self.lead_s).min(whole);
        self.on_the_way(&OnTheWay { ends: [from, to], loaded, elapsed, whole })
    }

    pub(super) fn place(&self, stop: u16) -> Option<&Reached> {
        self.motions.places.get(usize::from(stop))
    }

    /// Its joints over a stop by a share of the approach.
    pub(super) fn over(&self, stop: u16, share: f64) -> Option<Vec<f64>> {
        let Reached { low, q, .. } = self.place(stop)?;
        let up = Isometry3::translation(0.0, 0.0, self.arm.approach * share);
        let pose = up * self.arm.arm.forward(low);
        Some(self.arm.arm.nearest(&pose, q).unwrap_or_else(|_| q.clone()))
    }

    /// Its joints on a way.
    fn on_the_way(&self, way: &OnTheWay) -> Option<Vec<f64>> {
        let ([from, to], n) = (way.ends, usize::from(way.loaded));
        let (start, end) = (self.place(from)?, self.place(to)?);
        let (up, down) = (start.up[n], end.down[n]);
        if way.elapsed < up {
            return self.over(from, self.risen(way.elapsed, up));
        }
        let before = (way.whole - down).max(up);
        if way.elapsed >= before {
            let sunk = self.risen(way.elapsed - before, down - self.arm.settle_s);
            return if down > 0.0 { self.over(to, 1.0 - sunk) } else { Some(end.q.clone()) };
        }
        let share = (way.elapsed - up) / (before - up);
        let swung = self.swung(way, [start, end], share.clamp(0.0, 1.0));
        Some(swung.unwrap_or_else(|| end.q.clone()))
    }

    /// Share of the approach that lies behind it after `elapsed` of `whole` (s).
    pub(super) fn risen(&self, elapsed: f64, whole: f64) -> f64 {
        let Handling { tool, approach, .. } = self.arm;
        DoubleS::new(*approach, tool.speed, tool.acceleration, tool.jerk)
            .map_or(1.0, |rise| rise.at(elapsed / whole.max(1e-9) * rise.duration())[0] / approach)
    }

    /// Its joints after a share of the time from above one stop to above another.
    fn swung(&self, way: &OnTheWay, [start, end]: [&Reached; 2], share: f64) -> Option<Vec<f64>> {
        let between = self.motions.around.get(&way.ends.into());
        let between = between.map(Vec::as_slice).unwrap_or_default();
        let first = std::iter::once(&start.q).chain(between);
        let legs = first.zip(between.iter().chain(std::iter::once(&end.q)));
        let limits = self.arm.limits(way.loaded);
        let legs = legs.map(|(a, b)| PointToPoint::rest(a, b, limits).solve().ok());
        let legs = legs.collect::<Option<Vec<_>>>()?;
        let mut t = share * legs.iter().map(Trajectory::duration).sum::<f64>();
        for leg in &legs {
            if t <= leg.duration() {
                return Some(leg.at(t).position);
            }
            t -= leg.duration();
        }
        Some(end.q.clone())
    }
}
