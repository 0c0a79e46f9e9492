//! Robots that load and unload machines.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::arm::ArmSpec;
use super::axis::AxisSpec;
use super::embody::Embodiment;
use super::mover::{Mover, MoverSpec, Plan};
use super::order::Rule;
use super::place::{Stops, Way};
use super::runway::Runway;
use crate::engine::Compile;
use crate::id::EquipmentId;
use crate::random::Distribution;
use crate::units::SimDuration;

/// `Robot`: takes parts from whatever leads to it, machines and conveyors alike, and puts them where they go next.
///
/// Parts come by the connections into it (`to: ["robot"]`) and go by its own. A robot that loads and unloads the same machine
/// has both; then the product's route says where a part goes next. A part leaves its place at the end of `pick` and is at
/// the next one at the end of `place`, so a machine stands still while it is unloaded and loaded. Between them the
/// robot moves straight from place to place (`at:`) with `speed`, in the `times` of a table, or as its `arm` moves. Room at the far end is
/// reserved before a part is picked up, so the robot never holds a part for a machine that waits for the robot.
///
/// With two `grippers`, it takes the new part along to an occupied machine, takes the finished one out with the free
/// gripper, turns for `turn` and puts the new one in. If it serves one machine only, it fetches the new part while the
/// machine is still at work; with several it cannot know which of them is done first.
///
/// An arm takes parts from a conveyor while it moves where it `tracks` it: a sensor upstream tells it of each part, and it meets
/// what it can within its window. What it cannot catch, because it is busy or its way is too long, rides on: to the next robot on the same
/// belt, or to where else the belt leads. If the belt stands still, an arm on its way to a part waits for it where they were to meet,
/// and it sets out for none; if the robot stops, the part rides on.
///
/// Shown as working while it moves, picks or places; blocked while it holds a part that nobody can take (after a
/// breakdown in the middle of an exchange); else starved.
pub type Robot = Mover<RobotSpec>;

/// The parameters of a robot.
#[derive(Debug, Deserialize)]
#[serde(rename = "Robot", deny_unknown_fields)]
pub struct RobotSpec {
    /// How fast it moves from place to place.
    #[serde(default)]
    pub speed: Option<AxisSpec>,
    /// Times from place to place: `{"in": {"mill": "3 s"}}`. They hold both ways unless the other way is given too.
    #[serde(default)]
    pub times: BTreeMap<String, BTreeMap<String, SimDuration>>,
    /// The arm that moves it: what it takes from place to place follows from its motion, with a part and without.
    #[serde(default)]
    pub arm: Option<ArmSpec>,
    /// Time to grip a part and take it out. Default: none.
    #[serde(default)]
    pub pick: Option<Distribution<SimDuration>>,
    /// Time to put a part in and let go. Default: none.
    #[serde(default)]
    pub place: Option<Distribution<SimDuration>>,
    /// Parts that it can hold: 1 or 2. Default 1.
    #[serde(default)]
    pub grippers: Option<u32>,
    /// Time to turn from one gripper to the other. Default: none.
    #[serde(default)]
    pub turn: Option<Distribution<SimDuration>>,
    /// What it does first. Default: `FirstCome`.
    #[serde(default)]
    pub rule: RuleSpec,
    /// Where it goes when there is nothing to do. Default: it stays where it is.
    #[serde(default)]
    pub home: Option<String>,
}

/// What is done first.
#[derive(Debug, Default, Deserialize)]
pub enum RuleSpec {
    /// Where it was called first.
    #[default]
    FirstCome,
    /// The part that has been longest where it is.
    LongestWaiting,
    /// The part that is reached soonest.
    Nearest,
    /// The part with the fewest operations left.
    Pull,
    /// A fixed round: the places to take from, one after the other, again and again. It goes there ahead of time and waits.
    /// A place that is empty is passed over, and so is one whose part goes to a place of the round that is full.
    Sequence(Vec<String>),
}

impl RuleSpec {
    /// The rule, and the places of a fixed round.
    pub(super) fn split(self) -> (Rule, Vec<String>) {
        match self {
            Self::FirstCome => (Rule::FirstCome, Vec::new()),
            Self::LongestWaiting => (Rule::LongestWaiting, Vec::new()),
            Self::Nearest => (Rule::Nearest, Vec::new()),
            Self::Pull => (Rule::Pull, Vec::new()),
            Self::Sequence(places) => (Rule::FirstCome, places),
        }
    }
}

impl MoverSpec for RobotSpec {
    const KIND: &'static str = "Robot";

    fn plan(self, cx: &mut Compile<'_>) -> Plan {
        let axis = self.speed.map(|speed| speed.compile("speed", cx));
        let ways = [axis.is_some(), !self.times.is_empty(), self.arm.is_some()];
        if ways.into_iter().filter(|way| *way).count() != 1 {
            let message =
                "say how it moves: by one of `speed`, `times` from place to place, and `arm`";
            cx.error("speed", message);
        }
        let grippers = self.grippers.unwrap_or(1);
        if grippers == 0 || grippers > 2 {
            cx.error("grippers", "a robot has 1 or 2 grippers");
        }
        let tracks = self.arm.as_ref().is_some_and(|arm| !arm.tracks.is_empty());
        if tracks && grippers == 2 {
            cx.error("grippers", "an arm that takes parts from moving belts has one gripper");
        }
        let holds = self.arm.as_ref().is_some_and(|arm| arm.grip.is_some());
        if holds && grippers == 2 {
            cx.error("arm.grip", "is for an arm with one gripper");
        }
        let (rule, names) = self.rule.split();
        let fixed = !names.is_empty();
        let round = names.iter().filter_map(|name| cx.equipment("rule", name)).collect();
        if fixed && grippers == 2 {
            cx.error("rule", "a fixed round is for one gripper; with two, choose another rule");
        }
        if fixed && self.home.is_some() {
            cx.error("home", "a robot that goes a fixed round has no home");
        }
        Plan {
            devices: 1,
            two_hands: grippers == 2,
            way: axis.map_or_else(|| Way::Table(Vec::new()), Way::Straight),
            pick: cx.draw_or_zero("pick", self.pick.as_ref()),
            place: cx.draw_or_zero("place", self.place.as_ref()),
            turn: cx.draw_or_zero("turn", self.turn.as_ref()),
            hoist: SimDuration::ZERO,
            fetches_ahead: false,
            rule,
            round,
            home: self.home.and_then(|home| cx.equipment("home", &home)),
            runway: Runway { ends: (0.0, 0.0), clearance: 0.0 },
            has_ends: false,
            table: table(&self.times, cx),
            arm: self.arm.and_then(|arm| arm.compile("arm", cx)),
            body: None,
            stops: Stops::default(),
            starts: Vec::new(),
        }
    }

    fn finish(plan: &mut Plan, cx: &mut Compile<'_>) {
        plan.fetches_ahead = plan.two_hands && plan.stops.machines() == 1;
        let into: Vec<_> =
            cx.incoming().iter().map(|link| cx.model().links[link.index()].from).collect();
        if let Some(other) = plan.round.iter().find(|place| !into.contains(place)) {
            let name = &cx.model().row(*other).name;
            let message = format!("nothing comes from \"{name}\": it has no `to` that leads here");
            cx.error("rule", &message);
        }
        if let Some(arm) = &plan.arm {
            if let Some(motions) = arm.motions(&plan.stops, cx) {
                let start = plan.starts.first().map(|spot| usize::from(spot.stop));
                let start = start.and_then(|stop| motions.places.get(stop));
                plan.body = start.and_then(|place| Embodiment::place(arm, &place.low, cx));
                plan.way = Way::Arm(motions);
            }
        } else if matches!(plan.way, Way::Table(_)) && !plan.table.is_empty() {
            plan.way = Way::Table(times(plan, cx));
        }
    }
}

/// A time from place to place.
type Row = (EquipmentId, EquipmentId, SimDuration);

fn table(
    times: &BTreeMap<String, BTreeMap<String, SimDuration>>,
    cx: &mut Compile<'_>,
) -> Vec<Row> {
    let mut rows = Vec::new();
    for (from, to) in times {
        let Some(from) = cx.equipment("times", from) else { continue };
        for (to, time) in to {
            rows.extend(cx.equipment("times", to).map(|to| (from, to, *time)));
        }
    }
    rows
}

/// Most stops of a robot that moves by a table: a table of 64 MiB at most.
const MOST_STOPS: usize = 2048;

/// The times between all stops, row by row.
fn times(plan: &Plan, cx: &mut Compile<'_>) -> Vec<SimDuration> {
    let n = plan.stops.count();
    if n > MOST_STOPS {
        cx.error("times", "a table of times is for at most 2048 places: give a speed");
        return Vec::new();
    }
    let mut found: Vec<Option<SimDuration>> = vec![None; n * n];
    let mut other_way = Vec::new();
    for (from, to, time) in &plan.table {
        for a in plan.stops.all(*from).map(usize::from) {
            for b in plan.stops.all(*to).map(usize::from) {
                found[a * n + b] = Some(*time);
                other_way.push((b * n + a, *time));
            }
        }
        if [from, to].into_iter().any(|place| plan.stops.find(*place).is_none()) {
            cx.error("times", "names a place that it is not connected with");
            return Vec::new();
        }
    }
    for (at, time) in other_way {
        found[at].get_or_insert(time);
    }
    for at in 0..n {
        let same = plan.stops.all(plan.stops.equipment(at as u16)).map(usize::from);
        same.for_each(|other| found[at * n + other] = Some(SimDuration::ZERO));
    }
    if let Some(at) = found.iter().position(Option::is_none) {
        let name = |at: usize| cx.model().row(plan.stops.equipment(at as u16)).name.clone();
        let message =
            format!("says nothing of the way from \"{}\" to \"{}\"", name(at / n), name(at % n));
        cx.error("times", &message);
    }
    found.into_iter().map(Option::unwrap_or_default).collect()
}
