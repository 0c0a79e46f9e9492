//! What stands: one mesh for each form, shared by all equipment that looks alike, and a plate in the colour of the state.

use std::collections::BTreeMap;

use bevy::asset::{Assets, Handle};
use bevy::camera::visibility::Visibility;
use bevy::color::{Color, LinearRgba};
use bevy::ecs::prelude::{Commands, Component, Local, NonSend, Query, Res, ResMut, Resource};
use bevy::light::{NotShadowCaster, NotShadowReceiver};
use bevy::mesh::{Mesh, Mesh3d};
use bevy::pbr::{MeshMaterial3d, StandardMaterial};
use bevy::transform::components::Transform;
use twin::engine::Activity;
use twin::id::EquipmentId;

use super::{Stands, mesh};
use crate::desktop::look::{self, Rgb, Shape, Solid};
use crate::desktop::{Desk, Run};

/// How far a plate reaches beyond its equipment (m), and how thick it is.
const PLATE: [f32; 2] = [0.16, 0.03];
/// Width of the strip under what only carries parts (m): a line of them must not outshine the machines.
const STRIP: f32 = 0.14;

/// A form with its meshes: faces and edges.
struct Form {
    solids: Vec<Solid>,
    faces: Handle<Mesh>,
    edges: Handle<Mesh>,
}

/// All forms, and the materials that they share.
#[derive(Resource)]
pub(super) struct Forms {
    known: Vec<Form>,
    lit: Handle<StandardMaterial>,
    drawn: Handle<StandardMaterial>,
    states: [Handle<StandardMaterial>; Activity::COUNT],
}

/// A plate with the state of an equipment.
#[derive(Component)]
pub(super) struct Plate {
    of: EquipmentId,
    shows: Activity,
}

/// A material whose colour comes from the corners of the mesh.
pub(super) fn lit() -> StandardMaterial {
    StandardMaterial {
        base_color: Color::WHITE,
        perceptual_roughness: 0.8,
        reflectance: 0.2,
        ..StandardMaterial::default()
    }
}

/// The same without light and shadow.
fn drawn() -> StandardMaterial {
    StandardMaterial { unlit: true, ..lit() }
}

/// A material in one colour.
pub(super) fn plain(rgb: Rgb) -> StandardMaterial {
    let [r, g, b, a] = mesh::linear(rgb);
    StandardMaterial { base_color: LinearRgba::new(r, g, b, a).into(), ..lit() }
}

/// A pose as a transform with a scale.
pub(super) fn transform(at: &nalgebra::Isometry3<f32>, size: [f32; 3]) -> Transform {
    let q = at.rotation.coords;
    Transform {
        translation: bevy::math::Vec3::from_array(at.translation.vector.into()),
        rotation: bevy::math::Quat::from_xyzw(q.x, q.y, q.z, q.w),
        scale: bevy::math::Vec3::from_array(size),
    }
}

/// Puts everything that stands into the world.
pub(super) fn stand(
    run: NonSend<'_, Run>,
    mut commands: Commands<'_, '_>,
    mut meshes: ResMut<'_, Assets<Mesh>>,
    mut materials: ResMut<'_, Assets<StandardMaterial>>,
) {
    let mut forms = Forms {
        known: Vec::new(),
        lit: materials.add(lit()),
        drawn: materials.add(drawn()),
        states: std::array::from_fn(|_| materials.add(lit())),
    };
    let plate = meshes.add(mesh::unit(Shape::Block));
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    for place in &run.standing.places {
        // Numbers by their bits: what looks alike to the last of them shares a mesh.
        let key = format!("{} {:?}", place.kind, place.outline);
        let form = *known.entry(key).or_insert_with(|| {
            forms.known.push(Form {
                solids: look::form(place.kind, &place.outline),
                faces: meshes.reserve_handle(),
                edges: meshes.reserve_handle(),
            });
            forms.known.len() - 1
        });
        let form = &forms.known[form];
        if form.solids.is_empty() {
            continue;
        }
        // What has a shape of its own is drawn as that.
        if run.model.row(place.id).form.is_none() {
            let at = transform(&place.pose, [1.0; 3]);
            let faces = (Mesh3d(form.faces.clone()), MeshMaterial3d(forms.lit.clone()));
            commands.spawn((faces, at, Stands));
            commands.spawn((
                Mesh3d(form.edges.clone()),
                MeshMaterial3d(forms.drawn.clone()),
                at,
                NotShadowCaster,
                NotShadowReceiver,
                Stands,
            ));
        }
        let [l, w, _] = place.outline.size;
        // Not all in one plane, where they overlap.
        let high = PLATE[1] + 0.002 * (place.id.index() % 8) as f32;
        let under = nalgebra::Isometry3::translation(place.outline.ahead, 0.0, high / 2.0);
        let carries = matches!(place.kind, "Conveyor" | "Carrier");
        let wide = if carries { STRIP } else { w + 2.0 * PLATE[0] };
        let size = [l + if carries { 0.0 } else { 2.0 * PLATE[0] }, wide, high];
        let shows = Activity::default();
        commands.spawn((
            Mesh3d(plate.clone()),
            MeshMaterial3d(forms.states[shows as usize].clone()),
            transform(&(place.pose * under), size),
            Plate { of: place.id, shows },
            NotShadowCaster,
            Visibility::default(),
            Stands,
        ));
    }
    commands.insert_resource(forms);
}

/// Makes the meshes in the colours of the theme.
pub(super) fn paint(
    desk: Res<'_, Desk>,
    forms: Res<'_, Forms>,
    mut meshes: ResMut<'_, Assets<Mesh>>,
    mut materials: ResMut<'_, Assets<StandardMaterial>>,
) {
    let ground = desk.theme.ground();
    for form in forms.known.iter().filter(|form| !form.solids.is_empty()) {
        // A handle that is reserved can always be filled.
        let _ = meshes.insert(form.faces.id(), mesh::faces(&form.solids, desk.theme));
        let _ = meshes.insert(form.edges.id(), mesh::edges(&form.solids, ground.edge));
    }
    for activity in Activity::ALL {
        if let Some(mut material) = materials.get_mut(&forms.states[activity as usize]) {
            *material = StandardMaterial { unlit: true, ..plain(desk.theme.activity(activity)) };
        }
    }
}

/// Gives each plate the colour of what its equipment is doing.
pub(super) fn show(
    run: NonSend<'_, Run>,
    forms: Res<'_, Forms>,
    mut shown: Local<'_, u64>,
    mut plates: Query<'_, '_, (&mut Plate, &mut MeshMaterial3d<StandardMaterial>)>,
) {
    if std::mem::replace(&mut *shown, run.looks) == run.looks {
        return;
    }
    for (mut plate, mut material) in &mut plates {
        let shows = look::activity(&run.model, run.state(), plate.of);
        if plate.shows != shows {
            plate.shows = shows;
            material.0 = forms.states[shows as usize].clone();
        }
    }
}
