//! [`Session`]: forwards, backwards, and what is done on the way.

use std::sync::Arc;

use super::density::Density;
use super::error::SessionError;
use super::journal::{Issued, Journal, Moment};
use super::keyframes::{KeyframeLook, Keyframes};
use super::run::{Run, Setup};
use crate::climate::Climate;
use crate::engine::{Action, Command, CommandError, Model, State};
use crate::units::{SimDuration, SimTime};

/// A run that somebody works with, see the [module](super).
#[derive(Debug)]
pub struct Session {
    pub(super) run: Run,
    pub(super) journal: Journal,
    /// Commands of the journal that the present has seen; those behind lie ahead after a rewind.
    pub(super) issued: usize,
    pub(super) keyframes: Keyframes,
    pub(super) density: Density,
    pub(super) furthest: Moment,
    /// Simulated time after which the caller is asked whether to go on.
    pub(super) slice: SimDuration,
}

/// Events between two questions whether to go on, about.
const SLICE: u64 = 2000;

impl Session {
    /// The begin of a run.
    ///
    /// # Errors
    ///
    /// If the fields of the hall cannot be set up, or a plugin's state cannot be saved.
    pub fn new(model: Arc<Model>, setup: Setup) -> Result<Self, SessionError> {
        let journal = Journal::new(setup.seed, setup.replication, setup.warmup);
        Self::of_journal(model, setup, journal)
    }

    /// The begin of a run to which will be done what `journal` says: whoever advances it replays the journal. Seed,
    /// replication and warm-up are those of the journal.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new).
    pub fn of_journal(
        model: Arc<Model>,
        setup: Setup,
        journal: Journal,
    ) -> Result<Self, SessionError> {
        let mut run = Run::new(model, setup.climates, &journal)?;
        let keyframes = Keyframes::new(run.keyframe(0)?, setup.keyframe_bytes);
        let mut session = Self {
            furthest: run.moment(),
            run,
            journal,
            issued: 0,
            keyframes,
            density: Density::default(),
            slice: SimDuration::from_s(1),
        };
        session.book()?;
        Ok(session)
    }

    /// The plant.
    pub fn model(&self) -> &Arc<Model> {
        &self.run.model
    }

    /// The present state.
    pub fn state(&self) -> &State {
        &self.run.state
    }

    /// The fields of the hall at the present, if there are any.
    pub fn climate(&self) -> Option<&Climate> {
        self.run.climate.as_ref()
    }

    /// Likewise, to look into the fields themselves. Whoever changes them changes the run.
    pub fn climate_mut(&mut self) -> Option<&mut Climate> {
        self.run.climate.as_mut()
    }

    /// The present.
    pub fn now(&self) -> SimTime {
        self.run.now()
    }

    /// Where in the run the present is.
    pub fn moment(&self) -> Moment {
        self.run.moment()
    }

    /// The furthest that the run has come since the last command.
    pub fn furthest(&self) -> SimTime {
        self.furthest.at
    }

    /// What was done to the run, and after a rewind will be done again.
    pub fn journal(&self) -> &Journal {
        &self.journal
    }

    /// How many commands of the journal the present has seen.
    pub fn issued(&self) -> usize {
        self.issued
    }

    /// Events over time, up to the furthest.
    pub fn density(&self) -> &Density {
        &self.density
    }

    /// How many keyframes there are.
    pub fn keyframes(&self) -> KeyframeLook {
        self.keyframes.look()
    }

    /// Hash of the present state. Cost: linear in the state.
    pub fn hash(&self) -> u64 {
        self.run.state.hash(&self.run.model)
    }

    /// Goes on up to and including `until`, as long as `go_on` says so; it is asked every few thousand events. True: arrived.
    /// A time that has passed is arrived at already.
    ///
    /// # Errors
    ///
    /// If the plant cannot run on.
    pub fn advance_within(
        &mut self,
        until: SimTime,
        go_on: &mut dyn FnMut() -> bool,
    ) -> Result<bool, SessionError> {
        while !self.slice(until)? {
            if !go_on() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Goes to `at`, be it ahead or in the past, where all events up to and including it have been handled.
    ///
    /// # Errors
    ///
    /// If the plant cannot run on.
    pub fn seek(&mut self, at: SimTime) -> Result<(), SessionError> {
        self.seek_within(at, &mut || true).map(|_| ())
    }

    /// Likewise, as long as `go_on` says so. If it did not arrive (false), [`advance_within`](Self::advance_within) goes on.
    ///
    /// # Errors
    ///
    /// If the plant cannot run on.
    pub fn seek_within(
        &mut self,
        at: SimTime,
        go_on: &mut dyn FnMut() -> bool,
    ) -> Result<bool, SessionError> {
        let near = self.keyframes.last_where(|frame| frame.moment.at <= at);
        if at < self.now() || near.moment > self.moment() {
            self.run.restore(&near)?;
            self.issued = near.issued;
        }
        self.advance_within(at, go_on)
    }

    /// Goes to where `events` events had been handled, of those that have been reached already.
    ///
    /// # Errors
    ///
    /// If the plant cannot run on.
    pub fn seek_event(&mut self, events: u64) -> Result<(), SessionError> {
        let events = events.min(self.furthest.events);
        let near = self.keyframes.last_where(|frame| frame.moment.events <= events);
        if events < self.moment().events || near.moment > self.moment() {
            self.run.restore(&near)?;
            self.issued = near.issued;
        }
        let limit = self.furthest.at;
        loop {
            match self.next_issued().map(|issued| issued.moment) {
                Some(next) if next.events <= events => self.issue(next)?,
                _ if self.moment().events < events && self.run.step(limit)? => {}
                _ => return Ok(()),
            }
        }
    }

    /// Does something to the run at the present. What lay ahead after a rewind is dropped.
    ///
    /// # Errors
    ///
    /// If it names something that is not there; nothing is changed or dropped then.
    pub fn command(&mut self, action: Action) -> Result<(), CommandError> {
        self.command_at(self.now(), action)
    }

    /// Likewise, to take effect at `at`.
    ///
    /// # Errors
    ///
    /// As [`command`](Self::command), or if it lies in the past.
    pub fn command_at(&mut self, at: SimTime, action: Action) -> Result<(), CommandError> {
        let command = Command { at, action };
        self.run.state.command(&self.run.model, command.clone())?;
        self.drop_future();
        self.journal.issued.push(Issued { moment: self.moment(), command });
        self.issued = self.journal.issued.len();
        Ok(())
    }

    /// Takes the last command that the present has seen back, as if it had never been given: goes back to where it was
    /// given. What came after is dropped. Given again by [`command_at`](Self::command_at), all is as before.
    ///
    /// # Errors
    ///
    /// If the way back cannot be simulated.
    pub fn take_back(&mut self) -> Result<Option<Command>, SessionError> {
        let Some(last) = self.issued.checked_sub(1) else { return Ok(None) };
        let Issued { moment, command } = self.journal.issued[last].clone();
        self.journal.issued.truncate(last);
        self.keyframes.forget_after(moment, last);
        let near = self.keyframes.last_where(|frame| frame.moment <= moment);
        self.run.restore(&near)?;
        self.issued = near.issued;
        while let Some(next) = self.next_issued().map(|issued| issued.moment) {
            self.issue(next)?;
        }
        self.run.reach(moment)?;
        self.drop_future();
        Ok(Some(command))
    }

    /// One slice on the way to `until`. True: there.
    fn slice(&mut self, until: SimTime) -> Result<bool, SessionError> {
        let next = self.next_issued().map(|issued| issued.moment).filter(|next| next.at <= until);
        // The present may be the end of a bin.
        let bin = self.density.end_of_bin(self.now() + SimDuration::from_ns(1));
        let end = (self.now() + self.slice).min(bin);
        match next {
            // Close enough to come to it exactly.
            Some(next) if next.at <= end => self.issue(next)?,
            None if until <= end => {
                self.run.advance(until)?;
                self.book()?;
                return Ok(true);
            }
            _ => self.advance_slice(end)?,
        }
        self.book()?;
        Ok(false)
    }

    fn advance_slice(&mut self, end: SimTime) -> Result<(), SessionError> {
        let before = self.moment().events;
        self.run.advance(end)?;
        let events = self.moment().events - before;
        if events < SLICE / 2 && self.slice < self.density.width() {
            self.slice += self.slice;
        } else if events > SLICE * 2 {
            self.slice = SimDuration::from_ns((self.slice.ns() / 2).max(1));
        }
        Ok(())
    }

    /// The next command of the journal that lies ahead.
    pub(super) fn next_issued(&self) -> Option<&Issued> {
        self.journal.issued.get(self.issued)
    }

    /// Goes on to `moment` and gives the next command of the journal there.
    pub(super) fn issue(&mut self, moment: Moment) -> Result<(), SessionError> {
        self.run.reach(moment)?;
        if let Some(command) = self.next_issued().map(|issued| issued.command.clone()) {
            self.run.state.command(&self.run.model, command)?;
        }
        self.issued += 1;
        Ok(())
    }

    /// The present is a new one: keyframes, the strip of events and the furthest follow.
    pub(super) fn book(&mut self) -> Result<(), SessionError> {
        let moment = self.moment();
        if moment > self.furthest {
            self.furthest = moment;
        }
        self.density.record(moment.at, moment.events);
        let work = self.run.work(self.keyframes.size_before(moment));
        if self.keyframes.is_due(moment, work) {
            let frame = self.run.keyframe(self.issued)?;
            self.keyframes.put(work, frame);
        }
        Ok(())
    }

    /// The present becomes the furthest.
    pub(super) fn drop_future(&mut self) {
        let moment = self.moment();
        self.journal.issued.truncate(self.issued);
        self.keyframes.forget_after(moment, self.issued);
        self.density.cut(moment.at, moment.events);
        self.furthest = moment;
    }
}
