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

use std::collections::BTreeMap;

use nalgebra::{Isometry3, Translation3, Vector3};
use serde::Deserialize;

use super::arm::Handling;
use super::falls::{Falls, Poses};
use super::hold::{self, STEP_S};
use super::place::{Spot, Stops};
use super::ways::Reached;
use crate::engine::Compile;
use crate::id::LinkId;
use crate::robot::motion::belt::riding;
use crate::robot::motion::{Kinematics, MotionError, PointToPoint, State, Step};
use crate::units::{Length, SimDuration};

/// Stretches of equal length that a window is cut into.
const CELLS: usize = 256;

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

/// A belt that an arm tracks.
#[derive(Debug)]
pub struct Track {
    /// The connection over which its parts come.
    pub(super) link: LinkId,
    stop: u16,
    speed: f64,
    window: [f64; 2],
    /// The window's ends in the frame of the mover, m.
    ends: [(f64, f64); 2],
    /// From each stop to above each place of the window, row by row, s.
    to: Vec<f64>,
    /// From above each place of the window to each stop, likewise.
    from: Vec<f64>,
    /// Straight down with the belt, and up again, s.
    down: f64,
    up: f64,
    /// By stop, where the gripper is with a part from each of [`PLACES`] + 1 places on, and which parts fall there.
    carried: BTreeMap<u16, Vec<(Poses, Falls)>>,
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
    /// The belt that `spec` says, tracked by `arm` at `places`; what cannot be is reported.
    pub(super) fn compile(
        spec: &TrackSpec,
        arm: &Handling,
        stops: &Stops,
        places: &[Reached],
        cx: &mut Compile<'_>,
    ) -> Option<Self> {
        let field = "arm.tracks";
        let belt = cx.equipment(field, &spec.belt)?;
        let row = cx.model().row(belt);
        let (exit, speed) = (row.way.length_m(), row.belt_mps);
        let Some(speed) = speed else {
            let message = format!(
                "\"{}\" cannot be tracked: only a straight conveyor with `transport: Belt` that runs as events moves all parts together",
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
        match belt.track(arm, places) {
            Ok(Times { to, from, strokes: [down, up] }) => {
                let ends = window.map(|along| belt.place(along)).map(|at| (at.x, at.y));
                let track = Self {
                    link,
                    stop,
                    speed,
                    window,
                    ends,
                    to,
                    from,
                    down,
                    up,
                    carried: BTreeMap::new(),
                };
                let carried = track.tries(arm, &belt, (stops, places), cx)?;
                Some(Self { carried, ..track })
            }
            Err((along, why)) => {
                let message =
                    format!("cannot follow \"{}\" {along:.3} m from its entry: {why}", spec.belt);
                cx.error(field, &message);
                None
            }
        }
    }

    /// Where the arm that is at rest at stop `from` meets the part whose middle is at `along` (m) now, if gripping takes `pick`;
    /// none, if it cannot within its window.
    pub(super) fn meet(&self, from: u16, along: f64, pick: SimDuration) -> Option<Meeting> {
        let [upstream, downstream] = self.window;
        let last = downstream - self.speed * (self.down + pick.seconds() + self.up);
        let first = upstream.max(along);
        if first > last {
            return None;
        }
        // How much later than the arm the part is there; straight between the places of the table.
        let slack = |p: f64| (p - along) / self.speed - self.look(&self.to, from, p);
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
        let after = (over - along) / self.speed + self.down;
        let at_m = over + self.speed * self.down;
        Some(Meeting { after: SimDuration::from_seconds(after), at_m })
    }

    /// From the part at `along` (m), gripped, to the stop `to`.
    pub(super) fn leave(&self, along: f64, to: u16) -> SimDuration {
        let over = along + self.speed * self.up;
        SimDuration::from_seconds(self.up + self.look(&self.from, to, over))
    }

    /// Tries the gripper on the ways from the belt to where parts go.
    fn tries(
        &self,
        arm: &Handling,
        belt: &Belt<'_>,
        (stops, places): (&Stops, &[Reached]),
        cx: &mut Compile<'_>,
    ) -> Option<BTreeMap<u16, Vec<(Poses, Falls)>>> {
        let mut carried = BTreeMap::new();
        if arm.hold.is_none() {
            return Some(carried);
        }
        let to = (0..).zip(places).filter(|(stop, _)| stops.leads((self.stop, *stop)));
        for (stop, place) in to {
            let mut ways = Vec::new();
            for n in 0..=PLACES {
                let along = self.gripped_at(n as f64 / PLACES as f64);
                let poses = belt.carried(arm, along, place).map_err(|why| {
                    cx.error("arm.grip", &format!("cannot be tried {along:.3} m on: {why}"));
                });
                let poses = poses.ok()?;
                let falls = arm.falls(&poses, cx)?;
                ways.push((poses, falls));
            }
            carried.insert(stop, ways);
        }
        Some(carried)
    }

    /// The places at which a part can have been gripped, by their share: it is lifted within the window.
    fn gripped_at(&self, share: f64) -> f64 {
        let [upstream, downstream] = self.window;
        upstream + share * (downstream - self.speed * self.up - upstream).max(0.0)
    }

    /// Where the gripper is with a part that was gripped at `along` (m) and goes to `stop`, and which parts fall there; as it was tried at the
    /// place next to it.
    pub(super) fn carried(&self, along: f64, stop: u16) -> Option<&(Poses, Falls)> {
        let ways = self.carried.get(&stop)?;
        let apart = |n: &usize| (self.gripped_at(*n as f64 / PLACES as f64) - along).abs();
        let next = (0..=PLACES).min_by(|a, b| apart(a).total_cmp(&apart(b)))?;
        ways.get(next)
    }

    /// Whether parts can fall.
    pub(super) fn drops(&self) -> bool {
        !self.carried.is_empty()
    }

    /// The row of a stop in a table at the place `p` (m).
    fn look(&self, table: &[f64], stop: u16, p: f64) -> f64 {
        let [upstream, downstream] = self.window;
        let row = &table[usize::from(stop) * (CELLS + 1)..][..=CELLS];
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

/// A belt as the arm sees it, while its table is made.
struct Belt<'a> {
    frame: Isometry3<f64>,
    turn: nalgebra::UnitQuaternion<f64>,
    near: &'a [f64],
    height: f64,
    approach: f64,
    speed: f64,
    window: [f64; 2],
}

/// What is worked out beforehand, s.
struct Times {
    to: Vec<f64>,
    from: Vec<f64>,
    /// Straight down, and up.
    strokes: [f64; 2],
}

/// A place on a belt, m, and why it cannot be used.
type Wrong = (f64, String);

impl<'a> Belt<'a> {
    fn new(
        arm: &Handling,
        belt: crate::id::EquipmentId,
        speed: f64,
        window: [f64; 2],
        waiting: &'a Reached,
        cx: &Compile<'_>,
    ) -> Self {
        let frame = cx.model().row(cx.me()).pose.inverse() * cx.model().row(belt).pose;
        let (height, approach) = (arm.height_at(belt, cx), arm.approach);
        let start = frame * nalgebra::Point3::new(window[0], 0.0, 0.0);
        let turn = arm.arm.down_at([start.x, start.y, height]).rotation;
        Self { frame, turn, near: &waiting.q, height, approach, speed, window }
    }

    /// A place of the belt in the frame of the mover.
    fn place(&self, along: f64) -> nalgebra::Point3<f64> {
        self.frame * nalgebra::Point3::new(along, 0.0, 0.0)
    }

    /// The tool so far above the place `along` (m).
    fn tool(&self, along: f64, above: f64) -> Isometry3<f64> {
        let at = self.place(along);
        Isometry3::from_parts(Translation3::new(at.x, at.y, self.height + above), self.turn)
    }

    /// Times from all places to above the belt, and from there to all places, and of the strokes.
    fn track(&self, arm: &Handling, places: &[Reached]) -> Result<Times, Wrong> {
        let velocity = self.frame.rotation * Vector3::new(self.speed, 0.0, 0.0);
        let [upstream, downstream] = self.window;
        let mut states = Vec::with_capacity(CELLS + 1);
        for cell in 0..=CELLS {
            let along = upstream + (downstream - upstream) * cell as f64 / CELLS as f64;
            let pose = self.tool(along, self.approach);
            let near = states.last().map_or(self.near, |last: &(f64, State)| &last.1.position);
            let state = riding(&arm.arm, arm.limits(false), &pose, velocity, near);
            states.push((along, state.map_err(|error| (along, error.to_string()))?));
        }
        let time = |from: State, to: State, loaded: bool| {
            let way = PointToPoint::between(from, to, arm.limits(loaded));
            way.solve().map(|motion| motion.duration())
        };
        let (mut to, mut from) = (Vec::new(), Vec::new());
        for place in places {
            let rest = State::rest(&place.q);
            for (along, state) in &states {
                let wrong = |error: MotionError| (*along, error.to_string());
                to.push(place.up[0] + time(rest.clone(), state.clone(), false).map_err(wrong)?);
                from.push(place.down[1] + time(state.clone(), rest.clone(), true).map_err(wrong)?);
            }
        }
        let mut strokes = [0.0_f64; 2];
        for (along, state) in [&states[0], &states[CELLS]] {
            let [down, up] =
                self.strokes(arm, *along, &state.position).map_err(|why| (*along, why))?;
            strokes = [strokes[0].max(down), strokes[1].max(up)];
        }
        Ok(Times { to, from, strokes })
    }

    /// Where the gripper is with a part that it has gripped at `along` (m): straight up with the belt, over, and straight down at `to`.
    fn carried(&self, arm: &Handling, along: f64, to: &Reached) -> Result<Poses, String> {
        let wrong = |error: MotionError| error.to_string();
        let tooled = &arm.arm;
        let line = |to: Isometry3<f64>| Step::Line { to, zone: 0.0, speed: f64::INFINITY };
        let mover = arm.mover(true);
        let straight = |from: &[f64], to: Isometry3<f64>| {
            let postures = mover.postures(from, &[line(to)], STEP_S);
            postures.map(|all| hold::poses(tooled, &all)).map_err(|(_, error)| wrong(error))
        };
        let over = tooled
            .nearest(&self.tool(along, self.approach), self.near)
            .map_err(|error| error.to_string())?;
        let low =
            tooled.nearest(&self.tool(along, 0.0), &over).map_err(|error| error.to_string())?;
        let velocity = self.frame.rotation * Vector3::new(self.speed, 0.0, 0.0);
        let up = straight(&low, self.tool(along, self.approach))?;
        let with_belt = |(n, pose): (usize, &Isometry3<f64>)| {
            Translation3::from(velocity * (n as f64 * STEP_S)) * pose
        };
        let mut poses: Poses = up.iter().enumerate().map(with_belt).collect();
        let risen = self.tool(along + self.speed * poses.len() as f64 * STEP_S, self.approach);
        let moving = riding(tooled, arm.limits(true), &risen, velocity, &over).map_err(wrong)?;
        let swing = PointToPoint::between(moving, State::rest(&to.q), arm.limits(true));
        let swing = swing.solve().map_err(wrong)?;
        let steps = (swing.duration() / STEP_S).ceil() as usize;
        poses.extend((0..=steps).map(|n| tooled.forward(&swing.at(n as f64 * STEP_S).position)));
        poses.extend(straight(&to.q, tooled.forward(&to.low))?.into_iter().skip(1));
        Ok(poses)
    }

    /// Straight down to the place `along` (m) and up again, with the joints `over` above it (s).
    fn strokes(&self, arm: &Handling, along: f64, over: &[f64]) -> Result<[f64; 2], String> {
        let line = |above: f64| Step::Line {
            to: self.tool(along, above),
            zone: 0.0,
            speed: f64::INFINITY,
        };
        let low =
            arm.arm.nearest(&self.tool(along, 0.0), over).map_err(|error| error.to_string())?;
        let down = arm.time(false, over, &[line(0.0), Step::Grip(0.0)])?;
        Ok([down, arm.time(true, &low, &[line(self.approach)])?])
    }
}
