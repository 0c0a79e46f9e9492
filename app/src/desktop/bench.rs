//! What a frame costs: the share of the processor apart from what the graphics adapter does.
//!
//! The window is drawn into an image, without waiting for a display, but as if there were one: every frame is a sixtieth of a second,
//! so that the run and the panels have as much to do in each as they have before a screen, however slow the adapter is. Everything that this program does for a frame lies between the first
//! and the last schedule of Bevy's main world: the run, the views, the panels, the places of everything that moves. What the renderer and the
//! adapter do after that is in the whole time of a frame.

use std::time::{Duration, Instant};

use bevy::app::{First, Last};
use bevy::ecs::prelude::{ResMut, Resource};
use bevy::render::render_resource::PollType;
use bevy::render::renderer::RenderDevice;
use bevy::time::TimeUpdateStrategy;

use super::scene::Quality;
use super::shot::{ShotError, stage};
use super::{Desk, Document, Run};

/// Frames before it is measured.
const WARM: usize = 5;
/// What a display leaves for a frame.
const FRAME: Duration = Duration::from_nanos(16_666_667);

/// What frames have cost.
#[derive(Clone, Debug, PartialEq)]
pub struct Frames {
    /// Equipment and parts that were drawn.
    pub drawn: [usize; 2],
    /// From the begin of the command to the first whole frame, the plant file read and shaders compiled (s).
    pub first_s: f64,
    /// Share of this program on the processor: median and 95th percentile (ms).
    pub own_ms: [f64; 2],
    /// The whole frame, renderer and adapter included, likewise (ms).
    pub whole_ms: [f64; 2],
}

/// Stops the time of the main world.
#[derive(Debug, Resource)]
struct Watch {
    since: Instant,
    spent: Vec<Duration>,
}

/// Draws `frames` frames of the window while the plant of `document` runs, from where the run goes by itself on. The command began at
/// `begin`.
///
/// # Errors
///
/// If there is no adapter.
pub fn measure(
    run: Run,
    document: Document,
    desk: Desk,
    size: [u32; 2],
    frames: usize,
    begin: Instant,
) -> Result<Frames, ShotError> {
    let (mut app, _) = stage(run, desk, size, Some(document))?;
    let first = shaders::Adapter::all().into_iter().next();
    if first.is_some_and(|first| first.kind == shaders::Kind::Software) {
        app.insert_resource(Quality::Plain);
    }
    app.insert_resource(TimeUpdateStrategy::ManualDuration(FRAME));
    app.insert_resource(Watch { since: Instant::now(), spent: Vec::new() });
    app.add_systems(First, |mut watch: ResMut<'_, Watch>| watch.since = Instant::now());
    app.add_systems(Last, |mut watch: ResMut<'_, Watch>| {
        let passed = watch.since.elapsed();
        watch.spent.push(passed);
    });
    app.finish();
    app.cleanup();
    // The second one shows what the first one has loaded.
    (0..2).for_each(|_| app.update());
    let first_s = begin.elapsed().as_secs_f64();
    let drawn = {
        let mut run = app.world_mut().non_send_mut::<Run>();
        run.arrive();
        run.playing = true;
        [run.standing.places.len(), run.moving.goods.len()]
    };
    (2..WARM).for_each(|_| app.update());
    app.world_mut().resource_mut::<Watch>().spent.clear();
    let mut whole = Vec::with_capacity(frames);
    for _ in 0..frames.max(1) {
        let begin = Instant::now();
        app.update();
        // A software adapter would take the processor from the next frame.
        if let Some(device) = app.world().get_resource::<RenderDevice>() {
            let _ = device.poll(PollType::wait_indefinitely());
        }
        whole.push(begin.elapsed());
    }
    let own = app.world().resource::<Watch>().spent.clone();
    Ok(Frames { drawn, first_s, own_ms: spread(own), whole_ms: spread(whole) })
}

/// Median and 95th percentile (ms).
fn spread(mut times: Vec<Duration>) -> [f64; 2] {
    times.sort_unstable();
    let at = |share: f64| times[((times.len() - 1) as f64 * share).round() as usize];
    [0.5, 0.95].map(|share| at(share).as_secs_f64() * 1e3)
}
