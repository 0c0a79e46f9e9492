//! The rigid bodies themselves: rapier's tables, and one step over them.

use rapier3d::dynamics::{
    CCDSolver, ImpulseJointSet, IntegrationParameters, IslandManager, MultibodyJointSet, RigidBody,
    RigidBodyHandle, RigidBodySet, SoftBodySet,
};
use rapier3d::geometry::{BroadPhaseBvh, Collider, ColliderHandle, ColliderSet, NarrowPhase};
use rapier3d::math::Vector;
use rapier3d::pipeline::{PhysicsHooks, PhysicsPipeline};
use serde::{Deserialize, Serialize};

/// All that rapier keeps between steps.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(super) struct Sim {
    islands: IslandManager,
    broad: BroadPhaseBvh,
    pub(super) narrow: NarrowPhase,
    pub(super) bodies: RigidBodySet,
    pub(super) colliders: ColliderSet,
    joints: ImpulseJointSet,
    multibodies: MultibodyJointSet,
    soft: SoftBodySet,
    #[serde(skip)]
    scratch: Scratch,
}

/// Working memory of a step: nothing in it outlives the step, so a copy begins with an empty one.
#[derive(Default)]
struct Scratch {
    pipeline: PhysicsPipeline,
    ccd: CCDSolver,
}

impl Clone for Scratch {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Sim {
    /// Adds a body and its first collider.
    pub(super) fn add(
        &mut self,
        body: impl Into<RigidBody>,
        collider: impl Into<Collider>,
    ) -> (RigidBodyHandle, ColliderHandle) {
        let body = self.bodies.insert(body);
        (body, self.colliders.insert_with_parent(collider, body, &mut self.bodies))
    }

    /// Adds a body with all its colliders.
    pub(super) fn add_all(
        &mut self,
        body: impl Into<RigidBody>,
        colliders: impl Iterator<Item = impl Into<Collider>>,
    ) -> (RigidBodyHandle, Vec<ColliderHandle>) {
        let body = self.bodies.insert(body);
        let put = |one| self.colliders.insert_with_parent(one, body, &mut self.bodies);
        (body, colliders.map(put).collect())
    }

    /// Takes a body and its colliders away.
    pub(super) fn remove(&mut self, body: RigidBodyHandle) {
        let Self { islands, bodies, colliders, joints, multibodies, soft, .. } = self;
        bodies.remove(body, islands, colliders, joints, multibodies, soft, true);
    }

    /// One step; whether all bodies are still at numbers.
    pub(super) fn step(
        &mut self,
        gravity: Vector,
        parameters: &IntegrationParameters,
        hooks: &dyn PhysicsHooks,
    ) -> bool {
        let Scratch { pipeline, ccd } = &mut self.scratch;
        pipeline.step(
            gravity,
            parameters,
            &mut self.islands,
            &mut self.broad,
            &mut self.narrow,
            &mut self.bodies,
            &mut self.colliders,
            &mut self.joints,
            &mut self.multibodies,
            &mut self.soft,
            ccd,
            hooks,
            &(),
        );
        pipeline.quarantine().bodies().is_empty() && pipeline.quarantine().colliders().is_empty()
    }

    /// Sum of the normal forces on `colliders` in the last step of `step_s` seconds, along `up`, N.
    pub(super) fn load(&self, colliders: &[ColliderHandle], up: Vector, step_s: f64) -> f64 {
        let push = |pair: &rapier3d::geometry::ContactPair| {
            // Along the normal from the first collider to the second: what the first pushes the second with.
            let sign = if colliders.contains(&pair.collider1) { 1.0 } else { -1.0 };
            sign * pair.total_impulse().dot(up)
        };
        // What was taken out since the step does not lie there any more.
        let lies = |pair: &&rapier3d::geometry::ContactPair| {
            [pair.collider1, pair.collider2].iter().all(|side| self.colliders.contains(*side))
        };
        let pairs = colliders.iter().flat_map(|one| self.narrow.contact_pairs_with(*one));
        pairs.filter(lies).map(push).sum::<f64>() / step_s
    }
}
