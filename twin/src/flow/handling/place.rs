//! Where handling equipment goes: the places of what it is connected with, and the time from one to another.

use nalgebra::Point3;
use serde::{Deserialize, Serialize};

use super::axis::Axis;
use super::ways::Motions;
use crate::engine::Compile;
use crate::id::{EquipmentId, LinkId};
use crate::units::SimDuration;

/// A point that a handling equipment can stand at, in its own frame: x along its `facing`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Spot {
    /// Metres along.
    pub x: f64,
    /// Metres across.
    pub y: f64,
    /// Row of [`Stops`], or [`Spot::FREE`].
    pub stop: u16,
}

impl Spot {
    /// Not at a stop.
    pub const FREE: u16 = u16::MAX;
}

/// The equipment that is served: one stop each, or two where parts leave it elsewhere than they come in.
#[derive(Debug, Default)]
pub struct Stops {
    spots: Vec<Spot>,
    equipment: Vec<EquipmentId>,
    /// Whether parts come from there, and whether they go there.
    ways: Vec<(bool, bool)>,
    /// Those where parts are taken from a belt while it moves.
    tracked: Vec<u16>,
    /// The stop of each connection, sorted.
    by_link: Vec<(LinkId, u16)>,
}

impl Stops {
    /// All that is connected with the equipment that is being compiled, those it takes from first. On conveyors it goes `centre_m` before
    /// their ends: to the middle of a part whose front is there.
    pub fn of(cx: &mut Compile<'_>, centre_m: f64) -> Self {
        let mut stops = Self::default();
        let frame = cx.model().row(cx.me()).pose.inverse();
        for (links, outward) in [(cx.incoming(), false), (cx.outgoing(), true)] {
            for link in links {
                let info = &cx.model().links[link.index()];
                let equipment = if outward { info.to } else { info.from };
                let row = cx.model().row(equipment);
                // Where parts are taken while they move, it waits for them at the begin of its window.
                let tracked = cx.model().tracker(link).map(|row| &cx.model().trackers[row]);
                let centre_m = if row.way.is_any() { centre_m } else { 0.0 };
                let along = match tracked {
                    Some(tracker) => tracker.window_m[0],
                    None if outward => -centre_m,
                    None => row.way.length_m() - centre_m,
                };
                let is_tracked = tracked.is_some();
                let at = frame * (row.pose * row.way.at(along) * Point3::origin());
                let known = stops.all(equipment).find(|stop| {
                    let spot = stops.spot(*stop);
                    (spot.x, spot.y) == (at.x, at.y)
                });
                let stop = known.unwrap_or_else(|| {
                    let stop = stops.spots.len() as u16;
                    stops.spots.push(Spot { x: at.x, y: at.y, stop });
                    stops.equipment.push(equipment);
                    stops.ways.push((false, false));
                    stop
                });
                if is_tracked {
                    stops.tracked.push(stop);
                }
                let (comes, goes) = &mut stops.ways[usize::from(stop)];
                *(if outward { goes } else { comes }) = true;
                stops.by_link.push((link, stop));
                if stops.spots.len() >= usize::from(Spot::FREE) {
                    cx.error("", "serves at most 65534 places");
                    return stops;
                }
            }
        }
        stops.by_link.sort_unstable();
        stops
    }

    /// Number of stops.
    pub fn count(&self) -> usize {
        self.spots.len()
    }

    /// Where the stop `stop` is.
    pub fn spot(&self, stop: u16) -> Spot {
        self.spots[usize::from(stop)]
    }

    /// Whose stop it is.
    pub fn equipment(&self, stop: u16) -> EquipmentId {
        self.equipment[usize::from(stop)]
    }

    /// Its stops.
    pub fn all(&self, equipment: EquipmentId) -> impl Iterator<Item = u16> + '_ {
        let stops = self.equipment.iter().enumerate();
        stops.filter(move |row| *row.1 == equipment).map(|row| row.0 as u16)
    }

    /// The stop of `equipment`, that where parts leave it if there are two.
    pub fn find(&self, equipment: EquipmentId) -> Option<u16> {
        self.equipment.iter().position(|other| *other == equipment).map(|at| at as u16)
    }

    /// Where parts are taken from `equipment`, or else any stop of it.
    pub fn source(&self, equipment: EquipmentId) -> Option<u16> {
        let comes = self.all(equipment).find(|stop| self.ways[usize::from(*stop)].0);
        comes.or_else(|| self.find(equipment))
    }

    /// Where parts are put down at `equipment`, or else any stop of it.
    pub fn target(&self, equipment: EquipmentId) -> Option<u16> {
        let goes = self.all(equipment).find(|stop| self.ways[usize::from(*stop)].1);
        goes.or_else(|| self.find(equipment))
    }

    /// Whether parts are taken there from a belt while it moves.
    pub fn is_tracked(&self, stop: u16) -> bool {
        self.tracked.contains(&stop)
    }

    /// The stop at the other end of `link`. O(log n).
    ///
    /// # Panics
    ///
    /// If it is no connection of the equipment that the stops are of.
    pub fn by_link(&self, link: LinkId) -> Spot {
        let at = self.by_link.binary_search_by_key(&link, |row| row.0);
        let at = at.expect("a link of a handling equipment has a stop");
        self.spot(self.by_link[at].1)
    }

    /// Whether parts come from `equipment`, and whether they go there. O(n).
    pub fn ways(&self, equipment: EquipmentId) -> (bool, bool) {
        let ways = self.all(equipment).map(|stop| self.ways[usize::from(stop)]);
        ways.fold((false, false), |all, one| (all.0 || one.0, all.1 || one.1))
    }

    /// Whether parts come from the first of two stops, and go to the second.
    pub fn leads(&self, (from, to): (u16, u16)) -> bool {
        self.ways[usize::from(from)].0 && self.ways[usize::from(to)].1
    }

    /// Number of stops that parts both go to and come from: machines.
    pub fn machines(&self) -> usize {
        self.ways.iter().filter(|ways| **ways == (true, true)).count()
    }

    /// All places.
    pub fn spots(&self) -> &[Spot] {
        &self.spots
    }
}

/// How it gets from place to place.
#[derive(Debug)]
pub enum Way {
    /// By a table of times between stops, row by row.
    Table(Vec<SimDuration>),
    /// As an arm moves.
    Arm(Motions),
    /// Straight, at this rate along the way.
    Straight(Axis),
    /// Along x and across it at the same time, each at its own rate; without the second, only x counts.
    Gantry(Axis, Option<Axis>),
    /// Turning about the origin, a full turn in so many seconds, the shorter way round, and in and out at the same time.
    Jib(f64, Option<Axis>),
}

impl Way {
    /// Time from `from` to `to` of `n` stops without a part; of what is drawn, the mean.
    pub fn time(&self, from: Spot, to: Spot, n: usize) -> SimDuration {
        let (dx, dy) = (to.x - from.x, to.y - from.y);
        let cell = || usize::from(from.stop) * n + usize::from(to.stop);
        match self {
            Self::Table(times) => times[cell()],
            Self::Arm(motions) => motions.empty[cell()],
            Self::Straight(axis) => axis.time((dx * dx + dy * dy).sqrt()),
            Self::Gantry(along, None) => along.time(dx),
            Self::Gantry(along, Some(across)) => along.time(dx).max(across.time(dy)),
            Self::Jib(turn_s, trolley) => {
                let radius = |spot: Spot| (spot.x * spot.x + spot.y * spot.y).sqrt();
                let reach = radius(to) - radius(from);
                let reach = trolley.map_or(SimDuration::ZERO, |trolley| trolley.time(reach));
                let turn = SimDuration::from_seconds(turns(from, to) * turn_s);
                turn.max(reach)
            }
        }
    }

    /// Likewise with a part.
    pub fn loaded(&self, from: Spot, to: Spot, n: usize) -> SimDuration {
        match self {
            Self::Arm(motions) => motions.loaded[usize::from(from.stop) * n + usize::from(to.stop)],
            _ => self.time(from, to, n),
        }
    }

    /// What an arm does, if one moves it.
    pub fn motions(&self) -> Option<&Motions> {
        if let Self::Arm(motions) = self { Some(motions) } else { None }
    }

    /// Where something is that takes `time` from `from` to `to` and has been on its way for `elapsed`: metres along and across.
    pub fn position(
        &self,
        from: Spot,
        to: Spot,
        time: SimDuration,
        elapsed: SimDuration,
    ) -> (f64, f64) {
        let (dx, dy) = (to.x - from.x, to.y - from.y);
        if elapsed >= time {
            return (to.x, to.y);
        }
        let share = elapsed.seconds().max(0.0) / time.seconds();
        let elapsed = elapsed.max(SimDuration::ZERO);
        match self {
            Self::Table(_) | Self::Arm(_) => (from.x + dx * share, from.y + dy * share),
            Self::Straight(axis) => {
                let way = (dx * dx + dy * dy).sqrt();
                let share = axis.covered(way, elapsed) / way;
                (from.x + dx * share, from.y + dy * share)
            }
            Self::Gantry(along, across) => {
                let x = from.x + dx.signum() * along.covered(dx, elapsed);
                let y = across.map_or(0.0, |across| across.covered(dy, elapsed));
                (x, from.y + dy.signum() * y)
            }
            Self::Jib(turn_s, trolley) => {
                let radius = |spot: Spot| (spot.x * spot.x + spot.y * spot.y).sqrt();
                let reach = radius(to) - radius(from);
                let out = trolley.map_or(0.0, |trolley| trolley.covered(reach, elapsed));
                let radius = radius(from) + reach.signum() * out;
                let most = turns(from, to);
                let turned =
                    if *turn_s > 0.0 { (elapsed.seconds() / turn_s).min(most) } else { most };
                // The shorter way round: to the left if the cross product is positive.
                let side = (from.x * to.y - from.y * to.x).signum();
                let angle = from.y.atan2(from.x) + side * turned * std::f64::consts::TAU;
                (radius * angle.cos(), radius * angle.sin())
            }
        }
    }
}

/// Share of a full turn between the directions of two spots, 0 to 0.5.
fn turns(from: Spot, to: Spot) -> f64 {
    let between = (from.y.atan2(from.x) - to.y.atan2(to.x)).abs() / std::f64::consts::TAU;
    between.min(1.0 - between)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(x: f64, y: f64) -> Spot {
        Spot { x, y, stop: Spot::FREE }
    }

    #[test]
    fn ways_take_their_time() {
        let axis = |v| Axis::new(v, f64::INFINITY, f64::INFINITY);
        let check = |way: Way, to: Spot, seconds: f64| {
            assert_eq!(
                way.time(at(1.0, 0.0), to, 0),
                SimDuration::from_seconds(seconds),
                "{way:?}"
            );
        };
        check(Way::Straight(axis(0.5)), at(4.0, 4.0), 10.0);
        check(Way::Gantry(axis(0.5), None), at(4.0, 4.0), 6.0);
        check(Way::Gantry(axis(0.5), Some(axis(0.5))), at(4.0, 4.0), 8.0);
        // A quarter of a turn of a minute, while the trolley runs out by 1 m.
        check(Way::Jib(60.0, Some(axis(0.1))), at(0.0, -2.0), 15.0);
        check(Way::Jib(60.0, Some(axis(0.05))), at(0.0, -2.0), 20.0);
        check(Way::Jib(60.0, None), at(-1.0, 0.0), 30.0);
        let quarter = Way::Jib(60.0, None);
        let (x, y) = quarter.position(
            at(2.0, 0.0),
            at(0.0, -2.0),
            SimDuration::from_s(15),
            SimDuration::from_s(5),
        );
        assert!((x - 3.0_f64.sqrt()).abs() < 1e-9 && (y + 1.0).abs() < 1e-9, "{x} {y}");
        let gantry = Way::Gantry(axis(0.5), Some(axis(0.5)));
        let half = gantry.position(
            at(1.0, 0.0),
            at(4.0, -4.0),
            SimDuration::from_s(8),
            SimDuration::from_s(7),
        );
        assert_eq!(half, (4.0, -3.5));
        let table = [0, 7, 9, 0].map(SimDuration::from_s).to_vec();
        let stop = |stop| Spot { stop, ..at(0.0, 0.0) };
        assert_eq!(Way::Table(table).time(stop(0), stop(1), 2), SimDuration::from_s(7));
    }
}
