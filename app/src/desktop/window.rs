//! The app with a window.

use bevy::app::{App, AppExit, PluginGroup, Startup, Update};
use bevy::camera::RenderTarget;
use bevy::ecs::prelude::{Commands, IntoScheduleConfigs, Res};
use bevy::log::LogPlugin;
use bevy::window::{PresentMode, Window, WindowPlugin, WindowRef, WindowResolution};
use bevy_egui::{EguiGlobalSettings, EguiPlugin, EguiPrimaryContextPass};

use super::amend::ask_for_kept;
use super::dialog::Dialog;
use super::document::Recent;
use super::scene::{self, Drawing, Quality, ScenePlugin};
use super::shot::ShotError;
use super::{Desk, Document, Run, film, glue};

/// Opens a window of so many points on `run`, the plant of `document`, and stays until it is closed. What is opened is noted in `recent`.
///
/// # Errors
///
/// If there is no display, or no graphics adapter.
pub fn open(
    run: Run,
    document: Document,
    desk: Desk,
    [width, height]: [u32; 2],
    mut recent: Recent,
) -> Result<AppExit, ShotError> {
    // Bevy ends the process where there is none of either.
    if !has_display() {
        return Err(ShotError::NoDisplay);
    }
    let adapters = shaders::Adapter::all();
    let first = adapters.first().ok_or(ShotError::NoAdapter)?;
    let mut app = App::new();
    if first.kind == shaders::Kind::Software {
        app.insert_resource(Quality::Plain);
    }
    let window = Window {
        title: format!("{} – Genba", run.model.name),
        resolution: WindowResolution::new(width, height),
        present_mode: PresentMode::AutoVsync,
        ..Window::default()
    };
    app.add_plugins(bevy::DefaultPlugins.build().disable::<LogPlugin>().set(WindowPlugin {
        primary_window: Some(window),
        // What is not saved is asked about first.
        close_when_requested: false,
        ..WindowPlugin::default()
    }));
    app.insert_non_send(run).insert_resource(desk);
    if let Some(path) = document.path() {
        recent.opened(path);
    }
    panels(&mut app, RenderTarget::Window(WindowRef::Primary), document);
    app.world_mut().resource_mut::<glue::Panels>().chrome.work.recent = recent;
    app.add_systems(Update, (glue::frame_of_window, glue::dropped, film::roll));
    Ok(app.run())
}

/// Whether there is a display, as far as the environment tells.
fn has_display() -> bool {
    let always = cfg!(any(target_os = "windows", target_os = "macos"));
    always || std::env::var_os("DISPLAY").is_some_and(|name| !name.is_empty())
}

/// Scene and panels on `target`.
pub(super) fn panels(app: &mut App, target: RenderTarget, document: Document) {
    scene(app, target);
    let mut panels = glue::Panels::default();
    ask_for_kept(&document, &mut panels.chrome.work);
    app.insert_resource(panels).insert_non_send(document).insert_non_send(Dialog::default());
    app.init_resource::<film::Film>();
    let steps = (glue::carry_out, glue::look_after, glue::advance, glue::field);
    app.add_systems(Update, steps.chain().before(Drawing));
    app.add_systems(EguiPrimaryContextPass, glue::window);
}

/// Scene and names on `target`.
pub(super) fn plain(app: &mut App, target: RenderTarget) {
    scene(app, target);
    app.add_systems(Update, (glue::field, glue::follow).chain().before(Drawing));
    app.add_systems(EguiPrimaryContextPass, glue::overlay);
}

fn scene(app: &mut App, target: RenderTarget) {
    app.add_plugins((EguiPlugin::default(), ScenePlugin));
    // The panels have a camera of their own.
    app.world_mut().resource_mut::<EguiGlobalSettings>().auto_create_primary_context = false;
    app.add_systems(Startup, move |mut commands: Commands<'_, '_>, quality: Res<'_, Quality>| {
        scene::cameras(&mut commands, target.clone(), *quality);
    });
}
