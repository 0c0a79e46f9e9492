//! A field of the hall as a coloured plane with isolines.

use bevy::asset::{Assets, Handle, RenderAssetUsages};
use bevy::camera::visibility::{NoFrustumCulling, Visibility};
use bevy::color::{Alpha, Color};
use bevy::ecs::prelude::{Commands, Entity, Local, NonSend, Query, Res, ResMut};
use bevy::ecs::system::SystemParam;
use bevy::image::{Image, ImageSampler};
use bevy::light::{NotShadowCaster, NotShadowReceiver};
use bevy::material::AlphaMode;
use bevy::math::primitives::Rectangle;
use bevy::math::{Vec2, Vec3};
use bevy::mesh::{Mesh, Mesh3d};
use bevy::pbr::{MeshMaterial3d, StandardMaterial};
use bevy::render::render_resource::{Extent3d, TextureDimension, TextureFormat};
use bevy::transform::components::Transform;
use twin::units::SimTime;

use super::equipment::lit;
use super::mesh::Lines;
use super::split::Side;
use crate::desktop::field::{Cut, Plate};
use crate::desktop::look::Theme;
use crate::desktop::look::isolines::isolines;
use crate::desktop::{Desk, Run};
use crate::output::picture::{Filling, Scale, Slice};

/// How much the plane covers what is behind it, 0 to 1.
const COVER: f32 = 0.72;

/// How far isolines are over the plane (m).
const OVER: f32 = 0.01;

/// The plane, and what it shows.
#[derive(Default)]
pub(super) struct Plane {
    entity: Option<Entity>,
    material: Handle<StandardMaterial>,
    /// Its isolines.
    lines: Option<(Entity, Handle<Mesh>)>,
    shows: Option<(Cut, SimTime, Theme)>,
}

/// What the plane is made with.
#[derive(SystemParam)]
pub(super) struct Workshop<'w, 's> {
    commands: Commands<'w, 's>,
    meshes: ResMut<'w, Assets<Mesh>>,
    materials: ResMut<'w, Assets<StandardMaterial>>,
    images: ResMut<'w, Assets<Image>>,
}

/// Puts the plane where the desk looks at one, in the colours of the field. Cost: linear in its cells when they have changed.
pub(super) fn place(
    run: NonSend<'_, Run>,
    desk: Res<'_, Desk>,
    mut plane: Local<'_, Plane>,
    mut shop: Workshop<'_, '_>,
    mut bodies: Query<'_, '_, (&mut Transform, &mut Visibility)>,
) {
    let plate = run.fields.plate().filter(|_| desk.cut.is_some());
    let shows = plate.map(|plate| (plate.cut, plate.at, desk.theme));
    if std::mem::replace(&mut plane.shows, shows) == shows {
        return;
    }
    let slice = plate.and_then(|plate| Some((plate, plate.slice.as_ref()?)));
    let Some((plate, slice)) = slice else {
        let lines = plane.lines.as_ref().map(|lines| lines.0);
        for entity in [plane.entity, lines].into_iter().flatten() {
            if let Ok((_, mut seen)) = bodies.get_mut(entity) {
                *seen = Visibility::Hidden;
            }
        }
        return;
    };
    if plane.entity.is_none() {
        plane.material = shop.materials.add(StandardMaterial {
            base_color: Color::WHITE.with_alpha(COVER),
            alpha_mode: AlphaMode::Blend,
            unlit: true,
            double_sided: true,
            cull_mode: None,
            ..lit()
        });
        let mesh = Mesh3d(shop.meshes.add(Rectangle::from_size(Vec2::ONE)));
        let drawn = (mesh, MeshMaterial3d(plane.material.clone()), NotShadowCaster);
        plane.entity = Some(
            shop.commands.spawn((drawn, NotShadowReceiver, Side::both(), at(plate, slice))).id(),
        );
    }
    let drawn = lines(plate, slice).mesh(|_| desk.theme.ground().ink);
    if let Some((entity, mesh)) = &plane.lines {
        // A handle that is there can always be filled anew.
        let _ = shop.meshes.insert(mesh.id(), drawn);
        if let Ok((_, mut seen)) = bodies.get_mut(*entity) {
            *seen = Visibility::Inherited;
        }
    } else {
        let mesh = shop.meshes.add(drawn);
        let ink = shop.materials.add(StandardMaterial { unlit: true, ..lit() });
        let body = (Mesh3d(mesh.clone()), MeshMaterial3d(ink), NoFrustumCulling, Side::both());
        let entity = shop.commands.spawn((body, NotShadowCaster, NotShadowReceiver)).id();
        plane.lines = Some((entity, mesh));
    }
    if let Some(mut material) = shop.materials.get_mut(&plane.material) {
        material.base_color_texture = Some(shop.images.add(image(plate, slice)));
    }
    if let Some((mut body, mut seen)) = plane.entity.and_then(|entity| bodies.get_mut(entity).ok())
    {
        *body = at(plate, slice);
        *seen = Visibility::Inherited;
    }
}

/// The isolines at the numbers of the legend, a little over the plane.
fn lines(plate: &Plate, slice: &Slice) -> Lines {
    let Scale { low, high, .. } = plate.scale;
    let height = plate.cut.height_m as f32 + OVER;
    let mut lines = Lines::default();
    for (share, _) in plate.scale.numbers() {
        for [from, to] in isolines(slice, low + share * (high - low)) {
            lines.add([from[0], from[1], height], [to[0], to[1], height], 0);
        }
    }
    lines
}

/// Where a rectangle of size one has to be.
fn at(plate: &Plate, slice: &Slice) -> Transform {
    let size = slice.cells.map(|count| count as f32 * slice.cell as f32);
    let [x, y] = slice.origin.map(|metres| metres as f32);
    let middle = Vec3::new(x + size[0] / 2.0, y + size[1] / 2.0, plate.cut.height_m as f32);
    Transform::from_translation(middle).with_scale(Vec3::new(size[0], size[1], 1.0))
}

/// One pixel for each cell; clear where there is no air. The first row is the far one.
fn image(plate: &Plate, slice: &Slice) -> Image {
    let [wide, high] = slice.cells;
    let pixel = |index: usize| match slice.filling[index] {
        Filling::Solid => [0; 4],
        Filling::Fluid | Filling::Body(_) => {
            let [r, g, b] = plate.scale.colour(f64::from(slice.values[index]));
            [r, g, b, 255]
        }
    };
    let rows = (0..high).rev().flat_map(|y| (0..wide).map(move |x| y * wide + x));
    let size = Extent3d { width: wide as u32, height: high as u32, depth_or_array_layers: 1 };
    let mut image = Image::new(
        size,
        TextureDimension::D2,
        rows.flat_map(pixel).collect(),
        TextureFormat::Rgba8UnormSrgb,
        RenderAssetUsages::RENDER_WORLD,
    );
    image.sampler = ImageSampler::linear();
    image
}
