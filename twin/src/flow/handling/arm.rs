//! How long an arm takes from place to place, from its motion.
//!
//! At each place the tool points down. From one place to the next it goes straight up by the approach, by a joint move to above
//! the next, straight down, and settles: each jerk-limited, at rest where one follows the other. The configuration of the
//! first place is the one in the middle of the joints' ranges, that of every other the nearest to it. Where it has to go
//! around something, it does so from posture to posture, at rest in each.

use std::collections::BTreeMap;

use nalgebra::Isometry3;
use serde::Deserialize;

use super::avoid::Avoid;
use super::place::Stops;
use crate::engine::Compile;
use crate::robot::Tooled;
use crate::robot::motion::{Derating, JointLimits, Mover, Step, ToolLimits};
use crate::units::{Length, Mass, SimDuration, Speed};

/// An arm that moves parts, in a plant file.
#[derive(Debug, Deserialize)]
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
    /// Mass of gripper and part, by which accelerations are reduced, see [`Derating`]. Default: none.
    #[serde(default)]
    pub load: Option<Mass>,
    /// How far it goes straight down to a place, and up from it. Default: 0.1 m.
    #[serde(default)]
    pub approach: Option<Length>,
    /// Speed of the tool on these straight ways. Default: 1 m/s.
    #[serde(default)]
    pub speed: Option<Speed>,
    /// Equipment that it keeps 20 mm away from on its ways, as boxes or shapes: where the straight move of the joints does not,
    /// it goes around. Its own links are taken to be as thick as [`Body`](crate::planning::Body) assumes. Default: none.
    #[serde(default)]
    pub avoids: Vec<String>,
    /// Time in which the tool comes to rest before it grips or lets go. Default: none.
    #[serde(default)]
    pub settle: Option<SimDuration>,
}

/// An arm, ready to be asked how long it takes.
#[derive(Debug)]
pub struct Handling {
    pub(super) arm: Tooled,
    pub(super) limits: Vec<JointLimits>,
    pub(super) tool: ToolLimits,
    pub(super) base: f64,
    height: Option<f64>,
    pub(super) approach: f64,
    pub(super) settle_s: f64,
    avoid: Option<Avoid>,
    /// By stop, once its times are known.
    pub(super) places: Vec<Reached>,
    /// Postures between two stops that are gone through, where the straight move of the joints is none.
    pub(super) around: BTreeMap<[usize; 2], Vec<Vec<f64>>>,
}

/// What a straight tool takes to its full speed, and its acceleration to its height, s: assumed, as no sheet says it.
const TOOL_RAMP: [f64; 2] = [0.1, 0.1];

/// Most places of one arm: a move is worked out for each pair.
const MOST_PLACES: usize = 256;

impl ArmSpec {
    /// The arm that is meant, if its numbers make sense.
    pub(super) fn compile(self, cx: &mut Compile<'_>) -> Option<Handling> {
        let arm = cx.arm("arm.robot", &self.robot)?;
        let metres =
            |length: Option<Length>, otherwise: f64| length.map_or(otherwise, Length::metres);
        let arm = Tooled::straight(arm, metres(self.tool, 0.1));
        let limits = limits(&arm, self.load, cx)?;
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
            let field = if approach > 0.0 { "arm.speed" } else { "arm.approach" };
            cx.error(field, "is above zero");
            return None;
        }
        let base = metres(self.base, 0.0);
        let avoid = if self.avoids.is_empty() {
            None
        } else {
            Some(Avoid::new(&self.avoids, &arm, base, cx)?)
        };
        Some(Handling {
            arm,
            limits,
            tool,
            base,
            height: self.height.map(Length::metres),
            approach,
            settle_s: self.settle.map_or(0.0, SimDuration::seconds),
            avoid,
            places: Vec::new(),
            around: BTreeMap::new(),
        })
    }
}

/// The limits of its joints with `load`, if it may carry that.
fn limits(arm: &Tooled, load: Option<Mass>, cx: &mut Compile<'_>) -> Option<Vec<JointLimits>> {
    let Some(load) = load else { return Some(arm.limits()) };
    let Some(rated_kg) = arm.arm.payload() else {
        cx.error("arm.load", "its description does not say what it may carry");
        return None;
    };
    let derating = Derating { rated_kg, loss: Derating::ASSUMED_LOSS };
    let limits = derating.apply(&arm.limits(), load.kilograms()).ok();
    if limits.is_none() {
        cx.error("arm.load", &format!("it may carry {rated_kg} kg, gripper included"));
    }
    limits
}

/// A place as the arm sees it.
#[derive(Debug)]
pub(super) struct Reached {
    /// The tool's centre point there, in the base.
    pub(super) at: Isometry3<f64>,
    /// The joints above it.
    pub(super) q: Vec<f64>,
    /// Time straight up from it, and straight down to it, s.
    pub(super) up: f64,
    pub(super) down: f64,
}

impl Handling {
    /// Times between all stops, row by row; what cannot be reached is reported.
    pub(super) fn times(&mut self, stops: &Stops, cx: &mut Compile<'_>) -> Vec<SimDuration> {
        let n = stops.count();
        if n > MOST_PLACES {
            cx.error("arm", &format!("an arm serves at most {MOST_PLACES} places"));
            return Vec::new();
        }
        let Some(places) = self.places(stops, cx) else { return Vec::new() };
        let mut times = vec![SimDuration::ZERO; n * n];
        let mut around = vec![Vec::new(); n * n];
        for (from, start) in places.iter().enumerate() {
            for (to, end) in places.iter().enumerate() {
                if stops.equipment(from as u16) == stops.equipment(to as u16) {
                    continue;
                }
                match self.way(start, end, &mut around[from * n + to]) {
                    Ok(seconds) => times[from * n + to] = SimDuration::from_seconds(seconds),
                    Err(why) => {
                        let name =
                            |stop: usize| cx.model().row(stops.equipment(stop as u16)).name.clone();
                        let message = format!(
                            "cannot get from \"{}\" to \"{}\": {why}",
                            name(from),
                            name(to)
                        );
                        cx.error("arm", &message);
                        return Vec::new();
                    }
                }
            }
        }
        let ways = around.into_iter().enumerate().filter(|(_, way)| !way.is_empty());
        self.around = ways.map(|(at, way)| ([at / n, at % n], way)).collect();
        self.places = places;
        times
    }

    /// All places with the joints above each.
    fn places(&self, stops: &Stops, cx: &mut Compile<'_>) -> Option<Vec<Reached>> {
        let mut places: Vec<Reached> = Vec::new();
        for (stop, spot) in (0..).zip(stops.spots()) {
            let row = cx.model().row(stops.equipment(stop));
            let (name, top) = (row.name.clone(), if row.is_sized { row.size.z } else { 1.0 });
            let z = self.height.unwrap_or(top) - self.base;
            let at = self.arm.down_at([spot.x, spot.y, z]);
            let over = self.arm.down_at([spot.x, spot.y, z + self.approach]);
            let q = match places.first() {
                None => self.first(&over),
                Some(first) => self.arm.nearest(&over, &first.q).map_err(|error| error.to_string()),
            };
            match q.and_then(|q| self.reach(&at, &over, q)) {
                Ok(place) => places.push(place),
                Err(why) => {
                    let [x, y] = [spot.x, spot.y];
                    let message = format!(
                        "does not reach \"{name}\" at {x:.3}, {y:.3} m from its base, {z:.3} m high: {why}"
                    );
                    cx.error("arm", &message);
                    return None;
                }
            }
        }
        Some(places)
    }

    /// Of all ways within the ranges the one nearest to their middle.
    fn first(&self, pose: &Isometry3<f64>) -> Result<Vec<f64>, String> {
        let ways = self.arm.ways(pose).map_err(|error| error.to_string())?;
        let off = |q: &[f64]| -> f64 {
            let joints = q.iter().zip(&self.limits);
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

    /// A place with the tool `at` it and `over` it, with the joints `q` there.
    fn reach(
        &self,
        at: &Isometry3<f64>,
        over: &Isometry3<f64>,
        q: Vec<f64>,
    ) -> Result<Reached, String> {
        let line = |to: &Isometry3<f64>| Step::Line { to: *to, zone: 0.0, speed: f64::INFINITY };
        let low = self.arm.nearest(at, &q).map_err(|error| error.to_string())?;
        if let Some(avoid) = &self.avoid {
            avoid.free(&self.arm, &q, &low)?;
        }
        let up = self.time(&low, &[line(over)])?;
        // It settles before the grip that follows, which takes its time elsewhere.
        let down = self.time(&q, &[line(at), Step::Grip(0.0)])?;
        Ok(Reached { at: *at, q, up, down })
    }

    /// Up, over, down; s. The arm rests in between, so each takes what it takes alone. `around` gets the postures in between.
    fn way(&self, from: &Reached, to: &Reached, around: &mut Vec<Vec<f64>>) -> Result<f64, String> {
        let way = match &self.avoid {
            Some(avoid) => avoid.way(&self.arm, &from.q, &to.q)?,
            None => vec![to.q.clone()],
        };
        around.extend_from_slice(&way[..way.len().saturating_sub(1)]);
        let steps: Vec<Step> =
            way.into_iter().map(|to| Step::Joint { to, zone: 0.0, speed: 1.0 }).collect();
        Ok(from.up + self.time(&from.q, &steps)? + to.down)
    }

    fn time(&self, start: &[f64], steps: &[Step]) -> Result<f64, String> {
        let mover = Mover {
            arm: &self.arm,
            limits: &self.limits,
            tool: self.tool,
            settle_s: self.settle_s,
        };
        mover.time(start, steps).map(|cycle| cycle.total).map_err(|(_, error)| error.to_string())
    }
}
