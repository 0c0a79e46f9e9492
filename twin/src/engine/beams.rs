//! Single beams that signals come from, over conveyors that run as events.
//!
//! Such a conveyor knows when parts come into a beam and leave it, and sets timers for that ([`Ctx::time_beams`]). What all conveyors have in
//! a beam counts together, behind all that flows at that instant: a part that goes over from one to the next within the beam breaks it
//! once. Then come the response times of the output.

use serde::{Deserialize, Serialize};

use super::context::Ctx;
use super::log::Log;
use super::model::Model;
use super::signals::{SignalRow, SignalSource};
use super::state::{Core, Event, order};
use crate::id::{EquipmentId, SignalId};
use crate::kernel::EventKey;
use crate::sensor::ray::Signal;
use crate::units::{SimDuration, SimTime};

/// A beam over conveyors that run as events.
#[derive(Clone, Debug, PartialEq)]
pub struct Beam {
    /// The instrument: row of [`Model::eyes`].
    pub eye: u32,
    /// What it goes over.
    pub over: Vec<BeamOver>,
}

/// A conveyor under a beam.
#[derive(Clone, Debug, PartialEq)]
pub struct BeamOver {
    /// Which.
    pub conveyor: EquipmentId,
    /// For each product the stretch of the way, m from the entry, in which the beam goes through a part of it; none: it passes by.
    pub spans: Vec<Option<[f64; 2]>>,
}

/// What a beam sees.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct BeamState {
    output: Signal,
    over: Vec<OverState>,
    /// When somebody looks at it next.
    due: EventKey,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct OverState {
    covered: bool,
    next: EventKey,
}

impl BeamState {
    pub(super) fn all(model: &Model) -> Vec<Self> {
        let start = |beam: &Beam| Self {
            over: vec![OverState::default(); beam.over.len()],
            ..Self::default()
        };
        model.beams.iter().map(start).collect()
    }
}

impl Ctx<'_> {
    /// Tells of the beams over this conveyor: `look` says whether a part stands in one, and after what time that changes if nothing else
    /// happens. Calls [`on_timer`](super::Equipment::on_timer) with `tag` then. To be asked again whenever something has happened.
    pub fn time_beams(&mut self, tag: u8, look: impl Fn(&BeamOver) -> (bool, Option<SimDuration>)) {
        let model = self.model;
        for (n, beam) in model.beams.iter().enumerate() {
            for (at, over) in beam.over.iter().enumerate() {
                if over.conveyor != self.me {
                    continue;
                }
                let (covered, after) = look(over);
                let own = &mut self.core.signals.beams[n].over[at];
                let mut old = std::mem::take(&mut own.next);
                let changed = std::mem::replace(&mut own.covered, covered) != covered;
                self.cancel(&mut old);
                let next = after.map_or(EventKey::NONE, |after| self.timer(after, tag, 0));
                self.core.signals.beams[n].over[at].next = next;
                if changed {
                    self.core.look_at_beam(n as u32, self.core.now);
                }
            }
        }
    }
}

impl Core {
    /// Beam `n` is looked at when `at` has come, and not before.
    fn look_at_beam(&mut self, n: u32, at: SimTime) {
        let due = &mut self.signals.beams[n as usize].due;
        self.calendar.cancel(due);
        *due = self.calendar.schedule(at, order::BEAM, Event::Beam(n));
    }

    /// What beam `n` tells at the present.
    pub(super) fn beam_tells(&mut self, model: &Model, log: &mut Log, n: u32) {
        let eye = model.beams[n as usize].eye;
        let response = model.eyes[eye as usize].response;
        let beam = &mut self.signals.beams[n as usize];
        beam.due = EventKey::NONE;
        let seen = beam.over.iter().any(|over| over.covered);
        let edge = beam.output.step(response, self.now.ns(), seen);
        if let Some(at) = beam.output.due_ns(response) {
            self.look_at_beam(n, SimTime::from_ns(at));
        }
        let Some(edge) = edge else { return };
        log.beam(eye, edge);
        let tells = |row: &SignalRow| row.source == SignalSource::Sensor(eye);
        for (signal, _) in (0..).map(SignalId).zip(&model.signals).filter(|(_, row)| tells(row)) {
            self.set_signal(log, signal, edge.on);
        }
    }
}
