//! The eye, the light and the shadows that fall from it.

use bevy::camera::visibility::RenderLayers;
use bevy::camera::{
    Camera, Camera3d, CameraOutputMode, ClearColorConfig, Exposure, OrthographicProjection,
    PerspectiveProjection, Projection, RenderTarget, ScalingMode, Viewport,
};
use bevy::color::Color;
use bevy::core_pipeline::tonemapping::{DebandDither, Tonemapping};
use bevy::ecs::bundle::Bundle;
use bevy::ecs::prelude::{Commands, Component, NonSend, Query, Res, Resource, With};
use bevy::light::cascade::CascadeShadowConfigBuilder;
use bevy::light::{AmbientLight, CascadeShadowConfig, DirectionalLight, DirectionalLightShadowMap};
use bevy::math::{UVec2, Vec3};
use bevy::render::view::Msaa;
use bevy::transform::components::Transform;

use super::split::{Side, half, whole};
use crate::desktop::look::{Theme, eye as eyes};
use crate::desktop::{Desk, Run};

/// The camera that sees the plant.
#[derive(Component, Debug)]
pub(super) struct SceneCamera;

/// The part of the target that shows the plant, in pixels; none: all of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Resource)]
pub(in crate::desktop) struct Canvas(pub(in crate::desktop) Option<[UVec2; 2]>);

/// How much is spent on a frame.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Resource)]
pub(in crate::desktop) enum Quality {
    /// Smooth edges, fine shadows.
    #[default]
    Full,
    /// What a processor can draw while somebody waits.
    Plain,
}

/// The light that throws shadows.
#[derive(Component, Debug)]
pub(super) struct Sun;

/// Light that makes a white surface white: what the camera's exposure takes away (lx).
fn full() -> f32 {
    std::f32::consts::PI / Exposure::default().exposure()
}

/// The cameras: one for the plant, one for the panels over it.
pub(in crate::desktop) fn cameras(
    commands: &mut Commands<'_, '_>,
    target: RenderTarget,
    quality: Quality,
) {
    commands.spawn((eye(target.clone(), quality), Camera::default(), Side::Shown));
    commands.spawn((
        bevy_egui::PrimaryEguiContext,
        Camera3d::default(),
        Camera {
            order: 2,
            output_mode: CameraOutputMode::Write {
                blend_state: Some(bevy::render::render_resource::BlendState::ALPHA_BLENDING),
                clear_color: ClearColorConfig::None,
            },
            clear_color: ClearColorConfig::Custom(Color::NONE),
            ..Camera::default()
        },
        target,
        Tonemapping::None,
        Msaa::Off,
        RenderLayers::none(),
    ));
}

/// What looks at the plant.
pub(super) fn eye(target: RenderTarget, quality: Quality) -> impl Bundle {
    (
        SceneCamera,
        Camera3d::default(),
        target,
        Tonemapping::None,
        // Noise against bands would make pictures large, and there are no gradients here.
        DebandDither::Disabled,
        if quality == Quality::Full { Msaa::Sample4 } else { Msaa::Off },
        // Shadows must not be black.
        AmbientLight {
            brightness: 0.66 / Exposure::default().exposure(),
            ..AmbientLight::default()
        },
    )
}

/// The light that throws shadows: from the left behind the eye.
pub(super) fn sun() -> impl Bundle {
    let light = DirectionalLight {
        illuminance: 0.66 * full(),
        shadow_maps_enabled: true,
        ..DirectionalLight::default()
    };
    (light, Sun, towards(0.8, 0.25, -1.0))
}

fn towards(x: f32, y: f32, z: f32) -> Transform {
    Transform::IDENTITY.looking_to(Vec3::new(x, y, z), Vec3::Z)
}

/// Puts the lights into the world: one with shadows from the left behind the eye, two soft ones from the other sides.
pub(super) fn light(mut commands: Commands<'_, '_>, quality: Res<'_, Quality>) {
    let size = if *quality == Quality::Full { 4096 } else { 1024 };
    commands.insert_resource(DirectionalLightShadowMap { size });
    commands.spawn((sun(), Side::Shown.own()));
    for (share, at) in [(0.2, towards(0.15, 1.0, -0.3)), (0.08, towards(-0.9, -0.3, -0.3))] {
        commands.spawn((
            DirectionalLight { illuminance: share * full(), ..DirectionalLight::default() },
            at,
            Side::both(),
        ));
    }
}

/// The colour behind everything.
pub(super) fn sky(desk: Res<'_, Desk>, mut cameras: Query<'_, '_, &mut Camera, With<SceneCamera>>) {
    let [r, g, b] = desk.theme.ground().sky;
    for mut camera in &mut cameras {
        // The second future is drawn beside the first.
        if camera.order == 0 {
            camera.clear_color = ClearColorConfig::Custom(Color::srgb_u8(r, g, b));
        }
    }
    debug_assert!(matches!(desk.theme, Theme::Light | Theme::Dark), "a theme has a sky");
}

/// Puts the camera where the eye is, and the shadows where it looks.
pub(super) fn look(
    desk: Res<'_, Desk>,
    run: NonSend<'_, Run>,
    canvas: Res<'_, Canvas>,
    quality: Res<'_, Quality>,
    mut cameras: Query<
        '_,
        '_,
        (&mut Camera, &mut Transform, &mut Projection, &Side),
        With<SceneCamera>,
    >,
    mut suns: Query<'_, '_, &mut CascadeShadowConfig, With<Sun>>,
) {
    let eye = &desk.eye;
    let (distance, span) = (eye.distance(), eye.span);
    let size = (run.standing.bounds.1 - run.standing.bounds.0).norm();
    for (mut camera, mut transform, mut projection, side) in &mut cameras {
        let vector = |v: nalgebra::Vector3<f32>| Vec3::from_array(v.into());
        *transform = Transform::from_translation(vector(eye.position().coords))
            .looking_to(vector(eye.forward()), vector(eye.up()));
        *projection = if eye.flat {
            Projection::Orthographic(OrthographicProjection {
                near: 0.0,
                far: distance + size * 2.0 + 100.0,
                scaling_mode: ScalingMode::FixedVertical { viewport_height: span },
                ..OrthographicProjection::default_3d()
            })
        } else {
            Projection::Perspective(PerspectiveProjection {
                fov: eyes::FIELD,
                near: (distance * 0.01).max(0.05),
                far: distance + size * 2.0 + 100.0,
                ..PerspectiveProjection::default()
            })
        };
        let area = canvas.0.or_else(|| run.other().map(|_| whole(&desk, &run)));
        camera.viewport = area.map(|area| half(area, *side, &run)).map(|[at, size]| Viewport {
            physical_position: at,
            physical_size: size.max(UVec2::ONE),
            ..Viewport::default()
        });
    }
    for mut cascades in &mut suns {
        *cascades = CascadeShadowConfigBuilder {
            num_cascades: if *quality == Quality::Full { 2 } else { 1 },
            minimum_distance: (distance - span * 1.6).max(0.1),
            first_cascade_far_bound: distance + span * 0.1,
            maximum_distance: distance + span * 2.2,
            overlap_proportion: 0.15,
        }
        .build();
    }
}
