//! Gates: stops at a place where parts are let on one by one.
//!
//! A gate stands up for every part but those that it was told to let through. So it holds a queue that stands close together, back to
//! front, of which one part after the other may go: a blade that moves would have no gap to come up in.

use nalgebra::{Isometry3, Vector3};
use rapier3d::dynamics::RigidBodyBuilder;
use rapier3d::geometry::ColliderBuilder;
use rapier3d::pipeline::ActiveHooks;
use serde::{Deserialize, Serialize};

use super::cell::{Cell, GoodsId, material};
use super::contact::Mark;
use super::convert::to_pose;
use super::error::{PhysicsError, pose, size};

/// A gate of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct GateId(pub(super) u32);

impl Cell {
    /// Adds a gate: a box of `size` m whose middle is at `at`, without friction.
    ///
    /// # Errors
    ///
    /// If `size` is not above 0, or `at` is no place.
    pub fn add_gate(
        &mut self,
        size_m: Vector3<f64>,
        at: Isometry3<f64>,
    ) -> Result<GateId, PhysicsError> {
        size("the size of a gate, m", size_m)?;
        pose(at)?;
        let half = 0.5 * size_m;
        let id = GateId(self.gates);
        let collider = material(ColliderBuilder::cuboid(half.x, half.y, half.z), 0.0)
            .active_hooks(ActiveHooks::MODIFY_SOLVER_CONTACTS)
            .user_data(Mark::Gate(id).data());
        self.sim.add(RigidBodyBuilder::fixed().pose(to_pose(&at)), collider);
        self.gates += 1;
        Ok(id)
    }

    /// Lets a part through a gate from now on.
    ///
    /// # Errors
    ///
    /// If there is no such part or gate.
    pub fn let_through(&mut self, goods: GoodsId, gate: GateId) -> Result<(), PhysicsError> {
        if gate.0 >= self.gates {
            return Err(PhysicsError::Unknown("gate"));
        }
        let lying = self.goods.get_mut(&goods).ok_or(PhysicsError::Unknown("part"))?;
        if !lying.passes.contains(&gate) {
            lying.passes.push(gate);
            self.changed = true;
        }
        Ok(())
    }

    /// Holds a part at a gate again, that has let it through before.
    ///
    /// # Errors
    ///
    /// If there is no such part.
    pub fn hold_back(&mut self, goods: GoodsId, gate: GateId) -> Result<(), PhysicsError> {
        let lying = self.goods.get_mut(&goods).ok_or(PhysicsError::Unknown("part"))?;
        lying.passes.retain(|passed| *passed != gate);
        Ok(())
    }
}
