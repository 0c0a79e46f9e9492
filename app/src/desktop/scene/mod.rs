//! The plant in three dimensions: everything that calls Bevy.
//!
//! | file | concern |
//! |---|---|
//! | `mesh` | solids to triangles and lines |
//! | `equipment` | what stands: one mesh for each form, shared by all that look alike, and a plate in the colour of the state |
//! | `shapes` | what has a shape of its own: equipment and obstacles of the hall |
//! | `movers` | what moves |
//! | `instances` | many solids of a few shapes, drawn from tables on the adapter |
//! | `field` | a field of the hall as a coloured plane |
//! | `floor` | floor, grid, walls of the hall, ways of vehicles |
//! | `camera` | the eye, and the light |
//!
//! Views read the run and the desk, and change neither.

mod camera;
mod equipment;
mod field;
mod floor;
mod instances;
mod mesh;
mod movers;
mod shapes;

use bevy::app::{App, Plugin, Startup, Update};
use bevy::asset::Assets;
use bevy::ecs::schedule::{IntoScheduleConfigs, SystemSet};
use bevy::pbr::MaterialPlugin;
use bevy::shader::Shader;

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
            .add_systems(Startup, (camera::light, equipment::stand, shapes::stand, floor::lay))
            .add_systems(
                Update,
                (
                    (equipment::paint, shapes::paint, floor::paint, camera::sky)
                        .run_if(theme_changed),
                    equipment::show,
                    movers::place,
                    field::place,
                    camera::look,
                )
                    .in_set(Drawing),
            );
    }
}

/// Whether the theme is another one than in the frame before.
fn theme_changed(
    desk: bevy::ecs::system::Res<'_, crate::desktop::Desk>,
    mut before: bevy::ecs::system::Local<'_, Option<crate::desktop::look::Theme>>,
) -> bool {
    before.replace(desk.theme) != Some(desk.theme)
}
