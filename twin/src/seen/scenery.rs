//! A plant as bodies.

use std::sync::Arc;

use nalgebra::{Isometry3, Vector3};

use super::moving::{Moving, moving};
use crate::engine::{Form, Hall, Model, State};
use crate::id::{EquipmentId, PartId};
use crate::sensor::ray::{BodyId, Mesh, RayError, ShapeId, Surface, World};

/// Thickness of walls, floor and roof, m.
const WALL: f64 = 0.2;

/// What a body is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Owner {
    /// A side of the hall: 0 and 1 across x, 2 and 3 across y, floor, roof.
    Side(u8),
    /// An obstacle of the hall, by row.
    Obstacle(u32),
    /// Equipment.
    Equipment(EquipmentId),
    /// Something that moves.
    Moving(Moving),
}

impl Owner {
    /// The part that it is, if it is one.
    pub fn part(&self) -> Option<PartId> {
        if let Self::Moving(what) = self { what.part } else { None }
    }
}

/// A plant as bodies: those that stay, and those that move as they were when it last [followed](Self::follow).
///
/// Equipment is a body if the file says its shape, its size or parts travel through it: the box about its place, or the one along its way.
#[derive(Clone, Debug)]
pub struct Scenery {
    world: World,
    owners: Vec<Owner>,
    /// Shapes that are no boxes, each once.
    shapes: Vec<(Arc<Mesh>, ShapeId)>,
    /// Bodies that stay.
    fixed: usize,
}

impl Scenery {
    /// The bodies of `model` that stay.
    ///
    /// # Errors
    ///
    /// If a size is not above zero, or a place farther away than 100 km.
    pub fn new(model: &Model) -> Result<Self, RayError> {
        let mut scenery =
            Self { world: World::new(), owners: Vec::new(), shapes: Vec::new(), fixed: 0 };
        if let Some(hall) = &model.hall {
            scenery.hall(hall)?;
        }
        for (index, row) in model.equipment.iter().enumerate() {
            let owner = Owner::Equipment(EquipmentId::from_index(index));
            if let Some(form) = &row.form {
                scenery.form(form, owner)?;
                continue;
            }
            if !row.is_sized && !row.way.is_any() {
                continue;
            }
            let (size, pose) = row.block();
            scenery.add(size, pose, owner)?;
        }
        scenery.fixed = scenery.owners.len();
        scenery.world.update()?;
        Ok(scenery)
    }

    fn add(
        &mut self,
        size: Vector3<f64>,
        pose: Isometry3<f64>,
        owner: Owner,
    ) -> Result<(), RayError> {
        self.world.add_box(size, pose, Surface::default())?;
        self.owners.push(owner);
        Ok(())
    }

    /// Adds a form; of things of the same shape there is one tree.
    fn form(&mut self, form: &Form, owner: Owner) -> Result<(), RayError> {
        let known = self.shapes.iter().find(|(mesh, _)| Arc::ptr_eq(mesh, form.mesh()));
        let shape = if let Some((_, shape)) = known {
            *shape
        } else {
            let shape = self.world.shape(form.mesh())?;
            self.shapes.push((form.mesh().clone(), shape));
            shape
        };
        self.world.add(shape, *form.pose(), Surface::default());
        self.owners.push(owner);
        Ok(())
    }

    fn hall(&mut self, hall: &Hall) -> Result<(), RayError> {
        let (low, size) = (Vector3::from(hall.origin), Vector3::from(hall.size));
        let middle = low + size / 2.0;
        for side in 0..6_u8 {
            let axis = side as usize / 2;
            let mut thin = size.add_scalar(2.0 * WALL);
            thin[axis] = WALL;
            let mut at = middle;
            let out = f64::midpoint(size[axis], WALL);
            at[axis] += if side % 2 == 0 { -out } else { out };
            self.add(thin, Isometry3::translation(at.x, at.y, at.z), Owner::Side(side))?;
        }
        for (row, obstacle) in (0..).zip(&hall.obstacles) {
            if let Some(form) = &obstacle.block.form {
                self.form(form, Owner::Obstacle(row))?;
                continue;
            }
            let (low, high) =
                (Vector3::from(obstacle.block.low), Vector3::from(obstacle.block.high));
            let at = (low + high) / 2.0;
            self.add(high - low, Isometry3::translation(at.x, at.y, at.z), Owner::Obstacle(row))?;
        }
        Ok(())
    }

    /// Puts everything that moves where it is at the present of `state`. O(n log n) if something came or went, else O(n).
    ///
    /// # Errors
    ///
    /// If something has left for where no ray reaches.
    pub fn follow(&mut self, model: &Model, state: &State) -> Result<(), RayError> {
        let now = moving(model, state);
        let before = &self.owners[self.fixed..];
        let same = before.len() == now.len()
            && before.iter().zip(&now).all(|(old, new)| {
                matches!(old, Owner::Moving(old) if old.size == new.size && old.part == new.part)
            });
        if same {
            for (n, next) in now.into_iter().enumerate() {
                let body = self.fixed + n;
                self.world.place(BodyId(body as u32), next.pose);
                self.owners[body] = Owner::Moving(next);
            }
        } else {
            self.world.truncate(self.fixed);
            self.owners.truncate(self.fixed);
            for next in now {
                self.add(next.size, next.pose, Owner::Moving(next))?;
            }
        }
        self.world.update()
    }

    /// What moves, with the body of each.
    pub fn movers(&self) -> impl Iterator<Item = (BodyId, &Moving)> {
        let moving = (0..).map(BodyId).zip(&self.owners).skip(self.fixed);
        moving.filter_map(
            |(body, owner)| {
                if let Owner::Moving(own) = owner { Some((body, own)) } else { None }
            },
        )
    }

    /// What rays meet.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// What a body is.
    pub fn owner(&self, body: BodyId) -> &Owner {
        &self.owners[body.0 as usize]
    }

    /// Bodies that stay: those with the smaller numbers.
    pub fn fixed(&self) -> usize {
        self.fixed
    }
}
