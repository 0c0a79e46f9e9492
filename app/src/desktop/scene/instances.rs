//! Many solids of a few shapes, drawn from tables on the adapter.
//!
//! A mesh holds hundreds of copies of a shape, and a vertex shader puts each where its row of a table says. So ten thousands of
//! solids are some dozens of entities, and what a frame costs is to write the rows that have changed. What stays where it is costs
//! nothing, and is not drawn where it is out of sight.

use bevy::asset::{Asset, AssetId, Assets, Handle, RenderAssetUsages, uuid_handle};
use bevy::camera::primitives::Aabb;
use bevy::camera::visibility::{NoAutoAabb, NoFrustumCulling, RenderLayers, Visibility};
use bevy::ecs::prelude::{Commands, Entity, ResMut};
use bevy::ecs::system::SystemParam;
use bevy::light::{NotShadowCaster, NotShadowReceiver};
use bevy::math::Vec3;
use bevy::mesh::{Mesh, Mesh3d};
use bevy::pbr::{ExtendedMaterial, MaterialExtension, MeshMaterial3d, StandardMaterial};
use bevy::reflect::TypePath;
use bevy::render::render_resource::AsBindGroup;
use bevy::render::storage::ShaderBuffer;
use bevy::shader::{Shader, ShaderRef};
use rayon::prelude::*;

use super::{equipment, mesh};
use crate::desktop::look::{Paint, Rgb, Shape, Solid};

/// The vertex shader that puts copies where their rows say.
pub(super) const SHADER: Handle<Shader> = uuid_handle!("5f0d3a52-6b5e-4f43-9c58-0d1c3f2b7a91");

/// The table behind a material.
#[derive(Asset, AsBindGroup, Clone, Debug, TypePath)]
pub(super) struct Rows {
    #[storage(100, read_only)]
    table: Handle<ShaderBuffer>,
}

/// A material whose corners come from a table.
pub(super) type Copied = ExtendedMaterial<StandardMaterial, Rows>;

impl MaterialExtension for Rows {
    fn vertex_shader() -> ShaderRef {
        SHADER.into()
    }

    fn prepass_vertex_shader() -> ShaderRef {
        SHADER.into()
    }
}

/// The shader, to be put among the assets.
pub(super) fn shader() -> (AssetId<Shader>, Shader) {
    (SHADER.id(), Shader::from_wgsl(include_str!("instances.wgsl"), "instances.wgsl"))
}

/// What new instances are made with.
#[derive(SystemParam)]
pub(super) struct Workshop<'w, 's> {
    pub(super) commands: Commands<'w, 's>,
    meshes: ResMut<'w, Assets<Mesh>>,
    materials: ResMut<'w, Assets<Copied>>,
    tables: ResMut<'w, Assets<ShaderBuffer>>,
}

/// Copies in one mesh: few where a shape has many corners.
const fn copies(shape: Shape) -> usize {
    match shape {
        Shape::Block => 512,
        Shape::Rod => 128,
        Shape::Ball => 64,
    }
}

/// How solids are drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Style {
    /// By their faces, in light and shadow.
    #[default]
    Lit,
    /// By their faces, without either.
    Flat,
    /// By their edges.
    Edges,
}

/// One solid as the shader has it: middle, red and green, turn, size, blue.
type Row = [u32; 12];
/// A colour, and what it is in rows.
type Packed = (Rgb, [u32; 2]);
/// A row that draws nothing.
const NONE: Row = [0; 12];

/// The shapes, in the order of their numbers.
const SHAPES: [Shape; 3] = [Shape::Block, Shape::Rod, Shape::Ball];
/// Solids of which one thread makes rows, at least.
const SHARE: usize = 4096;

/// A solid in a colour as a row. Solids of one paint come together: `last` is the colour of the one before.
fn row(solid: &Solid, rgb: Rgb, last: &mut Option<Packed>) -> Row {
    let [red_green, blue] = match *last {
        Some((last, packed)) if last == rgb => packed,
        _ => last.insert((rgb, packed(rgb))).1,
    };
    let [x, y, z] = <[f32; 3]>::from(solid.at.translation.vector).map(f32::to_bits);
    let q = solid.at.rotation.coords;
    let [i, j, k, w] = [q.x, q.y, q.z, q.w].map(f32::to_bits);
    let [l, b, h] = solid.size.map(f32::to_bits);
    [x, y, z, red_green, i, j, k, w, l, b, h, blue]
}

/// All solids of one shape.
struct Batch {
    rows: Vec<Row>,
    mesh: Handle<Mesh>,
    stretches: Vec<Stretch>,
}

/// As many of them as one mesh has copies.
struct Stretch {
    entity: Entity,
    table: Handle<ShaderBuffer>,
    /// What the adapter has.
    sent: Vec<Row>,
}

/// Solids that are drawn together, by shape.
#[derive(Default)]
pub(super) struct Instances {
    batches: [Option<Batch>; 3],
    /// The colour that was asked for last, as rows have it: solids of one paint come together.
    last: Option<Packed>,
    make: Make,
}

/// What its meshes are like.
#[derive(Clone, Default)]
struct Make {
    style: Style,
    /// Whether what was put stays for long, so that it pays to know where it is.
    stays: bool,
    /// Who sees them.
    layers: RenderLayers,
}

impl Instances {
    /// What is put anew every frame.
    pub(super) fn of(style: Style) -> Self {
        Self { make: Make { style, ..Make::default() }, ..Self::default() }
    }

    /// What stays. Neighbours should be put one after the other: they are in sight or out of it together.
    pub(super) fn that_stay(style: Style) -> Self {
        Self { make: Make { style, stays: true, ..Make::default() }, ..Self::default() }
    }

    /// The same, seen on `layers`.
    pub(super) fn on(self, layers: RenderLayers) -> Self {
        Self { make: Make { layers, ..self.make }, ..self }
    }

    /// Puts a solid in a colour.
    pub(super) fn put(&mut self, solid: &Solid, rgb: Rgb, shop: &mut Workshop<'_, '_>) {
        let style = self.make.style;
        let batch = self.batches[solid.shape as usize]
            .get_or_insert_with(|| Batch::new(solid.shape, style, shop));
        batch.rows.push(row(solid, rgb, &mut self.last));
    }

    /// Puts many; the blocks that come first on all cores.
    pub(super) fn put_all(
        &mut self,
        solids: &[Solid],
        rgb: impl Fn(Paint) -> Rgb + Sync,
        shop: &mut Workshop<'_, '_>,
    ) {
        let first = solids.iter().take_while(|solid| solid.shape == Shape::Block).count();
        let (blocks, rest) = solids.split_at(first);
        let style = self.make.style;
        let batch = self.batches[Shape::Block as usize]
            .get_or_insert_with(|| Batch::new(Shape::Block, style, shop));
        let rows = blocks.par_iter().with_min_len(SHARE);
        let row = |last: &mut Option<Packed>, solid: &Solid| row(solid, rgb(solid.paint), last);
        batch.rows.par_extend(rows.map_init(|| None, row));
        rest.iter().for_each(|solid| self.put(solid, rgb(solid.paint), shop));
    }

    /// Sends what was put to the adapter, as far as it differs from what is there, and forgets it. Cost: linear in it.
    pub(super) fn send(&mut self, shop: &mut Workshop<'_, '_>) {
        for (shape, batch) in SHAPES.into_iter().zip(&mut self.batches) {
            if let Some(batch) = batch {
                batch.send(copies(shape), &self.make, shop);
            }
        }
    }
}

impl Batch {
    fn new(shape: Shape, style: Style, shop: &mut Workshop<'_, '_>) -> Self {
        let mesh = match style {
            Style::Lit | Style::Flat => mesh::copies(shape, copies(shape)),
            Style::Edges => mesh::copied_edges(shape, copies(shape)),
        };
        let mesh = shop.meshes.add(mesh);
        Self { rows: Vec::new(), mesh, stretches: Vec::new() }
    }

    fn send(&mut self, wide: usize, make: &Make, shop: &mut Workshop<'_, '_>) {
        while self.stretches.len() * wide < self.rows.len() {
            self.stretches.push(Stretch::new(self.mesh.clone(), wide, make, shop));
        }
        self.rows.resize(self.stretches.len() * wide, NONE);
        for (stretch, rows) in self.stretches.iter_mut().zip(self.rows.chunks(wide)) {
            stretch.send(rows, make, shop);
        }
        self.rows.clear();
    }
}

impl Stretch {
    fn new(mesh: Handle<Mesh>, wide: usize, make: &Make, shop: &mut Workshop<'_, '_>) -> Self {
        let sent = vec![NONE; wide];
        let usage = RenderAssetUsages::default();
        let table = shop.tables.add(ShaderBuffer::new(bytemuck::cast_slice(&sent), usage));
        let unlit = make.style != Style::Lit;
        let base = StandardMaterial { unlit, ..equipment::lit() };
        let extension = Rows { table: table.clone() };
        let material = shop.materials.add(ExtendedMaterial { base, extension });
        let drawn = (Mesh3d(mesh), MeshMaterial3d(material), make.layers.clone());
        let mut entity = shop.commands.spawn((drawn, Visibility::Hidden));
        if unlit {
            entity.insert((NotShadowCaster, NotShadowReceiver));
        }
        if make.stays {
            entity.insert(NoAutoAabb);
        } else {
            entity.insert(NoFrustumCulling);
        }
        Self { entity: entity.id(), table, sent }
    }

    fn send(&mut self, rows: &[Row], make: &Make, shop: &mut Workshop<'_, '_>) {
        if self.sent == rows {
            return;
        }
        let (was, seen) = (self.sent[0] != NONE, rows[0] != NONE);
        self.sent.copy_from_slice(rows);
        if let Some(mut table) = shop.tables.get_mut(&self.table) {
            table.data = Some(bytemuck::cast_slice(rows).to_vec());
        }
        if make.stays {
            shop.commands.entity(self.entity).insert(bounds(rows));
        }
        if was != seen {
            let seen = if seen { Visibility::Inherited } else { Visibility::Hidden };
            shop.commands.entity(self.entity).insert(seen);
        }
    }
}

/// The box about all solids of `rows`, however they are turned.
fn bounds(rows: &[Row]) -> Aabb {
    let mut corners = [Vec3::INFINITY, Vec3::NEG_INFINITY];
    for row in rows.iter().filter(|row| **row != NONE) {
        let vector =
            |from: usize| Vec3::from_array([0, 1, 2].map(|n| f32::from_bits(row[from + n])));
        let (at, reach) = (vector(0), vector(8).length() / 2.0);
        corners = [corners[0].min(at - reach), corners[1].max(at + reach)];
    }
    Aabb::from_min_max(corners[0], corners[1])
}

/// A colour as rows have it: 16 bits for each channel, linear.
fn packed(rgb: Rgb) -> [u32; 2] {
    let [r, g, b, _] = mesh::linear(rgb).map(|share| (share * 65_535.0).round() as u32);
    [r | g << 16, b]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_keep_their_steps() {
        let [white, black] = [packed([255; 3]), packed([0; 3])];
        assert_eq!((white, black), ([u32::MAX, 65_535], [0, 0]));
        let red = |n: u8| packed([n, 0, 0])[0];
        assert!((0..255).all(|n| red(n) < red(n + 1)), "two colours are one");
    }
}
