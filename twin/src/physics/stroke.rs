//! Stops and pushers: boxes that go along a line at a set speed, and are stronger than anything in their way.

use nalgebra::{Isometry3, Vector3};
use rapier3d::dynamics::RigidBodyHandle;
use serde::{Deserialize, Serialize};

use super::error::{PhysicsError, direction, finite, positive};

/// A stop or pusher of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct StrokeId(pub(super) u32);

/// A stop or pusher as it stands in a cell.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Stroke {
    pub(super) body: RigidBodyHandle,
    home: Isometry3<f64>,
    along: Vector3<f64>,
    at_m: f64,
    target_m: f64,
    speed: f64,
}

impl Stroke {
    /// One that rests at `home` and moves along `along`.
    pub(super) fn new(home: Isometry3<f64>, along: Vector3<f64>) -> Result<Self, PhysicsError> {
        let along = direction("the way of a stop", along)?;
        let body = RigidBodyHandle::invalid();
        Ok(Self { body, home, along, at_m: 0.0, target_m: 0.0, speed: 0.0 })
    }

    /// Sends it to `target_m` along its line at `speed` m/s.
    pub(super) fn send(&mut self, target_m: f64, speed: f64) -> Result<(), PhysicsError> {
        self.target_m = finite("the way of a stop, m", target_m)?;
        self.speed = positive("the speed of a stop, m/s", speed)?;
        Ok(())
    }

    /// Whether it is where it was sent.
    pub(super) fn stands(&self) -> bool {
        self.at_m == self.target_m
    }

    /// Where it is along its line, m.
    pub(super) fn at_m(&self) -> f64 {
        self.at_m
    }

    /// Goes on by `step_s` seconds; where it is then.
    pub(super) fn next(&mut self, step_s: f64) -> Isometry3<f64> {
        let most = self.speed * step_s;
        self.at_m += (self.target_m - self.at_m).clamp(-most, most);
        let mut pose = self.home;
        pose.translation.vector += self.along * self.at_m;
        pose
    }
}
