//! Transfer cars: from stop to stop along a straight track.

use serde::Deserialize;

use super::axis::AxisSpec;
use super::crane::{Track, check_reach};
use super::mover::{Mover, MoverSpec, Plan};
use super::place::{Stops, Way};
use super::robot::RuleSpec;
use crate::engine::Compile;
use crate::random::Distribution;
use crate::units::{Length, SimDuration};

/// `TransferCar`: brings parts along a straight track, which runs through its `at` in the direction of its `facing`.
///
/// The stops are the places of what it is connected with, seen at right angles from the track. A part is loaded in `load`
/// and unloaded in `unload`, and only loaded once room for it is reserved where it goes. With several `cars`, each a place,
/// they keep their order and the `clearance`: an idle one makes way, a busy one is waited for.
pub type TransferCar = Mover<TransferCarSpec>;

/// The parameters of a transfer car.
#[derive(Debug, Deserialize)]
#[serde(rename = "TransferCar", deny_unknown_fields)]
pub struct TransferCarSpec {
    /// How many on one track, in order along it. Default 1.
    #[serde(default)]
    pub cars: Option<u32>,
    /// How fast a car moves.
    pub speed: AxisSpec,
    /// Time to load a part. Default: none.
    #[serde(default)]
    pub load: Option<Distribution<SimDuration>>,
    /// Time to unload a part. Default: none.
    #[serde(default)]
    pub unload: Option<Distribution<SimDuration>>,
    /// Least distance of two cars along the track.
    #[serde(default)]
    pub clearance: Option<Length>,
    /// Where the track begins and ends, from the car's `at` along its `facing`. Default: as far as all cars need.
    #[serde(default)]
    pub track: Option<(Length, Length)>,
    /// Which part is fetched first. Default: `FirstCome`.
    #[serde(default)]
    pub rule: RuleSpec,
    /// Where a single car goes when there is nothing to do. Default: it stays where it is.
    #[serde(default)]
    pub home: Option<String>,
}

impl MoverSpec for TransferCarSpec {
    const KIND: &'static str = "TransferCar";

    fn plan(self, cx: &mut Compile<'_>) -> Plan {
        let cars = self.cars.unwrap_or(1);
        let track = Track { devices: cars, clearance: self.clearance, ends: self.track };
        let runway = track.compile(cx, ["cars", "clearance", "track"]);
        let (rule, names) = self.rule.split();
        if !names.is_empty() {
            cx.error("rule", "a fixed round is for robots");
        }
        if cars > 1 && self.home.is_some() {
            cx.error("home", "several cars have no home");
        }
        Plan {
            devices: cars,
            two_hands: false,
            way: Way::Gantry(self.speed.compile("speed", cx), None),
            pick: cx.draw_or_zero("load", self.load.as_ref()),
            place: cx.draw_or_zero("unload", self.unload.as_ref()),
            turn: cx.draw_or_zero("turn", None),
            hoist: SimDuration::ZERO,
            fetches_ahead: false,
            rule,
            round: Vec::new(),
            home: self.home.and_then(|home| cx.equipment("home", &home)),
            runway,
            has_ends: self.track.is_some(),
            table: Vec::new(),
            arm: None,
            body: None,
            stops: Stops::default(),
            starts: Vec::new(),
        }
    }

    fn finish(plan: &mut Plan, cx: &mut Compile<'_>) {
        check_reach(plan, cx, "track");
    }
}
