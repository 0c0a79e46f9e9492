//! Instruments that look at a plant while it runs, and gauges that are read.
//!
//! Each looks every so often: the engine runs up to and including that point in time, everything that moves is put where it is then,
//! and the instrument looks. How often it looks is how exactly it knows. Light barriers whose beam goes through a cell of rigid bodies
//! need not look: they are solved inside the steps of the cell, to the nanosecond. Those over conveyors that run as events need not if a
//! signal comes from them.

use nalgebra::Isometry3;

use super::gauge::{Measurement, Reader};
use super::scenery::{Owner, Scenery};
use crate::climate::Climate;
use crate::engine::{Log, Model, RunError, State, advance};
use crate::id::ProductId;
use crate::sensor::SensorError;
use crate::sensor::ray::{Draw, Edge, Eye, RayError, Reading, Signal, View};
use crate::units::{SimDuration, SimTime};

/// An edge of an instrument's output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Crossing {
    /// The instrument, by number.
    pub eye: u32,
    /// When, and which way: on is blocked, near, or intruded.
    pub edge: Edge,
}

/// A range that an instrument has measured.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Echo {
    /// When its scan began.
    pub at: SimTime,
    /// The instrument, by number.
    pub eye: u32,
    /// The beam.
    pub beam: u32,
    /// The range (m) as measured, and as it was.
    pub reading: Reading,
    /// What was met.
    pub met: Option<Owner>,
    /// If that is a part, its running number.
    pub serial: Option<u64>,
}

/// A part in the view of a camera that tells poses.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sighting {
    /// When.
    pub at: SimTime,
    /// The camera, by number.
    pub eye: u32,
    /// The running number of the part.
    pub serial: u64,
    /// Its product.
    pub product: ProductId,
    /// The pose of its middle in the plant as it is told.
    pub told: Isometry3<f64>,
    /// As it is.
    pub truth: Isometry3<f64>,
}

/// What an instrument has to remember.
#[derive(Clone, Copy, Debug)]
struct Now {
    next: SimTime,
    scan: u32,
    signal: Signal,
}

/// Instruments with rays, and the plant as they see it. What they see is gathered until it is taken; [`ranges`](Self::ranges) asks one of
/// them out of turn.
#[derive(Clone, Debug)]
pub struct Watch {
    scenery: Scenery,
    eyes: Vec<Eye>,
    now: Vec<Now>,
    seed: u64,
    gauges: Vec<Reader>,
    crossings: Vec<Crossing>,
    echoes: Vec<Echo>,
    sightings: Vec<Sighting>,
    measurements: Vec<Measurement>,
}

/// Why nobody can look at a plant.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum WatchError {
    /// It has a body that no ray can meet.
    #[error(transparent)]
    Ray(#[from] RayError),
    /// A number of a gauge makes no sense.
    #[error(transparent)]
    Sensor(#[from] SensorError),
}

impl Watch {
    /// `eyes`, and the gauges of the plant, that look from the present of `state` on.
    ///
    /// # Errors
    ///
    /// If the plant has a body that no ray can meet, or a gauge whose numbers make no sense.
    pub fn new(model: &Model, state: &State, eyes: Vec<Eye>) -> Result<Self, WatchError> {
        let first = Now { next: state.now(), scan: 0, signal: Signal::default() };
        Ok(Self {
            scenery: Scenery::new(model)?,
            now: vec![first; eyes.len()],
            eyes,
            seed: state.seed(),
            gauges: Reader::all(model, state)?,
            crossings: Vec::new(),
            echoes: Vec::new(),
            sightings: Vec::new(),
            measurements: Vec::new(),
        })
    }

    /// Runs the plant up to and including `until`, like [`advance`], with its climate if it has one, and looks at all times by then.
    /// However the way is cut into calls, the result is the same.
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
        log.keep_beams();
        let mut run = |own: &mut Self, state: &mut State, until: SimTime| {
            match &mut climate {
                Some(climate) => climate.advance(model, state, until, log)?,
                None => advance(model, state, until, log)?,
            }
            let beams = log.take_beams().into_iter();
            own.crossings.extend(beams.map(|(eye, edge)| Crossing { eye, edge }));
            Ok(())
        };
        while let Some(at) = self.next().filter(|at| *at <= until) {
            run(self, state, at)?;
            if self.looks().any(|next| next == at) {
                self.look(model, state, at)
                    .map_err(|error| RunError::Field { at, what: error.to_string() })?;
            }
            let due = self.gauges.iter_mut().filter(|gauge| gauge.due() == at);
            self.measurements.extend(due.filter_map(|gauge| gauge.read(model, state)));
        }
        run(self, state, until)
    }

    /// When somebody looks next, or a gauge is read.
    fn next(&self) -> Option<SimTime> {
        self.looks().chain(self.gauges.iter().map(Reader::due)).min()
    }

    /// When each of those who look does so next.
    fn looks(&self) -> impl Iterator<Item = SimTime> + '_ {
        let looking = self.eyes.iter().zip(&self.now).filter(|(eye, _)| eye.looks());
        looking.map(|(_, now)| now.next)
    }

    /// Those whose time is `at`, the present, look.
    fn look(&mut self, model: &Model, state: &State, at: SimTime) -> Result<(), RayError> {
        self.scenery.follow(model, state)?;
        let world = self.scenery.world();
        for (number, (eye, now)) in (0..).zip(self.eyes.iter().zip(&mut self.now)) {
            if !eye.looks() || now.next > at {
                continue;
            }
            let draw = Draw { seed: self.seed, instrument: number, scan: now.scan };
            if eye.switches() {
                let seen = eye.sees(world, now.signal.sees(), draw);
                let edge = now.signal.step(eye.response, at.ns(), seen);
                self.crossings.extend(edge.map(|edge| Crossing { eye: number, edge }));
            } else if let Some(view) = eye.view() {
                let own = Look { at, eye: number, draw };
                self.sightings.extend(own.sightings(view, &self.scenery, state));
            } else {
                let readings = (0..).zip(eye.ranges(world, draw));
                self.echoes.extend(readings.map(|(beam, reading)| {
                    let met = reading.body().map(|body| *self.scenery.owner(body));
                    let part = met.and_then(|owner| owner.part());
                    let serial = part.map(|part| state.parts().get(part).serial);
                    Echo { at, eye: number, beam, reading, met, serial }
                }));
            }
            now.next = at + SimDuration::from_ns(eye.every_ns.max(1));
            now.scan = now.scan.wrapping_add(1);
        }
        Ok(())
    }

    /// What instrument `eye` measures at the present of `state`, its `scan`th time; empty for a light barrier.
    ///
    /// # Errors
    ///
    /// If something has left for where no ray reaches.
    pub fn ranges(
        &mut self,
        model: &Model,
        state: &State,
        eye: u32,
        scan: u32,
    ) -> Result<Vec<Reading>, RayError> {
        self.scenery.follow(model, state)?;
        let draw = Draw { seed: self.seed, instrument: eye, scan };
        Ok(self.eyes[eye as usize].ranges(self.scenery.world(), draw))
    }

    /// The instruments.
    pub fn eyes(&self) -> &[Eye] {
        &self.eyes
    }

    /// The plant as it was seen last.
    pub fn scenery(&self) -> &Scenery {
        &self.scenery
    }

    /// All edges since they were last taken, as [`take_crossings`](Self::take_crossings) will give them.
    pub fn crossings(&self) -> &[Crossing] {
        &self.crossings
    }

    /// All edges since they were last taken, in the order in which they were told.
    pub fn take_crossings(&mut self) -> Vec<Crossing> {
        std::mem::take(&mut self.crossings)
    }

    /// All ranges since they were last taken: in the order of time, at one time of the instruments, and of each of its beams.
    pub fn take_echoes(&mut self) -> Vec<Echo> {
        std::mem::take(&mut self.echoes)
    }

    /// All parts that cameras have told of since that was last taken, in the order of time.
    pub fn take_sightings(&mut self) -> Vec<Sighting> {
        std::mem::take(&mut self.sightings)
    }

    /// All that gauges have told since it was last taken, in the order of time.
    pub fn take_measurements(&mut self) -> Vec<Measurement> {
        std::mem::take(&mut self.measurements)
    }
}

/// A look of a camera that tells poses.
struct Look {
    at: SimTime,
    eye: u32,
    draw: Draw,
}

impl Look {
    /// The parts that it sees.
    fn sightings(&self, view: &View, scenery: &Scenery, state: &State) -> Vec<Sighting> {
        let Self { at, eye, draw } = *self;
        let rays = scenery.movers().filter_map(|(body, moving)| {
            Some((body, moving.part?, moving.pose, view.ray(moving.pose.translation.vector)?))
        });
        let (parts, rays): (Vec<_>, Vec<_>) =
            rays.map(|(body, part, pose, ray)| ((body, part, pose), ray)).unzip();
        let hits = scenery.world().cast(&rays);
        let seen =
            parts.into_iter().zip(hits).filter(|((body, ..), hit)| hit.body() == Some(*body));
        seen.map(|((_, part, truth), _)| {
            let part = state.parts().get(part);
            let told = view.told(&truth, part.serial, draw);
            Sighting { at, eye, serial: part.serial, product: part.product, told, truth }
        })
        .collect()
    }
}
