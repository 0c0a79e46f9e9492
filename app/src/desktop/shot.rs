//! Pictures without a window: the plant, drawn into an image.
//!
//! Bevy runs without its window loop: pipelines are compiled before the first picture, the cameras draw into a texture, and the texture is
//! read back. The same systems draw as in the window.

use std::sync::{Arc, Mutex};

use bevy::app::{App, PluginGroup, TerminalCtrlCHandlerPlugin};
use bevy::asset::{Assets, Handle};
use bevy::camera::RenderTarget;
use bevy::ecs::prelude::On;
use bevy::image::Image;
use bevy::log::LogPlugin;
use bevy::render::RenderPlugin;
use bevy::render::pipelined_rendering::PipelinedRenderingPlugin;
use bevy::render::render_resource::TextureFormat;
use bevy::render::view::screenshot::{Screenshot, ScreenshotCaptured};
use bevy::window::{ExitCondition, WindowPlugin};
use bevy::winit::WinitPlugin;

use twin::session::SessionError;
use twin::units::SimTime;

use super::{Desk, Document, Run, window};

/// Frames before the picture is taken: the first builds meshes and pipelines, the second has them.
const FRAMES: usize = 4;
/// The same before every further one: what has come since is built in one and there in the next.
const AFTERWARDS: usize = 2;
/// Frames that reading back may take.
const PATIENCE: usize = 30;

/// A picture, four bytes a pixel: red, green, blue, alpha, row by row from the top.
#[derive(Clone, Debug)]
pub struct Picture {
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// The pixels.
    pub rgba: Vec<u8>,
}

impl Picture {
    /// The picture as a PNG.
    ///
    /// # Errors
    ///
    /// If its numbers of pixels do not fit.
    pub fn png(&self) -> Result<Vec<u8>, png::EncodingError> {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, self.width, self.height);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_compression(png::Compression::High);
        encoder.set_filter(png::Filter::Adaptive);
        let rgb: Vec<u8> =
            self.rgba.chunks_exact(4).flat_map(|pixel| &pixel[..3]).copied().collect();
        encoder.write_header()?.write_image_data(&rgb)?;
        Ok(bytes)
    }
}

/// Why there is no picture, or no window.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ShotError {
    /// Nothing to draw on.
    #[error("there is no graphics adapter")]
    NoAdapter,
    /// Nothing to open a window on.
    #[error("there is no display to open a window on")]
    NoDisplay,
    /// The adapter gave nothing back.
    #[error("the picture could not be read back")]
    NoPicture,
}

/// Draws `run` as it is seen from `desk`, on a picture of so many pixels; with the `document` of its plant, the whole window.
///
/// # Errors
///
/// If there is no adapter, or nothing can be read back from it. Software adapters will do.
pub fn shoot(
    run: Run,
    desk: Desk,
    size: [u32; 2],
    document: Option<Document>,
) -> Result<Picture, ShotError> {
    Studio::new(run, desk, size, document)?.take()
}

/// Takes one picture after the other of a run.
#[derive(Debug)]
pub struct Studio {
    app: App,
    target: Handle<Image>,
    size: [u32; 2],
    /// Frames before the next picture is taken.
    frames: usize,
}

impl Studio {
    /// One in which `run` stands as it is seen from `desk`, see [`shoot`].
    ///
    /// # Errors
    ///
    /// If there is no adapter.
    pub fn new(
        run: Run,
        desk: Desk,
        size: [u32; 2],
        document: Option<Document>,
    ) -> Result<Self, ShotError> {
        let (mut app, target) = stage(run, desk, size, document)?;
        app.finish();
        app.cleanup();
        Ok(Self { app, target, size, frames: FRAMES })
    }

    /// Goes to `at`, ahead or back, however long that takes.
    ///
    /// # Errors
    ///
    /// If the plant cannot run on.
    pub fn seek(&mut self, at: SimTime) -> Result<(), SessionError> {
        self.app.world_mut().non_send_mut::<Run>().seek(at)
    }

    /// Takes a picture of the present.
    ///
    /// # Errors
    ///
    /// If nothing can be read back from the adapter.
    pub fn take(&mut self) -> Result<Picture, ShotError> {
        let frames = std::mem::replace(&mut self.frames, AFTERWARDS);
        (0..frames).for_each(|_| self.app.update());
        let taken: Arc<Mutex<Option<Image>>> = Arc::default();
        let taker = taken.clone();
        self.app.world_mut().spawn(Screenshot::image(self.target.clone())).observe(
            move |shot: On<'_, '_, ScreenshotCaptured>| {
                if let Ok(mut taken) = taker.lock() {
                    *taken = Some(shot.image.clone());
                }
            },
        );
        let [width, height] = self.size;
        for _ in 0..PATIENCE {
            self.app.update();
            if let Some(image) = taken.lock().ok().and_then(|mut taken| taken.take()) {
                let rgba = image.data.ok_or(ShotError::NoPicture)?;
                return Ok(Picture { width, height, rgba });
            }
        }
        Err(ShotError::NoPicture)
    }
}

/// An app that draws into an image of so many pixels, and the image.
pub(super) fn stage(
    run: Run,
    desk: Desk,
    [width, height]: [u32; 2],
    document: Option<Document>,
) -> Result<(App, Handle<Image>), ShotError> {
    // Bevy ends the process where there is none.
    if shaders::Adapter::all().is_empty() {
        return Err(ShotError::NoAdapter);
    }
    let mut app = app();
    let image = Image::new_target_texture(width, height, TextureFormat::Rgba8UnormSrgb, None);
    let target = app.world_mut().resource_mut::<Assets<Image>>().add(image);
    let draws_into = RenderTarget::Image(target.clone().into());
    app.insert_non_send(run).insert_resource(desk);
    match document {
        Some(document) => window::panels(&mut app, draws_into, document),
        None => window::plain(&mut app, draws_into),
    }
    Ok((app, target))
}

/// Bevy without window, loop, log and Ctrl-C of its own.
fn app() -> App {
    let mut app = App::new();
    app.add_plugins(
        bevy::DefaultPlugins
            .build()
            .disable::<WinitPlugin>()
            // One frame after the other: nobody waits for a picture, and what a frame costs is seen by itself.
            .disable::<PipelinedRenderingPlugin>()
            .disable::<LogPlugin>()
            .disable::<TerminalCtrlCHandlerPlugin>()
            .set(WindowPlugin {
                primary_window: None,
                exit_condition: ExitCondition::DontExit,
                ..WindowPlugin::default()
            })
            .set(RenderPlugin {
                synchronous_pipeline_compilation: true,
                ..RenderPlugin::default()
            }),
    );
    app
}
