//! An arm that moves parts: what a plant file says of it, and the arm made ready to be asked how long it takes.

use std::collections::BTreeMap;

use nalgebra::{Isometry3, Vector3};
use serde::Deserialize;

use super::avoid::Avoid;
use super::hold::{GripSpec, Hold};
use super::track::TrackSpec;
use crate::engine::{Compile, Product};
use crate::id::EquipmentId;
use crate::robot::Tooled;
use crate::robot::motion::{Derating, JointLimits, Mover, Step, ToolLimits};
use crate::units::{Length, Mass, SimDuration, Speed};

/// An arm that moves parts, in a plant file.
#[derive(Debug, Default, Deserialize)]
#[serde(rename = "arm", deny_unknown_fields)]
pub struct ArmSpec {
    /// Its name among the plant's `robots`.
    pub robot: String,
    /// Height of its base above the floor. Default: 0 m.
    #[serde(default)]
    pub base: Option<Length>,
    /// Height above the floor at which it picks and places. Default: that of each place's box, `size`.
    #[serde(default)]
    pub height: Option<Length>,
    /// From the flange to the point by which it holds. Default: 0.1 m.
    #[serde(default)]
    pub tool: Option<Length>,
    /// Mass of gripper and part, by which accelerations on ways with a part are reduced, see [`Derating`]. Default: none.
    #[serde(default)]
    pub load: Option<Mass>,
    /// Mass of the gripper alone, likewise on ways without a part. Default: none.
    #[serde(default)]
    pub gripper: Option<Mass>,
    /// How far it goes straight down to a place, and up from it. Default: 0.1 m.
    #[serde(default)]
    pub approach: Option<Length>,
    /// Speed of the tool on straight ways. Default: 1 m/s.
    #[serde(default)]
    pub speed: Option<Speed>,
    /// Equipment that it keeps 20 mm away from on its ways, as boxes or shapes: where the straight move of the joints does not,
    /// it goes around. Its own links are as thick as [`Body`](crate::planning::Body) takes them to be. Default: none.
    #[serde(default)]
    pub avoids: Vec<String>,
    /// Time in which the tool comes to rest before it grips or lets go. Default: none.
    #[serde(default)]
    pub settle: Option<SimDuration>,
    /// Ways that one of the plant's motion `programs` says, from place to place: `{"infeed": {"lathe": "load lathe"}}`. Such a
    /// program begins and ends where the tool is at the two places. With a `Grip` and a `Release` it is the whole transfer of
    /// a part, and `pick` and `place` do not count; without, it is the way between them, with a part or without. Default: all
    /// ways are straight up, over and straight down.
    #[serde(default)]
    pub programs: BTreeMap<String, BTreeMap<String, String>>,
    /// Conveyors from which it takes parts while they move. Default: none.
    #[serde(default)]
    pub tracks: Vec<TrackSpec>,
    /// How its gripper holds parts: what is too heavy for it, or carried too fast, falls on the way and is lost (`dropped` among the figures of
    /// the robot). The mass is that of the part with all that it holds. For one gripper.
    /// Default: it holds everything.
    #[serde(default)]
    pub grip: Option<GripSpec>,
    /// Whether it takes parts by their middles. Then its tool goes to the middle of a part whose front is at the end of a conveyor, or at its
    /// entry; is turned as the place faces, so that parts are put down as they lay; and comes to the height of a part's middle, or of its
    /// top for cups, above the place. It is that of the largest product, as long as 0.5 m if it does not say its length. Default: no; its tool
    /// goes to the end itself, turned as the place lies from its base, at the height of the place.
    #[serde(default)]
    pub centred: bool,
}

/// An arm, ready to be asked how long it takes.
#[derive(Debug)]
pub struct Handling {
    pub(super) arm: Tooled,
    /// Limits of its joints: without a part, and with one.
    limits: [Vec<JointLimits>; 2],
    pub(super) tool: ToolLimits,
    pub(super) base: f64,
    height: Option<f64>,
    pub(super) approach: f64,
    pub(super) settle_s: f64,
    pub(super) avoid: Option<Avoid>,
    pub(super) programs: BTreeMap<String, BTreeMap<String, String>>,
    pub(super) tracks: Vec<TrackSpec>,
    pub(super) hold: Option<Hold>,
    /// Whether it takes parts by their middles.
    pub(super) centred: bool,
    /// How far the middle of a part is behind its front, m; 0 unless that is asked for.
    pub(super) centre_m: f64,
    /// How far above a place it takes parts, m, likewise.
    rise_m: f64,
}

/// What a straight tool takes to its full speed, and its acceleration to its height, s: assumed, as no sheet says it.
const TOOL_RAMP: [f64; 2] = [0.1, 0.1];

impl ArmSpec {
    /// The arm that is meant, if its numbers make sense. Mistakes are told at the field `at`.
    pub(crate) fn compile(self, at: &str, cx: &mut Compile<'_>) -> Option<Handling> {
        let arm = cx.arm(&format!("{at}.robot"), &self.robot)?;
        let metres =
            |length: Option<Length>, otherwise: f64| length.map_or(otherwise, Length::metres);
        let arm = Tooled::straight(arm, metres(self.tool, 0.1));
        let empty = limits(&arm, self.gripper, &format!("{at}.gripper"), cx)?;
        let loaded = limits(&arm, self.load, &format!("{at}.load"), cx)?;
        if let (Some(gripper), Some(load)) = (self.gripper, self.load)
            && gripper > load
        {
            cx.error(&format!("{at}.gripper"), "weighs more than gripper and part, `load`");
            return None;
        }
        let speed = self.speed.map_or(1.0, Speed::metres_per_second);
        let [ramp, rise] = TOOL_RAMP;
        let tool = ToolLimits {
            speed,
            acceleration: speed / ramp,
            jerk: speed / ramp / rise,
            angular_speed: std::f64::consts::PI,
        };
        let approach = metres(self.approach, 0.1);
        if tool.check().is_err() || !(approach > 0.0) {
            let field = if approach > 0.0 { "speed" } else { "approach" };
            cx.error(&format!("{at}.{field}"), "is above zero");
            return None;
        }
        let base = metres(self.base, 0.0);
        let avoid = if self.avoids.is_empty() {
            None
        } else {
            Some(Avoid::new(&self.avoids, &arm, base, cx)?)
        };
        for name in self.programs.values().flat_map(BTreeMap::values) {
            cx.will_use(name);
        }
        for track in &self.tracks {
            track.announce(cx);
        }
        let hold = match &self.grip {
            Some(grip) => Some(grip.compile(at, arm.hangs(), cx)?),
            None => None,
        };
        let sizes = cx.model().products.iter().map(|product| product.size(Product::LENGTH_M));
        let largest = sizes.fold(Vector3::zeros(), |a: Vector3<f64>, b| a.sup(&b));
        let largest = if self.centred { largest } else { Vector3::zeros() };
        let on_top = hold.is_some_and(|hold| hold.on_top);
        Some(Handling {
            arm,
            limits: [empty, loaded],
            tool,
            base,
            height: self.height.map(Length::metres),
            approach,
            settle_s: self.settle.map_or(0.0, SimDuration::seconds),
            avoid,
            programs: self.programs,
            tracks: self.tracks,
            hold,
            centred: self.centred,
            centre_m: 0.5 * largest.x,
            rise_m: if on_top { largest.z } else { 0.5 * largest.z },
        })
    }
}

/// The limits of its joints with `load`, if it may carry that.
fn limits(
    arm: &Tooled,
    load: Option<Mass>,
    field: &str,
    cx: &mut Compile<'_>,
) -> Option<Vec<JointLimits>> {
    let Some(load) = load else { return Some(arm.limits()) };
    let Some(rated_kg) = arm.arm.payload() else {
        cx.error(field, "its description does not say what it may carry");
        return None;
    };
    let derating = Derating { rated_kg, loss: Derating::ASSUMED_LOSS };
    let limits = derating.apply(&arm.limits(), load.kilograms()).ok();
    if limits.is_none() {
        cx.error(field, &format!("it may carry {rated_kg} kg, gripper included"));
    }
    limits
}

impl Handling {
    /// Limits of its joints, with a part or without.
    pub(super) fn limits(&self, loaded: bool) -> &[JointLimits] {
        &self.limits[usize::from(loaded)]
    }

    /// What times its steps, with a part or without.
    pub(super) fn mover(&self, loaded: bool) -> Mover<'_> {
        let (arm, limits) = (&self.arm, self.limits(loaded));
        Mover { arm, limits, tool: self.tool, settle_s: self.settle_s }
    }

    /// What `steps` take from rest at `start`, s.
    pub(super) fn time(&self, loaded: bool, start: &[f64], steps: &[Step]) -> Result<f64, String> {
        let cycle = self.mover(loaded).time(start, steps);
        cycle.map(|cycle| cycle.total).map_err(|(_, error)| error.to_string())
    }

    /// Height above its base (m) at which it takes parts at `equipment` and puts them there.
    pub(super) fn height_at(&self, equipment: EquipmentId, cx: &Compile<'_>) -> f64 {
        let row = cx.model().row(equipment);
        let top = if row.is_sized { row.size.z } else { 1.0 };
        self.height.unwrap_or(top + self.rise_m) - self.base
    }

    /// The tool pointing down at `at` (m from its base), where `equipment` is.
    pub(super) fn down_at(
        &self,
        equipment: EquipmentId,
        at: [f64; 3],
        cx: &Compile<'_>,
    ) -> Isometry3<f64> {
        if !self.centred {
            return self.arm.down_at(at);
        }
        let model = cx.model();
        let ahead = model.row(cx.me()).pose.rotation.inverse()
            * (model.row(equipment).pose.rotation * Vector3::x());
        self.arm.down_turned(at, libm::atan2(ahead.y, ahead.x))
    }

    /// Of all ways within the ranges to get to `pose` the one nearest to their middle.
    pub(super) fn first(&self, pose: &Isometry3<f64>) -> Result<Vec<f64>, String> {
        let ways = self.arm.ways(pose).map_err(|error| error.to_string())?;
        let off = |q: &[f64]| -> f64 {
            let joints = q.iter().zip(self.limits(false));
            let share = |(q, limit): (&f64, &JointLimits)| {
                let [low, high] = limit.position;
                ((q - 0.5 * (low + high)) / (high - low)).abs()
            };
            joints.map(share).fold(0.0, f64::max)
        };
        let within = ways.iter().filter(|way| way.is_within());
        let best = within.min_by(|a, b| off(&a.q).total_cmp(&off(&b.q)));
        best.map(|way| way.q.clone())
            .ok_or_else(|| "every way leads a joint beyond its range".to_owned())
    }
}
