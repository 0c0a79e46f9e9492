//! An arm among rigid bodies: its links, its hand, and the parts that it takes from a cell and puts down there.
//!
//! When the arm moves, picks and places is a matter of events, the same as without bodies, and where it is follows from that
//! ([`posture`](super::posture)). Here the bodies are taken along: in each step links and hand go to where the arm is at its end. What that takes
//! of the grip is up to the part; what is too much for it lets it slide, or fall. A part that has fallen is lost and counted as dropped. Its
//! body lies where it falls, and what runs into it there stands; the arm goes on with nothing in its hand.
//!
//! A part that comes from equipment that runs as events becomes a body in the hand, and one that goes there is a body no more.

use nalgebra::{Isometry3, Point3, Translation3, UnitQuaternion, Vector3};

use super::arm::Handling;
use super::hold::Hold;
use super::mover::{Device, FALLEN, MoverState, Plan};
use super::order::Leg;
use crate::engine::{Bodies, Compile, Ctx, Embodied, Product};
use crate::id::{LinkId, PartId};
use crate::physics::{ArmLinkId, Cell, Goods, HandId, Held, Motion, PhysicsError};
use crate::planning::Body;
use crate::robot::motion::Kinematics;
use crate::units::SimTime;

/// Coefficient of friction of an arm's links.
const FRICTION: f64 = 0.3;
/// How far a cup may be from the top of a part and still take it, m: what its lip gives way.
const LIP_M: f64 = 0.01;

/// An arm in a cell.
#[derive(Debug)]
pub(super) struct Embodiment {
    hand: HandId,
    links: Vec<ArmLinkId>,
    /// Its base in the plant.
    base: Isometry3<f64>,
    hold: Hold,
    /// By product.
    goods: Vec<Goods>,
    /// Connections over which parts stay bodies of the cell.
    handed: Vec<LinkId>,
}

impl Embodiment {
    /// Puts `arm`, with its joints at `q`, into the cell of the equipment that is being compiled, if that is in one.
    pub(super) fn place(arm: &Handling, q: &[f64], cx: &mut Compile<'_>) -> Option<Self> {
        let hold = arm.hold?;
        let handed = cx.outgoing().into_iter().filter(|link| cx.hands_over(*link)).collect();
        let goods = cx.model().products.iter().map(|product| product.goods(Product::LENGTH_M));
        let goods = goods.collect();
        let base = cx.model().row(cx.me()).pose * Isometry3::translation(0.0, 0.0, arm.base);
        let placed = Self::bodies(arm, q, &base, cx.cell()?);
        match placed {
            Ok((hand, links)) => Some(Self { hand, links, base, hold, goods, handed }),
            Err(error) => {
                cx.error("arm", &error.to_string());
                None
            }
        }
    }

    /// Its hand and its links but for the tool, as far as anything is known of their girths.
    fn bodies(
        arm: &Handling,
        q: &[f64],
        base: &Isometry3<f64>,
        cell: &mut Cell,
    ) -> Result<(HandId, Vec<ArmLinkId>), PhysicsError> {
        let hand = cell.add_hand(base * arm.arm.forward(q))?;
        let girths = Body::of(&arm.arm).ok();
        let lines = lines(arm, q, base);
        let links = girths.iter().flat_map(|body| {
            (0..).zip(&lines).map(|(n, ends)| (*ends, body.girth(n))).collect::<Vec<_>>()
        });
        let links = links.map(|(ends, girth)| cell.add_link(ends, girth.max(1e-3), FRICTION));
        Ok((hand, links.collect::<Result<_, _>>()?))
    }

    /// What it holds.
    pub(super) fn held<'b>(&self, bodies: &'b Bodies) -> Option<&'b Held> {
        bodies.held(self.hand)
    }

    /// Sends it to the joints `q`.
    fn follow(&self, arm: &Handling, q: &[f64], bodies: &mut Bodies) {
        bodies.move_hand(self.hand, self.base * arm.arm.forward(q));
        for (link, ends) in self.links.iter().zip(lines(arm, q, &self.base)) {
            bodies.move_link(*link, ends);
        }
    }

    /// Its hand, with the joints at `q`, takes `part`, if that is where it reaches it.
    fn take(&self, arm: &Handling, q: &[f64], cx: &mut Ctx<'_>, part: PartId) {
        let tool = self.base * arm.arm.forward(q);
        let mut goods = self.goods[cx.part(part).product.index()];
        goods.mass_kg = cx.core().mass_kg(cx.model(), part);
        let Some(bodies) = cx.change_bodies() else { return };
        if !bodies.holds(part) {
            bodies.put(part, goods, self.below(&tool, goods.size.z), Motion::default());
        }
        let (Some([_, lies]), Some(size)) = (bodies.way(part), bodies.size(part)) else { return };
        if self.reaches(&tool, &lies, &size) {
            bodies.grip(self.hand, tool, part, self.hold.grip);
        }
    }

    /// Where a part as high as `height` (m) stands upright that the `tool` is at.
    fn below(&self, tool: &Isometry3<f64>, height: f64) -> Isometry3<f64> {
        let ahead = tool.rotation * Vector3::x();
        let turn = Vector3::z() * libm::atan2(ahead.y, ahead.x);
        let down = if self.hold.on_top { 0.5 * height } else { 0.0 };
        let at = tool.translation.vector - Vector3::z() * down;
        Isometry3::from_parts(Translation3::from(at), UnitQuaternion::new(turn))
    }

    /// Whether the `tool` is at a part of `size` (m) that lies there: a cup on its top, fingers about it.
    fn reaches(&self, tool: &Isometry3<f64>, lies: &Isometry3<f64>, size: &Vector3<f64>) -> bool {
        let half = 0.5 * size;
        let at = lies.inverse_transform_point(&Point3::from(tool.translation.vector));
        let over = at.x.abs() <= half.x && at.y.abs() <= half.y;
        let near = if self.hold.on_top { (at.z - half.z).abs() } else { at.z.abs() - half.z };
        self.hold.is_fixed() || (over && near <= LIP_M)
    }
}

/// The lines of its links at `q` in the plant, that of the tool left out.
fn lines(arm: &Handling, q: &[f64], base: &Isometry3<f64>) -> Vec<[Vector3<f64>; 2]> {
    let lines = Body::lines(&arm.arm, q).unwrap_or_default();
    let there = |end: Vector3<f64>| (base * Point3::from(end)).coords;
    let links = lines.len().saturating_sub(1);
    lines.into_iter().take(links).map(|ends| ends.map(there)).collect()
}

impl Plan {
    /// How it takes part in a cell.
    pub(super) fn embodied(&self) -> Embodied {
        let Some(arm) = &self.arm else {
            return Embodied::Not("a robot can where an `arm` moves it");
        };
        if self.two_hands {
            Embodied::Not("it has two grippers")
        } else if arm.hold.is_none() {
            Embodied::Not(
                "its arm does not say how it grips: `grip: Vacuum(…)`, `Fingers(…)`, or `Attach` for one that never drops anything",
            )
        } else if !arm.centred {
            Embodied::Not(
                "its arm takes parts by their ends, and not by their middles: `centred: true`",
            )
        } else {
            Embodied::Handles
        }
    }

    /// Sends the bodies of its arm to where it is at `to`.
    pub(super) fn lead(&self, state: &MoverState, bodies: &mut Bodies, to: SimTime) {
        if let (Some(body), Some(arm)) = (&self.body, &self.arm)
            && let Some(q) = self.joints(state, to)
        {
            body.follow(arm, &q, bodies);
        }
    }

    /// The arm is about to move: what it may run into has to be looked at.
    pub(super) fn stir(&self, cx: &mut Ctx<'_>) {
        if self.body.is_some() {
            cx.change_bodies();
        }
    }

    /// The hand takes the body of a part that has come.
    pub(super) fn grasp(&self, state: &MoverState, cx: &mut Ctx<'_>, part: PartId) {
        let (Some(body), Some(arm)) = (&self.body, &self.arm) else { return };
        let Some([_, to]) = cx.change_bodies().map(|bodies| bodies.step_span()) else { return };
        if let Some(q) = self.joints(state, to) {
            body.take(arm, &q, cx, part);
        }
    }

    /// The hand of device `at` opens over the place of its part.
    pub(super) fn open_hand(&self, state: &MoverState, cx: &mut Ctx<'_>, at: usize) {
        if let Some(job) = state.devices[at].job {
            self.let_go(cx, job);
        }
    }

    /// The hand lets go of the part of `leg`, which goes to its place.
    pub(super) fn let_go(&self, cx: &mut Ctx<'_>, leg: Leg) {
        let Some(body) = &self.body else { return };
        let Some(bodies) = cx.change_bodies() else { return };
        bodies.release(body.hand);
        if !body.handed.contains(&leg.to) {
            bodies.take(leg.part);
        }
    }

    /// Device `at` loses what it holds.
    pub(super) fn lose(&self, state: &mut MoverState, cx: &mut Ctx<'_>, at: usize) {
        if let Some(body) = &self.body
            && let Some(bodies) = cx.change_bodies()
        {
            bodies.release(body.hand);
            state.devices[at].held().for_each(|leg| bodies.leave(leg.part));
        }
        state.devices[at].lose(self.hoist, cx);
    }

    /// After a step: whether the hand has lost its part by the end of it.
    pub(super) fn look_at_hand(&self, state: &MoverState, cx: &mut Ctx<'_>) {
        if self.is_bare(state, cx)
            && let Some([_, end]) = cx.bodies().map(Bodies::step_span)
        {
            cx.timer(end - cx.now(), FALLEN, 0);
        }
    }

    /// Its part has fallen.
    pub(super) fn fallen(&self, state: &mut MoverState, cx: &mut Ctx<'_>) {
        if self.is_bare(state, cx) {
            self.lose(state, cx, 0);
            state.done.dropped += 1;
        }
    }

    /// Whether its hand is empty although its device carries a part.
    fn is_bare(&self, state: &MoverState, cx: &Ctx<'_>) -> bool {
        let (Some(body), Some(bodies)) = (&self.body, cx.bodies()) else { return false };
        let holds = |device: &Device| device.has_job() && !device.has_let_go();
        state.devices.iter().any(holds) && body.held(bodies).is_none()
    }
}
