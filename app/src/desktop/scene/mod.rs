//! The plant in three dimensions: everything that calls Bevy.
//!
//! | file | concern |
//! |---|---|
//! | `mesh` | solids to triangles and lines |
//! | `equipment` | what stands, and under each a plate in the colour of its state |
//! | `shapes` | what has a shape of its own: equipment and obstacles of the hall |
//! | `movers` | what moves |
//! | `housings` | sensors |
//! | `instances` | many solids of a few shapes, drawn from tables on the adapter |
//! | `field` | a field of the hall as a coloured plane |
//! | `floor` | floor, grid, walls of the hall, ways of vehicles |
//! | `camera` | the eye, and the light |
//! | `split` | two futures, each on a side of its own |
//!
//! Views read the run and the desk, and change neither.

mod camera;
mod equipment;
mod field;
mod floor;
mod housings;
mod instances;
mod mesh;
mod movers;
mod shapes;
mod split;

use bevy::app::{App, Plugin, Startup, Update};
use bevy::asset::Assets;
use bevy::ecs::prelude::{
    Commands, Component, Entity, Local, NonSend, Query, Res, ResMut, Resource, With,
};
use bevy::ecs::schedule::{IntoScheduleConfigs, SystemSet};
use bevy::pbr::MaterialPlugin;
use bevy::shader::Shader;

use crate::desktop::look::Theme;
use crate::desktop::{Desk, Run};

pub(super) use camera::cameras;
pub(super) use camera::{Canvas, Quality};

/// The plant in three dimensions. Needs a [`Run`](crate::desktop::Run) that stays on its thread, and the resource [`Desk`](crate::desktop::Desk).
#[derive(Debug)]
pub(super) struct ScenePlugin;

/// The systems that draw, once a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, SystemSet)]
pub(super) struct Drawing;

impl Plugin for ScenePlugin {
    fn build(&self, app: &mut App) {
        let (id, shader) = instances::shader();
        // The name is its own, so that nothing can be there already.
        let _ = app.world_mut().resource_mut::<Assets<Shader>>().insert(id, shader);
        app.add_plugins(MaterialPlugin::<instances::Copied>::default())
            .init_resource::<Canvas>()
            .init_resource::<Quality>()
            .init_resource::<Present>()
            .add_systems(Startup, (camera::light, floor::lay))
            .add_systems(
                Update,
                (
                    notice,
                    (clear, shapes::stand).chain().run_if(plant_changed),
                    (equipment::stand, shapes::paint, floor::paint, camera::sky)
                        .run_if(look_changed),
                    split::part,
                    equipment::show,
                    movers::place,
                    housings::place,
                    field::place,
                    camera::look,
                )
                    .chain()
                    .in_set(Drawing),
            );
    }
}

/// Something that stands for as long as the plant stays the same.
#[derive(Component)]
struct Stands;

/// Takes everything away that stands.
fn clear(mut commands: Commands<'_, '_>, standing: Query<'_, '_, Entity, With<Stands>>) {
    standing.iter().for_each(|entity| commands.entity(entity).despawn());
}

/// Which plant there is to be seen. Conditions may be asked on any thread, where the run is not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Resource)]
struct Present(u64);

/// Looks which plant there is.
fn notice(run: NonSend<'_, Run>, mut present: ResMut<'_, Present>) {
    present.0 = run.plants;
}

/// Whether the plant is another one than in the frame before.
fn plant_changed(present: Res<'_, Present>, mut before: Local<'_, Option<Present>>) -> bool {
    before.replace(*present) != Some(*present)
}

/// Whether the plant or the theme is another one than in the frame before.
fn look_changed(
    present: Res<'_, Present>,
    desk: Res<'_, Desk>,
    mut before: Local<'_, Option<(Present, Theme)>>,
) -> bool {
    let now = (*present, desk.theme);
    before.replace(now) != Some(now)
}
