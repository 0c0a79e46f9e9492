//! What stands, and under each equipment a plate in the colour of its state.

use bevy::color::Color;
use bevy::ecs::prelude::{Local, NonSend, Res};
use bevy::pbr::StandardMaterial;
use twin::id::EquipmentId;

use super::instances::{Instances, Style, Workshop};
use super::mesh;
use super::split::Side;
use crate::desktop::look::{self, Paint, Place, Shape, Solid, Theme};
use crate::desktop::{Desk, Run};

/// How far a plate reaches beyond its equipment (m), and how thick it is.
const PLATE: [f32; 2] = [0.16, 0.03];
/// Width of the strip under what only carries parts (m): a line of them must not outshine the machines.
const STRIP: f32 = 0.14;

/// What stands, by its faces and by its edges.
pub(super) struct Bodies {
    faces: Instances,
    edges: Instances,
}

impl Default for Bodies {
    fn default() -> Self {
        let of_both = |style| Instances::that_stay(style).on(Side::both());
        Self { faces: of_both(Style::Lit), edges: of_both(Style::Edges) }
    }
}

/// Under each equipment a plate with the colour of its state, in both futures, and what they were drawn from.
pub(super) struct Plates {
    drawn: [Instances; 2],
    from: [Option<(u64, Theme)>; 2],
    /// Of which plant they are.
    plant: u64,
    /// Their own paint is of no account.
    under: Vec<(EquipmentId, Solid)>,
}

impl Default for Plates {
    fn default() -> Self {
        let drawn =
            [Side::Shown, Side::Other].map(|side| Instances::of(Style::Flat).on(side.own()));
        Self { drawn, from: [None; 2], plant: 0, under: Vec::new() }
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

/// Draws everything that stands, in the colours of the theme. O(equipment).
pub(super) fn stand(
    run: NonSend<'_, Run>,
    desk: Res<'_, Desk>,
    mut bodies: Local<'_, Bodies>,
    mut shop: Workshop<'_, '_>,
) {
    let Bodies { faces, edges } = &mut *bodies;
    let ink = desk.theme.ground().edge;
    // What has a shape of its own is drawn as that.
    let plain = |place: &&Place| !run.model.row(place.id).is_shaped;
    for place in neighbours(&run.standing.places).into_iter().filter(plain) {
        for solid in look::form(place.kind, &place.outline) {
            let solid = Solid { at: place.pose * solid.at, ..solid };
            faces.put(&solid, desk.theme.paint(solid.paint), &mut shop);
            if let Some(edged) = mesh::edged(&solid) {
                edges.put(&edged, ink, &mut shop);
            }
        }
    }
    faces.send(&mut shop);
    edges.send(&mut shop);
}

/// Places in an order in which what stands together comes together.
fn neighbours(places: &[Place]) -> Vec<&Place> {
    /// Side of the cells in which they are sorted (m).
    const CELL: f32 = 4.0;
    let key = |place: &&Place| {
        let at = place.pose.translation.vector;
        let [x, y] =
            [at.x, at.y].map(|way| ((way / CELL) as i32 + (1 << 15)).clamp(0, 0xffff) as u32);
        // The digits of both in turn: what is near in it is near in the plane.
        (0..16).fold(0_u32, |key, bit| {
            key | (x >> bit & 1) << (2 * bit) | (y >> bit & 1) << (2 * bit + 1)
        })
    };
    let mut sorted: Vec<&Place> = places.iter().collect();
    sorted.sort_by_key(key);
    sorted
}

/// The plates under an equipment: one, or along a curve several.
fn plates_under(place: &Place) -> Vec<Solid> {
    let [l, w, _] = place.outline.size;
    // Not all in one plane, where they overlap.
    let high = PLATE[1] + 0.002 * (place.id.index() % 8) as f32;
    let strip = |at, long: f32, wide| {
        let size = [long, wide, high];
        Solid { shape: Shape::Block, at: place.pose * at, size, paint: Paint::Mark }
    };
    let up = nalgebra::Isometry3::translation(0.0, 0.0, high / 2.0);
    if place.outline.is_curved() {
        let stretches = place.outline.way.stretches(f64::from(STRIP));
        let plate = |one: twin::engine::Stretch| {
            strip(one.middle.cast::<f32>() * up, one.length_m as f32, STRIP)
        };
        return stretches.map(plate).collect();
    }
    let under = nalgebra::Isometry3::translation(place.outline.ahead, 0.0, high / 2.0);
    let carries = matches!(place.kind, "Conveyor" | "Carrier");
    let wide = if carries { STRIP } else { w + 2.0 * PLATE[0] };
    vec![strip(under, l + if carries { 0.0 } else { 2.0 * PLATE[0] }, wide)]
}

/// Gives each plate the colour of what its equipment is doing.
pub(super) fn show(
    run: NonSend<'_, Run>,
    desk: Res<'_, Desk>,
    mut plates: Local<'_, Plates>,
    mut shop: Workshop<'_, '_>,
) {
    let Plates { drawn, from, plant, under } = &mut *plates;
    if std::mem::replace(plant, run.plants) != run.plants {
        let seen = |place: &&Place| !look::form(place.kind, &place.outline).is_empty();
        let places = run.standing.places.iter().filter(seen);
        let plates = |place| plates_under(place).into_iter().map(|plate| (place.id, plate));
        *under = places.flat_map(plates).collect();
    }
    let shown = Some((run.looks, run.doing()));
    let sides = [shown, run.other().map(|other| (other.looks, other.doing.as_slice()))];
    for ((drawn, from), seen) in drawn.iter_mut().zip(from).zip(sides) {
        let now = seen.map(|(looks, _)| (looks, desk.theme));
        if std::mem::replace(from, now) == now {
            continue;
        }
        let doing = seen.map_or(&[][..], |(_, doing)| doing);
        for (id, plate) in &*under {
            if let Some(activity) = doing.get(id.index()) {
                drawn.put(plate, desk.theme.activity(*activity), &mut shop);
            }
        }
        drawn.send(&mut shop);
    }
}
