//! Two futures, each on a side of its own: A at the left, B at the right, seen by two cameras from the same eye.
//!
//! What stands is of both; what moves, and the plates under the equipment, is of one each. A camera, its sun and what it alone sees are on a
//! layer of their own, so neither future throws its shadows into the other.

use bevy::camera::visibility::RenderLayers;
use bevy::camera::{Camera, ClearColorConfig, RenderTarget};
use bevy::ecs::prelude::{Commands, Component, Entity, NonSend, Query, Res, With};
use bevy::math::UVec2;

use super::camera::{self, Quality, SceneCamera};
use crate::desktop::{Desk, Run};

/// Which of two futures: the one that is shown also where there is no other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Component)]
pub(super) enum Side {
    /// The one that is shown.
    #[default]
    Shown,
    /// The other.
    Other,
}

impl Side {
    /// The layer of what is of this future alone.
    pub(super) fn own(self) -> RenderLayers {
        RenderLayers::layer(self as usize)
    }

    /// The layers of what is of both.
    pub(super) fn both() -> RenderLayers {
        RenderLayers::from_layers(&[Self::Shown as usize, Self::Other as usize])
    }
}

/// Something that is there only while two futures are side by side.
#[derive(Component)]
pub(super) struct Second;

/// Puts the second camera and its sun into the world while two futures are side by side, and takes them away afterwards.
pub(super) fn part(
    run: NonSend<'_, Run>,
    quality: Res<'_, Quality>,
    mut commands: Commands<'_, '_>,
    first: Query<'_, '_, &RenderTarget, With<SceneCamera>>,
    second: Query<'_, '_, Entity, With<Second>>,
) {
    let wanted = run.other().is_some();
    if wanted != second.is_empty() {
        return;
    }
    if !wanted {
        second.iter().for_each(|entity| commands.entity(entity).despawn());
        return;
    }
    let Some(target) = first.iter().next() else { return };
    commands.spawn((
        camera::eye(target.clone(), *quality),
        Camera { order: 1, clear_color: ClearColorConfig::None, ..Camera::default() },
        Side::Other,
        Side::Other.own(),
        Second,
    ));
    commands.spawn((camera::sun(), Side::Other.own(), Second));
}

/// The part of `area`, its corner and its size, in which one of two futures is seen: A at the left, B at the right.
pub(super) fn half(area: [UVec2; 2], side: Side, run: &Run) -> [UVec2; 2] {
    let [corner, size] = area;
    if run.other().is_none() {
        return area;
    }
    let shows_b = run.fork.as_ref().is_some_and(|fork| fork.shows_b);
    let right = shows_b == (side == Side::Shown);
    let wide = size.x / 2;
    let x = if right { corner.x + size.x - wide } else { corner.x };
    [UVec2::new(x, corner.y), UVec2::new(wide, size.y)]
}

/// Size of the picture in which the plant is seen, in pixels, where nobody says: that of the desk, twice as wide for two.
pub(super) fn whole(desk: &Desk, run: &Run) -> [UVec2; 2] {
    let [wide, high] = desk.frame.map(|side| side as u32);
    let wide = if run.other().is_some() { 2 * wide } else { wide };
    [UVec2::ZERO, UVec2::new(wide, high)]
}
