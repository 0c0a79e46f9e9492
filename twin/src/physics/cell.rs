//! A cell: goods, decks, drives, stops, hands and light barriers in one world of rigid bodies, stepped on simulated time.

use std::collections::BTreeMap;

use nalgebra::{Isometry3, Unit, Vector3};
use rapier3d::dynamics::{RigidBody, RigidBodyBuilder, RigidBodyHandle, RigidBodyVelocity};
use rapier3d::geometry::ColliderBuilder;
use rapier3d::math::Vector;
use rapier3d::pipeline::ActiveHooks;
use serde::{Deserialize, Serialize};

use super::barrier::Barriers;
use super::contact::{Decks, Mark};
use super::convert::{from_pose, from_vector, to_pose, to_vector};
use super::deck::{Deck, DeckId, DriveId, Standing, Surface};
use super::drive::Drive;
use super::error::{PhysicsError, not_negative, pose, positive, size, vector};
use super::gate::GateId;
use super::hand::Hands;
use super::link::Link;
use super::settings::Settings;
use super::sim::Sim;
use super::stroke::{Stroke, StrokeId};

/// A part that a cell carries: a box of even density.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Goods {
    /// Length, width and height, m.
    pub size: Vector3<f64>,
    /// Mass, kg.
    pub mass_kg: f64,
    /// Coefficient of friction, combined with that of what it touches by the geometric mean.
    pub friction: f64,
}

/// A part in a cell; never given twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct GoodsId(pub(super) u32);

impl GoodsId {
    /// Its number.
    pub fn number(self) -> u32 {
        self.0
    }
}

/// A part as it lies in a cell.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Lying {
    pub(super) goods: Goods,
    pub(super) body: RigidBodyHandle,
    /// Where it was before the last step.
    pub(super) before: Isometry3<f64>,
    /// Gates that let it through.
    pub(super) passes: Vec<GateId>,
    /// Nobody has it any more.
    pub(super) lost: bool,
}

/// Velocities of a body.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Motion {
    /// Of its middle, m/s.
    pub linear: Vector3<f64>,
    /// About its middle, rad/s in world axes.
    pub angular: Vector3<f64>,
}

/// A world of rigid bodies.
///
/// A copy ([`Clone`]) runs on to the same bits as the original, and so does what [`save`](Self::save) wrote and
/// [`restore`](Self::restore) read. Nothing in it depends on the number of threads.
#[derive(Clone, Serialize, Deserialize)]
pub struct Cell {
    pub(super) settings: Settings,
    pub(super) steps: i64,
    pub(super) sim: Sim,
    pub(super) goods: BTreeMap<GoodsId, Lying>,
    next: u32,
    pub(super) decks: Vec<Standing>,
    pub(super) drives: Vec<Drive>,
    strokes: Vec<Stroke>,
    pub(super) links: Vec<Link>,
    pub(super) gates: u32,
    /// Something was changed since the last step, and where that leads is not known yet.
    pub(super) changed: bool,
    /// Time has been skipped since the last step.
    skipped: bool,
    pub(super) barriers: Barriers,
    pub(super) hands: Hands,
}

/// Below this a part counts as at rest, m/s and rad/s: a millimetre in a quarter of an hour, if it were to last.
const AT_REST: f64 = 1e-6;

impl Cell {
    /// An empty cell at time 0.
    ///
    /// # Errors
    ///
    /// If a setting is out of its range.
    pub fn new(settings: Settings) -> Result<Self, PhysicsError> {
        Ok(Self {
            settings: settings.checked()?,
            steps: 0,
            sim: Sim::default(),
            goods: BTreeMap::new(),
            next: 0,
            decks: Vec::new(),
            drives: Vec::new(),
            strokes: Vec::new(),
            links: Vec::new(),
            gates: 0,
            changed: false,
            skipped: false,
            barriers: Barriers::default(),
            hands: Hands::default(),
        })
    }

    /// How it is solved.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Simulated time, ns.
    pub fn now_ns(&self) -> i64 {
        self.steps * self.settings.step_ns
    }

    /// Adds an endless level floor at height 0.
    ///
    /// # Errors
    ///
    /// If `friction` is no number or below 0.
    pub fn add_floor(&mut self, friction: f64) -> Result<(), PhysicsError> {
        not_negative("the friction of a floor", friction)?;
        let collider =
            material(ColliderBuilder::halfspace(Unit::new_unchecked(Vector::Z)), friction);
        self.sim.add(RigidBodyBuilder::fixed(), collider);
        Ok(())
    }

    /// Adds a drive that runs at `speed` m/s; negative is backwards.
    ///
    /// # Errors
    ///
    /// If `speed` is no number.
    pub fn add_drive(&mut self, speed: f64) -> Result<DriveId, PhysicsError> {
        self.drives.push(Drive::at(speed)?);
        Ok(DriveId(self.drives.len() as u32 - 1))
    }

    /// Sets a drive to `speed` m/s from now on; along a ramp of `ramp` m/s², or at once if none is given.
    ///
    /// # Errors
    ///
    /// If there is no such drive, `speed` is no number, or `ramp` is not above 0.
    pub fn set_drive(
        &mut self,
        drive: DriveId,
        speed: f64,
        ramp: Option<f64>,
    ) -> Result<(), PhysicsError> {
        let now = self.now_ns();
        let drive = self.drives.get_mut(drive.0 as usize);
        drive.ok_or(PhysicsError::Unknown("drive"))?.set(now, speed, ramp)
    }

    /// A drive: its speed, its travel, and what an encoder on it counts.
    ///
    /// # Errors
    ///
    /// If there is no such drive.
    pub fn drive(&self, drive: DriveId) -> Result<&Drive, PhysicsError> {
        self.drives.get(drive.0 as usize).ok_or(PhysicsError::Unknown("drive"))
    }

    /// Adds a deck.
    ///
    /// # Errors
    ///
    /// If anything about it is out of its range, or a belt's drive is none of this cell.
    pub fn add_deck(&mut self, deck: Deck) -> Result<DeckId, PhysicsError> {
        let deck = deck.checked(self.drives.len())?;
        let standing = Standing::new(deck.top, deck.surface);
        let slab = deck.top * nalgebra::Translation3::new(0.0, 0.0, -0.5 * deck.size.z);
        let half = 0.5 * deck.size;
        let slab = material(ColliderBuilder::cuboid(half.x, half.y, half.z), deck.friction)
            .position(to_pose(&(standing.body_pose().inverse() * slab)));
        Ok(self.stand(standing, std::iter::once(slab)))
    }

    /// Adds a deck with the pieces of its slab, which lie as its body has them.
    pub(super) fn stand(
        &mut self,
        mut standing: Standing,
        slab: impl Iterator<Item = ColliderBuilder>,
    ) -> DeckId {
        let id = DeckId(self.decks.len() as u32);
        let body = if standing.turns() {
            RigidBodyBuilder::kinematic_velocity_based()
        } else {
            RigidBodyBuilder::fixed()
        };
        let pieces = slab.map(|piece| {
            piece
                .density(0.0)
                .active_hooks(ActiveHooks::MODIFY_SOLVER_CONTACTS)
                .user_data(Mark::Deck(id).data())
        });
        let body = body.pose(to_pose(&standing.body_pose()));
        (standing.body, standing.colliders) = self.sim.add_all(body, pieces);
        self.decks.push(standing);
        id
    }

    /// What lies on a deck, as a scale under it shows it: the sum of the contact forces of the last step across its top, N.
    ///
    /// # Errors
    ///
    /// If there is no such deck.
    pub fn load(&self, deck: DeckId) -> Result<f64, PhysicsError> {
        let deck = self.decks.get(deck.0 as usize).ok_or(PhysicsError::Unknown("deck"))?;
        Ok(self.sim.load(&deck.colliders, to_vector(deck.up()), self.settings.step_s()))
    }

    /// Adds a stop or a pusher: a box of `size` m that moves along a line, whatever is in its way.
    ///
    /// # Errors
    ///
    /// If `size` is not above 0, or `at`, `friction` or `along` is no place, number or direction.
    pub fn add_stroke(
        &mut self,
        size_m: Vector3<f64>,
        at: Isometry3<f64>,
        along: Vector3<f64>,
        friction: f64,
    ) -> Result<StrokeId, PhysicsError> {
        size("the size of a stop, m", size_m)?;
        pose(at)?;
        not_negative("the friction of a stop", friction)?;
        let half = 0.5 * size_m;
        let collider = material(ColliderBuilder::cuboid(half.x, half.y, half.z), friction);
        let mut stroke = Stroke::new(at, along)?;
        let body = RigidBodyBuilder::kinematic_position_based().pose(to_pose(&at));
        (stroke.body, _) = self.sim.add(body, collider.density(0.0));
        self.strokes.push(stroke);
        Ok(StrokeId(self.strokes.len() as u32 - 1))
    }

    /// Sends a stop or pusher to `target_m` along its line, from where it was added, at `speed` m/s.
    ///
    /// # Errors
    ///
    /// If there is no such stop, `target_m` is no number, or `speed` is not above 0.
    pub fn send(
        &mut self,
        stroke: StrokeId,
        target_m: f64,
        speed: f64,
    ) -> Result<(), PhysicsError> {
        let stroke = self.strokes.get_mut(stroke.0 as usize);
        stroke.ok_or(PhysicsError::Unknown("stop"))?.send(target_m, speed)
    }

    /// Where a stop or pusher is along its line, m.
    ///
    /// # Errors
    ///
    /// If there is no such stop.
    pub fn stroke_m(&self, stroke: StrokeId) -> Result<f64, PhysicsError> {
        let stroke = self.strokes.get(stroke.0 as usize).ok_or(PhysicsError::Unknown("stop"))?;
        Ok(stroke.at_m())
    }

    /// Puts a part into the cell, at rest, its middle at `at`.
    ///
    /// # Errors
    ///
    /// If its size or mass is not above 0, its friction is below 0, or `at` is no place.
    pub fn add_goods(&mut self, goods: Goods, at: Isometry3<f64>) -> Result<GoodsId, PhysicsError> {
        size("the size of goods, m", goods.size)?;
        positive("the mass of goods, kg", goods.mass_kg)?;
        not_negative("the friction of goods", goods.friction)?;
        pose(at)?;
        let half = 0.5 * goods.size;
        let collider = ColliderBuilder::cuboid(half.x, half.y, half.z);
        let id = GoodsId(self.next);
        let collider = material(collider, goods.friction)
            .mass(goods.mass_kg)
            .user_data(Mark::Goods(id).data());
        // A body asleep would not wake when the belt under it starts.
        let body = RigidBodyBuilder::dynamic().pose(to_pose(&at)).can_sleep(false);
        let (body, _) = self.sim.add(body, collider);
        self.next += 1;
        self.changed = true;
        self.goods.insert(id, Lying { goods, body, before: at, passes: Vec::new(), lost: false });
        Ok(id)
    }

    /// Takes a part out of the cell, and out of the hand that holds it.
    ///
    /// # Errors
    ///
    /// If there is no such part.
    pub fn remove_goods(&mut self, goods: GoodsId) -> Result<Goods, PhysicsError> {
        self.changed = true;
        let lying = self.goods.remove(&goods).ok_or(PhysicsError::Unknown("part"))?;
        self.hands.forget(goods);
        self.sim.remove(lying.body);
        Ok(lying.goods)
    }

    /// All parts, in the order in which they came.
    pub fn goods(&self) -> impl Iterator<Item = (GoodsId, &Goods)> {
        self.goods.iter().map(|(&id, lying)| (id, &lying.goods))
    }

    /// What a part is.
    ///
    /// # Errors
    ///
    /// If there is no such part.
    pub fn goods_of(&self, goods: GoodsId) -> Result<&Goods, PhysicsError> {
        let lying = self.goods.get(&goods).ok_or(PhysicsError::Unknown("part"))?;
        Ok(&lying.goods)
    }

    /// Where the middle of a part is, and how it lies.
    ///
    /// # Errors
    ///
    /// If there is no such part.
    pub fn pose(&self, goods: GoodsId) -> Result<Isometry3<f64>, PhysicsError> {
        Ok(from_pose(self.body(goods)?.position()))
    }

    /// Where the middle of a part was, and how it lay, before the last step.
    ///
    /// # Errors
    ///
    /// If there is no such part.
    pub fn pose_before(&self, goods: GoodsId) -> Result<Isometry3<f64>, PhysicsError> {
        let lying = self.goods.get(&goods).ok_or(PhysicsError::Unknown("part"))?;
        Ok(lying.before)
    }

    /// How a part moves.
    ///
    /// # Errors
    ///
    /// If there is no such part.
    pub fn motion(&self, goods: GoodsId) -> Result<Motion, PhysicsError> {
        let body = self.body(goods)?;
        Ok(Motion { linear: from_vector(body.linvel()), angular: from_vector(body.angvel()) })
    }

    /// Sets how a part moves from now on.
    ///
    /// # Errors
    ///
    /// If there is no such part or `motion` is not all numbers.
    pub fn set_motion(&mut self, goods: GoodsId, motion: Motion) -> Result<(), PhysicsError> {
        let linvel = to_vector(vector("a velocity, m/s", motion.linear)?);
        let angvel = to_vector(vector("an angular velocity, rad/s", motion.angular)?);
        let body = self.goods.get(&goods).ok_or(PhysicsError::Unknown("part"))?.body;
        let body = self.sim.bodies.get_mut(body).ok_or(PhysicsError::Unknown("part"))?;
        body.set_vels(RigidBodyVelocity { linvel, angvel }, true);
        self.changed = true;
        Ok(())
    }

    fn body(&self, goods: GoodsId) -> Result<&RigidBody, PhysicsError> {
        let lying = self.goods.get(&goods).ok_or(PhysicsError::Unknown("part"))?;
        self.sim.bodies.get(lying.body).ok_or(PhysicsError::Unknown("part"))
    }

    /// Goes on by one step. Cost: some microseconds for each part that touches something, see the bench `physics`.
    ///
    /// # Errors
    ///
    /// If a body comes to no number; that body is then out of the world.
    pub fn step(&mut self) -> Result<(), PhysicsError> {
        let step_s = self.settings.step_s();
        let (from, to) = (self.now_ns(), self.now_ns() + self.settings.step_ns);
        let speeds: Vec<f64> = self.drives.iter().map(|drive| drive.mean(from, to)).collect();
        for lying in self.goods.values_mut() {
            if let Some(body) = self.sim.bodies.get(lying.body) {
                lying.before = from_pose(body.position());
            }
        }
        for stroke in &mut self.strokes {
            let next = to_pose(&stroke.next(step_s));
            if let Some(body) = self.sim.bodies.get_mut(stroke.body) {
                body.set_next_kinematic_position(next);
            }
        }
        let jump = std::mem::take(&mut self.skipped);
        let step_s = self.settings.step_s();
        self.links.iter_mut().for_each(|link| link.go(&mut self.sim, jump, step_s));
        self.turn(&speeds);
        self.hands.hold(&mut self.sim, &self.goods, &self.settings);
        let held = self.hands.goods().collect();
        let hooks = Decks { all: &self.decks, goods: &self.goods, held, speeds: &speeds, step_s };
        let gravity = to_vector(self.settings.gravity);
        let sound = self.sim.step(gravity, &self.settings.parameters(), &hooks);
        self.turn_back();
        self.steps += 1;
        self.changed = false;
        self.hands.follow(&mut self.sim, &self.goods, to);
        self.let_sleep();
        let Self { barriers, goods, sim, .. } = self;
        barriers.watch(goods, &sim.bodies, from, to);
        if sound { Ok(()) } else { Err(PhysicsError::Diverged { at_ns: to }) }
    }

    /// Whether nothing will happen here until something is changed: all that could move is at rest, and no light barrier has anything
    /// left to tell.
    pub fn rests(&self) -> bool {
        let now = self.now_ns();
        let still = |lying: &Lying| {
            let body = self.sim.bodies.get(lying.body);
            body.is_none_or(|body| {
                body.linvel().length() < AT_REST && body.angvel().length() < AT_REST
            })
        };
        let stands = self.goods.is_empty()
            || (!self.changed
                && self.drives.iter().all(|drive| drive.stands(now))
                && self.strokes.iter().all(Stroke::stands)
                && !self.decks.iter().any(Standing::is_turning)
                && self.links.iter().all(Link::stands)
                && self.hands.are_empty()
                && self.goods.values().all(still));
        stands && self.barriers.are_quiet(&self.goods)
    }

    /// Lets so many steps pass without looking, as nothing happens in them. False, and nothing is done, unless the cell
    /// [rests](Self::rests).
    pub fn skip(&mut self, steps: i64) -> bool {
        let rests = steps >= 0 && self.rests();
        if rests {
            self.steps += steps;
            self.skipped |= steps > 0;
        }
        rests
    }

    /// Goes on in whole steps, to the last that ends no later than `until_ns`.
    ///
    /// # Errors
    ///
    /// As [`step`](Self::step).
    pub fn advance(&mut self, until_ns: i64) -> Result<(), PhysicsError> {
        while self.now_ns() + self.settings.step_ns <= until_ns {
            self.step()?;
        }
        Ok(())
    }

    /// Lets the tops of curves and turntables turn. Their bodies really do, so that goods are turned with them: the solver's simplified friction
    /// takes one surface velocity for all points of a contact, under which goods would go round a curve without turning.
    fn turn(&mut self, speeds: &[f64]) {
        let step_s = self.settings.step_s();
        for deck in &self.decks {
            let Some(spin) = deck.spin(speeds, step_s) else { continue };
            if let Some(body) = self.sim.bodies.get_mut(deck.body) {
                // rapier means the velocity of the middle of mass, which is not the axis.
                let arm = from_vector(body.center_of_mass()) - deck.body_pose().translation.vector;
                let linvel = to_vector(spin.cross(&arm));
                body.set_vels(RigidBodyVelocity { linvel, angvel: to_vector(spin) }, true);
            }
        }
    }

    /// Puts the tops of curves and turntables back, so that their slabs stay where they are.
    fn turn_back(&mut self) {
        for deck in self.decks.iter_mut().filter(|deck| deck.turns()) {
            if let Surface::Table { angle, next, .. } = &mut deck.surface {
                *angle = *next;
            }
            if let Some(body) = self.sim.bodies.get_mut(deck.body) {
                body.set_position(to_pose(&deck.body_pose()), false);
            }
        }
    }
}

impl std::fmt::Debug for Cell {
    /// Without the tables of the solver, which nobody can read.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { settings, goods, decks, drives, barriers, .. } = self;
        f.debug_struct("Cell")
            .field("now_ns", &self.now_ns())
            .field("settings", settings)
            .field("goods", goods)
            .field("decks", decks)
            .field("drives", drives)
            .field("barriers", barriers)
            .finish_non_exhaustive()
    }
}

/// A collider with friction. Coefficients of both sides are combined by the geometric mean, so that equal ones stay what they are and
/// nothing sticks to what has none. Nothing bounces: rapier's one pass over the corners of a flat box gives four fifths of the speed
/// that a coefficient of restitution asks for.
pub(super) fn material(collider: ColliderBuilder, friction: f64) -> ColliderBuilder {
    use rapier3d::dynamics::CoefficientCombineRule::GeometricMean;
    collider.friction(friction).friction_combine_rule(GeometricMean).restitution(0.0)
}
