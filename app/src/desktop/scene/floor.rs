//! The floor with its grid, the walls of the hall as a low kerb, and the ways of vehicles.

use bevy::asset::{Assets, Handle};
use bevy::ecs::prelude::{Commands, NonSend, Res, ResMut, Resource};
use bevy::light::NotShadowCaster;
use bevy::mesh::{Mesh, Mesh3d};
use bevy::pbr::{MeshMaterial3d, StandardMaterial};
use bevy::transform::components::Transform;
use nalgebra::Point3;
use twin::engine::State;
use twin::flow::Vehicles;

use super::equipment::lit;
use super::mesh::{self, Lines};
use super::split::Side;
use crate::desktop::look::{Ground, Paint, Solid, Theme};
use crate::desktop::{Desk, Run};

/// Beyond this extent the fine lines of the grid are left out (m).
const FINE_UP_TO: f32 = 400.0;
/// Width of the mark along the ways of vehicles (m).
const WAY: f32 = 1.1;

/// The meshes of the floor.
#[derive(Resource)]
pub(super) struct Floor {
    ground: Handle<Mesh>,
    grid: Handle<Mesh>,
}

/// Puts the floor into the world.
pub(super) fn lay(
    mut commands: Commands<'_, '_>,
    meshes: ResMut<'_, Assets<Mesh>>,
    mut materials: ResMut<'_, Assets<StandardMaterial>>,
) {
    let floor = Floor { ground: meshes.reserve_handle(), grid: meshes.reserve_handle() };
    let lit = materials.add(lit());
    let at = Transform::IDENTITY;
    commands.spawn((
        Mesh3d(floor.ground.clone()),
        MeshMaterial3d(lit.clone()),
        at,
        NotShadowCaster,
        Side::both(),
    ));
    let grid = (Mesh3d(floor.grid.clone()), MeshMaterial3d(lit), at);
    commands.spawn((grid, NotShadowCaster, Side::both()));
    commands.insert_resource(floor);
}

/// Makes the meshes in the colours of the theme.
pub(super) fn paint(
    desk: Res<'_, Desk>,
    run: NonSend<'_, Run>,
    floor: Res<'_, Floor>,
    mut meshes: ResMut<'_, Assets<Mesh>>,
) {
    let (low, high) = run.floor();
    let ground = desk.theme.ground();
    let solids = slab(low, high, &ways(&run));
    // A handle that is reserved can always be filled.
    let _ = meshes.insert(floor.ground.id(), floor_faces(&solids, desk.theme));
    let _ = meshes.insert(floor.grid.id(), grid(low, high, &ground));
}

/// Slab, kerb and ways; the slab comes first.
fn slab(low: Point3<f32>, high: Point3<f32>, ways: &[Solid]) -> Vec<Solid> {
    let middle = nalgebra::center(&low, &high);
    let [l, w] = [high.x - low.x, high.y - low.y];
    let mut out = vec![Solid::block(Paint::Mark, [middle.x, middle.y, -0.3], [l, w, 0.295])];
    for (x, y, a, b) in [
        (middle.x, low.y, l + 0.2, 0.2),
        (middle.x, high.y, l + 0.2, 0.2),
        (low.x, middle.y, 0.2, w + 0.2),
        (high.x, middle.y, 0.2, w + 0.2),
    ] {
        out.push(Solid::block(Paint::Body, [x, y, -0.3], [a, b, 0.55]));
    }
    out.extend(ways);
    out
}

/// The faces, with the slab in the colour of the floor.
fn floor_faces(solids: &[Solid], theme: Theme) -> Mesh {
    let mut faces = mesh::faces(solids, theme);
    let floor = mesh::linear(theme.ground().floor);
    // A block has 24 corners.
    if let Some(bevy::mesh::VertexAttributeValues::Float32x4(colours)) =
        faces.attribute_mut(Mesh::ATTRIBUTE_COLOR)
    {
        colours.iter_mut().take(24).for_each(|colour| *colour = floor);
    }
    faces
}

/// Marks along the ways of all networks of vehicles.
fn ways(run: &Run) -> Vec<Solid> {
    let mut out = Vec::new();
    for place in &run.standing.places {
        let Some(vehicles) = State::parameters::<Vehicles>(&run.model, place.id) else { continue };
        for [from, to] in vehicles.ways() {
            let way = (to.0 - from.0, to.1 - from.1);
            let length = way.0.hypot(way.1) as f32;
            let middle = [f64::midpoint(from.0, to.0) as f32, f64::midpoint(from.1, to.1) as f32];
            let mark = Solid::block(Paint::Mark, [0.0, 0.0, 0.0], [length + WAY, WAY, 0.008]);
            let turned = mark.turned(way.1.atan2(way.0) as f32);
            let at = nalgebra::Translation3::new(middle[0], middle[1], 0.0) * turned.at;
            out.push(Solid { at, ..turned });
        }
    }
    out
}

/// Lines every metre and every ten metres.
fn grid(low: Point3<f32>, high: Point3<f32>, ground: &Ground) -> Mesh {
    let mut lines = Lines::default();
    let extent = (high.x - low.x).max(high.y - low.y);
    let step = if extent <= FINE_UP_TO { 1 } else { 10 };
    for axis in 0..2 {
        let other = 1 - axis;
        let first = (low[axis] / step as f32).ceil() as i32;
        let last = (high[axis] / step as f32).floor() as i32;
        for n in first..=last {
            let metre = n * step;
            let coarse = metre % 10 == 0;
            let z = if coarse { 0.012 } else { 0.01 };
            let (mut from, mut to) = ([0.0, 0.0, z], [0.0, 0.0, z]);
            (from[axis], to[axis]) = (metre as f32, metre as f32);
            (from[other], to[other]) = (low[other], high[other]);
            lines.add(from, to, usize::from(coarse));
        }
    }
    lines.mesh(|group| if group == 1 { ground.coarse } else { ground.fine })
}
