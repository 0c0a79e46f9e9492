//! What has a shape of its own: equipment whose plant file names one, and what else stands in the hall.

use bevy::asset::{Assets, Handle};
use bevy::color::{Alpha, Color};
use bevy::ecs::prelude::{Commands, NonSend, Res, ResMut, Resource};
use bevy::light::{NotShadowCaster, NotShadowReceiver};
use bevy::material::AlphaMode;
use bevy::mesh::{Mesh, Mesh3d};
use bevy::pbr::{MeshMaterial3d, StandardMaterial};
use nalgebra::{Isometry3, Vector3};
use twin::engine::{Block, Form};
use twin::field::Triangle;

use super::split::Side;
use super::{Stands, equipment, mesh};
use crate::desktop::look::{Paint, Rgb};
use crate::desktop::{Desk, Run};

/// How much obstacles of the hall cover what is behind them, 0 to 1.
const SHEER: f32 = 0.35;

/// Triangles in the coordinates of the plant, with their meshes.
struct Shaped {
    triangles: Vec<Triangle>,
    /// Of each, if its file says any.
    colours: Vec<Rgb>,
    paint: Paint,
    faces: Handle<Mesh>,
    edges: Handle<Mesh>,
}

/// All that has a shape of its own.
#[derive(Resource)]
pub(super) struct Shapes(Vec<Shaped>);

/// Puts it into the world.
pub(super) fn stand(
    run: NonSend<'_, Run>,
    mut commands: Commands<'_, '_>,
    meshes: ResMut<'_, Assets<Mesh>>,
    mut materials: ResMut<'_, Assets<StandardMaterial>>,
) {
    // Surfaces may be open: they are seen from behind too.
    let seen = || StandardMaterial { double_sided: true, cull_mode: None, ..equipment::lit() };
    let faces = materials.add(seen());
    // What stands about the equipment must not hide it.
    let base_color = Color::WHITE.with_alpha(SHEER);
    let sheer =
        materials.add(StandardMaterial { base_color, alpha_mode: AlphaMode::Blend, ..seen() });
    let lines = materials.add(StandardMaterial { unlit: true, ..equipment::lit() });
    let equipment = run.model.equipment.iter().filter(|row| row.is_shaped);
    let equipment = equipment.filter_map(|row| row.form.as_ref());
    let equipment =
        equipment.map(|form| (form.triangles(), form.mesh().colours.clone(), Paint::Body, &faces));
    let obstacles = run.model.hall.iter().flat_map(|hall| &hall.obstacles);
    let obstacles =
        obstacles.map(|obstacle| (triangles(&obstacle.block), Vec::new(), Paint::Frame, &sheer));
    let all = equipment.chain(obstacles).map(|(triangles, colours, paint, material)| {
        let (shape, edges) = (meshes.reserve_handle(), meshes.reserve_handle());
        let seen = (Mesh3d(shape.clone()), MeshMaterial3d(material.clone()));
        commands.spawn((seen, NotShadowCaster, Side::both(), Stands));
        let drawn = (Mesh3d(edges.clone()), MeshMaterial3d(lines.clone()));
        commands.spawn((drawn, NotShadowCaster, NotShadowReceiver, Side::both(), Stands));
        Shaped { triangles, colours, paint, faces: shape, edges }
    });
    let shapes = Shapes(all.collect());
    commands.insert_resource(shapes);
}

/// The surface of a box or of a form.
fn triangles(block: &Block) -> Vec<Triangle> {
    block.form.as_ref().map_or_else(
        || {
            let size = std::array::from_fn(|axis| block.high[axis] - block.low[axis]);
            let at = Isometry3::from(Vector3::from(block.middle()));
            Form::new(twin::sensor::ray::Mesh::cuboid(size).into(), at).triangles()
        },
        Form::triangles,
    )
}

/// Makes the meshes in the colours of the theme.
pub(super) fn paint(
    desk: Res<'_, Desk>,
    shapes: Res<'_, Shapes>,
    mut meshes: ResMut<'_, Assets<Mesh>>,
) {
    let edge = desk.theme.ground().edge;
    for Shaped { triangles, colours, paint, faces, edges } in &shapes.0 {
        let surface = mesh::surface(triangles, colours, desk.theme.paint(*paint));
        // A handle that is reserved can always be filled.
        let _ = meshes.insert(faces.id(), surface);
        let _ = meshes.insert(edges.id(), mesh::creases(triangles, edge));
    }
}
