//! What stands: one mesh for each form, shared by all equipment that looks alike, and a plate in the colour of the state.

use std::collections::BTreeMap;

use bevy::asset::{Assets, Handle};
use bevy::color::Color;
use bevy::ecs::prelude::{Commands, Local, NonSend, Res, ResMut, Resource};
use bevy::light::{NotShadowCaster, NotShadowReceiver};
use bevy::mesh::{Mesh, Mesh3d};
use bevy::pbr::{MeshMaterial3d, StandardMaterial};
use bevy::transform::components::Transform;
use twin::id::EquipmentId;

use super::instances::{Instances, Workshop};
use super::split::Side;
use super::{Stands, mesh};
use crate::desktop::look::{self, Paint, Place, Shape, Solid, Theme};
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
    /// Under each equipment a plate with the colour of its state; its own paint is of no account.
    plates: Vec<(EquipmentId, Solid)>,
}

/// The plates of both futures, and what they were drawn from.
pub(super) struct Plates {
    drawn: [Instances; 2],
    from: [Option<(u64, Theme)>; 2],
}

impl Default for Plates {
    fn default() -> Self {
        let drawn = [Side::Shown, Side::Other].map(|side| Instances::flat().on(side.own()));
        Self { drawn, from: [None; 2] }
    }
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
    meshes: ResMut<'_, Assets<Mesh>>,
    mut materials: ResMut<'_, Assets<StandardMaterial>>,
) {
    let mut forms = Forms {
        known: Vec::new(),
        lit: materials.add(lit()),
        drawn: materials.add(drawn()),
        plates: Vec::new(),
    };
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
            commands.spawn((faces, at, Side::both(), Stands));
            commands.spawn((
                Mesh3d(form.edges.clone()),
                MeshMaterial3d(forms.drawn.clone()),
                at,
                NotShadowCaster,
                NotShadowReceiver,
                Side::both(),
                Stands,
            ));
        }
        forms.plates.push((place.id, plate(place)));
    }
    commands.insert_resource(forms);
}

/// The plate under an equipment.
fn plate(place: &Place) -> Solid {
    let [l, w, _] = place.outline.size;
    // Not all in one plane, where they overlap.
    let high = PLATE[1] + 0.002 * (place.id.index() % 8) as f32;
    let under = nalgebra::Isometry3::translation(place.outline.ahead, 0.0, high / 2.0);
    let carries = matches!(place.kind, "Conveyor" | "Carrier");
    let wide = if carries { STRIP } else { w + 2.0 * PLATE[0] };
    let size = [l + if carries { 0.0 } else { 2.0 * PLATE[0] }, wide, high];
    Solid { shape: Shape::Block, at: place.pose * under, size, paint: Paint::Mark }
}

/// Makes the meshes in the colours of the theme.
pub(super) fn paint(
    desk: Res<'_, Desk>,
    forms: Res<'_, Forms>,
    mut meshes: ResMut<'_, Assets<Mesh>>,
) {
    let ground = desk.theme.ground();
    for form in forms.known.iter().filter(|form| !form.solids.is_empty()) {
        // A handle that is reserved can always be filled.
        let _ = meshes.insert(form.faces.id(), mesh::faces(&form.solids, desk.theme));
        let _ = meshes.insert(form.edges.id(), mesh::edges(&form.solids, ground.edge));
    }
}

/// Gives each plate the colour of what its equipment is doing.
pub(super) fn show(
    run: NonSend<'_, Run>,
    desk: Res<'_, Desk>,
    forms: Res<'_, Forms>,
    mut plates: Local<'_, Plates>,
    mut shop: Workshop<'_, '_>,
) {
    let Plates { drawn, from } = &mut *plates;
    let shown = Some((run.looks, run.doing()));
    let sides = [shown, run.other().map(|other| (other.looks, other.doing.as_slice()))];
    for ((drawn, from), seen) in drawn.iter_mut().zip(from).zip(sides) {
        let now = seen.map(|(looks, _)| (looks, desk.theme));
        if std::mem::replace(from, now) == now {
            continue;
        }
        let doing = seen.map_or(&[][..], |(_, doing)| doing);
        for (id, plate) in &forms.plates {
            if let Some(activity) = doing.get(id.index()) {
                drawn.put(plate, desk.theme.activity(*activity), &mut shop);
            }
        }
        drawn.send(&mut shop);
    }
}
