//! Turntables as rigid bodies: a round deck with driven rollers between conveyors that end and begin at its rim.
//!
//! ```text
//!              │ ▲ │                    in:    from the rim to the middle, d/2 + l/2, and to a stop
//!            ╭─┴───┴─╮                  turn:  where the part lies in the middle
//!   ─────────┤   ▲   │                  out:   from the middle until the front is at the rim, d/2 − l/2
//!    a ▶  ▶  │ ▶─┘   │
//!   ─────────┤       │                  back:  until the part is off, l; then round to who waits, or home
//!            ╰───────╯
//! ```
//!
//! The rules of the border are those of the form of events: a part comes in with its front at the rim, and leaves so. `turn` is all
//! the time between: *d/v + v/a* of it is for riding, at the speed *v* of the rollers and with stops and starts at *a*, half of what friction
//! gives; in the rest the table turns. A part that goes straight on stands in the middle for that time. Of `back` *l/v* is for riding off. Where
//! the rest is too short to turn in it without the part slipping, the table takes the time that it needs, and `genba check` says so.
//!
//! It turns by *s(u) = u³ (10 − 15 u + 6 u²)*, whose acceleration is at most 5.77 θ/T². Friction under a part that lies evenly turns
//! it by at most *α = 12 μ g r / (l² + w²)*, with *r* the mean distance of its underside from its middle.
//!
//! A *transfer* does not turn: its drives change direction when the part lies in its middle, and it goes off sideways, as it lies.
//!
//! Where a part goes is decided in its middle position: by `divert`, or to who has room first. Where parts come from several sides, gates at
//! the rim hold each until the table points to it.

use std::f64::consts::{PI, TAU};

use nalgebra::{Isometry3, Vector3};
use serde::{Deserialize, Serialize};

use super::TurntableSpec;
use crate::engine::{Bodies, Compile, Ctx, Product};
use crate::id::{LinkId, PartId};
use crate::kernel::EventKey;
use crate::physics::{Cell, DeckId, DriveId, GRAVITY, GateId, PhysicsError, Table};
use crate::units::{Length, SimDuration, SimTime, Speed};

/// Thickness of the deck and of gates, m.
const THICK: f64 = 0.05;
/// How far behind the rim gates stand, m: more than a part goes in a step.
const CLEARANCE: f64 = 0.01;
/// Share of the friction that stops and starts use.
const GENTLE: f64 = 0.5;
/// Most of the second derivative of s(u).
const STEEPEST: f64 = 5.773_502_691_896_258;

/// The measures of a turntable: SI.
#[derive(Clone, Copy, Debug)]
pub(super) struct Measures {
    /// From its middle to its rim.
    pub(super) reach: f64,
    speed: f64,
    friction: f64,
    /// It does not turn: its drives change direction.
    transfer: bool,
}

impl Measures {
    /// Those that `spec` says; what makes no sense is reported.
    pub(super) fn of(spec: &TurntableSpec, cx: &mut Compile<'_>) -> Self {
        let reach = 0.5 * spec.diameter.map_or(1.4, Length::metres);
        let speed = spec.speed.map_or(0.5, Speed::metres_per_second);
        let friction = spec.friction.unwrap_or(Product::FRICTION);
        for (field, value) in [("diameter", reach), ("speed", speed), ("friction", friction)] {
            if !(value > 0.0 && value.is_finite()) {
                cx.error(field, "it is above zero");
            }
        }
        Self { reach, speed, friction, transfer: spec.transfer }
    }

    /// With what rollers start and stop, m/s².
    fn ramp(&self) -> f64 {
        GENTLE * self.friction * GRAVITY
    }

    /// Shortest time in which a part of half `length` and half `width` (m) turns by `angle` (rad) without slipping, s.
    fn least(&self, angle: f64, [length, width]: [f64; 2]) -> f64 {
        if self.transfer {
            return 0.0;
        }
        let diagonal = length.hypot(width);
        let part = |a: f64, b: f64| a * a / (6.0 * b) * libm::log((b + diagonal) / a);
        let mean = diagonal / 3.0 + part(length, width) + part(width, length);
        let most = 3.0 * self.friction * GRAVITY * mean / (diagonal * diagonal);
        (STEEPEST * angle.abs() / most).sqrt()
    }
}

/// A side on which parts come or go.
#[derive(Clone, Copy, Debug)]
struct Side {
    link: LinkId,
    /// Which way they go there, rad from where the first come from.
    heading: f64,
    gate: GateId,
}

/// What it consists of in its cell.
#[derive(Debug)]
pub(super) struct Disc {
    measures: Measures,
    /// Its middle, x the way that the first parts come.
    top: Isometry3<f64>,
    /// Which way that is from x of the equipment, rad.
    home: f64,
    deck: DeckId,
    rollers: DriveId,
    ins: Vec<Side>,
    outs: Vec<Side>,
    /// All of both.
    gates: Vec<GateId>,
}

/// What it is at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
enum Stage {
    #[default]
    Empty,
    /// It turns to the part that waits at the rim.
    Aligning,
    RidingIn,
    Braking,
    /// The part is in the middle, and nobody has room for it.
    Undecided,
    Turning,
    RidingOut,
    /// The front of the part is at the rim.
    AtRim,
    /// The part is off its books, and still on it.
    Clearing,
    Returning,
}

/// A turn from one heading by so much.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
struct Turn {
    from: f64,
    by: f64,
    begins: SimTime,
    ends: SimTime,
}

impl Turn {
    /// Where it points at `at`, rad.
    fn at(&self, at: SimTime) -> f64 {
        let (gone, all) = ((at - self.begins).ns() as f64, (self.ends - self.begins).ns() as f64);
        if gone >= all {
            return self.to();
        }
        let u = (gone / all).max(0.0);
        self.from + self.by * u * u * u * (10.0 - 15.0 * u + 6.0 * u * u)
    }

    /// Where it points in the end, rad.
    fn to(&self) -> f64 {
        self.from + self.by
    }
}

/// What changes on a turntable that runs as rigid bodies.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Ride {
    stage: Stage,
    part: Option<PartId>,
    /// Half of its length, width and height, m.
    half: [f64; 3],
    /// The side that it comes by, then the one that it leaves by.
    side: u16,
    /// When the front of the part should be at the rim, or the table back.
    due: SimTime,
    turn: Turn,
    key: EventKey,
    stopped: Option<SimTime>,
}

impl Ride {
    /// Whether the part waits in the middle for somebody with room.
    pub(super) fn is_undecided(&self) -> bool {
        self.stage == Stage::Undecided
    }
}

/// What a timer came to.
pub(super) enum Came {
    /// It goes on.
    Nowhere,
    /// Nobody has room.
    Lost,
    /// The front is at the rim, or the table is back.
    Home,
}

impl Disc {
    /// Puts it into its cell, if it is in one; `means` are those of `turn` and `back` (s).
    pub(super) fn place(measures: Measures, means: [f64; 2], cx: &mut Compile<'_>) -> Option<Self> {
        let row = cx.model().row(cx.me());
        let (middle, _) = (row.top(), row.cell?);
        let goods: Vec<_> =
            cx.model().products.iter().map(|product| product.size(Product::LENGTH_M)).collect();
        let longest = goods.iter().map(|size| size.xy().norm()).fold(0.0, f64::max);
        if 0.5 * longest + CLEARANCE + THICK > measures.reach {
            let message = format!(
                "a part of {longest:.2} m from corner to corner does not turn between conveyors {:.2} m apart",
                2.0 * measures.reach
            );
            cx.error("diameter", &message);
        }
        let ways = [(cx.incoming(), true), (cx.outgoing(), false)];
        let [ins, outs] = ways.map(|(links, inward)| {
            let border = |link: LinkId| {
                let ends = &cx.model().links[link.index()];
                let row = cx.model().row(if inward { ends.from } else { ends.to });
                let at = if inward { row.top() * row.way.exit() } else { row.top() };
                (link, at.rotation)
            };
            links.into_iter().map(border).collect::<Vec<_>>()
        });
        let top = Isometry3::from_parts(middle.translation, ins.first()?.1);
        let home = (middle.rotation.inverse() * top.rotation).euler_angles().2;
        let tallest = goods.iter().map(|size| size.z).fold(THICK, f64::max);
        // Crosswise too.
        let widest = goods.iter().map(|size| size.x.max(size.y)).fold(THICK, f64::max);
        let cell = cx.cell()?;
        match Self::build(measures, top, [&ins, &outs], [widest, tallest], cell) {
            Ok(disc) => {
                let disc = Self { home, ..disc };
                disc.warn(&goods, means, cx);
                Some(disc)
            }
            Err(error) => {
                cx.error("", &error.to_string());
                None
            }
        }
    }

    fn build(
        measures: Measures,
        top: Isometry3<f64>,
        sides: [&[(LinkId, nalgebra::UnitQuaternion<f64>)]; 2],
        [widest, tallest]: [f64; 2],
        cell: &mut Cell,
    ) -> Result<Self, PhysicsError> {
        let rollers = cell.add_drive(0.0)?;
        let friction = measures.friction * measures.friction / Product::FRICTION;
        let section = [2.0 * measures.reach, THICK];
        let deck = cell.add_table(Table { top, section, friction, rollers })?;
        let mut side = |(link, rotation): &(LinkId, nalgebra::UnitQuaternion<f64>), rim: f64| {
            let heading = nearest((top.rotation.inverse() * rotation).euler_angles().2);
            let out = rim + CLEARANCE + 0.5 * THICK;
            let at = turned(&top, heading) * Isometry3::translation(out, 0.0, 0.5 * tallest);
            let gate = cell.add_gate(Vector3::new(THICK, widest, tallest), at)?;
            Ok(Side { link: *link, heading, gate })
        };
        let reach = measures.reach;
        let ins = sides[0].iter().map(|one| side(one, -reach)).collect::<Result<Vec<_>, _>>()?;
        let outs = sides[1].iter().map(|one| side(one, reach)).collect::<Result<Vec<_>, _>>()?;
        let gates = ins.iter().chain(&outs).map(|side| side.gate).collect();
        Ok(Self { measures, top, home: 0.0, deck, rollers, ins, outs, gates })
    }

    /// Warns where its times ask for more than friction gives.
    fn warn(&self, goods: &[Vector3<f64>], [turn, back]: [f64; 2], cx: &mut Compile<'_>) {
        let Measures { reach, speed, .. } = self.measures;
        let pairs = self.ins.iter().flat_map(|a| self.outs.iter().map(move |b| [a, b]));
        let most = pairs.map(|[a, b]| nearest(b.heading - a.heading).abs()).fold(0.0, f64::max);
        let least =
            goods.iter().map(|size| self.measures.least(most, [0.5 * size.x, 0.5 * size.y]));
        let least = least.fold(0.0, f64::max);
        let longest = goods.iter().map(|size| size.x).fold(0.0, f64::max);
        let across = 2.0 * reach / speed + speed / self.measures.ramp();
        let off = longest / speed;
        let degrees = most.to_degrees();
        for (field, says, rides, what) in
            [("turn", turn, across, "across"), ("back", back, off, "off")]
        {
            if says < rides + least {
                let message = format!(
                    "as rigid bodies it takes {:.2} s: {rides:.2} s for a part to ride {what} at {speed} m/s, and {least:.2} s to turn by \
                     {degrees:.0} deg without the part slipping; `{field}` says {says:.2} s",
                    rides + least
                );
                cx.warn(field, &message);
            }
        }
    }

    /// A part comes, its front at the rim, and should be at the other rim after `time`.
    pub(super) fn take(
        &self,
        ride: &mut Ride,
        cx: &mut Ctx<'_>,
        part: PartId,
        link: LinkId,
        time: SimDuration,
    ) {
        let now = cx.now();
        let size = cx.bodies().and_then(|bodies| bodies.size(part)).unwrap_or_default();
        ride.part = Some(part);
        ride.half = (0.5 * size).into();
        ride.due = now + time;
        ride.side = self.ins.iter().position(|side| side.link == link).unwrap_or(0) as u16;
        if let Some(bodies) = cx.change_bodies() {
            bodies.hold_back(part, &self.gates);
        }
        let heading = self.ins[usize::from(ride.side)].heading;
        if nearest(heading - ride.turn.to()) == 0.0 {
            self.admit(ride, cx);
            return;
        }
        ride.stage = Stage::Aligning;
        self.turn(ride, cx, heading, 0.0);
    }

    /// Lets the part at the rim ride in.
    fn admit(&self, ride: &mut Ride, cx: &mut Ctx<'_>) {
        ride.stage = Stage::RidingIn;
        let gate = self.ins[usize::from(ride.side)].gate;
        if let (Some(part), Some(bodies)) = (ride.part, cx.change_bodies()) {
            bodies.let_through(part, gate);
            bodies.drive(self.rollers, self.measures.speed);
        }
    }

    /// Turns to `heading` in `time` (s), or in as much as it takes.
    fn turn(&self, ride: &mut Ride, cx: &mut Ctx<'_>, heading: f64, time: f64) {
        let (from, now) = (ride.turn.to(), cx.now());
        let by = nearest(heading - from);
        let [length, width, _] = ride.half;
        let time = SimDuration::from_seconds(time.max(self.measures.least(by, [length, width])));
        ride.turn = Turn { from, by, begins: now, ends: now + time };
        ride.key = cx.timer(time, 0, 0);
        // It wakes its cell.
        if let Some(bodies) = cx.change_bodies() {
            bodies.drive(self.rollers, 0.0);
        }
    }

    /// Turns the part in the middle to where it leaves by `link`.
    pub(super) fn turn_out(&self, ride: &mut Ride, cx: &mut Ctx<'_>, link: LinkId) {
        let Measures { reach, speed, .. } = self.measures;
        ride.side = self.outs.iter().position(|side| side.link == link).unwrap_or(0) as u16;
        ride.stage = Stage::Turning;
        let heading = self.outs[usize::from(ride.side)].heading;
        let lies =
            self.along(ride, cx, if self.measures.transfer { heading } else { ride.turn.to() });
        let half = lies.map_or(ride.half[0], |[_, [back, front]]| 0.5 * (front - back));
        let out = (reach - half) / speed + 0.5 * speed / self.measures.ramp();
        let left = (ride.due - cx.now()).seconds() - out;
        self.turn(ride, cx, heading, left);
    }

    /// The front of the part is at the rim, and nobody has room.
    pub(super) fn hold(&self, cx: &mut Ctx<'_>) {
        if let Some(bodies) = cx.change_bodies() {
            bodies.drive(self.rollers, 0.0);
        }
    }

    /// The part leaves; after `time` the table should be back.
    pub(super) fn let_go(&self, ride: &mut Ride, cx: &mut Ctx<'_>, time: SimDuration) {
        ride.stage = Stage::Clearing;
        ride.due = cx.now() + time;
        let gate = self.outs[usize::from(ride.side)].gate;
        if let (Some(part), Some(bodies)) = (ride.part, cx.change_bodies()) {
            bodies.let_through(part, gate);
            bodies.ramp(self.rollers, self.measures.speed, self.measures.ramp());
        }
    }

    /// Sends the deck to where it is at `to`.
    pub(super) fn before_step(&self, ride: &Ride, bodies: &mut Bodies, to: SimTime) {
        if self.measures.transfer {
            bodies.point(self.deck, ride.turn.to());
            return;
        }
        let at = ride.stopped.map_or(to, |stopped| stopped.min(to));
        bodies.turn(self.deck, ride.turn.at(at));
    }

    /// Where it points at `now`, rad from x of the equipment.
    pub(super) fn points(&self, ride: &Ride, now: SimTime) -> f64 {
        self.home + ride.turn.at(ride.stopped.unwrap_or(now))
    }

    /// Looks where its part has got to.
    pub(super) fn on_step(&self, ride: &mut Ride, cx: &mut Ctx<'_>) {
        if ride.stopped.is_some() {
            return;
        }
        match ride.stage {
            Stage::RidingIn => self.brake(ride, cx),
            Stage::RidingOut if ride.key.is_none() => {
                let reach = self.measures.reach;
                let Some([before, after]) = self.along(ride, cx, ride.turn.to()) else { return };
                if after[1] >= reach {
                    let [from, to] = cx.bodies().map_or([cx.now(); 2], Bodies::step_span);
                    let way = after[1] - before[1];
                    let share = if way > 0.0 { (reach - before[1]) / way } else { 0.0 };
                    let after = share.max(0.0) * (to - from).ns() as f64;
                    ride.key = cx.timer(SimDuration::from_ns(after as i64), 0, 0);
                }
            }
            Stage::Clearing => {
                let off = self
                    .along(ride, cx, ride.turn.to())
                    .is_none_or(|[_, [back, _]]| back >= self.measures.reach);
                if off {
                    self.turn_back(ride, cx);
                }
            }
            _ => {}
        }
    }

    /// Brakes so that the part comes to a stop with its middle over that of the table.
    fn brake(&self, ride: &mut Ride, cx: &mut Ctx<'_>) {
        let Some([_, [back, front]]) = self.along(ride, cx, ride.turn.to()) else { return };
        let left = -f64::midpoint(back, front);
        let Some(bodies) = cx.change_bodies() else { return };
        let [_, to] = bodies.step_span();
        let drive = bodies.cell().drive(self.rollers);
        let speed = drive.map_or(0.0, |drive| drive.speed(to.ns()));
        let ramp = self.measures.ramp();
        if left
            > 0.5 * speed * speed / ramp + speed * 1e-9 * (bodies.cell().settings().step_ns as f64)
        {
            return;
        }
        ride.stage = Stage::Braking;
        let mut stops = to;
        if left > 1e-6 && speed > 0.0 {
            bodies.ramp(self.rollers, 0.0, 0.5 * speed * speed / left);
            stops = to + SimDuration::from_seconds(2.0 * left / speed);
        } else {
            bodies.drive(self.rollers, 0.0);
        }
        ride.key = cx.timer(stops - cx.now(), 0, 0);
    }

    /// Turns to who waits, or home.
    fn turn_back(&self, ride: &mut Ride, cx: &mut Ctx<'_>) {
        ride.stage = Stage::Returning;
        ride.part = None;
        let next = cx.first_in_line();
        let next = self.ins.iter().find(|side| Some(side.link) == next).unwrap_or(&self.ins[0]);
        self.turn(ride, cx, next.heading, (ride.due - cx.now()).seconds());
    }

    /// What it is at is done.
    pub(super) fn on_timer(&self, ride: &mut Ride, cx: &mut Ctx<'_>) -> Came {
        ride.key = EventKey::NONE;
        match (ride.stage, ride.part) {
            (Stage::Aligning, _) => self.admit(ride, cx),
            (Stage::Braking, Some(part)) => {
                let link = cx.aim(part);
                if link.is_none() {
                    ride.stage = Stage::Undecided;
                    return Came::Lost;
                }
                self.turn_out(ride, cx, link);
            }
            (Stage::Turning, _) => {
                ride.stage = Stage::RidingOut;
                self.roll(cx);
            }
            (Stage::RidingOut, _) => {
                ride.stage = Stage::AtRim;
                return Came::Home;
            }
            (Stage::Returning, _) => {
                ride.stage = Stage::Empty;
                return Came::Home;
            }
            _ => {}
        }
        Came::Nowhere
    }

    fn roll(&self, cx: &mut Ctx<'_>) {
        if let Some(bodies) = cx.change_bodies() {
            bodies.ramp(self.rollers, self.measures.speed, self.measures.ramp());
        }
    }

    /// It stands still, in the midst of whatever it is at.
    pub(super) fn stop(&self, ride: &mut Ride, cx: &mut Ctx<'_>) {
        if ride.stopped.is_some() {
            return;
        }
        ride.stopped = Some(cx.now());
        cx.cancel(&mut ride.key);
        if ride.stage == Stage::Braking {
            ride.stage = Stage::RidingIn;
        }
        self.hold(cx);
    }

    /// It goes on from there.
    pub(super) fn go_on(&self, ride: &mut Ride, cx: &mut Ctx<'_>) {
        let Some(stopped) = ride.stopped.take() else { return };
        let stood = cx.now() - stopped;
        ride.due += stood;
        match ride.stage {
            Stage::Aligning | Stage::Turning | Stage::Returning => {
                ride.turn.begins += stood;
                ride.turn.ends += stood;
                ride.key = cx.timer(ride.turn.ends - cx.now(), 0, 0);
                self.hold(cx);
            }
            Stage::RidingIn | Stage::RidingOut | Stage::Clearing => self.roll(cx),
            Stage::Empty | Stage::Braking | Stage::Undecided | Stage::AtRim => {}
        }
    }

    /// How far the back and the front of its part were from the middle at the begin of the last step, and are at its end, m, along
    /// `heading` (rad).
    fn along(&self, ride: &Ride, cx: &Ctx<'_>, heading: f64) -> Option<[[f64; 2]; 2]> {
        let frame = turned(&self.top, heading);
        let poses = cx.bodies()?.way(ride.part?)?;
        Some(poses.map(|pose| {
            let seen = frame.inv_mul(&pose);
            let axes = seen.rotation.to_rotation_matrix();
            let half: f64 = (0..3).map(|n| ride.half[n] * axes[(0, n)].abs()).sum();
            [seen.translation.x - half, seen.translation.x + half]
        }))
    }
}

/// `top`, turned by `heading`.
fn turned(top: &Isometry3<f64>, heading: f64) -> Isometry3<f64> {
    let (sin, cos) = libm::sincos(0.5 * heading);
    let half = nalgebra::Quaternion::new(cos, 0.0, 0.0, sin);
    top * nalgebra::UnitQuaternion::new_unchecked(half)
}

/// `angle` as the shortest way there, rad; what is nothing but rounding is nothing.
fn nearest(angle: f64) -> f64 {
    let angle = angle - TAU * (angle / TAU).round();
    let angle = if angle <= -PI { angle + TAU } else { angle };
    if angle.abs() < 1e-9 { 0.0 } else { angle }
}
