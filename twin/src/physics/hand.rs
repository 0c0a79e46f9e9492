//! Hands: frames that a robot or an axis moves, and the parts that they hold.
//!
//! A held part stays a body among the others. In every step the force and the moment are found that take it, against gravity and
//! against whatever it touched, to where the hand will be: F = m ((v' − v) / dt − g), and likewise about its middle. If the grip
//! can give that, the part goes exactly there; if not, it gets as much as friction gives and slides, and the hand holds it from then
//! on where it slid to. Past the end of a pad, or when a cup is pulled off, the part falls.

use std::collections::BTreeMap;

use nalgebra::{Isometry3, Matrix3, Vector3};
use rapier3d::dynamics::{RigidBody, RigidBodyVelocity};
use serde::{Deserialize, Serialize};

use super::cell::{Cell, GoodsId, Lying};
use super::convert::{from_pose, from_vector, to_vector};
use super::error::{PhysicsError, pose};
use super::grip::{Answer, Demand, Grip};
use super::settings::Settings;
use super::sim::Sim;

/// A hand of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct HandId(pub(super) u32);

/// A part that fell out of a hand.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Drop {
    /// When, ns of simulated time: at the end of the step in which it came off.
    pub at_ns: i64,
    /// Whose.
    pub hand: HandId,
    /// Which.
    pub goods: GoodsId,
    /// What was too much.
    pub demand: Demand,
}

/// A part that is held.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Held {
    /// Which.
    pub goods: GoodsId,
    /// How.
    pub grip: Grip,
    /// Where it is in the axes of the hand.
    pub offset: Isometry3<f64>,
    /// How far it has slid since it was gripped, m.
    pub slid_m: f64,
    /// What holding it took in the last step.
    pub demand: Demand,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Hand {
    at: Isometry3<f64>,
    next: Isometry3<f64>,
    held: Option<Held>,
    answer: Outcome,
}

/// What came of the last step.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
enum Outcome {
    Holds,
    Slides,
    Opens,
}

/// All hands of a cell, and what they dropped and nobody took note of yet.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Hands {
    all: Vec<Hand>,
    drops: Vec<Drop>,
}

impl Hands {
    /// Whether none holds anything.
    pub(super) fn are_empty(&self) -> bool {
        self.goods().next().is_none()
    }

    /// What they hold.
    pub(super) fn goods(&self) -> impl Iterator<Item = GoodsId> + '_ {
        self.all.iter().filter_map(|hand| Some(hand.held?.goods))
    }
}

impl Cell {
    /// Adds a hand at `at`.
    ///
    /// # Errors
    ///
    /// If `at` is no place.
    pub fn add_hand(&mut self, at: Isometry3<f64>) -> Result<HandId, PhysicsError> {
        let at = pose(at)?;
        self.hands.all.push(Hand { at, next: at, held: None, answer: Outcome::Holds });
        Ok(HandId(self.hands.all.len() as u32 - 1))
    }

    /// Where a hand is to be at the end of the next step; it stays there until it is moved again. A jump asks for the force that takes
    /// the part there in one step.
    ///
    /// # Errors
    ///
    /// If there is no such hand or `to` is no place.
    pub fn move_hand(&mut self, hand: HandId, to: Isometry3<f64>) -> Result<(), PhysicsError> {
        self.hand_mut(hand)?.next = pose(to)?;
        Ok(())
    }

    /// Puts an empty hand `at` a place, without a way there.
    ///
    /// # Errors
    ///
    /// If there is no such hand, it holds something, or `at` is no place.
    pub fn put_hand(&mut self, hand: HandId, at: Isometry3<f64>) -> Result<(), PhysicsError> {
        let hand = self.hand_mut(hand)?;
        if hand.held.is_some() {
            return Err(PhysicsError::Held("the hand"));
        }
        (hand.at, hand.next) = (pose(at)?, at);
        Ok(())
    }

    /// Lets a hand take a part as it lies now. Gates that let it through before hold it again.
    ///
    /// # Errors
    ///
    /// If there is no such hand or part, either is busy, or the grip's figures are out of their ranges.
    pub fn grip(&mut self, hand: HandId, goods: GoodsId, grip: Grip) -> Result<(), PhysicsError> {
        let grip = grip.checked()?;
        let at = self.pose(goods)?;
        if self.hands.goods().any(|held| held == goods) {
            return Err(PhysicsError::Held("the part"));
        }
        let hand = self.hand_mut(hand)?;
        if hand.held.is_some() {
            return Err(PhysicsError::Held("the hand"));
        }
        let offset = hand.at.inverse() * at;
        hand.held = Some(Held { goods, grip, offset, slid_m: 0.0, demand: Demand::default() });
        if let Some(lying) = self.goods.get_mut(&goods) {
            lying.passes.clear();
        }
        Ok(())
    }

    /// Lets go. The part moves on as it did; none is given back if the hand was empty.
    ///
    /// # Errors
    ///
    /// If there is no such hand.
    pub fn release(&mut self, hand: HandId) -> Result<Option<GoodsId>, PhysicsError> {
        self.changed = true;
        let held = self.hand_mut(hand)?.held.take();
        let Some(held) = held else { return Ok(None) };
        free(&mut self.sim, &self.goods, held.goods);
        Ok(Some(held.goods))
    }

    /// What a hand holds.
    ///
    /// # Errors
    ///
    /// If there is no such hand.
    pub fn held(&self, hand: HandId) -> Result<Option<&Held>, PhysicsError> {
        let hand = self.hands.all.get(hand.0 as usize).ok_or(PhysicsError::Unknown("hand"))?;
        Ok(hand.held.as_ref())
    }

    /// What fell out of hands since this was last asked.
    pub fn take_drops(&mut self) -> Vec<Drop> {
        std::mem::take(&mut self.hands.drops)
    }

    fn hand_mut(&mut self, hand: HandId) -> Result<&mut Hand, PhysicsError> {
        self.hands.all.get_mut(hand.0 as usize).ok_or(PhysicsError::Unknown("hand"))
    }
}

impl Hands {
    /// Forgets a part that is taken out of the cell.
    pub(super) fn forget(&mut self, goods: GoodsId) {
        for hand in &mut self.all {
            if hand.held.is_some_and(|held| held.goods == goods) {
                hand.held = None;
            }
        }
    }

    /// Before a step: gives all held parts the velocities with which they follow.
    pub(super) fn hold(
        &mut self,
        sim: &mut Sim,
        goods: &BTreeMap<GoodsId, Lying>,
        settings: &Settings,
    ) {
        for hand in &mut self.all {
            let Some(held) = &mut hand.held else { continue };
            let Some(lying) = goods.get(&held.goods) else { continue };
            let Some(body) = sim.bodies.get_mut(lying.body) else { continue };
            let pull = Pull::new(body, lying, hand.next * held.offset, settings);
            held.demand = pull.demand(&hand.next);
            let (outcome, given) = match held.grip.answer(&held.demand) {
                Answer::Holds => (Outcome::Holds, held.demand),
                Answer::Slides(given) => (Outcome::Slides, given),
                Answer::Opens => (Outcome::Opens, Demand::default()),
            };
            hand.answer = outcome;
            // Gravity is in the velocities from here on, so that the solver adds none.
            body.set_gravity_scale(0.0, true);
            body.set_vels(pull.velocities(&hand.next, outcome, &given), true);
        }
    }

    /// After a step that ended at `now_ns`: moves the hands, takes note of what slid, lets fall what came off.
    pub(super) fn follow(&mut self, sim: &mut Sim, goods: &BTreeMap<GoodsId, Lying>, now_ns: i64) {
        for (n, hand) in self.all.iter_mut().enumerate() {
            hand.at = hand.next;
            let Some(held) = &mut hand.held else { continue };
            let body = goods.get(&held.goods).and_then(|lying| sim.bodies.get(lying.body));
            if hand.answer == Outcome::Slides
                && let Some(body) = body
            {
                let offset = hand.at.inverse() * from_pose(body.position());
                held.slid_m += (offset.translation.vector - held.offset.translation.vector).norm();
                held.offset = offset;
            }
            if hand.answer == Outcome::Opens || held.slid_m > held.grip.reach_m() {
                let &mut Held { goods: part, demand, .. } = held;
                free(sim, goods, part);
                self.drops.push(Drop {
                    at_ns: now_ns,
                    hand: HandId(n as u32),
                    goods: part,
                    demand,
                });
                hand.held = None;
            }
        }
    }
}

/// Gives a part back to gravity.
fn free(sim: &mut Sim, goods: &BTreeMap<GoodsId, Lying>, part: GoodsId) {
    if let Some(body) = goods.get(&part).and_then(|lying| sim.bodies.get_mut(lying.body)) {
        body.set_gravity_scale(1.0, true);
    }
}

/// What takes a part where it should be by the end of a step; in world axes.
struct Pull {
    step_s: f64,
    mass: f64,
    inertia: Matrix3<f64>,
    /// Velocities with gravity, if nothing held it.
    free: RigidBodyVelocity<f64>,
    /// Velocities that take it there.
    there: (Vector3<f64>, Vector3<f64>),
    force: Vector3<f64>,
    moment: Vector3<f64>,
}

impl Pull {
    fn new(body: &RigidBody, lying: &Lying, to: Isometry3<f64>, settings: &Settings) -> Self {
        let step_s = settings.step_s();
        let at = from_pose(body.position());
        let mass = lying.goods.mass_kg;
        let turn = (to.rotation * at.rotation.inverse()).scaled_axis();
        let there = ((to.translation.vector - at.translation.vector) / step_s, turn / step_s);
        let axes = at.rotation.to_rotation_matrix().into_inner();
        let inertia =
            axes * Matrix3::from_diagonal(&moments(&lying.goods.size, mass)) * axes.transpose();
        let (linear, angular) = (from_vector(body.linvel()), from_vector(body.angvel()));
        let free = linear + settings.gravity * step_s;
        Self {
            step_s,
            mass,
            inertia,
            force: (there.0 - free) * (mass / step_s),
            moment: inertia * (there.1 - angular) / step_s + angular.cross(&(inertia * angular)),
            free: RigidBodyVelocity { linvel: to_vector(free), angvel: to_vector(angular) },
            there,
        }
    }

    /// The same in the axes of the hand.
    fn demand(&self, hand: &Isometry3<f64>) -> Demand {
        let back = hand.rotation.inverse();
        Demand { force: back * self.force, moment: back * self.moment }
    }

    /// Velocities under what the hand gives, in its axes.
    fn velocities(
        &self,
        hand: &Isometry3<f64>,
        outcome: Outcome,
        given: &Demand,
    ) -> RigidBodyVelocity<f64> {
        if outcome == Outcome::Holds {
            let (linvel, angvel) = (to_vector(self.there.0), to_vector(self.there.1));
            return RigidBodyVelocity { linvel, angvel };
        }
        let force = hand.rotation * given.force;
        // What is missing of the moment is missing of the turn.
        let missing = self.moment - hand.rotation * given.moment;
        let slower = self.inertia.try_inverse().map_or(missing * 0.0, |inverse| inverse * missing);
        let turn = match outcome {
            Outcome::Opens => from_vector(self.free.angvel),
            _ => self.there.1 - slower * self.step_s,
        };
        RigidBodyVelocity {
            linvel: self.free.linvel + to_vector(force * (self.step_s / self.mass)),
            angvel: to_vector(turn),
        }
    }
}

/// Moments of inertia of an even box about its middle, kg m².
fn moments(size: &Vector3<f64>, mass: f64) -> Vector3<f64> {
    let square = size.component_mul(size);
    Vector3::new(square.y + square.z, square.z + square.x, square.x + square.y) * (mass / 12.0)
}
