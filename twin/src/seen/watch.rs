//! Instruments that look at a plant at ticks while it runs.
//!
//! First the engine runs to the end of the tick, then everything that moves is put where it is, and each barrier looks. An edge of its
//! output carries the tick; how often it looks is how exactly it knows.

use super::scenery::Scenery;
use crate::climate::Climate;
use crate::engine::{Log, Model, RunError, State, advance};
use crate::sensor::ray::{Edge, LightBarrier, RayError, Response, Signal};
use crate::units::{SimDuration, SimTime};

/// A light barrier in a plant.
#[derive(Clone, Debug)]
pub struct Barrier {
    /// Its tag.
    pub name: String,
    /// Its beams.
    pub beams: LightBarrier,
    /// How long something must stay before its output switches.
    pub response: Response,
}

/// An edge that a barrier has told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Crossing {
    /// The barrier, by number.
    pub barrier: u32,
    /// When, and which way: on is blocked.
    pub edge: Edge,
}

/// Light barriers, and the plant as they see it.
#[derive(Clone, Debug)]
pub struct Watch {
    scenery: Scenery,
    barriers: Vec<Barrier>,
    signals: Vec<Signal>,
    tick: SimDuration,
    next: SimTime,
    crossings: Vec<Crossing>,
}

impl Watch {
    /// `barriers` that look every `tick`, which is above zero, from the present of `state` on.
    ///
    /// # Errors
    ///
    /// If the plant has a body that no ray can meet.
    pub fn new(
        model: &Model,
        state: &State,
        barriers: Vec<Barrier>,
        tick: SimDuration,
    ) -> Result<Self, RayError> {
        let signals = vec![Signal::default(); barriers.len()];
        let scenery = Scenery::new(model)?;
        let tick = tick.max(SimDuration::from_ns(1));
        Ok(Self { scenery, barriers, signals, tick, next: state.now(), crossings: Vec::new() })
    }

    /// Runs the plant up to and including `until`, like [`advance`], with its climate if it has one, and looks at all ticks by then.
    ///
    /// # Errors
    ///
    /// As [`advance`] and [`Climate::advance`], or if something leaves for where no ray reaches.
    pub fn advance(
        &mut self,
        model: &Model,
        state: &mut State,
        mut climate: Option<&mut Climate>,
        until: SimTime,
        log: &mut Log,
    ) -> Result<(), RunError> {
        let mut run = |state: &mut State, until: SimTime| match &mut climate {
            Some(climate) => climate.advance(model, state, until, log),
            None => advance(model, state, until, log),
        };
        while self.next <= until && !self.barriers.is_empty() {
            let tick = self.next;
            run(state, tick)?;
            self.look(model, state)
                .map_err(|error| RunError::Field { at: tick, what: error.to_string() })?;
            self.next = tick + self.tick;
        }
        run(state, until)
    }

    /// All barriers look at the present.
    fn look(&mut self, model: &Model, state: &State) -> Result<(), RayError> {
        self.scenery.follow(model, state)?;
        let world = self.scenery.world();
        let now = state.now().ns();
        let each = self.barriers.iter().zip(&mut self.signals);
        for (barrier, (own, signal)) in (0..).zip(each) {
            let edge = signal.step(own.response, now, own.beams.is_blocked(world));
            self.crossings.extend(edge.map(|edge| Crossing { barrier, edge }));
        }
        Ok(())
    }

    /// The barriers.
    pub fn barriers(&self) -> &[Barrier] {
        &self.barriers
    }

    /// The plant as it was seen last.
    pub fn scenery(&self) -> &Scenery {
        &self.scenery
    }

    /// All edges since they were last taken, in the order in which they were told.
    pub fn take_crossings(&mut self) -> Vec<Crossing> {
        std::mem::take(&mut self.crossings)
    }
}
