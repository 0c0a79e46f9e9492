//! How an arm stands while it goes after a part on a moving belt, goes along with it, and takes it away.
//!
//! The motions are those from which the times come, see [`track`](super::track): straight up and over by the joints, arriving as fast as
//! the belt; with the part, as if the belt stood, moved along as it moves; and from the moving belt to rest.

use nalgebra::Translation3;

use super::chase::Chase;
use super::mover::{Device, Phase};
use super::posture::Seen;
use super::track::Track;
use crate::robot::motion::belt::riding;
use crate::robot::motion::{Kinematics, PointToPoint, State};
use crate::units::SimTime;

impl Seen<'_> {
    /// The joints of `device` at `now`, which is after the part of `chase` or has it from there; none before and after that.
    pub(super) fn in_pursuit(
        &self,
        device: &Device,
        chase: &Chase,
        now: SimTime,
    ) -> Option<Vec<f64>> {
        let track = self.motions.tracks.get(usize::from(chase.track))?;
        match device.phase {
            Phase::ToPick => {
                let left = chase.held.unwrap_or_else(|| device.left_of_way(self.stopped, now));
                self.catching(track, device.from.stop, chase.at_m, left.seconds())
            }
            Phase::Pick | Phase::Fetch | Phase::Asked => {
                let along = chase.rides_at(track.speed, now);
                Some(self.along(track, track.strokes.down.motion.end().to_vec(), along))
            }
            Phase::ToPlace | Phase::Slip | Phase::Aside if chase.taken => {
                let left = device.left_of_way(self.stopped, now);
                let t = (device.way - left).seconds() + self.lead_s;
                self.leaving(track, device.at.stop, chase.at_m, t)
            }
            _ => None,
        }
    }

    /// Joints of the axes that go with the belt, with the part at `along` (m).
    fn along(&self, track: &Track, q: Vec<f64>, along: f64) -> Vec<f64> {
        let pose = track.shift(along) * self.arm.arm.forward(&q);
        self.arm.arm.nearest(&pose, &q).unwrap_or(q)
    }

    /// Likewise, and going as fast as the belt.
    fn rides(&self, track: &Track, q: &[f64], (along, loaded): (f64, bool)) -> Option<State> {
        let pose = track.shift(along) * self.arm.arm.forward(q);
        riding(&self.arm.arm, self.arm.limits(loaded), &pose, track.velocity, q).ok()
    }

    /// The joints on a joint move after a share of its time.
    fn swings(&self, from: State, to: State, loaded: bool, share: f64) -> Option<Vec<f64>> {
        let swing = PointToPoint::between(from, to, self.arm.limits(loaded)).solve().ok()?;
        Some(swing.at(share.clamp(0.0, 1.0) * swing.duration()).position)
    }

    /// So long (s) before the tool is at the part at `at_m`, on the way from rest at a stop.
    fn catching(&self, track: &Track, from: u16, at_m: f64, left: f64) -> Option<Vec<f64>> {
        let down = &track.strokes.down;
        let over_m = at_m - track.speed * down.takes_s;
        if left < down.takes_s {
            let t = down.takes_s - left;
            return Some(self.along(track, down.at(t), over_m + track.speed * t));
        }
        let place = self.place(from)?;
        let (whole, up) = (track.over_s(from, over_m), place.up[0]);
        // It sets out as late as it can.
        let t = whole - (left - down.takes_s);
        if t < up {
            return self.over(from, self.risen(t.max(0.0), up));
        }
        let meets = self.rides(track, &down.motion.at(0.0), (over_m, false))?;
        self.swings(State::rest(&place.q), meets, false, (t - up) / (whole - up).max(1e-9))
    }

    /// So long (s) after it has gripped the part at `at_m`, on the way to a stop.
    fn leaving(&self, track: &Track, to: u16, at_m: f64, t: f64) -> Option<Vec<f64>> {
        let up = &track.strokes.up;
        if t < up.takes_s {
            return Some(self.along(track, up.at(t), at_m + track.speed * t));
        }
        let rest = track.rests.get(&to)?;
        let place = self.place(to)?;
        // Straight down belongs to the way unless a program goes on.
        let down = if track.dest.is_none() { place.down[1] } else { 0.0 };
        let swing = track.leave(at_m, to).seconds() - up.takes_s - down;
        let t = t - up.takes_s;
        if t >= swing {
            let sunk = self.risen(t - swing, down - self.arm.settle_s);
            return if down > 0.0 { self.over(to, 1.0 - sunk) } else { Some(rest.clone()) };
        }
        let leaves = self.rides(track, up.motion.end(), (at_m + track.speed * up.takes_s, true))?;
        self.swings(leaves, State::rest(rest), true, t / swing.max(1e-9))
    }
}

impl Track {
    /// From the axes that go with the belt to the base, with the part at `along` (m).
    fn shift(&self, along: f64) -> Translation3<f64> {
        Translation3::from(self.velocity * ((along - self.window[0]) / self.speed))
    }
}
