//! What moves: instances of unit shapes, one pool for each shape and paint, so that the renderer draws each pool at once.

use std::collections::BTreeMap;

use bevy::asset::{Assets, Handle};
use bevy::camera::visibility::Visibility;
use bevy::ecs::change_detection::DetectChangesMut;
use bevy::ecs::prelude::{Commands, Entity, Local, NonSend, Query, Res, ResMut};
use bevy::mesh::{Mesh, Mesh3d};
use bevy::pbr::{MeshMaterial3d, StandardMaterial};
use bevy::transform::components::Transform;

use super::equipment::{plain, transform};
use super::mesh;
use crate::desktop::look::{self, Paint, Theme};
use crate::desktop::{Desk, Run};

/// The instances of one shape in one paint.
#[derive(Default)]
pub(super) struct Pool {
    mesh: Handle<Mesh>,
    material: Handle<StandardMaterial>,
    entities: Vec<Entity>,
    used: usize,
    shown: usize,
}

/// All pools, and the theme in which they are painted.
#[derive(Default)]
pub(super) struct Pools {
    by_look: BTreeMap<(u8, Paint), Pool>,
    units: BTreeMap<u8, Handle<Mesh>>,
    theme: Option<Theme>,
    /// The look at the run that is shown.
    look: u64,
}

/// Puts everything that moves where it is now. O(what moves).
pub(super) fn place(
    run: NonSend<'_, Run>,
    desk: Res<'_, Desk>,
    mut pools: Local<'_, Pools>,
    mut commands: Commands<'_, '_>,
    mut meshes: ResMut<'_, Assets<Mesh>>,
    mut materials: ResMut<'_, Assets<StandardMaterial>>,
    mut bodies: Query<'_, '_, (&mut Transform, &mut Visibility)>,
) {
    let pools = &mut *pools;
    if pools.theme.replace(desk.theme) != Some(desk.theme) {
        for ((_, paint), pool) in &pools.by_look {
            if let Some(mut material) = materials.get_mut(&pool.material) {
                *material = plain(desk.theme.paint(*paint));
            }
        }
    }
    if std::mem::replace(&mut pools.look, run.looks) == run.looks {
        return;
    }
    for solid in look::figures(&run.moving, &run.standing) {
        let shape = solid.shape as u8;
        let unit = pools.units.entry(shape).or_insert_with(|| meshes.add(mesh::unit(solid.shape)));
        let pool = pools.by_look.entry((shape, solid.paint)).or_insert_with(|| Pool {
            mesh: unit.clone(),
            material: materials.add(plain(desk.theme.paint(solid.paint))),
            ..Pool::default()
        });
        let at = transform(&solid.at, solid.size);
        if let Some(entity) = pool.entities.get(pool.used) {
            if let Ok((mut body, mut seen)) = bodies.get_mut(*entity) {
                *body = at;
                seen.set_if_neq(Visibility::Inherited);
            }
        } else {
            let parts = (Mesh3d(pool.mesh.clone()), MeshMaterial3d(pool.material.clone()), at);
            pool.entities.push(commands.spawn((parts, Visibility::Inherited)).id());
        }
        pool.used += 1;
    }
    for pool in pools.by_look.values_mut() {
        for entity in pool.entities.iter().take(pool.shown).skip(pool.used) {
            if let Ok((_, mut seen)) = bodies.get_mut(*entity) {
                *seen = Visibility::Hidden;
            }
        }
        (pool.shown, pool.used) = (pool.used, 0);
    }
}
