//! How long an arm takes from place to place, from its motion.
//!
//! At each place the tool points down. From one place to the next it goes straight up by the approach, by a joint move to above
//! the next, straight down, and settles: each jerk-limited, at rest where one follows the other. The configuration of the
//! first place is the one in the middle of the joints' ranges, that of every other the nearest to it. Where it has to go
//! around something, it does so from posture to posture, corners cut as far as nothing is touched (shown as if it stopped at each). Where a
//! motion program says the way, it is that.
//!
//! Each way is timed twice: with the limits that the joints have without a part, and with those that they have with one.

use std::collections::BTreeMap;

use nalgebra::Isometry3;

use super::arm::Handling;
use super::falls::{Falls, Poses};
use super::heads::{Company, no_belt};
use super::hold::{self, STEP_S};
use super::place::{Spot, Stops};
use super::stretch::{Stretch, Stretched};
use super::track::{ByProgram, Track};
use crate::engine::{ArmProgram, Compile};
use crate::id::EquipmentId;
use crate::robot::motion::{Kinematics, Step};
use crate::units::SimDuration;

/// What an arm takes between the stops of its mover.
#[derive(Debug, Default)]
pub struct Motions {
    /// Without a part, row by row. Of what is drawn, the mean.
    pub(super) empty: Vec<SimDuration>,
    /// With one.
    pub(super) loaded: Vec<SimDuration>,
    /// Ways that a program says, by their stops.
    pub(super) transfers: BTreeMap<(u16, u16), Transfer>,
    /// Belts from which it takes parts while they move.
    pub(super) tracks: Vec<Track>,
    /// The stops as the arm sees them.
    pub(super) places: Vec<Reached>,
    /// Postures between two stops that are gone through, where the straight move of the joints is none.
    pub(super) around: BTreeMap<(u16, u16), Vec<Vec<f64>>>,
    /// Where the gripper is with a part and which parts fall there, by stops, if it can be that one does.
    pub(super) carried: BTreeMap<(u16, u16), (Poses, Falls)>,
}

/// A way by a program.
#[derive(Debug)]
pub(super) struct Transfer {
    /// Without a part; a program that grips is no such way.
    pub(super) empty: Option<Stretched>,
    /// With one.
    pub(super) loaded: Stretched,
    /// Up to the end of the grip, and from the release on, if it does both.
    pub(super) ends: Option<[Stretched; 2]>,
}

impl Transfer {
    /// A stretch of it, if it says that.
    pub(super) fn stretch(&self, stretch: Stretch, loaded: bool) -> Option<&Stretched> {
        match (stretch, &self.ends) {
            (Stretch::Way, _) if loaded => Some(&self.loaded),
            (Stretch::Way, _) => self.empty.as_ref(),
            (Stretch::Pick, ends) => ends.as_ref().map(|ends| &ends[0]),
            (Stretch::Place, ends) => ends.as_ref().map(|ends| &ends[1]),
        }
    }
}

impl Motions {
    /// Whether parts can fall: some do, or some that hold others may.
    pub(super) fn drops(&self) -> bool {
        !self.carried.is_empty() || self.tracks.iter().any(Track::drops)
    }

    /// Whether any program goes on after some time without a signal that it waits for.
    pub(super) fn has_timeout(&self) -> bool {
        let has_timeout = |way: &Transfer| {
            let own = way.empty.iter().chain([&way.loaded]);
            own.chain(way.ends.iter().flatten()).any(|stretch| stretch.course.has_timeout())
        };
        self.transfers.values().any(has_timeout)
    }
}

/// The way from above a place to above another.
struct Over {
    /// What it takes with the straight ways at its ends, s: without a part, and with one.
    times: [f64; 2],
    /// Postures that are gone through.
    between: Vec<Vec<f64>>,
    /// Where the gripper is all the way, if that was asked for.
    poses: Option<Poses>,
}

/// A way from stop to stop, and where the gripper is on it with a part.
type Carried = ((u16, u16), Poses);

/// What programs say beside the times of ways.
#[derive(Default)]
struct Said {
    carried: Vec<Carried>,
    /// By the name of the belt, the ways from belts that move.
    tracked: BTreeMap<String, Vec<ByProgram>>,
}

/// Most places of one arm: a move is worked out for each pair.
const MOST_PLACES: usize = 256;

/// A place as the arm sees it.
#[derive(Debug)]
pub(super) struct Reached {
    /// The joints above it.
    pub(super) q: Vec<f64>,
    /// The joints at it.
    pub(super) low: Vec<f64>,
    /// Time straight up from it, s: without a part, and with one.
    pub(super) up: [f64; 2],
    /// Time straight down to it, likewise.
    pub(super) down: [f64; 2],
}

impl Handling {
    /// What it takes between all stops; what cannot be done is reported.
    pub(super) fn motions(&self, stops: &Stops, cx: &mut Compile<'_>) -> Option<Motions> {
        let n = stops.count();
        if n > MOST_PLACES {
            cx.error("arm", &format!("an arm serves at most {MOST_PLACES} places"));
            return None;
        }
        let places = self.places(stops, cx)?;
        let mut motions = Motions {
            empty: vec![SimDuration::ZERO; n * n],
            loaded: vec![SimDuration::ZERO; n * n],
            ..Motions::default()
        };
        let Said { mut carried, tracked } = self.add_programs(&mut motions, stops, &places, cx)?;
        self.try_unused(stops, &places, cx);
        for (from, start) in places.iter().enumerate() {
            for (to, end) in places.iter().enumerate() {
                let ends = (from as u16, to as u16);
                let own = stops.equipment(ends.0) == stops.equipment(ends.1);
                let said = motions.transfers.get(&ends).is_some_and(|way| way.empty.is_some());
                if own || said {
                    continue;
                }
                // From a belt that moves it goes another way, see `Track`.
                let carries = self.hold.is_some()
                    && !stops.is_tracked(ends.0)
                    && stops.leads(ends)
                    && !motions.transfers.contains_key(&ends);
                match self.way(start, end, carries) {
                    Ok(Over { times: [empty, loaded], between, poses }) => {
                        if !between.is_empty() {
                            motions.around.insert(ends, between);
                        }
                        carried.extend(poses.map(|poses| (ends, poses)));
                        let at = from * n + to;
                        motions.empty[at] = SimDuration::from_seconds(empty);
                        if !motions.transfers.contains_key(&ends) {
                            motions.loaded[at] = SimDuration::from_seconds(loaded);
                        }
                    }
                    Err(why) => {
                        let name = |stop| cx.name_of(stops.equipment(stop)).to_owned();
                        let (from, to) = (name(ends.0), name(ends.1));
                        let message = format!("cannot get from \"{from}\" to \"{to}\": {why}");
                        cx.error("arm", &message);
                        return None;
                    }
                }
            }
        }
        if self.hold.is_some() {
            for (ends, poses) in carried {
                let falls = self.falls(&poses, cx)?;
                motions.carried.insert(ends, (poses, falls));
            }
        }
        self.warn_of_weakness(stops, cx);
        for spec in &self.tracks {
            let own = tracked.get(&spec.belt).map(Vec::as_slice).unwrap_or_default();
            motions.tracks.extend(Track::compile(spec, self, (stops, &places), own, cx)?);
        }
        motions.places = places;
        Some(motions)
    }

    /// Whether ways take the same with a part as without.
    fn weighs_nothing(&self) -> bool {
        self.limits(false) == self.limits(true)
    }

    /// What has to be timed.
    fn loads(&self) -> impl Iterator<Item = bool> {
        let both = if self.weighs_nothing() { 1 } else { 2 };
        [false, true].into_iter().take(both)
    }

    /// All places with the joints at and above each.
    fn places(&self, stops: &Stops, cx: &mut Compile<'_>) -> Option<Vec<Reached>> {
        let mut places: Vec<Reached> = Vec::new();
        for (stop, spot) in (0..).zip(stops.spots()) {
            let equipment = stops.equipment(stop);
            let z = self.height_at(equipment, cx);
            let at = self.down_at(equipment, [spot.x, spot.y, z], cx);
            let over = self.down_at(equipment, [spot.x, spot.y, z + self.approach], cx);
            let q = match places.first() {
                None => self.first(&over),
                Some(first) => self.arm.nearest(&over, &first.q).map_err(|error| error.to_string()),
            };
            match q.and_then(|q| self.reach(&at, &over, q)) {
                // Where parts move, it waits above them.
                Ok(place) if stops.is_tracked(stop) => {
                    let (up, down) = ([0.0; 2], [0.0; 2]);
                    places.push(Reached { low: place.q.clone(), up, down, ..place });
                }
                Ok(place) => places.push(place),
                Err(why) => {
                    let (name, [x, y]) = (cx.name_of(equipment), [spot.x, spot.y]);
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
        let (mut up, mut down) = ([0.0; 2], [0.0; 2]);
        for loaded in self.loads() {
            up[usize::from(loaded)] = self.time(loaded, &low, &[line(over)])?;
            // It settles before the grip that follows, which takes its time elsewhere.
            down[usize::from(loaded)] = self.time(loaded, &q, &[line(at), Step::Grip(0.0)])?;
        }
        if self.weighs_nothing() {
            (up[1], down[1]) = (up[0], down[0]);
        }
        Ok(Reached { q, low, up, down })
    }

    /// Up, over, down. The arm rests in between, so each takes what it takes alone. With `carries`, where the gripper is with a part.
    fn way(&self, from: &Reached, to: &Reached, carries: bool) -> Result<Over, String> {
        let way = match &self.avoid {
            Some(avoid) => avoid.way(&self.arm, &from.q, &to.q)?,
            None => vec![(to.q.clone(), 0.0)],
        };
        let corners = &way[..way.len().saturating_sub(1)];
        let between = corners.iter().map(|(posture, _)| posture.clone()).collect();
        let steps = self.faster(&from.q, way);
        let mut times = [0.0; 2];
        for loaded in self.loads() {
            let n = usize::from(loaded);
            times[n] = from.up[n] + self.time(loaded, &from.q, &steps)? + to.down[n];
        }
        if self.weighs_nothing() {
            times[1] = times[0];
        }
        let poses = if carries { Some(self.carried(from, &steps, to)?) } else { None };
        Ok(Over { times, between, poses })
    }

    /// The joint moves of `way`, its corners cut if that is faster than to stop at each.
    fn faster(&self, from: &[f64], way: Vec<(Vec<f64>, f64)>) -> Vec<Step> {
        let steps = |share: f64| -> Vec<Step> {
            let step = |(to, zone): &(Vec<f64>, f64)| Step::Joint {
                to: to.clone(),
                zone: share * zone,
                speed: 1.0,
            };
            way.iter().map(step).collect()
        };
        let (cut, stops) = (steps(1.0), steps(0.0));
        if way.iter().all(|(_, zone)| *zone == 0.0) {
            return stops;
        }
        let time = |steps: &[Step]| self.time(true, from, steps).unwrap_or(f64::INFINITY);
        if time(&cut) < time(&stops) { cut } else { stops }
    }

    /// Where the gripper is on a way with a part that goes over by `steps`.
    fn carried(&self, from: &Reached, steps: &[Step], to: &Reached) -> Result<Poses, String> {
        let line =
            |to: &[f64]| Step::Line { to: self.arm.forward(to), zone: 0.0, speed: f64::INFINITY };
        let all: Vec<Step> = std::iter::once(line(&from.q))
            .chain(steps.iter().cloned())
            .chain([line(&to.low)])
            .collect();
        let postures = self.mover(true).postures(&from.low, &all, STEP_S);
        postures
            .map(|postures| hold::poses(&self.arm, &postures))
            .map_err(|(_, error)| error.to_string())
    }

    /// Puts the ways that programs say into `motions`; where the gripper is on them with a part.
    fn add_programs(
        &self,
        motions: &mut Motions,
        stops: &Stops,
        places: &[Reached],
        cx: &mut Compile<'_>,
    ) -> Option<Said> {
        const FIELD: &str = "arm.programs";
        let mut said = Said::default();
        for (belt, ways) in &self.programs {
            for (to, name) in ways {
                let (from, to) = (cx.equipment(FIELD, belt)?, cx.equipment(FIELD, to)?);
                let (Some(a), Some(b)) = (stops.source(from), stops.target(to)) else {
                    cx.error(FIELD, "names a place that it is not connected with");
                    return None;
                };
                if stops.is_tracked(b) {
                    cx.error(FIELD, "nothing is put down on a belt that it tracks");
                    return None;
                }
                let (transfer, poses) = if stops.is_tracked(a) {
                    let way = self.tracked(name, (belt, [a, b]), stops, places, cx)?;
                    said.tracked.entry(belt.clone()).or_default().push(way.1);
                    (way.0, None)
                } else {
                    let (transfer, poses) = self.transfer(name, [a, b], stops, places, cx)?;
                    (transfer, Some(poses))
                };
                said.carried.extend(poses.map(|poses| ((a, b), poses)));
                let at = usize::from(a) * stops.count() + usize::from(b);
                motions.loaded[at] = SimDuration::from_seconds(transfer.loaded.course.mean_s());
                if let Some(empty) = &transfer.empty {
                    motions.empty[at] = SimDuration::from_seconds(empty.course.mean_s());
                }
                motions.transfers.insert((a, b), transfer);
            }
        }
        Some(said)
    }

    /// Tries programs that nobody uses, from any place.
    fn try_unused(&self, stops: &Stops, places: &[Reached], cx: &mut Compile<'_>) {
        let spot = |equipment: EquipmentId| stops.find(equipment).map(|stop| stops.spot(stop));
        for (number, steps) in cx.untried() {
            for place in places {
                let how = self.follows(&steps, [&place.low, &place.q], &spot, cx);
                let follows = how.is_ok();
                cx.tried(number, how);
                if follows {
                    break;
                }
            }
        }
    }

    /// The way by the program `name` between two stops.
    fn transfer(
        &self,
        name: &str,
        [a, b]: [u16; 2],
        stops: &Stops,
        places: &[Reached],
        cx: &mut Compile<'_>,
    ) -> Option<(Transfer, Poses)> {
        let (number, steps) = cx.program("arm.programs", name)?;
        let [start, end] = [a, b].map(|stop| &places[usize::from(stop)]);
        let spot = |equipment| spot(stops, [a, b], equipment);
        let made = no_belt(&steps)
            .and_then(|()| self.program(&steps, &end.q, &spot, cx))
            .and_then(|made| {
                let times = self.timed(&made, &steps, (&start.low, false), cx)?;
                Ok((made, times))
            })
            .and_then(|(made, times)| {
                self.ends_at(times.end(), end, cx.name_of(stops.equipment(b)))
                    .map_err(|why| (steps.len().saturating_sub(1), why))?;
                let poses = self.hold.map_or_else(Vec::new, |_| times.carried(self));
                Ok((made, times, poses))
            });
        match made {
            Ok((made, times, poses)) => {
                let equipment = cx.me();
                cx.keep_program(ArmProgram { equipment, name: name.to_owned(), ..made });
                Some((times.transfer(cx, name), poses))
            }
            Err((step, why)) => {
                cx.program_error(number, step, &why);
                None
            }
        }
    }

    /// The way by the program `name` from the moving `belt`: what it does there, and what comes behind that.
    fn tracked(
        &self,
        name: &str,
        (belt, [a, b]): (&str, [u16; 2]),
        stops: &Stops,
        places: &[Reached],
        cx: &mut Compile<'_>,
    ) -> Option<(Transfer, ByProgram)> {
        let (number, steps) = cx.program("arm.programs", name)?;
        let [start, end] = [a, b].map(|stop| &places[usize::from(stop)]);
        let spot = |equipment| spot(stops, [a, b], equipment);
        let made = Company::of(&steps, belt).and_then(|company| {
            let rests = company.rests();
            let behind = |(n, why): (usize, String)| (n + rests, why);
            let (with_belt, away) = steps.split_at(rests);
            let mut made = self.program(with_belt, &start.q, &spot, cx)?;
            let away = self.program(away, &end.q, &spot, cx).map_err(behind)?;
            made.steps.extend(away.steps);
            made.drawn.extend(away.drawn.into_iter().map(|n| n + rests));
            let head = self.head(&made, company).ok_or((0, "is no way from a belt".to_owned()))?;
            // The move to rest belongs to the way from the belt.
            let on = ArmProgram { steps: made.steps[rests + 1..].to_vec(), ..made.clone() };
            let times = self.timed(&on, &steps[rests + 1..], (&head.2, true), cx);
            let times = times.map_err(|(n, why)| ((n + rests + 1).min(steps.len() - 1), why))?;
            self.ends_at(times.end(), end, cx.name_of(stops.equipment(b)))
                .map_err(|why| (steps.len() - 1, why))?;
            Ok((made, times, head))
        });
        match made {
            Ok((made, times, (head, grip, rests))) => {
                let equipment = cx.me();
                cx.keep_program(ArmProgram { equipment, name: name.to_owned(), ..made });
                let then = self.hold.map_or_else(Vec::new, |_| times.carried(self));
                let way = ByProgram { dest: b, head, grip, rests, then };
                Some((times.transfer(cx, name), way))
            }
            Err((step, why)) => {
                cx.program_error(number, step, &why);
                None
            }
        }
    }

    /// Whether the joints `q` are those at `place`, which is called `name`; else what is wrong.
    fn ends_at(&self, q: &[f64], place: &Reached, name: &str) -> Result<(), String> {
        const NEAR: f64 = 1e-6;
        let off = q.iter().zip(&place.low).map(|(a, b)| a - b);
        let (joint, most) =
            off.enumerate().fold((0, 0.0_f64), |a, b| if b.1.abs() > a.1.abs() { b } else { a });
        if most.abs() <= NEAR {
            return Ok(());
        }
        let place = self.arm.forward(&place.low).translation.vector;
        let away = (self.arm.forward(q).translation.vector - place).norm();
        Err(if away > 1e-5 {
            format!(
                "the way ends {:.1} mm from \"{name}\": end with `to: At(\"{name}\")`",
                1e3 * away
            )
        } else {
            let n = joint + 1;
            format!(
                "the way ends at \"{name}\" with joint {n} turned by {most:.3} rad from how the arm stands there otherwise: come by a `Move` to above it"
            )
        })
    }
}

/// Where `equipment` is served: on a way between two stops, by those.
fn spot(stops: &Stops, way: [u16; 2], equipment: EquipmentId) -> Option<Spot> {
    let own = way.into_iter().find(|stop| stops.equipment(*stop) == equipment);
    own.or_else(|| stops.find(equipment)).map(|stop| stops.spot(stop))
}
