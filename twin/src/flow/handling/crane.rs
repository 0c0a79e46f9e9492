//! Overhead, gantry and jib cranes.

use serde::Deserialize;

use super::axis::AxisSpec;
use super::mover::{Mover, MoverSpec, Plan};
use super::place::{Stops, Way};
use super::robot::RuleSpec;
use super::runway::{Claim, Runway};
use crate::engine::Compile;
use crate::random::Distribution;
use crate::units::{Length, SimDuration};

/// `Crane`: lifts parts from place to place, `at:` by `at:`.
///
/// In its own frame (its `at` and `facing`), the bridge runs along x and the trolley across it, both at the same time; a jib
/// crane turns about its `at` instead, the shorter way round, a full turn in `slew`, while the trolley runs in and
/// out. The hook hangs at the top, `lift` above the parts. One trip is: travel, hook down, `attach`, hook up, travel, hook
/// down, `detach`, hook up. The part leaves its place when it is attached and is at the next one when it is detached, and it is
/// lifted only once room for it is reserved there.
///
/// With several `cranes` on one runway, each a place, they keep their order and the `clearance`: each claims the stretch
/// that its trip still needs, an idle one makes way, a busy one is waited for.
pub type Crane = Mover<CraneSpec>;

/// The parameters of a crane.
#[derive(Debug, Deserialize)]
#[serde(rename = "Crane", deny_unknown_fields)]
pub struct CraneSpec {
    /// How many on one runway, in order along x. Default 1.
    #[serde(default)]
    pub cranes: Option<u32>,
    /// How the bridge runs along the runway.
    #[serde(default)]
    pub bridge: Option<AxisSpec>,
    /// Time of a full turn of a jib, in place of a bridge.
    #[serde(default)]
    pub slew: Option<SimDuration>,
    /// How the trolley runs. Default: it need not.
    #[serde(default)]
    pub trolley: Option<AxisSpec>,
    /// How the hook goes up and down. Default: in no time.
    #[serde(default)]
    pub hoist: Option<AxisSpec>,
    /// How far the hook goes down. Default: 0 m.
    #[serde(default)]
    pub lift: Length,
    /// Time to attach a part. Default: none.
    #[serde(default)]
    pub attach: Option<Distribution<SimDuration>>,
    /// Time to detach a part. Default: none.
    #[serde(default)]
    pub detach: Option<Distribution<SimDuration>>,
    /// Least distance of two cranes along the runway.
    #[serde(default)]
    pub clearance: Option<Length>,
    /// Where the runway begins and ends, from the crane's `at` along its `facing`. Default: as far as all cranes need.
    #[serde(default)]
    pub runway: Option<(Length, Length)>,
    /// Which part is fetched first. Default: `FirstCome`.
    #[serde(default)]
    pub rule: RuleSpec,
    /// Where a single crane goes when there is nothing to do. Default: it stays where it is.
    #[serde(default)]
    pub home: Option<String>,
}

impl MoverSpec for CraneSpec {
    const KIND: &'static str = "Crane";

    fn plan(self, cx: &mut Compile<'_>) -> Plan {
        let trolley = self.trolley.map(|trolley| trolley.compile("trolley", cx));
        let way = match (self.bridge, self.slew) {
            (Some(bridge), None) => Way::Gantry(bridge.compile("bridge", cx), trolley),
            (None, slew) => {
                if slew.is_none() {
                    cx.error("bridge", "a crane runs on a `bridge`, or it turns: `slew`");
                }
                Way::Jib(slew.map_or(0.0, SimDuration::seconds), trolley)
            }
            (Some(_), Some(_)) => {
                cx.error("slew", "a crane runs on a bridge or turns, not both");
                Way::Jib(0.0, trolley)
            }
        };
        let lift = self.lift.metres();
        if !(lift >= 0.0) {
            cx.error("lift", "the hook goes down by 0 m or more");
        }
        let hoist = self.hoist.map(|hoist| hoist.compile("hoist", cx).time(lift));
        let cranes = self.cranes.unwrap_or(1);
        if cranes > 1 && self.slew.is_some() {
            cx.error("cranes", "a jib crane stands alone");
        }
        let track = Track { devices: cranes, clearance: self.clearance, ends: self.runway };
        let runway = track.compile(cx, ["cranes", "clearance", "runway"]);
        let (rule, names) = self.rule.split();
        if !names.is_empty() {
            cx.error("rule", "a fixed round is for robots");
        }
        if cranes > 1 && self.home.is_some() {
            cx.error("home", "several cranes have no home");
        }
        Plan {
            devices: cranes,
            two_hands: false,
            way,
            pick: cx.draw_or_zero("attach", self.attach.as_ref()),
            place: cx.draw_or_zero("detach", self.detach.as_ref()),
            turn: cx.draw_or_zero("turn", None),
            hoist: hoist.unwrap_or(SimDuration::ZERO),
            fetches_ahead: false,
            rule,
            round: Vec::new(),
            home: self.home.and_then(|home| cx.equipment("home", &home)),
            runway,
            has_ends: self.runway.is_some(),
            table: Vec::new(),
            arm: None,
            body: None,
            stops: Stops::default(),
            starts: Vec::new(),
        }
    }

    fn finish(plan: &mut Plan, cx: &mut Compile<'_>) {
        check_reach(plan, cx, "runway");
    }
}

/// What is said about devices that share a runway or a track.
pub(super) struct Track {
    pub(super) devices: u32,
    pub(super) clearance: Option<Length>,
    pub(super) ends: Option<(Length, Length)>,
}

impl Track {
    /// Checks it; `fields` are the names of its fields.
    pub(super) fn compile(self, cx: &mut Compile<'_>, fields: [&str; 3]) -> Runway {
        let clearance = self.clearance.map_or(0.0, Length::metres);
        if self.devices == 0 || self.devices > 1000 {
            cx.error(fields[0], "from 1 to 1000 of them share one way");
        }
        if !(clearance >= 0.0) || self.devices > 1 && !(clearance > 0.0) {
            cx.error(fields[1], "is the distance that they keep: say so with several");
        }
        let ends = self.ends.map(|(from, to)| (from.metres(), to.metres()));
        if ends.is_some_and(|(from, to)| from >= to) {
            cx.error(fields[2], "runs from a lower to a higher figure");
        }
        Runway { ends: ends.unwrap_or((0.0, 0.0)), clearance }
    }
}

/// Every trip that can be asked for must be possible for one of them, with the others out of the way.
pub(super) fn check_reach(plan: &Plan, cx: &mut Compile<'_>, field: &str) {
    let links = |links: &[crate::id::LinkId]| -> Vec<f64> {
        links.iter().map(|link| plan.stops.by_link(*link).x).collect()
    };
    let (from, to) = (links(&cx.incoming()), links(&cx.outgoing()));
    let single = from.is_empty() || to.is_empty();
    let reach = Claim::over(from.into_iter().chain(to));
    let within = plan.runway.can_serve(reach, 1);
    let through = plan.runway.can_serve(reach, plan.devices);
    if !single && plan.has_ends && !within {
        cx.error(field, "ends before it has come to all the places that are served");
    } else if !single && plan.has_ends && !through {
        cx.error(
            field,
            "leaves the others no room to make way: let it go on behind the last place",
        );
    }
}
