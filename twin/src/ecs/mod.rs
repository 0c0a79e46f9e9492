//! The engine in a Bevy app: equipment as entities, the kernel advanced by ticks, commands in, state read.
//!
//! [`TwinPlugin`] spawns every equipment of a [`Model`] as an entity and puts the run into the resource [`Twin`]. Each
//! `update` of the app is one tick, in three sets that run one after the other:
//!
//! | set | what happens |
//! |---|---|
//! | [`TwinSet::Ingest`] | commands from the [`Inbox`] are stamped and taken into the run |
//! | [`TwinSet::Advance`] | the kernel runs to the end of the tick |
//! | [`TwinSet::Observe`] | the components that mirror the state are brought up to date |
//!
//! Systems of plugins and views go into these sets, or between them. They read the state and change it only by commands;
//! so the app gives the same hash as a plain call of [`advance`].
//!
//! ```
//! use std::sync::Arc;
//! use twin::{ecs, engine::State, plant, units::{SimDuration, SimTime}};
//!
//! let text = r#"Plant(name: "one", products: {"p": ()}, equipment: {
//!     "in": (is: Source(every: Exponential("1 min")), to: ["mill"]),
//!     "mill": (is: Station(time: "50 s", queue: "unlimited"), to: ["out"]),
//!     "out": (is: Sink),
//! })"#;
//! let model = Arc::new(plant::load_text(text).model.ok_or("a good plant")?);
//! let state = State::new(&model, 1, 0);
//! let mut app = ecs::headless(model.clone(), state, SimDuration::from_s(60));
//! let end = SimTime::from_seconds(8.0 * 3600.0);
//! ecs::run_until(&mut app, end)?;
//! let twin = app.world().resource::<ecs::Twin>();
//! assert_eq!(twin.state().now(), end);
//! assert!(twin.state().tallies()[0].finished > 400);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod mirror;

use std::sync::Arc;

use bevy_app::{App, Plugin, Startup, Update};
use bevy_ecs::prelude::{IntoScheduleConfigs as _, Res, ResMut, Resource, SystemSet};
use crossbeam::channel::{Receiver, Sender, bounded};

use crate::engine::{Command, CommandError, Log, Model, RunError, State, advance};
use crate::units::{SimDuration, SimTime};

pub use mirror::{Equipment, Group, Kind, Live, Ports, Pose, Size};

/// The run of one plant.
#[derive(Debug, Resource)]
pub struct Twin {
    model: Arc<Model>,
    state: State,
    log: Log,
    tick: SimDuration,
    until: SimTime,
    error: Option<RunError>,
    refused: Vec<(Command, CommandError)>,
}

impl Twin {
    /// The plant.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// Its state.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Length of a tick.
    pub fn tick(&self) -> SimDuration {
        self.tick
    }

    /// Lets ticks advance the run up to `until` and no further.
    pub fn set_until(&mut self, until: SimTime) {
        self.until = until;
    }

    /// Why the run cannot go on, if so. It stays where it is then.
    pub fn error(&self) -> Option<&RunError> {
        self.error.as_ref()
    }

    /// Commands that could not be carried out.
    pub fn refused(&self) -> &[(Command, CommandError)] {
        &self.refused
    }

    /// Takes a command into the run.
    ///
    /// # Errors
    ///
    /// If it lies in the past or names something that is not there.
    pub fn command(&mut self, command: Command) -> Result<(), CommandError> {
        self.state.command(&self.model, command)
    }
}

/// Commands from other threads, waiting for the next tick.
#[derive(Debug, Resource)]
pub struct Inbox(Receiver<Command>);

/// The way into an [`Inbox`]; may be cloned and sent to any thread. A full inbox makes the sender wait.
#[derive(Clone, Debug, Resource)]
pub struct Outside(Sender<Command>);

impl Outside {
    /// Hands a command over. One for a time that has passed by then takes effect at the next tick.
    ///
    /// # Errors
    ///
    /// The command, if the app is gone.
    pub fn send(&self, command: Command) -> Result<(), Box<Command>> {
        self.0.send(command).map_err(|gone| Box::new(gone.0))
    }
}

/// Commands that fit into an inbox.
const INBOX: usize = 1024;

/// The order within a tick.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, SystemSet)]
pub enum TwinSet {
    /// Commands come in.
    Ingest,
    /// The kernel runs.
    Advance,
    /// Views look.
    Observe,
}

/// Puts a plant into an app.
#[derive(Debug)]
pub struct TwinPlugin {
    /// The plant.
    pub model: Arc<Model>,
    /// Where the run begins.
    pub state: State,
    /// Length of a tick.
    pub tick: SimDuration,
}

impl Plugin for TwinPlugin {
    fn build(&self, app: &mut App) {
        let (outside, inbox) = bounded(INBOX);
        app.insert_resource(Twin {
            model: self.model.clone(),
            state: self.state.clone(),
            log: Log::off(),
            tick: self.tick,
            until: SimTime::NEVER,
            error: None,
            refused: Vec::new(),
        });
        app.insert_resource(Inbox(inbox)).insert_resource(Outside(outside));
        app.configure_sets(Update, (TwinSet::Ingest, TwinSet::Advance, TwinSet::Observe).chain());
        app.add_systems(Startup, mirror::spawn);
        app.add_systems(
            Update,
            (
                ingest.in_set(TwinSet::Ingest),
                run_tick.in_set(TwinSet::Advance),
                mirror::reflect.in_set(TwinSet::Observe),
            ),
        );
    }
}

/// Takes commands in; what is late takes effect now.
fn ingest(mut twin: ResMut<'_, Twin>, inbox: Res<'_, Inbox>) {
    let twin = &mut *twin;
    for mut command in inbox.0.try_iter() {
        command.at = command.at.max(twin.state.now());
        if let Err(error) = twin.state.command(&twin.model, command.clone()) {
            tracing::warn!(simulated_s = twin.state.now().seconds(), %error, "command refused");
            twin.refused.push((command, error));
        }
    }
}

/// Runs the kernel for one tick.
fn run_tick(mut twin: ResMut<'_, Twin>) {
    let twin = &mut *twin;
    let end = (twin.state.now() + twin.tick).min(twin.until);
    if twin.error.is_some() || end <= twin.state.now() {
        return;
    }
    let _span = tracing::trace_span!("tick", simulated_s = end.seconds()).entered();
    twin.error = advance(&twin.model, &mut twin.state, end, &mut twin.log).err();
}

/// An app without a window that runs `state`, `tick` by `tick`.
pub fn headless(model: Arc<Model>, state: State, tick: SimDuration) -> App {
    let mut app = App::new();
    app.add_plugins(TwinPlugin { model, state, tick });
    app
}

/// Updates a headless app until the run has come to `until`.
///
/// # Errors
///
/// If the run cannot go on.
pub fn run_until(app: &mut App, until: SimTime) -> Result<(), RunError> {
    app.world_mut().resource_mut::<Twin>().set_until(until);
    loop {
        let twin = app.world().resource::<Twin>();
        if let Some(error) = twin.error() {
            return Err(error.clone());
        }
        if twin.state().now() >= until {
            return Ok(());
        }
        app.update();
    }
}
