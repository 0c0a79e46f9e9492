//! Taking parts from a belt while it moves: where an arm can meet them, and how long it takes to get there and away.
//!
//! The arm goes straight up from where it is, by a joint move to above the part, arriving as fast as the belt, straight down
//! with the belt, grips, straight up, and by a joint move from the moving belt to above where the part goes. What it takes from rest to
//! meet the belt at each place within its window, and from there to rest, is worked out beforehand at [`CELLS`] + 1
//! places; between them it is taken to be straight. With `D(p)` for the way up and over to the place `p`, a part whose middle
//! is at `x` now is met at the first `p` in the window with
//!
//! ```text
//! (p − x) / v ≥ D(p)        and        p + v (down + pick + up) ≤ end of the window
//! ```
//!
//! so the arm waits where it is if the part is still upstream. Straight down and up take what they take while the belt stands, at that
//! end of the window where it is more. Its tool keeps one direction all along the window.
//!
//! Where a motion program says the way from the belt, it says what the arm does while it goes with the part instead, and from the
//! belt it goes to where the program has it come to rest.

use std::collections::BTreeMap;

use nalgebra::Vector3;
use serde::Deserialize;

use super::arm::Handling;
use super::belt::{Belt, Head, Strokes, Wrong};
use super::falls::{Falls, Poses};
use super::hold::{self, STEP_S};
use super::place::{Spot, Stops};
use super::ways::Reached;
use crate::engine::Compile;
use crate::id::LinkId;
use crate::robot::motion::{Kinematics, PointToPoint, State, Step};
use crate::units::{Length, SimDuration};

/// Stretches of equal length that a window is cut into.
pub(super) const CELLS: usize = 256;

/// Stretches of equal length between the places at which the gripper is tried.
const PLACES: usize = 8;

/// A conveyor from which an arm takes parts while it moves, in a plant file. Places are those of a part's middle, from the
/// conveyor's entry.
#[derive(Debug, Deserialize)]
#[serde(rename = "track", deny_unknown_fields)]
pub struct TrackSpec {
    /// The conveyor: a belt that leads here, and elsewhere for the parts that are not caught.
    pub belt: String,
    /// Where the arm hears of a part.
    pub sensor: Length,
    /// From where to where the arm is with a part.
    pub window: (Length, Length),
}

/// A way from a belt that an arm tracks.
#[derive(Debug)]
pub struct Track {
    /// The connection over which its parts come.
    pub(super) link: LinkId,
    pub(super) stop: u16,
    /// The one stop for which a program says it; none: it is for all others.
    pub(super) dest: Option<u16>,
    pub(super) speed: f64,
    pub(super) window: [f64; 2],
    /// The window's ends in the frame of the mover, m.
    ends: [(f64, f64); 2],
    /// How the belt moves in the base, m/s.
    pub(super) velocity: Vector3<f64>,
    /// From each stop to where it goes with the belt at each place of the window, row by row, s.
    to: Vec<f64>,
    /// From each place of the window to rest, by stop, s.
    from: BTreeMap<u16, Vec<f64>>,
    /// By stop, the joints where it comes to rest.
    pub(super) rests: BTreeMap<u16, Vec<f64>>,
    /// What it does with a part.
    pub(super) strokes: Strokes,
    /// What gripping takes, if a program says it.
    pub(super) grip: Option<SimDuration>,
    /// By stop, where the gripper is with a part from each of [`PLACES`] + 1 places on, and which parts fall there.
    carried: BTreeMap<u16, Vec<(Poses, Falls)>>,
}

/// A program's way from a belt.
pub(super) struct ByProgram {
    /// Where it leads.
    pub(super) dest: u16,
    /// What the arm does with the part.
    pub(super) head: Head,
    /// What gripping takes.
    pub(super) grip: SimDuration,
    /// The joints where it comes to rest, away from the belt.
    pub(super) rests: Vec<f64>,
    /// Where the gripper is from there to where it lets go; empty if nobody asks.
    pub(super) then: Poses,
}

/// Where and when an arm meets a part.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Meeting {
    /// When the tool is at the part and at rest beside it, from now on.
    pub(super) after: SimDuration,
    /// Where the part is then, m.
    pub(super) at_m: f64,
}

impl TrackSpec {
    /// Tells the belt that it is tracked.
    pub(super) fn announce(&self, cx: &mut Compile<'_>) {
        let window = [self.window.0, self.window.1].map(Length::metres);
        cx.track("arm.tracks", &self.belt, self.sensor.metres(), window);
    }
}

impl Track {
    /// The ways from the belt that `spec` says, tracked by `arm` at `places`: the usual one, and those by `programs`. What cannot be is
    /// reported.
    pub(super) fn compile(
        spec: &TrackSpec,
        arm: &Handling,
        (stops, places): (&Stops, &[Reached]),
        programs: &[ByProgram],
        cx: &mut Compile<'_>,
    ) -> Option<Vec<Self>> {
        let field = "arm.tracks";
        let belt = cx.equipment(field, &spec.belt)?;
        let row = cx.model().row(belt);
        let (exit, speed) = (row.way.length_m(), row.belt_mps);
        let Some(speed) = speed else {
            let message = format!(
                "\"{}\" cannot be tracked: only a straight conveyor with `transport: Belt` moves all parts together",
                spec.belt
            );
            cx.error(field, &message);
            return None;
        };
        let window = [spec.window.0, spec.window.1].map(Length::metres);
        let sensor = spec.sensor.metres();
        if !(sensor >= 0.0 && sensor <= window[0] && window[0] < window[1] && window[1] <= exit) {
            let message = format!(
                "on \"{}\" of {exit} m the sensor comes first, then the window, from upstream to downstream",
                spec.belt
            );
            cx.error(field, &message);
            return None;
        }
        let tracker =
            cx.model().trackers.iter().find(|one| one.belt == belt && one.robot == cx.me());
        let link = tracker.map_or(LinkId::NONE, |one| one.link);
        let stop = stops.source(belt)?;
        let belt = Belt::new(arm, belt, speed, window, &places[usize::from(stop)], cx);
        let ways = programs.iter().map(Some).chain([None]);
        let mut tracks = Vec::new();
        for program in ways {
            let ends = match program {
                Some(way) => vec![(way.dest, way.rests.clone(), way.then.clone(), 0.0)],
                None => usual_ends(arm, (stops, stop), places),
            };
            let made = Self::make(arm, &belt, places, (link, stop), (program, ends), cx);
            match made {
                Ok(track) => tracks.push(track?),
                Err((along, why)) => {
                    let belt = &spec.belt;
                    let message =
                        format!("cannot follow \"{belt}\" {along:.3} m from its entry: {why}");
                    cx.error(field, &message);
                    return None;
                }
            }
        }
        Some(tracks)
    }

    /// One way with a part, and from the belt to each of `ends`.
    fn make(
        arm: &Handling,
        belt: &Belt<'_>,
        places: &[Reached],
        (link, stop): (LinkId, u16),
        (program, ends): (Option<&ByProgram>, Vec<End>),
        cx: &mut Compile<'_>,
    ) -> Result<Option<Self>, Wrong> {
        let strokes = belt.strokes(arm, program.map(|way| &way.head))?;
        let time = |from: State, to: State, loaded: bool| {
            PointToPoint::between(from, to, arm.limits(loaded)).solve().map(|way| way.duration())
        };
        let motions = [&strokes.down.motion, &strokes.up.motion];
        let [meets, leaves] = [motions[0].at(0.0), motions[1].end().to_vec()];
        let meeting = belt.states(arm, &arm.arm.forward(&meets), &meets)?;
        let leaving = belt.states(arm, &arm.arm.forward(&leaves), &leaves)?;
        let mut to = Vec::new();
        for place in places {
            for (along, state) in &meeting {
                let over = time(State::rest(&place.q), state.clone(), false);
                to.push(place.up[0] + over.map_err(|error| (*along, error.to_string()))?);
            }
        }
        let (mut from, mut rests, mut carried) =
            (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        let span = belt.span(&strokes);
        for (dest, rest, then, down) in ends {
            let mut row = Vec::new();
            for (along, state) in &leaving {
                let over = time(state.clone(), State::rest(&rest), true);
                row.push(down + over.map_err(|error| (*along, error.to_string()))?);
            }
            if !then.is_empty() {
                let tried = tries(arm, belt, &strokes, span, (&rest, &then), cx);
                let Some(tried) = tried else { return Ok(None) };
                carried.insert(dest, tried);
            }
            from.insert(dest, row);
            rests.insert(dest, rest);
        }
        let ends = belt.window.map(|along| belt.place(along)).map(|at| (at.x, at.y));
        Ok(Some(Self {
            link,
            stop,
            dest: program.map(|way| way.dest),
            speed: belt.speed,
            window: belt.window,
            ends,
            velocity: belt.velocity(),
            to,
            from,
            rests,
            strokes,
            grip: program.map(|way| way.grip),
            carried,
        }))
    }

    /// Where the arm that is at rest at stop `from` meets the part whose middle is at `along` (m) now, if gripping takes `pick`;
    /// none, if it cannot within its window.
    pub(super) fn meet(&self, from: u16, along: f64, pick: SimDuration) -> Option<Meeting> {
        let [upstream, downstream] = self.window;
        let [down, up] = self.strokes_s();
        let last = downstream - self.speed * (down + pick.seconds() + up);
        let first = upstream.max(along);
        if first > last {
            return None;
        }
        // How much later than the arm the part is there; straight between the places of the table.
        let slack = |p: f64| (p - along) / self.speed - self.over_s(from, p);
        let mut before = (first, slack(first));
        let mut cell = (CELLS as f64 * (first - upstream) / (downstream - upstream)) as usize;
        while before.1 < 0.0 {
            cell += 1;
            if before.0 >= last || cell > CELLS {
                return None;
            }
            let end = upstream + (downstream - upstream) * cell as f64 / CELLS as f64;
            let p = end.min(last);
            let now = (p, slack(p));
            if now.1 >= 0.0 {
                let share = before.1 / (before.1 - now.1);
                before = (before.0 + share * (p - before.0), 0.0);
                break;
            }
            before = now;
        }
        let over = before.0;
        let after = (over - along) / self.speed + down;
        let at_m = over + self.speed * down;
        Some(Meeting { after: SimDuration::from_seconds(after), at_m })
    }

    /// From the part at `along` (m), gripped, to rest: for the stop `to`, or where its program goes on.
    pub(super) fn leave(&self, along: f64, to: u16) -> SimDuration {
        let up = self.strokes.up.takes_s;
        let over = along + self.speed * up;
        let row = self.from.get(&to).map_or(0.0, |row| self.look(row, over));
        SimDuration::from_seconds(up + row)
    }

    /// Down with the part and up with it, s.
    fn strokes_s(&self) -> [f64; 2] {
        [self.strokes.down.takes_s, self.strokes.up.takes_s]
    }

    /// From rest at the stop `from` to where it goes with the belt at `p` (m), s.
    pub(super) fn over_s(&self, from: u16, p: f64) -> f64 {
        self.look(&self.to[usize::from(from) * (CELLS + 1)..][..=CELLS], p)
    }

    /// Where the gripper is with a part that was gripped at `along` (m) and goes to `stop`, and which parts fall there; as it was tried at the
    /// place next to it.
    pub(super) fn carried(&self, along: f64, stop: u16) -> Option<&(Poses, Falls)> {
        let ways = self.carried.get(&stop)?;
        let span = [self.window[0], self.window[1] - self.speed * self.strokes.up.takes_s];
        let apart = |n: &usize| (gripped_at(span, *n) - along).abs();
        let next = (0..=PLACES).min_by(|a, b| apart(a).total_cmp(&apart(b)))?;
        ways.get(next)
    }

    /// Whether parts can fall.
    pub(super) fn drops(&self) -> bool {
        !self.carried.is_empty()
    }

    /// A row of a table at the place `p` (m).
    fn look(&self, row: &[f64], p: f64) -> f64 {
        let [upstream, downstream] = self.window;
        let at = (CELLS as f64 * (p - upstream) / (downstream - upstream)).clamp(0.0, CELLS as f64);
        let cell = (at as usize).min(CELLS - 1);
        row[cell] + (at - cell as f64) * (row[cell + 1] - row[cell])
    }

    /// Where that is, in the frame of the mover.
    pub(super) fn spot(&self, along: f64) -> Spot {
        let [a, b] = self.ends;
        let share = (along - self.window[0]) / (self.window[1] - self.window[0]);
        Spot { x: a.0 + share * (b.0 - a.0), y: a.1 + share * (b.1 - a.1), stop: self.stop }
    }
}

/// A stop, the joints at rest there, where the gripper is from there on, and what that takes if it belongs to the way (s).
type End = (u16, Vec<f64>, Poses, f64);

/// From above each stop straight down.
fn usual_ends(arm: &Handling, (stops, belt): (&Stops, u16), places: &[Reached]) -> Vec<End> {
    let line = |place: &Reached| Step::Line {
        to: arm.arm.forward(&place.low),
        zone: 0.0,
        speed: f64::INFINITY,
    };
    let then = |stop: u16, place: &Reached| {
        let tried = arm.hold.is_some() && stops.leads((belt, stop));
        let down = || arm.mover(true).postures(&place.q, &[line(place)], STEP_S).ok();
        let down = if tried { down() } else { None };
        down.map_or_else(Vec::new, |postures| hold::poses(&arm.arm, &postures))
    };
    let end =
        |(stop, place): (u16, &Reached)| (stop, place.q.clone(), then(stop, place), place.down[1]);
    (0..).zip(places).map(end).collect()
}

/// The place at which a part can have been gripped, of [`PLACES`] + 1 along a `span` of the belt.
fn gripped_at([from, to]: [f64; 2], n: usize) -> f64 {
    from + (to - from).max(0.0) * n as f64 / PLACES as f64
}

/// Tries the gripper on the way from the belt to rest, and on from there.
fn tries(
    arm: &Handling,
    belt: &Belt<'_>,
    strokes: &Strokes,
    span: [f64; 2],
    (rest, then): (&[f64], &Poses),
    cx: &mut Compile<'_>,
) -> Option<Vec<(Poses, Falls)>> {
    let mut ways = Vec::new();
    for n in 0..=PLACES {
        let along = gripped_at(span, n);
        let poses = belt.carried(arm, along, strokes, (rest, then)).map_err(|why| {
            cx.error("arm.grip", &format!("cannot be tried {along:.3} m on: {why}"));
        });
        let poses = poses.ok()?;
        let falls = arm.falls(&poses, cx)?;
        ways.push((poses, falls));
    }
    Some(ways)
}
